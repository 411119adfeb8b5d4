/* convert_work.h - what a converter's process asks of its host beside extensions: lic_host_call
 * with the extension "" and one of these functions, and lic_host_write with a kind of record
 * (convert.h's sink).
 *
 *   part   number u32   the next bytes of file `number` from 1, inputs first; nothing at its end */
#ifndef LICET_AUTHOR_CONVERT_WORK_H
#define LICET_AUTHOR_CONVERT_WORK_H

#include <licet/convert.h>

#define LIC_CONVERT_PART "part"
#define LIC_CONVERT_PART_SIZE ((size_t)1 << 20)

typedef struct lic_convert_start {
    const lic_convert_options *options;
    lic_slice text;    /* of the converter */
    const char *shown; /* its name in messages */
} lic_convert_start;

/* The confined process's function; `context` is a lic_convert_start. */
lic_confined_run lic_convert_child;

#endif
