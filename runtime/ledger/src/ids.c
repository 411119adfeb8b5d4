/* ids.c - known ids: those of the open block in memory, the others in the store's index (licet/ids.h). */
#include "chain.h"

#include <licet/ids.h>
#include <licet/index.h>

#include <string.h>

/* So many transactions after which a level goes into the next; the last one grows. */
static const uint32_t level_sizes[LIC_ID_LEVELS - 1] = {1u << 10, 1u << 15, 1u << 20};

/* -- the open block ------------------------------------------------------------------------------------ */

enum { MANY = 512 }; /* what is less is looked through in a third of a microsecond */

static lic_slice key_of(const lic_hash *id)
{
    return lic_slice_of(id->bytes, sizeof id->bytes);
}

static bool make_index(lic_block *block)
{
    const lic_allocator *allocator = block->ledger->allocator;
    open_ids *ids = &block->ids;
    ids->index = lic_index_create(allocator, block->ledger->secret, 2 * MANY);
    ids->keys = lic_arena_create(allocator, (size_t)LIC_BLOCK_TRANSACTIONS_MAX * 64);
    return ids->index != NULL && ids->keys != NULL;
}

/* The entries move when they become more: the index has copies of their ids. */
static bool add_ids(lic_block *block)
{
    open_ids *ids = &block->ids;
    for (; ids->count < block->counts[LIC_CLASS_TRANSACTION]; ids->count++) {
        const lic_hash *id = &block->entries[ids->count].id;
        const lic_hash *key = lic_arena_copy(ids->keys, id, sizeof *id);
        if (key == NULL) return false;
        uint64_t hash = lic_index_hash(ids->index, key_of(key));
        if (lic_index_add(ids->index, key_of(key), hash, ids->count) != LIC_OK) return false;
    }
    return true;
}

/* False: there is none. */
static bool index_is_there(lic_block *block)
{
    open_ids *ids = &block->ids;
    if (ids->off || block->counts[LIC_CLASS_TRANSACTION] < MANY) return false;
    if ((ids->index != NULL || make_index(block)) && add_ids(block)) return true;
    ids_free(block);
    ids->off = true;
    return false;
}

void ids_rewind(lic_block *block, uint32_t count)
{
    open_ids *ids = &block->ids;
    while (ids->count > count)
        lic_index_remove(ids->index, key_of(&block->entries[--ids->count].id));
}

void ids_free(lic_block *block)
{
    lic_index_destroy(block->ids.index);
    lic_arena_destroy(block->ids.keys);
    block->ids = (open_ids){.off = block->ids.off};
}

static uint32_t look_through(const lic_block *block, const lic_hash *id)
{
    uint64_t prefix;
    memcpy(&prefix, id->bytes, sizeof prefix);
    for (uint32_t i = 0; i < block->counts[LIC_CLASS_TRANSACTION]; i++) {
        uint64_t other;
        memcpy(&other, block->prefixes.data + i * sizeof other, sizeof other);
        if (other == prefix && lic_hash_equal(&block->entries[i].id, id)) return i;
    }
    return LIC_STORE_NONE;
}

uint32_t ids_find_open(lic_block *block, const lic_hash *id)
{
    if (!index_is_there(block)) return look_through(block, id);
    return lic_index_find(block->ids.index, key_of(id),
                          lic_index_hash(block->ids.index, key_of(id)));
}

/* -- the store's index ---------------------------------------------------------------------------------- */

typedef struct sorted_id {
    uint8_t prefix[LIC_ID_PREFIX];
    uint32_t position; /* of its transaction in the block */
} sorted_id;

static void sort_by_byte(const sorted_id *from, sorted_id *to, uint32_t count, unsigned byte)
{
    uint32_t starts[UINT8_MAX + 2] = {0};
    for (uint32_t i = 0; i < count; i++) starts[from[i].prefix[byte] + 1]++;
    for (unsigned value = 0; value < UINT8_MAX; value++) starts[value + 1] += starts[value];
    for (uint32_t i = 0; i < count; i++) to[starts[from[i].prefix[byte]]++] = from[i];
}

/* Digit by digit, the last one first: as fast for chosen ids as for others, and equal ones stay in order of position. An
 * even number of passes ends where it began. */
static void sort_ids(sorted_id *ids, sorted_id *scratch, uint32_t count)
{
    _Static_assert(LIC_ID_PREFIX % 2 == 0, "the last pass ends in `ids`");
    for (unsigned byte = LIC_ID_PREFIX; byte > 0; byte -= 2) {
        sort_by_byte(ids, scratch, count, byte - 1);
        sort_by_byte(scratch, ids, count, byte - 2);
    }
}

/* A block that is large against a level goes further at once. */
static uint32_t level_for(uint32_t count)
{
    uint32_t level = 0;
    while (level + 1 < LIC_ID_LEVELS && level_sizes[level] / 8 < count) level++;
    return level;
}

typedef struct id_room {
    sorted_id *ids, *scratch;
    lic_row_transaction_id *rows;
} id_room;

static lic_status put_sorted(const lic_block *block, const id_room *room)
{
    uint32_t count = block->counts[LIC_CLASS_TRANSACTION], level = level_for(count);
    for (uint32_t i = 0; i < count; i++) {
        memcpy(room->ids[i].prefix, block->entries[i].id.bytes, LIC_ID_PREFIX);
        room->ids[i].position = i;
    }
    sort_ids(room->ids, room->scratch, count);
    for (uint32_t i = 0; i < count; i++)
        room->rows[i] = (lic_row_transaction_id){
            .level = level,
            .prefix = lic_slice_of(room->ids[i].prefix, LIC_ID_PREFIX),
            .place = LIC_PLACE(block->height, LIC_CLASS_TRANSACTION, room->ids[i].position)};
    return lic_store_put_transaction_id_rows(block->ledger->store, room->rows, count);
}

static lic_status put_ids(const lic_block *block)
{
    const lic_allocator *allocator = block->ledger->allocator;
    uint32_t count = block->counts[LIC_CLASS_TRANSACTION];
    id_room room = {.ids = lic_allocate(allocator, count * sizeof *room.ids),
                    .scratch = lic_allocate(allocator, count * sizeof *room.scratch),
                    .rows = lic_allocate(allocator, count * sizeof *room.rows)};
    bool there = room.ids != NULL && room.scratch != NULL && room.rows != NULL;
    lic_status status = there ? put_sorted(block, &room) : LIC_NO_MEMORY;
    lic_release(allocator, room.ids, count * sizeof *room.ids);
    lic_release(allocator, room.scratch, count * sizeof *room.scratch);
    lic_release(allocator, room.rows, count * sizeof *room.rows);
    return status;
}

lic_status ids_write(const lic_block *block)
{
    uint64_t before = block->ledger->transactions;
    uint64_t after = before + block->counts[LIC_CLASS_TRANSACTION];
    if (after == before) return LIC_OK;
    LIC_TRY(put_ids(block));
    for (unsigned level = 0; level < LIC_COUNT(level_sizes); level++)
        if (before / level_sizes[level] != after / level_sizes[level])
            LIC_TRY(lic_store_fold_ids(block->ledger->store, level));
    return LIC_OK;
}
