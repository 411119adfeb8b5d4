/* rehearsal.h - each step of a workload as it goes when nothing fails: the disk before it, the height and the bytes of the
 * ledger after each block of it. A run of the same step in which something fails is compared with that. */
#ifndef LICET_TESTS_CRASH_REHEARSAL_H
#define LICET_TESTS_CRASH_REHEARSAL_H

#include "workload.h"

#define REHEARSAL_HEIGHTS 1024

typedef struct rehearsal {
    workload work;
    bool has_threads; /* with a write-ahead log there are two, and where things are done early */
    disk_state before[WORKLOAD_STEPS];
    uint64_t heights[WORKLOAD_STEPS + 1]; /* before each step */
    /* Of the step that was rehearsed last, in the manner (journal, thresholds, randomness) in which it is tried: */
    uint64_t digests[REHEARSAL_HEIGHTS];
} rehearsal;

/* All steps of the workload of a seed. The program ends when one fails. */
void rehearsal_begin(rehearsal *r, uint64_t seed);
void rehearsal_end(rehearsal *r);

/* How a ledger is written. */
typedef struct rehearsal_manner {
    bool stays; /* with a log */
    bool early; /* small blocks as large ones are (workload.h) */
} rehearsal_manner;

/* Once more, for what the ledger's bytes are after each block. */
void rehearsal_step(rehearsal *r, size_t step, rehearsal_manner manner);
/* The steps that are worth trying: the first, which makes the ledger, too, and one of each sort. Returns how many. */
size_t rehearsal_choose(const rehearsal *r, size_t steps[WORKLOAD_STEPS]);
/* A step in a word. */
const char *rehearsal_name(const rehearsal *r, size_t step);
/* " --log --early", or the like: the words that choose a manner. */
const char *rehearsal_manner_words(rehearsal_manner manner);
/* True: `word` was one of them, and is heeded. */
bool rehearsal_manner_parse(rehearsal_manner *manner, const char *word);

/* A step in which something fails. */
typedef struct rehearsal_try {
    rehearsal *r;
    size_t step;
    rehearsal_manner manner;
    uint64_t call; /* which one fails */
    /* Prints what this try is, or the words after the program's name that repeat it. */
    void (*words)(const struct rehearsal_try *t, bool again);
    void (*opened)(void); /* called when the ledger is open; NULL: nobody is */
    /* Heights that may be left, once it was done. `least` is UINT64_MAX: perhaps no ledger, and nothing in its place */
    uint64_t least, most;
} rehearsal_try;

/* Says what is wrong with a try, and ends. */
LIC_PRINTF(2, 3) LIC_NORETURN void rehearsal_wrong(const rehearsal_try *t, const char *format, ...);
/* From here on a program that ends itself says that it was this try. */
void rehearsal_watch(const rehearsal_try *t);
/* Does the step, on a disk as it was before it. */
lic_status rehearsal_do(rehearsal_try *t, crash_disk *d);
/* What an end of the process or the machine leaves of the first `moment` operations: SQLite recovers the ledger, whose
 * bytes must be those after one of the blocks `least` to `most`. */
void rehearsal_look(const rehearsal_try *t, const crash_disk *d, size_t moment, disk_end end,
                    uint64_t seed);
/* Nothing fails any more: what the step was to do is done by the engine that met the failure, or by another. Some ledgers
 * are looked at whole: more often where it was that engine, whose state may have run ahead. */
void rehearsal_do_again(const rehearsal_try *t, crash_disk *d);
/* Runs `job` in so many processes. Returns what a program ends with. */
int rehearsal_run(unsigned jobs, int (*job)(const void *options, unsigned job),
                  const void *options);

#endif
