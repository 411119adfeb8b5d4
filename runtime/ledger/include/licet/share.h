/* share.h - work in pieces that lie apart, done by the caller and another thread: each takes the next piece that nobody has
 * begun, so that it is done whether the other one has time or not. */
#ifndef LICET_SHARE_H
#define LICET_SHARE_H

#include <licet/memory.h>

enum { LIC_SHARERS = 2 };

/* `worker` says which of the threads does it: 0 the caller's own. Allocates nothing. */
typedef void lic_shared_work(void *context, unsigned worker, uint32_t piece);

/* Returns when all pieces are done. */
void lic_share(uint32_t pieces, lic_shared_work *work, void *context);

#endif
