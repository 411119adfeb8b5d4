/* memory_bytes.h - the contents of a file in memory: a row of chunks that copies share until one is written
 * to. Knows nothing of SQLite, locks or names, so that a disk that loses what was not synced can keep two of
 * them for each file: what is written, and, as a copy, what is safe. */
#ifndef LICET_STORE_MEMORY_BYTES_H
#define LICET_STORE_MEMORY_BYTES_H

#include <licet/memory_disk.h>

typedef struct memory_chunk {
    uint32_t users; /* contents that hold it; above 1 it is not written to */
    uint8_t bytes[LIC_MEMORY_CHUNK];
} memory_chunk;

/* What the files of a disk draw on. */
typedef struct memory_room {
    const lic_allocator *allocator;
    uint64_t max_chunks, chunks; /* those held, shared ones counted for each that holds them */
} memory_room;

/* A chunk that is NULL is zeros. What lies behind `size` in the last chunk has no meaning. */
typedef struct memory_bytes {
    memory_chunk **chunks;
    size_t count, capacity;
    uint64_t size;
} memory_bytes;

/* Copies what is there of size bytes at offset, zeros behind the end; *short_read: there were less. */
void memory_bytes_read(const memory_bytes *bytes, void *target, size_t size, uint64_t offset,
                       bool *short_read);
/* NO_MEMORY, or TOO_LARGE when there is no room; then a part may be written, as on a disk. */
lic_status memory_bytes_write(memory_bytes *bytes, memory_room *room, const void *source,
                              size_t size, uint64_t offset);
void memory_bytes_cut(memory_bytes *bytes, memory_room *room, uint64_t size); /* never grows */
/* `target` is empty, and stays so after an error. */
lic_status memory_bytes_copy(const memory_bytes *source, const memory_room *source_room,
                             memory_bytes *target, memory_room *target_room);
void memory_bytes_free(memory_bytes *bytes, memory_room *room);

#endif
