/* projection_rows.c - rows that arrived in a table: their keys, and their columns as JSON in segments
 * of ROWS_A_SEGMENT. A segment is [{"column": value...}...]; of a child table each row is [parent's row
 * number, {...}]. Whole numbers are JSON numbers, everything else is text as in lic_value_print. */
#include "projection.h"
#include "reader.h"

#include <licet/json.h>

enum { ROWS_A_SEGMENT = 256, SHOWN_MAX = 512 };
#define SEGMENT_MAX ((size_t)64 << 20)

typedef struct rows_source {
    const lic_tables *tables;
    const lic_table *table;
    uint16_t number;
    int64_t id;      /* table id */
    lic_buffer text; /* of one key or value */
    lic_buffer json;
    uint32_t *parents; /* a row of a child table: its parent's row */
    uint32_t rows;
    uint16_t shown[SHOWN_MAX];  /* fields, in order */
    lic_slice names[SHOWN_MAX]; /* what stands before their values: {"name":  or ,"name": */
    lic_buffer name_text;
    uint32_t shown_count;
} rows_source;

static lic_slice party_or_key(rows_source *source, uint32_t row)
{
    const lic_image *image = source->tables->image;
    if (source->table->kind == LIC_TABLE_KIND_PARTIES) return image->parties[row].name;
    lic_buffer_clear(&source->text);
    lic_key_print(image, source->tables, source->table,
                  lic_table_key(source->tables, source->number, row), &source->text);
    return lic_slice_of(source->text.data, source->text.size);
}

static void key_cell(void *context, uint64_t row, unsigned column, lic_feed_cell *cell)
{
    rows_source *source = context;
    cell->kind = LIC_FEED_INTEGER;
    if (column == 0) cell->integer = source->id;
    if (column == 1) cell->integer = (int64_t)row;
    if (column < 2) return;
    cell->kind = LIC_FEED_TEXT;
    cell->text = party_or_key(source, (uint32_t)row);
}

static lic_status put_keys(lic_projection *projection, rows_source *source)
{
    bool keyed = source->table->kind == LIC_TABLE_KIND_PARTIES || source->table->key_size > 0;
    if (!keyed || source->rows == 0) return LIC_OK;
    const lic_feed feed = {.context = source, .rows = source->rows, .cell = key_cell};
    LIC_TRY(lic_store_feed(
        projection->store,
        "INSERT OR REPLACE INTO p_keys(tbl,row,key) SELECT c0,c1,c2 FROM lic_feed", &feed));
    return source->text.failed ? LIC_NO_MEMORY : LIC_OK;
}

static lic_status find_parents(lic_projection *projection, rows_source *source)
{
    const lic_table *table = source->table;
    if (table->kind != LIC_TABLE_KIND_CHILD || source->rows == 0) return LIC_OK;
    source->parents = lic_allocate_zero(projection->allocator, source->rows,
                                        sizeof *source->parents);
    if (source->parents == NULL) return LIC_NO_MEMORY;
    uint32_t parents = source->tables->views[table->parent].row_count;
    for (uint32_t p = 0; p < parents; p++) {
        uint64_t span = (uint64_t)lic_field_get(source->tables, table->parent_span, p);
        uint32_t first = (uint32_t)span, count = (uint32_t)(span >> 32);
        for (uint32_t i = 0; i < count && first + i < source->rows; i++)
            source->parents[first + i] = p;
    }
    return LIC_OK;
}

static bool is_number(lic_type type)
{
    return type.kind == LIC_KIND_COUNT;
}

/* Decimal digits without the general formatter: a row has several of them. */
static void put_integer(lic_buffer *target, int64_t value)
{
    char text[LIC_DECIMAL_MAX];
    lic_put_bytes(target, text, lic_decimal_print(value, 0, text));
}

static void put_value(rows_source *source, uint16_t field, uint32_t row)
{
    const lic_tables *tables = source->tables;
    lic_type type = tables->image->fields[field].type;
    lic_buffer *json = &source->json;
    if (is_number(type)) {
        put_integer(json, lic_field_get(tables, field, row));
        return;
    }
    lic_buffer_clear(&source->text);
    lic_value_print(tables->image, tables, type, lic_field_at(tables, field, row), &source->text);
    lic_json_quote(json, lic_slice_of(source->text.data, source->text.size));
}

static void put_row(rows_source *source, uint32_t row)
{
    lic_buffer *json = &source->json;
    bool tombstone = source->table->kind == LIC_TABLE_KIND_REGISTER &&
                     lic_table_retired(source->tables, source->number, row);
    if (tombstone) { /* it keeps its number and has no columns any more */
        lic_put_text(json, "null");
        return;
    }
    if (source->parents != NULL) {
        lic_put_u8(json, '[');
        put_integer(json, source->parents[row]);
        lic_put_u8(json, ',');
    }
    for (uint32_t n = 0; n < source->shown_count; n++) {
        lic_slice name = source->names[n];
        lic_put_bytes(json, name.data, name.size);
        put_value(source, source->shown[n], row);
    }
    lic_put_text(json, source->shown_count == 0 ? "{}" : "}");
    if (source->parents != NULL) lic_put_u8(json, ']');
}

/* Rows first .. first + ROWS_A_SEGMENT - 1, as far as there are any. */
static lic_status put_segment(lic_projection *projection, rows_source *source, uint32_t first)
{
    uint32_t left = source->rows - first;
    uint32_t count = left < ROWS_A_SEGMENT ? left : ROWS_A_SEGMENT;
    lic_buffer_clear(&source->json);
    lic_put_u8(&source->json, '[');
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0) lic_put_u8(&source->json, ',');
        put_row(source, first + i);
    }
    lic_put_u8(&source->json, ']');
    if (source->json.failed || source->text.failed) return LIC_NO_MEMORY;
    lic_projection_row row;
    lic_projection_begin(projection, LIC_PROJECTION_SEGMENT, &row);
    lic_projection_i64(&row, source->id);
    lic_projection_i64(&row, first);
    lic_projection_text(&row, lic_slice_of(source->json.data, source->json.size));
    return lic_projection_write(&row);
}

static lic_status put_segments(lic_projection *projection, rows_source *source)
{
    for (uint32_t first = 0; first < source->rows; first += ROWS_A_SEGMENT) {
        LIC_TRY(put_segment(projection, source, first));
    }
    return LIC_OK;
}

/* Names are quoted once for all rows. */
static lic_status find_columns(rows_source *source)
{
    const lic_image *image = source->tables->image;
    size_t ends[SHOWN_MAX + 1] = {0};
    lic_slice name;
    uint32_t count = 0;
    while (count < SHOWN_MAX) {
        uint16_t field = lic_projection_shown(image, source->table, source->number, count, &name);
        if (field == LIC_NONE16) break;
        source->shown[count] = field;
        lic_put_u8(&source->name_text, count == 0 ? '{' : ',');
        lic_json_quote(&source->name_text, name);
        lic_put_u8(&source->name_text, ':');
        ends[++count] = source->name_text.size;
    }
    if (source->name_text.failed) return LIC_NO_MEMORY;
    source->shown_count = count;
    for (uint32_t n = 0; n < count; n++) {
        source->names[n] = lic_slice_of(source->name_text.data + ends[n], ends[n + 1] - ends[n]);
    }
    return LIC_OK;
}

/* A table that is loaded again is replaced whole. */
static lic_status drop_rows(lic_projection *projection, int64_t id)
{
    const lic_projection_statement drops[] = {LIC_PROJECTION_DROP_SEGMENTS,
                                              LIC_PROJECTION_DROP_KEYS};
    for (size_t i = 0; i < LIC_COUNT(drops); i++) {
        lic_projection_row row;
        lic_projection_begin(projection, drops[i], &row);
        lic_projection_i64(&row, id);
        LIC_TRY(lic_projection_write(&row));
    }
    return LIC_OK;
}

static void open_source(rows_source *source, lic_projection *projection,
                        const lic_contract_effects *contract, uint16_t number)
{
    *source = (rows_source){.tables = contract->tables, .number = number};
    source->table = &contract->info->image->tables[number];
    source->id = lic_projection_table(contract->number, number);
    source->rows = contract->tables->views[number].row_count;
    lic_buffer_init(&source->text, projection->allocator, SEGMENT_MAX);
    lic_buffer_init(&source->json, projection->allocator, SEGMENT_MAX);
    lic_buffer_init(&source->name_text, projection->allocator, SEGMENT_MAX);
}

static void close_source(rows_source *source, lic_projection *projection)
{
    if (source->parents != NULL) {
        lic_release(projection->allocator, source->parents, source->rows * sizeof *source->parents);
    }
    lic_buffer_free(&source->text);
    lic_buffer_free(&source->json);
    lic_buffer_free(&source->name_text);
}

lic_status lic_projection_rows(lic_projection *projection, const lic_contract_effects *contract,
                               uint16_t number)
{
    rows_source source;
    open_source(&source, projection, contract, number);
    lic_status status = contract->deployed ? LIC_OK : drop_rows(projection, source.id);
    if (status == LIC_OK) status = find_columns(&source);
    bool listed = source.table->kind == LIC_TABLE_KIND_SCHEDULE ||
                  source.table->kind == LIC_TABLE_KIND_CHILD;
    if (status == LIC_OK) status = put_keys(projection, &source);
    if (status == LIC_OK && listed) status = find_parents(projection, &source);
    if (status == LIC_OK && listed) status = put_segments(projection, &source);
    close_source(&source, projection);
    return status;
}

static lic_status replace_segment(lic_projection *projection, rows_source *source, uint32_t first)
{
    lic_projection_row row;
    lic_projection_begin(projection, LIC_PROJECTION_DROP_SEGMENT, &row);
    lic_projection_i64(&row, source->id);
    lic_projection_i64(&row, first);
    LIC_TRY(lic_projection_write(&row));
    return put_segment(projection, source, first);
}

/* A register's rows change: the segments that hold the given rows (ascending; NULL: all) are written
 * again. */
lic_status lic_projection_register(lic_projection *projection, const lic_contract_effects *contract,
                                   uint16_t number, const uint32_t *rows, uint64_t count)
{
    rows_source source;
    uint64_t done = UINT64_MAX;
    open_source(&source, projection, contract, number);
    lic_status status = find_columns(&source);
    for (uint64_t i = 0; status == LIC_OK && i < count; i++) {
        uint32_t row = rows == NULL ? (uint32_t)i : rows[i];
        if (row / ROWS_A_SEGMENT == done) continue;
        done = row / ROWS_A_SEGMENT;
        status = replace_segment(projection, &source, row / ROWS_A_SEGMENT * ROWS_A_SEGMENT);
    }
    close_source(&source, projection);
    return status;
}
