/* split.c - largest remainder (Hare): every part is the floor of its exact share, and the units that
 * are then left go one each to the largest remainders, ties to the lower index. Fewer units are left
 * than there are remainders above zero, so a weight of zero never gets one. */
#include <licet/number.h>

#include "wide.h"

static bool shares_valid(lic_i128 amount, const int64_t *weights, size_t count, int64_t total)
{
    if (amount < 0 || count == 0 || count > LIC_SPLIT_MAX || total <= 0) return false;
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++)
        if (weights[i] < 0 || !lic_add_i64(sum, weights[i], &sum)) return false;
    return sum == total;
}

bool lic_split(lic_i128 amount, const int64_t *weights, size_t count, int64_t total,
               lic_i128 *parts)
{
    if (!shares_valid(amount, weights, count, total)) return false;
    uint64_t
        remainders[LIC_SPLIT_MAX]; /* of the exact shares, in units of 1/total; 0 once served */
    lic_i128 left = amount;
    for (size_t i = 0; i < count; i++) {
        lic_u128 part, remainder;
        if (!wide_div(wide_mul((lic_u128)amount, (uint64_t)weights[i]), (lic_u128)total, &part,
                      &remainder))
            return false;
        parts[i] = (lic_i128)part;
        remainders[i] = (uint64_t)remainder;
        left -= parts[i];
    }
    LIC_ASSERT(left >= 0 && left < (lic_i128)count);
    for (; left > 0; left--) {
        size_t largest = 0;
        for (size_t i = 1; i < count; i++)
            if (remainders[i] > remainders[largest]) largest = i;
        LIC_ASSERT(remainders[largest] > 0);
        parts[largest]++;
        remainders[largest] = 0;
    }
    return true;
}
