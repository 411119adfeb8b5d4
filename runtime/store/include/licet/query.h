/* query.h - read-only SQL for people, over the documented views.
 *
 * A connection of its own: opened read-only, query_only, untrusted schema off, no ATTACH, no PRAGMA,
 * no extension, no temporary table; an authorizer lets through SELECT on the views of the modules
 * (and what those views read), and the functions of an allow-list. A statement stops at the time
 * limit. Added functions: units_sum(TEXT) adds decimal integers exactly in 128 bits. */
#ifndef LICET_QUERY_H
#define LICET_QUERY_H

#include <licet/store.h>

typedef struct lic_query lic_query;

typedef struct lic_query_limits {
    uint64_t seconds; /* of one statement; 1..86400 */
    uint64_t rows;    /* of one answer; 0: no limit */
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

/* Runs one SELECT (or WITH, VALUES, EXPLAIN QUERY PLAN). DENIED: it would write or read what is not
 * on the list; MALFORMED: a mistake in the SQL, a second statement, or a REAL in the answer;
 * TIME_LIMIT; TOO_LARGE: more rows than allowed; OVERFLOW: units_sum left 128 bits. */
lic_status lic_query_run(lic_query *query, const char *sql, const lic_query_limits *limits,
                         lic_query_visit *visit, void *context, lic_error *error);

#endif
