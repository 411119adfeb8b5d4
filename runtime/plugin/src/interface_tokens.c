/* interface_tokens.c - cuts an interface file into words, numbers, strings and marks. */
#include "interface_tokens.h"

#include <string.h>

static bool is_letter(uint8_t byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_';
}

static bool is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

static void skip_blanks(tokens *from)
{
    for (; from->at < from->source.size; from->at++) {
        uint8_t byte = from->source.data[from->at];
        if (byte == '#') {
            const void *end = memchr(from->source.data + from->at, '\n',
                                     from->source.size - from->at);
            from->at = end == NULL ? from->source.size
                                   : (size_t)((const uint8_t *)end - from->source.data);
            if (end == NULL) return;
            byte = '\n';
        }
        if (byte == '\n' && from->open == 0) return;
        if (byte == '\n') from->line++;
        else if (byte != ' ' && byte != '\t' && byte != '\r') return;
    }
}

static token_kind take_string(tokens *from, size_t first)
{
    size_t end = first + 1;
    while (end < from->source.size && from->source.data[end] != '"') {
        if (from->source.data[end] < ' ') return TOKEN_BAD;
        end++;
    }
    if (end == from->source.size) return TOKEN_BAD;
    from->now.text = lic_slice_of(from->source.data + first + 1, end - first - 1);
    from->at = end + 1;
    return TOKEN_STRING;
}

static token_kind take_run(tokens *from, size_t first, bool word)
{
    size_t end = first;
    while (end < from->source.size &&
           (is_digit(from->source.data[end]) || (word && is_letter(from->source.data[end]))))
        end++;
    from->now.text = lic_slice_of(from->source.data + first, end - first);
    from->at = end;
    return word ? TOKEN_WORD : TOKEN_NUMBER;
}

static token_kind take(tokens *from)
{
    size_t first = from->at, left = from->source.size - first;
    const uint8_t *at = from->source.data + first;
    if (left == 0) return TOKEN_END;
    if (is_letter(*at)) return take_run(from, first, true);
    if (is_digit(*at)) return take_run(from, first, false);
    if (*at == '"') return take_string(from, first);
    if (*at == '-' && left > 1 && at[1] == '>') {
        from->at += 2;
        from->now.text = lic_slice_of(at, 2);
        return TOKEN_ARROW;
    }
    from->at++;
    if (*at == '\n') return TOKEN_NEWLINE;
    if (*at == ',') return TOKEN_COMMA;
    if (*at == '(') {
        from->open++;
        return TOKEN_OPEN;
    }
    if (*at != ')' || from->open == 0) return TOKEN_BAD;
    from->open--;
    return TOKEN_CLOSE;
}

void tokens_next(tokens *from)
{
    if (from->now.kind == TOKEN_NEWLINE) from->line++;
    skip_blanks(from);
    from->now.line = from->line;
    from->now.text = lic_slice_of(from->source.data + from->at, from->at < from->source.size);
    from->now.kind = take(from);
}

void tokens_begin(tokens *from, lic_slice source)
{
    *from = (tokens){.source = source, .line = 1, .now = {.kind = TOKEN_END}};
    tokens_next(from);
}
