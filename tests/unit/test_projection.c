/* The projection: rows behind the views. Would catch: a total that is not the sum of its rows, a zero row
 * left out, an amount that loses digits, a projection that differs when it is made again from the
 * blocks, a rebuild that leaves half of it behind. */
#include "engine_agreements.h"

#include "projection/projection.h"

#include <licet/crypto.h>
#include <licet/query.h>
#include <licet/replay.h>

typedef struct answer {
    char text[8192]; /* values with | between, rows ended by ; */
    size_t used;
} answer;

static lic_status gather(void *context, uint64_t row, size_t count, const char *const *names,
                         const lic_query_value *values)
{
    answer *a = context;
    (void)row, (void)names;
    for (size_t i = 0; values != NULL && i < count; i++) {
        int size = 0;
        char *at = a->text + a->used;
        size_t room = sizeof a->text - a->used;
        if (values[i].kind == LIC_VALUE_NULL) size = snprintf(at, room, "NULL");
        if (values[i].kind == LIC_VALUE_INTEGER)
            size = snprintf(at, room, "%lld", (long long)values[i].integer);
        if (values[i].kind == LIC_VALUE_TEXT) {
            size = snprintf(at, room, "%.*s", (int)values[i].bytes.size,
                            (const char *)values[i].bytes.data);
        }
        a->used += (size_t)size;
        assert_true(a->used + 2 < sizeof a->text);
        a->text[a->used++] = i + 1 < count ? '|' : ';';
        a->text[a->used] = '\0';
    }
    return LIC_OK;
}

static void ask(fixture *f, const char *sql, answer *a)
{
    const lic_store_options options = {.path = f->ledger,
                                       .allocator = &lic_allocator_system,
                                       .modules = &lic_projection_module,
                                       .module_count = 1};
    const lic_query_limits limits = {.seconds = 30};
    lic_query *query = NULL;
    memset(a, 0, sizeof *a);
    fixture_good(f, lic_query_open(&options, &query, &f->error));
    fixture_good(f, lic_query_run(query, sql, &limits, gather, a, &f->error));
    lic_query_close(query);
}

static void expect(fixture *f, const char *sql, const char *wanted)
{
    static answer a;
    ask(f, sql, &a);
    assert_string_equal(a.text, wanted);
}

static void rebuild(fixture *f)
{
    const lic_replay_options options = {
        .path = f->ledger, .allocator = &lic_allocator_system, .random = &f->random};
    lic_engine_close(f->engine);
    f->engine = NULL;
    fixture_good(f, lic_rebuild(&options, &f->error));
}

#define FIRST_REPORT                                                          \
    "1\tDEAAA0000001\tfree\t1000\t\tx\n"      /* 1000 * 0.01 = 10.00 */       \
    "2\tDEAAA0000001\tpaid\t10\t30.0001\tx\n" /* 50% of 30.0001 = 15.00005 */ \
    "3\tDEAAA0000002\tfree\t100\t\tx\n"       /* 100 * 0.0333 = 3.33 */       \
    "3\tDEAAA0000002\tfree\t100\t\tx\n"       /* duplicate */                 \
    "4\tDEAAA0000009\tfree\t100\t\tx\n"       /* unknown */

/* A ledger with the Press agreement, its views written as blocks come. */
static lic_projection *begin(fixture *f, uint32_t *contract)
{
    lic_projection *projection = NULL;
    *contract = press_deploy(f, PRESS_ASIDE);
    rebuild(f); /* makes the tables of a ledger that was made without them */
    assert_ok(lic_projection_create(&lic_allocator_system, &projection));
    f->options.modules = &lic_projection_module;
    f->options.module_count = 1;
    f->options.sink = lic_projection_sink(projection);
    fixture_reopen(f);
    lic_projection_attach(projection, lic_ledger_store(lic_engine_ledger(f->engine)));
    return projection;
}

/* Loaded, signed, and after January. */
static void open_contract(fixture *f, uint32_t contract)
{
    press_load(f, contract);
    fixture_sign(f, contract, "Label");
    fixture_sign(f, contract, "Service");
    fixture_clock(f, "2026-02-01");
}

static void finish(fixture *f, lic_projection *projection)
{
    lic_projection_detach(projection);
    lic_projection_destroy(projection);
    fixture_end(f);
}

static void a_month_stands_in_the_views(void **state)
{
    (void)state;
    fixture f;
    uint32_t contract = 0;
    lic_projection *projection = begin(&f, &contract);
    open_contract(&f, contract);
    fixture_report(&f, contract, 0, "Service", "2026-01-01", FIRST_REPORT);
    expect(&f, "SELECT lines, accepted, rejected, period FROM reports", "5|3|2|2026-01;");
    expect(&f, "SELECT column, code, count FROM report_reasons WHERE count > 0",
           "work|unknown|1;line|duplicate|1;");
    expect(&f, "SELECT line, code FROM rejected_lines ORDER BY line", "4|duplicate;5|unknown;");
    expect(&f, "SELECT column, units, amount FROM report_totals",
           "units|1110|1110;gross|300001|30.0001;");
    expect(&f,
           "SELECT key, earned_amount, net_units FROM term_results WHERE term = 'Fee' ORDER BY row",
           "DEAAA0000001|25.00|25000000;DEAAA0000002|3.33|3330000;DEAAA0000003|0.00|0;");
    expect(&f, "SELECT earned_amount, exact_amount FROM term_totals WHERE term = 'Fee'",
           "28.33|28.33005;");
    expect(&f,
           "SELECT key, opening_amount, credit_amount, debit_amount, closing_amount FROM "
           "account_turnover"
           " WHERE account = 'Pool' ORDER BY row",
           "DEAAA0000001|0.00|25.00|25.00|0.00;DEAAA0000002|0.00|3.33|3.33|0.00;DEAAA0000003|0.00|"
           "0.00|0.00|0.00;");
    expect(&f, "SELECT key, amount FROM balances WHERE account = 'Due' ORDER BY row",
           "P1|0.00;P2|0.00;P3|1.11;");
    expect(&f,
           "SELECT creditor, debtor, duty_amount, open_amount, state FROM duties ORDER BY number",
           "P1|Service|13.61|13.61|open;P2|Service|13.61|13.61|open;");
    expect(&f, "SELECT payee, number FROM statements ORDER BY number", "P1|0;P2|1;P3|2;");
    expect(&f,
           "SELECT key, json_extract(columns, '$.price') FROM schedule_rows WHERE schedule = "
           "'Works' ORDER BY row",
           "DEAAA0000001|0.01;DEAAA0000002|0.0333;DEAAA0000003|0.0001;");
    expect(&f,
           "SELECT parent, json_extract(columns, '$.share') FROM schedule_rows WHERE schedule = "
           "'Works.holders'"
           " ORDER BY row LIMIT 2",
           "DEAAA0000001|0.5;DEAAA0000001|0.5;");
    finish(&f, projection);
}

static const char *const dumps[] = {
    "SELECT * FROM contracts",
    "SELECT * FROM contract_parties",
    "SELECT * FROM schedule_rows",
    "SELECT * FROM reports",
    "SELECT * FROM report_reasons",
    "SELECT * FROM report_totals",
    "SELECT * FROM rejected_lines",
    "SELECT * FROM term_totals",
    "SELECT key, net_units, term FROM term_results",
    "SELECT * FROM account_totals",
    "SELECT account, key, units FROM balances",
    "SELECT * FROM counters",
    "SELECT * FROM duties",
    "SELECT payee, number, period FROM statements",
    "SELECT payee, units, clause FROM statement_lines",
    "SELECT payee, units, moment FROM statement_balances",
};

static void rebuilding_gives_the_same(void **state)
{
    (void)state;
    fixture f;
    uint32_t contract = 0;
    static answer before[LIC_COUNT(dumps)], after;
    lic_projection *projection = begin(&f, &contract);
    open_contract(&f, contract);
    fixture_report(&f, contract, 0, "Service", "2026-01-01", FIRST_REPORT);
    fixture_clock(&f, "2026-03-01");
    fixture_report(&f, contract, 0, "Service", "2026-02-01",
                   "1\tDEAAA0000003\tfree\t499999\t\tx\n");
    for (size_t i = 0; i < LIC_COUNT(dumps); i++) ask(&f, dumps[i], &before[i]);
    lic_projection_detach(projection);
    rebuild(&f);
    for (size_t i = 0; i < LIC_COUNT(dumps); i++) {
        ask(&f, dumps[i], &after);
        assert_string_equal(after.text, before[i].text);
    }
    finish(&f, projection);
}

static void amounts_beyond_64_bits_are_text(void **state)
{
    (void)state;
    char room[LIC_DECIMAL_MAX];
    lic_feed_cell cell = {.kind = LIC_FEED_NULL};
    lic_projection_cell((lic_i128)INT64_MIN, room, &cell);
    assert_int_equal(cell.kind, LIC_FEED_INTEGER);
    assert_true(cell.integer == INT64_MIN);
    lic_projection_cell((lic_i128)INT64_MAX + 1, room, &cell);
    assert_int_equal(cell.kind, LIC_FEED_TEXT);
    assert_true(lic_slice_equal(cell.text, lic_slice_text("9223372036854775808")));
    lic_projection_cell((lic_i128)INT64_MIN - 1, room, &cell);
    assert_true(lic_slice_equal(cell.text, lic_slice_text("-9223372036854775809")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_month_stands_in_the_views),
        cmocka_unit_test(rebuilding_gives_the_same),
        cmocka_unit_test(amounts_beyond_64_bits_are_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
