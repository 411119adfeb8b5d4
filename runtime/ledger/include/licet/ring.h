/* ring.h - numbered pieces of work, each a function of what nobody else writes: done by a thread of its own in the order of
 * their numbers, and by the thread that takes the results when it would otherwise wait. Results are taken in order, so
 * that nothing but time hangs on how many threads there are. */
#ifndef LICET_RING_H
#define LICET_RING_H

#include <licet/memory.h>

typedef struct lic_ring lic_ring;

/* Does piece `index`; its result belongs to place index modulo the number of places. In any thread. */
typedef void lic_ring_work(void *context, size_t index);

/* At most `places` pieces are begun, or done and not yet taken. `threaded` false, or when there can be no thread: pieces are
 * done when they are taken. NULL: no memory. */
lic_ring *lic_ring_create(const lic_allocator *allocator, size_t places, lic_ring_work *work,
                          void *context, bool threaded);
/* Pieces that may be posted now: the places that are free. */
size_t lic_ring_room(const lic_ring *ring);
/* The next `count` pieces may be done; no more than there is room for. */
void lic_ring_post(lic_ring *ring, size_t count);
/* The next piece is done when this returns; there is one that was posted. */
void lic_ring_take(lic_ring *ring);
/* The results that were taken are no longer read. */
void lic_ring_free(lic_ring *ring);
/* Pieces that were posted and not taken. */
size_t lic_ring_left(const lic_ring *ring);
/* Waits for a piece under way; no other is begun. NULL allowed. */
void lic_ring_end(lic_ring *ring);

#endif
