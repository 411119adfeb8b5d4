/* exec.h - the interpreter. It runs one phase over a batch of items on state that it sees through
 * table views; it never allocates, reads no clock, and knows nothing of contracts or ledgers.
 * Specification: docs/spec/bytecode.md, "execution". */
#ifndef LICET_EXEC_H
#define LICET_EXEC_H

#include <licet/image.h>

/* The memory of one table. Rows lie one after the other; a page is 1 << page_shift rows. Before the
 * first write to a page in a run the interpreter calls host.touch and the engine saves the page and
 * sets page_run[page] = state.run. */
typedef struct lic_table_view {
    uint8_t *cells;
    const uint8_t *fixed;
    uint32_t row_count;
    uint16_t cell_size, fixed_size;
    uint8_t page_shift;
    uint32_t *page_run;
} lic_table_view;

typedef struct lic_posting {
    lic_i128 amount;   /* > 0, ledger units */
    uint16_t from, to; /* accounts of the image */
    uint32_t from_row, to_row;
    uint16_t clause;
} lic_posting;

/* What the engine supplies. `context` is passed back. A non-NONE trap stops the phase. touch saves
 * the page and sets page_run[page] = run; it must have room for it, or trap. */
typedef struct lic_exec_host {
    void *context;
    lic_trap (*touch)(void *context, uint16_t table, uint32_t page);
    lic_trap (*posted)(void *context, const lic_posting *posting);
    lic_trap (*oblige)(void *context, uint16_t duty, uint16_t clause, lic_i128 amount, lic_date due,
                       uint32_t debtor, uint32_t creditor);
    /* regs: the register file, from which the event's descriptor takes the arguments */
    lic_trap (*emit)(void *context, uint16_t event, const uint64_t *regs);
    /* values: exact, earned, topup, recouped, net */
    lic_trap (*result)(void *context, uint16_t term, uint32_t row, const lic_i128 values[5]);
    lic_trap (*enter_state)(void *context, uint16_t state);
    /* Natives with host = 1. `subject`: index of the term, grant or history that natives.def asks for.
     * Sets *wide for a result of 128 bits, *result otherwise. */
    lic_trap (*native)(void *context, uint32_t native, uint16_t subject, const uint64_t *arguments,
                       uint64_t *result, lic_i128 *wide);
    /* Key access of growing and keyed tables. `key` is the register's value: a number, or a text
     * handle. found: row, or LIC_NONE32. The engine may move table memory in `enter`: views are
     * read again after it. */
    lic_trap (*find)(void *context, uint16_t table, uint64_t key, uint32_t *row);
    lic_trap (*enter)(void *context, uint16_t table, uint64_t key, uint32_t *row);
    lic_trap (*retire)(void *context, uint16_t table, uint32_t row);
    /* Text handles. text: the bytes of a handle, valid for the run. make_text: a new handle for a
     * copy of the bytes, which lie in table memory and may change after the call. */
    lic_slice (*text)(void *context, uint64_t handle);
    lic_trap (*make_text)(void *context, lic_slice bytes, uint64_t *handle);
    /* Tracing: NULL (alone among these), or called before each instruction (pc) that is reached,
     * with the registers; a label that is jumped to is not. Costs a run without it nothing. */
    void (*trace)(void *context, uint32_t phase, uint64_t item, uint32_t pc, const uint64_t *regs);
} lic_exec_host;

/* An image made ready to run: made once, used by any number of states at a time, lives in `arena`
 * and borrows the image. NO_MEMORY when the arena is full. The image must be verified. */
typedef struct lic_program lic_program;
lic_status lic_exec_prepare(const lic_image *image, lic_arena *arena, const lic_program **program);

typedef struct lic_exec_state {
    const lic_program *program;
    lic_table_view *tables; /* image->tables_count of them */
    uint32_t run;           /* number of this run; > every page_run of earlier runs */
    const lic_exec_host *host;
} lic_exec_state;

/* Values of the inputs that do not change within a run. */
typedef struct lic_exec_frame {
    lic_date today, period_first, period_last, full_first, full_last;
    uint32_t caller;
    uint16_t state;
    uint64_t lines;
    lic_i128 amount;
    const lic_i128 *arguments; /* one a declared argument */
} lic_exec_frame;

/* Where and why a run stopped. */
typedef struct lic_exec_stop {
    lic_trap trap;
    uint32_t phase, pc;
    uint64_t item;   /* index in the batch, or row number */
    uint16_t reason; /* REFUSED: index in image.reasons; else LIC_NONE16 */
} lic_exec_stop;

/* ONCE phase. *gas grows by what was used, never by more than phase.gas for an item; limits are the
 * engine's to check beforehand. After a trap the state is as the run left it: the engine puts the
 * saved pages back. */
lic_trap lic_exec_once(const lic_exec_state *state, const lic_exec_frame *frame, uint32_t phase,
                       uint64_t *gas, lic_exec_stop *stop);
/* LINES phase over `count` items of `slots` 64-bit words each. Rows in the slots must exist. */
lic_trap lic_exec_lines(const lic_exec_state *state, const lic_exec_frame *frame, uint32_t phase,
                        const uint64_t *items, size_t slots, size_t count, uint64_t *gas,
                        lic_exec_stop *stop);
/* JUDGE phase for one item: *reason = index in image.reasons when it refuses, LIC_NONE16 otherwise. */
lic_trap lic_exec_judge(const lic_exec_state *state, const lic_exec_frame *frame, uint32_t phase,
                        const uint64_t *item, uint16_t *reason, uint64_t *gas, lic_exec_stop *stop);
/* ROWS phase over rows first .. first + count - 1. `retired` (may be NULL): bit set of tombstones. */
lic_trap lic_exec_rows(const lic_exec_state *state, const lic_exec_frame *frame, uint32_t phase,
                       uint32_t first, uint32_t count, const uint64_t *retired, uint64_t *gas,
                       lic_exec_stop *stop);

#endif
