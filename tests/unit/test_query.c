/* Queries of people. Would catch: a way to write, to read what no view shows, to run for ever, to get a
 * rounded or overflowed sum, to get past the fences through a source, or to be told less or more by it than
 * it has. */
#include "scratch.h"

#include <licet/crypto.h>
#include <licet/query.h>

static const char *const views[] = {"amounts", "labels"};
static const lic_store_module module = {
    .name = "sample",
    .schema = "CREATE TABLE amount_rows (number INTEGER PRIMARY KEY, units TEXT NOT NULL, note "
              "TEXT) STRICT;"
              "CREATE VIEW amounts AS SELECT number, units FROM amount_rows;"
              "CREATE VIEW labels AS SELECT a.number, note FROM amounts AS a JOIN amount_rows "
              "USING (number);"
              "CREATE VIEW hidden AS SELECT note FROM amount_rows;",
    .drop = "",
    .views = views,
    .view_count = 2,
};

#define BIG "170141183460469231731687303715884105727" /* 2^127 - 1 */

static lic_query *open_sample(scratch *at)
{
    lic_store_options options = {.path = scratch_path(at, "a.ledger"),
                                 .mode = LIC_STORE_CREATE,
                                 .allocator = &lic_allocator_system,
                                 .modules = &module,
                                 .module_count = 1};
    lic_store *store = NULL;
    lic_query *query = NULL;
    lic_error error;
    assert_ok(lic_store_open(&options, &store, &error));
    assert_ok(lic_sql_execute(store,
                              "INSERT INTO amount_rows VALUES (1, '" BIG "', 'a'),"
                              "(2, '-1', 'b'), (3, '0', NULL), (4, '9223372036854775808', 'd')"));
    assert_ok(lic_store_commit(store));
    lic_store_close(store);
    assert_ok(lic_query_open(&options, &query, &error));
    return query;
}

typedef struct answer {
    uint64_t rows;
    char text[512]; /* values, | between, rows ended by ; */
} answer;

static lic_status gather(void *context, uint64_t row, size_t count, const char *const *names,
                         const lic_query_value *values)
{
    answer *to = context;
    to->rows = row;
    if (strlen(to->text) > sizeof to->text - 80) return LIC_OK; /* enough to see */
    for (size_t i = 0; i < count; i++) {
        size_t used = strlen(to->text);
        char *at = to->text + used;
        size_t room = sizeof to->text - used;
        if (values == NULL) (void)snprintf(at, room, "%s", names[i]);
        else if (values[i].kind == LIC_VALUE_NULL) (void)snprintf(at, room, "NULL");
        else if (values[i].kind == LIC_VALUE_INTEGER)
            (void)snprintf(at, room, "%lld", (long long)values[i].integer);
        else
            (void)snprintf(at, room, "%.*s", (int)values[i].bytes.size,
                           (const char *)values[i].bytes.data);
        strcat(to->text, i + 1 < count ? "|" : ";");
    }
    return LIC_OK;
}

static lic_status ask(lic_query *query, const char *sql, answer *to, lic_error *error)
{
    lic_query_limits limits = {.seconds = 1, .rows = 1000};
    *to = (answer){.rows = 0};
    return lic_query_run(query, sql, &limits, gather, to, error);
}

static void views_answer(void **state)
{
    static const struct {
        const char *sql, *text;
    } cases[] = {
        {"SELECT number, units FROM amounts WHERE number < 3", "number|units;1|" BIG ";2|-1;"},
        {"SELECT count(*) AS n FROM amounts", "n;4;"},
        {"SELECT count(*) AS n FROM amounts WHERE 0", "n;0;"},
        {"WITH t AS (SELECT number AS x FROM amounts) SELECT max(x) AS m FROM t", "m;4;"},
        {"SELECT l.note FROM labels l JOIN amounts a ON a.number = l.number ORDER BY 1",
         "note;NULL;a;b;d;"},
        {"SELECT number FROM amounts WHERE 0", "number;"},
        {"VALUES (1, 'x')", "column1|column2;1|x;"},
        {"SELECT upper('a') || length('bcd') AS t;", "t;A3;"},
    };
    scratch *at = *state;
    lic_query *query = open_sample(at);
    for (size_t i = 0; i < LIC_COUNT(cases); i++) {
        answer got;
        lic_error error;
        assert_ok(ask(query, cases[i].sql, &got, &error));
        assert_string_equal(got.text, cases[i].text);
    }
    lic_query_close(query);
}

static void what_is_not_on_the_list_is_denied(void **state)
{
    static const char *const denied[] = {
        "SELECT * FROM amount_rows",
        "SELECT note FROM hidden",
        "SELECT * FROM sqlite_schema",
        "SELECT (SELECT note FROM amount_rows) FROM amounts",
        "SELECT * FROM pragma_table_info('amounts')",
        "INSERT INTO amount_rows VALUES (9, '1', 'x')",
        "UPDATE amount_rows SET units = '5'",
        "DELETE FROM amount_rows",
        "DROP VIEW amounts",
        "CREATE TABLE t (x)",
        "CREATE TEMP TABLE t (x)",
        "ATTACH 'other.db' AS o",
        "PRAGMA user_version",
        "PRAGMA query_only = OFF",
        "PRAGMA journal_mode = DELETE",
        "BEGIN",
        "COMMIT",
        "SAVEPOINT s",
        "VACUUM",
        "VACUUM INTO '/tmp/x'",
        "ANALYZE",
        "REINDEX",
        "WITH amounts AS (SELECT note FROM amount_rows) SELECT * FROM amounts",
        "WITH labels(units) AS (SELECT units FROM amount_rows) SELECT * FROM labels",
        "SELECT load_extension('x')",
        "SELECT readfile('/etc/passwd')",
        "SELECT randomblob(1000)",
        "SELECT sqlite_version()",
        "SELECT * FROM payloads",
        "SELECT * FROM dbstat",
    };
    scratch *at = *state;
    lic_query *query = open_sample(at);
    for (size_t i = 0; i < LIC_COUNT(denied); i++) {
        answer got;
        lic_error error;
        lic_status status = ask(query, denied[i], &got, &error);
        if (status != LIC_DENIED && status != LIC_MALFORMED) fail_msg("answered: %s", denied[i]);
        assert_int_equal(got.rows, 0);
        assert_true(error.help[0] != '\0');
    }
    answer got;
    lic_error error;
    assert_ok(ask(query,
                  "SELECT count(*) AS n, units_sum(units) AS s FROM amounts WHERE number > 1", &got,
                  &error));
    assert_string_equal(got.text, "n|s;3|9223372036854775807;");
    lic_query_close(query);
}

static void an_endless_query_is_stopped(void **state)
{
    scratch *at = *state;
    lic_query *query = open_sample(at);
    answer got;
    lic_error error;
    assert_int_equal(ask(query,
                         "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t)"
                         "SELECT count(*) FROM t",
                         &got, &error),
                     LIC_TIME_LIMIT);
    assert_int_equal(ask(query,
                         "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t)"
                         "SELECT n FROM t",
                         &got, &error),
                     LIC_TOO_LARGE);
    assert_ok(ask(query, "SELECT 1 AS one", &got, &error)); /* and goes on afterwards */
    assert_string_equal(got.text, "one;1;");
    lic_query_close(query);
}

static void sums_are_exact_or_refused(void **state)
{
    scratch *at = *state;
    lic_query *query = open_sample(at);
    answer got;
    lic_error error;
    assert_ok(
        ask(query, "SELECT units_sum(units) AS s FROM amounts WHERE number < 4", &got, &error));
    assert_string_equal(got.text, "s;170141183460469231731687303715884105726;");
    assert_int_equal(ask(query, "SELECT units_sum(units) FROM amounts", &got, &error),
                     LIC_OVERFLOW);
    assert_ok(ask(query, "SELECT units_sum(units) AS s FROM amounts WHERE 0", &got, &error));
    assert_string_equal(got.text, "s;0;");
    assert_ok(ask(query,
                  "WITH t(x) AS (VALUES (5), ('-7'), (NULL)) SELECT units_sum(x) AS s FROM t", &got,
                  &error));
    assert_string_equal(got.text, "s;-2;");
    assert_ok(ask(query,
                  "WITH t(i, x) AS (VALUES (1, '5'), (2, '7'), (3, '11'))"
                  "SELECT units_sum(x) OVER (ORDER BY i ROWS 1 PRECEDING) AS s FROM t",
                  &got, &error));
    assert_string_equal(got.text, "s;5;12;18;");
    assert_int_equal(ask(query, "SELECT units_sum('1.5')", &got, &error), LIC_MALFORMED);
    assert_int_equal(ask(query, "SELECT units_sum('007')", &got, &error), LIC_MALFORMED);
    assert_int_equal(ask(query, "SELECT sum(units) FROM amounts", &got, &error), LIC_MALFORMED);
    assert_string_equal(error.code, "query_real");
    lic_query_close(query);
}

static void mistakes_are_named(void **state)
{
    static const char *const wrong[] = {"",
                                        " -- nothing",
                                        "SELEC 1",
                                        "SELECT 1; SELECT 2",
                                        "SELECT nothing FROM amounts",
                                        "SELECT * FROM none",
                                        "SELECT 1.5"};
    scratch *at = *state;
    lic_query *query = open_sample(at);
    for (size_t i = 0; i < LIC_COUNT(wrong); i++) {
        answer got;
        lic_error error;
        assert_int_equal(ask(query, wrong[i], &got, &error), LIC_MALFORMED);
        assert_true(error.text[0] != '\0');
    }
    lic_query_close(query);
    lic_store_options options = {.path = scratch_path(at, "none"),
                                 .allocator = &lic_allocator_system};
    lic_error error;
    assert_int_equal(lic_query_open(&options, &query, &error), LIC_MISSING);
}

/* -- sources ------------------------------------------------------------------------------------------ */

/* Numbers 0, 1, 2, ... and their parity; it is told `number =` and `parity =`, and may misbehave. */
typedef struct counting {
    int64_t last;          /* the last number */
    bool endless;          /* works for ever and finds nothing */
    int64_t fails_at;      /* this row cannot be made */
    unsigned opened, open; /* cursors so far, cursors now */
    unsigned made;         /* rows made */
    uint64_t height;       /* as told */
    size_t hints;          /* of the last opening */
} counting;

typedef struct counting_cursor {
    counting *of;
    int64_t number, only;
    bool narrowed;
} counting_cursor;

static lic_status counting_open(void *context, uint64_t height, const lic_source_equal *equals,
                                size_t count, void **cursor, lic_error *error)
{
    counting *of = context;
    counting_cursor *at = calloc(1, sizeof *at);
    (void)error;
    assert_non_null(at);
    *at = (counting_cursor){.of = of, .number = -1};
    for (size_t i = 0; i < count; i++) {
        assert_true(equals[i].column <= 1); /* `parity` was declared as not worth telling */
        if (equals[i].column != 0) continue;
        assert_int_equal(equals[i].value.kind, LIC_VALUE_INTEGER);
        at->narrowed = true;
        at->only = equals[i].value.integer;
    }
    of->opened++;
    of->open++;
    of->height = height;
    of->hints = count;
    *cursor = at;
    return LIC_OK;
}

static lic_status counting_next(void *cursor, lic_source_step *step, lic_error *error)
{
    counting_cursor *at = cursor;
    *step = LIC_STEP_AGAIN;
    if (at->of->endless) return LIC_OK;
    at->number++;
    if (at->number == at->of->fails_at)
        return lic_fail(error, LIC_CORRUPT, "row", "mend it", "row %lld is damaged",
                        (long long)at->number);
    if (at->narrowed && at->number != at->only && at->number <= at->of->last) return LIC_OK;
    *step = at->number <= at->of->last ? LIC_STEP_ROW : LIC_STEP_END;
    at->of->made += *step == LIC_STEP_ROW;
    return LIC_OK;
}

static lic_status counting_value(void *cursor, unsigned column, lic_query_value *value,
                                 lic_error *error)
{
    const counting_cursor *at = cursor;
    assert_int_equal(value->kind, LIC_VALUE_NULL);
    if (column == 0) *value = (lic_query_value){LIC_VALUE_INTEGER, at->number, {NULL, 0}};
    if (column == 1 || column == 2) {
        value->kind = LIC_VALUE_TEXT;
        value->bytes = lic_slice_text(at->number % 2 == 0 ? "even" : "odd");
    }
    if (column == 3 && at->number == 2)
        return lic_fail(error, LIC_MISSING, "erased", "leave it out", "2 was erased");
    return LIC_OK;
}

static void counting_close(void *cursor)
{
    ((counting_cursor *)cursor)->of->open--;
    free(cursor);
}

static const lic_source_column counting_columns[] = {
    {"number", LIC_VALUE_INTEGER, LIC_SOURCE_NARROWS},
    {"told", LIC_VALUE_TEXT, LIC_SOURCE_FILTERS},
    {"parity", LIC_VALUE_TEXT, LIC_SOURCE_PLAIN},
    {"note", LIC_VALUE_TEXT, LIC_SOURCE_PLAIN},
};

static void add_counting(lic_query *query, counting *of, lic_query_source *source)
{
    lic_error error;
    *of = (counting){.last = 9, .fails_at = -1};
    *source = (lic_query_source){.name = "counting",
                                 .columns = counting_columns,
                                 .column_count = LIC_COUNT(counting_columns),
                                 .context = of,
                                 .open = counting_open,
                                 .next = counting_next,
                                 .value = counting_value,
                                 .close = counting_close};
    assert_ok(lic_query_add_source(query, source, &error));
}

static lic_query *open_counting(scratch *at, counting *of, lic_query_source *source)
{
    lic_query *query = open_sample(at);
    add_counting(query, of, source);
    return query;
}

static void a_source_is_a_table(void **state)
{
    static const struct {
        const char *sql, *text;
    } cases[] = {
        {"SELECT count(*) AS n FROM counting", "n;10;"},
        {"SELECT number, parity, note FROM counting WHERE number = 7",
         "number|parity|note;7|odd|NULL;"},
        {"SELECT number FROM counting WHERE number = 99", "number;"},
        {"SELECT number FROM counting WHERE number = '7'", "number;7;"}, /* converted first */
        {"SELECT number FROM counting WHERE number = 7.0", "number;7;"},
        {"SELECT number FROM counting WHERE number IN (3, 5)", "number;3;5;"},
        {"SELECT count(*) AS n FROM counting WHERE told = 'EVEN' COLLATE NOCASE", "n;5;"},
        {"SELECT count(*) AS n FROM counting WHERE parity = 'odd' AND number = 4", "n;0;"},
        {"SELECT count(*) AS n FROM counting a JOIN counting b ON b.number = a.number + 1", "n;9;"},
        {"SELECT a.number AS n FROM amounts a LEFT JOIN counting c ON c.number = a.number + 8"
         " WHERE c.number IS NULL",
         "n;2;3;4;"},
    };
    scratch *at = *state;
    counting of;
    lic_query_source source;
    lic_query *query = open_counting(at, &of, &source);
    for (size_t i = 0; i < LIC_COUNT(cases); i++) {
        answer got;
        lic_error error;
        assert_ok(ask(query, cases[i].sql, &got, &error));
        assert_string_equal(got.text, cases[i].text);
        assert_int_equal(of.open, 0);
    }
    lic_query_close(query);
}

static void a_source_is_told_what_it_can_use(void **state)
{
    scratch *at = *state;
    counting of;
    lic_query_source source;
    answer got;
    lic_error error;
    lic_query *query = open_counting(at, &of, &source);
    assert_ok(
        ask(query, "SELECT note FROM counting WHERE number = 7 AND parity = 'odd'", &got, &error));
    assert_int_equal(of.hints, 1);
    assert_int_equal(of.made, 1);
    assert_ok(ask(query, "SELECT number FROM counting LIMIT 2", &got, &error));
    assert_true(of.made <= 4); /* rows are made when they are wanted */
    assert_int_equal(of.height, 0);
    lic_query_close(query);
}

static void a_source_keeps_the_fences(void **state)
{
    static const char *const denied[] = {
        "WITH counting AS (SELECT note FROM amount_rows) SELECT * FROM counting",
        "SELECT * FROM counting, amount_rows",
        "CREATE VIRTUAL TABLE mine USING counting",
        "CREATE TEMP TABLE mine AS SELECT * FROM counting",
        "INSERT INTO counting VALUES (1, 'a', 'b', 'c')",
        "DELETE FROM counting",
        "DROP TABLE counting",
        "COMMIT",
    };
    scratch *at = *state;
    counting of;
    lic_query_source source;
    answer got;
    lic_error error;
    lic_query *query = open_sample(at);
    assert_int_equal(ask(query, "SELECT * FROM counting", &got, &error), LIC_MALFORMED);
    add_counting(query, &of, &source);
    for (size_t i = 0; i < LIC_COUNT(denied); i++) {
        lic_status status = ask(query, denied[i], &got, &error);
        if (status != LIC_DENIED && status != LIC_MALFORMED) fail_msg("answered: %s", denied[i]);
        assert_int_equal(got.rows, 0);
    }
    assert_int_equal(of.opened, 0);
    assert_ok(ask(query, "SELECT count(*) AS n FROM counting", &got, &error));
    lic_query_close(query);
}

static void a_source_that_fails_is_quoted(void **state)
{
    scratch *at = *state;
    counting of;
    lic_query_source source;
    answer got;
    lic_error error;
    lic_query *query = open_counting(at, &of, &source);
    of.fails_at = 5;
    assert_int_equal(ask(query, "SELECT count(*) FROM counting", &got, &error), LIC_CORRUPT);
    assert_string_equal(error.text, "row 5 is damaged");
    of.fails_at = -1;
    assert_int_equal(ask(query, "SELECT note FROM counting", &got, &error), LIC_MISSING);
    assert_string_equal(error.code, "erased");
    assert_int_equal(got.rows, 2);
    of.endless = true;
    assert_int_equal(ask(query, "SELECT count(*) FROM counting", &got, &error), LIC_TIME_LIMIT);
    of.endless = false;
    assert_int_equal(of.open, 0);
    assert_ok(ask(query, "SELECT count(*) AS n FROM counting", &got, &error));
    assert_string_equal(got.text, "n;10;");
    lic_query_close(query);
}

static int start(void **state)
{
    (void)state;
    lic_error error;
    return lic_crypto_start(&error) == LIC_OK ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(views_answer),
        scratch_test(what_is_not_on_the_list_is_denied),
        scratch_test(an_endless_query_is_stopped),
        scratch_test(sums_are_exact_or_refused),
        scratch_test(mistakes_are_named),
        scratch_test(a_source_is_a_table),
        scratch_test(a_source_is_told_what_it_can_use),
        scratch_test(a_source_keeps_the_fences),
        scratch_test(a_source_that_fails_is_quoted),
    };
    return cmocka_run_group_tests_name("query", tests, start, NULL);
}
