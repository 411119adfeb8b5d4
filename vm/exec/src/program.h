/* program.h - the form in which code runs. lic_exec_prepare turns each instruction into one `step`
 * with its field's place, its constants and its descriptor at hand, and takes constants that a phase
 * sets once out of the way. Everything here was verified before. */
#ifndef LICET_EXEC_PROGRAM_H
#define LICET_EXEC_PROGRAM_H

#include <licet/exec.h>

#include "divide.h"

#define LIC_NO_REGISTER 255 /* always 0: row 0 of table 0 needs no branch */

/* Steps are numbered as opcodes; these are what preparation makes of some of them. */
enum {
    LIC_STEP_LOAD_FIXED = 0x80, /* LOAD from a fixed part */
    LIC_STEP_LOAD_CELL,         /* LOAD from cells */
    LIC_STEP_LOAD_ROWREF,       /* LOAD of a row reference from cells: checked */
    LIC_STEP_LOAD2_FIXED,
    LIC_STEP_LOAD2_CELL,
    LIC_STEP_MULDIV,    /* all four modes: in the plan */
    LIC_STEP_ROUND,     /* c = 255 */
    LIC_STEP_ROUND_BY,  /* c a register */
    LIC_STEP_TRACE,     /* tells the host of the instruction whose step follows */
    LIC_STEP_CHILD_LOAD /* CHILD, then LOAD of a fixed field of that row into the same register */
};

/* Where a table's view lies, in bytes from the first: tables are at most 250. */
static inline uint16_t lic_view_offset(uint16_t table)
{
    return (uint16_t)(table * sizeof(lic_table_view));
}

typedef struct lic_step {
    uint8_t op, a, b, c;
    uint32_t at; /* byte offset in the row part; target; or a plain number */
    union {
        struct {
            uint16_t view, stride; /* lic_view_offset of the table; of the field's part */
            uint32_t limit;
        } place;
        uint64_t bits;    /* gas, constants of 64 bits */
        const void *plan; /* lic_round_plan ... */
    } u;
} lic_step;

typedef struct lic_round_plan {
    lic_divisor fast; /* D when it is at most 2^63, else unset */
    lic_i128 divisor;
    int64_t unit;
    lic_rounding mode;
} lic_round_plan;

/* Where the child rows of a row are. */
typedef struct lic_span_plan {
    uint16_t parent_view, parent_stride, child_view, child_stride;
    uint32_t at;      /* of the span in the parent's fixed part */
    uint32_t load_at; /* CHILD_LOAD: of the field, from the first child row on */
} lic_span_plan;

typedef struct lic_tier_plan {
    lic_span_plan span;
    uint32_t edge_at, value_at, refuse_at; /* refuse_at LIC_NONE32: none */
    uint32_t value_size, columns;
    uint8_t row, column; /* registers; column 255: the first */
} lic_tier_plan;

typedef struct lic_split_plan {
    lic_span_plan span;
    lic_divisor fast; /* total * unit when it is at most 2^63 */
    int64_t total, unit;
    int64_t
        short_max; /* amounts whose products with the total fit 63 bits; 0 when the divisor does not */
    uint32_t share_at, max;
    uint8_t row;
} lic_split_plan;

typedef struct lic_balance_plan {
    uint16_t view, stride, table;
    uint16_t at;
} lic_balance_plan;

typedef struct lic_post_plan {
    lic_balance_plan from, to;
    uint16_t from_account, to_account, clause;
    bool floor; /* `from` may not go below zero */
} lic_post_plan;

typedef struct lic_range_plan {
    lic_i128 low, high;
} lic_range_plan;

typedef struct lic_set_plan { /* SETJOIN: target |= source */
    lic_balance_plan target, source;
    bool source_mutable;
} lic_set_plan;

typedef struct lic_call_plan {
    lic_native native;
    uint16_t subject;
    bool host, wide;
} lic_call_plan;

/* A register that a phase sets before its first item. */
typedef struct lic_preset {
    uint8_t reg;
    bool wide;
    lic_i128 value;
} lic_preset;

/* Words of an item that go to registers one after the other; 0 words end the list. */
typedef struct lic_slot {
    uint8_t reg, words;
    uint16_t index;
} lic_slot;

typedef struct lic_plan { /* one phase */
    const lic_step *steps;
    const uint32_t *pcs; /* of the instruction behind each step */
    const lic_preset *presets;
    const lic_slot *slots;
    uint32_t preset_count;
    uint8_t row_reg; /* ROWS: input with the row number, or LIC_NO_REGISTER */
} lic_plan;

struct lic_program {
    const lic_image *image;
    lic_plan *plans;  /* image->phases_count */
    lic_plan *traced; /* the same with one step and a TRACE for each instruction */
};

/* Natives that need no engine. `first`: the term's first day, from which contract years count. */
lic_trap lic_native_call(const lic_image *image, lic_native native, lic_date first,
                         const uint64_t *arguments, uint64_t *result);

#endif
