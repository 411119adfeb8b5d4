/* memory.c - what a report remembers: copies of names, maps from names, sums that are checked. */
#include "reading.h"

#include <string.h>

enum { FIRST_ROOM = 64 };

static lic_slice keep(dsr *report, lic_arena *arena, lic_slice text)
{
    if (text.size == 0) return (lic_slice){0};
    void *copy = lic_arena_copy(arena, text.data, text.size);
    if (copy == NULL) {
        report->status = LIC_NO_MEMORY;
        return (lic_slice){0};
    }
    return lic_slice_of(copy, text.size);
}

lic_slice dsr_keep(dsr *report, lic_slice text)
{
    return keep(report, report->arena, text);
}

lic_slice dsr_keep_in_block(dsr *report, lic_slice text)
{
    return keep(report, report->block_arena, text);
}

bool dsr_map_create(dsr *report, dsr_map *map, size_t entry_size)
{
    /* The place of the report in memory is not known to who writes the file; it decides nothing but
     * the order of slots. */
    *map = (dsr_map){.size = entry_size};
    map->index = lic_index_create(report->allocator, (uint64_t)(uintptr_t)report, FIRST_ROOM);
    return map->index != NULL;
}

void dsr_map_destroy(dsr *report, dsr_map *map)
{
    lic_index_destroy(map->index);
    lic_release(report->allocator, map->entries, map->room * sizeof *map->entries);
    *map = (dsr_map){0};
}

void *dsr_map_find(const dsr_map *map, lic_slice key)
{
    uint32_t found = lic_index_find(map->index, key, lic_index_hash(map->index, key));
    return found == LIC_INDEX_NONE ? NULL : map->entries[found];
}

static bool make_room(dsr *report, dsr_map *map)
{
    if (map->count < map->room) return true;
    uint32_t room = map->room == 0 ? FIRST_ROOM : 2 * map->room;
    if (room > (UINT32_MAX >> 1)) return false;
    void **entries = report->allocator->resize(report->allocator->context, map->entries,
                                               map->room * sizeof *entries, room * sizeof *entries);
    if (entries == NULL) return false;
    map->entries = entries;
    map->room = room;
    return true;
}

void *dsr_map_entry(dsr *report, dsr_map *map, lic_slice key, bool *fresh)
{
    uint64_t hash = lic_index_hash(map->index, key);
    uint32_t found = lic_index_find(map->index, key, hash);
    *fresh = found == LIC_INDEX_NONE;
    if (!*fresh) return map->entries[found];
    /* An empty key has no bytes to keep. */
    lic_slice kept = key.size == 0 ? key : dsr_keep(report, key);
    void *entry = lic_arena_take(report->arena, map->size);
    if (report->status != LIC_OK || entry == NULL || !make_room(report, map) ||
        lic_index_add(map->index, kept, hash, map->count) != LIC_OK) {
        report->status = LIC_NO_MEMORY;
        return NULL;
    }
    map->entries[map->count++] = entry;
    return entry;
}

void dsr_add(dsr *report, lic_i128 *sum, lic_i128 value)
{
    if (!lic_add_i128(*sum, value, sum) && report->status == LIC_OK) report->status = LIC_OVERFLOW;
}

void dsr_add_count(dsr *report, int64_t *sum, int64_t value)
{
    if (!lic_add_i64(*sum, value, sum) && report->status == LIC_OK) report->status = LIC_OVERFLOW;
}
