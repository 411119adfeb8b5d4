/* faults.c - every step of the workload on a disk on which its k-th call fails: with an error (once, or from then on),
 * with a write of which half arrives, with no room from then on.
 *
 * After each failure the answer is an error of the disk or success; what was answered with success is there, when the
 * process goes on, when it ends and the disk is well again, and when the power fails; the ledger's bytes are those after
 * one of its blocks; and the step can be done again, on the same engine or after opening it.
 *
 * Would catch: an error that nobody looks at; a block that is told of though its sync failed, or that is trusted after
 * it; memory that runs ahead of the file; an engine that is no use, or worse, after an error.
 *
 *     crash_faults [--step NAME [--log|--journal [--early] --fault F --call K]] [--every N] [--jobs J]
 *
 * Each N-th call (29) of each step, or of the one that is named, beginning at another one for each, and of the store's
 * threads more; --every 1: all. --early: small blocks are written as large ones are (workload.h). */
#include "rehearsal.h"

static const struct {
    const char *name;
    disk_fault fault;
    bool forever;
} faults[] = {{"error", DISK_EIO, false},
              {"errors", DISK_EIO, true},
              {"full", DISK_FULL, true},
              {"short", DISK_SHORT, false}};

enum { THREADS_OFTENER = 6 };

typedef struct options {
    const char *step, *fault;
    uint64_t call;
    bool one;
    rehearsal_manner manner;
    unsigned every, jobs;
} options;

typedef struct
try {
    rehearsal_try base; /* first: `words` gets its address */
    unsigned fault;
}
try;

/* What a job came to. */
static struct {
    uint64_t tries, elsewhere; /* calls that failed; in a thread of the store */
    uint64_t lost;             /* blocks of which a refused act could not be taken back */
    lic_threshold_counts done; /* in steps in which one was to fail */
} sums;

static void words(const rehearsal_try *base, bool again)
{
    const try *t = (const try *)base;
    const char *name = rehearsal_name(base->r, base->step), *fault = faults[t->fault].name;
    unsigned long long call = base->call;
    if (!again) (void)printf("%s, call %llu, %s", name, call, fault);
    else
        (void)printf("crash_faults --step %s%s --fault %s --call %llu", name,
                     rehearsal_manner_words(base->manner), fault, call);
}

/* What an engine may say of a disk. */
static void judge_answer(const try *t, lic_status status)
{
    const lic_error *error = &t->base.r->work.stage.error;
    if (status != LIC_OK && status != LIC_IO && status != LIC_CORRUPT)
        rehearsal_wrong(&t->base, "the answer is %s: %s", lic_status_id(status), error->text);
    if (status != LIC_OK && (error->text[0] == '\0' || error->help[0] == '\0'))
        rehearsal_wrong(&t->base, "an error without words");
    if (status != LIC_OK && strcmp(error->code, "block_lost") == 0) {
        sums.lost++;
        if (strstr(error->text, "added <= EUR 1,000") == NULL)
            rehearsal_wrong(&t->base, "it does not say what was refused: %s", error->text);
    }
}

static void add_to_sums(const rehearsal *r, const crash_disk *d)
{
    const lic_threshold_counts *done = &r->work.counts;
    sums.tries += disk_failures(d) > 0;
    sums.elsewhere += disk_failures_elsewhere(d) > 0;
    sums.done.works += done->works;
    sums.done.syncs += done->syncs;
    sums.done.roots += done->roots;
}

/* False: so many calls are not made. */
static bool fail_at(try *t)
{
    rehearsal_try *base = &t->base;
    rehearsal *r = base->r;
    crash_disk *d = disk_create(&r->before[base->step]);
    uint64_t seed = base->call * 16 + t->fault;
    rehearsal_watch(base);
    disk_fail(d, faults[t->fault].fault, base->call, faults[t->fault].forever);
    r->work.counts = (lic_threshold_counts){0};
    judge_answer(t, rehearsal_do(base, d));
    add_to_sums(r, d);
    bool failed = disk_failures(d) > 0;
    size_t moment = disk_moment(d);
    if (base->call % 2 == 0) workload_close(&r->work), moment = disk_moment(d);
    rehearsal_look(base, d, moment, DISK_KILLED, seed);
    rehearsal_look(base, d, moment, DISK_POWER, seed);
    disk_mend(d);
    rehearsal_do_again(base, d);
    disk_destroy(d);
    return failed;
}

/* -- all of them ----------------------------------------------------------------------------------------- */

/* The calls of a step that goes well: how many, and which the store's threads make (to be freed). */
typedef struct step_calls {
    uint64_t count, *elsewhere;
    size_t elsewhere_count;
} step_calls;

static step_calls count_calls(try t)
{
    const uint64_t *numbers = NULL;
    crash_disk *d = disk_create(&t.base.r->before[t.base.step]);
    disk_fail(d, faults[t.fault].fault, UINT64_MAX, false);
    if (rehearsal_do(&t.base, d) != LIC_OK) rehearsal_wrong(&t.base, "it fails by itself");
    workload_close(&t.base.r->work);
    step_calls calls = {.count = disk_calls(d),
                        .elsewhere_count = disk_calls_elsewhere(d, &numbers)};
    calls.elsewhere = calloc(calls.elsewhere_count + 1, sizeof *calls.elsewhere);
    LIC_ASSERT(calls.elsewhere != NULL);
    if (calls.elsewhere_count > 0)
        memcpy(calls.elsewhere, numbers, calls.elsewhere_count * sizeof *numbers);
    disk_destroy(d);
    return calls;
}

static void fail_at_call(try *t, uint64_t call)
{
    t->base.call = call;
    (void)fail_at(t);
}

/* Those of threads are few, and tried more often; all of them with an error that passes, because what is not looked at
 * then is noticed by nobody later. */
static void run_series(try t, const options *o)
{
    rehearsal_manner manner = t.base.manner;
    uint64_t first = t.base.step * 5 + t.fault * 3 + manner.stays + 7u * manner.early;
    uint64_t often = t.fault == 0 ? 1 : 1 + o->every / THREADS_OFTENER;
    rehearsal_step(t.base.r, t.base.step, manner);
    step_calls calls = count_calls(t);
    for (uint64_t call = first % o->every; call < calls.count; call += o->every)
        fail_at_call(&t, call);
    for (uint64_t i = first % often; i < calls.elsewhere_count; i += often)
        if (calls.elsewhere[i] % o->every != first % o->every) fail_at_call(&t, calls.elsewhere[i]);
    free(calls.elsewhere);
}

static bool is_wanted(const options *o, const char *step)
{
    return o->step == NULL || strcmp(o->step, step) == 0;
}

static void run_manners(rehearsal *r, size_t step, unsigned fault, const options *o)
{
    for (unsigned i = 0; i < 4; i++) {
        const rehearsal_manner manner = {.stays = i % 2 != 0, .early = i / 2 != 0};
        run_series(
            (try){.base = {.r = r, .step = step, .manner = manner, .words = words}, .fault = fault},
            o);
    }
}

/* All steps were tried: the threads had their part in it, and failing calls, and blocks were lost. */
static bool went_everywhere(void)
{
    return sums.elsewhere > 0 && sums.done.works > 0 && sums.done.syncs > 0 &&
           sums.done.roots > 0 && sums.lost > 0;
}

static int run_job(const void *options_, unsigned job)
{
    static rehearsal r;
    const options *o = options_;
    size_t steps[WORKLOAD_STEPS];
    uint64_t series = 0;
    rehearsal_begin(&r, 4);
    r.has_threads = true;
    size_t count = rehearsal_choose(&r, steps);
    for (size_t i = 0; i < count; i++)
        for (unsigned f = 0; f < LIC_COUNT(faults); f++)
            if (is_wanted(o, rehearsal_name(&r, steps[i])) && series++ % o->jobs == job)
                run_manners(&r, steps[i], f, o);
    rehearsal_end(&r);
    bool good = o->step != NULL || o->jobs > 2 || went_everywhere();
    (void)printf("%s - %llu failing calls in steps of %zu kinds, job %u; %llu in threads of the "
                 "store; %llu pieces of work, %llu early syncs, %llu roots in threads; %llu blocks "
                 "lost with what was refused\n",
                 good ? "ok" : "not ok", (unsigned long long)sums.tries, count, job + 1,
                 (unsigned long long)sums.elsewhere, (unsigned long long)sums.done.works,
                 (unsigned long long)sums.done.syncs, (unsigned long long)sums.done.roots,
                 (unsigned long long)sums.lost);
    return good ? 0 : 1;
}

static int run_one(const options *o)
{
    static rehearsal r;
    size_t steps[WORKLOAD_STEPS];
    rehearsal_begin(&r, 4);
    r.has_threads = true;
    size_t count = rehearsal_choose(&r, steps);
    try t = {.base = {.r = &r, .manner = o->manner, .call = o->call, .words = words}};
    size_t at = 0;
    while (at < count && !is_wanted(o, rehearsal_name(&r, steps[at]))) at++;
    while (t.fault < LIC_COUNT(faults) && strcmp(faults[t.fault].name, o->fault) != 0) t.fault++;
    if (at == count || t.fault == LIC_COUNT(faults)) return 64;
    t.base.step = steps[at];
    rehearsal_step(&r, t.base.step, t.base.manner);
    (void)printf(fail_at(&t) ? "ok - it is survived\n" : "ok - nothing failed\n");
    rehearsal_end(&r);
    return 0;
}

static bool parse(int count, char **words, options *o)
{
    for (int i = 1; i < count; i++) {
        const char *next = i + 1 < count ? words[i + 1] : "";
        if (rehearsal_manner_parse(&o->manner, words[i])) continue;
        if (strcmp(words[i], "--step") == 0) o->step = next;
        else if (strcmp(words[i], "--fault") == 0) o->fault = next;
        else if (strcmp(words[i], "--call") == 0) o->call = strtoull(next, NULL, 10), o->one = true;
        else if (strcmp(words[i], "--every") == 0) o->every = (unsigned)strtoul(next, NULL, 10);
        else if (strcmp(words[i], "--jobs") == 0) o->jobs = (unsigned)strtoul(next, NULL, 10);
        else return false;
        i++;
    }
    return o->every > 0 && o->jobs > 0 && (!o->one || (o->step != NULL && o->fault != NULL));
}

int main(int count, char **words)
{
    options o = {.every = 29, .jobs = 2};
    if (parse(count, words, &o)) return o.one ? run_one(&o) : rehearsal_run(o.jobs, run_job, &o);
    (void)fprintf(stderr,
                  "usage: %s [--step NAME [--log|--journal [--early] --fault F --call K]] "
                  "[--every N]\n",
                  words[0]);
    return 64;
}
