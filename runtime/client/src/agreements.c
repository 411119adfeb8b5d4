/* agreements.c - an agreement comes to the ledger, gets its rows, and is signed. */
#include "client.h"

#include <string.h>

#define IMAGE_ARENA_MAX ((size_t)64 << 20) /* of a decoded image, which has 256 KiB at most */

/* -- deploy -------------------------------------------------------------------------------------------- */

/* The bodies of lists under way. */
typedef struct binding {
    lic_client *client;
    const lic_deployment *deployment;
    const lic_image *image;
    lic_buffer texts, hashes;
    lic_error *error;
} binding;

/* Of several with one name the last holds; NULL when there is none. */
static const lic_named_text *named(const lic_named_text *list, size_t count, lic_slice name)
{
    for (size_t i = count; i > 0; i--)
        if (lic_slice_equal(list[i - 1].name, name)) return &list[i - 1];
    return NULL;
}

static bool has_parameter(const lic_image *image, lic_slice name)
{
    for (uint32_t i = 0; i < image->parameters_count; i++)
        if (lic_slice_equal(image->parameters[i].name, name)) return true;
    return false;
}

static bool has_party(const lic_image *image, lic_slice name)
{
    for (uint32_t i = 0; i < image->parties_count; i++)
        if (lic_slice_equal(image->parties[i].name, name)) return true;
    return false;
}

static lic_status too_large(lic_error *error)
{
    return lic_fail(error, LIC_TOO_LARGE, "size", "docs/spec/ledger.md lists the limits",
                    "source, parameters or parties are beyond what a deployment may hold");
}

static lic_status put_parameters(binding *b)
{
    const lic_deployment *d = b->deployment;
    for (size_t i = 0; i < d->parameter_count; i++) {
        lic_slice name = d->parameters[i].name;
        if (!has_parameter(b->image, name))
            return lic_fail(b->error, LIC_MALFORMED, "unknown_parameter",
                            "bind what the agreement says is given",
                            "the agreement has no parameter %.*s", (int)name.size,
                            (const char *)name.data);
    }
    for (uint32_t i = 0; i < b->image->parameters_count; i++) {
        lic_slice name = b->image->parameters[i].name;
        const lic_named_text *found = named(d->parameters, d->parameter_count, name);
        if (found == NULL)
            return lic_fail(b->error, LIC_MISSING, "parameter", "give it a value",
                            "the parameter %.*s has no value", (int)name.size,
                            (const char *)name.data);
        if (found->value.size > LIC_TEXT_MAX) return too_large(b->error);
        lic_texts_put(&b->texts, found->value);
    }
    return LIC_OK;
}

static lic_status put_party(binding *b, lic_slice name)
{
    const lic_deployment *d = b->deployment;
    const lic_named_text *found = named(d->parties, d->party_count, name);
    lic_slice wanted = found == NULL ? name : found->value;
    uint32_t number = 0;
    lic_party_info info;
    lic_status status = lic_engine_find_party(b->client->engine, wanted, &number, b->error);
    if (status != LIC_OK || !lic_engine_party(b->client->engine, number, &info))
        return lic_fail(
            b->error, LIC_MISSING, "party", "register it, or bind the party to a registered one",
            "no registered party is called %.*s, which the party %.*s of the "
            "agreement is bound to",
            (int)wanted.size, (const char *)wanted.data, (int)name.size, (const char *)name.data);
    lic_put_bytes(&b->hashes, info.id.bytes, LIC_HASH_SIZE);
    return LIC_OK;
}

static lic_status put_parties(binding *b)
{
    const lic_deployment *d = b->deployment;
    for (size_t i = 0; i < d->party_count; i++) {
        lic_slice name = d->parties[i].name;
        if (!has_party(b->image, name))
            return lic_fail(
                b->error, LIC_MALFORMED, "unknown_party", "bind a party that the agreement names",
                "the agreement has no party %.*s", (int)name.size, (const char *)name.data);
    }
    for (uint32_t i = 0; i < b->image->parties_count; i++)
        LIC_TRY(put_party(b, b->image->parties[i].name));
    return LIC_OK;
}

static lic_status fill_deploy(binding *b, lic_body_deploy *body)
{
    const lic_deployment *d = b->deployment;
    const lic_random *random = b->client->options.random;
    if (d->image.size > LIC_DEPLOY_IMAGE_MAX || d->source.size > LIC_DEPLOY_SOURCE_MAX ||
        b->image->parameters_count > LIC_PARAMETERS_MAX ||
        b->image->parties_count > LIC_BINDINGS_MAX)
        return too_large(b->error);
    LIC_TRY(put_parameters(b));
    LIC_TRY(put_parties(b));
    if (b->texts.failed || b->hashes.failed) return client_out_of_memory(b->error);
    body->image = d->image;
    body->source = d->source;
    body->parameters = (lic_texts){b->image->parameters_count,
                                   lic_slice_of(b->texts.data, b->texts.size)};
    body->parties = (lic_hashes){b->image->parties_count,
                                 lic_slice_of(b->hashes.data, b->hashes.size)};
    random->fill(random->context, body->salt.bytes, LIC_HASH_SIZE);
    return LIC_OK;
}

static lic_status decode(lic_arena *arena, lic_slice bytes, const lic_image **image,
                         lic_error *error)
{
    lic_image *decoded = NULL;
    lic_error why = {0};
    if (arena == NULL) return client_out_of_memory(error);
    lic_status status = lic_image_decode(bytes, &lic_hasher_native, arena, &decoded, &why);
    *image = decoded;
    if (status == LIC_OK) return LIC_OK;
    if (status == LIC_NO_MEMORY) return client_out_of_memory(error);
    return lic_fail(error, LIC_MALFORMED, "image", "compile the agreement again",
                    "the image cannot be read: %s", why.text);
}

lic_status lic_client_deploy(lic_client *client, const lic_client_call *call,
                             const lic_deployment *deployment, lic_client_result *result,
                             lic_error *error)
{
    lic_transaction transaction;
    const lic_allocator *allocator = client->options.allocator;
    LIC_TRY(client_envelope(client, call, LIC_TX_DEPLOY, &transaction, error));
    binding b = {.client = client, .deployment = deployment, .error = error};
    lic_arena *arena = lic_arena_create(allocator, IMAGE_ARENA_MAX);
    lic_buffer_init(&b.texts, allocator, (size_t)LIC_PARAMETERS_MAX * (LIC_TEXT_MAX + 4));
    lic_buffer_init(&b.hashes, allocator, (size_t)LIC_BINDINGS_MAX * LIC_HASH_SIZE);
    lic_status status = decode(arena, deployment->image, &b.image, error);
    if (status == LIC_OK) status = fill_deploy(&b, &transaction.body.deploy);
    if (status == LIC_OK) status = client_send(client, call, &transaction, result, error);
    lic_buffer_free(&b.texts);
    lic_buffer_free(&b.hashes);
    lic_arena_destroy(arena);
    return status;
}

/* -- rows and signatures --------------------------------------------------------------------------------- */

lic_status lic_client_load(lic_client *client, const lic_client_call *call, lic_slice contract,
                           lic_slice schedule, lic_slice bytes, lic_client_result *result,
                           lic_error *error)
{
    lic_contract_info info;
    lic_transaction header;
    uint16_t table = 0;
    LIC_TRY(lic_client_contract(client, contract, &info, error));
    LIC_TRY(lic_find_schedule(info.image, schedule, &table, error));
    LIC_TRY(client_envelope(client, call, LIC_TX_LOAD, &header, error));
    header.body.load.contract = info.id;
    header.body.load.table = table;
    return client_upload(client, call, &header, bytes, result, error);
}

lic_status lic_client_sign(lic_client *client, const lic_client_call *call, lic_slice contract,
                           lic_client_result *result, lic_error *error)
{
    lic_contract_info info;
    lic_party_info party;
    lic_transaction transaction;
    if (call->signer_count > 1)
        return lic_fail(error, LIC_REFUSED, "signers", "sign as one party after the other",
                        "%zu keys are to sign, and each party signs in a transaction of its own",
                        call->signer_count);
    if (call->signer_count == 1)
        LIC_TRY(lic_client_party_of(client, &call->signers[0].key, &party, error));
    LIC_TRY(lic_client_contract(client, contract, &info, error));
    LIC_TRY(client_envelope(client, call, LIC_TX_SIGN, &transaction, error));
    transaction.body.sign = (lic_body_sign){.contract = info.id,
                                            .image = info.image->id,
                                            .source = info.source_hash,
                                            .parameters = info.parameters_hash,
                                            .rows = info.rows_root};
    return client_send(client, call, &transaction, result, error);
}
