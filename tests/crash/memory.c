/* memory.c - the n-th allocation fails, of our own and of SQLite's, once or from then on, while an agreement is compiled,
 * while its image is verified, in every step of the workload (opening the ledger, intake of loads and reports, acts,
 * payments, clock), and while the ledger is replayed.
 *
 * The answer is "no memory" or success; nothing of ours leaks; the ledger's bytes are those after one of its blocks, as
 * the answer said; and with memory the step can be done, on the same engine or on another.
 *
 * Would catch: an allocation that nobody looks at; a block that is half written when memory ends; an engine whose state
 * runs ahead of its ledger, or that leaks what it gave up.
 *
 *     crash_memory [--work NAME [--log|--journal [--early] --call N [--once] [--ours] [--elsewhere]]] [--every N] [--jobs J]
 *
 * NAME: compile, verify, replay, or a step. --every: of all allocations of a step or a replay each N-th (1999), beginning at
 * another one for each; most of them are SQLite's, so that of ours alone (--ours) N / 80 are left out between two, and so of
 * those in other threads (--elsewhere). 79 tries all of ours, 1 all; but of opening, which is the same in every step and a
 * part of the step `reopen`, one in 16 of these. Compiling and verifying always try all.
 *
 * With a log, with --early (workload.h) and in a replay there are other threads, and their allocations and the first one's are counted
 * apart: the first one's are as many every time, and so are those of the store's thread and the root's. A thread that
 * parses may be told to stop before it has begun, so that of `report --early` and `replay` up to six are there or
 * not (--elsewhere alone): which one a number means hangs on the machine there. */
#include "rehearsal.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>

/* -- memory that ends --------------------------------------------------------------------------------- */

/* Two threads allocate. What either counts is as it is every time; what both count together is not. */
static struct {
    atomic_bool armed;
    bool once;
    bool ours;      /* SQLite's are not counted */
    bool elsewhere; /* those of all threads but the first are counted, not the first one's */
    pthread_t first;
    uint64_t call;
    atomic_uint_fast64_t count, failures;
    atomic_size_t live;
} heap;

static sqlite3_mem_methods sqlite_memory;

static bool fails(void)
{
    if (!heap.armed) return false;
    if ((pthread_equal(heap.first, pthread_self()) == 0) != heap.elsewhere) return false;
    uint64_t call = heap.count++;
    if (call < heap.call || (heap.once && call > heap.call)) return false;
    heap.failures++;
    return true;
}

static void *resize(void *context, void *block, size_t old_size, size_t new_size)
{
    (void)context;
    if (new_size > old_size && fails()) return NULL;
    void *result = lic_allocator_system.resize(NULL, block, old_size, new_size);
    heap.live += new_size - old_size;
    return result;
}

static const lic_allocator allocator = {.resize = resize};

static void *sqlite_take(int size)
{
    return !heap.ours && fails() ? NULL : sqlite_memory.xMalloc(size);
}

static void *sqlite_resize(void *block, int size)
{
    return !heap.ours && fails() ? NULL : sqlite_memory.xRealloc(block, size);
}

static bool take_over_sqlite(void)
{
    if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &sqlite_memory) != SQLITE_OK) return false;
    sqlite3_mem_methods ours = sqlite_memory;
    ours.xMalloc = sqlite_take;
    ours.xRealloc = sqlite_resize;
    return sqlite3_config(SQLITE_CONFIG_MALLOC, &ours) == SQLITE_OK;
}

/* -- tries ---------------------------------------------------------------------------------------------- */

typedef enum work_kind { COMPILE, VERIFY, REPLAY, STEP } work_kind;

typedef struct
try {
    rehearsal_try base; /* first: `words` gets its address */
    work_kind kind;
    bool once, ours, elsewhere;
    lic_slice image; /* to verify */
}
try;

enum { OPENINGS = 16 };

typedef struct options {
    const char *work;
    uint64_t call, every;
    bool one, once, ours, elsewhere;
    rehearsal_manner manner;
    unsigned jobs;
} options;

static const char *name_of(const try *t)
{
    static const char *const names[] = {"compile", "verify", "replay"};
    return t->kind == STEP ? rehearsal_name(t->base.r, t->base.step) : names[t->kind];
}

static void words(const rehearsal_try *base, bool again)
{
    const try *t = (const try *)base;
    unsigned long long call = base->call;
    if (!again)
        (void)printf("%s, allocation %llu fails%s", name_of(t), call, t->once ? " once" : "");
    else
        (void)printf("crash_memory --work %s%s --call %llu%s%s%s", name_of(t),
                     rehearsal_manner_words(base->manner), call, t->once ? " --once" : "",
                     t->ours ? " --ours" : "", t->elsewhere ? " --elsewhere" : "");
}

static void arm(const try *t)
{
    heap.once = t->once;
    heap.ours = t->ours;
    heap.elsewhere = t->elsewhere;
    heap.first = pthread_self();
    heap.call = t->base.call;
    heap.count = heap.failures = 0;
    heap.armed = true;
}

static void judge(const try *t, lic_status status, const lic_error *error)
{
    heap.armed = false;
    if (status != LIC_OK && status != LIC_NO_MEMORY)
        rehearsal_wrong(&t->base, "the answer is %s: %s", lic_status_id(status), error->text);
    if (status != LIC_OK && heap.failures == 0)
        rehearsal_wrong(&t->base, "it fails by itself: %s", error->text);
}

static void judge_leaks(const try *t, size_t before)
{
    if (heap.live != before) rehearsal_wrong(&t->base, "%zu bytes leak", heap.live - before);
}

static void compile(const try *t)
{
    size_t before = heap.live;
    lic_compile_options how = {.unit_scale = 6};
    arm(t);
    lic_compilation *c = lic_compile(stage_text(PRESS_ASIDE), &how, &lic_hasher_native, &allocator);
    heap.armed = false;
    if (c != NULL && heap.failures > 0 && lic_compilation_diagnostics(c)->error_count > 0)
        rehearsal_wrong(&t->base, "it says that the agreement is wrong");
    if (c == NULL && heap.failures == 0) rehearsal_wrong(&t->base, "it fails by itself");
    lic_compilation_destroy(c);
    judge_leaks(t, before);
}

static void verify(const try *t)
{
    lic_error error = {0};
    lic_image *image = NULL;
    size_t before = heap.live;
    arm(t);
    lic_arena *arena = lic_arena_create(&allocator, (size_t)16 << 20);
    lic_status status = arena == NULL ? LIC_NO_MEMORY : LIC_OK;
    if (status == LIC_OK)
        status = lic_image_decode(t->image, &lic_hasher_native, arena, &image, &error);
    if (status == LIC_OK) status = lic_image_verify(image, &error);
    lic_arena_destroy(arena);
    judge(t, status, &error);
    judge_leaks(t, before);
}

static void replay(const try *t)
{
    stage *s = &t->base.r->work.stage;
    crash_disk *d = disk_create(&t->base.r->before[t->base.step]);
    lic_replay_result result;
    lic_seeded_init(&s->seed, 5);
    const lic_replay_options how = {.path = WORKLOAD_LEDGER,
                                    .allocator = &allocator,
                                    .random = &s->random,
                                    .vfs = disk_vfs(d),
                                    .threads = 2};
    size_t before = heap.live;
    arm(t);
    judge(t, lic_replay(&how, &result, &s->error), &s->error);
    judge_leaks(t, before);
    disk_destroy(d);
}

/* -- what a try left ------------------------------------------------------------------------------------ */

/* Most tries end while the ledger is being opened, and leave the disk as one before them did, and no engine. What then
 * comes of it is known, and looked at once more in one of LOOKED_AT of them. */
enum { LOOKED_AT = 16, STATES = 4096 };
static struct {
    uint64_t sums[STATES];
    size_t count;
    uint64_t again;
} met;

static bool is_known(const try *t, const crash_disk *d)
{
    uint64_t sum = disk_history(d) ^ (t->base.least * 31 + t->base.most);
    for (size_t i = 0; i < met.count; i++)
        if (met.sums[i] == sum) return ++met.again % LOOKED_AT != 0;
    if (met.count < STATES) met.sums[met.count++] = sum;
    return false;
}

static void do_step(try *t)
{
    rehearsal_try *base = &t->base;
    workload *w = &base->r->work;
    crash_disk *d = disk_create(&base->r->before[base->step]);
    size_t before = heap.live;
    arm(t);
    judge(t, rehearsal_do(base, d), &w->stage.error);
    uint64_t failures = heap.failures;
    if (base->call % 2 == 0) workload_close(w);
    if (w->stage.client == NULL) judge_leaks(t, before);
    if (w->stage.client != NULL || !is_known(t, d)) {
        rehearsal_look(base, d, disk_moment(d), DISK_POWER, base->call);
        rehearsal_do_again(base, d);
        judge_leaks(t, before);
    }
    heap.failures = failures;
    disk_destroy(d);
}

/* False: there are not so many allocations. */
static bool fail_at(try *t)
{
    rehearsal_watch(&t->base);
    switch (t->kind) {
    case COMPILE: compile(t); break;
    case VERIFY: verify(t); break;
    case REPLAY: replay(t); break;
    case STEP: do_step(t); break;
    }
    return heap.failures > 0;
}

/* -- all of them ------------------------------------------------------------------------------------------ */

static uint64_t opening; /* allocations of it, when it went well */

static void is_open(void)
{
    opening = heap.count;
}

/* An opening is the same in every step, and a step's own in `reopen`: in the others it is tried less often. */
static uint64_t call_after(const try *t, uint64_t every)
{
    uint64_t call = t->base.call;
    if (t->kind != STEP || t->base.step == 0 || call >= opening) return call + every;
    uint64_t next = call + every * OPENINGS;
    return next < opening ? next : opening + next % every;
}

static uint64_t run_series(try t, uint64_t every)
{
    uint64_t tries = 0;
    rehearsal_try *base = &t.base;
    if (t.kind == STEP) rehearsal_step(base->r, base->step, base->manner);
    base->opened = is_open;
    base->call = UINT64_MAX;
    opening = 0;
    LIC_ASSERT(!fail_at(&t));
    base->opened = NULL;
    met.count = 0;
    base->call = (base->step * 7 + t.once * 3u + base->manner.stays) % every;
    for (; fail_at(&t); base->call = call_after(&t, every)) tries++;
    return tries;
}

/* Everything that is tried, once and from then on, of ours alone or SQLite's too, in the first thread or in others; steps in
 * four manners. */
static size_t list_tries(rehearsal *r, lic_slice image, try list[])
{
    size_t steps[WORKLOAD_STEPS], count = 0, chosen = rehearsal_choose(r, steps), paid = 0;
    while (r->work.steps[paid].kind != STEP_PAY) paid++; /* a ledger with one report is replayed */
    for (unsigned way = 0; way < 8; way++) {
        const try t = {.base = {.r = r, .step = paid, .words = words},
                       .once = way % 2 != 0,
                       .ours = way / 2 % 2 != 0,
                       .elsewhere = way / 4 != 0,
                       .image = image};
        if (!t.elsewhere) list[count] = t, list[count++].kind = COMPILE;
        if (!t.elsewhere) list[count] = t, list[count++].kind = VERIFY;
        list[count] = t, list[count++].kind = REPLAY;
        for (size_t i = 0; i < 4 * chosen; i++) {
            const rehearsal_manner manner = {.stays = i % 2 == 1, .early = i / 2 % 2 == 1};
            if (t.elsewhere && !manner.stays && !manner.early) continue; /* it has no others */
            if (manner.early && i < 4) continue; /* to make a ledger is no block of many */
            list[count] = t, list[count].kind = STEP;
            list[count].base.step = steps[i / 4], list[count++].base.manner = manner;
        }
    }
    return count;
}

static bool same_manner(rehearsal_manner a, rehearsal_manner b)
{
    return a.stays == b.stays && a.early == b.early;
}

static uint64_t run_one(try *t, const options *o)
{
    rehearsal_try *base = &t->base;
    bool is_it = t->once == o->once && t->ours == o->ours && t->elsewhere == o->elsewhere &&
                 (t->kind != STEP || same_manner(base->manner, o->manner));
    if (!is_it) return 0;
    base->call = o->call;
    if (t->kind == STEP) rehearsal_step(base->r, base->step, base->manner);
    return fail_at(t) ? 1 : 0;
}

static uint64_t distance_of(const try *t, uint64_t every)
{
    if (t->kind < REPLAY) return 1;
    return t->ours || t->elsewhere ? 1 + every / 80 : every;
}

static int run_job(const void *options_, unsigned job)
{
    static rehearsal r;
    const options *o = options_;
    static try list[8 * (3 + 4 * WORKLOAD_STEPS)];
    uint64_t tries = 0, series = 0;
    lic_compilation *c = stage_compile(PRESS_ASIDE);
    rehearsal_begin(&r, 4);
    r.has_threads = true;
    r.work.stage.allocator = &allocator;
    size_t count = list_tries(&r, lic_compilation_bytes(c), list);
    for (size_t i = 0; i < count; i++) {
        try *t = &list[i];
        if (o->work != NULL && strcmp(o->work, name_of(t)) != 0) continue;
        if (o->one) tries += run_one(t, o);
        else if (series++ % o->jobs == job) tries += run_series(*t, distance_of(t, o->every));
    }
    (void)printf("ok - %llu failing allocations, job %u\n", (unsigned long long)tries, job + 1);
    rehearsal_end(&r);
    lic_compilation_destroy(c);
    return 0;
}

static bool parse(int count, char **words, options *o)
{
    for (int i = 1; i < count; i++) {
        const char *next = i + 1 < count ? words[i + 1] : "";
        if (rehearsal_manner_parse(&o->manner, words[i])) continue;
        if (strcmp(words[i], "--once") == 0) o->once = true;
        else if (strcmp(words[i], "--ours") == 0) o->ours = true;
        else if (strcmp(words[i], "--elsewhere") == 0) o->elsewhere = true;
        else if (strcmp(words[i], "--work") == 0) o->work = next, i++;
        else if (strcmp(words[i], "--call") == 0)
            o->call = strtoull(next, NULL, 10), o->one = true, i++;
        else if (strcmp(words[i], "--every") == 0) o->every = strtoull(next, NULL, 10), i++;
        else if (strcmp(words[i], "--jobs") == 0) o->jobs = (unsigned)strtoul(next, NULL, 10), i++;
        else return false;
    }
    if (o->one) o->jobs = 1;
    return o->every > 0 && o->jobs > 0;
}

int main(int count, char **words)
{
    options o = {.every = 1999, .jobs = 2};
    if (!parse(count, words, &o)) {
        (void)fprintf(stderr,
                      "usage: %s [--work NAME [--log|--journal --call N [--once] [--ours]]] "
                      "[--every N]\n",
                      words[0]);
        return 64;
    }
    return take_over_sqlite() ? rehearsal_run(o.jobs, run_job, &o) : 70;
}
