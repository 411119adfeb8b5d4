/* history_event.c - a transaction in the names of its agreement and parties, as the call that made it had
 * them. */
#include "history.h"

#include <string.h>

typedef struct naming {
    lic_client *client;
    lic_arena *arena;
    const lic_transaction *transaction;
    lic_contract_info info; /* image NULL: no contract */
    lic_client_event *event;
    lic_error *error;
} naming;

static lic_status damaged(naming *n)
{
    return lic_fail(n->error, LIC_CORRUPT, "transaction",
                    "`licet doctor` and `licet replay` examine the file",
                    "transaction %u of block %llu names what its contract does not have",
                    n->event->position, (unsigned long long)n->event->height);
}

/* -- parties --------------------------------------------------------------------------------------------- */

static lic_slice party_name(const lic_client *client, uint32_t number)
{
    lic_party_info info;
    return lic_engine_party(client->engine, number, &info) ? info.name : lic_slice_of(NULL, 0);
}

static lic_slice party_of_id(const lic_client *client, const lic_hash *id)
{
    lic_party_info info;
    for (uint32_t i = 0; lic_engine_party(client->engine, i, &info); i++)
        if (lic_hash_equal(&info.id, id)) return info.name;
    return lic_slice_of(NULL, 0);
}

/* Also of a key that has been revoked since. */
static lic_slice party_of_key(const lic_client *client, const lic_key *key)
{
    lic_party_info info;
    lic_party_key held;
    for (uint32_t i = 0; lic_engine_party(client->engine, i, &info); i++)
        for (uint32_t k = 0; lic_engine_party_key(client->engine, i, k, &held); k++)
            if (lic_key_equal(&held.key, key)) return info.name;
    return lic_slice_of(NULL, 0);
}

static void name_signers(naming *n, uint32_t party)
{
    lic_client_event *event = n->event;
    const lic_transaction *t = n->transaction;
    event->party = t->kind == LIC_TX_REGISTER ? t->body.registration.name
                                              : party_name(n->client, party);
    event->signer_count = t->signature_count;
    event->signers[0] = event->party;
    for (uint32_t i = 1; i < t->signature_count; i++)
        event->signers[i] = party_of_key(n->client, &t->signatures[i].key);
}

/* -- texts that are made --------------------------------------------------------------------------------- */

static lic_status keep_text(naming *n, const char *text, size_t size, lic_slice *kept)
{
    char *copy = lic_arena_text(n->arena, text, size);
    *kept = lic_slice_of(copy, size);
    return copy != NULL ? LIC_OK : client_out_of_memory(n->error);
}

static lic_status keep_date(naming *n, lic_date date)
{
    char text[LIC_DATE_TEXT];
    lic_date_print(date, text);
    return keep_text(n, text, strlen(text), &n->event->value);
}

static lic_status make_list(naming *n, uint32_t count, lic_named_text **list)
{
    *list = lic_arena_take(n->arena, (count + 1u) * sizeof **list);
    return *list != NULL ? LIC_OK : client_out_of_memory(n->error);
}

/* -- bodies ------------------------------------------------------------------------------------------------ */

static lic_status describe_deploy(naming *n)
{
    const lic_body_deploy *body = &n->transaction->body.deploy;
    const lic_image *image = n->info.image;
    lic_client_event *event = n->event;
    lic_named_text *parameters = NULL, *parties = NULL;
    if (body->parameters.count != image->parameters_count ||
        body->parties.count != image->parties_count)
        return damaged(n);
    LIC_TRY(make_list(n, body->parameters.count, &parameters));
    LIC_TRY(make_list(n, body->parties.count, &parties));
    for (uint32_t i = 0; i < body->parameters.count; i++) {
        parameters[i].name = image->parameters[i].name;
        if (!lic_texts_at(&body->parameters, i, &parameters[i].value)) return damaged(n);
    }
    for (uint32_t i = 0; i < body->parties.count; i++) {
        lic_hash id = lic_hashes_at(&body->parties, i);
        parties[i] = (lic_named_text){image->parties[i].name, party_of_id(n->client, &id)};
    }
    event->named = parameters;
    event->named_count = body->parameters.count;
    event->parties = parties;
    event->party_count = body->parties.count;
    return LIC_OK;
}

static lic_status describe_report(naming *n)
{
    const lic_body_report *body = &n->transaction->body.report;
    if (body->report >= n->info.image->reports_count) return damaged(n);
    const lic_report *report = &n->info.image->reports[body->report];
    char text[LIC_PERIOD_TEXT];
    lic_period_kind kind = (lic_period_kind)report->period;
    n->event->name = report->name;
    lic_period_print(kind, lic_period_of(kind, LIC_DATE_MIN, body->period), text);
    return keep_text(n, text, strlen(text), &n->event->value);
}

static lic_status describe_act(naming *n)
{
    const lic_body_act *body = &n->transaction->body.act;
    const lic_image *image = n->info.image;
    lic_named_text *arguments = NULL;
    if (body->action >= image->actions_count) return damaged(n);
    const lic_action *action = &image->actions[body->action];
    n->event->name = action->name;
    if (body->arguments.count > action->argument_count) return damaged(n);
    LIC_TRY(make_list(n, body->arguments.count, &arguments));
    for (uint32_t i = 0; i < body->arguments.count; i++) {
        arguments[i].name = image->arguments[action->first_argument + i].name;
        if (!lic_texts_at(&body->arguments, i, &arguments[i].value)) return damaged(n);
    }
    n->event->named = arguments;
    n->event->named_count = body->arguments.count;
    return LIC_OK;
}

static lic_status name_creditor(naming *n, const lic_body_pay *body)
{
    const lic_image *image = n->info.image;
    lic_buffer key;
    if (body->creditor_table == LIC_TABLE_SELF) {
        if (body->creditor >= image->accounts_count) return damaged(n);
        n->event->name = image->accounts[body->creditor].name;
        return LIC_OK;
    }
    lic_buffer_init(&key, n->client->options.allocator, (size_t)1 << 16);
    lic_status status = lic_engine_row_key(n->client->engine, n->info.number, body->creditor_table,
                                           body->creditor, &key, n->error);
    if (status == LIC_OK) status = keep_text(n, (const char *)key.data, key.size, &n->event->name);
    lic_buffer_free(&key);
    return status;
}

static lic_status describe_pay(naming *n)
{
    const lic_body_pay *body = &n->transaction->body.pay;
    const lic_image *image = n->info.image;
    char text[LIC_DECIMAL_MAX];
    LIC_TRY(name_creditor(n, body));
    for (uint32_t i = 0; i < image->currencies_count; i++) {
        if (!lic_slice_equal(lic_slice_text(image->currencies[i].code), body->currency)) continue;
        size_t size = lic_decimal_print(body->amount, image->currencies[i].unit_scale, text);
        return keep_text(n, text, size, &n->event->value);
    }
    return damaged(n);
}

static lic_status describe_load(naming *n)
{
    uint16_t table = n->transaction->body.load.table;
    if (table >= n->info.image->tables_count) return damaged(n);
    n->event->name = n->info.image->tables[table].name;
    return LIC_OK;
}

static lic_status describe_fact(naming *n)
{
    const lic_body_fact *body = &n->transaction->body.fact;
    if (body->fact >= n->info.image->facts_count) return damaged(n);
    n->event->name = n->info.image->facts[body->fact].name;
    n->event->value = body->value;
    return LIC_OK;
}

static lic_status describe_body(naming *n)
{
    switch (n->transaction->kind) {
    case LIC_TX_REGISTER: n->event->name = n->transaction->body.registration.name; return LIC_OK;
    case LIC_TX_CLOCK: return keep_date(n, n->transaction->body.clock.date);
    default: break;
    }
    if (n->info.image == NULL) return n->transaction->kind == LIC_TX_KEYS ? LIC_OK : damaged(n);
    switch (n->transaction->kind) {
    case LIC_TX_DEPLOY: return describe_deploy(n);
    case LIC_TX_LOAD: return describe_load(n);
    case LIC_TX_REPORT: return describe_report(n);
    case LIC_TX_FACT: return describe_fact(n);
    case LIC_TX_ACT: return describe_act(n);
    case LIC_TX_PAY: return describe_pay(n);
    default: return LIC_OK;
    }
}

/* -- events -------------------------------------------------------------------------------------------------- */

static lic_status name_contract(lic_client *client, uint32_t contract, lic_contract_info *info,
                                lic_client_event *event, lic_error *error)
{
    if (contract == LIC_STORE_NONE) return LIC_OK;
    LIC_TRY(lic_engine_contract(client->engine, contract, info, error));
    event->contract = contract;
    event->contract_id = info->id;
    event->agreement = info->name;
    return LIC_OK;
}

lic_status history_describe(lic_client *client, lic_arena *arena,
                            const lic_transaction *transaction, uint32_t party, uint32_t contract,
                            lic_client_event *event, lic_error *error)
{
    naming n = {.client = client,
                .arena = arena,
                .transaction = transaction,
                .event = event,
                .error = error};
    event->transaction = transaction;
    LIC_TRY(name_contract(client, contract, &n.info, event, error));
    name_signers(&n, party);
    return describe_body(&n);
}

lic_status history_describe_erased(lic_client *client, uint32_t party, uint32_t contract,
                                   lic_client_event *event, lic_error *error)
{
    lic_contract_info info;
    event->erased = true;
    event->party = party_name(client, party);
    return name_contract(client, contract, &info, event, error);
}
