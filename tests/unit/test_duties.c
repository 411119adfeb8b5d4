/* Duties and payments: allotted oldest due first, excess credited, confirmed by whom the agreement says. */
#include "engine_agreements.h"

#include "state.h"
#include "work.h"

#include <licet/standard.h>

#define PAY                                                                           \
    "licet 1\n"                                                                       \
    "agreement Dues \"Dues\"\n"                                                       \
    "  law        \"France\"\n"                                                       \
    "  money      EUR\n"                                                              \
    "  rounding   half_up to 0.01, each amount\n"                                     \
    "  months     clip\n"                                                             \
    "  years      calendar\n"                                                         \
    "  payments   confirmed by payee, oldest first, interest last, excess credited\n" \
    "  term       from 2026-01-01 to 2026-12-31\n"                                    \
    "party Owner is licensor, signs\n"                                                \
    "party User  is licensee, signs\n"                                                \
    "fee Rent [1]\n"                                                                  \
    "  every   month\n"                                                               \
    "  amount  EUR 100.00\n"                                                          \
    "  User pays Owner, within 10 days of period.end\n"                               \
    "end\n"                                                                           \
    "lifecycle\n"                                                                     \
    "  initial draft\n"                                                               \
    "  states  active, late\n"                                                        \
    "  final   ended, after 120 days\n"                                               \
    "  from draft to active   when signed by Owner, User\n"                           \
    "  from draft to ended    on 2026-03-31\n"                                        \
    "  from active to late    when overdue 5 days [2]\n"                              \
    "  from late to active    when not overdue 0 days\n"                              \
    "  from active, late to ended on term.end\n"                                      \
    "end\n"

static uint32_t dues_open(fixture *f)
{
    fixture_begin(f, "2026-01-01", LIC_CLOCK_SIMULATED);
    fixture_register(f, "Owner");
    fixture_register(f, "User");
    uint32_t c = fixture_deploy(f, PAY, "Owner", NULL);
    fixture_sign(f, c, "Owner");
    fixture_sign(f, c, "User");
    return c;
}

static lic_status try_pay(fixture *f, uint32_t c, const char *from, uint32_t creditor,
                          const char *currency, int64_t cents)
{
    lic_transaction t = fixture_of(f, LIC_TX_PAY, from);
    t.body.pay.contract = fixture_contract(f, c).id;
    t.body.pay.creditor_table = LIC_TABLE_PARTIES;
    t.body.pay.creditor = creditor;
    t.body.pay.currency = lic_slice_text(currency);
    t.body.pay.amount = (lic_i128)cents * 10000;
    t.body.pay.reference = lic_slice_text("");
    return try_as(f, &t, from);
}

static lic_status try_acknowledge(fixture *f, uint32_t c, const char *who, uint32_t payment)
{
    lic_transaction t = fixture_of(f, LIC_TX_ACKNOWLEDGE, who);
    t.body.acknowledge.contract = fixture_contract(f, c).id;
    t.body.acknowledge.payment = payment;
    return try_as(f, &t, who);
}

static void assert_duty(fixture *f, uint32_t c, uint32_t row, int64_t open_cents, int64_t state)
{
    fixture_good(f, lic_contract_load(f->engine, f->engine->contracts[c], &f->error));
    const lic_tables *tables = f->engine->contracts[c]->tables;
    assert_true(row < tables->views[LIC_TABLE_DUTIES].row_count);
    assert_true(lic_column_wide(tables, LIC_TABLE_DUTIES, row, LIC_DUTY_OPEN_AT) ==
                (lic_i128)open_cents * 10000);
    assert_int_equal(lic_column_get(tables, LIC_TABLE_DUTIES, row, LIC_DUTY_STATE_AT), state);
}

static uint32_t duty_count(fixture *f, uint32_t c)
{
    fixture_good(f, lic_contract_load(f->engine, f->engine->contracts[c], &f->error));
    return f->engine->contracts[c]->tables->views[LIC_TABLE_DUTIES].row_count;
}

static void oldest_first_and_excess(void **state)
{
    (void)state;
    fixture f;
    uint32_t c = dues_open(&f);
    fixture_clock(&f, "2026-03-02");
    assert_int_equal(duty_count(&f, c), 2); /* January and February, the day after each */
    fixture_good(&f, try_pay(&f, c, "User", 0, "EUR", 15000));
    assert_int_equal(f.outcome.receipt.number, 1);
    assert_duty(&f, c, 0, 10000, LIC_DUTY_OPEN); /* reported is not confirmed */
    fixture_refused(&f, try_acknowledge(&f, c, "User", 1), LIC_DENIED, "creditor");
    fixture_good(&f, try_acknowledge(&f, c, "Owner", 1));
    assert_duty(&f, c, 0, 0, LIC_DUTY_PAID);
    assert_duty(&f, c, 1, 5000, LIC_DUTY_OPEN);
    fixture_refused(&f, try_acknowledge(&f, c, "Owner", 1), LIC_REFUSED, "confirmed");
    fixture_refused(&f, try_acknowledge(&f, c, "Owner", 9), LIC_REFUSED, "payment");
    fixture_good(&f, try_pay(&f, c, "User", 0, "EUR", 7000)); /* 20.00 too much */
    fixture_good(&f, try_acknowledge(&f, c, "Owner", 2));
    assert_duty(&f, c, 1, 0, LIC_DUTY_PAID);
    fixture_reopen(&f); /* the credit is in the state, not in the process */
    fixture_clock(&f, "2026-04-01");
    assert_int_equal(duty_count(&f, c), 3);
    assert_duty(&f, c, 2, 8000, LIC_DUTY_OPEN);
    fixture_end(&f);
}

static void what_is_refused(void **state)
{
    (void)state;
    fixture f;
    uint32_t c = dues_open(&f);
    fixture_clock(&f, "2026-02-02");
    lic_hash root = fixture_root(&f);
    fixture_refused(&f, try_pay(&f, c, "User", 0, "USD", 100), LIC_REFUSED, "currency");
    fixture_refused(&f, try_pay(&f, c, "User", 5, "EUR", 100), LIC_REFUSED, "creditor");
    fixture_refused(&f, try_pay(&f, c, "User", 0, "EUR", 0), LIC_MALFORMED, "transaction");
    fixture_refused(&f, try_pay(&f, c, "User", 0, "EUR", -5), LIC_MALFORMED, "transaction");
    lic_hash after = fixture_root(&f);
    assert_true(lic_hash_equal(&root, &after));
    fixture_register(&f, "Stranger");
    fixture_refused(&f, try_pay(&f, c, "Stranger", 0, "EUR", 100), LIC_DENIED, "debtor");
    fixture_end(&f);
}

/* Overdue moves the lifecycle on the very day; paying moves it back. */
static void overdue_wakes_the_lifecycle(void **state)
{
    (void)state;
    fixture f;
    uint32_t c = dues_open(&f);
    fixture_clock(&f, "2026-02-14"); /* due 2026-02-10 */
    assert_state(&f, c, "active");
    fixture_clock(&f, "2026-02-20");
    assert_state(&f, c, "late");
    fixture_good(&f, try_pay(&f, c, "User", 0, "EUR", 10000));
    assert_state(&f, c, "late");
    fixture_good(&f, try_acknowledge(&f, c, "Owner", 1));
    assert_state(&f, c, "active");
    fixture_end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(oldest_first_and_excess),
        cmocka_unit_test(what_is_refused),
        cmocka_unit_test(overdue_wakes_the_lifecycle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
