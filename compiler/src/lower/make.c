/* lower/make.c - making kernel nodes, handlers and names that are unique in them. */
#include "lower/lower.h"
#include "parse/parser.h"

#include <string.h>

lic_node *lic_make(lowering *l, lic_node_kind kind)
{
    lic_span span = {0};
    if (l->line) span = l->line->span;
    else if (l->term) span = l->term->node->span;
    return lic_node_new(l->c, kind, span);
}

lic_node *lic_make_name(lowering *l, lic_slice name)
{
    lic_node *node = lic_make(l, LIC_NODE_NAME_REF);
    node->name = name;
    return node;
}

lic_node *lic_make_word(lowering *l, const char *word)
{
    return lic_make_name(l, lic_slice_text(word));
}

lic_node *lic_make_number(lowering *l, lic_i128 number)
{
    lic_node *node = lic_make(l, LIC_NODE_NUMBER);
    node->number = number;
    return node;
}

lic_node *lic_make_date(lowering *l, lic_date date)
{
    lic_node *node = lic_make(l, LIC_NODE_DATE);
    node->number = date;
    return node;
}

lic_node *lic_make_days(lowering *l, int days)
{
    lic_node *node = lic_make(l, LIC_NODE_DURATION);
    node->name = lic_slice_text("days");
    node->number = days;
    return node;
}

lic_node *lic_make_binary(lowering *l, const char *op, lic_node *left, lic_node *right)
{
    lic_node *node = lic_make(l, LIC_NODE_BINARY);
    node->name = lic_slice_text(op);
    lic_node_add(l->c, node, left);
    lic_node_add(l->c, node, right);
    return node;
}

lic_node *lic_make_choose(lowering *l, const char *which, lic_node *a, lic_node *b)
{
    lic_node *node = lic_make(l, LIC_NODE_CHOOSE);
    node->name = lic_slice_text(which);
    lic_node_add(l->c, node, a);
    lic_node_add(l->c, node, b);
    return node;
}

lic_node *lic_make_not(lowering *l, lic_node *a)
{
    if (a->kind == LIC_NODE_NOT) return a->children[0];
    lic_node *node = lic_make(l, LIC_NODE_NOT);
    lic_node_add(l->c, node, a);
    return node;
}

lic_node *lic_make_call(lowering *l, const char *name, lic_node *a, lic_node *b)
{
    lic_node *node = lic_make(l, LIC_NODE_CALL);
    node->name = lic_slice_text(name);
    if (a) lic_node_add(l->c, node, a);
    if (b) lic_node_add(l->c, node, b);
    return node;
}

lic_node *lic_make_field(lowering *l, lic_node *base, lic_slice member)
{
    lic_node *node = lic_make(l, LIC_NODE_FIELD);
    node->name = member;
    lic_node_add(l->c, node, base);
    return node;
}

lic_node *lic_make_of(lowering *l, lic_node *base, lic_node *row)
{
    lic_node *node = lic_make(l, LIC_NODE_OF);
    lic_node_add(l->c, node, base);
    lic_node_add(l->c, node, row);
    return node;
}

lic_node *lic_make_rounded(lowering *l, lic_node *value)
{
    lic_node *node = lic_make(l, LIC_NODE_ROUNDED);
    lic_node_add(l->c, node, value);
    return node;
}

lic_node *lic_make_zero(lowering *l, const lic_meaning *type)
{
    if (type->sort == LIC_SORT_DATE) return lic_make_date(l, 0);
    if (type->sort == LIC_SORT_SET) return lic_make(l, LIC_NODE_SET_OF);
    lic_node *node = lic_make_number(l, 0);
    if (lic_is_wide(type)) {
        node->kind = LIC_NODE_AMOUNT_OF;
        node->name = l->p->currencies[type->currency].code;
    }
    if (type->sort == LIC_SORT_RATE) {
        node->kind = LIC_NODE_RATE;
        node->flags = LIC_FLAG_PERCENT;
        node->scale = 2;
    }
    return node;
}

lic_node *lic_copy(lowering *l, const lic_node *node)
{
    return lic_node_copy(l->c, node);
}

/* -- names ------------------------------------------------------------------------------------------ */

static uint32_t mixed(uint32_t hash, lic_slice text)
{
    for (size_t i = 0; i < text.size; i++) hash = (hash ^ text.data[i]) * 16777619u;
    return hash;
}

/* What is known of a name in the present handler. */
static lic_used_name *used_name(lowering *l, lic_slice name)
{
    const lic_node *handler = l->handler->node;
    uint32_t hash = mixed(mixed(mixed(2166136261u, handler->name), handler->text), name);
    lic_used_name **chain = &l->used[hash % LIC_USED_NAMES];
    for (lic_used_name *u = *chain; u; u = u->next)
        if (u->handler == handler && lic_slice_equal(u->name, name)) return u;
    lic_used_name *mine = lic_new(l->c, sizeof *mine);
    *mine = (lic_used_name){.handler = handler, .name = name, .number = 1, .next = *chain};
    return *chain = mine;
}

/* Names that mean something in the handler beside those that lowering gave. */
static bool means_something(const lowering *l, lic_slice name)
{
    const lic_node *handler = l->handler->node;
    for (uint32_t i = 0; i < handler->child_count && handler->kind == LIC_NODE_ACTION; i++) {
        if (handler->children[i]->kind != LIC_NODE_PARAMETER) break; /* they come first */
        if (lic_slice_equal(handler->children[i]->name, name)) return true;
    }
    bool line = lic_named(handler, "line") && handler->symbol;
    return (line && lic_symbol_member(handler->symbol, name)) || lic_word_is_reserved(name) ||
           lic_symbol_find(l->p, name);
}

static bool take(lowering *l, lic_used_name *name)
{
    if (name->taken || means_something(l, name->name)) return false;
    return name->taken = true;
}

/* `base`, or the first of base_2, base_3 ... that is free. */
lic_slice lic_unique_name(lowering *l, const char *base, size_t size)
{
    lic_used_name *first = used_name(l, lic_slice_of(base, size)), *u = first;
    while (!take(l, u))
        u = used_name(l,
                      lic_slice_text(lic_text(l->c, "%.*s_%u", (int)size, base, ++first->number)));
    return u->name;
}

/* -- steps ------------------------------------------------------------------------------------------- */

static void emit(lowering *l, lic_node *step)
{
    lic_node_add(l->c, l->out, step);
}

lic_node *lic_emit_let(lowering *l, const char *name, lic_node *value)
{
    lic_node *let = lic_make(l, LIC_NODE_LET);
    let->name = lic_unique_name(l, name, strlen(name));
    lic_node_add(l->c, let, value);
    emit(l, let);
    return lic_make_name(l, let->name);
}

void lic_emit_set(lowering *l, lic_node *target, lic_node *value)
{
    lic_node *set = lic_make(l, LIC_NODE_SET);
    lic_node_add(l->c, set, target);
    lic_node_add(l->c, set, value);
    emit(l, set);
}

void lic_emit_add(lowering *l, lic_node *value, lic_node *target)
{
    lic_node *add = lic_make(l, LIC_NODE_ADD);
    lic_node_add(l->c, add, value);
    lic_node_add(l->c, add, target);
    emit(l, add);
}

void lic_emit_post(lowering *l, lic_node *value, lic_node *from, lic_node *to)
{
    lic_node *post = lic_make(l, LIC_NODE_POST);
    lic_node_add(l->c, post, value);
    lic_node_add(l->c, post, from);
    lic_node_add(l->c, post, to);
    emit(l, post);
}

void lic_emit_oblige(lowering *l, lic_node *debtor, lic_node *creditor, lic_node *amount,
                     lic_node *due, uint32_t part)
{
    lic_node *oblige = lic_make(l, LIC_NODE_OBLIGE);
    oblige->number = part;
    lic_node_add(l->c, oblige, debtor);
    lic_node_add(l->c, oblige, creditor);
    lic_node_add(l->c, oblige, amount);
    lic_node_add(l->c, oblige, due);
    emit(l, oblige);
}

void lic_emit_do(lowering *l, const char *native, lic_node *a, lic_node *b, lic_node *c)
{
    lic_node *node = lic_make(l, LIC_NODE_DO);
    node->name = lic_slice_text(native);
    lic_node *all[] = {a, b, c};
    for (size_t i = 0; i < LIC_COUNT(all); i++)
        if (all[i]) lic_node_add(l->c, node, all[i]);
    emit(l, node);
}

void lic_emit_clause(lowering *l, lic_slice name, const char *label, lic_slice anchor)
{
    lic_node *last = l->out->child_count ? l->out->children[l->out->child_count - 1] : NULL;
    for (uint32_t i = l->out->child_count; i-- > 0;) { /* the clause that holds here already */
        const lic_node *step = l->out->children[i];
        if (step->kind == LIC_NODE_IF || step->kind == LIC_NODE_EACH) break;
        if (step->kind != LIC_NODE_CLAUSE) continue;
        if (lic_slice_equal(step->name, name) && lic_slice_is(step->text, label) &&
            lic_slice_equal(step->anchor, anchor))
            return;
        break;
    }
    lic_node *clause = lic_make(l, LIC_NODE_CLAUSE);
    clause->name = name;
    clause->text = lic_slice_text(label);
    clause->anchor = anchor;
    if (last && last->kind == LIC_NODE_CLAUSE) {
        l->out->children[l->out->child_count - 1] = clause;
        return;
    }
    emit(l, clause);
}

lic_node *lic_emit_if(lowering *l, lic_node *condition)
{
    lic_node *node = lic_make(l, LIC_NODE_IF), *then = lic_make(l, LIC_NODE_THEN);
    lic_node_add(l->c, node, condition);
    lic_node_add(l->c, node, then);
    emit(l, node);
    l->out = then;
    return node;
}

lic_node *lic_emit_each(lowering *l, const lic_symbol *scoped)
{
    lic_node *each = lic_make(l, LIC_NODE_EACH);
    each->name = lic_unique_name(l, (const char *)scoped->variable.data, scoped->variable.size);
    lic_node_add(l->c, each,
                 scoped->scope ? lic_make_name(l, scoped->scope->name)
                               : lic_make_word(l, "Parties"));
    emit(l, each);
    l->out = each;
    return each;
}

/* -- handlers ------------------------------------------------------------------------------------------ */

lic_handler *lic_handler_of(lowering *l, const char *kind, lic_slice subject,
                            const lic_symbol *from)
{
    for (lic_handler *h = l->handlers; h; h = h->next) {
        if (h->node->kind != LIC_NODE_HANDLER || !lic_named(h->node, kind) ||
            !lic_slice_equal(h->node->text, subject))
            continue;
        if (!from || lic_slice_equal(h->node->children[0]->name, from->name)) return h;
    }
    lic_handler *h = lic_new(l->c, sizeof *h);
    h->node = lic_make(l, LIC_NODE_HANDLER);
    h->node->name = lic_slice_text(kind);
    h->node->text = subject;
    lic_node_add(l->c, h->node, from ? lic_make_name(l, from->name) : lic_make(l, LIC_NODE_ABSENT));
    if (subject.size) h->node->symbol = lic_symbol_find(l->p, subject);
    if (l->last_handler) l->last_handler->next = h;
    else l->handlers = h;
    l->last_handler = h;
    return h;
}

void lic_enter_handler(lowering *l, lic_handler *handler)
{
    l->handler = handler;
    l->out = handler->node;
}
