/* Replay of a long random history, conservation in it, and the past watched again. */
#include "engine_agreements.h"

#include "replica.h"
#include "state.h"

static uint64_t next_random(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *seed >> 33;
}

/* Balances of all accounts of a currency add up to zero: money moves, and is never made. */
static void assert_conserved(fixture *f, uint32_t c)
{
    fixture_good(f, lic_contract_load(f->engine, f->engine->contracts[c], &f->error));
    const lic_tables *tables = f->engine->contracts[c]->tables;
    lic_i128 sum = 0;
    for (uint32_t i = 0; i < tables->image->accounts_count; i++) {
        uint16_t field = tables->image->accounts[i].field;
        uint16_t table = tables->image->fields[field].table;
        for (uint32_t row = 0; row < tables->views[table].row_count; row++) {
            lic_i128 balance = lic_field_wide(tables, field, row);
            if (tables->image->accounts[i].kind == LIC_ACCOUNT_DECLARED) assert_true(balance >= 0);
            sum += balance;
        }
    }
    assert_true(sum == 0);
}

static const char *random_report(uint64_t *seed, char *text)
{
    size_t at = 0;
    for (uint64_t lines = next_random(seed) % 40, i = 0; i < lines; i++)
        at += (size_t)sprintf(text + at, "%llu\tDEAAA000000%llu\tfree\t%llu\t%s\tx\n",
                              (unsigned long long)(i * 3 / 2),
                              (unsigned long long)(1 + next_random(seed) % 4),
                              (unsigned long long)(next_random(seed) % 600000),
                              next_random(seed) % 2 == 0 ? "" : "12.5");
    text[at] = '\0';
    return text;
}

/* Random months with reports or without, payments, reopening; then all of it again from genesis. */
static void replays_a_random_history(void **state)
{
    (void)state;
    static const char *const firsts[] = {"2026-01-01", "2026-02-01", "2026-03-01",
                                         "2026-04-01", "2026-05-01", "2026-06-01"};
    static const char *const days[] = {"2026-02-03", "2026-03-05", "2026-04-02",
                                       "2026-05-09", "2026-06-01", "2026-07-02"};
    for (uint64_t seed = 1; seed <= 6; seed++) {
        fixture f;
        char text[8192];
        uint64_t random = seed * 77;
        uint32_t c = press_deploy(&f, PRESS_ASIDE);
        press_load(&f, c);
        fixture_sign(&f, c, "Label");
        fixture_sign(&f, c, "Service");
        size_t filed = 0;
        for (size_t month = 0; month < LIC_COUNT(days); month++) {
            fixture_clock(&f, days[month]);
            while (filed <= month && next_random(&random) % 3 != 0) {
                fixture_good(&f, try_report(&f, c, 0, "Service", firsts[filed],
                                            lic_slice_text(random_report(&random, text)),
                                            next_random(&random) % 2 == 0 ? 0 : 200));
                filed++;
            }
            assert_conserved(&f, c);
            if (next_random(&random) % 2 == 0) fixture_reopen(&f);
        }
        fixture_clock(&f, "2027-04-01"); /* past the end and the run-off */
        assert_conserved(&f, c);
        assert_int_equal(fixture_contract(&f, c).status, LIC_CONTRACT_CLOSED);
        uint64_t height = lic_ledger_tip(lic_engine_ledger(f.engine))->height;
        lic_engine_close(f.engine);
        f.engine = NULL;
        lic_engine *replica = NULL;
        fixture_good(&f, lic_replica_open(&f.options, &replica, &f.error));
        for (uint64_t i = 0; i < height; i++)
            fixture_good(&f, lic_replica_block(replica, &f.error));
        assert_int_equal(lic_replica_block(replica, &f.error), LIC_MISSING);
        lic_engine_close(replica);
        fixture_end(&f);
    }
}

typedef struct total {
    lic_i128 earned;
    size_t batches, items, runs;
} total;

static lic_status find_total(void *context, const struct lic_block_effects *effects)
{
    total *t = context;
    for (const lic_run_effects *run = effects->runs; run != NULL; run = run->next)
        if (run->report != NULL) t->earned = run->totals[0].values[1];
    return LIC_OK;
}

static void count_batch(void *context, uint32_t phase, const uint64_t *items, size_t slots,
                        size_t count, const uint64_t *lines, const uint64_t *offsets,
                        const uint32_t *sizes)
{
    (void)phase, (void)items, (void)slots, (void)lines, (void)offsets, (void)sizes;
    total *t = context;
    t->batches++;
    t->items += count;
}

static void count_run(void *context, const lic_contract *contract, const lic_run_effects *run)
{
    (void)contract, (void)run;
    ((total *)context)->runs++;
}

/* The second of three reports, watched later: its own figures come out, of its own time. */
static void the_past_is_watched(void **state)
{
    (void)state;
    fixture f;
    total then = {0}, now = {0};
    uint32_t c = press_open(&f, PRESS_ASIDE);
    lic_engine_close(f.engine);
    f.options.sink = (lic_effects_sink){&then, find_total};
    fixture_good(&f, lic_engine_open(&f.options, &f.engine, &f.error));
    fixture_report(&f, c, 0, "Service", "2026-01-01", "1\tDEAAA0000001\tfree\t10\t\tx\n");
    fixture_clock(&f, "2026-03-01");
    fixture_report(&f, c, 0, "Service", "2026-02-01",
                   "1\tDEAAA0000002\tfree\t77\t\tx\n2\tDEAAA0000001\tfree\t5\t\tx\n");
    uint64_t height = f.outcome.receipt.height;
    uint32_t position = f.outcome.receipt.position;
    lic_i128 earned = then.earned;
    fixture_clock(&f, "2026-04-01");
    fixture_report(&f, c, 0, "Service", "2026-03-01", "1\tDEAAA0000003\tfree\t9\t\tx\n");
    assert_true(then.earned != earned);
    lic_hash root = fixture_root(&f);
    lic_engine_close(f.engine);
    f.options.sink = (lic_effects_sink){0};
    lic_engine *past = NULL;
    fixture_good(&f,
                 lic_engine_open_mode(&f.options, LIC_LEDGER_READ, height - 1, &past, &f.error));
    lic_observer observer = {.context = &now, .begin_batch = count_batch, .end_run = count_run};
    lic_effects_sink sink = {&now, find_total};
    fixture_good(&f, lic_replica_watch(past, c, height, position, &observer, sink, &f.error));
    assert_true(now.earned == earned);
    assert_int_equal(now.items, 2);
    assert_true(now.runs >= 2);
    lic_engine_close(past);
    fixture_good(&f, lic_engine_open(&f.options, &f.engine, &f.error));
    lic_hash after = fixture_root(&f);
    assert_true(lic_hash_equal(&root, &after));
    fixture_end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(replays_a_random_history),
                                       cmocka_unit_test(the_past_is_watched)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
