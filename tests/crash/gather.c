/* gather.c - writes to the ledger, and to its log, become one where the disk promises that overwriting is safe, and
 * nowhere else (runtime/store/src/gather.c). The steps of a workload are done with a log on a disk of either kind, and with a
 * rollback journal; after each of them a reader that knows nothing of gathering must find the ledger whole, and as high as its
 * writer says.
 *
 * Would catch: writes that are no longer gathered; writes that are where SQLite writes behind a commit's sync, so that
 * others meet a page of the log whose end is still waiting; pages of the ledger that wait when its journal is gone. */
#include "workload.h"

#include <sqlite3.h>

enum { PAGE = 16384, FRAME = 24 + PAGE };

static bool is_answer(sqlite3 *db, const char *sql, const char *expected)
{
    sqlite3_stmt *statement = NULL;
    bool is_it = sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK &&
                 sqlite3_step(statement) == SQLITE_ROW &&
                 strcmp((const char *)sqlite3_column_text(statement, 0), expected) == 0;
    (void)sqlite3_finalize(statement);
    return is_it;
}

/* Another connection, while the writer has the ledger open. */
static bool others_see_it(const workload *w)
{
    char height[24];
    sqlite3 *db = NULL;
    (void)snprintf(height, sizeof height, "%llu", (unsigned long long)workload_height(w));
    bool good = sqlite3_open_v2(WORKLOAD_LEDGER, &db, SQLITE_OPEN_READWRITE, disk_vfs(w->disk)) ==
                    SQLITE_OK &&
                is_answer(db, "PRAGMA integrity_check", "ok") &&
                is_answer(db, "SELECT max(height) FROM blocks", height);
    (void)sqlite3_close(db);
    return good;
}

static bool stays_with_log(const workload_step *step)
{
    return step->kind != STEP_CHECKPOINT && step->kind != STEP_REOPEN;
}

typedef struct manner {
    bool harms; /* the disk promises nothing of overwriting */
    bool early; /* all that large blocks do is done early, by two threads */
    bool log;   /* the writer stays, with a log */
} manner;

/* Steps that go wrong for somebody; the writes to the log, or to the ledger when there is none, come back in `writes`. */
static unsigned do_steps(manner how, disk_writes *writes)
{
    disk_state empty = {0};
    workload w;
    unsigned wrong = 0;
    crash_disk *d = disk_create(&empty);
    if (how.harms) disk_harm(d);
    workload_init(&w, 1);
    w.early = how.early;
    w.threads = how.early ? 2 : 1;
    lic_status status = workload_make(&w, d, 1);
    workload_close(&w);
    if (status == LIC_OK) status = workload_open(&w, d, how.log, 2);
    for (size_t i = 0; i < w.step_count && status == LIC_OK; i++) {
        if (!stays_with_log(&w.steps[i])) continue;
        status = workload_do(&w, i);
        if (status == LIC_OK && !others_see_it(&w)) wrong++;
    }
    *writes = disk_writes_to(d, how.log ? WORKLOAD_LEDGER "-wal" : WORKLOAD_LEDGER);
    if (status != LIC_OK) (void)printf("# %s\n", w.stage.error.text), wrong++;
    workload_close(&w);
    disk_destroy(d);
    workload_free(&w);
    return wrong;
}

static int tell(bool is_so, const char *what, bool early, const char *why)
{
    (void)printf("%s - %s%s%s%s\n", is_so ? "ok" : "not ok", what, early ? ", early" : "",
                 is_so ? "" : ": ", is_so ? "" : why);
    return is_so ? 0 : 1;
}

static int compare(bool early)
{
    disk_writes safe, harmed;
    unsigned wrong_safe = do_steps((manner){.early = early, .log = true}, &safe);
    unsigned wrong = do_steps((manner){.harms = true, .early = early, .log = true}, &harmed);
    char why[160];
    (void)snprintf(why, sizeof why,
                   "%llu writes to the log, of at most %zu bytes; without the promise %llu, of at "
                   "most %zu",
                   (unsigned long long)safe.count, safe.largest, (unsigned long long)harmed.count,
                   harmed.largest);
    (void)printf("# %s\n", why);
    int failed = tell(wrong_safe == 0, "others read what was gathered", early, "some do not");
    failed += tell(wrong == 0, "others read what was not gathered", early, "some do not");
    failed += tell(safe.largest > FRAME && safe.count * 2 < harmed.count,
                   "writes are gathered on a disk where overwriting is safe", early, why);
    failed += tell(harmed.largest <= PAGE && harmed.count > 0,
                   "no writes are gathered where it is not", early, why);
    return failed;
}

static int without_log(bool early)
{
    disk_writes safe, harmed;
    unsigned wrong = do_steps((manner){.early = early}, &safe);
    wrong += do_steps((manner){.harms = true, .early = early}, &harmed);
    char why[160];
    (void)snprintf(
        why, sizeof why,
        "%llu writes to the ledger, of at most %zu bytes; without the promise %llu, of at "
        "most %zu",
        (unsigned long long)safe.count, safe.largest, (unsigned long long)harmed.count,
        harmed.largest);
    (void)printf("# %s\n", why);
    int failed = tell(wrong == 0, "others read what was written without a log", early,
                      "some do not");
    failed += tell(safe.largest > PAGE, "writes to the ledger are gathered", early, why);
    return failed + tell(harmed.largest <= PAGE && harmed.count > 0,
                         "none to the ledger where overwriting is not safe", early, why);
}

int main(void)
{
    int failed = compare(false);
    failed += compare(true);
    failed += without_log(false);
    failed += without_log(true);
    return failed == 0 ? 0 : 1;
}
