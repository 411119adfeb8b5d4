/* former.h - the body that a stored extent had before a block changed it, as the store keeps it: whole, or as what
 * was different. Private to the engine.
 *
 * A row of old_pages is empty (there was none), or one byte and, 0: the body; 1: {size before u32, size after u32, then
 * until the end {gap u16, count u16, bytes}}: the runs of bytes in which both differ (zeros behind the end of the shorter one), each
 * `gap` bytes behind the end of the run before it, one XOR the other. So such a row leads from what the block left to what it
 * found and back again. What a block left is what the next one that changed the extent found, or else the present body: who wants
 * an early one goes back from the first that is whole. What is stored as present may be older (stale.h). */
#ifndef LICET_ENGINE_FORMER_H
#define LICET_ENGINE_FORMER_H

#include <licet/store.h>

/* Appends the row for an extent that was `before` and that block `until` left as `after`. One in 32 is whole, chosen by
 * its place alone, so that nobody has to go back far. */
void lic_former_put(uint64_t until, uint16_t table, uint32_t extent, lic_slice before,
                    lic_slice after, lic_buffer *target);

/* It says everything by itself: nothing behind it is needed. */
bool lic_former_whole(lic_slice row);

/* `body`, which is what the block left, becomes what it found. CORRUPT, NO_MEMORY. */
lic_status lic_former_apply(lic_slice row, lic_buffer *body);
/* The other way; CORRUPT when the row is whole. */
lic_status lic_former_apply_forwards(lic_slice row, lic_buffer *body);

/* The blocks whose rows of a contract are not entered among the places (licet/old_pages.h), in order. */
typedef struct lic_former_recent {
    uint64_t blocks[16];
    size_t count;
} lic_former_recent;
lic_status lic_former_recent_read(lic_store *store, uint32_t contract, lic_former_recent *recent);

typedef struct lic_former_place {
    uint32_t contract, extent;
    uint16_t table;
    uint64_t from;                   /* lic_stale_from */
    const lic_former_recent *recent; /* of the contract */
} lic_former_place;

/* `body`, which is the stored one, becomes what it was after block `height`; UINT64_MAX: what it is. */
lic_status lic_former_go(lic_store *store, const lic_former_place *place, uint64_t height,
                         lic_buffer *body);

#endif
