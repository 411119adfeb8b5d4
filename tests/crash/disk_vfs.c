/* disk_vfs.c - SQLite's calls on a disk that forgets: what its VFS for Linux does (which syncs make names safe, what an
 * empty file is to who asks for it, sectors, locks, shared memory), noted, and failing where it is told to. Who
 * cannot have a lock is told so at once, for whoever holds it is in the same thread. */
#include "disk_private.h"

#include <stdlib.h>
#include <string.h>

#define REGION_SIZE 32768
#define JOURNALS (SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL)

static disk_handle *handle_of(sqlite3_file *file)
{
    return (disk_handle *)file;
}

static crash_disk *disk_of(sqlite3_vfs *vfs)
{
    return (crash_disk *)vfs;
}

/* -- faults ------------------------------------------------------------------------------------------ */

/* What a call may suffer from. */
typedef enum call_kind { ANY = 0, TAKES_ROOM = 1, WRITES = 2 } call_kind;

static bool fails(crash_disk *disk, call_kind call)
{
    if (!disk->armed) return false;
    if (disk->fault == DISK_SHORT && call != WRITES) return false;
    if (disk->fault == DISK_FULL && call == ANY) return false;
    disk_note_call(disk);
    if (disk->left > 0) return disk->left--, false;
    if (disk->failures > 0 && !disk->forever) return false;
    disk->failures++;
    if (disk_is_elsewhere(disk)) disk->failures_elsewhere++;
    return true;
}

/* -- an open file -------------------------------------------------------------------------------------- */

static int unlock_file(sqlite3_file *f, int level)
{
    disk_handle *handle = handle_of(f);
    live_file *file = handle->file;
    if (file->reserved == handle) file->reserved = NULL;
    if (file->pending == handle) file->pending = NULL;
    if (level == SQLITE_LOCK_NONE && handle->level != SQLITE_LOCK_NONE) file->shared--;
    if (level < handle->level) handle->level = level;
    return fails(handle->disk, ANY) ? SQLITE_IOERR_UNLOCK : SQLITE_OK;
}

static int unmap(sqlite3_file *f, int delete);

static int close_file(sqlite3_file *f)
{
    disk_handle *handle = handle_of(f);
    live_file *file = handle->file;
    (void)unmap(f, 0);
    (void)unlock_file(f, SQLITE_LOCK_NONE);
    handle->disk->opens--;
    if (--file->opens == 0 && !file->listed) disk_release(file);
    f->pMethods = NULL;
    return SQLITE_OK;
}

static int read_file(sqlite3_file *f, void *target, int size, sqlite3_int64 offset)
{
    bool short_read = false;
    if (fails(handle_of(f)->disk, ANY)) return SQLITE_IOERR_READ;
    memory_bytes_read(&handle_of(f)->file->bytes, target, (size_t)size, (uint64_t)offset,
                      &short_read);
    return short_read ? SQLITE_IOERR_SHORT_READ : SQLITE_OK;
}

static void write_bytes(disk_handle *handle, const void *source, size_t size, uint64_t offset)
{
    if (size == 0) return;
    disk_note(handle->disk, DISK_WRITE, handle->file, offset, source, size);
    disk_good(memory_bytes_write(&handle->file->bytes, &disk_room, source, size, offset));
}

static int write_file(sqlite3_file *f, const void *source, int size, sqlite3_int64 offset)
{
    disk_handle *handle = handle_of(f);
    bool failed = fails(handle->disk, WRITES);
    disk_fault fault = handle->disk->fault;
    size_t arrives = !failed ? (size_t)size : fault == DISK_EIO ? 0 : (size_t)size / 2;
    write_bytes(handle, source, arrives, (uint64_t)offset);
    if (!failed) return SQLITE_OK;
    return fault == DISK_FULL ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}

static int truncate_file(sqlite3_file *f, sqlite3_int64 size)
{
    disk_handle *handle = handle_of(f);
    if (fails(handle->disk, ANY)) return SQLITE_IOERR_TRUNCATE;
    disk_note(handle->disk, DISK_CUT, handle->file, (uint64_t)size, NULL, 0);
    memory_bytes_cut(&handle->file->bytes, &disk_room, (uint64_t)size);
    return SQLITE_OK;
}

static int sync_file(sqlite3_file *f, int flags)
{
    disk_handle *handle = handle_of(f);
    crash_disk *disk = handle->disk;
    (void)flags;
    if (fails(disk, TAKES_ROOM)) {
        uint64_t seed = disk_draw(&disk->chance, UINT64_MAX);
        disk_note(disk, DISK_SYNC_FAILED, handle->file, seed, NULL, 0);
        return SQLITE_IOERR_FSYNC;
    }
    if (disk->lies) return SQLITE_OK;
    disk_note(disk, DISK_SYNC, handle->file, 0, NULL, 0);
    if (handle->sync_folder) disk_note(disk, DISK_SYNC_FOLDER, NULL, 0, NULL, 0);
    handle->sync_folder = false;
    return SQLITE_OK;
}

static int size_file(sqlite3_file *f, sqlite3_int64 *size)
{
    if (fails(handle_of(f)->disk, ANY)) return SQLITE_IOERR_FSTAT;
    *size = (sqlite3_int64)handle_of(f)->file->bytes.size;
    return SQLITE_OK;
}

/* -- locks on a file ----------------------------------------------------------------------------------------- */

static bool other(const disk_handle *holder, const disk_handle *handle)
{
    return holder != NULL && holder != handle;
}

/* PENDING lets no new reader in; EXCLUSIVE is PENDING when the last other reader is gone. */
static int lock_exclusive(disk_handle *handle)
{
    live_file *file = handle->file;
    if (other(file->reserved, handle) || other(file->pending, handle)) return SQLITE_BUSY;
    file->pending = handle;
    handle->level = SQLITE_LOCK_PENDING;
    if (file->shared > 1) return SQLITE_BUSY;
    handle->level = SQLITE_LOCK_EXCLUSIVE;
    return SQLITE_OK;
}

static int lock_file(sqlite3_file *f, int level)
{
    disk_handle *handle = handle_of(f);
    live_file *file = handle->file;
    if (handle->level >= level) return SQLITE_OK;
    if (fails(handle->disk, ANY)) return SQLITE_IOERR_LOCK;
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
    const live_file *file = handle_of(f)->file;
    if (fails(handle_of(f)->disk, ANY)) return SQLITE_IOERR_CHECKRESERVEDLOCK;
    *result = file->reserved != NULL || file->pending != NULL;
    return SQLITE_OK;
}

static int control_file(sqlite3_file *f, int operation, void *argument)
{
    (void)argument;
    if (operation == SQLITE_FCNTL_COMMIT_PHASETWO) disk_note_commit(handle_of(f)->disk);
    return SQLITE_NOTFOUND;
}

static int sector_size(sqlite3_file *f)
{
    (void)f;
    return DISK_BLOCK;
}

static int characteristics(sqlite3_file *f)
{
    return handle_of(f)->disk->harms ? 0 : SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

/* -- shared memory -------------------------------------------------------------------------------------------- */

static int map(sqlite3_file *f, int region, int size, int extend, void volatile **memory)
{
    disk_handle *handle = handle_of(f);
    live_file *file = handle->file;
    *memory = NULL;
    if (fails(handle->disk, TAKES_ROOM)) return SQLITE_IOERR_SHMMAP;
    if (region >= DISK_REGIONS || size != REGION_SIZE) return SQLITE_IOERR_SHMSIZE;
    if (!handle->maps) file->mapped++;
    handle->maps = true;
    if (file->regions[region] == NULL && extend != 0)
        file->regions[region] = disk_need(calloc(1, REGION_SIZE));
    *memory = file->regions[region];
    return SQLITE_OK;
}

static void release_slot(disk_handle *handle, unsigned slot)
{
    live_file *file = handle->file;
    unsigned bit = 1u << slot;
    if ((handle->shared & bit) != 0) file->slot_shared[slot]--;
    if ((handle->exclusive & bit) != 0) file->slot_exclusive[slot] = NULL;
    handle->shared &= ~bit;
    handle->exclusive &= ~bit;
}

static bool slot_taken(const disk_handle *handle, unsigned slot, bool exclusive)
{
    const live_file *file = handle->file;
    unsigned own = (handle->shared >> slot) & 1;
    return other(file->slot_exclusive[slot], handle) ||
           (exclusive && file->slot_shared[slot] > own);
}

static int lock_slots(sqlite3_file *f, int first, int count, int flags)
{
    disk_handle *handle = handle_of(f);
    bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
    unsigned begin = (unsigned)first, end = (unsigned)(first + count);
    if ((flags & SQLITE_SHM_UNLOCK) != 0) {
        for (unsigned i = begin; i < end; i++) release_slot(handle, i);
        return SQLITE_OK;
    }
    if (fails(handle->disk, ANY)) return SQLITE_IOERR_SHMLOCK;
    for (unsigned i = begin; i < end; i++)
        if (slot_taken(handle, i, exclusive)) return SQLITE_BUSY;
    for (unsigned i = begin; i < end; i++) {
        unsigned bit = 1u << i;
        if (exclusive) {
            handle->file->slot_exclusive[i] = handle;
            handle->exclusive |= bit;
        } else if ((handle->shared & bit) == 0) {
            handle->file->slot_shared[i]++;
            handle->shared |= bit;
        }
    }
    return SQLITE_OK;
}

static void barrier(sqlite3_file *f)
{
    (void)f;
}

/* Who comes after the last one finds the memory empty, as SQLite sees to on Linux. */
static int unmap(sqlite3_file *f, int delete)
{
    disk_handle *handle = handle_of(f);
    live_file *file = handle->file;
    (void)delete;
    if (!handle->maps) return SQLITE_OK;
    for (unsigned i = 0; i < DISK_SLOTS; i++) release_slot(handle, i);
    handle->maps = false;
    if (--file->mapped > 0) return SQLITE_OK;
    for (size_t i = 0; i < DISK_REGIONS; i++) {
        free(file->regions[i]);
        file->regions[i] = NULL;
    }
    return SQLITE_OK;
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
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
    .xShmMap = map,
    .xShmLock = lock_slots,
    .xShmBarrier = barrier,
    .xShmUnmap = unmap,
};

/* -- the folder -------------------------------------------------------------------------------------------------- */

static int open_file(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *f, int flags, int *out)
{
    crash_disk *disk = disk_of(vfs);
    live_file *file = name == NULL ? NULL : disk_find(disk, name);
    bool passing = name == NULL || (flags & SQLITE_OPEN_DELETEONCLOSE) != 0;
    f->pMethods = NULL;
    if (fails(disk, file == NULL ? TAKES_ROOM : ANY)) return SQLITE_CANTOPEN;
    if (file == NULL && (flags & SQLITE_OPEN_CREATE) == 0) return SQLITE_CANTOPEN;
    if (file != NULL && (flags & SQLITE_OPEN_EXCLUSIVE) != 0) return SQLITE_CANTOPEN;
    if (file == NULL && passing) file = disk_add(disk, NULL, 0);
    if (file == NULL) {
        file = disk_add(disk, name, disk->next_file++);
        disk_note(disk, DISK_ENTER, file, 0, NULL, 0);
    }
    *handle_of(f) = (disk_handle){.base = {&methods}, .disk = disk, .file = file};
    handle_of(f)->sync_folder = (flags & SQLITE_OPEN_CREATE) != 0 && (flags & JOURNALS) != 0;
    file->opens++;
    disk->opens++;
    if (out != NULL) *out = flags;
    return SQLITE_OK;
}

static int delete_file(sqlite3_vfs *vfs, const char *name, int sync_folder)
{
    crash_disk *disk = disk_of(vfs);
    live_file *file = disk_find(disk, name);
    if (fails(disk, ANY)) return SQLITE_IOERR_DELETE;
    if (file == NULL) return SQLITE_IOERR_DELETE_NOENT;
    disk_note(disk, DISK_LEAVE, file, 0, NULL, 0);
    disk_drop(disk, file);
    if (sync_folder == 0 || disk->lies) return SQLITE_OK;
    if (fails(disk, TAKES_ROOM)) return SQLITE_IOERR_DIR_FSYNC;
    disk_note(disk, DISK_SYNC_FOLDER, NULL, 0, NULL, 0);
    return SQLITE_OK;
}

/* A file without bytes counts as none, as on Linux. */
static int access_file(sqlite3_vfs *vfs, const char *name, int flags, int *result)
{
    const live_file *file = disk_find(disk_of(vfs), name);
    if (fails(disk_of(vfs), ANY)) return SQLITE_IOERR_ACCESS;
    *result = file != NULL && (flags != SQLITE_ACCESS_EXISTS || file->bytes.size > 0);
    return SQLITE_OK;
}

static int full_path(sqlite3_vfs *vfs, const char *name, int size, char *path)
{
    (void)vfs;
    if (strlen(name) >= (size_t)size || strlen(name) + sizeof "-journal" > DISK_NAME)
        return SQLITE_CANTOPEN;
    memcpy(path, name, strlen(name) + 1);
    return SQLITE_OK;
}

static int randomness(sqlite3_vfs *vfs, int size, char *bytes)
{
    (void)vfs;
    memset(bytes, 0, (size_t)size);
    return size;
}

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

static int current_time(sqlite3_vfs *vfs, sqlite3_int64 *time)
{
    (void)vfs;
    *time = 0;
    return SQLITE_OK;
}

int disk_register(crash_disk *disk)
{
    (void)sqlite3_snprintf((int)sizeof disk->name, disk->name, "forgets-%p", (void *)disk);
    disk->base = (sqlite3_vfs){
        .iVersion = 2,
        .szOsFile = (int)sizeof(disk_handle),
        .mxPathname = DISK_NAME,
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
