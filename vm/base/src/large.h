/* large.h - blocks of the process heap that get huge pages of the kernel's. Memory is made when it is first touched, and
 * making it by 4 KiB took a tenth of the processor time of a month's settlement: 1.3 us each, 0.2 us in huge pages
 * (docs/adr/0063). */
#ifndef LICET_BASE_LARGE_H
#define LICET_BASE_LARGE_H

#include <licet/base.h>

/* What watches a program wants to see its blocks taken and freed one by one. */
#if defined(__linux__) && !LICET_WATCHED
#define LIC_HAS_LARGE 1
#else
#define LIC_HAS_LARGE 0
#endif

#define LIC_LARGE ((size_t)2 << 20) /* blocks of this size and more are large */

/* As an allocator's resize, for old and new sizes that are large, or 0. */
void *lic_large_resize(void *block, size_t old_size, size_t new_size);

#endif
