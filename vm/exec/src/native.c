/* native.c - the natives that need dates and the header's rules, and nothing else. */
#include "program.h"

static lic_date anchor_of(const lic_image *image, lic_date first)
{
    return image->rules.years_contract ? first : LIC_DATE_MIN;
}

static lic_trap add_days(int64_t date, int64_t days, uint64_t *result)
{
    int64_t sum;
    if (!lic_add_i64(date, days, &sum) || !lic_date_valid(sum)) return LIC_TRAP_BAD_DATE;
    *result = (uint64_t)sum;
    return LIC_TRAP_NONE;
}

static lic_trap add_months(bool roll, int64_t date, int64_t months, uint64_t *result)
{
    lic_date sum;
    if (!lic_date_add_months((lic_date)date, months, roll, &sum)) return LIC_TRAP_BAD_DATE;
    *result = (uint64_t)(int64_t)sum;
    return LIC_TRAP_NONE;
}

static lic_trap period(lic_date anchor, int64_t kind, int64_t date, bool end, uint64_t *result)
{
    if (kind != LIC_MONTH && kind != LIC_QUARTER && kind != LIC_HALF && kind != LIC_YEAR)
        return LIC_TRAP_OUT_OF_RANGE;
    lic_period in = lic_period_of((lic_period_kind)kind, anchor, (lic_date)date);
    *result = (uint64_t)(int64_t)(end ? in.last : in.first);
    return LIC_TRAP_NONE;
}

/* The difference of the months' numbers is an upper bound that the days of the month lower by one or two. */
static lic_trap completed(bool roll, int64_t from, int64_t to, int64_t months, uint64_t *result)
{
    if (months < 1) return LIC_TRAP_OUT_OF_RANGE;
    lic_civil a = lic_date_civil((lic_date)from), b = lic_date_civil((lic_date)to);
    int64_t n = to < from ? 0 : (((int64_t)b.year - a.year) * 12 + b.month - a.month) / months;
    lic_date reached;
    while (n > 0 &&
           (!lic_date_add_months((lic_date)from, n * months, roll, &reached) || reached > to))
        n--;
    *result = (uint64_t)n;
    return LIC_TRAP_NONE;
}

lic_trap lic_native_call(const lic_image *image, lic_native native, lic_date first,
                         const uint64_t *arguments, uint64_t *result)
{
    lic_date anchor = anchor_of(image, first);
    switch (native) {
    case LIC_NATIVE_ADD_DAYS: return add_days((int64_t)arguments[0], (int64_t)arguments[1], result);
    case LIC_NATIVE_ADD_MONTHS:
        return add_months(image->rules.months_roll, (int64_t)arguments[0], (int64_t)arguments[1],
                          result);
    case LIC_NATIVE_YEAR_OF: {
        lic_period year = lic_period_of(LIC_YEAR, anchor, (lic_date)arguments[0]);
        *result = (uint64_t)lic_date_civil(year.first).year;
        return LIC_TRAP_NONE;
    }
    case LIC_NATIVE_YEAR_START:
        return period(anchor, LIC_YEAR, (int64_t)arguments[0], false, result);
    case LIC_NATIVE_YEAR_END: return period(anchor, LIC_YEAR, (int64_t)arguments[0], true, result);
    case LIC_NATIVE_PERIOD_START:
        return period(anchor, (int64_t)arguments[0], (int64_t)arguments[1], false, result);
    case LIC_NATIVE_PERIOD_END:
        return period(anchor, (int64_t)arguments[0], (int64_t)arguments[1], true, result);
    case LIC_NATIVE_COMPLETED:
        return completed(image->rules.months_roll, (int64_t)arguments[0], (int64_t)arguments[1],
                         (int64_t)arguments[2], result);
    case LIC_NATIVE_OLDEST_DUE:
    case LIC_NATIVE_TERM_OPEN:
    case LIC_NATIVE_TERM_PAID:
    case LIC_NATIVE_SIGNED_BY:
    case LIC_NATIVE_CANCEL_TERM:
    case LIC_NATIVE_DUE_NOW:
    case LIC_NATIVE_DUE_PART:
    case LIC_NATIVE_CLOSE_GRANT:
    case LIC_NATIVE_AS_OF:
    case LIC_NATIVE_SET_AS_OF:
    case LIC_NATIVE_KEEP: break; /* the engine's */
    }
    return LIC_TRAP_LIMIT; /* a native of the engine: prepare sends those to the host */
}
