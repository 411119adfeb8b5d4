/* diagnostic.h - what the compiler tells an author: values, rendered elsewhere. A diagnostic shows
 * both places that disagree, says why, and offers a help whose text compiles. */
#ifndef LICET_DIAGNOSTIC_H
#define LICET_DIAGNOSTIC_H

#include <licet/bytes.h>
#include <licet/memory.h>

/* Bytes first .. first + size - 1 of the source; line and column (1-based, in bytes) of the first. */
typedef struct lic_span {
    uint32_t first, size, line, column;
} lic_span;

typedef enum lic_level { LIC_ERROR = 0, LIC_WARNING = 1, LIC_NOTE = 2 } lic_level;

typedef struct lic_label {
    lic_span span;
    const char *text;
} lic_label;

#define LIC_LABELS_MAX 8
#define LIC_NOTES_MAX 4

typedef struct lic_diagnostic {
    const char *code; /* "S4", "P03"; listed in diagnostics/diagnostics.def */
    lic_level level;
    const char *title; /* one line, without final period */
    lic_label primary;
    lic_label secondary[LIC_LABELS_MAX];
    size_t secondary_count;
    const char *notes[LIC_NOTES_MAX];
    size_t note_count;
    const char *help;  /* what to do, or NULL */
    lic_span fix_span; /* what `fix` replaces; size 0 at a place = insert there */
    const char *fix;   /* source text that compiles in that place, or NULL */
} lic_diagnostic;

/* A list in source order, owned by the compile's arena. */
typedef struct lic_diagnostics {
    lic_diagnostic *items;
    size_t count, error_count;
} lic_diagnostics;

/* Renders one diagnostic with its source lines; `colour` adds ANSI escapes. `path` as shown to the
 * user. Control characters of the source are shown escaped. */
void lic_diagnostic_text(const lic_diagnostic *diagnostic, const char *path, lic_slice source,
                         bool colour, lic_buffer *target);
/* One JSON object: code, level, message, spans, notes, help, fix. */
void lic_diagnostic_json(const lic_diagnostic *diagnostic, const char *path, lic_buffer *target);
/* The page of `licet explain CODE`; NULL when the code does not exist. Static storage. */
const char *lic_explain(const char *code);
/* The codes, in order, NULL-terminated. */
const char *const *lic_diagnostic_codes(void);

#endif
