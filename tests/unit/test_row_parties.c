/* Acts by the parties of rows. Would catch: an act that another party signed, or the row's party with a key that may only file;
 * two rows' parties of whom one is enough; balances in the views that stay behind acts or settlements; money that `move` takes from an account that holds less, or rounds away; something
 * of a refused act that stays; many envelopes that are answered otherwise than one by one. */
#include "client_fixture.h"

static const char members[] =
    "licet 1\n"
    "agreement Rows \"Members and their accounts\"\n"
    "  law        \"Spain\"\n"
    "  money      EUR\n"
    "  rounding   half_even to 0.01, each amount\n"
    "  months     clip\n"
    "  term       from 2026-01-01 to 2027-12-31\n"
    "party Office   is agent, signs\n"
    "party Society  is licensor, signs\n"
    "schedule Accounts\n"
    "  rows    at most 10\n"
    "  key     code     text 4\n"
    "  column  party    hash\n"
    "  column  opening  EUR, at most EUR 1,000\n"
    "end\n"
    "account Balance EUR for each account in Accounts, starts account.opening, at end written off\n"
    "account Kept EUR, at end written off\n"
    "statement Month\n"
    "  every  month, within 10 days of period.end\n"
    "  to     Office\n"
    "end\n"
    "withholding Levy\n"
    "  on      Month, for each account in Accounts\n"
    "  amount  10% * Balance of account\n"
    "  move    from Balance of account to Kept\n"
    "end\n"
    "action Pay(payer: Accounts, payee: Accounts, amount: EUR)\n"
    "  by    payer.party\n"
    "  move  50% of amount from Balance of payer to Balance of payee\n"
    "end\n"
    "action Swap(a: Accounts, b: Accounts)\n"
    "  by    a.party, b.party\n"
    "  move  EUR 1.00 from Balance of a to Balance of b\n"
    "end\n"
    "lifecycle\n"
    "  initial draft\n"
    "  states  active\n"
    "  final   ended, after 120 days\n"
    "  from draft to active  when signed by Office, Society\n"
    "  from draft to ended   on 2026-02-28\n"
    "  from active to ended  on term.end\n"
    "end\n";

static void put_row(stage *s, lic_buffer *rows, const char *code, const char *party)
{
    stage_good(s, try_register(s, party));
    lic_put_format(rows, "%s\t", code);
    for (size_t i = 0; i < LIC_HASH_SIZE; i++) lic_put_format(rows, "%02x", s->result.id.bytes[i]);
    lic_put_text(rows, "\t100.00\n");
}

/* Ada and Bert have a hundred each. */
static void begin(stage *s)
{
    lic_buffer rows;
    stage_begin(s, "2026-01-05");
    lic_buffer_init(&rows, &lic_allocator_system, 4096);
    stage_good(s, try_register(s, "Office"));
    stage_good(s, try_register(s, "Society"));
    put_row(s, &rows, "A", "Ada");
    put_row(s, &rows, "B", "Bert");
    lic_put_u8(&rows, 0);
    stage_good(s, try_deploy(s, members, "Office", NULL, NULL));
    stage_good(s, try_load(s, "Rows", "Accounts", "Office", (const char *)rows.data));
    lic_buffer_free(&rows);
    stage_good(s, try_sign(s, "Rows", "Office", NULL));
    stage_good(s, try_sign(s, "Rows", "Society", NULL));
}

static lic_status pay(stage *s, const char *amount, const char *by)
{
    const char *const arguments[] = {"payer", "A", "payee", "B", "amount", amount, NULL};
    return try_act(s, "Rows", "Pay", arguments, false, by, NULL);
}

static void expect_balances(stage *s, const char *balances)
{
    assert_string_equal(
        stage_query(s, s->client,
                    "SELECT amount FROM balances WHERE account = 'Balance' ORDER BY row"),
        balances);
}

static void the_row_s_party_acts(void **state)
{
    (void)state;
    stage s;
    begin(&s);
    stage_good(&s, pay(&s, "40.01", "Ada")); /* half of it, 20.005, is even at 20.00 */
    expect_balances(&s, "80.00\n120.00\n");
    stage_refused(&s, pay(&s, "1.00", "Bert"), LIC_TRAPPED, "refused", "payer.party signs");
    stage_refused(&s, pay(&s, "1.00", "Office"), LIC_TRAPPED, "refused", "payer.party signs");
    stage_refused(&s, pay(&s, "160.02", "Ada"), LIC_TRAPPED, "insufficient", "Pay");
    expect_balances(&s, "80.00\n120.00\n");
    stage_good(&s, pay(&s, "160.00", "Ada"));
    expect_balances(&s, "0.00\n200.00\n");
    stage_replays(&s);
    stage_end(&s);
}

static void both_parties_of_rows(void **state)
{
    (void)state;
    stage s;
    begin(&s);
    const char *const arguments[] = {"a", "A", "b", "B", NULL};
    stage_refused(&s, try_act(&s, "Rows", "Swap", arguments, false, "Ada", NULL), LIC_TRAPPED,
                  "refused", "b.party signs");
    stage_refused(&s, try_act(&s, "Rows", "Swap", arguments, false, "Bert", NULL), LIC_TRAPPED,
                  "refused", "a.party signs");
    stage_good(&s, try_act(&s, "Rows", "Swap", arguments, false, "Bert", "Ada"));
    expect_balances(&s, "99.00\n101.00\n");
    stage_end(&s);
}

/* A key that may file, and not sign, speaks for nobody here. */
static void a_key_that_only_files(void **state)
{
    (void)state;
    stage s;
    begin(&s);
    lic_client_call call = stage_by("Ada", NULL);
    const lic_keypair clerk = stage_pair("clerk");
    stage_good(&s, lic_client_add_key(s.client, &call, stage_text("Ada"), &clerk.key,
                                      LIC_KEY_MAY_FILE, 0, &s.result, &s.error));
    stage_refused(&s, pay(&s, "1.00", "clerk"), LIC_TRAPPED, "refused", "payer.party signs");
    stage_end(&s);
}

/* Before a settlement, behind it, and again: balances are those of the accounts, turnovers stay what they were, and
 * an act shows the rows that it moved. */
static void views_of_acts_and_settlements(void **state)
{
    (void)state;
    stage s;
    begin(&s);
    static const char acts[] = "SELECT height, account, key, opening_amount, closing_amount FROM "
                               "account_turnover WHERE height > 6 AND account = 'Balance' "
                               "ORDER BY height, row";
    stage_good(&s, pay(&s, "20.00", "Ada"));     /* 90, 110 */
    stage_good(&s, try_clock(&s, "2026-02-01")); /* 81, 99 */
    expect_balances(&s, "81.00\n99.00\n");
    stage_good(&s, pay(&s, "2.00", "Ada"));
    expect_balances(&s, "80.00\n100.00\n");
    stage_good(&s, pay(&s, "4.00", "Ada"));
    expect_balances(&s, "78.00\n102.00\n");
    stage_good(&s, try_clock(&s, "2026-03-01")); /* 70.20, 91.80 */
    stage_good(&s, pay(&s, "0.40", "Ada"));
    expect_balances(&s, "70.00\n92.00\n");
    const char *told = stage_query(&s, s.client, acts);
    assert_non_null(strstr(told, "Balance A 100.00 90.00\n"));
    assert_non_null(strstr(told, "Balance B 110.00 99.00\n"));
    assert_non_null(strstr(told, "Balance A 81.00 80.00\n"));
    assert_non_null(strstr(told, "Balance A 80.00 78.00\n"));
    assert_non_null(strstr(told, "Balance B 102.00 91.80\n"));
    assert_non_null(strstr(told, "Balance B 91.80 92.00\n"));
    assert_string_equal(
        stage_query(&s, s.client, "SELECT amount FROM balances WHERE account = 'Kept'"), "38.00\n");
    stage_replays(&s);
    stage_end(&s);
}

/* A member to whom nothing happened has no row in what an act did. */
static void rows_that_did_not_move(void **state)
{
    (void)state;
    stage s;
    begin(&s);
    const char *const arguments[] = {"payer", "A", "payee", "A", "amount", "2.00", NULL};
    stage_good(&s, try_act(&s, "Rows", "Pay", arguments, false, "Ada", NULL)); /* to herself */
    assert_string_equal(stage_query(&s, s.client,
                                    "SELECT key, debit_amount, credit_amount FROM account_turnover "
                                    "WHERE account = 'Balance' AND debit_amount != '0.00'"),
                        "A 1.00 1.00\n");
    assert_string_equal(stage_query(&s, s.client,
                                    "SELECT key FROM account_turnover WHERE account = 'Balance' "
                                    "AND height = (SELECT max(height) FROM account_turnover)"),
                        "A\n");
    expect_balances(&s, "100.00\n100.00\n");
    stage_replays(&s);
    stage_end(&s);
}

/* -- many at once ------------------------------------------------------------------------------------------- */

enum { MANY = 40 };

typedef struct collected {
    lic_buffer bytes;
    size_t ends[MANY + 1];
    size_t count, told, accepted;
    char codes[256];
} collected;

static lic_status collect(void *context, lic_slice wire)
{
    collected *all = context;
    lic_put_bytes(&all->bytes, wire.data, wire.size);
    all->ends[++all->count] = all->bytes.size;
    return LIC_OK;
}

static lic_status note(void *context, size_t index, lic_status status,
                       const lic_client_result *result, const lic_error *error)
{
    collected *all = context;
    assert_int_equal(index, all->told++);
    assert_true(result->sent);
    if (status == LIC_OK) all->accepted++;
    else (void)snprintf(all->codes + strlen(all->codes), 64, "%zu %s, ", index, error->code);
    return LIC_OK;
}

/* On a disk in memory a client has one thread unless it is told otherwise. */
static void two_threads(stage *s)
{
    lic_client *fork = NULL;
    const lic_client_options options = {.path = "fork", .disk = s->disk, .threads = 2};
    stage_good(s, lic_client_fork(s->client, &options, &fork, &s->error));
    lic_client_close(s->client);
    s->client = fork;
}

/* The same envelope over and over: the first is taken, and in its block the others wait for it; one with a bent
 * signature, one cut short, and one with the next sequence in between. */
static void many_are_answered_in_order(void **state)
{
    (void)state;
    stage s;
    begin(&s);
    two_threads(&s);
    static collected all;
    const char *const arguments[] = {"payer", "A", "payee", "B", "amount", "2.00", NULL};
    lic_named_text list[8];
    lic_client_call call = stage_by("Ada", NULL);
    call.divert = collect;
    call.divert_context = &all;
    memset(&all, 0, sizeof all);
    lic_buffer_init(&all.bytes, &lic_allocator_system, 1u << 20);
    const lic_acting acting = {.action = stage_text("Pay"),
                               .arguments = list,
                               .argument_count = stage_list(arguments, list)};
    for (int i = 0; i < MANY; i++)
        stage_good(&s,
                   lic_client_act(s.client, &call, stage_text("Rows"), &acting, NULL, &s.error));
    lic_slice wires[MANY];
    for (size_t i = 0; i < MANY; i++)
        wires[i] = lic_slice_of(all.bytes.data + all.ends[i], all.ends[i + 1] - all.ends[i]);
    all.bytes.data[all.ends[1] - 1] ^= 1; /* envelope 0: its signature */
    wires[1].size--;                      /* 1: cut */
    lic_client_begin(s.client);
    stage_good(&s, lic_client_submit_all(s.client, wires, MANY, note, &all, &s.error));
    stage_good(&s, lic_client_commit(s.client, &s.error));
    assert_int_equal(all.told, MANY);
    assert_string_equal(all.codes, "0 signature, 1 transaction, ");
    assert_int_equal(all.accepted, MANY - 2); /* one is done, the others are known */
    expect_balances(&s, "99.00\n101.00\n");
    stage_replays(&s);
    lic_buffer_free(&all.bytes);
    stage_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_row_s_party_acts),   cmocka_unit_test(both_parties_of_rows),
        cmocka_unit_test(a_key_that_only_files),  cmocka_unit_test(views_of_acts_and_settlements),
        cmocka_unit_test(rows_that_did_not_move), cmocka_unit_test(many_are_answered_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
