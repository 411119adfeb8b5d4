/* print/line.h - one line of canonical text: its leader, and what stands behind it. */
#ifndef LICET_PRINT_LINE_H
#define LICET_PRINT_LINE_H

#include "print/printer.h"

/* "royalty", "at least", "column"; empty for sentences and rows `Party: share`. */
lic_slice lic_line_leader(const lic_node *node);
/* Everything behind the leader, without name columns that the layout writes (party, column, row). */
void lic_write_rest(lic_printer *w, const lic_node *node);
void lic_write_from_states(lic_printer *w, const lic_node *node); /* `a, b to c` of a transition */
void lic_write_when(lic_printer *w, const lic_node *when);

#endif
