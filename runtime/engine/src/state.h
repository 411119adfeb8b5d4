/* state.h - the engine in memory: parties and keys, contracts, uploads, and the open block.
 *
 * Consensus state is what the state root covers: the party tree, the lane tree (the ledger's), and
 * the contract tree. A contract's tables are loaded when they are first needed. Everything that a
 * transaction changes is changed through a unit of work (work.h) or written after all checks have
 * passed, so that a refusal leaves nothing. */
#ifndef LICET_ENGINE_STATE_H
#define LICET_ENGINE_STATE_H

#include "effects.h"
#include "rules.h"

typedef struct lic_party_state {
    lic_hash id;
    lic_slice name;
    lic_key recovery;
    uint32_t *keys; /* numbers in engine->keys, in order of addition */
    uint32_t key_count, key_capacity;
    uint64_t height;       /* registered in this block */
    bool changed;          /* in the open block: it, or one of its keys */
    uint32_t next_changed; /* party, or LIC_NONE32 */
} lic_party_state;

typedef struct lic_key_state {
    lic_key key;
    uint32_t party;
    uint8_t roles;
    uint64_t first, last;
    bool changed;
} lic_key_state;

/* Sums of postings per account row since the last statement: one column per (account, clause). */
typedef struct lic_turnover_column {
    struct lic_turnover_column *next;
    uint16_t account, clause;
    uint32_t capacity;
    lic_i128 *sums; /* a row of the account's table */
} lic_turnover_column;

typedef struct lic_turnover {
    lic_turnover_column *first; /* ascending by (account, clause) */
} lic_turnover;

#define LIC_NOT_HELD (LIC_DATE_MAX + 1)
#define LIC_HELD_WORDS 5 /* 256 periodic terms and 64 statements are an image's most */

/* The part of a contract that is short and copied before a unit of work. */
typedef struct lic_contract_head {
    uint8_t status; /* lic_contract_status */
    uint64_t signed_by;
    lic_date today; /* date of the last run */
    lic_date held;  /* since what was due on this day trapped; LIC_NOT_HELD otherwise */
    /* Bit set of the periodic terms, then statements, that trapped: they wait. */
    uint64_t held_jobs[LIC_HELD_WORDS];
    lic_log log; /* statements */
} lic_contract_head;

/* What an entry needs of the tables that wait in the store. */
typedef enum lic_need { LIC_NEED_NONE, LIC_NEED_ROWS, LIC_NEED_CHILDREN } lic_need;

typedef struct lic_image_state {
    uint32_t number;
    lic_arena *arena;
    lic_image *image;
    const lic_program *program;
    bool *waits;       /* a periodic term: it reads what reports write */
    uint8_t *needs;    /* an entry: lic_need, tables that may wait in the store */
    uint64_t *covered; /* bits of instructions that ran, or NULL: nobody asks */
    bool changed;
} lic_image_state;

typedef struct lic_contract {
    uint32_t number;
    lic_hash id;
    const lic_image_state *code;
    const lic_image *image;
    uint32_t deployer;                  /* party number */
    uint64_t height;                    /* deployed in this block */
    lic_slice name, source, parameters; /* parameters: encoded texts */
    uint32_t *parties;                  /* agreement party -> party number */
    lic_hash source_hash, parameters_hash;
    lic_contract_head head;
    lic_tables *tables;      /* NULL until needed */
    lic_turnover *turnovers; /* a statement of the image */
    struct lic_steps *steps; /* a report is settled in steps; NULL: the contract is not busy */
    bool *loaded;            /* a table: rows arrived in the open block */
    lic_date next_timer;     /* LIC_DATE_MAX + 1: none; valid while known */
    bool timer_known;
    bool changed, created; /* in the open block */
    uint8_t status_sealed; /* at the last seal */
    uint8_t *sealed;       /* record and extra as stored: u32 length and bytes of each */
    size_t sealed_size;
    lic_hash leaf;
    lic_contract_info info; /* filled on request */
} lic_contract;

static inline bool lic_is_held_job(const lic_contract *contract, uint32_t job)
{
    return (contract->head.held_jobs[job >> 6] >> (job & 63u) & 1u) != 0;
}
static inline void lic_hold_job(lic_contract *contract, uint32_t job)
{
    contract->head.held_jobs[job >> 6] |= (uint64_t)1 << (job & 63u);
}
static inline void lic_let_job_go(lic_contract *contract, uint32_t job)
{
    contract->head.held_jobs[job >> 6] &= ~((uint64_t)1 << (job & 63u));
}

typedef enum lic_upload_state {
    LIC_UPLOAD_WAITING = 0,  /* for chunks */
    LIC_UPLOAD_COMPLETE = 1, /* loaded, or settled */
    LIC_UPLOAD_EXPIRED = 2,
    LIC_UPLOAD_RUNNING = 3, /* a report that is settled in steps: its contract is busy */
    LIC_UPLOAD_REFUSED = 4  /* a step trapped: the report left nothing */
} lic_upload_state;

typedef struct lic_piece {
    lic_slice bytes; /* of a chunk, in memory; data NULL: not here */
    uint8_t *owned;  /* the same memory, to be freed; NULL: borrowed */
    bool received;
} lic_piece;

typedef struct lic_upload {
    struct lic_upload *next;
    uint32_t number;
    lic_hash id;   /* of the header's transaction */
    uint16_t kind; /* LOAD or REPORT */
    uint32_t contract, party;
    uint16_t subject; /* table or report */
    lic_date period;  /* REPORT */
    uint64_t place;
    lic_date expires; /* last day on which chunks are taken */
    uint64_t bytes, lines;
    uint32_t chunks, received;
    uint8_t state; /* lic_upload_state */
    lic_hash root;
    lic_date begun;  /* RUNNING, and afterwards: day on which it began to run */
    uint64_t worked; /* lines that blocks have worked off; 0 while it runs at once */
    uint64_t ended;  /* height of the block in which it was complete, refused or expired */
    lic_piece *
        *pieces; /* by groups of chunks; NULL as long as none of them came (report/pieces.h) */
    bool changed;
} lic_upload;

/* What became of a report that was settled in steps. */
typedef struct lic_step_outcome {
    lic_hash upload;
    lic_status status; /* OK, or REFUSED or TRAPPED with `error` */
    lic_error error;
    uint64_t lines, accepted, rejected, height;
} lic_step_outcome;

struct lic_engine {
    const lic_allocator *allocator;
    const lic_hasher *hasher;
    lic_engine_options options;
    lic_ledger *ledger;
    const lic_engine_rules *rules;
    uint64_t secret;
    bool replaying;     /* blocks are executed again: the store is not written */
    lic_store *rebuilt; /* replaying: state is written here; NULL: nowhere */
    uint64_t at_height; /* tables are read as after this block; UINT64_MAX: the tip */
    bool lean; /* a watched run: duties before it, which it does not look at, stay in the store */
    bool earlier; /* all is being read so, to go on from there, and what came later is left out */
    lic_arena *names; /* names, sources, parameters: for the engine's life */
    lic_party_state *parties;
    uint32_t party_count, party_capacity;
    uint32_t first_changed, last_changed; /* parties of the open block, or LIC_NONE32 */
    lic_index *party_index, *name_index;  /* id, name -> number */
    lic_key_state *keys;
    uint32_t key_count, key_capacity;
    lic_index *key_index; /* key bytes -> number */
    lic_merkle *party_tree, *contract_tree;
    lic_image_state **images;
    uint32_t image_count, image_capacity;
    lic_contract **contracts;
    uint32_t contract_count, contract_capacity;
    lic_index *contract_index; /* id -> number */
    lic_upload *uploads;       /* waiting, newest first */
    uint32_t upload_count;     /* numbers given out */
    size_t piece_bytes;        /* copies of chunks held in memory */
    bool borrows; /* chunks submitted now stay in place until lic_uploads_forget_borrowed */
    uint8_t **
        kept_chunk; /* of the transaction that is replayed: memory with its chunk, which may be taken over; NULL: none */
    /* the open block */
    lic_block *block;
    int64_t time;
    lic_date today;
    uint64_t height;
    lic_arena *effects_arena;
    lic_arena *settled_arena; /* effects of reports that came to their end in the open block */
    lic_block_effects effects;
    lic_run_effects *last_run;
    lic_step_outcome stepped; /* the last report that was settled in steps */
    bool dirty;               /* the open block holds something */
    bool spoilt;    /* ... that cannot be taken back alone: the block can only be given up */
    bool behind;    /* more was due than one block may sweep: the next one goes on */
    uint64_t units; /* units of work that were kept, ever */
    uint64_t work;  /* lines that reports may still be worked off in the open block */
    uint32_t cause; /* position of the transaction under way; LIC_STORE_NONE: timers */
    bool broken; /* the open block cannot be trusted any more; without one, only closing is left */
    lic_status rewound; /* why it is broken, when something could not be taken back */
    bool
        unread; /* the state of the last block could not be read again: there is none until it is */
    const struct lic_observer *observer;
    struct lic_foresight *foresight; /* report/foresight.h; the caller's; NULL: there is none */
    lic_engine_progress progress;
    struct lic_ring *helper;     /* rooting.c: a thread that stays; NULL: nobody needed it so far */
    struct lic_rooting *rooting; /* whose pieces it does */
};

/* The civil date of a block's time. */
static inline lic_date lic_date_at(int64_t time)
{
    const int64_t day = 86400;
    return (lic_date)(time / day - (time % day < 0 ? 1 : 0));
}

/* -- registry.c: parties and keys -------------------------------------------------------------------- */
lic_status lic_registry_add_party(lic_engine *engine, const lic_party_state *party,
                                  uint32_t *number);
/* Takes the party that was added last, and has no key yet, away again. */
void lic_registry_drop_party(lic_engine *engine);
/* The open block changed the party, or one of its keys. */
void lic_registry_touch(lic_engine *engine, uint32_t party);
/* The block is written: nothing is changed any more. */
void lic_registry_sealed(lic_engine *engine);
lic_status lic_registry_add_key(lic_engine *engine, const lic_key_state *key, uint32_t *number);
/* Number of the key's row; LIC_NONE32 when the key was never registered. */
uint32_t lic_registry_key(const lic_engine *engine, const lic_key *key);
bool lic_registry_valid(const lic_engine *engine, uint32_t key, uint64_t height);
uint32_t lic_registry_party(const lic_engine *engine, const lic_hash *id); /* LIC_NONE32 */
uint32_t lic_registry_named(const lic_engine *engine, lic_slice name);     /* LIC_NONE32 */
/* Takes a party's leaf into the tree again. */
lic_status lic_registry_leaf(lic_engine *engine, uint32_t party);

/* dependence.c: fills waits[] of the image's periodic terms. */
void lic_dependence_find(const lic_image *image, bool *waits);
/* Fills needs[] of the image's entries. */
void lic_dependence_needs(const lic_image *image, uint8_t *needs);
/* Some code looks at duties or payments that are there, instead of only making duties. */
bool lic_dependence_owing(const lic_image *image);
/* A child table without cells: nothing but code that looks into it needs its rows. */
bool lic_is_constant_child(const lic_table *table);

/* -- contract.c ----------------------------------------------------------------------------------------- */
lic_status lic_image_load(lic_engine *engine, lic_slice bytes, lic_image_state **state,
                          lic_error *error);
/* Forgets images beyond the first `count`. */
void lic_image_forget(lic_engine *engine, uint32_t count);
uint32_t lic_contract_find(const lic_engine *engine, const lic_hash *id); /* LIC_NONE32 */
/* An empty contract with image and texts; its tables are made by lic_contract_build. */
lic_status lic_contract_create(lic_engine *engine, const lic_image_state *code,
                               lic_contract **contract);
void lic_contract_destroy(lic_engine *engine, lic_contract *contract);
lic_status lic_contract_list(lic_engine *engine, lic_contract *contract); /* into the arrays */
/* Tables with static rows, parameters and patches. MALFORMED: a parameter's text. */
lic_status lic_contract_build(lic_engine *engine, lic_contract *contract, lic_error *error);
/* What is always in memory: the contract's own row, parties, literal schedules, and count and roots of the
 * tables that wait in the store. CORRUPT when a root does not fit. */
lic_status lic_contract_open(lic_engine *engine, lic_contract *contract, lic_error *error);
/* All tables but constant children; then those too. */
lic_status lic_contract_load_rows(lic_engine *engine, lic_contract *contract, lic_error *error);
lic_status lic_contract_load(lic_engine *engine, lic_contract *contract, lic_error *error);
/* So far that rows of the table are found by their keys, and have their keys told. */
lic_status lic_contract_load_keys(lic_engine *engine, lic_contract *contract, uint16_t table,
                                  lic_error *error);
void lic_contract_touch(lic_engine *engine, lic_contract *contract); /* changed in the open block */
/* Root over {table, rows, root of constants} of every schedule and child table. */
lic_status lic_contract_rows_root(lic_engine *engine, const lic_contract *contract, lic_hash *root);
const lic_contract_info *lic_contract_describe(lic_contract *contract);
uint16_t lic_contract_party(const lic_contract *contract,
                            uint32_t party); /* agreement's; LIC_NONE16 */

/* -- record.c: a contract's leaf, and what is kept beside the pages -------------------------------------- */
lic_status lic_record_put(lic_engine *engine, lic_contract *contract, lic_buffer *record);
void lic_extra_put(const lic_contract *contract, lic_buffer *extra);
/* Reads what lic_record_put and lic_extra_put wrote into the head and the turnovers. `roots` gets, per
 * table, row count, cells root and fixed root. */
typedef struct lic_record_table {
    uint32_t rows;
    lic_hash cells, fixed;
} lic_record_table;
lic_status lic_record_get(lic_engine *engine, lic_contract *contract, lic_slice record,
                          lic_slice extra, lic_record_table *roots);
/* Hashes changed pages, records and leaves; the state root of engine. */
lic_status lic_state_root(lic_engine *engine, lic_hash *root);

/* -- turnover.c -------------------------------------------------------------------------------------------- */
/* Adds (sign 1) or takes back (-1) postings; only accounts of the statement's payees count. */
lic_status lic_turnover_fold(lic_engine *engine, lic_contract *contract, uint16_t statement,
                             const lic_posting *postings, size_t count, int sign);
void lic_turnover_free(lic_engine *engine, const lic_contract *contract, lic_turnover *turnover);
void lic_turnover_put(const lic_contract *contract, uint16_t statement, lic_buffer *target);
lic_status lic_turnover_get(lic_engine *engine, lic_contract *contract, uint16_t statement,
                            lic_cursor *cursor);
/* True when the account's rows are payees of the statement. */
bool lic_turnover_counts(const lic_image *image, uint16_t statement, uint16_t account);

/* Old versions of records lie among the old pages under this table number. */
#define LIC_RECORD_TABLE 65535u
/* -- persist.c, tables_read.c: between memory and the store ---------------------------------------------------------------- */
/* Everything but tables. `kept` NULL: as of the tip; otherwise a replay goes on behind block at_height: keys are read from
 * there, and all that came later is left out. */
lic_status lic_persist_read(lic_engine *engine, lic_cursor *kept, lic_error *error);
lic_status lic_kept_keys_get(lic_engine *engine, lic_cursor *kept); /* kept.c */
/* Which tables that lie in the store are wanted. */
typedef struct lic_absent {
    uint16_t table; /* one that does; or LIC_NONE16, then */
    bool children;  /* all, or all but child tables without cells */
} lic_absent;
lic_status lic_persist_tables(lic_engine *engine, lic_contract *contract, lic_error *error);
lic_status lic_persist_absent(lic_engine *engine, lic_contract *contract, lic_absent wanted,
                              lic_error *error);
/* What needs neither the root of the open block nor its views; of one that changes much it goes to the disk at once. */
lic_status lic_persist_early(lic_engine *engine, lic_store *store, bool much, lic_error *error);
/* What else the open block changed. `made`: superseded extents of one of the contracts, or of none. */
struct lic_superseded;
lic_status lic_persist_write(lic_engine *engine, lic_store *store,
                             const struct lic_superseded *made, lic_error *error);

/* -- block.c --------------------------------------------------------------------------------------------------- */
/* Takes back what the open block got since; when that fails the engine is broken. */
void lic_engine_rewind(lic_engine *engine, lic_block_mark mark);
lic_status lic_engine_begin(lic_engine *engine, int64_t time, lic_error *error);
/* Appends an output to the open block (nothing in a detached engine). */
lic_status lic_engine_output(lic_engine *engine, lic_output_class class,
                             const lic_contract *contract, uint64_t number, lic_slice bytes);
/* The last `count` outputs were statements of the contract: they enter its log. */
lic_status lic_engine_log(lic_engine *engine, lic_contract *contract, uint32_t count);
/* "WHAT: why", with the store's words and help where it was the store that failed so. */
lic_status lic_engine_failed(const lic_engine *engine, lic_status status, const char *what,
                             lic_error *error);
void *lic_engine_take(lic_engine *engine,
                      size_t size); /* lives as long as the effects; NULL = out */
void *lic_engine_copy(lic_engine *engine, lic_slice bytes); /* the same, of bytes that are there */
uint32_t lic_engine_cause(const lic_engine *engine);

/* -- report/upload.c ---------------------------------------------------------------------------------------------------- */
lic_upload *lic_upload_find(const lic_engine *engine, const lic_hash *id);
void lic_upload_destroy(lic_engine *engine, lic_upload *upload);
/* Bytes of a received chunk; borrowed until the next call for another upload chunk that is not in memory. */
lic_status lic_upload_chunk(lic_engine *engine, lic_upload *upload, uint32_t index,
                            lic_buffer *scratch, lic_slice *bytes);

#endif
