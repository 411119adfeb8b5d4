/* cmd_pay.c - licet pay and licet acknowledge: a payment is reported, and confirmed. */
#include "writer.h"

#include <licet/cli_commands.h>

#include <stdio.h>

static lic_slice option_text(const lic_cli *cli, lic_option option)
{
    const char *text = lic_cli_value(cli, option);
    return lic_slice_text(text == NULL ? "" : text);
}

static lic_status pay(lic_writer *writer)
{
    lic_cli *cli = writer->cli;
    lic_client_call call;
    char line[32];
    const char *currency = lic_cli_value(cli, LIC_OPTION_CURRENCY);
    if (currency != NULL && currency[0] == '\0')
        return lic_cli_usage(cli, "--currency: the agreement has no amounts in ");
    const lic_paying paying = {.creditor = lic_slice_text(cli->operands[1]),
                               .amount = lic_slice_text(cli->operands[2]),
                               .currency = option_text(cli, LIC_OPTION_CURRENCY),
                               .reference = option_text(cli, LIC_OPTION_REFERENCE)};
    LIC_TRY(lic_writer_signers(writer, true));
    LIC_TRY(lic_writer_call(writer, &call));
    LIC_TRY(lic_writer_done(writer,
                            lic_client_pay(writer->client, &call, lic_slice_text(cli->operands[0]),
                                           &paying, &writer->result, &cli->error)));
    if (!writer->result.sent) return LIC_OK;
    (void)snprintf(line, sizeof line, "%llu",
                   (unsigned long long)writer->result.outcome.receipt.number);
    lic_writer_tell(writer, line);
    lic_cli_say(cli, "payment %s is reported", line);
    return LIC_OK;
}

static lic_status acknowledge(lic_writer *writer)
{
    lic_cli *cli = writer->cli;
    lic_client_call call;
    lic_i128 number = 0;
    LIC_TRY(lic_writer_signers(writer, true));
    if (lic_decimal_parse(lic_slice_text(cli->operands[1]), 0, &number) != LIC_OK || number < 0 ||
        number > UINT32_MAX) {
        return lic_cli_usage(cli, "%s is not the number of a payment", cli->operands[1]);
    }
    LIC_TRY(lic_writer_call(writer, &call));
    LIC_TRY(lic_writer_done(
        writer, lic_client_acknowledge(writer->client, &call, lic_slice_text(cli->operands[0]),
                                       (uint32_t)number, &writer->result, &cli->error)));
    if (!writer->result.sent) return LIC_OK;
    lic_writer_tell_id(writer);
    lic_cli_say(cli, "payment %s is confirmed", cli->operands[1]);
    return LIC_OK;
}

lic_status lic_cmd_pay(lic_cli *cli)
{
    return lic_writer_run(cli, pay);
}

lic_status lic_cmd_acknowledge(lic_cli *cli)
{
    return lic_writer_run(cli, acknowledge);
}
