/* parties.c - parties, their keys, and the clock that operators move. */
#include "client.h"

#include <licet/text.h>

#include <string.h>

lic_status lic_client_register(lic_client *client, const lic_client_call *call, lic_slice name,
                               uint8_t roles, const lic_key *recovery, lic_client_result *result,
                               lic_error *error)
{
    lic_transaction transaction;
    const char *unfit = lic_name_unfit(name);
    if (unfit != NULL)
        return lic_fail(error, LIC_MALFORMED, "name", "give the party another name",
                        "\"%.*s\" cannot be a party's name: %s", (int)name.size,
                        (const char *)name.data, unfit);
    LIC_TRY(client_envelope(client, call, LIC_TX_REGISTER, &transaction, error));
    memset(&transaction.party, 0, sizeof transaction.party);
    lic_body_registration *body = &transaction.body.registration;
    body->name = name;
    body->key = transaction.key;
    body->roles = roles;
    if (recovery != NULL) body->recovery = *recovery;
    return client_send(client, call, &transaction, result, error);
}

static lic_status find_party(lic_client *client, const lic_client_call *call, lic_slice party,
                             lic_hash *id, lic_error *error)
{
    lic_party_info info = {0};
    uint32_t number = 0;
    if (party.size == 0) {
        LIC_TRY(lic_client_party_of(client, &call->signers[0].key, &info, error));
    } else {
        LIC_TRY(lic_engine_find_party(client->engine, party, &number, error));
        (void)lic_engine_party(client->engine, number, &info);
    }
    *id = info.id;
    return LIC_OK;
}

static lic_status change_key(lic_client *client, const lic_client_call *call, lic_slice party,
                             const lic_body_keys *body, lic_client_result *result, lic_error *error)
{
    lic_transaction transaction;
    LIC_TRY(client_envelope(client, call, LIC_TX_KEYS, &transaction, error));
    LIC_TRY(find_party(client, call, party, &transaction.party, error));
    transaction.body.keys = *body;
    return client_send(client, call, &transaction, result, error);
}

lic_status lic_client_add_key(lic_client *client, const lic_client_call *call, lic_slice party,
                              const lic_key *key, uint8_t roles, uint64_t from,
                              lic_client_result *result, lic_error *error)
{
    const lic_body_keys body = {.revoke = false, .key = *key, .roles = roles, .from = from};
    return change_key(client, call, party, &body, result, error);
}

lic_status lic_client_revoke_key(lic_client *client, const lic_client_call *call, lic_slice party,
                                 const lic_key *key, uint64_t from, lic_client_result *result,
                                 lic_error *error)
{
    const lic_body_keys body = {.revoke = true, .key = *key, .from = from};
    return change_key(client, call, party, &body, result, error);
}

/* -- the clock ----------------------------------------------------------------------------------------- */

static lic_status refuse_real(lic_client *client, lic_error *error)
{
    const lic_genesis *genesis = lic_ledger_genesis(lic_engine_ledger(client->engine));
    if (genesis->clock == LIC_CLOCK_SIMULATED) return LIC_OK;
    return lic_fail(error, LIC_REFUSED, "clock_real",
                    "wait, or use a ledger with a simulated clock",
                    "this ledger's clock is real and can't be set");
}

static lic_status refuse_past(lic_client *client, lic_date date, lic_error *error)
{
    lic_date today = lic_engine_today(client->engine);
    char wanted[LIC_DATE_TEXT], now[LIC_DATE_TEXT];
    if (date >= today) return LIC_OK;
    lic_date_print(date, wanted);
    lic_date_print(today, now);
    return lic_fail(error, LIC_REFUSED, "clock_back",
                    "give a later date; a ledger's clock moves on alone",
                    "%s lies before the ledger's date, %s", wanted, now);
}

lic_status lic_client_clock(lic_client *client, const lic_client_call *call, lic_date date,
                            lic_client_result *result, lic_error *error)
{
    lic_transaction transaction;
    lic_client_call signed_call = *call;
    if (signed_call.signer_count == 0 && client->options.operator_count > 0) {
        signed_call.signers = client->operators;
        signed_call.signer_count = 1;
    }
    LIC_TRY(refuse_real(client, error));
    LIC_TRY(refuse_past(client, date, error));
    if (call->divert == NULL) LIC_TRY(lic_client_flush(client, error)); /* it begins a block */
    LIC_TRY(client_envelope(client, &signed_call, LIC_TX_CLOCK, &transaction, error));
    transaction.body.clock.date = date;
    /* The block already has the new date when the envelope's validity is looked at. */
    if (call->valid_until == NULL) transaction.valid_until = client_valid_until(client, date);
    return client_send(client, &signed_call, &transaction, result, error);
}
