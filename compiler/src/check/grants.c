/* check/grants.c - S14: two grants of one work, right, territory and day, when one of them is exclusive
 * in what both hold and the other gives it to somebody else, or when both are exclusive. What a licensee
 * passes on is no second grant, if its licence lets it sublicense. */
#include "check/grants.h"
#include "check/check.h"

#include <string.h>

typedef struct holding {
    const lic_symbol *grant;
    const lic_symbol *from, *to;
    const lic_node *rights, *exclusive, *sublicense;
    const lic_works *works;
    const uint8_t *territories;
    bool is_exclusive;
    uint8_t exclusive_in[32];
    const lic_node *uses; /* `exclusive for a, b`, or NULL: exclusive for all uses */
    lic_window window;
} holding;

static const lic_symbol *party(const lic_symbol *grant, uint32_t index)
{
    const lic_node *from = lic_grant_clause(grant, "from");
    return from ? from->children[index]->symbol : NULL;
}

static holding holding_of(lic_compilation *c, const lic_program *p, const lic_symbol *grant,
                          lic_works **known)
{
    holding h = {.grant = grant,
                 .from = party(grant, 0),
                 .to = party(grant, 1),
                 .rights = lic_grant_clause(grant, "rights"),
                 .exclusive = lic_grant_clause(grant, "exclusive"),
                 .sublicense = lic_grant_clause(grant, "sublicense"),
                 .works = lic_works_of(c, grant, known),
                 .territories = lic_grant_territories(grant),
                 .window = lic_window_of(p, grant)};
    const lic_node *how = h.exclusive ? h.exclusive->children[0] : NULL;
    h.is_exclusive = how && h.territories && !lic_named(how, "no");
    if (!h.is_exclusive) return h;
    memcpy(h.exclusive_in, h.territories, 32);
    if (lic_named(how, "for")) h.uses = h.exclusive;
    const lic_node *in = lic_named(how, "in") ? lic_child(h.exclusive, 1) : NULL;
    for (int i = 0; in && i < 32; i++) h.exclusive_in[i] &= in->meaning->set[i];
    return h;
}

/* -- what two grants have in common -------------------------------------------------------------------- */

static const lic_node *shared_word(const lic_node *a, uint32_t from_a, const lic_node *b,
                                   uint32_t from_b)
{
    for (uint32_t i = from_a; a && i < a->child_count; i++)
        for (uint32_t k = from_b; b && k < b->child_count; k++)
            if (lic_slice_equal(a->children[i]->name, b->children[k]->name)) return a->children[i];
    return NULL;
}

static bool windows_meet(const lic_window *a, const lic_window *b)
{
    return !lic_day_precedes(&a->last, &b->first) && !lic_day_precedes(&b->last, &a->first);
}

/* The grant is still exclusive when the other begins. */
static bool exclusive_when(const lic_window *a, const lic_window *b)
{
    return !a->has_until || !lic_day_precedes(&a->until, &b->first);
}

/* A territory that both grant and in which `a` is exclusive, or -1. */
static int territory_of(const holding *a, const holding *b)
{
    for (unsigned n = 0; n < 256; n++)
        if (a->exclusive_in[n / 8] & b->territories[n / 8] & 1u << (n % 8)) return (int)n;
    return -1;
}

/* In which territory `a` keeps others from what `b` grants; -1: in none. */
static int broken_in(const holding *a, const holding *b)
{
    if (!a->is_exclusive || !exclusive_when(&a->window, &b->window)) return -1;
    if (a->to == b->to) { /* given twice: the same exclusivity, of all uses or of one */
        bool same = b->is_exclusive && exclusive_when(&b->window, &a->window) &&
                    (a->uses && b->uses ? shared_word(a->uses, 1, b->uses, 1) != NULL
                                        : !a->uses && !b->uses);
        for (unsigned n = 0; same && n < 256; n++)
            if (a->exclusive_in[n / 8] & b->exclusive_in[n / 8] & 1u << (n % 8)) return (int)n;
        return -1;
    }
    if (a->uses && b->uses && !shared_word(a->uses, 1, b->uses, 1)) return -1;
    return territory_of(a, b);
}

/* -- sublicences ---------------------------------------------------------------------------------------- */

static bool is_affiliate(const lic_symbol *party_of, const lic_symbol *licensee)
{
    for (uint32_t i = 0; i < party_of->node->child_count; i++) {
        const lic_node *role = party_of->node->children[i], *of = lic_child(role, 0);
        if (lic_named(role, "affiliate") && of && of->symbol == licensee) return true;
    }
    return false;
}

/* `under` passes on what `licence` grants, as that one allows. Who signs this agreement has consented. */
static bool is_allowed(const lic_program *p, const holding *licence, const holding *under)
{
    const lic_node *word = licence->sublicense ? licence->sublicense->children[0] : NULL;
    if (!word || lic_named(word, "no")) return false;
    if (lic_named(word, "affiliates")) return is_affiliate(under->to, licence->to);
    const lic_node *of = lic_child(licence->sublicense, 1);
    return !of || !of->symbol || (p->signers >> of->symbol->index & 1);
}

static void help_sublicence(lic_compilation *c, lic_diagnostic *d, const holding *licence)
{
    const lic_node *word = licence->sublicense ? licence->sublicense->children[0] : NULL;
    lic_diag_place(c, d, licence->sublicense ? licence->sublicense->span : licence->grant->span,
                   "what may be passed on");
    if (word && lic_named(word, "affiliates"))
        lic_diag_help(c, d, "say so in the party's roles: `affiliate of %.*s`",
                      LIC_S(licence->to->name));
    else if (word && lic_named(word, "with_consent"))
        lic_diag_help(c, d, "let the party that consents sign the agreement");
    else
        lic_diag_help(c, d, "allow it: `sublicense yes`, or `sublicense with consent of %.*s`",
                      LIC_S(licence->from->name));
}

/* -- pairs ------------------------------------------------------------------------------------------------ */

static void report(lic_compilation *c, const holding *a, const holding *b, const holding *exclusive,
                   int territory)
{
    const lic_node *right = shared_word(a->rights, 0, b->rights, 0);
    lic_diagnostic *d = lic_diag(c, "S14", b->grant->span, "grants it again",
                                 "`%.*s` and `%.*s` grant `%.*s` in %s, and one is exclusive",
                                 LIC_S(a->grant->name), LIC_S(b->grant->name), LIC_S(right->name),
                                 lic_territory_text((unsigned)territory));
    lic_diag_place(c, d, a->grant->span, "grants it first");
    lic_diag_place(c, d, exclusive->exclusive->span, "exclusive");
    if (a->window.first.base != b->window.first.base)
        lic_diag_note(c, d, "it depends on dates that are set later whether both hold on one day");
    const holding *licence = a->to == b->from ? a : b->to == a->from ? b : NULL;
    if (licence) help_sublicence(c, d, licence);
    else
        lic_diag_help(c, d,
                      "narrow one of them by right, territory or time, or write `exclusive no`");
}

static void check_pair(lic_compilation *c, const lic_program *p, const holding *a, const holding *b)
{
    if (!a->is_exclusive && !b->is_exclusive) return;
    if (!a->territories || !b->territories || !a->to || !b->to || !a->from || !b->from) return;
    int in_a = broken_in(a, b), in_b = broken_in(b, a);
    if (in_a < 0 && in_b < 0) return;
    bool shared = shared_word(a->rights, 0, b->rights, 0) && windows_meet(&a->window, &b->window) &&
                  lic_works_shared(a->works, b->works);
    if (!shared) return;
    if (a->to == b->from && is_allowed(p, a, b)) return;
    if (b->to == a->from && is_allowed(p, b, a)) return;
    report(c, a, b, in_a >= 0 ? a : b, in_a >= 0 ? in_a : in_b);
}

void lic_check_grants(lic_compilation *c, lic_program *p)
{
    size_t count = p->kind_counts[LIC_SYMBOL_GRANT], filled = 0;
    holding *all = lic_new(c, (count + 1) * sizeof *all);
    lic_works *known = NULL;
    for (size_t i = 0; i < p->all.count && filled < count; i++)
        if (p->all.items[i]->kind == LIC_SYMBOL_GRANT)
            all[filled++] = holding_of(c, p, p->all.items[i], &known);
    for (size_t i = 0; i < filled; i++)
        for (size_t k = i + 1; k < filled; k++) check_pair(c, p, &all[i], &all[k]);
}
