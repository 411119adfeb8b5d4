/* Splitting, many bytes at a time: this is the first thing that touches every byte of a report. */
#include "report/lines.h"

#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

lic_line_cursor lic_lines_of(lic_slice bytes)
{
    /* an empty slice may have no address, and none must be computed from it */
    static const uint8_t nothing;
    const uint8_t *start = bytes.size == 0 ? &nothing : bytes.data;
    return (lic_line_cursor){start, start + bytes.size};
}

bool lic_lines_next(lic_line_cursor *cursor, lic_slice *line)
{
    if (cursor->at == cursor->end) return false;
    size_t left = (size_t)(cursor->end - cursor->at);
    const uint8_t *end = memchr(cursor->at, '\n', left);
    size_t size = end == NULL ? left : (size_t)(end - cursor->at);
    *line = lic_slice_of(cursor->at, size);
    cursor->at += end == NULL ? size : size + 1;
    return true;
}

#define ONES UINT64_C(0x0101010101010101)
#define HIGHS UINT64_C(0x8080808080808080)

/* The high bit of every byte of `word` that is a tab. Exact: no borrow runs between bytes. */
static inline uint64_t tabs_in(uint64_t word)
{
    uint64_t x = word ^ (ONES * '\t');
    uint64_t low = (x & ~HIGHS) + ~HIGHS;
    return ~(low | x) & HIGHS;
}

size_t lic_lines_split(lic_slice line, lic_slice *columns, size_t max, bool *ascii)
{
    const uint8_t *p = line.data;
    size_t count = 0, start = 0, at = 0;
    uint64_t high = 0;
    for (; at + 8 <= line.size; at += 8) {
        uint64_t word = lic_load_u64(p + at);
        high |= word;
        for (uint64_t tabs = tabs_in(word); tabs != 0; tabs &= tabs - 1) {
            size_t tab = at + (size_t)(__builtin_ctzll(tabs) >> 3);
            if (count < max) columns[count] = lic_slice_of(p + start, tab - start);
            count++;
            start = tab + 1;
        }
    }
    for (; at < line.size; at++) {
        high |= p[at];
        if (p[at] != '\t') continue;
        if (count < max) columns[count] = lic_slice_of(p + start, at - start);
        count++;
        start = at + 1;
    }
    if (count < max)
        columns[count] = line.size == 0 ? lic_slice_of(NULL, 0)
                                        : lic_slice_of(p + start, line.size - start);
    *ascii = (high & HIGHS) == 0;
    return count + 1;
}

/* -- in one pass --------------------------------------------------------------------------------------- */

#define BLOCK 64

#ifdef __SSE2__
static void look_at(const uint8_t block[BLOCK], uint64_t *marks, uint64_t *high)
{
    const __m128i tab = _mm_set1_epi8('\t'), end = _mm_set1_epi8('\n');
    *marks = *high = 0;
    for (unsigned i = 0; i < BLOCK; i += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(block + i));
        __m128i found = _mm_or_si128(_mm_cmpeq_epi8(bytes, tab), _mm_cmpeq_epi8(bytes, end));
        *marks |= (uint64_t)(uint32_t)_mm_movemask_epi8(found) << i;
        *high |= (uint64_t)(uint32_t)_mm_movemask_epi8(bytes) << i;
    }
}
#else
/* The high bits of eight bytes, the first byte's the lowest. */
static uint64_t gathered(uint64_t highs)
{
    return (highs >> 7) * UINT64_C(0x0102040810204080) >> 56;
}

static uint64_t equals(uint64_t word, uint8_t byte)
{
    return tabs_in(word ^ (ONES * (uint8_t)(byte ^ '\t')));
}

static void look_at(const uint8_t block[BLOCK], uint64_t *marks, uint64_t *high)
{
    *marks = *high = 0;
    for (unsigned i = 0; i < BLOCK; i += 8) {
        uint64_t word = lic_load_u64(block + i);
        *marks |= gathered(equals(word, '\t') | equals(word, '\n')) << i;
        *high |= gathered(word & HIGHS) << i;
    }
}
#endif

/* -- how many ------------------------------------------------------------------------------------------ */

#ifdef __SSE2__
enum { ROUNDS = 255 }; /* that a byte can count */

/* In up to ROUNDS steps of 16 bytes. */
static uint64_t count_ends(const uint8_t *at, size_t steps)
{
    const __m128i end = _mm_set1_epi8('\n'), zero = _mm_setzero_si128();
    __m128i found = zero;
    for (size_t i = 0; i < steps; i++) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(at + i * 16));
        found = _mm_sub_epi8(found, _mm_cmpeq_epi8(bytes, end));
    }
    uint64_t sums[2];
    _mm_storeu_si128((__m128i *)(void *)sums, _mm_sad_epu8(found, zero));
    return sums[0] + sums[1];
}

uint64_t lic_lines_count(lic_slice bytes)
{
    uint64_t lines = 0;
    size_t at = 0;
    while (bytes.size - at >= 16) {
        size_t steps = (bytes.size - at) / 16;
        if (steps > ROUNDS) steps = ROUNDS;
        lines += count_ends(bytes.data + at, steps);
        at += steps * 16;
    }
    for (; at < bytes.size; at++) lines += bytes.data[at] == '\n';
    bool open = bytes.size != 0 && bytes.data[bytes.size - 1] != '\n';
    return lines + (open ? 1u : 0u);
}
#else
uint64_t lic_lines_count(lic_slice bytes)
{
    lic_line_cursor cursor = lic_lines_of(bytes);
    lic_slice line;
    uint64_t lines = 0;
    while (lic_lines_next(&cursor, &line)) lines++;
    return lines;
}
#endif

static void look(lic_line_scan *scan)
{
    size_t left = (size_t)(scan->end - scan->block);
    if (left >= BLOCK) {
        look_at(scan->block, &scan->marks, &scan->high);
        return;
    }
    uint8_t padded[BLOCK] = {0};
    memcpy(padded, scan->block, left);
    look_at(padded, &scan->marks, &scan->high);
}

lic_line_scan lic_lines_scan(lic_slice bytes)
{
    lic_line_cursor cursor = lic_lines_of(bytes);
    lic_line_scan scan = {.at = cursor.at, .end = cursor.end, .block = cursor.at};
    look(&scan);
    return scan;
}

/* Of a block's bytes, those that `high` says are above 0x7F. */
static void reach(const uint8_t *block, uint64_t high, lic_slice *beyond)
{
    if (high == 0) return;
    if (beyond->size == 0) beyond->data = block + __builtin_ctzll(high);
    beyond->size = (size_t)(block + (BLOCK - __builtin_clzll(high)) - beyond->data);
}

bool lic_lines_take(lic_line_scan *scan, lic_slice *line, lic_slice *columns, size_t max,
                    size_t *count, lic_slice *beyond)
{
    const uint8_t *start = scan->at, *column = start, *mark = NULL;
    size_t found = 0;
    *beyond = lic_slice_of(NULL, 0);
    if (start == scan->end) return false;
    do {
        while (scan->marks == 0 && scan->end - scan->block > BLOCK) {
            reach(scan->block, scan->high, beyond);
            scan->block += BLOCK;
            look(scan);
        }
        if (scan->marks == 0) break; /* the last line has no end */
        mark = scan->block + __builtin_ctzll(scan->marks);
        scan->marks &= scan->marks - 1;
        if (found < max) columns[found] = lic_slice_of(column, (size_t)(mark - column));
        found++;
        column = mark + 1;
    } while (*mark != '\n');
    if (mark == NULL || *mark != '\n') {
        mark = scan->end;
        scan->at = mark;
        reach(scan->block, scan->high, beyond);
        if (found < max) columns[found] = lic_slice_of(column, (size_t)(mark - column));
        found++;
    } else {
        uint64_t before = ((uint64_t)1 << (mark - scan->block)) - 1u;
        reach(scan->block, scan->high & before, beyond);
        scan->high &= ~before;
        scan->at = mark + 1;
    }
    *line = lic_slice_of(start, (size_t)(mark - start));
    *count = found;
    return true;
}
