/* why/versions.c - what a row of a contract's tables held after each block that changed it, read from the
 * pages that blocks superseded: forwards through all of them, or from a block backwards as far as it is asked. Nothing is
 * executed. */
#include "why/why.h"

#include "state.h"

#include "former.h"
#include "stale.h"

#include <string.h>

/* -- one row, all of it --------------------------------------------------------------------------------------------- */

static lic_status take_page(void *context, const lic_row_page *row)
{
    lic_buffer *body = context;
    lic_put_bytes(body, row->body.data, row->body.size);
    return body->failed ? LIC_NO_MEMORY : LIC_OK;
}

/* Appends an extent's body as it was after block `height`, or, UINT64_MAX, as it is. */
static lic_status read_body(lic_why *why, lic_former_place place, uint64_t height, lic_buffer *body)
{
    lic_store *store = lic_ledger_store(lic_engine_ledger(why->engine));
    lic_stale_list stale;
    lic_former_recent recent;
    lic_status status = lic_stale_read(&stale, store, place.contract, why->allocator);
    place.from = lic_stale_from(&stale, place.table, place.extent);
    lic_stale_free(&stale);
    LIC_TRY(status);
    LIC_TRY(lic_former_recent_read(store, place.contract, &recent));
    place.recent = &recent;
    LIC_TRY(lic_store_read_page(store, place.contract, place.table, place.extent, take_page, body));
    return lic_former_go(store, &place, height, body);
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

/* A block that changed the extent: what it found, and the row's cells as it left them. */
typedef struct step {
    struct step *earlier, *later;
    uint64_t height;
    lic_slice former;
    const uint8_t *cells;
} step;

typedef struct walking {
    const lic_table *shape;
    lic_arena *arena;
    uint32_t at; /* of the row in its extent */
    step *last;
} walking;

static lic_status take_step(void *context, const lic_row_old_page *row)
{
    walking *w = context;
    step *taken = lic_arena_take(w->arena, sizeof *taken);
    void *former = lic_arena_copy(w->arena, row->body.data, row->body.size);
    if (taken == NULL || (former == NULL && row->body.size != 0)) return LIC_NO_MEMORY;
    *taken = (step){w->last, NULL, row->until, lic_slice_of(former, row->body.size), NULL};
    if (w->last != NULL) w->last->later = taken;
    w->last = taken;
    return LIC_OK;
}

/* From the present body back: what a block found is what the one before it left. */
static lic_status find_cells(const walking *w, lic_buffer *body, step **first)
{
    for (step *s = w->last; s != NULL; s = s->earlier) {
        const uint8_t *cells = cells_at(w->shape, lic_slice_of(body->data, body->size), w->at);
        if (cells != NULL) {
            s->cells = lic_arena_copy(w->arena, cells, w->shape->cell_size);
            if (s->cells == NULL) return LIC_NO_MEMORY;
        }
        LIC_TRY(lic_former_apply(s->former, body));
        *first = s;
    }
    return LIC_OK;
}

static lic_status visit_steps(const step *first, lic_why_version_visit *visit, void *context)
{
    for (const step *s = first; s != NULL; s = s->later)
        LIC_TRY(visit(context, s->height, s->cells));
    return LIC_OK;
}

lic_status lic_why_row_versions(lic_why *why, uint32_t contract, uint16_t table, uint32_t row,
                                lic_why_version_visit *visit, void *context)
{
    const lic_table *shape = &why->image->tables[table];
    lic_store *store = lic_ledger_store(lic_engine_ledger(why->engine));
    unsigned shift = shape->page_shift + LIC_EXTENT_SHIFT;
    uint32_t extent = row >> shift;
    const lic_former_place place = {.contract = contract, .table = table, .extent = extent};
    walking w = {.shape = shape, .at = row & ((1u << shift) - 1u)};
    step *first = NULL;
    lic_buffer body;
    lic_buffer_init(&body, why->allocator, (size_t)1 << 26);
    w.arena = lic_arena_create(why->allocator, LIC_GIGABYTES(16));
    lic_status status = w.arena == NULL ? LIC_NO_MEMORY
                                        : lic_store_read_page_versions(store, contract, table,
                                                                       extent, take_step, &w);
    if (status == LIC_OK) status = read_body(why, place, UINT64_MAX, &body);
    if (status == LIC_OK) status = find_cells(&w, &body, &first);
    if (status == LIC_OK) status = visit_steps(first, visit, context);
    lic_buffer_free(&body);
    lic_arena_destroy(w.arena);
    return status;
}

/* -- one row, from a block backwards ---------------------------------------------------------------------- */

enum { PAGES_KEPT = 64, BYTES_KEPT = 1 << 20 };

/* What an extent held before each of the last blocks that changed it: read in pieces, as far as somebody looks. Rows of one
 * extent are asked for one after the other, by all amounts of a payee. */
typedef struct version {
    uint64_t until; /* the block that changed it; what it held before: */
    size_t at, size;
} version;

typedef struct page_history {
    uint64_t key, before; /* key 0: nothing is kept here */
    lic_buffer now;       /* when block `before` began */
    lic_buffer back;      /* before the last version that was read */
    lic_buffer bytes;
    version versions[LIC_WHY_VERSIONS_MAX];
    size_t count;
    bool complete, full; /* there are no more; no more are read */
} page_history;

struct lic_why_pages {
    page_history *kept[PAGES_KEPT];
};

static void free_history(const lic_allocator *allocator, page_history *h)
{
    if (h == NULL) return;
    lic_buffer_free(&h->now);
    lic_buffer_free(&h->back);
    lic_buffer_free(&h->bytes);
    lic_release(allocator, h, sizeof *h);
}

void lic_why_pages_free(lic_why *why)
{
    if (why->pages == NULL) return;
    for (size_t i = 0; i < PAGES_KEPT; i++) free_history(why->allocator, why->pages->kept[i]);
    lic_release(why->allocator, why->pages, sizeof *why->pages);
    why->pages = NULL;
}

static lic_status take_version(void *context, const lic_row_old_page *row)
{
    page_history *h = context;
    if (h->full) return LIC_OK;
    LIC_TRY(lic_former_apply(row->body, &h->back));
    h->full = h->count == LIC_WHY_VERSIONS_MAX ||
              (h->count > 0 && h->bytes.size + h->back.size > BYTES_KEPT);
    if (h->full) return LIC_OK;
    h->versions[h->count++] = (version){row->until, h->bytes.size, h->back.size};
    lic_put_bytes(&h->bytes, h->back.data, h->back.size);
    return h->bytes.failed ? LIC_NO_MEMORY : LIC_OK;
}

static lic_status read_on(page_history *h, lic_store *store, const lic_why_place *place,
                          uint32_t extent)
{
    size_t count = h->count;
    uint64_t below = count == 0 ? h->before : h->versions[count - 1].until;
    LIC_TRY(lic_store_read_page_versions_back(store, place->contract, place->table, extent, below,
                                              take_version, h));
    h->complete = h->count == count && !h->full;
    return LIC_OK;
}

/* The extent's body when block `before` began: as the first block from there on that changed it found it. */
static lic_status read_now(page_history *h, lic_why *why, const lic_why_place *place,
                           uint32_t extent)
{
    const lic_former_place at = {
        .contract = place->contract, .table = place->table, .extent = extent};
    LIC_TRY(read_body(why, at, h->before - 1, &h->now));
    lic_put_bytes(&h->back, h->now.data, h->now.size);
    return h->back.failed ? LIC_NO_MEMORY : LIC_OK;
}

static lic_status history_of(lic_why *why, const lic_why_place *place, uint32_t extent,
                             page_history **result)
{
    uint64_t key = ((uint64_t)place->table << 32 | extent) + 1;
    if (why->pages == NULL) why->pages = lic_allocate_zero(why->allocator, 1, sizeof *why->pages);
    if (why->pages == NULL) return LIC_NO_MEMORY;
    page_history **kept = &why->pages->kept[(extent + place->table * 7u) % PAGES_KEPT];
    page_history *h = *kept;
    *result = h;
    if (h != NULL && h->key == key && h->before == place->before) return LIC_OK;
    free_history(why->allocator, h);
    *result = *kept = h = lic_allocate_zero(why->allocator, 1, sizeof *h);
    if (h == NULL) return LIC_NO_MEMORY;
    h->before = place->before;
    lic_buffer_init(&h->now, why->allocator, (size_t)1 << 26);
    lic_buffer_init(&h->back, why->allocator, (size_t)1 << 26);
    lic_buffer_init(&h->bytes, why->allocator, (size_t)1 << 27);
    LIC_TRY(read_now(h, why, place, extent));
    h->key = key; /* from here on it can be used again */
    return LIC_OK;
}

lic_status lic_why_row_changes(lic_why *why, const lic_why_place *place,
                               lic_why_change_visit *visit, void *context, bool *all)
{
    const lic_table *shape = &why->image->tables[place->table];
    lic_store *store = lic_ledger_store(lic_engine_ledger(why->engine));
    unsigned shift = shape->page_shift + LIC_EXTENT_SHIFT;
    uint32_t extent = place->row >> shift, at = place->row & ((1u << shift) - 1u);
    page_history *h = NULL;
    *all = false;
    LIC_TRY(history_of(why, place, extent, &h));
    lic_slice now = lic_slice_of(h->now.data, h->now.size);
    if (!visit(context, place->before, cells_at(shape, now, at))) return LIC_OK;
    for (size_t i = 0;; i++) {
        if (i == h->count && !h->complete && !h->full) LIC_TRY(read_on(h, store, place, extent));
        if (i == h->count) break;
        const version *v = &h->versions[i];
        lic_slice bytes = lic_slice_of(h->bytes.data == NULL ? NULL : h->bytes.data + v->at,
                                       v->size);
        if (!visit(context, v->until, cells_at(shape, bytes, at))) return LIC_OK;
    }
    *all = h->complete;
    return LIC_OK;
}
