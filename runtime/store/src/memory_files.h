/* memory_files.h - the files of a disk in memory, and who has them open: what its VFS and its own calls
 * share. */
#ifndef LICET_STORE_MEMORY_FILES_H
#define LICET_STORE_MEMORY_FILES_H

#include "internal.h"
#include "memory_bytes.h"

/* What SQLite and messages call a file: the prefix, its name, and what SQLite puts behind it. */
#define MEMORY_PREFIX "memory:"
#define MEMORY_PATH_SIZE (LIC_MEMORY_NAME_MAX + 32)

struct memory_handle;

typedef struct memory_file {
    char *name; /* without the prefix; NULL: temporary */
    size_t name_size;
    memory_bytes bytes;
    unsigned opens;
    bool removed; /* no longer listed: it goes with its last handle */
    /* SQLite's locks: how many read, who may write, who waits for the readers to end */
    unsigned shared;
    const struct memory_handle *reserved, *pending;
    struct memory_file *next;
} memory_file;

/* What SQLite calls an open file. */
typedef struct memory_handle {
    sqlite3_file base; /* first: SQLite passes its address back */
    lic_memory_disk *disk;
    memory_file *file;
    int level; /* SQLITE_LOCK_ */
} memory_handle;

/* A connection that waits (parked.c); db NULL: none. */
typedef struct memory_parked {
    sqlite3 *db;
    lic_store *store; /* one of the two */
    lic_query *query;
    lic_store_mode mode;
} memory_parked;

struct lic_memory_disk {
    sqlite3_vfs base;    /* first, as above */
    sqlite3_vfs *system; /* that was there before any of ours */
    memory_room room;
    memory_file *files;
    unsigned opens; /* handles on all files */
    bool keeps;     /* connections are parked instead of closed */
    memory_parked parked[4];
    char name[40];
};

/* Fills in and registers the VFS; `system` is set. */
int memory_vfs_register(lic_memory_disk *disk);

/* The name without the prefix, if it has it. */
const char *memory_file_name(const char *name);
memory_file *memory_file_find(const lic_memory_disk *disk, const char *name);
/* A new, empty file, listed unless name is NULL; NULL without memory. */
memory_file *memory_file_create(lic_memory_disk *disk, const char *name);
/* Unlists it, and frees it when nobody has it open. */
void memory_file_remove(lic_memory_disk *disk, memory_file *file);
void memory_file_free(lic_memory_disk *disk, memory_file *file);

/* Closes what is parked. */
void memory_parked_end(lic_memory_disk *disk);
/* How many of the handles on a file are those of parked connections. */
unsigned memory_parked_on(const lic_memory_disk *disk, const memory_file *file);

#endif
