/* Transactions are found by their ids (licet/ids.h). Would catch: an id that is lost when a level goes into the next, or when its block
 * goes further at once; ids that begin alike taken for one another; an index that does not fit and passes for one that does. */
#include "chain_fixture.h"

#include <licet/ids.h>

enum { MOST = 4096 };

typedef struct known {
    lic_hash ids[MOST];
    uint64_t places[MOST];
    size_t count;
} known;

static void make_block(chain *c, known *k, unsigned count)
{
    lic_block *block = open_block(c);
    for (unsigned i = 0; i < count; i++) {
        lic_transaction t = next_fact(c, "value");
        assert_ok(run_fact(block, &t));
        k->ids[k->count] = t.id;
        k->places[k->count++] = LIC_PLACE(lic_block_height(block), 0, i);
    }
    seal(c, block);
}

static lic_status take_place(void *context, const lic_row_transaction *row)
{
    *(uint64_t *)context = row->place;
    return LIC_OK;
}

static uint64_t place_of(chain *c, const lic_hash *id)
{
    uint64_t place = 0;
    assert_ok(lic_store_read_transaction(lic_ledger_store(c->ledger), id, take_place, &place));
    return place;
}

static bool fits(chain *c)
{
    bool good = false;
    lic_status status = lic_store_check_ids(lic_ledger_store(c->ledger), &good);
    return status == LIC_OK && good;
}

static void expect_all(chain *c, const known *k)
{
    lic_hash none = sample_hash(77);
    for (size_t i = 0; i < k->count; i++) assert_int_equal(place_of(c, &k->ids[i]), k->places[i]);
    assert_int_equal(place_of(c, &none), 0);
    assert_true(fits(c));
}

static int64_t ask(const chain *c, const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_open(c->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    int result = sqlite3_step(statement);
    assert_true(result == SQLITE_ROW || result == SQLITE_DONE);
    int64_t answer = result == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_finalize(statement);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    return answer;
}

/* Small blocks, one that goes further at once, the one with which the first level is full, and one behind it. */
static void every_id_is_found(void **state)
{
    static const unsigned counts[] = {1, 100, 128, 129, 128, 128, 128, 128, 128, 26, 90, 1};
    static known k;
    chain c;
    begin(&c, state);
    k.count = 0;
    assert_true(fits(&c));
    for (size_t i = 0; i < LIC_COUNT(counts); i++) {
        make_block(&c, &k, counts[i]);
        if (i % 5 == 3) expect_all(&c, &k);
    }
    assert_int_equal(ask(&c, "SELECT count(*) FROM transaction_ids WHERE level = 1"), 1024);
    assert_int_equal(ask(&c, "SELECT length(ids) FROM recent_ids"), 91 * LIC_ID_ENTRY);
    expect_all(&c, &k);
    make_block(&c, &k, 1000);
    assert_int_equal(ask(&c, "SELECT length(ids) FROM recent_ids"), 0);
    expect_all(&c, &k);
    lic_store *store = lic_ledger_store(c.ledger);
    assert_ok(lic_store_begin(store));
    assert_ok(lic_store_remake_ids(store));
    assert_ok(lic_store_commit(store));
    make_block(&c, &k, 3);
    expect_all(&c, &k);
    end(&c);
}

/* One of another's id but for the end stands before, and one behind it. */
static void ids_that_begin_alike_are_told_apart(void **state)
{
    chain c;
    uint8_t entries[3 * LIC_ID_ENTRY];
    begin(&c, state);
    lic_store *store = lic_ledger_store(c.ledger);
    assert_ok(lic_store_begin(store));
    for (unsigned i = 0; i < 3; i++) {
        lic_row_transaction row = {.place = LIC_PLACE(9, 0, i), .id = sample_hash(5)};
        row.id.bytes[31] = (uint8_t)i;
        assert_ok(lic_store_put_transaction(store, &row));
        memcpy(entries + i * LIC_ID_ENTRY, row.id.bytes, LIC_ID_PREFIX);
        lic_store_u64(entries + i * LIC_ID_ENTRY + LIC_ID_PREFIX, row.place);
    }
    const lic_row_recent_ids row = {.one = 1, .ids = lic_slice_of(entries, sizeof entries)};
    assert_ok(lic_store_put_recent_ids(store, &row));
    assert_ok(lic_store_commit(store));
    for (unsigned i = 0; i < 4; i++) {
        lic_hash id = sample_hash(5);
        id.bytes[31] = (uint8_t)i;
        assert_int_equal(place_of(&c, &id), i < 3 ? LIC_PLACE(9, 0, i) : 0);
    }
    end(&c);
}

static void what_does_not_fit_is_noticed(void **state)
{
    static const char *const changes[] = {
        "DELETE FROM recent_ids",
        "UPDATE recent_ids SET ids = zeroblob(length(ids))",
        "UPDATE recent_ids SET ids = CAST(ids || ids AS BLOB)",
        "UPDATE recent_ids SET ids = substr(ids, 17)",
        "UPDATE recent_ids SET ids = substr(ids, 1, length(ids) - 16)",
        "UPDATE recent_ids SET ids = substr(ids, 2)",
        "UPDATE recent_ids SET ids = CAST(substr(ids, 17) || substr(ids, 1, 16) AS BLOB)",
        "INSERT INTO transaction_ids SELECT 1, substr(id, 1, 8), place FROM transactions LIMIT 1",
        "INSERT INTO transaction_ids VALUES (3, zeroblob(8), 5)",
        "DELETE FROM transactions WHERE place = (SELECT max(place) FROM transactions)",
    };
    static known k;
    for (size_t i = 0; i < LIC_COUNT(changes); i++) {
        chain c;
        char name[32];
        (void)snprintf(name, sizeof name, "%zu.ledger", i);
        begin_with(&c, *state, name, NULL);
        k.count = 0;
        make_block(&c, &k, 7);
        assert_true(fits(&c));
        (void)ask(&c, changes[i]);
        if (fits(&c)) fail_msg("it fits, after %s", changes[i]);
        end(&c);
    }
}

/* A ledger of one block whose last ids are a byte short. */
static void begin_cut(chain *c, known *k, void **state)
{
    begin(c, state);
    k->count = 0;
    make_block(c, k, 7);
    (void)ask(c, "UPDATE recent_ids SET ids = substr(ids, 2)");
}

static void cut_ids_are_told_to_who_looks(void **state)
{
    static known k;
    chain c;
    uint64_t place = 0;
    begin_cut(&c, &k, state);
    lic_store *store = lic_ledger_store(c.ledger);
    assert_int_equal(lic_store_read_transaction(store, &k.ids[0], take_place, &place), LIC_CORRUPT);
    assert_non_null(strstr(lic_store_error(store)->text, "its last ids"));
    end(&c);
}

static void cut_ids_are_told_to_who_seals(void **state)
{
    static known k;
    chain c;
    lic_error error = {0};
    begin_cut(&c, &k, state);
    lic_block *block = open_block(&c);
    lic_transaction t = next_fact(&c, "value");
    assert_ok(run_fact(block, &t));
    lic_hash root = state_after(&c, block);
    assert_int_equal(lic_block_seal(block, &root, &c.operator, 1, &error), LIC_CORRUPT);
    assert_non_null(strstr(error.text, "its last ids"));
    end(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(every_id_is_found),
        scratch_test(ids_that_begin_alike_are_told_apart),
        scratch_test(what_does_not_fit_is_noticed),
        scratch_test(cut_ids_are_told_to_who_looks),
        scratch_test(cut_ids_are_told_to_who_seals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
