/* report/look_ups.c - keys in lines become rows: hashed line by line, found side by side, LIC_BATCH lines at a time, so that
 * their cache misses overlap. Finding may wait: whoever has time for it does it, before the lines are used. */
#include "report/look_ups.h"

#include "reader.h"

static size_t whole_batches(uint32_t lines)
{
    return ((size_t)lines + LIC_BATCH - 1) / LIC_BATCH * LIC_BATCH;
}

lic_status lic_look_ups_room(const lic_intake *intake, uint32_t lines, lic_arena *arena,
                             lic_keys *keys)
{
    size_t all = whole_batches(lines), count = all * intake->look_ups + 1;
    *keys = (lic_keys){.keys = lic_arena_take(arena, count * sizeof *keys->keys),
                       .hashes = lic_arena_take(arena, count * sizeof *keys->hashes),
                       .stopped = lic_arena_take(arena, all * sizeof *keys->stopped)};
    bool good = keys->keys != NULL && keys->hashes != NULL && keys->stopped != NULL;
    return good ? LIC_OK : LIC_NO_MEMORY;
}

/* Lines whose keys are found at once share the first batch's room, which stays in a cache. */
static size_t batch_of(const lic_parsed *parsed, uint32_t line)
{
    return parsed->keys_wait ? line / LIC_BATCH : 0;
}

static size_t key_place(const lic_intake *intake, const lic_parsed *parsed,
                        const lic_intake_column *column, uint32_t line)
{
    size_t batch = batch_of(parsed, line);
    return (batch * intake->look_ups + column->look_up) * LIC_BATCH + line % LIC_BATCH;
}

uint16_t *lic_look_ups_end(const lic_parsed *parsed, uint32_t line)
{
    return &parsed->keys->stopped[batch_of(parsed, line) * LIC_BATCH + line % LIC_BATCH];
}

void lic_look_ups_begin(const lic_intake *intake, const lic_intake_column *column,
                        lic_parsed *parsed, uint32_t line, lic_slice text)
{
    size_t at = key_place(intake, parsed, column, line);
    parsed->keys->keys[at] = text;
    parsed->keys->hashes[at] = lic_index_hash(column->index, text);
    if (!parsed->keys_wait) lic_index_prefetch(column->index, parsed->keys->hashes[at]);
}

/* Keys of the table have its form, so that only of one that is not there it has to be asked. */
static uint8_t why_missing(const lic_intake *intake, const lic_intake_column *column, lic_slice key)
{
    const lic_table *table = &intake->image->tables[column->column->reader.type.aux];
    uint8_t room[32];
    uint8_t code = lic_read_key(intake->image, NULL, table, key, room, &key);
    return code == LIC_READ_OK ? LIC_LINE_UNKNOWN : code;
}

/* Keys of columns before the one at which parsing stopped: a miss there comes first in judging. */
void lic_look_ups_find(const lic_intake *intake, lic_parsed *parsed, uint32_t first, uint32_t end)
{
    for (uint16_t c = intake->report->column_count; c > 0; c--) {
        const lic_intake_column *column = &intake->columns[c - 1];
        if (!column->looked_up) continue;
        uint16_t table = column->column->reader.type.aux;
        bool tombstones = intake->tables->states[table].retired != NULL;
        for (uint32_t i = first; i < end; i++) {
            if (*lic_look_ups_end(parsed, i) < c) continue;
            size_t at = key_place(intake, parsed, column, i);
            uint32_t row = lic_index_find(column->index, parsed->keys->keys[at],
                                          parsed->keys->hashes[at]);
            if (row == LIC_INDEX_NONE ||
                (tombstones && lic_table_retired(intake->tables, table, row)))
                parsed->reasons[i] =
                    column->reasons[why_missing(intake, column, parsed->keys->keys[at])];
            else parsed->items[(size_t)i * intake->slots + column->slot] = row;
        }
    }
}

static uint32_t batch_end(const lic_parsed *parsed, uint32_t first)
{
    return parsed->count - first < LIC_BATCH ? parsed->count : first + LIC_BATCH;
}

static void prefetch(const lic_intake *intake, const lic_parsed *parsed, uint32_t first)
{
    for (uint16_t c = 0; c < intake->report->column_count; c++) {
        const lic_intake_column *column = &intake->columns[c];
        if (!column->looked_up) continue;
        for (uint32_t i = first; i < batch_end(parsed, first); i++)
            if (*lic_look_ups_end(parsed, i) > c)
                lic_index_prefetch(column->index,
                                   parsed->keys->hashes[key_place(intake, parsed, column, i)]);
    }
}

/* Each batch is found while what the next one needs is on its way. */
void lic_look_ups_waiting(const lic_intake *intake, lic_parsed *parsed)
{
    if (!parsed->keys_wait || parsed->count == 0) return;
    prefetch(intake, parsed, 0);
    for (uint32_t first = 0; first < parsed->count; first += LIC_BATCH) {
        uint32_t end = batch_end(parsed, first);
        if (end < parsed->count) prefetch(intake, parsed, end);
        lic_look_ups_find(intake, parsed, first, end);
    }
    parsed->keys_wait = false;
}
