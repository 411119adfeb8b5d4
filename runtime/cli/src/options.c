/* options.c - from argv to a lic_cli, with glibc's argp, which is fed from commands.def.
 *
 * Two parses: the first stops at the command's name, the second takes the command's own options and
 * operands in any order. The tables argp wants are built on the stack from ours. */
#include "frame.h"

#include <argp.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

/* Keys of long options for argp: above every character. */
enum { KEY_FIRST = 0x1000, KEY_HELP = 'h', OPTION_ROWS = LIC_OPTIONS + 2 };

/* Errors are told by the frame, help is an option like any other: argp ends no process. */
#define PARSE_FLAGS ((unsigned)ARGP_NO_EXIT | ARGP_NO_HELP)

static int key_of(lic_option option)
{
    int letter = lic_option_describe(option)->short_name;
    return letter != 0 ? letter : KEY_FIRST + (int)option;
}

static lic_option option_of(int key)
{
    if (key >= KEY_FIRST && key < KEY_FIRST + (int)LIC_OPTIONS)
        return (lic_option)(key - KEY_FIRST);
    for (int i = 0; i < (int)LIC_OPTIONS; i++) {
        int letter = lic_option_describe((lic_option)i)->short_name;
        if (letter != 0 && letter == key) return (lic_option)i;
    }
    return LIC_OPTIONS;
}

/* Fills argp's table with the options of `command` (NULL: the global ones alone). */
static void fill_options(const char *command, struct argp_option options[OPTION_ROWS])
{
    size_t count = 0;
    memset(options, 0, sizeof(struct argp_option) * OPTION_ROWS);
    for (int i = 0; i < (int)LIC_OPTIONS; i++) {
        lic_option option = (lic_option)i;
        const lic_option_info *info = lic_option_describe(option);
        if (command == NULL ? !lic_option_leads(option) : !lic_command_takes(command, option))
            continue;
        options[count].name = info->name;
        options[count].key = key_of(option);
        options[count].arg = info->argument;
        options[count].doc = info->doc;
        options[count].group = lic_option_every(option) ? 2 : 1;
        count++;
    }
    options[count].name = "help";
    options[count].key = KEY_HELP;
    options[count].doc = "Show this help";
    options[count].group = 2;
}

static error_t take_option(lic_cli *cli, int key, const char *value, struct argp_state *state)
{
    lic_option option = option_of(key);
    if (option == LIC_OPTIONS) return ARGP_ERR_UNKNOWN;
    if (cli->use_count == LIC_OPTION_USES) {
        argp_error(state, "more than %d options", LIC_OPTION_USES);
        return EINVAL;
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
    bool helped;           /* help was asked for and shown: nothing else is done */
} stage;

/* The forms of a command's operands, in one line. */
static const char *one_line(const char *forms, char line[512])
{
    size_t size = 0;
    line[0] = '\0';
    for (const char *at = forms; *at != '\0' && size < 500; at++) {
        if (*at == '\n') size += (size_t)snprintf(line + size, 512 - size, " or ");
        else line[size++] = *at;
        line[size] = '\0';
    }
    return size > 0 ? line : "none";
}

/* An error ends the parse. Moving on to the last word would not: `-hl` has letters left, and a letter that
 * takes a value would look for it behind the last word. */
static error_t end_helped(stage *self)
{
    self->helped = true;
    return ECANCELED;
}

static error_t parse_global(int key, char *value, struct argp_state *state)
{
    stage *self = state->input;
    if (key == ARGP_KEY_ARG) {
        self->command_at = state->next - 1;
        state->next = state->argc;
        return 0;
    }
    if (key == KEY_HELP) {
        lic_cli_help(self->cli, &self->cli->out);
        return end_helped(self);
    }
    return take_option(self->cli, key, value, state);
}

static error_t parse_command(int key, char *value, struct argp_state *state)
{
    stage *self = state->input;
    lic_cli *cli = self->cli;
    char line[512];
    if (key == KEY_HELP) {
        argp_state_help(state, stdout, ARGP_HELP_STD_HELP);
        lic_put_command_help(cli->command, &cli->out);
        return end_helped(self);
    }
    if (key == ARGP_KEY_ARG) {
        if (cli->operand_count == (size_t)cli->command->max) {
            argp_error(state, "too many operands: %s; give %s", value,
                       one_line(cli->command->operands, line));
            return EINVAL;
        }
        self->operands[cli->operand_count++] = value;
        return 0;
    }
    bool short_of = cli->operand_count < (size_t)cli->command->min && !self->helped;
    if (key == ARGP_KEY_END && short_of) {
        argp_error(state, "missing operands; give %s", one_line(cli->command->operands, line));
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

static const char *nearest_command(const lic_cli *cli, const char *word)
{
    const char *names[64];
    size_t count = 0;
    for (const lic_command *c = cli->commands; c->name != NULL && count < 64; c++)
        names[count++] = c->name;
    return lic_nearest(lic_slice_text(word), names, count);
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

/* -- what argp has to say -------------------------------------------------------------------------- */

static bool has_word(int argc, char **argv, const char *word)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], word) == 0) return true;
    return false;
}

/* argp and getopt write to stderr by themselves. That is caught, and its first line becomes the error, so
 * that all errors look alike, in JSON too. */
typedef struct caught {
    FILE *usual, *stream;
    char text[1024]; /* the first line fits */
} caught;

static void catch_begin(caught *c)
{
    *c = (caught){.usual = stderr};
    c->stream = fmemopen(c->text, sizeof c->text, "w");
    if (c->stream != NULL) stderr = c->stream;
}

static void catch_end(caught *c, lic_cli *cli, int argc, char **argv, bool failed)
{
    if (c->stream != NULL) {
        stderr = c->usual;
        (void)fclose(c->stream); /* ends the text with NUL, where there is room */
    }
    c->text[sizeof c->text - 1] = '\0';
    if (!failed) return;
    size_t skip = strlen(argv[0]);
    bool named = strncmp(c->text, argv[0], skip) == 0 && strncmp(c->text + skip, ": ", 2) == 0;
    const char *first = named ? c->text + skip + 2 : c->text;
    cli->json = cli->json || has_word(argc, argv, "--json");
    (void)lic_cli_usage(cli, "%.*s", (int)strcspn(first, "\n"), first);
}

static bool find_command_word(stage *self, int argc, char **argv)
{
    struct argp_option options[OPTION_ROWS];
    fill_options(NULL, options);
    const struct argp global = {.options = options, .parser = parse_global};
    caught c;
    catch_begin(&c);
    /* In order, so that the command's own options are left alone. */
    bool good = argp_parse(&global, argc, argv, ARGP_IN_ORDER | PARSE_FLAGS, NULL, self) == 0;
    catch_end(&c, self->cli, argc, argv, !good && !self->helped);
    return good && self->command_at > 0;
}

/* What --help says around the list of options. */
static void put_doc(const lic_command *command, lic_buffer *doc)
{
    lic_put_format(doc, "%s: %s\n\v%s", command->name, command->summary, command->details);
    lic_put_u8(doc, 0);
}

/* argp's note on arguments of short options says nothing that the list does not show. */
static char *without_notes(int key, const char *text, void *input)
{
    (void)input;
    return key == ARGP_KEY_HELP_DUP_ARGS_NOTE ? NULL : (char *)(uintptr_t)text;
}

static bool parse_command_line(stage *self, int argc, char **argv)
{
    lic_cli *cli = self->cli;
    char name[64];
    struct argp_option options[OPTION_ROWS];
    lic_buffer doc;
    lic_buffer_init(&doc, cli->allocator, 64 * 1024);
    put_doc(cli->command, &doc);
    fill_options(cli->command->name, options);
    (void)snprintf(name, sizeof name, "%s %s", cli->program, cli->command->name);
    char *word = argv[0];
    argv[0] = name;
    const struct argp parser = {
        .options = options,
        .parser = parse_command,
        .args_doc = cli->command->operands,
        .doc = doc.failed ? "" : (const char *)doc.data,
        .help_filter = without_notes,
    };
    caught c;
    catch_begin(&c);
    bool good = argp_parse(&parser, argc, argv, PARSE_FLAGS, NULL, self) == 0;
    catch_end(&c, cli, argc, argv, !good && !self->helped);
    argv[0] = word;
    lic_buffer_free(&doc);
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
        const char *near = nearest_command(cli, word);
        (void)lic_cli_usage(cli, "no such command: %s%s%s", word, near ? "; did you mean " : "",
                            near ? near : "");
        return false;
    }
    for (size_t i = 0; i < cli->use_count; i++) {
        if (lic_command_takes(cli->command->name, cli->uses[i].option)) continue;
        (void)lic_cli_usage(cli, "%s does not take --%s", word,
                            lic_option_describe(cli->uses[i].option)->name);
        return false;
    }
    char help_word[] = "--help";
    char *help_line[] = {argv[0], help_word, NULL};
    if (help) return parse_command_line(self, 2, help_line);
    return parse_command_line(self, argc - self->command_at, argv + self->command_at);
}

bool lic_options_parse(lic_cli *cli, int argc, char **argv, const char **operands, int *exit_code)
{
    if (parse_words(cli, argc, argv, exit_code)) return false;
    bool help = strcmp(argv[1], "help") == 0;
    stage self = {.cli = cli, .operands = operands, .command_at = help ? 2 : -1};
    char *program_word = argv[0];
    char program[32];
    (void)snprintf(program, sizeof program, "%s", cli->program);
    argv[0] = program;
    *exit_code = EX_USAGE;
    bool found = help || find_command_word(&self, argc, argv);
    argv[0] = program_word;
    if (!found && !self.helped && cli->error.text[0] == '\0')
        (void)lic_cli_usage(cli, "no command given");
    bool run = found && run_word(&self, argc, argv, help);
    if (self.helped) *exit_code = EX_OK;
    return run;
}
