/* repeat.c - an event of one ledger made again on another: the same names, values and bytes, other keys. */
#include "client.h"

static lic_status repeat_report(lic_client *client, const lic_client_call *call, lic_slice contract,
                                const lic_client_event *event, lic_client_result *result,
                                lic_error *error)
{
    const lic_filing filing = {.report = event->name,
                               .period = event->value,
                               .bytes = event->bytes,
                               .replaces = event->transaction->body.report.replaces};
    return lic_client_report(client, call, contract, &filing, result, error);
}

static lic_status repeat_act(lic_client *client, const lic_client_call *call, lic_slice contract,
                             const lic_client_event *event, lic_client_result *result,
                             lic_error *error)
{
    const lic_acting acting = {.action = event->name,
                               .notice = event->transaction->body.act.notice,
                               .arguments = event->named,
                               .argument_count = event->named_count};
    return lic_client_act(client, call, contract, &acting, result, error);
}

static lic_status repeat_pay(lic_client *client, const lic_client_call *call, lic_slice contract,
                             const lic_client_event *event, lic_client_result *result,
                             lic_error *error)
{
    const lic_body_pay *body = &event->transaction->body.pay;
    const lic_paying paying = {.creditor = event->name,
                               .amount = event->value,
                               .currency = body->currency,
                               .reference = body->reference};
    return lic_client_pay(client, call, contract, &paying, result, error);
}

lic_status lic_client_repeat(lic_client *client, const lic_client_call *call, lic_slice contract,
                             const lic_client_event *event, lic_client_result *result,
                             lic_error *error)
{
    if (event->erased)
        return lic_fail(error, LIC_MISSING, "erased", "repeat what comes before it",
                        "transaction %u of block %llu was erased", event->position,
                        (unsigned long long)event->height);
    switch (event->kind) {
    case LIC_TX_LOAD:
        return lic_client_load(client, call, contract, event->name, event->bytes, result, error);
    case LIC_TX_SIGN: return lic_client_sign(client, call, contract, result, error);
    case LIC_TX_REPORT: return repeat_report(client, call, contract, event, result, error);
    case LIC_TX_FACT:
        return lic_client_fact(client, call, contract, event->name, event->value, result, error);
    case LIC_TX_ACT: return repeat_act(client, call, contract, event, result, error);
    case LIC_TX_PAY: return repeat_pay(client, call, contract, event, result, error);
    case LIC_TX_ACKNOWLEDGE:
        return lic_client_acknowledge(client, call, contract,
                                      event->transaction->body.acknowledge.payment, result, error);
    default:
        return lic_fail(error, LIC_UNSUPPORTED, "kind", "make it by the call of its own",
                        "a transaction of kind %s is not repeated as it is",
                        lic_transaction_kind_name(event->kind));
    }
}
