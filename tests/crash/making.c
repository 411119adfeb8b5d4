/* making.c - the making of a ledger, interrupted three times: power goes while it is being made, the process that undoes that is
 * killed at each of its operations, and power goes at each operation of the one that makes it anew. Whatever is left, a
 * ledger can be made there.
 *
 * Would catch: a journal that is removed before the disk knows that the file is empty, so that pages of a ledger that never was
 * are left, and nothing says so. */
#include "workload.h"

enum { SEED = 1, FAILURES = 8 /* of power, at a moment */ };

typedef struct making {
    workload work;
    disk_chance chance;
    unsigned begun, kills, failures, wrong;
} making;

static crash_disk *disk_in(const disk_state *state)
{
    crash_disk *d = disk_create(state);
    disk_harm(d);
    return d;
}

static void expect(making *m, lic_status status, const char *what)
{
    if (status != LIC_OK && m->wrong++ == 0)
        (void)printf("# %s: %s\n", what, m->work.stage.error.text);
}

/* Undoes what is left of a making. */
static void look(making *m, const crash_disk *d)
{
    lic_store_options options = {
        .path = WORKLOAD_LEDGER, .vfs = disk_vfs(d), .allocator = m->work.stage.allocator};
    expect(m, lic_store_check_free(&options, &m->work.stage.error), "something is in the way");
}

/* The disk of whoever makes the ledger; *end: the last moment at which it cannot be there. After it the journal leaves the
 * folder, and the folder is synced, which SQLite tells of. */
static crash_disk *make(making *m, const disk_state *start, size_t *end)
{
    crash_disk *d = disk_in(start);
    lic_status status = workload_make(&m->work, d, SEED);
    *end = status == LIC_OK ? disk_commit(d, 0) - 2 : 0;
    expect(m, status, "it cannot be made");
    workload_close(&m->work);
    return d;
}

static void fail_while_made_anew(making *m, const disk_state *start)
{
    size_t at = 0, end;
    crash_disk *d = make(m, start, &end);
    disk_state state = state_after(start, DISK_KILLED, &m->chance);
    for (size_t moment = 0; moment <= end; moment++) {
        state_follow(&state, d, &at, moment);
        for (unsigned i = 0; i < FAILURES; i++) {
            disk_state left = state_after(&state, DISK_POWER, &m->chance);
            crash_disk *found = disk_in(&left);
            m->failures++;
            look(m, found);
            disk_destroy(found);
            state_free(&left);
        }
    }
    state_free(&state);
    disk_destroy(d);
}

static void kill_while_undone(making *m, const disk_state *start)
{
    size_t at = 0;
    crash_disk *d = disk_in(start);
    disk_state state = state_after(start, DISK_KILLED, &m->chance);
    look(m, d);
    m->begun++;
    for (size_t moment = 0; moment <= disk_moment(d); moment++) {
        state_follow(&state, d, &at, moment);
        disk_state left = state_after(&state, DISK_KILLED, &m->chance);
        m->kills++;
        fail_while_made_anew(m, &left);
        state_free(&left);
    }
    state_free(&state);
    disk_destroy(d);
}

int main(void)
{
    making m = {.chance = {SEED}};
    disk_state empty = {0};
    size_t at = 0, end;
    workload_init(&m.work, SEED);
    m.work.threads = 1;
    crash_disk *d = make(&m, &empty, &end);
    disk_state state = {0};
    for (size_t eighth = 5; eighth <= 8; eighth++) { /* pages are written last */
        state_follow(&state, d, &at, end * eighth / 8);
        disk_state begun = state_after(&state, DISK_POWER, &m.chance);
        kill_while_undone(&m, &begun);
        state_free(&begun);
    }
    (void)printf("# %u ledgers that were begun, %u kills, %u failures of power\n", m.begun, m.kills,
                 m.failures);
    (void)printf("%s - a ledger can be made where one was begun\n", m.wrong == 0 ? "ok" : "not ok");
    state_free(&state);
    disk_destroy(d);
    workload_free(&m.work);
    return m.wrong == 0 ? 0 : 1;
}
