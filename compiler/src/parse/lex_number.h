/* parse/lex_number.h - numbers, rates and dates of a source line. */
#ifndef LICET_LEX_NUMBER_H
#define LICET_LEX_NUMBER_H

#include "parse/lexer.h"

#define LIC_NUMBER_DIGITS_MAX 36u   /* well within 128 bits */
#define LIC_NUMBER_DECIMALS_MAX 20u /* with the four of bps at most 24, the widest exact scale */

typedef struct lic_line_text {
    lic_compilation *compilation;
    const uint8_t *text;
    uint32_t size;
    uint32_t first; /* offset of the line in the source */
    uint32_t line_number;
} lic_line_text;

/* Reads the number, rate or date that begins with the digit at `from` into *token (kind, span, text,
 * value); an ERROR token when it was refused. Returns the offset behind it. */
uint32_t lic_lex_number(const lic_line_text *line, uint32_t from, lic_token *token);

#endif
