/* tree.h - the syntax tree: one uniform node, so that printing, copying and lowering are walks.
 * Kinds and their children are listed in nodes.def. Nodes live in the compile's arena. */
#ifndef LICET_TREE_H
#define LICET_TREE_H

#include <licet/diagnostic.h>
#include <licet/number.h>

typedef enum lic_node_kind {
#define NODE(name, id, children) LIC_NODE_##name,
#include "nodes.def"
#undef NODE
    LIC_NODE_KINDS
} lic_node_kind;

enum { /* lic_node.flags */
       LIC_FLAG_KEY = 1,
       LIC_FLAG_SET_ASIDE = 2,
       LIC_FLAG_MARGINAL = 4,
       LIC_FLAG_WHOLE = 8,
       LIC_FLAG_ANY_OF = 16,
       LIC_FLAG_NOTICED = 32,
       LIC_FLAG_ACCEPTED = 64,
       LIC_FLAG_OWES = 128,
       LIC_FLAG_PERCENT = 256,
       LIC_FLAG_BPS = 512,
       LIC_FLAG_DUE = 1024,
       LIC_FLAG_FRACTION = 2048,
       LIC_FLAG_PAREN = 4096,    /* the author put parentheses around it; the printer keeps them */
       LIC_FLAG_BLANK = 8192,    /* an empty line stood before it */
       LIC_FLAG_GROUPED = 16384, /* a number written with grouping commas */
       LIC_FLAG_MODULE = 32768,  /* FILE: a library module, not an agreement */
       LIC_FLAG_AFTER = 1 << 16  /* THROUGH: `after` in place of `cumulative in`, kernel only */
};

/* `--` comments, kept for the formatter. Slices begin with the dashes and have no trailing blanks. */
typedef struct lic_comment {
    lic_slice text;
    bool blank_before;
    struct lic_comment *next;
} lic_comment;

typedef struct lic_trivia {
    lic_comment *before; /* lines of their own before the node */
    lic_comment
        *before_end;      /* lines of their own before its `end` (FILE: at the end of the file) */
    lic_slice behind;     /* on the node's (first) line */
    lic_slice behind_end; /* on its `end` line */
} lic_trivia;

typedef struct lic_node lic_node;
struct lic_node {
    uint16_t kind;      /* lic_node_kind */
    uint8_t scale;      /* of `number`: decimals */
    uint32_t id;        /* number in order of making, from 1; unlike in all nodes of a compile */
    uint32_t flags;     /* LIC_FLAG_... */
    lic_span span;      /* whole node */
    lic_span name_span; /* the name alone, for diagnostics */
    lic_slice name;
    lic_slice text;       /* v: when it is text (content of a string, unescaped) */
    lic_slice anchor;     /* "4.1" without brackets; empty when none */
    lic_i128 number;      /* v: when it is a number: mantissa */
    lic_i128 denominator; /* RATE written as a fraction: number / denominator; else 0 */
    lic_node **children;
    uint32_t child_count;
    lic_trivia *trivia;          /* NULL: no comments */
    struct lic_symbol *symbol;   /* set by the resolver */
    struct lic_meaning *meaning; /* set by the typer */
};

/* Child `index`, or NULL when there are fewer, or it is ABSENT. */
lic_node *lic_child(const lic_node *node, uint32_t index);
/* The first child of a kind at or behind `from`, or NULL. */
lic_node *lic_child_of(const lic_node *node, lic_node_kind kind, uint32_t from);
bool lic_slice_is(lic_slice slice, const char *text);
/* Same kinds, flags (without BLANK and PAREN), names, texts, numbers, anchors and children. Comments
 * and spans do not count. */
bool lic_tree_equal(const lic_node *a, const lic_node *b);

#endif
