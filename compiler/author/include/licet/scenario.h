/* scenario.h - runs a file of scenarios: each on a ledger in memory of its own, in a confined process
 * (confine.h), in the same engine as any ledger. What a scenario is: docs/spec/testing.md. */
#ifndef LICET_SCENARIO_H
#define LICET_SCENARIO_H

#include <licet/project.h>

/* One scenario or property. Slices are borrowed until the call of the sink returns. */
typedef struct lic_scenario_result {
    uint32_t index;       /* in its file, from 0 */
    lic_slice name, kind; /* "scenario" or "property" */
    lic_slice place;      /* "simple.scenario.lua:12: " */
    bool failed;
    lic_slice failure, text,
        help; /* "expected", "refused", "check", "error"; text begins with the place */
    uint64_t expectations;
    lic_slice gas; /* per kind of transaction: slice what, u64 most; to the end */
    /* PROPERTY that failed: the draws that make it fail, and what they were. */
    lic_slice draws; /* u32 count, i64 each */
    lic_slice shown; /* u32 count, slices */
} lic_scenario_result;

/* A clause of an agreement that scenarios deployed. */
typedef struct lic_covered_clause {
    lic_slice agreement, what, name, label, anchor;
    uint32_t line;          /* of the agreement's text */
    uint32_t code, covered; /* instructions */
} lic_covered_clause;

typedef struct lic_covered_kernel {
    lic_slice agreement;
    uint32_t lines, covered;
    lic_slice missed; /* the first lines that never ran, as text */
} lic_covered_kernel;

typedef struct lic_tried_mutant {
    lic_slice agreement, description;
    uint32_t number; /* in the order of the text, of all agreements of the file */
    uint32_t line;
    lic_slice killer; /* the scenario that noticed; empty: none did */
} lic_tried_mutant;

/* A change that the file says makes no difference. */
typedef struct lic_explained_change {
    lic_slice change, reason, place;
} lic_explained_change;

typedef struct lic_scenario_sink {
    void *context;
    void (*result)(void *context, const lic_scenario_result *result);
    void (*clause)(void *context, const lic_covered_clause *clause);
    void (*kernel)(void *context, const lic_covered_kernel *kernel);
    void (*mutant)(void *context, const lic_tried_mutant *mutant);
    void (*explained)(void *context, const lic_explained_change *change);
    /* Draws with which a property failed before: u32 count of lists, each u32 count, i64 each. NULL: none. */
    void (*regressions)(void *context, lic_slice property, lic_buffer *target);
} lic_scenario_sink;

typedef struct lic_scenario_options {
    const char *folder; /* the project's: what scenarios can read */
    const char *file;   /* in the folder */
    const lic_allocator *allocator;
    const lic_clock *clock;
    lic_confine_limits limits;
    uint64_t seed;
    uint32_t runs;      /* of each property; 0: what it says itself, or 100 */
    const char *filter; /* only what has this in its name; NULL: all */
    bool coverage, mutate;
    uint32_t share,
        shares; /* of mutants: those whose number leaves `share` when divided by `shares` */
    lic_scenario_sink sink;
    lic_project_observer observer; /* of what the file and its scenarios read */
} lic_scenario_options;

#define LIC_PROPERTY_RUNS 100u /* that say nothing else: some seconds */

/* Answers OK also when scenarios fail: the sink is told. MALFORMED, code "lua": the file has a mistake; what
 * lic_confine_run and lic_project_open answer. */
lic_status lic_scenarios_run(const lic_scenario_options *options, lic_error *error);

#endif
