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
    lic_buffer hidden; /* for a payee's eyes: the other legs of its own movements */
    lic_buffer sql;
} statement_ask;

/* Of which contract, period and payee. */
static void put_which(statement_ask *ask)
{
    lic_put_text(&ask->sql, " WHERE contract=");
    lic_sql_quote(&ask->sql, lic_slice_text(ask->contract));
    lic_put_text(&ask->sql, " AND period=");
    lic_sql_quote(&ask->sql, lic_slice_text(ask->period));
    if (ask->payee == NULL) return;
    lic_put_text(&ask->sql, " AND payee=");
    lic_sql_quote(&ask->sql, lic_slice_text(ask->payee));
}

/* The same, without accounts that are not for the payee's eyes. */
static void put_where(statement_ask *ask)
{
    put_which(ask);
    if (ask->head && ask->hidden.size > 0) {
        lic_put_text(&ask->sql, " AND account NOT IN (");
        lic_put_bytes(&ask->sql, ask->hidden.data, ask->hidden.size);
        lic_put_text(&ask->sql, ")");
    }
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
    put_which(ask);
    lic_put_text(&ask->sql, ") x ORDER BY statement, row, part = 3, account, part, ordinal");
}

/* Implicit accounts hold the other legs of a payee's movements: beside an account of the agreement
 * they only repeat it. */
static void find_hidden(statement_ask *ask, const lic_image *image)
{
    bool declared = false;
    for (uint32_t i = 0; i < image->accounts_count; i++) {
        const lic_account *account = &image->accounts[i];
        uint16_t table = image->fields[account->field].table;
        bool paid = false;
        for (uint32_t s = 0; s < image->statements_count; s++)
            paid = paid || image->statements[s].payees == table;
        declared = declared || (paid && account->kind == LIC_ACCOUNT_DECLARED);
        if (account->kind != LIC_ACCOUNT_PARTY && account->kind != LIC_ACCOUNT_PAYEE) continue;
        if (ask->hidden.size > 0) lic_put_u8(&ask->hidden, ',');
        lic_sql_quote(&ask->hidden, account->name);
    }
    if (!declared) lic_buffer_clear(&ask->hidden);
}

/* In place of the head or the column names that stand there already. */
static lic_status fail_none(lic_cli *cli, const statement_ask *ask)
{
    lic_buffer_clear(&cli->out);
    return lic_fail(&cli->error, LIC_MISSING, "statement",
                    "licet query 'SELECT DISTINCT statement, period FROM statements' lists them",
                    "no statement was issued for %s%s%s", ask->period,
                    ask->payee == NULL ? "" : " to ", ask->payee == NULL ? "" : ask->payee);
}

/* Which statements, and when they were issued: lines above the table. */
static lic_status tell_issued(lic_cli *cli, statement_ask *ask)
{
    lic_buffer_clear(&ask->sql);
    lic_put_text(&ask->sql, "SELECT 'statement '||statement||', issued '||issued FROM statements");
    put_which(ask);
    lic_put_u8(&ask->sql, 0);
    uint64_t rows = 0;
    const lic_listing listing = {
        .sql = (const char *)ask->sql.data, .format = LIC_FORMAT_TSV, .rows = &rows};
    lic_status status = ask->sql.failed ? LIC_NO_MEMORY : lic_listing_run(cli, ask->path, &listing);
    lic_buffer_clear(&ask->sql);
    if (status == LIC_OK && rows == 0) return fail_none(cli, ask);
    lic_put_u8(&cli->out, '\n');
    return status;
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
        lic_put_format(&cli->out, "\ncontract  %s\npayee     ", ask->contract);
        lic_put_safe(&cli->out, lic_slice_text(ask->payee));
        lic_put_format(&cli->out, "\nperiod    %s\nclock     %s\n", ask->period, ask->clock);
        find_hidden(ask, info.image);
    }
    lic_engine_close(engine);
    return status;
}

/* Why something stays: terms that earned it and, by `below`, pay nothing yet. Amounts that are longer than
 * 64 bits are below nothing. */
static lic_status tell_kept(lic_cli *cli, statement_ask *ask)
{
    uint64_t rows = 0;
    const char *payable = "CAST(earned_units AS INTEGER) + CAST(topup_units AS INTEGER)"
                          " - CAST(recouped_units AS INTEGER)";
    lic_buffer_clear(&ask->sql);
    lic_put_format(&ask->sql,
                   "SELECT label || ' ' || term || CASE coalesce(anchor, '') WHEN '' THEN '' ELSE"
                   " ' [' || anchor || ']' END || ' pays nothing yet: ' || currency || ' ' ||"
                   " earned_amount || ' is below what the agreement pays out, stays and is carried"
                   " forward' FROM term_results WHERE net_units = '0' AND length(earned_units) < 18"
                   " AND %s > 0 AND contract = '%s' AND period = ",
                   payable, ask->contract);
    lic_sql_quote(&ask->sql, lic_slice_text(ask->period));
    lic_put_text(&ask->sql, " AND key = ");
    lic_sql_quote(&ask->sql, lic_slice_text(ask->payee));
    lic_put_text(&ask->sql, " ORDER BY height, row");
    lic_put_u8(&ask->sql, 0);
    const lic_listing listing = {
        .sql = (const char *)ask->sql.data, .format = LIC_FORMAT_TSV, .rows = &rows};
    if (ask->sql.failed) return LIC_NO_MEMORY;
    return lic_listing_run(cli, ask->path, &listing);
}

static lic_status tell(lic_cli *cli, statement_ask *ask)
{
    uint64_t rows = 0;
    LIC_TRY(find_contract(cli, ask));
    if (ask->head) LIC_TRY(tell_issued(cli, ask));
    build_sql(ask);
    lic_put_u8(&ask->sql, 0);
    const lic_listing listing = {
        .sql = (const char *)ask->sql.data,
        .header = true,
        .rows = &rows,
        .format = cli->json                            ? LIC_FORMAT_JSON
                  : ask->head || lic_cli_for_eyes(cli) ? LIC_FORMAT_TABLE
                                                       : LIC_FORMAT_TSV,
        .long_as_tsv = true,
    };
    if (ask->sql.failed || ask->hidden.failed) return LIC_NO_MEMORY;
    LIC_TRY(lic_listing_run(cli, ask->path, &listing));
    if (rows == 0) return fail_none(cli, ask);
    return ask->head ? tell_kept(cli, ask) : LIC_OK;
}

lic_status lic_cmd_statement(lic_cli *cli)
{
    statement_ask ask = {.payee = lic_cli_value(cli, LIC_OPTION_PAYEE)};
    LIC_TRY(lic_reading_period(cli, true, &ask.period));
    LIC_TRY(lic_ledger_path(cli, NULL, &ask.path));
    ask.head = ask.payee != NULL && !cli->json;
    lic_buffer_init(&ask.sql, cli->allocator, (size_t)1 << 20);
    lic_buffer_init(&ask.hidden, cli->allocator, 64 * 1024);
    lic_status status = tell(cli, &ask);
    lic_buffer_free(&ask.sql);
    lic_buffer_free(&ask.hidden);
    return status;
}
