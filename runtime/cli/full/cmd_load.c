/* cmd_load.c - licet load: schedule files into a draft contract. */
#include "loading.h"

#include <licet/cli_commands.h>

static lic_status run(lic_writer *writer)
{
    lic_contract_info info;
    lic_cli *cli = writer->cli;
    if (cli->operand_count > 2 && lic_cli_has(cli, LIC_OPTION_ENVELOPE))
        return lic_cli_usage(cli, "--envelope takes one schedule at a time");
    LIC_TRY(lic_writer_signers(writer, true));
    LIC_TRY(lic_writer_contract(writer, cli->operands[0], &info));
    for (size_t i = 1; i < cli->operand_count; i++)
        LIC_TRY(lic_load_pair(writer, &info, cli->operands[i]));
    return LIC_OK;
}

lic_status lic_cmd_load(lic_cli *cli)
{
    const char *path = NULL;
    lic_writer writer;
    LIC_TRY(lic_ledger_path(cli, NULL, &path));
    lic_status status = lic_writer_open(cli, path, &writer);
    writer.several = true;
    if (status == LIC_OK) status = lic_writer_told(&writer, run(&writer));
    lic_writer_close(&writer);
    return status;
}
