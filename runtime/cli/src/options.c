/* options.c - from argv to a lic_cli, with glibc's argp, which is fed from commands.def.
 *
 * Two parses: the first stops at the command's name, the second takes the command's own options and
 * operands in any order. The tables argp wants are built on the stack from ours. */
#include "frame.h"

#include <argp.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

static const lic_option_info option_table[] = {
#define OPTION(id, long_name, short_name, argument, doc) {long_name, short_name, argument, doc},
#include <licet/commands.def>
};

const lic_option_info *lic_option_describe(lic_option option)
{
    LIC_ASSERT(option < LIC_OPTIONS);
    return &option_table[option];
}

static const struct {
    const char *command;
    lic_option option;
} use_table[] = {
#define USES(command, id) {#command, LIC_OPTION_##id},
#include <licet/commands.def>
};

/* May stand before the command too; it is an error when the command does not take it. */
static bool may_lead(lic_option option)
{
    return option == LIC_OPTION_JSON || option == LIC_OPTION_COLOR || option == LIC_OPTION_QUIET ||
           option == LIC_OPTION_LEDGER || option == LIC_OPTION_AS || option == LIC_OPTION_KEYS;
}

static bool is_global(lic_option option)
{
    return option == LIC_OPTION_JSON || option == LIC_OPTION_COLOR || option == LIC_OPTION_QUIET;
}

bool lic_command_takes(const char *command, lic_option option)
{
    if (is_global(option)) return true;
    for (size_t i = 0; i < LIC_COUNT(use_table); i++) {
        if (use_table[i].option == option && strcmp(use_table[i].command, command) == 0)
            return true;
    }
    return false;
}

/* Keys of long options for argp: above every character. */
enum { KEY_FIRST = 0x1000 };

static int key_of(lic_option option)
{
    int letter = option_table[option].short_name;
    return letter != 0 ? letter : KEY_FIRST + (int)option;
}

static lic_option option_of(int key)
{
    if (key >= KEY_FIRST && key < KEY_FIRST + (int)LIC_OPTIONS)
        return (lic_option)(key - KEY_FIRST);
    for (int i = 0; i < (int)LIC_OPTIONS; i++) {
        if (option_table[i].short_name != 0 && option_table[i].short_name == key)
            return (lic_option)i;
    }
    return LIC_OPTIONS;
}

/* Fills argp's table with the options of `command` (NULL: the global ones alone). */
static void fill_options(const char *command, struct argp_option options[LIC_OPTIONS + 1])
{
    size_t count = 0;
    memset(options, 0, sizeof(struct argp_option) * (LIC_OPTIONS + 1));
    for (int i = 0; i < (int)LIC_OPTIONS; i++) {
        lic_option option = (lic_option)i;
        if (command == NULL ? !may_lead(option) : !lic_command_takes(command, option)) continue;
        options[count].name = option_table[i].name;
        options[count].key = key_of(option);
        options[count].arg = option_table[i].argument;
        options[count].doc = option_table[i].doc;
        options[count].group = is_global(option) ? 2 : 1;
        count++;
    }
}

static error_t take_option(lic_cli *cli, int key, const char *value, struct argp_state *state)
{
    lic_option option = option_of(key);
    if (option == LIC_OPTIONS) return ARGP_ERR_UNKNOWN;
    if (cli->use_count == LIC_OPTION_USES) {
        argp_error(state, "more than %d options", LIC_OPTION_USES);
        return EINVAL; /* with --json argp does not end the process */
    }
    cli->uses[cli->use_count].option = option;
    cli->uses[cli->use_count].value = value == NULL ? "" : value;
    cli->use_count++;
    if (option == LIC_OPTION_JSON) cli->json = true;
    if (option == LIC_OPTION_QUIET) cli->quiet = true;
    return 0;
}

typedef struct stage {
    lic_cli *cli;
    const char **operands; /* room for argc of them */
    int command_at;        /* index of the command's name in argv, or -1 */
} stage;

static error_t parse_global(int key, char *value, struct argp_state *state)
{
    stage *self = state->input;
    if (key == ARGP_KEY_ARG) {
        self->command_at = state->next - 1;
        state->next = state->argc;
        return 0;
    }
    return take_option(self->cli, key, value, state);
}

static error_t parse_command(int key, char *value, struct argp_state *state)
{
    stage *self = state->input;
    lic_cli *cli = self->cli;
    if (key == ARGP_KEY_ARG) {
        if (cli->operand_count == (size_t)cli->command->max) {
            argp_error(state, "too many operands: %s; give %s", value,
                       cli->command->operands[0] != '\0' ? cli->command->operands : "none");
            return EINVAL;
        }
        self->operands[cli->operand_count++] = value;
        return 0;
    }
    if (key == ARGP_KEY_END && cli->operand_count < (size_t)cli->command->min) {
        argp_error(state, "missing operands; give %s", cli->command->operands);
        return EINVAL;
    }
    return take_option(cli, key, value, state);
}

static const lic_command *find_command(const lic_cli *cli, const char *name)
{
    for (const lic_command *c = cli->commands; c->name != NULL; c++) {
        if (strcmp(c->name, name) == 0) return c;
    }
    return NULL;
}

/* Plain words that people try: `licet help`, `licet help deploy`, `licet --version`. */
static bool parse_words(lic_cli *cli, int argc, char **argv, int *exit_code)
{
    if (argc < 2) {
        (void)lic_cli_usage(cli, "no command given");
        *exit_code = EX_USAGE;
        return true;
    }
    bool help = strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0;
    if (strcmp(argv[1], "--version") == 0) {
        lic_put_format(&cli->out, "%s %s\n", cli->program, LICET_VERSION);
        *exit_code = EX_OK;
        return true;
    }
    if (!help || argc > 2) return false;
    lic_cli_help(cli, &cli->out);
    *exit_code = EX_OK;
    return true;
}

/* -- what argp has to say, as JSON ----------------------------------------------------------------- */

static bool has_word(int argc, char **argv, const char *word)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], word) == 0) return true;
    return false;
}

/* argp and getopt write to stderr and end the process on their own. With --json, and in a batch, that is
 * caught, and its first line becomes the error; help is for people and is left alone. */
typedef struct caught {
    FILE *usual, *stream;
    bool json;
    char text[1024]; /* the first line fits; help after it may be cut */
} caught;

static void catch_begin(caught *c, const lic_cli *cli, int argc, char **argv)
{
    *c = (caught){.usual = stderr};
    bool json = cli->json || has_word(argc, argv, "--json");
    bool help = has_word(argc, argv, "--help") || has_word(argc, argv, "-?") ||
                has_word(argc, argv, "--usage");
    c->json = json;
    if ((json || cli->kept != NULL) && !help) c->stream = fmemopen(c->text, sizeof c->text, "w");
    if (c->stream != NULL) stderr = c->stream;
}

static void catch_end(caught *c, lic_cli *cli, const char *prefix, bool failed)
{
    if (c->stream == NULL) return;
    stderr = c->usual;
    (void)fclose(c->stream); /* ends the text with NUL, where there is room */
    c->text[sizeof c->text - 1] = '\0';
    if (failed) {
        size_t skip = strlen(prefix);
        bool named = strncmp(c->text, prefix, skip) == 0 && strncmp(c->text + skip, ": ", 2) == 0;
        const char *first = named ? c->text + skip + 2 : c->text;
        cli->json = c->json;
        (void)lic_cli_usage(cli, "%.*s", (int)strcspn(first, "\n"), first);
    }
}

static bool find_command_word(stage *self, int argc, char **argv)
{
    struct argp_option options[LIC_OPTIONS + 1];
    fill_options(NULL, options);
    const struct argp global = {options, parse_global, "COMMAND [OPERAND...]", NULL, NULL,
                                NULL,    NULL};
    caught c;
    catch_begin(&c, self->cli, argc, argv);
    unsigned flags = c.stream != NULL ? ARGP_NO_EXIT : 0;
    /* In order, so that the command's own options are left alone. */
    bool good = argp_parse(&global, argc, argv, ARGP_IN_ORDER | flags, NULL, self) == 0;
    catch_end(&c, self->cli, argv[0], !good);
    return good && self->command_at > 0;
}

static bool parse_command_line(stage *self, int argc, char **argv)
{
    lic_cli *cli = self->cli;
    char name[64], doc[1024];
    struct argp_option options[LIC_OPTIONS + 1];
    fill_options(cli->command->name, options);
    (void)snprintf(
        doc, sizeof doc,
        "%s: %s\n\v%s\n\nExit codes: 0 ok, 1 finding or failed check, "
        "64 usage, 65 bad data, 66 missing input, 70 internal, 74 input or output, 75 try "
        "again, 78 configuration.",
        cli->command->name, cli->command->summary, cli->command->details);
    (void)snprintf(name, sizeof name, "%s %s", cli->program, cli->command->name);
    char *word = argv[0];
    argv[0] = name;
    const struct argp parser = {options, parse_command, cli->command->operands, doc, NULL,
                                NULL,    NULL};
    caught c;
    catch_begin(&c, cli, argc, argv);
    unsigned flags = c.stream != NULL ? ARGP_NO_EXIT : 0;
    bool good = argp_parse(&parser, argc, argv, flags, NULL, self) == 0;
    catch_end(&c, cli, name, !good);
    argv[0] = word;
    return good;
}

/* The command's name is found; the rest is its own. */
static bool run_word(stage *self, int argc, char **argv, bool help)
{
    lic_cli *cli = self->cli;
    const char *word = argv[self->command_at];
    cli->command = find_command(cli, word);
    if (cli->command == NULL) {
        cli->json = cli->json || has_word(argc, argv, "--json");
        (void)lic_cli_usage(cli, "no such command: %s", word);
        return false;
    }
    for (size_t i = 0; i < cli->use_count; i++) {
        if (lic_command_takes(cli->command->name, cli->uses[i].option)) continue;
        (void)lic_cli_usage(cli, "%s does not take --%s", word,
                            option_table[cli->uses[i].option].name);
        return false;
    }
    char help_word[] = "--help";
    char *help_line[] = {argv[0], help_word, NULL};
    if (help) return parse_command_line(self, 2, help_line); /* prints and exits */
    return parse_command_line(self, argc - self->command_at, argv + self->command_at);
}

bool lic_options_parse(lic_cli *cli, int argc, char **argv, const char **operands, int *exit_code)
{
    argp_err_exit_status = EX_USAGE;
    if (parse_words(cli, argc, argv, exit_code)) return false;
    bool help = strcmp(argv[1], "help") == 0;
    stage self = {cli, operands, help ? 2 : -1};
    char *program_word = argv[0];
    char program[32];
    (void)snprintf(program, sizeof program, "%s", cli->program);
    argv[0] = program;
    *exit_code = EX_USAGE;
    bool found = help || find_command_word(&self, argc, argv);
    argv[0] = program_word;
    if (!found && cli->error.text[0] == '\0') (void)lic_cli_usage(cli, "no command given");
    return found && run_word(&self, argc, argv, help);
}
