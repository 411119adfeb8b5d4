/* parse/line.c - leaders: which function reads a line, what a line with an unknown first word may
 * mean, and where a block ends that was not closed. */
#include "parse/parser.h"

#include <string.h>

const lic_leader LIC_LEADERS[] = {
#define LEADER(contexts, words, next, function, syntax) \
    {contexts, words, next, lic_line_##function, syntax},
#include "parse/leaders.def"
#undef LEADER
};
const size_t LIC_LEADER_COUNT = LIC_COUNT(LIC_LEADERS);

/* Words of the leader that the line begins with: 0 when it does not. */
static uint32_t leader_words(const lic_parser *p, const char *words)
{
    const char *space = strchr(words, ' ');
    const lic_token *tokens = p->lexer.tokens;
    if (!space) return lic_is_word(&tokens[0], words) ? 1 : 0;
    lic_slice first = lic_slice_of(words, (size_t)(space - words));
    if (tokens[0].kind != LIC_TOKEN_WORD || !lic_slice_equal(tokens[0].text, first)) return 0;
    return p->lexer.count > 1 && lic_is_word(&tokens[1], space + 1) ? 2 : 0;
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
    return lic_is_word(&p->lexer.tokens[0], word) && next->kind == LIC_TOKEN_END_LINE;
}

#define CANDIDATES_MAX 80

/* The leader that the first word of the line may mean. */
static const lic_leader *nearest_of(lic_slice text, uint32_t contexts, bool two_words)
{
    const char *candidates[CANDIDATES_MAX];
    size_t count = 0;
    for (size_t i = 0; i < LIC_LEADER_COUNT && count < CANDIDATES_MAX; i++) {
        bool fits = (strchr(LIC_LEADERS[i].words, ' ') != NULL) == two_words;
        if (fits && (LIC_LEADERS[i].contexts & contexts))
            candidates[count++] = LIC_LEADERS[i].words;
    }
    const char *nearest = lic_nearest(text, candidates, count);
    for (size_t i = 0; nearest && i < LIC_LEADER_COUNT; i++) {
        bool here = (LIC_LEADERS[i].contexts & contexts) != 0;
        if (here && strcmp(LIC_LEADERS[i].words, nearest) == 0) return &LIC_LEADERS[i];
    }
    return NULL;
}

/* The same, and how many words of the line it stands for. */
static const lic_leader *nearest_leader(lic_parser *p, uint32_t contexts, uint32_t *words)
{
    const lic_token *first = &p->lexer.tokens[0], *second = &p->lexer.tokens[1];
    const char *word = lic_recased(p, first->text, false);
    *words = 2;
    if (p->lexer.count > 2 && second->kind == LIC_TOKEN_WORD) {
        const char *pair = lic_text(p->compilation, "%s %.*s", word, LIC_S(second->text));
        const lic_leader *nearest = nearest_of(lic_slice_text(pair), contexts, true);
        if (nearest) return nearest;
    }
    *words = 1;
    return nearest_of(lic_slice_text(word), contexts, false);
}

/* The leaders of a context as a list for people. */
static const char *leader_list(lic_parser *p, uint32_t contexts)
{
    char *list = lic_text(p->compilation, "%s", "");
    uint32_t hidden = LIC_IN_KERNEL | LIC_IN_PHASES;
    uint32_t shown = contexts & LIC_IN_HANDLER ? contexts : contexts & ~hidden;
    for (size_t i = 0; i < LIC_LEADER_COUNT; i++) {
        if (!(LIC_LEADERS[i].contexts & shown)) continue;
        list = lic_text(p->compilation, "%s%s%s", list, list[0] ? ", " : "", LIC_LEADERS[i].words);
    }
    return list;
}

static bool is_indented_more(const lic_parser *p, uint32_t indent)
{
    return !p->lexer.at_end && p->lexer.indent > indent;
}

/* Leaves a line that nothing begins like, and the lines that seem to belong to it. */
static void skip_unknown(lic_parser *p, lic_node *parent, uint32_t contexts)
{
    lic_node *error = lic_begin_line(p, LIC_NODE_ERROR);
    uint32_t indent = p->lexer.indent;
    p->at = p->lexer.count - 1;
    lic_finish_line(p, error);
    lic_add(p, parent, error);
    if (!(contexts & LIC_IN_FILE)) return;
    while (is_indented_more(p, indent) && !at_top_level(p)) lic_next_line(p);
    if (at_block_end(p, "end")) lic_next_line(p);
}

/* Where a line that begins with this word stands, for people; empty: nowhere. */
static const char *places_of(lic_parser *p)
{
    static const struct {
        uint32_t context;
        const char *text;
    } places[] = {{LIC_IN_SCHEDULE, "schedules"},   {LIC_IN_REGISTER, "registers"},
                  {LIC_IN_REPORT, "reports"},       {LIC_IN_TIERS, "tiers"},
                  {LIC_IN_GRANT, "grants"},         {LIC_IN_TERM, "money terms"},
                  {LIC_IN_SPLIT, "splits"},         {LIC_IN_STATEMENT, "statements"},
                  {LIC_IN_ACTION, "actions"},       {LIC_IN_STEPS, "steps"},
                  {LIC_IN_LIFECYCLE, "lifecycles"}, {LIC_IN_DELIVERABLE, "deliverables"}};
    const char *list = "";
    uint32_t words = 0;
    for (size_t i = 0; i < LIC_COUNT(places); i++)
        if (find_leader(p, places[i].context, &words))
            list = lic_text(p->compilation, "%s%s%s", list, list[0] ? ", " : "", places[i].text);
    return list;
}

/* True when the line was read as the leader that its first word nearly is. A guess that only leads to more
 * errors is no fix. */
static bool read_as_nearest(lic_parser *p, lic_node *parent, uint32_t contexts, lic_diagnostic *d)
{
    uint32_t words = 0;
    const lic_leader *nearest = nearest_leader(p, contexts, &words);
    if (!nearest) return false;
    lic_token *tokens = p->lexer.tokens;
    lic_span span = tokens[0].span;
    if (words == 2) span.size = tokens[1].span.first + tokens[1].span.size - span.first;
    lic_diag_help(p->compilation, d, "did you mean `%s`?", nearest->words);
    lic_diag_fix(p->compilation, d, span, "%s", nearest->words);
    if (!fits_next(nearest->next, &tokens[words])) return false;
    if (words == 1) tokens[0].text = lic_slice_text(nearest->words);
    p->at = words;
    size_t reported = (size_t)(d - p->compilation->diagnostics.items) + 1;
    nearest->parse(p, parent);
    if (!lic_drop_reports(p, reported, span.line)) return true;
    d = &p->compilation->diagnostics.items[reported - 1];
    d->fix = NULL;
    lic_diag_help(p->compilation, d, "did you mean `%s`? here can stand: %s", nearest->words,
                  leader_list(p, contexts));
    return true;
}

/* A sound line of another block: no guess is made. */
static bool help_elsewhere(lic_parser *p, uint32_t contexts, lic_diagnostic *d)
{
    const char *places = contexts & LIC_IN_FILE ? "" : places_of(p);
    if (!places[0]) return false;
    lic_diag_help(p->compilation, d, "it stands in %s; here can stand: %s", places,
                  leader_list(p, contexts));
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
        lic_diagnostic *d = lic_diag(p->compilation, "P14", first->span, NULL,
                                     "`end` closes nothing");
        lic_diag_help(p->compilation, d, "remove it");
        lic_diag_fix(p->compilation, d, first->span, "%s", "");
        lic_next_line(p);
        return;
    }
    const char *where = contexts & LIC_IN_FILE ? "at the beginning of a line" : "in this block";
    lic_diagnostic *d = lic_diag(p->compilation, "P12", first->span, NULL,
                                 "`%.*s` has no meaning %s", LIC_S(first->text), where);
    bool kept = d != &p->compilation->dropped && /* beyond the cap no guess is made */
                !help_elsewhere(p, contexts, d);
    if (kept && (first->kind == LIC_TOKEN_WORD || first->kind == LIC_TOKEN_NAME)) {
        if (read_as_nearest(p, parent, contexts, d)) return;
    }
    if (!(contexts & LIC_IN_FILE) && !d->help)
        lic_diag_help(p->compilation, d, "here can stand: %s", leader_list(p, contexts));
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
    } else if (lic_at_lines_hole(p)) {
        lic_parse_lines_hole(p, parent, contexts);
    } else if (!parse_leaderless(p, parent, contexts)) {
        unknown_line(p, parent, contexts);
    }
}

void lic_parse_rest_as_line(lic_parser *p, lic_node *parent, uint32_t contexts)
{
    if (p->lexer.count < 2 || p->lexer.tokens[1].kind == LIC_TOKEN_END_LINE) {
        p->at = p->lexer.count - 1;
        lic_unexpected(p, "a step");
        lic_next_line(p);
        return;
    }
    p->lexer.count--;
    memmove(p->lexer.tokens, p->lexer.tokens + 1, p->lexer.count * sizeof *p->lexer.tokens);
    p->at = 0;
    lic_parse_line(p, parent, contexts);
}

/* -- blocks ---------------------------------------------------------------------------------------------------- */

/* A line of one word that nearly is `end` or `else` is reported and taken for it. */
static void mend_block_end(lic_parser *p, uint32_t contexts)
{
    static const char *const ENDS[] = {"end", "else"};
    lic_token *only = &p->lexer.tokens[0];
    uint32_t words = 0;
    bool alone = p->lexer.count == 2 &&
                 (only->kind == LIC_TOKEN_WORD || only->kind == LIC_TOKEN_NAME ||
                  only->kind == LIC_TOKEN_CODE);
    if (!alone || at_block_end(p, "end") || at_block_end(p, "else")) return;
    if (find_leader(p, contexts | LIC_IN_FILE, &words)) return;
    char *word = lic_text(p->compilation, "%.*s", LIC_S(only->text));
    for (char *c = word; *c; c++) {
        if (*c >= 'A' && *c <= 'Z') *c = (char)(*c - 'A' + 'a');
    }
    const char *nearest = lic_nearest(lic_slice_text(word), ENDS, LIC_COUNT(ENDS));
    if (!nearest) return;
    lic_diagnostic *d = lic_diag(p->compilation, "P12", only->span, NULL,
                                 "`%.*s` has no meaning in this block", LIC_S(only->text));
    lic_diag_help(p->compilation, d, "did you mean `%s`?", nearest);
    lic_diag_fix(p->compilation, d, only->span, "%s", nearest);
    only->kind = LIC_TOKEN_WORD;
    only->text = lic_slice_text(nearest);
}

void lic_parse_lines(lic_parser *p, lic_node *parent, uint32_t contexts, bool else_too)
{
    while (!p->lexer.at_end && p->compilation->node_count < LIC_NODES_MAX) {
        mend_block_end(p, contexts);
        if (at_block_end(p, "end")) return;
        if (else_too && at_block_end(p, "else")) return;
        uint32_t words = 0;
        if (!find_leader(p, contexts, &words) && at_top_level(p)) return;
        lic_parse_line(p, parent, contexts);
    }
}

void lic_parse_end(lic_parser *p, lic_node *block)
{
    if (at_block_end(p, "end")) {
        if (lic_has_comments(&p->lexer)) {
            lic_trivia_of(p, block)->before_end = p->lexer.before;
            block->trivia->behind_end = p->lexer.behind;
        }
        lic_next_line(p);
        return;
    }
    lic_span here = p->lexer.tokens[0].span;
    here.size = 0;
    lic_diagnostic *d = lic_diag(p->compilation, "P13", here, NULL,
                                 "a block is not closed: `end` is missing");
    lic_diag_place(p->compilation, d, block->span, "the block begins here");
    lic_diag_help(p->compilation, d, "put `end` alone on a line before this one");
    lic_span line_start = here;
    line_start.first -= line_start.column - 1;
    line_start.column = 1;
    bool after_text = here.first > 0 && p->lexer.at_end &&
                      p->lexer.source.data[here.first - 1] != '\n';
    lic_diag_fix(p->compilation, d, p->lexer.at_end ? here : line_start, "%send\n",
                 after_text ? "\n" : "");
}

void lic_parse_block(lic_parser *p, lic_node *parent, uint32_t contexts)
{
    lic_parse_lines(p, parent, contexts, false);
    lic_parse_end(p, parent);
}
