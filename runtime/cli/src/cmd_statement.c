/* cmd_statement.c - licet statement: what payees were told for a period, from the views. */
#include "reading.h"

#include <licet/cli_commands.h>

#include <string.h>

typedef struct statement_ask {
    const char *path;
    char contract[LIC_HASH_TEXT];
    const char *period, *payee;
    const char *clock; /* "simulated" or "real" */
    bool head;         /* one payee, as text: what all lines share stands above them */
    lic_buffer sql;
} statement_ask;

static void put_where(statement_ask *ask)
{
    lic_put_text(&ask->sql, " WHERE contract=");
    lic_sql_quote(&ask->sql, lic_slice_text(ask->contract));
    lic_put_text(&ask->sql, " AND period=");
    lic_sql_quote(&ask->sql, lic_slice_text(ask->period));
    if (ask->payee == NULL) return;
    lic_put_text(&ask->sql, " AND payee=");
    lic_sql_quote(&ask->sql, lic_slice_text(ask->payee));
}

/* What all lines share: in front of each, or above them. */
static void put_shared(statement_ask *ask)
{
    lic_put_text(&ask->sql, "SELECT ");
    if (ask->head) return;
    lic_put_text(&ask->sql, "statement, ");
    lic_sql_quote(&ask->sql, lic_slice_text(ask->period));
    lic_put_format(&ask->sql,
                   " AS period, payee, (SELECT s.issued FROM statements s WHERE s.contract='%s' AND"
                   " s.statement=x.statement AND s.row=x.row AND s.period=",
                   ask->contract);
    lic_sql_quote(&ask->sql, lic_slice_text(ask->period));
    lic_put_format(&ask->sql, ") AS issued, '%s' AS clock, ", ask->clock);
}

/* One row a line, so that nothing has to be put together here; opening and closing are lines too. */
static void build_sql(statement_ask *ask)
{
    put_shared(ask);
    lic_put_text(
        &ask->sql,
        "line, anchor, account, currency, amount FROM ("
        "SELECT statement, payee, row, 0 AS part, 0 AS ordinal, moment AS line, '' AS anchor,"
        " account, currency, amount FROM statement_balances");
    put_where(ask);
    lic_put_text(&ask->sql,
                 " AND moment='opening' UNION ALL SELECT statement, payee, row, 1, ordinal,"
                 " term||' '||clause, anchor, account, currency, amount FROM statement_lines");
    put_where(ask);
    lic_put_text(
        &ask->sql,
        " UNION ALL SELECT statement, payee, row, 2, 0, moment, '', account, currency, amount"
        " FROM statement_balances");
    put_where(ask);
    lic_put_text(
        &ask->sql,
        " AND moment='closing' UNION ALL SELECT statement, payee, row, 3, ordinal,"
        " 'sum of '||column||' '||line_group, '', '', currency, amount FROM statement_sums");
    put_where(ask);
    lic_put_text(&ask->sql, ") x ORDER BY statement, row, part, ordinal, account");
}

static lic_status find_contract(lic_cli *cli, statement_ask *ask)
{
    lic_engine *engine = NULL;
    lic_contract_info info;
    lic_status status = lic_reading_open(cli, NULL, &engine);
    if (status == LIC_OK) status = lic_reading_contract(cli, engine, cli->operands[0], &info);
    if (status == LIC_OK) {
        lic_hash_print(&info.id, ask->contract);
        bool simulated = lic_ledger_genesis(lic_engine_ledger(engine))->clock ==
                         LIC_CLOCK_SIMULATED;
        ask->clock = simulated ? "simulated" : "real";
    }
    if (status == LIC_OK && ask->head) {
        lic_put_safe(&cli->out, info.image->title);
        lic_put_format(&cli->out, "\ncontract  %s\npayee     %s\nperiod    %s\nclock     %s\n\n",
                       ask->contract, ask->payee, ask->period, ask->clock);
    }
    lic_engine_close(engine);
    return status;
}

lic_status lic_cmd_statement(lic_cli *cli)
{
    statement_ask ask = {.payee = lic_cli_value(cli, LIC_OPTION_PAYEE)};
    LIC_TRY(lic_reading_period(cli, true, &ask.period));
    LIC_TRY(lic_ledger_path(cli, NULL, &ask.path));
    ask.head = ask.payee != NULL && !cli->json;
    LIC_TRY(find_contract(cli, &ask));
    lic_buffer_init(&ask.sql, cli->allocator, 64 * 1024);
    build_sql(&ask);
    lic_put_u8(&ask.sql, 0);
    const lic_listing listing = {
        .sql = (const char *)ask.sql.data,
        .header = true,
        .format = cli->json  ? LIC_FORMAT_JSON
                  : ask.head ? LIC_FORMAT_TABLE
                             : LIC_FORMAT_TSV,
    };
    lic_status status = ask.sql.failed ? LIC_NO_MEMORY : lic_listing_run(cli, ask.path, &listing);
    lic_buffer_free(&ask.sql);
    return status;
}
