/* parked.c - connections that wait on a disk in memory for the next ledger there. To open a ledger SQLite reads its whole
 * schema and compiles every statement, which costs more than a small ledger's life; a connection that has done so serves
 * another ledger just as well, when that was copied from where the first one was: what it knows of the file is checked against
 * the schema's number in the file, which a copy has from the original, and its cache of pages is emptied. */
#include "memory_files.h"

#include <string.h>

static lic_memory_disk *keeper(const store_vfs *vfs)
{
    lic_memory_disk *disk = vfs->below == NULL ? NULL : memory_vfs_disk(vfs->below);
    return disk != NULL && disk->keeps ? disk : NULL;
}

static lic_memory_disk *keeper_asked(const lic_store_options *options)
{
    sqlite3_vfs *vfs = options->vfs == NULL ? NULL : sqlite3_vfs_find(options->vfs);
    lic_memory_disk *disk = vfs == NULL ? NULL : memory_vfs_disk(vfs);
    return disk != NULL && disk->keeps ? disk : NULL;
}

bool store_keeps(const store_vfs *vfs)
{
    return keeper(vfs) != NULL;
}

/* A connection of which nothing is open, and that nothing has befallen. */
static bool is_idle(sqlite3 *db)
{
    if (db == NULL || sqlite3_get_autocommit(db) == 0) return false;
    for (sqlite3_stmt *s = sqlite3_next_stmt(db, NULL); s != NULL; s = sqlite3_next_stmt(db, s))
        if (sqlite3_stmt_busy(s)) return false;
    return true;
}

static memory_parked *free_place(lic_memory_disk *disk)
{
    for (size_t i = 0; i < LIC_COUNT(disk->parked); i++)
        if (disk->parked[i].db == NULL) return &disk->parked[i];
    return NULL;
}

bool store_park(lic_store *store)
{
    lic_memory_disk *disk = keeper(&store->vfs);
    bool good = disk != NULL && store->mode != LIC_STORE_CREATE && !store->lock.spoilt &&
                is_idle(store->db);
    memory_parked *place = good ? free_place(disk) : NULL;
    if (place == NULL) return false;
    store_behind_free(store);
    store_lock_release(&store->lock);
    *place = (memory_parked){.db = store->db, .store = store, .mode = store->mode};
    return true;
}

bool store_park_query(sqlite3 *db, const store_vfs *vfs, lic_query *query)
{
    lic_memory_disk *disk = keeper(vfs);
    memory_parked *place = disk != NULL && is_idle(db) ? free_place(disk) : NULL;
    if (place == NULL) return false;
    *place = (memory_parked){.db = db, .query = query};
    return true;
}

static bool same_file(sqlite3 *db, const char *path)
{
    return strcmp(memory_file_name(sqlite3_db_filename(db, "main")), memory_file_name(path)) == 0;
}

lic_store *store_parked(const lic_store_options *options)
{
    lic_memory_disk *disk = keeper_asked(options);
    for (size_t i = 0; disk != NULL && i < LIC_COUNT(disk->parked); i++) {
        memory_parked *p = &disk->parked[i];
        if (p->store == NULL || p->mode != options->mode || !same_file(p->db, options->path) ||
            p->store->allocator != options->allocator)
            continue;
        lic_store *store = p->store;
        *p = (memory_parked){0};
        return store;
    }
    return NULL;
}

lic_query *store_parked_query(const lic_store_options *options)
{
    lic_memory_disk *disk = keeper_asked(options);
    for (size_t i = 0; disk != NULL && i < LIC_COUNT(disk->parked); i++) {
        memory_parked *p = &disk->parked[i];
        if (p->query == NULL || !same_file(p->db, options->path)) continue;
        lic_query *query = p->query;
        *p = (memory_parked){0};
        return query;
    }
    return NULL;
}

/* -- the disk ------------------------------------------------------------------------------------------ */

void lic_memory_disk_keep(lic_memory_disk *disk)
{
    disk->keeps = true;
}

void memory_parked_end(lic_memory_disk *disk)
{
    bool keeps = disk->keeps;
    disk->keeps = false; /* what is closed now is not parked again */
    for (size_t i = 0; i < LIC_COUNT(disk->parked); i++) {
        memory_parked p = disk->parked[i];
        disk->parked[i] = (memory_parked){0};
        lic_store_close(p.store);
        lic_query_close(p.query);
    }
    disk->keeps = keeps;
}

unsigned memory_parked_on(const lic_memory_disk *disk, const memory_file *file)
{
    unsigned count = 0;
    for (size_t i = 0; i < LIC_COUNT(disk->parked); i++)
        if (disk->parked[i].db != NULL && same_file(disk->parked[i].db, file->name)) count++;
    return count;
}
