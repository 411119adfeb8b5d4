/* print/printer.h - what the printer's two files share. The printer takes no memory but its target's, so
 * that a compile can unwind at any time. */
#ifndef LICET_PRINTER_H
#define LICET_PRINTER_H

#include "passes.h"

typedef struct lic_printer {
    lic_buffer *target;
    size_t line_start;   /* offset of the present line in the target */
    unsigned indent;     /* levels of two spaces */
    lic_line_note *note; /* told of each line, or NULL */
    void *context;
    size_t counted; /* offset up to which `line` counts */
    uint32_t line;
} lic_printer;

void lic_write(lic_printer *w, const char *text);
void lic_write_slice(lic_printer *w, lic_slice text);
void lic_write_quoted(lic_printer *w, lic_slice text);
/* Digits in groups of three from five digits on; four only when `group_four`. */
void lic_write_number(lic_printer *w, lic_i128 number, uint8_t scale, bool group_four);
/* Children from index `from` on, separated by ", ". */
void lic_write_list(lic_printer *w, const lic_node *node, uint32_t from);

void lic_write_expression(lic_printer *w,
                          const lic_node *node); /* E: a comparison gets parentheses */
void lic_write_condition(lic_printer *w, const lic_node *node); /* C */
/* An expression where the grammar wants a `prim`. */
void lic_write_primary(lic_printer *w, const lic_node *node);
void lic_write_duration(lic_printer *w, const lic_node *node);
void lic_write_type(lic_printer *w, const lic_node *node);
void lic_write_for_each(lic_printer *w, const lic_node *node);
void lic_write_attribute(lic_printer *w, const lic_node *node);
void lic_write_attributes(lic_printer *w, const lic_node *node,
                          uint32_t from); /* each behind ", " */
void lic_write_within(lic_printer *w, const lic_node *node);
void lic_write_notice(lic_printer *w, const lic_node *node);

#endif
