/* remake.h - executing a ledger's blocks again, with everything that is derived from them written to a store:
 * to the ledger itself (rebuild.c), or to one beside it that is compared with it (replay.c). */
#ifndef LICET_ENGINE_REMAKE_H
#define LICET_ENGINE_REMAKE_H

#include "replica.h"

#include <licet/replay.h>

/* `store` is inside a transaction and holds no derived rows. `result` counts blocks, and describes the
 * difference when the answer is DIFFERS. */
lic_status lic_remake(const lic_replay_options *options, lic_store *store,
                      lic_replay_result *result, lic_error *error);

#endif
