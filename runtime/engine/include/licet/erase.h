/* erase.h - taking contents out of a ledger file for good: salt and bytes of transactions go, their digests stay, so that no
 * root changes. What is needed to replay the blocks behind them is kept (licet/erased.h), and tried before anything is
 * deleted. Each copy of a ledger is erased for itself; nothing of it enters the chain.
 *
 * What can go is what a transaction brought and the state does not hold as such: reports with their lines, facts, acts,
 * payments, acknowledgements. Names of parties, agreements, schedules and keys are state: without them no root could be
 * computed. So are the values that a transaction left in the state, and the rows of the views. */
#ifndef LICET_ERASE_H
#define LICET_ERASE_H

#include <licet/replay.h>

#define LIC_ERASE_WHY_MAX 1024 /* bytes of a reason: it is shown on a line */

typedef struct lic_erase_options {
    lic_replay_options replay; /* path, allocator, random, vfs, threads, progress */
    const lic_clock *clock;    /* when it was */
    const lic_hash *ids;       /* of transactions */
    size_t count;
    bool
        outputs; /* events, results, postings and statements that they brought go too; receipts stay */
    lic_slice why; /* 1 .. LIC_ERASE_WHY_MAX bytes of text; whoever asks for the content is told */
    uint32_t wait_ms; /* for another writer to end */
} lic_erase_options;

typedef struct lic_erase_result {
    uint64_t transactions, chunks, outputs; /* that were there, and are no more */
    uint64_t kept;                          /* the block whose state a replay goes on from */
} lic_erase_result;

/* MISSING: no such transaction. REFUSED: code "kind": state rests on its content; "waiting": its report is not settled.
 * MALFORMED: the reason. LOCKED: code "locked": another writer; code "reader": all is erased, but a reader still holds
 * old pages of the file: do it again when it is done. What lic_replay answers when the blocks before cannot be executed: then nothing was erased. */
lic_status lic_erase(const lic_erase_options *options, lic_erase_result *result, lic_error *error);

#endif
