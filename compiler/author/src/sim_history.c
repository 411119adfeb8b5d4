/* sim_history.c - the history of a contract played again on a ledger in memory, with other parameters. Nobody's keys
 * are needed: the people of the other world have keys made from their names. */
#include "sim_parts.h"

#include <string.h>

enum { RESULT_MAX = 1 << 30, NAMED_MAX = 1024 };

typedef struct playing {
    lic_world *world;
    uint32_t number; /* of the contract over there */
    bool deployed;
    const lic_contract_info *contract;
    const lic_sim_change *change;
    lic_error *error;
} playing;

static lic_status read_result(lic_client *client, uint32_t contract, lic_sim_result *result,
                              lic_error *error)
{
    lic_buffer bytes;
    lic_buffer_init(&bytes, &lic_allocator_system, RESULT_MAX);
    lic_status status = lic_sim_gather(client, contract, &bytes, error);
    lic_cursor cursor = lic_cursor_of(lic_slice_of(bytes.data, bytes.size));
    if (status == LIC_OK && (status = lic_sim_take(&cursor, result)) != LIC_OK)
        (void)lic_fail(error, status, "result", "", "the results cannot be read: %s",
                       lic_status_message(status));
    lic_buffer_free(&bytes);
    return status;
}

lic_status lic_sim_read(lic_client *client, const lic_contract_info *contract,
                        lic_sim_result *result, lic_error *error)
{
    result->name = contract->name;
    return read_result(client, contract->number, result, error);
}

/* -- events ----------------------------------------------------------------------------------------------- */

/* The parameters of the deployment, with those that are changed in their place. */
static size_t merge(const playing *p, const lic_client_event *event,
                    lic_named_text named[NAMED_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < event->named_count && count < NAMED_MAX; i++)
        named[count++] = event->named[i];
    for (size_t i = 0; i < p->change->set_count && count < NAMED_MAX; i++)
        named[count++] = p->change->set[i]; /* of several of one name the last counts */
    return count;
}

static lic_status deploy(playing *p, const lic_client_event *event)
{
    lic_named_text named[NAMED_MAX];
    const lic_body_deploy *body = &event->transaction->body.deploy;
    const lic_people people = {.names = {event->party}, .count = 1};
    const lic_deployment deployment = {.image = body->image,
                                       .source = body->source,
                                       .parameters = named,
                                       .parameter_count = merge(p, event, named),
                                       .parties = event->parties,
                                       .party_count = event->party_count};
    LIC_TRY(lic_world_deploy(p->world, &deployment, &people, &p->number, p->error));
    p->deployed = true;
    return LIC_OK;
}

static lic_status play(void *context, const lic_client_event *event)
{
    playing *p = context;
    if (event->erased)
        return lic_fail(p->error, LIC_DENIED, "erased", "play a scenario in its place",
                        "block %llu: what happened there was erased",
                        (unsigned long long)event->height);
    LIC_TRY(lic_world_advance(p->world, event->date, p->error));
    if (event->kind == LIC_TX_DEPLOY) return deploy(p, event);
    if (!p->deployed || event->kind == LIC_TX_CLOCK || event->kind == LIC_TX_REGISTER ||
        event->kind == LIC_TX_KEYS)
        return LIC_OK;
    lic_people people = {.count = 0};
    for (size_t i = 0; i < event->signer_count && i < LIC_WORLD_NAMES; i++)
        people.names[people.count++] = event->signers[i];
    return lic_world_repeat(p->world, p->number, event, &people, p->error);
}

/* -- reports behind it ---------------------------------------------------------------------------------------- */

lic_status lic_sim_file(lic_world *world, uint32_t contract, const lic_sim_filing *filing,
                        lic_error *error)
{
    const lic_filing report = {
        .report = filing->report, .period = filing->period, .bytes = filing->bytes};
    const lic_people nobody = {.count = 0};
    lic_client_result result;
    lic_period_kind kind = LIC_MONTH;
    lic_date first = 0;
    LIC_TRY(lic_period_parse(filing->period, &kind, &first) == LIC_OK
                ? LIC_OK
                : lic_fail(error, LIC_MALFORMED, "period",
                           "write 2026, 2026-H1, 2026-Q1 or 2026-01", "%.*s is not a period",
                           (int)filing->period.size, (const char *)filing->period.data));
    lic_date over = lic_period_of(kind, first, first).last + 1;
    if (over > lic_world_today(world)) LIC_TRY(lic_world_advance(world, over, error));
    return lic_world_file(world, contract, &report, &nobody, &result, error);
}

lic_status lic_sim_replay(lic_client *client, const lic_contract_info *contract,
                          const lic_sim_change *change, lic_sim_result *result, lic_error *error)
{
    playing p = {.contract = contract, .change = change, .error = error};
    char id[LIC_HASH_TEXT];
    result->name = contract->name;
    lic_hash_print(&contract->id, id);
    LIC_TRY(lic_world_create(1, NULL, &lic_allocator_system, &p.world, error));
    lic_date today = lic_ledger_date(lic_engine_ledger(lic_client_engine(client)));
    lic_status status = lic_client_history(client, lic_slice_text(id), play, &p, error);
    if (status == LIC_OK) status = lic_world_advance(p.world, today, error);
    for (size_t i = 0; status == LIC_OK && i < change->filing_count; i++)
        status = lic_sim_file(p.world, p.number, &change->filings[i], error);
    if (status == LIC_OK) status = read_result(lic_world_client(p.world), p.number, result, error);
    lic_world_destroy(p.world);
    return status;
}
