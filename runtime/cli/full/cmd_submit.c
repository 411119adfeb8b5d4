/* cmd_submit.c - licet submit: envelopes from files, as they are. */
#include "writer.h"

#include <licet/cli_commands.h>

#include <string.h>

/* Of several files, this one. */
static lic_status name_file(lic_cli *cli, lic_status status, const char *file)
{
    lic_error inner = cli->error;
    if (status == LIC_OK || strstr(inner.text, file) != NULL) return status;
    return lic_fail(&cli->error, status, inner.code, inner.help, "%s: %s", file, inner.text);
}

static lic_status submit_file(lic_writer *writer, const char *file)
{
    lic_cli *cli = writer->cli;
    lic_buffer wire;
    lic_buffer_init(&wire, cli->allocator, (size_t)LIC_TRANSACTION_MAX + 65536);
    lic_status status = lic_file_read(cli, file, &wire);
    if (status == LIC_OK) {
        status = lic_engine_submit(writer->engine, lic_slice_of(wire.data, wire.size),
                                   &writer->outcome, &cli->error);
    }
    if (status == LIC_OK) status = lic_engine_commit(writer->engine, &cli->error);
    lic_buffer_free(&wire);
    LIC_TRY(name_file(cli, status, file));
    char id[LIC_HASH_TEXT];
    lic_hash_print(&writer->outcome.receipt.id, id);
    lic_writer_tell(writer, id);
    lic_cli_say(cli, "%s: %s, block %llu", file, writer->outcome.known ? "known" : "accepted",
                (unsigned long long)writer->outcome.receipt.height);
    return LIC_OK;
}

lic_status lic_cmd_submit(lic_cli *cli)
{
    const char *path = NULL;
    lic_writer writer;
    LIC_TRY(lic_ledger_path(cli, NULL, &path));
    lic_status status = lic_writer_open(cli, path, &writer);
    writer.several = true;
    for (size_t i = 0; status == LIC_OK && i < cli->operand_count; i++)
        status = submit_file(&writer, cli->operands[i]);
    status = lic_writer_told(&writer, status);
    lic_writer_close(&writer);
    return status;
}
