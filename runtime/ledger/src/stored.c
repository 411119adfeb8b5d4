/* Stored transactions and their chunks, read and decoded. */
#include "stored.h"

#include "body.h"

void stored_init(const lic_ledger *ledger, stored_transaction *stored)
{
    lic_buffer_init(&stored->bytes, ledger->allocator, LIC_TRANSACTION_MAX + 4096u);
    lic_buffer_init(&stored->chunk, ledger->allocator, LIC_CHUNK_MAX);
}

void stored_free(stored_transaction *stored)
{
    lic_buffer_free(&stored->bytes);
    lic_buffer_free(&stored->chunk);
}

static lic_status copy(lic_buffer *target, lic_slice bytes)
{
    lic_buffer_clear(target);
    lic_put_bytes(target, bytes.data, bytes.size);
    return target->failed ? LIC_NO_MEMORY : LIC_OK;
}

static lic_status visit_bytes(void *context, const lic_row_payload *row)
{
    stored_transaction *stored = context;
    stored->has_bytes = true;
    return copy(&stored->bytes, row->bytes);
}

static lic_status visit_upload(void *context, const lic_row_upload *row)
{
    *(uint32_t *)context = row->number;
    return LIC_OK;
}

static lic_status visit_chunk(void *context, const lic_row_chunk *row)
{
    stored_transaction *stored = context;
    stored->has_chunk = true;
    return copy(&stored->chunk, row->bytes);
}

/* The chunk that a stored LINES transaction names; has_chunk stays false when it was erased. */
static lic_status read_chunk(lic_store *store, stored_transaction *stored, lic_error *error)
{
    lic_transaction named;
    uint32_t upload = LIC_STORE_NONE;
    LIC_TRY(transaction_decode_stored(lic_slice_of(stored->bytes.data, stored->bytes.size), &named,
                                      error));
    LIC_TRY(lic_store_read_upload(store, &named.body.lines.upload, visit_upload, &upload));
    if (upload == LIC_STORE_NONE) return LIC_OK;
    return lic_store_read_chunk(store, LIC_CHUNK_SLOT(upload, named.body.lines.index), visit_chunk,
                                stored);
}

lic_status stored_read(lic_ledger *ledger, const lic_row_transaction *row,
                       stored_transaction *stored, lic_error *error)
{
    stored->row = *row;
    stored->has_bytes = false;
    stored->has_chunk = row->kind != LIC_TX_LINES;
    lic_buffer_clear(&stored->chunk);
    LIC_TRY(lic_store_read_payload(ledger->store, row->place, visit_bytes, stored));
    if (!stored->has_bytes || stored->has_chunk) return LIC_OK;
    return read_chunk(ledger->store, stored, error);
}

bool stored_erased(const stored_transaction *stored)
{
    return !stored->has_bytes || !stored->has_chunk;
}

static lic_status mismatched(const lic_ledger *ledger, uint64_t place, lic_error *error)
{
    return lic_fail(
        error, LIC_CORRUPT, "transaction", "restore the ledger from a backup",
        "the ledger %s is damaged: transaction %llu of block %llu is not the one of its id",
        lic_store_path(ledger->store), (unsigned long long)(place & (LIC_PLACE_ORDINALS - 1)),
        (unsigned long long)(place >> 28));
}

lic_status stored_decode(const lic_ledger *ledger, const stored_transaction *stored,
                         lic_transaction *transaction, lic_error *error)
{
    LIC_TRY(lic_transaction_decode_abridged(lic_slice_of(stored->bytes.data, stored->bytes.size),
                                            lic_slice_of(stored->chunk.data, stored->chunk.size),
                                            ledger->hasher, transaction, error));
    if (!lic_hash_equal(&transaction->id, &stored->row.id) || transaction->kind != stored->row.kind)
        return mismatched(ledger, stored->row.place, error);
    return LIC_OK;
}
