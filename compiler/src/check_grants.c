/* check_grants.c - S14: two grants of the same work, right, territory and time, one of them exclusive
 * in what both hold. */
#include "check.h"

#include <string.h>

typedef struct window {
    bool known;      /* both days are */
    bool same_start; /* days counted from one unknown date */
    const lic_node *base;
    lic_date first, last;
} window;

static const lic_node *clause(const lic_symbol *grant, const char *name)
{
    for (uint32_t i = 0; i < grant->node->child_count; i++)
        if (lic_named(grant->node->children[i], name)) return grant->node->children[i];
    return NULL;
}

static const uint8_t *territories(const lic_symbol *grant)
{
    const lic_node *node = clause(grant, "territory");
    const lic_meaning *m = node ? node->children[0]->meaning : NULL;
    return m && m->sort == LIC_SORT_SET && m->is_constant ? m->set : NULL;
}

static bool same_work(const lic_symbol *a, const lic_symbol *b)
{
    const lic_node *x = clause(a, "of"), *y = clause(b, "of");
    if (!x || !y || x->child_count != y->child_count) return false;
    for (uint32_t i = 0; i < x->child_count; i++)
        if (!lic_tree_equal(x->children[i], y->children[i])) return false;
    return true;
}

static const lic_node *shared_right(const lic_symbol *a, const lic_symbol *b)
{
    const lic_node *x = clause(a, "rights"), *y = clause(b, "rights");
    for (uint32_t i = 0; x && i < x->child_count; i++)
        for (uint32_t k = 0; y && k < y->child_count; k++)
            if (lic_slice_equal(x->children[i]->name, y->children[k]->name)) return x->children[i];
    return NULL;
}

static window window_of(const lic_program *p, const lic_symbol *grant)
{
    window w = {
        .first = p->from_signature ? LIC_DATE_MIN : p->first, .last = p->last, .known = true};
    const lic_node *during = clause(grant, "during");
    if (!during || during->child_count < 2) return w;
    const lic_meaning *duration = during->children[0]->meaning,
                      *from = during->children[1]->meaning;
    if (!duration || !from || !from->is_constant) {
        w.known = false;
        w.base = during->children[1];
        return w;
    }
    w.first = (lic_date)from->value;
    lic_date end;
    if (lic_date_add_months(w.first, duration->months, p->months_roll, &end))
        w.last = end + (lic_date)duration->value - 1;
    return w;
}

/* An unknown window may lie anywhere: only two that count from different dates are given the benefit. */
static bool windows_meet(const lic_program *p, const lic_symbol *a, const lic_symbol *b)
{
    window x = window_of(p, a), y = window_of(p, b);
    if (!x.known || !y.known) return x.base && y.base ? lic_tree_equal(x.base, y.base) : true;
    return x.first <= y.last && y.first <= x.last;
}

/* Is the grant exclusive, and in which of its territories? */
static bool exclusive_in(const lic_symbol *grant, uint8_t set[32])
{
    const lic_node *node = clause(grant, "exclusive");
    const uint8_t *own = territories(grant);
    if (!node || !own || lic_named(node->children[0], "no")) return false;
    memcpy(set, own, 32);
    if (lic_named(node->children[0], "in") && node->child_count > 1 && node->children[1]->meaning)
        for (int i = 0; i < 32; i++) set[i] &= node->children[1]->meaning->set[i];
    return true;
}

/* `exclusive for film, trailer` binds those uses alone; rights carry them. */
static bool for_uses(const lic_symbol *grant)
{
    const lic_node *node = clause(grant, "exclusive");
    return node && lic_named(node->children[0], "for");
}

static void check_pair(lic_compilation *c, const lic_program *p, const lic_symbol *a,
                       const lic_symbol *b)
{
    const lic_node *right = shared_right(a, b);
    const uint8_t *in_a = territories(a), *in_b = territories(b);
    if (!right || !in_a || !in_b || !same_work(a, b) || !windows_meet(p, a, b)) return;
    uint8_t set[32];
    const lic_symbol *exclusive = exclusive_in(a, set) && !for_uses(a)   ? a
                                  : exclusive_in(b, set) && !for_uses(b) ? b
                                                                         : NULL;
    if (!exclusive) return;
    for (unsigned n = 0; n < 256; n++) {
        uint8_t bit = (uint8_t)(1u << (n % 8));
        if (!(set[n / 8] & in_a[n / 8] & in_b[n / 8] & bit)) continue;
        lic_diagnostic *d = lic_diag(c, "S14", b->span, "grants it again",
                                     "`%.*s` and `%.*s` grant `%.*s` in %s, and one is exclusive",
                                     LIC_S(a->name), LIC_S(b->name), LIC_S(right->name),
                                     lic_territory_text(n));
        lic_diag_place(c, d, a->span, "grants it first");
        lic_diag_place(c, d, clause(exclusive, "exclusive")->span, "exclusive");
        lic_diag_help(c, d,
                      "narrow one of them by right, territory or time, or write `exclusive no`");
        return;
    }
}

void lic_check_grants(lic_compilation *c, lic_program *p)
{
    for (size_t i = 0; i < p->all.count; i++) {
        if (p->all.items[i]->kind != LIC_SYMBOL_GRANT) continue;
        for (size_t k = i + 1; k < p->all.count; k++)
            if (p->all.items[k]->kind == LIC_SYMBOL_GRANT)
                check_pair(c, p, p->all.items[i], p->all.items[k]);
    }
}
