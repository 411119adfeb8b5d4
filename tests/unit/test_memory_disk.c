/* The disk in memory. Would catch: a file that reads back other bytes than were written, a copy that sees its
 * original's later writes, a reader that sees half a transaction, two writers, a full disk or a lack of memory that
 * loses what was committed or leaks, a ledger brought in torn, a disk that stands in for the file system, a connection that waits
 * and shows the ledger before. */
#include "scratch.h"

#include <licet/crypto.h>
#include <licet/memory_disk.h>
#include <licet/query.h>

#include <memory_bytes.h>

#define MEGABYTES(n) ((uint64_t)(n) << 20)

static int64_t noon(void *context)
{
    (void)context;
    return 1767614400; /* 2026-01-05T12:00:00Z */
}
static uint64_t ticks(void *context)
{
    return ++*(uint64_t *)context;
}
static uint64_t tick_count;
static const lic_clock fixed_clock = {&tick_count, noon, ticks};

static const char *const views[] = {"sample"};
static const lic_store_module module = {
    .name = "sample",
    .schema = "CREATE TABLE sample_rows (number INTEGER PRIMARY KEY, units TEXT NOT NULL) STRICT;"
              "CREATE VIEW sample AS SELECT number, units FROM sample_rows;",
    .drop = "DROP VIEW sample; DROP TABLE sample_rows;",
    .views = views,
    .view_count = 1,
};

static lic_store_options options_for(const lic_memory_disk *disk, const char *name,
                                     lic_store_mode mode)
{
    return (lic_store_options){.path = name,
                               .mode = mode,
                               .journal = LIC_JOURNAL_ROLLBACK,
                               .allocator = &lic_allocator_system,
                               .clock = &fixed_clock,
                               .random = &lic_random_system,
                               .vfs = disk == NULL ? NULL : lic_memory_disk_vfs(disk),
                               .modules = &module,
                               .module_count = 1};
}

static lic_status open_store(const lic_memory_disk *disk, const char *name, lic_store_mode mode,
                             lic_store **store, lic_error *error)
{
    lic_store_options options = options_for(disk, name, mode);
    return lic_store_open(&options, store, error);
}

static lic_memory_disk *make_disk(uint64_t max_bytes)
{
    lic_memory_disk *disk = NULL;
    lic_error error;
    assert_ok(lic_memory_disk_create(&lic_allocator_system, max_bytes, &disk, &error));
    return disk;
}

static lic_store *create(const lic_memory_disk *disk, const char *name)
{
    lic_store *store = NULL;
    lic_error error = {0};
    if (open_store(disk, name, LIC_STORE_CREATE, &store, &error) != LIC_OK)
        fail_msg("%s", error.text);
    assert_ok(lic_store_commit(store));
    return store;
}

static lic_store *reopen(const lic_memory_disk *disk, const char *name, lic_store_mode mode)
{
    lic_store *store = NULL;
    lic_error error = {0};
    if (open_store(disk, name, mode, &store, &error) != LIC_OK) fail_msg("%s", error.text);
    return store;
}

static lic_status try_put(lic_store *store, const char *units)
{
    char sql[128];
    (void)snprintf(sql, sizeof sql, "INSERT INTO sample_rows (units) VALUES ('%s')", units);
    return lic_sql_execute(store, sql);
}

/* One transaction of one row. */
static void put(lic_store *store, const char *units)
{
    assert_ok(lic_store_begin(store));
    assert_ok(try_put(store, units));
    assert_ok(lic_store_commit(store));
}

/* The rows' texts, one after the other. */
static void rows_of(lic_store *store, char *text, size_t size)
{
    lic_sql *sql = NULL;
    bool row = false;
    const char *text_of_all = "SELECT coalesce(group_concat(units, ' '), '') FROM "
                              "(SELECT units FROM sample_rows ORDER BY number)";
    if (lic_sql_prepare(store, text_of_all, &sql) != LIC_OK)
        fail_msg("%s", lic_store_error(store)->text);
    assert_ok(lic_sql_step(sql, &row));
    lic_slice units = lic_sql_text(sql, 0);
    assert_true(row && units.size < size);
    memcpy(text, units.data, units.size);
    text[units.size] = '\0';
    lic_sql_destroy(sql);
}

static void assert_rows(lic_store *store, const char *expected)
{
    char text[256];
    rows_of(store, text, sizeof text);
    assert_string_equal(text, expected);
}

/* -- bytes ------------------------------------------------------------------------------------------- */

enum { MODEL_BYTES = 6 * LIC_MEMORY_CHUNK, FILES = 3 };

typedef struct model {
    uint8_t bytes[FILES][MODEL_BYTES];
    size_t sizes[FILES];
    memory_bytes files[FILES];
    memory_room room;
    uint64_t state;
} model;

static size_t draw(model *m, size_t below)
{
    m->state = m->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (size_t)(m->state >> 33) % below;
}

static void write_both(model *m, size_t file)
{
    static uint8_t source[MODEL_BYTES];
    bool aligned = draw(m, 3) == 0; /* a whole chunk, as SQLite writes */
    size_t offset = draw(m, MODEL_BYTES - LIC_MEMORY_CHUNK);
    size_t size = 1 + draw(m, LIC_MEMORY_CHUNK);
    if (aligned) offset -= offset % LIC_MEMORY_CHUNK, size = LIC_MEMORY_CHUNK;
    for (size_t i = 0; i < size; i++) source[i] = (uint8_t)(1 + draw(m, 255));
    assert_ok(memory_bytes_write(&m->files[file], &m->room, source, size, offset));
    if (offset > m->sizes[file])
        memset(m->bytes[file] + m->sizes[file], 0, offset - m->sizes[file]);
    memcpy(m->bytes[file] + offset, source, size);
    if (m->sizes[file] < offset + size) m->sizes[file] = offset + size;
}

static void cut_both(model *m, size_t file)
{
    size_t size = draw(m, MODEL_BYTES);
    memory_bytes_cut(&m->files[file], &m->room, size);
    if (size < m->sizes[file]) m->sizes[file] = size;
}

static void copy_both(model *m, size_t from, size_t to)
{
    if (from == to) return;
    memory_bytes_free(&m->files[to], &m->room);
    assert_ok(memory_bytes_copy(&m->files[from], &m->room, &m->files[to], &m->room));
    memcpy(m->bytes[to], m->bytes[from], MODEL_BYTES);
    m->sizes[to] = m->sizes[from];
}

static void compare(model *m, size_t file)
{
    static uint8_t read[MODEL_BYTES + 100];
    size_t offset = draw(m, MODEL_BYTES), size = 1 + draw(m, MODEL_BYTES - offset);
    bool short_read = false;
    size_t there = m->sizes[file] > offset ? m->sizes[file] - offset : 0;
    size_t known = there < size ? there : size;
    memory_bytes_read(&m->files[file], read, size, offset, &short_read);
    assert_int_equal(m->files[file].size, m->sizes[file]);
    assert_int_equal(short_read, known < size);
    assert_memory_equal(read, m->bytes[file] + offset, known);
    for (size_t i = known; i < size; i++) assert_int_equal(read[i], 0);
}

/* Random writes, cuts and copies of three files against plain arrays. */
static void bytes_are_those_of_an_array(void **state)
{
    (void)state;
    static model m;
    unit_heap heap = {.left = SIZE_MAX};
    lic_allocator allocator = unit_allocator(&heap);
    const char *given = getenv("LICET_SEED");
    m.state = given != NULL ? strtoull(given, NULL, 10) : 20260105;
    print_message("LICET_SEED=%llu\n", (unsigned long long)m.state);
    m.room = (memory_room){.allocator = &allocator, .max_chunks = 1000};
    for (unsigned step = 0; step < 20000; step++) {
        size_t file = draw(&m, FILES);
        switch (draw(&m, 8)) {
        case 0: cut_both(&m, file); break;
        case 1: copy_both(&m, file, draw(&m, FILES)); break;
        case 2:
        case 3:
        case 4: write_both(&m, file); break;
        default: compare(&m, file); break;
        }
    }
    for (size_t i = 0; i < FILES; i++) memory_bytes_free(&m.files[i], &m.room);
    assert_int_equal(m.room.chunks, 0);
    assert_int_equal(heap.live_bytes, 0);
}

/* -- stores ------------------------------------------------------------------------------------------ */

static void what_is_committed_is_there_and_what_is_not_is_not(void **state)
{
    (void)state;
    lic_memory_disk *disk = make_disk(MEGABYTES(8));
    lic_store *store = create(disk, "a");
    put(store, "one");
    assert_ok(lic_store_begin(store));
    assert_ok(try_put(store, "two"));
    lic_store_rollback(store);
    put(store, "three");
    lic_store_close(store);
    store = reopen(disk, "a", LIC_STORE_READ);
    assert_rows(store, "one three");
    assert_ok(lic_store_check(store));
    lic_store_close(store);
    lic_memory_disk_destroy(disk);
}

static void a_log_that_is_asked_for_is_a_rollback_journal(void **state)
{
    (void)state;
    lic_memory_disk *disk = make_disk(MEGABYTES(8));
    lic_store_options options = options_for(disk, "a", LIC_STORE_CREATE);
    lic_store *store = NULL;
    lic_error error;
    options.journal = LIC_JOURNAL_WAL;
    assert_ok(lic_store_open(&options, &store, &error));
    assert_ok(lic_store_commit(store));
    put(store, "one");
    assert_false(lic_memory_disk_find(disk, "a-wal", NULL));
    assert_false(lic_memory_disk_find(disk, "a-journal", NULL));
    lic_store_close(store);
    store = reopen(disk, "a", LIC_STORE_WRITE);
    assert_rows(store, "one");
    lic_store_close(store);
    lic_memory_disk_destroy(disk);
}

static void a_second_writer_is_locked_out(void **state)
{
    (void)state;
    lic_memory_disk *disk = make_disk(MEGABYTES(8));
    lic_store *store = create(disk, "a"), *second = NULL;
    lic_error error;
    assert_int_equal(open_store(disk, "a", LIC_STORE_WRITE, &second, &error), LIC_LOCKED);
    assert_int_equal(open_store(disk, "a", LIC_STORE_CREATE, &second, &error), LIC_REFUSED);
    assert_int_equal(open_store(disk, "b", LIC_STORE_READ, &second, &error), LIC_MISSING);
    lic_store_close(store);
    store = reopen(disk, "a", LIC_STORE_WRITE); /* the lock goes with its holder */
    lic_store_close(store);
    lic_memory_disk_destroy(disk);
}

/* A commit waits for nobody: the reader is in the same thread. */
static void a_reader_has_one_view_and_holds_up_commits(void **state)
{
    (void)state;
    lic_memory_disk *disk = make_disk(MEGABYTES(8));
    lic_store *writer = create(disk, "a");
    put(writer, "one");
    lic_store *reader = reopen(disk, "a", LIC_STORE_READ);
    assert_ok(lic_store_begin_read(reader));
    assert_rows(reader, "one");
    assert_ok(lic_store_begin(writer));
    assert_ok(try_put(writer, "two"));
    assert_rows(reader, "one");
    assert_int_equal(lic_store_commit(writer), LIC_LOCKED);
    assert_rows(reader, "one");
    lic_store_end_read(reader);
    assert_rows(writer, "one");
    put(writer, "two");
    assert_rows(reader, "one two");
    lic_store_close(reader);
    lic_store_close(writer);
    lic_memory_disk_destroy(disk);
}

typedef struct answer {
    uint64_t rows;
    int64_t last;
} answer;

static lic_status see(void *context, uint64_t row, size_t count, const char *const *names,
                      const lic_query_value *values)
{
    answer *to = context;
    (void)names;
    if (values == NULL) return LIC_OK;
    assert_int_equal(count, 1);
    to->rows = row;
    to->last = values[0].integer;
    return LIC_OK;
}

/* A query sorts more than fits in its memory, beside a writer, and its temporary files are gone after it. */
static void queries_read_beside_the_writer(void **state)
{
    (void)state;
    lic_memory_disk *disk = make_disk(MEGABYTES(64));
    lic_store *store = create(disk, "a");
    lic_store_options options = options_for(disk, "a", LIC_STORE_READ);
    lic_query *query = NULL;
    lic_error error = {0};
    answer got = {0};
    const lic_query_limits limits = {.seconds = 86400};
    options.random = NULL;
    put(store, "one");
    assert_ok(lic_query_open(&options, &query, &error));
    assert_ok(lic_query_run(query, "SELECT number FROM sample", &limits, see, &got, &error));
    assert_int_equal(got.rows, 1);
    put(store, "two"); /* an open connection at rest is in nobody's way */
    uint64_t before = lic_memory_disk_used(disk);
    const char *sql =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
        "200000) SELECT i FROM n, sample ORDER BY printf('%064d', i * 7919 % 200003), "
        "number";
    assert_ok(lic_query_run(query, sql, &limits, see, &got, &error));
    assert_int_equal(got.rows, 400000);
    assert_int_equal(lic_memory_disk_used(disk), before);
    lic_query_close(query);
    lic_store_close(store);
    lic_memory_disk_destroy(disk);
}

/* -- copies ------------------------------------------------------------------------------------------- */

static void a_fork_and_its_original_go_their_own_ways(void **state)
{
    (void)state;
    unit_heap heap = {.left = SIZE_MAX};
    lic_allocator allocator = unit_allocator(&heap);
    lic_memory_disk *first = NULL, *second = NULL;
    lic_error error;
    assert_ok(lic_memory_disk_create(&allocator, MEGABYTES(8), &first, &error));
    assert_ok(lic_memory_disk_create(&allocator, MEGABYTES(8), &second, &error));
    lic_store *store = create(first, "a");
    put(store, "common");
    size_t live = heap.live_bytes;
    assert_ok(lic_memory_disk_copy(first, "a", second, "b", &error));
    assert_true(heap.live_bytes - live < 4096); /* pointers, no bytes */
    lic_store *fork = reopen(second, "b", LIC_STORE_WRITE);
    put(fork, "fork");
    put(store, "original");
    assert_rows(fork, "common fork");
    assert_rows(store, "common original");
    lic_store_close(store);
    lic_memory_disk_destroy(first); /* the original goes first */
    assert_ok(lic_store_check(fork));
    assert_rows(fork, "common fork");
    lic_store_close(fork);
    assert_ok(lic_memory_disk_copy(second, "b", second, "c", &error));
    fork = reopen(second, "c", LIC_STORE_READ);
    assert_rows(fork, "common fork");
    lic_store_close(fork);
    lic_memory_disk_destroy(second);
    assert_int_equal(heap.live_bytes, 0);
}

static int64_t last_of(lic_memory_disk *disk, const char *name, uint64_t *rows)
{
    lic_store_options options = options_for(disk, name, LIC_STORE_READ);
    lic_query *query = NULL;
    lic_error error = {0};
    answer got = {0};
    const lic_query_limits limits = {.seconds = 86400};
    const char *sql = "SELECT length(units) FROM sample ORDER BY number";
    assert_ok(lic_query_open(&options, &query, &error));
    assert_ok(lic_query_run(query, sql, &limits, see, &got, &error));
    lic_query_close(query);
    *rows = got.rows;
    return got.last;
}

/* Connections that wait see the ledger that is there when they are used again, not pages of the one before, although both
 * have had as many transactions; a lock is free while nobody has the ledger; a file in use is not filled. */
static void connections_that_wait_serve_the_next_ledger(void **state)
{
    (void)state;
    lic_memory_disk *original = make_disk(MEGABYTES(8)), *disk = make_disk(MEGABYTES(8));
    lic_error error = {0};
    uint64_t rows = 0;
    lic_store *store = create(original, "a");
    put(store, "common");
    lic_store_close(store);
    lic_memory_disk_keep(disk);
    static const char *const lives[] = {"x", "yy", "zzz"};
    for (size_t i = 0; i < LIC_COUNT(lives); i++) {
        char expected[32];
        assert_ok(lic_memory_disk_copy(original, "a", disk, "b", &error));
        store = reopen(disk, "b", LIC_STORE_WRITE);
        assert_rows(store, "common");
        put(store, lives[i]);
        (void)snprintf(expected, sizeof expected, "common %s", lives[i]);
        assert_rows(store, expected);
        assert_int_equal(last_of(disk, "b", &rows), (int64_t)i + 1);
        assert_int_equal(rows, 2);
        assert_int_equal(lic_memory_disk_copy(original, "a", disk, "b", &error), LIC_REFUSED);
        assert_ok(lic_store_begin(store)); /* what is left open is rolled back */
        assert_ok(try_put(store, "lost"));
        lic_store_close(store);
        lic_store *reader = reopen(disk, "b", LIC_STORE_READ);
        assert_rows(reader, expected);
        lic_store_close(reader);
    }
    store = reopen(disk, "b", LIC_STORE_WRITE);
    assert_rows(store, "common zzz");
    lic_store *second = NULL;
    assert_int_equal(open_store(disk, "b", LIC_STORE_WRITE, &second, &error), LIC_LOCKED);
    assert_ok(lic_store_check(store));
    lic_store_close(store);
    assert_ok(lic_memory_disk_remove(disk, "b", &error)); /* those that wait are in nobody's way */
    assert_int_equal(lic_memory_disk_used(disk), 0);
    lic_memory_disk_destroy(disk);
    lic_memory_disk_destroy(original);
}

static void disks_with_two_allocators_share_nothing(void **state)
{
    (void)state;
    unit_heap heap = {.left = SIZE_MAX};
    lic_allocator allocator = unit_allocator(&heap);
    lic_memory_disk *first = make_disk(MEGABYTES(8)), *second = NULL;
    lic_error error;
    assert_ok(lic_memory_disk_create(&allocator, MEGABYTES(8), &second, &error));
    lic_store *store = create(first, "a");
    put(store, "common");
    lic_store_close(store);
    assert_ok(lic_memory_disk_copy(first, "a", second, "a", &error));
    assert_int_equal(lic_memory_disk_used(first), lic_memory_disk_used(second));
    assert_true(heap.live_bytes > lic_memory_disk_used(second));
    lic_memory_disk_destroy(first);
    store = reopen(second, "a", LIC_STORE_READ);
    assert_rows(store, "common");
    lic_store_close(store);
    lic_memory_disk_destroy(second);
    assert_int_equal(heap.live_bytes, 0);
}

static void only_a_committed_state_is_copied(void **state)
{
    (void)state;
    lic_memory_disk *disk = make_disk(MEGABYTES(8));
    lic_store *store = create(disk, "a");
    lic_error error;
    lic_buffer bytes;
    lic_buffer_init(&bytes, &lic_allocator_system, MEGABYTES(8));
    assert_ok(lic_store_begin(store));
    assert_int_equal(lic_memory_disk_copy(disk, "a", disk, "b", &error), LIC_LOCKED);
    assert_int_equal(lic_memory_disk_get(disk, "a", &bytes, &error), LIC_LOCKED);
    lic_store_rollback(store);
    assert_ok(lic_memory_disk_copy(disk, "a", disk, "b", &error));
    assert_int_equal(lic_memory_disk_copy(disk, "a", disk, "b", &error), LIC_REFUSED);
    assert_string_equal(error.code, "exists");
    assert_int_equal(lic_memory_disk_copy(disk, "none", disk, "c", &error), LIC_MISSING);
    assert_int_equal(lic_memory_disk_copy(disk, "a", disk, "", &error), LIC_MALFORMED);
    assert_int_equal(lic_memory_disk_remove(disk, "a", &error), LIC_LOCKED);
    lic_store_close(store);
    assert_ok(lic_memory_disk_remove(disk, "a", &error));
    assert_int_equal(lic_memory_disk_remove(disk, "a", &error), LIC_MISSING);
    assert_false(lic_memory_disk_find(disk, "a-lock", NULL));
    assert_true(lic_memory_disk_find(disk, "memory:b", NULL)); /* as messages call it */
    lic_buffer_free(&bytes);
    lic_memory_disk_destroy(disk);
}

/* -- limits -------------------------------------------------------------------------------------------- */

static void fill(lic_store *store, unsigned rows)
{
    char sql[160];
    (void)snprintf(sql, sizeof sql,
                   "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %u) "
                   "INSERT INTO sample_rows (units) SELECT printf('%%01000d', i) FROM n",
                   rows);
    assert_ok(lic_store_begin(store));
    if (lic_sql_execute(store, sql) == LIC_OK) (void)lic_store_commit(store);
}

/* The block that does not fit leaves nothing; the ledger lives on, and so does one that fits. */
static void a_full_disk_loses_nothing(void **state)
{
    (void)state;
    lic_memory_disk *disk = make_disk(MEGABYTES(2));
    lic_store *store = create(disk, "a");
    put(store, "one");
    uint64_t before = lic_memory_disk_used(disk);
    assert_true(before < MEGABYTES(1));
    fill(store, 5000);
    assert_int_equal(lic_store_error(store)->status, LIC_IO);
    assert_non_null(strstr(lic_store_error(store)->text, "full"));
    lic_store_rollback(store);
    assert_rows(store, "one");
    assert_true(lic_memory_disk_used(disk) <= MEGABYTES(2));
    put(store, "two");
    lic_store_close(store);
    store = reopen(disk, "a", LIC_STORE_READ);
    assert_rows(store, "one two");
    assert_ok(lic_store_check(store));
    lic_error error;
    lic_memory_disk *small = make_disk(MEGABYTES(1) / 4);
    assert_int_equal(lic_memory_disk_copy(disk, "a", small, "a", &error), LIC_TOO_LARGE);
    assert_string_equal(error.code, "disk_full");
    assert_int_equal(lic_memory_disk_used(small), 0);
    lic_store_close(store);
    lic_memory_disk_destroy(small);
    lic_memory_disk_destroy(disk);
}

/* A fork, two transactions and a rollback with n allocations; true when none failed. */
static bool try_with(lic_memory_disk *origin, unit_heap *heap, size_t n)
{
    lic_allocator allocator = unit_allocator(heap);
    lic_memory_disk *disk = NULL;
    lic_store *store = NULL;
    lic_error error = {0};
    size_t live = heap->live_bytes;
    heap->left = n;
    lic_status status = lic_memory_disk_create(&allocator, MEGABYTES(8), &disk, &error);
    if (status == LIC_OK) status = lic_memory_disk_copy(origin, "a", disk, "a", &error);
    if (status == LIC_OK) status = open_store(disk, "a", LIC_STORE_WRITE, &store, &error);
    bool second = false;
    if (status == LIC_OK) status = lic_store_begin(store);
    if (status == LIC_OK) status = try_put(store, "two");
    if (status == LIC_OK) status = lic_store_commit(store);
    second = status == LIC_OK;
    if (status == LIC_OK) status = lic_store_begin(store);
    if (status == LIC_OK) status = try_put(store, "three");
    if (store != NULL) lic_store_rollback(store);
    if (store != NULL) assert_rows(store, second ? "one two" : "one");
    if (status != LIC_OK && status != LIC_NO_MEMORY)
        fail_msg("allocation %zu: %s %s", n, error.text,
                 store != NULL ? lic_store_error(store)->text : "");
    lic_store_close(store);
    lic_memory_disk_destroy(disk);
    if (heap->live_bytes != live)
        fail_msg("%zu bytes leak when allocation %zu fails", heap->live_bytes - live, n);
    return status == LIC_OK;
}

static void memory_may_run_out_at_every_allocation(void **state)
{
    (void)state;
    unit_heap heap = {.left = SIZE_MAX};
    lic_allocator allocator = unit_allocator(&heap);
    lic_memory_disk *origin = NULL;
    lic_error error;
    assert_ok(lic_memory_disk_create(&allocator, MEGABYTES(8), &origin, &error));
    lic_store *store = create(origin, "a");
    put(store, "one");
    lic_store_close(store);
    size_t failures = 0;
    while (!try_with(origin, &heap, failures)) failures++;
    assert_true(failures > 10);
    heap.left = SIZE_MAX;
    store = reopen(origin, "a", LIC_STORE_READ);
    assert_rows(store, "one");
    lic_store_close(store);
    lic_memory_disk_destroy(origin);
    assert_int_equal(heap.live_bytes, 0);
}

/* -- in and out ------------------------------------------------------------------------------------------ */

static void bring_in(scratch *at, lic_store_journal journal)
{
    lic_memory_disk *disk = make_disk(MEGABYTES(8));
    lic_error error = {0};
    const char *name = journal == LIC_JOURNAL_WAL ? "w.ledger" : "r.ledger";
    lic_store_options options = options_for(NULL, scratch_path(at, name), LIC_STORE_CREATE);
    lic_store *writer = NULL;
    options.journal = journal;
    assert_ok(lic_store_open(&options, &writer, &error));
    assert_ok(lic_store_commit(writer));
    put(writer, "one");
    assert_ok(lic_store_begin(writer));
    assert_ok(try_put(writer, "half"));
    options.random = NULL;
    assert_ok(
        lic_memory_disk_import(disk, "a", &options, &error)); /* beside the open transaction */
    assert_ok(lic_store_commit(writer));
    assert_int_equal(lic_memory_disk_import(disk, "a", &options, &error), LIC_REFUSED);
    lic_store_close(writer);
    lic_store *copy = reopen(disk, "a", LIC_STORE_WRITE);
    assert_ok(lic_store_check(copy));
    assert_rows(copy, "one");
    put(copy, "mine");
    lic_store_close(copy);
    lic_memory_disk_destroy(disk);
}

static void a_ledger_comes_in_as_of_its_last_commit(void **state)
{
    bring_in(*state, LIC_JOURNAL_WAL);
    bring_in(*state, LIC_JOURNAL_ROLLBACK);
}

static void what_cannot_come_in_leaves_nothing(void **state)
{
    scratch *at = *state;
    lic_memory_disk *disk = make_disk(MEGABYTES(1) / 4);
    lic_error error = {0};
    lic_store_options options = options_for(NULL, scratch_path(at, "a.ledger"), LIC_STORE_READ);
    options.random = NULL;
    assert_int_equal(lic_memory_disk_import(disk, "a", &options, &error), LIC_MISSING);
    lic_store_close(create(NULL, options.path));
    assert_int_equal(lic_memory_disk_import(disk, "a", &options, &error), LIC_IO); /* it is full */
    assert_false(lic_memory_disk_find(disk, "a", NULL));
    assert_int_equal(lic_memory_disk_used(disk), 0);
    scratch_write(scratch_path(at, "b"), "no ledger at all", 16);
    options.path = at->path;
    assert_int_equal(lic_memory_disk_import(disk, "a", &options, &error), LIC_CORRUPT);
    lic_memory_disk_destroy(disk);
}

static void bytes_go_out_and_come_in(void **state)
{
    scratch *at = *state;
    lic_memory_disk *disk = make_disk(MEGABYTES(8)), *other = make_disk(MEGABYTES(8));
    lic_error error;
    lic_buffer bytes;
    uint64_t size = 0;
    lic_buffer_init(&bytes, &lic_allocator_system, MEGABYTES(8));
    lic_store *store = create(disk, "a");
    put(store, "one");
    assert_ok(
        lic_memory_disk_get(disk, "a", &bytes, &error)); /* a writer at rest is no hindrance */
    lic_store_close(store);
    assert_true(lic_memory_disk_find(disk, "a", &size));
    assert_int_equal(size, bytes.size);
    scratch_write(scratch_path(at, "a.ledger"), bytes.data, bytes.size);
    store = reopen(NULL, scratch_path(at, "a.ledger"), LIC_STORE_WRITE);
    assert_rows(store, "one");
    lic_store_close(store);
    assert_ok(lic_memory_disk_put(other, "b", lic_slice_of(bytes.data, bytes.size), &error));
    store = reopen(other, "b", LIC_STORE_WRITE);
    assert_rows(store, "one");
    put(store, "two");
    lic_store_close(store);
    assert_int_equal(lic_memory_disk_put(other, "b", lic_slice_text("x"), &error), LIC_REFUSED);
    assert_ok(lic_memory_disk_put(other, "c", lic_slice_text("no ledger"), &error));
    assert_int_equal(open_store(other, "c", LIC_STORE_READ, &store, &error), LIC_CORRUPT);
    lic_buffer_free(&bytes);
    lic_buffer_init(&bytes, &lic_allocator_system, 100);
    assert_int_equal(lic_memory_disk_get(disk, "a", &bytes, &error), LIC_TOO_LARGE);
    lic_buffer_free(&bytes);
    lic_memory_disk_destroy(other);
    lic_memory_disk_destroy(disk);
}

/* Whatever is opened and closed in between, a path without a VFS is one of the file system, and a name that
 * SQLite would take for something special is a name. */
static void the_file_system_stays_the_default(void **state)
{
    scratch *at = *state;
    lic_memory_disk *disk = make_disk(MEGABYTES(8));
    lic_store *first = create(NULL, scratch_path(at, "a.ledger"));
    lic_memory_disk *second = make_disk(MEGABYTES(8)); /* behind the first store's VFS */
    lic_store *inside = create(second, ":memory:");
    put(inside, "one");
    lic_store_close(first);
    lic_store *outside = create(NULL, scratch_path(at, "b.ledger"));
    assert_int_equal(access(at->path, F_OK), 0);
    lic_store_close(inside);
    inside = reopen(second, ":memory:", LIC_STORE_READ);
    assert_rows(inside, "one");
    lic_store_close(inside);
    lic_memory_disk_destroy(second);
    put(outside, "two");
    lic_store_close(outside);
    outside = create(NULL, scratch_path(at, "c.ledger"));
    assert_int_equal(access(at->path, F_OK), 0);
    lic_store_close(outside);
    lic_memory_disk_destroy(disk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_are_those_of_an_array),
        cmocka_unit_test(what_is_committed_is_there_and_what_is_not_is_not),
        cmocka_unit_test(a_log_that_is_asked_for_is_a_rollback_journal),
        cmocka_unit_test(a_second_writer_is_locked_out),
        cmocka_unit_test(a_reader_has_one_view_and_holds_up_commits),
        cmocka_unit_test(queries_read_beside_the_writer),
        cmocka_unit_test(a_fork_and_its_original_go_their_own_ways),
        cmocka_unit_test(connections_that_wait_serve_the_next_ledger),
        cmocka_unit_test(disks_with_two_allocators_share_nothing),
        cmocka_unit_test(only_a_committed_state_is_copied),
        cmocka_unit_test(a_full_disk_loses_nothing),
        cmocka_unit_test(memory_may_run_out_at_every_allocation),
        scratch_test(a_ledger_comes_in_as_of_its_last_commit),
        scratch_test(what_cannot_come_in_leaves_nothing),
        scratch_test(bytes_go_out_and_come_in),
        scratch_test(the_file_system_stays_the_default),
    };
    return cmocka_run_group_tests_name("memory_disk", tests, NULL, NULL);
}
