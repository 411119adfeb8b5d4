/* stale.c - the list of extents that wait to be written (stale.h). */
#include "stale.h"

#include "state.h"

#include <string.h>

enum { TOGETHER = 3, GROUPS = 16, LIST_MAX = 1 << 28 };

unsigned lic_stale_group(uint16_t table, uint32_t extent)
{
    return (table + (extent >> TOGETHER)) % GROUPS;
}

static int compare(const lic_stale *a, uint16_t table, uint32_t extent)
{
    if (a->table != table) return a->table < table ? -1 : 1;
    return a->extent < extent ? -1 : a->extent > extent;
}

uint64_t lic_stale_from(const lic_stale_list *list, uint16_t table, uint32_t extent)
{
    size_t low = 0, high = list->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare(&list->items[middle], table, extent);
        if (order == 0) return list->items[middle].from;
        if (order < 0) low = middle + 1;
        else high = middle;
    }
    return UINT64_MAX;
}

lic_status lic_stale_append(lic_stale_list *list, lic_stale item)
{
    if (list->count == list->capacity) {
        size_t wanted = list->capacity == 0 ? 256 : list->capacity * 2;
        lic_stale *grown = list->allocator->resize(list->allocator->context, list->items,
                                                   list->capacity * sizeof *grown,
                                                   wanted * sizeof *grown);
        if (grown == NULL) return LIC_NO_MEMORY;
        list->items = grown;
        list->capacity = wanted;
    }
    list->items[list->count++] = item;
    return LIC_OK;
}

static lic_status take_list(void *context, const lic_row_page *row)
{
    lic_stale_list *list = context;
    lic_cursor cursor = lic_cursor_of(row->body);
    while (!lic_cursor_done(&cursor)) {
        lic_stale item = {.table = lic_get_u16(&cursor)};
        item.extent = lic_get_u32(&cursor);
        item.from = lic_get_u64(&cursor);
        const lic_stale *last = list->count == 0 ? NULL : &list->items[list->count - 1];
        bool ascends = last == NULL || compare(last, item.table, item.extent) < 0;
        if (cursor.failed || !ascends || item.from == 0 || item.from > INT64_MAX)
            return LIC_CORRUPT;
        LIC_TRY(lic_stale_append(list, item));
    }
    return LIC_OK;
}

lic_status lic_stale_read(lic_stale_list *list, lic_store *store, uint32_t contract,
                          const lic_allocator *allocator)
{
    *list = (lic_stale_list){.allocator = allocator};
    return lic_store_read_page(store, contract, LIC_RECORD_TABLE, 0, take_list, list);
}

void lic_stale_free(lic_stale_list *list)
{
    lic_release(list->allocator, list->items, list->capacity * sizeof *list->items);
    list->items = NULL;
}

static bool equal(const lic_stale_list *a, const lic_stale_list *b)
{
    if (a->count != b->count) return false;
    for (size_t i = 0; i < a->count; i++) {
        const lic_stale *x = &a->items[i], *y = &b->items[i];
        if (compare(x, y->table, y->extent) != 0 || x->from != y->from) return false;
    }
    return true;
}

lic_status lic_stale_write(const lic_stale_list *list, const lic_stale_list *before,
                           lic_store *store, uint32_t contract)
{
    if (equal(list, before)) return LIC_OK;
    lic_buffer body;
    lic_buffer_init(&body, list->allocator, LIST_MAX);
    for (size_t i = 0; i < list->count; i++) {
        lic_put_u16(&body, list->items[i].table);
        lic_put_u32(&body, list->items[i].extent);
        lic_put_u64(&body, list->items[i].from);
    }
    const lic_row_page row = {
        .contract = contract, .tbl = LIC_RECORD_TABLE, .body = lic_slice_of(body.data, body.size)};
    lic_status status = body.failed ? LIC_NO_MEMORY : lic_store_put_page(store, &row);
    lic_buffer_free(&body);
    return status;
}
