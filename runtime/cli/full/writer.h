/* writer.h - what commands that write share: key files, an engine that can commit, envelopes. */
#ifndef LICET_CLI_WRITER_H
#define LICET_CLI_WRITER_H

#include "reading.h"

#include <licet/keyfile.h>

enum { LIC_SIGNERS_MAX = LIC_SIGNATURES_MAX, LIC_PATH_SIZE = 4096 };

/* -- key files: FOLDER/NAME.key ----------------------------------------------------------------------- */

/* --keys, LICET_KEYS, or LEDGER-keys. The folder need not exist. `ledger` may be NULL. */
lic_status lic_keys_folder(lic_cli *cli, const char *ledger, char folder[LIC_PATH_SIZE]);
/* FOLDER/NAME.key. Usage error when NAME cannot be a file's name. */
lic_status lic_keys_path(lic_cli *cli, const char *folder, const char *name,
                         char path[LIC_PATH_SIZE]);
bool lic_keys_exist(const char *path);
lic_passphrase_source lic_keys_passphrase(lic_cli *cli, lic_status *status);
/* Makes the folder and a key file. `plain`: without a passphrase. */
lic_status lic_keys_make(lic_cli *cli, const char *folder, const char *name, uint8_t roles,
                         bool plain, lic_keypair *pair);
/* Opens a key file, asking for its passphrase when it is sealed. */
lic_status lic_keys_open(lic_cli *cli, const char *folder, const char *name, lic_keypair *pair);
/* "sign,file,operate" to bits; `roles` keeps its default when the option is absent. */
lic_status lic_keys_roles(lic_cli *cli, uint8_t *roles);

/* -- writing -------------------------------------------------------------------------------------------- */

typedef struct lic_writer {
    lic_cli *cli;
    const char *path;
    char folder[LIC_PATH_SIZE];
    lic_engine *engine;
    lic_projection *projection;
    lic_keypair operators[LIC_OPERATORS_MAX];
    size_t operator_count;
    lic_keypair signers[LIC_SIGNERS_MAX]; /* of --as, in order */
    size_t signer_count;
    lic_hash party;      /* of the first signer; zero while it is not registered */
    lic_outcome outcome; /* of the last transaction */
    bool several;        /* may send several transactions: their JSON is one array */
    size_t told;
    bool borrowed; /* engine and projection belong to a batch */
} lic_writer;

/* What a batch keeps open from one command to the next. */
typedef struct lic_kept {
    lic_writer writer;
    bool open;
    char path[LIC_PATH_SIZE];
    uint64_t threads;
} lic_kept;

void lic_kept_close(lic_kept *kept);

/* Opens the ledger for writing with the operator's key file. Close in any case. */
lic_status lic_writer_open(lic_cli *cli, const char *path, lic_writer *writer);
/* Opens the key files of --as (or LICET_AS). `demand`: at least one. */
lic_status lic_writer_signers(lic_writer *writer, bool demand);
void lic_writer_close(lic_writer *writer);

/* An envelope of `kind` by the first signer; the body is the caller's to fill. */
lic_status lic_writer_envelope(lic_writer *writer, uint16_t kind, lic_transaction *transaction);
/* Signs by all signers, submits and commits; or, with --envelope, writes the wire form to a file, and tells
 * so (*sent = false). */
lic_status lic_writer_send(lic_writer *writer, lic_transaction *transaction, bool *sent);
lic_status lic_writer_contract(lic_writer *writer, const char *text, lic_contract_info *info);

/* Tells the receipt of the last transaction: JSON with --json, otherwise `line` on stdout. */
void lic_writer_tell(lic_writer *writer, const char *line);
/* The same, with members that `more` adds to the JSON. */
void lic_writer_tell_more(lic_writer *writer, const char *line,
                          void (*more)(lic_writer *writer, lic_json *json));
/* The same of a transaction that went to --envelope FILE (and FILE.0, ... `files` in all). */
void lic_writer_tell_envelope(lic_writer *writer, const lic_hash *id, uint64_t files);
/* Closes the array of `several`; nothing to do after an error. */
lic_status lic_writer_told(lic_writer *writer, lic_status status);
void lic_receipt_json(lic_json *json, const lic_receipt *receipt);

/* The engine's progress on a terminal. */
lic_engine_progress lic_writer_progress(lic_progress *progress);

#endif
