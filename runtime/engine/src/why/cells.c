/* why/cells.c - shadows of fields: constants are leaves, made once; cells remember their node and what
 * was added since. Only cells that matter are followed (why/log.c); a read of one that nobody wrote
 * is what it held before the block. */
#include "why/nodes.h"

#include <string.h>

uint16_t lic_why_field(const lic_image *image, uint32_t imm)
{
    for (uint32_t f = 0; f < image->fields_count; f++) {
        const lic_field *field = &image->fields[f];
        if (field->table == lic_why_field_table(imm) &&
            field->is_mutable == lic_why_field_mutable(imm) &&
            field->offset == lic_why_field_offset(imm)) {
            return (uint16_t)f;
        }
    }
    return LIC_NONE16;
}

static lic_i128 value_of(const lic_why_tracer *t, uint16_t field, uint32_t row)
{
    const lic_type type = t->image->fields[field].type;
    return lic_type_wide(type) ? lic_field_wide(t->tables, field, row)
                               : lic_field_get(t->tables, field, row);
}

static lic_cell cell_of(const lic_image *image, uint16_t field, uint32_t row)
{
    return lic_cell_of(image->fields[field].table, image->fields[field].offset, row);
}

/* -- constants ------------------------------------------------------------------------------------------ */

static bool is_parameter(const lic_image *image, uint16_t field)
{
    for (uint32_t i = 0; i < image->parameters_count; i++) {
        if (image->parameters[i].field == field) return true;
    }
    return false;
}

static uint32_t load_constant(lic_why_tracer *t, uint16_t field, uint32_t row)
{
    uint32_t *known = lic_cell_map_put(&t->constants, (uint64_t)field << 32 | row);
    if (known == NULL) {
        t->status = LIC_NO_MEMORY;
        return LIC_WHY_NO_NODE;
    }
    if (*known != 0) return *known - 1;
    lic_why_rule rule = is_parameter(t->image, field) ? LIC_WHY_PARAMETER : LIC_WHY_SCHEDULE;
    uint32_t node = lic_why_make(t, rule, t->image->fields[field].type, value_of(t, field, row));
    if (node == LIC_WHY_NO_NODE) return node;
    t->why->nodes[node].field = field;
    t->why->nodes[node].row = row;
    t->why->nodes[node].clause = LIC_NONE16;
    *known = node + 1;
    return node;
}

/* -- cells ------------------------------------------------------------------------------------------------ */

/* NULL: the cell does not matter, or memory is out. */
static lic_why_shadow *shadow_of(lic_why_tracer *t, uint16_t field, uint32_t row)
{
    lic_cell cell = cell_of(t->image, field, row);
    if (lic_cell_map_find(&t->log->cells, cell) == NULL) return NULL;
    uint32_t *place = lic_cell_map_put(&t->cells, cell);
    if (place == NULL) {
        t->status = LIC_NO_MEMORY;
        return NULL;
    }
    if (*place != 0) return &t->shadows[*place - 1];
    if (t->shadow_count == t->shadow_capacity) {
        size_t wanted = t->shadow_capacity == 0 ? 1024 : t->shadow_capacity * 2;
        const lic_allocator *a = t->why->allocator;
        lic_why_shadow *grown = a->resize(
            a->context, t->shadows, t->shadow_capacity * sizeof *grown, wanted * sizeof *grown);
        if (grown == NULL) {
            t->status = LIC_NO_MEMORY;
            return NULL;
        }
        t->shadows = grown;
        t->shadow_capacity = wanted;
    }
    *place = (uint32_t)++t->shadow_count;
    lic_why_shadow *shadow = &t->shadows[t->shadow_count - 1];
    *shadow = (lic_why_shadow){.field = field, .row = row};
    shadow->base = lic_why_opening(t, field, row, value_of(t, field, row));
    return shadow;
}

/* An opening of zero says nothing in a sum. */
static bool says_nothing(const lic_why_tracer *t, uint32_t node)
{
    if (node == LIC_WHY_NO_NODE) return true;
    const lic_why_node *n = &t->why->nodes[node];
    return n->value == 0 && (n->rule == LIC_WHY_OPENING || n->rule == LIC_WHY_LITERAL);
}

static void add_chain(lic_why_tracer *t, uint32_t node, const lic_why_shadow *shadow)
{
    for (uint32_t at = shadow->first; at != 0; at = t->chain[at - 1].next) {
        lic_why_child(t, node, t->chain[at - 1].link.node, t->chain[at - 1].link.sign);
    }
}

uint32_t lic_why_load(lic_why_tracer *t, uint16_t field, uint32_t row)
{
    if (!t->image->fields[field].is_mutable) return load_constant(t, field, row);
    lic_why_shadow *shadow = shadow_of(t, field, row);
    if (shadow == NULL) return LIC_WHY_NO_NODE;
    if (shadow->first == 0) return shadow->base;
    uint32_t node = lic_why_make(t, LIC_WHY_SUM, t->image->fields[field].type,
                                 value_of(t, field, row));
    if (node == LIC_WHY_NO_NODE) return node;
    t->why->nodes[node].field = field;
    t->why->nodes[node].row = row;
    if (!says_nothing(t, shadow->base)) lic_why_child(t, node, shadow->base, 1);
    add_chain(t, node, shadow);
    shadow->base = node;
    shadow->first = shadow->last = 0;
    return node;
}

void lic_why_store(lic_why_tracer *t, uint16_t field, uint32_t row, uint32_t node)
{
    lic_why_shadow *shadow = shadow_of(t, field, row);
    if (shadow == NULL) return;
    shadow->base = node;
    shadow->first = shadow->last = 0;
}

void lic_why_add(lic_why_tracer *t, uint16_t field, uint32_t row, uint32_t node, int sign)
{
    lic_why_shadow *shadow = shadow_of(t, field, row);
    if (shadow == NULL || node == LIC_WHY_NO_NODE) return;
    if (t->chain_count == t->chain_capacity) {
        size_t wanted = t->chain_capacity == 0 ? 4096 : t->chain_capacity * 2;
        const lic_allocator *a = t->why->allocator;
        lic_why_chain *grown = a->resize(a->context, t->chain, t->chain_capacity * sizeof *grown,
                                         wanted * sizeof *grown);
        if (grown == NULL) {
            t->status = LIC_NO_MEMORY;
            return;
        }
        t->chain = grown;
        t->chain_capacity = wanted;
    }
    t->chain[t->chain_count++] = (lic_why_chain){.link = {node, (int8_t)sign}};
    uint32_t index = (uint32_t)t->chain_count;
    if (shadow->last != 0) t->chain[shadow->last - 1].next = index;
    if (shadow->first == 0) shadow->first = index;
    shadow->last = index;
}

void lic_why_balance(lic_why_tracer *t, uint16_t account, uint32_t row)
{
    uint16_t field = t->image->accounts[account].field;
    uint32_t *place = lic_cell_map_find(&t->cells, cell_of(t->image, field, row));
    if (place == NULL || *place == 0) return;
    const lic_why_shadow shadow = t->shadows[*place - 1];
    if (shadow.first == 0 && says_nothing(t, shadow.base)) return;
    uint32_t node = lic_why_make(t, LIC_WHY_BALANCE, t->image->fields[field].type,
                                 value_of(t, field, row));
    if (node == LIC_WHY_NO_NODE) return;
    t->why->nodes[node].account = account;
    t->why->nodes[node].field = field;
    t->why->nodes[node].row = row;
    t->why->nodes[node].clause = LIC_NONE16;
    if (shadow.base != LIC_WHY_NO_NODE) lic_why_child(t, node, shadow.base, 1);
    add_chain(t, node, &shadow);
    if (t->why->nodes[node].child_count > 0) {
        uint32_t first = t->why->links[t->why->nodes[node].first_child].node;
        t->why->nodes[node].run = t->why->nodes[first].run;
    }
    lic_why_root(t, node);
}
