/* A ledger on a disk that fails: every write, sync and truncation in turn, once and for good, while a
 * block is made. Would catch: a block acknowledged and lost, one refused and half there, a ledger that
 * can't be opened afterwards, memory state that runs ahead of the file. The disk is an injected VFS. */
#include "samples.h"
#include "scratch.h"

#include <licet/ledger.h>

#include <sqlite3.h>

#define DAY 86400

/* -- a disk that fails --------------------------------------------------------------------------- */

static struct faults {
    bool armed, forever; /* forever: everything after the first failure fails too */
    int left;            /* calls until it fails */
    int failed;          /* how many did */
    int result;          /* SQLITE_FULL, SQLITE_IOERR_FSYNC, ... */
} faults;

static bool fails(void)
{
    if (!faults.armed) return false;
    if (faults.left > 0) return faults.left--, false;
    if (faults.failed > 0 && !faults.forever) return false;
    faults.failed++;
    return true;
}

typedef struct faulty_file {
    sqlite3_file base;
    const sqlite3_io_methods *below; /* of the file that follows in memory */
} faulty_file;

static sqlite3_file *real(sqlite3_file *file)
{
    return (sqlite3_file *)((faulty_file *)file + 1);
}

static sqlite3_vfs *system_vfs;
static sqlite3_vfs faulty_vfs;
static sqlite3_io_methods faulty_methods;

static int faulty_close(sqlite3_file *f)
{
    return real(f)->pMethods->xClose(real(f));
}
static int faulty_read(sqlite3_file *f, void *b, int n, sqlite3_int64 at)
{
    return real(f)->pMethods->xRead(real(f), b, n, at);
}
static int faulty_write(sqlite3_file *f, const void *b, int n, sqlite3_int64 at)
{
    if (!fails()) return real(f)->pMethods->xWrite(real(f), b, n, at);
    /* half of it arrives */
    (void)real(f)->pMethods->xWrite(real(f), b, n / 2, at);
    return faults.result;
}
static int faulty_truncate(sqlite3_file *f, sqlite3_int64 n)
{
    return fails() ? SQLITE_IOERR_TRUNCATE : real(f)->pMethods->xTruncate(real(f), n);
}
static int faulty_sync(sqlite3_file *f, int flags)
{
    return fails() ? SQLITE_IOERR_FSYNC : real(f)->pMethods->xSync(real(f), flags);
}
static int faulty_size(sqlite3_file *f, sqlite3_int64 *n)
{
    return real(f)->pMethods->xFileSize(real(f), n);
}
static int faulty_lock(sqlite3_file *f, int l)
{
    return real(f)->pMethods->xLock(real(f), l);
}
static int faulty_unlock(sqlite3_file *f, int l)
{
    return real(f)->pMethods->xUnlock(real(f), l);
}
static int faulty_reserved(sqlite3_file *f, int *r)
{
    return real(f)->pMethods->xCheckReservedLock(real(f), r);
}
static int faulty_control(sqlite3_file *f, int op, void *a)
{
    return real(f)->pMethods->xFileControl(real(f), op, a);
}
static int faulty_sector(sqlite3_file *f)
{
    return real(f)->pMethods->xSectorSize(real(f));
}
static int faulty_device(sqlite3_file *f)
{
    return real(f)->pMethods->xDeviceCharacteristics(real(f));
}
static int faulty_map(sqlite3_file *f, int p, int s, int x, void volatile **m)
{
    return real(f)->pMethods->xShmMap(real(f), p, s, x, m);
}
static int faulty_shm_lock(sqlite3_file *f, int o, int n, int flags)
{
    return real(f)->pMethods->xShmLock(real(f), o, n, flags);
}
static void faulty_barrier(sqlite3_file *f)
{
    real(f)->pMethods->xShmBarrier(real(f));
}
static int faulty_unmap(sqlite3_file *f, int d)
{
    return real(f)->pMethods->xShmUnmap(real(f), d);
}

static int faulty_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags,
                       int *out)
{
    (void)vfs;
    file->pMethods = NULL;
    int result = system_vfs->xOpen(system_vfs, name, real(file), flags, out);
    if (result == SQLITE_OK) file->pMethods = &faulty_methods;
    return result;
}

static int install(void **state)
{
    (void)state;
    lic_error error;
    system_vfs = sqlite3_vfs_find(NULL);
    faulty_methods = (sqlite3_io_methods){2,
                                          faulty_close,
                                          faulty_read,
                                          faulty_write,
                                          faulty_truncate,
                                          faulty_sync,
                                          faulty_size,
                                          faulty_lock,
                                          faulty_unlock,
                                          faulty_reserved,
                                          faulty_control,
                                          faulty_sector,
                                          faulty_device,
                                          faulty_map,
                                          faulty_shm_lock,
                                          faulty_barrier,
                                          faulty_unmap,
                                          NULL,
                                          NULL};
    faulty_vfs = *system_vfs;
    faulty_vfs.pNext = NULL;
    faulty_vfs.zName = "faulty";
    faulty_vfs.szOsFile += (int)sizeof(faulty_file);
    faulty_vfs.xOpen = faulty_open;
    if (sqlite3_vfs_register(&faulty_vfs, 0) != SQLITE_OK) return -1;
    return lic_crypto_start(&error) == LIC_OK ? 0 : -1;
}

/* -- a ledger on it ---------------------------------------------------------------------------------- */

static int64_t at_start(void *context)
{
    (void)context;
    return (int64_t)SAMPLE_DATE * DAY;
}
static uint64_t no_ticks(void *context)
{
    (void)context;
    return 0;
}
static const lic_clock fixed_clock = {NULL, at_start, no_ticks};

static lic_store_journal journal; /* of the test under way */

static lic_ledger_options options_for(const char *path, const char *vfs)
{
    return (lic_ledger_options){.store = {.path = path,
                                          .journal = journal,
                                          .allocator = &lic_allocator_system,
                                          .clock = &fixed_clock,
                                          .random = &lic_random_system,
                                          .vfs = vfs},
                                .mode = LIC_LEDGER_WRITE,
                                .hasher = &lic_hasher_native,
                                .secret = 1,
                                .engine_version = 1};
}

static void create(const char *path, const lic_keypair *operator)
{
    lic_genesis genesis;
    lic_error error;
    lic_genesis_init(&genesis);
    genesis.name = lic_slice_text("Faulty");
    genesis.engine_version = 1;
    genesis.clock = LIC_CLOCK_SIMULATED;
    genesis.time = (int64_t)SAMPLE_DATE * DAY;
    genesis.operator_count = 1;
    genesis.operators[0] = operator->key;
    lic_ledger_options options = options_for(path, NULL);
    assert_ok(lic_ledger_create(&options, &genesis, operator, 1, &error));
}

/* A block with a transaction and 64 KiB of outputs; into a log so many that they take several writes. */
static lic_status make_block(lic_ledger *ledger, const lic_keypair *operator,
                             const lic_keypair * party)
{
    static uint8_t bytes[65536];
    lic_block *block = NULL;
    lic_error error;
    lic_transaction t = sample_transaction(LIC_TX_FACT, party);
    t.chain = *lic_ledger_chain(ledger);
    t.sequence = lic_ledger_sequence(ledger, &party->key, 0) + 1;
    sample_sign(&t, party);
    LIC_TRY(lic_block_open(ledger, lic_ledger_now(ledger), &block, &error));
    uint32_t position;
    lic_status status = lic_block_add(block, &t, 0, LIC_STORE_NONE, &position);
    lic_output output = {LIC_OUTPUT_EVENT, LIC_STORE_NONE, 0, {bytes, sizeof bytes}};
    lic_hash digest;
    int outputs = journal == LIC_JOURNAL_WAL ? 12 : 1;
    for (int i = 0; status == LIC_OK && i < outputs; i++)
        status = lic_block_output(block, &output, &digest);
    if (status != LIC_OK) {
        lic_block_abandon(block);
        return status;
    }
    lic_block_result result = {.contract_number = LIC_STORE_NONE};
    lic_block_finish(block, &result);
    lic_hash root = sample_hash((uint8_t)t.sequence);
    return lic_block_seal(block, &root, operator, 1, &error);
}

/* Fails call number `left` while three blocks are made, then looks at what is there. True: nothing failed. */
static bool try_at(const char *path, int left, bool forever, int result)
{
    const lic_keypair operator= sample_keypair(50), party = sample_keypair(51);
    lic_ledger *ledger = NULL;
    lic_error error;
    create(path, &operator);
    lic_ledger_options options = options_for(path, "faulty");
    assert_ok(lic_ledger_open(&options, &ledger, &error));
    faults = (struct faults){.armed = true, .forever = forever, .left = left, .result = result};
    uint64_t acknowledged = 0, attempts = 0;
    for (; attempts < 3; attempts++) {
        lic_status status = make_block(ledger, &operator, & party);
        if (status == LIC_OK) acknowledged++;
        else assert_true(status == LIC_IO || status == LIC_CORRUPT);
        assert_int_equal(lic_ledger_tip(ledger)->height, acknowledged);
        assert_int_equal(lic_ledger_sequence(ledger, &party.key, 0), acknowledged);
    }
    int failed = faults.failed;
    lic_ledger_close(ledger);
    faults.armed = false;
    /* The machine comes back with a good disk. */
    options = options_for(path, NULL);
    assert_ok(lic_ledger_open(&options, &ledger, &error));
    uint64_t height = lic_ledger_tip(ledger)->height;
    assert_true(height >= acknowledged && height <= attempts);
    assert_ok(lic_ledger_verify(ledger, 0, height, NULL, &error));
    assert_int_equal(lic_ledger_sequence(ledger, &party.key, 0), height);
    assert_ok(lic_store_check(lic_ledger_store(ledger)));
    assert_ok(make_block(ledger, &operator, & party));
    lic_ledger_close(ledger);
    return failed == 0;
}

static void every_call_may_fail(scratch *at, lic_store_journal kind, bool forever, int result)
{
    journal = kind;
    /* Every one of the first block's calls, then each fifth. */
    for (int left = 0;; left += left < 20 ? 1 : 5) {
        char name[32];
        (void)snprintf(name, sizeof name, "%d.ledger", left);
        if (try_at(scratch_path(at, name), left, forever, result)) {
            assert_true(left > 20); /* it did count writes */
            return;
        }
    }
}

/* Each in both journals: those of an engine that stays open, and of a command. */
static void a_full_disk_loses_no_acknowledged_block(void **state)
{
    every_call_may_fail(*state, LIC_JOURNAL_WAL, true, SQLITE_FULL);
}

static void a_full_disk_loses_nothing_with_a_rollback_journal(void **state)
{
    every_call_may_fail(*state, LIC_JOURNAL_ROLLBACK, true, SQLITE_FULL);
}

static void a_failing_write_loses_no_acknowledged_block(void **state)
{
    every_call_may_fail(*state, LIC_JOURNAL_WAL, true, SQLITE_IOERR_WRITE);
}

static void a_failing_write_loses_nothing_with_a_rollback_journal(void **state)
{
    every_call_may_fail(*state, LIC_JOURNAL_ROLLBACK, true, SQLITE_IOERR_WRITE);
}

static void one_failing_call_is_survived(void **state)
{
    every_call_may_fail(*state, LIC_JOURNAL_WAL, false, SQLITE_IOERR_WRITE);
}

static void one_failing_call_is_survived_with_a_rollback_journal(void **state)
{
    every_call_may_fail(*state, LIC_JOURNAL_ROLLBACK, false, SQLITE_IOERR_WRITE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(a_full_disk_loses_no_acknowledged_block),
        scratch_test(a_full_disk_loses_nothing_with_a_rollback_journal),
        scratch_test(a_failing_write_loses_no_acknowledged_block),
        scratch_test(a_failing_write_loses_nothing_with_a_rollback_journal),
        scratch_test(one_failing_call_is_survived),
        scratch_test(one_failing_call_is_survived_with_a_rollback_journal),
    };
    return cmocka_run_group_tests_name("faults", tests, install, NULL);
}
