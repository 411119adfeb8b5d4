/* ahead.c - what a long transaction has written goes to the disk while its block is still being made, so that the commit's own sync
 * finds little left. It is no part of the transaction's order: what is new is read by nobody before the commit, and what it is
 * written over is in the journal, which SQLite syncs before.
 *
 * The thread syncs the file of the VFS below, past what gather.c keeps of it: that is written down before. Beside it the
 * connection may read and write the file, as beside the kernel's own writing back. A sync that fails is a failure of the
 * transaction, because the next one may not tell. On a disk that is simulated there is no thread: its calls come in one order. */
#include "internal.h"

static int sync_below(const store_ahead *ahead)
{
    return ahead->below->pMethods->xSync(ahead->below, SQLITE_SYNC_NORMAL);
}

static void *sync_in_thread(void *context)
{
    store_ahead *ahead = context;
    ahead->result = sync_below(ahead);
    return NULL;
}

/* Where pages go: the log, if there is one, or the ledger. */
static int find_file(sqlite3 *db, sqlite3_file **file)
{
    int result = sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, file);
    if (result != SQLITE_OK || store_gathers(*file)) return result;
    return sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, file);
}

/* What the connection has changed goes to the file. */
static int write_pages(lic_store *store, sqlite3_file **below)
{
    sqlite3_file *file = NULL;
    int result = sqlite3_db_cacheflush(store->db);
    if (result == SQLITE_OK) result = find_file(store->db, &file);
    return result == SQLITE_OK ? store_gather_end(file, below) : result;
}

lic_status lic_store_send_ahead(lic_store *store)
{
    store_ahead *ahead = &store->ahead;
    LIC_TRY(store_settle(store));
    if (!store->threads) return LIC_OK;
    LIC_TRY(store_ahead_wait(store));
    int result = write_pages(store, &ahead->below);
    if ((result & 0xff) == SQLITE_BUSY)
        return LIC_OK; /* a reader is in the way: the commit will do it */
    if (result != SQLITE_OK) return store_fail(store, result, "sync");
    if (store->thresholds.counts != NULL) store->thresholds.counts->syncs++;
    ahead->running = !store->simulated &&
                     pthread_create(&ahead->thread, NULL, sync_in_thread, ahead) == 0;
    return ahead->running ? LIC_OK : store_fail(store, sync_below(ahead), "sync");
}

lic_status store_ahead_wait(lic_store *store)
{
    store_ahead *ahead = &store->ahead;
    if (!ahead->running) return LIC_OK;
    ahead->running = false;
    LIC_ASSERT(pthread_join(ahead->thread, NULL) == 0);
    return store_fail(store, ahead->result, "sync");
}
