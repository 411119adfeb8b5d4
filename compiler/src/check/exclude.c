/* check/exclude.c - conditions that can never hold at the same time: `late 30 days` and `filed`, `Strikes >= 3` and
 * `Strikes < 3`. What cannot be proved here is taken to be possible.
 *
 * The second condition is looked at behind the first one and the steps that follow it. What those steps
 * change proves nothing, except that a counter which is set to a constant has that value. */
#include "check/check.h"

/* What the steps between two conditions change, and how much more is looked at before nothing is proved. */
typedef struct gap {
    const lic_node *steps; /* may be NULL */
    uint64_t *left;
} gap;

/* A condition, or its negation. */
typedef struct claim {
    const lic_node *node;
    bool holds;
} claim;

static claim stripped(claim c)
{
    while (c.node->kind == LIC_NODE_NOT && lic_child(c.node, 0))
        c = (claim){c.node->children[0], !c.holds};
    return c;
}

static bool is_junction(claim c)
{
    return c.node->kind == LIC_NODE_BINARY && (lic_named(c.node, "and") || lic_named(c.node, "or"));
}

/* Both sides of it hold: `a and b`, `not (a or b)`. */
static bool is_both(claim c)
{
    return lic_named(c.node, "and") == c.holds;
}

static claim side(claim c, uint32_t i)
{
    return stripped((claim){c.node->children[i], c.holds});
}

/* -- what steps change ------------------------------------------------------------------------------------- */

static bool changes_money(const lic_node *step)
{
    return step->kind == LIC_NODE_PAYS || step->kind == LIC_NODE_CREDIT ||
           step->kind == LIC_NODE_CANCEL || step->kind == LIC_NODE_DUE_NOW ||
           step->kind == LIC_NODE_MOVE;
}

static const lic_symbol *written(const lic_node *step)
{
    if (step->kind == LIC_NODE_SET) return step->children[0]->symbol;
    return step->kind == LIC_NODE_ADD ? step->children[1]->symbol : NULL;
}

static bool is_rows(const lic_symbol *symbol)
{
    return symbol->kind == LIC_SYMBOL_COLUMN || symbol->kind == LIC_SYMBOL_REGISTER;
}

static bool touches(const lic_node *step, const lic_symbol *symbol, uint64_t *left)
{
    if (!*left) return true;
    --*left;
    bool money = symbol->kind == LIC_SYMBOL_ACCOUNT || symbol->kind == LIC_SYMBOL_TERM;
    const lic_symbol *to = written(step);
    if (to && (to == symbol || (is_rows(to) && is_rows(symbol)))) return true;
    if (money && (changes_money(step) || (to && to->kind == LIC_SYMBOL_ACCOUNT))) return true;
    if (is_rows(symbol) && (step->kind == LIC_NODE_ENTER || step->kind == LIC_NODE_RETIRE))
        return true;
    for (uint32_t i = 0; i < step->child_count; i++)
        if (touches(step->children[i], symbol, left)) return true;
    return false;
}

static bool moves_any_money(const lic_node *step)
{
    if (changes_money(step)) return true;
    for (uint32_t i = 0; i < step->child_count; i++)
        if (moves_any_money(step->children[i])) return true;
    return false;
}

/* The steps change what the expression reads. */
static bool is_changed(const lic_node *node, const gap *b)
{
    if (!b->steps) return false;
    if (node->kind == LIC_NODE_OVERDUE && moves_any_money(b->steps)) return true;
    if (node->symbol && touches(b->steps, node->symbol, b->left)) return true;
    for (uint32_t i = 0; i < node->child_count; i++)
        if (is_changed(node->children[i], b)) return true;
    return false;
}

/* -- comparisons as ranges ------------------------------------------------------------------------------------ */

typedef enum relation { LESS = 1, EQUAL = 2, GREATER = 4 } relation; /* what may be, as a set */

static unsigned relations(claim c)
{
    static const struct {
        const char *op;
        unsigned set;
    } ops[] = {
        {"=", EQUAL}, {"<", LESS}, {">", GREATER}, {"<=", LESS | EQUAL}, {">=", GREATER | EQUAL}};
    for (size_t i = 0; i < LIC_COUNT(ops); i++)
        if (lic_named(c.node, ops[i].op))
            return c.holds ? ops[i].set : (LESS | EQUAL | GREATER) & ~ops[i].set;
    return LESS | EQUAL | GREATER;
}

static unsigned mirrored(unsigned set)
{
    return (set & EQUAL) | (set & LESS ? GREATER : 0) | (set & GREATER ? LESS : 0);
}

/* How two constants of one type compare: LESS, EQUAL or GREATER; 0: they are not known. */
static unsigned compared(const lic_node *a, const lic_node *b)
{
    const lic_meaning *m = a->meaning, *n = b->meaning;
    if (lic_tree_equal(a, b)) return EQUAL;
    if (!m || !n || !m->is_constant || !n->is_constant || m->sort == LIC_SORT_TEXT) return 0;
    if (m->divisor != 1 || n->divisor != 1 || m->dynamic || n->dynamic) return 0;
    bool scaled = lic_is_wide(m) || m->sort == LIC_SORT_RATE || m->sort == LIC_SORT_PRICE;
    unsigned scale = !scaled ? 0 : m->scale > n->scale ? m->scale : n->scale;
    lic_i128 x = scaled ? lic_scaled(m->value, m->scale, scale) : m->value,
             y = scaled ? lic_scaled(n->value, n->scale, scale) : n->value;
    return x < y ? LESS : x > y ? GREATER : EQUAL;
}

/* `x` against p and against q, where p compares with q as `order` says: no x fits both. */
static bool no_value_fits(unsigned to_p, unsigned to_q, unsigned order)
{
    if (order == EQUAL) return !(to_p & to_q);
    if (order == GREATER) return no_value_fits(to_q, to_p, LESS);
    bool below = (to_p & LESS) && (to_q & LESS), between = (to_p & GREATER) && (to_q & LESS);
    bool above = (to_p & GREATER) && (to_q & GREATER);
    return !below && !between && !above && !((to_p & EQUAL) && (to_q & LESS)) &&
           !((to_q & EQUAL) && (to_p & GREATER));
}

static bool reads_date_fact(const lic_node *node)
{
    if (node->symbol && node->symbol->kind == LIC_SYMBOL_FACT) return true;
    for (uint32_t i = 0; i < node->child_count; i++)
        if (reads_date_fact(node->children[i])) return true;
    return false;
}

static bool comparisons_exclude(claim a, claim b)
{
    /* a comparison with a fact that is not set does not hold, nor does its contrary */
    if (!a.holds && !b.holds && reads_date_fact(a.node)) return false;
    for (uint32_t i = 0; i < 2; i++)
        for (uint32_t k = 0; k < 2; k++) {
            if (!lic_tree_equal(a.node->children[i], b.node->children[k])) continue;
            unsigned order = compared(a.node->children[1 - i], b.node->children[1 - k]);
            unsigned to_p = i ? mirrored(relations(a)) : relations(a),
                     to_q = k ? mirrored(relations(b)) : relations(b);
            if (order && no_value_fits(to_p, to_q, order)) return true;
        }
    return false;
}

/* -- times of reports and duties ---------------------------------------------------------------------------------- */

/* D of `R late D`, `overdue D`; `filed` is `not late` without a time. */
static const lic_meaning *time_of(const lic_node *node)
{
    const lic_node *time = lic_child(node, 0);
    return time ? time->meaning : NULL;
}

static bool is_as_long(const lic_meaning *a, const lic_meaning *b)
{
    lic_i128 days = b ? b->value : 0;
    int32_t months = b ? b->months : 0;
    return a ? a->value >= days && a->months >= months : days == 0 && months == 0;
}

static bool times_exclude(claim a, claim b)
{
    if (a.node->kind != b.node->kind || a.node->symbol != b.node->symbol) return false;
    if (lic_slice_is(a.node->text, "filed")) a.holds = !a.holds;
    if (lic_slice_is(b.node->text, "filed")) b.holds = !b.holds;
    if (a.holds == b.holds) return false;
    claim late = a.holds ? a : b, not_late = a.holds ? b : a;
    return is_as_long(time_of(late.node), time_of(not_late.node));
}

/* -- the walk ------------------------------------------------------------------------------------------------------------ */

static bool exclude(claim a, claim b, const gap *between)
{
    if (!*between->left) return false;
    --*between->left;
    if (is_junction(a)) {
        bool first = exclude(side(a, 0), b, between);
        return is_both(a) ? first || exclude(side(a, 1), b, between)
                          : first && exclude(side(a, 1), b, between);
    }
    if (is_junction(b)) {
        bool first = exclude(a, side(b, 0), between);
        return is_both(b) ? first || exclude(a, side(b, 1), between)
                          : first && exclude(a, side(b, 1), between);
    }
    if (is_changed(a.node, between) || is_changed(b.node, between)) return false;
    if (lic_tree_equal(a.node, b.node) && a.holds != b.holds) return true;
    if (lic_is_comparison(a.node) && lic_is_comparison(b.node)) return comparisons_exclude(a, b);
    bool time = a.node->kind == LIC_NODE_OVERDUE || a.node->kind == LIC_NODE_REPORT_STATE;
    return time && times_exclude(a, b);
}

/* The constant that the steps leave in a counter, or NULL. */
static const lic_node *constant_left(const gap *b, const lic_symbol *counter)
{
    const lic_node *left = NULL;
    for (uint32_t i = 0; b->steps && i < b->steps->child_count; i++) {
        const lic_node *step = b->steps->children[i];
        if (!touches(step, counter, b->left)) continue;
        bool constant = step->kind == LIC_NODE_SET && step->children[0]->symbol == counter &&
                        step->children[1]->meaning && step->children[1]->meaning->is_constant;
        left = constant ? step->children[1] : NULL;
    }
    return left;
}

static bool is_false_behind(claim c, const gap *b)
{
    if (is_junction(c)) {
        bool first = is_false_behind(side(c, 0), b);
        return is_both(c) ? first || is_false_behind(side(c, 1), b)
                          : first && is_false_behind(side(c, 1), b);
    }
    for (uint32_t i = 0; lic_is_comparison(c.node) && i < 2; i++) {
        const lic_node *counter = c.node->children[i];
        if (counter->kind != LIC_NODE_NAME_REF || !counter->symbol ||
            counter->symbol->kind != LIC_SYMBOL_COUNTER)
            continue;
        const lic_node *left = constant_left(b, counter->symbol);
        unsigned order = left ? compared(left, c.node->children[1 - i]) : 0;
        unsigned set = i ? mirrored(relations(c)) : relations(c);
        if (order && !(set & order)) return true;
    }
    return false;
}

bool lic_cannot_both(const lic_node *a, bool a_holds, const lic_node *b, bool b_holds,
                     uint64_t *left)
{
    const gap none = {NULL, left};
    return exclude(stripped((claim){a, a_holds}), stripped((claim){b, b_holds}), &none);
}

bool lic_excludes(const lic_node *a, const lic_node *steps, const lic_node *b, uint64_t *left)
{
    gap between = {steps, left};
    claim second = stripped((claim){b, true});
    if (is_false_behind(second, &between)) return true;
    return a && exclude(stripped((claim){a, true}), second, &between);
}
