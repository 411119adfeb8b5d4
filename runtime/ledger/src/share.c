/* share.c - pieces for two threads. */
#include <licet/share.h>

#include <pthread.h>
#include <stdatomic.h>

typedef struct sharing {
    atomic_uint next; /* piece that nobody has begun */
    uint32_t pieces;
    lic_shared_work *work;
    void *context;
} sharing;

static void work_off(sharing *of, unsigned worker)
{
    for (;;) {
        uint32_t piece = atomic_fetch_add(&of->next, 1);
        if (piece >= of->pieces) return;
        of->work(of->context, worker, piece);
    }
}

static void *help(void *context)
{
    work_off(context, 1);
    return NULL;
}

void lic_share(uint32_t pieces, lic_shared_work *work, void *context)
{
    sharing of = {.pieces = pieces, .work = work, .context = context};
    pthread_t thread;
    bool helped = pthread_create(&thread, NULL, help, &of) == 0;
    work_off(&of, 0);
    if (helped) LIC_ASSERT(pthread_join(thread, NULL) == 0);
}
