/* page_memory.c - memory for SQLite, with that of its pages in large blocks, which the kernel gives in huge pages. A ledger
 * that settles a month has a thousand pages in memory, and each would be made of five small ones of the kernel's. All of it
 * comes from licet's own allocator. Each block has its size in front; SQLite aligns to eight bytes. */
#include "internal.h"

#include <licet/memory.h>

#include <pthread.h>
#include <string.h>

enum {
    HEAD = 8, /* before each block: its size */
    PAGE_LEAST = STORE_PAGE,
    PAGE_MOST = STORE_PAGE + 512, /* what SQLite notes about a page lies behind it */
    SLOT = PAGE_MOST + HEAD,
    REGION = 2 << 20,
    REGION_HEAD = 64, /* the list, and the first slot in a line of its own */
    REGION_SLOTS = (REGION - REGION_HEAD) / SLOT
};

typedef struct slot {
    struct slot *next;
} slot;

typedef struct region {
    struct region *next;
} region;

static struct {
    pthread_mutex_t lock;
    region *regions;
    slot *free;
    size_t begun; /* slots of the newest region that were ever used */
    size_t used;
} pages = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* What watches a program wants to see each page. */
static bool is_page(size_t size)
{
    return !LICET_WATCHED && size >= PAGE_LEAST && size <= PAGE_MOST;
}

static uint8_t *slot_at(region *of, size_t number)
{
    return (uint8_t *)of + REGION_HEAD + number * SLOT;
}

static void *take_slot(void)
{
    if (pages.free != NULL) {
        slot *taken = pages.free;
        pages.free = taken->next;
        return taken;
    }
    if (pages.regions == NULL || pages.begun == REGION_SLOTS) {
        region *fresh = lic_allocate(&lic_allocator_system, REGION);
        if (fresh == NULL) return NULL;
        fresh->next = pages.regions;
        pages.regions = fresh;
        pages.begun = 0;
    }
    return slot_at(pages.regions, pages.begun++);
}

static void release_regions(void)
{
    while (pages.regions != NULL) {
        region *next = pages.regions->next;
        lic_release(&lic_allocator_system, pages.regions, REGION);
        pages.regions = next;
    }
    pages.free = NULL;
    pages.begun = 0;
}

static void *take_page(void)
{
    LIC_ASSERT(pthread_mutex_lock(&pages.lock) == 0);
    void *taken = take_slot();
    if (taken != NULL) pages.used++;
    LIC_ASSERT(pthread_mutex_unlock(&pages.lock) == 0);
    return taken;
}

static void give_page(void *block)
{
    LIC_ASSERT(pthread_mutex_lock(&pages.lock) == 0);
    slot *freed = block;
    freed->next = pages.free;
    pages.free = freed;
    if (--pages.used == 0) release_regions();
    LIC_ASSERT(pthread_mutex_unlock(&pages.lock) == 0);
}

/* -- SQLite's interface ------------------------------------------------------------------------------------------ */

static size_t size_of(const void *block)
{
    uint64_t size = 0;
    memcpy(&size, (const uint8_t *)block - HEAD, sizeof size);
    return (size_t)size;
}

static void *with_size(uint8_t *block, size_t size)
{
    uint64_t head = size;
    if (block == NULL) return NULL;
    memcpy(block, &head, sizeof head);
    return block + HEAD;
}

static void *take(int size)
{
    size_t wanted = (size_t)size;
    return with_size(
        is_page(wanted) ? take_page() : lic_allocate(&lic_allocator_system, wanted + HEAD), wanted);
}

static void give(void *block)
{
    size_t size = size_of(block);
    uint8_t *whole = (uint8_t *)block - HEAD;
    if (is_page(size)) give_page(whole);
    else lic_release(&lic_allocator_system, whole, size + HEAD);
}

static void *resize(void *block, int size)
{
    size_t old_size = size_of(block), wanted = (size_t)size;
    uint8_t *whole = (uint8_t *)block - HEAD;
    if (is_page(old_size) && is_page(wanted)) return with_size(whole, wanted);
    if (!is_page(old_size) && !is_page(wanted))
        return with_size(lic_allocator_system.resize(NULL, whole, old_size + HEAD, wanted + HEAD),
                         wanted);
    void *moved = take(size);
    if (moved == NULL) return NULL;
    memcpy(moved, block, old_size < wanted ? old_size : wanted);
    give(block);
    return moved;
}

static int given(void *block)
{
    return block == NULL ? 0 : (int)size_of(block);
}

static int rounded(int size)
{
    return (size + 7) & ~7;
}

static int begin(void *context)
{
    (void)context;
    return SQLITE_OK;
}

static void end(void *context)
{
    (void)context;
}

bool lic_store_own_memory(void)
{
    static const sqlite3_mem_methods methods = {.xMalloc = take,
                                                .xFree = give,
                                                .xRealloc = resize,
                                                .xSize = given,
                                                .xRoundup = rounded,
                                                .xInit = begin,
                                                .xShutdown = end};
    return sqlite3_config(SQLITE_CONFIG_MALLOC, &methods) == SQLITE_OK &&
           sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) == SQLITE_OK;
}
