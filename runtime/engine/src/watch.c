/* One transaction of the past run again, watched, on its contract's state of that time. */
#include "replica.h"

#include "outputs.h"

#include <string.h>

typedef struct lic_watching {
    lic_engine *engine;
    lic_contract *contract;
    uint32_t position; /* watched, or LIC_STORE_NONE: the timers */
    const lic_observer *observer;
    lic_error *error;
    lic_date until;   /* timers: the last day of the contract's in this block */
    uint32_t upload;  /* whose last chunk is known, or LIC_NONE32 */
    uint64_t last;    /* its place */
    lic_hash stepped; /* upload that ended in this block; zero: none */
    bool fresh;       /* the contract is deployed in this block, and was not yet */
} lic_watching;

static lic_status read_time(void *context, const lic_row_block *row)
{
    *(int64_t *)context = row->time;
    return LIC_OK;
}

static lic_status last_place(void *context, const lic_row_chunk *row)
{
    uint64_t *last = context;
    *last = row->place > *last ? row->place : *last;
    return LIC_OK;
}

/* A chunk that completed its upload runs it, unless that took several blocks; any other has no effect on the
 * contract. */
static lic_status watch_chunk(lic_watching *w, uint32_t position, const lic_transaction *t)
{
    lic_engine *engine = w->engine;
    lic_upload *upload = NULL;
    uint64_t last = 0, gas = 0;
    upload = lic_upload_find(engine, &t->body.lines.upload);
    if (upload == NULL && lic_upload_reopen(engine, &t->body.lines.upload, &upload) != LIC_OK)
        return LIC_OK;
    if (upload->contract != w->contract->number || upload->received != upload->chunks ||
        upload->begun != 0)
        return LIC_OK;
    if (w->upload != upload->number) { /* reading every chunk for every chunk would be quadratic */
        LIC_TRY(lic_store_read_chunks(
            lic_ledger_store(engine->ledger), LIC_CHUNK_SLOT(upload->number, 0),
            LIC_CHUNK_SLOT(upload->number, upload->chunks - 1u), last_place, &last));
        w->upload = upload->number;
        w->last = last;
    }
    if (w->last != LIC_PLACE(engine->height, LIC_CLASS_TRANSACTION, position)) return LIC_OK;
    lic_outcome outcome;
    memset(&outcome, 0, sizeof outcome);
    uint64_t limit = lic_ledger_genesis(engine->ledger)->limits.gas_limit;
    if (upload->kind == LIC_TX_LOAD) return lic_load_run(engine, upload, limit, &gas, w->error);
    return lic_report_run(engine, upload, limit, &gas, &outcome, w->error);
}

/* A report that was settled in steps, and came to its end in this block, ran first of all. */
static lic_status find_stepped(void *context, const lic_row_upload *row)
{
    lic_watching *w = context;
    if (row->contract == w->contract->number && row->state == LIC_UPLOAD_COMPLETE &&
        row->begun != 0 && row->ended == w->engine->height)
        w->stepped = row->id;
    return LIC_OK;
}

static lic_status run_stepped(lic_watching *w)
{
    static const lic_hash none;
    lic_engine *engine = w->engine;
    lic_upload *upload = NULL;
    lic_outcome outcome;
    uint64_t gas = 0, limit = lic_ledger_genesis(engine->ledger)->limits.gas_limit;
    lic_date today = engine->today;
    LIC_TRY(lic_store_read_uploads(lic_ledger_store(engine->ledger), find_stepped, w));
    if (lic_hash_equal(&w->stepped, &none)) return LIC_OK;
    LIC_TRY(lic_upload_reopen(engine, &w->stepped, &upload));
    memset(&outcome, 0, sizeof outcome);
    engine->cause = LIC_STORE_NONE;
    engine->today = upload->begun;
    engine->observer = w->position == LIC_STORE_NONE ? w->observer : NULL;
    lic_status status = lic_report_run(engine, upload, limit, &gas, &outcome, w->error);
    engine->observer = NULL;
    engine->today = today;
    return status;
}

static bool addresses(const lic_watching *w, const lic_row_transaction *row)
{
    return row->contract == w->contract->number || row->kind == LIC_TX_CLOCK;
}

static lic_status run_timers(lic_watching *w)
{
    if (w->fresh) return LIC_OK;
    w->engine->cause = LIC_STORE_NONE;
    w->engine->observer = w->position == LIC_STORE_NONE ? w->observer : NULL;
    lic_status status = lic_timers_contract(w->engine, w->contract, w->until, w->error);
    w->engine->observer = NULL;
    return status;
}

static lic_status run_one(lic_watching *w, uint32_t position, const lic_transaction *t)
{
    lic_outcome outcome;
    lic_call call = {.engine = w->engine, .transaction = t, .outcome = &outcome};
    memset(&outcome, 0, sizeof outcome);
    if (t->kind == LIC_TX_LINES) return watch_chunk(w, position, t);
    if (t->kind == LIC_TX_DEPLOY) {
        call.contract = w->contract;
        w->fresh = false;
        return lic_deploy_start(&call, w->error);
    }
    if (t->kind == LIC_TX_CLOCK || t->kind == LIC_TX_LOAD)
        return LIC_OK; /* timers follow; what is loaded runs with its last chunk */
    if (t->kind == LIC_TX_REPORT && t->body.report.chunks != 0)
        return LIC_OK; /* its last chunk runs it */
    LIC_TRY(lic_call_resolve(&call, w->error));
    return lic_kind_handler(t->kind)(&call, w->error);
}

static lic_status visit(void *context, uint32_t position, const lic_row_transaction *row,
                        bool erased, const lic_transaction *t)
{
    lic_watching *w = context;
    lic_engine *engine = w->engine;
    if (!addresses(w, row) || (w->position != LIC_STORE_NONE && position > w->position))
        return LIC_OK;
    if (erased)
        return lic_fail(w->error, LIC_DENIED, "erased", LIC_ERASED_HELP,
                        "transaction %u of block %llu was erased", position,
                        (unsigned long long)engine->height);
    engine->cause = position;
    engine->observer = position == w->position ? w->observer : NULL;
    lic_status status = run_one(w, position, t);
    engine->observer = NULL;
    LIC_TRY(status);
    return run_timers(w);
}

/* A simulated clock that moved in this block did so by a transaction, and the timers come behind that. */
static lic_status begins_with_timers(lic_watching *w, uint64_t height, bool *begins)
{
    lic_engine *engine = w->engine;
    int64_t before = 0;
    *begins = lic_ledger_genesis(engine->ledger)->clock == LIC_CLOCK_REAL;
    if (*begins || height == 0) return LIC_OK;
    LIC_TRY(lic_store_read_block(lic_ledger_store(engine->ledger), height - 1, read_time, &before));
    *begins = before == engine->time;
    return LIC_OK;
}

typedef struct lic_latest {
    lic_watching *w;
    bool readable;
    lic_run_head head;
} lic_latest;

static lic_status take_head(void *context, const lic_row_payload *row)
{
    lic_latest *latest = context;
    lic_cursor cursor;
    latest->readable = lic_output_head(row->bytes, &latest->head, &cursor);
    return LIC_OK;
}

static lic_status take_latest(void *context, const lic_row_output *row)
{
    lic_latest *latest = context;
    lic_watching *w = latest->w;
    if (row->contract != w->contract->number || row->cause != 0) return LIC_OK;
    latest->readable = false;
    LIC_TRY(
        lic_store_read_payload(lic_ledger_store(w->engine->ledger), row->place, take_head, latest));
    if (latest->readable && latest->head.today > w->until) w->until = latest->head.today;
    return LIC_OK;
}

/* A block may have ended before all that was due had run: its timers went as far as their outputs. Before a
 * transaction on the contract all of it has run. */
static lic_status find_until(lic_watching *w, uint64_t height)
{
    lic_latest latest = {.w = w};
    w->until = w->engine->today;
    if (w->position != LIC_STORE_NONE) return LIC_OK;
    w->until = LIC_DATE_MIN;
    LIC_TRY(lic_store_read_outputs(
        lic_ledger_store(w->engine->ledger), LIC_PLACE(height, LIC_OUTPUT_EVENT, 0),
        LIC_PLACE(height, LIC_OUTPUT_POSTINGS, LIC_PLACE_ORDINALS - 1), take_latest, &latest));
    if (w->until == LIC_DATE_MIN) w->until = w->engine->today;
    return LIC_OK;
}

static lic_status note_payment(void *context, const lic_row_transaction *row)
{
    lic_watching *w = context;
    if (row->contract == w->contract->number &&
        (row->kind == LIC_TX_PAY || row->kind == LIC_TX_ACKNOWLEDGE))
        w->engine->lean = false;
    return LIC_OK;
}

/* Duties that were there before matter to payments, and to code that asks for them. */
static lic_status find_payments(lic_watching *w, uint64_t height)
{
    w->engine->lean = true;
    return lic_store_read_transactions(lic_ledger_store(w->engine->ledger), LIC_PLACE(height, 0, 0),
                                       LIC_PLACE(height, 0, LIC_PLACE_ORDINALS - 1), note_payment,
                                       w);
}

/* Its state as of the block before; of a contract that is deployed in the block, what it begins with. */
static lic_status begin_contract(lic_watching *w)
{
    lic_contract *contract = w->contract;
    w->fresh = contract->height == w->engine->height;
    if (!w->fresh) return lic_contract_load(w->engine, contract, w->error);
    contract->head = (lic_contract_head){.held = LIC_NOT_HELD, .today = w->engine->today};
    contract->timer_known = false;
    return lic_contract_build(w->engine, contract, w->error);
}

lic_status lic_replica_watch(lic_engine *engine, uint32_t contract, uint64_t height,
                             uint32_t position, const lic_observer *observer, lic_effects_sink sink,
                             lic_error *error)
{
    int64_t time = 0;
    LIC_ASSERT(engine->block == NULL && engine->at_height != UINT64_MAX &&
               contract < engine->contract_count);
    LIC_TRY(lic_store_read_block(lic_ledger_store(engine->ledger), height, read_time, &time));
    engine->replaying = true; /* nothing is written */
    engine->height = height;
    engine->time = time;
    engine->today = lic_date_at(time);
    lic_watching w = {.engine = engine,
                      .contract = engine->contracts[contract],
                      .position = position,
                      .observer = observer,
                      .error = error,
                      .upload = LIC_NONE32};
    bool begins = false;
    LIC_TRY(find_payments(&w, height));
    LIC_TRY(begin_contract(&w));
    LIC_TRY(find_until(&w, height));
    LIC_TRY(run_stepped(&w));
    LIC_TRY(begins_with_timers(&w, height, &begins));
    if (begins) LIC_TRY(run_timers(&w));
    LIC_TRY(lic_ledger_transactions(engine->ledger, height, visit, &w, error));
    if (lic_engine_collect(engine) != LIC_OK)
        return lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory");
    return sink.apply == NULL ? LIC_OK : sink.apply(sink.context, &engine->effects);
}
