/* verify_readers.c - whatever reads a text into a value: columns, parameters, arguments, facts. The
 * form fits the type, bounds fit the kind, and the value has a place to go to. */
#include "verify.h"

static bool fits_64(lic_i128 value)
{
    return value >= INT64_MIN && value <= INT64_MAX;
}

/* Kind of value that a form reads; NONE when the form allows two, or none. */
static lic_kind kind_of(lic_form form)
{
    switch (form) {
    case LIC_FORM_COUNT:
    case LIC_FORM_DIGITS: return LIC_KIND_COUNT;
    case LIC_FORM_ENUM: return LIC_KIND_ENUM;
    case LIC_FORM_ROW: return LIC_KIND_ROW;
    case LIC_FORM_TERRITORY: return LIC_KIND_TERRITORY;
    case LIC_FORM_DATE: return LIC_KIND_DATE;
    case LIC_FORM_TEXT:
    case LIC_FORM_IDENTIFIER: return LIC_KIND_TEXT;
    case LIC_FORM_HASH: return LIC_KIND_HASH;
    case LIC_FORM_SET: return LIC_KIND_SET;
    case LIC_FORM_BOOL: return LIC_KIND_BOOL;
    case LIC_FORM_IGNORED:
    case LIC_FORM_EXACT:
    case LIC_FORM_RATE: break;
    }
    return LIC_KIND_NONE;
}

static bool form_fits(lic_form form, lic_type type)
{
    if (form == LIC_FORM_EXACT) return lic_type_wide(type);
    if (form == LIC_FORM_RATE) return type.kind == LIC_KIND_RATE || type.kind == LIC_KIND_PRICE;
    return type.kind == kind_of(form);
}

static lic_status check_reader(const lic_image *image, const lic_reader *reader, const char *what,
                               uint32_t index, lic_error *error)
{
    lic_type type = reader->type;
    lic_form form = (lic_form)reader->form;
    DEMAND(form == LIC_FORM_IGNORED || lic_type_valid(image, type), "%s %u has no type", what,
           index);
    DEMAND(form_fits(form, type), "%s %u: its form does not read its type", what, index);
    bool decimals = form == LIC_FORM_EXACT || form == LIC_FORM_RATE;
    DEMAND(decimals ? reader->unit_scale <= type.scale
                    : reader->unit_scale == 0 && !reader->integer_units,
           "%s %u counts in a unit that its type does not have", what, index);
    DEMAND(reader->min <= reader->max, "%s %u: its bounds are empty", what, index);
    DEMAND(lic_type_wide(type) ||
               (fits_64(reader->min) && fits_64(reader->max) && fits_64(reader->empty)),
           "%s %u: its bounds are beyond 64 bits", what, index);
    DEMAND(form != LIC_FORM_DIGITS || (reader->width >= 1 && reader->width <= 18),
           "%s %u has a wrong width", what, index);
    DEMAND(form != LIC_FORM_TEXT || reader->width + 2u <= lic_type_size(type),
           "%s %u has no room for its text", what, index);
    DEMAND(!reader->has_empty || form == LIC_FORM_COUNT || decimals, "%s %u cannot be empty", what,
           index);
    DEMAND(reader->has_empty || reader->empty == 0, "%s %u has a value for what is never empty",
           what, index);
    DEMAND(reader->set == LIC_NONE16 || (form == LIC_FORM_TERRITORY &&
                                         image->constants[reader->set].type.kind == LIC_KIND_SET),
           "%s %u is limited to what is no set of territories", what, index);
    return LIC_OK;
}

/* Columns of a table: each fills a field of it, or is its key, or is ignored. */
static lic_status check_table_columns(const lic_image *image, uint32_t index, lic_error *error)
{
    const lic_table *table = &image->tables[index];
    DEMAND(table->column_count == 0 || table->kind >= LIC_TABLE_KIND_SCHEDULE,
           "table %u has columns", index);
    unsigned keys = 0;
    for (uint32_t c = table->first_column; c < (uint32_t)table->first_column + table->column_count;
         c++) {
        const lic_column *column = &image->columns[c];
        if (column->is_key) keys++;
        if (column->field == LIC_NONE16) continue;
        DEMAND(column->field < image->fields_count && image->fields[column->field].table == index &&
                   image->fields[column->field].role == LIC_ROLE_COLUMN &&
                   lic_type_equal(image->fields[column->field].type, column->reader.type),
               "column %u does not fit its field", c);
    }
    DEMAND(keys <= 1, "table %u has two keys", index);
    return LIC_OK;
}

/* Columns of a report: 64-bit slots of the item, none in two columns. */
static lic_status check_report_columns(const lic_image *image, uint32_t index, lic_error *error)
{
    const lic_report *report = &image->reports[index];
    DEMAND(report->slots <= 256 && report->column_count <= 256 && report->column_count > 0,
           "report %u has too many columns, or none", index);
    bool used[256] = {false};
    for (uint32_t c = 0; c < report->column_count; c++) {
        const lic_column *column = &image->columns[report->first_column + c];
        if (column->reader.form == LIC_FORM_IGNORED) {
            DEMAND(column->field == LIC_NONE16, "report %u, column %u is ignored but has a slot",
                   index, c);
            continue;
        }
        DEMAND(column->reader.form != LIC_FORM_SET, "report %u, column %u is a set", index, c);
        uint32_t width = lic_type_wide(column->reader.type) ? 2 : 1;
        DEMAND(column->field < report->slots && column->field + width <= report->slots,
               "report %u, column %u lies beyond the item", index, c);
        DEMAND(!used[column->field] && !used[column->field + width - 1],
               "report %u, column %u shares a slot", index, c);
        used[column->field] = used[column->field + width - 1] = true;
    }
    for (uint32_t u = 0; u < report->unique_count; u++) {
        uint16_t column = image->uniques[report->first_unique + u];
        DEMAND(column < report->column_count &&
                   image->columns[report->first_column + column].field != LIC_NONE16,
               "report %u is unique in a column that it does not have", index);
    }
    DEMAND(report->unique_count <= 8, "report %u is unique in too many columns", index);
    return LIC_OK;
}

lic_status lic_verify_readers(const lic_image *image, lic_error *error)
{
    for (uint32_t i = 0; i < image->columns_count; i++)
        LIC_TRY(check_reader(image, &image->columns[i].reader, "column", i, error));
    for (uint32_t i = 0; i < image->tables_count; i++)
        LIC_TRY(check_table_columns(image, i, error));
    for (uint32_t i = 0; i < image->reports_count; i++)
        LIC_TRY(check_report_columns(image, i, error));
    for (uint32_t i = 0; i < image->arguments_count; i++)
        LIC_TRY(check_reader(image, &image->arguments[i].reader, "argument", i, error));
    for (uint32_t i = 0; i < image->parameters_count; i++) {
        const lic_parameter *parameter = &image->parameters[i];
        LIC_TRY(check_reader(image, &parameter->reader, "parameter", i, error));
        const lic_field *field = &image->fields[parameter->field];
        DEMAND(field->table == LIC_TABLE_SELF && !field->is_mutable &&
                   lic_type_equal(field->type, parameter->reader.type),
               "parameter %u does not fit its field", i);
    }
    for (uint32_t i = 0; i < image->facts_count; i++) {
        const lic_fact *fact = &image->facts[i];
        LIC_TRY(check_reader(image, &fact->reader, "fact", i, error));
        const lic_field *field = &image->fields[fact->field];
        DEMAND(field->role == LIC_ROLE_FACT && lic_type_equal(field->type, fact->reader.type) &&
                   image->bounds[fact->bound].setter != LIC_NONE16,
               "fact %u does not fit its field", i);
    }
    return LIC_OK;
}
