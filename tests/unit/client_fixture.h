/* client_fixture.h - a client on a ledger in memory (or in a file), people whose keys are made from their
 * names, and one call for each thing that they do. Calls that are to succeed print why they did not; `try_`
 * calls return the status and leave the error in the fixture. */
#ifndef LICET_TESTS_CLIENT_FIXTURE_H
#define LICET_TESTS_CLIENT_FIXTURE_H

#include "agreement_texts.h"
#include "scratch.h"

#include <licet/client.h>
#include <licet/compile.h>
#include <licet/replay.h>

#define STAGE_MEGABYTES 64

/* One fee on two parameters. */
#define GIVEN                                              \
    "licet 1\n"                                            \
    "agreement Given \"Parameters\"\n"                     \
    "  law        \"Spain\"\n"                             \
    "  money      EUR\n"                                   \
    "  rounding   half_even to 0.01, each amount\n"        \
    "  term       from 2026-01-01 to 2027-12-31\n"         \
    "party Owner  is licensor, signs\n"                    \
    "party User   is licensee, signs\n"                    \
    "given Flat   EUR, at most EUR 1,000,000.00\n"         \
    "given Begins date, from 2026-01-01 to 2026-12-31\n"   \
    "fee Entry\n"                                          \
    "  on      signature\n"                                \
    "  amount  Flat\n"                                     \
    "  User pays Owner, due Begins\n"                      \
    "end\n"                                                \
    "lifecycle\n"                                          \
    "  initial draft\n"                                    \
    "  states  active\n"                                   \
    "  final   ended, after 120 days\n"                    \
    "  from draft to active  when signed by Owner, User\n" \
    "  from draft to ended   on 2026-02-28\n"              \
    "  from active to ended  on term.end\n"                \
    "end\n"

typedef struct stage {
    const lic_allocator *allocator;
    lic_memory_disk *disk; /* NULL: the file system, or what stands in for it: */
    const char *vfs;
    lic_seeded seed;
    lic_random random;
    lic_clock clock;
    int64_t now;
    uint64_t ticks;
    lic_keypair operator_pair;
    lic_client_options options;
    uint32_t block_transactions; /* limits of genesis; 0: the usual ones */
    uint64_t work_per_block;
    uint64_t megabytes; /* of the disk; 0: STAGE_MEGABYTES */
    unsigned threads;
    lic_thresholds thresholds;
    lic_client *client;
    lic_client_result result;
    lic_error error;
} stage;

static inline int64_t stage_now(void *context)
{
    return ((stage *)context)->now;
}
static inline uint64_t stage_ticks(void *context)
{
    return ++((stage *)context)->ticks;
}

static inline lic_date stage_date(const char *text)
{
    lic_date date = 0;
    assert_ok(lic_date_parse(lic_slice_text(text), &date));
    return date;
}

/* A key that is the same for the same name everywhere. */
static inline lic_keypair stage_pair(const char *name)
{
    lic_keypair pair;
    uint8_t seed[LIC_SECRET_SIZE] = {0};
    for (size_t i = 0; name[i] != '\0'; i++) seed[i % sizeof seed] ^= (uint8_t)(name[i] + (char)i);
    lic_keypair_from_seed(seed, &pair);
    return pair;
}

static inline void stage_good(stage *s, lic_status status)
{
    if (status == LIC_OK) return;
    print_message("%s %s: %s (%s)\n", lic_status_id(status), s->error.code, s->error.text,
                  s->error.help);
    fail();
}

/* The error has its code, and words that name the place and the remedy. */
static inline void stage_refused(stage *s, lic_status status, lic_status expected, const char *code,
                                 const char *words)
{
    bool good = status == expected && strcmp(s->error.code, code) == 0 &&
                strstr(s->error.text, words) != NULL && s->error.help[0] != '\0';
    if (!good)
        fail_msg("expected %s %s \"%s\", got %s %s: %s (%s)", lic_status_id(expected), code, words,
                 lic_status_id(status), s->error.code, s->error.text, s->error.help);
}

static inline void stage_init(stage *s, const char *date, const lic_allocator *allocator)
{
    memset(s, 0, sizeof *s);
    s->allocator = allocator;
    assert_ok(lic_crypto_start(&s->error));
    lic_seeded_init(&s->seed, 11);
    s->random = lic_seeded_random(&s->seed);
    s->now = (int64_t)stage_date(date) * 86400;
    s->clock = (lic_clock){.context = s, .now = stage_now, .ticks = stage_ticks};
    s->operator_pair = stage_pair("operator");
}

static inline lic_status stage_create(stage *s, const char *path, lic_clock_kind clock)
{
    lic_genesis genesis;
    s->options = (lic_client_options){.path = path,
                                      .disk = s->disk,
                                      .vfs = s->vfs,
                                      .allocator = s->allocator,
                                      .random = &s->random,
                                      .clock = &s->clock,
                                      .operators = &s->operator_pair,
                                      .operator_count = 1,
                                      .threads = s->threads,
                                      .thresholds = s->thresholds};
    lic_genesis_init(&genesis);
    genesis.name = lic_slice_text("stage");
    genesis.clock = (uint8_t)clock;
    genesis.time = s->now;
    if (s->block_transactions != 0) genesis.limits.block_transactions = s->block_transactions;
    if (s->work_per_block != 0) genesis.limits.work_per_block = s->work_per_block;
    return lic_client_create(&s->options, &genesis, &s->client, &s->error);
}

/* A ledger in memory, after stage_init and what the caller sets. */
static inline void stage_open(stage *s, lic_clock_kind clock)
{
    uint64_t megabytes = s->megabytes == 0 ? STAGE_MEGABYTES : s->megabytes;
    stage_good(s, lic_memory_disk_create(s->allocator, megabytes << 20, &s->disk, &s->error));
    stage_good(s, stage_create(s, "stage", clock));
}

/* A ledger in memory that begins on `date`. */
static inline void stage_begin_clock(stage *s, const char *date, lic_clock_kind clock)
{
    stage_init(s, date, &lic_allocator_system);
    stage_open(s, clock);
}

static inline void stage_begin(stage *s, const char *date)
{
    stage_begin_clock(s, date, LIC_CLOCK_SIMULATED);
}

static inline void stage_end(stage *s)
{
    lic_client_close(s->client);
    lic_memory_disk_destroy(s->disk);
}

static inline const lic_header *stage_tip(lic_client *client)
{
    return lic_ledger_tip(lic_engine_ledger(lic_client_engine(client)));
}

/* Every block comes out as it stands there. */
static inline void stage_replays(stage *s)
{
    lic_replay_result result;
    const lic_replay_options options = {.path = lic_client_path(s->client),
                                        .allocator = s->allocator,
                                        .random = &s->random,
                                        .vfs = s->disk == NULL ? s->vfs
                                                               : lic_memory_disk_vfs(s->disk)};
    stage_good(s, lic_replay(&options, &result, &s->error));
    assert_int_equal(result.blocks, stage_tip(s->client)->height);
}

/* -- what people do -------------------------------------------------------------------------------------- */

/* A call by up to two people. The pairs stay valid until the next one. */
static inline lic_client_call stage_by(const char *first, const char *second)
{
    static lic_keypair pairs[2];
    if (first != NULL) pairs[0] = stage_pair(first);
    if (second != NULL) pairs[1] = stage_pair(second);
    return (lic_client_call){.signers = pairs,
                             .signer_count = first == NULL    ? 0
                                             : second == NULL ? 1
                                                              : 2};
}

static inline lic_slice stage_text(const char *text)
{
    return lic_slice_text(text);
}

static inline lic_status try_register(stage *s, const char *name)
{
    lic_client_call call = stage_by(name, NULL);
    return lic_client_register(s->client, &call, stage_text(name),
                               LIC_KEY_MAY_SIGN | LIC_KEY_MAY_FILE, NULL, &s->result, &s->error);
}

static inline lic_compilation *stage_compile(const char *text)
{
    lic_compile_options options = {.unit_scale = 6};
    lic_compilation *c = lic_compile(stage_text(text), &options, &lic_hasher_native,
                                     &lic_allocator_system);
    assert_non_null(c);
    const lic_diagnostics *list = lic_compilation_diagnostics(c);
    lic_buffer out;
    lic_buffer_init(&out, &lic_allocator_system, 1u << 20);
    for (size_t i = 0; i < list->count && list->error_count > 0; i++)
        lic_diagnostic_text(&list->items[i], "test.lic", stage_text(text), false, &out);
    if (out.size > 0) fail_msg("%.*s", (int)out.size, (const char *)out.data);
    lic_buffer_free(&out);
    return c;
}

/* Lists of NAME, VALUE, ..., NULL. */
static inline size_t stage_list(const char *const *texts, lic_named_text *list)
{
    size_t count = 0;
    for (; texts != NULL && texts[0] != NULL; texts += 2)
        list[count++] = (lic_named_text){stage_text(texts[0]), stage_text(texts[1])};
    return count;
}

static inline lic_status try_deploy(stage *s, const char *text, const char *by,
                                    const char *const *parameters, const char *const *parties)
{
    lic_named_text given[16], bound[16];
    lic_compilation *c = stage_compile(text);
    lic_client_call call = stage_by(by, NULL);
    const lic_deployment deployment = {.image = lic_compilation_bytes(c),
                                       .source = stage_text(text),
                                       .parameters = given,
                                       .parameter_count = stage_list(parameters, given),
                                       .parties = bound,
                                       .party_count = stage_list(parties, bound)};
    lic_status status = lic_client_deploy(s->client, &call, &deployment, &s->result, &s->error);
    lic_compilation_destroy(c);
    return status;
}

static inline lic_status try_load(stage *s, const char *contract, const char *schedule,
                                  const char *by, const char *bytes)
{
    lic_client_call call = stage_by(by, NULL);
    return lic_client_load(s->client, &call, stage_text(contract), stage_text(schedule),
                           stage_text(bytes), &s->result, &s->error);
}

static inline lic_status try_sign(stage *s, const char *contract, const char *by, const char *with)
{
    lic_client_call call = stage_by(by, with);
    return lic_client_sign(s->client, &call, stage_text(contract), &s->result, &s->error);
}

static inline lic_status try_report(stage *s, const char *contract, const char *report,
                                    const char *period, const char *by, const char *bytes)
{
    lic_client_call call = stage_by(by, NULL);
    call.chunk_bytes = 40;
    call.resends = true;
    const lic_filing filing = {
        .report = stage_text(report), .period = stage_text(period), .bytes = stage_text(bytes)};
    return lic_client_report(s->client, &call, stage_text(contract), &filing, &s->result,
                             &s->error);
}

static inline lic_status try_fact(stage *s, const char *contract, const char *fact,
                                  const char *value, const char *by)
{
    lic_client_call call = stage_by(by, NULL);
    return lic_client_fact(s->client, &call, stage_text(contract), stage_text(fact),
                           stage_text(value), &s->result, &s->error);
}

static inline lic_status try_act(stage *s, const char *contract, const char *action,
                                 const char *const *arguments, bool notice, const char *by,
                                 const char *with)
{
    lic_named_text list[16];
    lic_client_call call = stage_by(by, with);
    const lic_acting acting = {.action = stage_text(action),
                               .notice = notice,
                               .arguments = list,
                               .argument_count = stage_list(arguments, list)};
    return lic_client_act(s->client, &call, stage_text(contract), &acting, &s->result, &s->error);
}

static inline lic_status try_pay(stage *s, const char *contract, const char *creditor,
                                 const char *amount, const char *currency, const char *by)
{
    lic_client_call call = stage_by(by, NULL);
    const lic_paying paying = {.creditor = stage_text(creditor),
                               .amount = stage_text(amount),
                               .currency = stage_text(currency),
                               .reference = stage_text("invoice 7")};
    return lic_client_pay(s->client, &call, stage_text(contract), &paying, &s->result, &s->error);
}

static inline lic_status try_acknowledge(stage *s, const char *contract, uint32_t payment,
                                         const char *by)
{
    lic_client_call call = stage_by(by, NULL);
    return lic_client_acknowledge(s->client, &call, stage_text(contract), payment, &s->result,
                                  &s->error);
}

static inline lic_status try_clock(stage *s, const char *date)
{
    lic_client_call call = stage_by(NULL, NULL);
    return lic_client_clock(s->client, &call, stage_date(date), &s->result, &s->error);
}

/* -- reading ----------------------------------------------------------------------------------------------- */

typedef struct stage_answer {
    char text[4096];
    size_t size;
} stage_answer;

static inline lic_status stage_see(void *context, uint64_t row, size_t count,
                                   const char *const *names, const lic_query_value *values)
{
    stage_answer *to = context;
    (void)names;
    for (size_t i = 0; values != NULL && i < count; i++) {
        const char *end = i + 1 < count ? " " : "\n";
        int size = 0;
        char *at = to->text + to->size;
        size_t room = sizeof to->text - to->size;
        if (values[i].kind == LIC_VALUE_INTEGER)
            size = snprintf(at, room, "%lld%s", (long long)values[i].integer, end);
        else
            size = snprintf(at, room, "%.*s%s", (int)values[i].bytes.size,
                            (const char *)values[i].bytes.data, end);
        assert_true(size >= 0 && (size_t)size < room);
        to->size += (size_t)size;
    }
    (void)row;
    return LIC_OK;
}

/* The rows of an answer, a line each. Valid until the next call. */
static inline const char *stage_query(stage *s, lic_client *client, const char *sql)
{
    static stage_answer answer;
    const lic_query_limits limits = {.seconds = 86400};
    answer = (stage_answer){.size = 0};
    stage_good(s, lic_client_query(client, sql, &limits, stage_see, &answer, &s->error));
    return answer.text;
}

/* -- Press, ready for its first report on 2026-02-01 ------------------------------------------------------- */

static inline void stage_press_signed(stage *s)
{
    stage_good(s, try_register(s, "Label"));
    stage_good(s, try_register(s, "Service"));
    stage_good(s, try_deploy(s, PRESS_ASIDE, "Label", NULL, NULL));
    stage_good(s, try_load(s, "Press", "Payees", "Label", PRESS_PAYEES));
    stage_good(s, try_load(s, "Press", "Works", "Label", PRESS_WORKS));
    stage_good(s, try_load(s, "Press", "Works.holders", "Label", PRESS_HOLDERS));
    stage_good(s, try_sign(s, "Press", "Label", NULL));
    stage_good(s, try_sign(s, "Press", "Service", NULL));
}

static inline void stage_press(stage *s)
{
    stage_press_signed(s);
    stage_good(s, try_clock(s, "2026-02-01"));
}

/* 1: 2,000 at 0.0100; 2: 3,000 at 0.0333; the third is malformed. */
static const char stage_usage[] = "1\tDEAAA0000001\tfree\t2000\t\tx\n"
                                  "2\tDEAAA0000002\tpaid\t3000\t1.5\tx\n3\tbad\n";

#endif
