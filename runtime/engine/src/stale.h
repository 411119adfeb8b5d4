/* stale.h - extents that blocks changed without writing them. Private to the engine.
 *
 * A block of a hundred small transactions changes a few bytes each in a hundred extents, and writing these would
 * write all of SQLite's pages in which extents lie. The rows of old_pages say what changed, in both directions (former.h), so that
 * the row of `pages` may wait: it is what block `from` found, and rows of blocks from there on make the present one of it.
 * Each block that changes a table writes one of sixteen groups of what waits there.
 *
 * A contract's list lies in `pages` under LIC_RECORD_TABLE, page 0: {table u16, extent u32, from u64} in order. Without
 * a row, or with an empty one, nothing waits. */
#ifndef LICET_ENGINE_STALE_H
#define LICET_ENGINE_STALE_H

#include <licet/store.h>

typedef struct lic_stale {
    uint64_t from;
    uint32_t extent;
    uint16_t table;
} lic_stale;

typedef struct lic_stale_list {
    const lic_allocator *allocator;
    lic_stale *items; /* by table and extent */
    size_t count, capacity;
} lic_stale_list;

/* An empty list, and what the file says of a contract. CORRUPT, NO_MEMORY; then too the list is to be freed. */
lic_status lic_stale_read(lic_stale_list *list, lic_store *store, uint32_t contract,
                          const lic_allocator *allocator);
void lic_stale_free(lic_stale_list *list);

/* The block from which on rows are to be applied to what is stored of an extent; UINT64_MAX: it is the present one. */
uint64_t lic_stale_from(const lic_stale_list *list, uint16_t table, uint32_t extent);

/* Behind the others. */
lic_status lic_stale_append(lic_stale_list *list, lic_stale item);

/* Written only when it differs from `before`. */
lic_status lic_stale_write(const lic_stale_list *list, const lic_stale_list *before,
                           lic_store *store, uint32_t contract);

/* 0 .. 15: extents that lie side by side are of one group. */
unsigned lic_stale_group(uint16_t table, uint32_t extent);

#endif
