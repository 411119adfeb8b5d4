/* number.h - checked integers, exact division with a stated rounding, largest remainder, and the
 * decimal text of all of them. The only module that uses the compiler's overflow built-ins.
 * Specification: docs/spec/numbers.md. No function here can round without being told how. */
#ifndef LICET_NUMBER_H
#define LICET_NUMBER_H

#include <licet/bytes.h>

typedef enum lic_rounding {
    LIC_HALF_EVEN = 0, /* to nearest, a tie to the even quotient (ISO 80000-1 rule A) */
    LIC_HALF_UP = 1,   /* to nearest, a tie away from zero */
    LIC_FLOOR = 2,     /* towards minus infinity */
    LIC_CEILING = 3    /* towards plus infinity */
} lic_rounding;

#define LIC_I128_MAX ((lic_i128)(~(lic_u128)0 >> 1))
#define LIC_I128_MIN (-LIC_I128_MAX - 1)
#define LIC_DECIMAL_MAX 45 /* sign, 39 digits, point, leading zero, NUL and spare */

/* False when the true result is out of range; *result is then unspecified. */
static inline bool lic_add_i64(int64_t a, int64_t b, int64_t *r)
{
    return !__builtin_add_overflow(a, b, r);
}
static inline bool lic_sub_i64(int64_t a, int64_t b, int64_t *r)
{
    return !__builtin_sub_overflow(a, b, r);
}
static inline bool lic_mul_i64(int64_t a, int64_t b, int64_t *r)
{
    return !__builtin_mul_overflow(a, b, r);
}
static inline bool lic_add_i128(lic_i128 a, lic_i128 b, lic_i128 *r)
{
    return !__builtin_add_overflow(a, b, r);
}
static inline bool lic_sub_i128(lic_i128 a, lic_i128 b, lic_i128 *r)
{
    return !__builtin_sub_overflow(a, b, r);
}
/* 128 x 64 bits, the only wide product that agreements need; false on overflow. */
bool lic_mul_i128(lic_i128 a, int64_t b, lic_i128 *r);

/* *r = round(a * b / d), computed exactly: the product has up to 191 bits. d > 0. False when d <= 0
 * or the *result* is out of range. */
bool lic_muldiv(lic_rounding mode, lic_i128 a, int64_t b, lic_i128 d, lic_i128 *r);

/* Largest remainder (Hare) in multiples of `unit`: parts[i] = unit * floor(amount * weights[i] /
 * (total * unit)), and what is left goes unit by unit to the largest remainders, ties to the lower
 * index; the last may get less than a unit. amount >= 0, unit >= 1, weights >= 0 with sum `total` > 0,
 * count 1..LIC_SPLIT_MAX. The parts add up to amount exactly. False when a precondition does not
 * hold. */
#define LIC_SPLIT_MAX 64
bool lic_split(lic_i128 amount, int64_t unit, const int64_t *weights, size_t count, int64_t total,
               lic_i128 *parts);

/* 10^exponent for exponent 0..38; asserts otherwise. */
lic_i128 lic_power_of_ten(unsigned exponent);

/* Decimal text of value * 10^-scale, without trailing padding: all `scale` decimals are printed
 * ("0.001200" at scale 6). Returns the length; `text` has room for LIC_DECIMAL_MAX. */
size_t lic_decimal_print(lic_i128 value, unsigned scale, char text[LIC_DECIMAL_MAX]);
/* The same with trailing zero decimals dropped down to `keep` decimals. */
size_t lic_decimal_print_short(lic_i128 value, unsigned scale, unsigned keep,
                               char text[LIC_DECIMAL_MAX]);
/* Strict inverse: optional '-', digits without grouping or superfluous leading zero, optionally
 * '.' and 1..scale decimals. MALFORMED or OVERFLOW otherwise. */
lic_status lic_decimal_parse(lic_slice text, unsigned scale, lic_i128 *value);

#endif
