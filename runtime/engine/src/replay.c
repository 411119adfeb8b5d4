/* replay.c - executes every stored block, and makes the projection again from them. */
#include "differences.h"
#include "replica.h"

#include <licet/projection.h>
#include <licet/replay.h>

#include <string.h>

static void fill_options(const lic_replay_options *options, lic_engine_options *engine)
{
    memset(engine, 0, sizeof *engine);
    engine->path = options->path;
    engine->allocator = options->allocator;
    engine->random = options->random;
    engine->vfs = options->vfs;
    engine->threads = options->threads;
    engine->read_only = true;
}

/* The height of the stored tip: for progress alone. */
static lic_status take_height(void *context, const lic_row_head *row)
{
    *(uint64_t *)context = row->height;
    return LIC_OK;
}

static lic_status replay_blocks(lic_engine *engine, const lic_replay_options *options,
                                lic_replay_result *result, lic_error *error)
{
    lic_ledger *ledger = lic_engine_ledger(engine);
    uint64_t total = 0;
    LIC_TRY(lic_store_read_head(lic_ledger_store(ledger), take_height, &total));
    for (;;) {
        lic_status status = lic_replica_block(engine, error);
        if (status == LIC_MISSING) return LIC_OK;
        LIC_TRY(status);
        const lic_header *tip = lic_ledger_tip(ledger);
        result->blocks = tip->height;
        result->transactions += tip->transactions;
        result->block_hash = *lic_ledger_tip_hash(ledger);
        result->state_root = tip->state_root;
        if (options->progress.step != NULL) {
            options->progress.step(options->progress.context, "replaying", tip->height, total);
        }
    }
}

lic_status lic_replay(const lic_replay_options *options, lic_replay_result *result,
                      lic_error *error)
{
    lic_engine_options engine_options;
    lic_engine *engine = NULL;
    memset(result, 0, sizeof *result);
    fill_options(options, &engine_options);
    LIC_TRY(lic_replica_open(&engine_options, &engine, error));
    lic_status status = replay_blocks(engine, options, result, error);
    result->erased = lic_ledger_unverified(lic_engine_ledger(engine));
    if (status == LIC_DIFFERS) {
        result->differs = true;
        lic_difference_describe(engine, error, &result->difference);
        const lic_replay_difference *d = &result->difference;
        status = lic_fail(
            error, LIC_DIFFERS, "difference", "the stored value is not what the agreement gives",
            "block %llu, %s: %s: stored %s, computed %s", (unsigned long long)d->height, d->output,
            d->what, d->stored, d->computed);
    }
    lic_engine_close(engine);
    return status;
}

/* -- the projection ------------------------------------------------------------------------------------ */

static lic_status rebuild_blocks(const lic_replay_options *options, lic_projection *projection,
                                 lic_error *error)
{
    lic_engine_options engine_options;
    lic_engine *engine = NULL;
    lic_replay_result result = {0};
    fill_options(options, &engine_options);
    engine_options.sink = lic_projection_sink(projection);
    LIC_TRY(lic_replica_open(&engine_options, &engine, error));
    lic_status status = replay_blocks(engine, options, &result, error);
    lic_engine_close(engine);
    return status;
}

static lic_status rebuild_store(const lic_replay_options *options, lic_projection *projection,
                                lic_store *store, lic_error *error)
{
    lic_status status = lic_store_begin(store);
    if (status == LIC_OK) status = lic_store_reset_module(store, &lic_projection_module);
    if (status != LIC_OK) {
        *error = *lic_store_error(store);
        return status;
    }
    lic_projection_attach(projection, store);
    status = rebuild_blocks(options, projection, error);
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
