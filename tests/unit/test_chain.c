/* A ledger without an engine: states are hashes that the test makes up. Would catch: a transaction taken
 * twice, out of order, too late or for another ledger; a refused one that leaves a trace; a block
 * half written; a replay that believes what is stored; damage that opening or verifying lets pass. */
#include "samples.h"
#include "scratch.h"

#include <licet/ledger.h>

#include <sqlite3.h>

#define DAY 86400

typedef struct chain {
    scratch *at;
    lic_seeded seeded;
    lic_random random;
    lic_keypair operator, party;
    lic_ledger *ledger;
    char path[320];
} chain;

static int64_t early(void *context)
{
    (void)context;
    return (int64_t)SAMPLE_DATE * DAY;
}
static uint64_t no_ticks(void *context)
{
    (void)context;
    return 0;
}
static const lic_clock test_clock = {NULL, early, no_ticks};

static lic_ledger_options options_for(chain *c, lic_ledger_mode mode)
{
    return (lic_ledger_options){.store = {.path = c->path,
                                          .allocator = &lic_allocator_system,
                                          .clock = &test_clock,
                                          .random = &c->random},
                                .mode = mode,
                                .hasher = &lic_hasher_native,
                                .secret = 1,
                                .engine_version = 1};
}

static lic_genesis genesis_for(chain *c)
{
    lic_genesis genesis;
    lic_genesis_init(&genesis);
    genesis.name = lic_slice_text("Test");
    genesis.engine_version = 1;
    genesis.clock = LIC_CLOCK_SIMULATED;
    genesis.time = (int64_t)SAMPLE_DATE * DAY;
    genesis.operator_count = 1;
    genesis.operators[0] = c->operator.key;
    genesis.state_root = sample_hash(0xee);
    return genesis;
}

static lic_status open_as(chain *c, lic_ledger_mode mode, lic_error *error)
{
    lic_ledger_options options = options_for(c, mode);
    return lic_ledger_open(&options, &c->ledger, error);
}

static void reopen(chain *c, lic_ledger_mode mode)
{
    lic_error error;
    lic_ledger_close(c->ledger);
    c->ledger = NULL;
    assert_ok(open_as(c, mode, &error));
}

/* c stays where it is: its randomness is borrowed by the ledger. */
static void begin_with(chain *c, scratch *at, const char *name, const lic_genesis *given)
{
    memset(c, 0, sizeof *c);
    c->at = at;
    c->operator= sample_keypair(50);
    c->party = sample_keypair(51);
    lic_seeded_init(&c->seeded, 1);
    c->random = lic_seeded_random(&c->seeded);
    (void)snprintf(c->path, sizeof c->path, "%s", scratch_path(at, name));
    lic_error error;
    lic_ledger_options options = options_for(c, LIC_LEDGER_WRITE);
    lic_genesis genesis = given != NULL ? *given : genesis_for(c);
    assert_ok(lic_ledger_create(&options, &genesis, &c->operator, 1, &error));
    assert_ok(open_as(c, LIC_LEDGER_WRITE, &error));
}

static void begin(chain *c, void **state)
{
    begin_with(c, *state, "a.ledger", NULL);
}

static void end(chain *c)
{
    lic_ledger_close(c->ledger);
    c->ledger = NULL;
}

static int64_t now(const chain *c)
{
    return lic_ledger_now(c->ledger);
}

/* A fact with the next sequence of lane 0, signed. */
static lic_transaction next_fact(chain *c, const char *value)
{
    lic_transaction t = sample_transaction(LIC_TX_FACT, &c->party);
    t.chain = *lic_ledger_chain(c->ledger);
    t.sequence = lic_ledger_sequence(c->ledger, &c->party.key, 0) + 1;
    t.body.fact.value = lic_slice_text(value);
    sample_sign(&t, &c->party);
    return t;
}

static lic_status admit(chain *c, const lic_transaction *t, lic_admission *admission,
                        lic_error *error)
{
    return lic_ledger_admit(c->ledger, t, now(c), admission, error);
}

static void expect_refused(chain *c, const lic_transaction *t, const char *code)
{
    lic_admission admission;
    lic_error error;
    assert_int_equal(admit(c, t, &admission, &error), LIC_REFUSED);
    assert_string_equal(error.code, code);
    assert_true(error.text[0] != '\0' && error.help[0] != '\0');
}

static lic_hash put_output(lic_block *block, lic_output_class class, uint32_t contract,
                           uint64_t number, const char *text)
{
    lic_output output = {
        .class = class, .contract = contract, .number = number, .bytes = lic_slice_text(text)};
    lic_hash digest;
    assert_ok(lic_block_output(block, &output, &digest));
    return digest;
}

static void finish(lic_block *block, uint64_t gas)
{
    lic_block_result result = {
        .gas = gas, .contract = sample_hash(1), .contract_number = LIC_STORE_NONE, .number = 4};
    lic_block_finish(block, &result);
}

/* What the made-up engine answers to a fact: an event and a statement that name its value. */
static lic_status run_fact(lic_block *block, const lic_transaction *t)
{
    char event[64];
    uint32_t position = 0;
    lic_status status = lic_block_add(block, t, 7, 3, &position);
    if (status != LIC_OK) return status;
    (void)snprintf(event, sizeof event, "fact %.*s", (int)t->body.fact.value.size,
                   (const char *)t->body.fact.value.data);
    lic_output outputs[2] = {{LIC_OUTPUT_STATEMENT, 3, t->sequence, lic_slice_text("statement")},
                             {LIC_OUTPUT_EVENT, 3, 0, lic_slice_text(event)}};
    for (size_t i = 0; i < 2; i++) {
        lic_hash digest;
        status = lic_block_output(block, &outputs[i], &digest);
        if (status != LIC_OK) return status;
    }
    finish(block, 10);
    return LIC_OK;
}

/* The made-up state: a function of the height and the lanes. */
static lic_hash state_after(chain *c, const lic_block *block)
{
    lic_hash parts[2] = {{{(uint8_t)lic_block_height(block)}}};
    lic_hash root;
    lic_ledger_lane_root(c->ledger, &parts[1]);
    lic_slice slice = lic_slice_of(parts, sizeof parts);
    lic_hasher_native.sha256(&slice, 1, &root);
    return root;
}

static lic_block *open_block(chain *c)
{
    lic_block *block = NULL;
    lic_error error;
    assert_ok(lic_block_open(c->ledger, now(c), &block, &error));
    return block;
}

static void seal(chain *c, lic_block *block)
{
    lic_error error;
    lic_hash root = state_after(c, block);
    assert_ok(lic_block_seal(block, &root, &c->operator, 1, &error));
}

/* `count` blocks of one to three facts each, and a timer's event in each. */
static void make_blocks(chain *c, unsigned count)
{
    for (unsigned b = 0; b < count; b++) {
        lic_block *block = open_block(c);
        for (unsigned i = 0; i <= b % 3; i++) {
            lic_transaction t = next_fact(c, "2026-01-05");
            assert_ok(run_fact(block, &t));
        }
        put_output(block, LIC_OUTPUT_EVENT, LIC_STORE_NONE, 0, "timer");
        lic_block_gas(block, 5);
        seal(c, block);
    }
}

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
    assert_ok(lic_ledger_verify(c.ledger, 0, 7, &error));
    assert_int_equal(lic_ledger_verify(c.ledger, 0, 8, &error), LIC_CORRUPT);
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
        assert_ok(lic_ledger_verify(c.ledger, 0, 1, &error));
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
        assert_ok(lic_ledger_verify(c.ledger, 0, 1, &error));
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

/* -- reading back and replay --------------------------------------------------------------------------------- */

typedef struct replaying {
    chain *c;
    lic_block *block;
    unsigned erased;
} replaying;

static lic_status replay_transaction(void *context, uint32_t position,
                                     const lic_row_transaction *row, bool erased,
                                     const lic_transaction *t)
{
    replaying *at = context;
    (void)position, (void)row;
    if (erased) {
        at->erased++;
        return LIC_MISSING;
    }
    lic_admission admission;
    lic_error error;
    assert_ok(lic_transaction_verify(t, &error));
    assert_ok(lic_ledger_admit(at->c->ledger, t, lic_block_time(at->block), &admission, &error));
    assert_int_equal(admission, LIC_ADMIT_NEW);
    return run_fact(at->block, t);
}

/* Executes every stored block again; the first status that is not OK. */
static lic_status replay(chain *c, lic_error *error)
{
    for (;;) {
        replaying at = {.c = c};
        lic_status status = lic_block_open(c->ledger, 0, &at.block, error);
        if (status == LIC_MISSING) return LIC_OK;
        if (status != LIC_OK) return status;
        status = lic_ledger_transactions(c->ledger, lic_block_height(at.block), replay_transaction,
                                         &at, error);
        lic_output timer = {LIC_OUTPUT_EVENT, LIC_STORE_NONE, 0, lic_slice_text("timer")};
        lic_hash digest;
        if (status == LIC_OK) status = lic_block_output(at.block, &timer, &digest);
        if (status != LIC_OK) {
            lic_block_abandon(at.block);
            return status;
        }
        lic_block_gas(at.block, 5);
        lic_hash root = state_after(c, at.block);
        status = lic_block_seal(at.block, &root, NULL, 0, error);
        if (status != LIC_OK) return status;
    }
}

static void replay_agrees_with_an_honest_ledger(void **state)
{
    chain c;
    begin(&c, state);
    make_blocks(&c, 5);
    lic_hash tip = *lic_ledger_tip_hash(c.ledger);
    reopen(&c, LIC_LEDGER_REPLAY);
    assert_int_equal(lic_ledger_tip(c.ledger)->height, 0);
    lic_error error;
    assert_ok(replay(&c, &error));
    assert_memory_equal(lic_ledger_tip_hash(c.ledger), &tip, sizeof tip);
    assert_int_equal(lic_ledger_difference(c.ledger)->kind, LIC_DIFFERENCE_NONE);
    assert_int_equal(lic_ledger_unverified(c.ledger), 0);
    end(&c);
}

/* An operator who changes an amount, mends every hash and signs again: the forged ledger verifies, and
 * only re-execution finds the output. */
static void replay_finds_a_forged_output(void **state)
{
    chain c;
    begin(&c, state);
    make_blocks(&c, 1);
    lic_block *block = open_block(&c);
    lic_transaction t = next_fact(&c, "2026-01-05");
    uint32_t position;
    assert_ok(lic_block_add(block, &t, 7, 3, &position));
    put_output(block, LIC_OUTPUT_STATEMENT, 3, t.sequence, "statement of more");
    put_output(block, LIC_OUTPUT_EVENT, 3, 0, "fact 2026-01-05");
    finish(block, 10);
    put_output(block, LIC_OUTPUT_EVENT, LIC_STORE_NONE, 0, "timer");
    lic_block_gas(block, 5);
    seal(&c, block);
    make_blocks(&c, 1);
    reopen(&c, LIC_LEDGER_REPLAY);
    lic_error error;
    assert_ok(lic_ledger_verify(c.ledger, 0, 3, &error));
    assert_int_equal(replay(&c, &error), LIC_DIFFERS);
    const lic_difference *found = lic_ledger_difference(c.ledger);
    assert_int_equal(found->kind, LIC_DIFFERENCE_OUTPUT);
    assert_int_equal(found->height, 2);
    assert_int_equal(found->class, LIC_OUTPUT_STATEMENT);
    assert_int_equal(found->ordinal, 0);
    assert_int_equal(found->transaction, 0);
    assert_true(lic_slice_equal(found->stored_bytes, lic_slice_text("statement of more")));
    assert_true(lic_slice_equal(found->computed_bytes, lic_slice_text("statement")));
    end(&c);
}

/* The same with what is not an output: gas, an event too many, another state root. */
static void replay_finds_what_else_was_forged(void **state)
{
    static const char *const fields[] = {"gas", "number of events", "state root", "output"};
    for (size_t way = 0; way < LIC_COUNT(fields); way++) {
        chain c;
        char name[16];
        (void)snprintf(name, sizeof name, "%zu.ledger", way);
        begin_with(&c, *state, name, NULL);
        lic_block *block = open_block(&c);
        lic_transaction t = next_fact(&c, "x");
        assert_ok(run_fact(block, &t));
        put_output(block, LIC_OUTPUT_EVENT, LIC_STORE_NONE, 0, "timer");
        if (way == 1) put_output(block, LIC_OUTPUT_EVENT, LIC_STORE_NONE, 0, "one more");
        lic_block_gas(block, way == 0 ? 6 : 5);
        lic_hash root = way == 2 ? sample_hash(2) : state_after(&c, block);
        lic_error error;
        assert_ok(lic_block_seal(block, &root, &c.operator, 1, &error));
        if (way == 3) make_blocks(&c, 2);
        reopen(&c, LIC_LEDGER_REPLAY);
        if (way == 3) { /* a receipt's bytes changed alone, digest untouched */
            lic_ledger_close(c.ledger);
            sqlite3 *db;
            assert_int_equal(sqlite3_open(c.path, &db), SQLITE_OK);
            assert_int_equal(
                sqlite3_exec(
                    db, "UPDATE payloads SET bytes = x'00' WHERE place = 2*268435456 + 2*16777216",
                    NULL, NULL, NULL),
                SQLITE_OK);
            sqlite3_close(db);
            assert_ok(open_as(&c, LIC_LEDGER_REPLAY, &error));
            assert_int_equal(lic_ledger_verify(c.ledger, 0, 3, &error), LIC_CORRUPT);
            assert_string_equal(error.code, "payload");
        }
        assert_int_equal(replay(&c, &error), LIC_DIFFERS);
        assert_string_equal(lic_ledger_difference(c.ledger)->field, fields[way]);
        end(&c);
    }
}

static void erasing_keeps_the_roots_and_is_counted(void **state)
{
    chain c;
    begin(&c, state);
    make_blocks(&c, 3);
    lic_store *store = lic_ledger_store(c.ledger);
    assert_ok(lic_store_begin(store));
    assert_ok(lic_store_erase_payload(store, LIC_PLACE(2, LIC_OUTPUT_STATEMENT, 0)));
    assert_ok(lic_store_commit(store));
    lic_error error;
    assert_ok(lic_ledger_verify(c.ledger, 0, 3, &error));
    reopen(&c, LIC_LEDGER_REPLAY);
    assert_ok(replay(&c, &error));
    assert_int_equal(lic_ledger_unverified(c.ledger), 1);
    reopen(&c, LIC_LEDGER_WRITE);
    store = lic_ledger_store(c.ledger);
    assert_ok(lic_store_begin(store));
    assert_ok(lic_store_erase_payload(store, LIC_PLACE(2, 0, 1))); /* an input */
    assert_ok(lic_store_commit(store));
    reopen(&c, LIC_LEDGER_REPLAY);
    assert_int_equal(replay(&c, &error), LIC_MISSING);
    end(&c);
}

/* A chunk enters as its leaf, lies beside, and comes back. */
static lic_status see_chunk(void *context, uint32_t position, const lic_row_transaction *row,
                            bool erased, const lic_transaction *t)
{
    unsigned *seen = context;
    (void)position;
    assert_int_equal(row->kind, LIC_TX_LINES);
    *seen += erased ? 10 : 1;
    if (!erased) assert_true(lic_slice_equal(t->body.lines.chunk, lic_slice_text("1\ta\n2\tb\n")));
    return LIC_OK;
}

static void chunks_come_back_with_their_transactions(void **state)
{
    chain c;
    begin(&c, state);
    lic_transaction lines = sample_transaction(LIC_TX_LINES, &c.party);
    lic_admission admission;
    lic_error error;
    lines.chain = *lic_ledger_chain(c.ledger);
    sample_sign(&lines, &c.party);
    assert_ok(admit(&c, &lines, &admission, &error));
    lic_block *block = open_block(&c);
    uint32_t position;
    assert_ok(lic_block_add(block, &lines, LIC_STORE_NONE, 3, &position));
    lic_row_upload upload = {.number = 4, .id = lines.body.lines.upload};
    lic_row_chunk chunk = {.slot = LIC_CHUNK_SLOT(4, 5),
                           .place = LIC_PLACE(1, 0, 0),
                           .leaf = lines.chunk_leaf,
                           .bytes = lines.body.lines.chunk};
    assert_ok(lic_store_put_upload(lic_ledger_store(c.ledger), &upload));
    assert_ok(lic_store_put_chunk(lic_ledger_store(c.ledger), &chunk));
    finish(block, 1);
    seal(&c, block);
    assert_ok(admit(&c, &lines, &admission, &error));
    assert_int_equal(admission, LIC_ADMIT_KNOWN);
    unsigned seen = 0;
    assert_ok(lic_ledger_transactions(c.ledger, 1, see_chunk, &seen, &error));
    assert_int_equal(seen, 1);
    lic_store *store = lic_ledger_store(c.ledger);
    assert_ok(lic_store_begin(store));
    assert_ok(lic_store_erase_chunks(store, LIC_CHUNK_SLOT(4, 0), LIC_CHUNK_SLOT(5, 0) - 1));
    assert_ok(lic_store_commit(store));
    assert_ok(lic_ledger_transactions(c.ledger, 1, see_chunk, &seen, &error));
    assert_int_equal(seen, 11);
    assert_ok(lic_ledger_verify(c.ledger, 0, 1, &error));
    end(&c);
}

/* -- damage ---------------------------------------------------------------------------------------------------- */

static void changed_rows_are_noticed(void **state)
{
    static const struct {
        const char *sql;
        bool at_opening; /* otherwise by verifying */
    } cases[] = {
        {"UPDATE blocks SET header = zeroblob(228) WHERE height = 3", true},
        {"UPDATE blocks SET signatures = x'00' WHERE height = 3", true},
        {"UPDATE blocks SET header = (SELECT header FROM blocks WHERE height = 2) WHERE height = 3",
         true},
        {"UPDATE head SET hash = zeroblob(32)", true},
        {"UPDATE head SET log = x'00'", true},
        {"UPDATE head SET height = 2", true},
        {"DELETE FROM head", true},
        {"DELETE FROM genesis", true},
        {"UPDATE genesis SET record = zeroblob(length(record))", true},
        {"UPDATE genesis SET chain = zeroblob(32)", true},
        {"UPDATE lanes SET number = 4", true},
        {"UPDATE blocks SET signatures = zeroblob(66) WHERE height = 0", true},
        {"UPDATE blocks SET hash = zeroblob(32) WHERE height = 1", false},
        {"UPDATE blocks SET signatures = x'00' WHERE height = 1", false},
        {"DELETE FROM blocks WHERE height = 2", false},
        {"UPDATE outputs SET leaf = zeroblob(32) WHERE place = (SELECT min(place) FROM outputs)",
         false},
        {"DELETE FROM outputs WHERE place = (SELECT min(place) FROM outputs)", false},
        {"DELETE FROM transactions WHERE place = (SELECT max(place) FROM transactions)", false},
        {"UPDATE payloads SET salt = zeroblob(16) WHERE place = (SELECT max(place) FROM payloads)",
         false},
        {"UPDATE payloads SET bytes = zeroblob(length(bytes)) WHERE place = (SELECT min(place) "
         "FROM payloads)",
         false},
        {"UPDATE blocks SET events = 9 WHERE height = 1", false},
    };
    for (size_t i = 0; i < LIC_COUNT(cases); i++) {
        chain c;
        char name[16];
        lic_error error;
        (void)snprintf(name, sizeof name, "%zu.ledger", i);
        begin_with(&c, *state, name, NULL);
        make_blocks(&c, 3);
        end(&c);
        sqlite3 *db;
        assert_int_equal(sqlite3_open(c.path, &db), SQLITE_OK);
        assert_int_equal(sqlite3_exec(db, cases[i].sql, NULL, NULL, NULL), SQLITE_OK);
        sqlite3_close(db);
        lic_status status = open_as(&c, LIC_LEDGER_WRITE, &error);
        if (cases[i].at_opening) {
            if (status == LIC_OK) fail_msg("opened after: %s", cases[i].sql);
            continue;
        }
        if (status != LIC_OK) fail_msg("did not open after: %s", cases[i].sql);
        if (lic_ledger_verify(c.ledger, 0, 3, &error) == LIC_OK)
            fail_msg("verified after: %s", cases[i].sql);
        end(&c);
    }
}

static void newer_engines_are_refused(void **state)
{
    chain c;
    begin(&c, state);
    lic_genesis genesis = genesis_for(&c);
    end(&c);
    genesis.engine_version = 2;
    c = (chain){.at = *state, .operator= sample_keypair(50)};
    lic_seeded_init(&c.seeded, 1);
    c.random = lic_seeded_random(&c.seeded);
    (void)snprintf(c.path, sizeof c.path, "%s", scratch_path(c.at, "n.ledger"));
    lic_ledger_options options = options_for(&c, LIC_LEDGER_WRITE);
    lic_error error;
    assert_ok(lic_ledger_create(&options, &genesis, &c.operator, 1, &error));
    assert_int_equal(open_as(&c, LIC_LEDGER_WRITE, &error), LIC_VERSION);
    assert_int_equal(lic_ledger_create(&options, &genesis, &c.operator, 1, &error), LIC_REFUSED);
    (void)snprintf(c.path, sizeof c.path, "%s", scratch_path(c.at, "u.ledger"));
    options = options_for(&c, LIC_LEDGER_WRITE);
    assert_int_equal(lic_ledger_create(&options, &genesis, &c.party, 1, &error), LIC_DENIED);
    assert_int_not_equal(access(c.path, F_OK), 0); /* nothing was made */
}

/* Memory runs out at every allocation in turn: an answer, never a crash, never a leak. */
static void no_memory_is_an_answer(void **state)
{
    chain c;
    begin(&c, state);
    lic_hash chain_id = *lic_ledger_chain(c.ledger);
    end(&c);
    for (size_t left = 0; left < 400; left++) {
        unit_heap heap = {.left = left};
        lic_allocator allocator = unit_allocator(&heap);
        lic_ledger_options options = options_for(&c, LIC_LEDGER_WRITE);
        options.store.allocator = &allocator;
        lic_error error;
        lic_block *block = NULL;
        lic_status status = lic_ledger_open(&options, &c.ledger, &error);
        bool sealed = false;
        if (status == LIC_OK) {
            assert_memory_equal(lic_ledger_chain(c.ledger), &chain_id, sizeof chain_id);
            status = lic_block_open(c.ledger, now(&c), &block, &error);
        }
        if (status == LIC_OK) {
            lic_transaction t = next_fact(&c, "x");
            status = run_fact(block, &t);
            if (status == LIC_OK) {
                lic_hash root = state_after(&c, block);
                status = lic_block_seal(block, &root, &c.operator, 1, &error);
                sealed = status == LIC_OK;
            } else {
                lic_block_abandon(block);
            }
        }
        if (status != LIC_OK) assert_int_equal(status, LIC_NO_MEMORY);
        lic_ledger_close(c.ledger);
        c.ledger = NULL;
        assert_int_equal(heap.live_bytes, 0);
        if (sealed) return;
    }
    fail_msg("never enough memory");
}

static int start(void **state)
{
    (void)state;
    lic_error error;
    return lic_crypto_start(&error) == LIC_OK ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(a_transaction_is_taken_once_and_in_order),
        scratch_test(lanes_count_apart),
        scratch_test(wrong_ledger_dates_and_limits_are_refused),
        scratch_test(quotas_are_kept_and_survive_reopening),
        scratch_test(a_reopened_ledger_stands_where_it_stood),
        scratch_test(roots_follow_the_specification),
        scratch_test(a_rewound_transaction_leaves_no_trace),
        scratch_test(an_abandoned_or_unsigned_block_leaves_nothing),
        scratch_test(times_keep_their_rules),
        scratch_test(a_full_block_says_so),
        scratch_test(replay_agrees_with_an_honest_ledger),
        scratch_test(replay_finds_a_forged_output),
        scratch_test(replay_finds_what_else_was_forged),
        scratch_test(erasing_keeps_the_roots_and_is_counted),
        scratch_test(chunks_come_back_with_their_transactions),
        scratch_test(changed_rows_are_noticed),
        scratch_test(newer_engines_are_refused),
        scratch_test(no_memory_is_an_answer),
    };
    return cmocka_run_group_tests_name("chain", tests, start, NULL);
}
