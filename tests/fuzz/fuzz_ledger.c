/* fuzz_ledger.c - any bytes as a ledger file. Lower bits of the first byte: 0 the rest is the file; 1 the
 * rest changes bytes of a real ledger (three bytes of a place, one put over what is there by exclusive or);
 * 2 the rest changes cells of its tables and leaves SQLite's own structure whole (table, column, row, how,
 * place, value), so that what reads rows is reached; 3 the rest says where the file ends. Its other bits:
 * the file is read and checked, replayed, or written to. Each must answer with a reason; and when the file
 * replays without a difference, the views must say what they said before. */
#include "client_fixture.h"

#include <licet/projection.h>

#include <sqlite3.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TABLES_MAX = 128, EDITS_MAX = 8 };

typedef struct rig {
    stage stage;
    lic_buffer file; /* the ledger as it was written */
    lic_hash said;   /* what its views say */
    char *tables[TABLES_MAX];
    size_t table_count;
} rig;

static rig r;

/* -- the ledger ------------------------------------------------------------------------------------------ */

static sqlite3 *open_raw(const char *name)
{
    sqlite3 *db = NULL;
    int flags = SQLITE_OPEN_READWRITE;
    int code = sqlite3_open_v2(name, &db, flags, lic_memory_disk_vfs(r.stage.disk));
    LIC_ASSERT(code == SQLITE_OK);
    return db;
}

static void list_tables(void)
{
    sqlite3_stmt *statement = NULL;
    sqlite3 *db = open_raw("stage");
    static const char sql[] = "SELECT name FROM sqlite_schema WHERE type = 'table' "
                              "AND name NOT LIKE 'sqlite%' ORDER BY name";
    LIC_ASSERT(sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        LIC_ASSERT(r.table_count < TABLES_MAX);
        r.tables[r.table_count++] = strdup((const char *)sqlite3_column_text(statement, 0));
    }
    LIC_ASSERT(sqlite3_finalize(statement) == SQLITE_OK && sqlite3_close(db) == SQLITE_OK);
}

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

/* The rows of every view; or the first failure. */
static lic_status hash_views(lic_client *client, lic_hash *sum, lic_error *error)
{
    const lic_query_limits limits = {.seconds = 1, .rows = 10000};
    char sql[128];
    memset(sum, 0, sizeof *sum);
    for (size_t i = 0; i < lic_projection_module.view_count + 2; i++) {
        const char *name = i < lic_projection_module.view_count    ? lic_projection_module.views[i]
                           : i == lic_projection_module.view_count ? "postings"
                                                                   : "usage_lines";
        (void)snprintf(sql, sizeof sql, "SELECT * FROM %s", name);
        LIC_TRY(lic_client_query(client, sql, &limits, hash_rows, sum, error));
    }
    return LIC_OK;
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
    lic_buffer_init(&r.file, &lic_allocator_system, 16u << 20);
    stage_good(s, hash_views(s->client, &r.said, &s->error));
    lic_client_close(s->client);
    s->client = NULL;
    stage_good(s, lic_memory_disk_get(s->disk, "stage", &r.file, &s->error));
    list_tables();
}

/* -- changes ----------------------------------------------------------------------------------------------- */

static void put_file(lic_slice bytes)
{
    stage_good(&r.stage, lic_memory_disk_put(r.stage.disk, "spoilt", bytes, &r.stage.error));
}

static void spoil_bytes(const uint8_t *data, size_t size)
{
    static uint8_t copy[16u << 20];
    memcpy(copy, r.file.data, r.file.size);
    for (size_t i = 0; i + 4 <= size && i < (size_t)EDITS_MAX * 4; i += 4) {
        uint32_t place = (uint32_t)data[i] | (uint32_t)data[i + 1] << 8 |
                         (uint32_t)data[i + 2] << 16;
        copy[place % r.file.size] ^= data[i + 3];
    }
    put_file(lic_slice_of(copy, r.file.size));
}

/* A value like the present one, spoilt. */
static void bind_spoilt(sqlite3_stmt *update, const uint8_t *edit, const sqlite3_value *old)
{
    sqlite3_value *value = sqlite3_value_dup(old);
    static uint8_t bytes[1u << 20];
    int kind = sqlite3_value_type(value);
    int64_t number = kind == SQLITE_INTEGER ? sqlite3_value_int64(value) : 0;
    static const int64_t numbers[] = {0, -1, INT64_MAX, INT64_MIN, UINT32_MAX, INT64_C(1) << 32};
    size_t size = kind == SQLITE_INTEGER || kind == SQLITE_NULL
                      ? 0
                      : (size_t)sqlite3_value_bytes(value);
    size_t place = size == 0 ? 0 : ((size_t)edit[4] | (size_t)edit[5] << 8) % size;
    LIC_ASSERT(size < sizeof bytes - 256);
    if (size > 0) memcpy(bytes, sqlite3_value_blob(value), size);
    switch (edit[3] % 6) {
    case 0: /* other digits, other bytes */
        bytes[place] ^= edit[6];
        number ^= (int64_t)edit[6] << (edit[4] % 56);
        break;
    case 1:
        size = place;
        number += edit[6];
        break;
    case 2:
        memset(bytes + size, edit[4], edit[6]);
        size += edit[6];
        number -= edit[6];
        break;
    case 3:
        number = numbers[edit[6] % LIC_COUNT(numbers)];
        size = size / 2;
        break;
    case 4: kind = SQLITE_NULL; break;
    default: kind = edit[6] % 2 == 0 ? SQLITE_INTEGER : SQLITE_BLOB; break;
    }
    if (kind == SQLITE_NULL) LIC_ASSERT(sqlite3_bind_null(update, 1) == SQLITE_OK);
    else if (kind == SQLITE_INTEGER) LIC_ASSERT(sqlite3_bind_int64(update, 1, number) == SQLITE_OK);
    else if (kind == SQLITE_TEXT)
        LIC_ASSERT(sqlite3_bind_text(update, 1, (const char *)bytes, (int)size, SQLITE_TRANSIENT) ==
                   SQLITE_OK);
    else LIC_ASSERT(sqlite3_bind_blob(update, 1, bytes, (int)size, SQLITE_TRANSIENT) == SQLITE_OK);
    LIC_ASSERT(sqlite3_bind_value(update, 2, value) == SQLITE_OK);
    sqlite3_value_free(value);
}

/* Whatever SQLite takes: a constraint that refuses the change is no finding. */
static void spoil_cell(sqlite3 *db, const uint8_t *edit)
{
    char sql[512];
    sqlite3_stmt *select = NULL, *update = NULL;
    const char *table = r.tables[edit[0] % r.table_count];
    (void)snprintf(sql, sizeof sql, "SELECT * FROM %s LIMIT 1 OFFSET %u", table, edit[2]);
    LIC_ASSERT(sqlite3_prepare_v2(db, sql, -1, &select, NULL) == SQLITE_OK);
    if (sqlite3_step(select) == SQLITE_ROW) {
        int column = edit[1] % sqlite3_column_count(select);
        const char *name = sqlite3_column_name(select, column);
        bool drop = edit[3] % 16 == 15;
        if (drop) (void)snprintf(sql, sizeof sql, "DELETE FROM %s WHERE %s IS ?2", table, name);
        else
            (void)snprintf(sql, sizeof sql, "UPDATE OR IGNORE %s SET %s = ?1 WHERE %s IS ?2", table,
                           name, name);
        LIC_ASSERT(sqlite3_prepare_v2(db, sql, -1, &update, NULL) == SQLITE_OK);
        bind_spoilt(update, edit, sqlite3_column_value(select, column));
        LIC_ASSERT(sqlite3_reset(select) == SQLITE_OK);
        (void)sqlite3_step(update);
    }
    (void)sqlite3_finalize(update);
    (void)sqlite3_finalize(select);
}

static void spoil_cells(const uint8_t *data, size_t size)
{
    put_file(lic_slice_of(r.file.data, r.file.size));
    sqlite3 *db = open_raw("spoilt");
    LIC_ASSERT(sqlite3_exec(db, "PRAGMA ignore_check_constraints = 1", NULL, NULL, NULL) ==
               SQLITE_OK);
    for (size_t i = 0; i + 7 <= size && i < (size_t)EDITS_MAX * 7; i += 7) spoil_cell(db, data + i);
    LIC_ASSERT(sqlite3_close(db) == SQLITE_OK);
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

/* What show, doctor, statement and log read. */
static void read_all(lic_client *client)
{
    lic_error error = {0};
    lic_contract_info info;
    lic_engine *engine = lic_client_engine(client);
    lic_ledger *ledger = lic_engine_ledger(engine);
    lic_verifying verifying = {.step = NULL};
    (void)lic_store_check(lic_ledger_store(ledger));
    (void)told(lic_ledger_verify(ledger, 0, lic_ledger_tip(ledger)->height, &verifying, &error),
               &error);
    error = (lic_error){0};
    (void)told(lic_engine_check(engine, NULL, &error), &error);
    for (uint32_t i = 0; i < lic_engine_contract_count(engine) && i < 4; i++) {
        error = (lic_error){0};
        (void)told(lic_engine_contract(engine, i, &info, &error), &error);
    }
}

static lic_status see(void *context, const lic_client_event *event)
{
    (void)context;
    LIC_ASSERT(event->kind != LIC_TX_LINES);
    return LIC_OK;
}

static void read_file(void)
{
    lic_client *client = NULL;
    lic_error error = {0};
    lic_hash said;
    if (!open_client(0, &client)) return;
    read_all(client);
    (void)told(hash_views(client, &said, &error), &error);
    error = (lic_error){0};
    (void)told(lic_client_history(client, lic_slice_text(""), see, NULL, &error), &error);
    lic_client_close(client);
}

/* What replays is read, and says what it said. */
static void replay_file(void)
{
    lic_client *client = NULL;
    lic_error error = {0};
    lic_hash said;
    lic_replay_result result;
    const lic_replay_options options = {.path = "spoilt",
                                        .allocator = &lic_allocator_system,
                                        .random = &r.stage.random,
                                        .vfs = lic_memory_disk_vfs(r.stage.disk)};
    if (!told(lic_replay(&options, &result, &error), &error) || result.erased > 0) return;
    if (!open_client(0, &client)) return;
    if (told(hash_views(client, &said, &error), &error)) LIC_ASSERT(lic_hash_equal(&said, &r.said));
    lic_client_close(client);
}

static void write_file(void)
{
    stage trial = r.stage;
    trial.client = NULL;
    if (!open_client(1, &trial.client)) return;
    trial.error = (lic_error){0};
    (void)told(try_clock(&trial, "2026-03-03"), &trial.error);
    trial.error = (lic_error){0};
    (void)told(try_report(&trial, "Press", "Usage", "2026-02", "Service", stage_usage),
               &trial.error);
    trial.error = (lic_error){0};
    (void)told(try_pay(&trial, "Press", "P2", "1.00", "EUR", "Service"), &trial.error);
    lic_client_close(trial.client);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const uses[])(void) = {read_file, replay_file, write_file};
    lic_error error;
    if (r.file.data == NULL) make_ledger();
    if (size == 0) return 0;
    switch (data[0] & 3) {
    case 0: put_file(lic_slice_of(data + 1, size - 1)); break;
    case 1: spoil_bytes(data + 1, size - 1); break;
    case 2: spoil_cells(data + 1, size - 1); break;
    default:
        if (size < 4) return 0;
        put_file(lic_slice_of(r.file.data, (lic_load_u32(data + size - 4) >> 8) % r.file.size));
        break;
    }
    uses[(data[0] >> 2) % LIC_COUNT(uses)]();
    LIC_ASSERT(lic_memory_disk_remove(r.stage.disk, "spoilt", &error) == LIC_OK);
    return 0;
}
