/* engine_agreements.h - two small agreements for tests of the engine: one with reports, shares and
 * statements, one with every kind of transition, facts, notices and duties between parties. */
#ifndef LICET_TESTS_ENGINE_AGREEMENTS_H
#define LICET_TESTS_ENGINE_AGREEMENTS_H

#include "engine_fixture.h"

/* Terms: %s is `set aside` or `refuse`. */
#define PRESS_BEGIN                                                                                \
    "licet 1\n"                                                                                    \
    "agreement Press \"Press licence\"\n"                                                          \
    "  law        \"Germany\"\n"                                                                   \
    "  money      EUR\n"                                                                           \
    "  rounding   half_even to 0.01, each amount\n"                                                \
    "  months     clip\n"                                                                          \
    "  years      calendar\n"                                                                      \
    "  payments   confirmed by payee, oldest first, interest last, excess credited\n"              \
    "  term       from 2026-01-01 to 2026-12-31\n"                                                 \
    "party Label   is licensor, signs\n"                                                           \
    "party Service is licensee, signs\n"                                                           \
    "account Pool EUR for each work in Works\n"                                                    \
    "account Due EUR for each payee in Payees, at end paid out\n"                                  \
    "schedule Payees\n"                                                                            \
    "  rows    at most 10\n"                                                                       \
    "  key     id  text 4\n"                                                                       \
    "  column  name text 14\n"                                                                     \
    "end\n"                                                                                        \
    "schedule Works\n"                                                                             \
    "  rows    at most 100\n"                                                                      \
    "  key     code  isrc\n"                                                                       \
    "  column  price EUR per count, in units of 0.0001, at most EUR 10\n"                          \
    "  column  holders shares of Payees, from 1 to 4\n"                                            \
    "end\n"                                                                                        \
    "report Usage [1]\n"                                                                           \
    "  by      Service, every month, within 20 days of period.end\n"

#define PRESS_END                                                                                  \
    "  column  line  digits 9, unique\n"                                                           \
    "  column  work  in Works\n"                                                                   \
    "  column  plan  one of (free, paid)\n"                                                        \
    "  column  units count, at most 1,000,000\n"                                                   \
    "  column  gross exact EUR, scale 4, at most EUR 100,000.00, empty is 0\n"                     \
    "  column  note  ignored\n"                                                                    \
    "  require units <= 500,000 or gross > EUR 0\n"                                                \
    "end\n"                                                                                        \
    "royalty Fee [2]\n"                                                                            \
    "  on      Usage, for each work in Works\n"                                                    \
    "  line    value = greater of (units * work.price, gross * 50%)\n"                             \
    "  amount  sum of value\n"                                                                     \
    "  Service owes Pool of work\n"                                                                \
    "end\n"                                                                                        \
    "split Pool of work [3]\n"                                                                     \
    "  on Usage, for each work in Works\n"                                                         \
    "  holders: work.holders\n"                                                                    \
    "  pennies largest remainder, ties as written\n"                                               \
    "  into Due\n"                                                                                 \
    "end\n"                                                                                        \
    "fee Payout [4]\n"                                                                             \
    "  on Month, for each payee in Payees\n"                                                       \
    "  amount Due of payee\n"                                                                      \
    "  below EUR 5.00 carry forward\n"                                                             \
    "  Service pays payee, from Due of payee, within 30 days\n"                                    \
    "end\n"                                                                                        \
    "statement Month [5]\n"                                                                        \
    "  every month, within 30 days of period.end\n"                                                \
    "  to Payees\n"                                                                                \
    "end\n"                                                                                        \
    "lifecycle\n"                                                                                  \
    "  initial draft\n"                                                                            \
    "  states active\n"                                                                            \
    "  final ended, after 60 days\n"                                                               \
    "  from draft to active when signed by Label, Service\n"                                       \
    "  from draft to ended on 2026-06-30\n"                                                        \
    "  from active to ended on term.end\n"                                                         \
    "end\n"

#define PRESS_ASIDE PRESS_BEGIN "  lines   at most 1,000, else set aside\n" PRESS_END
#define PRESS_REFUSE PRESS_BEGIN "  lines   at most 1,000, else refuse\n" PRESS_END

#define PRESS_PAYEES "P1\tAnna\nP2\tBert\nP3\tCleo\n"
#define PRESS_WORKS "DEAAA0000001\t100\nDEAAA0000002\t333\nDEAAA0000003\t1\n"
#define PRESS_HOLDERS                                                                              \
    "DEAAA0000001\t0\tP1\t0.5\nDEAAA0000001\t1\tP2\t0.5\n"                                         \
    "DEAAA0000002\t0\tP1\t0.3333\nDEAAA0000002\t1\tP2\t0.3333\nDEAAA0000002\t2\tP3\t0.3334\n"       \
    "DEAAA0000003\t0\tP3\t1\n"

#define STAGES                                                                                     \
    "licet 1\n"                                                                                    \
    "agreement Stages \"Stages of a licence\"\n"                                                   \
    "  law        \"Japan\"\n"                                                                     \
    "  money      JPY\n"                                                                           \
    "  rounding   half_even to 1, each amount\n"                                                   \
    "  months     clip\n"                                                                          \
    "  years      calendar\n"                                                                      \
    "  payments   confirmed by payee, oldest first, interest last, excess credited\n"              \
    "  term       from 2026-01-01 to 2026-12-31\n"                                                 \
    "party Owner   is licensor, signs\n"                                                           \
    "party User    is licensee, signs\n"                                                           \
    "party Auditor is agent of Owner\n"                                                            \
    "fact Opened date, set once by Owner, from 2026-01-31 to 2026-12-31 [1]\n"                     \
    "fact Visitors count, set by User, never falls, at most 10,000,000\n"                          \
    "counter Strikes count, from 0 to 3, starts 0\n"                                               \
    "fee Ground [2]\n"                                                                             \
    "  every   quarter\n"                                                                          \
    "  amount  JPY 100,000 * period.fraction\n"                                                    \
    "  User pays Owner, within 10 days of period.end\n"                                            \
    "end\n"                                                                                        \
    "bonus Crowd [3]\n"                                                                            \
    "  once    Visitors >= 1,000,000\n"                                                            \
    "  amount  JPY 500,000\n"                                                                      \
    "  User pays Owner, within 30 days\n"                                                          \
    "end\n"                                                                                        \
    "action Strike(reason: text 14) [4]\n"                                                         \
    "  by       Owner\n"                                                                           \
    "  in       active, warned\n"                                                                  \
    "  require  Strikes < 3\n"                                                                     \
    "  set      Strikes to Strikes + 1\n"                                                          \
    "  emit     Warned(reason)\n"                                                                  \
    "end\n"                                                                                        \
    "action Share(cost: JPY) [5]\n"                                                                \
    "  by       Owner, User\n"                                                                     \
    "  in       active, warned\n"                                                                  \
    "  require  cost <= JPY 50,000\n"                                                              \
    "  User pays Owner cost, within 30 days\n"                                                     \
    "end\n"                                                                                        \
    "action Inspect(cost: JPY) [6]\n"                                                              \
    "  by       Auditor, notice 14 days to User\n"                                                 \
    "  in       active, warned\n"                                                                  \
    "  require  cost <= JPY 50,000\n"                                                              \
    "  User pays Owner cost, within 30 days\n"                                                     \
    "end\n"                                                                                        \
    "lifecycle\n"                                                                                  \
    "  initial draft\n"                                                                            \
    "  states  waiting, active, warned\n"                                                          \
    "  final   ended, cancelled, after 60 days\n"                                                  \
    "  from draft to waiting            when signed by Owner, User\n"                              \
    "  from draft to cancelled          on 2026-03-31\n"                                           \
    "  from waiting to active           on Opened\n"                                               \
    "  from waiting to cancelled        after 3 months\n"                                          \
    "  from active to warned            when Strikes > 0\n"                                        \
    "  from warned to cancelled         by Owner when Strikes >= 2, notice 30 days to User [7]\n"  \
    "  from active, warned to ended     on term.end\n"                                             \
    "end\n"

/* -- Press, ready for its first report on 2026-02-01 ---------------------------------------------------- */

static inline uint32_t press_deploy(fixture *f, const char *text)
{
    fixture_begin(f, "2026-01-01", LIC_CLOCK_SIMULATED);
    fixture_register(f, "Label");
    fixture_register(f, "Service");
    return fixture_deploy(f, text, "Label", NULL);
}

static inline void press_load(fixture *f, uint32_t contract)
{
    fixture_load(f, contract, "Payees", "Label", PRESS_PAYEES);
    fixture_load(f, contract, "Works", "Label", PRESS_WORKS);
    fixture_load(f, contract, "Works.holders", "Label", PRESS_HOLDERS);
}

static inline uint32_t press_open(fixture *f, const char *text)
{
    uint32_t contract = press_deploy(f, text);
    press_load(f, contract);
    fixture_sign(f, contract, "Label");
    fixture_sign(f, contract, "Service");
    fixture_clock(f, "2026-02-01");
    return contract;
}

static inline uint32_t stages_open(fixture *f)
{
    fixture_begin(f, "2026-01-01", LIC_CLOCK_SIMULATED);
    fixture_register(f, "Owner");
    fixture_register(f, "User");
    fixture_register(f, "Auditor");
    uint32_t contract = fixture_deploy(f, STAGES, "Owner", NULL);
    fixture_sign(f, contract, "Owner");
    fixture_sign(f, contract, "User");
    return contract;
}

static inline void assert_state(fixture *f, uint32_t contract, const char *state)
{
    lic_contract_info info = fixture_contract(f, contract);
    if (!lic_slice_equal(info.state_name, lic_slice_text(state)))
        fail_msg("state is %.*s, not %s", (int)info.state_name.size, (const char *)info.state_name.data, state);
}

static inline uint16_t action_of(fixture *f, uint32_t contract, const char *name)
{
    lic_contract_info info = fixture_contract(f, contract);
    for (uint32_t i = 0; i < info.image->actions_count; i++)
        if (lic_slice_equal(info.image->actions[i].name, lic_slice_text(name)))
            return (uint16_t)i;
    fail_msg("no action %s", name);
    return 0;
}

/* One argument at most; NULL: none. `with`: a co-signer, or NULL. */
static inline lic_status try_act(fixture *f, uint32_t contract, const char *action, const char *argument,
                                 bool notice, const char *party, const char *with)
{
    lic_buffer texts;
    lic_buffer_init(&texts, &lic_allocator_system, 4096);
    lic_transaction t = fixture_of(f, LIC_TX_ACT, party);
    t.body.act.contract = fixture_contract(f, contract).id;
    t.body.act.action = action_of(f, contract, action);
    t.body.act.notice = notice;
    if (argument != NULL) {
        lic_texts_put(&texts, lic_slice_text(argument));
        t.body.act.arguments = (lic_texts){1, lic_slice_of(texts.data, texts.size)};
    }
    lic_status status = lic_transaction_sign(&lic_hasher_native, &t, &f->keys[fixture_party(f, party)], &f->error);
    if (status == LIC_OK && with != NULL)
        status = lic_transaction_sign(&lic_hasher_native, &t, &f->keys[fixture_party(f, with)], &f->error);
    if (status == LIC_OK)
        status = try_send(f, &t, NULL);
    lic_buffer_free(&texts);
    return status;
}

static inline lic_status try_fact(fixture *f, uint32_t contract, const char *name, const char *value,
                                  const char *party)
{
    lic_contract_info info = fixture_contract(f, contract);
    lic_transaction t = fixture_of(f, LIC_TX_FACT, party);
    t.body.fact.contract = info.id;
    t.body.fact.fact = LIC_NONE16;
    for (uint32_t i = 0; i < info.image->facts_count; i++)
        if (lic_slice_equal(info.image->facts[i].name, lic_slice_text(name)))
            t.body.fact.fact = (uint16_t)i;
    t.body.fact.value = lic_slice_text(value);
    return try_as(f, &t, party);
}

#endif
