/* types_body.c - the blocks that compute: reports, money terms, splits, statements, actions, the
 * lifecycle, and in kernel files handlers. Walks their lines in written order with the names that each
 * of them can see, and gives every expression its meaning. */
#include "analyse.h"

static void type_step(typer *t, lic_node *node);

/* -- what a condition says about counters ---------------------------------------------------------------- */

static void narrow(typer *t, lic_symbol *symbol, lic_i128 low, lic_i128 high)
{
    lic_narrowed *n = lic_new(t->c, sizeof *n);
    *n = (lic_narrowed){symbol, symbol->meaning.low, symbol->meaning.high, t->narrowed};
    t->narrowed = n;
    if (low > symbol->meaning.low) symbol->meaning.low = low;
    if (high < symbol->meaning.high) symbol->meaning.high = high;
}

static void widen(typer *t, const lic_narrowed *mark)
{
    for (; t->narrowed != mark; t->narrowed = t->narrowed->outer) {
        t->narrowed->symbol->meaning.low = t->narrowed->low;
        t->narrowed->symbol->meaning.high = t->narrowed->high;
    }
}

static bool is_counter(const lic_node *node)
{
    return node->kind == LIC_NODE_NAME_REF && node->symbol && node->symbol->kind == LIC_SYMBOL_COUNTER;
}

/* `Trailers < 3` holds from here on. */
static void narrow_by(typer *t, const lic_node *c)
{
    if (c->kind != LIC_NODE_BINARY) return;
    if (lic_named(c, "and")) {
        narrow_by(t, c->children[0]);
        narrow_by(t, c->children[1]);
        return;
    }
    bool left = is_counter(c->children[0]);
    const lic_node *counter = c->children[left ? 0 : 1], *other = c->children[left ? 1 : 0];
    const lic_meaning *m = other->meaning;
    if (!is_counter(counter) || !m || !m->is_constant || m->scale > counter->symbol->meaning.scale) return;
    lic_i128 value = lic_rescale(m->value, m->scale, counter->symbol->meaning.scale);
    bool less = lic_named(c, left ? "<" : ">"), most = lic_named(c, left ? "<=" : ">=");
    bool more = lic_named(c, left ? ">" : "<"), least = lic_named(c, left ? ">=" : "<=");
    if (less || most) narrow(t, counter->symbol, LIC_I128_MIN, less ? value - 1 : value);
    if (more || least) narrow(t, counter->symbol, more ? value + 1 : value, LIC_I128_MAX);
    if (lic_named(c, "=")) narrow(t, counter->symbol, value, value);
}

void lic_type_steps(typer *t, lic_node *block, uint32_t from)
{
    lic_local *outer = t->locals;
    const lic_narrowed *mark = t->narrowed;
    t->depth_of_steps++;
    for (uint32_t i = from; i < block->child_count; i++)
        type_step(t, block->children[i]);
    t->depth_of_steps--;
    t->locals = outer;
    widen(t, mark);
}

/* -- references that are written ---------------------------------------------------------------------- */

lic_symbol *lic_account_reference(typer *t, lic_node *node)
{
    const lic_meaning *m = lic_type_expression(t, node, NULL);
    if (m->sort == LIC_SORT_ERROR) return NULL;
    if (node->symbol && node->symbol->kind == LIC_SYMBOL_ACCOUNT) {
        node->symbol->writes++;
        return node->symbol;
    }
    lic_diagnostic *d = lic_diag(t->c, "N03", node->span, NULL, "an account is wanted here, not %s", lic_meaning_text(t->s, m));
    if (node->symbol) lic_diag_place(t->c, d, node->symbol->span, "declared here as %s", lic_symbol_kind_text(node->symbol->kind));
    return NULL;
}

static lic_meaning *written(typer *t, lic_node *node)
{
    lic_meaning *m = lic_type_expression(t, node, NULL);
    lic_symbol *symbol = node->symbol;
    bool fits = symbol && (symbol->kind == LIC_SYMBOL_COUNTER || symbol->kind == LIC_SYMBOL_TALLY ||
                           (symbol->kind == LIC_SYMBOL_COLUMN && symbol->owner->kind == LIC_SYMBOL_REGISTER));
    fits = fits || (t->kernel && !symbol && lic_named(node, "wake"));
    if (symbol) symbol->writes++;
    if (fits || m->sort == LIC_SORT_ERROR) return m;
    lic_diagnostic *d = lic_diag(t->c, "N03", node->span, NULL, "only counters and columns of registers are set");
    if (symbol) lic_diag_place(t->c, d, symbol->span, "this is %s", lic_symbol_kind_text(symbol->kind));
    return m;
}

/* S11: a counter keeps within its bounds. `added`: the value is added to what it holds. */
static void stays_bounded(typer *t, const lic_node *value, lic_node *target, bool added)
{
    lic_symbol *counter = target->symbol;
    const lic_meaning *m = value->meaning;
    if (t->kernel || t->has_caller || !counter || counter->kind != LIC_SYMBOL_COUNTER || !counter->bounds.has_max || m->sort == LIC_SORT_ERROR) return;
    lic_i128 low = lic_rescale(m->low, m->scale, counter->meaning.scale), high = lic_rescale(m->high, m->scale, counter->meaning.scale);
    if (added) low = lic_saturated_add(low, counter->meaning.low), high = lic_saturated_add(high, counter->meaning.high);
    if (low >= counter->bounds.min && high <= counter->bounds.max) return;
    lic_diagnostic *d = lic_diag(t->c, "S11", value->span, "can be beyond the bounds", "`%.*s` can leave its bounds here", LIC_S(counter->name));
    lic_diag_place(t->c, d, counter->span, "bounded here");
    lic_diag_help(t->c, d, "test it first, for instance `require %.*s < ...`", LIC_S(counter->name));
}

static void fits_written(typer *t, lic_node *value, lic_node *target, const lic_meaning *type)
{
    const lic_meaning *m = lic_type_expression(t, value, type);
    if (m->sort == LIC_SORT_ERROR || type->sort == LIC_SORT_ERROR) return;
    if (type->sort == LIC_SORT_SET && m->sort == LIC_SORT_SET) return;
    if (!lic_same_type(m, type)) {
        lic_diagnostic *d = lic_diag(t->c, lic_money_like(type) || type->sort == LIC_SORT_RATE ? "S1" : "T01", value->span, NULL,
                                     "%s cannot go into %s", lic_meaning_text(t->s, m), lic_meaning_text(t->s, type));
        lic_diag_place(t->c, d, target->span, "this is %s", lic_meaning_text(t->s, type));
        return;
    }
    bool scaled = lic_money_like(type) || type->sort == LIC_SORT_RATE || type->sort == LIC_SORT_PRICE;
    if (m->divisor != 1 || m->dynamic || (scaled && m->scale > type->scale)) {
        lic_diagnostic *d = lic_diag(t->c, "S6", value->span, NULL, "the value is finer than what it goes into");
        lic_diag_place(t->c, d, target->span, "this has %u decimals", type->scale);
        lic_diag_note(t->c, d, "only `amount` rounds");
    }
}

/* -- dates of duties -------------------------------------------------------------------------------------- */

void lic_type_within(typer *t, lic_node *within)
{
    if (!within) return;
    if (within->flags & LIC_FLAG_DUE) {
        lic_type_as(t, within->children[0], LIC_SORT_DATE, "a date");
        return;
    }
    lic_type_as(t, within->children[0], LIC_SORT_DURATION, "a duration");
    if (lic_child(within, 1)) lic_type_as(t, within->children[1], LIC_SORT_DATE, "a date");
}

/* -- sentences ------------------------------------------------------------------------------------------------- */

static void type_creditor(typer *t, lic_node *pays, lic_node *creditor)
{
    if (pays->flags & LIC_FLAG_OWES) {
        lic_account_reference(t, creditor);
        return;
    }
    const lic_meaning *m = lic_type_expression(t, creditor, NULL);
    bool account = creditor->symbol && creditor->symbol->kind == LIC_SYMBOL_ACCOUNT;
    if (account) creditor->symbol->writes++;
    if (m->sort == LIC_SORT_PARTY || m->sort == LIC_SORT_ROW || account || m->sort == LIC_SORT_ERROR) return;
    lic_diag(t->c, "N03", creditor->span, NULL, "a party, a payee or an account is paid, not %s", lic_meaning_text(t->s, m));
}

static void type_sentence(typer *t, lic_node *pays)
{
    lic_node *debtor = pays->children[0];
    if (lic_named(debtor, "payer")) {
        lic_diag(t->c, "S0", debtor->span, NULL, "`payer` belongs to interest, which is known but not executed yet");
        return;
    }
    lic_bind(t, debtor, LIC_SYMBOL_PARTY);
    type_creditor(t, pays, pays->children[1]);
    if (lic_child(pays, 2)) lic_type_as(t, pays->children[2], LIC_SORT_EXACT, "money");
    if (lic_child(pays, 3)) lic_account_reference(t, pays->children[3]);
    lic_type_within(t, lic_child(pays, 4));
}

static void type_add(typer *t, lic_node *node)
{
    lic_node *value = node->children[0], *to = node->children[1];
    const lic_meaning *m = lic_type_expression(t, to, NULL);
    if (to->symbol && to->symbol->kind == LIC_SYMBOL_ACCOUNT && !t->kernel) {
        to->symbol->writes++;
        lic_type_as(t, value, LIC_SORT_EXACT, "money");
        return;
    }
    m = written(t, to);
    fits_written(t, value, to, m);
    if (value->meaning) stays_bounded(t, value, to, true);
}

static void type_let(typer *t, lic_node *node)
{
    lic_meaning m = *lic_type_expression(t, node->children[0], NULL);
    if (m.sort == LIC_SORT_DURATION || m.sort == LIC_SORT_WORDS) {
        lic_diag(t->c, "T01", node->span, NULL, "%s cannot be given a name", lic_meaning_text(t->s, &m));
        m = lic_meaning_of(LIC_SORT_ERROR);
    }
    if (m.sort != LIC_SORT_SET) m.is_constant = false;
    m.is_literal = false;
    lic_local_add(t, node, node->name, &m, LIC_SYMBOL_LOCAL);
}

static void type_if(typer *t, lic_node *node)
{
    lic_type_as(t, node->children[0], LIC_SORT_BOOL, "a condition");
    for (uint32_t i = 1; i < node->child_count; i++) {
        const lic_narrowed *mark = t->narrowed;
        if (i == 1) narrow_by(t, node->children[0]);
        lic_type_steps(t, node->children[i], 0);
        widen(t, mark);
    }
}

static void type_enter(typer *t, lic_node *node)
{
    lic_symbol *reg = lic_bind(t, node->children[0], LIC_SYMBOL_REGISTER);
    if (!reg) return;
    reg->writes++;
    lic_symbol *column = reg->members;
    uint32_t i = 1;
    for (; column && i < node->child_count; column = column->next_member, i++) {
        const lic_meaning *m = lic_type_expression(t, node->children[i], &column->meaning);
        if (m->sort == LIC_SORT_ERROR || lic_same_type(m, &column->meaning)) continue;
        lic_diagnostic *d = lic_diag(t->c, "T01", node->children[i]->span, NULL, "%s cannot go into this column", lic_meaning_text(t->s, m));
        lic_diag_place(t->c, d, column->span, "the column");
    }
    if (column || i < node->child_count) {
        lic_diagnostic *d = lic_diag(t->c, "T02", node->span, NULL, "an entry gives the key and every column, in order");
        lic_diag_place(t->c, d, reg->span, "the register");
    }
}

static void type_term_reference(typer *t, lic_node *node)
{
    lic_node *inner = node->children[0];
    lic_type_expression(t, inner, NULL);
    bool open = inner->kind == LIC_NODE_FIELD && lic_named(inner, "open") && inner->symbol &&
                inner->symbol->kind == LIC_SYMBOL_TERM;
    if (!open && inner->meaning->sort != LIC_SORT_ERROR)
        lic_diag(t->c, "T02", node->span, NULL, "name what is open of a term, for instance `Sync.open`");
}

static void type_credit(typer *t, lic_node *node)
{
    lic_bind(t, node->children[0], LIC_SYMBOL_PARTY);
    lic_type_as(t, node->children[1], LIC_SORT_EXACT, "money");
    lic_symbol *term = lic_bind(t, node->children[2], LIC_SYMBOL_TERM);
    if (term) term->is_credited = true;
}

/* Steps of agreements that lowering puts into other words: a kernel has those alone. */
static bool is_surface_step(const lic_node *node)
{
    return node->kind == LIC_NODE_PAYS || node->kind == LIC_NODE_REQUIRE || node->kind == LIC_NODE_CREDIT || node->kind == LIC_NODE_CANCEL ||
           node->kind == LIC_NODE_DUE_NOW || node->kind == LIC_NODE_CLOSE_GRANTS;
}

static void type_step(typer *t, lic_node *node)
{
    if (t->kernel && is_surface_step(node)) {
        lic_diag(t->c, "T02", node->span, NULL, "a kernel says this in postings and duties");
        return;
    }
    switch (node->kind) {
    case LIC_NODE_LET: type_let(t, node); return;
    case LIC_NODE_ADD: type_add(t, node); return;
    case LIC_NODE_SET: {
        const lic_meaning *m = written(t, node->children[0]);
        fits_written(t, node->children[1], node->children[0], m);
        if (node->children[1]->meaning) stays_bounded(t, node->children[1], node->children[0], false);
        return;
    }
    case LIC_NODE_PAYS: type_sentence(t, node); return;
    case LIC_NODE_REQUIRE:
        lic_type_as(t, node->children[0], LIC_SORT_BOOL, "a condition");
        narrow_by(t, node->children[0]);
        return;
    case LIC_NODE_CREDIT: type_credit(t, node); return;
    case LIC_NODE_CANCEL: case LIC_NODE_DUE_NOW: type_term_reference(t, node); return;
    case LIC_NODE_EMIT:
        for (uint32_t i = 0; i < node->child_count; i++)
            lic_type_expression(t, node->children[i], NULL);
        return;
    case LIC_NODE_CLOSE_GRANTS:
        if (lic_child(node, 0)) lic_type_as(t, node->children[0], LIC_SORT_DURATION, "a duration");
        for (uint32_t i = 1; i < node->child_count; i++)
            lic_bind(t, node->children[i], LIC_SYMBOL_GRANT);
        return;
    case LIC_NODE_IF: type_if(t, node); return;
    case LIC_NODE_ENTER: type_enter(t, node); return;
    case LIC_NODE_RETIRE: lic_type_as(t, node->children[0], LIC_SORT_ROW, "a row"); return;
    case LIC_NODE_ERROR: return;
    default: lic_type_kernel_step(t, node); return;
    }
}

/* -- reports -------------------------------------------------------------------------------------------------- */

static void type_report(typer *t, lic_symbol *report)
{
    lic_node *node = report->node;
    lic_node *by = lic_child_of(node, LIC_NODE_BY, 0), *lines = lic_child_of(node, LIC_NODE_LINES, 0);
    lic_node *correct = lic_child_of(node, LIC_NODE_CORRECT, 0);
    t->has_period = true;
    if (by) {
        lic_bind(t, by->children[0], LIC_SYMBOL_PARTY);
        lic_type_within(t, lic_child(by, 2));
    } else {
        lic_diagnostic *d = lic_diag(t->c, "T02", report->span, NULL, "nothing says who files `%.*s`", LIC_S(report->name));
        lic_diag_help(t->c, d, "add a line such as `by %.*s, every month, within 20 days of period.end`",
                      LIC_S(t->s->parties.count ? t->s->parties.items[0]->name : report->name));
    }
    if (!lines) {
        lic_diagnostic *d = lic_diag(t->c, "T02", report->span, NULL, "nothing says how many lines `%.*s` can have", LIC_S(report->name));
        lic_diag_help(t->c, d, "add a line such as `lines at most 100,000, else refuse`");
    }
    for (uint32_t i = 0; lines && i < lines->child_count; i++) {
        lic_node *word = lines->children[i];
        word->symbol = lic_symbol_member(report, word->name);
        if (!word->symbol || word->symbol->kind != LIC_SYMBOL_COLUMN) {
            lic_diagnostic *d = lic_diag(t->c, "N01", word->span, NULL, "`%.*s` is not a column", LIC_S(word->name));
            lic_diag_place(t->c, d, report->span, "of this report");
        }
    }
    if (correct) {
        lic_diagnostic *d = lic_diag(t->c, "S0", correct->span, NULL, "`correct` is known but not executed yet");
        lic_diag_help(t->c, d, "leave the line out for now");
    }
    t->line_of = report;
    t->judging = true;
    for (uint32_t i = 0; i < node->child_count; i++) {
        lic_node *child = node->children[i];
        if (child->kind == LIC_NODE_VALUE) {
            lic_meaning m = *lic_type_expression(t, child->children[0], NULL);
            m.is_constant = m.is_literal = false;
            child->symbol->meaning = m;
        }
        if (child->kind == LIC_NODE_REQUIRE) lic_type_as(t, child->children[0], LIC_SORT_BOOL, "a condition");
    }
    t->line_of = NULL;
    t->judging = t->has_period = false;
}

static void report_lines(typer *t, lic_symbol *report)
{
    lic_node *lines = lic_child_of(report->node, LIC_NODE_LINES, 0);
    report->max_rows = 1;
    if (!lines) return;
    if (lines->number < 1 || lines->number > 1000000000)
        lic_diag(t->c, "T03", lines->span, NULL, "a report has from 1 to 1,000,000,000 lines");
    else
        report->max_rows = (uint32_t)lines->number;
}

/* -- triggers ---------------------------------------------------------------------------------------------------- */

static void unexecuted_trigger(typer *t, const lic_node *at, const char *what)
{
    lic_diag(t->c, "S0", at->span, NULL, "`on %s` is known but not executed yet", what);
}

/* One trigger word: binds it; returns its symbol, or NULL for `signature` and what was reported. */
static lic_symbol *type_trigger(typer *t, lic_node *word, bool payment_allowed)
{
    if (lic_named(word, "signature")) return NULL;
    if (lic_named(word, "payment") && payment_allowed) return NULL;
    if (lic_named(word, "payment") || lic_named(word, "overdue")) {
        unexecuted_trigger(t, word, lic_text(t->c, "%.*s", LIC_S(word->name)));
        return NULL;
    }
    lic_symbol *symbol = lic_symbol_find(t->s, word->name);
    if (!symbol) {
        lic_report_unknown(t, word);
        return NULL;
    }
    symbol->uses++;
    word->symbol = symbol;
    if (symbol->kind == LIC_SYMBOL_REPORT || symbol->kind == LIC_SYMBOL_STATEMENT) t->has_period = true;
    if (symbol->kind == LIC_SYMBOL_DELIVERABLE || (word->flags & LIC_FLAG_ACCEPTED)) {
        unexecuted_trigger(t, word, "a deliverable");
    } else if (symbol->kind != LIC_SYMBOL_REPORT && symbol->kind != LIC_SYMBOL_STATEMENT && symbol->kind != LIC_SYMBOL_FACT) {
        lic_diagnostic *d = lic_diag(t->c, "N03", word->span, NULL, "`%.*s` is %s: nothing happens on it", LIC_S(word->name),
                                     lic_symbol_kind_text(symbol->kind));
        lic_diag_place(t->c, d, symbol->span, "declared here");
    }
    return symbol;
}

static void type_on(typer *t, lic_node *on, lic_symbol *owner, bool payment_allowed)
{
    lic_symbol *first = type_trigger(t, on, payment_allowed);
    if (first && first->kind == LIC_SYMBOL_REPORT) t->report = first;
    for (uint32_t i = 1; i < on->child_count; i++)
        type_trigger(t, on->children[i], payment_allowed);
    lic_node *each = lic_child(on, 0);
    if (!each || each->kind != LIC_NODE_FOR_EACH) return;
    lic_node *table = lic_child(each, 0);
    if (table) {
        owner->scope = lic_symbol_find(t->s, table->name);
        if (!owner->scope || (owner->scope->kind != LIC_SYMBOL_SCHEDULE && owner->scope->kind != LIC_SYMBOL_REGISTER)) {
            lic_report_unknown(t, table);
            owner->scope = NULL;
        } else {
            owner->scope->uses++;
        }
    }
    owner->is_scoped = true;
    owner->variable = each->name;
    lic_row_variable(t, each, each->name, owner->scope, true);
}

/* -- money terms -------------------------------------------------------------------------------------------------- */

static void amount_names(typer *t, lic_node *node, lic_symbol *term)
{
    lic_meaning m = lic_meaning_of(LIC_SORT_MONEY);
    m.currency = term->meaning.currency;
    m.scale = t->s->unit_scale;
    m.low = term->meaning.low, m.high = term->meaning.high;
    lic_node *amount = lic_node_copy(t->c, node);
    lic_local_add(t, amount, lic_slice_text("amount"), &m, LIC_SYMBOL_LOCAL);
    term->amount_symbol = amount->symbol;
    lic_node *earned = lic_node_copy(t->c, node);
    lic_local_add(t, earned, lic_slice_text("earned"), &m, LIC_SYMBOL_LOCAL);
    term->earned_symbol = earned->symbol;
}

static void type_amount_clause(typer *t, lic_node *node, lic_symbol *term)
{
    const lic_meaning *m = lic_type_as(t, node->children[0], LIC_SORT_EXACT, "money");
    term->meaning = lic_meaning_of(LIC_SORT_EXACT);
    if (m->sort == LIC_SORT_ERROR) {
        term->meaning.sort = LIC_SORT_ERROR;
    } else {
        term->meaning.currency = m->currency;
        term->meaning.scale = m->scale > t->s->unit_scale ? m->scale : t->s->unit_scale;
        lic_i128 shrink = m->scale > t->s->unit_scale ? lic_power_of_ten(m->scale - t->s->unit_scale) : 1;
        term->meaning.low = m->low / shrink - 1, term->meaning.high = m->high / shrink + 1;
    }
    amount_names(t, node, term);
}

static void same_currency(typer *t, lic_node *node, const lic_symbol *term, const lic_node *amount)
{
    if (!node || !node->meaning || !lic_money_like(node->meaning) || term->meaning.sort == LIC_SORT_ERROR) return;
    if (node->meaning->currency == term->meaning.currency) return;
    lic_diagnostic *d = lic_diag(t->c, "S1", node->span, NULL, "this is %s, the term counts in another currency",
                                 lic_meaning_text(t->s, node->meaning));
    if (amount) lic_diag_place(t->c, d, amount->span, "the amount");
}

static void type_line(typer *t, lic_node *node)
{
    if (!t->report) {
        lic_diag(t->c, "T02", node->span, NULL, "only a term `on` a report has lines");
        return;
    }
    t->line_of = t->report;
    lic_meaning m = *lic_type_expression(t, node->children[0], NULL);
    t->line_of = NULL;
    if (node->kind == LIC_NODE_LINES_WHERE) {
        if (m.sort != LIC_SORT_BOOL && m.sort != LIC_SORT_ERROR) lic_diag(t->c, "T01", node->span, NULL, "a condition is wanted here");
        return;
    }
    if (m.sort == LIC_SORT_SET || m.sort == LIC_SORT_DURATION || m.sort == LIC_SORT_WORDS) {
        lic_diag(t->c, "T01", node->span, NULL, "%s cannot be a value of a line", lic_meaning_text(t->s, &m));
        m = lic_meaning_of(LIC_SORT_ERROR);
    }
    m.is_constant = m.is_literal = false;
    lic_local_add(t, node, node->name, &m, LIC_SYMBOL_LOCAL);
    node->symbol->is_line = true;
}

static void type_clause(typer *t, lic_node *node, lic_symbol *term)
{
    lic_node *amount = lic_child_of(term->node, LIC_NODE_AMOUNT, 0);
    switch (node->kind) {
    case LIC_NODE_ON: type_on(t, node, term, false); return;
    case LIC_NODE_EVERY:
        t->has_period = true;
        lic_type_within(t, lic_child(node, 1));
        return;
    case LIC_NODE_ONCE: lic_type_as(t, node->children[0], LIC_SORT_BOOL, "a condition"); return;
    case LIC_NODE_LINES_WHERE: case LIC_NODE_LINE: type_line(t, node); return;
    case LIC_NODE_AMOUNT: type_amount_clause(t, node, term); return;
    case LIC_NODE_AT_LEAST: case LIC_NODE_AT_MOST: case LIC_NODE_BELOW:
        lic_type_as(t, node->children[0], LIC_SORT_EXACT, "money");
        same_currency(t, node->children[0], term, amount);
        return;
    case LIC_NODE_LESS:
        lic_account_reference(t, node->children[0]);
        same_currency(t, node->children[0], term, amount);
        if (lic_child(node, 1)) lic_type_as(t, node->children[1], LIC_SORT_EXACT, "money");
        return;
    case LIC_NODE_PART: {
        const lic_meaning *rate = lic_type_as(t, node->children[0], LIC_SORT_RATE, "a rate");
        if (rate->sort == LIC_SORT_RATE && !rate->is_constant) lic_diag(t->c, "T02", node->span, NULL, "a part is a fixed share");
        bool period = t->has_period;
        type_trigger(t, node->children[1], false);
        t->has_period = period;
        lic_type_within(t, lic_child(node, 2));
        return;
    }
    case LIC_NODE_MOVE:
        lic_account_reference(t, node->children[0]);
        lic_account_reference(t, node->children[1]);
        return;
    case LIC_NODE_PAYS:
        type_sentence(t, node);
        if (node->flags & LIC_FLAG_OWES) same_currency(t, node->children[1], term, amount);
        return;
    default: type_step(t, node); return;
    }
}

static void type_money_term(typer *t, lic_symbol *term)
{
    lic_local *outer = t->locals;
    t->term = term;
    t->report = NULL;
    t->has_period = false;
    for (uint32_t i = 0; i < term->node->child_count; i++)
        type_clause(t, term->node->children[i], term);
    if (lic_slice_is(term->node->text, "interest"))
        lic_diag(t->c, "S0", term->span, NULL, "`interest` is known but not executed yet");
    t->term = NULL;
    t->report = NULL;
    t->has_period = false;
    t->locals = outer;
}

/* A `record` of a kernel file: what a term's results are. */
static void type_record(typer *t, lic_symbol *term)
{
    lic_node *each = lic_child(term->node, 1);
    if (each && each->kind == LIC_NODE_FOR_EACH) {
        lic_node *table = lic_child(each, 0);
        term->is_scoped = true;
        term->variable = each->name;
        if (table && !lic_named(table, "Parties")) term->scope = lic_symbol_find(t->s, table->name);
    }
    term->meaning = lic_type_of_node(t, term->node->children[0], term);
}

/* -- splits ------------------------------------------------------------------------------------------------------------ */

static void type_share(typer *t, lic_node *share)
{
    lic_symbol *party = lic_symbol_find(t->s, share->name);
    if (!party || party->kind != LIC_SYMBOL_PARTY) {
        lic_node *name = lic_node_new(t->c, LIC_NODE_NAME_REF, share->name_span);
        name->name = share->name;
        name->name_span = share->name_span;
        lic_bind(t, name, LIC_SYMBOL_PARTY);
    } else {
        party->uses++;
        share->symbol = party;
        t->s->payees |= (uint64_t)1 << party->index;
    }
    const lic_meaning *m = lic_type_as(t, share->children[0], LIC_SORT_RATE, "a rate");
    bool given = share->children[0]->symbol && share->children[0]->symbol->kind == LIC_SYMBOL_GIVEN;
    if (m->sort == LIC_SORT_RATE && !m->is_constant && !given)
        lic_diag(t->c, "T02", share->span, NULL, "a share is fixed or `given`");
}

/* `into` is kept for those who share. */
static void type_into(typer *t, lic_node *line, bool by_holders, const lic_symbol *holders, const lic_symbol *account)
{
    lic_symbol *into = lic_bind(t, line->children[0], LIC_SYMBOL_ACCOUNT);
    if (!into) return;
    into->writes++;
    bool fits = into->is_scoped && (by_holders ? into->scope == holders : !into->scope);
    if (!fits) {
        lic_diagnostic *d = lic_diag(t->c, "T02", line->span, NULL, "`%.*s` is not kept for each of those who share", LIC_S(into->name));
        lic_diag_place(t->c, d, into->span, "declared here");
        lic_diag_help(t->c, d, by_holders ? "declare it `for each payee in` the schedule of the holders" : "declare it `for each payee`");
    }
    if (account && into->meaning.currency != account->meaning.currency) {
        lic_diagnostic *d = lic_diag(t->c, "S2", line->span, NULL, "money of one currency would arrive in another");
        lic_diag_place(t->c, d, account->span, "leaves here");
    }
}

void lic_type_share_lines(typer *t, lic_node *node, uint32_t from, const lic_symbol *account)
{
    const lic_symbol *holders = NULL;
    bool by_holders = false;
    for (uint32_t i = from; i < node->child_count; i++) {
        lic_node *line = node->children[i];
        if (line->kind == LIC_NODE_SHARE) type_share(t, line);
        if (line->kind != LIC_NODE_HOLDERS) continue;
        by_holders = true;
        const lic_meaning *m = lic_type_expression(t, line->children[0], NULL);
        if (m->sort == LIC_SORT_SHARES && line->children[0]->kind == LIC_NODE_FIELD) holders = m->table->scope;
        else if (m->sort != LIC_SORT_ERROR)
            lic_diag(t->c, "T01", line->span, NULL, "`holders` needs a column of shares, not %s", lic_meaning_text(t->s, m));
    }
    for (uint32_t i = from; i < node->child_count; i++) {
        lic_node *line = node->children[i];
        if (line->kind == LIC_NODE_PENNIES && lic_child(line, 0)) {
            lic_symbol *party = lic_bind(t, line->children[0], LIC_SYMBOL_PARTY);
            bool shares = false;
            for (uint32_t k = from; k < node->child_count; k++)
                shares = shares || (node->children[k]->kind == LIC_NODE_SHARE && node->children[k]->symbol == party);
            if (party && !shares) lic_diag(t->c, "S4", line->span, NULL, "the pennies go to a party that has no share");
        }
        if (line->kind == LIC_NODE_INTO) type_into(t, line, by_holders, holders, account);
    }
}

static void type_split(typer *t, lic_node *node)
{
    lic_local *outer = t->locals;
    lic_symbol *account = lic_symbol_find(t->s, node->name);
    if (!account || account->kind != LIC_SYMBOL_ACCOUNT) {
        lic_node *name = lic_node_new(t->c, LIC_NODE_NAME_REF, node->name_span.size ? node->name_span : node->span);
        name->name = node->name;
        lic_bind(t, name, LIC_SYMBOL_ACCOUNT);
        return;
    }
    account->uses++;
    node->symbol = account;
    lic_node *on = lic_child_of(node, LIC_NODE_ON, 0);
    lic_symbol owner = {0};
    if (on) type_on(t, on, &owner, true);
    else lic_diag(t->c, "T02", node->span, NULL, "nothing says when `%.*s` is split", LIC_S(node->name));
    if (on && (owner.is_scoped != account->is_scoped || owner.scope != account->scope)) {
        lic_diagnostic *d = lic_diag(t->c, "T02", on->span, NULL, "the split and its account are not kept for the same rows");
        lic_diag_place(t->c, d, account->span, "the account");
    }
    lic_type_share_lines(t, node, 1, account);
    t->report = NULL;
    t->has_period = false;
    t->locals = outer;
}

/* -- statements ---------------------------------------------------------------------------------------------------------- */

static void type_statement(typer *t, lic_symbol *statement)
{
    lic_node *node = statement->node;
    lic_node *every = lic_child_of(node, LIC_NODE_EVERY, 0), *to = lic_child_of(node, LIC_NODE_TO, 0);
    t->has_period = true;
    if (!every) lic_diag(t->c, "T02", statement->span, NULL, "nothing says how often `%.*s` is made", LIC_S(statement->name));
    else lic_type_within(t, lic_child(every, 1));
    t->has_period = false;
    if (!to || !to->child_count) lic_diag(t->c, "T02", statement->span, NULL, "nothing says to whom `%.*s` goes", LIC_S(statement->name));
    for (uint32_t i = 0; to && i < to->child_count; i++) {
        lic_node *name = to->children[i];
        lic_symbol *symbol = lic_symbol_find(t->s, name->name);
        if (!symbol) {
            lic_report_unknown(t, name);
            continue;
        }
        symbol->uses++;
        name->symbol = symbol;
        bool party = symbol->kind == LIC_SYMBOL_PARTY;
        if (party) t->s->payees |= (uint64_t)1 << symbol->index;
        if ((!party && symbol->kind != LIC_SYMBOL_SCHEDULE) || (!party && to->child_count > 1))
            lic_diag(t->c, "N03", name->span, NULL, "a statement goes to parties, or to the rows of one schedule");
        if (!party) statement->scope = symbol;
    }
}

static void type_lines_by(typer *t, lic_symbol *statement)
{
    lic_node *by = lic_child_of(statement->node, LIC_NODE_LINES_BY, 0);
    for (uint32_t i = 0; by && i < by->child_count; i++) {
        lic_node *word = by->children[i];
        for (size_t k = 0; k < t->s->all.count && !word->symbol; k++) {
            lic_symbol *report = t->s->all.items[k];
            if (report->kind == LIC_SYMBOL_REPORT) word->symbol = lic_symbol_member(report, word->name);
        }
        if (!word->symbol) {
            lic_report_unknown(t, word);
            continue;
        }
        word->symbol->uses++;
        uint8_t sort = word->symbol->meaning.sort;
        if (sort != LIC_SORT_ENUM && sort != LIC_SORT_TERRITORY && sort != LIC_SORT_ERROR) {
            lic_diagnostic *d = lic_diag(t->c, "T02", word->span, NULL, "lines are grouped by words and territories alone");
            lic_diag_place(t->c, d, word->symbol->span, "this is %s", lic_meaning_text(t->s, &word->symbol->meaning));
        }
    }
}

/* -- grants ------------------------------------------------------------------------------------------------------------- */

static void type_grant(typer *t, lic_symbol *grant)
{
    for (uint32_t i = 0; i < grant->node->child_count; i++) {
        lic_node *clause = grant->node->children[i];
        if (lic_named(clause, "from")) {
            lic_bind(t, clause->children[0], LIC_SYMBOL_PARTY);
            lic_bind(t, clause->children[1], LIC_SYMBOL_PARTY);
        }
        if (lic_named(clause, "territory")) {
            const lic_meaning *m = lic_type_as(t, clause->children[0], LIC_SORT_SET, "a territory set");
            if (m->sort == LIC_SORT_SET && !m->is_constant)
                lic_diag(t->c, "T02", clause->span, NULL, "a grant's territory must be known when the agreement is compiled");
        }
        if (lic_named(clause, "of") && clause->children[0]->kind == LIC_NODE_NAME_REF) lic_type_expression(t, clause->children[0], NULL);
        if (lic_named(clause, "during") && clause->child_count > 1) {
            lic_type_as(t, clause->children[0], LIC_SORT_DURATION, "a duration");
            lic_type_as(t, clause->children[1], LIC_SORT_DATE, "a date");
        }
        if (lic_named(clause, "exclusive") && lic_named(clause->children[0], "in")) {
            lic_type_as(t, clause->children[1], LIC_SORT_SET, "a territory set");
            if (lic_child(clause, 2)) lic_type_as(t, clause->children[2], LIC_SORT_DATE, "a date");
        }
        if (lic_named(clause, "sublicense") && lic_child(clause, 1)) lic_bind(t, clause->children[1], LIC_SYMBOL_PARTY);
    }
}

/* -- actions and lifecycle --------------------------------------------------------------------------------------------------- */

static lic_symbol *bind_state(typer *t, lic_node *word)
{
    if (!word->name.size) return NULL; /* a broken line, already reported */
    lic_symbol *state = lic_state_find(t->s, word->name);
    if (state) {
        state->uses++;
        word->symbol = state;
        return state;
    }
    const char *names[LIC_STATES_MAX];
    for (size_t i = 0; i < t->s->states.count; i++)
        names[i] = lic_text(t->c, "%.*s", LIC_S(t->s->states.items[i]->name));
    const char *near = lic_nearest(word->name, names, t->s->states.count);
    lic_span at = word->name_span.size ? word->name_span : word->span;
    lic_diagnostic *d = lic_diag(t->c, "N04", at, NULL, "`%.*s` is not a state", LIC_S(word->name));
    if (t->s->lifecycle) lic_diag_place(t->c, d, t->s->lifecycle->span, "the states stand here");
    if (near) {
        lic_diag_help(t->c, d, "did you mean `%s`?", near);
        lic_diag_fix(t->c, d, at, "%s", near);
    }
    return NULL;
}

static void type_notice(typer *t, lic_node *notice)
{
    if (!notice) return;
    lic_type_as(t, notice->children[0], LIC_SORT_DURATION, "a duration");
    if (lic_child(notice, 1)) lic_bind(t, notice->children[1], LIC_SYMBOL_PARTY);
}

static void type_parameter(typer *t, lic_node *node)
{
    lic_symbol holder = {.kind = LIC_SYMBOL_LOCAL, .node = node, .name = node->name};
    lic_meaning m = lic_type_of_node(t, node->children[0], &holder);
    if (m.sort == LIC_SORT_SET || m.sort == LIC_SORT_IGNORED) {
        lic_diag(t->c, "T02", node->span, NULL, "an action cannot be given %s", lic_meaning_text(t->s, &m));
        m = lic_meaning_of(LIC_SORT_ERROR);
    }
    lic_local_add(t, node, node->name, &m, LIC_SYMBOL_LOCAL);
    node->symbol->form = holder.form;
    bool number = lic_money_like(&m) || m.sort == LIC_SORT_COUNT || m.sort == LIC_SORT_RATE || m.sort == LIC_SORT_PRICE;
    if (number) node->symbol->meaning.low = node->symbol->bounds.min = 0;
    node->symbol->bounds.max = m.high;
    node->symbol->has_within = holder.has_within;
    for (int i = 0; i < 32; i++)
        node->symbol->within[i] = holder.within[i];
}

static void type_action(typer *t, lic_symbol *action)
{
    lic_local *outer = t->locals;
    const lic_narrowed *mark = t->narrowed;
    lic_node *node = action->node;
    bool by = false;
    t->has_caller = true;
    for (uint32_t i = 0; i < node->child_count; i++) {
        lic_node *line = node->children[i];
        if (line->kind == LIC_NODE_PARAMETER) {
            type_parameter(t, line);
        } else if (line->kind == LIC_NODE_BY_PARTIES) {
            by = true;
            for (uint32_t k = 0; k < line->child_count; k++) {
                if (line->children[k]->kind == LIC_NODE_NOTICE) type_notice(t, line->children[k]);
                else if (line->children[k]->kind == LIC_NODE_NAME_REF) lic_bind(t, line->children[k], LIC_SYMBOL_PARTY);
            }
        } else if (line->kind == LIC_NODE_IN_STATES) {
            for (uint32_t k = 0; k < line->child_count; k++)
                bind_state(t, line->children[k]);
        } else if (line->kind != LIC_NODE_LIMIT && line->kind != LIC_NODE_ABSENT) {
            type_step(t, line);
        }
    }
    t->has_caller = false;
    if (!by) lic_diag(t->c, "T02", action->span, NULL, "nothing says who does `%.*s`", LIC_S(action->name));
    t->locals = outer;
    widen(t, mark);
}

static void type_when(typer *t, lic_node *when)
{
    if (lic_named(when, "signed"))
        for (uint32_t i = 0; i < when->child_count; i++)
            lic_bind(t, when->children[i], LIC_SYMBOL_PARTY);
    if (lic_named(when, "condition")) lic_type_as(t, when->children[0], LIC_SORT_BOOL, "a condition");
    if (lic_named(when, "by")) {
        lic_bind(t, when->children[0], LIC_SYMBOL_PARTY);
        if (lic_child(when, 1)) lic_type_as(t, when->children[1], LIC_SORT_BOOL, "a condition");
        type_notice(t, lic_child(when, 2));
        if (when->flags & LIC_FLAG_NOTICED)
            lic_diag(t->c, "S0", when->span, NULL, "`when noticed` is known but not executed yet");
    }
    if (lic_named(when, "on")) lic_type_as(t, when->children[0], LIC_SORT_DATE, "a date");
    if (lic_named(when, "after")) lic_type_as(t, when->children[0], LIC_SORT_DURATION, "a duration");
}

static void type_lifecycle(typer *t, lic_node *lifecycle)
{
    if (t->s->final_node) lic_type_as(t, t->s->final_node->children[0], LIC_SORT_DURATION, "a duration");
    for (uint32_t i = 0; i < lifecycle->child_count; i++) {
        lic_node *transition = lifecycle->children[i];
        if (transition->kind != LIC_NODE_TRANSITION) continue;
        if (t->kernel) {
            lic_diag(t->c, "T02", transition->span, NULL, "a kernel has its transitions in the step");
            return;
        }
        transition->symbol = bind_state(t, transition);
        lic_node *when = lic_child(transition, 0), *from = lic_child(transition, 1), *then = lic_child(transition, 2);
        for (uint32_t k = 0; from && k < from->child_count; k++)
            bind_state(t, from->children[k]);
        if (when) type_when(t, when);
        if (then) lic_type_steps(t, then, 0);
    }
}

/* -- handlers of kernel files ---------------------------------------------------------------------------------------- */

/* The subject is of the kind that the handler is for, and has this handler alone. */
static bool handler_fits(typer *t, const lic_node *node, const lic_symbol *subject)
{
    static const struct {
        const char *handler;
        int subject;
    } kinds[] = {{"line", LIC_SYMBOL_REPORT}, {"start", LIC_SYMBOL_REPORT}, {"close", LIC_SYMBOL_REPORT}, {"issue", LIC_SYMBOL_STATEMENT},
                 {"change", LIC_SYMBOL_FACT}, {"period", LIC_SYMBOL_TERM}, {"payment", LIC_SYMBOL_ACCOUNT}, {"opening", -1},
                 {"step", -1}, {"wake", -1}, {"ending", -1}};
    for (uint32_t i = 0; i < t->s->file->child_count; i++) {
        const lic_node *other = t->s->file->children[i];
        if (other == node) break;
        bool same = other->kind == LIC_NODE_HANDLER && lic_slice_equal(other->name, node->name) && lic_slice_equal(other->text, node->text);
        if (same && lic_child(node, 0) && lic_child(other, 0)) same = lic_tree_equal(node->children[0], other->children[0]);
        if (!same) continue;
        lic_diagnostic *d = lic_diag(t->c, "N02", node->span, NULL, "a second handler of this kind");
        lic_diag_place(t->c, d, other->span, "the first");
        return false;
    }
    for (size_t i = 0; i < LIC_COUNT(kinds); i++) {
        if (!lic_named(node, kinds[i].handler)) continue;
        if (kinds[i].subject < 0 || (subject && subject->kind == kinds[i].subject)) return true;
        lic_diag(t->c, "N01", node->span, NULL, "`%.*s` is nothing that this handler is for", LIC_S(node->text));
        return false;
    }
    return false;
}

static void type_handler(typer *t, lic_node *node)
{
    lic_local *outer = t->locals;
    lic_symbol *subject = node->text.size ? lic_symbol_find(t->s, node->text) : NULL;
    node->symbol = subject;
    bool line = lic_named(node, "line");
    t->has_period = line || lic_named(node, "start") || lic_named(node, "close") || lic_named(node, "issue") || lic_named(node, "period");
    if (!handler_fits(t, node, subject)) return;
    if (line) t->line_of = subject;
    if (lic_child(node, 0)) lic_bind(t, node->children[0], LIC_SYMBOL_PARTY);
    if (lic_named(node, "payment")) t->paid_into = subject;
    t->handler = node;
    lic_type_steps(t, node, 1);
    t->handler = NULL;
    t->line_of = NULL;
    t->paid_into = NULL;
    t->has_period = false;
    t->locals = outer;
}

void lic_type_bodies(typer *t)
{
    lic_symbol_list *all = &t->s->all;
    lic_node *file = t->s->file;
    for (size_t i = 0; i < all->count; i++) {
        if (all->items[i]->kind == LIC_SYMBOL_REPORT) report_lines(t, all->items[i]);
        if (all->items[i]->kind == LIC_SYMBOL_TERM && all->items[i]->node->kind == LIC_NODE_RECORD) type_record(t, all->items[i]);
    }
    for (size_t i = 0; i < all->count; i++)
        if (all->items[i]->kind == LIC_SYMBOL_REPORT) type_report(t, all->items[i]);
    for (size_t i = 0; i < all->count; i++) {
        if (all->items[i]->kind == LIC_SYMBOL_STATEMENT) {
            type_statement(t, all->items[i]);
            type_lines_by(t, all->items[i]);
        }
        if (all->items[i]->kind == LIC_SYMBOL_GRANT) type_grant(t, all->items[i]);
        if (all->items[i]->kind == LIC_SYMBOL_DELIVERABLE)
            lic_diag(t->c, "S0", all->items[i]->span, NULL, "deliverables are known but not executed yet");
    }
    for (uint32_t i = 0; i < file->child_count; i++) {
        lic_node *node = file->children[i];
        bool surface = node->kind == LIC_NODE_MONEY_TERM || node->kind == LIC_NODE_SPLIT;
        if (t->kernel && surface) {
            lic_diag(t->c, "T02", node->span, NULL, "a kernel has handlers in place of terms and splits");
            continue;
        }
        if (node->kind == LIC_NODE_MONEY_TERM && node->symbol) type_money_term(t, node->symbol);
        if (node->kind == LIC_NODE_SPLIT) type_split(t, node);
        if (node->kind == LIC_NODE_ACTION && node->symbol) type_action(t, node->symbol);
        if (node->kind == LIC_NODE_HANDLER) type_handler(t, node);
    }
    if (t->s->lifecycle) type_lifecycle(t, t->s->lifecycle);
}

lic_program *lic_analyse(lic_compilation *compilation, lic_node *file, bool kernel)
{
    lic_program *program = lic_new(compilation, sizeof *program);
    program->compilation = compilation;
    program->file = file;
    program->is_kernel = kernel;
    program->unit_scale = compilation->options.unit_scale;
    typer t = {.c = compilation, .s = program, .kernel = kernel};
    lic_declare(&t);
    if (!program->money) return program;
    lic_type_declarations(&t);
    lic_type_bodies(&t);
    return program;
}
