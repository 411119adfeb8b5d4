/* unit.h - what every unit test includes: cmocka with the headers it wants before itself, and an
 * allocator that fails when it is told to. */
#ifndef LICET_TESTS_UNIT_H
#define LICET_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <licet/memory.h>

#define assert_ok(call) assert_int_equal((call), LIC_OK)

/* Counts the live bytes and fails every call that takes memory once `left` of them succeeded. */
typedef struct unit_heap {
    size_t left;
    size_t live_bytes;
} unit_heap;

static inline void *unit_resize(void *context, void *block, size_t old_size, size_t new_size)
{
    unit_heap *heap = context;
    if (new_size > old_size) {
        if (heap->left == 0) return NULL;
        heap->left--;
    }
    void *result = lic_allocator_system.resize(NULL, block, old_size, new_size);
    heap->live_bytes += new_size - old_size;
    return result;
}

static inline lic_allocator unit_allocator(unit_heap *heap)
{
    return (lic_allocator){.context = heap, .resize = unit_resize};
}

#endif
