/* parse/lifecycle.c - states and the transitions between them. */
#include "parse/parser.h"

void lic_line_lifecycle(lic_parser *p, lic_node *parent)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_LIFECYCLE);
    for (int i = 0; i < 3; i++) lic_add_absent(p, node);
    lic_finish_line(p, node);
    lic_parse_block(p, node, LIC_IN_LIFECYCLE);
    lic_add(p, parent, node);
}

void lic_line_initial(lic_parser *p, lic_node *parent)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_INITIAL);
    lic_take_lower(p, node, "a state");
    lic_finish_line(p, node);
    lic_place(p, parent, 0, node, "initial");
}

void lic_line_states(lic_parser *p, lic_node *parent)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_STATES);
    lic_parse_words(p, node, "a state", NULL);
    lic_finish_line(p, node);
    lic_place(p, parent, 1, node, "states");
}

void lic_line_finals(lic_parser *p, lic_node *parent)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_FINALS);
    lic_add_absent(p, node);
    lic_parse_words(p, node, "a state", "after");
    lic_expect(p, LIC_TOKEN_COMMA, NULL);
    lic_expect_word(p, "after");
    node->children[0] = lic_parse_duration(p);
    lic_finish_line(p, node);
    lic_place(p, parent, 2, node, "final");
}

/* -- when ------------------------------------------------------------------------------------------------ */

static void parse_when(lic_parser *p, lic_node *when)
{
    if (lic_accept_word(p, "signed")) {
        when->name = lic_slice_text("signed");
        lic_expect_word(p, "by");
        lic_parse_names(p, when, "a party", NULL);
        return;
    }
    when->name = lic_slice_text("condition");
    lic_add(p, when, lic_parse_condition(p));
}

static void parse_by(lic_parser *p, lic_node *when)
{
    when->name = lic_slice_text("by");
    lic_add(p, when, lic_parse_name(p, "a party"));
    if (lic_accept_word(p, "when")) {
        if (lic_accept_word(p, "noticed")) when->flags |= LIC_FLAG_NOTICED;
        lic_add(p, when, lic_parse_condition(p));
    } else {
        lic_add_absent(p, when);
    }
    lic_add(p, when, lic_accept(p, LIC_TOKEN_COMMA) ? lic_parse_notice(p) : NULL);
}

/* NULL at the end of the line: only kernels leave it out. */
static lic_node *parse_condition(lic_parser *p)
{
    if (lic_at(p, LIC_TOKEN_END_LINE) || lic_at(p, LIC_TOKEN_ANCHOR)) return NULL;
    lic_node *when = lic_begin(p, LIC_NODE_WHEN);
    if (lic_accept_word(p, "when")) {
        parse_when(p, when);
    } else if (lic_accept_word(p, "by")) {
        parse_by(p, when);
    } else if (lic_accept_word(p, "on")) {
        when->name = lic_slice_text("on");
        lic_add(p, when, lic_parse_expression(p));
    } else if (lic_accept_word(p, "after")) {
        when->name = lic_slice_text("after");
        lic_add(p, when, lic_parse_duration(p));
    } else {
        lic_unexpected(p, "`when`, `by`, `on` or `after`");
        return lic_error_node(p);
    }
    lic_close(p, when);
    return when;
}

void lic_line_transition(lic_parser *p, lic_node *parent)
{
    lic_node *node = lic_begin_line(p, LIC_NODE_TRANSITION);
    lic_node *from = lic_begin(p, LIC_NODE_FROM);
    lic_parse_words(p, from, "a state", NULL);
    lic_close(p, from);
    lic_expect_word(p, "to");
    lic_take_lower(p, node, "a state");
    lic_add(p, node, p->silent ? lic_error_node(p) : parse_condition(p));
    lic_add(p, node, from);
    lic_add_absent(p, node);
    lic_finish_line(p, node);
    lic_add(p, parent, node);
}

/* A step of the transition above. */
void lic_line_then(lic_parser *p, lic_node *parent)
{
    lic_node *last = parent->child_count > 3 ? parent->children[parent->child_count - 1] : NULL;
    if (!last || last->kind != LIC_NODE_TRANSITION) {
        lic_node *error = lic_begin_line(p, LIC_NODE_ERROR);
        lic_diagnostic *d = lic_give_up(p, "P15", error->span,
                                        "`then` needs a transition above it");
        lic_diag_help(p->compilation, d, "put it below a line   from STATE to STATE");
        lic_finish_line(p, error);
        lic_add(p, parent, error);
        return;
    }
    if (!lic_child(last, 2)) last->children[2] = lic_begin_line(p, LIC_NODE_THEN);
    lic_parse_rest_as_line(p, last->children[2], LIC_IN_STEPS | LIC_IN_KERNEL);
}
