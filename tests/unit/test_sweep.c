/* The sweeper: what falls due by itself, a bounded number of runs a block.
 *
 * Would catch: a block that does more than it may; another order than (date, contract, timer) where blocks end; a
 * contract that takes a transaction before what is due on it; money that depends on where a block ended; a replay, or a
 * `why`, that goes on behind a block's end; something due that is not told. */
#include "engine_agreements.h"

#include "effects.h"
#include "replica.h"
#include "why/why.h"

enum { CONTRACTS = 4, SEEN_MAX = 256 };

typedef struct seen_run {
    uint64_t height;
    lic_date day;
    uint32_t contract;
} seen_run;

static seen_run seen[SEEN_MAX];
static size_t seen_count;

static lic_status remember(void *context, const struct lic_block_effects *effects)
{
    (void)context;
    for (const lic_run_effects *run = effects->runs; run != NULL; run = run->next) {
        bool counts = run->kind == LIC_ENTRY_STATEMENT || run->kind == LIC_ENTRY_PERIOD;
        if (!counts || seen_count == SEEN_MAX) continue;
        seen[seen_count++] = (seen_run){effects->height, run->today, run->contract};
    }
    return LIC_OK;
}

/* Rules of which `sweep` alone is another one. */
static const lic_engine_rules *rules_of(uint32_t sweep)
{
    static lic_engine_rules rules;
    rules = *lic_rules_of(LIC_ENGINE_VERSION);
    rules.sweep = sweep;
    return &rules;
}

static void limit(fixture *f, uint32_t sweep)
{
    f->options.sink.apply = remember;
    fixture_reopen(f);
    f->engine->rules = rules_of(sweep);
    seen_count = 0;
}

/* Contracts of one text, open, that have statements due in March and April. */
static void open_some(fixture *f, lic_clock_kind clock, uint32_t sweep)
{
    fixture_begin(f, "2026-01-01", clock);
    fixture_register(f, "Label");
    fixture_register(f, "Service");
    for (uint32_t i = 0; i < CONTRACTS; i++) {
        uint32_t number = fixture_deploy(f, PRESS_ASIDE, "Label", NULL);
        press_load(f, number);
        fixture_sign(f, number, "Label");
        fixture_sign(f, number, "Service");
    }
    limit(f, sweep);
}

static uint64_t height_of(fixture *f)
{
    return lic_ledger_tip(lic_engine_ledger(f->engine))->height;
}

/* Executes all blocks by rules with the same limit. */
static void replays(fixture *f, uint32_t sweep)
{
    lic_engine *engine = NULL;
    lic_engine_options options = {.path = f->ledger,
                                  .allocator = &lic_allocator_system,
                                  .random = &f->random,
                                  .read_only = true};
    fixture_good(f, lic_replica_open(&options, &engine, &f->error));
    engine->rules = rules_of(sweep);
    lic_status status = LIC_OK;
    while (status == LIC_OK) status = lic_replica_block(engine, &f->error);
    if (status != LIC_MISSING) fail_msg("%s", f->error.text);
    assert_int_equal(lic_ledger_tip(lic_engine_ledger(engine))->height, height_of(f));
    lic_engine_close(engine);
}

/* In the order of the whole, at most so many a block. */
static void assert_order(uint32_t sweep)
{
    size_t in_block = 0;
    for (size_t i = 0; i < seen_count; i++) {
        in_block = i > 0 && seen[i].height == seen[i - 1].height ? in_block + 1 : 1;
        assert_true(in_block <= sweep);
        if (i == 0) continue;
        bool later = seen[i].day > seen[i - 1].day ||
                     (seen[i].day == seen[i - 1].day && seen[i].contract > seen[i - 1].contract);
        if (!later) fail_msg("run %zu is out of order", i);
    }
}

/* Statements of January to March, of each contract: twelve runs. */
static void in_order_over_several_blocks(void **state)
{
    (void)state;
    for (int real = 0; real < 2; real++) {
        for (uint32_t sweep = 1; sweep <= 13; sweep += 3) {
            fixture f;
            lic_due due;
            open_some(&f, real ? LIC_CLOCK_REAL : LIC_CLOCK_SIMULATED, sweep);
            uint64_t before = height_of(&f);
            if (real) {
                f.now = (int64_t)fixture_date("2026-05-15") * 86400;
                fixture_good(&f, lic_engine_due(f.engine, &due, &f.error));
                assert_int_equal(due.contracts, CONTRACTS);
                assert_int_equal(due.first, fixture_date("2026-03-02"));
            } else {
                fixture_clock(&f, "2026-05-15");
            }
            fixture_good(&f, lic_engine_tick(f.engine, &f.error));
            assert_false(lic_engine_behind(f.engine));
            assert_int_equal(seen_count, 3 * CONTRACTS);
            assert_order(sweep);
            assert_int_equal(height_of(&f) - before, (3 * CONTRACTS + sweep - 1) / sweep);
            fixture_good(&f, lic_engine_due(f.engine, &due, &f.error));
            assert_int_equal(due.contracts, 0);
            assert_int_equal(due.first, LIC_DATE_MAX + 1);
            assert_int_equal(due.next, fixture_date("2026-05-30")); /* April's statement */
            uint64_t height = height_of(&f);
            fixture_good(&f, lic_engine_tick(f.engine, &f.error));
            assert_int_equal(height_of(&f), height); /* no block for nothing */
            replays(&f, sweep);
            fixture_end(&f);
        }
    }
}

static lic_status try_pay(fixture *f, uint32_t contract)
{
    lic_transaction t = fixture_of(f, LIC_TX_PAY, "Service");
    t.valid_until = lic_engine_date(f->engine) + 10;
    t.body.pay.contract = fixture_contract(f, contract).id;
    t.body.pay.creditor_table = LIC_TABLE_PARTIES;
    t.body.pay.currency = lic_slice_text("EUR");
    t.body.pay.amount = 1000000;
    return try_as(f, &t, "Service");
}

/* A transaction comes behind all that is due, in a block of its own when the sweeper needs several. */
static void transactions_wait(void **state)
{
    (void)state;
    for (int real = 0; real < 2; real++) {
        fixture f;
        open_some(&f, real ? LIC_CLOCK_REAL : LIC_CLOCK_SIMULATED, 5);
        uint64_t before = height_of(&f);
        if (real) f.now = (int64_t)fixture_date("2026-05-15") * 86400;
        else fixture_clock(&f, "2026-05-15"); /* five of them run behind it */
        fixture_good(&f, try_pay(&f, CONTRACTS - 1));
        assert_int_equal(seen_count, 3 * CONTRACTS);
        assert_int_equal(height_of(&f) - before, 3);
        assert_int_equal(f.outcome.receipt.height, height_of(&f));
        replays(&f, 5);
        fixture_end(&f);
    }
}

/* Nobody can put one before it. */
static void nothing_overtakes_what_is_due(void **state)
{
    (void)state;
    fixture f;
    lic_outcome outcome;
    open_some(&f, LIC_CLOCK_REAL, 2);
    f.now = (int64_t)fixture_date("2026-05-15") * 86400;
    lic_transaction t = fixture_of(&f, LIC_TX_PAY, "Service");
    t.valid_until = fixture_date("2026-05-20");
    t.body.pay.contract = fixture_contract(&f, 3).id;
    t.body.pay.creditor_table = LIC_TABLE_PARTIES;
    t.body.pay.currency = lic_slice_text("EUR");
    t.body.pay.amount = 1000000;
    fixture_good(&f, lic_transaction_sign(&lic_hasher_native, &t,
                                          &f.keys[fixture_party(&f, "Service")], &f.error));
    fixture_good(&f, lic_engine_begin(f.engine, f.now, &f.error));
    assert_true(lic_engine_behind(f.engine));
    fixture_refused(&f, lic_engine_execute(f.engine, &t, false, &outcome, &f.error), LIC_LOCKED,
                    "behind");
    fixture_good(&f, lic_engine_abandon(f.engine, &f.error));
    fixture_end(&f);
}

/* Facts, quarters and the end of Stages, whatever a block may hold. */
static void money_does_not_depend_on_it(void **state)
{
    (void)state;
    lic_hash roots[3];
    static const uint32_t sweeps[] = {1, 2, 1024};
    for (size_t i = 0; i < 3; i++) {
        fixture f;
        uint32_t c = stages_open(&f);
        fixture_good(&f, try_fact(&f, c, "Opened", "2026-02-10", "Owner"));
        limit(&f, sweeps[i]);
        fixture_clock(&f, "2026-02-10");
        fixture_clock(&f, "2027-03-09");
        fixture_good(&f, lic_engine_tick(f.engine, &f.error));
        assert_int_equal(fixture_contract(&f, c).status, LIC_CONTRACT_CLOSED);
        lic_table_root(f.engine->contracts[c]->tables, LIC_TABLE_DUTIES, &roots[i]);
        replays(&f, sweeps[i]);
        fixture_end(&f);
    }
    assert_true(lic_hash_equal(&roots[0], &roots[1]) && lic_hash_equal(&roots[0], &roots[2]));
}

/* Runs that were watched, and the duties that they explain. */
typedef struct explained {
    size_t runs, duties;
    lic_i128 sum;
} explained;

static explained explain(uint32_t sweep)
{
    fixture f;
    lic_why *why = NULL;
    explained found = {0};
    uint32_t c = stages_open(&f);
    fixture_good(&f, try_fact(&f, c, "Opened", "2026-02-10", "Owner"));
    limit(&f, sweep);
    fixture_clock(&f, "2026-02-10");
    fixture_clock(&f, "2026-11-01"); /* three quarters */
    fixture_good(&f, lic_engine_tick(f.engine, &f.error));
    const lic_why_options options = {.path = f.ledger,
                                     .allocator = &lic_allocator_system,
                                     .random = &f.random,
                                     .contract = lic_slice_text("Stages"),
                                     .payee = lic_slice_text("Owner"),
                                     .period = lic_slice_text("2026")};
    fixture_good(&f, lic_why_derive(&options, &why, &f.error));
    found.runs = why->run_count;
    for (size_t i = 0; i < why->root_count; i++) {
        const lic_why_node *root = &why->nodes[why->roots[i]];
        if (root->rule != LIC_WHY_DUTY) continue;
        found.duties++;
        found.sum += root->value;
    }
    lic_why_destroy(why);
    fixture_end(&f);
    return found;
}

static void why_ends_where_the_block_did(void **state)
{
    (void)state;
    explained whole = explain(1024), cut = explain(1);
    assert_true(whole.runs >= 3 && whole.duties == 3 && whole.sum > 0);
    assert_int_equal(cut.runs, whole.runs);
    assert_int_equal(cut.duties, whole.duties);
    assert_true(cut.sum == whole.sum);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_order_over_several_blocks),
        cmocka_unit_test(transactions_wait),
        cmocka_unit_test(nothing_overtakes_what_is_due),
        cmocka_unit_test(money_does_not_depend_on_it),
        cmocka_unit_test(why_ends_where_the_block_did),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
