/* rooting.h - what the seal of a block needs and follows from the state alone: its root, superseded extents, digests of
 * outputs. Another thread finds it while the views are written. Private to the engine.
 *
 * A large block gets a thread, and waits for it. A small one hands the work to a thread that stays with the engine, and
 * does itself what that one has not begun, so that it loses nothing where no core is free. */
#ifndef LICET_ENGINE_ROOTING_H
#define LICET_ENGINE_ROOTING_H

#include "state.h"
#include "superseded.h"

#include <pthread.h>

typedef struct lic_rooting {
    lic_engine *engine;
    bool writes; /* what the block changed goes to a store */
    bool much;   /* the block changed so much that it has a thread of its own */
    bool shared; /* the thread that stays may do it */
    pthread_t thread;
    lic_hash root;
    lic_status status;
    lic_superseded made; /* of the contract of which the block changed most */
} lic_rooting;

/* Of the open block, whose effects are collected. Until the root is taken nothing is executed, and nothing added to the block. */
void lic_rooting_begin(lic_rooting *rooting, lic_engine *engine, bool writes);
/* Root and superseded extents are there. NO_MEMORY. */
lic_status lic_rooting_take(lic_rooting *rooting, lic_hash *root);
/* Whatever happened: the block is nobody else's any more. Forgets the extents. */
void lic_rooting_end(lic_rooting *rooting);

/* The thread ends. */
void lic_rooting_stop(lic_engine *engine);

#endif
