/* parse/term.c - money terms and splits, and the sentences `X pays Y` and `X owes A`. */
#include "parse/parser.h"

static void finish(lic_parser *p, lic_node *parent, lic_node *node)
{
    lic_finish_line(p, node);
    lic_add(p, parent, node);
}

/* A line `leader E`. */
static void parse_with_expression(lic_parser *p, lic_node *parent, lic_node_kind kind)
{
    lic_node *node = lic_begin_line(p, kind);
    lic_add(p, node, lic_parse_expression(p));
    finish(p, parent, node);
}

static void parse_with_condition(lic_parser *p, lic_node *parent, lic_node_kind kind)
{
    lic_node *node = lic_begin_line(p, kind);
    lic_add(p, node, lic_parse_condition(p));
    finish(p, parent, node);
}

/* A line `leader name = E`. */
static void parse_definition(lic_parser *p, lic_node *parent, lic_node_kind kind)
{
    lic_node *node = lic_begin_line(p, kind);
    lic_take_lower(p, node, "a variable's name");
    lic_expect(p, LIC_TOKEN_EQ, NULL);
    lic_add(p, node, lic_parse_expression(p));
    finish(p, parent, node);
}

/* -- triggers ------------------------------------------------------------------------------------------ */

lic_node *lic_parse_trigger(lic_parser *p, lic_node_kind kind)
{
    lic_node *node = lic_begin(p, kind);
    const lic_token *token = lic_peek(p);
    bool word = lic_accept_word(p, "overdue") || lic_accept_word(p, "payment") ||
                lic_accept_word(p, "signature");
    if (word) {
        node->name = token->text;
        node->name_span = token->span;
        return node;
    }
    if (token->kind != LIC_TOKEN_NAME) {
        lic_unexpected(p, "a trigger: the name of a report, statement, fact or deliverable, or "
                          "`signature`, `payment`, `overdue`");
        return node;
    }
    lic_take_name(p, node, "a trigger");
    if (lic_accept_word(p, "accepted")) node->flags |= LIC_FLAG_ACCEPTED;
    lic_close(p, node);
    return node;
}

/* trigger {, trigger} [, for each x [in Name]] */
void lic_line_on(lic_parser *p, lic_node *parent)
{
    lic_node *node = lic_parse_trigger(p, LIC_NODE_ON);
    lic_span name = node->name_span;
    node->span = p->lexer.tokens[0].span;
    node->name_span = name;
    lic_add_absent(p, node);
    while (lic_accept(p, LIC_TOKEN_COMMA)) {
        if (lic_at_word(p, "for")) {
            node->children[0] = lic_parse_for_each(p);
            break;
        }
        lic_add(p, node, lic_parse_trigger(p, LIC_NODE_WORD));
    }
    lic_finish_line(p, node);
    if (parent->kind == LIC_NODE_SPLIT) lic_place(p, parent, 1, node, "on");
    else lic_add(p, parent, node);
}

/* -- clauses ---------------------------------------------------------------------------------------------- */

void lic_line_money_term(lic_parser *p, lic_node *parent)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_MONEY_TERM);
    node->text = p->lexer.tokens[0].text;
    lic_take_name(p, node, "a term's name");
    lic_finish_line(p, node);
    lic_parse_block(p, node, LIC_IN_TERM);
    lic_add(p, parent, node);
}

void lic_line_once(lic_parser *p, lic_node *parent)
{
    parse_with_condition(p, parent, LIC_NODE_ONCE);
}
void lic_line_line(lic_parser *p, lic_node *parent)
{
    parse_definition(p, parent, LIC_NODE_LINE);
}
void lic_line_let(lic_parser *p, lic_node *parent)
{
    parse_definition(p, parent, LIC_NODE_LET);
}
void lic_line_amount(lic_parser *p, lic_node *parent)
{
    parse_with_expression(p, parent, LIC_NODE_AMOUNT);
}
void lic_line_at_least(lic_parser *p, lic_node *parent)
{
    parse_with_expression(p, parent, LIC_NODE_AT_LEAST);
}
void lic_line_at_most(lic_parser *p, lic_node *parent)
{
    parse_with_expression(p, parent, LIC_NODE_AT_MOST);
}

void lic_line_lines_where(lic_parser *p, lic_node *parent)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_LINES_WHERE);
    lic_expect_word(p, "where");
    lic_add(p, node, lic_parse_condition(p));
    finish(p, parent, node);
}

void lic_line_less(lic_parser *p, lic_node *parent)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_LESS);
    lic_add(p, node, lic_parse_primary(p));
    if (lic_accept(p, LIC_TOKEN_COMMA)) {
        lic_expect_word(p, "leaving");
        lic_expect_word(p, "at");
        lic_expect_word(p, "least");
        lic_add(p, node, lic_parse_expression(p));
    } else {
        lic_add_absent(p, node);
    }
    finish(p, parent, node);
}

void lic_line_add(lic_parser *p, lic_node *parent)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_ADD);
    lic_add(p, node, lic_parse_expression(p));
    lic_expect_word(p, "to");
    lic_add(p, node, lic_parse_primary(p));
    finish(p, parent, node);
}

void lic_line_below(lic_parser *p, lic_node *parent)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_BELOW);
    lic_add(p, node, lic_parse_expression(p));
    lic_expect_word(p, "carry");
    lic_expect_word(p, "forward");
    finish(p, parent, node);
}

/* A share; a bare number is the commonest mistake. */
static lic_node *parse_share_rate(lic_parser *p)
{
    const lic_token *token = lic_peek(p);
    if (token->kind == LIC_TOKEN_NUMBER && lic_peek_next(p)->kind != LIC_TOKEN_SLASH) {
        lic_diagnostic *d = lic_give_up(p, "P21", token->span,
                                        "a share is a rate and needs its unit");
        lic_diag_help(p->compilation, d, "write `%.*s%%`", LIC_S(token->text));
        lic_diag_fix(p->compilation, d, token->span, "%.*s%%", LIC_S(token->text));
        return lic_error_node(p);
    }
    return lic_parse_expression(p);
}

void lic_line_part(lic_parser *p, lic_node *parent)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_PART);
    lic_add(p, node, parse_share_rate(p));
    lic_expect_word(p, "on");
    lic_node *trigger = lic_parse_trigger(p, LIC_NODE_ON);
    lic_add_absent(p, trigger);
    lic_add(p, node, trigger);
    lic_add(p, node, lic_accept(p, LIC_TOKEN_COMMA) ? lic_parse_within(p) : NULL);
    finish(p, parent, node);
}

void lic_line_move(lic_parser *p, lic_node *parent)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_MOVE);
    lic_expect_word(p, "from");
    lic_add(p, node, lic_parse_primary(p));
    lic_expect_word(p, "to");
    lic_add(p, node, lic_parse_primary(p));
    finish(p, parent, node);
}

/* -- sentences ------------------------------------------------------------------------------------------------ */

static const char *const VERBS[] = {"pays", "owes"};

bool lic_at_sentence(const lic_parser *p)
{
    const lic_token *second = lic_peek_next(p);
    if (!lic_at(p, LIC_TOKEN_NAME) && !lic_at_word(p, "payer")) return false;
    return second->kind == LIC_TOKEN_WORD && lic_nearest(second->text, VERBS, 2) != NULL;
}

static lic_node *parse_debtor(lic_parser *p)
{
    if (!lic_at_word(p, "payer")) return lic_parse_name(p, "a party");
    lic_node *node = lic_begin(p, LIC_NODE_NAME_REF);
    node->name = lic_peek(p)->text;
    lic_accept_word(p, "payer");
    return node;
}

static void parse_sentence_ends(lic_parser *p, lic_node *node)
{
    while (lic_accept(p, LIC_TOKEN_COMMA)) {
        lic_span here = lic_peek(p)->span;
        bool within = lic_at_within(p);
        uint32_t place = within ? 4 : 3;
        if (lic_child(node, place)) {
            lic_diagnostic *d = lic_give_up(p, "P17", here, "a sentence says this once");
            lic_diag_help(p->compilation, d, "keep one of them");
            return;
        }
        if (within) {
            node->children[4] = lic_parse_within(p);
        } else if (lic_accept_word(p, "from")) {
            node->children[3] = lic_parse_primary(p);
        } else {
            lic_unexpected(p, "`from` an account, `within` a time or `due` on a date");
            return;
        }
    }
}

void lic_parse_sentence(lic_parser *p, lic_node *parent)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_PAYS);
    lic_add(p, node, parse_debtor(p));
    if (lic_accept_word(p, "owes")) node->flags |= LIC_FLAG_OWES;
    else lic_expect_word(p, "pays");
    lic_add(p, node, lic_parse_primary(p));
    bool amount = !lic_at(p, LIC_TOKEN_COMMA) && !lic_at(p, LIC_TOKEN_END_LINE) &&
                  !lic_at(p, LIC_TOKEN_ANCHOR);
    lic_add(p, node, amount ? lic_parse_expression(p) : NULL);
    lic_add_absent(p, node);
    lic_add_absent(p, node);
    parse_sentence_ends(p, node);
    finish(p, parent, node);
}

/* -- splits ---------------------------------------------------------------------------------------------------- */

void lic_line_split(lic_parser *p, lic_node *parent)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_SPLIT);
    lic_take_name(p, node, "an account");
    lic_add(p, node, lic_accept_word(p, "of") ? lic_parse_word(p, "a variable") : NULL);
    lic_add_absent(p, node);
    lic_finish_line(p, node);
    lic_parse_block(p, node, LIC_IN_SPLIT);
    lic_add(p, parent, node);
}

void lic_parse_share(lic_parser *p, lic_node *parent)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_SHARE);
    lic_take_name(p, node, "a party");
    lic_expect(p, LIC_TOKEN_COLON, NULL);
    lic_add(p, node, parse_share_rate(p));
    finish(p, parent, node);
}

void lic_line_holders(lic_parser *p, lic_node *parent)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_HOLDERS);
    lic_expect(p, LIC_TOKEN_COLON, NULL);
    lic_add(p, node, lic_parse_expression(p));
    finish(p, parent, node);
}

void lic_line_pennies(lic_parser *p, lic_node *parent)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_PENNIES);
    if (lic_accept_word(p, "to")) {
        node->name = lic_slice_text("to");
        lic_add(p, node, lic_parse_name(p, "a party"));
    } else {
        node->name = lic_slice_text("largest_remainder");
        lic_expect_word(p, "largest");
        lic_expect_word(p, "remainder");
        lic_expect(p, LIC_TOKEN_COMMA, NULL);
        lic_expect_word(p, "ties");
        lic_expect_word(p, "as");
        lic_expect_word(p, "written");
        lic_add_absent(p, node);
    }
    finish(p, parent, node);
}

void lic_line_into(lic_parser *p, lic_node *parent)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_INTO);
    lic_add(p, node, lic_parse_primary(p));
    finish(p, parent, node);
}
