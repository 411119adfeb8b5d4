/* projection/run.c - what a run computed: results of terms row by row with their totals, and the
 * outcome of a report. */
#include "projection/projection.h"

#include <string.h>

/* -- results ------------------------------------------------------------------------------------------- */

/* Results of one term in one run. */
typedef struct result_batch {
    const lic_run_effects *run;
    uint32_t *order; /* results of the term, in order of emission */
    uint32_t *rows;  /* their rows */
    size_t count;
    lic_projection_set set;
} result_batch;

enum { RESULT_COLUMNS = 5 };

static void fill(void *context, uint32_t first, uint32_t count, unsigned column, lic_i128 *values,
                 uint8_t *has)
{
    const result_batch *batch = context;
    (void)has;
    for (uint32_t i = 0; i < count; i++)
        values[i] = batch->run->results[batch->order[first + i]].values[column];
}

static lic_status place(void *context, lic_projection *projection, int64_t cells,
                        const uint8_t *places)
{
    result_batch *batch = context;
    batch->set.cells = cells;
    memcpy(batch->set.places, places, RESULT_COLUMNS);
    return lic_projection_set_put(projection, &batch->set);
}

static void release(void *context, lic_projection *projection)
{
    result_batch *batch = context;
    size_t size = batch->count * sizeof(uint32_t);
    if (batch->order != NULL) lic_release(projection->allocator, batch->order, size);
    if (batch->rows != NULL) lic_release(projection->allocator, batch->rows, size);
    lic_release(projection->allocator, batch, sizeof *batch);
}

/* -- a term ---------------------------------------------------------------------------------------------- */

/* All rows of the table have a result, in order. */
static bool is_dense(const result_batch *batch, const lic_tables *tables)
{
    if (batch->count != tables->views[batch->set.table].row_count ||
        lic_projection_grows(&tables->image->tables[batch->set.table]))
        return false;
    for (size_t i = 0; i < batch->count; i++)
        if (batch->rows[i] != i) return false;
    return true;
}

/* Takes the results over. */
static lic_status put_results(lic_projection *projection, const lic_contract_effects *contract,
                              result_batch *batch)
{
    const lic_projection_part part = {.context = batch,
                                      .fill = fill,
                                      .columns = RESULT_COLUMNS,
                                      .place = place,
                                      .release = release};
    if (is_dense(batch, contract->tables))
        return lic_projection_gather(projection, batch->set.table, &part);
    lic_status status = lic_projection_sheet_write(projection, batch->rows, batch->count, &part, 1);
    release(batch, projection);
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

static result_batch *new_batch(const lic_projection *projection, const lic_image *image,
                               const lic_run_effects *run, const lic_term_total *total)
{
    const lic_allocator *allocator = projection->allocator;
    size_t count = total->rows;
    result_batch *batch = lic_allocate_zero(allocator, 1, sizeof *batch);
    if (batch == NULL) return NULL;
    *batch = (result_batch){
        .run = run, .count = count, .set = set_of(image, run, &image->terms[total->term], count)};
    batch->set.summed = RESULT_COLUMNS;
    memcpy(batch->set.totals, total->values, sizeof total->values);
    if (count == 0) return batch;
    batch->order = lic_allocate(allocator, count * sizeof *batch->order);
    batch->rows = lic_allocate(allocator, count * sizeof *batch->rows);
    return batch;
}

static void pick(result_batch *batch, uint16_t term)
{
    const lic_run_effects *run = batch->run;
    size_t found = 0;
    for (size_t at = 0; at < run->result_count && found < batch->count; at++) {
        if (run->results[at].term != term) continue;
        batch->rows[found] = run->results[at].row;
        batch->order[found++] = (uint32_t)at;
    }
    LIC_ASSERT(found == batch->count);
}

static lic_status put_term(lic_projection *projection, const lic_contract_effects *contract,
                           const lic_run_effects *run, const lic_term_total *total)
{
    result_batch *batch = new_batch(projection, contract->info->image, run, total);
    if (batch == NULL) return LIC_NO_MEMORY;
    lic_status status = LIC_NO_MEMORY;
    if (batch->count == 0 || (batch->order != NULL && batch->rows != NULL)) {
        pick(batch, total->term);
        status = lic_projection_number(projection, &batch->set.id);
    }
    if (status == LIC_OK) return put_results(projection, contract, batch);
    release(batch, projection);
    return status;
}

lic_status lic_projection_results(lic_projection *projection, const lic_contract_effects *contract,
                                  const lic_run_effects *run)
{
    if (run->result_count == 0) return LIC_OK;
    for (size_t t = 0; t < run->total_count; t++)
        LIC_TRY(put_term(projection, contract, run, &run->totals[t]));
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
