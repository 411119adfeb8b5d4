/* work.h - a unit of work: everything that one transaction, or one timer, does to one contract. It is
 * kept as a whole or rolled back as a whole: pages, rows, keys, the head, turnovers, effects, and the
 * outputs in the open block. The interpreter's host lives here. */
#ifndef LICET_ENGINE_WORK_H
#define LICET_ENGINE_WORK_H

#include "state.h"

/* What `why` watches. Every member may be NULL. */
typedef struct lic_observer {
    void *context;
    void (*begin_run)(void *context, const lic_contract *contract, uint16_t entry,
                      const lic_run_effects *run);
    /* Accepted items of a report, before its line phase runs over them. Numbers from 1. */
    void (*begin_batch)(void *context, uint32_t phase, const uint64_t *items, size_t slots,
                        size_t count, const uint64_t *line_numbers, const uint64_t *offsets,
                        const uint32_t *sizes);
    void (*trace)(void *context, uint32_t phase, uint64_t item, uint32_t pc, const uint64_t *regs);
    void (*posted)(void *context, const lic_posting *posting);
    void (*end_run)(void *context, const lic_contract *contract, const lic_run_effects *run);
} lic_observer;

typedef struct lic_turnover_step { /* for taking turnovers back */
    struct lic_turnover_step *next;
    uint16_t statement;
    const lic_posting *postings; /* folded in; NULL: the turnover was cleared */
    size_t count;
    lic_turnover cleared;
} lic_turnover_step;

typedef struct lic_fold_mark { /* a statement: postings before this are in its turnover */
    const lic_run_effects *run;
    size_t index;
} lic_fold_mark;

typedef struct lic_work {
    lic_engine *engine;
    lic_contract *contract;
    lic_date today;
    uint32_t caller;             /* agreement's party row, or LIC_NONE32 */
    const struct lic_call *call; /* the transaction that runs, or NULL: a timer, a query */
    uint64_t gas, gas_limit;
    /* taking back */
    lic_contract_head head_before;
    lic_run_effects *last_before, *first_run; /* first run of this unit, once there is one */
    lic_block_mark mark;
    lic_turnover_step *steps;
    lic_fold_mark *folds;
    /* the present run */
    lic_run_effects *run;
    uint16_t entry;
    lic_exec_host host;
    lic_exec_state exec;
    lic_exec_frame frame;
    lic_arena *arena; /* texts and lists of this unit */
    lic_slice *texts; /* handles from 1 */
    size_t text_count, text_capacity;
    const uint8_t *batch_base;   /* texts of report lines are offsets from here */
    const uint8_t *batch_hashes; /* hashes of report lines likewise */
    const uint64_t *batch_lines; /* line number of each item of the batch under way */
    bool state_entered;          /* a GOTO ran since this was cleared */
    uint32_t job;                /* periodic term or statement under way; LIC_NONE32: none */
    lic_exec_stop stop;
    lic_status failure; /* why a host function answered LIMIT: memory, I/O */
} lic_work;

/* Loads the contract's tables and begins. */
lic_status lic_work_begin(lic_engine *engine, lic_contract *contract, lic_date today,
                          uint64_t gas_limit, lic_work *work, lic_error *error);
lic_status lic_work_keep(lic_work *work);
void lic_work_roll_back(lic_work *work);
/* Postings of this unit go into a statement's turnover; clearing it when the statement is issued. */
lic_status lic_work_fold(lic_work *work, uint16_t statement);
lic_status lic_work_clear_turnover(lic_work *work, uint16_t statement);
void lic_runs_free(lic_engine *engine, lic_run_effects *runs); /* their arrays */
/* The failure behind a trap that is none of the contract's: memory, a difference; OK otherwise. */
lic_status lic_work_failure(const lic_work *work, lic_trap trap);
/* TRAPPED with clause, anchor and reason in words, or the host's own failure. `what`: "report Usage". */
lic_status lic_work_trapped(const lic_work *work, lic_trap trap, const char *what,
                            lic_error *error);

/* "report Usage", cut at the room: what a trap's message begins with. */
#define LIC_WHAT_MAX 128
const char *lic_what(char room[LIC_WHAT_MAX], const char *kind, lic_slice name);

/* -- runs --------------------------------------------------------------------------------------------- */
/* Starts a run's effects; frame's period is set from it. NULL = out of memory. */
typedef struct lic_term_span {
    lic_date first, last, full_first, full_last;
} lic_term_span;
lic_run_effects *lic_work_start_run(lic_work *work, uint8_t kind, uint16_t subject,
                                    const lic_term_span *span);
/* Runs ONCE and ROWS phases of an entry; gas bound first. */
lic_trap lic_work_entry(lic_work *work, uint16_t entry);
/* One phase that is ONCE or ROWS. */
lic_trap lic_work_phase(lic_work *work, uint32_t phase);
/* What an entry can cost: once, per line, rows as they are now. False when it leaves 64 bits. */
bool lic_work_bound(const lic_work *work, uint16_t entry, uint64_t lines, uint64_t *gas);
/* All tables are in memory after this. */
lic_trap lic_work_need(lic_work *work);
/* Counts gas against the limit. */
lic_trap lic_work_spend(lic_work *work, uint64_t gas);
/* Writes the run's outputs. */
lic_trap lic_work_close_run(lic_work *work);
/* Start, entry, end: for entries without lines. LIC_NONE16 runs nothing. */
lic_trap lic_work_do(lic_work *work, lic_entry_kind kind, uint16_t subject, uint16_t entry,
                     const lic_term_span *span);
/* A trap for a status of the engine; remembers the status. */
lic_trap lic_work_fail(lic_work *work, lic_status status);
uint64_t lic_work_text(lic_work *work, lic_slice bytes); /* a handle; 0 = out of memory */
uint64_t lic_batch_text(size_t offset, size_t size);     /* a handle of a report line's text */
uint64_t lic_batch_hash(size_t offset);                  /* ... of one of its hashes */
/* The bytes behind such a handle. */
lic_slice lic_batch_value(const uint8_t *texts, const uint8_t *hashes, uint64_t handle);

/* -- host.c ----------------------------------------------------------------------------------------------- */
void lic_host_init(lic_work *work);

/* -- outputs.c ---------------------------------------------------------------------------------------------- */
lic_status lic_outputs_run(lic_work *work, const lic_run_effects *run);

/* -- duties.c ------------------------------------------------------------------------------------------------ */
lic_trap lic_duty_make(lic_work *work, uint16_t duty, uint16_t clause, lic_i128 amount,
                       lic_date due, uint32_t debtor, uint32_t creditor);
typedef struct lic_duty_change {
    int64_t state, due;
    lic_i128 open;
} lic_duty_change;
/* Sets what changes in a row of table DUTIES. */
lic_trap lic_duty_set(lic_tables *tables, uint32_t row, const lic_duty_change *change);
bool lic_duty_of_term(const lic_contract *contract, uint32_t row, uint16_t term);
/* Natives CANCEL_TERM, DUE_NOW and DUE_PART change this row of table DUTIES. */
bool lic_duty_touched(const lic_contract *contract, uint32_t native, uint16_t term,
                      const uint64_t *arguments, uint32_t row);
lic_trap lic_duty_native(lic_work *work, uint32_t native, uint16_t subject,
                         const uint64_t *arguments, uint64_t *result, lic_i128 *wide);
/* Amount and state columns of a table DUTIES or PAYMENTS row. */
int64_t lic_column_get(const lic_tables *tables, uint16_t table, uint32_t row, uint16_t offset);
lic_i128 lic_column_wide(const lic_tables *tables, uint16_t table, uint32_t row, uint16_t offset);
lic_trap lic_column_set(lic_tables *tables, uint16_t table, uint32_t row, uint16_t offset,
                        int64_t value);
lic_trap lic_column_set_wide(lic_tables *tables, uint16_t table, uint32_t row, uint16_t offset,
                             lic_i128 value);

/* -- dated.c: what facts and counters held ------------------------------------------------------------------- */
/* Natives AS_OF and SET_AS_OF of a history: arguments date, row of the field's table. */
lic_trap lic_dated_value(lic_work *work, uint16_t history, const uint64_t *arguments,
                         uint64_t *result, lic_i128 *wide);
lic_trap lic_dated_since(const lic_tables *tables, uint16_t history, const uint64_t *arguments,
                         uint64_t *result);
/* Before the row's value changes today: 1 when it was kept, 0 when it changed today already. */
lic_trap lic_dated_keep(lic_work *work, uint16_t history, uint64_t row, uint64_t *result);
/* The same for a field of table 0; nothing when the field has no history. */
lic_trap lic_dated_keep_field(lic_work *work, uint16_t field);

/* -- payments.c ------------------------------------------------------------------------------------------------ */
/* Allots what confirmed payments have left to open duties, oldest due first. */
lic_trap lic_payments_allot(lic_work *work);

/* -- settle.c: what follows every change ------------------------------------------------------------------------- */
/* Credits, periods that are due, step until it rests, wake. */
lic_trap lic_settle(lic_work *work);
/* After a transaction on a held contract: what waits is tried, each in a unit of its own. */
lic_status lic_settle_retry(lic_engine *engine, lic_contract *contract, lic_error *error);
/* The next date on which the contract must be looked at; LIC_DATE_MAX + 1: never. */
lic_date lic_settle_next(lic_contract *contract);
/* Runs what is due on the contract on `today` as units of work of their own. */
lic_status lic_timers_contract(lic_engine *engine, lic_contract *contract, lic_date today,
                               lic_error *error);
/* What is due on the contract, once, as of `today`. A trap is recorded, and waits. */
lic_status lic_timer_run(lic_engine *engine, lic_contract *contract, lic_date today,
                         lic_error *error);
/* sweep.c: timers of all contracts up to `date`, in (date, contract, timer) order, as many as the rules allow a
 * block; engine->behind: there are more. */
lic_status lic_sweep(lic_engine *engine, lic_date date, lic_error *error);
/* Opening: dates, next periods, grants; then the OPEN entry. */
lic_trap lic_settle_open(lic_work *work);
/* A period of a kind that contains `day`, and cut to the contract's term. */
lic_period lic_settle_period(const lic_contract *contract, uint8_t kind, lic_date day);
lic_period lic_settle_following(const lic_contract *contract, uint8_t kind, lic_period period);
lic_term_span lic_settle_span(const lic_contract *contract, lic_period period);
bool lic_date_after(lic_date base, lic_delay delay, bool roll, lic_date *date);

/* -- statements.c ---------------------------------------------------------------------------------------------------- */
lic_trap lic_statements_issue(lic_work *work, uint16_t statement, const lic_term_span *span);

#endif
