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

static lic_status execute(void *context, uint32_t position, const lic_row_transaction *row,
                          bool erased, const lic_transaction *transaction)
{
    const lic_replaying *r = context;
    (void)row;
    if (erased)
        return lic_fail(r->error, LIC_DENIED, "erased",
                        "what stands before it is proven, `licet doctor` checks digests, roots and "
                        "state of the rest; an export from before the erasure has it",
                        "transaction %u of block %llu was erased: it cannot be executed again",
                        position, (unsigned long long)r->engine->height);
    lic_outcome outcome;
    lic_error why = {0};
    lic_status status = lic_engine_execute(r->engine, transaction, false, &outcome, &why);
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

lic_status lic_replica_block(lic_engine *engine, lic_error *error)
{
    lic_error scratch = {0};
    if (error == NULL) error = &scratch;
    LIC_ASSERT(engine->replaying);
    LIC_TRY(lic_engine_begin(engine, 0, error));
    lic_replaying replaying = {engine, error};
    lic_status status = lic_ledger_transactions(engine->ledger, engine->height, execute, &replaying,
                                                error);
    if (status == LIC_OK) return lic_engine_commit(engine, error);
    lic_error again = {0};
    lic_status abandoned = lic_engine_abandon(engine, &again);
    engine->broken = true;
    return abandoned == LIC_OK ? status : abandoned;
}
