/* deploy and sign: a draft comes to the ledger, parties sign it, the last signature opens it. */
#include "engine.h"

#include "bind.h"

#include <licet/binding.h>

#include <string.h>

static lic_status out_of_memory(lic_error *error)
{
    return lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory");
}

/* -- deploy -------------------------------------------------------------------------------------------------------- */

static lic_status bind_parties(lic_call *call, lic_contract *contract, lic_error *error)
{
    const lic_engine *engine = call->engine;
    const lic_hashes *parties = &call->transaction->body.deploy.parties;
    const lic_image *image = contract->image;
    if (parties->count != image->parties_count)
        return lic_fail(
            error, LIC_REFUSED, "parties", "bind every party of the agreement to a registered one",
            "the agreement has %u parties, %u are bound", image->parties_count, parties->count);
    for (uint32_t i = 0; i < parties->count; i++) {
        lic_hash id = lic_hashes_at(parties, i);
        contract->parties[i] = lic_registry_party(engine, &id);
        if (contract->parties[i] == LIC_NONE32)
            return lic_fail(error, LIC_REFUSED, "parties",
                            "register the party, or bind another: --party NAME=REGISTERED",
                            "party %.*s of the agreement is bound to no registered party",
                            (int)image->parties[i].name.size,
                            (const char *)image->parties[i].name.data);
    }
    return LIC_OK;
}

static lic_status copy_texts(lic_call *call, lic_contract *contract)
{
    lic_engine *engine = call->engine;
    const lic_body_deploy *body = &call->transaction->body.deploy;
    engine->hasher->sha256(&body->source, 1, &contract->source_hash);
    lic_parameters_hash(engine->hasher, body->parameters.encoded, &contract->parameters_hash);
    contract->source = lic_slice_of(
        lic_arena_copy(engine->names, body->source.data, body->source.size), body->source.size);
    contract->parameters = lic_slice_of(
        lic_arena_copy(engine->names, body->parameters.encoded.data, body->parameters.encoded.size),
        body->parameters.encoded.size);
    bool lacks = (contract->source.data == NULL && contract->source.size != 0) ||
                 (contract->parameters.data == NULL && contract->parameters.size != 0);
    return lacks ? LIC_NO_MEMORY : LIC_OK;
}

static lic_status build(lic_call *call, lic_contract *contract, lic_error *error)
{
    contract->id = call->transaction->id;
    contract->deployer = call->party;
    contract->height = call->engine->height;
    contract->created = true;
    contract->head.today = call->engine->today;
    LIC_TRY(bind_parties(call, contract, error));
    if (copy_texts(call, contract) != LIC_OK) return out_of_memory(error);
    LIC_TRY(lic_contract_build(call->engine, contract, error));
    return lic_bind_check(contract->tables, error);
}

/* A draft's lifecycle has dates too: step and wake run once. */
lic_status lic_deploy_start(lic_call *call, lic_error *error)
{
    lic_contract *contract = call->contract;
    lic_work work;
    LIC_TRY(lic_call_begin(call, &work, error));
    lic_trap trap = lic_field_set(contract->tables, contract->image->lifecycle.since_field, 0,
                                  work.today);
    return lic_call_finish(call, &work, trap, "deploy", error);
}

lic_status lic_handle_deploy(lic_call *call, lic_error *error)
{
    lic_engine *engine = call->engine;
    if ((call->roles[0] & LIC_KEY_MAY_SIGN) == 0)
        return lic_fail(error, LIC_DENIED, "role", "sign with a key that has the role sign",
                        "this key may not deploy");
    lic_image_state *code = NULL;
    uint32_t images = engine->image_count;
    LIC_TRY(lic_image_load(engine, call->transaction->body.deploy.image, &code, error));
    lic_contract *contract = NULL;
    lic_status status = lic_contract_create(engine, code, &contract);
    if (status != LIC_OK) return out_of_memory(error);
    contract->number = engine->contract_count;
    status = build(call, contract, error);
    call->contract = contract;
    if (status == LIC_OK) status = lic_deploy_start(call, error);
    if (status == LIC_OK) status = lic_contract_list(engine, contract);
    if (status != LIC_OK) {
        call->contract = NULL;
        lic_contract_destroy(engine, contract);
        lic_image_forget(engine, images);
        return status;
    }
    call->result.contract = contract->id;
    call->result.contract_number = contract->number;
    call->result.number = contract->number;
    return LIC_OK;
}

/* -- sign ------------------------------------------------------------------------------------------------------------ */

static lic_status differs(const char *what, const char *help, lic_error *error)
{
    return lic_fail(error, LIC_REFUSED, "signed_text", help,
                    "the signature is over another %s than the ledger holds", what);
}

static lic_status check_signed(lic_call *call, lic_error *error)
{
    const lic_body_sign *body = &call->transaction->body.sign;
    const lic_contract *contract = call->contract;
    lic_hash rows;
    if (lic_contract_rows_root(call->engine, contract, &rows) != LIC_OK)
        return out_of_memory(error);
    if (!lic_hash_equal(&body->image, &contract->image->id))
        return differs("image", "sign the image that was deployed: licet show contract", error);
    if (!lic_hash_equal(&body->source, &contract->source_hash))
        return differs("source", "sign the source that was deployed: licet show contract", error);
    if (!lic_hash_equal(&body->parameters, &contract->parameters_hash))
        return differs("set of parameters",
                       "sign the parameters that were deployed: licet show contract", error);
    if (!lic_hash_equal(&body->rows, &rows))
        return differs("root of loaded rows",
                       "look at the rows again, then sign: licet show contract", error);
    return LIC_OK;
}

/* Agreement's parties that this transaction signs for: those bound to its signers. */
static uint64_t signing_set(const lic_call *call)
{
    uint64_t set = 0;
    for (uint32_t i = 0; i < call->contract->image->parties_count; i++)
        if (call->contract->image->parties[i].signs &&
            lic_call_signed_by(call, (uint16_t)i, LIC_KEY_MAY_SIGN))
            set |= (uint64_t)1 << i;
    return set;
}

static uint64_t all_signing(const lic_image *image)
{
    uint64_t set = 0;
    for (uint32_t i = 0; i < image->parties_count; i++)
        set |= image->parties[i].signs ? (uint64_t)1 << i : 0;
    return set;
}

/* Schedules without rows would make the agreement decide on nothing. Children were checked when they were
 * loaded, after their parents, and neither can be loaded twice. */
static lic_status check_complete(const lic_contract *contract, lic_error *error)
{
    for (uint16_t i = 0; i < contract->image->tables_count; i++) {
        const lic_table *table = &contract->image->tables[i];
        if (table->kind != LIC_TABLE_KIND_SCHEDULE && table->kind != LIC_TABLE_KIND_CHILD) continue;
        if (contract->tables->views[i].row_count == 0)
            return lic_fail(error, LIC_REFUSED, "rows",
                            "load the schedule first: licet load CONTRACT NAME=FILE",
                            "schedule %.*s has no rows yet", (int)table->name.size,
                            (const char *)table->name.data);
    }
    return LIC_OK;
}

static lic_trap sign_and_open(lic_work *work, uint64_t set)
{
    lic_contract *contract = work->contract;
    const lic_image *image = contract->image;
    contract->head.signed_by |= set;
    lic_trap trap = lic_field_set(contract->tables, image->lifecycle.signed_field, 0,
                                  (int64_t)contract->head.signed_by);
    if (trap == LIC_TRAP_NONE && contract->head.signed_by == all_signing(image))
        trap = lic_settle_open(work);
    return trap;
}

lic_status lic_handle_sign(lic_call *call, lic_error *error)
{
    lic_contract *contract = call->contract;
    LIC_TRY(lic_contract_open(call->engine, contract, error));
    if (contract->head.status != LIC_CONTRACT_DRAFT)
        return lic_fail(error, LIC_REFUSED, "not_draft", "nothing is left to sign",
                        "the contract is no draft any more");
    LIC_TRY(check_signed(call, error));
    uint64_t set = signing_set(call);
    if (set == 0)
        return lic_fail(error, LIC_DENIED, "not_signing",
                        "sign as a party with `signs` and a key with the role sign",
                        "the agreement does not ask for this party's signature");
    if ((set & ~contract->head.signed_by) == 0)
        return lic_fail(error, LIC_REFUSED, "signed", "nothing is left to do",
                        "the party has signed already");
    LIC_TRY(check_complete(contract, error));
    lic_work work;
    LIC_TRY(lic_call_begin(call, &work, error));
    lic_trap trap = sign_and_open(&work, set);
    return lic_call_finish(call, &work, trap, "opening", error);
}
