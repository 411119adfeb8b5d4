/* kept.h - the state that a replay goes on from behind an erased input (kept.c). */
#ifndef LICET_ENGINE_KEPT_H
#define LICET_ENGINE_KEPT_H

#include "engine.h"

/* What must be kept of the state that the engine stands at, appended. NO_MEMORY. */
lic_status lic_kept_put(const lic_engine *engine, lic_buffer *target);
/* A replay engine that has just been opened then stands behind block `height`, with the state that the file and `kept`
 * give for it. CORRUPT, code "kept_state": it does not have the root that the block names. */
lic_status lic_kept_resume(lic_engine *engine, uint64_t height, lic_slice kept, lic_error *error);
/* The first state that was kept of block `first` or a later one. MISSING: there is none, `error` is not set. */
lic_status lic_kept_find(lic_engine *engine, uint64_t first, uint64_t *height, lic_buffer *bytes,
                         lic_error *error);

#endif
