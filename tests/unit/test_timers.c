/* Time: deadlines, statements without reports, periods one after another, run-off and close. */
#include "engine_agreements.h"

#include "state.h"

typedef struct seen_runs {
    uint8_t kinds[256];
    lic_date days[256];
    lic_date firsts[256], lasts[256];
    size_t count, statements;
} seen_runs;
static seen_runs seen;

static lic_status remember(void *context, const struct lic_block_effects *effects)
{
    (void)context;
    for (const lic_run_effects *run = effects->runs; run != NULL; run = run->next) {
        seen.statements += run->statement_count;
        if (run->kind == LIC_ENTRY_STEP || run->kind == LIC_ENTRY_WAKE || seen.count == 256)
            continue;
        seen.kinds[seen.count] = run->kind;
        seen.days[seen.count] = run->today;
        seen.firsts[seen.count] = run->first;
        seen.lasts[seen.count++] = run->last;
    }
    return LIC_OK;
}

static void watch(fixture *f)
{
    lic_engine_close(f->engine);
    f->options.sink.apply = remember;
    fixture_good(f, lic_engine_open(&f->options, &f->engine, &f->error));
    memset(&seen, 0, sizeof seen);
}

static void assert_run(size_t index, uint8_t kind, const char *day, const char *first,
                       const char *last)
{
    assert_true(index < seen.count);
    assert_int_equal(seen.kinds[index], kind);
    assert_int_equal(seen.days[index], fixture_date(day));
    assert_int_equal(seen.firsts[index], fixture_date(first));
    assert_int_equal(seen.lasts[index], fixture_date(last));
}

/* Reports missing: each statement at its own deadline, on its own day, though the clock jumps over all. */
static void statements_at_their_deadlines(void **state)
{
    (void)state;
    fixture f;
    uint32_t c = press_open(&f, PRESS_ASIDE);
    watch(&f);
    fixture_clock(&f, "2026-05-15");
    assert_int_equal(seen.count, 3);
    assert_run(0, LIC_ENTRY_STATEMENT, "2026-03-02", "2026-01-01", "2026-01-31");
    assert_run(1, LIC_ENTRY_STATEMENT, "2026-03-30", "2026-02-01", "2026-02-28");
    assert_run(2, LIC_ENTRY_STATEMENT, "2026-04-30", "2026-03-01", "2026-03-31");
    assert_int_equal(fixture_contract(&f, c).statements, 9);
    fixture_end(&f);
}

/* With the report settled the statement is issued at once, by the same transaction. */
static void statement_with_its_report(void **state)
{
    (void)state;
    fixture f;
    uint32_t c = press_open(&f, PRESS_ASIDE);
    watch(&f);
    fixture_report(&f, c, 0, "Service", "2026-01-01", "1\tDEAAA0000001\tfree\t10\t\tx\n");
    assert_int_equal(seen.count, 2);
    assert_run(0, LIC_ENTRY_REPORT, "2026-02-01", "2026-01-01", "2026-01-31");
    assert_run(1, LIC_ENTRY_STATEMENT, "2026-02-01", "2026-01-01", "2026-01-31");
    fixture_end(&f);
}

/* One jump or many give the same state. */
static void jumps_do_not_matter(void **state)
{
    (void)state;
    static const char *const days[] = {"2026-04-02", "2026-04-03", "2026-06-30",
                                       "2026-09-09", "2027-01-05", "2027-03-09"};
    lic_hash roots[2];
    for (size_t way = 0; way < 2; way++) {
        fixture f;
        uint32_t c = stages_open(&f);
        fixture_good(&f, try_fact(&f, c, "Opened", "2026-02-10", "Owner"));
        fixture_clock(&f, "2026-02-10");
        assert_state(&f, c, "active");
        for (size_t i = way == 0 ? LIC_COUNT(days) - 1 : 0; i < LIC_COUNT(days); i++)
            fixture_clock(&f, days[i]);
        assert_state(&f, c, "ended");
        assert_int_equal(fixture_contract(&f, c).status, LIC_CONTRACT_CLOSED);
        lic_tables *tables = f.engine->contracts[c]->tables;
        lic_table_root(tables, LIC_TABLE_DUTIES, &roots[way]);
        assert_int_equal(tables->views[LIC_TABLE_DUTIES].row_count,
                         4); /* four quarters, none after the end */
        fixture_end(&f);
    }
    assert_true(lic_hash_equal(&roots[0], &roots[1]));
}

/* The clock only goes forward, by an operator, in simulated ledgers. */
static void the_clock_itself(void **state)
{
    (void)state;
    fixture f;
    fixture_begin(&f, "2026-01-01", LIC_CLOCK_SIMULATED);
    fixture_register(&f, "Label");
    fixture_clock(&f, "2026-01-05");
    fixture_refused(&f, try_clock(&f, "2026-01-05"), LIC_REFUSED, "past");
    fixture_refused(&f, try_clock(&f, "2026-01-04"), LIC_REFUSED, "past");
    lic_transaction t = fixture_of(&f, LIC_TX_CLOCK, "Label");
    t.body.clock.date = fixture_date("2026-01-06");
    fixture_refused(&f, try_as(&f, &t, "Label"), LIC_DENIED, "role");
    assert_int_equal(lic_engine_today(f.engine), fixture_date("2026-01-05"));
    fixture_end(&f);
    fixture_begin(&f, "2026-01-01", LIC_CLOCK_REAL);
    fixture_refused(&f, try_clock(&f, "2026-01-05"), LIC_REFUSED, "clock_real");
    fixture_end(&f);
}

/* A real ledger does what is due before its first transaction of the day. */
static void real_time(void **state)
{
    (void)state;
    fixture f;
    fixture_begin(&f, "2026-01-01", LIC_CLOCK_REAL);
    fixture_register(&f, "Owner");
    fixture_register(&f, "User");
    fixture_register(&f, "Auditor");
    uint32_t c = fixture_deploy(&f, STAGES, "Owner", NULL);
    fixture_sign(&f, c, "Owner");
    fixture_sign(&f, c, "User");
    assert_state(&f, c, "waiting");
    f.now += INT64_C(95) * 86400; /* three months later */
    fixture_good(&f, lic_engine_tick(f.engine, &f.error));
    assert_state(&f, c, "cancelled");
    assert_int_equal(fixture_contract(&f, c).since, fixture_date("2026-04-01"));
    fixture_end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statements_at_their_deadlines),
        cmocka_unit_test(statement_with_its_report),
        cmocka_unit_test(jumps_do_not_matter),
        cmocka_unit_test(the_clock_itself),
        cmocka_unit_test(real_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
