/* disk.h - a disk in memory that forgets: until a file is synced nothing that was written to it is safe.
 *
 * A disk is a SQLite VFS with write-ahead log and shared memory. It notes every operation; from the notes comes the
 * state of the disk at any moment of its life, as if the power had gone, or the process, just then:
 *
 *     crash_disk *d = disk_create(&state);              files as the state holds them
 *     ... a ledger is used through disk_vfs(d) ...
 *     state_follow(&state, d, moment);            the first `moment` operations
 *     disk_state after = state_after(&state, DISK_POWER, &chance);
 *
 * What a power failure leaves: each write since its file's last sync is kept, lost or torn, by chance, sector by
 * sector or as a whole; a file may have grown without the bytes that made it grow; a truncation, a name that was
 * entered and one that was removed may be forgotten until the folder is synced. Bytes that were not written are not
 * harmed (SQLite's "powersafe overwrite", which its VFS for Linux promises too), but for a disk that was told to
 * (disk_harm). A process that is killed leaves everything that it wrote, as unsafe as it was.
 *
 * Errors of the disk are injected (disk_fail). A sync that fails leaves what it was to make safe as a power failure
 * would, though the system goes on showing all of it: a later sync that succeeds does not bring it back.
 *
 * One thread at a time, which need not be the one that made it. Memory comes from the system; without it the process ends. */
#ifndef LICET_TESTS_CRASH_DISK_H
#define LICET_TESTS_CRASH_DISK_H

#include "memory_bytes.h"

#define DISK_SECTOR 512 /* what is torn */
#define DISK_BLOCK \
    4096 /* what SQLite is told, and assumes on Linux; what a disk that harms may spoil */
#define DISK_NAME 32

typedef enum disk_op_kind {
    DISK_WRITE,
    DISK_CUT,         /* `offset`: the size */
    DISK_SYNC,        /* of a file */
    DISK_SYNC_FAILED, /* `offset`: what chance made of it */
    DISK_ENTER,       /* a name into the folder */
    DISK_LEAVE,       /* a name out of it */
    DISK_SYNC_FOLDER,
} disk_op_kind;

/* An operation, shared by the disk that did it and the states in which it is unsafe. */
typedef struct disk_op {
    uint32_t users;
    disk_op_kind kind;
    bool elsewhere; /* not in the thread that made the disk */
    bool harms;     /* a write: may spoil what is beside it */
    uint32_t file;
    uint64_t offset;
    size_t size;
    char name[DISK_NAME];
    uint8_t bytes[];
} disk_op;

typedef struct disk_ops {
    disk_op **list;
    size_t count, capacity;
} disk_ops;

typedef struct disk_file {
    uint32_t number; /* files are told apart by it; names come and go */
    memory_bytes bytes;
} disk_file;
typedef struct disk_entry {
    char name[DISK_NAME];
    uint32_t file;
} disk_entry;

/* What is safe, and the operations since then, in order. All zero: an empty disk. */
typedef struct disk_state {
    disk_file *files;
    size_t file_count;
    disk_entry *entries;
    size_t entry_count;
    uint32_t next_file;
    disk_ops unsafe;
} disk_state;

/* Chance that a seed repeats (splitmix64). */
typedef struct disk_chance {
    uint64_t state;
} disk_chance;
uint64_t disk_draw(disk_chance *chance, uint64_t below); /* 0 .. below - 1 */

typedef enum disk_end {
    DISK_KILLED, /* the process: what it wrote stays, and stays unsafe */
    DISK_POWER   /* everything: `unsafe` is empty afterwards */
} disk_end;

disk_state state_after(const disk_state *state, disk_end end, disk_chance *chance);
void state_free(disk_state *state);

typedef struct crash_disk crash_disk;

crash_disk *disk_create(const disk_state *state);
void disk_destroy(crash_disk *disk); /* after all that was opened on it is closed */
const char *disk_vfs(const crash_disk *disk);
/* Operations so far. */
size_t disk_moment(const crash_disk *disk);
/* The operation that comes at this moment is one of another thread than that which made the disk. */
bool disk_elsewhere(const crash_disk *disk, size_t moment);
/* All operations so far as one number. */
uint64_t disk_history(const crash_disk *disk);
/* Moments at which SQLite said that a transaction was through. */
size_t disk_commit_count(const crash_disk *disk);
size_t disk_commit(const crash_disk *disk, size_t index);
/* Goes on from the moment `*from` of the disk, at which the state is, to `to`. */
void state_follow(disk_state *state, const crash_disk *disk, size_t *from, size_t to);
/* The bytes of a file as processes see them now, as one number; 0: none of that name. `ranges`: pairs of offset and
 * size that do not count, ended by a size of 0. */
uint64_t disk_digest(const crash_disk *disk, const char *name, const size_t (*ranges)[2]);

/* From here on syncs answer OK and do nothing. */
void disk_lie(crash_disk *disk);
/* Before anything is opened: SQLite is not promised that overwriting is safe, and a write that the power interrupts may
 * spoil the bytes beside it, as far as its first and last blocks go. */
void disk_harm(crash_disk *disk);

/* Writes to the file of a name so far, and the bytes of the largest of them. */
typedef struct disk_writes {
    uint64_t count;
    size_t largest;
} disk_writes;
disk_writes disk_writes_to(const crash_disk *disk, const char *name);

typedef enum disk_fault {
    DISK_EIO,   /* any call: an error, and nothing happens */
    DISK_SHORT, /* a write: half of it arrives */
    DISK_FULL   /* what takes room: half of a write, no new file, no sync of what grew */
} disk_fault;
/* The call number `after` from now (0: the next) that can fail in that way does, and with `forever` all that come
 * after it. */
void disk_fail(crash_disk *disk, disk_fault fault, uint64_t after, bool forever);
void disk_mend(crash_disk *disk);
uint64_t disk_failures(const crash_disk *disk);           /* calls that did fail */
uint64_t disk_failures_elsewhere(const crash_disk *disk); /* of these, in another thread */
/* Of the calls since disk_fail that can fail in that way, in order, those of another thread: their numbers. */
size_t disk_calls_elsewhere(const crash_disk *disk, const uint64_t **numbers);
uint64_t disk_calls(const crash_disk *disk); /* all of them */

#endif
