/* large.c - blocks whose address and size are multiples of a huge page, so that all of it can lie in such pages. Where there
 * are none to be had, the kernel takes small ones. A block that grows moves with its pages, without a copy. */
#include "large.h"

#if LIC_HAS_LARGE

#include <stdint.h>
#include <sys/mman.h>

#define HUGE_PAGE LIC_LARGE

/* Wraps to 0 beyond the last whole page of the address space. */
static size_t whole_pages(size_t size)
{
    return (size + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1);
}

static void *take(size_t room)
{
    if (room == 0 || room > SIZE_MAX - HUGE_PAGE) return NULL;
    size_t mapped = room + HUGE_PAGE; /* some address in it is a multiple */
    uint8_t *all = mmap(NULL, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (all == MAP_FAILED) return NULL;
    size_t before = whole_pages((uintptr_t)all) - (uintptr_t)all, behind = HUGE_PAGE - before;
    if (before != 0) (void)munmap(all, before);
    if (behind != 0) (void)munmap(all + before + room, behind);
    (void)madvise(all + before, room, MADV_HUGEPAGE);
    return all + before;
}

static void *move(void *block, size_t old_room, size_t room)
{
    void *fresh = take(room);
    if (fresh == NULL) return NULL;
    size_t kept = old_room < room ? old_room : room;
    if (mremap(block, kept, kept, MREMAP_MAYMOVE | MREMAP_FIXED, fresh) == MAP_FAILED) {
        (void)munmap(fresh, room);
        return NULL;
    }
    if (old_room > kept) (void)munmap((uint8_t *)block + kept, old_room - kept);
    return fresh;
}

void *lic_large_resize(void *block, size_t old_size, size_t new_size)
{
    size_t old_room = whole_pages(old_size), room = whole_pages(new_size);
    LIC_ASSERT((uintptr_t)block % HUGE_PAGE == 0); /* no block that was made small */
    if (new_size == 0) {
        (void)munmap(block, old_room);
        return NULL;
    }
    if (block == NULL) return take(room);
    return room == old_room ? block : move(block, old_room, room);
}

#endif
