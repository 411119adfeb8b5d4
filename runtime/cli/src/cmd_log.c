/* cmd_log.c - licet log: what happened, in the order in which it did. */
#include "fields.h"
#include "reading.h"

#include <licet/cli_commands.h>
#include <licet/history.h>

#include <string.h>

#define LINE_MAX_SIZE ((size_t)64 << 20) /* an event's text may be long */

typedef struct log_run {
    lic_cli *cli;
    lic_engine *engine;
    lic_contract_info info;
    const char *account, *row;
    lic_buffer key;
    lic_buffer names, line; /* of the record that is being written */
    bool header;            /* the names are still to be written */
} log_run;

/* Lines are records of tab-separated facts; with --json one object a line, so that a reader need not hold all. */
typedef struct record {
    log_run *run;
    lic_cli *cli;
    lic_json json;
} record;

static void record_begin(record *r, log_run *run)
{
    *r = (record){.run = run, .cli = run->cli};
    lic_buffer_clear(&run->names);
    lic_buffer_clear(&run->line);
    lic_json_init(&r->json, &run->cli->out);
    if (run->cli->json) lic_json_object(&r->json);
}

static void record_slice(record *r, const char *name, lic_slice text)
{
    if (r->cli->json) {
        lic_json_put_slice(&r->json, name, text);
        return;
    }
    bool first = r->run->names.size == 0;
    lic_put_format(&r->run->names, "%s%s", first ? "" : "\t", name);
    lic_put_text(&r->run->line, first ? "" : "\t");
    lic_put_safe(&r->run->line, text);
}

static void record_text(record *r, const char *name, const char *text)
{
    record_slice(r, name, lic_slice_text(text));
}

static void record_number(record *r, const char *name, uint64_t value)
{
    if (r->cli->json) {
        lic_json_put_integer(&r->json, name, (int64_t)value);
        return;
    }
    char text[LIC_DECIMAL_MAX];
    record_slice(r, name, lic_slice_of(text, lic_decimal_print((lic_i128)value, 0, text)));
}

static void record_hash(record *r, const char *name, const lic_hash *hash)
{
    char text[LIC_HASH_TEXT];
    lic_hash_print(hash, text);
    record_text(r, name, text);
}

static void record_date(record *r, const char *name, lic_date date)
{
    char text[LIC_DATE_TEXT];
    lic_date_print(date, text);
    record_text(r, name, text);
}

static lic_status record_end(record *r)
{
    lic_buffer *out = &r->cli->out;
    if (r->cli->json) lic_json_end(&r->json);
    if (r->run->header && !r->cli->json)
        lic_put_format(out, "%.*s\n", (int)r->run->names.size, (const char *)r->run->names.data);
    r->run->header = false;
    if (r->run->names.failed || r->run->line.failed) return LIC_NO_MEMORY;
    lic_put_bytes(out, r->run->line.data, r->run->line.size);
    lic_put_u8(out, '\n');
    return lic_cli_flush(r->cli, false);
}

/* -- blocks and transactions --------------------------------------------------------------------------- */

#define SECONDS_A_DAY 86400

static lic_status log_block(void *context, const lic_row_block *row)
{
    log_run *run = context;
    lic_header header;
    record r;
    LIC_TRY(lic_header_decode(row->header, &header, &run->cli->error));
    record_begin(&r, run);
    record_number(&r, "height", row->height);
    record_date(&r, "date", (lic_date)(header.time / SECONDS_A_DAY));
    record_hash(&r, "block", &row->hash);
    record_hash(&r, "state_root", &header.state_root);
    record_number(&r, "transactions", header.transactions);
    record_number(&r, "outputs", header.outputs);
    return record_end(&r);
}

static lic_status log_blocks(log_run *run)
{
    lic_ledger *ledger = lic_engine_ledger(run->engine);
    return lic_store_read_blocks(lic_ledger_store(ledger), 0, lic_ledger_tip(ledger)->height,
                                 log_block, run);
}

static lic_status log_transaction(void *context, const lic_row_transaction *row)
{
    log_run *run = context;
    lic_party_info party;
    record r;
    record_begin(&r, run);
    record_number(&r, "height", row->place >> 28);
    record_number(&r, "position", row->place & (LIC_PLACE_ORDINALS - 1));
    record_text(&r, "kind", lic_transaction_kind_name((uint16_t)row->kind));
    bool known = row->party != LIC_STORE_NONE && lic_engine_party(run->engine, row->party, &party);
    record_slice(&r, "party", known ? party.name : lic_slice_text(""));
    record_hash(&r, "id", &row->id);
    return record_end(&r);
}

static lic_status log_transactions(log_run *run)
{
    lic_ledger *ledger = lic_engine_ledger(run->engine);
    uint64_t last = LIC_PLACE(lic_ledger_tip(ledger)->height + 1, 0, 0) - 1;
    return lic_store_read_transactions(lic_ledger_store(ledger), 0, last, log_transaction, run);
}

/* -- events and postings ---------------------------------------------------------------------------------- */

/* For people beside the data, for programs in it. */
static lic_status log_erased(void *context, uint64_t height)
{
    log_run *run = context;
    lic_cli_say(run->cli, "block %llu: an output was erased; what it said is not listed",
                (unsigned long long)height);
    if (!run->cli->json) return LIC_OK;
    lic_json json;
    lic_json_init(&json, &run->cli->out);
    lic_json_object(&json);
    lic_json_put_integer(&json, "height", (int64_t)height);
    lic_json_put_bool(&json, "erased", true);
    lic_json_end(&json);
    lic_put_u8(&run->cli->out, '\n');
    return lic_cli_flush(run->cli, false);
}

static lic_status log_event(void *context, const lic_moment *moment, lic_slice name, lic_slice text)
{
    log_run *run = context;
    record r;
    record_begin(&r, run);
    record_number(&r, "height", moment->height);
    record_date(&r, "date", moment->today);
    record_slice(&r, "event", name);
    record_slice(&r, "text", text);
    return record_end(&r);
}

static lic_status log_events(log_run *run)
{
    return lic_history_events(run->engine, run->info.number, log_event, log_erased, run,
                              &run->cli->error);
}

/* "NAME" or "NAME of KEY". */
static lic_status record_account(log_run *run, record *r, const char *name, uint16_t number,
                                 uint32_t row)
{
    if (number >= run->info.image->accounts_count) return LIC_CORRUPT;
    const lic_account *account = &run->info.image->accounts[number];
    uint16_t table = run->info.image->fields[account->field].table;
    lic_buffer_clear(&run->key);
    lic_put_bytes(&run->key, account->name.data, account->name.size);
    if (table != LIC_TABLE_SELF) {
        if (run->key.size > 0) lic_put_text(&run->key, " of ");
        LIC_TRY(lic_engine_row_key(run->engine, run->info.number, table, row, &run->key,
                                   &run->cli->error));
    }
    record_slice(r, name, lic_slice_of(run->key.data, run->key.size));
    return LIC_OK;
}

/* The side of a posting that --account and --row ask for. */
static lic_status fits(log_run *run, uint16_t number, uint32_t row, bool *fit)
{
    const lic_image *image = run->info.image;
    *fit = number < image->accounts_count &&
           (run->account == NULL ||
            lic_slice_equal(image->accounts[number].name, lic_slice_text(run->account)));
    if (!*fit || run->row == NULL) return LIC_OK;
    lic_buffer_clear(&run->key);
    LIC_TRY(lic_engine_row_key(run->engine, run->info.number,
                               image->fields[image->accounts[number].field].table, row, &run->key,
                               &run->cli->error));
    *fit = lic_slice_equal(lic_slice_of(run->key.data, run->key.size), lic_slice_text(run->row));
    return LIC_OK;
}

static lic_status log_posting(void *context, const lic_moment *moment, const lic_posting *posting)
{
    log_run *run = context;
    const lic_image *image = run->info.image;
    record r;
    char amount[LIC_DECIMAL_MAX];
    bool from = false, to = false;
    LIC_TRY(fits(run, posting->from, posting->from_row, &from));
    LIC_TRY(fits(run, posting->to, posting->to_row, &to));
    if (!from && !to) return LIC_OK;
    if (posting->clause >= image->clauses_count || posting->from >= image->accounts_count)
        return LIC_CORRUPT;
    const lic_clause *clause = &image->clauses[posting->clause];
    const lic_currency *currency = &image->currencies[image->accounts[posting->from].currency];
    record_begin(&r, run);
    record_number(&r, "height", moment->height);
    record_date(&r, "date", moment->today);
    record_slice(&r, "name", clause->name);
    record_slice(&r, "clause", clause->label);
    record_slice(&r, "anchor", clause->anchor);
    LIC_TRY(record_account(run, &r, "from", posting->from, posting->from_row));
    LIC_TRY(record_account(run, &r, "to", posting->to, posting->to_row));
    size_t size = lic_decimal_print_short(posting->amount, currency->unit_scale, currency->minor,
                                          amount);
    record_slice(&r, "amount", lic_slice_of(amount, size));
    record_text(&r, "currency", currency->code);
    return record_end(&r);
}

/* An account or a key that nothing has would list nothing, as if nothing had happened. */
static lic_status check_names(log_run *run)
{
    const lic_image *image = run->info.image;
    bool account = run->account == NULL, row = run->row == NULL;
    for (uint32_t i = 0; i < image->accounts_count; i++) {
        bool named = run->account == NULL ||
                     lic_slice_equal(image->accounts[i].name, lic_slice_text(run->account));
        account = account || named;
        uint16_t table = image->fields[image->accounts[i].field].table;
        uint32_t found = LIC_NONE32;
        if (!named || row || table == LIC_TABLE_SELF) continue;
        LIC_TRY(lic_engine_find_row(run->engine, run->info.number, table, lic_slice_text(run->row),
                                    &found, &run->cli->error));
        row = found != LIC_NONE32;
    }
    if (!account)
        return lic_fail(&run->cli->error, LIC_MISSING, "account",
                        "licet query 'SELECT DISTINCT account FROM balances' lists them",
                        "the agreement has no account %s", run->account);
    return row ? LIC_OK
               : lic_fail(&run->cli->error, LIC_MISSING, "row",
                          "licet query 'SELECT account, key FROM balances' lists them",
                          "no account%s%s has a row %s", run->account == NULL ? "" : " called ",
                          run->account == NULL ? "" : run->account, run->row);
}

static lic_status log_postings(log_run *run)
{
    run->account = lic_cli_value(run->cli, LIC_OPTION_ACCOUNT);
    run->row = lic_cli_value(run->cli, LIC_OPTION_ROW);
    LIC_TRY(check_names(run));
    return lic_history_postings(run->engine, run->info.number, log_posting, log_erased, run,
                                &run->cli->error);
}

typedef struct logged {
    const char *what, *form;
    size_t operands;
    lic_status (*run)(log_run *run);
} logged;

static const logged logged_things[] = {
    {"blocks", "blocks", 1, log_blocks},
    {"transactions", "transactions", 1, log_transactions},
    {"events", "events CONTRACT", 2, log_events},
    {"postings", "postings CONTRACT [--account NAME] [--row KEY]", 2, log_postings},
};

static lic_status log_thing(lic_cli *cli, const logged *thing)
{
    log_run run = {.cli = cli,
                   .header = lic_cli_has(cli, LIC_OPTION_HEADER) || lic_cli_for_eyes(cli)};
    lic_status status = lic_reading_open(cli, NULL, &run.engine);
    if (status == LIC_OK && thing->operands > 1) {
        status = lic_reading_contract(cli, run.engine, cli->operands[1], &run.info);
    }
    lic_buffer_init(&run.key, cli->allocator, 64 * 1024);
    lic_buffer_init(&run.names, cli->allocator, 4096);
    lic_buffer_init(&run.line, cli->allocator, LINE_MAX_SIZE);
    if (status == LIC_OK) status = thing->run(&run);
    lic_buffer_free(&run.key);
    lic_buffer_free(&run.names);
    lic_buffer_free(&run.line);
    lic_engine_close(run.engine);
    return status;
}

lic_status lic_cmd_log(lic_cli *cli)
{
    const char *what = cli->operand_count == 0 ? "blocks" : cli->operands[0];
    size_t operands = cli->operand_count == 0 ? 1 : cli->operand_count;
    for (size_t i = 0; i < LIC_COUNT(logged_things); i++) {
        if (strcmp(what, logged_things[i].what) != 0) continue;
        if (operands != logged_things[i].operands)
            return lic_cli_usage(cli, "wrong number of operands; give %s log %s", cli->program,
                                 logged_things[i].form);
        bool narrowed = lic_cli_has(cli, LIC_OPTION_ACCOUNT) || lic_cli_has(cli, LIC_OPTION_ROW);
        if (narrowed && logged_things[i].run != log_postings)
            return lic_cli_usage(cli, "--account and --row are for log postings, not log %s", what);
        return log_thing(cli, &logged_things[i]);
    }
    return lic_cli_usage(cli, "%s is no log: blocks, transactions, events or postings", what);
}
