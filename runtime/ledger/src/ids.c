/* ids.c - known ids: those of the open block in memory, the others in the store's index (licet/ids.h). */
#include "chain.h"

#include <licet/ids.h>

#include <stdlib.h>
#include <string.h>

/* So many transactions after which a level goes into the next; the last one grows. */
static const uint32_t level_sizes[LIC_ID_LEVELS - 1] = {1u << 10, 1u << 15, 1u << 20};

uint32_t ids_find_open(const lic_block *block, const lic_hash *id)
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
