/* environment.h - the two things that a deterministic program takes from outside: randomness and
 * time, as interfaces that are passed in at the root. The VM, the compiler and everything that is
 * replayed use neither; crypto, store and ledger use only what they were given, so that a run can be
 * repeated from a seed. Implementations: crypto.h (randomness), store.h (clock). */
#ifndef LICET_ENVIRONMENT_H
#define LICET_ENVIRONMENT_H

#include <licet/base.h>

/* Fills `size` bytes. It can't fail: an implementation that can't deliver stops the process. */
typedef struct lic_random {
    void *context;
    void (*fill)(void *context, void *bytes, size_t size);
} lic_random;

typedef struct lic_clock {
    void *context;
    int64_t (*now)(
        void *context); /* seconds since 1970-01-01T00:00:00Z, leap seconds not counted */
    uint64_t (*ticks)(void *context); /* nanoseconds, never falls; for time limits alone */
} lic_clock;

#endif
