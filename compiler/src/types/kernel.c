/* types/kernel.c - the steps that only kernels have. A kernel can be written by hand, so every operand
 * is checked here as strictly as the verifier will check the code that comes out of it. */
#include "analyse.h"

static void misplaced(typer *t, const lic_node *node, const char *why)
{
    lic_diag(t->c, "T02", node->span, NULL, "this line cannot stand here: %s", why);
}

static const lic_meaning *typed(typer *t, lic_node *node)
{
    return lic_type_expression(t, node, NULL);
}

/* Money in ledger units: rounded already, or a literal that needs no more decimals. */
static bool is_money(typer *t, lic_node *node)
{
    const lic_meaning *m = typed(t, node);
    if (m->sort == LIC_SORT_ERROR) return false;
    bool literal = m->is_constant && lic_money_like(m) && m->scale <= t->s->unit_scale;
    if ((m->sort == LIC_SORT_MONEY || literal) && m->divisor == 1 && !m->dynamic) return true;
    lic_diag(t->c, "S6", node->span, NULL, "rounded money is wanted here, not %s",
             lic_meaning_text(t->s, m));
    return false;
}

/* An account, a party or a payee's row; with an account, its currency is that of the money. */
static bool is_place(typer *t, lic_node *node, const lic_meaning *money)
{
    const lic_meaning *m = typed(t, node);
    if (m->sort == LIC_SORT_ERROR) return false;
    bool account = node->symbol && node->symbol->kind == LIC_SYMBOL_ACCOUNT;
    if (account && m->currency != money->currency) {
        lic_diag(t->c, "S2", node->span, NULL, "the account is of another currency");
        return false;
    }
    bool payee = m->sort == LIC_SORT_PARTY || m->sort == LIC_SORT_ACCOUNT ||
                 (m->sort == LIC_SORT_ROW && m->table->kind == LIC_SYMBOL_SCHEDULE);
    if (account || payee) return true;
    lic_diag(t->c, "N03", node->span, NULL, "an account or a payee is wanted here, not %s",
             lic_meaning_text(t->s, m));
    return false;
}

static void type_post(typer *t, lic_node *node)
{
    bool money = is_money(t, node->children[0]);
    const lic_meaning *m = node->children[0]->meaning;
    for (uint32_t i = 1; i < 3; i++)
        if (money) (void)is_place(t, node->children[i], m);
}

static void type_oblige(typer *t, lic_node *node)
{
    const lic_meaning *debtor = typed(t, node->children[0]);
    if (debtor->sort != LIC_SORT_PARTY || !debtor->is_constant)
        lic_diag(t->c, "N03", node->children[0]->span, NULL, "a party is wanted here");
    if (is_money(t, node->children[2])) {
        lic_node *creditor = node->children[1];
        bool place = is_place(t, creditor, node->children[2]->meaning);
        if (place && creditor->kind == LIC_NODE_OF)
            misplaced(t, creditor, "a duty is paid into an account that exists once");
        if (place && creditor->meaning->sort == LIC_SORT_ACCOUNT)
            misplaced(t, creditor, "a duty has a creditor");
    }
    lic_type_as(t, node->children[3], LIC_SORT_DATE, "a date");
    if (node->number < 0 || node->number > 1000)
        lic_diag(t->c, "T03", node->span, NULL, "a term has at most 1,000 parts");
}

static bool scoped_row(typer *t, const lic_symbol *term, lic_node *row)
{
    if (!term->is_scoped || !row) return !term->is_scoped && !row;
    const lic_meaning *m = typed(t, row);
    return term->scope ? m->sort == LIC_SORT_ROW && m->table == term->scope
                       : m->sort == LIC_SORT_PARTY;
}

static void type_result(typer *t, lic_node *node)
{
    lic_symbol *term = lic_symbol_find(t->s, node->name);
    node->symbol = term;
    if (!term || term->kind != LIC_SYMBOL_TERM || !lic_money_like(&term->meaning)) {
        lic_report_unknown(t, node);
        return;
    }
    if (!scoped_row(t, term, lic_child(node, 0)))
        misplaced(t, node, "the result is for another row");
    const lic_meaning *exact = typed(t, node->children[1]);
    if (!lic_money_like(exact) || exact->currency != term->meaning.currency ||
        exact->scale > term->meaning.scale)
        lic_diag(t->c, "S1", node->children[1]->span, NULL,
                 "the exact amount does not fit the term's record");
    for (uint32_t i = 2; i < 6; i++)
        if (is_money(t, node->children[i]) &&
            node->children[i]->meaning->currency != term->meaning.currency)
            lic_diag(t->c, "S1", node->children[i]->span, NULL,
                     "the result is of another currency than the term's record");
}

static void type_do(typer *t, lic_node *node)
{
    static const struct {
        const char *name;
        uint8_t subject, arguments[2];
        uint32_t count;
    } rules[] = {{"cancel_term", LIC_SYMBOL_TERM, {0}, 1},
                 {"due_now", LIC_SYMBOL_TERM, {LIC_SORT_DATE}, 2},
                 {"due_part", LIC_SYMBOL_TERM, {LIC_SORT_COUNT, LIC_SORT_DATE}, 3},
                 {"close_grant", LIC_SYMBOL_GRANT, {LIC_SORT_DATE}, 2}};
    for (uint32_t i = 0; i < node->child_count; i++) {
        t->subject = i == 0 ? node->children[0] : NULL;
        typed(t, node->children[i]);
    }
    t->subject = NULL;
    for (size_t i = 0; i < LIC_COUNT(rules); i++) {
        if (!lic_named(node, rules[i].name)) continue;
        const lic_symbol *subject = node->child_count ? node->children[0]->symbol : NULL;
        bool fits = node->child_count == rules[i].count && subject &&
                    subject->kind == rules[i].subject;
        for (uint32_t n = 1; fits && n < node->child_count; n++)
            fits = node->children[n]->meaning->sort == rules[i].arguments[n - 1];
        if (!fits)
            lic_diag(t->c, "T02", node->span, NULL, "`%s` has other arguments", rules[i].name);
        return;
    }
    lic_report_unknown(t, node);
}

static void type_each(typer *t, lic_node *node)
{
    bool action = t->has_caller && t->depth_of_steps == 0;
    bool top = action || (t->handler && t->depth_of_steps == 1 && !lic_named(t->handler, "line") &&
                          !lic_named(t->handler, "wake"));
    if (!top || t->in_rows) {
        misplaced(t, node, "`for each` is a phase of a handler that closes something");
        return;
    }
    lic_locals_leave(t, t->phase); /* nothing in a register lives from one phase to the next */
    lic_local *outer = t->locals;
    lic_symbol *table = lic_symbol_find(t->s, node->children[0]->name);
    bool rows = table && (table->kind == LIC_SYMBOL_SCHEDULE || table->kind == LIC_SYMBOL_REGISTER);
    if (!rows && !lic_named(node->children[0], "Parties")) {
        lic_report_unknown(t, node->children[0]);
        return;
    }
    if (rows) table->uses++;
    lic_row_variable(t, node, node->name, table, true);
    t->in_rows = true;
    lic_type_steps(t, node, 1);
    t->in_rows = false;
    lic_locals_leave(t, outer);
}

static void type_goes_to(typer *t, lic_node *node)
{
    node->symbol = lic_state_find(t->s, node->name);
    if (!node->symbol) lic_report_unknown(t, node);
    if (t->in_rows || t->line_of)
        misplaced(t, node, "the lifecycle goes on once, not for each row or line");
}

static void type_share_out(typer *t, lic_node *node)
{
    const lic_meaning *m = typed(t, node->children[0]);
    if (m->sort == LIC_SORT_ERROR) return;
    if (!node->children[0]->symbol || node->children[0]->symbol->kind != LIC_SYMBOL_ACCOUNT) {
        lic_diag(t->c, "N03", node->children[0]->span, NULL, "an account is wanted here");
        return;
    }
    lic_type_share_lines(t, node, 1, node->children[0]->symbol);
}

void lic_type_kernel_step(typer *t, lic_node *node)
{
    if (!t->kernel) {
        misplaced(t, node, "only kernels have it");
        return;
    }
    bool wake = t->handler && lic_named(t->handler, "wake");
    if (wake && node->kind != LIC_NODE_CLAUSE) {
        misplaced(t, node, "`wake` only says when the step can act next");
        return;
    }
    switch (node->kind) {
    case LIC_NODE_EACH: type_each(t, node); return;
    case LIC_NODE_CLAUSE:
        node->symbol = node->name.size ? lic_symbol_find(t->s, node->name) : NULL;
        return;
    case LIC_NODE_RESULT: type_result(t, node); return;
    case LIC_NODE_GOES_TO: type_goes_to(t, node); return;
    case LIC_NODE_REFUSE: return;
    case LIC_NODE_SHARE_OUT: type_share_out(t, node); return;
    case LIC_NODE_POST: type_post(t, node); return;
    case LIC_NODE_OBLIGE: type_oblige(t, node); return;
    case LIC_NODE_DO: type_do(t, node); return;
    default: misplaced(t, node, "it belongs to agreements"); return;
    }
}
