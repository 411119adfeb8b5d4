/* number.c - products wider than a machine word and their exact division.
 *
 * A product of a 128-bit and a 64-bit number has up to 191 bits, so the general path works on
 * three 64-bit limbs; nearly all of practice fits one or two words and takes the short ways. Signs
 * are taken off first and the rounding decides on magnitudes. */
#include <licet/number.h>

#include "wide.h"

/* The number with this sign and magnitude; false beyond 128 bits. */
static bool signed_of(bool negative, lic_u128 magnitude, lic_i128 *r)
{
    lic_u128 largest = (lic_u128)LIC_I128_MAX + (negative ? 1 : 0);
    if (magnitude > largest) return false;
    *r = (lic_i128)(negative ? -magnitude : magnitude);
    return true;
}

static lic_u128 magnitude_of(lic_i128 a)
{
    return a < 0 ? -(lic_u128)a : (lic_u128)a;
}

static uint64_t magnitude_of_64(int64_t a)
{
    return a < 0 ? -(uint64_t)a : (uint64_t)a;
}

bool lic_mul_i128(lic_i128 a, int64_t b, lic_i128 *r)
{
    wide product = wide_mul(magnitude_of(a), magnitude_of_64(b));
    if (product.high != 0) return false;
    return signed_of((a < 0) != (b < 0), product.low, r);
}

/* Whether the quotient's magnitude grows by one, given what the division left. */
static bool rounds_away(lic_rounding mode, bool negative, bool odd, lic_u128 remainder, lic_u128 d)
{
    if (remainder == 0) return false;
    lic_u128 missing = d - remainder;
    switch (mode) {
    case LIC_HALF_EVEN: return remainder > missing || (remainder == missing && odd);
    case LIC_HALF_UP: return remainder >= missing;
    case LIC_FLOOR: return negative;
    case LIC_CEILING: break;
    }
    return !negative;
}

bool lic_muldiv(lic_rounding mode, lic_i128 a, int64_t b, lic_i128 d, lic_i128 *r)
{
    LIC_ASSERT((unsigned)mode <= LIC_CEILING);
    if (d <= 0) return false;
    bool negative = (a < 0) != (b < 0);
    lic_u128 quotient, remainder;
    if (!wide_div(wide_mul(magnitude_of(a), magnitude_of_64(b)), (lic_u128)d, &quotient,
                  &remainder))
        return false;
    if (rounds_away(mode, negative, (quotient & 1) != 0, remainder, (lic_u128)d)) quotient++;
    return signed_of(negative && quotient != 0, quotient, r);
}
