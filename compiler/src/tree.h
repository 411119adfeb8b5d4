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
    LIC_FLAG_KEY = 1, LIC_FLAG_SET_ASIDE = 2, LIC_FLAG_MARGINAL = 4, LIC_FLAG_WHOLE = 8,
    LIC_FLAG_ANY_OF = 16, LIC_FLAG_NOTICED = 32, LIC_FLAG_ACCEPTED = 64, LIC_FLAG_OWES = 128,
    LIC_FLAG_PERCENT = 256, LIC_FLAG_BPS = 512, LIC_FLAG_DUE = 1024, LIC_FLAG_FRACTION = 2048
};

typedef struct lic_node lic_node;
struct lic_node {
    uint16_t kind;         /* lic_node_kind */
    uint16_t flags;
    uint8_t scale;         /* of `number`: decimals */
    lic_span span;         /* whole node */
    lic_span name_span;    /* the name alone, for diagnostics */
    lic_slice name;
    lic_slice text;        /* v: when it is text (content of a string, unescaped) */
    lic_slice anchor;      /* "4.1" without brackets; empty when none */
    lic_i128 number;       /* v: when it is a number: mantissa */
    lic_i128 denominator;  /* RATE written as a fraction: number / denominator; else 0 */
    lic_node **children;
    uint32_t child_count;
    lic_slice comment;     /* `--` comment lines before and behind it, for the formatter */
    const struct lic_symbol *symbol; /* set by the resolver */
    struct lic_meaning *meaning;     /* set by the typer */
};

#endif
