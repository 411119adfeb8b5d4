/* foot.c - FOOT: what a file says it holds against what it held; and what the whole report says. */
#include "reading.h"

static dsr_stated stated(const dsr_row *row, dsr_column column)
{
    int64_t value;
    dsr_stated made = {.is_count = true};
    made.given = dsr_count(row, column, &value);
    made.value = value;
    return made;
}

void dsr_take_foot(dsr *report, const dsr_row *row)
{
    dsr_foot *foot = &report->file->foot;
    dsr_close_block(report);
    if (foot->seen) return; /* after_footer was told */
    *foot = (dsr_foot){.seen = true,
                       .at = row->at,
                       .record = dsr_keep(report, row->record),
                       .lines = stated(row, COLUMN_LINES_IN_FILE),
                       .all_lines = stated(row, COLUMN_LINES_IN_REPORT),
                       .summaries = stated(row, COLUMN_SUMMARIES),
                       .blocks = stated(row, COLUMN_BLOCKS_IN_FILE),
                       .all_blocks = stated(row, COLUMN_BLOCKS_IN_REPORT)};
}

static void compare(dsr *report, const dsr_foot *foot, dsr_reason reason, const dsr_stated *said,
                    int64_t found)
{
    if (!said->given || said->value == found) return;
    (void)dsr_defect_at(report, foot->at, foot->record, reason, "%lld, found %lld",
                        (long long)said->value, (long long)found);
}

void dsr_finish_file(dsr *report)
{
    const dsr_file *file = report->file;
    if (file == NULL) return;
    dsr_place end = {report->file_count, file->lines};
    dsr_close_block(report);
    if (!file->head.seen && !report->bad_start)
        (void)dsr_defect_at(report, end, (lic_slice){0}, DSR_HEADER_MISSING, "%.*s",
                            DSR_SHOWN(file->name));
    if (!file->foot.seen) {
        (void)dsr_defect_at(report, end, (lic_slice){0}, DSR_FOOTER_MISSING, "%.*s",
                            DSR_SHOWN(file->name));
        return;
    }
    compare(report, &file->foot, DSR_FOOTER_LINES, &file->foot.lines, file->lines);
    compare(report, &file->foot, DSR_FOOTER_SUMMARIES, &file->foot.summaries, file->summaries);
    compare(report, &file->foot, DSR_FOOTER_BLOCKS, &file->foot.blocks, file->blocks);
}

/* The report's counts stand in the footer of each file. */
static void finish_report(dsr *report)
{
    int64_t lines = 0, blocks = 0;
    for (const dsr_file *file = report->files; file != NULL; file = file->next) {
        dsr_add_count(report, &lines, file->lines);
        dsr_add_count(report, &blocks, file->blocks);
    }
    for (const dsr_file *file = report->files; file != NULL; file = file->next) {
        if (!file->foot.seen) continue;
        compare(report, &file->foot, DSR_FOOTER_ALL_LINES, &file->foot.all_lines, lines);
        compare(report, &file->foot, DSR_FOOTER_ALL_BLOCKS, &file->foot.all_blocks, blocks);
    }
}

/* -- totals ------------------------------------------------------------------------------------ */

static lic_slice text_of(const dsr_stated *value, char text[LIC_DECIMAL_MAX])
{
    size_t size = lic_decimal_print_short(value->value, value->is_count ? 0 : DSR_SCALE, 0, text);
    return lic_slice_of(text, size);
}

static const char *const stated_names[STATED] = {
    [STATED_USAGES] = "usages",
    [STATED_REVENUE] = "net_revenue",
    [STATED_ALLOCATED_USAGES] = "allocated_usages",
    [STATED_ALLOCATED] = "allocated_revenue",
    [STATED_NET] = "allocated_net_revenue",
    [STATED_RETURNS] = "returns",
};

/* What rows add up to; not given where no row states such a thing. */
static dsr_stated found_in(const dsr_tally *tally, unsigned which)
{
    switch (which) {
    case STATED_USAGES: return (dsr_stated){tally->rows > 0, tally->usages, true};
    case STATED_REVENUE: return (dsr_stated){tally->has_revenue, tally->revenue, false};
    case STATED_ALLOCATED_USAGES:
        return (dsr_stated){tally->has_share_usages, tally->share_usages, true};
    case STATED_ALLOCATED: return (dsr_stated){tally->has_amount, tally->amount, false};
    case STATED_NET: return (dsr_stated){tally->has_net, tally->net, false};
    default: return (dsr_stated){tally->has_returns, tally->returns, true};
    }
}

/* True when they are equal, or one of them is not stated. */
static bool tell_total(const dsr *report, const dsr_summary *summary, unsigned which,
                       const dsr_tally *tally)
{
    const dsr_stated *said = &summary->stated[which];
    dsr_stated found = found_in(tally, which);
    char one[LIC_DECIMAL_MAX], other[LIC_DECIMAL_MAX];
    if (!said->given || !found.given) return true;
    dsr_total total = {.place = summary->at,
                       .what = lic_slice_text(stated_names[which]),
                       .summary = summary->id,
                       .controller = summary->controller,
                       .stated = text_of(said, one),
                       .found = text_of(&found, other),
                       .agrees = said->value == found.value};
    report->sink->total(report->sink->context, &total);
    return total.agrees;
}

static void compare_total(dsr *report, const dsr_summary *summary, unsigned which,
                          const dsr_tally *tally)
{
    char one[LIC_DECIMAL_MAX], other[LIC_DECIMAL_MAX];
    if (tell_total(report, summary, which, tally)) return;
    dsr_stated found = found_in(tally, which);
    (void)text_of(&summary->stated[which], one);
    (void)text_of(&found, other);
    (void)dsr_defect_at(report, summary->at, summary->record, DSR_TOTAL_DIFFERS,
                        "%s of %.*s%s%.*s: %s, the rows add up to %s", stated_names[which],
                        DSR_SHOWN(summary->id), summary->controller.size > 0 ? ", " : "",
                        DSR_SHOWN(summary->controller), one, other);
}

static void tell_sum(dsr *report, const dsr_sum_entry *entry)
{
    char revenue[LIC_DECIMAL_MAX], amount[LIC_DECIMAL_MAX], net[LIC_DECIMAL_MAX];
    const dsr_tally *tally = &entry->tally;
    dsr_sum sum = {
        .controller = entry->controller,
        .currency = entry->currency,
        .revenue = text_of(&(dsr_stated){true, tally->revenue, false}, revenue),
        .amount = text_of(&(dsr_stated){true, tally->amount, false}, amount),
        .net = text_of(&(dsr_stated){true, tally->net, false}, net),
        .rows = tally->rows,
        .usages = tally->usages,
        .returns = tally->returns,
    };
    report->sink->sum(report->sink->context, &sum);
}

/* All summaries against all rows; of several currencies there is no such sum. */
static void compare_report(dsr *report)
{
    dsr_summary all = {0};
    dsr_tally rows = {0};
    for (const dsr_summary *one = report->summaries; one != NULL; one = one->next) {
        if (!lic_slice_equal(one->currency, report->summaries->currency)) return;
        for (unsigned which = 0; which < STATED; which++) {
            if (!one->stated[which].given) continue;
            all.stated[which].given = true;
            all.stated[which].is_count = one->stated[which].is_count;
            dsr_add(report, &all.stated[which].value, one->stated[which].value);
        }
    }
    for (uint32_t i = 0; i < report->tallies.count; i++) {
        const dsr_tally_entry *entry = report->tallies.entries[i];
        if (!entry->whole) continue;
        dsr_add_tally(report, &rows, &entry->tally);
    }
    for (unsigned which = 0; which < STATED; which++) (void)tell_total(report, &all, which, &rows);
}

void dsr_finish_totals(dsr *report)
{
    finish_report(report);
    compare_report(report);
    for (const dsr_summary *one = report->summaries; one != NULL; one = one->next) {
        const dsr_tally *tally = dsr_tally_find(report, one->id, one->controller);
        for (unsigned which = 0; tally != NULL && which < STATED; which++)
            compare_total(report, one, which, tally);
    }
    for (uint32_t i = 0; i < report->sums.count; i++) tell_sum(report, report->sums.entries[i]);
}
