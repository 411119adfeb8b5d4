/* types/step.c - the steps of actions, transitions and handlers, and the sentences that terms share with
 * them. */
#include "analyse.h"

/* -- what a condition says about counters ---------------------------------------------------------------- */

static void narrow(typer *t, lic_symbol *symbol, lic_i128 low, lic_i128 high)
{
    lic_narrowed *n = lic_new(t->c, sizeof *n);
    *n = (lic_narrowed){symbol, symbol->meaning.low, symbol->meaning.high, t->narrowed};
    t->narrowed = n;
    if (low > symbol->meaning.low) symbol->meaning.low = low;
    if (high < symbol->meaning.high) symbol->meaning.high = high;
}

void lic_widen(typer *t, const lic_narrowed *mark)
{
    for (; t->narrowed != mark; t->narrowed = t->narrowed->outer) {
        t->narrowed->symbol->meaning.low = t->narrowed->low;
        t->narrowed->symbol->meaning.high = t->narrowed->high;
    }
}

static bool is_counter(const lic_node *node)
{
    return node->kind == LIC_NODE_NAME_REF && node->symbol &&
           node->symbol->kind == LIC_SYMBOL_COUNTER;
}

/* A counter that is changed has any value of its bounds from here on, in whatever block. */
static void forget(typer *t, lic_symbol *counter)
{
    for (lic_narrowed *n = t->narrowed; n; n = n->outer) {
        if (n->symbol != counter) continue;
        counter->meaning.low = n->low, counter->meaning.high = n->high; /* the last is the widest */
    }
    for (lic_narrowed *n = t->narrowed; n; n = n->outer)
        if (n->symbol == counter) n->low = counter->meaning.low, n->high = counter->meaning.high;
}

void lic_narrow_by(typer *t, const lic_node *c)
{
    if (c->kind != LIC_NODE_BINARY) return;
    if (lic_named(c, "and")) {
        lic_narrow_by(t, c->children[0]);
        lic_narrow_by(t, c->children[1]);
        return;
    }
    bool left = is_counter(c->children[0]);
    const lic_node *counter = c->children[left ? 0 : 1], *other = c->children[left ? 1 : 0];
    const lic_meaning *m = other->meaning;
    if (!is_counter(counter) || !m || !m->is_constant || m->scale > counter->symbol->meaning.scale)
        return;
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
    lic_known *known = t->known;
    t->depth_of_steps++;
    for (uint32_t i = from; i < block->child_count; i++) lic_type_step(t, block->children[i]);
    t->depth_of_steps--;
    lic_locals_leave(t, outer);
    lic_widen(t, mark);
    t->known = known;
}

/* -- references that are written ---------------------------------------------------------------------- */

lic_symbol *lic_account_reference(typer *t, lic_node *node)
{
    const lic_symbol *named = node->kind == LIC_NODE_NAME_REF ? lic_symbol_find(t->s, node->name)
                                                              : NULL;
    if (named && !lic_local_find(t, node->name) && lic_has_no_value(named)) {
        (void)lic_bind(t, node, LIC_SYMBOL_ACCOUNT); /* says what it is */
        return NULL;
    }
    const lic_meaning *m = lic_type_expression(t, node, NULL);
    if (m->sort == LIC_SORT_ERROR) return NULL;
    if (node->symbol && node->symbol->kind == LIC_SYMBOL_ACCOUNT) {
        node->symbol->writes++;
        return node->symbol;
    }
    lic_diagnostic *d = lic_diag(t->c, "N03", node->span, NULL, "an account is wanted here, not %s",
                                 lic_meaning_text(t->s, m));
    if (node->symbol)
        lic_diag_place(t->c, d, node->symbol->span, "declared here as %s",
                       lic_symbol_kind_text(node->symbol->kind));
    return NULL;
}

static lic_meaning *written(typer *t, lic_node *node)
{
    lic_meaning *m = lic_type_expression(t, node, NULL);
    lic_symbol *symbol = node->symbol;
    bool fits = symbol &&
                (symbol->kind == LIC_SYMBOL_COUNTER || symbol->kind == LIC_SYMBOL_TALLY ||
                 (symbol->kind == LIC_SYMBOL_COLUMN && symbol->owner->kind == LIC_SYMBOL_REGISTER));
    fits = fits || (t->kernel && !symbol && lic_named(node, "wake"));
    if (symbol) symbol->writes++;
    if (fits || m->sort == LIC_SORT_ERROR) return m;
    lic_diagnostic *d = lic_diag(t->c, "N03", node->span, NULL,
                                 "only counters and columns of registers are set");
    if (symbol)
        lic_diag_place(t->c, d, symbol->span, "this is %s", lic_symbol_kind_text(symbol->kind));
    return m;
}

/* S11: a counter keeps within its bounds. `added`: the value is added to what it holds. */
static void stays_bounded(typer *t, const lic_node *value, lic_node *target, bool added)
{
    lic_symbol *counter = target->symbol;
    const lic_meaning *m = value->meaning;
    if (t->kernel || !counter || counter->kind != LIC_SYMBOL_COUNTER || !counter->bounds.has_max ||
        m->sort == LIC_SORT_ERROR)
        return;
    lic_i128 low = lic_rescale(m->low, m->scale, counter->meaning.scale),
             high = lic_rescale(m->high, m->scale, counter->meaning.scale);
    if (added)
        low = lic_saturated_add(low, counter->meaning.low),
        high = lic_saturated_add(high, counter->meaning.high);
    if (low >= counter->bounds.min && high <= counter->bounds.max) return;
    if (low > counter->bounds.max || high < counter->bounds.min) {
        lic_diagnostic *d = lic_diag(t->c, "T03", value->span, "always beyond the bounds",
                                     "`%.*s` can never hold this", LIC_S(counter->name));
        lic_diag_place(t->c, d, counter->span, "bounded here");
        return;
    }
    if (t->has_caller) return; /* the act is refused */
    lic_diagnostic *d = lic_diag(t->c, "S11", value->span, "can be beyond the bounds",
                                 "`%.*s` can leave its bounds here", LIC_S(counter->name));
    lic_diag_place(t->c, d, counter->span, "bounded here");
    if (t->term)
        lic_diag_help(t->c, d,
                      "widen the bounds, or change it in an action, which is refused instead");
    else
        lic_diag_help(t->c, d,
                      "put the step below `if %.*s < ...`, or test it in the condition, `when "
                      "%.*s < ...`",
                      LIC_S(counter->name), LIC_S(counter->name));
}

/* A counter that never falls: an act that would lower it is refused, what comes by itself must not. */
void lic_never_falls(typer *t, const lic_node *value, const lic_symbol *counter, bool added)
{
    const lic_meaning *m = value->meaning;
    if (t->kernel || !counter || counter->kind != LIC_SYMBOL_COUNTER || counter->rule != 2 ||
        m->sort == LIC_SORT_ERROR)
        return;
    unsigned scale = counter->meaning.scale;
    lic_i128 low = m->scale <= scale ? lic_rescale(m->low, m->scale, scale) : m->low;
    if (low >= (added ? 0 : counter->meaning.high)) return;
    if (t->has_caller && !(added && m->high < 0)) return; /* the act is refused */
    bool always = added && m->high < 0;
    lic_diagnostic *d = lic_diag(t->c, always ? "T03" : "S11", value->span,
                                 always ? "always below zero" : "can be less than it holds",
                                 always ? "`%.*s` never falls, and this lowers it"
                                        : "`%.*s` never falls, and can fall here",
                                 LIC_S(counter->name));
    lic_diag_place(t->c, d, counter->span, "never falls");
    if (!always)
        lic_diag_help(t->c, d,
                      "add what is never below zero, or change it in an action, which is refused "
                      "instead");
}

/* An act that would give a value to two rows is refused; what comes by itself cannot be. */
static void stays_unique(typer *t, const lic_node *value, const lic_symbol *column)
{
    if (t->kernel || t->has_caller || !column || column->kind != LIC_SYMBOL_COLUMN ||
        !column->is_unique || column->owner->kind != LIC_SYMBOL_REGISTER)
        return;
    lic_diagnostic *d = lic_diag(t->c, "S11", value->span, "another row can have it",
                                 "`%.*s` is unique, and can be given twice here",
                                 LIC_S(column->name));
    lic_diag_place(t->c, d, column->span, "unique");
    lic_diag_help(t->c, d, "write it in an action, which is refused instead");
}

static void fits_written(typer *t, lic_node *value, lic_node *target, const lic_meaning *type)
{
    const lic_meaning *m = lic_type_expression(t, value, type);
    if (m->sort == LIC_SORT_ERROR || type->sort == LIC_SORT_ERROR) return;
    if (type->sort == LIC_SORT_SET && m->sort == LIC_SORT_SET) return;
    bool checked = type->sort != LIC_SORT_TEXT || !type->unit || m->unit == type->unit ||
                   value->kind == LIC_NODE_TEXT; /* an identifier is one from the beginning */
    if (!lic_same_type(m, type) || !checked) {
        lic_diagnostic *d = lic_diag(
            t->c, lic_money_like(type) || type->sort == LIC_SORT_RATE ? "S1" : "T01", value->span,
            NULL, "%s cannot go into %s", lic_meaning_text(t->s, m), lic_meaning_text(t->s, type));
        lic_diag_place(t->c, d, target->span, "this is %s", lic_meaning_text(t->s, type));
        return;
    }
    lic_check_text(t, value, target->symbol);
    bool scaled = lic_money_like(type) || type->sort == LIC_SORT_RATE ||
                  type->sort == LIC_SORT_PRICE;
    if (m->divisor != 1 || m->dynamic || (scaled && m->scale > type->scale)) {
        lic_diagnostic *d = lic_diag(t->c, "S6", value->span, NULL,
                                     "the value is finer than what it goes into");
        lic_diag_place(t->c, d, target->span, "this has %u decimals", type->scale);
        lic_diag_note(t->c, d, "only `amount` rounds");
    }
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
    if (m->sort == LIC_SORT_PARTY || m->sort == LIC_SORT_ROW || account ||
        m->sort == LIC_SORT_ERROR)
        return;
    lic_diag(t->c, "N03", creditor->span, NULL, "a party, a payee or an account is paid, not %s",
             lic_meaning_text(t->s, m));
}

void lic_type_sentence(typer *t, lic_node *pays)
{
    lic_node *debtor = pays->children[0];
    if (lic_named(debtor, "payer")) {
        lic_diag(t->c, "S0", debtor->span, NULL,
                 "`payer` belongs to interest, which is known but not executed yet");
        return;
    }
    lic_bind(t, debtor, LIC_SYMBOL_PARTY);
    type_creditor(t, pays, pays->children[1]);
    if (debtor->symbol && debtor->symbol == pays->children[1]->symbol) {
        lic_diagnostic *d = lic_diag(t->c, "T02", pays->span, NULL, "`%.*s` would pay itself",
                                     LIC_S(debtor->name));
        lic_diag_help(t->c, d, "name another payee");
    }
    if (lic_child(pays, 2)) lic_type_payable(t, pays->children[2]);
    if (lic_child(pays, 3)) lic_account_reference(t, pays->children[3]);
    lic_type_within(t, lic_child(pays, 4));
}

static void type_add(typer *t, lic_node *node)
{
    lic_node *value = node->children[0], *to = node->children[1];
    lic_type_expression(t, to, NULL);
    if (to->symbol && to->symbol->kind == LIC_SYMBOL_ACCOUNT && !t->kernel) {
        to->symbol->writes++;
        lic_type_payable(t, value);
        return;
    }
    fits_written(t, value, to, written(t, to));
    if (value->meaning) {
        stays_bounded(t, value, to, true);
        stays_unique(t, value, to->symbol);
        lic_never_falls(t, value, to->symbol, true);
    }
    if (to->symbol && to->symbol->kind == LIC_SYMBOL_COUNTER) forget(t, to->symbol);
}

static void type_let(typer *t, lic_node *node)
{
    lic_meaning m = *lic_type_expression(t, node->children[0], NULL);
    if (m.sort == LIC_SORT_DURATION || m.sort == LIC_SORT_WORDS) {
        lic_diag(t->c, "T01", node->span, NULL, "%s cannot be given a name",
                 lic_meaning_text(t->s, &m));
        m = lic_meaning_of(LIC_SORT_ERROR);
    }
    if (m.sort != LIC_SORT_SET) m.is_constant = false;
    m.is_literal = false;
    bool unset = lic_may_be_unset(t, node->children[0]);
    lic_local_add(t, node, node->name, &m, LIC_SYMBOL_LOCAL);
    node->symbol->may_be_unset = unset;
}

static void type_if(typer *t, lic_node *node)
{
    lic_type_as(t, node->children[0], LIC_SORT_BOOL, "a condition");
    for (uint32_t i = 1; i < node->child_count; i++) {
        const lic_narrowed *mark = t->narrowed;
        lic_known *known = t->known;
        if (i == 1) lic_narrow_by(t, node->children[0]);
        if (i == 1) lic_know_facts(t, node->children[0]);
        lic_type_steps(t, node->children[i], 0);
        lic_widen(t, mark);
        t->known = known;
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
        fits_written(t, node->children[i], column->node, &column->meaning);
        stays_unique(t, node->children[i], column);
    }
    if (column || i < node->child_count) {
        lic_diagnostic *d = lic_diag(t->c, "T02", node->span, NULL,
                                     "an entry gives the key and every column, in order");
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
        lic_diag(t->c, "T02", node->span, NULL,
                 "name what is open of a term, for instance `Sync.open`");
}

static void type_credit(typer *t, lic_node *node)
{
    lic_bind(t, node->children[0], LIC_SYMBOL_PARTY);
    lic_type_payable(t, node->children[1]);
    lic_symbol *term = lic_bind(t, node->children[2], LIC_SYMBOL_TERM);
    if (term) term->is_credited = true;
}

/* `move E from A to B`: to the same account of another row, too. */
static void type_move(typer *t, lic_node *node)
{
    lic_node *from = node->children[0], *to = node->children[1];
    const lic_symbol *source = lic_account_reference(t, from);
    (void)lic_account_reference(t, to);
    lic_type_payable(t, node->children[2]);
    const lic_meaning *amount = node->children[2]->meaning;
    if (source && lic_tree_equal(from, to))
        lic_diag(t->c, "T02", node->span, NULL, "money would move from an account to itself");
    if (source && amount && lic_money_like(amount) && amount->currency != from->meaning->currency)
        lic_diag(t->c, "S2", node->children[2]->span, NULL, "the account is of another currency");
}

/* Steps of agreements that lowering puts into other words: a kernel has those alone. */
static bool is_surface_step(const lic_node *node)
{
    return node->kind == LIC_NODE_PAYS || node->kind == LIC_NODE_REQUIRE ||
           node->kind == LIC_NODE_CREDIT || node->kind == LIC_NODE_MOVE ||
           node->kind == LIC_NODE_CANCEL || node->kind == LIC_NODE_DUE_NOW ||
           node->kind == LIC_NODE_CLOSE_GRANTS;
}

/* In the handler `wake` only the wake date is written. */
static bool is_misplaced_in_wake(const typer *t, const lic_node *node)
{
    if (!t->handler || !lic_named(t->handler, "wake")) return false;
    bool date = node->kind == LIC_NODE_SET && node->children[0]->kind == LIC_NODE_NAME_REF &&
                lic_named(node->children[0], "wake");
    return !date && (node->kind == LIC_NODE_SET || node->kind == LIC_NODE_ADD ||
                     node->kind == LIC_NODE_EMIT || node->kind == LIC_NODE_ENTER ||
                     node->kind == LIC_NODE_RETIRE);
}

void lic_type_step(typer *t, lic_node *node)
{
    if (is_misplaced_in_wake(t, node)) {
        lic_diag(t->c, "T02", node->span, NULL, "`wake` only says when the step can act next");
        return;
    }
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
        if (node->children[1]->meaning) {
            stays_bounded(t, node->children[1], node->children[0], false);
            stays_unique(t, node->children[1], node->children[0]->symbol);
            lic_never_falls(t, node->children[1], node->children[0]->symbol, false);
        }
        if (node->children[0]->symbol && node->children[0]->symbol->kind == LIC_SYMBOL_COUNTER)
            forget(t, node->children[0]->symbol);
        return;
    }
    case LIC_NODE_PAYS: lic_type_sentence(t, node); return;
    case LIC_NODE_REQUIRE:
        lic_type_as(t, node->children[0], LIC_SORT_BOOL, "a condition");
        lic_narrow_by(t, node->children[0]);
        lic_know_facts(t, node->children[0]);
        return;
    case LIC_NODE_CREDIT: type_credit(t, node); return;
    case LIC_NODE_MOVE: type_move(t, node); return;
    case LIC_NODE_CANCEL:
    case LIC_NODE_DUE_NOW: type_term_reference(t, node); return;
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
