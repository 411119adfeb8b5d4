/* load_order.h - which schedules load before which. */
#ifndef LICET_AUTHOR_LOAD_ORDER_H
#define LICET_AUTHOR_LOAD_ORDER_H

#include <licet/image.h>

/* A schedule, or a child of one. */
bool lic_is_loadable(const lic_table *table);
/* Orders the schedules of which `wanted` (a flag a table) says that they are loaded: rows come after those that
 * they refer to, otherwise in the agreement's order. `order` has room for all; returns how many there are. */
size_t lic_load_order(const lic_image *image, const bool *wanted, uint16_t *order);

#endif
