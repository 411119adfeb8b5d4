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

#define ENTRIES_MAX ((size_t)LIC_BLOCK_TRANSACTIONS_MAX * LIC_ID_ENTRY)

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
static unsigned level_for(uint32_t count)
{
    unsigned level = 0;
    while (level + 1 < LIC_ID_LEVELS && level_sizes[level] / 8 < count) level++;
    return level;
}

/* Entries of the block's ids (licet/ids.h), in order. */
static lic_status put_entries(const lic_block *block, sorted_id *ids, sorted_id *scratch,
                              lic_buffer *entries)
{
    uint32_t count = block->counts[LIC_CLASS_TRANSACTION];
    for (uint32_t i = 0; i < count; i++) {
        memcpy(ids[i].prefix, block->entries[i].id.bytes, LIC_ID_PREFIX);
        ids[i].position = i;
    }
    sort_ids(ids, scratch, count);
    if (!lic_buffer_reserve(entries, (size_t)count * LIC_ID_ENTRY)) return LIC_NO_MEMORY;
    for (uint32_t i = 0; i < count; i++) {
        lic_put_bytes(entries, ids[i].prefix, LIC_ID_PREFIX);
        lic_put_u64(entries, LIC_PLACE(block->height, LIC_CLASS_TRANSACTION, ids[i].position));
    }
    return LIC_OK;
}

static lic_status find_entries(const lic_block *block, lic_buffer *entries)
{
    const lic_allocator *allocator = block->ledger->allocator;
    size_t size = block->counts[LIC_CLASS_TRANSACTION] * sizeof(sorted_id);
    sorted_id *ids = lic_allocate(allocator, size), *scratch = lic_allocate(allocator, size);
    bool there = ids != NULL && scratch != NULL;
    lic_status status = there ? put_entries(block, ids, scratch, entries) : LIC_NO_MEMORY;
    lic_release(allocator, ids, size);
    lic_release(allocator, scratch, size);
    return status;
}

static lic_status put_rows(const lic_block *block, unsigned level, lic_slice entries)
{
    const lic_allocator *allocator = block->ledger->allocator;
    size_t count = entries.size / LIC_ID_ENTRY;
    lic_row_transaction_id *rows = lic_allocate(allocator, count * sizeof *rows);
    if (rows == NULL && count != 0) return LIC_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        const uint8_t *entry = entries.data + i * LIC_ID_ENTRY;
        rows[i] = (lic_row_transaction_id){.level = level,
                                           .prefix = lic_slice_of(entry, LIC_ID_PREFIX),
                                           .place = lic_load_u64(entry + LIC_ID_PREFIX)};
    }
    lic_status status = lic_store_put_transaction_id_rows(block->ledger->store, rows, count);
    lic_release(allocator, rows, count * sizeof *rows);
    return status;
}

/* -- the first level --------------------------------------------------------------------------------------- */

typedef struct merging {
    const lic_block *block;
    lic_slice fresh; /* of the block: their places are behind those of all others */
    lic_buffer merged;
    bool done;
} merging;

static bool comes_first(const uint8_t *a, const uint8_t *b)
{
    return memcmp(a, b, LIC_ID_PREFIX) <= 0;
}

static lic_status damaged(const lic_block *block)
{
    lic_ledger *ledger = block->ledger;
    return lic_fail(&ledger->error, LIC_CORRUPT, "ids", "restore the ledger from a backup",
                    "the ledger %s is damaged: its last ids", lic_store_path(ledger->store));
}

static lic_status merge(void *context, const lic_row_recent_ids *row)
{
    merging *m = context;
    lic_slice old = row->ids, fresh = m->fresh;
    if (old.size % LIC_ID_ENTRY != 0) return damaged(m->block);
    m->done = true;
    if (!lic_buffer_reserve(&m->merged, old.size + fresh.size)) return LIC_NO_MEMORY;
    while (old.size != 0 || fresh.size != 0) {
        bool first = fresh.size == 0 || (old.size != 0 && comes_first(old.data, fresh.data));
        lic_slice *from = first ? &old : &fresh;
        lic_put_bytes(&m->merged, from->data, LIC_ID_ENTRY);
        *from = lic_slice_of(from->data + LIC_ID_ENTRY, from->size - LIC_ID_ENTRY);
    }
    return LIC_OK;
}

/* `full`: they go into the next level. */
static lic_status write_merged(const lic_block *block, merging *m, bool full)
{
    lic_store *store = block->ledger->store;
    lic_row_recent_ids row = {.one = 1};
    LIC_TRY(lic_store_read_recent_ids(store, merge, m));
    if (!m->done) LIC_TRY(merge(m, &row));
    row.ids = lic_slice_of(m->merged.data, m->merged.size);
    if (full) {
        LIC_TRY(put_rows(block, 1, row.ids));
        row.ids.size = 0;
    }
    return lic_store_put_recent_ids(store, &row);
}

static lic_status write_recent(const lic_block *block, lic_slice fresh, bool full)
{
    merging m = {.block = block, .fresh = fresh};
    lic_buffer_init(&m.merged, block->ledger->allocator, ENTRIES_MAX);
    lic_status status = write_merged(block, &m, full);
    lic_buffer_free(&m.merged);
    return status;
}

/* -- a block ------------------------------------------------------------------------------------------------- */

static bool is_full(const lic_block *block, unsigned level)
{
    uint64_t before = block->ledger->transactions;
    uint64_t after = before + block->counts[LIC_CLASS_TRANSACTION];
    return before / level_sizes[level] != after / level_sizes[level];
}

static lic_status write_entries(const lic_block *block, lic_slice entries)
{
    unsigned level = level_for(block->counts[LIC_CLASS_TRANSACTION]);
    bool full = is_full(block, 0);
    if (level > 0) LIC_TRY(put_rows(block, level, entries));
    if (level > 0) entries.size = 0;
    if (level == 0 || full) LIC_TRY(write_recent(block, entries, full));
    for (level = 1; level < LIC_COUNT(level_sizes); level++)
        if (is_full(block, level)) LIC_TRY(lic_store_fold_ids(block->ledger->store, level));
    return LIC_OK;
}

lic_status ids_write(const lic_block *block)
{
    lic_buffer entries;
    if (block->counts[LIC_CLASS_TRANSACTION] == 0) return LIC_OK;
    lic_buffer_init(&entries, block->ledger->allocator, ENTRIES_MAX);
    lic_status status = find_entries(block, &entries);
    if (status == LIC_OK) status = write_entries(block, lic_slice_of(entries.data, entries.size));
    lic_buffer_free(&entries);
    return status;
}
