/* The hasher: SHA-256 from nettle, whose code uses the processor's SHA instructions where it has
 * them, and BLAKE2b-256 from libsodium. docs/adr/0010 has the measurements. */
#include <licet/crypto.h>

#include <nettle/sha2.h>
#include <sodium.h>

_Static_assert(SHA256_DIGEST_SIZE == LIC_HASH_SIZE, "SHA-256 fills a lic_hash");

static void sha256(const lic_slice *parts, size_t count, lic_hash *result)
{
    struct sha256_ctx context;
    sha256_init(&context);
    for (size_t i = 0; i < count; i++) {
        if (parts[i].size > 0) sha256_update(&context, parts[i].size, parts[i].data);
    }
    sha256_digest(&context, LIC_HASH_SIZE, result->bytes);
}

static void blake2b(const lic_slice *parts, size_t count, lic_hash *result)
{
    crypto_generichash_state state;
    LIC_ASSERT(crypto_generichash_init(&state, NULL, 0, LIC_HASH_SIZE) == 0);
    for (size_t i = 0; i < count; i++) {
        if (parts[i].size > 0) crypto_generichash_update(&state, parts[i].data, parts[i].size);
    }
    LIC_ASSERT(crypto_generichash_final(&state, result->bytes, LIC_HASH_SIZE) == 0);
}

const lic_hasher lic_hasher_native = {sha256, blake2b};
