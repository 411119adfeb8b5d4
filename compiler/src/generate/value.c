/* generate/value.c - code for expressions. The typer has said what each is; here scales are brought
 * together, divisors are multiplied out to the rounding, and constants come from the pool. */
#include "generate/generate.h"

#include <string.h>

static lic_type count_type(void)
{
    return lic_type_plain(LIC_KIND_COUNT);
}
static lic_type bool_type(void)
{
    return lic_type_plain(LIC_KIND_BOOL);
}
static lic_type date_type(void)
{
    return lic_type_plain(LIC_KIND_DATE);
}

static int32_t count_const(generator *g, lic_i128 value)
{
    return lic_const(g, count_type(), value);
}

static bool is_scaled(const lic_meaning *m)
{
    return lic_is_wide(m) || m->sort == LIC_SORT_RATE || m->sort == LIC_SORT_PRICE;
}

int32_t lic_generate_call(generator *g, uint32_t imm, lic_type result, int32_t a, int32_t b,
                          int32_t c)
{
    const lic_native_info *info = lic_native_find(imm & 0xFFFF);
    int32_t arguments[3] = {a, b, c};
    uint32_t count = info->count;
    lic_ir ir = lic_ir_blank(LIC_OP_CALL);
    ir.imm = imm;
    ir.plain_c = (uint8_t)count;
    lic_ir key = ir; /* the same call on the same values */
    key.extra_count = count;
    memcpy(key.extra, arguments, sizeof arguments);
    int32_t known = lic_known_find(g, &key);
    if (known != LIC_NO_VALUE) return known;
    int32_t block = count ? lic_block_new(g, count, false) : LIC_NO_VALUE;
    for (uint32_t n = 0; n < count; n++) {
        lic_type type = lic_value_type(g, arguments[n]);
        int32_t place = lic_value_in(g, block, n, type);
        lic_move(g, place, arguments[n]);
        ir.extra[ir.extra_count++] = place;
        if (n == 0) ir.b = place;
    }
    int32_t value = lic_value_in(
        g, lic_block_new(g, lic_type_wide(result) ? 2 : 1, lic_type_wide(result)), 0, result);
    ir.result = value;
    lic_emit_ir(g, ir);
    lic_known_add(g, &key, value);
    return value;
}

static int32_t call3(generator *g, lic_native native, lic_type result, int32_t a, int32_t b,
                     int32_t c)
{
    return lic_generate_call(g, native, result, a, b, c);
}

static int32_t call2(generator *g, lic_native native, lic_type result, int32_t a, int32_t b)
{
    return call3(g, native, result, a, b, LIC_NO_VALUE);
}

static int32_t today(generator *g)
{
    return lic_input_value(g, LIC_SOURCE_TODAY, 0, date_type());
}

static int32_t self_field(generator *g, uint16_t field)
{
    return lic_load(g, LIC_SELF_ROW, field);
}

/* -- scales ---------------------------------------------------------------------------------------------- */

/* More decimals, or money as an exact amount. */
static int32_t rescaled(generator *g, int32_t value, lic_sort sort, unsigned scale)
{
    lic_type type = lic_value_type(g, value);
    bool wide = lic_type_wide(type);
    if (wide && sort == LIC_SORT_EXACT && (type.kind == LIC_KIND_MONEY || type.scale < scale))
        return lic_compute(g, LIC_OP_SCALE, lic_type_exact(type.currency, (uint8_t)scale), value,
                           LIC_NO_VALUE, scale - type.scale);
    if (wide || type.scale >= scale || (type.kind != LIC_KIND_RATE && type.kind != LIC_KIND_PRICE))
        return value;
    unsigned more = scale - type.scale; /* one, with more decimals */
    int32_t one = lic_const(g, lic_type_rate((uint8_t)more), lic_power_of_ten(more));
    lic_type result = type;
    result.scale = (uint8_t)scale;
    return lic_compute(g, LIC_OP_MUL, result, value, one, 0);
}

static lic_type constant_type(const generator *g, const lic_meaning *m, lic_sort sort,
                              unsigned scale)
{
    lic_meaning copy = *m;
    copy.sort = (uint8_t)sort;
    copy.scale = (uint8_t)scale;
    return lic_image_type(g, &copy);
}

int32_t lic_generate_as(generator *g, const lic_node *node, lic_sort sort, unsigned scale)
{
    const lic_meaning *m = node->meaning;
    if (m->is_constant && is_scaled(m)) {
        lic_sort as = lic_is_wide(m) ? sort : (lic_sort)m->sort;
        return lic_const(g, constant_type(g, m, as, scale), lic_value_at(m, scale));
    }
    return rescaled(g, lic_generate_value(g, node), sort, scale);
}

int32_t lic_generate_typed(generator *g, const lic_node *node, lic_type type)
{
    lic_sort sort = type.kind == LIC_KIND_EXACT   ? LIC_SORT_EXACT
                    : type.kind == LIC_KIND_MONEY ? LIC_SORT_MONEY
                                                  : (lic_sort)node->meaning->sort;
    return lic_generate_as(g, node, sort, type.scale);
}

/* -- divisors --------------------------------------------------------------------------------------------- */

/* Days from `first` to `last`, both counted. */
static int32_t days_between(generator *g, lic_source first_source, lic_source last_source)
{
    int32_t first = lic_input_value(g, first_source, 0, date_type());
    int32_t last = lic_input_value(g, last_source, 0, date_type());
    int32_t difference = lic_compute(g, LIC_OP_SUB, count_type(), last, first, 0);
    int32_t one = count_const(g, 1);
    return lic_compute(g, LIC_OP_ADD, count_type(), difference, one, 0);
}

static int32_t full_days(generator *g)
{
    return days_between(g, LIC_SOURCE_FULL_FIRST, LIC_SOURCE_FULL_LAST);
}

static int32_t period_days(generator *g)
{
    return days_between(g, LIC_SOURCE_PERIOD_FIRST, LIC_SOURCE_PERIOD_LAST);
}

static int32_t dynamic_divisor(generator *g, const lic_node *node)
{
    if (node->kind == LIC_NODE_FIELD && lic_named(node, "fraction")) return full_days(g);
    return lic_generate_value(g, node);
}

static int32_t times(generator *g, int32_t value, int32_t factor)
{
    lic_type type = lic_value_type(g, value), result = type;
    bool wide = lic_type_wide(type);
    bool fits = wide ? lic_type_mul2(type, lic_value_type(g, factor), &result)
                     : lic_type_mul(type, lic_value_type(g, factor), &result);
    if (!fits)
        lic_diag(g->c, "I01", g->p->file->name_span, NULL,
                 "the typer let a product through that has no type");
    return lic_compute(g, wide ? LIC_OP_MUL2 : LIC_OP_MUL, result, value, factor, 0);
}

/* An operand of a sum with the divisor that the sum has. */
static int32_t over_common(generator *g, const lic_node *side, const lic_meaning *sum)
{
    const lic_meaning *m = side->meaning;
    int32_t value = lic_generate_as(g, side, (lic_sort)sum->sort, sum->scale);
    lic_i128 up = sum->divisor / m->divisor;
    bool multiplied = up != 1 || (sum->dynamic && !m->dynamic);
    if (up != 1) value = times(g, value, count_const(g, up));
    if (sum->dynamic && !m->dynamic) value = times(g, value, dynamic_divisor(g, sum->dynamic));
    /* money times a count is exact; the sum is, too */
    if (multiplied && sum->sort == LIC_SORT_MONEY) return value;
    return value;
}

/* -- sums, products, comparisons ------------------------------------------------------------------------------ */

static int32_t shift_date(generator *g, const lic_node *node, bool minus)
{
    int32_t date = lic_generate_value(g, node->children[0]);
    const lic_meaning *by = node->children[1]->meaning;
    if (by->sort == LIC_SORT_COUNT) {
        int32_t days = lic_generate_value(g, node->children[1]);
        if (minus) days = lic_compute(g, LIC_OP_SUB, count_type(), count_const(g, 0), days, 0);
        return call2(g, LIC_NATIVE_ADD_DAYS, date_type(), date, days);
    }
    if (by->months)
        date = call2(g, LIC_NATIVE_ADD_MONTHS, date_type(), date,
                     count_const(g, minus ? -by->months : by->months));
    if (by->value)
        date = call2(g, LIC_NATIVE_ADD_DAYS, date_type(), date,
                     count_const(g, minus ? -by->value : by->value));
    return date;
}

static int32_t sum(generator *g, const lic_node *node, bool minus)
{
    const lic_node *left = node->children[0], *right = node->children[1];
    if (left->meaning->sort == LIC_SORT_DATE) {
        if (right->meaning->sort != LIC_SORT_DATE) return shift_date(g, node, minus);
        int32_t a = lic_generate_value(g, left), b = lic_generate_value(g, right);
        return lic_compute(g, LIC_OP_SUB, count_type(), a, b, 0);
    }
    int32_t a = over_common(g, left, node->meaning), b = over_common(g, right, node->meaning);
    lic_type ta = lic_value_type(g, a), tb = lic_value_type(g, b);
    if (lic_type_wide(ta) && ta.kind != tb.kind) { /* one was multiplied out */
        a = rescaled(g, a, LIC_SORT_EXACT, ta.scale);
        b = rescaled(g, b, LIC_SORT_EXACT, tb.scale);
        ta = lic_value_type(g, a);
    }
    uint8_t op = lic_type_wide(ta) ? (minus ? LIC_OP_SUB2 : LIC_OP_ADD2)
                                   : (minus ? LIC_OP_SUB : LIC_OP_ADD);
    return lic_compute(g, op, ta, a, b, 0);
}

static int32_t product(generator *g, const lic_node *node)
{
    const lic_node *left = node->children[0], *right = node->children[1];
    const lic_meaning *a = left->meaning, *b = right->meaning;
    bool swap = lic_is_wide(b) || (b->sort == LIC_SORT_PRICE && !lic_is_wide(a));
    const lic_node *strong = swap ? right : left, *factor = swap ? left : right;
    int32_t first, second;
    if (lic_is_wide(strong->meaning)) {
        first = lic_generate_as(g, strong, (lic_sort)strong->meaning->sort, strong->meaning->scale);
        second = lic_generate_as(g, factor, (lic_sort)factor->meaning->sort,
                                 factor->meaning->scale);
        return times(g, first, second);
    }
    first = lic_generate_value(g, strong);
    second = lic_generate_value(g, factor);
    if (strong->meaning->sort == LIC_SORT_PRICE && factor->meaning->sort == LIC_SORT_COUNT) {
        lic_type price = lic_value_type(g, first);
        return lic_compute(g, LIC_OP_PRICE, lic_type_exact(price.currency, price.scale), second,
                           first, 0);
    }
    return times(g, first, second);
}

static int32_t equal_any(generator *g, int32_t value, const lic_node *words)
{
    int32_t any = LIC_NO_VALUE;
    for (uint32_t i = 0; i < words->child_count; i++) {
        bool handle = words->children[i]->kind == LIC_NODE_TEXT;
        int32_t one = lic_compute(g, handle ? LIC_OP_SAMETEXT : LIC_OP_EQ, bool_type(), value,
                                  lic_generate_value(g, words->children[i]), 0);
        any = any == LIC_NO_VALUE ? one : lic_compute(g, LIC_OP_OR, bool_type(), any, one, 0);
    }
    return any == LIC_NO_VALUE ? lic_const(g, bool_type(), 0) : any;
}

static int32_t contained(generator *g, const lic_node *node)
{
    const lic_symbol *reg = node->children[1]->symbol;
    if (reg && reg->kind == LIC_SYMBOL_REGISTER)
        return lic_compute(g, LIC_OP_HAS, bool_type(), lic_generate_value(g, node->children[0]),
                           LIC_NO_VALUE, reg->table_number);
    const lic_node *left = node->children[0], *right = node->children[1];
    int32_t value = lic_generate_value(g, left);
    if (right->meaning->sort == LIC_SORT_WORDS) return equal_any(g, value, right);
    if (right->meaning->is_constant)
        return lic_compute(g, LIC_OP_SETHAS, bool_type(), value, LIC_NO_VALUE,
                           lic_set_constant(g, right->meaning->set));
    lic_place_of place;
    if (!lic_generate_place(g, right, &place)) return lic_const(g, bool_type(), 0);
    return lic_compute(g, LIC_OP_SETIN, bool_type(), value, place.row,
                       lic_field_operand(&g->image->fields[place.field]));
}

static int32_t comparison(generator *g, const lic_node *node)
{
    const lic_node *left = node->children[0], *right = node->children[1];
    if (lic_named(node, "in")) return contained(g, node);
    const lic_meaning *ma = left->meaning, *mb = right->meaning;
    unsigned scale = ma->scale > mb->scale ? ma->scale : mb->scale;
    int32_t a, b;
    if (is_scaled(ma)) {
        bool money = (ma->sort == LIC_SORT_MONEY || ma->is_constant) &&
                     (mb->sort == LIC_SORT_MONEY || mb->is_constant) && scale <= g->p->unit_scale;
        if (lic_is_wide(ma) && money) scale = g->p->unit_scale;
        lic_sort sort = lic_is_wide(ma) ? (money ? LIC_SORT_MONEY : LIC_SORT_EXACT)
                                        : (lic_sort)ma->sort;
        a = lic_generate_as(g, left, sort, scale);
        b = lic_generate_as(g, right, sort, scale);
    } else {
        a = lic_generate_value(g, left);
        b = lic_generate_value(g, right);
    }
    bool wide = lic_is_wide(ma), handle = ma->sort == LIC_SORT_TEXT || ma->sort == LIC_SORT_HASH;
    if (lic_named(node, "="))
        return lic_compute(g,
                           handle ? LIC_OP_SAMETEXT
                           : wide ? LIC_OP_EQ2
                                  : LIC_OP_EQ,
                           bool_type(), a, b, 0);
    bool flip = lic_named(node, ">") || lic_named(node, ">=");
    bool strict = lic_named(node, "<") || lic_named(node, ">");
    uint8_t op = strict ? (wide ? LIC_OP_LT2 : LIC_OP_LT) : (wide ? LIC_OP_LE2 : LIC_OP_LE);
    return lic_compute(g, op, bool_type(), flip ? b : a, flip ? a : b, 0);
}

static int32_t binary(generator *g, const lic_node *node)
{
    if (lic_named(node, "+")) return sum(g, node, false);
    if (lic_named(node, "-")) return sum(g, node, true);
    if (lic_named(node, "*")) return product(g, node);
    if (lic_named(node, "/"))
        return lic_generate_value(g, node->children[0]); /* the divisor waits for the rounding */
    if (lic_named(node, "and") || lic_named(node, "or")) {
        int32_t a = lic_generate_value(g, node->children[0]),
                b = lic_generate_value(g, node->children[1]);
        return lic_compute(g, lic_named(node, "and") ? LIC_OP_AND : LIC_OP_OR, bool_type(), a, b,
                           0);
    }
    return comparison(g, node);
}

static int32_t choose(generator *g, const lic_node *node)
{
    const lic_meaning *m = node->meaning;
    bool greater = lic_named(node, "greater");
    int32_t value = LIC_NO_VALUE;
    for (uint32_t i = 0; i < node->child_count; i++) {
        int32_t next = is_scaled(m)
                           ? lic_generate_as(g, node->children[i], (lic_sort)m->sort, m->scale)
                           : lic_generate_value(g, node->children[i]);
        lic_type type = lic_value_type(g, next);
        uint8_t op = lic_type_wide(type) ? (greater ? LIC_OP_MAX2 : LIC_OP_MIN2)
                                         : (greater ? LIC_OP_MAX : LIC_OP_MIN);
        value = value == LIC_NO_VALUE ? next : lic_compute(g, op, type, value, next, 0);
    }
    return value;
}

/* -- rounding -------------------------------------------------------------------------------------------------- */

/* The rounding unit in `scale` decimals; 0 when it is no whole number there. */
static lic_i128 unit_at(const generator *g, unsigned scale)
{
    lic_i128 unit = g->p->round_unit ? g->p->round_unit : 1;
    for (unsigned i = g->p->unit_scale; i < scale; i++) unit = unit * 10;
    for (unsigned i = scale; i < g->p->unit_scale; i++) unit = unit % 10 == 0 ? unit / 10 : 0;
    return unit;
}

static uint32_t rounding_constants(generator *g, uint8_t currency, unsigned scale)
{
    uint16_t dk = lic_constant_of(g, lic_type_exact(currency, (uint8_t)scale), unit_at(g, scale));
    uint16_t uk = lic_constant_of(g, lic_type_money(currency, g->p->unit_scale),
                                  unit_at(g, g->p->unit_scale));
    return (uint32_t)dk | (uint32_t)uk << 16;
}

/* A rate or count times money, nothing divided: product and rounding in one. */
static bool plain_product(generator *g, const lic_node *inner, int32_t *money, int32_t *factor)
{
    const lic_meaning *m = inner->meaning;
    if (m->divisor != 1 || m->dynamic || m->is_constant || m->scale < g->p->unit_scale)
        return false;
    const lic_node *strong = NULL, *by = NULL;
    if (inner->kind == LIC_NODE_RATE) strong = lic_child(inner, 0);
    if (inner->kind == LIC_NODE_BINARY && lic_named(inner, "*")) {
        bool swap = lic_is_wide(inner->children[1]->meaning);
        strong = inner->children[swap ? 1 : 0], by = inner->children[swap ? 0 : 1];
    }
    if (!strong || !lic_is_wide(strong->meaning)) return false;
    *money = lic_generate_as(g, strong, (lic_sort)strong->meaning->sort, strong->meaning->scale);
    lic_meaning rate = lic_rate_meaning(inner);
    *factor = by ? lic_generate_as(g, by, (lic_sort)by->meaning->sort, by->meaning->scale)
                 : lic_const(g, lic_image_type(g, &rate), rate.value);
    return true;
}

int32_t lic_generate_rounded(generator *g, const lic_node *inner)
{
    const lic_meaning *m = inner->meaning;
    lic_type money = lic_type_money(m->currency, g->p->unit_scale);
    unsigned scale = unit_at(g, m->scale) ? m->scale : g->p->unit_scale;
    int32_t amount, factor;
    /* Whole ledger units are not rounded when that is the unit. */
    bool whole = m->sort == LIC_SORT_MONEY && m->divisor == 1 && !m->dynamic;
    if (whole && unit_at(g, g->p->unit_scale) == 1)
        return lic_generate_as(g, inner, LIC_SORT_MONEY, g->p->unit_scale);
    if (plain_product(g, inner, &amount, &factor))
        return lic_compute(g, (uint8_t)(LIC_OP_MULDIV_EVEN + g->p->mode), money, amount, factor,
                           rounding_constants(g, m->currency, m->scale));
    int32_t value = lic_generate_as(
        g, inner, m->sort == LIC_SORT_MONEY ? LIC_SORT_MONEY : LIC_SORT_EXACT, scale);
    int32_t divisor = LIC_NO_VALUE;
    if (m->dynamic) divisor = dynamic_divisor(g, m->dynamic);
    if (m->divisor != 1) {
        int32_t fixed = count_const(g, m->divisor);
        divisor = divisor == LIC_NO_VALUE
                      ? fixed
                      : lic_compute(g, LIC_OP_MUL, count_type(), divisor, fixed, 0);
    }
    return lic_compute(g, (uint8_t)(LIC_OP_ROUND_EVEN + g->p->mode), money, value, divisor,
                       rounding_constants(g, m->currency, scale));
}

/* -- tiers ---------------------------------------------------------------------------------------------------------- */

static int32_t through(generator *g, const lic_node *node)
{
    const lic_symbol *tiers = node->children[1]->meaning->table;
    uint16_t descriptor = lic_tiers_descriptor(g, tiers);
    lic_type result = g->image->tiers[descriptor].result;
    bool money = lic_is_wide(&tiers->unit), wide = lic_type_wide(result);
    int32_t row = LIC_SELF_ROW;
    if (tiers->kind == LIC_SYMBOL_COLUMN)
        row = lic_generate_value(g, node->children[1]->children[0]);
    int32_t column = lic_child(node, 2) ? lic_generate_value(g, node->children[2]) : LIC_NO_VALUE;
    const lic_node *basis_node = node->children[0];
    lic_sort basis_sort = basis_node->meaning->sort == LIC_SORT_MONEY ? LIC_SORT_MONEY
                                                                      : LIC_SORT_EXACT;
    int32_t basis = money ? lic_generate_as(g, basis_node, basis_sort, g->p->unit_scale)
                          : lic_generate_value(g, basis_node);
    int32_t after = LIC_NO_VALUE;
    if (!tiers->whole && lic_child(node, 3))
        after = money
                    ? lic_generate_as(g, node->children[3],
                                      (lic_sort)node->children[3]->meaning->sort, g->p->unit_scale)
                    : lic_generate_value(g, node->children[3]);
    else if (!tiers->whole)
        after = money ? lic_const(g, lic_type_exact(result.currency, g->p->unit_scale), 0)
                      : count_const(g, 0);
    uint8_t op = !tiers->whole ? (money ? LIC_OP_TIER_SUM2 : LIC_OP_TIER_SUM)
                 : money       ? (wide ? LIC_OP_TIER_OF2 : LIC_OP_TIER_OF)
                               : (wide ? LIC_OP_TIER_AT2 : LIC_OP_TIER_AT);
    lic_ir ir = lic_ir_blank(op);
    ir.b = basis;
    ir.c = after;
    ir.row = row;
    ir.column = column;
    ir.imm = descriptor;
    return lic_compute_ir(g, ir, result);
}

/* -- names, members, rows --------------------------------------------------------------------------------------------- */

static lic_type party_type(void)
{
    return lic_type_of(LIC_KIND_ROW, LIC_TABLE_PARTIES);
}

static int32_t engine_word(generator *g, const lic_node *node)
{
    const lic_lifecycle *life = &g->image->lifecycle;
    if (lic_named(node, "today")) return today(g);
    if (lic_named(node, "caller")) return lic_input_value(g, LIC_SOURCE_CALLER, 0, party_type());
    if (lic_named(node, "state")) return lic_input_value(g, LIC_SOURCE_STATE, 0, count_type());
    if (lic_named(node, "signed")) return self_field(g, life->signed_field);
    if (lic_named(node, "since")) return self_field(g, life->since_field);
    if (lic_named(node, "wake")) return self_field(g, life->wake_field);
    lic_meaning m = *node->meaning;
    return lic_input_value(g, LIC_SOURCE_AMOUNT, 0, lic_image_type(g, &m)); /* paid */
}

static int32_t constant_value(generator *g, const lic_node *node)
{
    const lic_meaning *m = node->meaning;
    return lic_const(g, lic_image_type(g, m), m->value);
}

static int32_t name_value(generator *g, const lic_node *node)
{
    lic_symbol *symbol = node->symbol;
    if (!symbol) return node->meaning->is_constant ? constant_value(g, node) : engine_word(g, node);
    switch ((int)symbol->kind) {
    case LIC_SYMBOL_LOCAL:
        if (symbol->node->kind == LIC_NODE_PARAMETER)
            return lic_input_value(g, LIC_SOURCE_ARGUMENT, symbol->image_index,
                                   lic_image_type(g, &symbol->meaning));
        return symbol->value_number;
    case LIC_SYMBOL_ROW_VARIABLE: return symbol->value_number;
    case LIC_SYMBOL_COLUMN:
        return lic_input_value(g, LIC_SOURCE_SLOT, symbol->field_number,
                               lic_image_type(g, &symbol->meaning));
    case LIC_SYMBOL_VALUE: return lic_generate_value(g, symbol->node->children[0]);
    case LIC_SYMBOL_ACCOUNT:
    case LIC_SYMBOL_COUNTER:
    case LIC_SYMBOL_TALLY:
    case LIC_SYMBOL_FACT:
    case LIC_SYMBOL_GIVEN: return self_field(g, symbol->field_number);
    default: return constant_value(g, node);
    }
}

/* First day of a year that is given by its number, as the header counts years. */
static int32_t year_start(generator *g, int32_t year)
{
    int32_t first = self_field(g, g->image->lifecycle.first_field);
    int32_t start = call2(g, LIC_NATIVE_YEAR_START, date_type(), first, LIC_NO_VALUE);
    int32_t zero = call2(g, LIC_NATIVE_YEAR_OF, count_type(), first, LIC_NO_VALUE);
    int32_t years = lic_compute(g, LIC_OP_SUB, count_type(), year, zero, 0);
    return call2(g, LIC_NATIVE_ADD_MONTHS, date_type(), start,
                 lic_compute(g, LIC_OP_MUL, count_type(), years, count_const(g, 12), 0));
}

static int32_t period_member(generator *g, const lic_node *node)
{
    int32_t first = lic_input_value(g, LIC_SOURCE_PERIOD_FIRST, 0, date_type());
    if (lic_named(node, "start")) return first;
    if (lic_named(node, "end")) return lic_input_value(g, LIC_SOURCE_PERIOD_LAST, 0, date_type());
    if (lic_named(node, "year"))
        return call2(g, LIC_NATIVE_YEAR_OF, count_type(), first, LIC_NO_VALUE);
    return period_days(g); /* fraction: over the full days, at the rounding */
}

static int32_t term_native(generator *g, const lic_node *node)
{
    bool open = lic_named(node, "open");
    lic_type type = lic_type_money(node->meaning->currency, g->p->unit_scale);
    uint32_t imm = (open ? LIC_NATIVE_TERM_OPEN : LIC_NATIVE_TERM_PAID) |
                   (uint32_t)node->symbol->image_index << 16;
    return lic_compute(g, LIC_OP_CALL, type, LIC_NO_VALUE, LIC_NO_VALUE, imm);
}

static int32_t field_value(generator *g, const lic_node *node)
{
    const lic_node *base = node->children[0];
    lic_symbol *symbol = node->symbol;
    if (symbol && (symbol->kind == LIC_SYMBOL_TALLY || symbol->kind == LIC_SYMBOL_ACCOUNT))
        return self_field(g, symbol->field_number);
    if (symbol && symbol->kind == LIC_SYMBOL_TERM) return term_native(g, node);
    if (!symbol && base->kind == LIC_NODE_NAME_REF && lic_named(base, "period"))
        return period_member(g, node);
    if (!symbol && base->kind == LIC_NODE_NAME_REF && lic_named(base, "term"))
        return self_field(g, lic_named(node, "start") ? g->image->lifecycle.first_field
                                                      : g->image->lifecycle.last_field);
    if (!symbol && base->meaning->sort == LIC_SORT_DATE) { /* of a past month, quarter, half */
        int32_t day = lic_generate_value(g, base);
        return call2(g, lic_named(node, "start") ? LIC_NATIVE_PERIOD_START : LIC_NATIVE_PERIOD_END,
                     date_type(), count_const(g, base->meaning->width), day);
    }
    if (!symbol) {
        int32_t start = year_start(g, lic_generate_value(g, base));
        return lic_named(node, "start")
                   ? start
                   : call2(g, LIC_NATIVE_YEAR_END, date_type(), start, LIC_NO_VALUE);
    }
    return lic_load(g, lic_generate_value(g, base), symbol->field_number);
}

bool lic_generate_place(generator *g, const lic_node *node, lic_place_of *place)
{
    const lic_symbol *symbol = node->symbol;
    place->symbol = symbol;
    place->row = LIC_SELF_ROW;
    if (!symbol) {
        place->field = g->image->lifecycle.wake_field;
        return node->kind == LIC_NODE_NAME_REF && lic_named(node, "wake");
    }
    place->field = symbol->field_number;
    if (node->kind == LIC_NODE_OF) place->row = lic_generate_value(g, node->children[1]);
    if (node->kind == LIC_NODE_FIELD && symbol->kind == LIC_SYMBOL_COLUMN)
        place->row = lic_generate_value(g, node->children[0]);
    return true;
}

/* -- functions of the kernel --------------------------------------------------------------------------------------------- */

static int32_t key_call(generator *g, const lic_node *node, uint8_t op)
{
    const lic_symbol *table = node->children[0]->symbol;
    lic_type type = op == LIC_OP_HAS ? bool_type()
                                     : lic_type_of(LIC_KIND_ROW, (uint8_t)table->table_number);
    return lic_compute(g, op, type, lic_generate_value(g, node->children[1]), LIC_NO_VALUE,
                       table->table_number);
}

/* `call chosen(condition, a, b)`: only one of the two is worked out, both go to one register. */
static int32_t chosen(generator *g, const lic_node *node)
{
    const lic_meaning *m = node->meaning;
    lic_type type = lic_image_type(g, m);
    int32_t condition = lic_generate_value(g, node->children[0]), place = LIC_NO_VALUE;
    int32_t block = lic_block_new(g, lic_type_wide(type) ? 2 : 1, lic_type_wide(type));
    int32_t labels[2] = {lic_label_new(g), lic_label_new(g)};
    size_t mark = lic_known_mark(g);
    if (!lic_nest(g, node)) return condition;
    lic_branch_false(g, condition, labels[0]);
    for (uint32_t i = 0; i < 2; i++) {
        const lic_node *from = node->children[i + 1];
        int32_t value = is_scaled(m) ? lic_generate_as(g, from, (lic_sort)m->sort, m->scale)
                                     : lic_generate_value(g, from);
        place = lic_value_in(g, block, 0, lic_value_type(g, value));
        lic_move(g, place, value);
        lic_known_forget(g, mark);
        if (i == 0) lic_jump(g, labels[1]);
        lic_label_here(g, labels[i]);
    }
    g->nested--;
    return place;
}

static int32_t call(generator *g, const lic_node *node)
{
    if (lic_named(node, "chosen")) return chosen(g, node);
    if (lic_named(node, "as_of") || lic_named(node, "set_as_of"))
        return lic_generate_dated(g, node);
    if (lic_named(node, "oldest_due"))
        return call2(g, LIC_NATIVE_OLDEST_DUE, date_type(), LIC_NO_VALUE, LIC_NO_VALUE);
    if (lic_named(node, "ensure")) return key_call(g, node, LIC_OP_ENSURE);
    if (lic_named(node, "find")) return key_call(g, node, LIC_OP_FIND);
    if (lic_named(node, "has")) return key_call(g, node, LIC_OP_HAS);
    const lic_symbol *subject = node->children[0]->symbol;
    if (lic_named(node, "next") || lic_named(node, "notice"))
        return self_field(g, subject->field_number);
    if (lic_named(node, "set_on"))
        return self_field(g, g->image->bounds[g->image->fields[subject->field_number].bound].flag);
    int32_t first = lic_generate_value(g, node->children[0]);
    if (lic_named(node, "year_of"))
        return call2(g, LIC_NATIVE_YEAR_OF, count_type(), first, LIC_NO_VALUE);
    if (lic_named(node, "signed_by"))
        return call2(g, LIC_NATIVE_SIGNED_BY, bool_type(), first, LIC_NO_VALUE);
    int32_t second = lic_generate_value(g, node->children[1]);
    return call2(g,
                 lic_named(node, "period_start") ? LIC_NATIVE_PERIOD_START : LIC_NATIVE_PERIOD_END,
                 date_type(), first, second);
}

static int32_t row_value(generator *g, const lic_node *node)
{
    const lic_symbol *symbol = node->symbol ? node->symbol : node->children[0]->symbol;
    int32_t row = lic_generate_value(g, node->children[1]);
    if (symbol->kind != LIC_SYMBOL_REGISTER) return lic_load(g, row, symbol->field_number);
    return lic_compute(g, LIC_OP_FIND, lic_type_of(LIC_KIND_ROW, (uint8_t)symbol->table_number),
                       row, LIC_NO_VALUE, symbol->table_number);
}

/* A text of the file lies in a fixed field of table 0, once. */
static int32_t text_value(generator *g, lic_slice text)
{
    for (size_t i = 0; i < g->text_count; i++)
        if (lic_slice_equal(g->texts[i].text, text)) return self_field(g, g->texts[i].field);
    lic_type type = lic_type_of(LIC_KIND_TEXT, (uint8_t)((text.size + 2 + 7) / 8));
    g->texts = lic_grow(g->c, g->texts, g->text_count, &g->text_capacity, sizeof *g->texts);
    g->texts[g->text_count++] = (struct lic_text_field){
        text,
        lic_field_add(g, LIC_TABLE_SELF, lic_slice_text("text"), type, LIC_ROLE_COLUMN, false)};
    return self_field(g, g->texts[g->text_count - 1].field);
}

/* `completed ((b - a) / 1 year)`: how often the months fit; `started`: one more when days are left over. */
static int32_t boundary(generator *g, const lic_node *node)
{
    const lic_node *ratio = node->children[0], *span = ratio->children[0];
    int32_t to = lic_generate_value(g, span->children[0]),
            from = lic_generate_value(g, span->children[1]);
    int32_t months = count_const(g, ratio->children[1]->meaning->months);
    int32_t full = call3(g, LIC_NATIVE_COMPLETED, count_type(), from, to, months);
    if (lic_named(node, "completed")) return full;
    int32_t by = lic_compute(g, LIC_OP_MUL, count_type(), full, months, 0);
    int32_t reached = call2(g, LIC_NATIVE_ADD_MONTHS, date_type(), from, by);
    int32_t rest = lic_compute(g, LIC_OP_SUB, count_type(), to, reached, 0);
    rest = lic_compute(g, LIC_OP_MIN, count_type(), rest, count_const(g, 1), 0);
    rest = lic_compute(g, LIC_OP_MAX, count_type(), rest, count_const(g, 0), 0);
    return lic_compute(g, LIC_OP_ADD, count_type(), full, rest, 0);
}

int32_t lic_generate_value(generator *g, const lic_node *node)
{
    const lic_meaning *m = node->meaning;
    bool numeric = m && m->is_constant && m->sort != LIC_SORT_SET && m->sort != LIC_SORT_WORDS &&
                   m->sort != LIC_SORT_TEXT && m->sort != LIC_SORT_DURATION;
    if (numeric) return constant_value(g, node);
    switch (node->kind) {
    case LIC_NODE_TEXT: return text_value(g, node->text);
    case LIC_NODE_BOUNDARY: return boundary(g, node);
    case LIC_NODE_NAME_REF: return name_value(g, node);
    case LIC_NODE_FIELD: return field_value(g, node);
    case LIC_NODE_OF: return row_value(g, node);
    case LIC_NODE_BINARY: return binary(g, node);
    case LIC_NODE_NOT:
        return lic_compute(g, LIC_OP_NOT, bool_type(), lic_generate_value(g, node->children[0]),
                           LIC_NO_VALUE, 0);
    case LIC_NODE_CHOOSE: return choose(g, node);
    case LIC_NODE_THROUGH: return through(g, node);
    case LIC_NODE_ROUNDED: return lic_generate_rounded(g, node->children[0]);
    case LIC_NODE_CALL: return call(g, node);
    case LIC_NODE_RATE: { /* RATE of x */
        lic_meaning rate = lic_rate_meaning(node);
        int32_t factor = lic_const(g, lic_image_type(g, &rate), rate.value);
        const lic_node *of = node->children[0];
        return times(g, lic_generate_as(g, of, (lic_sort)of->meaning->sort, of->meaning->scale),
                     factor);
    }
    default:
        lic_diag(g->c, "S0", node->span, NULL,
                 "this expression is known but not executed yet here");
        return count_const(g, 0);
    }
}

/* -- accounts --------------------------------------------------------------------------------------------------------------- */

lic_account_at lic_generate_account(generator *g, const lic_node *node, uint8_t currency)
{
    lic_account_at at = {.row = LIC_SELF_ROW};
    const lic_symbol *symbol = node->symbol;
    if (symbol && symbol->kind == LIC_SYMBOL_ACCOUNT) {
        at.account = symbol->image_index;
        if (node->kind == LIC_NODE_OF) at.row = lic_generate_value(g, node->children[1]);
        return at;
    }
    if (node->meaning->sort == LIC_SORT_PARTY) {
        at.account = lic_account_implicit(g, &g->parties_accounts[currency], LIC_ACCOUNT_PARTY,
                                          "party", LIC_TABLE_PARTIES, currency);
        at.row = lic_generate_value(g, node);
    } else if (node->meaning->sort == LIC_SORT_ROW) {
        at.account = lic_payee_account_of(g, node->meaning->table, currency);
        at.row = lic_generate_value(g, node);
    } else if (lic_named(node, "opening")) {
        at.account = lic_account_implicit(g, &g->opening[currency], LIC_ACCOUNT_OPENING, "opening",
                                          LIC_TABLE_SELF, currency);
    } else if (lic_named(node, "recouped")) {
        at.account = lic_account_implicit(g, &g->recouped[currency], LIC_ACCOUNT_RECOUPED,
                                          "recouped", LIC_TABLE_SELF, currency);
    } else {
        at.account = lic_account_implicit(g, &g->written_off[currency], LIC_ACCOUNT_WRITTEN_OFF,
                                          "written off", LIC_TABLE_SELF, currency);
    }
    return at;
}
