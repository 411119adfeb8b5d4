/* Values beyond reading: writing them into fields, printing them, the texts that people write. */
#include "reader.h"

#include <licet/identifier.h>
#include <licet/territory.h>

#include <string.h>

bool lic_value_store(lic_type type, const lic_read_value *value, uint8_t *place)
{
    switch ((lic_kind)type.kind) {
    case LIC_KIND_MONEY:
    case LIC_KIND_EXACT: lic_store_i128(place, value->number); return true;
    case LIC_KIND_SET:
    case LIC_KIND_HASH: memcpy(place, value->bytes, 32); return true;
    case LIC_KIND_TEXT: {
        size_t room = lic_type_size(type);
        if (room < 2 || value->text.size > room - 2) return false;
        memset(place, 0, room);
        place[0] = (uint8_t)value->text.size;
        place[1] = (uint8_t)(value->text.size >> 8);
        if (value->text.size != 0) memcpy(place + 2, value->text.data, value->text.size);
        return true;
    }
    case LIC_KIND_NONE:
    case LIC_KIND_BOOL:
    case LIC_KIND_COUNT:
    case LIC_KIND_DATE:
    case LIC_KIND_RATE:
    case LIC_KIND_PRICE:
    case LIC_KIND_ROW:
    case LIC_KIND_ENUM:
    case LIC_KIND_TERRITORY:
    case LIC_KIND_SPAN: break;
    }
    lic_store_u64(place, (uint64_t)(int64_t)value->number);
    return true;
}

static void print_decimal(lic_i128 value, unsigned scale, unsigned keep, lic_buffer *target)
{
    char text[LIC_DECIMAL_MAX];
    size_t size = lic_decimal_print_short(value, scale, keep, text);
    lic_put_bytes(target, text, size);
}

static void print_date(int64_t date, lic_buffer *target)
{
    char text[LIC_DATE_TEXT];
    if (!lic_date_valid(date)) return;
    lic_date_print((lic_date)date, text);
    lic_put_text(target, text);
}

static void print_set(const uint8_t *set, lic_buffer *target)
{
    bool first = true;
    for (size_t i = 0; i < lic_territory_count(); i++) {
        if ((set[i >> 3] >> (i & 7u) & 1u) == 0) continue;
        if (!first) lic_put_text(target, " ");
        lic_put_text(target, lic_territory_code(i));
        first = false;
    }
}

static void print_hash(const uint8_t *bytes, lic_buffer *target)
{
    lic_hash hash;
    char text[LIC_HASH_TEXT];
    memcpy(hash.bytes, bytes, sizeof hash.bytes);
    lic_hash_print(&hash, text);
    lic_put_text(target, text);
}

static void print_row(const lic_image *image, const lic_tables *tables, uint8_t table, uint64_t row,
                      lic_buffer *target)
{
    const lic_table *shape = &image->tables[table];
    lic_slice key = lic_slice_of(NULL, 0);
    if (table == LIC_TABLE_PARTIES && row < image->parties_count) key = image->parties[row].name;
    else if (tables != NULL && row < UINT32_MAX) key = lic_table_key(tables, table, (uint32_t)row);
    if (key.size != 0 && table == LIC_TABLE_PARTIES) lic_put_bytes(target, key.data, key.size);
    else if (key.size != 0 && shape->key_form != LIC_FORM_ROW)
        lic_key_print(image, tables, shape, key, target);
    else lic_put_format(target, "#%llu", (unsigned long long)row);
}

void lic_value_print(const lic_image *image, const lic_tables *tables, lic_type type,
                     const uint8_t *place, lic_buffer *target)
{
    int64_t number = (int64_t)lic_load_u64(place);
    switch ((lic_kind)type.kind) {
    case LIC_KIND_NONE: return;
    case LIC_KIND_BOOL: lic_put_text(target, number != 0 ? "yes" : "no"); return;
    case LIC_KIND_COUNT: lic_put_format(target, "%lld", (long long)number); return;
    case LIC_KIND_DATE: print_date(number, target); return;
    case LIC_KIND_RATE:
    case LIC_KIND_PRICE: print_decimal(number, type.scale, 0, target); return;
    case LIC_KIND_ROW: print_row(image, tables, type.aux, (uint64_t)number, target); return;
    case LIC_KIND_ENUM: {
        const lic_enumeration *e = &image->enumerations[type.aux];
        if (number >= 0 && number < e->count) {
            lic_slice word = image->texts[e->first_text + (uint32_t)number];
            lic_put_bytes(target, word.data, word.size);
        }
        return;
    }
    case LIC_KIND_TERRITORY:
        if (number >= 0 && (size_t)number < lic_territory_count())
            lic_put_text(target, lic_territory_code((size_t)number));
        return;
    case LIC_KIND_TEXT: {
        size_t size = (size_t)(place[0] | place[1] << 8), room = lic_type_size(type);
        lic_put_bytes(target, place + 2, size + 2 <= room ? size : room - 2);
        return;
    }
    case LIC_KIND_HASH: print_hash(place, target); return;
    case LIC_KIND_MONEY:
        print_decimal(lic_load_i128(place), type.scale, image->currencies[type.currency].minor,
                      target);
        return;
    case LIC_KIND_EXACT: print_decimal(lic_load_i128(place), type.scale, 0, target); return;
    case LIC_KIND_SET: print_set(place, target); return;
    case LIC_KIND_SPAN:
        lic_put_format(target, "%u rows from %u", lic_load_u32(place + 4), lic_load_u32(place));
        return;
    }
}

/* -- what people write --------------------------------------------------------------------------------- */

#define LENIENT_MAX 64

/* Copies the number without its grouping; false when the grouping is wrong or it does not fit. */
static bool ungroup(lic_slice text, char target[LENIENT_MAX], size_t *size)
{
    size_t out = 0, run = 0, point = text.size;
    bool grouped = false;
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] == '.') {
            point = i;
            break;
        }
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == ',' && i < point) {
            if (run == 0 || run > 3 || (grouped && run != 3)) return false;
            grouped = true;
            run = 0;
            continue;
        }
        if (i < point && text.data[i] >= '0' && text.data[i] <= '9') run++;
        if (i == point && grouped && run != 3) return false;
        if (out == LENIENT_MAX) return false;
        target[out++] = (char)text.data[i];
    }
    *size = out;
    return !grouped || run == 3;
}

/* Moves the decimal point of canonical digits `places` to the left: "52.5", 2 -> "0.525". */
static bool shift_point(char text[LENIENT_MAX], size_t *size, size_t places)
{
    char digits[LENIENT_MAX];
    size_t count = 0, whole = *size, out = 0;
    for (size_t i = 0; i < *size; i++) {
        if (text[i] == '.') whole = i;
        else if (text[i] < '0' || text[i] > '9') return false;
        else digits[count++] = text[i];
    }
    size_t zeros = whole <= places ? places + 1 - whole : 0;
    if (count == 0 || count + zeros + 1 > LENIENT_MAX || (whole > 1 && digits[0] == '0'))
        return false;
    char padded[2 * LENIENT_MAX];
    memset(padded, '0', zeros);
    memcpy(padded + zeros, digits, count);
    count += zeros;
    size_t fraction_from = whole + zeros - places;
    while (count > fraction_from && padded[count - 1] == '0') count--;
    for (size_t i = 0; i < count; i++) {
        if (i == fraction_from) text[out++] = '.';
        if (out == LENIENT_MAX) return false;
        text[out++] = padded[i];
    }
    *size = out;
    return true;
}

static lic_slice strip_suffix(lic_slice text, const char *suffix, bool *found)
{
    size_t size = strlen(suffix);
    *found = text.size > size && memcmp(text.data + text.size - size, suffix, size) == 0;
    if (!*found) return text;
    text.size -= size;
    while (text.size > 0 && text.data[text.size - 1] == ' ') text.size--;
    return text;
}

static lic_slice strip_currency(const lic_image *image, lic_type type, lic_slice text)
{
    if (type.kind != LIC_KIND_MONEY && type.kind != LIC_KIND_EXACT && type.kind != LIC_KIND_PRICE)
        return text;
    if (text.size > 4 && memcmp(text.data, image->currencies[type.currency].code, 3) == 0 &&
        text.data[3] == ' ')
        return lic_slice_of(text.data + 4, text.size - 4);
    return text;
}

uint8_t lic_read_lenient(const lic_reader *reader, const lic_image *image, const lic_tables *tables,
                         lic_slice text, lic_read_value *value)
{
    bool number = reader->form == LIC_FORM_COUNT || reader->form == LIC_FORM_EXACT ||
                  reader->form == LIC_FORM_RATE;
    if (!number || text.size == 0) return lic_read(reader, image, tables, text, value);
    bool percent = false, points = false;
    text = strip_currency(image, reader->type, text);
    if (reader->form == LIC_FORM_RATE) {
        text = strip_suffix(text, "%", &percent);
        if (!percent) text = strip_suffix(text, "bps", &points);
    }
    char plain[LENIENT_MAX];
    size_t size = 0;
    if (!ungroup(text, plain, &size)) return LIC_LINE_MALFORMED;
    if ((percent || points) && !shift_point(plain, &size, percent ? 2 : 4))
        return LIC_LINE_MALFORMED;
    lic_reader decimal = *reader;
    if (percent || points) { /* the unit is written: "in bps" of the column no longer applies */
        decimal.integer_units = false;
        decimal.unit_scale = reader->type.scale;
    }
    return lic_read(&decimal, image, tables, lic_slice_of(plain, size), value);
}

/* -- for messages ------------------------------------------------------------------------------------- */

static void describe_bounds(const lic_reader *reader, unsigned scale, lic_buffer *target)
{
    lic_put_text(target, " from ");
    print_decimal(reader->min, scale, 0, target);
    lic_put_text(target, " to ");
    print_decimal(reader->max, scale, 0, target);
}

static void describe_enum(const lic_image *image, uint8_t enumeration, lic_buffer *target)
{
    const lic_enumeration *e = &image->enumerations[enumeration];
    lic_put_text(target, "one of ");
    for (uint16_t i = 0; i < e->count; i++) {
        lic_slice word = image->texts[e->first_text + i];
        lic_put_text(target, i == 0 ? "" : ", ");
        lic_put_bytes(target, word.data, word.size);
    }
}

void lic_reader_describe(const lic_reader *reader, const lic_image *image, lic_buffer *target)
{
    switch ((lic_form)reader->form) {
    case LIC_FORM_IGNORED: lic_put_text(target, "any text"); return;
    case LIC_FORM_COUNT:
        lic_put_text(target, "a whole number");
        describe_bounds(reader, 0, target);
        return;
    case LIC_FORM_EXACT:
    case LIC_FORM_RATE:
        if (reader->integer_units)
            lic_put_format(target, "a whole number of units of 10^-%u", reader->unit_scale);
        else lic_put_format(target, "a number with at most %u decimals", reader->unit_scale);
        describe_bounds(reader, reader->type.scale, target);
        return;
    case LIC_FORM_DIGITS:
        lic_put_format(target, "1 to %u digits without leading zero", reader->width);
        return;
    case LIC_FORM_ENUM: describe_enum(image, reader->type.aux, target); return;
    case LIC_FORM_ROW: {
        lic_slice name = image->tables[reader->type.aux].name;
        lic_put_text(target, "a key of ");
        lic_put_bytes(target, name.data, name.size);
        return;
    }
    case LIC_FORM_TERRITORY: lic_put_text(target, "a territory code such as GB"); return;
    case LIC_FORM_DATE:
        lic_put_text(target, "a date such as 2026-01-31");
        if (reader->min > LIC_DATE_MIN || reader->max < LIC_DATE_MAX) {
            lic_put_text(target, " from ");
            print_date((int64_t)reader->min, target);
            lic_put_text(target, " to ");
            print_date((int64_t)reader->max, target);
        }
        return;
    case LIC_FORM_TEXT: lic_put_format(target, "a text of at most %u bytes", reader->width); return;
    case LIC_FORM_HASH: lic_put_text(target, "64 lower-case hex digits"); return;
    case LIC_FORM_IDENTIFIER: {
        const char *word = lic_identifier_word(reader->width);
        lic_put_format(target, "an identifier of kind %s in its canonical form",
                       word == NULL ? "?" : word);
        return;
    }
    case LIC_FORM_SET:
        lic_put_text(target, "territory codes in ascending order, one space between, or world");
        return;
    case LIC_FORM_BOOL: lic_put_text(target, "yes or no"); return;
    }
}
