/* report/lines.h - lines and columns of tab-separated bytes. A line ends at 0x0A alone; a last line without
 * it counts when it has a byte. No quoting, no escaping, no meaning for any other byte. */
#ifndef LICET_ENGINE_LINES_H
#define LICET_ENGINE_LINES_H

#include <licet/bytes.h>

#define LIC_COLUMNS_MAX 256

typedef struct lic_line_cursor {
    const uint8_t *at, *end;
} lic_line_cursor;

lic_line_cursor lic_lines_of(lic_slice bytes);
/* False at the end. The line is without its 0x0A. */
bool lic_lines_next(lic_line_cursor *cursor, lic_slice *line);

/* How many there are. */
uint64_t lic_lines_count(lic_slice bytes);

/* Splits at tabs. Returns the number of columns, also when it is more than `max`; then only the first
 * `max` were written. *ascii: no byte is above 0x7F. */
size_t lic_lines_split(lic_slice line, lic_slice *columns, size_t max, bool *ascii);

/* Lines and their columns in one pass over the bytes: what reads many lines goes this way. */
typedef struct lic_line_scan {
    const uint8_t *at, *end; /* the next line, and where the bytes end */
    const uint8_t *block;    /* up to 64 bytes that have been looked at: */
    uint64_t marks, high; /* its separators, and its bytes above 0x7F; a bit a byte, from `at` on */
} lic_line_scan;

lic_line_scan lic_lines_scan(lic_slice bytes);
/* The next line and its columns, as lic_lines_next and lic_lines_split give them. *beyond: from the first byte above 0x7F
 * to the last one, which is what there is of the line to check as UTF-8; empty: it is ASCII. False at the end. */
bool lic_lines_take(lic_line_scan *scan, lic_slice *line, lic_slice *columns, size_t max,
                    size_t *count, lic_slice *beyond);

#endif
