/* projection/sheet.c - what a block writes over the same rows of a table: results, turnovers, statements, counters. Their
 * columns are laid side by side into sets of p_cells, ten at most, and only those that say something new: a column that is
 * zero in every row is not written, and one that equals another is written once. Of a month's columns that is half: what nothing
 * tops up, what was earned and is paid, what a statement repeats of an account.
 *
 * Which columns are equal is found by splitting: all are taken for equal, zero with them, until a stretch of
 * rows tells them apart. A column that equals no other is not looked at again. */
#include "projection/projection.h"

#include <string.h>

enum {
    STRETCH_VALUES = 1 << 13, /* of all columns, looked at together: they stay in the cache */
    STRETCH_ROWS_MIN = 16,
    STRETCH_ROWS_MAX = 512,
    SCRATCH_MAX = 64 << 20,
    ZERO = 0 /* the column that is zero everywhere: the first one */
};

typedef struct sheet_column {
    const lic_projection_part *part;
    unsigned at;   /* in the part */
    uint32_t same; /* the first column that it equals, maybe itself */
    uint32_t next; /* while splitting: the next column that left those of `same` in this stretch */
    bool in_doubt; /* it equals another one so far */
} sheet_column;

typedef struct sheet_set {
    int64_t id;
    uint32_t columns[LIC_SET_COLUMNS];
    unsigned count;
} sheet_set;

typedef struct sheet_writer {
    lic_projection *projection;
    const lic_projection_part *parts;
    size_t part_count;
    const uint32_t *rows; /* NULL: 0 .. count - 1 */
    uint64_t count;
    sheet_column *columns;
    uint32_t column_count;
    sheet_set *sets;
    size_t set_count;
    /* a stretch of rows, for each column */
    lic_i128 *values;
    uint8_t *has;
    uint32_t room, first, filled;
    const sheet_set *fed;
    char text[LIC_DECIMAL_MAX];
} sheet_writer;

static lic_i128 *values_of(const sheet_writer *s, uint32_t column)
{
    return s->values + (size_t)column * s->room;
}

static uint8_t *has_of(const sheet_writer *s, uint32_t column)
{
    return s->has + (size_t)column * s->room;
}

static void fill(const sheet_writer *s, uint32_t column)
{
    const sheet_column *c = &s->columns[column];
    memset(has_of(s, column), 1, s->filled);
    c->part->fill(c->part->context, s->first, s->filled, c->at, values_of(s, column),
                  has_of(s, column));
}

static void begin_stretch(sheet_writer *s, uint64_t first)
{
    s->first = (uint32_t)first;
    s->filled = s->count - first < s->room ? (uint32_t)(s->count - first) : s->room;
}

/* -- which columns are equal --------------------------------------------------------------------------- */

static bool are_equal(const sheet_writer *s, uint32_t a, uint32_t b)
{
    return memcmp(values_of(s, a), values_of(s, b), s->filled * sizeof(lic_i128)) == 0 &&
           memcmp(has_of(s, a), has_of(s, b), s->filled) == 0;
}

/* A column goes to the first one that it equals among those that were taken for equal so far. */
static void split(sheet_writer *s)
{
    for (uint32_t c = 0; c < s->column_count; c++) s->columns[c].next = LIC_NONE32;
    for (uint32_t c = 1; c < s->column_count; c++) {
        if (!s->columns[c].in_doubt || s->columns[c].same == c) continue;
        uint32_t at = s->columns[c].same, last = at;
        while (at != LIC_NONE32 && !are_equal(s, c, at)) {
            last = at;
            at = s->columns[at].next;
        }
        s->columns[c].same = at == LIC_NONE32 ? c : at;
        if (at == LIC_NONE32) s->columns[last].next = c;
    }
}

/* Says whether any column is in doubt still. */
static bool find_doubtful(sheet_writer *s)
{
    bool any = false;
    for (uint32_t c = 0; c < s->column_count; c++) s->columns[c].in_doubt = false;
    for (uint32_t c = 1; c < s->column_count; c++) {
        uint32_t same = s->columns[c].same;
        if (same == c) continue;
        s->columns[c].in_doubt = s->columns[same].in_doubt = true;
        any = true;
    }
    return any;
}

static void find_equal(sheet_writer *s)
{
    memset(values_of(s, ZERO), 0, s->room * sizeof(lic_i128));
    memset(has_of(s, ZERO), 1, s->room);
    for (uint64_t first = 0; first < s->count && find_doubtful(s); first += s->filled) {
        begin_stretch(s, first);
        for (uint32_t c = 1; c < s->column_count; c++)
            if (s->columns[c].in_doubt) fill(s, c);
        split(s);
    }
}

/* -- where they lie ----------------------------------------------------------------------------------- */

static unsigned place_in(const sheet_set *set, uint32_t column)
{
    unsigned place = 0;
    while (place < set->count && set->columns[place] != column) place++;
    return place;
}

/* Columns `first` .. of the part that the set lacks go behind those that it has; false, and nothing done: no room. */
static bool fit(sheet_writer *s, sheet_set *set, uint32_t first, unsigned count)
{
    sheet_set grown = *set;
    for (uint32_t c = first; c < first + count; c++) {
        uint32_t same = s->columns[c].same;
        if (same == ZERO || place_in(&grown, same) < grown.count) continue;
        if (grown.count == LIC_SET_COLUMNS) return false;
        grown.columns[grown.count++] = same;
    }
    *set = grown;
    return true;
}

static lic_status place(sheet_writer *s, const lic_projection_part *part, uint32_t first)
{
    uint8_t places[LIC_SET_COLUMNS];
    sheet_set *set = s->sets;
    while (set < s->sets + s->set_count && !fit(s, set, first, part->columns)) set++;
    if (set == s->sets + s->set_count) {
        if (part->changes) return LIC_OK;
        *set = (sheet_set){0};
        LIC_TRY(lic_projection_number(s->projection, &set->id));
        s->set_count++;
        (void)fit(s, set, first, part->columns);
    }
    for (unsigned i = 0; i < part->columns; i++) {
        uint32_t same = s->columns[first + i].same;
        places[i] = (uint8_t)(same == ZERO ? LIC_ZERO_COLUMN : place_in(set, same));
    }
    return part->place(part->context, s->projection, set->id, places);
}

static lic_status place_all(sheet_writer *s)
{
    uint32_t first = 1;
    for (size_t p = 0; p < s->part_count; p++) {
        LIC_TRY(place(s, &s->parts[p], first));
        first += s->parts[p].columns;
    }
    return LIC_OK;
}

/* -- the rows of a set ---------------------------------------------------------------------------------- */

static void move_to(sheet_writer *s, uint64_t index)
{
    begin_stretch(s, index);
    for (unsigned i = 0; i < s->fed->count; i++) fill(s, s->fed->columns[i]);
}

static void sheet_cell(void *context, uint64_t index, unsigned column, lic_feed_cell *cell)
{
    sheet_writer *s = context;
    if (column < 2) {
        cell->kind = LIC_FEED_INTEGER;
        cell->integer = column == 0       ? s->fed->id
                        : s->rows == NULL ? (int64_t)index
                                          : (int64_t)s->rows[index];
        return;
    }
    if (column - 2 >= s->fed->count) return;
    if (index < s->first || index >= (uint64_t)s->first + s->filled) move_to(s, index);
    uint32_t at = s->fed->columns[column - 2];
    size_t row = index - s->first;
    if (has_of(s, at)[row] != 0) lic_projection_cell(values_of(s, at)[row], s->text, cell);
}

static lic_status write_sets(sheet_writer *s)
{
    for (size_t i = 0; i < s->set_count; i++) {
        s->fed = &s->sets[i];
        s->filled = 0;
        const lic_feed feed = {.context = s, .rows = s->count, .cell = sheet_cell};
        LIC_TRY(lic_projection_bulk(s->projection, s->fed->count, &feed));
    }
    return LIC_OK;
}

/* -- all of it -------------------------------------------------------------------------------------------- */

static void name_columns(sheet_writer *s)
{
    uint32_t c = 1;
    for (size_t p = 0; p < s->part_count; p++) {
        for (unsigned i = 0; i < s->parts[p].columns; i++, c++)
            s->columns[c] = (sheet_column){
                .part = &s->parts[p], .at = i, .same = s->parts[p].changes ? c : ZERO};
    }
}

static lic_status write_with(sheet_writer *s, lic_arena *scratch)
{
    s->column_count = 1;
    for (size_t p = 0; p < s->part_count; p++) s->column_count += s->parts[p].columns;
    s->room = STRETCH_VALUES / s->column_count;
    if (s->room < STRETCH_ROWS_MIN) s->room = STRETCH_ROWS_MIN;
    if (s->room > STRETCH_ROWS_MAX) s->room = STRETCH_ROWS_MAX;
    size_t values = (size_t)s->column_count * s->room;
    s->columns = lic_arena_take(scratch, s->column_count * sizeof *s->columns);
    s->sets = lic_arena_take(scratch, s->part_count * sizeof *s->sets);
    s->values = lic_arena_take(scratch, values * sizeof *s->values);
    s->has = lic_arena_take(scratch, values);
    if (s->columns == NULL || s->sets == NULL || s->values == NULL || s->has == NULL)
        return LIC_NO_MEMORY;
    name_columns(s);
    find_equal(s);
    LIC_TRY(place_all(s));
    return write_sets(s);
}

lic_status lic_projection_sheet_write(lic_projection *projection, const uint32_t *rows,
                                      uint64_t count, const lic_projection_part *parts,
                                      size_t part_count)
{
    sheet_writer s = {.projection = projection,
                      .parts = parts,
                      .part_count = part_count,
                      .rows = rows,
                      .count = count};
    lic_arena *scratch = lic_arena_create(projection->allocator, SCRATCH_MAX);
    if (scratch == NULL) return LIC_NO_MEMORY;
    lic_status status = write_with(&s, scratch);
    lic_arena_destroy(scratch);
    return status;
}

/* -- gathering: what is written over all rows of a table waits for the rest of it ---------------------------- */

static void release_part(lic_projection *projection, const lic_projection_part *part)
{
    if (part->release != NULL) part->release(part->context, projection);
}

static void release_sheet(lic_projection *projection, lic_projection_sheet *sheet)
{
    for (size_t p = 0; p < sheet->count; p++) release_part(projection, &sheet->parts[p]);
    if (sheet->parts != NULL)
        lic_release(projection->allocator, sheet->parts, sheet->capacity * sizeof *sheet->parts);
    *sheet = (lic_projection_sheet){0};
}

static bool grow(lic_projection *projection, lic_projection_sheet *sheet)
{
    size_t size = sheet->capacity * sizeof *sheet->parts;
    size_t capacity = sheet->capacity == 0 ? 8 : 2 * sheet->capacity;
    lic_projection_part *parts = lic_allocate(projection->allocator, capacity * sizeof *parts);
    if (parts == NULL) return false;
    if (size > 0) {
        memcpy(parts, sheet->parts, size);
        lic_release(projection->allocator, sheet->parts, size);
    }
    sheet->parts = parts;
    sheet->capacity = capacity;
    return true;
}

lic_status lic_projection_gather(lic_projection *projection, uint16_t table,
                                 const lic_projection_part *part)
{
    lic_projection_sheet *sheet = &projection->sheets[table];
    if (sheet->count == sheet->capacity && !grow(projection, sheet)) {
        release_part(projection, part);
        return LIC_NO_MEMORY;
    }
    sheet->parts[sheet->count++] = *part;
    return LIC_OK;
}

lic_status lic_projection_flush(lic_projection *projection, const lic_contract_effects *contract,
                                uint16_t table)
{
    lic_projection_sheet *sheet = &projection->sheets[table];
    if (sheet->count == 0) return LIC_OK;
    lic_status status = lic_projection_spares(projection, contract, table);
    if (status == LIC_OK)
        status = lic_projection_sheet_write(
            projection, NULL, contract->tables->views[table].row_count, sheet->parts, sheet->count);
    release_sheet(projection, sheet);
    return status;
}

lic_status lic_projection_flush_all(lic_projection *projection,
                                    const lic_contract_effects *contract)
{
    for (size_t t = 0; t < LIC_COUNT(projection->sheets); t++)
        LIC_TRY(lic_projection_flush(projection, contract, (uint16_t)t));
    return LIC_OK;
}

void lic_projection_forget(lic_projection *projection)
{
    for (size_t t = 0; t < LIC_COUNT(projection->sheets); t++)
        release_sheet(projection, &projection->sheets[t]);
}
