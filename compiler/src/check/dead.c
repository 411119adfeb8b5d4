/* check/dead.c - clauses without effect (S12): bounds that never change an amount or always replace it, filters
 * of lines that nothing reads. */
#include "check/check.h"

/* -- amounts as a multiple of something ---------------------------------------------------------------------- */

/* `12% * sum of revenue`: a factor and what it multiplies, NULL for 1. */
typedef struct multiple {
    const lic_node *clause; /* where it comes from */
    const lic_node *of;
    lic_i128 factor, over; /* factor / over, over > 0 */
    bool known;
} multiple;

static bool is_constant(const lic_node *node)
{
    return node->meaning && node->meaning->is_constant && !node->meaning->dynamic &&
           node->meaning->sort != LIC_SORT_DURATION && node->meaning->divisor > 0;
}

static void times(multiple *m, lic_i128 value, lic_i128 over)
{
    m->factor = lic_scaled_add(0, m->factor, value);
    m->over = lic_scaled_add(0, m->over, over);
    bool large = m->factor == LIC_I128_MAX || m->factor == LIC_I128_MIN || m->over == LIC_I128_MAX;
    m->known = m->known && !large;
}

static bool is_scaled(const lic_meaning *m)
{
    return lic_is_wide(m) || m->sort == LIC_SORT_RATE || m->sort == LIC_SORT_PRICE;
}

static void times_constant(multiple *m, const lic_meaning *value)
{
    lic_i128 unit = is_scaled(value) ? lic_power_of_ten(value->scale) : 1;
    times(m, value->value, lic_scaled_add(0, unit, value->divisor));
}

/* Takes constant factors off `node` until something else is left. */
static void peel(multiple *m, const lic_node *node)
{
    if (is_constant(node)) {
        times_constant(m, node->meaning);
        return;
    }
    if (node->kind == LIC_NODE_RATE && lic_child(node, 0)) {
        lic_meaning rate = lic_rate_meaning(node);
        times_constant(m, &rate);
        peel(m, node->children[0]);
        return;
    }
    bool product = node->kind == LIC_NODE_BINARY && lic_named(node, "*");
    bool quotient = node->kind == LIC_NODE_BINARY && lic_named(node, "/");
    for (uint32_t i = 0; product && i < 2; i++) {
        if (!is_constant(node->children[i])) continue;
        times_constant(m, node->children[i]->meaning);
        peel(m, node->children[1 - i]);
        return;
    }
    if (quotient && is_constant(node->children[1])) {
        times(m, 1, node->children[1]->meaning->value);
        peel(m, node->children[0]);
        return;
    }
    m->of = node;
}

static multiple multiple_of(const lic_node *clause)
{
    multiple m = {.clause = clause, .factor = 1, .over = 1, .known = true};
    peel(&m, clause->children[0]);
    return m;
}

typedef enum order { UNKNOWN, LESS, EQUAL, MORE } order;

static order compare(const multiple *a, const multiple *b)
{
    bool same = a->of && b->of ? lic_tree_equal(a->of, b->of) && lic_never_negative(a->of)
                               : !a->of && !b->of;
    if (!same || !a->known || !b->known) return UNKNOWN;
    lic_i128 x = lic_scaled_add(0, a->factor, b->over), y = lic_scaled_add(0, b->factor, a->over);
    if (x == LIC_I128_MAX || y == LIC_I128_MAX || x == LIC_I128_MIN || y == LIC_I128_MIN)
        return UNKNOWN;
    return x < y ? LESS : x > y ? MORE : EQUAL;
}

/* -- bounds ---------------------------------------------------------------------------------------------------- */

#define KNOWN_MAX 16

/* What the payable amount is known not to be below, and not to be above. */
typedef struct known {
    multiple low[KNOWN_MAX], high[KNOWN_MAX];
    size_t lows, highs;
} known;

/* The clause of `list` that compares with `m` as wanted, or as equal; NULL: none is known to. */
static const lic_node *find(const multiple *list, size_t count, const multiple *m, order wanted)
{
    for (size_t i = 0; i < count; i++) {
        order o = compare(&list[i], m);
        if (o == wanted || o == EQUAL) return list[i].clause;
    }
    return NULL;
}

static size_t keep(multiple *list, size_t count, const multiple *m, order wanted)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        order o = compare(&list[i], m);
        if (o == wanted || o == EQUAL) list[kept++] = list[i];
    }
    return kept;
}

static void report(lic_compilation *c, const multiple *bound, const lic_node *other, bool replaces)
{
    lic_diagnostic *d = lic_diag(c, "S12", bound->clause->span, NULL,
                                 replaces ? "this bound always replaces the amount"
                                          : "this bound never takes effect");
    bool amount = other->kind == LIC_NODE_AMOUNT;
    lic_diag_place(c, d, other->span, amount ? "the amount" : "the bound above it");
    lic_diag_help(c, d, "drop one of the two lines, or change it");
}

/* `at most`: the amount is the lesser of itself and the bound; `at least` is its mirror. */
static void check_bound(lic_compilation *c, known *k, const multiple *bound, bool most)
{
    multiple *kept = most ? k->low : k->high, *moved = most ? k->high : k->low;
    size_t *kept_count = most ? &k->lows : &k->highs, *moved_count = most ? &k->highs : &k->lows;
    const lic_node *within = find(moved, *moved_count, bound, most ? LESS : MORE);
    const lic_node *beyond = find(kept, *kept_count, bound, most ? MORE : LESS);
    if (within) {
        report(c, bound, within, false);
        return;
    }
    if (beyond) {
        report(c, bound, beyond, true);
        k->low[0] = k->high[0] = *bound;
        k->lows = k->highs = 1;
        return;
    }
    *kept_count = keep(kept, *kept_count, bound, most ? LESS : MORE);
    if (*moved_count < KNOWN_MAX) moved[(*moved_count)++] = *bound;
}

static void check_bounds(lic_compilation *c, const lic_node *term)
{
    const lic_node *amount = lic_child_of(term, LIC_NODE_AMOUNT, 0);
    if (!amount) return;
    known k = {.lows = 1, .highs = 1};
    k.low[0] = k.high[0] = multiple_of(amount);
    for (uint32_t i = 0; i < term->child_count; i++) {
        const lic_node *node = term->children[i];
        bool most = node->kind == LIC_NODE_AT_MOST;
        if (!most && node->kind != LIC_NODE_AT_LEAST) continue;
        multiple bound = multiple_of(node);
        check_bound(c, &k, &bound, most);
    }
}

/* -- filters --------------------------------------------------------------------------------------------------- */

static bool reads_lines(const lic_node *node)
{
    if (node->kind == LIC_NODE_FOLD && node->meaning && !node->meaning->is_constant) {
        const lic_symbol *column = node->children[0]->symbol;
        bool rows = column && column->kind == LIC_SYMBOL_COLUMN && column->owner &&
                    column->owner->kind == LIC_SYMBOL_SCHEDULE &&
                    node->children[0]->kind == LIC_NODE_FIELD &&
                    node->children[0]->children[0]->symbol == column->owner;
        if (!rows) return true;
    }
    for (uint32_t i = 0; i < node->child_count; i++)
        if (reads_lines(node->children[i])) return true;
    return false;
}

static void check_filter(lic_compilation *c, const lic_node *term)
{
    const lic_node *where = lic_child_of(term, LIC_NODE_LINES_WHERE, 0);
    if (!where || reads_lines(term)) return;
    lic_diagnostic *d = lic_diag(c, "S12", where->span, "of no line", "`%.*s` reads no lines",
                                 LIC_S(term->name));
    lic_diag_help(c, d, "drop the line, or fold over lines, for instance `sum of ...`");
}

void lic_check_dead(lic_compilation *c, lic_program *p)
{
    for (uint32_t i = 0; i < p->file->child_count; i++) {
        if (p->file->children[i]->kind != LIC_NODE_MONEY_TERM) continue;
        check_bounds(c, p->file->children[i]);
        check_filter(c, p->file->children[i]);
    }
}
