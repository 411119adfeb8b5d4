/* machine.h - registers, rows and the arithmetic of the domain instructions. Small functions that
 * the interpreter's loop inlines; each gives the trap that stops the item, or LIC_TRAP_NONE. */
#ifndef LICET_EXEC_MACHINE_H
#define LICET_EXEC_MACHINE_H

#include <string.h>

#include "program.h"

typedef struct lic_machine {
    const lic_exec_state *state;
    const lic_exec_frame *frame;
    const lic_exec_host *host;
    lic_table_view *tables;
    const lic_program *program;
    uint32_t run;
} lic_machine;

#define LIC_INLINE static inline __attribute__((always_inline))

LIC_INLINE int64_t lic_get(const uint64_t *regs, unsigned reg)
{
    return (int64_t)regs[reg];
}

/* A pair holds the lower half first on every machine. Written as moves of all sixteen bytes: compilers join two
 * halves less well. */
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define LIC_HALVES(v) ((lic_i128)((lic_u128)(v) << 64 | (lic_u128)(v) >> 64))
#else
#define LIC_HALVES(v) (v)
#endif
LIC_INLINE lic_i128 lic_get2(const uint64_t *regs, unsigned reg)
{
    lic_i128 value;
    memcpy(&value, regs + reg, sizeof value);
    return LIC_HALVES(value);
}

LIC_INLINE void lic_set2(uint64_t *regs, unsigned reg, lic_i128 value)
{
    value = LIC_HALVES(value);
    memcpy(regs + reg, &value, sizeof value);
}

LIC_INLINE const lic_table_view *lic_view_at(const lic_machine *m, unsigned view)
{
    return (const lic_table_view *)(const void *)((const uint8_t *)m->tables + view);
}

LIC_INLINE const uint8_t *lic_fixed_at(const lic_machine *m, unsigned view, unsigned stride,
                                       uint32_t row, uint32_t at)
{
    return lic_view_at(m, view)->fixed + (size_t)row * stride + at;
}

LIC_INLINE uint8_t *lic_cell_at(const lic_machine *m, unsigned view, unsigned stride, uint32_t row,
                                uint32_t at)
{
    return lic_view_at(m, view)->cells + (size_t)row * stride + at;
}

/* Before a write: the engine saves the page once in a run. */
LIC_INLINE lic_trap lic_touch_row(const lic_machine *m, unsigned view, uint32_t row)
{
    const lic_table_view *v = lic_view_at(m, view);
    uint32_t page = row >> v->page_shift;
    if (LIC_LIKELY(v->page_run[page] == m->run)) return LIC_TRAP_NONE;
    return m->host->touch(m->host->context, (uint16_t)(view / sizeof *v), page);
}

/* -- roundings ------------------------------------------------------------------------------------- */

/* U * round(b * c / (D * by)), the general way: any sign, any size; by > 0. */
lic_trap lic_round_slowly(const lic_round_plan *plan, lic_i128 b, int64_t c, int64_t by,
                          lic_i128 *result);

/* U * round(b * c / D); false when the general way must be taken. */
LIC_INLINE bool lic_round_shortly(const lic_round_plan *plan, lic_i128 b, int64_t c,
                                  lic_i128 *result)
{
    const lic_divisor *d = &plan->fast;
    lic_u128 product = (lic_u128)(uint64_t)b * (uint64_t)c;
    /* Not negative, and the quotient has room to grow by one in 64 bits. */
    if (LIC_UNLIKELY((uint64_t)(b >> 64) != 0 || c < 0 ||
                     (uint64_t)(product >> 64) >= d->value >> 1))
        return false;
    uint64_t rest, quotient = lic_divide(d, product, &rest);
    uint64_t missing = d->value - rest; /* all of D when nothing is left */
    if (LIC_LIKELY(plan->mode == LIC_HALF_EVEN))
        quotient += rest > missing - (quotient & 1); /* a tie counts when odd */
    else if (plan->mode == LIC_HALF_UP) quotient += rest >= missing;
    else if (plan->mode == LIC_CEILING) quotient += rest > 0;
    *result = (lic_i128)((lic_u128)quotient * (uint64_t)plan->unit);
    return true;
}

/* -- child rows --------------------------------------------------------------------------------------- */

typedef struct lic_children {
    const uint8_t *rows; /* fixed part of the first child row */
    uint32_t first, count;
} lic_children;

LIC_INLINE lic_children lic_children_of(const lic_machine *m, const lic_span_plan *plan,
                                        uint32_t row)
{
    const uint8_t *span = lic_fixed_at(m, plan->parent_view, plan->parent_stride, row, plan->at);
    lic_children c = {.first = lic_load_u32(span), .count = lic_load_u32(span + 4)};
    c.rows = lic_fixed_at(m, plan->child_view, plan->child_stride, c.first, 0);
    return c;
}

/* -- tiers ---------------------------------------------------------------------------------------------- */

/* TIER_*: the values lie at `value` in the row of the tier. */
lic_trap lic_tier_sum(const lic_machine *m, const lic_tier_plan *plan, const uint64_t *regs,
                      int64_t part, int64_t before, lic_i128 *result);
lic_trap lic_tier_sum2(const lic_machine *m, const lic_tier_plan *plan, const uint64_t *regs,
                       lic_i128 part, lic_i128 before, lic_i128 *result);
lic_trap lic_tier_of(const lic_machine *m, const lic_tier_plan *plan, const uint64_t *regs,
                     lic_i128 value, const uint8_t **found);

LIC_INLINE lic_trap lic_tier_column(const lic_tier_plan *plan, const uint64_t *regs, uint32_t *at)
{
    /* column 255 reads the register that is always 0 */
    uint64_t column = regs[plan->column];
    if (LIC_UNLIKELY(column >= plan->columns)) return LIC_TRAP_BAD_ROW;
    *at = plan->value_at + (uint32_t)column * plan->value_size;
    return LIC_TRAP_NONE;
}

LIC_INLINE lic_trap lic_tier_check(const lic_tier_plan *plan, const uint8_t *tier)
{
    if (plan->refuse_at == LIC_NONE32 || lic_load_u64(tier + plan->refuse_at) == 0)
        return LIC_TRAP_NONE;
    return LIC_TRAP_TIER_REFUSED;
}

LIC_INLINE lic_trap lic_tier_at(const lic_machine *m, const lic_tier_plan *plan,
                                const uint64_t *regs, int64_t value, const uint8_t **found)
{
    lic_children tiers = lic_children_of(m, &plan->span, (uint32_t)regs[plan->row]);
    uint32_t at;
    lic_trap trap = lic_tier_column(plan, regs, &at);
    if (LIC_UNLIKELY(trap != LIC_TRAP_NONE)) return trap;
    if (LIC_UNLIKELY(tiers.count == 0)) return LIC_TRAP_BAD_ROW;
    const uint8_t *tier = tiers.rows;
    size_t stride = plan->span.child_stride;
    for (uint32_t n = 1; n < tiers.count; n++) {
        if (value <= (int64_t)lic_load_u64(tier + stride + plan->edge_at)) break;
        tier += stride;
    }
    *found = tier + at;
    return lic_tier_check(plan, tier);
}

/* -- splits ----------------------------------------------------------------------------------------------- */

/* Largest remainder over the child rows of the row register, into registers from `a`. */
lic_trap lic_split_rows(const lic_machine *m, const lic_split_plan *plan, uint64_t *regs,
                        unsigned a, lic_i128 amount);

/* -- effects ------------------------------------------------------------------------------------------------ */

LIC_INLINE uint8_t *lic_balance_at(const lic_machine *m, const lic_balance_plan *plan, uint32_t row)
{
    return lic_cell_at(m, plan->view, plan->stride, row, plan->at);
}

/* Both legs are one amount, not 0. A trap in the second leg rolls the first back with the run. */
LIC_INLINE lic_trap lic_post(const lic_machine *m, const lic_post_plan *plan, uint32_t from_row,
                             uint32_t to_row, lic_i128 amount)
{
    if (amount < 0) return LIC_TRAP_NEGATIVE;
    lic_trap trap = lic_touch_row(m, plan->from.view, from_row);
    if (LIC_UNLIKELY(trap != LIC_TRAP_NONE)) return trap;
    uint8_t *from = lic_balance_at(m, &plan->from, from_row);
    lic_i128 value = lic_load_i128(from);
    if (plan->floor && value < amount) return LIC_TRAP_INSUFFICIENT;
    if (LIC_UNLIKELY(!lic_sub_i128(value, amount, &value))) return LIC_TRAP_OVERFLOW;
    lic_store_i128(from, value);
    trap = lic_touch_row(m, plan->to.view, to_row);
    if (LIC_UNLIKELY(trap != LIC_TRAP_NONE)) return trap;
    uint8_t *to = lic_balance_at(m, &plan->to, to_row);
    if (LIC_UNLIKELY(!lic_add_i128(lic_load_i128(to), amount, &value))) return LIC_TRAP_OVERFLOW;
    lic_store_i128(to, value);
    const lic_posting posting = {.amount = amount,
                                 .from = plan->from_account,
                                 .to = plan->to_account,
                                 .from_row = from_row,
                                 .to_row = to_row,
                                 .clause = plan->clause};
    return m->host->posted(m->host->context, &posting);
}

lic_trap lic_oblige(const lic_machine *m, const uint64_t *regs, const lic_step *step);
lic_trap lic_call(const lic_machine *m, uint64_t *regs, const lic_step *step);
lic_trap lic_result(const lic_machine *m, const uint64_t *regs, const lic_step *step);

/* -- keys, texts, sets ---------------------------------------------------------------------------------------- */

lic_trap lic_key_step(const lic_machine *m, uint64_t *regs, const lic_step *step);
lic_trap lic_text_step(const lic_machine *m, uint64_t *regs, const lic_step *step);
lic_trap lic_set_step(const lic_machine *m, uint64_t *regs, const lic_step *step);

#endif
