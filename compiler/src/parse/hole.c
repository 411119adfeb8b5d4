/* parse/hole.c - holes that stand for more than tokens: lines, and expressions. Their own template is
 * read by the same functions where the hole stands, and must be used up there, so that it can neither
 * end the block around it nor go on with the line. Its mistakes are told at the hole. */
#include "parse/parser.h"

typedef struct outside { /* what is put back behind the hole */
    lic_lexer lexer;
    uint32_t at, made;
    lic_diagnostics diagnostics;
    size_t capacity;
    lic_token hole;
} outside;

/* False, reported, when the template may not be read. */
static bool enter(lic_parser *p, const lic_template *text, outside *o)
{
    *o = (outside){.lexer = p->lexer, .at = p->at, .hole = *lic_peek(p)};
    if (p->templates >= LIC_TEMPLATES_MAX) {
        lic_give_up(p, "P22", o->hole.span, "templates stand too deeply in one another");
        return false;
    }
    p->templates++;
    o->made = p->compilation->node_count;
    o->diagnostics = p->compilation->diagnostics;
    o->capacity = p->compilation->diagnostics_capacity;
    p->compilation->diagnostics = (lic_diagnostics){NULL, 0, 0};
    p->compilation->diagnostics_capacity = 0;
    lic_lexer_open_template(&p->lexer, p->compilation, text);
    lic_next_line(p);
    return true;
}

static void leave(lic_parser *p, const outside *o)
{
    lic_compilation *c = p->compilation;
    lic_lexer_check_holes(&p->lexer);
    lic_diagnostics found = c->diagnostics;
    c->diagnostics = o->diagnostics;
    c->diagnostics_capacity = o->capacity;
    p->lexer = o->lexer;
    p->at = o->at;
    p->silent = false;
    p->templates--;
    if (found.error_count == 0) return;
    const lic_diagnostic *first = &found.items[0];
    lic_diagnostic *d = lic_give_up(
        p, "P22", o->hole.span,
        lic_text(c, "what fills `%.*s` can't be read here", LIC_S(o->hole.text)));
    lic_diag_note(c, d, "its line %u: %s", first->primary.span.line, first->title);
    if (first->help) lic_diag_help(c, d, "%s", first->help);
}

/* -- lines ------------------------------------------------------------------------------------------ */

bool lic_at_lines_hole(const lic_parser *p)
{
    const lic_token *hole = &p->lexer.tokens[0];
    if (hole->kind != LIC_TOKEN_HOLE || p->lexer.count != 2) return false;
    return hole->filling->kind == LIC_FILLING_LINES || hole->filling->kind == LIC_FILLING_NONE;
}

/* Comments above the hole, and an empty line, go to the first of its lines. */
static void take_comments(lic_lexer *lexer, const lic_lexer *from)
{
    lexer->blank_before = from->blank_before;
    if (!from->before) return;
    lic_comment *last = from->before;
    while (last->next) last = last->next;
    last->next = lexer->before;
    lexer->before = from->before;
}

/* The lines stand where the hole does: children that were added, places of the block that were filled
 * in, and steps of the transition above. */
static void place_lines(lic_node *parent, uint32_t before, const outside *o)
{
    for (uint32_t i = 0; i < parent->child_count; i++)
        if (i < 3 || i + 1 >= before) lic_tree_place(parent->children[i], o->made, o->hole.span);
}

static void read_lines(lic_parser *p, lic_node *parent, uint32_t contexts, const lic_template *text,
                       bool first)
{
    uint32_t before = parent->child_count;
    outside o;
    if (!enter(p, text, &o)) return;
    if (first) take_comments(&p->lexer, &o.lexer);
    while (!p->lexer.at_end && p->compilation->node_count < LIC_NODES_MAX)
        lic_parse_line(p, parent, contexts);
    place_lines(parent, before, &o);
    leave(p, &o);
}

void lic_parse_lines_hole(lic_parser *p, lic_node *parent, uint32_t contexts)
{
    const lic_filling *filling = lic_peek(p)->filling;
    size_t count = filling->kind == LIC_FILLING_LINES ? filling->template_count : 0;
    p->at = 0;
    for (size_t i = 0; i < count && !p->silent; i++)
        read_lines(p, parent, contexts, &filling->templates[i], i == 0);
    lic_next_line(p);
}

/* -- expressions ---------------------------------------------------------------------------------------- */

/* One line, used up by one expression. */
static lic_node *read_expression(lic_parser *p)
{
    lic_node *node = lic_parse_condition(p);
    if (!lic_at(p, LIC_TOKEN_END_LINE)) lic_unexpected(p, "the end of the line");
    bool whole = !p->silent;
    lic_next_line(p);
    if (whole && !p->lexer.at_end) lic_unexpected(p, "one line");
    return node;
}

lic_node *lic_parse_expression_hole(lic_parser *p)
{
    const lic_filling *filling = lic_peek(p)->filling;
    outside o;
    if (filling->kind != LIC_FILLING_EXPRESSION || filling->template_count != 1) {
        lic_unexpected(p, "a value");
        return lic_error_node(p);
    }
    if (!enter(p, &filling->templates[0], &o)) return lic_error_node(p);
    lic_node *node = read_expression(p);
    lic_tree_place(node, o.made, o.hole.span);
    leave(p, &o);
    if (p->silent) return lic_error_node(p);
    lic_advance(p);
    return node;
}
