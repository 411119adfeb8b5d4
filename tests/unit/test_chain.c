/* Admission and the making of blocks. Would catch: a transaction taken twice, out of order, too late or
 * for another ledger; a refused one that leaves a trace; a block half written. */
#include "chain_fixture.h"

/* -- admission --------------------------------------------------------------------------------------- */

static void a_transaction_is_taken_once_and_in_order(void **state)
{
    chain c;
    begin(&c, state);
    lic_admission admission;
    lic_error error;
    lic_transaction first = next_fact(&c, "a");
    assert_ok(admit(&c, &first, &admission, &error));
    assert_int_equal(admission, LIC_ADMIT_NEW);
    lic_block *block = open_block(&c);
    assert_ok(run_fact(block, &first));
    expect_refused(&c, &first, "pending");
    lic_transaction second = next_fact(&c, "b");
    assert_int_equal(second.sequence, 2);
    assert_ok(admit(&c, &second, &admission, &error));
    seal(&c, block);
    /* the same again is answered, and its receipt is the stored one */
    assert_ok(admit(&c, &first, &admission, &error));
    assert_int_equal(admission, LIC_ADMIT_KNOWN);
    lic_receipt receipt;
    assert_ok(lic_ledger_receipt(c.ledger, &first.id, &receipt, NULL, &error));
    assert_memory_equal(&receipt.id, &first.id, sizeof first.id);
    assert_int_equal(receipt.height, 1);
    assert_int_equal(receipt.gas, 10);
    assert_int_equal(receipt.range_count, 2);
    assert_int_equal(receipt.ranges[0].class, LIC_OUTPUT_EVENT);
    assert_int_equal(receipt.ranges[1].count, 1);
    assert_int_equal(lic_ledger_receipt(c.ledger, &second.id, &receipt, NULL, &error), LIC_MISSING);
    /* another with the used number, and one that leaps */
    lic_transaction used = first;
    used.signature_count = 0;
    used.body.fact.value = lic_slice_text("other");
    sample_sign(&used, &c.party);
    expect_refused(&c, &used, "sequence");
    lic_transaction leap = next_fact(&c, "c");
    leap.signature_count = 0;
    leap.sequence = 3;
    sample_sign(&leap, &c.party);
    expect_refused(&c, &leap, "sequence");
    end(&c);
}

static void lanes_count_apart(void **state)
{
    chain c;
    begin(&c, state);
    make_blocks(&c, 2);
    lic_admission admission;
    lic_error error;
    lic_transaction other = next_fact(&c, "x");
    other.signature_count = 0;
    other.lane = 5;
    other.sequence = 1;
    sample_sign(&other, &c.party);
    assert_ok(admit(&c, &other, &admission, &error));
    assert_int_equal(lic_ledger_sequence(c.ledger, &c.party.key, 0), 3);
    assert_int_equal(lic_ledger_sequence(c.ledger, &c.party.key, 5), 0);
    assert_int_equal(lic_ledger_sequence(c.ledger, &c.operator.key, 0), 0);
    end(&c);
}

static void wrong_ledger_dates_and_limits_are_refused(void **state)
{
    chain c, other;
    begin(&c, state);
    begin_with(&other, *state, "b.ledger", NULL);
    lic_transaction t = next_fact(&c, "a");
    lic_genesis renamed = genesis_for(&c);
    renamed.name = lic_slice_text("Another");
    end(&other);
    begin_with(&other, *state, "c.ledger", &renamed);
    expect_refused(&other, &t, "chain"); /* replayed on another ledger */
    t.valid_until = SAMPLE_DATE - 1;
    expect_refused(&c, &t, "expired");
    t.valid_until = SAMPLE_DATE + 31;
    expect_refused(&c, &t, "validity");
    t.valid_until = SAMPLE_DATE + 30;
    lic_admission admission;
    lic_error error;
    assert_ok(admit(&c, &t, &admission, &error));
    t.gas_limit = UINT64_MAX;
    expect_refused(&c, &t, "gas_limit");
    lic_transaction report = sample_transaction(LIC_TX_REPORT, &c.party);
    report.chain = *lic_ledger_chain(c.ledger);
    report.body.report.bytes = (uint64_t)9 << 30;
    expect_refused(&c, &report, "upload_bytes");
    report.body.report.bytes = 10;
    report.body.report.lines = 100000001;
    expect_refused(&c, &report, "upload_lines");
    end(&c);
    end(&other);
}

static void quotas_are_kept_and_survive_reopening(void **state)
{
    chain c;
    begin(&c, state); /* for its keys */
    lic_genesis genesis = genesis_for(&c);
    end(&c);
    genesis.limits.party_transactions = 3;
    genesis.limits.contract_transactions = 5;
    begin_with(&c, *state, "q.ledger", &genesis);
    lic_error error;
    make_blocks(&c, 2); /* three facts of party 7 on contract 3 */
    for (int again = 0; again < 2; again++) {
        assert_int_equal(lic_ledger_quota(c.ledger, 7, 9, now(&c), &error), LIC_REFUSED);
        assert_string_equal(error.code, "quota_party");
        assert_ok(lic_ledger_quota(c.ledger, 8, 3, now(&c), &error));
        assert_ok(lic_ledger_quota(c.ledger, 7, 3, now(&c) + DAY, &error)); /* the next date */
        reopen(&c, LIC_LEDGER_WRITE);
    }
    lic_block *block = open_block(&c);
    lic_block_mark mark = lic_block_mark_of(block);
    uint32_t position;
    for (int i = 0; i < 2; i++) {
        lic_transaction t = next_fact(&c, "x");
        assert_ok(lic_block_add(block, &t, 8, 3, &position));
        finish(block, 0);
    }
    assert_int_equal(lic_ledger_quota(c.ledger, 9, 3, now(&c), &error), LIC_REFUSED);
    assert_string_equal(error.code, "quota_contract");
    assert_ok(lic_block_rewind(block, mark));
    assert_ok(lic_ledger_quota(c.ledger, 8, 3, now(&c), &error));
    lic_block_abandon(block);
    end(&c);
}

static void add_facts(chain *c, lic_block *block, lic_transaction *facts, size_t count,
                      const char *value)
{
    for (size_t i = 0; i < count; i++) {
        facts[i] = next_fact(c, value);
        assert_ok(run_fact(block, &facts[i]));
    }
}

/* A block of so many that its ids are looked up in an index, from which what was taken back is gone. */
static void ids_of_a_large_block_are_known(void **state)
{
    enum { KEPT = 700, ALL = 900 };
    static lic_transaction facts[ALL], others[ALL - KEPT];
    chain c;
    begin(&c, state);
    lic_block *block = open_block(&c);
    add_facts(&c, block, facts, KEPT, "kept");
    lic_block_mark mark = lic_block_mark_of(block);
    expect_refused(&c, &facts[0], "pending");
    add_facts(&c, block, facts + KEPT, ALL - KEPT, "taken back");
    for (size_t i = 0; i < ALL; i += 13) expect_refused(&c, &facts[i], "pending");
    assert_ok(lic_block_rewind(block, mark));
    add_facts(&c, block, others, ALL - KEPT, "instead");
    for (size_t i = 0; i < ALL - KEPT; i += 13) {
        expect_refused(&c, &facts[KEPT + i], "sequence");
        expect_refused(&c, &others[i], "pending");
        expect_refused(&c, &facts[i], "pending");
    }
    seal(&c, block);
    end(&c);
}

/* -- blocks ---------------------------------------------------------------------------------------------- */

static lic_status collect_leaf(void *context, const lic_row_block *row)
{
    lic_merkle *tree = context;
    lic_hash leaf;
    lic_merkle_leaf(&lic_hasher_native, row->header, &leaf);
    return lic_merkle_set(tree, lic_merkle_count(tree), &leaf);
}

static void a_reopened_ledger_stands_where_it_stood(void **state)
{
    chain c;
    begin(&c, state);
    make_blocks(&c, 7);
    lic_hash tip = *lic_ledger_tip_hash(c.ledger), lanes_before, lanes_after, log_root, expected;
    lic_ledger_lane_root(c.ledger, &lanes_before);
    reopen(&c, LIC_LEDGER_WRITE);
    assert_memory_equal(lic_ledger_tip_hash(c.ledger), &tip, sizeof tip);
    assert_int_equal(lic_ledger_tip(c.ledger)->height, 7);
    assert_int_equal(lic_ledger_tip(c.ledger)->gas, 15);
    lic_ledger_lane_root(c.ledger, &lanes_after);
    assert_memory_equal(&lanes_before, &lanes_after, sizeof lanes_after);
    lic_merkle *tree = lic_merkle_create(&lic_allocator_system, &lic_hasher_native);
    assert_ok(lic_store_read_blocks(lic_ledger_store(c.ledger), 0, 100, collect_leaf, tree));
    lic_merkle_tree_root(tree, &expected);
    lic_log_root(&lic_hasher_native, lic_ledger_log(c.ledger), &log_root);
    assert_memory_equal(&log_root, &expected, sizeof expected);
    lic_merkle_destroy(tree);
    lic_error error;
    assert_ok(lic_ledger_verify(c.ledger, 0, 7, NULL, &error));
    assert_int_equal(lic_ledger_verify(c.ledger, 0, 8, NULL, &error), LIC_CORRUPT);
    make_blocks(&c, 1);
    assert_int_equal(lic_ledger_tip(c.ledger)->height, 8);
    end(&c);
}

/* The roots by the words of the specification. */
static void roots_follow_the_specification(void **state)
{
    chain c;
    begin(&c, state);
    lic_block *block = open_block(&c);
    lic_transaction t = next_fact(&c, "a");
    uint32_t position;
    assert_ok(lic_block_add(block, &t, 7, 3, &position));
    lic_hash leaves[4], root;
    lic_hash late = put_output(block, LIC_OUTPUT_STATEMENT, 3, 0, "s");
    lic_hash early_one = put_output(block, LIC_OUTPUT_EVENT, 3, 0, "e");
    finish(block, 1);
    lic_hash timer = put_output(block, LIC_OUTPUT_EVENT, 3, 0, "t");
    seal(&c, block);
    lic_receipt receipt;
    lic_error error;
    lic_buffer bytes;
    lic_buffer_init(&bytes, &lic_allocator_system, 1024);
    assert_ok(lic_ledger_receipt(c.ledger, &t.id, &receipt, &bytes, &error));
    assert_int_equal(receipt.ranges[0].count, 1); /* the timer's event is not the transaction's */
    sqlite3 *db;
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_open_v2(c.path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(
        sqlite3_prepare_v2(db, "SELECT leaf FROM outputs WHERE place = 268435456 + 16777216", -1,
                           &statement, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    lic_merkle_leaf(&lic_hasher_native, lic_slice_of(sqlite3_column_blob(statement, 0), 32),
                    &leaves[0]);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    lic_merkle_leaf(&lic_hasher_native, lic_slice_of(early_one.bytes, 32), &leaves[1]);
    lic_merkle_leaf(&lic_hasher_native, lic_slice_of(timer.bytes, 32), &leaves[2]);
    lic_merkle_leaf(&lic_hasher_native, lic_slice_of(late.bytes, 32), &leaves[3]);
    lic_merkle_root(&lic_hasher_native, leaves, 4, &root);
    assert_memory_equal(&lic_ledger_tip(c.ledger)->output_root, &root, sizeof root);
    assert_int_equal(lic_ledger_tip(c.ledger)->outputs, 4);
    lic_buffer_free(&bytes);
    end(&c);
}

/* A block with a trapped transaction in it is the block without it. */
static void a_rewound_transaction_leaves_no_trace(void **state)
{
    lic_hash roots[2], lane_roots[2];
    for (int trapped = 0; trapped < 2; trapped++) {
        chain c;
        begin_with(&c, *state, trapped ? "b.ledger" : "a.ledger", NULL);
        lic_block *block = open_block(&c);
        lic_transaction t = next_fact(&c, "kept");
        assert_ok(run_fact(block, &t));
        lic_block_mark mark = lic_block_mark_of(block);
        if (trapped) {
            lic_transaction bad = next_fact(&c, "bad");
            uint32_t position;
            assert_ok(lic_block_add(block, &bad, 7, 3, &position));
            put_output(block, LIC_OUTPUT_POSTINGS, 3, 0, "postings");
            put_output(block, LIC_OUTPUT_STATEMENT, 3, 9, "statement");
            assert_ok(lic_block_rewind(block, mark));
            lic_transaction lane = next_fact(&c, "new lane");
            lane.lane = 9;
            lane.sequence = 1;
            assert_ok(lic_transaction_identify(&lic_hasher_native, &lane, &(lic_error){0}));
            assert_ok(lic_block_add(block, &lane, 7, 3, &position));
            assert_ok(lic_block_rewind(block, mark));
            assert_int_equal(lic_ledger_sequence(c.ledger, &c.party.key, 9), 0);
        }
        lic_transaction next = next_fact(&c, "after");
        assert_int_equal(next.sequence, 2);
        assert_ok(run_fact(block, &next));
        seal(&c, block);
        lic_error error;
        assert_ok(lic_ledger_verify(c.ledger, 0, 1, NULL, &error));
        lic_ledger_lane_root(c.ledger, &lane_roots[trapped]);
        roots[trapped] = lic_ledger_tip(c.ledger)->state_root;
        assert_int_equal(lic_ledger_tip(c.ledger)->transactions, 2);
        assert_int_equal(lic_ledger_tip(c.ledger)->outputs, 6);
        end(&c);
    }
    assert_memory_equal(&roots[0], &roots[1], sizeof roots[0]);
    assert_memory_equal(&lane_roots[0], &lane_roots[1], sizeof roots[0]);
}

static void an_abandoned_or_unsigned_block_leaves_nothing(void **state)
{
    chain c;
    begin(&c, state);
    make_blocks(&c, 1);
    lic_hash before = *lic_ledger_tip_hash(c.ledger), lanes_before, lanes_after;
    lic_ledger_lane_root(c.ledger, &lanes_before);
    lic_transaction t = next_fact(&c, "x");
    for (int way = 0; way < 2; way++) {
        lic_block *block = open_block(&c);
        lic_error error;
        assert_ok(run_fact(block, &t));
        lic_hash root = sample_hash(1);
        if (way == 0) {
            lic_block_abandon(block);
        } else {
            assert_int_equal(lic_block_seal(block, &root, &c.party, 1, &error), LIC_DENIED);
            assert_string_equal(error.code, "quorum");
        }
        lic_ledger_lane_root(c.ledger, &lanes_after);
        assert_memory_equal(&lanes_before, &lanes_after, sizeof lanes_after);
        assert_memory_equal(lic_ledger_tip_hash(c.ledger), &before, sizeof before);
        lic_admission admission;
        assert_ok(admit(&c, &t, &admission, &error));
        assert_int_equal(admission, LIC_ADMIT_NEW);
        assert_ok(lic_ledger_verify(c.ledger, 0, 1, NULL, &error));
    }
    make_blocks(&c, 1); /* and goes on */
    end(&c);
}

static void times_keep_their_rules(void **state)
{
    chain c;
    begin(&c, state);
    lic_block *block = NULL;
    lic_error error;
    int64_t start = now(&c);
    assert_int_equal(lic_block_open(c.ledger, start - DAY, &block, &error), LIC_REFUSED);
    assert_int_equal(lic_block_open(c.ledger, start + 1, &block, &error), LIC_REFUSED);
    assert_ok(lic_block_open(c.ledger, start + 40 * DAY, &block, &error));
    seal(&c, block);
    assert_int_equal(lic_ledger_date(c.ledger), SAMPLE_DATE + 40);
    lic_transaction set = sample_transaction(LIC_TX_CLOCK, &c.party);
    lic_genesis real = genesis_for(&c);
    real.clock = LIC_CLOCK_REAL;
    end(&c);
    begin_with(&c, *state, "real.ledger", &real);
    set.chain = *lic_ledger_chain(c.ledger);
    expect_refused(&c, &set, "clock_real");
    assert_int_equal(lic_block_open(c.ledger, start + 121, &block, &error), LIC_REFUSED);
    assert_string_equal(error.code, "time");
    assert_ok(lic_block_open(c.ledger, start + 120, &block, &error));
    seal(&c, block);
    assert_int_equal(now(&c), start + 120); /* the clock is behind: time does not fall */
    end(&c);
}

static void a_full_block_says_so(void **state)
{
    chain c;
    begin(&c, state);
    lic_genesis genesis = genesis_for(&c);
    end(&c);
    genesis.limits.block_transactions = 2;
    begin_with(&c, *state, "full.ledger", &genesis);
    lic_block *block = open_block(&c);
    for (int i = 0; i < 2; i++) {
        lic_transaction t = next_fact(&c, "x");
        assert_ok(run_fact(block, &t));
    }
    lic_transaction t = next_fact(&c, "x");
    assert_int_equal(run_fact(block, &t), LIC_TOO_LARGE);
    assert_string_equal(lic_ledger_error(c.ledger)->code, "block_full");
    seal(&c, block);
    end(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(a_transaction_is_taken_once_and_in_order),
        scratch_test(lanes_count_apart),
        scratch_test(wrong_ledger_dates_and_limits_are_refused),
        scratch_test(quotas_are_kept_and_survive_reopening),
        scratch_test(ids_of_a_large_block_are_known),
        scratch_test(a_reopened_ledger_stands_where_it_stood),
        scratch_test(roots_follow_the_specification),
        scratch_test(a_rewound_transaction_leaves_no_trace),
        scratch_test(an_abandoned_or_unsigned_block_leaves_nothing),
        scratch_test(times_keep_their_rules),
        scratch_test(a_full_block_says_so),
    };
    return cmocka_run_group_tests_name("chain", tests, start, NULL);
}
