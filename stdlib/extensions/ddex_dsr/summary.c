/* summary.c - SY records: what their sales have in common (territory, model, currency) and the
 * totals that they state. */
#include "reading.h"

#include <string.h>

/* Lists of counts or amounts (one a right type) are summed. */
static void state(dsr *report, const dsr_row *row, dsr_column column, dsr_stated *to)
{
    lic_slice cell = dsr_cell(row, column), value;
    dsr_kind kind = dsr_column_kind(column);
    dsr_stated made = {.given = cell.size > 0,
                       .is_count = kind == KIND_COUNT || kind == KIND_COUNTS};
    for (size_t at = 0; dsr_list_next(cell, &at, &value);) {
        int64_t count = 0;
        lic_i128 amount = 0;
        if (made.is_count ? !dsr_parse_count(value, &count) : !dsr_parse_amount(value, &amount))
            made.given = false;
        dsr_add(report, &made.value, made.is_count ? count : amount);
    }
    if (made.given) *to = made;
}

static void read_stated(dsr *report, const dsr_row *row, dsr_summary *to)
{
    bool accounting = row->layout->place[COLUMN_CURRENCY_ACCOUNTING] != 0;
    if (!accounting && row->layout->role == ROLE_SUMMARY) {
        state(report, row, COLUMN_USAGES, &to->stated[STATED_USAGES]);
        state(report, row, COLUMN_NET_REVENUE, &to->stated[STATED_REVENUE]);
    }
    state(report, row, COLUMN_ALLOCATED_USAGES, &to->stated[STATED_ALLOCATED_USAGES]);
    state(report, row, accounting ? COLUMN_ALLOCATED_ACCOUNTING : COLUMN_ALLOCATED_REVENUE,
          &to->stated[STATED_ALLOCATED]);
    state(report, row, accounting ? COLUMN_ALLOCATED_NET_ACCOUNTING : COLUMN_ALLOCATED_NET,
          &to->stated[STATED_NET]);
    state(report, row, COLUMN_RETURNS, &to->stated[STATED_RETURNS]);
}

static lic_slice plain_cell(dsr *report, const dsr_row *row, dsr_column column)
{
    return dsr_keep(report, dsr_plain(report, dsr_cell(row, column)));
}

static dsr_summary *read_summary(dsr *report, const dsr_row *row)
{
    dsr_summary *made = lic_arena_take(report->arena, sizeof *made);
    if (made == NULL) {
        report->status = LIC_NO_MEMORY;
        return NULL;
    }
    bool accounting = row->layout->place[COLUMN_CURRENCY_ACCOUNTING] != 0;
    made->at = row->at;
    made->record = dsr_keep(report, row->record);
    made->id = dsr_keep(report, dsr_cell(row, COLUMN_SUMMARY));
    made->territory = plain_cell(report, row, COLUMN_TERRITORY);
    made->model = plain_cell(report, row, COLUMN_MODEL);
    made->use = plain_cell(report, row, COLUMN_USE);
    made->service = plain_cell(report, row, COLUMN_SERVICE);
    made->currency = plain_cell(report, row,
                                accounting ? COLUMN_CURRENCY_ACCOUNTING : COLUMN_CURRENCY);
    made->transaction_currency = plain_cell(report, row, COLUMN_CURRENCY_TRANSACTION);
    made->controller = plain_cell(report, row, COLUMN_CONTROLLER);
    read_stated(report, row, made);
    return made;
}

/* Each file of a report may repeat the summaries of the first, byte for byte. */
static bool is_repeated(const dsr *report, const dsr_row *row, lic_slice line)
{
    const dsr_repeated *found = dsr_map_find(&report->summary_lines, line);
    return found != NULL && found->file != row->at.file;
}

static void remember_line(dsr *report, const dsr_row *row, lic_slice line)
{
    bool fresh;
    dsr_repeated *entry = dsr_map_entry(report, &report->summary_lines, line, &fresh);
    if (entry != NULL && fresh) entry->file = row->at.file;
}

static void check_service(dsr *report, const dsr_row *row, lic_slice service)
{
    lic_slice head = report->file->head.service;
    if (service.size == 0 || head.size == 0 || lic_slice_equal(service, head)) return;
    (void)dsr_defect(report, row, DSR_SERVICE_DIFFERS, "%.*s, HEAD says %.*s", DSR_SHOWN(service),
                     DSR_SHOWN(head));
}

void dsr_take_summary(dsr *report, const dsr_row *row)
{
    lic_slice last = row->cells[(row->count < DSR_CELLS_MAX ? row->count : DSR_CELLS_MAX) - 1];
    lic_slice line = lic_slice_of(row->cells[0].data,
                                  (size_t)(last.data + last.size - row->cells[0].data));
    bool fresh;
    dsr_close_block(report);
    report->file->summaries++;
    if (is_repeated(report, row, line)) return;
    remember_line(report, row, line);
    dsr_summary *made = read_summary(report, row);
    if (made == NULL) return;
    check_service(report, row, dsr_cell(row, COLUMN_SERVICE));
    dsr_summary **entry = dsr_map_entry(report, &report->summary_ids, made->id, &fresh);
    if (entry == NULL) return;
    if (fresh) *entry = made;
    else if (row->layout->role == ROLE_SUMMARY)
        (void)dsr_defect(report, row, DSR_DUPLICATE_SUMMARY, "%.*s, first in line %lld",
                         DSR_SHOWN(made->id), (long long)(*entry)->at.line);
    *report->summary_end = made;
    report->summary_end = &made->next;
}
