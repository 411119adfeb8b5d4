/* Transactions, payloads and outputs of the open block on their way to the file, a thousand or a megabyte at a time. */
#include "chain.h"

void pending_init(pending_rows *pending, const lic_allocator *allocator)
{
    pending->transaction_count = pending->output_count = pending->payload_count = 0;
    pending->starts[0] = 0;
    lic_buffer_init(&pending->bytes, allocator,
                    LIC_OUTPUT_MAX + PENDING_BYTES + LIC_TRANSACTION_MAX);
}

void pending_free(pending_rows *pending)
{
    lic_buffer_free(&pending->bytes);
}

static lic_status flush_payloads(pending_rows *pending, lic_store *store)
{
    lic_row_payload rows[PENDING_ROWS];
    for (uint32_t i = 0; i < pending->payload_count; i++) {
        const uint8_t *at = pending->bytes.data + pending->starts[i];
        size_t size = pending->starts[i + 1] - pending->starts[i];
        rows[i] = (lic_row_payload){pending->places[i], lic_slice_of(at, LIC_SALT_SIZE),
                                    lic_slice_of(at + LIC_SALT_SIZE, size - LIC_SALT_SIZE)};
    }
    LIC_TRY(lic_store_put_payload_rows(store, rows, pending->payload_count));
    pending->payload_count = 0;
    lic_buffer_clear(&pending->bytes);
    return LIC_OK;
}

lic_status pending_flush(pending_rows *pending, lic_store *store)
{
    LIC_TRY(flush_payloads(pending, store));
    LIC_TRY(
        lic_store_put_transaction_rows(store, pending->transactions, pending->transaction_count));
    pending->transaction_count = 0;
    LIC_TRY(lic_store_put_output_rows(store, pending->outputs, pending->output_count));
    pending->output_count = 0;
    return LIC_OK;
}

lic_status pending_payload(pending_rows *pending, lic_store *store, uint64_t place,
                           const uint8_t salt[LIC_SALT_SIZE], lic_slice bytes)
{
    if (pending->payload_count == PENDING_ROWS || pending->bytes.size + bytes.size > PENDING_BYTES)
        LIC_TRY(flush_payloads(pending, store));
    size_t start = pending->bytes.size;
    lic_put_bytes(&pending->bytes, salt, LIC_SALT_SIZE);
    lic_put_bytes(&pending->bytes, bytes.data, bytes.size);
    if (pending->bytes.failed) return LIC_NO_MEMORY;
    pending->places[pending->payload_count] = place;
    pending->starts[pending->payload_count++] = start;
    pending->starts[pending->payload_count] = pending->bytes.size;
    return LIC_OK;
}

lic_status pending_transaction(pending_rows *pending, lic_store *store,
                               const lic_row_transaction *row)
{
    if (pending->transaction_count == PENDING_ROWS) LIC_TRY(pending_flush(pending, store));
    pending->transactions[pending->transaction_count++] = *row;
    return LIC_OK;
}

lic_status pending_output(pending_rows *pending, lic_store *store, const lic_row_output *row)
{
    if (pending->output_count == PENDING_ROWS) LIC_TRY(pending_flush(pending, store));
    pending->outputs[pending->output_count++] = *row;
    return LIC_OK;
}
