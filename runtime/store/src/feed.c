/* feed.c - the virtual table lic_feed, whose rows a caller's function gives while a call of lic_store_feed
 * runs; a scan over it is the only access there is. Statements are kept: small blocks feed few rows. */
#include "internal.h"

#include <string.h>

typedef struct feed_table {
    sqlite3_vtab base; /* first: SQLite passes its address back */
    const store_feeds *feeds;
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
    self->feeds = aux;
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
    (void)table;
    info->estimatedCost = 1000000;
    info->estimatedRows = 1000000;
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
    return ((const feed_table *)cursor->pVtab)->feeds->feed;
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

static void forget(lic_store *store, unsigned i)
{
    sqlite3_finalize(store->feeds.kept[i].statement);
    lic_release(store->allocator, store->feeds.kept[i].sql, store->feeds.kept[i].size);
    store->feeds.kept[i].statement = NULL;
    store->feeds.kept[i].sql = NULL;
}

void store_feeds_finalize(lic_store *store)
{
    for (unsigned i = 0; i < FEED_STATEMENTS; i++)
        if (store->feeds.kept[i].sql != NULL) forget(store, i);
}

static lic_status find_statement(lic_store *store, const char *sql, sqlite3_stmt **statement)
{
    store_feeds *feeds = &store->feeds;
    size_t size = strlen(sql) + 1;
    for (unsigned i = 0; i < FEED_STATEMENTS; i++) {
        if (feeds->kept[i].sql == NULL || feeds->kept[i].size != size ||
            memcmp(feeds->kept[i].sql, sql, size) != 0)
            continue;
        *statement = feeds->kept[i].statement;
        return LIC_OK;
    }
    unsigned i = feeds->next++ % FEED_STATEMENTS;
    if (feeds->kept[i].sql != NULL) forget(store, i);
    LIC_TRY(store_prepare(store, sql, true, statement));
    char *copy = lic_allocate(store->allocator, size);
    if (copy == NULL) {
        sqlite3_finalize(*statement);
        return LIC_NO_MEMORY;
    }
    memcpy(copy, sql, size);
    feeds->kept[i].sql = copy;
    feeds->kept[i].size = size;
    feeds->kept[i].statement = *statement;
    return LIC_OK;
}

static lic_status run(lic_store *store, const char *sql, const lic_feed *feed)
{
    sqlite3_stmt *statement = NULL;
    LIC_TRY(find_statement(store, sql, &statement));
    if (sqlite3_bind_parameter_count(statement) > 0)
        (void)sqlite3_bind_int64(statement, 1, feed->same);
    int result = sqlite3_step(statement);
    lic_status status = result == SQLITE_DONE ? LIC_OK
                                              : store_fail(store, result, "write rows in bulk");
    (void)sqlite3_reset(statement);
    return status;
}

lic_status lic_store_feed(lic_store *store, const char *sql, const lic_feed *feed)
{
    LIC_TRY(store_settle(store));
    LIC_ASSERT(store->feeds.feed == NULL); /* a cell asks for no other feed */
    if (!store->feeds.known) {
        int result = sqlite3_create_module_v2(store->db, "lic_feed", &feed_module, &store->feeds,
                                              NULL);
        if (result != SQLITE_OK) return store_fail(store, result, "prepare bulk writing");
        store->feeds.known = true;
    }
    store->feeds.feed = feed;
    lic_status status = run(store, sql, feed);
    store->feeds.feed = NULL;
    return status;
}
