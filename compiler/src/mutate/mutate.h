/* mutate/mutate.h - changes to a tree, as they are listed (mutate/list.c), told (mutate/text.c) and tried one by
 * one (mutate/mutation.c). A change is one place of the tree: another node there, none, or two
 * neighbours exchanged. */
#ifndef LICET_MUTATE_H
#define LICET_MUTATE_H

#include "program.h"

#include <licet/mutation.h>

typedef struct lic_change {
    uint8_t kind;          /* lic_mutation_kind */
    uint32_t group;        /* of several ways to make one change the first good one is taken */
    lic_node *parent;      /* whose child `index` it is about */
    lic_node *node;        /* what stands there then; NULL: the child is taken out */
    lic_node *other_node;  /* what stands at `other` then */
    uint32_t index, other; /* other: LIC_NONE32 when one child is changed */
    const lic_node *block; /* of the top level, in which it is; NULL: it is the block itself */
} lic_change;

typedef struct lic_changes {
    lic_compilation *c; /* where nodes are made */
    const lic_program *program;
    lic_change *items;
    size_t count, capacity;
    const lic_node *block;
    lic_change nowhere; /* what is beyond the maximum is written here, and not read */
} lic_changes;

/* mutate/spot.c: one child of a node, and the changes that replace it. */
typedef struct lic_spot {
    lic_changes *list;
    lic_node *parent, *node;
    uint32_t index;
} lic_spot;
lic_change *lic_change_add(const lic_spot *s, lic_mutation_kind kind, lic_node *node);
lic_node *lic_change_twin(
    const lic_spot *s); /* the node anew, with its own list of the same children */
void lic_change_name(const lic_spot *s, lic_mutation_kind kind, const char *name);
void lic_change_number(const lic_spot *s, lic_mutation_kind kind, lic_i128 number);
void lic_change_flags(const lic_spot *s, lic_mutation_kind kind, uint32_t toggled);
void lic_change_without(const lic_spot *s, lic_mutation_kind kind,
                        uint32_t index); /* ABSENT there */
/* Takes child `index` out of a list that begins at `from`, when it has others. */
void lic_change_shorter(const lic_spot *s, uint32_t from, uint32_t index);
/* mutate/value.c: changes of a node of an expression. */
void lic_change_value(const lic_spot *s);

/* Lists the changes to a tree, in the order of the text. */
void lic_list_changes(lic_changes *changes, lic_node *file);
void lic_describe_change(const lic_change *change, lic_buffer *target);

#endif
