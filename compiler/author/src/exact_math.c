/* exact_math.c - arithmetic of exact values: nothing is rounded but where the caller says how. */
#include "exact.h"

#include <string.h>

static const char too_many[] = "the result has more digits than can be counted with; round first";

enum { LONG_POWER = 18 }; /* 10^18 is the largest power within 64 bits */

static lic_i128 limit(void)
{
    return lic_power_of_ten(LIC_EXACT_DIGITS);
}

static lic_i128 common_divisor(lic_i128 a, lic_i128 b)
{
    while (b != 0) {
        lic_i128 rest = a % b;
        a = b;
        b = rest;
    }
    return a < 0 ? -a : a;
}

static lic_i128 divisor_of(const lic_exact *value)
{
    return value->divisor == 0 ? 1 : value->divisor;
}

/* Lowest terms; what of the divisor has decimals goes into the scale. */
static const char *settle_divisor(lic_exact *value, lic_i128 divisor)
{
    lic_i128 common = common_divisor(divisor, value->number);
    divisor /= common;
    value->number /= common;
    for (lic_i128 prime = 2; prime <= 5; prime += 3) {
        for (; divisor % prime == 0; divisor /= prime, value->scale++)
            if (!lic_mul_i128(value->number, (int64_t)(10 / prime), &value->number))
                return too_many;
    }
    if (divisor > LIC_EXACT_FRACTION) return too_many;
    value->divisor = divisor == 1 ? 0 : (uint32_t)divisor;
    if (value->divisor != 0 && value->kind != LIC_EXACT_RATE)
        return "that has no last decimal: divide says how it is rounded";
    return NULL;
}

bool lic_exact_fraction(const lic_exact *value, lic_i128 *numerator, lic_i128 *denominator)
{
    *denominator = value->divisor;
    for (uint8_t i = 0; i < value->scale; i++)
        if (!lic_mul_i128(*denominator, 10, denominator)) return false;
    lic_i128 common = common_divisor(*denominator, value->number);
    *numerator = value->number / common;
    *denominator /= common;
    return *denominator <= LIC_EXACT_FRACTION && *numerator <= LIC_EXACT_FRACTION &&
           *numerator >= -LIC_EXACT_FRACTION;
}

const char *lic_exact_settle(lic_exact *value)
{
    if (value->divisor != 0) {
        const char *wrong = settle_divisor(value, value->divisor);
        if (wrong != NULL) return wrong;
    }
    while (value->scale > 0 && value->number % 10 == 0) value->number /= 10, value->scale--;
    if (value->scale > LIC_EXACT_DECIMALS) return too_many;
    return value->number > -limit() && value->number < limit() ? NULL : too_many;
}

/* *value times 10^power; false when it is out of range. */
static bool raise(lic_i128 *value, unsigned power)
{
    for (; power > LONG_POWER; power -= LONG_POWER)
        if (!lic_mul_i128(*value, (int64_t)lic_power_of_ten(LONG_POWER), value)) return false;
    return lic_mul_i128(*value, (int64_t)lic_power_of_ten(power), value);
}

static bool is_number(const lic_exact *value)
{
    return value->kind == LIC_EXACT_COUNT || value->kind == LIC_EXACT_DECIMAL;
}

/* Two values that can be added and compared; *kind is that of the sum. */
static const char *check_alike(const lic_exact *a, const lic_exact *b, uint8_t *kind)
{
    if (is_number(a) && is_number(b)) {
        *kind = LIC_EXACT_DECIMAL;
        return NULL;
    }
    if (a->kind != b->kind) return "values of two kinds go together in a product alone";
    if (a->kind == LIC_EXACT_MONEY && memcmp(a->currency, b->currency, 3) != 0)
        return "two currencies do not go together";
    if (a->kind == LIC_EXACT_DURATION && a->unit != b->unit)
        return "days, months and business days have no fixed relation";
    *kind = a->kind;
    return NULL;
}

/* Both at one scale and over one divisor. */
typedef struct aligned {
    lic_i128 left, right;
    uint8_t scale;
    uint32_t divisor;
} aligned;

static bool align(const lic_exact *a, const lic_exact *b, aligned *both)
{
    lic_i128 common = common_divisor(divisor_of(a), divisor_of(b));
    lic_i128 left = divisor_of(b) / common, right = divisor_of(a) / common;
    lic_i128 divisor = left * divisor_of(a);
    both->scale = a->scale > b->scale ? a->scale : b->scale;
    both->divisor = divisor == 1 ? 0 : (uint32_t)divisor;
    return divisor <= UINT32_MAX && lic_mul_i128(a->number, (int64_t)left, &both->left) &&
           lic_mul_i128(b->number, (int64_t)right, &both->right) &&
           raise(&both->left, (unsigned)(both->scale - a->scale)) &&
           raise(&both->right, (unsigned)(both->scale - b->scale));
}

static const char *add_aligned(const lic_exact *a, const lic_exact *b, lic_exact *result)
{
    aligned both;
    lic_exact sum = *a;
    const char *wrong = check_alike(a, b, &sum.kind);
    if (wrong != NULL) return wrong;
    if (!align(a, b, &both) || !lic_add_i128(both.left, both.right, &sum.number)) return too_many;
    sum.scale = both.scale;
    sum.divisor = both.divisor;
    *result = sum;
    return lic_exact_settle(result);
}

/* -- dates ------------------------------------------------------------------------------------------------------ */

static const char *check_date(lic_i128 days, lic_exact *result)
{
    if (days < LIC_DATE_MIN || days > LIC_DATE_MAX) return "the date is out of range";
    *result = (lic_exact){.kind = LIC_EXACT_DATE, .number = days};
    return NULL;
}

const char *lic_exact_add_months(const lic_exact *date, const lic_exact *months, bool roll,
                                 lic_exact *result)
{
    lic_date day = 0;
    if (months->number > 120000 || months->number < -120000 ||
        !lic_date_add_months((lic_date)date->number, (int64_t)months->number, roll, &day))
        return "the date is out of range";
    return check_date(day, result);
}

/* Months are added where both rules give one day. */
static const char *shift_date(const lic_exact *date, const lic_exact *duration, lic_exact *result)
{
    lic_exact rolled;
    if (duration->unit == LIC_UNIT_BUSINESS_DAYS)
        return "business days need a calendar: use days or months";
    if (duration->unit == LIC_UNIT_DAYS) return check_date(date->number + duration->number, result);
    const char *wrong = lic_exact_add_months(date, duration, false, result);
    if (wrong == NULL) wrong = lic_exact_add_months(date, duration, true, &rolled);
    if (wrong == NULL && rolled.number != result->number)
        return "that day does not exist in that month: say which is meant, date:plus(duration, "
               "\"clip\", or \"roll\")";
    return wrong;
}

const char *lic_exact_add(const lic_exact *a, const lic_exact *b, lic_exact *result)
{
    if (a->kind == LIC_EXACT_DATE && b->kind == LIC_EXACT_DURATION) return shift_date(a, b, result);
    if (b->kind == LIC_EXACT_DATE && a->kind == LIC_EXACT_DURATION) return shift_date(b, a, result);
    if (a->kind == LIC_EXACT_DATE && b->kind == LIC_EXACT_DATE) return "two dates cannot be added";
    return add_aligned(a, b, result);
}

const char *lic_exact_subtract(const lic_exact *a, const lic_exact *b, lic_exact *result)
{
    lic_exact negative = *b;
    negative.number = -negative.number;
    if (a->kind == LIC_EXACT_DATE && b->kind == LIC_EXACT_DURATION)
        return shift_date(a, &negative, result);
    if (a->kind == LIC_EXACT_DATE && b->kind == LIC_EXACT_DATE) {
        *result = (lic_exact){
            .kind = LIC_EXACT_DURATION, .unit = LIC_UNIT_DAYS, .number = a->number - b->number};
        return NULL;
    }
    return add_aligned(a, &negative, result);
}

const char *lic_exact_negate(const lic_exact *a, lic_exact *result)
{
    if (a->kind == LIC_EXACT_DATE) return "a date has no negative";
    *result = *a;
    result->number = -a->number;
    return NULL;
}

const char *lic_exact_compare(const lic_exact *a, const lic_exact *b, int *order)
{
    aligned both;
    uint8_t kind = 0;
    const char *wrong = check_alike(a, b, &kind);
    if (wrong != NULL) return wrong;
    if (!align(a, b, &both)) return too_many;
    *order = both.left < both.right ? -1 : both.left > both.right;
    return NULL;
}

/* -- products ----------------------------------------------------------------------------------------------------- */

/* The value whose kind the product has; NULL when there is none. */
static const lic_exact *leading(const lic_exact *a, const lic_exact *b)
{
    bool a_scales = is_number(a) || a->kind == LIC_EXACT_RATE;
    bool b_scales = is_number(b) || b->kind == LIC_EXACT_RATE;
    if (a->kind == LIC_EXACT_MONEY && b_scales) return a;
    if (b->kind == LIC_EXACT_MONEY && a_scales) return b;
    if (a->kind == LIC_EXACT_DURATION && b->kind == LIC_EXACT_COUNT) return a;
    if (b->kind == LIC_EXACT_DURATION && a->kind == LIC_EXACT_COUNT) return b;
    if (!a_scales || !b_scales) return NULL;
    if (a->kind == LIC_EXACT_DECIMAL) return a; /* a decimal of a rate is a decimal */
    if (b->kind == LIC_EXACT_DECIMAL) return b;
    return a->kind == LIC_EXACT_RATE ? a : b;
}

static bool is_long(lic_i128 value)
{
    return value >= INT64_MIN && value <= INT64_MAX;
}

const char *lic_exact_multiply(const lic_exact *a, const lic_exact *b, lic_exact *result)
{
    const lic_exact *kind = leading(a, b);
    if (kind == NULL) return "a product is of money, a rate, a decimal or a duration by a number";
    lic_exact product = *kind;
    unsigned scale = (unsigned)a->scale + b->scale;
    const lic_exact *large = is_long(b->number) ? a : b, *small = is_long(b->number) ? b : a;
    if (!is_long(small->number) ||
        !lic_mul_i128(large->number, (int64_t)small->number, &product.number))
        return too_many;
    product.scale = (uint8_t)scale; /* at most twice 24 */
    product.divisor = 0;
    lic_i128 divisor = divisor_of(a) * divisor_of(b);
    if (divisor > 1) {
        const char *wrong = settle_divisor(&product, divisor);
        if (wrong != NULL) return wrong;
    }
    *result = product;
    return lic_exact_settle(result);
}

/* -- rounding ------------------------------------------------------------------------------------------------------ */

static const char *check_unit(const lic_exact *a, const lic_exact *unit, bool ratio)
{
    bool same = !ratio && unit->kind == LIC_EXACT_MONEY && a->kind == LIC_EXACT_MONEY &&
                memcmp(unit->currency, a->currency, 3) == 0;
    if (!is_number(unit) && !same) return "the unit of a rounding is a decimal such as 0.01";
    if (unit->number <= 0 || !is_long(unit->number) || unit->scale > LONG_POWER)
        return "the unit of a rounding is above zero and has at most 18 decimals";
    return NULL;
}

/* *result = number * 10^power / divisor to a whole number; the divisor is above zero. */
static bool divide_whole(lic_i128 number, int power, lic_i128 divisor, lic_rounding mode,
                         lic_i128 *result)
{
    if (power < 0)
        return raise(&divisor, (unsigned)-power) && lic_muldiv(mode, number, 1, divisor, result);
    unsigned factor = (unsigned)power;
    if (factor > LONG_POWER && !raise(&number, factor - LONG_POWER)) return false;
    if (factor > LONG_POWER) factor = LONG_POWER;
    return lic_muldiv(mode, number, (int64_t)lic_power_of_ten(factor), divisor, result);
}

static const char *in_units(lic_i128 units, const lic_exact *unit, lic_exact *result)
{
    if (!lic_mul_i128(units, (int64_t)unit->number, &result->number)) return too_many;
    result->scale = unit->scale;
    return lic_exact_settle(result);
}

const char *lic_exact_round(const lic_exact *a, const lic_exact *unit, lic_rounding mode,
                            lic_exact *result)
{
    lic_i128 units = 0;
    if (a->kind == LIC_EXACT_DATE || a->kind == LIC_EXACT_DURATION)
        return "dates and durations are not rounded";
    const char *wrong = check_unit(a, unit, false);
    if (wrong != NULL) return wrong;
    *result = *a;
    result->divisor = 0;
    lic_i128 divisor = unit->number;
    if (!lic_mul_i128(divisor, (int64_t)divisor_of(a), &divisor) ||
        !divide_whole(a->number, (int)unit->scale - (int)a->scale, divisor, mode, &units))
        return too_many;
    return in_units(units, unit, result);
}

/* Kind of a quotient; 255 when there is none. */
static uint8_t quotient_kind(const lic_exact *a, const lic_exact *b)
{
    bool b_scales = is_number(b) || b->kind == LIC_EXACT_RATE;
    if (a->kind == LIC_EXACT_MONEY && b_scales) return LIC_EXACT_MONEY;
    if (a->kind == LIC_EXACT_RATE && is_number(b)) return LIC_EXACT_RATE;
    if (a->kind == LIC_EXACT_MONEY && b->kind == LIC_EXACT_MONEY &&
        memcmp(a->currency, b->currency, 3) == 0)
        return LIC_EXACT_DECIMAL;
    return (is_number(a) || a->kind == LIC_EXACT_RATE) && b_scales ? LIC_EXACT_DECIMAL : 255;
}

const char *lic_exact_divide(const lic_exact *a, const lic_exact *b, const lic_exact *unit,
                             lic_rounding mode, lic_exact *result)
{
    lic_exact quotient = *a;
    lic_i128 divisor = b->number, number = a->number, units = 0;
    quotient.kind = quotient_kind(a, b);
    if (quotient.kind == 255)
        return "money, rates and decimals are divided, by numbers or their like";
    const char *wrong = check_unit(a, unit, b->kind == LIC_EXACT_MONEY);
    if (wrong != NULL) return wrong;
    if (divisor == 0) return "nothing is divided by zero";
    if (divisor < 0) divisor = -divisor, number = -number;
    quotient.divisor = 0;
    if (!lic_mul_i128(divisor, (int64_t)divisor_of(a), &divisor) ||
        !lic_mul_i128(number, (int64_t)divisor_of(b), &number))
        return too_many;
    if (!lic_mul_i128(divisor, (int64_t)unit->number, &divisor) ||
        !divide_whole(number, (int)b->scale + (int)unit->scale - (int)a->scale, divisor, mode,
                      &units))
        return too_many;
    *result = quotient;
    return in_units(units, unit, result);
}
