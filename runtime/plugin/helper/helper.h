/* helper.h - the program licet-extension: one process for one extension. It loads the object,
 * answers calls, and is what dies when the extension does. */
#ifndef LICET_PLUGIN_HELPER_H
#define LICET_PLUGIN_HELPER_H

#include "message.h"

#include <ffi.h>

/* A function takes at most two C arguments a parameter (a text is pointer and size). */
#define HELPER_ARGUMENTS (2 * LIC_INTERFACE_PARAMETERS)

typedef struct helper helper;

/* A native function pointer behind which a callback of the caller stands. */
typedef struct helper_callback {
    helper *of;
    const lic_signature *kind;
    uint16_t parameter; /* of its function */
    ffi_cif cif;
    ffi_type *types[HELPER_ARGUMENTS];
    ffi_closure *closure;
    void *code; /* what the extension calls */
} helper_callback;

typedef struct helper_function {
    void (*code)(void);
    ffi_cif cif;
    ffi_type *types[HELPER_ARGUMENTS];
    helper_callback **callbacks; /* by parameter; NULL where there is none */
} helper_function;

struct helper {
    lic_interface *face;
    lic_arena *arena;
    helper_function *functions;
    void (*release)(void *data, size_t size);
    lic_buffer incoming, sending; /* sending: frames that wait, callbacks before all */
    bool too_large;               /* in this call: a value was larger than a message may be */
};

/* Applies what the process may use; true when it could. Before the object is loaded: its
 * constructors are code of the extension already. */
bool helper_limit(uint64_t memory_bytes, uint32_t cpu_seconds);
/* Gives up opening files and connecting, for ever, where the kernel has Landlock. */
void helper_confine(void);

/* Loads the object and prepares every function and callback. */
lic_status helper_load(helper *to, const char *object, lic_error *error);

/* Runs function number `function` with the arguments at `from` and leaves its frames in
 * `sending`. */
void helper_call(helper *of, size_t function, lic_cursor *from);

/* The C type of a scalar, and the pointer or size of another. */
ffi_type *helper_ffi_type(lic_value_type type);

/* For libffi: a callback that was called. */
void helper_called(ffi_cif *cif, void *result, void **arguments, void *callback);

/* Sends what waits; ends the process when the caller is gone. */
void helper_flush(helper *of);

#endif
