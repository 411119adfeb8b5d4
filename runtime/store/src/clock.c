/* The system's clock. Nothing that is replayed reads it. */
#include <licet/store.h>

#include <time.h>

static int64_t now(void *context)
{
    (void)context;
    struct timespec time;
    LIC_ASSERT(clock_gettime(CLOCK_REALTIME, &time) == 0);
    return (int64_t)time.tv_sec;
}

static uint64_t ticks(void *context)
{
    (void)context;
    struct timespec time;
    LIC_ASSERT(clock_gettime(CLOCK_MONOTONIC, &time) == 0);
    return (uint64_t)time.tv_sec * UINT64_C(1000000000) + (uint64_t)time.tv_nsec;
}

const lic_clock lic_clock_system = {NULL, now, ticks};
