/* tiers.c - roundings that leave the short way, marginal tiers, tiers with money edges, and splits. */
#include "machine.h"

lic_trap lic_round_slowly(const lic_round_plan *plan, lic_i128 b, int64_t c, lic_i128 d, lic_i128 *result)
{
    lic_i128 quotient;
    if (!lic_muldiv(plan->mode, b, c, d, &quotient) || !lic_mul_i128(quotient, plan->unit, result))
        return LIC_TRAP_OVERFLOW;
    return LIC_TRAP_NONE;
}

static int64_t lesser(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

lic_trap lic_tier_sum(const lic_machine *m, const lic_tier_plan *plan, const uint64_t *regs, int64_t part,
                      int64_t before, lic_i128 *result)
{
    lic_children tiers = lic_children_of(m, &plan->span, (uint32_t)regs[plan->row]);
    uint32_t at;
    lic_trap trap = lic_tier_column(plan, regs, &at);
    int64_t after;
    if (trap != LIC_TRAP_NONE) return trap;
    if (part < 0 || before < 0) return LIC_TRAP_OUT_OF_RANGE;
    if (!lic_add_i64(before, part, &after)) return LIC_TRAP_OVERFLOW;
    if (tiers.count == 0) return LIC_TRAP_BAD_ROW;
    /* The parts add up to less than 2^63 and a price is less than 2^63: no sum overflows. */
    lic_i128 sum = 0;
    const uint8_t *tier = tiers.rows;
    size_t stride = plan->span.child_stride;
    for (uint32_t n = 1; before < after; n++, tier += stride) {
        bool last = n >= tiers.count;
        int64_t upper = last ? after : lesser(after, (int64_t)lic_load_u64(tier + stride + plan->edge_at));
        if (upper <= before) continue; /* a tier that was filled before */
        if (lic_tier_check(plan, tier) != LIC_TRAP_NONE) return LIC_TRAP_TIER_REFUSED;
        sum += (lic_i128)(upper - before) * (int64_t)lic_load_u64(tier + at);
        before = upper;
    }
    *result = sum;
    return LIC_TRAP_NONE;
}

lic_trap lic_tier_sum2(const lic_machine *m, const lic_tier_plan *plan, const uint64_t *regs, lic_i128 part,
                       lic_i128 before, lic_i128 *result)
{
    lic_children tiers = lic_children_of(m, &plan->span, (uint32_t)regs[plan->row]);
    uint32_t at;
    lic_trap trap = lic_tier_column(plan, regs, &at);
    lic_i128 after, sum = 0;
    if (trap != LIC_TRAP_NONE) return trap;
    if (part < 0 || before < 0) return LIC_TRAP_OUT_OF_RANGE;
    if (!lic_add_i128(before, part, &after)) return LIC_TRAP_OVERFLOW;
    if (tiers.count == 0) return LIC_TRAP_BAD_ROW;
    const uint8_t *tier = tiers.rows;
    size_t stride = plan->span.child_stride;
    for (uint32_t n = 1; before < after; n++, tier += stride) {
        lic_i128 upper = after, product;
        if (n < tiers.count) {
            lic_i128 edge = lic_load_i128(tier + stride + plan->edge_at);
            if (edge < upper) upper = edge;
        }
        if (upper <= before) continue;
        if (lic_tier_check(plan, tier) != LIC_TRAP_NONE) return LIC_TRAP_TIER_REFUSED;
        if (!lic_mul_i128(upper - before, (int64_t)lic_load_u64(tier + at), &product)
            || !lic_add_i128(sum, product, &sum))
            return LIC_TRAP_OVERFLOW;
        before = upper;
    }
    *result = sum;
    return LIC_TRAP_NONE;
}

lic_trap lic_tier_of(const lic_machine *m, const lic_tier_plan *plan, const uint64_t *regs, lic_i128 value,
                     const uint8_t **found)
{
    lic_children tiers = lic_children_of(m, &plan->span, (uint32_t)regs[plan->row]);
    uint32_t at;
    lic_trap trap = lic_tier_column(plan, regs, &at);
    if (trap != LIC_TRAP_NONE) return trap;
    if (tiers.count == 0) return LIC_TRAP_BAD_ROW;
    const uint8_t *tier = tiers.rows;
    size_t stride = plan->span.child_stride;
    for (uint32_t n = 1; n < tiers.count; n++) {
        if (value <= lic_load_i128(tier + stride + plan->edge_at)) break;
        tier += stride;
    }
    *found = tier + at;
    return lic_tier_check(plan, tier);
}

/* -- splits ------------------------------------------------------------------------------------------ */

/* What is left after every share's whole units goes out unit by unit to the largest remainders; the
 * last may get less than a unit. A remainder that was served is 0, and every share that lost
 * something to rounding has one above 0, so they last. */
#define HAND_OUT(type, remainders, parts, count, left, unit)                                       \
    while ((left) > 0) {                                                                           \
        uint32_t largest_ = 0;                                                                     \
        for (uint32_t n_ = 1; n_ < (count); n_++)                                                  \
            if ((remainders)[n_] > (remainders)[largest_]) largest_ = n_;                          \
        type given_ = (left) < (type)(unit) ? (left) : (type)(unit);                               \
        (parts)[largest_] += given_;                                                               \
        (remainders)[largest_] = 0;                                                                \
        (left) -= given_;                                                                          \
    }

/* amount and total * unit fit 63 and 64 bits. */
static void split_short(const lic_split_plan *plan, lic_children shares, uint64_t amount, uint64_t *parts)
{
    uint64_t remainders[LIC_SPLIT_MAX], left = amount, unit = (uint64_t)plan->unit;
    const uint8_t *share = shares.rows + plan->share_at;
    for (uint32_t n = 0; n < shares.count; n++, share += plan->span.child_stride) {
        lic_u128 product = (lic_u128)amount * lic_load_u64(share);
        parts[n] = lic_divide(&plan->fast, product, &remainders[n]) * unit;
        left -= parts[n];
    }
    HAND_OUT(uint64_t, remainders, parts, shares.count, left, unit)
}

static lic_trap split_long(const lic_split_plan *plan, lic_children shares, lic_i128 amount, lic_i128 *parts)
{
    lic_u128 remainders[LIC_SPLIT_MAX];
    lic_i128 left = amount;
    const uint8_t *share = shares.rows + plan->share_at;
    for (uint32_t n = 0; n < shares.count; n++, share += plan->span.child_stride) {
        lic_i128 quotient;
        uint64_t weight = lic_load_u64(share);
        if (!lic_muldiv(LIC_FLOOR, amount, (int64_t)weight, plan->divisor, &quotient)) return LIC_TRAP_OVERFLOW;
        /* The remainder is below the divisor, so it survives the wrapped products. */
        remainders[n] = (lic_u128)amount * weight - (lic_u128)quotient * (lic_u128)plan->divisor;
        parts[n] = quotient * plan->unit;
        left -= parts[n];
    }
    HAND_OUT(lic_i128, remainders, parts, shares.count, left, plan->unit)
    return LIC_TRAP_NONE;
}

static bool shares_total(const lic_split_plan *plan, lic_children shares)
{
    int64_t sum = 0;
    const uint8_t *share = shares.rows + plan->share_at;
    for (uint32_t n = 0; n < shares.count; n++, share += plan->span.child_stride) {
        int64_t weight = (int64_t)lic_load_u64(share);
        if (weight < 0 || !lic_add_i64(sum, weight, &sum)) return false;
    }
    return sum == plan->total;
}

lic_trap lic_split_rows(const lic_machine *m, const lic_split_plan *plan, uint64_t *regs, unsigned a, lic_i128 amount)
{
    lic_children shares = lic_children_of(m, &plan->span, (uint32_t)regs[plan->row]);
    if (amount < 0) return LIC_TRAP_NEGATIVE;
    if (shares.count > plan->max) return LIC_TRAP_LIMIT;
    if (!shares_total(plan, shares)) return LIC_TRAP_OUT_OF_RANGE;
    if (LIC_LIKELY((uint64_t)(amount >> 63) == 0 && plan->fast.value != 0)) {
        uint64_t parts[LIC_SPLIT_MAX];
        split_short(plan, shares, (uint64_t)amount, parts);
        for (uint32_t n = 0; n < shares.count; n++) lic_set2(regs, a + 2 * n, (lic_i128)parts[n]);
    } else {
        lic_i128 parts[LIC_SPLIT_MAX];
        lic_trap trap = split_long(plan, shares, amount, parts);
        if (trap != LIC_TRAP_NONE) return trap;
        for (uint32_t n = 0; n < shares.count; n++) lic_set2(regs, a + 2 * n, parts[n]);
    }
    for (uint32_t n = shares.count; n < plan->max; n++) lic_set2(regs, a + 2 * n, 0);
    return LIC_TRAP_NONE;
}
