/* passes.h - one compile: what the passes share, and the passes in their order.
 *
 * Everything is taken from the compile's arena with lic_new, which never returns NULL: when the
 * memory or the arena's maximum is reached it leaves through `out_of_memory`, set up once by
 * lic_compile. So no pass may hold anything but arena memory while it runs. */
#ifndef LICET_PASSES_H
#define LICET_PASSES_H

#include "tree.h"

#include <licet/compile.h>
#include <setjmp.h>

typedef struct lic_program lic_program; /* program.h: symbols, types and tables of one tree */

struct lic_compilation {
    const lic_allocator *allocator;
    const lic_hasher *hasher;
    lic_compile_options options;
    lic_arena *arena;
    jmp_buf out_of_memory;
    lic_slice source; /* copy in the arena */
    lic_diagnostics diagnostics;
    size_t diagnostics_capacity;
    lic_diagnostic dropped; /* where diagnostics beyond the cap and duplicates go */
    uint32_t node_count;    /* nodes made so far */
    lic_node *tree;         /* FILE node as parsed */
    lic_node *composed;     /* FILE node made of fragments, whose text is the source; or NULL */
    uint32_t *fragments;    /* of each child of `composed` */
    struct lic_origin_line *origins; /* of line n + 1 of the source; line 0: none */
    uint32_t origin_count;
    bool was_read;        /* parsing reported no error: the tree is the whole text */
    bool is_kernel;       /* the file has handlers in place of terms, splits and lifecycle steps */
    lic_program *surface; /* of `tree`, checked */
    lic_node *kernel;     /* FILE node: lowered, or `tree` itself when is_kernel */
    lic_program *program; /* of `kernel` */
    lic_image *image;
    const lic_node **code_steps; /* of the kernel: one an instruction; NULL at the end of a phase */
    const lic_node **clause_steps; /* CLAUSE nodes, one a clause of the image */
    lic_slice bytes;               /* its canonical encoding */
    lic_buffer scratch;            /* outside the arena; emptied by lic_compile however it ends */
    lic_hash source_hash;
};

/* -- memory (allocate.c) ---------------------------------------------------------------------- */

void *lic_new(lic_compilation *compilation, size_t size); /* zeroed */
/* Room for one more item in an arena array: doubles *items when count == *capacity. */
void *lic_grow(lic_compilation *compilation, void *items, size_t count, size_t *capacity,
               size_t item_size);
char *lic_text(lic_compilation *compilation, const char *format, ...) LIC_PRINTF(2, 3);
lic_slice lic_slice_copy(lic_compilation *compilation, lic_slice text);

/* -- nodes (tree.c) --------------------------------------------------------------------------- */

lic_node *lic_node_new(lic_compilation *compilation, lic_node_kind kind, lic_span span);
void lic_node_add(lic_compilation *compilation, lic_node *parent, lic_node *child);
lic_node *lic_node_copy(lic_compilation *compilation,
                        const lic_node *node); /* deep; symbol and meaning dropped */
const char *lic_node_id(lic_node_kind kind);
/* Gives the span to every node below and including `node` that was made after the one with id `after`. */
void lic_tree_place(lic_node *node, uint32_t after, lic_span span);
static inline bool lic_is(const lic_node *node, lic_node_kind kind)
{
    return node->kind == kind;
}
static inline bool lic_present(const lic_node *node)
{
    return node && node->kind != LIC_NODE_ABSENT;
}
static inline bool lic_named(const lic_node *node, const char *name)
{
    return lic_slice_equal(node->name, lic_slice_text(name));
}

/* -- diagnostics (diagnostics/diag.c) --------------------------------------------------------------------- */

#define LIC_DIAGNOSTICS_MAX 100 /* more errors than this help nobody */
#define LIC_S(slice) (int)(slice).size, (const char *)(slice).data /* for "%.*s" */

/* Starts a diagnostic of a code listed in diagnostics/diagnostics.def; `label` stands under the primary span
 * (may be NULL). Never NULL: a second one of the same code at the same place, and those beyond the
 * cap, are dropped. The pointer is valid until the next call. Texts are formatted into the arena. */
lic_diagnostic *lic_diag(lic_compilation *compilation, const char *code, lic_span span,
                         const char *label, const char *title, ...) LIC_PRINTF(5, 6);
void lic_diag_label(lic_compilation *compilation, lic_diagnostic *diagnostic, const char *label,
                    ...) LIC_PRINTF(3, 4);
void lic_diag_place(lic_compilation *compilation, lic_diagnostic *diagnostic, lic_span span,
                    const char *label, ...) LIC_PRINTF(4, 5); /* a secondary place */
void lic_diag_note(lic_compilation *compilation, lic_diagnostic *diagnostic, const char *note, ...)
    LIC_PRINTF(3, 4);
void lic_diag_help(lic_compilation *compilation, lic_diagnostic *diagnostic, const char *help, ...)
    LIC_PRINTF(3, 4);
/* `fix` replaces `span` of the source; the result compiles in that place: tested by applying it. */
void lic_diag_fix(lic_compilation *compilation, lic_diagnostic *diagnostic, lic_span span,
                  const char *fix, ...) LIC_PRINTF(4, 5);
/* Source order, errors before warnings at one place. Stable. */
void lic_diag_sort(lic_compilation *compilation);

/* -- passes ------------------------------------------------------------------------------------ */

void lic_parse(
    lic_compilation *compilation); /* source -> tokens, tree, is_kernel (parse/parser.c) */
/* A library module's text to its FILE node (LIC_FLAG_MODULE). Its mistakes are reported at `use`. */
lic_node *lic_parse_module(lic_compilation *compilation, lic_slice source, lic_span use);
/* Lines of the top level, without the two that a file begins with, to a FILE node (parse/file.c). */
struct lic_template;
lic_node *lic_parse_template(lic_compilation *compilation, const struct lic_template *text);
/* Adds to the end of a list. */
void lic_append_comments(lic_comment **list, lic_comment *more);
/* Prints the lines of a file without its first two. */
void lic_print_lines(const lic_node *file, lic_buffer *target);
/* The tree that fragments make together, in the compile's arena; and, when its text was read again as
 * `compilation->tree`, where the lines of that come from (compose.c). */
struct lic_composition;
struct lic_fragment;
const lic_node *lic_fragment_tree(const struct lic_fragment *fragment); /* FILE */
lic_node *lic_compose(lic_compilation *compilation, const struct lic_composition *composition);
void lic_trace_lines(lic_compilation *compilation);
/* Prints canonical text; `expand` prints the kernel with it (print/printer.c). */
void lic_print(const lic_node *file, lic_buffer *target);
/* The same, and tells on which line each line's node stands, from 1. */
typedef void lic_line_note(void *context, const lic_node *node, uint32_t line);
void lic_print_noting(const lic_node *file, lic_buffer *target, lic_line_note *note, void *context);
/* The first line of a line or block, without anchor and comment. */
void lic_print_line(const lic_node *node, lic_buffer *target);
/* One expression as source text, for helps and notes (print/printer.c). */
void lic_print_expression(const lic_node *node, lic_buffer *target);

/* Dumps for `licet dump --stage tokens|ast` (dump.c). */
bool lic_dump_tokens(const lic_compilation *compilation, lic_buffer *target);

/* Declares names, resolves references, gives types: reports every author's mistake that it finds.
 * The result is never NULL; it is fit for lowering only when no error was reported (names.c, types/types.c). */
lic_program *lic_analyse(lic_compilation *compilation, lic_node *file, bool kernel);
void lic_check(lic_compilation *compilation,
               lic_program *program); /* S0..S17 that need the whole file (check/) */
lic_node *lic_lower(lic_compilation *compilation,
                    lic_program *surface); /* terms, splits, lifecycle -> handlers (lower/) */
/* Kernel -> image; reports S10 and S11, and limits of the image (generate/). NULL after errors. */
lic_image *lic_generate(lic_compilation *compilation, lic_program *program);

#endif
