/* exact_text.c - exact values and their texts, both ways. */
#include "exact.h"

#include <licet/currency.h>

#include <stdio.h>
#include <string.h>

enum { PLAIN_MAX = 64 };

const char *lic_exact_kind_name(uint8_t kind)
{
    static const char *const names[] = {"count", "decimal", "rate", "money", "date", "duration"};
    return kind < LIC_COUNT(names) ? names[kind] : "?";
}

/* -- reading --------------------------------------------------------------------------------------------------- */

static bool is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

/* Copies a number without its grouping. Commas stand before each three digits in front of the point, all or
 * none of them. */
static const char *ungroup(lic_slice text, char plain[PLAIN_MAX], size_t *size)
{
    static const char wrong[] =
        "a comma groups digits in threes and a point stands before the decimals: 1,500.00";
    size_t whole = 0, run = 0;
    bool grouped = false;
    *size = 0;
    while (whole < text.size && text.data[whole] != '.') whole++;
    for (size_t i = 0; i < text.size; i++) {
        uint8_t byte = text.data[i];
        if (byte == ',') {
            if (i > whole || run == 0 || run > 3 || (grouped && run != 3)) return wrong;
            grouped = true, run = 0;
            continue;
        }
        if (i == whole && grouped && run != 3) return wrong;
        if (i < whole && is_digit(byte)) run++;
        if (*size == PLAIN_MAX) return "the number has too many digits";
        plain[(*size)++] = (char)byte;
    }
    return whole == text.size && grouped && run != 3 ? wrong : NULL;
}

static const char *read_number(lic_slice text, lic_exact *value)
{
    char plain[PLAIN_MAX];
    size_t size = 0, decimals = 0;
    const char *wrong = ungroup(text, plain, &size);
    if (wrong != NULL) return wrong;
    const char *point = memchr(plain, '.', size);
    if (point != NULL) decimals = size - (size_t)(point - plain) - 1;
    if (decimals > LIC_EXACT_DECIMALS) return "the number has more than 24 decimals";
    lic_status status = lic_decimal_parse(lic_slice_of(plain, size), (unsigned)decimals,
                                          &value->number);
    if (status == LIC_OVERFLOW) return "the number has too many digits";
    if (status != LIC_OK) return "write a decimal number such as 1,500.00";
    value->scale = (uint8_t)decimals;
    return lic_exact_settle(value);
}

const char *lic_exact_read_decimal(lic_slice text, lic_exact *value)
{
    *value = (lic_exact){.kind = LIC_EXACT_DECIMAL};
    return read_number(text, value);
}

static bool strip_end(lic_slice *text, const char *end)
{
    size_t size = strlen(end);
    if (text->size <= size || memcmp(text->data + text->size - size, end, size) != 0) return false;
    text->size -= size;
    while (text->size > 0 && text->data[text->size - 1] == ' ') text->size--;
    return true;
}

/* "1/3": whole numbers, without grouping. */
static const char *read_fraction(lic_slice text, size_t slash, lic_exact *value)
{
    static const char wrong[] =
        "a fraction is two whole numbers of at most nine digits, the second above 0: 1/3";
    lic_slice below = lic_slice_of(text.data + slash + 1, text.size - slash - 1);
    lic_i128 divisor = 0;
    if (slash == 0 || slash > 9 || below.size == 0 || below.size > 9) return wrong;
    for (size_t i = 0; i < text.size; i++)
        if (i != slash && !is_digit(text.data[i])) return wrong;
    if (lic_decimal_parse(lic_slice_of(text.data, slash), 0, &value->number) != LIC_OK ||
        lic_decimal_parse(below, 0, &divisor) != LIC_OK || divisor == 0)
        return wrong;
    value->divisor = (uint32_t)divisor;
    return lic_exact_settle(value);
}

const char *lic_exact_read_rate(lic_slice text, lic_exact *value)
{
    const uint8_t *slash = text.size == 0 ? NULL : memchr(text.data, '/', text.size);
    if (slash != NULL) {
        *value = (lic_exact){.kind = LIC_EXACT_RATE};
        return read_fraction(text, (size_t)(slash - text.data), value);
    }
    unsigned places = strip_end(&text, "%") ? 2 : strip_end(&text, "bps") ? 4 : 0;
    *value = (lic_exact){.kind = LIC_EXACT_RATE};
    if (places == 0) return "a rate says its unit: 52% or 5200 bps, or is a fraction: 1/3";
    const char *wrong = read_number(text, value);
    if (wrong != NULL) return wrong;
    value->scale = (uint8_t)(value->scale + places);
    return lic_exact_settle(value);
}

const char *lic_exact_read_currency(lic_slice text, lic_exact *value)
{
    unsigned minor = 0;
    if (text.size != 3 || !lic_currency_find(text, &minor))
        return "money needs a currency of ISO 4217: GBP 250,000.00";
    memcpy(value->currency, text.data, 3);
    return NULL;
}

const char *lic_exact_read_money(lic_slice text, lic_exact *value)
{
    *value = (lic_exact){.kind = LIC_EXACT_MONEY};
    lic_slice code = lic_slice_of(text.data, text.size < 3 ? text.size : 3), number = text;
    bool first = text.size > 4 && text.data[3] == ' ';
    bool last = text.size > 4 && text.data[text.size - 4] == ' ' &&
                !is_digit(text.data[text.size - 1]);
    if (last && !(first && !is_digit(text.data[0]))) {
        code = lic_slice_of(text.data + text.size - 3, 3);
        number.size -= 4;
    } else if (first) {
        number = lic_slice_of(text.data + 4, text.size - 4);
    }
    const char *wrong = lic_exact_read_currency(code, value);
    return wrong != NULL ? wrong : read_number(number, value);
}

const char *lic_exact_read_date(lic_slice text, lic_exact *value)
{
    lic_date date = 0;
    *value = (lic_exact){.kind = LIC_EXACT_DATE};
    if (lic_date_parse(text, &date) != LIC_OK) return "write a date that exists as 2026-01-31";
    value->number = date;
    return NULL;
}

const char *lic_exact_read_unit(lic_slice text, uint8_t *unit, int64_t *each)
{
    static const struct {
        const char *one, *many;
        uint8_t unit, each;
    } units[] = {{"day", "days", LIC_UNIT_DAYS, 1},
                 {"month", "months", LIC_UNIT_MONTHS, 1},
                 {"year", "years", LIC_UNIT_MONTHS, 12},
                 {"business day", "business days", LIC_UNIT_BUSINESS_DAYS, 1}};
    for (size_t i = 0; i < LIC_COUNT(units); i++) {
        if (!lic_slice_equal(text, lic_slice_text(units[i].one)) &&
            !lic_slice_equal(text, lic_slice_text(units[i].many)))
            continue;
        *unit = units[i].unit;
        *each = units[i].each;
        return NULL;
    }
    return "a duration is of days, months, years or business days: 14 days";
}

const char *lic_exact_read_duration(lic_slice text, lic_exact *value)
{
    int64_t each = 0;
    size_t digits = 0;
    while (digits < text.size && text.data[digits] != ' ') digits++;
    lic_slice unit = digits >= text.size
                         ? lic_slice_of(NULL, 0)
                         : lic_slice_of(text.data + digits + 1, text.size - digits - 1);
    *value = (lic_exact){.kind = LIC_EXACT_DURATION};
    const char *wrong = lic_exact_read_unit(unit, &value->unit, &each);
    if (wrong == NULL) wrong = read_number(lic_slice_of(text.data, digits), value);
    if (wrong != NULL) return wrong;
    if (value->scale != 0) return "a duration is a whole number: 14 days";
    if (!lic_mul_i128(value->number, each, &value->number)) return "the number has too many digits";
    return lic_exact_settle(value);
}

/* -- printing --------------------------------------------------------------------------------------------------- */

static unsigned minor_of(const lic_exact *value)
{
    unsigned minor = 0;
    if (value->kind == LIC_EXACT_MONEY)
        (void)lic_currency_find(lic_slice_text(value->currency), &minor);
    return minor;
}

/* The number with at least `keep` decimals. */
static size_t print_plain(const lic_exact *value, unsigned keep, char text[LIC_EXACT_TEXT])
{
    char digits[LIC_DECIMAL_MAX];
    size_t size = lic_decimal_print(value->number, value->scale, digits);
    memcpy(text, digits, size);
    if (value->scale == 0 && keep > 0) text[size++] = '.';
    for (unsigned i = value->scale; i < keep; i++) text[size++] = '0';
    text[size] = '\0';
    return size;
}

/* Puts commas into the whole part, in place. */
static size_t group(char text[LIC_EXACT_TEXT], size_t size)
{
    char plain[LIC_EXACT_TEXT];
    size_t first = text[0] == '-' ? 1 : 0, whole = first, out = 0;
    memcpy(plain, text, size);
    while (whole < size && plain[whole] != '.') whole++;
    for (size_t i = 0; i < size; i++) {
        if (i > first && i < whole && (whole - i) % 3 == 0) text[out++] = ',';
        text[out++] = plain[i];
    }
    text[out] = '\0';
    return out;
}

static size_t print_fraction(const lic_exact *value, char text[LIC_EXACT_TEXT])
{
    lic_i128 numerator = 0, denominator = 0;
    (void)lic_exact_fraction(value, &numerator, &denominator);
    size_t size = lic_decimal_print(numerator, 0, text);
    text[size++] = '/';
    return size + lic_decimal_print(denominator, 0, text + size);
}

static size_t print_rate(const lic_exact *value, char text[LIC_EXACT_TEXT])
{
    if (value->divisor != 0) return print_fraction(value, text);
    lic_exact percent = *value;
    for (; percent.scale < 2; percent.scale++) percent.number *= 10; /* below 10^36 */
    percent.scale = (uint8_t)(percent.scale - 2);
    size_t size = print_plain(&percent, 0, text);
    text[size++] = '%';
    text[size] = '\0';
    return size;
}

static size_t print_duration(const lic_exact *value, char text[LIC_EXACT_TEXT])
{
    static const char *const units[] = {"day", "month", "business day"};
    lic_exact count = *value;
    const char *unit = units[value->unit];
    if (value->unit == LIC_UNIT_MONTHS && value->number != 0 && value->number % 12 == 0) {
        count.number /= 12;
        unit = "year";
    }
    size_t size = print_plain(&count, 0, text);
    const char *plural = count.number == 1 || count.number == -1 ? "" : "s";
    return size + (size_t)snprintf(text + size, LIC_EXACT_TEXT - size, " %s%s", unit, plural);
}

size_t lic_exact_print_amount(const lic_exact *value, char text[LIC_EXACT_TEXT])
{
    if (value->divisor != 0) return print_fraction(value, text);
    if (value->kind != LIC_EXACT_DATE) return print_plain(value, minor_of(value), text);
    lic_date_print((lic_date)value->number, text);
    return strlen(text);
}

size_t lic_exact_print(const lic_exact *value, char text[LIC_EXACT_TEXT])
{
    if (value->kind == LIC_EXACT_RATE) return print_rate(value, text);
    if (value->kind == LIC_EXACT_DURATION) return print_duration(value, text);
    if (value->kind != LIC_EXACT_MONEY) return lic_exact_print_amount(value, text);
    char number[LIC_EXACT_TEXT];
    size_t size = group(number, print_plain(value, minor_of(value), number));
    memcpy(text, value->currency, 3);
    text[3] = ' ';
    memcpy(text + 4, number, size + 1);
    return size + 4;
}
