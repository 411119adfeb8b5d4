/* why/why.h - what the parts of a derivation share: the log of the first pass, the graph of the second. */
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

/* -- whose amounts they are ----------------------------------------------------------------------------- */

typedef struct lic_why_payee {
    uint16_t table; /* LIC_NONE16: nobody's, one duty is asked for */
    uint32_t row;
    uint32_t duty; /* its row, or LIC_NONE32 */
} lic_why_payee;

/* What the agreement's code says about the payee, made once: which terms' money can come to it, and whose
 * payments. why/concern.c */
typedef struct lic_why_concern {
    bool *terms;  /* a term */
    bool *shares; /* a duty of the image: what is paid on it is shared out to the payee, too */
} lic_why_concern;

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
static inline lic_i128 lic_why_pair(const uint64_t *regs, uint8_t reg)
{
    return (lic_i128)((lic_u128)regs[reg + 1] << 64 | regs[reg]);
}

/* -- first pass: who reads and writes what ---------------------------------------------------------------- */

typedef struct lic_why_log {
    const lic_why *why;
    const lic_allocator *allocator;
    const lic_image *image;
    const lic_contract *contract; /* of the run under way */
    uint64_t *accesses;           /* kind << 62 | cell */
    size_t access_count, access_capacity;
    uint64_t *items; /* first access of each item, in order of execution */
    size_t item_count, item_capacity;
    bool failed;        /* out of memory */
    bool folded;        /* after lic_why_log_fold */
    uint8_t *needed;    /* an item: 1 when the payee's amounts depend on it */
    lic_cell_map cells; /* cells that matter */
} lic_why_log;

void lic_why_log_init(lic_why_log *log, const lic_why *why);
void lic_why_log_free(lic_why_log *log);
lic_observer lic_why_log_observer(lic_why_log *log);
/* How many items matter, after lic_why_log_slice. */
size_t lic_why_log_count(const lic_why_log *log);
/* From here on what moves the payee's money or duties matters alone, not what it follows from. */
lic_status lic_why_log_fold(lic_why_log *log);
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
    uint16_t clause, term; /* of the image, or LIC_NONE16; term: with label */
    uint16_t field;        /* SCHEDULE, PARAMETER, OPENING, SUM, AS_OF: what it is a value of */
    lic_date as_of,
        since; /* AS_OF: the date asked for; when it was set, 0 never. EARLIER, PAYMENT: as_of
                              * is the day. DATE: as_of is the anchor of years, or LIC_DATE_MIN */
    uint16_t account, other; /* BALANCE, DUTY: creditor, or LIC_NONE16; POSTING: from, to */
    uint16_t
        scope; /* POSTING, DUTY, RESULT: table of the rows that the run went through, or NONE16 */
    uint32_t row,
        other_row; /* of the field's table, of the account, to's row; DUTY: creditor, debtor */
    uint32_t scope_row;
    uint32_t duty; /* DUTY, OPEN, DUE, CANCELLED, ALLOTTED: its row */
    uint32_t
        index; /* SHARE: which; USAGE: column of the report; INPUT: lic_source; DATE, LOOKUP: native;
                     * DUTY: of the image; PAYMENT, ALLOTTED: row of the payment */
    uint32_t run;           /* number of the run, from 0 */
    lic_i128 divisor, unit; /* ROUND_*, SHARE (total weight, unit), SCALE (factor in unit) */
    uint64_t line, offset;  /* USAGE; EARLIER: `line` is the block */
    uint32_t size;
    uint32_t first_child, child_count;   /* into links */
    lic_slice key, other_key, scope_key; /* of the row, of other_row, of scope_row; empty: none */
    lic_slice text; /* USAGE: the line's bytes; rows, enumerations, codes: their text */
} lic_why_node;

/* A transaction, or the timers of a block, that was watched. */
typedef struct lic_why_unit {
    uint64_t height;
    uint32_t position; /* of the transaction; LIC_STORE_NONE: timers */
    uint16_t kind;     /* lic_transaction_kind */
    lic_slice sender;  /* name of the party that sent it; empty: none */
    lic_slice words;   /* of an act or fact: "Grant(number = 7)", "Gross = 10000000.00" */
} lic_why_unit;

typedef struct lic_why_run { /* a watched run */
    uint32_t unit;
    uint8_t kind;
    uint16_t subject;
    lic_date today, first, last, full_first, full_last;
    bool has_upload;
    lic_hash upload;   /* of the report */
    uint64_t accepted; /* its lines */
    uint16_t state;    /* entered, by an item that matters; LIC_NONE16: none */
} lic_why_run;

/* A block's date, at its height modulo LIC_WHY_DATED; height 0: none. */
enum { LIC_WHY_DATED = 4096 };
typedef struct lic_why_dated {
    uint64_t height;
    lic_date date;
} lic_why_dated;

struct lic_why {
    const lic_allocator *allocator;
    lic_arena *arena;   /* names, line texts */
    lic_engine *engine; /* at the tip: its image and names are used */
    const lic_image *image;
    lic_hash contract;
    lic_why_asked asked;
    lic_slice payee_name, period;
    uint64_t block;
    lic_why_payee payee;
    lic_why_concern concern;
    size_t nodes_max;
    bool simulated, folded; /* some unit's movements are told without their steps */
    lic_why_node *nodes;
    size_t node_count, node_capacity;
    lic_why_link *links;
    size_t link_count, link_capacity;
    uint32_t *roots; /* the payee's accounts, duties, payments and results that came to nothing */
    size_t root_count, root_capacity;
    lic_why_unit *units; /* in the order of execution */
    size_t unit_count, unit_capacity;
    lic_why_run *runs;
    size_t run_count, run_capacity;
    lic_why_dated dated
        [LIC_WHY_DATED]; /* dates that were asked for, by height: each amount asks for the same ones */
    uint64_t
        erased_in; /* the first block with an output, act or fact of the contract that was erased; 0: none was met */
    struct lic_why_pages *pages; /* versions of pages that were read: why/versions.c */
    lic_cell_map made, open;     /* row of a duty -> node + 1: DUTY; what was open of it last */
};

#define LIC_WHY_NO_NODE UINT32_MAX
lic_status lic_why_add_root(lic_why *why, uint32_t node);

/* -- second pass ------------------------------------------------------------------------------------------------ */

typedef struct lic_why_tracer lic_why_tracer;
/* `unit` is watched. */
lic_status lic_why_tracer_create(lic_why *why, const lic_why_log *log, uint32_t unit,
                                 lic_why_tracer **tracer);
void lic_why_tracer_destroy(lic_why_tracer *tracer);
lic_observer lic_why_tracer_observer(lic_why_tracer *tracer);
/* Makes the roots; says what went wrong on the way. */
lic_status lic_why_tracer_finish(lic_why_tracer *tracer);

/* why/names.c: keys, texts of values and lines of the nodes from `first` on, read from the engine that
 * was watched and from the store. */
lic_status lic_why_name_nodes(lic_why *why, lic_engine *engine, uint32_t contract, size_t first);

/* why/find.c: the units to be watched, into why->units. MISSING: there is no such duty. */
lic_status lic_why_find_units(lic_why *why, lic_contract *contract, lic_error *error);
/* Fills in who sent a unit and what it said. */
lic_status lic_why_describe_unit(lic_why *why, lic_contract *contract, uint32_t number,
                                 lic_error *error);
/* Adds a unit in its place, once. */
lic_status lic_why_add_unit(lic_why *why, uint64_t height, uint32_t position);
lic_status lic_why_block_date(lic_why *why, uint64_t height, lic_date *date);

/* why/versions.c. The cells of a row after each block that may have changed it, oldest first; NULL: it was not there, or
 * all zero. */
typedef lic_status lic_why_version_visit(void *context, uint64_t height, const uint8_t *cells);
lic_status lic_why_row_versions(lic_why *why, uint32_t contract, uint16_t table, uint32_t row,
                                lic_why_version_visit *visit, void *context);
/* The other way: what the row held when block `before` began (`height` is `before` then), and what it held before each of the
 * earlier blocks that may have changed it, the last one first, until the visit answers that it has enough. At most
 * LIC_WHY_VERSIONS_MAX versions of the page are looked through. *all: there is nothing before what was visited. */
enum { LIC_WHY_VERSIONS_MAX = 1024 };
typedef bool lic_why_change_visit(void *context, uint64_t height, const uint8_t *cells);
typedef struct lic_why_place {
    uint32_t contract;
    uint16_t table;
    uint32_t row;
    uint64_t before;
} lic_why_place;
lic_status lic_why_row_changes(lic_why *why, const lic_why_place *place,
                               lic_why_change_visit *visit, void *context, bool *all);
void lic_why_pages_free(lic_why *why);

/* What is added to the field is told block by block; otherwise since when it holds what it holds. why/earlier.c */
bool lic_why_adds_up(const lic_field *field);

bool lic_why_is_payee(const lic_image *image, const lic_why_payee *payee, uint16_t account,
                      uint32_t row);
/* why/concern.c: fills why->concern for why->payee. */
lic_status lic_why_find_concern(lic_why *why);
/* The constant that register `reg` holds before instruction pc, where the code just above says so. */
bool lic_why_constant(const lic_image *image, uint32_t phase, uint32_t pc, uint8_t reg,
                      lic_i128 *value);
/* A row of table DUTIES concerns the payee: made to it, by it, to be shared with it, or asked for. */
bool lic_why_duty_concerns(const lic_why *why, uint32_t row, uint32_t descriptor, uint32_t debtor,
                           uint32_t creditor);
bool lic_why_row_concerns(const lic_why *why, const lic_tables *tables, uint32_t row);
/* A term's result of 0 for this row is worth a word to the payee. */
bool lic_why_result_concerns(const lic_why *why, uint32_t term, uint32_t row);

/* -- names for both renderings ------------------------------------------------------------------------------------ */

/* Name, label, anchor of the clause of a node; empty when there is none. */
const lic_clause *lic_why_clause(const lic_why *why, const lic_why_node *node);
/* Decimal or date or whole number of a node's value, without currency. */
void lic_why_value(const lic_why *why, const lic_why_node *node, lic_buffer *target);
const char *lic_why_currency(const lic_why *why,
                             const lic_why_node *node); /* "" when it has none */
const char *lic_why_run_kind(const lic_why_run *run);   /* "report" */
/* Name of the report, statement, term, fact or action; empty where a run has none. */
lic_slice lic_why_run_subject(const lic_why *why, const lic_why_run *run);
/* False: the run has no period. */
bool lic_why_run_period(const lic_why *why, const lic_why_run *run, char text[LIC_PERIOD_TEXT]);
const char *lic_why_label(const lic_why_node *node); /* "net", or NULL */

#endif
