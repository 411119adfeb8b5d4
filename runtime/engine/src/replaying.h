/* replaying.h - what replaying a ledger and making its derived rows again have in common. */
#ifndef LICET_ENGINE_REPLAYING_H
#define LICET_ENGINE_REPLAYING_H

#include "replica.h"

#include <licet/replay.h>

void lic_replay_fill(const lic_replay_options *options, lic_engine_options *engine);
/* Executes all stored blocks on a replay engine; counts them in `result`. */
lic_status lic_replay_blocks(lic_engine *engine, const lic_replay_options *options,
                             lic_replay_result *result, lic_error *error);

#endif
