/* former.c - superseded extents as differences (former.h). */
#include "former.h"

#include <string.h>

enum { WHOLE = 0, CHANGES = 1 };

#define RUN_MAX UINT16_MAX
#define MERGED 4u /* bytes that are equal between two runs, and cheaper copied than counted */

static bool is_chosen(uint64_t until, uint16_t table, uint32_t extent)
{
    uint64_t place = until * UINT64_C(0x9E3779B97F4A7C15) +
                     ((uint64_t)table << 32 | extent) * UINT64_C(0xC2B2AE3D27D4EB4F);
    return place >> 59 == 0;
}

/* Zero behind the end, of either. */
static uint8_t byte_at(lic_slice body, size_t at)
{
    return at < body.size ? body.data[at] : 0;
}

static size_t skip_equal(lic_slice before, lic_slice after, size_t at, size_t size)
{
    size_t both = before.size < after.size ? before.size : after.size;
    while (at + 8 <= both && memcmp(before.data + at, after.data + at, 8) == 0) at += 8;
    while (at < size && byte_at(before, at) == byte_at(after, at)) at++;
    return at;
}

/* The end of the run that begins at `at`: so many equal bytes follow it that another one is shorter. */
static size_t end_of_run(lic_slice before, lic_slice after, size_t at, size_t size)
{
    size_t end = at;
    for (; at < size && at - end < MERGED; at++)
        if (byte_at(before, at) != byte_at(after, at)) end = at + 1;
    return end;
}

static void put_run(lic_buffer *target, size_t gap, lic_slice before, lic_slice after, size_t at,
                    size_t end)
{
    for (; gap > RUN_MAX; gap -= RUN_MAX) {
        lic_put_u16(target, RUN_MAX);
        lic_put_u16(target, 0);
    }
    do {
        size_t count = end - at < RUN_MAX ? end - at : RUN_MAX;
        lic_put_u16(target, (uint16_t)gap);
        lic_put_u16(target, (uint16_t)count);
        uint8_t *bytes = lic_buffer_extend(target, count);
        for (size_t i = 0; bytes != NULL && i < count; i++)
            bytes[i] = byte_at(before, at + i) ^ byte_at(after, at + i);
        at += count;
        gap = 0;
    } while (at != end);
}

/* false: it came out longer than half of the longer body. */
static bool put_changes(lic_slice before, lic_slice after, lic_buffer *target)
{
    size_t begun = target->size, end = 0,
           size = before.size > after.size ? before.size : after.size;
    lic_put_u8(target, CHANGES);
    lic_put_u32(target, (uint32_t)before.size);
    lic_put_u32(target, (uint32_t)after.size);
    for (size_t at = skip_equal(before, after, 0, size); at < size;
         at = skip_equal(before, after, end, size)) {
        size_t gap = at - end;
        end = end_of_run(before, after, at, size);
        put_run(target, gap, before, after, at, end);
        if (target->size - begun > size / 2) return false;
    }
    return true;
}

void lic_former_put(uint64_t until, uint16_t table, uint32_t extent, lic_slice before,
                    lic_slice after, lic_buffer *target)
{
    size_t begun = target->size;
    if (before.size == 0) return;
    if (!is_chosen(until, table, extent) && put_changes(before, after, target)) return;
    target->size = begun;
    lic_put_u8(target, WHOLE);
    lic_put_bytes(target, before.data, before.size);
}

bool lic_former_whole(lic_slice row)
{
    return row.size == 0 || row.data[0] == WHOLE;
}

static lic_status set_size(lic_buffer *body, size_t size)
{
    static const uint8_t zeros[64];
    while (body->size < size && !body->failed) {
        size_t left = size - body->size;
        lic_put_bytes(body, zeros, left < sizeof zeros ? left : sizeof zeros);
    }
    if (body->failed) return LIC_NO_MEMORY;
    body->size = size;
    return LIC_OK;
}

static lic_status apply_runs(lic_cursor *cursor, lic_buffer *body)
{
    for (size_t at = 0; !lic_cursor_done(cursor);) {
        at += lic_get_u16(cursor);
        lic_slice bytes = lic_get_bytes(cursor, lic_get_u16(cursor));
        if (cursor->failed || at > body->size || bytes.size > body->size - at) return LIC_CORRUPT;
        for (size_t i = 0; i < bytes.size; i++) body->data[at + i] ^= bytes.data[i];
        at += bytes.size;
    }
    return LIC_OK;
}

/* Between what the block found and what it left, to either. */
static lic_status apply(lic_slice row, lic_buffer *body, bool back)
{
    lic_cursor cursor = lic_cursor_of(row);
    if (lic_get_u8(&cursor) != CHANGES) return LIC_CORRUPT;
    uint32_t before = lic_get_u32(&cursor), after = lic_get_u32(&cursor);
    size_t longer = before > after ? before : after;
    if (cursor.failed || longer > body->max) return LIC_CORRUPT;
    LIC_TRY(set_size(body, back ? after : before));
    LIC_TRY(set_size(body, longer));
    LIC_TRY(apply_runs(&cursor, body));
    return set_size(body, back ? before : after);
}

lic_status lic_former_apply(lic_slice row, lic_buffer *body)
{
    if (!lic_former_whole(row)) return apply(row, body, true);
    lic_buffer_clear(body);
    if (row.size > 1) lic_put_bytes(body, row.data + 1, row.size - 1);
    return body->failed ? LIC_NO_MEMORY : LIC_OK;
}

lic_status lic_former_apply_forwards(lic_slice row, lic_buffer *body)
{
    return apply(row, body, false);
}

/* -- from the store ------------------------------------------------------------------------------------------- */

typedef struct former {
    struct former *earlier;
    lic_slice row;
} former;

typedef struct going_back {
    lic_arena *arena;
    former *last; /* of the latest block so far */
    uint64_t until, below;
} going_back;

static lic_status take_former(void *context, const lic_row_old_page *row)
{
    going_back *g = context;
    if (row->until >= g->below) return LIC_OK;
    former *taken = lic_arena_take(g->arena, sizeof *taken);
    void *bytes = lic_arena_copy(g->arena, row->body.data, row->body.size);
    if (taken == NULL || (bytes == NULL && row->body.size != 0)) return LIC_NO_MEMORY;
    *taken = (former){g->last, lic_slice_of(bytes, row->body.size)};
    g->last = taken;
    g->until = row->until;
    return LIC_OK;
}

static lic_status take_recent(void *context, const lic_row_old_page *row)
{
    lic_former_recent *recent = context;
    if (recent->count == LIC_COUNT(recent->blocks)) return LIC_CORRUPT;
    recent->blocks[recent->count++] = row->until;
    return LIC_OK;
}

lic_status lic_former_recent_read(lic_store *store, uint32_t contract, lic_former_recent *recent)
{
    *recent = (lic_former_recent){.count = 0};
    return lic_store_read_recent_records(store, contract, take_recent, recent);
}

/* That of the next block behind g->until that changed the extent, if one did. */
static lic_status take_next(going_back *g, lic_store *store, const lic_former_place *place)
{
    const former *before = g->last;
    LIC_TRY(lic_store_read_page_entered(store, place->contract, place->table, place->extent,
                                        g->until, take_former, g));
    for (size_t i = 0; i < place->recent->count && g->last == before; i++)
        if (place->recent->blocks[i] > g->until)
            LIC_TRY(lic_store_read_old_page(store, place->contract, place->recent->blocks[i],
                                            place->table, place->extent, take_former, g));
    return LIC_OK;
}

/* Those of later blocks, up to one that is whole. */
static lic_status take_formers(going_back *g, lic_store *store, const lic_former_place *place)
{
    const former *before;
    do {
        before = g->last;
        LIC_TRY(take_next(g, store, place));
    } while (g->last != before && !lic_former_whole(g->last->row));
    return LIC_OK;
}

static lic_status go_back(lic_store *store, const lic_former_place *place, uint64_t height,
                          lic_buffer *body)
{
    going_back g = {.arena = lic_arena_create(body->allocator, LIC_GIGABYTES(16)),
                    .until = height,
                    .below = place->from};
    lic_status status = g.arena == NULL ? LIC_NO_MEMORY : take_formers(&g, store, place);
    for (const former *f = g.last; f != NULL && status == LIC_OK; f = f->earlier)
        status = lic_former_apply(f->row, body);
    lic_arena_destroy(g.arena);
    return status;
}

typedef struct going_on {
    uint64_t until;
    lic_buffer *body;
} going_on;

static lic_status follow(void *context, const lic_row_old_page *row)
{
    const going_on *g = context;
    return row->until > g->until ? LIC_OK : lic_former_apply_forwards(row->body, g->body);
}

lic_status lic_former_go(lic_store *store, const lic_former_place *place, uint64_t height,
                         lic_buffer *body)
{
    going_on g = {.until = height, .body = body};
    if (height < place->from) return go_back(store, place, height, body);
    if (place->from == UINT64_MAX) return LIC_OK;
    return lic_store_read_page_changes(store, place->contract, place->table, place->extent,
                                       place->from - 1, follow, &g);
}
