/* fragment.c - a template, read by itself: a compilation of its own that goes no further than the tree. */
#include "parse/lexer.h"

#define FRAGMENT_ARENA_MAX ((size_t)256 << 20) /* the trees of a source of LIC_SOURCE_MAX bytes */

struct lic_fragment {
    lic_compilation compilation;
};

/* Alone in its function, so that no local variable lives across the unwinding. */
static bool parse_guarded(lic_compilation *compilation, const lic_template *text)
{
    if (setjmp(compilation->out_of_memory) != 0) return false;
    compilation->tree = lic_parse_template(compilation, text);
    compilation->was_read = compilation->diagnostics.error_count == 0;
    lic_diag_sort(compilation);
    return true;
}

lic_fragment *lic_fragment_parse(const lic_template *text, const lic_allocator *allocator)
{
    lic_arena *arena = lic_arena_create(allocator, FRAGMENT_ARENA_MAX);
    lic_fragment *fragment = arena ? lic_arena_take(arena, sizeof *fragment) : NULL;
    if (fragment) {
        fragment->compilation.arena = arena;
        fragment->compilation.allocator = allocator;
        if (parse_guarded(&fragment->compilation, text)) return fragment;
    }
    lic_arena_destroy(arena);
    return NULL;
}

void lic_fragment_destroy(lic_fragment *fragment)
{
    if (fragment) lic_arena_destroy(fragment->compilation.arena);
}

const lic_diagnostics *lic_fragment_diagnostics(const lic_fragment *fragment)
{
    return &fragment->compilation.diagnostics;
}

size_t lic_fragment_memory(const lic_fragment *fragment)
{
    return lic_arena_used(fragment->compilation.arena);
}

bool lic_fragment_text(const lic_fragment *fragment, lic_buffer *target)
{
    if (!fragment->compilation.was_read) return false;
    lic_print_lines(fragment->compilation.tree, target);
    return !target->failed;
}

const lic_node *lic_fragment_tree(const lic_fragment *fragment)
{
    return fragment->compilation.tree;
}
