/* Reports that are settled over several blocks.
 *
 * Would catch: a result that depends on where the steps fall, on a block that was given up or on a ledger that was
 * opened anew in between; a contract that takes other transactions while it is busy, or holds up other
 * contracts; a step that shows in a root before the report's end; a trap that leaves half a report, is told to
 * nobody, or leaves the contract busy; a replay that needs to know more than the blocks. */
#include "engine_agreements.h"

#include "effects.h"

#include <licet/history.h>
#include <licet/replay.h>

enum { LINES = 40, ROOM = 4096 };

typedef struct totals {
    lic_i128 posted;
    uint64_t accepted;
    size_t statements, reports;
} totals;

static totals seen;

static lic_status remember(void *context, const struct lic_block_effects *effects)
{
    (void)context;
    for (const lic_run_effects *run = effects->runs; run != NULL; run = run->next) {
        seen.statements += run->statement_count;
        for (size_t i = 0; i < run->posting_count; i++) seen.posted += run->postings[i].amount;
        if (run->report == NULL) continue;
        seen.reports++;
        seen.accepted += run->report->accepted;
    }
    return LIC_OK;
}

static size_t make_text(char text[ROOM])
{
    size_t at = 0;
    for (int i = 1; i <= LINES; i++)
        at += (size_t)sprintf(text + at, "%d\tDEAAA000000%d\tpaid\t%d\t\tx\n", i, 1 + i % 3,
                              1000 * i);
    return at;
}

/* Two contracts of one text, both ready for January. */
static void open_two(fixture *f, uint64_t work, uint32_t contracts[2])
{
    fixture_begin_limited(f, "2026-01-01", LIC_CLOCK_SIMULATED, work);
    f->options.sink.apply = remember;
    fixture_reopen(f);
    fixture_register(f, "Label");
    fixture_register(f, "Service");
    for (int i = 0; i < 2; i++) {
        contracts[i] = fixture_deploy(f, PRESS_ASIDE, "Label", NULL);
        press_load(f, contracts[i]);
        fixture_sign(f, contracts[i], "Label");
        fixture_sign(f, contracts[i], "Service");
    }
    fixture_clock(f, "2026-02-01");
    memset(&seen, 0, sizeof seen);
}

typedef struct envelopes {
    lic_buffer bytes;
    size_t ends[64], count;
} envelopes;

static lic_status divert(void *context, lic_slice wire)
{
    envelopes *all = context;
    assert_true(all->count < LIC_COUNT(all->ends));
    lic_put_bytes(&all->bytes, wire.data, wire.size);
    all->ends[all->count++] = all->bytes.size;
    return LIC_OK;
}

/* Header and chunks submitted one by one: the last one makes the contract busy. */
static void send_chunks(fixture *f, uint32_t contract, const char *text, uint32_t chunk)
{
    envelopes all = {.count = 0};
    lic_buffer_init(&all.bytes, &lic_allocator_system, 1u << 20);
    lic_transaction t = fixture_of(f, LIC_TX_REPORT, "Service");
    t.body.report.contract = fixture_contract(f, contract).id;
    t.body.report.period = fixture_date("2026-01-01");
    lic_upload_options options = {.bytes = lic_slice_text(text),
                                  .chunk_bytes = chunk,
                                  .keypair = &f->keys[fixture_party(f, "Service")],
                                  .divert = divert,
                                  .divert_context = &all};
    fixture_good(f, lic_engine_upload(f->engine, &t, &options, &f->outcome, &f->error));
    for (size_t i = 0; i < all.count; i++) {
        size_t from = i == 0 ? 0 : all.ends[i - 1];
        lic_slice wire = lic_slice_of(all.bytes.data + from, all.ends[i] - from);
        fixture_good(f, lic_engine_submit(f->engine, wire, &f->outcome, &f->error));
    }
    lic_buffer_free(&all.bytes);
    fixture_good(f, try_commit(f));
}

static void replays(const fixture *f)
{
    lic_error error = {0};
    lic_replay_result result;
    const lic_replay_options options = {
        .path = f->ledger, .allocator = &lic_allocator_system, .random = &f->random};
    lic_status status = lic_replay(&options, &result, &error);
    /* views are not written here: that alone may differ, after all blocks */
    if (status != LIC_OK && strcmp(error.code, "derived") != 0) fail_msg("%s", error.text);
    if (result.blocks != lic_ledger_tip(lic_engine_ledger(f->engine))->height)
        fail_msg("%llu blocks replayed", (unsigned long long)result.blocks);
}

/* What the report gives when it is settled at once. */
static totals at_once(const char *text)
{
    fixture f;
    uint32_t c[2];
    open_two(&f, 0, c);
    fixture_report(&f, c[0], 0, "Service", "2026-01-01", text);
    totals whole = seen;
    fixture_end(&f);
    assert_int_equal(whole.reports, 1);
    assert_int_equal(whole.accepted, LINES);
    assert_true(whole.posted > 0 && whole.statements == 3);
    return whole;
}

static void assert_same(const totals *expected)
{
    assert_true(seen.posted == expected->posted);
    assert_int_equal(seen.accepted, expected->accepted);
    assert_int_equal(seen.statements, expected->statements);
    assert_int_equal(seen.reports, expected->reports);
}

static void the_client_waits(void **state)
{
    (void)state;
    static const uint32_t works[] = {1, 3, 7, 39, 40, 41};
    char text[ROOM];
    text[make_text(text)] = '\0';
    totals whole = at_once(text);
    for (size_t i = 0; i < LIC_COUNT(works); i++) {
        fixture f;
        uint32_t c[2];
        open_two(&f, works[i], c);
        fixture_good(&f, try_report(&f, c[0], 0, "Service", "2026-01-01", lic_slice_text(text),
                                    60 + (uint32_t)i * 50));
        assert_true(f.outcome.settled && f.outcome.accepted == LINES);
        bool one_block = f.outcome.height == f.outcome.receipt.height;
        if (works[i] >= LINES || works[i] < 10) assert_true(one_block == (works[i] >= LINES));
        assert_false(lic_engine_busy(f.engine));
        assert_same(&whole);
        replays(&f);
        fixture_end(&f);
    }
}

/* A transaction on the contract that would be in order if it were not busy. */
static lic_status try_on(fixture *f, uint32_t contract)
{
    lic_transaction t = fixture_of(f, LIC_TX_PAY, "Service");
    t.body.pay.contract = fixture_contract(f, contract).id;
    t.body.pay.creditor_table = LIC_TABLE_PARTIES;
    t.body.pay.currency = lic_slice_text("EUR");
    t.body.pay.amount = 1000000;
    return try_submit(f, &t, &f->keys[fixture_party(f, "Service")]);
}

static void busy_and_others_go_on(void **state)
{
    (void)state;
    fixture f;
    uint32_t c[2];
    char text[ROOM];
    text[make_text(text)] = '\0';
    totals whole = at_once(text);
    open_two(&f, 4, c);
    send_chunks(&f, c[0], text, 100);
    assert_true(lic_engine_busy(f.engine));
    lic_hash busy = fixture_root(&f);
    fixture_refused(&f, try_on(&f, c[0]), LIC_LOCKED, "busy");
    fixture_good(&f, lic_engine_work(f.engine, &f.error));
    lic_hash later = fixture_root(&f);
    assert_true(lic_hash_equal(&busy, &later)); /* a step is in no root */
    /* blocks with transactions on the other contract carry the report on */
    for (int i = 0; i < 4; i++) {
        assert_int_equal(seen.reports, 0);
        fixture_good(&f, try_on(&f, c[1]));
        fixture_good(&f, try_commit(&f));
    }
    seen.posted = 0;
    while (lic_engine_busy(f.engine)) fixture_good(&f, lic_engine_work(f.engine, &f.error));
    assert_same(&whole);
    fixture_good(&f, try_on(&f, c[0]));
    fixture_good(&f, try_commit(&f));
    replays(&f);
    fixture_end(&f);
}

static void opened_anew_and_given_up(void **state)
{
    (void)state;
    char text[ROOM];
    text[make_text(text)] = '\0';
    totals whole = at_once(text);
    for (int anew = 0; anew < 2; anew++) {
        fixture f;
        uint32_t c[2];
        open_two(&f, 5, c);
        send_chunks(&f, c[0], text, 100);
        for (int i = 0; lic_engine_busy(f.engine); i++) {
            assert_true(i < 100);
            if (anew) fixture_reopen(&f);
            fixture_good(&f, try_on(&f, c[1]));
            if (!anew && i % 2 == 0) fixture_good(&f, lic_engine_abandon(f.engine, &f.error));
            else fixture_good(&f, try_commit(&f));
        }
        seen.posted = whole.posted; /* payments are no postings of the report: counted below */
        assert_same(&whole);
        replays(&f);
        fixture_end(&f);
    }
}

/* Timers of a busy contract wait for its report, those of others do not. */
static void timers_wait(void **state)
{
    (void)state;
    fixture f;
    uint32_t c[2];
    char text[ROOM];
    text[make_text(text)] = '\0';
    open_two(&f, 2, c);
    send_chunks(&f, c[0], text, 100);
    fixture_clock(&f, "2026-03-03");      /* January's statement is due by 2026-03-02 */
    assert_int_equal(seen.statements, 3); /* of the other contract, without a report */
    assert_int_equal(fixture_contract(&f, c[0]).statements, 0);
    while (lic_engine_busy(f.engine)) fixture_good(&f, lic_engine_work(f.engine, &f.error));
    assert_int_equal(fixture_contract(&f, c[0]).statements, 3);
    replays(&f);
    fixture_end(&f);
}

static lic_status find_failure(void *context, const lic_moment *moment, lic_slice name,
                               lic_slice text)
{
    (void)moment;
    if (lic_slice_equal(name, lic_slice_text("failure")))
        (void)snprintf(context, 200, "%.*s", (int)text.size, (const char *)text.data);
    return LIC_OK;
}

static void a_trap_leaves_nothing(void **state)
{
    (void)state;
    fixture f;
    uint32_t c[2];
    char text[ROOM], event[200] = "";
    size_t at = make_text(text);
    (void)sprintf(text + at, "%d\tDEAAA0000009\tpaid\t1\t\tx\n", LINES + 1); /* no such work */
    fixture_begin_limited(&f, "2026-01-01", LIC_CLOCK_SIMULATED, 6);
    fixture_register(&f, "Label");
    fixture_register(&f, "Service");
    c[0] = fixture_deploy(&f, PRESS_REFUSE, "Label", NULL);
    press_load(&f, c[0]);
    fixture_sign(&f, c[0], "Label");
    fixture_sign(&f, c[0], "Service");
    fixture_clock(&f, "2026-02-01");
    lic_hash before = fixture_root(&f);
    fixture_refused(&f, try_report(&f, c[0], 0, "Service", "2026-01-01", lic_slice_text(text), 100),
                    LIC_REFUSED, "bad_line");
    assert_non_null(strstr(f.error.text, "line 41, column work: unknown"));
    assert_false(lic_engine_busy(f.engine));
    assert_int_equal(fixture_contract(&f, c[0]).statements, 0);
    fixture_good(&f, lic_history_events(f.engine, c[0], find_failure, NULL, event, &f.error));
    assert_non_null(strstr(event, "report Usage 2026-01-01 to 2026-01-31"));
    text[at] = '\0';
    fixture_report(&f, c[0], 0, "Service", "2026-01-01", text);
    assert_true(f.outcome.settled);
    lic_hash after = fixture_root(&f);
    assert_false(lic_hash_equal(&before, &after));
    replays(&f);
    fixture_end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_client_waits),         cmocka_unit_test(busy_and_others_go_on),
        cmocka_unit_test(opened_anew_and_given_up), cmocka_unit_test(timers_wait),
        cmocka_unit_test(a_trap_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
