/* frame.c - runs one command: parse, run, flush, report the error in one way. */
#include "frame.h"

#include <licet/store.h>
#include <licet/text.h>

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

enum { FLUSH_AT = 64 * 1024 };
#define OUT_MAX (LIC_GIGABYTES(4)) /* a single answer held in memory before it is flushed */

const char *lic_cli_nth(const lic_cli *cli, lic_option option, size_t n)
{
    for (size_t i = 0; i < cli->use_count; i++) {
        if (cli->uses[i].option != option) continue;
        if (n == 0) return cli->uses[i].value;
        n--;
    }
    return NULL;
}

const char *lic_cli_value(const lic_cli *cli, lic_option option)
{
    const char *value = NULL;
    for (size_t i = 0; i < cli->use_count; i++) {
        if (cli->uses[i].option == option) value = cli->uses[i].value;
    }
    return value;
}

bool lic_cli_has(const lic_cli *cli, lic_option option)
{
    return lic_cli_value(cli, option) != NULL;
}

lic_status lic_cli_usage(lic_cli *cli, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(cli->error.text, sizeof cli->error.text, format, arguments);
    va_end(arguments);
    (void)snprintf(cli->error.code, sizeof cli->error.code, "usage");
    if (cli->command == NULL)
        (void)snprintf(cli->error.help, sizeof cli->error.help, "see %s help", cli->program);
    else
        (void)snprintf(cli->error.help, sizeof cli->error.help, "see %s %s --help", cli->program,
                       cli->command->name);
    cli->error.status = LIC_MALFORMED;
    return LIC_MALFORMED;
}

lic_status lic_cli_number(lic_cli *cli, lic_option option, uint64_t min, uint64_t max,
                          uint64_t *value)
{
    const char *text = lic_cli_value(cli, option);
    if (text == NULL) return LIC_OK;
    char *end = NULL;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    bool digits = text[0] >= '0' && text[0] <= '9' && *end == '\0';
    if (!digits || errno != 0 || number < min || number > max) {
        return lic_cli_usage(cli, "--%s: %s is not a number from %llu to %llu",
                             lic_option_describe(option)->name, text, (unsigned long long)min,
                             (unsigned long long)max);
    }
    *value = number;
    return LIC_OK;
}

lic_status lic_cli_pair(lic_cli *cli, const char *text, lic_slice *name, const char **value)
{
    const char *equals = strchr(text, '=');
    if (equals == NULL || equals == text) {
        return lic_cli_usage(cli, "%s is not of the form NAME=VALUE", text);
    }
    *name = lic_slice_of(text, (size_t)(equals - text));
    *value = equals + 1;
    return LIC_OK;
}

lic_status lic_cli_flush(lic_cli *cli, bool all)
{
    if (cli->out.failed) return LIC_NO_MEMORY;
    if (!all && cli->out.size < FLUSH_AT) return LIC_OK;
    size_t size = cli->out.size;
    if (cli->file != NULL) {
        lic_status status = lic_output_put(cli, lic_slice_of(cli->out.data, size));
        lic_buffer_clear(&cli->out);
        return status;
    }
    cli->wrote = cli->wrote || size > 0;
    if (cli->held != NULL) {
        lic_held_put(cli->held, LIC_STREAM_DATA, lic_slice_of(cli->out.data, size));
        lic_buffer_clear(&cli->out);
        return LIC_OK;
    }
    bool good = size == 0 || fwrite(cli->out.data, 1, size, stdout) == size;
    good = good && (!all || fflush(stdout) == 0);
    lic_buffer_clear(&cli->out);
    if (good) return LIC_OK;
    return lic_fail(&cli->error, LIC_IO, "stdout", "give the output a place that takes it",
                    "cannot write to standard output: %s", strerror(errno));
}

void lic_cli_talk(const lic_cli *cli, lic_slice text)
{
    if (cli->held != NULL) lic_held_put(cli->held, LIC_STREAM_TALK, text);
    else if (text.size > 0) (void)fwrite(text.data, 1, text.size, stderr);
}

bool lic_cli_for_eyes(const lic_cli *cli)
{
    return !cli->json && isatty(STDOUT_FILENO) == 1;
}

/* A line and its end; what a name in it holds must not steer the terminal. */
static void put_lines(const lic_cli *cli, lic_slice text)
{
    lic_buffer safe;
    lic_buffer_init(&safe, cli->allocator, 64 * 1024);
    for (size_t from = 0; from <= text.size;) {
        const uint8_t *end = from < text.size ? memchr(text.data + from, '\n', text.size - from)
                                              : NULL;
        size_t size = end == NULL ? text.size - from : (size_t)(end - text.data) - from;
        lic_put_safe(&safe, lic_slice_of(text.data + from, size));
        lic_put_u8(&safe, '\n');
        from += size + 1;
    }
    lic_cli_talk(cli, lic_slice_of(safe.data, safe.size));
    lic_buffer_free(&safe);
}

void lic_cli_say(const lic_cli *cli, const char *format, ...)
{
    char text[4096];
    va_list arguments;
    if (cli->quiet) return;
    va_start(arguments, format);
    int size = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    size_t end = size < 0 ? 0 : (size_t)size < sizeof text ? (size_t)size : sizeof text - 1;
    put_lines(cli, lic_slice_of(text, end));
}

static const char *text_of(const lic_cli *cli, lic_status status)
{
    return cli->error.text[0] != '\0' ? cli->error.text : lic_status_message(status);
}

static void put_error_json(const lic_cli *cli, lic_status status, lic_buffer *target)
{
    lic_json json;
    lic_json_init(&json, target);
    lic_json_object(&json);
    lic_json_key(&json, "error");
    lic_json_object(&json);
    lic_json_put_text(&json, "command", cli->command == NULL ? "" : cli->command->name);
    lic_json_put_text(&json, "status", lic_status_id(status));
    lic_json_put_text(&json, "code", cli->error.code);
    lic_json_put_text(&json, "text", text_of(cli, status));
    lic_json_put_text(&json, "help", cli->error.help);
    lic_json_end(&json);
    lic_json_end(&json);
}

static void put_error(const lic_cli *cli, lic_status status, lic_buffer *target)
{
    lic_put_format(target, "%s%s%s: ", cli->program, cli->command == NULL ? "" : " ",
                   cli->command == NULL ? "" : cli->command->name);
    lic_put_safe(target, lic_slice_text(text_of(cli, status)));
    if (cli->error.help[0] == '\0') return;
    lic_put_text(target, "; ");
    lic_put_safe(target, lic_slice_text(cli->error.help));
}

void lic_cli_tell_error(const lic_cli *cli, lic_status status)
{
    lic_buffer text;
    lic_buffer_init(&text, cli->allocator, 64 * 1024);
    if (cli->json) put_error_json(cli, status, &text);
    else put_error(cli, status, &text);
    lic_put_u8(&text, '\n');
    if (!text.failed) lic_cli_talk(cli, lic_slice_of(text.data, text.size));
    else fprintf(stderr, "%s: %s\n", cli->program, lic_status_message(status));
    lic_buffer_free(&text);
}

static bool wants_colour(const lic_cli *cli, const char *when)
{
    if (cli->json || strcmp(when, "never") == 0) return false;
    if (strcmp(when, "always") == 0) return true;
    const char *plain = getenv("NO_COLOR");
    return isatty(STDERR_FILENO) == 1 && (plain == NULL || plain[0] == '\0');
}

static lic_status run_command(lic_cli *cli)
{
    if (cli->kept != NULL && cli->command->group != LIC_GROUP_WRITE)
        return lic_cli_usage(cli, "a batch takes commands that write; run this one by itself");
    LIC_TRY(lic_options_check(cli));
    const char *when = lic_cli_value(cli, LIC_OPTION_COLOR);
    cli->colour = wants_colour(cli, when == NULL ? "auto" : when);
    return cli->command->run(cli);
}

/* Half of an answer would be no JSON. */
static int finish(lic_cli *cli, lic_status status)
{
    if (status != LIC_OK && cli->json && !cli->wrote) lic_buffer_clear(&cli->out);
    lic_status flushed = lic_cli_flush(cli, true);
    if (status == LIC_OK) status = flushed;
    if (status == LIC_OK) return cli->finding ? 1 : EX_OK;
    lic_cli_tell_error(cli, status);
    bool usage = strcmp(cli->error.code, "usage") == 0 && cli->error.status == LIC_MALFORMED;
    if (cli->exit_code != 0) return cli->exit_code;
    return usage ? EX_USAGE : lic_status_exit(status);
}

static int run_line(lic_cli *cli, int argc, char **argv)
{
    const char **operands = lic_allocate_zero(cli->allocator, (size_t)argc + 1, sizeof *operands);
    if (operands == NULL) return EX_SOFTWARE;
    lic_buffer_init(&cli->out, cli->allocator, OUT_MAX);
    int exit_code = EX_OK;
    cli->operands = operands;
    if (lic_options_parse(cli, argc, argv, operands, &exit_code)) {
        exit_code = finish(cli, run_command(cli));
    } else {
        if (lic_cli_flush(cli, true) != LIC_OK) exit_code = EX_IOERR;
        if (cli->error.text[0] != '\0') lic_cli_tell_error(cli, LIC_MALFORMED);
    }
    lic_buffer_free(&cli->out);
    lic_release(cli->allocator, operands, ((size_t)argc + 1) * sizeof *operands);
    return exit_code;
}

int lic_cli_within(const lic_cli *batch, struct lic_kept *kept, lic_held *held, int argc,
                   char **argv)
{
    lic_cli cli = {.program = batch->program,
                   .commands = batch->commands,
                   .allocator = batch->allocator,
                   .kept = kept,
                   .held = held};
    return run_line(&cli, argc, argv);
}

/* A file that has reached the limit of its size is an error of that write, not the end of the process. */
int lic_cli_main(const char *program, const lic_command *commands, int argc, char **argv)
{
    lic_cli cli = {.program = program, .commands = commands, .allocator = &lic_allocator_system};
    (void)signal(SIGXFSZ, SIG_IGN);
    (void)lic_store_own_memory();
    return run_line(&cli, argc, argv);
}
