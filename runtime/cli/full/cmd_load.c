/* cmd_load.c - licet load: schedule files into a draft contract. */
#include "loading.h"

#include <licet/cli_commands.h>

static lic_status load_all(lic_writer *writer)
{
    lic_contract_info info;
    lic_cli *cli = writer->cli;
    lic_slice contract = lic_slice_text(cli->operands[0]);
    if (cli->operand_count > 2 && lic_cli_has(cli, LIC_OPTION_ENVELOPE))
        return lic_cli_usage(cli, "--envelope takes one schedule at a time");
    LIC_TRY(lic_writer_signers(writer, true));
    LIC_TRY(lic_client_contract(writer->client, contract, &info, &cli->error));
    for (size_t i = 1; i < cli->operand_count; i++)
        LIC_TRY(lic_load_pair(writer, contract, cli->operands[i]));
    return LIC_OK;
}

static lic_status run(lic_writer *writer)
{
    writer->several = true;
    return lic_writer_told(writer, load_all(writer));
}

lic_status lic_cmd_load(lic_cli *cli)
{
    return lic_writer_run(cli, run);
}
