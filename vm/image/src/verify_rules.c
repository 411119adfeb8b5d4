/* verify_rules.c - the typing rules of arithmetic: moving, 64 bits, 128 bits, rounding. */
#include "flow.h"

/* May bytecode write this field? Accounts are POST's, engine and fact fields the engine's. */
static const char *check_writable(const lic_field *field)
{
    UNLESS(field->is_mutable, "writes a fixed field");
    UNLESS(field->role != LIC_ROLE_ACCOUNT, "writes an account other than by a posting");
    UNLESS(field->role != LIC_ROLE_ENGINE && field->role != LIC_ROLE_FACT,
           "writes what the engine keeps");
    return NULL;
}

static const char *check_load(lic_flow *flow, lic_step *step)
{
    UNLESS(lic_flow_row(flow, step->i.b) == step->field->table, "reads a field of another table");
    bool wide = step->i.op == LIC_OP_LOAD2;
    UNLESS(wide ? lic_type_wide(step->field->type) : lic_kind_narrow(step->field->type),
           "the field is of another width");
    step->result = step->field->type;
    return NULL;
}

static const char *check_store(lic_flow *flow, lic_step *step)
{
    UNLESS(lic_flow_row(flow, step->i.b) == step->field->table, "writes a field of another table");
    UNLESS(lic_type_equal(step->a, step->field->type), "writes a value of another type");
    bool gains = step->i.op == LIC_OP_GAIN;
    UNLESS(!gains || step->a.kind == LIC_KIND_COUNT || step->a.kind == LIC_KIND_RATE ||
               step->a.kind == LIC_KIND_PRICE,
           "adds to what is no number");
    return check_writable(step->field);
}

const char *lic_rule_move(lic_flow *flow, lic_step *step)
{
    switch (step->i.op) {
    case LIC_OP_CONST:
    case LIC_OP_CONST2: {
        lic_type type = flow->image->constants[step->i.imm].type;
        UNLESS(step->i.op == LIC_OP_CONST ? lic_kind_narrow(type) : lic_type_wide(type),
               "the constant is of another width");
        step->result = type;
        return NULL;
    }
    case LIC_OP_MOVE:
    case LIC_OP_MOVE2: step->result = step->b; return NULL;
    case LIC_OP_LOAD:
    case LIC_OP_LOAD2: return check_load(flow, step);
    default: return check_store(flow, step);
    }
}

static const char *check_range(const lic_flow *flow, const lic_step *step)
{
    UNLESS(lic_kind_ordered(step->a) || lic_type_wide(step->a), "bounds what is no number");
    UNLESS(lic_type_equal(flow->image->constants[step->i.imm & 0xFFFF].type, step->a) &&
               lic_type_equal(flow->image->constants[step->i.imm >> 16].type, step->a),
           "the bounds are of another type");
    return NULL;
}

const char *lic_rule_narrow(lic_flow *flow, lic_step *step)
{
    bool same = lic_type_equal(step->b, step->c);
    lic_type truth = lic_type_plain(LIC_KIND_BOOL);
    switch (step->i.op) {
    case LIC_OP_ADD:
    case LIC_OP_SUB:
        UNLESS(same && lic_kind_ordered(step->b), "adds values of two types, or what is no number");
        step->result = step->b;
        if (step->b.kind == LIC_KIND_DATE) {
            UNLESS(step->i.op == LIC_OP_SUB, "adds two dates");
            step->result = lic_type_plain(LIC_KIND_COUNT);
        }
        return NULL;
    case LIC_OP_MUL:
        UNLESS(lic_type_mul(step->b, step->c, &step->result),
               "multiplies what cannot be multiplied");
        return NULL;
    case LIC_OP_MIN:
    case LIC_OP_MAX:
        UNLESS(same && lic_kind_ordered(step->b), "compares values of two types, or without order");
        step->result = step->b;
        return NULL;
    case LIC_OP_LT:
    case LIC_OP_LE:
        UNLESS(same && lic_kind_ordered(step->b), "compares values of two types, or without order");
        step->result = truth;
        return NULL;
    case LIC_OP_EQ:
        UNLESS(same, "compares values of two types");
        step->result = truth;
        return NULL;
    case LIC_OP_AND:
    case LIC_OP_OR:
        UNLESS(same && step->b.kind == LIC_KIND_BOOL, "joins what is no truth value");
        step->result = truth;
        return NULL;
    case LIC_OP_NOT:
        UNLESS(step->b.kind == LIC_KIND_BOOL, "negates what is no truth value");
        step->result = truth;
        return NULL;
    case LIC_OP_RANGE: return check_range(flow, step);
    default: /* ORDINAL */
        UNLESS(step->b.kind == LIC_KIND_ENUM || step->b.kind == LIC_KIND_TERRITORY ||
                   step->b.kind == LIC_KIND_ROW,
               "takes the position of what has none");
        step->result = lic_type_plain(LIC_KIND_COUNT);
        return NULL;
    }
}

const char *lic_rule_wide(lic_flow *flow, lic_step *step)
{
    lic_type truth = lic_type_plain(LIC_KIND_BOOL);
    switch (step->i.op) {
    case LIC_OP_ADD2:
    case LIC_OP_SUB2:
    case LIC_OP_MIN2:
    case LIC_OP_MAX2:
        UNLESS(lic_type_equal(step->b, step->c), "joins amounts of two types");
        step->result = step->b;
        return NULL;
    case LIC_OP_LT2:
    case LIC_OP_LE2:
    case LIC_OP_EQ2:
        UNLESS(lic_same_worth(step->b, step->c), "compares amounts of two types");
        step->result = truth;
        return NULL;
    case LIC_OP_MUL2:
        UNLESS(lic_type_mul2(step->b, step->c, &step->result),
               "multiplies what cannot be multiplied");
        return NULL;
    case LIC_OP_PRICE:
        UNLESS(lic_type_value(step->b, step->c, &step->result),
               "prices what is no count, or with what is no price per count");
        return NULL;
    case LIC_OP_SCALE:
        UNLESS(step->i.imm <= LIC_SCALE_MAX && step->b.scale + step->i.imm <= LIC_SCALE_MAX,
               "has too many decimals");
        step->result = lic_type_exact(step->b.currency, (uint8_t)(step->b.scale + step->i.imm));
        return NULL;
    default: return check_range(flow, step);
    }
}

const char *lic_rule_round(lic_flow *flow, lic_step *step)
{
    const lic_constant *d = &flow->image->constants[step->i.imm & 0xFFFF];
    const lic_constant *u = &flow->image->constants[step->i.imm >> 16];
    lic_type product = step->b;
    if (step->i.op <= LIC_OP_MULDIV_CEILING) {
        UNLESS(lic_type_mul2(step->b, step->c, &product), "multiplies what cannot be multiplied");
    }
    lic_type exact = lic_type_exact(product.currency, product.scale);
    lic_type money = lic_type_money(product.currency,
                                    flow->image->currencies[product.currency].unit_scale);
    UNLESS(lic_type_equal(d->type, exact), "the divisor is not of the product's scale");
    UNLESS(lic_type_equal(u->type, money),
           "the rounding unit is not money of the result's currency");
    UNLESS(u->value > 0 && u->value <= INT64_MAX, "the rounding unit is not positive");
    /* D / 10^scale = U / 10^unit scale, so with the smaller scale raised both are one number. */
    unsigned fine = exact.scale > money.scale ? exact.scale : money.scale;
    lic_i128 left, right;
    UNLESS(lic_muldiv(LIC_FLOOR, lic_power_of_ten(fine - exact.scale), 1, 1, &left) &&
               d->value > 0 && d->value <= LIC_I128_MAX / left,
           "the divisor is out of range");
    left *= d->value;
    right = lic_power_of_ten(fine - money.scale);
    UNLESS(u->value <= LIC_I128_MAX / right && left == u->value * right,
           "divisor and rounding unit are not the same amount");
    step->result = money;
    return NULL;
}
