/* utf8.c - well-formed UTF-8 after RFC 3629, table 3-7 of the Unicode standard: no overlong form,
 * no surrogate, nothing above U+10FFFF. Usage files are nearly all ASCII, which goes eight bytes at a time; the others go through
 * an automaton without branches (a state is where its successor stands in the word of a byte, after P. Vognsen's shift-based
 * automata, 2020). */
#include <licet/bytes.h>

/* Between characters; so many continuations to come; behind a lead byte after which not all of them are allowed; never again. */
enum { BETWEEN, ONE, TWO, THREE, AFTER_E0, AFTER_ED, AFTER_F0, AFTER_F4, BAD };

enum { BITS = 6 }; /* of a state: how far its successor is shifted */

#define TO(from, to) ((uint64_t)((to)*BITS) << ((from)*BITS))
#define CONTINUES(e0, ed, f0, f4)                                                             \
    (TO(BETWEEN, BAD) | TO(ONE, BETWEEN) | TO(TWO, ONE) | TO(THREE, TWO) | TO(AFTER_E0, e0) | \
     TO(AFTER_ED, ed) | TO(AFTER_F0, f0) | TO(AFTER_F4, f4) | TO(BAD, BAD))
#define LEADS(to)                                                                         \
    (TO(BETWEEN, to) | TO(ONE, BAD) | TO(TWO, BAD) | TO(THREE, BAD) | TO(AFTER_E0, BAD) | \
     TO(AFTER_ED, BAD) | TO(AFTER_F0, BAD) | TO(AFTER_F4, BAD) | TO(BAD, BAD))

#define X2(word) word, word
#define X4(word) X2(word), X2(word)
#define X8(word) X4(word), X4(word)
#define X16(word) X8(word), X8(word)
#define X32(word) X16(word), X16(word)
#define X128(word) X32(word), X32(word), X32(word), X32(word)

static const uint64_t words[256] = {
    X128(LEADS(BETWEEN)),               /* 00..7F */
    X16(CONTINUES(BAD, ONE, BAD, TWO)), /* 80..8F */
    X16(CONTINUES(BAD, ONE, TWO, BAD)), /* 90..9F */
    X32(CONTINUES(ONE, BAD, TWO, BAD)), /* A0..BF */
    X2(LEADS(BAD)),                     /* C0..C1 */
    X16(LEADS(ONE)),
    X8(LEADS(ONE)),
    X4(LEADS(ONE)),
    X2(LEADS(ONE)),  /* C2..DF */
    LEADS(AFTER_E0), /* E0 */
    X8(LEADS(TWO)),
    X4(LEADS(TWO)),  /* E1..EC */
    LEADS(AFTER_ED), /* ED */
    X2(LEADS(TWO)),  /* EE..EF */
    LEADS(AFTER_F0), /* F0 */
    X2(LEADS(THREE)),
    LEADS(THREE),    /* F1..F3 */
    LEADS(AFTER_F4), /* F4 */
    X8(LEADS(BAD)),
    X2(LEADS(BAD)),
    LEADS(BAD), /* F5..FF */
};

static uint64_t go_on(uint64_t state, const uint8_t *at, size_t size)
{
    for (size_t i = 0; i < size; i++) state = words[at[i]] >> (state & 63u);
    return state & 63u;
}

bool lic_utf8_valid(lic_slice text)
{
    const uint8_t *at = text.data;
    size_t left = text.size;
    uint64_t state = BETWEEN;
    for (; left >= 8; at += 8, left -= 8) {
        bool plain = state == BETWEEN && (lic_load_u64(at) & UINT64_C(0x8080808080808080)) == 0;
        if (!plain) state = go_on(state, at, 8);
        if (state == BAD * BITS) return false;
    }
    return go_on(state, at, left) == BETWEEN;
}
