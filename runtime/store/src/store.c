/* Opening, transactions and closing of a ledger file, and the translation of SQLite's results. */
#include "internal.h"

#include <string.h>

#define TEXT_OF(number) TEXT(number)
#define TEXT(number) #number
#define BUSY_MS 2000 /* for locks that pass: a reader beside a checkpoint */
#define COMMIT_MS \
    30000 /* for readers to be done: a block may be an hour's work, a reading a large copy */

static const lic_thresholds measured = {
    .cache_kib = 16384, /* large blocks spill early: each page is written once all the same */
    .log_pages = 4096,  /* 64 MiB, a few large blocks */
    .rows = 1024,
    .row_bytes = (uint32_t)1 << 20,
    .sync_bytes = (uint64_t)8 << 20, /* what is less is written soon enough by the commit */
    .root_pages = 4096,              /* whose hashing costs more than a thread */
    .share_pages = 64,               /* ... more than to wake one */
};

/* -- results ------------------------------------------------------------------------------------ */

lic_status store_status(int result)
{
    switch (result & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE: return LIC_OK;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return LIC_LOCKED;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_MISMATCH: return LIC_CORRUPT;
    case SQLITE_NOMEM: return LIC_NO_MEMORY;
    case SQLITE_TOOBIG: return LIC_TOO_LARGE;
    case SQLITE_CONSTRAINT: return LIC_REFUSED;
    case SQLITE_INTERRUPT: return LIC_TIME_LIMIT;
    case SQLITE_AUTH: return LIC_DENIED;
    case SQLITE_ERROR: return LIC_MALFORMED;
    default: return result == SQLITE_IOERR_NOMEM ? LIC_NO_MEMORY : LIC_IO;
    }
}

static const char *help_for(lic_status status)
{
    if (status == LIC_CORRUPT) return "restore the ledger from a backup, and check the disk";
    if (status == LIC_LOCKED) return "wait until the other process is done, or stop it";
    if (status == LIC_IO) return "check free space, permissions and the disk";
    if (status == LIC_NO_MEMORY) return "free memory and try again";
    return "see the message";
}

lic_status store_fail(lic_store *store, int result, const char *what)
{
    lic_status status = store_status(result);
    if (status == LIC_OK) return LIC_OK;
    if (status != LIC_REFUSED && status != LIC_LOCKED) store->lock.spoilt = true;
    if (store->writing && store->lost == LIC_OK && sqlite3_get_autocommit(store->db) != 0)
        store->lost = status;
    const char *why = store->db != NULL && sqlite3_extended_errcode(store->db) == result
                          ? sqlite3_errmsg(store->db)
                          : sqlite3_errstr(result);
    return lic_fail(&store->error, status, lic_status_id(status), help_for(status),
                    "cannot %s the ledger %s: %s", what, store->path, why);
}

const lic_error *lic_store_error(const lic_store *store)
{
    return &store->error;
}

const char *lic_store_path(const lic_store *store)
{
    return store->path;
}

const lic_thresholds *lic_store_thresholds(const lic_store *store)
{
    return &store->thresholds;
}

bool lic_store_writing(const lic_store *store)
{
    return store->writing;
}

/* -- connection --------------------------------------------------------------------------------- */

static lic_status connect_fail(sqlite3 *db, int result, const char *path, lic_error *error)
{
    lic_status status = store_status(result);
    if ((result & 0xFF) == SQLITE_NOTADB)
        return lic_fail(error, status, lic_status_id(status),
                        "give the path of a ledger; if this was one, restore it from a backup",
                        "%s is not a ledger", path);
    return lic_fail(error, status, lic_status_id(status), help_for(status),
                    "cannot open the ledger %s: %s", path,
                    db != NULL ? sqlite3_errmsg(db) : sqlite3_errstr(result));
}

/* NULL: it has none. */
static sqlite3_file *file_of(sqlite3 *db)
{
    sqlite3_file *file = NULL;
    int result = sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    return result == SQLITE_OK && file != NULL && file->pMethods != NULL ? file : NULL;
}

/* What is seen in the file is on the disk afterwards. */
static int sync_ledger(sqlite3 *db)
{
    sqlite3_file *file = file_of(db);
    return file == NULL ? SQLITE_OK : file->pMethods->xSync(file, SQLITE_SYNC_FULL);
}

/* A writer that died may have left a rollback journal, which only a connection that may write undoes. Another one may
 * have died while it undid it: SQLite removes the journal of a file that it finds empty, and does not ask whether the
 * disk knows yet that it is empty. A result of SQLite's. */
static int undo_dead_writer(const char *path, store_vfs *vfs)
{
    sqlite3 *db = NULL;
    char journal[4096];
    int there = 0;
    (void)sqlite3_snprintf((int)sizeof journal, journal, "%s-journal", path);
    int result = vfs->base.xAccess(&vfs->base, journal, SQLITE_ACCESS_EXISTS, &there);
    if (result == SQLITE_OK && there != 0)
        result = vfs->base.xAccess(&vfs->base, path, SQLITE_ACCESS_READWRITE, &there);
    if (result != SQLITE_OK || there == 0) return result;
    result = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, vfs->name);
    if (result == SQLITE_OK) result = sync_ledger(db);
    if (result == SQLITE_OK) result = sqlite3_exec(db, "PRAGMA user_version", NULL, NULL, NULL);
    (void)sqlite3_close(db);
    return result;
}

/* Asks again at short distances: beside a writer with a rollback journal, block after block, a ledger is free for
 * moments only, and who sleeps long misses all of them. */
static int wait_for_others(void *context, int tries)
{
    enum { QUICK = 1000, QUICK_MS = 1, SLOW_MS = 5 };
    const store_vfs *vfs = context;
    unsigned waited = tries < QUICK ? (unsigned)tries * QUICK_MS
                                    : QUICK * QUICK_MS + (unsigned)(tries - QUICK) * SLOW_MS;
    if (waited >= vfs->busy_ms) return 0;
    (void)vfs->below->xSleep(vfs->below, (tries < QUICK ? QUICK_MS : SLOW_MS) * 1000);
    return 1;
}

lic_status store_connect(const lic_store_options *options, store_vfs *vfs, int flags, sqlite3 **db,
                         lic_error *error)
{
    if ((flags & SQLITE_OPEN_READONLY) != 0) /* what goes wrong is found again below */
        (void)undo_dead_writer(options->path, vfs);
    int result = sqlite3_open_v2(options->path, db,
                                 flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE, vfs->name);
    if (result == SQLITE_OK) {
        sqlite3_extended_result_codes(*db, 1);
        bool reads = (flags & SQLITE_OPEN_READONLY) != 0;
        vfs->busy_ms = reads && options->wait_ms > BUSY_MS ? options->wait_ms : BUSY_MS;
        sqlite3_busy_handler(*db, wait_for_others, vfs);
        (void)sqlite3_db_config(*db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
        (void)sqlite3_db_config(*db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
        (void)sqlite3_db_config(*db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
        (void)sqlite3_db_config(*db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
        (void)sqlite3_limit(*db, SQLITE_LIMIT_ATTACHED, 0);
        result = sqlite3_exec(*db, "PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0;", NULL, NULL,
                              NULL);
    }
    return result == SQLITE_OK ? LIC_OK : connect_fail(*db, result, options->path, error);
}

static int pragma_value(sqlite3 *db, const char *sql, int64_t *value)
{
    sqlite3_stmt *statement = NULL;
    int result = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
    if (result == SQLITE_OK) result = sqlite3_step(statement);
    if (result == SQLITE_ROW) *value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return result == SQLITE_ROW ? SQLITE_OK : result == SQLITE_DONE ? SQLITE_CORRUPT : result;
}

/* Without a page it is what is left where the making of a ledger was undone. */
static lic_status refuse_stranger(sqlite3 *db, const char *path, lic_error *error)
{
    int64_t pages = 0;
    int result = pragma_value(db, "PRAGMA page_count", &pages);
    if (result != SQLITE_OK) return connect_fail(db, result, path, error);
    if (pages == 0)
        return lic_fail(error, LIC_MISSING, "no_ledger", "run licet init again",
                        "there is no ledger %s: making it was interrupted", path);
    return lic_fail(error, LIC_CORRUPT, "not_a_ledger", "give the path of a licet ledger",
                    "%s is not a licet ledger", path);
}

lic_status store_identify(sqlite3 *db, const char *path, lic_error *error)
{
    int64_t application = 0, version = 0;
    int result = pragma_value(db, "PRAGMA application_id", &application);
    if (result == SQLITE_OK) result = pragma_value(db, "PRAGMA user_version", &version);
    if (result != SQLITE_OK) return connect_fail(db, result, path, error);
    if (application != LIC_STORE_APPLICATION) return refuse_stranger(db, path, error);
    if (version != LIC_STORE_VERSION)
        return lic_fail(error, LIC_VERSION, "store_version", "use the release that wrote it",
                        "the ledger %s has file version %lld; this release reads %d", path,
                        (long long)version, LIC_STORE_VERSION);
    return LIC_OK;
}

/* -- opening ------------------------------------------------------------------------------------- */

static lic_status full_path(lic_store *store, const char *path, lic_error *error)
{
    size_t size = (size_t)store->vfs.base.mxPathname + 1;
    store->path = lic_allocate_zero(store->allocator, size, 1);
    if (store->path == NULL)
        return lic_fail(error, LIC_NO_MEMORY, "store", "free memory", "no memory to open a ledger");
    store->path_size = size;
    int result = store->vfs.base.xFullPathname(&store->vfs.base, path, (int)size, store->path);
    if (result == SQLITE_OK || result == SQLITE_OK_SYMLINK) return LIC_OK;
    return lic_fail(error, LIC_IO, "path", "give a shorter or existing path",
                    "cannot use the path %s", path);
}

/* A file without bytes counts as none. One whose making was interrupted becomes that when it is undone. */
static int look_for_file(lic_store *store, int *there)
{
    sqlite3_vfs *vfs = &store->vfs.base;
    int result = SQLITE_OK;
    if (store->mode == LIC_STORE_CREATE) result = undo_dead_writer(store->path, &store->vfs);
    lic_status status = store_status(result);
    if (status == LIC_IO || status == LIC_NO_MEMORY) return result;
    return vfs->xAccess(vfs, store->path, SQLITE_ACCESS_EXISTS, there);
}

static lic_status check_existence(lic_store *store, lic_error *error)
{
    int there = 0;
    int result = look_for_file(store, &there);
    if (result != SQLITE_OK) return connect_fail(NULL, result, store->path, error);
    if (store->mode == LIC_STORE_CREATE && there)
        return lic_fail(error, LIC_REFUSED, "exists", "choose another path", "%s exists already",
                        store->path);
    if (store->mode != LIC_STORE_CREATE && !there)
        return lic_fail(error, LIC_MISSING, "no_ledger",
                        "give the path of a ledger, or run licet init", "there is no ledger %s",
                        store->path);
    return LIC_OK;
}

static lic_status execute(lic_store *store, const char *sql, const char *what)
{
    int result = sqlite3_exec(store->db, sql, NULL, NULL, NULL);
    return result == SQLITE_OK ? LIC_OK : store_fail(store, result, what);
}

/* While a reader is in the way the file keeps the journal that it has, which is as good, only slower.
 * EXTRA is FULL, and syncs the folder too: a transaction with a rollback journal ends when the journal is
 * gone from it. */
static lic_status prepare_writer(lic_store *store, lic_store_journal journal)
{
    LIC_TRY(execute(store, "PRAGMA synchronous = EXTRA", "prepare")); /* gather.c rests on it */
    const char *mode = journal == LIC_JOURNAL_WAL ? "PRAGMA journal_mode = WAL"
                                                  : "PRAGMA journal_mode = DELETE";
    int result = sqlite3_exec(store->db, mode, NULL, NULL, NULL);
    if (result != SQLITE_OK && (result & 0xFF) != SQLITE_BUSY && (result & 0xFF) != SQLITE_LOCKED)
        return store_fail(store, result, "prepare");
    char pragmas[160];
    (void)sqlite3_snprintf((int)sizeof pragmas, pragmas,
                           "PRAGMA secure_delete = ON;"
                           "PRAGMA cache_size = -%u; PRAGMA wal_autocheckpoint = %u;",
                           store->thresholds.cache_kib, store->thresholds.log_pages);
    return execute(store, pragmas, "prepare");
}

/* The writer before this one ended without notice, so that a block may be in the file that is safe nowhere yet: its sync
 * never came. A transaction syncs all that came before it. It writes what is there already. */
static lic_status make_safe(lic_store *store)
{
    char version[48];
    if (!store->lock.found) return LIC_OK;
    (void)sqlite3_snprintf((int)sizeof version, version, "PRAGMA user_version = %d",
                           LIC_STORE_VERSION);
    LIC_TRY(execute(store, version, "make safe"));
    store->lock.spoilt = false;
    return LIC_OK;
}

static lic_status create_schema(lic_store *store, const lic_store_options *options)
{
    LIC_TRY(execute(store, "PRAGMA page_size = " TEXT_OF(STORE_PAGE), "create"));
    LIC_TRY(prepare_writer(store, options->journal));
    LIC_TRY(lic_store_begin(store));
    char identity[96];
    (void)sqlite3_snprintf((int)sizeof identity, identity,
                           "PRAGMA application_id = %d; PRAGMA user_version = %d;",
                           LIC_STORE_APPLICATION, LIC_STORE_VERSION);
    LIC_TRY(execute(store, identity, "create"));
    LIC_TRY(store_create_tables(store));
    for (size_t i = 0; i < options->module_count; i++)
        LIC_TRY(execute(store, options->modules[i].schema, "create"));
    return LIC_OK;
}

static bool overwrites_safely(const lic_store *store)
{
    sqlite3_file *file = file_of(store->db);
    return file != NULL &&
           (file->pMethods->xDeviceCharacteristics(file) & SQLITE_IOCAP_POWERSAFE_OVERWRITE) != 0;
}

/* Where an interrupted write may spoil what is beside it, SQLite ends a commit in the log with the end of a sector. Of what fills it up a
 * failure of power may leave nothing, and then the next write shares the sector with that commit. So a log that is there
 * is folded in, and begins anew. While a reader holds it, it goes on. */
static lic_status begin_log_anew(lic_store *store)
{
    if (overwrites_safely(store)) return LIC_OK;
    int result = sqlite3_wal_checkpoint_v2(store->db, NULL, SQLITE_CHECKPOINT_RESTART, NULL, NULL);
    if ((result & 0xFF) == SQLITE_BUSY || (result & 0xFF) == SQLITE_LOCKED) return LIC_OK;
    return store_fail(store, result, "prepare");
}

static lic_status open_existing(lic_store *store, lic_store_journal journal, lic_error *error)
{
    LIC_TRY(store_identify(store->db, store->path, error));
    if (store->mode != LIC_STORE_WRITE) return LIC_OK;
    lic_status status = prepare_writer(store, journal);
    if (status == LIC_OK) status = begin_log_anew(store);
    if (status == LIC_OK) status = make_safe(store);
    if (status != LIC_OK && error != NULL) *error = store->error;
    return status;
}

static lic_status find_place(lic_store *store, const lic_store_options *options, lic_error *error)
{
    LIC_TRY(store_vfs_register(&store->vfs, options, error));
    LIC_TRY(full_path(store, options->path, error));
    return check_existence(store, error);
}

static lic_status open_store(lic_store *store, const lic_store_options *options, lic_error *error)
{
    LIC_TRY(find_place(store, options, error));
    if (store->mode != LIC_STORE_READ)
        LIC_TRY(store_lock_take(&store->lock, &store->vfs.base, options, store->path, error));
    LIC_TRY(check_existence(store, error)); /* again: another may have been creating it */
    int flags = store->mode == LIC_STORE_READ     ? SQLITE_OPEN_READONLY
                : store->mode == LIC_STORE_CREATE ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                                  : SQLITE_OPEN_READWRITE;
    lic_store_options resolved = *options;
    resolved.path = store->path;
    store->vfs.gathers = store->mode != LIC_STORE_READ;
    LIC_TRY(store_connect(&resolved, &store->vfs, flags, &store->db, error));
    if (store->mode != LIC_STORE_CREATE) return open_existing(store, options->journal, error);
    lic_status status = create_schema(store, options);
    if (status != LIC_OK && error != NULL) *error = store->error;
    return status;
}

static lic_thresholds thresholds_of(const lic_store_options *options)
{
    lic_thresholds t = options->thresholds;
    if (t.cache_kib == 0) t.cache_kib = measured.cache_kib;
    if (t.log_pages == 0) t.log_pages = measured.log_pages;
    if (t.rows == 0) t.rows = measured.rows;
    if (t.row_bytes == 0) t.row_bytes = measured.row_bytes;
    if (t.sync_bytes == 0) t.sync_bytes = measured.sync_bytes;
    if (t.root_pages == 0) t.root_pages = measured.root_pages;
    if (t.share_pages == 0) t.share_pages = measured.share_pages;
    return t;
}

static lic_status make_store(const lic_store_options *options, lic_store_mode mode,
                             lic_store **store, lic_error *error)
{
    lic_store *made = *store = lic_allocate_zero(options->allocator, 1, sizeof *made);
    if (made == NULL)
        return lic_fail(error, LIC_NO_MEMORY, "store", "free memory", "no memory to open a ledger");
    made->allocator = options->allocator;
    made->mode = mode;
    made->threads = options->threads;
    made->simulated = options->vfs != NULL;
    made->thresholds = thresholds_of(options);
    return LIC_OK;
}

lic_status lic_store_check_free(const lic_store_options *options, lic_error *error)
{
    lic_store *store = NULL;
    LIC_TRY(make_store(options, LIC_STORE_CREATE, &store, error));
    lic_status status = find_place(store, options, error);
    lic_store_close(store);
    return status;
}

/* A store that waited on a disk in memory: the file is another one, of the same schema. */
static lic_status open_again(lic_store *store, const lic_store_options *options, lic_error *error)
{
    store->writing = store->reading = false;
    store->lost = LIC_OK;
    store->error = (lic_error){0};
    store->threads = options->threads;
    store->thresholds = thresholds_of(options);
    store_vfs_renew(&store->vfs, options);
    LIC_TRY(check_existence(store, error));
    if (store->mode != LIC_STORE_READ)
        LIC_TRY(store_lock_take(&store->lock, &store->vfs.base, options, store->path, error));
    (void)sqlite3_db_release_memory(store->db); /* pages of the file before */
    LIC_TRY(store_identify(store->db, store->path, error));
    return store->mode == LIC_STORE_READ ? LIC_OK : make_safe(store);
}

static void destroy(lic_store *store)
{
    if (store->db != NULL) {
        store_rows_finalize(store);
        LIC_ASSERT(sqlite3_close(store->db) == SQLITE_OK); /* a lic_sql outlived its store */
    }
    store_behind_free(store);
    store_lock_release(&store->lock);
    store_vfs_unregister(&store->vfs);
    lic_release(store->allocator, store->path, store->path_size);
    lic_release(store->allocator, store, sizeof *store);
}

lic_status lic_store_open(const lic_store_options *options, lic_store **result, lic_error *error)
{
    lic_store *store = store_parked(options);
    if (store != NULL) {
        lic_status status = open_again(store, options, error);
        if (status == LIC_OK) *result = store;
        else destroy(store);
        return status;
    }
    LIC_TRY(make_store(options, options->mode, &store, error));
    lic_status status = open_store(store, options, error);
    if (status != LIC_OK) {
        lic_store_close(store);
        return status;
    }
    *result = store;
    return LIC_OK;
}

void lic_store_close(lic_store *store)
{
    if (store == NULL) return;
    if (store->db != NULL) {
        lic_store_rollback(store);
        lic_store_end_read(store);
    }
    if (!store_park(store)) destroy(store);
}

/* -- transactions --------------------------------------------------------------------------------- */

lic_status store_end_open(lic_store *store)
{
    if (sqlite3_get_autocommit(store->db) != 0) return LIC_OK;
    return execute(store, "ROLLBACK", "use");
}

lic_status lic_store_begin(lic_store *store)
{
    LIC_ASSERT(store->mode != LIC_STORE_READ && !store->writing && !store->reading);
    LIC_TRY(store_end_open(store));
    LIC_TRY(execute(store, "BEGIN IMMEDIATE", "write to"));
    store->writing = true;
    return LIC_OK;
}

lic_status lic_store_commit(lic_store *store)
{
    LIC_ASSERT(store->writing);
    lic_status status = store_settle_chunks(store);
    if (status == LIC_OK) status = store_ahead_wait(store);
    store->vfs.busy_ms = COMMIT_MS;
    if (status == LIC_OK) status = execute(store, "COMMIT", "commit to");
    store->vfs.busy_ms = BUSY_MS;
    if (status != LIC_OK) {
        lic_error kept = store->error;
        lic_store_rollback(store);
        store->error = kept;
    }
    store->writing = false;
    return status;
}

/* After an error SQLite may have rolled back by itself; a second one is not an error of ours. */
void lic_store_rollback(lic_store *store)
{
    if (!store->writing) return;
    store_behind_forget(store);
    (void)store_ahead_wait(store);
    store->writing = false;
    store->lost = LIC_OK;
    if (sqlite3_get_autocommit(store->db) == 0)
        (void)sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
}

lic_status lic_store_begin_read(lic_store *store)
{
    LIC_ASSERT(!store->writing && !store->reading);
    LIC_TRY(store_end_open(store));
    LIC_TRY(execute(store, "BEGIN", "read"));
    store->reading = true;
    return LIC_OK;
}

void lic_store_end_read(lic_store *store)
{
    if (!store->reading) return;
    store->reading = false;
    (void)sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
}

/* -- maintenance ------------------------------------------------------------------------------------ */

lic_status lic_store_check(lic_store *store)
{
    sqlite3_stmt *statement = NULL;
    LIC_TRY(store_settle_chunks(store));
    LIC_TRY(store_prepare(store, "PRAGMA integrity_check(1)", false, &statement));
    int result = sqlite3_step(statement);
    lic_status status = LIC_OK;
    if (result != SQLITE_ROW) {
        status = store_fail(store, result == SQLITE_DONE ? SQLITE_CORRUPT : result, "check");
    } else {
        const char *finding = (const char *)sqlite3_column_text(statement, 0);
        if (finding == NULL || strcmp(finding, "ok") != 0)
            status = lic_fail(&store->error, LIC_CORRUPT, "damaged", help_for(LIC_CORRUPT),
                              "the ledger %s is damaged: %s", store->path,
                              finding != NULL ? finding : "unreadable");
    }
    sqlite3_finalize(statement);
    return status;
}

lic_status lic_store_reset_module(lic_store *store, const lic_store_module *module)
{
    LIC_ASSERT(store->writing);
    LIC_TRY(store_settle(store));
    LIC_TRY(execute(store, module->drop, "rebuild views of"));
    return execute(store, module->schema, "rebuild views of");
}
