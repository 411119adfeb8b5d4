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

/* Splits at tabs. Returns the number of columns, also when it is more than `max`; then only the first
 * `max` were written. *ascii: no byte is above 0x7F. */
size_t lic_lines_split(lic_slice line, lic_slice *columns, size_t max, bool *ascii);

#endif
