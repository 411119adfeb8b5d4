/* types/body.c - the blocks that compute: reports, money terms, splits, statements, actions, the
 * lifecycle, and in kernel files handlers. Walks their lines in written order with the names that each
 * of them can see, and gives every expression its meaning. */
#include "analyse.h"

/* -- reports -------------------------------------------------------------------------------------------------- */

/* `lines ... unique (a, b)` */
static void type_unique(typer *t, lic_symbol *report, lic_node *lines)
{
    for (uint32_t i = 0; i < lines->child_count; i++) {
        lic_node *word = lines->children[i];
        word->symbol = lic_symbol_member(report, word->name);
        lic_diagnostic *d = NULL;
        if (!word->symbol || word->symbol->kind != LIC_SYMBOL_COLUMN) {
            d = lic_diag(t->c, "N01", word->span, NULL, "`%.*s` is not a column",
                         LIC_S(word->name));
            lic_diag_place(t->c, d, report->span, "of this report");
            continue;
        }
        if (word->symbol->meaning.sort == LIC_SORT_IGNORED) {
            d = lic_diag(t->c, "T02", word->span, NULL, "`%.*s` is ignored, not compared",
                         LIC_S(word->name));
            lic_diag_place(t->c, d, word->symbol->span, "the column");
        }
        for (uint32_t k = 0; k < i; k++) {
            if (lines->children[k]->symbol != word->symbol) continue;
            d = lic_diag(t->c, "N02", word->span, NULL, "`%.*s` is listed twice",
                         LIC_S(word->name));
            lic_diag_place(t->c, d, lines->children[k]->span, "the first");
            break;
        }
    }
    if (lines->child_count > 8)
        lic_diag(t->c, "T03", lines->span, NULL, "at most 8 columns are unique together");
}

static void type_report(typer *t, lic_symbol *report)
{
    lic_node *node = report->node;
    lic_node *by = lic_child_of(node, LIC_NODE_BY, 0),
             *lines = lic_child_of(node, LIC_NODE_LINES, 0);
    lic_node *correct = lic_child_of(node, LIC_NODE_CORRECT, 0);
    t->has_period = true;
    if (by) {
        lic_bind(t, by->children[0], LIC_SYMBOL_PARTY);
        lic_type_deadline(t, lic_child(by, 2));
    } else {
        lic_diagnostic *d = lic_diag(t->c, "T02", report->span, NULL,
                                     "nothing says who files `%.*s`", LIC_S(report->name));
        lic_diag_help(t->c, d,
                      "add a line such as `by %.*s, every month, within 20 days of period.end`",
                      LIC_S(t->s->parties.count ? t->s->parties.items[0]->name : report->name));
    }
    if (!lines) {
        lic_diagnostic *d = lic_diag(t->c, "T02", report->span, NULL,
                                     "nothing says how many lines `%.*s` can have",
                                     LIC_S(report->name));
        lic_diag_help(t->c, d, "add a line such as `lines at most 100,000, else refuse`");
    }
    if (lines) type_unique(t, report, lines);
    if (correct) {
        lic_diagnostic *d = lic_diag(t->c, "S0", correct->span, NULL,
                                     "`correct` is known but not executed yet");
        lic_diag_help(t->c, d, "leave the line out for now");
    }
    uint32_t columns = 0;
    for (const lic_symbol *c = report->members; c; c = c->next_member)
        columns += c->kind == LIC_SYMBOL_COLUMN;
    if (columns > 120 || !columns)
        lic_diag(t->c, "T03", report->span, NULL, "a report has from 1 to 120 columns");
    t->line_of = report;
    t->judging = true;
    for (uint32_t i = 0; i < node->child_count; i++) {
        lic_node *child = node->children[i];
        if (child->kind == LIC_NODE_VALUE) {
            lic_meaning m = *lic_type_expression(t, child->children[0], NULL);
            m.is_constant = m.is_literal = false;
            child->symbol->meaning = m;
        }
        if (child->kind == LIC_NODE_REQUIRE)
            lic_type_as(t, child->children[0], LIC_SORT_BOOL, "a condition");
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
    else report->max_rows = (uint32_t)lines->number;
}

/* -- triggers ---------------------------------------------------------------------------------------------------- */

static void unexecuted_trigger(typer *t, const lic_node *at, const char *what)
{
    lic_diag(t->c, "S0", at->span, NULL, "`on %s` is known but not executed yet", what);
}

enum {
    OF_TERM,
    OF_SPLIT,
    OF_PART
}; /* whose trigger; a part, like a second trigger, knows no payment */

/* A split runs behind a term that runs by itself: nothing else names the moment. */
static bool happens(const lic_symbol *symbol, int whose)
{
    if (symbol->kind == LIC_SYMBOL_TERM)
        return whose == OF_SPLIT && (lic_child_of(symbol->node, LIC_NODE_EVERY, 0) ||
                                     lic_child_of(symbol->node, LIC_NODE_ONCE, 0));
    return symbol->kind == LIC_SYMBOL_REPORT || symbol->kind == LIC_SYMBOL_STATEMENT ||
           symbol->kind == LIC_SYMBOL_FACT;
}

static bool has_a_period(const lic_symbol *trigger)
{
    if (!trigger) return false;
    if (trigger->kind == LIC_SYMBOL_TERM)
        return lic_child_of(trigger->node, LIC_NODE_EVERY, 0) != NULL;
    return trigger->kind == LIC_SYMBOL_REPORT || trigger->kind == LIC_SYMBOL_STATEMENT;
}

/* One trigger word: binds it; returns its symbol, or NULL for `signature` and what was reported. */
static lic_symbol *type_trigger(typer *t, lic_node *word, int whose)
{
    if (lic_named(word, "signature")) return NULL;
    if (lic_named(word, "payment") && whose != OF_PART) return NULL; /* of terms: paid_account */
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
    if (symbol->kind == LIC_SYMBOL_DELIVERABLE || (word->flags & LIC_FLAG_ACCEPTED)) {
        unexecuted_trigger(t, word, "a deliverable");
    } else if (!happens(symbol, whose)) {
        lic_diagnostic *d = lic_diag(t->c, "N03", word->name_span, NULL,
                                     "`%.*s` is %s: nothing happens on it", LIC_S(word->name),
                                     lic_symbol_kind_text(symbol->kind));
        lic_diag_place(t->c, d, symbol->span, "declared here");
        if (symbol->kind == LIC_SYMBOL_TERM && whose == OF_SPLIT)
            lic_diag_help(t->c, d, "name what the term itself runs on");
    }
    return symbol;
}

/* The n-th word of `on A, B`. */
static lic_node *trigger_word(lic_node *on, uint32_t n)
{
    return n ? on->children[n] : on;
}

static void check_listed_once(typer *t, lic_node *on, uint32_t n)
{
    const lic_node *word = trigger_word(on, n);
    for (uint32_t i = 0; i < n; i++) {
        const lic_node *first = trigger_word(on, i);
        if (!word->name.size || !lic_slice_equal(first->name, word->name)) continue;
        lic_diagnostic *d = lic_diag(t->c, "N02", word->name_span, NULL,
                                     "`%.*s` is listed twice: everything would happen twice",
                                     LIC_S(word->name));
        lic_diag_place(t->c, d, first->name_span, "here first");
        return;
    }
}

/* `period` has a meaning when each of the triggers has one. */
static void type_on(typer *t, lic_node *on, lic_symbol *owner, int whose)
{
    lic_symbol *first = type_trigger(t, on, whose);
    if (first && first->kind == LIC_SYMBOL_REPORT) t->report = first;
    if (first && first->kind == LIC_SYMBOL_FACT && on->child_count < 2) lic_know_fact(t, first);
    t->has_period = has_a_period(first);
    for (uint32_t i = 1; i < on->child_count; i++) {
        /* a term `on payment` has no other trigger */
        const lic_symbol *other = type_trigger(t, on->children[i],
                                               whose == OF_TERM ? OF_PART : whose);
        t->has_period = t->has_period && has_a_period(other);
        check_listed_once(t, on, i);
    }
    lic_node *each = lic_child(on, 0);
    if (!each || each->kind != LIC_NODE_FOR_EACH) return;
    lic_node *table = lic_child(each, 0);
    if (table) {
        owner->scope = lic_symbol_find(t->s, table->name);
        if (!owner->scope || (owner->scope->kind != LIC_SYMBOL_SCHEDULE &&
                              owner->scope->kind != LIC_SYMBOL_REGISTER)) {
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
    const lic_meaning *m = lic_type_payable(t, node->children[0]);
    term->meaning = lic_meaning_of(LIC_SORT_EXACT);
    if (m->sort == LIC_SORT_ERROR) {
        term->meaning.sort = LIC_SORT_ERROR;
    } else {
        term->meaning.currency = m->currency;
        term->meaning.scale = m->scale > t->s->unit_scale ? m->scale : t->s->unit_scale;
        lic_rounded_range(t, m, &term->meaning);
    }
    amount_names(t, node, term);
}

static void same_currency(typer *t, lic_node *node, const lic_symbol *term, const lic_node *amount)
{
    if (!node || !node->meaning || !lic_money_like(node->meaning) ||
        term->meaning.sort == LIC_SORT_ERROR)
        return;
    if (node->meaning->currency == term->meaning.currency) return;
    lic_diagnostic *d = lic_diag(t->c, "S1", node->span, NULL,
                                 "this is %s, the term counts in another currency",
                                 lic_meaning_text(t->s, node->meaning));
    if (amount) lic_diag_place(t->c, d, amount->span, "the amount");
}

static void type_line(typer *t, lic_node *node)
{
    if (!t->report) {
        lic_diag(t->c, "T02", node->span, NULL, "only a term `on` a report has lines");
        return;
    }
    if (!lic_one_trigger(t, node)) return;
    t->line_of = t->report;
    lic_meaning m = *lic_type_expression(t, node->children[0], NULL);
    t->line_of = NULL;
    if (node->kind == LIC_NODE_LINES_WHERE) {
        if (m.sort != LIC_SORT_BOOL && m.sort != LIC_SORT_ERROR)
            lic_diag(t->c, "T01", node->span, NULL, "a condition is wanted here");
        return;
    }
    if (m.sort == LIC_SORT_SET || m.sort == LIC_SORT_DURATION || m.sort == LIC_SORT_WORDS) {
        lic_diag(t->c, "T01", node->span, NULL, "%s cannot be a value of a line",
                 lic_meaning_text(t->s, &m));
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
    case LIC_NODE_ON: /* What is wrong with `on payment` was said by paid_account. */
        type_on(t, node, term, OF_TERM);
        return;
    case LIC_NODE_EVERY:
        t->has_period = true;
        lic_type_deadline(t, lic_child(node, 1));
        return;
    case LIC_NODE_ONCE:
        lic_type_as(t, node->children[0], LIC_SORT_BOOL, "a condition");
        lic_know_facts(t, node->children[0]);
        lic_narrow_by(t, node->children[0]);
        return;
    case LIC_NODE_LINES_WHERE:
    case LIC_NODE_LINE: type_line(t, node); return;
    case LIC_NODE_AMOUNT: type_amount_clause(t, node, term); return;
    case LIC_NODE_AT_LEAST:
    case LIC_NODE_AT_MOST:
    case LIC_NODE_BELOW:
        lic_type_payable(t, node->children[0]);
        same_currency(t, node->children[0], term, amount);
        return;
    case LIC_NODE_LESS:
        lic_account_reference(t, node->children[0]);
        same_currency(t, node->children[0], term, amount);
        if (lic_child(node, 1)) lic_type_payable(t, node->children[1]);
        return;
    case LIC_NODE_PART: {
        const lic_meaning *rate = lic_type_as(t, node->children[0], LIC_SORT_RATE, "a rate");
        if (rate->sort == LIC_SORT_RATE && !rate->is_constant)
            lic_diag(t->c, "T02", node->span, NULL, "a part is a fixed share");
        bool period = t->has_period;
        const lic_symbol *trigger = type_trigger(t, node->children[1], OF_PART);
        t->has_period = has_a_period(trigger);
        lic_type_part_date(t, lic_child(node, 2), trigger);
        t->has_period = period;
        return;
    }
    case LIC_NODE_MOVE:
        lic_account_reference(t, node->children[0]);
        lic_account_reference(t, node->children[1]);
        if (node->children[0]->symbol && lic_tree_equal(node->children[0], node->children[1]))
            lic_diag(t->c, "T02", node->span, NULL, "money would move from an account to itself");
        return;
    case LIC_NODE_PAYS:
        lic_type_sentence(t, node);
        if (node->flags & LIC_FLAG_OWES) same_currency(t, node->children[1], term, amount);
        return;
    default: lic_type_step(t, node); return;
    }
}

/* A term `on payment` runs when the account that it moves from is paid; NULL: it is no such term, or reported. */
static const lic_symbol *paid_account(typer *t, const lic_node *term)
{
    const lic_node *on = lic_child_of(term, LIC_NODE_ON, 0),
                   *move = lic_child_of(term, LIC_NODE_MOVE, 0);
    if (!on || !lic_named(on, "payment")) return NULL;
    const lic_node *from = move ? move->children[0] : NULL;
    const lic_symbol *account = from && from->kind == LIC_NODE_NAME_REF
                                    ? lic_symbol_find(t->s, from->name)
                                    : NULL;
    bool fits = account && account->kind == LIC_SYMBOL_ACCOUNT && !account->is_scoped &&
                on->child_count <= 1 && !lic_child(on, 0) && !lic_child_of(term, LIC_NODE_PAYS, 0);
    if (fits) return account;
    lic_diagnostic *d = lic_diag(t->c, "T02", on->span, "which payment?",
                                 "a term `on payment` moves money from the account that is paid, "
                                 "and does nothing else");
    lic_diag_help(t->c, d, "write `on payment` alone and `move from` the account `to` another");
    return NULL;
}

static void type_money_term(typer *t, lic_symbol *term)
{
    lic_local *outer = t->locals;
    lic_known *known = t->known;
    const lic_narrowed *mark = t->narrowed;
    if (lic_slice_is(term->node->text, "interest")) { /* its clauses have names of their own */
        lic_diag(t->c, "S0", term->span, NULL, "`interest` is known but not executed yet");
        return;
    }
    t->term = term;
    t->report = NULL;
    t->has_period = false;
    t->paid_into = paid_account(t, term->node);
    for (uint32_t i = 0; i < term->node->child_count; i++)
        type_clause(t, term->node->children[i], term);
    t->term = NULL;
    t->report = NULL;
    t->paid_into = NULL;
    t->has_period = false;
    t->known = known;
    lic_widen(t, mark);
    lic_locals_leave(t, outer);
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
    lic_type_attributes(t, term->node, 1, term);
    t->has_period = true;
    for (uint32_t i = 2; i < term->node->child_count; i++)
        if (lic_named(term->node->children[i], "every"))
            lic_type_deadline(t, lic_child(term->node->children[i], 1));
    t->has_period = false;
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
static void type_into(typer *t, lic_node *line, bool by_holders, const lic_symbol *holders,
                      const lic_symbol *account)
{
    lic_symbol *into = lic_bind(t, line->children[0], LIC_SYMBOL_ACCOUNT);
    if (!into) return;
    into->writes++;
    bool fits = into->is_scoped && (by_holders ? into->scope == holders : !into->scope);
    if (!fits) {
        lic_diagnostic *d = lic_diag(t->c, "T02", line->span, NULL,
                                     "`%.*s` is not kept for each of those who share",
                                     LIC_S(into->name));
        lic_diag_place(t->c, d, into->span, "declared here");
        lic_diag_help(t->c, d,
                      by_holders ? "declare it `for each payee in` the schedule of the holders"
                                 : "declare it `for each payee`");
    }
    if (account && into->meaning.currency != account->meaning.currency) {
        lic_diagnostic *d = lic_diag(t->c, "S2", line->span, NULL,
                                     "money of one currency would arrive in another");
        lic_diag_place(t->c, d, account->span, "leaves here");
    }
}

/* `given` shares go into rows whose type the finest share decides. */
static void type_given_shares(typer *t, const lic_node *node, uint32_t from)
{
    unsigned scale = 0;
    bool fraction = false;
    for (uint32_t i = from; i < node->child_count; i++) {
        const lic_meaning *m = node->children[i]->kind == LIC_NODE_SHARE
                                   ? node->children[i]->children[0]->meaning
                                   : NULL;
        if (!m || m->sort != LIC_SORT_RATE) continue;
        scale = m->scale > scale ? m->scale : scale;
        fraction = fraction || m->divisor != 1;
    }
    for (uint32_t i = from; i < node->child_count; i++) {
        const lic_node *rate = node->children[i]->kind == LIC_NODE_SHARE
                                   ? node->children[i]->children[0]
                                   : NULL;
        if (!rate || !rate->symbol || rate->symbol->kind != LIC_SYMBOL_GIVEN || !rate->meaning)
            continue;
        if (!fraction && rate->meaning->scale == scale) continue;
        lic_diagnostic *d = lic_diag(
            t->c, "S4", rate->span, NULL,
            fraction ? "parameters and fractions cannot share one split"
                     : "the parameter has other decimals than the finest share");
        lic_diag_place(t->c, d, rate->symbol->span, "the parameter");
        if (!fraction) lic_diag_help(t->c, d, "declare it with `scale %u`", scale);
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
        if (m->sort == LIC_SORT_SHARES && line->children[0]->kind == LIC_NODE_FIELD)
            holders = m->table->scope;
        else if (m->sort != LIC_SORT_ERROR)
            lic_diag(t->c, "T01", line->span, NULL, "`holders` needs a column of shares, not %s",
                     lic_meaning_text(t->s, m));
    }
    for (uint32_t i = from; i < node->child_count; i++) {
        lic_node *line = node->children[i];
        if (line->kind == LIC_NODE_PENNIES && lic_child(line, 0)) {
            lic_symbol *party = lic_bind(t, line->children[0], LIC_SYMBOL_PARTY);
            bool shares = false;
            for (uint32_t k = from; k < node->child_count; k++)
                shares = shares || (node->children[k]->kind == LIC_NODE_SHARE &&
                                    node->children[k]->symbol == party);
            if (party && !shares)
                lic_diag(t->c, "S4", line->span, NULL,
                         "the pennies go to a party that has no share");
        }
        if (line->kind == LIC_NODE_INTO) type_into(t, line, by_holders, holders, account);
    }
    type_given_shares(t, node, from);
}

static void type_split(typer *t, lic_node *node)
{
    lic_local *outer = t->locals;
    lic_known *known = t->known;
    lic_symbol *account = lic_symbol_find(t->s, node->name);
    if (!account || account->kind != LIC_SYMBOL_ACCOUNT) {
        lic_node *name = lic_node_new(t->c, LIC_NODE_NAME_REF,
                                      node->name_span.size ? node->name_span : node->span);
        name->name = node->name;
        lic_bind(t, name, LIC_SYMBOL_ACCOUNT);
        return;
    }
    account->uses++;
    node->symbol = account;
    lic_node *on = lic_child_of(node, LIC_NODE_ON, 0);
    lic_symbol owner = {0};
    if (on) type_on(t, on, &owner, OF_SPLIT);
    else
        lic_diag(t->c, "T02", node->span, NULL, "nothing says when `%.*s` is split",
                 LIC_S(node->name));
    if (on && (owner.is_scoped != account->is_scoped || owner.scope != account->scope)) {
        lic_diagnostic *d = lic_diag(t->c, "T02", on->span, NULL,
                                     "the split and its account are not kept for the same rows");
        lic_diag_place(t->c, d, account->span, "the account");
    }
    lic_type_share_lines(t, node, 1, account);
    t->report = NULL;
    t->has_period = false;
    t->known = known;
    lic_locals_leave(t, outer);
}

/* -- statements ---------------------------------------------------------------------------------------------------------- */

static void type_statement(typer *t, lic_symbol *statement)
{
    lic_node *node = statement->node;
    lic_node *every = lic_child_of(node, LIC_NODE_EVERY, 0),
             *to = lic_child_of(node, LIC_NODE_TO, 0);
    t->has_period = true;
    if (!every)
        lic_diag(t->c, "T02", statement->span, NULL, "nothing says how often `%.*s` is made",
                 LIC_S(statement->name));
    else lic_type_deadline(t, lic_child(every, 1));
    t->has_period = false;
    if (!to || !to->child_count)
        lic_diag(t->c, "T02", statement->span, NULL, "nothing says to whom `%.*s` goes",
                 LIC_S(statement->name));
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
            lic_diag(t->c, "N03", name->span, NULL,
                     "a statement goes to parties, or to the rows of one schedule");
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
            if (report->kind == LIC_SYMBOL_REPORT)
                word->symbol = lic_symbol_member(report, word->name);
            if (word->symbol) report->uses++;
        }
        if (!word->symbol) {
            lic_report_unknown(t, word);
            continue;
        }
        word->symbol->uses++;
        uint8_t sort = word->symbol->meaning.sort;
        if (sort != LIC_SORT_ENUM && sort != LIC_SORT_TERRITORY && sort != LIC_SORT_ERROR) {
            lic_diagnostic *d = lic_diag(t->c, "T02", word->span, NULL,
                                         "lines are grouped by words and territories alone");
            lic_diag_place(t->c, d, word->symbol->span, "this is %s",
                           lic_meaning_text(t->s, &word->symbol->meaning));
        }
    }
}

void lic_type_bodies(typer *t)
{
    lic_symbol_list *all = &t->s->all;
    lic_node *file = t->s->file;
    for (size_t i = 0; i < all->count; i++) {
        if (all->items[i]->kind == LIC_SYMBOL_REPORT) report_lines(t, all->items[i]);
        if (all->items[i]->kind == LIC_SYMBOL_TERM && all->items[i]->node->kind == LIC_NODE_RECORD)
            type_record(t, all->items[i]);
    }
    for (size_t i = 0; i < all->count; i++)
        if (all->items[i]->kind == LIC_SYMBOL_REPORT) type_report(t, all->items[i]);
    for (size_t i = 0; i < all->count; i++) {
        if (all->items[i]->kind == LIC_SYMBOL_STATEMENT) {
            type_statement(t, all->items[i]);
            type_lines_by(t, all->items[i]);
        }
        if (all->items[i]->kind == LIC_SYMBOL_GRANT) lic_type_grant(t, all->items[i]);
        if (all->items[i]->kind == LIC_SYMBOL_DELIVERABLE)
            lic_diag(t->c, "S0", all->items[i]->span, NULL,
                     "deliverables are known but not executed yet");
    }
    for (uint32_t i = 0; i < file->child_count; i++) {
        lic_node *node = file->children[i];
        bool surface = node->kind == LIC_NODE_MONEY_TERM || node->kind == LIC_NODE_SPLIT;
        if (t->kernel && surface) {
            lic_diag(t->c, "T02", node->span, NULL,
                     "a kernel has handlers in place of terms and splits");
            continue;
        }
        if (node->kind == LIC_NODE_MONEY_TERM && node->symbol) type_money_term(t, node->symbol);
        if (node->kind == LIC_NODE_SPLIT) type_split(t, node);
        if (node->kind == LIC_NODE_ACTION && node->symbol) lic_type_action(t, node->symbol);
        if (node->kind == LIC_NODE_HANDLER) lic_type_handler(t, node);
    }
    if (t->s->lifecycle) lic_type_lifecycle(t, t->s->lifecycle);
}

lic_program *lic_analyse(lic_compilation *compilation, lic_node *file, bool kernel)
{
    lic_program *program = lic_new(compilation, sizeof *program);
    program->compilation = compilation;
    program->file = file;
    program->is_kernel = kernel;
    program->unit_scale = compilation->options.unit_scale;
    typer t = {.c = compilation, .s = program, .kernel = kernel};
    t.named = lic_new(compilation, LIC_LOCALS * sizeof *t.named);
    if (!lic_declare(&t) || !program->money) return program;
    lic_type_declarations(&t);
    lic_type_bodies(&t);
    return program;
}
