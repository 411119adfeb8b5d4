/* state_check.c - is the state in the file the one that the blocks name? Opening has checked parties, lanes
 * and contract records against the tip's state root; here every contract's tables are read and checked
 * against the record. */
#include "state.h"

static void unload(lic_contract *contract)
{
    lic_tables_destroy(contract->tables);
    contract->tables = NULL;
}

lic_status lic_engine_check(lic_engine *engine, const lic_engine_progress *progress,
                            lic_error *error)
{
    for (uint32_t i = 0; i < engine->contract_count; i++) {
        lic_contract *contract = engine->contracts[i];
        bool was_there = contract->tables != NULL;
        lic_status status = lic_contract_load(engine, contract, error);
        if (!was_there)
            unload(contract); /* so that one contract's tables are in memory at a time */
        LIC_TRY(status);
        if (progress != NULL && progress->step != NULL)
            progress->step(progress->context, "checking", i + 1u, engine->contract_count);
    }
    return LIC_OK;
}
