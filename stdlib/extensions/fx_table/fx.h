/* fx.h - a table of exchange rates: read once as a whole, then asked. Rates stay the text that the
 * file has; they are compared as exact decimals and never computed with, neither inverted nor
 * crossed. */
#ifndef LICET_FX_H
#define LICET_FX_H

#include <licet/date.h>
#include <licet/number.h>

#define FX_SCALE 18u         /* decimals of a rate */
#define FX_ROWS_MAX 4000000u /* rates: a century of days of a hundred pairs */
#define FX_CELLS_MAX 200u    /* of a line: all currencies there are */
#define FX_CODE 4            /* of a currency, and NUL */

typedef enum fx_status { /* numbers of the interface file */
                         FX_GOOD = 0,
                         FX_UNKNOWN = 1,
                         FX_MEMORY = 2,
                         FX_MALFORMED = 3,
                         FX_ZERO = 4,
                         FX_CONFLICT = 5,
                         FX_MISSING = 6,
                         FX_STALE = 7,
                         FX_INVERSE = 8,
                         FX_QUESTION = 9
} fx_status;

typedef struct fx_rate {
    char base[FX_CODE], quote[FX_CODE];
    lic_date day;
    uint32_t line; /* from 1; 0 at the end of a search */
    uint16_t size;
    const char *text; /* decimal */
} fx_rate;

typedef struct fx fx;

#define FX_WORDS 300 /* of a failure, NUL included */

/* Reads `content`, of which nothing is kept; the first line that is wrong ends it, and `words` name
 * it. */
fx_status fx_open(const lic_allocator *allocator, lic_slice content, fx **table,
                  char words[FX_WORDS]);
void fx_close(fx *table); /* NULL allowed */

/* The rate of the last day on or before `day`; NULL and `words` otherwise. */
fx_status fx_ask(const fx *table, lic_slice base, lic_slice quote, lic_slice day,
                 int64_t stale_days, const fx_rate **found, char words[FX_WORDS]);

/* All rates, by base, quote and day. */
const fx_rate *fx_rates(const fx *table, size_t *count);

#endif
