/* rebuild.c - makes what is derived in a ledger file again from its blocks: the state that the engine opens
 * with, superseded pages, the index of ids, and the rows behind the views. All in one database transaction. */
#include "remake.h"

#include <licet/derived.h>
#include <licet/ids.h>
#include <licet/projection.h>

static lic_status rebuild(const lic_replay_options *options, lic_store *store, lic_error *error)
{
    lic_replay_result result;
    bool fits = false;
    lic_status status = lic_store_begin(store);
    if (status == LIC_OK) status = lic_store_forget_state(store);
    if (status == LIC_OK) status = lic_store_check_ids(store, &fits);
    if (status == LIC_OK && !fits) status = lic_store_remake_ids(store);
    if (status == LIC_OK) status = lic_store_reset_module(store, &lic_projection_module);
    if (status == LIC_OK) {
        status = lic_remake(options, store, false, &result, error);
        if (status != LIC_OK) {
            lic_store_rollback(store);
            return status;
        }
        status = lic_store_commit(store);
    }
    if (status != LIC_OK) *error = *lic_store_error(store);
    lic_store_rollback(store);
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
    lic_store *store = NULL;
    lic_error scratch = {0};
    if (error == NULL) error = &scratch;
    LIC_TRY(lic_store_open(&store_options, &store, error));
    lic_status status = rebuild(options, store, error);
    lic_store_close(store);
    return status;
}
