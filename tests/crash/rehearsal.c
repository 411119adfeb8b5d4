/* rehearsal.c - steps that go well, and how those that do not are judged. */
#include "rehearsal.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void must(rehearsal *r, lic_status status, size_t step)
{
    if (status == LIC_OK) return;
    (void)fprintf(stderr, "step %zu (%s) fails by itself: %s\n", step, rehearsal_name(r, step),
                  r->work.stage.error.text);
    exit(70);
}

static lic_status open_for(rehearsal *r, crash_disk *d, size_t step, rehearsal_manner manner)
{
    r->work.threads = r->has_threads && (manner.stays || manner.early) ? 2 : 1;
    r->work.early = manner.early;
    return workload_open(&r->work, d, manner.stays, 1000 + step);
}

/* The disk after one step; the ledger was closed. */
static disk_state go_on(rehearsal *r, size_t step, bool stays)
{
    workload *w = &r->work;
    crash_disk *d = disk_create(&r->before[step]);
    disk_chance chance = {0};
    size_t at = 0;
    must(r, open_for(r, d, step, (rehearsal_manner){.stays = stays}), step);
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

void rehearsal_step(rehearsal *r, size_t step, rehearsal_manner manner)
{
    workload *w = &r->work;
    crash_disk *d = disk_create(&r->before[step]);
    disk_chance chance = {0};
    disk_state state = state_after(&r->before[step], DISK_KILLED, &chance);
    uint64_t height = r->heights[step];
    size_t at = 0;
    memset(r->digests, 0, sizeof r->digests);
    r->digests[height] = digest_of(&state);
    must(r, open_for(r, d, step, manner), step);
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

/* -- steps ------------------------------------------------------------------------------------------- */

size_t rehearsal_choose(const rehearsal *r, size_t steps[WORKLOAD_STEPS])
{
    size_t count = 0;
    steps[count++] = 0;
    for (size_t i = 1; i < r->work.step_count; i++) {
        bool seen = false;
        for (size_t j = 1; j < count; j++)
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
    return step == 0 ? "make" : names[r->work.steps[step].kind];
}

const char *rehearsal_manner_words(rehearsal_manner manner)
{
    static const char *const words[] = {" --journal", " --log", " --journal --early",
                                        " --log --early"};
    return words[manner.stays + 2 * manner.early];
}

bool rehearsal_manner_parse(rehearsal_manner *manner, const char *word)
{
    if (strcmp(word, "--log") == 0) manner->stays = true;
    else if (strcmp(word, "--early") == 0) manner->early = true;
    else return strcmp(word, "--journal") == 0;
    return true;
}

/* -- tries ------------------------------------------------------------------------------------------- */

void rehearsal_wrong(const rehearsal_try *t, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)printf("not ok - ");
    t->words(t, false);
    (void)printf(": ");
    (void)vprintf(format, arguments);
    (void)printf("\nagain: ");
    t->words(t, true);
    (void)printf("\n");
    va_end(arguments);
    (void)fflush(stdout);
    _exit(1);
}

static const rehearsal_try *under_way;

static void ended(int number)
{
    rehearsal_wrong(under_way, "the program was ended by signal %d", number);
}

void rehearsal_watch(const rehearsal_try *t)
{
    under_way = t;
    (void)signal(SIGABRT, ended);
    (void)signal(SIGSEGV, ended);
}

lic_status rehearsal_do(rehearsal_try *t, crash_disk *d)
{
    rehearsal *r = t->r;
    t->least = t->step == 0 ? UINT64_MAX : r->heights[t->step];
    t->most = r->heights[t->step + 1];
    lic_status status = open_for(r, d, t->step, t->manner);
    if (status != LIC_OK) {
        r->work.stage.client = NULL;
        return status;
    }
    t->least = r->heights[t->step];
    if (t->opened != NULL) t->opened();
    status = workload_do(&r->work, t->step);
    if (status == LIC_OK) t->least = t->most;
    return status;
}

/* Nothing that is in the way of making it. */
static void make_on(const rehearsal_try *t, const disk_state *state)
{
    workload *w = &t->r->work;
    crash_disk *d = disk_create(state);
    if (workload_make(w, d, 78) != LIC_OK)
        rehearsal_wrong(t, "it cannot be made again: %s", w->stage.error.text);
    workload_close(w);
    disk_destroy(d);
}

void rehearsal_look(const rehearsal_try *t, const crash_disk *d, size_t moment, disk_end end,
                    uint64_t seed)
{
    disk_chance chance = {seed};
    disk_state state = state_after(&t->r->before[t->step], DISK_KILLED, &chance);
    size_t at = 0;
    state_follow(&state, d, &at, moment);
    disk_state left = state_after(&state, end, &chance);
    uint64_t digest = digest_of(&left), height = t->least == UINT64_MAX ? 0 : t->least;
    while (height <= t->most && (digest == 0 || t->r->digests[height] != digest)) height++;
    if (digest == 0 && t->least == UINT64_MAX) make_on(t, &left);
    else if (height > t->most)
        rehearsal_wrong(t, "%s: its bytes are not those after any of the blocks %llu to %llu",
                        end == DISK_POWER ? "power" : "the end of the process",
                        (unsigned long long)t->least, (unsigned long long)t->most);
    state_free(&left);
    state_free(&state);
}

void rehearsal_do_again(const rehearsal_try *t, crash_disk *d)
{
    workload *w = &t->r->work;
    disk_chance chance = {t->call};
    bool whole = disk_draw(&chance, w->stage.client != NULL ? 4 : 16) == 0;
    char why[512];
    if (w->stage.client != NULL && workload_height(w) < t->most &&
        workload_do(w, t->step) != LIC_OK)
        workload_close(w); /* an engine may say that it is broken */
    if (w->stage.client == NULL) {
        if (workload_open(w, d, !t->manner.stays, 77) != LIC_OK)
            rehearsal_wrong(t, "it cannot be opened: %s", w->stage.error.text);
        if (workload_height(w) < t->most && workload_do(w, t->step) != LIC_OK)
            rehearsal_wrong(t, "it cannot be done again: %s %s", w->stage.error.code,
                            w->stage.error.text);
    }
    if (t->least != UINT64_MAX && workload_height(w) < t->least)
        rehearsal_wrong(t, "a block is gone");
    if (whole && !workload_is_sound(w, NULL, why, sizeof why)) rehearsal_wrong(t, "%s", why);
    workload_close(w);
}

int rehearsal_run(unsigned jobs, int (*job)(const void *options, unsigned job), const void *options)
{
    for (unsigned i = 1; i < jobs; i++)
        if (fork() == 0) return job(options, i);
    bool good = job(options, 0) == 0;
    (void)fflush(stdout);
    for (unsigned i = 1; i < jobs; i++) {
        int status = 0;
        if (wait(&status) < 0 || status != 0) good = false;
    }
    return good ? 0 : 1;
}
