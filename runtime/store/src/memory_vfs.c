/* memory_vfs.c - SQLite's calls on a disk in memory. Locks are SQLite's five levels, kept in the file; who
 * cannot have one is told so at once, for whoever holds it is in the same thread. Nothing is lost here, so
 * that a sync has nothing to do. */
#include "memory_files.h"

#include <string.h>

static memory_handle *handle_of(sqlite3_file *file)
{
    return (memory_handle *)file;
}

static lic_memory_disk *disk_of(sqlite3_vfs *vfs)
{
    return (lic_memory_disk *)vfs;
}

/* -- an open file ------------------------------------------------------------------------------------ */

static int unlock_file(sqlite3_file *f, int level)
{
    memory_handle *handle = handle_of(f);
    memory_file *file = handle->file;
    if (file->reserved == handle) file->reserved = NULL;
    if (file->pending == handle) file->pending = NULL;
    if (level == SQLITE_LOCK_NONE && handle->level != SQLITE_LOCK_NONE) file->shared--;
    if (level < handle->level) handle->level = level;
    return SQLITE_OK;
}

static int close_file(sqlite3_file *f)
{
    memory_handle *handle = handle_of(f);
    memory_file *file = handle->file;
    (void)unlock_file(f, SQLITE_LOCK_NONE);
    handle->disk->opens--;
    if (--file->opens == 0 && file->removed) memory_file_free(handle->disk, file);
    f->pMethods = NULL;
    return SQLITE_OK;
}

static int read_file(sqlite3_file *f, void *target, int size, sqlite3_int64 offset)
{
    bool short_read = false;
    memory_bytes_read(&handle_of(f)->file->bytes, target, (size_t)size, (uint64_t)offset,
                      &short_read);
    return short_read ? SQLITE_IOERR_SHORT_READ : SQLITE_OK;
}

static int write_file(sqlite3_file *f, const void *source, int size, sqlite3_int64 offset)
{
    memory_handle *handle = handle_of(f);
    lic_status status = memory_bytes_write(&handle->file->bytes, &handle->disk->room, source,
                                           (size_t)size, (uint64_t)offset);
    if (status == LIC_OK) return SQLITE_OK;
    return status == LIC_TOO_LARGE ? SQLITE_FULL : SQLITE_IOERR_NOMEM;
}

static int truncate_file(sqlite3_file *f, sqlite3_int64 size)
{
    memory_bytes_cut(&handle_of(f)->file->bytes, &handle_of(f)->disk->room, (uint64_t)size);
    return SQLITE_OK;
}

static int sync_file(sqlite3_file *f, int flags)
{
    (void)f, (void)flags;
    return SQLITE_OK;
}

static int size_file(sqlite3_file *f, sqlite3_int64 *size)
{
    *size = (sqlite3_int64)handle_of(f)->file->bytes.size;
    return SQLITE_OK;
}

static bool other(const memory_handle *holder, const memory_handle *handle)
{
    return holder != NULL && holder != handle;
}

/* PENDING lets no new reader in; EXCLUSIVE is PENDING when the last other reader is gone. */
static int lock_exclusive(memory_handle *handle)
{
    memory_file *file = handle->file;
    if (other(file->reserved, handle) || other(file->pending, handle)) return SQLITE_BUSY;
    file->pending = handle;
    handle->level = SQLITE_LOCK_PENDING;
    if (file->shared > 1) return SQLITE_BUSY;
    handle->level = SQLITE_LOCK_EXCLUSIVE;
    return SQLITE_OK;
}

static int lock_file(sqlite3_file *f, int level)
{
    memory_handle *handle = handle_of(f);
    memory_file *file = handle->file;
    if (handle->level >= level) return SQLITE_OK;
    if (level == SQLITE_LOCK_SHARED) {
        if (other(file->pending, handle)) return SQLITE_BUSY;
        file->shared++;
    } else if (level == SQLITE_LOCK_RESERVED) {
        if (other(file->reserved, handle)) return SQLITE_BUSY;
        file->reserved = handle;
    } else {
        return lock_exclusive(handle);
    }
    handle->level = level;
    return SQLITE_OK;
}

static int check_reserved(sqlite3_file *f, int *result)
{
    const memory_file *file = handle_of(f)->file;
    *result = file->reserved != NULL || file->pending != NULL;
    return SQLITE_OK;
}

static int control_file(sqlite3_file *f, int operation, void *argument)
{
    (void)f, (void)operation, (void)argument;
    return SQLITE_NOTFOUND;
}

static int sector_size(sqlite3_file *f)
{
    (void)f;
    return 512;
}

static int characteristics(sqlite3_file *f)
{
    (void)f;
    return SQLITE_IOCAP_SAFE_APPEND | SQLITE_IOCAP_SEQUENTIAL | SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

/* Version 1: without shared memory, so that SQLite keeps no write-ahead log here. */
static const sqlite3_io_methods methods = {
    .iVersion = 1,
    .xClose = close_file,
    .xRead = read_file,
    .xWrite = write_file,
    .xTruncate = truncate_file,
    .xSync = sync_file,
    .xFileSize = size_file,
    .xLock = lock_file,
    .xUnlock = unlock_file,
    .xCheckReservedLock = check_reserved,
    .xFileControl = control_file,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = characteristics,
};

/* -- the disk ------------------------------------------------------------------------------------------ */

static int open_file(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *f, int flags, int *out)
{
    lic_memory_disk *disk = disk_of(vfs);
    memory_handle *handle = handle_of(f);
    memory_file *file = name == NULL ? NULL : memory_file_find(disk, name);
    f->pMethods = NULL;
    if (file == NULL && (flags & SQLITE_OPEN_CREATE) == 0) return SQLITE_CANTOPEN;
    if (file != NULL && (flags & SQLITE_OPEN_EXCLUSIVE) != 0) return SQLITE_CANTOPEN;
    bool passing = name == NULL || (flags & SQLITE_OPEN_DELETEONCLOSE) != 0;
    if (file == NULL) file = memory_file_create(disk, name);
    if (file == NULL) return SQLITE_NOMEM;
    *handle = (memory_handle){{&methods}, disk, file, SQLITE_LOCK_NONE};
    file->opens++;
    disk->opens++;
    if (passing) memory_file_remove(disk, file);
    if (out != NULL) *out = flags;
    return SQLITE_OK;
}

static int delete_file(sqlite3_vfs *vfs, const char *name, int sync_folder)
{
    memory_file *file = memory_file_find(disk_of(vfs), name);
    (void)sync_folder;
    if (file == NULL) return SQLITE_IOERR_DELETE_NOENT;
    memory_file_remove(disk_of(vfs), file);
    return SQLITE_OK;
}

static int access_file(sqlite3_vfs *vfs, const char *name, int flags, int *result)
{
    (void)flags;
    *result = memory_file_find(disk_of(vfs), name) != NULL;
    return SQLITE_OK;
}

/* The prefix tells people where the file is, and SQLite that no name is special (":memory:"). */
static int full_path(sqlite3_vfs *vfs, const char *name, int size, char *path)
{
    (void)vfs;
    const char *rest = memory_file_name(name);
    if (rest[0] == '\0' || strlen(rest) + sizeof MEMORY_PREFIX > (size_t)size)
        return SQLITE_CANTOPEN;
    (void)sqlite3_snprintf(size, path, "%s%s", MEMORY_PREFIX, rest);
    return SQLITE_OK;
}

/* Used when a store was given no randomness of its own. */
static int randomness(sqlite3_vfs *vfs, int size, char *bytes)
{
    (void)vfs;
    memset(bytes, 0, (size_t)size);
    return size;
}

/* Who holds a lock is in the same thread: waiting would not end it. */
static int sleep_for(sqlite3_vfs *vfs, int microseconds)
{
    (void)vfs;
    return microseconds;
}

static int last_error(sqlite3_vfs *vfs, int size, char *text)
{
    (void)vfs;
    if (size > 0) text[0] = '\0';
    return 0;
}

/* A store over the disk answers from its clock; this is what is left of the question. */
static int current_time(sqlite3_vfs *vfs, sqlite3_int64 *time)
{
    (void)vfs;
    *time = 0;
    return SQLITE_OK;
}

int memory_vfs_register(lic_memory_disk *disk)
{
    (void)sqlite3_snprintf((int)sizeof disk->name, disk->name, "licet-memory-%p", (void *)disk);
    disk->base = (sqlite3_vfs){
        .iVersion = 2,
        .szOsFile = (int)sizeof(memory_handle),
        .mxPathname = MEMORY_PATH_SIZE - 1,
        .zName = disk->name,
        .xOpen = open_file,
        .xDelete = delete_file,
        .xAccess = access_file,
        .xFullPathname = full_path,
        .xRandomness = randomness,
        .xSleep = sleep_for,
        .xGetLastError = last_error,
        .xCurrentTimeInt64 = current_time,
    };
    return sqlite3_vfs_register(&disk->base, 0);
}

lic_memory_disk *memory_vfs_disk(sqlite3_vfs *vfs)
{
    return vfs->xOpen == open_file ? disk_of(vfs) : NULL;
}

sqlite3_vfs *memory_vfs_below(sqlite3_vfs *vfs)
{
    return vfs->xOpen == open_file ? disk_of(vfs)->system : NULL;
}
