/* cmd_load.c - licet load: schedule files into a draft contract. */
#include "loading.h"

#include <licet/cli_commands.h>

#include <string.h>

/* Of NAME=FILE; NULL: it is not that, which is told in its turn. */
static const char *file_of(const char *pair)
{
    const char *equals = strchr(pair, '=');
    return equals == NULL ? NULL : equals + 1;
}

static lic_status load_all(lic_writer *writer)
{
    lic_contract_info info;
    lic_cli *cli = writer->cli;
    lic_slice contract = lic_slice_text(cli->operands[0]);
    if (cli->operand_count > 2 && lic_cli_has(cli, LIC_OPTION_ENVELOPE))
        return lic_cli_usage(cli, "--envelope takes one schedule at a time");
    LIC_TRY(lic_writer_signers(writer, true));
    LIC_TRY(lic_client_contract(writer->client, contract, &info, &cli->error));
    lic_status status = LIC_OK;
    for (size_t i = 1; i < cli->operand_count && status == LIC_OK; i++) {
        writer->next = i + 1 < cli->operand_count ? file_of(cli->operands[i + 1]) : NULL;
        status = lic_load_pair(writer, contract, cli->operands[i]);
    }
    lic_read_ahead_end(writer->ahead);
    writer->ahead = NULL;
    return status;
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
