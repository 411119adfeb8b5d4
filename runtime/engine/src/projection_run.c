/* projection_run.c - what a run computed: results of terms row by row with their totals, and the
 * outcome of a report. */
#include "projection.h"

#include <string.h>

/* -- results ------------------------------------------------------------------------------------------- */

typedef struct results_source {
    const lic_run_effects *run;
    const uint32_t *order; /* results of the term, in order of emission */
    int64_t set;
    char room[LIC_DECIMAL_MAX];
} results_source;

static void result_cell(void *context, uint64_t index, unsigned column, lic_feed_cell *cell)
{
    results_source *source = context;
    const lic_result_effect *result = &source->run->results[source->order[index]];
    if (column >= 2) {
        if (column < 7) lic_projection_cell(result->values[column - 2], source->room, cell);
        return;
    }
    cell->kind = LIC_FEED_INTEGER;
    cell->integer = column == 0 ? source->set : (int64_t)result->row;
}

static lic_status put_result_totals(lic_projection *projection, int64_t set,
                                    const lic_term_total *total)
{
    lic_projection_row row;
    lic_projection_begin(projection, LIC_PROJECTION_TOTAL, &row);
    lic_projection_i64(&row, set);
    lic_projection_i64(&row, 0);
    for (unsigned i = 0; i < 5; i++) lic_projection_units(&row, total->values[i]);
    return lic_projection_write(&row);
}

static lic_status put_term(lic_projection *projection, const lic_image *image,
                           const lic_run_effects *run, const lic_term_total *total,
                           const uint32_t *order, size_t count)
{
    const lic_term *term = &image->terms[total->term];
    lic_projection_set set = {
        .kind = LIC_SET_RESULTS,
        .contract = run->contract,
        .table = term->table,
        .rows = count,
        .run = run,
        .period_kind = lic_projection_period(image, run),
        .name = term->name,
        .label = term->label,
        .anchor = term->anchor,
        .currency = &image->currencies[term->currency],
        .exact_scale = term->exact_scale,
        .decimals = lic_projection_decimals(image, &image->currencies[term->currency]),
    };
    LIC_TRY(lic_projection_number(projection, &set.id));
    LIC_TRY(lic_projection_set_put(projection, &set));
    LIC_TRY(put_result_totals(projection, set.id, total));
    results_source source = {.run = run, .order = order, .set = set.id};
    const lic_feed feed = {.context = &source, .rows = count, .cell = result_cell};
    return lic_projection_bulk(projection, "p_cells", 5, &feed);
}

/* Results come as terms emitted them; a stable pass per term puts each term's together. */
lic_status lic_projection_results(lic_projection *projection, const lic_image *image,
                                  const lic_run_effects *run)
{
    if (run->result_count == 0) return LIC_OK;
    uint32_t *order = lic_allocate(projection->allocator, run->result_count * sizeof *order);
    if (order == NULL) return LIC_NO_MEMORY;
    lic_status status = LIC_OK;
    for (size_t t = 0; status == LIC_OK && t < run->total_count; t++) {
        size_t count = 0;
        for (size_t i = 0; i < run->result_count; i++) {
            if (run->results[i].term == run->totals[t].term) order[count++] = (uint32_t)i;
        }
        status = put_term(projection, image, run, &run->totals[t], order, count);
    }
    lic_release(projection->allocator, order, run->result_count * sizeof *order);
    return status;
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
        "INSERT INTO p_rejected(report,line,reason) SELECT c0,c1,c2 FROM lic_feed", &feed);
}
