/* replay.h - the whole ledger executed again, from genesis, in memory.
 *
 * No stored result is looked at before the block's own has been computed: transactions, times and
 * salts are taken from the file, and nothing else. Then every output, count and root is compared. At the end
 * the state and the rows behind the views that came out are compared with those in the file. The first
 * difference ends the replay with its place and both values in words. */
#ifndef LICET_REPLAY_H
#define LICET_REPLAY_H

#include <licet/engine.h>

typedef struct lic_replay_options {
    const char *path;
    const lic_allocator *allocator;
    const lic_random *random;     /* secrets of in-memory indexes */
    const char *vfs;              /* SQLite VFS, NULL = the system's */
    unsigned threads;             /* as in lic_engine_options */
    lic_engine_progress progress; /* step NULL: silent; counts blocks */
} lic_replay_options;

#define LIC_REPLAY_TEXT 2048

/* Where stored and computed part. Texts are for people and NUL-terminated; empty when they do not apply. */
typedef struct lic_replay_difference {
    uint64_t height;
    uint32_t transaction; /* position in the block; LIC_STORE_NONE: a timer, or the block itself */
    lic_hash transaction_id; /* zero when `transaction` is none */
    uint32_t contract;       /* number, LIC_STORE_NONE */
    char output[64];         /* "statement 17", "postings 0", "state_root" */
    char what[512]; /* "statement Royalty 2026-Q1 of Artist, line Payout pays, account Owed" */
    char stored[512], computed[512]; /* both empty: signatures, which nobody can compute */
} lic_replay_difference;

typedef struct lic_replay_result {
    uint64_t blocks, transactions; /* executed and equal */
    uint64_t erased; /* outputs whose content was erased: nothing of them could be compared */
    /* Blocks that hold an erased input, and those behind it up to the state that was kept: not executed. Their hashes,
     * signatures, roots and digests hold, and the state that the replay went on from has the root that its block names. */
    uint64_t unexecuted;
    uint64_t
        went_on_from; /* the last such block; 0: none. Then state is compared by its roots, and the rows behind the
                            * views are not compared */
    lic_hash block_hash, state_root; /* after the last of them */
    bool differs;
    lic_replay_difference difference;
} lic_replay_result;

/* DIFFERS: result->difference says where; `error` says it in one sentence; with code "derived" the blocks are
 * right, and lic_rebuild mends the rest. CORRUPT: the file holds something that cannot be executed at all. DENIED, code "erased": an input was erased by
 * something else than lic_erase, which keeps a state to go on from; `result` counts what is before it. */
lic_status lic_replay(const lic_replay_options *options, lic_replay_result *result,
                      lic_error *error);

/* Makes state, superseded pages and the rows behind the views (projection/projection.h) again by executing all blocks,
 * in one database transaction: the file keeps the old ones when it fails. Takes the writer's lock. DENIED, code "erased":
 * it would have to execute an input that was erased. */
lic_status lic_rebuild(const lic_replay_options *options, lic_error *error);

#endif
