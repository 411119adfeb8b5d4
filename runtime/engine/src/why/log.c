/* why/log.c - the first pass of a derivation: which item reads and writes which cell. An item is one
 * line or row in one phase, or the allotment of a payment. Then a walk from the end: an item matters when
 * it moves money of the payee or changes what it is owed or owes, or writes a cell that an item that
 * matters reads later. So the second pass builds nodes for few items only. What is open of a duty is a cell
 * of table DUTIES. */
#include "why/why.h"

#include <licet/standard.h>

#include <string.h>

enum { ACCESS_READ = 0, ACCESS_WRITE = 1, ACCESS_ADD = 2, ACCESS_TARGET = 3 };

/* -- the map ------------------------------------------------------------------------------------------- */

void lic_cell_map_init(lic_cell_map *map, const lic_allocator *allocator)
{
    *map = (lic_cell_map){.allocator = allocator};
}

void lic_cell_map_free(lic_cell_map *map)
{
    if (map->keys != NULL)
        lic_release(map->allocator, map->keys, map->capacity * sizeof *map->keys);
    if (map->values != NULL)
        lic_release(map->allocator, map->values, map->capacity * sizeof *map->values);
    *map = (lic_cell_map){.allocator = map->allocator};
}

static size_t place_of(const lic_cell_map *map, uint64_t key)
{
    uint64_t hash = (key + 1) * UINT64_C(0x9E3779B97F4A7C15);
    size_t at = (size_t)(hash >> 20) & (map->capacity - 1);
    while (map->keys[at] != 0 && map->keys[at] != key + 1) at = (at + 1) & (map->capacity - 1);
    return at;
}

static bool grow_map(lic_cell_map *map)
{
    lic_cell_map larger = {.allocator = map->allocator,
                           .capacity = map->capacity == 0 ? 1024 : map->capacity * 2};
    larger.keys = lic_allocate_zero(map->allocator, larger.capacity, sizeof *larger.keys);
    larger.values = lic_allocate_zero(map->allocator, larger.capacity, sizeof *larger.values);
    if (larger.keys == NULL || larger.values == NULL) {
        lic_cell_map_free(&larger);
        return false;
    }
    for (size_t i = 0; i < map->capacity; i++) {
        if (map->keys[i] == 0) continue;
        size_t at = place_of(&larger, map->keys[i] - 1);
        larger.keys[at] = map->keys[i];
        larger.values[at] = map->values[i];
    }
    larger.count = map->count;
    lic_cell_map_free(map);
    *map = larger;
    return true;
}

uint32_t *lic_cell_map_put(lic_cell_map *map, uint64_t key)
{
    if (map->count * 2 >= map->capacity && !grow_map(map)) return NULL;
    size_t at = place_of(map, key);
    if (map->keys[at] == 0) {
        map->keys[at] = key + 1;
        map->count++;
    }
    return &map->values[at];
}

uint32_t *lic_cell_map_find(const lic_cell_map *map, uint64_t key)
{
    if (map->capacity == 0) return NULL;
    size_t at = place_of(map, key);
    return map->keys[at] == 0 ? NULL : &map->values[at];
}

/* -- operands -------------------------------------------------------------------------------------------- */

uint32_t lic_why_row(const uint64_t *regs, uint8_t reg)
{
    return reg == 255 ? 0 : (uint32_t)regs[reg];
}

lic_cell lic_why_account_cell(const lic_image *image, uint16_t account, uint32_t row)
{
    const lic_field *field = &image->fields[image->accounts[account].field];
    return lic_cell_of(field->table, field->offset, row);
}

/* -- the log ------------------------------------------------------------------------------------------------ */

void lic_why_log_init(lic_why_log *log, const lic_why *why)
{
    memset(log, 0, sizeof *log);
    log->why = why;
    log->image = why->image;
    log->allocator = why->allocator;
    lic_cell_map_init(&log->cells, why->allocator);
}

void lic_why_log_free(lic_why_log *log)
{
    if (log->accesses != NULL) {
        lic_release(log->allocator, log->accesses, log->access_capacity * sizeof *log->accesses);
    }
    if (log->items != NULL)
        lic_release(log->allocator, log->items, log->item_capacity * sizeof *log->items);
    if (log->needed != NULL) lic_release(log->allocator, log->needed, log->item_count + 1);
    lic_cell_map_free(&log->cells);
}

static void append(lic_why_log *log, uint64_t **list, size_t *count, size_t *capacity,
                   uint64_t value)
{
    if (*count == *capacity) {
        size_t wanted = *capacity == 0 ? 65536 : *capacity * 2;
        uint64_t *grown = log->allocator->resize(log->allocator->context, *list,
                                                 *capacity * sizeof **list, wanted * sizeof **list);
        if (grown == NULL) {
            log->failed = true;
            return;
        }
        *list = grown;
        *capacity = wanted;
    }
    (*list)[(*count)++] = value;
}

static void note(lic_why_log *log, unsigned kind, lic_cell cell)
{
    append(log, &log->accesses, &log->access_count, &log->access_capacity,
           (uint64_t)kind << 62 | cell);
}

static void begin_item(lic_why_log *log)
{
    append(log, &log->items, &log->item_count, &log->item_capacity, log->access_count);
}

static void note_posting(lic_why_log *log, const lic_instruction *i, const uint64_t *regs)
{
    const uint16_t accounts[2] = {(uint16_t)i->imm, (uint16_t)(i->imm >> 16)};
    const uint32_t rows[2] = {lic_why_row(regs, i->b), lic_why_row(regs, i->c)};
    if ((regs[i->a] | regs[i->a + 1]) == 0) return; /* nothing moves */
    for (unsigned leg = 0; leg < 2; leg++) {
        lic_cell cell = lic_why_account_cell(log->image, accounts[leg], rows[leg]);
        note(log, ACCESS_ADD, cell);
        if (lic_why_is_payee(log->image, &log->why->payee, accounts[leg], rows[leg]))
            note(log, ACCESS_TARGET, cell);
    }
}

static lic_cell open_cell(uint32_t row)
{
    return lic_cell_of(LIC_TABLE_DUTIES, LIC_DUTY_OPEN_AT, row);
}

/* The row that OBLIGE is about to make. */
static void note_duty(lic_why_log *log, const lic_instruction *i, const uint64_t *regs)
{
    const lic_duty *duty = &log->image->duties[i->imm];
    uint32_t row = log->contract->tables->views[LIC_TABLE_DUTIES].row_count;
    uint32_t debtor = duty->debtor != LIC_NONE16 ? duty->debtor
                                                 : (uint32_t)regs[duty->debtor_register];
    if ((regs[i->a] | regs[i->a + 1]) == 0) return;
    note(log, ACCESS_WRITE, open_cell(row));
    if (lic_why_duty_concerns(log->why, row, i->imm, debtor, lic_why_row(regs, i->c)))
        note(log, ACCESS_TARGET, open_cell(row));
}

/* Natives that read or change the duties of a term. */
static void note_call(lic_why_log *log, const lic_instruction *i, const uint64_t *regs)
{
    uint32_t native = i->imm & 0xFFFF,
             rows = log->contract->tables->views[LIC_TABLE_DUTIES].row_count;
    uint16_t term = (uint16_t)(i->imm >> 16);
    bool reads = native == LIC_NATIVE_TERM_OPEN || native == LIC_NATIVE_TERM_PAID;
    bool changes = native == LIC_NATIVE_CANCEL_TERM || native == LIC_NATIVE_DUE_NOW ||
                   native == LIC_NATIVE_DUE_PART;
    for (uint32_t row = 0; (reads || changes) && row < rows; row++) {
        if (reads && lic_duty_of_term(log->contract, row, term))
            note(log, ACCESS_READ, open_cell(row));
        if (changes && lic_why_row_concerns(log->why, log->contract->tables, row) &&
            lic_duty_touched(log->contract, native, term, regs + i->b, row)) {
            note(log, ACCESS_READ, open_cell(row));
            note(log, ACCESS_TARGET, open_cell(row));
        }
    }
}

/* A result that came to nothing. */
static void note_result(lic_why_log *log, const lic_instruction *i, const uint64_t *regs)
{
    bool nothing = (regs[i->a + 8] | regs[i->a + 9]) == 0;
    if (nothing && lic_why_result_concerns(log->why, i->imm, lic_why_row(regs, i->b)))
        note(log, ACCESS_TARGET, 0);
}

static void note_field(lic_why_log *log, unsigned kind, const lic_instruction *i, uint8_t row,
                       const uint64_t *regs)
{
    if (!lic_why_field_mutable(i->imm)) return;
    note(log, kind,
         lic_cell_of(lic_why_field_table(i->imm), lic_why_field_offset(i->imm),
                     lic_why_row(regs, row)));
}

static void trace(void *context, uint32_t phase, uint64_t item, uint32_t pc, const uint64_t *regs)
{
    lic_why_log *log = context;
    const lic_instruction *i = &log->image->code[pc];
    (void)item;
    if (pc == log->image->phases[phase].first) begin_item(log);
    switch (i->op) {
    case LIC_OP_LOAD:
    case LIC_OP_LOAD2:
    case LIC_OP_LOADTEXT: note_field(log, ACCESS_READ, i, i->b, regs); break;
    case LIC_OP_SETIN: note_field(log, ACCESS_READ, i, i->c, regs); break;
    case LIC_OP_STORE:
    case LIC_OP_STORE2:
    case LIC_OP_STORETEXT:
    case LIC_OP_SETCLEAR: note_field(log, ACCESS_WRITE, i, i->b, regs); break;
    case LIC_OP_GAIN:
    case LIC_OP_GAIN2: note_field(log, ACCESS_ADD, i, i->b, regs); break;
    case LIC_OP_POST: note_posting(log, i, regs); break;
    case LIC_OP_OBLIGE: note_duty(log, i, regs); break;
    case LIC_OP_CALL: note_call(log, i, regs); break;
    case LIC_OP_RESULT: note_result(log, i, regs); break;
    default: break;
    }
}

static void begin_run(void *context, const lic_contract *contract, uint16_t entry,
                      const lic_run_effects *run)
{
    lic_why_log *log = context;
    (void)entry, (void)run;
    log->contract = contract;
}

/* Payments are allotted outside the agreement's code. */
static void end_run(void *context, const lic_contract *contract, const lic_run_effects *run)
{
    lic_why_log *log = context;
    log->contract = contract;
    for (size_t i = 0; i < run->allotment_count; i++) {
        uint32_t row = run->allotments[i].duty;
        begin_item(log);
        note(log, ACCESS_READ, open_cell(row));
        note(log, ACCESS_ADD, open_cell(row));
        if (lic_why_row_concerns(log->why, contract->tables, row))
            note(log, ACCESS_TARGET, open_cell(row));
    }
}

lic_observer lic_why_log_observer(lic_why_log *log)
{
    return (lic_observer){
        .context = log, .begin_run = begin_run, .trace = trace, .end_run = end_run};
}

/* -- the walk back --------------------------------------------------------------------------------------------- */

enum { CELL_PASSED = 0, CELL_WANTED = 1 };

static bool item_matters(const lic_why_log *log, size_t first, size_t last)
{
    for (size_t a = first; a < last; a++) {
        unsigned kind = (unsigned)(log->accesses[a] >> 62);
        if (kind == ACCESS_TARGET) return true;
        if (kind == ACCESS_READ) continue;
        const uint32_t *state = lic_cell_map_find(&log->cells,
                                                  log->accesses[a] & (UINT64_MAX >> 2));
        if (state != NULL && *state == CELL_WANTED) return true;
    }
    return false;
}

static lic_status take_item(lic_why_log *log, size_t first, size_t last)
{
    for (size_t a = first; a < last; a++) {
        if (log->accesses[a] >> 62 != ACCESS_WRITE) continue;
        uint32_t *state = lic_cell_map_find(&log->cells, log->accesses[a] & (UINT64_MAX >> 2));
        if (state != NULL) *state = CELL_PASSED;
    }
    for (size_t a = first; a < last; a++) {
        if (log->accesses[a] >> 62 != ACCESS_READ) continue;
        uint32_t *state = lic_cell_map_put(&log->cells, log->accesses[a] & (UINT64_MAX >> 2));
        if (state == NULL) return LIC_NO_MEMORY;
        *state = CELL_WANTED;
    }
    return LIC_OK;
}

/* The payee's own accounts matter in any case. */
static lic_status want_accounts(lic_why_log *log)
{
    uint32_t row = log->why->payee.row;
    for (uint32_t i = 0; i < log->image->accounts_count; i++) {
        if (!lic_why_is_payee(log->image, &log->why->payee, (uint16_t)i, row)) continue;
        uint32_t *state = lic_cell_map_put(&log->cells,
                                           lic_why_account_cell(log->image, (uint16_t)i, row));
        if (state == NULL) return LIC_NO_MEMORY;
        *state = CELL_WANTED;
    }
    return LIC_OK;
}

lic_status lic_why_log_slice(lic_why_log *log)
{
    if (log->failed) return LIC_NO_MEMORY;
    log->needed = lic_allocate_zero(log->allocator, log->item_count + 1, 1);
    if (log->needed == NULL) return LIC_NO_MEMORY;
    LIC_TRY(want_accounts(log));
    for (size_t i = log->item_count; i-- > 0;) {
        size_t first = (size_t)log->items[i];
        size_t last = i + 1 < log->item_count ? (size_t)log->items[i + 1] : log->access_count;
        if (!item_matters(log, first, last)) continue;
        log->needed[i] = 1;
        LIC_TRY(take_item(log, first, last));
    }
    return LIC_OK;
}

size_t lic_why_log_count(const lic_why_log *log)
{
    size_t count = 0;
    for (size_t i = 0; i < log->item_count; i++) count += log->needed[i];
    return count;
}

lic_status lic_why_log_fold(lic_why_log *log)
{
    lic_cell_map_free(&log->cells);
    log->folded = true;
    for (size_t i = 0; i < log->item_count; i++) {
        size_t at = (size_t)log->items[i];
        size_t last = i + 1 < log->item_count ? (size_t)log->items[i + 1] : log->access_count;
        while (at < last && log->accesses[at] >> 62 != ACCESS_TARGET) at++;
        log->needed[i] = at < last;
    }
    return want_accounts(log);
}
