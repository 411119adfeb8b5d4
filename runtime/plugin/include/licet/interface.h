/* interface.h - what a native extension can be asked: the interface file, parsed, printed,
 * compared.
 *
 * The file is text, one declaration a line; a declaration goes on while a parenthesis is open, and
 * `#` begins a comment. docs/spec/extensions.md has the grammar.
 *
 *     interface 1                                  the form of the file itself; first line
 *     extension fx_table 2                         name and version
 *     object    "fx_table.so"                      beside the interface file; this is the default
 *     undescribed                                  the object holds no text to compare with
 *     release   fx_table_release                   frees what out text and out bytes hand over
 *     status    1 missing "no rate"                a failure that its functions return
 *     callback  seen (line int64, pair text) -> bool
 *     function  rate (table uint64, day text, seen callback seen, rate out text) -> status
 *
 * A function NAME is the symbol EXTENSION_NAME of the object unless a symbol in quotes follows its
 * name. Types: int64, uint64, int32, bool, text (UTF-8), bytes, callback NAME; `out` before a type
 * hands a value back. A function returns int64, uint64, int32, bool, status or nothing; a callback
 * takes no `out` and no callback and returns an integer, bool or nothing. What C makes of each is
 * in <licet/extension.h>. */
#ifndef LICET_INTERFACE_H
#define LICET_INTERFACE_H

#include <licet/bytes.h>

/* Limits: hundreds of lines are read by nobody, and each bound sizes a table of the process that
 * runs the extension. */
#define LIC_INTERFACE_MAX 65536u     /* bytes of the file */
#define LIC_INTERFACE_FUNCTIONS 64u  /* functions */
#define LIC_INTERFACE_CALLBACKS 16u  /* kinds of callback */
#define LIC_INTERFACE_STATUSES 64u   /* named failures */
#define LIC_INTERFACE_PARAMETERS 40u /* of one function or callback */
#define LIC_INTERFACE_NAME 63u       /* bytes of a name or symbol */

typedef enum lic_value_type {
    LIC_VALUE_NOTHING = 0, /* as a result alone */
    LIC_VALUE_INT64 = 1,
    LIC_VALUE_UINT64 = 2,
    LIC_VALUE_INT32 = 3,
    LIC_VALUE_BOOL = 4,
    LIC_VALUE_TEXT = 5,
    LIC_VALUE_BYTES = 6,
    LIC_VALUE_CALLBACK = 7,
    LIC_VALUE_STATUS = 8 /* as a result alone */
} lic_value_type;

typedef struct lic_parameter {
    lic_slice name;
    lic_value_type type;
    bool out;
    size_t callback; /* of LIC_VALUE_CALLBACK: which one */
} lic_parameter;

typedef struct lic_signature {
    lic_slice name;   /* [a-z][a-z0-9_]* */
    lic_slice symbol; /* of a function: as written in quotes; otherwise empty */
    const lic_parameter *parameters;
    size_t count;
    lic_value_type result;
} lic_signature;

typedef struct lic_named_status {
    uint32_t number; /* 1..255 */
    lic_slice name, text;
} lic_named_status;

typedef struct lic_interface {
    lic_slice name;
    uint32_t version; /* 1..999999 */
    lic_slice object; /* file name, or a path; NAME.so when the file does not say */
    lic_slice release;
    bool described;
    const lic_named_status *statuses; /* ascending numbers */
    const lic_signature *callbacks, *functions;
    size_t status_count, callback_count, function_count;
    lic_arena *arena; /* holds all of it */
} lic_interface;

/* Parses `text`; `where` names it in errors ("fx_table.interface"). The result borrows nothing.
 * MALFORMED with code "interface" and the line, TOO_LARGE, or NO_MEMORY. */
lic_status lic_interface_parse(lic_slice text, const char *where, const lic_allocator *allocator,
                               lic_interface **result, lic_error *error);
void lic_interface_destroy(lic_interface *face); /* NULL allowed */

/* SIZE_MAX when there is none. */
size_t lic_interface_function(const lic_interface *face, lic_slice name);
/* NULL when the number has no name. */
const lic_named_status *lic_interface_status(const lic_interface *face, int64_t number);

/* "int64", "text", ...; static. */
const char *lic_value_type_name(lic_value_type type);

/* Canonical text: parsing it gives the same interface, printing that the same bytes. */
void lic_interface_print(const lic_interface *face, lic_buffer *target);
/* One declaration of it, without the keyword: "rate (day text, rate out text) -> status". */
void lic_signature_print(const lic_interface *face, const lic_signature *signature,
                         lic_buffer *target);
/* C prototypes, for the extension's own sources: when its compiler has seen them, a definition with
 * another signature does not compile. */
void lic_interface_print_header(const lic_interface *face, lic_buffer *target);

/* What the interface file says against what the object says of itself. VERSION with code "version"
 * for another version, otherwise MALFORMED with code "signature"; the text names the first
 * difference with both sides. */
lic_status lic_interface_compare(const lic_interface *file, const lic_interface *object,
                                 lic_error *error);

#endif
