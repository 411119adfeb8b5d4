/* Digests of outputs for which nobody waits: whoever finds them, they are those of the stored bytes, and the block is the same. */
#include "chain_fixture.h"

enum { OUTPUTS = 400, LARGEST = 9000 };

typedef struct way {
    bool threads;
    uint32_t rows;   /* that are written together; 0: the usual number */
    unsigned waited; /* one in so many outputs has somebody who waits for it; 0: none */
} way;

typedef struct left {
    lic_hash block, log;
} left;

static size_t size_of(unsigned i)
{
    return i * 37 % LARGEST;
}

static void put(lic_block *block, unsigned i, const way *w)
{
    static uint8_t bytes[LARGEST];
    const lic_output_class classes[] = {LIC_OUTPUT_STATEMENT, LIC_OUTPUT_RESULTS,
                                        LIC_OUTPUT_STATEMENT, LIC_OUTPUT_EVENT};
    memset(bytes, (int)i, sizeof bytes);
    lic_output output = {classes[i % 4], 3, i, lic_slice_of(bytes, size_of(i))};
    lic_hash digest;
    bool waits = w->waited != 0 && i % w->waited == 0;
    assert_ok(lic_block_output(block, &output, waits ? &digest : NULL));
}

static void open_way(chain *c, const way *w)
{
    lic_error error;
    lic_ledger_options options = options_for(c, LIC_LEDGER_WRITE);
    options.store.threads = w->threads;
    options.store.thresholds.rows = w->rows;
    lic_ledger_close(c->ledger);
    c->ledger = NULL;
    assert_ok(lic_ledger_open(&options, &c->ledger, &error));
}

/* Half of the outputs are taken back before the block is sealed, and put again. */
static left make(void **state, const way *w)
{
    chain c;
    left l;
    lic_error error;
    lic_log log = {.count = 0};
    static unsigned number;
    char name[32];
    (void)snprintf(name, sizeof name, "%u.ledger", number++);
    begin_with(&c, *state, name, NULL);
    open_way(&c, w);
    lic_block *block = open_block(&c);
    for (unsigned i = 0; i < OUTPUTS / 2; i++) put(block, i, w);
    lic_block_mark mark = lic_block_mark_of(block);
    for (unsigned i = OUTPUTS / 2; i < OUTPUTS - 3; i++) put(block, i + 1, w);
    assert_ok(lic_block_rewind(block, mark));
    for (unsigned i = OUTPUTS / 2; i < OUTPUTS; i++) put(block, i, w);
    assert_ok(lic_block_log(block, OUTPUTS / 4, w->threads, &log));
    lic_log_root(&lic_hasher_native, &log, &l.log);
    lic_hash root = state_after(&c, block);
    assert_ok(lic_block_seal(block, &root, &c.operator, 1, &error));
    assert_ok(lic_ledger_verify(c.ledger, 0, lic_ledger_tip(c.ledger)->height, NULL, &error));
    l.block = *lic_ledger_tip_hash(c.ledger);
    end(&c);
    return l;
}

static void are_the_same_whoever_finds_them(void **state)
{
    const way all = {.waited = 1};
    left expected = make(state, &all);
    for (unsigned i = 0; i < 24; i++) {
        const uint32_t rows[] = {1, 2, 7, 0};
        const way w = {.threads = i % 2 != 0, .rows = rows[i / 2 % 4], .waited = i / 8 * 3};
        left found = make(state, &w);
        if (!lic_hash_equal(&found.log, &expected.log) ||
            !lic_hash_equal(&found.block, &expected.block))
            fail_msg("other digests: threads %d, rows %u, waited %u", w.threads, (unsigned)w.rows,
                     w.waited);
    }
}

/* The last statements alone enter the log, by the digests that stand beside them. */
static lic_status append_leaf(void *context, const lic_row_output *row)
{
    lic_log *log = context;
    lic_hash leaf;
    lic_merkle_leaf(&lic_hasher_native, lic_slice_of(row->leaf.bytes, LIC_HASH_SIZE), &leaf);
    if (row->number >= 4) lic_log_append(&lic_hasher_native, log, &leaf);
    return LIC_OK;
}

static void the_last_statements_enter_a_log(void **state)
{
    const way w = {.rows = 3, .threads = true};
    chain c;
    lic_error error;
    lic_hash logged, expected;
    lic_log log = {.count = 0}, read = {.count = 0};
    begin(&c, state);
    open_way(&c, &w);
    lic_block *block = open_block(&c);
    for (unsigned i = 0; i < 40; i++) put(block, i, &w);
    assert_ok(lic_block_log(block, 18, true, &log));
    lic_log_root(&lic_hasher_native, &log, &logged);
    lic_hash root = state_after(&c, block);
    assert_ok(lic_block_seal(block, &root, &c.operator, 1, &error));
    uint64_t height = lic_ledger_tip(c.ledger)->height;
    assert_ok(lic_store_read_outputs(
        lic_ledger_store(c.ledger), LIC_PLACE(height, LIC_OUTPUT_STATEMENT, 0),
        LIC_PLACE(height, LIC_OUTPUT_STATEMENT, 100), append_leaf, &read));
    assert_int_equal(read.count, 18);
    lic_log_root(&lic_hasher_native, &read, &expected);
    assert_true(lic_hash_equal(&logged, &expected));
    end(&c);
}

static void execute(const chain *c, const char *sql)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(c->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* What the store's thread could not write is no part of a block that is written, whoever was told of it. */
static void a_failed_write_is_not_forgotten(void **state)
{
    const way w = {.rows = 1, .threads = true};
    chain c;
    begin(&c, state);
    lic_ledger_close(c.ledger);
    c.ledger = NULL;
    execute(&c, "CREATE TRIGGER t BEFORE INSERT ON outputs WHEN new.number = 5 "
                "BEGIN SELECT RAISE(ABORT, 'no'); END");
    open_way(&c, &w);
    lic_block *block = open_block(&c);
    lic_status status = LIC_OK;
    lic_output output = {LIC_OUTPUT_STATEMENT, 3, 0, lic_slice_text("statement")};
    for (output.number = 1; output.number < 6; output.number++)
        assert_ok(lic_block_output(block, &output, NULL));
    lic_block_mark mark = lic_block_mark_of(block);
    for (; status == LIC_OK && output.number < 12; output.number++)
        status = lic_block_output(block, &output, NULL);
    assert_int_equal(status, LIC_REFUSED);
    assert_int_equal(lic_block_rewind(block, mark), LIC_REFUSED);
    lic_block_abandon(block);
    end(&c);
}

/* Classes come mixed and receipts last; each row goes behind all that is there, where SQLite parts no page. */
static void rows_go_behind_one_another(void **state)
{
    const way w = {.rows = 0};
    chain c;
    lic_error error;
    begin(&c, state);
    lic_ledger_close(c.ledger);
    c.ledger = NULL;
    execute(&c, "CREATE TRIGGER o BEFORE INSERT ON outputs WHEN new.place < (SELECT max(place) "
                "FROM outputs) BEGIN SELECT RAISE(ABORT, 'order'); END;"
                "CREATE TRIGGER p BEFORE INSERT ON payloads WHEN new.place < (SELECT max(place) "
                "FROM payloads) BEGIN SELECT RAISE(ABORT, 'order'); END");
    open_way(&c, &w);
    lic_block *block = open_block(&c);
    for (unsigned i = 0; i < 40; i++) {
        lic_transaction t = next_fact(&c, "value");
        assert_ok(run_fact(block, &t));
        put(block, i, &w);
    }
    lic_hash root = state_after(&c, block);
    assert_ok(lic_block_seal(block, &root, &c.operator, 1, &error));
    end(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(are_the_same_whoever_finds_them),
        scratch_test(the_last_statements_enter_a_log),
        scratch_test(a_failed_write_is_not_forgotten),
        scratch_test(rows_go_behind_one_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
