/* tiers.c - roundings that leave the short way, marginal tiers, tiers with money edges, and splits. */
#include "machine.h"

lic_trap lic_round_slowly(const lic_round_plan *plan, lic_i128 b, int64_t c, int64_t by,
                          lic_i128 *result)
{
    lic_i128 divisor, quotient;
    if (!lic_mul_i128(plan->divisor, by, &divisor) ||
        !lic_muldiv(plan->mode, b, c, divisor, &quotient) ||
        !lic_mul_i128(quotient, plan->unit, result))
        return LIC_TRAP_OVERFLOW;
    return LIC_TRAP_NONE;
}

static int64_t lesser(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

lic_trap lic_tier_sum(const lic_machine *m, const lic_tier_plan *plan, const uint64_t *regs,
                      int64_t part, int64_t before, lic_i128 *result)
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
        int64_t upper = last ? after
                             : lesser(after, (int64_t)lic_load_u64(tier + stride + plan->edge_at));
        if (upper <= before) continue; /* a tier that was filled before */
        if (lic_tier_check(plan, tier) != LIC_TRAP_NONE) return LIC_TRAP_TIER_REFUSED;
        sum += (lic_i128)(upper - before) * (int64_t)lic_load_u64(tier + at);
        before = upper;
    }
    *result = sum;
    return LIC_TRAP_NONE;
}

lic_trap lic_tier_sum2(const lic_machine *m, const lic_tier_plan *plan, const uint64_t *regs,
                       lic_i128 part, lic_i128 before, lic_i128 *result)
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
        if (!lic_mul_i128(upper - before, (int64_t)lic_load_u64(tier + at), &product) ||
            !lic_add_i128(sum, product, &sum))
            return LIC_TRAP_OVERFLOW;
        before = upper;
    }
    *result = sum;
    return LIC_TRAP_NONE;
}

lic_trap lic_tier_of(const lic_machine *m, const lic_tier_plan *plan, const uint64_t *regs,
                     lic_i128 value, const uint8_t **found)
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

/* -- splits: the rule is lic_split's (number.h); this is its short way ---------------------------- */

/* What is left goes out unit by unit to the largest remainders. A share's rank says how many come
 * before it, and with it what it gets: without a branch, because nobody could predict one. */
LIC_INLINE void hand_out(const int64_t *remainders, uint32_t count, int64_t left, int64_t unit,
                         int64_t *parts)
{
    int64_t ranks[LIC_SPLIT_MAX] = {0};
    for (uint32_t i = 1; i < count; i++) {
        int64_t rank = 0;
        for (uint32_t j = 0; j < i; j++) {
            int64_t first = remainders[j] >= remainders[i];
            rank += first;
            ranks[j] += 1 - first;
        }
        ranks[i] = rank;
    }
    for (uint32_t i = 0; i < count; i++) {
        int64_t due = left - ranks[i] * unit;
        due = due < 0 ? 0 : due;
        parts[i] += due > unit ? unit : due;
    }
}

/* amount * total fits 63 bits, and the shares are known to add up. `count` is a constant where that
 * pays: then all of this is straight code. */
LIC_INLINE void split_short(const lic_split_plan *plan, const uint8_t *share, uint32_t count,
                            int64_t amount, uint64_t *regs)
{
    int64_t remainders[LIC_SPLIT_MAX], parts[LIC_SPLIT_MAX], left = amount, unit = plan->unit;
    const uint64_t magic = plan->fast.magic, shift = plan->fast.magic_shift,
                   divisor = plan->fast.value;
    const size_t stride = plan->span.child_stride;
    for (uint32_t n = 0; n < count; n++) {
        uint64_t product = (uint64_t)amount * lic_load_u64(share + n * stride);
        uint64_t quotient = (uint64_t)((lic_u128)(product << 1) * magic >> 64) >> shift;
        remainders[n] = (int64_t)(product - quotient * divisor);
        parts[n] = (int64_t)quotient * unit;
        left -= parts[n];
    }
    hand_out(remainders, count, left, unit, parts);
    for (uint32_t n = 0; n < count; n++) lic_set2(regs, 2 * n, parts[n]);
}

static bool split_long(const lic_split_plan *plan, const uint8_t *share, uint32_t count,
                       lic_i128 amount, uint64_t *regs)
{
    int64_t weights[LIC_SPLIT_MAX];
    lic_i128 parts[LIC_SPLIT_MAX];
    if (count == 0) return false;
    for (uint32_t n = 0; n < count; n++)
        weights[n] = (int64_t)lic_load_u64(share + n * (size_t)plan->span.child_stride);
    if (!lic_split(amount, plan->unit, weights, count, plan->total, parts)) return false;
    for (uint32_t n = 0; n < count; n++) lic_set2(regs, 2 * n, parts[n]);
    return true;
}

LIC_INLINE bool shares_total(const lic_split_plan *plan, const uint8_t *share, uint32_t count)
{
    uint64_t above = 0;
    lic_u128 sum = 0;
    for (uint32_t n = 0; n < count; n++) {
        uint64_t weight = lic_load_u64(share + n * plan->span.child_stride);
        above |= weight > (uint64_t)plan->total; /* a negative one too */
        sum += weight;
    }
    return above == 0 && sum == (uint64_t)plan->total;
}

LIC_INLINE bool split_known(const lic_split_plan *plan, const uint8_t *share, uint32_t count,
                            int64_t amount, uint64_t *regs)
{
    if (LIC_UNLIKELY(!shares_total(plan, share, count))) return false;
    split_short(plan, share, count, amount, regs);
    return true;
}

lic_trap lic_split_rows(const lic_machine *m, const lic_split_plan *plan, uint64_t *regs,
                        unsigned a, lic_i128 amount)
{
    lic_children shares = lic_children_of(m, &plan->span, (uint32_t)regs[plan->row]);
    const uint8_t *share = shares.rows + plan->share_at;
    if (LIC_UNLIKELY(amount < 0)) return LIC_TRAP_NEGATIVE;
    if (LIC_UNLIKELY(shares.count > plan->max)) return LIC_TRAP_LIMIT;
    bool good;
    if (LIC_UNLIKELY(amount > plan->short_max)) {
        good = split_long(plan, share, shares.count, amount, regs + a);
    } else {
        int64_t value = (int64_t)amount;
        switch (shares.count) {
        case 2: good = split_known(plan, share, 2, value, regs + a); break;
        case 3: good = split_known(plan, share, 3, value, regs + a); break;
        case 4: good = split_known(plan, share, 4, value, regs + a); break;
        default: good = split_known(plan, share, shares.count, value, regs + a); break;
        }
    }
    if (!good) return LIC_TRAP_OUT_OF_RANGE;
    for (uint32_t n = shares.count; n < plan->max; n++) lic_set2(regs, a + 2 * n, 0);
    return LIC_TRAP_NONE;
}
