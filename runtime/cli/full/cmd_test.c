/* cmd_test.c - licet test: scenarios and properties of agreements, their coverage and their mutants. */
#include "testing.h"

#include <licet/cli_commands.h>
#include <licet/store.h>

#include <string.h>

#define TEST_MEMORY LIC_GIGABYTES(4) /* of what many files tell */

/* It is shown, so that the run can be repeated. */
lic_status lic_test_seed(lic_cli *cli, uint64_t *seed)
{
    *seed = (uint64_t)lic_clock_system.now(lic_clock_system.context) % 1000000;
    return lic_cli_number(cli, LIC_OPTION_SEED, 0, INT64_MAX, seed);
}

/* Mutants of one file are shared among as many processes as there are to be; its jobs lie together. */
static lic_status share_mutants(lic_test_run *run, uint64_t parallel)
{
    lic_test_job *files = run->jobs;
    size_t count = run->job_count;
    uint32_t shares = (uint32_t)(parallel / count == 0 ? 1 : parallel / count);
    run->jobs = NULL;
    run->job_count = run->job_capacity = 0;
    for (size_t i = 0; i < count * shares; i++) {
        if (lic_test_add_job(run, files[i / shares].shown) != LIC_OK) return LIC_NO_MEMORY;
        run->jobs[i].share = (uint32_t)(i % shares);
        run->jobs[i].shares = shares;
    }
    return LIC_OK;
}

void lic_test_count(lic_test_run *run)
{
    for (size_t i = 0; i < run->result_count; i++) {
        if (run->jobs[run->results[i].job].share != 0) continue;
        if (run->results[i].told.failed) run->failed++;
        else run->passed++;
    }
    for (size_t i = 0; i < run->job_count; i++) run->failed += run->jobs[i].status != LIC_OK;
    run->cli->finding = run->failed > 0;
    if (lic_test_mutants_judge(run)) run->cli->finding = true;
}

static lic_status tell(lic_test_run *run)
{
    const char *form = lic_cli_value(run->cli, LIC_OPTION_REPORTER);
    if (run->cli->json) lic_test_tell_json(run);
    else if (form != NULL && strcmp(form, "tap") == 0) lic_test_tell_tap(run);
    else if (form != NULL && strcmp(form, "junit") == 0) lic_test_tell_junit(run);
    else lic_test_tell_text(run);
    return LIC_OK;
}

static lic_status test(lic_test_run *run)
{
    lic_cli *cli = run->cli;
    uint64_t runs = 0, parallel = lic_test_processors();
    const char *snapshot = lic_cli_value(cli, LIC_OPTION_GAS);
    LIC_TRY(lic_test_seed(cli, &run->seed));
    LIC_TRY(lic_cli_number(cli, LIC_OPTION_RUNS_EACH, 1, 1000000, &runs));
    LIC_TRY(lic_cli_number(cli, LIC_OPTION_JOBS, 1, 64, &parallel));
    run->runs = (uint32_t)runs;
    run->filter = lic_cli_value(cli, LIC_OPTION_FILTER);
    run->coverage = lic_cli_has(cli, LIC_OPTION_COVERAGE);
    run->mutate = lic_cli_has(cli, LIC_OPTION_MUTATE);
    if (lic_cli_has(cli, LIC_OPTION_CHECK) && snapshot == NULL)
        return lic_cli_usage(cli, "--check compares with the snapshot of --gas FILE");
    for (size_t i = 0; i < cli->operand_count; i++) LIC_TRY(lic_test_find(run, cli->operands[i]));
    if (cli->operand_count == 0) LIC_TRY(lic_test_find(run, "."));
    if (run->mutate) LIC_TRY(share_mutants(run, parallel));
    LIC_TRY(lic_test_jobs(run, parallel));
    lic_test_count(run);
    LIC_TRY(tell(run));
    LIC_TRY(lic_test_regressions_save(run));
    if (run->failed > 0) lic_cli_say(cli, "seed %llu", (unsigned long long)run->seed);
    return snapshot == NULL ? LIC_OK
                            : lic_test_gas(run, snapshot, lic_cli_has(cli, LIC_OPTION_CHECK));
}

lic_status lic_cmd_test(lic_cli *cli)
{
    lic_test_run run = {.cli = cli, .arena = lic_arena_create(cli->allocator, TEST_MEMORY)};
    lic_status status = run.arena == NULL ? LIC_NO_MEMORY : test(&run);
    lic_arena_destroy(run.arena);
    return status;
}
