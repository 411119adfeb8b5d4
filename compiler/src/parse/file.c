/* parse/file.c - the two lines that a file begins with, and the file as a whole; library modules. */
#include "parse/parser.h"

/* `licet 1`, then `agreement Name "title"` or `module name`. */
static void parse_version(lic_parser *p, lic_node *file)
{
    if (!lic_at_word(p, "licet")) {
        lic_span start = p->lexer.tokens[0].span;
        start.size = 0;
        lic_diagnostic *d = lic_diag(p->compilation, "P16", start, NULL,
                                     "the file does not begin with `licet 1`");
        lic_diag_help(p->compilation, d, "the first line names the version of the language");
        lic_diag_fix(p->compilation, d, start, "licet 1\n");
        return;
    }
    p->at = 1;
    const lic_token *version = lic_peek(p);
    lic_take_count(p, file, "the version of the language: 1");
    if (!p->silent && file->number != 1) {
        lic_diagnostic *d = lic_give_up(p, "P16", version->span,
                                        "this compiler reads version 1 of the language");
        lic_diag_help(p->compilation, d, "write `licet 1`, or take a newer licet");
        lic_diag_fix(p->compilation, d, version->span, "1");
    }
    file->number = 1;
    lic_finish_line(p, file);
}

void lic_append_comments(lic_comment **list, lic_comment *more)
{
    while (*list) list = &(*list)->next;
    *list = more;
}

/* Comments at the second line move to the first, which is the same node. */
static void finish_title(lic_parser *p, lic_node *file)
{
    if (lic_has_comments(&p->lexer)) {
        lic_trivia *trivia = lic_trivia_of(p, file);
        lic_append_comments(&trivia->before, p->lexer.before);
        if (p->lexer.behind.size > 0) {
            lic_comment *comment = lic_new(p->compilation, sizeof *comment);
            comment->text = p->lexer.behind;
            lic_append_comments(&trivia->before, comment);
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
        lic_diagnostic *d = lic_diag(p->compilation, "P16", start, NULL,
                                     "the second line does not name the agreement");
        lic_diag_help(p->compilation, d,
                      "write for instance   agreement NorthSouth \"Licence: North / South\"");
        lic_diag_fix(p->compilation, d, start, "agreement Untitled \"Untitled\"\n");
    }
}

static lic_node *parse_file(lic_parser *p, lic_slice source)
{
    bool fit = lic_lexer_open(&p->lexer, p->compilation, source);
    lic_next_line(p);
    lic_node *file = lic_begin_line(p, LIC_NODE_FILE);
    if (!fit) return file;
    parse_version(p, file);
    parse_title(p, file);
    file->anchor = (lic_slice){NULL, 0};
    uint32_t contexts = LIC_IN_FILE | (file->flags & LIC_FLAG_MODULE ? (uint32_t)LIC_IN_MODULE : 0);
    while (!p->lexer.at_end && p->compilation->node_count < LIC_NODES_MAX)
        lic_parse_line(p, file, contexts);
    if (p->lexer.before) lic_trivia_of(p, file)->before_end = p->lexer.before;
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

lic_node *lic_parse_template(lic_compilation *compilation, const lic_template *text)
{
    lic_parser p = {.compilation = compilation};
    bool fit = lic_lexer_open_template(&p.lexer, compilation, text);
    lic_next_line(&p);
    lic_node *file = lic_begin_line(&p, LIC_NODE_FILE);
    while (fit && !p.lexer.at_end && compilation->node_count < LIC_NODES_MAX)
        lic_parse_line(&p, file, LIC_IN_FILE);
    if (p.lexer.before) lic_trivia_of(&p, file)->before_end = p.lexer.before;
    if (fit) lic_lexer_check_holes(&p.lexer);
    lic_check_shape(compilation, file, p.is_kernel);
    return file;
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
        lic_diagnostic *d = lic_diag(compilation, "N05", use, NULL,
                                     "the library module can't be read");
        if (found.count > 0)
            lic_diag_note(compilation, d, "line %u of the module: %s",
                          found.items[0].primary.span.line, found.items[0].title);
    }
    return file;
}
