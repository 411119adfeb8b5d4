/* Creation of a contract's tables, rows and keys. */
#include "owing.h"
#include "reader.h"

#include <string.h>

#define JOURNAL_MAX ((size_t)1 << 30)

static uint32_t page_rows(const lic_table *shape)
{
    return 1u << shape->page_shift;
}

static uint16_t key_stride(const lic_table *shape)
{
    return (uint16_t)(shape->key_size + 2u);
}

static uint8_t *key_place(const lic_table_state *state, uint32_t row)
{
    uint32_t mask = (1u << LIC_KEY_BLOCK_SHIFT) - 1u;
    return state->key_blocks[row >> LIC_KEY_BLOCK_SHIFT] +
           (size_t)(row & mask) * key_stride(state->shape);
}

/* A block resized with its new part zeroed; NULL = out of memory, the old block stays. */
static void *grow_zeroed(const lic_allocator *allocator, void *block, size_t old_size,
                         size_t new_size)
{
    uint8_t *grown = allocator->resize(allocator->context, block, old_size, new_size);
    if (grown != NULL) memset(grown + old_size, 0, new_size - old_size);
    return grown;
}

/* Cells that nobody reads take no memory either; rows that are appended are zeroed then. */
static void *grow_hollow(const lic_tables *tables, const lic_table_state *state, uint32_t capacity)
{
    const lic_table *shape = state->shape;
    size_t page = (size_t)shape->cell_size << shape->page_shift;
    size_t old = (size_t)state->capacity * shape->cell_size,
           at = (state->hollow >> shape->page_shift) * page;
    uint8_t *grown = tables->allocator->resize(tables->allocator->context, state->cells, old,
                                               (size_t)capacity * shape->cell_size);
    if (grown != NULL && at >= old) memset(grown + at, 0, page); /* is saved as a whole */
    return grown;
}

/* Rows of schedules come by the hundred thousand, and whoever adds one zeroes it or has all of its bytes. */
static void *grow_fixed(const lic_allocator *allocator, const lic_table_state *state,
                        uint32_t capacity)
{
    const lic_table *shape = state->shape;
    size_t old_size = (size_t)state->capacity * shape->fixed_size;
    size_t new_size = (size_t)capacity * shape->fixed_size;
    bool loaded = shape->kind == LIC_TABLE_KIND_SCHEDULE || shape->kind == LIC_TABLE_KIND_CHILD;
    return loaded ? allocator->resize(allocator->context, state->fixed, old_size, new_size)
                  : grow_zeroed(allocator, state->fixed, old_size, new_size);
}

static lic_status grow_pages(lic_tables *tables, lic_table_state *state, size_t pages)
{
    const lic_allocator *allocator = tables->allocator;
    size_t old_bytes = state->page_capacity * sizeof(uint32_t),
           new_bytes = pages * sizeof(uint32_t);
    uint32_t *runs = grow_zeroed(allocator, state->page_run, old_bytes, new_bytes);
    if (runs == NULL) return LIC_NO_MEMORY;
    state->page_run = runs;
    uint32_t *seals = grow_zeroed(allocator, state->page_seal, old_bytes, new_bytes);
    if (seals == NULL) {
        /* page_run has room to spare then; the next attempt must not count it twice */
        state->page_run = allocator->resize(allocator->context, runs, new_bytes, old_bytes);
        LIC_ASSERT(state->page_run != NULL || old_bytes == 0);
        return LIC_NO_MEMORY;
    }
    state->page_seal = seals;
    state->page_capacity = pages;
    tables->views[state->number].page_run = runs;
    return LIC_OK;
}

static lic_status grow_key_blocks(lic_tables *tables, lic_table_state *state, uint32_t rows)
{
    if (state->shape->key_size == 0) return LIC_OK;
    const lic_allocator *allocator = tables->allocator;
    size_t needed = ((size_t)rows + (1u << LIC_KEY_BLOCK_SHIFT) - 1u) >> LIC_KEY_BLOCK_SHIFT;
    if (needed <= state->key_block_capacity) return LIC_OK;
    uint8_t **blocks = grow_zeroed(allocator, state->key_blocks,
                                   state->key_block_capacity * sizeof *blocks,
                                   needed * sizeof *blocks);
    if (blocks == NULL) return LIC_NO_MEMORY;
    state->key_blocks = blocks;
    while (state->key_block_capacity < needed) {
        size_t bytes = (size_t)key_stride(state->shape) << LIC_KEY_BLOCK_SHIFT;
        uint8_t *block = lic_allocate_zero(allocator, 1, bytes);
        blocks[state->key_block_capacity] = block;
        if (block == NULL) {
            /* keep array size and count of blocks equal: shrink the array again */
            state->key_blocks = allocator->resize(allocator->context, blocks,
                                                  needed * sizeof *blocks,
                                                  state->key_block_capacity * sizeof *blocks);
            LIC_ASSERT(state->key_blocks != NULL || state->key_block_capacity == 0);
            return LIC_NO_MEMORY;
        }
        state->key_block_capacity++;
    }
    return LIC_OK;
}

lic_status lic_table_reserve(lic_tables *tables, uint16_t table, uint32_t rows)
{
    lic_table_state *state = &tables->states[table];
    const lic_table *shape = state->shape;
    lic_table_view *view = &tables->views[table];
    LIC_TRY(grow_key_blocks(tables, state, rows));
    if (view->row_count == 0 && state->index != NULL && rows > 64) {
        /* nothing to move yet: an index of the right size spares the growth */
        lic_index *index = lic_index_create(tables->allocator, tables->secret + table, rows);
        if (index == NULL) return LIC_NO_MEMORY;
        lic_index_destroy(state->index);
        state->index = index;
    }
    if (rows <= state->capacity) return LIC_OK;
    uint64_t step = page_rows(shape);
    uint64_t wanted = ((uint64_t)rows + step - 1u) / step * step;
    if (wanted > UINT32_MAX) return LIC_TOO_LARGE;
    uint32_t capacity = (uint32_t)wanted;
    const lic_allocator *allocator = tables->allocator;
    if (shape->cell_size != 0) {
        uint8_t *cells = state->hollow != 0
                             ? grow_hollow(tables, state, capacity)
                             : grow_zeroed(allocator, state->cells,
                                           (size_t)state->capacity * shape->cell_size,
                                           (size_t)capacity * shape->cell_size);
        if (cells == NULL) return LIC_NO_MEMORY;
        state->cells = cells;
        view->cells = cells;
    }
    if (shape->fixed_size != 0) {
        uint8_t *fixed = grow_fixed(allocator, state, capacity);
        if (fixed == NULL) goto shrink_cells;
        state->fixed = fixed;
        view->fixed = fixed;
    }
    if (state->page_capacity < capacity >> shape->page_shift &&
        grow_pages(tables, state, capacity >> shape->page_shift) != LIC_OK)
        goto shrink_fixed;
    if (shape->kind == LIC_TABLE_KIND_CHILD) {
        uint32_t *parents = grow_zeroed(allocator, state->parents,
                                        state->capacity * sizeof *parents,
                                        capacity * sizeof *parents);
        if (parents == NULL) goto shrink_fixed;
        state->parents = parents;
    }
    state->capacity = capacity;
    return LIC_OK;

    /* The recorded capacity is what the blocks are freed by, so a partial growth is undone. */
shrink_fixed:
    if (shape->fixed_size != 0) {
        state->fixed = allocator->resize(allocator->context, state->fixed,
                                         (size_t)capacity * shape->fixed_size,
                                         (size_t)state->capacity * shape->fixed_size);
        view->fixed = state->fixed;
    }
shrink_cells:
    if (shape->cell_size != 0) {
        state->cells = allocator->resize(allocator->context, state->cells,
                                         (size_t)capacity * shape->cell_size,
                                         (size_t)state->capacity * shape->cell_size);
        view->cells = state->cells;
    }
    return LIC_NO_MEMORY;
}

/* Doubling growth for rows that arrive one by one. */
static lic_status grow_for_one(lic_tables *tables, uint16_t table)
{
    uint32_t rows = tables->views[table].row_count;
    lic_table_state *state = &tables->states[table];
    uint32_t max = state->shape->max_rows;
    if (rows < state->capacity) return grow_key_blocks(tables, state, rows + 1u);
    uint32_t wanted = rows < 8 ? 8 : rows + rows / 2;
    if (wanted > max) wanted = max;
    return lic_table_reserve(tables, table, wanted > rows ? wanted : rows + 1u);
}

static void key_write(lic_table_state *state, uint32_t row, lic_slice key)
{
    uint8_t *place = key_place(state, row);
    place[0] = (uint8_t)key.size;
    place[1] = (uint8_t)(key.size >> 8);
    if (key.size != 0) memcpy(place + 2, key.data, key.size);
}

static void zero_row(lic_table_state *state, uint32_t row)
{
    const lic_table *shape = state->shape;
    if (shape->cell_size != 0)
        memset(state->cells + (size_t)row * shape->cell_size, 0, shape->cell_size);
    if (shape->fixed_size != 0)
        memset(state->fixed + (size_t)row * shape->fixed_size, 0, shape->fixed_size);
}

/* Adds the zeroed row and its key. REFUSED: the key is there. */
static lic_status add_row(lic_tables *tables, uint16_t table, lic_slice key, uint32_t *row)
{
    lic_table_state *state = &tables->states[table];
    const lic_table *shape = state->shape;
    lic_table_view *view = &tables->views[table];
    LIC_TRY(grow_for_one(tables, table));
    uint32_t number = view->row_count;
    if (shape->key_size != 0) {
        if (key.size > shape->key_size) return LIC_TOO_LARGE;
        key_write(state, number, key);
        lic_slice kept = lic_slice_of(key_place(state, number) + 2, key.size);
        LIC_TRY(lic_index_add(state->index, kept, lic_index_hash(state->index, kept), number));
    }
    zero_row(state, number);
    view->row_count = number + 1u;
    *row = number;
    return LIC_OK;
}

static lic_trap out_of_memory(lic_tables *tables)
{
    tables->exhausted = true;
    return LIC_TRAP_LIMIT;
}

lic_trap lic_table_append(lic_tables *tables, uint16_t table, lic_slice key, uint32_t *row)
{
    lic_table_state *state = &tables->states[table];
    const lic_table *shape = state->shape;
    uint32_t number = tables->views[table].row_count;
    LIC_ASSERT(!state->absent);
    if (number >= shape->max_rows) return LIC_TRAP_TABLE_FULL;
    lic_status status = add_row(tables, table, key, row);
    if (status == LIC_REFUSED) return LIC_TRAP_DUPLICATE_KEY;
    if (status == LIC_TOO_LARGE) return LIC_TRAP_OUT_OF_RANGE;
    if (status != LIC_OK) return out_of_memory(tables);
    return lic_tables_touch(tables, table, number >> shape->page_shift);
}

lic_status lic_table_load_row(lic_tables *tables, uint16_t table, lic_slice key, uint32_t *row)
{
    if (tables->views[table].row_count >= tables->states[table].shape->max_rows)
        return LIC_TOO_LARGE;
    return add_row(tables, table, key, row);
}

lic_slice lic_table_key(const lic_tables *tables, uint16_t table, uint32_t row)
{
    const lic_table_state *state = &tables->states[table];
    LIC_ASSERT(!state->absent);
    if (state->shape->key_size == 0 || row >= tables->views[table].row_count)
        return lic_slice_of(NULL, 0);
    const uint8_t *place = key_place(state, row);
    return lic_slice_of(place + 2, (size_t)(place[0] | place[1] << 8));
}

uint32_t lic_table_find(const lic_tables *tables, uint16_t table, lic_slice key)
{
    const lic_table_state *state = &tables->states[table];
    LIC_ASSERT(!state->absent);
    if (state->index == NULL || key.size > state->shape->key_size) return LIC_NONE32;
    return lic_index_find(state->index, key, lic_index_hash(state->index, key));
}

bool lic_table_retired(const lic_tables *tables, uint16_t table, uint32_t row)
{
    const uint64_t *bits = tables->states[table].retired;
    return bits != NULL && (bits[row >> 6] >> (row & 63u) & 1u) != 0;
}

lic_trap lic_table_retire(lic_tables *tables, uint16_t table, uint32_t row)
{
    lic_table_state *state = &tables->states[table];
    if (state->retired == NULL || row >= tables->views[table].row_count) return LIC_TRAP_BAD_ROW;
    lic_trap trap = lic_tables_touch(tables, table, row >> state->shape->page_shift);
    if (trap == LIC_TRAP_NONE) state->retired[row >> 6] |= (uint64_t)1 << (row & 63u);
    return trap;
}

void lic_table_set_absent(lic_tables *tables, uint16_t table, uint32_t rows, const lic_hash *cells,
                          const lic_hash *fixed)
{
    lic_table_state *state = &tables->states[table];
    LIC_ASSERT(tables->views[table].row_count == 0);
    state->absent = true;
    state->absent_root = *cells;
    state->fixed_root = *fixed;
    tables->views[table].row_count = rows;
}

lic_status lic_table_set_hollow(lic_tables *tables, uint16_t table, uint32_t rows)
{
    enum { ROOM = 65536 }; /* rows that come without growing */
    lic_table_state *state = &tables->states[table];
    LIC_ASSERT(tables->views[table].row_count == 0 && state->shape->fixed_size == 0 &&
               state->shape->key_size == 0);
    if (rows == 0) return LIC_OK;
    if (rows > UINT32_MAX - ROOM) return LIC_TOO_LARGE;
    state->hollow = rows;
    LIC_TRY(lic_table_reserve(tables, table, rows + ROOM));
    tables->views[table].row_count = rows;
    return LIC_OK;
}

static uint8_t *span_at(lic_tables *tables, const lic_table *child, uint32_t parent)
{
    LIC_ASSERT(parent < tables->views[child->parent].row_count);
    return lic_field_at(tables, child->parent_span, parent);
}

lic_status lic_child_attach(lic_tables *tables, uint16_t table, uint32_t row, uint32_t parent)
{
    lic_table_state *state = &tables->states[table];
    uint8_t *span = span_at(tables, state->shape, parent);
    uint32_t first = lic_load_u32(span), count = lic_load_u32(span + 4);
    if (count == 0) first = row;
    else if (first + count != row) return LIC_REFUSED;
    lic_store_u32(span, first);
    lic_store_u32(span + 4, count + 1u);
    state->parents[row] = parent;
    return LIC_OK;
}

/* -- rows in parts --------------------------------------------------------------------------------- */

void lic_table_place_rows(lic_tables *tables, uint16_t table, uint32_t rows)
{
    const lic_table_state *state = &tables->states[table];
    LIC_ASSERT(rows <= state->capacity && rows <= state->shape->max_rows);
    tables->views[table].row_count = rows;
}

void lic_table_place_row(lic_tables *tables, uint16_t table, uint32_t row, lic_slice key)
{
    lic_table_state *state = &tables->states[table];
    LIC_ASSERT(row < tables->views[table].row_count && key.size <= state->shape->key_size);
    if (state->shape->key_size != 0) key_write(state, row, key);
    zero_row(state, row);
}

void lic_child_place(lic_tables *tables, uint16_t table, uint32_t row, uint32_t parent)
{
    tables->states[table].parents[row] = parent;
}

/* Places in the index come from memory, so each is asked for some keys before it is needed. */
static lic_status enter_keys(lic_tables *tables, uint16_t table)
{
    enum { SOON = 16 };
    lic_index *index = tables->states[table].index;
    uint64_t hashes[SOON];
    uint32_t rows = tables->views[table].row_count;
    for (uint32_t ahead = 0; ahead < rows + SOON; ahead++) {
        uint64_t hash = hashes[ahead % SOON];
        if (ahead >= SOON)
            LIC_TRY(lic_index_add(index, lic_table_key(tables, table, ahead - SOON), hash,
                                  ahead - SOON));
        if (ahead >= rows) continue;
        hash = hashes[ahead % SOON] = lic_index_hash(index, lic_table_key(tables, table, ahead));
        lic_index_prefetch(index, hash);
    }
    return LIC_OK;
}

static lic_status attach_all(lic_tables *tables, uint16_t table)
{
    const lic_table_state *state = &tables->states[table];
    uint32_t rows = tables->views[table].row_count;
    for (uint32_t first = 0, next = 0; first < rows; first = next) {
        uint8_t *span = span_at(tables, state->shape, state->parents[first]);
        while (next < rows && state->parents[next] == state->parents[first]) next++;
        if (lic_load_u32(span + 4) != 0) return LIC_REFUSED;
        lic_store_u32(span, first);
        lic_store_u32(span + 4, next - first);
    }
    return LIC_OK;
}

lic_status lic_table_enter_rows(lic_tables *tables, uint16_t table)
{
    const lic_table *shape = tables->states[table].shape;
    if (shape->key_size != 0) LIC_TRY(enter_keys(tables, table));
    return shape->kind == LIC_TABLE_KIND_CHILD ? attach_all(tables, table) : LIC_OK;
}

void lic_table_clear(lic_tables *tables, uint16_t table)
{
    lic_table_state *state = &tables->states[table];
    for (uint32_t row = 0; row < tables->views[table].row_count; row++) {
        if (state->index != NULL) lic_index_remove(state->index, lic_table_key(tables, table, row));
        if (state->shape->kind == LIC_TABLE_KIND_CHILD)
            memset(span_at(tables, state->shape, state->parents[row]), 0, 8);
    }
    tables->views[table].row_count = 0;
    lic_status status = lic_merkle_truncate(state->leaves, 0);
    LIC_ASSERT(status == LIC_OK); /* a tree can always shrink */
}

/* -- fields ---------------------------------------------------------------------------------------- */

static lic_trap touch_field(lic_tables *tables, uint16_t field, uint32_t row)
{
    const lic_field *f = &tables->image->fields[field];
    LIC_ASSERT(f->is_mutable);
    return lic_tables_touch(tables, f->table, row >> tables->states[f->table].shape->page_shift);
}

lic_trap lic_field_set(lic_tables *tables, uint16_t field, uint32_t row, int64_t value)
{
    lic_trap trap = touch_field(tables, field, row);
    if (trap == LIC_TRAP_NONE) lic_store_u64(lic_field_at(tables, field, row), (uint64_t)value);
    return trap;
}

lic_trap lic_field_set_wide(lic_tables *tables, uint16_t field, uint32_t row, lic_i128 value)
{
    lic_trap trap = touch_field(tables, field, row);
    if (trap == LIC_TRAP_NONE) lic_store_i128(lic_field_at(tables, field, row), value);
    return trap;
}

/* -- creation ---------------------------------------------------------------------------------------- */

static bool has_index(const lic_table *shape)
{
    return shape->key_size != 0;
}

static bool has_tombstones(const lic_table *shape)
{
    return shape->kind == LIC_TABLE_KIND_REGISTER;
}

/* Keys of static rows are texts of the image; numeric keys stand there in their canonical text. */
static lic_status add_static_rows(lic_tables *tables, uint16_t table)
{
    const lic_table *shape = tables->states[table].shape;
    uint32_t rows = shape->kind == LIC_TABLE_KIND_GRID ? shape->max_rows : shape->static_rows;
    if (shape->kind == LIC_TABLE_KIND_SELF) rows = 1;
    if (shape->kind == LIC_TABLE_KIND_PARTIES) rows = tables->image->parties_count;
    LIC_TRY(lic_table_reserve(tables, table, rows));
    for (uint32_t i = 0; i < rows; i++) {
        uint32_t row = 0;
        lic_slice key = lic_slice_of(NULL, 0);
        uint8_t room[32];
        if (shape->key_size != 0 && shape->first_key != LIC_NONE32 && i < shape->static_rows &&
            lic_read_key(tables->image, tables, shape, tables->image->texts[shape->first_key + i],
                         room, &key) != LIC_READ_OK)
            return LIC_MALFORMED;
        LIC_TRY(add_row(tables, table, key, &row));
    }
    if (shape->static_rows != 0 && shape->static_fixed.size != 0)
        memcpy(tables->states[table].fixed, shape->static_fixed.data, shape->static_fixed.size);
    return LIC_OK;
}

static lic_status create_table(lic_tables *tables, uint16_t table)
{
    lic_table_state *state = &tables->states[table];
    const lic_table *shape = &tables->image->tables[table];
    lic_table_view *view = &tables->views[table];
    state->shape = shape;
    state->number = table;
    view->cell_size = shape->cell_size;
    view->fixed_size = shape->fixed_size;
    view->page_shift = shape->page_shift;
    state->leaves = lic_merkle_create(tables->allocator, tables->hasher);
    if (state->leaves == NULL) return LIC_NO_MEMORY;
    if (has_index(shape)) {
        state->index = lic_index_create(tables->allocator, tables->secret + table,
                                        shape->static_rows);
        if (state->index == NULL) return LIC_NO_MEMORY;
    }
    if (has_tombstones(shape)) {
        state->retired = lic_allocate_zero(tables->allocator, ((size_t)shape->max_rows + 63u) / 64u,
                                           8);
        if (state->retired == NULL) return LIC_NO_MEMORY;
    }
    return add_static_rows(tables, table);
}

/* Spans of static children are in the image's bytes of the parents: each child learns its parent. */
static lic_status find_parents(lic_tables *tables, uint16_t table)
{
    lic_table_state *state = &tables->states[table];
    const lic_table *shape = state->shape;
    if (shape->kind != LIC_TABLE_KIND_CHILD || shape->static_rows == 0) return LIC_OK;
    for (uint32_t parent = 0; parent < tables->views[shape->parent].row_count; parent++) {
        const uint8_t *span = span_at(tables, shape, parent);
        uint64_t first = lic_load_u32(span), count = lic_load_u32(span + 4);
        if (first + count > tables->views[table].row_count) return LIC_MALFORMED;
        for (uint64_t row = first; row < first + count; row++) state->parents[row] = parent;
    }
    return LIC_OK;
}

lic_status lic_tables_create(const lic_allocator *allocator, const lic_hasher *hasher,
                             const lic_image *image, const lic_hash *contract, uint64_t secret,
                             lic_tables **result)
{
    lic_tables *tables = lic_allocate_zero(allocator, 1, sizeof *tables);
    if (tables == NULL) return LIC_NO_MEMORY;
    tables->allocator = allocator;
    tables->hasher = hasher;
    tables->image = image;
    tables->contract = *contract;
    tables->secret = secret;
    tables->seal = 1;
    size_t count = image->tables_count;
    tables->views = lic_allocate_zero(allocator, count, sizeof *tables->views);
    tables->states = lic_allocate_zero(allocator, count, sizeof *tables->states);
    tables->rows_before = lic_allocate_zero(allocator, count, sizeof *tables->rows_before);
    tables->rows_sealed = lic_allocate_zero(allocator, count, sizeof *tables->rows_sealed);
    lic_status status = LIC_OK;
    if (tables->views == NULL || tables->states == NULL || tables->rows_before == NULL ||
        tables->rows_sealed == NULL)
        status = LIC_NO_MEMORY;
    for (size_t i = 0; status == LIC_OK && i < count; i++)
        status = create_table(tables, (uint16_t)i);
    for (size_t i = 0; status == LIC_OK && i < count; i++)
        status = find_parents(tables, (uint16_t)i);
    for (size_t i = 0; status == LIC_OK && i < count; i++)
        status = lic_fixed_hash(tables, (uint16_t)i, false);
    if (status != LIC_OK) {
        lic_tables_destroy(tables);
        return status;
    }
    *result = tables;
    return LIC_OK;
}

static void destroy_table(lic_tables *tables, lic_table_state *state)
{
    const lic_allocator *allocator = tables->allocator;
    if (state->shape == NULL) return;
    lic_release(allocator, state->cells, (size_t)state->capacity * state->shape->cell_size);
    lic_release(allocator, state->fixed, (size_t)state->capacity * state->shape->fixed_size);
    lic_release(allocator, state->page_run, state->page_capacity * sizeof(uint32_t));
    lic_release(allocator, state->page_seal, state->page_capacity * sizeof(uint32_t));
    for (size_t i = 0; i < state->key_block_capacity; i++)
        lic_release(allocator, state->key_blocks[i],
                    (size_t)key_stride(state->shape) << LIC_KEY_BLOCK_SHIFT);
    lic_release(allocator, state->key_blocks,
                state->key_block_capacity * sizeof *state->key_blocks);
    lic_index_destroy(state->index);
    lic_release(allocator, state->parents, state->capacity * sizeof *state->parents);
    if (state->retired != NULL)
        lic_release(allocator, state->retired, ((size_t)state->shape->max_rows + 63u) / 64u * 8u);
    lic_merkle_destroy(state->leaves);
}

void lic_tables_destroy(lic_tables *tables)
{
    if (tables == NULL) return;
    const lic_allocator *allocator = tables->allocator;
    size_t count = tables->image->tables_count;
    for (size_t i = 0; tables->states != NULL && i < count; i++)
        destroy_table(tables, &tables->states[i]);
    lic_release(allocator, tables->views, count * sizeof *tables->views);
    lic_release(allocator, tables->states, count * sizeof *tables->states);
    lic_release(allocator, tables->rows_before, count * sizeof *tables->rows_before);
    lic_release(allocator, tables->rows_sealed, count * sizeof *tables->rows_sealed);
    lic_release(allocator, tables->changed, tables->changed_capacity * sizeof *tables->changed);
    lic_arena_destroy(tables->journal);
    lic_arena_destroy(tables->again);
    lic_owing_destroy(tables->owing);
    lic_release(allocator, tables, sizeof *tables);
}

/* -- runs --------------------------------------------------------------------------------------------- */

lic_status lic_tables_begin(lic_tables *tables)
{
    LIC_ASSERT(!tables->running);
    if (tables->journal == NULL) {
        tables->journal = lic_arena_create(tables->allocator, JOURNAL_MAX);
        if (tables->journal == NULL) return LIC_NO_MEMORY;
    }
    if (tables->again != NULL) lic_arena_reset(tables->again);
    tables->running = true;
    tables->exhausted = false;
    tables->run++;
    tables->saved = NULL;
    tables->changed_before = tables->changed_count;
    for (uint32_t i = 0; i < tables->image->tables_count; i++)
        tables->rows_before[i] = tables->views[i].row_count;
    return LIC_OK;
}

void lic_tables_keep(lic_tables *tables)
{
    LIC_ASSERT(tables->running);
    tables->running = false;
    tables->saved = NULL;
}

static void set_tombstones(lic_table_state *state, uint32_t page, uint64_t bits)
{
    uint32_t rows = page_rows(state->shape), first = page << state->shape->page_shift;
    for (uint32_t i = 0; i < rows && first + i < state->shape->max_rows; i++) {
        uint64_t bit = (uint64_t)1 << ((first + i) & 63u);
        if (bits >> i & 1u) state->retired[(first + i) >> 6] |= bit;
        else state->retired[(first + i) >> 6] &= ~bit;
    }
}

static uint64_t get_tombstones(const lic_table_state *state, uint32_t page)
{
    uint32_t rows = page_rows(state->shape), first = page << state->shape->page_shift;
    uint64_t bits = 0;
    for (uint32_t i = 0; i < rows && first + i < state->shape->max_rows; i++)
        bits |= (state->retired[(first + i) >> 6] >> ((first + i) & 63u) & 1u) << i;
    return bits;
}

void lic_tables_roll_back(lic_tables *tables)
{
    const lic_saved_page *saved = tables->saved; /* they are kept until the next run */
    lic_owing_before_rollback(tables);
    for (const lic_saved_page *page = saved; page != NULL; page = page->next) {
        lic_table_state *state = &tables->states[page->table];
        size_t bytes = (size_t)state->shape->cell_size << state->shape->page_shift;
        if (bytes != 0) memcpy(state->cells + (size_t)page->page * bytes, page->bytes, bytes);
        if (state->retired != NULL) set_tombstones(state, page->page, page->retired);
    }
    for (uint16_t i = 0; i < tables->image->tables_count; i++) {
        lic_table_state *state = &tables->states[i];
        lic_table_view *view = &tables->views[i];
        for (uint32_t row = tables->rows_before[i];
             state->index != NULL && !state->absent && row < view->row_count; row++)
            lic_index_remove(state->index, lic_table_key(tables, i, row));
        view->row_count = tables->rows_before[i];
    }
    for (size_t i = tables->changed_before; i < tables->changed_count; i++)
        tables->states[tables->changed[i].table].page_seal[tables->changed[i].page] = 0;
    tables->changed_count = tables->changed_before;
    lic_tables_keep(tables);
    lic_owing_after_rollback(tables, saved);
}

static bool list_changed(lic_tables *tables, uint16_t table, uint32_t page,
                         const lic_saved_page *before)
{
    lic_table_state *state = &tables->states[table];
    if (state->page_seal[page] == tables->seal) return true;
    if (tables->changed_count == tables->changed_capacity) {
        size_t capacity = tables->changed_capacity == 0 ? 256 : tables->changed_capacity * 2;
        lic_page_ref *grown = tables->allocator->resize(tables->allocator->context, tables->changed,
                                                        tables->changed_capacity * sizeof *grown,
                                                        capacity * sizeof *grown);
        if (grown == NULL) return false;
        tables->changed = grown;
        tables->changed_capacity = capacity;
    }
    tables->changed[tables->changed_count++] = (lic_page_ref){before, page, table};
    state->page_seal[page] = tables->seal;
    return true;
}

/* A page is saved as it was at the seal once in a block, and again for each further run that writes to it. Many small runs
 * meet the same pages, and need what they saved no longer than they last. */
static lic_arena *arena_for(lic_tables *tables, const lic_table_state *state, uint32_t page)
{
    if (state->page_seal[page] != tables->seal) return tables->journal;
    if (tables->again == NULL) tables->again = lic_arena_create(tables->allocator, JOURNAL_MAX);
    return tables->again;
}

lic_trap lic_tables_touch(lic_tables *tables, uint16_t table, uint32_t page)
{
    lic_table_state *state = &tables->states[table];
    LIC_ASSERT(tables->running && !state->absent);
    if (state->page_run[page] == tables->run) return LIC_TRAP_NONE;
    size_t bytes = (size_t)state->shape->cell_size << state->shape->page_shift;
    lic_arena *arena = arena_for(tables, state, page);
    lic_saved_page *saved = arena == NULL ? NULL : lic_arena_take(arena, sizeof *saved);
    if (saved == NULL) return out_of_memory(tables);
    if (bytes != 0) {
        saved->bytes = lic_arena_copy(arena, state->cells + (size_t)page * bytes, bytes);
        if (saved->bytes == NULL) return out_of_memory(tables);
    }
    if (!list_changed(tables, table, page, saved)) return out_of_memory(tables);
    saved->table = table;
    saved->page = page;
    saved->retired = state->retired != NULL ? get_tombstones(state, page) : 0;
    saved->next = tables->saved;
    tables->saved = saved;
    state->page_run[page] = tables->run;
    return LIC_TRAP_NONE;
}
