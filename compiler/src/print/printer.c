/* print/printer.c - the canonical layout: which lines stand together, how deep, and in which columns. The
 * same tree always gives the same text, and the text of a printed tree parses to it again, so that
 * the hash that parties sign does not depend on anyone's habits. The rules are in
 * docs/spec/language.md, "canonical text". */
#include "print/line.h"

#define ANCHOR_COLUMN 76u /* anchors of lines inside blocks begin here, when the line leaves room */
#define LEADER_MAX 8u     /* longer leaders stand for themselves and widen no column */
#define HEADER_WIDTH 11u
#define GRANT_WIDTH 11u
#define LIFECYCLE_WIDTH 8u

/* The columns of a group of lines that belong together. 0: not aligned. */
typedef struct columns {
    size_t leader; /* leader and the gap behind it */
    size_t name;   /* name, head or key, and the gap */
    size_t value;  /* shares: width to which figures are moved right */
    bool words;    /* shares: not all of them are figures */
    bool plain;    /* in a handler: leaders are not padded */
} columns;

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* -- lines -------------------------------------------------------------------------------------------- */

static size_t column_of(const lic_printer *w)
{
    size_t column = 0;
    for (size_t i = w->line_start; i < w->target->size; i++) {
        if ((w->target->data[i] & 0xC0) != 0x80) column++;
    }
    return column;
}

static void pad_to(lic_printer *w, size_t column)
{
    if (w->target->failed) return;
    for (size_t at = column_of(w); at < column; at++) lic_write(w, " ");
}

static void begin_line(lic_printer *w)
{
    w->line_start = w->target->size;
    for (unsigned i = 0; i < w->indent; i++) lic_write(w, "  ");
}

/* The line that is being written is the node's. */
static void note_line(lic_printer *w, const lic_node *node)
{
    if (!w->note) return;
    for (; w->counted < w->target->size; w->counted++)
        w->line += w->target->data[w->counted] == '\n';
    w->note(w->context, node, w->line);
}

static void write_behind(lic_printer *w, lic_slice comment)
{
    if (comment.size > 0) {
        lic_write(w, "  ");
        lic_write_slice(w, comment);
    }
    lic_write(w, "\n");
    w->line_start = w->target->size;
}

/* Anchor, comment, newline. A heading's anchor stands close to it. */
static void end_line(lic_printer *w, const lic_node *node, bool heading)
{
    if (node->anchor.size > 0) {
        lic_write(w, heading ? " " : "  ");
        if (!heading) pad_to(w, ANCHOR_COLUMN);
        lic_write(w, "[");
        lic_write_slice(w, node->anchor);
        lic_write(w, "]");
    }
    write_behind(w, node->trivia ? node->trivia->behind : (lic_slice){NULL, 0});
}

static void write_comments(lic_printer *w, const lic_comment *comments, bool first)
{
    for (const lic_comment *c = comments; c; c = c->next) {
        if (c->blank_before && !first) lic_write(w, "\n");
        begin_line(w);
        lic_write_slice(w, c->text);
        write_behind(w, (lic_slice){NULL, 0});
        first = false;
    }
}

/* Comments above the node, and an empty line where one belongs: `first` none, `apart` always. */
static void write_before(lic_printer *w, const lic_node *node, bool first, bool apart)
{
    const lic_comment *comments = node->trivia ? node->trivia->before : NULL;
    bool blank = node->flags & LIC_FLAG_BLANK;
    if (comments) {
        if (apart && !first && !comments->blank_before) lic_write(w, "\n");
        write_comments(w, comments, first);
        if (blank) lic_write(w, "\n");
    } else if (!first && (apart || blank)) {
        lic_write(w, "\n");
    }
}

static void write_end(lic_printer *w, const lic_node *block)
{
    if (block->trivia && block->trivia->before_end) {
        w->indent++;
        write_comments(w, block->trivia->before_end, false);
        w->indent--;
    }
    begin_line(w);
    lic_write(w, "end");
    write_behind(w, block->trivia ? block->trivia->behind_end : (lic_slice){NULL, 0});
}

/* -- widths ------------------------------------------------------------------------------------------------ */

/* The width of what `write` writes: written, measured and taken back. */
static size_t measure(lic_printer *w, void (*write)(lic_printer *w, const lic_node *node),
                      const lic_node *node)
{
    size_t size = w->target->size, start = w->line_start;
    w->line_start = size;
    write(w, node);
    size_t width = column_of(w);
    w->target->size = size;
    w->line_start = start;
    return width;
}

/* The head of a tier: `up to GBP 1,000:` */
static void write_tier_head(lic_printer *w, const lic_node *node)
{
    if (lic_named(node, "above")) {
        lic_write(w, "above:");
        return;
    }
    lic_write(w, lic_named(node, "up_to") ? "up to " : "below ");
    lic_write_expression(w, node->children[0]);
    lic_write(w, ":");
}

static void write_row_key(lic_printer *w, const lic_node *node)
{
    lic_write_expression(w, node->children[0]);
    lic_write(w, ":");
}

static void write_first_child(lic_printer *w, const lic_node *node)
{
    lic_write_expression(w, node->children[0]);
}

static bool is_aligned_leader(const lic_node *node)
{
    return node->kind != LIC_NODE_IF && node->kind != LIC_NODE_HOLDERS &&
           node->kind != LIC_NODE_TRANSITION && node->kind != LIC_NODE_SHARE_OUT &&
           node->kind != LIC_NODE_ROW;
}

static void measure_line(lic_printer *w, const lic_node *node, columns *c)
{
    size_t leader = lic_line_leader(node).size;
    if (is_aligned_leader(node) && leader <= LEADER_MAX) c->leader = larger(c->leader, leader);
    switch ((int)node->kind) {
    case LIC_NODE_COLUMN: c->name = larger(c->name, node->name.size + 2); break;
    case LIC_NODE_SHARE:
        c->name = larger(c->name, node->name.size + 3);
        c->value = larger(c->value, measure(w, write_first_child, node));
        c->words = c->words || node->children[0]->kind != LIC_NODE_RATE;
        break;
    case LIC_NODE_TIER: c->name = larger(c->name, measure(w, write_tier_head, node) + 2); break;
    case LIC_NODE_ROW: c->name = larger(c->name, measure(w, write_row_key, node) + 2); break;
    case LIC_NODE_TRANSITION:
        c->name = larger(c->name, measure(w, lic_write_from_states, node) + 2);
        break;
    default: break;
    }
}

static bool is_kernel_block(const lic_node *block)
{
    return block->kind == LIC_NODE_HANDLER || block->kind == LIC_NODE_EACH;
}

static columns measure_block(lic_printer *w, const lic_node *block)
{
    columns c = {0, 0, 0, false, false};
    for (uint32_t i = 0; i < block->child_count; i++) measure_line(w, block->children[i], &c);
    if (c.leader > 0) c.leader += 2;
    if (block->kind == LIC_NODE_GRANT) c.leader = GRANT_WIDTH;
    if (block->kind == LIC_NODE_LIFECYCLE) c.leader = LIFECYCLE_WIDTH;
    if (is_kernel_block(block)) c.plain = true;
    if (c.plain) c.leader = 0;
    return c;
}

/* -- lines of a block ---------------------------------------------------------------------------------------- */

static void write_line(lic_printer *w, const lic_node *node, const columns *c);
static void write_block(lic_printer *w, const lic_node *block, uint32_t from, const columns *c);

static void write_share(lic_printer *w, const lic_node *node, const columns *c)
{
    size_t start = column_of(w);
    lic_write_slice(w, node->name);
    lic_write(w, ":");
    size_t width = measure(w, write_first_child, node);
    pad_to(w, start + c->name + (!c->words && c->value > width ? c->value - width : 0));
    write_first_child(w, node);
}

static void write_tier(lic_printer *w, const lic_node *node, const columns *c)
{
    size_t start = column_of(w);
    write_tier_head(w, node);
    pad_to(w, start + c->name);
    const lic_node *value = lic_child(node, 1);
    if (value) lic_write_expression(w, value);
    else lic_write(w, "refuse");
}

static void write_leader(lic_printer *w, const lic_node *node, const columns *c)
{
    lic_slice leader = lic_line_leader(node);
    size_t start = column_of(w);
    lic_write_slice(w, leader);
    if (leader.size == 0) return;
    lic_write(w, " ");
    bool aligned = is_aligned_leader(node) &&
                   leader.size <= larger(LEADER_MAX, c->leader > 1 ? c->leader - 1 : 0);
    if (aligned) pad_to(w, start + c->leader);
}

/* Name columns between the leader and the rest. */
static void write_middle(lic_printer *w, const lic_node *node, const columns *c)
{
    size_t start = column_of(w);
    if (node->kind == LIC_NODE_COLUMN || node->kind == LIC_NODE_PARTY) {
        lic_write_slice(w, node->name);
        pad_to(w, start + c->name);
    } else if (node->kind == LIC_NODE_ROW) {
        lic_write(w, " ");
        write_row_key(w, node);
        pad_to(w, start + 1 + c->name);
        lic_write_list(w, node, 1);
    }
}

static void trim_blanks(lic_printer *w)
{
    while (w->target->size > w->line_start && w->target->data[w->target->size - 1] == ' ')
        w->target->size--;
}

static void write_transition(lic_printer *w, const lic_node *node, const columns *c)
{
    size_t start = column_of(w);
    lic_write_rest(w, node);
    const lic_node *when = lic_child(node, 0), *then = lic_child(node, 2);
    if (when) {
        pad_to(w, start + c->name);
        lic_write_when(w, when);
    }
    end_line(w, node, false);
    for (uint32_t i = 0; then && i < then->child_count; i++) {
        columns none = {0, 0, 0, false, false};
        w->indent++;
        write_before(w, then->children[i], true, false);
        begin_line(w);
        lic_write(w, "then ");
        write_line(w, then->children[i], &none);
        w->indent--;
    }
}

static void write_branch(lic_printer *w, const lic_node *branch, const columns *outer)
{
    columns c = measure_block(w, branch);
    if (outer->plain) c.leader = 0, c.plain = true;
    write_block(w, branch, 0, &c);
}

static void write_if(lic_printer *w, const lic_node *node, const columns *outer)
{
    const lic_node *then = lic_child(node, 1), *otherwise = lic_child(node, 2);
    end_line(w, node, false);
    if (then) write_branch(w, then, outer);
    if (otherwise) {
        w->indent++;
        write_before(w, otherwise, true, false);
        w->indent--;
        begin_line(w);
        lic_write(w, "else");
        write_behind(w, otherwise->trivia ? otherwise->trivia->behind : (lic_slice){NULL, 0});
        write_branch(w, otherwise, outer);
    }
    write_end(w, node);
}

static bool is_block(const lic_node *node)
{
    switch ((int)node->kind) {
    case LIC_NODE_SCHEDULE:
    case LIC_NODE_REGISTER:
    case LIC_NODE_REPORT:
    case LIC_NODE_TIERS:
    case LIC_NODE_GRANT:
    case LIC_NODE_MONEY_TERM:
    case LIC_NODE_SPLIT:
    case LIC_NODE_STATEMENT:
    case LIC_NODE_DELIVERABLE:
    case LIC_NODE_ACTION:
    case LIC_NODE_LIFECYCLE:
    case LIC_NODE_HANDLER:
    case LIC_NODE_EACH:
    case LIC_NODE_SHARE_OUT: return true;
    default: return false;
    }
}

/* The children of a block that are lines; the others are part of its heading. */
static uint32_t first_line(const lic_node *block)
{
    uint32_t first = 0;
    if (block->kind == LIC_NODE_TIERS || block->kind == LIC_NODE_SPLIT ||
        block->kind == LIC_NODE_SHARE_OUT)
        first = 1;
    if (block->kind == LIC_NODE_HANDLER || block->kind == LIC_NODE_EACH) first = 1;
    while (block->kind == LIC_NODE_ACTION && first < block->child_count &&
           block->children[first]->kind == LIC_NODE_PARAMETER)
        first++;
    return first;
}

static void write_block(lic_printer *w, const lic_node *block, uint32_t from, const columns *c)
{
    bool first = true;
    w->indent++;
    for (uint32_t i = from; i < block->child_count; i++) {
        const lic_node *line = block->children[i];
        if (line->kind == LIC_NODE_ABSENT) continue;
        write_before(w, line, first, false);
        first = false;
        begin_line(w);
        write_line(w, line, c);
    }
    w->indent--;
}

/* From the leader to the newline, and the block behind it; the indent is written. */
static void write_line(lic_printer *w, const lic_node *node, const columns *c)
{
    note_line(w, node);
    if (node->kind == LIC_NODE_SHARE) {
        write_share(w, node, c);
    } else if (node->kind == LIC_NODE_TIER) {
        write_tier(w, node, c);
    } else {
        write_leader(w, node, c);
        write_middle(w, node, c);
        if (node->kind == LIC_NODE_TRANSITION) {
            write_transition(w, node, c);
            return;
        }
        lic_write_rest(w, node);
        trim_blanks(w);
    }
    if (node->kind == LIC_NODE_IF) {
        write_if(w, node, c);
        return;
    }
    end_line(w, node, is_block(node));
    if (!is_block(node)) return;
    columns inside = measure_block(w, node);
    write_block(w, node, first_line(node), &inside);
    write_end(w, node);
}

/* -- the file ------------------------------------------------------------------------------------------------------ */

typedef enum group {
    GROUP_HEADER,
    GROUP_USE,
    GROUP_PARTY,
    GROUP_ADVISORY,
    GROUP_VARIABLE,
    GROUP_RECORD,
    GROUP_SET,
    GROUP_BLOCK
} group;

static group group_of(const lic_node *node)
{
    switch ((int)node->kind) {
    case LIC_NODE_HEADER_TEXT:
    case LIC_NODE_MONEY:
    case LIC_NODE_MONTHS:
    case LIC_NODE_YEARS:
    case LIC_NODE_ROUNDING:
    case LIC_NODE_PAYMENTS:
    case LIC_NODE_PREVAILS:
    case LIC_NODE_TERM_DATES: return GROUP_HEADER;
    case LIC_NODE_USE: return GROUP_USE;
    case LIC_NODE_PARTY: return GROUP_PARTY;
    case LIC_NODE_ADVISORY: return GROUP_ADVISORY;
    case LIC_NODE_ACCOUNT:
    case LIC_NODE_COUNTER:
    case LIC_NODE_FACT:
    case LIC_NODE_GIVEN:
    case LIC_NODE_TALLY: return GROUP_VARIABLE;
    case LIC_NODE_RECORD: return GROUP_RECORD;
    case LIC_NODE_TERRITORY_SET: return GROUP_SET;
    default: return GROUP_BLOCK;
    }
}

static bool has_blank(const lic_node *node)
{
    if (node->flags & LIC_FLAG_BLANK) return true;
    for (const lic_comment *c = node->trivia ? node->trivia->before : NULL; c; c = c->next) {
        if (c->blank_before) return true;
    }
    return false;
}

/* Whether `node` goes on a run of declarations whose columns are aligned. */
static bool continues(const lic_node *before, const lic_node *node)
{
    group own = group_of(node);
    return own == group_of(before) && own != GROUP_BLOCK &&
           (own == GROUP_HEADER || !has_blank(node));
}

/* The columns of the run that begins at child `from`. */
static columns measure_run(const lic_node *file, uint32_t from)
{
    columns c = {0, 0, 0, false, false};
    for (uint32_t i = from; i < file->child_count; i++) {
        const lic_node *node = file->children[i];
        if (i > from && !continues(file->children[i - 1], node)) break;
        c.leader = larger(c.leader, lic_line_leader(node).size + 1);
        c.name = larger(c.name, node->name.size + (node->kind == LIC_NODE_PARTY ? 2 : 1));
    }
    group own = group_of(file->children[from]);
    if (own == GROUP_HEADER) c.leader = HEADER_WIDTH;
    if (own == GROUP_BLOCK || own == GROUP_SET || own == GROUP_RECORD)
        c = (columns){0, 0, 0, false, false};
    return c;
}

static void write_declaration(lic_printer *w, const lic_node *node, const columns *c)
{
    if (group_of(node) != GROUP_VARIABLE) {
        write_line(w, node, c);
        return;
    }
    note_line(w, node);
    lic_write_slice(w, lic_line_leader(node));
    pad_to(w, c->leader);
    lic_write_slice(w, node->name);
    pad_to(w, c->leader + c->name);
    lic_write_rest(w, node);
    end_line(w, node, false);
}

static void write_heading(lic_printer *w, const lic_node *file)
{
    write_before(w, file, true, false);
    begin_line(w);
    lic_write(w, "licet ");
    lic_write_number(w, file->number, 0, false);
    write_behind(w, file->trivia ? file->trivia->behind : (lic_slice){NULL, 0});
    bool is_module = file->flags & LIC_FLAG_MODULE;
    lic_write(w, is_module ? "module " : "agreement ");
    lic_write_slice(w, file->name);
    if (!is_module) {
        lic_write(w, " ");
        lic_write_quoted(w, file->text);
    }
    lic_write(w, "\n");
}

static void write_lines(lic_printer *w, const lic_node *file, bool headed)
{
    columns c = {0, 0, 0, false, false};
    const lic_node *before = NULL;
    for (uint32_t i = 0; i < file->child_count; i++) {
        const lic_node *node = file->children[i];
        if (node->kind == LIC_NODE_ABSENT || node->kind == LIC_NODE_ERROR) continue;
        bool runs_on = before && continues(before, node);
        bool header = group_of(node) == GROUP_HEADER;
        if (!runs_on) c = measure_run(file, i);
        w->indent = header ? 1 : 0;
        bool apart = before ? group_of(before) != group_of(node) || group_of(node) == GROUP_BLOCK
                            : !header;
        write_before(w, node, header || (!before && !headed), apart);
        begin_line(w);
        write_declaration(w, node, &c);
        before = node;
    }
    w->indent = 0;
    if (file->trivia && file->trivia->before_end)
        write_comments(w, file->trivia->before_end, !before && !headed);
}

void lic_print_noting(const lic_node *file, lic_buffer *target, lic_line_note *note, void *context)
{
    lic_printer w = {.target = target,
                     .line_start = target->size,
                     .note = note,
                     .context = context,
                     .counted = target->size,
                     .line = 1};
    write_heading(&w, file);
    write_lines(&w, file, true);
}

void lic_print(const lic_node *file, lic_buffer *target)
{
    lic_print_noting(file, target, NULL, NULL);
}

void lic_print_lines(const lic_node *file, lic_buffer *target)
{
    lic_printer w = {.target = target, .line_start = target->size};
    write_lines(&w, file, false);
}

void lic_print_line(const lic_node *node, lic_buffer *target)
{
    lic_printer w = {.target = target, .line_start = target->size};
    columns c = {0, 0, 0, false, false};
    lic_node plain = *node;
    size_t start = target->size, end = start;
    plain.anchor = (lic_slice){NULL, 0};
    plain.trivia = NULL;
    measure_line(&w, &plain, &c);
    write_line(&w, &plain, &c);
    bool quoted = false; /* columns are for many lines: one blank stands between words of one */
    for (size_t at = start; at < target->size && target->data[at] != '\n'; at++) {
        uint8_t byte = target->data[at];
        quoted = quoted != (byte == '"');
        bool gap = byte == ' ' && !quoted && end > start && target->data[end - 1] == ' ';
        if (!gap) target->data[end++] = byte;
    }
    target->size = end;
}
