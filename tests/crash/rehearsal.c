/* rehearsal.c - steps that go well. */
#include "rehearsal.h"

#include <sqlite3.h>

static void must(rehearsal *r, lic_status status, size_t step)
{
    if (status == LIC_OK) return;
    (void)fprintf(stderr, "step %zu (%s) fails by itself: %s\n", step, rehearsal_name(r, step),
                  r->work.stage.error.text);
    exit(70);
}

lic_status rehearsal_open(rehearsal *r, crash_disk *d, size_t step, bool stays)
{
    return workload_open(&r->work, d, stays, 1000 + step);
}

/* The disk after one step; the ledger was closed. */
static disk_state go_on(rehearsal *r, size_t step, bool stays)
{
    workload *w = &r->work;
    crash_disk *d = disk_create(&r->before[step]);
    disk_chance chance = {0};
    size_t at = 0;
    must(r, rehearsal_open(r, d, step, stays), step);
    r->heights[step] = workload_height(w);
    must(r, workload_do(w, step), step);
    r->heights[step + 1] = workload_height(w);
    workload_close(w);
    disk_state state = state_after(&r->before[step], DISK_KILLED, &chance);
    state_follow(&state, d, &at, disk_moment(d));
    disk_destroy(d);
    return state;
}

void rehearsal_begin(rehearsal *r, uint64_t seed)
{
    memset(r, 0, sizeof *r);
    workload_init(&r->work, seed);
    for (size_t i = 0; i < r->work.step_count; i++) {
        disk_state after = go_on(r, i, i / 3 % 2 == 0);
        if (i + 1 < r->work.step_count) r->before[i + 1] = after;
        else state_free(&after);
    }
}

void rehearsal_end(rehearsal *r)
{
    for (size_t i = 0; i < r->work.step_count; i++) state_free(&r->before[i]);
    workload_free(&r->work);
}

/* -- bytes ------------------------------------------------------------------------------------------- */

/* 0: it cannot be read. */
static uint64_t digest_of(const disk_state *state)
{
    crash_disk *d = disk_create(state);
    uint64_t digest = workload_recover(d) == LIC_OK ? workload_digest(d) : 0;
    disk_destroy(d);
    return digest;
}

void rehearsal_step(rehearsal *r, size_t step, bool stays)
{
    workload *w = &r->work;
    crash_disk *d = disk_create(&r->before[step]);
    disk_chance chance = {0};
    disk_state state = state_after(&r->before[step], DISK_KILLED, &chance);
    uint64_t height = r->heights[step];
    size_t at = 0;
    memset(r->digests, 0, sizeof r->digests);
    r->digests[height] = digest_of(&state);
    must(r, rehearsal_open(r, d, step, stays), step);
    must(r, workload_do(w, step), step);
    workload_close(w);
    for (size_t i = 0; i < disk_commit_count(d); i++) {
        state_follow(&state, d, &at, disk_commit(d, i));
        disk_state seen = state_after(&state, DISK_KILLED, &chance);
        uint64_t digest = digest_of(&seen);
        if (r->digests[height] != 0 && r->digests[height] != digest) height++;
        r->digests[height] = digest;
        state_free(&seen);
    }
    LIC_ASSERT(height == r->heights[step + 1]);
    disk_destroy(d);
    state_free(&state);
}

uint64_t rehearsal_height(const rehearsal *r, const disk_state *state, uint64_t least,
                          uint64_t most)
{
    uint64_t digest = digest_of(state);
    for (uint64_t height = least; height <= most; height++)
        if (digest != 0 && r->digests[height] == digest) return height;
    return UINT64_MAX;
}

/* -- steps ------------------------------------------------------------------------------------------- */

size_t rehearsal_choose(const rehearsal *r, size_t steps[WORKLOAD_STEPS])
{
    size_t count = 0;
    for (size_t i = 1; i < r->work.step_count; i++) { /* the first makes the ledger, too */
        bool seen = false;
        for (size_t j = 0; j < count; j++)
            if (r->work.steps[steps[j]].kind == r->work.steps[i].kind) seen = true;
        if (!seen) steps[count++] = i;
    }
    return count;
}

const char *rehearsal_name(const rehearsal *r, size_t step)
{
    static const char *const names[] = {"register", "deploy",     "load",   "sign", "clock",
                                        "act",      "group",      "report", "pay",  "acknowledge",
                                        "key",      "checkpoint", "reopen"};
    return names[r->work.steps[step].kind];
}
