/* differences.h - what differs in a replay, in words. */
#ifndef LICET_ENGINE_DIFFERENCES_H
#define LICET_ENGINE_DIFFERENCES_H

#include "engine.h"

#include <licet/replay.h>

/* From the ledger's difference; when it has none (a transaction was refused), from `error`. */
void lic_difference_describe(lic_engine *engine, const lic_error *error,
                             lic_replay_difference *difference);

#endif
