/* projection/projection.c - the projection's frame: its statements, rows, feeds, and the order in which a
 * block's effects are written. */
#include "projection/projection.h"

#include <stdio.h>
#include <string.h>

static const char *const statement_texts[] = {
#define X(name, sql) sql,
    LIC_PROJECTION_STATEMENTS(X)
#undef X
};

lic_status lic_projection_create(const lic_allocator *allocator, lic_projection **result)
{
    lic_projection *projection = lic_allocate_zero(allocator, 1, sizeof *projection);
    if (projection == NULL) return LIC_NO_MEMORY;
    projection->allocator = allocator;
    *result = projection;
    return LIC_OK;
}

void lic_projection_attach(lic_projection *projection, lic_store *store)
{
    lic_projection_detach(projection);
    projection->store = store;
}

void lic_projection_detach(lic_projection *projection)
{
    for (size_t i = 0; i < LIC_COUNT(projection->statements); i++) {
        lic_sql_destroy(projection->statements[i]);
        projection->statements[i] = NULL;
    }
    projection->store = NULL;
}

void lic_projection_destroy(lic_projection *projection)
{
    if (projection == NULL) return;
    lic_projection_detach(projection);
    lic_release(projection->allocator, projection, sizeof *projection);
}

/* -- single rows ------------------------------------------------------------------------------------ */

void lic_projection_begin(lic_projection *projection, lic_projection_statement statement,
                          lic_projection_row *row)
{
    *row = (lic_projection_row){.projection = projection, .status = LIC_OK};
    lic_sql **sql = &projection->statements[statement];
    if (*sql == NULL)
        row->status = lic_sql_prepare(projection->store, statement_texts[statement], sql);
    row->sql = *sql;
}

void lic_projection_i64(lic_projection_row *row, int64_t value)
{
    if (row->status == LIC_OK) lic_sql_bind_i64(row->sql, ++row->at, value);
}

void lic_projection_null(lic_projection_row *row)
{
    if (row->status == LIC_OK) lic_sql_bind_null(row->sql, ++row->at);
}

void lic_projection_text(lic_projection_row *row, lic_slice text)
{
    if (row->status == LIC_OK) lic_sql_bind_text(row->sql, ++row->at, text);
}

void lic_projection_string(lic_projection_row *row, const char *text)
{
    lic_projection_text(row, lic_slice_text(text));
}

void lic_projection_units(lic_projection_row *row, lic_i128 value)
{
    LIC_ASSERT(row->decimal_count < LIC_COUNT(row->decimals));
    char *text = row->decimals[row->decimal_count++];
    size_t size = lic_decimal_print(value, 0, text);
    lic_projection_text(row, lic_slice_of(text, size));
}

lic_status lic_projection_write(lic_projection_row *row)
{
    return row->status == LIC_OK ? lic_sql_run(row->sql) : row->status;
}

/* -- bulk ---------------------------------------------------------------------------------------------- */

void lic_projection_cell(lic_i128 value, char room[LIC_DECIMAL_MAX], lic_feed_cell *cell)
{
    if (value >= INT64_MIN && value <= INT64_MAX) {
        cell->kind = LIC_FEED_INTEGER;
        cell->integer = (int64_t)value;
        return;
    }
    cell->kind = LIC_FEED_TEXT;
    cell->text = lic_slice_of(room, lic_decimal_print(value, 0, room));
}

lic_status lic_projection_bulk(lic_projection *projection, unsigned columns, const lic_feed *feed)
{
    static const char names[] = ",a,b,c,d,e,f,g,h,i,j";
    static const char sources[] = ",c2,c3,c4,c5,c6,c7,c8,c9,c10,c11";
    LIC_ASSERT(columns <= LIC_SET_COLUMNS);
    /* c10 and c11 are a character longer than the ones before them */
    unsigned length = columns <= 8 ? columns * 3 : columns * 4 - 8;
    if (feed->rows == 0) return LIC_OK;
    lic_feed_cell set = {.kind = LIC_FEED_NULL}; /* the same in every row */
    feed->cell(feed->context, 0, 0, &set);
    lic_feed of_set = *feed;
    of_set.same = set.integer;
    char sql[256];
    (void)snprintf(sql, sizeof sql,
                   "INSERT OR FAIL INTO p_cells(set_id,row%.*s) SELECT ?1,c1%.*s FROM lic_feed",
                   (int)(columns * 2), names, (int)length, sources);
    return lic_store_feed(projection->store, sql, &of_set);
}

/* -- sets ------------------------------------------------------------------------------------------------ */

lic_status lic_projection_number(lic_projection *projection, int64_t *number)
{
    if (projection->ordinal >= UINT32_C(1) << 24) return LIC_TOO_LARGE;
    *number = (int64_t)(projection->height << 24 | projection->ordinal);
    projection->ordinal++;
    return LIC_OK;
}

static void put_period(lic_projection_row *row, const lic_projection_set *set,
                       char text[LIC_PERIOD_TEXT])
{
    if (set->period_kind == 0) {
        lic_projection_null(row);
        lic_projection_null(row);
        lic_projection_null(row);
        return;
    }
    lic_period period = {set->run->full_first, set->run->full_last};
    lic_period_print((lic_period_kind)set->period_kind, period, text);
    lic_projection_string(row, text);
    lic_projection_i64(row, set->run->first);
    lic_projection_i64(row, set->run->last);
}

lic_status lic_projection_set_put(lic_projection *projection, const lic_projection_set *set)
{
    lic_projection_row row;
    char period[LIC_PERIOD_TEXT];
    lic_projection_begin(projection, LIC_PROJECTION_SET, &row);
    lic_projection_i64(&row, set->id);
    lic_projection_i64(&row, set->kind);
    lic_projection_i64(&row, set->contract);
    lic_projection_i64(&row, lic_projection_table(set->contract, set->table));
    lic_projection_i64(&row, (int64_t)set->rows);
    lic_projection_i64(&row, (int64_t)projection->height);
    put_period(&row, set, period);
    lic_projection_i64(&row, set->run->today);
    lic_projection_text(&row, set->name);
    lic_projection_text(&row, set->label);
    lic_projection_text(&row, set->anchor);
    lic_projection_string(&row, set->currency == NULL ? "" : set->currency->code);
    lic_projection_i64(&row, set->exact_scale);
    lic_projection_i64(&row, set->currency == NULL ? 0 : set->currency->unit_scale);
    lic_projection_i64(&row, set->decimals);
    lic_projection_i64(&row, set->cells == 0 ? set->id : set->cells);
    for (size_t i = 0; i < LIC_COUNT(set->places); i++) lic_projection_i64(&row, set->places[i]);
    for (unsigned i = 0; i < LIC_COUNT(set->totals); i++) {
        if (i < set->summed) lic_projection_units(&row, set->totals[i]);
        else lic_projection_null(&row);
    }
    return lic_projection_write(&row);
}

uint8_t lic_projection_period(const lic_image *image, const lic_run_effects *run)
{
    if (run->full_first == 0 && run->full_last == 0) return 0;
    switch (run->kind) {
    case LIC_ENTRY_REPORT: return image->reports[run->subject].period;
    case LIC_ENTRY_STATEMENT: return image->statements[run->subject].period;
    case LIC_ENTRY_PERIOD: return image->periodics[run->subject].period;
    default: return 0;
    }
}

unsigned lic_projection_decimals(const lic_image *image, const lic_currency *currency)
{
    unsigned decimals = currency->unit_scale;
    lic_i128 unit = image->rules.unit;
    while (decimals > currency->minor && unit > 0 && unit % 10 == 0) {
        unit /= 10;
        decimals--;
    }
    return decimals;
}

uint16_t lic_projection_account_table(const lic_image *image, uint16_t account)
{
    return image->fields[image->accounts[account].field].table;
}

/* Constants of schedules; of registers, whose rows actions write, the cells that are columns. */
static bool is_shown(const lic_image *image, const lic_table *table, uint16_t number)
{
    if (number == LIC_NONE16) return false;
    const lic_field *field = &image->fields[number];
    bool cell = table->kind == LIC_TABLE_KIND_REGISTER && field->role == LIC_ROLE_COLUMN;
    return field->type.kind != LIC_KIND_SPAN && (cell || !field->is_mutable);
}

uint16_t lic_projection_shown(const lic_image *image, const lic_table *table, uint32_t number,
                              uint32_t n, lic_slice *name)
{
    for (uint32_t c = 0; c < table->column_count; c++) {
        const lic_column *column = &image->columns[table->first_column + c];
        if (!is_shown(image, table, column->field) || n-- > 0) continue;
        *name = column->name;
        return column->field;
    }
    for (uint32_t f = 0; table->column_count == 0 && f < image->fields_count; f++) {
        const lic_field *field = &image->fields[f];
        if (field->table != number || !is_shown(image, table, (uint16_t)f) || n-- > 0) continue;
        *name = field->name;
        return (uint16_t)f;
    }
    return LIC_NONE16;
}

/* -- uploads ----------------------------------------------------------------------------------------------- */

/* What an upload is of; how far it is stands in the engine's own row. */
static lic_status put_upload(lic_projection *projection, const lic_upload_effects *upload)
{
    lic_projection_row row;
    char period[LIC_PERIOD_TEXT];
    lic_projection_begin(projection, LIC_PROJECTION_UPLOAD, &row);
    lic_projection_i64(&row, upload->number);
    lic_projection_text(&row, upload->subject);
    if (upload->period_kind == 0) {
        lic_projection_null(&row);
    } else {
        const lic_period first = {upload->first, upload->first};
        lic_period_print((lic_period_kind)upload->period_kind, first, period);
        lic_projection_string(&row, period);
    }
    return lic_projection_write(&row);
}

/* -- a block ------------------------------------------------------------------------------------------------ */

static lic_status apply_contract(lic_projection *projection, const lic_contract_effects *contract,
                                 const lic_run_effects *runs)
{
    const lic_image *image = contract->info->image;
    if (contract->deployed) LIC_TRY(lic_projection_deployed(projection, contract));
    LIC_TRY(lic_projection_head(projection, contract));
    if (contract->tables == NULL) return LIC_OK;
    for (uint32_t t = 0; t < image->tables_count; t++) {
        if (contract->deployed || contract->loaded[t]) {
            LIC_TRY(lic_projection_rows(projection, contract, (uint16_t)t));
        }
    }
    if (contract->deployed) LIC_TRY(lic_projection_fields(projection, contract));
    bool live = contract->info->status != LIC_CONTRACT_DRAFT;
    bool opens = live && contract->status_before == LIC_CONTRACT_DRAFT;
    if (opens) LIC_TRY(lic_projection_opened(projection, contract));
    for (const lic_run_effects *run = runs; run != NULL; run = run->next) {
        if (run->contract != contract->number) continue;
        LIC_TRY(lic_projection_results(projection, contract, run));
        if (run->report != NULL) LIC_TRY(lic_projection_report(projection, image, run));
        if (run->statement_count > 0) LIC_TRY(lic_projection_statements(projection, contract, run));
    }
    LIC_TRY(lic_projection_turnover(projection, contract, runs));
    LIC_TRY(lic_projection_flush_all(projection, contract));
    return live && !opens ? lic_projection_changed(projection, contract) : LIC_OK;
}

/* Of one contract: nothing of it may reach the next one, nor the next block after a failure. */
static void forget(lic_projection *projection)
{
    memset(projection->placed, 0, sizeof projection->placed);
    lic_projection_forget(projection);
}

static lic_status apply(void *context, const lic_block_effects *effects)
{
    lic_projection *projection = context;
    if (projection->store == NULL) return LIC_OK;
    projection->height = effects->height;
    projection->ordinal = 0;
    for (const lic_contract_effects *c = effects->contracts; c != NULL; c = c->next) {
        lic_status status = apply_contract(projection, c, effects->runs);
        forget(projection);
        LIC_TRY(status);
    }
    for (const lic_upload_effects *u = effects->uploads; u != NULL; u = u->next)
        LIC_TRY(put_upload(projection, u));
    return LIC_OK;
}

lic_effects_sink lic_projection_sink(lic_projection *projection)
{
    return (lic_effects_sink){.context = projection, .apply = apply};
}
