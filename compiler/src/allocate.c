/* allocate.c - the memory of a compile: one arena, and one way out when it is used up. */
#include "passes.h"

#include <string.h>

void *lic_new(lic_compilation *compilation, size_t size)
{
    void *block = lic_arena_take(compilation->arena, size == 0 ? 1 : size);
    if (!block) longjmp(compilation->out_of_memory, 1);
    return block;
}

void *lic_grow(lic_compilation *compilation, void *items, size_t count, size_t *capacity,
               size_t item_size)
{
    if (count < *capacity) return items;
    size_t wanted = *capacity == 0 ? 8 : 2 * *capacity;
    LIC_ASSERT(wanted <= SIZE_MAX / item_size);
    void *grown = lic_new(compilation, wanted * item_size);
    if (count > 0) memcpy(grown, items, count * item_size);
    *capacity = wanted;
    return grown;
}
