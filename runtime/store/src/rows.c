/* Row writers and readers, driven by tables made from rows.def and selects.def: which columns a table
 * has and where they lie in its struct, and what each select asks for. */
#include "internal.h"

#include <licet/feed.h>

#include <stddef.h>
#include <string.h>

#define SQL_MAX 2048

typedef enum column_type {
    TYPE_u32,
    TYPE_u64,
    TYPE_i64,
    TYPE_hash,
    TYPE_blob,
    TYPE_text
} column_type;

typedef struct column_info {
    column_type type;
    const char *name, *sql;
    size_t offset;
} column_info;

typedef struct table_info {
    const char *name, *verb, *tail, *options;
    const column_info *columns;
    size_t count, row_size;
} table_info;

#define COLUMN_INFO(row, type, name, sql) {TYPE_##type, #name, sql, offsetof(lic_row_##row, name)},
#define ROWS(table, row, verb, columns, tail, options) \
    static const column_info row##_columns[] = {columns(COLUMN_INFO, row)};
#include <licet/rows.def>
#undef ROWS

static const table_info tables[TABLE_COUNT] = {
#define ROWS(table, row, verb, columns, tail, options) \
    {#table, #verb, tail, options, row##_columns, LIC_COUNT(row##_columns), sizeof(lic_row_##row)},
#include <licet/rows.def>
#undef ROWS
};

/* Which table a row struct belongs to: ROW_block == TABLE_blocks. */
enum {
#define ROWS(table, row, verb, columns, tail, options) ROW_##row = TABLE_##table,
#include <licet/rows.def>
#undef ROWS
};

typedef struct select_info {
    row_table table;
    const char *sql;
} select_info;

static const select_info selects[SELECT_COUNT] = {
#define SELECT(name, row, parameters, sql, doc) {(row_table)ROW_##row, sql},
#include <licet/selects.def>
#undef SELECT
};

/* What a page was after any block is found without a scan: old_pages.c. */
static const char indexes[] =
    "CREATE TABLE old_page_places (contract INTEGER NOT NULL, tbl INTEGER NOT NULL,"
    " page INTEGER NOT NULL, until INTEGER NOT NULL,"
    " PRIMARY KEY (contract, tbl, page, until)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX transfers_waiting ON transfers (number) WHERE state = 0;";

/* -- SQL text ---------------------------------------------------------------------------------------- */

typedef struct sql_text {
    char text[SQL_MAX];
    size_t size;
} sql_text;

static void add(sql_text *sql, const char *part)
{
    size_t size = strlen(part);
    LIC_ASSERT(sql->size + size < SQL_MAX);
    memcpy(sql->text + sql->size, part, size + 1);
    sql->size += size;
}

static void add_names(sql_text *sql, const table_info *table)
{
    for (size_t i = 0; i < table->count; i++) {
        if (i > 0) add(sql, ", ");
        add(sql, table->columns[i].name);
    }
}

static void create_text(sql_text *sql, const table_info *table)
{
    add(sql, "CREATE TABLE ");
    add(sql, table->name);
    for (size_t i = 0; i < table->count; i++) {
        add(sql, i == 0 ? " (" : ", ");
        add(sql, table->columns[i].name);
        add(sql, " ");
        add(sql, table->columns[i].sql);
    }
    add(sql, table->tail);
    add(sql, ") ");
    add(sql, table->options);
}

static void put_text(sql_text *sql, const table_info *table)
{
    add(sql, strcmp(table->verb, "INSERT") == 0 ? "INSERT INTO " : "REPLACE INTO ");
    add(sql, table->name);
    add(sql, " (");
    add_names(sql, table);
    add(sql, ") VALUES (?");
    for (size_t i = 1; i < table->count; i++) add(sql, ", ?");
    add(sql, ")");
}

static void select_text(sql_text *sql, const select_info *select)
{
    add(sql, "SELECT ");
    add_names(sql, &tables[select->table]);
    add(sql, " FROM ");
    add(sql, tables[select->table].name);
    add(sql, " ");
    add(sql, select->sql);
}

lic_status store_create_tables(lic_store *store)
{
    for (size_t i = 0; i < TABLE_COUNT; i++) {
        sql_text sql = {.size = 0};
        create_text(&sql, &tables[i]);
        int result = sqlite3_exec(store->db, sql.text, NULL, NULL, NULL);
        if (result != SQLITE_OK) return store_fail(store, result, "create");
    }
    int result = sqlite3_exec(store->db, indexes, NULL, NULL, NULL);
    return result == SQLITE_OK ? LIC_OK : store_fail(store, result, "create");
}

/* -- statements --------------------------------------------------------------------------------------- */

lic_status store_prepare(lic_store *store, const char *sql, bool keep, sqlite3_stmt **statement)
{
    unsigned flags = keep ? SQLITE_PREPARE_PERSISTENT : 0;
    int result = sqlite3_prepare_v3(store->db, sql, -1, flags, statement, NULL);
    return result == SQLITE_OK ? LIC_OK : store_fail(store, result, "read");
}

void store_rows_finalize(lic_store *store)
{
    for (size_t i = 0; i < TABLE_COUNT; i++) sqlite3_finalize(store->puts[i]);
    for (size_t i = 0; i < SELECT_COUNT; i++) sqlite3_finalize(store->selects[i]);
    for (size_t i = 0; i < LIC_COUNT(store->erases); i++) sqlite3_finalize(store->erases[i]);
    for (size_t i = 0; i < store->idle_count; i++) sqlite3_finalize(store->idle[i]);
    store_feeds_finalize(store);
}

static int bind_bytes(sqlite3_stmt *statement, int index, lic_slice bytes, bool text)
{
    static const char nothing[1] = "";
    const void *data = bytes.size > 0 ? (const void *)bytes.data
                                      : nothing; /* NULL would bind NULL */
    if (text)
        return sqlite3_bind_text64(statement, index, data, bytes.size, SQLITE_STATIC, SQLITE_UTF8);
    return sqlite3_bind_blob64(statement, index, data, bytes.size, SQLITE_STATIC);
}

static int bind_column(sqlite3_stmt *statement, int index, const column_info *column,
                       const void *row)
{
    const void *at = (const char *)row + column->offset;
    switch (column->type) {
    case TYPE_u32: return sqlite3_bind_int64(statement, index, *(const uint32_t *)at);
    case TYPE_u64:
        if (*(const uint64_t *)at > INT64_MAX) return SQLITE_TOOBIG;
        return sqlite3_bind_int64(statement, index, (int64_t) * (const uint64_t *)at);
    case TYPE_i64: return sqlite3_bind_int64(statement, index, *(const int64_t *)at);
    case TYPE_hash:
        return bind_bytes(statement, index,
                          lic_slice_of(((const lic_hash *)at)->bytes, LIC_HASH_SIZE), false);
    case TYPE_blob: return bind_bytes(statement, index, *(const lic_slice *)at, false);
    case TYPE_text: return bind_bytes(statement, index, *(const lic_slice *)at, true);
    }
    return SQLITE_MISUSE;
}

static lic_status put(lic_store *store, row_table which, const void *row)
{
    LIC_ASSERT(store->writing);
    const table_info *table = &tables[which];
    if (store->puts[which] == NULL) {
        sql_text sql = {.size = 0};
        put_text(&sql, table);
        LIC_TRY(store_prepare(store, sql.text, true, &store->puts[which]));
    }
    sqlite3_stmt *statement = store->puts[which];
    int result = SQLITE_OK;
    for (size_t i = 0; i < table->count && result == SQLITE_OK; i++)
        result = bind_column(statement, (int)i + 1, &table->columns[i], row);
    if (result == SQLITE_OK) {
        result = sqlite3_step(statement);
        (void)sqlite3_reset(statement);
    }
    return result == SQLITE_DONE ? LIC_OK : store_fail(store, result, "write to");
}

lic_status store_put_chunk(lic_store *store, const lic_row_chunk *row)
{
    return put(store, TABLE_chunks, row);
}

/* -- many rows at once: SQLite's own loop fetches the values, a third of the cost of stepping ------ */

typedef struct row_feed {
    const table_info *table;
    const char *rows;
    bool beyond; /* a number above INT64_MAX was met */
} row_feed;

static void feed_cell(void *context, uint64_t row, unsigned column, lic_feed_cell *cell)
{
    row_feed *from = context;
    if (column >= from->table->count) return;
    const column_info *info = &from->table->columns[column];
    const void *at = from->rows + row * from->table->row_size + info->offset;
    cell->kind = LIC_FEED_INTEGER;
    switch (info->type) {
    case TYPE_u32: cell->integer = *(const uint32_t *)at; break;
    case TYPE_i64: cell->integer = *(const int64_t *)at; break;
    case TYPE_u64:
        from->beyond |= *(const uint64_t *)at > INT64_MAX;
        cell->integer = (int64_t)(*(const uint64_t *)at & INT64_MAX);
        break;
    case TYPE_hash:
        cell->kind = LIC_FEED_BLOB;
        cell->text = lic_slice_of(((const lic_hash *)at)->bytes, LIC_HASH_SIZE);
        break;
    case TYPE_blob:
    case TYPE_text:
        cell->kind = info->type == TYPE_blob ? LIC_FEED_BLOB : LIC_FEED_TEXT;
        cell->text = *(const lic_slice *)at;
        break;
    }
}

static void feed_text(sql_text *sql, const table_info *table)
{
    static const char *const columns[LIC_FEED_COLUMNS] = {"c0", "c1", "c2", "c3", "c4",  "c5",
                                                          "c6", "c7", "c8", "c9", "c10", "c11"};
    add(sql, strcmp(table->verb, "INSERT") == 0 ? "INSERT OR FAIL INTO " : "REPLACE INTO ");
    add(sql, table->name);
    add(sql, " (");
    add_names(sql, table);
    add(sql, ") SELECT ");
    for (size_t i = 0; i < table->count; i++) {
        if (i > 0) add(sql, ", ");
        add(sql, columns[i]);
    }
    add(sql, " FROM lic_feed");
}

static lic_status put_rows(lic_store *store, row_table which, const void *rows, size_t count)
{
    LIC_ASSERT(store->writing && tables[which].count <= LIC_FEED_COLUMNS);
    if (count == 0) return LIC_OK;
    row_feed from = {.table = &tables[which], .rows = rows};
    lic_feed feed = {.context = &from, .rows = count, .stable = true, .cell = feed_cell};
    sql_text sql = {.size = 0};
    feed_text(&sql, &tables[which]);
    LIC_TRY(lic_store_feed(store, sql.text, &feed));
    return from.beyond ? store_fail(store, SQLITE_TOOBIG, "write to") : LIC_OK;
}

/* -- reading --------------------------------------------------------------------------------------------- */

/* A value of another type or size than the schema's means that the file was changed by hand. */
static bool read_column(sqlite3_stmt *statement, int index, const column_info *column, void *row)
{
    void *at = (char *)row + column->offset;
    int type = sqlite3_column_type(statement, index);
    switch (column->type) {
    case TYPE_u32:
    case TYPE_u64:
    case TYPE_i64: {
        if (type != SQLITE_INTEGER) return false;
        int64_t value = sqlite3_column_int64(statement, index);
        if (column->type == TYPE_i64) return *(int64_t *)at = value, true;
        if (value < 0) return false;
        if (column->type == TYPE_u64) return *(uint64_t *)at = (uint64_t)value, true;
        if (value > (int64_t)UINT32_MAX) return false;
        return *(uint32_t *)at = (uint32_t)value, true;
    }
    case TYPE_hash:
        if (type != SQLITE_BLOB || sqlite3_column_bytes(statement, index) != LIC_HASH_SIZE)
            return false;
        memcpy(((lic_hash *)at)->bytes, sqlite3_column_blob(statement, index), LIC_HASH_SIZE);
        return true;
    case TYPE_blob:
    case TYPE_text: {
        if (type != (column->type == TYPE_blob ? SQLITE_BLOB : SQLITE_TEXT)) return false;
        const void *data = type == SQLITE_BLOB
                               ? sqlite3_column_blob(statement, index)
                               : (const void *)sqlite3_column_text(statement, index);
        *(lic_slice *)at = lic_slice_of(data, (size_t)sqlite3_column_bytes(statement, index));
        return data != NULL || ((lic_slice *)at)->size == 0;
    }
    }
    return false;
}

static lic_status select_begin(lic_store *store, row_select which, const uint64_t *numbers,
                               size_t count, const lic_hash *hash)
{
    sqlite3_stmt **statement = &store->selects[which];
    LIC_TRY(selects[which].table == TABLE_chunks ? store_settle_chunks(store)
                                                 : store_settle(store));
    if (*statement == NULL) {
        sql_text sql = {.size = 0};
        select_text(&sql, &selects[which]);
        LIC_TRY(store_prepare(store, sql.text, true, statement));
    }
    LIC_ASSERT(!sqlite3_stmt_busy(*statement));
    for (size_t i = 0; i < count; i++) {
        uint64_t bounded = numbers[i] > INT64_MAX ? INT64_MAX : numbers[i];
        (void)sqlite3_bind_int64(*statement, (int)i + 1, (int64_t)bounded);
    }
    if (hash != NULL)
        (void)sqlite3_bind_blob64(*statement, 1, hash->bytes, LIC_HASH_SIZE, SQLITE_STATIC);
    return LIC_OK;
}

static lic_status select_next(lic_store *store, row_select which, void *row, bool *got)
{
    sqlite3_stmt *statement = store->selects[which];
    const table_info *table = &tables[selects[which].table];
    int result = sqlite3_step(statement);
    *got = result == SQLITE_ROW;
    if (result == SQLITE_DONE) return LIC_OK;
    if (result != SQLITE_ROW) return store_fail(store, result, "read");
    for (size_t i = 0; i < table->count; i++) {
        if (!read_column(statement, (int)i, &table->columns[i], row))
            return lic_fail(&store->error, LIC_CORRUPT, "column",
                            "restore the ledger from a backup",
                            "the ledger %s is damaged: column %s of table %s has a wrong value",
                            store->path, table->columns[i].name, table->name);
    }
    return LIC_OK;
}

static void select_end(lic_store *store, row_select which)
{
    (void)sqlite3_reset(store->selects[which]);
}

/* -- the functions of the header ------------------------------------------------------------------------- */

#define ROWS(table, row, verb, columns, tail, options)                            \
    lic_status lic_store_put_##row(lic_store *store, const lic_row_##row *values) \
    {                                                                             \
        LIC_TRY(store_settle(store));                                             \
        return put(store, TABLE_##table, values);                                 \
    }
#include <licet/rows.def>
#undef ROWS

#define BULK(table, row)                                                               \
    lic_status lic_store_put_##row##_rows(lic_store *store, const lic_row_##row *rows, \
                                          size_t count)                                \
    {                                                                                  \
        return put_rows(store, TABLE_##table, rows, count);                            \
    }
BULK(transactions, transaction)
BULK(transaction_ids, transaction_id)
BULK(lanes, lane)
BULK(outputs, output)
BULK(payloads, payload)
BULK(old_pages, old_page)
#undef BULK

#define ARGUMENTS_NONE select_begin(store, which, NULL, 0, NULL)
#define ARGUMENTS_U64_1 select_begin(store, which, (const uint64_t[]){a}, 1, NULL)
#define ARGUMENTS_U64_2 select_begin(store, which, (const uint64_t[]){a, b}, 2, NULL)
#define ARGUMENTS_U64_3 select_begin(store, which, (const uint64_t[]){a, b, c}, 3, NULL)
#define ARGUMENTS_U64_4 select_begin(store, which, (const uint64_t[]){a, b, c, d}, 4, NULL)
#define ARGUMENTS_HASH select_begin(store, which, NULL, 0, hash)
#define SELECT(name, row_name, parameters, sql, doc)                                              \
    lic_status lic_store_read_##name(                                                             \
        lic_store *store, LIC_PARAMETERS_##parameters lic_visit_##row_name *visit, void *context) \
    {                                                                                             \
        const row_select which = SELECT_##name;                                                   \
        LIC_TRY(ARGUMENTS_##parameters);                                                          \
        lic_row_##row_name row;                                                                   \
        bool got = false;                                                                         \
        lic_status status;                                                                        \
        do {                                                                                      \
            status = select_next(store, which, &row, &got);                                       \
            if (status == LIC_OK && got) status = visit(context, &row);                           \
        } while (status == LIC_OK && got);                                                        \
        select_end(store, which);                                                                 \
        return status;                                                                            \
    }
#include <licet/selects.def>
#undef SELECT

/* -- erasing ------------------------------------------------------------------------------------------------ */

static lic_status erase(lic_store *store, unsigned which, const char *sql, uint64_t first,
                        uint64_t last)
{
    LIC_ASSERT(store->writing && first <= INT64_MAX && last <= INT64_MAX);
    sqlite3_stmt **statement = &store->erases[which];
    LIC_TRY(store_settle_chunks(store));
    if (*statement == NULL) LIC_TRY(store_prepare(store, sql, true, statement));
    (void)sqlite3_bind_int64(*statement, 1, (int64_t)first);
    (void)sqlite3_bind_int64(*statement, 2, (int64_t)last);
    int result = sqlite3_step(*statement);
    (void)sqlite3_reset(*statement);
    return result == SQLITE_DONE ? LIC_OK : store_fail(store, result, "erase from");
}

lic_status lic_store_erase_payloads(lic_store *store, uint64_t first, uint64_t last)
{
    return erase(store, 0, "DELETE FROM payloads WHERE place BETWEEN ?1 AND ?2", first, last);
}

lic_status lic_store_erase_payload(lic_store *store, uint64_t place)
{
    return lic_store_erase_payloads(store, place, place);
}

lic_status lic_store_erase_chunks(lic_store *store, uint64_t first_slot, uint64_t last_slot)
{
    return erase(store, 1, "DELETE FROM chunks WHERE slot BETWEEN ?1 AND ?2", first_slot,
                 last_slot);
}

lic_status lic_store_unwrite(lic_store *store, uint64_t first, uint64_t last)
{
    LIC_TRY(lic_store_erase_payloads(store, first, last));
    LIC_TRY(erase(store, 2, "DELETE FROM outputs WHERE place BETWEEN ?1 AND ?2", first, last));
    return erase(store, 3, "DELETE FROM transactions WHERE place BETWEEN ?1 AND ?2", first, last);
}
