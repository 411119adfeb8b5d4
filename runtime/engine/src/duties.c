/* Duties: rows that OBLIGE makes, and the natives that read and change them. The earliest due date is
 * cached, because step asks for it after every transaction; everything else scans. */
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

static uint32_t duty_rows(const lic_tables *tables)
{
    return tables->views[LIC_TABLE_DUTIES].row_count;
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
    if (!contingent && contract->oldest_known && due < contract->oldest_due)
        contract->oldest_due = due;
    return LIC_TRAP_NONE;
}

/* -- natives ---------------------------------------------------------------------------------------------------- */

lic_date lic_duty_oldest(lic_work *work)
{
    lic_contract *contract = work->contract;
    if (contract->oldest_known) return contract->oldest_due;
    lic_date oldest = LIC_DATE_MAX;
    for (uint32_t row = 0; row < duty_rows(contract->tables); row++) {
        if (get(contract->tables, row, LIC_DUTY_STATE_AT) != LIC_DUTY_OPEN) continue;
        lic_date due = (lic_date)get(contract->tables, row, LIC_DUTY_DUE_AT);
        oldest = due < oldest ? due : oldest;
    }
    contract->oldest_due = oldest;
    contract->oldest_known = true;
    return oldest;
}

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

/* Open amount of a term, or what was paid: a cancelled duty keeps in `open` what was cancelled, so
 * that amount - open is what was paid in every state. */
static lic_trap sum_term(const lic_contract *contract, uint16_t term, bool paid, lic_i128 *sum)
{
    const lic_tables *tables = contract->tables;
    *sum = 0;
    for (uint32_t row = 0; row < duty_rows(tables); row++) {
        if (!lic_duty_of_term(contract, row, term) || (!paid && !is_open(contract, row))) continue;
        lic_i128 open = lic_column_wide(tables, LIC_TABLE_DUTIES, row, LIC_DUTY_OPEN_AT);
        lic_i128 amount = lic_column_wide(tables, LIC_TABLE_DUTIES, row, LIC_DUTY_AMOUNT_AT);
        if (!lic_add_i128(*sum, paid ? amount - open : open, sum)) return LIC_TRAP_OVERFLOW;
    }
    return LIC_TRAP_NONE;
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

static lic_trap make_due(lic_work *work, uint32_t row, int64_t date)
{
    lic_tables *tables = work->contract->tables;
    lic_trap trap = lic_column_set(tables, LIC_TABLE_DUTIES, row, LIC_DUTY_STATE_AT, LIC_DUTY_OPEN);
    if (trap == LIC_TRAP_NONE)
        trap = lic_column_set(tables, LIC_TABLE_DUTIES, row, LIC_DUTY_DUE_AT, date);
    return trap;
}

/* CANCEL_TERM, DUE_NOW, DUE_PART; the date is the last argument. */
static lic_trap change_term(lic_work *work, uint32_t native, uint16_t term,
                            const uint64_t *arguments, uint64_t *result)
{
    lic_contract *contract = work->contract;
    *result = 0;
    for (uint32_t row = 0; row < duty_rows(contract->tables); row++) {
        lic_trap trap = LIC_TRAP_NONE;
        if (!lic_duty_touched(contract, native, term, arguments, row)) continue;
        if (native == LIC_NATIVE_CANCEL_TERM)
            trap = lic_column_set(contract->tables, LIC_TABLE_DUTIES, row, LIC_DUTY_STATE_AT,
                                  LIC_DUTY_CANCELLED);
        else trap = make_due(work, row, (int64_t)arguments[native == LIC_NATIVE_DUE_PART ? 1 : 0]);
        if (trap != LIC_TRAP_NONE) return trap;
        *result = 1;
    }
    if (native == LIC_NATIVE_CANCEL_TERM || *result != 0) contract->oldest_known = false;
    return LIC_TRAP_NONE;
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
    case LIC_NATIVE_OLDEST_DUE:
        *result = (uint64_t)(int64_t)lic_duty_oldest(work);
        return LIC_TRAP_NONE;
    case LIC_NATIVE_TERM_OPEN: return sum_term(work->contract, subject, false, wide);
    case LIC_NATIVE_TERM_PAID: return sum_term(work->contract, subject, true, wide);
    case LIC_NATIVE_DUE_PART:
        if (arguments[0] == 0 || arguments[0] > UINT16_MAX) return LIC_TRAP_OUT_OF_RANGE;
        return change_term(work, native, subject, arguments, result);
    case LIC_NATIVE_CANCEL_TERM:
    case LIC_NATIVE_DUE_NOW: return change_term(work, native, subject, arguments, result);
    case LIC_NATIVE_CLOSE_GRANT:
        return close_grant(work, subject, (lic_date)(int64_t)arguments[0], result);
    default: return LIC_TRAP_LIMIT; /* the verifier lets no other native through */
    }
}
