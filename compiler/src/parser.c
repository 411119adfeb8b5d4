/* parser.c - the machinery of the parser: tokens of the line, leaders, recovery, names. What the
 * lines mean is in parse_*.c. */
#include "parser.h"

#include <string.h>

/* -- tokens ------------------------------------------------------------------------------------------ */

const lic_token *lic_peek(const lic_parser *p) { return &p->lexer.tokens[p->at]; }

const lic_token *lic_peek_next(const lic_parser *p)
{
    return &p->lexer.tokens[p->at + 1 < p->lexer.count ? p->at + 1 : p->at];
}

bool lic_at(const lic_parser *p, lic_token_kind kind) { return lic_peek(p)->kind == kind; }

static bool is_word(const lic_token *token, const char *word)
{
    return token->kind == LIC_TOKEN_WORD && lic_slice_is(token->text, word);
}

bool lic_at_word(const lic_parser *p, const char *word) { return is_word(lic_peek(p), word); }
bool lic_next_is_word(const lic_parser *p, const char *word) { return is_word(lic_peek_next(p), word); }

static void advance(lic_parser *p)
{
    if (p->at + 1 < p->lexer.count) p->at++;
}

bool lic_accept(lic_parser *p, lic_token_kind kind)
{
    if (!lic_at(p, kind)) return false;
    advance(p);
    return true;
}

bool lic_accept_word(lic_parser *p, const char *word)
{
    if (!lic_at_word(p, word)) return false;
    advance(p);
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
    bool shown = token->kind == LIC_TOKEN_NAME || token->kind == LIC_TOKEN_WORD || token->kind == LIC_TOKEN_CODE ||
                 token->kind == LIC_TOKEN_NUMBER || token->kind == LIC_TOKEN_RATE || token->kind == LIC_TOKEN_DATE;
    const char *found = shown ? lic_text(p->compilation, "`%.*s`", LIC_S(token->text)) : lic_token_text(token->kind);
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
    advance(p);
    return token;
}

bool lic_expect_word(lic_parser *p, const char *word)
{
    if (lic_accept_word(p, word)) return true;
    return lic_expect_one_of(p, &word, 1, lic_text(p->compilation, "`%s`", word)) != NULL;
}

const char *lic_expect_one_of(lic_parser *p, const char *const *words, size_t count, const char *expected)
{
    for (size_t i = 0; i < count; i++) {
        if (lic_accept_word(p, words[i])) return words[i];
    }
    const lic_token *token = lic_peek(p);
    const char *nearest = token->kind == LIC_TOKEN_WORD ? lic_nearest(token->text, words, count) : NULL;
    if (!nearest || p->silent) {
        lic_unexpected(p, expected);
        return NULL;
    }
    lic_diagnostic *d = lic_diag(p->compilation, "P15", token->span, NULL, "expected %s, found `%.*s`", expected, LIC_S(token->text));
    lic_diag_help(p->compilation, d, "did you mean `%s`?", nearest);
    lic_diag_fix(p->compilation, d, token->span, "%s", nearest);
    advance(p);
    return nearest;
}

static const char *const RESERVED[] = {
    "against", "all", "and", "as", "at", "before", "by", "completed", "cumulative", "due", "during", "each",
    "earliest", "else", "end", "every", "except", "for", "from", "greater", "if", "in", "is", "latest",
    "lesser", "not", "of", "on", "or", "otherwise", "overdue", "owes", "pays", "per", "started", "sum",
    "then", "through", "to", "until", "when", "where", "within", "world"};

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
    if (p->compilation->node_count == LIC_NODES_MAX) lic_give_up(p, "P11", span, "the agreement has too many parts");
    return lic_node_new(p->compilation, kind, span);
}

lic_node *lic_begin(lic_parser *p, lic_node_kind kind) { return node_at(p, kind, lic_peek(p)->span); }
lic_node *lic_begin_line(lic_parser *p, lic_node_kind kind) { return node_at(p, kind, p->lexer.tokens[0].span); }

void lic_close(lic_parser *p, lic_node *node)
{
    if (p->at == 0) return;
    lic_span last = p->lexer.tokens[p->at - 1].span;
    uint32_t end = last.first + last.size;
    if (last.line == node->span.line && end > node->span.first) node->span.size = end - node->span.first;
}

void lic_add(lic_parser *p, lic_node *parent, lic_node *child)
{
    if (!child) child = node_at(p, LIC_NODE_ABSENT, lic_peek(p)->span);
    lic_node_add(p->compilation, parent, child);
}

void lic_add_absent(lic_parser *p, lic_node *parent) { lic_add(p, parent, NULL); }

lic_node *lic_error_node(lic_parser *p) { return lic_begin(p, LIC_NODE_ERROR); }

void lic_place(lic_parser *p, lic_node *parent, uint32_t index, lic_node *node, const char *leader)
{
    lic_node *present = lic_child(parent, index);
    if (present) {
        lic_diagnostic *d = lic_diag(p->compilation, "P17", node->span, "and again here", "`%s` stands twice", leader);
        lic_diag_place(p->compilation, d, present->span, "first here");
        lic_diag_help(p->compilation, d, "keep one of them");
        return;
    }
    parent->children[index] = node;
}

static bool has_trivia(const lic_lexer *lexer) { return lexer->before || lexer->behind.size > 0; }

static lic_trivia *trivia_of(lic_parser *p, lic_node *node)
{
    if (!node->trivia) node->trivia = lic_new(p->compilation, sizeof *node->trivia);
    return node->trivia;
}

static void next_line(lic_parser *p)
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
        advance(p);
    }
    if (!lic_at(p, LIC_TOKEN_END_LINE)) lic_unexpected(p, "the end of the line");
    if (p->lexer.blank_before) node->flags |= LIC_FLAG_BLANK;
    if (has_trivia(&p->lexer)) {
        trivia_of(p, node)->before = p->lexer.before;
        node->trivia->behind = p->lexer.behind;
    }
    next_line(p);
}

/* -- names ---------------------------------------------------------------------------------------------- */

/* A text with the case of its first letter changed, for helps. */
static const char *recased(lic_parser *p, lic_slice text, bool upper)
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
    advance(p);
    return copy;
}

/* A Capital name, or NULL, reported. A name with a small letter is reported and taken. */
static const lic_token *expect_name(lic_parser *p, const char *what)
{
    const lic_token *token = lic_peek(p);
    if (token->kind == LIC_TOKEN_NAME) {
        advance(p);
        return token;
    }
    if (token->kind == LIC_TOKEN_WORD && !lic_word_is_reserved(token->text)) {
        lic_diagnostic *d = lic_diag(p->compilation, "P20", token->span, NULL, "%s begins with a capital letter", what);
        const char *fix = recased(p, token->text, true);
        lic_diag_help(p->compilation, d, "write `%s`", fix);
        lic_diag_fix(p->compilation, d, token->span, "%s", fix);
        return corrected(p, token, fix);
    }
    if (token->kind == LIC_TOKEN_CODE) {
        lic_diagnostic *d = lic_give_up(p, "P20", token->span, "two or three capitals are a code of a country or currency, not a name");
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
        const char *fix = recased(p, token->text, false);
        lic_diagnostic *d = lic_diag(p->compilation, "P20", token->span, NULL, "%s begins with a small letter", what);
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
    advance(p);
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
            "`%.*s` is a word of the language and can't be %s", LIC_S(token->text), what);
        lic_diag_help(p->compilation, d, "write `%.*s_`, or choose another word", LIC_S(token->text));
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
    if (!lic_expect(p, LIC_TOKEN_NUMBER, what)) return;
    if (token->scale > 0) {
        lic_give_up(p, "P15", token->span, lic_text(p->compilation, "expected %s, found a number with decimals", what));
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
    advance(p);
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

/* -- leaders ------------------------------------------------------------------------------------------------ */

const lic_leader LIC_LEADERS[] = {
#define LEADER(contexts, words, next, function, syntax) {contexts, words, next, lic_line_##function, syntax},
#include "leaders.def"
#undef LEADER
};
const size_t LIC_LEADER_COUNT = LIC_COUNT(LIC_LEADERS);

/* Words of the leader that the line begins with: 0 when it does not. */
static uint32_t leader_words(const lic_parser *p, const char *words)
{
    const char *space = strchr(words, ' ');
    const lic_token *tokens = p->lexer.tokens;
    if (!space) return is_word(&tokens[0], words) ? 1 : 0;
    lic_slice first = lic_slice_of(words, (size_t)(space - words));
    if (tokens[0].kind != LIC_TOKEN_WORD || !lic_slice_equal(tokens[0].text, first)) return 0;
    return p->lexer.count > 1 && is_word(&tokens[1], space + 1) ? 2 : 0;
}

static const lic_leader *find_leader(const lic_parser *p, uint32_t contexts, uint32_t *words)
{
    for (size_t i = 0; i < LIC_LEADER_COUNT; i++) {
        if (!(LIC_LEADERS[i].contexts & contexts)) continue;
        *words = leader_words(p, LIC_LEADERS[i].words);
        if (*words > 0) return &LIC_LEADERS[i];
    }
    return NULL;
}

static bool fits_next(char next, const lic_token *token)
{
    lic_token_kind kind = (lic_token_kind)token->kind;
    switch (next) {
    case 'N': return kind == LIC_TOKEN_NAME;
    case 'W': return kind == LIC_TOKEN_WORD;
    case 'S': return kind == LIC_TOKEN_STRING;
    case 'C': return kind == LIC_TOKEN_CODE;
    case '#': return kind == LIC_TOKEN_NUMBER;
    case '.': return kind == LIC_TOKEN_END_LINE || kind == LIC_TOKEN_ANCHOR;
    default: return true;
    }
}

/* A line with which something new begins at top level. */
static bool at_top_level(const lic_parser *p)
{
    uint32_t words = 0;
    const lic_leader *leader = find_leader(p, LIC_IN_FILE, &words);
    return leader && fits_next(leader->next, &p->lexer.tokens[words]);
}

static bool at_block_end(const lic_parser *p, const char *word)
{
    const lic_token *next = &p->lexer.tokens[p->lexer.count > 1 ? 1 : 0];
    return is_word(&p->lexer.tokens[0], word) && next->kind == LIC_TOKEN_END_LINE;
}

#define CANDIDATES_MAX 80

/* The leader that the first word of the line may mean. */
static const lic_leader *nearest_leader(lic_parser *p, uint32_t contexts)
{
    const char *candidates[CANDIDATES_MAX];
    size_t count = 0;
    for (size_t i = 0; i < LIC_LEADER_COUNT && count < CANDIDATES_MAX; i++) {
        if (!(LIC_LEADERS[i].contexts & contexts) || strchr(LIC_LEADERS[i].words, ' ')) continue;
        candidates[count++] = LIC_LEADERS[i].words;
    }
    const lic_token *first = &p->lexer.tokens[0];
    lic_slice word = lic_slice_text(recased(p, first->text, false));
    const char *nearest = lic_nearest(word, candidates, count);
    for (size_t i = 0; nearest && i < LIC_LEADER_COUNT; i++) {
        if ((LIC_LEADERS[i].contexts & contexts) && strcmp(LIC_LEADERS[i].words, nearest) == 0) return &LIC_LEADERS[i];
    }
    return NULL;
}

/* The leaders of a context as a list for people. */
static const char *leader_list(lic_parser *p, uint32_t contexts)
{
    char *list = lic_text(p->compilation, "%s", "");
    uint32_t shown = contexts & LIC_IN_HANDLER ? contexts : contexts & ~(uint32_t)LIC_IN_KERNEL;
    for (size_t i = 0; i < LIC_LEADER_COUNT; i++) {
        if (!(LIC_LEADERS[i].contexts & shown)) continue;
        list = lic_text(p->compilation, "%s%s%s", list, list[0] ? ", " : "", LIC_LEADERS[i].words);
    }
    return list;
}

static bool is_indented_more(const lic_parser *p, uint32_t indent) { return !p->lexer.at_end && p->lexer.indent > indent; }

/* Leaves a line that nothing begins like, and the lines that seem to belong to it. */
static void skip_unknown(lic_parser *p, lic_node *parent, uint32_t contexts)
{
    lic_node *error = lic_begin_line(p, LIC_NODE_ERROR);
    uint32_t indent = p->lexer.indent;
    p->at = p->lexer.count - 1;
    lic_finish_line(p, error);
    lic_add(p, parent, error);
    if (!(contexts & LIC_IN_FILE)) return;
    while (is_indented_more(p, indent) && !at_top_level(p)) next_line(p);
    if (at_block_end(p, "end")) next_line(p);
}

/* True when the line was read as the leader that its first word nearly is. */
static bool read_as_nearest(lic_parser *p, lic_node *parent, uint32_t contexts, lic_diagnostic *d)
{
    const lic_leader *nearest = nearest_leader(p, contexts);
    if (!nearest) return false;
    lic_diag_help(p->compilation, d, "did you mean `%s`?", nearest->words);
    lic_diag_fix(p->compilation, d, p->lexer.tokens[0].span, "%s", nearest->words);
    if (!fits_next(nearest->next, lic_peek_next(p))) return false;
    p->lexer.tokens[0].text = lic_slice_text(nearest->words);
    p->at = 1;
    nearest->parse(p, parent);
    return true;
}

static void unknown_line(lic_parser *p, lic_node *parent, uint32_t contexts)
{
    const lic_token *first = &p->lexer.tokens[0];
    if (first->kind == LIC_TOKEN_ERROR) {
        skip_unknown(p, parent, contexts);
        return;
    }
    if (at_block_end(p, "end")) {
        lic_diagnostic *d = lic_diag(p->compilation, "P14", first->span, NULL, "`end` closes nothing");
        lic_diag_help(p->compilation, d, "remove it");
        lic_diag_fix(p->compilation, d, first->span, "%s", "");
        next_line(p);
        return;
    }
    const char *where = contexts & LIC_IN_FILE ? "at the beginning of a line" : "in this block";
    lic_diagnostic *d = lic_diag(p->compilation, "P12", first->span, NULL, "`%.*s` has no meaning %s", LIC_S(first->text), where);
    if (first->kind == LIC_TOKEN_WORD || first->kind == LIC_TOKEN_NAME) {
        if (read_as_nearest(p, parent, contexts, d)) return;
    }
    if (!(contexts & LIC_IN_FILE) && !d->help) lic_diag_help(p->compilation, d, "here can stand: %s", leader_list(p, contexts));
    skip_unknown(p, parent, contexts);
}

/* Lines that begin with no leader: rows `Party: share`, and sentences. */
static bool parse_leaderless(lic_parser *p, lic_node *parent, uint32_t contexts)
{
    if ((contexts & (LIC_IN_TERM | LIC_IN_STEPS)) && lic_at_sentence(p)) {
        lic_parse_sentence(p, parent);
        return true;
    }
    if ((contexts & (LIC_IN_SPLIT | LIC_IN_SHARES)) && lic_at(p, LIC_TOKEN_NAME)) {
        lic_parse_share(p, parent);
        return true;
    }
    return false;
}

void lic_parse_line(lic_parser *p, lic_node *parent, uint32_t contexts)
{
    uint32_t words = 0;
    const lic_leader *leader = find_leader(p, contexts, &words);
    if (leader) {
        p->at = words;
        leader->parse(p, parent);
    } else if (!parse_leaderless(p, parent, contexts)) {
        unknown_line(p, parent, contexts);
    }
}

void lic_parse_rest_as_line(lic_parser *p, lic_node *parent, uint32_t contexts)
{
    if (p->lexer.count < 2 || p->lexer.tokens[1].kind == LIC_TOKEN_END_LINE) {
        p->at = p->lexer.count - 1;
        lic_unexpected(p, "a step");
        next_line(p);
        return;
    }
    p->lexer.count--;
    memmove(p->lexer.tokens, p->lexer.tokens + 1, p->lexer.count * sizeof *p->lexer.tokens);
    p->at = 0;
    lic_parse_line(p, parent, contexts);
}

/* -- blocks ---------------------------------------------------------------------------------------------------- */

void lic_parse_lines(lic_parser *p, lic_node *parent, uint32_t contexts, bool else_too)
{
    while (!p->lexer.at_end && !at_block_end(p, "end") && p->compilation->node_count < LIC_NODES_MAX) {
        if (else_too && at_block_end(p, "else")) return;
        uint32_t words = 0;
        if (!find_leader(p, contexts, &words) && at_top_level(p)) return;
        lic_parse_line(p, parent, contexts);
    }
}

void lic_parse_end(lic_parser *p, lic_node *block)
{
    if (at_block_end(p, "end")) {
        if (has_trivia(&p->lexer)) {
            trivia_of(p, block)->before_end = p->lexer.before;
            block->trivia->behind_end = p->lexer.behind;
        }
        next_line(p);
        return;
    }
    lic_span here = p->lexer.tokens[0].span;
    here.size = 0;
    lic_diagnostic *d = lic_diag(p->compilation, "P13", here, NULL, "a block is not closed: `end` is missing");
    lic_diag_place(p->compilation, d, block->span, "the block begins here");
    lic_diag_help(p->compilation, d, "put `end` alone on a line before this one");
    lic_span line_start = here;
    line_start.first -= line_start.column - 1;
    line_start.column = 1;
    bool after_text = here.first > 0 && p->lexer.at_end && p->lexer.source.data[here.first - 1] != '\n';
    lic_diag_fix(p->compilation, d, p->lexer.at_end ? here : line_start, "%send\n", after_text ? "\n" : "");
}

void lic_parse_block(lic_parser *p, lic_node *parent, uint32_t contexts)
{
    lic_parse_lines(p, parent, contexts, false);
    lic_parse_end(p, parent);
}

/* -- the file ---------------------------------------------------------------------------------------------------- */

/* `licet 1`, then `agreement Name "title"` or `module name`. */
static void parse_version(lic_parser *p, lic_node *file)
{
    if (!lic_at_word(p, "licet")) {
        lic_span start = p->lexer.tokens[0].span;
        start.size = 0;
        lic_diagnostic *d = lic_diag(p->compilation, "P16", start, NULL, "the file does not begin with `licet 1`");
        lic_diag_help(p->compilation, d, "the first line names the version of the language");
        lic_diag_fix(p->compilation, d, start, "licet 1\n");
        return;
    }
    p->at = 1;
    const lic_token *version = lic_peek(p);
    lic_take_count(p, file, "the version of the language: 1");
    if (!p->silent && file->number != 1) {
        lic_diagnostic *d = lic_give_up(p, "P16", version->span, "this compiler reads version 1 of the language");
        lic_diag_help(p->compilation, d, "write `licet 1`, or take a newer licet");
        lic_diag_fix(p->compilation, d, version->span, "1");
    }
    file->number = 1;
    lic_finish_line(p, file);
}

static void append_comments(lic_comment **list, lic_comment *more)
{
    while (*list) list = &(*list)->next;
    *list = more;
}

/* Comments at the second line move to the first, which is the same node. */
static void finish_title(lic_parser *p, lic_node *file)
{
    if (has_trivia(&p->lexer)) {
        lic_trivia *trivia = trivia_of(p, file);
        append_comments(&trivia->before, p->lexer.before);
        if (p->lexer.behind.size > 0) {
            lic_comment *comment = lic_new(p->compilation, sizeof *comment);
            comment->text = p->lexer.behind;
            append_comments(&trivia->before, comment);
        }
        p->lexer.before = NULL;
        p->lexer.behind = (lic_slice){NULL, 0};
    }
    lic_trivia *kept = file->trivia;
    bool blank = file->flags & LIC_FLAG_BLANK;
    lic_finish_line(p, file);
    file->trivia = kept;
    if (!blank) file->flags &= ~(uint32_t)LIC_FLAG_BLANK;
}

static void parse_title(lic_parser *p, lic_node *file)
{
    if (lic_at_word(p, "agreement")) {
        p->at = 1;
        lic_take_name(p, file, "the agreement's name");
        lic_take_text(p, file, "the agreement's title in quotes");
        finish_title(p, file);
    } else if (lic_at_word(p, "module")) {
        p->at = 1;
        file->flags |= LIC_FLAG_MODULE;
        lic_take_lower(p, file, "the module's name");
        finish_title(p, file);
    } else {
        lic_span start = p->lexer.tokens[0].span;
        start.size = 0;
        lic_diagnostic *d = lic_diag(p->compilation, "P16", start, NULL, "the second line does not name the agreement");
        lic_diag_help(p->compilation, d, "write for instance   agreement NorthSouth \"Licence: North / South\"");
        lic_diag_fix(p->compilation, d, start, "agreement Untitled \"Untitled\"\n");
    }
}

static lic_node *parse_file(lic_parser *p, lic_slice source)
{
    bool fit = lic_lexer_open(&p->lexer, p->compilation, source);
    next_line(p);
    lic_node *file = lic_begin_line(p, LIC_NODE_FILE);
    if (!fit) return file;
    parse_version(p, file);
    parse_title(p, file);
    file->anchor = (lic_slice){NULL, 0};
    uint32_t contexts = LIC_IN_FILE | (file->flags & LIC_FLAG_MODULE ? (uint32_t)LIC_IN_MODULE : 0);
    while (!p->lexer.at_end && p->compilation->node_count < LIC_NODES_MAX) lic_parse_line(p, file, contexts);
    if (p->lexer.before) trivia_of(p, file)->before_end = p->lexer.before;
    return file;
}

void lic_parse(lic_compilation *compilation)
{
    lic_parser p = {.compilation = compilation};
    compilation->tree = parse_file(&p, compilation->source);
    compilation->is_kernel = p.is_kernel;
    compilation->was_read = compilation->diagnostics.error_count == 0;
    lic_check_shape(compilation, compilation->tree, p.is_kernel);
}

lic_node *lic_parse_module(lic_compilation *compilation, lic_slice source, lic_span use)
{
    lic_diagnostics kept = compilation->diagnostics;
    size_t capacity = compilation->diagnostics_capacity;
    compilation->diagnostics = (lic_diagnostics){NULL, 0, 0};
    compilation->diagnostics_capacity = 0;
    lic_parser p = {.compilation = compilation};
    lic_node *file = parse_file(&p, source);
    lic_diagnostics found = compilation->diagnostics;
    compilation->diagnostics = kept;
    compilation->diagnostics_capacity = capacity;
    if (found.error_count > 0 || !(file->flags & LIC_FLAG_MODULE)) {
        lic_diagnostic *d = lic_diag(compilation, "N05", use, NULL, "the library module can't be read");
        if (found.count > 0) lic_diag_note(compilation, d, "line %u of the module: %s", found.items[0].primary.span.line, found.items[0].title);
    }
    return file;
}
