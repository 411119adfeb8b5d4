/* Duties and payments in order (owing.h), and the sets beneath (order.h), against walks of the tables after
 * every one of many random acts: charges, partial and excess payments, confirmations, milestones, `cancel`,
 * `due now`, and acts that do all this and are then taken back.
 *
 * Would catch: a row that leaves one view and not another; one that a rollback loses, keeps or counts twice; new
 * rows that a view forgets; a due date that is not the oldest; a payment that waits though a duty is open; a
 * set that grows deep, whatever its keys; a view that is lost or leaks when memory is out. */
#include "engine_agreements.h"

#include "order.h"
#include "owing.h"
#include "state.h"
#include "work.h"

#include <licet/standard.h>

#define ROUNDS 400

static const char agreement[] =
    "licet 1\n"
    "agreement Dues \"Dues\"\n"
    "  law        \"France\"\n"
    "  money      EUR\n"
    "  rounding   half_up to 0.01, each amount\n"
    "  months     clip\n"
    "  years      calendar\n"
    "  payments   confirmed by payee, oldest first, interest last, excess credited\n"
    "  term       from 2026-01-01 to 2126-12-31\n"
    "party Owner is licensor, signs\n"
    "party User  is licensee, signs\n"
    "party Agent is payee\n"
    "fact    Ready date, set once by Owner\n"
    "fee Rent [1]\n"
    "  every   month\n"
    "  amount  EUR 100.00\n"
    "  User pays Owner, within 40 days of period.end\n"
    "end\n"
    "fee Tax [2]\n"
    "  every   month\n"
    "  amount  EUR 7.00\n"
    "  User pays Agent, within 10 days of period.end\n"
    "end\n"
    "fee Works [3]\n"
    "  amount  EUR 900.00\n"
    "  part    20% on signature, within 30 days\n"
    "  part    80% on Ready, within 30 days\n"
    "  User pays Owner\n"
    "end\n"
    "action Charge(day: date) [4]\n"
    "  by      User\n"
    "  in      active\n"
    "  User pays Owner EUR 31.00, due day\n"
    "  Owner pays User EUR 5.00, due day\n"
    "end\n"
    "action Waive() [5]\n"
    "  by      Owner\n"
    "  in      active\n"
    "  require Rent.open + Tax.open + Works.open > EUR 0\n"
    "  cancel  Rent.open\n"
    "end\n"
    "action Call() [6]\n"
    "  by      Owner\n"
    "  in      active\n"
    "  due now Rent.open\n"
    "  due now Tax.open\n"
    "end\n"
    "action All() [7]\n"
    "  by      Owner\n"
    "  in      active\n"
    "  cancel  Works.open\n"
    "  due now Tax.open\n"
    "end\n"
    "action Undone(day: date) [8]\n"
    "  by      User\n"
    "  in      active\n"
    "  User pays Owner EUR 31.00, due day\n"
    "  cancel  Tax.open\n"
    "  due now Rent.open\n"
    "  due now Works.open\n"
    "  require Rent.paid + Tax.paid + Works.paid < EUR 0\n"
    "end\n"
    "lifecycle\n"
    "  initial draft\n"
    "  states  active, late\n"
    "  final   ended, after 120 days\n"
    "  from draft to active   when signed by Owner, User\n"
    "  from draft to ended    on 2026-03-31\n"
    "  from active to late    when overdue 3000 days [9]\n"
    "  from late to active    when not overdue 0 days\n"
    "  from active, late to ended on term.end\n"
    "end\n";

/* -- walks ------------------------------------------------------------------------------------------------- */

static int64_t duty_get(const lic_tables *tables, uint32_t row, uint16_t at)
{
    return lic_column_get(tables, LIC_TABLE_DUTIES, row, at);
}

static lic_date walk_oldest(const lic_tables *tables)
{
    lic_date oldest = LIC_DATE_MAX;
    for (uint32_t row = 0; row < tables->views[LIC_TABLE_DUTIES].row_count; row++)
        if (duty_get(tables, row, LIC_DUTY_STATE_AT) == LIC_DUTY_OPEN &&
            duty_get(tables, row, LIC_DUTY_DUE_AT) < oldest)
            oldest = (lic_date)duty_get(tables, row, LIC_DUTY_DUE_AT);
    return oldest;
}

static lic_i128 walk_term(const lic_contract *contract, uint16_t term, bool paid)
{
    const lic_tables *tables = contract->tables;
    lic_i128 sum = 0;
    for (uint32_t row = 0; row < tables->views[LIC_TABLE_DUTIES].row_count; row++) {
        int64_t state = duty_get(tables, row, LIC_DUTY_STATE_AT);
        lic_i128 open = lic_column_wide(tables, LIC_TABLE_DUTIES, row, LIC_DUTY_OPEN_AT);
        lic_i128 amount = lic_column_wide(tables, LIC_TABLE_DUTIES, row, LIC_DUTY_AMOUNT_AT);
        if (!lic_duty_of_term(contract, row, term)) continue;
        if (paid) sum += amount - open;
        else if (state == LIC_DUTY_OPEN || state == LIC_DUTY_CONTINGENT) sum += open;
    }
    return sum;
}

static lic_i128 walk_pair(const lic_tables *tables, int64_t debtor, int64_t creditor, bool reported)
{
    uint16_t table = reported ? LIC_TABLE_PAYMENTS : LIC_TABLE_DUTIES;
    lic_i128 sum = 0;
    for (uint32_t row = 0; row < tables->views[table].row_count; row++) {
        int64_t state = lic_column_get(tables, table, row, LIC_DUTY_STATE_AT);
        int64_t from = lic_column_get(tables, table, row,
                                      reported ? LIC_PAYMENT_DEBTOR_AT : LIC_DUTY_DEBTOR_AT);
        if (from != debtor ||
            lic_column_get(tables, table, row, LIC_DUTY_CREDITOR_AT) != creditor ||
            state != (reported ? (int64_t)LIC_PAYMENT_REPORTED : (int64_t)LIC_DUTY_OPEN))
            continue;
        sum += lic_column_wide(tables, table, row,
                               reported ? LIC_PAYMENT_AMOUNT_AT : LIC_DUTY_OPEN_AT);
    }
    return sum;
}

/* Nothing that is confirmed waits while something between the same two is open. */
static void assert_allotted(const lic_tables *tables)
{
    for (uint32_t row = 0; row < tables->views[LIC_TABLE_PAYMENTS].row_count; row++) {
        if (lic_column_get(tables, LIC_TABLE_PAYMENTS, row, LIC_PAYMENT_STATE_AT) !=
                LIC_PAYMENT_CONFIRMED ||
            lic_column_wide(tables, LIC_TABLE_PAYMENTS, row, LIC_PAYMENT_LEFT_AT) == 0)
            continue;
        assert_true(
            walk_pair(tables,
                      lic_column_get(tables, LIC_TABLE_PAYMENTS, row, LIC_PAYMENT_DEBTOR_AT),
                      lic_column_get(tables, LIC_TABLE_PAYMENTS, row, LIC_PAYMENT_CREDITOR_AT),
                      false) == 0);
    }
}

static void assert_views(fixture *f, uint32_t number)
{
    lic_contract *contract = f->engine->contracts[number];
    fixture_good(f, lic_contract_load(f->engine, contract, &f->error));
    lic_tables *tables = contract->tables;
    lic_date oldest = 0;
    assert_ok(lic_owing_oldest(tables, &oldest));
    assert_int_equal(oldest, walk_oldest(tables));
    for (uint16_t term = 0; term < contract->image->terms_count; term++) {
        lic_i128 open = 0, paid = 0;
        assert_ok(lic_owing_sum(tables, term, false, &open));
        assert_ok(lic_owing_sum(tables, term, true, &paid));
        assert_true(open == walk_term(contract, term, false));
        assert_true(paid == walk_term(contract, term, true));
    }
    for (uint64_t debtor = 0; debtor < 3; debtor++)
        for (uint64_t creditor = 0; creditor < 3; creditor++) {
            lic_owing_pair pair = {debtor, LIC_TABLE_PARTIES, creditor, 0};
            lic_i128 open = 0, reported = 0;
            assert_ok(lic_owing_open(tables, &pair, &open, &reported));
            assert_true(open == walk_pair(tables, (int64_t)debtor, (int64_t)creditor, false));
            assert_true(reported == walk_pair(tables, (int64_t)debtor, (int64_t)creditor, true));
        }
    assert_allotted(tables);
}

/* -- acts -------------------------------------------------------------------------------------------------- */

typedef struct play {
    fixture f;
    uint32_t contract;
    uint64_t state;
    lic_date today;
    unsigned refused;
} play;

static uint64_t draw(play *p, uint64_t below)
{
    p->state = p->state * 6364136223846793005u + 1442695040888963407u;
    return (p->state >> 33) % below;
}

static const char *draw_day(play *p)
{
    static char text[LIC_DATE_TEXT];
    lic_date_print(p->today + (lic_date)draw(p, 100), text);
    return text;
}

static lic_status pay(play *p)
{
    lic_transaction t = fixture_of(&p->f, LIC_TX_PAY, "User");
    t.body.pay.contract = fixture_contract(&p->f, p->contract).id;
    t.body.pay.creditor_table = LIC_TABLE_PARTIES;
    t.body.pay.creditor = draw(p, 2) == 0 ? 0 : 2;
    t.body.pay.currency = lic_slice_text("EUR");
    t.body.pay.amount = (lic_i128)(1 + draw(p, 30000)) * 10000;
    t.body.pay.reference = lic_slice_text("");
    return try_as(&p->f, &t, "User");
}

static lic_status acknowledge(play *p)
{
    const char *who = draw(p, 2) == 0 ? "Owner" : "Agent";
    lic_transaction t = fixture_of(&p->f, LIC_TX_ACKNOWLEDGE, who);
    t.body.acknowledge.contract = fixture_contract(&p->f, p->contract).id;
    t.body.acknowledge.payment =
        1 +
        (uint32_t)draw(
            p,
            p->f.engine->contracts[p->contract]->tables->views[LIC_TABLE_PAYMENTS].row_count + 1u);
    return try_as(&p->f, &t, who);
}

static void move_clock(play *p)
{
    char text[LIC_DATE_TEXT];
    p->today += 1 + (lic_date)draw(p, 25);
    lic_date_print(p->today, text);
    fixture_clock(&p->f, text);
}

static lic_status act(play *p)
{
    fixture *f = &p->f;
    uint32_t c = p->contract;
    switch (draw(p, 40)) {
    case 0: return try_fact(f, c, "Ready", "2026-05-05", "Owner");
    case 1: return try_act(f, c, "Waive", NULL, false, "Owner", NULL);
    case 2: return try_act(f, c, "Call", NULL, false, "Owner", NULL);
    case 3: return draw(p, 8) == 0 ? try_act(f, c, "All", NULL, false, "Owner", NULL) : LIC_OK;
    case 4: fixture_reopen(f); return LIC_OK;
    default: break;
    }
    switch (draw(p, 6)) {
    case 0: return pay(p);
    case 1: return acknowledge(p);
    case 2: return try_act(f, c, "Charge", draw_day(p), false, "User", NULL);
    case 3: move_clock(p); return LIC_OK;
    default: return try_act(f, c, "Undone", draw_day(p), false, "User", NULL);
    }
}

/* Memory runs out at the n-th allocation while a view is made: it is asked again, and answers. */
static void assert_out_of_memory(lic_contract *contract)
{
    lic_tables *tables = contract->tables;
    const lic_allocator *usual = tables->allocator;
    lic_status status = LIC_NO_MEMORY;
    for (size_t n = 0; status != LIC_OK; n++) {
        unit_heap heap = {.left = n};
        lic_allocator allocator = unit_allocator(&heap);
        lic_date oldest = 0;
        lic_i128 sum = 0;
        lic_owing_destroy(tables->owing);
        tables->owing = NULL;
        tables->allocator = &allocator;
        for (unsigned again = 0; again < 2; again++) { /* what was made before it stays sound */
            status = lic_owing_oldest(tables, &oldest);
            if (status == LIC_OK) status = lic_owing_sum(tables, 0, false, &sum);
            if (status == LIC_OK) status = lic_owing_pairs_now(tables);
        }
        lic_owing_destroy(tables->owing);
        tables->owing = NULL;
        tables->allocator = usual;
        assert_int_equal(heap.live_bytes, 0);
        assert_true(status == LIC_OK || status == LIC_NO_MEMORY);
        if (status == LIC_OK) assert_int_equal(oldest, walk_oldest(tables));
    }
}

static void views_are_what_a_walk_finds(void **state)
{
    (void)state;
    static play p;
    const char *given = getenv("LICET_SEED");
    p.state = given != NULL ? strtoull(given, NULL, 10) : 20260101u;
    print_message("LICET_SEED=%llu\n", (unsigned long long)p.state);
    fixture_begin(&p.f, "2026-01-01", LIC_CLOCK_SIMULATED);
    p.today = fixture_date("2026-01-01");
    fixture_register(&p.f, "Owner");
    fixture_register(&p.f, "User");
    fixture_register(&p.f, "Agent");
    p.contract = fixture_deploy(&p.f, agreement, "Owner", NULL);
    fixture_sign(&p.f, p.contract, "Owner");
    fixture_sign(&p.f, p.contract, "User");
    for (unsigned i = 0; i < ROUNDS; i++) {
        p.refused += act(&p) != LIC_OK;
        assert_views(&p.f, p.contract);
    }
    assert_out_of_memory(p.f.engine->contracts[p.contract]);
    assert_views(&p.f, p.contract);
    assert_true(p.refused > ROUNDS / 8 && p.refused < ROUNDS); /* the acts that are taken back */
    fixture_end(&p.f);
}

/* `due now` of the kernel with another day than today would move a date again and again. */
static void due_now_is_today(void **state)
{
    (void)state;
    fixture f;
    fixture_begin(&f, "2026-01-01", LIC_CLOCK_SIMULATED);
    fixture_register(&f, "Owner");
    fixture_register(&f, "User");
    fixture_register(&f, "Agent");
    uint32_t c = fixture_deploy(&f, agreement, "Owner", NULL);
    fixture_sign(&f, c, "Owner");
    fixture_sign(&f, c, "User");
    lic_work work;
    lic_contract *contract = f.engine->contracts[c];
    fixture_good(&f, lic_contract_load(f.engine, contract, &f.error));
    lic_date today = fixture_date("2026-01-01");
    fixture_good(&f, lic_engine_begin(f.engine, f.now, &f.error));
    fixture_good(&f, lic_work_begin(f.engine, contract, today, UINT64_MAX, &work, &f.error));
    uint64_t day = (uint64_t)(today + 1), result = 0;
    lic_i128 wide = 0;
    assert_int_equal(lic_duty_native(&work, LIC_NATIVE_DUE_NOW, 0, &day, &result, &wide),
                     LIC_TRAP_OUT_OF_RANGE);
    day = (uint64_t)today;
    assert_int_equal(lic_duty_native(&work, LIC_NATIVE_DUE_NOW, 0, &day, &result, &wide),
                     LIC_TRAP_NONE);
    lic_work_roll_back(&work);
    fixture_good(&f, lic_engine_abandon(f.engine, &f.error));
    fixture_end(&f);
}

/* -- sets -------------------------------------------------------------------------------------------------- */

static unsigned depth_of(const lic_order *order, uint32_t set)
{
    if (set == LIC_ORDER_NONE) return 0;
    unsigned left = depth_of(order, order->nodes[set].left),
             right = depth_of(order, order->nodes[set].right);
    return 1 + (left > right ? left : right);
}

/* 100,000 numbers with keys that rise, fall, are one and the same: the sets stay flat. */
static void sets_stay_flat(void **state)
{
    (void)state;
    enum { COUNT = 100000 };
    for (int64_t slope = -1; slope <= 1; slope++) {
        lic_order order;
        uint32_t set = LIC_ORDER_NONE;
        lic_order_init(&order, &lic_allocator_system, 99);
        assert_ok(lic_order_reserve(&order, COUNT));
        for (uint32_t i = 0; i < COUNT; i++) lic_order_add(&order, &set, i, slope * (int64_t)i);
        assert_true(depth_of(&order, set) < 64);
        assert_int_equal(lic_order_first(&order, set), slope < 0 ? COUNT - 1 : 0);
        assert_int_equal(lic_order_above(&order, set, 10), slope > 0 ? 11 : LIC_ORDER_NONE);
        for (uint32_t i = 0; i < COUNT; i += 2) lic_order_remove(&order, &set, i);
        assert_int_equal(lic_order_first(&order, set), slope < 0 ? COUNT - 1 : 1);
        assert_int_equal(lic_order_above(&order, set, 11), slope > 0 ? 13 : LIC_ORDER_NONE);
        for (uint32_t i = 1; i < COUNT; i += 2) lic_order_remove(&order, &set, i);
        assert_int_equal(set, LIC_ORDER_NONE);
        lic_order_free(&order);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(views_are_what_a_walk_finds),
        cmocka_unit_test(due_now_is_today),
        cmocka_unit_test(sets_stay_flat),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
