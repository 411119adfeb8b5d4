/* memory.c - the process heap as a lic_allocator: the only caller of malloc in licet. */
#include <licet/memory.h>

#include "large.h"

#include <stdlib.h>
#include <string.h>

static void *small_resize(void *block, size_t new_size)
{
    if (new_size != 0) return realloc(block, new_size);
    free(block);
    return NULL;
}

#if LIC_HAS_LARGE

/* Between a small block and a large one. */
static void *copy_over(void *block, size_t old_size, size_t new_size)
{
    bool grows = new_size > old_size;
    void *copy = grows ? lic_large_resize(NULL, 0, new_size) : small_resize(NULL, new_size);
    if (copy == NULL) return NULL;
    memcpy(copy, block, grows ? old_size : new_size);
    (void)(grows ? small_resize(block, 0) : lic_large_resize(block, old_size, 0));
    return copy;
}

static void *system_resize(void *context, void *block, size_t old_size, size_t new_size)
{
    (void)context;
    bool was_large = block != NULL && old_size >= LIC_LARGE, is_large = new_size >= LIC_LARGE;
    if (!was_large && (!is_large || block == NULL))
        return is_large ? lic_large_resize(NULL, 0, new_size) : small_resize(block, new_size);
    if (was_large && (is_large || new_size == 0))
        return lic_large_resize(block, old_size, new_size);
    return copy_over(block, old_size, new_size);
}

#else

static void *system_resize(void *context, void *block, size_t old_size, size_t new_size)
{
    (void)context, (void)old_size;
    return small_resize(block, new_size);
}

#endif

const lic_allocator lic_allocator_system = {.context = NULL, .resize = system_resize};

void *lic_allocate(const lic_allocator *allocator, size_t size)
{
    return allocator->resize(allocator->context, NULL, 0, size > 0 ? size : 1);
}

void *lic_allocate_zero(const lic_allocator *allocator, size_t count, size_t size)
{
    if (size > 0 && count > SIZE_MAX / size) return NULL;
    size_t total = count * size;
    void *block = lic_allocate(allocator, total);
    if (block != NULL && total > 0) memset(block, 0, total);
    return block;
}

void lic_release(const lic_allocator *allocator, void *block, size_t size)
{
    if (block != NULL) allocator->resize(allocator->context, block, size > 0 ? size : 1, 0);
}
