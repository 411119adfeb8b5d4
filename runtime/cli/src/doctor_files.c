/* doctor_files.c - what lies around a ledger: leftovers of processes that died, room on the disk, who may write. Looked at
 * before the ledger is opened, because opening undoes some of it. */
#include "doctor.h"
#include "partial.h"

#include <dirent.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#define MIB (UINT64_C(1) << 20)
#define ROOM_LEAST (64 * MIB) /* a large block, with its journal */

static bool beside(const lic_doctor *d, const char *suffix, uint64_t *size)
{
    char path[LIC_PARTIAL_PATH];
    struct stat about;
    int length = snprintf(path, sizeof path, "%s%s", d->path, suffix);
    if (length < 0 || (size_t)length >= sizeof path || stat(path, &about) != 0) return false;
    *size = (uint64_t)about.st_size;
    return true;
}

static void examine_journals(lic_doctor *d)
{
    char text[256];
    uint64_t size = 0;
    if (beside(d, "-journal", &size) && size > 0) {
        (void)snprintf(
            text, sizeof text,
            "a journal of %llu bytes lies beside the ledger: a writer is at work, or died",
            (unsigned long long)size);
        lic_doctor_tell(d, LIC_VERDICT_NOTE, "journal", text,
                        "leave it there: whoever opens the ledger next undoes what had begun, as "
                        "this examination does");
    }
    if (beside(d, "-lock", &size) && size > 0)
        lic_doctor_tell(d, LIC_VERDICT_NOTE, "lock",
                        "the lock beside the ledger bears a writer's mark: a writer is at work, or "
                        "ended without notice, or could not write",
                        "leave it there: if the power fails now, the last block may be lost, and "
                        "whoever opens the ledger for writing next makes it safe first");
    if (beside(d, "-shm", &size) && !beside(d, "-wal", &size))
        lic_doctor_tell(d, LIC_VERDICT_BAD, "log",
                        "the ledger's log (-wal) was taken away while its index (-shm) stayed: "
                        "blocks that stood in it are not in this file",
                        "put the log back before anything else; if it is lost, compare the last "
                        "block with that of another copy or export: licet show");
    if (beside(d, "-wal", &size) && size > 0) {
        (void)snprintf(text, sizeof text,
                       "%llu bytes of the last blocks are in the log beside the file",
                       (unsigned long long)size);
        lic_doctor_tell(d, LIC_VERDICT_OK, "log", text,
                        "a copy of the file alone lacks them: copy with licet export");
    }
}

/* "month.licet.partial" and what SQLite puts beside that. */
static bool is_partial(const char *name, const char *base)
{
    size_t size = strlen(base);
    return strncmp(name, base, size) == 0 && name[size] == '.' &&
           strstr(name + size, LIC_PARTIAL_SUFFIX) != NULL;
}

static void examine_leftovers(lic_doctor *d)
{
    char folder[LIC_PARTIAL_PATH], base[LIC_PARTIAL_PATH], text[512];
    (void)snprintf(folder, sizeof folder, "%s", d->path);
    (void)snprintf(base, sizeof base, "%s", d->path);
    DIR *open = opendir(dirname(folder));
    if (open == NULL) return;
    const char *name = basename(base);
    unsigned count = 0;
    for (struct dirent *entry = readdir(open); entry != NULL; entry = readdir(open))
        count += is_partial(entry->d_name, name);
    (void)closedir(open);
    if (count == 0) return;
    (void)snprintf(text, sizeof text,
                   "%u files %.200s*" LIC_PARTIAL_SUFFIX
                   " lie beside the ledger: an export or import is under "
                   "way, or was killed",
                   count, name);
    lic_doctor_tell(d, LIC_VERDICT_NOTE, "leftovers", text,
                    "nothing uses them: remove them, or run the same command again");
}

static void examine_room(lic_doctor *d, uint64_t size)
{
    char folder[LIC_PARTIAL_PATH], text[256];
    struct statvfs disk;
    (void)snprintf(folder, sizeof folder, "%s", d->path);
    if (statvfs(dirname(folder), &disk) != 0) return;
    uint64_t room = (uint64_t)disk.f_bavail * disk.f_frsize;
    lic_verdict how = room < ROOM_LEAST ? LIC_VERDICT_BAD
                      : room < size     ? LIC_VERDICT_NOTE
                                        : LIC_VERDICT_OK;
    (void)snprintf(text, sizeof text, "%llu MiB are free, the ledger has %llu MiB",
                   (unsigned long long)(room / MIB), (unsigned long long)(size / MIB));
    lic_doctor_tell(d, how, "disk", text,
                    how == LIC_VERDICT_BAD ? "free some before the next block: a block that does "
                                             "not fit is refused, and nothing of it is written"
                    : how == LIC_VERDICT_NOTE
                        ? "an export beside it, --rebuild and licet erase need "
                          "as much as it has"
                        : "");
}

static void examine_access(lic_doctor *d, mode_t mode)
{
    if ((mode & (S_IWGRP | S_IWOTH)) == 0) return;
    lic_doctor_tell(d, LIC_VERDICT_NOTE, "access", "others than its owner may write to the file",
                    "chmod go-w: blocks are signed, but views and state are what the file says, "
                    "until somebody replays it");
}

void lic_doctor_files(lic_doctor *d)
{
    struct stat about;
    examine_journals(d);
    examine_leftovers(d);
    if (stat(d->path, &about) != 0) return;
    examine_room(d, (uint64_t)about.st_size);
    examine_access(d, about.st_mode);
}
