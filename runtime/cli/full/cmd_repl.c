/* cmd_repl.c - licet repl: lines of Lua on a ledger in memory, with history and completion on a terminal. */
#include "line_edit.h"
#include "reading.h"

#include <licet/cli_commands.h>
#include <licet/crypto.h>
#include <licet/repl.h>
#include <licet/store.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct session {
    lic_cli *cli;
    bool terminal;
} session;

static void take_names(void *context, lic_slice names)
{
    (void)context;
    lic_line_edit_names(names);
}

/* A line of a file or pipe, of any length that the buffer holds. */
static bool read_plain(lic_buffer *line)
{
    char part[4096];
    bool some = false;
    while (fgets(part, sizeof part, stdin) != NULL) {
        some = true;
        size_t size = strlen(part);
        bool ends = size > 0 && part[size - 1] == '\n';
        lic_put_bytes(line, part, ends ? size - 1 : size);
        if (ends) break;
    }
    return some;
}

static lic_repl_ask read_line(void *context, bool more, lic_buffer *line)
{
    const session *s = context;
    bool read = s->terminal ? lic_line_edit_read(more ? "    > " : "licet> ", line)
                            : read_plain(line);
    if (!read && s->terminal) (void)fputc('\n', stdout);
    return read ? LIC_REPL_LINE : LIC_REPL_END;
}

static void write_text(lic_buffer *out, bool failed, lic_slice text)
{
    lic_put_text(out, failed ? "error: " : "");
    for (size_t from = 0; from < text.size;) {
        const uint8_t *end = memchr(text.data + from, '\n', text.size - from);
        size_t size = end == NULL ? text.size - from : (size_t)(end - text.data) - from;
        lic_put_safe(out, lic_slice_of(text.data + from, size));
        lic_put_u8(out, '\n');
        from += size + 1;
    }
}

/* With --json a document a line. */
static void write_answer(void *context, bool failed, lic_slice text)
{
    session *s = context;
    if (s->cli->json) {
        lic_json json;
        lic_json_init(&json, &s->cli->out);
        lic_json_object(&json);
        lic_json_put_slice(&json, failed ? "error" : "answer", text);
        lic_json_end(&json);
        lic_put_u8(&s->cli->out, '\n');
    } else write_text(&s->cli->out, failed, text);
    if (failed && !s->terminal) s->cli->finding = true;
    (void)lic_cli_flush(s->cli, true);
}

/* The ledger's history, made again in memory: here, and seen by the process that begins after it. */
static lic_status play_ledger(lic_cli *cli, lic_world **world)
{
    const char *path = NULL;
    lic_client *client = NULL;
    if (!lic_cli_has(cli, LIC_OPTION_LEDGER)) return LIC_OK;
    LIC_TRY(lic_ledger_path(cli, NULL, &path));
    const lic_client_options options = {.path = path,
                                        .allocator = cli->allocator,
                                        .random = &lic_random_system,
                                        .clock = &lic_clock_system};
    LIC_TRY(lic_client_open(&options, &client, &cli->error));
    lic_status status = lic_world_create(1, NULL, cli->allocator, world, &cli->error);
    if (status == LIC_OK) status = lic_world_play(*world, client, &cli->error);
    lic_client_close(client);
    return status;
}

lic_status lic_cmd_repl(lic_cli *cli)
{
    session s = {.cli = cli, .terminal = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1};
    lic_world *world = NULL;
    LIC_TRY(lic_crypto_start(&cli->error));
    lic_repl_options options = {.folder = cli->operand_count == 0 ? "." : cli->operands[0],
                                .allocator = cli->allocator,
                                .clock = &lic_clock_system,

                                .context = &s,
                                .read = read_line,
                                .write = write_answer,
                                .names = take_names};
    lic_confine_limits_init(&options.limits);
    options.limits.cpu_seconds = 0; /* a session may be long: each line has the wall-clock limit */
    if (s.terminal) {
        lic_line_edit_open();
        lic_cli_say(cli, "A ledger in memory. deploy{agreement=\"FILE.lic\"}, advance "
                         "\"2026-01-31\", query \"SELECT ...\"; "
                         "Ctrl-D ends. docs/spec/testing.md lists the rest.");
    }
    lic_status status = play_ledger(cli, &world);
    options.world = world;
    if (status == LIC_OK) status = lic_repl_run(&options, &cli->error);
    lic_world_destroy(world);
    return status;
}
