/* ring.c - two threads and a ring of places. */
#include <licet/ring.h>

#include <pthread.h>

struct lic_ring {
    const lic_allocator *allocator;
    lic_ring_work *work;
    void *context;
    size_t places;
    bool *done; /* a place each; under the mutex */
    bool threaded;
    pthread_t thread;
    pthread_mutex_t mutex; /* of what follows */
    pthread_cond_t changed;
    size_t posted, claimed; /* pieces; claimed: begun by somebody, or done */
    bool waits, idles;      /* the taking thread waits for a piece, the other for work */
    bool stop;
    size_t taken, freed; /* of the taking thread alone */
};

/* Begun with the mutex held, done without it. */
static void claim(lic_ring *ring)
{
    size_t index = ring->claimed++;
    ring->done[index % ring->places] = false;
    (void)pthread_mutex_unlock(&ring->mutex);
    ring->work(ring->context, index);
    (void)pthread_mutex_lock(&ring->mutex);
    ring->done[index % ring->places] = true;
}

static void *go_ahead(void *context)
{
    lic_ring *ring = context;
    (void)pthread_mutex_lock(&ring->mutex);
    while (!ring->stop) {
        if (ring->claimed == ring->posted) {
            ring->idles = true;
            (void)pthread_cond_wait(&ring->changed, &ring->mutex);
            ring->idles = false;
            continue;
        }
        claim(ring);
        if (ring->waits) (void)pthread_cond_broadcast(&ring->changed);
    }
    (void)pthread_mutex_unlock(&ring->mutex);
    return NULL;
}

static bool start_thread(lic_ring *ring)
{
    if (pthread_mutex_init(&ring->mutex, NULL) != 0) return false;
    if (pthread_cond_init(&ring->changed, NULL) == 0) {
        if (pthread_create(&ring->thread, NULL, go_ahead, ring) == 0) return true;
        (void)pthread_cond_destroy(&ring->changed);
    }
    (void)pthread_mutex_destroy(&ring->mutex);
    return false;
}

lic_ring *lic_ring_create(const lic_allocator *allocator, size_t places, lic_ring_work *work,
                          void *context, bool threaded)
{
    lic_ring *ring = lic_allocate_zero(allocator, 1, sizeof *ring);
    if (ring == NULL) return NULL;
    ring->allocator = allocator;
    ring->places = places;
    ring->work = work;
    ring->context = context;
    ring->done = lic_allocate_zero(allocator, places, sizeof *ring->done);
    if (ring->done == NULL) {
        lic_release(allocator, ring, sizeof *ring);
        return NULL;
    }
    ring->threaded = threaded && start_thread(ring);
    return ring;
}

size_t lic_ring_room(const lic_ring *ring)
{
    return ring->places - (ring->posted - ring->freed);
}

size_t lic_ring_left(const lic_ring *ring)
{
    return ring->posted - ring->taken;
}

void lic_ring_post(lic_ring *ring, size_t count)
{
    LIC_ASSERT(count <= lic_ring_room(ring));
    if (!ring->threaded) {
        ring->posted += count;
        return;
    }
    (void)pthread_mutex_lock(&ring->mutex);
    ring->posted += count;
    if (ring->idles) (void)pthread_cond_broadcast(&ring->changed);
    (void)pthread_mutex_unlock(&ring->mutex);
}

static void wait_for(lic_ring *ring, size_t index)
{
    while (ring->claimed <= index || !ring->done[index % ring->places]) {
        if (ring->claimed < ring->posted) {
            claim(ring);
            continue;
        }
        ring->waits = true;
        (void)pthread_cond_wait(&ring->changed, &ring->mutex);
        ring->waits = false;
    }
}

void lic_ring_take(lic_ring *ring)
{
    LIC_ASSERT(ring->taken < ring->posted);
    size_t index = ring->taken++;
    if (!ring->threaded) {
        ring->work(ring->context, index);
        return;
    }
    (void)pthread_mutex_lock(&ring->mutex);
    wait_for(ring, index);
    (void)pthread_mutex_unlock(&ring->mutex);
}

void lic_ring_free(lic_ring *ring)
{
    ring->freed = ring->taken;
}

void lic_ring_end(lic_ring *ring)
{
    if (ring == NULL) return;
    if (ring->threaded) {
        (void)pthread_mutex_lock(&ring->mutex);
        ring->stop = true;
        (void)pthread_cond_broadcast(&ring->changed);
        (void)pthread_mutex_unlock(&ring->mutex);
        LIC_ASSERT(pthread_join(ring->thread, NULL) == 0);
        (void)pthread_cond_destroy(&ring->changed);
        (void)pthread_mutex_destroy(&ring->mutex);
    }
    lic_release(ring->allocator, ring->done, ring->places * sizeof *ring->done);
    lic_release(ring->allocator, ring, sizeof *ring);
}
