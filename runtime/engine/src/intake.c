/* Lines to items: parse, look up, prefetch. */
#include "intake.h"

#include "reader.h"

#include <string.h>

/* -- preparation --------------------------------------------------------------------------------------------------- */

/* A code that the column's list does not have (it can't arise from a verified image's own forms) falls
 * to the column's first reason. */
static void map_reasons(lic_intake_column *c, uint16_t number, const lic_line_reason *reasons, size_t count)
{
    uint16_t first = 0;
    for (size_t i = count; i > 0; i--)
        if (reasons[i - 1].column == number && reasons[i - 1].code >= LIC_LINE_NEGATIVE &&
            reasons[i - 1].code <= LIC_LINE_UNKNOWN)
            first = (uint16_t)(i - 1);
    for (size_t code = 0; code < 8; code++)
        c->reasons[code] = first;
    for (size_t i = 0; i < count; i++)
        if (reasons[i].column == number && reasons[i].code >= LIC_LINE_NEGATIVE &&
            reasons[i].code <= LIC_LINE_UNKNOWN)
            c->reasons[reasons[i].code] = (uint16_t)i;
}

static void init_column(lic_intake *intake, uint16_t number, const lic_line_reason *reasons, size_t count)
{
    lic_intake_column *c = &intake->columns[number];
    const lic_column *column = &intake->image->columns[intake->report->first_column + number];
    c->column = column;
    c->form = column->reader.form;
    c->slot = c->form == LIC_FORM_IGNORED ? LIC_NONE16 : column->field;
    c->words = lic_type_wide(column->reader.type) ? 2 : 1;
    c->hash_room = LIC_NONE16;
    map_reasons(c, number, reasons, count);
    if (c->form == LIC_FORM_HASH)
        c->hash_room = intake->hash_rooms++;
    if (c->form != LIC_FORM_ROW)
        return;
    const lic_tables *tables = intake->work->contract->tables;
    const lic_table *table = &intake->image->tables[column->reader.type.aux];
    c->index = tables->states[column->reader.type.aux].index;
    bool by_text = table->key_form == LIC_FORM_TEXT || table->key_form == LIC_FORM_IDENTIFIER;
    c->looked_up = by_text && c->index != NULL && !column->reader.has_empty;
    if (c->looked_up)
        c->look_up = intake->look_ups++;
}

static uint16_t slot_of_input(const lic_image *image, const lic_phase *phase, uint8_t reg)
{
    for (uint16_t i = 0; i < phase->input_count; i++) {
        const lic_input *input = &image->inputs[phase->first_input + i];
        if (input->reg == reg && input->source == LIC_SOURCE_SLOT)
            return input->index;
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

static bool init_touches(lic_intake *intake)
{
    const lic_image *image = intake->image;
    const lic_phase *phase = line_phase(image, &image->entries[intake->report->entry]);
    uint16_t count = phase == NULL ? 0 : phase->touch_count;
    intake->touches = lic_arena_take(intake->work->arena, (count + 1u) * sizeof *intake->touches);
    intake->touch_rows = lic_arena_take(intake->work->arena, (count + 1u) * LIC_BATCH * sizeof(uint32_t));
    if (intake->touches == NULL || intake->touch_rows == NULL)
        return false;
    for (uint16_t i = 0; i < count; i++) {
        const lic_touch *touch = &image->touches[phase->first_touch + i];
        lic_intake_touch *t = &intake->touches[i];
        *t = (lic_intake_touch){.slot = LIC_NONE16, .from = LIC_NONE16, .table = touch->table,
                                .cells = touch->cells, .via = touch->via};
        if (touch->reg != 255) {
            t->slot = slot_of_input(image, phase, touch->reg);
        } else if (i > 0 && intake->touches[i - 1].via != LIC_NONE16) {
            t->from = (uint16_t)(i - 1);
            t->depth = intake->touches[i - 1].depth + 1;
        }
        intake->depth_max = t->depth > intake->depth_max ? t->depth : intake->depth_max;
    }
    intake->touch_count = count;
    return true;
}

/* Handles of HASH columns are the same in every batch: only the bytes behind them change. */
static bool init_hashes(lic_intake *intake)
{
    size_t rooms = (size_t)intake->hash_rooms * LIC_BATCH;
    intake->hash_bytes = lic_arena_take(intake->work->arena, rooms * LIC_HASH_SIZE + 1);
    if (intake->hash_bytes == NULL)
        return false;
    for (size_t i = 0; i < rooms; i++) {
        uint64_t handle = lic_work_text(intake->work, lic_slice_of(intake->hash_bytes, LIC_HASH_SIZE));
        if (handle == 0)
            return false;
        intake->work->texts[handle - 1] = lic_slice_of(intake->hash_bytes + i * LIC_HASH_SIZE, LIC_HASH_SIZE);
        if (i == 0)
            intake->first_hash_handle = handle;
    }
    return true;
}

lic_status lic_intake_init(lic_work *work, const lic_report *report, const lic_line_reason *reasons,
                           size_t reason_count, lic_intake *intake)
{
    memset(intake, 0, sizeof *intake);
    intake->work = work;
    intake->report = report;
    intake->image = work->contract->image;
    intake->slots = report->slots;
    intake->columns = lic_arena_take(work->arena, (report->column_count + 1u) * sizeof *intake->columns);
    if (intake->columns == NULL || report->column_count > LIC_COLUMNS_MAX)
        return LIC_NO_MEMORY;
    for (uint16_t i = 0; i < report->column_count; i++)
        init_column(intake, i, reasons, reason_count);
    intake->items = lic_arena_take(work->arena, (LIC_BATCH * intake->slots + 1) * sizeof(uint64_t));
    intake->keys = lic_arena_take(work->arena, (LIC_BATCH * intake->look_ups + 1u) * sizeof(lic_slice));
    intake->hashes = lic_arena_take(work->arena, (LIC_BATCH * intake->look_ups + 1u) * sizeof(uint64_t));
    if (intake->items == NULL || intake->keys == NULL || intake->hashes == NULL || !init_touches(intake) ||
        !init_hashes(intake))
        return LIC_NO_MEMORY;
    return LIC_OK;
}

/* -- parsing -------------------------------------------------------------------------------------------------------------- */

static uint8_t start_look_up(lic_intake *intake, const lic_intake_column *c, uint32_t i, lic_slice text)
{
    const lic_table *table = &intake->image->tables[c->column->reader.type.aux];
    uint8_t room[32];
    lic_slice key;
    uint8_t code = lic_read_key(intake->image, NULL, table, text, room, &key);
    if (code != LIC_READ_OK)
        return code;
    size_t at = (size_t)c->look_up * LIC_BATCH + i;
    intake->keys[at] = key;
    intake->hashes[at] = lic_index_hash(c->index, key);
    lic_index_prefetch(c->index, intake->hashes[at]);
    return LIC_READ_OK;
}

static void store_value(lic_intake *intake, const lic_intake_column *c, uint32_t i, const lic_slice *line,
                        const lic_read_value *value, uint64_t *slot)
{
    (void)line;
    if (c->hash_room != LIC_NONE16) {
        size_t room = (size_t)c->hash_room * LIC_BATCH + i;
        memcpy(intake->hash_bytes + room * LIC_HASH_SIZE, value->bytes, LIC_HASH_SIZE);
        *slot = intake->first_hash_handle + room;
    } else if (c->column->reader.type.kind == LIC_KIND_TEXT) {
        size_t offset = value->text.size == 0 ? 0 : (size_t)(value->text.data - intake->work->batch_base);
        *slot = lic_batch_text(offset, value->text.size);
    } else {
        slot[0] = (uint64_t)value->number;
        if (c->words == 2)
            slot[1] = (uint64_t)((lic_u128)value->number >> 64);
    }
}

static uint8_t parse_column(lic_intake *intake, const lic_intake_column *c, uint32_t i, lic_slice text,
                            uint64_t *item)
{
    if (c->form == LIC_FORM_IGNORED)
        return LIC_READ_OK;
    if (c->looked_up)
        return start_look_up(intake, c, i, text);
    if (c->form == LIC_FORM_DIGITS && !c->column->reader.has_empty)
        return lic_read_digits(text, c->column->reader.width, &item[c->slot]);
    lic_read_value value;
    uint8_t code = lic_read(&c->column->reader, intake->image, intake->work->contract->tables, text, &value);
    if (code == LIC_READ_OK)
        store_value(intake, c, i, NULL, &value, &item[c->slot]);
    return code;
}

static void parse_line(lic_intake *intake, uint32_t i, lic_slice line)
{
    lic_slice columns[LIC_COLUMNS_MAX];
    bool ascii = false;
    uint16_t count = intake->report->column_count;
    uint64_t *item = intake->items + (size_t)i * intake->slots;
    size_t found = lic_lines_split(line, columns, count, &ascii);
    intake->stopped[i] = 0;
    intake->reason[i] = LIC_NONE16;
    if (!ascii && !lic_utf8_valid(line)) {
        intake->reason[i] = LIC_LINE_ENCODING;
        return;
    }
    if (found != count) {
        intake->reason[i] = LIC_LINE_COLUMNS;
        return;
    }
    for (uint16_t c = 0; c < count; c++) {
        const lic_intake_column *column = &intake->columns[c];
        uint8_t code = parse_column(intake, column, i, columns[c], item);
        if (code != LIC_READ_OK) {
            intake->reason[i] = column->reasons[code];
            intake->stopped[i] = c;
            return;
        }
    }
    intake->stopped[i] = count;
}

/* Keys of columns before the one at which parsing stopped: a miss there comes first in judging. */
static void resolve(lic_intake *intake)
{
    const lic_tables *tables = intake->work->contract->tables;
    for (uint16_t c = intake->report->column_count; c > 0; c--) {
        const lic_intake_column *column = &intake->columns[c - 1];
        if (!column->looked_up)
            continue;
        uint16_t table = column->column->reader.type.aux;
        bool tombstones = tables->states[table].retired != NULL;
        for (uint32_t i = 0; i < intake->count; i++) {
            if (intake->stopped[i] < c)
                continue;
            size_t at = (size_t)column->look_up * LIC_BATCH + i;
            uint32_t row = lic_index_find(column->index, intake->keys[at], intake->hashes[at]);
            if (row == LIC_INDEX_NONE || (tombstones && lic_table_retired(tables, table, row)))
                intake->reason[i] = column->reasons[LIC_LINE_UNKNOWN];
            else
                intake->items[(size_t)i * intake->slots + column->slot] = row;
        }
    }
}

void lic_intake_batch(lic_intake *intake, lic_line_cursor *cursor)
{
    lic_slice line;
    uint32_t limit = intake->work->engine->rules->line_max;
    intake->count = 0;
    while (intake->count < LIC_BATCH && lic_lines_next(cursor, &line)) {
        uint32_t i = intake->count;
        intake->lines[i] = ++intake->line;
        intake->offsets[i] = intake->offset;
        intake->sizes[i] = (uint32_t)line.size;
        intake->offset += line.size + 1;
        if (line.size > limit) {
            intake->too_long = true;
            intake->count = 0;
            return;
        }
        parse_line(intake, i, line);
        intake->count++;
    }
    resolve(intake);
}

/* -- prefetching ------------------------------------------------------------------------------------------------------------ */

static void prefetch_row(const lic_table_view *view, uint32_t row, bool cells)
{
    if (view->fixed_size != 0)
        __builtin_prefetch(view->fixed + (size_t)row * view->fixed_size);
    if (cells && view->cell_size != 0) {
        __builtin_prefetch(view->cells + (size_t)row * view->cell_size, 1);
        __builtin_prefetch(&view->page_run[row >> view->page_shift]);
    }
}

/* Row that a field of a row names: a reference, or the first of its children. */
static uint32_t follow(const lic_tables *tables, uint16_t field, uint32_t row)
{
    uint64_t value = lic_load_u64(lic_field_at(tables, field, row));
    return (uint32_t)value; /* a span's low half is its first row */
}

void lic_intake_prefetch(lic_intake *intake)
{
    const lic_tables *tables = intake->work->contract->tables;
    for (unsigned depth = 0; depth <= intake->depth_max; depth++) {
        for (size_t t = 0; t < intake->touch_count; t++) {
            const lic_intake_touch *touch = &intake->touches[t];
            const lic_table_view *view = &tables->views[touch->table];
            if (touch->depth != depth || (touch->slot == LIC_NONE16 && touch->from == LIC_NONE16))
                continue;
            uint32_t *rows = intake->touch_rows + t * LIC_BATCH;
            for (uint32_t i = 0; i < intake->count; i++) {
                uint32_t row = LIC_NONE32;
                if (touch->slot != LIC_NONE16)
                    row = (uint32_t)intake->items[(size_t)i * intake->slots + touch->slot];
                else if (intake->touch_rows[touch->from * LIC_BATCH + i] != LIC_NONE32)
                    row = follow(tables, intake->touches[touch->from].via,
                                 intake->touch_rows[touch->from * LIC_BATCH + i]);
                rows[i] = row < view->row_count ? row : LIC_NONE32;
                if (rows[i] != LIC_NONE32)
                    prefetch_row(view, row, touch->cells);
            }
        }
    }
}
