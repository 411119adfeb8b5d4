/* lower/lower.c - from the agreement to its kernel: declarations stay, money terms become records and steps of
 * handlers, splits and the lifecycle become steps. The result is a tree like one that was read from a
 * kernel file; `licet expand` prints it. */
#include "lower/lower.h"

static void add(lowering *l, const lic_node *node)
{
    lic_node_add(l->c, l->kernel, lic_copy(l, node));
}

/* -- records ------------------------------------------------------------------------------------------ */

static lic_node *code_of(lowering *l, uint8_t currency)
{
    lic_node *code = lic_make(l, LIC_NODE_CODE);
    code->name = l->p->currencies[currency].code;
    return code;
}

static void record(lowering *l, const lic_symbol *term)
{
    lic_node *node = lic_make(l, LIC_NODE_RECORD), *type = lic_make(l, LIC_NODE_TYPE);
    node->name = term->name;
    node->text = term->node->text;
    node->anchor = term->node->anchor;
    node->span = term->node->span;
    type->name = lic_slice_text("exact");
    lic_node_add(l->c, type, code_of(l, term->meaning.currency));
    lic_node_add(l->c, node, type);
    lic_node *each = lic_make(l, term->is_scoped ? LIC_NODE_FOR_EACH : LIC_NODE_ABSENT);
    if (term->is_scoped) {
        each->name = term->variable;
        lic_node_add(l->c, each,
                     term->scope ? lic_make_name(l, term->scope->name)
                                 : lic_make_word(l, "Parties"));
    }
    lic_node_add(l->c, node, each);
    lic_node *scale = lic_make(l, LIC_NODE_ATTRIBUTE);
    scale->name = lic_slice_text("scale");
    scale->number = term->meaning.scale;
    lic_node_add(l->c, node, scale);
    const lic_node *every = lic_child_of(term->node, LIC_NODE_EVERY, 0);
    if (every) {
        lic_node *attribute = lic_make(l, LIC_NODE_ATTRIBUTE);
        attribute->name = lic_slice_text("every");
        for (uint32_t i = 0; i < every->child_count; i++)
            if (lic_child(every, i)) lic_node_add(l->c, attribute, lic_copy(l, every->children[i]));
        lic_node_add(l->c, node, attribute);
    }
    lic_node_add(l->c, l->kernel, node);
}

/* -- what a term needs beside itself ----------------------------------------------------------------------- */

static lic_node *column(lowering *l, const char *name, const char *type, bool key)
{
    lic_node *node = lic_make(l, LIC_NODE_COLUMN), *type_node = lic_make(l, LIC_NODE_TYPE);
    node->name = lic_slice_text(name);
    if (key) node->flags = LIC_FLAG_KEY;
    type_node->name = lic_slice_text(type);
    lic_node_add(l->c, node, type_node);
    return node;
}

static uint32_t years_of_term(const lic_program *p)
{
    if (p->from_signature || p->last == LIC_DATE_MAX) return 200;
    return (uint32_t)(p->last - p->first) / 365 + 4;
}

/* `Streams.earned of work` in a clause below: a tally for each row. */
static void row_tallies(lowering *l, const lic_symbol *term)
{
    static const struct {
        const char *name;
        uint32_t bit;
    } members[] = {{"earned", LIC_MEMBER_EARNED},
                   {"topup", LIC_MEMBER_TOPUP},
                   {"recouped", LIC_MEMBER_RECOUPED},
                   {"net", LIC_MEMBER_NET}};
    lic_meaning money = {.sort = LIC_SORT_MONEY, .currency = term->meaning.currency};
    for (size_t i = 0; i < LIC_COUNT(members); i++)
        if (term->row_members & members[i].bit)
            lic_declare_tally(
                l,
                lic_slice_text(lic_text(l->c, "%.*s.row_%s", LIC_S(term->name), members[i].name)),
                &money, term);
}

/* `Running.earned` elsewhere: results kept by year. */
static void years_register(lowering *l, const lic_symbol *term)
{
    static const struct {
        const char *name;
        uint32_t bit;
    } members[] = {{"earned", LIC_MEMBER_EARNED},
                   {"topup", LIC_MEMBER_TOPUP},
                   {"recouped", LIC_MEMBER_RECOUPED},
                   {"net", LIC_MEMBER_NET}};
    lic_node *node = lic_make(l, LIC_NODE_REGISTER);
    node->name = lic_slice_text(lic_text(l->c, "%.*s_years", LIC_S(term->name)));
    lic_node_add(l->c, node, lic_make_number(l, years_of_term(l->p)));
    lic_node_add(l->c, node, column(l, "year", "count", true));
    for (size_t i = 0; i < LIC_COUNT(members); i++) {
        if (!(term->year_members & members[i].bit)) continue;
        lic_node *c = column(l, members[i].name, "money", false);
        lic_node_add(l->c, c->children[0], code_of(l, term->meaning.currency));
        lic_node_add(l->c, node, c);
    }
    lic_node_add(l->c, l->kernel, node);
}

static void credit_account(lowering *l, const lic_symbol *term)
{
    lic_node *node = lic_make(l, LIC_NODE_ACCOUNT), *type = lic_make(l, LIC_NODE_TYPE);
    node->name = lic_slice_text(lic_text(l->c, "%.*s.credit", LIC_S(term->name)));
    type->name = lic_slice_text("money");
    lic_node_add(l->c, type, code_of(l, term->meaning.currency));
    lic_node_add(l->c, node, type);
    lic_node_add(l->c, node, lic_make(l, LIC_NODE_ABSENT));
    lic_node_add(l->c, l->kernel, node);
}

static void lifecycle(lowering *l, const lic_node *node)
{
    lic_node *copy = lic_make(l, LIC_NODE_LIFECYCLE);
    copy->anchor = node->anchor;
    for (uint32_t i = 0; i < node->child_count; i++)
        if (node->children[i]->kind != LIC_NODE_TRANSITION)
            lic_node_add(l->c, copy, lic_copy(l, node->children[i]));
    lic_node_add(l->c, l->kernel, copy);
}

static void declaration(lowering *l, const lic_node *node)
{
    if (node->kind == LIC_NODE_MONEY_TERM) {
        record(l, node->symbol);
        row_tallies(l, node->symbol);
        if (node->symbol->year_members) years_register(l, node->symbol);
        if (node->symbol->is_credited) credit_account(l, node->symbol);
    } else if (node->kind == LIC_NODE_LIFECYCLE) {
        lifecycle(l, node);
    } else if (node->kind == LIC_NODE_ACTION) {
        lic_lower_action(l, node->symbol);
    } else if (node->kind != LIC_NODE_SPLIT) {
        add(l, node);
    }
}

lic_node *lic_lower(lic_compilation *compilation, lic_program *surface)
{
    lowering l = {.c = compilation, .p = surface};
    const lic_node *file = surface->file;
    l.used = lic_new(compilation, LIC_USED_NAMES * sizeof(lic_used_name *));
    l.kernel = lic_node_new(compilation, LIC_NODE_FILE, file->span);
    l.kernel->name = file->name;
    l.kernel->name_span = file->name_span;
    l.kernel->text = file->text;
    l.kernel->number = file->number;
    for (uint32_t i = 0; i < file->child_count; i++) declaration(&l, file->children[i]);
    for (size_t i = 0; i < surface->all.count; i++)
        if (surface->all.items[i]->starts) lic_lower_starts(&l, surface->all.items[i]);
    for (uint32_t i = 0; i < file->child_count; i++) {
        const lic_node *node = file->children[i];
        if (node->kind == LIC_NODE_MONEY_TERM) lic_lower_term(&l, node->symbol);
        if (node->kind == LIC_NODE_SPLIT) lic_lower_split(&l, node);
    }
    lic_lower_lifecycle(&l);
    lic_lower_ending(&l);
    lic_lower_dates(&l);
    lic_lower_resets(&l);
    for (lic_handler *h = l.handlers; h; h = h->next) lic_node_add(compilation, l.kernel, h->node);
    return l.kernel;
}
