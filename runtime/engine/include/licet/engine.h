/* engine.h - a ledger that runs agreements: the one way in for everything that writes, and the reads
 * that commands need beside SQL.
 *
 * An engine holds one ledger file (or none: a replica in memory, for replay and `why`). State lives
 * in memory; a contract's tables are read from the file, and checked against their roots, when they
 * are first needed. Transactions are submitted into the open block; lic_engine_commit seals it, signs
 * it, and writes it in one database transaction. What was submitted is accepted when, and only when,
 * the commit returns OK. A refused transaction changes nothing: lic_engine_submit says why, and the
 * block goes on without it.
 *
 * Not thread-safe: one engine, one thread. Slices and pointers that a read returns are borrowed
 * until the next submit, commit or close. Specification: docs/spec/ledger.md. */
#ifndef LICET_ENGINE_H
#define LICET_ENGINE_H

#include <licet/coverage.h>
#include <licet/cut.h>
#include <licet/image.h>
#include <licet/ledger.h>

typedef struct lic_engine lic_engine;

/* Engine version of this release: blocks and contract records carry it. */
#define LIC_ENGINE_VERSION 1

/* Called now and then during long work; `what` is "reading", "settling", "writing". */
typedef struct lic_engine_progress {
    void *context;
    void (*step)(void *context, const char *what, uint64_t done, uint64_t total);
} lic_engine_progress;

/* Told what a block did (effects.h in the engine's folder) inside its database transaction, before it
 * is sealed: this is how projections are written. */
struct lic_block_effects;
typedef struct lic_effects_sink {
    void *context;
    lic_status (*apply)(void *context, const struct lic_block_effects *effects);
} lic_effects_sink;

typedef struct lic_engine_options {
    const char *path; /* the ledger file */
    const lic_allocator *allocator;
    const lic_random *random;         /* salts and index secrets */
    const lic_clock *clock;           /* real ledgers: block time */
    const char *vfs;                  /* SQLite VFS, NULL = the system's */
    const lic_keypair *operator_keys; /* they sign blocks; borrowed while the engine is open */
    size_t operator_count;            /* 0: the engine can read, not commit */
    bool read_only;
    uint32_t wait_ms; /* for another writer to end; then LOCKED */
    bool one_shot; /* writes once, perhaps much, and closes: the store keeps a rollback journal */
    unsigned threads;          /* 1: one; otherwise reports are parsed ahead by a second one */
    lic_thresholds thresholds; /* of the store */
    const lic_store_module *modules; /* projections in the same file */
    size_t module_count;
    lic_effects_sink sink;  /* apply NULL: none */
    lic_coverage *coverage; /* told of each instruction that runs; borrowed; NULL: nobody is */
} lic_engine_options;

/* A new ledger: genesis block 0 (genesis->state_root is filled in). REFUSED when something is at the path. */
lic_status lic_engine_create(const lic_engine_options *options, lic_genesis *genesis,
                             lic_engine **engine, lic_error *error);
/* MISSING, LOCKED, VERSION, CORRUPT (a root does not fit what the file holds), IO. */
lic_status lic_engine_open(const lic_engine_options *options, lic_engine **engine,
                           lic_error *error);
void lic_engine_close(lic_engine *engine); /* drops an open block; NULL allowed */

/* Reads every contract's tables and compares their roots with the records that the tip's state root covers
 * (opening compares only what it reads). CORRUPT names the contract. `progress` may be NULL. */
lic_status lic_engine_check(lic_engine *engine, const lic_engine_progress *progress,
                            lic_error *error);

/* -- writing ---------------------------------------------------------------------------------- */

/* What became of a transaction. */
typedef struct lic_outcome {
    lic_receipt receipt; /* as the block holds it; ranges are known after the commit alone */
    bool known;          /* it was in the ledger before: this is the stored receipt */
    bool settled;        /* it was the last chunk of a report, which was settled: */
    uint64_t height;     /* in this block, which may come after that of the chunk */
    uint64_t lines, accepted, rejected;
    uint32_t
        resumed; /* of an upload: chunks that were in the ledger before, of an interrupted one */
} lic_outcome;

/* Runs a transaction (wire form) in the open block; opens one when there is none.
 *   MALFORMED, TOO_LARGE, UNSUPPORTED, BAD_SIGNATURE   the envelope
 *   REFUSED   a rule: code and text say which, help what to do
 *   TRAPPED   the contract stopped: text names line, clause, anchor and reason
 * After any of these the block is as if it had not been submitted. Other answers (NO_MEMORY, IO,
 * CORRUPT) drop the whole open block. */
lic_status lic_engine_submit(lic_engine *engine, lic_slice wire, lic_outcome *outcome,
                             lic_error *error);

/* The same of an envelope that was decoded and verified before its turn (ahead.h); `wire` is what it was made of. */
struct lic_ahead_envelope;
lic_status lic_engine_submit_envelope(lic_engine *engine, const struct lic_ahead_envelope *envelope,
                                      lic_slice wire, lic_outcome *outcome, lic_error *error);

/* Seals and stores the open block. OK without doing anything when nothing was accepted. */
lic_status lic_engine_commit(lic_engine *engine, lic_error *error);
/* Forgets the open block and returns to the last committed one. */
lic_status lic_engine_abandon(lic_engine *engine, lic_error *error);
/* After an answer that dropped the block, its state may be gone too, for want of memory or because the file could not be
 * read: then nothing is found and nothing accepted until this reads it again. OK when nothing is to be done. */
lic_status lic_engine_restore(lic_engine *engine, lic_error *error);

/* A report with more lines than a block may work off (genesis: work_per_block) is settled over several: its
 * contract is busy meanwhile, and transactions on it are LOCKED, code "busy". True while there is one. */
bool lic_engine_busy(const lic_engine *engine);
/* Seals a block with the next step of the reports under way (each block has one, whatever else is in it). */
lic_status lic_engine_work(lic_engine *engine, lic_error *error);

/* The sweeper: runs the timers that are due by now, in blocks of their own, of which each holds at most as many runs as the
 * rules of the engine version allow. Nothing is due, or a block is open: OK without doing anything. */
lic_status lic_engine_tick(lic_engine *engine, lic_error *error);
/* The last block ended before all that was due had run (a clock moved far): lic_engine_tick goes on, and so does the
 * next transaction. */
bool lic_engine_behind(const lic_engine *engine);
/* The date that a block made now would have. */
lic_date lic_engine_date(const lic_engine *engine);
/* What lic_engine_tick would do, read off the contracts' records. */
typedef struct lic_due {
    uint32_t contracts; /* with something due */
    lic_date first;     /* since when; LIC_DATE_MAX + 1: nothing is due */
    lic_date next;      /* when the next thing falls due on the others; LIC_DATE_MAX + 1: never */
} lic_due;
lic_status lic_engine_due(lic_engine *engine, lic_due *due, lic_error *error);

/* Client side of load and report: signs a header over the file's chunks, submits it and every
 * chunk, and commits. All of it is one block while the block limit of the genesis allows; then a
 * refusal leaves the ledger, and with `shares` the open block, as it was. `header` has chain, party, key, lane, sequence, valid_until,
 * gas_limit, kind and, for LOAD, body.load.{contract, table}, for REPORT body.report.{contract,
 * report, period}; the rest is filled in here. An upload of the same file by the same party for the same purpose that
 * waits for chunks is gone on with: what is missing is sent, and `header` gets the id that it has. The file's bytes are cut into chunks at line ends,
 * of at most chunk_bytes (0: the largest allowed). */
typedef struct lic_upload_options {
    lic_slice bytes; /* the file; mapped memory will do */
    uint32_t chunk_bytes;
    lic_cut *cut; /* of these bytes, when the caller has begun with it; NULL otherwise */
    const lic_keypair *keypair;
    bool
        shares; /* the open block goes on with it, as far as there is room, and the caller commits */
    bool resends; /* a report that was settled before is known: its stored receipt is the answer */
    lic_engine_progress progress;
    /* Not NULL: the envelopes in wire form go here instead of into the ledger, the header first. */
    lic_status (*divert)(void *context, lic_slice wire);
    void *divert_context;
} lic_upload_options;
lic_status lic_engine_upload(lic_engine *engine, lic_transaction *header,
                             const lic_upload_options *options, lic_outcome *outcome,
                             lic_error *error);

/* -- what a client needs to fill in an envelope ------------------------------------------------------ */

lic_ledger *lic_engine_ledger(lic_engine *engine);   /* chain, genesis, tip, receipts, store */
lic_date lic_engine_today(const lic_engine *engine); /* date of the open block */
bool lic_engine_in_block(const lic_engine *engine);  /* a block is open */
/* Sequence that the next transaction of the key on the lane must have (1 for a new lane). */
uint64_t lic_engine_next_sequence(const lic_engine *engine, const lic_key *key, uint32_t lane);
/* A gas limit that surely suffices: the ledger's limit of one transaction. */
uint64_t lic_engine_gas_limit(const lic_engine *engine);

/* -- reads ---------------------------------------------------------------------------------------------- */

typedef struct lic_party_info {
    uint32_t number;
    lic_hash id;
    lic_slice name;
    lic_key recovery;   /* zero: none */
    uint32_t key_count; /* keys that it ever had */
} lic_party_info;
typedef struct lic_party_key {
    lic_key key;
    uint8_t roles;        /* LIC_KEY_MAY_ bits */
    uint64_t first, last; /* heights, both inclusive */
} lic_party_key;

uint32_t lic_engine_party_count(const lic_engine *engine);
bool lic_engine_party(const lic_engine *engine, uint32_t number, lic_party_info *info);
bool lic_engine_party_key(const lic_engine *engine, uint32_t party, uint32_t index,
                          lic_party_key *key);
/* By name, or by an unambiguous beginning of the id in hex (8 digits or more). REFUSED says
 * "unknown" or "ambiguous" and lists candidates. */
lic_status lic_engine_find_party(const lic_engine *engine, lic_slice text, uint32_t *number,
                                 lic_error *error);
/* The party that a key belongs to in the next block; false when it is no valid key. */
bool lic_engine_party_of_key(const lic_engine *engine, const lic_key *key, uint32_t *number);

typedef enum lic_contract_status {
    LIC_CONTRACT_DRAFT = 0,   /* deployed, not signed by all */
    LIC_CONTRACT_OPEN = 1,    /* opening ran */
    LIC_CONTRACT_RUN_OFF = 2, /* in a final state, before `at end` */
    LIC_CONTRACT_CLOSED = 3   /* `at end` ran, or it ended in draft */
} lic_contract_status;
const char *lic_contract_status_name(lic_contract_status status); /* "draft" */

typedef struct lic_contract_info {
    uint32_t number;
    lic_hash id;
    const lic_image *image;
    lic_slice name;   /* agreement's name */
    lic_slice source; /* canonical source as deployed */
    lic_hash source_hash, parameters_hash, rows_root;
    lic_contract_status status;
    uint16_t state; /* lifecycle state */
    lic_slice state_name;
    lic_date since;
    bool is_held; /* what fell due on the day `held` trapped, and waits until it does not */
    lic_date held;
    uint32_t deployer;       /* party number */
    uint32_t party_count;    /* parties of the agreement */
    const uint32_t *parties; /* their party numbers on the ledger */
    uint64_t signed_by;      /* bit set of agreement parties */
    uint64_t statements;     /* in its output log */
    uint64_t deployed_height;
} lic_contract_info;

uint32_t lic_engine_contract_count(const lic_engine *engine);
/* Reads the contract's head, not its tables. */
lic_status lic_engine_contract(lic_engine *engine, uint32_t number, lic_contract_info *info,
                               lic_error *error);
/* By full id, unambiguous beginning of the id (4 hex digits or more), or unique agreement name. */
lic_status lic_engine_find_contract(lic_engine *engine, lic_slice text, uint32_t *number,
                                    lic_error *error);
/* The action called `name` that the signers can take now. Transitions into one state from several are
 * actions of one name: the first is taken whose states hold the present one and whose parties are all
 * among `parties` (numbers), else the first of that name. REFUSED: there is none. */
lic_status lic_engine_find_action(lic_engine *engine, uint32_t contract, lic_slice name,
                                  const uint32_t *parties, size_t party_count, uint16_t *action,
                                  lic_error *error);
/* Text of a bound parameter as deployed. */
bool lic_engine_parameter(const lic_engine *engine, uint32_t contract, uint32_t parameter,
                          lic_slice *text);
/* Row of a table by its key's text; LIC_NONE32 when there is none. Loads the tables. */
lic_status lic_engine_find_row(lic_engine *engine, uint32_t contract, uint16_t table, lic_slice key,
                               uint32_t *row, lic_error *error);
/* The period for which a report is to be filed next ("2026-Q1"), also when it has not ended yet. REFUSED: the
 * contract is no longer, or not yet, open; all periods of the term are settled. Loads the tables. */
lic_status lic_engine_next_period(lic_engine *engine, uint32_t contract, uint16_t report,
                                  char text[LIC_PERIOD_TEXT], lic_error *error);
/* Text of a row's key into `target`; nothing when the table has no key. Loads the tables. */
lic_status lic_engine_row_key(lic_engine *engine, uint32_t contract, uint16_t table, uint32_t row,
                              lic_buffer *target, lic_error *error);

/* -- statements ---------------------------------------------------------------------------------------- */

/* A statement as it stands in its output: amounts in ledger units of their account's currency. */
typedef struct lic_statement_line {
    uint16_t account, clause; /* of the image */
    lic_i128 amount;          /* signed: what the clause changed since the last statement */
} lic_statement_line;
typedef struct lic_statement_balance {
    uint16_t account;
    lic_i128 opening, closing;
} lic_statement_balance;
typedef struct lic_statement_sum { /* a group of `lines by` and one numeric sum of the report */
    uint32_t group;                /* row of the grid */
    uint16_t field;
    lic_i128 value;
} lic_statement_sum;
typedef struct lic_statement_view {
    lic_hash contract;
    uint64_t number;    /* in the contract's output log, from 0 */
    uint16_t statement; /* of the image */
    lic_date first, last, issued;
    bool simulated; /* the ledger's clock is simulated */
    uint16_t table; /* of the payee: PARTIES or a schedule */
    uint32_t row;
    lic_slice key; /* name of the party, or key of the row */
    uint32_t balance_count, line_count, sum_count;
    lic_cursor balances, lines, sums; /* for the functions below */
} lic_statement_view;

/* Decodes an output of class STATEMENT; MALFORMED when it is none. */
lic_status lic_statement_decode(lic_slice output, lic_statement_view *statement);
bool lic_statement_next_balance(lic_statement_view *statement, lic_statement_balance *balance);
bool lic_statement_next_line(lic_statement_view *statement, lic_statement_line *line);
bool lic_statement_next_sum(lic_statement_view *statement, lic_statement_sum *sum);

#endif
