/* pay and acknowledge: a debtor reports a payment, its creditor confirms it. Payments are numbered
 * from 1 per contract. A creditor that is a row of a schedule, or an account, has no key: the debtor's
 * word is the confirmation. */
#include "engine.h"
#include "owing.h"

#include <licet/standard.h>

#include <string.h>

static uint16_t currency_of(const lic_image *image, lic_slice code)
{
    for (uint16_t i = 0; i < image->currencies_count; i++)
        if (code.size == 3 && memcmp(image->currencies[i].code, code.data, 3) == 0) return i;
    return LIC_NONE16;
}

/* What a debtor owes a creditor and can pay: open duties, less payments that wait for confirmation. */
static lic_status payable(const lic_contract *contract, uint16_t debtor, const lic_body_pay *body,
                          uint16_t currency, lic_i128 *sum, lic_error *error)
{
    lic_owing_pair pair = {.debtor = debtor,
                           .table = body->creditor_table,
                           .creditor = body->creditor,
                           .currency = currency};
    lic_i128 reported = 0;
    lic_status status = lic_owing_open(contract->tables, &pair, sum, &reported);
    *sum -= reported;
    if (status == LIC_OVERFLOW)
        return lic_fail(error, status, "amount", "", "the open duties are beyond 128 bits");
    return status == LIC_OK ? LIC_OK : lic_fail(error, status, "memory", "", "out of memory");
}

static lic_status check_creditor(const lic_contract *contract, const lic_body_pay *body,
                                 lic_error *error)
{
    const lic_image *image = contract->image;
    bool exists = false;
    if (body->creditor_table == LIC_TABLE_SELF) exists = body->creditor < image->accounts_count;
    else if (body->creditor_table < image->tables_count &&
             (body->creditor_table == LIC_TABLE_PARTIES ||
              image->tables[body->creditor_table].kind == LIC_TABLE_KIND_SCHEDULE))
        exists = body->creditor < contract->tables->views[body->creditor_table].row_count;
    return exists ? LIC_OK
                  : lic_fail(error, LIC_REFUSED, "creditor",
                             "name a party, a payee or an account of the agreement",
                             "there is no such creditor");
}

/* Amounts go in the agreement's rounding unit. What was owed in a finer one can be paid all at once. */
static lic_status check_steps(const lic_image *image, uint16_t currency, lic_i128 amount,
                              lic_i128 open, lic_error *error)
{
    const lic_currency *in = &image->currencies[currency];
    char unit[LIC_DECIMAL_MAX], text[LIC_DECIMAL_MAX];
    if (amount % image->rules.unit == 0 || amount == open) return LIC_OK;
    size_t unit_size = lic_decimal_print_short(image->rules.unit, in->unit_scale, 0, unit);
    size_t size = lic_decimal_print_short(amount, in->unit_scale, 0, text);
    return lic_fail(error, LIC_REFUSED, "rounding", "pay an amount that the agreement can owe",
                    "the agreement rounds %s to %.*s: it knows no %.*s", in->code, (int)unit_size,
                    unit, (int)size, text);
}

static lic_status check_payment(lic_call *call, uint16_t debtor, uint16_t *currency,
                                lic_error *error)
{
    const lic_contract *contract = call->contract;
    const lic_body_pay *body = &call->transaction->body.pay;
    LIC_TRY(check_creditor(contract, body, error));
    *currency = currency_of(contract->image, body->currency);
    if (*currency == LIC_NONE16)
        return lic_fail(error, LIC_REFUSED, "currency", "pay in a currency of the agreement",
                        "the agreement does not use %.*s", (int)body->currency.size,
                        (const char *)body->currency.data);
    if (body->amount <= 0)
        return lic_fail(error, LIC_REFUSED, "amount", "give an amount above zero",
                        "the amount is not positive");
    lic_i128 open = 0;
    LIC_TRY(payable(contract, debtor, body, *currency, &open, error));
    LIC_TRY(check_steps(contract->image, *currency, body->amount, open, error));
    if (body->amount > open && !contract->image->rules.excess_credited) {
        char text[LIC_DECIMAL_MAX];
        unsigned scale = contract->image->currencies[*currency].unit_scale;
        size_t size = lic_decimal_print_short(open, scale,
                                              contract->image->currencies[*currency].minor, text);
        return lic_fail(error, LIC_REFUSED, "excess",
                        "pay what is open; the agreement credits no excess",
                        "only %.*s is open between the two", (int)size, text);
    }
    return LIC_OK;
}

static bool confirmed_at_once(const lic_contract *contract, const lic_body_pay *body,
                              uint16_t debtor)
{
    if (contract->image->rules.payments_confirmed_by == 1 ||
        body->creditor_table != LIC_TABLE_PARTIES)
        return true;
    return contract->parties[body->creditor] == contract->parties[debtor];
}

static lic_trap record_payment(lic_work *work, const lic_body_pay *body, uint16_t debtor,
                               uint16_t currency, uint32_t *row)
{
    lic_contract *contract = work->contract;
    lic_tables *tables = contract->tables;
    lic_trap trap = lic_table_append(tables, LIC_TABLE_PAYMENTS, lic_slice_of(NULL, 0), row);
    if (trap != LIC_TRAP_NONE) return trap;
    bool account = body->creditor_table == LIC_TABLE_SELF;
    bool confirmed = confirmed_at_once(contract, body, debtor);
    uint8_t *cells = tables->states[LIC_TABLE_PAYMENTS].cells + (size_t)*row * LIC_PAYMENT_SIZE;
    lic_store_u64(cells + LIC_PAYMENT_DEBTOR_AT, debtor);
    lic_store_u64(cells + LIC_PAYMENT_CREDITOR_TABLE_AT, body->creditor_table);
    lic_store_u64(cells + LIC_PAYMENT_CREDITOR_AT, account ? 0 : body->creditor);
    lic_store_u64(cells + LIC_PAYMENT_ACCOUNT_AT, account ? body->creditor : LIC_NONE16);
    lic_store_i128(cells + LIC_PAYMENT_AMOUNT_AT, body->amount);
    lic_store_i128(cells + LIC_PAYMENT_LEFT_AT, body->amount);
    lic_store_u64(cells + LIC_PAYMENT_MADE_AT, (uint64_t)(int64_t)work->today);
    lic_store_u64(cells + LIC_PAYMENT_STATE_AT,
                  confirmed ? LIC_PAYMENT_CONFIRMED : LIC_PAYMENT_REPORTED);
    lic_store_u64(cells + LIC_PAYMENT_CURRENCY_AT, currency);
    return LIC_TRAP_NONE;
}

lic_status lic_handle_pay(lic_call *call, lic_error *error)
{
    lic_contract *contract = call->contract;
    const lic_body_pay *body = &call->transaction->body.pay;
    LIC_TRY(lic_contract_load(call->engine, contract, error));
    uint16_t debtor = lic_contract_party(contract, call->party);
    if (debtor == LIC_NONE16 || !lic_call_signed_by(call, debtor, LIC_KEY_MAY_SIGN))
        return lic_fail(error, LIC_DENIED, "debtor",
                        "pay as a party of the agreement, with a key that has the role sign",
                        "this party owes nothing under the agreement");
    if (contract->head.status == LIC_CONTRACT_DRAFT)
        return lic_fail(error, LIC_REFUSED, "not_open",
                        "let all parties sign first: licet sign CONTRACT",
                        "the contract is a draft");
    uint16_t currency = 0;
    LIC_TRY(check_payment(call, debtor, &currency, error));
    lic_work work;
    uint32_t row = 0;
    LIC_TRY(lic_call_begin(call, &work, error));
    lic_trap trap = record_payment(&work, body, debtor, currency, &row);
    LIC_TRY(lic_call_finish(call, &work, trap, "payment", error));
    call->result.number = (uint64_t)row + 1;
    return LIC_OK;
}

lic_status lic_handle_acknowledge(lic_call *call, lic_error *error)
{
    lic_contract *contract = call->contract;
    uint32_t number = call->transaction->body.acknowledge.payment;
    LIC_TRY(lic_contract_load(call->engine, contract, error));
    lic_tables *tables = contract->tables;
    if (number == 0 || number > tables->views[LIC_TABLE_PAYMENTS].row_count)
        return lic_fail(error, LIC_REFUSED, "payment",
                        "licet query 'SELECT number, creditor, state FROM payments' lists them",
                        "there is no payment %u", number);
    uint32_t row = number - 1;
    int64_t table = lic_column_get(tables, LIC_TABLE_PAYMENTS, row, LIC_PAYMENT_CREDITOR_TABLE_AT);
    int64_t creditor = lic_column_get(tables, LIC_TABLE_PAYMENTS, row, LIC_PAYMENT_CREDITOR_AT);
    if (lic_column_get(tables, LIC_TABLE_PAYMENTS, row, LIC_PAYMENT_STATE_AT) !=
        LIC_PAYMENT_REPORTED)
        return lic_fail(error, LIC_REFUSED, "confirmed", "nothing is left to do",
                        "payment %u is confirmed already", number);
    if (table != LIC_TABLE_PARTIES ||
        !lic_call_signed_by(call, (uint16_t)creditor, LIC_KEY_MAY_SIGN))
        return lic_fail(error, LIC_DENIED, "creditor", "acknowledge as the party that was paid",
                        "payment %u was made to another party", number);
    lic_work work;
    LIC_TRY(lic_call_begin(call, &work, error));
    lic_owing_leave(tables, LIC_TABLE_PAYMENTS, row);
    lic_trap trap = lic_column_set(tables, LIC_TABLE_PAYMENTS, row, LIC_PAYMENT_STATE_AT,
                                   LIC_PAYMENT_CONFIRMED);
    lic_owing_return(tables, LIC_TABLE_PAYMENTS, row);
    call->result.number = number;
    return lic_call_finish(call, &work, trap, "acknowledgement", error);
}
