/* cut.c - files into chunks, and the chunks' hashes by whoever is free. */
#include <licet/cut.h>

#include "report/lines.h"

#include <licet/transaction.h>

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

struct lic_cut {
    const lic_allocator *allocator;
    const lic_hasher *hasher;
    lic_slice file;
    uint32_t chunk_bytes;
    size_t *ends; /* a chunk: where it ends */
    uint32_t chunks, capacity;
    lic_hash *leaves; /* one a chunk */
    uint32_t *lines;  /* of each chunk */
    atomic_uint next; /* chunk that nobody has begun */
    bool running;
    pthread_t thread;
};

static lic_status out_of_memory(lic_error *error)
{
    return lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory");
}

/* -- cutting ------------------------------------------------------------------------------------------ */

/* End of the chunk that begins at `start`: the last line end within the limit. */
static size_t chunk_end(const lic_cut *cut, size_t start, size_t limit)
{
    size_t left = cut->file.size - start;
    if (left <= limit) return cut->file.size;
    const uint8_t *last = memrchr(cut->file.data + start, '\n', limit);
    return last == NULL ? start : (size_t)(last - cut->file.data) + 1;
}

static lic_status note_end(lic_cut *cut, size_t end, lic_error *error)
{
    if (cut->chunks == cut->capacity) {
        uint32_t wanted = cut->capacity == 0 ? 256 : cut->capacity * 2;
        const lic_allocator *a = cut->allocator;
        size_t *grown = a->resize(a->context, cut->ends, cut->capacity * sizeof *grown,
                                  wanted * sizeof *grown);
        if (grown == NULL) return out_of_memory(error);
        cut->ends = grown;
        cut->capacity = wanted;
    }
    cut->ends[cut->chunks++] = end;
    return LIC_OK;
}

static lic_status find_ends(lic_cut *cut, lic_error *error)
{
    size_t limit = cut->chunk_bytes == 0 || cut->chunk_bytes > LIC_CHUNK_MAX ? LIC_CHUNK_MAX
                                                                             : cut->chunk_bytes;
    for (size_t start = 0; start < cut->file.size;) {
        size_t end = chunk_end(cut, start, limit);
        if (end ==
            start) /* a line longer than the chunk asked for gets one of its own, if it can */
            end = chunk_end(cut, start, LIC_CHUNK_MAX);
        if (end == start)
            return lic_fail(
                error, LIC_TOO_LARGE, "long_line", "break the line",
                "line %llu: longer than a chunk",
                (unsigned long long)lic_lines_count(lic_slice_of(cut->file.data, start)) + 1);
        LIC_TRY(note_end(cut, end, error));
        start = end;
    }
    return LIC_OK;
}

lic_status lic_cut_create(const lic_allocator *allocator, const lic_hasher *hasher, lic_slice file,
                          uint32_t chunk_bytes, lic_cut **result, lic_error *error)
{
    lic_cut *cut = lic_allocate_zero(allocator, 1, sizeof *cut);
    if (cut == NULL) return out_of_memory(error);
    cut->allocator = allocator;
    cut->hasher = hasher;
    cut->file = file;
    cut->chunk_bytes = chunk_bytes;
    lic_status status = find_ends(cut, error);
    if (status == LIC_OK) {
        cut->leaves = lic_allocate(allocator, (cut->chunks + 1u) * sizeof *cut->leaves);
        cut->lines = lic_allocate(allocator, (cut->chunks + 1u) * sizeof *cut->lines);
        if (cut->leaves == NULL || cut->lines == NULL) status = out_of_memory(error);
    }
    if (status == LIC_OK) *result = cut;
    else lic_cut_destroy(cut);
    return status;
}

void lic_cut_destroy(lic_cut *cut)
{
    if (cut == NULL) return;
    if (cut->running) {
        atomic_store(&cut->next, cut->chunks); /* the thread ends with the chunk that it has */
        LIC_ASSERT(pthread_join(cut->thread, NULL) == 0);
    }
    lic_release(cut->allocator, cut->ends, cut->capacity * sizeof *cut->ends);
    lic_release(cut->allocator, cut->leaves,
                cut->leaves == NULL ? 0 : (cut->chunks + 1u) * sizeof *cut->leaves);
    lic_release(cut->allocator, cut->lines,
                cut->lines == NULL ? 0 : (cut->chunks + 1u) * sizeof *cut->lines);
    lic_release(cut->allocator, cut, sizeof *cut);
}

/* -- hashing ------------------------------------------------------------------------------------------ */

/* Allocates nothing, so that it can run beside the engine. */
static void *hash_chunks(void *context)
{
    lic_cut *cut = context;
    for (;;) {
        uint32_t index = atomic_fetch_add(&cut->next, 1);
        if (index >= cut->chunks) return NULL;
        lic_slice chunk = lic_cut_chunk(cut, index);
        cut->lines[index] = (uint32_t)lic_lines_count(chunk);
        lic_merkle_leaf(cut->hasher, chunk, &cut->leaves[index]);
    }
}

void lic_cut_hash_ahead(lic_cut *cut)
{
    if (cut->running || cut->chunks <= 2)
        return; /* one or two are hashed before a thread has started */
    cut->running = pthread_create(&cut->thread, NULL, hash_chunks, cut) == 0;
}

void lic_cut_help(lic_cut *cut)
{
    if (atomic_load(&cut->next) < cut->chunks) (void)hash_chunks(cut);
}

void lic_cut_hash(lic_cut *cut)
{
    lic_cut_help(cut);
    if (cut->running) LIC_ASSERT(pthread_join(cut->thread, NULL) == 0);
    cut->running = false;
}

/* -- what came out ------------------------------------------------------------------------------------ */

lic_slice lic_cut_file(const lic_cut *cut)
{
    return cut->file;
}

uint32_t lic_cut_chunk_bytes(const lic_cut *cut)
{
    return cut->chunk_bytes;
}

uint32_t lic_cut_chunks(const lic_cut *cut)
{
    return cut->chunks;
}

lic_slice lic_cut_chunk(const lic_cut *cut, uint32_t index)
{
    size_t start = index == 0 ? 0 : cut->ends[index - 1];
    return lic_slice_of(cut->file.data + start, cut->ends[index] - start);
}

const lic_hash *lic_cut_leaf(const lic_cut *cut, uint32_t index)
{
    return &cut->leaves[index];
}

uint64_t lic_cut_lines_about(const lic_cut *cut)
{
    if (cut->chunks == 0) return 0;
    return lic_lines_count(lic_cut_chunk(cut, 0)) * cut->chunks;
}

uint64_t lic_cut_lines(const lic_cut *cut)
{
    uint64_t lines = 0;
    for (uint32_t i = 0; i < cut->chunks; i++) lines += cut->lines[i];
    return lines;
}
