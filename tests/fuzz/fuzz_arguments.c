/* fuzz_arguments.c - any bytes as the words of a command line, a line each. Commands that read run in full
 * on a small ledger: show, log, query, statement, why, doctor, replay. Of the others, which compile, write
 * files or sign, the words are parsed and every value is looked at, and nothing is done. The exit code must
 * be one of the documented ones, a failure must have said why, and what is written must not steer a
 * terminal, but for the help, whose text is licet's own. */
#include "client_fixture.h"

#include <licet/cli_commands.h>
#include <licet/projection.h>

#include <reading.h>
#include <sysexits.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { WORDS_MAX = 40, TEXT_MAX = 4096 };

/* -- the commands ------------------------------------------------------------------------------------------- */

/* What every command that is not run does first. */
static lic_status look(lic_cli *cli)
{
    for (int i = 0; i < (int)LIC_OPTIONS; i++) {
        uint64_t number = 7;
        const char *period = NULL, *value = NULL;
        lic_option option = (lic_option)i;
        lic_slice name;
        if (!lic_cli_has(cli, option)) continue;
        bool good = lic_cli_number(cli, option, 5, 500, &number) == LIC_OK;
        LIC_ASSERT(!good || (number >= 5 && number <= 500));
        if (lic_cli_pair(cli, lic_cli_value(cli, option), &name, &value) == LIC_OK)
            LIC_ASSERT(name.size > 0 && value[-1] == '=');
        (void)lic_reading_period(cli, true, &period);
    }
    LIC_ASSERT(cli->operand_count >= (size_t)cli->command->min);
    LIC_ASSERT(cli->operand_count <= (size_t)cli->command->max);
    for (size_t i = 0; i < cli->operand_count; i++) LIC_ASSERT(cli->operands[i] != NULL);
    memset(&cli->error, 0, sizeof cli->error);
    return LIC_OK;
}

/* A ledger that is not there would be looked for wherever the words say. */
static bool elsewhere(const lic_cli *cli)
{
    if (lic_cli_has(cli, LIC_OPTION_LEDGER) || lic_cli_has(cli, LIC_OPTION_KEYS)) return true;
    if (lic_cli_has(cli, LIC_OPTION_REBUILD) || lic_cli_has(cli, LIC_OPTION_THREADS)) return true;
    bool names = strcmp(cli->command->name, "doctor") == 0 ||
                 strcmp(cli->command->name, "replay") == 0;
    return names && cli->operand_count > 0;
}

/* Commands that write no file, whatever their words say. */
static const struct {
    const char *name;
    lic_status (*run)(lic_cli *cli);
} readers[] = {{"query", lic_cmd_query},  {"statement", lic_cmd_statement},
               {"show", lic_cmd_show},    {"log", lic_cmd_log},
               {"why", lic_cmd_why},      {"replay", lic_cmd_replay},
               {"doctor", lic_cmd_doctor}};

static lic_status run_command(lic_cli *cli)
{
    for (size_t i = 0; i < LIC_COUNT(readers) && !elsewhere(cli); i++)
        if (strcmp(readers[i].name, cli->command->name) == 0) return readers[i].run(cli);
    return look(cli);
}

#define COMMAND(name, where, group, operands, min, max, summary, details) \
    {#name, operands, summary, details, LIC_GROUP_##group, min, max, run_command},
static const lic_command commands[] = {
#include <licet/commands.def>
    {NULL, NULL, NULL, NULL, LIC_GROUP_RUN, 0, 0, NULL},
};

/* -- the ledger ---------------------------------------------------------------------------------------------- */

static char folder[] = "/tmp/licet-fuzz-XXXXXX";

static void remove_folder(void)
{
    char line[64];
    (void)snprintf(line, sizeof line, "rm -rf %s", folder);
    if (system(line) != 0) fprintf(stderr, "%s is left\n", folder);
}

static void make_ledger(void)
{
    static stage s;
    LIC_ASSERT(mkdtemp(folder) != NULL && chdir(folder) == 0 && atexit(remove_folder) == 0);
    stage_init(&s, "2026-01-01", &lic_allocator_system);
    stage_good(&s, stage_create(&s, "ledger", LIC_CLOCK_SIMULATED));
    stage_press(&s);
    stage_good(&s, try_report(&s, "Press", "Usage", "2026-01", "Service", stage_usage));
    stage_good(&s, try_clock(&s, "2026-02-10"));
    stage_good(&s, try_pay(&s, "Press", "P1", "5.00", "EUR", "Service"));
    lic_client_close(s.client);
    LIC_ASSERT(setenv("LICET_LEDGER", "ledger", 1) == 0);
}

/* -- a run ----------------------------------------------------------------------------------------------------- */

/* Bytes that steer a terminal: all below the blank but tabulators and line ends, and DEL. */
static void expect_tame(lic_slice text)
{
    for (size_t i = 0; i < text.size; i++) {
        uint8_t byte = text.data[i];
        LIC_ASSERT(byte == '\t' || byte == '\n' || (byte >= 0x20 && byte != 0x7F));
        bool c1 = byte == 0xC2 && i + 1 < text.size && text.data[i + 1] >= 0x80 &&
                  text.data[i + 1] <= 0x9F;
        LIC_ASSERT(!c1);
    }
}

static bool documented(int code)
{
    static const int codes[] = {
#define EXIT(code, doc) code,
#include <licet/commands.def>
    };
    for (size_t i = 0; i < LIC_COUNT(codes); i++)
        if (codes[i] == code) return true;
    return false;
}

static void check(const lic_held *held, int code)
{
    lic_cursor cursor = lic_cursor_of(lic_slice_of(held->pieces.data, held->pieces.size));
    size_t talked = 0;
    while (cursor.at < cursor.end) {
        lic_stream stream = (lic_stream)lic_get_u8(&cursor);
        (void)lic_get_u64(&cursor);
        size_t size = (size_t)lic_get_u64(&cursor);
        lic_slice bytes = lic_get_bytes(&cursor, size);
        LIC_ASSERT(!cursor.failed);
        if (stream == LIC_STREAM_TALK) talked += bytes.size;
        expect_tame(bytes);
    }
    LIC_ASSERT(documented(code) && (code <= 1 || talked > 0));
}

static void run(int count, char **words)
{
    static FILE *nowhere;
    lic_cli batch = {.program = "licet", .commands = commands, .allocator = &lic_allocator_system};
    lic_held held;
    if (nowhere == NULL) nowhere = fopen("/dev/null", "w");
    LIC_ASSERT(nowhere != NULL);
    FILE *usual = stdout;
    stdout = nowhere; /* argp writes its own list of options there */
    lic_held_init(&held, &lic_allocator_system);
    int code = lic_cli_within(&batch, NULL, &held, count, words);
    stdout = usual;
    check(&held, code);
    lic_held_free(&held);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool started;
    char text[TEXT_MAX], limit[] = "--time-limit=1", program[] = "licet", *words[WORDS_MAX + 3];
    int count = 1;
    if (!started) make_ledger();
    started = true;
    if (size >= sizeof text || (size > 0 && memchr(data, 0, size) != NULL)) return 0;
    if (size > 0) memcpy(text, data, size);
    text[size] = '\0';
    words[0] = program;
    for (char *rest = text, *word; size > 0 && count < WORDS_MAX && (word = strsep(&rest, "\n"));) {
        words[count++] = word;
        if (count == 2 && strcmp(word, "query") == 0) words[count++] = limit;
    }
    words[count] = NULL;
    run(count, words);
    return 0;
}
