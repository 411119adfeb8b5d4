/* test_find.c - files of scenarios: NAME.scenario.lua, in a folder and below it. */
#include "testing.h"

#include <fts.h>
#include <string.h>
#include <sys/stat.h>

static const char ENDING[] = ".scenario.lua";

static bool is_scenarios(const char *path)
{
    size_t size = strlen(path), ending = sizeof ENDING - 1;
    return size > ending && strcmp(path + size - ending, ENDING) == 0;
}

static const char *keep(lic_test_run *run, const char *text, size_t size)
{
    char *copy = lic_arena_take(run->arena, size + 1);
    if (copy == NULL) return NULL;
    memcpy(copy, text, size);
    copy[size] = '\0';
    return copy;
}

lic_status lic_test_add_job(lic_test_run *run, const char *path)
{
    const char *slash = strrchr(path, '/');
    if (run->job_count == run->job_capacity) {
        size_t capacity = run->job_capacity == 0 ? 16 : run->job_capacity * 2;
        lic_test_job *grown = lic_arena_take(run->arena, capacity * sizeof *grown);
        if (grown == NULL) return LIC_NO_MEMORY;
        if (run->job_count > 0) memcpy(grown, run->jobs, run->job_count * sizeof *grown);
        run->jobs = grown;
        run->job_capacity = capacity;
    }
    lic_test_job *job = &run->jobs[run->job_count];
    memset(job, 0, sizeof *job);
    job->shown = keep(run, path, strlen(path));
    job->folder = slash == NULL ? "." : keep(run, path, slash == path ? 1 : (size_t)(slash - path));
    job->file = keep(run, slash == NULL ? path : slash + 1,
                     strlen(slash == NULL ? path : slash + 1));
    if (job->shown == NULL || job->folder == NULL || job->file == NULL) return LIC_NO_MEMORY;
    job->shares = 1;
    run->job_count++;
    return LIC_OK;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* Links are not followed, hidden folders are left out. */
static lic_status find_below(lic_test_run *run, const char *folder)
{
    char *copy = lic_arena_copy(run->arena, folder, strlen(folder) + 1);
    char *roots[2] = {copy, NULL};
    FTS *tree = copy == NULL ? NULL : fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
    lic_status status = tree == NULL ? LIC_NO_MEMORY : LIC_OK;
    for (FTSENT *at; status == LIC_OK && (at = fts_read(tree)) != NULL;) {
        if (at->fts_info == FTS_D && at->fts_level > 0 && at->fts_name[0] == '.')
            (void)fts_set(tree, at, FTS_SKIP);
        else if (at->fts_info == FTS_F && is_scenarios(at->fts_name))
            status = lic_test_add_job(run, at->fts_path);
    }
    if (tree != NULL) (void)fts_close(tree);
    return status;
}

lic_status lic_test_find(lic_test_run *run, const char *path)
{
    struct stat about;
    lic_error *error = &run->cli->error;
    size_t before = run->job_count;
    if (stat(path, &about) != 0)
        return lic_fail(error, LIC_MISSING, "file", "give a folder, or a file NAME.scenario.lua",
                        "cannot open %s", path);
    lic_status status = S_ISDIR(about.st_mode) ? find_below(run, path)
                                               : lic_test_add_job(run, path);
    if (status != LIC_OK) return lic_fail(error, status, "memory", "", "out of memory");
    if (run->job_count > before) return LIC_OK;
    return lic_fail(error, LIC_MISSING, "scenarios",
                    "licet new TEMPLATE makes a folder that has some",
                    "%s holds no file NAME.scenario.lua", path);
}

lic_status lic_scenario_file(lic_cli *cli, lic_arena *arena, const char *path, const char **file)
{
    lic_test_run run = {.cli = cli, .arena = arena};
    LIC_TRY(lic_test_find(&run, path));
    if (run.job_count > 1)
        return lic_cli_usage(cli, "%s holds several files of scenarios; give one, such as %s", path,
                             run.jobs[0].shown);
    *file = run.jobs[0].shown;
    return LIC_OK;
}
