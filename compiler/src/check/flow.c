/* check/flow.c - collects what clauses do to accounts. */
#include "check/flow.h"

const lic_symbol *lic_account_in(const lic_node *node)
{
    return node && node->symbol && node->symbol->kind == LIC_SYMBOL_ACCOUNT ? node->symbol : NULL;
}

static void put(lic_flows *f, const lic_node *reference, const lic_node *node, bool credit,
                bool split)
{
    const lic_symbol *account = node->kind == LIC_NODE_SPLIT && split ? node->symbol
                                                                      : lic_account_in(reference);
    if (!account) return;
    f->items = lic_grow(f->c, f->items, f->count, &f->capacity, sizeof *f->items);
    f->items[f->count++] = (lic_flow){account, node, f->block, credit, split, f->order};
}

static void collect(lic_flows *f, const lic_node *node)
{
    f->order++;
    if (node->kind == LIC_NODE_PAYS) {
        put(f, node->children[1], node, true, false);
        put(f, lic_child(node, 3), node, false, false);
    }
    if (node->kind == LIC_NODE_ADD) put(f, node->children[1], node, true, false);
    if (node->kind == LIC_NODE_LESS) put(f, node->children[0], node, false, false);
    if (node->kind == LIC_NODE_MOVE) {
        put(f, node->children[0], node, false, false);
        put(f, node->children[1], node, true, false);
    }
    if (node->kind == LIC_NODE_SPLIT) put(f, NULL, node, false, true);
    if (node->kind == LIC_NODE_INTO) put(f, node->children[0], node, true, false);
    for (uint32_t i = 0; i < node->child_count; i++) collect(f, node->children[i]);
}

lic_flows lic_flows_of(lic_compilation *c, const lic_program *p)
{
    lic_flows f = {.c = c, .p = p};
    for (uint32_t i = 0; i < p->file->child_count; i++) {
        f.block = p->file->children[i];
        collect(&f, f.block);
    }
    return f;
}

bool lic_is_paid_into(const lic_flow *flow)
{
    return flow->node->kind == LIC_NODE_PAYS && !(flow->node->flags & LIC_FLAG_OWES);
}

bool lic_has_split(const lic_flows *f, const lic_symbol *account)
{
    for (size_t i = 0; i < f->count; i++)
        if (f->items[i].split && f->items[i].account == account) return true;
    return false;
}
