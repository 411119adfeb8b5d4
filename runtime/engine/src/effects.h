/* effects.h - what a block did, as the plain arrays that execution produced. The projection writes
 * rows from it, `why` reads it, and outputs are encoded from it. Everything is owned by the engine
 * and valid until the block is committed or abandoned. Order is the order of execution. */
#ifndef LICET_ENGINE_EFFECTS_H
#define LICET_ENGINE_EFFECTS_H

#include "table.h"

#include <licet/engine.h>

/* RESULT of one row. */
typedef struct lic_result_effect {
    lic_i128 values[5]; /* exact, earned, topup, recouped, net */
    uint32_t row;
    uint16_t term;
} lic_result_effect;

typedef struct lic_term_total {
    lic_i128 values[5];
    uint32_t rows;
    uint16_t term;
} lic_term_total;

typedef struct lic_event_effect {
    uint16_t event;
    lic_slice arguments; /* per argument: i128, or u32 length and bytes for TEXT and HASH */
} lic_event_effect;

typedef struct lic_state_effect {
    uint16_t from, to;
} lic_state_effect;

/* A part of a payment that went to a duty. */
typedef struct lic_allotment {
    uint32_t payment, duty; /* rows */
    lic_i128 amount;
} lic_allotment;

typedef struct lic_rejected_line {
    uint64_t line;   /* from 1 */
    uint64_t offset; /* bytes from the report's beginning */
    uint16_t reason; /* index in lic_report_reasons */
} lic_rejected_line;

typedef struct lic_column_sum {
    lic_i128 value;  /* over accepted lines, in the column's own unit */
    uint16_t column; /* of the report: COUNT, EXACT, RATE forms */
} lic_column_sum;

typedef struct lic_report_outcome {
    uint16_t report;
    lic_hash upload; /* id of the header's transaction */
    uint64_t bytes, lines, accepted, rejected;
    size_t reason_count; /* in judging order, as lic_report_reasons lists them */
    uint64_t *reasons;
    size_t sum_count;
    lic_column_sum *sums;
    size_t line_count; /* rejected lines */
    lic_rejected_line *lines_rejected;
} lic_report_outcome;

typedef struct lic_statement_effect {
    uint64_t number; /* in the contract's output log */
    uint32_t row;    /* payee, in the statement's table */
    lic_slice bytes; /* the output: lic_statement_decode */
} lic_statement_effect;

/* What started a run beside the kinds of entries. */
enum { LIC_RUN_SETTLE = 64 /* payments allotted, statements of a run */ };

/* One entry of an agreement, run once; or the statements issued for one period. */
typedef struct lic_run_effects {
    struct lic_run_effects *next; /* of the same block, any contract */
    uint32_t contract;            /* number */
    uint32_t cause;               /* position of the transaction, LIC_STORE_NONE: a timer */
    uint8_t kind;                 /* lic_entry_kind, or LIC_RUN_SETTLE */
    uint16_t subject;             /* report, statement, fact, ...; LIC_NONE16 */
    lic_date today, first, last;  /* period as cut to the term; 0 when there is none */
    lic_date full_first, full_last;
    lic_posting *postings;
    size_t posting_count, posting_capacity;
    lic_result_effect *results;
    size_t result_count, result_capacity;
    lic_term_total *totals; /* of the terms in `results`, ascending */
    size_t total_count;
    lic_event_effect *events;
    size_t event_count, event_capacity;
    lic_state_effect *states;
    size_t state_count, state_capacity;
    lic_allotment *allotments;
    size_t allotment_count, allotment_capacity;
    uint32_t first_duty, duty_count; /* rows made in table DUTIES */
    lic_report_outcome *report;      /* NULL: no report */
    lic_statement_effect *statements;
    size_t statement_count, statement_capacity;
    uint64_t gas;
} lic_run_effects;

/* An upload that began in the block. */
typedef struct lic_upload_effects {
    struct lic_upload_effects *next;
    uint32_t number, contract;
    uint16_t kind;       /* LOAD or REPORT */
    lic_slice subject;   /* name of the schedule or report */
    uint8_t period_kind; /* 0: none */
    lic_date first;      /* of the period */
} lic_upload_effects;

/* A contract that the block touched. */
typedef struct lic_contract_effects {
    struct lic_contract_effects *next;
    uint32_t number;
    const lic_contract_info *info; /* after the block */
    const lic_tables *tables;      /* after the block; `changed` lists the pages */
    const bool *loaded;            /* a table: rows arrived in this block */
    bool deployed;                 /* made in this block */
    uint8_t status_before;         /* lic_contract_status */
} lic_contract_effects;

typedef struct lic_block_effects {
    uint64_t height;
    int64_t time;
    lic_contract_effects *contracts; /* ascending by number */
    lic_run_effects *runs;           /* in the order of execution */
    lic_upload_effects *uploads;     /* ascending by number */
} lic_block_effects;

#endif
