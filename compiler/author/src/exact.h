/* exact.h - the values that a script counts with: money, rates, decimals, dates and durations, exact or
 * refused. Their texts are the language's own: "GBP 250,000.00", "52%", "0.0012", "2026-01-05", "14 days".
 *
 * Every function that can refuse answers NULL, or in words what is wrong and what to do: a static text. */
#ifndef LICET_AUTHOR_EXACT_H
#define LICET_AUTHOR_EXACT_H

#include <licet/date.h>
#include <licet/number.h>

typedef enum lic_exact_kind {
    LIC_EXACT_COUNT = 0, /* a whole number: Lua's integers */
    LIC_EXACT_DECIMAL = 1,
    LIC_EXACT_RATE = 2, /* a share of one: 52% is 0.52 */
    LIC_EXACT_MONEY = 3,
    LIC_EXACT_DATE = 4,
    LIC_EXACT_DURATION = 5
} lic_exact_kind;

typedef enum lic_exact_unit {
    LIC_UNIT_DAYS,
    LIC_UNIT_MONTHS,
    LIC_UNIT_BUSINESS_DAYS
} lic_exact_unit;

typedef struct lic_exact {
    uint8_t kind;     /* lic_exact_kind */
    uint8_t scale;    /* value = number * 10^-scale / divisor, as few decimals as hold it */
    uint8_t unit;     /* DURATION: lic_exact_unit */
    char currency[4]; /* MONEY: "GBP" */
    uint32_t divisor; /* RATE: what has no decimals, such as 3 in 1/3, without 2 and 5; 0: none */
    lic_i128 number;  /* below 10^36; DATE: days since 1970-01-01 */
} lic_exact;

#define LIC_EXACT_DIGITS 36u         /* as in the language: well within 128 bits */
#define LIC_EXACT_DECIMALS 24u       /* of a value */
#define LIC_EXACT_FRACTION 999999999 /* numerator and denominator of a rate, as in the language */
#define LIC_EXACT_TEXT 80u           /* bytes of the longest text, and NUL */

const char *lic_exact_kind_name(uint8_t kind); /* "money" */

/* -- texts (exact_text.c) -- */
const char *lic_exact_read_decimal(lic_slice text, lic_exact *value);
const char *lic_exact_read_rate(lic_slice text, lic_exact *value);
const char *lic_exact_read_money(lic_slice text, lic_exact *value); /* currency first or last */
const char *lic_exact_read_currency(lic_slice text, lic_exact *value);
const char *lic_exact_read_date(lic_slice text, lic_exact *value);
const char *lic_exact_read_duration(lic_slice text, lic_exact *value);
/* "days", "day", "months", …; years are twelve months. *each: how many of the unit. */
const char *lic_exact_read_unit(lic_slice text, uint8_t *unit, int64_t *each);
/* Returns the length. */
size_t lic_exact_print(const lic_exact *value, char text[LIC_EXACT_TEXT]);
/* A rate that has a divisor as a fraction in lowest terms: 1 of 3. False when a term is beyond LIC_EXACT_FRACTION. */
bool lic_exact_fraction(const lic_exact *value, lic_i128 *numerator, lic_i128 *denominator);
/* The number alone, without grouping, currency and percent sign: "250000.00", "0.52". */
size_t lic_exact_print_amount(const lic_exact *value, char text[LIC_EXACT_TEXT]);

/* -- arithmetic (exact_math.c) -- */
const char *lic_exact_add(const lic_exact *a, const lic_exact *b, lic_exact *result);
const char *lic_exact_subtract(const lic_exact *a, const lic_exact *b, lic_exact *result);
const char *lic_exact_multiply(const lic_exact *a, const lic_exact *b, lic_exact *result);
const char *lic_exact_negate(const lic_exact *a, lic_exact *result);
/* *order < 0, 0, > 0. */
const char *lic_exact_compare(const lic_exact *a, const lic_exact *b, int *order);
/* To the nearest multiple of `unit` (a count or decimal above zero, or money of the same currency). */
const char *lic_exact_round(const lic_exact *a, const lic_exact *unit, lic_rounding mode,
                            lic_exact *result);
/* a / b, rounded once, to a multiple of `unit`. */
const char *lic_exact_divide(const lic_exact *a, const lic_exact *b, const lic_exact *unit,
                             lic_rounding mode, lic_exact *result);
/* A date and a duration of months; `roll` as in lic_date_add_months. */
const char *lic_exact_add_months(const lic_exact *date, const lic_exact *months, bool roll,
                                 lic_exact *result);
/* As few decimals as hold the number, and its bounds: every result goes through it. */
const char *lic_exact_settle(lic_exact *value);

#endif
