/* superseded.c - extents as they were before a block (superseded.h). */
#include "superseded.h"

#include "former.h"

#include <stdlib.h>
#include <string.h>

enum { BODY_MAX = 1 << 26, MADE_MAX = 1 << 25 };

void lic_superseded_room_init(lic_superseded_room *room, const lic_allocator *allocator)
{
    lic_buffer_init(&room->before, allocator, BODY_MAX);
    lic_buffer_init(&room->after, allocator, BODY_MAX);
}

void lic_superseded_room_free(lic_superseded_room *room)
{
    lic_buffer_free(&room->before);
    lic_buffer_free(&room->after);
}

/* -- an extent ------------------------------------------------------------------------------------------------ */

static bool grows(const lic_table *shape)
{
    return shape->kind == LIC_TABLE_KIND_DUTIES || shape->kind == LIC_TABLE_KIND_PAYMENTS ||
           shape->kind == LIC_TABLE_KIND_REGISTER || shape->kind == LIC_TABLE_KIND_HISTORY;
}

static bool all_zero(lic_slice bytes)
{
    for (size_t i = 0; i < bytes.size; i++)
        if (bytes.data[i] != 0) return false;
    return true;
}

size_t lic_superseded_pages(const lic_page_ref *refs, size_t count)
{
    size_t pages = 1;
    while (pages < count && refs[pages].table == refs[0].table &&
           refs[pages].page >> LIC_EXTENT_SHIFT == refs[0].page >> LIC_EXTENT_SHIFT)
        pages++;
    return pages;
}

lic_status lic_superseded_put(const lic_tables *tables, uint64_t height, const lic_page_ref *refs,
                              size_t count, lic_superseded_room *room, lic_buffer *target)
{
    uint16_t table = refs[0].table;
    uint32_t extent = refs[0].page >> LIC_EXTENT_SHIFT;
    lic_slice before, after;
    LIC_TRY(lic_extent_body_before(tables, table, extent, refs, count, &room->before, &before));
    LIC_TRY(lic_extent_body(tables, table, extent, &room->after, &after));
    /* rows that exist without their pages are zero: nothing needs to be kept of that */
    if (!grows(tables->states[table].shape) && all_zero(before)) before = lic_slice_of(NULL, 0);
    lic_former_put(height, table, extent, before, after, target);
    return target->failed ? LIC_NO_MEMORY : LIC_OK;
}

/* -- those of a block ------------------------------------------------------------------------------------------ */

static int by_place(const void *a, const void *b)
{
    const lic_page_ref *x = a, *y = b;
    if (x->table != y->table) return x->table < y->table ? -1 : 1;
    return x->page < y->page ? -1 : x->page > y->page;
}

lic_status lic_superseded_sort(lic_superseded *s, const lic_tables *tables)
{
    size_t count = tables->changed_count;
    lic_page_ref *refs = lic_allocate(tables->allocator, count * sizeof *refs);
    if (refs == NULL) return LIC_NO_MEMORY;
    memcpy(refs, tables->changed, count * sizeof *refs);
    qsort(refs, count, sizeof *refs, by_place);
    *s = (lic_superseded){
        .allocator = tables->allocator, .tables = tables, .refs = refs, .count = count};
    lic_buffer_init(&s->bytes, s->allocator, MADE_MAX);
    return LIC_OK;
}

/* As many as there is memory for. */
static void make_rows(lic_superseded *s, const lic_tables *tables, uint64_t height,
                      lic_superseded_room *room)
{
    for (size_t from = 0; from < s->count;) {
        size_t pages = lic_superseded_pages(s->refs + from, s->count - from);
        if (lic_superseded_put(tables, height, s->refs + from, pages, room, &s->bytes) != LIC_OK)
            return;
        s->ends[s->made++] = s->bytes.size;
        from += pages;
    }
}

void lic_superseded_make(lic_superseded *s, const lic_tables *tables, uint64_t height)
{
    lic_superseded_room room;
    if (lic_superseded_sort(s, tables) != LIC_OK) return;
    s->ends = lic_allocate(s->allocator, s->count * sizeof *s->ends);
    if (s->ends == NULL) return;
    lic_superseded_room_init(&room, s->allocator);
    make_rows(s, tables, height, &room);
    lic_superseded_room_free(&room);
}

bool lic_superseded_row(const lic_superseded *s, size_t index, lic_slice *row)
{
    if (index >= s->made) return false;
    size_t from = index == 0 ? 0 : s->ends[index - 1];
    *row = lic_slice_of(s->bytes.data + from, s->ends[index] - from);
    return true;
}

void lic_superseded_free(lic_superseded *s)
{
    if (s->allocator == NULL) return;
    lic_buffer_free(&s->bytes);
    lic_release(s->allocator, s->ends, s->count * sizeof *s->ends);
    lic_release(s->allocator, s->refs, s->count * sizeof *s->refs);
    *s = (lic_superseded){0};
}
