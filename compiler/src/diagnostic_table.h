/* diagnostic_table.h - the table of diagnostics.def as data. */
#ifndef LICET_DIAGNOSTIC_TABLE_H
#define LICET_DIAGNOSTIC_TABLE_H

#include <licet/diagnostic.h>

typedef struct lic_diagnostic_info {
    const char *code;
    lic_level level;
    const char *title;  /* the mistake in general, one line */
    const char *page;   /* prose of `licet explain` */
    const char *frame;  /* what the examples stand in: see explain_frames.h */
    const char *wrong, *right;
} lic_diagnostic_info;

/* NULL when the code does not exist. */
const lic_diagnostic_info *lic_diagnostic_find(const char *code);
/* An example as a whole source file: the frame with `example` in its place, into the buffer. */
void lic_diagnostic_example(const lic_diagnostic_info *info, const char *example, lic_buffer *target);
/* The pure reason that `why:` shows: the first sentence of the page. */
lic_slice lic_diagnostic_reason(const lic_diagnostic_info *info);

#endif
