/* split.c - largest remainder (Hare) in multiples of a unit: every part is the floor of its exact
 * share, and what is then left goes out unit by unit to the largest remainders, ties to the lower
 * index. There are more remainders above zero than units left, so a weight of zero never gets one. */
#include <licet/number.h>

#include "wide.h"

static bool shares_valid(lic_i128 amount, int64_t unit, const int64_t *weights, size_t count,
                         int64_t total)
{
    if (amount < 0 || unit < 1 || count == 0 || count > LIC_SPLIT_MAX || total <= 0) return false;
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++)
        if (weights[i] < 0 || !lic_add_i64(sum, weights[i], &sum)) return false;
    return sum == total;
}

/* The index of the largest remainder, the lowest of equal ones. */
static size_t largest_of(const lic_u128 *remainders, size_t count)
{
    size_t largest = 0;
    for (size_t i = 1; i < count; i++)
        if (remainders[i] > remainders[largest]) largest = i;
    return largest;
}

bool lic_split(lic_i128 amount, int64_t unit, const int64_t *weights, size_t count, int64_t total,
               lic_i128 *parts)
{
    if (!shares_valid(amount, unit, weights, count, total)) return false;
    lic_u128 divisor = (lic_u128)total * (lic_u128)unit;
    lic_u128 remainders[LIC_SPLIT_MAX]; /* of the exact shares, in units / divisor; 0 once served */
    lic_i128 left = amount;
    for (size_t i = 0; i < count; i++) {
        lic_u128 units;
        wide product = wide_mul((lic_u128)amount, (uint64_t)weights[i]);
        if (!wide_div(product, divisor, &units, &remainders[i])) return false;
        parts[i] = (lic_i128)units * unit;
        left -= parts[i];
    }
    while (left > 0) {
        size_t served = largest_of(remainders, count);
        LIC_ASSERT(remainders[served] > 0);
        lic_i128 given = left < unit ? left : unit;
        parts[served] += given;
        remainders[served] = 0;
        left -= given;
    }
    return true;
}
