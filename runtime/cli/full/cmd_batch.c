/* cmd_batch.c - licet batch: command lines that share an open ledger. */
#include "read_ahead.h"
#include "writer.h"

#include <licet/cli_commands.h>

#include <string.h>

enum { WORDS_MAX = 512, BATCH_MAX = 1 << 20, OWN_WORDS = 10, LOOKED_AT = 8192 };

typedef struct batch {
    lic_cli *cli;
    lic_kept kept;
    const char *name; /* of the file, for messages */
    unsigned line;
    size_t done;            /* commands that were run */
    size_t written;         /* the first so many of them are in blocks that are written */
    lic_client_count calls; /* after the last command */
    const char *ahead;      /* lines from here on were not looked at for files to read */
    bool lost;              /* a block, with the commands after the first `written` */
    char *words[OWN_WORDS + WORDS_MAX + 1]; /* room for OWN_WORDS, the line's words, NULL */
    size_t count;                           /* of the line's words */
} batch;

static lic_status fail_line(batch *b, const char *why)
{
    return lic_fail(&b->cli->error, LIC_MALFORMED, "batch", "mend the line and run what is left",
                    "%s, line %u: %s; commands done before it: %zu", b->name, b->line, why,
                    b->written);
}

/* Once a block was written, all lines before the last one are. */
static void count_written(batch *b)
{
    lic_client_count calls = {0};
    if (b->kept.open) calls = lic_client_calls(b->kept.writer.client);
    if (calls.made < b->calls.made) b->lost = true;
    else if (calls.made == calls.written) b->written = b->done;
    else if (calls.written != b->calls.written) b->written = b->done - 1;
    b->calls = calls;
}

/* Writes the block of the lines so far, and tells what came of them. */
static lic_status settle(batch *b)
{
    lic_error error = {0};
    lic_status status = lic_kept_settle(&b->kept, &error);
    if (status == LIC_OK && !b->lost) b->written = b->done;
    if (status == LIC_OK) return LIC_OK;
    return lic_fail(&b->cli->error, status, error.code, "mend the cause and run what is left",
                    "%s, line %u: %s; commands done before it: %zu", b->name, b->line, error.text,
                    b->written);
}

/* Takes the next word off `at`, ended in place; NULL at the end of the line. */
static char *next_word(char **at, bool *open)
{
    char *from = *at + strspn(*at, " \t\r");
    if (*from == '\0' || *from == '#') return NULL;
    char *to = from, *word = from, quote = '\0';
    for (; *from != '\0' && (quote != '\0' || strchr(" \t\r", *from) == NULL); from++) {
        if (quote == '\0' && (*from == '\'' || *from == '"')) quote = *from;
        else if (*from == quote) quote = '\0';
        else *to++ = *from;
    }
    *open = quote != '\0';
    *at = *from == '\0' ? from : from + 1;
    *to = '\0';
    return word;
}

static bool asks_for_help(const char *word)
{
    static const char *const calls[] = {"--help", "-?", "--usage", "help", "--version", "-V"};
    for (size_t i = 0; i < LIC_COUNT(calls); i++)
        if (strcmp(word, calls[i]) == 0) return true;
    return false;
}

/* What is wrong with the line; NULL: nothing. */
static const char *split(batch *b, char *line)
{
    char *word = NULL;
    bool open = false;
    char **words = b->words + OWN_WORDS;
    b->count = 0;
    while ((word = next_word(&line, &open)) != NULL) {
        if (open) return "a quote is not closed";
        if (b->count == WORDS_MAX) return "too many words";
        if (asks_for_help(word)) return "help is no part of a batch";
        words[b->count++] = word;
    }
    words[b->count] = NULL;
    return NULL;
}

/* The batch's own value of an option that the line's command takes, between the command and the line's other
 * words, so that what the line says itself holds. Written from `end` backwards. */
static char **put_own(const batch *b, char **end, const char *command, lic_option option,
                      char *word)
{
    const char *value = lic_cli_value(b->cli, option);
    if (value == NULL || !lic_command_takes(command, option)) return end;
    /* argp takes char *, and does not write into it */
    if (value[0] != '\0') memcpy(--end, &value, sizeof value);
    *--end = word;
    return end;
}

/* The line as a command line: program, command, the batch's own options, the line's other words. */
static char **put_own_words(batch *b)
{
    static char program[] = "licet", json[] = "--json", quiet[] = "--quiet", ledger[] = "--ledger",
                keys[] = "--keys", wait[] = "--wait";
    char *command = b->words[OWN_WORDS], **words = b->words + OWN_WORDS + 1;
    words = put_own(b, words, command, LIC_OPTION_JSON, json);
    words = put_own(b, words, command, LIC_OPTION_QUIET, quiet);
    words = put_own(b, words, command, LIC_OPTION_LEDGER, ledger);
    words = put_own(b, words, command, LIC_OPTION_KEYS, keys);
    words = put_own(b, words, command, LIC_OPTION_WAIT, wait);
    *--words = command;
    *--words = program;
    LIC_ASSERT(words >= b->words);
    return words;
}

/* Why it failed; NULL: it did not. Its own error is among the output that waits. */
static const char *run_line(batch *b, char *line, int *exit_code)
{
    const char *why = split(b, line);
    if (why != NULL || b->count == 0) return why;
    char **words = put_own_words(b);
    int count = (int)(b->words + OWN_WORDS + b->count - words);
    *exit_code = lic_cli_within(b->cli, &b->kept, &b->kept.held, count, words);
    if (*exit_code == 0) b->done++;
    count_written(b);
    return *exit_code == 0 ? NULL : "failed";
}

/* Begins to read the next large file that a line from `text` on names. Each line is looked at once. */
static void look_ahead(batch *b, const char *text)
{
    char line[LOOKED_AT];
    if (b->ahead == NULL || b->ahead < text) b->ahead = text;
    while (b->kept.ahead == NULL && *b->ahead != '\0') {
        size_t size = strcspn(b->ahead, "\n");
        bool copied = size < sizeof line;
        if (copied) memcpy(line, b->ahead, size);
        line[copied ? size : 0] = '\0';
        b->ahead += size + (b->ahead[size] == '\n' ? 1u : 0u);
        if (split(b, line) == NULL)
            b->kept.ahead = lic_read_ahead_begin(b->cli->allocator, b->words + OWN_WORDS, b->count);
    }
}

static lic_status run_lines(batch *b, char *text)
{
    while (text != NULL) {
        look_ahead(b, text);
        if (b->kept.ahead != NULL && b->kept.open)
            lic_read_ahead_parse(b->kept.ahead, b->kept.writer.client);
        char *line = strsep(&text, "\n");
        int exit_code = 0;
        b->line++;
        const char *why = run_line(b, line, &exit_code);
        if (why != NULL) {
            LIC_TRY(settle(b));
            b->cli->exit_code = exit_code;
            return fail_line(b, why);
        }
        LIC_TRY(lic_held_tell(&b->kept.held, b->calls.written, &b->cli->error));
    }
    return settle(b);
}

lic_status lic_cmd_batch(lic_cli *cli)
{
    lic_buffer text;
    if (cli->kept != NULL) return lic_cli_usage(cli, "a batch is no part of a batch");
    batch *b = lic_allocate_zero(cli->allocator, 1, sizeof *b);
    if (b == NULL) return LIC_NO_MEMORY;
    const char *path = cli->operand_count == 0 ? "-" : cli->operands[0];
    b->cli = cli;
    b->name = strcmp(path, "-") == 0 ? "standard input" : path;
    lic_held_init(&b->kept.held, cli->allocator);
    lic_buffer_init(&text, cli->allocator, BATCH_MAX);
    lic_status status = lic_file_read(cli, path, &text);
    lic_put_u8(&text, '\0');
    if (status == LIC_OK && text.failed)
        status = lic_fail(&cli->error, LIC_TOO_LARGE, "size", "divide the batch",
                          "%s is longer than 1 MiB", b->name);
    if (status == LIC_OK && memchr(text.data, '\0', text.size - 1) != NULL)
        status = lic_fail(&cli->error, LIC_MALFORMED, "batch", "give a text file",
                          "%s holds a zero byte", b->name);
    if (status == LIC_OK) status = run_lines(b, (char *)text.data);
    lic_read_ahead_end(b->kept.ahead);
    lic_kept_close(&b->kept);
    lic_held_free(&b->kept.held);
    lic_buffer_free(&text);
    lic_release(cli->allocator, b, sizeof *b);
    return status;
}
