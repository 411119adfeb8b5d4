/* period.c - months, quarters, halves and years, counted from an anchor. Every period's first day is
 * computed from the anchor itself, never from its neighbour, so that an anchor on the 31st is not
 * worn down by short months. */
#include <licet/date.h>

static int64_t month_number(lic_date date)
{
    lic_civil civil = lic_date_civil(date);
    return (int64_t)civil.year * 12 + civil.month - 1;
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0 ? 1 : 0);
}

/* First day of period `number`; the calendar's ends where it lies beyond them. */
static lic_date first_of(lic_period_kind kind, lic_date anchor, int64_t number)
{
    lic_date first;
    if (lic_date_add_months(anchor, number * (int64_t)kind, false, &first)) return first;
    return number < 0 ? LIC_DATE_MIN : LIC_DATE_MAX + 1;
}

lic_period lic_period_of(lic_period_kind kind, lic_date anchor, lic_date day)
{
    LIC_ASSERT(lic_date_valid(anchor) && lic_date_valid(day));
    int64_t number = floor_div(month_number(day) - month_number(anchor), (int64_t)kind);
    if (first_of(kind, anchor, number) > day) number--;
    else if (first_of(kind, anchor, number + 1) <= day) number++;
    return (lic_period){
        .first = first_of(kind, anchor, number),
        .last = first_of(kind, anchor, number + 1) - 1,
    };
}

lic_period lic_period_next(lic_period_kind kind, lic_date anchor, lic_period period)
{
    if (period.last >= LIC_DATE_MAX) return (lic_period){LIC_DATE_MAX, LIC_DATE_MAX};
    return lic_period_of(kind, anchor, period.last + 1);
}

void lic_period_print(lic_period_kind kind, lic_period period, char text[LIC_PERIOD_TEXT])
{
    char first[LIC_DATE_TEXT];
    lic_date_print(period.first, first);
    for (size_t i = 0; i < 4; i++) text[i] = first[i];
    char *at = text + 4;
    int32_t month = lic_date_civil(period.first).month;
    switch (kind) {
    case LIC_YEAR: break;
    case LIC_HALF: *at++ = '-', *at++ = 'H', *at++ = (char)('1' + (month - 1) / 6); break;
    case LIC_QUARTER: *at++ = '-', *at++ = 'Q', *at++ = (char)('1' + (month - 1) / 3); break;
    case LIC_MONTH: *at++ = '-', *at++ = first[5], *at++ = first[6]; break;
    }
    *at = '\0';
}

/* What follows the year: "", "-Hn", "-Qn" or "-mm"; the month in which the period begins, or 0. */
static int32_t month_named(const uint8_t *at, size_t size, lic_period_kind *kind)
{
    if (size == 0) {
        *kind = LIC_YEAR;
        return 1;
    }
    if (size != 3 || at[0] != '-') return 0;
    int32_t digit = at[2] - '0';
    if (at[1] == 'H' && digit >= 1 && digit <= 2) {
        *kind = LIC_HALF;
        return digit * 6 - 5;
    }
    if (at[1] == 'Q' && digit >= 1 && digit <= 4) {
        *kind = LIC_QUARTER;
        return digit * 3 - 2;
    }
    if ((at[1] != '0' && at[1] != '1') || digit < 0 || digit > 9) return 0;
    *kind = LIC_MONTH;
    return (at[1] - '0') * 10 + digit; /* 00 and 13 fail as dates */
}

lic_status lic_period_parse(lic_slice text, lic_period_kind *kind, lic_date *first)
{
    if (text.size < 4) return LIC_MALFORMED;
    lic_civil civil = {
        .year = 0, .month = month_named(text.data + 4, text.size - 4, kind), .day = 1};
    for (size_t i = 0; i < 4; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') return LIC_MALFORMED;
        civil.year = civil.year * 10 + (text.data[i] - '0');
    }
    return lic_date_of(civil, first) ? LIC_OK : LIC_MALFORMED;
}
