/* verify_flow.c - the pass over code: operands, then the rule of the instruction, then what it
 * writes; types meet at labels. Jumps go forwards, so one pass sees every way in before the label. */
#include <string.h>

#include "flow.h"
#include "verify.h"

lic_type lic_flow_type(const lic_flow *flow, uint8_t reg)
{
    return reg < LIC_REGISTERS - 1 ? flow->now.at[reg] : lic_type_plain(LIC_KIND_NONE);
}

uint16_t lic_flow_row(const lic_flow *flow, uint8_t reg)
{
    if (reg == 255) return LIC_TABLE_SELF;
    lic_type type = lic_flow_type(flow, reg);
    return type.kind == LIC_KIND_ROW ? type.aux : LIC_NO_ROW;
}

bool lic_flow_pair_free(const lic_flow *flow, unsigned first)
{
    return first % 2 == 0 && first + 1 < LIC_REGISTERS - 1 && !flow->locked[first] &&
           !flow->locked[first + 1];
}

void lic_flow_write(lic_flow *flow, unsigned reg, lic_type type)
{
    lic_type none = lic_type_plain(LIC_KIND_NONE);
    lic_type *at = flow->now.at;
    /* Half of a pair that is overwritten takes the other half with it. */
    if (at[reg].kind == LIC_KIND_HIGH) at[reg - 1] = none;
    if (lic_type_wide(at[reg])) at[reg + 1] = none;
    at[reg] = type;
    if (!lic_type_wide(type)) return;
    if (lic_type_wide(at[reg + 1])) at[reg + 2] = none;
    at[reg + 1] = none;
    at[reg + 1].kind = LIC_KIND_HIGH;
}

bool lic_flow_is(const lic_flow *flow, lic_phase_kind kind)
{
    return flow->phase->kind == kind;
}

bool lic_kind_narrow(lic_type type)
{
    return type.kind >= LIC_KIND_BOOL && type.kind <= LIC_KIND_TERRITORY;
}

bool lic_kind_ordered(lic_type type)
{
    return type.kind >= LIC_KIND_COUNT && type.kind <= LIC_KIND_PRICE;
}

bool lic_same_worth(lic_type a, lic_type b)
{
    return lic_type_wide(a) && lic_type_wide(b) && a.currency == b.currency && a.scale == b.scale;
}

/* -- operands ------------------------------------------------------------------------------------- */

static const char *check_operand(const lic_flow *flow, uint8_t role, uint8_t value)
{
    lic_type type = lic_flow_type(flow, value);
    switch ((lic_operand)role) {
    case LIC_OPERAND_NONE: UNLESS(value == 0, "an unused operand is not 0"); break;
    case LIC_OPERAND_W:
        UNLESS(value < LIC_REGISTERS - 1 && !flow->locked[value], "writes an input or no register");
        break;
    case LIC_OPERAND_W2:
        UNLESS(lic_flow_pair_free(flow, value), "writes an input or no pair");
        break;
    case LIC_OPERAND_R:
        UNLESS(lic_kind_narrow(type), "reads a register that holds no 64-bit value");
        break;
    case LIC_OPERAND_RK:
        UNLESS(lic_kind_narrow(type) || type.kind == LIC_KIND_TEXT || type.kind == LIC_KIND_HASH,
               "reads a register that holds no 64-bit value or handle");
        break;
    case LIC_OPERAND_R2:
        UNLESS(lic_type_wide(type), "reads a pair that holds no 128-bit value");
        break;
    case LIC_OPERAND_ROWREG:
        UNLESS(lic_flow_row(flow, value) != LIC_NO_ROW,
               "takes a row from a register that holds none");
        break;
    case LIC_OPERAND_ROPT:
        UNLESS(value == 255 || type.kind == LIC_KIND_COUNT,
               "takes a count from a register that holds none");
        break;
    case LIC_OPERAND_N8:
    case LIC_OPERAND_GAS: break;
    }
    return NULL;
}

static const char *check_target(const lic_flow *flow, uint32_t target)
{
    uint32_t end = flow->phase->first + flow->phase->count;
    UNLESS(target > flow->pc && target < end, "jumps backwards or out of the phase");
    UNLESS(flow->image->code[target].op == LIC_OP_LABEL, "jumps to what is no label");
    return NULL;
}

static const char *check_imm(const lic_flow *flow, lic_step *step)
{
    const lic_image *image = flow->image;
    uint32_t imm = step->i.imm, low = imm & 0xFFFF, high = imm >> 16, bound = 0;
    switch ((lic_imm)step->info->imm) {
    case LIC_IMM_NONE: UNLESS(imm == 0, "an unused imm is not 0"); return NULL;
    case LIC_IMM_N: return NULL;
    case LIC_IMM_TARGET: return check_target(flow, imm);
    case LIC_IMM_FIELD: {
        uint16_t field = lic_places_find(image, flow->places, imm);
        UNLESS(field != LIC_NONE16, "names no declared field");
        step->field = &image->fields[field];
        return NULL;
    }
    case LIC_IMM_KK:
        UNLESS(low < image->constants_count && high < image->constants_count, "names no constant");
        return NULL;
    case LIC_IMM_FIELD2:
        UNLESS(low < image->fields_count && high < image->fields_count, "names no field");
        return NULL;
    case LIC_IMM_ACCTS:
        UNLESS(low < image->accounts_count && high < image->accounts_count, "names no account");
        return NULL;
    case LIC_IMM_TIERS: UNLESS(high < image->tiers_count, "names no tiers"); return NULL;
    case LIC_IMM_SPLIT: UNLESS(high < image->splits_count, "names no split"); return NULL;
    case LIC_IMM_NATIVE:
        UNLESS(lic_native_find(low) != NULL, "names no native function");
        return NULL;
    case LIC_IMM_K: bound = image->constants_count; break;
    case LIC_IMM_TABLE: bound = image->tables_count; break;
    case LIC_IMM_DUTY: bound = image->duties_count; break;
    case LIC_IMM_EVENT: bound = image->events_count; break;
    case LIC_IMM_TERM: bound = image->terms_count; break;
    case LIC_IMM_STATE: bound = image->enumerations[image->lifecycle.states].count; break;
    case LIC_IMM_REASON: bound = image->reasons_count; break;
    }
    UNLESS(imm < bound, "its imm names nothing");
    return NULL;
}

static bool reads(uint8_t role)
{
    return role == LIC_OPERAND_R || role == LIC_OPERAND_RK || role == LIC_OPERAND_R2 ||
           role == LIC_OPERAND_ROWREG || role == LIC_OPERAND_ROPT;
}

/* -- phases that may do less ------------------------------------------------------------------------ */

static bool changes_state(lic_instruction i)
{
    switch (i.op) {
    case LIC_OP_STORE:
    case LIC_OP_STORE2:
    case LIC_OP_GAIN:
    case LIC_OP_GAIN2:
    case LIC_OP_ENTER:
    case LIC_OP_ENSURE:
    case LIC_OP_RETIRE:
    case LIC_OP_STORETEXT:
    case LIC_OP_SETJOIN:
    case LIC_OP_SETCLEAR:
    case LIC_OP_POST:
    case LIC_OP_OBLIGE:
    case LIC_OP_EMIT:
    case LIC_OP_RESULT:
    case LIC_OP_GOTO: return true;
    case LIC_OP_CALL: return lic_native_find(i.imm & 0xFFFF)->changes;
    default: return false;
    }
}

/* Judging reads the line and what never changes, so that it can run while the report comes in. */
static const char *check_judge(const lic_flow *flow, const lic_step *step)
{
    UNLESS(!changes_state(step->i), "changes state while lines are judged");
    UNLESS(step->field == NULL || !step->field->is_mutable,
           "reads what changes while lines are judged");
    if (step->i.op == LIC_OP_CALL)
        UNLESS(!lic_native_find(step->i.imm & 0xFFFF)->host,
               "asks the engine while lines are judged");
    if (step->info->imm == LIC_IMM_TABLE) {
        uint8_t kind = flow->image->tables[step->i.imm].kind;
        UNLESS(kind == LIC_TABLE_KIND_SCHEDULE || kind == LIC_TABLE_KIND_CHILD,
               "reads a growing table while lines are judged");
    }
    if (step->i.op == LIC_OP_REFUSE) {
        const lic_report *report = &flow->image->reports[flow->entry->subject];
        UNLESS(step->i.imm >= report->first_require &&
                   step->i.imm - report->first_require < report->require_count,
               "refuses for a reason that is not one of the report's");
    }
    return NULL;
}

/* The wake entry only says when step could act next. */
static const char *check_wake(const lic_flow *flow, const lic_step *step)
{
    if (step->i.op == LIC_OP_STORE &&
        step->field == &flow->image->fields[flow->image->lifecycle.wake_field])
        return NULL;
    UNLESS(!changes_state(step->i), "the wake entry changes more than the wake date");
    return NULL;
}

static const char *check_place(const lic_flow *flow, const lic_step *step)
{
    if (lic_flow_is(flow, LIC_PHASE_JUDGE)) return check_judge(flow, step);
    if (flow->entry->kind == LIC_ENTRY_WAKE) return check_wake(flow, step);
    return NULL;
}

/* -- flow ------------------------------------------------------------------------------------------- */

/* Registers whose types differ on two ways hold nothing after them. */
static void meet(lic_registers *into, const lic_registers *other)
{
    for (unsigned r = 0; r < LIC_REGISTERS; r++)
        if (!lic_type_equal(into->at[r], other->at[r])) into->at[r] = lic_type_plain(LIC_KIND_NONE);
    /* A pair is whole or nothing. */
    for (unsigned r = 0; r + 1 < LIC_REGISTERS; r++) {
        bool wide = lic_type_wide(into->at[r]), high = into->at[r + 1].kind == LIC_KIND_HIGH;
        if (wide && !high) into->at[r] = lic_type_plain(LIC_KIND_NONE);
        if (high && !wide) into->at[r + 1] = lic_type_plain(LIC_KIND_NONE);
    }
}

static const char *leave_for(lic_flow *flow, uint32_t target)
{
    for (uint32_t i = 0; i < flow->ahead_count; i++) {
        if (flow->target[i] != target) continue;
        meet(&flow->ahead[i], &flow->now);
        return NULL;
    }
    UNLESS(flow->ahead_count < LIC_PENDING_MAX, "more than 64 labels are jumped to at once");
    flow->target[flow->ahead_count] = target;
    flow->ahead[flow->ahead_count++] = flow->now;
    return NULL;
}

static void arrive(lic_flow *flow)
{
    for (uint32_t i = 0; i < flow->ahead_count; i++) {
        if (flow->target[i] != flow->pc) continue;
        if (flow->reached) meet(&flow->now, &flow->ahead[i]);
        else flow->now = flow->ahead[i];
        flow->reached = true;
        flow->ahead_count--;
        flow->target[i] = flow->target[flow->ahead_count];
        flow->ahead[i] = flow->ahead[flow->ahead_count];
        return;
    }
}

const char *lic_rule_control(lic_flow *flow, lic_step *step)
{
    const char *reason = NULL;
    switch (step->i.op) {
    case LIC_OP_BRANCH:
        UNLESS(step->a.kind == LIC_KIND_BOOL, "branches on what is no truth value");
        return leave_for(flow, step->i.imm);
    case LIC_OP_JUMP: reason = leave_for(flow, step->i.imm); break;
    case LIC_OP_END:
    case LIC_OP_REFUSE: break;
    default: return NULL;
    }
    flow->reached = false;
    return reason;
}

static const char *apply_rule(lic_flow *flow, lic_step *step)
{
    switch (step->i.op >> 4) {
    case 0: return lic_rule_move(flow, step);
    case 1: return lic_rule_narrow(flow, step);
    case 2: return lic_rule_wide(flow, step);
    case 3: return lic_rule_round(flow, step);
    case 4:
        return step->i.op <= LIC_OP_SPLIT ? lic_rule_tiers(flow, step) : lic_rule_rows(flow, step);
    case 5:
        return step->i.op <= LIC_OP_RETIRE ? lic_rule_rows(flow, step) : lic_rule_text(flow, step);
    case 6: return lic_rule_effect(flow, step);
    default: return lic_rule_control(flow, step);
    }
}

static const char *check_instruction(lic_flow *flow, lic_step *step)
{
    step->info = lic_op_find(step->i.op);
    UNLESS(step->info != NULL, "is no known instruction");
    if (step->i.op == LIC_OP_LABEL) arrive(flow);
    UNLESS(flow->reached, "is never reached");
    const char *reason;
    if ((reason = check_operand(flow, step->info->a, step->i.a)) != NULL) return reason;
    if ((reason = check_operand(flow, step->info->b, step->i.b)) != NULL) return reason;
    if ((reason = check_operand(flow, step->info->c, step->i.c)) != NULL) return reason;
    if ((reason = check_imm(flow, step)) != NULL) return reason;
    if ((reason = check_place(flow, step)) != NULL) return reason;
    if (reads(step->info->a)) step->a = lic_flow_type(flow, step->i.a);
    if (reads(step->info->b)) step->b = lic_flow_type(flow, step->i.b);
    if (reads(step->info->c)) step->c = lic_flow_type(flow, step->i.c);
    if ((reason = apply_rule(flow, step)) != NULL) return reason;
    if (step->result.kind == LIC_KIND_NONE) return NULL;
    UNLESS(lic_type_wide(step->result) == (step->info->a == LIC_OPERAND_W2) ||
               step->i.op == LIC_OP_CALL,
           "its result has another width");
    lic_flow_write(flow, step->i.a, step->result);
    return NULL;
}

static void begin_phase(lic_flow *flow, const lic_phase *phase)
{
    const lic_image *image = flow->image;
    memset(&flow->now, 0, sizeof flow->now);
    memset(flow->locked, 0, sizeof flow->locked);
    flow->phase = phase;
    flow->ahead_count = 0;
    flow->reached = true;
    for (uint32_t n = 0; n < phase->input_count; n++) {
        const lic_input *input = &image->inputs[phase->first_input + n];
        lic_flow_write(flow, input->reg, input->type);
        flow->locked[input->reg] = true;
        if (lic_type_wide(input->type)) flow->locked[input->reg + 1] = true;
    }
}

static lic_status check_phase(lic_flow *flow, uint32_t number, lic_error *error)
{
    const lic_image *image = flow->image;
    begin_phase(flow, &image->phases[number]);
    uint32_t end = flow->phase->first + flow->phase->count;
    for (flow->pc = flow->phase->first; flow->pc < end; flow->pc++) {
        lic_step step = {.i = image->code[flow->pc]};
        const char *reason = check_instruction(flow, &step);
        DEMAND(reason == NULL, "phase %u, pc %u, %s: %s", number, flow->pc,
               step.info != NULL ? step.info->name : "?", reason);
    }
    DEMAND(!flow->reached, "phase %u runs out of the phase: its last instruction is no END",
           number);
    return LIC_OK;
}

static bool constant_valid(const lic_image *image, const lic_constant *constant)
{
    lic_i128 value = constant->value;
    if (!lic_type_valid(image, constant->type)) return false;
    switch ((lic_kind)constant->type.kind) {
    case LIC_KIND_BOOL: return value == 0 || value == 1;
    case LIC_KIND_COUNT:
    case LIC_KIND_RATE:
    case LIC_KIND_PRICE: return value >= INT64_MIN && value <= INT64_MAX;
    case LIC_KIND_DATE: return value >= LIC_DATE_MIN && value <= LIC_DATE_MAX;
    case LIC_KIND_ENUM: return value >= 0 && value < image->enumerations[constant->type.aux].count;
    case LIC_KIND_TERRITORY: return value >= 0 && value < 256;
    case LIC_KIND_ROW: { /* rows that are there from the start */
        const lic_table *table = &image->tables[constant->type.aux];
        return value >= 0 &&
               value < (table->kind == LIC_TABLE_KIND_GRID ? table->max_rows : table->static_rows);
    }
    case LIC_KIND_MONEY:
    case LIC_KIND_EXACT:
    case LIC_KIND_SET: return true;
    case LIC_KIND_NONE:
    case LIC_KIND_TEXT:
    case LIC_KIND_HASH:
    case LIC_KIND_SPAN: break;
    }
    return false;
}

/* The code asks for the signature of a party that stands in a row. */
static bool asks_signer(const lic_image *image, const lic_action *action)
{
    if (action->entry == LIC_NONE16) return false;
    const lic_entry *entry = &image->entries[action->entry];
    for (uint32_t p = 0; p < entry->phase_count; p++) {
        const lic_phase *phase = &image->phases[entry->first_phase + p];
        for (uint32_t i = 0; i < phase->count; i++) {
            lic_instruction at = image->code[phase->first + i];
            if (at.op == LIC_OP_CALL && (at.imm & 0xFFFF) == LIC_NATIVE_SIGNED_BY) return true;
        }
    }
    return false;
}

lic_status lic_verify_code(const lic_image *image, const lic_places *places, lic_error *error)
{
    for (uint32_t k = 0; k < image->constants_count; k++)
        DEMAND(constant_valid(image, &image->constants[k]), "constant %u is no value of its type",
               k);
    lic_flow flow;
    flow.image = image;
    flow.places = places;
    for (uint32_t e = 0; e < image->entries_count; e++) {
        flow.entry = &image->entries[e];
        uint32_t end = (uint32_t)flow.entry->first_phase + flow.entry->phase_count;
        for (uint32_t p = flow.entry->first_phase; p < end; p++)
            LIC_TRY(check_phase(&flow, p, error));
    }
    for (uint32_t i = 0; i < image->actions_count; i++) {
        const lic_action *action = &image->actions[i];
        DEMAND(action->by != 0 || action->any_of != 0 || asks_signer(image, action),
               "action %u is signed by nobody", i);
    }
    return LIC_OK;
}

lic_status lic_image_verify(const lic_image *image, lic_error *error)
{
    lic_places places;
    lic_places_build(image, &places);
    LIC_TRY(lic_verify_layout(image, &places, error));
    LIC_TRY(lic_verify_readers(image, error));
    LIC_TRY(lic_verify_subjects(image, &places, error));
    LIC_TRY(lic_verify_entries(image, error));
    LIC_TRY(lic_verify_code(image, &places, error));
    return lic_verify_gas(image, error);
}
