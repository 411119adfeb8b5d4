/* wide_div.c - 192 by 128 bits: algorithm D with two-limb divisors, normalised so that the top bit
 * of the divisor is set; each quotient limb's estimate is at most two too large. */
#include "wide.h"

/* One quotient limb: (u2 u1 u0) / (v1 v0) where (u2 u1) < (v1 v0); leaves the remainder in u1 u0. */
static uint64_t limb(uint64_t u2, uint64_t *u1, uint64_t *u0, uint64_t v1, uint64_t v0)
{
    lic_u128 top = (lic_u128)u2 << 64 | *u1;
    lic_u128 estimate = u2 >= v1 ? UINT64_MAX : top / v1;
    lic_u128 rest = top - estimate * v1;
    while (rest >> 64 == 0 && estimate * v0 > (rest << 64 | *u0)) {
        estimate--;
        rest += v1;
    }
    lic_u128 v = (lic_u128)v1 << 64 | v0;
    lic_u128 left = ((lic_u128)*u1 << 64 | *u0) - estimate * v; /* modulo 2^128: it fits there */
    *u1 = (uint64_t)(left >> 64);
    *u0 = (uint64_t)left;
    return (uint64_t)estimate;
}

void wide_div_long(wide n, lic_u128 d, lic_u128 *quotient, lic_u128 *remainder)
{
    LIC_ASSERT(d >> 64 != 0);
    int shift = __builtin_clzll((unsigned long long)(d >> 64));
    lic_u128 v = d << shift;
    uint64_t v1 = (uint64_t)(v >> 64), v0 = (uint64_t)v;

    lic_u128 low = n.low << shift;
    uint64_t u3 = 0, u2 = n.high;
    if (shift > 0) {
        u3 = n.high >> (64 - shift);
        u2 = n.high << shift | (uint64_t)(n.low >> (128 - shift));
    }
    uint64_t u1 = (uint64_t)(low >> 64), u0 = (uint64_t)low;

    uint64_t q1 = limb(u3, &u2, &u1, v1, v0);
    uint64_t q0 = limb(u2, &u1, &u0, v1, v0);
    *quotient = (lic_u128)q1 << 64 | q0;
    *remainder = ((lic_u128)u1 << 64 | u0) >> shift;
}
