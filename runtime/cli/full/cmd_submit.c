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
    if (status == LIC_OK)
        status = lic_client_submit(writer->client, lic_slice_of(wire.data, wire.size),
                                   &writer->result, &cli->error);
    lic_buffer_free(&wire);
    LIC_TRY(name_file(cli, status, file));
    const lic_outcome *outcome = &writer->result.outcome;
    lic_writer_tell_id(writer);
    lic_cli_say(cli, "%s: %s, block %llu", file, outcome->known ? "known" : "accepted",
                (unsigned long long)outcome->receipt.height);
    return LIC_OK;
}

static lic_status submit_all(lic_writer *writer)
{
    for (size_t i = 0; i < writer->cli->operand_count; i++)
        LIC_TRY(submit_file(writer, writer->cli->operands[i]));
    return LIC_OK;
}

static lic_status run(lic_writer *writer)
{
    writer->several = true;
    return lic_writer_told(writer, submit_all(writer));
}

lic_status lic_cmd_submit(lic_cli *cli)
{
    return lic_writer_run(cli, run);
}
