/* divide.h - division by a divisor that is known before the code runs: multiplications instead of a
 * division, and no branch that could not be predicted.
 *
 * Below 2^63 one product with a rounded-up reciprocal is enough (Granlund and Montgomery, "Division
 * by invariant integers using multiplication", 1994): with s = ceil(log2 d) and
 * m = floor(2^(63+s) / d) + 1, m * d exceeds 2^(63+s) by at most 2^s, so floor(n * m / 2^(63+s)) is
 * the quotient. Above, two words by one: Moeller and Granlund, "Improved division by invariant
 * integers" (2011), algorithm 4. */
#ifndef LICET_EXEC_DIVIDE_H
#define LICET_EXEC_DIVIDE_H

#include <licet/base.h>

typedef struct lic_divisor {
    uint64_t value;      /* 1..2^63; 0: not set */
    uint64_t magic;      /* m */
    uint64_t normalized; /* value << shift, top bit set */
    uint64_t reciprocal; /* floor((2^128 - 1) / normalized) - 2^64 */
    uint8_t magic_shift; /* s */
    uint8_t shift;
} lic_divisor;

static inline lic_divisor lic_divisor_of(uint64_t value)
{
    lic_divisor d = {.value = value};
    while (((uint64_t)1 << d.magic_shift) < value) d.magic_shift++;
    d.magic = (uint64_t)(((lic_u128)1 << (63 + d.magic_shift)) / value) + 1;
    while ((value << d.shift & (uint64_t)1 << 63) == 0) d.shift++;
    d.normalized = value << d.shift;
    lic_u128 top = (lic_u128)~d.normalized << 64 | UINT64_MAX;
    d.reciprocal = (uint64_t)(top / d.normalized);
    return d;
}

/* The quotient must fit 64 bits: high word of n below d->value. */
static inline uint64_t lic_divide_long(const lic_divisor *d, lic_u128 n, uint64_t *remainder)
{
    n <<= d->shift;
    uint64_t high = (uint64_t)(n >> 64), low = (uint64_t)n;
    lic_u128 q = (lic_u128)d->reciprocal * high + n;
    uint64_t quotient = (uint64_t)(q >> 64) + 1;
    uint64_t rest = low - quotient * d->normalized;
    uint64_t too_many = 0 - (uint64_t)(rest > (uint64_t)q); /* about every other time */
    quotient += too_many;
    rest += too_many & d->normalized;
    if (LIC_UNLIKELY(rest >= d->normalized)) {
        quotient++;
        rest -= d->normalized;
    }
    *remainder = rest >> d->shift;
    return quotient;
}

static inline uint64_t lic_divide(const lic_divisor *d, lic_u128 n, uint64_t *remainder)
{
    if (LIC_UNLIKELY((uint64_t)(n >> 63) != 0)) return lic_divide_long(d, n, remainder);
    uint64_t low = (uint64_t)n;
    uint64_t quotient = (uint64_t)((lic_u128)(low << 1) * d->magic >> 64) >> d->magic_shift;
    *remainder = low - quotient * d->value;
    return quotient;
}

#endif
