/* What follows every change of a contract: credits are allotted, periods that are due are settled,
 * step runs until it rests, and wake says when it must be looked at again. Timers do the same on the
 * day on which something falls due. */
#include "work.h"

#include <string.h>

#define NEVER (LIC_DATE_MAX + 1)

/* -- periods -------------------------------------------------------------------------------------------------------- */

bool lic_date_after(lic_date base, lic_delay delay, bool roll, lic_date *date)
{
    lic_date moved = base;
    if (delay.months != 0 && !lic_date_add_months(base, delay.months, roll, &moved)) return false;
    int64_t day = (int64_t)moved + delay.days;
    if (!lic_date_valid(day)) return false;
    *date = (lic_date)day;
    return true;
}

static lic_date term_first(const lic_contract *c)
{
    return (lic_date)lic_field_get(c->tables, c->image->lifecycle.first_field, 0);
}

static lic_date term_last(const lic_contract *c)
{
    return (lic_date)lic_field_get(c->tables, c->image->lifecycle.last_field, 0);
}

static lic_date anchor_of(const lic_contract *contract)
{
    return contract->image->rules.years_contract ? term_first(contract) : LIC_DATE_MIN;
}

lic_period lic_settle_period(const lic_contract *contract, uint8_t kind, lic_date day)
{
    return lic_period_of((lic_period_kind)kind, anchor_of(contract), day);
}

lic_period lic_settle_following(const lic_contract *contract, uint8_t kind, lic_period period)
{
    return lic_period_next((lic_period_kind)kind, anchor_of(contract), period);
}

lic_term_span lic_settle_span(const lic_contract *contract, lic_period period)
{
    lic_date first = term_first(contract), last = term_last(contract);
    lic_term_span span = {.full_first = period.first, .full_last = period.last};
    span.first = period.first < first ? first : period.first;
    span.last = period.last > last ? last : period.last;
    return span;
}

/* -- jobs: periodic terms and statements, by period ------------------------------------------------------------------- */

typedef struct lic_job {
    uint32_t index; /* among all jobs of the image */
    uint16_t next_field, number;
    uint8_t period;
    lic_delay deadline;
    bool is_statement;
} lic_job;

static uint32_t job_count(const lic_image *image)
{
    return image->periodics_count + image->statements_count;
}

/* Periodic terms before statements, so that a statement shows what the period's terms did. */
static lic_job job_at(const lic_image *image, uint32_t index)
{
    if (index < image->periodics_count) {
        const lic_periodic *p = &image->periodics[index];
        return (lic_job){index, p->next_field, (uint16_t)index, p->period, p->deadline, false};
    }
    uint16_t number = (uint16_t)(index - image->periodics_count);
    const lic_statement *s = &image->statements[number];
    return (lic_job){index, s->next_field, number, s->period, s->deadline, true};
}

/* Every report is settled for the days up to `last`. */
static bool reports_settled(const lic_contract *contract, lic_date last)
{
    const lic_image *image = contract->image;
    for (uint32_t i = 0; i < image->reports_count; i++)
        if (lic_field_get(contract->tables, image->reports[i].next_field, 0) <= last) return false;
    return true;
}

static lic_date close_date(const lic_contract *contract)
{
    if (contract->head.status != LIC_CONTRACT_RUN_OFF) return NEVER;
    const lic_lifecycle *lifecycle = &contract->image->lifecycle;
    lic_date since = (lic_date)lic_field_get(contract->tables, lifecycle->since_field, 0), date = 0;
    bool roll = contract->image->rules.months_roll;
    return lic_date_after(since, lifecycle->run_off, roll, &date) ? date : NEVER;
}

/* The day from which the job's next period can be settled; NEVER when there is none left. */
static lic_date job_due(const lic_contract *contract, const lic_job *job, lic_term_span *span)
{
    lic_date next = (lic_date)lic_field_get(contract->tables, job->next_field, 0);
    if (next > term_last(contract) || next == LIC_DATE_MAX) return NEVER;
    *span = lic_settle_span(contract, lic_settle_period(contract, job->period, next));
    lic_date ended = span->last + 1;
    bool waits = job->is_statement || contract->code->waits[job->number];
    if (!waits || reports_settled(contract, span->last)) return ended;
    /* a term without a deadline of its own waits for its reports, at most until the run-off is over */
    if (job->deadline.months == 0 && job->deadline.days == 0) {
        lic_date closes = close_date(contract);
        return closes == NEVER || closes > ended ? closes : ended;
    }
    lic_date deadline = 0;
    if (!lic_date_after(span->last, job->deadline, contract->image->rules.months_roll, &deadline))
        return NEVER;
    return deadline < ended ? ended : deadline;
}

static lic_trap run_job(lic_work *work, const lic_job *job, const lic_term_span *span)
{
    lic_contract *contract = work->contract;
    work->job = job->index;
    lic_period period = {span->full_first, span->full_last};
    lic_period after = lic_settle_following(contract, job->period, period);
    lic_trap trap = lic_field_set(contract->tables, job->next_field, 0, after.first);
    if (trap != LIC_TRAP_NONE) return trap;
    if (job->is_statement) return lic_statements_issue(work, job->number, span);
    return lic_work_do(work, LIC_ENTRY_PERIOD, job->number,
                       contract->image->periodics[job->number].entry, span);
}

static bool accrues(const lic_contract *contract)
{
    return contract->head.status == LIC_CONTRACT_OPEN ||
           contract->head.status == LIC_CONTRACT_RUN_OFF;
}

/* Settles what is due today, earliest day first, ties in the order of jobs. */
static lic_trap settle_periods(lic_work *work, bool *any)
{
    lic_contract *contract = work->contract;
    for (uint32_t rounds = 0; accrues(contract); rounds++) {
        lic_date best = NEVER;
        lic_job chosen = {0};
        lic_term_span span = {0}, chosen_span = {0};
        for (uint32_t i = 0; i < job_count(contract->image); i++) {
            lic_job job = job_at(contract->image, i);
            if (lic_is_held_job(contract, i)) continue;
            lic_date due = job_due(contract, &job, &span);
            if (due < best) {
                best = due;
                chosen = job;
                chosen_span = span;
            }
        }
        if (best > work->today) return LIC_TRAP_NONE;
        if (rounds == work->engine->rules->settle_max) return LIC_TRAP_LIMIT;
        *any = true;
        lic_trap trap = run_job(work, &chosen, &chosen_span);
        if (trap != LIC_TRAP_NONE) return trap;
        work->job = LIC_NONE32;
    }
    return LIC_TRAP_NONE;
}

/* -- lifecycle ---------------------------------------------------------------------------------------------------------- */

static lic_trap run_step(lic_work *work, bool *moved)
{
    uint16_t entry = lic_image_entry(work->contract->image, LIC_ENTRY_STEP, LIC_NONE16);
    if (entry == LIC_NONE16) return LIC_TRAP_NONE;
    for (uint32_t i = 0; work->contract->head.status != LIC_CONTRACT_CLOSED; i++) {
        if (i == work->engine->rules->step_max) return LIC_TRAP_LIMIT;
        lic_run_effects *run = lic_work_start_run(work, LIC_ENTRY_STEP, LIC_NONE16, NULL);
        if (run == NULL) return lic_work_fail(work, LIC_NO_MEMORY);
        work->state_entered = false;
        lic_trap trap = lic_work_entry(work, entry);
        if (trap != LIC_TRAP_NONE) return trap;
        trap = lic_work_close_run(work);
        if (trap != LIC_TRAP_NONE) return trap;
        bool active = work->state_entered || run->posting_count != 0 || run->duty_count != 0 ||
                      run->event_count != 0;
        if (!active) break;
        *moved = true;
    }
    return LIC_TRAP_NONE;
}

static lic_trap run_wake(lic_work *work)
{
    uint16_t entry = lic_image_entry(work->contract->image, LIC_ENTRY_WAKE, LIC_NONE16);
    if (work->contract->head.status == LIC_CONTRACT_CLOSED) return LIC_TRAP_NONE;
    return lic_work_do(work, LIC_ENTRY_WAKE, LIC_NONE16, entry, NULL);
}

/* `at end`, when the run-off is over. */
static lic_trap run_close(lic_work *work)
{
    lic_contract *contract = work->contract;
    if (close_date(contract) > work->today) return LIC_TRAP_NONE;
    uint16_t entry = lic_image_entry(contract->image, LIC_ENTRY_CLOSE, LIC_NONE16);
    lic_trap trap = lic_work_do(work, LIC_ENTRY_CLOSE, LIC_NONE16, entry, NULL);
    if (trap == LIC_TRAP_NONE) trap = lic_payments_allot(work);
    contract->head.status = LIC_CONTRACT_CLOSED;
    return trap;
}

lic_trap lic_settle(lic_work *work)
{
    lic_trap trap = LIC_TRAP_NONE;
    for (uint32_t i = 0;; i++) {
        bool any = false;
        if (i == work->engine->rules->step_max) return LIC_TRAP_LIMIT;
        trap = lic_payments_allot(work);
        if (trap == LIC_TRAP_NONE) trap = settle_periods(work, &any);
        if (trap == LIC_TRAP_NONE) trap = run_step(work, &any);
        if (trap != LIC_TRAP_NONE) return trap;
        if (!any) break;
    }
    trap = run_close(work);
    return trap == LIC_TRAP_NONE ? run_wake(work) : trap;
}

/* -- opening ---------------------------------------------------------------------------------------------------------------- */

static lic_trap set_next(lic_work *work, uint16_t field, uint8_t period)
{
    lic_contract *contract = work->contract;
    lic_period first = lic_settle_period(contract, period, term_first(contract));
    return lic_field_set(contract->tables, field, 0, first.first);
}

static lic_trap open_periods(lic_work *work)
{
    const lic_image *image = work->contract->image;
    lic_trap trap = LIC_TRAP_NONE;
    for (uint32_t i = 0; trap == LIC_TRAP_NONE && i < image->reports_count; i++)
        trap = set_next(work, image->reports[i].next_field, image->reports[i].period);
    for (uint32_t i = 0; trap == LIC_TRAP_NONE && i < job_count(image); i++) {
        lic_job job = job_at(image, i);
        trap = set_next(work, job.next_field, job.period);
    }
    for (uint32_t i = 0; trap == LIC_TRAP_NONE && i < image->grants_count; i++)
        trap = lic_field_set(work->contract->tables, image->grants[i].closes_field, 0,
                             LIC_DATE_MAX);
    return trap;
}

lic_trap lic_settle_open(lic_work *work)
{
    lic_contract *contract = work->contract;
    const lic_lifecycle *lifecycle = &contract->image->lifecycle;
    lic_date first = lifecycle->from_signature ? work->today : lifecycle->first;
    lic_trap trap = lic_field_set(contract->tables, lifecycle->first_field, 0, first);
    if (trap == LIC_TRAP_NONE)
        trap = lic_field_set(contract->tables, lifecycle->last_field, 0, lifecycle->last);
    if (trap == LIC_TRAP_NONE) trap = open_periods(work);
    if (trap != LIC_TRAP_NONE) return trap;
    contract->head.status = LIC_CONTRACT_OPEN;
    uint16_t entry = lic_image_entry(contract->image, LIC_ENTRY_OPEN, LIC_NONE16);
    return lic_work_do(work, LIC_ENTRY_OPEN, LIC_NONE16, entry, NULL);
}

/* -- timers ------------------------------------------------------------------------------------------------------------------- */

lic_date lic_settle_next(lic_contract *contract)
{
    if (contract->timer_known) return contract->next_timer;
    lic_date next = close_date(contract);
    bool tried = contract->head.held != LIC_NOT_HELD && next <= contract->head.today;
    if (tried) next = NEVER; /* `at end` trapped: it waits for a transaction */
    const lic_lifecycle *lifecycle = &contract->image->lifecycle;
    if (contract->head.status != LIC_CONTRACT_CLOSED) {
        lic_date wake = (lic_date)lic_field_get(contract->tables, lifecycle->wake_field, 0);
        /* the initial 0 means that wake has not run yet; dates in the past were looked at */
        if (wake > contract->head.today && wake < LIC_DATE_MAX && wake < next) next = wake;
    }
    lic_term_span span;
    for (uint32_t i = 0; accrues(contract) && i < job_count(contract->image); i++) {
        lic_job job = job_at(contract->image, i);
        if (lic_is_held_job(contract, i)) continue;
        lic_date due = job_due(contract, &job, &span);
        next = due < next ? due : next;
    }
    contract->next_timer = next;
    contract->timer_known = true;
    return next;
}

/* What trapped, for whom and why, as an output: nobody sent this, so nobody would be told. */
static lic_status record_failure(lic_work *work, lic_trap trap)
{
    lic_buffer bytes;
    lic_buffer_init(&bytes, work->engine->allocator, 256);
    uint16_t clause = work->stop.trap == trap
                          ? lic_image_clause_at(work->contract->image, work->stop.pc)
                          : LIC_NONE16;
    lic_put_u8(&bytes, 5);
    lic_put_bytes(&bytes, work->contract->id.bytes, LIC_HASH_SIZE);
    lic_put_u8(&bytes, work->run == NULL ? LIC_ENTRY_STEP : work->run->kind);
    lic_put_u16(&bytes, work->run == NULL ? LIC_NONE16 : work->run->subject);
    lic_put_u32(&bytes, (uint32_t)work->today);
    lic_put_u32(&bytes, work->run == NULL ? 0 : (uint32_t)work->run->first);
    lic_put_u32(&bytes, work->run == NULL ? 0 : (uint32_t)work->run->last);
    lic_put_u8(&bytes, (uint8_t)trap);
    lic_put_u16(&bytes, clause);
    lic_put_u64(&bytes, work->stop.item);
    lic_status status = bytes.failed
                            ? LIC_NO_MEMORY
                            : lic_engine_output(work->engine, LIC_OUTPUT_EVENT, work->contract, 0,
                                                lic_slice_of(bytes.data, bytes.size));
    lic_buffer_free(&bytes);
    return status;
}

/* Holds the periodic term or statement that trapped: its periods wait, so that nothing is lost, and
 * everything else goes on. When it was the lifecycle itself, that sleeps until the next transaction. */
static lic_status hold(lic_engine *engine, lic_contract *contract, uint32_t job, lic_date today,
                       lic_error *error)
{
    lic_work work;
    lic_trap trap = LIC_TRAP_NONE;
    LIC_TRY(lic_work_begin(engine, contract, today, UINT64_MAX, &work, error));
    if (contract->head.held == LIC_NOT_HELD) contract->head.held = today;
    if (job != LIC_NONE32) lic_hold_job(contract, job);
    else trap = lic_field_set(contract->tables, contract->image->lifecycle.wake_field, 0, today);
    if (trap == LIC_TRAP_NONE) return lic_work_keep(&work);
    lic_work_roll_back(&work);
    return lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory");
}

/* Ends a trial: a trap leaves everything as it was, and is *trapped, not an error. */
static lic_status end_trial(lic_work *work, lic_trap trap, bool *trapped, lic_error *error)
{
    *trapped = trap != LIC_TRAP_NONE;
    if (!*trapped) {
        if (work->engine->block != NULL) lic_block_gas(work->engine->block, work->gas);
        return lic_work_keep(work);
    }
    lic_status status = LIC_OK;
    if (lic_work_failure(work, trap) != LIC_OK)
        status = lic_work_trapped(work, trap, "timer", error);
    lic_work_roll_back(work);
    return status;
}

static lic_status begin_trial(lic_engine *engine, lic_contract *contract, lic_work *work,
                              lic_error *error)
{
    uint64_t limit = lic_ledger_genesis(engine->ledger)->limits.gas_limit;
    return lic_work_begin(engine, contract, engine->today, limit, work, error);
}

/* A held job's next period, and what follows from it. It is held no more when none is due. */
static lic_status retry_period(lic_engine *engine, lic_contract *contract, const lic_job *job,
                               bool *trapped, lic_error *error)
{
    lic_work work;
    lic_term_span span;
    LIC_TRY(begin_trial(engine, contract, &work, error));
    lic_trap trap = LIC_TRAP_NONE;
    if (job_due(contract, job, &span) <= engine->today) trap = run_job(&work, job, &span);
    bool due = trap == LIC_TRAP_NONE && job_due(contract, job, &span) <= engine->today;
    if (trap == LIC_TRAP_NONE && !due) lic_let_job_go(contract, job->index);
    if (trap == LIC_TRAP_NONE) trap = lic_settle(&work);
    return end_trial(&work, trap, trapped, error);
}

static bool holds_any(const lic_contract *contract)
{
    for (size_t i = 0; i < LIC_HELD_WORDS; i++)
        if (contract->head.held_jobs[i] != 0) return true;
    return false;
}

/* The lifecycle runs with every transaction; `at end` is tried here. */
static lic_status retry_end(lic_engine *engine, lic_contract *contract, lic_error *error)
{
    lic_work work;
    bool trapped = false;
    LIC_TRY(begin_trial(engine, contract, &work, error));
    contract->head.held = LIC_NOT_HELD;
    return end_trial(&work, lic_settle(&work), &trapped, error);
}

lic_status lic_settle_retry(lic_engine *engine, lic_contract *contract, lic_error *error)
{
    if (contract->head.held == LIC_NOT_HELD || !accrues(contract)) return LIC_OK;
    for (uint32_t i = 0; i < job_count(contract->image); i++) {
        lic_job job = job_at(contract->image, i);
        bool trapped = false;
        while (lic_is_held_job(contract, i) && !trapped && accrues(contract))
            LIC_TRY(retry_period(engine, contract, &job, &trapped, error));
    }
    return holds_any(contract) || !accrues(contract) ? LIC_OK : retry_end(engine, contract, error);
}

lic_status lic_timer_run(lic_engine *engine, lic_contract *contract, lic_date today,
                         lic_error *error)
{
    lic_work work;
    uint64_t limit = lic_ledger_genesis(engine->ledger)->limits.gas_limit;
    LIC_TRY(lic_work_begin(engine, contract, today, limit, &work, error));
    lic_trap trap = lic_settle(&work);
    if (trap == LIC_TRAP_NONE) {
        if (engine->block != NULL) lic_block_gas(engine->block, work.gas);
        return lic_work_keep(&work);
    }
    if (lic_work_failure(&work, trap) != LIC_OK) {
        lic_status status = lic_work_trapped(&work, trap, "timer", error);
        lic_work_roll_back(&work);
        return status;
    }
    lic_run_effects run = work.run == NULL ? (lic_run_effects){0} : *work.run;
    lic_work failed = work;
    if (failed.run != NULL) failed.run = &run; /* what it was outlives the rolling back */
    lic_work_roll_back(&work);
    LIC_TRY(record_failure(&failed, trap));
    return hold(engine, contract, failed.job, today, error);
}

lic_status lic_timers_contract(lic_engine *engine, lic_contract *contract, lic_date today,
                               lic_error *error)
{
    if (contract->steps != NULL) return LIC_OK; /* they wait for the report */
    LIC_TRY(lic_contract_open(engine, contract, error));
    for (lic_date due = lic_settle_next(contract); due <= today; due = lic_settle_next(contract)) {
        lic_date day = due < contract->head.today ? contract->head.today : due;
        LIC_TRY(lic_timer_run(engine, contract, day, error));
    }
    return LIC_OK;
}
