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
 *     crash_faults [--step NAME --log|--journal --fault F --call K] [--every N] [--jobs J]
 *
 * Each N-th call (29) of each step, beginning at another one for each; --every 1: all. */
#include "rehearsal.h"

#include <signal.h>
#include <sys/wait.h>

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
    unsigned every, jobs, job;
} options;

/* One try. */
typedef struct
try {
    rehearsal *r;
    size_t step;
    bool stays;
    unsigned fault;
    uint64_t call;
    uint64_t least, most; /* heights that may be left */
}
try;

LIC_PRINTF(2, 3) LIC_NORETURN static void wrong(const try *t, const char *format, ...)
{
    va_list arguments;
    const char *name = rehearsal_name(t->r, t->step);
    va_start(arguments, format);
    (void)printf("not ok - %s, call %llu, %s: ", name, (unsigned long long)t->call,
                 faults[t->fault].name);
    (void)vprintf(format, arguments);
    (void)printf("\nagain: crash_faults --step %s %s --fault %s --call %llu\n", name,
                 t->stays ? "--log" : "--journal", faults[t->fault].name,
                 (unsigned long long)t->call);
    va_end(arguments);
    (void)fflush(stdout);
    _exit(1);
}

/* A program that ends itself says which try it was, too. */
static const try *under_way;

static void ended(int number)
{
    wrong(under_way, "the program was ended by signal %d", number);
}

static void watch(void)
{
    (void)signal(SIGABRT, ended);
    (void)signal(SIGSEGV, ended);
}

/* What an engine may say of a disk. */
static void judge_answer(const try *t, lic_status status)
{
    const lic_error *error = &t->r->work.stage.error;
    if (status != LIC_OK && status != LIC_IO && status != LIC_CORRUPT)
        wrong(t, "the answer is %s: %s", lic_status_id(status), error->text);
    if (status != LIC_OK && (error->text[0] == '\0' || error->help[0] == '\0'))
        wrong(t, "an error without words");
}

/* Nothing is wrong any more: the engine that met the failure goes on, or gives way to another. */
static void do_again(try *t, crash_disk *d)
{
    workload *w = &t->r->work;
    char why[512];
    if (w->stage.client != NULL && workload_height(w) < t->most &&
        workload_do(w, t->step) != LIC_OK)
        workload_close(w); /* an engine may say that it is broken */
    if (w->stage.client == NULL) {
        if (workload_open(w, d, !t->stays, 77) != LIC_OK)
            wrong(t, "it cannot be opened: %s", w->stage.error.text);
        if (workload_height(w) < t->most && workload_do(w, t->step) != LIC_OK)
            wrong(t, "it cannot be done again: %s %s", w->stage.error.code, w->stage.error.text);
    }
    if (workload_height(w) < t->least) wrong(t, "a block is gone");
    if (t->call % 8 == 0 && !workload_is_sound(w, NULL, why, sizeof why)) wrong(t, "%s", why);
    workload_close(w);
}

static void look_at(const try *t, const crash_disk *d, size_t moment, disk_end end)
{
    disk_chance chance = {t->call * 16 + t->fault};
    disk_state state = state_after(&t->r->before[t->step], DISK_KILLED, &chance);
    size_t at = 0;
    state_follow(&state, d, &at, moment);
    disk_state left = state_after(&state, end, &chance);
    if (rehearsal_height(t->r, &left, t->least, t->most) == UINT64_MAX)
        wrong(t, "%s: its bytes are not those after any of the blocks %llu to %llu",
              end == DISK_POWER ? "power" : "the end of the process", (unsigned long long)t->least,
              (unsigned long long)t->most);
    state_free(&left);
    state_free(&state);
}

/* False: so many calls are not made. */
static bool fail_at(try *t)
{
    under_way = t;
    workload *w = &t->r->work;
    crash_disk *d = disk_create(&t->r->before[t->step]);
    disk_fail(d, faults[t->fault].fault, t->call, faults[t->fault].forever);
    t->least = t->r->heights[t->step];
    t->most = t->r->heights[t->step + 1];
    lic_status status = rehearsal_open(t->r, d, t->step, t->stays);
    bool opened = status == LIC_OK;
    if (opened) status = workload_do(w, t->step);
    bool failed = disk_failures(d) > 0;
    judge_answer(t, status);
    if (status == LIC_OK) t->least = t->most;
    if (!opened) w->stage.client = NULL;
    size_t moment = disk_moment(d);
    if (t->call % 2 == 0) workload_close(w), moment = disk_moment(d);
    look_at(t, d, moment, DISK_KILLED);
    look_at(t, d, moment, DISK_POWER);
    disk_mend(d);
    do_again(t, d);
    disk_destroy(d);
    return failed;
}

/* -- all of them ----------------------------------------------------------------------------------------- */

static uint64_t run_series(rehearsal *r, size_t step, bool stays, unsigned fault, const options *o)
{
    uint64_t tries = 0, first = (step * 5 + fault * 3 + stays) % o->every;
    rehearsal_step(r, step, stays);
    for (uint64_t call = first;; call += o->every, tries++) {
        try t = {.r = r, .step = step, .stays = stays, .fault = fault, .call = call};
        if (!fail_at(&t)) return tries;
    }
}

static int run_job(const options *o)
{
    static rehearsal r;
    size_t steps[WORKLOAD_STEPS];
    uint64_t tries = 0, series = 0;
    rehearsal_begin(&r, 4);
    size_t count = rehearsal_choose(&r, steps);
    for (size_t i = 0; i < count; i++)
        for (unsigned f = 0; f < LIC_COUNT(faults); f++)
            for (int stays = 0; stays < 2; stays++)
                if (series++ % o->jobs == o->job)
                    tries += run_series(&r, steps[i], stays != 0, f, o);
    rehearsal_end(&r);
    (void)printf("ok - %llu failing calls in steps of %zu kinds, job %u\n",
                 (unsigned long long)tries, count, o->job + 1);
    return 0;
}

static int run_one(const options *o)
{
    static rehearsal r;
    size_t steps[WORKLOAD_STEPS];
    rehearsal_begin(&r, 4);
    size_t count = rehearsal_choose(&r, steps);
    try t = {.r = &r, .stays = o->log, .call = o->call, .step = WORKLOAD_STEPS};
    for (size_t i = 0; i < count; i++)
        if (strcmp(rehearsal_name(&r, steps[i]), o->step) == 0) t.step = steps[i];
    while (t.fault < LIC_COUNT(faults) && strcmp(faults[t.fault].name, o->fault) != 0) t.fault++;
    if (t.step == WORKLOAD_STEPS || t.fault == LIC_COUNT(faults)) return 64;
    rehearsal_step(&r, t.step, t.stays);
    (void)printf(fail_at(&t) ? "ok - it is survived\n" : "ok - nothing failed\n");
    rehearsal_end(&r);
    return 0;
}

static int run_all(options *o)
{
    bool good = true;
    for (o->job = 1; o->job < o->jobs; o->job++)
        if (fork() == 0) return run_job(o);
    o->job = 0;
    good = run_job(o) == 0;
    (void)fflush(stdout);
    for (unsigned i = 1; i < o->jobs; i++) {
        int status = 0;
        if (wait(&status) < 0 || status != 0) good = false;
    }
    return good ? 0 : 1;
}

static bool parse(int count, char **words, options *o)
{
    for (int i = 1; i < count; i++) {
        const char *next = i + 1 < count ? words[i + 1] : "";
        if (strcmp(words[i], "--log") == 0 || strcmp(words[i], "--journal") == 0) {
            o->log = strcmp(words[i], "--log") == 0;
            continue;
        }
        if (strcmp(words[i], "--step") == 0) o->step = next, o->one = true;
        else if (strcmp(words[i], "--fault") == 0) o->fault = next;
        else if (strcmp(words[i], "--call") == 0) o->call = strtoull(next, NULL, 10);
        else if (strcmp(words[i], "--every") == 0) o->every = (unsigned)strtoul(next, NULL, 10);
        else if (strcmp(words[i], "--jobs") == 0) o->jobs = (unsigned)strtoul(next, NULL, 10);
        else return false;
        i++;
    }
    return o->every > 0 && o->jobs > 0 && (!o->one || o->fault != NULL);
}

int main(int count, char **words)
{
    watch();
    options o = {.every = 29, .jobs = 2};
    if (parse(count, words, &o)) return o.one ? run_one(&o) : run_all(&o);
    (void)fprintf(stderr,
                  "usage: %s [--step NAME --log|--journal --fault F --call K] [--every N]\n",
                  words[0]);
    return 64;
}
