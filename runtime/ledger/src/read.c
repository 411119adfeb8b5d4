/* Reading stored blocks back: transactions with their chunks, and receipts. */
#include "body.h"
#include "chain.h"

#include <string.h>

/* -- receipts ---------------------------------------------------------------------------------------- */

typedef struct receipt_reading {
    lic_receipt *receipt;
    lic_buffer *bytes;
    lic_error *error;
    bool found;
    uint64_t place;
} receipt_reading;

static lic_status visit_place(void *context, const lic_row_transaction *row)
{
    receipt_reading *at = context;
    at->found = true;
    at->place = row->place;
    return LIC_OK;
}

static lic_status visit_receipt(void *context, const lic_row_payload *row)
{
    receipt_reading *at = context;
    at->found = true;
    if (at->bytes != NULL) {
        lic_put_bytes(at->bytes, row->bytes.data, row->bytes.size);
        if (at->bytes->failed) return LIC_NO_MEMORY;
    }
    return lic_receipt_decode(row->bytes, at->receipt, at->error);
}

static lic_status missing(lic_error *error, const char *what)
{
    return lic_fail(error, LIC_MISSING, "receipt", "check the id with licet log", "%s", what);
}

lic_status lic_ledger_receipt(lic_ledger *ledger, const lic_hash *id, lic_receipt *receipt,
                              lic_buffer *bytes, lic_error *error)
{
    lic_store *store = ledger->store;
    receipt_reading at = {.receipt = receipt, .bytes = bytes, .error = error};
    LIC_TRY(from_store(store, lic_store_read_transaction(store, id, visit_place, &at), error));
    if (!at.found) return missing(error, "no such transaction is in this ledger");
    uint64_t place = at.place | (uint64_t)LIC_OUTPUT_RECEIPT << 24;
    at.found = false;
    LIC_TRY(from_store(store, lic_store_read_payload(store, place, visit_receipt, &at), error));
    return at.found
               ? LIC_OK
               : missing(error, "the transaction's receipt was erased, or its block is not sealed");
}

/* -- transactions -------------------------------------------------------------------------------------- */

typedef struct transaction_reading {
    lic_ledger *ledger;
    lic_transaction_visit *visit;
    void *context;
    lic_error *error;
    lic_buffer bytes, chunk;
    bool has_bytes, has_chunk;
    uint32_t upload; /* number, or LIC_STORE_NONE */
} transaction_reading;

static lic_status copy(lic_buffer *target, lic_slice bytes)
{
    lic_buffer_clear(target);
    lic_put_bytes(target, bytes.data, bytes.size);
    return target->failed ? LIC_NO_MEMORY : LIC_OK;
}

static lic_status visit_bytes(void *context, const lic_row_payload *row)
{
    transaction_reading *at = context;
    at->has_bytes = true;
    return copy(&at->bytes, row->bytes);
}

static lic_status visit_upload(void *context, const lic_row_upload *row)
{
    ((transaction_reading *)context)->upload = row->number;
    return LIC_OK;
}

static lic_status visit_chunk(void *context, const lic_row_chunk *row)
{
    transaction_reading *at = context;
    at->has_chunk = true;
    return copy(&at->chunk, row->bytes);
}

/* The chunk that a stored LINES transaction names; has_chunk stays false when it was erased. */
static lic_status read_chunk(transaction_reading *at)
{
    lic_transaction stored;
    lic_store *store = at->ledger->store;
    LIC_TRY(transaction_decode_stored(lic_slice_of(at->bytes.data, at->bytes.size), &stored,
                                      at->error));
    at->upload = LIC_STORE_NONE;
    LIC_TRY(lic_store_read_upload(store, &stored.body.lines.upload, visit_upload, at));
    if (at->upload == LIC_STORE_NONE) return LIC_OK;
    return lic_store_read_chunk(store, LIC_CHUNK_SLOT(at->upload, stored.body.lines.index),
                                visit_chunk, at);
}

static lic_status mismatched(const transaction_reading *at, uint64_t place)
{
    return lic_fail(
        at->error, LIC_CORRUPT, "transaction", "restore the ledger from a backup",
        "the ledger %s is damaged: transaction %llu of block %llu is not the one of its id",
        lic_store_path(at->ledger->store), (unsigned long long)(place & (LIC_PLACE_ORDINALS - 1)),
        (unsigned long long)(place >> 28));
}

static lic_status visit_row(void *context, const lic_row_transaction *row)
{
    transaction_reading *at = context;
    uint32_t position = (uint32_t)(row->place & (LIC_PLACE_ORDINALS - 1));
    at->has_bytes = false;
    at->has_chunk = row->kind != LIC_TX_LINES;
    lic_buffer_clear(&at->chunk);
    LIC_TRY(lic_store_read_payload(at->ledger->store, row->place, visit_bytes, at));
    if (at->has_bytes && !at->has_chunk) LIC_TRY(read_chunk(at));
    if (!at->has_bytes || !at->has_chunk) return at->visit(at->context, position, row, true, NULL);
    lic_transaction transaction;
    LIC_TRY(lic_transaction_decode_abridged(lic_slice_of(at->bytes.data, at->bytes.size),
                                            lic_slice_of(at->chunk.data, at->chunk.size),
                                            at->ledger->hasher, &transaction, at->error));
    if (!lic_hash_equal(&transaction.id, &row->id) || transaction.kind != row->kind)
        return mismatched(at, row->place);
    return at->visit(at->context, position, row, false, &transaction);
}

lic_status lic_ledger_transactions(lic_ledger *ledger, uint64_t height,
                                   lic_transaction_visit *visit, void *context, lic_error *error)
{
    transaction_reading at = {.ledger = ledger, .visit = visit, .context = context, .error = error};
    lic_buffer_init(&at.bytes, ledger->allocator, LIC_TRANSACTION_MAX + 4096u);
    lic_buffer_init(&at.chunk, ledger->allocator, LIC_CHUNK_MAX);
    uint64_t first = LIC_PLACE(height, 0, 0), last = LIC_PLACE(height, 0, LIC_PLACE_ORDINALS - 1);
    lic_status status = lic_store_read_transactions(ledger->store, first, last, visit_row, &at);
    status = from_store(ledger->store, status, error);
    lic_buffer_free(&at.bytes);
    lic_buffer_free(&at.chunk);
    return status;
}
