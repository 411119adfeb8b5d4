/* diagnostics/text.c - a diagnostic for a terminal: title, the source lines that take part with marks
 * below them, notes, help and reason. The source is data from outside: control characters are shown
 * escaped, and of a long line only the part around the mark. */
#include "diagnostics/table.h"
#include "parse/lexer.h"

#include <stdio.h>
#include <string.h>

#define VIEW_MAX 110u /* characters of a source line that are shown */

typedef struct view {
    lic_slice source;
    lic_buffer *target;
    bool colour;
    int gutter; /* width of line numbers */
} view;

typedef struct mark {
    lic_span span;
    const char *text;
    bool primary;
} mark;

static const char RED[] = "\033[1;31m", YELLOW[] = "\033[1;33m", BLUE[] = "\033[1;34m",
                  BOLD[] = "\033[1m", PLAIN_COLOUR[] = "\033[0m";

static void paint(const view *v, const char *colour)
{
    if (v->colour) lic_put_text(v->target, colour);
}

static const char *level_colour(lic_level level)
{
    return level == LIC_ERROR ? RED : level == LIC_WARNING ? YELLOW : BLUE;
}
static const char *level_name(lic_level level)
{
    return level == LIC_ERROR ? "error" : level == LIC_WARNING ? "warning" : "note";
}

/* -- source lines ------------------------------------------------------------------------------------- */

/* The line that holds byte `at`, without its newline. */
static lic_slice line_around(lic_slice source, size_t at, size_t *first)
{
    if (at > source.size) at = source.size;
    size_t from = at, to = at;
    while (from > 0 && source.data[from - 1] != '\n') from--;
    while (to < source.size && source.data[to] != '\n') to++;
    *first = from;
    return lic_slice_of(source.data + from, to - from);
}

/* One character as shown; returns its width in columns. Bytes that are no UTF-8 are escaped singly. */
static size_t put_character(lic_buffer *target, lic_slice line, size_t *at)
{
    size_t size = 1;
    while (size < 4 && *at + size <= line.size &&
           !lic_utf8_valid(lic_slice_of(line.data + *at, size)))
        size++;
    bool valid = *at + size <= line.size && lic_utf8_valid(lic_slice_of(line.data + *at, size));
    char escape[16];
    if (!valid) {
        snprintf(escape, sizeof escape, "\\x%02X", (unsigned)line.data[*at]);
        *at += 1;
    } else {
        size_t next = *at;
        uint32_t c = lic_utf8_next(line, &next);
        if (!lic_unicode_unfit(c)) {
            if (target) lic_put_bytes(target, line.data + *at, size);
            *at = next;
            return 1;
        }
        snprintf(escape, sizeof escape, "\\u{%X}", (unsigned)c);
        *at = next;
    }
    if (target) lic_put_text(target, escape);
    return strlen(escape);
}

/* Columns that bytes from .. to of the line take. */
static size_t width_of(lic_slice line, size_t from, size_t to)
{
    size_t width = 0;
    for (size_t at = from; at < to && at < line.size;) width += put_character(NULL, line, &at);
    return width;
}

/* First byte to show, so that the mark is seen. */
static size_t view_start(lic_slice line, size_t mark_first)
{
    if (width_of(line, 0, line.size) <= VIEW_MAX || mark_first < VIEW_MAX - 30) return 0;
    size_t start = mark_first - (VIEW_MAX / 2);
    while (start < line.size && (line.data[start] & 0xC0) == 0x80) start++;
    return start;
}

static void put_gutter(const view *v, uint32_t line)
{
    paint(v, BLUE);
    if (line > 0) lic_put_format(v->target, "   | %*u | ", v->gutter, line);
    else lic_put_format(v->target, "   | %*s | ", v->gutter, "");
    paint(v, PLAIN_COLOUR);
}

static void put_source_line(const view *v, lic_slice line, size_t start)
{
    size_t width = 0, at = start;
    if (start > 0) lic_put_text(v->target, "... ");
    while (at < line.size && width < VIEW_MAX) width += put_character(v->target, line, &at);
    if (at < line.size) lic_put_text(v->target, " ...");
    lic_put_text(v->target, "\n");
}

static void put_mark(const view *v, const mark *m, lic_slice line, size_t line_first, size_t start,
                     lic_level level)
{
    size_t first = m->span.first - line_first, last = first + m->span.size;
    if (first > line.size) first = line.size;
    if (last > line.size) last = line.size;
    if (first < start) first = start;
    size_t before = width_of(line, start, first) + (start > 0 ? 4 : 0);
    size_t width = last > first ? width_of(line, first, last) : 1;
    if (width > VIEW_MAX) width = VIEW_MAX;
    put_gutter(v, 0);
    for (size_t i = 0; i < before; i++) lic_put_text(v->target, " ");
    paint(v, m->primary ? level_colour(level) : BLUE);
    for (size_t i = 0; i < width; i++) lic_put_text(v->target, m->primary ? "^" : "-");
    if (m->text) lic_put_format(v->target, " %s", m->text);
    paint(v, PLAIN_COLOUR);
    lic_put_text(v->target, "\n");
}

/* -- marks in source order ---------------------------------------------------------------------------- */

static size_t collect_marks(const lic_diagnostic *d, mark *marks)
{
    size_t count = 0;
    marks[count++] = (mark){d->primary.span, d->primary.text, true};
    for (size_t i = 0; i < d->secondary_count; i++) {
        marks[count++] = (mark){d->secondary[i].span, d->secondary[i].text, false};
    }
    for (size_t i = 1; i < count; i++) {
        mark moved = marks[i];
        size_t at = i;
        for (; at > 0 && moved.span.first < marks[at - 1].span.first; at--)
            marks[at] = marks[at - 1];
        marks[at] = moved;
    }
    return count;
}

static int digits_of(uint32_t number)
{
    int digits = 1;
    for (; number >= 10; number /= 10) digits++;
    return digits;
}

static void put_places(view *v, const lic_diagnostic *d)
{
    mark marks[LIC_LABELS_MAX + 1];
    size_t count = collect_marks(d, marks);
    for (size_t i = 0; i < count; i++) {
        int digits = digits_of(marks[i].span.line);
        if (digits > v->gutter) v->gutter = digits;
    }
    uint32_t shown = 0;
    size_t start = 0;
    for (size_t i = 0; i < count; i++) {
        size_t first = 0;
        lic_slice line = line_around(v->source, marks[i].span.first, &first);
        if (marks[i].span.line != shown) {
            start = view_start(line, marks[i].span.first < first ? 0 : marks[i].span.first - first);
            put_gutter(v, marks[i].span.line);
            put_source_line(v, line, start);
            shown = marks[i].span.line;
        }
        put_mark(v, &marks[i], line, first, start, d->level);
    }
}

void lic_diagnostic_text(const lic_diagnostic *diagnostic, const char *path, lic_slice source,
                         bool colour, lic_buffer *target)
{
    view v = {source, target, colour, 2};
    paint(&v, level_colour(diagnostic->level));
    lic_put_format(target, "%s[%s]", level_name(diagnostic->level), diagnostic->code);
    paint(&v, BOLD);
    lic_put_format(target, ": %s\n", diagnostic->title);
    paint(&v, PLAIN_COLOUR);
    lic_span at = diagnostic->primary.span;
    lic_put_text(target, "  --> ");
    lic_put_safe(target, lic_slice_text(path));
    lic_put_format(target, ":%u:%u\n", at.line, at.column);
    if (source.size > 0) put_places(&v, diagnostic);
    for (size_t i = 0; i < diagnostic->note_count; i++)
        lic_put_format(target, " note: %s\n", diagnostic->notes[i]);
    if (diagnostic->help) lic_put_format(target, " help: %s\n", diagnostic->help);
    const lic_diagnostic_info *info = lic_diagnostic_find(diagnostic->code);
    if (info) lic_put_format(target, " why:  %s; licet explain %s\n", info->why, info->code);
}
