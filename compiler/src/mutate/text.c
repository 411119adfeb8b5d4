/* mutate/text.c - a change in words: "line 61: 52% becomes 53% in tiers Rates". */
#include "mutate/mutate.h"
#include "print/line.h"

#include <string.h>

#define SHOWN_MAX 72u /* bytes of a line; the rest is left to the text */

static bool is_line(const lic_node *node)
{
    switch ((int)node->kind) {
    case LIC_NODE_SHARE:
    case LIC_NODE_TIER:
    case LIC_NODE_PAYS: return true;
    case LIC_NODE_NUMBER: return false;
    default: return lic_line_leader(node).size > 0;
    }
}

static void put_part(const lic_node *node, lic_buffer *target)
{
    lic_printer w = {.target = target, .line_start = target->size};
    switch ((int)node->kind) {
    case LIC_NODE_TYPE: lic_write_type(&w, node); break;
    case LIC_NODE_ATTRIBUTE: lic_write_attribute(&w, node); break;
    case LIC_NODE_WHEN: lic_write_when(&w, node); break;
    case LIC_NODE_FROM:
        lic_write(&w, "from ");
        lic_write_list(&w, node, 0);
        break;
    case LIC_NODE_ELSE: lic_write(&w, "the other branch"); break;
    case LIC_NODE_WITHIN: lic_write_within(&w, node); break;
    case LIC_NODE_NOTICE: lic_write_notice(&w, node); break;
    default: lic_print_expression(node, target); break;
    }
}

/* Between character and character. */
static void shorten(lic_buffer *target, size_t start)
{
    if (target->failed || target->size - start <= SHOWN_MAX) return;
    target->size = start + SHOWN_MAX - 4;
    while ((target->data[target->size] & 0xC0) == 0x80) target->size--;
    while (target->data[target->size - 1] == ' ') target->size--;
    lic_put_text(target, " ...");
}

static void put_node(const lic_node *node, lic_buffer *target)
{
    size_t start = target->size;
    if (is_line(node)) lic_print_line(node, target);
    else put_part(node, target);
    shorten(target, start);
}

/* Lines stand in quotes. */
static void put_shown(const lic_node *node, lic_buffer *target)
{
    bool line = is_line(node);
    if (line) lic_put_text(target, "`");
    put_node(node, target);
    if (line) lic_put_text(target, "`");
}

static void put_block(const lic_node *block, lic_buffer *target)
{
    lic_slice leader = lic_line_leader(block);
    lic_put_bytes(target, leader.data, leader.size);
    if (block->name.size == 0 || lic_slice_equal(block->name, leader)) return;
    lic_put_text(target, " ");
    lic_put_bytes(target, block->name.data, block->name.size);
}

void lic_describe_change(const lic_change *change, lic_buffer *target)
{
    const lic_node *before = change->parent->children[change->index];
    lic_put_format(target, "line %u: ", before->span.line);
    if (change->other != LIC_NONE32) {
        const lic_node *other = change->parent->children[change->other];
        bool shares = change->kind == LIC_MUTATION_SHARES;
        if (shares) lic_put_text(target, "the shares in ");
        put_shown(before, target);
        lic_put_text(target, " and ");
        put_shown(other, target);
        lic_put_format(target, " (line %u) change %s", other->span.line,
                       shares ? "hands" : "places");
    } else if (!change->node) {
        put_shown(before, target);
        lic_put_text(target, " is dropped");
    } else {
        put_shown(before, target);
        lic_put_text(target, " becomes ");
        put_shown(change->node, target);
    }
    if (!change->block || change->block == before) return;
    lic_put_text(target, change->node ? " in " : " from ");
    put_block(change->block, target);
}
