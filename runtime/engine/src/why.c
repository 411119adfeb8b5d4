/* why.c - finds what settled a payee's period, watches it twice, and keeps the graph. */
#include "outputs.h"
#include "why_nodes.h"

#include <string.h>

typedef struct watched { /* a transaction, or the timers of a block */
    uint64_t height;
    uint32_t position;
} watched;

enum { WATCHED_MAX = 4096 };

typedef struct searching {
    lic_why *why;
    lic_contract *contract;
    watched list[WATCHED_MAX];
    size_t count;
    lic_slice payload;
    lic_run_head head;
    bool readable;
} searching;

/* -- the payee -------------------------------------------------------------------------------------------- */

static bool is_paid(const lic_image *image, uint32_t table)
{
    for (uint32_t i = 0; i < image->statements_count; i++) {
        if (image->statements[i].payees == table) return true;
    }
    for (uint32_t i = 0; i < image->duties_count; i++) {
        if (image->duties[i].creditor_table == table && table != LIC_TABLE_SELF) return true;
    }
    for (uint32_t i = 0; i < image->accounts_count; i++) {
        bool payee = image->accounts[i].kind == LIC_ACCOUNT_PAYEE;
        if (payee && image->fields[image->accounts[i].field].table == table) return true;
    }
    return false;
}

static lic_status find_payee(lic_why *why, uint32_t contract, lic_error *error)
{
    const lic_image *image = why->image;
    for (uint32_t i = 0; i < image->parties_count; i++) {
        if (!lic_slice_equal(image->parties[i].name, why->payee_name)) continue;
        why->payee = (lic_why_payee){LIC_TABLE_PARTIES, i};
        return LIC_OK;
    }
    for (uint32_t t = LIC_TABLE_PAYMENTS + 1; t < image->tables_count; t++) {
        uint32_t row = LIC_NONE32;
        if (!is_paid(image, t)) continue;
        LIC_TRY(
            lic_engine_find_row(why->engine, contract, (uint16_t)t, why->payee_name, &row, error));
        if (row == LIC_NONE32) continue;
        why->payee = (lic_why_payee){(uint16_t)t, row};
        return LIC_OK;
    }
    return lic_fail(error, LIC_MISSING, "payee",
                    "name a party of the agreement or the key of a row that is paid",
                    "the agreement pays nobody called %.*s", (int)why->payee_name.size,
                    (const char *)why->payee_name.data);
}

/* -- what settled the period ---------------------------------------------------------------------------------- */

static lic_status take_head(void *context, const lic_row_payload *row)
{
    searching *s = context;
    lic_cursor cursor;
    s->readable = lic_output_head(row->bytes, &s->head, &cursor);
    return LIC_OK;
}

static bool in_period(const searching *s)
{
    const lic_image *image = s->why->image;
    lic_run_effects run = {.kind = s->head.kind,
                           .subject = s->head.subject,
                           .full_first = s->head.first,
                           .full_last = 1};
    uint8_t kind = 0;
    if (run.kind == LIC_ENTRY_REPORT && run.subject < image->reports_count)
        kind = image->reports[run.subject].period;
    if (run.kind == LIC_ENTRY_STATEMENT && run.subject < image->statements_count)
        kind = image->statements[run.subject].period;
    if (run.kind == LIC_ENTRY_PERIOD && run.subject < image->periodics_count)
        kind = image->periodics[run.subject].period;
    if (kind == 0) return false;
    char text[LIC_PERIOD_TEXT];
    lic_period_print((lic_period_kind)kind, lic_settle_period(s->contract, kind, s->head.first),
                     text);
    return lic_slice_equal(lic_slice_text(text), s->why->period);
}

static lic_status visit_output(void *context, const lic_row_output *row)
{
    searching *s = context;
    s->readable = false;
    LIC_TRY(lic_store_read_payload(lic_ledger_store(lic_engine_ledger(s->why->engine)), row->place,
                                   take_head, s));
    if (!s->readable || !in_period(s)) return LIC_OK;
    watched found = {row->place >> 28, row->cause == 0
                                           ? LIC_STORE_NONE
                                           : (uint32_t)(row->cause & (LIC_PLACE_ORDINALS - 1))};
    for (size_t i = 0; i < s->count; i++) {
        if (s->list[i].height == found.height && s->list[i].position == found.position)
            return LIC_OK;
    }
    if (s->count == WATCHED_MAX) return LIC_TOO_LARGE;
    s->list[s->count++] = found;
    return LIC_OK;
}

/* -- two passes ------------------------------------------------------------------------------------------------- */

static void log_run(void *context, const lic_contract *contract, uint16_t entry,
                    const lic_run_effects *run)
{
    (void)entry, (void)run;
    lic_why_log_run(context, contract->image);
}

static void log_trace(void *context, uint32_t phase, uint64_t item, uint32_t pc,
                      const uint64_t *regs)
{
    (void)item;
    lic_why_log_trace(context, phase, pc, regs);
}

static lic_status watch(const lic_why_options *options, uint32_t contract, const watched *w,
                        const lic_observer *observer, lic_engine **engine, lic_error *error)
{
    lic_engine_options engine_options = {
        .path = options->path,
        .allocator = options->allocator,
        .random = options->random,
        .vfs = options->vfs,
        .read_only = true,
    };
    const lic_effects_sink none = {0};
    LIC_TRY(lic_engine_open_mode(&engine_options, LIC_LEDGER_READ, w->height - 1, engine, error));
    return lic_replica_watch(*engine, contract, w->height, w->position, observer, none, error);
}

static lic_status first_pass(const lic_why_options *options, uint32_t contract, const watched *w,
                             lic_why_log *log, lic_error *error)
{
    lic_engine *engine = NULL;
    const lic_observer observer = {.context = log, .begin_run = log_run, .trace = log_trace};
    lic_status status = watch(options, contract, w, &observer, &engine, error);
    /* The log reads the image, which the engine owns. */
    if (status == LIC_OK) status = lic_why_log_slice(log);
    log->image = NULL;
    lic_engine_close(engine);
    return status;
}

static lic_status second_pass(lic_why *why, const lic_why_options *options, uint32_t contract,
                              const watched *w, const lic_why_log *log, lic_error *error)
{
    lic_why_tracer *tracer = NULL;
    lic_engine *engine = NULL;
    size_t first = why->node_count;
    LIC_TRY(lic_why_tracer_create(why, log, w->height, &tracer));
    lic_observer observer = lic_why_tracer_observer(tracer);
    lic_status status = watch(options, contract, w, &observer, &engine, error);
    if (status == LIC_OK) status = lic_why_tracer_finish(tracer);
    if (status == LIC_OK) status = lic_why_name_nodes(why, engine, contract, first);
    lic_why_tracer_destroy(tracer);
    lic_engine_close(engine);
    return status;
}

static lic_status derive(lic_why *why, const lic_why_options *options, uint32_t contract,
                         searching *s, lic_error *error)
{
    lic_store *store = lic_ledger_store(lic_engine_ledger(why->engine));
    s->why = why;
    s->contract = why->engine->contracts[contract];
    LIC_TRY(lic_contract_load(why->engine, s->contract, error));
    LIC_TRY(lic_store_read_contract_outputs(store, contract, LIC_OUTPUT_POSTINGS, visit_output, s));
    for (size_t i = 0; i < s->count; i++) {
        lic_why_log log;
        lic_why_log_init(&log, why->allocator, why->payee);
        lic_status status = first_pass(options, contract, &s->list[i], &log, error);
        if (status == LIC_OK)
            status = second_pass(why, options, contract, &s->list[i], &log, error);
        lic_why_log_free(&log);
        LIC_TRY(status);
        if (options->progress.step != NULL) {
            options->progress.step(options->progress.context, "deriving", i + 1, s->count);
        }
    }
    if (why->root_count > 0) return LIC_OK;
    return lic_fail(
        error, LIC_MISSING, "nothing",
        "licet query 'SELECT contract, period, account FROM account_totals' lists what was settled",
        "nothing was settled for %.*s in the period %.*s", (int)why->payee_name.size,
        (const char *)why->payee_name.data, (int)why->period.size, (const char *)why->period.data);
}

static lic_status open_tip(lic_why *why, const lic_why_options *options, uint32_t *contract,
                           lic_error *error)
{
    lic_contract_info info;
    const lic_engine_options engine_options = {
        .path = options->path,
        .allocator = options->allocator,
        .random = options->random,
        .vfs = options->vfs,
        .read_only = true,
    };
    LIC_TRY(lic_engine_open(&engine_options, &why->engine, error));
    LIC_TRY(lic_engine_find_contract(why->engine, options->contract, contract, error));
    LIC_TRY(lic_engine_contract(why->engine, *contract, &info, error));
    why->image = info.image;
    why->contract = info.id;
    why->simulated = lic_ledger_genesis(lic_engine_ledger(why->engine))->clock ==
                     LIC_CLOCK_SIMULATED;
    return find_payee(why, *contract, error);
}

lic_status lic_why_derive(const lic_why_options *options, lic_why **result, lic_error *error)
{
    lic_error scratch = {0};
    uint32_t contract = 0;
    if (error == NULL) error = &scratch;
    lic_why *why = lic_allocate_zero(options->allocator, 1, sizeof *why);
    searching *s = lic_allocate_zero(options->allocator, 1, sizeof *s);
    lic_status status = why == NULL || s == NULL ? LIC_NO_MEMORY : LIC_OK;
    if (status == LIC_OK) {
        why->allocator = options->allocator;
        why->payee_name = options->payee;
        why->period = options->period;
        why->arena = lic_arena_create(options->allocator, (size_t)4 << 30);
        status = why->arena == NULL ? LIC_NO_MEMORY : open_tip(why, options, &contract, error);
    }
    if (status == LIC_OK) status = derive(why, options, contract, s, error);
    if (s != NULL) lic_release(options->allocator, s, sizeof *s);
    if (status == LIC_TOO_LARGE) {
        status = lic_fail(error, LIC_TOO_LARGE, "nodes", "name a payee with fewer movements",
                          "the derivation has more than %d steps", LIC_WHY_NODES_MAX);
    }
    if (status != LIC_OK) {
        lic_why_destroy(why);
        return status;
    }
    *result = why;
    return LIC_OK;
}

void lic_why_destroy(lic_why *why)
{
    if (why == NULL) return;
    const lic_allocator *a = why->allocator;
    if (a == NULL) return;
    if (why->nodes != NULL) lic_release(a, why->nodes, why->node_capacity * sizeof *why->nodes);
    if (why->links != NULL) lic_release(a, why->links, why->link_capacity * sizeof *why->links);
    if (why->roots != NULL) lic_release(a, why->roots, why->root_capacity * sizeof *why->roots);
    if (why->runs != NULL) lic_release(a, why->runs, why->run_capacity * sizeof *why->runs);
    lic_engine_close(why->engine);
    lic_arena_destroy(why->arena);
    lic_release(a, why, sizeof *why);
}
