/* remake.c - the blocks of a ledger executed again from the empty state; state, superseded pages and the rows
 * behind the views go to a store. */
#include "remake.h"
#include "differences.h"

#include <licet/projection.h>

#include <string.h>

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
    lic_store *store = lic_ledger_store(ledger);
    lic_status read = lic_store_read_head(store, take_height, &total);
    if (read != LIC_OK) *error = *lic_store_error(store);
    LIC_TRY(read);
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

static lic_status describe(lic_engine *engine, lic_replay_result *result, lic_error *error)
{
    result->differs = true;
    lic_difference_describe(engine, error, &result->difference);
    const lic_replay_difference *d = &result->difference;
    return lic_fail(error, LIC_DIFFERS, "difference",
                    "the stored value is not what the agreement gives",
                    "block %llu, %s: %s: stored %s, computed %s", (unsigned long long)d->height,
                    d->output, d->what, d->stored, d->computed);
}

static lic_status execute(const lic_replay_options *options, lic_projection *projection,
                          lic_store *store, lic_replay_result *result, lic_error *error)
{
    lic_engine *engine = NULL;
    lic_engine_options engine_options = {.path = options->path,
                                         .allocator = options->allocator,
                                         .random = options->random,
                                         .vfs = options->vfs,
                                         .threads = options->threads,
                                         .read_only = true,
                                         .sink = lic_projection_sink(projection)};
    LIC_TRY(lic_replica_open(&engine_options, &engine, error));
    engine->rebuilt = store;
    engine->progress = options->progress; /* a block may be a whole month */
    lic_status status = replay_blocks(engine, options, result, error);
    result->erased = lic_ledger_unverified(lic_engine_ledger(engine));
    if (status == LIC_DIFFERS) status = describe(engine, result, error);
    if (status == LIC_OK &&
        (status = lic_ledger_write_lanes(lic_engine_ledger(engine), store)) != LIC_OK)
        *error = *lic_store_error(store);
    lic_engine_close(engine);
    return status;
}

lic_status lic_remake(const lic_replay_options *options, lic_store *store,
                      lic_replay_result *result, lic_error *error)
{
    lic_projection *projection = NULL;
    memset(result, 0, sizeof *result);
    if (lic_projection_create(options->allocator, &projection) != LIC_OK)
        return lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory");
    lic_projection_attach(projection, store);
    lic_status status = execute(options, projection, store, result, error);
    lic_projection_destroy(projection);
    return status;
}
