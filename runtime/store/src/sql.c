/* Free statements for the projections: a thin cover over SQLite's prepared statements that keeps the
 * first binding error until the next step. */
#include "internal.h"

#include <string.h>

struct lic_sql {
    lic_store *store;
    sqlite3_stmt *statement;
    int bound; /* first error of binding, or SQLITE_OK */
};

/* One that was prepared before and waits. */
static sqlite3_stmt *take_idle(lic_store *store, const char *text)
{
    for (size_t i = 0; i < store->idle_count; i++) {
        sqlite3_stmt *found = store->idle[i];
        if (strcmp(sqlite3_sql(found), text) != 0) continue;
        store->idle[i] = store->idle[--store->idle_count];
        return found;
    }
    return NULL;
}

static bool keep_idle(lic_store *store, sqlite3_stmt *statement)
{
    if (!store_keeps(&store->vfs) || store->idle_count == SQL_STATEMENTS) return false;
    (void)sqlite3_reset(statement);
    (void)sqlite3_clear_bindings(statement);
    store->idle[store->idle_count++] = statement;
    return true;
}

lic_status lic_sql_prepare(lic_store *store, const char *text, lic_sql **result)
{
    LIC_TRY(store_settle(store));
    lic_sql *sql = lic_allocate_zero(store->allocator, 1, sizeof *sql);
    if (sql == NULL) return store_fail(store, SQLITE_NOMEM, "read");
    sql->store = store;
    sql->statement = take_idle(store, text);
    lic_status status = sql->statement != NULL ? LIC_OK
                                               : store_prepare(store, text, true, &sql->statement);
    if (status != LIC_OK) {
        lic_release(store->allocator, sql, sizeof *sql);
        return status;
    }
    *result = sql;
    return LIC_OK;
}

void lic_sql_destroy(lic_sql *sql)
{
    if (sql == NULL) return;
    if (!keep_idle(sql->store, sql->statement)) sqlite3_finalize(sql->statement);
    lic_release(sql->store->allocator, sql, sizeof *sql);
}

static void keep(lic_sql *sql, int result)
{
    if (sql->bound == SQLITE_OK) sql->bound = result;
}

void lic_sql_bind_null(lic_sql *sql, int index)
{
    keep(sql, sqlite3_bind_null(sql->statement, index));
}

void lic_sql_bind_i64(lic_sql *sql, int index, int64_t value)
{
    keep(sql, sqlite3_bind_int64(sql->statement, index, value));
}

void lic_sql_bind_text(lic_sql *sql, int index, lic_slice text)
{
    const char *data = text.size > 0 ? (const char *)text.data : "";
    keep(sql,
         sqlite3_bind_text64(sql->statement, index, data, text.size, SQLITE_STATIC, SQLITE_UTF8));
}

void lic_sql_bind_blob(lic_sql *sql, int index, lic_slice bytes)
{
    const void *data = bytes.size > 0 ? (const void *)bytes.data : "";
    keep(sql, sqlite3_bind_blob64(sql->statement, index, data, bytes.size, SQLITE_STATIC));
}

lic_status lic_sql_step(lic_sql *sql, bool *row)
{
    LIC_TRY(store_settle(sql->store));
    int result = sql->bound == SQLITE_OK ? sqlite3_step(sql->statement) : sql->bound;
    *row = result == SQLITE_ROW;
    if (*row) return LIC_OK;
    lic_status status = result == SQLITE_DONE ? LIC_OK : store_fail(sql->store, result, "use");
    lic_sql_reset(sql);
    return status;
}

lic_status lic_sql_run(lic_sql *sql)
{
    bool row = false;
    lic_status status = lic_sql_step(sql, &row);
    if (row) lic_sql_reset(sql);
    return status;
}

void lic_sql_reset(lic_sql *sql)
{
    (void)sqlite3_reset(sql->statement);
    sql->bound = SQLITE_OK;
}

int64_t lic_sql_i64(lic_sql *sql, int column)
{
    return sqlite3_column_int64(sql->statement, column);
}

lic_slice lic_sql_text(lic_sql *sql, int column)
{
    const unsigned char *text = sqlite3_column_text(sql->statement, column);
    return lic_slice_of(text,
                        text != NULL ? (size_t)sqlite3_column_bytes(sql->statement, column) : 0);
}

lic_slice lic_sql_blob(lic_sql *sql, int column)
{
    const void *bytes = sqlite3_column_blob(sql->statement, column);
    return lic_slice_of(bytes,
                        bytes != NULL ? (size_t)sqlite3_column_bytes(sql->statement, column) : 0);
}

bool lic_sql_is_null(lic_sql *sql, int column)
{
    return sqlite3_column_type(sql->statement, column) == SQLITE_NULL;
}

lic_status lic_sql_execute(lic_store *store, const char *text)
{
    LIC_TRY(store_settle(store));
    int result = sqlite3_exec(store->db, text, NULL, NULL, NULL);
    return result == SQLITE_OK ? LIC_OK : store_fail(store, result, "use");
}
