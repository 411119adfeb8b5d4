/* cmd_bench.c - licet bench: the scripts of tests/bench, which build their yardsticks themselves and print ratios.
 *
 * They need the sources: the checkout in which this executable was built, or LICET_SOURCE. */
#include <licet/cli.h>
#include <licet/cli_commands.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATH_SIZE = 4096 };

typedef struct measure {
    const char *name, *script, *doc;
    const char *runs_last; /* what stands before the number of runs; NULL: nothing */
    bool apart;            /* done when it is named, not when all are */
} measure;

static const measure measures[] = {
    {"kernel", "kernel.sh", "kernel K in the interpreter against checked native C", NULL, false},
    {"month", "month.sh", "a month of streams, files to settled ledger, against native.c", "M",
     false},
    {"databases", "databases.sh", "the same month in SQLite, PostgreSQL and DuckDB", "M", false},
    {"grants", "grants.sh", "small signed transactions, against verifying alone and a bare log",
     NULL, false},
    {"growth", "growth.sh", "a ledger that grows: intake, latency, replay, bytes an entry", NULL,
     false},
    {"instructions", "instructions.sh",
     "instructions a line and a transaction, which noise does not touch", NULL, false},
    {"compile", "compile.sh", "agreements of 1,000 and 4,000 lines, and sources made to be slow",
     NULL, false},
    {"newcomer", "newcomer.sh", "each step of the tutorial, in milliseconds", NULL, false},
    {"table", "table.sh", "all that docs/bench.md shows, measured and written there", NULL, true},
};

/* The folder that holds tests/bench: LICET_SOURCE, or a folder above this executable. */
static bool find_source(char source[PATH_SIZE], char program[PATH_SIZE])
{
    ssize_t size = readlink("/proc/self/exe", program, PATH_SIZE - 1);
    if (size <= 0) return false;
    program[size] = '\0';
    const char *given = getenv("LICET_SOURCE");
    snprintf(source, PATH_SIZE, "%s", given != NULL ? given : program);
    for (;;) {
        char probe[PATH_SIZE + 32];
        snprintf(probe, sizeof probe, "%s/tests/bench/month.sh", source);
        if (access(probe, X_OK) == 0) return true;
        char *slash = strrchr(source, '/');
        if (given != NULL || slash == NULL || slash == source) return false;
        *slash = '\0';
    }
}

static lic_status run_script(lic_cli *cli, const measure *what, const char *source)
{
    char script[PATH_SIZE + 64];
    const char *runs = lic_cli_value(cli, LIC_OPTION_RUNS);
    snprintf(script, sizeof script, "%s/tests/bench/%s", source, what->script);
    if (cli->json && setenv("LICET_BENCH_JSON", "1", 1) != 0) return LIC_NO_MEMORY;
    pid_t child = fork();
    if (child == 0) {
        if (what->runs_last != NULL) {
            execl(script, script, what->runs_last, runs != NULL ? runs : "5", (char *)NULL);
        } else {
            execl(script, script, runs != NULL ? runs : "5", (char *)NULL);
        }
        _exit(127);
    }
    int status = 0;
    while (child > 0 && waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) return LIC_IO;
    }
    if (child < 0) return LIC_IO;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return LIC_OK;
    return lic_fail(&cli->error, LIC_IO, "bench", "its own words stand above", "%s did not finish",
                    script);
}

static lic_status list_measures(lic_cli *cli)
{
    lic_json json;
    lic_json_init(&json, &cli->out);
    if (cli->json) lic_json_array(&json);
    for (size_t i = 0; i < LIC_COUNT(measures); i++) {
        if (!cli->json) {
            lic_put_format(&cli->out, "%-12s %s\n", measures[i].name, measures[i].doc);
            continue;
        }
        lic_json_object(&json);
        lic_json_put_text(&json, "name", measures[i].name);
        lic_json_put_text(&json, "text", measures[i].doc);
        lic_json_end(&json);
    }
    if (cli->json) lic_json_end(&json);
    return lic_cli_flush(cli, true);
}

static bool is_wanted(const lic_cli *cli, const measure *what)
{
    bool wanted = cli->operand_count == 0 && !what->apart;
    for (size_t i = 0; i < cli->operand_count; i++) {
        wanted = wanted || strcmp(cli->operands[i], what->name) == 0;
    }
    return wanted;
}

static bool is_known(const char *name)
{
    for (size_t i = 0; i < LIC_COUNT(measures); i++) {
        if (strcmp(measures[i].name, name) == 0) return true;
    }
    return false;
}

lic_status lic_cmd_bench(lic_cli *cli)
{
    char source[PATH_SIZE];
    char program[PATH_SIZE];
    uint64_t runs = 5;
    LIC_TRY(lic_cli_number(cli, LIC_OPTION_RUNS, 1, 1000, &runs));
    if (lic_cli_has(cli, LIC_OPTION_LIST)) return list_measures(cli);
    for (size_t i = 0; i < cli->operand_count; i++) {
        if (!is_known(cli->operands[i]))
            return lic_cli_usage(cli, "%s is no measure; --list shows them", cli->operands[i]);
    }
    if (!find_source(source, program)) {
        return lic_fail(
            &cli->error, LIC_MISSING, "bench", "set LICET_SOURCE to a checkout of licet",
            "the yardsticks are built from source, and tests/bench is not above this program");
    }
    char kernel[PATH_SIZE + 16];
    snprintf(kernel, sizeof kernel, "%s", program);
    char *slash = strrchr(kernel, '/');
    if (slash != NULL) snprintf(slash, sizeof kernel - (size_t)(slash - kernel), "/licet-kernel");
    if (setenv("LICET", program, 1) != 0 || setenv("LICET_KERNEL", kernel, 0) != 0)
        return LIC_NO_MEMORY;
    for (size_t i = 0; i < LIC_COUNT(measures); i++) {
        if (is_wanted(cli, &measures[i])) LIC_TRY(run_script(cli, &measures[i], source));
    }
    return LIC_OK;
}
