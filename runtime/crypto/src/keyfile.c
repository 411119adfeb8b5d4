/* Key files: reading, writing, sealing. The format is in keyfile.h. The box holds a digest of the
 * clear bytes before it, so that roles or public key can't be changed without the passphrase. */
#include <licet/keyfile.h>

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC "licetkey"
#define VERSION 1
#define FORM_SEALED 1
#define FORM_PLAIN 2
#define HEAD_SIZE (8 + 2 + 1 + 1 + LIC_KEY_SIZE)
#define DERIVE_SIZE (4 + 4 + crypto_pwhash_SALTBYTES + crypto_secretbox_NONCEBYTES)
#define SECRET_PART (LIC_HASH_SIZE + LIC_SECRET_SIZE)
#define SEALED_SIZE (HEAD_SIZE + DERIVE_SIZE + crypto_secretbox_MACBYTES + SECRET_PART)
#define PLAIN_SIZE (HEAD_SIZE + LIC_SECRET_SIZE)
/* A hostile file may not take the machine: 1 GiB and 16 passes are the SENSITIVE profile. */
#define OPERATIONS_MAX 16u
#define MEMORY_MAX_KIB (1024u * 1024u)

typedef struct derivation {
    uint32_t operations, memory_kib;
    const uint8_t *salt, *nonce;
} derivation;

static lic_status bad_file(lic_error *error, const char *path, const char *why)
{
    return lic_fail(error, LIC_BAD_KEY, "key_file", "restore the file from a backup",
                    "%s is no usable key file: %s", path, why);
}

static lic_status io_error(lic_error *error, const char *path, const char *what)
{
    return lic_fail(error, errno == ENOENT ? LIC_MISSING : LIC_IO, "key_file",
                    "check the path and its permissions", "cannot %s key file %s: %s", what, path,
                    strerror(errno));
}

/* -- sealing ---------------------------------------------------------------------------------- */

static lic_status derive(const derivation *by, const lic_passphrase *passphrase,
                         uint8_t key[crypto_secretbox_KEYBYTES], lic_error *error)
{
    if (crypto_pwhash(key, crypto_secretbox_KEYBYTES, passphrase->bytes, passphrase->size, by->salt,
                      by->operations, (size_t)by->memory_kib * 1024,
                      crypto_pwhash_ALG_ARGON2ID13) != 0) {
        return lic_fail(error, LIC_NO_MEMORY, "argon2", "free memory and try again",
                        "opening a key needs %u MiB of memory", by->memory_kib / 1024);
    }
    return LIC_OK;
}

static void clear_digest(const uint8_t *bytes, size_t size, uint8_t digest[LIC_HASH_SIZE])
{
    lic_slice part = lic_slice_of(bytes, size);
    lic_hash hash;
    lic_hasher_native.blake2b(&part, 1, &hash);
    memcpy(digest, hash.bytes, LIC_HASH_SIZE);
}

static void put_head(uint8_t *bytes, uint8_t form, uint8_t roles, const lic_key *key)
{
    memcpy(bytes, MAGIC, 8);
    bytes[8] = VERSION;
    bytes[9] = 0;
    bytes[10] = form;
    bytes[11] = roles;
    memcpy(bytes + 12, key->bytes, LIC_KEY_SIZE);
}

static lic_status seal(uint8_t bytes[SEALED_SIZE], const lic_keypair *pair, uint8_t roles,
                       const lic_passphrase *passphrase, const lic_random *random, lic_error *error)
{
    uint8_t *at = bytes + HEAD_SIZE;
    derivation by = {(uint32_t)crypto_pwhash_OPSLIMIT_INTERACTIVE,
                     (uint32_t)(crypto_pwhash_MEMLIMIT_INTERACTIVE / 1024), at + 8,
                     at + 8 + crypto_pwhash_SALTBYTES};
    put_head(bytes, FORM_SEALED, roles, &pair->key);
    lic_store_u32(at, by.operations);
    lic_store_u32(at + 4, by.memory_kib);
    random->fill(random->context, at + 8, DERIVE_SIZE - 8);

    uint8_t key[crypto_secretbox_KEYBYTES], secrets[SECRET_PART];
    lic_status status = derive(&by, passphrase, key, error);
    if (status == LIC_OK) {
        clear_digest(bytes, HEAD_SIZE + DERIVE_SIZE, secrets);
        memcpy(secrets + LIC_HASH_SIZE, pair->secret, LIC_SECRET_SIZE);
        LIC_ASSERT(
            crypto_secretbox_easy(at + DERIVE_SIZE, secrets, sizeof secrets, by.nonce, key) == 0);
    }
    lic_wipe(key, sizeof key);
    lic_wipe(secrets, sizeof secrets);
    return status;
}

static lic_status unseal(const char *path, const uint8_t bytes[SEALED_SIZE],
                         const lic_passphrase *passphrase, uint8_t seed[LIC_SECRET_SIZE],
                         lic_error *error)
{
    const uint8_t *at = bytes + HEAD_SIZE;
    derivation by = {lic_load_u32(at), lic_load_u32(at + 4), at + 8,
                     at + 8 + crypto_pwhash_SALTBYTES};
    if (by.operations < 1 || by.operations > OPERATIONS_MAX || by.memory_kib < 8 ||
        by.memory_kib > MEMORY_MAX_KIB)
        return bad_file(error, path, "its derivation cost is out of range");
    uint8_t key[crypto_secretbox_KEYBYTES], secrets[SECRET_PART], digest[LIC_HASH_SIZE];
    lic_status status = derive(&by, passphrase, key, error);
    if (status == LIC_OK) {
        clear_digest(bytes, HEAD_SIZE + DERIVE_SIZE, digest);
        if (crypto_secretbox_open_easy(secrets, at + DERIVE_SIZE,
                                       crypto_secretbox_MACBYTES + SECRET_PART, by.nonce,
                                       key) != 0) {
            status = lic_fail(error, LIC_BAD_KEY, "passphrase",
                              "check the passphrase; without it the key is lost",
                              "the passphrase does not open %s", path);
        } else if (!lic_secret_equal(secrets, digest, LIC_HASH_SIZE)) {
            status = bad_file(error, path, "its clear part was changed");
        } else {
            memcpy(seed, secrets + LIC_HASH_SIZE, LIC_SECRET_SIZE);
        }
    }
    lic_wipe(key, sizeof key);
    lic_wipe(secrets, sizeof secrets);
    return status;
}

/* -- writing ------------------------------------------------------------------------------------ */

static bool write_all(int file, const uint8_t *bytes, size_t size)
{
    while (size > 0) {
        ssize_t put = write(file, bytes, size);
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) return false;
        bytes += put;
        size -= (size_t)put;
    }
    return true;
}

static bool sync_folder(const char *path)
{
    char copy[PATH_MAX];
    size_t size = strlen(path);
    if (size >= sizeof copy) return false;
    memcpy(copy, path, size + 1);
    int folder = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) return false;
    bool synced = fsync(folder) == 0;
    close(folder);
    return synced;
}

/* A file system without exclusive renaming gets a second name for the file, which is exclusive too. */
static bool name_exclusively(const char *from, const char *to)
{
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0) return true;
    if (errno != EINVAL && errno != ENOSYS) return false;
    return link(from, to) == 0 && unlink(from) == 0;
}

static int open_beside(const char *path, char made[PATH_MAX])
{
    if (snprintf(made, PATH_MAX, "%s.XXXXXX", path) < PATH_MAX) return mkostemp(made, O_CLOEXEC);
    errno = ENAMETOOLONG;
    return -1;
}

/* Under its name there is a whole key or none, whenever the process ends. */
static lic_status write_file(const char *path, const uint8_t *bytes, size_t size, lic_error *error)
{
    char made[PATH_MAX];
    int file = open_beside(path, made);
    if (file < 0) return io_error(error, path, "create");
    bool good = fchmod(file, 0600) == 0 && write_all(file, bytes, size) && fsync(file) == 0;
    good = close(file) == 0 && good;
    if (good && name_exclusively(made, path)) {
        if (sync_folder(path)) return LIC_OK;
        (void)snprintf(made, sizeof made, "%s", path);
    }
    lic_status status = good && errno == EEXIST
                            ? lic_fail(error, LIC_REFUSED, "key_exists",
                                       "choose another name, or move the file away",
                                       "key file %s exists and is not overwritten", path)
                            : io_error(error, path, "write");
    (void)unlink(made);
    return status;
}

lic_status lic_keyfile_create(const char *path, const lic_keypair *pair, uint8_t roles,
                              const lic_passphrase *passphrase, const lic_random *random,
                              lic_error *error)
{
    LIC_ASSERT(roles != 0 && roles <= LIC_KEY_MAY_ALL);
    uint8_t bytes[SEALED_SIZE];
    size_t size = passphrase != NULL ? SEALED_SIZE : PLAIN_SIZE;
    lic_status status = LIC_OK;
    if (passphrase != NULL) {
        status = seal(bytes, pair, roles, passphrase, random, error);
    } else {
        put_head(bytes, FORM_PLAIN, roles, &pair->key);
        memcpy(bytes + HEAD_SIZE, pair->secret, LIC_SECRET_SIZE);
    }
    if (status == LIC_OK) status = write_file(path, bytes, size, error);
    lic_wipe(bytes, sizeof bytes);
    return status;
}

/* -- reading ------------------------------------------------------------------------------------- */

/* Reads at most SEALED_SIZE + 1 bytes, so that a longer file is noticed. */
static lic_status read_file(const char *path, uint8_t bytes[SEALED_SIZE + 1], size_t *size,
                            lic_error *error)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return io_error(error, path, "open");
    struct stat info;
    lic_status status = LIC_OK;
    *size = 0;
    if (fstat(file, &info) != 0) {
        status = io_error(error, path, "read");
    } else if (!S_ISREG(info.st_mode)) {
        status = bad_file(error, path, "it is not a file");
    } else if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        status = lic_fail(error, LIC_BAD_KEY, "key_mode", "run chmod 600 on it",
                          "key file %s can be used by others", path);
    }
    while (status == LIC_OK && *size <= SEALED_SIZE) {
        ssize_t got = read(file, bytes + *size, SEALED_SIZE + 1 - *size);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) status = io_error(error, path, "read");
        if (got <= 0) break;
        *size += (size_t)got;
    }
    close(file);
    return status;
}

static lic_status parse_head(const char *path, const uint8_t *bytes, size_t size, lic_keyfile *file,
                             lic_error *error)
{
    if (size < HEAD_SIZE || memcmp(bytes, MAGIC, 8) != 0)
        return bad_file(error, path, "it does not begin as one");
    unsigned version = (unsigned)bytes[8] | (unsigned)bytes[9] << 8;
    if (version != VERSION) {
        return lic_fail(error, LIC_VERSION, "key_version", "use the release that made it",
                        "key file %s has version %u; this release reads %d", path, version,
                        VERSION);
    }
    if (bytes[10] != FORM_SEALED && bytes[10] != FORM_PLAIN)
        return bad_file(error, path, "its form is unknown");
    if (bytes[11] == 0 || bytes[11] > LIC_KEY_MAY_ALL)
        return bad_file(error, path, "its roles are unknown");
    file->sealed = bytes[10] == FORM_SEALED;
    file->roles = bytes[11];
    memcpy(file->key.bytes, bytes + 12, LIC_KEY_SIZE);
    if (size != (file->sealed ? SEALED_SIZE : PLAIN_SIZE))
        return bad_file(error, path, "its length is wrong");
    return LIC_OK;
}

lic_status lic_keyfile_inspect(const char *path, lic_keyfile *file, lic_error *error)
{
    uint8_t bytes[SEALED_SIZE + 1];
    size_t size = 0;
    lic_status status = read_file(path, bytes, &size, error);
    if (status == LIC_OK) status = parse_head(path, bytes, size, file, error);
    lic_wipe(bytes, sizeof bytes);
    return status;
}

static lic_status open_seed(const char *path, const uint8_t *bytes,
                            const lic_passphrase *passphrase, const lic_keyfile *file,
                            uint8_t seed[LIC_SECRET_SIZE], lic_error *error)
{
    if (!file->sealed) {
        memcpy(seed, bytes + HEAD_SIZE, LIC_SECRET_SIZE);
        return LIC_OK;
    }
    if (passphrase == NULL) {
        return lic_fail(error, LIC_BAD_KEY, "passphrase",
                        "give --passphrase-file or --passphrase-fd, or run it on a terminal",
                        "key file %s is sealed and no passphrase was given", path);
    }
    return unseal(path, bytes, passphrase, seed, error);
}

lic_status lic_keyfile_open(const char *path, const lic_passphrase *passphrase, lic_keyfile *file,
                            lic_keypair *pair, lic_error *error)
{
    uint8_t bytes[SEALED_SIZE + 1], seed[LIC_SECRET_SIZE] = {0};
    size_t size = 0;
    lic_status status = read_file(path, bytes, &size, error);
    if (status == LIC_OK) status = parse_head(path, bytes, size, file, error);
    if (status == LIC_OK) status = open_seed(path, bytes, passphrase, file, seed, error);
    if (status == LIC_OK) {
        lic_keypair_from_seed(seed, pair);
        if (!lic_key_equal(&pair->key, &file->key))
            status = bad_file(error, path, "its secret does not belong to its public key");
    }
    if (status != LIC_OK) lic_keypair_wipe(pair);
    lic_wipe(seed, sizeof seed);
    lic_wipe(bytes, sizeof bytes);
    return status;
}
