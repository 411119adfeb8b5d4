/* why/text.c - a derivation as an explanation step by step: the payee's accounts, each movement with its
 * clause, and below it what it follows from, as deep as asked. What is divided later is shown with its
 * divisor, so that no line shows an amount that is none. */
#include "why/text.h"

enum { CHILDREN_SHOWN = 12, LEVELS_MAX = 200 };

typedef struct level {
    unsigned indent, left; /* left: levels that may still be shown, 0: all */
    lic_i128 over;         /* by what amounts of this level are divided later */
} level;

static void indent(lic_telling *t, unsigned depth)
{
    for (unsigned i = 0; i < depth; i++) lic_say(t, "  ");
}

static void tell_node(lic_telling *t, const lic_why_node *node, int sign, const char *lead,
                      level at);

/* -- tiers ------------------------------------------------------------------------------------------------ */

/* Edges and values of tiers, a tier a line; each but the last reaches to the next one's edge. */
static void tell_tiers(lic_telling *t, const lic_why_node *node, level at)
{
    uint32_t first = node->rule == LIC_WHY_TIER_SUM ? 2 : 1, last = node->child_count;
    bool year = lic_telling_child(t->why, node, 0)->rule == LIC_WHY_DATE;
    for (uint32_t i = first; i + 1 < last; i += 2) {
        bool open = i + 3 >= last;
        const lic_why_node *edge = lic_telling_child(t->why, node, open ? i : i + 2);
        indent(t, at.indent);
        lic_say(t, open && i > first ? "above " : open ? "from " : "up to ");
        if (year) lic_put_format(t->target, "%lld", (long long)edge->value);
        else lic_telling_amount(t, edge, 1);
        lic_say(t, ": ");
        lic_telling_amount(t, lic_telling_child(t->why, node, i + 1), 1);
        lic_say(t, "\n");
    }
}

/* -- children --------------------------------------------------------------------------------------------------- */

/* Which children a reader needs one by one: of a share the amount alone, its weight stands in the
 * phrase; tiers have lines of their own. */
static uint32_t children_shown(const lic_why_node *node)
{
    if (node->rule == LIC_WHY_SHARE || node->rule == LIC_WHY_TIER_VALUE) return 1;
    return node->rule == LIC_WHY_TIER_SUM ? 2 : node->child_count;
}

/* Sums of what is divided later are divided later, too; factors stand for themselves. */
static bool passes_divisor(const lic_why_node *node)
{
    return node->rule == LIC_WHY_ADD || node->rule == LIC_WHY_SUBTRACT ||
           node->rule == LIC_WHY_SUM || node->rule == LIC_WHY_SCALE ||
           node->rule == LIC_WHY_MINIMUM || node->rule == LIC_WHY_MAXIMUM;
}

static lic_i128 divisor_below(const lic_why *why, const lic_why_node *node, lic_i128 over)
{
    if (node->rule != LIC_WHY_ROUND_QUOTIENT) return passes_divisor(node) ? over : 1;
    lic_i128 divisor = lic_telling_divisor(why, node);
    return node->child_count > 1 ? divisor * lic_telling_child(why, node, 1)->value : divisor;
}

static void tell_children(lic_telling *t, const lic_why_node *node, level at)
{
    uint32_t count = node->child_count == 0 ? 0 : children_shown(node);
    if (count == 0) return;
    if (at.left == 1) {
        t->cut = true;
        return;
    }
    t->told[node - t->why->nodes] = 1;
    level below = {at.indent, at.left == 0 ? 0 : at.left - 1, divisor_below(t->why, node, at.over)};
    for (uint32_t i = 0; i < count; i++) {
        if (t->depth != 0 && i == CHILDREN_SHOWN && count > CHILDREN_SHOWN + 1) {
            indent(t, at.indent);
            lic_put_format(t->target, "... and %u more\n", count - i);
            t->cut = true;
            break;
        }
        const lic_why_link *link = &t->why->links[node->first_child + i];
        bool divides = node->rule == LIC_WHY_ROUND_QUOTIENT && i == 1;
        if (divides) below.over = 1;
        tell_node(t, &t->why->nodes[link->node], link->sign, divides ? "divided by " : "", below);
    }
    if (node->rule == LIC_WHY_TIER_SUM || node->rule == LIC_WHY_TIER_VALUE) tell_tiers(t, node, at);
}

/* -- nodes -------------------------------------------------------------------------------------------------------- */

static void put_result_name(lic_telling *t, const lic_why_node *node)
{
    if (lic_why_label(node) == NULL || node->term == LIC_NONE16) return;
    lic_put_format(t->target, "%s of ", lic_why_label(node));
    lic_telling_slice(t->target, t->why->image->terms[node->term].name);
    lic_say(t, ": ");
}

/* What was explained above is not explained again. */
static bool put_repeated(lic_telling *t, const lic_why_node *node)
{
    bool repeated = t->told[node - t->why->nodes] != 0;
    lic_say(t, repeated ? " (as above)\n" : "\n");
    return repeated;
}

static void put_over(lic_telling *t, const lic_why_node *node, lic_i128 over)
{
    char text[LIC_DECIMAL_MAX];
    if (over <= 1 || !lic_type_wide(node->type) || node->value == 0) return;
    (void)lic_decimal_print(over, 0, text);
    lic_put_format(t->target, " / %s", text);
}

static void put_posting(lic_telling *t, const lic_why_node *node)
{
    lic_telling_clause(t, node->clause);
    lic_say(t, ", from ");
    lic_telling_account(t, node->account, node->key);
    lic_say(t, " to ");
    lic_telling_account(t, node->other, node->other_key);
    if (node->scope_key.size == 0 || lic_slice_equal(node->scope_key, node->key) ||
        lic_slice_equal(node->scope_key, node->other_key))
        return;
    lic_say(t, ", for ");
    lic_telling_slice(t->target, node->scope_key);
}

/* A posting's one child is its amount: its own line would repeat the figure. */
static void tell_posting(lic_telling *t, const lic_why_node *node, level at)
{
    put_posting(t, node);
    if (put_repeated(t, node)) return;
    if (at.left == 1) {
        t->cut = true;
        return;
    }
    t->told[node - t->why->nodes] = 1;
    node = lic_telling_child(t->why, node, 0);
    indent(t, at.indent + 1);
    lic_say(t, "= ");
    put_result_name(t, node);
    lic_telling_phrase(t, node);
    at.indent += 2;
    if (!put_repeated(t, node)) tell_children(t, node, at);
}

static void tell_node(lic_telling *t, const lic_why_node *node, int sign, const char *lead,
                      level at)
{
    if (at.indent > LEVELS_MAX) {
        t->cut = true;
        return;
    }
    node = lic_telling_behind(t->why, node);
    indent(t, at.indent);
    lic_say(t, lead);
    lic_telling_amount(t, node, sign);
    put_over(t, node, at.over);
    lic_say(t, "  ");
    put_result_name(t, node);
    if (node->rule == LIC_WHY_POSTING) {
        tell_posting(t, node, at);
        return;
    }
    lic_telling_phrase(t, node);
    if (put_repeated(t, node)) return;
    at.indent++;
    tell_children(t, node, at);
}

/* -- roots -------------------------------------------------------------------------------------------------------- */

static level first_level(const lic_telling *t)
{
    return (level){1, t->depth == 0 ? 0 : t->depth + 1, 1};
}

/* Movements of an account: sums that were only made because something read it in between are opened. */
static void tell_movements(lic_telling *t, const lic_why_node *node, uint16_t field, uint32_t row)
{
    const lic_why *why = t->why;
    for (uint32_t i = 0; i < node->child_count; i++) {
        const lic_why_link *link = &why->links[node->first_child + i];
        const lic_why_node *child = &why->nodes[link->node];
        if (child->rule == LIC_WHY_SUM && child->field == field && child->row == row) {
            tell_movements(t, child, field, row);
            t->told[link->node] = 1;
        } else {
            tell_node(t, child, link->sign, "", first_level(t));
        }
    }
}

static void tell_balance(lic_telling *t, const lic_why_node *node)
{
    lic_telling_title(t, node);
    tell_movements(t, node, node->field, node->row);
    lic_say(t, "  ");
    lic_telling_amount(t, node, 1);
    lic_say(t, "  stands on it now\n");
}

static void put_parts_title(lic_telling *t, const lic_why_node *node)
{
    lic_say(t, "\n");
    if (node->rule == LIC_WHY_RESULT) lic_telling_term(t, node->term);
    else lic_put_format(t->target, "Duty %u", node->duty);
    switch (node->rule) {
    case LIC_WHY_RESULT: lic_say(t, ": what it came to\n"); break;
    case LIC_WHY_DUE: lic_say(t, ": when it falls due\n"); break;
    case LIC_WHY_ALLOTTED: lic_put_format(t->target, ": from payment %u\n", node->index + 1); break;
    case LIC_WHY_OPEN: lic_say(t, ": what is open\n"); break;
    case LIC_WHY_CANCELLED: lic_say(t, ": what was open\n"); break;
    default: lic_say(t, ": its amount and its day\n"); break;
    }
}

/* A duty's amount and date, a result's five values, what a payment went to. */
static void tell_parts(lic_telling *t, uint32_t root)
{
    static const char *const names[] = {
        "exact: ", "earned: ", "topped up by: ", "recouped: ", "net: "};
    const lic_why_node *node = &t->why->nodes[root];
    put_parts_title(t, node);
    for (uint32_t i = 0; i < node->child_count; i++) {
        const lic_why_link *link = &t->why->links[node->first_child + i];
        const lic_why_node *child = lic_telling_behind(t->why, &t->why->nodes[link->node]);
        bool result = node->rule == LIC_WHY_RESULT;
        if (result && child->rule == LIC_WHY_LITERAL) continue;
        bool names_itself = lic_why_label(child) != NULL && child->term == node->term;
        tell_node(t, child, link->sign,
                  result && i < LIC_COUNT(names) && !names_itself ? names[i] : "", first_level(t));
    }
}

static void tell_group(lic_telling *t, size_t first, size_t last, void *context)
{
    const lic_why *why = t->why;
    (void)context;
    lic_telling_unit(t, lic_telling_unit_of(why, why->roots[first]));
    for (size_t i = first; i < last; i++) lic_telling_root(t, why->roots[i]);
    for (size_t i = first; i < last; i++) {
        const lic_why_node *node = &why->nodes[why->roots[i]];
        if (node->rule == LIC_WHY_BALANCE) tell_balance(t, node);
    }
    for (size_t i = first; i < last; i++) {
        if (why->nodes[why->roots[i]].rule != LIC_WHY_BALANCE) tell_parts(t, why->roots[i]);
    }
}

void lic_why_text(const lic_why *why, unsigned depth, lic_buffer *target)
{
    lic_telling t;
    if (lic_telling_begin(&t, why, target)) {
        t.depth = depth;
        lic_telling_head(&t);
        lic_telling_units(&t, tell_group, NULL);
        if (t.cut) lic_say(&t, "\nMore: --depth N, or --all; --json gives every step.\n");
    }
    lic_telling_end(&t);
}
