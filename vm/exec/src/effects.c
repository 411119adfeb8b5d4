/* effects.c - the steps that reach beyond registers and plain fields: postings, duties, results,
 * natives, keys, texts and territory sets. */
#include "machine.h"

lic_trap lic_oblige(const lic_machine *m, const uint64_t *regs, const lic_step *step)
{
    const lic_duty *duty = &m->program->image->duties[step->at];
    lic_i128 amount = lic_get2(regs, step->a);
    if (amount == 0) return LIC_TRAP_NONE;
    if (amount < 0) return LIC_TRAP_NEGATIVE;
    uint32_t debtor = duty->debtor != LIC_NONE16 ? duty->debtor
                                                 : (uint32_t)regs[duty->debtor_register];
    return m->host->oblige(m->host->context, (uint16_t)step->at, (uint16_t)step->u.bits, amount,
                           (lic_date)lic_get(regs, step->b), debtor, (uint32_t)regs[step->c]);
}

lic_trap lic_result(const lic_machine *m, const uint64_t *regs, const lic_step *step)
{
    lic_i128 values[5];
    for (unsigned n = 0; n < 5; n++) values[n] = lic_get2(regs, step->a + 2 * n);
    return m->host->result(m->host->context, (uint16_t)step->at, (uint32_t)regs[step->b], values);
}

lic_trap lic_call(const lic_machine *m, uint64_t *regs, const lic_step *step)
{
    const lic_call_plan *plan = step->u.plan;
    const uint64_t *arguments = regs + step->b;
    uint64_t result = 0;
    if (!plan->host) {
        const lic_image *image = m->program->image;
        const lic_field *first = &image->fields[image->lifecycle.first_field];
        lic_date day = (lic_date)lic_load_u64(m->tables[LIC_TABLE_SELF].cells + first->offset);
        lic_trap trap = lic_native_call(image, plan->native, day, arguments, &result);
        if (trap == LIC_TRAP_NONE) regs[step->a] = result;
        return trap;
    }
    lic_i128 wide = 0;
    lic_trap trap = m->host->native(m->host->context, plan->native, plan->subject, arguments,
                                    &result, &wide);
    if (trap != LIC_TRAP_NONE) return trap;
    if (plan->wide) lic_set2(regs, step->a, wide);
    else regs[step->a] = result;
    return LIC_TRAP_NONE;
}

/* -- keys ---------------------------------------------------------------------------------------------- */

/* A text key that is longer than the table's keys cannot enter. */
static bool key_fits(const lic_machine *m, uint16_t table, uint64_t key)
{
    const lic_table *t = &m->program->image->tables[table];
    if (t->key_form != LIC_FORM_TEXT && t->key_form != LIC_FORM_IDENTIFIER) return true;
    return m->host->text(m->host->context, key).size <= t->key_size;
}

lic_trap lic_key_step(const lic_machine *m, uint64_t *regs, const lic_step *step)
{
    const lic_exec_host *host = m->host;
    uint16_t table = (uint16_t)step->at;
    uint32_t row = LIC_NONE32;
    if (step->op == LIC_OP_RETIRE)
        return host->retire(host->context, table, (uint32_t)regs[step->a]);
    uint64_t key = regs[step->b];
    lic_trap trap = host->find(host->context, table, key, &row);
    if (trap != LIC_TRAP_NONE) return trap;
    bool found = row != LIC_NONE32;
    if (step->op == LIC_OP_HAS) {
        regs[step->a] = found;
        return LIC_TRAP_NONE;
    }
    if (step->op == LIC_OP_FIND && !found) return LIC_TRAP_UNKNOWN_KEY;
    if (step->op == LIC_OP_ENTER && found) return LIC_TRAP_DUPLICATE_KEY;
    if (!found) {
        if (!key_fits(m, table, key)) return LIC_TRAP_OUT_OF_RANGE;
        if (m->tables[table].row_count >= m->program->image->tables[table].max_rows)
            return LIC_TRAP_TABLE_FULL;
        trap = host->enter(host->context, table, key, &row);
        if (trap != LIC_TRAP_NONE) return trap;
    }
    regs[step->a] = row;
    return LIC_TRAP_NONE;
}

/* -- texts ----------------------------------------------------------------------------------------------- */

static lic_trap load_text(const lic_machine *m, uint64_t *regs, const lic_step *step)
{
    uint32_t row = (uint32_t)regs[step->b], room = step->u.place.limit >> 1;
    const uint8_t *at = (step->u.place.limit & 1) != 0
                            ? lic_cell_at(m, step->u.place.view, step->u.place.stride, row,
                                          step->at)
                            : lic_fixed_at(m, step->u.place.view, step->u.place.stride, row,
                                           step->at);
    lic_slice bytes = {.data = at, .size = LIC_HASH_SIZE};
    if (room > 0) {
        bytes = (lic_slice){.data = at + 2, .size = (size_t)(at[0] | at[1] << 8)};
        if (bytes.size + 2 > room) return LIC_TRAP_OUT_OF_RANGE;
    }
    return m->host->make_text(m->host->context, bytes, &regs[step->a]);
}

static lic_trap store_text(const lic_machine *m, const uint64_t *regs, const lic_step *step)
{
    uint32_t row = (uint32_t)regs[step->b], room = step->u.place.limit >> 1;
    lic_slice bytes = m->host->text(m->host->context, regs[step->a]);
    if (room > 0 ? bytes.size + 2 > room : bytes.size != LIC_HASH_SIZE)
        return LIC_TRAP_OUT_OF_RANGE;
    lic_trap trap = lic_touch_row(m, step->u.place.view, row);
    if (trap != LIC_TRAP_NONE) return trap;
    uint8_t *at = lic_cell_at(m, step->u.place.view, step->u.place.stride, row, step->at);
    if (room > 0) {
        memset(at, 0, room); /* one text has one form in the page's bytes */
        at[0] = (uint8_t)bytes.size;
        at[1] = (uint8_t)(bytes.size >> 8);
        at += 2;
    }
    if (bytes.size > 0) memcpy(at, bytes.data, bytes.size);
    return LIC_TRAP_NONE;
}

lic_trap lic_text_step(const lic_machine *m, uint64_t *regs, const lic_step *step)
{
    if (step->op == LIC_OP_LOADTEXT) return load_text(m, regs, step);
    if (step->op == LIC_OP_STORETEXT) return store_text(m, regs, step);
    lic_slice one = m->host->text(m->host->context, regs[step->b]);
    lic_slice other = m->host->text(m->host->context, regs[step->c]);
    regs[step->a] = lic_slice_equal(one, other);
    return LIC_TRAP_NONE;
}

/* -- territory sets ---------------------------------------------------------------------------------------- */

static bool in_set(const uint8_t *set, uint64_t territory)
{
    return territory < 256 && (set[territory / 8] >> territory % 8 & 1) != 0;
}

static lic_trap join_sets(const lic_machine *m, const uint64_t *regs, const lic_step *step)
{
    const lic_set_plan *plan = step->u.plan;
    uint32_t row = (uint32_t)regs[step->b], source_row = (uint32_t)regs[step->c];
    lic_trap trap = lic_touch_row(m, plan->target.view, row);
    if (trap != LIC_TRAP_NONE) return trap;
    uint8_t *target = lic_balance_at(m, &plan->target, row);
    const uint8_t *source = plan->source_mutable
                                ? lic_balance_at(m, &plan->source, source_row)
                                : lic_fixed_at(m, plan->source.view, plan->source.stride,
                                               source_row, plan->source.at);
    for (unsigned n = 0; n < 32; n++) target[n] |= source[n];
    return LIC_TRAP_NONE;
}

lic_trap lic_set_step(const lic_machine *m, uint64_t *regs, const lic_step *step)
{
    switch (step->op) {
    case LIC_OP_SETHAS: regs[step->a] = in_set(step->u.plan, regs[step->b]); return LIC_TRAP_NONE;
    case LIC_OP_SETJOIN: return join_sets(m, regs, step);
    default: break;
    }
    uint16_t view = step->u.place.view, stride = step->u.place.stride;
    if (step->op == LIC_OP_SETIN) {
        uint32_t row = (uint32_t)regs[step->c];
        const uint8_t *set = step->u.place.limit != 0
                                 ? lic_cell_at(m, view, stride, row, step->at)
                                 : lic_fixed_at(m, view, stride, row, step->at);
        regs[step->a] = in_set(set, regs[step->b]);
        return LIC_TRAP_NONE;
    }
    uint32_t row = (uint32_t)regs[step->b];
    lic_trap trap = lic_touch_row(m, view, row);
    if (trap == LIC_TRAP_NONE) memset(lic_cell_at(m, view, stride, row, step->at), 0, 32);
    return trap;
}
