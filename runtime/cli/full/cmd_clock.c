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

/* Timers have no sender who would hear of it: what newly trapped is told to who moved the clock. */
static lic_status tell_held(lic_cli *cli, lic_engine *engine, lic_date before)
{
    for (uint32_t i = 0; i < lic_engine_contract_count(engine); i++) {
        lic_contract_info info;
        char id[LIC_HASH_TEXT], day[LIC_DATE_TEXT];
        LIC_TRY(lic_engine_contract(engine, i, &info, &cli->error));
        if (!info.is_held || info.held < before) continue;
        lic_hash_print(&info.id, id);
        lic_date_print(info.held, day);
        lic_cli_say(cli,
                    "%.*s is held: what fell due on %s trapped, and waits; licet log events %.12s "
                    "says why",
                    (int)info.name.size, (const char *)info.name.data, day, id);
    }
    return LIC_OK;
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
    lic_engine *engine = lic_client_engine(writer->client);
    lic_date before = lic_engine_today(engine);
    LIC_TRY(lic_writer_done(
        writer, lic_client_clock(writer->client, &call, date, &writer->result, &cli->error)));
    if (!writer->result.sent) return LIC_OK;
    tell_date(cli, lic_engine_today(engine));
    return tell_held(cli, engine, before);
}

lic_status lic_cmd_clock(lic_cli *cli)
{
    lic_engine *engine = NULL;
    lic_date date = 0;
    bool moves = cli->operand_count > 0;
    if (moves && lic_date_parse(lic_slice_text(cli->operands[0]), &date) != LIC_OK)
        return lic_cli_usage(cli, "%s is not a date of the form 2026-01-31", cli->operands[0]);
    if (moves) return lic_writer_run(cli, move);
    LIC_TRY(lic_kept_written(cli));
    lic_status status = lic_reading_open(cli, NULL, &engine);
    if (status == LIC_OK) tell_date(cli, lic_ledger_date(lic_engine_ledger(engine)));
    lic_engine_close(engine);
    return status;
}
