/* projection/statements.c - the statements of one run as sets: a row a payee, a column for each
 * (clause, account) that touched any of them and two for each account's balances. The first set
 * holds the number in the output log in column a; sums by group, the same for every payee's
 * agreement, are rows of their own. */
#include "projection/projection.h"
#include "reader.h"

enum { COLUMNS_MAX = 2048, SET_COLUMNS = 10 };

/* Column 0 is the number. */
typedef struct statement_column {
    int role; /* LIC_COLUMN_LINE, OPENING, CLOSING; 0: number */
    uint16_t account, clause;
} statement_column;

typedef struct statement_source {
    lic_projection *projection;
    const lic_contract_effects *contract;
    const lic_image *image;
    const lic_run_effects *run;
    statement_column columns[COLUMNS_MAX];
    unsigned column_count;
    unsigned guess;   /* the column after the one that was found last */
    lic_i128 *values; /* statement_count * column_count */
    uint8_t *present;
    uint16_t table;
    int64_t set; /* being fed */
    unsigned first_column;
    char room[LIC_DECIMAL_MAX];
} statement_source;

/* LIC_NONE32 when there is no room for another one. */
static bool is_column(const statement_column *column, int role, uint16_t account, uint16_t clause)
{
    return column->role == role && column->account == account && column->clause == clause;
}

static uint32_t column_of(statement_source *source, int role, uint16_t account, uint16_t clause)
{
    /* statements mostly have the same lines in the same order */
    unsigned at = source->guess, count = source->column_count;
    if (at >= count || !is_column(&source->columns[at], role, account, clause))
        for (at = 1; at < count && !is_column(&source->columns[at], role, account, clause);) at++;
    source->guess = at + 1;
    if (at < count) return at;
    if (count == COLUMNS_MAX) return LIC_NONE32;
    source->columns[source->column_count] = (statement_column){role, account, clause};
    return source->column_count++;
}

static lic_status find_columns(statement_source *source)
{
    source->column_count = 1;
    for (size_t i = 0; i < source->run->statement_count; i++) {
        lic_statement_view view;
        lic_statement_line line;
        lic_statement_balance balance;
        LIC_TRY(lic_statement_decode(source->run->statements[i].bytes, &view));
        source->table = view.table;
        while (lic_statement_next_line(&view, &line)) {
            if (column_of(source, LIC_COLUMN_LINE, line.account, line.clause) == LIC_NONE32)
                return LIC_TOO_LARGE;
        }
        while (lic_statement_next_balance(&view, &balance)) {
            uint32_t opening = column_of(source, LIC_COLUMN_OPENING, balance.account, LIC_NONE16);
            uint32_t closing = column_of(source, LIC_COLUMN_CLOSING, balance.account, LIC_NONE16);
            if (opening == LIC_NONE32 || closing == LIC_NONE32) return LIC_TOO_LARGE;
        }
    }
    return LIC_OK;
}

static void put_value(statement_source *source, size_t statement, uint32_t column, lic_i128 value)
{
    size_t at = statement * source->column_count + column;
    source->values[at] = value;
    source->present[at] = 1;
}

/* Mixed radix, the last grouped column counting fastest. */
static uint64_t group_digit(const lic_image *image, const lic_statement *statement, uint32_t row,
                            uint32_t wanted)
{
    uint64_t rest = row, digit = 0;
    for (uint32_t g = statement->group_count; g-- > wanted;) {
        uint64_t cardinality = image->groups[statement->first_group + g].cardinality;
        if (cardinality == 0) return 0;
        digit = rest % cardinality;
        rest /= cardinality;
    }
    return digit;
}

/* "GB premium" */
static void put_labels(const statement_source *source, const lic_statement *statement, uint32_t row,
                       lic_buffer *labels)
{
    const lic_image *image = source->image;
    lic_buffer_clear(labels);
    for (uint32_t g = 0; g < statement->group_count; g++) {
        const lic_group *group = &image->groups[statement->first_group + g];
        bool listed = group->form == LIC_FORM_ENUM;
        lic_type type = {.kind = listed ? LIC_KIND_ENUM : LIC_KIND_TERRITORY,
                         .aux = listed ? group->enumeration : 0};
        uint8_t place[8];
        lic_store_u64(place, group_digit(image, statement, row, g));
        if (g > 0) lic_put_u8(labels, ' ');
        lic_value_print(image, source->contract->tables, type, place, labels);
    }
}

static lic_status put_sum(statement_source *source, const lic_statement_view *view, int64_t set,
                          const lic_statement_sum *sum, int64_t ordinal, lic_buffer *labels)
{
    const lic_image *image = source->image;
    const lic_statement *statement = &image->statements[view->statement];
    const lic_field *field = &image->fields[sum->field];
    const lic_currency *currency = lic_type_wide(field->type)
                                       ? &image->currencies[field->type.currency]
                                       : NULL;
    put_labels(source, statement, sum->group, labels);
    if (labels->failed) return LIC_NO_MEMORY;
    lic_projection_row row;
    lic_projection_begin(source->projection, LIC_PROJECTION_STATEMENT_SUM, &row);
    lic_projection_i64(&row, set);
    lic_projection_i64(&row, view->row);
    lic_projection_i64(&row, ordinal);
    lic_projection_text(&row, lic_slice_of(labels->data, labels->size));
    lic_projection_text(&row, field->name);
    lic_projection_units(&row, sum->value);
    lic_projection_string(&row, currency == NULL ? "" : currency->code);
    lic_projection_i64(&row, currency != NULL && field->type.kind == LIC_KIND_MONEY
                                 ? currency->unit_scale
                                 : field->type.scale);
    lic_projection_i64(&row, currency == NULL ? 0 : currency->minor);
    return lic_projection_write(&row);
}

static lic_status fill_values(statement_source *source, int64_t first_set)
{
    lic_buffer labels;
    lic_buffer_init(&labels, source->projection->allocator, 64 * 1024);
    lic_status status = LIC_OK;
    for (size_t i = 0; status == LIC_OK && i < source->run->statement_count; i++) {
        lic_statement_view view;
        lic_statement_line line;
        lic_statement_balance balance;
        lic_statement_sum sum;
        status = lic_statement_decode(source->run->statements[i].bytes, &view);
        if (status != LIC_OK) break;
        put_value(source, i, 0, (lic_i128)view.number);
        while (lic_statement_next_line(&view, &line)) {
            put_value(source, i, column_of(source, LIC_COLUMN_LINE, line.account, line.clause),
                      line.amount);
        }
        while (lic_statement_next_balance(&view, &balance)) {
            put_value(source, i, column_of(source, LIC_COLUMN_OPENING, balance.account, LIC_NONE16),
                      balance.opening);
            put_value(source, i, column_of(source, LIC_COLUMN_CLOSING, balance.account, LIC_NONE16),
                      balance.closing);
        }
        for (int64_t n = 0; status == LIC_OK && lic_statement_next_sum(&view, &sum); n++) {
            status = put_sum(source, &view, first_set, &sum, n, &labels);
        }
    }
    lic_buffer_free(&labels);
    return status;
}

static void statement_cell(void *context, uint64_t index, unsigned column, lic_feed_cell *cell)
{
    statement_source *source = context;
    if (column < 2) {
        cell->kind = LIC_FEED_INTEGER;
        cell->integer = column == 0 ? source->set : (int64_t)source->run->statements[index].row;
        return;
    }
    unsigned at = source->first_column + column - 2;
    if (at >= source->column_count || !source->present[index * source->column_count + at]) return;
    lic_projection_cell(source->values[index * source->column_count + at], source->room, cell);
}

static lic_status put_column(statement_source *source, unsigned column)
{
    const statement_column *c = &source->columns[column];
    const lic_image *image = source->image;
    const lic_account *account = &image->accounts[c->account];
    const lic_currency *currency = &image->currencies[account->currency];
    const lic_clause *clause = c->clause == LIC_NONE16 ? NULL : &image->clauses[c->clause];
    lic_slice none = lic_slice_of(NULL, 0);
    lic_projection_row row;
    lic_projection_begin(source->projection, LIC_PROJECTION_COLUMN, &row);
    lic_projection_i64(&row, source->set);
    lic_projection_i64(&row, column - source->first_column);
    lic_projection_i64(&row, c->role);
    lic_projection_i64(&row, column);
    lic_projection_text(&row, account->name);
    lic_projection_text(&row, clause == NULL ? none : clause->label);
    lic_projection_text(&row, clause == NULL ? none : clause->name);
    lic_projection_text(&row, clause == NULL ? none : clause->anchor);
    lic_projection_string(&row, currency->code);
    lic_projection_i64(&row, currency->unit_scale);
    lic_projection_i64(&row, lic_projection_decimals(image, currency));
    return lic_projection_write(&row);
}

static lic_status put_sets(statement_source *source, int64_t first_set)
{
    const lic_run_effects *run = source->run;
    const lic_statement *statement = &source->image->statements[run->subject];
    for (unsigned first = 0; first < source->column_count; first += SET_COLUMNS) {
        unsigned left = source->column_count - first;
        unsigned columns = left < SET_COLUMNS ? left : SET_COLUMNS;
        lic_projection_set set = {
            .id = first_set,
            .kind = first == 0 ? LIC_SET_STATEMENTS : LIC_SET_MORE,
            .contract = run->contract,
            .table = source->table,
            .rows = run->statement_count,
            .run = run,
            .period_kind = statement->period,
            .name = statement->name,
            .anchor = statement->anchor,
        };
        if (first > 0) LIC_TRY(lic_projection_number(source->projection, &set.id));
        source->set = set.id;
        source->first_column = first;
        LIC_TRY(lic_projection_set_put(source->projection, &set));
        for (unsigned c = first == 0 ? 1 : first; c < first + columns; c++)
            LIC_TRY(put_column(source, c));
        const lic_feed feed = {
            .context = source, .rows = run->statement_count, .cell = statement_cell};
        LIC_TRY(lic_projection_bulk(source->projection, columns, &feed));
    }
    return LIC_OK;
}

static lic_status put_statements(statement_source *source)
{
    int64_t first_set = 0;
    LIC_TRY(find_columns(source));
    LIC_TRY(lic_projection_number(source->projection, &first_set));
    const lic_allocator *allocator = source->projection->allocator;
    size_t cells = source->run->statement_count * source->column_count;
    source->values = lic_allocate_zero(allocator, cells, sizeof *source->values);
    source->present = lic_allocate_zero(allocator, cells, 1);
    lic_status status = source->values == NULL || source->present == NULL ? LIC_NO_MEMORY : LIC_OK;
    if (status == LIC_OK) status = fill_values(source, first_set);
    if (status == LIC_OK) status = put_sets(source, first_set);
    if (source->values != NULL)
        lic_release(allocator, source->values, cells * sizeof *source->values);
    if (source->present != NULL) lic_release(allocator, source->present, cells);
    return status;
}

lic_status lic_projection_statements(lic_projection *projection,
                                     const lic_contract_effects *contract,
                                     const lic_run_effects *run)
{
    statement_source *source = lic_allocate_zero(projection->allocator, 1, sizeof *source);
    if (source == NULL) return LIC_NO_MEMORY;
    source->projection = projection;
    source->contract = contract;
    source->image = contract->info->image;
    source->run = run;
    lic_status status = put_statements(source);
    lic_release(projection->allocator, source, sizeof *source);
    return status;
}
