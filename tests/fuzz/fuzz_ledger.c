/* fuzz_ledger.c - any bytes as a ledger file. Lower bits of the first byte: 0 the rest is the file; 1 the
 * rest changes bytes of a real ledger (three bytes of a place, one put over what is there by exclusive or);
 * 2 the rest changes cells of its tables and leaves SQLite's own structure whole (table, column, row, how,
 * place, value), so that what reads rows is reached; 3 the rest says where the file ends. Its other bits say what is
 * made of the file: one of its views is read, it is checked, told, written to or replayed. Each must answer with
 * a reason; and when the file replays without a difference, the views must say what they said before.
 *
 * What costs most is SQLite, which is not under test: it has memory of its own (sqlite_pool.h), cells are changed in a
 * transaction that stays open and is undone, and views, which are half of the schema that each opening reads, are in
 * the file only when they are asked for. */
#include "client_fixture.h"

#include "ledger_cells.h"
#include "sqlite_pool.h"

#include <licet/projection.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { EDITS_MAX = 8, VIEWS_MAX = 64 };

typedef struct rig {
    stage stage;
    original whole, bare;     /* bare: without views */
    lic_hash said[VIEWS_MAX]; /* by its views */
} rig;

static rig r;

/* -- the ledger ------------------------------------------------------------------------------------------ */

static lic_status hash_rows(void *context, uint64_t row, size_t count, const char *const *names,
                            const lic_query_value *values)
{
    lic_hash *sum = context;
    (void)row, (void)names;
    for (size_t i = 0; values != NULL && i < count; i++) {
        uint8_t head[9] = {(uint8_t)values[i].kind};
        lic_store_u64(head + 1, (uint64_t)values[i].integer);
        bool bytes = values[i].kind == LIC_VALUE_TEXT || values[i].kind == LIC_VALUE_BLOB;
        const lic_slice parts[3] = {lic_slice_of(sum->bytes, LIC_HASH_SIZE),
                                    lic_slice_of(head, sizeof head),
                                    bytes ? values[i].bytes : lic_slice_of(NULL, 0)};
        lic_hash next;
        lic_hasher_native.blake2b(parts, 3, &next);
        *sum = next;
    }
    return LIC_OK;
}

static unsigned view_count(void)
{
    return (unsigned)lic_projection_module.view_count + 2;
}

/* The rows of a view, or of what queries know beside views. */
static lic_status hash_view(lic_client *client, size_t view, lic_hash *sum, lic_error *error)
{
    const lic_query_limits limits = {.seconds = 1, .rows = 10000};
    const size_t views = lic_projection_module.view_count;
    char sql[128];
    (void)snprintf(sql, sizeof sql, "SELECT * FROM %s",
                   view < views    ? lic_projection_module.views[view]
                   : view == views ? "postings"
                                   : "usage_lines");
    memset(sum, 0, sizeof *sum);
    return lic_client_query(client, sql, &limits, hash_rows, sum, error);
}

static uint64_t coarse_ticks(void *context)
{
    return ((stage *)context)->ticks += 100000;
}

/* The header of an upload and its first chunk go to the ledger, and the rest does not. */
static lic_status send_some(void *context, lic_slice wire)
{
    unsigned *sent = context;
    stage *s = &r.stage;
    return (*sent)++ < 2 ? lic_client_submit(s->client, wire, &s->result, &s->error) : LIC_OK;
}

static void begin_upload(void)
{
    stage *s = &r.stage;
    unsigned sent = 0;
    lic_client_call call = stage_by("Service", NULL);
    call.chunk_bytes = 40;
    call.divert = send_some;
    call.divert_context = &sent;
    const lic_filing filing = {.report = stage_text("Usage"),
                               .period = stage_text("2026-02"),
                               .bytes = stage_text(stage_usage)};
    stage_good(s, lic_client_report(s->client, &call, stage_text("Press"), &filing, &s->result,
                                    &s->error));
}

/* Press through its first month, with a payment, and a second report that has begun; and an agreement in draft. */
static void make_ledger(void)
{
    stage *s = &r.stage;
    sqlite_pool_use();
    stage_begin(s, "2026-01-01");
    s->clock.ticks = coarse_ticks;
    stage_press(s);
    stage_good(s, try_report(s, "Press", "Usage", "2026-01", "Service", stage_usage));
    stage_good(s, try_clock(s, "2026-02-10"));
    stage_good(s, try_pay(s, "Press", "P1", "5.00", "EUR", "Service"));
    stage_good(s, try_deploy(s, GIVEN, "Label",
                             (const char *const[]){"Flat", "100.00", "Begins", "2026-03-01", NULL},
                             (const char *const[]){"Owner", "Label", "User", "Service", NULL}));
    stage_good(s, try_clock(s, "2026-03-02"));
    begin_upload();
    LIC_ASSERT(view_count() <= VIEWS_MAX);
    for (size_t i = 0; i < view_count(); i++)
        stage_good(s, hash_view(s->client, i, &r.said[i], &s->error));
    lic_client_close(s->client);
    s->client = NULL;
    stage_good(s, lic_memory_disk_copy(s->disk, "stage", s->disk, "bare", &s->error));
    original_open(&r.whole, s->disk, "stage");
    original_open(&r.bare, s->disk, "bare");
    original_drop_views(&r.bare);
    original_begin(&r.whole);
    original_begin(&r.bare);
}

/* -- changes ----------------------------------------------------------------------------------------------- */

static void put_file(lic_slice bytes)
{
    stage_good(&r.stage, lic_memory_disk_put(r.stage.disk, "spoilt", bytes, &r.stage.error));
}

static void spoil_bytes(const original *o, const uint8_t *data, size_t size)
{
    static uint8_t copy[16u << 20];
    memcpy(copy, o->bytes.data, o->bytes.size);
    for (size_t i = 0; i + 4 <= size && i < (size_t)EDITS_MAX * 4; i += 4) {
        uint32_t place = (uint32_t)data[i] | (uint32_t)data[i + 1] << 8 |
                         (uint32_t)data[i + 2] << 16;
        copy[place % o->bytes.size] ^= data[i + 3];
    }
    put_file(lic_slice_of(copy, o->bytes.size));
}

static void spoil_cells(original *o, const uint8_t *data, size_t size)
{
    size_t bytes;
    for (size_t i = 0; i + 7 <= size && i < (size_t)EDITS_MAX * 7; i += 7) edit_cell(o, data + i);
    unsigned char *file = original_take(o, &bytes);
    put_file(lic_slice_of(file, bytes));
    sqlite3_free(file);
}

/* -- what is made of it ------------------------------------------------------------------------------------ */

/* Every failure says what is wrong. */
static bool told(lic_status status, const lic_error *error)
{
    bool has_reason = status == LIC_OK || error->text[0] != '\0';
    if (!has_reason) fprintf(stderr, "%s without a reason\n", lic_status_id(status));
    LIC_ASSERT(has_reason);
    return status == LIC_OK;
}

static bool open_client(size_t operators, lic_client **client)
{
    lic_error error = {0};
    lic_client_options options = r.stage.options;
    options.path = "spoilt";
    options.clock = &r.stage.clock;
    options.operator_count = operators;
    return told(lic_client_open(&options, client, &error), &error);
}

static void read_view(unsigned number)
{
    lic_client *client = NULL;
    lic_error error = {0};
    lic_hash said;
    if (!open_client(0, &client)) return;
    (void)told(hash_view(client, number % view_count(), &said, &error), &error);
    lic_client_close(client);
}

/* What show and doctor read. */
static void check_file(unsigned number)
{
    lic_client *client = NULL;
    if (!open_client(0, &client)) return;
    lic_error error = {0};
    lic_contract_info info;
    lic_engine *engine = lic_client_engine(client);
    lic_ledger *ledger = lic_engine_ledger(engine);
    lic_verifying verifying = {.step = NULL};
    (void)number;
    (void)lic_store_check(lic_ledger_store(ledger));
    (void)told(lic_ledger_verify(ledger, 0, lic_ledger_tip(ledger)->height, &verifying, &error),
               &error);
    error = (lic_error){0};
    (void)told(lic_engine_check(engine, NULL, &error), &error);
    for (uint32_t i = 0; i < lic_engine_contract_count(engine) && i < 4; i++) {
        error = (lic_error){0};
        (void)told(lic_engine_contract(engine, i, &info, &error), &error);
    }
    lic_client_close(client);
}

static lic_status see(void *context, const lic_client_event *event)
{
    (void)context;
    LIC_ASSERT(event->kind != LIC_TX_LINES);
    return LIC_OK;
}

static void tell_file(unsigned number)
{
    lic_client *client = NULL;
    lic_error error = {0};
    (void)number;
    if (!open_client(0, &client)) return;
    (void)told(lic_client_history(client, lic_slice_text(""), see, NULL, &error), &error);
    lic_client_close(client);
}

/* What replays says what it said. */
static void replay_file(unsigned view)
{
    lic_client *client = NULL;
    lic_error error = {0};
    lic_hash said;
    lic_replay_result result;
    const lic_replay_options options = {.path = "spoilt",
                                        .allocator = &lic_allocator_system,
                                        .random = &r.stage.random,
                                        .vfs = lic_memory_disk_vfs(r.stage.disk),
                                        .threads = 1};
    if (!told(lic_replay(&options, &result, &error), &error) || result.erased > 0) return;
    if (!open_client(0, &client)) return;
    view %= view_count();
    if (told(hash_view(client, view, &said, &error), &error))
        LIC_ASSERT(lic_hash_equal(&said, &r.said[view]));
    lic_client_close(client);
}

static void write_file(unsigned number)
{
    stage trial = r.stage;
    lic_status status = LIC_OK;
    trial.client = NULL;
    if (!open_client(1, &trial.client)) return;
    trial.error = (lic_error){0};
    if (number % 3 == 0) status = try_clock(&trial, "2026-03-03");
    else if (number % 3 == 1)
        status = try_report(&trial, "Press", "Usage", "2026-02", "Service", stage_usage);
    else status = try_pay(&trial, "Press", "P2", "1.00", "EUR", "Service");
    (void)told(status, &trial.error);
    lic_client_close(trial.client);
}

/* What is made of a file, by the first byte's upper six bits. A replay costs as much as a dozen of the others, and shows
 * libFuzzer so much that it would do little else: the last byte says whether it is made. */
typedef struct use {
    unsigned below;
    bool views;
    void (*run)(unsigned number);
} use;

static void replay_or_read(unsigned number)
{
    if (number % 16 == 0) replay_file(number / 16);
    else read_view(number);
}

static const use uses[] = {{24, false, check_file},
                           {36, false, tell_file},
                           {58, false, write_file},
                           {62, true, read_view},
                           {64, true, replay_or_read}};

/* Blocks of the sanitizer's that are kept for a while before they are used again: as many as fit a cache. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "quarantine_size_mb=4:malloc_context_size=4";
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lic_error error;
    const use *made = uses;
    if (r.whole.db == NULL) make_ledger();
    if (size == 0) return 0;
    unsigned number = data[0] >> 2;
    while (number >= made->below) made++;
    if (made->views) number = data[size - 1];
    original *o = made->views ? &r.whole : &r.bare;
    switch (data[0] & 3) {
    case 0: put_file(lic_slice_of(data + 1, size - 1)); break;
    case 1: spoil_bytes(o, data + 1, size - 1); break;
    case 2: spoil_cells(o, data + 1, size - 1); break;
    default:
        if (size < 4) return 0;
        put_file(lic_slice_of(o->bytes.data, (lic_load_u32(data + size - 4) >> 8) % o->bytes.size));
        break;
    }
    made->run(number);
    LIC_ASSERT(lic_memory_disk_remove(r.stage.disk, "spoilt", &error) == LIC_OK);
    return 0;
}

/* -- mutation of changes -------------------------------------------------------------------------------------- */

#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);

/* Of the inputs that change cells most get another change: alone, for what one does must not hide behind what another
 * does; or in the place of one, or behind all. The rest, and every other input, is libFuzzer's. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    uint64_t chance = seed;
    size_t edits = size == 0 ? 0 : (size - 1) / 7;
    if (size == 0 || (data[0] & 3) != 2 || draw(&chance, 4) == 0 || r.bare.db == NULL)
        return LLVMFuzzerMutate(data, size, max_size);
    bool alone = draw(&chance, 2) == 0;
    size_t at = alone ? 0 : draw(&chance, (unsigned)edits + 1);
    if (at >= EDITS_MAX) at = 0;
    size_t end = 1 + 7 * (at + 1);
    if (end > max_size) return LLVMFuzzerMutate(data, size, max_size);
    draw_edit(&r.bare, &chance, data + end - 7);
    if (draw(&chance, 4) == 0) data[0] = (uint8_t)(draw(&chance, 64) << 2 | 2);
    return alone || size < end ? end : size;
}
#endif
