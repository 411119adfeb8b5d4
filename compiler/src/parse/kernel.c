/* parse/kernel.c - handlers, and the steps that only a kernel file has. `licet expand` prints this
 * language; docs/spec/language.md, "kernel", is its specification. */
#include "parse/parser.h"

static void finish(lic_parser *p, lic_node *parent, lic_node *node)
{
    lic_finish_line(p, node);
    lic_add(p, parent, node);
}

/* -- handlers -------------------------------------------------------------------------------------------- */

static lic_node *begin_handler(lic_parser *p, lic_slice name)
{
    p->is_kernel = true;
    lic_node *node = lic_begin_line(p, LIC_NODE_HANDLER);
    node->name = name;
    lic_add_absent(p, node);
    return node;
}

static void finish_handler(lic_parser *p, lic_node *parent, lic_node *node)
{
    lic_finish_line(p, node);
    lic_parse_block(p, node, LIC_IN_HANDLER | LIC_IN_STEPS | LIC_IN_KERNEL);
    lic_add(p, parent, node);
}

static void take_subject(lic_parser *p, lic_node *node)
{
    lic_expect_word(p, "of");
    lic_node *subject = lic_parse_name(p, "a name");
    node->text = subject->name;
    node->name_span = subject->span;
}

void lic_line_each_line(lic_parser *p, lic_node *parent)
{
    lic_node *node = begin_handler(p, lic_slice_text("line"));
    take_subject(p, node);
    finish_handler(p, parent, node);
}

void lic_line_handler_of(lic_parser *p, lic_node *parent)
{
    lic_node *node = begin_handler(p, p->lexer.tokens[0].text);
    take_subject(p, node);
    if (lic_slice_is(node->name, "payment")) {
        lic_expect_word(p, "from");
        node->children[0] = lic_parse_name(p, "a name");
    }
    finish_handler(p, parent, node);
}

void lic_line_handler(lic_parser *p, lic_node *parent)
{
    finish_handler(p, parent, begin_handler(p, p->lexer.tokens[0].text));
}

/* for each x in Table ... end */
void lic_line_each(lic_parser *p, lic_node *parent)
{
    p->is_kernel = true;
    lic_node *node = lic_begin_line(p, LIC_NODE_EACH);
    lic_take_lower(p, node, "a variable");
    lic_expect_word(p, "in");
    lic_add(p, node, lic_parse_name(p, "a table's name"));
    lic_finish_line(p, node);
    lic_parse_block(p, node, LIC_IN_STEPS | LIC_IN_KERNEL);
    lic_add(p, parent, node);
}

/* -- steps ------------------------------------------------------------------------------------------------- */

static lic_node *begin_step(lic_parser *p, lic_node_kind kind)
{
    p->is_kernel = true;
    return lic_begin_line(p, kind);
}

void lic_line_clause(lic_parser *p, lic_node *parent)
{
    lic_node *node = begin_step(p, LIC_NODE_CLAUSE);
    /* A transition is named after its state. */
    if (lic_at(p, LIC_TOKEN_WORD)) lic_take_lower(p, node, "a state");
    else if (!lic_at(p, LIC_TOKEN_STRING))
        lic_take_name(p, node, "a term's name or a label in quotes");
    lic_take_text(p, node, "a label in quotes");
    finish(p, parent, node);
}

void lic_line_post(lic_parser *p, lic_node *parent)
{
    lic_node *node = begin_step(p, LIC_NODE_POST);
    lic_add(p, node, lic_parse_expression(p));
    lic_expect_word(p, "from");
    lic_add(p, node, lic_parse_expression(p));
    lic_expect_word(p, "to");
    lic_add(p, node, lic_parse_expression(p));
    finish(p, parent, node);
}

void lic_line_share_out(lic_parser *p, lic_node *parent)
{
    lic_node *node = begin_step(p, LIC_NODE_SHARE_OUT);
    lic_add(p, node, lic_parse_expression(p));
    lic_finish_line(p, node);
    lic_parse_block(p, node, LIC_IN_SHARES);
    lic_add(p, parent, node);
}

void lic_line_oblige(lic_parser *p, lic_node *parent)
{
    lic_node *node = begin_step(p, LIC_NODE_OBLIGE);
    lic_add(p, node, lic_parse_expression(p));
    lic_expect_word(p, "to");
    lic_add(p, node, lic_parse_expression(p));
    lic_expect(p, LIC_TOKEN_COMMA, NULL);
    lic_expect_word(p, "amount");
    lic_add(p, node, lic_parse_expression(p));
    lic_expect(p, LIC_TOKEN_COMMA, NULL);
    lic_expect_word(p, "due");
    lic_add(p, node, lic_parse_expression(p));
    if (lic_accept(p, LIC_TOKEN_COMMA)) {
        lic_expect_word(p, "part");
        lic_take_count(p, node, "the number of a part");
    }
    finish(p, parent, node);
}

void lic_line_result(lic_parser *p, lic_node *parent)
{
    lic_node *node = begin_step(p, LIC_NODE_RESULT);
    lic_take_name(p, node, "a term's name");
    lic_node *row = NULL;
    if (lic_accept_word(p, "of")) {
        row = lic_begin(p, LIC_NODE_NAME_REF);
        lic_take_lower(p, row, "a variable");
    }
    lic_add(p, node, row);
    lic_expect(p, LIC_TOKEN_COLON, NULL);
    for (int i = 0; i < 5; i++) {
        if (i > 0) lic_expect(p, LIC_TOKEN_COMMA, NULL);
        lic_add(p, node, lic_parse_expression(p));
    }
    finish(p, parent, node);
}

void lic_line_goes_to(lic_parser *p, lic_node *parent)
{
    lic_node *node = begin_step(p, LIC_NODE_GOES_TO);
    lic_take_lower(p, node, "a state");
    finish(p, parent, node);
}

void lic_line_refuse(lic_parser *p, lic_node *parent)
{
    lic_node *node = begin_step(p, LIC_NODE_REFUSE);
    lic_take_text(p, node, "a reason in quotes");
    finish(p, parent, node);
}

void lic_line_do(lic_parser *p, lic_node *parent)
{
    lic_node *node = begin_step(p, LIC_NODE_DO);
    lic_take_lower(p, node, "the name of a built-in function");
    if (lic_expect(p, LIC_TOKEN_LPAREN, NULL) && !lic_accept(p, LIC_TOKEN_RPAREN)) {
        do lic_add(p, node, lic_parse_expression(p));
        while (lic_accept(p, LIC_TOKEN_COMMA));
        lic_expect(p, LIC_TOKEN_RPAREN, NULL);
    }
    finish(p, parent, node);
}
