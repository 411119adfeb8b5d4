/* mutate/spot.c - one place of a tree, and other nodes for it. */
#include "mutate/mutate.h"

#include <string.h>

lic_change *lic_change_add(const lic_spot *s, lic_mutation_kind kind, lic_node *node)
{
    lic_changes *list = s->list;
    if (list->count == LIC_MUTATIONS_MAX) return &list->nowhere;
    list->items = lic_grow(list->c, list->items, list->count, &list->capacity, sizeof *list->items);
    lic_change *change = &list->items[list->count];
    *change = (lic_change){.kind = (uint8_t)kind,
                           .group = (uint32_t)list->count,
                           .parent = s->parent,
                           .index = s->index,
                           .node = node,
                           .other = LIC_NONE32,
                           .block = list->block};
    list->count++;
    return change;
}

lic_node *lic_change_twin(const lic_spot *s)
{
    lic_node *node = lic_node_new(s->list->c, (lic_node_kind)s->node->kind, s->node->span);
    uint32_t id = node->id;
    *node = *s->node;
    node->id = id;
    if (node->child_count == 0) return node;
    node->children = lic_new(s->list->c, node->child_count * sizeof *node->children);
    memcpy(node->children, s->node->children, node->child_count * sizeof *node->children);
    return node;
}

void lic_change_name(const lic_spot *s, lic_mutation_kind kind, const char *name)
{
    lic_node *node = lic_change_twin(s);
    node->name = lic_slice_text(name);
    lic_change_add(s, kind, node);
}

void lic_change_number(const lic_spot *s, lic_mutation_kind kind, lic_i128 number)
{
    lic_node *node = lic_change_twin(s);
    node->number = number;
    lic_change_add(s, kind, node);
}

void lic_change_flags(const lic_spot *s, lic_mutation_kind kind, uint32_t toggled)
{
    lic_node *node = lic_change_twin(s);
    node->flags ^= toggled;
    lic_change_add(s, kind, node);
}

void lic_change_without(const lic_spot *s, lic_mutation_kind kind, uint32_t index)
{
    if (!lic_child(s->node, index)) return;
    lic_node *node = lic_change_twin(s);
    node->children[index] = lic_node_new(s->list->c, LIC_NODE_ABSENT, s->node->span);
    lic_change_add(s, kind, node);
}

void lic_change_shorter(const lic_spot *s, uint32_t from, uint32_t index)
{
    if (s->node->child_count < from + 2) return;
    lic_node *node = lic_change_twin(s);
    node->child_count--;
    memmove(node->children + index, node->children + index + 1,
            (node->child_count - index) * sizeof *node->children);
    lic_change_add(s, LIC_MUTATION_MEMBER, node);
}
