/* report/steps.c - reports that are settled over several blocks. */
#include "report/steps.h"

#include "outputs.h"

#include <string.h>

struct lic_steps {
    lic_report_work report;
    lic_work work;
    /* its effects, which are no block's until it ends */
    lic_arena *arena;
    lic_run_effects *first, *last;
};

/* -- effects of its own ------------------------------------------------------------------------------- */

/* Exchanges the block's effects and the report's. */
static void exchange(lic_engine *engine, lic_steps *steps)
{
    lic_arena *arena = engine->effects_arena;
    lic_run_effects *first = engine->effects.runs, *last = engine->last_run;
    engine->effects_arena = steps->arena;
    engine->effects.runs = steps->first;
    engine->last_run = steps->last;
    steps->arena = arena;
    steps->first = first;
    steps->last = last;
}

/* The report's effects become the block's, behind those that are there. Both arenas live until the seal. */
static lic_status hand_over(lic_engine *engine, lic_steps *steps)
{
    if (engine->settled_arena != NULL) return LIC_NO_MEMORY; /* one report ends in a block */
    engine->settled_arena = steps->arena;
    steps->arena = NULL;
    if (engine->last_run != NULL) engine->last_run->next = steps->first;
    else engine->effects.runs = steps->first;
    if (steps->last != NULL) engine->last_run = steps->last;
    steps->first = steps->last = NULL;
    return LIC_OK;
}

void lic_steps_drop(lic_engine *engine, lic_contract *contract)
{
    lic_steps *steps = contract->steps;
    if (steps == NULL) return;
    contract->steps = NULL;
    lic_report_free(&steps->report);
    lic_runs_free(engine, steps->first);
    lic_arena_destroy(steps->arena);
    lic_arena_destroy(steps->work.arena);
    lic_release(engine->allocator, steps, sizeof *steps);
}

/* -- its end ------------------------------------------------------------------------------------------- */

/* Nobody waits for an answer any more: that the report left nothing stands in an output. */
static lic_status record_refusal(lic_engine *engine, const lic_steps *steps)
{
    const lic_work *work = &steps->work;
    lic_buffer bytes;
    lic_buffer_init(&bytes, engine->allocator, 256);
    bool trapped = work->stop.trap != LIC_TRAP_NONE;
    lic_put_u8(&bytes, LIC_FORM_FAILURE);
    lic_put_bytes(&bytes, work->contract->id.bytes, LIC_HASH_SIZE);
    lic_put_u8(&bytes, LIC_ENTRY_REPORT);
    lic_put_u16(&bytes, steps->report.number);
    lic_put_u32(&bytes, (uint32_t)work->today);
    lic_put_u32(&bytes, (uint32_t)work->frame.period_first);
    lic_put_u32(&bytes, (uint32_t)work->frame.period_last);
    lic_put_u8(&bytes, (uint8_t)(trapped ? work->stop.trap : LIC_TRAP_REFUSED));
    lic_put_u16(&bytes,
                trapped ? lic_image_clause_at(work->contract->image, work->stop.pc) : LIC_NONE16);
    lic_put_u64(&bytes, work->stop.item);
    lic_status status = bytes.failed ? LIC_NO_MEMORY
                                     : lic_engine_output(engine, LIC_OUTPUT_EVENT, work->contract,
                                                         0, lic_slice_of(bytes.data, bytes.size));
    lic_buffer_free(&bytes);
    return status;
}

static void note_end(lic_engine *engine, const lic_steps *steps, lic_upload_state state,
                     const lic_error *why)
{
    lic_upload *upload = steps->report.upload;
    lic_step_outcome *outcome = &engine->stepped;
    upload->state = (uint8_t)state;
    upload->ended = engine->height;
    memset(outcome, 0, sizeof *outcome);
    outcome->upload = upload->id;
    outcome->height = engine->height;
    if (why != NULL) {
        outcome->status = why->status;
        outcome->error = *why;
        return;
    }
    outcome->lines = steps->report.outcome->lines;
    outcome->accepted = steps->report.outcome->accepted;
    outcome->rejected = steps->report.outcome->rejected;
}

static bool is_verdict(lic_status status)
{
    return status == LIC_TRAPPED || status == LIC_REFUSED || status == LIC_TOO_LARGE;
}

/* The report left nothing; its contract goes on as if it had never been. */
static lic_status refuse(lic_engine *engine, lic_steps *steps, lic_error *why)
{
    lic_contract *contract = steps->work.contract;
    lic_error unused = {0};
    LIC_TRY(record_refusal(engine, steps));
    lic_contract_touch(engine, contract); /* the block is listed under its days */
    note_end(engine, steps, LIC_UPLOAD_REFUSED, why);
    lic_steps_drop(engine, contract);
    return lic_timers_contract(engine, contract, engine->today, &unused);
}

static lic_status settle(lic_engine *engine, lic_steps *steps, lic_error *error)
{
    lic_contract *contract = steps->work.contract;
    note_end(engine, steps, LIC_UPLOAD_COMPLETE, NULL);
    lic_uploads_overtaken(engine, steps->report.upload);
    lic_block_gas(engine->block, steps->work.gas);
    if (hand_over(engine, steps) != LIC_OK)
        return lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory");
    lic_steps_drop(engine, contract);
    LIC_TRY(lic_settle_retry(engine, contract, error));
    return lic_timers_contract(engine, contract, engine->today, error);
}

/* -- steps ----------------------------------------------------------------------------------------------- */

/* With the report's effects in the engine's place: carries it on; *done: it is kept. After an error the unit is rolled
 * back. */
static lic_status carry_on(lic_steps *steps, uint64_t *lines, bool may_end, bool *done)
{
    lic_report_work *r = &steps->report;
    bool all = false;
    *done = false;
    lic_status status = lic_report_some(r, lines, &all);
    if (status == LIC_OK && (!all || !may_end)) return LIC_OK;
    if (status == LIC_OK) status = lic_report_end(r);
    if (status != LIC_OK) {
        lic_work_roll_back(&steps->work);
        return status;
    }
    if (lic_work_keep(&steps->work) != LIC_OK) /* it has rolled back */
        return lic_fail(r->error, LIC_NO_MEMORY, "memory", "", "out of memory");
    *done = true;
    return LIC_OK;
}

/* Works off `lines` of the report, which is all that is left of them for this block. */
static lic_status step(lic_engine *engine, lic_steps *steps, uint64_t *lines, lic_error *error)
{
    lic_upload *upload = steps->report.upload;
    lic_error why = {0};
    bool done = false;
    uint32_t cause = engine->cause;
    uint64_t before = steps->report.line;
    steps->report.error = &why;
    steps->work.mark = lic_block_mark_of(engine->block);
    engine->cause = LIC_STORE_NONE;
    exchange(engine, steps);
    lic_status status = carry_on(steps, lines, engine->settled_arena == NULL, &done);
    exchange(engine, steps);
    upload->worked += steps->report.line - before;
    upload->changed = true;
    engine->dirty = true;
    if (is_verdict(status)) status = refuse(engine, steps, &why);
    else if (status == LIC_OK && done) status = settle(engine, steps, &why);
    engine->cause = cause;
    if (status != LIC_OK) *error = why;
    return status;
}

/* Begins the run of a report; its contract is busy from here on. */
static lic_status begin(lic_engine *engine, lic_upload *upload, lic_error *error)
{
    lic_contract *contract = engine->contracts[upload->contract];
    uint64_t limit = lic_ledger_genesis(engine->ledger)->limits.gas_limit;
    LIC_TRY(lic_contract_load(engine, contract, error));
    lic_steps *steps = lic_allocate_zero(engine->allocator, 1, sizeof *steps);
    if (steps == NULL) return lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory");
    uint32_t cause = engine->cause;
    engine->cause = LIC_STORE_NONE; /* of the block in which it ends */
    exchange(engine, steps);        /* so that the unit begins with no effects before it */
    lic_status status = lic_work_begin(engine, contract, upload->begun, limit, &steps->work, error);
    if (status == LIC_OK) {
        steps->report = (lic_report_work){.work = &steps->work,
                                          .upload = upload,
                                          .report = &contract->image->reports[upload->subject],
                                          .number = upload->subject,
                                          .error = error};
        status = lic_report_begin(&steps->report);
        if (status != LIC_OK) lic_work_roll_back(&steps->work);
    }
    exchange(engine, steps);
    engine->cause = cause;
    contract->steps = steps;
    if (status != LIC_OK) lic_steps_drop(engine, contract);
    return status;
}

lic_status lic_steps_start(lic_engine *engine, lic_upload *upload, lic_error *error)
{
    lic_contract *contract = engine->contracts[upload->contract];
    LIC_TRY(lic_contract_load(engine, contract, error));
    LIC_TRY(lic_report_admit(engine, contract, LIC_NONE16, upload->subject, upload->period, error));
    upload->begun = engine->today;
    lic_status status = begin(engine, upload, error);
    if (status != LIC_OK) {
        upload->begun = 0;
        return status;
    }
    upload->state = LIC_UPLOAD_RUNNING;
    if (engine->work > 0) status = step(engine, contract->steps, &engine->work, error);
    engine->spoilt = engine->spoilt || status != LIC_OK;
    return status;
}

/* What earlier blocks did: the engine was opened, or gave up a block, since then. */
static lic_status make_again(lic_engine *engine, lic_upload *upload, lic_error *error)
{
    bool done = false;
    LIC_TRY(begin(engine, upload, error));
    lic_steps *steps = engine->contracts[upload->contract]->steps;
    uint64_t lines = upload->worked;
    steps->report.error = error;
    exchange(engine, steps);
    lic_status status = carry_on(steps, &lines, false, &done);
    exchange(engine, steps);
    return status;
}

/* The report under way with the lowest number that is at least `first`; NULL: none. */
static lic_upload *next_running(const lic_engine *engine, uint32_t first)
{
    lic_upload *found = NULL;
    for (lic_upload *u = engine->uploads; u != NULL; u = u->next)
        if (u->state == LIC_UPLOAD_RUNNING && u->number >= first &&
            (found == NULL || u->number < found->number))
            found = u;
    return found;
}

lic_status lic_steps_run(lic_engine *engine, lic_error *error)
{
    engine->work = lic_ledger_genesis(engine->ledger)->limits.work_per_block;
    lic_upload *upload = next_running(engine, 0);
    for (; upload != NULL; upload = next_running(engine, upload->number + 1)) {
        if (engine->contracts[upload->contract]->steps == NULL)
            LIC_TRY(make_again(engine, upload, error));
        if (engine->work > 0)
            LIC_TRY(step(engine, engine->contracts[upload->contract]->steps, &engine->work, error));
    }
    return LIC_OK;
}

bool lic_engine_busy(const lic_engine *engine)
{
    return next_running(engine, 0) != NULL;
}

lic_status lic_engine_work(lic_engine *engine, lic_error *error)
{
    lic_error scratch = {0};
    if (error == NULL) error = &scratch;
    if (engine->block == NULL)
        LIC_TRY(lic_engine_begin(engine, lic_ledger_now(engine->ledger), error));
    return lic_engine_commit(engine, error);
}
