/* query.h - read-only SQL for people, over the documented views.
 *
 * A connection of its own: opened read-only, query_only, untrusted schema off, no ATTACH, no PRAGMA,
 * no extension, no temporary table; an authorizer lets through SELECT on the views of the modules
 * (and what those views read), and the functions of an allow-list. A statement stops at the time
 * limit. Added functions: units_sum(TEXT) adds decimal integers exactly in 128 bits.
 *
 * Beside the views a query may read *sources*: tables whose rows another layer makes one by one while
 * the query runs, from what the file holds in a form that is no SQL row. */
#ifndef LICET_QUERY_H
#define LICET_QUERY_H

#include <licet/store.h>

typedef struct lic_query lic_query;

typedef struct lic_query_limits {
    uint64_t seconds;            /* of one statement; 1..86400 */
    uint64_t rows;               /* of one answer; 0: no limit */
    void (*tick)(void *context); /* called now and then while the statement runs; NULL: not */
    void *tick_context;
} lic_query_limits;

typedef enum lic_value_kind {
    LIC_VALUE_NULL = 0,
    LIC_VALUE_INTEGER = 1,
    LIC_VALUE_TEXT = 2,
    LIC_VALUE_BLOB = 3
} lic_value_kind;

typedef struct lic_query_value {
    lic_value_kind kind;
    int64_t integer;
    lic_slice bytes; /* TEXT, BLOB */
} lic_query_value;

/* `names` and `values` are borrowed until the visit returns; OK goes on, anything else stops. The
 * first call has row == 0 and values == NULL: the column names, also when no row follows. */
typedef lic_status lic_query_visit(void *context, uint64_t row, size_t count,
                                   const char *const *names, const lic_query_value *values);

/* `options` as for lic_store_open; mode is taken as READ. */
lic_status lic_query_open(const lic_store_options *options, lic_query **query, lic_error *error);
void lic_query_close(lic_query *query); /* NULL allowed */

/* -- sources --------------------------------------------------------------------------------------- */

#define LIC_SOURCE_COLUMNS 40

/* What `column = value` in a query is worth to a source. */
typedef enum lic_source_use {
    LIC_SOURCE_PLAIN = 0,   /* nothing: the source is not told */
    LIC_SOURCE_FILTERS = 1, /* it leaves rows out early */
    LIC_SOURCE_NARROWS = 2  /* it need not look at most of its rows */
} lic_source_use;

typedef struct lic_source_column {
    const char *name;
    lic_value_kind kind; /* INTEGER or TEXT: what values are compared as */
    lic_source_use use;
} lic_source_column;

/* `column = value`, with a value of the column's kind. A hint: the query tests it again. */
typedef struct lic_source_equal {
    unsigned column;
    lic_query_value value; /* borrowed until `open` returns */
} lic_source_equal;

typedef enum lic_source_step {
    LIC_STEP_ROW = 0, /* at a row */
    LIC_STEP_AGAIN =
        1, /* some work was done, no row yet: call again; the time limit is looked at */
    LIC_STEP_END = 2
} lic_source_step;

/* A table of rows that are made on demand. Several cursors may be open side by side. A call that does not
 * answer OK ends the query with that status and error. */
typedef struct lic_query_source {
    const char *name; /* letters and '_' */
    const lic_source_column *columns;
    size_t column_count; /* 1 .. LIC_SOURCE_COLUMNS */
    void *context;
    /* A cursor before the first row. Only what blocks up to `height` brought is to be shown: that is
     * what the views show in this query. */
    lic_status (*open)(void *context, uint64_t height, const lic_source_equal *equals, size_t count,
                       void **cursor, lic_error *error);
    lic_status (*next)(void *cursor, lic_source_step *step, lic_error *error);
    /* Of the present row; *value comes in as NULL. What it points to is borrowed until the next call. */
    lic_status (*value)(void *cursor, unsigned column, lic_query_value *value, lic_error *error);
    void (*close)(void *cursor);
} lic_query_source;

/* Lets queries read the source under its name. Borrowed until the query is closed. */
lic_status lic_query_add_source(lic_query *query, const lic_query_source *source, lic_error *error);

/* -- running --------------------------------------------------------------------------------------- */

/* Runs one SELECT (or WITH, VALUES, EXPLAIN QUERY PLAN). DENIED: it would write or read what is not
 * on the list; MALFORMED: a mistake in the SQL, a second statement, or a REAL in the answer;
 * TIME_LIMIT; TOO_LARGE: more rows than allowed; OVERFLOW: units_sum left 128 bits; and what a source
 * answers. */
lic_status lic_query_run(lic_query *query, const char *sql, const lic_query_limits *limits,
                         lic_query_visit *visit, void *context, lic_error *error);

#endif
