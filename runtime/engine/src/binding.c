/* binding.c - a trial of what a deployment binds: an agreement's tables without a contract. */
#include "bind.h"

#include <licet/binding.h>

#include <string.h>

struct lic_binding {
    const lic_allocator *allocator;
    lic_tables *tables;
};

lic_status lic_binding_create(const lic_image *image, const lic_hasher *hasher,
                              const lic_allocator *allocator, lic_binding **binding,
                              lic_error *error)
{
    static const lic_hash nobody = {{0}};
    *binding = NULL;
    lic_binding *made = lic_allocate_zero(allocator, 1, sizeof *made);
    if (made == NULL) return lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory");
    made->allocator = allocator;
    /* The secret of key indexes guards against keys that are chosen; here all keys are the agreement's. */
    lic_status status = lic_tables_create(allocator, hasher, image, &nobody, 0, &made->tables);
    if (status != LIC_OK) {
        lic_release(allocator, made, sizeof *made);
        return lic_fail(error, status, "tables", "", "the agreement's tables cannot be made: %s",
                        lic_status_message(status));
    }
    *binding = made;
    return LIC_OK;
}

void lic_binding_destroy(lic_binding *binding)
{
    if (binding == NULL) return;
    lic_tables_destroy(binding->tables);
    lic_release(binding->allocator, binding, sizeof *binding);
}

/* -- one form of a value ------------------------------------------------------------------------------------- */

static bool has_currency(lic_type type)
{
    return type.kind == LIC_KIND_MONEY || type.kind == LIC_KIND_EXACT ||
           type.kind == LIC_KIND_PRICE;
}

/* Digits with commas in threes before the point. */
static void put_grouped(const char *digits, size_t size, lic_buffer *target)
{
    size_t first = size > 0 && digits[0] == '-' ? 1 : 0, whole = first;
    while (whole < size && digits[whole] != '.') whole++;
    for (size_t i = 0; i < size; i++) {
        if (i > first && i < whole && (whole - i) % 3 == 0) lic_put_u8(target, ',');
        lic_put_u8(target, (uint8_t)digits[i]);
    }
}

/* As agreements write it: "GBP 250,000.00", "52%". */
static void put_words(const lic_image *image, lic_type type, lic_i128 value, lic_buffer *target)
{
    char digits[LIC_DECIMAL_MAX];
    if (has_currency(type)) {
        const lic_currency *currency = &image->currencies[type.currency];
        size_t size = lic_decimal_print_short(value, type.scale, currency->minor, digits);
        lic_put_bytes(target, currency->code, 3);
        lic_put_u8(target, ' ');
        put_grouped(digits, size, target);
        return;
    }
    /* Percent: the point two places further, which below two decimals takes zeros. */
    for (; type.scale < 2; type.scale++) value *= 10; /* a rate lies within 64 bits */
    lic_put_bytes(target, digits, lic_decimal_print_short(value, type.scale - 2u, 0, digits));
    lic_put_u8(target, '%');
}

/* As a file has it: digits in the column's unit. False when the value is no whole number of units. */
static bool put_digits(const lic_reader *reader, lic_i128 value, lic_buffer *target)
{
    char digits[LIC_DECIMAL_MAX];
    unsigned scale = reader->type.scale;
    if (reader->integer_units) {
        lic_i128 unit = lic_power_of_ten(scale - reader->unit_scale);
        if (value % unit != 0) return false;
        value /= unit;
        scale = 0;
    }
    lic_put_bytes(target, digits, lic_decimal_print_short(value, scale, 0, digits));
    return true;
}

static bool is_scaled(const lic_reader *reader)
{
    return reader->form == LIC_FORM_EXACT || reader->form == LIC_FORM_RATE;
}

lic_status lic_binding_set(lic_binding *binding, uint32_t number, lic_slice text, lic_buffer *words,
                           lic_error *error)
{
    const lic_tables *tables = binding->tables;
    const lic_image *image = tables->image;
    const lic_parameter *parameter = &image->parameters[number];
    lic_read_value value;
    LIC_TRY(lic_bind_parameter(tables, number, text, &value, error));
    if (words == NULL) return LIC_OK;
    /* A parameter in units is written in its units, as deploy reads it; a rate says its own. */
    bool in_units = parameter->reader.integer_units && has_currency(parameter->reader.type);
    if (is_scaled(&parameter->reader) && in_units)
        (void)put_digits(&parameter->reader, value.number, words);
    else if (is_scaled(&parameter->reader))
        put_words(image, parameter->reader.type, value.number, words);
    else
        lic_value_print(image, tables, image->fields[parameter->field].type,
                        lic_field_at(tables, parameter->field, 0), words);
    return LIC_OK;
}

lic_status lic_binding_check(lic_binding *binding, lic_error *error)
{
    lic_bind_patches(binding->tables);
    return lic_bind_check(binding->tables, error);
}

/* -- cells ------------------------------------------------------------------------------------------------------ */

static lic_status bad_cell(const lic_binding *binding, const lic_column *column, lic_slice text,
                           lic_error *error)
{
    lic_buffer what;
    lic_buffer_init(&what, binding->allocator, 4096);
    lic_reader_describe(&column->reader, binding->tables->image, &what);
    lic_put_u8(&what, 0);
    lic_status status = lic_fail(error, LIC_MALFORMED, "cell", "correct the value",
                                 "column %.*s: \"%.*s\" is not %s", (int)column->name.size,
                                 (const char *)column->name.data,
                                 (int)(text.size < 80 ? text.size : 80), (const char *)text.data,
                                 what.failed ? "a value of its type" : (const char *)what.data);
    lic_buffer_free(&what);
    return status;
}

/* An amount that names its currency is in major units, whatever the file counts in. */
static lic_reader reader_for(const lic_binding *binding, const lic_reader *column, lic_slice text)
{
    lic_reader reader = *column;
    if (!has_currency(reader.type) || text.size <= 4 || text.data[3] != ' ') return reader;
    const lic_currency *currency = &binding->tables->image->currencies[reader.type.currency];
    if (memcmp(text.data, currency->code, 3) != 0) return reader;
    reader.integer_units = false;
    return reader;
}

lic_status lic_binding_cell(const lic_binding *binding, uint16_t table, uint16_t column,
                            lic_slice text, lic_buffer *target, lic_error *error)
{
    const lic_image *image = binding->tables->image;
    const lic_column *declared = &image->columns[image->tables[table].first_column + column];
    const lic_reader *reader = &declared->reader;
    lic_read_value value;
    if (reader->form == LIC_FORM_ROW || reader->form == LIC_FORM_IGNORED ||
        (text.size == 0 && reader->has_empty)) {
        lic_put_bytes(target, text.data, text.size);
        return LIC_OK;
    }
    lic_reader wide = reader_for(binding, reader, text);
    if (lic_read_lenient(&wide, image, binding->tables, text, &value) != LIC_READ_OK)
        return bad_cell(binding, declared, text, error);
    if (!is_scaled(reader) && reader->form != LIC_FORM_COUNT)
        lic_put_bytes(target, text.data, text.size);
    else if (!put_digits(reader, value.number, target))
        return bad_cell(binding, declared, text, error);
    return LIC_OK;
}
