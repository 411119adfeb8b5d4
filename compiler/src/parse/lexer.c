/* parse/lexer.c - one line of source to tokens. Characters that may not stand in source are reported here,
 * once each, and become ERROR tokens, after which the parser stays silent for the line. */
#include "parse/lexer.h"

#include "parse/lex_number.h"

#include <string.h>

const char *lic_token_text(uint8_t kind)
{
    static const char *const TEXTS[] = {
#define TOKEN(name, text) text,
#include "parse/tokens.def"
#undef TOKEN
    };
    return kind < LIC_TOKEN_KINDS ? TEXTS[kind] : "?";
}

/* -- whole source -------------------------------------------------------------------------------- */

/* Offset of the first byte that is not part of well-formed UTF-8. */
static size_t first_malformed(lic_slice source)
{
    size_t at = 0;
    while (at < source.size) {
        size_t size = 1;
        while (size <= 4 && at + size <= source.size &&
               !lic_utf8_valid(lic_slice_of(source.data + at, size)))
            size++;
        if (size > 4 || at + size > source.size) return at;
        at += size;
    }
    return at;
}

static lic_span span_at(lic_slice source, size_t at, size_t size)
{
    lic_span span = {(uint32_t)at, (uint32_t)size, 1, 1};
    for (size_t i = 0; i < at; i++) {
        span.column++;
        if (source.data[i] == '\n') span.line++, span.column = 1;
    }
    return span;
}

static bool check_source(lic_compilation *compilation, lic_slice source)
{
    if (source.size > LIC_SOURCE_MAX) {
        lic_diagnostic *d = lic_diag(compilation, "P11", (lic_span){0, 0, 1, 1}, NULL,
                                     "the file has %zu bytes, at most %u are read", source.size,
                                     LIC_SOURCE_MAX);
        lic_diag_help(compilation, d,
                      "rows of a schedule can be loaded from a file of their own: licet load");
        return false;
    }
    if (!lic_utf8_valid(source)) {
        size_t at = first_malformed(source);
        lic_diagnostic *d = lic_diag(compilation, "P01", span_at(source, at, 1),
                                     "this byte begins no character",
                                     "the file is not well-formed UTF-8");
        lic_diag_help(compilation, d, "save the file as UTF-8; nothing behind this place was read");
        return false;
    }
    return true;
}

bool lic_lexer_open(lic_lexer *lexer, lic_compilation *compilation, lic_slice source)
{
    if (source.size == 0) source = lic_slice_text("");
    *lexer = (lic_lexer){.compilation = compilation, .source = source};
    bool fit = check_source(compilation, source);
    if (!fit) lexer->source.size = 0;
    return fit;
}

/* -- tokens of a line ------------------------------------------------------------------------------ */

typedef struct scan {
    lic_lexer *lexer;
    const uint8_t *text; /* the line */
    uint32_t size, at;
    uint32_t first; /* offset of the line in the source */
} scan;

static lic_span scan_span(const scan *s, uint32_t from, uint32_t to)
{
    return (lic_span){s->first + from, to - from, s->lexer->line_number, from + 1};
}

lic_token *lic_lexer_push(lic_lexer *lexer, lic_token_kind kind, lic_span span, lic_slice text)
{
    lexer->tokens = lic_grow(lexer->compilation, lexer->tokens, lexer->count, &lexer->capacity,
                             sizeof *lexer->tokens);
    lic_token *token = &lexer->tokens[lexer->count++];
    *token = (lic_token){.kind = (uint8_t)kind, .span = span, .text = text};
    return token;
}

static lic_token *push(scan *s, lic_token_kind kind, uint32_t from, uint32_t to)
{
    return lic_lexer_push(s->lexer, kind, scan_span(s, from, to),
                          lic_slice_of(s->text + from, to - from));
}

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}
static bool is_upper(uint8_t c)
{
    return c >= 'A' && c <= 'Z';
}
static bool is_lower(uint8_t c)
{
    return c >= 'a' && c <= 'z';
}
static bool is_word(uint8_t c)
{
    return is_digit(c) || is_upper(c) || is_lower(c) || c == '_';
}

/* A name, a word or a code; two or three capitals alone are a code. */
static void scan_word(scan *s)
{
    uint32_t from = s->at;
    bool capitals = true;
    while (s->at < s->size && is_word(s->text[s->at])) {
        capitals = capitals && is_upper(s->text[s->at]);
        s->at++;
    }
    uint32_t size = s->at - from;
    lic_token_kind kind = LIC_TOKEN_NAME;
    if (is_lower(s->text[from])) kind = LIC_TOKEN_WORD;
    else if (capitals && (size == 2 || size == 3)) kind = LIC_TOKEN_CODE;
    push(s, kind, from, s->at);
}

/* The characters of a stretch of text (string, anchor, comment, or stray). False after a report. */
static bool check_characters(scan *s, uint32_t from, uint32_t to)
{
    lic_slice text = lic_slice_of(s->text + from, to - from);
    bool fit = true;
    for (size_t at = 0; at < text.size;) {
        size_t here = at;
        uint32_t c = lic_utf8_next(text, &at);
        const char *unfit = lic_unicode_unfit(c);
        if (!unfit) continue;
        lic_span span = scan_span(s, from + (uint32_t)here, from + (uint32_t)at);
        lic_diagnostic *d = lic_diag(s->lexer->compilation, "P02", span, NULL,
                                     "%s (U+%04X) may not stand here", unfit, (unsigned)c);
        lic_diag_help(s->lexer->compilation, d, c == '\t' ? "write spaces" : "remove it");
        lic_diag_fix(s->lexer->compilation, d, span, "%s", c == '\t' ? " " : "");
        fit = false;
    }
    size_t at = 0;
    if (!fit || lic_unicode_is_nfc(text, &at)) return fit;
    size_t end = at;
    uint32_t c = lic_utf8_next(text, &end);
    lic_span span = scan_span(s, from + (uint32_t)at, from + (uint32_t)end);
    lic_diagnostic *d = lic_diag(s->lexer->compilation, "P03", span, "this character would change",
                                 "text is not in Unicode normalisation form C (U+%04X)",
                                 (unsigned)c);
    lic_diag_help(s->lexer->compilation, d,
                  "write the composed character, or save the file as NFC");
    return false;
}

/* Unescapes the content of a string in place of a copy; NULL data when an escape is unknown. */
static lic_slice unescape(scan *s, uint32_t from, uint32_t to)
{
    lic_slice raw = lic_slice_of(s->text + from, to - from);
    if (raw.size == 0 || !memchr(raw.data, '\\', raw.size)) return raw;
    uint8_t *content = lic_new(s->lexer->compilation, raw.size);
    size_t size = 0;
    for (size_t i = 0; i < raw.size; i++) {
        if (raw.data[i] == '\\') {
            i++;
            if (raw.data[i] != '"' && raw.data[i] != '\\') {
                lic_span span = scan_span(s, from + (uint32_t)i - 1, from + (uint32_t)i + 1);
                lic_diagnostic *d = lic_diag(s->lexer->compilation, "P04", span, NULL,
                                             "unknown escape in a text");
                lic_diag_help(s->lexer->compilation, d, "only \\\" and \\\\ are escapes");
                lic_diag_fix(s->lexer->compilation, d, span, "\\\\%c", raw.data[i]);
                return (lic_slice){NULL, 0};
            }
        }
        content[size++] = raw.data[i];
    }
    return lic_slice_of(content, size);
}

static void scan_string(scan *s)
{
    uint32_t from = s->at++;
    while (s->at < s->size && s->text[s->at] != '"') {
        if (s->text[s->at] == '\\' && s->at + 1 < s->size) s->at++;
        s->at++;
    }
    if (s->at >= s->size) {
        s->at = s->size;
        lic_diagnostic *d = lic_diag(s->lexer->compilation, "P04", scan_span(s, from, s->size),
                                     "it begins here", "the text is not closed on its line");
        lic_diag_help(s->lexer->compilation, d, "end it with \"");
        lic_diag_fix(s->lexer->compilation, d, scan_span(s, s->size, s->size), "\"");
        push(s, LIC_TOKEN_ERROR, from, s->size);
        return;
    }
    s->at++;
    lic_slice content = unescape(s, from + 1, s->at - 1);
    bool good = check_characters(s, from + 1, s->at - 1) && (content.data || s->at - from == 2);
    push(s, good ? LIC_TOKEN_STRING : LIC_TOKEN_ERROR, from, s->at)->text = content;
}

static lic_diagnostic *bad_anchor(scan *s, uint32_t from, uint32_t to, const char *title,
                                  const char *help)
{
    lic_diagnostic *d = lic_diag(s->lexer->compilation, "P09", scan_span(s, from, to), NULL, "%s",
                                 title);
    lic_diag_help(s->lexer->compilation, d, "%s", help);
    push(s, LIC_TOKEN_ERROR, from, to);
    return d;
}

/* The rest of the line, then the anchor; nothing is offered when the rest has anchors or comments too. */
static void offer_to_move(scan *s, lic_diagnostic *d, uint32_t from, uint32_t to)
{
    uint32_t rest = to, end = s->size;
    while (rest < end && s->text[rest] == ' ') rest++;
    while (end > rest && s->text[end - 1] == ' ') end--;
    for (uint32_t at = rest; at < end; at++) {
        if (s->text[at] == '[' || (s->text[at] == '-' && at + 1 < end && s->text[at + 1] == '-'))
            return;
    }
    lic_diag_fix(s->lexer->compilation, d, scan_span(s, from, end), "%.*s  %.*s", (int)(end - rest),
                 (const char *)s->text + rest, (int)(to - from), (const char *)s->text + from);
}

/* True when only blanks or a comment follow. */
static bool rest_is_empty(const scan *s, uint32_t at)
{
    while (at < s->size && s->text[at] == ' ') at++;
    return at >= s->size || (at + 1 < s->size && s->text[at] == '-' && s->text[at + 1] == '-');
}

/* A hole of a template, or what looks like one. */
static bool is_hole(const scan *s, uint32_t at)
{
    return at + 1 < s->size && s->text[at] == '$' && is_lower(s->text[at + 1]);
}

static uint32_t hole_end(const scan *s, uint32_t at)
{
    for (at++; at < s->size && is_word(s->text[at]);) at++;
    return at;
}

static void scan_hole(scan *s)
{
    uint32_t from = s->at;
    s->at = hole_end(s, from);
    lic_lexer_fill(s->lexer, lic_slice_of(s->text + from + 1, s->at - from - 1),
                   scan_span(s, from, s->at));
}

static void scan_anchor(scan *s)
{
    uint32_t from = s->at++;
    while (s->at < s->size && s->text[s->at] != ']' && s->text[s->at] != '[') s->at++;
    if (s->at >= s->size || s->text[s->at] == '[') {
        s->at = s->size;
        bad_anchor(s, from, s->size, "the anchor is not closed", "end it with ]");
        return;
    }
    s->at++;
    uint32_t size = s->at - from - 2;
    if (is_hole(s, from + 1) && hole_end(s, from + 1) == s->at - 1 && rest_is_empty(s, s->at)) {
        lic_lexer_fill_anchor(s->lexer, lic_slice_of(s->text + from + 2, size - 1),
                              scan_span(s, from, s->at));
    } else if (!check_characters(s, from + 1, s->at - 1)) {
        push(s, LIC_TOKEN_ERROR, from, s->at);
    } else if (size == 0 || size > LIC_ANCHOR_MAX || s->text[from + 1] == ' ' ||
               s->text[s->at - 2] == ' ') {
        bad_anchor(s, from, s->at, "an anchor has 1 to 40 bytes and no space at its edges",
                   "name the clause of the agreement's text, for instance [4.1]");
    } else if (!rest_is_empty(s, s->at)) {
        lic_diagnostic *d = bad_anchor(s, from, s->at, "an anchor stands last on its line",
                                       "move it to the end of the line");
        offer_to_move(s, d, from, s->at);
    } else {
        push(s, LIC_TOKEN_ANCHOR, from, s->at)->text = lic_slice_of(s->text + from + 1, size);
    }
}

/* A character with which no token begins. */
static void scan_stray(scan *s)
{
    uint32_t from = s->at;
    size_t next = from;
    uint32_t c = lic_utf8_next(lic_slice_of(s->text, s->size), &next);
    s->at = (uint32_t)next;
    if (check_characters(s, from, s->at)) {
        lic_span span = scan_span(s, from, s->at);
        lic_diagnostic *d = lic_diag(s->lexer->compilation, "P10", span, NULL,
                                     "`%.*s` has no meaning here", (int)(s->at - from),
                                     (const char *)s->text + from);
        if (c >= 0x80)
            lic_diag_help(
                s->lexer->compilation, d,
                "names are written with a-z, A-Z, 0-9 and _; other letters stand in texts \"...\"");
        else if (c == '%')
            lic_diag_help(s->lexer->compilation, d, "write the sign at the number: 52%%");
        else if (c == ';')
            lic_diag_help(s->lexer->compilation, d, "a line ends a clause; no sign is needed");
        else if (c == '\'') lic_diag_help(s->lexer->compilation, d, "texts stand in double quotes");
        else if (c == '#') lic_diag_help(s->lexer->compilation, d, "a comment begins with --");
    }
    push(s, LIC_TOKEN_ERROR, from, s->at);
}

static void scan_sign(scan *s)
{
    uint32_t from = s->at;
    uint8_t c = s->text[from], next = from + 1 < s->size ? s->text[from + 1] : 0;
    static const struct {
        char sign;
        uint8_t kind;
    } SIGNS[] = {{',', LIC_TOKEN_COMMA},  {':', LIC_TOKEN_COLON},  {'.', LIC_TOKEN_DOT},
                 {'(', LIC_TOKEN_LPAREN}, {')', LIC_TOKEN_RPAREN}, {'{', LIC_TOKEN_LBRACE},
                 {'}', LIC_TOKEN_RBRACE}, {'+', LIC_TOKEN_PLUS},   {'-', LIC_TOKEN_MINUS},
                 {'*', LIC_TOKEN_STAR},   {'/', LIC_TOKEN_SLASH},  {'=', LIC_TOKEN_EQ},
                 {'<', LIC_TOKEN_LT},     {'>', LIC_TOKEN_GT}};
    if ((c == '<' || c == '>') && next == '=') {
        s->at += 2;
        push(s, c == '<' ? LIC_TOKEN_LE : LIC_TOKEN_GE, from, s->at);
        return;
    }
    for (size_t i = 0; i < LIC_COUNT(SIGNS); i++) {
        if (c != (uint8_t)SIGNS[i].sign) continue;
        s->at++;
        push(s, (lic_token_kind)SIGNS[i].kind, from, s->at);
        return;
    }
    scan_stray(s);
}

static void scan_number(scan *s)
{
    lic_token *token = push(s, LIC_TOKEN_NUMBER, s->at, s->at);
    lic_line_text line = {s->lexer->compilation, s->text, s->size, s->first, s->lexer->line_number};
    s->at = lic_lex_number(&line, s->at, token);
}

/* A comment ends the line; returns false there. */
static bool scan_token(scan *s)
{
    uint8_t c = s->text[s->at];
    if (c == ' ') {
        s->at++;
    } else if (c == '-' && s->at + 1 < s->size && s->text[s->at + 1] == '-') {
        uint32_t end = s->size;
        while (s->text[end - 1] == ' ') end--;
        check_characters(s, s->at, end);
        s->lexer->behind = lic_slice_of(s->text + s->at, end - s->at);
        return false;
    } else if (is_digit(c)) {
        scan_number(s);
    } else if (is_upper(c) || is_lower(c)) {
        scan_word(s);
    } else if (c == '"') {
        scan_string(s);
    } else if (c == '[') {
        scan_anchor(s);
    } else if (is_hole(s, s->at)) {
        scan_hole(s);
    } else {
        scan_sign(s);
    }
    return true;
}

/* -- lines ------------------------------------------------------------------------------------------- */

static void said_carriage_return(lic_lexer *lexer, lic_span span)
{
    if (lexer->said_carriage_return) return;
    lexer->said_carriage_return = true;
    lic_diagnostic *d = lic_diag(lexer->compilation, "P02", span, NULL,
                                 "lines end with a carriage return (U+000D)");
    lic_diag_help(lexer->compilation, d,
                  "save the file with Unix line ends; said once for the whole file");
}

/* Takes the next line of the source; false at its end. */
static bool take_line(lic_lexer *lexer, scan *s)
{
    if (lexer->at >= lexer->source.size) return false;
    const uint8_t *text = lexer->source.data + lexer->at;
    size_t left = lexer->source.size - lexer->at;
    const uint8_t *newline = memchr(text, '\n', left);
    uint32_t size = (uint32_t)(newline ? (size_t)(newline - text) : left);
    *s = (scan){lexer, text, size, 0, lexer->at};
    lexer->at += size + (newline ? 1 : 0);
    lexer->line_number++;
    if (size > 0 && text[size - 1] == '\r') {
        s->size--;
        said_carriage_return(lexer, scan_span(s, size - 1, size));
    }
    if (s->size > LIC_LINE_BYTES_MAX) {
        lic_diag(lexer->compilation, "P11", scan_span(s, 0, 1), NULL,
                 "the line has %u bytes, at most %u are read", s->size, LIC_LINE_BYTES_MAX);
        s->size = 0;
        push(s, LIC_TOKEN_ERROR, 0, 0);
    }
    return true;
}

static void keep_comment(lic_lexer *lexer, lic_comment ***tail)
{
    lic_comment *comment = lic_new(lexer->compilation, sizeof *comment);
    comment->text = lexer->behind;
    comment->blank_before = lexer->blank_before;
    lexer->blank_before = false;
    lexer->behind = (lic_slice){NULL, 0};
    **tail = comment;
    *tail = &comment->next;
}

/* The place behind the last character: a line of its own when a newline ended the file. */
static void go_to_end(lic_lexer *lexer, scan *s)
{
    uint32_t size = (uint32_t)lexer->source.size, from = size;
    while (from > 0 && lexer->source.data[from - 1] != '\n') from--;
    s->first = from;
    s->text = lexer->source.data + from;
    s->size = size - from;
    if (from == size && !lexer->counted_end) lexer->line_number++;
    lexer->counted_end = true;
}

void lic_lexer_next(lic_lexer *lexer)
{
    lic_comment **tail = &lexer->before;
    lexer->before = NULL;
    lexer->blank_before = false;
    lexer->behind = (lic_slice){NULL, 0};
    scan s = {lexer, NULL, 0, 0, (uint32_t)lexer->source.size};
    lexer->count = 0;
    while (take_line(lexer, &s)) {
        while (s.at < s.size && scan_token(&s)) continue;
        if (lexer->count > 0) break;
        if (lexer->behind.size > 0) keep_comment(lexer, &tail);
        else lexer->blank_before = true;
    }
    lexer->at_end = lexer->count == 0;
    if (lexer->at_end) go_to_end(lexer, &s);
    lexer->indent = lexer->at_end ? 0 : lexer->tokens[0].span.column - 1;
    push(&s, LIC_TOKEN_END_LINE, s.size, s.size);
    if (lexer->at_end) lexer->tokens[0].text = (lic_slice){NULL, 0};
}
