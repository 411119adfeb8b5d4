/* superseded.h - extents as they were before a block changed them, in the form in which the store keeps them (former.h). Private to
 * the engine.
 *
 * They follow from the tables alone, so that a thread may make those of a block that changes much while the views are
 * written; what it had no memory for is made when it is written. */
#ifndef LICET_ENGINE_SUPERSEDED_H
#define LICET_ENGINE_SUPERSEDED_H

#include "table.h"

/* Bodies of an extent, where they are not in one piece. */
typedef struct lic_superseded_room {
    lic_buffer before, after;
} lic_superseded_room;
void lic_superseded_room_init(lic_superseded_room *room, const lic_allocator *allocator);
void lic_superseded_room_free(lic_superseded_room *room);

/* How many of the pages, which are in order, are of the first one's extent. */
size_t lic_superseded_pages(const lic_page_ref *refs, size_t count);
/* Appends the row of the extent of changed pages refs[0 .. count - 1], which block `height` found. */
lic_status lic_superseded_put(const lic_tables *tables, uint64_t height, const lic_page_ref *refs,
                              size_t count, lic_superseded_room *room, lic_buffer *target);

/* The changed pages of a contract in order, and the first rows, as far as they were made. Zero: of none. */
typedef struct lic_superseded {
    const lic_allocator *allocator; /* NULL: there is nothing to be freed */
    const lic_tables *tables;
    lic_page_ref *refs;
    size_t count;
    lic_buffer bytes;
    size_t *ends; /* of the row of each extent */
    size_t made;
} lic_superseded;
/* The pages. NO_MEMORY. */
lic_status lic_superseded_sort(lic_superseded *s, const lic_tables *tables);
/* The rows, too; or it is of none, when memory ends before. */
void lic_superseded_make(lic_superseded *s, const lic_tables *tables, uint64_t height);
/* Row of extent number `index`; false: it was not made. */
bool lic_superseded_row(const lic_superseded *s, size_t index, lic_slice *row);
void lic_superseded_free(lic_superseded *s);

#endif
