/* interpret.c - the interpreter: one loop over the items of a batch, and inside it one switch over
 * steps. Registers of constants and of inputs that do not change are set before the first item. A
 * traced run has TRACE steps, so that others pay nothing for tracing. */
#include "machine.h"

typedef struct lic_batch {
    uint32_t phase;
    const lic_plan *plan;
    const uint64_t *items; /* LINES, JUDGE: `words` words each; else NULL */
    size_t words;
    uint64_t first, count;   /* numbers of the items: in the batch, or rows */
    const uint64_t *retired; /* rows to leave out, or NULL */
} lic_batch;

static bool is_retired(const lic_batch *batch, uint64_t row)
{
    return batch->retired != NULL && (batch->retired[row / 64] >> row % 64 & 1) != 0;
}

LIC_INLINE void load_item(const lic_batch *batch, uint64_t *regs, uint64_t item)
{
    const lic_plan *plan = batch->plan;
    const uint64_t *words = batch->items + item * batch->words;
    for (const lic_slot *slot = plan->slots; slot->words > 0; slot++) {
        const uint64_t *from = words + slot->index;
        uint64_t *to = regs + slot->reg;
        for (uint32_t n = 0; n < slot->words; n++) to[n] = from[n];
    }
}

static uint64_t frame_value(const lic_exec_frame *frame, const lic_input *input)
{
    switch ((lic_source)input->source) {
    case LIC_SOURCE_TODAY: return (uint64_t)(int64_t)frame->today;
    case LIC_SOURCE_PERIOD_FIRST: return (uint64_t)(int64_t)frame->period_first;
    case LIC_SOURCE_PERIOD_LAST: return (uint64_t)(int64_t)frame->period_last;
    case LIC_SOURCE_FULL_FIRST: return (uint64_t)(int64_t)frame->full_first;
    case LIC_SOURCE_FULL_LAST: return (uint64_t)(int64_t)frame->full_last;
    case LIC_SOURCE_CALLER: return frame->caller;
    case LIC_SOURCE_STATE: return frame->state;
    case LIC_SOURCE_LINES: return frame->lines;
    case LIC_SOURCE_ARGUMENT: return (uint64_t)frame->arguments[input->index];
    case LIC_SOURCE_SLOT:
    case LIC_SOURCE_ROW:
    case LIC_SOURCE_AMOUNT: break;
    }
    return 0;
}

/* What stays the same for all items. */
static void set_up(const lic_machine *m, const lic_batch *batch, uint64_t *regs)
{
    const lic_image *image = m->program->image;
    const lic_phase *phase = &image->phases[batch->phase];
    const lic_plan *plan = batch->plan;
    regs[LIC_NO_REGISTER] = 0;
    for (uint32_t n = 0; n < plan->preset_count; n++) {
        const lic_preset *preset = &plan->presets[n];
        if (preset->wide) lic_set2(regs, preset->reg, preset->value);
        else regs[preset->reg] = (uint64_t)preset->value;
    }
    for (uint32_t n = 0; n < phase->input_count; n++) {
        const lic_input *input = &image->inputs[phase->first_input + n];
        if (input->source == LIC_SOURCE_SLOT || input->source == LIC_SOURCE_ROW) continue;
        if (input->source == LIC_SOURCE_AMOUNT) lic_set2(regs, input->reg, m->frame->amount);
        else if (lic_type_wide(input->type))
            lic_set2(regs, input->reg, m->frame->arguments[input->index]);
        else regs[input->reg] = frame_value(m->frame, input);
    }
}

#define TRAP_UNLESS(condition, which)     \
    do {                                  \
        if (LIC_UNLIKELY(!(condition))) { \
            trap = (which);               \
            goto trapped;                 \
        }                                 \
    } while (0)
#define TRY(call)                                              \
    do {                                                       \
        trap = (call);                                         \
        if (LIC_UNLIKELY(trap != LIC_TRAP_NONE)) goto trapped; \
    } while (0)
#define A lic_get(regs, s->a)
#define B lic_get(regs, s->b)
#define C lic_get(regs, s->c)
#define A2 lic_get2(regs, s->a)
#define B2 lic_get2(regs, s->b)
#define C2 lic_get2(regs, s->c)
#define SET(value) regs[s->a] = (uint64_t)(value)
#define SET2(value) lic_set2(regs, s->a, value)
#define CELL(row) lic_cell_at(m, s->u.place.view, s->u.place.stride, (uint32_t)(row), s->at)
#define FIXED(row) lic_fixed_at(m, s->u.place.view, s->u.place.stride, (uint32_t)(row), s->at)
#define TOUCH(row) TRY(lic_touch_row(m, s->u.place.view, (uint32_t)(row)))
#define ROUND(factor, by)                                                 \
    if (LIC_UNLIKELY(!lic_round_shortly(s->u.plan, B2, factor, &wide))) { \
        TRY(lic_round_slowly(s->u.plan, B2, factor, by, &out));           \
        wide = out;                                                       \
    }                                                                     \
    SET2(wide);                                                           \
    break

/* The one long function of the VM. */
static lic_trap interpret(const lic_machine *m, const lic_batch *batch, uint64_t *gas,
                          lic_exec_stop *stop)
{
    const lic_plan *const plan = batch->plan;
    _Alignas(16) uint64_t regs[LIC_REGISTERS];
    uint64_t used = 0, item = batch->first;
    const uint64_t end = batch->first + batch->count;
    const lic_step *next, *s;
    const uint8_t *found;
    int64_t narrow;
    lic_i128 wide,
        out; /* out: its address leaves this function, so that `wide` can stay in registers */
    lic_trap trap;

    set_up(m, batch, regs);
next_item:
    while (item < end && is_retired(batch, item)) item++;
    if (item == end) {
        *gas += used;
        return LIC_TRAP_NONE;
    }
    if (batch->items != NULL) load_item(batch, regs, item);
    else if (plan->row_reg != LIC_NO_REGISTER) regs[plan->row_reg] = item;
    next = plan->steps;
    for (;;) {
        s = next++;
        switch (s->op) {
        case LIC_OP_CONST: SET(s->u.bits); break;
        case LIC_OP_CONST2: SET2(*(const lic_i128 *)s->u.plan); break;
        case LIC_OP_MOVE: SET(B); break;
        case LIC_OP_MOVE2: SET2(B2); break;
        case LIC_STEP_LOAD_FIXED: SET(lic_load_u64(FIXED(B))); break;
        case LIC_STEP_LOAD_CELL: SET(lic_load_u64(CELL(B))); break;
        case LIC_STEP_LOAD_ROWREF:
            narrow = (int64_t)lic_load_u64(CELL(B));
            TRAP_UNLESS((uint64_t)narrow < lic_view_at(m, s->u.place.limit)->row_count,
                        LIC_TRAP_BAD_ROW);
            SET(narrow);
            break;
        case LIC_STEP_LOAD2_FIXED: SET2(lic_load_i128(FIXED(B))); break;
        case LIC_STEP_LOAD2_CELL: SET2(lic_load_i128(CELL(B))); break;
        case LIC_OP_STORE:
            TOUCH(B);
            lic_store_u64(CELL(B), (uint64_t)A);
            break;
        case LIC_OP_STORE2:
            TOUCH(B);
            lic_store_i128(CELL(B), A2);
            break;
        case LIC_OP_GAIN:
            TOUCH(B);
            TRAP_UNLESS(lic_add_i64((int64_t)lic_load_u64(CELL(B)), A, &narrow), LIC_TRAP_OVERFLOW);
            lic_store_u64(CELL(B), (uint64_t)narrow);
            break;
        case LIC_OP_GAIN2:
            TOUCH(B);
            TRAP_UNLESS(lic_add_i128(lic_load_i128(CELL(B)), A2, &wide), LIC_TRAP_OVERFLOW);
            lic_store_i128(CELL(B), wide);
            break;

        case LIC_OP_ADD:
            TRAP_UNLESS(lic_add_i64(B, C, &narrow), LIC_TRAP_OVERFLOW);
            SET(narrow);
            break;
        case LIC_OP_SUB:
            TRAP_UNLESS(lic_sub_i64(B, C, &narrow), LIC_TRAP_OVERFLOW);
            SET(narrow);
            break;
        case LIC_OP_MUL:
            TRAP_UNLESS(lic_mul_i64(B, C, &narrow), LIC_TRAP_OVERFLOW);
            SET(narrow);
            break;
        case LIC_OP_MIN: SET(B < C ? B : C); break;
        case LIC_OP_MAX: SET(B > C ? B : C); break;
        case LIC_OP_LT: SET(B < C); break;
        case LIC_OP_LE: SET(B <= C); break;
        case LIC_OP_EQ: SET(B == C); break;
        case LIC_OP_AND: SET(B & C); break;
        case LIC_OP_OR: SET(B | C); break;
        case LIC_OP_NOT: SET(B == 0); break;
        case LIC_OP_ORDINAL: SET(B); break;
        case LIC_OP_RANGE: {
            const lic_range_plan *range = s->u.plan;
            TRAP_UNLESS(A >= range->low && A <= range->high, LIC_TRAP_OUT_OF_RANGE);
            break;
        }

        case LIC_OP_ADD2:
            TRAP_UNLESS(lic_add_i128(B2, C2, &wide), LIC_TRAP_OVERFLOW);
            SET2(wide);
            break;
        case LIC_OP_SUB2:
            TRAP_UNLESS(lic_sub_i128(B2, C2, &wide), LIC_TRAP_OVERFLOW);
            SET2(wide);
            break;
        case LIC_OP_MIN2:
            wide = B2 < C2 ? B2 : C2;
            SET2(wide);
            break;
        case LIC_OP_MAX2:
            wide = B2 > C2 ? B2 : C2;
            SET2(wide);
            break;
        case LIC_OP_LT2: SET(B2 < C2); break;
        case LIC_OP_LE2: SET(B2 <= C2); break;
        case LIC_OP_EQ2: SET(B2 == C2); break;
        case LIC_OP_MUL2:
            wide = B2;
            if (LIC_LIKELY((int64_t)wide == wide)) wide *= C; /* 64 by 64 bits fits 128 */
            else {
                TRAP_UNLESS(lic_mul_i128(wide, C, &out), LIC_TRAP_OVERFLOW);
                wide = out;
            }
            SET2(wide);
            break;
        case LIC_OP_PRICE: SET2((lic_i128)B * C); break;
        case LIC_OP_SCALE:
            out = B2;
            if (s->at > 0)
                TRAP_UNLESS(lic_mul_i128(out, (int64_t)s->u.bits, &out), LIC_TRAP_OVERFLOW);
            if (s->at > 18)
                TRAP_UNLESS(lic_mul_i128(out, (int64_t)lic_power_of_ten(s->at - 18), &out),
                            LIC_TRAP_OVERFLOW);
            SET2(out);
            break;
        case LIC_OP_RANGE2: {
            const lic_range_plan *range = s->u.plan;
            TRAP_UNLESS(A2 >= range->low && A2 <= range->high, LIC_TRAP_OUT_OF_RANGE);
            break;
        }

        case LIC_STEP_MULDIV: ROUND(C, 1);
        case LIC_STEP_ROUND: ROUND(1, 1);
        case LIC_STEP_ROUND_BY:
            TRAP_UNLESS(C > 0, LIC_TRAP_DIVISION);
            TRY(lic_round_slowly(s->u.plan, B2, 1, C, &out));
            SET2(out);
            break;

        case LIC_OP_TIER_SUM:
            TRY(lic_tier_sum(m, s->u.plan, regs, B, C, &out));
            SET2(out);
            break;
        case LIC_OP_TIER_SUM2:
            TRY(lic_tier_sum2(m, s->u.plan, regs, B2, C2, &out));
            SET2(out);
            break;
        case LIC_OP_TIER_AT:
            TRY(lic_tier_at(m, s->u.plan, regs, B, &found));
            SET(lic_load_u64(found));
            break;
        case LIC_OP_TIER_AT2:
            TRY(lic_tier_at(m, s->u.plan, regs, B, &found));
            SET2(lic_load_i128(found));
            break;
        case LIC_OP_TIER_OF:
            TRY(lic_tier_of(m, s->u.plan, regs, B2, &found));
            SET(lic_load_u64(found));
            break;
        case LIC_OP_TIER_OF2:
            TRY(lic_tier_of(m, s->u.plan, regs, B2, &found));
            SET2(lic_load_i128(found));
            break;
        case LIC_OP_SPLIT: TRY(lic_split_rows(m, s->u.plan, regs, s->a, B2)); break;
        case LIC_OP_CHILDREN: SET(lic_children_of(m, s->u.plan, (uint32_t)B).count); break;
        case LIC_OP_CHILD: {
            lic_children children = lic_children_of(m, s->u.plan, (uint32_t)B);
            TRAP_UNLESS(s->c < children.count, LIC_TRAP_BAD_ROW);
            SET(children.first + s->c);
            break;
        }
        case LIC_STEP_CHILD_LOAD: {
            const lic_span_plan *span = s->u.plan;
            lic_children children = lic_children_of(m, span, (uint32_t)B);
            TRAP_UNLESS(s->c < children.count, LIC_TRAP_BAD_ROW);
            SET(lic_load_u64(children.rows + span->load_at));
            break;
        }
        case LIC_OP_ROWAT:
            TRAP_UNLESS((uint64_t)B < m->tables[s->at].row_count, LIC_TRAP_BAD_ROW);
            SET(B);
            break;

        case LIC_OP_FIND:
        case LIC_OP_HAS:
        case LIC_OP_ENTER:
        case LIC_OP_ENSURE:
        case LIC_OP_RETIRE: TRY(lic_key_step(m, regs, s)); break;
        case LIC_OP_LOADTEXT:
        case LIC_OP_STORETEXT:
        case LIC_OP_SAMETEXT: TRY(lic_text_step(m, regs, s)); break;
        case LIC_OP_SETHAS:
        case LIC_OP_SETIN:
        case LIC_OP_SETJOIN:
        case LIC_OP_SETCLEAR: TRY(lic_set_step(m, regs, s)); break;

        case LIC_OP_POST:
            wide = A2;
            if (wide != 0) TRY(lic_post(m, s->u.plan, (uint32_t)B, (uint32_t)C, wide));
            break;
        case LIC_OP_OBLIGE: TRY(lic_oblige(m, regs, s)); break;
        case LIC_OP_EMIT: TRY(m->host->emit(m->host->context, (uint16_t)s->at, regs)); break;
        case LIC_OP_RESULT: TRY(lic_result(m, regs, s)); break;
        case LIC_OP_GOTO: TRY(m->host->enter_state(m->host->context, (uint16_t)s->at)); break;
        case LIC_OP_CALL: TRY(lic_call(m, regs, s)); break;

        case LIC_OP_JUMP:
            used += s->u.bits;
            next = plan->steps + s->at;
            break;
        case LIC_OP_BRANCH:
            used += s->u.bits;
            if (A == 0) next = plan->steps + s->at;
            break;
        case LIC_OP_LABEL: used += s->u.bits; break;
        case LIC_OP_END:
            used += s->u.bits;
            item++;
            goto next_item;
        case LIC_OP_REFUSE:
            used += s->u.bits;
            trap = LIC_TRAP_REFUSED;
            goto trapped;
        case LIC_STEP_TRACE:
            m->host->trace(m->host->context, batch->phase, item, s->at, regs);
            break;
        default: __builtin_unreachable(); /* prepare made no other step */
        }
    }
trapped:
    *gas += used;
    *stop = (lic_exec_stop){.trap = trap,
                            .phase = batch->phase,
                            .pc = plan->pcs[s - plan->steps],
                            .item = item,
                            .reason = s->op == LIC_OP_REFUSE ? (uint16_t)s->at : LIC_NONE16};
    return trap;
}

static lic_trap run(const lic_exec_state *state, const lic_exec_frame *frame, lic_batch *batch,
                    uint64_t *gas, lic_exec_stop *stop)
{
    lic_machine m = {.state = state,
                     .frame = frame,
                     .host = state->host,
                     .tables = state->tables,
                     .program = state->program,
                     .run = state->run};
    LIC_ASSERT(batch->phase < state->program->image->phases_count);
    batch->plan = &state->program->plans[batch->phase];
    *stop = (lic_exec_stop){.trap = LIC_TRAP_NONE, .phase = batch->phase, .reason = LIC_NONE16};
    if (state->host->trace != NULL) batch->plan = &state->program->traced[batch->phase];
    return interpret(&m, batch, gas, stop);
}

static bool is_kind(const lic_exec_state *state, uint32_t phase, lic_phase_kind kind)
{
    const lic_image *image = state->program->image;
    return phase < image->phases_count && image->phases[phase].kind == kind;
}

lic_trap lic_exec_once(const lic_exec_state *state, const lic_exec_frame *frame, uint32_t phase,
                       uint64_t *gas, lic_exec_stop *stop)
{
    LIC_ASSERT(is_kind(state, phase, LIC_PHASE_ONCE));
    lic_batch batch = {.phase = phase, .count = 1};
    return run(state, frame, &batch, gas, stop);
}

lic_trap lic_exec_lines(const lic_exec_state *state, const lic_exec_frame *frame, uint32_t phase,
                        const uint64_t *items, size_t slots, size_t count, uint64_t *gas,
                        lic_exec_stop *stop)
{
    LIC_ASSERT(is_kind(state, phase, LIC_PHASE_LINES) && (items != NULL || count == 0));
    lic_batch batch = {.phase = phase, .items = items, .words = slots, .count = count};
    return run(state, frame, &batch, gas, stop);
}

lic_trap lic_exec_judge(const lic_exec_state *state, const lic_exec_frame *frame, uint32_t phase,
                        const uint64_t *item, uint16_t *reason, uint64_t *gas, lic_exec_stop *stop)
{
    LIC_ASSERT(is_kind(state, phase, LIC_PHASE_JUDGE));
    lic_batch batch = {.phase = phase, .items = item, .count = 1};
    lic_trap trap = run(state, frame, &batch, gas, stop);
    *reason = stop->reason;
    return trap == LIC_TRAP_REFUSED ? LIC_TRAP_NONE : trap;
}

lic_trap lic_exec_rows(const lic_exec_state *state, const lic_exec_frame *frame, uint32_t phase,
                       uint32_t first, uint32_t count, const uint64_t *retired, uint64_t *gas,
                       lic_exec_stop *stop)
{
    LIC_ASSERT(is_kind(state, phase, LIC_PHASE_ROWS));
    LIC_ASSERT((uint64_t)first + count <=
               state->tables[state->program->image->phases[phase].table].row_count);
    lic_batch batch = {.phase = phase, .first = first, .count = count, .retired = retired};
    return run(state, frame, &batch, gas, stop);
}
