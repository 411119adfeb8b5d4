/* divide.h - division by a divisor that is known before the code runs: two multiplications instead
 * of one division. Moeller and Granlund, "Improved division by invariant integers" (2011),
 * algorithm 4. */
#ifndef LICET_EXEC_DIVIDE_H
#define LICET_EXEC_DIVIDE_H

#include <licet/base.h>

typedef struct lic_divisor {
    uint64_t value;      /* 0: not set */
    uint64_t normalized; /* value << shift, top bit set */
    uint64_t reciprocal; /* floor((2^128 - 1) / normalized) - 2^64 */
    unsigned shift;
} lic_divisor;

static inline lic_divisor lic_divisor_of(uint64_t value)
{
    lic_divisor d = {.value = value};
    while ((value << d.shift & (uint64_t)1 << 63) == 0) d.shift++;
    d.normalized = value << d.shift;
    lic_u128 top = (lic_u128)~d.normalized << 64 | UINT64_MAX;
    d.reciprocal = (uint64_t)(top / d.normalized);
    return d;
}

/* The quotient must fit 64 bits: high word of n below d->value. */
static inline uint64_t lic_divide(const lic_divisor *d, lic_u128 n, uint64_t *remainder)
{
    n <<= d->shift;
    uint64_t high = (uint64_t)(n >> 64), low = (uint64_t)n;
    lic_u128 q = (lic_u128)d->reciprocal * high + n;
    uint64_t quotient = (uint64_t)(q >> 64) + 1;
    uint64_t rest = low - quotient * d->normalized;
    if (rest > (uint64_t)q) {
        quotient--;
        rest += d->normalized;
    }
    if (LIC_UNLIKELY(rest >= d->normalized)) {
        quotient++;
        rest -= d->normalized;
    }
    *remainder = rest >> d->shift;
    return quotient;
}

#endif
