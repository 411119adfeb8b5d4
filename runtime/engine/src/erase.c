/* erase.c - erasing contents (licet/erase.h). Order matters: what goes is found, the state behind it is made by executing
 * the blocks before, a replay is shown to be able to go on from what is kept of it, and only then is anything deleted,
 * in one database transaction with the note of it. */
#include "kept.h"
#include "remake.h"

#include <licet/erase.h>
#include <licet/erased.h>
#include <licet/projection.h>

typedef struct erasing {
    const lic_erase_options *options;
    lic_store *store;
    lic_erase_result *result;
    lic_error *error;
    lic_buffer places; /* u64 each: of the transactions that go */
    lic_buffer slots;  /* first and last slot, u64 each, of the uploads whose chunks go */
    uint64_t behind;   /* the state that is kept is that of this block or a later one */
    uint64_t place;    /* of the transaction looked at */
    lic_row_upload upload;
    uint32_t kind;
    bool found;
    int64_t time;
} erasing;

static lic_status store_failed(const erasing *e, lic_status status)
{
    if (status != LIC_OK && lic_store_error(e->store)->status == status)
        *e->error = *lic_store_error(e->store);
    return status;
}

/* -- finding ------------------------------------------------------------------------------------------------------- */

static lic_status take_transaction(void *context, const lic_row_transaction *row)
{
    erasing *e = context;
    e->found = true;
    e->place = row->place;
    e->kind = row->kind;
    return LIC_OK;
}

static lic_status take_upload(void *context, const lic_row_upload *row)
{
    erasing *e = context;
    e->found = true;
    e->upload = *row;
    return LIC_OK;
}

static lic_status take_chunk(void *context, const lic_row_chunk *row)
{
    erasing *e = context;
    lic_put_u64(&e->places, row->place);
    e->result->chunks++;
    return e->places.failed ? LIC_NO_MEMORY : LIC_OK;
}

static void reach(erasing *e, uint64_t height)
{
    if (height > e->behind) e->behind = height;
}

/* A report goes with its lines, which are transactions too. */
static lic_status find_lines(erasing *e, const lic_hash *id)
{
    e->found = false;
    LIC_TRY(lic_store_read_upload(e->store, id, take_upload, e));
    if (!e->found) return LIC_OK;
    if (e->upload.state == LIC_UPLOAD_WAITING || e->upload.state == LIC_UPLOAD_RUNNING)
        return lic_fail(e->error, LIC_REFUSED, "waiting",
                        "wait until it is settled, or expires: licet show uploads",
                        "the report is not settled: its lines are needed");
    reach(e, e->upload.ended);
    uint64_t first = LIC_CHUNK_SLOT(e->upload.number, 0);
    uint64_t last = LIC_CHUNK_SLOT(e->upload.number + 1, 0) - 1;
    lic_put_u64(&e->slots, first);
    lic_put_u64(&e->slots, last);
    return lic_store_read_chunks(e->store, first, last, take_chunk, e);
}

static bool may_go(uint32_t kind)
{
    return kind == LIC_TX_REPORT || kind == LIC_TX_FACT || kind == LIC_TX_ACT ||
           kind == LIC_TX_PAY || kind == LIC_TX_ACKNOWLEDGE;
}

static lic_status find_one(erasing *e, const lic_hash *id)
{
    char text[LIC_HASH_TEXT];
    lic_hash_print(id, text);
    e->found = false;
    LIC_TRY(lic_store_read_transaction(e->store, id, take_transaction, e));
    if (!e->found)
        return lic_fail(e->error, LIC_MISSING, "transaction", "`licet log transactions` lists them",
                        "the ledger holds no transaction %s", text);
    if (e->kind == LIC_TX_LINES)
        return lic_fail(e->error, LIC_REFUSED, "kind", "erase the report whose lines they are",
                        "%s is a part of a report", text);
    if (!may_go(e->kind))
        return lic_fail(e->error, LIC_REFUSED, "kind",
                        "reports, facts, acts, payments and acknowledgements can be erased",
                        "%s is a transaction %s: what it brought is part of the state, from which "
                        "the roots of all later blocks are computed",
                        text, lic_transaction_kind_name((uint16_t)e->kind));
    reach(e, e->place >> 28);
    lic_put_u64(&e->places, e->place);
    if (e->kind == LIC_TX_REPORT) LIC_TRY(find_lines(e, id));
    return e->places.failed || e->slots.failed ? LIC_NO_MEMORY : LIC_OK;
}

/* -- what is kept ----------------------------------------------------------------------------------------------------- */

/* The proof, before it is needed: an engine that knows nothing goes on from what is kept. */
static lic_status try_resume(const erasing *e, uint64_t height, lic_slice kept)
{
    const lic_replay_options *replay = &e->options->replay;
    lic_engine *engine = NULL;
    const lic_engine_options options = {.path = replay->path,
                                        .allocator = replay->allocator,
                                        .random = replay->random,
                                        .vfs = replay->vfs,
                                        .read_only = true};
    LIC_TRY(lic_replica_open(&options, &engine, e->error));
    lic_status status = lic_kept_resume(engine, height, kept, e->error);
    lic_engine_close(engine);
    return status;
}

static lic_status make_kept(erasing *e, lic_buffer *kept)
{
    lic_replay_result replayed;
    lic_engine *engine = NULL;
    lic_status status = lic_remake_until(&e->options->replay, e->behind, &replayed, &engine,
                                         e->error);
    if (status == LIC_OK) status = lic_kept_put(engine, kept);
    e->result->kept = replayed.blocks;
    lic_engine_close(engine);
    LIC_TRY(status);
    return try_resume(e, e->result->kept, lic_slice_of(kept->data, kept->size));
}

/* -- deleting ---------------------------------------------------------------------------------------------------------- */

static lic_status note(const erasing *e, uint64_t place)
{
    const lic_erasure erasure = {.place = place, .time = e->time, .why = e->options->why};
    return lic_store_put_erasure(e->store, &erasure);
}

static lic_status see_payload(void *context, const lic_row_payload *row)
{
    (void)row;
    *(bool *)context = true;
    return LIC_OK;
}

/* *there: it was there. */
static lic_status delete_payload(const erasing *e, uint64_t place, bool *there)
{
    *there = false;
    LIC_TRY(lic_store_read_payload(e->store, place, see_payload, there));
    if (!*there) return LIC_OK;
    LIC_TRY(lic_store_erase_payload(e->store, place));
    return note(e, place);
}

typedef struct caused {
    uint64_t cause;
    lic_buffer *places;
} caused;

static lic_status take_output(void *context, const lic_row_output *row)
{
    const caused *c = context;
    bool receipt = ((row->place >> 24) & 15) == LIC_OUTPUT_RECEIPT;
    if (row->cause == c->cause && !receipt) lic_put_u64(c->places, row->place);
    return c->places->failed ? LIC_NO_MEMORY : LIC_OK;
}

static lic_status delete_outputs(erasing *e, uint64_t cause)
{
    lic_buffer places;
    lic_buffer_init(&places, e->options->replay.allocator, (size_t)1 << 30);
    caused c = {.cause = cause, .places = &places};
    lic_status status = lic_store_read_outputs(e->store, LIC_PLACE(cause >> 28, 1, 0),
                                               LIC_PLACE((cause >> 28) + 1, 0, 0) - 1, take_output,
                                               &c);
    for (size_t i = 0; status == LIC_OK && i < places.size; i += sizeof(uint64_t)) {
        bool there = false;
        status = delete_payload(e, lic_load_u64(places.data + i), &there);
        e->result->outputs += there;
    }
    lic_buffer_free(&places);
    return status;
}

static lic_status delete_all(erasing *e, const lic_buffer *kept)
{
    LIC_TRY(
        lic_store_put_kept_state(e->store, e->result->kept, lic_slice_of(kept->data, kept->size)));
    for (size_t i = 0; i < e->places.size; i += sizeof(uint64_t)) {
        uint64_t place = lic_load_u64(e->places.data + i);
        bool there = false;
        LIC_TRY(delete_payload(e, place, &there));
        e->result->transactions += there;
        if (e->options->outputs) LIC_TRY(delete_outputs(e, place));
    }
    for (size_t i = 0; i < e->slots.size; i += 2 * sizeof(uint64_t))
        LIC_TRY(lic_store_erase_chunks(e->store, lic_load_u64(e->slots.data + i),
                                       lic_load_u64(e->slots.data + i + sizeof(uint64_t))));
    return LIC_OK;
}

/* -- all of it ------------------------------------------------------------------------------------------------------------ */

static lic_status erase(erasing *e, lic_buffer *kept)
{
    for (size_t i = 0; i < e->options->count; i++)
        LIC_TRY(store_failed(e, find_one(e, &e->options->ids[i])));
    LIC_TRY(make_kept(e, kept));
    LIC_TRY(store_failed(e, lic_store_begin(e->store)));
    lic_status status = delete_all(e, kept);
    if (status == LIC_OK) status = lic_store_commit(e->store);
    (void)store_failed(e, status);
    lic_store_rollback(e->store);
    LIC_TRY(status);
    status = store_failed(e, lic_store_clean(e->store));
    if (status != LIC_LOCKED) return status;
    return lic_fail(e->error, LIC_LOCKED, "reader", "run the same command again when it is done",
                    "all is erased, but another process still reads the ledger, whose file "
                    "cannot be written anew meanwhile: old bytes may be left in it");
}

static lic_status check_reason(const lic_erase_options *options, lic_error *error)
{
    bool good = options->why.size > 0 && options->why.size <= LIC_ERASE_WHY_MAX &&
                lic_utf8_valid(options->why);
    for (size_t i = 0; good && i < options->why.size; i++) good = options->why.data[i] >= 0x20;
    if (good) return LIC_OK;
    return lic_fail(error, LIC_MALFORMED, "why", "say in a line why the content goes",
                    "the reason is no text of 1 to %d bytes on one line", LIC_ERASE_WHY_MAX);
}

lic_status lic_erase(const lic_erase_options *options, lic_erase_result *result, lic_error *error)
{
    const lic_replay_options *replay = &options->replay;
    const lic_store_options store_options = {.path = replay->path,
                                             .mode = LIC_STORE_WRITE,
                                             .journal = LIC_JOURNAL_ROLLBACK,
                                             .allocator = replay->allocator,
                                             .clock = options->clock,
                                             .random = replay->random,
                                             .vfs = replay->vfs,
                                             .wait_ms = options->wait_ms,
                                             .modules = &lic_projection_module,
                                             .module_count = 1};
    erasing e = {.options = options, .result = result, .error = error};
    lic_buffer kept;
    *result = (lic_erase_result){0};
    LIC_TRY(check_reason(options, error));
    LIC_TRY(lic_store_open(&store_options, &e.store, error));
    e.time = options->clock->now(options->clock->context);
    lic_buffer_init(&e.places, replay->allocator, (size_t)1 << 30);
    lic_buffer_init(&e.slots, replay->allocator, (size_t)1 << 30);
    lic_buffer_init(&kept, replay->allocator, (size_t)1 << 30);
    lic_status status = erase(&e, &kept);
    lic_buffer_free(&kept);
    lic_buffer_free(&e.slots);
    lic_buffer_free(&e.places);
    lic_store_close(e.store);
    return status;
}
