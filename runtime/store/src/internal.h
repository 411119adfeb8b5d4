/* internal.h - what the files of the store share: the connection, how SQLite's results become ours,
 * and the VFS that carries the injected clock, randomness and writer's lock. */
#ifndef LICET_STORE_INTERNAL_H
#define LICET_STORE_INTERNAL_H

#include <licet/feed.h>
#include <licet/hash.h>
#include <licet/memory_disk.h>
#include <licet/query.h>
#include <licet/store.h>

#include <pthread.h>
#include <sqlite3.h>

#define STORE_PAGE 16384 /* bytes of a page: docs/adr/0011, measured from 4 KiB to 32 KiB */

typedef enum row_table {
#define ROWS(table, row, verb, columns, tail, options) TABLE_##table,
#include <licet/rows.def>
#undef ROWS
    TABLE_COUNT
} row_table;

typedef enum row_select {
#define SELECT(name, row, parameters, sql, doc) SELECT_##name,
#include <licet/selects.def>
#undef SELECT
    SELECT_COUNT
} row_select;

/* A VFS of our own over the one that was asked for: same files, but time and randomness come from
 * outside. Registered while its store is open. */
typedef struct store_vfs {
    sqlite3_vfs base; /* first: SQLite passes its address back */
    sqlite3_vfs *below;
    const lic_clock *clock;
    const lic_random *random;
    uint64_t stream;  /* what SQLite asks for goes on from a number drawn from `random` */
    bool gathers;     /* ledgers and logs that are opened from now on: gather.c */
    unsigned busy_ms; /* how long the connection waits for locks of others */
    char name[40];
} store_vfs;

lic_status store_vfs_register(store_vfs *vfs, const lic_store_options *options, lic_error *error);
void store_vfs_unregister(store_vfs *vfs);
/* The VFS below all of ours, which is the operating system's unless somebody has put another there. */
lic_status store_vfs_system(sqlite3_vfs **system, lic_error *error);
/* What lay below a disk in memory when it was made; NULL for every other VFS. */
sqlite3_vfs *memory_vfs_below(sqlite3_vfs *vfs);
/* NULL: no disk in memory. */
lic_memory_disk *memory_vfs_disk(sqlite3_vfs *vfs);
/* Clock and randomness of another opening; draws what registering draws. */
void store_vfs_renew(store_vfs *vfs, const lic_store_options *options);

/* gather.c: what a file needs below ours, and one whose writes are gathered. Results of SQLite's. */
int store_gather_size(const sqlite3_vfs *below);
/* Whether a file is such a one. */
bool store_gathers(const sqlite3_file *file);
/* Writes down what was gathered of it; *below: the file under it. */
int store_gather_end(sqlite3_file *file, sqlite3_file **below);
int store_gather_open(sqlite3_vfs *below, sqlite3_filename name, sqlite3_file *file, int flags,
                      int *out);

/* The writer's lock: a RESERVED lock, in SQLite's sense, on PATH-lock. A writer leaves a mark in it that goes when it
 * has ended well (docs/adr/0140). */
typedef struct store_lock {
    sqlite3_file *file; /* NULL: not held */
    sqlite3_filename name;
    bool held;
    bool found;  /* the writer before it left its mark: what it wrote last may not be safe yet */
    bool spoilt; /* a write failed: the mark stays */
} store_lock;

lic_status store_lock_take(store_lock *lock, sqlite3_vfs *vfs, const lic_store_options *options,
                           const char *path, lic_error *error);
void store_lock_release(store_lock *lock);

/* feed.c: statements over lic_feed that were prepared before; the oldest makes room. */
enum { FEED_STATEMENTS = 24 };
typedef struct store_feeds {
    bool known;           /* the connection has the module */
    const lic_feed *feed; /* while a call runs */
    struct {
        char *sql;
        size_t size;
        sqlite3_stmt *statement;
    } kept[FEED_STATEMENTS];
    unsigned next;
} store_feeds;

/* behind.c: chunks that wait, or that the thread is writing, and other work that it does. */
typedef struct store_behind {
    lic_row_chunk *rows; /* from `first` on they wait */
    size_t first, count, capacity;
    size_t until; /* which the thread writes */
    lic_store_work *work;
    void *context;
    pthread_t thread;
    bool running;      /* the thread has the connection */
    lic_status status; /* of the thread; read after it was joined */
} store_behind;

/* ahead.c: a sync that runs beside the connection. */
typedef struct store_ahead {
    sqlite3_file *below;
    pthread_t thread;
    bool running;
    int result; /* of the thread; read after it was joined */
} store_ahead;

/* Statements of lic_sql that were prepared before and are not in use; kept where connections are (parked.c). */
enum { SQL_STATEMENTS = 64 };

struct lic_store {
    const lic_allocator *allocator;
    sqlite3 *db;
    store_vfs vfs;
    store_lock lock;
    char *path;
    size_t path_size;
    lic_store_mode mode;
    bool writing, reading;
    bool threads;   /* lic_store_do_behind may have one */
    bool simulated; /* the disk is */
    lic_thresholds thresholds;
    lic_status lost; /* not OK: SQLite rolled the transaction back by itself, and this is why */
    lic_error error;
    sqlite3_stmt *puts[TABLE_COUNT];
    sqlite3_stmt *selects[SELECT_COUNT];
    sqlite3_stmt *erases[4];
    store_behind behind;
    store_ahead ahead;
    store_feeds feeds;
    sqlite3_stmt *idle[SQL_STATEMENTS];
    size_t idle_count;
};

/* What a query and the tables in it share while it runs. */
typedef struct store_watch {
    const lic_clock *clock;
    uint64_t deadline;
    bool late;
    void (*tick)(void *context); /* NULL: nobody asks */
    void *tick_context;
    bool ours;         /* a statement of our own is compiled: not for the authorizer */
    uint64_t height;   /* of the last block that the query sees */
    lic_status failed; /* of a source, with its error */
    lic_error error;
} store_watch;

/* A source in a query; source.c makes a virtual table of it. */
typedef struct store_source {
    const char *name; /* static */
    const lic_query_source *source;
    store_watch *watch;
    struct store_source *next;
} store_source;

int store_source_create(sqlite3 *db, store_source *source);
/* True, and `late` set, when the time is over. */
bool store_watch_late(store_watch *watch);

/* Our status for a result of SQLite's. */
lic_status store_status(int result);
/* Fills store->error from the connection; `what` completes "cannot ...". */
lic_status store_fail(lic_store *store, int result, const char *what);
lic_status store_prepare(lic_store *store, const char *sql, bool keep, sqlite3_stmt **statement);
/* Ends what is still open although it was to end, or to fail: SQLite may have lacked memory for that, too. Whoever read before would
 * meet rows that nobody has committed. */
lic_status store_end_open(lic_store *store);
/* Waits for the thread that writes behind and gives its status. First of all in every call that uses
 * the connection. Fails when the transaction was lost: a statement that came now would be one of its own. */
lic_status store_settle(lic_store *store);
/* The same, and writes the chunks that still wait. */
lic_status store_settle_chunks(lic_store *store);
/* Waits for a sync that was begun. */
lic_status store_ahead_wait(lic_store *store);
void store_behind_forget(lic_store *store);
void store_behind_free(lic_store *store);
/* Without waiting for anything. */
lic_status store_put_chunk(lic_store *store, const lic_row_chunk *row);
/* Opens the connection of `options->path` through vfs, read-only or not, and sets it up. */
lic_status store_connect(const lic_store_options *options, store_vfs *vfs, int flags, sqlite3 **db,
                         lic_error *error);
/* All pages, as the source's transaction sees them if it has one. A result of SQLite's. `progress` may be NULL. */
int store_copy_pages(sqlite3 *source, sqlite3 *target, const lic_store_progress *progress);
/* application_id and user_version. */
lic_status store_identify(sqlite3 *db, const char *path, lic_error *error);
lic_status store_create_tables(lic_store *store);
void store_rows_finalize(lic_store *store);
void store_feeds_finalize(lic_store *store);

/* derived.c: tables that follow from blocks, in the order of their names. */
enum { STORE_TABLES = 128 };
typedef struct store_tables {
    size_t count;
    char names[STORE_TABLES][64];
} store_tables;
void store_select_all(const char *table, char sql[256]);
/* digest.c: which of the tables were read to their end on both sides and are the same. Without a thread or memory: none. Fails
 * when the computed side cannot be read. */
lic_status store_digests_compare(lic_store *stored, lic_store *computed, const lic_hasher *hasher,
                                 const store_tables *tables, bool same[STORE_TABLES]);

/* parked.c: statements of a connection through this are worth keeping. */
bool store_keeps(const store_vfs *vfs);
/* True: it waits on its disk, with its lock released and its transactions ended; nobody uses it before it is opened again. */
bool store_park(lic_store *store);
bool store_park_query(sqlite3 *db, const store_vfs *vfs, lic_query *query);
/* What waits for such an opening, or NULL; the caller has it then. */
lic_store *store_parked(const lic_store_options *options);
lic_query *store_parked_query(const lic_store_options *options);

#endif
