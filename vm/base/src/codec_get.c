/* codec_get.c - the reading half of the canonical codec. Refuses every byte string that the writing
 * half does not produce; after the first failure a cursor gives zeros and moves no further. */
#include <licet/bytes.h>

lic_cursor lic_cursor_of(lic_slice bytes)
{
    static const uint8_t nothing[1];
    LIC_ASSERT(bytes.data != NULL || bytes.size == 0);
    const uint8_t *first = bytes.data != NULL ? bytes.data : nothing;
    return (lic_cursor){.at = first, .end = first + bytes.size};
}

/* `size` bytes, or NULL after marking the failure. */
static const uint8_t *take(lic_cursor *cursor, size_t size)
{
    if (cursor->failed || size > (size_t)(cursor->end - cursor->at)) {
        cursor->failed = true;
        return NULL;
    }
    const uint8_t *first = cursor->at;
    cursor->at += size;
    return first;
}

uint8_t lic_get_u8(lic_cursor *cursor)
{
    const uint8_t *from = take(cursor, 1);
    return from != NULL ? *from : 0;
}

uint16_t lic_get_u16(lic_cursor *cursor)
{
    const uint8_t *from = take(cursor, 2);
    return from != NULL ? (uint16_t)(from[0] | from[1] << 8) : 0;
}

uint32_t lic_get_u32(lic_cursor *cursor)
{
    const uint8_t *from = take(cursor, 4);
    return from != NULL ? lic_load_u32(from) : 0;
}

uint64_t lic_get_u64(lic_cursor *cursor)
{
    const uint8_t *from = take(cursor, 8);
    return from != NULL ? lic_load_u64(from) : 0;
}

int64_t lic_get_i64(lic_cursor *cursor)
{
    return (int64_t)lic_get_u64(cursor);
}

lic_i128 lic_get_i128(lic_cursor *cursor)
{
    const uint8_t *from = take(cursor, 16);
    return from != NULL ? lic_load_i128(from) : 0;
}

/* A number of eight bytes at most, when eight can be looked at, without a loop: lic_store_short the other way round. False: nothing
 * is read. */
static bool get_short(lic_cursor *cursor, uint64_t *value)
{
    if (cursor->failed || cursor->end - cursor->at < 8) return false;
    uint64_t x = lic_load_u64(cursor->at), last = ~x & UINT64_C(0x8080808080808080);
    if (last == 0) return false;
    unsigned bits = (unsigned)__builtin_ctzll(last) + 1;
    x &= UINT64_MAX >> (64 - bits);
    if (bits > 8 && x >> (bits - 8) == 0) return false; /* a shorter form exists */
    x &= UINT64_C(0x7F7F7F7F7F7F7F7F);
    x = (x & UINT64_C(0x7F007F007F007F)) | (x & UINT64_C(0x7F007F007F007F00)) >> 1;
    x = (x & UINT64_C(0x3FFF00003FFF)) | (x & UINT64_C(0x3FFF00003FFF0000)) >> 2;
    *value = (x & 0xFFFFFFF) | (x & UINT64_C(0xFFFFFFF00000000)) >> 4;
    cursor->at += bits / 8;
    return true;
}

/* LEB128 of at most `bits` bits, 64 or more, in its shortest form. */
static lic_u128 get_leb128(lic_cursor *cursor, unsigned bits)
{
    lic_u128 value = 0;
    uint64_t number = 0;
    if (get_short(cursor, &number)) return number;
    for (unsigned shift = 0; shift < bits; shift += 7) {
        uint8_t byte = lic_get_u8(cursor);
        if (cursor->failed) return 0;
        unsigned room = bits - shift;
        if (room < 7 && byte >> room != 0) break; /* too large, or it goes on */
        value |= (lic_u128)(byte & 0x7F) << shift;
        if (byte < 0x80) {
            if (byte == 0 && shift > 0) break; /* a shorter form exists */
            return value;
        }
    }
    cursor->failed = true;
    return 0;
}

uint64_t lic_get_varint(lic_cursor *cursor)
{
    return (uint64_t)get_leb128(cursor, 64);
}

lic_i128 lic_get_zigzag(lic_cursor *cursor)
{
    lic_u128 doubled = get_leb128(cursor, 128);
    lic_u128 half = doubled >> 1;
    return (lic_i128)((doubled & 1) != 0 ? ~half : half);
}

lic_slice lic_get_bytes(lic_cursor *cursor, size_t size)
{
    const uint8_t *from = take(cursor, size);
    return from != NULL ? lic_slice_of(from, size) : lic_slice_of(NULL, 0);
}

lic_slice lic_get_slice(lic_cursor *cursor, size_t max_size)
{
    uint32_t size = lic_get_u32(cursor);
    if (size > max_size) cursor->failed = true;
    return lic_get_bytes(cursor, size);
}

bool lic_cursor_done(const lic_cursor *cursor)
{
    return !cursor->failed && cursor->at == cursor->end;
}
