/* client.h - a party's side of a ledger: each thing that a party does is one call. Names are looked up,
 * the envelope is filled in, signed with the keys that the call brings, submitted and committed.
 *
 *     lic_client_options options = {.path = "trial", .disk = disk, .allocator = &lic_allocator_system,
 *                                   .random = &random, .clock = &clock,
 *                                   .operators = &operator, .operator_count = 1};
 *     lic_client_create(&options, &genesis, &client, &error);
 *     const lic_client_call call = {.signers = &author, .signer_count = 1};
 *     lic_client_register(client, &call, lic_slice_text("Author"), LIC_KEY_MAY_SIGN, NULL, &result, &error);
 *     lic_client_deploy(client, &call, &deployment, &result, &error);
 *     ...
 *     lic_client_close(client);
 *
 * A client holds an engine and the projection behind the views, on a file or on a disk in memory
 * (memory_disk.h). There it makes no system call but for memory, so that it can be used where none is
 * allowed; what it does depends on its inputs, clock and randomness alone.
 *
 * What it knows nothing of: files of keys and passphrases, command lines, the compiler.
 *
 * Slices and pointers that a read returns are borrowed until the next call that writes or closes. One client,
 * one thread. Errors are described at each call; beside them every call that writes answers what
 * lic_engine_submit and lic_engine_commit answer (a rule of the ledger: REFUSED; the contract stopped:
 * TRAPPED; ...). After an error the ledger is as it was, unless an upload is larger than a block may be. Each
 * call is a block of its own, written when it returns, unless several are to share one (lic_client_begin). */
#ifndef LICET_CLIENT_H
#define LICET_CLIENT_H

#include <licet/engine.h>
#include <licet/keyfile.h>
#include <licet/memory_disk.h>
#include <licet/query.h>

typedef struct lic_client lic_client;

/* -- opening ----------------------------------------------------------------------------------------- */

typedef struct lic_client_options {
    const char *path;      /* the ledger's file, or its name on `disk`; copied */
    lic_memory_disk *disk; /* borrowed until the client is closed; NULL: the file system */
    const char *vfs; /* without a disk: a SQLite VFS that stands in for the system's; borrowed */
    const lic_allocator *allocator;
    const lic_random *random; /* salts, secrets of in-memory indexes; borrowed */
    const lic_clock *clock;   /* time of blocks on real ledgers, time limits of queries; borrowed */
    const lic_keypair
        *operators;        /* they sign blocks; copied, and wiped when the client is closed */
    size_t operator_count; /* 0: the ledger is opened for reading alone */
    unsigned
        threads; /* 1: one; otherwise reports are parsed ahead by a second one. 0: as many as pay;
                       * on a disk in memory one */
    bool
        stays; /* it writes blocks for a long time, with readers beside it: a log instead of a rollback
                 * journal, one sync a block instead of four (ADR 0014); not on a disk in memory */
    lic_thresholds thresholds; /* store.h; zeros do for everybody but tests */
    uint32_t wait_ms;          /* how long opening waits for another writer to end; then LOCKED */
    lic_coverage *coverage;    /* told of each instruction that runs; borrowed; NULL: nobody is */
} lic_client_options;

/* A new ledger with block 0. Of `genesis` the caller fills in name, clock and time, and limits if they are
 * others than lic_genesis_init's; without operators in it they are those of the options, and each
 * block needs one signature. REFUSED: something is at the path. What lic_engine_create answers. */
lic_status lic_client_create(const lic_client_options *options, lic_genesis *genesis,
                             lic_client **client, lic_error *error);
/* What lic_engine_open answers: MISSING, LOCKED, VERSION, CORRUPT, IO. */
lic_status lic_client_open(const lic_client_options *options, lic_client **client,
                           lic_error *error);
void lic_client_close(lic_client *client); /* NULL allowed */

/* Another client on a copy of the ledger in memory; from then on neither sees what the other does. The
 * options say where (path, disk); what is NULL or 0 in the rest is as in `client`. From a disk in memory it is
 * a copy of pointers (lic_memory_disk_copy), from a file a reading of it (lic_memory_disk_import). */
lic_status lic_client_fork(lic_client *client, const lic_client_options *options, lic_client **fork,
                           lic_error *error);

/* For reads: parties, contracts, rows, statements, postings. */
lic_engine *lic_client_engine(lic_client *client);
const char *lic_client_path(const lic_client *client);

/* Runs SQL (query.h) over the views, and over postings and usage_lines, on what is committed. Not from inside
 * a visit of another query of this client; a visit does not write to this client (LOCKED). */
lic_status lic_client_query(lic_client *client, const char *sql, const lic_query_limits *limits,
                            lic_query_visit *visit, void *context, lic_error *error);

/* -- how a call is signed and sent -------------------------------------------------------------------- */

typedef struct lic_client_call {
    /* The envelope is by the first key, and for the party that it belongs to; each of the others adds its
     * signature (joint actions). Uploads are signed by the first alone. At most LIC_SIGNATURES_MAX. */
    const lic_keypair *signers;
    size_t signer_count;
    const lic_date *
        valid_until; /* NULL: seven days from the next block's date, or as far as the genesis allows */
    /* Not NULL: the signed envelope in wire form goes here instead of into the ledger; of an upload the header
     * comes first, then its chunks in order. An answer other than OK ends the call and is returned. */
    lic_status (*divert)(void *context, lic_slice wire);
    void *divert_context;
    uint32_t chunk_bytes; /* of uploads; 0: the largest allowed */
    lic_cut *cut;         /* of an upload's bytes, when the caller has begun with it; or NULL */
    bool
        resends; /* of a report: the same file may have been settled without anybody told; its receipt is the
                   * answer then, known. Otherwise it is REFUSED, code "closed_period" */
    lic_engine_progress progress; /* of uploads; step NULL: silent */
} lic_client_call;

/* What became of it. */
typedef struct lic_client_result {
    lic_hash id;         /* of the transaction; of an upload: of its header */
    bool sent;           /* false: it was diverted, and the outcome is empty */
    uint64_t envelopes;  /* that were diverted */
    lic_outcome outcome; /* of an upload: of its last chunk */
} lic_client_result;

/* A name with its value, as texts. */
typedef struct lic_named_text {
    lic_slice name, value;
} lic_named_text;

/* Every call below, beside what is said there: MISSING, code "signer": no key signs it; TOO_LARGE, code
 * "signers": too many do; DENIED, code "operator": the client was opened for reading alone. `contract` is
 * a full id, an unambiguous beginning of it, or a unique agreement's name: REFUSED, codes "unknown" and
 * "ambiguous". `result` may be NULL. */

/* -- several calls, one block -------------------------------------------------------------------------- */

/* From here on calls share blocks, as many as the genesis allows, and each block costs one sync. A call that
 * is refused leaves the others as they are. A call's result is final, and may be told, when its block is
 * written, which lic_client_calls says; before that the outcome is what the block will hold. Queries and forks
 * see written blocks alone. Calls that end a block by themselves: a clock, and whatever needs more than is left. */
void lic_client_begin(lic_client *client);
/* Writes what waits; the calls that come share the next block. After an answer other than OK what waited is as if
 * it had never been called. */
lic_status lic_client_flush(lic_client *client, lic_error *error);
/* The same, and each call is again a block of its own. Without lic_client_begin there is nothing to do. */
lic_status lic_client_commit(lic_client *client, lic_error *error);
/* Forgets what waits, and ends it too. */
void lic_client_abandon(lic_client *client);

/* Calls of this client that were not refused, and how many of them, the first ones, are written. `made` goes
 * back to `written` when a block is lost: after an error that is no refusal (NO_MEMORY, IO, CORRUPT). */
typedef struct lic_client_count {
    uint64_t made, written;
} lic_client_count;
lic_client_count lic_client_calls(const lic_client *client);

/* -- parties and keys ---------------------------------------------------------------------------------- */

/* A party whose first key is that of the first signer. `roles`: LIC_KEY_MAY_ bits. `recovery` may be NULL.
 * The party's id is that of the transaction; outcome.receipt.number its number. */
lic_status lic_client_register(lic_client *client, const lic_client_call *call, lic_slice name,
                               uint8_t roles, const lic_key *recovery, lic_client_result *result,
                               lic_error *error);
/* `party`: a name or the beginning of an id; empty: the party of the first signer (REFUSED, code "key", when
 * it has none). It signs with a key of its own that has the role sign, or with its recovery key. `from`: the first
 * block that takes the key, or that takes it no more; 0: the one after the call's. REFUSED, code "height": that block
 * is decided already. */
lic_status lic_client_add_key(lic_client *client, const lic_client_call *call, lic_slice party,
                              const lic_key *key, uint8_t roles, uint64_t from,
                              lic_client_result *result, lic_error *error);
lic_status lic_client_revoke_key(lic_client *client, const lic_client_call *call, lic_slice party,
                                 const lic_key *key, uint64_t from, lic_client_result *result,
                                 lic_error *error);

/* -- agreements ---------------------------------------------------------------------------------------- */

typedef struct lic_deployment {
    lic_slice image;                  /* encoded, as the compiler gives it */
    lic_slice source;                 /* canonical text */
    const lic_named_text *parameters; /* each `given` by name; of several with one name the last */
    size_t parameter_count;
    const lic_named_text
        *parties; /* party of the agreement -> registered party, by name or beginning of
                                    * the id; who is not named is bound to the party of the same name */
    size_t party_count;
} lic_deployment;

/* A contract in draft; its id is that of the transaction. MALFORMED, code "image": no image that can run;
 * "unknown_parameter", "unknown_party": the agreement has none of that name. MISSING, code "parameter": one has
 * no value; "party": one is bound to nobody who is registered. TOO_LARGE, code "size". */
lic_status lic_client_deploy(lic_client *client, const lic_client_call *call,
                             const lic_deployment *deployment, lic_client_result *result,
                             lic_error *error);

/* Uploads (load, report) that were interrupted, after blocks that hold a part of them, are gone on with when the same
 * file is sent again in chunks of the same size: outcome.resumed says how many were there. */

/* Rows of a schedule, or of a child table "Schedule.column", as a TSV file's bytes. MISSING, code "schedule":
 * the text lists those that there are. Progress "loading". */
lic_status lic_client_load(lic_client *client, const lic_client_call *call, lic_slice contract,
                           lic_slice schedule, lic_slice bytes, lic_client_result *result,
                           lic_error *error);

/* The first signer's party signs image, source, parameters and loaded rows as they are on the ledger. Each
 * party signs in a transaction of its own: REFUSED, code "signers", when there are several signers; code
 * "key": the key belongs to no registered party. The last signature opens the contract. */
lic_status lic_client_sign(lic_client *client, const lic_client_call *call, lic_slice contract,
                           lic_client_result *result, lic_error *error);

/* -- what happens ---------------------------------------------------------------------------------------- */

typedef struct lic_filing {
    lic_slice report;  /* its name in the agreement */
    lic_slice period;  /* "2026-Q1" */
    lic_slice bytes;   /* the file */
    lic_hash replaces; /* id of the report that it takes the place of; zero: none */
} lic_filing;

/* MISSING, code "report": the agreement has none of that name; MALFORMED, code "period": no period;
 * REFUSED, code "period": not one of the report's own length. outcome.settled, lines, accepted and rejected
 * say what became of the lines; the view report_reasons says why. */
lic_status lic_client_report(lic_client *client, const lic_client_call *call, lic_slice contract,
                             const lic_filing *filing, lic_client_result *result, lic_error *error);

/* MISSING, code "fact": the agreement has none of that name. */
lic_status lic_client_fact(lic_client *client, const lic_client_call *call, lic_slice contract,
                           lic_slice fact, lic_slice value, lic_client_result *result,
                           lic_error *error);

typedef struct lic_acting {
    lic_slice
        action;  /* its name: the present state and the signers choose among several (engine.h) */
    bool notice; /* only the notice of it is given: without arguments */
    const lic_named_text *arguments; /* in any order, each exactly once */
    size_t argument_count;
} lic_acting;

/* REFUSED, code "action": there is none of that name. MALFORMED, code "argument": one is missing, or there
 * are others. */
lic_status lic_client_act(lic_client *client, const lic_client_call *call, lic_slice contract,
                          const lic_acting *acting, lic_client_result *result, lic_error *error);

typedef struct lic_paying {
    lic_slice
        creditor; /* a party of the agreement, the key of a row that it owes to, or an account that
                          * is paid into */
    lic_slice amount;    /* "12.50", in major units */
    lic_slice currency;  /* "GBP"; empty: the agreement's only one */
    lic_slice reference; /* may be empty */
} lic_paying;

/* outcome.receipt.number is the payment's number. MISSING, code "creditor". MALFORMED, code "currency": the
 * agreement has no amounts in it; "currencies": it has several and none was named; "amount": not an
 * amount above zero in the currency's decimals. */
lic_status lic_client_pay(lic_client *client, const lic_client_call *call, lic_slice contract,
                          const lic_paying *paying, lic_client_result *result, lic_error *error);
lic_status lic_client_acknowledge(lic_client *client, const lic_client_call *call,
                                  lic_slice contract, uint32_t payment, lic_client_result *result,
                                  lic_error *error);

/* Moves a simulated clock, and runs what falls due. Without signers the first operator signs. REFUSED, code
 * "clock_back": the date lies before the ledger's. */
lic_status lic_client_clock(lic_client *client, const lic_client_call *call, lic_date date,
                            lic_client_result *result, lic_error *error);

/* Runs what has fallen due by itself, in blocks of their own; *blocks: how many. On a real clock nothing else does that but the
 * next transaction. */
lic_status lic_client_sweep(lic_client *client, uint64_t *blocks, lic_error *error);

/* An envelope that somebody has signed, in wire form. */
lic_status lic_client_submit(lic_client *client, lic_slice wire, lic_client_result *result,
                             lic_error *error);

/* Many of them, in order; their signatures are verified ahead, by a second thread too (`threads` of the options). Each
 * is told what a call of lic_client_submit would be answered with; an answer other than OK ends it and is returned.
 * So is an answer of the machine (IO, NO_MEMORY, CORRUPT). `wires` are borrowed until it returns. */
typedef lic_status lic_client_told(void *context, size_t index, lic_status status,
                                   const lic_client_result *result, const lic_error *error);
lic_status lic_client_submit_all(lic_client *client, const lic_slice *wires, size_t count,
                                 lic_client_told *told, void *context, lic_error *error);

/* -- finding what a name means ------------------------------------------------------------------------------ */

lic_status lic_client_contract(lic_client *client, lic_slice contract, lic_contract_info *info,
                               lic_error *error);
/* The party that a key belongs to: REFUSED, code "key". */
lic_status lic_client_party_of(lic_client *client, const lic_key *key, lic_party_info *info,
                               lic_error *error);
/* Numbers in the image; errors as above. */
lic_status lic_find_schedule(const lic_image *image, lic_slice name, uint16_t *table,
                             lic_error *error);
lic_status lic_find_report(const lic_image *image, lic_slice name, uint16_t *report,
                           lic_error *error);
lic_status lic_find_fact(const lic_image *image, lic_slice name, uint16_t *fact, lic_error *error);
/* `table` and `row` as a payment names its creditor: a row of the parties or of a schedule; or table
 * LIC_TABLE_SELF and the number of an account. */
lic_status lic_find_creditor(lic_client *client, const lic_contract_info *contract, lic_slice name,
                             uint16_t *table, uint32_t *row, lic_error *error);

/* -- history -------------------------------------------------------------------------------------------------- */

/* A transaction of the ledger as the call that made it: enough to make it again on another client. An upload
 * is shown once, complete, where its last chunk stands, for that is when it took effect; one that still
 * waits for chunks, or expired, is not shown. Everything is borrowed until the visit returns. */
typedef struct lic_client_event {
    uint64_t height;
    uint32_t position; /* in its block */
    lic_date date;     /* of its block */
    uint16_t kind;     /* lic_transaction_kind; never LINES */
    bool erased;       /* its contents were erased: what stands from `signer_count` on is empty */
    lic_hash id;       /* of the transaction; of an upload: of its header */
    uint32_t contract; /* number, or LIC_NONE32 */
    lic_hash contract_id; /* zero: none */
    lic_slice agreement;  /* the contract's name */
    lic_slice party;      /* name of the party that it is by; of an operator's clock empty */
    size_t
        signer_count; /* names of the parties that signed, in order of signatures: `party` first */
    lic_slice signers[LIC_SIGNATURES_MAX];
    const lic_transaction *transaction; /* of an upload: its header */
    lic_slice
        name; /* REGISTER: the party; LOAD: the schedule; REPORT, FACT, ACT: its name; PAY: the creditor */
    lic_slice value; /* REPORT: the period; FACT: the value; PAY: the amount; CLOCK: the date */
    lic_slice bytes; /* LOAD, REPORT: the file */
    const lic_named_text *named; /* DEPLOY: parameters; ACT: arguments */
    size_t named_count;
    const lic_named_text
        *parties; /* DEPLOY: party of the agreement -> name of the registered one */
    size_t party_count;
} lic_client_event;

typedef lic_status lic_client_event_visit(void *context, const lic_client_event *event);

/* Visits the transactions of a contract, or with an empty text of the whole ledger, oldest first. An answer other than
 * OK ends it and is returned. The visit may use other clients, but not write to this one. CORRUPT,
 * TOO_LARGE: what the ledger holds cannot be read, or not in memory. */
lic_status lic_client_history(lic_client *client, lic_slice contract, lic_client_event_visit *visit,
                              void *context, lic_error *error);

/* Makes an event again on a contract of another client: LOAD, SIGN, REPORT, FACT, ACT, PAY and
 * ACKNOWLEDGE. The call brings the keys of event->signers, or others that stand for them. MISSING, code
 * "erased"; UNSUPPORTED: the other kinds, which are made with other inputs, by the calls above. */
lic_status lic_client_repeat(lic_client *client, const lic_client_call *call, lic_slice contract,
                             const lic_client_event *event, lic_client_result *result,
                             lic_error *error);

#endif
