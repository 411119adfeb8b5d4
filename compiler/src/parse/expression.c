/* parse/expression.c - expressions and conditions, one token of lookahead:
 *
 *   C = conj { or conj }   conj = neg { and neg }   neg = [ not ] comparison
 *   comparison = E [ (= < > <= >= in) E ]           E = term { (+ - except otherwise) term }
 *   term = post { (* /) post }                      post = prim { through prim ... }
 *
 * Nesting is bounded, so that no text can exhaust the stack of this or of a later pass. */
#include "parse/parser.h"

static lic_node *parse_post(lic_parser *p);

/* False, reported, when expressions nest too deeply; otherwise lic_leave must follow. */
static bool enter(lic_parser *p)
{
    if (p->depth >= LIC_NESTING_MAX) {
        lic_diagnostic *d = lic_give_up(p, "P11", lic_peek(p)->span, "expressions nest too deeply");
        lic_diag_help(p->compilation, d, "name a part of it with `let`");
        return false;
    }
    p->depth++;
    return true;
}

static lic_node *binary(lic_parser *p, lic_node *left, const char *operator)
{
    lic_node *node = lic_begin(p, LIC_NODE_BINARY);
    node->name_span = node->span;
    node->span = left->span;
    node->name = lic_slice_text(operator);
    lic_add(p, node, left);
    return node;
}

/* -- primaries ------------------------------------------------------------------------------------------ */

/* The grouping comma is kept where the canonical text leaves it to the author: in numbers of four
 * digits, since 2,026 units and the year 2026 are both right. */
static uint32_t number_flags(const lic_token *token)
{
    lic_i128 whole = token->number;
    unsigned decimals = token->scale;
    if (token->flags & LIC_FLAG_PERCENT) decimals -= 2;
    if (token->flags & LIC_FLAG_BPS) decimals -= 4;
    whole /= lic_power_of_ten(decimals);
    bool four = whole >= 1000 && whole <= 9999;
    return four ? token->flags : token->flags & ~(uint32_t)LIC_FLAG_GROUPED;
}

static lic_node *number_node(lic_parser *p, lic_node_kind kind)
{
    lic_node *node = lic_begin(p, kind);
    const lic_token *token = lic_peek(p);
    node->number = token->number;
    node->scale = token->scale;
    node->flags = number_flags(token);
    node->denominator = token->denominator;
    lic_accept(p, (lic_token_kind)token->kind);
    return node;
}

static const char *duration_unit(const lic_token *token)
{
    static const char *const UNITS[][3] = {{"day", "days", "days"},
                                           {"month", "months", "months"},
                                           {"year", "years", "years"},
                                           {"business", "business", "business_days"}};
    for (size_t i = 0; i < LIC_COUNT(UNITS); i++) {
        if (lic_is_word(token, UNITS[i][0]) || lic_is_word(token, UNITS[i][1])) return UNITS[i][2];
    }
    return NULL;
}

lic_node *lic_parse_duration(lic_parser *p)
{
    const lic_token *token = lic_peek(p);
    const char *unit = duration_unit(lic_peek_next(p));
    if (token->kind != LIC_TOKEN_NUMBER || token->scale > 0 || !unit) {
        lic_unexpected(p, "a duration, for instance `30 days`");
        return lic_error_node(p);
    }
    lic_node *node = number_node(p, LIC_NODE_DURATION);
    node->name = lic_slice_text(unit);
    node->flags = 0;
    lic_accept(p, LIC_TOKEN_WORD);
    if (lic_slice_is(node->name, "business_days") && !lic_accept_word(p, "day"))
        lic_expect_word(p, "days");
    lic_close(p, node);
    return node;
}

lic_node *lic_parse_period(lic_parser *p)
{
    lic_node *node = lic_begin(p, LIC_NODE_PERIOD);
    static const char *const PERIODS[] = {"month", "quarter", "half", "year"};
    const char *period = lic_expect_one_of(p, PERIODS, LIC_COUNT(PERIODS),
                                           "a period: `month`, `quarter`, `half` or `year`");
    if (!period) return lic_error_node(p);
    node->name = lic_slice_text(period);
    return node;
}

static lic_node *parse_number(lic_parser *p)
{
    if (duration_unit(lic_peek_next(p))) return lic_parse_duration(p);
    return number_node(p, LIC_NODE_NUMBER);
}

/* `5% of x` */
static lic_node *parse_rate(lic_parser *p)
{
    lic_node *node = number_node(p, LIC_NODE_RATE);
    if (lic_accept_word(p, "of")) {
        lic_add(p, node, parse_post(p));
        lic_close(p, node);
    }
    return node;
}

static lic_node *parse_code(lic_parser *p)
{
    lic_node *node = lic_begin(p, LIC_NODE_CODE);
    node->name = lic_peek(p)->text;
    lic_accept(p, LIC_TOKEN_CODE);
    const lic_token *amount = lic_peek(p);
    if (amount->kind != LIC_TOKEN_NUMBER) return node;
    node->kind = LIC_NODE_AMOUNT_OF;
    node->number = amount->number;
    node->scale = amount->scale;
    lic_accept(p, LIC_TOKEN_NUMBER);
    lic_close(p, node);
    return node;
}

static lic_node *parse_literal(lic_parser *p, lic_node_kind kind)
{
    lic_node *node = lic_begin(p, kind);
    const lic_token *token = lic_peek(p);
    node->number = token->number;
    if (kind == LIC_NODE_TEXT) node->text = token->text;
    lic_accept(p, (lic_token_kind)token->kind);
    return node;
}

static lic_node *parse_paren(lic_parser *p)
{
    lic_accept(p, LIC_TOKEN_LPAREN);
    lic_node *node = lic_parse_condition(p);
    lic_expect(p, LIC_TOKEN_RPAREN, NULL);
    node->flags |= LIC_FLAG_PAREN;
    return node;
}

/* Expressions up to a closing sign. */
static void parse_list(lic_parser *p, lic_node *node, lic_token_kind close)
{
    if (lic_accept(p, close)) return;
    do lic_add(p, node, lic_parse_expression(p));
    while (lic_accept(p, LIC_TOKEN_COMMA));
    lic_expect(p, close, NULL);
}

static lic_node *parse_set(lic_parser *p)
{
    lic_node *node = lic_begin(p, LIC_NODE_SET_OF);
    lic_accept(p, LIC_TOKEN_LBRACE);
    parse_list(p, node, LIC_TOKEN_RBRACE);
    lic_close(p, node);
    return node;
}

/* A node of a kind named after the present word, which is consumed. */
static lic_node *begin_word(lic_parser *p, lic_node_kind kind)
{
    lic_node *node = lic_begin(p, kind);
    node->name = lic_peek(p)->text;
    lic_accept(p, LIC_TOKEN_WORD);
    return node;
}

static lic_node *parse_comparison(lic_parser *p);

static lic_node *parse_fold(lic_parser *p)
{
    lic_node *node = begin_word(p, LIC_NODE_FOLD);
    lic_expect_word(p, "of");
    lic_add(p, node, lic_parse_primary(p));
    lic_add(p, node, lic_accept_word(p, "where") ? parse_comparison(p) : NULL);
    lic_close(p, node);
    return node;
}

static lic_node *parse_choose(lic_parser *p)
{
    lic_node *node = begin_word(p, LIC_NODE_CHOOSE);
    lic_expect_word(p, "of");
    if (lic_expect(p, LIC_TOKEN_LPAREN, NULL)) parse_list(p, node, LIC_TOKEN_RPAREN);
    lic_close(p, node);
    return node;
}

/* `.name` behind a name or a call. */
static lic_node *parse_members(lic_parser *p, lic_node *node)
{
    for (unsigned fields = 0; lic_accept(p, LIC_TOKEN_DOT); fields++) {
        lic_node *field = lic_begin(p, LIC_NODE_FIELD);
        const lic_token *member = lic_peek(p);
        if ((member->kind != LIC_TOKEN_WORD && member->kind != LIC_TOKEN_NAME) ||
            fields >= LIC_NESTING_MAX) {
            lic_unexpected(p, "a name behind the point");
            return lic_error_node(p);
        }
        field->name = member->text;
        field->name_span = member->span;
        field->span = node->span;
        lic_accept(p, (lic_token_kind)member->kind);
        lic_add(p, field, node);
        lic_close(p, field);
        node = field;
    }
    return node;
}

/* `call add_days(x, y)` in a kernel */
static lic_node *parse_call(lic_parser *p)
{
    p->is_kernel = true;
    lic_node *node = begin_word(p, LIC_NODE_CALL);
    node->name = lic_peek(p)->text;
    lic_expect(p, LIC_TOKEN_WORD, "the name of a built-in function");
    if (lic_expect(p, LIC_TOKEN_LPAREN, NULL)) parse_list(p, node, LIC_TOKEN_RPAREN);
    lic_close(p, node);
    return parse_members(p, node);
}

static lic_node *parse_rounded(lic_parser *p)
{
    p->is_kernel = true;
    lic_node *node = begin_word(p, LIC_NODE_ROUNDED);
    node->name = (lic_slice){NULL, 0};
    lic_expect(p, LIC_TOKEN_LPAREN, NULL);
    lic_add(p, node, lic_parse_expression(p));
    lic_expect(p, LIC_TOKEN_RPAREN, NULL);
    lic_close(p, node);
    return node;
}

static lic_node *parse_overdue(lic_parser *p)
{
    lic_node *node = begin_word(p, LIC_NODE_OVERDUE);
    node->name = (lic_slice){NULL, 0};
    lic_add(p, node, lic_parse_duration(p));
    lic_close(p, node);
    return node;
}

static lic_node *parse_boundary(lic_parser *p)
{
    lic_node *node = begin_word(p, LIC_NODE_BOUNDARY);
    lic_add(p, node, lic_parse_primary(p));
    lic_close(p, node);
    return node;
}

/* `last 12 months` */
static lic_node *parse_last(lic_parser *p)
{
    lic_node *node = begin_word(p, LIC_NODE_LAST);
    node->name = (lic_slice){NULL, 0};
    lic_take_count(p, node, "a number of periods");
    lic_add(p, node, lic_parse_period(p));
    lic_close(p, node);
    return node;
}

static bool is_report_state(const lic_token *token)
{
    static const char *const STATES[] = {"filed", "accepted", "missed", "done", "late"};
    for (size_t i = 0; i < LIC_COUNT(STATES); i++) {
        if (lic_is_word(token, STATES[i])) return true;
    }
    return false;
}

/* `Usage filed`, `Usage late 30 days` */
static lic_node *parse_report_state(lic_parser *p)
{
    lic_node *node = lic_begin(p, LIC_NODE_REPORT_STATE);
    node->name = lic_peek(p)->text;
    lic_accept(p, LIC_TOKEN_NAME);
    node->text = lic_peek(p)->text;
    lic_accept(p, LIC_TOKEN_WORD);
    lic_add(p, node, lic_slice_is(node->text, "late") ? lic_parse_duration(p) : NULL);
    lic_close(p, node);
    return node;
}

/* a.b.c, then `of row` */
static lic_node *parse_reference(lic_parser *p)
{
    lic_node *node = lic_begin(p, LIC_NODE_NAME_REF);
    node->name = lic_peek(p)->text;
    lic_accept(p, (lic_token_kind)lic_peek(p)->kind);
    node = parse_members(p, node);
    if (node->kind == LIC_NODE_ERROR) return node;
    if (!lic_accept_word(p, "of")) return node;
    lic_node *of = lic_begin(p, LIC_NODE_OF);
    of->span = node->span;
    lic_add(p, of, node);
    lic_add(p, of, lic_parse_primary(p));
    lic_close(p, of);
    return of;
}

static lic_node *parse_word(lic_parser *p)
{
    static const struct {
        const char *word;
        lic_node *(*parse)(lic_parser *p);
        lic_token_kind next; /* needed behind it, for words that can be names too; END_LINE: any */
    } WORDS[] = {{"sum", parse_fold, LIC_TOKEN_END_LINE},
                 {"latest", parse_fold, LIC_TOKEN_END_LINE},
                 {"earliest", parse_fold, LIC_TOKEN_END_LINE},
                 {"all", parse_fold, LIC_TOKEN_END_LINE},
                 {"greater", parse_choose, LIC_TOKEN_END_LINE},
                 {"lesser", parse_choose, LIC_TOKEN_END_LINE},
                 {"overdue", parse_overdue, LIC_TOKEN_END_LINE},
                 {"completed", parse_boundary, LIC_TOKEN_END_LINE},
                 {"started", parse_boundary, LIC_TOKEN_END_LINE},
                 {"last", parse_last, LIC_TOKEN_NUMBER},
                 {"rounded", parse_rounded, LIC_TOKEN_LPAREN},
                 {"call", parse_call, LIC_TOKEN_WORD}};
    const lic_token *token = lic_peek(p), *next = lic_peek_next(p);
    for (size_t i = 0; i < LIC_COUNT(WORDS); i++) {
        bool fits = WORDS[i].next == LIC_TOKEN_END_LINE || next->kind == WORDS[i].next;
        if (fits && lic_is_word(token, WORDS[i].word)) return WORDS[i].parse(p);
    }
    if (lic_is_word(token, "world")) {
        lic_node *node = begin_word(p, LIC_NODE_WORLD);
        node->name = (lic_slice){NULL, 0};
        return node;
    }
    if (lic_word_is_reserved(token->text) && !lic_word_is_misused(p, token->text)) {
        lic_unexpected(p, "a value");
        return lic_error_node(p);
    }
    return parse_reference(p);
}

static lic_node *parse_primary_inside(lic_parser *p)
{
    switch ((lic_token_kind)lic_peek(p)->kind) {
    case LIC_TOKEN_NUMBER: return parse_number(p);
    case LIC_TOKEN_RATE: return parse_rate(p);
    case LIC_TOKEN_DATE: return parse_literal(p, LIC_NODE_DATE);
    case LIC_TOKEN_STRING: return parse_literal(p, LIC_NODE_TEXT);
    case LIC_TOKEN_CODE: return parse_code(p);
    case LIC_TOKEN_LPAREN: return parse_paren(p);
    case LIC_TOKEN_LBRACE: return parse_set(p);
    case LIC_TOKEN_WORD: return parse_word(p);
    case LIC_TOKEN_NAME:
        return is_report_state(lic_peek_next(p)) ? parse_report_state(p) : parse_reference(p);
    case LIC_TOKEN_HOLE: return lic_parse_expression_hole(p);
    case LIC_TOKEN_END_LINE:
    case LIC_TOKEN_ERROR:
    case LIC_TOKEN_ANCHOR:
    case LIC_TOKEN_COMMA:
    case LIC_TOKEN_COLON:
    case LIC_TOKEN_DOT:
    case LIC_TOKEN_RPAREN:
    case LIC_TOKEN_RBRACE:
    case LIC_TOKEN_PLUS:
    case LIC_TOKEN_MINUS:
    case LIC_TOKEN_STAR:
    case LIC_TOKEN_SLASH:
    case LIC_TOKEN_EQ:
    case LIC_TOKEN_LT:
    case LIC_TOKEN_GT:
    case LIC_TOKEN_LE:
    case LIC_TOKEN_GE:
    case LIC_TOKEN_KINDS: break;
    }
    lic_unexpected(p, "a value");
    return lic_error_node(p);
}

lic_node *lic_parse_primary(lic_parser *p)
{
    if (!enter(p)) return lic_error_node(p);
    lic_node *node = parse_primary_inside(p);
    p->depth--;
    if (!lic_at(p, LIC_TOKEN_ERROR)) return node;
    lic_unexpected(
        p, "a value"); /* silent: the unreadable token was reported, but the value is not whole */
    return lic_error_node(p);
}

/* -- operators ------------------------------------------------------------------------------------------------- */

static lic_node *parse_through(lic_parser *p, lic_node *left)
{
    lic_node *node = lic_begin(p, LIC_NODE_THROUGH);
    node->span = left->span;
    lic_add(p, node, left);
    lic_add(p, node, lic_parse_primary(p));
    lic_add(p, node, lic_accept_word(p, "for") ? lic_parse_primary(p) : NULL);
    if (lic_accept_word(p, "cumulative")) {
        lic_expect_word(p, "in");
        lic_add(p, node, lic_parse_primary(p));
    } else if (lic_accept_word(p, "after")) {
        p->is_kernel = true;
        node->flags |= LIC_FLAG_AFTER;
        lic_add(p, node, lic_parse_primary(p));
    } else {
        lic_add_absent(p, node);
    }
    lic_close(p, node);
    return node;
}

static lic_node *parse_post(lic_parser *p)
{
    lic_node *node = lic_parse_primary(p);
    while (lic_accept_word(p, "through")) node = parse_through(p, node);
    return node;
}

static lic_node *parse_term(lic_parser *p)
{
    lic_node *node = parse_post(p);
    while (lic_at(p, LIC_TOKEN_STAR) || lic_at(p, LIC_TOKEN_SLASH)) {
        node = binary(p, node, lic_at(p, LIC_TOKEN_STAR) ? "*" : "/");
        lic_accept(p, (lic_token_kind)lic_peek(p)->kind);
        lic_add(p, node, parse_post(p));
        lic_close(p, node);
    }
    return node;
}

static const char *sum_operator(const lic_parser *p)
{
    if (lic_at(p, LIC_TOKEN_PLUS)) return "+";
    if (lic_at(p, LIC_TOKEN_MINUS)) return "-";
    if (lic_at_word(p, "except")) return "except";
    if (lic_at_word(p, "otherwise")) return "otherwise";
    return NULL;
}

lic_node *lic_parse_expression(lic_parser *p)
{
    lic_node *node = parse_term(p);
    for (const char *operator= sum_operator(p); operator; operator= sum_operator(p)) {
        node = binary(p, node, operator);
        lic_accept(p, (lic_token_kind)lic_peek(p)->kind);
        lic_add(p, node, parse_term(p));
        lic_close(p, node);
    }
    return node;
}

static const char *comparison_operator(const lic_parser *p)
{
    static const struct {
        lic_token_kind kind;
        const char *operator;
    } OPERATORS[] = {{LIC_TOKEN_EQ, "="},
                     {LIC_TOKEN_LT, "<"},
                     {LIC_TOKEN_GT, ">"},
                     {LIC_TOKEN_LE, "<="},
                     {LIC_TOKEN_GE, ">="}};
    for (size_t i = 0; i < LIC_COUNT(OPERATORS); i++) {
        if (lic_at(p, OPERATORS[i].kind)) return OPERATORS[i].operator;
    }
    return lic_at_word(p, "in") ? "in" : NULL;
}

static lic_node *parse_comparison(lic_parser *p)
{
    lic_node *node = lic_parse_expression(p);
    const char *operator= comparison_operator(p);
    if (!operator) return node;
    node = binary(p, node, operator);
    lic_accept(p, (lic_token_kind)lic_peek(p)->kind);
    lic_add(p, node, lic_parse_expression(p));
    lic_close(p, node);
    return node;
}

static lic_node *parse_negation(lic_parser *p)
{
    if (!lic_at_word(p, "not")) return parse_comparison(p);
    lic_node *node = lic_begin(p, LIC_NODE_NOT);
    lic_accept_word(p, "not");
    lic_add(p, node, parse_comparison(p));
    lic_close(p, node);
    return node;
}

static lic_node *parse_conjunction(lic_parser *p)
{
    lic_node *node = parse_negation(p);
    while (lic_at_word(p, "and")) {
        node = binary(p, node, "and");
        lic_accept_word(p, "and");
        lic_add(p, node, parse_negation(p));
        lic_close(p, node);
    }
    return node;
}

lic_node *lic_parse_condition(lic_parser *p)
{
    lic_node *node = parse_conjunction(p);
    while (lic_at_word(p, "or")) {
        node = binary(p, node, "or");
        lic_accept_word(p, "or");
        lic_add(p, node, parse_conjunction(p));
        lic_close(p, node);
    }
    return node;
}
