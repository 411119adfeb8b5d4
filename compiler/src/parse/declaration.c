/* parse/declaration.c - lines of the header and declarations of one line. */
#include "parse/parser.h"

/* Finishes a one-line node and adds it to its parent. */
static void finish(lic_parser *p, lic_node *parent, lic_node *node)
{
    lic_finish_line(p, node);
    lic_add(p, parent, node);
}

/* A line of the header that could not be read is no line of the header. */
static void finish_header(lic_parser *p, lic_node *parent, lic_node *node)
{
    if (p->silent) node->kind = LIC_NODE_ERROR;
    finish(p, parent, node);
}

/* One of some words, into the name. */
static void take_choice(lic_parser *p, lic_node *node, const char *const *words, size_t count,
                        const char *expected)
{
    lic_span span = lic_peek(p)->span;
    const char *word = lic_expect_one_of(p, words, count, expected);
    if (!word) return;
    node->name = lic_slice_text(word);
    node->name_span = span;
}

static void parse_choice(lic_parser *p, lic_node *parent, lic_node_kind kind,
                         const char *const *words, const char *expected)
{
    lic_node *node = lic_begin_line(p, kind);
    take_choice(p, node, words, 2, expected);
    finish_header(p, parent, node);
}

/* -- header ------------------------------------------------------------------------------------------ */

void lic_line_header_text(lic_parser *p, lic_node *parent)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_HEADER_TEXT);
    node->name = p->lexer.tokens[0].text;
    lic_take_text(p, node, "a text in quotes");
    finish_header(p, parent, node);
}

void lic_line_money(lic_parser *p, lic_node *parent)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_MONEY);
    const lic_token *code = lic_expect(p, LIC_TOKEN_CODE, "a currency, for instance `GBP`");
    if (code) node->name = code->text, node->name_span = code->span;
    finish_header(p, parent, node);
}

void lic_line_months(lic_parser *p, lic_node *parent)
{
    static const char *const WORDS[] = {"clip", "roll"};
    parse_choice(p, parent, LIC_NODE_MONTHS, WORDS, "`clip` or `roll`");
}

void lic_line_years(lic_parser *p, lic_node *parent)
{
    static const char *const WORDS[] = {"calendar", "contract"};
    parse_choice(p, parent, LIC_NODE_YEARS, WORDS, "`calendar` or `contract`");
}

void lic_line_prevails(lic_parser *p, lic_node *parent)
{
    static const char *const WORDS[] = {"text", "code"};
    parse_choice(p, parent, LIC_NODE_PREVAILS, WORDS, "`text` or `code`");
}

void lic_line_rounding(lic_parser *p, lic_node *parent)
{
    static const char *const MODES[] = {"half_even", "half_up", "floor", "ceiling"};
    lic_node *node = lic_begin_line(p, LIC_NODE_ROUNDING);
    take_choice(p, node, MODES, LIC_COUNT(MODES),
                "a rounding mode: half_even, half_up, floor or ceiling");
    lic_expect_word(p, "to");
    const lic_token *unit = lic_expect(p, LIC_TOKEN_NUMBER, "a unit, for instance 0.01");
    if (unit) node->number = unit->number, node->scale = unit->scale;
    lic_expect(p, LIC_TOKEN_COMMA, NULL);
    lic_expect_word(p, "each");
    lic_expect_word(p, "amount");
    finish_header(p, parent, node);
}

/* Words up to a comma, as one WORD with single spaces. */
static lic_node *parse_phrase(lic_parser *p)
{
    lic_node *node = lic_begin(p, LIC_NODE_WORD);
    const lic_token *word = lic_expect(p, LIC_TOKEN_WORD, "words");
    if (!word) return lic_error_node(p);
    node->name = word->text;
    while (lic_at(p, LIC_TOKEN_WORD)) {
        node->name = lic_slice_text(
            lic_text(p->compilation, "%.*s %.*s", LIC_S(node->name), LIC_S(lic_peek(p)->text)));
        lic_accept(p, LIC_TOKEN_WORD);
    }
    lic_close(p, node);
    return node;
}

void lic_line_payments(lic_parser *p, lic_node *parent)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_PAYMENTS);
    do lic_add(p, node, parse_phrase(p));
    while (lic_accept(p, LIC_TOKEN_COMMA));
    finish(p, parent, node);
}

void lic_line_term_dates(lic_parser *p, lic_node *parent)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_TERM_DATES);
    lic_expect_word(p, "from");
    lic_add(p, node, lic_parse_expression(p));
    lic_expect_word(p, "to");
    lic_add(p, node, lic_parse_expression(p));
    finish(p, parent, node);
}

/* -- declarations --------------------------------------------------------------------------------------- */

static lic_node *parse_role(lic_parser *p)
{
    lic_node *node = lic_begin(p, LIC_NODE_ROLE);
    lic_take_lower(p, node, "a role");
    lic_add(p, node, lic_accept_word(p, "of") ? lic_parse_name(p, "a party") : NULL);
    lic_close(p, node);
    return node;
}

void lic_line_party(lic_parser *p, lic_node *parent)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_PARTY);
    lic_take_name(p, node, "a party's name");
    lic_expect_word(p, "is");
    do lic_add(p, node, p->silent ? lic_error_node(p) : parse_role(p));
    while (lic_accept(p, LIC_TOKEN_COMMA));
    finish(p, parent, node);
}

void lic_line_use(lic_parser *p, lic_node *parent)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_USE);
    lic_take_lower(p, node, "a module's name");
    finish(p, parent, node);
}

void lic_line_advisory(lic_parser *p, lic_node *parent)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_ADVISORY);
    lic_take_text(p, node, "a text in quotes");
    finish(p, parent, node);
}

/* type [for each x [in Name]] {, attribute} */
static void parse_value(lic_parser *p, lic_node *node)
{
    lic_add(p, node, p->silent ? lic_error_node(p) : lic_parse_type(p));
    lic_add(p, node, lic_at_word(p, "for") ? lic_parse_for_each(p) : NULL);
    lic_parse_attributes(p, node);
}

/* `Streams.value`: lowering names what belongs to a term so; only kernels have it. */
static void take_member(lic_parser *p, lic_node *node)
{
    if (!lic_accept(p, LIC_TOKEN_DOT)) return;
    p->is_kernel = true;
    const lic_token *member = lic_peek(p);
    if (!lic_expect(p, LIC_TOKEN_WORD, "a name")) return;
    node->name = lic_slice_text(
        lic_text(p->compilation, "%.*s.%.*s", LIC_S(node->name), LIC_S(member->text)));
    node->name_span.size = (uint32_t)node->name.size;
}

static void parse_variable(lic_parser *p, lic_node *parent, lic_node_kind kind, const char *what)
{
    lic_node *node = lic_begin_line(p, kind);
    lic_take_name(p, node, what);
    if (kind == LIC_NODE_ACCOUNT) take_member(p, node);
    parse_value(p, node);
    finish(p, parent, node);
}

void lic_line_account(lic_parser *p, lic_node *parent)
{
    parse_variable(p, parent, LIC_NODE_ACCOUNT, "an account's name");
}
void lic_line_counter(lic_parser *p, lic_node *parent)
{
    parse_variable(p, parent, LIC_NODE_COUNTER, "a counter's name");
}
void lic_line_fact(lic_parser *p, lic_node *parent)
{
    parse_variable(p, parent, LIC_NODE_FACT, "a fact's name");
}
void lic_line_given(lic_parser *p, lic_node *parent)
{
    parse_variable(p, parent, LIC_NODE_GIVEN, "a parameter's name");
}

/* -- library modules ---------------------------------------------------------------------------------------- */

void lic_line_territory_set(lic_parser *p, lic_node *parent)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_TERRITORY_SET);
    const lic_token *name = lic_peek(p);
    if (name->kind == LIC_TOKEN_CODE) {
        node->name = name->text;
        node->name_span = name->span;
        lic_accept(p, LIC_TOKEN_CODE);
    } else {
        lic_take_name(p, node, "a set's name");
    }
    lic_add(p, node, lic_parse_expression(p));
    finish(p, parent, node);
}

/* -- kernel ---------------------------------------------------------------------------------------------------- */

void lic_line_record(lic_parser *p, lic_node *parent)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_RECORD);
    p->is_kernel = true;
    const lic_token *label = lic_expect(p, LIC_TOKEN_WORD, "a label, for instance `royalty`");
    if (label) node->text = label->text;
    lic_take_name(p, node, "a term's name");
    parse_value(p, node);
    finish(p, parent, node);
}

void lic_line_tally(lic_parser *p, lic_node *parent)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_TALLY);
    p->is_kernel = true;
    lic_take_name(p, node, "a tally's name");
    take_member(p, node);
    parse_value(p, node);
    finish(p, parent, node);
}
