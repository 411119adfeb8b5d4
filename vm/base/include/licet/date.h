/* date.h - civil dates as days since 1970-01-01 (proleptic Gregorian), and periods.
 * Range 0001-01-01 .. 9999-12-31. No time zone, no clock. Specification: docs/spec/numbers.md. */
#ifndef LICET_DATE_H
#define LICET_DATE_H

#include <licet/bytes.h>

typedef int32_t lic_date;
#define LIC_DATE_MIN ((lic_date)-719162) /* 0001-01-01 */
#define LIC_DATE_MAX ((lic_date)2932896) /* 9999-12-31; also "never" */
#define LIC_DATE_TEXT 11                 /* "2026-01-31" and NUL */

typedef struct lic_civil {
    int32_t year;  /* 1..9999 */
    int32_t month; /* 1..12 */
    int32_t day;   /* 1..31 */
} lic_civil;

bool lic_date_valid(int64_t date);
lic_civil lic_date_civil(lic_date date);
/* False when the day does not exist. */
bool lic_date_of(lic_civil civil, lic_date *date);
/* ISO 8601 YYYY-MM-DD, exactly ten bytes. */
lic_status lic_date_parse(lic_slice text, lic_date *date);
void lic_date_print(lic_date date, char text[LIC_DATE_TEXT]);

/* Adds months; when the day does not exist in the target month, `roll` goes to the first day of the
 * next month, otherwise the last day of the target month is taken. False when out of range. */
bool lic_date_add_months(lic_date date, int64_t months, bool roll, lic_date *result);

typedef enum lic_period_kind {
    LIC_MONTH = 1,
    LIC_QUARTER = 3,
    LIC_HALF = 6,
    LIC_YEAR = 12
} lic_period_kind;

/* A period in full: first and last day, both inclusive. With `years contract`, periods are counted
 * from the anniversary of the term's first day (`anchor`); with `years calendar` anchor is 0001-01-01. */
typedef struct lic_period {
    lic_date first, last;
} lic_period;

lic_period lic_period_of(lic_period_kind kind, lic_date anchor, lic_date day);
lic_period lic_period_next(lic_period_kind kind, lic_date anchor, lic_period period);
/* "2026", "2026-H1", "2026-Q1", "2026-01": named after the calendar month in which it begins. */
#define LIC_PERIOD_TEXT 10
void lic_period_print(lic_period_kind kind, lic_period period, char text[LIC_PERIOD_TEXT]);
/* The first day of the named calendar period and its kind. */
lic_status lic_period_parse(lic_slice text, lic_period_kind *kind, lic_date *first);

#endif
