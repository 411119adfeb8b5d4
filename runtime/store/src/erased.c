/* erased.c - the two tables of erasures (erased.h), and the cleaning of a file after one. */
#include "internal.h"

#include <licet/erased.h>

static const char tables[] =
    "CREATE TABLE IF NOT EXISTS erasures"
    " (place INTEGER PRIMARY KEY, time INTEGER NOT NULL, why TEXT NOT NULL) STRICT;"
    "CREATE TABLE IF NOT EXISTS kept_states"
    " (height INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;";

static lic_status is_there(lic_store *store, bool *there)
{
    lic_sql *sql = NULL;
    LIC_TRY(lic_sql_prepare(store, "SELECT 1 FROM sqlite_schema WHERE name = 'kept_states'", &sql));
    lic_status status = lic_sql_step(sql, there);
    lic_sql_destroy(sql);
    return status;
}

lic_status lic_store_put_erasure(lic_store *store, const lic_erasure *erasure)
{
    lic_sql *sql = NULL;
    LIC_TRY(lic_sql_execute(store, tables));
    LIC_TRY(lic_sql_prepare(store, "INSERT OR IGNORE INTO erasures VALUES (?1, ?2, ?3)", &sql));
    lic_sql_bind_i64(sql, 1, (int64_t)erasure->place);
    lic_sql_bind_i64(sql, 2, erasure->time);
    lic_sql_bind_text(sql, 3, erasure->why);
    lic_status status = lic_sql_run(sql);
    lic_sql_destroy(sql);
    return status;
}

lic_status lic_store_put_kept_state(lic_store *store, uint64_t height, lic_slice bytes)
{
    lic_sql *sql = NULL;
    LIC_TRY(lic_sql_execute(store, tables));
    LIC_TRY(lic_sql_prepare(store, "INSERT OR REPLACE INTO kept_states VALUES (?1, ?2)", &sql));
    lic_sql_bind_i64(sql, 1, (int64_t)height);
    lic_sql_bind_blob(sql, 2, bytes);
    lic_status status = lic_sql_run(sql);
    lic_sql_destroy(sql);
    return status;
}

/* A statement on one of the tables, or NULL when nothing was erased yet. */
static lic_status prepare(lic_store *store, const char *text, lic_sql **sql)
{
    bool there = false;
    LIC_TRY(is_there(store, &there));
    return there ? lic_sql_prepare(store, text, sql) : LIC_OK;
}

lic_status lic_store_read_erasures(lic_store *store, uint64_t first, uint64_t last,
                                   lic_erasure_visit *visit, void *context)
{
    lic_sql *sql = NULL;
    bool row = false;
    LIC_TRY(prepare(store,
                    "SELECT place, time, why FROM erasures WHERE place BETWEEN ?1 AND ?2 "
                    "ORDER BY place",
                    &sql));
    if (sql == NULL) return LIC_OK;
    lic_sql_bind_i64(sql, 1, (int64_t)(first > INT64_MAX ? INT64_MAX : first));
    lic_sql_bind_i64(sql, 2, (int64_t)(last > INT64_MAX ? INT64_MAX : last));
    lic_status status = lic_sql_step(sql, &row);
    while (status == LIC_OK && row) {
        lic_erasure erasure = {.place = (uint64_t)lic_sql_i64(sql, 0),
                               .time = lic_sql_i64(sql, 1),
                               .why = lic_sql_text(sql, 2)};
        status = visit(context, &erasure);
        if (status == LIC_OK) status = lic_sql_step(sql, &row);
    }
    lic_sql_destroy(sql);
    return status;
}

lic_status lic_store_read_kept_state(lic_store *store, uint64_t height, lic_kept_state_visit *visit,
                                     void *context)
{
    lic_sql *sql = NULL;
    bool row = false;
    LIC_TRY(prepare(store,
                    "SELECT height, bytes FROM kept_states WHERE height >= ?1 "
                    "ORDER BY height LIMIT 1",
                    &sql));
    if (sql == NULL) return LIC_OK;
    lic_sql_bind_i64(sql, 1, (int64_t)height);
    lic_status status = lic_sql_step(sql, &row);
    if (status == LIC_OK && row)
        status = visit(context, (uint64_t)lic_sql_i64(sql, 0), lic_sql_blob(sql, 1));
    lic_sql_destroy(sql);
    return status;
}

/* What SQLite zeroes are the cells that it deletes; when it balances a tree it copies cells and leaves the old ones in the
 * gaps of pages. A vacuum writes live rows alone. It attaches a temporary database, which else is forbidden here. */
lic_status lic_store_clean(lic_store *store)
{
    LIC_ASSERT(store->mode != LIC_STORE_READ && !store->writing);
    LIC_TRY(store_settle(store));
    (void)sqlite3_limit(store->db, SQLITE_LIMIT_ATTACHED, 1);
    int result = sqlite3_exec(store->db, "PRAGMA temp_store = FILE; VACUUM;", NULL, NULL, NULL);
    int log = 0, folded = 0;
    if (result == SQLITE_OK)
        result = sqlite3_wal_checkpoint_v2(store->db, "main", SQLITE_CHECKPOINT_TRUNCATE, &log,
                                           &folded);
    lic_status status = store_fail(store, result, "clean");
    (void)sqlite3_exec(store->db, "PRAGMA temp_store = MEMORY", NULL, NULL, NULL);
    (void)sqlite3_limit(store->db, SQLITE_LIMIT_ATTACHED, 0);
    return status;
}
