/* cmd_pay.c - licet pay and licet acknowledge: a payment is reported, and confirmed. */
#include "writer.h"

#include <licet/cli_commands.h>

#include <stdio.h>
#include <string.h>

/* The currency of the amount: the one given, or the only one. */
static lic_status find_currency(lic_cli *cli, const lic_image *image, const lic_currency **currency)
{
    const char *code = lic_cli_value(cli, LIC_OPTION_CURRENCY);
    for (uint32_t i = 0; code != NULL && i < image->currencies_count; i++) {
        if (strcmp(image->currencies[i].code, code) == 0) {
            *currency = &image->currencies[i];
            return LIC_OK;
        }
    }
    if (code != NULL)
        return lic_cli_usage(cli, "--currency: the agreement has no amounts in %s", code);
    if (image->currencies_count != 1)
        return lic_cli_usage(cli, "the agreement has several currencies: use --currency");
    *currency = &image->currencies[0];
    return LIC_OK;
}

/* A creditor that is a party, or else a row of any schedule that the agreement owes to. */
static lic_status find_creditor(lic_writer *writer, const lic_contract_info *info, uint16_t *table,
                                uint32_t *row)
{
    lic_cli *cli = writer->cli;
    const lic_image *image = info->image;
    lic_slice name = lic_slice_text(cli->operands[1]);
    for (uint32_t i = 0; i < image->parties_count; i++) {
        if (!lic_slice_equal(image->parties[i].name, name)) continue;
        *table = LIC_TABLE_PARTIES;
        *row = i;
        return LIC_OK;
    }
    for (uint32_t i = 0; i < image->duties_count; i++) {
        uint16_t candidate = image->duties[i].creditor_table;
        if (candidate == LIC_TABLE_SELF || candidate == LIC_TABLE_PARTIES) continue;
        LIC_TRY(
            lic_engine_find_row(writer->engine, info->number, candidate, name, row, &cli->error));
        if (*row == LIC_NONE32) continue;
        *table = candidate;
        return LIC_OK;
    }
    /* an account that is paid into is named by itself: table 0 */
    for (uint32_t i = 0; i < image->duties_count; i++) {
        uint16_t account = image->duties[i].creditor_account;
        if (account == LIC_NONE16 || !lic_slice_equal(image->accounts[account].name, name))
            continue;
        *table = LIC_TABLE_SELF;
        *row = account;
        return LIC_OK;
    }
    return lic_fail(&cli->error, LIC_MISSING, "creditor",
                    "name a party of the agreement or the key of a payee",
                    "the agreement owes nothing to %s", cli->operands[1]);
}

static lic_status pay(lic_writer *writer)
{
    lic_cli *cli = writer->cli;
    const lic_currency *currency = NULL;
    const char *reference = lic_cli_value(cli, LIC_OPTION_REFERENCE);
    lic_contract_info info;
    lic_transaction transaction;
    bool sent = false;
    LIC_TRY(lic_writer_contract(writer, cli->operands[0], &info));
    LIC_TRY(find_currency(cli, info.image, &currency));
    LIC_ASSERT(currency != NULL);
    LIC_TRY(lic_writer_envelope(writer, LIC_TX_PAY, &transaction));
    lic_body_pay *body = &transaction.body.pay;
    body->contract = info.id;
    LIC_TRY(find_creditor(writer, &info, &body->creditor_table, &body->creditor));
    body->currency = lic_slice_text(currency->code);
    body->reference = lic_slice_text(reference == NULL ? "" : reference);
    if (lic_decimal_parse(lic_slice_text(cli->operands[2]), currency->unit_scale, &body->amount) !=
            LIC_OK ||
        body->amount <= 0) {
        return lic_cli_usage(
            cli, "%s is not an amount above zero with at most %u decimals, such as 12.50",
            cli->operands[2], currency->unit_scale);
    }
    LIC_TRY(lic_writer_send(writer, &transaction, &sent));
    if (!sent) return LIC_OK;
    char line[32];
    (void)snprintf(line, sizeof line, "%llu", (unsigned long long)writer->outcome.receipt.number);
    lic_writer_tell(writer, line);
    lic_cli_say(cli, "payment %s is reported", line);
    return LIC_OK;
}

static lic_status acknowledge(lic_writer *writer)
{
    lic_cli *cli = writer->cli;
    lic_contract_info info;
    lic_transaction transaction;
    lic_i128 number = 0;
    bool sent = false;
    if (lic_decimal_parse(lic_slice_text(cli->operands[1]), 0, &number) != LIC_OK || number < 0 ||
        number > UINT32_MAX) {
        return lic_cli_usage(cli, "%s is not the number of a payment", cli->operands[1]);
    }
    LIC_TRY(lic_writer_contract(writer, cli->operands[0], &info));
    LIC_TRY(lic_writer_envelope(writer, LIC_TX_ACKNOWLEDGE, &transaction));
    transaction.body.acknowledge.contract = info.id;
    transaction.body.acknowledge.payment = (uint32_t)number;
    LIC_TRY(lic_writer_send(writer, &transaction, &sent));
    char id[LIC_HASH_TEXT];
    lic_hash_print(&transaction.id, id);
    if (sent) lic_writer_tell(writer, id);
    return LIC_OK;
}

static lic_status with_writer(lic_cli *cli, lic_status (*run)(lic_writer *writer))
{
    const char *path = NULL;
    lic_writer writer;
    LIC_TRY(lic_ledger_path(cli, NULL, &path));
    lic_status status = lic_writer_open(cli, path, &writer);
    if (status == LIC_OK) status = lic_writer_signers(&writer, true);
    if (status == LIC_OK) status = run(&writer);
    lic_writer_close(&writer);
    return status;
}

lic_status lic_cmd_pay(lic_cli *cli)
{
    return with_writer(cli, pay);
}

lic_status lic_cmd_acknowledge(lic_cli *cli)
{
    return with_writer(cli, acknowledge);
}
