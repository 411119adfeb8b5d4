/* vm_world.h - a world for the interpreter to run in: tables in plain memory that touch saves page by
 * page, and a host that remembers what reached it. Each program runs twice, in its fast form and
 * traced, and both must do the same. */
#ifndef LICET_TESTS_VM_WORLD_H
#define LICET_TESTS_VM_WORLD_H

#include "vm_fixture.h"

/* -- state: tables in plain memory, saved page by page as the engine does it ------------------------- */

enum { ROWS = 8, MEMORY = 2048 };

typedef struct world {
    uint8_t cells[TABLES][MEMORY], fixed[TABLES][MEMORY], saved[TABLES][MEMORY];
    uint32_t page_run[TABLES][ROWS];
    lic_table_view views[TABLES];
    lic_image *image;
    uint32_t touches;
    lic_posting postings[16];
    uint32_t posting_count;
    struct {
        uint16_t duty, clause;
        lic_i128 amount;
        lic_date due;
        uint32_t debtor, creditor;
    } duty;
    uint32_t duty_count;
    uint64_t event[4];
    uint16_t event_number, state, result_term;
    lic_i128 results[5];
    uint32_t result_row;
    uint64_t keys[ROWS];
    uint32_t key_count, retired;
    lic_slice texts[16];
    uint8_t text_bytes[512];
    size_t text_count, text_used;
    uint64_t regs[LIC_REGISTERS];
    uint32_t traced;
    lic_trap refusal; /* what touch answers instead of working, when not NONE */
} world;

static inline lic_trap touch(void *context, uint16_t table, uint32_t page)
{
    world *w = context;
    if (w->refusal != LIC_TRAP_NONE) return w->refusal;
    const lic_table_view *view = &w->views[table];
    size_t size = (size_t)view->cell_size << view->page_shift;
    assert_true(w->page_run[table][page] != 7); /* once a run */
    memcpy(w->saved[table] + page * size, w->cells[table] + page * size, size);
    w->page_run[table][page] = 7;
    w->touches++;
    return LIC_TRAP_NONE;
}

/* The cells as they were before the run. */
static inline void roll_back(world *w)
{
    for (unsigned t = 0; t < TABLES; t++) {
        size_t size = (size_t)w->views[t].cell_size << w->views[t].page_shift;
        for (uint32_t p = 0; p < ROWS; p++)
            if (w->page_run[t][p] == 7)
                memcpy(w->cells[t] + p * size, w->saved[t] + p * size, size);
    }
}

static inline lic_trap posted(void *context, const lic_posting *posting)
{
    world *w = context;
    assert_true(w->posting_count < LIC_COUNT(w->postings));
    w->postings[w->posting_count++] = *posting;
    return LIC_TRAP_NONE;
}

static inline lic_trap oblige(void *context, uint16_t duty, uint16_t clause, lic_i128 amount,
                              lic_date due, uint32_t debtor, uint32_t creditor)
{
    world *w = context;
    w->duty.duty = duty, w->duty.clause = clause, w->duty.amount = amount, w->duty.due = due;
    w->duty.debtor = debtor, w->duty.creditor = creditor;
    w->duty_count++;
    return LIC_TRAP_NONE;
}

static inline lic_trap emit(void *context, uint16_t event, const uint64_t *regs)
{
    world *w = context;
    w->event_number = event;
    memcpy(w->event, regs, sizeof w->event);
    return LIC_TRAP_NONE;
}

static inline lic_trap result(void *context, uint16_t term, uint32_t row, const lic_i128 values[5])
{
    world *w = context;
    w->result_term = term, w->result_row = row;
    memcpy(w->results, values, sizeof w->results);
    return LIC_TRAP_NONE;
}

static inline lic_trap enter_state(void *context, uint16_t state)
{
    ((world *)context)->state = state;
    return LIC_TRAP_NONE;
}

static inline lic_trap native(void *context, uint32_t number, uint16_t subject,
                              const uint64_t *arguments, uint64_t *result_, lic_i128 *wide)
{
    (void)context;
    if (number == LIC_NATIVE_TERM_OPEN) *wide = (lic_i128)1000 + subject;
    else if (number == LIC_NATIVE_DUE_PART)
        *result_ = arguments[0] == 1 && arguments[1] == 20500 && subject == 1;
    else return LIC_TRAP_LIMIT;
    return LIC_TRAP_NONE;
}

static inline lic_trap find(void *context, uint16_t table, uint64_t key, uint32_t *row)
{
    world *w = context;
    *row = LIC_NONE32;
    if (table == ITEMS) { /* one row, keyed "ABC" */
        if (lic_slice_equal(w->texts[key], lic_slice_text("ABC"))) *row = 0;
        return LIC_TRAP_NONE;
    }
    for (uint32_t n = 0; n < w->key_count; n++)
        if (w->keys[n] == key) *row = n;
    return LIC_TRAP_NONE;
}

static inline lic_trap enter(void *context, uint16_t table, uint64_t key, uint32_t *row)
{
    world *w = context;
    assert_int_equal(table, NOTES);
    w->keys[w->key_count] = key;
    *row = w->key_count++;
    w->views[table].row_count = w->key_count;
    return LIC_TRAP_NONE;
}

static inline lic_trap retire(void *context, uint16_t table, uint32_t row)
{
    assert_int_equal(table, NOTES);
    ((world *)context)->retired |= 1u << row;
    return LIC_TRAP_NONE;
}

static inline lic_slice text(void *context, uint64_t handle)
{
    return ((world *)context)->texts[handle];
}

static inline lic_trap make_text(void *context, lic_slice bytes, uint64_t *handle)
{
    world *w = context;
    *handle = w->text_count;
    memcpy(w->text_bytes + w->text_used, bytes.data, bytes.size);
    w->texts[w->text_count++] = lic_slice_of(w->text_bytes + w->text_used, bytes.size);
    w->text_used += bytes.size;
    return LIC_TRAP_NONE;
}

static inline void trace(void *context, uint32_t phase, uint64_t item, uint32_t pc,
                         const uint64_t *regs)
{
    world *w = context;
    (void)phase, (void)item, (void)pc;
    w->traced++;
    memcpy(w->regs, regs, sizeof w->regs);
}

/* -- setting up ------------------------------------------------------------------------------------------- */

static inline void put64(uint8_t *at, int64_t value)
{
    lic_store_u64(at, (uint64_t)value);
}

static inline void put_span(uint8_t *at, uint32_t first, uint32_t count)
{
    lic_store_u32(at, first);
    lic_store_u32(at + 4, count);
}

static inline void set_rows(world *w, unsigned table, uint32_t rows)
{
    const lic_table *t = &w->image->tables[table];
    w->views[table] = (lic_table_view){.cells = w->cells[table],
                                       .fixed = w->fixed[table],
                                       .row_count = rows,
                                       .cell_size = t->cell_size,
                                       .fixed_size = t->fixed_size,
                                       .page_shift = t->page_shift,
                                       .page_run = w->page_run[table]};
}

/* Two items: tiers 0 / 100 (1 and 2 micro) / 200 (refuses), shares 60 % and 40 %, steps 0 / 10.00 at
 * 10 % and 20 %; the second item has three equal shares and one tier. */
static inline void fill(world *w)
{
    uint8_t *item = w->fixed[ITEMS], *tier = w->fixed[TIERS], *share = w->fixed[SHARES],
            *step = w->fixed[STEPS];
    const int64_t edges[] = {0, 100, 200, 0}, weights[] = {6000, 4000, 3334, 3333, 3333};
    put_span(item, 0, 3), put_span(item + 8, 0, 2), put_span(item + 64, 0, 2);
    put64(item + 16, 2500), put64(item + 24, 1);
    item[32] = 0x05; /* territories 0 and 2 */
    item[72] = 3, item[74] = 'o', item[75] = 'n', item[76] = 'e';
    put_span(item + 104, 3, 1), put_span(item + 112, 2, 3), put_span(item + 168, 2, 0);
    for (unsigned n = 0; n < 4; n++) {
        put64(tier + 32 * n, edges[n]);
        put64(tier + 32 * n + 8, n + 1), put64(tier + 32 * n + 16, 10 * (n + 1));
        put64(tier + 32 * n + 24, n == 2);
    }
    for (unsigned n = 0; n < 5; n++)
        put64(share + 16 * n, n % 3), put64(share + 16 * n + 8, weights[n]);
    lic_store_i128(step + 40, 10000000);
    put64(step + 16, 1000), put64(step + 56, 2000);
    lic_store_i128(step + 24, 500), lic_store_i128(step + 64, 700);
    lic_store_i128(w->cells[ITEMS] + 24, 5000000); /* Pot of item 0 */
    put64(w->cells[LIC_TABLE_SELF] + 32, 20454);
    put64(w->fixed[LIC_TABLE_SELF], 500);
    w->texts[0] = lic_slice_text("ABC"), w->texts[1] = lic_slice_text("ABCD");
    w->texts[2] = lic_slice_text("twenty-three characters"), w->texts[3] = lic_slice_text("ABC");
    w->texts[4] = lic_slice_text("0123456789abcdef0123456789ABCDEF");
    w->text_count = 5;
}

static inline world *make_world(lic_image *image)
{
    world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    w->image = image;
    const uint32_t rows[TABLES] = {1, 2, 0, 0, 2, 4, 5, 3, 0, 6, 2};
    for (unsigned t = 0; t < TABLES; t++) set_rows(w, t, rows[t]);
    fill(w);
    return w;
}

/* One run of phase 0 in a fresh world; `gas` and the stop are given back. */
static inline lic_trap run_phase(vm_loaded *loaded, world *w, bool traced, uint64_t *gas,
                                 lic_exec_stop *stop)
{
    const lic_exec_host host = {
        w,      touch, posted, oblige, emit, result,    enter_state,
        native, find,  enter,  retire, text, make_text, traced ? trace : NULL};
    const lic_program *program;
    assert_ok(lic_exec_prepare(loaded->image, loaded->arena, &program));
    const lic_exec_state state = {.program = program, .tables = w->views, .run = 7, .host = &host};
    const lic_exec_frame frame = {.today = 20500, .period_first = 20454, .state = 1};
    *gas = 0;
    return lic_exec_once(&state, &frame, 0, gas, stop);
}

typedef struct outcome {
    lic_trap trap;
    uint64_t gas;
    lic_exec_stop stop;
    world *world; /* of the traced run: registers as they were before the last instruction */
    vm_loaded loaded;
} outcome;

/* Runs the code in both forms and wants the same of both. */
static inline outcome run_both(const char *constants, const char *code)
{
    outcome o = {.loaded = vm_load(vm_join(VM_PREFACE, constants, code))};
    if (o.loaded.status != LIC_OK) fail_msg("%s in %s", o.loaded.error.text, code);
    world *fast = make_world(o.loaded.image);
    o.world = make_world(o.loaded.image);
    lic_exec_stop stop;
    uint64_t gas;
    lic_trap trap = run_phase(&o.loaded, fast, false, &gas, &stop);
    o.trap = run_phase(&o.loaded, o.world, true, &o.gas, &o.stop);
    assert_int_equal(trap, o.trap);
    assert_int_equal(gas, o.gas);
    assert_int_equal(stop.pc, o.stop.pc);
    assert_memory_equal(fast->cells, o.world->cells, sizeof fast->cells);
    assert_int_equal(fast->posting_count, o.world->posting_count);
    assert_memory_equal(fast->results, o.world->results, sizeof fast->results);
    free(fast);
    return o;
}

static inline void done(outcome *o)
{
    free(o->world);
    lic_arena_destroy(o->loaded.arena);
}

static inline const char *once(const char *code)
{
    static char text_[8192];
    assert_true(strlen(code) + sizeof VM_ONCE < sizeof text_);
    strcpy(text_, VM_ONCE);
    strcat(text_, code);
    return text_;
}

/* Constants in pairs; a row of Items comes from ROWAT: Items has none in the image. */
#define TWO(type, a, b) "constant type=" type " value=" #a "\nconstant type=" type " value=" #b "\n"
#define MAX128 "170141183460469231731687303715884105727"
#define ROW_OF(index) "constant type=count value=" #index "\n"
#define ITEM "CONST r1, k0\nROWAT r8, r1, t4\n"

#endif
