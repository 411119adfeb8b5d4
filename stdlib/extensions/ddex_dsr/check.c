/* check.c - each cell of a row against the kind of its column, and lists against the lists that
 * belong to them. What is told here is not told again where the value is used. */
#include "reading.h"

#include <licet/currency.h>
#include <licet/identifier.h>
#include <licet/territory.h>

#include <string.h>

/* -- numbers ----------------------------------------------------------------------------------- */

static bool may_be_negative(dsr_column column)
{
    return column == COLUMN_NET_USAGE;
}

static bool check_count(dsr *report, const dsr_row *row, dsr_column column, lic_slice value)
{
    int64_t count;
    const char *name = dsr_column_name(column);
    if (!dsr_parse_count(value, &count))
        return dsr_defect(report, row, DSR_NUMBER, "%s: %.*s", name, DSR_SHOWN(value));
    return count >= 0 || may_be_negative(column) ||
           dsr_defect(report, row, DSR_NEGATIVE, "%s: %.*s", name, DSR_SHOWN(value));
}

static bool check_amount(dsr *report, const dsr_row *row, dsr_column column, lic_slice value)
{
    lic_i128 amount;
    const char *name = dsr_column_name(column);
    if (!dsr_parse_amount(value, &amount))
        return dsr_defect(report, row, DSR_NUMBER, "%s: %.*s", name, DSR_SHOWN(value));
    return amount >= 0 || dsr_column_kind(column) != KIND_RATE ||
           dsr_defect(report, row, DSR_NEGATIVE, "%s: %.*s", name, DSR_SHOWN(value));
}

/* Usages of a summary or a release come as lists, those of a sale as one number. */
static bool takes_list(const dsr_row *row, dsr_column column)
{
    dsr_kind kind = dsr_column_kind(column);
    if (kind == KIND_ISRC) return true;
    if (kind != KIND_COUNTS && kind != KIND_AMOUNTS) return false;
    return row->layout->role == ROLE_USAGE || row->layout->role == ROLE_SUMMARY ||
           row->layout->role == ROLE_LICENSOR;
}

/* -- times ------------------------------------------------------------------------------------- */

static size_t digits(lic_slice text, size_t from)
{
    size_t count = 0;
    while (from + count < text.size && text.data[from + count] >= '0' &&
           text.data[from + count] <= '9')
        count++;
    return count;
}

/* hh:mm:ss, then nothing, Z, or an offset. */
static bool is_clock(lic_slice text)
{
    static const char pattern[] = "dd:dd:dd";
    if (text.size < 8) return false;
    for (size_t i = 0; i < 8; i++) {
        bool digit = text.data[i] >= '0' && text.data[i] <= '9';
        if (pattern[i] == 'd' ? !digit : text.data[i] != ':') return false;
    }
    if (text.size == 8 || (text.size == 9 && text.data[8] == 'Z')) return true;
    return text.size == 14 && (text.data[8] == '+' || text.data[8] == '-') &&
           digits(text, 9) == 2 && text.data[11] == ':' && digits(text, 12) == 2;
}

static bool is_time(lic_slice text)
{
    lic_date date;
    return text.size > 11 && text.data[10] == 'T' &&
           dsr_parse_date(lic_slice_of(text.data, 10), &date) &&
           is_clock(lic_slice_of(text.data + 11, text.size - 11));
}

/* ISO 8601: P, days, T, hours, minutes, seconds with decimals; at least one of them. */
static bool is_duration(lic_slice text, bool *zero)
{
    static const char units[] = "DTHMS";
    size_t at = 1, unit = 0, parts = 0;
    *zero = true;
    if (text.size < 3 || text.data[0] != 'P') return false;
    while (at < text.size) {
        if (text.data[at] == 'T' && unit <= 1) {
            unit = 2, at++;
            continue;
        }
        size_t count = digits(text, at), decimals = 0;
        if (count > 0 && at + count < text.size && text.data[at + count] == '.')
            decimals = digits(text, at + count + 1);
        size_t end = at + count + (decimals > 0 ? decimals + 1 : 0);
        const char *found = end < text.size ? strchr(units + unit, text.data[end]) : NULL;
        if (count == 0 || found == NULL || *found == '\0' || *found == 'T') return false;
        if (unit == 0 && *found != 'D') return false;
        if (decimals > 0 && *found != 'S') return false;
        for (size_t i = at; i < end; i++)
            if (text.data[i] != '0' && text.data[i] != '.') *zero = false;
        unit = (size_t)(found - units) + 1, parts++, at = end + 1;
    }
    return parts > 0 && text.data[text.size - 1] != 'T';
}

/* -- one value --------------------------------------------------------------------------------- */

static bool check_identifier(dsr *report, const dsr_row *row, dsr_column column, lic_slice value)
{
    char canonical[LIC_IDENTIFIER_TEXT];
    bool recording = column == COLUMN_ISRC;
    uint16_t kind = recording ? LIC_IDENTIFIER_ISRC : LIC_IDENTIFIER_ISWC;
    return lic_identifier_canonical(kind, value, canonical) == LIC_IDENTIFIER_GOOD ||
           dsr_defect(report, row, recording ? DSR_ISRC : DSR_ISWC, "%.*s", DSR_SHOWN(value));
}

static bool check_duration(dsr *report, const dsr_row *row, lic_slice value)
{
    bool zero;
    if (!is_duration(value, &zero))
        return dsr_defect(report, row, DSR_DURATION, "%.*s", DSR_SHOWN(value));
    return !zero || dsr_defect(report, row, DSR_ZERO_DURATION, "%.*s", DSR_SHOWN(value));
}

static bool check_code(dsr *report, const dsr_row *row, dsr_kind kind, lic_slice value)
{
    uint8_t territory;
    unsigned minor;
    if (kind == KIND_CURRENCY)
        return lic_currency_find(value, &minor) ||
               dsr_defect(report, row, DSR_CURRENCY, "%.*s", DSR_SHOWN(value));
    return lic_territory_find(value, &territory) ||
           lic_slice_equal(value, lic_slice_text("Worldwide")) ||
           dsr_defect(report, row, DSR_TERRITORY, "%.*s", DSR_SHOWN(value));
}

static bool check_value(dsr *report, const dsr_row *row, dsr_column column, lic_slice value)
{
    lic_date date;
    dsr_kind kind = dsr_column_kind(column);
    const char *name = dsr_column_name(column);
    switch (kind) {
    case KIND_TEXT:
    case KIND_LIST: return true;
    case KIND_COUNT:
    case KIND_COUNTS: return check_count(report, row, column, value);
    case KIND_AMOUNT:
    case KIND_AMOUNTS:
    case KIND_RATE: return check_amount(report, row, column, value);
    case KIND_DATE:
        return dsr_parse_date(value, &date) ||
               dsr_defect(report, row, DSR_DATE, "%s: %.*s", name, DSR_SHOWN(value));
    case KIND_TIME:
        return is_time(value) ||
               dsr_defect(report, row, DSR_DATE, "%s: %.*s", name, DSR_SHOWN(value));
    case KIND_DURATION: return check_duration(report, row, value);
    case KIND_ISRC:
    case KIND_ISWC: return check_identifier(report, row, column, value);
    case KIND_TERRITORY:
    case KIND_CURRENCY: return check_code(report, row, kind, value);
    }
    return true;
}

/* -- rows -------------------------------------------------------------------------------------- */

static void check_empty(dsr *report, const dsr_row *row, dsr_column column, bool optional)
{
    if (!optional) dsr_defect(report, row, DSR_MISSING_CELL, "%s", dsr_column_name(column));
    else if (column == COLUMN_ISRC && row->layout->role == ROLE_RESOURCE)
        dsr_defect(report, row, DSR_NO_ISRC, "%.*s", DSR_SHOWN(dsr_cell(row, COLUMN_TITLE)));
    else if (column == COLUMN_ISWC && row->layout->role == ROLE_WORK)
        dsr_defect(report, row, DSR_NO_ISWC, "%.*s", DSR_SHOWN(dsr_cell(row, COLUMN_TITLE)));
}

static void check_cell(dsr *report, const dsr_row *row, unsigned index)
{
    dsr_column column = (dsr_column)row->layout->columns[index];
    lic_slice cell = row->cells[index + 1], value;
    if (column == COLUMN_NONE) return;
    if (cell.size == 0) {
        check_empty(report, row, column, row->layout->optional[index]);
    } else if (!takes_list(row, column)) {
        (void)check_value(report, row, column, cell);
    } else {
        /* One defect a cell: a list has thousands of values. */
        for (size_t at = 0; dsr_list_next(cell, &at, &value);)
            if (!check_value(report, row, column, value)) break;
    }
}

/* Lists whose n-th values belong together; an empty second list says nothing. */
static void check_lists(dsr *report, const dsr_row *row)
{
    static const struct {
        dsr_column one, other;
    } pairs[] = {
        {COLUMN_ARTIST, COLUMN_ARTIST_ID},
        {COLUMN_COMPOSER, COLUMN_COMPOSER_ID},
        {COLUMN_ARRANGER, COLUMN_ARRANGER_ID},
        {COLUMN_PUBLISHER, COLUMN_PUBLISHER_ID},
        {COLUMN_CONTRIBUTOR, COLUMN_CONTRIBUTOR_ID},
        {COLUMN_CALCULATION, COLUMN_CALCULATION_VALUE},
        {COLUMN_DEDUCTION, COLUMN_DEDUCTIONS_ACCOUNTING},
        {COLUMN_DEDUCTION, COLUMN_DEDUCTIONS_TRANSACTION},
        {COLUMN_MINIMUM, COLUMN_MINIMUM_ACCOUNTING},
        {COLUMN_MINIMUM, COLUMN_MINIMUM_TRANSACTION},
    };
    for (size_t i = 0; i < LIC_COUNT(pairs); i++) {
        size_t one = dsr_list_count(dsr_cell(row, pairs[i].one));
        size_t other = dsr_list_count(dsr_cell(row, pairs[i].other));
        if (one == other || one == 0 || other == 0) continue;
        dsr_defect(report, row, DSR_LISTS_DIFFER, "%zu in %s, %zu in %s", one,
                   dsr_column_name(pairs[i].one), other, dsr_column_name(pairs[i].other));
    }
}

void dsr_check(dsr *report, const dsr_row *row)
{
    unsigned wanted = row->layout->count + 1;
    bool open_ended = row->layout->count == 0; /* DE01 */
    if (row->count < wanted)
        dsr_defect(report, row, DSR_SHORT_ROW, "%u of %u cells", row->count, wanted);
    if (row->count > wanted && !open_ended)
        dsr_defect(report, row, DSR_LONG_ROW, "%u cells, %u columns", row->count, wanted);
    for (unsigned i = 0; i < row->layout->count && i + 1 < row->count && i + 1 < DSR_CELLS_MAX; i++)
        check_cell(report, row, i);
    check_lists(report, row);
}
