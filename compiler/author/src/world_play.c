/* world_play.c - a whole ledger's history made again in a world, contract by contract as they come. */
#include <licet/world.h>

#include <string.h>

typedef struct playing {
    lic_world *world;
    uint32_t *numbers; /* a contract over there: its number here, or LIC_NONE32 */
    uint32_t count;
    lic_error *error;
} playing;

static lic_status deploy(playing *p, const lic_client_event *event)
{
    const lic_body_deploy *body = &event->transaction->body.deploy;
    const lic_people people = {.names = {event->party}, .count = 1};
    const lic_deployment deployment = {.image = body->image,
                                       .source = body->source,
                                       .parameters = event->named,
                                       .parameter_count = event->named_count,
                                       .parties = event->parties,
                                       .party_count = event->party_count};
    uint32_t here = LIC_NONE32;
    LIC_TRY(lic_world_deploy(p->world, &deployment, &people, &here, p->error));
    if (event->contract < p->count) p->numbers[event->contract] = here;
    return LIC_OK;
}

static lic_status play(void *context, const lic_client_event *event)
{
    playing *p = context;
    if (event->erased)
        return lic_fail(p->error, LIC_DENIED, "erased", "begin a session without the ledger",
                        "block %llu: what happened there was erased",
                        (unsigned long long)event->height);
    LIC_TRY(lic_world_advance(p->world, event->date, p->error));
    if (event->kind == LIC_TX_DEPLOY) return deploy(p, event);
    if (event->contract >= p->count || p->numbers[event->contract] == LIC_NONE32) return LIC_OK;
    lic_people people = {.count = 0};
    for (size_t i = 0; i < event->signer_count && i < LIC_WORLD_NAMES; i++)
        people.names[people.count++] = event->signers[i];
    return lic_world_repeat(p->world, p->numbers[event->contract], event, &people, p->error);
}

lic_status lic_world_play(lic_world *world, lic_client *ledger, lic_error *error)
{
    lic_engine *engine = lic_client_engine(ledger);
    playing p = {.world = world, .count = lic_engine_contract_count(engine), .error = error};
    p.numbers = lic_allocate(&lic_allocator_system, (p.count + 1u) * sizeof *p.numbers);
    if (p.numbers == NULL) return lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory");
    memset(p.numbers, 0xff, (p.count + 1u) * sizeof *p.numbers);
    lic_status status = lic_client_history(ledger, lic_slice_of(NULL, 0), play, &p, error);
    if (status == LIC_OK)
        status = lic_world_advance(world, lic_ledger_date(lic_engine_ledger(engine)), error);
    lic_release(&lic_allocator_system, p.numbers, (p.count + 1u) * sizeof *p.numbers);
    return status;
}
