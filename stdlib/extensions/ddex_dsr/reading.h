/* reading.h - what the parts of the reader share: the row at hand, the file, the block, the report.
 *
 * A row goes through: cells.c (cut), layout.c (which columns), check.c (each cell by its kind),
 * then the part that its role names: head.c, summary.c, block.c, sale.c, foot.c. */
#ifndef LICET_DSR_READING_H
#define LICET_DSR_READING_H

#include "dsr.h"

#include <licet/index.h>

typedef enum dsr_kind {
    KIND_TEXT,
    KIND_LIST,
    KIND_COUNT,
    KIND_COUNTS, /* several, in one cell */
    KIND_AMOUNT,
    KIND_AMOUNTS,
    KIND_RATE, /* a decimal: share, exchange rate */
    KIND_DATE,
    KIND_TIME,
    KIND_DURATION,
    KIND_ISRC, /* several are allowed */
    KIND_ISWC,
    KIND_TERRITORY,
    KIND_CURRENCY
} dsr_kind;

typedef enum dsr_column {
    COLUMN_NONE, /* a name that no column has */
#define COLUMN(id, name, kind, other) COLUMN_##id,
#include "columns.def"
#undef COLUMN
    DSR_COLUMNS
} dsr_column;

typedef enum dsr_role {
    ROLE_HEAD,
    ROLE_FOOT,
    ROLE_SUMMARY,
    ROLE_LICENSOR, /* a summary of one licensor: shares its id with another */
    ROLE_RESOURCE,
    ROLE_WORK,
    ROLE_RELEASE,
    ROLE_USAGE,
    ROLE_SALE,
    ROLE_SHARE,
    ROLE_RECORD, /* sale, resource and share in one row */
    ROLE_OTHER   /* checked cell by cell, nothing more */
} dsr_role;

typedef struct dsr_layout {
    char type[12];
    dsr_role role;
    unsigned count; /* columns, the type itself not counted */
    uint8_t columns[DSR_CELLS_MAX];
    bool optional[DSR_CELLS_MAX];
    uint8_t place[DSR_COLUMNS]; /* cell of a column, from 1; 0: it has none */
} dsr_layout;

typedef struct dsr_row {
    const dsr_layout *layout;
    lic_slice record; /* the type, as it stands there */
    dsr_place at;
    lic_slice cells[DSR_CELLS_MAX];
    unsigned count;
} dsr_row;

#define DSR_NAME_SIZES 64u /* the longest name of a column has 52 bytes */

typedef struct dsr_names {                                 /* names of columns by their size */
    uint16_t first[DSR_NAME_SIZES], next[2 * DSR_COLUMNS]; /* 0: no more */
} dsr_names;

/* -- what is remembered ------------------------------------------------------------------------ */

typedef struct dsr_tally { /* rows of one summary and one controller (or all) */
    int64_t rows, usages, returns, share_usages;
    lic_i128 revenue, amount, net;
    bool has_revenue, has_returns, has_share_usages, has_amount, has_net; /* some row states it */
    dsr_place last; /* sale that was counted last: one sale counts once for a controller */
} dsr_tally;

typedef struct dsr_tally_entry {
    bool whole; /* of all controllers */
    dsr_tally tally;
} dsr_tally_entry;

typedef struct dsr_stated { /* a total of a summary record */
    bool given;
    lic_i128 value;
    bool is_count;
} dsr_stated;

enum {
    STATED_USAGES,
    STATED_REVENUE,
    STATED_ALLOCATED_USAGES,
    STATED_ALLOCATED,
    STATED_NET,
    STATED_RETURNS,
    STATED
};

typedef struct dsr_summary {
    dsr_place at;
    lic_slice id, record, territory, model, use, service, currency, transaction_currency,
        controller;
    dsr_stated stated[STATED];
    struct dsr_summary *next;
} dsr_summary;

typedef struct dsr_map { /* names to numbers, with what lies under each number */
    lic_index *index;
    uint32_t count, room;
    size_t size;    /* of an entry */
    void **entries; /* each stays where it is */
} dsr_map;

typedef struct dsr_sum_entry {
    lic_slice controller, currency;
    dsr_tally tally;
} dsr_sum_entry;

typedef struct dsr_repeated { /* a summary's line, and the file that has it first */
    int32_t file;
} dsr_repeated;

typedef struct dsr_resource { /* of the block at hand */
    lic_slice reference, id, isrc, title, artist, works, iswcs;
} dsr_resource;

#define DSR_RESOURCES_MAX 4096u /* in a block: tracks of a release */

typedef struct dsr_block {
    bool open;
    lic_slice id;
    uint32_t resource_count;
    lic_slice release_id, release_icpn;
    bool has_releases, has_usages; /* RU, SU */
    dsr_place usages_at;
    lic_slice usages_record;
    int64_t release_usages, sale_usages;
    bool has_sale;
    dsr_place sale; /* the last: shares follow it */
    lic_slice sale_summary;
    int64_t sale_count, sale_returns;
    lic_i128 sale_revenue;
    bool sale_has_revenue, sale_has_returns;
} dsr_block;

typedef struct dsr_head { /* of a file */
    bool seen;
    dsr_place at;
    lic_slice sender, sender_id, recipient, recipient_id, service, created, first, last;
    int64_t number, of;
} dsr_head;

typedef struct dsr_foot {
    bool seen;
    dsr_place at;
    lic_slice record;
    dsr_stated lines, all_lines, summaries, blocks, all_blocks;
} dsr_foot;

typedef struct dsr_file {
    lic_slice name;
    dsr_head head;
    dsr_foot foot;
    int64_t lines, summaries, blocks;
    int64_t number, of; /* as its name says; 0: it does not */
    struct dsr_file *next;
} dsr_file;

struct dsr {
    const lic_allocator *allocator;
    const dsr_sink *sink;
    lic_status status;      /* sticky: NO_MEMORY, OVERFLOW */
    lic_arena *arena;       /* for the report's whole life */
    lic_arena *block_arena; /* for the block at hand */
    lic_buffer line;        /* begun in an earlier part */
    bool skipping;          /* a line that is too long */
    bool bad_start;         /* header_missing was told of this file */
    dsr_names names;
    dsr_layout *known; /* built in */
    size_t known_count;
    dsr_layout *declared; /* by the file at hand */
    size_t declared_count;
    dsr_file *files, *file; /* all in order; the one at hand */
    int32_t file_count;
    dsr_summary *summaries, **summary_end;
    dsr_map summary_ids; /* -> dsr_summary * */
    dsr_map summary_lines;
    dsr_map tallies; /* summary id, controller -> dsr_tally_entry */
    dsr_map sums;    /* controller, currency -> dsr_sum_entry */
    dsr_map sale_ids, block_ids;
    dsr_block block;
    dsr_resource *resources; /* of the block */
    uint32_t resource_room;
};

/* -- reading a row ----------------------------------------------------------------------------- */

/* Cuts a line at tabs. */
void dsr_cut(lic_slice line, dsr_row *row);
/* What stands in a column of the row; empty when it has none. */
lic_slice dsr_cell(const dsr_row *row, dsr_column column);
/* The next value of a list cell, still escaped; *at begins with 0. False at the end. */
bool dsr_list_next(lic_slice cell, size_t *at, lic_slice *value);
size_t dsr_list_count(lic_slice cell);
/* Without the backslash before a | or a backslash. The copy lies in the arena of the block. */
lic_slice dsr_plain(dsr *report, lic_slice escaped);

/* False when it is empty, a list, or no such number; check.c has told it then. */
bool dsr_count(const dsr_row *row, dsr_column column, int64_t *value);
bool dsr_amount(const dsr_row *row, dsr_column column, lic_i128 *value);
/* The cell when dsr_amount takes it, otherwise empty. */
lic_slice dsr_amount_text(const dsr_row *row, dsr_column column);
/* YYYY-MM-DD in the arena of the block; empty when it is no date. */
lic_slice dsr_day(dsr *report, const dsr_row *row, dsr_column column);
bool dsr_parse_amount(lic_slice text, lic_i128 *value);
bool dsr_parse_count(lic_slice text, int64_t *value);
bool dsr_parse_date(lic_slice text, lic_date *date);

/* Both return false, for checks that end with them. */
bool dsr_defect(dsr *report, const dsr_row *row, dsr_reason reason, const char *format, ...)
    LIC_PRINTF(4, 5);
bool dsr_defect_at(dsr *report, dsr_place at, lic_slice record, dsr_reason reason,
                   const char *format, ...) LIC_PRINTF(5, 6);
/* A cell for "%.*s", cut between characters so that words stay short. */
#define DSR_SHOWN(slice) dsr_shown(slice), (const char *)(slice).data
int dsr_shown(lic_slice cell);

/* -- the parts --------------------------------------------------------------------------------- */

bool dsr_layouts_create(dsr *report);
const dsr_layout *dsr_layout_of(const dsr *report, lic_slice type);
void dsr_declare(dsr *report, const dsr_row *row); /* a `#TYPE` line */
const char *dsr_column_name(dsr_column column);
dsr_kind dsr_column_kind(dsr_column column);

void dsr_check(dsr *report, const dsr_row *row);
void dsr_take_head(dsr *report, const dsr_row *row);
void dsr_take_foot(dsr *report, const dsr_row *row);
void dsr_take_summary(dsr *report, const dsr_row *row);
bool dsr_block_create(dsr *report);
void dsr_take_block(dsr *report, const dsr_row *row); /* opens and closes blocks */
void dsr_close_block(dsr *report);
void dsr_take_resource(dsr *report, const dsr_row *row);
void dsr_take_work(dsr *report, const dsr_row *row);
void dsr_take_release(dsr *report, const dsr_row *row);
void dsr_take_usage(dsr *report, const dsr_row *row);
void dsr_take_sale(dsr *report, const dsr_row *row);
void dsr_take_share(dsr *report, const dsr_row *row);
void dsr_take_record(dsr *report, const dsr_row *row);

lic_slice dsr_isrc(dsr *report, const dsr_row *row);
lic_slice dsr_iswc(dsr *report, const dsr_row *row);
/* A cell without escapes, kept until the block is closed. */
lic_slice dsr_block_cell(dsr *report, const dsr_row *row, dsr_column column);
/* NULL when no row was counted there. */
void dsr_add_tally(dsr *report, dsr_tally *to, const dsr_tally *more);
const dsr_tally *dsr_tally_find(const dsr *report, lic_slice summary, lic_slice controller);

void dsr_read_name(dsr *report, dsr_file *file);
void dsr_finish_file(dsr *report);   /* what is known when the next begins */
void dsr_finish_files(dsr *report);  /* what is known when all are in */
void dsr_finish_totals(dsr *report); /* totals of summaries, sums */

/* -- remembering ------------------------------------------------------------------------------- */

/* A copy that lives as long as the report; empty when memory is out (status says so). */
lic_slice dsr_keep(dsr *report, lic_slice text);
lic_slice dsr_keep_in_block(dsr *report, lic_slice text);
bool dsr_map_create(dsr *report, dsr_map *map, size_t entry_size);
void dsr_map_destroy(dsr *report, dsr_map *map);
/* The entry of a key, zeroed when it is new; NULL when memory is out. */
void *dsr_map_entry(dsr *report, dsr_map *map, lic_slice key, bool *fresh);
void *dsr_map_find(const dsr_map *map, lic_slice key); /* NULL when there is none */
/* Adds; a sum out of range makes the report fail. */
void dsr_add(dsr *report, lic_i128 *sum, lic_i128 value);
void dsr_add_count(dsr *report, int64_t *sum, int64_t value);

#endif
