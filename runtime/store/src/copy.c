/* copy.c - a ledger as of one moment, as another file: SQLite's backup inside one read transaction, page by page,
 * so that a writer beside it is not seen and a progress can be told. */
#include "internal.h"

#define PIECE_PAGES 1024 /* between two tellings: 16 MiB of a ledger's pages */

int store_copy_pages(sqlite3 *source, sqlite3 *target, const lic_store_progress *progress)
{
    sqlite3_backup *backup = sqlite3_backup_init(target, "main", source, "main");
    if (backup == NULL) return sqlite3_extended_errcode(target);
    int result = SQLITE_OK;
    while (result == SQLITE_OK) {
        result = sqlite3_backup_step(backup, PIECE_PAGES);
        int total = sqlite3_backup_pagecount(backup), left = sqlite3_backup_remaining(backup);
        if (progress != NULL && progress->step != NULL)
            progress->step(progress->context, "copying", (uint64_t)(total - left), (uint64_t)total);
    }
    int ended = sqlite3_backup_finish(backup);
    return result == SQLITE_DONE ? ended : result;
}

/* A file that was written with a log says so; here it gets to stand alone, for read-only places too. */
static int copy_into(lic_store *store, sqlite3 *target, const lic_store_progress *progress)
{
    int result = sqlite3_exec(target, "PRAGMA synchronous = EXTRA", NULL, NULL, NULL);
    if (result == SQLITE_OK) result = store_copy_pages(store->db, target, progress);
    if (result == SQLITE_OK)
        result = sqlite3_exec(target, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
    return result;
}

static lic_status copy_failed(lic_store *store, int result, const char *path)
{
    lic_status status = store_status(result);
    if (status == LIC_CORRUPT) return store_fail(store, result, "copy");
    return lic_fail(&store->error, status, lic_status_id(status),
                    status == LIC_LOCKED ? "wait until the other process is done, and try again"
                                         : "check free space, permissions and the disk",
                    "cannot copy the ledger %s to %s: %s", store->path, path,
                    sqlite3_errstr(result));
}

lic_status lic_store_copy(lic_store *store, const char *path, const lic_store_progress *progress)
{
    sqlite3 *target = NULL;
    LIC_ASSERT(!store->writing && !store->reading);
    LIC_TRY(store_settle(store));
    LIC_TRY(lic_store_begin_read(store));
    /* the moment is that of the first reading, which holds as long as the transaction */
    int result = sqlite3_exec(store->db, "SELECT 1 FROM sqlite_schema LIMIT 1", NULL, NULL, NULL);
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
                SQLITE_OPEN_PRIVATECACHE;
    if (result == SQLITE_OK) result = sqlite3_open_v2(path, &target, flags, store->vfs.name);
    if (result == SQLITE_OK) result = copy_into(store, target, progress);
    int closed = sqlite3_close(target);
    lic_store_end_read(store);
    if (result == SQLITE_OK) result = closed;
    return result == SQLITE_OK ? LIC_OK : copy_failed(store, result, path);
}
