/* testing.h - what `licet test` found, and how it is told. */
#ifndef LICET_CLI_TESTING_H
#define LICET_CLI_TESTING_H

#include <licet/cli.h>
#include <licet/scenario.h>

/* One file of scenarios, or a share of its mutants: what a process of its own works on. */
typedef struct lic_test_job {
    const char *folder, *file; /* the file in its folder */
    const char *shown;         /* the path as given */
    uint32_t share, shares;
    uint32_t first_result, results; /* of the run's */
    lic_status status;              /* of the file itself */
    lic_error error;
} lic_test_job;

typedef struct lic_test_result {
    uint32_t job;
    lic_scenario_result told; /* slices are the run's */
} lic_test_result;

typedef struct lic_test_clause {
    uint32_t job;
    lic_covered_clause told;
} lic_test_clause;
typedef struct lic_test_kernel {
    uint32_t job;
    lic_covered_kernel told;
} lic_test_kernel;
typedef struct lic_test_mutant {
    uint32_t job;
    lic_tried_mutant told;
    lic_slice reason; /* why it makes no difference; empty: nobody says so */
} lic_test_mutant;
typedef struct lic_test_explained {
    uint32_t job;
    lic_explained_change told;
    bool stale; /* no mutant that nobody noticed is meant */
} lic_test_explained;

typedef struct lic_test_read {
    uint32_t job;
    lic_slice path; /* that the scenarios asked for, beneath their folder */
} lic_test_read;

/* All of it, in the order of jobs, whatever came first. */
typedef struct lic_test_run {
    lic_cli *cli;
    lic_arena *arena;
    lic_test_job *jobs;
    size_t job_count, job_capacity;
    lic_test_result *results;
    size_t result_count, result_capacity;
    lic_test_clause *clauses;
    size_t clause_count, clause_capacity;
    lic_test_kernel *kernels;
    size_t kernel_count, kernel_capacity;
    lic_test_mutant *mutants;
    size_t mutant_count, mutant_capacity;
    lic_test_explained *explaineds;
    size_t explained_count, explained_capacity;
    lic_test_read *reads;
    size_t read_count, read_capacity;
    uint64_t seed;
    uint32_t runs;
    const char *filter;
    bool coverage, mutate;
    size_t passed, failed;
} lic_test_run;

/* test_find.c: jobs for the files of an operand, a folder's in order of their paths. */
lic_status lic_test_find(lic_test_run *run, const char *path);
lic_status lic_test_add_job(lic_test_run *run, const char *path);
/* The file of scenarios that `path` is, or the only one in that folder: usage error when there are several. */
lic_status lic_scenario_file(lic_cli *cli, lic_arena *arena, const char *path, const char **file);
/* cmd_test.c: a seed of its own for each run that names none; and counting what came out, with the command's finding. */
lic_status lic_test_seed(lic_cli *cli, uint64_t *seed);
void lic_test_count(lic_test_run *run);
/* test_jobs.c: as many as the machine has. */
uint64_t lic_test_processors(void);
/* Runs the jobs, at most `parallel` at a time, each in a process of its own. */
lic_status lic_test_jobs(lic_test_run *run, uint64_t parallel);
/* test_regressions.c: draws with which properties failed, beside their file: FILE.regressions. */
lic_status lic_test_regressions_get(lic_test_run *run, const lic_test_job *job, lic_slice property,
                                    lic_buffer *target);
lic_status lic_test_regressions_save(lic_test_run *run);
/* test_tell.c: the forms of output. */
void lic_test_tell_text(lic_test_run *run);
void lic_test_tell_failures(lic_test_run *run, uint32_t job);  /* those alone, as in the text */
void lic_test_tell_results(lic_test_run *run, lic_json *json); /* the member `results` */
void lic_test_tell_tap(lic_test_run *run);
void lic_test_tell_junit(lic_test_run *run);
void lic_test_tell_json(lic_test_run *run);
/* test_mutants.c: puts mutants in order and finds their explanations; true when one is unexplained, or an explanation
 * is stale. */
bool lic_test_mutants_judge(lic_test_run *run);
void lic_test_tell_mutants(lic_test_run *run);
void lic_test_tell_mutants_json(lic_test_run *run, lic_json *json);
/* test_gas.c: what kinds of transactions cost at most, against a snapshot. */
lic_status lic_test_gas(lic_test_run *run, const char *file, bool check);

#endif
