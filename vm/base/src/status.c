/* status.c - the status table as text, and the filling of lic_error. */
#include <licet/status.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

typedef struct entry {
    const char *id, *message;
    int exit;
} entry;

static entry entry_of(lic_status status)
{
    switch (status) {
#define STATUS(name, number, id, exit, message) \
    case LIC_##name:                            \
        return (entry){id, message, exit};
#include <licet/statuses.def>
#undef STATUS
    }
    return (entry){"unknown", "unknown status", 70};
}

const char *lic_status_id(lic_status status)
{
    return entry_of(status).id;
}

const char *lic_status_message(lic_status status)
{
    return entry_of(status).message;
}

int lic_status_exit(lic_status status)
{
    return entry_of(status).exit;
}

static void copy_cut(char *target, size_t room, const char *source)
{
    size_t size = strnlen(source, room - 1);
    memcpy(target, source, size);
    target[size] = '\0';
}

lic_status lic_fail(lic_error *error, lic_status status, const char *code, const char *help,
                    const char *format, ...)
{
    if (error == NULL) return status;
    error->status = status;
    copy_cut(error->code, sizeof error->code, code != NULL ? code : lic_status_id(status));
    copy_cut(error->help, sizeof error->help, help != NULL ? help : "");
    va_list arguments;
    va_start(arguments, format);
    if (vsnprintf(error->text, sizeof error->text, format, arguments) < 0) error->text[0] = '\0';
    va_end(arguments);
    return status;
}
