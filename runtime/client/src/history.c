/* history.c - walks over a ledger's transactions in order. Headers of uploads are kept until their last
 * chunk comes by; then the chunks are read in order of their numbers, for they may have come in any. */
#include "history.h"

#include <string.h>

#define EVENT_ARENA_MAX ((size_t)64 << 20) /* texts of one transaction, which has 2.3 MiB at most */

/* A header whose upload was completed later. It holds no slices, so that it can be copied. */
typedef struct waiting {
    lic_transaction header;
    uint32_t party, contract, upload, chunks, received;
} waiting;

typedef struct walk {
    lic_client *client;
    lic_ledger *ledger;
    uint32_t only; /* contract, or LIC_NONE32: all */
    lic_client_event_visit *visit;
    void *context;
    lic_error *error;
    waiting *list;
    size_t count, capacity;
    uint64_t height;
    lic_date date;
    lic_status failed; /* what a visit answered */
} walk;

/* -- showing ------------------------------------------------------------------------------------------- */

static lic_client_event event_at(const walk *w, uint32_t position, const lic_row_transaction *row)
{
    return (lic_client_event){.height = w->height,
                              .position = position,
                              .date = w->date,
                              .kind = (uint16_t)row->kind,
                              .id = row->id,
                              .contract = LIC_NONE32};
}

static lic_status show(walk *w, const lic_client_event *event)
{
    w->failed = w->visit(w->context, event);
    return w->failed;
}

static lic_status show_transaction(walk *w, lic_client_event *event, uint32_t party,
                                   uint32_t contract, const lic_transaction *transaction)
{
    lic_arena *arena = lic_arena_create(w->client->options.allocator, EVENT_ARENA_MAX);
    if (arena == NULL) return client_out_of_memory(w->error);
    lic_status status = history_describe(w->client, arena, transaction, party, contract, event,
                                         w->error);
    if (status == LIC_OK) status = show(w, event);
    lic_arena_destroy(arena);
    return status;
}

static lic_status show_erased(walk *w, uint32_t position, uint32_t contract,
                              const lic_row_transaction *row)
{
    lic_client_event event = event_at(w, position, row);
    LIC_TRY(history_describe_erased(w->client, row->party, contract, &event, w->error));
    return show(w, &event);
}

/* -- uploads --------------------------------------------------------------------------------------------- */

static lic_status take_chunk(void *context, const lic_row_chunk *row)
{
    lic_buffer *bytes = context;
    lic_put_bytes(bytes, row->bytes.data, row->bytes.size);
    return bytes->failed ? LIC_NO_MEMORY : LIC_OK;
}

static lic_status show_upload(walk *w, const waiting *upload, uint32_t position,
                              const lic_row_transaction *row)
{
    lic_buffer bytes;
    lic_client_event event = event_at(w, position, row);
    const lic_transaction *header = &upload->header;
    bool report = header->kind == LIC_TX_REPORT;
    uint64_t size = report ? header->body.report.bytes : header->body.load.bytes;
    lic_buffer_init(&bytes, w->client->options.allocator, (size_t)size);
    event.kind = header->kind;
    event.id = header->id;
    lic_status status = lic_buffer_reserve(&bytes, (size_t)size) ? LIC_OK : LIC_NO_MEMORY;
    if (status == LIC_OK)
        status = lic_store_read_chunks(
            lic_ledger_store(w->ledger), LIC_CHUNK_SLOT(upload->upload, 0),
            LIC_CHUNK_SLOT(upload->upload, upload->chunks - 1), take_chunk, &bytes);
    if (status == LIC_NO_MEMORY) (void)client_out_of_memory(w->error);
    event.bytes = lic_slice_of(bytes.data, bytes.size);
    if (status == LIC_OK)
        status = show_transaction(w, &event, upload->party, upload->contract, header);
    lic_buffer_free(&bytes);
    return status;
}

static lic_status take_upload(void *context, const lic_row_upload *row)
{
    *(lic_row_upload *)context = *row;
    return LIC_OK;
}

/* Chunks of an upload that are still there. */
static lic_status count_chunks(const walk *w, uint32_t upload, int64_t *count)
{
    lic_sql *sql = NULL;
    bool row = false;
    lic_store *store = lic_ledger_store(w->ledger);
    LIC_TRY(
        lic_sql_prepare(store, "SELECT count(*) FROM chunks WHERE slot BETWEEN ?1 AND ?2", &sql));
    lic_sql_bind_i64(sql, 1, (int64_t)LIC_CHUNK_SLOT(upload, 0));
    lic_sql_bind_i64(sql, 2, (int64_t)LIC_CHUNK_SLOT(upload + 1u, 0) - 1);
    lic_status status = lic_sql_step(sql, &row);
    if (status == LIC_OK && row) *count = lic_sql_i64(sql, 0);
    lic_sql_destroy(sql);
    return status;
}

static lic_status keep(walk *w, const waiting *upload)
{
    if (w->count == w->capacity) {
        size_t wanted = w->capacity == 0 ? 4 : w->capacity * 2;
        const lic_allocator *a = w->client->options.allocator;
        waiting *grown = a->resize(a->context, w->list, w->capacity * sizeof *grown,
                                   wanted * sizeof *grown);
        if (grown == NULL) return client_out_of_memory(w->error);
        w->list = grown;
        w->capacity = wanted;
    }
    w->list[w->count++] = *upload;
    return LIC_OK;
}

/* One that never was completed had no effect; of one that was, and has lost chunks since, nobody can say when
 * the last of them came: it is shown where its header stands. */
static lic_status meet_header(walk *w, uint32_t position, const lic_row_transaction *row,
                              const lic_transaction *header)
{
    enum { COMPLETE = 1 };
    lic_row_upload upload = {.state = 0};
    int64_t there = 0;
    LIC_TRY(lic_store_read_upload(lic_ledger_store(w->ledger), &row->id, take_upload, &upload));
    if (upload.state != COMPLETE) return LIC_OK;
    LIC_TRY(count_chunks(w, upload.number, &there));
    if (there != (int64_t)upload.chunks) return show_erased(w, position, row->contract, row);
    const waiting kept = {.header = *header,
                          .party = row->party,
                          .contract = row->contract,
                          .upload = upload.number,
                          .chunks = upload.chunks};
    return keep(w, &kept);
}

static lic_status meet_chunk(walk *w, uint32_t position, const lic_row_transaction *row,
                             const lic_hash *upload)
{
    for (size_t i = 0; i < w->count; i++) {
        waiting *each = &w->list[i];
        if (!lic_hash_equal(&each->header.id, upload)) continue;
        if (++each->received < each->chunks) return LIC_OK;
        const waiting done = *each;
        *each = w->list[--w->count];
        return show_upload(w, &done, position, row);
    }
    return LIC_OK;
}

/* -- the walk ---------------------------------------------------------------------------------------------- */

/* The row of a deployment names no contract, for it came before there was one: the contract has its id. */
static uint32_t contract_of(const walk *w, const lic_row_transaction *row)
{
    uint32_t number = row->contract;
    char id[LIC_HASH_TEXT];
    lic_error unknown;
    if (row->kind != LIC_TX_DEPLOY) return number;
    lic_hash_print(&row->id, id);
    if (lic_engine_find_contract(w->client->engine, lic_slice_text(id), &number, &unknown) !=
        LIC_OK)
        return LIC_STORE_NONE;
    return number;
}

static lic_status meet(void *context, uint32_t position, const lic_row_transaction *row,
                       bool erased, const lic_transaction *transaction)
{
    walk *w = context;
    uint32_t contract = contract_of(w, row);
    if (w->only != LIC_NONE32 && contract != w->only) return LIC_OK;
    if (row->kind == LIC_TX_LINES)
        return erased ? LIC_OK : meet_chunk(w, position, row, &transaction->body.lines.upload);
    if (erased) return show_erased(w, position, contract, row);
    if (row->kind == LIC_TX_LOAD || row->kind == LIC_TX_REPORT)
        return meet_header(w, position, row, transaction);
    lic_client_event event = event_at(w, position, row);
    return show_transaction(w, &event, row->party, contract, transaction);
}

static lic_status take_date(void *context, const lic_row_block *row)
{
    *(lic_date *)context = client_date(row->time);
    return LIC_OK;
}

static lic_status walk_block(walk *w, uint64_t height)
{
    lic_store *store = lic_ledger_store(w->ledger);
    w->height = height;
    lic_status status = lic_store_read_block(store, height, take_date, &w->date);
    if (status != LIC_OK) {
        if (w->error != NULL) *w->error = *lic_store_error(store);
        return status;
    }
    return lic_ledger_transactions(w->ledger, height, meet, w, w->error);
}

lic_status lic_client_history(lic_client *client, lic_slice contract, lic_client_event_visit *visit,
                              void *context, lic_error *error)
{
    walk w = {.client = client,
              .ledger = lic_engine_ledger(client->engine),
              .only = LIC_NONE32,
              .visit = visit,
              .context = context,
              .error = error};
    if (contract.size > 0)
        LIC_TRY(lic_engine_find_contract(client->engine, contract, &w.only, error));
    lic_error before = {0};
    if (error != NULL) before = *error;
    lic_status status = LIC_OK;
    uint64_t last = lic_ledger_tip(w.ledger)->height;
    for (uint64_t height = 0; height <= last && status == LIC_OK; height++)
        status = walk_block(&w, height);
    lic_release(client->options.allocator, w.list, w.capacity * sizeof *w.list);
    /* what a visit answers is its own affair, and no fault of the ledger */
    if (w.failed != LIC_OK && error != NULL) *error = before;
    return status;
}
