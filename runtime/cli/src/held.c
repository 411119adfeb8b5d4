/* held.c - output of commands that write, kept back until the block that it speaks of is written. Each piece
 * knows how many calls had been made when it was put; it goes out when so many are written, in the order in
 * which the pieces came, to stdout or stderr. */
#include <licet/cli.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { HEAD = 1 + 8 + 8 }; /* stream, calls, size */
#define HELD_MAX LIC_GIGABYTES(4)

void lic_held_init(lic_held *held, const lic_allocator *allocator)
{
    memset(held, 0, sizeof *held);
    lic_buffer_init(&held->pieces, allocator, HELD_MAX);
}

void lic_held_free(lic_held *held)
{
    lic_buffer_free(&held->pieces);
}

void lic_held_put(lic_held *held, lic_stream stream, lic_slice bytes)
{
    if (bytes.size == 0) return;
    lic_put_u8(&held->pieces, (uint8_t)stream);
    lic_put_u64(&held->pieces, held->calls);
    lic_put_u64(&held->pieces, bytes.size);
    lic_put_bytes(&held->pieces, bytes.data, bytes.size);
}

static bool tell(lic_stream stream, lic_slice bytes)
{
    FILE *to = stream == LIC_STREAM_DATA ? stdout : stderr;
    bool good = fwrite(bytes.data, 1, bytes.size, to) == bytes.size && fflush(to) == 0;
    return good || stream == LIC_STREAM_TALK; /* nobody listens: no harm */
}

/* The pieces from `at` on stay. */
static void keep_from(lic_held *held, size_t at)
{
    held->pieces.size -= at;
    if (at > 0) memmove(held->pieces.data, held->pieces.data + at, held->pieces.size);
}

lic_status lic_held_tell(lic_held *held, uint64_t written, lic_error *error)
{
    if (held->pieces.failed) return lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory");
    lic_cursor cursor = lic_cursor_of(lic_slice_of(held->pieces.data, held->pieces.size));
    size_t done = 0;
    bool good = true;
    while (good && done < held->pieces.size) {
        lic_stream stream = (lic_stream)lic_get_u8(&cursor);
        uint64_t calls = lic_get_u64(&cursor), size = lic_get_u64(&cursor);
        lic_slice bytes = lic_get_bytes(&cursor, (size_t)size);
        if (calls > written) break;
        good = tell(stream, bytes);
        done += HEAD + (size_t)size;
    }
    keep_from(held, done);
    if (good) return LIC_OK;
    return lic_fail(error, LIC_IO, "stdout", "give the output a place that takes it",
                    "cannot write to standard output: %s", strerror(errno));
}

void lic_held_drop(lic_held *held, uint64_t written)
{
    lic_cursor cursor = lic_cursor_of(lic_slice_of(held->pieces.data, held->pieces.size));
    size_t at = 0, kept = 0;
    while (at < held->pieces.size) {
        (void)lic_get_u8(&cursor);
        uint64_t calls = lic_get_u64(&cursor), size = lic_get_u64(&cursor);
        (void)lic_get_bytes(&cursor, (size_t)size);
        if (calls <= written) {
            memmove(held->pieces.data + kept, held->pieces.data + at, HEAD + (size_t)size);
            kept += HEAD + (size_t)size;
        }
        at += HEAD + (size_t)size;
    }
    held->pieces.size = kept;
}
