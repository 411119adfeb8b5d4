/* Duties: rows that OBLIGE makes, and the natives that read and change them. None walks the table: rows are found
 * through owing.h, so that a native costs what its price says, however many duties there are. What one act
 * changes may be many rows; but a duty falls due once, is cancelled once, and `due now` moves its date to
 * today once, so that OBLIGE has paid for it. */
#include "owing.h"
#include "work.h"

#include <licet/standard.h>

/* -- columns of the engine's tables ------------------------------------------------------------------------- */

static uint8_t *column_at(const lic_tables *tables, uint16_t table, uint32_t row, uint16_t offset)
{
    LIC_ASSERT(row < tables->views[table].row_count);
    return tables->states[table].cells + (size_t)row * tables->states[table].shape->cell_size +
           offset;
}

int64_t lic_column_get(const lic_tables *tables, uint16_t table, uint32_t row, uint16_t offset)
{
    return (int64_t)lic_load_u64(column_at(tables, table, row, offset));
}

lic_i128 lic_column_wide(const lic_tables *tables, uint16_t table, uint32_t row, uint16_t offset)
{
    return lic_load_i128(column_at(tables, table, row, offset));
}

static lic_trap touch_row(lic_tables *tables, uint16_t table, uint32_t row)
{
    return lic_tables_touch(tables, table, row >> tables->states[table].shape->page_shift);
}

lic_trap lic_column_set(lic_tables *tables, uint16_t table, uint32_t row, uint16_t offset,
                        int64_t value)
{
    lic_trap trap = touch_row(tables, table, row);
    if (trap == LIC_TRAP_NONE)
        lic_store_u64(column_at(tables, table, row, offset), (uint64_t)value);
    return trap;
}

lic_trap lic_column_set_wide(lic_tables *tables, uint16_t table, uint32_t row, uint16_t offset,
                             lic_i128 value)
{
    lic_trap trap = touch_row(tables, table, row);
    if (trap == LIC_TRAP_NONE) lic_store_i128(column_at(tables, table, row, offset), value);
    return trap;
}

static int64_t get(const lic_tables *tables, uint32_t row, uint16_t offset)
{
    return lic_column_get(tables, LIC_TABLE_DUTIES, row, offset);
}

/* -- making ---------------------------------------------------------------------------------------------------- */

lic_trap lic_duty_make(lic_work *work, uint16_t duty, uint16_t clause, lic_i128 amount,
                       lic_date due, uint32_t debtor, uint32_t creditor)
{
    lic_contract *contract = work->contract;
    lic_tables *tables = contract->tables;
    const lic_duty *descriptor = &contract->image->duties[duty];
    uint32_t row = 0;
    lic_trap trap = lic_table_append(tables, LIC_TABLE_DUTIES, lic_slice_of(NULL, 0), &row);
    if (trap != LIC_TRAP_NONE) return trap;
    bool contingent = descriptor->part != 0;
    uint8_t *cells = column_at(tables, LIC_TABLE_DUTIES, row, 0);
    lic_store_u64(cells + LIC_DUTY_DUTY_AT, duty);
    lic_store_u64(cells + LIC_DUTY_DEBTOR_AT, debtor);
    lic_store_u64(cells + LIC_DUTY_CREDITOR_AT, creditor);
    lic_store_i128(cells + LIC_DUTY_AMOUNT_AT, amount);
    lic_store_i128(cells + LIC_DUTY_OPEN_AT, amount);
    lic_store_u64(cells + LIC_DUTY_DUE_AT, (uint64_t)(int64_t)(contingent ? LIC_DATE_MAX : due));
    lic_store_u64(cells + LIC_DUTY_MADE_AT, (uint64_t)(int64_t)work->today);
    lic_store_u64(cells + LIC_DUTY_STATE_AT, contingent ? LIC_DUTY_CONTINGENT : LIC_DUTY_OPEN);
    lic_store_u64(cells + LIC_DUTY_CLAUSE_AT, clause);
    if (!contingent) lic_owing_made(tables, row);
    return LIC_TRAP_NONE;
}

/* -- natives ---------------------------------------------------------------------------------------------------- */

bool lic_duty_of_term(const lic_contract *contract, uint32_t row, uint16_t term)
{
    int64_t duty = get(contract->tables, row, LIC_DUTY_DUTY_AT);
    return contract->image->duties[duty].term == term;
}

static bool is_open(const lic_contract *contract, uint32_t row)
{
    int64_t state = get(contract->tables, row, LIC_DUTY_STATE_AT);
    return state == LIC_DUTY_OPEN || state == LIC_DUTY_CONTINGENT;
}

bool lic_duty_touched(const lic_contract *contract, uint32_t native, uint16_t term,
                      const uint64_t *arguments, uint32_t row)
{
    const lic_tables *tables = contract->tables;
    if (!lic_duty_of_term(contract, row, term) || !is_open(contract, row)) return false;
    if (native == LIC_NATIVE_CANCEL_TERM) return true;
    bool contingent = get(tables, row, LIC_DUTY_STATE_AT) == LIC_DUTY_CONTINGENT;
    if (native == LIC_NATIVE_DUE_PART)
        return contingent &&
               contract->image->duties[get(tables, row, LIC_DUTY_DUTY_AT)].part == arguments[0];
    return native == LIC_NATIVE_DUE_NOW &&
           (contingent || get(tables, row, LIC_DUTY_DUE_AT) > (int64_t)arguments[0]);
}

lic_trap lic_duty_set(lic_tables *tables, uint32_t row, const lic_duty_change *change)
{
    lic_owing_leave(tables, LIC_TABLE_DUTIES, row);
    lic_trap trap = lic_column_set(tables, LIC_TABLE_DUTIES, row, LIC_DUTY_STATE_AT, change->state);
    if (trap == LIC_TRAP_NONE)
        trap = lic_column_set(tables, LIC_TABLE_DUTIES, row, LIC_DUTY_DUE_AT, change->due);
    if (trap == LIC_TRAP_NONE)
        trap = lic_column_set_wide(tables, LIC_TABLE_DUTIES, row, LIC_DUTY_OPEN_AT, change->open);
    lic_owing_return(tables, LIC_TABLE_DUTIES, row);
    return trap;
}

/* The next row that the native changes: contingent ones first; LIC_NONE32: none is left. */
static lic_status next_of_term(lic_tables *tables, uint32_t native, uint16_t term,
                               const uint64_t *arguments, uint32_t *row)
{
    bool part = native == LIC_NATIVE_DUE_PART;
    LIC_TRY(lic_owing_part_above(tables, term, part ? (int64_t)arguments[0] - 1 : 0, row));
    if (*row != LIC_NONE32 && part) {
        int64_t duty = get(tables, *row, LIC_DUTY_DUTY_AT);
        if (tables->image->duties[duty].part != arguments[0]) *row = LIC_NONE32;
    }
    if (*row != LIC_NONE32 || part) return LIC_OK;
    bool cancel = native == LIC_NATIVE_CANCEL_TERM;
    return lic_owing_due_behind(tables, term, cancel ? INT64_MIN : (int64_t)arguments[0], row);
}

/* CANCEL_TERM, DUE_NOW, DUE_PART; the date is the last argument. */
static lic_trap change_term(lic_work *work, uint32_t native, uint16_t term,
                            const uint64_t *arguments, uint64_t *result)
{
    lic_tables *tables = work->contract->tables;
    bool cancel = native == LIC_NATIVE_CANCEL_TERM;
    for (*result = 0;; *result = 1) {
        uint32_t row = LIC_NONE32;
        lic_status status = next_of_term(tables, native, term, arguments, &row);
        if (status != LIC_OK) return lic_work_fail(work, status);
        if (row == LIC_NONE32) return LIC_TRAP_NONE;
        lic_duty_change change = {
            .state = cancel ? LIC_DUTY_CANCELLED : LIC_DUTY_OPEN,
            .due = get(tables, row, LIC_DUTY_DUE_AT),
            .open = lic_column_wide(tables, LIC_TABLE_DUTIES, row, LIC_DUTY_OPEN_AT)};
        if (!cancel) change.due = (int64_t)arguments[native == LIC_NATIVE_DUE_PART ? 1 : 0];
        lic_trap trap = lic_duty_set(tables, row, &change);
        if (trap != LIC_TRAP_NONE) return trap;
    }
}

static lic_trap asked(lic_work *work, lic_status status)
{
    if (status == LIC_OVERFLOW) return LIC_TRAP_OVERFLOW;
    return status == LIC_OK ? LIC_TRAP_NONE : lic_work_fail(work, status);
}

static lic_trap oldest_due(lic_work *work, uint64_t *result)
{
    lic_date oldest = LIC_DATE_MAX;
    lic_status status = lic_owing_oldest(work->contract->tables, &oldest);
    *result = (uint64_t)(int64_t)oldest;
    return asked(work, status);
}

static lic_trap close_grant(lic_work *work, uint16_t grant, lic_date date, uint64_t *result)
{
    lic_tables *tables = work->contract->tables;
    uint16_t field = work->contract->image->grants[grant].closes_field;
    *result = lic_field_get(tables, field, 0) > date ? 1 : 0;
    return *result == 1 ? lic_field_set(tables, field, 0, date) : LIC_TRAP_NONE;
}

lic_trap lic_duty_native(lic_work *work, uint32_t native, uint16_t subject,
                         const uint64_t *arguments, uint64_t *result, lic_i128 *wide)
{
    switch (native) {
    case LIC_NATIVE_OLDEST_DUE: return oldest_due(work, result);
    case LIC_NATIVE_TERM_OPEN:
    case LIC_NATIVE_TERM_PAID:
        return asked(work, lic_owing_sum(work->contract->tables, subject,
                                         native == LIC_NATIVE_TERM_PAID, wide));
    case LIC_NATIVE_DUE_PART:
        if (arguments[0] == 0 || arguments[0] > UINT16_MAX) return LIC_TRAP_OUT_OF_RANGE;
        return change_term(work, native, subject, arguments, result);
    case LIC_NATIVE_DUE_NOW: /* with any other day a duty could be moved again and again */
        if ((int64_t)arguments[0] != work->today) return LIC_TRAP_OUT_OF_RANGE;
        return change_term(work, native, subject, arguments, result);
    case LIC_NATIVE_CANCEL_TERM: return change_term(work, native, subject, arguments, result);
    case LIC_NATIVE_CLOSE_GRANT:
        return close_grant(work, subject, (lic_date)(int64_t)arguments[0], result);
    default: return LIC_TRAP_LIMIT; /* the verifier lets no other native through */
    }
}
