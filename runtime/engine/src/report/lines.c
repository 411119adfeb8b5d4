/* Splitting, eight bytes at a time: this is the first thing that touches every byte of a report. */
#include "report/lines.h"

#include <string.h>

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
