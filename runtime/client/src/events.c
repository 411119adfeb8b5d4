/* events.c - what happens under an agreement: reports, facts, actions, payments. */
#include "client.h"

#include <string.h>

/* -- reports ------------------------------------------------------------------------------------------- */

static lic_status find_period(const lic_image *image, uint16_t report, lic_slice period,
                              lic_date *first, lic_error *error)
{
    lic_period_kind kind = LIC_MONTH;
    if (lic_period_parse(period, &kind, first) != LIC_OK)
        return lic_fail(error, LIC_MALFORMED, "period",
                        "name one such as 2026, 2026-H1, 2026-Q1 or 2026-01", "%.*s is no period",
                        (int)period.size, (const char *)period.data);
    if (image->reports[report].period == (uint8_t)kind) return LIC_OK;
    lic_slice name = image->reports[report].name;
    return lic_fail(error, LIC_REFUSED, "period", "name a period of the report's own length",
                    "%.*s is not a period that the report %.*s is filed for", (int)period.size,
                    (const char *)period.data, (int)name.size, (const char *)name.data);
}

lic_status lic_client_report(lic_client *client, const lic_client_call *call, lic_slice contract,
                             const lic_filing *filing, lic_client_result *result, lic_error *error)
{
    lic_contract_info info;
    lic_transaction header;
    uint16_t report = 0;
    lic_date first = 0;
    LIC_TRY(lic_client_contract(client, contract, &info, error));
    LIC_TRY(lic_find_report(info.image, filing->report, &report, error));
    LIC_TRY(find_period(info.image, report, filing->period, &first, error));
    LIC_TRY(client_envelope(client, call, LIC_TX_REPORT, &header, error));
    header.body.report.contract = info.id;
    header.body.report.report = report;
    header.body.report.period = first;
    header.body.report.replaces = filing->replaces;
    return client_upload(client, call, &header, filing->bytes, result, error);
}

/* -- facts and actions ----------------------------------------------------------------------------------- */

lic_status lic_client_fact(lic_client *client, const lic_client_call *call, lic_slice contract,
                           lic_slice fact, lic_slice value, lic_client_result *result,
                           lic_error *error)
{
    lic_contract_info info;
    lic_transaction transaction;
    uint16_t number = 0;
    LIC_TRY(lic_client_contract(client, contract, &info, error));
    LIC_TRY(lic_find_fact(info.image, fact, &number, error));
    LIC_TRY(client_envelope(client, call, LIC_TX_FACT, &transaction, error));
    transaction.body.fact = (lic_body_fact){.contract = info.id, .fact = number, .value = value};
    return client_send(client, call, &transaction, result, error);
}

/* Transitions into one state are actions of one name: the state and the signers choose. */
static lic_status find_action(lic_client *client, const lic_client_call *call,
                              const lic_contract_info *info, lic_slice name, uint16_t *action,
                              lic_error *error)
{
    uint32_t parties[LIC_SIGNATURES_MAX];
    size_t count = 0;
    for (size_t i = 0; i < call->signer_count && i < LIC_SIGNATURES_MAX; i++)
        if (lic_engine_party_of_key(client->engine, &call->signers[i].key, &parties[count]))
            count++;
    return lic_engine_find_action(client->engine, info->number, name, parties, count, action,
                                  error);
}

/* In the action's order; each exactly once. */
static lic_status put_arguments(const lic_acting *acting, const lic_image *image,
                                const lic_action *action, lic_buffer *texts, lic_error *error)
{
    if (acting->notice && acting->argument_count > 0)
        return lic_fail(error, LIC_MALFORMED, "argument", "give none",
                        "a notice takes no arguments");
    if (acting->notice) return LIC_OK; /* it is given before they are known */
    for (uint32_t i = 0; i < action->argument_count; i++) {
        lic_slice wanted = image->arguments[action->first_argument + i].name;
        const lic_named_text *found = NULL;
        for (size_t n = 0; n < acting->argument_count; n++)
            if (lic_slice_equal(acting->arguments[n].name, wanted)) found = &acting->arguments[n];
        if (found == NULL)
            return lic_fail(error, LIC_MALFORMED, "argument", "give every argument once",
                            "the argument %.*s is missing: give %.*s=VALUE", (int)wanted.size,
                            (const char *)wanted.data, (int)wanted.size, (const char *)wanted.data);
        if (found->value.size > LIC_TEXT_MAX)
            return lic_fail(error, LIC_TOO_LARGE, "size", "docs/spec/ledger.md lists the limits",
                            "the argument %.*s is longer than %u bytes", (int)wanted.size,
                            (const char *)wanted.data, LIC_TEXT_MAX);
        lic_texts_put(texts, found->value);
    }
    if (acting->argument_count == action->argument_count) return LIC_OK;
    return lic_fail(error, LIC_MALFORMED, "argument", "give every argument once",
                    "the action %.*s takes %u arguments", (int)acting->action.size,
                    (const char *)acting->action.data, action->argument_count);
}

static lic_status send_act(lic_client *client, const lic_client_call *call,
                           const lic_body_act *body, lic_client_result *result, lic_error *error)
{
    lic_transaction transaction;
    LIC_TRY(client_envelope(client, call, LIC_TX_ACT, &transaction, error));
    transaction.body.act = *body;
    return client_send(client, call, &transaction, result, error);
}

lic_status lic_client_act(lic_client *client, const lic_client_call *call, lic_slice contract,
                          const lic_acting *acting, lic_client_result *result, lic_error *error)
{
    lic_contract_info info;
    lic_buffer texts;
    uint16_t number = 0;
    LIC_TRY(lic_client_contract(client, contract, &info, error));
    LIC_TRY(find_action(client, call, &info, acting->action, &number, error));
    const lic_action *action = &info.image->actions[number];
    lic_buffer_init(&texts, client->options.allocator,
                    (size_t)LIC_ARGUMENTS_MAX * (LIC_TEXT_MAX + 4));
    lic_status status = put_arguments(acting, info.image, action, &texts, error);
    if (status == LIC_OK && texts.failed) status = client_out_of_memory(error);
    lic_body_act body = {.contract = info.id, .action = number, .notice = acting->notice};
    body.arguments = (lic_texts){acting->notice ? 0u : action->argument_count,
                                 lic_slice_of(texts.data, texts.size)};
    if (status == LIC_OK) status = send_act(client, call, &body, result, error);
    lic_buffer_free(&texts);
    return status;
}

/* -- payments ---------------------------------------------------------------------------------------------- */

static lic_status find_currency(const lic_image *image, lic_slice code,
                                const lic_currency **currency, lic_error *error)
{
    for (uint32_t i = 0; i < image->currencies_count; i++) {
        bool named = lic_slice_equal(lic_slice_text(image->currencies[i].code), code);
        if (!named && !(code.size == 0 && image->currencies_count == 1)) continue;
        *currency = &image->currencies[i];
        return LIC_OK;
    }
    if (code.size == 0)
        return lic_fail(error, LIC_MALFORMED, "currencies", "name the currency of the amount",
                        "the agreement has several currencies");
    return lic_fail(error, LIC_MALFORMED, "currency", "name a currency of the agreement",
                    "the agreement has no amounts in %.*s", (int)code.size,
                    (const char *)code.data);
}

lic_status lic_client_pay(lic_client *client, const lic_client_call *call, lic_slice contract,
                          const lic_paying *paying, lic_client_result *result, lic_error *error)
{
    lic_contract_info info;
    lic_transaction transaction;
    const lic_currency *currency = NULL;
    LIC_TRY(lic_client_contract(client, contract, &info, error));
    LIC_TRY(find_currency(info.image, paying->currency, &currency, error));
    LIC_TRY(client_envelope(client, call, LIC_TX_PAY, &transaction, error));
    lic_body_pay *body = &transaction.body.pay;
    body->contract = info.id;
    LIC_TRY(lic_find_creditor(client, &info, paying->creditor, &body->creditor_table,
                              &body->creditor, error));
    body->currency = lic_slice_text(currency->code);
    body->reference = paying->reference;
    if (lic_decimal_parse(paying->amount, currency->unit_scale, &body->amount) != LIC_OK ||
        body->amount <= 0)
        return lic_fail(error, LIC_MALFORMED, "amount", "give it in major units",
                        "%.*s is not an amount above zero with at most %u decimals, such as 12.50",
                        (int)paying->amount.size, (const char *)paying->amount.data,
                        currency->unit_scale);
    return client_send(client, call, &transaction, result, error);
}

lic_status lic_client_acknowledge(lic_client *client, const lic_client_call *call,
                                  lic_slice contract, uint32_t payment, lic_client_result *result,
                                  lic_error *error)
{
    lic_contract_info info;
    lic_transaction transaction;
    LIC_TRY(lic_client_contract(client, contract, &info, error));
    LIC_TRY(client_envelope(client, call, LIC_TX_ACKNOWLEDGE, &transaction, error));
    transaction.body.acknowledge = (lic_body_acknowledge){.contract = info.id, .payment = payment};
    return client_send(client, call, &transaction, result, error);
}
