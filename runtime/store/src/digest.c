/* digest.c - tables of two stores, each as one SHA-256, read side by side by two threads. What has the same digest on both
 * sides has the same rows in the same order; where the other tables differ is found row by row (derived.c). */
#include "internal.h"

#include <pthread.h>
#include <string.h>

enum { ENOUGH = 1 << 16 }; /* bytes of rows that are hashed together */
enum { MORE = 0x80 };      /* of a type: the value follows, or its size and bytes */
#define ROW_MAX ((size_t)1 << 30)

/* One store's side of it. Its thread is the only one that uses the store meanwhile. */
typedef struct digesting {
    lic_store *store;
    const store_tables *tables;
    const lic_hasher *hasher;
    lic_hash digests[STORE_TABLES];
    bool good[STORE_TABLES]; /* the table was read to its end */
    int failure;             /* what SQLite said first that was wrong */
} digesting;

/* Its type, and what there is of it; zero, as most numbers in a ledger are, is its type alone. */
static void put_value(lic_buffer *bytes, sqlite3_value *value)
{
    int type = sqlite3_value_type(value);
    int64_t number = type == SQLITE_INTEGER ? sqlite3_value_int64(value) : 0;
    if (type == SQLITE_NULL || (type == SQLITE_INTEGER && number == 0)) {
        lic_put_u8(bytes, (uint8_t)type);
        return;
    }
    const void *data = type == SQLITE_INTEGER ? NULL : sqlite3_value_blob(value);
    size_t size = type == SQLITE_INTEGER ? 0 : (size_t)sqlite3_value_bytes(value);
    uint8_t *to = lic_buffer_extend(bytes, 9 + size);
    if (to == NULL) return;
    to[0] = (uint8_t)(type | MORE);
    lic_store_u64(to + 1, type == SQLITE_INTEGER ? (uint64_t)number : size);
    if (size != 0) memcpy(to + 9, data, size);
}

/* The digest so far, and the rows behind it. */
static void fold(const digesting *d, lic_buffer *rows, lic_hash *digest)
{
    const lic_slice parts[2] = {lic_slice_of(digest->bytes, LIC_HASH_SIZE),
                                lic_slice_of(rows->data, rows->size)};
    lic_hash next;
    d->hasher->sha256(parts, 2, &next);
    *digest = next;
    lic_buffer_clear(rows);
}

static void keep_failure(digesting *d, int result)
{
    if (d->failure == SQLITE_OK && result != SQLITE_OK && result != SQLITE_DONE)
        d->failure = result;
}

static bool digest_rows(digesting *d, sqlite3_stmt *statement, lic_buffer *rows, lic_hash *digest)
{
    int columns = sqlite3_column_count(statement), result;
    memset(digest, 0, sizeof *digest);
    while ((result = sqlite3_step(statement)) == SQLITE_ROW) {
        for (int i = 0; i < columns; i++) put_value(rows, sqlite3_column_value(statement, i));
        if (rows->failed) return false;
        if (rows->size >= ENOUGH) fold(d, rows, digest);
    }
    fold(d, rows, digest);
    keep_failure(d, result);
    return result == SQLITE_DONE;
}

static void *digest_tables(void *context)
{
    digesting *d = context;
    lic_buffer rows;
    lic_buffer_init(&rows, d->store->allocator, ROW_MAX);
    for (size_t i = 0; i < d->tables->count; i++) {
        char sql[256];
        sqlite3_stmt *statement = NULL;
        store_select_all(d->tables->names[i], sql);
        lic_buffer_clear(&rows);
        int result = sqlite3_prepare_v2(d->store->db, sql, -1, &statement, NULL);
        keep_failure(d, result);
        if (result == SQLITE_OK) d->good[i] = digest_rows(d, statement, &rows, &d->digests[i]);
        sqlite3_finalize(statement);
    }
    lic_buffer_free(&rows);
    return NULL;
}

static void compare(const digesting sides[2], bool same[STORE_TABLES])
{
    for (size_t i = 0; i < sides->tables->count; i++)
        same[i] = sides[0].good[i] && sides[1].good[i] &&
                  lic_hash_equal(&sides[0].digests[i], &sides[1].digests[i]);
}

/* What fails on the stored side is met again, and told, where its rows are compared. On the computed side the open transaction
 * may be gone with it, and all tables. */
lic_status store_digests_compare(lic_store *stored, lic_store *computed, const lic_hasher *hasher,
                                 const store_tables *tables, bool same[STORE_TABLES])
{
    pthread_t thread;
    memset(same, 0, STORE_TABLES * sizeof *same);
    digesting *sides = lic_allocate_zero(stored->allocator, 2, sizeof *sides);
    if (sides == NULL) return LIC_OK;
    for (int i = 0; i < 2; i++) {
        sides[i].store = i == 0 ? stored : computed;
        sides[i].tables = tables;
        sides[i].hasher = hasher;
    }
    int failure = SQLITE_OK;
    if (pthread_create(&thread, NULL, digest_tables, &sides[0]) == 0) {
        (void)digest_tables(&sides[1]);
        LIC_ASSERT(pthread_join(thread, NULL) == 0);
        compare(sides, same);
        failure = sides[1].failure;
    }
    lic_release(stored->allocator, sides, 2 * sizeof *sides);
    return failure == SQLITE_OK ? LIC_OK : store_fail(computed, failure, "read");
}
