/* dump.h - what a stage of the compiler made, as text for people who look into it. */
#ifndef LICET_DUMP_H
#define LICET_DUMP_H

#include "program.h"

typedef enum lic_dump_detail {
    LIC_DUMP_TREE,     /* nodes as they were read */
    LIC_DUMP_RESOLVED, /* and what their names refer to */
    LIC_DUMP_TYPED     /* and types, known values, ranges and divisors */
} lic_dump_detail;

/* `program` may be NULL for LIC_DUMP_TREE. */
void lic_dump_nodes(const lic_node *node, const lic_program *program, lic_dump_detail detail,
                    lic_buffer *target);

/* dump_meaning.c: the ends of a node's line */
void lic_dump_symbol(const lic_node *node, lic_buffer *target);
void lic_dump_meaning(const lic_program *program, const lic_node *node, lic_buffer *target);

#endif
