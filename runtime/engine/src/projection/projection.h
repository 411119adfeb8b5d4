/* projection/projection.h - what the parts of the projection share: its statements, rows and bulk feeds. */
#ifndef LICET_ENGINE_PROJECTION_PRIVATE_H
#define LICET_ENGINE_PROJECTION_PRIVATE_H

#include "effects.h"

#include <licet/feed.h>
#include <licet/projection.h>

/* Single-row statements, prepared at first use. Every block of a contract says what CONTRACT and CONTRACT_PARTY do, and few of
 * them anything new: what is as it was changes no page. */
#define LIC_PROJECTION_STATEMENTS(X)                                                  \
    X(CONTRACT, "INSERT INTO p_contracts VALUES(?,?,?,?,?,?,?,?,?,?) "                \
                "ON CONFLICT(number) DO UPDATE SET status=excluded.status,"           \
                "state=excluded.state,since=excluded.since,held=excluded.held "       \
                "WHERE (status,state,since,held) IS NOT "                             \
                "(excluded.status,excluded.state,excluded.since,excluded.held)")      \
    X(CONTRACT_PARTY, "INSERT INTO p_contract_parties VALUES(?,?,?,?,?,?) "           \
                      "ON CONFLICT(contract,row) DO UPDATE SET party=excluded.party," \
                      "signed=excluded.signed WHERE (party,signed) IS NOT "           \
                      "(excluded.party,excluded.signed)")                             \
    X(TABLE, "INSERT INTO p_tables VALUES(?,?,?,?,?)")                                \
    X(DROP_SEGMENTS, "DELETE FROM p_schedule_rows WHERE tbl=?")                       \
    X(DROP_KEYS, "DELETE FROM p_keys WHERE tbl=?")                                    \
    X(DROP_SHOWN, "DELETE FROM p_shown WHERE tbl=?")                                  \
    X(SHOWN, "INSERT INTO p_shown VALUES(?,?,?,?,?,?,?)")                             \
    X(SEGMENT, "INSERT INTO p_schedule_rows(tbl,first,data) VALUES(?,?,?) "           \
               "ON CONFLICT(tbl,first) DO UPDATE SET data=excluded.data")             \
    X(CLAUSE, "INSERT INTO p_clauses VALUES(?,?,?,?,?)")                              \
    X(ACCOUNT, "INSERT INTO p_accounts VALUES(?,?,?)")                                \
    X(CURRENCY, "INSERT INTO p_currencies VALUES(?,?,?,?,?)")                         \
    X(DUTY_KIND, "INSERT INTO p_duty_kinds VALUES(?,?,?,?,?,?,?,?)")                  \
    X(FIELD, "INSERT INTO p_fields VALUES(?,?,?,0,0,0,?,?,?,?,?,?,?)")                \
    X(PLACE, "SELECT set_id,col,history FROM p_fields WHERE contract=? AND field=?")  \
    X(MOVE, "UPDATE p_fields SET set_id=?,col=?,history=? "                           \
            "WHERE contract=? AND field=?")                                           \
    X(SET, "INSERT INTO p_sets VALUES"                                                \
           "(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)")               \
    X(COLUMN, "INSERT INTO p_columns VALUES(?,?,?,?,?,?,?,?,?,?,?)")                  \
    X(REPORT, "INSERT INTO p_reports VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)")              \
    X(UPLOAD, "INSERT INTO p_uploads VALUES(?,?,?)")                                  \
    X(REASON, "INSERT INTO p_reasons VALUES(?,?,?,?,?,?)")                            \
    X(SUM, "INSERT INTO p_sums VALUES(?,?,?,?,?,?,?)")                                \
    X(STATEMENT_SUM, "INSERT INTO p_statement_sums VALUES(?,?,?,?,?,?,?,?,?)")

typedef enum lic_projection_statement {
#define X(name, sql) LIC_PROJECTION_##name,
    LIC_PROJECTION_STATEMENTS(X)
#undef X
        LIC_PROJECTION_STATEMENT_COUNT
} lic_projection_statement;

enum { LIC_PROJECTION_TABLES = 256 }; /* of a contract: table ids have 8 bits for them */

typedef struct lic_projection_sheet {
    struct lic_projection_part *parts;
    size_t count, capacity;
} lic_projection_sheet;

struct lic_projection {
    const lic_allocator *allocator;
    lic_store *store;
    lic_sql *statements[LIC_PROJECTION_STATEMENT_COUNT];
    uint64_t height;
    uint32_t ordinal; /* sets and reports of the block so far */
    /* of the contract being written: what waits to be written over all rows of a table, and the fields
     * whose present values have been written, a bit each */
    lic_projection_sheet sheets[LIC_PROJECTION_TABLES];
    uint64_t placed[(UINT16_MAX + 1) / 64];
};

/* -- single rows ------------------------------------------------------------------------------------ */

/* A row being bound; the first failure is kept until it is written. */
typedef struct lic_projection_row {
    lic_projection *projection;
    lic_sql *sql;
    int at;
    lic_status status;
    lic_slice texts[16]; /* decimals printed for the row: they must outlive the binding */
    char decimals[16][LIC_DECIMAL_MAX];
    size_t decimal_count;
} lic_projection_row;

void lic_projection_begin(lic_projection *projection, lic_projection_statement statement,
                          lic_projection_row *row);
void lic_projection_i64(lic_projection_row *row, int64_t value);
void lic_projection_null(lic_projection_row *row);
void lic_projection_text(lic_projection_row *row, lic_slice text);
void lic_projection_string(lic_projection_row *row, const char *text);
void lic_projection_units(lic_projection_row *row,
                          lic_i128 value); /* decimal TEXT; at most 16 a row */
lic_status lic_projection_write(lic_projection_row *row);

/* -- bulk ---------------------------------------------------------------------------------------------- */

/* A cell of an amount: INTEGER, or TEXT in `room` when it does not fit. */
void lic_projection_cell(lic_i128 value, char room[LIC_DECIMAL_MAX], lic_feed_cell *cell);
/* Inserts rows of p_cells: {set, row, then `columns` values}. feed->cell is asked for columns 0 (set),
 * 1 (row), 2.. (values). */
lic_status lic_projection_bulk(lic_projection *projection, unsigned columns, const lic_feed *feed);

/* A column that is zero in every row: it has no place in p_cells. Values of eight rows side by side: row r's stand in row r / 8,
 * from the first column on. */
enum { LIC_SET_COLUMNS = 10, LIC_ZERO_COLUMN = 10, LIC_EIGHT_COLUMNS = 11 };

/* -- sheets: what is written over the same rows ------------------------------------------------------------ */

/* Columns that are read together: a term's results, an account's turnover. They lie in one set. */
typedef struct lic_projection_part {
    void *context;
    /* Values of `count` rows from the sheet's row `first` on. `has` comes in as 1; cleared: the row has none. */
    void (*fill)(void *context, uint32_t first, uint32_t count, unsigned column, lic_i128 *values,
                 uint8_t *has);
    unsigned columns; /* LIC_SET_COLUMNS at most */
    /* Told where the columns lie: in which set of p_cells, and each one's place or LIC_ZERO_COLUMN. */
    lic_status (*place)(void *context, lic_projection *projection, int64_t cells,
                        const uint8_t *places);
    void (*release)(void *context, lic_projection *projection); /* NULL: nothing */
    /* Present values, which are changed where they are: they share no column, and are left out when no set has room
     * for them. */
    bool changes;
} lic_projection_part;

/* Writes parts over the rows `rows`, best ascending; NULL: 0 .. count - 1. Releases nothing. */
lic_status lic_projection_sheet_write(lic_projection *projection, const uint32_t *rows,
                                      uint64_t count, const lic_projection_part *parts,
                                      size_t part_count);
/* Keeps a part for all rows of a table, takes its context over. */
lic_status lic_projection_gather(lic_projection *projection, uint16_t table,
                                 const lic_projection_part *part);
/* Writes and releases what was gathered, counters that moved with it. */
lic_status lic_projection_flush(lic_projection *projection, const lic_contract_effects *contract,
                                uint16_t table);
lic_status lic_projection_flush_all(lic_projection *projection,
                                    const lic_contract_effects *contract);
/* Releases what was gathered. */
void lic_projection_forget(lic_projection *projection);

/* -- sets ------------------------------------------------------------------------------------------------ */

enum { LIC_SET_RESULTS = 1, LIC_SET_TURNOVER = 2, LIC_SET_STATEMENTS = 3, LIC_SET_MORE = 4 };
/* Columns of statements. */
enum { LIC_COLUMN_LINE = 1, LIC_COLUMN_OPENING = 2, LIC_COLUMN_CLOSING = 3 };

/* A number of the block's own: height << 24 | ordinal. TOO_LARGE beyond 2^24 of them. */
lic_status lic_projection_number(lic_projection *projection, int64_t *number);

typedef struct lic_projection_set {
    int64_t id;
    int kind;
    uint32_t contract;
    uint16_t table;
    uint64_t rows;
    const lic_run_effects *run;
    uint8_t period_kind; /* 0: no period */
    lic_slice name, label, anchor;
    const lic_currency *currency; /* NULL: none */
    uint8_t exact_scale;
    unsigned decimals;  /* that amounts always show */
    int64_t cells;      /* set of p_cells that holds the values; 0: `id` */
    uint8_t places[5];  /* of results, of a turnover's four; of a statement, its number's */
    lic_i128 totals[5]; /* of the first `summed` of these, over all rows */
    unsigned summed;
} lic_projection_set;
lic_status lic_projection_set_put(lic_projection *projection, const lic_projection_set *set);

static inline int64_t lic_projection_table(uint32_t contract, uint16_t table)
{
    return (int64_t)((uint64_t)contract << 8 | table);
}
/* The set of an account's turnover, but for its number, rows, period and places. */
lic_projection_set lic_projection_turnover_set(const lic_image *image, uint32_t contract,
                                               uint16_t account, const lic_run_effects *run);
/* Kind of the period of a run: that of its report, statement or term; 0 when it has none. */
uint8_t lic_projection_period(const lic_image *image, const lic_run_effects *run);
/* Decimals that amounts of a currency always show: the minor unit's, or more when the agreement
 * rounds finer. */
unsigned lic_projection_decimals(const lic_image *image, const lic_currency *currency);
/* Table that an account's rows belong to. */
uint16_t lic_projection_account_table(const lic_image *image, uint16_t account);

/* The n-th field of a table's constant part that schedule_rows shows, and its name: columns of the
 * file in its order; of rows in the text, which have no file, the fields. LIC_NONE16 beyond the last. */
uint16_t lic_projection_shown(const lic_image *image, const lic_table *table, uint32_t number,
                              uint32_t n, lic_slice *name);

/* -- the parts -------------------------------------------------------------------------------------------- */

/* projection/contract.c: names, once, and the head at each change. */
lic_status lic_projection_deployed(lic_projection *projection,
                                   const lic_contract_effects *contract);
lic_status lic_projection_head(lic_projection *projection, const lic_contract_effects *contract);
/* projection/rows.c: keys and columns of rows that arrived. */
lic_status lic_projection_rows(lic_projection *projection, const lic_contract_effects *contract,
                               uint16_t table);
/* The columns of a register's rows. */
lic_status lic_projection_register(lic_projection *projection, const lic_contract_effects *contract,
                                   uint16_t table, const uint32_t *rows, uint64_t count);
/* projection/state.c: which fields have balances, counters and facts, once; all their values when the
 * contract opens; then what changed, in the end of a block. */
lic_status lic_projection_fields(lic_projection *projection, const lic_contract_effects *contract);
/* The table has fields that balances or counters show. */
bool lic_projection_has_state(const lic_image *image, uint16_t table);
lic_status lic_projection_opened(lic_projection *projection, const lic_contract_effects *contract);
lic_status lic_projection_changed(lic_projection *projection, const lic_contract_effects *contract);
/* Present balances of rows that acts moved. `rows` ascend. */
lic_status lic_projection_balances(lic_projection *projection, const lic_contract_effects *contract,
                                   uint16_t field, uint32_t *rows, uint64_t count);
/* Where present values stand. */
typedef struct lic_projection_place {
    int64_t set; /* of p_cells */
    unsigned
        column; /* of it; LIC_ZERO_COLUMN: zero in all rows of a turnover; or LIC_EIGHT_COLUMNS */
    bool is_history; /* the closing column of a turnover, which stays as it is */
} lic_projection_place;
/* The present values of `field` stand there from now on. */
lic_status lic_projection_move(lic_projection *projection, const lic_contract_effects *contract,
                               uint16_t field, const lic_projection_place *place);
/* Rows of a table come and go, so that a set over all rows is not the place of its fields. */
bool lic_projection_grows(const lic_table *table);

/* Counters that moved on most rows of a table are gathered as columns of a sheet that has all rows anyway,
 * instead of being changed row by row where they are. */
lic_status lic_projection_spares(lic_projection *projection, const lic_contract_effects *contract,
                                 uint16_t table);
/* projection/turnover.c: accounts in the runs of one contract. */
lic_status lic_projection_turnover(lic_projection *projection, const lic_contract_effects *contract,
                                   const lic_run_effects *runs);
/* projection/movements.c: the same of a block of acts alone, all of one day: the rows that they moved. */
lic_status lic_projection_movements(lic_projection *projection,
                                    const lic_contract_effects *contract,
                                    const lic_run_effects *runs);
/* projection/run.c: results and reports; projection/statements.c. */
lic_status lic_projection_results(lic_projection *projection, const lic_contract_effects *contract,
                                  const lic_run_effects *run);
lic_status lic_projection_report(lic_projection *projection, const lic_image *image,
                                 const lic_run_effects *run);
lic_status lic_projection_statements(lic_projection *projection,
                                     const lic_contract_effects *contract,
                                     const lic_run_effects *run);

#endif
