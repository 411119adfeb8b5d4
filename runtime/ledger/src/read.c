/* Reading stored blocks back: transactions with their chunks, and receipts. */
#include "stored.h"

#include <licet/ring.h>

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

static uint32_t position_of(const lic_row_transaction *row)
{
    return (uint32_t)(row->place & (LIC_PLACE_ORDINALS - 1));
}

static lic_status read_rows(lic_ledger *ledger, uint64_t height, lic_visit_transaction *visit,
                            void *context, lic_error *error)
{
    uint64_t first = LIC_PLACE(height, 0, 0), last = LIC_PLACE(height, 0, LIC_PLACE_ORDINALS - 1);
    return from_store(ledger->store,
                      lic_store_read_transactions(ledger->store, first, last, visit, context),
                      error);
}

typedef struct transaction_reading {
    lic_ledger *ledger;
    lic_transaction_visit *visit;
    void *context;
    lic_error *error;
    stored_transaction stored;
} transaction_reading;

static lic_status visit_row(void *context, const lic_row_transaction *row)
{
    transaction_reading *at = context;
    LIC_TRY(stored_read(at->ledger, row, &at->stored, at->error));
    if (stored_erased(&at->stored))
        return at->visit(at->context, position_of(row), row, true, NULL);
    lic_transaction transaction;
    LIC_TRY(stored_decode(at->ledger, &at->stored, &transaction, at->error));
    return at->visit(at->context, position_of(row), row, false, &transaction);
}

lic_status lic_ledger_transactions(lic_ledger *ledger, uint64_t height,
                                   lic_transaction_visit *visit, void *context, lic_error *error)
{
    transaction_reading at = {.ledger = ledger, .visit = visit, .context = context, .error = error};
    stored_init(ledger, &at.stored);
    lic_status status = read_rows(ledger, height, visit_row, &at, error);
    stored_free(&at.stored);
    return status;
}

/* -- ahead of their execution ------------------------------------------------------------------------ */

enum { PLACES = 32 }; /* each with a chunk, perhaps */
enum { FEW = 8 };     /* transactions that are worked off before a thread has begun */

typedef struct ready_transaction {
    stored_transaction stored;
    lic_status decoded;
    lic_error error; /* when it was not decoded */
    bool verified;
    uint8_t *chunk; /* a copy for whoever wants to keep it, or NULL */
    lic_transaction transaction;
} ready_transaction;

typedef struct reading_ahead {
    lic_ledger *ledger;
    lic_ready_visit *visit;
    void *context;
    lic_error *error;
    lic_ring *ring;
    size_t posted, taken;
    ready_transaction places[PLACES];
} reading_ahead;

/* A chunk that is kept is copied here, beside the reading: memory that is new to a process costs more than its bytes. */
static void keep_chunk(const lic_ledger *ledger, ready_transaction *ready)
{
    lic_slice chunk = ready->transaction.body.lines.chunk;
    if (ready->transaction.kind != LIC_TX_LINES || chunk.size == 0) return;
    ready->chunk = lic_allocate(ledger->allocator, chunk.size);
    if (ready->chunk == NULL) return;
    memcpy(ready->chunk, chunk.data, chunk.size);
    ready->transaction.body.lines.chunk = lic_slice_of(ready->chunk, chunk.size);
}

static void drop_chunk(const lic_ledger *ledger, ready_transaction *ready)
{
    lic_release(ledger->allocator, ready->chunk, ready->stored.chunk.size);
    ready->chunk = NULL;
}

static void make_ready(void *context, size_t index)
{
    reading_ahead *at = context;
    ready_transaction *ready = &at->places[index % PLACES];
    ready->verified = false;
    ready->decoded = LIC_OK;
    if (stored_erased(&ready->stored)) return;
    ready->decoded = stored_decode(at->ledger, &ready->stored, &ready->transaction, &ready->error);
    if (ready->decoded != LIC_OK) return;
    ready->verified = lic_transaction_verify(&ready->transaction, NULL) == LIC_OK;
    keep_chunk(at->ledger, ready);
}

static lic_status visit_next(reading_ahead *at)
{
    lic_ring_take(at->ring);
    ready_transaction *ready = &at->places[at->taken++ % PLACES];
    lic_ready_transaction told = {.position = position_of(&ready->stored.row),
                                  .verified = ready->verified,
                                  .chunk = &ready->chunk};
    if (!stored_erased(&ready->stored)) told.transaction = &ready->transaction;
    lic_status status = ready->decoded;
    if (status == LIC_OK) status = at->visit(at->context, &told);
    else *at->error = ready->error;
    drop_chunk(at->ledger, ready);
    lic_ring_free(at->ring);
    return status;
}

static lic_status post_row(void *context, const lic_row_transaction *row)
{
    reading_ahead *at = context;
    if (lic_ring_room(at->ring) == 0) LIC_TRY(visit_next(at));
    LIC_TRY(stored_read(at->ledger, row, &at->places[at->posted % PLACES].stored, at->error));
    at->posted++;
    lic_ring_post(at->ring, 1);
    return LIC_OK;
}

static void end_ahead(reading_ahead *at)
{
    lic_ring_end(at->ring);
    for (size_t i = 0; i < PLACES; i++) {
        drop_chunk(at->ledger, &at->places[i]);
        stored_free(&at->places[i].stored);
    }
    lic_release(at->ledger->allocator, at, sizeof *at);
}

static lic_status read_ahead(lic_ledger *ledger, uint64_t height, lic_ready_visit *visit,
                             void *context, lic_error *error)
{
    reading_ahead *at = lic_allocate_zero(ledger->allocator, 1, sizeof *at);
    if (at == NULL) return lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory");
    *at = (reading_ahead){.ledger = ledger, .visit = visit, .context = context, .error = error};
    for (size_t i = 0; i < PLACES; i++) stored_init(ledger, &at->places[i].stored);
    at->ring = lic_ring_create(ledger->allocator, PLACES, make_ready, at, true);
    lic_status status = at->ring == NULL
                            ? lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory")
                            : read_rows(ledger, height, post_row, at, error);
    while (status == LIC_OK && lic_ring_left(at->ring) > 0)
        status = from_store(ledger->store, visit_next(at), error);
    end_ahead(at);
    return status;
}

typedef struct reading_here {
    lic_ready_visit *visit;
    void *context;
} reading_here;

static lic_status visit_here(void *context, uint32_t position, const lic_row_transaction *row,
                             bool erased, const lic_transaction *transaction)
{
    const reading_here *at = context;
    uint8_t *none = NULL;
    const lic_ready_transaction told = {
        .position = position, .transaction = erased ? NULL : transaction, .chunk = &none};
    (void)row;
    return at->visit(at->context, &told);
}

/* The stored block with which the open one is compared. */
static bool has_few(const lic_ledger *ledger, uint64_t height)
{
    const lic_block *block = ledger->block;
    return ledger->mode == LIC_LEDGER_REPLAY && block != NULL && block->height == height &&
           block->stored.transactions < FEW;
}

lic_status lic_ledger_transactions_ahead(lic_ledger *ledger, uint64_t height, unsigned threads,
                                         lic_ready_visit *visit, void *context, lic_error *error)
{
    reading_here here = {visit, context};
    if (threads == 1 || has_few(ledger, height))
        return lic_ledger_transactions(ledger, height, visit_here, &here, error);
    return read_ahead(ledger, height, visit, context, error);
}
