/* Lines to items: parse, look up, prefetch. */
#include "report/intake.h"

#include "reader.h"
#include "report/look_ups.h"

#include <string.h>

/* -- preparation --------------------------------------------------------------------------------------------------- */

/* A code that the column's list does not have (it can't arise from a verified image's own forms) falls
 * to the column's first reason. */
static void map_reasons(lic_intake_column *c, uint16_t number, const lic_line_reason *reasons,
                        size_t count)
{
    uint16_t first = 0;
    for (size_t i = count; i > 0; i--)
        if (reasons[i - 1].column == number && reasons[i - 1].code >= LIC_LINE_NEGATIVE &&
            reasons[i - 1].code <= LIC_LINE_UNKNOWN)
            first = (uint16_t)(i - 1);
    for (size_t code = 0; code < 8; code++) c->reasons[code] = first;
    for (size_t i = 0; i < count; i++)
        if (reasons[i].column == number && reasons[i].code >= LIC_LINE_NEGATIVE &&
            reasons[i].code <= LIC_LINE_UNKNOWN)
            c->reasons[reasons[i].code] = (uint16_t)i;
}

static void init_column(lic_intake *intake, uint16_t number, const lic_line_reason *reasons,
                        size_t count)
{
    lic_intake_column *c = &intake->columns[number];
    const lic_column *column = &intake->image->columns[intake->report->first_column + number];
    c->column = column;
    c->form = column->reader.form;
    c->slot = c->form == LIC_FORM_IGNORED ? LIC_NONE16 : column->field;
    c->words = lic_type_wide(column->reader.type) ? 2 : 1;
    c->hash_room = LIC_NONE16;
    map_reasons(c, number, reasons, count);
    if (c->form == LIC_FORM_HASH) c->hash_room = intake->hash_rooms++;
    if (c->form != LIC_FORM_ROW) return;
    const lic_table *table = &intake->image->tables[column->reader.type.aux];
    c->index = intake->tables->states[column->reader.type.aux].index;
    bool by_text = table->key_form == LIC_FORM_TEXT || table->key_form == LIC_FORM_IDENTIFIER;
    c->looked_up = by_text && c->index != NULL && !column->reader.has_empty;
    if (c->looked_up) c->look_up = intake->look_ups++;
}

static uint16_t slot_of_input(const lic_image *image, const lic_phase *phase, uint8_t reg)
{
    for (uint16_t i = 0; i < phase->input_count; i++) {
        const lic_input *input = &image->inputs[phase->first_input + i];
        if (input->reg == reg && input->source == LIC_SOURCE_SLOT) return input->index;
    }
    return LIC_NONE16;
}

static const lic_phase *line_phase(const lic_image *image, const lic_entry *entry)
{
    for (uint16_t i = 0; i < entry->phase_count; i++)
        if (image->phases[entry->first_phase + i].kind == LIC_PHASE_LINES)
            return &image->phases[entry->first_phase + i];
    return NULL;
}

/* What a small table holds is in the cache after the first lines. */
#define CACHED_BYTES ((size_t)256 * 1024)

static bool is_cached(const lic_intake *intake, const lic_intake_touch *touch)
{
    const lic_table_view *view = &intake->tables->views[touch->table];
    size_t row = view->fixed_size + (touch->cells ? view->cell_size : 0u);
    return view->row_count * row <= CACHED_BYTES;
}

/* Drops the touches of small tables that lead to no large one. */
static void drop_cached(lic_intake *intake)
{
    size_t kept = intake->touch_count;
    for (size_t i = intake->touch_count; i-- > 0;) {
        bool leads_on = i + 1 < kept && intake->touches[i + 1].from == i;
        if (leads_on || !is_cached(intake, &intake->touches[i])) continue;
        kept--;
        for (size_t k = i; k < kept; k++) {
            intake->touches[k] = intake->touches[k + 1];
            if (intake->touches[k].from != LIC_NONE16) intake->touches[k].from--;
        }
    }
    intake->touch_count = kept;
    intake->depth_max = 0;
    for (size_t i = 0; i < kept; i++)
        if (intake->touches[i].depth > intake->depth_max)
            intake->depth_max = intake->touches[i].depth;
}

static bool init_touches(lic_intake *intake, lic_arena *arena)
{
    const lic_image *image = intake->image;
    const lic_phase *phase = line_phase(image, &image->entries[intake->report->entry]);
    uint16_t count = phase == NULL ? 0 : phase->touch_count;
    intake->touches = lic_arena_take(arena, (count + 1u) * sizeof *intake->touches);
    intake->touch_rows = lic_arena_take(arena, (count + 1u) * LIC_BATCH * sizeof(uint32_t));
    if (intake->touches == NULL || intake->touch_rows == NULL) return false;
    for (uint16_t i = 0; i < count; i++) {
        const lic_touch *touch = &image->touches[phase->first_touch + i];
        lic_intake_touch *t = &intake->touches[i];
        *t = (lic_intake_touch){.slot = LIC_NONE16,
                                .from = LIC_NONE16,
                                .table = touch->table,
                                .cells = touch->cells,
                                .via = touch->via};
        if (touch->reg != 255) {
            t->slot = slot_of_input(image, phase, touch->reg);
        } else if (i > 0 && intake->touches[i - 1].via != LIC_NONE16) {
            t->from = (uint16_t)(i - 1);
            t->depth = intake->touches[i - 1].depth + 1;
        }
    }
    intake->touch_count = count;
    drop_cached(intake);
    return true;
}

lic_status lic_intake_init(const lic_engine *engine, const lic_contract *contract, lic_arena *arena,
                           const lic_report *report, const lic_line_reason *reasons,
                           size_t reason_count, lic_intake *intake)
{
    memset(intake, 0, sizeof *intake);
    intake->allocator = engine->allocator;
    intake->report = report;
    intake->image = contract->image;
    intake->tables = contract->tables;
    intake->slots = report->slots;
    intake->line_max = engine->rules->line_max;
    intake->columns = lic_arena_take(arena, (report->column_count + 1u) * sizeof *intake->columns);
    if (intake->columns == NULL || report->column_count > LIC_COLUMNS_MAX) return LIC_NO_MEMORY;
    for (uint16_t i = 0; i < report->column_count; i++)
        init_column(intake, i, reasons, reason_count);
    return init_touches(intake, arena) ? LIC_OK : LIC_NO_MEMORY;
}

bool lic_intake_is_constant(const lic_intake *intake)
{
    for (uint16_t c = 0; c < intake->report->column_count; c++) {
        const lic_column *column = intake->columns[c].column;
        if (column->reader.form == LIC_FORM_ROW &&
            intake->image->tables[column->reader.type.aux].kind != LIC_TABLE_KIND_SCHEDULE)
            return false;
    }
    return true;
}

/* -- memory of a chunk -------------------------------------------------------------------------------------------------- */

static size_t hash_bytes(const lic_intake *intake, uint32_t lines)
{
    return (size_t)intake->hash_rooms * lines * LIC_HASH_SIZE;
}

/* Slots of lines that are rejected early are never written: they must still be rows that exist, and are zero. */
lic_status lic_parsed_create(const lic_intake *intake, uint32_t capacity, lic_arena *arena,
                             lic_parsed *parsed)
{
    *parsed = (lic_parsed){.capacity = capacity};
    parsed->items = lic_arena_take(arena, capacity * intake->slots * sizeof *parsed->items);
    parsed->reasons = lic_arena_take(arena, capacity * sizeof *parsed->reasons);
    parsed->offsets = lic_arena_take(arena, capacity * sizeof *parsed->offsets);
    parsed->sizes = lic_arena_take(arena, capacity * sizeof *parsed->sizes);
    parsed->hashes = lic_arena_take(arena, hash_bytes(intake, capacity));
    bool good = parsed->items != NULL && parsed->reasons != NULL && parsed->offsets != NULL &&
                parsed->sizes != NULL && parsed->hashes != NULL;
    return good ? LIC_OK : LIC_NO_MEMORY;
}

/* -- parsing -------------------------------------------------------------------------------------------------------------- */

/* Texts are handles relative to the chunk, hashes relative to the chunk's hash values. */
static void store_value(const lic_intake_column *c, lic_parsed *parsed, uint32_t line,
                        const lic_read_value *value, uint64_t *slot)
{
    if (c->hash_room != LIC_NONE16) {
        size_t room = ((size_t)c->hash_room * parsed->capacity + line) * LIC_HASH_SIZE;
        memcpy(parsed->hashes + room, value->bytes, LIC_HASH_SIZE);
        *slot = lic_batch_hash(room);
    } else if (c->column->reader.type.kind == LIC_KIND_TEXT) {
        size_t offset = value->text.size == 0 ? 0 : (size_t)(value->text.data - parsed->chunk.data);
        *slot = lic_batch_text(offset, value->text.size);
    } else {
        slot[0] = (uint64_t)value->number;
        if (c->words == 2) slot[1] = (uint64_t)((lic_u128)value->number >> 64);
    }
}

static uint8_t parse_column(const lic_intake *intake, const lic_intake_column *c,
                            lic_parsed *parsed, uint32_t line, lic_slice text, uint64_t *item)
{
    if (c->form == LIC_FORM_IGNORED) return LIC_READ_OK;
    if (c->looked_up) {
        lic_look_ups_begin(intake, c, parsed, line, text);
        return LIC_READ_OK;
    }
    if (c->form == LIC_FORM_DIGITS && !c->column->reader.has_empty)
        return lic_read_digits(text, c->column->reader.width, &item[c->slot]);
    lic_read_value value;
    uint8_t code = lic_read(&c->column->reader, intake->image, intake->tables, text, &value);
    if (code == LIC_READ_OK) store_value(c, parsed, line, &value, &item[c->slot]);
    return code;
}

/* Columns in order; the first that is not good gives the line its reason. */
static void parse_columns(const lic_intake *intake, lic_parsed *parsed, uint32_t number,
                          const lic_slice *columns)
{
    uint16_t count = intake->report->column_count;
    uint16_t *stopped = lic_look_ups_end(parsed, number);
    uint64_t *item = parsed->items + (size_t)number * intake->slots;
    for (uint16_t c = 0; c < count; c++) {
        const lic_intake_column *column = &intake->columns[c];
        uint8_t code = parse_column(intake, column, parsed, number, columns[c], item);
        if (LIC_UNLIKELY(code != LIC_READ_OK)) {
            parsed->reasons[number] = column->reasons[code];
            *stopped = c;
            return;
        }
    }
    *stopped = count;
}

/* The next line of the chunk. False at its end, and at a line that is too long. */
static bool parse_next(const lic_intake *intake, lic_line_scan *scan, lic_parsed *parsed)
{
    lic_slice line, beyond, columns[LIC_COLUMNS_MAX];
    uint16_t wanted = intake->report->column_count;
    uint32_t number = parsed->count;
    size_t found = 0;
    if (!lic_lines_take(scan, &line, columns, wanted, &found, &beyond)) return false;
    parsed->too_long = line.size > intake->line_max;
    if (parsed->too_long) return false;
    parsed->offsets[number] = (uint32_t)(line.data - parsed->chunk.data);
    parsed->sizes[number] = (uint32_t)line.size;
    parsed->reasons[number] = LIC_NONE16;
    *lic_look_ups_end(parsed, number) = 0;
    if (!lic_utf8_valid(beyond)) parsed->reasons[number] = LIC_LINE_ENCODING;
    else if (found != wanted) parsed->reasons[number] = LIC_LINE_COLUMNS;
    else parse_columns(intake, parsed, number, columns);
    parsed->count++;
    return true;
}

void lic_intake_lines(const lic_intake *intake, lic_slice chunk, lic_line_scan *scan,
                      lic_keys *keys, bool keys_wait, lic_parsed *parsed)
{
    uint32_t first = 0;
    parsed->chunk = chunk;
    parsed->count = 0;
    parsed->keys = keys;
    parsed->keys_wait = keys_wait;
    parsed->told_apart = false;
    while (parsed->count < parsed->capacity && parse_next(intake, scan, parsed)) {
        if (keys_wait || parsed->count - first < LIC_BATCH) continue;
        lic_look_ups_find(intake, parsed, first, parsed->count);
        first = parsed->count;
    }
    if (!keys_wait) lic_look_ups_find(intake, parsed, first, parsed->count);
    parsed->last = scan->at == scan->end || parsed->too_long;
}

/* -- prefetching ------------------------------------------------------------------------------------------------------------ */

static void prefetch_row(const lic_table_view *view, uint32_t row, bool cells)
{
    const uint8_t *fixed = view->fixed + (size_t)row * view->fixed_size;
    const uint8_t *cell = view->cells + (size_t)row * view->cell_size;
    if (view->fixed_size != 0) {
        LIC_PREFETCH(fixed);
        LIC_PREFETCH(fixed + view->fixed_size - 1);
    }
    if (cells && view->cell_size != 0) {
        LIC_PREFETCH(cell, 1);
        LIC_PREFETCH(cell + view->cell_size - 1, 1);
        LIC_PREFETCH(&view->page_run[row >> view->page_shift]);
    }
}

/* Row that a field of a row names: a reference, or the first of its children. */
static uint32_t follow(const lic_tables *tables, uint16_t field, uint32_t row)
{
    uint64_t value = lic_load_u64(lic_field_at(tables, field, row));
    return (uint32_t)value; /* a span's low half is its first row */
}

void lic_intake_prefetch(lic_intake *intake, const uint64_t *items, uint32_t count)
{
    const lic_tables *tables = intake->tables;
    for (unsigned depth = 0; depth <= intake->depth_max; depth++) {
        for (size_t t = 0; t < intake->touch_count; t++) {
            const lic_intake_touch *touch = &intake->touches[t];
            const lic_table_view *view = &tables->views[touch->table];
            if (touch->depth != depth || (touch->slot == LIC_NONE16 && touch->from == LIC_NONE16))
                continue;
            uint32_t *rows = intake->touch_rows + t * LIC_BATCH;
            for (uint32_t i = 0; i < count; i++) {
                uint32_t row = LIC_NONE32;
                if (touch->slot != LIC_NONE16)
                    row = (uint32_t)items[(size_t)i * intake->slots + touch->slot];
                else if (intake->touch_rows[touch->from * LIC_BATCH + i] != LIC_NONE32)
                    row = follow(tables, intake->touches[touch->from].via,
                                 intake->touch_rows[touch->from * LIC_BATCH + i]);
                rows[i] = row < view->row_count ? row : LIC_NONE32;
                if (rows[i] != LIC_NONE32) prefetch_row(view, row, touch->cells);
            }
        }
    }
}
