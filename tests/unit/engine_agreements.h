/* engine_agreements.h - the agreements of agreement_texts.h on a ledger, ready to be used. */
#ifndef LICET_TESTS_ENGINE_AGREEMENTS_H
#define LICET_TESTS_ENGINE_AGREEMENTS_H

#include "agreement_texts.h"
#include "engine_fixture.h"

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
        fail_msg("state is %.*s, not %s", (int)info.state_name.size,
                 (const char *)info.state_name.data, state);
}

static inline uint16_t action_of(fixture *f, uint32_t contract, const char *name)
{
    lic_contract_info info = fixture_contract(f, contract);
    for (uint32_t i = 0; i < info.image->actions_count; i++)
        if (lic_slice_equal(info.image->actions[i].name, lic_slice_text(name))) return (uint16_t)i;
    fail_msg("no action %s", name);
    return 0;
}

/* One argument at most; NULL: none. `with`: a co-signer, or NULL. */
static inline lic_status try_act(fixture *f, uint32_t contract, const char *action,
                                 const char *argument, bool notice, const char *party,
                                 const char *with)
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
    lic_status status = lic_transaction_sign(&lic_hasher_native, &t,
                                             &f->keys[fixture_party(f, party)], &f->error);
    if (status == LIC_OK && with != NULL)
        status = lic_transaction_sign(&lic_hasher_native, &t, &f->keys[fixture_party(f, with)],
                                      &f->error);
    if (status == LIC_OK) status = try_send(f, &t, NULL);
    lic_buffer_free(&texts);
    return status;
}

static inline lic_status try_fact(fixture *f, uint32_t contract, const char *name,
                                  const char *value, const char *party)
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
