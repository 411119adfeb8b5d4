/* crashes.c - a ledger that is interrupted again and again, at moments that a seed chooses.
 *
 * A lineage (one seed) is a ledger's history: lives in which a few steps of the workload are done, each ended by a failure
 * of power or by the death of the process. From one life come many failures: at each of several moments of it the disk is
 * what the failure leaves, the ledger is recovered, and must be, byte for byte, what it was after one of its blocks: none
 * before the last that somebody was told of, none after the one that was being written. One in eight, and each of a ledger
 * that was being made, is opened by the engine, which must find the transactions that were acknowledged; the others hold
 * bytes that it has opened before. Failures while the ledger is being opened after one, and after a transaction was sent
 * once more, follow. Now and then all of it is looked at: amounts
 * against sums made from the steps alone, postings against balances, all hashes, a replay. From one of the states the next
 * life goes on: an interrupted report is sent again, and resumes. Four lineages of sixteen have a disk that does not promise
 * that what is beside a write stays, and spoils it.
 *
 * Would catch: a commit that is told of before it is safe; a sync that is missing or comes too late; a block that is half
 * there; a state that runs ahead of its block; a journal that is trusted too early or too late; a report that loses or
 * doubles lines when it is interrupted; an answer "known" about a block that may still go.
 *
 *     crash_crashes [--cycles N] [--from F] [--seed S] [--jobs J] [--lie]
 *
 * Without --seed the lineages F, F + 1, ... (from 1) are lived until there were N failures (10,000); with it that one
 * alone, to its end. A signal (TERM) ends a run early, with its sums. --lie: syncs do nothing; then the suite must find that out, and exits with 0 when it does. */
#include "workload.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

enum { LONG_RUN = 5000 }; /* cycles */
enum { HEIGHTS = 4096, DEPTH = 3, MOMENTS = 24, JOBS_MAX = 16, LIVES_MAX = 400 };
enum {
    OPENED = 8,
    LOOKED_AT = 12
}; /* one in so many is opened by the engine; of these, looked at whole */

/* What a job tells its parent. */
typedef struct job_progress {
    uint64_t seed; /* of the lineage under way */
    uint64_t lineages, cycles, power, killed, opening, resent, opened, made, whole, resumed,
        heights;
    uint64_t elsewhere;        /* failures at work while a thread of the store used the disk */
    uint64_t harmed;           /* failures on a disk that harms */
    lic_threshold_counts done; /* in lives */
} job_progress;

/* Set for all jobs by a signal: a run that is ended early says how far it came. */
static volatile sig_atomic_t *stopped;

typedef struct options {
    uint64_t cycles, seed;
    unsigned jobs;
    bool one, lies;
} options;

typedef struct lineage {
    workload work;
    disk_chance chance;
    uint64_t digests[HEIGHTS];         /* of the ledger after each block; 0: not known */
    uint64_t ends[WORKLOAD_STEPS + 1]; /* height after the first n steps */
    size_t done;                       /* steps that are done, in the present life */
    uint64_t floor; /* height that somebody was told of; UINT64_MAX: of none, nor of the ledger */
    uint64_t life;
    bool lies;
    bool harms;     /* its disk may spoil what is beside a write */
    char trail[64]; /* what failed, one after the other, before what is looked at now */
    job_progress *progress;
} lineage;

/* What a failure has to leave. */
typedef struct left_demand {
    uint64_t least,
        most; /* height; least is UINT64_MAX: perhaps no ledger, and nothing in its place */
    const lic_hash *ids; /* transactions that must be there */
    size_t id_count;
    bool other; /* blocks were made that no reference knows */
    int depth;
} left_demand;

static uint64_t draw(lineage *l, uint64_t below)
{
    return disk_draw(&l->chance, below);
}

LIC_PRINTF(2, 3) LIC_NORETURN static void wrong(const lineage *l, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)printf("%s - lineage %llu, life %llu, failure %llu (%s): ",
                 l->lies ? "noticed" : "not ok", (unsigned long long)l->work.seed,
                 (unsigned long long)l->life, (unsigned long long)l->progress->cycles, l->trail);
    (void)vprintf(format, arguments);
    (void)printf("\nagain: crash_crashes --seed %llu%s\n", (unsigned long long)l->work.seed,
                 l->lies ? " --lie" : "");
    va_end(arguments);
    (void)fflush(stdout);
    _exit(1);
}

/* The disk in a state, of this lineage's kind. */
static crash_disk *disk_in(const lineage *l, const disk_state *state)
{
    crash_disk *d = disk_create(state);
    if (l->harms) disk_harm(d);
    return d;
}

/* -- references ---------------------------------------------------------------------------------------- */

static void recover(const lineage *l, const crash_disk *d)
{
    if (workload_recover(d) != LIC_OK && l->floor != UINT64_MAX) wrong(l, "SQLite cannot read it");
}

/* The ledger as everybody sees it after each of a life's transactions. Those that make no block change nothing that
 * counts. */
static void refer(lineage *l, const disk_state *start, const crash_disk *life, uint64_t height,
                  uint64_t tip)
{
    disk_state state = state_after(start, DISK_KILLED, &l->chance);
    size_t at = 0;
    for (size_t i = 0; i < disk_commit_count(life); i++) {
        state_follow(&state, life, &at, disk_commit(life, i));
        disk_state seen = state_after(&state, DISK_KILLED, &l->chance);
        crash_disk *d = disk_in(l, &seen);
        recover(l, d);
        uint64_t digest = workload_digest(d);
        LIC_ASSERT(height + 1 < HEIGHTS);
        if (l->digests[height] != 0 && l->digests[height] != digest) height++;
        l->digests[height] = digest;
        disk_destroy(d);
        state_free(&seen);
    }
    if (height != tip)
        wrong(l, "transactions of its file made %llu blocks", (unsigned long long)height);
    if (height > l->progress->heights) l->progress->heights = height;
    state_free(&state);
}

/* -- what is left must be right -------------------------------------------------------------------------- */

static void check(lineage *l, disk_state *state, left_demand demand);

static void begin_trail(lineage *l, const char *what)
{
    (void)snprintf(l->trail, sizeof l->trail, "%s", what);
}

static void go_on_trail(lineage *l, const char *what)
{
    size_t size = strlen(l->trail);
    (void)snprintf(l->trail + size, sizeof l->trail - size, ", %s", what);
}

static void find_ids(lineage *l, const left_demand *demand)
{
    lic_ledger *ledger = lic_engine_ledger(lic_client_engine(l->work.stage.client));
    for (size_t i = 0; i < demand->id_count; i++) {
        lic_receipt receipt;
        lic_error error;
        if (lic_ledger_receipt(ledger, &demand->ids[i], &receipt, NULL, &error) != LIC_OK)
            wrong(l, "a transaction that was acknowledged is gone (height %llu): %s",
                  (unsigned long long)workload_height(&l->work), error.text);
    }
}

static size_t steps_done(const lineage *l, uint64_t height)
{
    size_t steps = l->done;
    while (steps > 0 && l->ends[steps] > height) steps--;
    return steps;
}

static void look(lineage *l)
{
    char why[512];
    uint64_t height = workload_height(&l->work);
    size_t steps = steps_done(l, height);
    workload_sums sums = workload_expected(&l->work, steps);
    bool between = l->ends[steps] != height; /* a step is half done */
    l->progress->whole++;
    if (!workload_is_sound(&l->work, between ? NULL : &sums, why, sizeof why))
        wrong(l, "height %llu: %s", (unsigned long long)height, why);
}

/* Another failure while the ledger was opened and closed. */
static void fail_again(lineage *l, const disk_state *state, const crash_disk *d, left_demand demand)
{
    disk_state during = state_after(state, DISK_KILLED, &l->chance);
    size_t at = 0;
    state_follow(&during, d, &at, (size_t)draw(l, disk_moment(d) + 1));
    bool killed = draw(l, 3) == 0;
    disk_state left = state_after(&during, killed ? DISK_KILLED : DISK_POWER, &l->chance);
    go_on_trail(l, killed ? "killed while opening" : "power while opening");
    demand.depth++;
    l->progress->opening++;
    check(l, &left, demand);
    state_free(&left);
    state_free(&during);
}

/* Opens it, and sees whether it may be as it is. A ledger whose making was interrupted can be made. */
static void open_and_compare(lineage *l, crash_disk *d, const left_demand *demand)
{
    workload *w = &l->work;
    lic_status status = LIC_REFUSED;
    if (demand->least == UINT64_MAX && draw(l, 2) == 0) status = workload_make(w, d, l->work.seed);
    if (status == LIC_REFUSED) status = workload_open(w, d, draw(l, 2) == 0, draw(l, UINT64_MAX));
    if (status != LIC_OK) wrong(l, "it cannot be opened: %s", w->stage.error.text);
    if (w->made && demand->least != UINT64_MAX) wrong(l, "there was no ledger");
    if (w->made) l->progress->made++;
    uint64_t height = workload_height(w), least = demand->least == UINT64_MAX ? 0 : demand->least;
    if (height < least)
        wrong(l, "acknowledged was height %llu, left is %llu", (unsigned long long)least,
              (unsigned long long)height);
    if (height > demand->most)
        wrong(l, "height %llu was never written", (unsigned long long)height);
    find_ids(l, demand);
}

/* Without the ledger's own code, which does with these bytes what it did with the same before; but for those of a ledger
 * that was being made, where it knows more than SQLite (store.c: undo_dead_writer). */
static void recover_and_compare(lineage *l, const crash_disk *d, const left_demand *demand)
{
    recover(l, d);
    uint64_t digest = workload_digest(d), height = demand->least;
    while (height <= demand->most && l->digests[height] != digest) height++;
    if (height > demand->most)
        wrong(l, "its bytes are not those after any of the blocks %llu to %llu",
              (unsigned long long)demand->least, (unsigned long long)demand->most);
}

static void check(lineage *l, disk_state *state, left_demand demand)
{
    workload *w = &l->work;
    crash_disk *d = disk_in(l, state);
    l->progress->cycles++;
    l->progress->harmed += l->harms;
    if (!demand.other && demand.least != UINT64_MAX && draw(l, OPENED) != 0) {
        recover_and_compare(l, d, &demand);
    } else {
        open_and_compare(l, d, &demand);
        uint64_t height = workload_height(w);
        l->progress->opened++;
        if (!demand.other && draw(l, LOOKED_AT) == 0) look(l);
        workload_close(w);
        if (!demand.other && l->digests[height] != workload_digest(d))
            wrong(l, "its bytes are not those after block %llu", (unsigned long long)height);
    }
    if (demand.depth < DEPTH && draw(l, 4) == 0) fail_again(l, state, d, demand);
    disk_destroy(d);
}

/* The process died, perhaps after the block of an act was written and before anybody was told. Its sender sends the act
 * again, is told that it is there, and then the power fails. */
static void resend(lineage *l, disk_state *state, left_demand demand)
{
    workload *w = &l->work;
    crash_disk *d = disk_in(l, state);
    lic_slice wire = lic_slice_of(w->wire.data, w->wire.size);
    size_t at = 0;
    if (workload_open(w, d, draw(l, 2) == 0, draw(l, UINT64_MAX)) != LIC_OK)
        wrong(l, "it cannot be opened: %s", w->stage.error.text);
    uint64_t before = workload_height(w);
    if (lic_client_submit(w->stage.client, wire, &w->stage.result, &w->stage.error) != LIC_OK)
        wrong(l, "it cannot be sent again: %s", w->stage.error.text);
    lic_hash id = w->stage.result.id;
    size_t moment = disk_moment(d);
    uint64_t height = w->stage.result.outcome.receipt.height;
    if (demand.least < height) demand.least = height;
    demand.most = workload_height(w);
    demand.other = demand.most != before; /* also of a report that was under way */
    demand.ids = &id;
    demand.id_count = 1;
    demand.depth = DEPTH;
    workload_close(w);
    state_follow(state, d, &at, moment);
    disk_destroy(d);
    l->progress->resent++;
    begin_trail(l, "killed, sent again, power");
    disk_state left = state_after(state, DISK_POWER, &l->chance);
    check(l, &left, demand);
    state_free(&left);
}

/* -- a life --------------------------------------------------------------------------------------------------- */

static int ascending(const void *a, const void *b)
{
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return (x > y) - (x < y);
}

static left_demand demand_at(const lineage *l, size_t moment, uint64_t tip,
                             lic_hash ids[WORKLOAD_IDS])
{
    const workload *w = &l->work;
    left_demand d = {.least = l->floor, .most = tip, .ids = ids};
    size_t count = 0;
    for (size_t i = 0; i < w->told_count && w->told[i].moment <= moment; i++) {
        d.least = w->told[i].height;
        if (w->told[i].is_opening) continue;
        ids[count++ % WORKLOAD_IDS] = w->told[i].id;
    }
    d.id_count = count < WORKLOAD_IDS ? count : WORKLOAD_IDS;
    return d;
}

/* Failures at several moments of a life; one of them is where the next life begins. */
static disk_state fail_at_moments(lineage *l, const disk_state *start, const crash_disk *d,
                                  uint64_t tip)
{
    size_t moments[MOMENTS], at = 0, chosen = (size_t)draw(l, MOMENTS);
    disk_state state = state_after(start, DISK_KILLED, &l->chance), next = {0};
    size_t wire_moment = l->work.wire_moment;
    for (size_t i = 0; i < MOMENTS; i++) moments[i] = (size_t)draw(l, disk_moment(d) + 1);
    if (wire_moment != SIZE_MAX) /* some of them while an act was under way */
        for (size_t i = 0; i < 3; i++) moments[i] = wire_moment + (size_t)draw(l, 24);
    for (size_t i = 0; i < MOMENTS; i++)
        if (moments[i] > disk_moment(d)) moments[i] = disk_moment(d);
    qsort(moments, MOMENTS, sizeof moments[0], ascending);
    for (size_t i = 0; i < MOMENTS; i++) {
        lic_hash ids[WORKLOAD_IDS];
        left_demand demand = demand_at(l, moments[i], tip, ids);
        bool killed = draw(l, 4) == 0;
        state_follow(&state, d, &at, moments[i]);
        disk_state left = state_after(&state, killed ? DISK_KILLED : DISK_POWER, &l->chance);
        if (disk_elsewhere(d, moments[i])) l->progress->elsewhere++;
        if (killed) l->progress->killed++;
        else l->progress->power++;
        begin_trail(l, killed ? "killed" : "power");
        check(l, &left, demand);
        if (killed && wire_moment != SIZE_MAX && moments[i] >= wire_moment) {
            disk_state again = state_after(&left, DISK_KILLED, &l->chance);
            resend(l, &again, demand);
            state_free(&again);
        }
        if (i == chosen) l->floor = demand.least;
        if (i == chosen) next = left;
        else state_free(&left);
    }
    state_free(&state);
    return next;
}

static void do_steps(lineage *l)
{
    workload *w = &l->work;
    size_t last = l->done + 1 + (size_t)draw(l, 5);
    for (; l->done < last && l->done < w->step_count; l->done++) {
        if (workload_do(w, l->done) != LIC_OK)
            wrong(l, "step %zu (kind %d) failed: %s %s", l->done, (int)w->steps[l->done].kind,
                  w->stage.error.code, w->stage.error.text);
        if (w->stage.result.outcome.resumed > 0) l->progress->resumed++;
        l->ends[l->done + 1] = workload_height(w);
    }
}

/* What later lives made and lost is forgotten, and a ledger that was lost. */
static void forget_after(lineage *l, uint64_t height)
{
    if (l->work.made) l->digests[0] = 0;
    for (uint64_t h = height + 1; h < HEIGHTS && l->digests[h] != 0; h++) l->digests[h] = 0;
}

static void add_counts(lic_threshold_counts *sum, const lic_threshold_counts *more)
{
    sum->works += more->works;
    sum->syncs += more->syncs;
    sum->roots += more->roots;
    sum->loads += more->loads;
}

/* A few steps, from the state of a disk to one that a failure of this life left. */
static void live(lineage *l, disk_state *state)
{
    workload *w = &l->work;
    crash_disk *d = disk_in(l, state);
    w->told_count = 0;
    w->wire_moment = SIZE_MAX;
    if (l->lies) disk_lie(d);
    if (workload_open(w, d, draw(l, 2) == 0, draw(l, UINT64_MAX)) != LIC_OK)
        wrong(l, "it cannot be opened: %s", w->stage.error.text);
    workload_tell(w, NULL);
    w->counts = (lic_threshold_counts){0};
    l->done = steps_done(l, workload_height(w));
    forget_after(l, workload_height(w));
    uint64_t begun = workload_height(w);
    do_steps(l);
    uint64_t tip = workload_height(w);
    add_counts(&l->progress->done, &w->counts);
    workload_close(w);
    refer(l, state, d, begun, tip);
    disk_state next = fail_at_moments(l, state, d, tip);
    state_free(state);
    *state = next;
    disk_destroy(d);
}

/* -- lineages --------------------------------------------------------------------------------------------------- */

/* To the end of its steps, or of the job's share. */
static void live_lineage(uint64_t seed, bool lies, uint64_t until, job_progress *progress)
{
    static lineage l;
    disk_state state = {0};
    memset(&l, 0, sizeof l);
    progress->seed = seed;
    progress->lineages++;
    l.progress = progress;
    l.lies = lies;
    l.floor = UINT64_MAX;
    l.chance.state = seed * 2;
    workload_init(&l.work, seed);
    l.work.threads = 1 + (unsigned)(seed % 2);
    l.work.early = seed / 2 % 2 != 0;
    l.harms = seed / 4 % 4 == 1;
    while (l.done < l.work.step_count && l.life++ < LIVES_MAX && progress->cycles < until &&
           !*stopped)
        live(&l, &state);
    state_free(&state);
    workload_free(&l.work);
}

static void run_job(const options *o, unsigned job, job_progress *progress)
{
    uint64_t until = o->one ? UINT64_MAX : o->cycles / o->jobs + (job < o->cycles % o->jobs);
    for (uint64_t seed = o->seed + job; progress->cycles < until && !*stopped; seed += o->jobs) {
        live_lineage(seed, o->lies, until, progress);
        if (o->one) return;
    }
}

static pid_t start_job(const options *o, unsigned job, job_progress *progress)
{
    (void)fflush(stdout);
    pid_t child = fork();
    if (child != 0) return child;
    run_job(o, job, progress);
    (void)fflush(stdout);
    _exit(0);
}

/* True: it ended well. */
static bool wait_for(pid_t child, const job_progress *progress)
{
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child) return false;
    if (WIFSIGNALED(status))
        (void)printf("not ok - lineage %llu: the program was ended by signal %d\nagain: "
                     "crash_crashes --seed %llu\n",
                     (unsigned long long)progress->seed, WTERMSIG(status),
                     (unsigned long long)progress->seed);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static job_progress sum_of(const job_progress *all, unsigned jobs)
{
    job_progress sum = {0};
    for (unsigned i = 0; i < jobs; i++) {
        sum.lineages += all[i].lineages;
        sum.cycles += all[i].cycles;
        sum.power += all[i].power;
        sum.killed += all[i].killed;
        sum.opening += all[i].opening;
        sum.resent += all[i].resent;
        sum.opened += all[i].opened;
        sum.made += all[i].made;
        sum.whole += all[i].whole;
        sum.resumed += all[i].resumed;
        sum.elsewhere += all[i].elsewhere;
        sum.harmed += all[i].harmed;
        add_counts(&sum.done, &all[i].done);
        if (sum.heights < all[i].heights) sum.heights = all[i].heights;
    }
    return sum;
}

static void tell_sums(const job_progress *s)
{
    (void)printf(
        "%llu failures in %llu lineages (blocks to height %llu): %llu of power and %llu of the "
        "process at work, %llu while opening, %llu of power after sending again; %llu ledgers "
        "opened, %llu of them looked at whole, %llu made again; %llu reports resumed\n"
        "%llu failures in threads of the store; %llu pieces of work, %llu early syncs, %llu roots "
        "in "
        "threads; %llu failures of disks that harm\n",
        (unsigned long long)s->cycles, (unsigned long long)s->lineages,
        (unsigned long long)s->heights, (unsigned long long)s->power, (unsigned long long)s->killed,
        (unsigned long long)s->opening, (unsigned long long)s->resent,
        (unsigned long long)s->opened, (unsigned long long)s->whole, (unsigned long long)s->made,
        (unsigned long long)s->resumed, (unsigned long long)s->elsewhere,
        (unsigned long long)s->done.works, (unsigned long long)s->done.syncs,
        (unsigned long long)s->done.roots, (unsigned long long)s->harmed);
}

/* A run that is long enough has interrupted the threads too, and disks of both kinds. */
static bool went_everywhere(const options *o, const job_progress *s)
{
    if (o->one || o->cycles < LONG_RUN || *stopped) return true;
    bool by_threads = s->elsewhere > 0 && s->done.works > 0 && s->done.syncs > 0 &&
                      s->done.roots > 0;
    if (by_threads && s->harmed > 0 && s->harmed < s->cycles) return true;
    (void)printf("not ok - the store's threads are interrupted, and disks of both kinds\n");
    return false;
}

static void stop(int number)
{
    (void)number;
    *stopped = 1;
}

static int run(const options *o)
{
    struct shared {
        job_progress jobs[JOBS_MAX];
        volatile sig_atomic_t stopped;
    } *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
                     0);
    pid_t children[JOBS_MAX];
    bool good = true;
    if (shared == MAP_FAILED) return 74;
    job_progress *all = shared->jobs;
    stopped = &shared->stopped;
    (void)signal(SIGTERM, stop);
    (void)signal(SIGINT, stop);
    for (unsigned i = 0; i < o->jobs; i++) children[i] = start_job(o, i, &all[i]);
    for (unsigned i = 0; i < o->jobs; i++) good = wait_for(children[i], &all[i]) && good;
    job_progress sum = sum_of(all, o->jobs);
    tell_sums(&sum);
    if (good && !o->lies) good = went_everywhere(o, &sum);
    if (o->lies && !good) (void)printf("ok - a disk that lies about syncs is found out\n");
    if (o->lies && good)
        (void)printf("not ok - a disk that lies about syncs is found out: it is not\n");
    if (!o->lies && good) (void)printf("ok - every failure is survived\n");
    return good != o->lies ? 0 : 1;
}

static bool parse(int count, char **words, options *o)
{
    for (int i = 1; i < count; i++) {
        uint64_t number = i + 1 < count ? strtoull(words[i + 1], NULL, 10) : 0;
        if (strcmp(words[i], "--lie") == 0) {
            o->lies = true;
            continue;
        }
        if (strcmp(words[i], "--cycles") == 0) o->cycles = number;
        else if (strcmp(words[i], "--jobs") == 0) o->jobs = (unsigned)number;
        else if (strcmp(words[i], "--from") == 0) o->seed = number;
        else if (strcmp(words[i], "--seed") == 0) o->seed = number, o->one = true, o->jobs = 1;
        else return false;
        i++;
    }
    return o->jobs >= 1 && o->jobs <= JOBS_MAX;
}

int main(int count, char **words)
{
    options o = {.cycles = 10000, .seed = 1, .jobs = 2};
    if (parse(count, words, &o)) return run(&o);
    (void)fprintf(stderr, "usage: %s [--cycles N] [--seed S | --from S] [--jobs N] [--lie]\n",
                  words[0]);
    return 64;
}
