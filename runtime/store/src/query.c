/* The read-only connection for people's SQL: what it may touch, how long it may run, and the exact sum
 * that SQLite lacks. Nothing is trusted to a single fence: the connection is read-only and query_only,
 * the authorizer names what is allowed, and everything else is refused. */
#include "internal.h"

#include <licet/number.h>

#include <string.h>

#define STEP_OPERATIONS 2000 /* VM operations between two looks at the clock */
#define VALUE_BYTES_MAX (64 << 20)
#define SQL_BYTES_MAX (1 << 20)
#define COLUMNS_MAX 256
#define NAMES_MAX 64
#define READS_BYTES_MAX (1u << 20)

/* The cache is also what a sort may hold before it goes on in a file: the rows of a hundred thousand works, but not all that a
 * hostile query would sort. */
#define SETTINGS "PRAGMA query_only = ON; PRAGMA temp_store = FILE; PRAGMA cache_size = -16384;"

/* A column that a view of the list reads. A view's own accesses arrive under its name, but so do those of
 * a common table expression that takes the same name; therefore only what the real view reads counts. */
typedef struct view_read {
    const char *view, *table, *column;
    struct view_read *next;
} view_read;

/* A view whose reads are in the list. */
typedef struct known_view {
    const char *view;
    struct known_view *next;
} known_view;

enum { QUERY_STATEMENTS = 32 };

struct lic_query {
    const lic_allocator *allocator;
    sqlite3 *db;
    store_vfs vfs;
    const lic_store_module *modules;
    size_t module_count;
    lic_arena *arena; /* of reads and sources */
    view_read *reads;
    known_view *known;
    const char *unknown; /* the view whose reads must be learned before the query can be judged */
    store_source *sources;
    bool learning, full;
    store_watch watch;
    bool overflow;
    const char *denied; /* what the authorizer refused last */
    char denied_name[64];
    sqlite3_stmt *height; /* asks for the last block */
    /* Where connections are kept, compiled queries are, too: the oldest makes room. */
    sqlite3_stmt *compiled[QUERY_STATEMENTS];
    unsigned next;
};

/* -- what is allowed ------------------------------------------------------------------------------ */

/* Deterministic functions and a few of dates; none that reads files, loads code or sleeps. */
static const char *const functions[] = {
    "abs",          "avg",      "char",       "coalesce",     "count",  "cume_dist",
    "date",         "datetime", "dense_rank", "first_value",  "format", "glob",
    "group_concat", "hex",      "ifnull",     "iif",          "instr",  "json_extract",
    "julianday",    "lag",      "last_value", "lead",         "length", "like",
    "likelihood",   "likely",   "lower",      "ltrim",        "max",    "min",
    "nth_value",    "ntile",    "nullif",     "percent_rank", "printf", "quote",
    "rank",         "replace",  "round",      "row_number",   "rtrim",  "sign",
    "strftime",     "substr",   "substring",  "sum",          "total",  "trim",
    "typeof",       "unicode",  "units_sum",  "unixepoch",    "upper",
};

static bool is_function(const char *name)
{
    for (size_t i = 0; i < LIC_COUNT(functions); i++)
        if (sqlite3_stricmp(functions[i], name) == 0) return true;
    return false;
}

/* The documented view of that name, or NULL. */
static const char *view_of(const lic_query *query, const char *name)
{
    for (size_t m = 0; m < query->module_count; m++)
        for (size_t v = 0; v < query->modules[m].view_count; v++)
            if (sqlite3_stricmp(query->modules[m].views[v], name) == 0)
                return query->modules[m].views[v];
    return NULL;
}

static bool is_known(const lic_query *query, const char *view)
{
    for (const known_view *known = query->known; known != NULL; known = known->next)
        if (known->view == view) return true;
    return false;
}

static bool is_source(const lic_query *query, const char *name)
{
    for (const store_source *s = query->sources; s != NULL; s = s->next)
        if (s->source != NULL && sqlite3_stricmp(s->name, name) == 0) return true;
    return false;
}

static int deny(lic_query *query, const char *what, const char *name)
{
    query->denied = what;
    (void)sqlite3_snprintf((int)sizeof query->denied_name, query->denied_name, "%s",
                           name != NULL ? name : "");
    return SQLITE_DENY;
}

static bool is_read(const lic_query *query, const char *view, const char *table, const char *column)
{
    for (const view_read *read = query->reads; read != NULL; read = read->next)
        if (sqlite3_stricmp(read->view, view) == 0 && sqlite3_stricmp(read->table, table) == 0 &&
            sqlite3_stricmp(read->column, column) == 0)
            return true;
    return false;
}

static void learn(lic_query *query, const char *view, const char *table, const char *column)
{
    if (is_read(query, view, table, column)) return;
    if (query->full) return;
    view_read *read = lic_arena_take(query->arena, sizeof *read);
    if (read != NULL) {
        read->view = lic_arena_text(query->arena, view, strlen(view));
        read->table = lic_arena_text(query->arena, table, strlen(table));
        read->column = lic_arena_text(query->arena, column, strlen(column));
    }
    if (read == NULL || read->view == NULL || read->table == NULL || read->column == NULL) {
        query->full = true;
        return;
    }
    read->next = query->reads;
    query->reads = read;
}

/* `inside`: the innermost view or common table expression that the access comes from. A read without a
 * column only counts rows. */
static bool may_read(lic_query *query, const char *table, const char *column, const char *inside)
{
    if (query->learning) {
        if (inside != NULL) learn(query, inside, table, column);
        return true;
    }
    if (column[0] == '\0' || view_of(query, table) != NULL || is_source(query, table)) return true;
    const char *view = inside == NULL ? NULL : view_of(query, inside);
    if (view == NULL) return false;
    if (!is_known(query, view)) query->unknown = view;
    return is_read(query, inside, table, column);
}

static int authorize(void *context, int action, const char *first, const char *second,
                     const char *database, const char *inside)
{
    lic_query *query = context;
    (void)database;
    if (query->watch.ours) return SQLITE_OK;
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_RECURSIVE: return SQLITE_OK;
    case SQLITE_READ:
        return may_read(query, first, second, inside) ? SQLITE_OK : deny(query, "table", first);
    case SQLITE_FUNCTION: return is_function(second) ? SQLITE_OK : deny(query, "function", second);
    case SQLITE_PRAGMA: return deny(query, "pragma", first);
    case SQLITE_ATTACH: return deny(query, "attached file", first);
    default: return deny(query, "statement that is not a SELECT", NULL);
    }
}

bool store_watch_late(store_watch *watch)
{
    if (watch->tick != NULL) watch->tick(watch->tick_context);
    watch->late = watch->clock->ticks(watch->clock->context) >= watch->deadline;
    return watch->late;
}

static int progress(void *context)
{
    return store_watch_late(context);
}

/* -- units_sum --------------------------------------------------------------------------------------- */

/* SQLite aligns the memory of an aggregate to 8 bytes, so the sum is kept as bytes. */
typedef struct units_total {
    uint8_t sum[16];
    bool failed;
} units_total;

static bool units_of(sqlite3_value *value, lic_i128 *units)
{
    int type = sqlite3_value_type(value);
    if (type == SQLITE_INTEGER) {
        *units = sqlite3_value_int64(value);
        return true;
    }
    if (type != SQLITE_TEXT) return false;
    const unsigned char *text = sqlite3_value_text(value);
    size_t size = (size_t)sqlite3_value_bytes(value);
    return text != NULL && lic_decimal_parse(lic_slice_of(text, size), 0, units) == LIC_OK;
}

static void units_add(sqlite3_context *context, sqlite3_value *value, bool subtract)
{
    units_total *total = sqlite3_aggregate_context(context, sizeof *total);
    if (total == NULL) {
        sqlite3_result_error_nomem(context);
        return;
    }
    if (total->failed || sqlite3_value_type(value) == SQLITE_NULL) return;
    lic_i128 units = 0;
    if (!units_of(value, &units)) {
        total->failed = true;
        sqlite3_result_error(context, "units_sum: not a whole number as TEXT or INTEGER", -1);
        return;
    }
    lic_i128 sum = lic_load_i128(total->sum);
    if (subtract ? lic_sub_i128(sum, units, &sum) : lic_add_i128(sum, units, &sum)) {
        lic_store_i128(total->sum, sum);
        return;
    }
    total->failed = true;
    ((lic_query *)sqlite3_user_data(context))->overflow = true;
    sqlite3_result_error(context, "units_sum: the sum leaves 128 bits", -1);
}

static void units_step(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    units_add(context, values[0], false);
}

static void units_inverse(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    units_add(context, values[0], true);
}

static void units_value(sqlite3_context *context)
{
    const units_total *total = sqlite3_aggregate_context(context, 0);
    char text[LIC_DECIMAL_MAX];
    if (total != NULL && total->failed) return;
    size_t size = lic_decimal_print(total != NULL ? lic_load_i128(total->sum) : 0, 0, text);
    sqlite3_result_text(context, text, (int)size, SQLITE_TRANSIENT);
}

/* -- opening ------------------------------------------------------------------------------------------ */

static lic_status set_up(lic_query *query, const lic_store_options *options, lic_error *error)
{
    LIC_TRY(store_identify(query->db, options->path, error));
    (void)sqlite3_limit(query->db, SQLITE_LIMIT_LENGTH, VALUE_BYTES_MAX);
    (void)sqlite3_limit(query->db, SQLITE_LIMIT_SQL_LENGTH, SQL_BYTES_MAX);
    (void)sqlite3_limit(query->db, SQLITE_LIMIT_COLUMN, COLUMNS_MAX);
    (void)sqlite3_limit(query->db, SQLITE_LIMIT_EXPR_DEPTH, 200);
    (void)sqlite3_limit(query->db, SQLITE_LIMIT_COMPOUND_SELECT, 100);
    int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    int result = sqlite3_create_window_function(query->db, "units_sum", 1, flags, query, units_step,
                                                units_value, units_value, units_inverse, NULL);
    if (result == SQLITE_OK) result = sqlite3_exec(query->db, SETTINGS, NULL, NULL, NULL);
    if (result == SQLITE_OK) result = sqlite3_set_authorizer(query->db, authorize, query);
    sqlite3_progress_handler(query->db, STEP_OPERATIONS, progress, &query->watch);
    if (result == SQLITE_OK) return LIC_OK;
    return lic_fail(error, store_status(result), "query", "see the message",
                    "cannot prepare for queries: %s", sqlite3_errmsg(query->db));
}

lic_status lic_query_open(const lic_store_options *options, lic_query **result, lic_error *error)
{
    lic_query *query = store_parked_query(options);
    if (query != NULL) {
        store_vfs_renew(&query->vfs, options);
        query->watch.clock = options->clock != NULL ? options->clock : &lic_clock_system;
        for (store_source *s = query->sources; s != NULL; s = s->next) s->source = NULL;
        (void)sqlite3_db_release_memory(query->db); /* pages of the file before */
        *result = query;
        return LIC_OK;
    }
    query = lic_allocate_zero(options->allocator, 1, sizeof *query);
    if (query == NULL)
        return lic_fail(error, LIC_NO_MEMORY, "query", "free memory", "no memory to open a ledger");
    query->allocator = options->allocator;
    query->watch.clock = options->clock != NULL ? options->clock : &lic_clock_system;
    query->watch.deadline = UINT64_MAX;
    query->modules = options->modules;
    query->module_count = options->module_count;
    query->arena = lic_arena_create(options->allocator, READS_BYTES_MAX);
    lic_status status = store_vfs_register(&query->vfs, options, error);
    int there = 0;
    if (status == LIC_OK) {
        (void)query->vfs.base.xAccess(&query->vfs.base, options->path, SQLITE_ACCESS_EXISTS,
                                      &there);
        if (!there)
            status = lic_fail(error, LIC_MISSING, "no_ledger", "give the path of a ledger",
                              "there is no ledger %s", options->path);
    }
    if (status == LIC_OK)
        status = store_connect(options, &query->vfs, SQLITE_OPEN_READONLY, &query->db, error);
    if (status == LIC_OK) status = set_up(query, options, error);
    if (status == LIC_OK && query->arena == NULL)
        status = lic_fail(error, LIC_NO_MEMORY, "query", "free memory",
                          "no memory to prepare queries");
    if (status != LIC_OK) {
        lic_query_close(query);
        return status;
    }
    *result = query;
    return LIC_OK;
}

void lic_query_close(lic_query *query)
{
    if (query == NULL) return;
    if (query->db != NULL && store_park_query(query->db, &query->vfs, query)) return;
    for (size_t i = 0; i < QUERY_STATEMENTS; i++) sqlite3_finalize(query->compiled[i]);
    sqlite3_finalize(query->height);
    if (query->db != NULL) LIC_ASSERT(sqlite3_close(query->db) == SQLITE_OK);
    store_vfs_unregister(&query->vfs);
    lic_arena_destroy(query->arena);
    lic_release(query->allocator, query, sizeof *query);
}

lic_status lic_query_add_source(lic_query *query, const lic_query_source *source, lic_error *error)
{
    LIC_ASSERT(source->column_count >= 1 && source->column_count <= LIC_SOURCE_COLUMNS);
    for (store_source *s = query->sources; s != NULL; s = s->next) {
        if (strcmp(s->name, source->name) != 0) continue;
        s->source = source; /* the query waited: the one before is gone */
        return LIC_OK;
    }
    store_source *added = lic_arena_take(query->arena, sizeof *added);
    if (added == NULL)
        return lic_fail(error, LIC_NO_MEMORY, "query", "free memory", "no memory for %s",
                        source->name);
    *added = (store_source){source->name, source, &query->watch, query->sources};
    int result = store_source_create(query->db, added);
    if (result != SQLITE_OK)
        return lic_fail(error, store_status(result), "query", "see the message",
                        "cannot add %s: %s", source->name, sqlite3_errmsg(query->db));
    query->sources = added;
    return LIC_OK;
}

/* -- running --------------------------------------------------------------------------------------------- */

/* The view or source whose name is nearest to one that SQLite did not find, or NULL. */
static const char *nearest_table(const lic_query *query, const char *name)
{
    const char *names[NAMES_MAX];
    size_t count = 0;
    for (size_t m = 0; m < query->module_count; m++)
        for (size_t v = 0; v < query->modules[m].view_count && count < NAMES_MAX; v++)
            names[count++] = query->modules[m].views[v];
    for (const store_source *s = query->sources; s != NULL && count < NAMES_MAX; s = s->next)
        if (s->source != NULL) names[count++] = s->name;
    return lic_nearest(lic_slice_text(name), names, count);
}

/* What SQLite has to say of the text, and where to find the right names. */
static lic_status fail_sql(const lic_query *query, int result, lic_error *error)
{
    static const char no_table[] = "no such table: ", no_column[] = "no such column: ";
    const char *said = sqlite3_errmsg(query->db), *near = NULL;
    const char *help = "correct the SQL; licet help query lists the views";
    if (strncmp(said, no_table, sizeof no_table - 1) == 0)
        near = nearest_table(query, said + sizeof no_table - 1);
    if (strncmp(said, no_column, sizeof no_column - 1) == 0)
        help = "SELECT * FROM the view LIMIT 1, with --header, shows its columns";
    return lic_fail(error, store_status(result), "query", help, "%s%s%s", said,
                    near == NULL ? "" : "; did you mean ", near == NULL ? "" : near);
}

static lic_status fail_with(lic_query *query, int result, lic_error *error)
{
    if (query->denied != NULL)
        return lic_fail(error, LIC_DENIED, "query_denied",
                        "SELECT from the views that licet help query lists",
                        "not allowed in a query: %s %s", query->denied, query->denied_name);
    if (query->watch.late)
        return lic_fail(error, LIC_TIME_LIMIT, "query_time", "narrow it, or give it more time",
                        "the query was stopped at its time limit");
    if (query->watch.failed != LIC_OK) {
        if (error != NULL) *error = query->watch.error;
        return query->watch.failed;
    }
    if (query->overflow)
        return lic_fail(error, LIC_OVERFLOW, "units_sum", "sum fewer rows", "%s",
                        sqlite3_errmsg(query->db));
    if (strcmp(sqlite3_errmsg(query->db), "integer overflow") == 0)
        return lic_fail(error, LIC_OVERFLOW, "query", "add with units_sum, which has 128 bits",
                        "a sum or product in the query leaves 64 bits");
    return fail_sql(query, result, error);
}

static lic_status malformed(lic_error *error, const char *why, const char *help)
{
    return lic_fail(error, LIC_MALFORMED, "query", help, "%s", why);
}

/* Compiles a read of the view, to learn what it reads. A view that is not there yet reads nothing. */
static lic_status learn_view(lic_query *query, const char *view, lic_error *error)
{
    known_view *known = lic_arena_take(query->arena, sizeof *known);
    char *sql = sqlite3_mprintf("SELECT * FROM \"%w\"", view);
    sqlite3_stmt *statement = NULL;
    query->learning = true;
    if (sql != NULL) (void)sqlite3_prepare_v2(query->db, sql, -1, &statement, NULL);
    query->learning = false;
    sqlite3_finalize(statement);
    if (known == NULL || sql == NULL) query->full = true;
    sqlite3_free(sql);
    if (query->full)
        return lic_fail(error, LIC_NO_MEMORY, "query", "free memory",
                        "no memory to prepare queries");
    *known = (known_view){view, query->known};
    query->known = known;
    return LIC_OK;
}

/* Compiles the text. Views are learned when it turns out that it uses them: all of them cost more than most
 * queries, and the authorizer, in which that turns out, must not use the connection. */
static lic_status compile(lic_query *query, const char *sql, sqlite3_stmt **statement,
                          const char **rest, int *result, lic_error *error)
{
    for (;;) {
        query->unknown = query->denied = NULL;
        *result = sqlite3_prepare_v2(query->db, sql, -1, statement, rest);
        if (*result == SQLITE_OK || query->unknown == NULL) return LIC_OK;
        LIC_TRY(learn_view(query, query->unknown, error));
    }
}

/* Exactly one statement that gives rows. */
static lic_status prepare(lic_query *query, const char *sql, sqlite3_stmt **statement,
                          lic_error *error)
{
    const char *rest = NULL;
    int result = SQLITE_OK;
    LIC_TRY(compile(query, sql, statement, &rest, &result, error));
    if (result != SQLITE_OK) return fail_with(query, result, error);
    if (*statement == NULL) return malformed(error, "the query is empty", "give a SELECT");
    sqlite3_stmt *second = NULL;
    result = sqlite3_prepare_v2(query->db, rest, -1, &second, NULL);
    bool more = result != SQLITE_OK || second != NULL;
    sqlite3_finalize(second);
    if (more) return malformed(error, "there is more than one statement", "give one SELECT");
    if (sqlite3_column_count(*statement) == 0 || !sqlite3_stmt_readonly(*statement))
        return fail_with(query, deny(query, "statement that is not a SELECT", NULL), error);
    return LIC_OK;
}

/* Compiled before, and waiting; otherwise compiled now. */
static lic_status find_or_prepare(lic_query *query, const char *sql, sqlite3_stmt **statement,
                                  lic_error *error)
{
    for (size_t i = 0; i < QUERY_STATEMENTS; i++) {
        sqlite3_stmt *found = query->compiled[i];
        if (found == NULL || strcmp(sqlite3_sql(found), sql) != 0) continue;
        query->compiled[i] = NULL;
        *statement = found;
        return LIC_OK;
    }
    return prepare(query, sql, statement, error);
}

/* Only what went well is worth keeping. */
static void put_away(lic_query *query, sqlite3_stmt *statement, bool good)
{
    if (!good || statement == NULL || !store_keeps(&query->vfs)) {
        sqlite3_finalize(statement);
        return;
    }
    sqlite3_stmt **place = &query->compiled[query->next++ % QUERY_STATEMENTS];
    sqlite3_finalize(*place);
    (void)sqlite3_reset(statement);
    *place = statement;
}

static lic_status refuse_real(sqlite3_stmt *statement, size_t column, lic_error *error)
{
    return lic_fail(error, LIC_MALFORMED, "query_real",
                    "add amounts with units_sum(units); CAST a quotient AS INTEGER or TEXT",
                    "column %s of the answer is REAL, which would round",
                    sqlite3_column_name(statement, (int)column));
}

/* Values are taken as such: asking the statement for each property of a column costs half more, for locks that a connection
 * of one thread does not have. Nothing is converted. */
static lic_status read_row(sqlite3_stmt *statement, size_t count, lic_query_value *values,
                           lic_error *error)
{
    for (size_t i = 0; i < count; i++) {
        lic_query_value *value = &values[i];
        sqlite3_value *found = sqlite3_column_value(statement, (int)i);
        *value = (lic_query_value){.kind = LIC_VALUE_NULL};
        switch (sqlite3_value_type(found)) {
        case SQLITE_NULL: break;
        case SQLITE_INTEGER:
            value->kind = LIC_VALUE_INTEGER;
            value->integer = sqlite3_value_int64(found);
            break;
        case SQLITE_TEXT:
            value->kind = LIC_VALUE_TEXT;
            value->bytes.data = sqlite3_value_text(found);
            value->bytes.size = (size_t)sqlite3_value_bytes(found);
            break;
        case SQLITE_BLOB:
            value->kind = LIC_VALUE_BLOB;
            value->bytes.data = sqlite3_value_blob(found);
            value->bytes.size = (size_t)sqlite3_value_bytes(found);
            break;
        default: return refuse_real(statement, i, error);
        }
    }
    return LIC_OK;
}

static lic_status run(lic_query *query, sqlite3_stmt *statement, const lic_query_limits *limits,
                      lic_query_visit *visit, void *context, lic_error *error)
{
    const char *names[COLUMNS_MAX];
    lic_query_value values[COLUMNS_MAX];
    size_t count = (size_t)sqlite3_column_count(statement);
    LIC_ASSERT(count <= COLUMNS_MAX);
    for (size_t i = 0; i < count; i++) {
        names[i] = sqlite3_column_name(statement, (int)i);
        if (names[i] == NULL) return fail_with(query, SQLITE_NOMEM, error);
    }
    LIC_TRY(visit(context, 0, count, names, NULL));
    for (uint64_t row = 1;; row++) {
        int result = sqlite3_step(statement);
        if (result == SQLITE_DONE) return LIC_OK;
        if (result != SQLITE_ROW) return fail_with(query, result, error);
        if (limits->rows > 0 && row > limits->rows)
            return lic_fail(error, LIC_TOO_LARGE, "query_rows", "narrow the query, or add LIMIT",
                            "the answer has more than %llu rows", (unsigned long long)limits->rows);
        LIC_TRY(read_row(statement, count, values, error));
        LIC_TRY(visit(context, row, count, names, values));
    }
}

/* Sources read through a connection of their own. The query's view of the file is fixed first, and
 * they are told how far it goes. */
static lic_status begin_view(lic_query *query, lic_error *error)
{
    query->watch.ours = true;
    int result = sqlite3_exec(query->db, "BEGIN", NULL, NULL, NULL);
    if (result == SQLITE_OK && query->height == NULL)
        result = sqlite3_prepare_v2(query->db, "SELECT max(height) FROM blocks", -1, &query->height,
                                    NULL);
    if (result == SQLITE_OK) result = sqlite3_step(query->height);
    query->watch.ours = false;
    if (result == SQLITE_ROW)
        query->watch.height = (uint64_t)sqlite3_column_int64(query->height, 0);
    lic_status status = result == SQLITE_ROW ? LIC_OK : fail_with(query, result, error);
    (void)sqlite3_reset(query->height);
    return status;
}

static void end_view(lic_query *query)
{
    query->watch.ours = true;
    if (sqlite3_get_autocommit(query->db) == 0)
        (void)sqlite3_exec(query->db, "ROLLBACK", NULL, NULL, NULL);
    query->watch.ours = false;
}

lic_status lic_query_run(lic_query *query, const char *sql, const lic_query_limits *limits,
                         lic_query_visit *visit, void *context, lic_error *error)
{
    LIC_ASSERT(limits->seconds >= 1 && limits->seconds <= 86400);
    store_watch *watch = &query->watch;
    watch->late = query->overflow = false;
    watch->failed = LIC_OK;
    watch->tick = limits->tick;
    watch->tick_context = limits->tick_context;
    query->denied = NULL;
    watch->deadline = watch->clock->ticks(watch->clock->context) +
                      limits->seconds * UINT64_C(1000000000);
    sqlite3_stmt *statement = NULL;
    lic_status status = query->sources == NULL ? LIC_OK : begin_view(query, error);
    if (status == LIC_OK) status = find_or_prepare(query, sql, &statement, error);
    if (status == LIC_OK) status = run(query, statement, limits, visit, context, error);
    put_away(query, statement, status == LIC_OK);
    watch->tick = NULL;
    end_view(query);
    return status;
}
