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
 *     crash_faults [--step NAME [--log|--journal --fault F --call K]] [--every N] [--jobs J]
 *
 * Each N-th call (29) of each step, or of the one that is named, beginning at another one for each; --every 1: all. */
#include "rehearsal.h"

static const struct {
    const char *name;
    disk_fault fault;
    bool forever;
} faults[] = {{"error", DISK_EIO, false},
              {"errors", DISK_EIO, true},
              {"short", DISK_SHORT, false},
              {"full", DISK_FULL, true}};

typedef struct options {
    const char *step, *fault;
    uint64_t call;
    bool one, log;
    unsigned every, jobs;
} options;

typedef struct
try {
    rehearsal_try base; /* first: `words` gets its address */
    unsigned fault;
}
try;

static void words(const rehearsal_try *base, bool again)
{
    const try *t = (const try *)base;
    const char *name = rehearsal_name(base->r, base->step), *fault = faults[t->fault].name;
    unsigned long long call = base->call;
    if (!again) (void)printf("%s, call %llu, %s", name, call, fault);
    else
        (void)printf("crash_faults --step %s %s --fault %s --call %llu", name,
                     base->stays ? "--log" : "--journal", fault, call);
}

/* What an engine may say of a disk. */
static void judge_answer(const try *t, lic_status status)
{
    const lic_error *error = &t->base.r->work.stage.error;
    if (status != LIC_OK && status != LIC_IO && status != LIC_CORRUPT)
        rehearsal_wrong(&t->base, "the answer is %s: %s", lic_status_id(status), error->text);
    if (status != LIC_OK && (error->text[0] == '\0' || error->help[0] == '\0'))
        rehearsal_wrong(&t->base, "an error without words");
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
    judge_answer(t, rehearsal_do(base, d));
    bool failed = disk_failures(d) > 0;
    size_t moment = disk_moment(d);
    if (base->call % 2 == 0) workload_close(&r->work), moment = disk_moment(d);
    rehearsal_look(base, d, moment, DISK_KILLED, seed);
    rehearsal_look(base, d, moment, DISK_POWER, seed);
    disk_mend(d);
    rehearsal_do_again(base, d, base->call % 8 == 0);
    disk_destroy(d);
    return failed;
}

/* -- all of them ----------------------------------------------------------------------------------------- */

static uint64_t run_series(rehearsal *r, size_t step, bool stays, unsigned fault, const options *o)
{
    uint64_t tries = 0, first = (step * 5 + fault * 3 + stays) % o->every;
    rehearsal_step(r, step, stays);
    for (uint64_t call = first;; call += o->every, tries++) {
        try t = {.base = {.r = r, .step = step, .stays = stays, .call = call, .words = words},
                 .fault = fault};
        if (!fail_at(&t)) return tries;
    }
}

static bool is_wanted(const options *o, const char *step)
{
    return o->step == NULL || strcmp(o->step, step) == 0;
}

static int run_job(const void *options_, unsigned job)
{
    static rehearsal r;
    const options *o = options_;
    size_t steps[WORKLOAD_STEPS];
    uint64_t tries = 0, series = 0;
    rehearsal_begin(&r, 4);
    r.has_threads = true;
    size_t count = rehearsal_choose(&r, steps);
    for (size_t i = 0; i < count; i++)
        for (unsigned f = 0; f < LIC_COUNT(faults); f++)
            for (int stays = 0; stays < 2; stays++)
                if (is_wanted(o, rehearsal_name(&r, steps[i])) && series++ % o->jobs == job)
                    tries += run_series(&r, steps[i], stays != 0, f, o);
    rehearsal_end(&r);
    (void)printf("ok - %llu failing calls in steps of %zu kinds, job %u\n",
                 (unsigned long long)tries, count, job + 1);
    return 0;
}

static int run_one(const options *o)
{
    static rehearsal r;
    size_t steps[WORKLOAD_STEPS];
    rehearsal_begin(&r, 4);
    r.has_threads = true;
    size_t count = rehearsal_choose(&r, steps);
    try t = {.base = {.r = &r, .stays = o->log, .call = o->call, .words = words}};
    size_t at = 0;
    while (at < count && !is_wanted(o, rehearsal_name(&r, steps[at]))) at++;
    while (t.fault < LIC_COUNT(faults) && strcmp(faults[t.fault].name, o->fault) != 0) t.fault++;
    if (at == count || t.fault == LIC_COUNT(faults)) return 64;
    t.base.step = steps[at];
    rehearsal_step(&r, t.base.step, t.base.stays);
    (void)printf(fail_at(&t) ? "ok - it is survived\n" : "ok - nothing failed\n");
    rehearsal_end(&r);
    return 0;
}

static bool parse(int count, char **words, options *o)
{
    for (int i = 1; i < count; i++) {
        const char *next = i + 1 < count ? words[i + 1] : "";
        if (strcmp(words[i], "--log") == 0 || strcmp(words[i], "--journal") == 0) {
            o->log = strcmp(words[i], "--log") == 0;
            continue;
        }
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
                  "usage: %s [--step NAME [--log|--journal --fault F --call K]] [--every N]\n",
                  words[0]);
    return 64;
}
