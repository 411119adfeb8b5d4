/* divide.c - division of 128-bit integers where the compiler has the type and its library has no division: clang
 * for 32-bit machines. Elsewhere nothing is here.
 *
 * The names and the way in and out are the compiler's: it calls these functions by itself, with each value as
 * two halves on the stack. */
#include <licet/base.h>

#if !defined(__SIZEOF_INT128__)

typedef struct halves {
    uint64_t low, high;
} halves;

halves __udivti3(halves a, halves b);
halves __umodti3(halves a, halves b);
halves __divti3(halves a, halves b);
halves __modti3(halves a, halves b);

static lic_u128 join(halves v)
{
    return (lic_u128)v.high << 64 | v.low;
}

static halves split(lic_u128 v)
{
    return (halves){(uint64_t)v, (uint64_t)(v >> 64)};
}

static lic_u128 magnitude(halves v)
{
    return v.high >> 63 != 0 ? -join(v) : join(v);
}

/* Bit by bit, from the highest that is set. A divisor of 0 gives what no caller looks at: it is refused before. */
static lic_u128 divide(lic_u128 dividend, lic_u128 divisor, lic_u128 *rest)
{
    lic_u128 quotient = 0, left = 0;
    uint64_t high = (uint64_t)(dividend >> 64), low = (uint64_t)dividend;
    int bits = high != 0 ? 128 - __builtin_clzll(high) : low != 0 ? 64 - __builtin_clzll(low) : 0;
    for (int n = bits - 1; n >= 0; n--) {
        left = left << 1 | (dividend >> n & 1);
        if (left < divisor) continue;
        left -= divisor;
        quotient |= (lic_u128)1 << n;
    }
    *rest = left;
    return quotient;
}

halves __udivti3(halves a, halves b)
{
    lic_u128 rest;
    return split(divide(join(a), join(b), &rest));
}

halves __umodti3(halves a, halves b)
{
    lic_u128 rest;
    (void)divide(join(a), join(b), &rest);
    return split(rest);
}

halves __divti3(halves a, halves b)
{
    lic_u128 rest, quotient = divide(magnitude(a), magnitude(b), &rest);
    return split((a.high ^ b.high) >> 63 != 0 ? -quotient : quotient);
}

halves __modti3(halves a, halves b)
{
    lic_u128 rest;
    (void)divide(magnitude(a), magnitude(b), &rest);
    return split(a.high >> 63 != 0 ? -rest : rest);
}

#endif
