/* Deploy, sign, facts, actions: who may do what, and when. */
#include "engine_agreements.h"

#include "state.h"

#define GIVEN                                                                         \
    "licet 1\n"                                                                       \
    "agreement Given \"Given\"\n"                                                     \
    "  law        \"France\"\n"                                                       \
    "  money      EUR\n"                                                              \
    "  rounding   half_up to 0.01, each amount\n"                                     \
    "  months     clip\n"                                                             \
    "  years      calendar\n"                                                         \
    "  payments   confirmed by payee, oldest first, interest last, excess credited\n" \
    "  term       from 2026-01-01 to 2026-12-31\n"                                    \
    "party Owner is licensor, signs\n"                                                \
    "party User  is licensee, signs\n"                                                \
    "given First rate, scale 4, at most 100%\n"                                       \
    "given Second rate, scale 4, at most 100%\n"                                      \
    "account Pool EUR\n"                                                              \
    "account Owed EUR for each payee, at end paid out\n"                              \
    "report Sales [1]\n"                                                              \
    "  by User, every month, within 10 days of period.end\n"                          \
    "  lines at most 10, else refuse\n"                                               \
    "  column value exact EUR, scale 2, at most EUR 100\n"                            \
    "end\n"                                                                           \
    "fee Entry [1]\n"                                                                 \
    "  on Sales\n"                                                                    \
    "  amount  sum of value\n"                                                        \
    "  User owes Pool\n"                                                              \
    "end\n"                                                                           \
    "split Pool [2]\n"                                                                \
    "  on Sales\n"                                                                    \
    "  Owner: First\n"                                                                \
    "  User:  Second\n"                                                               \
    "  pennies largest remainder, ties as written\n"                                  \
    "  into Owed\n"                                                                   \
    "end\n"                                                                           \
    "lifecycle\n"                                                                     \
    "  initial draft\n"                                                               \
    "  states  active\n"                                                              \
    "  final   ended, after 30 days\n"                                                \
    "  from draft to active when signed by Owner, User\n"                             \
    "  from draft to ended  on 2026-03-31\n"                                          \
    "  from active to ended on term.end\n"                                            \
    "end\n"

static void parameters_are_read_and_checked(void **state)
{
    (void)state;
    fixture f;
    fixture_begin(&f, "2026-01-01", LIC_CLOCK_SIMULATED);
    fixture_register(&f, "Owner");
    fixture_register(&f, "User");
    const char *good[] = {"60%", "0.4", NULL}, *malformed[] = {"sixty", "0.4", NULL},
               *large[] = {"101%", "0.4", NULL};
    const char *few[] = {"60%", NULL}, *many[] = {"60%", "40%", "0%", NULL},
               *short_sum[] = {"60%", "39.99%", NULL};
    lic_hash root = fixture_root(&f);
    fixture_refused(&f, try_deploy(&f, GIVEN, "Owner", malformed), LIC_MALFORMED, "parameter");
    fixture_refused(&f, try_deploy(&f, GIVEN, "Owner", large), LIC_MALFORMED, "parameter");
    fixture_refused(&f, try_deploy(&f, GIVEN, "Owner", few), LIC_MALFORMED, "parameter");
    fixture_refused(&f, try_deploy(&f, GIVEN, "Owner", many), LIC_MALFORMED, "parameter");
    fixture_refused(&f, try_deploy(&f, GIVEN, "Owner", short_sum), LIC_REFUSED, "shares");
    lic_hash after = fixture_root(&f);
    assert_true(lic_hash_equal(&root, &after));
    uint32_t c = fixture_deploy(&f, GIVEN, "Owner", good);
    lic_slice text;
    assert_true(lic_engine_parameter(f.engine, c, 1, &text));
    assert_true(lic_slice_equal(text, lic_slice_text("0.4")));
    assert_state(&f, c, "draft");
    fixture_end(&f);
}

/* A draft has dates of its own; a contract that ended unsigned is closed. */
static void drafts_end(void **state)
{
    (void)state;
    fixture f;
    uint32_t c = press_deploy(&f, PRESS_ASIDE);
    press_load(&f, c);
    fixture_sign(&f, c, "Label");
    fixture_clock(&f, "2026-07-02");
    assert_state(&f, c, "ended");
    assert_int_equal(fixture_contract(&f, c).status, LIC_CONTRACT_CLOSED);
    assert_int_equal(fixture_contract(&f, c).since, fixture_date("2026-06-30"));
    fixture_refused(&f, try_sign(&f, c, "Service"), LIC_REFUSED, "not_draft");
    fixture_end(&f);
}

static void signatures(void **state)
{
    (void)state;
    fixture f;
    uint32_t c = press_deploy(&f, PRESS_ASIDE);
    press_load(&f, c);
    fixture_register(&f, "Stranger");
    lic_contract_info info = fixture_contract(&f, c);
    static const char *const codes[] = {"image", "source", "parameters", "rows"};
    for (size_t i = 0; i < LIC_COUNT(codes); i++) {
        lic_transaction t = fixture_of(&f, LIC_TX_SIGN, "Label");
        t.body.sign = (lic_body_sign){info.id, info.image->id, info.source_hash,
                                      info.parameters_hash, info.rows_root};
        lic_hash *fields[] = {&t.body.sign.image, &t.body.sign.source, &t.body.sign.parameters,
                              &t.body.sign.rows};
        fields[i]->bytes[31] ^= 1;
        fixture_refused(&f, try_as(&f, &t, "Label"), LIC_REFUSED, "signed_text");
        assert_non_null(strstr(f.error.text, codes[i]));
    }
    fixture_refused(&f, try_sign(&f, c, "Stranger"), LIC_DENIED, "not_signing");
    fixture_sign(&f, c, "Label");
    fixture_refused(&f, try_sign(&f, c, "Label"), LIC_REFUSED, "signed");
    fixture_refused(&f, try_report(&f, c, 0, "Service", "2026-01-01", lic_slice_text(""), 0),
                    LIC_REFUSED, "not_open");
    fixture_sign(&f, c, "Service");
    assert_state(&f, c, "active");
    fixture_end(&f);
}

static void facts(void **state)
{
    (void)state;
    fixture f;
    uint32_t c = stages_open(&f);
    assert_state(&f, c, "waiting");
    fixture_refused(&f, try_fact(&f, c, "Opened", "2026-02-30", "Owner"), LIC_MALFORMED, "value");
    fixture_refused(&f, try_fact(&f, c, "Opened", "2026-01-30", "Owner"), LIC_MALFORMED, "value");
    fixture_refused(&f, try_fact(&f, c, "Opened", "2026-02-10", "User"), LIC_DENIED, "setter");
    fixture_good(&f, try_fact(&f, c, "Opened", "2026-02-10", "Owner"));
    fixture_refused(&f, try_fact(&f, c, "Opened", "2026-02-11", "Owner"), LIC_REFUSED, "set_once");
    assert_state(&f, c, "waiting");
    fixture_clock(&f, "2026-02-09");
    assert_state(&f, c, "waiting");
    fixture_clock(&f, "2026-03-09"); /* past the day: it moved on the day */
    assert_state(&f, c, "active");
    assert_int_equal(fixture_contract(&f, c).since, fixture_date("2026-02-10"));
    fixture_good(&f, try_fact(&f, c, "Visitors", "999,999", "User"));
    assert_int_equal(f.engine->contracts[c]->tables->views[LIC_TABLE_DUTIES].row_count, 0);
    fixture_refused(&f, try_fact(&f, c, "Visitors", "5", "User"), LIC_REFUSED, "never_falls");
    fixture_good(&f, try_fact(&f, c, "Visitors", "1000000", "User"));
    assert_int_equal(f.engine->contracts[c]->tables->views[LIC_TABLE_DUTIES].row_count, 1);
    fixture_good(&f, try_fact(&f, c, "Visitors", "2000000", "User")); /* once */
    assert_int_equal(f.engine->contracts[c]->tables->views[LIC_TABLE_DUTIES].row_count, 1);
    fixture_end(&f);
}

static void actions(void **state)
{
    (void)state;
    fixture f;
    uint32_t c = stages_open(&f);
    fixture_refused(&f, try_act(&f, c, "Strike", "noise", false, "Owner", NULL), LIC_REFUSED,
                    "state");
    fixture_good(&f, try_fact(&f, c, "Opened", "2026-01-31", "Owner"));
    fixture_clock(&f, "2026-02-01");
    assert_state(&f, c, "active");
    lic_hash root = fixture_root(&f);
    fixture_refused(&f, try_act(&f, c, "Strike", "noise", false, "User", NULL), LIC_DENIED,
                    "signatures");
    fixture_refused(&f, try_act(&f, c, "Strike", NULL, false, "Owner", NULL), LIC_REFUSED,
                    "arguments");
    fixture_refused(&f, try_act(&f, c, "Strike", "longer than fourteen", false, "Owner", NULL),
                    LIC_MALFORMED, "value");
    fixture_refused(&f, try_act(&f, c, "Share", "100", false, "Owner", NULL), LIC_DENIED,
                    "signatures");
    fixture_refused(&f, try_act(&f, c, "Share", "50001", false, "Owner", "User"), LIC_TRAPPED,
                    "refused");
    assert_non_null(strstr(f.error.text, "[5]"));
    lic_hash after = fixture_root(&f);
    assert_true(lic_hash_equal(&root, &after));
    fixture_good(&f, try_act(&f, c, "Share", "100", false, "Owner", "User"));
    fixture_refused(&f, try_act(&f, c, "Inspect", "100", false, "Auditor", NULL), LIC_REFUSED,
                    "notice");
    fixture_good(&f, try_act(&f, c, "Inspect", NULL, true, "Auditor", NULL));
    fixture_refused(&f, try_act(&f, c, "Inspect", "100", false, "Auditor", NULL), LIC_REFUSED,
                    "notice");
    fixture_clock(&f, "2026-02-15");
    fixture_good(&f, try_act(&f, c, "Inspect", "100", false, "Auditor", NULL));
    fixture_refused(&f, try_act(&f, c, "Inspect", "100", false, "Auditor", NULL), LIC_REFUSED,
                    "notice");
    fixture_good(&f, try_act(&f, c, "Strike", "noise", false, "Owner", NULL));
    assert_state(&f, c, "warned");
    fixture_end(&f);
}

/* A transition with notice: the act gives the notice, the day carries it out, when its condition holds. */
static void notice_of_a_transition(void **state)
{
    (void)state;
    fixture f;
    uint32_t c = stages_open(&f);
    fixture_good(&f, try_fact(&f, c, "Opened", "2026-01-31", "Owner"));
    fixture_clock(&f, "2026-02-01");
    fixture_good(&f, try_act(&f, c, "Strike", "a", false, "Owner", NULL));
    fixture_good(&f, try_act(&f, c, "Strike", "b", false, "Owner", NULL));
    fixture_good(&f, try_act(&f, c, "cancelled", NULL, true, "Owner", NULL));
    assert_state(&f, c, "warned");
    fixture_clock(&f, "2026-03-02");
    assert_state(&f, c, "warned");
    fixture_reopen(&f);
    fixture_clock(&f, "2026-03-20");
    assert_state(&f, c, "cancelled");
    assert_int_equal(fixture_contract(&f, c).since, fixture_date("2026-03-03"));
    assert_int_equal(fixture_contract(&f, c).status, LIC_CONTRACT_RUN_OFF);
    fixture_clock(&f, "2026-05-02");
    assert_int_equal(fixture_contract(&f, c).status, LIC_CONTRACT_CLOSED);
    fixture_end(&f);
}

static void keys_and_roles(void **state)
{
    (void)state;
    fixture f;
    uint32_t c = press_open(&f, PRESS_ASIDE);
    size_t service = fixture_party(&f, "Service");
    lic_keypair old = f.keys[service], fresh;
    lic_keypair_create(&f.random, &fresh);
    lic_transaction t = fixture_of(&f, LIC_TX_KEYS, "Service");
    t.body.keys = (lic_body_keys){.key = fresh.key, .roles = LIC_KEY_MAY_FILE};
    fixture_good(&f, try_as(&f, &t, "Service"));
    t = fixture_of(&f, LIC_TX_KEYS, "Service");
    t.body.keys = (lic_body_keys){.revoke = true, .key = old.key};
    fixture_good(&f, try_as(&f, &t, "Service"));
    lic_slice text = lic_slice_text("1\tDEAAA0000001\tfree\t10\t\tx\n");
    fixture_refused(&f, try_report(&f, c, 0, "Service", "2026-01-01", text, 0), LIC_REFUSED, "key");
    f.keys[service] = fresh;
    t = fixture_of(&f, LIC_TX_PAY, "Service");
    t.body.pay = (lic_body_pay){
        fixture_contract(&f, c).id, LIC_TABLE_PARTIES, 0, lic_slice_text("EUR"), 100,
        lic_slice_text("")};
    fixture_refused(&f, try_as(&f, &t, "Service"), LIC_DENIED, "debtor"); /* may file, not pay */
    fixture_good(&f, try_report(&f, c, 0, "Service", "2026-01-01", text, 0));
    fixture_end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_are_read_and_checked),
        cmocka_unit_test(drafts_end),
        cmocka_unit_test(signatures),
        cmocka_unit_test(facts),
        cmocka_unit_test(actions),
        cmocka_unit_test(notice_of_a_transition),
        cmocka_unit_test(keys_and_roles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
