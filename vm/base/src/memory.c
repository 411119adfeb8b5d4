/* memory.c - the process heap as a lic_allocator: the only caller of malloc in licet. */
#include <licet/memory.h>

#include <stdlib.h>
#include <string.h>

static void *system_resize(void *context, void *block, size_t old_size, size_t new_size)
{
    (void)context, (void)old_size;
    if (new_size == 0) {
        free(block);
        return NULL;
    }
    return realloc(block, new_size);
}

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
