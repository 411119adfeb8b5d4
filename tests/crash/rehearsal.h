/* rehearsal.h - each step of a workload as it goes when nothing fails: the disk before it, the height and the bytes of the
 * ledger after each block of it. A run of the same step in which something fails is compared with that. */
#ifndef LICET_TESTS_CRASH_REHEARSAL_H
#define LICET_TESTS_CRASH_REHEARSAL_H

#include "workload.h"

#define REHEARSAL_HEIGHTS 1024

typedef struct rehearsal {
    workload work;
    disk_state before[WORKLOAD_STEPS];
    uint64_t heights[WORKLOAD_STEPS + 1]; /* before each step */
    /* Of the step that was rehearsed last, in the manner (journal, randomness) in which it is tried: */
    uint64_t digests[REHEARSAL_HEIGHTS];
} rehearsal;

/* All steps of the workload of a seed. The program ends when one fails. */
void rehearsal_begin(rehearsal *r, uint64_t seed);
void rehearsal_end(rehearsal *r);

/* Once more, for what the ledger's bytes are after each block. */
void rehearsal_step(rehearsal *r, size_t step, bool stays);
/* Opens the ledger for a try of the step. */
lic_status rehearsal_open(rehearsal *r, crash_disk *d, size_t step, bool stays);
/* The steps that are worth trying: one of each sort. Returns how many. */
size_t rehearsal_choose(const rehearsal *r, size_t steps[WORKLOAD_STEPS]);

/* After an end of the process or the machine: SQLite recovers the ledger, whose bytes must be those after one of the
 * blocks `least` to `most`, of which the height comes back; UINT64_MAX: they are not, or it cannot be read. */
uint64_t rehearsal_height(const rehearsal *r, const disk_state *state, uint64_t least,
                          uint64_t most);
/* The numbers of the steps in words. */
const char *rehearsal_name(const rehearsal *r, size_t step);

#endif
