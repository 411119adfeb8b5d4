/* deal_place.c - the words for a place, and the decoding of deals on the host's side. */
#include "deal.h"

void lic_deal_place_print(const lic_deal_place *place, lic_slice member, uint32_t line,
                          lic_buffer *target)
{
    lic_put_bytes(target, place->source.data, place->source.size);
    int size = (int)place->name.size;
    const char *name = (const char *)place->name.data;
    const char *join = ", ";
    switch ((lic_place_style)place->style) {
    case LIC_PLACE_LINE:
        lic_put_format(target, ":%u: deal", line != 0 ? line : place->number);
        if (size != 0) lic_put_format(target, " %.*s", size, name);
        break;
    case LIC_PLACE_ITEM:
        lic_put_format(target, ": deal %u", place->number);
        if (size != 0) lic_put_format(target, " (%.*s)", size, name);
        break;
    case LIC_PLACE_ROW:
        lic_put_format(target, ": row %u", place->number);
        join = ", column ";
        break;
    }
    if (member.size == 0) return;
    lic_put_text(target, join);
    lic_put_bytes(target, member.data, member.size);
}

/* -- decoding ---------------------------------------------------------------------------------------------- */

static lic_slice get_text(lic_cursor *cursor)
{
    return lic_get_slice(cursor, SIZE_MAX);
}

static size_t get_count(lic_cursor *cursor, size_t max)
{
    uint64_t count = lic_get_varint(cursor);
    if (count <= max && !cursor->failed) return (size_t)count;
    cursor->failed = true;
    return 0;
}

static void *take(lic_arena *arena, lic_cursor *cursor, size_t count, size_t size)
{
    void *items = lic_arena_take(arena, (count == 0 ? 1 : count) * size);
    if (items == NULL) cursor->failed = true;
    return items;
}

static lic_written_text *get_texts(lic_cursor *cursor, lic_arena *arena, bool kinds, size_t *count)
{
    *count = get_count(cursor, LIC_DEAL_TEXTS_MAX);
    lic_written_text *texts = take(arena, cursor, *count, sizeof *texts);
    for (size_t i = 0; i < *count && !cursor->failed; i++) {
        texts[i].name = get_text(cursor);
        texts[i].kind = kinds ? lic_get_u8(cursor) : LIC_BOUND_TEXT;
        texts[i].text = get_text(cursor);
        texts[i].line = lic_get_u32(cursor);
    }
    return texts;
}

bool lic_deal_skip_rows(lic_cursor *cursor)
{
    size_t rows = get_count(cursor, LIC_DEAL_ROWS_MAX);
    for (size_t row = 0; row < rows && !cursor->failed; row++) {
        bool named = lic_get_u8(cursor) != 0;
        size_t cells = get_count(cursor, LIC_DEAL_CELLS_MAX);
        for (size_t cell = 0; cell < cells && !cursor->failed; cell++) {
            if (named) (void)get_text(cursor);
            (void)lic_get_u8(cursor);
            (void)get_text(cursor);
        }
    }
    return !cursor->failed;
}

static void get_schedules(lic_cursor *cursor, lic_arena *arena, lic_written_deal *deal)
{
    deal->schedule_count = get_count(cursor, LIC_DEAL_TEXTS_MAX);
    deal->schedules = take(arena, cursor, deal->schedule_count, sizeof *deal->schedules);
    for (size_t i = 0; i < deal->schedule_count && !cursor->failed; i++) {
        lic_written_schedule *schedule = &deal->schedules[i];
        schedule->name = get_text(cursor);
        schedule->line = lic_get_u32(cursor);
        schedule->form = lic_get_u8(cursor);
        if (schedule->form > LIC_ROWS_TEXT) cursor->failed = true;
        if (schedule->form != LIC_ROWS_LIST) {
            schedule->content = get_text(cursor);
            continue;
        }
        const uint8_t *first = cursor->at;
        if (lic_deal_skip_rows(cursor))
            schedule->content = lic_slice_of(first, (size_t)(cursor->at - first));
    }
}

bool lic_deal_decode(lic_cursor *cursor, lic_arena *arena, lic_written_deal *deal)
{
    *deal = (lic_written_deal){.place.style = lic_get_u8(cursor)};
    deal->place.source = get_text(cursor);
    deal->place.number = lic_get_u32(cursor);
    deal->place.name = get_text(cursor);
    deal->is_text = lic_get_u8(cursor) != 0;
    deal->agreement = get_text(cursor);
    deal->parties = get_texts(cursor, arena, false, &deal->party_count);
    deal->set = get_texts(cursor, arena, true, &deal->set_count);
    get_schedules(cursor, arena, deal);
    return !cursor->failed && deal->place.style <= LIC_PLACE_ROW;
}
