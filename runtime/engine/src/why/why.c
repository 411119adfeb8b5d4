/* why/why.c - finds the payee, watches twice each transaction and timer that is to be looked at, and keeps the
 * graph. */
#include "why/nodes.h"

#include <stdio.h>
#include <string.h>

enum { NODES_OF_ITEM = 8 }; /* an item whose steps are derived makes as many, or more */

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
        why->payee = (lic_why_payee){LIC_TABLE_PARTIES, i, LIC_NONE32};
        return LIC_OK;
    }
    for (uint32_t t = LIC_TABLE_PAYMENTS + 1; t < image->tables_count; t++) {
        uint32_t row = LIC_NONE32;
        if (!is_paid(image, t)) continue;
        LIC_TRY(
            lic_engine_find_row(why->engine, contract, (uint16_t)t, why->payee_name, &row, error));
        if (row == LIC_NONE32) continue;
        why->payee = (lic_why_payee){(uint16_t)t, row, LIC_NONE32};
        return LIC_OK;
    }
    return lic_fail(error, LIC_MISSING, "payee",
                    "name a party of the agreement or the key of a row that is paid",
                    "the agreement pays nobody called %.*s", (int)why->payee_name.size,
                    (const char *)why->payee_name.data);
}

/* -- two passes ------------------------------------------------------------------------------------------------- */

static lic_status watch(const lic_why_options *options, uint32_t contract, const lic_why_unit *unit,
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
    LIC_TRY(
        lic_engine_open_mode(&engine_options, LIC_LEDGER_READ, unit->height - 1, engine, error));
    (*engine)->progress = options->progress;
    return lic_replica_watch(*engine, contract, unit->height, unit->position, observer, none,
                             error);
}

static lic_status first_pass(const lic_why_options *options, uint32_t contract,
                             const lic_why_unit *unit, lic_why_log *log, lic_error *error)
{
    lic_engine *engine = NULL;
    const lic_observer observer = lic_why_log_observer(log);
    lic_status status = watch(options, contract, unit, &observer, &engine, error);
    lic_engine_close(engine);
    return status == LIC_OK ? lic_why_log_slice(log) : status;
}

static lic_status second_pass(lic_why *why, const lic_why_options *options, uint32_t contract,
                              uint32_t unit, const lic_why_log *log, lic_error *error)
{
    lic_why_tracer *tracer = NULL;
    lic_engine *engine = NULL;
    size_t first = why->node_count;
    LIC_TRY(lic_why_tracer_create(why, log, unit, &tracer));
    lic_observer observer = lic_why_tracer_observer(tracer);
    lic_status status = watch(options, contract, &why->units[unit], &observer, &engine, error);
    if (status == LIC_OK) status = lic_why_tracer_finish(tracer);
    if (status == LIC_OK) status = lic_why_name_nodes(why, engine, contract, first);
    lic_why_tracer_destroy(tracer);
    lic_engine_close(engine);
    return status;
}

static void forget_nodes(const lic_cell_map *map, size_t first)
{
    for (size_t i = 0; i < map->capacity; i++)
        if (map->values[i] > first) map->values[i] = 0;
}

/* The graph as it was before the unit. */
static void take_back(lic_why *why, const lic_why *before)
{
    why->node_count = before->node_count;
    why->link_count = before->link_count;
    why->root_count = before->root_count;
    why->run_count = before->run_count;
    forget_nodes(&why->made, why->node_count);
    forget_nodes(&why->open, why->node_count);
}

/* A unit that is too large is watched again for its movements alone. */
static lic_status explain_unit(lic_why *why, const lic_why_options *options, uint32_t contract,
                               uint32_t unit, lic_error *error)
{
    const lic_why before = *why;
    lic_why_log log;
    lic_why_log_init(&log, why);
    lic_status status = first_pass(options, contract, &why->units[unit], &log, error);
    size_t count = status == LIC_OK ? lic_why_log_count(&log) : 0;
    if (count > 0)
        status = lic_why_describe_unit(why, why->engine->contracts[contract], unit, error);
    if (count > 0 && status == LIC_OK)
        status = count > why->nodes_max / NODES_OF_ITEM
                     ? LIC_TOO_LARGE
                     : second_pass(why, options, contract, unit, &log, error);
    if (status == LIC_TOO_LARGE && count > 0) {
        take_back(why, &before);
        status = lic_why_log_fold(&log);
        why->folded = true;
        if (status == LIC_OK) status = second_pass(why, options, contract, unit, &log, error);
    }
    lic_why_log_free(&log);
    return status;
}

/* What the duty came to: the last thing to be told of it. */
static lic_status end_duty(lic_why *why)
{
    const uint32_t *open = lic_cell_map_find(&why->open, why->payee.duty);
    if (open == NULL || *open == 0 || why->nodes[*open - 1].rule != LIC_WHY_OPEN) return LIC_OK;
    return lic_why_add_root(why, *open - 1);
}

static lic_status nothing(const lic_why *why, lic_error *error)
{
    char what[64] = "";
    const char *help =
        "licet query 'SELECT contract, period, account FROM account_totals' lists what was settled";
    if (why->asked == LIC_WHY_OF_PERIOD)
        (void)snprintf(what, sizeof what, "the period %.*s", (int)why->period.size,
                       (const char *)why->period.data);
    else (void)snprintf(what, sizeof what, "block %llu", (unsigned long long)why->block);
    if (why->erased_in != 0)
        return lic_fail(error, LIC_MISSING, "erased", LIC_ERASED_HELP,
                        "what block %llu did was erased, and nothing else in %s concerns %.*s",
                        (unsigned long long)why->erased_in, what, (int)why->payee_name.size,
                        (const char *)why->payee_name.data);
    if (why->unit_count == 0)
        return lic_fail(error, LIC_MISSING, "nothing", help, "nothing was settled for %.*s in %s",
                        (int)why->payee_name.size, (const char *)why->payee_name.data, what);
    return lic_fail(error, LIC_MISSING, "nothing", help, "nothing in %s concerns %.*s", what,
                    (int)why->payee_name.size, (const char *)why->payee_name.data);
}

static lic_status derive(lic_why *why, const lic_why_options *options, uint32_t contract,
                         lic_error *error)
{
    LIC_TRY(lic_contract_open(why->engine, why->engine->contracts[contract], error));
    LIC_TRY(lic_why_find_units(why, why->engine->contracts[contract], error));
    LIC_TRY(lic_why_find_concern(why));
    for (uint32_t i = 0; i < why->unit_count; i++) {
        if (options->progress.step != NULL)
            options->progress.step(options->progress.context, "deriving", i, why->unit_count);
        LIC_TRY(explain_unit(why, options, contract, i, error));
    }
    if (why->asked == LIC_WHY_OF_DUTY) LIC_TRY(end_duty(why));
    return why->root_count > 0 ? LIC_OK : nothing(why, error);
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
    if (why->asked != LIC_WHY_OF_DUTY) return find_payee(why, *contract, error);
    why->payee = (lic_why_payee){LIC_NONE16, LIC_NONE32, options->duty};
    return LIC_OK;
}

lic_status lic_why_derive(const lic_why_options *options, lic_why **result, lic_error *error)
{
    lic_error scratch = {0};
    uint32_t contract = 0;
    if (error == NULL) error = &scratch;
    lic_why *why = lic_allocate_zero(options->allocator, 1, sizeof *why);
    lic_status status = why == NULL ? LIC_NO_MEMORY : LIC_OK;
    if (status == LIC_OK) {
        why->allocator = options->allocator;
        why->asked = options->asked;
        why->payee_name = options->payee;
        why->period = options->period;
        why->block = options->block;
        why->nodes_max = options->nodes_max == 0 ? LIC_WHY_NODES_MAX : options->nodes_max;
        lic_cell_map_init(&why->made, options->allocator);
        lic_cell_map_init(&why->open, options->allocator);
        why->arena = lic_arena_create(options->allocator, LIC_GIGABYTES(4));
        status = why->arena == NULL ? LIC_NO_MEMORY : open_tip(why, options, &contract, error);
    }
    if (status == LIC_OK) status = derive(why, options, contract, error);
    if (status == LIC_TOO_LARGE && error->text[0] == '\0') {
        status = lic_fail(
            error, LIC_TOO_LARGE, "nodes",
            "name a payee with fewer movements, or one duty: licet why CONTRACT --duty NUMBER",
            "the derivation has more than %zu steps", why->nodes_max);
    }
    if (status != LIC_OK) {
        lic_why_destroy(why);
        return status;
    }
    *result = why;
    return LIC_OK;
}

uint64_t lic_why_erased(const lic_why *why)
{
    return why->erased_in;
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
    if (why->units != NULL) lic_release(a, why->units, why->unit_capacity * sizeof *why->units);
    lic_why_pages_free(why);
    lic_cell_map_free(&why->made);
    lic_cell_map_free(&why->open);
    lic_engine_close(why->engine);
    lic_arena_destroy(why->arena);
    lic_release(a, why, sizeof *why);
}
