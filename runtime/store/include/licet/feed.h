/* feed.h - bulk writing: one INSERT ... SELECT whose rows come from memory.
 *
 * SQLite's loop then fetches the values itself, which costs about a third of stepping a prepared
 * INSERT for every row. Meant for projections, which write a million rows in one block. */
#ifndef LICET_FEED_H
#define LICET_FEED_H

#include <licet/store.h>

#define LIC_FEED_COLUMNS 12

typedef enum lic_feed_kind {
    LIC_FEED_NULL = 0,
    LIC_FEED_INTEGER = 1,
    LIC_FEED_TEXT = 2,
    LIC_FEED_BLOB = 3
} lic_feed_kind;

typedef struct lic_feed_cell {
    lic_feed_kind kind;
    int64_t integer;
    lic_slice text; /* TEXT, BLOB: borrowed until the next cell is asked for, or `stable` */
} lic_feed_cell;

typedef struct lic_feed {
    void *context;
    uint64_t rows;
    int64_t same; /* what ?1 in the statement stands for, if there is one */
    bool stable;  /* texts stay in place until the call returns: they are not copied */
    /* Gives column `column` < LIC_FEED_COLUMNS of row `row` < rows; rows in ascending order. *cell comes
     * in as NULL. */
    void (*cell)(void *context, uint64_t row, unsigned column, lic_feed_cell *cell);
} lic_feed;

/* Runs `sql`, which reads columns c0 .. c11 of the table lic_feed:
 *     INSERT INTO t(a, b) SELECT c0, c1 FROM lic_feed
 * Inside the caller's transaction. Errors as lic_sql_run. */
lic_status lic_store_feed(lic_store *store, const char *sql, const lic_feed *feed);

#endif
