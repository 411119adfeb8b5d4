/* A report's run: what may be filed, then phases in order. Lines are judged, told apart, and given to
 * the line phase in file order; bad ones are set aside with their reason, or refuse the report. */
#include "report/report.h"

#include "report/foresight.h"

#include <string.h>

/* -- what may be filed ---------------------------------------------------------------------------------------------- */

static lic_status no_period(const lic_contract *contract, const lic_report *report, lic_date period,
                            const char *code, const char *help, const char *what, lic_error *error)
{
    char name[LIC_PERIOD_TEXT] = "?";
    lic_period named = lic_settle_period(contract, report->period, period);
    lic_period_print((lic_period_kind)report->period, named, name);
    return lic_fail(error, LIC_REFUSED, code, help, "report %.*s for %s: %s",
                    (int)report->name.size, (const char *)report->name.data, name, what);
}

lic_status lic_report_admit(lic_engine *engine, lic_contract *contract, uint16_t caller_party,
                            uint16_t number, lic_date period, lic_error *error)
{
    (void)caller_party;
    const lic_report *report = &contract->image->reports[number];
    if (contract->head.status == LIC_CONTRACT_DRAFT)
        return lic_fail(error, LIC_REFUSED, "not_open",
                        "let all parties sign first: licet sign CONTRACT",
                        "the contract is a draft");
    if (contract->head.status == LIC_CONTRACT_CLOSED)
        return lic_fail(error, LIC_REFUSED, "not_open", "", "the contract is closed");
    if (!lic_date_valid(period) ||
        lic_settle_period(contract, report->period, period).first != period)
        return lic_fail(error, LIC_REFUSED, "period",
                        "name a period as the agreement counts them: 2026-01, 2026-Q1, 2026",
                        "no period of report %.*s begins on this date", (int)report->name.size,
                        (const char *)report->name.data);
    lic_term_span span = lic_settle_span(contract,
                                         lic_settle_period(contract, report->period, period));
    int64_t next = lic_field_get(contract->tables, report->next_field, 0);
    if (span.first > span.last)
        return no_period(contract, report, period, "wrong_period", "file for a period of the term",
                         "the period lies outside the term", error);
    if (period < next)
        return no_period(contract, report, period, "closed_period", "file for the next period",
                         "the period is settled already", error);
    if (period > next)
        return no_period(contract, report, period, "order", "file the earlier periods first",
                         "an earlier period has not been filed", error);
    if (engine->today <= span.last)
        return no_period(contract, report, period, "too_early", "file when the period is over",
                         "the period has not ended", error);
    return LIC_OK;
}

/* -- reasons and rejected lines ---------------------------------------------------------------------------------------- */

static lic_status refuse_line(lic_report_work *r, uint64_t line, uint16_t reason)
{
    const lic_line_reason *why = &r->reasons[reason];
    const lic_image *image = r->intake.image;
    lic_slice column = lic_slice_text("");
    lic_slice detail = lic_slice_text(""), anchor = lic_slice_text("");
    if (why->code == LIC_LINE_REQUIRE) {
        detail = image->reasons[r->report->first_require + why->column].text;
        anchor = image->reasons[r->report->first_require + why->column].anchor;
    } else if (why->column != LIC_NONE16) {
        column = image->columns[r->report->first_column + why->column].name;
    } else if (why->code == LIC_LINE_COLUMNS) {
        detail = lic_slice_text("not as many as the report has, separated by tabs");
    }
    return lic_fail(r->error, LIC_REFUSED, "bad_line",
                    "correct the line and file again; the agreement says `else refuse`",
                    "line %llu%s%.*s: %s%s%.*s%s%.*s%s", (unsigned long long)line,
                    column.size != 0 ? ", column " : "", (int)column.size,
                    (const char *)column.data, lic_line_code_id((lic_line_code)why->code),
                    detail.size != 0 ? ": " : "", (int)detail.size, (const char *)detail.data,
                    anchor.size != 0 ? " [" : "", (int)anchor.size, (const char *)anchor.data,
                    anchor.size != 0 ? "]" : "");
}

static lic_status reject(lic_report_work *r, uint64_t line, uint64_t offset, uint16_t reason)
{
    lic_report_outcome *o = r->outcome;
    if (!r->report->set_aside) return refuse_line(r, line, reason);
    if (o->line_count == r->rejected_capacity) {
        size_t wanted = r->rejected_capacity == 0 ? 1024 : r->rejected_capacity * 2;
        lic_rejected_line *grown = lic_engine_take(r->work->engine, wanted * sizeof *grown);
        if (grown == NULL) return LIC_NO_MEMORY;
        if (o->line_count != 0) memcpy(grown, o->lines_rejected, o->line_count * sizeof *grown);
        o->lines_rejected = grown;
        r->rejected_capacity = wanted;
    }
    o->lines_rejected[o->line_count++] = (lic_rejected_line){line, offset, reason};
    o->reasons[reason]++;
    o->rejected++;
    return LIC_OK;
}

/* -- a batch ------------------------------------------------------------------------------------------------------------------ */

static lic_trap judge_batch(lic_report_work *r)
{
    if (r->judge == LIC_NONE16) return LIC_TRAP_NONE;
    r->work->batch_lines = r->numbers;
    for (uint32_t i = 0; i < r->count; i++) {
        uint16_t reason = LIC_NONE16;
        if (r->reason[i] != LIC_NONE16) continue;
        lic_trap trap = lic_exec_judge(&r->work->exec, &r->work->frame, r->judge,
                                       r->items + (size_t)i * r->intake.slots, &reason,
                                       &r->work->run->gas, &r->work->stop);
        r->work->stop.item = i;
        if (trap != LIC_TRAP_NONE) return trap;
        if (reason != LIC_NONE16)
            r->reason[i] = (uint16_t)(r->first_require + (reason - r->report->first_require));
    }
    return LIC_TRAP_NONE;
}

static bool is_summed(const lic_intake_column *c)
{
    return c->form == LIC_FORM_COUNT || c->form == LIC_FORM_EXACT;
}

static bool add_sums(lic_report_work *r, const uint64_t *items, uint32_t count)
{
    for (size_t s = 0; s < r->outcome->sum_count; s++) {
        lic_column_sum *sum = &r->outcome->sums[s];
        const lic_intake_column *c = &r->intake.columns[sum->column];
        for (uint32_t i = 0; i < count; i++) {
            const uint64_t *slot = items + (size_t)i * r->intake.slots + c->slot;
            lic_i128 value = c->words == 2 ? (lic_i128)((lic_u128)slot[1] << 64 | slot[0])
                                           : (int64_t)slot[0];
            if (!lic_add_i128(sum->value, value, &sum->value)) return false;
        }
    }
    return true;
}

/* Moves the accepted items of the batch together; rejects the others. */
static lic_status part_batch(lic_report_work *r, uint32_t *accepted)
{
    size_t slots = r->intake.slots;
    *accepted = 0;
    for (uint32_t i = 0; i < r->count; i++) {
        if (r->reason[i] != LIC_NONE16) {
            LIC_TRY(reject(r, r->numbers[i], r->offsets[i], r->reason[i]));
            continue;
        }
        uint32_t to = (*accepted)++;
        if (to == i) continue;
        memcpy(r->items + (size_t)to * slots, r->items + (size_t)i * slots,
               slots * sizeof(uint64_t));
        r->numbers[to] = r->numbers[i];
        r->offsets[to] = r->offsets[i];
        r->sizes[to] = r->sizes[i];
    }
    r->outcome->accepted += *accepted;
    return LIC_OK;
}

static lic_trap run_batch(lic_report_work *r, uint32_t count)
{
    lic_work *work = r->work;
    if (count == 0) return LIC_TRAP_NONE;
    if (!add_sums(r, r->items, count)) return LIC_TRAP_OVERFLOW;
    if (r->lines == LIC_NONE16) return LIC_TRAP_NONE;
    const lic_observer *observer = work->engine->observer;
    if (observer != NULL && observer->begin_batch != NULL)
        observer->begin_batch(observer->context, r->lines, r->items, r->intake.slots, count,
                              r->numbers, r->offsets, r->sizes);
    work->batch_lines = r->numbers;
    return lic_exec_lines(&work->exec, &work->frame, r->lines, r->items, r->intake.slots, count,
                          &work->run->gas, &work->stop);
}

static lic_status no_memory(const lic_report_work *r)
{
    return lic_fail(r->error, LIC_NO_MEMORY, "memory", "", "out of memory");
}

/* Judge, tell apart, run. */
static lic_status do_batch(lic_report_work *r, const lic_parsed *parsed, uint32_t first)
{
    uint32_t accepted = 0;
    lic_trap trap = judge_batch(r);
    if (trap != LIC_TRAP_NONE) return lic_work_trapped(r->work, trap, r->what, r->error);
    lic_status status = LIC_OK;
    if (r->intake.unique == NULL) status = lic_unique_mark(&r->unique, parsed, first, r->count);
    lic_intake_prefetch(&r->intake, r->items, r->count);
    if (status == LIC_OK) status = part_batch(r, &accepted);
    if (status != LIC_OK)
        return status == LIC_REFUSED
                   ? status
                   : lic_engine_failed(r->work->engine, status, r->what, r->error);
    trap = run_batch(r, accepted);
    return trap == LIC_TRAP_NONE ? LIC_OK : lic_work_trapped(r->work, trap, r->what, r->error);
}

/* -- the file ----------------------------------------------------------------------------------------------------------------- */

static void take_batch(lic_report_work *r, const lic_parsed *parsed, uint32_t first)
{
    r->count = parsed->count - first < LIC_BATCH ? parsed->count - first : LIC_BATCH;
    r->items = parsed->items + (size_t)first * r->intake.slots;
    r->reason = parsed->reasons + first;
    for (uint32_t i = 0; i < r->count; i++) {
        r->numbers[i] = r->line + first + i + 1;
        r->offsets[i] = r->offset + parsed->offsets[first + i];
        r->sizes[i] = parsed->sizes[first + i];
    }
}

static lic_status do_lines_of(lic_report_work *r, const lic_parsed *parsed)
{
    r->work->batch_base = parsed->chunk.data;
    r->work->batch_hashes = parsed->hashes;
    for (uint32_t first = 0; first < parsed->count; first += LIC_BATCH) {
        take_batch(r, parsed, first);
        LIC_TRY(do_batch(r, parsed, first));
    }
    r->line += parsed->count;
    if (parsed->last) r->offset += parsed->chunk.size;
    if (parsed->too_long)
        return lic_fail(r->error, LIC_TOO_LARGE, "long_line", "break the line",
                        "%s, line %llu: longer than %u bytes", r->what,
                        (unsigned long long)r->line + 1, r->work->engine->rules->line_max);
    return LIC_OK;
}

/* Chunks from where it rested, until `lines` are done. */
static lic_status do_chunks(lic_report_work *r, uint64_t *lines)
{
    lic_engine *engine = r->work->engine;
    for (bool within = false; within || *lines > 0;) {
        const lic_parsed *parsed = NULL;
        lic_status status = lic_pipeline_next(r->pipeline, &parsed);
        if (status != LIC_OK)
            return lic_engine_failed(engine, status, "a chunk cannot be read back", r->error);
        r->read = parsed == NULL;
        if (r->read) return LIC_OK;
        LIC_TRY(do_lines_of(r, parsed));
        *lines -= parsed->count < *lines ? parsed->count : *lines;
        within = !parsed->last;
        if (within) continue;
        r->chunk++;
        if (engine->progress.step != NULL)
            engine->progress.step(engine->progress.context, "settling", r->offset,
                                  r->upload->bytes);
    }
    return LIC_OK;
}

/* All lines are read: they are as many as the header says. */
static lic_status end_lines(lic_report_work *r)
{
    if (r->offset != r->upload->bytes || r->line != r->upload->lines)
        return lic_fail(r->error, LIC_REFUSED, "count", "count bytes and lines of the file again",
                        "the header says %llu bytes and %llu lines, the file has %llu and %llu",
                        (unsigned long long)r->upload->bytes, (unsigned long long)r->upload->lines,
                        (unsigned long long)r->offset, (unsigned long long)r->line);
    r->outcome->lines = r->line;
    r->outcome->bytes = r->offset;
    r->work->frame.lines = r->outcome->accepted;
    if (lic_work_spend(r->work, r->work->run->gas - r->gas_before) != LIC_TRAP_NONE)
        return lic_work_trapped(r->work, LIC_TRAP_GAS, r->what, r->error);
    return LIC_OK;
}

/* What was parsed, and told apart, is needed no more: its memory goes before results and postings need as much. */
static void forget_lines(lic_report_work *r)
{
    if (r->begun != NULL) lic_foresight_forget(r->work->engine);
    lic_unique_free(&r->unique);
    r->begun = NULL;
}

/* Lines need no store, and so the chunks are written beside them. But while lines are parsed both cores have enough to do: the
 * last chunks wait until they are not, as many as reach the disk in the time that the block takes to close. */
#define LATE_BYTES ((size_t)64 << 20)

static void write_behind(const lic_report_work *r, size_t keep)
{
    const lic_engine *engine = r->work->engine;
    if (engine->observer == NULL && engine->options.threads != 1 && !engine->replaying)
        lic_store_write_behind(lic_ledger_store(engine->ledger), keep);
}

static lic_status do_lines(lic_report_work *r, uint64_t *lines)
{
    lic_engine *engine = r->work->engine;
    if (r->chunk == 0) r->gas_before = r->work->run->gas;
    unsigned threads = engine->observer != NULL || engine->options.threads == 1 ? 1 : 2;
    r->pipeline = lic_pipeline_create(&r->intake, engine, r->upload, r->chunk, r->begun, threads);
    if (r->pipeline == NULL) return no_memory(r);
    write_behind(r, LATE_BYTES);
    lic_status status = do_chunks(r, lines);
    lic_pipeline_destroy(r->pipeline);
    r->pipeline = NULL;
    if (status == LIC_OK && r->chunk == r->upload->chunks) r->read = true;
    if (status != LIC_OK || !r->read) return status;
    write_behind(r, 0);
    forget_lines(r);
    return end_lines(r);
}

/* -- the run ------------------------------------------------------------------------------------------------------------------ */

static lic_status init_outcome(lic_report_work *r)
{
    lic_engine *engine = r->work->engine;
    r->outcome = lic_engine_take(engine, sizeof *r->outcome);
    if (r->outcome == NULL) return LIC_NO_MEMORY;
    lic_report_outcome *o = r->outcome;
    o->report = r->number;
    o->upload = r->upload->id;
    o->reason_count = lic_report_reasons(r->work->contract->image, r->report, r->reasons,
                                         LIC_LINE_REASONS_MAX);
    o->reasons = lic_engine_take(engine, (o->reason_count + 1) * sizeof *o->reasons);
    o->sums = lic_engine_take(engine, (r->report->column_count + 1u) * sizeof *o->sums);
    if (o->reasons == NULL || o->sums == NULL) return LIC_NO_MEMORY;
    r->first_require = LIC_NONE16;
    for (size_t i = o->reason_count; i > 0; i--)
        if (r->reasons[i - 1].code == LIC_LINE_REQUIRE) r->first_require = (uint16_t)(i - 1);
    return LIC_OK;
}

/* Lines of a report that may rest are told apart where they are run: what was parsed ahead when it rests is parsed again. */
static lic_status init_intake(lic_report_work *r)
{
    lic_work *work = r->work;
    size_t reasons = r->outcome->reason_count;
    bool begun = r->begun != NULL;
    if (!begun)
        LIC_TRY(lic_intake_init(work->engine, work->contract, work->arena, r->report, r->reasons,
                                reasons, &r->intake));
    if (r->intake.unique != NULL) return LIC_OK;
    LIC_TRY(lic_unique_init(&r->unique, work->engine, &r->intake, r->reasons, reasons,
                            r->upload->lines));
    if (!begun && r->at_once && lic_unique_by_parsing(work->contract->image, r->report))
        r->intake.unique = &r->unique;
    return LIC_OK;
}

static lic_status init(lic_report_work *r)
{
    const lic_image *image = r->work->contract->image;
    LIC_TRY(init_outcome(r));
    LIC_TRY(init_intake(r));
    for (uint16_t c = 0; c < r->report->column_count; c++)
        if (is_summed(&r->intake.columns[c]))
            r->outcome->sums[r->outcome->sum_count++] = (lic_column_sum){.column = c};
    const lic_entry *entry = &image->entries[r->report->entry];
    r->judge = r->lines = LIC_NONE16;
    for (uint16_t i = 0; i < entry->phase_count; i++) {
        uint16_t number = (uint16_t)(entry->first_phase + i);
        if (image->phases[number].kind == LIC_PHASE_JUDGE) r->judge = number;
        if (image->phases[number].kind == LIC_PHASE_LINES) r->lines = number;
    }
    return LIC_OK;
}

/* Phases in order; lines are read where the line phase stands, and first of all when there is none. */
lic_status lic_report_some(lic_report_work *r, uint64_t *lines, bool *done)
{
    const lic_image *image = r->work->contract->image;
    const lic_entry *entry = &image->entries[r->report->entry];
    *done = false;
    if (r->lines == LIC_NONE16 && !r->read) {
        LIC_TRY(do_lines(r, lines));
        if (!r->read) return LIC_OK;
    }
    for (; r->phase < entry->phase_count; r->phase++) {
        uint16_t number = (uint16_t)(entry->first_phase + r->phase);
        uint8_t kind = image->phases[number].kind;
        if (kind == LIC_PHASE_JUDGE) continue;
        if (kind == LIC_PHASE_LINES) {
            LIC_TRY(do_lines(r, lines));
            if (!r->read) return LIC_OK;
            continue;
        }
        lic_trap trap = lic_work_phase(r->work, number);
        if (trap != LIC_TRAP_NONE) return lic_work_trapped(r->work, trap, r->what, r->error);
    }
    *done = true;
    return LIC_OK;
}

lic_status lic_report_begin(lic_report_work *r)
{
    lic_work *work = r->work;
    lic_contract *contract = work->contract;
    const lic_engine_rules *rules = work->engine->rules;
    work->caller = r->report->by;
    (void)lic_what(r->what, "report", r->report->name);
    lic_period period = lic_settle_period(contract, r->report->period, r->upload->period);
    lic_term_span span = lic_settle_span(contract, period);
    lic_run_effects *effects = lic_work_start_run(work, LIC_ENTRY_REPORT, r->number, &span);
    if (effects == NULL || init(r) != LIC_OK) return no_memory(r);
    effects->report = r->outcome;
    work->entry = r->report->entry;
    if (work->engine->observer != NULL && work->engine->observer->begin_run != NULL)
        work->engine->observer->begin_run(work->engine->observer->context, contract, work->entry,
                                          effects);
    lic_trap trap = lic_work_spend(work, rules->gas_line * r->upload->lines);
    return trap == LIC_TRAP_NONE ? LIC_OK : lic_work_trapped(work, trap, r->what, r->error);
}

lic_status lic_report_end(lic_report_work *r)
{
    lic_contract *contract = r->work->contract;
    lic_period period = lic_settle_period(contract, r->report->period, r->upload->period);
    period = lic_settle_following(contract, r->report->period, period);
    lic_trap trap = lic_field_set(contract->tables, r->report->next_field, 0, period.first);
    if (trap == LIC_TRAP_NONE) trap = lic_work_close_run(r->work);
    if (trap == LIC_TRAP_NONE) trap = lic_settle(r->work);
    return trap == LIC_TRAP_NONE ? LIC_OK : lic_work_trapped(r->work, trap, r->what, r->error);
}

void lic_report_free(lic_report_work *r)
{
    lic_pipeline_destroy(r->pipeline);
    lic_unique_free(&r->unique);
}

static lic_status run_at_once(lic_report_work *r)
{
    uint64_t lines = UINT64_MAX;
    bool done = false;
    LIC_TRY(lic_report_begin(r));
    LIC_TRY(lic_report_some(r, &lines, &done));
    return lic_report_end(r);
}

lic_status lic_report_run(lic_engine *engine, lic_upload *upload, uint64_t gas_limit, uint64_t *gas,
                          lic_outcome *outcome, lic_error *error)
{
    lic_contract *contract = engine->contracts[upload->contract];
    LIC_TRY(lic_contract_load(engine, contract, error));
    LIC_TRY(lic_report_admit(engine, contract, LIC_NONE16, upload->subject, upload->period, error));
    lic_report_work *r = lic_allocate_zero(engine->allocator, 1, sizeof *r);
    if (r == NULL) return lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory");
    lic_work work;
    lic_status status = lic_work_begin(engine, contract, engine->today, gas_limit, &work, error);
    if (status != LIC_OK) {
        lic_release(engine->allocator, r, sizeof *r);
        return status;
    }
    *r = (lic_report_work){.work = &work,
                           .upload = upload,
                           .report = &contract->image->reports[upload->subject],
                           .number = upload->subject,
                           .at_once = true,
                           .error = error};
    r->begun = lic_foresight_take(engine, contract, upload, &r->intake);
    status = run_at_once(r);
    *gas = work.gas;
    lic_report_free(r);
    if (status == LIC_OK) {
        outcome->settled = true;
        outcome->height = engine->height;
        outcome->lines = r->outcome->lines;
        outcome->accepted = r->outcome->accepted;
        outcome->rejected = r->outcome->rejected;
        status = lic_work_keep(&work) == LIC_OK
                     ? lic_settle_retry(engine, contract, error)
                     : lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory");
    } else {
        lic_work_roll_back(&work);
    }
    lic_release(engine->allocator, r, sizeof *r);
    return status;
}
