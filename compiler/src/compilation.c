/* compilation.c - what a compile gives to its caller. */
#include "dump.h"

#include <licet/listing.h>

void lic_compilation_destroy(lic_compilation *compilation)
{
    if (compilation) lic_arena_destroy(compilation->arena);
}

lic_slice lic_compilation_source(const lic_compilation *compilation)
{
    return compilation->source;
}

const lic_diagnostics *lic_compilation_diagnostics(const lic_compilation *compilation)
{
    return &compilation->diagnostics;
}

const lic_image *lic_compilation_image(const lic_compilation *compilation)
{
    return compilation->diagnostics.error_count == 0 ? compilation->image : NULL;
}

lic_slice lic_compilation_bytes(const lic_compilation *compilation)
{
    return compilation->bytes;
}
lic_hash lic_compilation_source_hash(const lic_compilation *compilation)
{
    return compilation->source_hash;
}

bool lic_compilation_format(const lic_compilation *compilation, lic_buffer *target)
{
    if (!compilation->was_read) return false;
    lic_print(compilation->tree, target);
    return !target->failed;
}

bool lic_compilation_rename(const lic_compilation *compilation, lic_slice name, lic_buffer *target)
{
    if (!compilation->was_read) return false;
    lic_node renamed = *compilation->tree;
    renamed.name = name;
    lic_print(&renamed, target);
    return !target->failed;
}

bool lic_compilation_expand(const lic_compilation *compilation, lic_buffer *target)
{
    if (!compilation->kernel || compilation->diagnostics.error_count > 0) return false;
    lic_print(compilation->kernel, target);
    return !target->failed;
}

static bool dump_tree(const lic_compilation *compilation, lic_dump_detail detail,
                      lic_buffer *target)
{
    if (!compilation->tree || (detail != LIC_DUMP_TREE && !compilation->surface)) return false;
    lic_dump_nodes(compilation->tree, compilation->surface, detail, target);
    return !target->failed;
}

bool lic_compilation_dump(const lic_compilation *compilation, lic_stage stage, lic_buffer *target)
{
    switch (stage) {
    case LIC_STAGE_TOKENS: return lic_dump_tokens(compilation, target);
    case LIC_STAGE_TREE: return dump_tree(compilation, LIC_DUMP_TREE, target);
    case LIC_STAGE_RESOLVED: return dump_tree(compilation, LIC_DUMP_RESOLVED, target);
    case LIC_STAGE_TYPED: return dump_tree(compilation, LIC_DUMP_TYPED, target);
    case LIC_STAGE_KERNEL: return lic_compilation_expand(compilation, target);
    case LIC_STAGE_BYTECODE:
        if (!lic_compilation_image(compilation)) return false;
        lic_image_list(compilation->image, target);
        return !target->failed;
    }
    return false;
}
