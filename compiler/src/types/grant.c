/* types/grant.c - what a grant says: between whom, of which works, which rights, where, when, and how
 * exclusive. All of it is known when the agreement is compiled, but for dates that a fact or a parameter
 * names: grants are compared with one another (check/grants.c) and read by people. */
#include "analyse.h"

#include <licet/reference.h>

/* -- parties ---------------------------------------------------------------------------------------- */

static const lic_node *party_of(const lic_symbol *grant, uint32_t index)
{
    const lic_node *from = lic_grant_clause(grant, "from");
    return from && index < from->child_count ? from->children[index] : NULL;
}

static void type_parties(typer *t, lic_node *clause)
{
    const lic_symbol *from = lic_bind(t, clause->children[0], LIC_SYMBOL_PARTY),
                     *to = lic_bind(t, clause->children[1], LIC_SYMBOL_PARTY);
    if (from && from == to)
        lic_diag(t->c, "T02", clause->span, NULL, "`%.*s` would grant to itself",
                 LIC_S(from->name));
}

/* -- works ------------------------------------------------------------------------------------------ */

static void type_identifier(typer *t, const lic_node *word, const lic_node *text)
{
    uint16_t kind = 0;
    if (lic_identifier_find(word->name, &kind)) {
        char canonical[LIC_IDENTIFIER_TEXT];
        lic_identifier_fault fault = lic_identifier_canonical(kind, text->text, canonical);
        if (fault != LIC_IDENTIFIER_GOOD)
            lic_diag(t->c, "T03", text->span, NULL,
                     fault == LIC_IDENTIFIER_BAD_CHECK ? "a check digit of the %s is wrong"
                                                       : "this is no %s (%s)",
                     lic_identifier_word(kind), lic_identifier_form(kind));
        return;
    }
    const char *words[64];
    size_t count = 0;
    for (uint16_t n = 1; count < LIC_COUNT(words) && lic_identifier_word(n); n++)
        words[count++] = lic_identifier_word(n);
    const char *near = lic_nearest(word->name, words, count);
    lic_diagnostic *d = lic_diag(t->c, "T01", word->span, NULL, "`%.*s` is no kind of identifier",
                                 LIC_S(word->name));
    if (near) {
        lic_diag_help(t->c, d, "did you mean `%s`?", near);
        lic_diag_fix(t->c, d, word->span, "%s", near);
    } else {
        lic_diag_help(t->c, d, "name the works in a schedule, and grant `of` the schedule");
    }
}

static void type_works(typer *t, lic_node *clause)
{
    lic_node *name = clause->children[0];
    if (name->kind == LIC_NODE_WORD) {
        if (lic_child(clause, 1)) type_identifier(t, name, clause->children[1]);
        return;
    }
    if (name->kind != LIC_NODE_NAME_REF) return;
    lic_symbol *works = lic_symbol_find(t->s, name->name);
    if (works && works->kind == LIC_SYMBOL_REGISTER) {
        works->uses++;
        name->symbol = works;
    } else if (lic_bind(t, name, LIC_SYMBOL_SCHEDULE) == NULL) {
        return;
    }
}

/* -- words ------------------------------------------------------------------------------------------ */

static void check_words(typer *t, const lic_node *clause, uint32_t from)
{
    for (uint32_t i = from; i < clause->child_count; i++)
        for (uint32_t k = from; k < i; k++) {
            if (!lic_slice_equal(clause->children[i]->name, clause->children[k]->name)) continue;
            lic_diagnostic *d = lic_diag(t->c, "N02", clause->children[i]->span, NULL,
                                         "`%.*s` is listed twice",
                                         LIC_S(clause->children[i]->name));
            lic_diag_place(t->c, d, clause->children[k]->span, "the first");
            break;
        }
}

/* -- territories -------------------------------------------------------------------------------------- */

static bool is_empty(const uint8_t set[32])
{
    for (int i = 0; i < 32; i++)
        if (set[i]) return false;
    return true;
}

/* A set of territories that is known, and not empty. NULL: reported. */
static const uint8_t *known_set(typer *t, lic_node *node)
{
    const lic_meaning *m = lic_type_as(t, node, LIC_SORT_SET, "a territory set");
    if (m->sort != LIC_SORT_SET) return NULL;
    if (!m->is_constant) {
        lic_diag(t->c, "T02", node->span, NULL,
                 "a grant's territory must be known when the agreement is compiled");
        return NULL;
    }
    if (is_empty(m->set)) {
        lic_diag(t->c, "T03", node->span, "no territory is left", "this grants nothing anywhere");
        return NULL;
    }
    return m->set;
}

static void type_exclusive_in(typer *t, const lic_symbol *grant, lic_node *node)
{
    const uint8_t *own = known_set(t, node), *granted = lic_grant_territories(grant);
    if (!own || !granted) return;
    for (unsigned n = 0; n < 256; n++) {
        if (!(own[n / 8] & ~granted[n / 8] & 1u << (n % 8))) continue;
        lic_diagnostic *d = lic_diag(t->c, "T03", node->span, NULL,
                                     "exclusive in %s, which is not granted",
                                     lic_territory_text(n));
        lic_diag_place(t->c, d, lic_grant_clause(grant, "territory")->span, "what is granted");
        return;
    }
}

/* -- dates -------------------------------------------------------------------------------------------- */

/* A date that is written, or that a fact, a parameter or the term names, and days and months from it. */
static bool is_fixed(const lic_node *node)
{
    const lic_symbol *symbol = node->symbol;
    switch (node->kind) {
    case LIC_NODE_DATE:
    case LIC_NODE_DURATION:
    case LIC_NODE_NUMBER: return true;
    case LIC_NODE_NAME_REF:
        return symbol && (symbol->kind == LIC_SYMBOL_FACT || symbol->kind == LIC_SYMBOL_GIVEN);
    case LIC_NODE_FIELD:
        return node->children[0]->kind == LIC_NODE_NAME_REF &&
               lic_named(node->children[0], "term") && !symbol;
    case LIC_NODE_BINARY:
        return (lic_named(node, "+") || lic_named(node, "-")) && is_fixed(node->children[0]) &&
               is_fixed(node->children[1]);
    default: return node->meaning && node->meaning->is_constant;
    }
}

static void type_date(typer *t, lic_node *node)
{
    const lic_meaning *m = lic_type_as(t, node, LIC_SORT_DATE, "a date");
    if (m->sort != LIC_SORT_DATE || is_fixed(node)) return;
    lic_diagnostic *d = lic_diag(t->c, "T02", node->span, "another date every day",
                                 "nobody could say when the grant holds");
    lic_diag_help(t->c, d, "count from a date, a fact, a parameter, `term.start` or `term.end`");
}

static void type_during(typer *t, lic_node *clause)
{
    if (clause->child_count < 2) return;
    const lic_meaning *m = lic_type_as(t, clause->children[0], LIC_SORT_DURATION, "a duration");
    if (m->sort == LIC_SORT_DURATION && m->months <= 0 && m->value <= 0)
        lic_diag(t->c, "T03", clause->children[0]->span, NULL, "a grant holds for a day at least");
    type_date(t, clause->children[1]);
}

static void type_until(typer *t, const lic_symbol *grant, lic_node *until)
{
    type_date(t, until);
    const lic_meaning *end = until->meaning;
    if (end->sort != LIC_SORT_DATE || !end->is_constant) return;
    const lic_node *during = lic_grant_clause(grant, "during");
    const lic_node *from = during ? lic_child(during, 1) : NULL;
    bool known = from ? from->meaning && from->meaning->is_constant : !t->s->from_signature;
    if (!during || !known) return;
    if (end->value >= (from ? from->meaning->value : t->s->first)) return;
    lic_diagnostic *d = lic_diag(t->c, "T03", until->span, NULL,
                                 "exclusive until a day before the grant begins");
    lic_diag_place(t->c, d, during->span, "begins here");
}

/* -- the block ------------------------------------------------------------------------------------------ */

static void type_exclusive(typer *t, const lic_symbol *grant, lic_node *clause)
{
    if (lic_named(clause->children[0], "for")) check_words(t, clause, 1);
    if (!lic_named(clause->children[0], "in")) return;
    type_exclusive_in(t, grant, clause->children[1]);
    if (lic_child(clause, 2)) type_until(t, grant, clause->children[2]);
}

static void type_sublicense(typer *t, const lic_symbol *grant, const lic_node *clause)
{
    lic_node *of = lic_child(clause, 1);
    const lic_symbol *party = of ? lic_bind(t, of, LIC_SYMBOL_PARTY) : NULL;
    const lic_node *to = party_of(grant, 1);
    if (!party || !to || to->symbol != party) return;
    lic_diagnostic *d = lic_diag(t->c, "T02", of->span, NULL, "`%.*s` would need its own consent",
                                 LIC_S(party->name));
    lic_diag_place(t->c, d, to->span, "the grant is to it");
}

static void type_clause(typer *t, const lic_symbol *grant, lic_node *clause, bool first)
{
    if (first) { /* what other clauses are compared with */
        if (lic_named(clause, "from")) type_parties(t, clause);
        if (lic_named(clause, "of")) type_works(t, clause);
        if (lic_named(clause, "rights")) check_words(t, clause, 0);
        if (lic_named(clause, "territory")) (void)known_set(t, clause->children[0]);
        if (lic_named(clause, "during")) type_during(t, clause);
        return;
    }
    if (lic_named(clause, "exclusive")) type_exclusive(t, grant, clause);
    if (lic_named(clause, "sublicense")) type_sublicense(t, grant, clause);
}

void lic_type_grant(typer *t, lic_symbol *grant)
{
    for (int pass = 0; pass < 2; pass++)
        for (uint32_t i = 0; i < grant->node->child_count; i++)
            if (grant->node->children[i]->kind == LIC_NODE_GRANT_CLAUSE)
                type_clause(t, grant, grant->node->children[i], pass == 0);
}
