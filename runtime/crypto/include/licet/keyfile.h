/* keyfile.h - one Ed25519 key pair in a file, sealed with a passphrase.
 *
 * Format (canonical codec, nothing else in the file; docs/spec/ledger.md, "key files"):
 *   "licetkey", version u16 = 1, form u8 (1 sealed, 2 plain), roles u8, public key 32, then
 *   sealed: operations u32, memory u32 in KiB, salt 16, nonce 24, box 80
 *           Argon2id(passphrase, salt) -> key of XSalsa20-Poly1305 over {BLAKE2b-256 of the bytes
 *           before the box, seed 32}: no byte of the file can be changed unnoticed
 *   plain:  seed 32. For simulated ledgers; written only on explicit demand, named by `doctor`.
 * Files are created with mode 0600 and refused when others can read them. */
#ifndef LICET_KEYFILE_H
#define LICET_KEYFILE_H

#include <licet/crypto.h>

/* Roles of a key, a bit set: what it may sign. */
enum {
    LIC_KEY_MAY_SIGN = 1,   /* agreements, acts, payments, everything of a party */
    LIC_KEY_MAY_FILE = 2,   /* reports and facts */
    LIC_KEY_MAY_OPERATE = 4 /* blocks and the clock */
};
#define LIC_KEY_MAY_ALL 7u

#define LIC_PASSPHRASE_MAX 1024 /* bytes */
typedef struct lic_passphrase {
    char bytes[LIC_PASSPHRASE_MAX];
    size_t size;
} lic_passphrase;

typedef enum lic_passphrase_kind {
    LIC_PASSPHRASE_NONE = 0,      /* only plain files can be opened or made */
    LIC_PASSPHRASE_TERMINAL = 1,  /* /dev/tty, without echo */
    LIC_PASSPHRASE_FILE = 2,      /* first line of a file */
    LIC_PASSPHRASE_DESCRIPTOR = 3 /* first line of an open descriptor */
} lic_passphrase_kind;

/* Where a passphrase comes from: never the command line, never the environment. */
typedef struct lic_passphrase_source {
    lic_passphrase_kind kind;
    const char *path; /* FILE */
    int descriptor;   /* DESCRIPTOR; read byte by byte up to the line's end, not closed */
} lic_passphrase_source;

/* Reads one line; `prompt` is for the terminal. `confirm`: asked twice on a terminal, must agree.
 * BAD_KEY: empty, too long, not confirmed, interrupted; MISSING, IO: as they say; CONFIGURATION: no
 * terminal. */
lic_status lic_passphrase_read(const lic_passphrase_source *source, const char *prompt,
                               bool confirm, lic_passphrase *passphrase, lic_error *error);
void lic_passphrase_wipe(lic_passphrase *passphrase);

/* What can be read without the passphrase. Trustworthy only after opening. */
typedef struct lic_keyfile {
    lic_key key;
    uint8_t roles; /* LIC_KEY_MAY_ bits */
    bool sealed;
} lic_keyfile;

/* Writes a new file; an existing one is never overwritten (REFUSED). passphrase NULL writes the
 * plain form: the caller has asked its user. The file and its folder are synced before OK. */
lic_status lic_keyfile_create(const char *path, const lic_keypair *pair, uint8_t roles,
                              const lic_passphrase *passphrase, const lic_random *random,
                              lic_error *error);

/* MISSING, IO, VERSION (of the format), BAD_KEY (not a key file, damaged, readable by others). */
lic_status lic_keyfile_inspect(const char *path, lic_keyfile *file, lic_error *error);

/* Inspects and opens. passphrase may be NULL for plain files. BAD_KEY also: wrong passphrase. On any
 * failure *pair is wiped. About 70 ms for a sealed file. */
lic_status lic_keyfile_open(const char *path, const lic_passphrase *passphrase, lic_keyfile *file,
                            lic_keypair *pair, lic_error *error);

#endif
