/* memory.h - the allocator that is passed in at the root, and the arena on top of it.
 *
 * Nothing in licet calls malloc but lic_allocator_system. Tests pass an allocator that fails the
 * n-th call. */
#ifndef LICET_MEMORY_H
#define LICET_MEMORY_H

#include <licet/base.h>
#include <licet/status.h>

typedef struct lic_allocator {
    void *context;
    /* realloc semantics: (NULL, 0, n) allocates, (p, n, 0) frees and returns NULL, otherwise
     * resizes. Returns NULL when memory is out; then the old block is untouched. */
    void *(*resize)(void *context, void *block, size_t old_size, size_t new_size);
} lic_allocator;

/* A maximum of n GiB, or all that this machine can address when that is less. */
#define LIC_GIGABYTES(n)                                                            \
    ((size_t)((uint64_t)(n) << 30 < (uint64_t)(SIZE_MAX >> 1) ? (uint64_t)(n) << 30 \
                                                              : (uint64_t)(SIZE_MAX >> 1)))

/* The process heap. */
extern const lic_allocator lic_allocator_system;

void *lic_allocate(const lic_allocator *allocator, size_t size); /* uninitialised; NULL = out */
void *lic_allocate_zero(const lic_allocator *allocator, size_t count, size_t size);
void lic_release(const lic_allocator *allocator, void *block, size_t size);

/* An arena: blocks are released together. Every arena has a maximum, so that hostile input cannot
 * take the machine. Not thread-safe. */
typedef struct lic_arena lic_arena;

lic_arena *lic_arena_create(const lic_allocator *allocator, size_t max_bytes); /* NULL = out */
void lic_arena_destroy(lic_arena *arena);                                      /* NULL allowed */
/* As it was created, but for memory of one chunk that it keeps. What was taken from it is gone. */
void lic_arena_reset(lic_arena *arena);
/* 16-byte aligned, zeroed; NULL when the maximum or the memory is reached. */
void *lic_arena_take(lic_arena *arena, size_t size);
void *lic_arena_copy(lic_arena *arena, const void *bytes, size_t size);
/* NUL-terminated copy of `size` bytes. */
char *lic_arena_text(lic_arena *arena, const char *text, size_t size);
size_t lic_arena_used(const lic_arena *arena);

#endif
