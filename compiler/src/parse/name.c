/* parse/name.c - names that a line declares or uses, and lists of them. A name in the wrong case is
 * reported and taken for what the author meant. */
#include "parse/parser.h"

/* A text with the case of its first letter changed, for helps. */
const char *lic_recased(lic_parser *p, lic_slice text, bool upper)
{
    char *copy = lic_text(p->compilation, "%.*s", LIC_S(text));
    bool is_lower = copy[0] >= 'a' && copy[0] <= 'z', is_upper = copy[0] >= 'A' && copy[0] <= 'Z';
    if (upper && is_lower) copy[0] = (char)(copy[0] - 'a' + 'A');
    if (!upper && is_upper) copy[0] = (char)(copy[0] - 'A' + 'a');
    return copy;
}

/* The token with another text: what the author meant, so that the line can be read on. */
static const lic_token *corrected(lic_parser *p, const lic_token *token, const char *text)
{
    lic_token *copy = lic_new(p->compilation, sizeof *copy);
    *copy = *token;
    copy->text = lic_slice_text(text);
    lic_advance(p);
    return copy;
}

/* A Capital name, or NULL, reported. A name with a small letter is reported and taken. */
static const lic_token *expect_name(lic_parser *p, const char *what)
{
    const lic_token *token = lic_peek(p);
    if (token->kind == LIC_TOKEN_NAME) {
        lic_advance(p);
        return token;
    }
    if (token->kind == LIC_TOKEN_WORD && !lic_word_is_reserved(token->text)) {
        lic_diagnostic *d = lic_diag(p->compilation, "P20", token->span, NULL,
                                     "%s begins with a capital letter", what);
        const char *fix = lic_recased(p, token->text, true);
        lic_diag_help(p->compilation, d, "write `%s`", fix);
        lic_diag_fix(p->compilation, d, token->span, "%s", fix);
        return corrected(p, token, fix);
    }
    if (token->kind == LIC_TOKEN_CODE) {
        lic_diagnostic *d = lic_give_up(
            p, "P20", token->span,
            "two or three capitals are a code of a country or currency, not a name");
        lic_diag_help(p->compilation, d, "choose a longer name, or small letters behind the first");
        return NULL;
    }
    lic_unexpected(p, what);
    return NULL;
}

lic_node *lic_parse_name(lic_parser *p, const char *what)
{
    lic_node *node = lic_begin(p, LIC_NODE_NAME_REF);
    const lic_token *token = expect_name(p, what);
    if (!token) return lic_error_node(p);
    node->name = token->text;
    return node;
}

lic_node *lic_parse_word(lic_parser *p, const char *what)
{
    lic_node *node = lic_begin(p, LIC_NODE_WORD);
    const lic_token *token = lic_peek(p);
    if (token->kind == LIC_TOKEN_NAME) {
        const char *fix = lic_recased(p, token->text, false);
        lic_diagnostic *d = lic_diag(p->compilation, "P20", token->span, NULL,
                                     "%s begins with a small letter", what);
        lic_diag_help(p->compilation, d, "write `%s`", fix);
        lic_diag_fix(p->compilation, d, token->span, "%s", fix);
        node->name = corrected(p, token, fix)->text;
        return node;
    }
    token = lic_expect(p, LIC_TOKEN_WORD, what);
    if (!token) return lic_error_node(p);
    node->name = token->text;
    return node;
}

lic_node *lic_parse_unit(lic_parser *p)
{
    lic_node *node = lic_begin(p, LIC_NODE_WORD);
    const lic_token *token = lic_peek(p);
    if (token->kind != LIC_TOKEN_WORD && token->kind != LIC_TOKEN_CODE) {
        lic_unexpected(p, "a unit: `count`, `year` or a currency");
        return lic_error_node(p);
    }
    node->name = token->text;
    lic_advance(p);
    return node;
}

void lic_take_name(lic_parser *p, lic_node *node, const char *what)
{
    const lic_token *token = expect_name(p, what);
    if (!token) return;
    node->name = token->text;
    node->name_span = token->span;
}

void lic_take_lower(lic_parser *p, lic_node *node, const char *what)
{
    const lic_token *token = lic_peek(p);
    if (token->kind == LIC_TOKEN_WORD && lic_word_is_reserved(token->text)) {
        lic_diagnostic *d = lic_diag(p->compilation, "P19", token->span, NULL,
                                     "`%.*s` is a word of the language and can't be %s",
                                     LIC_S(token->text), what);
        lic_diag_help(p->compilation, d, "write `%.*s_`, or choose another word",
                      LIC_S(token->text));
        if (p->misused_count < LIC_COUNT(p->misused)) p->misused[p->misused_count++] = token->text;
    }
    lic_node *word = lic_parse_word(p, what);
    if (word->kind == LIC_NODE_ERROR) return;
    node->name = word->name;
    node->name_span = word->span;
}

void lic_take_count(lic_parser *p, lic_node *node, const char *what)
{
    const lic_token *token = lic_peek(p);
    node->number = 1; /* about which nothing more is said */
    if (!lic_expect(p, LIC_TOKEN_NUMBER, what)) return;
    if (token->scale > 0) {
        lic_give_up(p, "P15", token->span,
                    lic_text(p->compilation, "expected %s, found a number with decimals", what));
        return;
    }
    node->number = token->number;
    node->name_span = token->span;
}

void lic_take_text(lic_parser *p, lic_node *node, const char *what)
{
    const lic_token *token = lic_expect(p, LIC_TOKEN_STRING, what);
    if (token) node->text = token->text;
}

/* A comma behind which the list goes on. */
static bool list_goes_on(lic_parser *p, const char *stop)
{
    if (!lic_at(p, LIC_TOKEN_COMMA)) return false;
    if (stop && lic_next_is_word(p, stop)) return false;
    lic_advance(p);
    return true;
}

void lic_parse_words(lic_parser *p, lic_node *parent, const char *what, const char *stop)
{
    do lic_add(p, parent, lic_parse_word(p, what));
    while (list_goes_on(p, stop));
}

void lic_parse_names(lic_parser *p, lic_node *parent, const char *what, const char *stop)
{
    do lic_add(p, parent, lic_parse_name(p, what));
    while (list_goes_on(p, stop));
}
