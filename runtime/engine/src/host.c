/* What the interpreter asks of the engine: pages before a write, postings, duties, events, results,
 * states, keys and texts. */
#include "engine.h"
#include "report/covered.h"
#include "work.h"

#include "reader.h"

#include <licet/standard.h>

#include <string.h>

#define TEXT_BATCH_BIT ((uint64_t)1 << 63)

/* Room for one more element in an array of the effects. */
static bool grow_array(lic_work *work, void **array, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity) return true;
    size_t wanted = *capacity == 0 ? 16 : *capacity * 2;
    const lic_allocator *allocator = work->engine->allocator;
    void *grown = allocator->resize(allocator->context, *array, *capacity * size, wanted * size);
    if (grown == NULL) return false;
    *array = grown;
    *capacity = wanted;
    return true;
}

#define GROW(work, run, name)                                                                \
    grow_array(work, (void **)&(run)->name##s, (run)->name##_count, &(run)->name##_capacity, \
               sizeof *(run)->name##s)

static lic_trap host_touch(void *context, uint16_t table, uint32_t page)
{
    lic_work *work = context;
    return lic_tables_touch(work->contract->tables, table, page);
}

static lic_trap host_posted(void *context, const lic_posting *posting)
{
    lic_work *work = context;
    lic_run_effects *run = work->run;
    if (!GROW(work, run, posting)) return lic_work_fail(work, LIC_NO_MEMORY);
    run->postings[run->posting_count++] = *posting;
    const lic_observer *observer = work->engine->observer;
    if (observer != NULL && observer->posted != NULL) observer->posted(observer->context, posting);
    return LIC_TRAP_NONE;
}

static lic_trap host_oblige(void *context, uint16_t duty, uint16_t clause, lic_i128 amount,
                            lic_date due, uint32_t debtor, uint32_t creditor)
{
    return lic_duty_make(context, duty, clause, amount, due, debtor, creditor);
}

static lic_trap host_emit(void *context, uint16_t event, const uint64_t *regs)
{
    lic_work *work = context;
    lic_run_effects *run = work->run;
    const lic_image *image = work->contract->image;
    const lic_event *e = &image->events[event];
    lic_buffer bytes;
    lic_buffer_init(&bytes, work->engine->allocator, 1u << 20);
    for (uint16_t i = 0; i < e->argument_count; i++) {
        const lic_event_argument *argument = &image->event_arguments[e->first_argument + i];
        const uint64_t *reg = regs + argument->reg;
        if (argument->type.kind == LIC_KIND_TEXT || argument->type.kind == LIC_KIND_HASH)
            lic_put_slice(&bytes, work->host.text(work, reg[0]));
        else if (lic_type_wide(argument->type))
            lic_put_i128(&bytes, (lic_i128)((lic_u128)reg[1] << 64 | reg[0]));
        else lic_put_i128(&bytes, (int64_t)reg[0]);
    }
    void *kept = bytes.size == 0 ? NULL : lic_engine_take(work->engine, bytes.size);
    bool failed = bytes.failed || (kept == NULL && bytes.size != 0) || !GROW(work, run, event);
    if (!failed) {
        if (kept != NULL) memcpy(kept, bytes.data, bytes.size);
        run->events[run->event_count++] = (lic_event_effect){
            .event = event, .arguments = lic_slice_of(kept, bytes.size)};
    }
    lic_buffer_free(&bytes);
    return failed ? lic_work_fail(work, LIC_NO_MEMORY) : LIC_TRAP_NONE;
}

static lic_term_total *total_of(lic_work *work, uint16_t term)
{
    lic_run_effects *run = work->run;
    if (run->totals == NULL) {
        run->totals = lic_engine_take(work->engine,
                                      work->contract->image->terms_count * sizeof *run->totals);
        if (run->totals == NULL) return NULL;
    }
    /* results of a term come in a row, so the last total is nearly always the one */
    for (size_t i = run->total_count; i > 0; i--)
        if (run->totals[i - 1].term == term) return &run->totals[i - 1];
    lic_term_total *total = &run->totals[run->total_count++];
    memset(total, 0, sizeof *total);
    total->term = term;
    return total;
}

static lic_trap host_result(void *context, uint16_t term, uint32_t row, const lic_i128 values[5])
{
    lic_work *work = context;
    lic_run_effects *run = work->run;
    lic_term_total *total = total_of(work, term);
    if (total == NULL || !GROW(work, run, result)) return lic_work_fail(work, LIC_NO_MEMORY);
    lic_result_effect *result = &run->results[run->result_count++];
    memset(result, 0, sizeof *result);
    result->term = term;
    result->row = row;
    for (size_t i = 0; i < 5; i++) {
        result->values[i] = values[i];
        if (!lic_add_i128(total->values[i], values[i], &total->values[i])) return LIC_TRAP_OVERFLOW;
    }
    total->rows++;
    return LIC_TRAP_NONE;
}

/* Notices of transitions belong to the state in which they were given. */
static lic_trap drop_notices(lic_work *work)
{
    const lic_image *image = work->contract->image;
    for (uint32_t i = 0; i < image->actions_count; i++) {
        const lic_action *action = &image->actions[i];
        if (action->entry != LIC_NONE16 || action->notice_field == LIC_NONE16 ||
            lic_field_get(work->contract->tables, action->notice_field, 0) == 0)
            continue;
        lic_trap trap = lic_field_set(work->contract->tables, action->notice_field, 0, 0);
        if (trap != LIC_TRAP_NONE) return trap;
    }
    return LIC_TRAP_NONE;
}

/* A final state ends the term: its last day is the day on which the state was entered. */
static lic_trap enter_final(lic_work *work)
{
    lic_contract *contract = work->contract;
    const lic_lifecycle *lifecycle = &contract->image->lifecycle;
    if (contract->head.status != LIC_CONTRACT_OPEN) {
        contract->head.status = LIC_CONTRACT_CLOSED;
        return LIC_TRAP_NONE;
    }
    contract->head.status = LIC_CONTRACT_RUN_OFF;
    if (lic_field_get(contract->tables, lifecycle->last_field, 0) <= work->today)
        return LIC_TRAP_NONE;
    return lic_field_set(contract->tables, lifecycle->last_field, 0, work->today);
}

static lic_trap host_enter_state(void *context, uint16_t state)
{
    lic_work *work = context;
    lic_run_effects *run = work->run;
    lic_tables *tables = work->contract->tables;
    const lic_lifecycle *lifecycle = &work->contract->image->lifecycle;
    if (!GROW(work, run, state)) return lic_work_fail(work, LIC_NO_MEMORY);
    uint16_t from = (uint16_t)lic_field_get(tables, lifecycle->state_field, 0);
    run->states[run->state_count++] = (lic_state_effect){.from = from, .to = state};
    lic_trap trap = lic_field_set(tables, lifecycle->state_field, 0, state);
    if (trap == LIC_TRAP_NONE) trap = lic_field_set(tables, lifecycle->since_field, 0, work->today);
    if (trap == LIC_TRAP_NONE) trap = drop_notices(work);
    if (trap == LIC_TRAP_NONE && state < 64 && (lifecycle->finals >> state & 1u) != 0 &&
        (lifecycle->finals >> from & 1u) == 0)
        trap = enter_final(work);
    work->state_entered = true;
    return trap;
}

/* Whom rows name, parties of the agreement or not. */
static bool signed_by(const lic_work *work, uint64_t id)
{
    const lic_call *call = work->call;
    lic_slice wanted = work->host.text(work->host.context, id);
    for (uint32_t i = 0; call != NULL && i < call->transaction->signature_count; i++) {
        if (call->signers[i] == LIC_NONE32 || (call->roles[i] & LIC_KEY_MAY_SIGN) == 0) continue;
        const lic_hash *party = &work->engine->parties[call->signers[i]].id;
        if (lic_slice_equal(wanted, lic_slice_of(party->bytes, LIC_HASH_SIZE))) return true;
    }
    return false;
}

static lic_trap host_native(void *context, uint32_t native, uint16_t subject,
                            const uint64_t *arguments, uint64_t *result, lic_i128 *wide)
{
    lic_work *work = context;
    switch (native) {
    case LIC_NATIVE_AS_OF: return lic_dated_value(work, subject, arguments, result, wide);
    case LIC_NATIVE_SET_AS_OF:
        return lic_dated_since(work->contract->tables, subject, arguments, result);
    case LIC_NATIVE_KEEP: return lic_dated_keep(work, subject, arguments[0], result);
    case LIC_NATIVE_SIGNED_BY: *result = signed_by(work, arguments[0]); return LIC_TRAP_NONE;
    default: return lic_duty_native(work, native, subject, arguments, result, wide);
    }
}

/* -- keys and texts ------------------------------------------------------------------------------------------ */

static lic_slice host_text(void *context, uint64_t handle)
{
    const lic_work *work = context;
    if ((handle & TEXT_BATCH_BIT) != 0)
        return lic_batch_value(work->batch_base, work->batch_hashes, handle);
    LIC_ASSERT(handle >= 1 && handle <= work->text_count);
    return work->texts[handle - 1];
}

static lic_trap host_make_text(void *context, lic_slice bytes, uint64_t *handle)
{
    lic_work *work = context;
    *handle = lic_work_text(work, bytes);
    return *handle == 0 ? lic_work_fail(work, LIC_NO_MEMORY) : LIC_TRAP_NONE;
}

static lic_slice key_bytes(lic_work *work, uint16_t table, uint64_t key, uint8_t room[32])
{
    if (lic_key_is_text(&work->contract->image->tables[table])) return host_text(work, key);
    return lic_number_key(key, room);
}

static lic_trap host_find(void *context, uint16_t table, uint64_t key, uint32_t *row)
{
    lic_work *work = context;
    uint8_t room[32];
    *row = lic_table_find(work->contract->tables, table, key_bytes(work, table, key, room));
    if (*row != LIC_NONE32 && lic_table_retired(work->contract->tables, table, *row))
        *row = LIC_NONE32;
    return LIC_TRAP_NONE;
}

static lic_trap host_enter(void *context, uint16_t table, uint64_t key, uint32_t *row)
{
    lic_work *work = context;
    uint8_t room[32];
    return lic_table_append(work->contract->tables, table, key_bytes(work, table, key, room), row);
}

static lic_trap host_retire(void *context, uint16_t table, uint32_t row)
{
    lic_work *work = context;
    return lic_table_retire(work->contract->tables, table, row);
}

static void host_trace(void *context, uint32_t phase, uint64_t item, uint32_t pc,
                       const uint64_t *regs)
{
    const lic_work *work = context;
    const lic_observer *observer = work->engine->observer;
    uint64_t *covered = work->contract->code->covered;
    if (covered != NULL) lic_cover(covered, pc);
    if (observer != NULL && observer->trace != NULL)
        observer->trace(observer->context, phase, item, pc, regs);
}

void lic_host_init(lic_work *work)
{
    const lic_observer *observer = work->engine->observer;
    bool traced = (observer != NULL && observer->trace != NULL) ||
                  work->contract->code->covered != NULL;
    work->host = (lic_exec_host){
        .context = work,
        .touch = host_touch,
        .posted = host_posted,
        .oblige = host_oblige,
        .emit = host_emit,
        .result = host_result,
        .enter_state = host_enter_state,
        .native = host_native,
        .find = host_find,
        .enter = host_enter,
        .retire = host_retire,
        .text = host_text,
        .make_text = host_make_text,
        .trace = traced ? host_trace : NULL,
    };
    work->exec.host = &work->host;
}
