/* parse/step.c - actions, and the steps that actions, transitions and handlers are made of. */
#include "parse/parser.h"

static void finish(lic_parser *p, lic_node *parent, lic_node *node)
{
    lic_finish_line(p, node);
    lic_add(p, parent, node);
}

/* -- actions -------------------------------------------------------------------------------------------- */

static lic_node *parse_parameter(lic_parser *p)
{
    lic_node *node = lic_begin(p, LIC_NODE_PARAMETER);
    lic_take_lower(p, node, "a parameter's name");
    lic_expect(p, LIC_TOKEN_COLON, NULL);
    lic_add(p, node, p->silent ? lic_error_node(p) : lic_parse_type(p));
    lic_close(p, node);
    return node;
}

void lic_line_action(lic_parser *p, lic_node *parent)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_ACTION);
    /* In kernels the action of a transition is named after its state; parse/shape.c refuses it elsewhere. */
    if (lic_at(p, LIC_TOKEN_WORD)) lic_take_lower(p, node, "an action's name");
    else lic_take_name(p, node, "an action's name");
    lic_expect(p, LIC_TOKEN_LPAREN, NULL);
    if (!lic_accept(p, LIC_TOKEN_RPAREN)) {
        do lic_add(p, node, parse_parameter(p));
        while (lic_accept(p, LIC_TOKEN_COMMA));
        lic_expect(p, LIC_TOKEN_RPAREN, NULL);
    }
    lic_finish_line(p, node);
    lic_parse_block(p, node, LIC_IN_ACTION | LIC_IN_STEPS | LIC_IN_KERNEL | LIC_IN_PHASES);
    lic_add(p, parent, node);
}

lic_node *lic_parse_notice(lic_parser *p)
{
    lic_node *node = lic_begin(p, LIC_NODE_NOTICE);
    lic_expect_word(p, "notice");
    lic_add(p, node, lic_parse_duration(p));
    lic_expect_word(p, "to");
    lic_add(p, node, lic_parse_name(p, "a party"));
    lic_close(p, node);
    return node;
}

/* A party of the agreement, or `parameter.column`: the party whose id the row holds. */
static lic_node *parse_actor(lic_parser *p)
{
    return lic_at(p, LIC_TOKEN_WORD) ? lic_parse_primary(p) : lic_parse_name(p, "a party");
}

void lic_line_action_by(lic_parser *p, lic_node *parent)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_BY_PARTIES);
    if (lic_accept_word(p, "any")) {
        lic_expect_word(p, "of");
        node->flags |= LIC_FLAG_ANY_OF;
    }
    do {
        if (lic_at_word(p, "notice") && node->child_count != 0) {
            lic_add(p, node, lic_parse_notice(p));
            break;
        }
        lic_add(p, node, parse_actor(p));
    } while (lic_accept(p, LIC_TOKEN_COMMA));
    finish(p, parent, node);
}

void lic_line_action_in(lic_parser *p, lic_node *parent)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_IN_STATES);
    lic_parse_words(p, node, "a state", NULL);
    finish(p, parent, node);
}

void lic_line_limit(lic_parser *p, lic_node *parent)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_LIMIT);
    lic_take_count(p, node, "a number");
    lic_expect_word(p, "every");
    lic_add(p, node, lic_parse_period(p));
    finish(p, parent, node);
}

/* -- steps ------------------------------------------------------------------------------------------------- */

void lic_line_set(lic_parser *p, lic_node *parent)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_SET);
    lic_add(p, node, lic_parse_primary(p));
    lic_expect_word(p, "to");
    lic_add(p, node, lic_parse_expression(p));
    finish(p, parent, node);
}

void lic_line_require(lic_parser *p, lic_node *parent)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_REQUIRE);
    lic_add(p, node, lic_parse_condition(p));
    finish(p, parent, node);
}

void lic_line_credit(lic_parser *p, lic_node *parent)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_CREDIT);
    lic_add(p, node, lic_parse_name(p, "a party"));
    lic_add(p, node, lic_parse_expression(p));
    lic_expect_word(p, "against");
    lic_add(p, node, lic_parse_name(p, "a term's name"));
    finish(p, parent, node);
}

/* move E from A to B: as in a term, with an amount of its own */
void lic_line_move_amount(lic_parser *p, lic_node *parent)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_MOVE);
    lic_node *amount = lic_parse_expression(p);
    lic_expect_word(p, "from");
    lic_add(p, node, lic_parse_primary(p));
    lic_expect_word(p, "to");
    lic_add(p, node, lic_parse_primary(p));
    lic_add(p, node, amount);
    finish(p, parent, node);
}

static void parse_with_primary(lic_parser *p, lic_node *parent, lic_node_kind kind)
{
    lic_node *node = lic_begin_line(p, kind);
    lic_add(p, node, lic_parse_primary(p));
    finish(p, parent, node);
}

void lic_line_cancel(lic_parser *p, lic_node *parent)
{
    parse_with_primary(p, parent, LIC_NODE_CANCEL);
}
void lic_line_due_now(lic_parser *p, lic_node *parent)
{
    parse_with_primary(p, parent, LIC_NODE_DUE_NOW);
}

/* ( [E {, E}] ) */
static void parse_arguments(lic_parser *p, lic_node *node)
{
    if (!lic_expect(p, LIC_TOKEN_LPAREN, NULL) || lic_accept(p, LIC_TOKEN_RPAREN)) return;
    do lic_add(p, node, lic_parse_expression(p));
    while (lic_accept(p, LIC_TOKEN_COMMA));
    lic_expect(p, LIC_TOKEN_RPAREN, NULL);
}

void lic_line_emit(lic_parser *p, lic_node *parent)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_EMIT);
    lic_take_name(p, node, "an event's name");
    parse_arguments(p, node);
    finish(p, parent, node);
}

void lic_line_close_grants(lic_parser *p, lic_node *parent)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_CLOSE_GRANTS);
    lic_add_absent(p, node);
    if (lic_accept(p, LIC_TOKEN_COMMA)) {
        lic_expect_word(p, "except");
        lic_parse_names(p, node, "a grant", NULL);
        lic_expect_word(p, "after");
        node->children[0] = lic_parse_duration(p);
    }
    finish(p, parent, node);
}

static bool at_else(const lic_parser *p)
{
    return lic_at_word(p, "else") && lic_peek_next(p)->kind == LIC_TOKEN_END_LINE;
}

static void parse_branch(lic_parser *p, lic_node *branch, bool else_too)
{
    lic_parse_lines(p, branch, LIC_IN_STEPS | LIC_IN_KERNEL, else_too);
}

void lic_line_if(lic_parser *p, lic_node *parent)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_IF);
    bool deep = p->depth >= LIC_NESTING_MAX;
    if (deep) lic_give_up(p, "P11", node->span, "`if`s nest too deeply");
    lic_add(p, node, deep ? lic_error_node(p) : lic_parse_condition(p));
    lic_node *then = lic_begin_line(p, LIC_NODE_THEN);
    lic_finish_line(p, node);
    if (deep) {
        lic_add(p, parent, node);
        return;
    }
    p->depth++;
    parse_branch(p, then, true);
    lic_add(p, node, then);
    if (at_else(p)) {
        lic_node *branch = lic_begin_line(p, LIC_NODE_ELSE);
        p->at = 1;
        lic_finish_line(p, branch);
        parse_branch(p, branch, false);
        lic_add(p, node, branch);
    } else {
        lic_add_absent(p, node);
    }
    p->depth--;
    lic_parse_end(p, node);
    lic_add(p, parent, node);
}

/* enter KEY in Register [: v {, v}] */
void lic_line_enter(lic_parser *p, lic_node *parent)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_ENTER);
    lic_node *key = lic_parse_expression(p);
    lic_expect_word(p, "in");
    lic_add(p, node, lic_parse_name(p, "a register"));
    lic_add(p, node, key);
    if (lic_accept(p, LIC_TOKEN_COLON)) {
        do lic_add(p, node, lic_parse_expression(p));
        while (lic_accept(p, LIC_TOKEN_COMMA));
    }
    finish(p, parent, node);
}

void lic_line_retire(lic_parser *p, lic_node *parent)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_RETIRE);
    lic_add(p, node, lic_parse_expression(p));
    finish(p, parent, node);
}
