/* prepare.c - verified code into steps: fields become places, constants values, descriptors plans.
 * A constant that a phase writes into a register that nothing else in it writes is set before the
 * first item and costs no step. Gas does not change by any of this: it stands in the terminators. */
#include <string.h>

#include "program.h"

#define MUTABLE (1u << 23)

typedef struct builder {
    const lic_image *image;
    lic_arena *arena;
    const lic_phase *phase;
    lic_step *steps;
    uint32_t *pcs, *step_of; /* step_of[pc - first]: where a jump to it goes */
    uint32_t count;
    uint8_t writers[LIC_REGISTERS]; /* instructions that write the register, up to 2 */
    lic_preset *presets;
    uint32_t preset_count;
    bool traced; /* one step for each instruction */
    bool failed; /* the arena is full */
} builder;

static void *take(builder *b, size_t size)
{
    void *memory = lic_arena_take(b->arena, size > 0 ? size : 1);
    if (memory == NULL) b->failed = true;
    return memory;
}

/* -- plans --------------------------------------------------------------------------------------- */

static lic_balance_plan place_of(const lic_image *image, uint16_t field)
{
    const lic_field *f = &image->fields[field];
    const lic_table *t = &image->tables[f->table];
    return (lic_balance_plan){.view = lic_view_offset(f->table),
                              .table = f->table,
                              .stride = f->is_mutable ? t->cell_size : t->fixed_size,
                              .at = f->offset};
}

static lic_span_plan span_of(const lic_image *image, uint16_t child)
{
    const lic_table *table = &image->tables[child];
    return (lic_span_plan){
        .parent_view = lic_view_offset(table->parent),
        .parent_stride = image->tables[table->parent].fixed_size,
        .child_view = lic_view_offset(child),
        .child_stride = table->fixed_size,
        .at = image->fields[table->parent_span].offset,
    };
}

static lic_divisor divisor_of(lic_i128 value)
{
    return value <= (lic_i128)1 << 63 ? lic_divisor_of((uint64_t)value) : (lic_divisor){.value = 0};
}

static const void *plan_round(builder *b, lic_instruction i, unsigned first_op)
{
    lic_round_plan *plan = take(b, sizeof *plan);
    if (plan == NULL) return NULL;
    plan->divisor = b->image->constants[i.imm & 0xFFFF].value;
    plan->unit = (int64_t)b->image->constants[i.imm >> 16].value;
    plan->fast = divisor_of(plan->divisor);
    plan->mode = (lic_rounding)(i.op - first_op); /* both in the order even, up, floor, ceiling */
    return plan;
}

static const void *plan_tiers(builder *b, lic_instruction i)
{
    const lic_image *image = b->image;
    const lic_tiers *tiers = &image->tiers[i.imm >> 16];
    lic_tier_plan *plan = take(b, sizeof *plan);
    if (plan == NULL) return NULL;
    plan->span = span_of(image, tiers->table);
    plan->edge_at = image->fields[tiers->edge].offset;
    plan->value_at = image->fields[tiers->value].offset;
    plan->refuse_at = tiers->refuse != LIC_NONE16 ? image->fields[tiers->refuse].offset
                                                  : LIC_NONE32;
    plan->value_size = lic_type_size(image->fields[tiers->value].type);
    plan->columns = tiers->columns;
    plan->row = (uint8_t)i.imm;
    plan->column = (uint8_t)(i.imm >> 8);
    return plan;
}

static const void *plan_split(builder *b, lic_instruction i)
{
    const lic_split_info *split = &b->image->splits[i.imm >> 16];
    lic_split_plan *plan = take(b, sizeof *plan);
    if (plan == NULL) return NULL;
    plan->span = span_of(b->image, split->table);
    plan->total = split->total;
    plan->unit = split->unit;
    plan->fast = divisor_of((lic_i128)split->total * split->unit);
    plan->short_max = plan->fast.value != 0 ? INT64_MAX / split->total : 0;
    plan->share_at = b->image->fields[split->share].offset;
    plan->max = split->max;
    plan->row = (uint8_t)i.imm;
    return plan;
}

static const void *plan_span(builder *b, lic_instruction i)
{
    lic_span_plan *plan = take(b, sizeof *plan);
    if (plan != NULL) *plan = span_of(b->image, (uint16_t)i.imm);
    return plan;
}

/* CHILD whose row the next instruction alone reads, for one fixed field: one step. The register then
 * holds the field, as it would after both. Nothing jumps between them: a jump goes to a label. */
static bool fuses_with_load(const builder *b, uint32_t pc)
{
    lic_instruction child = b->image->code[pc];
    if (b->traced || child.op != LIC_OP_CHILD) return false;
    lic_instruction load = b->image->code[pc + 1]; /* CHILD never ends a phase */
    return load.op == LIC_OP_LOAD && (load.imm & MUTABLE) == 0 && load.b == child.a &&
           load.a == child.a;
}

static const void *plan_post(builder *b, lic_instruction i, uint32_t pc)
{
    lic_post_plan *plan = take(b, sizeof *plan);
    if (plan == NULL) return NULL;
    plan->from_account = (uint16_t)i.imm;
    plan->to_account = (uint16_t)(i.imm >> 16);
    const lic_account *from = &b->image->accounts[plan->from_account];
    plan->from = place_of(b->image, from->field);
    plan->to = place_of(b->image, b->image->accounts[plan->to_account].field);
    plan->floor = from->kind == LIC_ACCOUNT_DECLARED || from->kind == LIC_ACCOUNT_CREDIT;
    plan->clause = lic_image_clause_at(b->image, pc);
    return plan;
}

static const void *plan_range(builder *b, lic_instruction i)
{
    lic_range_plan *plan = take(b, sizeof *plan);
    if (plan == NULL) return NULL;
    plan->low = b->image->constants[i.imm & 0xFFFF].value;
    plan->high = b->image->constants[i.imm >> 16].value;
    return plan;
}

static const void *plan_join(builder *b, lic_instruction i)
{
    lic_set_plan *plan = take(b, sizeof *plan);
    if (plan == NULL) return NULL;
    plan->target = place_of(b->image, (uint16_t)i.imm);
    plan->source = place_of(b->image, (uint16_t)(i.imm >> 16));
    plan->source_mutable = b->image->fields[i.imm >> 16].is_mutable;
    return plan;
}

static const void *plan_call(builder *b, lic_instruction i)
{
    lic_call_plan *plan = take(b, sizeof *plan);
    if (plan == NULL) return NULL;
    const lic_native_info *info = lic_native_find(i.imm & 0xFFFF);
    *plan = (lic_call_plan){.native = (lic_native)(i.imm & 0xFFFF),
                            .subject = (uint16_t)(i.imm >> 16),
                            .host = info->host,
                            .wide = lic_type_wide(lic_native_type(b->image, info, i.imm >> 16))};
    return plan;
}

/* -- steps ---------------------------------------------------------------------------------------- */

static uint16_t field_index(const lic_image *image, uint32_t operand)
{
    return lic_image_field_at(image, (uint16_t)(operand >> 24), (operand & MUTABLE) != 0,
                              operand & (MUTABLE - 1));
}

static void set_place(const builder *b, lic_step *step, uint32_t operand)
{
    const lic_table *table = &b->image->tables[operand >> 24];
    bool is_mutable = (operand & MUTABLE) != 0;
    step->at = operand & (MUTABLE - 1);
    step->u.place.view = lic_view_offset((uint16_t)(operand >> 24));
    step->u.place.stride = is_mutable ? table->cell_size : table->fixed_size;
    step->u.place.limit = is_mutable;
}

static void set_load(const builder *b, lic_step *step, lic_instruction i)
{
    set_place(b, step, i.imm);
    bool is_mutable = step->u.place.limit != 0;
    if (i.op == LIC_OP_LOAD2) {
        step->op = is_mutable ? LIC_STEP_LOAD2_CELL : LIC_STEP_LOAD2_FIXED;
        return;
    }
    step->op = is_mutable ? LIC_STEP_LOAD_CELL : LIC_STEP_LOAD_FIXED;
    if (!is_mutable) return;
    lic_type type = b->image->fields[field_index(b->image, i.imm)].type;
    if (type.kind != LIC_KIND_ROW) return;
    /* A new row's reference is 0 before anything was stored: that row need not exist. */
    step->op = LIC_STEP_LOAD_ROWREF;
    step->u.place.limit = lic_view_offset(type.aux);
}

static void set_field_step(const builder *b, lic_step *step, lic_instruction i)
{
    if (i.op == LIC_OP_LOAD || i.op == LIC_OP_LOAD2) {
        set_load(b, step, i);
        return;
    }
    set_place(b, step, i.imm);
    if (i.op != LIC_OP_LOADTEXT && i.op != LIC_OP_STORETEXT) return;
    lic_type type = b->image->fields[field_index(b->image, i.imm)].type;
    /* limit: whether the part is mutable, and the room; 0 room is a hash */
    step->u.place.limit |= (type.kind == LIC_KIND_TEXT ? lic_type_size(type) : 0) << 1;
}

static void set_control(lic_step *step, lic_instruction i)
{
    step->u.bits = i.b | (uint64_t)i.c << 8;
    step->b = step->c = 0;
    step->at = i.imm; /* a jump's target is an instruction until link_jumps */
}

static void fill_step(builder *b, lic_step *step, lic_instruction i, uint32_t pc)
{
    const lic_constant *k = &b->image->constants[0];
    *step = (lic_step){.op = i.op, .a = i.a, .b = i.b, .c = i.c, .at = i.imm, .u.bits = 0};
    switch (i.op) {
    case LIC_OP_CONST: step->u.bits = (uint64_t)k[i.imm].value; break;
    case LIC_OP_CONST2: step->u.plan = &k[i.imm].value; break;
    case LIC_OP_SETHAS: step->u.plan = k[i.imm].set; break;
    case LIC_OP_LOAD:
    case LIC_OP_LOAD2:
    case LIC_OP_STORE:
    case LIC_OP_STORE2:
    case LIC_OP_GAIN:
    case LIC_OP_GAIN2:
    case LIC_OP_LOADTEXT:
    case LIC_OP_STORETEXT:
    case LIC_OP_SETIN:
    case LIC_OP_SETCLEAR: set_field_step(b, step, i); break;
    case LIC_OP_RANGE:
    case LIC_OP_RANGE2: step->u.plan = plan_range(b, i); break;
    case LIC_OP_SCALE: step->u.bits = (uint64_t)lic_power_of_ten(i.imm > 18 ? 18 : i.imm); break;
    case LIC_OP_MULDIV_EVEN:
    case LIC_OP_MULDIV_UP:
    case LIC_OP_MULDIV_FLOOR:
    case LIC_OP_MULDIV_CEILING:
        step->op = LIC_STEP_MULDIV;
        step->u.plan = plan_round(b, i, LIC_OP_MULDIV_EVEN);
        break;
    case LIC_OP_ROUND_EVEN:
    case LIC_OP_ROUND_UP:
    case LIC_OP_ROUND_FLOOR:
    case LIC_OP_ROUND_CEILING:
        step->op = i.c == LIC_NO_REGISTER ? LIC_STEP_ROUND : LIC_STEP_ROUND_BY;
        step->u.plan = plan_round(b, i, LIC_OP_ROUND_EVEN);
        break;
    case LIC_OP_TIER_SUM:
    case LIC_OP_TIER_SUM2:
    case LIC_OP_TIER_AT:
    case LIC_OP_TIER_AT2:
    case LIC_OP_TIER_OF:
    case LIC_OP_TIER_OF2: step->u.plan = plan_tiers(b, i); break;
    case LIC_OP_SPLIT: step->u.plan = plan_split(b, i); break;
    case LIC_OP_CHILDREN:
    case LIC_OP_CHILD: step->u.plan = plan_span(b, i); break;
    case LIC_OP_SETJOIN: step->u.plan = plan_join(b, i); break;
    case LIC_OP_POST: step->u.plan = plan_post(b, i, pc); break;
    case LIC_OP_OBLIGE: step->u.bits = lic_image_clause_at(b->image, pc); break;
    case LIC_OP_CALL: step->u.plan = plan_call(b, i); break;
    case LIC_OP_JUMP:
    case LIC_OP_BRANCH:
    case LIC_OP_LABEL:
    case LIC_OP_END:
    case LIC_OP_REFUSE: set_control(step, i); break;
    default: break;
    }
}

/* -- constants ahead of the items ------------------------------------------------------------------ */

static void count_write(builder *b, unsigned reg)
{
    if (b->writers[reg] < 2) b->writers[reg]++;
}

static bool writes_one(uint8_t op)
{
    switch (op) { /* the only instructions whose a is no register that they write */
    case LIC_OP_STORE:
    case LIC_OP_STORE2:
    case LIC_OP_GAIN:
    case LIC_OP_GAIN2:
    case LIC_OP_RANGE:
    case LIC_OP_RANGE2:
    case LIC_OP_RETIRE:
    case LIC_OP_STORETEXT:
    case LIC_OP_SETJOIN:
    case LIC_OP_SETCLEAR:
    case LIC_OP_POST:
    case LIC_OP_OBLIGE:
    case LIC_OP_EMIT:
    case LIC_OP_RESULT:
    case LIC_OP_GOTO:
    case LIC_OP_JUMP:
    case LIC_OP_BRANCH:
    case LIC_OP_LABEL:
    case LIC_OP_END:
    case LIC_OP_REFUSE: return false;
    default: return true;
    }
}

/* A register and its neighbour count together, so that no pair is half preset. */
static void count_writers(builder *b)
{
    memset(b->writers, 0, sizeof b->writers);
    for (uint32_t pc = b->phase->first; pc < b->phase->first + b->phase->count; pc++) {
        lic_instruction i = b->image->code[pc];
        if (!writes_one(i.op)) continue;
        unsigned registers = i.op == LIC_OP_SPLIT ? 2u * b->image->splits[i.imm >> 16].max : 2;
        unsigned first = i.a & ~1u;
        for (unsigned r = first; r < first + registers; r++) count_write(b, r);
    }
}

static bool preset(builder *b, lic_instruction i)
{
    if (b->traced || (i.op != LIC_OP_CONST && i.op != LIC_OP_CONST2) || b->writers[i.a] != 1)
        return false;
    b->presets[b->preset_count++] = (lic_preset){
        .reg = i.a, .wide = i.op == LIC_OP_CONST2, .value = b->image->constants[i.imm].value};
    return true;
}

/* -- phases ------------------------------------------------------------------------------------------ */

static void link_jumps(builder *b)
{
    for (uint32_t s = 0; s < b->count; s++) {
        lic_step *step = &b->steps[s];
        if (step->op != LIC_OP_JUMP && step->op != LIC_OP_BRANCH) continue;
        step->at = b->step_of[step->at - b->phase->first];
    }
}

/* Money made exact in its own register: the number stays. */
static bool changes_type_alone(const builder *b, lic_instruction i)
{
    return !b->traced && i.op == LIC_OP_SCALE && i.imm == 0 && i.a == i.b;
}

static void fuse_load(builder *b, uint32_t pc)
{
    lic_step *step = &b->steps[b->count - 1];
    lic_span_plan *plan = take(b, sizeof *plan);
    if (plan == NULL) return;
    *plan = span_of(b->image, (uint16_t)b->image->code[pc].imm);
    plan->load_at = (uint32_t)plan->child_stride * step->c +
                    (b->image->code[pc + 1].imm & (MUTABLE - 1));
    step->op = LIC_STEP_CHILD_LOAD;
    step->u.plan = plan;
}

static void build_steps(builder *b)
{
    count_writers(b);
    for (uint32_t n = 0; n < b->phase->count && !b->failed; n++) {
        uint32_t pc = b->phase->first + n;
        lic_instruction i = b->image->code[pc];
        b->step_of[n] = b->count;
        if (preset(b, i) || changes_type_alone(b, i)) continue;
        if (b->traced) {
            b->steps[b->count] = (lic_step){.op = LIC_STEP_TRACE, .at = pc};
            b->pcs[b->count++] = pc;
        }
        fill_step(b, &b->steps[b->count], i, pc);
        b->pcs[b->count++] = pc;
        if (fuses_with_load(b, pc) && !b->failed) {
            fuse_load(b, pc);
            b->step_of[++n] = b->count;
        }
        /* A jump to a label does not pay for the block above it. */
        if (i.op == LIC_OP_LABEL) b->step_of[n] = b->count;
    }
    if (!b->failed) link_jumps(b);
}

/* Inputs that follow each other in item and registers alike are copied in one go. */
static void build_slots(builder *b, lic_plan *plan, lic_slot *slots)
{
    plan->row_reg = LIC_NO_REGISTER;
    plan->slots = slots;
    lic_slot *last = NULL;
    for (uint32_t n = 0; n < b->phase->input_count; n++) {
        const lic_input *input = &b->image->inputs[b->phase->first_input + n];
        if (input->source == LIC_SOURCE_ROW) plan->row_reg = input->reg;
        if (input->source != LIC_SOURCE_SLOT) continue;
        uint8_t words = lic_type_wide(input->type) ? 2 : 1;
        if (last != NULL && input->reg == last->reg + last->words &&
            input->index == last->index + last->words) {
            last->words = (uint8_t)(last->words + words);
            continue;
        }
        last = slots++;
        *last = (lic_slot){.reg = input->reg, .words = words, .index = input->index};
    }
}

static bool build_phase(const lic_image *image, lic_arena *arena, const lic_phase *phase,
                        bool traced, lic_plan *plan)
{
    builder b = {.image = image, .arena = arena, .phase = phase, .traced = traced};
    size_t steps = (traced ? 2u : 1u) * (size_t)phase->count;
    b.steps = take(&b, steps * sizeof *b.steps);
    b.pcs = take(&b, steps * sizeof *b.pcs);
    b.step_of = take(&b, phase->count * sizeof *b.step_of);
    b.presets = take(&b, phase->count * sizeof *b.presets);
    lic_slot *slots = take(&b, (phase->input_count + 1u) *
                                   sizeof *slots); /* zeroed: the last ends the list */
    if (b.failed) return false;
    build_steps(&b);
    build_slots(&b, plan, slots);
    plan->steps = b.steps;
    plan->pcs = b.pcs;
    plan->presets = b.presets;
    plan->preset_count = b.preset_count;
    return !b.failed;
}

lic_status lic_exec_prepare(const lic_image *image, lic_arena *arena, const lic_program **program)
{
    lic_program *made = lic_arena_take(arena, sizeof *made);
    if (made == NULL) return LIC_NO_MEMORY;
    made->image = image;
    made->plans = lic_arena_take(arena, image->phases_count * sizeof *made->plans + 1);
    made->traced = lic_arena_take(arena, image->phases_count * sizeof *made->traced + 1);
    if (made->plans == NULL || made->traced == NULL) return LIC_NO_MEMORY;
    for (uint32_t p = 0; p < image->phases_count; p++)
        if (!build_phase(image, arena, &image->phases[p], false, &made->plans[p]) ||
            !build_phase(image, arena, &image->phases[p], true, &made->traced[p]))
            return LIC_NO_MEMORY;
    *program = made;
    return LIC_OK;
}
