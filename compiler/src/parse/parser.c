/* parse/parser.c - the ground of the parser: tokens of the line, and nodes. Names are in parse/name.c,
 * leaders and recovery in parse/line.c, the file in parse/file.c, what lines mean in the other files. */
#include "parse/parser.h"

#include <string.h>

/* -- tokens ------------------------------------------------------------------------------------------ */

const lic_token *lic_peek(const lic_parser *p)
{
    return &p->lexer.tokens[p->at];
}

const lic_token *lic_peek_next(const lic_parser *p)
{
    return &p->lexer.tokens[p->at + 1 < p->lexer.count ? p->at + 1 : p->at];
}

bool lic_at(const lic_parser *p, lic_token_kind kind)
{
    return lic_peek(p)->kind == kind;
}

bool lic_is_word(const lic_token *token, const char *word)
{
    return token->kind == LIC_TOKEN_WORD && !token->is_filled && lic_slice_is(token->text, word);
}

bool lic_at_word(const lic_parser *p, const char *word)
{
    return lic_is_word(lic_peek(p), word);
}
bool lic_next_is_word(const lic_parser *p, const char *word)
{
    return lic_is_word(lic_peek_next(p), word);
}

void lic_advance(lic_parser *p)
{
    if (p->at + 1 < p->lexer.count) p->at++;
}

bool lic_accept(lic_parser *p, lic_token_kind kind)
{
    if (!lic_at(p, kind)) return false;
    lic_advance(p);
    return true;
}

bool lic_accept_word(lic_parser *p, const char *word)
{
    if (!lic_at_word(p, word)) return false;
    lic_advance(p);
    return true;
}

/* Leaves the line: what follows the error would only be guessed at. */
static void silence(lic_parser *p)
{
    p->silent = true;
    p->at = p->lexer.count - 1;
}

lic_diagnostic *lic_give_up(lic_parser *p, const char *code, lic_span at, const char *title)
{
    if (p->silent) {
        p->compilation->dropped = (lic_diagnostic){.code = code, .title = ""};
        return &p->compilation->dropped;
    }
    silence(p);
    return lic_diag(p->compilation, code, at, NULL, "%s", title);
}

lic_diagnostic *lic_unexpected(lic_parser *p, const char *expected)
{
    const lic_token *token = lic_peek(p);
    if (token->kind == LIC_TOKEN_ERROR) silence(p);
    bool shown = token->kind == LIC_TOKEN_NAME || token->kind == LIC_TOKEN_WORD ||
                 token->kind == LIC_TOKEN_CODE || token->kind == LIC_TOKEN_NUMBER ||
                 token->kind == LIC_TOKEN_RATE || token->kind == LIC_TOKEN_DATE ||
                 token->kind == LIC_TOKEN_HOLE;
    const char *found = shown ? lic_text(p->compilation, "`%.*s`", LIC_S(token->text))
                              : lic_token_text(token->kind);
    const char *title = lic_text(p->compilation, "expected %s, found %s", expected, found);
    return lic_give_up(p, "P15", token->span, title);
}

const lic_token *lic_expect(lic_parser *p, lic_token_kind kind, const char *what)
{
    const lic_token *token = lic_peek(p);
    if (token->kind != kind) {
        lic_unexpected(p, what ? what : lic_token_text((uint8_t)kind));
        return NULL;
    }
    lic_advance(p);
    return token;
}

bool lic_expect_word(lic_parser *p, const char *word)
{
    if (lic_accept_word(p, word)) return true;
    return lic_expect_one_of(p, &word, 1, lic_text(p->compilation, "`%s`", word)) != NULL;
}

const char *lic_expect_one_of(lic_parser *p, const char *const *words, size_t count,
                              const char *expected)
{
    for (size_t i = 0; i < count; i++) {
        if (lic_accept_word(p, words[i])) return words[i];
    }
    const lic_token *token = lic_peek(p);
    const char *nearest = token->kind == LIC_TOKEN_WORD ? lic_nearest(token->text, words, count)
                                                        : NULL;
    if (!nearest || p->silent) {
        lic_unexpected(p, expected);
        return NULL;
    }
    lic_diagnostic *d = lic_diag(p->compilation, "P15", token->span, NULL,
                                 "expected %s, found `%.*s`", expected, LIC_S(token->text));
    lic_diag_help(p->compilation, d, "did you mean `%s`?", nearest);
    lic_diag_fix(p->compilation, d, token->span, "%s", nearest);
    lic_advance(p);
    return nearest;
}

static const char *const RESERVED[] = {
    "against",    "all",   "and",     "as",      "at",       "before",    "by",      "completed",
    "cumulative", "due",   "during",  "each",    "earliest", "else",      "end",     "every",
    "except",     "for",   "from",    "greater", "if",       "in",        "is",      "latest",
    "lesser",     "not",   "of",      "on",      "or",       "otherwise", "overdue", "owes",
    "pays",       "per",   "started", "sum",     "then",     "through",   "to",      "until",
    "when",       "where", "within",  "world"};

size_t lic_reserved_words(const char *const **words)
{
    if (words) *words = RESERVED;
    return LIC_COUNT(RESERVED);
}

bool lic_word_is_reserved(lic_slice word)
{
    for (size_t i = 0; i < LIC_COUNT(RESERVED); i++) {
        if (lic_slice_is(word, RESERVED[i])) return true;
    }
    return false;
}

bool lic_word_is_misused(const lic_parser *p, lic_slice word)
{
    for (size_t i = 0; i < p->misused_count; i++) {
        if (lic_slice_equal(p->misused[i], word)) return true;
    }
    return false;
}

/* -- nodes ------------------------------------------------------------------------------------------- */

static lic_node *node_at(lic_parser *p, lic_node_kind kind, lic_span span)
{
    if (p->compilation->node_count == LIC_NODES_MAX)
        lic_give_up(p, "P11", span, "the agreement has too many parts");
    return lic_node_new(p->compilation, kind, span);
}

lic_node *lic_begin(lic_parser *p, lic_node_kind kind)
{
    return node_at(p, kind, lic_peek(p)->span);
}
lic_node *lic_begin_line(lic_parser *p, lic_node_kind kind)
{
    return node_at(p, kind, p->lexer.tokens[0].span);
}

void lic_close(lic_parser *p, lic_node *node)
{
    if (p->at == 0) return;
    lic_span last = p->lexer.tokens[p->at - 1].span;
    uint32_t end = last.first + last.size;
    if (last.line == node->span.line && end > node->span.first)
        node->span.size = end - node->span.first;
}

void lic_add(lic_parser *p, lic_node *parent, lic_node *child)
{
    if (!child) child = node_at(p, LIC_NODE_ABSENT, lic_peek(p)->span);
    lic_node_add(p->compilation, parent, child);
}

void lic_add_absent(lic_parser *p, lic_node *parent)
{
    lic_add(p, parent, NULL);
}

lic_node *lic_error_node(lic_parser *p)
{
    return lic_begin(p, LIC_NODE_ERROR);
}

bool lic_drop_reports(lic_parser *p, size_t from, uint32_t line)
{
    lic_diagnostics *all = &p->compilation->diagnostics;
    size_t kept = from;
    for (size_t i = from; i < all->count; i++) {
        if (all->items[i].primary.span.line != line) all->items[kept++] = all->items[i];
        else if (all->items[i].level == LIC_ERROR) all->error_count--;
    }
    bool dropped = kept < all->count;
    all->count = kept;
    return dropped;
}

void lic_place(lic_parser *p, lic_node *parent, uint32_t index, lic_node *node, const char *leader)
{
    lic_node *present = lic_child(parent, index);
    if (present) {
        lic_drop_reports(p, 0,
                         node->span.line); /* one error a line, and this line is one too many */
        lic_diagnostic *d = lic_diag(p->compilation, "P17", node->span, "and again here",
                                     "`%s` stands twice", leader);
        lic_diag_place(p->compilation, d, present->span, "first here");
        lic_diag_help(p->compilation, d, "keep one of them");
        return;
    }
    parent->children[index] = node;
}

bool lic_has_comments(const lic_lexer *lexer)
{
    return lexer->before || lexer->behind.size > 0;
}

lic_trivia *lic_trivia_of(lic_parser *p, lic_node *node)
{
    if (!node->trivia) node->trivia = lic_new(p->compilation, sizeof *node->trivia);
    return node->trivia;
}

void lic_next_line(lic_parser *p)
{
    lic_lexer_next(&p->lexer);
    p->at = 0;
    p->silent = false;
}

void lic_finish_line(lic_parser *p, lic_node *node)
{
    lic_close(p, node);
    const lic_token *token = lic_peek(p);
    if (token->kind == LIC_TOKEN_ANCHOR) {
        node->anchor = token->text;
        lic_advance(p);
    }
    if (!lic_at(p, LIC_TOKEN_END_LINE)) lic_unexpected(p, "the end of the line");
    if (p->lexer.blank_before) node->flags |= LIC_FLAG_BLANK;
    if (lic_has_comments(&p->lexer)) {
        lic_trivia_of(p, node)->before = p->lexer.before;
        node->trivia->behind = p->lexer.behind;
    }
    lic_next_line(p);
}
