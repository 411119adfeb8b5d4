/* cells.c - a line into cells, a cell into values, a value into a number or a day. Forms are
 * strict: a number is read one way or not at all. */
#include "reading.h"

#include <string.h>

void dsr_cut(lic_slice line, dsr_row *row)
{
    const uint8_t *at = line.data, *end = line.data + line.size;
    row->count = 0;
    for (;;) {
        const uint8_t *tab = at == end ? NULL : memchr(at, '\t', (size_t)(end - at));
        const uint8_t *stop = tab == NULL ? end : tab;
        if (row->count < DSR_CELLS_MAX)
            row->cells[row->count] = lic_slice_of(at, (size_t)(stop - at));
        row->count++;
        if (tab == NULL) return;
        at = tab + 1;
    }
}

lic_slice dsr_cell(const dsr_row *row, dsr_column column)
{
    unsigned place = row->layout->place[column];
    if (place == 0 || place >= row->count || place >= DSR_CELLS_MAX) return (lic_slice){0};
    return row->cells[place];
}

/* -- lists ------------------------------------------------------------------------------------- */

/* The end of the value that begins at `from`: a | that no backslash stands before. */
static size_t value_end(lic_slice cell, size_t from)
{
    size_t at = from;
    while (at < cell.size && cell.data[at] != '|') at += cell.data[at] == '\\' ? 2 : 1;
    return at < cell.size ? at : cell.size;
}

bool dsr_list_next(lic_slice cell, size_t *at, lic_slice *value)
{
    if (*at > cell.size || cell.size == 0) return false;
    size_t end = value_end(cell, *at);
    *value = lic_slice_of(cell.data + *at, end - *at);
    *at = end + 1;
    return true;
}

size_t dsr_list_count(lic_slice cell)
{
    size_t count = 1;
    if (cell.size == 0) return 0;
    for (size_t end = value_end(cell, 0); end < cell.size; end = value_end(cell, end + 1)) count++;
    return count;
}

lic_slice dsr_plain(dsr *report, lic_slice escaped)
{
    if (escaped.size == 0 || memchr(escaped.data, '\\', escaped.size) == NULL) return escaped;
    uint8_t *plain = lic_arena_take(report->block_arena, escaped.size);
    size_t size = 0;
    if (plain == NULL) {
        report->status = LIC_NO_MEMORY;
        return (lic_slice){0};
    }
    for (size_t i = 0; i < escaped.size; i++) {
        bool escape = escaped.data[i] == '\\' && i + 1 < escaped.size &&
                      (escaped.data[i + 1] == '|' || escaped.data[i + 1] == '\\');
        if (escape) i++;
        plain[size++] = escaped.data[i];
    }
    return lic_slice_of(plain, size);
}

/* -- numbers ----------------------------------------------------------------------------------- */

bool dsr_parse_count(lic_slice text, int64_t *value)
{
    lic_i128 wide;
    if (lic_decimal_parse(text, 0, &wide) != LIC_OK || wide < INT64_MIN || wide > INT64_MAX)
        return false;
    *value = (int64_t)wide;
    return true;
}

bool dsr_parse_amount(lic_slice text, lic_i128 *value)
{
    return lic_decimal_parse(text, DSR_SCALE, value) == LIC_OK;
}

bool dsr_count(const dsr_row *row, dsr_column column, int64_t *value)
{
    lic_slice cell = dsr_cell(row, column);
    *value = 0;
    return cell.size > 0 && dsr_parse_count(cell, value);
}

bool dsr_amount(const dsr_row *row, dsr_column column, lic_i128 *value)
{
    lic_slice cell = dsr_cell(row, column);
    *value = 0;
    return cell.size > 0 && dsr_parse_amount(cell, value);
}

lic_slice dsr_amount_text(const dsr_row *row, dsr_column column)
{
    lic_i128 value;
    return dsr_amount(row, column, &value) ? dsr_cell(row, column) : (lic_slice){0};
}

/* -- days -------------------------------------------------------------------------------------- */

/* YYYY-MM-DD or YYYYMMDD. */
bool dsr_parse_date(lic_slice text, lic_date *date)
{
    uint8_t full[10];
    if (text.size == 8) {
        memcpy(full, text.data, 4);
        memcpy(full + 5, text.data + 4, 2);
        memcpy(full + 8, text.data + 6, 2);
        full[4] = full[7] = '-';
        text = lic_slice_of(full, sizeof full);
    }
    return lic_date_parse(text, date) == LIC_OK;
}

lic_slice dsr_day(dsr *report, const dsr_row *row, dsr_column column)
{
    lic_date date;
    char text[LIC_DATE_TEXT];
    if (!dsr_parse_date(dsr_cell(row, column), &date)) return (lic_slice){0};
    lic_date_print(date, text);
    return dsr_keep_in_block(report, lic_slice_text(text));
}
