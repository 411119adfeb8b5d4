/* Reading back, replay and damage. Would catch: a replay that believes what is stored, a forged output that
 * passes, erasing that changes a root, damage that opening or verifying lets pass. */
#include "chain_fixture.h"

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
    assert_ok(lic_ledger_verify(c.ledger, 0, 3, NULL, &error));
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
            assert_int_equal(lic_ledger_verify(c.ledger, 0, 3, NULL, &error), LIC_CORRUPT);
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
    assert_ok(lic_ledger_verify(c.ledger, 0, 3, NULL, &error));
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

/* -- many outputs ---------------------------------------------------------------------------------------------- */

enum { MANY = 150, LARGE = 300000 };

typedef struct many {
    lic_block *block;
    uint32_t changed; /* this one has another byte */
} many;

/* Statements of all sizes: some together are more than is read at once. */
static lic_status put_many(void *context, uint32_t position, const lic_row_transaction *row,
                           bool erased, const lic_transaction *t)
{
    const many *m = context;
    static char text[LARGE];
    uint32_t at = 0;
    (void)position, (void)row;
    assert_false(erased);
    lic_status status = lic_block_add(m->block, t, 7, 3, &at);
    for (uint32_t i = 0; status == LIC_OK && i < MANY; i++) {
        size_t size = i % 7 == 3 ? LARGE : i % 5 == 0 ? 0 : 20 + i;
        memset(text, 'a' + (int)(i % 26), size);
        if (i == m->changed) text[0] = '!';
        lic_output output = {LIC_OUTPUT_STATEMENT, 3, i, lic_slice_of(text, size)};
        lic_hash digest;
        status = lic_block_output(m->block, &output, &digest);
    }
    if (status == LIC_OK) finish(m->block, 10);
    return status;
}

static lic_status replay_many(chain *c, uint32_t changed)
{
    lic_error error;
    many m = {.changed = changed};
    reopen(c, LIC_LEDGER_REPLAY);
    assert_ok(lic_block_open(c->ledger, 0, &m.block, &error));
    assert_ok(lic_ledger_transactions(c->ledger, 1, put_many, &m, &error));
    lic_hash root = state_after(c, m.block);
    return lic_block_seal(m.block, &root, NULL, 0, &error);
}

static void each_of_many_outputs_is_compared(void **state)
{
    static const uint32_t changed[] = {0, 1, 3, 63, 64, 66, 101, MANY - 1};
    chain c;
    begin(&c, state);
    many m = {.block = open_block(&c), .changed = MANY};
    lic_transaction t = next_fact(&c, "x");
    assert_ok(put_many(&m, 0, NULL, false, &t));
    seal(&c, m.block);
    assert_ok(replay_many(&c, MANY));
    assert_int_equal(lic_ledger_unverified(c.ledger), 0);
    for (size_t i = 0; i < LIC_COUNT(changed); i++) {
        bool has_bytes = changed[i] % 5 != 0 || changed[i] % 7 == 3;
        assert_int_equal(replay_many(&c, changed[i]), has_bytes ? LIC_DIFFERS : LIC_OK);
        if (has_bytes) assert_int_equal(lic_ledger_difference(c.ledger)->ordinal, changed[i]);
    }
    reopen(&c, LIC_LEDGER_WRITE);
    lic_store *store = lic_ledger_store(c.ledger);
    assert_ok(lic_store_begin(store));
    assert_ok(lic_store_erase_payload(store, LIC_PLACE(1, LIC_OUTPUT_STATEMENT, 10)));
    assert_ok(lic_store_erase_payload(store, LIC_PLACE(1, LIC_OUTPUT_STATEMENT, 66)));
    assert_ok(lic_store_commit(store));
    assert_ok(replay_many(&c, MANY));
    assert_int_equal(lic_ledger_unverified(c.ledger), 2);
    assert_ok(replay_many(&c, 66)); /* nothing to compare it with */
    assert_int_equal(replay_many(&c, 67), LIC_DIFFERS);
    assert_int_equal(lic_ledger_difference(c.ledger)->ordinal, 67);
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
    lic_admission admission;
    lic_error error;
    lic_transaction lines = make_lines_block(&c);
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
    assert_ok(lic_ledger_verify(c.ledger, 0, 1, NULL, &error));
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
        {"UPDATE genesis SET record ="
         " CAST(substr(record, 1, 8) || x'42' || substr(record, 10) AS BLOB)", /* "Best" */
         true},
        {"UPDATE lanes SET number = 4", true},
        {"DELETE FROM lane_sequences", true},
        {"UPDATE lane_sequences SET first = 128", true},
        {"UPDATE lane_sequences SET sequences = zeroblob(length(sequences))", true},
        {"UPDATE lane_sequences SET sequences = CAST(sequences || x'00' AS BLOB)", true},
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
        if (lic_ledger_verify(c.ledger, 0, 3, NULL, &error) == LIC_OK)
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(replay_agrees_with_an_honest_ledger),
        scratch_test(replay_finds_a_forged_output),
        scratch_test(replay_finds_what_else_was_forged),
        scratch_test(erasing_keeps_the_roots_and_is_counted),
        scratch_test(each_of_many_outputs_is_compared),
        scratch_test(chunks_come_back_with_their_transactions),
        scratch_test(changed_rows_are_noticed),
        scratch_test(newer_engines_are_refused),
        scratch_test(no_memory_is_an_answer),
    };
    return cmocka_run_group_tests_name("chain_replay", tests, start, NULL);
}
