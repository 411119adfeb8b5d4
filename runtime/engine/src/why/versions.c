/* why/versions.c - what a row of a contract's tables held after each block that changed it, read from the
 * pages that blocks superseded. Nothing is executed. */
#include "why/why.h"

#include "state.h"

#include <string.h>

/* -- blocks that changed the contract ------------------------------------------------------------------ */

static lic_status take_height(void *context, const lic_row_old_page *row)
{
    *(uint64_t *)context = row->until;
    return LIC_OK;
}

lic_status lic_why_find_heights(lic_why *why, uint32_t contract)
{
    lic_store *store = lic_ledger_store(lic_engine_ledger(why->engine));
    for (uint64_t last = 0;; last = why->heights[why->height_count - 1]) {
        uint64_t next = last;
        LIC_TRY(lic_store_read_next_old_page(store, contract, last, take_height, &next));
        if (next == last) return LIC_OK;
        if (why->height_count == why->height_capacity) {
            size_t wanted = why->height_capacity == 0 ? 64 : why->height_capacity * 2;
            uint64_t *grown = why->allocator->resize(why->allocator->context, why->heights,
                                                     why->height_capacity * sizeof *grown,
                                                     wanted * sizeof *grown);
            if (grown == NULL) return LIC_NO_MEMORY;
            why->heights = grown;
            why->height_capacity = wanted;
        }
        why->heights[why->height_count++] = next;
    }
}

/* -- one row --------------------------------------------------------------------------------------------- */

typedef struct body {
    lic_buffer bytes;
    bool found;
} body;

static lic_status keep_body(body *b, lic_slice bytes)
{
    lic_buffer_clear(&b->bytes);
    lic_put_bytes(&b->bytes, bytes.data, bytes.size);
    b->found = true;
    return b->bytes.failed ? LIC_NO_MEMORY : LIC_OK;
}

static lic_status take_page(void *context, const lic_row_page *row)
{
    return keep_body(context, row->body);
}

/* `rows` rows and, in registers, a tombstone and a key of each make up the body. */
static bool holds(const lic_table *shape, lic_slice bytes, uint32_t rows)
{
    lic_cursor cursor = lic_cursor_of(bytes);
    (void)lic_get_bytes(&cursor, (size_t)rows * shape->cell_size);
    for (uint32_t i = 0; i < rows && shape->kind == LIC_TABLE_KIND_REGISTER; i++) {
        (void)lic_get_u8(&cursor);
        (void)lic_get_bytes(&cursor, lic_get_u16(&cursor));
    }
    return lic_cursor_done(&cursor);
}

/* The cells of row number `at` of an extent; NULL: it was not there yet, and holds zeros. */
static const uint8_t *cells_at(const lic_table *shape, lic_slice bytes, uint32_t at)
{
    uint32_t most = 1u << (shape->page_shift + LIC_EXTENT_SHIFT);
    for (uint32_t rows = at + 1; bytes.size > 0 && rows <= most; rows++) {
        if (holds(shape, bytes, rows)) return bytes.data + (size_t)at * shape->cell_size;
    }
    return NULL;
}

typedef struct walking {
    const lic_table *shape;
    uint32_t at;      /* of the row in its extent */
    uint64_t changed; /* the last block so far that changed the extent; 0: none yet */
    lic_why_version_visit *visit;
    void *context;
} walking;

/* What a block found is what the one before it left. */
static lic_status take_old(void *context, const lic_row_old_page *row)
{
    walking *w = context;
    uint64_t changed = w->changed;
    w->changed = row->until;
    return changed == 0 ? LIC_OK
                        : w->visit(w->context, changed, cells_at(w->shape, row->body, w->at));
}

lic_status lic_why_row_versions(lic_why *why, uint32_t contract, uint16_t table, uint32_t row,
                                lic_why_version_visit *visit, void *context)
{
    const lic_table *shape = &why->image->tables[table];
    lic_store *store = lic_ledger_store(lic_engine_ledger(why->engine));
    unsigned shift = shape->page_shift + LIC_EXTENT_SHIFT;
    uint32_t extent = row >> shift;
    walking w = {
        .shape = shape, .at = row & ((1u << shift) - 1u), .visit = visit, .context = context};
    body b = {.found = false};
    lic_buffer_init(&b.bytes, why->allocator, (size_t)1 << 26);
    lic_status status = lic_store_read_page_versions(store, contract, table, extent, take_old, &w);
    if (status == LIC_OK && w.changed != 0)
        status = lic_store_read_page(store, contract, table, extent, take_page, &b);
    if (status == LIC_OK && b.found)
        status = visit(context, w.changed,
                       cells_at(shape, lic_slice_of(b.bytes.data, b.bytes.size), w.at));
    lic_buffer_free(&b.bytes);
    return status;
}
