/* verify_tables.c - the rules of instructions that follow tables: tiers, splits, child rows, keys,
 * texts, territory sets, and the effects that leave the contract's memory. */
#include "flow.h"

/* The row operand names the parent of the child table. */
static bool parent_row(const lic_flow *flow, uint8_t reg, uint16_t child)
{
    const lic_table *table = &flow->image->tables[child];
    return table->kind == LIC_TABLE_KIND_CHILD && lic_flow_row(flow, reg) == table->parent;
}

static bool edge_fits(lic_type value, lic_type edge)
{
    return lic_type_equal(value, edge) || lic_same_worth(value, edge);
}

/* The part below each price is a sum of products; everything else takes one tier's value. */
static const char *tiers_result(const lic_step *step, lic_type value, lic_type *result)
{
    switch (step->i.op) {
    case LIC_OP_TIER_SUM:
        UNLESS(step->b.kind == LIC_KIND_COUNT && step->c.kind == LIC_KIND_COUNT,
               "counts what is no count");
        UNLESS(lic_type_value(step->b, value, result), "the tiers hold no price per count");
        return NULL;
    case LIC_OP_TIER_SUM2:
        UNLESS(lic_same_worth(step->b, step->c), "value and cumulative amount are of two types");
        UNLESS(value.kind == LIC_KIND_RATE && lic_type_mul2(step->b, value, result),
               "the tiers hold no rate");
        return NULL;
    case LIC_OP_TIER_AT:
    case LIC_OP_TIER_OF: UNLESS(lic_kind_narrow(value), "the tiers hold no 64-bit value"); break;
    default: UNLESS(lic_type_wide(value), "the tiers hold no 128-bit value"); break;
    }
    UNLESS(lic_kind_ordered(step->b) || lic_type_wide(step->b), "looks up what has no order");
    *result = value;
    return NULL;
}

static const char *check_tiers(lic_flow *flow, lic_step *step)
{
    const lic_image *image = flow->image;
    const lic_tiers *tiers = &image->tiers[step->i.imm >> 16];
    UNLESS(parent_row(flow, step->i.imm & 0xFF, tiers->table), "its row has no such tiers");
    uint8_t column = step->i.imm >> 8 & 0xFF;
    uint8_t kind = lic_flow_type(flow, column).kind;
    UNLESS(column == 255 || kind == LIC_KIND_COUNT || kind == LIC_KIND_ENUM,
           "its column is neither count nor enumeration");
    UNLESS(edge_fits(step->b, image->fields[tiers->edge].type), "the edges are of another type");
    const char *reason = tiers_result(step, image->fields[tiers->value].type, &step->result);
    if (reason != NULL) return reason;
    UNLESS(lic_type_equal(step->result, tiers->result), "the result is not of the declared type");
    return NULL;
}

const char *lic_rule_tiers(lic_flow *flow, lic_step *step)
{
    if (step->i.op != LIC_OP_SPLIT) return check_tiers(flow, step);
    const lic_split_info *split = &flow->image->splits[step->i.imm >> 16];
    UNLESS(parent_row(flow, step->i.imm & 0xFF, split->table), "its row has no such shares");
    UNLESS((step->i.imm >> 8 & 0xFF) == 255, "a split has no column");
    UNLESS(step->b.kind == LIC_KIND_MONEY, "splits what is no money");
    for (unsigned n = 0; n < split->max; n++)
        UNLESS(lic_flow_pair_free(flow, step->i.a + 2 * n), "has no room for its shares");
    for (unsigned n = 0; n < split->max; n++) lic_flow_write(flow, step->i.a + 2 * n, step->b);
    return NULL;
}

static bool key_fits(const lic_table *table, lic_type type)
{
    lic_type key = lic_key_type(table);
    if (key.kind == LIC_KIND_TEXT) return type.kind == LIC_KIND_TEXT;
    return key.kind != LIC_KIND_NONE && lic_type_equal(key, type);
}

const char *lic_rule_rows(lic_flow *flow, lic_step *step)
{
    const lic_table *table = &flow->image->tables[step->i.imm];
    lic_type row = lic_type_of(LIC_KIND_ROW, (uint8_t)step->i.imm);
    switch (step->i.op) {
    case LIC_OP_CHILDREN:
    case LIC_OP_CHILD:
        UNLESS(parent_row(flow, step->i.b, (uint16_t)step->i.imm),
               "its row has no such child rows");
        step->result = step->i.op == LIC_OP_CHILD ? row : lic_type_plain(LIC_KIND_COUNT);
        return NULL;
    case LIC_OP_ROWAT:
        UNLESS(step->b.kind == LIC_KIND_COUNT, "takes a row number that is no count");
        step->result = row;
        return NULL;
    case LIC_OP_ENTER:
    case LIC_OP_ENSURE:
        UNLESS(table->kind == LIC_TABLE_KIND_REGISTER, "adds a row to what is no register");
        UNLESS(key_fits(table, step->b), "the key is of another type");
        step->result = row;
        return NULL;
    case LIC_OP_RETIRE:
        UNLESS(table->kind == LIC_TABLE_KIND_REGISTER, "retires a row of what is no register");
        UNLESS(lic_type_equal(step->a, row), "retires a row of another table");
        return NULL;
    default: /* FIND, HAS */
        UNLESS(key_fits(table, step->b), "the key is of another type, or the table has none");
        step->result = step->i.op == LIC_OP_FIND ? row : lic_type_plain(LIC_KIND_BOOL);
        return NULL;
    }
}

static bool handled(lic_type type)
{
    return type.kind == LIC_KIND_TEXT || type.kind == LIC_KIND_HASH;
}

static const char *check_set_field(const lic_flow *flow, uint8_t reg, const lic_field *field,
                                   bool written)
{
    UNLESS(lic_flow_row(flow, reg) == field->table, "uses a field of another table");
    UNLESS(field->type.kind == LIC_KIND_SET, "the field is no set of territories");
    UNLESS(!written || (field->is_mutable && field->role != LIC_ROLE_ENGINE &&
                        field->role != LIC_ROLE_FACT),
           "writes a fixed field or what the engine keeps");
    return NULL;
}

static const char *check_text(lic_flow *flow, lic_step *step)
{
    if (step->i.op == LIC_OP_SAMETEXT) {
        UNLESS(handled(step->b) && step->b.kind == step->c.kind,
               "compares what are not two texts or two hashes");
        step->result = lic_type_plain(LIC_KIND_BOOL);
        return NULL;
    }
    UNLESS(handled(step->field->type) && lic_flow_row(flow, step->i.b) == step->field->table,
           "uses a field of another table, or one that holds no text");
    if (step->i.op == LIC_OP_LOADTEXT) {
        step->result = step->field->type;
        return NULL;
    }
    UNLESS(step->a.kind == step->field->type.kind, "writes a value of another type");
    UNLESS(step->field->is_mutable && step->field->role != LIC_ROLE_ENGINE &&
               step->field->role != LIC_ROLE_FACT,
           "writes a fixed field or what the engine keeps");
    return NULL;
}

const char *lic_rule_text(lic_flow *flow, lic_step *step)
{
    const lic_image *image = flow->image;
    const char *reason;
    switch (step->i.op) {
    case LIC_OP_SETHAS:
        UNLESS(step->b.kind == LIC_KIND_TERRITORY, "looks up what is no territory");
        UNLESS(image->constants[step->i.imm].type.kind == LIC_KIND_SET,
               "the constant is no set of territories");
        step->result = lic_type_plain(LIC_KIND_BOOL);
        return NULL;
    case LIC_OP_SETIN:
        UNLESS(step->b.kind == LIC_KIND_TERRITORY, "looks up what is no territory");
        step->result = lic_type_plain(LIC_KIND_BOOL);
        return check_set_field(flow, step->i.c, step->field, false);
    case LIC_OP_SETJOIN:
        reason = check_set_field(flow, step->i.b, &image->fields[step->i.imm & 0xFFFF], true);
        if (reason != NULL) return reason;
        UNLESS(!lic_flow_is(flow, LIC_PHASE_JUDGE), "changes state while lines are judged");
        return check_set_field(flow, step->i.c, &image->fields[step->i.imm >> 16], false);
    case LIC_OP_SETCLEAR: return check_set_field(flow, step->i.b, step->field, true);
    default: return check_text(flow, step);
    }
}

/* -- effects ------------------------------------------------------------------------------------------ */

static const char *check_post(const lic_flow *flow, const lic_step *step)
{
    const lic_image *image = flow->image;
    const lic_account *from = &image->accounts[step->i.imm & 0xFFFF],
                      *to = &image->accounts[step->i.imm >> 16];
    UNLESS(step->a.kind == LIC_KIND_MONEY, "posts what is no money");
    UNLESS(from->currency == to->currency && step->a.currency == from->currency,
           "posts between two currencies");
    UNLESS(lic_flow_row(flow, step->i.b) == image->fields[from->field].table &&
               lic_flow_row(flow, step->i.c) == image->fields[to->field].table,
           "the account does not belong to a row of that table");
    return NULL;
}

static const char *check_oblige(const lic_flow *flow, const lic_step *step)
{
    const lic_duty *duty = &flow->image->duties[step->i.imm];
    UNLESS(step->a.kind == LIC_KIND_MONEY && step->a.currency == duty->currency,
           "obliges what is no money of the duty's currency");
    UNLESS(step->b.kind == LIC_KIND_DATE, "a duty is due on what is no date");
    UNLESS(lic_flow_row(flow, step->i.c) == duty->creditor_table,
           "the creditor is a row of another table");
    UNLESS(duty->debtor != LIC_NONE16 ||
               (duty->debtor_register != 255 &&
                lic_flow_row(flow, duty->debtor_register) == LIC_TABLE_PARTIES),
           "the debtor is no party");
    return NULL;
}

static const char *check_emit(const lic_flow *flow, const lic_step *step)
{
    const lic_event *event = &flow->image->events[step->i.imm];
    for (uint32_t n = 0; n < event->argument_count; n++) {
        const lic_event_argument *argument =
            &flow->image->event_arguments[event->first_argument + n];
        UNLESS(argument->type.kind != LIC_KIND_NONE &&
                   lic_type_equal(lic_flow_type(flow, argument->reg), argument->type),
               "an argument of the event is of another type");
    }
    return NULL;
}

static const char *check_result(const lic_flow *flow, const lic_step *step)
{
    const lic_term *term = &flow->image->terms[step->i.imm];
    UNLESS(term->results == 1, "the term has no results");
    UNLESS(lic_flow_row(flow, step->i.b) == term->table,
           "the result is for a row of another table");
    UNLESS(lic_type_equal(step->a, lic_type_exact(term->currency, term->exact_scale)),
           "the exact amount is of another type");
    for (unsigned n = 1; n < 5; n++) {
        unsigned reg = step->i.a + 2 * n;
        lic_type type = reg < LIC_REGISTERS - 1 ? flow->now.at[reg] : lic_type_plain(LIC_KIND_NONE);
        UNLESS(type.kind == LIC_KIND_MONEY && type.currency == term->currency,
               "earned, top-up, recouped or net is no money");
    }
    return NULL;
}

static const char *check_call(const lic_flow *flow, lic_step *step)
{
    const lic_image *image = flow->image;
    const lic_native_info *native = lic_native_find(step->i.imm & 0xFFFF);
    uint32_t subject = step->i.imm >> 16;
    switch ((lic_subject)native->subject) {
    case LIC_SUBJECT_NONE: UNLESS(subject == 0, "a function without subject is given one"); break;
    case LIC_SUBJECT_TERM:
        UNLESS(subject < image->terms_count, "the function's term does not exist");
        break;
    case LIC_SUBJECT_GRANT:
        UNLESS(subject < image->grants_count, "the function's grant does not exist");
        break;
    case LIC_SUBJECT_HISTORY:
        UNLESS(subject < image->tables_count &&
                   image->tables[subject].kind == LIC_TABLE_KIND_HISTORY,
               "the function's table keeps no earlier values");
        break;
    }
    UNLESS(step->i.c == native->count && (native->count > 0 || step->i.b == 0),
           "a wrong number of arguments");
    for (unsigned n = 0; n < native->count; n++) {
        unsigned reg = step->i.b + n;
        UNLESS(reg < LIC_REGISTERS - 1 && flow->now.at[reg].kind == native->arguments[n],
               "an argument is of another type");
    }
    step->result = lic_native_type(image, native, subject);
    UNLESS(!lic_type_wide(step->result) || lic_flow_pair_free(flow, step->i.a),
           "writes an input or no pair");
    return NULL;
}

const char *lic_rule_effect(lic_flow *flow, lic_step *step)
{
    switch (step->i.op) {
    case LIC_OP_POST: return check_post(flow, step);
    case LIC_OP_OBLIGE: return check_oblige(flow, step);
    case LIC_OP_EMIT: return check_emit(flow, step);
    case LIC_OP_RESULT: return check_result(flow, step);
    case LIC_OP_GOTO:
        UNLESS(lic_flow_is(flow, LIC_PHASE_ONCE), "the lifecycle moves while rows or lines run");
        return NULL;
    default: return check_call(flow, step);
    }
}
