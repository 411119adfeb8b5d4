/* parse/block.c - schedules, registers, reports, tiers, grants, statements and deliverables. */
#include "parse/parser.h"

static void finish(lic_parser *p, lic_node *parent, lic_node *node)
{
    lic_finish_line(p, node);
    lic_add(p, parent, node);
}

/* The heading `leader Name [anchor]` of a block. */
static lic_node *begin_block(lic_parser *p, lic_node_kind kind, const char *what)
{
    lic_node *node = lic_begin_line(p, kind);
    lic_take_name(p, node, what);
    return node;
}

static void finish_block(lic_parser *p, lic_node *parent, lic_node *node, uint32_t contexts)
{
    lic_finish_line(p, node);
    lic_parse_block(p, node, contexts);
    lic_add(p, parent, node);
}

static void parse_at_most(lic_parser *p, lic_node *node)
{
    lic_expect_word(p, "at");
    lic_expect_word(p, "most");
    lic_take_count(p, node, "a number");
}

/* -- schedules and registers ---------------------------------------------------------------------------- */

void lic_line_schedule(lic_parser *p, lic_node *parent)
{
    lic_node *node = begin_block(p, LIC_NODE_SCHEDULE, "a schedule's name");
    lic_add_absent(p, node);
    finish_block(p, parent, node, LIC_IN_SCHEDULE);
}

void lic_line_register(lic_parser *p, lic_node *parent)
{
    lic_node *node = begin_block(p, LIC_NODE_REGISTER, "a register's name");
    lic_add_absent(p, node);
    finish_block(p, parent, node, LIC_IN_REGISTER);
}

void lic_line_rows(lic_parser *p, lic_node *parent)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_NUMBER);
    parse_at_most(p, node);
    lic_finish_line(p, node);
    lic_place(p, parent, 0, node, "rows");
}

static void parse_column(lic_parser *p, lic_node *parent, uint32_t flags)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_COLUMN);
    node->flags |= flags;
    lic_take_lower(p, node, "a column's name");
    lic_add(p, node, p->silent ? lic_error_node(p) : lic_parse_type(p));
    lic_parse_attributes(p, node);
    finish(p, parent, node);
}

void lic_line_key(lic_parser *p, lic_node *parent)
{
    parse_column(p, parent, LIC_FLAG_KEY);
}
void lic_line_column(lic_parser *p, lic_node *parent)
{
    parse_column(p, parent, 0);
}

void lic_line_row(lic_parser *p, lic_node *parent)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_ROW);
    lic_add(p, node, lic_parse_primary(p));
    lic_expect(p, LIC_TOKEN_COLON, NULL);
    do lic_add(p, node, lic_parse_primary(p));
    while (lic_accept(p, LIC_TOKEN_COMMA));
    finish(p, parent, node);
}

/* -- reports ------------------------------------------------------------------------------------------------ */

void lic_line_report(lic_parser *p, lic_node *parent)
{
    lic_node *node = begin_block(p, LIC_NODE_REPORT, "a report's name");
    for (int i = 0; i < 3; i++) lic_add_absent(p, node);
    finish_block(p, parent, node, LIC_IN_REPORT);
}

void lic_line_report_by(lic_parser *p, lic_node *parent)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_BY);
    lic_add(p, node, lic_parse_name(p, "a party"));
    lic_expect(p, LIC_TOKEN_COMMA, NULL);
    lic_expect_word(p, "every");
    lic_add(p, node, lic_parse_period(p));
    lic_expect(p, LIC_TOKEN_COMMA, NULL);
    lic_add(p, node, lic_parse_within(p));
    lic_finish_line(p, node);
    lic_place(p, parent, 0, node, "by");
}

void lic_line_report_lines(lic_parser *p, lic_node *parent)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_LINES);
    parse_at_most(p, node);
    lic_expect(p, LIC_TOKEN_COMMA, NULL);
    if (lic_accept_word(p, "unique")) {
        lic_expect(p, LIC_TOKEN_LPAREN, NULL);
        lic_parse_words(p, node, "a column", NULL);
        lic_expect(p, LIC_TOKEN_RPAREN, NULL);
        lic_expect(p, LIC_TOKEN_COMMA, NULL);
    }
    lic_expect_word(p, "else");
    if (lic_accept_word(p, "set")) {
        lic_expect_word(p, "aside");
        node->flags |= LIC_FLAG_SET_ASIDE;
    } else if (!lic_accept_word(p, "refuse")) {
        lic_unexpected(p, "`refuse` or `set aside`");
    }
    lic_finish_line(p, node);
    lic_place(p, parent, 1, node, "lines");
}

void lic_line_correct(lic_parser *p, lic_node *parent)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_CORRECT);
    lic_add(p, node, lic_parse_within(p));
    lic_finish_line(p, node);
    lic_place(p, parent, 2, node, "correct");
}

void lic_line_value(lic_parser *p, lic_node *parent)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_VALUE);
    lic_take_lower(p, node, "a value's name");
    lic_expect(p, LIC_TOKEN_EQ, NULL);
    lic_add(p, node, lic_parse_expression(p));
    finish(p, parent, node);
}

bool lic_at_within(const lic_parser *p)
{
    return lic_at_word(p, "within") || lic_at_word(p, "due");
}

lic_node *lic_parse_within(lic_parser *p)
{
    lic_node *node = lic_begin(p, LIC_NODE_WITHIN);
    if (lic_accept_word(p, "due")) {
        node->flags |= LIC_FLAG_DUE;
        lic_add(p, node, lic_parse_expression(p));
        lic_add_absent(p, node);
    } else {
        lic_expect_word(p, "within");
        lic_add(p, node, lic_parse_duration(p));
        lic_add(p, node, lic_accept_word(p, "of") ? lic_parse_expression(p) : NULL);
    }
    lic_close(p, node);
    return node;
}

/* -- tiers -------------------------------------------------------------------------------------------------- */

void lic_line_tiers(lic_parser *p, lic_node *parent)
{
    lic_node *node = begin_block(p, LIC_NODE_TIERS, "the name of the tiers");
    lic_expect_word(p, "of");
    lic_add(p, node, lic_parse_unit(p));
    lic_expect(p, LIC_TOKEN_COMMA, NULL);
    static const char *const WORDS[] = {"marginal", "whole"};
    const char *word = lic_expect_one_of(p, WORDS, LIC_COUNT(WORDS), "`marginal` or `whole`");
    if (word) node->flags |= word == WORDS[0] ? LIC_FLAG_MARGINAL : LIC_FLAG_WHOLE;
    finish_block(p, parent, node, LIC_IN_TIERS);
}

static void parse_tier(lic_parser *p, lic_node *parent, const char *name, bool has_edge)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_TIER);
    node->name = lic_slice_text(name);
    lic_add(p, node, has_edge ? lic_parse_expression(p) : NULL);
    lic_expect(p, LIC_TOKEN_COLON, NULL);
    lic_add(p, node, lic_accept_word(p, "refuse") ? NULL : lic_parse_expression(p));
    finish(p, parent, node);
}

void lic_line_tier_up_to(lic_parser *p, lic_node *parent)
{
    parse_tier(p, parent, "up_to", true);
}
void lic_line_tier_below(lic_parser *p, lic_node *parent)
{
    parse_tier(p, parent, "below", true);
}
void lic_line_tier_above(lic_parser *p, lic_node *parent)
{
    parse_tier(p, parent, "above", false);
}

/* -- grants -------------------------------------------------------------------------------------------------- */

void lic_line_grant(lic_parser *p, lic_node *parent)
{
    finish_block(p, parent, begin_block(p, LIC_NODE_GRANT, "a grant's name"), LIC_IN_GRANT);
}

static lic_node *begin_clause(lic_parser *p)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_GRANT_CLAUSE);
    node->name = p->lexer.tokens[0].text;
    return node;
}

static void parse_from_to(lic_parser *p, lic_node *node)
{
    lic_add(p, node, lic_parse_name(p, "a party"));
    lic_expect_word(p, "to");
    lic_add(p, node, lic_parse_name(p, "a party"));
}

void lic_line_grant_from(lic_parser *p, lic_node *parent)
{
    lic_node *node = begin_clause(p);
    parse_from_to(p, node);
    finish(p, parent, node);
}

void lic_line_grant_of(lic_parser *p, lic_node *parent)
{
    lic_node *node = begin_clause(p);
    if (lic_at(p, LIC_TOKEN_WORD)) {
        lic_add(p, node, lic_parse_word(p, "a kind of identifier"));
        lic_node *text = lic_begin(p, LIC_NODE_TEXT);
        lic_take_text(p, text, "an identifier in quotes");
        lic_add(p, node, text);
    } else {
        lic_add(p, node, lic_parse_name(p, "a schedule's name"));
    }
    finish(p, parent, node);
}

void lic_line_rights(lic_parser *p, lic_node *parent)
{
    lic_node *node = begin_clause(p);
    lic_parse_words(p, node, "a right", NULL);
    finish(p, parent, node);
}

void lic_line_territory(lic_parser *p, lic_node *parent)
{
    lic_node *node = begin_clause(p);
    lic_add(p, node, lic_parse_expression(p));
    finish(p, parent, node);
}

void lic_line_during(lic_parser *p, lic_node *parent)
{
    lic_node *node = begin_clause(p);
    if (lic_at_word(p, "term")) {
        lic_add(p, node, lic_parse_word(p, "`term`"));
    } else {
        lic_add(p, node, lic_parse_duration(p));
        lic_expect_word(p, "from");
        lic_add(p, node, lic_parse_expression(p));
    }
    finish(p, parent, node);
}

void lic_line_exclusive(lic_parser *p, lic_node *parent)
{
    lic_node *node = begin_clause(p);
    bool in = lic_at_word(p, "in"), for_rights = lic_at_word(p, "for");
    bool known = in || for_rights || lic_at_word(p, "no") || lic_at_word(p, "yes");
    if (!known) lic_unexpected(p, "`no`, `yes`, `for` rights or `in` territories");
    lic_add(p, node, lic_parse_word(p, "a word"));
    if (for_rights) lic_parse_words(p, node, "a right", NULL);
    if (in) {
        lic_add(p, node, lic_parse_expression(p));
        lic_add(p, node, lic_accept_word(p, "until") ? lic_parse_expression(p) : NULL);
    }
    finish(p, parent, node);
}

void lic_line_sublicense(lic_parser *p, lic_node *parent)
{
    lic_node *node = begin_clause(p);
    lic_node *word = lic_begin(p, LIC_NODE_WORD);
    word->name = lic_peek(p)->text;
    if (lic_accept_word(p, "with")) {
        word->name = lic_slice_text("with_consent");
        lic_expect_word(p, "consent");
        lic_expect_word(p, "of");
        lic_add(p, node, word);
        lic_add(p, node, lic_parse_name(p, "a party"));
    } else {
        bool known = lic_accept_word(p, "no") || lic_accept_word(p, "yes") ||
                     lic_accept_word(p, "affiliates");
        if (!known) lic_unexpected(p, "`no`, `yes`, `affiliates` or `with consent of` a party");
        lic_add(p, node, word);
        lic_add_absent(p, node);
    }
    finish(p, parent, node);
}

/* -- deliverables ------------------------------------------------------------------------------------------------ */

void lic_line_deliverable(lic_parser *p, lic_node *parent)
{
    finish_block(p, parent, begin_block(p, LIC_NODE_DELIVERABLE, "a deliverable's name"),
                 LIC_IN_DELIVERABLE);
}

void lic_line_deliver_from(lic_parser *p, lic_node *parent)
{
    lic_node *node = begin_clause(p);
    parse_from_to(p, node);
    lic_expect(p, LIC_TOKEN_COMMA, NULL);
    lic_expect_word(p, "before");
    lic_add(p, node, lic_parse_expression(p));
    finish(p, parent, node);
}

void lic_line_accept(lic_parser *p, lic_node *parent)
{
    lic_node *node = begin_clause(p);
    lic_add(p, node, lic_parse_within(p));
    lic_expect(p, LIC_TOKEN_COMMA, NULL);
    lic_expect_word(p, "silence");
    if (!lic_at_word(p, "accepts") && !lic_at_word(p, "rejects"))
        lic_unexpected(p, "`accepts` or `rejects`");
    lic_add(p, node, lic_parse_word(p, "`accepts` or `rejects`"));
    finish(p, parent, node);
}

void lic_line_resubmit(lic_parser *p, lic_node *parent)
{
    lic_node *node = begin_clause(p);
    parse_at_most(p, node);
    finish(p, parent, node);
}

/* -- statements ---------------------------------------------------------------------------------------------------- */

void lic_line_statement(lic_parser *p, lic_node *parent)
{
    lic_node *node = begin_block(p, LIC_NODE_STATEMENT, "a statement's name");
    for (int i = 0; i < 3; i++) lic_add_absent(p, node);
    finish_block(p, parent, node, LIC_IN_STATEMENT);
}

void lic_line_every(lic_parser *p, lic_node *parent)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_EVERY);
    lic_add(p, node, lic_parse_period(p));
    lic_add(p, node, lic_accept(p, LIC_TOKEN_COMMA) ? lic_parse_within(p) : NULL);
    lic_finish_line(p, node);
    if (parent->kind == LIC_NODE_STATEMENT) lic_place(p, parent, 0, node, "every");
    else lic_add(p, parent, node);
}

void lic_line_to(lic_parser *p, lic_node *parent)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_TO);
    lic_parse_names(p, node, "a party or a schedule of payees", NULL);
    lic_finish_line(p, node);
    lic_place(p, parent, 1, node, "to");
}

void lic_line_lines_by(lic_parser *p, lic_node *parent)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_LINES_BY);
    lic_expect_word(p, "by");
    lic_parse_words(p, node, "a column", NULL);
    lic_finish_line(p, node);
    lic_place(p, parent, 2, node, "lines");
}
