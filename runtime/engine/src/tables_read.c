/* A contract's tables from the store: static rows from the image, constants and pages from the file,
 * every root compared with the record. What waits to be written (stale.h) is brought up to date; with engine->at_height set, each
 * page that was changed since is taken as the first block after that height found it. */
#include "state.h"

#include "former.h"
#include "stale.h"

#include <string.h>

typedef struct lic_stored_page {
    uint16_t table;
    uint32_t page; /* number of the extent */
    lic_slice body;
    bool absent; /* did not exist yet at the height */
} lic_stored_page;

typedef struct lic_gathering {
    lic_engine *engine;
    lic_contract *contract;
    lic_arena *arena;
    lic_stored_page *pages;
    size_t count, capacity;
    bool hollow; /* duties stay in the store */
    lic_slice record, extra;
} lic_gathering;

static lic_status gather_page(void *context, const lic_row_page *row)
{
    lic_gathering *g = context;
    if (g->count == g->capacity) {
        size_t wanted = g->capacity == 0 ? 256 : g->capacity * 2;
        const lic_allocator *a = g->engine->allocator;
        lic_stored_page *grown = a->resize(a->context, g->pages, g->capacity * sizeof *grown,
                                           wanted * sizeof *grown);
        if (grown == NULL) return LIC_NO_MEMORY;
        g->pages = grown;
        g->capacity = wanted;
    }
    void *kept = lic_arena_copy(g->arena, row->body.data, row->body.size);
    if (kept == NULL && row->body.size != 0) return LIC_NO_MEMORY;
    g->pages[g->count++] = (lic_stored_page){
        .table = (uint16_t)row->tbl, .page = row->page, .body = lic_slice_of(kept, row->body.size)};
    return row->tbl < g->contract->image->tables_count ? LIC_OK : LIC_CORRUPT;
}

static lic_status overlay_record(void *context, const lic_row_old_page *row)
{
    lic_gathering *g = context;
    lic_slice body = row->body;
    uint8_t *kept = lic_arena_copy(g->arena, body.data, body.size);
    if (kept == NULL)
        return body.size == 0 ? LIC_MISSING : LIC_NO_MEMORY; /* empty: it was not deployed yet */
    lic_cursor cursor = lic_cursor_of(lic_slice_of(kept, body.size));
    g->record = lic_get_slice(&cursor, body.size);
    g->extra = lic_get_slice(&cursor, body.size);
    return lic_cursor_done(&cursor) ? LIC_OK : LIC_CORRUPT;
}

/* The body of a page as of the height, or the present one. */
static lic_status overlay_page(const lic_gathering *g, const lic_stale_list *stale,
                               const lic_former_recent *recent, lic_stored_page *page,
                               lic_buffer *body)
{
    const lic_former_place place = {.contract = g->contract->number,
                                    .table = page->table,
                                    .extent = page->page,
                                    .from = lic_stale_from(stale, page->table, page->page),
                                    .recent = recent};
    if (place.from == UINT64_MAX && g->engine->at_height == UINT64_MAX) return LIC_OK;
    lic_buffer_clear(body);
    lic_put_bytes(body, page->body.data, page->body.size);
    if (body->failed) return LIC_NO_MEMORY;
    LIC_TRY(lic_former_go(lic_ledger_store(g->engine->ledger), &place, g->engine->at_height, body));
    if (lic_slice_equal(page->body, lic_slice_of(body->data, body->size))) return LIC_OK;
    void *kept = lic_arena_copy(g->arena, body->data, body->size);
    if (kept == NULL && body->size != 0) return LIC_NO_MEMORY;
    page->body = lic_slice_of(kept, body->size);
    page->absent = body->size == 0;
    return LIC_OK;
}

static lic_status gather_record(void *context, const lic_row_contract_state *row)
{
    lic_gathering *g = context;
    uint8_t *record = lic_arena_copy(g->arena, row->record.data, row->record.size);
    uint8_t *extra = lic_arena_copy(g->arena, row->extra.data, row->extra.size);
    if (record == NULL || extra == NULL) return LIC_NO_MEMORY;
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
    return lic_fixed_block_restore(tables, table, (uint32_t)(row->first / step), row->rows,
                                   row->body);
}

static bool comes_by_load(const lic_table *shape)
{
    return (shape->kind == LIC_TABLE_KIND_SCHEDULE || shape->kind == LIC_TABLE_KIND_CHILD) &&
           shape->static_rows == 0;
}

/* Rows that come by load, or grow: they wait in the store until something needs them. */
static bool waits_in_store(const lic_table *shape)
{
    return comes_by_load(shape) || shape->kind == LIC_TABLE_KIND_DUTIES ||
           shape->kind == LIC_TABLE_KIND_PAYMENTS || shape->kind == LIC_TABLE_KIND_REGISTER ||
           shape->kind == LIC_TABLE_KIND_HISTORY;
}

static lic_status check_table(const lic_contract *contract, uint16_t table,
                              const lic_record_table *root)
{
    lic_hash cells;
    if (contract->tables->states[table].hollow != 0) return LIC_OK;
    lic_table_root(contract->tables, table, &cells);
    const lic_table_state *state = &contract->tables->states[table];
    bool good = contract->tables->views[table].row_count == root->rows &&
                lic_hash_equal(&cells, &root->cells) &&
                lic_hash_equal(&state->fixed_root, &root->fixed);
    return good ? LIC_OK : LIC_CORRUPT;
}

static lic_status restore_pages(lic_gathering *g, uint16_t table, const lic_record_table *root)
{
    unsigned shift = g->contract->image->tables[table].page_shift + LIC_EXTENT_SHIFT;
    for (size_t i = 0; i < g->count; i++) {
        const lic_stored_page *page = &g->pages[i];
        uint64_t first = (uint64_t)page->page << shift;
        if (page->table != table || page->absent) continue;
        if (first >= root->rows) return LIC_CORRUPT;
        uint64_t left = root->rows - first, size = (uint64_t)1 << shift;
        LIC_TRY(lic_extent_restore(g->contract->tables, table, page->page,
                                   (uint32_t)(left < size ? left : size), page->body));
    }
    return LIC_OK;
}

/* Constants from the store, then pages over them; the roots are checked once the leaves are there. */
static lic_status restore_table(lic_gathering *g, uint16_t table, const lic_record_table *root)
{
    lic_tables *tables = g->contract->tables;
    const lic_table *shape = &g->contract->image->tables[table];
    if (comes_by_load(shape) && root->rows != 0) {
        if (root->rows > shape->max_rows) return LIC_CORRUPT;
        LIC_TRY(lic_table_reserve(tables, table, root->rows));
        LIC_TRY(lic_store_read_fixed(lic_ledger_store(g->engine->ledger), g->contract->number,
                                     table, gather_fixed, g));
        LIC_TRY(lic_fixed_hash(tables, table, false));
    }
    return restore_pages(g, table, root);
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

static lic_status failed(const lic_engine *engine, const lic_contract *contract, lic_status status,
                         lic_error *error)
{
    char id[LIC_HASH_TEXT];
    lic_hash_print(&contract->id, id);
    if (status == LIC_CORRUPT)
        return lic_fail(
            error, status, "contract",
            "`licet doctor --rebuild` makes it again from the blocks; or restore a backup",
            "the stored state of contract %.12s does not have the roots that its record names", id);
    const lic_error *store = lic_store_error(lic_ledger_store(engine->ledger));
    return lic_fail(error, status, "contract", store->help, "cannot read contract %.12s: %s", id,
                    store->text[0] != '\0' ? store->text : lic_status_message(status));
}

/* What a page was: blocks after the height that changed it kept that. Page by page, so that it costs the same however many
 * blocks came since: a few rows each. What it is, of those that wait. Pages `first` and behind it. */
static lic_status overlay_pages(lic_gathering *g, size_t first)
{
    lic_buffer body;
    lic_stale_list stale;
    lic_former_recent recent;
    lic_store *store = lic_ledger_store(g->engine->ledger);
    lic_status status = lic_stale_read(&stale, store, g->contract->number, g->engine->allocator);
    if (status == LIC_OK) status = lic_former_recent_read(store, g->contract->number, &recent);
    lic_buffer_init(&body, g->engine->allocator, (size_t)1 << 26);
    for (size_t i = first; status == LIC_OK && i < g->count; i++)
        status = overlay_page(g, &stale, &recent, &g->pages[i], &body);
    lic_buffer_free(&body);
    lic_stale_free(&stale);
    return status;
}

/* The record as of the height, and what it says of the tables. */
static lic_status gather_roots(lic_gathering *g, lic_record_table *roots)
{
    lic_store *store = lic_ledger_store(g->engine->ledger);
    uint32_t number = g->contract->number;
    uint64_t height = g->engine->at_height;
    LIC_TRY(lic_store_read_contract_state(store, number, gather_record, g));
    if (height != UINT64_MAX)
        LIC_TRY(lic_store_read_page_after(store, number, LIC_RECORD_TABLE, 0, height,
                                          overlay_record, g));
    if (g->record.data == NULL) return LIC_CORRUPT;
    LIC_TRY(lic_record_get(g->engine, g->contract, g->record, g->extra, roots));
    g->hollow = g->engine->lean && height != UINT64_MAX && roots[LIC_TABLE_PAYMENTS].rows == 0 &&
                !lic_dependence_owing(g->contract->image);
    return LIC_OK;
}

/* At the tip only the tables that are always in memory are read now; in the past, all that the run may look at. */
static lic_status gather(lic_gathering *g)
{
    lic_store *store = lic_ledger_store(g->engine->ledger);
    const lic_image *image = g->contract->image;
    bool past = g->engine->at_height != UINT64_MAX;
    for (uint16_t t = 0; t < image->tables_count; t++) {
        bool wanted = past ? !(g->hollow && t == LIC_TABLE_DUTIES)
                           : !waits_in_store(&image->tables[t]);
        if (wanted)
            LIC_TRY(lic_store_read_table_pages(store, g->contract->number, t, gather_page, g));
    }
    return overlay_pages(g, 0);
}

static lic_status restore(lic_gathering *g, lic_record_table *roots, lic_error *error)
{
    lic_contract *contract = g->contract;
    bool past = g->engine->at_height != UINT64_MAX;
    LIC_TRY(gather_roots(g, roots));
    LIC_TRY(gather(g));
    LIC_TRY(lic_contract_build(g->engine, contract, error));
    for (uint16_t t = 0; t < contract->image->tables_count; t++) {
        if (!past && waits_in_store(&contract->image->tables[t]) && roots[t].rows != 0)
            lic_table_set_absent(contract->tables, t, roots[t].rows, &roots[t].cells,
                                 &roots[t].fixed);
        else if (g->hollow && t == LIC_TABLE_DUTIES)
            LIC_TRY(lic_table_set_hollow(contract->tables, t, roots[t].rows));
        else LIC_TRY(restore_table(g, t, &roots[t]));
    }
    LIC_TRY(lic_tables_hash(contract->tables));
    for (uint16_t t = 0; t < contract->image->tables_count; t++)
        LIC_TRY(check_table(contract, t, &roots[t]));
    lic_tables_sealed(contract->tables);
    /* once more, now with tables: the turnovers */
    LIC_TRY(lic_record_get(g->engine, contract, g->record, g->extra, roots));
    return keep_sealed(g);
}

static lic_status bring(lic_gathering *g, uint16_t table, const lic_record_table *root)
{
    lic_tables *tables = g->contract->tables;
    size_t first = g->count;
    LIC_TRY(lic_store_read_table_pages(lic_ledger_store(g->engine->ledger), g->contract->number,
                                       table, gather_page, g));
    LIC_TRY(overlay_pages(g, first));
    LIC_TRY(restore_table(g, table, root));
    LIC_TRY(lic_table_hash(tables, table));
    return check_table(g->contract, table, root);
}

/* What cannot be brought stays in the store as a whole: nobody takes half a table for all of it. */
static lic_status restore_one(lic_gathering *g, uint16_t table)
{
    lic_tables *tables = g->contract->tables;
    lic_table_state *state = &tables->states[table];
    lic_record_table root = {tables->views[table].row_count, state->absent_root, state->fixed_root};
    state->absent = false;
    tables->views[table].row_count = 0;
    lic_status status = bring(g, table, &root);
    if (status == LIC_OK) return LIC_OK;
    lic_table_clear(tables, table);
    lic_table_set_absent(tables, table, root.rows, &root.cells, &root.fixed);
    return status;
}

static lic_status restore_absent(lic_gathering *g, bool children)
{
    const lic_tables *tables = g->contract->tables;
    for (uint16_t t = 0; t < g->contract->image->tables_count; t++) {
        const lic_table_state *state = &tables->states[t];
        if (state->absent && (children || !lic_is_constant_child(state->shape)))
            LIC_TRY(restore_one(g, t));
    }
    return LIC_OK;
}

lic_status lic_persist_absent(lic_engine *engine, lic_contract *contract, lic_absent wanted,
                              lic_error *error)
{
    lic_gathering g = {.engine = engine, .contract = contract};
    g.arena = lic_arena_create(engine->allocator, LIC_GIGABYTES(16));
    lic_status status = LIC_NO_MEMORY;
    if (g.arena != NULL)
        status = wanted.table != LIC_NONE16 ? restore_one(&g, wanted.table)
                                            : restore_absent(&g, wanted.children);
    lic_arena_destroy(g.arena);
    lic_release(engine->allocator, g.pages, g.capacity * sizeof *g.pages);
    return status == LIC_OK ? LIC_OK : failed(engine, contract, status, error);
}

lic_status lic_persist_tables(lic_engine *engine, lic_contract *contract, lic_error *error)
{
    lic_gathering g = {.engine = engine, .contract = contract};
    g.arena = lic_arena_create(engine->allocator, LIC_GIGABYTES(16));
    lic_record_table *roots = lic_allocate_zero(engine->allocator, contract->image->tables_count,
                                                sizeof *roots);
    lic_status status = g.arena == NULL || roots == NULL ? LIC_NO_MEMORY
                                                         : restore(&g, roots, error);
    lic_arena_destroy(g.arena);
    lic_release(engine->allocator, roots, contract->image->tables_count * sizeof *roots);
    lic_release(engine->allocator, g.pages, g.capacity * sizeof *g.pages);
    return status == LIC_OK ? LIC_OK : failed(engine, contract, status, error);
}
