/* cmd_clock.c - licet clock: the ledger's date, shown or moved. */
#include "writer.h"

#include <licet/cli_commands.h>

static void tell_date(lic_cli *cli, lic_date date)
{
    char text[LIC_DATE_TEXT];
    lic_date_print(date, text);
    if (!cli->json) {
        lic_put_format(&cli->out, "%s\n", text);
        return;
    }
    lic_json json;
    lic_json_init(&json, &cli->out);
    lic_json_object(&json);
    lic_json_put_text(&json, "date", text);
    lic_json_end(&json);
    lic_put_u8(&cli->out, '\n');
}

static lic_status refuse_past(const lic_writer *writer, lic_date date)
{
    lic_date today = lic_engine_today(writer->engine);
    char wanted[LIC_DATE_TEXT], now[LIC_DATE_TEXT];
    if (date >= today) return LIC_OK;
    lic_date_print(date, wanted);
    lic_date_print(today, now);
    return lic_fail(&writer->cli->error, LIC_REFUSED, "clock_back",
                    "give a later date; a ledger's clock moves on alone",
                    "%s lies before the ledger's date, %s", wanted, now);
}

/* Without --as the operator moves the clock. */
static lic_status move(lic_writer *writer, lic_date date)
{
    lic_transaction transaction;
    bool sent = false;
    LIC_TRY(lic_writer_signers(writer, false));
    if (writer->signer_count == 0) {
        writer->signers[0] = writer->operators[0];
        writer->signer_count = 1;
    }
    LIC_TRY(refuse_past(writer, date));
    LIC_TRY(lic_writer_envelope(writer, LIC_TX_CLOCK, &transaction));
    transaction.body.clock.date = date;
    /* The block already has the new date when the envelope's validity is looked at. */
    if (!lic_cli_has(writer->cli, LIC_OPTION_VALID))
        transaction.valid_until += date - lic_engine_today(writer->engine);
    LIC_TRY(lic_writer_send(writer, &transaction, &sent));
    if (sent) tell_date(writer->cli, lic_ledger_date(lic_engine_ledger(writer->engine)));
    return LIC_OK;
}

lic_status lic_cmd_clock(lic_cli *cli)
{
    const char *path = NULL;
    lic_writer writer;
    lic_engine *engine = NULL;
    lic_date date = 0;
    LIC_TRY(lic_ledger_path(cli, NULL, &path));
    if (cli->operand_count == 0) {
        lic_status status = lic_reading_open(cli, path, &engine);
        if (status == LIC_OK) tell_date(cli, lic_ledger_date(lic_engine_ledger(engine)));
        lic_engine_close(engine);
        return status;
    }
    if (lic_date_parse(lic_slice_text(cli->operands[0]), &date) != LIC_OK) {
        return lic_cli_usage(cli, "%s is not a date of the form 2026-01-31", cli->operands[0]);
    }
    lic_status status = lic_writer_open(cli, path, &writer);
    if (status == LIC_OK) status = move(&writer, date);
    lic_writer_close(&writer);
    return status;
}
