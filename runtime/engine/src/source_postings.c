/* source_postings.c - the table `postings` of queries: every movement between two accounts, decoded from
 * the segments of blocks, one at a time. */
#include "sources.h"

#include "projection/projection.h"
#include "reader.h"

enum {
    COLUMN_DATE = LIC_SOURCE_OWN,
    COLUMN_ENTRY,
    COLUMN_SUBJECT,
    COLUMN_CLAUSE,
    COLUMN_TERM,
    COLUMN_ANCHOR,
    COLUMN_FROM,
    COLUMN_FROM_SCHEDULE,
    COLUMN_FROM_ROW,
    COLUMN_FROM_KEY,
    COLUMN_TO,
    COLUMN_TO_SCHEDULE,
    COLUMN_TO_ROW,
    COLUMN_TO_KEY,
    COLUMN_CURRENCY,
    COLUMN_SCALE,
    COLUMN_UNITS,
    COLUMN_AMOUNT
};

static const lic_source_column columns[] = {
    {"contract", LIC_VALUE_TEXT, LIC_SOURCE_NARROWS},
    {"contract_number", LIC_VALUE_INTEGER, LIC_SOURCE_NARROWS},
    {"height", LIC_VALUE_INTEGER, LIC_SOURCE_NARROWS},
    {"period", LIC_VALUE_TEXT, LIC_SOURCE_NARROWS},
    {"date", LIC_VALUE_TEXT, LIC_SOURCE_PLAIN},
    {"entry", LIC_VALUE_TEXT, LIC_SOURCE_PLAIN},
    {"subject", LIC_VALUE_TEXT, LIC_SOURCE_PLAIN},
    {"clause", LIC_VALUE_TEXT, LIC_SOURCE_PLAIN},
    {"term", LIC_VALUE_TEXT, LIC_SOURCE_FILTERS},
    {"anchor", LIC_VALUE_TEXT, LIC_SOURCE_FILTERS},
    {"from_account", LIC_VALUE_TEXT, LIC_SOURCE_FILTERS},
    {"from_schedule", LIC_VALUE_TEXT, LIC_SOURCE_PLAIN},
    {"from_row", LIC_VALUE_INTEGER, LIC_SOURCE_FILTERS},
    {"from_key", LIC_VALUE_TEXT, LIC_SOURCE_PLAIN},
    {"to_account", LIC_VALUE_TEXT, LIC_SOURCE_FILTERS},
    {"to_schedule", LIC_VALUE_TEXT, LIC_SOURCE_PLAIN},
    {"to_row", LIC_VALUE_INTEGER, LIC_SOURCE_FILTERS},
    {"to_key", LIC_VALUE_TEXT, LIC_SOURCE_PLAIN},
    {"currency", LIC_VALUE_TEXT, LIC_SOURCE_PLAIN},
    {"scale", LIC_VALUE_INTEGER, LIC_SOURCE_PLAIN},
    {"units", LIC_VALUE_TEXT, LIC_SOURCE_PLAIN},
    {"amount", LIC_VALUE_TEXT, LIC_SOURCE_PLAIN},
};

enum { TEXT_HINTS = 4 };
static const unsigned text_hints[TEXT_HINTS] = {COLUMN_TERM, COLUMN_ANCHOR, COLUMN_FROM, COLUMN_TO};

typedef struct postings_cursor {
    lic_source_walk walk;
    lic_source_text wanted[TEXT_HINTS];
    bool has_rows[2]; /* from, to */
    int64_t rows[2];
    bool open; /* a segment is being decoded */
    lic_postings_reader reader;
    lic_posting posting;
    char decimal[LIC_DECIMAL_MAX];
} postings_cursor;

static void postings_close(void *context)
{
    postings_cursor *cursor = context;
    if (cursor->walk.engine == NULL) return;
    const lic_allocator *allocator = cursor->walk.engine->allocator;
    for (unsigned i = 0; i < TEXT_HINTS; i++) lic_source_text_free(allocator, &cursor->wanted[i]);
    lic_source_walk_free(&cursor->walk);
    lic_release(allocator, cursor, sizeof *cursor);
}

static lic_status take_hints(postings_cursor *cursor, const lic_source_equal *equals, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (unsigned k = 0; k < TEXT_HINTS; k++) {
            if (equals[i].column != text_hints[k]) continue;
            LIC_TRY(lic_source_text_keep(cursor->walk.engine->allocator, equals[i].value.bytes,
                                         &cursor->wanted[k]));
        }
        if (equals[i].column != COLUMN_FROM_ROW && equals[i].column != COLUMN_TO_ROW) continue;
        unsigned side = equals[i].column == COLUMN_TO_ROW;
        cursor->has_rows[side] = true;
        cursor->rows[side] = equals[i].value.integer;
    }
    return LIC_OK;
}

static lic_status no_memory(lic_error *error)
{
    return lic_fail(error, LIC_NO_MEMORY, "memory", "free memory", "out of memory");
}

static lic_status postings_open(void *context, uint64_t height, const lic_source_equal *equals,
                                size_t count, void **result, lic_error *error)
{
    lic_sources *sources = context;
    const lic_allocator *allocator = sources->options.allocator;
    postings_cursor *cursor = lic_allocate_zero(allocator, 1, sizeof *cursor);
    if (cursor == NULL) return no_memory(error);
    lic_status status = lic_source_walk_init(&cursor->walk, sources, LIC_OUTPUT_POSTINGS, height,
                                             equals, count, error);
    if (cursor->walk.engine == NULL) {
        lic_release(allocator, cursor, sizeof *cursor);
        return status;
    }
    if (status == LIC_OK && take_hints(cursor, equals, count) != LIC_OK) status = no_memory(error);
    if (status == LIC_OK) *result = cursor;
    else postings_close(cursor);
    return status;
}

/* -- rows ---------------------------------------------------------------------------------------------- */

static bool exists(const lic_image *image, const lic_posting *posting)
{
    return posting->clause < image->clauses_count && posting->from < image->accounts_count &&
           posting->to < image->accounts_count;
}

static bool fits(const postings_cursor *cursor)
{
    const lic_image *image = cursor->walk.contract->image;
    const lic_posting *posting = &cursor->posting;
    const lic_clause *clause = &image->clauses[posting->clause];
    return lic_source_text_fits(&cursor->wanted[0], clause->name) &&
           lic_source_text_fits(&cursor->wanted[1], clause->anchor) &&
           lic_source_text_fits(&cursor->wanted[2], image->accounts[posting->from].name) &&
           lic_source_text_fits(&cursor->wanted[3], image->accounts[posting->to].name) &&
           (!cursor->has_rows[0] || cursor->rows[0] == (int64_t)posting->from_row) &&
           (!cursor->has_rows[1] || cursor->rows[1] == (int64_t)posting->to_row);
}

/* Goes on in the segment: to the next posting that fits, or to its end. */
static lic_status in_segment(postings_cursor *cursor, lic_source_step *step, lic_error *error)
{
    while (lic_postings_next(&cursor->reader, &cursor->posting)) {
        if (!exists(cursor->walk.contract->image, &cursor->posting))
            return lic_source_corrupt(&cursor->walk, "postings", error);
        if (!fits(cursor)) continue;
        *step = LIC_STEP_ROW;
        return LIC_OK;
    }
    if (!lic_cursor_done(&cursor->reader.cursor))
        return lic_source_corrupt(&cursor->walk, "postings", error);
    cursor->open = false;
    *step = LIC_STEP_AGAIN;
    return LIC_OK;
}

static lic_status postings_next(void *context, lic_source_step *step, lic_error *error)
{
    postings_cursor *cursor = context;
    if (cursor->open) return in_segment(cursor, step, error);
    LIC_TRY(lic_source_walk_next(&cursor->walk, step, error));
    if (*step != LIC_STEP_ROW) return LIC_OK;
    lic_slice bytes = lic_slice_of(cursor->walk.bytes.data, cursor->walk.bytes.size);
    if (!lic_postings_begin(bytes, &cursor->walk.head, &cursor->reader))
        return lic_source_corrupt(&cursor->walk, "postings", error);
    cursor->open = true;
    return in_segment(cursor, step, error);
}

/* -- values ---------------------------------------------------------------------------------------------- */

static lic_status key_of(postings_cursor *cursor, uint16_t account, uint32_t row,
                         lic_query_value *value, lic_error *error)
{
    lic_source_walk *walk = &cursor->walk;
    uint16_t table = lic_projection_account_table(walk->contract->image, account);
    if (table == LIC_TABLE_SELF) return LIC_OK;
    LIC_TRY(lic_contract_load(walk->engine, walk->contract, error));
    if (row >= walk->contract->tables->views[table].row_count)
        return lic_source_corrupt(walk, "postings", error);
    lic_buffer_clear(&walk->text);
    LIC_TRY(
        lic_engine_row_key(walk->engine, walk->contract->number, table, row, &walk->text, error));
    lic_value_set_text(value, lic_slice_of(walk->text.data, walk->text.size));
    return LIC_OK;
}

/* Account, schedule, row, key of one side; `column` counts from the account. */
static lic_status side_value(postings_cursor *cursor, unsigned column, uint16_t account,
                             uint32_t row, lic_query_value *value, lic_error *error)
{
    const lic_image *image = cursor->walk.contract->image;
    uint16_t table = lic_projection_account_table(image, account);
    switch (column) {
    case 0: lic_value_set_text(value, image->accounts[account].name); break;
    case 1: lic_value_set_text(value, image->tables[table].name); break;
    case 2: lic_value_set_integer(value, row); break;
    default: return key_of(cursor, account, row, value, error);
    }
    return LIC_OK;
}

static void decimal_value(postings_cursor *cursor, const lic_currency *currency, bool units,
                          lic_query_value *value)
{
    const lic_image *image = cursor->walk.contract->image;
    size_t size = units ? lic_decimal_print(cursor->posting.amount, 0, cursor->decimal)
                        : lic_decimal_print_short(cursor->posting.amount, currency->unit_scale,
                                                  lic_projection_decimals(image, currency),
                                                  cursor->decimal);
    lic_value_set_text(value, lic_slice_of(cursor->decimal, size));
}

static lic_status postings_value(void *context, unsigned column, lic_query_value *value,
                                 lic_error *error)
{
    postings_cursor *cursor = context;
    const lic_image *image = cursor->walk.contract->image;
    const lic_posting *posting = &cursor->posting;
    const lic_clause *clause = &image->clauses[posting->clause];
    const lic_currency *currency = &image->currencies[image->accounts[posting->from].currency];
    if (column < LIC_SOURCE_OWN) lic_source_walk_value(&cursor->walk, column, value);
    else if (column >= COLUMN_TO && column <= COLUMN_TO_KEY)
        return side_value(cursor, column - COLUMN_TO, posting->to, posting->to_row, value, error);
    else if (column >= COLUMN_FROM && column <= COLUMN_FROM_KEY)
        return side_value(cursor, column - COLUMN_FROM, posting->from, posting->from_row, value,
                          error);
    switch (column) {
    case COLUMN_DATE:
        if (!lic_date_valid(cursor->walk.head.today))
            return lic_source_corrupt(&cursor->walk, "postings", error);
        lic_date_print(cursor->walk.head.today, cursor->decimal);
        lic_value_set_string(value, cursor->decimal);
        break;
    case COLUMN_ENTRY:
        lic_value_set_string(value, lic_run_kind_name(cursor->walk.head.kind));
        break;
    case COLUMN_SUBJECT:
        lic_value_set_text(value, lic_run_subject_name(image, &cursor->walk.head));
        break;
    case COLUMN_CLAUSE: lic_value_set_text(value, clause->label); break;
    case COLUMN_TERM: lic_value_set_text(value, clause->name); break;
    case COLUMN_ANCHOR: lic_value_set_text(value, clause->anchor); break;
    case COLUMN_CURRENCY: lic_value_set_string(value, currency->code); break;
    case COLUMN_SCALE: lic_value_set_integer(value, currency->unit_scale); break;
    case COLUMN_UNITS: decimal_value(cursor, currency, true, value); break;
    case COLUMN_AMOUNT: decimal_value(cursor, currency, false, value); break;
    default: break;
    }
    return LIC_OK;
}

void lic_postings_source(lic_sources *sources, lic_query_source *source)
{
    *source = (lic_query_source){
        .name = "postings",
        .columns = columns,
        .column_count = LIC_COUNT(columns),
        .context = sources,
        .open = postings_open,
        .next = postings_next,
        .value = postings_value,
        .close = postings_close,
    };
}
