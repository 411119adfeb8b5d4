/* Postings and usage lines as queries read them. Would catch: a posting or line that is left out, doubled
 * or filed under the wrong account, a line's wrong fate or offset, a hint that changes an answer, damaged
 * or erased bytes that make an answer silently short, a block that the views do not show yet, memory that
 * leaks when it runs out. */
#include "engine_agreements.h"

#include <licet/projection.h>
#include <licet/replay.h>
#include <licet/sources.h>

typedef struct answer {
    char text[16384]; /* values with | between, rows ended by ; */
    size_t used;
} answer;

static lic_status gather(void *context, uint64_t row, size_t count, const char *const *names,
                         const lic_query_value *values)
{
    answer *a = context;
    (void)row, (void)names;
    for (size_t i = 0; values != NULL && i < count; i++) {
        int size = 0;
        char *at = a->text + a->used;
        size_t room = sizeof a->text - a->used;
        int bytes = (int)values[i].bytes.size;
        if (values[i].kind == LIC_VALUE_NULL) size = snprintf(at, room, "NULL");
        else if (values[i].kind == LIC_VALUE_INTEGER)
            size = snprintf(at, room, "%lld", (long long)values[i].integer);
        else if (values[i].kind == LIC_VALUE_BLOB) size = snprintf(at, room, "blob of %d", bytes);
        else size = snprintf(at, room, "%.*s", bytes, (const char *)values[i].bytes.data);
        a->used += (size_t)size;
        assert_true(a->used + 2 < sizeof a->text);
        a->text[a->used++] = i + 1 < count ? '|' : ';';
        a->text[a->used] = '\0';
    }
    return LIC_OK;
}

static lic_status ask_with(fixture *f, const lic_allocator *allocator, const char *sql, answer *a)
{
    const lic_query_limits limits = {.seconds = 30};
    const lic_store_options store = {.path = f->ledger,
                                     .allocator = allocator,
                                     .modules = &lic_projection_module,
                                     .module_count = 1};
    lic_engine_options options = f->options;
    lic_query *query = NULL;
    lic_sources *sources = NULL;
    options.allocator = allocator;
    a->used = 0;
    a->text[0] = '\0';
    lic_status status = lic_query_open(&store, &query, &f->error);
    if (status == LIC_OK) status = lic_sources_create(&options, &sources);
    if (status == LIC_OK) status = lic_sources_add(sources, query, &f->error);
    if (status == LIC_OK) status = lic_query_run(query, sql, &limits, gather, a, &f->error);
    lic_query_close(query);
    lic_sources_destroy(sources);
    return status;
}

static lic_status ask(fixture *f, const char *sql, answer *a)
{
    return ask_with(f, &lic_allocator_system, sql, a);
}

static void expect(fixture *f, const char *sql, const char *wanted)
{
    static answer a;
    fixture_good(f, ask(f, sql, &a));
    assert_string_equal(a.text, wanted);
}

#define REPORT                                                                \
    "1\tDEAAA0000001\tfree\t1000\t\tx\n"      /* 1000 * 0.01 = 10.00 */       \
    "2\tDEAAA0000001\tpaid\t10\t30.0001\tx\n" /* 50% of 30.0001 = 15.00005 */ \
    "3\tDEAAA0000002\tfree\t100\t\tx\n"       /* 100 * 0.0333 = 3.33 */       \
    "3\tDEAAA0000002\tfree\t100\t\tx\n"       /* duplicate */                 \
    "4\tDEAAA0000009\tfree\t100\t\tx\n"       /* unknown */                   \
    "5\tshort\n"                              /* columns */                   \
    "6\t\xff\tfree\t100\t\tx"                 /* encoding; no newline */

/* Press with the month of January reported, in chunks of a line or two, and its views. */
static void begin(fixture *f)
{
    uint32_t contract = press_open(f, PRESS_ASIDE);
    fixture_good(f,
                 try_report(f, contract, 0, "Service", "2026-01-01", lic_slice_text(REPORT), 64));
    lic_engine_close(f->engine);
    f->engine = NULL;
    const lic_replay_options options = {
        .path = f->ledger, .allocator = &lic_allocator_system, .random = &f->random};
    fixture_good(f, lic_rebuild(&options, &f->error));
}

/* Changes the file behind the ledger's back. */
static void damage(fixture *f, const char *sql)
{
    const lic_store_options options = {
        .path = f->ledger, .mode = LIC_STORE_WRITE, .allocator = &lic_allocator_system};
    lic_store *store = NULL;
    fixture_good(f, lic_store_open(&options, &store, &f->error));
    assert_ok(lic_store_begin(store));
    if (lic_sql_execute(store, sql) != LIC_OK)
        fail_msg("%s: %s", sql, lic_store_error(store)->text);
    assert_ok(lic_store_commit(store));
    lic_store_close(store);
}

static void postings_are_what_the_accounts_say(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    expect(&f,
           "SELECT from_account, from_key, amount, entry, subject, period FROM postings"
           " WHERE to_account = 'Pool' ORDER BY from_row, units",
           "party|Service|25.00|report|Usage|2026-01;party|Service|3.33|report|Usage|2026-01;");
    expect(&f,
           "SELECT to_key, units_sum(units), currency, scale FROM postings WHERE from_account = "
           "'Pool' GROUP BY to_key",
           "P1|13610000|EUR|6;P2|13610000|EUR|6;P3|1110000|EUR|6;");
    /* over all of them, what an account got less what it gave is its balance */
    expect(&f,
           "WITH moved(a, s, r, u) AS (SELECT to_account, to_schedule, to_row, units FROM postings"
           " UNION ALL SELECT from_account, from_schedule, from_row, '-' || units FROM postings)"
           "SELECT count(*) FROM balances b WHERE b.units <> (SELECT units_sum(u) FROM moved m"
           " WHERE m.a = b.account AND m.s = b.schedule AND m.r = b.row)",
           "0;");
    fixture_end(&f);
}

static void lines_are_what_was_reported(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    expect(&f, "SELECT line, offset, state, code, column FROM usage_lines",
           "1|0|accepted|NULL|NULL;2|28|accepted|NULL|NULL;3|61|accepted|NULL|NULL;"
           "4|88|set_aside|duplicate|line;5|115|set_aside|unknown|work;6|142|set_aside|columns|;"
           "7|150|set_aside|encoding|;");
    expect(&f,
           "SELECT count(*) FROM usage_lines u LEFT JOIN rejected_lines r USING (contract, report, "
           "period, height, line, code) WHERE (u.state = 'set_aside') <> (r.line IS NOT NULL)",
           "0;");
    expect(&f, "SELECT text, columns FROM usage_lines WHERE line >= 6",
           "5\tshort|NULL;blob of 15|NULL;");
    expect(&f, "SELECT columns, json_extract(columns, '$.work') FROM usage_lines WHERE line = 3",
           "{\"line\": \"3\", \"work\": \"DEAAA0000002\", \"plan\": \"free\", \"units\": \"100\", "
           "\"gross\": \"\", \"note\": \"x\"}|DEAAA0000002;");
    fixture_end(&f);
}

/* The same question with and without something that keeps the hint from the source. */
static void hints_change_no_answer(void **state)
{
    static const char *const hints[][3] = {
        {"postings", "contract_number", "0"},
        {"postings", "contract_number", "7"},
        {"postings", "contract_number", "-1"},
        {"postings", "contract_number", "4294967295"},
        {"postings", "contract", "(SELECT id FROM contracts)"},
        {"postings", "contract", "'nothing'"},
        {"postings", "height", "(SELECT max(height) FROM reports)"},
        {"postings", "height", "999"},
        {"postings", "height", "-1"},
        {"postings", "period", "'2026-01'"},
        {"postings", "period", "'2026-02'"},
        {"postings", "period", "''"},
        {"postings", "term", "'Fee'"},
        {"postings", "anchor", "'4'"},
        {"postings", "from_account", "'Pool'"},
        {"postings", "from_account", "'Po'"},
        {"postings", "to_account", "'Due'"},
        {"postings", "to_row", "1"},
        {"postings", "from_row", "2"},
        {"postings", "from_row", "-1"},
        {"usage_lines", "line", "1"},
        {"usage_lines", "line", "5"},
        {"usage_lines", "line", "0"},
        {"usage_lines", "line", "8"},
        {"usage_lines", "line", "-1"},
        {"usage_lines", "state", "'set_aside'"},
        {"usage_lines", "state", "'accepted'"},
        {"usage_lines", "state", "'lost'"},
        {"usage_lines", "report", "'Usage'"},
        {"usage_lines", "report", "'Other'"},
        {"usage_lines", "period", "'2026-01'"},
        {"usage_lines", "period", "'2025-12'"},
    };
    (void)state;
    fixture f;
    static answer with, without;
    char sql[512];
    size_t answers = 0;
    begin(&f);
    for (size_t i = 0; i < LIC_COUNT(hints); i++) {
        (void)snprintf(sql, sizeof sql, "SELECT * FROM %s WHERE %s = %s", hints[i][0], hints[i][1],
                       hints[i][2]);
        fixture_good(&f, ask(&f, sql, &with));
        (void)snprintf(sql, sizeof sql, "SELECT * FROM %s WHERE +%s = %s", hints[i][0], hints[i][1],
                       hints[i][2]);
        fixture_good(&f, ask(&f, sql, &without));
        assert_string_equal(with.text, without.text);
        answers += with.used > 0;
    }
    assert_true(answers >= 14);
    expect(&f, "SELECT count(*) FROM usage_lines WHERE line = 5 AND state = 'accepted'", "0;");
    expect(&f, "SELECT count(*) FROM usage_lines WHERE line = 5 AND state = 'set_aside'", "1;");
    fixture_end(&f);
}

#define OF_CLASS(number) " WHERE (place >> 24) & 15 = " #number

static void damage_is_named(void **state)
{
    static const struct {
        const char *sql, *table;
        lic_status status;
    } cases[] = {
        {"UPDATE payloads SET bytes = x'00'" OF_CLASS(4), "postings", LIC_CORRUPT},
        {"UPDATE payloads SET salt = x'00'" OF_CLASS(4), "postings", LIC_CORRUPT},
        {"UPDATE payloads SET bytes = substr(bytes, 1, length(bytes) - 1)" OF_CLASS(4), "postings",
         LIC_CORRUPT},
        {"UPDATE outputs SET contract = 9" OF_CLASS(4), "postings", LIC_CORRUPT},
        {"UPDATE outputs SET leaf = zeroblob(32)" OF_CLASS(4), "postings", LIC_CORRUPT},
        {"DELETE FROM payloads" OF_CLASS(4), "postings", LIC_MISSING},
        {"UPDATE payloads SET bytes = CAST(bytes || x'00' AS BLOB)" OF_CLASS(2), "usage_lines",
         LIC_CORRUPT},
        {"DELETE FROM payloads" OF_CLASS(2), "usage_lines", LIC_MISSING},
        {"DELETE FROM transfers WHERE kind = 6", "usage_lines", LIC_CORRUPT},
        {"UPDATE transfers SET bytes = bytes + 1 WHERE kind = 6", "usage_lines", LIC_CORRUPT},
        {"UPDATE transfers SET chunks = chunks - 1 WHERE kind = 6", "usage_lines", LIC_CORRUPT},
        {"UPDATE transfers SET chunks = chunks + 1 WHERE kind = 6", "usage_lines", LIC_MISSING},
        {"UPDATE chunks SET bytes = x'0a' WHERE slot = (SELECT max(slot) FROM chunks)",
         "usage_lines", LIC_CORRUPT},
        {"DELETE FROM chunks WHERE slot = (SELECT max(slot) FROM chunks)", "usage_lines",
         LIC_MISSING},
    };
    (void)state;
    static answer a;
    char sql[64];
    for (size_t i = 0; i < LIC_COUNT(cases); i++) {
        fixture f;
        begin(&f);
        damage(&f, cases[i].sql);
        (void)snprintf(sql, sizeof sql, "SELECT * FROM %s", cases[i].table);
        lic_status status = ask(&f, sql, &a);
        if (status != cases[i].status)
            fail_msg("%s: %s %s", cases[i].sql, lic_status_id(status), f.error.text);
        assert_non_null(strstr(f.error.text, "block "));
        assert_true(f.error.help[0] != '\0');
        fixture_end(&f);
    }
}

/* Digests that fit bytes that mean nothing: the decoders must see it, not the checks before them. */
static lic_status forge(fixture *f, unsigned class, size_t cut, size_t at, uint8_t value)
{
    static uint8_t bytes[4096];
    const lic_store_options options = {
        .path = f->ledger, .mode = LIC_STORE_WRITE, .allocator = &lic_allocator_system};
    lic_store *store = NULL;
    lic_sql *read = NULL, *write = NULL;
    bool row = false;
    fixture_good(f, lic_store_open(&options, &store, &f->error));
    assert_ok(lic_sql_prepare(store,
                              "SELECT place, salt, bytes FROM payloads WHERE (place >> 24) & 15 = "
                              "?1 ORDER BY length(bytes) DESC LIMIT 1",
                              &read));
    lic_sql_bind_i64(read, 1, class);
    assert_ok(lic_sql_step(read, &row));
    assert_true(row);
    int64_t place = lic_sql_i64(read, 0);
    lic_slice old = lic_sql_blob(read, 2), salt = lic_sql_blob(read, 1);
    assert_true(old.size <= sizeof bytes && cut <= old.size && salt.size == LIC_SALT_SIZE);
    size_t size = old.size - cut;
    memcpy(bytes, old.data, size);
    if (at < size) bytes[at] = value;
    lic_hash digest;
    lic_salted_digest(&lic_hasher_native, salt.data, lic_slice_of(bytes, size), &digest);
    lic_sql_destroy(read);
    assert_ok(lic_store_begin(store));
    assert_ok(lic_sql_prepare(store, "UPDATE payloads SET bytes = ?2 WHERE place = ?1", &write));
    lic_sql_bind_i64(write, 1, place);
    lic_sql_bind_blob(write, 2, lic_slice_of(bytes, size));
    assert_ok(lic_sql_run(write));
    lic_sql_destroy(write);
    assert_ok(lic_sql_prepare(store, "UPDATE outputs SET leaf = ?2 WHERE place = ?1", &write));
    lic_sql_bind_i64(write, 1, place);
    lic_sql_bind_blob(write, 2, lic_slice_of(digest.bytes, LIC_HASH_SIZE));
    assert_ok(lic_sql_run(write));
    lic_sql_destroy(write);
    assert_ok(lic_store_commit(store));
    lic_store_close(store);
    static answer a;
    return ask(
        f, class == LIC_OUTPUT_POSTINGS ? "SELECT * FROM postings" : "SELECT * FROM usage_lines",
        &a);
}

static void forged_bytes_do_no_harm(void **state)
{
    (void)state;
    fixture f;
    unsigned refused = 0;
    for (size_t cut = 1; cut < 60; cut += 7) {
        begin(&f);
        lic_status status = forge(&f, LIC_OUTPUT_POSTINGS, cut, SIZE_MAX, 0);
        assert_true(status == LIC_OK || status == LIC_CORRUPT);
        refused += status == LIC_CORRUPT;
        fixture_end(&f);
    }
    assert_true(refused >= 8);
    for (unsigned class = LIC_OUTPUT_EVENT; class <= LIC_OUTPUT_POSTINGS; class += 2) {
        begin(&f);
        for (size_t at = 0; at < 72; at++) {
            lic_status status = forge(&f, class, 0, at, 0xFF);
            assert_true(status == LIC_OK || status == LIC_CORRUPT || status == LIC_MISSING);
        }
        fixture_end(&f);
    }
}

/* A month is filed after the query's first row; what is read after that does not show it. */
typedef struct intruder {
    fixture *f;
    int64_t counts[2];
} intruder;

static lic_status file_between(void *context, uint64_t row, size_t count, const char *const *names,
                               const lic_query_value *values)
{
    intruder *at = context;
    (void)count, (void)names;
    if (row == 0) return LIC_OK;
    assert_true(row <= 2);
    at->counts[row - 1] = values[0].integer;
    if (row != 1) return LIC_OK;
    fixture_clock(at->f, "2026-03-01");
    fixture_good(at->f,
                 try_report(at->f, 0, 0, "Service", "2026-02-01", lic_slice_text(REPORT), 0));
    return LIC_OK;
}

static void a_query_sees_one_moment(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    fixture_reopen(&f);
    const lic_query_limits limits = {.seconds = 30};
    const lic_store_options store = {.path = f.ledger, .allocator = &lic_allocator_system};
    intruder at = {.f = &f};
    lic_query *query = NULL;
    lic_sources *sources = NULL;
    const char *sql = "SELECT 5 AS n UNION ALL SELECT count(*) FROM usage_lines";
    fixture_good(&f, lic_query_open(&store, &query, &f.error));
    assert_ok(lic_sources_create(&f.options, &sources));
    fixture_good(&f, lic_sources_add(sources, query, &f.error));
    fixture_good(&f, lic_query_run(query, sql, &limits, file_between, &at, &f.error));
    assert_int_equal(at.counts[0], 5);
    assert_int_equal(at.counts[1], 7);
    lic_query_close(query);
    lic_sources_destroy(sources);
    static answer a;
    fixture_good(&f, ask(&f, "SELECT count(*) FROM usage_lines", &a));
    assert_string_equal(a.text, "14;");
    fixture_end(&f);
}

static void memory_may_run_out(void **state)
{
    static const char *const questions[] = {
        "SELECT * FROM postings WHERE to_account = 'Due' AND period = '2026-01'",
        "SELECT * FROM usage_lines WHERE state = 'set_aside' AND report = 'Usage'"};
    (void)state;
    static answer a;
    fixture f;
    begin(&f);
    for (size_t q = 0; q < LIC_COUNT(questions); q++) {
        lic_status status = LIC_NO_MEMORY;
        size_t n = 0;
        for (; status != LIC_OK; n++) {
            unit_heap heap = {.left = n};
            lic_allocator allocator = unit_allocator(&heap);
            status = ask_with(&f, &allocator, questions[q], &a);
            if (status != LIC_OK) assert_int_equal(status, LIC_NO_MEMORY);
            if (heap.live_bytes != 0)
                fail_msg("%zu bytes leak when allocation %zu fails", heap.live_bytes, n);
        }
        assert_true(n > 20 && a.used > 0);
    }
    fixture_end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(postings_are_what_the_accounts_say),
        cmocka_unit_test(lines_are_what_was_reported),
        cmocka_unit_test(hints_change_no_answer),
        cmocka_unit_test(damage_is_named),
        cmocka_unit_test(forged_bytes_do_no_harm),
        cmocka_unit_test(a_query_sees_one_moment),
        cmocka_unit_test(memory_may_run_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
