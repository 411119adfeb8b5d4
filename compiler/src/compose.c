/* compose.c - fragments become one tree, whose canonical text is then read and compiled. The tree that
 * comes back from the text is compared with the one that went into it, so that the text says what the
 * fragments say. */
#include "parse/lexer.h"

#include <string.h>

/* -- copies ------------------------------------------------------------------------------------------- */

lic_slice lic_slice_copy(lic_compilation *compilation, lic_slice text)
{
    if (text.size == 0) return lic_slice_text("");
    uint8_t *bytes = lic_new(compilation, text.size);
    memcpy(bytes, text.data, text.size);
    return lic_slice_of(bytes, text.size);
}

static lic_comment *import_comments(lic_compilation *c, const lic_comment *comments)
{
    lic_comment *first = NULL, **last = &first;
    for (; comments; comments = comments->next) {
        *last = lic_new(c, sizeof **last);
        **last = (lic_comment){lic_slice_copy(c, comments->text), comments->blank_before, NULL};
        last = &(*last)->next;
    }
    return first;
}

static lic_trivia *import_trivia(lic_compilation *c, const lic_trivia *trivia)
{
    if (!trivia) return NULL;
    lic_trivia *copy = lic_new(c, sizeof *copy);
    copy->before = import_comments(c, trivia->before);
    copy->before_end = import_comments(c, trivia->before_end);
    copy->behind = lic_slice_copy(c, trivia->behind);
    copy->behind_end = lic_slice_copy(c, trivia->behind_end);
    return copy;
}

/* A node of another compile with everything that it holds. */
static lic_node *import(lic_compilation *c, const lic_node *node)
{
    lic_node *copy = lic_node_new(c, (lic_node_kind)node->kind, node->span);
    uint32_t id = copy->id;
    *copy = *node;
    copy->id = id;
    copy->name = lic_slice_copy(c, node->name);
    copy->text = lic_slice_copy(c, node->text);
    copy->anchor = lic_slice_copy(c, node->anchor);
    copy->trivia = import_trivia(c, node->trivia);
    copy->children = NULL;
    copy->child_count = 0;
    for (uint32_t i = 0; i < node->child_count; i++)
        lic_node_add(c, copy, import(c, node->children[i]));
    return copy;
}

/* -- order ---------------------------------------------------------------------------------------------- */

typedef enum section {
    SECTION_HEADER,
    SECTION_USE,
    SECTION_PARTY,
    SECTION_ADVISORY,
    SECTION_GIVEN,
    SECTION_ACCOUNT,
    SECTION_COUNTER,
    SECTION_FACT,
    SECTION_BLOCK,
    SECTIONS
} section;

static section section_of(const lic_node *node)
{
    switch ((int)node->kind) {
    case LIC_NODE_HEADER_TEXT:
    case LIC_NODE_MONEY:
    case LIC_NODE_MONTHS:
    case LIC_NODE_YEARS:
    case LIC_NODE_ROUNDING:
    case LIC_NODE_PAYMENTS:
    case LIC_NODE_PREVAILS:
    case LIC_NODE_TERM_DATES: return SECTION_HEADER;
    case LIC_NODE_USE: return SECTION_USE;
    case LIC_NODE_PARTY: return SECTION_PARTY;
    case LIC_NODE_ADVISORY: return SECTION_ADVISORY;
    case LIC_NODE_GIVEN: return SECTION_GIVEN;
    case LIC_NODE_ACCOUNT: return SECTION_ACCOUNT;
    case LIC_NODE_COUNTER: return SECTION_COUNTER;
    case LIC_NODE_FACT: return SECTION_FACT;
    default: return SECTION_BLOCK;
    }
}

typedef struct composing {
    lic_compilation *c;
    const lic_composition *parts;
    lic_node *file;
    lic_comment *left; /* comments below the last line of a fragment, for the next line */
} composing;

static bool is_in(const composing *k, const lic_node *node, section wanted)
{
    return k->parts->order == LIC_ORDER_WRITTEN || section_of(node) == wanted;
}

/* Comments that stood last in the fragment before. */
static void give_comments(composing *k, lic_node *node)
{
    if (!k->left) return;
    if (!node->trivia) node->trivia = lic_new(k->c, sizeof *node->trivia);
    lic_append_comments(&k->left, node->trivia->before);
    node->trivia->before = k->left;
    k->left = NULL;
}

/* Sections are runs without empty lines, so that their columns stand together; what is set at deployment
 * stands apart from what the agreement keeps. */
static void close_up(const composing *k, lic_node *node)
{
    const lic_node *above = k->file->child_count > 0 ? k->file->children[k->file->child_count - 1]
                                                     : NULL;
    bool apart = above && section_of(above) == SECTION_GIVEN && section_of(node) != SECTION_GIVEN;
    node->flags &= ~(uint32_t)LIC_FLAG_BLANK;
    if (node->trivia && node->trivia->before) node->trivia->before->blank_before = apart;
    else if (apart) node->flags |= LIC_FLAG_BLANK;
}

static void add_fragment(composing *k, uint32_t number, section wanted)
{
    const lic_node *part = lic_fragment_tree(k->parts->fragments[number]);
    for (uint32_t i = 0; i < part->child_count; i++) {
        if (!is_in(k, part->children[i], wanted)) continue;
        lic_node *node = import(k->c, part->children[i]);
        give_comments(k, node);
        if (k->parts->order == LIC_ORDER_SECTIONS && wanted != SECTION_BLOCK) close_up(k, node);
        k->c->fragments[k->file->child_count] = number;
        lic_node_add(k->c, k->file, node);
    }
    bool last = k->parts->order == LIC_ORDER_WRITTEN || wanted == SECTION_BLOCK;
    if (last && part->trivia)
        lic_append_comments(&k->left, import_comments(k->c, part->trivia->before_end));
}

static size_t count_lines(const lic_composition *parts)
{
    size_t count = 0;
    for (size_t i = 0; i < parts->count; i++) {
        LIC_ASSERT(lic_fragment_diagnostics(parts->fragments[i])->error_count == 0);
        count += lic_fragment_tree(parts->fragments[i])->child_count;
    }
    return count;
}

/* What can't stand in the heading is told, and another put in its place. */
static void give_heading(composing *k)
{
    k->file->name = lic_slice_copy(k->c, k->parts->name);
    k->file->text = lic_slice_copy(k->c, k->parts->title);
    const char *unfit = lic_text_unfit(k->parts->title);
    if (lic_word_kind(k->parts->name) != LIC_TOKEN_NAME) {
        lic_diagnostic *d = lic_diag(k->c, "P20", k->file->span, NULL,
                                     "the agreement's name is no name");
        lic_diag_help(k->c, d, "a name is one word that begins with a capital letter: NorthSouth");
        k->file->name = lic_slice_text("Untitled");
    }
    if (!unfit) return;
    lic_diag(k->c, "P02", k->file->span, NULL, "%s in the agreement's title", unfit);
    k->file->text = lic_slice_text("Untitled");
}

lic_node *lic_compose(lic_compilation *compilation, const lic_composition *parts)
{
    LIC_ASSERT(parts->count <= LIC_FRAGMENTS_MAX);
    composing k = {.c = compilation, .parts = parts};
    k.file = lic_node_new(compilation, LIC_NODE_FILE, (lic_span){0, 0, 1, 1});
    k.file->number = 1;
    give_heading(&k);
    compilation->fragments = lic_new(compilation,
                                     count_lines(parts) * sizeof *compilation->fragments);
    unsigned rounds = parts->order == LIC_ORDER_WRITTEN ? 1 : SECTIONS;
    for (unsigned s = 0; s < rounds; s++)
        for (size_t i = 0; i < parts->count; i++) add_fragment(&k, (uint32_t)i, (section)s);
    if (k.left) {
        k.file->trivia = lic_new(compilation, sizeof *k.file->trivia);
        k.file->trivia->before_end = k.left;
    }
    return k.file;
}

/* -- where lines come from --------------------------------------------------------------------------------- */

static void trace(lic_compilation *c, const lic_node *composed, const lic_node *read,
                  uint32_t fragment)
{
    uint32_t line = read->span.line;
    if (line > 0 && line <= c->origin_count && c->origins[line - 1].line == 0)
        c->origins[line - 1] = (lic_origin_line){fragment, composed->span.line};
    for (uint32_t i = 0; i < read->child_count; i++)
        trace(c, composed->children[i], read->children[i], fragment);
}

void lic_trace_lines(lic_compilation *compilation)
{
    const lic_node *composed = compilation->composed, *read = compilation->tree;
    if (!lic_tree_equal(composed, read)) {
        lic_diagnostic *d = lic_diag(compilation, "I01", (lic_span){0, 0, 1, 1}, NULL,
                                     "the composed text does not say what its parts say");
        lic_diag_help(compilation, d, "please report it with the parts");
        return;
    }
    uint32_t lines = 0;
    for (size_t i = 0; i < compilation->source.size; i++)
        lines += compilation->source.data[i] == '\n';
    compilation->origins = lic_new(compilation, lines * sizeof *compilation->origins);
    compilation->origin_count = lines;
    for (uint32_t i = 0; i < read->child_count; i++)
        trace(compilation, composed->children[i], read->children[i], compilation->fragments[i]);
}

/* An `end` or a comment belongs to what stands above it. */
bool lic_compilation_origin(const lic_compilation *compilation, uint32_t line,
                            lic_origin_line *origin)
{
    if (line == 0 || line > compilation->origin_count) return false;
    for (uint32_t at = line; at > 0; at--) {
        if (compilation->origins[at - 1].line == 0) continue;
        *origin = compilation->origins[at - 1];
        return true;
    }
    return false;
}
