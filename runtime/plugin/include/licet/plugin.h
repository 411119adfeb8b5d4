/* plugin.h - calls native extensions, each in a process of its own.
 *
 * An extension is a shared object and the interface file beside it (<licet/interface.h>). Opening
 * one starts the program licet-extension, which loads the object, compares it with the interface
 * file and then answers calls over a socket. The caller's process never loads the object: whatever
 * happens in it (a signal, exit, a loop without end, memory without end) comes back as a lic_error,
 * and the caller goes on. What the process may do is said in docs/spec/extensions.md.
 *
 * A plugin is used by one thread at a time. Nothing here needs keys or a ledger, and a process that
 * holds them can call: the extension sees the bytes of its arguments and nothing else.
 *
 * Errors carry the status LIC_EXTENSION and one of these codes, if not said otherwise:
 *
 *   crashed    a signal ended the process, or it left by itself       the plugin is dead
 *   hung       a call took longer than its limit                      the plugin is dead
 *   exhausted  the limit of processor time was reached                the plugin is dead
 *   protocol   the process sent bytes that no answer consists of      the plugin is dead
 *   ended      a call on a dead plugin; open it again
 *   busy       a call while another of the same plugin is under way
 *   function, count, type, text                 the call does not fit the interface
 *   NAME       the function returned the status that the interface file calls NAME;
 *              "failed" when the interface file has no name for it */
#ifndef LICET_PLUGIN_H
#define LICET_PLUGIN_H

#include <licet/interface.h>

/* A message between the two processes, and so all arguments of one call together. Larger files are
 * passed in parts. */
#define LIC_PLUGIN_MESSAGE_MAX ((size_t)32 << 20)

typedef struct lic_value lic_value;

/* What stands for a callback. `arguments` are the callback's, borrowed until it returns; *result
 * has the callback's type and the value 0. A failure makes the call that is running fail with
 * it. */
typedef struct lic_handler {
    void *context;
    lic_status (*call)(void *context, const lic_value *arguments, size_t count, lic_value *result,
                       lic_error *error);
} lic_handler;

struct lic_value {
    lic_value_type type;
    union {
        int64_t integer;            /* INT64, INT32 */
        uint64_t natural;           /* UINT64 */
        bool truth;                 /* BOOL */
        lic_slice bytes;            /* TEXT, BYTES */
        const lic_handler *handler; /* CALLBACK */
    } as;
};

/* A value as bytes, for whoever passes one on: integers in 8 or 4 bytes, a bool in one, text and
 * bytes with their size; a callback and nothing are no bytes, a status is 4. */
void lic_value_put(lic_buffer *target, const lic_value *value);
/* Reads one of `type`; false for what no writer of that type would have written. Slices borrow. */
bool lic_value_get(lic_cursor *from, lic_value_type type, lic_value *value);

typedef struct lic_plugin_options {
    const char *helper;    /* licet-extension; NULL: in lic_plugin_folder() */
    uint64_t memory_bytes; /* of the extension's process; 0: 1 GiB */
    uint32_t cpu_seconds;  /* of the extension's process, all calls together; 0: 3,600 */
    uint32_t call_ms;      /* of one call, without the time its callbacks take here; 0: 120,000 */
} lic_plugin_options;

typedef struct lic_plugin lic_plugin;

/* The folder in which the product's extensions and licet-extension lie, found from this process's
 * executable: BIN/../LIBDIR/licet. CONFIGURATION when the executable's place is not known. */
#define LIC_PLUGIN_PATH 4096
lic_status lic_plugin_folder(char path[LIC_PLUGIN_PATH], lic_error *error);

/* Opens the extension of the interface file at `path`. `options` may be NULL. MISSING for a file
 * that is not there; MALFORMED or TOO_LARGE for the interface file; with the interface file against
 * the object: MISSING "symbol", VERSION "version", MALFORMED "signature", "descriptor" or "object";
 * CONFIGURATION when the process cannot be started; otherwise EXTENSION. */
lic_status lic_plugin_open(const char *path, const lic_plugin_options *options,
                           const lic_allocator *allocator, lic_plugin **plugin, lic_error *error);
void lic_plugin_close(lic_plugin *plugin); /* ends the process; NULL allowed */

const lic_interface *lic_plugin_interface(const lic_plugin *plugin); /* lives with the plugin */
bool lic_plugin_dead(const lic_plugin *plugin);

/* How many values a call of this signature hands back: its result (a status is none), then its
 * outs. */
size_t lic_plugin_result_count(const lic_signature *signature);

/* Calls function number `function`. `arguments` are its parameters without the outs, in order, each
 * of exactly the declared type. On success results[] holds lic_plugin_result_count values; slices
 * live until the next call or close. */
lic_status lic_plugin_call(lic_plugin *plugin, size_t function, const lic_value *arguments,
                           size_t count, lic_value *results, lic_error *error);

/* -- a call in steps ----------------------------------------------------------------------------
 *
 * For a caller that cannot wait inside a callback, because what answers it lies elsewhere: begin,
 * then `next` until what comes is the RETURN. A CALLBACK whose kind returns a value stops the
 * extension until `answer` is called. `abandon` ends a call that is not worth going on with. */

typedef enum lic_step {
    LIC_STEP_RETURN,  /* values: as `results` above */
    LIC_STEP_CALLBACK /* values: the callback's arguments */
} lic_step;

typedef struct lic_plugin_step {
    lic_step what;
    size_t parameter;          /* CALLBACK: which of the function's parameters was called */
    const lic_signature *kind; /* CALLBACK: its kind; it waits for an answer if it has a result */
    const lic_value *values;   /* live until the next step */
    size_t count;
} lic_plugin_step;

/* As lic_plugin_call; handlers among the arguments are not used and may be NULL. */
lic_status lic_plugin_begin(lic_plugin *plugin, size_t function, const lic_value *arguments,
                            size_t count, lic_error *error);
/* A failure ends the call. */
lic_status lic_plugin_next(lic_plugin *plugin, lic_plugin_step *step, lic_error *error);
/* *result has the type of the callback that waits. */
lic_status lic_plugin_answer(lic_plugin *plugin, const lic_value *result, lic_error *error);
/* Tells the callback that waits, if one does, that nobody can answer (it gets 0), and reads what
 * the extension still sends until it returns, for call_ms at most. The call is over; fails when the
 * plugin is dead. */
lic_status lic_plugin_abandon(lic_plugin *plugin, lic_error *error);

/* The same check that a call begins with, for stand-ins: COUNT and types of `arguments`. */
lic_status lic_plugin_check_arguments(const lic_interface *face, size_t function,
                                      const lic_value *arguments, size_t count, lic_error *error);

#endif
