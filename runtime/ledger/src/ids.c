/* ids.c - known ids: those of the open block in memory, the others in the store's index (licet/ids.h). */
#include "chain.h"

#include <licet/ids.h>
#include <licet/index.h>

#include <stdlib.h>
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

static int by_prefix(const void *a, const void *b)
{
    const lic_row_transaction_id *x = a, *y = b;
    int order = memcmp(x->prefix.data, y->prefix.data, LIC_ID_PREFIX);
    if (order != 0) return order;
    return x->place < y->place ? -1 : x->place > y->place;
}

/* A block that is large against a level goes further at once. */
static uint32_t level_for(uint32_t count)
{
    uint32_t level = 0;
    while (level + 1 < LIC_ID_LEVELS && level_sizes[level] / 8 < count) level++;
    return level;
}

static lic_status put_ids(const lic_block *block)
{
    const lic_allocator *allocator = block->ledger->allocator;
    uint32_t count = block->counts[LIC_CLASS_TRANSACTION], level = level_for(count);
    lic_row_transaction_id *rows = lic_allocate(allocator, count * sizeof *rows);
    if (rows == NULL) return LIC_NO_MEMORY;
    for (uint32_t i = 0; i < count; i++)
        rows[i] = (lic_row_transaction_id){
            .level = level,
            .prefix = lic_slice_of(block->entries[i].id.bytes, LIC_ID_PREFIX),
            .place = LIC_PLACE(block->height, LIC_CLASS_TRANSACTION, i)};
    qsort(rows, count, sizeof *rows, by_prefix);
    lic_status status = lic_store_put_transaction_id_rows(block->ledger->store, rows, count);
    lic_release(allocator, rows, count * sizeof *rows);
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
