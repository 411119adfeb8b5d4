/* decimal.c - decimal text of scaled integers, both ways. A value has exactly one text at a given
 * scale; the parser also takes fewer decimals, and nothing else. */
#include <licet/number.h>

#include <string.h>

enum { LARGEST_POWER = 38 };

lic_i128 lic_power_of_ten(unsigned exponent)
{
    LIC_ASSERT(exponent <= LARGEST_POWER);
    lic_i128 power = 1;
    while (exponent-- > 0) power *= 10;
    return power;
}

/* Digits of `value`, at least `least` of them, ending before `end`; returns the first. */
static char *digits_before(char *end, lic_u128 value, unsigned least)
{
    char *at = end;
    while (value > UINT64_MAX) {
        /* Nineteen digits at a time keep the 128-bit divisions few. */
        const uint64_t group = UINT64_C(10000000000000000000);
        uint64_t low = (uint64_t)(value % group);
        value /= group;
        for (unsigned i = 0; i < 19; i++, low /= 10) *--at = (char)('0' + low % 10);
    }
    for (uint64_t rest = (uint64_t)value; rest > 0; rest /= 10) *--at = (char)('0' + rest % 10);
    while (end - at < (ptrdiff_t)least) *--at = '0';
    return at;
}

size_t lic_decimal_print(lic_i128 value, unsigned scale, char text[LIC_DECIMAL_MAX])
{
    LIC_ASSERT(scale <= LARGEST_POWER);
    char digits[48];
    char *end = digits + sizeof digits;
    char *first = digits_before(end, value < 0 ? -(lic_u128)value : (lic_u128)value, scale + 1);
    size_t whole = (size_t)(end - first) - scale;

    size_t size = 0;
    if (value < 0) text[size++] = '-';
    memcpy(text + size, first, whole);
    size += whole;
    if (scale > 0) {
        text[size++] = '.';
        memcpy(text + size, first + whole, scale);
        size += scale;
    }
    text[size] = '\0';
    return size;
}

size_t lic_decimal_print_short(lic_i128 value, unsigned scale, unsigned keep,
                               char text[LIC_DECIMAL_MAX])
{
    size_t size = lic_decimal_print(value, scale, text);
    unsigned decimals = scale;
    while (decimals > keep && text[size - 1] == '0') size--, decimals--;
    if (scale > 0 && decimals == 0) size--; /* the point */
    text[size] = '\0';
    return size;
}

static bool is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

static size_t digits_at(lic_slice text, size_t from)
{
    size_t count = 0;
    while (from + count < text.size && is_digit(text.data[from + count])) count++;
    return count;
}

/* *magnitude = *magnitude * 10 + digit, up to 2^127. */
static bool append_digit(lic_u128 *magnitude, unsigned digit)
{
    const lic_u128 limit = (lic_u128)1 << 127;
    if (*magnitude > limit / 10) return false;
    *magnitude = *magnitude * 10 + digit;
    return *magnitude <= limit;
}

lic_status lic_decimal_parse(lic_slice text, unsigned scale, lic_i128 *value)
{
    LIC_ASSERT(scale <= LARGEST_POWER);
    bool negative = text.size > 0 && text.data[0] == '-';
    size_t first = negative ? 1 : 0;
    size_t whole = digits_at(text, first);
    if (whole == 0 || (whole > 1 && text.data[first] == '0')) return LIC_MALFORMED;
    size_t end = first + whole, decimals = 0;
    if (end < text.size) {
        if (text.data[end] != '.') return LIC_MALFORMED;
        decimals = digits_at(text, end + 1);
        end += 1 + decimals;
        if (decimals == 0 || decimals > scale || end != text.size) return LIC_MALFORMED;
    }
    lic_u128 magnitude = 0;
    for (size_t i = first; i < end; i++)
        if (text.data[i] != '.' && !append_digit(&magnitude, (unsigned)(text.data[i] - '0')))
            return LIC_OVERFLOW;
    for (size_t i = decimals; i < scale; i++)
        if (!append_digit(&magnitude, 0)) return LIC_OVERFLOW;
    if (negative && magnitude == 0) return LIC_MALFORMED; /* zero has no sign */
    if (!negative && magnitude > (lic_u128)LIC_I128_MAX) return LIC_OVERFLOW;
    *value = (lic_i128)(negative ? -magnitude : magnitude);
    return LIC_OK;
}
