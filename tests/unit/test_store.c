/* The ledger file. Would catch: a second writer, one that does not wait as long as it is told to, a damaged or foreign file taken for a ledger, a rolled
 * back write that stays, a committed one that goes, a value read back as another, erased bytes that stay in the gaps of pages. */
#include "scratch.h"

#include <licet/crypto.h>
#include <licet/erased.h>
#include <licet/old_pages.h>
#include <licet/store.h>

#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define PAGE 16384

static const lic_store_module module = {
    .name = "sample",
    .schema = "CREATE TABLE sample_rows (number INTEGER PRIMARY KEY, units TEXT NOT NULL) STRICT;"
              "CREATE VIEW sample AS SELECT number, units FROM sample_rows;",
    .drop = "DROP VIEW sample; DROP TABLE sample_rows;",
};

static lic_store_options options_for(const char *path, lic_store_mode mode)
{
    return (lic_store_options){.path = path,
                               .mode = mode,
                               .allocator = &lic_allocator_system,
                               .clock = &lic_clock_system,
                               .random = &lic_random_system,
                               .modules = &module,
                               .module_count = 1};
}

static lic_status open_store(const char *path, lic_store_mode mode, lic_store **store,
                             lic_error *error)
{
    lic_store_options options = options_for(path, mode);
    return lic_store_open(&options, store, error);
}

/* A ledger file with its first transaction committed. */
static lic_store *create(const char *path)
{
    lic_store *store = NULL;
    lic_error error;
    assert_ok(open_store(path, LIC_STORE_CREATE, &store, &error));
    assert_true(lic_store_writing(store));
    assert_ok(lic_store_commit(store));
    return store;
}

static lic_slice text(const char *bytes)
{
    return lic_slice_text(bytes);
}

static void put_page(lic_store *store, uint32_t page, const char *body)
{
    lic_row_page row = {.contract = 1, .tbl = 5, .page = page, .body = text(body)};
    assert_ok(lic_store_put_page(store, &row));
}

typedef struct seen {
    unsigned count;
    char bodies[8][32];
} seen;

static lic_status see_page(void *context, const lic_row_page *row)
{
    seen *at = context;
    assert_true(at->count < 8 && row->body.size < 32);
    memcpy(at->bodies[at->count], row->body.data, row->body.size);
    at->bodies[at->count++][row->body.size] = '\0';
    return LIC_OK;
}

static seen pages_of(lic_store *store)
{
    seen at = {.count = 0};
    assert_ok(lic_store_read_pages(store, 1, see_page, &at));
    return at;
}

/* -- rows ----------------------------------------------------------------------------------------- */

static lic_status same_upload(void *context, const lic_row_upload *row)
{
    const lic_row_upload *expected = context;
    assert_memory_equal(&row->id, &expected->id, sizeof row->id);
    assert_int_equal(row->expires, expected->expires);
    assert_int_equal(row->bytes, expected->bytes);
    assert_int_equal(row->chunks, expected->chunks);
    assert_int_equal(row->received, expected->received);
    assert_memory_equal(&row->root, &expected->root, sizeof row->root);
    return LIC_DIFFERS; /* a status of ours, so that the test sees that it was here */
}

static void values_come_back_as_they_went(void **state)
{
    scratch *at = *state;
    lic_error error;
    lic_store *store = create(scratch_path(at, "a.ledger"));
    lic_row_upload row = {.number = 3,
                          .id = {{1, 2, 3}},
                          .place = LIC_PLACE(7, 0, 2),
                          .contract = 4,
                          .expires = -5,
                          .bytes = INT64_MAX,
                          .lines = 1,
                          .chunks = UINT32_MAX,
                          .root = {{9}}};
    assert_ok(lic_store_begin(store));
    assert_ok(lic_store_put_upload(store, &row));
    row.received = 17; /* REPLACE */
    assert_ok(lic_store_put_upload(store, &row));
    assert_ok(lic_store_commit(store));
    lic_store_close(store);
    assert_ok(open_store(scratch_path(at, "a.ledger"), LIC_STORE_READ, &store, &error));
    assert_int_equal(lic_store_read_upload(store, &row.id, same_upload, &row), LIC_DIFFERS);
    lic_store_close(store);
}

static void numbers_beyond_and_doubles_are_refused(void **state)
{
    scratch *at = *state;
    lic_store *store = create(scratch_path(at, "a.ledger"));
    lic_row_payload row = {.place = (uint64_t)INT64_MAX + 1, .salt = text("s"), .bytes = text("b")};
    assert_ok(lic_store_begin(store));
    assert_int_equal(lic_store_put_payload(store, &row), LIC_TOO_LARGE);
    row.place = 1;
    assert_ok(lic_store_put_payload(store, &row));
    assert_int_equal(lic_store_put_payload(store, &row), LIC_REFUSED);
    assert_true(lic_store_error(store)->text[0] != '\0');
    lic_store_rollback(store);
    lic_store_close(store);
}

static lic_status count_old(void *context, const lic_row_old_page *row)
{
    uint64_t *order = context;
    *order = *order * 100 + row->until * 10 + row->page;
    return LIC_OK;
}

/* What `why` rests on: what the first block after the height found, of one page of one table of one contract. */
static void a_page_is_found_as_it_was(void **state)
{
    scratch *at = *state;
    lic_store *store = create(scratch_path(at, "a.ledger"));
    assert_ok(lic_store_begin(store));
    for (uint32_t until = 2; until <= 4; until++)
        for (uint32_t page = 0; page < 2; page++)
            for (uint32_t table = 3; table < 6; table++) {
                lic_row_old_page row = {.contract = 1,
                                        .until = until + page,
                                        .tbl = table,
                                        .page = page,
                                        .body = text("x")};
                assert_ok(lic_store_put_old_page(store, &row));
            }
    const struct {
        uint64_t page, height, found;
    } asked[] = {{0, 0, 20}, {0, 2, 30}, {0, 4, 0}, {1, 0, 31}, {1, 3, 41}, {1, 5, 0}};
    for (size_t i = 0; i < LIC_COUNT(asked); i++) {
        uint64_t found = 0;
        assert_ok(lic_store_read_page_after(store, 1, 4, asked[i].page, asked[i].height, count_old,
                                            &found));
        assert_int_equal(found, asked[i].found);
    }
    lic_store_rollback(store);
    lic_store_close(store);
}

/* Page p of table 4 is changed by each block whose height is a multiple of p + 2; block 21 changed much. */
static void put_block_of_old_pages(lic_store *store, uint64_t height)
{
    for (uint32_t page = 0; page < 3; page++) {
        lic_row_old_page row = {
            .contract = 1, .until = height, .tbl = 4, .page = page, .body = text("x")};
        if (height % (page + 2) == 0) assert_ok(lic_store_put_old_page(store, &row));
    }
    lic_row_old_page record = {.contract = 1, .until = height, .tbl = 65535, .body = text("r")};
    assert_ok(lic_store_put_old_page(store, &record));
    assert_ok(lic_store_enter_old_pages(store, height, height == 21));
}

typedef struct found_blocks {
    uint64_t blocks[64];
    size_t count;
} found_blocks;

static lic_status take_block(void *context, const lic_row_old_page *row)
{
    found_blocks *found = context;
    found->blocks[found->count++] = row->until;
    return LIC_OK;
}

/* From block `after` on, in order: those that changed the page. */
static void expect_blocks(const found_blocks *found, uint64_t page, uint64_t after, uint64_t last)
{
    size_t at = 0;
    for (uint64_t height = after + 1; height <= last; height++)
        if (height % (page + 2) == 0) assert_int_equal(found->blocks[at++], height);
    assert_int_equal(found->count, at);
}

static void look_for_versions(lic_store *store, uint64_t page, uint64_t last)
{
    for (uint64_t after = 0; after <= last; after++) {
        found_blocks all = {.count = 0}, first = {.count = 0}, back = {.count = 0};
        assert_ok(lic_store_read_page_changes(store, 1, 4, page, after, take_block, &all));
        expect_blocks(&all, page, after, last);
        assert_ok(lic_store_read_page_after(store, 1, 4, page, after, take_block, &first));
        assert_int_equal(first.count, all.count == 0 ? 0 : 1);
        if (first.count != 0) assert_int_equal(first.blocks[0], all.blocks[0]);
        assert_ok(lic_store_read_page_versions_back(store, 1, 4, page, after, take_block, &back));
        uint64_t below = after == 0 ? 0 : (after - 1) / (page + 2);
        assert_int_equal(back.count, below < 32 ? below : 32);
        for (size_t i = 0; i < back.count; i++)
            assert_int_equal(back.blocks[i], (below - i) * (page + 2));
    }
    found_blocks all = {.count = 0};
    assert_ok(lic_store_read_page_versions(store, 1, 4, page, take_block, &all));
    expect_blocks(&all, page, 0, last);
}

/* Those that are entered in time, those that are not yet, and who has both. */
static void versions_are_found_whether_they_are_entered_or_not(void **state)
{
    enum { LAST = 70 };
    lic_store *store = create(scratch_path(*state, "a.ledger"));
    const lic_row_contract contract = {.number = 1};
    assert_ok(lic_store_begin(store));
    assert_ok(lic_store_put_contract(store, &contract));
    for (uint64_t height = 1; height <= LAST; height++) {
        put_block_of_old_pages(store, height);
        for (uint64_t page = 0; page < 3; page++) look_for_versions(store, page, height);
        found_blocks recent = {.count = 0};
        assert_ok(lic_store_read_recent_records(store, 1, take_block, &recent));
        uint64_t entered = height / 16 * 16;
        if (height >= 21 && entered == 16) entered = 21;
        assert_int_equal(recent.count, height - entered);
        for (size_t i = 0; i < recent.count; i++)
            assert_int_equal(recent.blocks[i], entered + 1 + i);
    }
    lic_store_rollback(store);
    lic_store_close(store);
}

static lic_status count_payloads(void *context, const lic_row_payload *row)
{
    (void)row;
    ++*(unsigned *)context;
    return LIC_OK;
}

static void erased_bytes_are_gone_from_the_file(void **state)
{
    scratch *at = *state;
    static uint8_t file[1 << 20];
    const char *secret = "a personal name that must go";
    lic_store *store = create(scratch_path(at, "a.ledger"));
    lic_row_payload row = {.place = 5, .salt = text("0123456789abcdef"), .bytes = text(secret)};
    unsigned left = 0;
    assert_ok(lic_store_begin(store));
    assert_ok(lic_store_put_payload(store, &row));
    assert_ok(lic_store_commit(store));
    assert_ok(lic_store_begin(store));
    assert_ok(lic_store_erase_payload(store, 5));
    assert_ok(lic_store_erase_payload(store, 6)); /* nothing there */
    assert_ok(lic_store_commit(store));
    assert_ok(lic_store_read_payloads(store, 0, 100, count_payloads, &left));
    assert_int_equal(left, 0);
    lic_store_close(store);
    size_t size = scratch_read(scratch_path(at, "a.ledger"), file, sizeof file);
    assert_true(size > 0 && size < sizeof file);
    assert_null(memmem(file, size, secret, strlen(secret)));
}

#define MANY 2000u

/* 0 .. MANY - 1, shuffled (Fisher and Yates) by a small generator of its own. */
static void shuffle(uint32_t order[MANY])
{
    uint64_t x = 7;
    for (uint32_t i = 0; i < MANY; i++) order[i] = i;
    for (uint32_t i = MANY - 1; i > 0; i--) {
        x = x * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        uint32_t with = (uint32_t)(x >> 33) % (i + 1), kept = order[i];
        order[i] = order[with];
        order[with] = kept;
    }
}

/* A third of many rows that came in no order: trees were balanced, and cells copied, over and over. */
static void put_and_erase_many(lic_store *store)
{
    static uint8_t bytes[700];
    static uint32_t order[MANY];
    memset(bytes, 'x', sizeof bytes);
    shuffle(order);
    assert_ok(lic_store_begin(store));
    for (uint32_t i = 0; i < MANY; i++) {
        uint32_t place = order[i];
        (void)snprintf((char *)bytes, sizeof bytes, "SECRET-%05u.", place);
        lic_row_payload row = {.place = place,
                               .salt = text("0123456789abcdef"),
                               .bytes = lic_slice_of(bytes, 20 + place * 31 % 600)};
        assert_ok(lic_store_put_payload(store, &row));
    }
    assert_ok(lic_store_commit(store));
    assert_ok(lic_store_begin(store));
    for (uint32_t place = 0; place < MANY; place += 3)
        assert_ok(lic_store_erase_payload(store, place));
    assert_ok(lic_store_commit(store));
}

/* How many of those that were erased stand somewhere in the bytes. */
static unsigned secrets_left(const uint8_t *bytes, size_t size)
{
    unsigned left = 0;
    for (uint32_t place = 0; place < MANY; place += 3) {
        char secret[32];
        (void)snprintf(secret, sizeof secret, "SECRET-%05u.", place);
        left += memmem(bytes, size, secret, strlen(secret)) != NULL;
    }
    return left;
}

static void a_cleaned_file_holds_no_copies_of_what_was_erased(void **state)
{
    scratch *at = *state;
    static uint8_t file[4 << 20];
    lic_store *store = create(scratch_path(at, "a.ledger"));
    lic_error error;
    unsigned left = 0;
    put_and_erase_many(store);
    lic_store_close(store);
    size_t size = scratch_read(scratch_path(at, "a.ledger"), file, sizeof file);
    assert_true(secrets_left(file, size) > 0); /* or there is nothing to clean, and no need to */
    assert_ok(open_store(scratch_path(at, "a.ledger"), LIC_STORE_WRITE, &store, &error));
    assert_ok(lic_store_clean(store));
    assert_ok(lic_store_read_payloads(store, 0, MANY, count_payloads, &left));
    assert_int_equal(left, MANY - (MANY + 2) / 3);
    lic_store_close(store);
    size = scratch_read(scratch_path(at, "a.ledger"), file, sizeof file);
    assert_true(size > 0 && size < sizeof file);
    assert_int_equal(secrets_left(file, size), 0);
}

/* -- transactions ----------------------------------------------------------------------------------- */

static void rollback_leaves_nothing(void **state)
{
    scratch *at = *state;
    lic_store *store = create(scratch_path(at, "a.ledger"));
    assert_ok(lic_store_begin(store));
    put_page(store, 0, "first");
    assert_ok(lic_store_commit(store));
    assert_ok(lic_store_begin(store));
    put_page(store, 0, "changed");
    put_page(store, 1, "new");
    assert_int_equal(pages_of(store).count, 2);
    lic_store_rollback(store);
    seen after = pages_of(store);
    assert_int_equal(after.count, 1);
    assert_string_equal(after.bodies[0], "first");
    lic_store_close(store);
}

#define CHUNK_BYTES ((size_t)100000)

static lic_status count_chunk(void *context, const lic_row_chunk *row)
{
    unsigned *count = context;
    assert_int_equal(row->slot, LIC_CHUNK_SLOT(2, *count));
    assert_int_equal(row->bytes.size, CHUNK_BYTES);
    assert_int_equal(row->bytes.data[0], (uint8_t)*count);
    ++*count;
    return LIC_OK;
}

static unsigned chunks_of(lic_store *store)
{
    unsigned count = 0;
    assert_ok(lic_store_read_chunks(store, LIC_CHUNK_SLOT(2, 0), LIC_CHUNK_SLOT(2, 99), count_chunk,
                                    &count));
    return count;
}

static void put_chunks_later(lic_store *store, uint8_t *bytes, unsigned first, unsigned count)
{
    for (unsigned i = first; i < first + count; i++) {
        lic_row_chunk row = {.slot = LIC_CHUNK_SLOT(2, i),
                             .bytes = lic_slice_of(bytes + i * CHUNK_BYTES, CHUNK_BYTES)};
        row.leaf.bytes[0] = (uint8_t)i;
        assert_ok(lic_store_put_chunk_later(store, &row));
    }
}

/* Chunks put for later are there after a commit, and before it for whoever reads them, with and without
 * the thread; a rollback drops them; one that fails in the thread fails the next call. */
static void chunks_are_written_behind(void **state)
{
    enum { CHUNKS = 40 };
    scratch *at = *state;
    lic_store *store = create(scratch_path(at, "a.ledger"));
    uint8_t *bytes = lic_allocate_zero(&lic_allocator_system, CHUNKS + 2, CHUNK_BYTES);
    assert_non_null(bytes);
    for (unsigned i = 0; i < CHUNKS; i++) bytes[i * CHUNK_BYTES] = (uint8_t)i;
    assert_ok(lic_store_begin(store));
    put_chunks_later(store, bytes, 0, 10);
    lic_store_write_behind(store, 0);
    lic_store_rollback(store);
    assert_int_equal(chunks_of(store), 0);
    assert_ok(lic_store_begin(store));
    put_chunks_later(store, bytes, 0, 10);
    assert_int_equal(chunks_of(store), 10);
    put_chunks_later(store, bytes, 10, 20);
    lic_store_write_behind(store, 0);
    put_page(store, 0, "beside them"); /* waits for the thread */
    assert_int_equal(chunks_of(store), 30);
    put_chunks_later(store, bytes, 30, 10);
    assert_ok(lic_store_commit(store));
    assert_int_equal(chunks_of(store), CHUNKS);
    assert_ok(lic_store_begin(store));
    put_chunks_later(store, bytes, CHUNKS, 2);
    put_chunks_later(store, bytes, 5, 1); /* its slot is taken */
    lic_store_write_behind(store, CHUNK_BYTES);
    assert_ok(lic_store_wait(store)); /* it is the last one, and waits */
    lic_store_write_behind(store, 0);
    assert_int_not_equal(lic_store_commit(store), LIC_OK);
    lic_store_rollback(store);
    assert_int_equal(chunks_of(store), CHUNKS);
    lic_release(&lic_allocator_system, bytes, (CHUNKS + 2) * CHUNK_BYTES);
    lic_store_close(store);
}

/* More than the cache holds, so that pages of the open transaction are in the file. */
static void overflow_cache(lic_store *store)
{
    static const uint8_t chunk[256 * 1024];
    for (unsigned i = 0; i < 200; i++) {
        lic_row_chunk row = {.slot = i, .bytes = lic_slice_of(chunk, sizeof chunk)};
        assert_ok(lic_store_put_chunk(store, &row));
    }
}

/* A process that dies while it makes a ledger, when pages of it are in the file already. */
static void die_making(const char *path)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        lic_store *store = NULL;
        lic_error error;
        lic_store_options options = options_for(path, LIC_STORE_CREATE);
        options.journal = LIC_JOURNAL_ROLLBACK;
        if (lic_store_open(&options, &store, &error) != LIC_OK) _exit(1);
        overflow_cache(store);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

/* Whoever comes next finds no ledger, and it can be made: nothing is in the way, and nothing was made by half. */
static void a_making_that_was_interrupted_can_be_repeated(void **state)
{
    scratch *at = *state;
    char path[sizeof at->path];
    (void)snprintf(path, sizeof path, "%s", scratch_path(at, "a.ledger"));
    for (int who = 0; who < 4; who++) {
        struct stat about;
        lic_store *store = NULL;
        lic_error error;
        const lic_store_options place = options_for(path, LIC_STORE_CREATE);
        die_making(path);
        assert_int_equal(stat(path, &about), 0);
        assert_true(about.st_size > 0);
        if (who < 2) {
            lic_store_mode mode = who == 0 ? LIC_STORE_READ : LIC_STORE_WRITE;
            assert_int_equal(open_store(path, mode, &store, &error), LIC_MISSING);
            assert_string_equal(error.code, "no_ledger");
        }
        if (who == 2) assert_ok(lic_store_check_free(&place, &error));
        store = create(path);
        lic_store_close(store);
        assert_int_equal(lic_store_check_free(&place, &error), LIC_REFUSED);
        assert_ok(open_store(path, LIC_STORE_READ, &store, &error));
        lic_store_close(store);
        assert_int_equal(unlink(path), 0);
    }
}

static void die_writing(const char *path, lic_store_journal journal)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        lic_store *store = NULL;
        lic_error error;
        lic_store_options options = options_for(path, LIC_STORE_WRITE);
        options.journal = journal;
        if (lic_store_open(&options, &store, &error) != LIC_OK) _exit(1);
        if (lic_store_begin(store) != LIC_OK) _exit(2);
        put_page(store, 0, "committed");
        if (lic_store_commit(store) != LIC_OK || lic_store_begin(store) != LIC_OK) _exit(3);
        put_page(store, 0, "begun");
        overflow_cache(store);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

/* A command that dies leaves a rollback journal; a reader that comes next sees what was committed. */
static void a_reader_undoes_a_dead_command(void **state)
{
    scratch *at = *state;
    lic_error error;
    const char *path = scratch_path(at, "a.ledger");
    lic_store_close(create(path));
    die_writing(path, LIC_JOURNAL_ROLLBACK);
    assert_int_equal(access(scratch_path(at, "a.ledger-journal"), F_OK), 0);
    lic_store *store = NULL;
    assert_ok(open_store(scratch_path(at, "a.ledger"), LIC_STORE_READ, &store, &error));
    seen after = pages_of(store);
    assert_int_equal(after.count, 1);
    assert_string_equal(after.bodies[0], "committed");
    lic_store_close(store);
    assert_int_not_equal(access(scratch_path(at, "a.ledger-journal"), F_OK), 0);
}

/* A process that dies between commit and close: what it committed is there, what it began is not. */
static void a_dead_writer_leaves_what_it_committed(void **state)
{
    scratch *at = *state;
    lic_error error;
    const char *path = scratch_path(at, "a.ledger");
    lic_store_close(create(path));
    die_writing(path, LIC_JOURNAL_WAL);
    lic_store *store = NULL;
    assert_ok(open_store(path, LIC_STORE_WRITE, &store, &error));
    seen after = pages_of(store);
    assert_int_equal(after.count, 1);
    assert_string_equal(after.bodies[0], "committed");
    assert_ok(lic_store_check(store));
    lic_store_close(store);
}

static void a_second_writer_is_locked_out_and_readers_are_not(void **state)
{
    scratch *at = *state;
    lic_error error;
    const char *path = scratch_path(at, "a.ledger");
    lic_store *writer = create(path), *other = NULL;
    assert_int_equal(open_store(path, LIC_STORE_WRITE, &other, &error), LIC_LOCKED);
    assert_string_equal(error.code, "locked");
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) { /* and from another process */
        lic_store *mine = NULL;
        bool locked = open_store(path, LIC_STORE_WRITE, &mine, &error) == LIC_LOCKED;
        bool readable = open_store(path, LIC_STORE_READ, &mine, &error) == LIC_OK;
        _exit(locked && readable ? 0 : 1);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_ok(open_store(path, LIC_STORE_READ, &other, &error));
    assert_ok(lic_store_begin_read(other));
    assert_int_equal(pages_of(other).count, 0);
    assert_ok(lic_store_begin(writer));
    put_page(writer, 0, "new");
    assert_ok(lic_store_commit(writer));
    assert_int_equal(pages_of(other).count, 0); /* one view until its end */
    lic_store_end_read(other);
    assert_int_equal(pages_of(other).count, 1);
    lic_store_close(other);
    lic_store_close(writer);
    assert_ok(
        open_store(path, LIC_STORE_WRITE, &writer, &error)); /* the lock goes with its holder */
    lic_store_close(writer);
}

/* -- a block larger than the cache, whose pages are in the log before it is committed ---------------------------------------- */

enum { BODY = 9000, BODIES = 3000 }; /* 27 MB: a page of the file each */

static lic_status see_body(void *context, const lic_row_page *row)
{
    uint32_t *next = context;
    assert_int_equal(row->page, *next);
    assert_int_equal(row->body.size, BODY);
    assert_int_equal(lic_load_u32(row->body.data), row->page);
    ++*next;
    return LIC_OK;
}

static uint32_t bodies_of(lic_store *store)
{
    uint32_t next = 0;
    assert_ok(lic_store_read_pages(store, 1, see_body, &next));
    return next;
}

static void put_bodies(lic_store *store)
{
    static uint8_t bytes[BODY];
    for (uint32_t i = 0; i < BODIES; i++) {
        lic_store_u32(bytes, i);
        lic_row_page row = {
            .contract = 1, .tbl = 5, .page = i, .body = lic_slice_of(bytes, sizeof bytes)};
        assert_ok(lic_store_put_page(store, &row));
    }
}

/* Who writes them reads them before the commit, nobody else does, and what is given up leaves nothing. */
static void large_blocks_are_read_by_their_writer_alone(void **state)
{
    lic_store *writer = create(scratch_path(*state, "a.ledger")), *other = NULL;
    lic_error error;
    assert_ok(open_store(scratch_path(*state, "a.ledger"), LIC_STORE_READ, &other, &error));
    for (int commits = 0; commits < 2; commits++) {
        assert_ok(lic_store_begin(writer));
        put_bodies(writer);
        assert_int_equal(bodies_of(writer), BODIES);
        assert_int_equal(bodies_of(other), 0);
        if (commits) assert_ok(lic_store_commit(writer));
        else lic_store_rollback(writer);
        assert_int_equal(bodies_of(writer), commits ? BODIES : 0);
        assert_int_equal(bodies_of(other), commits ? BODIES : 0);
    }
    assert_ok(lic_store_check(other));
    lic_store_close(other);
    lic_store_close(writer);
}

/* -- files that are no ledgers ------------------------------------------------------------------------- */

static void missing_existing_and_foreign_files(void **state)
{
    scratch *at = *state;
    lic_error error;
    lic_store *store = NULL;
    assert_int_equal(open_store(scratch_path(at, "none"), LIC_STORE_WRITE, &store, &error),
                     LIC_MISSING);
    assert_int_equal(open_store(scratch_path(at, "none"), LIC_STORE_READ, &store, &error),
                     LIC_MISSING);
    assert_int_equal(open_store("/nonexistent/a", LIC_STORE_CREATE, &store, &error), LIC_IO);
    lic_store_close(create(scratch_path(at, "a.ledger")));
    assert_int_equal(open_store(scratch_path(at, "a.ledger"), LIC_STORE_CREATE, &store, &error),
                     LIC_REFUSED);
    scratch_write(scratch_path(at, "text"), "this is a text, not a database, and long enough", 47);
    assert_int_equal(open_store(at->path, LIC_STORE_READ, &store, &error), LIC_CORRUPT);
    scratch_write(scratch_path(at, "empty"), "", 0);
    assert_int_equal(open_store(at->path, LIC_STORE_WRITE, &store, &error), LIC_MISSING);
    lic_store_close(create(at->path)); /* nothing is lost by it */
}

static void change_with_sqlite(const char *path, const char *sql)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void other_versions_are_refused(void **state)
{
    scratch *at = *state;
    lic_error error;
    lic_store *store = NULL;
    const char *path = scratch_path(at, "a.ledger");
    lic_store_close(create(path));
    change_with_sqlite(path, "PRAGMA user_version = 2");
    assert_int_equal(open_store(path, LIC_STORE_WRITE, &store, &error), LIC_VERSION);
    change_with_sqlite(path, "PRAGMA user_version = 1; PRAGMA application_id = 7");
    assert_int_equal(open_store(path, LIC_STORE_WRITE, &store, &error), LIC_CORRUPT);
}

/* Every page of the file overwritten in turn: never a crash, never a wrong row without a word. */
static void damage_is_reported(void **state)
{
    scratch *at = *state;
    lic_error error;
    static uint8_t file[1 << 20], changed[1 << 20];
    char path[320];
    (void)snprintf(path, sizeof path, "%s", scratch_path(at, "a.ledger"));
    lic_store *store = create(path);
    assert_ok(lic_store_begin(store));
    for (uint32_t i = 0; i < 4; i++) put_page(store, i, "body");
    assert_ok(lic_store_commit(store));
    lic_store_close(store);
    size_t size = scratch_read(path, file, sizeof file), noticed = 0;
    for (size_t page = 0; page < size / PAGE; page++) {
        memcpy(changed, file, size);
        memset(changed + page * PAGE, 0xa5, PAGE);
        scratch_write(path, changed, size);
        lic_status status = open_store(path, LIC_STORE_READ, &store, &error);
        if (status == LIC_OK) {
            status = lic_store_check(store);
            if (status != LIC_OK) assert_int_equal(lic_store_error(store)->status, status);
            lic_store_close(store);
        }
        noticed += status == LIC_CORRUPT;
    }
    assert_int_equal(noticed, size / PAGE);
    scratch_write(path, file, 3000); /* cut off */
    assert_int_equal(open_store(path, LIC_STORE_READ, &store, &error), LIC_CORRUPT);
}

/* -- modules, free statements, injection ---------------------------------------------------------------- */

static void modules_write_and_are_rebuilt(void **state)
{
    scratch *at = *state;
    lic_store *store = create(scratch_path(at, "a.ledger"));
    lic_sql *insert = NULL, *select = NULL;
    bool row = false;
    assert_ok(lic_store_begin(store));
    assert_ok(lic_sql_prepare(store, "INSERT INTO sample_rows VALUES (?, ?)", &insert));
    for (int64_t i = 1; i <= 3; i++) {
        lic_sql_bind_i64(insert, 1, i);
        lic_sql_bind_text(insert, 2, text("12"));
        assert_ok(lic_sql_run(insert));
    }
    lic_sql_bind_i64(insert, 1, 3);
    assert_int_equal(lic_sql_run(insert), LIC_REFUSED);
    assert_ok(lic_sql_prepare(
        store, "SELECT number, units FROM sample WHERE number > ? ORDER BY number", &select));
    lic_sql_bind_i64(select, 1, 1);
    assert_ok(lic_sql_step(select, &row));
    assert_true(row);
    assert_int_equal(lic_sql_i64(select, 0), 2);
    assert_memory_equal(lic_sql_text(select, 1).data, "12", 2);
    lic_sql_reset(select);
    lic_sql_destroy(select);
    lic_sql_destroy(insert);
    assert_ok(lic_store_reset_module(store, &module));
    assert_ok(lic_sql_prepare(store, "SELECT number FROM sample", &select));
    assert_ok(lic_sql_step(select, &row));
    assert_false(row);
    lic_sql_destroy(select);
    assert_int_equal(lic_sql_prepare(store, "SELECT nothing", &select), LIC_MALFORMED);
    assert_ok(lic_store_commit(store));
    lic_store_close(store);
}

static int64_t fixed_now(void *context)
{
    return *(const int64_t *)context;
}
static uint64_t fixed_ticks(void *context)
{
    return (uint64_t)(uintptr_t)context;
}

static size_t simulated_file(const char *path, uint64_t seed, uint8_t *bytes, size_t max)
{
    int64_t time = 1767225600;
    lic_seeded seeded;
    lic_seeded_init(&seeded, seed);
    lic_random random = lic_seeded_random(&seeded);
    lic_clock clock = {&time, fixed_now, fixed_ticks};
    lic_store_options options = options_for(path, LIC_STORE_CREATE);
    options.random = &random;
    options.clock = &clock;
    lic_store *store = NULL;
    lic_error error;
    assert_ok(lic_store_open(&options, &store, &error));
    put_page(store, 0, "one");
    assert_ok(lic_store_commit(store));
    assert_true(seeded.used > 0); /* SQLite drew from it */
    char wal[400];
    (void)snprintf(wal, sizeof wal, "%s-wal", path);
    size_t size = scratch_read(wal, bytes, max);
    lic_store_close(store);
    return size;
}

/* The journal's salts are SQLite's only use of randomness here: with one seed, one journal. */
static void a_seed_repeats_every_byte(void **state)
{
    scratch *at = *state;
    static uint8_t first[1 << 20], second[1 << 20], third[1 << 20];
    size_t size = simulated_file(scratch_path(at, "a"), 9, first, sizeof first);
    assert_int_equal(simulated_file(scratch_path(at, "b"), 9, second, sizeof second), size);
    assert_memory_equal(first, second, size);
    assert_int_equal(simulated_file(scratch_path(at, "c"), 10, third, sizeof third), size);
    assert_memory_not_equal(first, third, size);
}

static void no_memory_is_an_answer(void **state)
{
    scratch *at = *state;
    lic_error error;
    const char *path = scratch_path(at, "a.ledger");
    lic_store_close(create(path));
    for (size_t left = 0;; left++) {
        unit_heap heap = {.left = left};
        lic_allocator allocator = unit_allocator(&heap);
        lic_store_options options = options_for(path, LIC_STORE_WRITE);
        options.allocator = &allocator;
        lic_store *store = NULL;
        lic_status status = lic_store_open(&options, &store, &error);
        if (status == LIC_OK) lic_store_close(store);
        assert_int_equal(heap.live_bytes, 0);
        if (status == LIC_OK) break;
        assert_int_equal(status, LIC_NO_MEMORY);
        assert_true(left < 100);
    }
}

static int start(void **state)
{
    (void)state;
    lic_error error;
    return lic_crypto_start(&error) == LIC_OK ? 0 : -1;
}

/* A clock of which each look takes a second; at the third one the other writer ends. */
typedef struct waiting {
    uint64_t ticks;
    unsigned looks, ends_at;
    lic_store *other;
} waiting;

static uint64_t look(void *context)
{
    waiting *w = context;
    if (++w->looks == w->ends_at) {
        lic_store_close(w->other);
        w->other = NULL;
    }
    return w->ticks += UINT64_C(1000000000);
}

static void a_writer_waits_for_another(void **state)
{
    const char *path = scratch_path(*state, "a.licet");
    for (unsigned ends_at = 3; ends_at <= 9; ends_at += 6) {
        waiting w = {.ends_at = ends_at, .other = NULL};
        lic_clock clock = {.context = &w, .now = lic_clock_system.now, .ticks = look};
        lic_store_options options = options_for(path,
                                                ends_at == 3 ? LIC_STORE_CREATE : LIC_STORE_WRITE);
        lic_store *store = NULL;
        lic_error error;
        assert_ok(lic_store_open(&options, &w.other, &error));
        if (ends_at == 3) assert_ok(lic_store_commit(w.other));
        options.mode = LIC_STORE_WRITE;
        options.clock = &clock;
        assert_int_equal(lic_store_open(&options, &store, &error), LIC_LOCKED);
        assert_int_equal(w.looks, 0); /* unless it is told to */
        options.wait_ms = 5000;
        lic_status status = lic_store_open(&options, &store, &error);
        assert_int_equal(status, ends_at == 3 ? LIC_OK : LIC_LOCKED);
        lic_store_close(store);
        lic_store_close(w.other);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(values_come_back_as_they_went),
        scratch_test(numbers_beyond_and_doubles_are_refused),
        scratch_test(a_page_is_found_as_it_was),
        scratch_test(versions_are_found_whether_they_are_entered_or_not),
        scratch_test(erased_bytes_are_gone_from_the_file),
        scratch_test(a_cleaned_file_holds_no_copies_of_what_was_erased),
        scratch_test(rollback_leaves_nothing),
        scratch_test(chunks_are_written_behind),
        scratch_test(a_dead_writer_leaves_what_it_committed),
        scratch_test(a_making_that_was_interrupted_can_be_repeated),
        scratch_test(a_reader_undoes_a_dead_command),
        scratch_test(a_second_writer_is_locked_out_and_readers_are_not),
        scratch_test(a_writer_waits_for_another),
        scratch_test(large_blocks_are_read_by_their_writer_alone),
        scratch_test(missing_existing_and_foreign_files),
        scratch_test(other_versions_are_refused),
        scratch_test(damage_is_reported),
        scratch_test(modules_write_and_are_rebuilt),
        scratch_test(a_seed_repeats_every_byte),
        scratch_test(no_memory_is_an_answer),
    };
    return cmocka_run_group_tests_name("store", tests, start, NULL);
}
