/* Units of work: begin, keep, roll back; runs of entries; traps in words. */
#include "work.h"

#include <licet/standard.h>

#include <string.h>

#define WORK_ARENA_MAX ((size_t)1 << 30)

lic_status lic_work_begin(lic_engine *engine, lic_contract *contract, lic_date today,
                          uint64_t gas_limit, lic_work *work, lic_error *error)
{
    LIC_TRY(lic_contract_open(engine, contract, error));
    memset(work, 0, sizeof *work);
    work->engine = engine;
    work->contract = contract;
    work->today = today;
    work->caller = LIC_NONE32;
    work->job = LIC_NONE32;
    work->gas_limit = gas_limit;
    work->arena = lic_arena_create(engine->allocator, WORK_ARENA_MAX);
    size_t statements = contract->image->statements_count;
    if (work->arena != NULL)
        work->folds = lic_arena_take(work->arena, (statements + 1) * sizeof *work->folds);
    if (work->folds == NULL || lic_tables_begin(contract->tables) != LIC_OK) {
        lic_arena_destroy(work->arena);
        return lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory");
    }
    work->head_before = contract->head;
    work->last_before = engine->last_run;
    if (engine->block != NULL) work->mark = lic_block_mark_of(engine->block);
    work->exec.program = contract->code->program;
    work->exec.tables = contract->tables->views;
    work->exec.run = contract->tables->run;
    lic_host_init(work);
    return LIC_OK;
}

/* -- turnovers of this unit ------------------------------------------------------------------------------- */

static bool log_step(lic_work *work, lic_turnover_step step)
{
    lic_turnover_step *kept = lic_arena_take(work->arena, sizeof *kept);
    if (kept == NULL) return false;
    *kept = step;
    kept->next = work->steps;
    work->steps = kept;
    return true;
}

/* Folds the postings of this unit that are not yet in the statement's turnover. */
lic_status lic_work_fold(lic_work *work, uint16_t statement)
{
    lic_fold_mark *mark = &work->folds[statement];
    const lic_run_effects *run = mark->run != NULL ? mark->run : work->first_run;
    size_t from = mark->run != NULL ? mark->index : 0;
    for (; run != NULL; run = run->next, from = 0) {
        mark->run = run;
        mark->index = run->posting_count;
        if (from == run->posting_count) continue;
        lic_turnover_step step = {.statement = statement,
                                  .postings = run->postings + from,
                                  .count = run->posting_count - from};
        if (!log_step(work, step)) return LIC_NO_MEMORY;
        lic_status status = lic_turnover_fold(work->engine, work->contract, statement,
                                              step.postings, step.count, 1);
        if (status != LIC_OK) {
            work->steps = work->steps->next; /* nothing was folded */
            return status;
        }
    }
    return LIC_OK;
}

lic_status lic_work_clear_turnover(lic_work *work, uint16_t statement)
{
    lic_turnover *turnover = &work->contract->turnovers[statement];
    lic_turnover_step step = {.statement = statement, .cleared = *turnover};
    if (!log_step(work, step)) return LIC_NO_MEMORY;
    turnover->first = NULL;
    return LIC_OK;
}

static void take_back_turnovers(lic_work *work)
{
    for (lic_turnover_step *step = work->steps; step != NULL; step = step->next) {
        lic_turnover *turnover = &work->contract->turnovers[step->statement];
        if (step->postings == NULL) {
            lic_turnover_free(work->engine, work->contract, turnover);
            *turnover = step->cleared;
            continue;
        }
        lic_status status = lic_turnover_fold(work->engine, work->contract, step->statement,
                                              step->postings, step->count, -1);
        LIC_ASSERT(status == LIC_OK); /* the columns exist: adding made them */
    }
}

/* -- end of a unit -------------------------------------------------------------------------------------------- */

static void free_run(const lic_engine *engine, lic_run_effects *run)
{
    const lic_allocator *a = engine->allocator;
    lic_release(a, run->postings, run->posting_capacity * sizeof *run->postings);
    lic_release(a, run->results, run->result_capacity * sizeof *run->results);
    lic_release(a, run->events, run->event_capacity * sizeof *run->events);
    lic_release(a, run->states, run->state_capacity * sizeof *run->states);
    lic_release(a, run->allotments, run->allotment_capacity * sizeof *run->allotments);
    lic_release(a, run->statements, run->statement_capacity * sizeof *run->statements);
    run->posting_capacity = run->result_capacity = run->event_capacity = 0;
    run->state_capacity = run->allotment_capacity = run->statement_capacity = 0;
}

void lic_runs_free(lic_engine *engine, lic_run_effects *runs)
{
    for (; runs != NULL; runs = runs->next) free_run(engine, runs);
}

static void finish_unit(lic_work *work)
{
    lic_arena_destroy(work->arena);
    work->arena = NULL;
}

lic_status lic_work_keep(lic_work *work)
{
    lic_contract *contract = work->contract;
    for (uint16_t i = 0; i < contract->image->statements_count; i++) {
        lic_status status = lic_work_fold(work, i);
        if (status != LIC_OK) {
            lic_work_roll_back(work);
            return status;
        }
    }
    for (lic_turnover_step *step = work->steps; step != NULL; step = step->next)
        if (step->postings == NULL) lic_turnover_free(work->engine, contract, &step->cleared);
    lic_tables_keep(contract->tables);
    contract->head.today = work->today;
    contract->timer_known = false;
    lic_contract_touch(work->engine, contract);
    work->engine->units++;
    finish_unit(work);
    return LIC_OK;
}

void lic_work_roll_back(lic_work *work)
{
    lic_engine *engine = work->engine;
    lic_contract *contract = work->contract;
    take_back_turnovers(work);
    lic_tables_roll_back(contract->tables);
    contract->head = work->head_before;
    lic_run_effects *dropped = work->last_before != NULL ? work->last_before->next
                                                         : engine->effects.runs;
    lic_runs_free(engine, dropped);
    if (work->last_before != NULL) work->last_before->next = NULL;
    else engine->effects.runs = NULL;
    engine->last_run = work->last_before;
    if (engine->block != NULL) lic_engine_rewind(engine, work->mark);
    finish_unit(work);
}

/* -- texts ------------------------------------------------------------------------------------------------------- */

uint64_t lic_work_text(lic_work *work, lic_slice bytes)
{
    if (work->text_count == work->text_capacity) {
        size_t capacity = work->text_capacity == 0 ? 64 : work->text_capacity * 2;
        lic_slice *grown = lic_arena_take(work->arena, capacity * sizeof *grown);
        if (grown == NULL) return 0;
        if (work->text_count != 0) memcpy(grown, work->texts, work->text_count * sizeof *grown);
        work->texts = grown;
        work->text_capacity = capacity;
    }
    void *copy = lic_arena_copy(work->arena, bytes.data, bytes.size);
    if (copy == NULL && bytes.size != 0) return 0;
    work->texts[work->text_count++] = lic_slice_of(copy, bytes.size);
    return work->text_count;
}

uint64_t lic_batch_text(size_t offset, size_t size)
{
    return (uint64_t)1 << 63 | (uint64_t)offset << 17 | (uint64_t)size;
}

uint64_t lic_batch_hash(size_t offset)
{
    return (uint64_t)3 << 62 | (uint64_t)offset;
}

lic_slice lic_batch_value(const uint8_t *texts, const uint8_t *hashes, uint64_t handle)
{
    uint64_t place = handle & ~((uint64_t)3 << 62);
    if ((handle >> 62) == 3) return lic_slice_of(hashes + place, LIC_HASH_SIZE);
    return lic_slice_of(texts + (place >> 17), place & 0x1FFFFu);
}

/* -- runs ---------------------------------------------------------------------------------------------------------- */

lic_run_effects *lic_work_start_run(lic_work *work, uint8_t kind, uint16_t subject,
                                    const lic_term_span *span)
{
    lic_engine *engine = work->engine;
    lic_run_effects *run = lic_engine_take(engine, sizeof *run);
    if (run == NULL) return NULL;
    run->contract = work->contract->number;
    run->cause = lic_engine_cause(engine);
    run->kind = kind;
    run->subject = subject;
    run->today = work->today;
    run->first_duty = work->contract->tables->views[LIC_TABLE_DUTIES].row_count;
    lic_exec_frame *frame = &work->frame;
    frame->today = work->today;
    frame->caller = work->caller;
    frame->state = (uint16_t)lic_field_get(work->contract->tables,
                                           work->contract->image->lifecycle.state_field, 0);
    frame->period_first = frame->period_last = frame->full_first = frame->full_last = work->today;
    if (span != NULL) {
        run->first = frame->period_first = span->first;
        run->last = frame->period_last = span->last;
        run->full_first = frame->full_first = span->full_first;
        run->full_last = frame->full_last = span->full_last;
    }
    if (engine->last_run != NULL) engine->last_run->next = run;
    else engine->effects.runs = run;
    engine->last_run = run;
    if (work->first_run == NULL) work->first_run = run;
    work->run = run;
    return run;
}

lic_trap lic_work_spend(lic_work *work, uint64_t gas)
{
    if (gas > work->gas_limit - work->gas) return LIC_TRAP_GAS;
    work->gas += gas;
    return LIC_TRAP_NONE;
}

bool lic_work_bound(const lic_work *work, uint16_t entry, uint64_t lines, uint64_t *gas)
{
    const lic_image *image = work->contract->image;
    const lic_entry *e = &image->entries[entry];
    lic_u128 total = (lic_u128)e->gas_per_line * lines + e->gas_once;
    for (uint16_t i = 0; i < e->phase_count; i++) {
        const lic_phase *phase = &image->phases[e->first_phase + i];
        if (phase->kind == LIC_PHASE_ROWS)
            total += (lic_u128)phase->gas * work->contract->tables->views[phase->table].row_count;
    }
    *gas = (uint64_t)total;
    return total <= UINT64_MAX;
}

lic_trap lic_work_fail(lic_work *work, lic_status status)
{
    if (work->failure == LIC_OK) work->failure = status;
    return LIC_TRAP_LIMIT;
}

lic_trap lic_work_need(lic_work *work)
{
    lic_error error = {0};
    lic_status status = lic_contract_load(work->engine, work->contract, &error);
    return status == LIC_OK ? LIC_TRAP_NONE : lic_work_fail(work, status);
}

lic_trap lic_work_phase(lic_work *work, uint32_t number)
{
    const lic_image *image = work->contract->image;
    const lic_phase *phase = &image->phases[number];
    uint64_t gas = 0;
    lic_trap trap;
    work->batch_lines = NULL;
    if (phase->kind == LIC_PHASE_ROWS) {
        const lic_table_state *state = &work->contract->tables->states[phase->table];
        uint32_t rows = work->contract->tables->views[phase->table].row_count;
        trap = lic_exec_rows(&work->exec, &work->frame, number, 0, rows, state->retired, &gas,
                             &work->stop);
    } else {
        trap = lic_exec_once(&work->exec, &work->frame, number, &gas, &work->stop);
    }
    work->run->gas += gas;
    lic_trap spent = lic_work_spend(work, gas);
    return trap != LIC_TRAP_NONE ? trap : spent;
}

lic_trap lic_work_entry(lic_work *work, uint16_t entry)
{
    const lic_image *image = work->contract->image;
    const lic_entry *e = &image->entries[entry];
    uint64_t bound = 0;
    work->entry = entry;
    if (work->contract->code->needs[entry] == LIC_NEED_CHILDREN) {
        lic_trap trap = lic_work_need(work);
        if (trap != LIC_TRAP_NONE) return trap;
    } else if (work->contract->code->needs[entry] == LIC_NEED_ROWS) {
        lic_error error = {0};
        lic_status status = lic_contract_load_rows(work->engine, work->contract, &error);
        if (status != LIC_OK) return lic_work_fail(work, status);
    }
    if (!lic_work_bound(work, entry, 0, &bound) || bound > work->gas_limit - work->gas)
        return LIC_TRAP_GAS;
    const lic_observer *observer = work->engine->observer;
    if (observer != NULL && observer->begin_run != NULL)
        observer->begin_run(observer->context, work->contract, entry, work->run);
    for (uint16_t i = 0; i < e->phase_count; i++) {
        lic_trap trap = lic_work_phase(work, (uint32_t)e->first_phase + i);
        if (trap != LIC_TRAP_NONE) return trap;
    }
    return LIC_TRAP_NONE;
}

static int compare_totals(const lic_term_total *a, const lic_term_total *b)
{
    return a->term < b->term ? -1 : a->term > b->term;
}

/* Totals are kept in order of first result; they are read in order of terms. */
static void sort_totals(lic_run_effects *run)
{
    for (size_t i = 1; i < run->total_count; i++) {
        lic_term_total moved = run->totals[i];
        size_t at = i;
        for (; at > 0 && compare_totals(&run->totals[at - 1], &moved) > 0; at--)
            run->totals[at] = run->totals[at - 1];
        run->totals[at] = moved;
    }
}

static lic_status end_run(lic_work *work)
{
    lic_run_effects *run = work->run;
    run->duty_count = work->contract->tables->views[LIC_TABLE_DUTIES].row_count - run->first_duty;
    sort_totals(run);
    const lic_observer *observer = work->engine->observer;
    if (observer != NULL && observer->end_run != NULL)
        observer->end_run(observer->context, work->contract, run);
    return lic_outputs_run(work, run);
}

lic_trap lic_work_close_run(lic_work *work)
{
    lic_status status = end_run(work);
    return status == LIC_OK ? LIC_TRAP_NONE : lic_work_fail(work, status);
}

lic_trap lic_work_do(lic_work *work, lic_entry_kind kind, uint16_t subject, uint16_t entry,
                     const lic_term_span *span)
{
    if (entry == LIC_NONE16) return LIC_TRAP_NONE;
    if (lic_work_start_run(work, (uint8_t)kind, subject, span) == NULL)
        return lic_work_fail(work, LIC_NO_MEMORY);
    lic_trap trap = lic_work_entry(work, entry);
    if (trap != LIC_TRAP_NONE) return trap;
    return lic_work_close_run(work);
}

/* -- traps in words --------------------------------------------------------------------------------------------- */

const char *lic_what(char room[LIC_WHAT_MAX], const char *kind, lic_slice name)
{
    size_t size = strlen(kind);
    LIC_ASSERT(size + 2 < LIC_WHAT_MAX);
    memcpy(room, kind, size);
    room[size++] = ' ';
    size_t left = LIC_WHAT_MAX - 1 - size, taken = name.size < left ? name.size : left;
    if (taken != 0) memcpy(room + size, name.data, taken);
    room[size + taken] = '\0';
    return room;
}

static const char *trap_help(lic_trap trap)
{
    switch (trap) {
    case LIC_TRAP_NONE: return "";
    case LIC_TRAP_OVERFLOW:
        return "a number is too large for the agreement's arithmetic: check the amounts and counts "
               "that were given";
    case LIC_TRAP_DIVISION:
        return "the agreement divides by a value that is not positive here: check the values that "
               "were given";
    case LIC_TRAP_NEGATIVE:
        return "the agreement would move a negative amount: state a floor with `at least`, or "
               "correct the values";
    case LIC_TRAP_INSUFFICIENT: return "credit the account first, or limit the debit with `less`";
    case LIC_TRAP_REFUSED: return "meet the condition of the agreement, then submit again";
    case LIC_TRAP_TIER_REFUSED: return "the tier table says `refuse` for this value";
    case LIC_TRAP_BAD_ROW: return "the row does not exist: name an existing one";
    case LIC_TRAP_UNKNOWN_KEY: return "name a key that is in the table";
    case LIC_TRAP_DUPLICATE_KEY: return "name a key that is not yet in the table";
    case LIC_TRAP_TABLE_FULL: return "the agreement declares the largest number of rows";
    case LIC_TRAP_OUT_OF_RANGE: return "give a value within the declared bounds";
    case LIC_TRAP_BAD_DATE: return "dates lie between 0001-01-01 and 9999-12-31";
    case LIC_TRAP_GAS: return "raise the gas limit of the transaction";
    case LIC_TRAP_LIMIT: return "split the work into smaller parts";
    }
    return "";
}

static void put_clause(const lic_work *work, lic_buffer *text)
{
    const lic_image *image = work->contract->image;
    uint16_t number = lic_image_clause_at(image, work->stop.pc);
    if (number == LIC_NONE16) return;
    const lic_clause *clause = &image->clauses[number];
    lic_put_text(text, ", clause ");
    lic_put_bytes(text, clause->name.data, clause->name.size);
    lic_put_text(text, " \"");
    lic_put_bytes(text, clause->label.data, clause->label.size);
    lic_put_text(text, "\"");
    if (clause->anchor.size != 0) {
        lic_put_text(text, " [");
        lic_put_bytes(text, clause->anchor.data, clause->anchor.size);
        lic_put_text(text, "]");
    }
}

/* Line of a report, or key of the row, on which it stopped. */
static void put_item(const lic_work *work, lic_buffer *text)
{
    const lic_image *image = work->contract->image;
    const lic_phase *phase = &image->phases[work->stop.phase];
    if (phase->kind == LIC_PHASE_LINES || phase->kind == LIC_PHASE_JUDGE) {
        if (work->batch_lines != NULL)
            lic_put_format(text, ", line %llu",
                           (unsigned long long)work->batch_lines[work->stop.item]);
    } else if (phase->kind == LIC_PHASE_ROWS) {
        const lic_table *table = &image->tables[phase->table];
        lic_put_text(text, ", row ");
        lic_slice key = lic_table_key(work->contract->tables, phase->table,
                                      (uint32_t)work->stop.item);
        if (phase->table == LIC_TABLE_PARTIES) key = image->parties[work->stop.item].name;
        if (key.size != 0) lic_put_bytes(text, key.data, key.size);
        else lic_put_format(text, "%llu", (unsigned long long)work->stop.item);
        lic_put_text(text, " of ");
        lic_put_bytes(text, table->name.data, table->name.size);
    }
}

lic_status lic_work_failure(const lic_work *work, lic_trap trap)
{
    if (work->failure != LIC_OK) return work->failure;
    return trap == LIC_TRAP_LIMIT && work->contract->tables->exhausted ? LIC_NO_MEMORY : LIC_OK;
}

lic_status lic_work_trapped(const lic_work *work, lic_trap trap, const char *what, lic_error *error)
{
    lic_status failure = lic_work_failure(work, trap);
    if (failure != LIC_OK) return lic_engine_failed(work->engine, failure, what, error);
    const lic_image *image = work->contract->image;
    lic_buffer text;
    lic_buffer_init(&text, work->engine->allocator, 4096);
    lic_put_text(&text, what);
    if (work->stop.trap == trap && trap != LIC_TRAP_NONE) {
        put_item(work, &text);
        put_clause(work, &text);
    }
    lic_put_format(&text, ": %s (%s)", lic_trap_message(trap), lic_trap_id(trap));
    if (trap == LIC_TRAP_REFUSED && work->stop.reason < image->reasons_count) {
        const lic_reason *reason = &image->reasons[work->stop.reason];
        lic_put_text(&text, ": ");
        lic_put_bytes(&text, reason->text.data, reason->text.size);
        if (reason->anchor.size != 0) {
            lic_put_text(&text, " [");
            lic_put_bytes(&text, reason->anchor.data, reason->anchor.size);
            lic_put_text(&text, "]");
        }
    }
    lic_status status = lic_fail(error, LIC_TRAPPED, lic_trap_id(trap), trap_help(trap), "%.*s",
                                 (int)text.size, (const char *)text.data);
    lic_buffer_free(&text);
    return status;
}
