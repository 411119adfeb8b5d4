/* memory_bytes.c - chunks of a file in memory, shared by copies. */
#include "memory_bytes.h"

#include <string.h>

/* -- chunks ------------------------------------------------------------------------------------------ */

static void drop(memory_chunk *chunk, memory_room *room)
{
    if (chunk == NULL) return;
    room->chunks--;
    if (--chunk->users == 0) lic_release(room->allocator, chunk, sizeof *chunk);
}

/* A chunk of its own in place of one that is shared or none: with the old one's bytes, unless `whole` of it
 * is about to be written. */
static lic_status own(memory_chunk **place, memory_room *room, bool whole)
{
    memory_chunk *old = *place;
    if (old != NULL && old->users == 1) return LIC_OK;
    if (old == NULL && room->chunks == room->max_chunks) return LIC_TOO_LARGE;
    memory_chunk *fresh = lic_allocate(room->allocator, sizeof *fresh);
    if (fresh == NULL) return LIC_NO_MEMORY;
    fresh->users = 1;
    if (old != NULL && !whole) memcpy(fresh->bytes, old->bytes, sizeof fresh->bytes);
    if (old == NULL) memset(fresh->bytes, 0, sizeof fresh->bytes);
    if (old != NULL) drop(old, room);
    room->chunks++;
    *place = fresh;
    return LIC_OK;
}

static lic_status extend(memory_bytes *bytes, const memory_room *room, size_t count)
{
    if (count <= bytes->count) return LIC_OK;
    if (count > bytes->capacity) {
        size_t wanted = bytes->capacity == 0 ? 16 : bytes->capacity;
        while (wanted < count) wanted *= 2;
        memory_chunk **grown = room->allocator->resize(room->allocator->context, bytes->chunks,
                                                       bytes->capacity * sizeof *grown,
                                                       wanted * sizeof *grown);
        if (grown == NULL) return LIC_NO_MEMORY;
        bytes->chunks = grown;
        bytes->capacity = wanted;
    }
    for (size_t i = bytes->count; i < count; i++) bytes->chunks[i] = NULL;
    bytes->count = count;
    return LIC_OK;
}

/* -- reading and writing ----------------------------------------------------------------------------- */

/* How much of `size` bytes at `offset` lies in one chunk. */
static size_t part_of(uint64_t offset, size_t size)
{
    size_t left = LIC_MEMORY_CHUNK - (size_t)(offset % LIC_MEMORY_CHUNK);
    return size < left ? size : left;
}

void memory_bytes_read(const memory_bytes *bytes, void *target, size_t size, uint64_t offset,
                       bool *short_read)
{
    uint8_t *to = target;
    uint64_t there = offset < bytes->size ? bytes->size - offset : 0;
    size_t left = there < size ? (size_t)there : size;
    *short_read = left < size;
    memset(to + left, 0, size - left);
    while (left > 0) {
        size_t part = part_of(offset, left);
        const memory_chunk *chunk = bytes->chunks[offset / LIC_MEMORY_CHUNK];
        if (chunk != NULL) memcpy(to, chunk->bytes + offset % LIC_MEMORY_CHUNK, part);
        else memset(to, 0, part);
        to += part, offset += part, left -= part;
    }
}

/* A shared chunk that holds the very bytes stays shared. A rollback writes pages back that were never
 * changed, and must not need memory for them: it may be under way for want of memory. */
static bool holds(const memory_chunk *chunk, const uint8_t *source, size_t size, uint64_t offset)
{
    return chunk != NULL && chunk->users > 1 && source != NULL &&
           memcmp(chunk->bytes + offset % LIC_MEMORY_CHUNK, source, size) == 0;
}

static lic_status write_part(memory_bytes *bytes, memory_room *room, const uint8_t *source,
                             size_t size, uint64_t offset)
{
    size_t index = (size_t)(offset / LIC_MEMORY_CHUNK);
    LIC_TRY(extend(bytes, room, index + 1));
    if (offset + size <= bytes->size && holds(bytes->chunks[index], source, size, offset))
        return LIC_OK;
    LIC_TRY(own(&bytes->chunks[index], room, size == LIC_MEMORY_CHUNK));
    uint8_t *target = bytes->chunks[index]->bytes + offset % LIC_MEMORY_CHUNK;
    if (source != NULL) memcpy(target, source, size);
    else memset(target, 0, size);
    if (bytes->size < offset + size) bytes->size = offset + size;
    return LIC_OK;
}

/* Behind the end the last chunk may hold what was cut off. */
static lic_status fill_gap(memory_bytes *bytes, memory_room *room, uint64_t offset)
{
    size_t used = (size_t)(bytes->size % LIC_MEMORY_CHUNK);
    if (offset <= bytes->size || used == 0) return LIC_OK;
    uint64_t gap = offset - bytes->size;
    size_t part = LIC_MEMORY_CHUNK - used;
    return write_part(bytes, room, NULL, gap < part ? (size_t)gap : part, bytes->size);
}

lic_status memory_bytes_write(memory_bytes *bytes, memory_room *room, const void *source,
                              size_t size, uint64_t offset)
{
    const uint8_t *from = source;
    LIC_TRY(fill_gap(bytes, room, offset));
    while (size > 0) {
        size_t part = part_of(offset, size);
        LIC_TRY(write_part(bytes, room, from, part, offset));
        from += part, offset += part, size -= part;
    }
    return LIC_OK;
}

void memory_bytes_cut(memory_bytes *bytes, memory_room *room, uint64_t size)
{
    if (size >= bytes->size) return;
    size_t keep = (size_t)((size + LIC_MEMORY_CHUNK - 1) / LIC_MEMORY_CHUNK);
    while (bytes->count > keep) drop(bytes->chunks[--bytes->count], room);
    bytes->size = size;
}

/* -- copies -------------------------------------------------------------------------------------------- */

static bool same_allocator(const lic_allocator *a, const lic_allocator *b)
{
    return a->context == b->context && a->resize == b->resize;
}

static lic_status copy_chunks(const memory_bytes *source, memory_bytes *target, memory_room *room)
{
    for (size_t i = 0; i < source->count; i++) {
        if (source->chunks[i] == NULL) continue;
        LIC_TRY(own(&target->chunks[i], room, true));
        memcpy(target->chunks[i]->bytes, source->chunks[i]->bytes, LIC_MEMORY_CHUNK);
    }
    return LIC_OK;
}

static lic_status share_chunks(const memory_bytes *source, memory_bytes *target, memory_room *room)
{
    for (size_t i = 0; i < source->count; i++) {
        if (source->chunks[i] == NULL) continue;
        if (room->chunks == room->max_chunks) return LIC_TOO_LARGE;
        target->chunks[i] = source->chunks[i];
        target->chunks[i]->users++;
        room->chunks++;
    }
    return LIC_OK;
}

lic_status memory_bytes_copy(const memory_bytes *source, const memory_room *source_room,
                             memory_bytes *target, memory_room *target_room)
{
    bool share = same_allocator(source_room->allocator, target_room->allocator);
    lic_status status = extend(target, target_room, source->count);
    if (status == LIC_OK)
        status = share ? share_chunks(source, target, target_room)
                       : copy_chunks(source, target, target_room);
    if (status == LIC_OK) target->size = source->size;
    else memory_bytes_free(target, target_room);
    return status;
}

void memory_bytes_free(memory_bytes *bytes, memory_room *room)
{
    while (bytes->count > 0) drop(bytes->chunks[--bytes->count], room);
    lic_release(room->allocator, bytes->chunks, bytes->capacity * sizeof *bytes->chunks);
    *bytes = (memory_bytes){0};
}
