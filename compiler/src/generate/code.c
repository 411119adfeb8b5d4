/* generate/code.c - the code of one phase. Instructions are made in single assignment; the same
 * operation on the same values is made once, as long as nothing it reads was written and it was not
 * made inside a branch that may not have been taken. At the end unused values go and the rest get
 * registers by one scan: jumps go forwards, so a value is needed from where it is made to its last use. */
#include "generate/generate.h"

#include <string.h>

enum { REGISTER_NONE = 255 };

static bool wide(lic_type type)
{
    return lic_type_wide(type);
}

lic_type lic_value_type(const generator *g, int32_t value)
{
    return value >= 0 ? g->code.values[value].type : lic_type_of(LIC_KIND_ROW, LIC_TABLE_SELF);
}

/* -- what is found again by its content ------------------------------------------------------------- */

uint32_t lic_mixed(uint32_t hash, const void *bytes, size_t size)
{
    const uint8_t *from = bytes;
    for (size_t i = 0; i < size; i++) hash = (hash ^ from[i]) * 16777619u;
    return hash;
}

uint32_t *lic_chain(lic_finder *finder, uint32_t hash)
{
    return &finder->heads[hash % LIC_CHAINS];
}

void lic_chain_add(generator *g, lic_finder *finder, uint32_t hash, uint32_t item)
{
    uint32_t *head = lic_chain(finder, hash);
    finder->next = lic_grow(g->c, finder->next, item, &finder->capacity, sizeof *finder->next);
    finder->next[item] = *head;
    *head = item + 1;
}

/* -- values and instructions -------------------------------------------------------------------------- */

int32_t lic_block_new(generator *g, uint32_t size, bool even)
{
    lic_phase_code *k = &g->code;
    k->blocks = lic_grow(g->c, k->blocks, k->block_count, &k->block_capacity, sizeof *k->blocks);
    k->blocks[k->block_count] = (lic_block_of_registers){
        .size = size, .even = even, .first = -1, .last = -1};
    return (int32_t)k->block_count++;
}

int32_t lic_value_in(generator *g, int32_t block, uint32_t offset, lic_type type)
{
    lic_phase_code *k = &g->code;
    k->values = lic_grow(g->c, k->values, k->value_count, &k->value_capacity, sizeof *k->values);
    k->values[k->value_count] = (lic_value){.type = type, .block = block, .offset = offset};
    return (int32_t)k->value_count++;
}

static int32_t value_new(generator *g, lic_type type)
{
    return lic_value_in(g, lic_block_new(g, wide(type) ? 2 : 1, wide(type)), 0, type);
}

lic_ir *lic_emit_ir(generator *g, lic_ir ir)
{
    lic_phase_code *k = &g->code;
    static lic_ir nowhere;
    if (k->left) return &nowhere;
    ir.clause = k->clause;
    ir.step = k->step;
    k->code = lic_grow(g->c, k->code, k->code_count, &k->code_capacity, sizeof *k->code);
    k->code[k->code_count] = ir;
    return &k->code[k->code_count++];
}

lic_ir lic_ir_blank(uint8_t op)
{
    return (lic_ir){.op = op,
                    .result = LIC_NO_VALUE,
                    .a = LIC_NO_VALUE,
                    .b = LIC_NO_VALUE,
                    .c = LIC_NO_VALUE,
                    .row = LIC_NO_VALUE,
                    .column = LIC_NO_VALUE,
                    .label = -1};
}

/* Two keys agree in everything but results and clauses. */
static bool same_operation(const lic_ir *x, const lic_ir *y)
{
    bool same = x->op == y->op && x->a == y->a && x->b == y->b && x->c == y->c &&
                x->row == y->row && x->column == y->column && x->imm == y->imm &&
                x->plain_b == y->plain_b && x->plain_c == y->plain_c &&
                x->extra_count == y->extra_count;
    for (uint32_t i = 0; same && i < x->extra_count; i++) same = x->extra[i] == y->extra[i];
    return same;
}

static uint32_t chain_of(const lic_ir *key)
{
    const uint32_t parts[] = {key->op, (uint32_t)key->a, (uint32_t)key->b, (uint32_t)key->c,
                              key->imm};
    return lic_mixed(2166136261u, parts, sizeof parts) % LIC_CHAINS;
}

int32_t lic_known_find(const generator *g, const lic_ir *key)
{
    const lic_phase_code *k = &g->code;
    for (uint32_t i = k->known_heads[chain_of(key)]; i; i = k->known[i - 1].next)
        if (!k->known[i - 1].killed && same_operation(&k->known[i - 1].key, key))
            return k->known[i - 1].value;
    return LIC_NO_VALUE;
}

void lic_known_add(generator *g, const lic_ir *key, int32_t value)
{
    lic_phase_code *k = &g->code;
    uint32_t *head = &k->known_heads[chain_of(key)];
    k->known = lic_grow(g->c, k->known, k->known_count, &k->known_capacity, sizeof *k->known);
    k->known[k->known_count++] = (lic_known){.key = *key, .value = value, .next = *head};
    *head = (uint32_t)k->known_count;
}

int32_t lic_compute_ir(generator *g, lic_ir ir, lic_type type)
{
    int32_t known = lic_known_find(g, &ir);
    if (known != LIC_NO_VALUE) return known;
    int32_t value = value_new(g, type);
    lic_ir key = ir;
    ir.result = value;
    lic_emit_ir(g, ir);
    lic_known_add(g, &key, value);
    return value;
}

int32_t lic_compute(generator *g, uint8_t op, lic_type type, int32_t b, int32_t c, uint32_t imm)
{
    lic_ir ir = lic_ir_blank(op);
    ir.b = b;
    ir.c = c;
    ir.imm = imm;
    return lic_compute_ir(g, ir, type);
}

void lic_effect(generator *g, uint8_t op, int32_t a, int32_t b, int32_t c, uint32_t imm)
{
    lic_ir ir = lic_ir_blank(op);
    ir.a = a;
    ir.b = b;
    ir.c = c;
    ir.imm = imm;
    lic_emit_ir(g, ir);
}

void lic_move(generator *g, int32_t place, int32_t value)
{
    lic_ir ir = lic_ir_blank(lic_type_wide(lic_value_type(g, value)) ? LIC_OP_MOVE2 : LIC_OP_MOVE);
    ir.result = place;
    ir.b = value;
    lic_emit_ir(g, ir);
}

size_t lic_known_mark(const generator *g)
{
    return g->code.known_count;
}
void lic_known_forget(generator *g, size_t mark)
{
    lic_phase_code *k = &g->code;
    while (k->known_count > mark) { /* each is first in its chain when its turn comes */
        const lic_known *last = &k->known[--k->known_count];
        k->known_heads[chain_of(&last->key)] = last->next;
    }
}

static bool reads_field(uint8_t op)
{
    return op == LIC_OP_LOAD || op == LIC_OP_LOAD2 || op == LIC_OP_LOADTEXT || op == LIC_OP_SETIN;
}

void lic_kill_field(generator *g, uint16_t field)
{
    uint32_t imm = lic_field_operand(&g->image->fields[field]);
    for (size_t i = 0; i < g->code.known_count; i++)
        if (reads_field(g->code.known[i].key.op) && g->code.known[i].key.imm == imm)
            g->code.known[i].killed = true;
}

/* What the engine answers may be another after duties or rows changed. */
void lic_kill_calls(generator *g)
{
    for (size_t i = 0; i < g->code.known_count; i++) {
        uint8_t op = g->code.known[i].key.op;
        if (op == LIC_OP_CALL || op == LIC_OP_HAS || op == LIC_OP_FIND || op == LIC_OP_ENSURE)
            g->code.known[i].killed = true;
    }
}

/* -- common operations ------------------------------------------------------------------------------ */

int32_t lic_input_value(generator *g, lic_source source, uint16_t index, lic_type type)
{
    lic_phase_code *k = &g->code;
    for (size_t i = 0; i < k->input_count; i++)
        if (k->inputs[i].source == source && k->inputs[i].index == index) return k->input_values[i];
    k->inputs = lic_grow(g->c, k->inputs, k->input_count, &k->input_capacity, sizeof *k->inputs);
    k->input_values = lic_grow(g->c, k->input_values, k->input_count, &k->input_value_capacity,
                               sizeof *k->input_values);
    int32_t value = value_new(g, type);
    k->blocks[k->values[value].block].is_input = true;
    k->inputs[k->input_count] = (lic_input){
        .source = (uint8_t)source, .index = index, .type = type};
    k->input_values[k->input_count++] = value;
    return value;
}

int32_t lic_const(generator *g, lic_type type, lic_i128 value)
{
    return lic_compute(g, wide(type) ? LIC_OP_CONST2 : LIC_OP_CONST, type, LIC_NO_VALUE,
                       LIC_NO_VALUE, lic_constant_of(g, type, value));
}

int32_t lic_load(generator *g, int32_t row, uint16_t field)
{
    const lic_field *f = &g->image->fields[field];
    uint8_t op = wide(f->type) ? LIC_OP_LOAD2 : LIC_OP_LOAD;
    if (f->type.kind == LIC_KIND_TEXT || f->type.kind == LIC_KIND_HASH) op = LIC_OP_LOADTEXT;
    return lic_compute(g, op, f->type, row, LIC_NO_VALUE, lic_field_operand(f));
}

void lic_store(generator *g, int32_t value, int32_t row, uint16_t field, bool gain)
{
    const lic_field *f = &g->image->fields[field];
    uint8_t op = wide(f->type) ? (gain ? LIC_OP_GAIN2 : LIC_OP_STORE2)
                               : (gain ? LIC_OP_GAIN : LIC_OP_STORE);
    if (f->type.kind == LIC_KIND_TEXT || f->type.kind == LIC_KIND_HASH) op = LIC_OP_STORETEXT;
    lic_effect(g, op, value, row, LIC_NO_VALUE, lic_field_operand(f));
    lic_kill_field(g, field);
}

int32_t lic_label_new(generator *g)
{
    lic_phase_code *k = &g->code;
    k->label_used = lic_grow(g->c, k->label_used, k->label_count, &k->label_capacity,
                             sizeof *k->label_used);
    k->label_used[k->label_count] = false;
    return (int32_t)k->label_count++;
}

void lic_branch_false(generator *g, int32_t condition, int32_t label)
{
    lic_ir ir = lic_ir_blank(LIC_OP_BRANCH);
    ir.a = condition;
    ir.label = label;
    if (!g->code.left) g->code.label_used[label] = true;
    lic_emit_ir(g, ir);
}

void lic_jump(generator *g, int32_t label)
{
    lic_ir ir = lic_ir_blank(LIC_OP_JUMP);
    ir.label = label;
    if (!g->code.left) g->code.label_used[label] = true;
    lic_emit_ir(g, ir);
    g->code.left = true;
}

/* A label to which nothing jumps is left out; behind code that left, it brings the flow back. */
void lic_label_here(generator *g, int32_t label)
{
    if (!g->code.label_used[label]) return;
    g->code.left = false;
    lic_ir ir = lic_ir_blank(LIC_OP_LABEL);
    ir.label = label;
    lic_emit_ir(g, ir);
}

/* -- the end of a phase ------------------------------------------------------------------------------- */

static bool is_pure(uint8_t op)
{
    switch (op) {
    case LIC_OP_CONST:
    case LIC_OP_CONST2:
    case LIC_OP_MOVE:
    case LIC_OP_MOVE2:
    case LIC_OP_LOAD:
    case LIC_OP_LOAD2:
    case LIC_OP_LOADTEXT:
    case LIC_OP_MIN:
    case LIC_OP_MAX:
    case LIC_OP_LT:
    case LIC_OP_LE:
    case LIC_OP_EQ:
    case LIC_OP_AND:
    case LIC_OP_OR:
    case LIC_OP_NOT:
    case LIC_OP_ORDINAL:
    case LIC_OP_MIN2:
    case LIC_OP_MAX2:
    case LIC_OP_LT2:
    case LIC_OP_LE2:
    case LIC_OP_EQ2:
    case LIC_OP_SCALE:
    case LIC_OP_SETHAS:
    case LIC_OP_SETIN:
    case LIC_OP_ADD:
    case LIC_OP_SUB:
    case LIC_OP_ADD2:
    case LIC_OP_SUB2:
    case LIC_OP_MUL:
    case LIC_OP_MUL2:
    case LIC_OP_PRICE:
    case LIC_OP_SAMETEXT:
    case LIC_OP_CHILDREN: return true;
    default: return false;
    }
}

static void each_read(const lic_ir *ir, void (*visit)(void *context, int32_t value), void *context)
{
    const int32_t fixed[] = {ir->a, ir->b, ir->c, ir->row, ir->column};
    for (size_t i = 0; i < LIC_COUNT(fixed); i++)
        if (fixed[i] >= 0) visit(context, fixed[i]);
    for (uint32_t i = 0; i < ir->extra_count; i++)
        if (ir->extra[i] >= 0) visit(context, ir->extra[i]);
}

typedef struct usage {
    const lic_phase_code *code;
    bool *
        blocks; /* a place is written on several ways and read under one name: all or none are kept */
} usage;

static void mark_used(void *context, int32_t value)
{
    const usage *u = context;
    u->blocks[u->code->values[value].block] = true;
}

static void drop_unused(generator *g)
{
    lic_phase_code *k = &g->code;
    usage used = {k, lic_new(g->c, k->block_count + 1)};
    for (size_t i = k->code_count; i-- > 0;) {
        lic_ir *ir = &k->code[i];
        ir->dead = is_pure(ir->op) && ir->result >= 0 && !used.blocks[k->values[ir->result].block];
        if (!ir->dead) each_read(ir, mark_used, &used);
    }
}

typedef struct liveness {
    lic_phase_code *code;
    int32_t at;
} liveness;

static void extend(void *context, int32_t value)
{
    liveness *l = context;
    lic_block_of_registers *block = &l->code->blocks[l->code->values[value].block];
    if (block->first < 0) block->first = l->at;
    block->last = l->at;
}

static void measure(generator *g)
{
    liveness l = {&g->code, 0};
    for (; (size_t)l.at < g->code.code_count; l.at++) {
        const lic_ir *ir = &g->code.code[l.at];
        if (ir->dead) continue;
        each_read(ir, extend, &l);
        if (ir->result >= 0) extend(&l, ir->result);
    }
}

static bool is_read(const lic_phase_code *k, int32_t value)
{
    return k->blocks[k->values[value].block].last >= 0;
}

static bool give_register(lic_block_of_registers *block, bool taken[LIC_REGISTERS])
{
    for (uint32_t reg = 0; reg + block->size <= REGISTER_NONE; reg += block->even ? 2 : 1) {
        uint32_t n = 0;
        while (n < block->size && !taken[reg + n]) n++;
        if (n < block->size) continue;
        for (n = 0; n < block->size; n++) taken[reg + n] = true;
        block->reg = (uint8_t)reg;
        return true;
    }
    return false;
}

static bool give_registers(generator *g)
{
    lic_phase_code *k = &g->code;
    bool taken[LIC_REGISTERS] = {false};
    for (size_t i = 0; i < k->block_count; i++)
        if (k->blocks[i].is_input && k->blocks[i].last >= 0 && !give_register(&k->blocks[i], taken))
            return false;
    int32_t *ends = lic_new(g->c, (k->block_count + 1) * sizeof *ends);
    size_t live = 0;
    for (int32_t at = 0; (size_t)at < k->code_count; at++) {
        if (k->code[at].dead) continue;
        for (size_t i = 0; i < live;) {
            lic_block_of_registers *block = &k->blocks[ends[i]];
            if (block->last >= at) {
                i++;
                continue;
            }
            for (uint32_t n = 0; n < block->size; n++) taken[block->reg + n] = false;
            ends[i] = ends[--live];
        }
        int32_t result = k->code[at].result;
        if (result < 0) continue;
        lic_block_of_registers *block = &k->blocks[k->values[result].block];
        if (block->is_input || block->first != at) continue;
        if (!give_register(block, taken)) return false;
        ends[live++] = k->values[result].block;
    }
    return true;
}

static uint8_t register_of(const generator *g, int32_t value)
{
    if (value == LIC_SELF_ROW) return REGISTER_NONE;
    if (value < 0) return 0;
    const lic_value *v = &g->code.values[value];
    return (uint8_t)(g->code.blocks[v->block].reg + v->offset);
}

/* Which of the operands an opcode has; the rest must be 0 in the image. */
static lic_instruction encode_ir(const generator *g, const lic_ir *ir, const uint32_t *labels)
{
    lic_instruction i = {.op = ir->op, .imm = ir->imm};
    bool round = ir->op >= LIC_OP_ROUND_EVEN && ir->op <= LIC_OP_ROUND_CEILING;
    i.a = register_of(g, ir->result >= 0 ? ir->result : ir->a);
    i.b = ir->b == LIC_NO_VALUE ? ir->plain_b : register_of(g, ir->b);
    i.c = ir->c == LIC_NO_VALUE ? ir->plain_c : register_of(g, ir->c);
    if (round && ir->c == LIC_NO_VALUE) i.c = REGISTER_NONE;
    if (ir->op >= LIC_OP_TIER_SUM && ir->op <= LIC_OP_SPLIT) {
        uint32_t column = ir->column >= 0 ? register_of(g, ir->column) : REGISTER_NONE;
        i.imm = ir->imm << 16 | column << 8 | register_of(g, ir->row);
    }
    if (ir->op == LIC_OP_BRANCH || ir->op == LIC_OP_JUMP) i.imm = labels[ir->label];
    if (ir->op == LIC_OP_EMIT)
        for (uint32_t n = 0; n < ir->extra_count; n++)
            g->image->event_arguments[g->image->events[ir->imm].first_argument + n].reg =
                register_of(g, ir->extra[n]);
    return i;
}

static void origin(generator *g, uint32_t at, uint16_t clause)
{
    const lic_image *image = g->image;
    if (image->origins_count && image->origins[image->origins_count - 1].clause == clause) return;
    *LIC_PUT(g, origins) = (lic_origin){.first = at, .clause = clause};
}

static void put_code(generator *g)
{
    lic_phase_code *k = &g->code;
    uint32_t *labels = lic_new(g->c, ((size_t)k->label_count + 1) * sizeof *labels);
    uint32_t at = g->image->code_count;
    for (size_t i = 0; i < k->code_count; i++) {
        if (k->code[i].dead) continue;
        if (k->code[i].op == LIC_OP_LABEL) labels[k->code[i].label] = at;
        at++;
    }
    for (size_t i = 0; i < k->code_count; i++) {
        if (k->code[i].dead) continue;
        origin(g, g->image->code_count, k->code[i].clause);
        lic_instruction instruction = encode_ir(g, &k->code[i], labels);
        lic_compilation *c = g->c;
        c->code_steps = lic_grow(c, c->code_steps, g->image->code_count, &g->step_capacity,
                                 sizeof *c->code_steps);
        c->code_steps[g->image->code_count] = k->code[i].step;
        *LIC_PUT(g, code) = instruction;
    }
}

/* -- touches: chains of row references from an input ---------------------------------------------------------- */

static bool touches_row(const lic_ir *ir, int32_t row, bool second)
{
    switch (ir->op) {
    case LIC_OP_LOAD:
    case LIC_OP_LOAD2:
    case LIC_OP_LOADTEXT:
    case LIC_OP_STORE:
    case LIC_OP_STORE2:
    case LIC_OP_GAIN:
    case LIC_OP_GAIN2:
    case LIC_OP_STORETEXT:
    case LIC_OP_SETCLEAR: return !second && ir->b == row;
    case LIC_OP_SETIN: return !second && ir->c == row;
    case LIC_OP_POST: return second ? ir->c == row : ir->b == row;
    default: return false;
    }
}

static bool cells_touched(const generator *g, int32_t row)
{
    for (size_t i = 0; i < g->code.code_count; i++) {
        const lic_ir *ir = &g->code.code[i];
        if (ir->dead) continue;
        if (ir->op == LIC_OP_POST && (ir->b == row || ir->c == row)) return true;
        if (touches_row(ir, row, false) && (ir->imm >> 23 & 1)) return true;
    }
    return false;
}

static bool fixed_touched(const generator *g, int32_t row)
{
    for (size_t i = 0; i < g->code.code_count; i++) {
        const lic_ir *ir = &g->code.code[i];
        if (!ir->dead && ir->op != LIC_OP_POST && touches_row(ir, row, false) &&
            !(ir->imm >> 23 & 1))
            return true;
        if (!ir->dead && ir->op >= LIC_OP_TIER_SUM && ir->op <= LIC_OP_SPLIT && ir->row == row)
            return true;
    }
    return false;
}

typedef struct chain {
    int32_t rows[8]; /* from the input on */
    uint16_t via[8]; /* field of rows[n] that leads to rows[n + 1] */
    size_t count;
} chain;

static void put_chain(generator *g, const chain *c)
{
    for (size_t n = 0; n < c->count; n++) {
        lic_type type = lic_value_type(g, c->rows[n]);
        lic_touch *touch = LIC_PUT(g, touches);
        touch->reg = n ? REGISTER_NONE : register_of(g, c->rows[0]);
        touch->table = type.aux;
        touch->cells = cells_touched(g, c->rows[n]);
        touch->via = c->via[n];
    }
}

/* The span through which tiers or shares of a row are read, as the last step of a chain. */
static uint16_t span_used(const generator *g, int32_t row)
{
    for (size_t i = 0; i < g->code.code_count; i++) {
        const lic_ir *ir = &g->code.code[i];
        if (ir->dead || ir->row != row || ir->op < LIC_OP_TIER_SUM || ir->op > LIC_OP_SPLIT)
            continue;
        uint16_t table = ir->op == LIC_OP_SPLIT ? g->image->splits[ir->imm].table
                                                : g->image->tiers[ir->imm].table;
        return g->image->tables[table].parent_span;
    }
    return LIC_NONE16;
}

static void walk_touches(generator *g, chain *c)
{
    int32_t row = c->rows[c->count - 1];
    bool led = false;
    for (size_t i = 0; i < g->code.code_count && c->count < LIC_COUNT(c->rows); i++) {
        const lic_ir *ir = &g->code.code[i];
        if (ir->dead || ir->op != LIC_OP_LOAD || ir->b != row ||
            lic_value_type(g, ir->result).kind != LIC_KIND_ROW)
            continue;
        uint16_t field = lic_image_field_at(g->image, (uint16_t)(ir->imm >> 24), ir->imm >> 23 & 1,
                                            ir->imm & 0x7FFFFF);
        if (g->image->fields[field].is_mutable) continue;
        led = true;
        c->via[c->count - 1] = field;
        c->rows[c->count] = ir->result;
        c->via[c->count] = LIC_NONE16;
        c->count++;
        walk_touches(g, c);
        c->count--;
    }
    uint16_t span = span_used(g, row);
    c->via[c->count - 1] = span;
    if (!led || span != LIC_NONE16)
        if (c->count > 1 || cells_touched(g, row) || fixed_touched(g, row)) put_chain(g, c);
}

static void put_touches(generator *g)
{
    for (size_t i = 0; i < g->code.input_count; i++) {
        if (g->code.inputs[i].type.kind != LIC_KIND_ROW ||
            g->code.inputs[i].source == LIC_SOURCE_CALLER)
            continue;
        if (!is_read(&g->code, g->code.input_values[i])) continue;
        chain c = {.count = 1};
        c.rows[0] = g->code.input_values[i];
        c.via[0] = LIC_NONE16;
        walk_touches(g, &c);
    }
}

void lic_phase_begin(generator *g, lic_phase_kind kind, uint16_t table)
{
    memset(&g->code, 0, sizeof g->code);
    g->code.kind = (uint8_t)kind;
    g->code.table = table;
    g->code.clause = LIC_NONE16;
}

void lic_phase_end(generator *g)
{
    g->code.step = NULL;
    lic_effect(g, LIC_OP_END, LIC_NO_VALUE, LIC_NO_VALUE, LIC_NO_VALUE, 0);
    drop_unused(g);
    measure(g);
    if (!give_registers(g)) {
        lic_diagnostic *d = lic_diag(g->c, "S10", g->p->file->name_span, NULL,
                                     "a step needs more than %d registers", REGISTER_NONE);
        lic_diag_help(g->c, d, "divide the largest term, split or action");
        return;
    }
    lic_phase phase = {.kind = g->code.kind,
                       .table = g->code.table,
                       .first = g->image->code_count,
                       .first_input = (uint16_t)g->image->inputs_count,
                       .first_touch = (uint16_t)g->image->touches_count};
    for (size_t i = 0; i < g->code.input_count; i++) {
        lic_input input = g->code.inputs[i];
        if (!is_read(&g->code, g->code.input_values[i])) continue;
        input.reg = register_of(g, g->code.input_values[i]);
        *LIC_PUT(g, inputs) = input;
    }
    put_touches(g);
    put_code(g);
    phase.count = g->image->code_count - phase.first;
    phase.input_count = (uint16_t)(g->image->inputs_count - phase.first_input);
    phase.touch_count = (uint16_t)(g->image->touches_count - phase.first_touch);
    *LIC_PUT(g, phases) = phase;
}
