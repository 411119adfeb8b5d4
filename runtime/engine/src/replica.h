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
lic_status lic_replica_open(const lic_engine_options *options, lic_engine **engine, lic_error *error);
/* Executes the next block. MISSING after the last one; DIFFERS; CORRUPT when a stored transaction
 * is refused on execution (`error` says which and why). An erased input ends the replay: DENIED. */
lic_status lic_replica_block(lic_engine *engine, lic_error *error);

/* The transaction at `position` of block `height` again, on the contract's state as after block
 * height - 1, watched by `observer`. Nothing is written. The effects are given to `sink`. The engine
 * is one opened for reading with lic_engine_open_mode(..., height - 1, ...). Earlier transactions of
 * the same block that touch the same contract run first, unwatched. position LIC_STORE_NONE: timers that
 * ran at the block's beginning or after its transactions. */
lic_status lic_replica_watch(lic_engine *engine, uint64_t height, uint32_t position,
                             const lic_observer *observer, lic_effects_sink sink, lic_error *error);

#endif
