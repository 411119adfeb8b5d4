/* cmd_show.c - licet show: one thing of a ledger. What lies in views is read from them, so that people and
 * programs see the same rows; the rest comes from the chain. */
#include "showing.h"

#include <licet/cli_commands.h>

#include <string.h>

bool lic_cli_height(const char *text, uint64_t *height)
{
    *height = 0;
    for (const char *at = text; *at != '\0'; at++) {
        if (*at < '0' || *at > '9' || *height > (UINT64_C(1) << 35) / 10) return false;
        *height = *height * 10 + (uint64_t)(*at - '0');
    }
    return text[0] != '\0' && *height < UINT64_C(1) << 35;
}

/* Rows of a view; `sql` has been put together with quoted texts. */
static lic_status show_rows(lic_cli *cli, lic_buffer *sql, uint64_t *rows)
{
    const char *path = NULL;
    LIC_TRY(lic_ledger_path(cli, NULL, &path));
    lic_put_u8(sql, 0);
    if (sql->failed) return LIC_NO_MEMORY;
    const lic_listing listing = {
        .sql = (const char *)sql->data,
        .format = cli->json ? LIC_FORMAT_JSON : LIC_FORMAT_TABLE,
        .rows = rows,
    };
    return lic_listing_run(cli, path, &listing);
}

/* A whole view, or the rows of a contract that its conditions name. */
static lic_status show_view(lic_cli *cli, const char *select, const lic_contract_info *info,
                            const char *column, const char *key_column, const char *key)
{
    lic_buffer sql;
    char contract[LIC_HASH_TEXT];
    lic_buffer_init(&sql, cli->allocator, 64 * 1024);
    lic_put_text(&sql, select);
    if (info != NULL) {
        lic_hash_print(&info->id, contract);
        lic_put_format(&sql, " WHERE contract='%s' AND %s=", contract, column);
        lic_sql_quote(&sql, lic_slice_text(cli->operands[2]));
        if (key != NULL) {
            lic_put_format(&sql, " AND %s=", key_column);
            lic_sql_quote(&sql, lic_slice_text(key));
        }
    }
    uint64_t rows = 0;
    lic_status status = show_rows(cli, &sql, &rows);
    lic_buffer_free(&sql);
    if (status != LIC_OK || key == NULL || rows > 0) return status;
    lic_buffer_clear(&cli->out);
    return lic_fail(&cli->error, LIC_MISSING, "row", "without the key, all rows are shown",
                    "%s has no row %s", cli->operands[2], key);
}

static lic_status show_parties(lic_cli *cli, lic_engine *engine)
{
    (void)engine;
    return show_view(cli, "SELECT number, name, id, height, keys FROM parties", NULL, NULL, NULL,
                     NULL);
}

static lic_status show_contracts(lic_cli *cli, lic_engine *engine)
{
    (void)engine;
    return show_view(
        cli, "SELECT number, id, agreement, title, status, state, since, held FROM contracts", NULL,
        NULL, NULL, NULL);
}

static lic_status show_uploads(lic_cli *cli, lic_engine *engine)
{
    (void)engine;
    return show_view(cli,
                     "SELECT u.number, c.agreement, u.kind, u.subject, u.period, u.party, u.state, "
                     "u.received, u.chunks, u.worked, u.lines, u.expires, u.upload FROM uploads u "
                     "JOIN contracts c ON c.id = u.contract ORDER BY u.number",
                     NULL, NULL, NULL, NULL);
}

static bool has_name(lic_slice name, const char *text)
{
    return lic_slice_equal(name, lic_slice_text(text));
}

static lic_status show_term(lic_cli *cli, lic_engine *engine)
{
    lic_contract_info info;
    LIC_TRY(lic_reading_contract(cli, engine, cli->operands[1], &info));
    bool known = false;
    for (uint32_t i = 0; i < info.image->terms_count; i++) {
        known = known || has_name(info.image->terms[i].name, cli->operands[2]);
    }
    if (!known) {
        return lic_fail(&cli->error, LIC_REFUSED, "term",
                        "`licet show source CONTRACT` shows the agreement",
                        "the agreement has no term %s", cli->operands[2]);
    }
    return show_view(cli,
                     "SELECT period, date, key, currency, exact_amount AS exact, earned_amount AS "
                     "earned, topup_amount AS topup,"
                     " recouped_amount AS recouped, net_amount AS net FROM term_results",
                     &info, "term", "key", lic_cli_value(cli, LIC_OPTION_ROW));
}

static lic_status show_schedule(lic_cli *cli, lic_engine *engine)
{
    lic_contract_info info;
    LIC_TRY(lic_reading_contract(cli, engine, cli->operands[1], &info));
    const char *key = cli->operand_count > 3 ? cli->operands[3]
                                             : lic_cli_value(cli, LIC_OPTION_ROW);
    bool known = false;
    bool child = false;
    for (uint32_t i = LIC_TABLE_PAYMENTS + 1; i < info.image->tables_count; i++) {
        if (!has_name(info.image->tables[i].name, cli->operands[2])) continue;
        known = true;
        child = info.image->tables[i].kind == LIC_TABLE_KIND_CHILD;
    }
    if (!known) {
        return lic_fail(&cli->error, LIC_REFUSED, "schedule",
                        "`licet show source CONTRACT` shows the agreement",
                        "the agreement has no schedule %s", cli->operands[2]);
    }
    return show_view(cli,
                     child ? "SELECT row, parent, columns FROM schedule_rows"
                           : "SELECT row, key, columns FROM schedule_rows",
                     &info, "schedule", child ? "parent" : "key", key);
}

typedef struct shown {
    const char *what, *form;
    size_t operands; /* WHAT with those that it needs */
    size_t most;
    bool rows; /* takes --row */
    lic_status (*show)(lic_cli *cli, lic_engine *engine);
} shown;

static const shown shown_things[] = {
    {"ledger", "ledger", 1, 1, false, lic_show_ledger},
    {"parties", "parties", 1, 1, false, show_parties},
    {"party", "party NAME", 2, 2, false, lic_show_party},
    {"contracts", "contracts", 1, 1, false, show_contracts},
    {"contract", "contract CONTRACT", 2, 2, false, lic_show_contract},
    {"uploads", "uploads", 1, 1, false, show_uploads},
    {"block", "block HEIGHT", 2, 2, false, lic_show_block},
    {"transaction", "transaction ID", 2, 2, false, lic_show_transaction},
    {"term", "term CONTRACT TERM [--row KEY]", 3, 3, true, show_term},
    {"schedule", "schedule CONTRACT NAME [KEY]", 3, 4, true, show_schedule},
    {"source", "source CONTRACT", 2, 2, false, lic_show_source},
};

lic_status lic_cmd_show(lic_cli *cli)
{
    const char *what = cli->operand_count == 0 ? "ledger" : cli->operands[0];
    size_t operands = cli->operand_count == 0 ? 1 : cli->operand_count;
    for (size_t i = 0; i < LIC_COUNT(shown_things); i++) {
        const shown *thing = &shown_things[i];
        if (strcmp(what, thing->what) != 0) continue;
        if (operands < thing->operands || operands > thing->most) {
            return lic_cli_usage(cli, "wrong number of operands; give %s show %s", cli->program,
                                 thing->form);
        }
        if (!thing->rows && lic_cli_has(cli, LIC_OPTION_ROW))
            return lic_cli_usage(cli, "show %s has no rows for --row", what);
        lic_engine *engine = NULL;
        lic_status status = lic_reading_open(cli, NULL, &engine);
        if (status == LIC_OK) status = thing->show(cli, engine);
        lic_engine_close(engine);
        return status;
    }
    return lic_cli_usage(
        cli,
        "%s cannot be shown: ledger, parties, party, contracts, contract, uploads, block, "
        "transaction, term, schedule or source",
        what);
}
