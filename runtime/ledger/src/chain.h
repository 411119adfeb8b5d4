/* chain.h - a ledger in memory, and a block that is being made. Private to the ledger. */
#ifndef LICET_LEDGER_CHAIN_H
#define LICET_LEDGER_CHAIN_H

#include "lanes.h"
#include "quotas.h"
#include "window.h"

#include <stdatomic.h>

#define SECONDS_PER_DAY 86400
#define SALTS 256 /* drawn at once */

/* What a transaction of the open block will be answered with. */
typedef struct block_entry {
    lic_hash id;
    uint16_t kind;
    bool finished;
    uint32_t party, contract;
    uint32_t first[LIC_OUTPUT_CLASSES], end[LIC_OUTPUT_CLASSES]; /* its outputs by class */
    lic_block_result result;
} block_entry;

#define PENDING_ROWS 1024 /* at most: lic_thresholds */
#define PENDING_BYTES (1u << 20)

/* Transactions, payloads and outputs that wait to be written together: in bulk a row costs half. Salt and bytes of
 * payload i begin at starts[i] of `bytes`; the rows of transactions and outputs have its digest as their leaf. */
typedef struct pending_rows {
    lic_store *store;
    const lic_hasher *hasher;
    lic_row_transaction transactions[PENDING_ROWS];
    lic_row_output outputs[PENDING_ROWS];
    uint64_t places[PENDING_ROWS];
    size_t starts[PENDING_ROWS + 1];
    lic_hash digests[PENDING_ROWS];
    bool digested[PENDING_ROWS]; /* somebody waited for it */
    uint32_t transaction_count, output_count, payload_count;
    uint32_t looked_at; /* payloads: those before have their digest */
    atomic_bool busy;   /* the store writes them */
    lic_status result;  /* of that, when it has */
    lic_buffer bytes;
} pending_rows;

/* What fills, and, after the first that was full (otherwise NULL), one that the store writes meanwhile. */
typedef struct pending {
    pending_rows *filling, *written;
    lic_buffer *digests; /* a class: where digests go when their rows are written */
} pending;

/* Where ids stand in a block of many; made when somebody first asks, and brought up to date then. */
typedef struct open_ids {
    lic_index *index; /* NULL: all are looked at */
    lic_arena *keys;
    uint32_t count; /* entries that are in it */
    bool off;       /* no memory for it, or no use */
} open_ids;

struct lic_block {
    lic_ledger *ledger;
    uint64_t height;
    int64_t time;
    uint64_t gas;                           /* of timers */
    uint32_t counts[LIC_OUTPUT_CLASSES];    /* class 0: transactions */
    lic_buffer digests[LIC_OUTPUT_CLASSES]; /* salted digests, 32 bytes each */
    block_entry *entries;
    uint32_t entry_capacity;
    lic_buffer prefixes; /* first eight bytes of the entries' ids */
    open_ids ids;
    uint32_t current;   /* transaction that outputs belong to, or LIC_STORE_NONE */
    lic_buffer scratch; /* an abridged transaction, a receipt */
    uint8_t salts[SALTS][LIC_SALT_SIZE];
    uint32_t salts_left;
    pending pending;   /* WRITE */
    lic_header stored; /* REPLAY: the header to compare with */
    lic_hash stored_hash;
    lic_buffer stored_signatures;
    uint32_t stored_counts[LIC_OUTPUT_CLASSES];
    stored_window *stored_outputs[LIC_OUTPUT_CLASSES]; /* NULL: there are few of the class */
};

struct lic_ledger {
    const lic_allocator *allocator;
    const lic_hasher *hasher;
    const lic_clock *clock;
    const lic_random *random;
    lic_ledger_mode mode;
    bool threads; /* two may hash */
    lic_store *store;
    lic_buffer record; /* genesis.name borrows from it */
    lic_genesis genesis;
    lic_hash chain, operators;
    lic_header tip;
    lic_hash tip_hash;
    lic_log log;
    lanes *lanes;
    uint64_t secret; /* of in-memory tables */
    quotas quotas;
    lic_block *block;     /* open, or NULL */
    block_entry *entries; /* room for the next block's, from the last one */
    uint32_t entry_capacity;
    lic_error error;
    lic_difference difference;
    lic_buffer stored_bytes, computed_bytes; /* of the difference */
    uint64_t unverified;
    uint64_t transactions; /* of all blocks */
};

lic_date date_of(int64_t time);
/* Decodes a stored block and checks its hash and signatures. CORRUPT, VERSION. */
lic_status read_header(const lic_ledger *ledger, const lic_row_block *row, lic_header *header,
                       lic_error *error);
/* Root over salted digests laid end to end: leaf hash of each, then RFC 6962. `digests` is scratch. */
void digest_root(const lic_hasher *hasher, lic_hash *digests, size_t count, lic_hash *root);
/* Signatures of the given operators, in the order of the genesis record. DENIED below the quorum. */
lic_status sign_block(const lic_genesis *genesis, const lic_hash *hash,
                      const lic_keypair *operators, size_t count, lic_buffer *target,
                      lic_error *error);
/* Header log: appends the header as leaf data. */
void log_header(const lic_hasher *hasher, lic_log *log, const lic_header *header);
/* Copies the store's error and returns `status`. */
lic_status from_store(const lic_store *store, lic_status status, lic_error *error);

/* -- waiting rows (pending.c) ----------------------------------------------------------------------- */

/* `digests`: of the block, by class. */
lic_status pending_init(pending *p, const lic_ledger *ledger, lic_buffer *digests);
void pending_free(pending *p, const lic_allocator *allocator);
/* `digest` NULL: it is found before the row is written, and is among `digests` when the rows were flushed. */
lic_status pending_payload(pending *p, uint64_t place, const uint8_t salt[LIC_SALT_SIZE],
                           lic_slice bytes, lic_hash *digest);
/* The row of the payload that was given last; its leaf is that digest. */
void pending_transaction(pending *p, const lic_row_transaction *row);
void pending_output(pending *p, const lic_row_output *row);
/* Digests of what is being collected; anybody's, while nothing is added. */
void pending_digest(pending *p);
/* Writes what waits, before it returns. */
lic_status pending_flush(pending *p);

/* -- ids (ids.c) ----------------------------------------------------------------------------------------- */

/* Position of a transaction of the open block, or LIC_STORE_NONE. */
uint32_t ids_find_open(lic_block *block, const lic_hash *id);
/* Before the block's transactions become `count` again. */
void ids_rewind(lic_block *block, uint32_t count);
void ids_free(lic_block *block);
/* The block's into the store's index. */
lic_status ids_write(const lic_block *block);

/* -- comparing, in replay (compare.c) ---------------------------------------------------------------------- */

/* Finds salt and stored digest of a place; compares bytes. *digest is the one that enters the root. A
 * transaction that differs is DIFFERS, an output that does is remembered. */
lic_status compare_bytes(lic_block *block, unsigned class, uint32_t ordinal, uint32_t contract,
                         lic_slice bytes, lic_hash *digest);
void forget_rewound(lic_block *block); /* outputs that are there no more do not differ */
lic_status compare_outputs(const lic_block *block); /* DIFFERS: one was remembered */
lic_status compare_counts(lic_block *block);
lic_status compare_header(lic_block *block, const lic_header *computed);
lic_status load_stored(lic_block *block, lic_error *error);

#endif
