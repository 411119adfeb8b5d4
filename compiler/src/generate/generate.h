/* generate/generate.h - what the files of this room share: the image that grows, and the code of one phase as
 * values in single assignment before registers are given to them. */
#ifndef LICET_GENERATE_H
#define LICET_GENERATE_H

#include "program.h"

#include <licet/standard.h>

#define LIC_NO_VALUE (-1)

/* One value of a phase: the result of one instruction, an input, or a place in a block of registers
 * that stand next to each other. */
typedef struct lic_value {
    lic_type type;
    int32_t block;   /* its block; several values share one when an instruction needs that */
    uint32_t offset; /* registers from the block's first */
} lic_value;

typedef struct lic_block_of_registers {
    uint32_t size; /* registers */
    bool even;     /* begins at an even register */
    bool is_input;
    int32_t first, last; /* instructions between which it is needed; -1 = never */
    uint8_t reg;
} lic_block_of_registers;

typedef struct lic_ir {
    uint8_t op;
    bool dead;
    int32_t result;      /* value, or LIC_NO_VALUE */
    int32_t a, b, c;     /* operands read; LIC_NO_VALUE none; LIC_SELF_ROW: 255 */
    int32_t row, column; /* of TIERS and SPLIT, in the imm */
    int32_t extra[8];    /* arguments of events; values that the instruction reads beside a, b, c */
    uint32_t extra_count;
    uint32_t imm;
    uint8_t plain_b, plain_c; /* N8 operands */
    uint16_t clause;
    const lic_node *step; /* of the kernel, which it is a part of; or NULL */
    int32_t label;        /* of LABEL, and target of BRANCH and JUMP */
} lic_ir;

#define LIC_SELF_ROW (-2)

/* A value that was computed already: the same operation on the same values. */
typedef struct lic_known {
    lic_ir key;
    int32_t value;
    bool killed;
    uint32_t next; /* the one before it whose key hashes alike, + 1; 0: none */
} lic_known;

#define LIC_CHAINS 1024u

/* Numbers of items of a growing array, by a hash of their content. */
typedef struct lic_finder {
    uint32_t heads[LIC_CHAINS]; /* item + 1; 0: none */
    uint32_t *next;
    size_t capacity;
} lic_finder;

typedef struct lic_phase_code {
    lic_value *values;
    size_t value_count, value_capacity;
    lic_block_of_registers *blocks;
    size_t block_count, block_capacity;
    lic_ir *code;
    size_t code_count, code_capacity;
    lic_known *known;
    size_t known_count, known_capacity;
    uint32_t known_heads[LIC_CHAINS];
    lic_input *inputs; /* reg holds nothing yet */
    int32_t *input_values;
    size_t input_count, input_capacity, input_value_capacity;
    bool *label_used; /* something jumps there */
    size_t label_count, label_capacity;
    bool left; /* nothing that follows is reached */
    uint16_t clause;
    const lic_node *step;
    uint8_t kind;
    uint16_t table;
} lic_phase_code;

#define LIC_CAPACITY(type, name) size_t name;
typedef struct generator {
    lic_compilation *c;
    lic_program *p;
    lic_image *image;
    struct {
        LIC_IMAGE_ARRAYS(LIC_CAPACITY)
    } capacity;
    lic_phase_code code; /* of the present phase */
    lic_finder constants, clauses;
    struct lic_text_field {
        lic_slice text;
        uint16_t field;
    } * texts; /* literals, in fixed fields of `self` */
    size_t text_count, text_capacity;
    uint8_t entry_kind;
    int nested;         /* `if`s around the present step */
    lic_symbol *report; /* of line and judge phases */
    lic_symbol *action;
    uint16_t parties_accounts[LIC_CURRENCIES_MAX], opening[LIC_CURRENCIES_MAX],
        recouped[LIC_CURRENCIES_MAX], written_off[LIC_CURRENCIES_MAX];
    struct lic_payee_account {
        uint16_t table, account;
        uint8_t currency;
    } * payees;
    size_t payee_count, payee_capacity;
    struct lic_tier_table {
        const lic_symbol *symbol;
        uint16_t descriptor;
    } * tier_tables;
    size_t tier_count, tier_capacity;
    size_t step_capacity, clause_capacity; /* of the compilation's lists */
    uint16_t states;                       /* enumeration */
    uint16_t enumeration_base;
} generator;

#define LIC_PUT(g, name)                                                             \
    ((g)->image->name = lic_grow((g)->c, (g)->image->name, (g)->image->name##_count, \
                                 &(g)->capacity.name, sizeof *(g)->image->name),     \
     &(g)->image->name[(g)->image->name##_count++])

/* generate/tables.c */
void lic_generate_tables(generator *g);
/* Its items, newest first: for (i = *lic_chain(f, hash); i; i = f->next[i - 1]) with item i - 1. Items are
 * added in their order, 0, 1, 2 ... */
uint32_t *lic_chain(lic_finder *finder, uint32_t hash);
void lic_chain_add(generator *g, lic_finder *finder, uint32_t hash, uint32_t item);
uint32_t lic_mixed(uint32_t hash, const void *bytes, size_t size);
uint16_t lic_text_number(generator *g, lic_slice text); /* LIC_NONE16 when empty */
uint16_t lic_field_add(generator *g, uint16_t table, lic_slice name, lic_type type, lic_role role,
                       bool is_mutable);
uint16_t lic_table_add(generator *g, lic_table_kind kind, lic_slice name);
lic_type lic_image_type(const generator *g, const lic_meaning *meaning);
lic_reader lic_reader_of(generator *g, const lic_symbol *symbol);
lic_type lic_tier_value_type(const generator *g, const lic_symbol *tiers);
uint16_t lic_constant_of(generator *g, lic_type type, lic_i128 value);
uint16_t lic_set_constant(generator *g, const uint8_t set[32]);
uint8_t *lic_static_rows(generator *g, uint16_t table,
                         uint32_t rows); /* room for the fixed parts */
void lic_store_fixed(generator *g, uint8_t *row, const lic_field *field, lic_i128 value);
lic_i128 lic_value_at(const lic_meaning *m, unsigned scale); /* a constant at a larger scale */
void lic_patch_given(generator *g, const lic_node *value, uint16_t table, uint32_t row,
                     uint16_t field);

/* generate/subjects.c: parties, parameters, facts, reports, statements, actions, grants, terms */
void lic_generate_subjects(generator *g);
void lic_generate_header(generator *g);
void lic_generate_reference(generator *g, const char *name);
void lic_generate_accounts(generator *g);
void lic_generate_facts(generator *g);
uint16_t lic_account_implicit(generator *g, uint16_t *slot, lic_account_kind kind, const char *name,
                              uint16_t table, uint8_t currency);
uint16_t lic_payee_account_of(generator *g, const lic_symbol *schedule, uint8_t currency);
lic_period_kind lic_period_months(const lic_node *period);
void lic_generate_grids(generator *g);

/* generate/code.c: the phase */
void lic_phase_begin(generator *g, lic_phase_kind kind, uint16_t table);
void lic_phase_end(generator *g); /* registers, dead code, into the image */
int32_t lic_compute(generator *g, uint8_t op, lic_type type, int32_t a, int32_t b,
                    uint32_t imm); /* b, c roles; reuses known values */
int32_t lic_compute_ir(generator *g, lic_ir ir, lic_type type);
void lic_effect(generator *g, uint8_t op, int32_t a, int32_t b, int32_t c, uint32_t imm);
int32_t lic_input_value(generator *g, lic_source source, uint16_t index, lic_type type);
int32_t lic_const(generator *g, lic_type type, lic_i128 value);
int32_t lic_load(generator *g, int32_t row, uint16_t field);
void lic_store(generator *g, int32_t value, int32_t row, uint16_t field, bool gain);
lic_type lic_value_type(const generator *g, int32_t value);
int32_t lic_label_new(generator *g);
void lic_branch_false(generator *g, int32_t condition, int32_t label);
void lic_jump(generator *g, int32_t label);
void lic_label_here(generator *g, int32_t label);
int32_t lic_known_find(const generator *g, const lic_ir *key); /* its value, or LIC_NO_VALUE */
void lic_known_add(generator *g, const lic_ir *key, int32_t value);
size_t lic_known_mark(const generator *g);
void lic_known_forget(generator *g, size_t mark);
void lic_kill_field(generator *g, uint16_t field);
void lic_kill_calls(generator *g);
int32_t lic_block_new(generator *g, uint32_t size, bool even);
int32_t lic_value_in(generator *g, int32_t block, uint32_t offset, lic_type type);
lic_ir lic_ir_blank(uint8_t op); /* without operands, result and label */
lic_ir *lic_emit_ir(generator *g, lic_ir ir);
void lic_move(generator *g, int32_t place, int32_t value);

/* generate/step.c: the act ends, refused with this reason */
void lic_generate_refusal(generator *g, lic_slice text, lic_slice anchor);

/* generate/unique.c: columns of registers that are unique. The most values that such a column can have had is
 * as many as a table's most rows. */
enum { LIC_HOLDERS_MAX = 16000000 };
bool lic_is_unique(const lic_symbol *column);
void lic_generate_claim(generator *g, const lic_symbol *column, int32_t row, int32_t value);
void lic_generate_change(generator *g, const lic_symbol *column, int32_t row, int32_t value);
void lic_generate_release(generator *g, const lic_symbol *reg, int32_t row);

/* generate/value.c: expressions */
int32_t lic_generate_value(generator *g, const lic_node *node);
int32_t lic_generate_as(generator *g, const lic_node *node, lic_sort sort, unsigned scale);
int32_t lic_generate_typed(generator *g, const lic_node *node,
                           lic_type type); /* scaled to exactly that */
int32_t lic_generate_rounded(generator *g, const lic_node *inner);
/* CALL of a native function; `imm` names it and its subject. The same call on the same values is made once. */
int32_t lic_generate_call(generator *g, uint32_t imm, lic_type result, int32_t a, int32_t b,
                          int32_t c);
typedef struct lic_place_of {
    uint16_t field;
    int32_t row;
    const lic_symbol *symbol;
} lic_place_of;
bool lic_generate_place(generator *g, const lic_node *node, lic_place_of *place);
typedef struct lic_account_at {
    uint16_t account;
    int32_t row;
} lic_account_at;
lic_account_at lic_generate_account(generator *g, const lic_node *node, uint8_t currency);

/* generate/dates.c: values that have a history */
int32_t lic_generate_dated(generator *g, const lic_node *node);  /* as_of, set_as_of */
void lic_generate_keep(generator *g, const lic_place_of *place); /* before the place is written */

/* generate/tiers.c */
uint16_t lic_tiers_descriptor(generator *g, const lic_symbol *tiers);
void lic_generate_share_out(generator *g, const lic_node *node);

/* generate/step.c */
bool lic_nest(generator *g, const lic_node *node); /* one `if` deeper; false: too deep, reported */
void lic_generate_steps(generator *g, const lic_node *block, uint32_t from, uint32_t to);
void lic_generate_grid_lines(generator *g);

#endif
