/* Start-up vectors: before anything is signed, hashed or verified, the libraries show that they
 * answer as docs/spec/ledger.md demands. libsodium 1.0.18 verifies without the cofactor, later
 * releases with it; on an R with an order-2 part they disagree, and two nodes would fork. */
#include <licet/crypto.h>

#include <nettle/version.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

typedef struct signature_vector {
    const char *name, *key, *r, *s;
    bool good;
} signature_vector;

typedef struct key_vector {
    const char *name, *key;
    bool good;
} key_vector;

static const signature_vector signature_vectors[] = {
#define SIGNATURE_VECTOR(name, key, r, s, good) {name, key, r, s, good},
#define KEY_VECTOR(name, key, good)
#include "vectors.def"
#undef SIGNATURE_VECTOR
#undef KEY_VECTOR
};

static const key_vector key_vectors[] = {
#define SIGNATURE_VECTOR(name, key, r, s, good)
#define KEY_VECTOR(name, key, good) {name, key, good},
#include "vectors.def"
#undef SIGNATURE_VECTOR
#undef KEY_VECTOR
};

/* FIPS 180-4 and RFC 7693 (32-byte output) of "abc". */
#define SHA256_ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define BLAKE2B_ABC "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319"

static void from_hex(const char *hex, uint8_t *bytes, size_t size)
{
    size_t length = 0;
    LIC_ASSERT(sodium_hex2bin(bytes, size, hex, strlen(hex), NULL, &length, NULL) == 0);
    LIC_ASSERT(length == size);
}

static lic_status refuse(lic_error *error, const char *name)
{
    return lic_fail(error, LIC_CONFIGURATION, "crypto_vectors",
                    "use libsodium 1.0.18 as Debian 12 has it; see docs/spec/ledger.md, signatures",
                    "the cryptographic library answers wrongly on: %s (libsodium %s)", name,
                    sodium_version_string());
}

static lic_status check_signatures(lic_error *error)
{
    for (size_t i = 0; i < LIC_COUNT(signature_vectors); i++) {
        const signature_vector *vector = &signature_vectors[i];
        lic_key key;
        lic_signature signature;
        from_hex(vector->key, key.bytes, sizeof key.bytes);
        from_hex(vector->r, signature.bytes, LIC_HASH_SIZE);
        from_hex(vector->s, signature.bytes + LIC_HASH_SIZE, LIC_HASH_SIZE);
        if (lic_verify(&key, lic_slice_text("licet"), &signature) != vector->good)
            return refuse(error, vector->name);
    }
    for (size_t i = 0; i < LIC_COUNT(key_vectors); i++) {
        lic_key key;
        from_hex(key_vectors[i].key, key.bytes, sizeof key.bytes);
        if (lic_key_valid(&key) != key_vectors[i].good) return refuse(error, key_vectors[i].name);
    }
    return LIC_OK;
}

static lic_status check_signing(lic_error *error)
{
    uint8_t seed[LIC_SECRET_SIZE], expected[LIC_SIGNATURE_SIZE];
    for (size_t i = 0; i < sizeof seed; i++) seed[i] = (uint8_t)i;
    lic_keypair pair;
    lic_signature signature;
    lic_keypair_from_seed(seed, &pair);
    lic_sign(&pair, lic_slice_text("licet"), &signature);
    from_hex(signature_vectors[0].r, expected, LIC_HASH_SIZE);
    from_hex(signature_vectors[0].s, expected + LIC_HASH_SIZE, LIC_HASH_SIZE);
    bool same = memcmp(signature.bytes, expected, sizeof expected) == 0;
    lic_keypair_wipe(&pair);
    return same ? LIC_OK : refuse(error, "signing");
}

static lic_status check_hashes(lic_error *error)
{
    lic_slice abc[2] = {lic_slice_text("a"), lic_slice_text("bc")};
    lic_hash result, expected;
    lic_hasher_native.sha256(abc, 2, &result);
    from_hex(SHA256_ABC, expected.bytes, sizeof expected.bytes);
    if (!lic_hash_equal(&result, &expected)) return refuse(error, "SHA-256");
    lic_hasher_native.blake2b(abc, 2, &result);
    from_hex(BLAKE2B_ABC, expected.bytes, sizeof expected.bytes);
    if (!lic_hash_equal(&result, &expected)) return refuse(error, "BLAKE2b-256");
    return LIC_OK;
}

lic_status lic_crypto_start(lic_error *error)
{
    static bool answered; /* once is enough: the libraries of a process stay what they are */
    if (answered) return LIC_OK;
    if (sodium_init() < 0) return refuse(error, "initialisation");
    LIC_TRY(check_hashes(error));
    LIC_TRY(check_signing(error));
    LIC_TRY(check_signatures(error));
    answered = true;
    return LIC_OK;
}

void lic_crypto_libraries(char text[LIC_CRYPTO_LIBRARIES_TEXT])
{
    (void)snprintf(text, LIC_CRYPTO_LIBRARIES_TEXT, "libsodium %s, nettle %d.%d",
                   sodium_version_string(), nettle_version_major(), nettle_version_minor());
}
