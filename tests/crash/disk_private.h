/* disk_private.h - what the two files of the disk share: open files and the notes. */
#ifndef LICET_TESTS_CRASH_DISK_PRIVATE_H
#define LICET_TESTS_CRASH_DISK_PRIVATE_H

#include "disk.h"

#include <pthread.h>
#include <sqlite3.h>

#define DISK_SLOTS 8     /* locks in shared memory */
#define DISK_REGIONS 256 /* of 32 KiB */

struct disk_handle;

/* A file as processes see it. */
typedef struct live_file {
    uint32_t number; /* 0: temporary, and not noted */
    char name[DISK_NAME];
    memory_bytes bytes;
    unsigned opens;
    bool listed;
    /* SQLite's locks: how many read, who may write, who waits for the readers to end */
    unsigned shared;
    const struct disk_handle *reserved, *pending;
    /* its shared memory */
    void *regions[DISK_REGIONS];
    unsigned mapped; /* handles that use it */
    unsigned slot_shared[DISK_SLOTS];
    const struct disk_handle *slot_exclusive[DISK_SLOTS];
    struct live_file *next;
} live_file;

typedef struct disk_handle {
    sqlite3_file base; /* first: SQLite passes its address back */
    struct crash_disk *disk;
    live_file *file;
    int level; /* SQLITE_LOCK_ */
    bool
        sync_folder; /* its first sync makes names safe too, as SQLite does for journals that it would create */
    bool maps;                  /* uses the shared memory */
    unsigned shared, exclusive; /* slots that it holds, a bit each */
} disk_handle;

struct crash_disk {
    sqlite3_vfs base; /* first, as above */
    char name[40];
    live_file *files;
    unsigned opens;
    uint32_t next_file;
    disk_ops notes;
    size_t *commits;
    size_t commit_count, commit_capacity;
    bool lies, harms;
    bool armed, forever;
    disk_fault fault;
    uint64_t left, failures, failures_elsewhere;
    uint64_t calls; /* that could fail in that way */
    uint64_t *elsewhere;
    size_t elsewhere_count, elsewhere_capacity;
    disk_chance chance; /* of syncs that fail */
    pthread_t maker;
};

extern memory_room disk_room;
int disk_register(crash_disk *disk);
live_file *disk_find(const crash_disk *disk, const char *name);
live_file *disk_add(crash_disk *disk, const char *name, uint32_t number);
void disk_drop(crash_disk *disk, live_file *file); /* unlists, and frees when nobody has it open */
void disk_release(live_file *file);
void disk_note(crash_disk *disk, disk_op_kind kind, const live_file *file, uint64_t offset,
               const void *bytes, size_t size);
bool disk_is_elsewhere(const crash_disk *disk); /* this thread did not make it */
void disk_note_call(crash_disk *disk);
void disk_note_commit(crash_disk *disk);
/* Enough memory, or the end. */
void *disk_need(void *memory);
void disk_good(lic_status status);

#endif
