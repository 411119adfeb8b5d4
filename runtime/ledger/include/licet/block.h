/* block.h - headers, salted digests, outputs and receipts: the formats of a block, as pure functions.
 *
 * Header (canonical codec, 228 bytes): version u16 = 1, engine version u16, chain 32, height u64,
 * time i64, previous 32, transaction root 32, output root 32, state root 32, operators 32,
 * transactions u32, outputs u32, gas u64. Block hash = SHA-256 of it. Operators sign
 * "licet-block-1\0" || hash; the signatures lie beside the header, outside the hash.
 *
 * Digest of a transaction or output = BLAKE2b-256(salt 16 || bytes); the bytes of a transaction are
 * its abridged form with signatures. The roots are RFC 6962 trees whose leaf data are the digests:
 * a sibling in a proof reveals nothing, and salt and bytes can be deleted.
 * Specification: docs/spec/ledger.md. */
#ifndef LICET_BLOCK_H
#define LICET_BLOCK_H

#include <licet/crypto.h>
#include <licet/limits.h>

#define LIC_BLOCK_VERSION 1
#define LIC_HEADER_SIZE 228
#define LIC_SALT_SIZE 16

typedef struct lic_header {
    uint16_t engine_version;
    lic_hash chain;    /* hash of the genesis block; zero in that one */
    uint64_t height;   /* genesis is 0 */
    int64_t time;      /* seconds since 1970, UTC: the clock that genesis names */
    lic_hash previous; /* zero in genesis */
    lic_hash transaction_root, output_root, state_root;
    lic_hash operators; /* lic_operators_hash */
    uint32_t transactions, outputs;
    uint64_t gas;
} lic_header;

void lic_header_encode(const lic_header *header, uint8_t bytes[LIC_HEADER_SIZE]);
lic_status lic_header_decode(lic_slice bytes, lic_header *header,
                             lic_error *error); /* MALFORMED, VERSION */
void lic_header_hash(const lic_hasher *hasher, const lic_header *header, lic_hash *hash);

/* SHA-256("licet-operators-1\0" || quorum u8 || count u8 || keys in ascending order). */
void lic_operators_hash(const lic_hasher *hasher, const lic_key *operators, size_t count,
                        uint8_t quorum, lic_hash *hash);

/* Signatures beside a block: count u8, then {operator index u8 ascending, signature 64}. */
typedef struct lic_block_signature {
    uint8_t operator_index;
    lic_signature signature;
} lic_block_signature;

void lic_block_sign(const lic_hash *block, const lic_keypair *pair, lic_signature *signature);
lic_status lic_block_signatures_encode(const lic_block_signature *signatures, size_t count,
                                       lic_buffer *target);
/* Every signature must verify and at least `quorum` must be there. BAD_SIGNATURE, MALFORMED. */
lic_status lic_block_signatures_verify(lic_slice encoded, const lic_hash *block,
                                       const lic_key *operators, size_t count, uint8_t quorum,
                                       lic_error *error);

/* BLAKE2b-256(salt || bytes). */
void lic_salted_digest(const lic_hasher *hasher, const uint8_t salt[LIC_SALT_SIZE], lic_slice bytes,
                       lic_hash *digest);

/* -- outputs ---------------------------------------------------------------------------------------- */

/* Classes of places (store.h) and the order of outputs in a block: by class, then by ordinal.
 * Ordinals count from 0 per block and class. Numbers are frozen. */
typedef enum lic_output_class {
    LIC_CLASS_TRANSACTION = 0, /* not an output */
    LIC_OUTPUT_RECEIPT = 1,    /* one a transaction, the same ordinal; made by the ledger */
    LIC_OUTPUT_EVENT = 2,
    LIC_OUTPUT_RESULTS = 3,  /* a segment of term results */
    LIC_OUTPUT_POSTINGS = 4, /* a segment of postings */
    LIC_OUTPUT_STATEMENT = 5 /* also a leaf of its contract's output log */
} lic_output_class;
#define LIC_OUTPUT_CLASSES 6
const char *lic_output_class_name(unsigned class); /* "receipt", ...; NULL when unknown */

/* -- receipts ---------------------------------------------------------------------------------------- */

typedef enum lic_receipt_status {
    LIC_RECEIPT_DONE = 0,   /* executed */
    LIC_RECEIPT_WAITING = 1 /* an upload's header or chunk; more chunks are awaited */
} lic_receipt_status;

/* Outputs first .. first + count - 1 of a class. */
typedef struct lic_output_range {
    uint8_t class;
    uint32_t first, count;
} lic_output_range;

/* Encoding: version u16 = 1, id 32, height u64, position u32, kind u16, status u8, gas u64,
 * contract 32, number u64, ranges u8, then {class u8, first u32, count u32} in ascending class,
 * none empty. */
typedef struct lic_receipt {
    lic_hash id; /* of the transaction */
    uint64_t height;
    uint32_t position; /* in its block */
    uint16_t kind;
    uint8_t status; /* lic_receipt_status */
    uint64_t gas;
    lic_hash contract; /* created or addressed; zero: none */
    uint64_t number;   /* what was numbered: party, contract, upload, payment; else 0 */
    uint32_t range_count;
    lic_output_range ranges[LIC_OUTPUT_CLASSES];
} lic_receipt;

#define LIC_RECEIPT_MAX 256
lic_status lic_receipt_encode(const lic_receipt *receipt, lic_buffer *target);
lic_status lic_receipt_decode(lic_slice bytes, lic_receipt *receipt, lic_error *error);

#endif
