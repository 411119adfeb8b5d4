/* types/dates.c - the days by which something is due. A duty is due `within` a time or on a date that the
 * clause can compute; a deadline of a report, a statement or a periodic term is kept as a time behind
 * `period.end`. And which facts are known to be set, for a duty cannot fall due on a day that nobody has
 * named. */
#include "analyse.h"

/* -- deadlines ---------------------------------------------------------------------------------------- */

static bool is_end_of_period(const lic_node *node)
{
    return node->kind == LIC_NODE_FIELD && lic_named(node, "end") &&
           node->children[0]->kind == LIC_NODE_NAME_REF && lic_named(node->children[0], "period");
}

bool lic_deadline_of(const lic_node *within, const lic_node **delay)
{
    *delay = NULL;
    if (!lic_present(within)) return true;
    const lic_node *first = lic_child(within, 0), *of = lic_child(within, 1);
    if (!first) return false; /* a broken line */
    if (!(within->flags & LIC_FLAG_DUE)) {
        *delay = first;
        return !of || is_end_of_period(of);
    }
    if (is_end_of_period(first)) return true;
    bool sum = first->kind == LIC_NODE_BINARY && lic_named(first, "+") &&
               is_end_of_period(first->children[0]) &&
               first->children[1]->kind == LIC_NODE_DURATION;
    if (sum) *delay = first->children[1];
    return sum;
}

static bool type_date(typer *t, lic_node *within)
{
    if (!within || !lic_child(within, 0)) return false;
    if (within->flags & LIC_FLAG_DUE)
        return lic_type_as(t, within->children[0], LIC_SORT_DATE, "a date")->sort != LIC_SORT_ERROR;
    bool good = lic_type_as(t, within->children[0], LIC_SORT_DURATION, "a duration")->sort !=
                LIC_SORT_ERROR;
    if (!lic_child(within, 1)) return good;
    return lic_type_as(t, within->children[1], LIC_SORT_DATE, "a date")->sort != LIC_SORT_ERROR &&
           good;
}

void lic_type_deadline(typer *t, lic_node *within)
{
    const lic_node *delay;
    if (!type_date(t, within) || lic_deadline_of(within, &delay)) return;
    lic_diagnostic *d = lic_diag(t->c, "S0", within->span, "not counted from `period.end`",
                                 "a deadline that is not a time behind the end of its period is "
                                 "known but not executed yet");
    lic_diag_help(t->c, d, "write for instance `within 30 days of period.end`");
}

/* -- facts that are set ------------------------------------------------------------------------------------ */

static bool is_date_fact(const lic_node *node)
{
    return node->kind == LIC_NODE_NAME_REF && node->symbol &&
           node->symbol->kind == LIC_SYMBOL_FACT && node->symbol->meaning.sort == LIC_SORT_DATE;
}

/* The first place below that reads a date which may not be set. The left side of `otherwise` may be. */
static const lic_node *find_unset(const typer *t, const lic_node *node)
{
    if (is_date_fact(node)) {
        for (const lic_known *k = t->known; k; k = k->outer)
            if (k->fact == node->symbol) return NULL;
        return node;
    }
    bool local = node->kind == LIC_NODE_NAME_REF && node->symbol &&
                 node->symbol->kind == LIC_SYMBOL_LOCAL;
    if (local && node->symbol->may_be_unset) return node;
    bool either = node->kind == LIC_NODE_BINARY && lic_named(node, "otherwise");
    for (uint32_t i = either ? 1 : 0; i < node->child_count; i++) {
        const lic_node *found = find_unset(t, node->children[i]);
        if (found) return found;
    }
    return NULL;
}

bool lic_may_be_unset(const typer *t, const lic_node *expression)
{
    return find_unset(t, expression) != NULL;
}

void lic_know_fact(typer *t, const lic_symbol *fact)
{
    lic_known *known = lic_new(t->c, sizeof *known);
    *known = (lic_known){fact, t->known};
    t->known = known;
}

static void know_all(typer *t, const lic_node *node)
{
    if (is_date_fact(node)) lic_know_fact(t, node->symbol);
    bool either = node->kind == LIC_NODE_BINARY && lic_named(node, "otherwise");
    for (uint32_t i = either ? 1 : 0; i < node->child_count; i++) know_all(t, node->children[i]);
}

void lic_know_facts(typer *t, const lic_node *condition)
{
    bool both = condition->kind == LIC_NODE_BINARY && lic_named(condition, "and");
    bool date = condition->meaning && condition->meaning->sort == LIC_SORT_DATE;
    for (uint32_t i = 0; both && i < 2; i++) lic_know_facts(t, condition->children[i]);
    if (date || lic_is_comparison(condition)) know_all(t, condition);
}

/* -- due dates --------------------------------------------------------------------------------------------- */

void lic_type_within(typer *t, lic_node *within)
{
    if (!type_date(t, within)) return;
    const lic_node *unset = find_unset(t, within);
    if (!unset) return;
    lic_diagnostic *d = lic_diag(t->c, "S13", unset->span, "may not be set when this happens",
                                 "nothing says when this is due as long as `%.*s` is not known",
                                 LIC_S(unset->name));
    lic_diag_place(t->c, d, unset->symbol->span, "this is %s",
                   lic_symbol_kind_text(unset->symbol->kind));
    if (!is_date_fact(unset)) {
        lic_diag_help(t->c, d, "say there what holds until the fact is set, with `otherwise`");
        return;
    }
    lic_diag_help(t->c, d, "say what holds until it is set, for instance `%.*s otherwise today`",
                  LIC_S(unset->name));
    lic_diag_fix(t->c, d, unset->span, "(%.*s otherwise today)", LIC_S(unset->name));
}

/* What a term names is gone when a later trigger makes its part due. */
static void refuse_names(typer *t, const lic_node *node)
{
    if (node->kind == LIC_NODE_NAME_REF && node->symbol && node->symbol->kind == LIC_SYMBOL_LOCAL) {
        lic_diagnostic *d = lic_diag(t->c, "T02", node->span, "known when the term is reached",
                                     "`%.*s` is not known any more when this part falls due",
                                     LIC_S(node->name));
        lic_diag_place(t->c, d, node->symbol->span, "named here");
        lic_diag_help(t->c, d, "write what it stands for in its place");
    }
    for (uint32_t i = 0; i < node->child_count; i++) refuse_names(t, node->children[i]);
}

void lic_type_part_date(typer *t, lic_node *within, const lic_symbol *trigger)
{
    if (!within) return;
    lic_known *outer = t->known;
    if (trigger && trigger->kind == LIC_SYMBOL_FACT) lic_know_fact(t, trigger);
    lic_type_within(t, within);
    if (trigger) refuse_names(t, within);
    t->known = outer;
}
