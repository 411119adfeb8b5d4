/* codec_put.c - the writing half of the canonical codec. Every value has one encoding. */
#include <licet/leb128.h>

void lic_put_u8(lic_buffer *buffer, uint8_t value)
{
    uint8_t *to = lic_buffer_extend(buffer, 1);
    if (to != NULL) *to = value;
}

void lic_put_u16(lic_buffer *buffer, uint16_t value)
{
    uint8_t *to = lic_buffer_extend(buffer, 2);
    if (to == NULL) return;
    to[0] = (uint8_t)value;
    to[1] = (uint8_t)(value >> 8);
}

void lic_put_u32(lic_buffer *buffer, uint32_t value)
{
    uint8_t *to = lic_buffer_extend(buffer, 4);
    if (to != NULL) lic_store_u32(to, value);
}

void lic_put_u64(lic_buffer *buffer, uint64_t value)
{
    uint8_t *to = lic_buffer_extend(buffer, 8);
    if (to != NULL) lic_store_u64(to, value);
}

void lic_put_i64(lic_buffer *buffer, int64_t value)
{
    lic_put_u64(buffer, (uint64_t)value);
}

void lic_put_i128(lic_buffer *buffer, lic_i128 value)
{
    uint8_t *to = lic_buffer_extend(buffer, 16);
    if (to != NULL) lic_store_i128(to, value);
}

uint8_t *lic_store_long(uint8_t *to, lic_u128 value)
{
    for (; value >= 0x80; value >>= 7) *to++ = (uint8_t)value | 0x80;
    *to++ = (uint8_t)value;
    return to;
}

/* Straight into the buffer when there is room for the longest. */
static void put_leb128(lic_buffer *buffer, lic_u128 value)
{
    uint8_t bytes[LIC_LEB128_MAX];
    bool roomy = !buffer->failed && buffer->capacity - buffer->size >= LIC_LEB128_MAX;
    uint8_t *to = roomy ? buffer->data + buffer->size : bytes;
    uint8_t *end = value >> 56 == 0 ? lic_store_short(to, (uint64_t)value)
                                    : lic_store_long(to, value);
    if (roomy) buffer->size += (size_t)(end - to);
    else lic_put_bytes(buffer, bytes, (size_t)(end - to));
}

void lic_put_varint(lic_buffer *buffer, uint64_t value)
{
    put_leb128(buffer, value);
}

void lic_put_zigzag(lic_buffer *buffer, lic_i128 value)
{
    lic_u128 doubled = (lic_u128)value << 1;
    put_leb128(buffer, value < 0 ? ~doubled : doubled);
}

void lic_put_slice(lic_buffer *buffer, lic_slice value)
{
    if (value.size > UINT32_MAX || !lic_buffer_reserve(buffer, 4 + value.size)) {
        buffer->failed = true;
        return;
    }
    lic_put_u32(buffer, (uint32_t)value.size);
    lic_put_bytes(buffer, value.data, value.size);
}
