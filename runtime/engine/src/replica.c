/* Stored blocks executed again. */
#include "replica.h"

#include <string.h>

lic_status lic_replica_open(const lic_engine_options *options, lic_engine **engine,
                            lic_error *error)
{
    return lic_engine_open_mode(options, LIC_LEDGER_REPLAY, UINT64_MAX, engine, error);
}

typedef struct lic_replaying {
    lic_engine *engine;
    lic_error *error;
} lic_replaying;

static lic_status execute(void *context, const lic_ready_transaction *ready)
{
    const lic_replaying *r = context;
    uint32_t position = ready->position;
    if (ready->transaction == NULL)
        return lic_fail(r->error, LIC_DENIED, "erased",
                        "what stands before it is proven, `licet doctor` checks digests, roots and "
                        "state of the rest; an export from before the erasure has it",
                        "transaction %u of block %llu was erased: it cannot be executed again",
                        position, (unsigned long long)r->engine->height);
    lic_outcome outcome;
    lic_error why = {0};
    r->engine->kept_chunk = ready->chunk;
    lic_status status = lic_engine_execute(r->engine, ready->transaction, ready->verified, &outcome,
                                           &why);
    r->engine->kept_chunk = NULL;
    if (status == LIC_OK && outcome.known)
        return lic_fail(r->error, LIC_CORRUPT, "repeated", "",
                        "transaction %u of block %llu stands in the ledger twice", position,
                        (unsigned long long)r->engine->height);
    bool damaged = status == LIC_CORRUPT && r->engine->at_height != UINT64_MAX; /* what was kept */
    if (damaged || status == LIC_OK || status == LIC_NO_MEMORY || status == LIC_IO ||
        status == LIC_DIFFERS) {
        if (status != LIC_OK) *r->error = why;
        return status;
    }
    return lic_fail(r->error, LIC_DIFFERS, "refused", "",
                    "transaction %u of block %llu is refused when it is executed again: %s",
                    position, (unsigned long long)r->engine->height, why.text);
}

static lic_status replay_block(lic_engine *engine, lic_error *error)
{
    LIC_TRY(lic_engine_begin(engine, 0, error));
    lic_replaying replaying = {engine, error};
    lic_status status = lic_ledger_transactions_ahead(
        engine->ledger, engine->height, engine->options.threads, execute, &replaying, error);
    if (status == LIC_OK) return lic_engine_commit(engine, error);
    lic_error again = {0};
    lic_status abandoned = lic_engine_abandon(engine, &again);
    engine->broken = true;
    return abandoned == LIC_OK ? status : abandoned;
}

/* In one view of the store: each of its many reads would lock the file otherwise. */
lic_status lic_replica_block(lic_engine *engine, lic_error *error)
{
    lic_error scratch = {0};
    if (error == NULL) error = &scratch;
    LIC_ASSERT(engine->replaying);
    lic_store *store = lic_ledger_store(engine->ledger);
    lic_status status = lic_store_begin_read(store);
    if (status != LIC_OK) {
        *error = *lic_store_error(store);
        return status;
    }
    status = replay_block(engine, error);
    lic_store_end_read(store);
    return status;
}
