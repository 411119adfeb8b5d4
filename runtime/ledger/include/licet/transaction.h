/* transaction.h - envelopes: what a party signs and a ledger admits.
 *
 * Envelope (canonical codec): version u16 = 1, chain 32, kind u16, party 32, key 32, lane u32,
 * sequence u64, valid_until i32, gas_limit u64, body (u32 length, bytes). After it, outside the id:
 * count u8, then {key 32, signature 64} each. A signature is over "licet-tx-1\0" || id.
 *
 * Two forms. The *wire* form is what travels. In the *abridged* form the chunk of a `lines`
 * transaction stands as {u32 length, RFC 6962 leaf hash}; for every other kind the two are the same.
 * Id = SHA-256 of the abridged envelope, so that a chunk is hashed once. Blocks hold the abridged form.
 *
 * Everything here is a pure function of its arguments: it may run in any thread. Slices of a decoded
 * transaction borrow from the bytes it was decoded from. Specification: docs/spec/ledger.md. */
#ifndef LICET_TRANSACTION_H
#define LICET_TRANSACTION_H

#include <licet/crypto.h>
#include <licet/date.h>
#include <licet/limits.h>

#define LIC_TRANSACTION_VERSION 1

typedef enum lic_transaction_kind {
    LIC_TX_NONE = 0,
#define KIND(number, name, NAME, id, signers, executed, fields, doc) LIC_TX_##NAME = (number),
#include <licet/kinds.def>
#undef KIND
} lic_transaction_kind;

/* "report"; NULL for an unknown number. */
const char *lic_transaction_kind_name(uint16_t kind);
/* "opens the upload of ..."; NULL for an unknown number. */
const char *lic_transaction_kind_doc(uint16_t kind);
bool lic_transaction_kind_executed(uint16_t kind);

/* Lists inside a body, in their encoding; made and read with the functions below. */
typedef struct lic_texts {
    uint32_t count;
    lic_slice encoded; /* count times {u32 length, bytes} */
} lic_texts;
typedef struct lic_hashes {
    uint32_t count;
    lic_slice encoded; /* count * 32 bytes */
} lic_hashes;

typedef bool lic_field_flag;
typedef uint8_t lic_field_u8;
typedef uint16_t lic_field_u16;
typedef uint32_t lic_field_u32;
typedef uint64_t lic_field_u64;
typedef lic_date lic_field_date;
typedef lic_i128 lic_field_amount;
typedef lic_hash lic_field_hash;
typedef lic_key lic_field_key;
typedef lic_slice lic_field_text;
typedef lic_slice lic_field_bytes;
typedef lic_slice lic_field_chunk;
typedef lic_texts lic_field_texts;
typedef lic_hashes lic_field_hashes;

#define LIC_BODY_MEMBER(type, name, max) lic_field_##type name;
#define KIND(number, name, NAME, id, signers, executed, fields, doc) \
    typedef struct lic_body_##name {                                 \
        fields(LIC_BODY_MEMBER)                                      \
    } lic_body_##name;
#include <licet/kinds.def>
#undef KIND
#undef LIC_BODY_MEMBER

typedef struct lic_signed {
    lic_key key;
    lic_signature signature;
} lic_signed;

typedef struct lic_transaction {
    lic_hash chain;
    uint16_t kind;        /* lic_transaction_kind */
    lic_hash party;       /* zero for `register` and `lines` */
    lic_key key;          /* zero for `lines`, as are the five fields below */
    uint32_t lane;        /* < LIC_LANES_MAX */
    uint64_t sequence;    /* exactly one more than the lane's last one; the first is 1 */
    lic_date valid_until; /* last day on which a block may hold it */
    uint64_t gas_limit;
    union {
#define KIND(number, name, NAME, id, signers, executed, fields, doc) lic_body_##name name;
#include <licet/kinds.def>
#undef KIND
    } body;
    uint32_t signature_count;
    lic_signed signatures[LIC_SIGNATURES_MAX]; /* [0] is by `key` */
    lic_hash id;                               /* set by decoding and signing */
    lic_hash chunk_leaf; /* LINES: leaf hash of body.lines.chunk; set by decoding and identifying */
} lic_transaction;

/* -- lists --------------------------------------------------------------------------------------- */

/* Appends to an encoding under way. */
void lic_texts_put(lic_buffer *buffer, lic_slice text);
/* Over a finished one. False: `encoded` is not `count` texts. */
bool lic_texts_at(const lic_texts *texts, uint32_t index, lic_slice *text);
lic_hash lic_hashes_at(const lic_hashes *hashes, uint32_t index); /* index < count, asserted */

/* -- encoding -------------------------------------------------------------------------------------- */

/* Computes chunk_leaf (LINES) and id from the other fields. */
lic_status lic_transaction_identify(const lic_hasher *hasher, lic_transaction *transaction,
                                    lic_error *error);
/* The same for LINES whose chunk_leaf is set: the caller has hashed the chunk. */
lic_status lic_transaction_identify_leaf(const lic_hasher *hasher, lic_transaction *transaction,
                                         lic_error *error);

/* Identifies, then signs: the first call is by the key `transaction->key` (asserted), later ones add
 * co-signatures, kept in ascending order. TOO_LARGE: more than LIC_SIGNATURES_MAX; REFUSED: that key
 * has signed already. Not for LINES. */
lic_status lic_transaction_sign(const lic_hasher *hasher, lic_transaction *transaction,
                                const lic_keypair *pair, lic_error *error);

/* Appends the wire form with signatures. Fields out of range (a text too long, ...) are MALFORMED. */
lic_status lic_transaction_encode(const lic_transaction *transaction, lic_buffer *target,
                                  lic_error *error);
/* Appends the abridged form with signatures: what a block keeps. The transaction is identified. */
lic_status lic_transaction_abridge(const lic_transaction *transaction, lic_buffer *target,
                                   lic_error *error);

/* Decodes the wire form and identifies it. MALFORMED says what; a kind not executed is UNSUPPORTED with
 * code "kind_13" (unknown kinds too: "kind_99"); TOO_LARGE beyond LIC_TRANSACTION_MAX. What is
 * checked: every range of limits.h, canonical encoding, texts, order of signatures, zero fields of
 * LINES, key of REGISTER equal to the envelope's. Not checked: chain, time, sequence, signatures. */
lic_status lic_transaction_decode(lic_slice bytes, const lic_hasher *hasher,
                                  lic_transaction *transaction, lic_error *error);

/* Decodes the abridged form. For LINES `chunk` are the stored bytes (body.lines.chunk borrows from
 * it); DIFFERS when they are not those of the leaf hash. Other kinds: `chunk` is empty. */
lic_status lic_transaction_decode_abridged(lic_slice bytes, lic_slice chunk,
                                           const lic_hasher *hasher, lic_transaction *transaction,
                                           lic_error *error);

/* All signatures, about 41 us each. BAD_SIGNATURE names the key. LINES has none: OK. Whether the keys
 * may sign this is for the engine: they are in transaction->signatures. */
lic_status lic_transaction_verify(const lic_transaction *transaction, lic_error *error);

/* -- the log: an RFC 6962 tree that only grows, kept as its right edge (64 hashes at most) ----------- */

typedef struct lic_log {
    uint64_t count;
    lic_hash peaks[64]; /* roots of the full subtrees, largest first: popcount(count) of them */
} lic_log;
void lic_log_append(const lic_hasher *hasher, lic_log *log, const lic_hash *leaf_hash);
/* Many at once: `at` gives each digest, to either of two threads when `threads` and they are thousands; leaf hashes are
 * lic_merkle_leaf of them. */
typedef struct lic_digests {
    const lic_hash *(*at)(const void *context, size_t index);
    const void *context;
    size_t count;
} lic_digests;
void lic_log_append_digests(const lic_hasher *hasher, lic_log *log, const lic_digests *digests,
                            bool threads);
void lic_log_root(const lic_hasher *hasher, const lic_log *log, lic_hash *root);
void lic_log_encode(const lic_log *log, lic_buffer *target);
bool lic_log_decode(lic_cursor *cursor, lic_log *log);

#endif
