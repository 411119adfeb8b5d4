/* projection/state.c - present values: balances, counters and facts, and rows of the duties and payments
 * tables. When a contract opens, the rows that are not zero are written; the views show the others by
 * p_keys. From then on p_fields says where a field's values stand: an account's in its last turnover, a
 * counter's in a set that was written over all rows, or where they were, changed row by row.
 *
 * A set of a field alone has the values of eight neighbours in one row: a value is a few bytes then, and a hundred acts change few of
 * SQLite's pages. */
#include "projection/projection.h"
#include "reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIELDS_MAX = 1024 };
enum { ROLE_ACCOUNT = 1, ROLE_COUNTER = 2, ROLE_FACT = 3 };
enum { TYPE_INTEGER = 0, TYPE_DECIMAL = 1, TYPE_DATE = 2, TYPE_TEXT = 3 };

/* A field that views show; `account`: LIC_NONE16 for counters and facts. */
typedef struct shown_field {
    uint16_t field, account;
    int role;
} shown_field;

typedef struct state_source {
    lic_projection *projection;
    const lic_contract_effects *contract;
    const lic_image *image;
    const lic_tables *tables;
    uint16_t table;
    shown_field fields[FIELDS_MAX];
    unsigned field_count;
    uint32_t *rows; /* NULL: all rows, in order */
    size_t row_count, row_capacity;
    uint32_t *packs; /* numbers of rows of a set that has eight values in each */
    size_t pack_count, pack_capacity;
    int64_t set; /* being fed, and its fields and columns */
    uint16_t fed[LIC_SET_COLUMNS];
    unsigned columns[LIC_SET_COLUMNS], fed_count;
    char room[LIC_DECIMAL_MAX];
    lic_buffer text;
} state_source;

/* -- which fields ---------------------------------------------------------------------------------- */

static uint16_t account_of(const lic_image *image, uint32_t field)
{
    for (uint32_t i = 0; i < image->accounts_count; i++) {
        if (image->accounts[i].field == field) return (uint16_t)i;
    }
    return LIC_NONE16;
}

/* Whether views show the field, and as what. */
static bool is_state(const lic_image *image, uint32_t f, shown_field *shown)
{
    const lic_field *field = &image->fields[f];
    *shown = (shown_field){.field = (uint16_t)f, .account = LIC_NONE16};
    if (!field->is_mutable) return false;
    if (field->role == LIC_ROLE_ACCOUNT) {
        shown->role = ROLE_ACCOUNT;
        shown->account = account_of(image, f);
        return shown->account != LIC_NONE16;
    }
    shown->role = field->role == LIC_ROLE_COUNTER ? ROLE_COUNTER : ROLE_FACT;
    return field->role == LIC_ROLE_COUNTER || field->role == LIC_ROLE_FACT;
}

static void collect_fields(state_source *source)
{
    const lic_image *image = source->image;
    shown_field shown;
    source->field_count = 0;
    for (uint32_t f = 0; f < image->fields_count && source->field_count < FIELDS_MAX; f++) {
        if (image->fields[f].table != source->table || !is_state(image, f, &shown)) continue;
        source->fields[source->field_count++] = shown;
    }
}

static bool is_projected(const lic_image *image, uint32_t table)
{
    return image->tables[table].kind != LIC_TABLE_KIND_GRID;
}

bool lic_projection_has_state(const lic_image *image, uint16_t table)
{
    shown_field shown;
    for (uint32_t f = 0; f < image->fields_count && is_projected(image, table); f++)
        if (image->fields[f].table == table && is_state(image, f, &shown)) return true;
    return false;
}

static const char *account_kind(uint8_t kind)
{
    switch ((lic_account_kind)kind) {
    case LIC_ACCOUNT_DECLARED: return "declared";
    case LIC_ACCOUNT_PARTY: return "party";
    case LIC_ACCOUNT_PAYEE: return "payee";
    case LIC_ACCOUNT_OPENING: return "opening";
    case LIC_ACCOUNT_RECOUPED: return "recouped";
    case LIC_ACCOUNT_WRITTEN_OFF: return "written off";
    case LIC_ACCOUNT_CREDIT: return "credit";
    }
    return "";
}

static int type_of(lic_type type)
{
    switch ((lic_kind)type.kind) {
    case LIC_KIND_COUNT: return TYPE_INTEGER;
    case LIC_KIND_MONEY:
    case LIC_KIND_EXACT:
    case LIC_KIND_RATE:
    case LIC_KIND_PRICE: return TYPE_DECIMAL;
    case LIC_KIND_DATE: return TYPE_DATE;
    case LIC_KIND_NONE:
    case LIC_KIND_BOOL:
    case LIC_KIND_ROW:
    case LIC_KIND_ENUM:
    case LIC_KIND_TERRITORY:
    case LIC_KIND_TEXT:
    case LIC_KIND_HASH:
    case LIC_KIND_SET:
    case LIC_KIND_SPAN: return TYPE_TEXT;
    }
    return TYPE_TEXT;
}

static lic_status put_field(state_source *source, unsigned index)
{
    const shown_field *shown = &source->fields[index];
    const lic_field *field = &source->image->fields[shown->field];
    bool money = lic_type_wide(field->type);
    const lic_currency *currency = money ? &source->image->currencies[field->type.currency] : NULL;
    lic_projection_row row;
    lic_projection_begin(source->projection, LIC_PROJECTION_FIELD, &row);
    lic_projection_i64(&row, source->contract->number);
    lic_projection_i64(&row, shown->field);
    lic_projection_i64(&row, lic_projection_table(source->contract->number, source->table));
    lic_projection_i64(&row, shown->role);
    if (shown->account != LIC_NONE16) {
        lic_projection_text(&row, source->image->accounts[shown->account].name);
        lic_projection_string(&row, account_kind(source->image->accounts[shown->account].kind));
    } else {
        lic_projection_text(&row, field->name);
        lic_projection_string(&row, shown->role == ROLE_FACT ? "fact" : "counter");
    }
    lic_projection_string(&row, currency == NULL ? "" : currency->code);
    lic_projection_i64(&row, type_of(field->type));
    lic_projection_i64(&row, currency != NULL && field->type.kind == LIC_KIND_MONEY
                                 ? currency->unit_scale
                                 : field->type.scale);
    bool exact = field->type.kind == LIC_KIND_EXACT;
    lic_projection_i64(&row, currency == NULL ? 0
                             : exact          ? currency->minor
                                              : lic_projection_decimals(source->image, currency));
    return lic_projection_write(&row);
}

/* -- which rows --------------------------------------------------------------------------------------- */

static int by_page(const void *a, const void *b)
{
    const lic_page_ref *x = a, *y = b;
    return x->page < y->page ? -1 : x->page > y->page;
}

/* The table's changed pages, ascending; they are listed as they were touched. */
static size_t collect_pages(const state_source *source, lic_page_ref *pages)
{
    const lic_tables *tables = source->tables;
    size_t count = 0;
    for (size_t i = 0; i < tables->changed_count; i++)
        if (tables->changed[i].table == source->table) pages[count++] = tables->changed[i];
    qsort(pages, count, sizeof *pages, by_page);
    return count;
}

/* The row is new, or not what it was at the seal: its neighbours in the page may be. */
static bool row_changed(const state_source *source, const lic_page_ref *page, uint32_t row)
{
    const lic_table_state *state = &source->tables->states[source->table];
    size_t size = state->shape->cell_size;
    uint32_t at = row - (page->page << state->shape->page_shift);
    if (row >= source->tables->rows_sealed[source->table]) return true;
    bool was_retired = (page->before->retired >> at & 1u) != 0;
    if (was_retired != lic_table_retired(source->tables, source->table, row)) return true;
    return size != 0 &&
           memcmp(page->before->bytes + at * size, state->cells + row * size, size) != 0;
}

/* Rows that changed, as far as there are any. */
static lic_status collect_rows(state_source *source)
{
    const lic_tables *tables = source->tables;
    const lic_allocator *allocator = source->projection->allocator;
    unsigned shift = tables->image->tables[source->table].page_shift;
    uint32_t rows = tables->views[source->table].row_count;
    size_t room = (tables->changed_count + 1) * sizeof(lic_page_ref);
    lic_page_ref *pages = lic_allocate(allocator, room);
    if (pages == NULL) return LIC_NO_MEMORY;
    size_t count = collect_pages(source, pages);
    source->row_capacity = (count << shift) + 1;
    source->rows = lic_allocate(allocator, source->row_capacity * sizeof *source->rows);
    source->row_count = 0;
    for (size_t i = 0; source->rows != NULL && i < count; i++) {
        uint64_t first = (uint64_t)pages[i].page << shift, end = first + (UINT64_C(1) << shift);
        for (uint64_t row = first; row < rows && row < end; row++)
            if (row_changed(source, &pages[i], (uint32_t)row))
                source->rows[source->row_count++] = (uint32_t)row;
    }
    lic_release(allocator, pages, room);
    return source->rows == NULL ? LIC_NO_MEMORY : LIC_OK;
}

static void release_rows(state_source *source)
{
    if (source->rows != NULL) {
        lic_release(source->projection->allocator, source->rows,
                    source->row_capacity * sizeof *source->rows);
    }
    source->rows = NULL;
}

/* -- cells ---------------------------------------------------------------------------------------------- */

static uint32_t row_at(const state_source *source, uint64_t index)
{
    return source->rows == NULL ? (uint32_t)index : source->rows[index];
}

static void put_cell(state_source *source, uint16_t field, uint32_t row, lic_feed_cell *cell)
{
    lic_type type = source->image->fields[field].type;
    if (lic_type_wide(type)) {
        lic_projection_cell(lic_field_wide(source->tables, field, row), source->room, cell);
    } else if (type_of(type) == TYPE_TEXT) {
        lic_buffer_clear(&source->text);
        lic_value_print(source->image, source->tables, type,
                        lic_field_at(source->tables, field, row), &source->text);
        cell->kind = LIC_FEED_TEXT;
        cell->text = lic_slice_of(source->text.data, source->text.size);
    } else {
        cell->kind = LIC_FEED_INTEGER;
        cell->integer = lic_field_get(source->tables, field, row);
    }
}

static void state_cell(void *context, uint64_t index, unsigned column, lic_feed_cell *cell)
{
    state_source *source = context;
    uint32_t row = row_at(source, index);
    if (column >= 2) {
        if (column - 2 < source->fed_count) put_cell(source, source->fed[column - 2], row, cell);
        return;
    }
    cell->kind = LIC_FEED_INTEGER;
    cell->integer = column == 1 ? (int64_t)row : source->set;
}

lic_status lic_projection_move(lic_projection *projection, const lic_contract_effects *contract,
                               uint16_t field, const lic_projection_place *place)
{
    lic_projection_row row;
    lic_projection_begin(projection, LIC_PROJECTION_MOVE, &row);
    lic_projection_i64(&row, place->set);
    lic_projection_i64(&row, place->column);
    lic_projection_i64(&row, place->is_history);
    lic_projection_i64(&row, contract->number);
    lic_projection_i64(&row, field);
    projection->placed[field >> 6] |= UINT64_C(1) << (field & 63u);
    return lic_projection_write(&row);
}

static bool is_placed(const lic_projection *projection, uint16_t field)
{
    return (projection->placed[field >> 6] >> (field & 63u) & 1u) != 0;
}

/* The value shows as '0'. Of the others it hangs on the type what zero bytes mean. */
static bool shows_zero(const state_source *source, uint16_t field, uint32_t row)
{
    lic_type type = source->image->fields[field].type;
    if (type_of(type) == TYPE_TEXT) return false;
    return lic_type_wide(type) ? lic_field_wide(source->tables, field, row) == 0
                               : lic_field_get(source->tables, field, row) == 0;
}

/* -- rows of eight -------------------------------------------------------------------------------------- */

enum { TOGETHER = 8 }; /* the views divide by it */
_Static_assert((int)TOGETHER <= (int)LIC_SET_COLUMNS, "a row of a set has room for them");

static uint32_t packs_of(uint64_t rows)
{
    return (uint32_t)((rows + TOGETHER - 1) / TOGETHER);
}

static lic_status take_packs(state_source *source, size_t capacity)
{
    source->pack_count = 0;
    source->pack_capacity = capacity;
    source->packs = capacity == 0 ? NULL
                                  : lic_allocate(source->projection->allocator,
                                                 capacity * sizeof *source->packs);
    return source->packs == NULL && capacity != 0 ? LIC_NO_MEMORY : LIC_OK;
}

static void release_packs(state_source *source)
{
    if (source->packs != NULL)
        lic_release(source->projection->allocator, source->packs,
                    source->pack_capacity * sizeof *source->packs);
    source->packs = NULL;
}

/* Behind the last row there is nothing. */
static void pack_cell(void *context, uint64_t index, unsigned column, lic_feed_cell *cell)
{
    state_source *source = context;
    uint32_t pack = source->packs[index];
    if (column >= 2) {
        uint64_t row = (uint64_t)pack * TOGETHER + column - 2;
        if (column - 2 < TOGETHER && row < source->tables->views[source->table].row_count)
            put_cell(source, source->fed[0], (uint32_t)row, cell);
        return;
    }
    cell->kind = LIC_FEED_INTEGER;
    cell->integer = column == 1 ? (int64_t)pack : source->set;
}

/* Those in which a value of the field at hand is not zero. */
static void choose_packs(state_source *source)
{
    uint32_t rows = source->tables->views[source->table].row_count;
    source->pack_count = 0;
    for (uint32_t row = 0; row < rows; row++) {
        if (shows_zero(source, source->fed[0], row)) continue;
        source->packs[source->pack_count++] = row / TOGETHER;
        row |= TOGETHER - 1;
    }
}

/* A new set for the field, as far as it is not zero. */
static lic_status feed_set(state_source *source, uint16_t field)
{
    LIC_TRY(lic_projection_number(source->projection, &source->set));
    const lic_projection_place place = {.set = source->set, .column = LIC_EIGHT_COLUMNS};
    LIC_TRY(lic_projection_move(source->projection, source->contract, field, &place));
    source->fed[0] = field;
    choose_packs(source);
    const lic_feed feed = {.context = source, .rows = source->pack_count, .cell = pack_cell};
    return lic_projection_bulk(source->projection, TOGETHER, &feed);
}

static lic_status feed_sets(state_source *source)
{
    lic_status status = take_packs(source,
                                   packs_of(source->tables->views[source->table].row_count));
    for (unsigned i = 0; status == LIC_OK && i < source->field_count; i++)
        status = feed_set(source, source->fields[i].field);
    release_packs(source);
    return status == LIC_OK && source->text.failed ? LIC_NO_MEMORY : status;
}

/* The chosen rows of the field at hand, with their neighbours, in place of what the set has. */
static lic_status feed_packs(state_source *source)
{
    LIC_TRY(take_packs(source, source->row_count));
    for (size_t i = 0; i < source->row_count; i++) {
        uint32_t pack = source->rows[i] / TOGETHER;
        size_t count = source->pack_count;
        if (count == 0 || source->packs[count - 1] != pack)
            source->packs[source->pack_count++] = pack;
    }
    const lic_feed feed = {.context = source, .rows = source->pack_count, .cell = pack_cell};
    lic_status status = lic_store_feed(source->projection->store,
                                       "REPLACE INTO p_cells(set_id,row,a,b,c,d,e,f,g,h) SELECT "
                                       "c0,c1,c2,c3,c4,c5,c6,c7,c8,c9 FROM lic_feed",
                                       &feed);
    release_packs(source);
    return status;
}

/* -- where values are --------------------------------------------------------------------------------- */

static bool is_place(const lic_projection_place *place)
{
    bool stands = place->column < LIC_SET_COLUMNS;
    bool was_zero = place->column == LIC_ZERO_COLUMN && place->is_history;
    bool eight = place->column == LIC_EIGHT_COLUMNS && !place->is_history;
    return place->set != 0 && (stands || was_zero || eight);
}

static lic_status find_place(state_source *source, uint16_t field, lic_projection_place *place)
{
    lic_projection_row row;
    bool found = false;
    lic_projection_begin(source->projection, LIC_PROJECTION_PLACE, &row);
    lic_projection_i64(&row, source->contract->number);
    lic_projection_i64(&row, field);
    LIC_TRY(row.status);
    lic_status status = lic_sql_step(row.sql, &found);
    if (status == LIC_OK && found) {
        *place = (lic_projection_place){.set = lic_sql_i64(row.sql, 0),
                                        .column = (unsigned)lic_sql_i64(row.sql, 1),
                                        .is_history = lic_sql_i64(row.sql, 2) != 0};
        if (!is_place(place)) status = LIC_CORRUPT;
    } else if (status == LIC_OK) {
        status = LIC_CORRUPT;
    }
    lic_sql_reset(row.sql);
    return status;
}

/* The chosen rows of the fields at hand, put over what the set has. */
static lic_status feed_over(state_source *source)
{
    static const char sources[LIC_SET_COLUMNS][4] = {"c2", "c3", "c4", "c5",  "c6",
                                                     "c7", "c8", "c9", "c10", "c11"};
    char names[3 * LIC_SET_COLUMNS + 1] = "", from[5 * LIC_SET_COLUMNS + 1] = "",
                                     over[16 * LIC_SET_COLUMNS + 1] = "", sql[512];
    size_t n = 0, f = 0, o = 0;
    for (unsigned i = 0; i < source->fed_count; i++) {
        char column = (char)('a' + source->columns[i]);
        n += (size_t)snprintf(names + n, sizeof names - n, ",%c", column);
        f += (size_t)snprintf(from + f, sizeof from - f, ",%s", sources[i]);
        o += (size_t)snprintf(over + o, sizeof over - o, "%s%c=excluded.%c", i == 0 ? "" : ",",
                              column, column);
    }
    (void)snprintf(
        sql, sizeof sql,
        "INSERT OR FAIL INTO p_cells(set_id,row%s) SELECT c0,c1%s FROM lic_feed WHERE true "
        "ON CONFLICT(set_id,row) DO UPDATE SET %s",
        names, from, over);
    const lic_feed feed = {.context = source, .rows = source->row_count, .cell = state_cell};
    return lic_store_feed(source->projection->store, sql, &feed);
}

/* By something else of the block: every posting makes a turnover, which has written the balances, too. */
static bool is_written(const state_source *source, const shown_field *shown)
{
    bool grows = lic_projection_grows(&source->image->tables[source->table]);
    return (shown->role == ROLE_ACCOUNT && !grows) || is_placed(source->projection, shown->field);
}

/* What nothing else of the block has written: in place, the fields of one set at a time. */
static lic_status feed_changed(state_source *source)
{
    if (source->row_count == 0) return LIC_OK;
    for (;;) {
        bool eight = false;
        source->fed_count = 0;
        for (unsigned i = 0; i < source->field_count && source->fed_count < LIC_SET_COLUMNS; i++) {
            const shown_field *shown = &source->fields[i];
            lic_projection_place place;
            if (is_written(source, shown)) continue;
            LIC_TRY(find_place(source, shown->field, &place));
            if (source->fed_count != 0 && place.set != source->set) continue;
            source->set = place.set;
            eight = place.column == LIC_EIGHT_COLUMNS;
            source->columns[source->fed_count] = place.column;
            source->fed[source->fed_count++] = shown->field;
            source->projection->placed[shown->field >> 6] |= UINT64_C(1) << (shown->field & 63u);
        }
        if (source->fed_count == 0) return source->text.failed ? LIC_NO_MEMORY : LIC_OK;
        LIC_TRY(eight ? feed_packs(source) : feed_over(source));
    }
}

/* What acts moved, in place. Behind a settlement the balances stand in its turnover: from there they are taken into
 * a set of their own first, once. */
static lic_status feed_balances(state_source *source, uint16_t field, uint32_t *rows,
                                uint64_t count)
{
    lic_projection_place place;
    LIC_TRY(find_place(source, field, &place));
    if (place.is_history) {
        source->fields[source->field_count++].field = field;
        return feed_sets(source);
    }
    source->set = place.set;
    source->columns[0] = place.column;
    source->fed[source->fed_count++] = field;
    source->rows = rows;
    source->row_count = count;
    return place.column == LIC_EIGHT_COLUMNS ? feed_packs(source) : feed_over(source);
}

/* Registers get rows, and so keys, with their cells. */
static void register_key_cell(void *context, uint64_t index, unsigned column, lic_feed_cell *cell)
{
    state_source *source = context;
    uint32_t row = row_at(source, index);
    cell->kind = LIC_FEED_INTEGER;
    if (column == 0) cell->integer = lic_projection_table(source->contract->number, source->table);
    if (column == 1) cell->integer = row;
    if (column < 2) return;
    cell->kind = LIC_FEED_NULL;
    if (source->image->tables[source->table].key_size == 0) return;
    lic_buffer_clear(&source->text);
    lic_key_print(source->image, source->tables, &source->image->tables[source->table],
                  lic_table_key(source->tables, source->table, row), &source->text);
    cell->kind = LIC_FEED_TEXT;
    cell->text = lic_slice_of(source->text.data, source->text.size);
}

/* Those of rows that the block entered: a row keeps its key. */
static lic_status feed_register_keys(state_source *source)
{
    const lic_table *table = &source->image->tables[source->table];
    uint32_t sealed = source->tables->rows_sealed[source->table];
    uint64_t old = 0;
    if (table->kind != LIC_TABLE_KIND_REGISTER) return LIC_OK;
    while (source->rows != NULL && old < source->row_count && source->rows[old] < sealed) old++;
    if (old == source->row_count) return LIC_OK;
    uint32_t *all = source->rows;
    if (all != NULL) source->rows = all + old;
    const lic_feed feed = {
        .context = source, .rows = source->row_count - old, .cell = register_key_cell};
    lic_status status = lic_store_feed(
        source->projection->store,
        "INSERT OR FAIL INTO p_keys(tbl,row,key) SELECT c0,c1,c2 FROM lic_feed WHERE true "
        "ON CONFLICT(tbl,row) DO UPDATE SET key=excluded.key",
        &feed);
    source->rows = all;
    return status;
}

/* -- duties and payments: all columns, in the order of docs/ARCHITECTURE.md ------------------------------- */

static void engine_cell(void *context, uint64_t index, unsigned column, lic_feed_cell *cell)
{
    state_source *source = context;
    uint32_t row = row_at(source, index);
    cell->kind = LIC_FEED_INTEGER;
    if (column == 0) cell->integer = source->contract->number;
    if (column == 1) cell->integer = row;
    if (column < 2 || column - 2 >= source->field_count) return;
    put_cell(source, source->fields[column - 2].field, row, cell);
}

static void collect_engine_fields(state_source *source)
{
    source->field_count = 0;
    for (uint32_t f = 0; f < source->image->fields_count; f++) {
        const lic_field *field = &source->image->fields[f];
        if (field->table != source->table || !field->is_mutable || source->field_count == 9)
            continue;
        source->fields[source->field_count++].field = (uint16_t)f;
    }
}

static lic_status feed_engine_table(state_source *source)
{
    const char *sql = source->table == LIC_TABLE_DUTIES
                          ? "INSERT OR REPLACE INTO p_duties SELECT "
                            "c0,c1,c2,c3,c4,c5,c6,c7,c8,c9,c10 FROM lic_feed"
                          : "INSERT OR REPLACE INTO p_payments SELECT "
                            "c0,c1,c2,c3,c4,c5,c6,c7,c8,c9,c10 FROM lic_feed";
    if (source->row_count == 0) return LIC_OK;
    collect_engine_fields(source);
    const lic_feed feed = {.context = source, .rows = source->row_count, .cell = engine_cell};
    return lic_store_feed(source->projection->store, sql, &feed);
}

/* -- a table, a contract ------------------------------------------------------------------------------------ */

bool lic_projection_grows(const lic_table *table)
{
    return table->kind == LIC_TABLE_KIND_REGISTER || table->kind == LIC_TABLE_KIND_DUTIES ||
           table->kind == LIC_TABLE_KIND_PAYMENTS || table->kind == LIC_TABLE_KIND_HISTORY;
}

/* A settlement writes the fields of most tables over all their rows: which rows changed is of no interest then. */
static bool has_nothing_left(const state_source *source)
{
    if (lic_projection_grows(&source->image->tables[source->table])) return false;
    for (unsigned i = 0; i < source->field_count; i++)
        if (!is_written(source, &source->fields[i])) return false;
    return true;
}

static lic_status put_table(state_source *source, bool all)
{
    if (!all && has_nothing_left(source)) return LIC_OK;
    source->row_count = source->tables->views[source->table].row_count;
    if (!all) LIC_TRY(collect_rows(source));
    lic_status status = LIC_OK;
    if (source->table == LIC_TABLE_DUTIES || source->table == LIC_TABLE_PAYMENTS) {
        status = feed_engine_table(source);
    } else {
        status = feed_register_keys(source);
        /* A register of which nothing changed may lie in the store. */
        bool is_register = source->image->tables[source->table].kind == LIC_TABLE_KIND_REGISTER &&
                           (all || source->row_count != 0);
        if (status == LIC_OK && is_register) {
            status = lic_projection_register(source->projection, source->contract, source->table,
                                             source->rows, source->row_count);
        }
        if (status == LIC_OK) status = all ? feed_sets(source) : feed_changed(source);
    }
    release_rows(source);
    return status;
}

typedef enum occasion { DEPLOYED, OPENED, CHANGED } occasion;

static lic_status put_tables(state_source *source, occasion what)
{
    for (uint32_t t = 0; t < source->image->tables_count; t++) {
        if (!is_projected(source->image, t)) continue;
        source->table = (uint16_t)t;
        collect_fields(source);
        for (unsigned i = 0; what == DEPLOYED && i < source->field_count; i++)
            LIC_TRY(put_field(source, i));
        if (what != DEPLOYED) LIC_TRY(put_table(source, what == OPENED));
    }
    return LIC_OK;
}

static state_source *open_source(lic_projection *projection, const lic_contract_effects *contract)
{
    state_source *source = lic_allocate_zero(projection->allocator, 1, sizeof *source);
    if (source == NULL) return NULL;
    source->projection = projection;
    source->contract = contract;
    source->image = contract->info->image;
    source->tables = contract->tables;
    lic_buffer_init(&source->text, projection->allocator, (size_t)1 << 20);
    return source;
}

static void close_source(state_source *source)
{
    lic_buffer_free(&source->text);
    lic_release(source->projection->allocator, source, sizeof *source);
}

static lic_status put_state(lic_projection *projection, const lic_contract_effects *contract,
                            occasion what)
{
    state_source *source = open_source(projection, contract);
    if (source == NULL) return LIC_NO_MEMORY;
    lic_status status = put_tables(source, what);
    close_source(source);
    return status;
}

lic_status lic_projection_balances(lic_projection *projection, const lic_contract_effects *contract,
                                   uint16_t field, uint32_t *rows, uint64_t count)
{
    state_source *source = open_source(projection, contract);
    if (source == NULL) return LIC_NO_MEMORY;
    source->table = source->image->fields[field].table;
    lic_status status = feed_balances(source, field, rows, count);
    close_source(source);
    return status;
}

lic_status lic_projection_fields(lic_projection *projection, const lic_contract_effects *contract)
{
    return put_state(projection, contract, DEPLOYED);
}

lic_status lic_projection_opened(lic_projection *projection, const lic_contract_effects *contract)
{
    return put_state(projection, contract, OPENED);
}

lic_status lic_projection_changed(lic_projection *projection, const lic_contract_effects *contract)
{
    return put_state(projection, contract, CHANGED);
}

/* -- counters beside what is written over all rows ------------------------------------------------------------ */

typedef struct spare {
    const lic_contract_effects *contract;
    uint16_t field;
} spare;

static void fill_spare(void *context, uint32_t first, uint32_t count, unsigned column,
                       lic_i128 *values, uint8_t *has)
{
    const spare *of = context;
    const lic_tables *tables = of->contract->tables;
    bool wide = lic_type_wide(tables->image->fields[of->field].type);
    (void)column, (void)has;
    for (uint32_t i = 0; i < count; i++)
        values[i] = wide ? lic_field_wide(tables, of->field, first + i)
                         : lic_field_get(tables, of->field, first + i);
}

static lic_status place_spare(void *context, lic_projection *projection, int64_t cells,
                              const uint8_t *places)
{
    const spare *of = context;
    const lic_projection_place place = {.set = cells, .column = places[0]};
    return lic_projection_move(projection, of->contract, of->field, &place);
}

static void release_spare(void *context, lic_projection *projection)
{
    lic_release(projection->allocator, context, sizeof(spare));
}

/* A quarter of the rows or more: then a column of all is cheaper than finding them one by one. */
static bool moved_much(const lic_tables *tables, uint16_t table)
{
    uint64_t pages = 0;
    for (size_t i = 0; i < tables->changed_count; i++) pages += tables->changed[i].table == table;
    uint64_t rows = tables->views[table].row_count;
    return pages != 0 && (pages << tables->image->tables[table].page_shift) * 4 >= rows;
}

static bool is_spare(const lic_projection *projection, const lic_image *image, uint32_t number)
{
    const lic_field *field = &image->fields[number];
    bool kept = field->role == LIC_ROLE_COUNTER || field->role == LIC_ROLE_FACT;
    return field->is_mutable && kept && type_of(field->type) != TYPE_TEXT &&
           !is_placed(projection, (uint16_t)number);
}

static lic_status gather_spare(lic_projection *projection, const lic_contract_effects *contract,
                               uint16_t table, uint16_t field)
{
    spare *of = lic_allocate(projection->allocator, sizeof *of);
    if (of == NULL) return LIC_NO_MEMORY;
    *of = (spare){contract, field};
    const lic_projection_part part = {.context = of,
                                      .fill = fill_spare,
                                      .columns = 1,
                                      .place = place_spare,
                                      .release = release_spare,
                                      .changes = true};
    return lic_projection_gather(projection, table, &part);
}

lic_status lic_projection_spares(lic_projection *projection, const lic_contract_effects *contract,
                                 uint16_t table)
{
    const lic_image *image = contract->info->image;
    if (contract->status_before == LIC_CONTRACT_DRAFT || !is_projected(image, table) ||
        lic_projection_grows(&image->tables[table]) || !moved_much(contract->tables, table))
        return LIC_OK;
    for (uint32_t f = 0; f < image->fields_count; f++) {
        if (image->fields[f].table == table && is_spare(projection, image, f))
            LIC_TRY(gather_spare(projection, contract, table, (uint16_t)f));
    }
    return LIC_OK;
}
