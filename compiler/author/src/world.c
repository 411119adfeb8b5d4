/* world.c - a ledger in memory: its clock, its people, and who signs when nobody is named. */
#include <licet/world.h>

#include <licet/crypto.h>
#include <licet/why.h>

#include <stdio.h>
#include <string.h>

enum { SECONDS_A_DAY = 86400, NAME_SIZE = 32, SPARES = 4 };

struct lic_world {
    const lic_allocator *allocator;
    lic_coverage *coverage;
    lic_memory_disk *disk;
    lic_world *root; /* that it descends from by forks; itself */
    /* root: disks of forks that ended, with the connections that wait there */
    lic_memory_disk *spares[SPARES];
    size_t spare_count;
    lic_client *client;
    char name[NAME_SIZE]; /* on the disk */
    lic_seeded seeded;
    lic_random random;
    lic_clock clock;
    uint64_t ticks;
    lic_keypair operator_pair;
    lic_keypair pairs[LIC_WORLD_NAMES]; /* of the call under way */
    uint64_t gas;
};

/* -- clock and chance ------------------------------------------------------------------------------------- */

/* The ledger's clock is simulated: its date is its own. Nothing asks for the system's time. */
static int64_t no_time(void *context)
{
    (void)context;
    return 0;
}

/* For time limits alone, which the process's own limits stand in for here. */
static uint64_t next_tick(void *context)
{
    return ++((lic_world *)context)->ticks;
}

static void person_pair(lic_slice name, lic_keypair *pair)
{
    const lic_slice parts[2] = {lic_slice_text("licet test key "), name};
    lic_hash seed;
    lic_hasher_native.sha256(parts, 2, &seed);
    lic_keypair_from_seed(seed.bytes, pair);
}

/* -- making ------------------------------------------------------------------------------------------------- */

static lic_world *make(const lic_allocator *allocator, lic_coverage *coverage)
{
    lic_world *world = lic_allocate_zero(allocator, 1, sizeof *world);
    if (world == NULL) return NULL;
    world->allocator = allocator;
    world->root = world;
    world->coverage = coverage;
    world->clock = (lic_clock){.context = world, .now = no_time, .ticks = next_tick};
    world->random = lic_seeded_random(&world->seeded);
    (void)snprintf(world->name, sizeof world->name, "world");
    person_pair(lic_slice_text("operator"), &world->operator_pair);
    return world;
}

static lic_client_options client_options(lic_world *world)
{
    return (lic_client_options){.path = world->name,
                                .disk = world->disk,
                                .allocator = world->allocator,
                                .random = &world->random,
                                .clock = &world->clock,
                                .operators = &world->operator_pair,
                                .operator_count = 1,
                                .threads = 1,
                                .coverage = world->coverage};
}

static lic_status fill(lic_world *world, lic_error *error)
{
    lic_genesis genesis;
    lic_date begins = 0;
    lic_genesis_init(&genesis);
    LIC_TRY(lic_date_parse(lic_slice_text(LIC_WORLD_BEGINS), &begins));
    genesis.name = lic_slice_text("world");
    genesis.clock = LIC_CLOCK_SIMULATED;
    genesis.time = (int64_t)begins * SECONDS_A_DAY;
    const lic_client_options options = client_options(world);
    return lic_client_create(&options, &genesis, &world->client, error);
}

static lic_status finish(lic_world *world, lic_status status, lic_world **result)
{
    if (status == LIC_OK) *result = world;
    else lic_world_destroy(world);
    return status;
}

lic_status lic_world_create(uint64_t seed, lic_coverage *coverage, const lic_allocator *allocator,
                            lic_world **result, lic_error *error)
{
    LIC_TRY(lic_crypto_start(error));
    lic_world *world = make(allocator, coverage);
    if (world == NULL) return lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory");
    lic_seeded_init(&world->seeded, seed);
    lic_status status = lic_memory_disk_create(allocator, (uint64_t)LIC_WORLD_MEGABYTES << 20,
                                               &world->disk, error);
    if (status == LIC_OK) status = fill(world, error);
    return finish(world, status, result);
}

lic_status lic_world_fork(lic_world *world, lic_world **result, lic_error *error)
{
    lic_world *fork = make(world->allocator, world->coverage);
    if (fork == NULL) return lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory");
    fork->seeded = world->seeded;
    fork->root = world->root;
    lic_status status = LIC_OK;
    if (fork->root->spare_count > 0) fork->disk = fork->root->spares[--fork->root->spare_count];
    else
        status = lic_memory_disk_create(world->allocator, (uint64_t)LIC_WORLD_MEGABYTES << 20,
                                        &fork->disk, error);
    if (status == LIC_OK) {
        lic_memory_disk_keep(fork->disk);
        const lic_client_options options = client_options(fork);
        status = lic_client_fork(world->client, &options, &fork->client, error);
    }
    return finish(fork, status, result);
}

void lic_world_destroy(lic_world *world)
{
    if (world == NULL) return;
    lic_world *root = world->root;
    bool serves = root != world && world->client != NULL && root->spare_count < SPARES;
    lic_client_close(world->client);
    while (world->spare_count > 0) lic_memory_disk_destroy(world->spares[--world->spare_count]);
    if (serves) root->spares[root->spare_count++] = world->disk;
    else lic_memory_disk_destroy(world->disk);
    lic_release(world->allocator, world, sizeof *world);
}

lic_client *lic_world_client(lic_world *world)
{
    return world->client;
}

uint64_t lic_world_gas(const lic_world *world)
{
    return world->gas;
}

lic_date lic_world_today(const lic_world *world)
{
    return lic_ledger_date(lic_engine_ledger(lic_client_engine(world->client)));
}

lic_status lic_world_advance(lic_world *world, lic_date date, lic_error *error)
{
    const lic_client_call call = {.signers = NULL};
    if (date == lic_world_today(world)) return LIC_OK;
    return lic_client_clock(world->client, &call, date, NULL, error);
}

lic_status lic_world_contract(lic_world *world, uint32_t contract, lic_contract_info *info,
                              lic_error *error)
{
    return lic_engine_contract(lic_client_engine(world->client), contract, info, error);
}

/* -- people --------------------------------------------------------------------------------------------------- */

static bool find_person(const lic_engine *engine, lic_slice name, uint32_t *number)
{
    lic_party_info info;
    for (uint32_t i = 0; i < lic_engine_party_count(engine); i++) {
        if (!lic_engine_party(engine, i, &info) || !lic_slice_equal(info.name, name)) continue;
        *number = i;
        return true;
    }
    return false;
}

lic_status lic_world_person(lic_world *world, lic_slice name, uint32_t *number, lic_error *error)
{
    lic_keypair pair;
    lic_client_result result;
    if (find_person(lic_client_engine(world->client), name, number)) return LIC_OK;
    person_pair(name, &pair);
    const lic_client_call call = {.signers = &pair, .signer_count = 1};
    LIC_TRY(lic_client_register(world->client, &call, name, LIC_KEY_MAY_SIGN | LIC_KEY_MAY_FILE,
                                NULL, &result, error));
    *number = (uint32_t)result.outcome.receipt.number;
    return LIC_OK;
}

/* Keys of those who are named, registered if need be. */
static lic_status begin_call(lic_world *world, const lic_people *people, lic_client_call *call,
                             lic_error *error)
{
    uint32_t number = 0;
    LIC_ASSERT(people->count <= LIC_WORLD_NAMES);
    for (size_t i = 0; i < people->count; i++) {
        LIC_TRY(lic_world_person(world, people->names[i], &number, error));
        person_pair(people->names[i], &world->pairs[i]);
    }
    *call = (lic_client_call){.signers = world->pairs, .signer_count = people->count};
    return LIC_OK;
}

static bool named(const lic_people *people)
{
    return people != NULL && people->count > 0;
}

/* The registered name of a party of the agreement. */
static void add_party(lic_world *world, const lic_contract_info *info, uint32_t party,
                      lic_people *people)
{
    lic_party_info person;
    if (people->count < LIC_WORLD_NAMES && party < info->party_count &&
        lic_engine_party(lic_client_engine(world->client), info->parties[party], &person))
        people->names[people->count++] = person.name;
}

static void add_parties(lic_world *world, const lic_contract_info *info, uint64_t set,
                        lic_people *people)
{
    for (uint32_t i = 0; i < info->party_count && i < 64; i++)
        if ((set >> i & 1u) != 0) add_party(world, info, i, people);
}

/* Contracts are addressed by their whole id, so that no name is ambiguous. */
static lic_status address(lic_world *world, uint32_t contract, lic_contract_info *info,
                          char id[LIC_HASH_TEXT], lic_error *error)
{
    LIC_TRY(lic_world_contract(world, contract, info, error));
    lic_hash_print(&info->id, id);
    return LIC_OK;
}

static void take_gas(lic_world *world, const lic_client_result *result)
{
    world->gas = result->outcome.receipt.gas;
}

/* -- agreements ------------------------------------------------------------------------------------------------- */

static lic_slice bound_name(const lic_deployment *deployment, lic_slice party)
{
    lic_slice name = party;
    for (size_t i = 0; i < deployment->party_count; i++)
        if (lic_slice_equal(deployment->parties[i].name, party))
            name = deployment->parties[i].value;
    return name;
}

static lic_status register_parties(lic_world *world, const lic_image *image,
                                   const lic_deployment *deployment, lic_people *first,
                                   lic_error *error)
{
    uint32_t number = 0;
    for (uint32_t i = 0; i < image->parties_count; i++) {
        lic_slice name = bound_name(deployment, image->parties[i].name);
        LIC_TRY(lic_world_person(world, name, &number, error));
        if (first->count == 0) first->names[first->count++] = name;
    }
    return LIC_OK;
}

lic_status lic_world_deploy(lic_world *world, const lic_deployment *deployment,
                            const lic_people *people, uint32_t *contract, lic_error *error)
{
    lic_arena *arena = lic_arena_create(world->allocator, (size_t)64 << 20);
    lic_image *image = NULL;
    lic_people first = {.count = 0};
    lic_client_call call;
    lic_client_result result;
    if (arena == NULL) return lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory");
    lic_status status = lic_image_decode(deployment->image, &lic_hasher_native, arena, &image,
                                         error);
    if (status == LIC_OK) status = register_parties(world, image, deployment, &first, error);
    if (status == LIC_OK) status = begin_call(world, named(people) ? people : &first, &call, error);
    if (status == LIC_OK)
        status = lic_client_deploy(world->client, &call, deployment, &result, error);
    lic_arena_destroy(arena);
    if (status == LIC_OK) *contract = (uint32_t)result.outcome.receipt.number;
    return status;
}

lic_status lic_world_load(lic_world *world, uint32_t contract, lic_slice schedule, lic_slice bytes,
                          lic_error *error)
{
    lic_contract_info info;
    lic_party_info deployer;
    lic_client_call call;
    char id[LIC_HASH_TEXT];
    LIC_TRY(address(world, contract, &info, id, error));
    lic_people people = {.count = 1};
    LIC_ASSERT(lic_engine_party(lic_client_engine(world->client), info.deployer, &deployer));
    people.names[0] = deployer.name;
    LIC_TRY(begin_call(world, &people, &call, error));
    return lic_client_load(world->client, &call, lic_slice_text(id), schedule, bytes, NULL, error);
}

lic_status lic_world_sign(lic_world *world, uint32_t contract, const lic_people *people,
                          lic_error *error)
{
    lic_contract_info info;
    lic_people all = {.count = 0};
    char id[LIC_HASH_TEXT];
    LIC_TRY(address(world, contract, &info, id, error));
    if (!named(people)) {
        for (uint32_t i = 0; i < info.party_count && i < 64; i++)
            if (info.image->parties[i].signs && (info.signed_by >> i & 1u) == 0)
                add_party(world, &info, i, &all);
        people = &all;
    }
    for (size_t i = 0; i < people->count; i++) {
        const lic_people one = {.names = {people->names[i]}, .count = 1};
        lic_client_call call;
        LIC_TRY(begin_call(world, &one, &call, error));
        LIC_TRY(lic_client_sign(world->client, &call, lic_slice_text(id), NULL, error));
    }
    return LIC_OK;
}

/* -- what happens --------------------------------------------------------------------------------------------------- */

lic_status lic_world_file(lic_world *world, uint32_t contract, const lic_filing *filing,
                          const lic_people *people, lic_client_result *result, lic_error *error)
{
    lic_contract_info info;
    lic_people own = {.count = 0};
    lic_client_call call;
    uint16_t report = 0;
    char id[LIC_HASH_TEXT];
    LIC_TRY(address(world, contract, &info, id, error));
    LIC_TRY(lic_find_report(info.image, filing->report, &report, error));
    add_party(world, &info, info.image->reports[report].by, &own);
    LIC_TRY(begin_call(world, named(people) ? people : &own, &call, error));
    LIC_TRY(lic_client_report(world->client, &call, lic_slice_text(id), filing, result, error));
    take_gas(world, result);
    return LIC_OK;
}

lic_status lic_world_fact(lic_world *world, uint32_t contract, lic_slice fact, lic_slice value,
                          const lic_people *people, lic_error *error)
{
    lic_contract_info info;
    lic_people own = {.count = 0};
    lic_client_call call;
    lic_client_result result;
    uint16_t number = 0;
    char id[LIC_HASH_TEXT];
    LIC_TRY(address(world, contract, &info, id, error));
    LIC_TRY(lic_find_fact(info.image, fact, &number, error));
    add_party(world, &info, info.image->bounds[info.image->facts[number].bound].setter, &own);
    LIC_TRY(begin_call(world, named(people) ? people : &own, &call, error));
    LIC_TRY(lic_client_fact(world->client, &call, lic_slice_text(id), fact, value, &result, error));
    take_gas(world, &result);
    return LIC_OK;
}

/* All whom the action needs; of several of whom one is enough, the first. */
static void find_actors(lic_world *world, const lic_contract_info *info, lic_slice name,
                        lic_people *people)
{
    const lic_image *image = info->image;
    for (uint32_t i = 0; i < image->actions_count && people->count == 0; i++) {
        const lic_action *action = &image->actions[i];
        if (!lic_slice_equal(action->name, name) || (action->states >> info->state & 1u) == 0)
            continue;
        uint64_t any = action->any_of & (~action->any_of + 1u);
        add_parties(world, info, action->by != 0 ? action->by : any, people);
    }
}

lic_status lic_world_act(lic_world *world, uint32_t contract, const lic_acting *acting,
                         const lic_people *people, lic_client_result *result, lic_error *error)
{
    lic_contract_info info;
    lic_people own = {.count = 0};
    lic_client_call call;
    char id[LIC_HASH_TEXT];
    LIC_TRY(address(world, contract, &info, id, error));
    find_actors(world, &info, acting->action, &own);
    if (own.count == 0) add_party(world, &info, 0, &own); /* the ledger says why it cannot be */
    LIC_TRY(begin_call(world, named(people) ? people : &own, &call, error));
    LIC_TRY(lic_client_act(world->client, &call, lic_slice_text(id), acting, result, error));
    take_gas(world, result);
    return LIC_OK;
}

/* -- payments --------------------------------------------------------------------------------------------------------- */

/* One text of one row. */
typedef struct one_text {
    char text[LIC_NAME_MAX + 1];
    size_t size;
    bool found;
} one_text;

static lic_status take_text(void *context, uint64_t row, size_t count, const char *const *names,
                            const lic_query_value *values)
{
    one_text *one = context;
    (void)row, (void)count, (void)names;
    if (values == NULL || values[0].kind != LIC_VALUE_TEXT ||
        values[0].bytes.size >= sizeof one->text)
        return LIC_OK;
    one->size = values[0].bytes.size;
    one->found = true;
    memcpy(one->text, values[0].bytes.data, one->size);
    return LIC_OK;
}

static lic_status ask(lic_world *world, const char *sql, one_text *one, lic_error *error)
{
    const lic_query_limits limits = {.seconds = 3600};
    memset(one, 0, sizeof *one);
    return lic_client_query(world->client, sql, &limits, take_text, one, error);
}

static void put_quoted(lic_buffer *sql, lic_slice text)
{
    lic_put_u8(sql, '\'');
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '\'') lic_put_u8(sql, '\'');
        lic_put_u8(sql, text.data[i]);
    }
    lic_put_u8(sql, '\'');
}

/* Name on the ledger of the agreement's party who owes the creditor most; else of its first party. */
static lic_status find_debtor(lic_world *world, const lic_contract_info *info,
                              const lic_paying *paying, lic_people *people, lic_error *error)
{
    lic_buffer sql;
    one_text one;
    lic_buffer_init(&sql, world->allocator, 1u << 16);
    lic_put_format(
        &sql, "SELECT debtor FROM duties WHERE contract_number=%u AND state='open' AND creditor=",
        info->number);
    put_quoted(&sql, paying->creditor);
    lic_put_text(&sql, " ORDER BY length(open_units) DESC, open_units DESC, number LIMIT 1");
    lic_put_u8(&sql, 0);
    lic_status status = sql.failed ? lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory")
                                   : ask(world, (const char *)sql.data, &one, error);
    lic_buffer_free(&sql);
    LIC_TRY(status);
    uint32_t party = 0;
    for (uint32_t i = 0; one.found && i < info->party_count; i++)
        if (lic_slice_equal(info->image->parties[i].name, lic_slice_of(one.text, one.size)))
            party = i;
    add_party(world, info, party, people);
    return LIC_OK;
}

lic_status lic_world_pay(lic_world *world, uint32_t contract, const lic_paying *paying,
                         const lic_people *people, uint32_t *payment, lic_error *error)
{
    lic_contract_info info;
    lic_people own = {.count = 0};
    lic_client_call call;
    lic_client_result result;
    char id[LIC_HASH_TEXT];
    LIC_TRY(address(world, contract, &info, id, error));
    if (!named(people)) LIC_TRY(find_debtor(world, &info, paying, &own, error));
    LIC_TRY(begin_call(world, named(people) ? people : &own, &call, error));
    LIC_TRY(lic_client_pay(world->client, &call, lic_slice_text(id), paying, &result, error));
    take_gas(world, &result);
    *payment = (uint32_t)result.outcome.receipt.number;
    return LIC_OK;
}

/* The creditor confirms; for one that is a row of a schedule, the debtor does. */
static lic_status find_confirmer(lic_world *world, const lic_contract_info *info, uint32_t payment,
                                 lic_people *people, lic_error *error)
{
    char sql[256];
    one_text one;
    (void)snprintf(
        sql, sizeof sql,
        "SELECT CASE WHEN schedule='parties' OR schedule IS NULL THEN creditor ELSE debtor END "
        "FROM payments WHERE contract_number=%u AND number=%u",
        info->number, payment);
    LIC_TRY(ask(world, sql, &one, error));
    uint32_t party = 0;
    for (uint32_t i = 0; one.found && i < info->party_count; i++)
        if (lic_slice_equal(info->image->parties[i].name, lic_slice_of(one.text, one.size)))
            party = i;
    add_party(world, info, party, people);
    return LIC_OK;
}

lic_status lic_world_acknowledge(lic_world *world, uint32_t contract, uint32_t payment,
                                 const lic_people *people, lic_error *error)
{
    lic_contract_info info;
    lic_people own = {.count = 0};
    lic_client_call call;
    lic_client_result result;
    char id[LIC_HASH_TEXT];
    LIC_TRY(address(world, contract, &info, id, error));
    if (!named(people)) LIC_TRY(find_confirmer(world, &info, payment, &own, error));
    LIC_TRY(begin_call(world, named(people) ? people : &own, &call, error));
    LIC_TRY(
        lic_client_acknowledge(world->client, &call, lic_slice_text(id), payment, &result, error));
    take_gas(world, &result);
    return LIC_OK;
}

lic_status lic_world_repeat(lic_world *world, uint32_t contract, const lic_client_event *event,
                            const lic_people *people, lic_error *error)
{
    lic_contract_info info;
    lic_client_call call;
    lic_client_result result;
    char id[LIC_HASH_TEXT];
    LIC_TRY(address(world, contract, &info, id, error));
    LIC_TRY(begin_call(world, people, &call, error));
    LIC_TRY(lic_client_repeat(world->client, &call, lic_slice_text(id), event, &result, error));
    take_gas(world, &result);
    return LIC_OK;
}

lic_status lic_world_why(lic_world *world, uint32_t contract, lic_slice payee, lic_slice period,
                         lic_buffer *target, lic_error *error)
{
    lic_contract_info info;
    lic_why *why = NULL;
    char id[LIC_HASH_TEXT];
    LIC_TRY(address(world, contract, &info, id, error));
    const lic_why_options options = {.path = world->name,
                                     .allocator = world->allocator,
                                     .random = &world->random,
                                     .vfs = lic_memory_disk_vfs(world->disk),
                                     .contract = lic_slice_text(id),
                                     .asked = LIC_WHY_OF_PERIOD,
                                     .payee = payee,
                                     .period = period};
    LIC_TRY(lic_why_derive(&options, &why, error));
    lic_why_account(why, target);
    lic_why_destroy(why);
    return target->failed ? lic_fail(error, LIC_TOO_LARGE, "size", "", "the account is too long")
                          : LIC_OK;
}
