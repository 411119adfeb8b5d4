/* unicode.c - which characters may stand in a text, and whether it is in normalisation form C. The tables are
 * data of Unicode; what is unfit beyond them is a choice, made once for source and for transactions. */
#include <licet/text.h>

typedef struct combining_range {
    uint32_t first, last;
    uint8_t class;
} combining_range;
typedef struct character_range {
    uint32_t first, last;
} character_range;
typedef struct character_pair {
    uint32_t first, second;
} character_pair;

#include "unicode_tables.inc"

uint32_t lic_utf8_next(lic_slice text, size_t *at)
{
    const uint8_t *p = text.data + *at;
    unsigned more = p[0] < 0x80 ? 0 : p[0] < 0xE0 ? 1 : p[0] < 0xF0 ? 2 : 3;
    static const uint8_t FIRST_BITS[4] = {0x7F, 0x1F, 0x0F, 0x07};
    uint32_t character = p[0] & FIRST_BITS[more];
    for (unsigned i = 1; i <= more; i++) character = character << 6 | (p[i] & 0x3F);
    *at += 1 + more;
    return character;
}

static bool within(uint32_t c, uint32_t first, uint32_t last)
{
    return c >= first && c <= last;
}

const char *lic_unicode_unfit(uint32_t c)
{
    if (c == '\t') return "a tab";
    if (c < 0x20 || within(c, 0x7F, 0x9F)) return "a control character";
    if (c == 0xFEFF) return "a byte order mark";
    if (within(c, 0x202A, 0x202E) || within(c, 0x2066, 0x2069) || c == 0x200E || c == 0x200F ||
        c == 0x061C)
        return "a character that changes the direction of writing";
    if (c == 0x00AD || within(c, 0x200B, 0x200D) || within(c, 0x2060, 0x2064) ||
        within(c, 0x206A, 0x206F) || within(c, 0xFFF9, 0xFFFB) || within(c, 0xE0000, 0xE0FFF) ||
        c == 0x115F || c == 0x1160 || c == 0x3164 || c == 0xFFA0 || c == 0x180E)
        return "an invisible character";
    if (c == 0x2028 || c == 0x2029) return "a line separator that is no newline";
    if (within(c, 0xE000, 0xF8FF) || c >= 0xF0000) return "a private-use character";
    if ((c & 0xFFFE) == 0xFFFE || within(c, 0xFDD0, 0xFDEF)) return "a code that is no character";
    return NULL;
}

static unsigned combining_class(uint32_t c)
{
    size_t low = 0, high = LIC_COUNT(COMBINING);
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (c > COMBINING[middle].last) low = middle + 1;
        else if (c < COMBINING[middle].first) high = middle;
        else return COMBINING[middle].class;
    }
    return 0;
}

static bool never_in_nfc(uint32_t c)
{
    size_t low = 0, high = LIC_COUNT(NEVER_IN_NFC);
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (c > NEVER_IN_NFC[middle].last) low = middle + 1;
        else if (c < NEVER_IN_NFC[middle].first) high = middle;
        else return true;
    }
    return false;
}

static bool composes_in_hangul(uint32_t first, uint32_t second)
{
    if (within(first, 0x1100, 0x1112)) return within(second, 0x1161, 0x1175);
    return within(first, 0xAC00, 0xD7A3) && (first - 0xAC00) % 28 == 0 &&
           within(second, 0x11A8, 0x11C2);
}

static bool composes(uint32_t first, uint32_t second)
{
    size_t low = 0, high = LIC_COUNT(COMPOSED);
    while (low < high) {
        size_t middle = (low + high) / 2;
        character_pair pair = COMPOSED[middle];
        if (first > pair.first || (first == pair.first && second > pair.second)) low = middle + 1;
        else if (first == pair.first && second == pair.second) return true;
        else high = middle;
    }
    return composes_in_hangul(first, second);
}

bool lic_unicode_is_nfc(lic_slice text, size_t *at)
{
    uint32_t starter = 0;
    unsigned last_class = 0;
    bool adjacent = false; /* nothing stands between the starter and this character */
    for (size_t next = 0; next < text.size;) {
        size_t here = next;
        uint32_t c = lic_utf8_next(text, &next);
        unsigned class = combining_class(c);
        bool unordered = class != 0 && class < last_class;
        bool blocked = !adjacent && last_class >= class;
        if (never_in_nfc(c) || unordered || (starter != 0 && !blocked && composes(starter, c))) {
            *at = here;
            return false;
        }
        if (class == 0) starter = c;
        adjacent = class == 0;
        last_class = class;
    }
    return true;
}

/* -- whole texts ---------------------------------------------------------------------------------- */

static bool is_plain(lic_slice text)
{
    for (size_t i = 0; i < text.size; i++)
        if (!within(text.data[i], 0x20, 0x7E)) return false;
    return true;
}

const char *lic_text_unfit(lic_slice text)
{
    size_t where = 0;
    if (is_plain(text)) return NULL; /* nearly all are */
    if (!lic_utf8_valid(text)) return "bytes that are no well-formed UTF-8";
    for (size_t at = 0; at < text.size;) {
        const char *unfit = lic_unicode_unfit(lic_utf8_next(text, &at));
        if (unfit != NULL) return unfit;
    }
    return lic_unicode_is_nfc(text, &where) ? NULL
                                            : "a character that is not in normalisation form C";
}

/* Bytes of the character at `at`; 0: it is none. */
static size_t character_at(lic_slice text, size_t at)
{
    uint8_t lead = text.data[at];
    size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (size > text.size - at || !lic_utf8_valid(lic_slice_of(text.data + at, size))) return 0;
    return size;
}

bool lic_unicode_steers(uint32_t c)
{
    return c < 0x20 || within(c, 0x7F, 0x9F) || within(c, 0x202A, 0x202E) ||
           within(c, 0x2066, 0x2069) || c == 0x200E || c == 0x200F || c == 0x061C || c == 0x2028 ||
           c == 0x2029;
}

/* Runs of what needs no escape are copied at once. */
void lic_put_safe(lic_buffer *target, lic_slice text)
{
    size_t from = 0, at = 0;
    while (at < text.size) {
        if (within(text.data[at], 0x20, 0x7E)) {
            at++;
            continue;
        }
        size_t size = character_at(text, at), next = at;
        uint32_t c = size == 0 ? text.data[at] : lic_utf8_next(text, &next);
        if (size > 0 && !lic_unicode_steers(c)) {
            at += size;
            continue;
        }
        if (at > from) lic_put_bytes(target, text.data + from, at - from);
        lic_put_format(target, c < 0x100 ? "\\x%02x" : "\\u%04x", (unsigned)c);
        at += size == 0 ? 1 : size;
        from = at;
    }
    if (text.size > from) lic_put_bytes(target, text.data + from, text.size - from);
}

static bool is_blank(uint32_t c)
{
    return c == ' ' || c == 0xA0 || c == 0x1680 || within(c, 0x2000, 0x200A) || c == 0x202F ||
           c == 0x205F || c == 0x3000;
}

const char *lic_name_unfit(lic_slice text)
{
    const char *unfit = lic_text_unfit(text);
    uint32_t c = 0;
    if (unfit != NULL) return unfit;
    for (size_t at = 0; at < text.size;) {
        bool first = at == 0;
        c = lic_utf8_next(text, &at);
        if (first && is_blank(c)) return "a blank at the beginning";
    }
    return text.size > 0 && is_blank(c) ? "a blank at the end" : NULL;
}
