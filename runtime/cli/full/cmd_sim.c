/* cmd_sim.c - licet sim: what if. A scenario, or a contract's history, played again with other parameters. */
#include "sim.h"

#include "reading.h"
#include "testing.h"

#include <licet/cli_commands.h>
#include <licet/crypto.h>
#include <licet/store.h>

#include <string.h>
#include <sys/stat.h>

#define SIM_MEMORY LIC_GIGABYTES(4) /* rows of all variants */
enum { FILINGS_MAX = 16, PATH_SIZE = 4096, REPORT_MAX = 1 << 30, PAGE_MAX = 256 << 20 };

typedef struct sim {
    lic_cli *cli;
    lic_sim_table table;
    lic_sim_variant variants[LIC_SIM_VARIANTS];
    lic_sim_filing filings[FILINGS_MAX];
    lic_buffer bytes[FILINGS_MAX];
    size_t filing_count;
} sim;

/* -- what changes ------------------------------------------------------------------------------------------ */

static lic_status take_settings(sim *s)
{
    const char *text = NULL;
    lic_sim_variant *then = &s->variants[1];
    for (size_t i = 0; (text = lic_cli_nth(s->cli, LIC_OPTION_SET, i)) != NULL; i++) {
        const char *value = NULL;
        lic_named_text *named = &then->set[then->set_count];
        if (then->set_count == LIC_SIM_SETTINGS)
            return lic_cli_usage(s->cli, "more than %d parameters", LIC_SIM_SETTINGS);
        LIC_TRY(lic_cli_pair(s->cli, text, &named->name, &value));
        named->value = lic_slice_text(value);
        then->set_count++;
    }
    return LIC_OK;
}

/* --report NAME=FILE, all for --period. */
static lic_status take_reports(sim *s)
{
    const char *text = NULL, *period = lic_cli_value(s->cli, LIC_OPTION_PERIOD);
    for (size_t i = 0; (text = lic_cli_nth(s->cli, LIC_OPTION_FORECAST, i)) != NULL; i++) {
        const char *file = NULL;
        if (i == FILINGS_MAX) return lic_cli_usage(s->cli, "more than %d reports", FILINGS_MAX);
        if (period == NULL)
            return lic_cli_usage(s->cli, "--report: say for which period with --period");
        lic_sim_filing *filing = &s->filings[i];
        LIC_TRY(lic_cli_pair(s->cli, text, &filing->report, &file));
        lic_buffer_init(&s->bytes[i], s->cli->allocator, REPORT_MAX);
        s->filing_count++;
        LIC_TRY(lic_file_read(s->cli, file, &s->bytes[i]));
        filing->period = lic_slice_text(period);
        filing->bytes = lic_slice_of(s->bytes[i].data, s->bytes[i].size);
    }
    return LIC_OK;
}

/* What is changed, for those who read the result. */
static lic_status describe(sim *s)
{
    const lic_sim_variant *then = &s->variants[1];
    lic_buffer text;
    lic_buffer_init(&text, s->cli->allocator, 1 << 20);
    for (size_t i = 0; i < then->set_count; i++)
        lic_put_format(&text, "%s%.*s=%.*s", text.size > 0 ? ", " : "", (int)then->set[i].name.size,
                       (const char *)then->set[i].name.data, (int)then->set[i].value.size,
                       (const char *)then->set[i].value.data);
    for (size_t i = 0; i < s->filing_count; i++)
        lic_put_format(&text, "%s%.*s for %.*s", text.size > 0 ? ", " : "",
                       (int)s->filings[i].report.size, (const char *)s->filings[i].report.data,
                       (int)s->filings[i].period.size, (const char *)s->filings[i].period.data);
    bool some = text.size > 0;
    lic_put_u8(&text, 0);
    if (some) s->table.changed = lic_arena_copy(s->table.arena, text.data, text.size);
    lic_buffer_free(&text);
    return some && s->table.changed == NULL ? LIC_NO_MEMORY : LIC_OK;
}

static lic_status take_changes(sim *s)
{
    const char *sweep = lic_cli_value(s->cli, LIC_OPTION_SWEEP);
    s->table.variant_count = 1;
    s->variants[0].label = "now";
    LIC_TRY(take_settings(s));
    LIC_TRY(take_reports(s));
    LIC_TRY(describe(s));
    bool changed = s->variants[1].set_count > 0 || s->filing_count > 0;
    if (sweep != NULL) {
        /* what --set says holds for every value; how it went is kept beside them */
        lic_sim_variant set = s->variants[1];
        s->variants[0].set_count = set.set_count;
        memcpy(s->variants[0].set, set.set, sizeof set.set);
        LIC_TRY(lic_sim_sweep(&s->table, sweep));
        s->variants[0].set_count = 0;
        return LIC_OK;
    }
    if (!changed)
        lic_cli_say(s->cli,
                    "nothing is changed: give --set, --sweep or --report; this is how it goes");
    s->variants[1].label = "then";
    s->table.variant_count = 2;
    return LIC_OK;
}

static void fill_change(const sim *s, size_t variant, lic_sim_change *change)
{
    *change = (lic_sim_change){.set = s->variants[variant].set,
                               .set_count = s->variants[variant].set_count,
                               .filings = s->filings,
                               .filing_count = variant == 0 ? 0 : s->filing_count};
}

/* -- the story ------------------------------------------------------------------------------------------------ */

/* The only file of scenarios in a folder, or the file itself. */
static lic_status find_story(sim *s, const char *path, lic_sim_story *story)
{
    lic_arena *arena = s->table.arena;
    const char *file = NULL;
    LIC_TRY(lic_scenario_file(s->cli, arena, path, &file));
    const char *slash = strrchr(file, '/');
    size_t size = slash == NULL ? 1 : slash == file ? 1 : (size_t)(slash - file);
    char *folder = lic_arena_take(arena, size + 1);
    if (folder == NULL) return LIC_NO_MEMORY;
    memcpy(folder, slash == NULL ? "." : file, size);
    folder[size] = '\0';
    *story = (lic_sim_story){.folder = folder,
                             .file = slash == NULL ? file : slash + 1,
                             .scenario = lic_cli_value(s->cli, LIC_OPTION_SCENARIO),
                             .allocator = s->cli->allocator,
                             .clock = &lic_clock_system};
    lic_confine_limits_init(&story->limits);
    story->limits.cpu_seconds = 600;
    return LIC_OK;
}

static lic_status play_story(sim *s, const char *path)
{
    lic_sim_story story;
    lic_sim_change changes[LIC_SIM_VARIANTS];
    lic_sim_result results[LIC_SIM_VARIANTS];
    LIC_TRY(find_story(s, path, &story));
    memset(results, 0, sizeof results);
    for (size_t v = 0; v < s->table.variant_count; v++) {
        fill_change(s, v, &changes[v]);
        results[v].arena = s->table.arena;
    }
    LIC_TRY(lic_sim_play(&story, changes, s->table.variant_count, results, &s->cli->error));
    for (size_t v = 0; v < s->table.variant_count; v++) s->variants[v].result = results[v];
    lic_slice name = results[0].name;
    char *subject = lic_arena_take(s->table.arena, name.size + 1);
    if (subject == NULL) return LIC_NO_MEMORY;
    memcpy(subject, name.data, name.size);
    subject[name.size] = '\0';
    s->table.subject = subject;
    return LIC_OK;
}

/* -- a contract on a ledger --------------------------------------------------------------------------------------- */

static lic_status replay(sim *s, lic_client *client, const lic_contract_info *info)
{
    for (size_t v = 0; v < s->table.variant_count; v++) {
        lic_sim_change change;
        lic_sim_result *result = &s->variants[v].result;
        fill_change(s, v, &change);
        result->arena = s->table.arena;
        if (v == 0) LIC_TRY(lic_sim_read(client, info, result, &s->cli->error));
        else LIC_TRY(lic_sim_replay(client, info, &change, result, &s->cli->error));
    }
    return LIC_OK;
}

static lic_status play_contract(sim *s, const char *contract)
{
    const char *path = NULL;
    lic_client *client = NULL;
    lic_contract_info info;
    lic_cli *cli = s->cli;
    LIC_TRY(lic_ledger_path(cli, NULL, &path));
    LIC_TRY(lic_crypto_start(&cli->error));
    const lic_client_options options = {.path = path,
                                        .allocator = cli->allocator,
                                        .random = &lic_random_system,
                                        .clock = &lic_clock_system};
    LIC_TRY(lic_client_open(&options, &client, &cli->error));
    lic_status status = lic_client_contract(client, lic_slice_text(contract), &info, &cli->error);
    if (status == LIC_OK) status = replay(s, client, &info);
    lic_client_close(client);
    s->table.subject = contract;
    return status;
}

/* -- telling ------------------------------------------------------------------------------------------------------- */

static bool ends_with(const char *text, const char *ending)
{
    size_t size = strlen(text), tail = strlen(ending);
    return size >= tail && strcmp(text + size - tail, ending) == 0;
}

static lic_status write_output(sim *s, const char *path)
{
    lic_buffer bytes;
    lic_buffer_init(&bytes, s->cli->allocator, PAGE_MAX);
    if (ends_with(path, ".html")) lic_sim_page(&s->table, &bytes);
    else if (ends_with(path, ".csv")) lic_sim_csv(&s->table, &bytes);
    else lic_sim_text(&s->table, &bytes);
    lic_status status = bytes.failed
                            ? LIC_NO_MEMORY
                            : lic_file_write(s->cli, path, lic_slice_of(bytes.data, bytes.size));
    lic_buffer_free(&bytes);
    return status;
}

static lic_status tell(sim *s)
{
    const char *output = lic_cli_value(s->cli, LIC_OPTION_OUTPUT);
    if (lic_sim_compare(&s->table) != LIC_OK) return LIC_NO_MEMORY;
    if (output != NULL) LIC_TRY(write_output(s, output));
    if (s->cli->json) lic_sim_json(&s->table, &s->cli->out);
    else if (output == NULL) lic_sim_text(&s->table, &s->cli->out);
    return LIC_OK;
}

static lic_status run(sim *s)
{
    struct stat about;
    const char *what = s->cli->operand_count == 0 ? "." : s->cli->operands[0];
    LIC_TRY(take_changes(s));
    LIC_TRY(stat(what, &about) == 0 ? play_story(s, what) : play_contract(s, what));
    return tell(s);
}

lic_status lic_cmd_sim(lic_cli *cli)
{
    sim *s = lic_allocate_zero(cli->allocator, 1, sizeof *s);
    if (s == NULL) return LIC_NO_MEMORY;
    s->cli = cli;
    s->table.cli = cli;
    s->table.variants = s->variants;
    s->table.arena = lic_arena_create(cli->allocator, SIM_MEMORY);
    lic_status status = s->table.arena == NULL ? LIC_NO_MEMORY : run(s);
    for (size_t i = 0; i < s->filing_count; i++) lic_buffer_free(&s->bytes[i]);
    lic_arena_destroy(s->table.arena);
    lic_release(cli->allocator, s, sizeof *s);
    return status;
}
