/* ids.c - the index of transactions by id (licet/ids.h): searching, moving, checking. */
#include "internal.h"

#include <licet/ids.h>

#include <string.h>

/* -- searching ---------------------------------------------------------------------------------------- */

typedef struct search {
    lic_store *store;
    const lic_hash *id;
    lic_visit_transaction *visit;
    void *context;
    bool found;
} search;

/* Others may have an id that begins like it. */
static lic_status visit_if_it(void *context, const lic_row_transaction *row)
{
    search *s = context;
    if (!lic_hash_equal(&row->id, s->id)) return LIC_OK;
    s->found = true;
    return s->visit(s->context, row);
}

static int compare_prefix(const uint8_t *entry, const lic_hash *id)
{
    return memcmp(entry, id->bytes, LIC_ID_PREFIX);
}

static lic_status search_recent(void *context, const lic_row_recent_ids *row)
{
    search *s = context;
    const uint8_t *entries = row->ids.data;
    size_t low = 0, count = row->ids.size / LIC_ID_ENTRY, high = count;
    if (row->ids.size % LIC_ID_ENTRY != 0)
        return lic_fail(&s->store->error, LIC_CORRUPT, "ids", "restore the ledger from a backup",
                        "the ledger %s is damaged: its last ids", s->store->path);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_prefix(entries + middle * LIC_ID_ENTRY, s->id) < 0) low = middle + 1;
        else high = middle;
    }
    for (const uint8_t *at; low < count && !s->found; low++) {
        at = entries + low * LIC_ID_ENTRY;
        if (compare_prefix(at, s->id) != 0) return LIC_OK;
        LIC_TRY(lic_store_read_transaction_at(s->store, lic_load_u64(at + LIC_ID_PREFIX),
                                              visit_if_it, s));
    }
    return LIC_OK;
}

lic_status lic_store_read_transaction(lic_store *store, const lic_hash *id,
                                      lic_visit_transaction *visit, void *context)
{
    search s = {.store = store, .id = id, .visit = visit, .context = context};
    LIC_TRY(lic_store_read_recent_ids(store, search_recent, &s));
    return s.found ? LIC_OK : lic_store_read_entered_transaction(store, id, visit, context);
}

/* -- moving --------------------------------------------------------------------------------------------- */

static lic_status execute(lic_store *store, const char *format, unsigned level)
{
    char sql[256];
    (void)sqlite3_snprintf((int)sizeof sql, sql, format, level);
    return lic_sql_execute(store, sql);
}

lic_status lic_store_fold_ids(lic_store *store, unsigned level)
{
    LIC_ASSERT(store->writing && level >= 1 && level + 1 < LIC_ID_LEVELS);
    LIC_TRY(execute(store,
                    "INSERT OR FAIL INTO transaction_ids SELECT level + 1, prefix, place "
                    "FROM transaction_ids WHERE level = %u",
                    level));
    return execute(store, "DELETE FROM transaction_ids WHERE level = %u", level);
}

lic_status lic_store_remake_ids(lic_store *store)
{
    LIC_ASSERT(store->writing);
    LIC_TRY(lic_sql_execute(store, "DELETE FROM recent_ids; DELETE FROM transaction_ids"));
    return execute(store,
                   "INSERT OR FAIL INTO transaction_ids SELECT %u, substr(id, 1, 8), place "
                   "FROM transactions ORDER BY 2, 3",
                   LIC_ID_LEVELS - 1);
}

/* -- checking ------------------------------------------------------------------------------------------- */

/* Transactions that are not entered among the other levels, in the order of the recent ones, and how many there should be. */
static const char left_out[] =
    "SELECT substr(t.id, 1, 8), t.place FROM transactions t WHERE NOT EXISTS"
    " (SELECT 1 FROM transaction_ids i WHERE i.level IN (1, 2, 3)"
    " AND i.prefix = substr(t.id, 1, 8) AND i.place = t.place) ORDER BY 1, 2";
static const char difference[] =
    "SELECT (SELECT count(*) FROM transactions) - (SELECT count(*) FROM transaction_ids)";

typedef struct checking {
    lic_store *store;
    bool seen; /* the row of recent ones */
    bool fits;
} checking;

static bool is_entry(lic_sql *sql, const uint8_t *entry)
{
    lic_slice prefix = lic_sql_blob(sql, 0);
    return prefix.size == LIC_ID_PREFIX && memcmp(prefix.data, entry, LIC_ID_PREFIX) == 0 &&
           (uint64_t)lic_sql_i64(sql, 1) == lic_load_u64(entry + LIC_ID_PREFIX);
}

/* The rows are the entries, one for one. There are no more entries than rows, if all are as many as there should be. */
static lic_status compare_entries(lic_sql *sql, lic_slice entries, bool *same)
{
    size_t at = 0;
    for (bool row = true; *same; at += LIC_ID_ENTRY) {
        LIC_TRY(lic_sql_step(sql, &row));
        if (!row) break;
        *same = at + LIC_ID_ENTRY <= entries.size && is_entry(sql, entries.data + at);
    }
    return LIC_OK;
}

static lic_status check_count(lic_store *store, lic_slice entries, bool *same)
{
    lic_sql *sql = NULL;
    bool row = false;
    LIC_TRY(lic_sql_prepare(store, difference, &sql));
    lic_status status = lic_sql_step(sql, &row);
    *same = row && lic_sql_i64(sql, 0) == (int64_t)(entries.size / LIC_ID_ENTRY);
    lic_sql_destroy(sql);
    return status;
}

static lic_status check_recent(void *context, const lic_row_recent_ids *row)
{
    checking *c = context;
    lic_sql *sql = NULL;
    c->seen = true;
    LIC_TRY(check_count(c->store, row->ids, &c->fits));
    LIC_TRY(lic_sql_prepare(c->store, left_out, &sql));
    lic_status status = compare_entries(sql, row->ids, &c->fits);
    lic_sql_destroy(sql);
    return status;
}

lic_status lic_store_check_ids(lic_store *store, bool *fits)
{
    checking c = {.store = store};
    const lic_row_recent_ids none = {.one = 1, .ids = lic_slice_of(NULL, 0)};
    lic_status status = lic_store_read_recent_ids(store, check_recent, &c);
    if (status == LIC_OK && !c.seen) status = check_recent(&c, &none);
    *fits = status == LIC_OK && c.fits;
    return status;
}
