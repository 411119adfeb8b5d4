/* hash.c - hashes as values and as lower-case hex. */
#include <licet/hash.h>

#include <string.h>

bool lic_hash_equal(const lic_hash *a, const lic_hash *b)
{
    return memcmp(a->bytes, b->bytes, LIC_HASH_SIZE) == 0;
}

void lic_hash_print(const lic_hash *hash, char text[LIC_HASH_TEXT])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < LIC_HASH_SIZE; i++) {
        text[2 * i] = digits[hash->bytes[i] >> 4];
        text[2 * i + 1] = digits[hash->bytes[i] & 15];
    }
    text[2 * LIC_HASH_SIZE] = '\0';
}

static int digit_of(uint8_t byte)
{
    if (byte >= '0' && byte <= '9') return byte - '0';
    if (byte >= 'a' && byte <= 'f') return byte - 'a' + 10;
    return -1;
}

lic_status lic_hash_parse(lic_slice hex, lic_hash *hash)
{
    if (hex.size != 2 * LIC_HASH_SIZE) return LIC_MALFORMED;
    lic_hash parsed;
    for (size_t i = 0; i < LIC_HASH_SIZE; i++) {
        int high = digit_of(hex.data[2 * i]), low = digit_of(hex.data[2 * i + 1]);
        if (high < 0 || low < 0) return LIC_MALFORMED;
        parsed.bytes[i] = (uint8_t)(high << 4 | low);
    }
    *hash = parsed;
    return LIC_OK;
}
