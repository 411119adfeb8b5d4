/* diagnostics/table.h - the table of diagnostics/diagnostics.def as data. */
#ifndef LICET_DIAGNOSTIC_TABLE_H
#define LICET_DIAGNOSTIC_TABLE_H

#include <licet/diagnostic.h>

typedef struct lic_diagnostic_info {
    const char *code;
    lic_level level;
    const char *title; /* the mistake in general, one line */
    const char *why;   /* the reason, a few words */
    const char *page;  /* the whole page of `licet explain` */
    const char *frame; /* what the examples stand in; NULL: the page has none */
    const char *wrong, *right;
} lic_diagnostic_info;

/* NULL when the code does not exist. */
const lic_diagnostic_info *lic_diagnostic_find(const char *code);
/* An example in its frame, as a whole source file. */
void lic_diagnostic_example(const lic_diagnostic_info *info, const char *example,
                            lic_buffer *target);

#endif
