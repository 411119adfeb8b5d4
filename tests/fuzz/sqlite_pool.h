/* sqlite_pool.h - memory of SQLite's own for fuzz targets that open ledgers all the time. SQLite asks for thousands of
 * small blocks at each opening, which under the address sanitizer cost more than all else that a target does. Blocks
 * come in sizes of powers of two. One that was freed stays closed to the sanitizer, and is not taken again before some
 * others of its size were freed too, so that a value that is read after its row has gone is still found.
 *
 *     sqlite_pool_use();        before SQLite's first call
 *
 * For one thread, as SQLite itself is from then on. Memory is never given back. */
#ifndef LICET_TESTS_FUZZ_SQLITE_POOL_H
#define LICET_TESTS_FUZZ_SQLITE_POOL_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <licet/status.h>
#include <sanitizer/asan_interface.h>
#include <sqlite3.h>

/* No part of what is measured and searched. */
#if defined(__clang__)
#define POOL_UNSEEN __attribute__((no_sanitize("coverage", "undefined")))
#else
#define POOL_UNSEEN
#endif

enum { POOL_SMALLEST = 4, POOL_CLASSES = 31, POOL_SLAB = 1 << 24, POOL_CLOSED = 64 };

/* Before each block; 16 bytes, so that blocks are aligned. */
typedef struct pool_head {
    union {
        struct pool_head *next; /* while it is free */
        size_t size;            /* while it is taken: what was asked for */
    };
    uint64_t shift;
} pool_head;

_Static_assert(sizeof(pool_head) == 16, "a head keeps blocks aligned");

static struct {
    pool_head *closed[POOL_CLASSES],
        *last[POOL_CLASSES];       /* freed not long ago, the first one first */
    uint32_t count[POOL_CLASSES];  /* of these */
    pool_head *open[POOL_CLASSES]; /* what may be taken */
    uint8_t *slab;                 /* the present one; each begins with the one before */
    size_t left;
} pool;

POOL_UNSEEN static void *pool_slab(size_t size)
{
    uint8_t *slab = malloc(16 + size);
    if (slab == NULL) return NULL;
    memcpy(slab, &pool.slab, sizeof pool.slab);
    pool.slab = slab;
    return slab + 16;
}

POOL_UNSEEN static pool_head *pool_carve(unsigned shift)
{
    static uint8_t *at;
    size_t room = sizeof(pool_head) + ((size_t)1 << shift);
    if (room > POOL_SLAB / 4) return pool_slab(room);
    if (room > pool.left) {
        at = pool_slab(POOL_SLAB);
        pool.left = at == NULL ? 0 : POOL_SLAB;
        if (at == NULL) return NULL;
    }
    pool_head *head = (pool_head *)(void *)at;
    at += room;
    pool.left -= room;
    ASAN_POISON_MEMORY_REGION(head + 1, room - sizeof *head);
    return head;
}

POOL_UNSEEN static void *pool_take(int size)
{
    unsigned shift = size <= 1 << POOL_SMALLEST ? POOL_SMALLEST
                                                : 32 - (unsigned)__builtin_clz((unsigned)size - 1);
    pool_head *head = pool.open[shift];
    if (head != NULL) pool.open[shift] = head->next;
    else head = pool_carve(shift);
    if (head == NULL) return NULL;
    *head = (pool_head){.size = (size_t)size, .shift = shift};
    ASAN_UNPOISON_MEMORY_REGION(head + 1, (size_t)size);
    return head + 1;
}

POOL_UNSEEN static void pool_free(void *block)
{
    pool_head *head = (pool_head *)block - 1;
    size_t shift = head->shift;
    ASAN_POISON_MEMORY_REGION(block, (size_t)1 << shift);
    head->next = NULL;
    if (pool.closed[shift] == NULL) pool.closed[shift] = head;
    else pool.last[shift]->next = head;
    pool.last[shift] = head;
    if (++pool.count[shift] <= POOL_CLOSED) return;
    pool_head *oldest = pool.closed[shift];
    pool.closed[shift] = oldest->next;
    pool.count[shift]--;
    oldest->next = pool.open[shift];
    pool.open[shift] = oldest;
}

POOL_UNSEEN static int pool_size(void *block)
{
    return block == NULL ? 0 : (int)((pool_head *)block - 1)->size;
}

POOL_UNSEEN static void *pool_resize(void *block, int size)
{
    void *larger = pool_take(size);
    if (larger == NULL) return NULL;
    memcpy(larger, block, (size_t)(size < pool_size(block) ? size : pool_size(block)));
    pool_free(block);
    return larger;
}

/* To a multiple of 8. */
POOL_UNSEEN static int pool_round(int size)
{
    return (size + 7) & ~7;
}

static int pool_start(void *context)
{
    (void)context;
    return SQLITE_OK;
}

static void pool_stop(void *context)
{
    (void)context;
}

static inline void sqlite_pool_use(void)
{
    static sqlite3_mem_methods methods = {pool_take,  pool_free,  pool_resize, pool_size,
                                          pool_round, pool_start, pool_stop,   NULL};
    LIC_ASSERT(sqlite3_config(SQLITE_CONFIG_MALLOC, &methods) == SQLITE_OK);
    LIC_ASSERT(sqlite3_config(SQLITE_CONFIG_SINGLETHREAD) == SQLITE_OK);
}

#endif
