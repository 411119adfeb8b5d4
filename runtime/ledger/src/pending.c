/* Transactions, payloads and outputs of the open block on their way to the file, a thousand or a megabyte at a time. When
 * there are so many, others are collected while the store writes them. */
#include "chain.h"

static pending_rows *make_rows(const lic_allocator *allocator, lic_store *store)
{
    const lic_thresholds *most = lic_store_thresholds(store);
    LIC_ASSERT(most->rows <= PENDING_ROWS && most->row_bytes <= PENDING_BYTES);
    pending_rows *rows = lic_allocate(allocator, sizeof *rows);
    if (rows == NULL) return NULL;
    rows->store = store;
    rows->transaction_count = rows->output_count = rows->payload_count = 0;
    rows->starts[0] = 0;
    lic_buffer_init(&rows->bytes, allocator, LIC_OUTPUT_MAX + PENDING_BYTES + LIC_TRANSACTION_MAX);
    return rows;
}

static void free_rows(pending_rows *rows, const lic_allocator *allocator)
{
    if (rows == NULL) return;
    lic_buffer_free(&rows->bytes);
    lic_release(allocator, rows, sizeof *rows);
}

lic_status pending_init(pending *p, const lic_allocator *allocator, lic_store *store)
{
    *p = (pending){.filling = make_rows(allocator, store)};
    return p->filling == NULL ? LIC_NO_MEMORY : LIC_OK;
}

/* The store writes nothing of it any more. */
void pending_free(pending *p, const lic_allocator *allocator)
{
    free_rows(p->filling, allocator);
    free_rows(p->written, allocator);
}

static lic_status write_payloads(const pending_rows *rows)
{
    lic_row_payload payloads[PENDING_ROWS];
    for (uint32_t i = 0; i < rows->payload_count; i++) {
        const uint8_t *at = rows->bytes.data + rows->starts[i];
        size_t size = rows->starts[i + 1] - rows->starts[i];
        payloads[i] = (lic_row_payload){rows->places[i], lic_slice_of(at, LIC_SALT_SIZE),
                                        lic_slice_of(at + LIC_SALT_SIZE, size - LIC_SALT_SIZE)};
    }
    return lic_store_put_payload_rows(rows->store, payloads, rows->payload_count);
}

static lic_status write_rows(void *context)
{
    pending_rows *rows = context;
    LIC_TRY(write_payloads(rows));
    LIC_TRY(
        lic_store_put_transaction_rows(rows->store, rows->transactions, rows->transaction_count));
    LIC_TRY(lic_store_put_output_rows(rows->store, rows->outputs, rows->output_count));
    rows->transaction_count = rows->output_count = rows->payload_count = 0;
    lic_buffer_clear(&rows->bytes);
    return LIC_OK;
}

lic_status pending_flush(pending *p)
{
    return write_rows(p->filling);
}

/* It is full: it is written, and the other one is filled, which has been written by then. */
static lic_status change(pending *p)
{
    pending_rows *full = p->filling;
    if (p->written == NULL) {
        p->written = make_rows(full->bytes.allocator, full->store);
        if (p->written == NULL) return write_rows(full);
    }
    LIC_TRY(lic_store_do_behind(full->store, write_rows, full));
    p->filling = p->written;
    p->written = full;
    return LIC_OK;
}

lic_status pending_payload(pending *p, uint64_t place, const uint8_t salt[LIC_SALT_SIZE],
                           lic_slice bytes)
{
    const lic_thresholds *most = lic_store_thresholds(p->filling->store);
    if (p->filling->payload_count == most->rows ||
        p->filling->bytes.size + bytes.size > most->row_bytes)
        LIC_TRY(change(p));
    pending_rows *rows = p->filling;
    size_t start = rows->bytes.size;
    lic_put_bytes(&rows->bytes, salt, LIC_SALT_SIZE);
    lic_put_bytes(&rows->bytes, bytes.data, bytes.size);
    if (rows->bytes.failed) return LIC_NO_MEMORY;
    rows->places[rows->payload_count] = place;
    rows->starts[rows->payload_count++] = start;
    rows->starts[rows->payload_count] = rows->bytes.size;
    return LIC_OK;
}

lic_status pending_transaction(pending *p, const lic_row_transaction *row)
{
    const lic_thresholds *most = lic_store_thresholds(p->filling->store);
    if (p->filling->transaction_count == most->rows) LIC_TRY(change(p));
    p->filling->transactions[p->filling->transaction_count++] = *row;
    return LIC_OK;
}

lic_status pending_output(pending *p, const lic_row_output *row)
{
    const lic_thresholds *most = lic_store_thresholds(p->filling->store);
    if (p->filling->output_count == most->rows) LIC_TRY(change(p));
    p->filling->outputs[p->filling->output_count++] = *row;
    return LIC_OK;
}
