/* generate/tiers.c - tiers and splits: the child tables of those that stand in the text, their
 * descriptors, and the code that shares an account out. */
#include "generate/generate.h"

/* -- tiers ---------------------------------------------------------------------------------------------- */

static lic_type result_type(const lic_symbol *tiers, lic_type edge, lic_type value)
{
    lic_type result = value;
    if (tiers->whole) return value;
    if (lic_type_wide(edge)) (void)lic_type_mul2(edge, value, &result);
    else (void)lic_type_value(lic_type_plain(LIC_KIND_COUNT), value, &result);
    return result;
}

/* Lower edge of the tier behind `tier`: inclusive upper edge of this one. */
static lic_i128 upper_edge(const lic_node *tier, lic_i128 otherwise, unsigned scale)
{
    const lic_node *edge = lic_child(tier, 0);
    if (!edge || !edge->meaning) return otherwise;
    lic_i128 value = lic_scaled(edge->meaning->value, edge->meaning->scale, scale);
    return lic_named(tier, "below") ? value - 1 : value;
}

static uint16_t literal_tiers(generator *g, const lic_symbol *tiers)
{
    const lic_node *node = tiers->node;
    uint32_t rows = node->child_count - 1;
    lic_type edge_type = lic_is_wide(&tiers->unit)
                             ? lic_type_exact(tiers->unit.currency, g->p->unit_scale)
                             : lic_type_plain(LIC_KIND_COUNT);
    lic_type value_type = lic_tier_value_type(g, tiers);
    uint16_t table = lic_table_add(g, LIC_TABLE_KIND_CHILD, tiers->name);
    uint16_t span = lic_field_add(g, LIC_TABLE_SELF, tiers->name,
                                  lic_type_of(LIC_KIND_SPAN, (uint8_t)table), LIC_ROLE_COLUMN,
                                  false);
    uint16_t edge = lic_field_add(g, table, lic_slice_text("from"), edge_type, LIC_ROLE_COLUMN,
                                  false);
    uint16_t value = lic_field_add(g, table, lic_slice_text("value"), value_type, LIC_ROLE_COLUMN,
                                   false),
             refuse = LIC_NONE16;
    for (uint32_t i = 1; i <= rows && refuse == LIC_NONE16; i++)
        if (!lic_child(node->children[i], 1))
            refuse = lic_field_add(g, table, lic_slice_text("refuse"),
                                   lic_type_plain(LIC_KIND_BOOL), LIC_ROLE_COLUMN, false);
    lic_table *t = &g->image->tables[table];
    t->parent = LIC_TABLE_SELF, t->parent_span = span;
    t->child_min = t->child_max = (uint16_t)rows;
    t->child_role = 1, t->max_rows = rows;
    uint8_t *bytes = lic_static_rows(g, table, rows);
    lic_i128 from = 0;
    for (uint32_t i = 0; i < rows; i++) {
        const lic_node *tier = node->children[i + 1], *written = lic_child(tier, 1);
        uint8_t *row = bytes + (size_t)i * g->image->tables[table].fixed_size;
        lic_store_fixed(g, row, &g->image->fields[edge], from);
        from = upper_edge(tier, from, edge_type.scale);
        if (!written) lic_store_fixed(g, row, &g->image->fields[refuse], 1);
        else if (written->symbol && written->symbol->kind == LIC_SYMBOL_GIVEN)
            lic_patch_given(g, written, table, i, value);
        else
            lic_store_fixed(g, row, &g->image->fields[value],
                            lic_value_at(written->meaning, value_type.scale));
    }
    *LIC_PUT(g, tiers) = (lic_tiers){.table = table,
                                     .edge = edge,
                                     .value = value,
                                     .columns = 1,
                                     .refuse = refuse,
                                     .result = result_type(tiers, edge_type, value_type)};
    return (uint16_t)(g->image->tiers_count - 1);
}

static uint16_t column_tiers(generator *g, const lic_symbol *tiers)
{
    uint16_t table = tiers->table_number;
    uint16_t edge = lic_image_field_at(g->image, table, false, 0);
    lic_type edge_type = g->image->fields[edge].type, value_type = lic_tier_value_type(g, tiers);
    uint16_t value = lic_image_field_at(g->image, table, false, lic_type_size(edge_type));
    uint32_t columns = tiers->meaning.values ? tiers->meaning.values->count : 1;
    *LIC_PUT(g, tiers) = (lic_tiers){.table = table,
                                     .edge = edge,
                                     .value = value,
                                     .columns = (uint16_t)columns,
                                     .refuse = LIC_NONE16,
                                     .result = result_type(tiers, edge_type, value_type)};
    return (uint16_t)(g->image->tiers_count - 1);
}

uint16_t lic_tiers_descriptor(generator *g, const lic_symbol *tiers)
{
    for (size_t i = 0; i < g->tier_count; i++)
        if (g->tier_tables[i].symbol == tiers) return g->tier_tables[i].descriptor;
    uint16_t descriptor = tiers->kind == LIC_SYMBOL_COLUMN ? column_tiers(g, tiers)
                                                           : literal_tiers(g, tiers);
    g->tier_tables = lic_grow(g->c, g->tier_tables, g->tier_count, &g->tier_capacity,
                              sizeof *g->tier_tables);
    g->tier_tables[g->tier_count++] = (struct lic_tier_table){tiers, descriptor};
    return descriptor;
}

/* -- splits --------------------------------------------------------------------------------------------------- */

static const lic_node *line_of(const lic_node *node, lic_node_kind kind)
{
    return lic_child_of(node, kind, 1);
}

/* The account that a share goes to: `into` of the holder, or the holder's own. */
static lic_account_at target_of(generator *g, const lic_node *into, const lic_symbol *schedule,
                                int32_t holder, uint8_t currency)
{
    lic_account_at at = {.row = holder};
    if (into) at.account = into->children[0]->symbol->image_index;
    else if (schedule) at.account = lic_payee_account_of(g, schedule, currency);
    else
        at.account = lic_account_implicit(g, &g->parties_accounts[currency], LIC_ACCOUNT_PARTY,
                                          "party", LIC_TABLE_PARTIES, currency);
    return at;
}

static void post(generator *g, int32_t amount, lic_account_at from, lic_account_at to)
{
    lic_effect(g, LIC_OP_POST, amount, from.row, to.row,
               (uint32_t)from.account | (uint32_t)to.account << 16);
    lic_kill_field(g, g->image->accounts[from.account].field);
    lic_kill_field(g, g->image->accounts[to.account].field);
}

static void split(generator *g, int32_t balance, int32_t row, uint16_t descriptor, int32_t *parts)
{
    lic_type money = lic_value_type(g, balance);
    uint32_t max = g->image->splits[descriptor].max;
    int32_t block = lic_block_new(g, 2 * max, true);
    for (uint32_t i = 0; i < max; i++) parts[i] = lic_value_in(g, block, 2 * i, money);
    lic_ir ir = lic_ir_blank(LIC_OP_SPLIT);
    ir.result = parts[0];
    ir.b = balance;
    ir.row = row;
    ir.imm = descriptor;
    lic_emit_ir(g, ir);
}

static int64_t rounding_unit(const generator *g)
{
    return g->p->round_unit ? (int64_t)g->p->round_unit : 1;
}

static void by_holders(generator *g, const lic_node *node, const lic_node *holders,
                       lic_account_at from, int32_t balance, uint8_t currency)
{
    const lic_node *column_node = holders->children[0];
    const lic_symbol *column = column_node->meaning->table;
    const lic_node *into = line_of(node, LIC_NODE_INTO);
    uint16_t table = column->table_number;
    uint16_t holder = lic_image_field_at(g->image, table, false, 0),
             share = lic_image_field_at(g->image, table, false, 8);
    int64_t total = (int64_t)lic_power_of_ten(column->meaning.scale);
    int32_t row = lic_generate_value(g, column_node->children[0]);
    *LIC_PUT(g, splits) = (lic_split_info){.table = table,
                                           .share = share,
                                           .max = (uint16_t)column->max_children,
                                           .total = total,
                                           .unit = rounding_unit(g)};
    int32_t parts[LIC_SPLIT_MAX];
    split(g, balance, row, (uint16_t)(g->image->splits_count - 1), parts);
    int32_t done = lic_label_new(g), count = LIC_NO_VALUE;
    size_t mark = lic_known_mark(g);
    for (uint32_t i = 0; i < column->max_children; i++) {
        if (i >= column->min_children) {
            if (count == LIC_NO_VALUE) {
                count = lic_compute(g, LIC_OP_CHILDREN, lic_type_plain(LIC_KIND_COUNT), row,
                                    LIC_NO_VALUE, table);
                mark = lic_known_mark(g);
            }
            int32_t number = lic_const(g, lic_type_plain(LIC_KIND_COUNT), i);
            lic_branch_false(
                g, lic_compute(g, LIC_OP_LT, lic_type_plain(LIC_KIND_BOOL), number, count, 0),
                done);
        }
        lic_ir child = lic_ir_blank(LIC_OP_CHILD);
        child.b = row;
        child.imm = table;
        child.plain_c = (uint8_t)i;
        int32_t at = lic_compute_ir(g, child, lic_type_of(LIC_KIND_ROW, (uint8_t)table));
        post(g, parts[i], from,
             target_of(g, into, column->scope, lic_load(g, at, holder), currency));
    }
    lic_label_here(g, done);
    lic_known_forget(g, mark);
}

/* Weights of the shares in the text: rates, or whole numbers over a common divisor when some are
 * fractions such as 1/3. */
static lic_i128 common_divisor(const lic_node *node)
{
    lic_i128 common = 1;
    for (uint32_t i = 1; i < node->child_count; i++) {
        const lic_node *line = node->children[i];
        if (line->kind != LIC_NODE_SHARE || line->children[0]->meaning->divisor == 1) continue;
        lic_i128 d = line->children[0]->meaning->divisor, a = common, b = d;
        while (b) {
            lic_i128 rest = a % b;
            a = b;
            b = rest;
        }
        common = common / a * d;
    }
    return common;
}

static uint16_t share_table(generator *g, const lic_node *node, uint32_t shares)
{
    unsigned scale = 0;
    for (uint32_t i = 1; i < node->child_count; i++) {
        const lic_node *line = node->children[i];
        if (line->kind != LIC_NODE_SHARE) continue;
        if (line->children[0]->meaning->scale > scale) scale = line->children[0]->meaning->scale;
    }
    lic_i128 common = common_divisor(node);
    lic_type type = common == 1 ? lic_type_rate((uint8_t)scale) : lic_type_plain(LIC_KIND_COUNT);
    lic_slice name = lic_slice_text(
        lic_text(g->c, "%.*s.shares", LIC_S(node->children[0]->symbol->name)));
    uint16_t table = lic_table_add(g, LIC_TABLE_KIND_CHILD, name);
    uint16_t span = lic_field_add(g, LIC_TABLE_SELF, name,
                                  lic_type_of(LIC_KIND_SPAN, (uint8_t)table), LIC_ROLE_COLUMN,
                                  false);
    uint16_t holder = lic_field_add(g, table, lic_slice_text("holder"),
                                    lic_type_of(LIC_KIND_ROW, LIC_TABLE_PARTIES), LIC_ROLE_COLUMN,
                                    false);
    uint16_t share = lic_field_add(g, table, lic_slice_text("share"), type, LIC_ROLE_COLUMN, false);
    lic_table *t = &g->image->tables[table];
    t->parent = LIC_TABLE_SELF, t->parent_span = span;
    t->child_min = t->child_max = (uint16_t)shares;
    t->child_role = 2, t->max_rows = shares;
    uint8_t *bytes = lic_static_rows(g, table, shares);
    uint32_t index = 0;
    for (uint32_t i = 1; i < node->child_count; i++) {
        const lic_node *line = node->children[i],
                       *rate = line->kind == LIC_NODE_SHARE ? line->children[0] : NULL;
        if (!rate) continue;
        uint8_t *row = bytes + (size_t)index * g->image->tables[table].fixed_size;
        lic_store_fixed(g, row, &g->image->fields[holder], line->symbol->index);
        if (rate->symbol && rate->symbol->kind == LIC_SYMBOL_GIVEN)
            lic_patch_given(g, rate, table, index, share);
        else
            lic_store_fixed(g, row, &g->image->fields[share],
                            lic_value_at(rate->meaning, scale) * (common / rate->meaning->divisor));
        index++;
    }
    *LIC_PUT(g, splits) = (lic_split_info){.table = table,
                                           .share = share,
                                           .max = (uint16_t)shares,
                                           .total = (int64_t)(lic_power_of_ten(scale) * common),
                                           .unit = rounding_unit(g)};
    return (uint16_t)(g->image->splits_count - 1);
}

/* `pennies to P`: every other share is rounded down, P gets what is left. */
static void rest_to(generator *g, const lic_node *node, const lic_symbol *party,
                    lic_account_at from, int32_t balance, uint8_t currency)
{
    const lic_node *into = line_of(node, LIC_NODE_INTO);
    lic_type row = lic_type_of(LIC_KIND_ROW, LIC_TABLE_PARTIES), money = lic_value_type(g, balance);
    int32_t rest = balance;
    for (uint32_t i = 1; i < node->child_count; i++) {
        const lic_node *line = node->children[i];
        if (line->kind != LIC_NODE_SHARE || line->symbol == party) continue;
        g->code.step = line;
        int32_t rate = lic_generate_value(g, line->children[0]);
        lic_type type;
        if (!lic_type_mul2(money, lic_value_type(g, rate), &type)) continue;
        int32_t exact = lic_compute(g, LIC_OP_MUL2, type, balance, rate, 0);
        lic_i128 d = rounding_unit(g);
        for (unsigned s = money.scale; s < type.scale; s++) d *= 10;
        uint16_t dk = lic_constant_of(g, lic_type_exact(currency, type.scale), d);
        uint16_t uk = lic_constant_of(g, money, rounding_unit(g));
        uint32_t constants = (uint32_t)dk | (uint32_t)uk << 16;
        lic_i128 divisor = line->children[0]->meaning->divisor;
        int32_t by = divisor == 1 ? LIC_NO_VALUE
                                  : lic_const(g, lic_type_plain(LIC_KIND_COUNT), divisor);
        int32_t part = lic_compute(g, LIC_OP_ROUND_FLOOR, money, exact, by, constants);
        rest = lic_compute(g, LIC_OP_SUB2, money, rest, part, 0);
        post(g, part, from,
             target_of(g, into, NULL, lic_const(g, row, line->symbol->index), currency));
    }
    g->code.step = line_of(node, LIC_NODE_PENNIES);
    post(g, rest, from, target_of(g, into, NULL, lic_const(g, row, party->index), currency));
    g->code.step = node;
}

static void by_shares(generator *g, const lic_node *node, lic_account_at from, int32_t balance,
                      uint8_t currency)
{
    const lic_node *into = line_of(node, LIC_NODE_INTO), *pennies = line_of(node, LIC_NODE_PENNIES);
    if (pennies && lic_named(pennies, "to") && lic_child(pennies, 0)) {
        rest_to(g, node, pennies->children[0]->symbol, from, balance, currency);
        return;
    }
    uint32_t shares = 0;
    for (uint32_t i = 1; i < node->child_count; i++)
        shares += node->children[i]->kind == LIC_NODE_SHARE;
    if (!shares || shares > LIC_SPLIT_MAX) return;
    uint16_t descriptor = share_table(g, node, shares);
    int32_t parts[LIC_SPLIT_MAX];
    split(g, balance, LIC_SELF_ROW, descriptor, parts);
    uint32_t index = 0;
    for (uint32_t i = 1; i < node->child_count; i++) {
        const lic_node *line = node->children[i];
        if (line->kind != LIC_NODE_SHARE) continue;
        g->code.step = line;
        int32_t holder = lic_const(g, lic_type_of(LIC_KIND_ROW, LIC_TABLE_PARTIES),
                                   line->symbol->index);
        post(g, parts[index++], from, target_of(g, into, NULL, holder, currency));
    }
    g->code.step = node;
}

void lic_generate_share_out(generator *g, const lic_node *node)
{
    uint8_t currency = node->children[0]->meaning->currency;
    lic_account_at from = lic_generate_account(g, node->children[0], currency);
    int32_t balance = lic_load(g, from.row, g->image->accounts[from.account].field);
    const lic_node *holders = line_of(node, LIC_NODE_HOLDERS);
    if (holders) by_holders(g, node, holders, from, balance, currency);
    else by_shares(g, node, from, balance, currency);
}
