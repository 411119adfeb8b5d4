/* check/range.c - saturated arithmetic on the ranges that values can take, for S11. A bound that leaves 128
 * bits stays at the edge, which no check takes for a value that fits. */
#include "analyse.h"

lic_i128 lic_saturated_add(lic_i128 a, lic_i128 b)
{
    lic_i128 r;
    if (lic_add_i128(a, b, &r)) return r;
    return a > 0 ? LIC_I128_MAX : LIC_I128_MIN;
}

lic_i128 lic_saturated_mul(lic_i128 a, lic_i128 b)
{
    lic_i128 r;
    bool negative = (a < 0) != (b < 0);
    if (b > INT64_MAX || b < INT64_MIN) {
        lic_i128 swap = a;
        a = b;
        b = swap;
    }
    if (a == 0 || b == 0) return 0;
    if (b <= INT64_MAX && b >= INT64_MIN && lic_mul_i128(a, (int64_t)b, &r)) return r;
    return negative ? LIC_I128_MIN : LIC_I128_MAX;
}

lic_i128 lic_rescale(lic_i128 value, unsigned from, unsigned to)
{
    for (unsigned i = from; i < to; i++) value = lic_saturated_mul(value, 10);
    return value;
}

static lic_i128 lesser(lic_i128 a, lic_i128 b)
{
    return a < b ? a : b;
}
static lic_i128 greater(lic_i128 a, lic_i128 b)
{
    return a > b ? a : b;
}

void lic_range_add(lic_meaning *r, const lic_meaning *a, const lic_meaning *b)
{
    r->low = lic_saturated_add(a->low, b->low);
    r->high = lic_saturated_add(a->high, b->high);
    r->is_bounded = a->is_bounded && b->is_bounded;
}

void lic_range_sub(lic_meaning *r, const lic_meaning *a, const lic_meaning *b)
{
    lic_i128 low = b->low == LIC_I128_MIN ? LIC_I128_MAX : -b->low;
    lic_i128 high = b->high == LIC_I128_MIN ? LIC_I128_MAX : -b->high;
    r->low = lic_saturated_add(a->low, high);
    r->high = lic_saturated_add(a->high, low);
    r->is_bounded = a->is_bounded && b->is_bounded;
}

void lic_range_mul(lic_meaning *r, const lic_meaning *a, const lic_meaning *b)
{
    lic_i128 ll = lic_saturated_mul(a->low, b->low), lh = lic_saturated_mul(a->low, b->high);
    lic_i128 hl = lic_saturated_mul(a->high, b->low), hh = lic_saturated_mul(a->high, b->high);
    r->low = lesser(lesser(ll, lh), lesser(hl, hh));
    r->high = greater(greater(ll, lh), greater(hl, hh));
    r->is_bounded = a->is_bounded && b->is_bounded;
}

void lic_range_sort(lic_meaning *m)
{
    m->is_bounded = false;
    switch ((lic_sort)m->sort) {
    case LIC_SORT_BOOL: m->low = 0, m->high = 1, m->is_bounded = true; return;
    case LIC_SORT_DATE: m->low = LIC_DATE_MIN, m->high = LIC_DATE_MAX, m->is_bounded = true; return;
    case LIC_SORT_MONEY:
    case LIC_SORT_EXACT:
        /* Nobody declares how much an account holds; 10^30 ledger units are more than all money. */
        m->high = lic_rescale(lic_power_of_ten(24), 0, m->scale);
        m->low = -m->high;
        return;
    case LIC_SORT_COUNT:
    case LIC_SORT_RATE:
    case LIC_SORT_PRICE: m->low = INT64_MIN, m->high = INT64_MAX; return;
    case LIC_SORT_ROW:
    case LIC_SORT_PARTY:
    case LIC_SORT_ENUM:
    case LIC_SORT_TERRITORY:
    case LIC_SORT_STATE: m->low = 0, m->high = UINT32_MAX, m->is_bounded = true; return;
    case LIC_SORT_ERROR:
    case LIC_SORT_TEXT:
    case LIC_SORT_HASH:
    case LIC_SORT_SET:
    case LIC_SORT_WORDS:
    case LIC_SORT_DURATION:
    case LIC_SORT_TIERS:
    case LIC_SORT_SHARES:
    case LIC_SORT_ACCOUNT:
    case LIC_SORT_IGNORED:
    case LIC_SORTS: return;
    }
}

lic_i128 lic_scaled(lic_i128 value, unsigned from, unsigned to)
{
    return lic_rescale(value, from, to);
}

lic_i128 lic_scaled_add(lic_i128 sum, lic_i128 each, lic_i128 count)
{
    return lic_saturated_add(sum, lic_saturated_mul(each, count));
}
