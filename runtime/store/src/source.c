/* source.c - a source of a query as a virtual table, there under the source's name in the query's
 * connection alone. SQLite plans; `column = value` goes to the source as a hint and is tested again by
 * SQLite, so that a source that leaves out too little costs time, not truth. */
#include "internal.h"

#include <string.h>

/* Estimates for the planner; integers, because there is nothing to measure. */
enum { ROWS = 100000000, NARROWED = 1000, FILTERED = 10 };

typedef struct source_table {
    sqlite3_vtab base; /* first: SQLite passes its address back */
    store_source *source;
} source_table;

typedef struct source_cursor {
    sqlite3_vtab_cursor base; /* first */
    void *rows;               /* the source's own; NULL: none open */
    bool at_end;
    sqlite3_int64 row;
} source_cursor;

static store_source *source_of(const sqlite3_vtab_cursor *cursor)
{
    return ((const source_table *)cursor->pVtab)->source;
}

/* Keeps what the source said for the query; the first failure counts. */
static int give_up(store_source *source, lic_status status, const lic_error *error)
{
    if (source->watch->failed == LIC_OK) {
        source->watch->failed = status;
        source->watch->error = *error;
    }
    return status == LIC_NO_MEMORY ? SQLITE_NOMEM : SQLITE_ERROR;
}

/* -- the table ------------------------------------------------------------------------------------- */

static int source_connect(sqlite3 *db, void *aux, int argc, const char *const *argv,
                          sqlite3_vtab **table, char **error)
{
    (void)argc, (void)argv, (void)error;
    store_source *source = aux;
    sqlite3_str *schema = sqlite3_str_new(db);
    for (size_t i = 0; i < source->source->column_count; i++) {
        const lic_source_column *column = &source->source->columns[i];
        sqlite3_str_appendf(schema, "%s\"%w\" %s", i == 0 ? "CREATE TABLE t(" : ", ", column->name,
                            column->kind == LIC_VALUE_INTEGER ? "INTEGER" : "TEXT");
    }
    sqlite3_str_appendall(schema, ")");
    char *text = sqlite3_str_finish(schema);
    if (text == NULL) return SQLITE_NOMEM;
    source->watch->ours = true; /* SQLite compiles it as if it were to change the schema */
    int result = sqlite3_declare_vtab(db, text);
    source->watch->ours = false;
    sqlite3_free(text);
    if (result != SQLITE_OK) return result;
    source_table *self = sqlite3_malloc(sizeof *self);
    if (self == NULL) return SQLITE_NOMEM;
    memset(self, 0, sizeof *self);
    self->source = source;
    *table = &self->base;
    return SQLITE_OK;
}

static int source_disconnect(sqlite3_vtab *table)
{
    sqlite3_free(table);
    return SQLITE_OK;
}

/* A comparison that the source may be told: `column = value`, usable, compared byte by byte. */
static lic_source_use use_of(const lic_query_source *source, sqlite3_index_info *info, int at)
{
    const struct sqlite3_index_constraint *constraint = &info->aConstraint[at];
    if (!constraint->usable || constraint->op != SQLITE_INDEX_CONSTRAINT_EQ)
        return LIC_SOURCE_PLAIN;
    if (constraint->iColumn < 0 || (size_t)constraint->iColumn >= source->column_count)
        return LIC_SOURCE_PLAIN;
    if (sqlite3_stricmp(sqlite3_vtab_collation(info, at), "BINARY") != 0) return LIC_SOURCE_PLAIN;
    return source->columns[constraint->iColumn].use;
}

/* Which columns the values of a scan are for goes from here to source_filter as a text, a letter each. */
static int source_best_index(sqlite3_vtab *table, sqlite3_index_info *info)
{
    const lic_query_source *source = ((const source_table *)table)->source->source;
    char columns[LIC_SOURCE_COLUMNS + 1] = "";
    int count = 0, rows = ROWS, cost = ROWS;
    for (int i = 0; i < info->nConstraint; i++) {
        lic_source_use use = use_of(source, info, i);
        char column = (char)('A' + info->aConstraint[i].iColumn);
        if (use == LIC_SOURCE_PLAIN || strchr(columns, column) != NULL) continue;
        columns[count++] = column;
        columns[count] = '\0';
        info->aConstraintUsage[i].argvIndex = count;
        rows /= use == LIC_SOURCE_NARROWS ? NARROWED : FILTERED;
        cost /= use == LIC_SOURCE_NARROWS ? NARROWED : 2;
    }
    info->estimatedRows = rows < 1 ? 1 : rows;
    info->estimatedCost = cost < 1 ? 1 : cost;
    if (count == 0) return SQLITE_OK;
    info->idxStr = sqlite3_mprintf("%s", columns);
    info->needToFreeIdxStr = 1;
    return info->idxStr == NULL ? SQLITE_NOMEM : SQLITE_OK;
}

/* -- a scan ------------------------------------------------------------------------------------------ */

static int source_open(sqlite3_vtab *table, sqlite3_vtab_cursor **cursor)
{
    (void)table;
    source_cursor *self = sqlite3_malloc(sizeof *self);
    if (self == NULL) return SQLITE_NOMEM;
    memset(self, 0, sizeof *self);
    *cursor = &self->base;
    return SQLITE_OK;
}

static void close_rows(source_cursor *cursor)
{
    if (cursor->rows != NULL) source_of(&cursor->base)->source->close(cursor->rows);
    cursor->rows = NULL;
    cursor->at_end = true;
}

static int source_close(sqlite3_vtab_cursor *cursor)
{
    close_rows((source_cursor *)cursor);
    sqlite3_free(cursor);
    return SQLITE_OK;
}

static int source_next(sqlite3_vtab_cursor *cursor)
{
    source_cursor *self = (source_cursor *)cursor;
    store_source *source = source_of(cursor);
    lic_source_step step = LIC_STEP_AGAIN;
    while (step == LIC_STEP_AGAIN) {
        lic_error error = {.status = LIC_OK};
        lic_status status = source->source->next(self->rows, &step, &error);
        if (status != LIC_OK) return give_up(source, status, &error);
        if (step == LIC_STEP_AGAIN && store_watch_late(source->watch)) return SQLITE_INTERRUPT;
    }
    self->at_end = step == LIC_STEP_END;
    self->row++;
    return SQLITE_OK;
}

/* A value of another kind than the column's is not told: SQLite converts before it compares. */
static size_t read_equals(const lic_query_source *source, const char *columns, int argc,
                          sqlite3_value **argv, lic_source_equal equals[LIC_SOURCE_COLUMNS])
{
    size_t count = 0;
    for (int i = 0; i < argc; i++) {
        unsigned column = (unsigned char)columns[i] - (unsigned)'A';
        lic_query_value value = {.kind = source->columns[column].kind};
        int type = sqlite3_value_type(argv[i]);
        if (type == SQLITE_INTEGER && value.kind == LIC_VALUE_INTEGER) {
            value.integer = sqlite3_value_int64(argv[i]);
        } else if (type == SQLITE_TEXT && value.kind == LIC_VALUE_TEXT) {
            value.bytes.data = sqlite3_value_text(argv[i]);
            value.bytes.size = (size_t)sqlite3_value_bytes(argv[i]);
        } else {
            continue;
        }
        equals[count++] = (lic_source_equal){column, value};
    }
    return count;
}

static int source_filter(sqlite3_vtab_cursor *cursor, int index, const char *columns, int argc,
                         sqlite3_value **argv)
{
    (void)index;
    source_cursor *self = (source_cursor *)cursor;
    store_source *source = source_of(cursor);
    lic_source_equal equals[LIC_SOURCE_COLUMNS];
    lic_error error = {.status = LIC_OK};
    close_rows(self);
    size_t count = read_equals(source->source, columns, argc, argv, equals);
    lic_status status = source->source->open(source->source->context, source->watch->height, equals,
                                             count, &self->rows, &error);
    if (status != LIC_OK) return give_up(source, status, &error);
    self->row = 0;
    return source_next(cursor);
}

static int source_eof(sqlite3_vtab_cursor *cursor)
{
    return ((const source_cursor *)cursor)->at_end;
}

static int source_column(sqlite3_vtab_cursor *cursor, sqlite3_context *context, int column)
{
    store_source *source = source_of(cursor);
    lic_query_value value = {.kind = LIC_VALUE_NULL};
    lic_error error = {.status = LIC_OK};
    lic_status status = source->source->value(((source_cursor *)cursor)->rows, (unsigned)column,
                                              &value, &error);
    if (status != LIC_OK) return give_up(source, status, &error);
    const void *data = value.bytes.size == 0 ? "" : (const void *)value.bytes.data;
    if (value.bytes.size > INT32_MAX) return SQLITE_TOOBIG;
    int size = (int)value.bytes.size;
    switch (value.kind) {
    case LIC_VALUE_NULL: break;
    case LIC_VALUE_INTEGER: sqlite3_result_int64(context, value.integer); break;
    case LIC_VALUE_TEXT: sqlite3_result_text(context, data, size, SQLITE_TRANSIENT); break;
    case LIC_VALUE_BLOB: sqlite3_result_blob(context, data, size, SQLITE_TRANSIENT); break;
    }
    return SQLITE_OK;
}

static int source_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *row)
{
    *row = ((const source_cursor *)cursor)->row;
    return SQLITE_OK;
}

/* xCreate is absent: the table is there under its module's name, and can't be created by anyone. */
static const sqlite3_module source_module = {
    .xConnect = source_connect,
    .xBestIndex = source_best_index,
    .xDisconnect = source_disconnect,
    .xOpen = source_open,
    .xClose = source_close,
    .xFilter = source_filter,
    .xNext = source_next,
    .xEof = source_eof,
    .xColumn = source_column,
    .xRowid = source_rowid,
};

int store_source_create(sqlite3 *db, store_source *source)
{
    return sqlite3_create_module_v2(db, source->source->name, &source_module, source, NULL);
}
