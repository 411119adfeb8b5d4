/* partial.c - a ledger file in the making (partial.h). The descriptor holds a lock of flock(2), which is not of the kind
 * that SQLite takes and loses with any descriptor: it tells a file under way from one that was left. */
#include "partial.h"

#include <licet/crypto.h>

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STEP = 1024 * 1024 };

static lic_status failed(lic_cli *cli, const char *doing, const char *path)
{
    bool missing = errno == ENOENT || errno == ENOTDIR;
    return lic_fail(&cli->error, LIC_IO, "file",
                    missing ? "make the folder first, or choose another place"
                            : "check the folder's permissions and free space",
                    "cannot %s %s: %s", doing, path, strerror(errno));
}

static lic_status exists(lic_cli *cli, const char *path)
{
    return lic_fail(&cli->error, LIC_REFUSED, "exists", "choose another path",
                    "%s exists and is not overwritten", path);
}

/* What lies beside a ledger belongs to it: an old log or journal would be played into the new file. */
static lic_status check_target(lic_cli *cli, const char *target)
{
    static const char *const suffixes[] = {"-wal", "-journal"};
    char path[LIC_PARTIAL_PATH];
    struct stat about;
    if (lstat(target, &about) == 0) return exists(cli, target);
    for (size_t i = 0; i < LIC_COUNT(suffixes); i++) {
        (void)snprintf(path, sizeof path, "%s%s", target, suffixes[i]);
        if (lstat(path, &about) == 0)
            return lic_fail(&cli->error, LIC_REFUSED, "beside",
                            "move it away with the ledger that it belonged to, or choose another "
                            "path",
                            "%s lies there, and would be taken for part of %s", path, target);
    }
    return LIC_OK;
}

static lic_status take(lic_partial *partial, mode_t mode)
{
    lic_cli *cli = partial->cli;
    if (flock(partial->descriptor, LOCK_EX | LOCK_NB) != 0)
        return lic_fail(&cli->error, LIC_LOCKED, "partial", "wait until it is done, or stop it",
                        "another process is making %s", partial->path);
    if (ftruncate(partial->descriptor, 0) != 0 || fchmod(partial->descriptor, mode) != 0)
        return failed(cli, "write", partial->path);
    return LIC_OK;
}

lic_status lic_partial_begin(lic_cli *cli, const char *target, unsigned mode, lic_partial *partial)
{
    *partial = (lic_partial){.cli = cli, .target = target, .descriptor = -1};
    int size = snprintf(partial->path, sizeof partial->path, "%s" LIC_PARTIAL_SUFFIX, target);
    if (size < 0 || (size_t)size >= sizeof partial->path - sizeof "-journal")
        return lic_fail(&cli->error, LIC_MALFORMED, "path", "choose a shorter path",
                        "the path %s is too long", target);
    LIC_TRY(check_target(cli, target));
    partial->descriptor = open(partial->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
                               (mode_t)(mode & 0777));
    if (partial->descriptor < 0) return failed(cli, "write", partial->path);
    lic_status status = take(partial, (mode_t)(mode & 0777));
    if (status == LIC_OK) return LIC_OK;
    (void)close(partial->descriptor); /* another's: it stays */
    partial->descriptor = -1;
    return status;
}

/* -- its bytes ------------------------------------------------------------------------------------------------- */

static bool put_all(int descriptor, const uint8_t *data, size_t size)
{
    while (size > 0) {
        ssize_t put = write(descriptor, data, size);
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) return false;
        data += put;
        size -= (size_t)put;
    }
    return true;
}

static lic_status copy_bytes(lic_partial *partial, int from, const char *source, uint8_t *room,
                             lic_progress *progress)
{
    struct stat about;
    uint64_t total = fstat(from, &about) == 0 ? (uint64_t)about.st_size : 0, done = 0;
    for (;;) {
        ssize_t got = read(from, room, STEP);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return failed(partial->cli, "read", source);
        if (got == 0) break;
        if (!put_all(partial->descriptor, room, (size_t)got))
            return failed(partial->cli, "write", partial->path);
        done += (uint64_t)got;
        lic_progress_show(progress, done, total);
    }
    return fsync(partial->descriptor) == 0 ? LIC_OK : failed(partial->cli, "write", partial->path);
}

lic_status lic_partial_copy(lic_partial *partial, const char *source, lic_progress *progress)
{
    lic_cli *cli = partial->cli;
    int from = open(source, O_RDONLY | O_CLOEXEC);
    if (from < 0)
        return lic_fail(&cli->error, errno == ENOENT ? LIC_MISSING : LIC_IO, "file",
                        "check the path and its permissions", "cannot open %s: %s", source,
                        strerror(errno));
    uint8_t *room = lic_allocate(cli->allocator, STEP);
    lic_status status = room == NULL ? LIC_NO_MEMORY
                                     : copy_bytes(partial, from, source, room, progress);
    lic_release(cli->allocator, room, STEP);
    (void)close(from);
    return status;
}

/* Mapped: it is ours alone, so that nobody cuts it off under the mapping. */
lic_status lic_partial_hash(const lic_partial *partial, lic_hash *hash, uint64_t *bytes)
{
    struct stat about;
    if (fstat(partial->descriptor, &about) != 0) return failed(partial->cli, "read", partial->path);
    size_t size = (size_t)about.st_size;
    void *map = size == 0 ? NULL : mmap(NULL, size, PROT_READ, MAP_SHARED, partial->descriptor, 0);
    if (map == MAP_FAILED) return failed(partial->cli, "read", partial->path);
    lic_slice whole = lic_slice_of(map, size);
    lic_hasher_native.sha256(&whole, 1, hash);
    if (size > 0) (void)munmap(map, size);
    *bytes = size;
    return LIC_OK;
}

/* -- its end ----------------------------------------------------------------------------------------------------- */

static lic_status sync_folder(lic_cli *cli, const char *path)
{
    char copy[LIC_PARTIAL_PATH];
    (void)snprintf(copy, sizeof copy, "%s", path);
    int folder = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool good = folder >= 0 && fsync(folder) == 0;
    if (folder >= 0) (void)close(folder);
    return good ? LIC_OK : failed(cli, "write the folder of", path);
}

/* A file system without exclusive renaming gets a second name for the file, which is exclusive too. */
static bool name_exclusively(const char *from, const char *to)
{
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0) return true;
    if (errno != EINVAL && errno != ENOSYS) return false;
    return link(from, to) == 0 && unlink(from) == 0;
}

lic_status lic_partial_place(lic_partial *partial)
{
    if (!name_exclusively(partial->path, partial->target))
        return errno == EEXIST ? exists(partial->cli, partial->target)
                               : failed(partial->cli, "write", partial->target);
    (void)close(partial->descriptor);
    partial->descriptor = -1;
    return sync_folder(partial->cli, partial->target);
}

void lic_partial_end(lic_partial *partial)
{
    static const char *const suffixes[] = {"-journal", "-wal", "-shm", ""};
    char path[LIC_PARTIAL_PATH + sizeof "-journal"];
    for (size_t i = 0; partial->descriptor >= 0 && i < LIC_COUNT(suffixes); i++) {
        (void)snprintf(path, sizeof path, "%s%s", partial->path, suffixes[i]);
        (void)unlink(path);
    }
    if (partial->descriptor >= 0) (void)close(partial->descriptor);
    partial->descriptor = -1;
}
