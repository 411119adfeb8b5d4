/* keyed.h - what index.c and tuple_set.c share: XXH3 with a secret, and the place of a hash in a
 * table of any capacity. */
#ifndef LICET_BASE_KEYED_H
#define LICET_BASE_KEYED_H

#include <licet/base.h>

/* xxHash's scalar code, inlined, so that it builds with general registers alone. */
#define XXH_INLINE_ALL
#define XXH_VECTOR 0
#include <xxhash.h>

/* The hash scaled down to 0..capacity-1 by its upper bits. */
static inline size_t keyed_place(uint64_t hash, size_t capacity)
{
    return (size_t)((lic_u128)hash * capacity >> 64);
}

/* Slots for `expected` entries at a load of two thirds; 0 when that is beyond memory. */
static inline size_t keyed_capacity(size_t expected)
{
    enum { SMALLEST = 16 };
    if (expected > SIZE_MAX / 128) return 0;
    size_t capacity = expected + expected / 2 + 1;
    return capacity < SMALLEST ? SMALLEST : capacity;
}

/* Whether one entry more is too many: linear probing gets slow above three quarters. */
static inline bool keyed_full(size_t count, size_t capacity)
{
    return count >= capacity - capacity / 4;
}

#endif
