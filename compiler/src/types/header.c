/* types/header.c - lines of the header and roles of parties that are words: each word is one that the
 * engine carries out or that says what a party is, and no two of them contradict each other. */
#include "analyse.h"

/* -- payments ---------------------------------------------------------------------------------------- */

/* What `payments` can say: who confirms, in which order payments and interest count, what becomes of too
 * much. Phrases that answer one question have one number. */
static const struct {
    const char *text;
    unsigned says;
} phrases[] = {{"confirmed by payee", 1}, {"confirmed by payer", 1}, {"oldest first", 2},
               {"interest last", 3},      {"excess credited", 4},    {"excess refused", 4}};

static size_t phrase_of(const lic_node *phrase)
{
    size_t i = 0;
    while (i < LIC_COUNT(phrases) && !lic_named(phrase, phrases[i].text)) i++;
    return i;
}

static void report_phrase(typer *t, const lic_node *phrase)
{
    const char *texts[LIC_COUNT(phrases)];
    for (size_t i = 0; i < LIC_COUNT(phrases); i++) texts[i] = phrases[i].text;
    const char *near = lic_nearest(phrase->name, texts, LIC_COUNT(phrases));
    lic_diagnostic *d = lic_diag(t->c, "T02", phrase->span, NULL, "`%.*s` is no rule of payments",
                                 LIC_S(phrase->name));
    if (near) {
        lic_diag_help(t->c, d, "did you mean `%s`?", near);
        lic_diag_fix(t->c, d, phrase->span, "%s", near);
        return;
    }
    lic_diag_help(t->c, d,
                  "the rules are: confirmed by payee or payer, oldest first, interest last, excess "
                  "credited or refused");
}

static void report_second(typer *t, const lic_node *first, const lic_node *second)
{
    bool same = lic_slice_equal(first->name, second->name);
    lic_diagnostic *d = same ? lic_diag(t->c, "P17", second->span, "and again here",
                                        "`%.*s` stands twice", LIC_S(second->name))
                             : lic_diag(t->c, "P17", second->span, "and this here",
                                        "`%.*s` and `%.*s` don't go together", LIC_S(first->name),
                                        LIC_S(second->name));
    lic_diag_place(t->c, d, first->span, "first here");
    lic_diag_help(t->c, d, "keep one of them");
}

static void type_payments(typer *t, const lic_node *payments)
{
    for (uint32_t i = 0; i < payments->child_count; i++) {
        const lic_node *phrase = payments->children[i];
        if (phrase->kind != LIC_NODE_WORD) continue;
        size_t rule = phrase_of(phrase);
        if (rule == LIC_COUNT(phrases)) {
            report_phrase(t, phrase);
            continue;
        }
        for (uint32_t k = 0; k < i; k++) {
            size_t other = phrase_of(payments->children[k]);
            bool both = other < LIC_COUNT(phrases) && phrases[other].says == phrases[rule].says;
            if (both) report_second(t, payments->children[k], phrase);
        }
    }
}

/* -- roles -------------------------------------------------------------------------------------------- */

/* `signs` has an effect; the others say to readers what the party is. `of`: towards another party. */
static const struct {
    const char *word;
    bool of;
} roles[] = {{"signs", false}, {"licensor", false}, {"licensee", false}, {"sublicensee", true},
             {"payee", false}, {"payer", false},    {"reporter", false}, {"auditor", true},
             {"agent", true},  {"affiliate", true}, {"guarantor", true}, {"trustee", true}};

static size_t role_of(const lic_node *role)
{
    size_t i = 0;
    while (i < LIC_COUNT(roles) && !lic_named(role, roles[i].word)) i++;
    return i;
}

static void report_role(typer *t, const lic_node *role)
{
    const char *words[LIC_COUNT(roles)];
    const char *list = "";
    for (size_t i = 0; i < LIC_COUNT(roles); i++) {
        words[i] = roles[i].word;
        list = lic_text(t->c, "%s%s%s", list, i ? ", " : "", words[i]);
    }
    lic_span at = role->name_span.size ? role->name_span : role->span;
    lic_diagnostic *d = lic_diag(t->c, "N01", at, NULL, "`%.*s` is not a role", LIC_S(role->name));
    const char *near = lic_nearest(role->name, words, LIC_COUNT(words));
    if (near) {
        lic_diag_help(t->c, d, "did you mean `%s`?", near);
        lic_diag_fix(t->c, d, at, "%s", near);
    } else {
        lic_diag_help(t->c, d, "the roles are %s", list);
    }
}

/* The party of `agent of Party`. */
static void type_role_of(typer *t, const lic_node *party, const lic_node *role, lic_node *of)
{
    if (!roles[role_of(role)].of) {
        lic_diag(t->c, "T02", role->span, NULL, "`%.*s` is nobody's: it takes no `of`",
                 LIC_S(role->name));
        return;
    }
    const lic_symbol *other = lic_bind(t, of, LIC_SYMBOL_PARTY);
    if (other && other->node == party)
        lic_diag(t->c, "T02", role->span, NULL, "`%.*s` is %.*s of itself", LIC_S(party->name),
                 LIC_S(role->name));
}

static void type_roles(typer *t, const lic_node *party)
{
    for (uint32_t i = 0; i < party->child_count; i++) {
        const lic_node *role = party->children[i];
        if (role->kind != LIC_NODE_ROLE || !role->name.size) continue;
        if (role_of(role) == LIC_COUNT(roles)) {
            report_role(t, role);
            continue;
        }
        if (lic_child(role, 0)) type_role_of(t, party, role, role->children[0]);
        for (uint32_t k = 0; k < i; k++)
            if (lic_tree_equal(party->children[k], role))
                report_second(t, party->children[k], role);
    }
}

void lic_type_header(typer *t)
{
    for (uint32_t i = 0; i < t->s->file->child_count; i++) {
        lic_node *node = t->s->file->children[i];
        if (node->kind == LIC_NODE_PAYMENTS) type_payments(t, node);
        if (node->kind == LIC_NODE_PARTY) type_roles(t, node);
        if (node->kind != LIC_NODE_HEADER_TEXT || !lic_named(node, "calendar")) continue;
        lic_diagnostic *d = lic_diag(t->c, "S0", node->span, NULL,
                                     "calendars are known but not executed yet");
        lic_diag_note(t->c, d,
                      "no calendar of holidays is bound, and without business days none is read");
        lic_diag_help(t->c, d, "leave the line out");
        lic_diag_fix(t->c, d, node->span, "%s", "");
    }
}
