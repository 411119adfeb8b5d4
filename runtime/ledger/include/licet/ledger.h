/* ledger.h - the chain: genesis, admission, lanes, and the writing and checking of blocks.
 *
 * A lic_ledger is the chain's state in memory (tip, lanes, quotas, header log) over a store. What
 * parties and contracts are is the engine's; it brings the state root.
 *
 * Writing a block:
 *     lic_block_open            begins the database transaction
 *       lic_block_add           a transaction that was admitted; gives its position
 *       lic_block_output        ... its outputs, in the order of execution
 *       (the engine writes its rows through lic_ledger_store)
 *       lic_block_finish        ... its status and gas
 *       lic_block_rewind        instead: it trapped; as if it had never been added
 *     lic_block_seal            receipts, roots, signatures, commit: durable when it returns OK
 *     lic_block_abandon         instead: nothing of the block remains
 * Outputs and payloads of the open block reach the file in batches, the last with the seal.
 *
 * Replay is the same calls on a ledger opened with LIC_LEDGER_REPLAY: it starts after genesis, takes
 * times and salts from the stored block of that height, writes nothing, and compares every digest,
 * count and root with the stored one *after* computing its own; the first difference is DIFFERS and
 * is described by lic_ledger_difference. One thread at a time per ledger. */
#ifndef LICET_LEDGER_H
#define LICET_LEDGER_H

#include <licet/block.h>
#include <licet/store.h>
#include <licet/transaction.h>

#define LIC_GENESIS_VERSION 1

/* -- genesis ------------------------------------------------------------------------------------------- */

/* Limits that the operators choose. X(type, name, default, most, reason). Zero is never allowed. */
#define LIC_GENESIS_LIMITS(X)                                                                   \
    X(u32, validity_days, 30, LIC_VALIDITY_DAYS_MAX, "how far ahead valid_until may lie")       \
    X(u32, upload_days, 7, 366, "days after which an incomplete upload expires")                \
    X(u64, upload_bytes, UINT64_C(8) << 30, UINT64_C(256) << 30, "bytes of one upload")         \
    X(u64, upload_lines, 100000000, 4000000000, "lines of one upload")                          \
    X(u64, gas_limit, UINT64_C(1) << 48, UINT64_C(1) << 62, "gas of one transaction")           \
    X(u64, work_per_block, UINT64_C(1) << 62, UINT64_C(1) << 62,                                \
      "lines of reports that a block works off")                                                \
    X(u32, block_transactions, 16384, LIC_BLOCK_TRANSACTIONS_MAX, "transactions of one block")  \
    X(u32, party_transactions, 100000000, UINT32_MAX, "transactions of a party per date")       \
    X(u32, contract_transactions, 100000000, UINT32_MAX, "transactions on a contract per date") \
    X(u32, party_uploads, 64, 65536, "incomplete uploads of a party")                           \
    X(u32, contract_uploads, 64, 65536, "incomplete uploads of a contract")                     \
    X(u64, party_upload_bytes, UINT64_C(64) << 30, UINT64_C(1) << 50,                           \
      "bytes of a party's incomplete uploads")

typedef struct lic_limits {
#define X(type, name, value, most, reason) lic_column_##type name;
    LIC_GENESIS_LIMITS(X)
#undef X
} lic_limits;

typedef enum lic_clock_kind { LIC_CLOCK_REAL = 0, LIC_CLOCK_SIMULATED = 1 } lic_clock_kind;

typedef struct lic_currency_unit {
    char code[4];  /* ISO 4217, NUL */
    uint8_t scale; /* 0..18 */
} lic_currency_unit;

/* The record of block 0. */
typedef struct lic_genesis {
    lic_slice name; /* text of at most LIC_NAME_MAX bytes */
    uint16_t engine_version;
    uint8_t clock;      /* lic_clock_kind; a simulated one is named in every statement */
    int64_t time;       /* of block 0; SIMULATED: midnight of the start date */
    uint8_t unit_scale; /* a ledger unit is 10^-scale of a currency's major unit: 6 */
    uint32_t currency_count;
    lic_currency_unit currencies[LIC_CURRENCIES_MAX]; /* exceptions, ascending by code */
    lic_limits limits;
    uint8_t quorum; /* operators' signatures that a block needs, 1 .. operator_count */
    uint32_t operator_count;
    lic_key operators[LIC_OPERATORS_MAX]; /* ascending */
    lic_hash
        state_root; /* of the empty state, as the engine computes it; in header 0, not in the record */
} lic_genesis;

/* Limits at their defaults, unit scale 6, quorum 1; the rest zero. */
void lic_genesis_init(lic_genesis *genesis);
lic_status lic_genesis_encode(const lic_genesis *genesis, lic_buffer *target, lic_error *error);
/* The name borrows from `bytes`; state_root stays zero. */
lic_status lic_genesis_decode(lic_slice bytes, lic_genesis *genesis, lic_error *error);
uint8_t lic_genesis_unit_scale(const lic_genesis *genesis, const char *currency);

/* -- opening -------------------------------------------------------------------------------------------- */

typedef struct lic_ledger lic_ledger;

typedef enum lic_ledger_mode {
    LIC_LEDGER_READ = 0, /* state of the tip; blocks can't be made */
    LIC_LEDGER_WRITE = 1,
    LIC_LEDGER_REPLAY = 2 /* state after genesis; blocks are checked, nothing is written */
} lic_ledger_mode;

typedef struct lic_ledger_options {
    lic_store_options
        store; /* its mode is set from `mode`; clock and random are needed for WRITE */
    lic_ledger_mode mode;
    const lic_hasher *hasher;
    uint64_t secret;         /* of in-memory tables (index.h): random per process */
    uint16_t engine_version; /* the highest that the caller can run */
} lic_ledger_options;

/* Makes the file with block 0, signed by the given operators (at least the quorum). */
lic_status lic_ledger_create(const lic_ledger_options *options, const lic_genesis *genesis,
                             const lic_keypair *operators, size_t operator_count, lic_error *error);
/* Opens and checks: genesis against chain id, the tip's header against its hash and signatures.
 * CORRUPT, VERSION (also a newer engine version), LOCKED, MISSING. */
lic_status lic_ledger_open(const lic_ledger_options *options, lic_ledger **ledger,
                           lic_error *error);
void lic_ledger_close(lic_ledger *ledger); /* NULL allowed; abandons an open block */

/* What the last failed call without a lic_error of its own said (lic_block_add, ...). */
const lic_error *lic_ledger_error(const lic_ledger *ledger);
lic_store *lic_ledger_store(lic_ledger *ledger);
const lic_genesis *lic_ledger_genesis(const lic_ledger *ledger);
const lic_hash *lic_ledger_chain(const lic_ledger *ledger);
const lic_header *lic_ledger_tip(const lic_ledger *ledger); /* the last block */
const lic_hash *lic_ledger_tip_hash(const lic_ledger *ledger);
lic_date lic_ledger_date(const lic_ledger *ledger); /* civil date of the tip's time */
/* The RFC 6962 log of all headers up to the tip: leaf data are their 228 bytes. */
const lic_log *lic_ledger_log(const lic_ledger *ledger);
/* The time that a block proposed now would carry: real: the clock, not before the tip; simulated: the
 * tip's time. */
int64_t lic_ledger_now(const lic_ledger *ledger);

/* -- admission ------------------------------------------------------------------------------------------- */

typedef enum lic_admission {
    LIC_ADMIT_NEW = 0,
    LIC_ADMIT_KNOWN = 1 /* the id is in the ledger: answer with lic_ledger_receipt */
} lic_admission;

/* Chain, known id, validity on the date of `time`, limits of genesis, sequence, in this order. REFUSED with
 * code "chain", "pending" (it is in the open block), "expired", "validity", "clock_real", "gas_limit",
 * "upload_bytes", "upload_lines", "sequence". Says nothing of signatures and roles. */
lic_status lic_ledger_admit(lic_ledger *ledger, const lic_transaction *transaction, int64_t time,
                            lic_admission *admission, lic_error *error);
/* Transactions per date of a party and a contract (numbers, or LIC_STORE_NONE). REFUSED, code
 * "quota_party" or "quota_contract". */
lic_status lic_ledger_quota(lic_ledger *ledger, uint32_t party, uint32_t contract, int64_t time,
                            lic_error *error);
/* The stored receipt of a transaction; MISSING when the id is unknown or the receipt erased. `bytes`
 * may be NULL; otherwise the encoding is appended. */
lic_status lic_ledger_receipt(lic_ledger *ledger, const lic_hash *id, lic_receipt *receipt,
                              lic_buffer *bytes, lic_error *error);
/* The last sequence used in a lane; 0 when it was never used. */
uint64_t lic_ledger_sequence(const lic_ledger *ledger, const lic_key *key, uint32_t lane);
/* Root of the lane tree, with the transactions of the open block in it: leaf data {key 32, lane u32,
 * sequence u64}, lanes in order of first use. Part of the state root. */
void lic_ledger_lane_root(lic_ledger *ledger, lic_hash *root);
/* Appends all lanes: u32 count, then the leaf data of each. */
void lic_ledger_put_lanes(const lic_ledger *ledger, lic_buffer *target);
/* REPLAY, after opening: goes on behind block `height` <= the stored tip without executing what lies before it. Lanes are
 * taken from `cursor`, as lic_ledger_put_lanes writes them; headers and counts from the stored blocks, each of which must
 * follow the one before it. That the state fits the block is for the caller to see. CORRUPT, MISSING. */
lic_status lic_ledger_resume(lic_ledger *ledger, uint64_t height, lic_cursor *cursor,
                             lic_error *error);
/* Writes every lane into a file that has none: for making stored state again from the blocks. */
lic_status lic_ledger_write_lanes(const lic_ledger *ledger, lic_store *store);

/* -- blocks ------------------------------------------------------------------------------------------------ */

typedef struct lic_block lic_block;

/* One open block per ledger. `time`: not before the tip; for real clocks at most LIC_CLOCK_SKEW_SECONDS
 * ahead of the clock (REFUSED, code "time"). In replay `time` is ignored and the stored one is taken;
 * MISSING after the last block. */
lic_status lic_block_open(lic_ledger *ledger, int64_t time, lic_block **block, lic_error *error);
uint64_t lic_block_height(const lic_block *block);
int64_t lic_block_time(const lic_block *block);
uint32_t lic_block_transactions(const lic_block *block);

/* Adds an identified transaction, advances its lane and counts its quota. party, contract: numbers or
 * LIC_STORE_NONE. TOO_LARGE, code "block_full": seal first. For LINES the chunk's bytes are the caller's to
 * store (lic_store_put_chunk), once. */
lic_status lic_block_add(lic_block *block, const lic_transaction *transaction, uint32_t party,
                         uint32_t contract, uint32_t *position);

/* What a transaction was answered with. */
typedef struct lic_block_result {
    lic_receipt_status status;
    uint64_t gas;
    lic_hash contract; /* zero: none */
    uint32_t
        contract_number; /* LIC_STORE_NONE: as given to lic_block_add (a deploy learns it later) */
    uint64_t number;
} lic_block_result;
/* Closes the transaction added last. Outputs after this belong to timers until the next one. */
void lic_block_finish(lic_block *block, const lic_block_result *result);
/* Gas of timers, beside that of transactions. */
void lic_block_gas(lic_block *block, uint64_t gas);

typedef struct lic_output {
    lic_output_class class; /* EVENT .. STATEMENT */
    uint32_t contract;      /* number */
    uint64_t number;        /* STATEMENT: in the contract's output log; else 0 */
    lic_slice bytes;        /* at most LIC_OUTPUT_MAX; copied or written */
} lic_output;
/* *digest: the salted digest. lic_merkle_leaf over its 32 bytes is the leaf in the block's output tree and, for a
 * statement, in its contract's log. `digest` NULL: nobody waits for it, and it is found by whichever of two threads has time. */
lic_status lic_block_output(lic_block *block, const lic_output *output, lic_hash *digest);
/* Finds digests for which nobody waits. In any thread, while no other uses the block. */
void lic_block_digest(lic_block *block);
/* Appends the last `count` statements of the block to their contract's log. `threads`: two may hash. */
lic_status lic_block_log(lic_block *block, uint32_t count, bool threads, lic_log *log);

/* A point to go back to: what was added after it goes. Valid until the block is sealed. Rows that the
 * engine wrote by itself are the engine's to undo (it writes them after execution). */
typedef struct lic_block_mark {
    uint32_t counts[LIC_OUTPUT_CLASSES];
    uint64_t lane_changes;
    uint64_t gas;
    uint32_t current;
} lic_block_mark;
lic_block_mark lic_block_mark_of(const lic_block *block);
lic_status lic_block_rewind(lic_block *block, lic_block_mark mark);

/* Receipts, roots, header, operators' signatures (at least the quorum; ignored in replay), commit.
 * Frees the block, whatever it answers; after an error nothing of the block is in the file, and the
 * ledger stands at its tip as before. */
lic_status lic_block_seal(lic_block *block, const lic_hash *state_root,
                          const lic_keypair *operators, size_t operator_count, lic_error *error);
void lic_block_abandon(lic_block *block); /* NULL allowed */

/* -- reading blocks back ---------------------------------------------------------------------------------- */

/* Transactions of a stored block in order, decoded from payloads and chunks. `erased`: its payload or chunk
 * is gone; then only the row is there. */
typedef lic_status lic_transaction_visit(void *context, uint32_t position,
                                         const lic_row_transaction *row, bool erased,
                                         const lic_transaction *transaction);
lic_status lic_ledger_transactions(lic_ledger *ledger, uint64_t height,
                                   lic_transaction_visit *visit, void *context, lic_error *error);

/* A stored transaction that is about to be executed again. */
typedef struct lic_ready_transaction {
    uint32_t position;
    const lic_transaction *transaction; /* NULL: erased */
    bool verified;                      /* every signature does; false also: nobody has tried */
    /* of LINES: memory from the ledger's allocator that holds just the chunk, or NULL; whoever sets it to NULL owns it */
    uint8_t **chunk;
} lic_ready_transaction;
typedef lic_status lic_ready_visit(void *context, const lic_ready_transaction *ready);
/* The same. threads 1: nothing is done ahead; otherwise, in a block of more than a few, a second thread decodes, hashes and
 * verifies those behind the one that is visited. */
lic_status lic_ledger_transactions_ahead(lic_ledger *ledger, uint64_t height, unsigned threads,
                                         lic_ready_visit *visit, void *context, lic_error *error);

/* What lic_ledger_verify tells beside its answer. */
typedef struct lic_verifying {
    uint64_t
        unseen; /* out: transactions and outputs without a payload any more, so that nothing but their
                      * digests was there to check */
    void (*step)(void *context, const char *what, uint64_t done, uint64_t total); /* NULL: silent */
    void *context;
} lic_verifying;

/* Checks all that can be checked without executing: hashes, heights, previous hashes, times, signatures,
 * transaction and output roots from the stored digests, digests of all payloads that are there, ids. Blocks first .. last.
 * `verifying` may be NULL. CORRUPT names block and place. */
lic_status lic_ledger_verify(lic_ledger *ledger, uint64_t first, uint64_t last,
                             lic_verifying *verifying, lic_error *error);

/* -- differences in replay ------------------------------------------------------------------------------- */

typedef enum lic_difference_kind {
    LIC_DIFFERENCE_NONE = 0,
    LIC_DIFFERENCE_TRANSACTION = 1, /* a stored transaction is not the one that was executed */
    LIC_DIFFERENCE_OUTPUT = 2,      /* bytes differ, or one side has no such output */
    LIC_DIFFERENCE_COUNT = 3,       /* transactions or outputs of the block */
    LIC_DIFFERENCE_HEADER = 4,      /* `field` of the header */
    LIC_DIFFERENCE_SIGNATURES = 5   /* the operators' do not verify under the block's hash */
} lic_difference_kind;

typedef struct lic_difference {
    lic_difference_kind kind;
    uint64_t height;
    uint32_t class, ordinal;   /* OUTPUT */
    uint32_t transaction;      /* position that caused the output, or LIC_STORE_NONE: a timer */
    uint32_t contract;         /* number, or LIC_STORE_NONE */
    const char *field;         /* "output bytes", "state_root", "transactions", ... */
    lic_hash stored, computed; /* digests or roots; zero when there is none */
    uint64_t stored_number, computed_number; /* COUNT, numeric header fields */
    /* OUTPUT: both byte strings for showing; empty when there is none. Valid until the ledger closes. */
    lic_slice stored_bytes, computed_bytes;
} lic_difference;
/* kind NONE when nothing differed yet. */
const lic_difference *lic_ledger_difference(const lic_ledger *ledger);
/* Outputs whose payload was erased, so that only their digest stands: not compared. */
uint64_t lic_ledger_unverified(const lic_ledger *ledger);

#endif
