/* date.c - civil dates as day numbers, proleptic Gregorian. Years are counted from March, so that
 * the leap day is the last of its year and month lengths follow one formula. */
#include <licet/date.h>

enum { DAYS_PER_ERA = 146097, MARCH_1_YEAR_0 = -719468, YEAR_MAX = 9999 };

static bool is_leap(int32_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int32_t month_days(int32_t year, int32_t month)
{
    static const int8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

bool lic_date_valid(int64_t date)
{
    return date >= LIC_DATE_MIN && date <= LIC_DATE_MAX;
}

lic_civil lic_date_civil(lic_date date)
{
    LIC_ASSERT(lic_date_valid(date));
    int32_t days = date - MARCH_1_YEAR_0; /* since 0000-03-01, not negative */
    int32_t era = days / DAYS_PER_ERA;
    int32_t day_of_era = days % DAYS_PER_ERA;
    int32_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 -
                           day_of_era / 146096) /
                          365;
    int32_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int32_t from_march = (5 * day_of_year + 2) / 153;
    int32_t month = from_march < 10 ? from_march + 3 : from_march - 9;
    return (lic_civil){
        .year = era * 400 + year_of_era + (month <= 2 ? 1 : 0),
        .month = month,
        .day = day_of_year - (153 * from_march + 2) / 5 + 1,
    };
}

bool lic_date_of(lic_civil civil, lic_date *date)
{
    if (civil.year < 1 || civil.year > YEAR_MAX || civil.month < 1 || civil.month > 12)
        return false;
    if (civil.day < 1 || civil.day > month_days(civil.year, civil.month)) return false;
    int32_t year = civil.month <= 2 ? civil.year - 1 : civil.year;
    int32_t from_march = civil.month > 2 ? civil.month - 3 : civil.month + 9;
    int32_t era = year / 400, year_of_era = year % 400;
    int32_t day_of_year = (153 * from_march + 2) / 5 + civil.day - 1;
    int32_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    *date = era * DAYS_PER_ERA + day_of_era + MARCH_1_YEAR_0;
    return true;
}

/* The number in `count` digits from `at`, or -1. */
static int32_t digits(const uint8_t *at, size_t count)
{
    int32_t value = 0;
    for (size_t i = 0; i < count; i++) {
        if (at[i] < '0' || at[i] > '9') return -1;
        value = value * 10 + (at[i] - '0');
    }
    return value;
}

lic_status lic_date_parse(lic_slice text, lic_date *date)
{
    const uint8_t *at = text.data;
    if (text.size != 10 || at[4] != '-' || at[7] != '-') return LIC_MALFORMED;
    lic_civil civil = {digits(at, 4), digits(at + 5, 2), digits(at + 8, 2)};
    return lic_date_of(civil, date) ? LIC_OK : LIC_MALFORMED;
}

static void print_digits(char *at, size_t count, int32_t value)
{
    for (; count > 0; value /= 10) at[--count] = (char)('0' + value % 10);
}

void lic_date_print(lic_date date, char text[LIC_DATE_TEXT])
{
    lic_civil civil = lic_date_civil(date);
    print_digits(text, 4, civil.year);
    text[4] = '-';
    print_digits(text + 5, 2, civil.month);
    text[7] = '-';
    print_digits(text + 8, 2, civil.day);
    text[10] = '\0';
}

bool lic_date_add_months(lic_date date, int64_t months, bool roll, lic_date *result)
{
    const int64_t span = (int64_t)YEAR_MAX * 12;
    if (!lic_date_valid(date) || months > span || months < -span) return false;
    lic_civil civil = lic_date_civil(date);
    int64_t month = (int64_t)civil.year * 12 + civil.month - 1 + months;
    if (month < 12) return false; /* before year 1 */
    civil.year = (int32_t)(month / 12);
    civil.month = (int32_t)(month % 12) + 1;
    if (civil.year > YEAR_MAX) return false;
    int32_t last = month_days(civil.year, civil.month);
    bool beyond = civil.day > last;
    if (beyond) civil.day = last;
    if (!lic_date_of(civil, result)) return false;
    if (beyond && roll)
        (*result)++; /* at most 1 March or the first of a month: 9999-12 has 31 days */
    return true;
}
