/* open.c - clients on files and on disks in memory, their forks, and queries beside them. */
#include "client.h"

#include <string.h>

lic_status client_out_of_memory(lic_error *error)
{
    return lic_fail(error, LIC_NO_MEMORY, "memory", "free memory and try again", "out of memory");
}

/* -- making ------------------------------------------------------------------------------------------ */

static const char *vfs_of(const lic_client *client)
{
    const lic_client_options *o = &client->options;
    return o->disk == NULL ? o->vfs : lic_memory_disk_vfs(o->disk);
}

static lic_engine_options engine_options(lic_client *client)
{
    const lic_client_options *o = &client->options;
    bool reads = o->operator_count == 0;
    unsigned threads = o->threads == 0 && o->disk != NULL ? 1 : o->threads;
    return (lic_engine_options){
        .path = client->path,
        .allocator = o->allocator,
        .random = reads ? &client->reading_random : o->random,
        .clock = o->clock,
        .vfs = vfs_of(client),
        .operator_keys = client->operators,
        .operator_count = o->operator_count,
        .read_only = reads,
        .wait_ms = o->wait_ms,
        .one_shot = !o->stays,
        .threads = threads,
        .thresholds = o->thresholds,
        .modules = &lic_projection_module,
        .module_count = 1,
        .coverage = o->coverage,
        .sink = reads ? (lic_effects_sink){0} : lic_projection_sink(client->projection),
    };
}

static lic_store_options store_options(const lic_client *client)
{
    return (lic_store_options){.path = client->path,
                               .allocator = client->options.allocator,
                               .clock = client->options.clock,
                               .vfs = vfs_of(client),
                               .modules = &lic_projection_module,
                               .module_count = 1};
}

static lic_status copy_path(lic_client *client, const char *path)
{
    client->path_size = strlen(path) + 1;
    client->path = lic_allocate(client->options.allocator, client->path_size);
    if (client->path == NULL) return LIC_NO_MEMORY;
    memcpy(client->path, path, client->path_size);
    client->options.path = client->path;
    return LIC_OK;
}

static lic_status make(const lic_client_options *options, lic_client **result, lic_error *error)
{
    LIC_ASSERT(options->path != NULL && options->operator_count <= LIC_OPERATORS_MAX);
    lic_client *client = lic_allocate_zero(options->allocator, 1, sizeof *client);
    if (client == NULL) return client_out_of_memory(error);
    client->options = *options;
    client->options.operators = client->operators;
    for (size_t i = 0; i < options->operator_count; i++)
        client->operators[i] = options->operators[i];
    uint64_t seed = 0;
    options->random->fill(options->random->context, &seed, sizeof seed);
    lic_seeded_init(&client->reading, seed);
    client->reading_random = lic_seeded_random(&client->reading);
    lic_status status = copy_path(client, options->path);
    if (status == LIC_OK && options->operator_count > 0)
        status = lic_projection_create(options->allocator, &client->projection);
    if (status != LIC_OK) {
        lic_client_close(client);
        return client_out_of_memory(error);
    }
    *result = client;
    return LIC_OK;
}

static lic_status finish(lic_client *client, lic_status status, lic_client **result)
{
    if (status != LIC_OK) {
        lic_client_close(client);
        return status;
    }
    if (client->projection != NULL)
        lic_projection_attach(client->projection,
                              lic_ledger_store(lic_engine_ledger(client->engine)));
    client_recount(client);
    *result = client;
    return LIC_OK;
}

/* -- opening ------------------------------------------------------------------------------------------- */

/* In ascending order, as genesis wants them. */
static void name_operators(lic_genesis *genesis, const lic_client *client)
{
    if (genesis->operator_count != 0) return;
    for (size_t i = 0; i < client->options.operator_count; i++) {
        const lic_key *key = &client->operators[i].key;
        uint32_t at = genesis->operator_count++;
        for (; at > 0 && memcmp(genesis->operators[at - 1].bytes, key->bytes, LIC_KEY_SIZE) > 0;
             at--)
            genesis->operators[at] = genesis->operators[at - 1];
        genesis->operators[at] = *key;
    }
    genesis->quorum = 1;
}

lic_status lic_client_create(const lic_client_options *options, lic_genesis *genesis,
                             lic_client **result, lic_error *error)
{
    lic_client *client = NULL;
    LIC_ASSERT(options->operator_count > 0);
    LIC_TRY(make(options, &client, error));
    name_operators(genesis, client);
    lic_engine_options chain = engine_options(client);
    return finish(client, lic_engine_create(&chain, genesis, &client->engine, error), result);
}

lic_status lic_client_open(const lic_client_options *options, lic_client **result, lic_error *error)
{
    lic_client *client = NULL;
    LIC_TRY(make(options, &client, error));
    lic_engine_options chain = engine_options(client);
    return finish(client, lic_engine_open(&chain, &client->engine, error), result);
}

void lic_client_close(lic_client *client)
{
    if (client == NULL) return;
    const lic_allocator *allocator = client->options.allocator;
    lic_query_close(client->query);
    lic_sources_destroy(client->sources);
    if (client->projection != NULL) lic_projection_detach(client->projection);
    lic_engine_close(client->engine);
    lic_projection_destroy(client->projection);
    for (size_t i = 0; i < LIC_OPERATORS_MAX; i++) lic_keypair_wipe(&client->operators[i]);
    lic_release(allocator, client->path, client->path_size);
    lic_release(allocator, client, sizeof *client);
}

lic_engine *lic_client_engine(lic_client *client)
{
    return client->engine;
}

const char *lic_client_path(const lic_client *client)
{
    return client->path;
}

/* -- forks ---------------------------------------------------------------------------------------------- */

static lic_status copy_ledger(lic_client *client, const lic_client_options *wanted,
                              lic_error *error)
{
    if (client->options.disk != NULL)
        return lic_memory_disk_copy(client->options.disk, client->path, wanted->disk, wanted->path,
                                    error);
    lic_store_options from = store_options(client);
    return lic_memory_disk_import(wanted->disk, wanted->path, &from, error);
}

lic_status lic_client_fork(lic_client *client, const lic_client_options *options, lic_client **fork,
                           lic_error *error)
{
    const lic_client_options *own = &client->options;
    lic_client_options wanted = *options;
    LIC_ASSERT(wanted.disk != NULL && wanted.path != NULL);
    if (wanted.allocator == NULL) wanted.allocator = own->allocator;
    if (wanted.random == NULL) wanted.random = own->random;
    if (wanted.clock == NULL) wanted.clock = own->clock;
    if (wanted.operator_count == 0) {
        wanted.operators = own->operators;
        wanted.operator_count = own->operator_count;
    }
    if (wanted.threads == 0) wanted.threads = own->threads;
    if (wanted.coverage == NULL) wanted.coverage = own->coverage;
    LIC_TRY(copy_ledger(client, &wanted, error));
    lic_status status = lic_client_open(&wanted, fork, error);
    lic_error again;
    if (status != LIC_OK) (void)lic_memory_disk_remove(wanted.disk, wanted.path, &again);
    return status;
}

/* -- queries ---------------------------------------------------------------------------------------------- */

static lic_status open_query(lic_client *client, lic_error *error)
{
    lic_store_options store = store_options(client);
    lic_engine_options chain = engine_options(client);
    chain.random = &client->reading_random;
    chain.coverage = NULL; /* what reads run again has run before */
    if (lic_sources_create(&chain, &client->sources) != LIC_OK) return client_out_of_memory(error);
    LIC_TRY(lic_query_open(&store, &client->query, error));
    return lic_sources_add(client->sources, client->query, error);
}

static void drop_query(lic_client *client)
{
    lic_query_close(client->query);
    lic_sources_destroy(client->sources);
    client->query = NULL;
    client->sources = NULL;
}

lic_status lic_client_query(lic_client *client, const char *sql, const lic_query_limits *limits,
                            lic_query_visit *visit, void *context, lic_error *error)
{
    if (client->query == NULL) {
        lic_status status = open_query(client, error);
        if (status != LIC_OK) {
            drop_query(client);
            return status;
        }
    }
    lic_status status = lic_query_run(client->query, sql, limits, visit, context, error);
    lic_sources_release(client->sources);
    return status;
}
