/* test_jobs.c - jobs in processes of their own, and what they tell, put together in the order of jobs.
 *
 * A worker writes records to a pipe: length u32, kind u8, members in the canonical codec. */
#include "testing.h"

#include <errno.h>
#include <licet/store.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { RECORD_MAX = 8 << 20, PARALLEL_MAX = 64 };
enum {
    RECORD_RESULT = 1,
    RECORD_CLAUSE,
    RECORD_KERNEL,
    RECORD_MUTANT,
    RECORD_READ,
    RECORD_EXPLAINED,
    RECORD_END
};

/* -- the worker ------------------------------------------------------------------------------------------ */

typedef struct worker {
    lic_test_run *run;
    const lic_test_job *job;
    int pipe;
    lic_buffer record;
} worker;

static void begin_record(worker *w, uint8_t kind)
{
    lic_buffer_clear(&w->record);
    lic_put_u32(&w->record, 0);
    lic_put_u8(&w->record, kind);
}

static void end_record(worker *w)
{
    if (w->record.failed) _exit(70);
    lic_store_u32(w->record.data, (uint32_t)w->record.size - 4);
    for (size_t at = 0; at < w->record.size;) {
        ssize_t written = write(w->pipe, w->record.data + at, w->record.size - at);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) _exit(74);
        at += (size_t)written;
    }
}

static void put_result(void *context, const lic_scenario_result *r)
{
    worker *w = context;
    begin_record(w, RECORD_RESULT);
    lic_put_u32(&w->record, r->index);
    lic_put_slice(&w->record, r->name);
    lic_put_slice(&w->record, r->kind);
    lic_put_slice(&w->record, r->place);
    lic_put_u8(&w->record, r->failed);
    lic_put_slice(&w->record, r->failure);
    lic_put_slice(&w->record, r->text);
    lic_put_slice(&w->record, r->help);
    lic_put_u64(&w->record, r->expectations);
    lic_put_slice(&w->record, r->gas);
    lic_put_slice(&w->record, r->draws);
    lic_put_slice(&w->record, r->shown);
    end_record(w);
}

static void put_clause(void *context, const lic_covered_clause *c)
{
    worker *w = context;
    begin_record(w, RECORD_CLAUSE);
    lic_put_slice(&w->record, c->agreement);
    lic_put_slice(&w->record, c->what);
    lic_put_slice(&w->record, c->name);
    lic_put_slice(&w->record, c->label);
    lic_put_slice(&w->record, c->anchor);
    lic_put_u32(&w->record, c->line);
    lic_put_u32(&w->record, c->code);
    lic_put_u32(&w->record, c->covered);
    end_record(w);
}

static void put_kernel(void *context, const lic_covered_kernel *k)
{
    worker *w = context;
    begin_record(w, RECORD_KERNEL);
    lic_put_slice(&w->record, k->agreement);
    lic_put_u32(&w->record, k->lines);
    lic_put_u32(&w->record, k->covered);
    lic_put_slice(&w->record, k->missed);
    end_record(w);
}

static void put_mutant(void *context, const lic_tried_mutant *m)
{
    worker *w = context;
    begin_record(w, RECORD_MUTANT);
    lic_put_slice(&w->record, m->agreement);
    lic_put_slice(&w->record, m->description);
    lic_put_u32(&w->record, m->number);
    lic_put_u32(&w->record, m->line);
    lic_put_slice(&w->record, m->killer);
    end_record(w);
}

static void put_explained(void *context, const lic_explained_change *e)
{
    worker *w = context;
    if (w->job->share != 0) return; /* once a file */
    begin_record(w, RECORD_EXPLAINED);
    lic_put_slice(&w->record, e->change);
    lic_put_slice(&w->record, e->reason);
    lic_put_slice(&w->record, e->place);
    end_record(w);
}

static void put_read(void *context, lic_slice path)
{
    worker *w = context;
    begin_record(w, RECORD_READ);
    lic_put_slice(&w->record, path);
    end_record(w);
}

static void give_regressions(void *context, lic_slice property, lic_buffer *target)
{
    worker *w = context;
    (void)lic_test_regressions_get(w->run, w->job, property, target);
}

static lic_scenario_options worker_options(worker *w)
{
    const lic_test_run *run = w->run;
    lic_scenario_options options = {.folder = w->job->folder,
                                    .file = w->job->file,
                                    .allocator = run->cli->allocator,
                                    .clock = &lic_clock_system,
                                    .seed = run->seed,
                                    .runs = run->runs,
                                    .filter = run->filter,
                                    .coverage = run->coverage,
                                    .mutate = run->mutate,
                                    .share = w->job->share,
                                    .shares = w->job->shares,
                                    .sink = {w, put_result, put_clause, put_kernel, put_mutant,
                                             put_explained, give_regressions},
                                    .observer = {w, put_read}};
    lic_confine_limits_init(&options.limits);
    options.limits.cpu_seconds = run->mutate ? 0
                                             : 600; /* the wall-clock limit is for each scenario */
    return options;
}

LIC_NORETURN static void work(lic_test_run *run, const lic_test_job *job, int pipe_end)
{
    worker w = {.run = run, .job = job, .pipe = pipe_end};
    lic_error error = {0};
    lic_buffer_init(&w.record, run->cli->allocator, RECORD_MAX);
    const lic_scenario_options options = worker_options(&w);
    lic_status status = lic_scenarios_run(&options, &error);
    begin_record(&w, RECORD_END);
    lic_put_u8(&w.record, (uint8_t)status);
    lic_put_slice(&w.record, lic_slice_text(error.code));
    lic_put_slice(&w.record, lic_slice_text(error.text));
    lic_put_slice(&w.record, lic_slice_text(error.help));
    end_record(&w);
    _exit(0);
}

/* -- putting together ------------------------------------------------------------------------------------ */

static void *grow(lic_test_run *run, void *items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity) return items;
    size_t wanted = *capacity == 0 ? 64 : *capacity * 2;
    void *grown = lic_arena_take(run->arena, wanted * size);
    if (grown == NULL) abort();
    if (count > 0) memcpy(grown, items, count * size);
    *capacity = wanted;
    return grown;
}

#define ADD(run, kind)                                                                        \
    ((run)->kind##s = grow(run, (run)->kind##s, (run)->kind##_count, &(run)->kind##_capacity, \
                           sizeof *(run)->kind##s),                                           \
     &(run)->kind##s[(run)->kind##_count++])

static void take_result(lic_test_run *run, uint32_t job, lic_cursor *c)
{
    lic_test_result *r = ADD(run, result);
    r->job = job;
    r->told.index = lic_get_u32(c);
    r->told.name = lic_get_slice(c, RECORD_MAX);
    r->told.kind = lic_get_slice(c, RECORD_MAX);
    r->told.place = lic_get_slice(c, RECORD_MAX);
    r->told.failed = lic_get_u8(c) != 0;
    r->told.failure = lic_get_slice(c, RECORD_MAX);
    r->told.text = lic_get_slice(c, RECORD_MAX);
    r->told.help = lic_get_slice(c, RECORD_MAX);
    r->told.expectations = lic_get_u64(c);
    r->told.gas = lic_get_slice(c, RECORD_MAX);
    r->told.draws = lic_get_slice(c, RECORD_MAX);
    r->told.shown = lic_get_slice(c, RECORD_MAX);
}

static void take_clause(lic_test_run *run, uint32_t job, lic_cursor *c)
{
    lic_test_clause *clause = ADD(run, clause);
    clause->job = job;
    clause->told.agreement = lic_get_slice(c, RECORD_MAX);
    clause->told.what = lic_get_slice(c, RECORD_MAX);
    clause->told.name = lic_get_slice(c, RECORD_MAX);
    clause->told.label = lic_get_slice(c, RECORD_MAX);
    clause->told.anchor = lic_get_slice(c, RECORD_MAX);
    clause->told.line = lic_get_u32(c);
    clause->told.code = lic_get_u32(c);
    clause->told.covered = lic_get_u32(c);
}

static void take_kernel(lic_test_run *run, uint32_t job, lic_cursor *c)
{
    lic_test_kernel *kernel = ADD(run, kernel);
    kernel->job = job;
    kernel->told.agreement = lic_get_slice(c, RECORD_MAX);
    kernel->told.lines = lic_get_u32(c);
    kernel->told.covered = lic_get_u32(c);
    kernel->told.missed = lic_get_slice(c, RECORD_MAX);
}

static void take_mutant(lic_test_run *run, uint32_t job, lic_cursor *c)
{
    lic_test_mutant *mutant = ADD(run, mutant);
    mutant->job = job;
    mutant->told.agreement = lic_get_slice(c, RECORD_MAX);
    mutant->told.description = lic_get_slice(c, RECORD_MAX);
    mutant->told.number = lic_get_u32(c);
    mutant->told.line = lic_get_u32(c);
    mutant->told.killer = lic_get_slice(c, RECORD_MAX);
}

static void take_read(lic_test_run *run, uint32_t job, lic_cursor *c)
{
    lic_test_read *read = ADD(run, read);
    read->job = job;
    read->path = lic_get_slice(c, RECORD_MAX);
}

static void take_explained(lic_test_run *run, uint32_t job, lic_cursor *c)
{
    lic_test_explained *e = ADD(run, explained);
    e->job = job;
    e->told.change = lic_get_slice(c, RECORD_MAX);
    e->told.reason = lic_get_slice(c, RECORD_MAX);
    e->told.place = lic_get_slice(c, RECORD_MAX);
    e->stale = true;
}

static void take_end(lic_test_job *job, lic_cursor *c)
{
    job->status = (lic_status)lic_get_u8(c);
    lic_slice code = lic_get_slice(c, RECORD_MAX), text = lic_get_slice(c, RECORD_MAX),
              help = lic_get_slice(c, RECORD_MAX);
    (void)lic_fail(&job->error, job->status, "", "", "%.*s", (int)text.size,
                   (const char *)text.data);
    (void)snprintf(job->error.code, sizeof job->error.code, "%.*s", (int)code.size,
                   (const char *)code.data);
    (void)snprintf(job->error.help, sizeof job->error.help, "%.*s", (int)help.size,
                   (const char *)help.data);
}

/* All records of one job, in the run's memory. */
static void take_records(lic_test_run *run, uint32_t number, lic_slice bytes)
{
    lic_test_job *job = &run->jobs[number];
    lic_cursor all = lic_cursor_of(bytes);
    while (!all.failed && all.at < all.end) {
        uint32_t size = lic_get_u32(&all);
        lic_cursor record = lic_cursor_of(lic_get_bytes(&all, size));
        switch (lic_get_u8(&record)) {
        case RECORD_RESULT: take_result(run, number, &record); break;
        case RECORD_CLAUSE: take_clause(run, number, &record); break;
        case RECORD_KERNEL: take_kernel(run, number, &record); break;
        case RECORD_MUTANT: take_mutant(run, number, &record); break;
        case RECORD_READ: take_read(run, number, &record); break;
        case RECORD_EXPLAINED: take_explained(run, number, &record); break;
        case RECORD_END: take_end(job, &record); break;
        default: break;
        }
    }
}

/* -- the pool ----------------------------------------------------------------------------------------------- */

typedef struct slot {
    pid_t pid;
    int pipe; /* -1: free */
    uint32_t job;
} slot;

static lic_status start(lic_test_run *run, slot *s, uint32_t job)
{
    int ends[2];
    if (pipe(ends) != 0) return LIC_IO;
    (void)fflush(NULL);
    pid_t pid = fork();
    if (pid < 0) return LIC_IO;
    if (pid == 0) {
        (void)close(ends[0]);
        work(run, &run->jobs[job], ends[1]);
    }
    (void)close(ends[1]);
    *s = (slot){pid, ends[0], job};
    run->jobs[job].status = LIC_CORRUPT; /* until its end is told */
    (void)lic_fail(&run->jobs[job].error, LIC_CORRUPT, "process", "",
                   "its process ended without a word");
    return LIC_OK;
}

/* Reads what is there; true when the worker has ended. */
static bool receive(const slot *s, lic_buffer *bytes)
{
    uint8_t room[65536];
    ssize_t size = read(s->pipe, room, sizeof room);
    if (size < 0) return errno != EINTR;
    lic_put_bytes(bytes, room, (size_t)size);
    return size == 0;
}

static lic_status pool(lic_test_run *run, slot *slots, lic_buffer *bytes, size_t parallel)
{
    struct pollfd polls[PARALLEL_MAX];
    lic_progress progress;
    uint32_t next = 0, ended = 0, running = 0;
    lic_progress_begin(&progress, run->cli, run->mutate ? "trying mutants" : "testing");
    while (ended < run->job_count) {
        for (size_t i = 0; i < parallel && next < run->job_count; i++) {
            if (slots[i].pipe >= 0) continue;
            LIC_TRY(start(run, &slots[i], next++));
            running++;
        }
        for (size_t i = 0; i < parallel; i++)
            polls[i] = (struct pollfd){.fd = slots[i].pipe, .events = POLLIN};
        if (poll(polls, parallel, -1) < 0 && errno != EINTR) return LIC_IO;
        for (size_t i = 0; i < parallel; i++) {
            slot *s = &slots[i];
            if (s->pipe < 0 || polls[i].revents == 0 || !receive(s, &bytes[s->job])) continue;
            (void)close(s->pipe);
            (void)waitpid(s->pid, NULL, 0);
            s->pipe = -1;
            running--;
            lic_progress_show(&progress, ++ended, run->job_count);
        }
    }
    lic_progress_end(&progress);
    return LIC_OK;
}

uint64_t lic_test_processors(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? 1 : (uint64_t)count;
}

lic_status lic_test_jobs(lic_test_run *run, uint64_t parallel)
{
    slot slots[PARALLEL_MAX];
    size_t count = parallel > PARALLEL_MAX ? PARALLEL_MAX : (size_t)parallel;
    lic_buffer *bytes = lic_arena_take(run->arena, (run->job_count + 1) * sizeof *bytes);
    if (bytes == NULL) return LIC_NO_MEMORY;
    for (size_t i = 0; i < run->job_count; i++)
        lic_buffer_init(&bytes[i], run->cli->allocator, (size_t)1 << 30);
    for (size_t i = 0; i < count; i++) slots[i].pipe = -1;
    lic_status status = pool(run, slots, bytes, count);
    for (size_t i = 0; status == LIC_OK && i < run->job_count; i++) {
        void *kept = lic_arena_copy(run->arena, bytes[i].data, bytes[i].size);
        run->jobs[i].first_result = (uint32_t)run->result_count;
        if (kept != NULL) take_records(run, (uint32_t)i, lic_slice_of(kept, bytes[i].size));
        run->jobs[i].results = (uint32_t)run->result_count - run->jobs[i].first_result;
    }
    for (size_t i = 0; i < run->job_count; i++) lic_buffer_free(&bytes[i]);
    if (status == LIC_OK) return LIC_OK;
    return lic_fail(&run->cli->error, status, "process", "stop other programs and try again",
                    "a process cannot be started: %s", strerror(errno));
}
