/* check/counters.c - S11 over the life of the agreement: a counter without bounds takes all that is added to
 * it, from its start, or from one reset to the next, to the end. What acts add is a trap of the act. */
#include "check/check.h"

#define LONGEST_MONTHS (200 * 12) /* of a term whose first day nobody knows yet */

typedef struct total {
    const lic_symbol *counter;
    lic_i128 low, high; /* in the counter's unit */
    bool reported;
} total;

typedef struct adding {
    lic_compilation *c;
    const lic_program *p;
    total *totals;          /* by number of the counter */
    const lic_symbol *term; /* NULL in the lifecycle */
} adding;

/* -- how often -------------------------------------------------------------------------------------------- */

/* What happens once in `months`, until the end or until the counter begins anew. */
static lic_i128 times(const lic_program *p, const lic_symbol *counter, int months)
{
    int64_t all = LONGEST_MONTHS;
    if (!p->from_signature && p->last != LIC_DATE_MAX && p->first <= p->last)
        all = (p->last - p->first) / 28 + 1;
    if (counter->resets) {
        int64_t between = lic_months_of(counter->resets->children[0]);
        if (between < all) all = between;
    }
    return all / months + 2; /* periods that are cut at both ends */
}

/* How often a trigger comes; 0: as often as somebody likes. */
static lic_i128 times_of_trigger(const lic_program *p, const lic_symbol *counter,
                                 const lic_node *word)
{
    if (lic_named(word, "signature")) return 1;
    const lic_symbol *trigger = word->symbol;
    if (!trigger) return 0;
    if (trigger->kind == LIC_SYMBOL_FACT) return trigger->rule == 1 ? 1 : 0;
    const lic_node *every = trigger->kind == LIC_SYMBOL_REPORT
                                ? lic_child_of(trigger->node, LIC_NODE_BY, 0)
                                : lic_child_of(trigger->node, LIC_NODE_EVERY, 0);
    const lic_node *period = every ? lic_child_of(every, LIC_NODE_PERIOD, 0) : NULL;
    return period ? times(p, counter, lic_months_of(period)) : 0;
}

/* How often the clauses of the term run for one row of the counter; 0 as above. */
static lic_i128 runs_of(const adding *a, const lic_symbol *counter)
{
    if (!a->term) return 0;
    const lic_node *on = lic_child_of(a->term->node, LIC_NODE_ON, 0),
                   *every = lic_child_of(a->term->node, LIC_NODE_EVERY, 0);
    lic_i128 runs = on ? 0 : 1; /* once, or at the opening */
    if (every) runs = times(a->p, counter, lic_months_of(every->children[0]));
    for (uint32_t i = 0; on && (i == 0 || i < on->child_count); i++) {
        lic_i128 more = times_of_trigger(a->p, counter, i ? on->children[i] : on);
        if (!more) return 0;
        runs += more;
    }
    if (!a->term->is_scoped || counter->is_scoped) return runs;
    lic_i128 rows = a->term->scope ? a->term->scope->max_rows : (lic_i128)a->p->parties.count;
    return lic_scaled_add(0, runs, rows);
}

/* -- how much ------------------------------------------------------------------------------------------------ */

static bool is_narrow(const lic_meaning *m)
{
    return m->sort == LIC_SORT_COUNT || m->sort == LIC_SORT_RATE || m->sort == LIC_SORT_PRICE;
}

static bool has_no_bounds(const lic_symbol *symbol)
{
    return symbol && symbol->kind == LIC_SYMBOL_COUNTER && !symbol->bounds.has_max &&
           (is_narrow(&symbol->meaning) || lic_is_wide(&symbol->meaning));
}

static void report(const adding *a, total *t, const lic_node *at, bool endless)
{
    if (t->reported) return;
    t->reported = true;
    lic_diagnostic *d = lic_diag(a->c, "S11", at->span, "added again and again",
                                 "`%.*s` can leave its range in the course of the agreement",
                                 LIC_S(t->counter->name));
    lic_diag_place(a->c, d, t->counter->span, "it has no bounds");
    lic_diag_help(a->c, d,
                  !endless  ? "bound what is added, or let it begin anew, `resets every year`"
                  : a->term ? "let the fact be `set once`, or change the counter in an action"
                            : "give it bounds, for instance `from 0 to 1,000`, and test it before");
}

static void add(const adding *a, const lic_symbol *counter, const lic_node *value, lic_i128 runs)
{
    total *t = &a->totals[counter->index];
    t->counter = counter;
    const lic_meaning *m = value->meaning, *own = &counter->meaning;
    if (!m || m->sort == LIC_SORT_ERROR || (m->low == 0 && m->high == 0)) return;
    if (!runs) {
        report(a, t, value, true);
        return;
    }
    lic_i128 low = m->low, high = m->high;
    if (own->sort != LIC_SORT_COUNT)
        low = lic_scaled(low, m->scale, own->scale), high = lic_scaled(high, m->scale, own->scale);
    if (low < 0) t->low = lic_scaled_add(t->low, low, runs);
    if (high > 0) t->high = lic_scaled_add(t->high, high, runs);
    bool out = is_narrow(own) ? t->low < INT64_MIN || t->high > INT64_MAX
                              : t->low == LIC_I128_MIN || t->high == LIC_I128_MAX;
    if (out) report(a, t, value, false);
}

/* -- the walk -------------------------------------------------------------------------------------------------- */

/* `lines`: how many lines the place runs for in each run of the term. */
static void collect(const adding *a, const lic_node *node, uint32_t lines, bool in_line)
{
    const lic_node *counter = node->kind == LIC_NODE_ADD       ? node->children[1]
                              : node->kind == LIC_NODE_THROUGH ? lic_child(node, 3)
                                                               : NULL;
    if (counter && has_no_bounds(counter->symbol)) {
        lic_i128 runs = runs_of(a, counter->symbol);
        add(a, counter->symbol, node->children[0], in_line ? lic_scaled_add(0, runs, lines) : runs);
    }
    in_line = in_line || node->kind == LIC_NODE_LINE || node->kind == LIC_NODE_FOLD;
    for (uint32_t i = 0; i < node->child_count; i++) collect(a, node->children[i], lines, in_line);
}

static uint32_t lines_of(const lic_symbol *term)
{
    const lic_node *on = lic_child_of(term->node, LIC_NODE_ON, 0);
    return on && on->symbol && on->symbol->kind == LIC_SYMBOL_REPORT ? on->symbol->max_rows : 1;
}

void lic_check_counters(lic_compilation *c, lic_program *p)
{
    adding a = {.c = c, .p = p};
    a.totals = lic_new(c, (p->kind_counts[LIC_SYMBOL_COUNTER] + 1) * sizeof *a.totals);
    for (size_t i = 0; i < p->all.count; i++) {
        const lic_symbol *counter = p->all.items[i];
        if (has_no_bounds(counter) && counter->starts)
            add(&a, counter, counter->starts->children[0], 1);
    }
    for (size_t i = 0; i < p->all.count; i++) {
        if (p->all.items[i]->kind != LIC_SYMBOL_TERM) continue;
        a.term = p->all.items[i];
        collect(&a, a.term->node, lines_of(a.term), false);
    }
    a.term = NULL;
    if (p->lifecycle) collect(&a, p->lifecycle, 1, false);
}
