/* why/concern.c - what the agreement's code says about a payee, read off it without running it: whose
 * payments are shared out to it, and which terms' money can come to it. It answers for rows where the code
 * names one; a row that is known when the code runs alone may be anybody's. */
#include "why/why.h"

#include <licet/standard.h>

/* -- constants in straight code ---------------------------------------------------------------------- */

/* The instruction leaves its operand a as it was. */
static bool keeps_operand(uint8_t op)
{
    switch (op) {
    case LIC_OP_STORE:
    case LIC_OP_STORE2:
    case LIC_OP_GAIN:
    case LIC_OP_GAIN2:
    case LIC_OP_RANGE:
    case LIC_OP_RANGE2:
    case LIC_OP_RETIRE:
    case LIC_OP_STORETEXT:
    case LIC_OP_POST:
    case LIC_OP_OBLIGE:
    case LIC_OP_RESULT:
    case LIC_OP_BRANCH: return true;
    default: return false;
    }
}

bool lic_why_constant(const lic_image *image, uint32_t phase, uint32_t pc, uint8_t reg,
                      lic_i128 *value)
{
    for (uint32_t at = pc; at-- > image->phases[phase].first;) {
        const lic_instruction *i = &image->code[at];
        if (i->op == LIC_OP_LABEL) return false; /* several ways lead here */
        if (i->a != reg || keeps_operand(i->op)) continue;
        if (i->op == LIC_OP_MOVE) {
            reg = i->b;
        } else {
            if (i->op != LIC_OP_CONST) return false;
            *value = image->constants[i->imm].value;
            return true;
        }
    }
    return false;
}

/* The row may be `row`. */
static bool may_be(const lic_image *image, uint32_t phase, uint32_t pc, uint8_t reg, uint32_t row)
{
    lic_i128 value = 0;
    if (reg == 255) return row == 0;
    return !lic_why_constant(image, phase, pc, reg, &value) || value == (lic_i128)row;
}

/* -- accounts ------------------------------------------------------------------------------------------ */

bool lic_why_is_payee(const lic_image *image, const lic_why_payee *payee, uint16_t account,
                      uint32_t row)
{
    return row == payee->row && image->fields[image->accounts[account].field].table == payee->table;
}

/* A leg of a posting may be on an account of the payee. */
static bool leg_concerns(const lic_why *why, uint32_t phase, uint32_t pc, uint16_t account,
                         uint8_t reg)
{
    const lic_image *image = why->image;
    return image->fields[image->accounts[account].field].table == why->payee.table &&
           may_be(image, phase, pc, reg, why->payee.row);
}

typedef bool code_visit(lic_why *why, uint32_t phase, uint32_t pc, void *context);

/* True when a visit was. */
static bool any_in_phase(lic_why *why, uint32_t phase, code_visit *visit, void *context)
{
    const lic_phase *p = &why->image->phases[phase];
    bool any = false;
    for (uint32_t pc = p->first; pc < p->first + p->count; pc++) {
        if (visit(why, phase, pc, context)) any = true;
    }
    return any;
}

static bool posts_to_payee(lic_why *why, uint32_t phase, uint32_t pc, void *context)
{
    const lic_instruction *i = &why->image->code[pc];
    (void)context;
    return i->op == LIC_OP_POST && leg_concerns(why, phase, pc, (uint16_t)(i->imm >> 16), i->c);
}

static void find_shares(lic_why *why)
{
    const lic_image *image = why->image;
    for (uint32_t d = 0; d < image->duties_count; d++) {
        if (image->duties[d].payment_entry == LIC_NONE16) continue;
        const lic_entry *entry = &image->entries[image->duties[d].payment_entry];
        for (uint16_t p = 0; p < entry->phase_count; p++) {
            if (any_in_phase(why, (uint32_t)entry->first_phase + p, posts_to_payee, NULL))
                why->concern.shares[d] = true;
        }
    }
}

/* -- terms --------------------------------------------------------------------------------------------------- */

/* Accounts from which money goes on to the payee; implicit accounts of other parties end the way. */
static bool spreads(lic_why *why, uint32_t phase, uint32_t pc, void *context)
{
    bool *reach = context;
    const lic_image *image = why->image;
    const lic_instruction *i = &image->code[pc];
    if (i->op != LIC_OP_POST) return false;
    uint16_t from = (uint16_t)i->imm, to = (uint16_t)(i->imm >> 16);
    bool declared = image->accounts[from].kind == LIC_ACCOUNT_DECLARED;
    bool leads = leg_concerns(why, phase, pc, to, i->c) || reach[to];
    if (!declared || !leads || reach[from]) return false;
    reach[from] = true;
    return true;
}

static bool marks_term(lic_why *why, uint32_t phase, uint32_t pc, void *context)
{
    const bool *reach = context;
    const lic_image *image = why->image;
    const lic_instruction *i = &image->code[pc];
    uint16_t clause = lic_image_clause_at(image, pc);
    if (clause == LIC_NONE16 || image->clauses[clause].term == LIC_NONE16) return false;
    bool concerns = false;
    if (i->op == LIC_OP_POST) {
        uint16_t from = (uint16_t)i->imm, to = (uint16_t)(i->imm >> 16);
        concerns = reach[to] || leg_concerns(why, phase, pc, from, i->b) ||
                   leg_concerns(why, phase, pc, to, i->c);
    } else if (i->op == LIC_OP_OBLIGE) {
        const lic_duty *duty = &image->duties[i->imm];
        concerns = why->concern.shares[i->imm] ||
                   (duty->creditor_table == why->payee.table &&
                    may_be(image, phase, pc, i->c, why->payee.row)) ||
                   (why->payee.table == LIC_TABLE_PARTIES && duty->debtor == why->payee.row);
    }
    if (concerns) why->concern.terms[image->clauses[clause].term] = true;
    return false;
}

lic_status lic_why_find_concern(lic_why *why)
{
    const lic_image *image = why->image;
    why->concern.terms = lic_arena_take(why->arena, image->terms_count + 1);
    why->concern.shares = lic_arena_take(why->arena, image->duties_count + 1);
    bool *reach = lic_arena_take(why->arena, image->accounts_count + 1);
    if (why->concern.terms == NULL || why->concern.shares == NULL || reach == NULL)
        return LIC_NO_MEMORY;
    if (why->payee.table == LIC_NONE16) return LIC_OK;
    find_shares(why);
    for (bool any = true; any;) {
        any = false;
        for (uint32_t p = 0; p < image->phases_count; p++)
            any = any_in_phase(why, p, spreads, reach) || any;
    }
    for (uint32_t p = 0; p < image->phases_count; p++)
        (void)any_in_phase(why, p, marks_term, reach);
    return LIC_OK;
}

/* -- asked while the code runs --------------------------------------------------------------------------------- */

bool lic_why_duty_concerns(const lic_why *why, uint32_t row, uint32_t descriptor, uint32_t debtor,
                           uint32_t creditor)
{
    const lic_why_payee *payee = &why->payee;
    const lic_duty *duty = &why->image->duties[descriptor];
    if (payee->duty != LIC_NONE32) return row == payee->duty;
    return (duty->creditor_table == payee->table && duty->creditor_table != LIC_TABLE_SELF &&
            creditor == payee->row) ||
           (payee->table == LIC_TABLE_PARTIES && debtor == payee->row) ||
           why->concern.shares[descriptor];
}

bool lic_why_row_concerns(const lic_why *why, const lic_tables *tables, uint32_t row)
{
    return lic_why_duty_concerns(
        why, row, (uint32_t)lic_column_get(tables, LIC_TABLE_DUTIES, row, LIC_DUTY_DUTY_AT),
        (uint32_t)lic_column_get(tables, LIC_TABLE_DUTIES, row, LIC_DUTY_DEBTOR_AT),
        (uint32_t)lic_column_get(tables, LIC_TABLE_DUTIES, row, LIC_DUTY_CREDITOR_AT));
}

bool lic_why_result_concerns(const lic_why *why, uint32_t term, uint32_t row)
{
    uint16_t table = why->image->terms[term].table;
    return why->concern.terms[term] &&
           (table == LIC_TABLE_SELF || (table == why->payee.table && row == why->payee.row));
}
