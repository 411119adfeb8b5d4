/* Transactions, payloads and outputs of the open block on their way to the file, a thousand or a megabyte at a time. When
 * there are so many, others are collected while the store writes them.
 *
 * A digest for which nobody waits is found on the way: by the one that collects as long as the store is busy with the rows
 * before, and by the store's thread for what is left then, or ahead of the seal by a thread that has nothing else to do
 * (lic_block_digest). Digesting costs as much as writing, and so both are done at the same time. A digest is the same whoever
 * finds it, and nothing else hangs on who does. */
#include "chain.h"

#include <string.h>

static void empty(pending_rows *rows)
{
    rows->transaction_count = rows->output_count = rows->payload_count = rows->looked_at = 0;
}

static pending_rows *make_rows(const lic_allocator *allocator, lic_store *store,
                               const lic_hasher *hasher)
{
    const lic_thresholds *most = lic_store_thresholds(store);
    LIC_ASSERT(most->rows <= PENDING_ROWS && most->row_bytes <= PENDING_BYTES);
    pending_rows *rows = lic_allocate(allocator, sizeof *rows);
    if (rows == NULL) return NULL;
    rows->store = store;
    rows->hasher = hasher;
    rows->starts[0] = 0;
    empty(rows);
    atomic_init(&rows->busy, false);
    lic_buffer_init(&rows->bytes, allocator, LIC_OUTPUT_MAX + PENDING_BYTES + LIC_TRANSACTION_MAX);
    return rows;
}

static void free_rows(pending_rows *rows, const lic_allocator *allocator)
{
    if (rows == NULL) return;
    lic_buffer_free(&rows->bytes);
    lic_release(allocator, rows, sizeof *rows);
}

lic_status pending_init(pending *p, const lic_ledger *ledger, lic_buffer *digests)
{
    *p = (pending){.filling = make_rows(ledger->allocator, ledger->store, ledger->hasher),
                   .digests = digests};
    return p->filling == NULL ? LIC_NO_MEMORY : LIC_OK;
}

/* The store writes nothing of it any more. */
void pending_free(pending *p, const lic_allocator *allocator)
{
    free_rows(p->filling, allocator);
    free_rows(p->written, allocator);
}

static unsigned class_of(uint64_t place)
{
    return (unsigned)(place >> 24 & 15);
}

/* -- digests -------------------------------------------------------------------------------------------- */

static const uint8_t *salt_of(const pending_rows *rows, uint32_t payload)
{
    return rows->bytes.data + rows->starts[payload];
}

static lic_slice bytes_of(const pending_rows *rows, uint32_t payload)
{
    size_t size = rows->starts[payload + 1] - rows->starts[payload];
    return lic_slice_of(salt_of(rows, payload) + LIC_SALT_SIZE, size - LIC_SALT_SIZE);
}

static void digest_next(pending_rows *rows)
{
    uint32_t i = rows->looked_at++;
    if (rows->digested[i]) return;
    lic_salted_digest(rows->hasher, salt_of(rows, i), bytes_of(rows, i), &rows->digests[i]);
}

/* Payloads and rows come in the same order; a payload whose addition failed half way has no row. */
static const lic_hash *next_leaf(const pending_rows *rows, uint32_t *payload, uint64_t place)
{
    while (*payload < rows->payload_count && rows->places[*payload] != place) ++*payload;
    LIC_ASSERT(*payload < rows->payload_count);
    return &rows->digests[*payload];
}

static void fill_leaves(pending_rows *rows)
{
    uint32_t payload = 0;
    for (uint32_t i = 0; i < rows->transaction_count; i++)
        rows->transactions[i].leaf = *next_leaf(rows, &payload, rows->transactions[i].place);
    payload = 0;
    for (uint32_t i = 0; i < rows->output_count; i++)
        rows->outputs[i].leaf = *next_leaf(rows, &payload, rows->outputs[i].place);
}

/* Into the block's, whose places may have been given up meanwhile. Nobody writes the rows any more. */
static void collect(pending *p, pending_rows *rows)
{
    for (uint32_t i = 0; i < rows->payload_count; i++) {
        lic_buffer *to = &p->digests[class_of(rows->places[i])];
        size_t at = (size_t)(rows->places[i] & (LIC_PLACE_ORDINALS - 1)) * LIC_HASH_SIZE;
        if (at < to->size) memcpy(to->data + at, rows->digests[i].bytes, LIC_HASH_SIZE);
    }
    lic_buffer_clear(&rows->bytes);
    empty(rows);
}

/* -- writing ---------------------------------------------------------------------------------------------- */

/* Rows come in order within their class only, receipts last. In the order of places they go behind all that is there, and SQLite fills
 * one page after the other instead of parting those at the end. `starts`: rows of each class, then where the next one goes. */
static void find_starts(uint32_t starts[LIC_OUTPUT_CLASSES])
{
    uint32_t at = 0;
    for (unsigned class = 0; class < LIC_OUTPUT_CLASSES; class ++) {
        uint32_t count = starts[class];
        starts[class] = at;
        at += count;
    }
}

static lic_status write_payloads(const pending_rows *rows)
{
    lic_row_payload payloads[PENDING_ROWS];
    uint32_t starts[LIC_OUTPUT_CLASSES] = {0};
    for (uint32_t i = 0; i < rows->payload_count; i++) starts[class_of(rows->places[i])]++;
    find_starts(starts);
    for (uint32_t i = 0; i < rows->payload_count; i++)
        payloads[starts[class_of(rows->places[i])]++] = (lic_row_payload){
            rows->places[i], lic_slice_of(salt_of(rows, i), LIC_SALT_SIZE), bytes_of(rows, i)};
    return lic_store_put_payload_rows(rows->store, payloads, rows->payload_count);
}

static lic_status write_outputs(const pending_rows *rows)
{
    lic_row_output outputs[PENDING_ROWS];
    uint32_t starts[LIC_OUTPUT_CLASSES] = {0};
    for (uint32_t i = 0; i < rows->output_count; i++) starts[class_of(rows->outputs[i].place)]++;
    find_starts(starts);
    for (uint32_t i = 0; i < rows->output_count; i++)
        outputs[starts[class_of(rows->outputs[i].place)]++] = rows->outputs[i];
    return lic_store_put_output_rows(rows->store, outputs, rows->output_count);
}

static void digest_all(pending_rows *rows)
{
    while (rows->looked_at < rows->payload_count) digest_next(rows);
}

void pending_digest(pending *p)
{
    digest_all(p->filling);
}

static lic_status write_all(pending_rows *rows)
{
    digest_all(rows);
    fill_leaves(rows);
    LIC_TRY(write_payloads(rows));
    LIC_TRY(
        lic_store_put_transaction_rows(rows->store, rows->transactions, rows->transaction_count));
    return write_outputs(rows);
}

static lic_status write_rows(void *context)
{
    pending_rows *rows = context;
    lic_status status = rows->result = write_all(rows);
    atomic_store(&rows->busy, false);
    return status;
}

/* What the store wrote meanwhile is there. When it failed, the block can only be given up, whoever was told first. */
static lic_status settle(pending *p)
{
    pending_rows *written = p->written;
    if (written == NULL || written->payload_count == 0) return LIC_OK;
    LIC_TRY(lic_store_wait(written->store));
    LIC_TRY(written->result);
    collect(p, written);
    return LIC_OK;
}

lic_status pending_flush(pending *p)
{
    LIC_TRY(settle(p));
    LIC_TRY(write_all(p->filling));
    collect(p, p->filling);
    return LIC_OK;
}

/* It is full: it is written, and the other one is filled, which has been written by then. */
static lic_status change(pending *p)
{
    pending_rows *full = p->filling, *other = p->written;
    if (other == NULL) other = make_rows(full->bytes.allocator, full->store, full->hasher);
    if (other == NULL) return pending_flush(p);
    p->written = other;
    while (atomic_load(&other->busy) && full->looked_at < full->payload_count) digest_next(full);
    LIC_TRY(settle(p));
    atomic_store(&full->busy, true);
    LIC_TRY(lic_store_do_behind(full->store, write_rows, full));
    p->filling = other;
    p->written = full;
    return LIC_OK;
}

lic_status pending_payload(pending *p, uint64_t place, const uint8_t salt[LIC_SALT_SIZE],
                           lic_slice bytes, lic_hash *digest)
{
    const lic_thresholds *most = lic_store_thresholds(p->filling->store);
    if (p->filling->payload_count == most->rows ||
        p->filling->bytes.size + bytes.size > most->row_bytes)
        LIC_TRY(change(p));
    pending_rows *rows = p->filling;
    uint32_t i = rows->payload_count;
    size_t start = rows->bytes.size;
    lic_put_bytes(&rows->bytes, salt, LIC_SALT_SIZE);
    lic_put_bytes(&rows->bytes, bytes.data, bytes.size);
    if (rows->bytes.failed) return LIC_NO_MEMORY;
    rows->places[i] = place;
    rows->starts[i] = start;
    rows->starts[i + 1] = rows->bytes.size;
    rows->digested[i] = digest != NULL;
    rows->payload_count++;
    if (digest == NULL) return LIC_OK;
    lic_salted_digest(rows->hasher, salt, bytes, digest);
    rows->digests[i] = *digest;
    return LIC_OK;
}

void pending_transaction(pending *p, const lic_row_transaction *row)
{
    p->filling->transactions[p->filling->transaction_count++] = *row;
}

void pending_output(pending *p, const lic_row_output *row)
{
    p->filling->outputs[p->filling->output_count++] = *row;
}
