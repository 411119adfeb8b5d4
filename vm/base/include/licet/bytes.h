/* bytes.h - slices, a bounded growable buffer, and the canonical codec over both.
 *
 * Canonical: fixed-width little-endian integers, byte strings with a 32-bit length, unsigned LEB128
 * in its shortest form only. One value has exactly one encoding, and a reader refuses any other. */
#ifndef LICET_BYTES_H
#define LICET_BYTES_H

#include <licet/memory.h>

/* Borrowed bytes; never owned, never NUL-terminated. data may be NULL when size is 0. */
typedef struct lic_slice {
    const uint8_t *data;
    size_t size;
} lic_slice;

static inline lic_slice lic_slice_of(const void *data, size_t size)
{
    return (lic_slice){.data = data, .size = size};
}
lic_slice lic_slice_text(const char *text); /* without the NUL */
bool lic_slice_equal(lic_slice a, lic_slice b);
int lic_slice_compare(lic_slice a, lic_slice b); /* bytewise; a prefix sorts first */

/* The candidate nearest to `word` by edit distance (at most a third of its length, at least 1), or
 * NULL; ties go to the first. For "did you mean". */
const char *lic_nearest(lic_slice word, const char *const *candidates, size_t count);

/* Well-formed UTF-8 (RFC 3629: no overlong form, no surrogate, nothing above U+10FFFF). */
bool lic_utf8_valid(lic_slice text);

/* A growable buffer with a maximum. A failed append leaves the contents as they were and makes
 * `failed` sticky, so that a run of puts is checked once, at the end. */
typedef struct lic_buffer {
    const lic_allocator *allocator;
    uint8_t *data;
    size_t size, capacity, max;
    bool failed;
} lic_buffer;

void lic_buffer_init(lic_buffer *buffer, const lic_allocator *allocator, size_t max);
void lic_buffer_free(lic_buffer *buffer);
void lic_buffer_clear(lic_buffer *buffer); /* keeps the memory, clears `failed` */
bool lic_buffer_reserve(lic_buffer *buffer, size_t more);
/* Room for `size` bytes at the end, already counted in; NULL on failure. */
uint8_t *lic_buffer_extend(lic_buffer *buffer, size_t size);
void lic_put_bytes(lic_buffer *buffer, const void *data, size_t size); /* raw, no length */
void lic_put_text(lic_buffer *buffer, const char *text);               /* raw, no length, no NUL */
void lic_put_format(lic_buffer *buffer, const char *format, ...) LIC_PRINTF(2, 3);
void lic_put_u8(lic_buffer *buffer, uint8_t value);
void lic_put_u16(lic_buffer *buffer, uint16_t value);
void lic_put_u32(lic_buffer *buffer, uint32_t value);
void lic_put_u64(lic_buffer *buffer, uint64_t value);
void lic_put_i64(lic_buffer *buffer, int64_t value);
void lic_put_i128(lic_buffer *buffer, lic_i128 value);
void lic_put_varint(lic_buffer *buffer, uint64_t value); /* LEB128, shortest */
void lic_put_zigzag(lic_buffer *buffer, lic_i128 value); /* zigzag, then LEB128, up to 19 bytes */
void lic_put_slice(lic_buffer *buffer, lic_slice value); /* u32 length, bytes */

/* A cursor over borrowed bytes. The first failure is sticky: later reads give 0 / empty, so that a
 * decoder checks `failed` once per record. */
typedef struct lic_cursor {
    const uint8_t *at, *end;
    bool failed;
} lic_cursor;

lic_cursor lic_cursor_of(lic_slice bytes);
uint8_t lic_get_u8(lic_cursor *cursor);
uint16_t lic_get_u16(lic_cursor *cursor);
uint32_t lic_get_u32(lic_cursor *cursor);
uint64_t lic_get_u64(lic_cursor *cursor);
int64_t lic_get_i64(lic_cursor *cursor);
lic_i128 lic_get_i128(lic_cursor *cursor);
uint64_t lic_get_varint(lic_cursor *cursor);
lic_i128 lic_get_zigzag(lic_cursor *cursor);
lic_slice lic_get_bytes(lic_cursor *cursor, size_t size);
lic_slice lic_get_slice(lic_cursor *cursor, size_t max_size);
bool lic_cursor_done(const lic_cursor *cursor); /* all read and nothing failed */

/* Unaligned little-endian access, inlined for the hot paths: one move each. Compilers do not
 * reliably join byte-wise stores, and a wide load after narrow stores waits for all of them. */
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define LIC_LITTLE_32(v) __builtin_bswap32(v)
#define LIC_LITTLE_64(v) __builtin_bswap64(v)
#else
#define LIC_LITTLE_32(v) (v)
#define LIC_LITTLE_64(v) (v)
#endif
static inline uint32_t lic_load_u32(const uint8_t *p)
{
    uint32_t v;
    __builtin_memcpy(&v, p, sizeof v);
    return LIC_LITTLE_32(v);
}
static inline uint64_t lic_load_u64(const uint8_t *p)
{
    uint64_t v;
    __builtin_memcpy(&v, p, sizeof v);
    return LIC_LITTLE_64(v);
}
static inline lic_i128 lic_load_i128(const uint8_t *p)
{
    return (lic_i128)((lic_u128)lic_load_u64(p + 8) << 64 | lic_load_u64(p));
}
static inline void lic_store_u32(uint8_t *p, uint32_t v)
{
    v = LIC_LITTLE_32(v);
    __builtin_memcpy(p, &v, sizeof v);
}
static inline void lic_store_u64(uint8_t *p, uint64_t v)
{
    v = LIC_LITTLE_64(v);
    __builtin_memcpy(p, &v, sizeof v);
}
static inline void lic_store_i128(uint8_t *p, lic_i128 v)
{
    lic_store_u64(p, (uint64_t)(lic_u128)v), lic_store_u64(p + 8, (uint64_t)((lic_u128)v >> 64));
}

#endif
