/* Start-up vectors: before anything is signed, hashed or verified, the libraries show that they
 * answer as docs/spec/ledger.md demands. libsodium 1.0.18 verifies without the cofactor, later
 * releases with it; on an R with an order-2 part they disagree, and two nodes would fork. */
#include <licet/crypto.h>

#include <sodium.h>
#include <string.h>

/* Key and signature of the seed 00 01 .. 1f over "licet", and what must be refused in their place. */
#define GOOD_KEY "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"

typedef struct signature_vector {
    const char *name, *key, *signature;
    bool good;
} signature_vector;

static const signature_vector signature_vectors[] = {
    {"a good signature", GOOD_KEY,
     "74d517f02928dc23da95f35bf3f9d3d4e68f35cc55256a16e3d8b5032a77ae44"
     "3040051ac34f81f63a84b4cda7eb402da1433f6afe3299bf9a74fa1f423dd90f",
     true},
    {"an R with an order-2 part", GOOD_KEY,
     "359dbf604a3b3bedc20d5408b9d4770fbe52c922979b3178d02ab8d41c9c3a4e"
     "6dcf0f632499fa10ce014ce33cb04b4ace232e07d2272a1474133e06fdf8f00a",
     false},
    {"S + L in place of S", GOOD_KEY,
     "74d517f02928dc23da95f35bf3f9d3d4e68f35cc55256a16e3d8b5032a77ae44"
     "1d14fb76ddb2934e1121ac7086e51f42a1433f6afe3299bf9a74fa1f423dd91f",
     false},
    {"R the identity", GOOD_KEY,
     "0100000000000000000000000000000000000000000000000000000000000000"
     "a98651b769d363133119a3be0ab24070a028be59cb745789031f0d975bb96809",
     false},
    {"R a non-canonical identity", GOOD_KEY,
     "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"
     "343f714b428a7dd8e5695a9e80f9d8d6490b2b170a0b9f06796fc43d7e2dc90f",
     false},
    {"a key of small order", "0100000000000000000000000000000000000000000000000000000000000000",
     "0100000000000000000000000000000000000000000000000000000000000000"
     "0000000000000000000000000000000000000000000000000000000000000000",
     false},
};

typedef struct key_vector {
    const char *name, *key;
    bool good;
} key_vector;

static const key_vector key_vectors[] = {
    {"a good key", GOOD_KEY, true},
    {"the base point", "5866666666666666666666666666666666666666666666666666666666666666", true},
    {"a key with an order-2 part",
     "ea5ef8400c31ef41e28f22e718b43f66981b29cf645af2a0e223799bedaace47", false},
    {"the identity", "0100000000000000000000000000000000000000000000000000000000000000", false},
    {"the point of order 2", "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
     false},
    {"a point of order 4", "0000000000000000000000000000000000000000000000000000000000000000",
     false},
    {"a point of order 8", "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
     false},
    {"y = p", "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", false},
    {"y = p + 1", "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", false},
    {"y = 2^255 - 1", "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", false},
    {"a y that no point has", "0200000000000000000000000000000000000000000000000000000000000000",
     false},
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
        from_hex(vector->signature, signature.bytes, sizeof signature.bytes);
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
    from_hex(signature_vectors[0].signature, expected, sizeof expected);
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
    if (sodium_init() < 0) return refuse(error, "initialisation");
    LIC_TRY(check_hashes(error));
    LIC_TRY(check_signing(error));
    return check_signatures(error);
}
