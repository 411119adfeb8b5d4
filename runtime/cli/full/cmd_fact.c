/* cmd_fact.c - licet fact: a value from outside. */
#include "writer.h"

#include <licet/cli_commands.h>

static lic_status run(lic_writer *writer)
{
    lic_cli *cli = writer->cli;
    lic_client_call call;
    LIC_TRY(lic_writer_signers(writer, true));
    LIC_TRY(lic_writer_call(writer, &call));
    LIC_TRY(lic_writer_done(
        writer, lic_client_fact(writer->client, &call, lic_slice_text(cli->operands[0]),
                                lic_slice_text(cli->operands[1]), lic_slice_text(cli->operands[2]),
                                &writer->result, &cli->error)));
    if (!writer->result.sent) return LIC_OK;
    lic_writer_tell_id(writer);
    lic_cli_say(cli, "%s is %s", cli->operands[1], cli->operands[2]);
    return LIC_OK;
}

lic_status lic_cmd_fact(lic_cli *cli)
{
    return lic_writer_run(cli, run);
}
