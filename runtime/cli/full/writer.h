/* writer.h - what commands that write share: key files, an engine that can commit, envelopes. */
#ifndef LICET_CLI_WRITER_H
#define LICET_CLI_WRITER_H

#include "reading.h"

#include <licet/client.h>

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
/* Usage error: --no-passphrase where the clock is real. */
lic_status lic_keys_refuse_plain(lic_cli *cli);
/* REFUSED when NAME.key has no passphrase and the ledger's clock is real; MISSING when it is not there. */
lic_status lic_keys_guarded(lic_cli *cli, const lic_genesis *genesis, const char *folder,
                            const char *name);
/* "sign,file,operate" to bits; `roles` keeps its default when the option is absent. */
lic_status lic_keys_roles(lic_cli *cli, uint8_t *roles);

/* -- writing -------------------------------------------------------------------------------------------- */

/* --envelope FILE: an envelope goes to FILE, the chunks of an upload to FILE.0, FILE.1, ... */
typedef struct lic_envelope_files {
    lic_cli *cli;
    const char *path; /* NULL: they go into the ledger */
    uint64_t count;
} lic_envelope_files;

typedef struct lic_writer {
    lic_cli *cli;
    const char *path;
    char folder[LIC_PATH_SIZE];
    lic_client *client;
    lic_keypair operators[LIC_OPERATORS_MAX];
    size_t operator_count;
    lic_keypair signers[LIC_SIGNERS_MAX]; /* of --as, in order */
    size_t signer_count;
    lic_date valid_until;     /* --valid-until */
    lic_envelope_files files; /* of the call under way */
    lic_client_result result; /* of the last call */
    bool several;             /* may send several transactions: their JSON is one array */
    size_t told;
    bool borrowed;                /* the client belongs to a batch */
    const char *next;             /* file that the command asks for after this one; NULL: none */
    struct lic_read_ahead *ahead; /* of `next` (read_ahead.h); NULL: it is not read ahead */
} lic_writer;

/* What a batch keeps open from one command to the next: a ledger, a block that lines share, their output. */
typedef struct lic_kept {
    lic_writer writer;
    bool open;
    char path[LIC_PATH_SIZE];
    uint64_t threads;
    lic_held held;
    struct lic_read_ahead *ahead; /* the file of a later line (read_ahead.h); NULL: none */
} lic_kept;

/* Writes the block that is open, and tells what it was for. After an error what was in it is not done, and what was
 * to be told of it is dropped. */
lic_status lic_kept_settle(lic_kept *kept, lic_error *error);
void lic_kept_close(lic_kept *kept); /* forgets an open block */
/* The ledger that a command has made and opened is kept for the next one. False: it is not wanted, and the client is still
 * the caller's. */
bool lic_kept_adopt(lic_kept *kept, const char *path, const char *folder, lic_client *client,
                    const lic_keypair *pair);
/* For commands that read what the lines before them wrote; nothing to do outside a batch. */
lic_status lic_kept_written(lic_cli *cli);

/* Opens the ledger for writing with the operator's key file, runs, and closes it again. The calls share blocks, and
 * output waits until they are written. */
lic_status lic_writer_run(lic_cli *cli, lic_status (*run)(lic_writer *writer));
const lic_genesis *lic_writer_genesis(const lic_writer *writer);
/* Opens the key files of --as (or LICET_AS). `demand`: at least one. */
lic_status lic_writer_signers(lic_writer *writer, bool demand);

/* Closes the ledger between two rounds of a command that stays, and opens it again with the same keys. */
void lic_writer_leave(lic_writer *writer);
/* Tells what was written so far, for a command that stays. */
lic_status lic_writer_tell_now(lic_writer *writer);
lic_status lic_writer_return(lic_writer *writer);

/* What the options say about a call: signers, validity, envelope, size of chunks. */
lic_status lic_writer_call(lic_writer *writer, lic_client_call *call);
/* After the call: an error in the words of the command line; when an envelope was written, tells so. */
lic_status lic_writer_done(lic_writer *writer, lic_status status);

/* Tells the receipt of the last transaction, unless it went to an envelope: JSON with --json, otherwise
 * `line` on stdout. */
void lic_writer_tell(lic_writer *writer, const char *line);
/* The same, with members that `more` adds to the JSON; NULL: nothing. */
void lic_writer_tell_more(lic_writer *writer, const char *line,
                          void (*more)(lic_writer *writer, lic_json *json));
/* The same, the line being the transaction's id. */
void lic_writer_tell_id(lic_writer *writer);
/* In place of a receipt, in the array of `several`: {`member`: value, error: {status, code, text, help}}. */
void lic_writer_tell_refusal(lic_writer *writer, const char *member, const char *value,
                             lic_status status);
/* Closes the array of `several`; nothing to do after an error. */
lic_status lic_writer_told(lic_writer *writer, lic_status status);

/* Says how much of an upload was in the ledger before, if it was interrupted then. */
void lic_writer_say_resumed(lic_writer *writer);

/* The engine's progress on a terminal. */
lic_engine_progress lic_writer_progress(lic_progress *progress);

#endif
