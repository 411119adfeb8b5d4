/* agreements.c - compiled agreements by their text. */
#include "agreements.h"

#include <licet/crypto.h>
#include <licet/hash.h>

#include <string.h>

#define TEXTS_MAX ((size_t)1 << 30)

struct lic_agreements {
    const lic_allocator *allocator;
    lic_arena *arena; /* names and texts */
    lic_agreement items[LIC_AGREEMENTS_MAX];
    size_t count;
};

lic_agreements *lic_agreements_create(const lic_allocator *allocator)
{
    lic_agreements *all = lic_allocate_zero(allocator, 1, sizeof *all);
    if (all == NULL) return NULL;
    all->allocator = allocator;
    all->arena = lic_arena_create(allocator, TEXTS_MAX);
    if (all->arena != NULL) return all;
    lic_release(allocator, all, sizeof *all);
    return NULL;
}

void lic_agreements_destroy(lic_agreements *all)
{
    if (all == NULL) return;
    for (size_t i = 0; i < all->count; i++) {
        lic_code_map_destroy(all->items[i].map);
        lic_compilation_destroy(all->items[i].compilation);
    }
    lic_arena_destroy(all->arena);
    lic_release(all->allocator, all, sizeof *all);
}

static lic_status tell(const lic_diagnostics *found, lic_slice name, lic_error *error)
{
    const lic_diagnostic *first = &found->items[0];
    for (size_t i = 0; i < found->count && first->level != LIC_ERROR; i++) first = &found->items[i];
    return lic_fail(error, LIC_MALFORMED, "diagnostics",
                    first->help != NULL ? first->help : "licet check shows all of them",
                    "%.*s:%u:%u: %s: %s%s", (int)name.size, (const char *)name.data,
                    first->primary.span.line, first->primary.span.column, first->code, first->title,
                    found->error_count > 1 ? ", and more" : "");
}

static bool keep(lic_agreements *all, lic_slice bytes, lic_slice *kept)
{
    void *copy = lic_arena_copy(all->arena, bytes.data, bytes.size);
    *kept = lic_slice_of(copy, bytes.size);
    return copy != NULL || bytes.size == 0;
}

static lic_status add(lic_agreements *all, lic_slice name, lic_slice text, lic_agreement *item,
                      lic_error *error)
{
    lic_buffer source;
    const lic_compile_options options = {.unit_scale = 6};
    item->compilation = lic_compile(text, &options, &lic_hasher_native, all->allocator);
    if (item->compilation == NULL)
        return lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory");
    const lic_diagnostics *found = lic_compilation_diagnostics(item->compilation);
    if (found->error_count > 0) return tell(found, name, error);
    lic_buffer_init(&source, all->allocator, 8u * LIC_SOURCE_MAX);
    bool good = lic_compilation_format(item->compilation, &source) && !source.failed &&
                keep(all, lic_slice_of(source.data, source.size), &item->source) &&
                keep(all, name, &item->name) && keep(all, text, &item->text);
    lic_buffer_free(&source);
    return good ? LIC_OK : lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory");
}

lic_status lic_agreements_take(lic_agreements *all, lic_slice name, lic_slice text,
                               const lic_agreement **agreement, lic_error *error)
{
    for (size_t i = 0; i < all->count; i++) {
        *agreement = &all->items[i];
        if (lic_slice_equal(all->items[i].text, text)) return LIC_OK;
    }
    if (all->count == LIC_AGREEMENTS_MAX)
        return lic_fail(error, LIC_TOO_LARGE, "agreements", "divide the run",
                        "more than %u different agreements", LIC_AGREEMENTS_MAX);
    lic_agreement *item = &all->items[all->count];
    memset(item, 0, sizeof *item);
    lic_status status = add(all, name, text, item, error);
    if (status != LIC_OK) {
        if (item->compilation != NULL) lic_compilation_destroy(item->compilation);
        return status;
    }
    all->count++;
    *agreement = item;
    return LIC_OK;
}

size_t lic_agreements_count(const lic_agreements *all)
{
    return all->count;
}

const lic_agreement *lic_agreements_at(const lic_agreements *all, size_t index)
{
    LIC_ASSERT(index < all->count);
    return &all->items[index];
}

const lic_code_map *lic_agreements_map(lic_agreements *all, size_t index)
{
    LIC_ASSERT(index < all->count);
    lic_agreement *item = &all->items[index];
    if (item->map == NULL) item->map = lic_code_map_create(item->compilation, all->allocator);
    return item->map;
}
