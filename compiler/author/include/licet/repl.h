/* repl.h - lines of Lua, one after the other, on a ledger in memory: an empty one, or what a ledger's history makes.
 * They run in a confined process (confine.h) with what scenarios have (docs/spec/testing.md). A line with too many
 * instructions or too much memory is an error like others; one that takes too long ends the session. */
#ifndef LICET_REPL_H
#define LICET_REPL_H

#include <licet/client.h>
#include <licet/confine.h>

typedef struct lic_repl_options {
    const char *folder; /* the project's: what lines can read */
    const lic_allocator *allocator;
    const lic_clock *clock;
    lic_confine_limits limits;
    lic_client *ledger; /* its history is played again; NULL: none */
    void *context;
    /* The next line, without its end; `more`: the one before is not complete. False: there is none. */
    bool (*read)(void *context, bool more, lic_buffer *line);
    /* What a line gave, or what is wrong with it. */
    void (*write)(void *context, bool failed, lic_slice text);
    /* Names that can be written now, each with lic_put_slice; for completion. */
    void (*names)(void *context, lic_slice names);
} lic_repl_options;

/* OK at the end of the lines; what lic_confine_run answers; of a ledger, what reading its history answers. */
lic_status lic_repl_run(const lic_repl_options *options, lic_error *error);

#endif
