/* reasons.c - every reason for which a line of a report can be bad, in judging order: encoding,
 * number of columns, then column by column, then the conditions, then uniqueness. */
#include "internal.h"

typedef struct list {
    lic_line_reason *reasons;
    size_t count, max;
} list;

static void add(list *to, uint16_t column, lic_line_code code)
{
    if (to->count == to->max) return;
    to->reasons[to->count++] = (lic_line_reason){.column = column, .code = (uint8_t)code};
}

static bool key_has_form(const lic_image *image, const lic_column *column)
{
    return image->tables[column->reader.type.aux].key_form == LIC_FORM_IDENTIFIER;
}

static void add_column(list *to, const lic_image *image, uint16_t number, const lic_column *column)
{
    switch ((lic_form)column->reader.form) {
    case LIC_FORM_IGNORED: break;
    case LIC_FORM_COUNT:
    case LIC_FORM_EXACT:
    case LIC_FORM_RATE:
        if (column->reader.form == LIC_FORM_COUNT) add(to, number, LIC_LINE_NEGATIVE);
        add(to, number, LIC_LINE_MALFORMED);
        add(to, number, LIC_LINE_TOO_LARGE);
        break;
    case LIC_FORM_ROW:
        if (key_has_form(image, column)) add(to, number, LIC_LINE_MALFORMED);
        add(to, number, LIC_LINE_UNKNOWN);
        break;
    case LIC_FORM_ENUM:
    case LIC_FORM_TERRITORY: add(to, number, LIC_LINE_UNKNOWN); break;
    case LIC_FORM_DIGITS:
    case LIC_FORM_DATE:
    case LIC_FORM_HASH:
    case LIC_FORM_IDENTIFIER:
    case LIC_FORM_BOOL:
    case LIC_FORM_SET: add(to, number, LIC_LINE_MALFORMED); break;
    case LIC_FORM_TEXT: add(to, number, LIC_LINE_TOO_LARGE); break;
    }
}

size_t lic_report_reasons(const lic_image *image, const lic_report *report,
                          lic_line_reason *reasons, size_t max)
{
    list to = {.reasons = reasons, .count = 0, .max = max};
    add(&to, LIC_NONE16, LIC_LINE_ENCODING);
    add(&to, LIC_NONE16, LIC_LINE_COLUMNS);
    for (uint16_t c = 0; c < report->column_count; c++)
        add_column(&to, image, c, &image->columns[report->first_column + c]);
    for (uint16_t r = 0; r < report->require_count; r++) add(&to, r, LIC_LINE_REQUIRE);
    if (report->unique_count > 0)
        add(&to, image->uniques[report->first_unique], LIC_LINE_DUPLICATE);
    return to.count;
}
