/* coverage.h - which instructions of which images ran, on all engines that were opened with the same
 * lic_coverage. Engines without one run as fast as ever; with one, code runs in its traced form.
 *
 * What ran is kept whatever became of the transaction: a refused one ran code too. Each instruction counts
 * but labels, which do nothing, and may be jumped over. One thread at a time. Memory: one bit for each
 * instruction of each image that was loaded. */
#ifndef LICET_COVERAGE_H
#define LICET_COVERAGE_H

#include <licet/image.h>

typedef struct lic_coverage lic_coverage;

lic_coverage *lic_coverage_create(const lic_allocator *allocator); /* NULL: memory is out */
void lic_coverage_destroy(lic_coverage *coverage); /* NULL allowed; no engine uses it */

/* Instruction pc of the image with this id has run. False for an image that was never loaded. */
bool lic_coverage_has(const lic_coverage *coverage, const lic_hash *image, uint32_t pc);
/* How many instructions of it have. */
uint32_t lic_coverage_count(const lic_coverage *coverage, const lic_hash *image);
/* Nothing has run; images that engines have loaded stay. */
void lic_coverage_clear(lic_coverage *coverage);

#endif
