/* projection/run.c - what a run computed: results of terms row by row with their totals, and the
 * outcome of a report. */
#include "projection/projection.h"

#include <string.h>

/* -- results ------------------------------------------------------------------------------------------- */

/* Results of one term in one run. */
struct lic_projection_batch {
    const lic_run_effects *run;
    uint32_t *order; /* results of the term, in order of emission */
    size_t count;
    lic_projection_set set;
    char room[LIC_DECIMAL_MAX];
};

enum { RESULT_COLUMNS = 5 };

/* All rows of the table have a result, in order. */
static void dense_cell(void *context, uint32_t row, unsigned column, lic_feed_cell *cell)
{
    lic_projection_batch *source = context;
    lic_projection_cell(source->run->results[source->order[row]].values[column], source->room,
                        cell);
}

/* As they come. */
static void result_cell(void *context, uint64_t index, unsigned column, lic_feed_cell *cell)
{
    lic_projection_batch *source = context;
    const lic_result_effect *result = &source->run->results[source->order[index]];
    if (column >= 2) {
        if (column < 2 + RESULT_COLUMNS)
            lic_projection_cell(result->values[column - 2], source->room, cell);
        return;
    }
    cell->kind = LIC_FEED_INTEGER;
    cell->integer = column == 0 ? source->set.id : (int64_t)result->row;
}

void lic_projection_results_release(lic_projection *projection, lic_projection_batch *results)
{
    if (results == NULL) return;
    lic_release(projection->allocator, results->order, results->count * sizeof *results->order);
    lic_release(projection->allocator, results, sizeof *results);
}

static lic_status put_result_totals(lic_projection *projection, int64_t set,
                                    const lic_term_total *total)
{
    lic_projection_row row;
    lic_projection_begin(projection, LIC_PROJECTION_TOTAL, &row);
    lic_projection_i64(&row, set);
    lic_projection_i64(&row, 0);
    for (unsigned i = 0; i < RESULT_COLUMNS; i++) lic_projection_units(&row, total->values[i]);
    return lic_projection_write(&row);
}

/* -- sharing a set ------------------------------------------------------------------------------------- */

static lic_projection_part part_of(lic_projection_batch *results)
{
    return (lic_projection_part){results, dense_cell, RESULT_COLUMNS};
}

static lic_status settle_in(lic_projection *projection, lic_projection_batch *results,
                            int64_t cells, unsigned column)
{
    results->set.cells = cells;
    results->set.column = column;
    return lic_projection_set_put(projection, &results->set);
}

lic_status lic_projection_take(lic_projection *projection, uint16_t table, int64_t set,
                               lic_projection_batch **results, lic_projection_part *part)
{
    *results = projection->waiting[table];
    projection->waiting[table] = NULL;
    if (*results == NULL) return LIC_OK;
    *part = part_of(*results);
    lic_status status = settle_in(projection, *results, set, 0);
    if (status != LIC_OK) lic_projection_results_release(projection, *results);
    return status;
}

/* Two terms of one table lie side by side. */
static lic_status put_two(lic_projection *projection, lic_projection_batch *first,
                          lic_projection_batch *second)
{
    const lic_projection_part parts[] = {part_of(first), part_of(second)};
    LIC_TRY(settle_in(projection, first, first->set.id, 0));
    LIC_TRY(settle_in(projection, second, first->set.id, RESULT_COLUMNS));
    return lic_projection_parts(projection, first->set.id, first->count, parts, 2);
}

static lic_status put_alone(lic_projection *projection, const lic_contract_effects *contract,
                            lic_projection_batch *results)
{
    lic_projection_spare spares[LIC_SET_COLUMNS - RESULT_COLUMNS];
    lic_projection_part parts[LIC_SET_COLUMNS] = {part_of(results)};
    size_t spare = lic_projection_spares(projection, contract, results->set.table, spares,
                                         parts + 1, LIC_COUNT(spares));
    LIC_TRY(settle_in(projection, results, results->set.id, 0));
    LIC_TRY(lic_projection_parts(projection, results->set.id, results->count, parts, 1 + spare));
    return lic_projection_spares_moved(projection, contract, spares, spare, results->set.id,
                                       RESULT_COLUMNS);
}

lic_status lic_projection_results_flush(lic_projection *projection,
                                        const lic_contract_effects *contract)
{
    for (size_t t = 0; t < LIC_COUNT(projection->waiting); t++) {
        if (projection->waiting[t] == NULL) continue;
        LIC_TRY(put_alone(projection, contract, projection->waiting[t]));
        lic_projection_results_release(projection, projection->waiting[t]);
        projection->waiting[t] = NULL;
    }
    return LIC_OK;
}

/* -- a term ---------------------------------------------------------------------------------------------- */

static bool is_dense(const lic_projection_batch *results, const lic_tables *tables)
{
    if (results->count == 0 || results->count != tables->views[results->set.table].row_count ||
        lic_projection_grows(&tables->image->tables[results->set.table]))
        return false;
    for (size_t i = 0; i < results->count; i++)
        if (results->run->results[results->order[i]].row != i) return false;
    return true;
}

/* Takes the results over. */
static lic_status put_results(lic_projection *projection, const lic_contract_effects *contract,
                              lic_projection_batch *results)
{
    if (!is_dense(results, contract->tables)) {
        const lic_feed feed = {.context = results, .rows = results->count, .cell = result_cell};
        lic_status status = lic_projection_set_put(projection, &results->set);
        if (status == LIC_OK) status = lic_projection_bulk(projection, RESULT_COLUMNS, &feed);
        lic_projection_results_release(projection, results);
        return status;
    }
    lic_projection_batch **waiting = &projection->waiting[results->set.table];
    if (*waiting == NULL) {
        *waiting = results;
        return LIC_OK;
    }
    lic_status status = put_two(projection, *waiting, results);
    lic_projection_results_release(projection, *waiting);
    lic_projection_results_release(projection, results);
    *waiting = NULL;
    return status;
}

static lic_projection_set set_of(const lic_image *image, const lic_run_effects *run,
                                 const lic_term *term, size_t rows)
{
    const lic_currency *currency = &image->currencies[term->currency];
    return (lic_projection_set){
        .kind = LIC_SET_RESULTS,
        .contract = run->contract,
        .table = term->table,
        .rows = rows,
        .run = run,
        .period_kind = lic_projection_period(image, run),
        .name = term->name,
        .label = term->label,
        .anchor = term->anchor,
        .currency = currency,
        .exact_scale = term->exact_scale,
        .decimals = lic_projection_decimals(image, currency),
    };
}

/* The results of one term, picked out of the run's. NULL: no memory. */
static lic_projection_batch *pick(const lic_projection *projection, const lic_image *image,
                                  const lic_run_effects *run, uint16_t term)
{
    size_t count = 0;
    for (size_t i = 0; i < run->result_count; i++) count += run->results[i].term == term;
    lic_projection_batch *results = lic_allocate_zero(projection->allocator, 1, sizeof *results);
    if (results == NULL) return NULL;
    results->order = count == 0 ? NULL
                                : lic_allocate(projection->allocator, count * sizeof(uint32_t));
    if (count != 0 && results->order == NULL) {
        lic_release(projection->allocator, results, sizeof *results);
        return NULL;
    }
    for (size_t i = 0; i < run->result_count; i++)
        if (run->results[i].term == term) results->order[results->count++] = (uint32_t)i;
    results->run = run;
    results->set = set_of(image, run, &image->terms[term], count);
    return results;
}

lic_status lic_projection_results(lic_projection *projection, const lic_contract_effects *contract,
                                  const lic_run_effects *run)
{
    if (run->result_count == 0) return LIC_OK;
    for (size_t t = 0; t < run->total_count; t++) {
        lic_projection_batch *results = pick(projection, contract->info->image, run,
                                             run->totals[t].term);
        if (results == NULL) return LIC_NO_MEMORY;
        lic_status status = lic_projection_number(projection, &results->set.id);
        if (status == LIC_OK)
            status = put_result_totals(projection, results->set.id, &run->totals[t]);
        if (status != LIC_OK) {
            lic_projection_results_release(projection, results);
            return status;
        }
        LIC_TRY(put_results(projection, contract, results));
    }
    return LIC_OK;
}

/* -- reports ----------------------------------------------------------------------------------------------- */

static lic_status put_report(lic_projection *projection, const lic_image *image,
                             const lic_run_effects *run, int64_t id)
{
    const lic_report_outcome *outcome = run->report;
    const lic_report *report = &image->reports[outcome->report];
    char period[LIC_PERIOD_TEXT], upload[LIC_HASH_TEXT];
    lic_period_print((lic_period_kind)report->period, (lic_period){run->full_first, run->full_last},
                     period);
    lic_hash_print(&outcome->upload, upload);
    lic_projection_row row;
    lic_projection_begin(projection, LIC_PROJECTION_REPORT, &row);
    lic_projection_i64(&row, id);
    lic_projection_i64(&row, run->contract);
    lic_projection_text(&row, report->name);
    lic_projection_text(&row, report->anchor);
    lic_projection_string(&row, period);
    lic_projection_i64(&row, run->first);
    lic_projection_i64(&row, run->last);
    lic_projection_i64(&row, (int64_t)projection->height);
    lic_projection_string(&row, upload);
    lic_projection_i64(&row, (int64_t)outcome->bytes);
    lic_projection_i64(&row, (int64_t)outcome->lines);
    lic_projection_i64(&row, (int64_t)outcome->accepted);
    lic_projection_i64(&row, (int64_t)outcome->rejected);
    return lic_projection_write(&row);
}

static lic_status put_reasons(lic_projection *projection, const lic_image *image,
                              const lic_report_outcome *outcome, int64_t id)
{
    const lic_report *report = &image->reports[outcome->report];
    lic_line_reason reasons[LIC_LINE_REASONS_MAX];
    size_t count = lic_report_reasons(image, report, reasons, LIC_LINE_REASONS_MAX);
    for (size_t i = 0; i < count && i < outcome->reason_count; i++) {
        bool require = reasons[i].code == LIC_LINE_REQUIRE;
        lic_slice name = lic_slice_of(NULL, 0), anchor = lic_slice_of(NULL, 0);
        if (require) {
            const lic_reason *reason = &image->reasons[report->first_require + reasons[i].column];
            name = reason->text;
            anchor = reason->anchor;
        } else if (reasons[i].column != LIC_NONE16) {
            name = image->columns[report->first_column + reasons[i].column].name;
        }
        lic_projection_row row;
        lic_projection_begin(projection, LIC_PROJECTION_REASON, &row);
        lic_projection_i64(&row, id);
        lic_projection_i64(&row, (int64_t)i);
        lic_projection_text(&row, name);
        lic_projection_string(&row, lic_line_code_id((lic_line_code)reasons[i].code));
        lic_projection_text(&row, anchor);
        lic_projection_i64(&row, (int64_t)outcome->reasons[i]);
        LIC_TRY(lic_projection_write(&row));
    }
    return LIC_OK;
}

static lic_status put_sums(lic_projection *projection, const lic_image *image,
                           const lic_report_outcome *outcome, int64_t id)
{
    const lic_report *report = &image->reports[outcome->report];
    for (size_t i = 0; i < outcome->sum_count; i++) {
        const lic_column *column = &image->columns[report->first_column + outcome->sums[i].column];
        lic_type type = column->reader.type;
        bool money = lic_type_wide(type) || type.kind == LIC_KIND_PRICE;
        const lic_currency *currency = money ? &image->currencies[type.currency] : NULL;
        lic_projection_row row;
        lic_projection_begin(projection, LIC_PROJECTION_SUM, &row);
        lic_projection_i64(&row, id);
        lic_projection_i64(&row, (int64_t)i);
        lic_projection_text(&row, column->name);
        lic_projection_units(&row, outcome->sums[i].value);
        lic_projection_string(&row, currency == NULL ? "" : currency->code);
        lic_projection_i64(&row, currency != NULL && type.kind == LIC_KIND_MONEY
                                     ? currency->unit_scale
                                     : type.scale);
        lic_projection_i64(&row, currency == NULL ? 0 : currency->minor);
        LIC_TRY(lic_projection_write(&row));
    }
    return LIC_OK;
}

typedef struct rejected_source {
    const lic_report_outcome *outcome;
    int64_t id;
} rejected_source;

static void rejected_cell(void *context, uint64_t index, unsigned column, lic_feed_cell *cell)
{
    const rejected_source *source = context;
    const lic_rejected_line *line = &source->outcome->lines_rejected[index];
    cell->kind = LIC_FEED_INTEGER;
    if (column == 0) cell->integer = source->id;
    if (column == 1) cell->integer = (int64_t)line->line;
    if (column == 2) cell->integer = line->reason;
}

lic_status lic_projection_report(lic_projection *projection, const lic_image *image,
                                 const lic_run_effects *run)
{
    int64_t id = 0;
    LIC_TRY(lic_projection_number(projection, &id));
    LIC_TRY(put_report(projection, image, run, id));
    LIC_TRY(put_reasons(projection, image, run->report, id));
    LIC_TRY(put_sums(projection, image, run->report, id));
    if (run->report->line_count == 0) return LIC_OK;
    rejected_source source = {.outcome = run->report, .id = id};
    const lic_feed feed = {
        .context = &source, .rows = run->report->line_count, .cell = rejected_cell};
    return lic_store_feed(
        projection->store,
        "INSERT OR FAIL INTO p_rejected(report,line,reason) SELECT c0,c1,c2 FROM lic_feed", &feed);
}
