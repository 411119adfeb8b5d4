/* tree.c - making, copying and comparing tree nodes. */
#include "tree.h"

#include "passes.h"

#include <string.h>

const char *lic_node_id(lic_node_kind kind)
{
    static const char *const IDS[] = {
#define NODE(name, id, children) id,
#include "nodes.def"
#undef NODE
    };
    return kind < LIC_NODE_KINDS ? IDS[kind] : "?";
}

lic_node *lic_node_new(lic_compilation *compilation, lic_node_kind kind, lic_span span)
{
    lic_node *node = lic_new(compilation, sizeof *node);
    node->kind = (uint16_t)kind;
    node->span = span;
    node->name_span = span;
    node->id = ++compilation->node_count;
    return node;
}

/* Room for children doubles: 1, 2, 4, ... so that the count alone tells when it is full. */
void lic_node_add(lic_compilation *compilation, lic_node *parent, lic_node *child)
{
    uint32_t count = parent->child_count;
    bool full = (count & (count - 1)) == 0;
    if (full) {
        size_t room = count == 0 ? 1 : 2 * (size_t)count;
        lic_node **children = lic_new(compilation, room * sizeof *children);
        if (count > 0) memcpy(children, parent->children, count * sizeof *children);
        parent->children = children;
    }
    parent->children[parent->child_count++] = child;
}

lic_node *lic_node_copy(lic_compilation *compilation, const lic_node *node)
{
    lic_node *copy = lic_node_new(compilation, (lic_node_kind)node->kind, node->span);
    uint32_t id = copy->id;
    *copy = *node;
    copy->id = id;
    copy->symbol = NULL;
    copy->meaning = NULL;
    copy->children = NULL;
    copy->child_count = 0;
    for (uint32_t i = 0; i < node->child_count; i++) {
        lic_node_add(compilation, copy, lic_node_copy(compilation, node->children[i]));
    }
    return copy;
}

lic_node *lic_child(const lic_node *node, uint32_t index)
{
    if (index >= node->child_count) return NULL;
    lic_node *child = node->children[index];
    return child->kind == LIC_NODE_ABSENT ? NULL : child;
}

lic_node *lic_child_of(const lic_node *node, lic_node_kind kind, uint32_t from)
{
    for (uint32_t i = from; i < node->child_count; i++) {
        if (node->children[i]->kind == kind) return node->children[i];
    }
    return NULL;
}

void lic_tree_place(lic_node *node, uint32_t after, lic_span span)
{
    if (node->id > after) node->span = node->name_span = span;
    for (uint32_t i = 0; i < node->child_count; i++) lic_tree_place(node->children[i], after, span);
}

bool lic_slice_is(lic_slice slice, const char *text)
{
    return lic_slice_equal(slice, lic_slice_text(text));
}

bool lic_tree_equal(const lic_node *a, const lic_node *b)
{
    uint32_t differing = (a->flags ^ b->flags) & ~(uint32_t)(LIC_FLAG_BLANK | LIC_FLAG_PAREN);
    if (a->kind != b->kind || differing != 0 || a->scale != b->scale || a->number != b->number)
        return false;
    if (a->denominator != b->denominator || a->child_count != b->child_count) return false;
    if (!lic_slice_equal(a->name, b->name) || !lic_slice_equal(a->text, b->text)) return false;
    if (!lic_slice_equal(a->anchor, b->anchor)) return false;
    for (uint32_t i = 0; i < a->child_count; i++) {
        if (!lic_tree_equal(a->children[i], b->children[i])) return false;
    }
    return true;
}
