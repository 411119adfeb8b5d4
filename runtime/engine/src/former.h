/* former.h - the body that a stored extent had before a block changed it, as the store keeps it: whole, or as what
 * was different. Private to the engine.
 *
 * A row of old_pages is empty (there was none), or one byte and, 0: the body; 1: {size u32, then until the end
 * {gap u16, count u16, bytes}}: of the body that the block left, `size` bytes are taken (zeros behind its end), and
 * each run of bytes put over it, `gap` bytes behind the end of the run before it. What a block left is what the next
 * one that changed the extent found, or else the present body: who wants an early one goes back from the first that is whole. */
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

/* `body`, which is the present one, becomes what it was after block `height`; *changed: it was another. */
lic_status lic_former_go_back(lic_store *store, uint32_t contract, uint16_t table, uint32_t extent,
                              uint64_t height, lic_buffer *body, bool *changed);

#endif
