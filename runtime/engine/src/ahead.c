/* ahead.c - a ring of envelopes: worked out in order by whoever is free, taken in order by the one that executes.
 *
 * Verifying a signature takes longer than all the rest of a small transaction, so that two threads that both verify, and
 * one that also executes, are twice as fast as one. While a block is written the second thread goes on, so the ring is as
 * long as what it can do meanwhile. */
#include <licet/ahead.h>

#include <licet/ring.h>

#define RING 4096u           /* envelopes ahead: some 150 ms of verifying, 8 MiB */
#define ENVELOPES_FOR_ONE 8u /* a thread costs as much as verifying one or two */

struct lic_ahead {
    const lic_allocator *allocator;
    const lic_hasher *hasher;
    const lic_slice *wires;
    size_t count, posted, taken, places;
    lic_ahead_envelope *envelopes; /* a place each */
    lic_ring *ring;
};

static void work_out(void *context, size_t index)
{
    const lic_ahead *ahead = context;
    lic_ahead_envelope *to = &ahead->envelopes[index % ahead->places];
    to->decoded = lic_transaction_decode(ahead->wires[index], ahead->hasher, &to->transaction,
                                         NULL);
    to->good = to->decoded == LIC_OK && lic_transaction_verify(&to->transaction, NULL) == LIC_OK;
}

static void post(lic_ahead *ahead)
{
    size_t left = ahead->count - ahead->posted, room = lic_ring_room(ahead->ring);
    size_t count = left < room ? left : room;
    if (count == 0) return;
    lic_ring_post(ahead->ring, count);
    ahead->posted += count;
}

lic_ahead *lic_ahead_begin(const lic_allocator *allocator, const lic_hasher *hasher,
                           const lic_slice *wires, size_t count, unsigned threads)
{
    bool two = threads != 1 && count >= ENVELOPES_FOR_ONE;
    lic_ahead *ahead = lic_allocate_zero(allocator, 1, sizeof *ahead);
    if (ahead == NULL) return NULL;
    ahead->allocator = allocator;
    ahead->hasher = hasher;
    ahead->wires = wires;
    ahead->count = count;
    ahead->places = !two ? 1 : count < RING ? count : RING;
    ahead->envelopes = lic_allocate(allocator, ahead->places * sizeof *ahead->envelopes);
    if (ahead->envelopes != NULL)
        ahead->ring = lic_ring_create(allocator, ahead->places, work_out, ahead, two);
    if (ahead->ring == NULL) {
        lic_ahead_end(ahead);
        return NULL;
    }
    post(ahead);
    return ahead;
}

const lic_ahead_envelope *lic_ahead_next(lic_ahead *ahead)
{
    LIC_ASSERT(ahead->taken < ahead->count);
    size_t index = ahead->taken++;
    lic_ring_free(ahead->ring); /* the one before it */
    post(ahead);
    lic_ring_take(ahead->ring);
    return &ahead->envelopes[index % ahead->places];
}

void lic_ahead_end(lic_ahead *ahead)
{
    if (ahead == NULL) return;
    lic_ring_end(ahead->ring);
    lic_release(ahead->allocator, ahead->envelopes, ahead->places * sizeof *ahead->envelopes);
    lic_release(ahead->allocator, ahead, sizeof *ahead);
}
