/* scenario_work.h - what the host tells the confined process to do next, and what that answers. All in the canonical
 * codec. */
#ifndef LICET_AUTHOR_SCENARIO_WORK_H
#define LICET_AUTHOR_SCENARIO_WORK_H

#include <licet/scenario.h>

typedef enum lic_scenario_work {
    LIC_WORK_END = 0,
    LIC_WORK_LIST = 1,    /* -> u32 count, {slice name, slice kind, slice place} each; then
                           * {slice change, slice reason, slice place} each, up to an empty one */
    LIC_WORK_RUN = 2,     /* u32 index, u64 seed, u32 runs, regressions -> the result's members */
    LIC_WORK_COVERED = 3, /* -> u32 clauses, their members; u32 kernels, their members */
    LIC_WORK_EVAL = 6,    /* slice text -> u8 lic_eval, slice what it gave, slice of names */
    LIC_WORK_QUERY =
        7, /* slice SQL -> u8 lic_eval; u32 columns, u32 rows, slices; or a slice, what is wrong */
    LIC_WORK_SIM = 5,   /* u32 index, parameters, filings -> the result (sim_rows.c) */
    LIC_WORK_MUTANT = 4 /* u32 share, u32 shares, u64 seed, u32 runs -> u8 more, members when 1 */
} lic_scenario_work;

typedef enum lic_eval { LIC_EVAL_DONE = 0, LIC_EVAL_MORE = 1, LIC_EVAL_FAILED = 2 } lic_eval;

struct lic_world;
typedef struct lic_scenario_start {
    const char *file; /* NULL: none */
    bool coverage;
    struct lic_world *world; /* NULL: an empty one */
} lic_scenario_start;

/* The confined process's function; `context` is a lic_scenario_start. */
lic_confined_run lic_scenario_child;

#endif
