/* check/grants.h - what two grants have in common, for S14: works (check/works.c) and days
 * (check/window.c). */
#ifndef LICET_CHECK_GRANTS_H
#define LICET_CHECK_GRANTS_H

#include "program.h"

/* -- works ------------------------------------------------------------------------------------------ */

/* The identifiers that a schedule's rows in the file hold, or the one of a grant. */
typedef struct lic_works lic_works;

/* Of a grant; `known` are those of the grants before it, and get what is new. NULL: a broken clause. */
const lic_works *lic_works_of(lic_compilation *c, const lic_symbol *grant, lic_works **known);
/* Both are of the same schedule or register, or share an identifier that stands in the file. Rows that are
 * loaded later are not known here. */
bool lic_works_shared(const lic_works *a, const lic_works *b);

/* -- days -------------------------------------------------------------------------------------------- */

/* A day that may hang on a fact, a parameter or the signature: `base` + months + days. */
typedef struct lic_day {
    const void *base;          /* NULL: a date that is known */
    int64_t months, days;      /* from the base */
    int early, late;           /* it may lie so many days before or behind that sum */
    lic_date earliest, latest; /* whatever the base turns out to be */
} lic_day;

typedef struct lic_window {
    lic_day first, last; /* the days on which the grant holds */
    bool has_until;
    lic_day until; /* the last day on which it is exclusive */
} lic_window;

lic_window lic_window_of(const lic_program *p, const lic_symbol *grant);
/* `a` is certainly before `b`. */
bool lic_day_precedes(const lic_day *a, const lic_day *b);

#endif
