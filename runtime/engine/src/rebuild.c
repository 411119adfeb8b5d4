/* rebuild.c - makes what is derived in a ledger file again from its blocks: the state that the engine opens
 * with, superseded pages, and the rows behind the views. Blocks, transactions, outputs, their payloads and
 * chunks are what it is made from; they are left alone. All in one database transaction. */
#include "replaying.h"

#include <licet/projection.h>

/* Every table of the state; chunks are input. */
static const char forget_state[] =
    "DELETE FROM registered; DELETE FROM party_keys; DELETE FROM lanes; DELETE FROM images;"
    "DELETE FROM instances; DELETE FROM contract_states; DELETE FROM fixed_rows;"
    "DELETE FROM pages; DELETE FROM old_pages; DELETE FROM uploads;";

static lic_status rebuild_blocks(const lic_replay_options *options, lic_projection *projection,
                                 lic_store *store, lic_error *error)
{
    lic_engine_options engine_options;
    lic_engine *engine = NULL;
    lic_replay_result result = {0};
    lic_replay_fill(options, &engine_options);
    engine_options.sink = lic_projection_sink(projection);
    LIC_TRY(lic_replica_open(&engine_options, &engine, error));
    engine->rebuilt = store;
    lic_status status = lic_replay_blocks(engine, options, &result, error);
    if (status == LIC_OK &&
        (status = lic_ledger_write_lanes(lic_engine_ledger(engine), store)) != LIC_OK)
        *error = *lic_store_error(store);
    lic_engine_close(engine);
    return status;
}

static lic_status rebuild_store(const lic_replay_options *options, lic_projection *projection,
                                lic_store *store, lic_error *error)
{
    lic_status status = lic_store_begin(store);
    if (status == LIC_OK) status = lic_sql_execute(store, forget_state);
    if (status == LIC_OK) status = lic_store_reset_module(store, &lic_projection_module);
    if (status != LIC_OK) {
        *error = *lic_store_error(store);
        return status;
    }
    lic_projection_attach(projection, store);
    status = rebuild_blocks(options, projection, store, error);
    lic_projection_detach(projection);
    if (status == LIC_OK && (status = lic_store_commit(store)) != LIC_OK)
        *error = *lic_store_error(store);
    if (status != LIC_OK) lic_store_rollback(store);
    return status;
}

lic_status lic_rebuild(const lic_replay_options *options, lic_error *error)
{
    const lic_store_options store_options = {
        .path = options->path,
        .mode = LIC_STORE_WRITE,
        .allocator = options->allocator,
        .vfs = options->vfs,
        .random = options->random,
        .modules = &lic_projection_module,
        .module_count = 1,
    };
    lic_projection *projection = NULL;
    lic_store *store = NULL;
    lic_error scratch = {0};
    if (error == NULL) error = &scratch;
    LIC_TRY(lic_projection_create(options->allocator, &projection));
    lic_status status = lic_store_open(&store_options, &store, error);
    if (status == LIC_OK) status = rebuild_store(options, projection, store, error);
    lic_projection_destroy(projection);
    lic_store_close(store);
    return status;
}
