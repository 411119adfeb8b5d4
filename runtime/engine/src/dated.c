/* What facts and counters held on a date. A close reads them as they were at the end of its period,
 * however late it comes. A table of kind HISTORY keeps the values that a field had before: before a
 * value changes, on the first change of a day, a row takes the old one with that day. What held at the
 * end of a date is then the old value of the first change behind it; when there is none, what the
 * field holds now.
 *
 * Rows of one value are a list with jumps (Myers, An applicative random-access stack, 1983): from each
 * row a jump leads back as far as the jumps of the rows behind it together, so that n changes are
 * searched in about 2 log n steps. */
#include "work.h"

#include <licet/standard.h>

#include <string.h>

/* One value with its history. Rows of the history count from 1. */
typedef struct dated {
    const lic_tables *tables;
    const lic_field *field;
    uint16_t history, number; /* the table; the field */
    uint32_t row;             /* of the field's table */
} dated;

static lic_trap find(const lic_tables *tables, uint16_t history, uint64_t row, dated *d)
{
    d->tables = tables;
    d->history = history;
    d->number = tables->image->tables[history].parent_span;
    d->field = &tables->image->fields[d->number];
    if (row >= tables->views[d->field->table].row_count) return LIC_TRAP_BAD_ROW;
    d->row = (uint32_t)row;
    return LIC_TRAP_NONE;
}

static uint8_t *value_at(const dated *d)
{
    return lic_field_at(d->tables, d->number, d->row);
}

/* The newest change stands behind the field. */
static uint8_t *newest_at(const dated *d)
{
    return value_at(d) + lic_type_size(d->field->type);
}

static uint32_t newest(const dated *d)
{
    return (uint32_t)lic_load_u64(newest_at(d));
}

static int64_t column(const dated *d, uint32_t change, uint16_t offset)
{
    return lic_column_get(d->tables, d->history, change - 1, offset);
}

static uint32_t link(const dated *d, uint32_t change, uint16_t offset)
{
    return change == 0 ? 0 : (uint32_t)column(d, change, offset);
}

static bool behind(const dated *d, uint32_t change, lic_date date)
{
    return change != 0 && column(d, change, LIC_HISTORY_CHANGED_AT) > date;
}

/* The first change behind the date; 0: none. */
static uint32_t first_behind(const dated *d, lic_date date)
{
    uint32_t at = newest(d);
    if (!behind(d, at, date)) return 0;
    for (;;) {
        uint32_t jump = link(d, at, LIC_HISTORY_JUMP_AT),
                 previous = link(d, at, LIC_HISTORY_PREVIOUS_AT);
        if (behind(d, jump, date)) at = jump;
        else if (behind(d, previous, date)) at = previous;
        else return at;
    }
}

/* -- reading ------------------------------------------------------------------------------------------------------- */

static lic_trap give(lic_work *work, lic_type type, const uint8_t *value, uint64_t *result,
                     lic_i128 *wide)
{
    if (lic_type_wide(type)) {
        *wide = lic_load_i128(value);
        return LIC_TRAP_NONE;
    }
    *result = lic_load_u64(value);
    if (type.kind == LIC_KIND_ROW) { /* a fact that is not set names no row */
        bool known = *result < work->contract->tables->views[type.aux].row_count;
        return known ? LIC_TRAP_NONE : LIC_TRAP_BAD_ROW;
    }
    if (type.kind != LIC_KIND_TEXT && type.kind != LIC_KIND_HASH) return LIC_TRAP_NONE;
    bool text = type.kind == LIC_KIND_TEXT;
    lic_slice bytes = text ? lic_slice_of(value + 2, value[0] | (size_t)value[1] << 8)
                           : lic_slice_of(value, LIC_HASH_SIZE);
    *result = lic_work_text(work, bytes);
    return *result == 0 ? lic_work_fail(work, LIC_NO_MEMORY) : LIC_TRAP_NONE;
}

lic_trap lic_dated_value(lic_work *work, uint16_t history, const uint64_t *arguments,
                         uint64_t *result, lic_i128 *wide)
{
    dated d;
    lic_trap trap = find(work->contract->tables, history, arguments[1], &d);
    if (trap != LIC_TRAP_NONE) return trap;
    uint32_t change = first_behind(&d, (lic_date)(int64_t)arguments[0]);
    const uint8_t *value = value_at(&d);
    if (change != 0) {
        const lic_table_state *state = &d.tables->states[history];
        value = state->cells + (size_t)(change - 1) * state->shape->cell_size +
                LIC_HISTORY_VALUE_AT;
    }
    return give(work, d.field->type, value, result, wide);
}

lic_trap lic_dated_since(const lic_tables *tables, uint16_t history, const uint64_t *arguments,
                         uint64_t *result)
{
    dated d;
    lic_trap trap = find(tables, history, arguments[1], &d);
    if (trap != LIC_TRAP_NONE) return trap;
    uint32_t change = first_behind(&d, (lic_date)(int64_t)arguments[0]);
    uint32_t last = change == 0 ? newest(&d) : link(&d, change, LIC_HISTORY_PREVIOUS_AT);
    *result = last == 0 ? 0 : (uint64_t)column(&d, last, LIC_HISTORY_CHANGED_AT);
    return LIC_TRAP_NONE;
}

/* -- keeping --------------------------------------------------------------------------------------------------------- */

/* Where a jump from the row behind `previous` leads. */
static uint32_t jump_from(const dated *d, uint32_t previous)
{
    uint32_t once = link(d, previous, LIC_HISTORY_JUMP_AT);
    uint32_t twice = link(d, once, LIC_HISTORY_JUMP_AT);
    uint32_t depth = link(d, previous, LIC_HISTORY_DEPTH_AT);
    uint32_t half = link(d, once, LIC_HISTORY_DEPTH_AT);
    bool even = previous != 0 && depth - half == half - link(d, twice, LIC_HISTORY_DEPTH_AT);
    return even ? twice : previous;
}

static lic_trap keep(lic_work *work, const dated *d)
{
    uint32_t row = 0, previous = newest(d);
    uint32_t jump = jump_from(d, previous);
    uint32_t depth = link(d, previous, LIC_HISTORY_DEPTH_AT) + 1;
    lic_tables *tables = work->contract->tables;
    lic_trap trap = lic_table_append(tables, d->history, lic_slice_of(NULL, 0), &row);
    if (trap != LIC_TRAP_NONE) return trap;
    const lic_table_state *state = &tables->states[d->history];
    uint8_t *cells = state->cells + (size_t)row * state->shape->cell_size;
    lic_store_u64(cells + LIC_HISTORY_CHANGED_AT, (uint64_t)(int64_t)work->today);
    lic_store_u64(cells + LIC_HISTORY_PREVIOUS_AT, previous);
    lic_store_u64(cells + LIC_HISTORY_JUMP_AT, jump);
    lic_store_u64(cells + LIC_HISTORY_DEPTH_AT, depth);
    memcpy(cells + LIC_HISTORY_VALUE_AT, value_at(d), lic_type_size(d->field->type));
    uint16_t table = d->field->table;
    trap = lic_tables_touch(tables, table, d->row >> tables->states[table].shape->page_shift);
    if (trap == LIC_TRAP_NONE) lic_store_u64(newest_at(d), (uint64_t)row + 1);
    return trap;
}

lic_trap lic_dated_keep(lic_work *work, uint16_t history, uint64_t row, uint64_t *result)
{
    dated d;
    lic_trap trap = find(work->contract->tables, history, row, &d);
    if (trap != LIC_TRAP_NONE) return trap;
    uint32_t last = newest(&d); /* days never go back; a second change of a day is not one */
    *result = last == 0 || column(&d, last, LIC_HISTORY_CHANGED_AT) < work->today;
    return *result != 0 ? keep(work, &d) : LIC_TRAP_NONE;
}

lic_trap lic_dated_keep_field(lic_work *work, uint16_t field)
{
    uint64_t ignored;
    uint16_t history = lic_image_history(work->contract->image, field);
    return history == LIC_NONE16 ? LIC_TRAP_NONE : lic_dated_keep(work, history, 0, &ignored);
}
