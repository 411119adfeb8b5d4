/* fuzz_keyfile.c - any bytes as a key file, and as the file of a passphrase. First byte: 0 the rest is a
 * key file; 1 the rest says how to spoil a sealed file that is made here with libsodium, cheaply; 2 the
 * rest is what a passphrase is read from. What opens must be what a reader of its own, below, takes; a
 * spoilt sealed file must not open, whatever byte of it was changed; and of a passphrase only its line is
 * taken from the descriptor. */
#include <licet/keyfile.h>

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The format of keyfile.h by its places. */
enum {
    FORM_AT = 10,
    ROLES_AT = 11,
    KEY_AT = 12,
    COST_AT = 44,
    SALT_AT = 52,
    NONCE_AT = 68,
    BOX_AT = 92,
    SEALED = 172,
    PLAIN = 76
};

static const char head[] = "licetkey\1\0";
static const lic_passphrase passphrase = {.bytes = "fuzz", .size = 4};

static int file_of(const uint8_t *bytes, size_t size, char path[64])
{
    static FILE *file;
    if (file == NULL) file = tmpfile();
    LIC_ASSERT(file != NULL);
    int descriptor = fileno(file);
    LIC_ASSERT(fchmod(descriptor, 0600) == 0 && ftruncate(descriptor, 0) == 0);
    LIC_ASSERT(pwrite(descriptor, bytes, size, 0) == (ssize_t)size);
    LIC_ASSERT(lseek(descriptor, 0, SEEK_SET) == 0);
    (void)snprintf(path, 64, "/proc/self/fd/%d", descriptor);
    return descriptor;
}

/* Whether the bytes before any cryptography are those of a key file. */
static bool well_formed(const uint8_t *bytes, size_t size)
{
    bool head_good = size >= KEY_AT && memcmp(bytes, head, 10) == 0;
    if (!head_good || bytes[ROLES_AT] == 0 || bytes[ROLES_AT] > 7) return false;
    return (bytes[FORM_AT] == 1 && size == SEALED) || (bytes[FORM_AT] == 2 && size == PLAIN);
}

static bool cost_allowed(const uint8_t *bytes)
{
    uint32_t operations = lic_load_u32(bytes + COST_AT);
    uint32_t memory = lic_load_u32(bytes + COST_AT + 4);
    return operations >= 1 && operations <= 16 && memory >= 8 && memory <= 1024u * 1024;
}

static lic_status open_bytes(const uint8_t *bytes, size_t size, lic_keyfile *file,
                             lic_keypair *pair)
{
    char path[64];
    lic_error error = {0};
    static const lic_keypair nothing;
    (void)file_of(bytes, size, path);
    lic_status status = lic_keyfile_open(path, &passphrase, file, pair, &error);
    LIC_ASSERT(status == LIC_OK || (error.text[0] != '\0' && error.help[0] != '\0'));
    LIC_ASSERT(status == LIC_OK || memcmp(pair, &nothing, sizeof nothing) == 0);
    return status;
}

static void try_file(const uint8_t *bytes, size_t size)
{
    uint8_t copy[SEALED + 2];
    lic_keyfile file, inspected;
    lic_keypair pair;
    lic_error error = {0};
    char path[64];
    if (size > sizeof copy) return;
    memcpy(copy, bytes, size);
    bool good = well_formed(copy, size);
    bool sealed = good && copy[FORM_AT] == 1;
    if (sealed &&
        cost_allowed(copy)) { /* what is allowed may cost a second: the least of it here */
        lic_store_u32(copy + COST_AT, 1);
        lic_store_u32(copy + COST_AT + 4, 8);
    }
    lic_status status = open_bytes(copy, size, &file, &pair);
    (void)file_of(copy, size, path);
    LIC_ASSERT((lic_keyfile_inspect(path, &inspected, &error) == LIC_OK) == good);
    LIC_ASSERT(!sealed || status == LIC_BAD_KEY); /* nobody sealed it with this passphrase */
    if (status != LIC_OK) return;
    LIC_ASSERT(good && file.roles == copy[ROLES_AT]);
    LIC_ASSERT(memcmp(pair.key.bytes, copy + KEY_AT, LIC_KEY_SIZE) == 0);
    LIC_ASSERT(memcmp(pair.secret, copy + PLAIN - LIC_SECRET_SIZE, LIC_SECRET_SIZE) == 0);
}

/* A sealed file for the key of a seed, with the least cost that is allowed. */
static void seal(const uint8_t seed[LIC_SECRET_SIZE], uint8_t roles, uint8_t bytes[SEALED])
{
    lic_keypair pair;
    uint8_t key[32], secrets[64];
    lic_keypair_from_seed(seed, &pair);
    memset(bytes, 0, SEALED);
    memcpy(bytes, head, 10);
    bytes[FORM_AT] = 1;
    bytes[ROLES_AT] = roles;
    memcpy(bytes + KEY_AT, pair.key.bytes, LIC_KEY_SIZE);
    lic_store_u32(bytes + COST_AT, 1);
    lic_store_u32(bytes + COST_AT + 4, 8);
    memcpy(bytes + SALT_AT, seed, 16);
    memcpy(bytes + NONCE_AT, seed, 24);
    LIC_ASSERT(crypto_pwhash(key, sizeof key, passphrase.bytes, passphrase.size, bytes + SALT_AT, 1,
                             8 * 1024, crypto_pwhash_ALG_ARGON2ID13) == 0);
    LIC_ASSERT(crypto_generichash(secrets, 32, bytes, BOX_AT, NULL, 0) == 0);
    memcpy(secrets + 32, seed, LIC_SECRET_SIZE);
    LIC_ASSERT(
        crypto_secretbox_easy(bytes + BOX_AT, secrets, sizeof secrets, bytes + NONCE_AT, key) == 0);
}

/* Input: a byte of the seed, the roles, and pairs of a place and what is put over it by exclusive or. */
static void try_spoilt(const uint8_t *data, size_t size)
{
    uint8_t bytes[SEALED], whole[SEALED], seed[LIC_SECRET_SIZE] = {0};
    lic_keyfile file;
    lic_keypair pair;
    if (size < 2) return;
    seed[0] = data[0];
    seal(seed, (uint8_t)(1 + data[1] % 7), whole);
    memcpy(bytes, whole, SEALED);
    for (size_t i = 2; i + 1 < size && i < 16; i += 2) bytes[data[i] % SEALED] ^= data[i + 1];
    bool spoilt = memcmp(bytes, whole, SEALED) != 0;
    if (memcmp(bytes + COST_AT, whole + COST_AT, 8) != 0 && cost_allowed(bytes)) return;
    LIC_ASSERT((open_bytes(bytes, SEALED, &file, &pair) == LIC_OK) == !spoilt);
    LIC_ASSERT(spoilt || (memcmp(pair.secret, seed, sizeof seed) == 0 && file.sealed));
}

static void try_passphrase(const uint8_t *bytes, size_t size)
{
    char path[64];
    lic_passphrase read;
    lic_error error = {0};
    if (size > 4096) return;
    int descriptor = file_of(bytes, size, path);
    const lic_passphrase_source source = {LIC_PASSPHRASE_DESCRIPTOR, NULL, descriptor};
    lic_status status = lic_passphrase_read(&source, "", false, &read, &error);
    const uint8_t *end = size == 0 ? NULL : memchr(bytes, '\n', size);
    size_t line = end == NULL ? size : (size_t)(end - bytes);
    LIC_ASSERT((status == LIC_OK) == (line >= 1 && line <= LIC_PASSPHRASE_MAX));
    LIC_ASSERT(status == LIC_OK || (read.size == 0 && error.help[0] != '\0'));
    if (status != LIC_OK) return;
    LIC_ASSERT(read.size == line && memcmp(read.bytes, bytes, line) == 0);
    LIC_ASSERT(lseek(descriptor, 0, SEEK_CUR) == (off_t)(line + (end != NULL)));
    lic_passphrase_wipe(&read);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool started;
    lic_error error;
    if (!started) LIC_ASSERT(lic_crypto_start(&error) == LIC_OK);
    started = true;
    if (size == 0) return 0;
    switch (data[0]) {
    case 0: try_file(data + 1, size - 1); break;
    case 1: try_spoilt(data + 1, size - 1); break;
    case 2: try_passphrase(data + 1, size - 1); break;
    default: break;
    }
    return 0;
}
