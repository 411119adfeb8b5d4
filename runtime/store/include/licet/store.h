/* store.h - the ledger file: SQLite behind our interface. The only layer that knows sqlite3.
 *
 * One file, application_id 0x4C494354 ("LICT"), user_version 1, synchronous FULL or more, STRICT
 * tables. One database transaction a block. Beside it lie SQLite's own "-wal" and "-shm", or "-journal",
 * while it is written, and "-lock", whose lock makes a second writer LIC_LOCKED at opening; readers are never
 * locked out. Tables: rows.def. Reads by name: selects.def. Projections add tables and views through
 * lic_store_module, and write them through lic_sql.
 *
 * Errors. Every call that fails leaves a description in lic_store_error: CORRUPT (damaged, or not a
 * ledger), VERSION, LOCKED, IO (disk full too), NO_MEMORY, MISSING, TOO_LARGE. After a failed write the only
 * sensible call is lic_store_rollback. A store is used by one thread at a time; two stores on one
 * file by two threads. The store itself may write in a thread of its own (lic_store_write_behind, lic_store_do_behind). */
#ifndef LICET_STORE_H
#define LICET_STORE_H

#include <licet/bytes.h>
#include <licet/environment.h>
#include <licet/hash.h>

#define LIC_STORE_APPLICATION 0x4C494354
#define LIC_STORE_VERSION 1

/* The system's clock, UTC. */
extern const lic_clock lic_clock_system;

typedef struct lic_store lic_store;

/* Tables and views of another module that live in the same file and are rebuilt from it. */
typedef struct lic_store_module {
    const char *name;         /* "projection": letters and '_' */
    const char *schema;       /* CREATE TABLE ... STRICT; CREATE VIEW ...; run once at creation */
    const char *drop;         /* undoes `schema`; for lic_store_reset_module */
    const char *const *views; /* what lic_query lets people read: views or tables */
    size_t view_count;
} lic_store_module;

typedef enum lic_store_mode {
    LIC_STORE_READ = 0,  /* no lock, no write */
    LIC_STORE_WRITE = 1, /* the one writer */
    LIC_STORE_CREATE = 2 /* a new file, REFUSED when something is there. The store comes back inside
                           * its first transaction, so that schema and genesis are one commit. With a rollback
                           * journal an interrupted one leaves nothing that is in the way of the next */
} lic_store_mode;

/* How a writer's transactions reach the file (docs/adr/0014). The file remembers it; every writer sets
 * its own. */
typedef enum lic_store_journal {
    LIC_JOURNAL_WAL = 0, /* many small blocks, readers beside them: a log, folded in now and then */
    LIC_JOURNAL_ROLLBACK =
        1, /* one block that may be large: its bytes are written once, in place */
} lic_store_journal;

/* How often something was done as `lic_thresholds` says. */
typedef struct lic_threshold_counts {
    uint64_t works;  /* pieces of work that a thread of the store did */
    uint64_t syncs;  /* before a commit */
    uint64_t roots;  /* that a thread found */
    uint64_t shared; /* that a thread which stays may have found */
    uint64_t loads;  /* of files whose rows two threads loaded */
} lic_threshold_counts;

/* From what amount on a writer does things earlier than its commit, or in a second thread; 0: what was measured to pay.
 * What is written is the same with any of them. Tests lower them, so that small ledgers go the ways of large ones, and
 * count. */
typedef struct lic_thresholds {
    uint32_t cache_kib; /* changed pages in memory; more are written before the commit: 16,384 */
    uint32_t log_pages; /* of a log, before a commit folds it into the file: 4,096 */
    uint32_t
        rows; /* of one kind that a block collects before they are written: 1,024, and not more */
    uint32_t row_bytes;   /* of their payloads: 1 MiB, and not more */
    uint64_t sync_bytes;  /* of chunks that are written behind, before they are synced: 8 MiB */
    uint32_t root_pages;  /* changed in a block, before a thread finds its state root: 4,096 */
    uint32_t share_pages; /* the same, if a thread that stays has time for it: 64 */
    lic_threshold_counts *counts; /* borrowed; NULL: nobody counts */
} lic_thresholds;

typedef struct lic_store_options {
    const char *path;
    lic_store_mode mode;
    lic_store_journal journal; /* WRITE and CREATE */
    const lic_allocator *allocator;
    const lic_clock *clock;   /* NULL: the VFS's own */
    const lic_random *random; /* NULL: the VFS's own. SQLite draws WAL salts from it. Both are
                                   * borrowed until the store closes */
    const char *vfs;          /* name of a registered SQLite VFS; NULL: the system's */
    uint32_t
        wait_ms; /* how long opening for writing waits for another writer to end, by `clock`'s ticks; and a
                  * reader, when it is more than 2 s, for a moment between two commits with a rollback journal */
    bool threads; /* lic_store_do_behind may work in one */
    lic_thresholds thresholds;
    const lic_store_module *modules;
    size_t module_count;
} lic_store_options;

/* The version of SQLite as it is loaded, "3.40.1"; and whether it is new enough for a ledger's STRICT tables. */
const char *lic_store_library(void);
bool lic_store_library_fits(void);

/* For a process whose SQLite is licet's alone, before it opens anything: SQLite takes its memory from lic_allocator_system, pages
 * in large blocks, and keeps no account of it. False: SQLite is in use already, and nothing changes. */
bool lic_store_own_memory(void);

/* OK: CREATE would find nothing in its way at `options->path`. REFUSED, or what reading failed with. */
lic_status lic_store_check_free(const lic_store_options *options, lic_error *error);

lic_status lic_store_open(const lic_store_options *options, lic_store **store, lic_error *error);
/* Rolls back what is open, folds the WAL into the file (writers), releases the lock. NULL allowed. */
void lic_store_close(lic_store *store);
/* What the last failed call said. */
const lic_error *lic_store_error(const lic_store *store);
const char *lic_store_path(const lic_store *store);
/* Those of its options, with what was measured in place of 0. */
const lic_thresholds *lic_store_thresholds(const lic_store *store);

/* One transaction a block. begin: LOCKED when a writer that does not keep to the lock file is at
 * work. commit: durable when it returns OK; after any other answer nothing of it is there. */
lic_status lic_store_begin(lic_store *store);
lic_status lic_store_commit(lic_store *store);
void lic_store_rollback(lic_store *store); /* nothing to do outside a transaction */
bool lic_store_writing(const lic_store *store);

/* A consistent view for a run of reads, also while another process writes. Not inside a write. */
lic_status lic_store_begin_read(lic_store *store);
void lic_store_end_read(lic_store *store);

/* Reads every page and checks SQLite's structure: CORRUPT names the first finding. Minutes on large
 * files; what the rows mean is for replay to check. */
lic_status lic_store_check(lic_store *store);

/* Told how far long work is; `step` NULL: nobody is. */
typedef struct lic_store_progress {
    void *context;
    void (*step)(void *context, const char *what, uint64_t done, uint64_t total);
} lic_store_progress;

/* The ledger as of this moment, as a file of its own at `path`, through the same VFS; what another process writes
 * meanwhile is not in it. The copy is synced, keeps a rollback journal and has nothing beside it. There must
 * be no file at `path`, or an empty one. A process that commits with a rollback journal waits for the copying to end. After an
 * error the caller removes what is at `path`. `progress` may be NULL. */
lic_status lic_store_copy(lic_store *store, const char *path, const lic_store_progress *progress);

/* Drops and creates a module's tables and views, inside the caller's transaction. */
lic_status lic_store_reset_module(lic_store *store, const lic_store_module *module);

/* -- rows ------------------------------------------------------------------------------------------ */

#define LIC_STORE_NONE UINT32_MAX
#define LIC_PLACE_ORDINALS (UINT32_C(1) << 24)
/* class 0..15, ordinal < 2^24, height < 2^35. */
#define LIC_PLACE(height, class, ordinal) \
    ((uint64_t)(height) << 28 | (uint64_t)(class) << 24 | (uint64_t)(ordinal))
#define LIC_CHUNK_SLOT(upload, index) ((uint64_t)(upload) << 20 | (uint64_t)(index))

typedef uint32_t lic_column_u32;
typedef uint64_t lic_column_u64;
typedef int64_t lic_column_i64;
typedef lic_hash lic_column_hash;
typedef lic_slice lic_column_blob;
typedef lic_slice lic_column_text;

#define LIC_ROW_MEMBER(row, type, name, sql) lic_column_##type name;
#define ROWS(table, row, verb, columns, tail, options) \
    typedef struct lic_row_##row {                     \
        columns(LIC_ROW_MEMBER, row)                   \
    } lic_row_##row;
#include <licet/rows.def>
#undef ROWS
#undef LIC_ROW_MEMBER

/* Writers: lic_store_put_block(store, &row), lic_store_put_page(store, &row), ... Prepared once. An
 * INSERT on a key that exists is REFUSED. */
#define ROWS(table, row, verb, columns, tail, options) \
    lic_status lic_store_put_##row(lic_store *store, const lic_row_##row *values);
#include <licet/rows.def>
#undef ROWS

/* A chunk that is written by the next lic_store_write_behind or commit, or when chunks are read or
 * erased; its bytes stay in place until then. A failure comes out of whichever call waited for it. */
lic_status lic_store_put_chunk_later(lic_store *store, const lic_row_chunk *row);
/* Starts writing the waiting chunks in a thread and returns; the last ones, of `keep` bytes together at most, go on waiting. The
 * next call on the store waits for it. */
void lic_store_write_behind(lic_store *store, size_t keep);

/* Does the work, writing to the store, in a thread, when threads are allowed; the next call on the store by anybody else
 * waits for it, and a failure comes out of that. `context` stays in place until then. */
typedef lic_status lic_store_work(void *context);
lic_status lic_store_do_behind(lic_store *store, lic_store_work *work, void *context);

/* Waits for it: what the work did, and what failed before. */
lic_status lic_store_wait(lic_store *store);

/* Sends what the transaction has written so far to the disk, where threads are allowed, while the caller goes on; pays from some
 * megabytes on. A failure is one of the transaction, and comes out of this call or of the commit. */
lic_status lic_store_send_ahead(lic_store *store);

/* Writes the chunks that still wait: what they borrow is free again when it returns. */
lic_status lic_store_write_chunks(lic_store *store);

/* Many rows at once, at half the cost; what they borrow stays in place until it returns. */
lic_status lic_store_put_transaction_rows(lic_store *store, const lic_row_transaction *rows,
                                          size_t count);
lic_status lic_store_put_transaction_id_rows(lic_store *store, const lic_row_transaction_id *rows,
                                             size_t count);
lic_status lic_store_put_lane_rows(lic_store *store, const lic_row_lane *rows, size_t count);
lic_status lic_store_put_output_rows(lic_store *store, const lic_row_output *rows, size_t count);
lic_status lic_store_put_payload_rows(lic_store *store, const lic_row_payload *rows, size_t count);
lic_status lic_store_put_old_page_rows(lic_store *store, const lic_row_old_page *rows,
                                       size_t count);

/* Readers visit rows in order; slices are borrowed until the visit returns. An answer other than OK
 * stops the reading and is returned. A visit may read other things, or write, but not start the
 * same select again on the same store (asserted). */
#define ROWS(table, row, verb, columns, tail, options) \
    typedef lic_status lic_visit_##row(void *context, const lic_row_##row *values);
#include <licet/rows.def>
#undef ROWS

#define LIC_PARAMETERS_NONE
#define LIC_PARAMETERS_U64_1 uint64_t a,
#define LIC_PARAMETERS_U64_2 uint64_t a, uint64_t b,
#define LIC_PARAMETERS_U64_3 uint64_t a, uint64_t b, uint64_t c,
#define LIC_PARAMETERS_U64_4 uint64_t a, uint64_t b, uint64_t c, uint64_t d,
#define LIC_PARAMETERS_HASH const lic_hash *hash,
#define SELECT(name, row, parameters, sql, doc) \
    lic_status lic_store_read_##name(           \
        lic_store *store, LIC_PARAMETERS_##parameters lic_visit_##row *visit, void *context);
#include <licet/selects.def>
#undef SELECT

/* The transaction with the id, which `visit` sees if there is one; it may not read transaction_at. */
lic_status lic_store_read_transaction(lic_store *store, const lic_hash *id,
                                      lic_visit_transaction *visit, void *context);

/* Erasing. OK when nothing is there. */
lic_status lic_store_erase_payload(lic_store *store, uint64_t place);
lic_status lic_store_erase_payloads(lic_store *store, uint64_t first, uint64_t last);
lic_status lic_store_erase_chunks(lic_store *store, uint64_t first_slot, uint64_t last_slot);
/* Undoes rows of the block being written: transactions and outputs with places first .. last, and
 * their payloads. */
lic_status lic_store_unwrite(lic_store *store, uint64_t first, uint64_t last);

/* -- free statements, for projections and views ------------------------------------------------------ */

/* A prepared statement. Parameters count from 1, columns from 0. Bound slices are borrowed until the
 * next lic_sql_reset or step that ends the statement. */
typedef struct lic_sql lic_sql;

lic_status lic_sql_prepare(lic_store *store, const char *text, lic_sql **statement);
void lic_sql_destroy(lic_sql *statement); /* NULL allowed; before its store is closed */
void lic_sql_bind_null(lic_sql *statement, int index);
void lic_sql_bind_i64(lic_sql *statement, int index, int64_t value);
void lic_sql_bind_text(lic_sql *statement, int index, lic_slice text);
void lic_sql_bind_blob(lic_sql *statement, int index, lic_slice bytes);
/* *row = true: a row is there; false: done, and the statement is ready to be bound again. Binding
 * errors come out here. */
lic_status lic_sql_step(lic_sql *statement, bool *row);
/* For statements that give no row: step and reset. */
lic_status lic_sql_run(lic_sql *statement);
void lic_sql_reset(lic_sql *statement); /* keeps the bindings */
int64_t lic_sql_i64(lic_sql *statement, int column);
lic_slice lic_sql_text(lic_sql *statement, int column); /* NULL gives an empty slice */
lic_slice lic_sql_blob(lic_sql *statement, int column);
bool lic_sql_is_null(lic_sql *statement, int column);
/* One or more statements without parameters or rows. */
lic_status lic_sql_execute(lic_store *store, const char *text);

#endif
