/* why/graph.c - nodes and their children, and the leaves that registers hold when an item begins. */
#include "why/nodes.h"

#include <string.h>

#define LINKS_MAX ((size_t)LIC_WHY_NODES_MAX * 8)

lic_status lic_why_add_root(lic_why *why, uint32_t node)
{
    if (why->root_count == why->root_capacity) {
        size_t wanted = why->root_capacity == 0 ? 64 : why->root_capacity * 2;
        uint32_t *grown = why->allocator->resize(why->allocator->context, why->roots,
                                                 why->root_capacity * sizeof *grown,
                                                 wanted * sizeof *grown);
        if (grown == NULL) return LIC_NO_MEMORY;
        why->roots = grown;
        why->root_capacity = wanted;
    }
    why->roots[why->root_count++] = node;
    return LIC_OK;
}

static bool grow(lic_why_tracer *t, void **list, size_t *capacity, size_t count, size_t size)
{
    if (count < *capacity) return true;
    size_t wanted = *capacity == 0 ? 1024 : *capacity * 2;
    const lic_allocator *a = t->why->allocator;
    void *grown = wanted > LINKS_MAX
                      ? NULL
                      : a->resize(a->context, *list, *capacity * size, wanted * size);
    if (grown == NULL) {
        t->status = wanted > LINKS_MAX ? LIC_TOO_LARGE : LIC_NO_MEMORY;
        return false;
    }
    *list = grown;
    *capacity = wanted;
    return true;
}

uint32_t lic_why_make(lic_why_tracer *t, lic_why_rule rule, lic_type type, lic_i128 value)
{
    lic_why *why = t->why;
    void *list = why->nodes;
    if (t->status != LIC_OK) return LIC_WHY_NO_NODE;
    if (why->node_count >= why->nodes_max) {
        t->status = LIC_TOO_LARGE;
        return LIC_WHY_NO_NODE;
    }
    if (!grow(t, &list, &why->node_capacity, why->node_count, sizeof *why->nodes))
        return LIC_WHY_NO_NODE;
    why->nodes = list;
    lic_why_node *node = &why->nodes[why->node_count];
    memset(node, 0, sizeof *node);
    node->rule = (uint8_t)rule;
    node->type = type;
    node->value = value;
    node->clause = t->clause;
    node->term = node->field = node->account = node->other = node->scope = LIC_NONE16;
    node->duty = LIC_NONE32;
    node->run = t->run;
    node->first_child = (uint32_t)why->link_count;
    return (uint32_t)why->node_count++;
}

void lic_why_child(lic_why_tracer *t, uint32_t parent, uint32_t child, int sign)
{
    lic_why *why = t->why;
    void *list = why->links;
    if (t->status != LIC_OK || child == LIC_WHY_NO_NODE) return;
    lic_why_node *node = &why->nodes[parent];
    LIC_ASSERT(node->first_child + node->child_count == why->link_count);
    if (!grow(t, &list, &why->link_capacity, why->link_count, sizeof *why->links)) return;
    why->links = list;
    why->links[why->link_count++] = (lic_why_link){child, (int8_t)sign};
    node->child_count++;
}

void lic_why_scope(const lic_why_tracer *t, uint32_t node)
{
    const lic_phase *phase = &t->image->phases[t->phase];
    if (node == LIC_WHY_NO_NODE || phase->kind != LIC_PHASE_ROWS) return;
    t->why->nodes[node].scope = phase->table;
    t->why->nodes[node].scope_row = (uint32_t)t->place;
}

void lic_why_root(lic_why_tracer *t, uint32_t node)
{
    if (t->status == LIC_OK) t->status = lic_why_add_root(t->why, node);
}

void lic_why_result(lic_why_tracer *t, uint8_t reg, uint32_t node)
{
    t->regs[reg] = node;
    if (node == LIC_WHY_NO_NODE) return;
    bool wide = lic_type_wide(t->why->nodes[node].type);
    LIC_ASSERT(t->pending_count < LIC_WHY_PENDING);
    t->pending[t->pending_count++] = (lic_pending){node, reg, wide};
}

/* -- inputs ------------------------------------------------------------------------------------------------- */

/* The report's column that begins at a slot of the item. */
static uint32_t column_of_slot(const lic_why_tracer *t, uint16_t slot)
{
    const lic_why_run *run = &t->why->runs[t->run];
    if (run->kind != LIC_ENTRY_REPORT || run->subject >= t->image->reports_count) return LIC_NONE32;
    const lic_report *report = &t->image->reports[run->subject];
    for (uint32_t c = 0; c < report->column_count; c++) {
        if (t->image->columns[report->first_column + c].field == slot) return c;
    }
    return LIC_NONE32;
}

static uint32_t make_input(lic_why_tracer *t, const lic_input *input, lic_i128 value)
{
    bool line = input->source == LIC_SOURCE_SLOT && t->lines != NULL;
    if (input->source == LIC_SOURCE_AMOUNT && t->allotted != LIC_WHY_NO_NODE) return t->allotted;
    uint32_t node = lic_why_make(t, line ? LIC_WHY_USAGE : LIC_WHY_INPUT, input->type, value);
    if (node == LIC_WHY_NO_NODE) return node;
    lic_why_node *made = &t->why->nodes[node];
    made->clause = LIC_NONE16;
    if (line) {
        made->index = column_of_slot(t, input->index);
        made->line = t->lines[t->place];
        made->offset = t->offsets[t->place];
        made->size = t->sizes[t->place];
    } else {
        made->index = input->source;
    }
    return node;
}

uint32_t lic_why_moved(lic_why_tracer *t, uint8_t reg, const uint64_t *regs, lic_type type)
{
    if (!t->log->folded) return lic_why_register(t, reg, regs);
    lic_i128 value = lic_type_wide(type) ? lic_why_pair(regs, reg) : (lic_i128)(int64_t)regs[reg];
    return lic_why_make(t, LIC_WHY_FOLDED, type, value);
}

uint32_t lic_why_register(lic_why_tracer *t, uint8_t reg, const uint64_t *regs)
{
    if (t->regs[reg] != LIC_WHY_NO_NODE) return t->regs[reg];
    const lic_phase *phase = &t->image->phases[t->phase];
    for (uint32_t i = 0; i < phase->input_count; i++) {
        const lic_input *input = &t->image->inputs[phase->first_input + i];
        if (input->reg != reg) continue;
        lic_i128 value = lic_type_wide(input->type) ? lic_why_pair(regs, reg)
                                                    : (lic_i128)(int64_t)regs[reg];
        t->regs[reg] = make_input(t, input, value);
        return t->regs[reg];
    }
    /* A verified phase reads no register that is neither an input nor written before. */
    lic_type count = {.kind = LIC_KIND_COUNT};
    t->regs[reg] = lic_why_make(t, LIC_WHY_LOOKUP, count, (lic_i128)(int64_t)regs[reg]);
    return t->regs[reg];
}
