/* Randomness: the operating system's, and a stream that is a function of its seed. */
#include <licet/crypto.h>

#include <sodium.h>
#include <string.h>

/* libsodium asks the kernel for 256 bytes at a time; salts of a block are a megabyte. A larger fill is
 * one key from the kernel, expanded, and the key forgotten. */
#define ASKED_DIRECTLY 64u

static void fill_system(void *context, void *bytes, size_t size)
{
    static const uint8_t nonce[crypto_stream_chacha20_NONCEBYTES];
    (void)context;
    if (size <= ASKED_DIRECTLY) {
        randombytes_buf(bytes, size);
        return;
    }
    uint8_t key[crypto_stream_chacha20_KEYBYTES];
    randombytes_buf(key, sizeof key);
    crypto_stream_chacha20(bytes, size, nonce, key);
    sodium_memzero(key, sizeof key);
}

const lic_random lic_random_system = {NULL, fill_system};

void lic_seeded_init(lic_seeded *state, uint64_t seed)
{
    memset(state, 0, sizeof *state);
    lic_store_u64(state->seed, seed);
}

/* Every fill has a nonce of its own, so that two fills never share bytes whatever their sizes. */
static void fill_seeded(void *context, void *bytes, size_t size)
{
    lic_seeded *state = context;
    uint8_t nonce[crypto_stream_chacha20_NONCEBYTES];
    lic_store_u64(nonce, state->used++);
    crypto_stream_chacha20(bytes, size, nonce, state->seed);
}

lic_random lic_seeded_random(lic_seeded *state)
{
    return (lic_random){state, fill_seeded};
}
