/* wide.h - unsigned 192-bit products and their division by 128 bits, for number.c and split.c.
 * Exact; schoolbook division after Knuth, The Art of Computer Programming, 4.3.1, algorithm D. */
#ifndef LICET_BASE_WIDE_H
#define LICET_BASE_WIDE_H

#include <licet/base.h>

/* high * 2^128 + low */
typedef struct wide {
    uint64_t high;
    lic_u128 low;
} wide;

static inline wide wide_mul(lic_u128 a, uint64_t b)
{
    lic_u128 low = (lic_u128)(uint64_t)a * b;
    lic_u128 high = (lic_u128)(uint64_t)(a >> 64) * b + (uint64_t)(low >> 64);
    return (wide){.high = (uint64_t)(high >> 64), .low = high << 64 | (uint64_t)low};
}

/* high * 2^64 + low by d, where high < d, so that the quotient has 64 bits. */
static inline uint64_t wide_step(uint64_t high, uint64_t low, uint64_t d, uint64_t *remainder)
{
    lic_u128 value = (lic_u128)high << 64 | low;
    uint64_t quotient = (uint64_t)(value / d);
    *remainder = low - quotient * d;
    return quotient;
}

/* The rare case of wide_div: d has more than 64 bits. In wide_div.c. */
void wide_div_long(wide n, lic_u128 d, lic_u128 *quotient, lic_u128 *remainder);

/* *quotient = floor(n / d); d > 0. False when the quotient has more than 128 bits. */
static inline bool wide_div(wide n, lic_u128 d, lic_u128 *quotient, lic_u128 *remainder)
{
    uint64_t middle = (uint64_t)(n.low >> 64), low = (uint64_t)n.low;
    if (LIC_UNLIKELY(d >> 64 != 0)) {
        wide_div_long(n, d, quotient, remainder);
        return true;
    }
    uint64_t divisor = (uint64_t)d;
    if (LIC_LIKELY((n.high | middle) == 0)) {
        *quotient = low / divisor;
        *remainder = low % divisor;
        return true;
    }
    if (n.high >= divisor) return false;
    uint64_t rest = middle;
    lic_u128 upper = 0;
    if (n.high != 0 || middle >= divisor) upper = wide_step(n.high, middle, divisor, &rest);
    *quotient = upper << 64 | wide_step(rest, low, divisor, &rest);
    *remainder = rest;
    return true;
}

#endif
