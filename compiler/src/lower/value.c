/* lower/value.c - expressions of the agreement to expressions of the kernel. Most stay as they are;
 * folds become tallies, `cumulative in` becomes a step, results of other terms become rows of a
 * register, and conditions on reports and duties become comparisons of dates. */
#include "lower/lower.h"

void lic_rename(lowering *l, const lic_symbol *symbol, lic_node *value)
{
    lic_renamed *r = lic_new(l->c, sizeof *r);
    r->symbol = symbol;
    r->value = value;
    r->outer = l->renamed;
    l->renamed = r;
}

lic_node *lic_renamed_value(lowering *l, const lic_symbol *symbol)
{
    for (lic_renamed *r = l->renamed; r; r = r->outer)
        if (r->symbol == symbol) return lic_copy(l, r->value);
    return NULL;
}

/* -- results of other terms, by year --------------------------------------------------------------- */

static lic_node *year_row(lowering *l, const lic_symbol *term, lic_node *year)
{
    lic_slice name = lic_slice_text(lic_text(l->c, "%.*s_years", LIC_S(term->name)));
    return lic_emit_let(l, "in_year", lic_make_call(l, "ensure", lic_make_name(l, name), year));
}

static lic_node *this_year(lowering *l)
{
    lic_node *date = l->has_period
                         ? lic_make_field(l, lic_make_word(l, "period"), lic_slice_text("start"))
                         : lic_make_word(l, "today");
    return lic_make_call(l, "year_of", date, NULL);
}

static lic_node *lower_member(lowering *l, const lic_node *member, lic_node *year)
{
    const lic_symbol *term = member->symbol;
    if (l->in_wake) return lic_make_zero(l, member->meaning); /* only dates count there */
    if (lic_named(member, "open") || lic_named(member, "paid"))
        return lic_make_field(l, lic_make_name(l, term->name), member->name);
    return lic_make_field(l, year_row(l, term, year ? year : this_year(l)), member->name);
}

/* What a term came to for a row in this entry: `Streams.row_earned of work`. */
lic_node *lic_row_result(lowering *l, const lic_symbol *term, lic_slice member, lic_node *row)
{
    lic_slice name = lic_slice_text(
        lic_text(l->c, "%.*s.row_%.*s", LIC_S(term->name), LIC_S(member)));
    return lic_tally_reference(l, name, row);
}

static bool is_member(const lic_node *node)
{
    return node->kind == LIC_NODE_FIELD && node->symbol && node->symbol->kind == LIC_SYMBOL_TERM;
}

/* -- reports, duties and facts as dates ---------------------------------------------------------------- */

static lic_node *report_deadline(lowering *l, const lic_symbol *report)
{
    const lic_node *by = lic_child_of(report->node, LIC_NODE_BY, 0);
    const lic_node *delay = NULL;
    (void)lic_deadline_of(lic_child(by, 2), &delay);
    int months = lic_months_of(by->children[1]);
    lic_node *next = lic_make_call(l, "next", lic_make_name(l, report->name), NULL);
    lic_node *end = lic_make_call(l, "period_end", lic_make_number(l, months), next);
    return delay ? lic_make_binary(l, "+", end, lic_copy(l, delay)) : end;
}

/* `Usage late 30 days`: a period of the term is not filed 30 days after its deadline. */
static lic_node *report_late(lowering *l, const lic_node *node)
{
    lic_node *deadline = report_deadline(l, node->symbol);
    lic_node *after = lic_child(node, 0)
                          ? lic_make_binary(l, "+", deadline, lic_copy(l, node->children[0]))
                          : deadline;
    lic_node *end = lic_make_field(l, lic_make_word(l, "term"), lic_slice_text("end"));
    lic_node *running = lic_make_binary(
        l, "<=", lic_make_call(l, "next", lic_make_name(l, node->symbol->name), NULL), end);
    return lic_make_binary(l, "and", running,
                           lic_make_binary(l, "<", after, lic_make_word(l, "today")));
}

static lic_node *lower_report_state(lowering *l, const lic_node *node)
{
    lic_node *late = report_late(l, node);
    return lic_slice_is(node->text, "late") ? late : lic_make_not(l, late);
}

static lic_node *lower_overdue(lowering *l, const lic_node *node)
{
    lic_node *today = lic_make_word(l, "today");
    lic_node *limit = lic_child(node, 0)
                          ? lic_make_binary(l, "-", today, lic_copy(l, node->children[0]))
                          : today;
    return lic_make_binary(l, "<", lic_make_call(l, "oldest_due", NULL, NULL), limit);
}

/* Facts of sort date that an expression reads: it has no truth before they are set. */
static lic_node *facts_set(lowering *l, const lic_node *node, lic_node *condition)
{
    if (node->kind == LIC_NODE_NAME_REF && node->symbol && node->symbol->kind == LIC_SYMBOL_FACT &&
        node->symbol->meaning.sort == LIC_SORT_DATE) {
        lic_node *set = lic_make_binary(
            l, ">", lic_make_call(l, "set_on", lic_make_name(l, node->name), NULL),
            lic_make_date(l, 0));
        return condition ? lic_make_binary(l, "and", set, condition) : set;
    }
    bool either = node->kind == LIC_NODE_BINARY && lic_named(node, "otherwise");
    for (uint32_t i = either ? 1 : 0; i < node->child_count; i++)
        condition = facts_set(l, node->children[i], condition);
    return condition;
}

/* -- the walk ---------------------------------------------------------------------------------------------- */

static lic_node *lower_through(lowering *l, const lic_node *node)
{
    lic_node *counter = lic_child(node, 3);
    lic_node *basis = lic_lower_value(l, node->children[0]);
    if (counter && basis->kind != LIC_NODE_NAME_REF) basis = lic_emit_let(l, "basis", basis);
    lic_node *through = lic_make(l, LIC_NODE_THROUGH);
    through->span = node->span;
    lic_node_add(l->c, through, lic_copy(l, basis));
    lic_node_add(l->c, through, lic_lower_value(l, node->children[1]));
    lic_node_add(l->c, through,
                 lic_child(node, 2) ? lic_lower_value(l, node->children[2])
                                    : lic_make(l, LIC_NODE_ABSENT));
    if (!counter) {
        lic_node_add(l->c, through, lic_make(l, LIC_NODE_ABSENT));
        return through;
    }
    through->flags |= LIC_FLAG_AFTER;
    lic_node *place = lic_lower_value(l, counter);
    lic_node_add(l->c, through, place);
    lic_node *value = lic_emit_let(l, "tiered", through);
    lic_emit_add(l, basis, lic_copy(l, place));
    return value;
}

static lic_node *lower_name(lowering *l, const lic_node *node)
{
    lic_node *renamed = node->symbol ? lic_renamed_value(l, node->symbol) : NULL;
    return renamed ? renamed : lic_copy(l, node);
}

static lic_node *lower_children(lowering *l, const lic_node *node)
{
    lic_node *copy = lic_new(l->c, sizeof *copy);
    *copy = *node;
    copy->children = NULL;
    copy->child_count = 0;
    copy->symbol = NULL;
    copy->meaning = NULL;
    copy->trivia = NULL;
    for (uint32_t i = 0; i < node->child_count; i++)
        lic_node_add(l->c, copy, lic_lower_value(l, node->children[i]));
    return copy;
}

/* `term.start` and `term.end` before the term has begun: as the header says. */
static lic_node *stated_term(lowering *l, const lic_node *node)
{
    bool term = l->is_unsigned && !node->symbol && node->children[0]->kind == LIC_NODE_NAME_REF &&
                lic_named(node->children[0], "term");
    if (!term) return NULL;
    if (lic_named(node, "end")) return lic_make_date(l, l->p->last);
    return l->p->from_signature ? NULL : lic_make_date(l, l->p->first);
}

static lic_node *lower_field(lowering *l, const lic_node *node)
{
    if (is_member(node)) return lower_member(l, node, NULL);
    lic_node *stated = stated_term(l, node);
    return stated ? stated : lower_children(l, node);
}

lic_node *lic_lower_value(lowering *l, const lic_node *node)
{
    switch (node->kind) {
    case LIC_NODE_NAME_REF: return lower_name(l, node);
    case LIC_NODE_FOLD:
        return node->meaning && node->meaning->is_constant ? lic_copy(l, node)
                                                           : lic_lower_fold(l, node);
    case LIC_NODE_THROUGH: return lower_through(l, node);
    case LIC_NODE_REPORT_STATE: return lower_report_state(l, node);
    case LIC_NODE_OVERDUE: return lower_overdue(l, node);
    case LIC_NODE_FIELD: return lower_field(l, node);
    case LIC_NODE_OF:
        if (is_member(node->children[0]) && node->children[1]->meaning->sort != LIC_SORT_COUNT)
            return lic_row_result(l, node->symbol, node->children[0]->name,
                                  lic_lower_value(l, node->children[1]));
        if (is_member(node->children[0]))
            return lower_member(l, node->children[0], lic_lower_value(l, node->children[1]));
        return lower_children(l, node);
    default: {
        bool either = node->kind == LIC_NODE_BINARY && lic_named(node, "otherwise");
        if (either) return lic_lower_otherwise(l, node);
        lic_node *copy = lower_children(l, node);
        return lic_is_comparison(node) ? facts_set(l, node, copy) : copy;
    }
    }
}

/* The date of `within D [of E]` or `due E`; without either, the day on which the code runs. */
lic_node *lic_due_date(lowering *l, const lic_node *within)
{
    if (!lic_present(within)) return lic_make_word(l, "today");
    if (within->flags & LIC_FLAG_DUE) return lic_lower_value(l, within->children[0]);
    lic_node *base = lic_child(within, 1) ? lic_lower_value(l, within->children[1])
                                          : lic_make_word(l, "today");
    return lic_make_binary(l, "+", base, lic_copy(l, within->children[0]));
}

lic_node *lic_account_of(lowering *l, const lic_node *account)
{
    return lic_lower_value(l, account);
}
