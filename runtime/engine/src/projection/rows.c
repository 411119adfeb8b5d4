/* projection/rows.c - rows that arrived in a table: their keys, and their columns in segments of many
 * rows. A segment is a JSON array with an array a row: its values in the order of p_shown; of a child
 * table the parent's row number stands first. A register's retired row is null.
 *
 * Values are kept as they are stored, because half a million of them come with one load: a number, the
 * units of a decimal, the number of a row that is referred to. What they mean stands once in p_shown,
 * and the view schedule_rows makes of them what lic_value_print would. Whatever is none of these is
 * its own JSON in an array of one, [TEXT], which the view passes on as it is. */
#include "projection/projection.h"
#include "reader.h"

#include <licet/json.h>

#include <string.h>

/* Of registers few rows change in a block, anywhere, and their segments are written again whole. */
enum { ROWS_A_SEGMENT = 4096, REGISTER_ROWS_A_SEGMENT = 8, SHOWN_MAX = 512 };
/* How the view prints a value of p_shown. */
enum { SHOWN_NUMBER = 0, SHOWN_DECIMAL = 1, SHOWN_ROW = 2, SHOWN_JSON = 3 };
#define SEGMENT_MAX ((size_t)64 << 20)

typedef struct rows_source {
    const lic_tables *tables;
    const lic_table *table;
    uint16_t number;
    uint32_t contract;
    int64_t id;      /* table id */
    lic_buffer text; /* of one key or value */
    lic_buffer json;
    const uint32_t *parents; /* a row of a child table: its parent's row */
    uint32_t rows;
    uint16_t shown[SHOWN_MAX];       /* fields, in order */
    uint8_t forms[SHOWN_MAX];        /* SHOWN_ */
    bool wide[SHOWN_MAX];            /* 16 bytes instead of 8 */
    const uint8_t *first[SHOWN_MAX]; /* the value in row 0; further rows every `stride` bytes */
    size_t stride;
    uint32_t shown_count;
    uint32_t segment_rows;
    bool keyed;
} rows_source;

/* Keys that are stored as they are printed. */
static bool keys_lie_ready(const rows_source *source)
{
    return source->table->kind == LIC_TABLE_KIND_PARTIES ||
           source->table->key_form == LIC_FORM_TEXT ||
           source->table->key_form == LIC_FORM_IDENTIFIER;
}

static lic_slice party_or_key(rows_source *source, uint32_t row)
{
    const lic_image *image = source->tables->image;
    if (source->table->kind == LIC_TABLE_KIND_PARTIES) return image->parties[row].name;
    lic_slice key = lic_table_key(source->tables, source->number, row);
    if (keys_lie_ready(source)) return key;
    lic_buffer_clear(&source->text);
    lic_key_print(image, source->tables, source->table, key, &source->text);
    return lic_slice_of(source->text.data, source->text.size);
}

static void key_cell(void *context, uint64_t row, unsigned column, lic_feed_cell *cell)
{
    rows_source *source = context;
    cell->kind = LIC_FEED_INTEGER;
    if (column == 0) cell->integer = source->id;
    if (column == 1) cell->integer = (int64_t)row;
    if (column < 2) return;
    cell->kind = source->keyed ? LIC_FEED_TEXT : LIC_FEED_NULL;
    if (source->keyed) cell->text = party_or_key(source, (uint32_t)row);
}

static lic_status put_keys(lic_projection *projection, rows_source *source)
{
    source->keyed = source->table->kind == LIC_TABLE_KIND_PARTIES || source->table->key_size > 0;
    bool listed = source->keyed || lic_projection_has_state(source->tables->image, source->number);
    if (!listed || source->rows == 0) return LIC_OK;
    const lic_feed feed = {.context = source,
                           .rows = source->rows,
                           .stable = keys_lie_ready(source),
                           .cell = key_cell};
    LIC_TRY(lic_store_feed(
        projection->store,
        "INSERT OR REPLACE INTO p_keys(tbl,row,key) SELECT c0,c1,c2 FROM lic_feed", &feed));
    return source->text.failed ? LIC_NO_MEMORY : LIC_OK;
}

enum { INTEGER_TEXT = 24 };

/* Eight decimal digits of a number below 10^8, one a byte, the first one lowest: halves, then pairs, then digits are
 * divided side by side. */
static uint64_t eight_digits(uint32_t value)
{
    uint64_t fours = value / 10000 | (uint64_t)(value % 10000) << 32;
    uint64_t tops = fours * 10486 >> 20 & UINT64_C(0x0000007F0000007F); /* by 100 */
    uint64_t twos = tops | (fours - tops * 100) << 16;
    uint64_t tens = twos * 103 >> 10 & UINT64_C(0x000F000F000F000F); /* by 10 */
    return tens | (twos - tens * 10) << 8;
}

static uint8_t *print_large(uint8_t *at, uint64_t value)
{
    uint8_t text[INTEGER_TEXT];
    size_t from = sizeof text;
    do text[--from] = (uint8_t)('0' + value % 10);
    while ((value /= 10) != 0);
    memcpy(at, text + from, sizeof text - from);
    return at + (sizeof text - from);
}

/* Decimal digits without the general formatter, into INTEGER_TEXT bytes of room: schedules have millions of numbers, most
 * of them small, of one length or another. Returns where the text ends. */
static uint8_t *print_integer(uint8_t *at, int64_t value)
{
    uint64_t left = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    if (value < 0) *at++ = '-';
    if (left >= 100000000) return print_large(at, left);
    uint64_t digits = eight_digits((uint32_t)left);
    /* that stand before the number */
    unsigned zeros = digits == 0 ? 7 : (unsigned)__builtin_ctzll(digits) / 8;
    lic_store_u64(at, (digits | UINT64_C(0x3030303030303030)) >> zeros * 8);
    return at + (8 - zeros);
}

static void put_json(rows_source *source, uint16_t field, uint32_t row)
{
    const lic_tables *tables = source->tables;
    lic_buffer_clear(&source->text);
    lic_value_print(tables->image, tables, tables->image->fields[field].type,
                    lic_field_at(tables, field, row), &source->text);
    lic_put_u8(&source->json, '[');
    lic_json_quote(&source->json, lic_slice_of(source->text.data, source->text.size));
    lic_put_u8(&source->json, ']');
}

/* Whether the value is printed as a number, and which. */
static bool number_of(const rows_source *source, uint32_t n, uint32_t row, int64_t *number)
{
    const uint8_t *place = source->first[n] + (size_t)row * source->stride;
    if (source->forms[n] == SHOWN_JSON) return false;
    if (!source->wide[n]) {
        *number = (int64_t)lic_load_u64(place);
        return true;
    }
    lic_i128 units = lic_load_i128(place);
    *number = (int64_t)units;
    return units >= INT64_MIN && units <= INT64_MAX;
}

/* Values that are no numbers may be of any length, and the numbers behind them need their room again. */
static void put_values(rows_source *source, uint32_t row)
{
    size_t room = (size_t)(source->shown_count + 1) * INTEGER_TEXT;
    lic_buffer *json = &source->json;
    if (!lic_buffer_reserve(json, room)) return;
    uint8_t *at = json->data + json->size;
    if (source->parents != NULL) at = print_integer(at, source->parents[row]);
    for (uint32_t n = 0; n < source->shown_count; n++) {
        int64_t number = 0;
        if (n > 0 || source->parents != NULL) *at++ = ',';
        if (number_of(source, n, row, &number)) {
            at = print_integer(at, number);
            continue;
        }
        json->size = (size_t)(at - json->data);
        put_json(source, source->shown[n], row);
        if (!lic_buffer_reserve(json, room)) return;
        at = json->data + json->size;
    }
    json->size = (size_t)(at - json->data);
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
    lic_put_u8(json, '[');
    put_values(source, row);
    lic_put_u8(json, ']');
}

/* Rows first .. first + segment_rows - 1, as far as there are any; over what the segment held. */
static lic_status put_segment(lic_projection *projection, rows_source *source, uint32_t first)
{
    uint32_t left = source->rows - first;
    uint32_t count = left < source->segment_rows ? left : source->segment_rows;
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
    for (uint64_t first = 0; first < source->rows; first += source->segment_rows)
        LIC_TRY(put_segment(projection, source, (uint32_t)first));
    return LIC_OK;
}

/* -- what a value means ---------------------------------------------------------------------------- */

/* The view quotes keys by itself; it knows how to escape '"' and '\\', and nothing rarer. */
static bool keys_are_plain(const lic_tables *tables, uint16_t table)
{
    if (!lic_key_is_text(&tables->image->tables[table])) return true;
    for (uint32_t row = 0; row < tables->views[table].row_count; row++) {
        lic_slice key = lic_table_key(tables, table, row);
        for (size_t i = 0; i < key.size; i++)
            if (key.data[i] < 0x20 || key.data[i] == 0x7F) return false;
    }
    return true;
}

static bool is_plain_reference(const rows_source *source, lic_type type)
{
    const lic_table *target = &source->tables->image->tables[type.aux];
    return type.aux != LIC_TABLE_PARTIES && target->key_size != 0 &&
           target->key_form != LIC_FORM_ROW && target->key_form != LIC_FORM_HASH &&
           target->kind != LIC_TABLE_KIND_REGISTER && !source->tables->states[type.aux].absent &&
           keys_are_plain(source->tables, type.aux);
}

/* `registers`: of them any value but a number may change while the rows of a schedule never do, so
 * that they are printed. */
static uint8_t form_of(const rows_source *source, lic_type type)
{
    bool is_register = source->table->kind == LIC_TABLE_KIND_REGISTER;
    switch ((lic_kind)type.kind) {
    case LIC_KIND_COUNT: return SHOWN_NUMBER;
    case LIC_KIND_RATE:
    case LIC_KIND_PRICE:
    case LIC_KIND_MONEY:
    case LIC_KIND_EXACT: return SHOWN_DECIMAL;
    case LIC_KIND_ROW:
        return !is_register && is_plain_reference(source, type) ? SHOWN_ROW : SHOWN_JSON;
    case LIC_KIND_NONE:
    case LIC_KIND_BOOL:
    case LIC_KIND_DATE:
    case LIC_KIND_ENUM:
    case LIC_KIND_TERRITORY:
    case LIC_KIND_TEXT:
    case LIC_KIND_HASH:
    case LIC_KIND_SET:
    case LIC_KIND_SPAN: return SHOWN_JSON;
    }
    return SHOWN_JSON;
}

/* Registers show cells, everything else constants. */
static void find_columns(rows_source *source)
{
    const lic_image *image = source->tables->image;
    bool cells = source->table->kind == LIC_TABLE_KIND_REGISTER;
    source->stride = cells ? source->table->cell_size : source->table->fixed_size;
    lic_slice name;
    uint32_t count = 0;
    while (count < SHOWN_MAX) {
        uint16_t field = lic_projection_shown(image, source->table, source->number, count, &name);
        if (field == LIC_NONE16) break;
        source->shown[count] = field;
        source->wide[count] = lic_type_wide(image->fields[field].type);
        if (source->rows != 0) source->first[count] = lic_field_at(source->tables, field, 0);
        source->forms[count++] = form_of(source, image->fields[field].type);
    }
    source->shown_count = count;
}

/* One row of p_shown a column. Names are quoted here, once for all rows. */
static lic_status put_columns(lic_projection *projection, rows_source *source)
{
    const lic_image *image = source->tables->image;
    bool child = source->table->kind == LIC_TABLE_KIND_CHILD;
    for (uint32_t n = 0; n < source->shown_count; n++) {
        lic_type type = image->fields[source->shown[n]].type;
        lic_slice name;
        (void)lic_projection_shown(image, source->table, source->number, n, &name);
        lic_buffer_clear(&source->text);
        lic_json_quote(&source->text, name);
        lic_put_u8(&source->text, ':');
        if (source->text.failed) return LIC_NO_MEMORY;
        bool reference = source->forms[n] == SHOWN_ROW;
        lic_projection_row row;
        lic_projection_begin(projection, LIC_PROJECTION_SHOWN, &row);
        lic_projection_i64(&row, source->id);
        lic_projection_i64(&row, n + (child ? 1 : 0));
        lic_projection_text(&row, lic_slice_of(source->text.data, source->text.size));
        lic_projection_i64(&row, source->forms[n]);
        lic_projection_i64(&row, type.scale);
        lic_projection_i64(
            &row, type.kind == LIC_KIND_MONEY ? image->currencies[type.currency].minor : 0);
        lic_projection_i64(&row, reference ? lic_projection_table(source->contract, type.aux) : 0);
        LIC_TRY(lic_projection_write(&row));
    }
    return LIC_OK;
}

/* A table that is loaded again is replaced whole. */
static lic_status drop_rows(lic_projection *projection, int64_t id)
{
    const lic_projection_statement drops[] = {LIC_PROJECTION_DROP_SEGMENTS,
                                              LIC_PROJECTION_DROP_KEYS, LIC_PROJECTION_DROP_SHOWN};
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
    source->contract = contract->number;
    source->id = lic_projection_table(contract->number, number);
    source->segment_rows = source->table->kind == LIC_TABLE_KIND_REGISTER ? REGISTER_ROWS_A_SEGMENT
                                                                          : ROWS_A_SEGMENT;
    source->rows = contract->tables->views[number].row_count;
    lic_buffer_init(&source->text, projection->allocator, SEGMENT_MAX);
    lic_buffer_init(&source->json, projection->allocator, SEGMENT_MAX);
}

static void close_source(rows_source *source)
{
    lic_buffer_free(&source->text);
    lic_buffer_free(&source->json);
}

lic_status lic_projection_rows(lic_projection *projection, const lic_contract_effects *contract,
                               uint16_t number)
{
    rows_source source;
    open_source(&source, projection, contract, number);
    lic_status status = contract->deployed ? LIC_OK : drop_rows(projection, source.id);
    bool listed = source.table->kind == LIC_TABLE_KIND_SCHEDULE ||
                  source.table->kind == LIC_TABLE_KIND_CHILD;
    bool shown = listed || source.table->kind == LIC_TABLE_KIND_REGISTER;
    if (shown) find_columns(&source);
    if (status == LIC_OK && shown) status = put_columns(projection, &source);
    if (status == LIC_OK) status = put_keys(projection, &source);
    if (source.table->kind == LIC_TABLE_KIND_CHILD)
        source.parents = contract->tables->states[number].parents;
    if (status == LIC_OK && listed) status = put_segments(projection, &source);
    close_source(&source);
    return status;
}

/* A register's rows change: the segments that hold the given rows (ascending; NULL: all) are written
 * again. */
lic_status lic_projection_register(lic_projection *projection, const lic_contract_effects *contract,
                                   uint16_t number, const uint32_t *rows, uint64_t count)
{
    rows_source source;
    uint64_t done = UINT64_MAX;
    open_source(&source, projection, contract, number);
    lic_status status = LIC_OK;
    find_columns(&source);
    for (uint64_t i = 0; status == LIC_OK && i < count; i++) {
        uint32_t row = rows == NULL ? (uint32_t)i : rows[i];
        if (row / source.segment_rows == done) continue;
        done = row / source.segment_rows;
        status = put_segment(projection, &source, (uint32_t)done * source.segment_rows);
    }
    close_source(&source);
    return status;
}
