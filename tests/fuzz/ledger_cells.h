/* ledger_cells.h - cells of a ledger's tables, changed in a transaction that is always undone: schema and statements are
 * read once, and the changed file is taken as SQLite would write it. An edit is seven bytes: table, column, row, how,
 * place (two), value.
 *
 *     original_open(&o, disk, "name");    original_begin(&o);
 *     edit_cell(&o, bytes);  ...          any number of edits
 *     unsigned char *file = original_take(&o, &size);    then sqlite3_free */
#ifndef LICET_TESTS_FUZZ_LEDGER_CELLS_H
#define LICET_TESTS_FUZZ_LEDGER_CELLS_H

#include <licet/memory_disk.h>

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

enum { TABLES_MAX = 128, COLUMNS_MAX = 32, DROPS_MAX = 128 };

/* A table whose cells are changed. Statements are made when they are first needed. */
typedef struct table {
    char *name;
    int64_t rows;
    sqlite3_stmt *row, *update[COLUMNS_MAX], *drop[COLUMNS_MAX];
} table;

/* The ledger as it was written. */
typedef struct original {
    lic_memory_disk *disk;
    const char *name; /* on it */
    lic_buffer bytes;
    sqlite3 *db; /* in a transaction, which is always undone */
    table tables[TABLES_MAX];
    size_t table_count;
} original;

static void run_sql(sqlite3 *db, const char *sql)
{
    LIC_ASSERT(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK);
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *format, const char *first, const char *second)
{
    char sql[512];
    sqlite3_stmt *statement = NULL;
    (void)sqlite3_snprintf(sizeof sql, sql, format, first, second, second);
    LIC_ASSERT(sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK);
    return statement;
}

static void list_tables(original *o)
{
    sqlite3_stmt *names = prepare(o->db,
                                  "SELECT name FROM sqlite_schema WHERE type = 'table' "
                                  "AND name NOT LIKE 'sqlite%%' ORDER BY name",
                                  NULL, NULL);
    while (sqlite3_step(names) == SQLITE_ROW) {
        LIC_ASSERT(o->table_count < TABLES_MAX);
        table *t = &o->tables[o->table_count++];
        t->name = strdup((const char *)sqlite3_column_text(names, 0));
        sqlite3_stmt *rows = prepare(o->db, "SELECT count(*) FROM %s", t->name, NULL);
        LIC_ASSERT(sqlite3_step(rows) == SQLITE_ROW);
        t->rows = sqlite3_column_int64(rows, 0);
        LIC_ASSERT(sqlite3_finalize(rows) == SQLITE_OK);
        t->row = prepare(o->db, "SELECT * FROM %s LIMIT 1 OFFSET ?1", t->name, NULL);
    }
    LIC_ASSERT(sqlite3_finalize(names) == SQLITE_OK);
}

static void original_open(original *o, lic_memory_disk *disk, const char *name)
{
    o->name = name;
    o->disk = disk;
    LIC_ASSERT(sqlite3_open_v2(name, &o->db, SQLITE_OPEN_READWRITE, lic_memory_disk_vfs(disk)) ==
               SQLITE_OK);
}

/* Its bytes are taken, and the transaction begins. */
static void original_begin(original *o)
{
    lic_error error;
    lic_buffer_init(&o->bytes, &lic_allocator_system, 16u << 20);
    LIC_ASSERT(lic_memory_disk_get(o->disk, o->name, &o->bytes, &error) == LIC_OK);
    run_sql(o->db, "PRAGMA ignore_check_constraints = 1; BEGIN");
    list_tables(o);
    run_sql(o->db, "SAVEPOINT good");
}

static void original_drop_views(original *o)
{
    sqlite3_stmt *names = prepare(
        o->db, "SELECT 'DROP VIEW ' || name FROM sqlite_schema WHERE type = 'view'", NULL, NULL);
    char *drops[DROPS_MAX];
    size_t count = 0;
    while (sqlite3_step(names) == SQLITE_ROW) {
        LIC_ASSERT(count < LIC_COUNT(drops));
        drops[count++] = strdup((const char *)sqlite3_column_text(names, 0));
    }
    LIC_ASSERT(sqlite3_finalize(names) == SQLITE_OK && count > 0);
    for (size_t i = 0; i < count; i++) {
        run_sql(o->db, drops[i]);
        free(drops[i]);
    }
    run_sql(o->db, "VACUUM");
}

/* A value like the present one, spoilt. */
static void bind_spoilt(sqlite3_stmt *update, const uint8_t *edit, const sqlite3_value *old)
{
    sqlite3_value *value = sqlite3_value_dup(old);
    static uint8_t bytes[1u << 20];
    int kind = sqlite3_value_type(value);
    int64_t number = kind == SQLITE_INTEGER ? sqlite3_value_int64(value) : 0;
    static const int64_t numbers[] = {0, -1, INT64_MAX, INT64_MIN, UINT32_MAX, INT64_C(1) << 32};
    size_t size = kind == SQLITE_INTEGER || kind == SQLITE_NULL
                      ? 0
                      : (size_t)sqlite3_value_bytes(value);
    size_t place = size == 0 ? 0 : ((size_t)edit[4] | (size_t)edit[5] << 8) % size;
    LIC_ASSERT(size < sizeof bytes - 256);
    if (size > 0) memcpy(bytes, sqlite3_value_blob(value), size);
    switch (edit[3] % 6) {
    case 0: /* other digits, other bytes */
        bytes[place] ^= edit[6];
        number ^= (int64_t)edit[6] << (edit[4] % 56);
        break;
    case 1:
        size = place;
        number = (int64_t)((uint64_t)number + edit[6]);
        break;
    case 2:
        memset(bytes + size, edit[4], edit[6]);
        size += edit[6];
        number = (int64_t)((uint64_t)number - edit[6]);
        break;
    case 3:
        number = numbers[edit[6] % LIC_COUNT(numbers)];
        size = size / 2;
        break;
    case 4: kind = SQLITE_NULL; break;
    default: kind = edit[6] % 2 == 0 ? SQLITE_INTEGER : SQLITE_BLOB; break;
    }
    if (kind == SQLITE_NULL) LIC_ASSERT(sqlite3_bind_null(update, 1) == SQLITE_OK);
    else if (kind == SQLITE_INTEGER) LIC_ASSERT(sqlite3_bind_int64(update, 1, number) == SQLITE_OK);
    else if (kind == SQLITE_TEXT)
        LIC_ASSERT(sqlite3_bind_text(update, 1, (const char *)bytes, (int)size, SQLITE_TRANSIENT) ==
                   SQLITE_OK);
    else LIC_ASSERT(sqlite3_bind_blob(update, 1, bytes, (int)size, SQLITE_TRANSIENT) == SQLITE_OK);
    LIC_ASSERT(sqlite3_bind_value(update, 2, value) == SQLITE_OK);
    sqlite3_value_free(value);
}

/* Whatever SQLite takes: a constraint that refuses the change is no finding. */
static void edit_cell(original *o, const uint8_t *edit)
{
    table *t = &o->tables[edit[0] % o->table_count];
    int column = edit[1] % sqlite3_column_count(t->row);
    LIC_ASSERT(column < COLUMNS_MAX);
    if (t->rows == 0) return;
    LIC_ASSERT(sqlite3_bind_int64(t->row, 1, edit[2] % t->rows) == SQLITE_OK);
    if (sqlite3_step(t->row) == SQLITE_ROW) {
        const char *name = sqlite3_column_name(t->row, column);
        bool drop = edit[3] % 16 == 15;
        sqlite3_stmt **change = drop ? &t->drop[column] : &t->update[column];
        if (*change == NULL)
            *change = prepare(o->db,
                              drop ? "DELETE FROM %s WHERE %s IS ?2"
                                   : "UPDATE OR IGNORE %s SET %s = ?1 WHERE %s IS ?2",
                              t->name, name);
        bind_spoilt(*change, edit, sqlite3_column_value(t->row, column));
        LIC_ASSERT(sqlite3_reset(t->row) == SQLITE_OK);
        (void)sqlite3_step(*change);
        (void)sqlite3_reset(*change);
        (void)sqlite3_clear_bindings(*change);
    }
    (void)sqlite3_reset(t->row);
}

/* The file with the edits that were made, which are undone. */
static unsigned char *original_take(original *o, size_t *size)
{
    sqlite3_int64 bytes = 0;
    unsigned char *file = sqlite3_serialize(o->db, "main", &bytes, 0);
    LIC_ASSERT(file != NULL);
    run_sql(o->db, "ROLLBACK TO good");
    *size = (size_t)bytes;
    return file;
}

static inline unsigned draw(uint64_t *chance, unsigned below)
{
    *chance = *chance * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(*chance >> 33) % below;
}

/* A cell of any table that has rows is as likely as one of any other, its last row as likely as all before it; small numbers and their
 * neighbours. */
static inline void draw_edit(const original *o, uint64_t *chance, uint8_t *edit)
{
    static const uint8_t values[] = {1, 2, 7, 16, 64, 255};
    const table *t;
    do {
        edit[0] = (uint8_t)draw(chance, (unsigned)o->table_count);
        t = &o->tables[edit[0]];
    } while (t->rows == 0);
    unsigned rows = t->rows < 1 ? 1 : t->rows > 255 ? 255 : (unsigned)t->rows;
    edit[1] = (uint8_t)draw(chance, (unsigned)sqlite3_column_count(t->row));
    edit[2] = (uint8_t)(draw(chance, 2) == 0 ? rows - 1 : draw(chance, rows));
    edit[3] = (uint8_t)draw(chance, draw(chance, 2) == 0 ? 3 : 16);
    edit[4] = edit[5] = 0;
    if (draw(chance, 2) == 0) edit[4] = (uint8_t)draw(chance, 256);
    edit[6] = values[draw(chance, LIC_COUNT(values))];
}

#endif
