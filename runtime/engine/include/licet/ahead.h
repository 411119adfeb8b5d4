/* ahead.h - envelopes decoded, and their signatures verified, before their turn comes.
 *
 * What is worked out is a function of the envelope's bytes alone, so that it does not matter who does it when: a
 * second thread goes ahead, and the one that executes takes the next envelope that nobody has begun when it would have
 * to wait. The ledger sees the same transactions in the same order with one thread and with two. */
#ifndef LICET_AHEAD_H
#define LICET_AHEAD_H

#include <licet/transaction.h>

typedef struct lic_ahead lic_ahead;

/* An envelope when its turn has come. */
typedef struct lic_ahead_envelope {
    lic_status decoded;          /* otherwise decoding it again says why not */
    bool good;                   /* every signature verifies */
    lic_transaction transaction; /* borrows from the wire form */
} lic_ahead_envelope;

/* `wires` are borrowed until the end. threads 1: nothing is done ahead. NULL: no memory. */
lic_ahead *lic_ahead_begin(const lic_allocator *allocator, const lic_hasher *hasher,
                           const lic_slice *wires, size_t count, unsigned threads);
/* The next one, in order; it stays in place until the next call. Not more often than there are envelopes. */
const lic_ahead_envelope *lic_ahead_next(lic_ahead *ahead);
void lic_ahead_end(lic_ahead *ahead); /* NULL allowed */

#endif
