/* feed.c - the virtual table lic_feed, whose rows a caller's function gives. It exists while one call
 * of lic_store_feed runs; a scan over it is the only access there is. */
#include "internal.h"

#include <licet/feed.h>

#include <string.h>

typedef struct feed_table {
    sqlite3_vtab base; /* first: SQLite passes its address back */
    const lic_feed *feed;
} feed_table;

typedef struct feed_cursor {
    sqlite3_vtab_cursor base;
    uint64_t row;
} feed_cursor;

static const char feed_schema[] =
    "CREATE TABLE f(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11)";

static int feed_connect(sqlite3 *db, void *aux, int argc, const char *const *argv,
                        sqlite3_vtab **table, char **error)
{
    (void)argc, (void)argv, (void)error;
    int result = sqlite3_declare_vtab(db, feed_schema);
    if (result != SQLITE_OK) return result;
    feed_table *self = sqlite3_malloc(sizeof *self);
    if (self == NULL) return SQLITE_NOMEM;
    memset(self, 0, sizeof *self);
    self->feed = aux;
    *table = &self->base;
    return SQLITE_OK;
}

static int feed_disconnect(sqlite3_vtab *table)
{
    sqlite3_free(table);
    return SQLITE_OK;
}

static int feed_best_index(sqlite3_vtab *table, sqlite3_index_info *info)
{
    const feed_table *self = (const feed_table *)table;
    info->estimatedCost = 1000000;
    info->estimatedRows = (sqlite3_int64)self->feed->rows;
    return SQLITE_OK;
}

static int feed_open(sqlite3_vtab *table, sqlite3_vtab_cursor **cursor)
{
    (void)table;
    feed_cursor *self = sqlite3_malloc(sizeof *self);
    if (self == NULL) return SQLITE_NOMEM;
    memset(self, 0, sizeof *self);
    *cursor = &self->base;
    return SQLITE_OK;
}

static int feed_close(sqlite3_vtab_cursor *cursor)
{
    sqlite3_free(cursor);
    return SQLITE_OK;
}

static int feed_filter(sqlite3_vtab_cursor *cursor, int index, const char *text, int argc,
                       sqlite3_value **argv)
{
    (void)index, (void)text, (void)argc, (void)argv;
    ((feed_cursor *)cursor)->row = 0;
    return SQLITE_OK;
}

static int feed_next(sqlite3_vtab_cursor *cursor)
{
    ((feed_cursor *)cursor)->row++;
    return SQLITE_OK;
}

static const lic_feed *feed_of(const sqlite3_vtab_cursor *cursor)
{
    return ((const feed_table *)cursor->pVtab)->feed;
}

static int feed_eof(sqlite3_vtab_cursor *cursor)
{
    return ((const feed_cursor *)cursor)->row >= feed_of(cursor)->rows;
}

static int feed_bytes(const lic_feed *feed, sqlite3_context *context, const lic_feed_cell *cell)
{
    sqlite3_destructor_type kept = feed->stable ? SQLITE_STATIC : SQLITE_TRANSIENT;
    const char *data = cell->text.size == 0 ? "" : (const char *)cell->text.data;
    if (cell->text.size > INT32_MAX) return SQLITE_TOOBIG;
    if (cell->kind == LIC_FEED_TEXT) sqlite3_result_text(context, data, (int)cell->text.size, kept);
    else sqlite3_result_blob(context, data, (int)cell->text.size, kept);
    return SQLITE_OK;
}

static int feed_column(sqlite3_vtab_cursor *cursor, sqlite3_context *context, int column)
{
    const lic_feed *feed = feed_of(cursor);
    lic_feed_cell cell = {.kind = LIC_FEED_NULL};
    feed->cell(feed->context, ((const feed_cursor *)cursor)->row, (unsigned)column, &cell);
    switch (cell.kind) {
    case LIC_FEED_NULL: break;
    case LIC_FEED_INTEGER: sqlite3_result_int64(context, cell.integer); break;
    case LIC_FEED_TEXT:
    case LIC_FEED_BLOB: return feed_bytes(feed, context, &cell);
    }
    return SQLITE_OK;
}

static int feed_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *row)
{
    *row = (sqlite3_int64)((const feed_cursor *)cursor)->row;
    return SQLITE_OK;
}

/* xCreate is absent: the table is there under its module's name, and can't be created by anyone. */
static const sqlite3_module feed_module = {
    .xConnect = feed_connect,
    .xBestIndex = feed_best_index,
    .xDisconnect = feed_disconnect,
    .xOpen = feed_open,
    .xClose = feed_close,
    .xFilter = feed_filter,
    .xNext = feed_next,
    .xEof = feed_eof,
    .xColumn = feed_column,
    .xRowid = feed_rowid,
};

lic_status lic_store_feed(lic_store *store, const char *sql, const lic_feed *feed)
{
    /* SQLite only carries the pointer; feed_connect gives its const back. */
    union {
        const lic_feed *feed;
        void *aux;
    } pointer = {.feed = feed};
    LIC_TRY(store_settle(store));
    int result = sqlite3_create_module_v2(store->db, "lic_feed", &feed_module, pointer.aux, NULL);
    if (result != SQLITE_OK) return store_fail(store, result, "prepare bulk writing");
    sqlite3_stmt *statement = NULL;
    lic_status status = store_prepare(store, sql, false, &statement);
    if (status == LIC_OK) {
        result = sqlite3_step(statement);
        if (result != SQLITE_DONE) status = store_fail(store, result, "write rows in bulk");
    }
    sqlite3_finalize(statement);
    /* Nothing may keep a pointer to the caller's feed. */
    (void)sqlite3_create_module_v2(store->db, "lic_feed", NULL, NULL, NULL);
    return status;
}
