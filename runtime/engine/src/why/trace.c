/* why/trace.c - the second pass of a derivation: items that matter run again, and each instruction of
 * theirs makes a node over the nodes of its operands. Registers and cells have shadows: the node of
 * what they hold. A result's value is read from the register before the next instruction runs.
 *
 * A cell that is added to keeps its contributions in a chain; reading it makes a sum of them. */
#include "why/nodes.h"

#include <string.h>

/* -- runs, batches, items ---------------------------------------------------------------------------- */

static void start_run(lic_why_tracer *t, const lic_contract *contract, const lic_run_effects *run)
{
    lic_why *why = t->why;
    t->contract = contract;
    t->tables = contract->tables;
    if (why->run_count == why->run_capacity) {
        size_t wanted = why->run_capacity == 0 ? 16 : why->run_capacity * 2;
        lic_why_run *grown = why->allocator->resize(why->allocator->context, why->runs,
                                                    why->run_capacity * sizeof *grown,
                                                    wanted * sizeof *grown);
        if (grown == NULL) {
            t->status = LIC_NO_MEMORY;
            return;
        }
        why->runs = grown;
        why->run_capacity = wanted;
    }
    t->run = (uint32_t)why->run_count;
    why->runs[why->run_count++] = (lic_why_run){
        .unit = t->unit,
        .kind = run->kind,
        .subject = run->subject,
        .today = run->today,
        .first = run->first,
        .last = run->last,
        .full_first = run->full_first,
        .full_last = run->full_last,
        .state = LIC_NONE16,
    };
}

static void begin_run(void *context, const lic_contract *contract, uint16_t entry,
                      const lic_run_effects *run)
{
    lic_why_tracer *t = context;
    (void)entry;
    if (run->kind != LIC_ENTRY_PAYMENT) t->allotted = LIC_WHY_NO_NODE;
    start_run(t, contract, run);
}

static void begin_batch(void *context, uint32_t phase, const uint64_t *items, size_t slots,
                        size_t count, const uint64_t *lines, const uint64_t *offsets,
                        const uint32_t *sizes)
{
    lic_why_tracer *t = context;
    (void)phase, (void)items, (void)slots, (void)count;
    t->lines = lines;
    t->offsets = offsets;
    t->sizes = sizes;
}

/* A report's bytes are known when it has run. Payments are allotted in runs without code of the
 * agreement: each allotment counts as an item. */
static void end_run(void *context, const lic_contract *contract, const lic_run_effects *run)
{
    lic_why_tracer *t = context;
    if (run->report != NULL && t->run < t->why->run_count) {
        t->why->runs[t->run].has_upload = true;
        t->why->runs[t->run].upload = run->report->upload;
        t->why->runs[t->run].accepted = run->report->accepted;
    }
    if (run->allotment_count == 0 || t->status != LIC_OK) return;
    start_run(t, contract, run);
    for (size_t i = 0; i < run->allotment_count; i++) {
        size_t item = t->item++;
        t->allotted = LIC_WHY_NO_NODE;
        if (item < t->log->item_count && t->log->needed[item] != 0)
            lic_why_allot(t, &run->allotments[i]);
    }
}

/* Values of the instruction before, now that it has run. */
static void settle_results(lic_why_tracer *t, const uint64_t *regs)
{
    for (unsigned i = 0; i < t->pending_count; i++) {
        const lic_pending *p = &t->pending[i];
        lic_why_node *node = &t->why->nodes[p->node];
        node->value = p->wide ? lic_why_pair(regs, p->reg) : (lic_i128)(int64_t)regs[p->reg];
    }
    t->pending_count = 0;
}

static void begin_item(lic_why_tracer *t, uint32_t phase, uint64_t item)
{
    t->item++;
    t->phase = phase;
    t->place = item;
    t->pending_count = 0;
    t->wanted = t->item - 1 < t->log->item_count && t->log->needed[t->item - 1] != 0;
    t->below = LIC_WHY_NO_NODE;
    if (t->wanted) memset(t->regs, 0xFF, sizeof t->regs);
}

static void trace(void *context, uint32_t phase, uint64_t item, uint32_t pc, const uint64_t *regs)
{
    lic_why_tracer *t = context;
    if (t->status != LIC_OK) return;
    if (pc == t->image->phases[phase].first) begin_item(t, phase, item);
    if (!t->wanted) return;
    settle_results(t, regs);
    t->clause = lic_image_clause_at(t->image, pc);
    if (t->log->folded) lic_why_step_folded(t, &t->image->code[pc], regs);
    else lic_why_step(t, &t->image->code[pc], regs);
}

lic_observer lic_why_tracer_observer(lic_why_tracer *tracer)
{
    return (lic_observer){.context = tracer,
                          .begin_run = begin_run,
                          .begin_batch = begin_batch,
                          .trace = trace,
                          .end_run = end_run};
}

lic_status lic_why_tracer_create(lic_why *why, const lic_why_log *log, uint32_t unit,
                                 lic_why_tracer **result)
{
    lic_why_tracer *t = lic_allocate_zero(why->allocator, 1, sizeof *t);
    if (t == NULL) return LIC_NO_MEMORY;
    t->why = why;
    t->log = log;
    t->image = why->image;
    t->unit = unit;
    t->status = LIC_OK;
    t->below = t->allotted = LIC_WHY_NO_NODE;
    lic_cell_map_init(&t->cells, why->allocator);
    lic_cell_map_init(&t->constants, why->allocator);
    *result = t;
    return LIC_OK;
}

void lic_why_tracer_destroy(lic_why_tracer *t)
{
    if (t == NULL) return;
    const lic_allocator *allocator = t->why->allocator;
    if (t->shadows != NULL)
        lic_release(allocator, t->shadows, t->shadow_capacity * sizeof *t->shadows);
    if (t->chain != NULL) lic_release(allocator, t->chain, t->chain_capacity * sizeof *t->chain);
    lic_cell_map_free(&t->cells);
    lic_cell_map_free(&t->constants);
    lic_release(allocator, t, sizeof *t);
}

/* -- roots ------------------------------------------------------------------------------------------------ */

/* The payee's accounts as they stand after the unit: opening and every posting. */
lic_status lic_why_tracer_finish(lic_why_tracer *t)
{
    const lic_image *image = t->image;
    const lic_why_payee *payee = &t->why->payee;
    for (uint32_t i = 0; t->status == LIC_OK && i < image->accounts_count; i++) {
        if (!lic_why_is_payee(image, payee, (uint16_t)i, payee->row)) continue;
        lic_why_balance(t, (uint16_t)i, payee->row);
    }
    return t->status;
}
