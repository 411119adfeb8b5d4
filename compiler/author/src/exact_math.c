/* exact_math.c - arithmetic of exact values: nothing is rounded but where the caller says how. */
#include "exact.h"

#include <string.h>

static const char too_many[] = "the result has more digits than can be counted with; round first";

enum { LONG_POWER = 18 }; /* 10^18 is the largest power within 64 bits */

static lic_i128 limit(void)
{
    return lic_power_of_ten(LIC_EXACT_DIGITS);
}

const char *lic_exact_settle(lic_exact *value)
{
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

/* Brings both to one scale. */
static bool align(const lic_exact *a, const lic_exact *b, lic_i128 *left, lic_i128 *right,
                  uint8_t *scale)
{
    *left = a->number;
    *right = b->number;
    *scale = a->scale > b->scale ? a->scale : b->scale;
    return raise(left, (unsigned)(*scale - a->scale)) &&
           raise(right, (unsigned)(*scale - b->scale));
}

static const char *add_aligned(const lic_exact *a, const lic_exact *b, lic_exact *result)
{
    lic_i128 left = 0, right = 0;
    lic_exact sum = *a;
    const char *wrong = check_alike(a, b, &sum.kind);
    if (wrong != NULL) return wrong;
    if (!align(a, b, &left, &right, &sum.scale) || !lic_add_i128(left, right, &sum.number))
        return too_many;
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
    lic_i128 left = 0, right = 0;
    uint8_t kind = 0, scale = 0;
    const char *wrong = check_alike(a, b, &kind);
    if (wrong != NULL) return wrong;
    if (!align(a, b, &left, &right, &scale)) return too_many;
    *order = left < right ? -1 : left > right;
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
    if (!divide_whole(a->number, (int)unit->scale - (int)a->scale, unit->number, mode, &units))
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
    if (!lic_mul_i128(divisor, (int64_t)unit->number, &divisor) ||
        !divide_whole(number, (int)b->scale + (int)unit->scale - (int)a->scale, divisor, mode,
                      &units))
        return too_many;
    *result = quotient;
    return in_units(units, unit, result);
}
