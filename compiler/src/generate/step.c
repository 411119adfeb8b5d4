/* generate/step.c - code for the steps of handlers and actions. */
#include "generate/generate.h"

static void step(generator *g, const lic_node *node);

void lic_generate_steps(generator *g, const lic_node *block, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to; i++) step(g, block->children[i]);
}

/* -- clauses ------------------------------------------------------------------------------------------ */

static uint16_t clause_of(generator *g, const lic_node *node)
{
    uint16_t term = node->symbol && node->symbol->kind == LIC_SYMBOL_TERM
                        ? node->symbol->image_index
                        : LIC_NONE16;
    uint32_t hash = lic_mixed(2166136261u, node->name.data, node->name.size);
    hash = lic_mixed(hash, node->text.data, node->text.size);
    hash = lic_mixed(hash, node->anchor.data, node->anchor.size);
    for (uint32_t i = *lic_chain(&g->clauses, hash); i; i = g->clauses.next[i - 1]) {
        const lic_clause *c = &g->image->clauses[i - 1];
        if (c->term == term && lic_slice_equal(c->label, node->text) &&
            lic_slice_equal(c->name, node->name) && lic_slice_equal(c->anchor, node->anchor))
            return (uint16_t)(i - 1);
    }
    lic_chain_add(g, &g->clauses, hash, g->image->clauses_count);
    lic_compilation *c = g->c;
    c->clause_steps = lic_grow(c, c->clause_steps, g->image->clauses_count, &g->clause_capacity,
                               sizeof *c->clause_steps);
    c->clause_steps[g->image->clauses_count] = node;
    *LIC_PUT(g, clauses) = (lic_clause){
        .term = term, .label = node->text, .name = node->name, .anchor = node->anchor};
    return (uint16_t)(g->image->clauses_count - 1);
}

/* -- values that go into fields ----------------------------------------------------------------------------- */

/* Counters and columns of registers keep within what was declared. */
static bool is_bounded(const lic_symbol *symbol)
{
    bool kept = symbol &&
                (symbol->kind == LIC_SYMBOL_COUNTER ||
                 (symbol->kind == LIC_SYMBOL_COLUMN && symbol->owner->kind == LIC_SYMBOL_REGISTER));
    return kept && (symbol->bounds.has_min || symbol->bounds.has_max);
}

static void check_range(generator *g, int32_t value, lic_type type, const lic_symbol *symbol)
{
    if (!is_bounded(symbol)) return;
    const lic_bounds *bounds = &symbol->bounds;
    lic_i128 min = bounds->has_min ? bounds->min : symbol->meaning.low,
             max = bounds->has_max ? bounds->max : symbol->meaning.high;
    uint16_t low = lic_constant_of(g, type, min), high = lic_constant_of(g, type, max);
    lic_effect(g, lic_type_wide(type) ? LIC_OP_RANGE2 : LIC_OP_RANGE, value, LIC_NO_VALUE,
               LIC_NO_VALUE, (uint32_t)low | (uint32_t)high << 16);
}

void lic_generate_refusal(generator *g, lic_slice text, lic_slice anchor)
{
    uint16_t reason = LIC_NONE16;
    for (uint32_t i = 0; i < g->image->reasons_count; i++)
        if (lic_slice_equal(g->image->reasons[i].text, text) &&
            lic_slice_equal(g->image->reasons[i].anchor, anchor))
            reason = (uint16_t)i;
    if (reason == LIC_NONE16) {
        reason = (uint16_t)g->image->reasons_count;
        *LIC_PUT(g, reasons) = (lic_reason){.text = text, .anchor = anchor};
    }
    lic_effect(g, LIC_OP_REFUSE, LIC_NO_VALUE, LIC_NO_VALUE, LIC_NO_VALUE, reason);
    g->code.left = true;
}

static bool never_falls(const lic_symbol *symbol)
{
    return symbol && symbol->kind == LIC_SYMBOL_COUNTER && symbol->rule == 2;
}

/* A counter that never falls refuses what is less than it holds. */
static void check_falls(generator *g, int32_t value, int32_t old, lic_type type,
                        const lic_symbol *symbol)
{
    lic_type truth = lic_type_plain(LIC_KIND_BOOL);
    int32_t falls = lic_compute(g, lic_type_wide(type) ? LIC_OP_LT2 : LIC_OP_LT, truth, value, old,
                                0);
    int32_t stays = lic_label_new(g);
    size_t mark = lic_known_mark(g);
    lic_branch_false(g, falls, stays);
    lic_generate_refusal(g, lic_slice_text(lic_text(g->c, "%.*s never falls", LIC_S(symbol->name))),
                         symbol->node->anchor);
    lic_known_forget(g, mark);
    lic_label_here(g, stays);
}

static void set_of_territories(generator *g, const lic_node *value, const lic_place_of *place)
{
    lic_place_of from;
    if (value->kind == LIC_NODE_SET_OF && value->child_count == 0) {
        lic_effect(g, LIC_OP_SETCLEAR, LIC_NO_VALUE, place->row, LIC_NO_VALUE,
                   lic_field_operand(&g->image->fields[place->field]));
    } else if (lic_generate_place(g, value, &from) && from.symbol) {
        lic_effect(g, LIC_OP_SETJOIN, LIC_NO_VALUE, place->row, from.row,
                   (uint32_t)place->field | (uint32_t)from.field << 16);
    } else {
        lic_diag(g->c, "S0", value->span, NULL,
                 "this territory set is known but not executed yet here");
    }
    lic_kill_field(g, place->field);
}

static void set(generator *g, const lic_node *node)
{
    lic_place_of place;
    if (!lic_generate_place(g, node->children[0], &place)) return;
    lic_type type = g->image->fields[place.field].type;
    if (type.kind == LIC_KIND_SET) {
        set_of_territories(g, node->children[1], &place);
        return;
    }
    int32_t value = lic_generate_typed(g, node->children[1], type);
    check_range(g, value, type, place.symbol);
    if (never_falls(place.symbol))
        check_falls(g, value, lic_load(g, place.row, place.field), type, place.symbol);
    lic_generate_change(g, place.symbol, place.row, value);
    lic_generate_keep(g, &place);
    lic_store(g, value, place.row, place.field, false);
}

static void add(generator *g, const lic_node *node)
{
    lic_place_of place;
    if (!lic_generate_place(g, node->children[1], &place)) return;
    const lic_field field = g->image->fields[place.field];
    if (field.type.kind == LIC_KIND_SET) {
        set_of_territories(g, node->children[0], &place);
        return;
    }
    int32_t value = lic_generate_typed(g, node->children[0], field.type);
    bool falls = never_falls(place.symbol) && node->children[0]->meaning->low < 0;
    lic_generate_keep(g, &place);
    if (!is_bounded(place.symbol) && !falls && !lic_is_unique(place.symbol)) {
        lic_store(g, value, place.row, place.field, true);
        return;
    }
    int32_t old = lic_load(g, place.row, place.field);
    int32_t sum = lic_compute(g, lic_type_wide(field.type) ? LIC_OP_ADD2 : LIC_OP_ADD, field.type,
                              old, value, 0);
    check_range(g, sum, field.type, place.symbol);
    if (falls) check_falls(g, sum, old, field.type, place.symbol);
    lic_generate_change(g, place.symbol, place.row, sum);
    lic_store(g, sum, place.row, place.field, false);
}

/* -- money ------------------------------------------------------------------------------------------------------- */

static int32_t money(generator *g, const lic_node *node)
{
    return lic_generate_as(g, node, LIC_SORT_MONEY, g->p->unit_scale);
}

static void post(generator *g, const lic_node *node)
{
    uint8_t currency = node->children[0]->meaning->currency;
    int32_t amount = money(g, node->children[0]);
    lic_account_at from = lic_generate_account(g, node->children[1], currency);
    lic_account_at to = lic_generate_account(g, node->children[2], currency);
    lic_effect(g, LIC_OP_POST, amount, from.row, to.row,
               (uint32_t)from.account | (uint32_t)to.account << 16);
    lic_kill_field(g, g->image->accounts[from.account].field);
    lic_kill_field(g, g->image->accounts[to.account].field);
}

static uint16_t duty_of(generator *g, lic_duty duty)
{
    for (uint32_t i = 0; i < g->image->duties_count; i++) {
        const lic_duty *d = &g->image->duties[i];
        if (d->term == duty.term && d->clause == duty.clause && d->debtor == duty.debtor &&
            d->creditor_table == duty.creditor_table &&
            d->creditor_account == duty.creditor_account && d->part == duty.part &&
            d->currency == duty.currency)
            return (uint16_t)i;
    }
    *LIC_PUT(g, duties) = duty;
    return (uint16_t)(g->image->duties_count - 1);
}

static void oblige(generator *g, const lic_node *node)
{
    const lic_node *creditor = node->children[1];
    uint16_t clause = g->code.clause;
    lic_duty duty = {.term = clause == LIC_NONE16 ? LIC_NONE16 : g->image->clauses[clause].term,
                     .clause = clause,
                     .debtor = (uint16_t)node->children[0]->meaning->value,
                     .creditor_table = LIC_TABLE_PARTIES,
                     .creditor_account = LIC_NONE16,
                     .payment_entry = LIC_NONE16,
                     .part = (uint16_t)node->number,
                     .currency = node->children[2]->meaning->currency};
    int32_t row = LIC_SELF_ROW;
    if (creditor->symbol && creditor->symbol->kind == LIC_SYMBOL_ACCOUNT) {
        duty.creditor_table = LIC_TABLE_SELF;
        duty.creditor_account = creditor->symbol->image_index;
    } else {
        row = lic_generate_value(g, creditor);
        duty.creditor_table = lic_value_type(g, row).aux;
    }
    int32_t amount = money(g, node->children[2]), due = lic_generate_value(g, node->children[3]);
    lic_effect(g, LIC_OP_OBLIGE, amount, due, row, duty_of(g, duty));
    lic_kill_calls(g);
}

static void result(generator *g, const lic_node *node)
{
    const lic_symbol *term = node->symbol;
    lic_type exact = lic_type_exact(term->meaning.currency, term->meaning.scale);
    lic_type net = lic_type_money(term->meaning.currency, g->p->unit_scale);
    int32_t values[5], block = LIC_NO_VALUE;
    const lic_node *first = node->children[1];
    /* A divided amount has no exact decimal: what was earned stands for it. */
    bool divided = first->meaning->divisor != 1 || first->meaning->dynamic;
    for (uint32_t i = 0; i < 5; i++) {
        const lic_node *from = divided && i == 0 ? node->children[2] : node->children[i + 1];
        values[i] = i == 0 ? lic_generate_as(g, from, LIC_SORT_EXACT, term->meaning.scale)
                           : money(g, from);
    }
    block = lic_block_new(g, 10, true);
    lic_ir ir = lic_ir_blank(LIC_OP_RESULT);
    ir.b = LIC_SELF_ROW;
    ir.imm = term->image_index;
    if (lic_child(node, 0)) ir.b = lic_generate_value(g, node->children[0]);
    for (uint32_t i = 0; i < 5; i++) {
        int32_t place = lic_value_in(g, block, 2 * i, i ? net : exact);
        lic_move(g, place, values[i]);
        ir.extra[ir.extra_count++] = place;
        if (i == 0) ir.a = place;
    }
    lic_emit_ir(g, ir);
}

/* -- control --------------------------------------------------------------------------------------------------------- */

/* The verifier keeps the types of at most 64 jumps ahead. */
bool lic_nest(generator *g, const lic_node *node)
{
    if (g->nested < 30) {
        g->nested++;
        return true;
    }
    lic_diag(g->c, "S10", node->span, NULL,
             "conditions are nested too deeply, or a state has too many transitions");
    return false;
}

static void branch(generator *g, const lic_node *node)
{
    if (!lic_nest(g, node)) return;
    int32_t condition = lic_generate_value(g, node->children[0]);
    int32_t otherwise = lic_label_new(g), done = lic_label_new(g);
    const lic_node *then = node->children[1], *else_node = lic_child(node, 2);
    lic_branch_false(g, condition, otherwise);
    size_t mark = lic_known_mark(g);
    uint16_t clause = g->code.clause;
    lic_generate_steps(g, then, 0, then->child_count);
    lic_known_forget(g, mark);
    if (else_node && !g->code.left) lic_jump(g, done);
    g->code.clause = clause;
    lic_label_here(g, otherwise);
    if (else_node) {
        lic_generate_steps(g, else_node, 0, else_node->child_count);
        lic_known_forget(g, mark);
        lic_label_here(g, done);
    }
    g->code.clause = clause;
    g->nested--;
}

/* -- what changes duties, grants, registers ---------------------------------------------------------------------------- */

static void do_native(generator *g, const lic_node *node)
{
    static const struct {
        const char *name;
        lic_native native;
    } natives[] = {{"cancel_term", LIC_NATIVE_CANCEL_TERM},
                   {"due_now", LIC_NATIVE_DUE_NOW},
                   {"due_part", LIC_NATIVE_DUE_PART},
                   {"close_grant", LIC_NATIVE_CLOSE_GRANT}};
    for (size_t i = 0; i < LIC_COUNT(natives); i++) {
        if (!lic_named(node, natives[i].name)) continue;
        const lic_native_info *info = lic_native_find(natives[i].native);
        lic_ir ir = lic_ir_blank(LIC_OP_CALL);
        ir.plain_c = info->count;
        ir.imm = natives[i].native | (uint32_t)node->children[0]->symbol->image_index << 16;
        int32_t arguments[3],
            block = info->count ? lic_block_new(g, info->count, false) : LIC_NO_VALUE;
        for (uint32_t n = 0; n < info->count; n++)
            arguments[n] = lic_generate_value(g, node->children[n + 1]);
        for (uint32_t n = 0; n < info->count; n++) {
            int32_t place = lic_value_in(g, block, n, lic_value_type(g, arguments[n]));
            lic_move(g, place, arguments[n]);
            ir.extra[ir.extra_count++] = place;
            if (n == 0) ir.b = place;
        }
        ir.result = lic_value_in(g, lic_block_new(g, 1, false), 0, lic_type_plain(LIC_KIND_BOOL));
        lic_emit_ir(g, ir);
        lic_kill_calls(g);
        return;
    }
    lic_diag(g->c, "N01", node->span, NULL, "there is no function `%.*s`", LIC_S(node->name));
}

static void enter(generator *g, const lic_node *node)
{
    const lic_symbol *table = node->children[0]->symbol;
    int32_t key = lic_generate_value(g, node->children[1]);
    check_range(g, key, lic_value_type(g, key), table->key);
    lic_ir ir = lic_ir_blank(LIC_OP_ENTER);
    ir.b = key;
    ir.imm = table->table_number;
    ir.result = lic_value_in(g, lic_block_new(g, 1, false), 0,
                             lic_type_of(LIC_KIND_ROW, (uint8_t)table->table_number));
    lic_emit_ir(g, ir);
    lic_kill_calls(g);
    const lic_symbol *column = table->members->next_member;
    for (uint32_t i = 2; column && i < node->child_count; i++, column = column->next_member) {
        lic_type type = g->image->fields[column->field_number].type;
        int32_t value = lic_generate_typed(g, node->children[i], type);
        check_range(g, value, type, column);
        if (lic_is_unique(column)) lic_generate_claim(g, column, ir.result, value);
        lic_store(g, value, ir.result, column->field_number, false);
    }
}

static void retire(generator *g, const lic_node *node)
{
    const lic_symbol *table = node->children[0]->meaning->table;
    int32_t row = lic_generate_value(g, node->children[0]);
    lic_generate_release(g, table, row);
    lic_effect(g, LIC_OP_RETIRE, row, LIC_NO_VALUE, LIC_NO_VALUE, table->table_number);
    lic_kill_calls(g);
}

static void emit(generator *g, const lic_node *node)
{
    uint16_t first = (uint16_t)g->image->event_arguments_count,
             event = (uint16_t)g->image->events_count;
    lic_ir ir = lic_ir_blank(LIC_OP_EMIT);
    ir.imm = event;
    if (node->child_count > LIC_COUNT(ir.extra)) {
        lic_diag(g->c, "T03", node->span, NULL, "an event has at most %zu values",
                 LIC_COUNT(ir.extra));
        return;
    }
    for (uint32_t i = 0; i < node->child_count; i++) {
        ir.extra[ir.extra_count++] = lic_generate_value(g, node->children[i]);
        *LIC_PUT(g, event_arguments) = (lic_event_argument){.type = lic_value_type(g, ir.extra[i])};
    }
    *LIC_PUT(g, events) = (lic_event){
        .name = node->name, .first_argument = first, .argument_count = (uint16_t)node->child_count};
    lic_emit_ir(g, ir);
}

static void let(generator *g, const lic_node *node)
{
    const lic_meaning *m = node->children[0]->meaning;
    bool scaled = lic_is_wide(m) || m->sort == LIC_SORT_RATE || m->sort == LIC_SORT_PRICE;
    node->symbol->value_number = scaled ? lic_generate_as(g, node->children[0], (lic_sort)m->sort,
                                                          m->scale)
                                        : lic_generate_value(g, node->children[0]);
}

static void one_step(generator *g, const lic_node *node)
{
    switch (node->kind) {
    case LIC_NODE_CLAUSE: g->code.clause = clause_of(g, node); return;
    case LIC_NODE_LET: let(g, node); return;
    case LIC_NODE_SET: set(g, node); return;
    case LIC_NODE_ADD: add(g, node); return;
    case LIC_NODE_POST: post(g, node); return;
    case LIC_NODE_OBLIGE: oblige(g, node); return;
    case LIC_NODE_RESULT: result(g, node); return;
    case LIC_NODE_IF: branch(g, node); return;
    case LIC_NODE_REFUSE: lic_generate_refusal(g, node->text, node->anchor); return;
    case LIC_NODE_GOES_TO:
        lic_effect(g, LIC_OP_GOTO, LIC_NO_VALUE, LIC_NO_VALUE, LIC_NO_VALUE, node->symbol->index);
        return;
    case LIC_NODE_SHARE_OUT: lic_generate_share_out(g, node); return;
    case LIC_NODE_DO: do_native(g, node); return;
    case LIC_NODE_ENTER: enter(g, node); return;
    case LIC_NODE_RETIRE: retire(g, node); return;
    case LIC_NODE_EMIT: emit(g, node); return;
    default: return;
    }
}

static void step(generator *g, const lic_node *node)
{
    const lic_node *outer = g->code.step;
    g->code.step = node;
    one_step(g, node);
    g->code.step = outer;
}

/* -- groups of statements: each line adds to its group ------------------------------------------------------------------ */

static void grid_line(generator *g, const lic_statement *statement, const lic_node *by)
{
    lic_type count = lic_type_plain(LIC_KIND_COUNT);
    int32_t row = LIC_NO_VALUE;
    for (uint32_t i = 0; i < by->child_count; i++) {
        const lic_symbol *column = by->children[i]->symbol;
        int32_t value = lic_input_value(g, LIC_SOURCE_SLOT, column->field_number,
                                        lic_image_type(g, &column->meaning));
        int32_t number = lic_compute(g, LIC_OP_ORDINAL, count, value, LIC_NO_VALUE, 0);
        if (row == LIC_NO_VALUE) {
            row = number;
            continue;
        }
        uint32_t cardinality = g->image->groups[statement->first_group + i].cardinality;
        row = lic_compute(g, LIC_OP_MUL, count, row, lic_const(g, count, cardinality), 0);
        row = lic_compute(g, LIC_OP_ADD, count, row, number, 0);
    }
    int32_t at = lic_compute(g, LIC_OP_ROWAT, lic_type_of(LIC_KIND_ROW, (uint8_t)statement->grid),
                             row, LIC_NO_VALUE, statement->grid);
    for (uint32_t f = 0; f < g->image->fields_count; f++) {
        if (g->image->fields[f].table != statement->grid) continue;
        const lic_symbol *column = lic_symbol_member(g->report, g->image->fields[f].name);
        int32_t value = lic_input_value(g, LIC_SOURCE_SLOT, column->field_number,
                                        lic_image_type(g, &column->meaning));
        lic_store(g, value, at, (uint16_t)f, true);
    }
}

void lic_generate_grid_lines(generator *g)
{
    for (size_t i = 0; i < g->p->all.count; i++) {
        const lic_symbol *symbol = g->p->all.items[i];
        const lic_node *by = symbol->kind == LIC_SYMBOL_STATEMENT
                                 ? lic_child_of(symbol->node, LIC_NODE_LINES_BY, 0)
                                 : NULL;
        if (!by || !by->child_count || by->children[0]->symbol->owner != g->report) continue;
        const lic_statement statement = g->image->statements[symbol->image_index];
        g->code.step = by;
        if (statement.grid != LIC_NONE16) grid_line(g, &statement, by);
        g->code.step = NULL;
    }
}
