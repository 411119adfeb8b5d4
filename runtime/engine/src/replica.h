/* replica.h - executing stored blocks again, for replay, for rebuilding the projection, and for `why`.
 *
 * A replay engine (lic_engine_open_mode with LIC_LEDGER_REPLAY) begins with the empty state and takes
 * blocks 1, 2, ... as they were submitted. The ledger compares every digest, count and root with the
 * stored one after they were computed; lic_replica_block then answers DIFFERS, and
 * lic_ledger_difference(lic_engine_ledger(engine)) says where. */
#ifndef LICET_ENGINE_REPLICA_H
#define LICET_ENGINE_REPLICA_H

#include "engine.h"

/* Opens for replay. `options->sink` gets the effects of each block. */
lic_status lic_replica_open(const lic_engine_options *options, lic_engine **engine,
                            lic_error *error);
/* Executes the next block. MISSING after the last one; DIFFERS; CORRUPT when a stored transaction
 * is refused on execution (`error` says which and why). An erased input ends the replay: DENIED. */
lic_status lic_replica_block(lic_engine *engine, lic_error *error);

/* What `why` looks at: the transaction at `position` of block `height` runs again on the state of one
 * contract as after block height - 1, watched. position LIC_STORE_NONE watches the timers of the block.
 * Earlier transactions of the block on that contract run first, unwatched. Nothing is written; the
 * effects are given to `sink` (those of the watched one have `cause` == position). The engine is made
 * for this one call by lic_engine_open_mode(options, LIC_LEDGER_READ, height - 1, ...). DENIED: an input
 * that is needed was erased. */
lic_status lic_replica_watch(lic_engine *engine, uint32_t contract, uint64_t height,
                             uint32_t position, const lic_observer *observer, lic_effects_sink sink,
                             lic_error *error);

#endif
