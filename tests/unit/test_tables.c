/* Tables in memory: journal, roots, growth; and what a damaged file answers. */
#include "engine_agreements.h"

#include "state.h"

#include <sqlite3.h>

typedef struct made {
    lic_compilation *compilation;
    lic_tables *tables;
} made;

static made make(void)
{
    static const lic_hash id = {{7}};
    made m = {.compilation = fixture_compile(PRESS_ASIDE)};
    lic_error error;
    assert_ok(lic_crypto_start(&error));
    assert_ok(lic_tables_create(&lic_allocator_system, &lic_hasher_native,
                                lic_compilation_image(m.compilation), &id, 99, &m.tables));
    return m;
}

static void destroy(made *m)
{
    lic_tables_destroy(m->tables);
    lic_compilation_destroy(m->compilation);
}

static uint16_t field_named(const lic_tables *tables, uint16_t table, lic_role role)
{
    for (uint16_t i = 0; i < tables->image->fields_count; i++)
        if (tables->image->fields[i].table == table && tables->image->fields[i].role == role)
            return i;
    fail();
    return 0;
}

static lic_hash root_of(lic_tables *tables, uint16_t table)
{
    lic_hash root;
    assert_ok(lic_tables_hash(tables));
    lic_table_root(tables, table, &root);
    return root;
}

/* The root that a tree made anew from all pages has. */
static lic_hash root_anew(lic_tables *tables, uint16_t table)
{
    lic_hash *leaves = calloc(lic_table_pages(tables, table) + 1u, sizeof *leaves), root;
    for (uint32_t page = 0; page < lic_table_pages(tables, table); page++) {
        lic_buffer bytes;
        lic_slice body;
        uint8_t head[42];
        lic_buffer_init(&bytes, &lic_allocator_system, 1u << 16);
        assert_ok(lic_page_body(tables, table, page, &bytes, &body));
        uint32_t first = page << tables->states[table].shape->page_shift;
        uint32_t rows = tables->views[table].row_count - first,
                 size = 1u << tables->states[table].shape->page_shift;
        memcpy(head, tables->contract.bytes, 32);
        head[32] = (uint8_t)table, head[33] = 0;
        lic_store_u32(head + 34, first);
        lic_store_u32(head + 38, rows < size ? rows : size);
        uint8_t all[2048];
        memcpy(all, head, sizeof head);
        memcpy(all + sizeof head, body.data, body.size);
        lic_merkle_leaf(&lic_hasher_native, lic_slice_of(all, sizeof head + body.size),
                        &leaves[page]);
        lic_buffer_free(&bytes);
    }
    lic_merkle_root(&lic_hasher_native, leaves, lic_table_pages(tables, table), &root);
    free(leaves);
    return root;
}

static void rollback_leaves_nothing(void **state)
{
    (void)state;
    made m = make();
    lic_tables *t = m.tables;
    uint16_t balance = field_named(t, LIC_TABLE_PARTIES, LIC_ROLE_ACCOUNT);
    assert_ok(lic_tables_begin(t));
    assert_int_equal(lic_field_set_wide(t, balance, 1, 55), LIC_TRAP_NONE);
    lic_tables_keep(t);
    lic_hash parties = root_of(t, LIC_TABLE_PARTIES), duties = root_of(t, LIC_TABLE_DUTIES);
    size_t changed = t->changed_count;
    assert_ok(lic_tables_begin(t));
    uint32_t row = 0;
    for (int i = 0; i < 300; i++) {
        assert_int_equal(lic_table_append(t, LIC_TABLE_DUTIES, lic_slice_of(NULL, 0), &row),
                         LIC_TRAP_NONE);
        assert_int_equal(row, i);
    }
    assert_int_equal(lic_field_set_wide(t, balance, 1, -1), LIC_TRAP_NONE);
    assert_int_equal(lic_field_set_wide(t, balance, 0, 9), LIC_TRAP_NONE);
    lic_tables_roll_back(t);
    lic_hash after = root_of(t, LIC_TABLE_PARTIES);
    assert_true(lic_hash_equal(&after, &parties));
    assert_int_equal(t->views[LIC_TABLE_DUTIES].row_count, 0);
    assert_int_equal(t->changed_count, changed);
    assert_true(lic_field_wide(t, balance, 1) == 55 && lic_field_wide(t, balance, 0) == 0);
    /* the same again, kept this time: rows are zero, though the memory was used */
    assert_ok(lic_tables_begin(t));
    assert_int_equal(lic_table_append(t, LIC_TABLE_DUTIES, lic_slice_of(NULL, 0), &row),
                     LIC_TRAP_NONE);
    lic_tables_keep(t);
    for (uint32_t i = 0; i < t->states[LIC_TABLE_DUTIES].shape->cell_size; i++)
        assert_int_equal(t->states[LIC_TABLE_DUTIES].cells[i], 0);
    after = root_of(t, LIC_TABLE_DUTIES);
    assert_false(lic_hash_equal(&after, &duties));
    destroy(&m);
}

static void set_cell(lic_tables *t, uint32_t row, uint8_t value)
{
    uint32_t page = row >> t->states[LIC_TABLE_DUTIES].shape->page_shift;
    assert_int_equal(lic_tables_touch(t, LIC_TABLE_DUTIES, page), LIC_TRAP_NONE);
    t->states[LIC_TABLE_DUTIES].cells[(size_t)row * t->states[LIC_TABLE_DUTIES].shape->cell_size] =
        value;
}

static void append_rows(lic_tables *t, uint32_t count)
{
    uint32_t row = 0;
    assert_ok(lic_tables_begin(t));
    for (uint32_t i = 0; i < count; i++)
        assert_int_equal(lic_table_append(t, LIC_TABLE_DUTIES, lic_slice_of(NULL, 0), &row),
                         LIC_TRAP_NONE);
    lic_tables_keep(t);
}

/* Many runs change the same pages of one block: what the seal left is known to its end, and the last run is undone to what
 * the run before it left. */
static void runs_of_one_block_share_pages(void **state)
{
    (void)state;
    enum { ROWS = 40, RUNS = 50 };
    made m = make();
    lic_tables *t = m.tables;
    append_rows(t, ROWS);
    lic_tables_sealed(t);
    for (int run = 1; run <= RUNS; run++) {
        assert_ok(lic_tables_begin(t));
        for (uint32_t row = 0; row < ROWS; row++) set_cell(t, row, (uint8_t)run);
        if (run % 2 == 0) lic_tables_roll_back(t);
        else lic_tables_keep(t);
        const lic_table_state *duties = &t->states[LIC_TABLE_DUTIES];
        for (uint32_t row = 0; row < ROWS; row++)
            assert_int_equal(duties->cells[(size_t)row * duties->shape->cell_size],
                             run % 2 == 0 ? run - 1 : run);
    }
    assert_int_equal(t->changed_count, lic_table_pages(t, LIC_TABLE_DUTIES));
    for (size_t i = 0; i < t->changed_count; i++)
        assert_int_equal(t->changed[i].before->bytes[0], 0);
    destroy(&m);
}

/* Random writes, kept or rolled back: the tree kept up to date has the root of one made anew. */
static void roots_follow_writes(void **state)
{
    (void)state;
    made m = make();
    lic_tables *t = m.tables;
    uint64_t seed = 42;
    for (int round = 0; round < 60; round++) {
        assert_ok(lic_tables_begin(t));
        for (int i = 0; i < 20; i++) {
            seed = seed * UINT64_C(6364136223846793005) + 1;
            uint32_t rows = t->views[LIC_TABLE_DUTIES].row_count, row = 0;
            if ((seed >> 40) % 3 == 0 || rows == 0) {
                assert_int_equal(lic_table_append(t, LIC_TABLE_DUTIES, lic_slice_of(NULL, 0), &row),
                                 LIC_TRAP_NONE);
            } else {
                row = (uint32_t)(seed >> 33) % rows;
                uint32_t page = row >> t->states[LIC_TABLE_DUTIES].shape->page_shift;
                assert_int_equal(lic_tables_touch(t, LIC_TABLE_DUTIES, page), LIC_TRAP_NONE);
                t->states[LIC_TABLE_DUTIES]
                    .cells[(size_t)row * t->states[LIC_TABLE_DUTIES].shape->cell_size] ^= 1;
            }
        }
        if (round % 3 == 1) lic_tables_roll_back(t);
        else lic_tables_keep(t);
        lic_hash kept = root_of(t, LIC_TABLE_DUTIES), anew = root_anew(t, LIC_TABLE_DUTIES);
        assert_true(lic_hash_equal(&kept, &anew));
        if (round % 5 == 0) lic_tables_sealed(t);
    }
    destroy(&m);
}

static void keys_go_with_their_rows(void **state)
{
    (void)state;
    made m = make();
    lic_tables *t = m.tables;
    uint16_t payees = 0;
    while (!lic_slice_equal(t->image->tables[payees].name, lic_slice_text("Payees"))) payees++;
    uint32_t row = 0;
    assert_ok(lic_table_load_row(t, payees, lic_slice_text("P1"), &row));
    assert_int_equal(lic_table_load_row(t, payees, lic_slice_text("P1"), &row), LIC_REFUSED);
    assert_int_equal(lic_table_load_row(t, payees, lic_slice_text("P1234"), &row), LIC_TOO_LARGE);
    assert_int_equal(lic_table_find(t, payees, lic_slice_text("P1")), 0);
    lic_table_clear(t, payees);
    assert_int_equal(lic_table_find(t, payees, lic_slice_text("P1")), LIC_NONE32);
    for (uint32_t i = 0; i < 10; i++) {
        char key[8];
        (void)snprintf(key, sizeof key, "K%u", i);
        assert_ok(lic_table_load_row(t, payees, lic_slice_text(key), &row));
        assert_int_equal(row, i);
    }
    assert_int_equal(lic_table_load_row(t, payees, lic_slice_text("K10"), &row),
                     LIC_TOO_LARGE); /* rows at most 10 */
    assert_int_equal(lic_table_find(t, payees, lic_slice_text("K7")), 7);
    destroy(&m);
}

static void change(const char *path, const char *sql)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_changes(db), 1);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* A changed page, constant, record or name does not have the roots that the tip's state root names. */
static void damage_is_found(void **state)
{
    (void)state;
    static const char *const changes[] = {
        "UPDATE pages SET body = CAST(zeroblob(length(body)) AS BLOB) WHERE tbl = 0 AND page = 0",
        "UPDATE fixed_rows SET body = CAST(substr(body, 1, length(body) - 1) || x'ff' AS BLOB) "
        "WHERE tbl = (SELECT MIN(tbl) FROM fixed_rows) AND first = 0",
        "UPDATE contract_states SET record = CAST(substr(record, 1, length(record) - 1) || x'ff' "
        "AS BLOB)",
        "UPDATE registered SET name = 'Somebody' WHERE number = 0",
        "UPDATE lane_sequences SET sequences = CAST(x'ff' || substr(sequences, 2) AS BLOB)",
    };
    for (size_t i = 0; i < LIC_COUNT(changes); i++) {
        fixture f;
        uint32_t c = press_open(&f, PRESS_ASIDE);
        lic_contract_info info;
        lic_engine_close(f.engine);
        f.engine = NULL;
        change(f.ledger, changes[i]);
        lic_status status = lic_engine_open(&f.options, &f.engine, &f.error);
        if (status == LIC_OK) status = lic_engine_contract(f.engine, c, &info, &f.error);
        uint32_t row = 0; /* what lies in the store is checked when it is needed */
        for (uint16_t t = 0; status == LIC_OK && t < info.image->tables_count; t++)
            status = lic_engine_find_row(f.engine, c, t, lic_slice_text("x"), &row, &f.error);
        if (status != LIC_CORRUPT)
            fail_msg("change %zu: %s %s", i, lic_status_id(status), f.error.text);
        fixture_end(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rollback_leaves_nothing), cmocka_unit_test(runs_of_one_block_share_pages),
        cmocka_unit_test(roots_follow_writes),     cmocka_unit_test(keys_go_with_their_rows),
        cmocka_unit_test(damage_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
