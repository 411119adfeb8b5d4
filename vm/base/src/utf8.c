/* utf8.c - well-formed UTF-8 after RFC 3629, table 3-7 of the Unicode standard: no overlong form,
 * no surrogate, nothing above U+10FFFF. Usage files are nearly all ASCII, which goes eight bytes at
 * a time. */
#include <licet/bytes.h>

static bool continues(const uint8_t *at)
{
    return (*at & 0xC0) == 0x80;
}

/* Bytes of the well-formed character at `at`, 0 when there is none. */
static size_t character(const uint8_t *at, size_t room)
{
    uint8_t lead = at[0];
    if (lead < 0x80) return 1;
    if (lead < 0xC2 || lead > 0xF4 || room < 2) return 0;
    if (lead < 0xE0) return continues(at + 1) ? 2 : 0;

    uint8_t low = 0x80, high = 0xBF; /* bounds of the second byte */
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
    if (at[1] < low || at[1] > high) return 0;
    if (room < 3 || !continues(at + 2)) return 0;
    if (lead < 0xF0) return 3;
    return room >= 4 && continues(at + 3) ? 4 : 0;
}

bool lic_utf8_valid(lic_slice text)
{
    const uint8_t *at = text.data;
    size_t left = text.size;
    while (left > 0) {
        if (left >= 8) {
            uint64_t high = lic_load_u64(at) & UINT64_C(0x8080808080808080);
            size_t plain = high == 0 ? 8 : (size_t)__builtin_ctzll(high) >> 3;
            at += plain, left -= plain;
            if (high == 0) continue;
        }
        size_t size = character(at, left);
        if (size == 0) return false;
        at += size, left -= size;
    }
    return true;
}
