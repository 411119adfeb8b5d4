/* cmd_clock.c - licet clock: the ledger's date, shown or moved; and what falls due by itself, run. */
#include "writer.h"

#include <licet/cli_commands.h>

#include <signal.h>
#include <string.h>
#include <time.h>

enum { ROUND_SECONDS = 60, SECONDS_A_DAY = 86400 };

/* `due` NULL: the clock was moved. */
static void tell_date(lic_cli *cli, lic_date date, const lic_due *due)
{
    char text[LIC_DATE_TEXT], since[LIC_DATE_TEXT] = "";
    lic_date_print(date, text);
    if (due != NULL && due->contracts > 0) lic_date_print(due->first, since);
    if (!cli->json) {
        lic_put_format(&cli->out, "%s\n", text);
        return;
    }
    lic_json json;
    lic_json_init(&json, &cli->out);
    lic_json_object(&json);
    lic_json_put_text(&json, "date", text);
    if (due != NULL) {
        lic_json_put_integer(&json, "due", due->contracts);
        lic_json_key(&json, "since");
        if (since[0] == '\0') lic_json_null(&json);
        else lic_json_text(&json, since);
    }
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

/* -- moved ------------------------------------------------------------------------------------------------ */

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
    tell_date(cli, lic_engine_today(engine), NULL);
    return tell_held(cli, engine, before);
}

/* -- swept -------------------------------------------------------------------------------------------------- */

static void say_due(lic_cli *cli, const lic_due *due)
{
    char since[LIC_DATE_TEXT];
    if (due->contracts == 0) return;
    lic_date_print(due->first, since);
    lic_cli_say(
        cli,
        "%u contract%s something due since %s: licet clock runs it, with the key of an operator",
        (unsigned)due->contracts, due->contracts == 1 ? " has" : "s have", since);
}

/* *ran: how many blocks it took. */
static lic_status run_due(lic_writer *writer, uint64_t *ran)
{
    lic_cli *cli = writer->cli;
    lic_engine *engine = lic_client_engine(writer->client);
    lic_date before = lic_engine_today(engine);
    LIC_TRY(lic_client_sweep(writer->client, ran, &cli->error));
    if (*ran > 0)
        lic_cli_say(cli, "what was due has run, in %llu block%s", (unsigned long long)*ran,
                    *ran == 1 ? "" : "s");
    return tell_held(cli, engine, before);
}

static lic_status sweep(lic_writer *writer)
{
    lic_cli *cli = writer->cli;
    lic_engine *engine = lic_client_engine(writer->client);
    lic_due due;
    uint64_t ran = 0;
    LIC_TRY(run_due(writer, &ran));
    LIC_TRY(lic_engine_due(engine, &due, &cli->error));
    tell_date(cli, lic_engine_date(engine), &due);
    return LIC_OK;
}

/* Who has no key of an operator, or nobody to ask for its passphrase, is a reader. */
static bool is_reader(const lic_cli *cli, lic_status status)
{
    bool asked = lic_cli_has(cli, LIC_OPTION_PASS_FILE) || lic_cli_has(cli, LIC_OPTION_PASS_FD);
    return (status == LIC_MISSING && strcmp(cli->error.code, "operator_key") == 0) ||
           (status == LIC_CONFIGURATION && strcmp(cli->error.code, "terminal") == 0 && !asked);
}

static lic_status look(lic_cli *cli, lic_date *date, lic_due *due)
{
    lic_engine *engine = NULL;
    LIC_TRY(lic_reading_open(cli, NULL, &engine));
    *date = lic_engine_date(engine);
    lic_status status = lic_engine_due(engine, due, &cli->error);
    lic_engine_close(engine);
    return status;
}

static lic_status show(lic_cli *cli)
{
    lic_date date = 0;
    lic_due due;
    LIC_TRY(lic_kept_written(cli));
    LIC_TRY(look(cli, &date, &due));
    if (due.contracts > 0) {
        lic_status status = lic_writer_run(cli, sweep);
        if (!is_reader(cli, status)) return status;
        memset(&cli->error, 0, sizeof cli->error);
    }
    tell_date(cli, date, &due);
    say_due(cli, &due);
    return LIC_OK;
}

/* -- kept swept ------------------------------------------------------------------------------------------------ */

/* Until the round is over, or the day; false: told to end. */
static bool wait_for_round(const sigset_t *ends)
{
    int64_t now = lic_clock_system.now(lic_clock_system.context);
    int64_t day = SECONDS_A_DAY - now % SECONDS_A_DAY;
    const struct timespec round = {.tv_sec = day < ROUND_SECONDS ? day : ROUND_SECONDS};
    return sigtimedwait(ends, NULL, &round) < 0;
}

/* Between two rounds others may write. The ends of a process are heeded there alone, so that none falls into a
 * round. */
static lic_status watch(lic_writer *writer)
{
    lic_cli *cli = writer->cli;
    lic_status status = LIC_OK;
    sigset_t ends;
    (void)sigemptyset(&ends);
    (void)sigaddset(&ends, SIGINT);
    (void)sigaddset(&ends, SIGTERM);
    (void)sigprocmask(SIG_BLOCK, &ends, NULL);
    if (lic_writer_genesis(writer)->clock == LIC_CLOCK_SIMULATED)
        return lic_cli_usage(cli, "--watch is for real clocks: a simulated one stands still");
    do {
        uint64_t ran = 0;
        if (writer->client == NULL) status = lic_writer_return(writer);
        if (status == LIC_OK) LIC_TRY(run_due(writer, &ran));
        else if (status != LIC_LOCKED) return status; /* otherwise in the next round */
        if (ran > 0) tell_date(cli, lic_engine_date(lic_client_engine(writer->client)), NULL);
        if (writer->client != NULL) LIC_TRY(lic_writer_tell_now(writer));
        lic_writer_leave(writer);
        status = LIC_OK;
    } while (wait_for_round(&ends));
    return LIC_OK;
}

lic_status lic_cmd_clock(lic_cli *cli)
{
    lic_date date = 0;
    bool moves = cli->operand_count > 0, stays = lic_cli_has(cli, LIC_OPTION_WATCH);
    if (moves && lic_date_parse(lic_slice_text(cli->operands[0]), &date) != LIC_OK)
        return lic_cli_usage(cli, "%s is not a date of the form 2026-01-31", cli->operands[0]);
    if (stays && (moves || cli->kept != NULL))
        return lic_cli_usage(cli, "--watch takes no date, and no part in a batch");
    if (stays) return lic_writer_run(cli, watch);
    return moves ? lic_writer_run(cli, move) : show(cli);
}
