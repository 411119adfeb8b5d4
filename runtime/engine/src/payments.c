/* Payments: what a debtor reported and a creditor confirmed is allotted to open duties, oldest due
 * first; what is over stays with the payment and is allotted to later duties of the same pair. */
#include "work.h"

#include <licet/standard.h>

#include <stdlib.h>

typedef struct lic_open_duty {
    int64_t due;
    uint32_t row;
} lic_open_duty;

static int64_t payment_get(const lic_tables *tables, uint32_t row, uint16_t offset)
{
    return lic_column_get(tables, LIC_TABLE_PAYMENTS, row, offset);
}

/* The duty is one that the payment can go to: same debtor, creditor and currency. */
static bool pays_for(const lic_contract *contract, uint32_t payment, uint32_t duty)
{
    const lic_tables *tables = contract->tables;
    if (lic_column_get(tables, LIC_TABLE_DUTIES, duty, LIC_DUTY_STATE_AT) != LIC_DUTY_OPEN)
        return false;
    const lic_duty *descriptor =
        &contract->image->duties[lic_column_get(tables, LIC_TABLE_DUTIES, duty, LIC_DUTY_DUTY_AT)];
    if (lic_column_get(tables, LIC_TABLE_DUTIES, duty, LIC_DUTY_DEBTOR_AT) !=
            payment_get(tables, payment, LIC_PAYMENT_DEBTOR_AT) ||
        descriptor->currency != payment_get(tables, payment, LIC_PAYMENT_CURRENCY_AT) ||
        descriptor->creditor_table != payment_get(tables, payment, LIC_PAYMENT_CREDITOR_TABLE_AT))
        return false;
    if (descriptor->creditor_table == LIC_TABLE_SELF)
        return descriptor->creditor_account == payment_get(tables, payment, LIC_PAYMENT_ACCOUNT_AT);
    return lic_column_get(tables, LIC_TABLE_DUTIES, duty, LIC_DUTY_CREDITOR_AT) ==
           payment_get(tables, payment, LIC_PAYMENT_CREDITOR_AT);
}

static int by_due(const void *a, const void *b)
{
    const lic_open_duty *x = a, *y = b;
    if (x->due != y->due) return x->due < y->due ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

/* The duties that a payment can go to, oldest due first. */
static lic_open_duty *open_duties(lic_work *work, uint32_t payment, size_t *count)
{
    const lic_contract *contract = work->contract;
    uint32_t rows = contract->tables->views[LIC_TABLE_DUTIES].row_count;
    size_t found = 0;
    for (uint32_t row = 0; row < rows; row++) found += pays_for(contract, payment, row) ? 1 : 0;
    lic_open_duty *list = lic_arena_take(work->arena, (found + 1) * sizeof *list);
    *count = 0;
    for (uint32_t row = 0; list != NULL && row < rows; row++)
        if (pays_for(contract, payment, row))
            list[(*count)++] = (lic_open_duty){
                lic_column_get(contract->tables, LIC_TABLE_DUTIES, row, LIC_DUTY_DUE_AT), row};
    if (list != NULL && *count > 1) qsort(list, *count, sizeof *list, by_due);
    return list;
}

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

/* Takes `amount` off a duty. */
static lic_trap reduce_duty(lic_work *work, uint32_t duty, lic_i128 open, lic_i128 amount)
{
    lic_tables *tables = work->contract->tables;
    lic_trap trap = lic_column_set_wide(tables, LIC_TABLE_DUTIES, duty, LIC_DUTY_OPEN_AT,
                                        open - amount);
    if (trap == LIC_TRAP_NONE && open == amount) {
        trap = lic_column_set(tables, LIC_TABLE_DUTIES, duty, LIC_DUTY_STATE_AT, LIC_DUTY_PAID);
        work->contract->oldest_known = false;
    }
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

static lic_trap allot_payment(lic_work *work, uint32_t payment)
{
    lic_tables *tables = work->contract->tables;
    lic_i128 left = lic_column_wide(tables, LIC_TABLE_PAYMENTS, payment, LIC_PAYMENT_LEFT_AT);
    size_t count = 0;
    lic_open_duty *duties = open_duties(work, payment, &count);
    if (duties == NULL) return lic_work_fail(work, LIC_NO_MEMORY);
    for (size_t i = 0; i < count && left > 0; i++) {
        lic_i128 open = lic_column_wide(tables, LIC_TABLE_DUTIES, duties[i].row, LIC_DUTY_OPEN_AT);
        lic_i128 part = left < open ? left : open;
        left -= part;
        if (lic_work_start_run(work, LIC_RUN_SETTLE, LIC_NONE16, NULL) == NULL)
            return lic_work_fail(work, LIC_NO_MEMORY);
        lic_trap trap = reduce_duty(work, duties[i].row, open, part);
        if (trap == LIC_TRAP_NONE)
            trap = lic_column_set_wide(tables, LIC_TABLE_PAYMENTS, payment, LIC_PAYMENT_LEFT_AT,
                                       left);
        if (trap == LIC_TRAP_NONE) trap = note_allotment(work, payment, duties[i].row, part);
        if (trap == LIC_TRAP_NONE) trap = lic_work_close_run(work);
        if (trap == LIC_TRAP_NONE) trap = run_payment_entry(work, duties[i].row, part);
        if (trap != LIC_TRAP_NONE) return trap;
    }
    return LIC_TRAP_NONE;
}

static bool can_allot(const lic_tables *tables, uint32_t payment)
{
    return payment_get(tables, payment, LIC_PAYMENT_STATE_AT) == LIC_PAYMENT_CONFIRMED &&
           lic_column_wide(tables, LIC_TABLE_PAYMENTS, payment, LIC_PAYMENT_LEFT_AT) > 0;
}

lic_trap lic_payments_allot(lic_work *work)
{
    lic_contract *contract = work->contract;
    if (contract->credit_known && !contract->has_credit) return LIC_TRAP_NONE;
    contract->has_credit = false;
    uint32_t rows = contract->tables->views[LIC_TABLE_PAYMENTS].row_count;
    if (rows != 0 && lic_work_need(work) != LIC_TRAP_NONE) return LIC_TRAP_LIMIT;
    for (uint32_t payment = 0; payment < rows; payment++) {
        if (!can_allot(contract->tables, payment)) continue;
        lic_trap trap = allot_payment(work, payment);
        if (trap != LIC_TRAP_NONE) return trap;
        contract->has_credit |= can_allot(contract->tables, payment);
    }
    contract->credit_known = true;
    return LIC_TRAP_NONE;
}
