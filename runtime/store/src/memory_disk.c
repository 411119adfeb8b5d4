/* memory_disk.c - a disk in memory as its owner sees it: files by name, copies, ledgers brought in. */
#include "memory_files.h"

#include <string.h>

static lic_status out_of_memory(lic_error *error)
{
    return lic_fail(error, LIC_NO_MEMORY, "memory", "free memory and try again", "out of memory");
}

/* -- files ------------------------------------------------------------------------------------------- */

const char *memory_file_name(const char *name)
{
    size_t size = sizeof MEMORY_PREFIX - 1;
    return strncmp(name, MEMORY_PREFIX, size) == 0 ? name + size : name;
}

memory_file *memory_file_find(const lic_memory_disk *disk, const char *name)
{
    memory_file *file = disk->files;
    while (file != NULL && strcmp(file->name, memory_file_name(name)) != 0) file = file->next;
    return file;
}

memory_file *memory_file_create(lic_memory_disk *disk, const char *name)
{
    const lic_allocator *allocator = disk->room.allocator;
    memory_file *file = lic_allocate_zero(allocator, 1, sizeof *file);
    if (file == NULL || name == NULL) return file;
    file->name_size = strlen(memory_file_name(name)) + 1;
    file->name = lic_allocate(allocator, file->name_size);
    if (file->name == NULL) {
        lic_release(allocator, file, sizeof *file);
        return NULL;
    }
    memcpy(file->name, memory_file_name(name), file->name_size);
    file->next = disk->files;
    disk->files = file;
    return file;
}

void memory_file_remove(lic_memory_disk *disk, memory_file *file)
{
    memory_file **link = &disk->files;
    while (*link != NULL && *link != file) link = &(*link)->next;
    if (*link != NULL) *link = file->next;
    file->removed = true;
    if (file->opens == 0) memory_file_free(disk, file);
}

void memory_file_free(lic_memory_disk *disk, memory_file *file)
{
    memory_bytes_free(&file->bytes, &disk->room);
    lic_release(disk->room.allocator, file->name, file->name_size);
    lic_release(disk->room.allocator, file, sizeof *file);
}

/* -- the disk ------------------------------------------------------------------------------------------ */

lic_status lic_memory_disk_create(const lic_allocator *allocator, uint64_t max_bytes,
                                  lic_memory_disk **result, lic_error *error)
{
    LIC_ASSERT(max_bytes >= LIC_MEMORY_CHUNK);
    sqlite3_vfs *system = NULL;
    LIC_TRY(store_vfs_system(&system, error));
    lic_memory_disk *disk = lic_allocate_zero(allocator, 1, sizeof *disk);
    if (disk == NULL) return out_of_memory(error);
    disk->system = system;
    disk->room = (memory_room){.allocator = allocator, .max_chunks = max_bytes / LIC_MEMORY_CHUNK};
    if (memory_vfs_register(disk) != SQLITE_OK) {
        lic_release(allocator, disk, sizeof *disk);
        return out_of_memory(error);
    }
    *result = disk;
    return LIC_OK;
}

void lic_memory_disk_destroy(lic_memory_disk *disk)
{
    if (disk == NULL) return;
    memory_parked_end(disk);
    LIC_ASSERT(disk->opens == 0); /* a store, query or engine outlived its disk */
    (void)sqlite3_vfs_unregister(&disk->base);
    while (disk->files != NULL) memory_file_remove(disk, disk->files);
    lic_release(disk->room.allocator, disk, sizeof *disk);
}

const char *lic_memory_disk_vfs(const lic_memory_disk *disk)
{
    return disk->name;
}

uint64_t lic_memory_disk_used(const lic_memory_disk *disk)
{
    return disk->room.chunks * LIC_MEMORY_CHUNK;
}

bool lic_memory_disk_find(const lic_memory_disk *disk, const char *name, uint64_t *size)
{
    const memory_file *file = memory_file_find(disk, name);
    if (file != NULL && size != NULL) *size = file->bytes.size;
    return file != NULL;
}

/* -- what is asked of names and files -------------------------------------------------------------------- */

static memory_file *beside(const lic_memory_disk *disk, const char *name, const char *suffix)
{
    char text[MEMORY_PATH_SIZE];
    (void)sqlite3_snprintf((int)sizeof text, text, "%s%s", memory_file_name(name), suffix);
    return memory_file_find(disk, text);
}

/* A file whose bytes are a committed state. */
static lic_status find_settled(const lic_memory_disk *disk, const char *name,
                               const memory_file **file, lic_error *error)
{
    *file = memory_file_find(disk, name);
    if (*file == NULL)
        return lic_fail(error, LIC_MISSING, "no_file", "give the name of a file on the disk",
                        "the disk in memory has no file %s", name);
    if ((*file)->reserved == NULL && (*file)->pending == NULL &&
        beside(disk, name, "-journal") == NULL)
        return LIC_OK;
    return lic_fail(error, LIC_LOCKED, "locked", "commit first",
                    "a transaction is open on the file %s in memory", name);
}

static lic_status check_new(const lic_memory_disk *disk, const char *name, lic_error *error)
{
    size_t size = strlen(memory_file_name(name));
    if (size == 0 || size > LIC_MEMORY_NAME_MAX)
        return lic_fail(error, LIC_MALFORMED, "name", "give a name of 1 to 255 bytes",
                        "the name of a file in memory has %zu bytes", size);
    if (memory_file_find(disk, name) == NULL) return LIC_OK;
    return lic_fail(error, LIC_REFUSED, "exists", "choose another name",
                    "%s exists on the disk in memory and is not overwritten", name);
}

static lic_status fail_filling(lic_memory_disk *disk, memory_file *file, lic_status status,
                               lic_error *error)
{
    uint64_t max = disk->room.max_chunks * LIC_MEMORY_CHUNK;
    memory_parked_end(disk);
    memory_file_remove(disk, file);
    if (status == LIC_NO_MEMORY) return out_of_memory(error);
    return lic_fail(error, status, "disk_full", "make the disk larger, or remove files from it",
                    "the disk in memory is full: it holds at most %llu bytes",
                    (unsigned long long)max);
}

/* A file that only parked connections have open: emptied, to be filled again. */
static memory_file *waiting_file(lic_memory_disk *disk, const char *name)
{
    memory_file *file = disk->keeps ? memory_file_find(disk, name) : NULL;
    if (file == NULL || file->opens == 0 || file->opens != memory_parked_on(disk, file))
        return NULL;
    memory_bytes_cut(&file->bytes, &disk->room, 0);
    return file;
}

/* -- files in and out --------------------------------------------------------------------------------------- */

lic_status lic_memory_disk_copy(const lic_memory_disk *from, const char *name, lic_memory_disk *to,
                                const char *new_name, lic_error *error)
{
    const memory_file *source = NULL;
    LIC_TRY(find_settled(from, name, &source, error));
    memory_file *file = waiting_file(to, new_name);
    if (file == NULL) {
        LIC_TRY(check_new(to, new_name, error));
        file = memory_file_create(to, new_name);
    }
    if (file == NULL) return out_of_memory(error);
    lic_status status = memory_bytes_copy(&source->bytes, &from->room, &file->bytes, &to->room);
    return status == LIC_OK ? LIC_OK : fail_filling(to, file, status, error);
}

lic_status lic_memory_disk_get(const lic_memory_disk *disk, const char *name, lic_buffer *target,
                               lic_error *error)
{
    const memory_file *file = NULL;
    bool short_read = false;
    LIC_TRY(find_settled(disk, name, &file, error));
    if (file->bytes.size > target->max - target->size)
        return lic_fail(error, LIC_TOO_LARGE, "size", "read it in another way",
                        "the file %s in memory has %llu bytes", name,
                        (unsigned long long)file->bytes.size);
    uint8_t *place = lic_buffer_extend(target, (size_t)file->bytes.size);
    if (place == NULL) return out_of_memory(error);
    memory_bytes_read(&file->bytes, place, (size_t)file->bytes.size, 0, &short_read);
    return LIC_OK;
}

lic_status lic_memory_disk_put(lic_memory_disk *disk, const char *name, lic_slice bytes,
                               lic_error *error)
{
    LIC_TRY(check_new(disk, name, error));
    memory_file *file = memory_file_create(disk, name);
    if (file == NULL) return out_of_memory(error);
    lic_status status = memory_bytes_write(&file->bytes, &disk->room, bytes.data, bytes.size, 0);
    return status == LIC_OK ? LIC_OK : fail_filling(disk, file, status, error);
}

lic_status lic_memory_disk_remove(lic_memory_disk *disk, const char *name, lic_error *error)
{
    static const char *const suffixes[] = {"-journal", "-lock", ""};
    memory_file *files[LIC_COUNT(suffixes)];
    memory_parked_end(disk);
    for (size_t i = 0; i < LIC_COUNT(suffixes); i++) {
        files[i] = beside(disk, name, suffixes[i]);
        if (files[i] != NULL && files[i]->opens > 0)
            return lic_fail(error, LIC_LOCKED, "open", "close it first",
                            "the file %s in memory is open", files[i]->name);
    }
    if (files[LIC_COUNT(suffixes) - 1] == NULL)
        return lic_fail(error, LIC_MISSING, "no_file", "give the name of a file on the disk",
                        "the disk in memory has no file %s", name);
    for (size_t i = 0; i < LIC_COUNT(suffixes); i++)
        if (files[i] != NULL) memory_file_remove(disk, files[i]);
    return LIC_OK;
}

/* -- a ledger from somewhere else ------------------------------------------------------------------------------ */

/* Pages as the source's read transaction sees them; the connection on the disk is only their way in. */
static int copy_pages(sqlite3 *source, lic_memory_disk *disk, const char *name)
{
    sqlite3 *target = NULL;
    char path[MEMORY_PATH_SIZE];
    (void)sqlite3_snprintf((int)sizeof path, path, "%s%s", MEMORY_PREFIX, memory_file_name(name));
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
                SQLITE_OPEN_PRIVATECACHE;
    int result = sqlite3_open_v2(path, &target, flags, disk->name);
    if (result == SQLITE_OK) result = store_copy_pages(source, target, NULL);
    (void)sqlite3_close(target);
    return result;
}

/* Bytes 18 and 19 of a database say which journal it is written with: 2 is a write-ahead log, which this
 * disk does not have; there is none beside the copy (https://www.sqlite.org/fileformat2.html, 1.3.3). */
static lic_status forget_log(lic_memory_disk *disk, memory_file *file)
{
    static const uint8_t rollback[2] = {1, 1};
    return memory_bytes_write(&file->bytes, &disk->room, rollback, sizeof rollback, 18);
}

static lic_status import_store(lic_memory_disk *disk, const char *name, lic_store *store,
                               lic_error *error)
{
    lic_status status = lic_store_begin_read(store);
    if (status == LIC_OK) {
        int result = copy_pages(store->db, disk, name);
        if (result != SQLITE_OK) status = store_fail(store, result, "copy");
    }
    if (status != LIC_OK && error != NULL) *error = *lic_store_error(store);
    memory_file *file = memory_file_find(disk, name);
    if (status == LIC_OK && forget_log(disk, file) != LIC_OK) status = out_of_memory(error);
    if (status != LIC_OK && file != NULL) {
        lic_error again;
        (void)lic_memory_disk_remove(disk, name, &again);
    }
    return status;
}

lic_status lic_memory_disk_import(lic_memory_disk *disk, const char *name,
                                  const lic_store_options *from, lic_error *error)
{
    lic_store *store = NULL;
    lic_store_options options = *from;
    options.mode = LIC_STORE_READ;
    LIC_TRY(check_new(disk, name, error));
    LIC_TRY(lic_store_open(&options, &store, error));
    lic_status status = import_store(disk, name, store, error);
    lic_store_close(store);
    return status;
}
