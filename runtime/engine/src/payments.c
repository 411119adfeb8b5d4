/* Payments: what a debtor reported and a creditor confirmed is allotted to open duties, oldest due
 * first; what is over stays with the payment and is allotted to later duties of the same pair. */
#include "owing.h"
#include "work.h"

#include <licet/standard.h>

static lic_trap note_allotment(lic_work *work, uint32_t payment, uint32_t duty, lic_i128 amount)
{
    lic_run_effects *run = work->run;
    if (run->allotment_count == run->allotment_capacity) {
        size_t wanted = run->allotment_capacity == 0 ? 16 : run->allotment_capacity * 2;
        const lic_allocator *a = work->engine->allocator;
        lic_allotment *grown = a->resize(a->context, run->allotments,
                                         run->allotment_capacity * sizeof *grown,
                                         wanted * sizeof *grown);
        if (grown == NULL) return lic_work_fail(work, LIC_NO_MEMORY);
        run->allotments = grown;
        run->allotment_capacity = wanted;
    }
    run->allotments[run->allotment_count++] = (lic_allotment){payment, duty, amount};
    return LIC_TRAP_NONE;
}

/* Takes `amount` off a duty and off what a payment has left. */
static lic_trap move_amount(lic_tables *tables, uint32_t payment, uint32_t duty, lic_i128 amount)
{
    lic_i128 open = lic_column_wide(tables, LIC_TABLE_DUTIES, duty, LIC_DUTY_OPEN_AT);
    lic_i128 left = lic_column_wide(tables, LIC_TABLE_PAYMENTS, payment, LIC_PAYMENT_LEFT_AT);
    lic_duty_change change = {
        .state = open == amount ? LIC_DUTY_PAID : LIC_DUTY_OPEN,
        .due = lic_column_get(tables, LIC_TABLE_DUTIES, duty, LIC_DUTY_DUE_AT),
        .open = open - amount};
    lic_trap trap = lic_duty_set(tables, duty, &change);
    if (trap != LIC_TRAP_NONE) return trap;
    lic_owing_leave(tables, LIC_TABLE_PAYMENTS, payment);
    trap = lic_column_set_wide(tables, LIC_TABLE_PAYMENTS, payment, LIC_PAYMENT_LEFT_AT,
                               left - amount);
    lic_owing_return(tables, LIC_TABLE_PAYMENTS, payment);
    return trap;
}

/* Runs the duty's payment entry, for instance the split of an account. */
static lic_trap run_payment_entry(lic_work *work, uint32_t duty, lic_i128 amount)
{
    const lic_contract *contract = work->contract;
    int64_t number = lic_column_get(contract->tables, LIC_TABLE_DUTIES, duty, LIC_DUTY_DUTY_AT);
    uint16_t entry = contract->image->duties[number].payment_entry;
    if (entry == LIC_NONE16) return LIC_TRAP_NONE;
    work->frame.amount = amount;
    lic_trap trap = lic_work_do(work, LIC_ENTRY_PAYMENT, (uint16_t)number, entry, NULL);
    work->frame.amount = 0;
    return trap;
}

static lic_trap allot(lic_work *work, uint32_t payment, uint32_t duty)
{
    lic_tables *tables = work->contract->tables;
    lic_i128 left = lic_column_wide(tables, LIC_TABLE_PAYMENTS, payment, LIC_PAYMENT_LEFT_AT);
    lic_i128 open = lic_column_wide(tables, LIC_TABLE_DUTIES, duty, LIC_DUTY_OPEN_AT);
    lic_i128 amount = left < open ? left : open;
    if (lic_work_start_run(work, LIC_RUN_SETTLE, LIC_NONE16, NULL) == NULL)
        return lic_work_fail(work, LIC_NO_MEMORY);
    lic_trap trap = move_amount(tables, payment, duty, amount);
    if (trap == LIC_TRAP_NONE) trap = note_allotment(work, payment, duty, amount);
    if (trap == LIC_TRAP_NONE) trap = lic_work_close_run(work);
    return trap == LIC_TRAP_NONE ? run_payment_entry(work, duty, amount) : trap;
}

lic_trap lic_payments_allot(lic_work *work)
{
    lic_tables *tables = work->contract->tables;
    if (tables->views[LIC_TABLE_PAYMENTS].row_count == 0) return LIC_TRAP_NONE;
    if (lic_work_need(work) != LIC_TRAP_NONE) return LIC_TRAP_LIMIT;
    /* duties that the payment of one makes wait for the next time */
    lic_status status = lic_owing_pairs_now(tables);
    if (status != LIC_OK) return lic_work_fail(work, status);
    uint32_t payment, duty;
    while (lic_owing_next(tables, &payment, &duty)) {
        lic_trap trap = allot(work, payment, duty);
        if (trap != LIC_TRAP_NONE) return trap;
    }
    return LIC_TRAP_NONE;
}
