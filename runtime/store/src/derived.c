/* derived.c - what in a ledger file follows from its blocks: the state that an engine opens with, superseded
 * pages, and the tables of modules. It can be forgotten, to be made again, and compared with what came out
 * when it was made again elsewhere. */
#include "internal.h"

#include <licet/derived.h>

#include <string.h>

/* What blocks are made of, and what cannot be computed: everything else is derived. */
static const char *const inputs[] = {
    "genesis", "head",     "blocks", "transactions", "recent_ids", "transaction_ids",
    "outputs", "payloads", "chunks", "erasures",     "kept_states"};

#define STATE_TABLES                                                                      \
    "registered", "party_keys", "lanes", "lane_sequences", "images", "instances",         \
        "contract_states", "fixed_rows", "pages", "old_pages", "old_page_places", "days", \
        "transfers"

lic_status lic_store_forget_state(lic_store *store)
{
    static const char *const tables[] = {STATE_TABLES};
    LIC_ASSERT(store->writing);
    for (size_t i = 0; i < LIC_COUNT(tables); i++) {
        char sql[64];
        (void)sqlite3_snprintf((int)sizeof sql, sql, "DELETE FROM %s", tables[i]);
        LIC_TRY(lic_sql_execute(store, sql));
    }
    return LIC_OK;
}

/* -- comparing ---------------------------------------------------------------------------------------- */

typedef struct comparing {
    lic_store *stores[2]; /* stored, computed */
    sqlite3_stmt *rows[2];
    lic_store_difference *difference;
} comparing;

/* Bytes from `from` on: texts as they are with control characters as blanks, blobs in hex. */
static void show_value(char text[LIC_DIFFERENCE_TEXT], sqlite3_stmt *row, int column, int from)
{
    static const char digits[] = "0123456789abcdef";
    int type = sqlite3_column_type(row, column), at = 0;
    if (type == SQLITE_NULL) {
        (void)sqlite3_snprintf(LIC_DIFFERENCE_TEXT, text, "nothing");
        return;
    }
    const uint8_t *bytes = sqlite3_column_blob(row, column);
    int size = sqlite3_column_bytes(row, column);
    if (from > 0) text[at++] = '.', text[at++] = '.';
    for (int i = from; i < size && at < LIC_DIFFERENCE_TEXT - 3; i++) {
        if (type != SQLITE_BLOB) {
            text[at++] = (char)(bytes[i] < ' ' ? ' ' : bytes[i]);
            continue;
        }
        text[at++] = digits[bytes[i] >> 4];
        text[at++] = digits[bytes[i] & 15];
    }
    text[at] = '\0';
}

/* Where two long values are to be shown from: a little before they part. */
static int parting(sqlite3_stmt *a, sqlite3_stmt *b, int column)
{
    enum { SHORT = 40, BEFORE = 12 };
    const uint8_t *x = sqlite3_column_blob(a, column), *y = sqlite3_column_blob(b, column);
    int left = sqlite3_column_bytes(a, column), right = sqlite3_column_bytes(b, column), at = 0;
    if (left < SHORT && right < SHORT) return 0;
    while (at < left && at < right && x[at] == y[at]) at++;
    return at < SHORT ? 0 : at - BEFORE;
}

static bool same_value(sqlite3_stmt *a, sqlite3_stmt *b, int column)
{
    int type = sqlite3_column_type(a, column);
    if (type != sqlite3_column_type(b, column)) return false;
    if (type == SQLITE_NULL) return true;
    if (type == SQLITE_INTEGER)
        return sqlite3_column_int64(a, column) == sqlite3_column_int64(b, column);
    const void *x = sqlite3_column_blob(a, column), *y = sqlite3_column_blob(b, column);
    int size = sqlite3_column_bytes(a, column);
    return size == sqlite3_column_bytes(b, column) &&
           (size == 0 || memcmp(x, y, (size_t)size) == 0);
}

/* Says which row: its number, and its first column, which is or begins the key. */
static void tell_row(const comparing *c, const char *table, uint64_t row, sqlite3_stmt *at)
{
    lic_store_difference *d = c->difference;
    char key[LIC_DIFFERENCE_TEXT];
    show_value(key, at, 0, 0);
    (void)sqlite3_snprintf((int)sizeof d->place, d->place, "%s, row %llu (%s %.40s)", table,
                           row + 1, sqlite3_column_name(at, 0), key);
}

static void tell_absent(const comparing *c, const char *table, uint64_t row, bool stored)
{
    lic_store_difference *d = c->difference;
    tell_row(c, table, row, c->rows[stored ? 0 : 1]);
    (void)sqlite3_snprintf((int)sizeof d->stored, d->stored, stored ? "a row" : "no such row");
    (void)sqlite3_snprintf((int)sizeof d->computed, d->computed, stored ? "no such row" : "a row");
    d->differs = true;
}

static void compare_row(const comparing *c, const char *table, uint64_t row)
{
    lic_store_difference *d = c->difference;
    int columns = sqlite3_column_count(c->rows[1]);
    for (int i = 0; i < columns && !d->differs; i++) {
        if (same_value(c->rows[0], c->rows[1], i)) continue;
        tell_row(c, table, row, c->rows[1]);
        size_t used = strlen(d->place);
        (void)sqlite3_snprintf((int)(sizeof d->place - used), d->place + used, ", column %s",
                               sqlite3_column_name(c->rows[1], i));
        int from = parting(c->rows[0], c->rows[1], i);
        show_value(d->stored, c->rows[0], i, from);
        show_value(d->computed, c->rows[1], i, from);
        d->differs = true;
    }
}

static lic_status prepare(comparing *c, const char *sql)
{
    for (int i = 0; i < 2; i++) {
        int result = sqlite3_prepare_v2(c->stores[i]->db, sql, -1, &c->rows[i], NULL);
        if (result != SQLITE_OK) return store_fail(c->stores[i], result, "read");
    }
    return LIC_OK;
}

/* Rows of both in the order of their keys, in which SQLite keeps them. */
static lic_status compare_rows(comparing *c, const char *table, const char *sql)
{
    lic_status status = prepare(c, sql);
    for (uint64_t row = 0; status == LIC_OK && !c->difference->differs; row++) {
        int stored = sqlite3_step(c->rows[0]), computed = sqlite3_step(c->rows[1]);
        if (stored != SQLITE_ROW && stored != SQLITE_DONE)
            status = store_fail(c->stores[0], stored, "read");
        else if (computed != SQLITE_ROW && computed != SQLITE_DONE)
            status = store_fail(c->stores[1], computed, "read");
        else if (stored != computed) tell_absent(c, table, row, stored == SQLITE_ROW);
        else if (stored == SQLITE_ROW) compare_row(c, table, row);
        else break;
    }
    sqlite3_finalize(c->rows[0]);
    sqlite3_finalize(c->rows[1]);
    c->rows[0] = c->rows[1] = NULL;
    return status;
}

static bool is_input(const char *table)
{
    for (size_t i = 0; i < LIC_COUNT(inputs); i++)
        if (strcmp(inputs[i], table) == 0) return true;
    return false;
}

void store_select_all(const char *table, char sql[256])
{
    (void)sqlite3_snprintf(256, sql, "SELECT * FROM \"%w\"", table);
}

static lic_status list_tables(lic_store *store, sqlite3_stmt *names, store_tables *tables)
{
    int result;
    while ((result = sqlite3_step(names)) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(names, 0);
        if (name == NULL || is_input(name)) continue;
        LIC_ASSERT(tables->count < STORE_TABLES && strlen(name) < sizeof tables->names[0]);
        (void)sqlite3_snprintf((int)sizeof tables->names[0], tables->names[tables->count++], "%s",
                               name);
    }
    return result == SQLITE_DONE ? LIC_OK : store_fail(store, result, "read");
}

/* Those of the store that was computed: its schema is our own, and the other's is the same. */
static lic_status derived_tables(lic_store *computed, store_tables *tables)
{
    sqlite3_stmt *names = NULL;
    tables->count = 0;
    LIC_TRY(store_prepare(computed,
                          "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE "
                          "'sqlite\\_%' ESCAPE '\\' ORDER BY name",
                          false, &names));
    lic_status status = list_tables(computed, names, tables);
    sqlite3_finalize(names);
    return status;
}

static lic_status compare_tables(comparing *c, const store_tables *tables, const bool *same)
{
    for (size_t i = 0; i < tables->count && !c->difference->differs; i++) {
        char sql[256];
        if (same[i]) continue;
        store_select_all(tables->names[i], sql);
        LIC_TRY(compare_rows(c, tables->names[i], sql));
    }
    return LIC_OK;
}

lic_status lic_store_compare_schema(lic_store *stored, lic_store *computed,
                                    lic_store_difference *difference)
{
    comparing c = {.stores = {stored, computed}, .difference = difference};
    memset(difference, 0, sizeof *difference);
    LIC_TRY(store_settle_chunks(stored));
    LIC_TRY(store_settle_chunks(computed));
    return compare_rows(&c, "sqlite_schema",
                        "SELECT name, type, sql FROM sqlite_schema WHERE name NOT LIKE "
                        "'sqlite\\_%' ESCAPE '\\' AND name NOT IN ('erasures', 'kept_states') "
                        "ORDER BY name");
}

lic_status lic_store_compare(lic_store *stored, lic_store *computed, const lic_hasher *hasher,
                             unsigned threads, lic_store_difference *difference)
{
    comparing c = {.stores = {stored, computed}, .difference = difference};
    store_tables tables;
    bool same[STORE_TABLES] = {false};
    LIC_TRY(lic_store_compare_schema(stored, computed, difference));
    if (difference->differs) return LIC_OK;
    LIC_TRY(derived_tables(computed, &tables));
    if (threads != 1) LIC_TRY(store_digests_compare(stored, computed, hasher, &tables, same));
    return compare_tables(&c, &tables, same);
}
