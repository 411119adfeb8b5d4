/* remake.h - executing a ledger's blocks again, with everything that is derived from them written to a store:
 * to the ledger itself (rebuild.c), or to one beside it that is compared with it (replay.c). */
#ifndef LICET_ENGINE_REMAKE_H
#define LICET_ENGINE_REMAKE_H

#include "replica.h"

#include <licet/replay.h>

/* `store` is inside a transaction and holds no derived rows. `result` counts blocks, and describes the
 * difference when the answer is DIFFERS. `crosses`: goes on behind erased inputs from kept states, and from there on
 * writes nothing to the store (result->went_on_from). */
lic_status lic_remake(const lic_replay_options *options, lic_store *store, bool crosses,
                      lic_replay_result *result, lic_error *error);

/* Executes blocks and crosses erased inputs until the engine stands at block `height`, or behind it where a report is
 * being settled meanwhile. The caller closes *engine, also after an error; NULL when there is none. */
lic_status lic_remake_until(const lic_replay_options *options, uint64_t height,
                            lic_replay_result *result, lic_engine **engine, lic_error *error);

#endif
