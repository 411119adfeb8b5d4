/* replay.c - executes every stored block, with all that is derived from them written to a ledger in memory,
 * and compares that with what the file holds: what people and the next command read is what came out. */
#include "remake.h"

#include <licet/crypto.h>
#include <licet/derived.h>
#include <licet/ids.h>
#include <licet/memory_disk.h>
#include <licet/projection.h>

#include <stdio.h>
#include <string.h>

static void fill_store(const lic_replay_options *options, lic_store_options *store)
{
    *store = (lic_store_options){.path = options->path,
                                 .mode = LIC_STORE_READ,
                                 .allocator = options->allocator,
                                 .vfs = options->vfs,
                                 .random = options->random,
                                 .modules = &lic_projection_module,
                                 .module_count = 1};
}

static lic_status tell_derived(const lic_store_difference *found, lic_replay_result *result,
                               lic_error *error)
{
    lic_replay_difference *d = &result->difference;
    memset(d, 0, sizeof *d);
    result->differs = true;
    d->height = result->blocks;
    d->transaction = d->contract = LIC_STORE_NONE;
    (void)snprintf(d->output, sizeof d->output, "derived rows");
    (void)snprintf(d->what, sizeof d->what, "%s", found->place);
    (void)snprintf(d->stored, sizeof d->stored, "%s", found->stored);
    (void)snprintf(d->computed, sizeof d->computed, "%s", found->computed);
    return lic_fail(error, LIC_DIFFERS, "derived",
                    "`licet doctor --rebuild` makes state and views again from the blocks",
                    "the blocks are right, but not what the file derives from them: %s: stored %s, "
                    "computed %s",
                    d->what, d->stored, d->computed);
}

/* The levels of ids hang on how blocks came, so that they are not made again. */
static lic_status compare_ids(lic_store *stored, lic_store_difference *difference)
{
    bool fits = false;
    LIC_TRY(lic_store_check_ids(stored, &fits));
    if (fits) return LIC_OK;
    difference->differs = true;
    (void)snprintf(difference->place, sizeof difference->place, "transaction_ids");
    (void)snprintf(difference->stored, sizeof difference->stored, "other ids");
    (void)snprintf(difference->computed, sizeof difference->computed, "those of the transactions");
    return LIC_OK;
}

static lic_status compare_derived(const lic_replay_options *options, lic_store *computed,
                                  lic_replay_result *result, lic_error *error)
{
    lic_store_options store_options;
    lic_store *stored = NULL;
    lic_store_difference difference;
    fill_store(options, &store_options);
    LIC_TRY(lic_store_open(&store_options, &stored, error));
    lic_status status = lic_store_compare(stored, computed, &lic_hasher_native, options->threads,
                                          &difference);
    if (status == LIC_OK && !difference.differs) status = compare_ids(stored, &difference);
    if (status != LIC_OK)
        *error = *lic_store_error(lic_store_error(stored)->status == status ? stored : computed);
    else if (difference.differs) status = tell_derived(&difference, result, error);
    lic_store_close(stored);
    return status;
}

/* What was made in memory ends where an input was erased: the file's state is compared with the last block's root. */
static lic_status compare_state(const lic_replay_options *options, lic_error *error)
{
    lic_engine *engine = NULL;
    const lic_engine_options engine_options = {.path = options->path,
                                               .allocator = options->allocator,
                                               .random = options->random,
                                               .vfs = options->vfs,
                                               .read_only = true};
    LIC_TRY(lic_engine_open(&engine_options, &engine, error));
    lic_status status = lic_engine_check(engine, &options->progress, error);
    lic_engine_close(engine);
    return status;
}

/* The ledger in memory comes open in its first transaction, which is never committed. */
static lic_status replay_beside(const lic_replay_options *options, lic_memory_disk *disk,
                                lic_replay_result *result, lic_error *error)
{
    lic_store_options store_options;
    lic_store *store = NULL;
    fill_store(options, &store_options);
    store_options.path = "replay";
    store_options.vfs = lic_memory_disk_vfs(disk);
    store_options.mode = LIC_STORE_CREATE;
    store_options.journal = LIC_JOURNAL_ROLLBACK;
    LIC_TRY(lic_store_open(&store_options, &store, error));
    lic_status status = lic_remake(options, store, true, result, error);
    if (status == LIC_OK && result->went_on_from != 0) status = compare_state(options, error);
    else if (status == LIC_OK) status = compare_derived(options, store, result, error);
    lic_store_close(store);
    return status;
}

lic_status lic_replay(const lic_replay_options *options, lic_replay_result *result,
                      lic_error *error)
{
    lic_memory_disk *disk = NULL;
    memset(result, 0, sizeof *result);
    LIC_TRY(lic_memory_disk_create(options->allocator, UINT64_MAX >> 1, &disk, error));
    lic_status status = replay_beside(options, disk, result, error);
    lic_memory_disk_destroy(disk);
    return status;
}
