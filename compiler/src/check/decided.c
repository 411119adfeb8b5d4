/* check/decided.c - conditions that decide nothing (S12): by constants, by the bounds that are declared, or by
 * another condition that holds with them, `n > 5 and n < 3`, `require n > 5` above `require n > 3`. */
#include "check/check.h"

#define COMPARED_MAX 200000u /* comparisons of conditions; beyond, nothing is proved */
#define KNOWN_MAX 16

typedef struct deciding {
    lic_compilation *c;
    uint64_t left;
    const lic_node *known[KNOWN_MAX]; /* hold where the walk is */
    size_t known_count;
} deciding;

/* -- one comparison ---------------------------------------------------------------------------------------- */

static bool reads_fact(const lic_node *node)
{
    if (node->symbol && node->symbol->kind == LIC_SYMBOL_FACT) return true;
    for (uint32_t i = 0; i < node->child_count; i++)
        if (reads_fact(node->children[i])) return true;
    return false;
}

static bool is_ordered(const lic_meaning *m)
{
    return lic_is_wide(m) || m->sort == LIC_SORT_COUNT || m->sort == LIC_SORT_DATE ||
           m->sort == LIC_SORT_RATE || m->sort == LIC_SORT_PRICE;
}

typedef struct range {
    lic_i128 low, high;
} range;

static range range_of(const lic_meaning *m, unsigned scale)
{
    unsigned from = m->sort == LIC_SORT_COUNT || m->sort == LIC_SORT_DATE ? scale : m->scale;
    if (m->is_constant)
        return (range){lic_scaled(m->value, from, scale), lic_scaled(m->value, from, scale)};
    return (range){lic_scaled(m->low, from, scale), lic_scaled(m->high, from, scale)};
}

/* The ranges of both sides leave one answer. */
static bool by_bounds(const lic_node *node, bool *holds)
{
    const lic_meaning *a = node->children[0]->meaning, *b = node->children[1]->meaning;
    if (!a || !b || !is_ordered(a) || !is_ordered(b) || a->divisor != 1 || b->divisor != 1 ||
        a->dynamic || b->dynamic)
        return false;
    unsigned scale = a->scale > b->scale ? a->scale : b->scale;
    range x = range_of(a, scale), y = range_of(b, scale);
    bool less = x.high<y.low, more = x.low> y.high;
    bool at_most = x.high <= y.low, at_least = x.low >= y.high;
    bool always = false, never = less || more;
    if (lic_named(node, "<")) always = less, never = at_least;
    if (lic_named(node, ">")) always = more, never = at_most;
    if (lic_named(node, "<=")) always = at_most, never = more;
    if (lic_named(node, ">=")) always = at_least, never = less;
    *holds = always;
    return always || never;
}

/* A comparison that is decided before anything is known. Of a fact it asks, too, whether it is set. */
static bool is_decided(const lic_node *node, bool *holds)
{
    if (!lic_is_comparison(node) || !node->meaning || node->meaning->sort != LIC_SORT_BOOL)
        return false;
    *holds = node->meaning->value != 0;
    if (node->meaning->is_constant) return true;
    *holds = !lic_named(node, "<") && !lic_named(node, ">");
    if (lic_tree_equal(node->children[0], node->children[1])) return !reads_fact(node);
    return by_bounds(node, holds) && !(*holds && reads_fact(node));
}

static void place_bounds(deciding *d, lic_diagnostic *diagnostic, const lic_node *node)
{
    if (lic_tree_equal(node->children[0], node->children[1])) return;
    for (uint32_t i = 0; i < 2; i++) {
        const lic_symbol *symbol = node->children[i]->symbol;
        if (symbol && (symbol->bounds.has_min || symbol->bounds.has_max))
            lic_diag_place(d->c, diagnostic, symbol->span, "bounded here");
    }
}

static void report(deciding *d, const lic_node *node, bool holds, const lic_node *because)
{
    lic_diagnostic *diagnostic = lic_diag(d->c, "S12", node->span,
                                          holds ? "always holds" : "never holds",
                                          "this condition decides nothing");
    if (because)
        lic_diag_place(d->c, diagnostic, because->span,
                       holds ? "says as much" : "says the contrary");
    else if (lic_is_comparison(node)) place_bounds(d, diagnostic, node);
    lic_diag_help(d->c, diagnostic,
                  holds ? "drop it, or compare with what can differ"
                        : "drop what depends on it, or compare with what can differ");
}

/* -- conditions together ------------------------------------------------------------------------------------- */

/* Behind `earlier`, which holds (of `or`: does not hold), `later` is decided. */
static bool is_decided_behind(deciding *d, const lic_node *earlier, bool held,
                              const lic_node *later, bool *holds)
{
    *holds = true;
    if (lic_cannot_both(earlier, held, later, false, &d->left)) return true;
    *holds = false;
    return lic_cannot_both(earlier, held, later, true, &d->left);
}

static bool check_pair(deciding *d, const lic_node *first, const lic_node *second, bool both)
{
    bool holds;
    if (is_decided_behind(d, first, both, second, &holds)) report(d, second, holds, first);
    else if (is_decided_behind(d, second, both, first, &holds)) report(d, first, holds, second);
    else return false;
    return true;
}

static bool is_junction(const lic_node *node, const char *word)
{
    return node->kind == LIC_NODE_BINARY && lic_named(node, word);
}

/* Every condition that `word` joins to `node` on the left, against the one on its right. */
static bool check_sides(deciding *d, const lic_node *left, const lic_node *right, const char *word)
{
    if (is_junction(left, word))
        return check_sides(d, left->children[0], right, word) ||
               check_sides(d, left->children[1], right, word);
    return check_pair(d, left, right, lic_slice_is(lic_slice_text(word), "and"));
}

/* False: a finding was reported. */
static bool check_condition(deciding *d, const lic_node *node)
{
    bool holds;
    if (is_decided(node, &holds)) {
        report(d, node, holds, NULL);
        return false;
    }
    bool good = true;
    for (uint32_t i = 0; i < node->child_count; i++)
        if (!check_condition(d, node->children[i])) good = false;
    for (uint32_t i = 0; good && i < 2; i++) {
        const char *word = i ? "or" : "and";
        if (is_junction(node, word) && check_sides(d, node->children[0], node->children[1], word))
            good = false;
    }
    return good;
}

/* -- conditions one below the other ------------------------------------------------------------------------------ */

static void know(deciding *d, const lic_node *condition)
{
    if (d->known_count < KNOWN_MAX) d->known[d->known_count++] = condition;
}

/* Each condition that must hold, against those above it. */
static bool check_behind(deciding *d, const lic_node *condition)
{
    if (is_junction(condition, "and"))
        return check_behind(d, condition->children[0]) && check_behind(d, condition->children[1]);
    for (size_t i = 0; i < d->known_count; i++) {
        bool holds;
        if (!is_decided_behind(d, d->known[i], true, condition, &holds)) continue;
        report(d, condition, holds, d->known[i]);
        return false;
    }
    return true;
}

static bool check_known(deciding *d, const lic_node *condition)
{
    return check_condition(d, condition) && check_behind(d, condition);
}

/* What steps and lines read stays as it is, unless one of them changes something. */
static bool changes(const lic_node *node)
{
    return node->kind == LIC_NODE_SET || node->kind == LIC_NODE_ADD ||
           node->kind == LIC_NODE_ENTER || node->kind == LIC_NODE_RETIRE ||
           node->kind == LIC_NODE_PAYS || node->kind == LIC_NODE_CREDIT ||
           node->kind == LIC_NODE_CANCEL || node->kind == LIC_NODE_DUE_NOW ||
           node->kind == LIC_NODE_MOVE || node->kind == LIC_NODE_IF;
}

static void check_block(deciding *d, const lic_node *block);

static void check_if(deciding *d, const lic_node *node)
{
    size_t known = d->known_count;
    if (check_known(d, node->children[0])) know(d, node->children[0]);
    if (lic_child(node, 1)) check_block(d, node->children[1]);
    d->known_count = known;
    if (lic_child(node, 2)) check_block(d, node->children[2]);
    d->known_count = known;
}

static void check_block(deciding *d, const lic_node *block)
{
    size_t outer = d->known_count;
    for (uint32_t i = 0; i < block->child_count; i++) {
        const lic_node *node = block->children[i];
        if (node->kind == LIC_NODE_REQUIRE) {
            if (check_known(d, node->children[0])) know(d, node->children[0]);
        } else if (node->kind == LIC_NODE_IF) {
            check_if(d, node);
        } else {
            check_condition(d, node);
        }
        if (changes(node)) outer = d->known_count = 0;
    }
    if (d->known_count > outer) d->known_count = outer;
}

void lic_check_decided(lic_compilation *c, lic_program *p)
{
    deciding d = {.c = c, .left = COMPARED_MAX};
    for (uint32_t i = 0; i < p->file->child_count; i++) {
        d.known_count = 0;
        check_block(&d, p->file->children[i]);
    }
}
