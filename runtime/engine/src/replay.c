/* replay.c - executes every stored block, then looks whether the state in the file is the one that came out. */
#include "differences.h"
#include "replaying.h"


#include <string.h>

void lic_replay_fill(const lic_replay_options *options, lic_engine_options *engine)
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

lic_status lic_replay_blocks(lic_engine *engine, const lic_replay_options *options,
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

/* The blocks are right; now what the next command will go on from. */
static lic_status check_state(const lic_replay_options *options, lic_error *error)
{
    lic_engine_options engine_options;
    lic_engine *engine = NULL;
    lic_replay_fill(options, &engine_options);
    lic_status status = lic_engine_open(&engine_options, &engine, error);
    if (status == LIC_OK) status = lic_engine_check(engine, &options->progress, error);
    lic_engine_close(engine);
    return status;
}

lic_status lic_replay(const lic_replay_options *options, lic_replay_result *result,
                      lic_error *error)
{
    lic_engine_options engine_options;
    lic_engine *engine = NULL;
    memset(result, 0, sizeof *result);
    lic_replay_fill(options, &engine_options);
    LIC_TRY(lic_replica_open(&engine_options, &engine, error));
    lic_status status = lic_replay_blocks(engine, options, result, error);
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
    return status == LIC_OK ? check_state(options, error) : status;
}
