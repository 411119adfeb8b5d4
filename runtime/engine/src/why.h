/* why.h - what the parts of a derivation share: the log of the first pass, the graph of the second. */
#ifndef LICET_ENGINE_WHY_PRIVATE_H
#define LICET_ENGINE_WHY_PRIVATE_H

#include "replica.h"

#include <licet/why.h>

/* -- cells: 64-bit names of mutable fields --------------------------------------------------------- */

typedef uint64_t lic_cell; /* table << 48 | offset / 8 << 32 | row */
static inline lic_cell lic_cell_of(uint32_t table, uint32_t offset, uint32_t row)
{
    return (uint64_t)table << 48 | (uint64_t)(offset >> 3) << 32 | row;
}

/* A set of 64-bit keys with a 32-bit value each; open addressing, keys are ours, never hostile. */
typedef struct lic_cell_map {
    const lic_allocator *allocator;
    uint64_t *keys; /* key + 1; 0: free */
    uint32_t *values;
    size_t capacity, count;
} lic_cell_map;
void lic_cell_map_init(lic_cell_map *map, const lic_allocator *allocator);
void lic_cell_map_free(lic_cell_map *map);
/* Place of the key's value, made with value 0 when it is new; NULL = out of memory. */
uint32_t *lic_cell_map_put(lic_cell_map *map, uint64_t key);
uint32_t *lic_cell_map_find(const lic_cell_map *map, uint64_t key); /* NULL: not there */

/* -- the payee ---------------------------------------------------------------------------------------- */

typedef struct lic_why_payee {
    uint16_t table;
    uint32_t row;
} lic_why_payee;

/* Decoded operands that both passes need. */
uint32_t lic_why_row(const uint64_t *regs, uint8_t reg); /* 255: row 0 */
static inline uint32_t lic_why_field_table(uint32_t imm)
{
    return imm >> 24;
}
static inline bool lic_why_field_mutable(uint32_t imm)
{
    return (imm >> 23 & 1u) != 0;
}
static inline uint32_t lic_why_field_offset(uint32_t imm)
{
    return imm & 0x7FFFFFu;
}
/* The cell of an account's balance. */
lic_cell lic_why_account_cell(const lic_image *image, uint16_t account, uint32_t row);
bool lic_why_is_payee(const lic_image *image, const lic_why_payee *payee, uint16_t account,
                      uint32_t row);

/* -- first pass: who reads and writes what ---------------------------------------------------------------- */

typedef struct lic_why_log {
    const lic_allocator *allocator;
    const lic_image *image;
    lic_why_payee payee;
    uint64_t *accesses; /* kind << 62 | cell */
    size_t access_count, access_capacity;
    uint64_t *items; /* first access of each item, in order of execution */
    size_t item_count, item_capacity;
    bool failed;        /* out of memory */
    uint8_t *needed;    /* an item: 1 when the payee's amounts depend on it */
    lic_cell_map cells; /* cells that matter */
} lic_why_log;

void lic_why_log_init(lic_why_log *log, const lic_allocator *allocator, lic_why_payee payee);
void lic_why_log_free(lic_why_log *log);
/* From an observer's begin_run and trace. */
void lic_why_log_run(lic_why_log *log, const lic_image *image);
void lic_why_log_trace(lic_why_log *log, uint32_t phase, uint32_t pc, const uint64_t *regs);
/* Walks back from the payee's postings and duties; fills `needed` and `cells`. */
lic_status lic_why_log_slice(lic_why_log *log);

/* -- the graph ------------------------------------------------------------------------------------------------ */

typedef struct lic_why_link {
    uint32_t node;
    int8_t sign; /* 1 or -1 */
} lic_why_link;

typedef struct lic_why_node {
    uint8_t rule;  /* lic_why_rule */
    uint8_t mode;  /* ROUND_*: lic_rounding */
    uint8_t label; /* 0, or 1 + index of exact, earned, topup, recouped, net */
    lic_type type;
    lic_i128 value;
    uint16_t clause, term;   /* of the image, or LIC_NONE16; term: with label */
    uint16_t field;          /* SCHEDULE, PARAMETER, OPENING, SUM, AS_OF: what it is a value of */
    lic_date as_of, since;   /* AS_OF: the date asked for; when it was set, 0 never */
    uint16_t account, other; /* BALANCE; POSTING: from, to */
    uint32_t row, other_row; /* of the field's table, of the account, to's row */
    uint32_t index; /* SHARE: which; USAGE: column of the report; INPUT: lic_source; DATE: native */
    uint32_t run;   /* number of the run, from 0 */
    lic_i128 divisor, unit; /* ROUND_*, SHARE (total weight, unit), SCALE (factor in unit) */
    uint64_t line, offset;  /* USAGE */
    uint32_t size;
    uint32_t first_child, child_count; /* into links */
    lic_slice key, other_key;          /* of the row, of other_row; empty: none */
    lic_slice text; /* USAGE: the line's bytes; rows, enumerations, codes: their text */
} lic_why_node;

typedef struct lic_why_run { /* a watched run */
    uint64_t height;
    uint8_t kind;
    uint16_t subject;
    lic_date today, first, last, full_first, full_last;
    bool has_upload;
    lic_hash upload; /* of the report */
} lic_why_run;

struct lic_why {
    const lic_allocator *allocator;
    lic_arena *arena;   /* names, line texts */
    lic_engine *engine; /* at the tip: its image and names are used */
    const lic_image *image;
    lic_hash contract;
    lic_slice payee_name, period;
    lic_why_payee payee;
    bool simulated;
    lic_why_node *nodes;
    size_t node_count, node_capacity;
    lic_why_link *links;
    size_t link_count, link_capacity;
    uint32_t *roots; /* balances of the payee, then duties */
    size_t root_count, root_capacity;
    lic_why_run *runs;
    size_t run_count, run_capacity;
};

#define LIC_WHY_NO_NODE UINT32_MAX

/* -- second pass ------------------------------------------------------------------------------------------------ */

typedef struct lic_why_tracer lic_why_tracer;
lic_status lic_why_tracer_create(lic_why *why, const lic_why_log *log, uint64_t height,
                                 lic_why_tracer **tracer);
void lic_why_tracer_destroy(lic_why_tracer *tracer);
lic_observer lic_why_tracer_observer(lic_why_tracer *tracer);
/* Makes the roots; says what went wrong on the way. */
lic_status lic_why_tracer_finish(lic_why_tracer *tracer);

/* why_names.c: keys, texts of values and lines of the nodes from `first` on, read from the engine that
 * was watched and from the store. */
lic_status lic_why_name_nodes(lic_why *why, lic_engine *engine, uint32_t contract, size_t first);

/* -- names for both renderings ------------------------------------------------------------------------------------ */

/* Name, label, anchor of the clause of a node; empty when there is none. */
const lic_clause *lic_why_clause(const lic_why *why, const lic_why_node *node);
/* Decimal or date or whole number of a node's value, without currency. */
void lic_why_value(const lic_why *why, const lic_why_node *node, lic_buffer *target);
const char *lic_why_currency(const lic_why *why,
                             const lic_why_node *node); /* "" when it has none */
const char *lic_why_label(const lic_why_node *node);    /* "net", or NULL */

#endif
