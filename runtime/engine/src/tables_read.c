/* A contract's tables from the store: static rows from the image, constants and pages from the file,
 * every root compared with the record. With engine->at_height set, superseded pages are laid over
 * the present ones, newest first, until the state after that block remains. */
#include "state.h"

#include <stdlib.h>
#include <string.h>

typedef struct lic_stored_page {
    uint16_t table;
    uint32_t page;         /* number of the extent */
    lic_slice body;
    bool absent;           /* did not exist yet at the height */
} lic_stored_page;

typedef struct lic_gathering {
    lic_engine *engine;
    lic_contract *contract;
    lic_arena *arena;
    lic_stored_page *pages;
    size_t count, capacity;
    lic_slice record, extra;
} lic_gathering;

static lic_status gather_page(void *context, const lic_row_page *row)
{
    lic_gathering *g = context;
    if (g->count == g->capacity) {
        size_t wanted = g->capacity == 0 ? 256 : g->capacity * 2;
        const lic_allocator *a = g->engine->allocator;
        lic_stored_page *grown =
            a->resize(a->context, g->pages, g->capacity * sizeof *grown, wanted * sizeof *grown);
        if (grown == NULL)
            return LIC_NO_MEMORY;
        g->pages = grown;
        g->capacity = wanted;
    }
    void *kept = lic_arena_copy(g->arena, row->body.data, row->body.size);
    if (kept == NULL && row->body.size != 0)
        return LIC_NO_MEMORY;
    g->pages[g->count++] = (lic_stored_page){.table = (uint16_t)row->tbl, .page = row->page,
                                             .body = lic_slice_of(kept, row->body.size)};
    return row->tbl < g->contract->image->tables_count ? LIC_OK : LIC_CORRUPT;
}

static int compare_place(const void *key, const void *element)
{
    const lic_stored_page *a = key, *b = element;
    if (a->table != b->table)
        return a->table < b->table ? -1 : 1;
    return a->page < b->page ? -1 : a->page > b->page;
}

static lic_status overlay_record(lic_gathering *g, lic_slice body)
{
    uint8_t *kept = lic_arena_copy(g->arena, body.data, body.size);
    if (kept == NULL)
        return body.size == 0 ? LIC_MISSING : LIC_NO_MEMORY; /* empty: it was not deployed yet */
    lic_cursor cursor = lic_cursor_of(lic_slice_of(kept, body.size));
    g->record = lic_get_slice(&cursor, body.size);
    g->extra = lic_get_slice(&cursor, body.size);
    return lic_cursor_done(&cursor) ? LIC_OK : LIC_CORRUPT;
}

static lic_status overlay_page(void *context, const lic_row_old_page *row)
{
    lic_gathering *g = context;
    if (row->tbl == LIC_RECORD_TABLE)
        return overlay_record(g, row->body);
    lic_stored_page key = {.table = (uint16_t)row->tbl, .page = row->page};
    lic_stored_page *found =
        g->count == 0 ? NULL : bsearch(&key, g->pages, g->count, sizeof key, compare_place);
    if (found == NULL)
        return LIC_CORRUPT;
    void *kept = lic_arena_copy(g->arena, row->body.data, row->body.size);
    if (kept == NULL && row->body.size != 0)
        return LIC_NO_MEMORY;
    found->body = lic_slice_of(kept, row->body.size);
    found->absent = row->body.size == 0;
    return LIC_OK;
}

static lic_status gather_record(void *context, const lic_row_contract_state *row)
{
    lic_gathering *g = context;
    uint8_t *record = lic_arena_copy(g->arena, row->record.data, row->record.size);
    uint8_t *extra = lic_arena_copy(g->arena, row->extra.data, row->extra.size);
    if (record == NULL || extra == NULL)
        return LIC_NO_MEMORY;
    g->record = lic_slice_of(record, row->record.size);
    g->extra = lic_slice_of(extra, row->extra.size);
    return LIC_OK;
}

static lic_status gather_fixed(void *context, const lic_row_fixed *row)
{
    const lic_gathering *g = context;
    lic_tables *tables = g->contract->tables;
    uint16_t table = (uint16_t)row->tbl;
    uint32_t step = lic_fixed_block_rows(&g->contract->image->tables[table]);
    if (row->first % step != 0 || row->first / step > UINT32_MAX || row->texts.size != 0)
        return LIC_CORRUPT;
    return lic_fixed_block_restore(tables, table, (uint32_t)(row->first / step), row->rows, row->body);
}

static bool comes_by_load(const lic_table *shape)
{
    return (shape->kind == LIC_TABLE_KIND_SCHEDULE || shape->kind == LIC_TABLE_KIND_CHILD) &&
           shape->static_rows == 0;
}

static lic_status restore_fixed(lic_gathering *g, const lic_record_table *roots)
{
    lic_tables *tables = g->contract->tables;
    for (uint16_t t = 0; t < g->contract->image->tables_count; t++) {
        const lic_table *shape = &g->contract->image->tables[t];
        if (comes_by_load(shape) && roots[t].rows != 0) {
            if (roots[t].rows > shape->max_rows)
                return LIC_CORRUPT;
            LIC_TRY(lic_table_reserve(tables, t, roots[t].rows));
            LIC_TRY(lic_store_read_fixed(lic_ledger_store(g->engine->ledger), g->contract->number, t,
                                         gather_fixed, g));
            LIC_TRY(lic_fixed_hash(tables, t));
        }
        if (!lic_hash_equal(&tables->states[t].fixed_root, &roots[t].fixed))
            return LIC_CORRUPT;
    }
    return LIC_OK;
}

static lic_status restore_pages(lic_gathering *g, const lic_record_table *roots)
{
    for (size_t i = 0; i < g->count; i++) {
        const lic_stored_page *page = &g->pages[i];
        unsigned shift = g->contract->image->tables[page->table].page_shift + LIC_EXTENT_SHIFT;
        uint64_t first = (uint64_t)page->page << shift;
        if (page->absent)
            continue;
        if (first >= roots[page->table].rows)
            return LIC_CORRUPT;
        uint64_t left = roots[page->table].rows - first, size = (uint64_t)1 << shift;
        LIC_TRY(lic_extent_restore(g->contract->tables, page->table, page->page,
                                 (uint32_t)(left < size ? left : size), page->body));
    }
    return LIC_OK;
}

static lic_status check_cells(const lic_contract *contract, const lic_record_table *roots)
{
    LIC_TRY(lic_tables_hash(contract->tables));
    for (uint16_t t = 0; t < contract->image->tables_count; t++) {
        lic_hash root;
        lic_table_root(contract->tables, t, &root);
        if (contract->tables->views[t].row_count != roots[t].rows ||
            !lic_hash_equal(&root, &roots[t].cells))
            return LIC_CORRUPT;
    }
    lic_tables_sealed(contract->tables);
    return LIC_OK;
}

/* The version that the next block's superseded record will hold. */
static lic_status keep_sealed(lic_gathering *g)
{
    lic_contract *contract = g->contract;
    lic_buffer sealed;
    lic_buffer_init(&sealed, g->engine->allocator, (size_t)1 << 30);
    lic_put_slice(&sealed, g->record);
    lic_put_slice(&sealed, g->extra);
    uint8_t *bytes = sealed.failed ? NULL : lic_allocate(g->engine->allocator, sealed.size);
    if (bytes != NULL) {
        memcpy(bytes, sealed.data, sealed.size);
        lic_release(g->engine->allocator, contract->sealed, contract->sealed_size);
        contract->sealed = bytes;
        contract->sealed_size = sealed.size;
    }
    lic_buffer_free(&sealed);
    return bytes == NULL ? LIC_NO_MEMORY : LIC_OK;
}

static lic_status gather(lic_gathering *g)
{
    lic_store *store = lic_ledger_store(g->engine->ledger);
    LIC_TRY(lic_store_read_contract_state(store, g->contract->number, gather_record, g));
    LIC_TRY(lic_store_read_pages(store, g->contract->number, gather_page, g));
    if (g->engine->at_height != UINT64_MAX)
        LIC_TRY(lic_store_read_old_pages(store, g->contract->number, g->engine->at_height,
                                         overlay_page, g));
    return g->record.data == NULL ? LIC_CORRUPT : LIC_OK;
}

static lic_status restore(lic_gathering *g, lic_record_table *roots, lic_error *error)
{
    lic_contract *contract = g->contract;
    LIC_TRY(gather(g));
    LIC_TRY(lic_record_get(g->engine, contract, g->record, g->extra, roots));
    LIC_TRY(lic_contract_build(g->engine, contract, error));
    LIC_TRY(restore_fixed(g, roots));
    LIC_TRY(restore_pages(g, roots));
    LIC_TRY(check_cells(contract, roots));
    /* once more, now with tables: the turnovers */
    LIC_TRY(lic_record_get(g->engine, contract, g->record, g->extra, roots));
    return keep_sealed(g);
}

lic_status lic_persist_tables(lic_engine *engine, lic_contract *contract, lic_error *error)
{
    lic_gathering g = {.engine = engine, .contract = contract};
    g.arena = lic_arena_create(engine->allocator, (size_t)16 << 30);
    lic_record_table *roots =
        lic_allocate_zero(engine->allocator, contract->image->tables_count, sizeof *roots);
    lic_status status = g.arena == NULL || roots == NULL ? LIC_NO_MEMORY : restore(&g, roots, error);
    lic_arena_destroy(g.arena);
    lic_release(engine->allocator, roots, contract->image->tables_count * sizeof *roots);
    lic_release(engine->allocator, g.pages, g.capacity * sizeof *g.pages);
    if (status == LIC_OK)
        return LIC_OK;
    char id[LIC_HASH_TEXT];
    lic_hash_print(&contract->id, id);
    if (status == LIC_CORRUPT)
        return lic_fail(error, status, "contract", "restore the ledger from a backup; `licet replay` finds the first damaged block",
                        "the stored state of contract %.12s does not have the roots that its record names", id);
    const lic_error *store = lic_store_error(lic_ledger_store(engine->ledger));
    return lic_fail(error, status, "contract", store->help, "cannot read contract %.12s: %s", id,
                    store->text[0] != '\0' ? store->text : lic_status_message(status));
}
