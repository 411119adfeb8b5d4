/* leb128.h - unsigned LEB128 and zigzag straight into memory, for encoders that reserve a record's room at once (bytes.h puts
 * one number at a time into a buffer). Nothing hangs on the address that is written to but the address of the next number, so
 * that a processor finds the sizes of several numbers at a time. */
#ifndef LICET_LEB128_H
#define LICET_LEB128_H

#include <licet/bytes.h>

#define LIC_LEB128_MAX \
    19 /* bytes of 128 bits in groups of seven: the room that every number below needs */

/* Returns the end. Bytes behind it may have been written, none behind the room. */
uint8_t *lic_store_long(uint8_t *to, lic_u128 value);

/* A number below 2^56 without a loop, whose end no processor foresees: groups of seven bits are drawn apart into bytes, in
 * halves, quarters and eighths. */
static inline uint8_t *lic_store_short(uint8_t *to, uint64_t value)
{
    unsigned size = (70u - (unsigned)__builtin_clzll(value | 1)) / 7;
    uint64_t more = UINT64_C(0x8080808080808080) & ((UINT64_C(1) << (8 * (size - 1))) - 1);
    uint64_t x = (value & 0xFFFFFFF) | (value & UINT64_C(0xFFFFFFF0000000)) << 4;
    x = (x & UINT64_C(0x3FFF00003FFF)) | (x & UINT64_C(0xFFFC0000FFFC000)) << 2;
    x = (x & UINT64_C(0x7F007F007F007F)) | (x & UINT64_C(0x3F803F803F803F80)) << 1;
    lic_store_u64(to, x | more);
    return to + size;
}

static inline uint8_t *lic_store_varint(uint8_t *to, uint64_t value)
{
    return value >> 56 == 0 ? lic_store_short(to, value) : lic_store_long(to, value);
}

static inline uint8_t *lic_store_zigzag(uint8_t *to, lic_i128 value)
{
    lic_u128 doubled = (lic_u128)value << 1, coded = value < 0 ? ~doubled : doubled;
    return coded >> 56 == 0 ? lic_store_short(to, (uint64_t)coded) : lic_store_long(to, coded);
}

#endif
