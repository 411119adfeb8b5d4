/* ids.c - the index of transactions by id (licet/ids.h), as far as it is SQL. */
#include "internal.h"

#include <licet/ids.h>

static lic_status execute(lic_store *store, const char *format, unsigned level)
{
    char sql[256];
    (void)sqlite3_snprintf((int)sizeof sql, sql, format, level);
    return lic_sql_execute(store, sql);
}

lic_status lic_store_fold_ids(lic_store *store, unsigned level)
{
    LIC_ASSERT(store->writing && level + 1 < LIC_ID_LEVELS);
    LIC_TRY(execute(store,
                    "INSERT OR FAIL INTO transaction_ids SELECT level + 1, prefix, place "
                    "FROM transaction_ids WHERE level = %u",
                    level));
    return execute(store, "DELETE FROM transaction_ids WHERE level = %u", level);
}

lic_status lic_store_remake_ids(lic_store *store)
{
    LIC_ASSERT(store->writing);
    LIC_TRY(lic_sql_execute(store, "DELETE FROM transaction_ids"));
    return execute(store,
                   "INSERT OR FAIL INTO transaction_ids SELECT %u, substr(id, 1, 8), place "
                   "FROM transactions ORDER BY 2, 3",
                   LIC_ID_LEVELS - 1);
}

lic_status lic_store_check_ids(lic_store *store, bool *fits)
{
    lic_sql *sql = NULL;
    bool row = false;
    LIC_TRY(lic_sql_prepare(
        store,
        "SELECT (SELECT count(*) FROM transactions) = (SELECT count(*) FROM transaction_ids)"
        " AND NOT EXISTS (SELECT 1 FROM transactions t WHERE NOT EXISTS"
        " (SELECT 1 FROM transaction_ids i WHERE i.level IN (0, 1, 2, 3)"
        " AND i.prefix = substr(t.id, 1, 8) AND i.place = t.place))",
        &sql));
    lic_status status = lic_sql_step(sql, &row);
    *fits = row && lic_sql_i64(sql, 0) != 0;
    lic_sql_destroy(sql);
    return status;
}
