/* parse/lexer.h - source text to tokens, one line at a time, because the language is line-structured: the
 * parser never looks further than the line it is on. Specification: docs/spec/language.md, "lex". */
#ifndef LICET_LEXER_H
#define LICET_LEXER_H

#include "passes.h"

#include <licet/fragment.h>
#include <licet/text.h>

#define LIC_NODES_MAX 400000u    /* nodes of all trees that are parsed in one compile */
#define LIC_NESTING_MAX 64u      /* parentheses, braces, `of` and `if` inside one another */
#define LIC_LINE_BYTES_MAX 4000u /* bytes of one line: a territory set of all codes fits */
#define LIC_ANCHOR_MAX 40u

typedef enum lic_token_kind {
#define TOKEN(name, text) LIC_TOKEN_##name,
#include "parse/tokens.def"
#undef TOKEN
    LIC_TOKEN_KINDS
} lic_token_kind;

typedef struct lic_token {
    uint8_t kind; /* lic_token_kind */
    uint8_t
        scale; /* NUMBER, RATE: decimals of `number`; a RATE counts of one (52% = 0.52, 5bps = 0.0005) */
    uint32_t flags; /* LIC_FLAG_PERCENT, BPS, FRACTION, GROUPED */
    lic_span span;
    lic_slice text;             /* the bytes; STRING, ANCHOR: the content, unescaped */
    lic_i128 number;            /* NUMBER, RATE: mantissa; DATE: days since 1970-01-01 */
    lic_i128 denominator;       /* RATE written as a fraction, else 0 */
    bool is_filled;             /* WORD: filled in for a hole, so never a word of the language */
    const lic_filling *filling; /* HOLE: lines, an expression, or nothing */
} lic_token;

typedef struct lic_lexer {
    lic_compilation *compilation;
    lic_slice source;
    uint32_t at;          /* first byte of the next line */
    uint32_t line_number; /* of the present line, from 1 */

    /* The present line. tokens[count - 1] is END_LINE. */
    lic_token *tokens;
    size_t capacity;
    uint32_t count;
    uint32_t indent;     /* spaces before the first token */
    bool blank_before;   /* an empty line stood before the line or its comments */
    lic_comment *before; /* comment lines before it */
    lic_slice behind;    /* comment behind it */
    bool at_end;         /* the source is used up; the only token is END_LINE */
    bool said_carriage_return, counted_end;

    const lic_template *holes; /* NULL: the text has none */
    bool *used;                /* holes->hole_count: those that stand in the text */
} lic_lexer;

/* Checks the source as a whole: size and UTF-8. False when it was refused (reported). */
bool lic_lexer_open(lic_lexer *lexer, lic_compilation *compilation, lic_slice source);
/* Goes to the next line that has a token; comment lines before it are collected. */
void lic_lexer_next(lic_lexer *lexer);

const char *lic_token_text(uint8_t kind);
/* Adds a token to the line. The pointer is valid until the next one. */
lic_token *lic_lexer_push(lic_lexer *lexer, lic_token_kind kind, lic_span span, lic_slice text);

/* parse/lex_hole.c: the token that the characters are as one word: NAME, WORD, CODE; ERROR when they are none. */
lic_token_kind lic_word_kind(lic_slice text);
/* The same as lic_lexer_open for a template, and its holes. `name` is without the sign. */
bool lic_lexer_open_template(lic_lexer *lexer, lic_compilation *compilation,
                             const lic_template *text);
void lic_lexer_fill(lic_lexer *lexer, lic_slice name, lic_span span);
/* An anchor; nothing when it is left out; an ERROR token, reported, when it can be none. */
void lic_lexer_fill_anchor(lic_lexer *lexer, lic_slice name, lic_span span);
/* Reports the holes that nothing in the text is called. */
void lic_lexer_check_holes(const lic_lexer *lexer);

#endif
