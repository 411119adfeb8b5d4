/* memory_disk.h - a disk in memory: named files that stores, queries and replays use like those of the file
 * system, for trials, tests and what-ifs.
 *
 *     lic_memory_disk_create(allocator, (uint64_t)256 << 20, &disk, error);
 *     options.vfs = lic_memory_disk_vfs(disk);       of a store, an engine, a replay, ...
 *     options.path = "trial";                        any name
 *     ... open, write, read beside it, close ...
 *     lic_memory_disk_destroy(disk);
 *
 * It is a SQLite VFS under a name of its own: main files, rollback journals, the writer's "-lock" and
 * temporary files. A writer that asks for a write-ahead log gets a rollback journal instead, which in memory
 * costs nothing; therefore a commit beside a reading that is under way answers LOCKED. Nothing of it is in
 * the file system, no system call is made but for memory, and sleeping on it takes no time.
 *
 * A file is a row of chunks that copies share until one of them is written to: copying a ledger costs a
 * pointer for each 16 KiB, whatever it holds. A disk and those that files were copied to or from are used by
 * one thread at a time.
 *
 * Errors. On a full disk (`max_bytes`) the store answers IO ("database or disk is full"), without memory
 * NO_MEMORY; in both cases the transaction is rolled back and the ledger is as before. */
#ifndef LICET_MEMORY_DISK_H
#define LICET_MEMORY_DISK_H

#include <licet/store.h>

typedef struct lic_memory_disk lic_memory_disk;

/* Bytes of a chunk: a page of the store, so that a page that is written anew need not be copied first. */
#define LIC_MEMORY_CHUNK 16384
#define LIC_MEMORY_NAME_MAX 255 /* bytes of a file's name, "-journal" and "-lock" not counted */

/* `max_bytes`: of all files together, in whole chunks, shared ones counted for each disk; at least one
 * chunk. The allocator is borrowed until this disk and all that share chunks with it are gone. NO_MEMORY. */
lic_status lic_memory_disk_create(const lic_allocator *allocator, uint64_t max_bytes,
                                  lic_memory_disk **disk, lic_error *error);
/* After all that was opened on it is closed (asserted). NULL allowed. */
void lic_memory_disk_destroy(lic_memory_disk *disk);

/* For the `vfs` of lic_store_options, lic_engine_options, lic_replay_options, ... Valid as long as the disk. */
const char *lic_memory_disk_vfs(const lic_memory_disk *disk);
/* What the files take, as `max_bytes` counts. */
uint64_t lic_memory_disk_used(const lic_memory_disk *disk);

/* -- files ------------------------------------------------------------------------------------------- */

/* A name in messages is "memory:NAME", and may be given so too. */

/* False when there is no such file. `size` in bytes; may be NULL. */
bool lic_memory_disk_find(const lic_memory_disk *disk, const char *name, uint64_t *size);

/* A file copied: *a fork*. It reads as the last commit left it, and from then on neither sees the other's
 * writes. `to` may be the same disk. MISSING: no file `name`; REFUSED, code "exists": `new_name` is taken;
 * LOCKED: a transaction is open on the file; TOO_LARGE: `to` is full; MALFORMED: a name that is empty or
 * too long; NO_MEMORY. After an error `to` is as before. Disks with different allocators copy the bytes. */
lic_status lic_memory_disk_copy(const lic_memory_disk *from, const char *name, lic_memory_disk *to,
                                const char *new_name, lic_error *error);

/* From now on connections to files of this disk stay open when their stores and queries are closed, and serve those that are opened
 * there next: to open a ledger again then costs a tenth. lic_memory_disk_copy to a name whose file nothing but such connections
 * has open fills the file anew instead of answering REFUSED: with a copy of a ledger that descends from the same one, by copies
 * alone. For many short lives of one ledger. */
void lic_memory_disk_keep(lic_memory_disk *disk);

/* A ledger brought in from somewhere else, as of one moment, also while a writer is at work there: it is
 * read like by any other reader. `from` says where, as for lic_store_open (path, vfs, allocator). Also what
 * lic_store_open answers. */
lic_status lic_memory_disk_import(lic_memory_disk *disk, const char *name,
                                  const lic_store_options *from, lic_error *error);

/* The bytes of a file, appended: a ledger's may be written to the file system and opened there. LOCKED as
 * above. TOO_LARGE, NO_MEMORY: the buffer. */
lic_status lic_memory_disk_get(const lic_memory_disk *disk, const char *name, lic_buffer *target,
                               lic_error *error);
/* A file made of bytes, such as those of lic_memory_disk_get; they are looked at when it is opened. */
lic_status lic_memory_disk_put(lic_memory_disk *disk, const char *name, lic_slice bytes,
                               lic_error *error);
/* Removes a file and what lies beside it. LOCKED: it is open. */
lic_status lic_memory_disk_remove(lic_memory_disk *disk, const char *name, lic_error *error);

#endif
