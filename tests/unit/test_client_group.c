/* Calls that share a block. Would catch: a call that is refused or traps and leaves something in the block, or takes
 * others with it; one that is told accepted before its block is written, or after it was lost; a call that works alone
 * and not after another one in the same block; a block over the limits; a block that replay does not make again. */
#include "client_fixture.h"

static void expect_calls(const stage *s, uint64_t made, uint64_t written)
{
    lic_client_count calls = lic_client_calls(s->client);
    assert_int_equal(calls.made, made);
    assert_int_equal(calls.written, written);
}

static uint64_t height_of(const stage *s)
{
    return stage_tip(s->client)->height;
}

/* -- one block --------------------------------------------------------------------------------------------- */

/* From the registration to the payment: everything that the next call needs is there, though nothing is written. */
static void a_whole_life_in_one_block(void **state)
{
    (void)state;
    stage s;
    stage_begin(&s, "2026-01-01");
    lic_client_begin(s.client);
    stage_press_signed(&s);
    expect_calls(&s, 8, 0);
    assert_int_equal(height_of(&s), 0);
    assert_int_equal(s.result.outcome.receipt.height, 1);
    assert_int_equal(s.result.outcome.receipt.position, 10); /* a load is a header and a chunk */
    assert_string_equal(stage_query(&s, s.client, "SELECT count(*) FROM parties"), "0\n");
    stage_good(&s, lic_client_commit(s.client, &s.error));
    expect_calls(&s, 8, 8);
    assert_int_equal(height_of(&s), 1);
    assert_string_equal(stage_query(&s, s.client, "SELECT count(*) FROM parties"), "2\n");
    assert_string_equal(stage_query(&s, s.client, "SELECT state FROM contracts"), "active\n");

    lic_client_begin(s.client); /* a clock begins the block that the rest shares */
    stage_good(&s, try_clock(&s, "2026-02-01"));
    stage_good(&s, try_report(&s, "Press", "Usage", "2026-01", "Service", stage_usage));
    assert_true(s.result.outcome.settled && s.result.outcome.height == 2);
    stage_good(&s, try_pay(&s, "Press", "P1", "43.30", "", "Service"));
    expect_calls(&s, 11, 8);
    stage_good(&s, lic_client_commit(s.client, &s.error));
    assert_int_equal(height_of(&s), 2);
    assert_string_equal(
        stage_query(&s, s.client, "SELECT creditor, open_amount FROM duties ORDER BY row"),
        "P1 0.00\nP2 43.30\nP3 33.30\n");
    stage_replays(&s);
    stage_end(&s);
}

/* Outside a group each call is written when it returns. */
static void alone_again(void **state)
{
    (void)state;
    stage s;
    stage_begin(&s, "2026-01-01");
    stage_good(&s, try_register(&s, "Owner"));
    expect_calls(&s, 1, 1);
    lic_client_begin(s.client);
    stage_good(&s, try_register(&s, "User"));
    expect_calls(&s, 2, 1);
    stage_good(&s, lic_client_commit(s.client, &s.error));
    stage_good(&s, lic_client_commit(s.client, &s.error)); /* nothing waits */
    stage_good(&s, try_register(&s, "Auditor"));
    expect_calls(&s, 3, 3);
    assert_int_equal(height_of(&s), 3);
    lic_client_begin(s.client);
    stage_good(&s, try_register(&s, "Maker"));
    lic_client_abandon(s.client);
    expect_calls(&s, 3, 3);
    stage_good(&s, try_register(&s, "Maker")); /* as if it had never been called */
    assert_int_equal(height_of(&s), 4);
    stage_replays(&s);
    stage_end(&s);
}

/* -- refusals in the middle ----------------------------------------------------------------------------------- */

static void expect_refused(stage *s, lic_status status)
{
    if (status == LIC_OK) fail_msg("it was taken");
    assert_true(s->error.text[0] != '\0');
}

static void begin_stages(stage *s)
{
    stage_good(s, try_register(s, "Owner"));
    stage_good(s, try_register(s, "User"));
    stage_good(s, try_register(s, "Auditor"));
    stage_good(s, try_deploy(s, STAGES, "Owner", NULL, NULL));
    stage_good(s, try_sign(s, "Stages", "Owner", NULL));
    stage_good(s, try_sign(s, "Stages", "User", NULL));
    stage_good(s, try_clock(s, "2026-01-31"));
    stage_good(s, try_fact(s, "Stages", "Opened", "2026-01-31", "Owner"));
}

/* Refused by the chain, the engine and the agreement; what is `bad` is called only then. */
static void acts(stage *s, bool bad)
{
    const char *const late[] = {"reason", "late", NULL}, *const cost[] = {"cost", "40000", NULL},
                      *const dear[] = {"cost", "50001", NULL};
    stage_good(s, try_act(s, "Stages", "Strike", late, false, "Owner", NULL));
    if (bad) expect_refused(s, try_register(s, "Owner"));
    stage_good(s, try_act(s, "Stages", "Strike", late, false, "Owner", NULL));
    if (bad) expect_refused(s, try_act(s, "Stages", "Share", dear, false, "Owner", "User"));
    stage_good(s, try_act(s, "Stages", "Share", cost, false, "Owner", "User"));
    if (bad) expect_refused(s, try_acknowledge(s, "Stages", 7, "Owner"));
    stage_good(s, try_act(s, "Stages", "Strike", late, false, "Owner", NULL));
    if (bad) /* the fourth: its `require` does not hold */
        assert_int_equal(try_act(s, "Stages", "Strike", late, false, "Owner", NULL), LIC_TRAPPED);
    stage_good(s, try_fact(s, "Stages", "Visitors", "1000000", "User"));
    if (bad) expect_refused(s, try_fact(s, "Stages", "Visitors", "999999", "User"));
    stage_good(s, try_pay(s, "Stages", "Owner", "40000", "JPY", "User"));
    if (bad) expect_refused(s, try_sign(s, "Stages", "Owner", NULL));
}

static void refusals_leave_no_trace(void **state)
{
    (void)state;
    stage clean, mixed;
    stage_begin(&clean, "2026-01-01");
    begin_stages(&clean);
    lic_client_begin(clean.client);
    acts(&clean, false);
    stage_good(&clean, lic_client_commit(clean.client, &clean.error));
    stage_begin(&mixed, "2026-01-01");
    begin_stages(&mixed);
    lic_client_begin(mixed.client);
    acts(&mixed, true);
    expect_calls(&mixed, 14, 8);
    stage_good(&mixed, lic_client_commit(mixed.client, &mixed.error));
    assert_int_equal(height_of(&mixed), height_of(&clean));
    assert_int_equal(stage_tip(mixed.client)->transactions, 6);
    assert_memory_equal(&stage_tip(mixed.client)->state_root, &stage_tip(clean.client)->state_root,
                        LIC_HASH_SIZE);
    assert_string_equal(
        stage_query(&mixed, mixed.client, "SELECT value FROM counters WHERE counter = 'Strikes'"),
        "3\n");
    stage_replays(&mixed);
    stage_end(&mixed);
    stage_end(&clean);
}

/* A report whose last chunk is refused goes with its header, and the period is open for another one. */
static void a_refused_report_goes_as_a_whole(void **state)
{
    (void)state;
    stage s;
    stage_begin(&s, "2026-01-01");
    stage_good(&s, try_register(&s, "Label"));
    stage_good(&s, try_register(&s, "Service"));
    stage_good(&s, try_deploy(&s, PRESS_REFUSE, "Label", NULL, NULL));
    lic_client_begin(s.client);
    stage_good(&s, try_load(&s, "Press", "Payees", "Label", PRESS_PAYEES));
    expect_refused(&s, try_load(&s, "Press", "Works", "Label", "no work\t1\n"));
    stage_good(&s, try_load(&s, "Press", "Works", "Label", PRESS_WORKS));
    stage_good(&s, try_load(&s, "Press", "Works.holders", "Label", PRESS_HOLDERS));
    stage_good(&s, try_sign(&s, "Press", "Label", NULL));
    stage_good(&s, try_sign(&s, "Press", "Service", NULL));
    stage_good(&s, lic_client_flush(s.client, &s.error));
    stage_good(&s, try_clock(&s, "2026-02-01"));
    expect_refused(&s, try_report(&s, "Press", "Usage", "2026-01", "Service", stage_usage));
    assert_non_null(strstr(s.error.text, "line 3"));
    stage_good(&s, try_register(&s, "Owner"));
    stage_good(&s, try_report(&s, "Press", "Usage", "2026-01", "Service",
                              "1\tDEAAA0000001\tfree\t2000\t\tx\n"
                              "2\tDEAAA0000002\tpaid\t3000\t1.5\tx\n"));
    stage_good(&s, lic_client_commit(s.client, &s.error));
    assert_int_equal(height_of(&s), 5);
    assert_int_equal(stage_tip(s.client)->transactions, 1 + 1 + 3); /* clock, register, report */
    assert_string_equal(stage_query(&s, s.client, "SELECT accepted FROM reports"), "2\n");
    assert_string_equal(stage_query(&s, s.client,
                                    "SELECT schedule, count(*) FROM schedule_rows "
                                    "GROUP BY 1 ORDER BY 1"),
                        "Payees 3\nWorks 3\nWorks.holders 6\n");
    stage_replays(&s);
    stage_end(&s);
}

/* -- what works alone works behind another call too ------------------------------------------------------------- */

static void keys_from_the_next_block(void **state)
{
    (void)state;
    stage s;
    lic_keypair fresh = stage_pair("fresh"), old = stage_pair("Owner");
    stage_begin(&s, "2026-01-01");
    lic_client_begin(s.client);
    begin_stages(&s);
    stage_good(&s, lic_client_flush(s.client, &s.error));
    uint64_t before = height_of(&s);
    lic_client_call call = stage_by("Owner", NULL);
    stage_good(&s, lic_client_add_key(s.client, &call, stage_text(""), &fresh.key, LIC_KEY_MAY_SIGN,
                                      0, &s.result, &s.error));
    const char *const late[] = {"reason", "late", NULL};
    stage_good(&s, try_act(&s, "Stages", "Strike", late, false, "fresh", NULL));
    call = stage_by("fresh", NULL);
    stage_good(&s, lic_client_revoke_key(s.client, &call, stage_text("Owner"), &old.key, 0,
                                         &s.result, &s.error));
    stage_good(
        &s, try_act(&s, "Stages", "Strike", late, false, "Owner", NULL)); /* valid until the seal */
    stage_good(&s, lic_client_commit(s.client, &s.error));
    assert_int_equal(height_of(&s), before + 2);
    expect_refused(&s, try_act(&s, "Stages", "Strike", late, false, "Owner", NULL));
    stage_replays(&s);
    stage_end(&s);
}

static lic_status keep_wire(void *context, lic_slice wire)
{
    lic_buffer *to = context;
    lic_put_bytes(to, wire.data, wire.size);
    return to->failed ? LIC_NO_MEMORY : LIC_OK;
}

/* An envelope that stands in the open block is answered like one in any other. */
static void the_same_envelope_twice(void **state)
{
    (void)state;
    stage s;
    lic_buffer wire;
    lic_buffer_init(&wire, &lic_allocator_system, LIC_TRANSACTION_MAX);
    stage_begin(&s, "2026-01-01");
    stage_good(&s, try_register(&s, "Owner"));
    lic_client_call call = stage_by("User", NULL);
    call.divert = keep_wire;
    call.divert_context = &wire;
    stage_good(&s, lic_client_register(s.client, &call, stage_text("User"), LIC_KEY_MAY_SIGN, NULL,
                                       NULL, &s.error));
    expect_calls(&s, 1, 1); /* what is diverted is no call on the ledger */
    lic_client_begin(s.client);
    lic_slice bytes = lic_slice_of(wire.data, wire.size);
    stage_good(&s, lic_client_submit(s.client, bytes, &s.result, &s.error));
    assert_false(s.result.outcome.known);
    lic_hash id = s.result.id;
    stage_good(&s, lic_client_submit(s.client, bytes, &s.result, &s.error));
    assert_true(s.result.outcome.known && lic_hash_equal(&id, &s.result.id));
    assert_int_equal(s.result.outcome.receipt.height, 2);
    stage_good(&s, lic_client_commit(s.client, &s.error));
    assert_int_equal(height_of(&s), 2);
    lic_buffer_free(&wire);
    stage_end(&s);
}

/* -- limits -------------------------------------------------------------------------------------------------- */

static void blocks_are_as_full_as_they_may_be(void **state)
{
    (void)state;
    stage s;
    char name[16];
    stage_init(&s, "2026-01-01", &lic_allocator_system);
    s.block_transactions = 4;
    stage_open(&s, LIC_CLOCK_SIMULATED);
    lic_client_begin(s.client);
    for (unsigned i = 0; i < 10; i++) {
        (void)snprintf(name, sizeof name, "Party%u", i);
        stage_good(&s, try_register(&s, name));
        expect_calls(&s, i + 1, i / 4 * 4);
    }
    stage_good(&s, lic_client_commit(s.client, &s.error));
    expect_calls(&s, 10, 10);
    assert_int_equal(height_of(&s), 3);
    assert_int_equal(stage_tip(s.client)->transactions, 2);
    stage_replays(&s);
    stage_end(&s);
}

/* Uploads that need more than a block has left, and reports that take several blocks to settle. */
static void uploads_over_several_blocks(void **state)
{
    (void)state;
    for (unsigned limit = 1; limit <= 6; limit++) {
        stage s;
        stage_init(&s, "2026-01-01", &lic_allocator_system);
        s.block_transactions = limit;
        s.work_per_block = limit % 3 == 0 ? 2 : 0;
        stage_open(&s, LIC_CLOCK_SIMULATED);
        lic_client_begin(s.client);
        stage_press(&s);
        stage_good(&s, try_report(&s, "Press", "Usage", "2026-01", "Service", stage_usage));
        if (!s.result.outcome.settled) fail_msg("limit %u", limit);
        stage_good(&s, try_pay(&s, "Press", "P1", "43.30", "", "Service"));
        stage_good(&s, lic_client_commit(s.client, &s.error));
        expect_calls(&s, 11, 11);
        assert_string_equal(
            stage_query(&s, s.client, "SELECT creditor, open_amount FROM duties ORDER BY row"),
            "P1 0.00\nP2 43.30\nP3 33.30\n");
        stage_replays(&s);
        stage_end(&s);
    }
}

/* -- blocks that are lost ---------------------------------------------------------------------------------------- */

/* The disk is full when the block is to be written: nothing of it was, and its calls are none. */
static void a_lost_block_takes_its_calls_with_it(void **state)
{
    (void)state;
    stage s;
    char name[LIC_NAME_MAX + 1];
    memset(name, 'x', sizeof name);
    name[LIC_NAME_MAX] = '\0';
    stage_init(&s, "2026-01-01", &lic_allocator_system);
    s.megabytes = 2;
    stage_open(&s, LIC_CLOCK_SIMULATED);
    stage_good(&s, try_register(&s, "Owner"));
    lic_hash before = *lic_ledger_tip_hash(lic_engine_ledger(lic_client_engine(s.client)));
    lic_client_begin(s.client);
    lic_status status = LIC_OK;
    for (unsigned i = 0; i < 3000 && status == LIC_OK; i++) {
        (void)snprintf(name, 8, "P%06u", i);
        name[7] = 'x';
        status = try_register(&s, name);
    }
    if (status == LIC_OK) status = lic_client_commit(s.client, &s.error);
    assert_int_equal(status, LIC_IO);
    expect_calls(&s, 1, 1);
    lic_hash after = *lic_ledger_tip_hash(lic_engine_ledger(lic_client_engine(s.client)));
    assert_memory_equal(&before, &after, LIC_HASH_SIZE);
    stage_good(&s, try_register(&s, "User")); /* a small block still fits */
    expect_calls(&s, s.result.outcome.receipt.height, s.result.outcome.receipt.height);
    stage_replays(&s);
    stage_end(&s);
}

/* -- alone or together ---------------------------------------------------------------------------------------------- */

static uint32_t draw(lic_seeded *seed, uint32_t below)
{
    uint64_t number = 0;
    lic_random random = lic_seeded_random(seed);
    random.fill(random.context, &number, sizeof number);
    return (uint32_t)(number % below);
}

/* One of the things that may be done on both agreements, sensible or not. */
static lic_status some_call(stage *s, lic_seeded *seed, unsigned *month, unsigned *day)
{
    const char *const late[] = {"reason", "late", NULL};
    char text[64], cost[16];
    (void)snprintf(cost, sizeof cost, "%u", 30000 + draw(seed, 30000));
    const char *const costs[] = {"cost", cost, NULL};
    switch (draw(seed, 10)) {
    case 0: return try_act(s, "Stages", "Strike", late, false, "Owner", NULL);
    case 1: return try_act(s, "Stages", "Share", costs, false, "Owner", "User");
    case 2: return try_act(s, "Stages", "Share", costs, false, "Owner", NULL);
    case 3:
        (void)snprintf(text, sizeof text, "%u", draw(seed, 1200000));
        return try_fact(s, "Stages", "Visitors", text, "User");
    case 4: return try_pay(s, "Stages", "Owner", cost, "JPY", "User");
    case 5: return try_acknowledge(s, "Stages", 1 + draw(seed, 8), "Owner");
    case 6:
        *day += 1 + draw(seed, 20);
        (void)snprintf(text, sizeof text, "2026-%02u-%02u", 2 + *day / 28 % 11, 1 + *day % 28);
        return try_clock(s, text);
    case 7: return try_pay(s, "Press", draw(seed, 2) ? "P1" : "P4", "20.00", "", "Service");
    default:
        (void)snprintf(text, sizeof text, "2026-%02u", *month);
        lic_status status = try_report(s, "Press", "Usage", text, "Service",
                                       draw(seed, 3) ? stage_usage : "x\n");
        *month += status == LIC_OK ? 1 : 0;
        return status;
    }
}

static void play(stage *s, uint64_t number, bool together, char record[2048])
{
    lic_seeded seed, flushes;
    unsigned month = 1, day = 5;
    lic_seeded_init(&seed, number);
    lic_seeded_init(&flushes, number ^ 77);
    for (unsigned i = 0; i < 60; i++) {
        lic_status status = some_call(s, &seed, &month, &day);
        (void)snprintf(record + strlen(record), 2048 - strlen(record), "%d ", (int)status);
        if (together && draw(&flushes, 9) == 0)
            stage_good(s, lic_client_flush(s->client, &s->error));
    }
    if (together) stage_good(s, lic_client_commit(s->client, &s->error));
}

static const char *const shown[] = {
    "SELECT agreement, status, state, since, held FROM contracts",
    "SELECT account, key, amount FROM balances ORDER BY contract_number, account, row",
    "SELECT counter, key, value FROM counters ORDER BY contract_number, counter, row",
    "SELECT number, creditor, duty_amount, open_amount, due, state FROM duties ORDER BY "
    "contract_number, number",
    "SELECT number, creditor, payment_amount, unallotted_amount, state FROM payments",
    "SELECT period, count(*), sum(accepted) FROM reports GROUP BY 1",
    "SELECT period, term, key, net_amount FROM term_results ORDER BY contract_number, date, term, "
    "row, period LIMIT 60",
    "SELECT statement, period, issued, count(*) FROM statements GROUP BY 1, 2, 3",
};

/* The same calls give the same answers and the same money, whichever share a block. */
static void alone_or_together(void **state)
{
    (void)state;
    for (uint64_t number = 1; number <= 12; number++) {
        stage stages[2];
        char records[2][2048] = {"", ""}, first[4096];
        for (int i = 0; i < 2; i++) {
            stage *s = &stages[i];
            stage_begin(s, "2026-01-01");
            begin_stages(s);
            stage_press_signed(s);
            if (i == 1) lic_client_begin(s->client);
            play(s, number, i == 1, records[i]);
        }
        if (strcmp(records[0], records[1]) != 0)
            fail_msg("seed %u: alone %s\ntogether %s", (unsigned)number, records[0], records[1]);
        for (size_t i = 0; i < LIC_COUNT(shown); i++) {
            (void)snprintf(first, sizeof first, "%s",
                           stage_query(&stages[0], stages[0].client, shown[i]));
            const char *second = stage_query(&stages[1], stages[1].client, shown[i]);
            if (strcmp(first, second) != 0)
                fail_msg("seed %u: %s\nalone:\n%s\ntogether:\n%s", (unsigned)number, shown[i],
                         first, second);
        }
        assert_true(height_of(&stages[1]) < height_of(&stages[0]));
        for (int i = 0; i < 2; i++) {
            stage_replays(&stages[i]);
            stage_end(&stages[i]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_life_in_one_block),
        cmocka_unit_test(alone_again),
        cmocka_unit_test(refusals_leave_no_trace),
        cmocka_unit_test(a_refused_report_goes_as_a_whole),
        cmocka_unit_test(keys_from_the_next_block),
        cmocka_unit_test(the_same_envelope_twice),
        cmocka_unit_test(blocks_are_as_full_as_they_may_be),
        cmocka_unit_test(uploads_over_several_blocks),
        cmocka_unit_test(a_lost_block_takes_its_calls_with_it),
        cmocka_unit_test(alone_or_together),
    };
    return cmocka_run_group_tests_name("client_group", tests, NULL, NULL);
}
