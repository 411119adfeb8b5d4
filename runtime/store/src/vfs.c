/* The VFS between SQLite and the operating system (or a simulation of it): file calls go through (those on the ledger and its log by
 * way of gather.c), time and randomness come from the interfaces that were passed in. And the writer's lock, which goes
 * through the same VFS, so that a simulated disk has it too. */
#include "internal.h"

#include <string.h>

#define SECONDS_OF_EPOCH \
    INT64_C(210866760000) /* from SQLite's day zero, noon of -4713-11-24, to 1970 */

static store_vfs *of(sqlite3_vfs *vfs)
{
    return (store_vfs *)vfs;
}

static int open_file(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags,
                     int *out)
{
    sqlite3_vfs *below = of(vfs)->below;
    if (of(vfs)->gathers && (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_DB)) != 0)
        return store_gather_open(below, name, file, flags, out);
    return below->xOpen(below, name, file, flags, out);
}

static int delete_file(sqlite3_vfs *vfs, const char *name, int sync_folder)
{
    return of(vfs)->below->xDelete(of(vfs)->below, name, sync_folder);
}

static int access_file(sqlite3_vfs *vfs, const char *name, int flags, int *result)
{
    return of(vfs)->below->xAccess(of(vfs)->below, name, flags, result);
}

static int full_path(sqlite3_vfs *vfs, const char *name, int size, char *path)
{
    return of(vfs)->below->xFullPathname(of(vfs)->below, name, size, path);
}

/* One number is drawn when the store opens, and this stream (splitmix64, Steele and others 2014) goes on from
 * it: SQLite has one generator a process and seeds it when it likes, so that how often it asked would
 * depend on what else is open. Nothing rests on it: it sets the marks of journals. */
static uint64_t next_number(store_vfs *vfs)
{
    uint64_t x = vfs->stream += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

static int randomness(sqlite3_vfs *vfs, int size, char *bytes)
{
    if (of(vfs)->random == NULL) return of(vfs)->below->xRandomness(of(vfs)->below, size, bytes);
    for (int i = 0; i < size; i++) bytes[i] = (char)(next_number(of(vfs)) >> 56);
    return size;
}

static int sleep_for(sqlite3_vfs *vfs, int microseconds)
{
    return of(vfs)->below->xSleep(of(vfs)->below, microseconds);
}

static int last_error(sqlite3_vfs *vfs, int size, char *text)
{
    return of(vfs)->below->xGetLastError(of(vfs)->below, size, text);
}

/* Milliseconds of the julian day, as SQLite counts. */
static int current_time(sqlite3_vfs *vfs, sqlite3_int64 *time)
{
    const lic_clock *clock = of(vfs)->clock;
    if (clock == NULL) clock = &lic_clock_system;
    *time = (clock->now(clock->context) + SECONDS_OF_EPOCH) * 1000;
    return SQLITE_OK;
}

/* The default may be that of another open store, or be a disk in memory when such a store was closed before
 * it: go below all of ours, or their end would take ours. */
lic_status store_vfs_system(sqlite3_vfs **system, lic_error *error)
{
    if (sqlite3_initialize() != SQLITE_OK)
        return lic_fail(error, LIC_CONFIGURATION, "sqlite", "install SQLite 3.40 or newer",
                        "SQLite does not initialise");
    sqlite3_vfs *found = sqlite3_vfs_find(NULL), *below = found;
    while (below != NULL) {
        found = below;
        below = found->xOpen == open_file ? of(found)->below : memory_vfs_below(found);
    }
    *system = found;
    return LIC_OK;
}

void store_vfs_renew(store_vfs *vfs, const lic_store_options *options)
{
    vfs->clock = options->clock;
    vfs->random = options->random;
    if (vfs->random == NULL) return;
    uint8_t drawn[8];
    vfs->random->fill(vfs->random->context, drawn, sizeof drawn);
    vfs->stream = lic_load_u64(drawn);
}

lic_status store_vfs_register(store_vfs *vfs, const lic_store_options *options, lic_error *error)
{
    LIC_TRY(store_vfs_system(&vfs->below, error));
    if (options->vfs != NULL) vfs->below = sqlite3_vfs_find(options->vfs);
    if (vfs->below == NULL)
        return lic_fail(error, LIC_CONFIGURATION, "vfs", "register it before opening",
                        "SQLite has no VFS \"%s\"",
                        options->vfs != NULL ? options->vfs : "default");
    store_vfs_renew(vfs, options);
    (void)sqlite3_snprintf((int)sizeof vfs->name, vfs->name, "licet-%p", (void *)vfs);
    vfs->base = (sqlite3_vfs){
        .iVersion = 2,
        .szOsFile = store_gather_size(vfs->below),
        .mxPathname = vfs->below->mxPathname,
        .zName = vfs->name,
        .xOpen = open_file,
        .xDelete = delete_file,
        .xAccess = access_file,
        .xFullPathname = full_path,
        .xRandomness = randomness,
        .xSleep = sleep_for,
        .xGetLastError = last_error,
        .xCurrentTimeInt64 = current_time,
    };
    /* SQLite seeds its one generator from the default VFS: with injected randomness that is ours,
     * and what was drawn before is forgotten. */
    int result = sqlite3_vfs_register(&vfs->base, vfs->random != NULL);
    if (result == SQLITE_OK && vfs->random != NULL) sqlite3_randomness(0, NULL);
    if (result == SQLITE_OK) return LIC_OK;
    vfs->below = NULL;
    return lic_fail(error, LIC_NO_MEMORY, "vfs", "free memory", "cannot register a VFS");
}

void store_vfs_unregister(store_vfs *vfs)
{
    if (vfs->below != NULL) sqlite3_vfs_unregister(&vfs->base);
    vfs->below = NULL;
}

/* -- the writer's lock -------------------------------------------------------------------------- */

#define SLEEP_MOST_US 50000 /* a writer that ends is noticed within that */

static int try_lock(const store_lock *lock)
{
    int result = lock->file->pMethods->xLock(lock->file, SQLITE_LOCK_SHARED);
    if (result == SQLITE_OK) result = lock->file->pMethods->xLock(lock->file, SQLITE_LOCK_RESERVED);
    if (result != SQLITE_OK) /* who waits holds nothing */
        (void)lock->file->pMethods->xUnlock(lock->file, SQLITE_LOCK_NONE);
    return result;
}

/* Tries again until the time is over, at growing distances. */
static int wait_for_lock(const store_lock *lock, sqlite3_vfs *vfs, const lic_store_options *options)
{
    const lic_clock *clock = options->clock == NULL ? &lic_clock_system : options->clock;
    int result = try_lock(lock), pause = 1000;
    if ((result & 0xff) != SQLITE_BUSY || options->wait_ms == 0) return result;
    uint64_t until = clock->ticks(clock->context) + (uint64_t)options->wait_ms * 1000000u;
    while ((result & 0xff) == SQLITE_BUSY && clock->ticks(clock->context) < until) {
        (void)vfs->xSleep(vfs, pause);
        pause = pause * 2 < SLEEP_MOST_US ? pause * 2 : SLEEP_MOST_US;
        result = try_lock(lock);
    }
    return result;
}

static lic_status lock_file(store_lock *lock, sqlite3_vfs *vfs, const lic_store_options *options,
                            const char *path, lic_error *error)
{
    int result = wait_for_lock(lock, vfs, options);
    if (result == SQLITE_OK) return LIC_OK;
    if ((result & 0xff) == SQLITE_BUSY)
        return lic_fail(error, LIC_LOCKED, "locked", "wait until it is done, or stop it",
                        "another process writes to the ledger %s", path);
    return lic_fail(error, LIC_IO, "lock", "use a file system with locks",
                    "cannot lock %s-lock: %s", path, sqlite3_errstr(result));
}

/* One byte, never synced: it is for a writer that comes after this one died on a machine that went on, and knows what
 * is in the file only as long as what this one wrote last may be nowhere else either. */
static lic_status leave_mark(store_lock *lock, const char *path, lic_error *error)
{
    static const char mark = 'w';
    sqlite3_int64 size = 0;
    int result = lock->file->pMethods->xFileSize(lock->file, &size);
    lock->found = size > 0;
    lock->spoilt = lock->found; /* until it is made safe */
    if (result == SQLITE_OK && !lock->found)
        result = lock->file->pMethods->xWrite(lock->file, &mark, sizeof mark, 0);
    if (result == SQLITE_OK) return LIC_OK;
    if (store_status(result) == LIC_NO_MEMORY)
        return lic_fail(error, LIC_NO_MEMORY, "lock", "free memory",
                        "no memory for the ledger's lock");
    return lic_fail(error, LIC_IO, "lock", "check free space, permissions and the disk",
                    "cannot write %s-lock: %s", path, sqlite3_errstr(result));
}

lic_status store_lock_take(store_lock *lock, sqlite3_vfs *vfs, const lic_store_options *options,
                           const char *path, lic_error *error)
{
    char *text = sqlite3_mprintf("%s-lock", path);
    lock->name = text != NULL ? sqlite3_create_filename(text, "", "", 0, NULL) : NULL;
    sqlite3_free(text);
    lock->file = lock->name != NULL ? sqlite3_malloc(vfs->szOsFile) : NULL;
    if (lock->file == NULL) {
        store_lock_release(lock);
        return lic_fail(error, LIC_NO_MEMORY, "lock", "free memory",
                        "no memory for the ledger's lock");
    }
    memset(lock->file, 0, (size_t)vfs->szOsFile);
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MAIN_DB;
    int result = vfs->xOpen(vfs, lock->name, lock->file, flags, &flags);
    lic_status status = LIC_OK;
    if (store_status(result) == LIC_NO_MEMORY)
        status = lic_fail(error, LIC_NO_MEMORY, "lock", "free memory",
                          "no memory for the ledger's lock");
    else if (result != SQLITE_OK || (flags & SQLITE_OPEN_READWRITE) == 0)
        status = lic_fail(error, LIC_IO, "lock", "check the folder and its permissions",
                          "cannot write %s-lock", path);
    if (status == LIC_OK) status = lock_file(lock, vfs, options, path, error);
    lock->held = status == LIC_OK;
    if (status == LIC_OK) status = leave_mark(lock, path, error);
    if (status != LIC_OK) store_lock_release(lock);
    return status;
}

/* The empty file stays: removing it would let two writers hold two locks of one name. */
void store_lock_release(store_lock *lock)
{
    if (lock->file != NULL && lock->file->pMethods != NULL) {
        if (lock->held && !lock->spoilt) (void)lock->file->pMethods->xTruncate(lock->file, 0);
        (void)lock->file->pMethods->xUnlock(lock->file, SQLITE_LOCK_NONE);
        (void)lock->file->pMethods->xClose(lock->file);
    }
    sqlite3_free(lock->file);
    if (lock->name != NULL) sqlite3_free_filename(lock->name);
    *lock = (store_lock){0};
}
