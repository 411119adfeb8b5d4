/* why/steps.c - what one instruction adds to a derivation. Every opcode of opcodes.def has its rule
 * here, by its meaning alone. Static types of results follow the verifier's rules
 * (docs/spec/bytecode.md). */
#include "why/nodes.h"

#include <string.h>

static const lic_type type_count = {.kind = LIC_KIND_COUNT};
static const lic_type type_truth = {.kind = LIC_KIND_BOOL};

static lic_why_node *node_at(const lic_why_tracer *t, uint32_t node)
{
    return &t->why->nodes[node];
}

static lic_type type_at(const lic_why_tracer *t, uint32_t node)
{
    return node == LIC_WHY_NO_NODE ? type_count : t->why->nodes[node].type;
}

/* A node over registers b and c. */
static void binary(lic_why_tracer *t, const lic_instruction *i, const uint64_t *regs,
                   lic_why_rule rule, const lic_type *fixed)
{
    uint32_t b = lic_why_register(t, i->b, regs), c = lic_why_register(t, i->c, regs);
    lic_type type = fixed != NULL ? *fixed : type_at(t, b);
    if (fixed == NULL && rule == LIC_WHY_SUBTRACT && type.kind == LIC_KIND_DATE) type = type_count;
    uint32_t node = lic_why_make(t, rule, type, 0);
    if (node == LIC_WHY_NO_NODE) return;
    lic_why_child(t, node, b, 1);
    lic_why_child(t, node, c, 1);
    lic_why_result(t, i->a, node);
}

static void unary(lic_why_tracer *t, const lic_instruction *i, const uint64_t *regs,
                  lic_why_rule rule, lic_type type)
{
    uint32_t b = lic_why_register(t, i->b, regs);
    uint32_t node = lic_why_make(t, rule, type, 0);
    if (node == LIC_WHY_NO_NODE) return;
    lic_why_child(t, node, b, 1);
    lic_why_result(t, i->a, node);
}

/* A leaf whose value only the interpreter knows. */
static void lookup(lic_why_tracer *t, const lic_instruction *i, lic_type type)
{
    uint32_t node = lic_why_make(t, LIC_WHY_LOOKUP, type, 0);
    if (node != LIC_WHY_NO_NODE) lic_why_result(t, i->a, node);
}

/* -- products -------------------------------------------------------------------------------------------- */

/* Scales add; a price turns its `per` currency, or a count, into its own. */
static lic_type product_type(lic_type b, lic_type c)
{
    lic_type type = b;
    if (b.kind == LIC_KIND_COUNT && c.kind != LIC_KIND_COUNT) {
        type = c;
    } else if (c.kind == LIC_KIND_RATE || c.kind == LIC_KIND_PRICE) {
        type.scale = (uint8_t)(b.scale + c.scale);
        if (b.kind == LIC_KIND_RATE && c.kind == LIC_KIND_PRICE) {
            type.kind = LIC_KIND_PRICE;
            type.currency = c.currency;
            type.aux = c.aux;
        }
    }
    return type;
}

static void multiply(lic_why_tracer *t, const lic_instruction *i, const uint64_t *regs)
{
    lic_type b = type_at(t, lic_why_register(t, i->b, regs)),
             c = type_at(t, lic_why_register(t, i->c, regs));
    lic_type type = product_type(b, c);
    if (i->op == LIC_OP_MUL2 || i->op == LIC_OP_PRICE) type.kind = LIC_KIND_EXACT;
    if (i->op == LIC_OP_MUL2 && c.kind == LIC_KIND_PRICE) type.currency = c.currency;
    if (i->op == LIC_OP_PRICE)
        type = (lic_type){.kind = LIC_KIND_EXACT, .currency = c.currency, .scale = c.scale};
    if (type.kind == LIC_KIND_EXACT) type.aux = 0;
    binary(t, i, regs, LIC_WHY_MULTIPLY, &type);
}

static void scale(lic_why_tracer *t, const lic_instruction *i, const uint64_t *regs)
{
    uint32_t b = lic_why_register(t, i->b, regs);
    lic_type type = type_at(t, b);
    type.kind = LIC_KIND_EXACT;
    type.scale = (uint8_t)(type.scale + i->imm);
    if (i->imm == 0 && b != LIC_WHY_NO_NODE) { /* only the type changes */
        uint32_t same = lic_why_make(t, LIC_WHY_SCALE, type, 0);
        if (same == LIC_WHY_NO_NODE) return;
        node_at(t, same)->unit = 1;
        lic_why_child(t, same, b, 1);
        lic_why_result(t, i->a, same);
        return;
    }
    uint32_t node = lic_why_make(t, LIC_WHY_SCALE, type, 0);
    if (node == LIC_WHY_NO_NODE) return;
    node_at(t, node)->unit = lic_power_of_ten(i->imm);
    lic_why_child(t, node, b, 1);
    lic_why_result(t, i->a, node);
}

static void round_off(lic_why_tracer *t, const lic_instruction *i, const uint64_t *regs)
{
    bool product = i->op <= LIC_OP_MULDIV_CEILING;
    uint32_t b = lic_why_register(t, i->b, regs);
    uint32_t c = !product && i->c == 255 ? LIC_WHY_NO_NODE : lic_why_register(t, i->c, regs);
    const lic_constant *divisor = &t->image->constants[i->imm & 0xFFFF];
    const lic_constant *unit = &t->image->constants[i->imm >> 16];
    uint32_t node = lic_why_make(t, product ? LIC_WHY_ROUND_PRODUCT : LIC_WHY_ROUND_QUOTIENT,
                                 unit->type, 0);
    if (node == LIC_WHY_NO_NODE) return;
    lic_why_node *made = node_at(t, node);
    made->mode = (uint8_t)(i->op - (product ? LIC_OP_MULDIV_EVEN : LIC_OP_ROUND_EVEN));
    made->divisor = divisor->value;
    made->unit = unit->value;
    lic_why_child(t, node, b, 1);
    lic_why_child(t, node, c, 1);
    lic_why_result(t, i->a, node);
}

/* -- child tables: tiers and shares ------------------------------------------------------------------------ */

/* First child row and number of them. */
static void children_of(const lic_why_tracer *t, uint16_t table, uint32_t parent_row,
                        uint32_t *first, uint32_t *count)
{
    uint64_t span = (uint64_t)lic_field_get(t->tables, t->image->tables[table].parent_span,
                                            parent_row);
    *first = (uint32_t)span;
    *count = (uint32_t)(span >> 32);
}

/* The field `columns` places behind the first value column. */
static uint16_t value_field(const lic_image *image, const lic_tiers *tiers, uint32_t column)
{
    const lic_field *first = &image->fields[tiers->value];
    uint32_t offset = first->offset + column * lic_type_size(first->type);
    for (uint32_t f = 0; f < image->fields_count; f++) {
        const lic_field *field = &image->fields[f];
        if (field->table == first->table && field->is_mutable == first->is_mutable &&
            field->offset == offset) {
            return (uint16_t)f;
        }
    }
    return tiers->value;
}

/* Leaves are loaded first, because a node's children must follow it without a gap. */
typedef struct leaf_list {
    uint32_t nodes[2 * LIC_SPLIT_MAX + 256];
    size_t count;
} leaf_list;

static void load_tiers(lic_why_tracer *t, const lic_instruction *i, const uint64_t *regs,
                       leaf_list *list)
{
    const lic_tiers *tiers = &t->image->tiers[i->imm >> 16];
    uint8_t row_reg = (uint8_t)i->imm, column_reg = (uint8_t)(i->imm >> 8);
    uint32_t column = column_reg == 255 ? 0 : (uint32_t)regs[column_reg];
    uint32_t first = 0, count = 0;
    children_of(t, tiers->table, lic_why_row(regs, row_reg), &first, &count);
    uint16_t value = value_field(t->image, tiers, column);
    for (uint32_t r = 0; r < count && list->count + 2 <= LIC_COUNT(list->nodes); r++) {
        list->nodes[list->count++] = lic_why_load(t, tiers->edge, first + r);
        list->nodes[list->count++] = lic_why_load(t, value, first + r);
    }
}

static void tiers(lic_why_tracer *t, const lic_instruction *i, const uint64_t *regs)
{
    bool sum = i->op == LIC_OP_TIER_SUM || i->op == LIC_OP_TIER_SUM2;
    leaf_list list = {.count = 0};
    uint32_t b = lic_why_register(t, i->b, regs);
    uint32_t c = sum ? lic_why_register(t, i->c, regs) : LIC_WHY_NO_NODE;
    load_tiers(t, i, regs, &list);
    uint32_t node = lic_why_make(t, sum ? LIC_WHY_TIER_SUM : LIC_WHY_TIER_VALUE,
                                 t->image->tiers[i->imm >> 16].result, 0);
    if (node == LIC_WHY_NO_NODE) return;
    lic_why_child(t, node, b, 1);
    lic_why_child(t, node, c, 1);
    for (size_t n = 0; n < list.count; n++) lic_why_child(t, node, list.nodes[n], 1);
    lic_why_result(t, i->a, node);
}

static void split(lic_why_tracer *t, const lic_instruction *i, const uint64_t *regs)
{
    const lic_split_info *info = &t->image->splits[i->imm >> 16];
    leaf_list weights = {.count = 0};
    uint32_t b = lic_why_register(t, i->b, regs);
    uint32_t first = 0, count = 0;
    children_of(t, info->table, lic_why_row(regs, (uint8_t)i->imm), &first, &count);
    for (uint32_t r = 0; r < count && r < LIC_SPLIT_MAX; r++) {
        weights.nodes[weights.count++] = lic_why_load(t, info->share, first + r);
    }
    for (uint32_t part = 0; part < info->max && part < LIC_SPLIT_MAX; part++) {
        uint8_t reg = (uint8_t)(i->a + 2 * part);
        if (part >= weights.count) {
            t->regs[reg] = lic_why_make(t, LIC_WHY_LITERAL, type_at(t, b), 0);
            continue;
        }
        uint32_t node = lic_why_make(t, LIC_WHY_SHARE, type_at(t, b), 0);
        if (node == LIC_WHY_NO_NODE) return;
        node_at(t, node)->index = part;
        node_at(t, node)->divisor = info->total;
        node_at(t, node)->unit = t->image->rules.unit;
        lic_why_child(t, node, b, 1);
        for (size_t n = 0; n < weights.count; n++) lic_why_child(t, node, weights.nodes[n], 1);
        lic_why_result(t, reg, node);
    }
}

/* -- natives --------------------------------------------------------------------------------------------------- */

/* Its arguments stand in registers before the call. */
static void dated(lic_why_tracer *t, const lic_instruction *i, const uint64_t *regs, lic_type type)
{
    const uint64_t *arguments = regs + i->b;
    uint16_t history = (uint16_t)(i->imm >> 16);
    uint64_t since = 0;
    uint32_t node = lic_why_make(t, LIC_WHY_AS_OF, type, 0);
    if (node == LIC_WHY_NO_NODE) return;
    lic_why_node *made = node_at(t, node);
    made->field = t->image->tables[history].parent_span;
    made->row = (uint32_t)arguments[1];
    made->as_of = (lic_date)(int64_t)arguments[0];
    if (lic_dated_since(t->tables, history, arguments, &since) == LIC_TRAP_NONE)
        made->since = (lic_date)(int64_t)since;
    lic_why_result(t, i->a, node);
}

static void call(lic_why_tracer *t, const lic_instruction *i, const uint64_t *regs)
{
    uint32_t native = i->imm & 0xFFFF;
    uint32_t arguments[8];
    unsigned count = i->c < 8 ? i->c : 8;
    for (unsigned n = 0; n < count; n++)
        arguments[n] = lic_why_register(t, (uint8_t)(i->b + n), regs);
    lic_type type = lic_native_type(t->image, lic_native_find(native), i->imm >> 16);
    if (native == LIC_NATIVE_AS_OF) {
        dated(t, i, regs, type);
        return;
    }
    if (lic_why_duty_call(t, i, regs)) return;
    bool date = !lic_native_find(native)->host;
    uint32_t node = lic_why_make(t, date ? LIC_WHY_DATE : LIC_WHY_LOOKUP, type, 0);
    if (node == LIC_WHY_NO_NODE) return;
    node_at(t, node)->index = native;
    node_at(t, node)->as_of = t->image->rules.years_contract
                                  ? (lic_date)lic_field_get(t->tables,
                                                            t->image->lifecycle.first_field, 0)
                                  : LIC_DATE_MIN;
    for (unsigned n = 0; date && n < count; n++) lic_why_child(t, node, arguments[n], 1);
    lic_why_result(t, i->a, node);
}

/* -- effects ----------------------------------------------------------------------------------------------------- */

static void post(lic_why_tracer *t, const lic_instruction *i, const uint64_t *regs)
{
    const lic_image *image = t->image;
    uint16_t from = (uint16_t)i->imm, to = (uint16_t)(i->imm >> 16);
    uint32_t from_row = lic_why_row(regs, i->b), to_row = lic_why_row(regs, i->c);
    lic_i128 amount = lic_why_pair(regs, i->a);
    bool from_matters = lic_cell_map_find(&t->log->cells,
                                          lic_why_account_cell(image, from, from_row)) != NULL;
    bool to_matters = lic_cell_map_find(&t->log->cells, lic_why_account_cell(image, to, to_row)) !=
                      NULL;
    if (amount == 0 || (!from_matters && !to_matters)) return;
    lic_type money = image->fields[image->accounts[from].field].type;
    uint32_t a = lic_why_moved(t, i->a, regs, money);
    uint32_t node = lic_why_make(t, LIC_WHY_POSTING, type_at(t, a), amount);
    if (node == LIC_WHY_NO_NODE) return;
    lic_why_node *made = node_at(t, node);
    made->account = from;
    made->other = to;
    made->row = from_row;
    made->other_row = to_row;
    lic_why_scope(t, node);
    lic_why_child(t, node, a, 1);
    lic_why_add(t, image->accounts[from].field, from_row, node, -1);
    lic_why_add(t, image->accounts[to].field, to_row, node, 1);
}

static void load(lic_why_tracer *t, const lic_instruction *i, const uint64_t *regs)
{
    uint16_t field = lic_why_field(t->image, i->imm);
    if (field == LIC_NONE16) {
        lookup(t, i, type_count);
        return;
    }
    t->regs[i->a] = lic_why_load(t, field, lic_why_row(regs, i->b));
}

static void constant(lic_why_tracer *t, const lic_instruction *i)
{
    const lic_constant *value = &t->image->constants[i->imm];
    t->regs[i->a] = lic_why_make(t, LIC_WHY_LITERAL, value->type, value->value);
}

static void store(lic_why_tracer *t, const lic_instruction *i, const uint64_t *regs, bool adds)
{
    uint16_t field = lic_why_field(t->image, i->imm);
    if (field == LIC_NONE16) return;
    uint32_t row = lic_why_row(regs, i->b);
    uint32_t node = lic_why_register(t, i->a, regs);
    if (adds) {
        lic_why_add(t, field, row, node, 1);
    } else {
        lic_why_store(t, field, row, node);
    }
}

/* -- truth, rows, texts: what decides, and what is looked up ------------------------------------------------------- */

static void compare(lic_why_tracer *t, const lic_instruction *i, const uint64_t *regs)
{
    switch (i->op) {
    case LIC_OP_LT:
    case LIC_OP_LT2: binary(t, i, regs, LIC_WHY_LESS, &type_truth); break;
    case LIC_OP_LE:
    case LIC_OP_LE2: binary(t, i, regs, LIC_WHY_AT_MOST, &type_truth); break;
    case LIC_OP_EQ:
    case LIC_OP_EQ2: binary(t, i, regs, LIC_WHY_EQUAL, &type_truth); break;
    case LIC_OP_AND: binary(t, i, regs, LIC_WHY_AND, &type_truth); break;
    case LIC_OP_OR: binary(t, i, regs, LIC_WHY_OR, &type_truth); break;
    case LIC_OP_NOT: unary(t, i, regs, LIC_WHY_NOT, type_truth); break;
    default: break;
    }
}

static void find(lic_why_tracer *t, const lic_instruction *i, const uint64_t *regs)
{
    lic_type row = {.kind = LIC_KIND_ROW, .aux = (uint8_t)i->imm};
    switch (i->op) {
    case LIC_OP_FIND:
    case LIC_OP_ENTER:
    case LIC_OP_ENSURE:
    case LIC_OP_CHILD:
    case LIC_OP_ROWAT: lookup(t, i, row); break;
    case LIC_OP_HAS:
    case LIC_OP_SAMETEXT:
    case LIC_OP_SETHAS:
    case LIC_OP_SETIN: lookup(t, i, type_truth); break;
    case LIC_OP_CHILDREN: lookup(t, i, type_count); break;
    case LIC_OP_ORDINAL: unary(t, i, regs, LIC_WHY_SCALE, type_count); break;
    case LIC_OP_LOADTEXT: lookup(t, i, (lic_type){.kind = LIC_KIND_TEXT}); break;
    default: break;
    }
    if (i->op == LIC_OP_ORDINAL && t->regs[i->a] != LIC_WHY_NO_NODE)
        node_at(t, t->regs[i->a])->unit = 1;
}

/* Ways taken are no nodes; only `below` is remembered, because it keeps money back. */
static void branch(lic_why_tracer *t, const lic_instruction *i)
{
    const lic_clause *clause = t->clause == LIC_NONE16 ? NULL : &t->image->clauses[t->clause];
    if (clause != NULL && lic_slice_equal(clause->label, lic_slice_text("below")))
        t->below = t->regs[i->a];
}

void lic_why_step_folded(lic_why_tracer *t, const lic_instruction *i, const uint64_t *regs)
{
    switch (i->op) {
    case LIC_OP_POST: post(t, i, regs); break;
    case LIC_OP_OBLIGE: lic_why_oblige(t, i, regs); break;
    case LIC_OP_CALL: lic_why_duty_change(t, i, regs); break;
    case LIC_OP_GOTO: t->why->runs[t->run].state = (uint16_t)i->imm; break;
    default: break;
    }
}

void lic_why_step(lic_why_tracer *t, const lic_instruction *i, const uint64_t *regs)
{
    switch (i->op) {
    case LIC_OP_CONST:
    case LIC_OP_CONST2: constant(t, i); break;
    case LIC_OP_MOVE:
    case LIC_OP_MOVE2: t->regs[i->a] = lic_why_register(t, i->b, regs); break;
    case LIC_OP_LOAD:
    case LIC_OP_LOAD2: load(t, i, regs); break;
    case LIC_OP_STORE:
    case LIC_OP_STORE2: store(t, i, regs, false); break;
    case LIC_OP_GAIN:
    case LIC_OP_GAIN2: store(t, i, regs, true); break;
    case LIC_OP_ADD:
    case LIC_OP_ADD2: binary(t, i, regs, LIC_WHY_ADD, NULL); break;
    case LIC_OP_SUB:
    case LIC_OP_SUB2: binary(t, i, regs, LIC_WHY_SUBTRACT, NULL); break;
    case LIC_OP_MIN:
    case LIC_OP_MIN2: binary(t, i, regs, LIC_WHY_MINIMUM, NULL); break;
    case LIC_OP_MAX:
    case LIC_OP_MAX2: binary(t, i, regs, LIC_WHY_MAXIMUM, NULL); break;
    case LIC_OP_MUL:
    case LIC_OP_MUL2:
    case LIC_OP_PRICE: multiply(t, i, regs); break;
    case LIC_OP_SCALE: scale(t, i, regs); break;
    case LIC_OP_MULDIV_EVEN:
    case LIC_OP_MULDIV_UP:
    case LIC_OP_MULDIV_FLOOR:
    case LIC_OP_MULDIV_CEILING:
    case LIC_OP_ROUND_EVEN:
    case LIC_OP_ROUND_UP:
    case LIC_OP_ROUND_FLOOR:
    case LIC_OP_ROUND_CEILING: round_off(t, i, regs); break;
    case LIC_OP_TIER_SUM:
    case LIC_OP_TIER_SUM2:
    case LIC_OP_TIER_AT:
    case LIC_OP_TIER_AT2:
    case LIC_OP_TIER_OF:
    case LIC_OP_TIER_OF2: tiers(t, i, regs); break;
    case LIC_OP_SPLIT: split(t, i, regs); break;
    case LIC_OP_CALL: call(t, i, regs); break;
    case LIC_OP_POST: post(t, i, regs); break;
    case LIC_OP_OBLIGE: lic_why_oblige(t, i, regs); break;
    case LIC_OP_RESULT: lic_why_result_of(t, i, regs); break;
    case LIC_OP_BRANCH: branch(t, i); break;
    case LIC_OP_GOTO: t->why->runs[t->run].state = (uint16_t)i->imm; break;
    default:
        compare(t, i, regs);
        find(t, i, regs);
        break;
    }
}
