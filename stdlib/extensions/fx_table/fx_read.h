/* fx_read.h - what the parts of the table share. */
#ifndef LICET_FX_READ_H
#define LICET_FX_READ_H

#include "fx.h"

struct fx {
    const lic_allocator *allocator;
    lic_arena *arena; /* texts of rates */
    fx_rate *rates;   /* sorted when all are in */
    size_t count, room;
};

/* Which cell is what. Either one rate a line, or a column for each currency (`wide`). */
typedef struct fx_form {
    bool wide;
    unsigned day, base, quote, rate;    /* cells; base and quote and rate of a narrow form */
    unsigned count;                     /* cells of a line */
    char quotes[FX_CELLS_MAX][FX_CODE]; /* of a wide form; empty: a column that is not read */
} fx_form;

typedef struct fx_line {
    lic_slice cells[FX_CELLS_MAX];
    unsigned count;
    uint32_t number; /* from 1 */
} fx_line;

/* Cuts a line at commas; quotes around a cell and blanks at its ends are taken off. False when
 * there are too many cells or a quote stays open. */
bool fx_cut(lic_slice text, fx_line *line);
bool fx_read_form(const fx_line *line, fx_form *form, char words[FX_WORDS]);
/* YYYY-MM-DD, or 5 January 2026 as the European Central Bank writes it. */
bool fx_read_day(lic_slice text, lic_date *day);
bool fx_is_code(lic_slice text);

/* Cells for "%.*s". */
#define FX_SHOWN(slice) (int)((slice).size > 40 ? 40 : (slice).size), (const char *)(slice).data

#endif
