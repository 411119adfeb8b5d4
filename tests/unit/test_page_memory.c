/* SQLite's memory from licet's allocator. Would catch: pages that overlap, a block that loses its bytes or its size when it
 * becomes a page or stops being one, a count of what is in use that is wrong, a ledger that is written wrongly in it. */
#include "scratch.h"

#include <licet/crypto.h>
#include <licet/store.h>

#include <sqlite3.h>

#include <string.h>

enum { PAGE = 16384, BLOCKS = 700 };

static uint8_t *blocks[BLOCKS];
static int sizes[BLOCKS];

static void fill(size_t i)
{
    memset(blocks[i], (int)(i % 251), (size_t)sizes[i]);
}

static void check(size_t i, int size)
{
    for (int k = 0; k < size; k++) assert_int_equal(blocks[i][k], i % 251);
}

/* Around the size of a page, and small and large ones between them. */
static int size_of(size_t i)
{
    static const int around[] = {PAGE - 1, PAGE, PAGE + 300, PAGE + 512, PAGE + 513, 8, 3 << 20};
    return around[i % (i % 100 == 6 ? 7 : 6)];
}

static void blocks_lie_apart(void **state)
{
    (void)state;
    assert_int_equal(sqlite3_initialize(), SQLITE_OK);
    sqlite3_int64 used = sqlite3_memory_used();
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < BLOCKS; i++) {
            sizes[i] = size_of(i);
            blocks[i] = sqlite3_malloc(sizes[i]);
            assert_non_null(blocks[i]);
            assert_true(sqlite3_msize(blocks[i]) >= (sqlite3_uint64)sizes[i]);
            fill(i);
        }
        for (size_t i = 0; i < BLOCKS; i += 2) {
            int before = sizes[i];
            sizes[i] = size_of(i + 1 + (size_t)round);
            blocks[i] = sqlite3_realloc(blocks[i], sizes[i]);
            assert_non_null(blocks[i]);
            check(i, before < sizes[i] ? before : sizes[i]);
            fill(i);
        }
        for (size_t i = 0; i < BLOCKS; i++) {
            size_t at = i * 37 % BLOCKS;
            check(at, sizes[at]);
            sqlite3_free(blocks[at]);
        }
        assert_int_equal(sqlite3_memory_used(), used);
    }
}

static lic_status count_page(void *context, const lic_row_page *row)
{
    size_t *count = context;
    for (size_t i = 0; i < row->body.size; i++) assert_int_equal(row->body.data[i], *count % 200);
    ++*count;
    return LIC_OK;
}

static void a_ledger_is_written_and_read(void **state)
{
    scratch *files = *state;
    lic_store_options options = {.path = scratch_path(files, "pages.licet"),
                                 .mode = LIC_STORE_CREATE,
                                 .allocator = &lic_allocator_system,
                                 .clock = &lic_clock_system,
                                 .random = &lic_random_system};
    lic_store *store = NULL;
    lic_error error;
    assert_ok(lic_store_open(&options, &store, &error));
    static uint8_t body[40000];
    for (uint32_t page = 0; page < 1000; page++) { /* more than the cache holds */
        memset(body, (int)(page % 200), sizeof body);
        lic_row_page row = {.contract = 1, .tbl = 5, .page = page, .body = {body, sizeof body}};
        assert_ok(lic_store_put_page(store, &row));
    }
    assert_ok(lic_store_commit(store));
    size_t count = 0;
    assert_ok(lic_store_read_table_pages(store, 1, 5, count_page, &count));
    assert_int_equal(count, 1000);
    lic_store_close(store);
}

static int start(void **state)
{
    (void)state;
    return lic_store_own_memory() ? 0 : -1;
}

/* What comes too late is refused, and changes nothing. */
static void it_is_for_the_beginning(void **state)
{
    (void)state;
    assert_false(lic_store_own_memory());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_lie_apart),
        scratch_test(a_ledger_is_written_and_read),
        cmocka_unit_test(it_is_for_the_beginning),
    };
    return cmocka_run_group_tests_name("page_memory", tests, start, NULL);
}
