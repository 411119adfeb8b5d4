/* children.h - what must hold for the rows of a tiers or shares column: every parent has its rows,
 * shares total 100 %, nobody has two of them, tiers begin at 0 and ascend. */
#ifndef LICET_ENGINE_CHILDREN_H
#define LICET_ENGINE_CHILDREN_H

#include "table.h"

/* REFUSED names the parent, and the line when `first_line` is not NULL: the line of row 0 of the child
 * table in the file just read. */
lic_status lic_children_check(const lic_tables *tables, uint16_t table, const uint64_t *first_line,
                              lic_error *error);

#endif
