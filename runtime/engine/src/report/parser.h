/* report/parser.h - chunks in order, parsed by a thread of its own, as far ahead of their reader as it is allowed to be. */
#ifndef LICET_ENGINE_PARSER_H
#define LICET_ENGINE_PARSER_H

#include "report/intake.h"

/* Chunks of a file, in memory and constant. */
typedef struct lic_chunks {
    const void *file;
    uint32_t count;
    lic_slice (*bytes)(const void *file, uint32_t index);
} lic_chunks;

typedef struct lic_parser lic_parser;

/* Begins with chunk `first`, whatever memory it takes within `ahead` pieces of LIC_PARSED_LINES lines (at least 2). The
 * intake (lic_intake_is_constant) is its own until lic_parser_stop, but for what the running thread needs to prefetch.
 * NULL: there is no memory, or no thread. */
lic_parser *lic_parser_start(lic_intake *intake, const lic_chunks *chunks, uint32_t first,
                             uint32_t ahead);
/* The next lines, all of one chunk, with their keys found, and told apart when the intake has a lic_unique; those before are
 * no longer valid. *parsed NULL: there are no more. NO_MEMORY: they could not be told apart. */
lic_status lic_parser_next(lic_parser *parser, const lic_parsed **parsed);
void lic_parser_stop(lic_parser *parser); /* NULL allowed */

#endif
