/* projection/statements.c - the statements of one run: a row a payee, a column for each (clause, account) that
 * touched any of them and two for each account's balances. The first set has the number in the output log
 * before them; ten columns are a set. Sums by group, the same for every payee's agreement, are rows of
 * their own. */
#include "projection/projection.h"
#include "reader.h"

#include <string.h>

enum { COLUMNS_MAX = 2048 };

/* Column 0 is the number. */
typedef struct statement_column {
    int role; /* LIC_COLUMN_LINE, OPENING, CLOSING; 0: number */
    uint16_t account, clause;
    lic_i128 *values; /* of each statement; `has`: it has this line */
    uint8_t *has;
} statement_column;

typedef struct statement_part {
    struct statement_source *source;
    unsigned first, count; /* columns */
    lic_projection_set set;
} statement_part;

typedef struct statement_source {
    const lic_contract_effects *contract;
    const lic_image *image;
    const lic_run_effects *run;
    size_t count; /* statements */
    uint32_t *rows;
    statement_column columns[COLUMNS_MAX];
    unsigned column_count;
    unsigned guess; /* the column after the one that was found last */
    uint16_t table;
    statement_part parts[COLUMNS_MAX / LIC_SET_COLUMNS + 1];
    size_t part_count, held; /* parts that are not released yet */
} statement_source;

/* -- columns ----------------------------------------------------------------------------------------------- */

static lic_status add_column(const lic_projection *projection, statement_source *source, int role,
                             uint16_t account, uint16_t clause)
{
    if (source->column_count == COLUMNS_MAX) return LIC_TOO_LARGE;
    statement_column *column = &source->columns[source->column_count++];
    *column = (statement_column){.role = role, .account = account, .clause = clause};
    column->values = lic_allocate_zero(projection->allocator, source->count,
                                       sizeof *column->values);
    column->has = lic_allocate_zero(projection->allocator, source->count, 1);
    return column->values == NULL || column->has == NULL ? LIC_NO_MEMORY : LIC_OK;
}

static bool is_column(const statement_column *column, int role, uint16_t account, uint16_t clause)
{
    return column->role == role && column->account == account && column->clause == clause;
}

static lic_status put_value(const lic_projection *projection, statement_source *source,
                            size_t statement, const statement_column *key, lic_i128 value)
{
    /* statements mostly have the same lines in the same order */
    unsigned at = source->guess, count = source->column_count;
    if (at >= count || !is_column(&source->columns[at], key->role, key->account, key->clause))
        for (at = 0;
             at < count && !is_column(&source->columns[at], key->role, key->account, key->clause);)
            at++;
    if (at == count) LIC_TRY(add_column(projection, source, key->role, key->account, key->clause));
    source->guess = at + 1;
    source->columns[at].values[statement] = value;
    source->columns[at].has[statement] = 1;
    return LIC_OK;
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

static lic_status put_sum(lic_projection *projection, const statement_source *source,
                          const lic_statement_view *view, const lic_statement_sum *sum,
                          int64_t ordinal, lic_buffer *labels)
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
    lic_projection_begin(projection, LIC_PROJECTION_STATEMENT_SUM, &row);
    lic_projection_i64(&row, source->parts[0].set.id);
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

static lic_status read_lines(lic_projection *projection, statement_source *source, size_t statement,
                             lic_statement_view *view)
{
    lic_statement_line line;
    lic_statement_balance balance;
    const statement_column number = {.role = 0};
    source->guess = 0;
    LIC_TRY(put_value(projection, source, statement, &number, (lic_i128)view->number));
    while (lic_statement_next_line(view, &line)) {
        const statement_column of = {LIC_COLUMN_LINE, line.account, line.clause, NULL, NULL};
        LIC_TRY(put_value(projection, source, statement, &of, line.amount));
    }
    while (lic_statement_next_balance(view, &balance)) {
        statement_column of = {LIC_COLUMN_OPENING, balance.account, LIC_NONE16, NULL, NULL};
        LIC_TRY(put_value(projection, source, statement, &of, balance.opening));
        of.role = LIC_COLUMN_CLOSING;
        LIC_TRY(put_value(projection, source, statement, &of, balance.closing));
    }
    return LIC_OK;
}

static lic_status read_statements(lic_projection *projection, statement_source *source,
                                  lic_buffer *labels)
{
    for (size_t i = 0; i < source->count; i++) {
        lic_statement_view view;
        lic_statement_sum sum;
        LIC_TRY(lic_statement_decode(source->run->statements[i].bytes, &view));
        source->table = view.table;
        source->rows[i] = source->run->statements[i].row;
        LIC_TRY(read_lines(projection, source, i, &view));
        for (int64_t n = 0; lic_statement_next_sum(&view, &sum); n++)
            LIC_TRY(put_sum(projection, source, &view, &sum, n, labels));
    }
    return LIC_OK;
}

/* -- sets ---------------------------------------------------------------------------------------------------- */

static void fill(void *context, uint32_t first, uint32_t count, unsigned column, lic_i128 *values,
                 uint8_t *has)
{
    const statement_part *part = context;
    const statement_column *of = &part->source->columns[part->first + column];
    memcpy(values, of->values + first, count * sizeof *values);
    memcpy(has, of->has + first, count);
}

static lic_status put_column(lic_projection *projection, const statement_part *part,
                             unsigned column, uint8_t place)
{
    const statement_column *c = &part->source->columns[column];
    const lic_image *image = part->source->image;
    const lic_account *account = &image->accounts[c->account];
    const lic_currency *currency = &image->currencies[account->currency];
    const lic_clause *clause = c->clause == LIC_NONE16 ? NULL : &image->clauses[c->clause];
    lic_slice none = lic_slice_of(NULL, 0);
    lic_projection_row row;
    lic_projection_begin(projection, LIC_PROJECTION_COLUMN, &row);
    lic_projection_i64(&row, part->set.id);
    lic_projection_i64(&row, column);
    lic_projection_i64(&row, c->role);
    lic_projection_text(&row, account->name);
    lic_projection_text(&row, clause == NULL ? none : clause->label);
    lic_projection_text(&row, clause == NULL ? none : clause->name);
    lic_projection_text(&row, clause == NULL ? none : clause->anchor);
    lic_projection_string(&row, currency->code);
    lic_projection_i64(&row, currency->unit_scale);
    lic_projection_i64(&row, lic_projection_decimals(image, currency));
    lic_projection_i64(&row, place);
    return lic_projection_write(&row);
}

static lic_status place(void *context, lic_projection *projection, int64_t cells,
                        const uint8_t *places)
{
    statement_part *part = context;
    part->set.cells = cells;
    part->set.places[0] = places[0];
    LIC_TRY(lic_projection_set_put(projection, &part->set));
    for (unsigned c = part->first == 0 ? 1 : 0; c < part->count; c++)
        LIC_TRY(put_column(projection, part, part->first + c, places[c]));
    return LIC_OK;
}

static void free_source(lic_projection *projection, statement_source *source)
{
    const lic_allocator *allocator = projection->allocator;
    for (unsigned c = 0; c < source->column_count; c++) {
        const statement_column *column = &source->columns[c];
        if (column->values != NULL)
            lic_release(allocator, column->values, source->count * sizeof *column->values);
        if (column->has != NULL) lic_release(allocator, column->has, source->count);
    }
    if (source->rows != NULL)
        lic_release(allocator, source->rows, source->count * sizeof *source->rows);
    lic_release(allocator, source, sizeof *source);
}

static void release(void *context, lic_projection *projection)
{
    statement_part *part = context;
    if (--part->source->held == 0) free_source(projection, part->source);
}

static lic_projection_part part_of(statement_part *part)
{
    return (lic_projection_part){
        .context = part, .fill = fill, .columns = part->count, .place = place, .release = release};
}

/* The first part has its number already: sums carry it. */
static lic_status number_parts(lic_projection *projection, statement_source *source)
{
    const lic_run_effects *run = source->run;
    const lic_statement *statement = &source->image->statements[run->subject];
    int64_t first_set = source->parts[0].set.id;
    for (unsigned first = 0; first < source->column_count; first += LIC_SET_COLUMNS) {
        unsigned left = source->column_count - first;
        statement_part *part = &source->parts[source->part_count++];
        *part = (statement_part){.source = source,
                                 .first = first,
                                 .count = left < LIC_SET_COLUMNS ? left : LIC_SET_COLUMNS,
                                 .set = {.id = first_set,
                                         .kind = first == 0 ? LIC_SET_STATEMENTS : LIC_SET_MORE,
                                         .contract = run->contract,
                                         .table = source->table,
                                         .rows = run->statement_count,
                                         .run = run,
                                         .period_kind = statement->period,
                                         .name = statement->name,
                                         .anchor = statement->anchor}};
        if (first > 0) LIC_TRY(lic_projection_number(projection, &part->set.id));
    }
    source->held = source->part_count;
    return LIC_OK;
}

/* Every payee of the table has a statement, in order. */
static bool is_dense(const statement_source *source)
{
    const lic_tables *tables = source->contract->tables;
    if (source->count != tables->views[source->table].row_count ||
        lic_projection_grows(&tables->image->tables[source->table]))
        return false;
    for (size_t i = 0; i < source->count; i++)
        if (source->rows[i] != i) return false;
    return true;
}

/* Takes the source over. */
static lic_status gather_parts(lic_projection *projection, statement_source *source)
{
    lic_status status = LIC_OK;
    uint16_t table = source->table;
    size_t count = source->part_count;
    for (size_t p = 0; p < count; p++) {
        lic_projection_part part = part_of(&source->parts[p]);
        if (status == LIC_OK) status = lic_projection_gather(projection, table, &part);
        else release(part.context, projection);
    }
    return status;
}

static lic_status write_parts(lic_projection *projection, statement_source *source)
{
    lic_projection_part parts[LIC_COUNT(source->parts)];
    for (size_t p = 0; p < source->part_count; p++) parts[p] = part_of(&source->parts[p]);
    return lic_projection_sheet_write(projection, source->rows, source->count, parts,
                                      source->part_count);
}

static lic_status read_source(lic_projection *projection, statement_source *source)
{
    lic_buffer labels;
    source->rows = lic_allocate(projection->allocator, source->count * sizeof *source->rows);
    if (source->rows == NULL) return LIC_NO_MEMORY;
    LIC_TRY(lic_projection_number(projection, &source->parts[0].set.id));
    lic_buffer_init(&labels, projection->allocator, 64 * 1024);
    lic_status status = read_statements(projection, source, &labels);
    lic_buffer_free(&labels);
    return status == LIC_OK ? number_parts(projection, source) : status;
}

lic_status lic_projection_statements(lic_projection *projection,
                                     const lic_contract_effects *contract,
                                     const lic_run_effects *run)
{
    statement_source *source = lic_allocate_zero(projection->allocator, 1, sizeof *source);
    if (source == NULL) return LIC_NO_MEMORY;
    source->contract = contract;
    source->image = contract->info->image;
    source->run = run;
    source->count = run->statement_count;
    lic_status status = read_source(projection, source);
    if (status == LIC_OK && is_dense(source)) return gather_parts(projection, source);
    if (status == LIC_OK) status = write_parts(projection, source);
    free_source(projection, source);
    return status;
}
