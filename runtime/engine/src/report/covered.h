/* report/covered.h - how the engine writes into a lic_coverage. */
#ifndef LICET_ENGINE_COVERED_H
#define LICET_ENGINE_COVERED_H

#include <licet/coverage.h>

/* The bits of an image, instruction pc is bit pc % 64 of word pc / 64; they stay as long as the coverage.
 * NULL: memory is out. */
uint64_t *lic_coverage_open(lic_coverage *coverage, const lic_image *image);

static inline void lic_cover(uint64_t *bits, uint32_t pc)
{
    bits[pc / 64] |= (uint64_t)1 << pc % 64;
}

#endif
