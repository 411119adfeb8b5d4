/* sheet_lines.c - in which line of a Lua text a member of a table constructor stands. Lua knows the line of
 * the call alone; in a deal of forty lines that is not enough. What is built by code is not found, and then
 * the call's line is told. */
#include "deal_lua.h"

#include <string.h>

enum { DEPTH_MAX = 16 };

typedef struct scan {
    lic_slice text;
    size_t at;
    uint32_t line;
    unsigned depth;
    lic_slice opened[DEPTH_MAX]; /* the name in front of each brace that is open */
} scan;

static uint8_t peek(const scan *s, size_t ahead)
{
    return s->at + ahead < s->text.size ? s->text.data[s->at + ahead] : 0;
}

static void advance(scan *s, size_t bytes)
{
    for (; bytes > 0 && s->at < s->text.size; bytes--, s->at++)
        if (s->text.data[s->at] == '\n') s->line++;
}

static bool is_letter(uint8_t byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_' ||
           (byte >= '0' && byte <= '9');
}

/* At `[[`, `[=[`, ...: skips the long text; false when there is none. */
static bool skip_long(scan *s)
{
    size_t level = 0;
    if (peek(s, 0) != '[') return false;
    while (peek(s, 1 + level) == '=') level++;
    if (peek(s, 1 + level) != '[') return false;
    advance(s, level + 2);
    while (s->at < s->text.size) {
        size_t match = 0;
        if (peek(s, 0) == ']') {
            while (peek(s, 1 + match) == '=') match++;
            if (match == level && peek(s, 1 + match) == ']') {
                advance(s, level + 2);
                return true;
            }
        }
        advance(s, 1);
    }
    return true;
}

static void skip_comment(scan *s)
{
    advance(s, 2);
    if (skip_long(s)) return;
    while (s->at < s->text.size && peek(s, 0) != '\n') advance(s, 1);
}

static lic_slice take_quoted(scan *s)
{
    uint8_t quote = peek(s, 0);
    advance(s, 1);
    size_t first = s->at;
    while (s->at < s->text.size && peek(s, 0) != quote && peek(s, 0) != '\n')
        advance(s, peek(s, 0) == '\\' ? 2 : 1);
    lic_slice content = lic_slice_of(s->text.data + first, s->at - first);
    advance(s, 1);
    return content;
}

static lic_slice take_word(scan *s)
{
    size_t first = s->at;
    while (is_letter(peek(s, 0))) advance(s, 1);
    return lic_slice_of(s->text.data + first, s->at - first);
}

/* True when an assignment follows; goes to it. */
static bool skip_to_assignment(scan *s)
{
    while (s->at < s->text.size && (peek(s, 0) <= ' ' || peek(s, 0) == ']')) advance(s, 1);
    return peek(s, 0) == '=' && peek(s, 1) != '=';
}

/* The table that is open innermost is the deal's own (an empty `table`), or its member `table`. */
static bool is_within(const scan *s, lic_slice table)
{
    if (table.size == 0) return s->depth == 1;
    return s->depth == 2 && lic_slice_equal(s->opened[1], table);
}

uint32_t lic_lua_line_of(lic_slice text, uint32_t line, lic_slice table, lic_slice name)
{
    scan s = {.text = text, .line = 1};
    lic_slice last = lic_slice_of(NULL, 0); /* the name that was assigned to last */
    while (s.at < text.size && s.line < line) advance(&s, 1);
    while (s.at < text.size) {
        uint8_t byte = peek(&s, 0);
        uint32_t here = s.line;
        lic_slice word = lic_slice_of(NULL, 0);
        if (byte == '-' && peek(&s, 1) == '-') skip_comment(&s);
        else if (byte == '"' || byte == '\'') word = take_quoted(&s);
        else if (is_letter(byte)) word = take_word(&s);
        else if (byte == '{') {
            if (s.depth < DEPTH_MAX) s.opened[s.depth] = last;
            s.depth++;
            last = lic_slice_of(NULL, 0);
            advance(&s, 1);
        } else if (byte == '}') {
            advance(&s, 1);
            if (s.depth <= 1) return 0;
            s.depth--;
        } else if (!skip_long(&s)) advance(&s, 1);
        if (word.size == 0 || s.depth == 0 || !skip_to_assignment(&s)) continue;
        last = word;
        if (is_within(&s, table) && lic_slice_equal(word, name)) return here;
    }
    return 0;
}
