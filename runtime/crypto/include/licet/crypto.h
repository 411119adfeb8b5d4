/* crypto.h - hashes, Ed25519 keys and signatures, did:key, randomness. The only layer that knows
 * libsodium and nettle.
 *
 * Call lic_crypto_start once, before anything else here; it refuses a library that does not follow
 * the signature rule below. After it every function is thread-safe and has no state.
 *
 * Signature rule (docs/spec/ledger.md, "signatures"). Ed25519 of RFC 8032, and beyond it:
 *   - a public key A is the canonical encoding of a point of the prime-order subgroup, not the
 *     identity (lic_key_valid: checked when a key is registered, and by lic_verify's library for
 *     small orders);
 *   - S < L; R is a canonical encoding and not of small order;
 *   - verification is cofactorless: R == [S]B - [k]A, compared as bytes.
 * Two libraries that disagree on one signature would fork a ledger: lic_crypto_start runs vectors. */
#ifndef LICET_CRYPTO_H
#define LICET_CRYPTO_H

#include <licet/environment.h>
#include <licet/hash.h>

#define LIC_KEY_SIZE 32
#define LIC_SECRET_SIZE 32
#define LIC_SIGNATURE_SIZE 64

typedef struct lic_key { /* Ed25519 public key */
    uint8_t bytes[LIC_KEY_SIZE];
} lic_key;

typedef struct lic_signature { /* R || S */
    uint8_t bytes[LIC_SIGNATURE_SIZE];
} lic_signature;

/* A key pair in memory. Wipe it with lic_keypair_wipe as soon as it has signed. */
typedef struct lic_keypair {
    lic_key key;
    uint8_t secret[LIC_SECRET_SIZE]; /* the RFC 8032 seed */
} lic_keypair;

/* Initialises the libraries and runs the start-up vectors: good signatures, an R with an order-2
 * part, S >= L, small-order keys, non-canonical keys and R, SHA-256 and BLAKE2b-256 of known texts.
 * CONFIGURATION when one is answered wrongly (`text` names it). Safe to call again, but not from two
 * threads at once. */
lic_status lic_crypto_start(lic_error *error);

/* Names and versions of the libraries behind it, as they are loaded: "libsodium 1.0.18, nettle 3.8". */
#define LIC_CRYPTO_LIBRARIES_TEXT 96
void lic_crypto_libraries(char text[LIC_CRYPTO_LIBRARIES_TEXT]);

/* SHA-256 from nettle, BLAKE2b-256 from libsodium. */
extern const lic_hasher lic_hasher_native;

/* -- randomness ------------------------------------------------------------------------------- */

/* The operating system's. */
extern const lic_random lic_random_system;

/* A stream that depends on its seed alone (ChaCha20), for tests and simulated runs; never for keys
 * that protect something. Not thread-safe. */
typedef struct lic_seeded {
    uint8_t seed[32];
    uint64_t used; /* fills so far */
} lic_seeded;
void lic_seeded_init(lic_seeded *state, uint64_t seed);
lic_random lic_seeded_random(lic_seeded *state); /* borrows `state` */

/* -- keys and signatures ------------------------------------------------------------------------ */

void lic_keypair_create(const lic_random *random, lic_keypair *pair);
void lic_keypair_from_seed(const uint8_t seed[LIC_SECRET_SIZE], lic_keypair *pair);
void lic_keypair_wipe(lic_keypair *pair);

/* Canonical, in the prime-order subgroup, not the identity. */
bool lic_key_valid(const lic_key *key);
bool lic_key_equal(const lic_key *a, const lic_key *b);
bool lic_key_zero(const lic_key *key);

void lic_sign(const lic_keypair *pair, lic_slice message, lic_signature *signature);
/* `key` has passed lic_key_valid at some time. */
bool lic_verify(const lic_key *key, lic_slice message, const lic_signature *signature);

/* Overwrites secrets; not removed by the optimiser. */
void lic_wipe(void *bytes, size_t size);
/* Comparison in constant time. */
bool lic_secret_equal(const void *a, const void *b, size_t size);

/* -- did:key -------------------------------------------------------------------------------------- */

/* "did:key:z" and base58btc of 0xed 0x01 and the 32 bytes of the key: always 56 characters. */
#define LIC_DID_TEXT 57
void lic_did_print(const lic_key *key, char text[LIC_DID_TEXT]);
/* The inverse. MALFORMED: another method, multibase or multicodec, not exactly 34 bytes, a base58
 * text that is not the one that printing gives; BAD_KEY: a point that lic_key_valid refuses. */
lic_status lic_did_parse(lic_slice text, lic_key *key, lic_error *error);

#endif
