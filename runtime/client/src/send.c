/* send.c - envelopes: filled in, signed, and either submitted and committed or handed to the caller. */
#include "client.h"

#include <string.h>

enum { DAYS_AHEAD = 7, SECONDS_A_DAY = 86400 };

static lic_status check_signers(const lic_client *client, const lic_client_call *call,
                                lic_error *error)
{
    if (client->options.operator_count == 0 && call->divert == NULL)
        return lic_fail(error, LIC_DENIED, "operator", "open it with the key of an operator",
                        "the ledger %s is open for reading alone", client->path);
    if (call->signer_count == 0)
        return lic_fail(error, LIC_MISSING, "signer", "give the key of the party that acts",
                        "nobody signs");
    if (call->signer_count > LIC_SIGNATURES_MAX)
        return lic_fail(error, LIC_TOO_LARGE, "signers", "sign with fewer keys",
                        "more than %d signers", LIC_SIGNATURES_MAX);
    return LIC_OK;
}

lic_date client_date(int64_t time)
{
    int64_t days = time / SECONDS_A_DAY - (time % SECONDS_A_DAY < 0 ? 1 : 0);
    return lic_date_valid(days) ? (lic_date)days : LIC_DATE_MAX;
}

lic_date client_valid_until(const lic_client *client, lic_date today)
{
    uint32_t days = lic_ledger_genesis(lic_engine_ledger(client->engine))->limits.validity_days;
    int64_t last = (int64_t)today + (days < DAYS_AHEAD ? days : DAYS_AHEAD);
    return lic_date_valid(last) ? (lic_date)last : LIC_DATE_MAX;
}

/* Counted from the date of the block that is open or to come: with a real clock the last one may be old. */
static lic_date valid_until(const lic_client *client, const lic_client_call *call)
{
    if (call->valid_until != NULL) return *call->valid_until;
    lic_date today = lic_engine_in_block(client->engine)
                         ? lic_engine_today(client->engine)
                         : client_date(lic_ledger_now(lic_engine_ledger(client->engine)));
    return client_valid_until(client, today);
}

/* Reports that are settled over several blocks come to their end before anything else is sent. */
static lic_status finish_reports(lic_client *client, lic_error *error)
{
    lic_status status = LIC_OK;
    while (status == LIC_OK && client->options.operator_count != 0 &&
           lic_engine_busy(client->engine))
        status = lic_engine_work(client->engine, error);
    client_recount(client);
    return status;
}

/* The party of a key. One that was added in the open block is valid from the next one on. */
static lic_status find_party(lic_client *client, const lic_client_call *call,
                             lic_transaction *transaction, lic_error *error)
{
    uint32_t number = 0;
    lic_party_info info;
    bool found = lic_engine_party_of_key(client->engine, &transaction->key, &number);
    if (!found && transaction->kind != LIC_TX_REGISTER && transaction->kind != LIC_TX_CLOCK &&
        call->divert == NULL && client_waits(client)) {
        LIC_TRY(lic_client_flush(client, error));
        found = lic_engine_party_of_key(client->engine, &transaction->key, &number);
    }
    /* A key without a party names none, and the ledger says what is wrong with that. */
    if (found && lic_engine_party(client->engine, number, &info)) transaction->party = info.id;
    return LIC_OK;
}

lic_status client_envelope(lic_client *client, const lic_client_call *call, uint16_t kind,
                           lic_transaction *transaction, lic_error *error)
{
    LIC_TRY(check_signers(client, call, error));
    LIC_TRY(lic_engine_restore(client->engine, error));
    if (call->divert == NULL) LIC_TRY(finish_reports(client, error));
    memset(transaction, 0, sizeof *transaction);
    transaction->chain = *lic_ledger_chain(lic_engine_ledger(client->engine));
    transaction->kind = kind;
    transaction->key = call->signers[0].key;
    LIC_TRY(find_party(client, call, transaction, error));
    transaction->sequence = lic_engine_next_sequence(client->engine, &transaction->key, 0);
    transaction->gas_limit = lic_engine_gas_limit(client->engine);
    transaction->valid_until = valid_until(client, call);
    return LIC_OK;
}

/* -- sending ------------------------------------------------------------------------------------------- */

static void begin_result(const lic_client_call *call, lic_client_result *result)
{
    memset(result, 0, sizeof *result);
    result->sent = call->divert == NULL;
}

/* Refusals that another block may not know: this one is full, a key was added in it, the transaction stands in
 * it already. */
static bool may_succeed_alone(const lic_client *client, lic_status status, const lic_error *error)
{
    static const struct {
        lic_status status;
        const char *code;
    } passing[] = {{LIC_TOO_LARGE, "block_full"},
                   {LIC_TOO_LARGE, "output"},
                   {LIC_REFUSED, "key"},
                   {LIC_REFUSED, "pending"}};
    if (!client_waits(client) || !lic_engine_in_block(client->engine)) return false;
    for (size_t i = 0; i < LIC_COUNT(passing); i++)
        if (status == passing[i].status && strcmp(error->code, passing[i].code) == 0) return true;
    return false;
}

/* `envelope` was worked out of `wire` ahead, or is NULL. */
static lic_status submit_once(lic_client *client, lic_slice wire,
                              const lic_ahead_envelope *envelope, lic_client_result *result,
                              lic_error *error)
{
    if (envelope == NULL) return lic_engine_submit(client->engine, wire, &result->outcome, error);
    return lic_engine_submit_envelope(client->engine, envelope, wire, &result->outcome, error);
}

static lic_status submit(lic_client *client, lic_slice wire, const lic_ahead_envelope *envelope,
                         lic_client_result *result, lic_error *error)
{
    lic_error unused;
    if (error == NULL) error = &unused;
    lic_status status = submit_once(client, wire, envelope, result, error);
    client_recount(client);
    if (may_succeed_alone(client, status, error)) {
        status = lic_client_flush(client, error);
        if (status == LIC_OK) status = submit_once(client, wire, envelope, result, error);
    }
    return client_settle(client, status, error);
}

lic_status lic_client_submit(lic_client *client, lic_slice wire, lic_client_result *result,
                             lic_error *error)
{
    lic_client_result unused;
    const lic_client_call call = {0};
    if (result == NULL) result = &unused;
    begin_result(&call, result);
    LIC_TRY(lic_engine_restore(client->engine, error));
    LIC_TRY(finish_reports(client, error));
    lic_status status = submit(client, wire, NULL, result, error);
    result->id = result->outcome.receipt.id;
    return status;
}

/* An answer of the machine ends it: what comes behind would be answered with it, too. */
static bool goes_on(lic_status status)
{
    return status != LIC_IO && status != LIC_NO_MEMORY && status != LIC_CORRUPT;
}

lic_status lic_client_submit_all(lic_client *client, const lic_slice *wires, size_t count,
                                 lic_client_told *told, void *context, lic_error *error)
{
    lic_error refused;
    LIC_TRY(finish_reports(client, error));
    const lic_client_options *o = &client->options;
    unsigned threads = o->threads == 0 && o->disk != NULL ? 1 : o->threads;
    lic_ahead *ahead = lic_ahead_begin(o->allocator, &lic_hasher_native, wires, count, threads);
    if (ahead == NULL) return client_out_of_memory(error);
    lic_status status = LIC_OK;
    for (size_t i = 0; i < count && status == LIC_OK; i++) {
        lic_client_result result = {.sent = true};
        memset(&refused, 0, sizeof refused);
        status = submit(client, wires[i], lic_ahead_next(ahead), &result, &refused);
        result.id = result.outcome.receipt.id;
        if (!goes_on(status) && error != NULL) *error = refused;
        if (goes_on(status)) status = told(context, i, status, &result, &refused);
    }
    lic_ahead_end(ahead);
    return status;
}

static lic_status sign(const lic_client_call *call, lic_transaction *transaction, lic_error *error)
{
    for (size_t i = 0; i < call->signer_count; i++)
        LIC_TRY(lic_transaction_sign(&lic_hasher_native, transaction, &call->signers[i], error));
    return LIC_OK;
}

lic_status client_send(lic_client *client, const lic_client_call *call,
                       lic_transaction *transaction, lic_client_result *result, lic_error *error)
{
    lic_client_result unused;
    lic_buffer wire;
    if (result == NULL) result = &unused;
    begin_result(call, result);
    LIC_TRY(sign(call, transaction, error));
    result->id = transaction->id;
    lic_buffer_init(&wire, client->options.allocator, (size_t)LIC_TRANSACTION_MAX + 65536);
    lic_status status = lic_transaction_encode(transaction, &wire, error);
    if (status == LIC_OK && wire.failed) status = client_out_of_memory(error);
    lic_slice bytes = lic_slice_of(wire.data, wire.size);
    if (status == LIC_OK && call->divert != NULL) {
        status = call->divert(call->divert_context, bytes);
        result->envelopes = 1;
    } else if (status == LIC_OK) {
        status = submit(client, bytes, NULL, result, error);
    }
    lic_buffer_free(&wire);
    return status;
}

/* -- uploads --------------------------------------------------------------------------------------------- */

/* Counts what goes to the caller. */
typedef struct diversion {
    const lic_client_call *call;
    uint64_t count;
} diversion;

static lic_status divert(void *context, lic_slice wire)
{
    diversion *to = context;
    to->count++;
    return to->call->divert(to->call->divert_context, wire);
}

lic_status client_upload(lic_client *client, const lic_client_call *call, lic_transaction *header,
                         lic_slice bytes, lic_client_result *result, lic_error *error)
{
    lic_client_result unused;
    diversion to = {.call = call};
    if (result == NULL) result = &unused;
    begin_result(call, result);
    const lic_upload_options options = {
        .bytes = bytes,
        .chunk_bytes = call->chunk_bytes,
        .cut = call->cut,
        .keypair = &call->signers[0],
        .shares = client->shares,
        .resends = call->resends && call->divert == NULL,
        .progress = call->progress,
        .divert = call->divert == NULL ? NULL : divert,
        .divert_context = &to,
    };
    lic_status status = lic_engine_upload(client->engine, header, &options, &result->outcome,
                                          error);
    result->id = header->id;
    result->envelopes = to.count;
    return call->divert == NULL ? client_settle(client, status, error) : status;
}
