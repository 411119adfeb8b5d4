/* why/nodes.h - the tracer's state, shared by its frame (why/trace.c) and its steps. */
#ifndef LICET_ENGINE_WHY_NODES_H
#define LICET_ENGINE_WHY_NODES_H

#include "why/why.h"

enum { LIC_WHY_PENDING = LIC_SPLIT_MAX };

typedef struct lic_pending { /* a node whose value is in a register after the instruction */
    uint32_t node;
    uint8_t reg;
    bool wide;
} lic_pending;

/* What a cell holds: a node, and what was added since. */
typedef struct lic_why_shadow {
    uint32_t base;        /* LIC_WHY_NO_NODE: nothing but the contributions */
    uint32_t first, last; /* chain; 0: none, else index + 1 */
    uint16_t field;
    uint32_t row;
} lic_why_shadow;

typedef struct lic_why_chain {
    lic_why_link link;
    uint32_t next; /* index + 1 */
} lic_why_chain;

struct lic_why_tracer {
    lic_why *why;
    const lic_why_log *log;
    const lic_image *image;
    const lic_contract *contract; /* of the run */
    const lic_tables *tables;
    uint32_t unit;
    lic_status status;
    /* the item */
    size_t item; /* ordinal + 1 */
    bool wanted;
    uint32_t phase, run;
    uint64_t place; /* line in the batch, or row */
    uint16_t clause;
    uint32_t regs[LIC_REGISTERS];
    const uint64_t *lines, *offsets;
    const uint32_t *sizes;
    lic_pending pending[LIC_WHY_PENDING];
    unsigned pending_count;
    /* cells */
    lic_cell_map cells; /* cell -> shadow + 1 */
    lic_why_shadow *shadows;
    size_t shadow_count, shadow_capacity;
    lic_why_chain *chain;
    size_t chain_count, chain_capacity;
    lic_cell_map constants; /* field and row of the constant part -> node + 1 */
    uint32_t below;         /* the condition of `below` that was asked last in this item */
    uint32_t allotted; /* what was allotted last: the amount of the payment entry that follows */
};

/* -- why/graph.c: making nodes ---------------------------------------------------------------------- */
/* A new node of the run and clause at hand; LIC_WHY_NO_NODE after a failure (tracer->status). */
uint32_t lic_why_make(lic_why_tracer *tracer, lic_why_rule rule, lic_type type, lic_i128 value);
/* Adds a child to the node made last. */
void lic_why_child(lic_why_tracer *tracer, uint32_t node, uint32_t child, int sign);
void lic_why_root(lic_why_tracer *tracer, uint32_t node);
/* The node belongs to the row that the item is about. */
void lic_why_scope(const lic_why_tracer *tracer, uint32_t node);
/* The node of a register: a shadow, or a leaf for an input of the phase. */
uint32_t lic_why_register(lic_why_tracer *tracer, uint8_t reg, const uint64_t *regs);
/* The same of a value of this type, for what moves it; of a folded unit a leaf. */
uint32_t lic_why_moved(lic_why_tracer *tracer, uint8_t reg, const uint64_t *regs, lic_type type);
/* The register's value is in `node` from now on, and is read after the instruction. */
void lic_why_result(lic_why_tracer *tracer, uint8_t reg, uint32_t node);

/* -- why/cells.c: shadows of fields ------------------------------------------------------------------- */
uint16_t lic_why_field(const lic_image *image,
                       uint32_t imm); /* index, LIC_NONE16 when it is unknown */
/* What a field holds: a leaf for constants, a sum or an opening value for cells. */
uint32_t lic_why_load(lic_why_tracer *tracer, uint16_t field, uint32_t row);
void lic_why_store(lic_why_tracer *tracer, uint16_t field, uint32_t row, uint32_t node);
void lic_why_add(lic_why_tracer *tracer, uint16_t field, uint32_t row, uint32_t node, int sign);
/* The root of an account. */
void lic_why_balance(lic_why_tracer *tracer, uint16_t account, uint32_t row);

/* -- why/earlier.c ----------------------------------------------------------------------------------------- */
/* What a cell held before the unit: the sum of what earlier blocks did to it, or a leaf. */
uint32_t lic_why_opening(lic_why_tracer *tracer, uint16_t field, uint32_t row, lic_i128 value);

/* -- why/owed.c: duties and payments --------------------------------------------------------------------- */
/* OBLIGE, RESULT and the natives that read or change the duties of a term, before they run. */
void lic_why_oblige(lic_why_tracer *tracer, const lic_instruction *i, const uint64_t *regs);
void lic_why_result_of(lic_why_tracer *tracer, const lic_instruction *i, const uint64_t *regs);
bool lic_why_duty_call(lic_why_tracer *tracer, const lic_instruction *i, const uint64_t *regs);
/* Of those the natives that change duties. */
void lic_why_duty_change(lic_why_tracer *tracer, const lic_instruction *i, const uint64_t *regs);
/* A part of a payment went to a duty, just now. */
void lic_why_allot(lic_why_tracer *tracer, const lic_allotment *allotment);

/* -- why/steps.c: one instruction ----------------------------------------------------------------------- */
void lic_why_step(lic_why_tracer *tracer, const lic_instruction *instruction, const uint64_t *regs);
/* Of a folded unit: what moves money or changes duties, and nothing else. */
void lic_why_step_folded(lic_why_tracer *tracer, const lic_instruction *instruction,
                         const uint64_t *regs);

#endif
