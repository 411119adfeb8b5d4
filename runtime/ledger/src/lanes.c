/* Lanes in memory: entries in order of first use, found by an index of their 36 key bytes, with a
 * Merkle tree over them and a journal of advances since the last block. */
#include "lanes.h"

#include <string.h>

#define KEY_SIZE 36u
#define LEAF_SIZE 44u
#define ARENA_MAX LIC_GIGABYTES(64)
#define ROWS_AT_ONCE 64u

typedef struct entry {
    uint8_t key[KEY_SIZE]; /* public key, lane u32; stays in place: the index borrows it */
    bool changed;          /* in the journal; used while writing */
    uint64_t sequence;
} entry;

typedef struct slot {
    entry *at;
} slot;

struct lanes {
    const lic_allocator *allocator;
    const lic_hasher *hasher;
    lic_arena *arena; /* entries */
    lic_index *index;
    lic_merkle *tree;
    slot *entries;
    uint32_t count, made, capacity; /* made: entries that exist, also beyond count after undoing */
    uint32_t *journal;
    size_t journal_count, journal_capacity;
};

lanes *lanes_create(const lic_allocator *allocator, const lic_hasher *hasher, uint64_t secret)
{
    lanes *all = lic_allocate_zero(allocator, 1, sizeof *all);
    if (all == NULL) return NULL;
    all->allocator = allocator;
    all->hasher = hasher;
    all->arena = lic_arena_create(allocator, ARENA_MAX);
    all->index = lic_index_create(allocator, secret, 64);
    all->tree = lic_merkle_create(allocator, hasher);
    if (all->arena != NULL && all->index != NULL && all->tree != NULL) return all;
    lanes_destroy(all);
    return NULL;
}

void lanes_destroy(lanes *all)
{
    if (all == NULL) return;
    lic_merkle_destroy(all->tree);
    lic_index_destroy(all->index);
    lic_arena_destroy(all->arena);
    lic_release(all->allocator, all->entries, all->capacity * sizeof all->entries[0]);
    lic_release(all->allocator, all->journal, all->journal_capacity * sizeof all->journal[0]);
    lic_release(all->allocator, all, sizeof *all);
}

static void key_bytes(const lic_key *key, uint32_t lane, uint8_t bytes[KEY_SIZE])
{
    memcpy(bytes, key->bytes, LIC_KEY_SIZE);
    lic_store_u32(bytes + LIC_KEY_SIZE, lane);
}

static uint32_t find(const lanes *all, const uint8_t key[KEY_SIZE])
{
    lic_slice slice = lic_slice_of(key, KEY_SIZE);
    return lic_index_find(all->index, slice, lic_index_hash(all->index, slice));
}

static lic_status set_leaf(lanes *all, uint32_t number)
{
    uint8_t leaf[LEAF_SIZE];
    lic_hash hash;
    memcpy(leaf, all->entries[number].at->key, KEY_SIZE);
    lic_store_u64(leaf + KEY_SIZE, all->entries[number].at->sequence);
    lic_merkle_leaf(all->hasher, lic_slice_of(leaf, sizeof leaf), &hash);
    return lic_merkle_set(all->tree, number, &hash);
}

static lic_status grow(lanes *all)
{
    if (all->count < all->capacity) return LIC_OK;
    uint32_t capacity = all->capacity == 0 ? 64 : all->capacity * 2;
    slot *entries = all->allocator->resize(all->allocator->context, all->entries,
                                           all->capacity * sizeof *entries,
                                           capacity * sizeof *entries);
    if (entries == NULL) return LIC_NO_MEMORY;
    all->entries = entries;
    all->capacity = capacity;
    return LIC_OK;
}

static lic_status append(lanes *all, const uint8_t key[KEY_SIZE], uint64_t sequence)
{
    LIC_TRY(grow(all));
    if (all->count == all->made) {
        entry *made = lic_arena_take(all->arena, sizeof *made);
        if (made == NULL) return LIC_NO_MEMORY;
        all->entries[all->made++].at = made;
    }
    entry *new = all->entries[all->count].at;
    memcpy(new->key, key, KEY_SIZE);
    new->sequence = sequence;
    new->changed = false;
    lic_slice slice = lic_slice_of(new->key, KEY_SIZE);
    LIC_TRY(lic_index_add(all->index, slice, lic_index_hash(all->index, slice), all->count));
    lic_status status = set_leaf(all, all->count);
    if (status != LIC_OK) {
        lic_index_remove(all->index, slice);
        return status;
    }
    all->count++;
    return LIC_OK;
}

lic_status lanes_load(lanes *all, const lic_row_lane *row)
{
    uint8_t key[KEY_SIZE];
    lic_key public;
    memcpy(public.bytes, row->key.bytes, LIC_KEY_SIZE);
    key_bytes(&public, row->lane, key);
    if (row->number != all->count || row->sequence == 0 || find(all, key) != LIC_INDEX_NONE)
        return LIC_CORRUPT;
    return append(all, key, row->sequence);
}

uint64_t lanes_sequence(const lanes *all, const lic_key *key, uint32_t lane)
{
    uint8_t bytes[KEY_SIZE];
    key_bytes(key, lane, bytes);
    uint32_t number = find(all, bytes);
    return number == LIC_INDEX_NONE ? 0 : all->entries[number].at->sequence;
}

static lic_status journal_reserve(lanes *all)
{
    if (all->journal_count < all->journal_capacity) return LIC_OK;
    size_t capacity = all->journal_capacity == 0 ? 256 : all->journal_capacity * 2;
    uint32_t *journal = all->allocator->resize(all->allocator->context, all->journal,
                                               all->journal_capacity * sizeof *journal,
                                               capacity * sizeof *journal);
    if (journal == NULL) return LIC_NO_MEMORY;
    all->journal = journal;
    all->journal_capacity = capacity;
    return LIC_OK;
}

lic_status lanes_advance(lanes *all, const lic_key *key, uint32_t lane)
{
    uint8_t bytes[KEY_SIZE];
    key_bytes(key, lane, bytes);
    LIC_TRY(journal_reserve(all));
    uint32_t number = find(all, bytes);
    if (number == LIC_INDEX_NONE) {
        number = all->count;
        LIC_TRY(append(all, bytes, 1));
    } else {
        all->entries[number].at->sequence++;
        lic_status status = set_leaf(all, number);
        if (status != LIC_OK) {
            all->entries[number].at->sequence--;
            return status;
        }
    }
    all->journal[all->journal_count++] = number;
    return LIC_OK;
}

void lanes_root(lanes *all, lic_hash *root)
{
    lic_merkle_tree_root(all->tree, root);
}

uint64_t lanes_changes(const lanes *all)
{
    return all->journal_count;
}

/* Replacing a leaf or shortening the tree takes no memory, so undoing can't fail. */
void lanes_undo(lanes *all, uint64_t changes)
{
    while (all->journal_count > changes) {
        uint32_t number = all->journal[--all->journal_count];
        entry *undone = all->entries[number].at;
        lic_status status;
        if (--undone->sequence > 0) {
            status = set_leaf(all, number);
        } else {
            LIC_ASSERT(number == all->count - 1); /* the newest advance made the newest lane */
            lic_index_remove(all->index, lic_slice_of(undone->key, KEY_SIZE));
            status = lic_merkle_truncate(all->tree, number);
            all->count--;
        }
        LIC_ASSERT(status == LIC_OK);
    }
}

/* Rows on their way to the file. */
typedef struct lane_rows {
    lic_row_lane rows[ROWS_AT_ONCE];
    uint32_t count;
} lane_rows;

static lic_status flush_rows(lane_rows *waiting, lic_store *store)
{
    uint32_t count = waiting->count;
    waiting->count = 0;
    return lic_store_put_lane_rows(store, waiting->rows, count);
}

static lic_status write_lane(const lanes *all, uint32_t number, lane_rows *waiting,
                             lic_store *store)
{
    const entry *at = all->entries[number].at;
    lic_row_lane row = {
        .number = number, .lane = lic_load_u32(at->key + LIC_KEY_SIZE), .sequence = at->sequence};
    memcpy(row.key.bytes, at->key, LIC_KEY_SIZE);
    waiting->rows[waiting->count++] = row;
    return waiting->count == ROWS_AT_ONCE ? flush_rows(waiting, store) : LIC_OK;
}

lic_status lanes_write(lanes *all, lic_store *store)
{
    lane_rows waiting = {.count = 0};
    lic_status status = LIC_OK;
    for (uint64_t i = 0; i < all->journal_count && status == LIC_OK; i++) {
        entry *at = all->entries[all->journal[i]].at;
        if (at->changed) continue;
        at->changed = true;
        status = write_lane(all, all->journal[i], &waiting, store);
    }
    if (status == LIC_OK) status = flush_rows(&waiting, store);
    for (uint64_t i = 0; i < all->journal_count; i++)
        all->entries[all->journal[i]].at->changed = false;
    return status;
}

lic_status lanes_write_all(const lanes *all, lic_store *store)
{
    lane_rows waiting = {.count = 0};
    for (uint32_t i = 0; i < all->count; i++) LIC_TRY(write_lane(all, i, &waiting, store));
    return flush_rows(&waiting, store);
}

void lanes_put(const lanes *all, lic_buffer *target)
{
    lic_put_u32(target, all->count);
    for (uint32_t i = 0; i < all->count; i++) {
        lic_put_bytes(target, all->entries[i].at->key, KEY_SIZE);
        lic_put_u64(target, all->entries[i].at->sequence);
    }
}

lic_status lanes_get(lanes *all, lic_cursor *cursor)
{
    uint32_t count = lic_get_u32(cursor);
    for (uint32_t i = 0; i < count && !cursor->failed; i++) {
        lic_slice key = lic_get_bytes(cursor, KEY_SIZE);
        uint64_t sequence = lic_get_u64(cursor);
        if (cursor->failed || sequence == 0 || find(all, key.data) != LIC_INDEX_NONE)
            return LIC_CORRUPT;
        LIC_TRY(append(all, key.data, sequence));
    }
    return cursor->failed ? LIC_CORRUPT : LIC_OK;
}

void lanes_settle(lanes *all)
{
    all->journal_count = 0;
}
