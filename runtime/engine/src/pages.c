/* Pages and constants of a contract's tables as bytes: hashing into the trees, and back from the
 * store. A page of a register carries, behind the cells, tombstone and key of each row, because its
 * keys exist nowhere else. */
#include "table.h"

#include <licet/share.h>

#include <string.h>

static bool has_row_keys(const lic_table *shape)
{
    return shape->kind == LIC_TABLE_KIND_REGISTER;
}

uint32_t lic_table_pages(const lic_tables *tables, uint16_t table)
{
    const lic_table *shape = tables->states[table].shape;
    if (shape->cell_size == 0 && !has_row_keys(shape)) return 0;
    uint64_t rows = tables->views[table].row_count;
    return (uint32_t)((rows + (1u << shape->page_shift) - 1u) >> shape->page_shift);
}

static uint32_t clamp_rows(const lic_table *shape, uint32_t page, uint32_t rows)
{
    uint32_t first = page << shape->page_shift, size = 1u << shape->page_shift;
    if (first >= rows) return 0;
    return rows - first < size ? rows - first : size;
}

static uint32_t rows_of_page(const lic_tables *tables, uint16_t table, uint32_t page)
{
    return clamp_rows(tables->states[table].shape, page, tables->views[table].row_count);
}

static bool is_retired(const lic_tables *tables, uint16_t table, uint32_t row)
{
    return lic_table_retired(tables, table, row);
}

static void put_row_keys(const lic_tables *tables, uint16_t table, uint32_t row, bool retired,
                         lic_buffer *target)
{
    lic_slice key = lic_table_key(tables, table, row);
    lic_put_u8(target, retired ? 1 : 0);
    lic_put_u16(target, (uint16_t)key.size);
    lic_put_bytes(target, key.data, key.size);
}

/* Body of rows first .. first + rows - 1 as they are. */
static lic_status put_body(const lic_tables *tables, uint16_t table, uint32_t first, uint32_t rows,
                           lic_buffer *scratch, lic_slice *body)
{
    const lic_table_state *state = &tables->states[table];
    const lic_table *shape = state->shape;
    const uint8_t *cells = shape->cell_size == 0 ? NULL
                                                 : state->cells + (size_t)first * shape->cell_size;
    *body = lic_slice_of(cells, (size_t)rows * shape->cell_size);
    if (!has_row_keys(shape)) return LIC_OK;
    lic_buffer_clear(scratch);
    lic_put_bytes(scratch, body->data, body->size);
    for (uint32_t i = 0; i < rows; i++)
        put_row_keys(tables, table, first + i, is_retired(tables, table, first + i), scratch);
    *body = lic_slice_of(scratch->data, scratch->size);
    return scratch->failed ? LIC_NO_MEMORY : LIC_OK;
}

lic_status lic_page_body(const lic_tables *tables, uint16_t table, uint32_t page,
                         lic_buffer *scratch, lic_slice *body)
{
    uint32_t first = page << tables->states[table].shape->page_shift;
    return put_body(tables, table, first, rows_of_page(tables, table, page), scratch, body);
}

/* -- extents ------------------------------------------------------------------------------------------------ */

static unsigned extent_shift(const lic_table *shape)
{
    return shape->page_shift + LIC_EXTENT_SHIFT;
}

static uint32_t extent_rows(const lic_table *shape, uint32_t extent, uint32_t rows)
{
    uint64_t first = (uint64_t)extent << extent_shift(shape),
             size = (uint64_t)1 << extent_shift(shape);
    if (first >= rows) return 0;
    return (uint32_t)(rows - first < size ? rows - first : size);
}

lic_status lic_extent_body(const lic_tables *tables, uint16_t table, uint32_t extent,
                           lic_buffer *scratch, lic_slice *body)
{
    const lic_table *shape = tables->states[table].shape;
    uint32_t rows = extent_rows(shape, extent, tables->views[table].row_count);
    return put_body(tables, table, extent << extent_shift(shape), rows, scratch, body);
}

/* The saved version of a page among `refs`, or NULL: it did not change. */
static const lic_saved_page *saved_page(const lic_page_ref *refs, size_t count, uint32_t page)
{
    for (size_t i = 0; i < count; i++)
        if (refs[i].page == page) return refs[i].before;
    return NULL;
}

lic_status lic_extent_body_before(const lic_tables *tables, uint16_t table, uint32_t extent,
                                  const lic_page_ref *refs, size_t count, lic_buffer *scratch,
                                  lic_slice *body)
{
    const lic_table_state *state = &tables->states[table];
    const lic_table *shape = state->shape;
    uint32_t first = extent << extent_shift(shape), size = 1u << shape->page_shift;
    uint32_t rows = extent_rows(shape, extent, tables->rows_sealed[table]);
    lic_buffer_clear(scratch);
    for (uint32_t at = 0; at < rows && shape->cell_size != 0; at += size) {
        const lic_saved_page *saved = saved_page(refs, count, (first + at) >> shape->page_shift);
        const uint8_t *cells = saved != NULL
                                   ? saved->bytes
                                   : state->cells + (size_t)(first + at) * shape->cell_size;
        lic_put_bytes(scratch, cells,
                      (size_t)(rows - at < size ? rows - at : size) * shape->cell_size);
    }
    for (uint32_t at = 0; at < rows && has_row_keys(shape); at++) {
        const lic_saved_page *saved = saved_page(refs, count, (first + at) >> shape->page_shift);
        bool retired = saved != NULL ? (saved->retired >> (at & (size - 1u)) & 1u) != 0
                                     : is_retired(tables, table, first + at);
        put_row_keys(tables, table, first + at, retired, scratch);
    }
    *body = lic_slice_of(scratch->data, scratch->size);
    return scratch->failed ? LIC_NO_MEMORY : LIC_OK;
}

/* Leaf = SHA-256(0x00 | contract | table u16 | first row u32 | rows u32 | body). */
static void page_leaf(const lic_tables *tables, uint16_t table, uint32_t page, lic_slice body,
                      lic_hash *leaf)
{
    uint8_t head[43];
    head[0] = 0;
    memcpy(head + 1, tables->contract.bytes, LIC_HASH_SIZE);
    head[33] = (uint8_t)table;
    head[34] = (uint8_t)(table >> 8);
    lic_store_u32(head + 35, page << tables->states[table].shape->page_shift);
    lic_store_u32(head + 39, rows_of_page(tables, table, page));
    lic_slice parts[2] = {lic_slice_of(head, sizeof head), body};
    tables->hasher->sha256(parts, 2, leaf);
}

static lic_status hash_page(lic_tables *tables, uint16_t table, uint32_t page, lic_buffer *scratch)
{
    lic_slice body;
    lic_hash leaf;
    LIC_TRY(lic_page_body(tables, table, page, scratch, &body));
    page_leaf(tables, table, page, body, &leaf);
    return lic_merkle_set(tables->states[table].leaves, page, &leaf);
}

/* Pages beyond the tree (rows that were never written, as in a loaded schedule) are hashed too. */
static lic_status hash_new_pages(lic_tables *tables, uint16_t table, lic_buffer *scratch)
{
    uint32_t pages = lic_table_pages(tables, table);
    for (size_t page = lic_merkle_count(tables->states[table].leaves); page < pages; page++)
        LIC_TRY(hash_page(tables, table, (uint32_t)page, scratch));
    return LIC_OK;
}

lic_status lic_table_hash(lic_tables *tables, uint16_t table)
{
    lic_buffer scratch;
    lic_buffer_init(&scratch, tables->allocator, 1u << 20);
    lic_status status = hash_new_pages(tables, table, &scratch);
    lic_buffer_free(&scratch);
    return status;
}

lic_status lic_tables_hash(lic_tables *tables)
{
    lic_buffer scratch;
    lic_buffer_init(&scratch, tables->allocator, 1u << 20);
    lic_status status = LIC_OK;
    for (uint16_t i = 0; status == LIC_OK && i < tables->image->tables_count; i++)
        if (!tables->states[i].absent && tables->states[i].hollow == 0)
            status = hash_new_pages(tables, i, &scratch);
    for (size_t i = 0; status == LIC_OK && i < tables->changed_count; i++) {
        lic_page_ref ref = tables->changed[i];
        if (ref.page < lic_table_pages(tables, ref.table))
            status = hash_page(tables, ref.table, ref.page, &scratch);
    }
    lic_buffer_free(&scratch);
    return status;
}

void lic_tables_sealed(lic_tables *tables)
{
    LIC_ASSERT(!tables->running);
    tables->changed_count = 0;
    tables->seal++;
    lic_arena_destroy(tables->journal);
    lic_arena_destroy(tables->again);
    tables->journal = tables->again = NULL;
    for (uint32_t i = 0; i < tables->image->tables_count; i++)
        tables->rows_sealed[i] = tables->views[i].row_count;
}

void lic_table_root(lic_tables *tables, uint16_t table, lic_hash *root)
{
    LIC_ASSERT(tables->states[table].hollow == 0);
    if (tables->states[table].absent) *root = tables->states[table].absent_root;
    else lic_merkle_tree_root(tables->states[table].leaves, root);
}

static lic_status restore_keys(lic_tables *tables, uint16_t table, uint32_t first, uint32_t rows,
                               lic_cursor *cursor)
{
    lic_table_state *state = &tables->states[table];
    for (uint32_t i = 0; i < rows; i++) {
        uint8_t retired = lic_get_u8(cursor);
        lic_slice key = lic_get_bytes(cursor, lic_get_u16(cursor));
        uint32_t row = 0;
        if (cursor->failed || retired > 1 ||
            lic_table_load_row(tables, table, key, &row) != LIC_OK || row != first + i)
            return LIC_CORRUPT;
        if (retired == 1) state->retired[row >> 6] |= (uint64_t)1 << (row & 63u);
    }
    return LIC_OK;
}

lic_status lic_extent_restore(lic_tables *tables, uint16_t table, uint32_t extent, uint32_t rows,
                              lic_slice body)
{
    lic_table_state *state = &tables->states[table];
    const lic_table *shape = state->shape;
    uint64_t first = (uint64_t)extent << extent_shift(shape);
    size_t cells = (size_t)rows * shape->cell_size;
    if (rows == 0 || rows > 1u << extent_shift(shape) || first + rows > shape->max_rows ||
        body.size < cells)
        return LIC_CORRUPT;
    lic_cursor cursor = lic_cursor_of(body);
    lic_slice kept = lic_get_bytes(&cursor, cells);
    lic_table_view *view = &tables->views[table];
    if (has_row_keys(shape)) {
        if (view->row_count != first) return LIC_CORRUPT;
        LIC_TRY(restore_keys(tables, table, (uint32_t)first, rows, &cursor));
    } else if (view->row_count < first + rows) {
        bool grows = shape->kind == LIC_TABLE_KIND_DUTIES ||
                     shape->kind == LIC_TABLE_KIND_PAYMENTS ||
                     shape->kind == LIC_TABLE_KIND_HISTORY;
        if (!grows || view->row_count != first) return LIC_CORRUPT;
        LIC_TRY(lic_table_reserve(tables, table, (uint32_t)(first + rows)));
        view->row_count = (uint32_t)(first + rows);
    }
    if (!lic_cursor_done(&cursor)) return LIC_CORRUPT;
    if (cells != 0) memcpy(state->cells + (size_t)first * shape->cell_size, kept.data, cells);
    return LIC_OK;
}

/* -- constants ---------------------------------------------------------------------------------------- */

uint32_t lic_fixed_block_rows(const lic_table *shape)
{
    uint32_t row_bytes = (uint32_t)shape->fixed_size + shape->key_size;
    uint32_t rows = 1;
    while (rows < 4096 && rows * 2 * (row_bytes == 0 ? 1 : row_bytes) <= LIC_FIXED_BLOCK_BYTES)
        rows *= 2;
    return rows;
}

/* Constants that the store must hold: those of rows that came by load. */
uint32_t lic_fixed_blocks(const lic_tables *tables, uint16_t table)
{
    const lic_table *shape = tables->states[table].shape;
    if (shape->kind != LIC_TABLE_KIND_SCHEDULE && shape->kind != LIC_TABLE_KIND_CHILD &&
        shape->kind != LIC_TABLE_KIND_PARTIES && shape->kind != LIC_TABLE_KIND_SELF)
        return 0;
    uint64_t rows = tables->views[table].row_count, step = lic_fixed_block_rows(shape);
    return (uint32_t)((rows + step - 1u) / step);
}

/* Spans belong to the children that came later; the parent's own bytes do not change by them. */
static void zero_spans(const lic_tables *tables, uint16_t table, uint8_t *rows, uint32_t count)
{
    const lic_image *image = tables->image;
    uint32_t stride = tables->states[table].shape->fixed_size;
    for (uint32_t t = 0; t < image->tables_count; t++) {
        const lic_table *child = &image->tables[t];
        if (child->kind != LIC_TABLE_KIND_CHILD || child->parent != table) continue;
        uint32_t offset = image->fields[child->parent_span].offset;
        for (uint32_t i = 0; i < count; i++) memset(rows + (size_t)i * stride + offset, 0, 8);
    }
}

/* In one go: child tables are the largest. */
static void put_parents(const uint32_t *parents, uint32_t count, lic_buffer *target)
{
    uint8_t *at = lic_buffer_extend(target, (size_t)count * 4);
    for (uint32_t i = 0; at != NULL && i < count; i++)
        lic_store_u32(at + (size_t)i * 4, parents[i]);
}

void lic_fixed_block_put(const lic_tables *tables, uint16_t table, uint32_t block,
                         lic_buffer *target)
{
    const lic_table_state *state = &tables->states[table];
    const lic_table *shape = state->shape;
    uint32_t step = lic_fixed_block_rows(shape), first = block * step;
    uint32_t left = tables->views[table].row_count - first, rows = left < step ? left : step;
    if (shape->fixed_size != 0) {
        size_t at = target->size;
        lic_put_bytes(target, state->fixed + (size_t)first * shape->fixed_size,
                      (size_t)rows * shape->fixed_size);
        if (!target->failed) zero_spans(tables, table, target->data + at, rows);
    }
    for (uint32_t i = 0; shape->key_size != 0 && i < rows; i++) {
        lic_slice key = lic_table_key(tables, table, first + i);
        lic_put_u16(target, (uint16_t)key.size);
        lic_put_bytes(target, key.data, key.size);
    }
    if (shape->kind == LIC_TABLE_KIND_CHILD) put_parents(state->parents + first, rows, target);
}

static lic_status restore_parents(lic_tables *tables, uint16_t table, uint32_t first, uint32_t rows,
                                  lic_cursor *cursor)
{
    const lic_table *shape = tables->states[table].shape;
    for (uint32_t i = 0; shape->kind == LIC_TABLE_KIND_CHILD && i < rows; i++) {
        uint32_t parent = lic_get_u32(cursor);
        if (cursor->failed || parent >= tables->views[shape->parent].row_count ||
            lic_child_attach(tables, table, first + i, parent) != LIC_OK)
            return LIC_CORRUPT;
    }
    return lic_cursor_done(cursor) ? LIC_OK : LIC_CORRUPT;
}

lic_status lic_fixed_block_restore(lic_tables *tables, uint16_t table, uint32_t block,
                                   uint32_t rows, lic_slice body)
{
    lic_table_state *state = &tables->states[table];
    const lic_table *shape = state->shape;
    uint32_t step = lic_fixed_block_rows(shape);
    lic_cursor cursor = lic_cursor_of(body);
    lic_slice fixed = lic_get_bytes(&cursor, (size_t)rows * shape->fixed_size);
    if (rows == 0 || rows > step || tables->views[table].row_count != block * step || cursor.failed)
        return LIC_CORRUPT;
    uint32_t first = block * step;
    if (shape->key_size == 0 && (uint64_t)first + rows <= state->capacity) {
        /* rows without keys come in one piece, into memory that is still zero */
        tables->views[table].row_count = first + rows;
    }
    for (uint32_t i = 0; shape->key_size != 0 && i < rows; i++) {
        uint32_t row = 0;
        lic_slice key = lic_get_bytes(&cursor, lic_get_u16(&cursor));
        if (cursor.failed || lic_table_load_row(tables, table, key, &row) != LIC_OK)
            return LIC_CORRUPT;
    }
    if (tables->views[table].row_count != first + rows) return LIC_CORRUPT;
    if (fixed.size != 0)
        memcpy(state->fixed + (size_t)first * shape->fixed_size, fixed.data, fixed.size);
    return restore_parents(tables, table, first, rows, &cursor);
}

/* Leaf = SHA-256(0x00 | table u16 | first row u32 | body): the same rows have the same root in
 * every contract, so that parties can compare it before they know the contract's id. */
static void fixed_leaf(const lic_tables *tables, uint16_t table, uint32_t first, lic_slice body,
                       lic_hash *leaf)
{
    uint8_t head[7] = {0, (uint8_t)table, (uint8_t)(table >> 8), 0, 0, 0, 0};
    lic_store_u32(head + 3, first);
    lic_slice parts[2] = {lic_slice_of(head, sizeof head), body};
    tables->hasher->sha256(parts, 2, leaf);
}

typedef struct fixed_hashing {
    const lic_tables *tables;
    uint16_t table;
    lic_hash *leaves;
    lic_buffer bodies[LIC_SHARERS];
} fixed_hashing;

static void hash_fixed(void *context, unsigned worker, uint32_t block)
{
    fixed_hashing *of = context;
    lic_buffer *body = &of->bodies[worker];
    const lic_table *shape = of->tables->states[of->table].shape;
    if (body->failed) return;
    lic_buffer_clear(body);
    lic_fixed_block_put(of->tables, of->table, block, body);
    fixed_leaf(of->tables, of->table, block * lic_fixed_block_rows(shape),
               lic_slice_of(body->data, body->size), &of->leaves[block]);
}

/* So large that no block of the table grows the buffer, which a second thread must not. */
static bool fixed_room(const lic_table *shape, lic_buffer *body)
{
    size_t row = (size_t)shape->fixed_size + shape->key_size + 2 + 4;
    return lic_buffer_reserve(body, row * lic_fixed_block_rows(shape));
}

static bool fixed_leaves(fixed_hashing *of, uint32_t blocks, unsigned workers)
{
    const lic_table *shape = of->tables->states[of->table].shape;
    bool good = true;
    for (unsigned i = 0; i < workers; i++) {
        lic_buffer_init(&of->bodies[i], of->tables->allocator, (size_t)1 << 24);
        good = good && fixed_room(shape, &of->bodies[i]);
    }
    if (good && workers > 1) lic_share(blocks, hash_fixed, of);
    for (uint32_t i = 0; good && workers == 1 && i < blocks; i++) hash_fixed(of, 0, i);
    for (unsigned i = 0; i < workers; i++) {
        good = good && !of->bodies[i].failed;
        lic_buffer_free(&of->bodies[i]);
    }
    return good;
}

lic_status lic_fixed_hash(lic_tables *tables, uint16_t table, bool threads)
{
    enum { FEWEST = 64 }; /* fewer are hashed before a thread has started */
    uint32_t blocks = lic_fixed_blocks(tables, table);
    fixed_hashing of = {.tables = tables, .table = table};
    bool good = true;
    if (blocks != 0) {
        of.leaves = lic_allocate(tables->allocator, blocks * sizeof *of.leaves);
        good = of.leaves != NULL &&
               fixed_leaves(&of, blocks, threads && blocks >= FEWEST ? LIC_SHARERS : 1);
    }
    if (good) lic_merkle_root(tables->hasher, of.leaves, blocks, &tables->states[table].fixed_root);
    if (of.leaves != NULL) lic_release(tables->allocator, of.leaves, blocks * sizeof *of.leaves);
    return good ? LIC_OK : LIC_NO_MEMORY;
}
