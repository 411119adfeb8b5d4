/* flow.h - the verifier's picture of one phase: the type of every register at the instruction in
 * hand, and at every jump target ahead. A rule looks at one instruction and says what is wrong with
 * it, in words, or NULL. */
#ifndef LICET_IMAGE_FLOW_H
#define LICET_IMAGE_FLOW_H

#include "internal.h"

#define LIC_KIND_HIGH 255 /* upper half of a pair: not a value of its own */
#define LIC_NO_ROW LIC_NONE16

typedef struct lic_registers {
    lic_type at[LIC_REGISTERS];
} lic_registers;

typedef struct lic_flow {
    const lic_image *image;
    const lic_places *places;
    const lic_entry *entry;
    const lic_phase *phase;
    uint32_t pc;
    bool reached; /* the instruction in hand can be run */
    lic_registers now;
    bool locked[LIC_REGISTERS]; /* inputs: nothing writes there */
    uint32_t ahead_count;
    uint32_t target[LIC_PENDING_MAX];
    lic_registers ahead[LIC_PENDING_MAX];
} lic_flow;

/* One instruction with what its operands name. */
typedef struct lic_step {
    lic_instruction i;
    const lic_op_info *info;
    const lic_field *field; /* FIELD */
    lic_type b, c;          /* types of the registers read, kind NONE otherwise */
    lic_type a;             /* the same when a is read */
    lic_type result;        /* set by the rule when a is written */
} lic_step;

lic_type lic_flow_type(const lic_flow *flow, uint8_t reg);
/* Table whose row the operand names: 255 is the row of table 0. LIC_NO_ROW: not a row. */
uint16_t lic_flow_row(const lic_flow *flow, uint8_t reg);
/* Registers first .. first + 1 may be written as a pair. */
bool lic_flow_pair_free(const lic_flow *flow, unsigned first);
void lic_flow_write(lic_flow *flow, unsigned reg, lic_type type);
bool lic_flow_is(const lic_flow *flow, lic_phase_kind kind);
/* A kind that LOAD, MOVE and constants of 64 bits can have: no text, hash, set or span. */
bool lic_kind_narrow(lic_type type);
/* COUNT, DATE, RATE, PRICE. */
bool lic_kind_ordered(lic_type type);
/* Wide types whose numbers mean the same: money and exact of its scale. */
bool lic_same_worth(lic_type a, lic_type b);

const char *lic_rule_move(lic_flow *flow, lic_step *step);
const char *lic_rule_narrow(lic_flow *flow, lic_step *step);
const char *lic_rule_wide(lic_flow *flow, lic_step *step);
const char *lic_rule_round(lic_flow *flow, lic_step *step);
const char *lic_rule_tiers(lic_flow *flow, lic_step *step);
const char *lic_rule_rows(lic_flow *flow, lic_step *step);
const char *lic_rule_text(lic_flow *flow, lic_step *step);
const char *lic_rule_effect(lic_flow *flow, lic_step *step);
const char *lic_rule_control(lic_flow *flow, lic_step *step);

#define UNLESS(condition, reason)          \
    do {                                   \
        if (!(condition)) return (reason); \
    } while (0)

#endif
