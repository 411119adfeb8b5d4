/* old_pages.h - superseded extents are found by table, page and block, in the table old_page_places.
 *
 * As an index of SQLite's, the entries of a hundred changed extents would change as many of its pages once it is large, in each
 * block. A block at a height that is a multiple of sixteen enters those of all blocks that are not entered, in order, and
 * so does a block that changed much. Between, the rows of the few blocks since are looked for by their heights. */
#ifndef LICET_OLD_PAGES_H
#define LICET_OLD_PAGES_H

#include <licet/store.h>

/* Inside a transaction, behind all that block `height` superseded; `many`: that was much. */
lic_status lic_store_enter_old_pages(lic_store *store, uint64_t height, bool many);

#endif
