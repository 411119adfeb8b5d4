/* remake.c - the blocks of a ledger executed again from the empty state; state, superseded pages and the rows
 * behind the views go to a store. An erased input cannot be executed: then the blocks up to the next state that was kept
 * are checked without it, and another engine goes on from that state. */
#include "remake.h"
#include "differences.h"
#include "kept.h"

#include <licet/projection.h>

#include <string.h>

typedef struct remaking {
    const lic_replay_options *options;
    lic_engine_options engine_options;
    lic_engine *engine;
    lic_replay_result *result;
    lic_error *error;
    uint64_t total; /* height of the stored tip: for progress alone */
    uint64_t until; /* the block to stand at; UINT64_MAX: the last */
    bool crosses;
} remaking;

static lic_status take_height(void *context, const lic_row_head *row)
{
    *(uint64_t *)context = row->height;
    return LIC_OK;
}

static void note_tip(remaking *r)
{
    lic_ledger *ledger = lic_engine_ledger(r->engine);
    const lic_header *tip = lic_ledger_tip(ledger);
    r->result->blocks = tip->height;
    r->result->block_hash = *lic_ledger_tip_hash(ledger);
    r->result->state_root = tip->state_root;
    if (r->options->progress.step != NULL)
        r->options->progress.step(r->options->progress.context, "replaying", tip->height, r->total);
}

/* -- crossing ---------------------------------------------------------------------------------------------------- */

/* The engine fell at the block behind the last one that was executed; another one goes on from the state kept. */
static lic_status go_on_from(remaking *r, uint64_t height, lic_slice kept)
{
    uint64_t before = r->result->blocks, gone = lic_ledger_unverified(r->engine->ledger);
    lic_verifying verifying = {.step = r->options->progress.step,
                               .context = r->options->progress.context};
    LIC_TRY(lic_ledger_verify(r->engine->ledger, before, height, &verifying, r->error));
    lic_engine_close(r->engine);
    r->engine = NULL;
    r->result->erased += gone;
    r->engine_options.sink = (lic_effects_sink){0};
    LIC_TRY(lic_replica_open(&r->engine_options, &r->engine, r->error));
    LIC_TRY(lic_kept_resume(r->engine, height, kept, r->error));
    r->result->unexecuted += height - before;
    r->result->went_on_from = height;
    note_tip(r);
    return LIC_OK;
}

static lic_status cross(remaking *r)
{
    lic_buffer kept;
    lic_error why = *r->error;
    uint64_t height = 0;
    lic_buffer_init(&kept, r->options->allocator, (size_t)1 << 30);
    lic_status status = lic_kept_find(r->engine, r->result->blocks + 1, &height, &kept, r->error);
    if (status == LIC_OK) status = go_on_from(r, height, lic_slice_of(kept.data, kept.size));
    else if (status == LIC_MISSING) {
        *r->error = why;
        status = LIC_DENIED;
    }
    lic_buffer_free(&kept);
    return status;
}

/* -- running ------------------------------------------------------------------------------------------------------ */

static bool arrived(const remaking *r)
{
    return r->result->blocks >= r->until && !lic_engine_busy(r->engine);
}

static lic_status run_blocks(remaking *r)
{
    lic_store *store = lic_ledger_store(lic_engine_ledger(r->engine));
    lic_status read = lic_store_read_head(store, take_height, &r->total);
    if (read != LIC_OK) *r->error = *lic_store_error(store);
    LIC_TRY(read);
    while (!arrived(r)) {
        lic_status status = lic_replica_block(r->engine, r->error);
        if (status == LIC_MISSING) return LIC_OK;
        if (status == LIC_DENIED && r->crosses && strcmp(r->error->code, "erased") == 0) {
            LIC_TRY(cross(r));
            continue;
        }
        LIC_TRY(status);
        r->result->transactions += lic_ledger_tip(lic_engine_ledger(r->engine))->transactions;
        note_tip(r);
    }
    return LIC_OK;
}

static lic_status describe(lic_engine *engine, lic_replay_result *result, lic_error *error)
{
    result->differs = true;
    lic_difference_describe(engine, error, &result->difference);
    const lic_replay_difference *d = &result->difference;
    if (d->computed[0] == '\0')
        return lic_fail(error, LIC_DIFFERS, "difference",
                        "compare this copy of the ledger with another one, or ask its operators",
                        "block %llu, %s: %s", (unsigned long long)d->height, d->output, d->what);
    return lic_fail(error, LIC_DIFFERS, "difference",
                    "the stored value is not what the agreement gives",
                    "block %llu, %s: %s: stored %s, computed %s", (unsigned long long)d->height,
                    d->output, d->what, d->stored, d->computed);
}

static lic_status run(remaking *r, lic_store *rebuilt)
{
    LIC_TRY(lic_replica_open(&r->engine_options, &r->engine, r->error));
    r->engine->rebuilt = rebuilt;
    r->engine->progress = r->options->progress; /* a block may be a whole month */
    lic_status status = run_blocks(r);
    if (r->engine != NULL) r->result->erased += lic_ledger_unverified(lic_engine_ledger(r->engine));
    if (status == LIC_DIFFERS) status = describe(r->engine, r->result, r->error);
    return status;
}

static remaking begin(const lic_replay_options *options, lic_replay_result *result,
                      lic_error *error)
{
    memset(result, 0, sizeof *result);
    return (remaking){.options = options,
                      .engine_options = {.path = options->path,
                                         .allocator = options->allocator,
                                         .random = options->random,
                                         .vfs = options->vfs,
                                         .threads = options->threads,
                                         .read_only = true},
                      .result = result,
                      .error = error,
                      .until = UINT64_MAX};
}

lic_status lic_remake(const lic_replay_options *options, lic_store *store, bool crosses,
                      lic_replay_result *result, lic_error *error)
{
    lic_projection *projection = NULL;
    remaking r = begin(options, result, error);
    if (lic_projection_create(options->allocator, &projection) != LIC_OK)
        return lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory");
    lic_projection_attach(projection, store);
    r.engine_options.sink = lic_projection_sink(projection);
    r.crosses = crosses;
    lic_status status = run(&r, store);
    if (status == LIC_OK && result->went_on_from == 0 &&
        (status = lic_ledger_write_lanes(lic_engine_ledger(r.engine), store)) != LIC_OK)
        *error = *lic_store_error(store);
    lic_engine_close(r.engine);
    lic_projection_destroy(projection);
    return status;
}

lic_status lic_remake_until(const lic_replay_options *options, uint64_t height,
                            lic_replay_result *result, lic_engine **engine, lic_error *error)
{
    remaking r = begin(options, result, error);
    r.until = height;
    r.crosses = true;
    lic_status status = run(&r, NULL);
    *engine = r.engine;
    return status;
}
