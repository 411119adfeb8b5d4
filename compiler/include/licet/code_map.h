/* code_map.h - from the code of an image back to what people read: for each instruction the clause, the
 * line of the agreement and the line of its kernel (`licet expand`) that it was made from. It is no part
 * of the image; it is made from a compilation when somebody asks, for coverage and for debugging.
 *
 * An instruction belongs to the line that needed its value first: a value that several lines use is
 * computed once. The last instruction of a phase belongs to no line. */
#ifndef LICET_CODE_MAP_H
#define LICET_CODE_MAP_H

#include <licet/compile.h>

typedef struct lic_code_place {
    uint16_t entry, phase; /* of the image */
    uint16_t clause;       /* of the image, or LIC_NONE16 */
    uint32_t kernel_line;  /* from 1; 0: none */
    uint32_t source_line;  /* of lic_compilation_source, from 1; 0: none */
} lic_code_place;

/* A clause of the image: what postings, refusals and statements cite. */
typedef struct lic_clause_place {
    lic_slice what;      /* "royalty", "account", "action", "state" ...; "agreement" when unnamed */
    lic_slice name;      /* "Stream", "Pool", "active"; may be empty */
    lic_slice label;     /* "amount", "at least", "split", "lifecycle" ... */
    lic_slice anchor;    /* "4.2", or empty */
    lic_span span;       /* its line in the agreement's text */
    uint32_t code_count; /* instructions that belong to it */
} lic_clause_place;

typedef struct lic_code_map {
    const lic_code_place *places; /* one an instruction of the image */
    uint32_t place_count;
    const lic_clause_place *clauses; /* one a clause of the image */
    uint32_t clause_count;
    lic_slice kernel; /* the text that kernel lines are of */
} lic_code_map;

/* Borrows the compilation, which must outlive it. NULL when memory is out. The compilation must have an
 * image. */
const lic_code_map *lic_code_map_create(const lic_compilation *compilation,
                                        const lic_allocator *allocator);
void lic_code_map_destroy(const lic_code_map *map); /* NULL allowed */

#endif
