/* old_pages.c - where superseded extents are (licet/old_pages.h), as far as it is SQL. */
#include "internal.h"

#include <licet/old_pages.h>

enum { BLOCKS = 16 }; /* selects.def counts them too */

/* A contract's record stands among what a block superseded, and among the places when the block's are there. */
static const char enter[] =
    "INSERT OR FAIL INTO old_page_places SELECT o.contract, o.tbl, o.page, o.until"
    " FROM instances i CROSS JOIN old_pages r CROSS JOIN old_pages o"
    " WHERE r.contract = i.number AND r.tbl = 65535 AND r.page = 0 AND r.until IN"
    " (SELECT ?1 - column1 FROM (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9), (10),"
    " (11), (12), (13), (14), (15)))"
    " AND NOT EXISTS (SELECT 1 FROM old_page_places p WHERE p.contract = r.contract"
    " AND p.tbl = 65535 AND p.page = 0 AND p.until = r.until)"
    " AND o.contract = r.contract AND o.until = r.until ORDER BY 1, 2, 3, 4";

lic_status lic_store_enter_old_pages(lic_store *store, uint64_t height, bool many)
{
    lic_sql *sql = NULL;
    LIC_ASSERT(store->writing && height <= INT64_MAX);
    if (height % BLOCKS != 0 && !many) return LIC_OK;
    LIC_TRY(lic_sql_prepare(store, enter, &sql));
    lic_sql_bind_i64(sql, 1, (int64_t)height);
    lic_status status = lic_sql_run(sql);
    lic_sql_destroy(sql);
    return status;
}
