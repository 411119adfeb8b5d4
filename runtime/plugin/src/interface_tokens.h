/* interface_tokens.h - the words of an interface file. A newline inside parentheses is none. */
#ifndef LICET_PLUGIN_INTERFACE_TOKENS_H
#define LICET_PLUGIN_INTERFACE_TOKENS_H

#include <licet/interface.h>

typedef enum token_kind {
    TOKEN_WORD,
    TOKEN_NUMBER,
    TOKEN_STRING, /* `text` is what stands between the quotes */
    TOKEN_OPEN,
    TOKEN_CLOSE,
    TOKEN_COMMA,
    TOKEN_ARROW,
    TOKEN_NEWLINE,
    TOKEN_END,
    TOKEN_BAD /* a byte that begins nothing, or a quote that does not close */
} token_kind;

typedef struct token {
    token_kind kind;
    lic_slice text;
    unsigned line; /* from 1 */
} token;

typedef struct tokens {
    lic_slice source;
    size_t at;
    unsigned line, open; /* open: parentheses */
    token now;           /* the token to look at */
} tokens;

void tokens_begin(tokens *from, lic_slice source);
void tokens_next(tokens *from);

#endif
