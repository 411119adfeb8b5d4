/* gather.c - writes to the log become one where the disk promises that overwriting is safe, and nowhere else
 * (runtime/store/src/gather.c). The steps of a workload are done with a log on a disk of either kind; after each of them a
 * reader that knows nothing of gathering must find the ledger whole, and as high as its writer says.
 *
 * Would catch: writes that are no longer gathered; writes that are where SQLite writes behind a commit's sync, so that
 * others meet a page of the log whose end is still waiting. */
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

/* Steps that go wrong for somebody; the log's writes come back in `writes`. */
static unsigned do_steps(bool harms, bool early, disk_writes *writes)
{
    disk_state empty = {0};
    workload w;
    unsigned wrong = 0;
    crash_disk *d = disk_create(&empty);
    if (harms) disk_harm(d);
    workload_init(&w, 1);
    w.early = early;
    w.threads = early ? 2 : 1;
    lic_status status = workload_make(&w, d, 1);
    workload_close(&w);
    if (status == LIC_OK) status = workload_open(&w, d, true, 2);
    for (size_t i = 0; i < w.step_count && status == LIC_OK; i++) {
        if (!stays_with_log(&w.steps[i])) continue;
        status = workload_do(&w, i);
        if (status == LIC_OK && !others_see_it(&w)) wrong++;
    }
    *writes = disk_writes_to(d, WORKLOAD_LEDGER "-wal");
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
    unsigned wrong_safe = do_steps(false, early, &safe), wrong = do_steps(true, early, &harmed);
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

int main(void)
{
    int failed = compare(false);
    failed += compare(true);
    return failed == 0 ? 0 : 1;
}
