/* Ed25519 keys and signatures over libsodium. The rule that signatures follow is in crypto.h; start.c
 * checks that the library keeps to it. */
#include <licet/crypto.h>

#include <sodium.h>
#include <string.h>

_Static_assert(crypto_sign_SEEDBYTES == LIC_SECRET_SIZE, "a secret is the RFC 8032 seed");
_Static_assert(crypto_sign_PUBLICKEYBYTES == LIC_KEY_SIZE, "public keys");
_Static_assert(crypto_sign_BYTES == LIC_SIGNATURE_SIZE, "signatures");

void lic_keypair_from_seed(const uint8_t seed[LIC_SECRET_SIZE], lic_keypair *pair)
{
    uint8_t expanded[crypto_sign_SECRETKEYBYTES];
    LIC_ASSERT(crypto_sign_seed_keypair(pair->key.bytes, expanded, seed) == 0);
    memmove(pair->secret, seed, LIC_SECRET_SIZE);
    sodium_memzero(expanded, sizeof expanded);
}

void lic_keypair_create(const lic_random *random, lic_keypair *pair)
{
    uint8_t seed[LIC_SECRET_SIZE];
    random->fill(random->context, seed, sizeof seed);
    lic_keypair_from_seed(seed, pair);
    sodium_memzero(seed, sizeof seed);
}

void lic_keypair_wipe(lic_keypair *pair)
{
    sodium_memzero(pair, sizeof *pair);
}

bool lic_key_valid(const lic_key *key)
{
    return crypto_core_ed25519_is_valid_point(key->bytes) == 1;
}

bool lic_key_equal(const lic_key *a, const lic_key *b)
{
    return memcmp(a->bytes, b->bytes, LIC_KEY_SIZE) == 0;
}

bool lic_key_zero(const lic_key *key)
{
    static const lic_key zero;
    return lic_key_equal(key, &zero);
}

void lic_sign(const lic_keypair *pair, lic_slice message, lic_signature *signature)
{
    uint8_t expanded[crypto_sign_SECRETKEYBYTES]; /* libsodium's form: seed and public key */
    memcpy(expanded, pair->secret, LIC_SECRET_SIZE);
    memcpy(expanded + LIC_SECRET_SIZE, pair->key.bytes, LIC_KEY_SIZE);
    LIC_ASSERT(crypto_sign_detached(signature->bytes, NULL, message.data, message.size, expanded) ==
               0);
    sodium_memzero(expanded, sizeof expanded);
}

bool lic_verify(const lic_key *key, lic_slice message, const lic_signature *signature)
{
    return crypto_sign_verify_detached(signature->bytes, message.data, message.size, key->bytes) ==
           0;
}

void lic_wipe(void *bytes, size_t size)
{
    sodium_memzero(bytes, size);
}

bool lic_secret_equal(const void *a, const void *b, size_t size)
{
    return sodium_memcmp(a, b, size) == 0;
}
