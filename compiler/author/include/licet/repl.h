/* repl.h - lines of Lua, one after the other, on a ledger in memory: an empty one, or one that was made ready.
 * They run in a confined process (confine.h) with what scenarios have (docs/spec/testing.md). A line with too many
 * instructions or too much memory is an error like others; one that takes too long ends the session. */
#ifndef LICET_REPL_H
#define LICET_REPL_H

#include <licet/confine.h>
#include <licet/world.h>

typedef enum lic_repl_ask {
    LIC_REPL_END,  /* the session is over */
    LIC_REPL_LINE, /* a line of Lua */
    LIC_REPL_QUERY /* one SELECT on the views of the session's ledger */
} lic_repl_ask;

typedef struct lic_repl_options {
    const char *folder; /* the project's: what lines can read */
    const lic_allocator *allocator;
    const lic_clock *clock;
    lic_confine_limits limits;
    lic_world *world; /* where the session begins; it stays as it is. NULL: an empty one */
    void *context;
    /* Appends what comes next, a line without its end; `more`: the line before is not complete. */
    lic_repl_ask (*read)(void *context, bool more, lic_buffer *text);
    /* What a line gave, or what is wrong with it, or with a query. */
    void (*write)(void *context, bool failed, lic_slice text);
    /* What a query gave: its columns' names, then row after row, `columns` texts each; NULL is an empty text. May
     * be NULL when nothing is queried. */
    void (*rows)(void *context, const lic_slice *cells, size_t columns, size_t rows);
    /* Names that can be written now, one a line; for completion. May be NULL. */
    void (*names)(void *context, lic_slice names);
} lic_repl_options;

/* OK at the end; otherwise what lic_confine_run answers. */
lic_status lic_repl_run(const lic_repl_options *options, lic_error *error);

#endif
