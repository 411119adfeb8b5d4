/* status.h - the result of an operation that can fail for a reason outside the program.
 *
 * A lic_status is one number from statuses.def. Detail for people travels in a lic_error, which the
 * caller owns and the failing function fills once, at the place that knows most. */
#ifndef LICET_STATUS_H
#define LICET_STATUS_H

#include <licet/base.h>

typedef enum LIC_NODISCARD_TYPE {
#define STATUS(name, number, id, exit, message) LIC_##name = (number),
#include <licet/statuses.def>
#undef STATUS
} lic_status;

/* A refusal in words: `text` says what and where, `help` says what to do. Both NUL-terminated and
 * cut at their size. `code` is a stable short id within the status ("sequence", "shares", ...). */
typedef struct lic_error {
    lic_status status;
    char code[32];
    char text[512];
    char help[256];
} lic_error;

/* Never NULL; static storage. */
const char *lic_status_id(lic_status status);
const char *lic_status_message(lic_status status);
/* Process exit code, 0..78 (sysexits.h). */
int lic_status_exit(lic_status status);

/* Fills *error (may be NULL) and returns `status`, so that a caller can write
 * `return lic_fail(error, LIC_IO, "read", "give a readable file", "cannot read %s", path);` */
lic_status lic_fail(lic_error *error, lic_status status, const char *code, const char *help,
                    const char *format, ...) LIC_PRINTF(5, 6);

#define LIC_TRY(call)                            \
    do {                                         \
        lic_status lic_try_ = (call);            \
        if (lic_try_ != LIC_OK) return lic_try_; \
    } while (0)

#endif
