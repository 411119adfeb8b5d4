/* register, keys, clock: parties, what speaks for them, and simulated time. */
#include "engine.h"

#include <string.h>

static const uint64_t forever = INT64_MAX;

static lic_status out_of_memory(lic_error *error)
{
    return lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory");
}

static lic_status check_new_key(const lic_engine *engine, const lic_key *key, uint8_t roles,
                                lic_error *error)
{
    if (roles == 0 || (roles & ~LIC_KEY_MAY_ALL) != 0)
        return lic_fail(error, LIC_MALFORMED, "roles", "roles are sign, file and operate",
                        "the key has no role, or one that does not exist");
    if (!lic_key_valid(key))
        return lic_fail(error, LIC_BAD_KEY, "key", "make a key with: licet key new NAME",
                        "the public key is not a canonical point of the prime-order subgroup");
    if (lic_registry_key(engine, key) != LIC_NONE32)
        return lic_fail(error, LIC_REFUSED, "key_used",
                        "make a new key: a key belongs to one party for ever",
                        "the key is registered already");
    return LIC_OK;
}

static lic_status check_name(const lic_engine *engine, lic_slice name, lic_error *error)
{
    if (name.size == 0)
        return lic_fail(error, LIC_MALFORMED, "name", "give the party a name", "the name is empty");
    if (lic_registry_named(engine, name) == LIC_NONE32) return LIC_OK;
    return lic_fail(error, LIC_REFUSED, "name", "register under another name",
                    "a party called \"%.*s\" is registered already", (int)name.size,
                    (const char *)name.data);
}

lic_status lic_handle_registration(lic_call *call, lic_error *error)
{
    lic_engine *engine = call->engine;
    const lic_body_registration *body = &call->transaction->body.registration;
    LIC_TRY(check_name(engine, body->name, error));
    LIC_TRY(check_new_key(engine, &body->key, body->roles, error));
    if (!lic_key_zero(&body->recovery) && !lic_key_valid(&body->recovery))
        return lic_fail(error, LIC_BAD_KEY, "recovery", "make a key with: licet key new NAME",
                        "the recovery key is not a canonical point of the prime-order subgroup");
    lic_party_state party = {
        .id = call->transaction->id, .recovery = body->recovery, .height = engine->height};
    void *name = lic_arena_copy(engine->names, body->name.data, body->name.size);
    party.name = lic_slice_of(name, body->name.size);
    uint32_t number = 0, key_number = 0;
    if (name == NULL || lic_registry_add_party(engine, &party, &number) != LIC_OK)
        return out_of_memory(error);
    lic_key_state key = {.key = body->key,
                         .party = number,
                         .roles = body->roles,
                         .first = engine->height,
                         .last = forever,
                         .changed = true};
    if (lic_registry_add_key(engine, &key, &key_number) != LIC_OK) {
        lic_registry_drop_party(engine);
        return out_of_memory(error);
    }
    lic_registry_touch(engine, number);
    call->result.number = number;
    return LIC_OK;
}

/* The party that the envelope names, by its own key with the role to sign, or by its recovery key. */
static lic_status key_owner(const lic_call *call, uint32_t *party, lic_error *error)
{
    const lic_engine *engine = call->engine;
    const lic_transaction *t = call->transaction;
    *party = lic_registry_party(engine, &t->party);
    if (*party == LIC_NONE32)
        return lic_fail(error, LIC_REFUSED, "party", "register the party first",
                        "there is no such party");
    if (lic_key_equal(&t->key, &engine->parties[*party].recovery) && !lic_key_zero(&t->key))
        return LIC_OK;
    if (call->party == *party && (call->roles[0] & LIC_KEY_MAY_SIGN) != 0) return LIC_OK;
    return lic_fail(error, LIC_DENIED, "role",
                    "sign with a key of the party that has the role sign, or its recovery key",
                    "this key may not change the party's keys");
}

static lic_status revoke(lic_call *call, uint32_t party, lic_error *error)
{
    lic_engine *engine = call->engine;
    const lic_body_keys *body = &call->transaction->body.keys;
    uint32_t number = lic_registry_key(engine, &body->key);
    if (number == LIC_NONE32 || engine->keys[number].party != party)
        return lic_fail(error, LIC_REFUSED, "key", "licet show party NAME lists its keys",
                        "the key does not belong to this party");
    lic_key_state *key = &engine->keys[number];
    uint64_t from = body->from == 0 ? engine->height + 1 : body->from;
    if (from <= engine->height)
        return lic_fail(error, LIC_REFUSED, "height",
                        "revoke as of a later block, or as of the next one (0)",
                        "blocks up to %llu are decided", (unsigned long long)engine->height);
    if (key->last < from)
        return lic_fail(error, LIC_REFUSED, "revoked", "nothing is left to do",
                        "the key is revoked already");
    key->last = from - 1;
    key->changed = true;
    lic_registry_touch(engine, party);
    return LIC_OK;
}

lic_status lic_handle_keys(lic_call *call, lic_error *error)
{
    lic_engine *engine = call->engine;
    const lic_body_keys *body = &call->transaction->body.keys;
    uint32_t party = 0, number = 0;
    LIC_TRY(key_owner(call, &party, error));
    call->result.number = party;
    if (body->revoke) return revoke(call, party, error);
    LIC_TRY(check_new_key(engine, &body->key, body->roles, error));
    uint64_t from = body->from == 0 ? engine->height + 1 : body->from;
    if (from <= engine->height)
        return lic_fail(error, LIC_REFUSED, "height",
                        "add the key as of a later block, or as of the next one (0)",
                        "blocks up to %llu are decided", (unsigned long long)engine->height);
    if (engine->parties[party].key_count == UINT16_MAX)
        return lic_fail(error, LIC_REFUSED, "keys", "use the keys that the party has",
                        "the party has too many keys");
    lic_key_state key = {.key = body->key,
                         .party = party,
                         .roles = body->roles,
                         .first = from,
                         .last = forever,
                         .changed = true};
    if (lic_registry_add_key(engine, &key, &number) != LIC_OK) return out_of_memory(error);
    lic_registry_touch(engine, party);
    return LIC_OK;
}

lic_status lic_handle_clock(lic_call *call, lic_error *error)
{
    const lic_engine *engine = call->engine;
    lic_date date = call->transaction->body.clock.date;
    if (lic_ledger_genesis(engine->ledger)->clock != LIC_CLOCK_SIMULATED)
        return lic_fail(error, LIC_REFUSED, "clock",
                        "only ledgers made with --clock simulated:DATE can be moved",
                        "this ledger follows the real clock");
    if ((call->roles[0] & LIC_KEY_MAY_OPERATE) == 0)
        return lic_fail(error, LIC_DENIED, "role", "sign with an operator's key",
                        "only an operator moves the clock");
    char today[LIC_DATE_TEXT], wanted[LIC_DATE_TEXT];
    lic_date now = lic_ledger_date(engine->ledger);
    lic_date_print(now, today);
    lic_date_print(date, wanted);
    if (date <= now)
        return lic_fail(error, LIC_REFUSED, "past", "name a later date",
                        "the clock stands at %s and cannot go to %s", today, wanted);
    if (date != engine->today)
        return lic_fail(error, LIC_REFUSED, "clock",
                        "submit the clock transaction first in its block",
                        "the block was opened for another date");
    return LIC_OK;
}
