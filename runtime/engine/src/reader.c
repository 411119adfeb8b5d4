/* Texts to values: numbers, dates, codes and references, in their canonical forms. */
#include "reader.h"

#include <licet/identifier.h>
#include <licet/territory.h>

#include <string.h>

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static bool all_digits(const uint8_t *p, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (!is_digit(p[i])) return false;
    return true;
}

static bool is_negative(lic_slice text)
{
    return text.size > 1 && text.data[0] == '-' && all_digits(text.data + 1, text.size - 1);
}

/* Reads at most 18 digits in one go. False: one is none. */
static bool read_small(const uint8_t *p, size_t size, uint64_t *value)
{
    uint64_t number = 0;
    unsigned wrong = 0;
    for (size_t i = 0; i < size; i++) {
        unsigned digit = (unsigned)p[i] - '0';
        wrong |= digit > 9;
        number = number * 10u + digit;
    }
    *value = number;
    return wrong == 0;
}

/* Digits without superfluous zero, of any length: too many of them are too large, not malformed. */
uint8_t lic_read_count(lic_slice text, lic_i128 max, lic_i128 *value)
{
    uint64_t small = 0;
    if (text.size == 0 || (text.size > 1 && text.data[0] == '0')) return LIC_LINE_MALFORMED;
    if (text.size <= 18) {
        if (!read_small(text.data, text.size, &small)) return LIC_LINE_MALFORMED;
        *value = (lic_i128)small;
        return *value > max ? LIC_LINE_TOO_LARGE : LIC_READ_OK;
    }
    if (!all_digits(text.data, text.size)) return LIC_LINE_MALFORMED;
    if (text.size > 38) return LIC_LINE_TOO_LARGE;
    lic_i128 large = 0;
    for (size_t i = 0; i < text.size; i++) large = large * 10 + (text.data[i] - '0');
    *value = large;
    return *value > max ? LIC_LINE_TOO_LARGE : LIC_READ_OK;
}

uint8_t lic_read_digits(lic_slice text, unsigned width, uint64_t *value)
{
    if (text.size == 0 || text.size > width || text.size > 18 ||
        (text.size > 1 && text.data[0] == '0') || !read_small(text.data, text.size, value))
        return LIC_LINE_MALFORMED;
    return LIC_READ_OK;
}

/* A sign is read only when the bounds admit negative values. */
static uint8_t read_count(const lic_reader *reader, lic_slice text, lic_i128 *value)
{
    if (is_negative(text)) {
        if (reader->min >= 0) return LIC_LINE_NEGATIVE;
        lic_slice digits = lic_slice_of(text.data + 1, text.size - 1);
        uint8_t code = lic_read_count(digits, LIC_I128_MAX, value);
        if (code == LIC_READ_OK && *value == 0) return LIC_LINE_MALFORMED;
        *value = -*value;
        return code;
    }
    return lic_read_count(text, reader->max, value);
}

/* `decimals` places at most after a point; the result counts in 10^-decimals. */
static uint8_t read_decimal(lic_slice text, unsigned decimals, lic_i128 *value)
{
    size_t whole = 0;
    while (whole < text.size && is_digit(text.data[whole])) whole++;
    size_t fraction = 0;
    if (whole == 0 || (whole > 1 && text.data[0] == '0')) return LIC_LINE_MALFORMED;
    if (whole < text.size) {
        fraction = text.size - whole - 1;
        if (text.data[whole] != '.' || fraction == 0 || fraction > decimals ||
            !all_digits(text.data + whole + 1, fraction))
            return LIC_LINE_MALFORMED;
    }
    if (whole + decimals > 38) return LIC_LINE_TOO_LARGE;
    if (whole + decimals <= 18) {
        uint64_t small = 0, rest = 0;
        (void)read_small(text.data, whole, &small);
        if (fraction != 0) (void)read_small(text.data + whole + 1, fraction, &rest);
        small = small * (uint64_t)lic_power_of_ten(decimals);
        *value = (lic_i128)(small +
                            rest * (uint64_t)lic_power_of_ten(decimals - (unsigned)fraction));
        return LIC_READ_OK;
    }
    lic_i128 number = 0;
    for (size_t i = 0; i < whole; i++) number = number * 10 + (text.data[i] - '0');
    for (size_t i = 0; i < decimals; i++)
        number = number * 10 + (i < fraction ? text.data[whole + 1 + i] - '0' : 0);
    *value = number;
    return LIC_READ_OK;
}

/* Raises a count of 10^-from to a count of 10^-to. */
static bool rescale(lic_i128 *value, unsigned from, unsigned to)
{
    LIC_ASSERT(from <= to);
    if (*value <= INT64_MAX && to - from <= 18) { /* 63 and 60 bits */
        *value *= lic_power_of_ten(to - from);
        return true;
    }
    lic_i128 limit = LIC_I128_MAX / lic_power_of_ten(to - from);
    if (*value > limit) return false;
    *value *= lic_power_of_ten(to - from);
    return true;
}

static uint8_t read_scaled(const lic_reader *reader, lic_slice text, lic_i128 *value)
{
    bool negative = reader->min < 0 && text.size > 1 && text.data[0] == '-';
    lic_slice digits = negative ? lic_slice_of(text.data + 1, text.size - 1) : text;
    uint8_t code = reader->integer_units ? lic_read_count(digits, LIC_I128_MAX, value)
                                         : read_decimal(digits, reader->unit_scale, value);
    if (code != LIC_READ_OK) return code;
    if (!rescale(value, reader->unit_scale, reader->type.scale)) return LIC_LINE_TOO_LARGE;
    if (negative && *value == 0) return LIC_LINE_MALFORMED;
    *value = negative ? -*value : *value;
    return LIC_READ_OK;
}

static uint8_t read_enum(const lic_image *image, uint8_t enumeration, lic_slice text,
                         lic_i128 *value)
{
    const lic_enumeration *e = &image->enumerations[enumeration];
    for (uint16_t i = 0; i < e->count; i++) {
        lic_slice word = image->texts[e->first_text + i];
        if (word.size == text.size &&
            (text.size == 0 || memcmp(word.data, text.data, text.size) == 0)) {
            *value = i;
            return LIC_READ_OK;
        }
    }
    return LIC_LINE_UNKNOWN;
}

static uint8_t read_row(const lic_image *image, const lic_tables *tables, uint8_t table,
                        lic_slice text, lic_i128 *value)
{
    uint8_t room[32];
    lic_slice key;
    uint8_t code = lic_read_key(image, tables, &image->tables[table], text, room, &key);
    if (code != LIC_READ_OK) return code;
    uint32_t row = tables == NULL ? LIC_NONE32 : lic_table_find(tables, table, key);
    if (row == LIC_NONE32 || lic_table_retired(tables, table, row)) return LIC_LINE_UNKNOWN;
    *value = row;
    return LIC_READ_OK;
}

static bool in_set(const uint8_t *set, uint8_t territory)
{
    return (set[territory >> 3] >> (territory & 7u) & 1u) != 0;
}

static uint8_t read_territory(const lic_reader *reader, const lic_image *image, lic_slice text,
                              lic_i128 *value)
{
    uint8_t index = 0;
    if (!lic_territory_find(text, &index)) return LIC_LINE_UNKNOWN;
    if (reader->set != LIC_NONE16 && !in_set(image->constants[reader->set].set, index))
        return LIC_LINE_UNKNOWN;
    *value = index;
    return LIC_READ_OK;
}

/* Codes separated by one space, ascending, none twice: one set has one text; or "world". */
static uint8_t read_set(lic_slice text, uint8_t set[32])
{
    memset(set, 0, 32);
    if (lic_slice_equal(text, lic_slice_text("world"))) {
        for (size_t i = 0; i < lic_territory_count(); i++)
            set[i >> 3] = (uint8_t)(set[i >> 3] | 1u << (i & 7u));
        return LIC_READ_OK;
    }
    int last = -1;
    for (size_t at = 0; at < text.size;) {
        size_t size = 0;
        while (at + size < text.size && text.data[at + size] != ' ') size++;
        uint8_t index = 0;
        if (!lic_territory_find(lic_slice_of(text.data + at, size), &index) || (int)index <= last)
            return LIC_LINE_MALFORMED;
        last = index;
        set[index >> 3] = (uint8_t)(set[index >> 3] | 1u << (index & 7u));
        at += size;
        if (at < text.size && ++at == text.size) return LIC_LINE_MALFORMED; /* a space at the end */
    }
    return LIC_READ_OK;
}

static uint8_t read_hash(lic_slice text, uint8_t bytes[32])
{
    lic_hash hash;
    if (lic_hash_parse(text, &hash) != LIC_OK) return LIC_LINE_MALFORMED;
    memcpy(bytes, hash.bytes, 32);
    return LIC_READ_OK;
}

static uint8_t read_date(lic_slice text, lic_i128 *value)
{
    lic_date date = 0;
    if (lic_date_parse(text, &date) != LIC_OK) return LIC_LINE_MALFORMED;
    *value = date;
    return LIC_READ_OK;
}

static uint8_t read_bool(lic_slice text, lic_i128 *value)
{
    *value = lic_slice_equal(text, lic_slice_text("yes")) ? 1 : 0;
    return *value == 1 || lic_slice_equal(text, lic_slice_text("no")) ? LIC_READ_OK
                                                                      : LIC_LINE_MALFORMED;
}

static uint8_t read_form(const lic_reader *reader, const lic_image *image, const lic_tables *tables,
                         lic_slice text, lic_read_value *value)
{
    uint64_t digits = 0;
    uint8_t code;
    switch ((lic_form)reader->form) {
    case LIC_FORM_IGNORED: return LIC_READ_OK;
    case LIC_FORM_COUNT: return read_count(reader, text, &value->number);
    case LIC_FORM_EXACT:
    case LIC_FORM_RATE: return read_scaled(reader, text, &value->number);
    case LIC_FORM_DIGITS:
        code = lic_read_digits(text, reader->width, &digits);
        value->number = (lic_i128)digits;
        return code;
    case LIC_FORM_ENUM: return read_enum(image, reader->type.aux, text, &value->number);
    case LIC_FORM_ROW: return read_row(image, tables, reader->type.aux, text, &value->number);
    case LIC_FORM_TERRITORY: return read_territory(reader, image, text, &value->number);
    case LIC_FORM_DATE: return read_date(text, &value->number);
    case LIC_FORM_TEXT:
        value->text = text;
        return text.size > reader->width ? LIC_LINE_TOO_LARGE : LIC_READ_OK;
    case LIC_FORM_HASH: return read_hash(text, value->bytes);
    case LIC_FORM_IDENTIFIER:
        value->text = text;
        return lic_identifier_check(reader->width, text) == LIC_IDENTIFIER_GOOD
                   ? LIC_READ_OK
                   : LIC_LINE_MALFORMED;
    case LIC_FORM_SET: return read_set(text, value->bytes);
    case LIC_FORM_BOOL: return read_bool(text, &value->number);
    }
    return LIC_LINE_MALFORMED;
}

static bool is_bounded(const lic_reader *reader)
{
    return reader->form == LIC_FORM_COUNT || reader->form == LIC_FORM_EXACT ||
           reader->form == LIC_FORM_RATE || reader->form == LIC_FORM_DATE;
}

uint8_t lic_read(const lic_reader *reader, const lic_image *image, const lic_tables *tables,
                 lic_slice text, lic_read_value *value)
{
    value->number = 0;
    value->text = lic_slice_of(NULL, 0);
    if (text.size == 0 && reader->has_empty) {
        value->number = reader->empty;
        return LIC_READ_OK;
    }
    uint8_t code = read_form(reader, image, tables, text, value);
    if (code != LIC_READ_OK || !is_bounded(reader)) return code;
    if (value->number > reader->max || value->number < reader->min) return LIC_LINE_TOO_LARGE;
    /* 64-bit kinds keep their value in one word whatever the declared bound says */
    bool wide = lic_type_wide(reader->type);
    return !wide && (value->number > INT64_MAX || value->number < INT64_MIN) ? LIC_LINE_TOO_LARGE
                                                                             : LIC_READ_OK;
}

/* -- keys ------------------------------------------------------------------------------------------- */

bool lic_key_is_text(const lic_table *table)
{
    return table->key_form == LIC_FORM_TEXT || table->key_form == LIC_FORM_IDENTIFIER ||
           table->key_form == LIC_FORM_HASH;
}

lic_slice lic_number_key(uint64_t value, uint8_t room[32])
{
    lic_store_u64(room, value);
    return lic_slice_of(room, 8);
}

static lic_reader key_reader(const lic_table *table)
{
    lic_reader reader = {.form = table->key_form, .set = LIC_NONE16};
    reader.width = table->key_form == LIC_FORM_DIGITS ? 18 : table->key_kind;
    reader.type.aux = table->key_kind;
    reader.min = table->key_form == LIC_FORM_DATE ? LIC_DATE_MIN : 0;
    reader.max = INT64_MAX;
    return reader;
}

uint8_t lic_read_key(const lic_image *image, const lic_tables *tables, const lic_table *table,
                     lic_slice text, uint8_t room[32], lic_slice *key)
{
    if (table->key_form == LIC_FORM_TEXT) {
        *key = text;
        return LIC_READ_OK;
    }
    if (table->key_form == LIC_FORM_IDENTIFIER) {
        *key = text;
        return lic_identifier_check(table->key_kind, text) == LIC_IDENTIFIER_GOOD
                   ? LIC_READ_OK
                   : LIC_LINE_MALFORMED;
    }
    if (table->key_form == LIC_FORM_HASH) {
        *key = lic_slice_of(room, 32);
        return read_hash(text, room);
    }
    lic_reader reader = key_reader(table);
    lic_read_value value;
    uint8_t code = lic_read(&reader, image, tables, text, &value);
    if (code == LIC_READ_OK) *key = lic_number_key((uint64_t)(int64_t)value.number, room);
    return code;
}

void lic_key_print(const lic_image *image, const lic_tables *tables, const lic_table *table,
                   lic_slice key, lic_buffer *target)
{
    if (table->key_form == LIC_FORM_HASH && key.size == 32) {
        lic_value_print(image, tables, lic_type_plain(LIC_KIND_HASH), key.data, target);
        return;
    }
    if (lic_key_is_text(table) || key.size != 8) {
        lic_put_bytes(target, key.data, key.size);
        return;
    }
    uint64_t number = lic_load_u64(key.data);
    lic_type type = lic_type_plain(LIC_KIND_COUNT);
    if (table->key_form == LIC_FORM_DATE) type = lic_type_plain(LIC_KIND_DATE);
    else if (table->key_form == LIC_FORM_TERRITORY) type = lic_type_plain(LIC_KIND_TERRITORY);
    else if (table->key_form == LIC_FORM_ENUM) type = lic_type_of(LIC_KIND_ENUM, table->key_kind);
    else if (table->key_form == LIC_FORM_ROW) type = lic_type_of(LIC_KIND_ROW, table->key_kind);
    uint8_t place[8];
    lic_store_u64(place, number);
    lic_value_print(image, tables, type, place, target);
}
