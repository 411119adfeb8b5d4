/* erased.h - what a ledger file keeps of what was erased from it: where, when and why; and what a replay needs to go on
 * behind it. Two tables, made by the first erasure, so that a file from which nothing was erased is as it always was.
 * They are no part of any root, and each copy of a ledger has its own.
 *
 * Payloads themselves are erased by lic_store_erase_payloads and lic_store_erase_chunks. */
#ifndef LICET_ERASED_H
#define LICET_ERASED_H

#include <licet/store.h>

typedef struct lic_erasure {
    uint64_t place; /* of a transaction or output (LIC_PLACE) */
    int64_t time;   /* seconds since 1970 */
    lic_slice why;  /* UTF-8 */
} lic_erasure;

/* Inside a transaction. A second erasure of one place keeps the first. */
lic_status lic_store_put_erasure(lic_store *store, const lic_erasure *erasure);
/* What the engine kept of the state after block `height`; another one of that height takes its place. */
lic_status lic_store_put_kept_state(lic_store *store, uint64_t height, lic_slice bytes);

/* In order of places first .. last; an answer other than OK ends the reading. */
typedef lic_status lic_erasure_visit(void *context, const lic_erasure *erasure);
lic_status lic_store_read_erasures(lic_store *store, uint64_t first, uint64_t last,
                                   lic_erasure_visit *visit, void *context);
/* The first state that was kept of block `height` or a later one; no call when there is none. */
typedef lic_status lic_kept_state_visit(void *context, uint64_t height, lic_slice bytes);
lic_status lic_store_read_kept_state(lic_store *store, uint64_t height, lic_kept_state_visit *visit,
                                     void *context);

/* Writes the whole file anew, so that nothing of what was deleted is left between rows either, and empties its log.
 * Takes as much free space as the file has bytes. LOCKED: a reader holds the old pages; try again. */
lic_status lic_store_clean(lic_store *store);

#endif
