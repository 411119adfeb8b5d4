/* ahead.c - a ring of envelopes: claimed in order by whoever is free, taken in order by the one that executes.
 *
 * Verifying a signature takes longer than all the rest of a small transaction, so that two threads that both verify, and
 * one that also executes, are twice as fast as one. While a block is written the second thread goes on, so the ring is as
 * long as what it can do meanwhile. */
#include <licet/ahead.h>

#include <pthread.h>

#define RING 4096u           /* envelopes ahead: some 150 ms of verifying, 8 MiB */
#define ENVELOPES_FOR_ONE 8u /* a thread costs as much as verifying one or two */

typedef struct place {
    lic_ahead_envelope envelope;
    bool done; /* under the mutex */
} place;

struct lic_ahead {
    const lic_allocator *allocator;
    const lic_hasher *hasher;
    const lic_slice *wires;
    size_t count, ring_size;
    place *ring;
    bool threaded;
    pthread_t thread;
    pthread_mutex_t mutex; /* of what follows */
    pthread_cond_t changed;
    size_t claimed;    /* envelopes that somebody has begun, or finished */
    size_t taken;      /* that were handed out; the last one's place is still read */
    bool waits, idles; /* the one thread waits for an envelope, the other for a place */
    bool stop;
};

static void work_out(const lic_ahead *ahead, size_t index)
{
    lic_ahead_envelope *to = &ahead->ring[index % ahead->ring_size].envelope;
    to->decoded = lic_transaction_decode(ahead->wires[index], ahead->hasher, &to->transaction,
                                         NULL);
    to->good = to->decoded == LIC_OK && lic_transaction_verify(&to->transaction, NULL) == LIC_OK;
}

/* The place of the envelope that was handed out last is not free yet. */
static bool may_claim(const lic_ahead *ahead)
{
    size_t first = ahead->taken == 0 ? 0 : ahead->taken - 1;
    return ahead->claimed < ahead->count && ahead->claimed - first < ahead->ring_size;
}

/* Begun with the mutex held, worked out without it. */
static void claim(lic_ahead *ahead)
{
    size_t index = ahead->claimed++;
    place *at = &ahead->ring[index % ahead->ring_size];
    at->done = false;
    (void)pthread_mutex_unlock(&ahead->mutex);
    work_out(ahead, index);
    (void)pthread_mutex_lock(&ahead->mutex);
    at->done = true;
}

static void *go_ahead(void *context)
{
    lic_ahead *ahead = context;
    (void)pthread_mutex_lock(&ahead->mutex);
    while (!ahead->stop && ahead->claimed < ahead->count) {
        if (!may_claim(ahead)) {
            ahead->idles = true;
            (void)pthread_cond_wait(&ahead->changed, &ahead->mutex);
            ahead->idles = false;
            continue;
        }
        claim(ahead);
        if (ahead->waits) (void)pthread_cond_broadcast(&ahead->changed);
    }
    (void)pthread_mutex_unlock(&ahead->mutex);
    return NULL;
}

static bool start_thread(lic_ahead *ahead)
{
    if (pthread_mutex_init(&ahead->mutex, NULL) != 0) return false;
    if (pthread_cond_init(&ahead->changed, NULL) == 0) {
        if (pthread_create(&ahead->thread, NULL, go_ahead, ahead) == 0) return true;
        (void)pthread_cond_destroy(&ahead->changed);
    }
    (void)pthread_mutex_destroy(&ahead->mutex);
    return false;
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
    ahead->ring_size = !two ? 1 : count < RING ? count : RING;
    ahead->ring = lic_allocate(allocator, ahead->ring_size * sizeof *ahead->ring);
    if (ahead->ring == NULL) {
        lic_release(allocator, ahead, sizeof *ahead);
        return NULL;
    }
    ahead->threaded = two && start_thread(ahead);
    return ahead;
}

static void wait_for(lic_ahead *ahead, const place *at)
{
    while (!at->done) {
        if (may_claim(ahead)) {
            claim(ahead);
            continue;
        }
        ahead->waits = true;
        (void)pthread_cond_wait(&ahead->changed, &ahead->mutex);
        ahead->waits = false;
    }
}

const lic_ahead_envelope *lic_ahead_next(lic_ahead *ahead)
{
    LIC_ASSERT(ahead->taken < ahead->count);
    size_t index = ahead->taken;
    place *at = &ahead->ring[index % ahead->ring_size];
    if (!ahead->threaded) {
        ahead->taken++;
        work_out(ahead, index);
        return &at->envelope;
    }
    (void)pthread_mutex_lock(&ahead->mutex);
    ahead->taken++; /* the place before it is free */
    if (ahead->idles) (void)pthread_cond_broadcast(&ahead->changed);
    if (ahead->claimed <= index) claim(ahead);
    wait_for(ahead, at);
    (void)pthread_mutex_unlock(&ahead->mutex);
    return &at->envelope;
}

void lic_ahead_end(lic_ahead *ahead)
{
    if (ahead == NULL) return;
    if (ahead->threaded) {
        (void)pthread_mutex_lock(&ahead->mutex);
        ahead->stop = true;
        (void)pthread_cond_broadcast(&ahead->changed);
        (void)pthread_mutex_unlock(&ahead->mutex);
        LIC_ASSERT(pthread_join(ahead->thread, NULL) == 0);
        (void)pthread_cond_destroy(&ahead->changed);
        (void)pthread_mutex_destroy(&ahead->mutex);
    }
    lic_release(ahead->allocator, ahead->ring, ahead->ring_size * sizeof *ahead->ring);
    lic_release(ahead->allocator, ahead, sizeof *ahead);
}
