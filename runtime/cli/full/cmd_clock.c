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

/* Without --as the operator moves the clock. */
static lic_status move(lic_writer *writer)
{
    lic_cli *cli = writer->cli;
    lic_client_call call;
    lic_date date = 0;
    LIC_TRY(lic_date_parse(lic_slice_text(cli->operands[0]), &date));
    LIC_TRY(lic_writer_signers(writer, false));
    LIC_TRY(lic_writer_call(writer, &call));
    LIC_TRY(lic_writer_done(
        writer, lic_client_clock(writer->client, &call, date, &writer->result, &cli->error)));
    lic_engine *engine = lic_client_engine(writer->client);
    if (writer->result.sent) tell_date(cli, lic_ledger_date(lic_engine_ledger(engine)));
    return LIC_OK;
}

lic_status lic_cmd_clock(lic_cli *cli)
{
    lic_engine *engine = NULL;
    lic_date date = 0;
    bool moves = cli->operand_count > 0;
    if (moves && lic_date_parse(lic_slice_text(cli->operands[0]), &date) != LIC_OK)
        return lic_cli_usage(cli, "%s is not a date of the form 2026-01-31", cli->operands[0]);
    if (moves) return lic_writer_run(cli, move);
    lic_status status = lic_reading_open(cli, NULL, &engine);
    if (status == LIC_OK) tell_date(cli, lic_ledger_date(lic_engine_ledger(engine)));
    lic_engine_close(engine);
    return status;
}
