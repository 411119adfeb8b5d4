/* workload.c - the steps, what they are expected to amount to, and how a ledger is looked at. */
#include "workload.h"

#include <sqlite3.h>

/* A fund that is topped up and a retainer that is paid every month. */
static const char fund_text[] =
    "licet 1\n"
    "agreement Fund \"A keeper and a fund\"\n"
    "  law        \"Ireland\"\n"
    "  money      EUR\n"
    "  rounding   half_up to 0.01, each amount\n"
    "  months     clip\n"
    "  years      calendar\n"
    "  payments   confirmed by payee, oldest first, interest last, excess credited\n"
    "  term       from 2026-01-01 to 2026-12-31\n"
    "party Owner  is licensor, signs\n"
    "party Keeper is licensee, signs\n"
    "account Reserve EUR, at end paid out to Keeper\n"
    "fee Retainer [1]\n"
    "  every   month\n"
    "  amount  EUR 7.00\n"
    "  Keeper pays Owner, within 10 days\n"
    "end\n"
    "action TopUp(added: EUR) [2]\n"
    "  by       Keeper\n"
    "  in       active\n"
    "  Keeper owes Reserve added\n"
    "  require  added <= EUR 1,000\n"
    "end\n"
    "lifecycle\n"
    "  initial draft\n"
    "  states  active\n"
    "  final   ended, after 30 days\n"
    "  from draft to active  when signed by Owner, Keeper\n"
    "  from draft to ended   on 2026-03-31\n"
    "  from active to ended  on term.end\n"
    "end\n";

static const char *const people[] = {"Label", "Service"};
static const char *const agreements[] = {"Press", "Fund"};
static const struct {
    const char *name, *text;
} schedules[] = {
    {"Payees", PRESS_PAYEES}, {"Works", PRESS_WORKS}, {"Works.holders", PRESS_HOLDERS}};
static const uint64_t prices[] = {100, 333, 1}; /* of PRESS_WORKS, in units of 0.0001 */

enum { BLOCK_TRANSACTIONS = 4, WORK_PER_BLOCK = 7, MILLIONTHS_OF_CENT = 10000 };
enum { TOO_MANY_CENTS = 100001 };

/* Which thread does what is shared hangs on the machine, and a seed is to repeat every allocation. */
#define NEVER UINT32_MAX
static const lic_thresholds usual_thresholds = {.share_pages = NEVER};

/* A cache of three pages; two rows, one chunk, one page are many; most blocks are folded into the file. */
static const lic_thresholds early_thresholds = {.cache_kib = 64,
                                                .log_pages = 8,
                                                .rows = 2,
                                                .row_bytes = 4096,
                                                .sync_bytes = 1,
                                                .root_pages = 1,
                                                .share_pages = NEVER};

/* -- steps ------------------------------------------------------------------------------------------- */

static void add(workload *w, workload_step what)
{
    LIC_ASSERT(w->step_count < WORKLOAD_STEPS);
    w->steps[w->step_count++] = what;
}

static void add_beginnings(workload *w)
{
    for (uint32_t i = 0; i < 2; i++) add(w, (workload_step){.kind = STEP_REGISTER, .n = i});
    for (uint32_t i = 0; i < 2; i++) add(w, (workload_step){.kind = STEP_DEPLOY, .n = i});
    for (uint32_t i = 0; i < LIC_COUNT(schedules); i++)
        add(w, (workload_step){.kind = STEP_LOAD, .n = i});
    for (uint32_t i = 0; i < 4; i++) add(w, (workload_step){.kind = STEP_SIGN, .n = i});
}

static void add_something(workload *w, disk_chance *chance)
{
    uint32_t cents = 1 + (uint32_t)disk_draw(chance, 9999);
    uint32_t n = 2 + (uint32_t)disk_draw(chance, 3);
    switch (disk_draw(chance, 6)) {
    case 0: add(w, (workload_step){.kind = STEP_GROUP, .n = n, .cents = cents}); break;
    case 1: add(w, (workload_step){.kind = STEP_KEY, .n = (uint32_t)w->step_count}); break;
    case 2: add(w, (workload_step){.kind = STEP_CHECKPOINT, .n = cents}); break;
    case 3: add(w, (workload_step){.kind = STEP_REOPEN}); break;
    default: add(w, (workload_step){.kind = STEP_TOP_UP, .cents = cents}); break;
    }
}

static void add_month(workload *w, uint32_t month, disk_chance *chance)
{
    workload_step clock = {.kind = STEP_CLOCK};
    workload_step report = {.kind = STEP_REPORT, .seed = disk_draw(chance, UINT32_MAX)};
    uint32_t paid = month; /* payments and months are numbered alike */
    (void)snprintf(clock.date, sizeof clock.date, "2026-%02u-%02u", month + 1,
                   1 + (unsigned)disk_draw(chance, 5));
    (void)snprintf(report.date, sizeof report.date, "2026-%02u", month);
    for (uint64_t i = disk_draw(chance, 4); i > 0; i--) add_something(w, chance);
    add(w, clock);
    for (uint64_t i = disk_draw(chance, 3); i > 0; i--) add_something(w, chance);
    add(w, report);
    add(w, (workload_step){.kind = STEP_PAY, .cents = 700});
    add(w, (workload_step){.kind = STEP_ACKNOWLEDGE, .n = paid});
    for (uint64_t i = disk_draw(chance, 3); i > 0; i--) add_something(w, chance);
}

void workload_init(workload *w, uint64_t seed)
{
    disk_chance chance = {seed};
    memset(w, 0, sizeof *w);
    w->seed = seed;
    w->threads = 1;
    add_beginnings(w);
    uint32_t months = 2 + (uint32_t)disk_draw(&chance, 4);
    for (uint32_t month = 1; month <= months; month++) add_month(w, month, &chance);
    stage_init(&w->stage, "2026-01-01", &lic_allocator_system);
    lic_buffer_init(&w->wire, &lic_allocator_system, LIC_TRANSACTION_MAX);
}

void workload_free(workload *w)
{
    lic_buffer_free(&w->wire);
    free(w->told);
}

/* -- a report's lines ------------------------------------------------------------------------------------ */

typedef struct line {
    uint32_t work; /* 0 .. 2; 3: one that is not in the schedule */
    uint64_t units;
    uint64_t gross; /* in units of 0.0001, even; 0: not said */
} line;

static size_t draw_lines(uint64_t seed, line lines[24])
{
    disk_chance chance = {seed};
    size_t count = 3 + (size_t)disk_draw(&chance, 22);
    for (size_t i = 0; i < count; i++) {
        lines[i] = (line){(uint32_t)disk_draw(&chance, 4), disk_draw(&chance, 9000), 0};
        if (disk_draw(&chance, 2) == 0) lines[i].gross = 2 * disk_draw(&chance, 200000);
    }
    return count;
}

static void write_lines(uint64_t seed, char *text, size_t room)
{
    line lines[24];
    size_t at = 0, count = draw_lines(seed, lines);
    for (size_t i = 0; i < count; i++) {
        char gross[24] = "";
        if (lines[i].gross > 0)
            (void)snprintf(gross, sizeof gross, "%u.%04u", (unsigned)(lines[i].gross / 10000),
                           (unsigned)(lines[i].gross % 10000));
        at += (size_t)snprintf(text + at, room - at, "%zu\tDEAAA000000%u\tfree\t%u\t%s\tx\n", i + 1,
                               lines[i].work + 1, (unsigned)lines[i].units, gross);
        LIC_ASSERT(at < room);
    }
}

/* What Fee makes of them: per work the sum of the greater of units times price and half of what was taken, rounded
 * half to even to the cent; in millionths. */
static int64_t fee_of(uint64_t seed)
{
    line lines[24];
    uint64_t sums[3] = {0}, cents = 0;
    size_t count = draw_lines(seed, lines);
    for (size_t i = 0; i < count; i++) {
        if (lines[i].work > 2) continue;
        uint64_t by_units = lines[i].units * prices[lines[i].work], by_gross = lines[i].gross / 2;
        sums[lines[i].work] += by_units > by_gross ? by_units : by_gross;
    }
    for (size_t i = 0; i < 3; i++) {
        uint64_t rest = sums[i] % 100, whole = sums[i] / 100;
        cents += whole + (rest > 50 || (rest == 50 && whole % 2 == 1) ? 1 : 0);
    }
    return (int64_t)cents * MILLIONTHS_OF_CENT;
}

workload_sums workload_expected(const workload *w, size_t steps)
{
    workload_sums sums = {0};
    for (size_t i = 0; i < steps; i++) {
        const workload_step *s = &w->steps[i];
        if (s->kind == STEP_TOP_UP) sums.fund += (int64_t)s->cents * MILLIONTHS_OF_CENT;
        if (s->kind == STEP_REPORT) sums.fees += fee_of(s->seed);
        if (s->kind == STEP_GROUP) sums.fund += (int64_t)(s->n * s->cents) * MILLIONTHS_OF_CENT;
    }
    return sums;
}

/* -- the ledger on a disk ---------------------------------------------------------------------------------- */

uint64_t workload_height(const workload *w)
{
    return stage_tip(w->stage.client)->height;
}

void workload_tell(workload *w, const lic_hash *id)
{
    if (w->told_count == w->told_capacity) {
        w->told_capacity = w->told_capacity == 0 ? 64 : w->told_capacity * 2;
        w->told = realloc(w->told, w->told_capacity * sizeof *w->told);
        LIC_ASSERT(w->told != NULL);
    }
    told *last = &w->told[w->told_count++];
    *last = (told){disk_moment(w->disk), workload_height(w), {{0}}, id == NULL};
    if (id != NULL) last->id = *id;
}

static void put_on(workload *w, crash_disk *disk, uint64_t seed)
{
    stage *s = &w->stage;
    w->disk = disk;
    lic_seeded_init(&s->seed, seed);
    s->vfs = disk_vfs(disk);
    s->block_transactions = BLOCK_TRANSACTIONS;
    s->work_per_block = WORK_PER_BLOCK;
    s->threads = w->threads;
    s->thresholds = w->early ? early_thresholds : usual_thresholds;
    s->thresholds.counts = &w->counts;
    s->client = NULL;
}

lic_status workload_make(workload *w, crash_disk *disk, uint64_t seed)
{
    put_on(w, disk, seed);
    w->made = true;
    return stage_create(&w->stage, WORKLOAD_LEDGER, LIC_CLOCK_SIMULATED);
}

lic_status workload_open(workload *w, crash_disk *disk, bool stays, uint64_t seed)
{
    stage *s = &w->stage;
    put_on(w, disk, seed);
    s->options = (lic_client_options){.path = WORKLOAD_LEDGER,
                                      .vfs = s->vfs,
                                      .stays = stays,
                                      .allocator = s->allocator,
                                      .random = &s->random,
                                      .clock = &s->clock,
                                      .threads = s->threads,
                                      .thresholds = s->thresholds,
                                      .operators = &s->operator_pair,
                                      .operator_count = 1};
    lic_status status = lic_client_open(&s->options, &s->client, &s->error);
    w->made = false;
    return status == LIC_MISSING ? workload_make(w, disk, seed) : status;
}

lic_status workload_recover(const crash_disk *d)
{
    sqlite3 *db = NULL;
    int result = sqlite3_open_v2(WORKLOAD_LEDGER, &db, SQLITE_OPEN_READWRITE, disk_vfs(d));
    if (result == SQLITE_OK) result = sqlite3_exec(db, "PRAGMA user_version", NULL, NULL, NULL);
    (void)sqlite3_close(db);
    return result == SQLITE_OK ? LIC_OK : LIC_IO;
}

/* https://www.sqlite.org/fileformat2.html, 1.3 */
uint64_t workload_digest(const crash_disk *d)
{
    static const size_t passing[][2] = {{18, 2}, {24, 4}, {92, 8}, {0, 0}};
    return disk_digest(d, WORKLOAD_LEDGER, passing);
}

void workload_close(workload *w)
{
    lic_client_close(w->stage.client);
    w->stage.client = NULL;
}

/* -- doing a step --------------------------------------------------------------------------------------------- */

static lic_status answer(workload *w, lic_status status)
{
    if (status == LIC_OK) workload_tell(w, &w->stage.result.id);
    return status;
}

static lic_status take_wire(void *context, lic_slice wire)
{
    lic_buffer *to = context;
    to->size = 0;
    lic_put_bytes(to, wire.data, wire.size);
    return to->failed ? LIC_NO_MEMORY : LIC_OK;
}

static lic_status act(workload *w, uint32_t cents, bool keep)
{
    char amount[24];
    lic_named_text added = {stage_text("added"), {0}};
    (void)snprintf(amount, sizeof amount, "%u.%02u", cents / 100, cents % 100);
    added.value = stage_text(amount);
    lic_client_call call = stage_by("Service", NULL);
    const lic_acting acting = {
        .action = stage_text("TopUp"), .arguments = &added, .argument_count = 1};
    stage *s = &w->stage;
    if (!keep)
        return lic_client_act(s->client, &call, stage_text("Fund"), &acting, &s->result, &s->error);
    call.divert = take_wire;
    call.divert_context = &w->wire;
    LIC_TRY(lic_client_act(s->client, &call, stage_text("Fund"), &acting, &s->result, &s->error));
    w->wire_moment = disk_moment(w->disk);
    return lic_client_submit(s->client, lic_slice_of(w->wire.data, w->wire.size), &s->result,
                             &s->error);
}

/* It moves money before it traps; nothing of it may stay, and whatever else is in the block must. */
static lic_status act_beyond(workload *w)
{
    lic_status status = act(w, TOO_MANY_CENTS, false);
    LIC_ASSERT(status != LIC_OK);
    return status == LIC_TRAPPED ? LIC_OK : status;
}

/* Acts share a block, and are told of when it is written. */
static lic_status act_together(workload *w, const workload_step *what)
{
    lic_hash ids[WORKLOAD_IDS];
    lic_status status = LIC_OK;
    lic_client_begin(w->stage.client);
    for (uint32_t i = 0; i < what->n && status == LIC_OK; i++) {
        status = act(w, what->cents, false);
        ids[i] = w->stage.result.id;
        if (status == LIC_OK) status = act_beyond(w);
    }
    if (status != LIC_OK) {
        lic_client_abandon(w->stage.client);
        return status;
    }
    LIC_TRY(lic_client_commit(w->stage.client, &w->stage.error));
    for (uint32_t i = 0; i < what->n; i++) workload_tell(w, &ids[i]);
    return LIC_OK;
}

/* Another connection folds the log in, as far as it may, or for good. It may find the ledger locked. */
static lic_status checkpoint(const workload *w, uint32_t how)
{
    static const int modes[] = {SQLITE_CHECKPOINT_PASSIVE, SQLITE_CHECKPOINT_FULL,
                                SQLITE_CHECKPOINT_RESTART, SQLITE_CHECKPOINT_TRUNCATE};
    sqlite3 *db = NULL;
    int result = sqlite3_open_v2(WORKLOAD_LEDGER, &db, SQLITE_OPEN_READWRITE, w->stage.vfs);
    if (result == SQLITE_OK)
        result = sqlite3_exec(db, "PRAGMA synchronous = FULL; PRAGMA user_version", NULL, NULL,
                              NULL);
    if (result == SQLITE_OK)
        result = sqlite3_wal_checkpoint_v2(db, NULL, modes[how % LIC_COUNT(modes)], NULL, NULL);
    (void)sqlite3_close(db);
    if (result == SQLITE_NOMEM || result == SQLITE_IOERR_NOMEM) return LIC_NO_MEMORY;
    return result == SQLITE_OK || (result & 0xff) == SQLITE_BUSY ? LIC_OK : LIC_IO;
}

static lic_status deploy(workload *w, uint32_t n)
{
    static const char *const parties[] = {"Owner", "Label", "Keeper", "Service", NULL};
    return n == 0 ? try_deploy(&w->stage, PRESS_ASIDE, "Label", NULL, NULL)
                  : try_deploy(&w->stage, fund_text, "Label", NULL, parties);
}

/* One that was interrupted when all of it was there is settled before anything else is done, and known when it is sent
 * again. */
static lic_status report(workload *w, const workload_step *what)
{
    char text[4096];
    write_lines(what->seed, text, sizeof text);
    return answer(w, try_report(&w->stage, "Press", "Usage", what->date, "Service", text));
}

static lic_status add_key(workload *w, uint32_t n)
{
    char name[24];
    (void)snprintf(name, sizeof name, "key %u", n);
    lic_keypair pair = stage_pair(name);
    lic_client_call call = stage_by("Label", NULL);
    return lic_client_add_key(w->stage.client, &call, lic_slice_text(""), &pair.key,
                              LIC_KEY_MAY_FILE, 0, &w->stage.result, &w->stage.error);
}

static lic_status reopen(workload *w)
{
    bool stays = !w->stage.options.stays;
    disk_chance chance = {w->seed + disk_moment(w->disk)};
    workload_close(w);
    LIC_TRY(workload_open(w, w->disk, stays, disk_draw(&chance, UINT64_MAX)));
    workload_tell(w, NULL);
    return LIC_OK;
}

lic_status workload_do(workload *w, size_t index)
{
    const workload_step *what = &w->steps[index];
    stage *s = &w->stage;
    char amount[24];
    switch (what->kind) {
    case STEP_REGISTER: return answer(w, try_register(s, people[what->n]));
    case STEP_DEPLOY: return answer(w, deploy(w, what->n));
    case STEP_LOAD:
        return answer(
            w, try_load(s, "Press", schedules[what->n].name, "Label", schedules[what->n].text));
    case STEP_SIGN:
        return answer(w, try_sign(s, agreements[what->n / 2], people[what->n % 2], NULL));
    case STEP_CLOCK: return answer(w, try_clock(s, what->date));
    case STEP_TOP_UP: LIC_TRY(act_beyond(w)); return answer(w, act(w, what->cents, true));
    case STEP_GROUP: return act_together(w, what);
    case STEP_REPORT: return report(w, what);
    case STEP_PAY:
        (void)snprintf(amount, sizeof amount, "%u.%02u", what->cents / 100, what->cents % 100);
        return answer(w, try_pay(s, "Fund", "Owner", amount, "EUR", "Service"));
    case STEP_ACKNOWLEDGE: return answer(w, try_acknowledge(s, "Fund", what->n, "Label"));
    case STEP_KEY: return answer(w, add_key(w, what->n));
    case STEP_CHECKPOINT: return checkpoint(w, what->n);
    case STEP_REOPEN: return reopen(w);
    }
    return LIC_UNSUPPORTED;
}

/* -- looking at a ledger ------------------------------------------------------------------------------------------ */

static bool says(char *why, size_t size, const char *what, const lic_error *error)
{
    (void)snprintf(why, size, "%s: %s", what, error->text);
    return false;
}

static bool shows(workload *w, const char *what, const char *sql, int64_t expected, char *why,
                  size_t size)
{
    stage_answer found = {.size = 0};
    const lic_query_limits limits = {.seconds = 86400};
    if (lic_client_query(w->stage.client, sql, &limits, stage_see, &found, &w->stage.error) !=
        LIC_OK)
        return says(why, size, what, &w->stage.error);
    if (strtoll(found.text, NULL, 10) == expected) return true;
    (void)snprintf(why, size, "%s: %.*s instead of %lld", what, (int)strcspn(found.text, "\n"),
                   found.text, (long long)expected);
    return false;
}

/* What accounts get in postings, less what they give, is what they hold; the answer counts those that differ. */
#define NEGATIVE                                                                               \
    "CASE WHEN units = '0' THEN units WHEN units LIKE '-%' THEN substr(units, 2) ELSE '-' || " \
    "units END"
#define UNBALANCED                                                                      \
    "WITH moved AS (SELECT contract_number AS c, to_account AS a, "                     \
    "ifnull(to_key, '') AS k, units FROM postings UNION ALL "                           \
    "SELECT contract_number, from_account, ifnull(from_key, ''), " NEGATIVE             \
    " FROM postings UNION ALL SELECT contract_number, account, "                        \
    "CASE WHEN schedule = 'self' THEN '' ELSE ifnull(key, '') END, " NEGATIVE           \
    " FROM balances) SELECT count(*) FROM (SELECT units_sum(units) AS rest FROM moved " \
    "GROUP BY c, a, k) WHERE rest <> '0'"

static bool amounts_are_right(workload *w, const workload_sums *sums, char *why, size_t size)
{
    if (!shows(w, "accounts whose postings differ from their balance", UNBALANCED, 0, why, size))
        return false;
    if (sums == NULL) return true;
    return shows(w, "what went into the fund",
                 "SELECT ifnull(units_sum(units), 0) FROM postings WHERE to_account = 'Reserve'",
                 sums->fund, why, size) &&
           shows(w, "royalties",
                 "SELECT ifnull(units_sum(net_units), 0) FROM term_results WHERE term = 'Fee'",
                 sums->fees, why, size);
}

static bool replays(workload *w, char *why, size_t size)
{
    lic_replay_result result;
    const lic_replay_options options = {.path = WORKLOAD_LEDGER,
                                        .allocator = w->stage.allocator,
                                        .random = &w->stage.random,
                                        .vfs = w->stage.vfs,
                                        .threads = w->threads};
    lic_status status = lic_replay(&options, &result, &w->stage.error);
    if (status == LIC_OK && result.blocks == workload_height(w)) return true;
    return says(why, size, "replay", &w->stage.error);
}

bool workload_is_sound(workload *w, const workload_sums *sums, char *why, size_t size)
{
    lic_engine *engine = lic_client_engine(w->stage.client);
    lic_ledger *ledger = lic_engine_ledger(engine);
    lic_store *store = lic_ledger_store(ledger);
    lic_error *error = &w->stage.error;
    if (lic_store_check(store) != LIC_OK)
        return says(why, size, "structure", lic_store_error(store));
    if (lic_ledger_verify(ledger, 0, workload_height(w), NULL, error) != LIC_OK)
        return says(why, size, "hashes", error);
    if (lic_engine_check(engine, NULL, error) != LIC_OK) return says(why, size, "roots", error);
    return amounts_are_right(w, sums, why, size) && replays(w, why, size);
}
