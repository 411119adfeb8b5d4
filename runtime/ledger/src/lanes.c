/* Lanes in memory: entries in order of first use, found by an index of their 36 key bytes, with a
 * Merkle tree over them and a journal of advances since the last block. */
#include "lanes.h"

#include <string.h>

#define KEY_SIZE 36u
#define LEAF_SIZE 44u
#define ARENA_MAX LIC_GIGABYTES(64)
#define ROWS_AT_ONCE 64u
#define GROUP 128u /* lanes whose sequences are one row of the store */

/* Public key, lane u32; stays in place: the index borrows it. */
typedef struct lane_key {
    uint8_t bytes[KEY_SIZE];
} lane_key;

struct lanes {
    const lic_allocator *allocator;
    const lic_hasher *hasher;
    lic_arena *arena; /* keys */
    lic_index *index;
    lic_merkle *tree;
    lane_key **keys;
    uint64_t *sequences;
    uint32_t count, made;            /* made: keys that exist, also beyond count after undoing */
    uint32_t key_capacity, capacity; /* of keys; of sequences, which is reached last */
    uint32_t written;                /* lanes that the store has */
    uint32_t last;                   /* that was found last: who is admitted goes on at once */
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
    lic_release(all->allocator, all->keys, all->key_capacity * sizeof all->keys[0]);
    lic_release(all->allocator, all->sequences, all->capacity * sizeof all->sequences[0]);
    lic_release(all->allocator, all->journal, all->journal_capacity * sizeof all->journal[0]);
    lic_release(all->allocator, all, sizeof *all);
}

static void key_bytes(const lic_key *key, uint32_t lane, uint8_t bytes[KEY_SIZE])
{
    memcpy(bytes, key->bytes, LIC_KEY_SIZE);
    lic_store_u32(bytes + LIC_KEY_SIZE, lane);
}

static uint32_t find(lanes *all, const uint8_t key[KEY_SIZE])
{
    lic_slice slice = lic_slice_of(key, KEY_SIZE);
    if (all->last < all->count && memcmp(all->keys[all->last]->bytes, key, KEY_SIZE) == 0)
        return all->last;
    uint32_t number = lic_index_find(all->index, slice, lic_index_hash(all->index, slice));
    if (number != LIC_INDEX_NONE) all->last = number;
    return number;
}

static lic_status set_leaf(lanes *all, uint32_t number)
{
    uint8_t leaf[LEAF_SIZE];
    lic_hash hash;
    memcpy(leaf, all->keys[number]->bytes, KEY_SIZE);
    lic_store_u64(leaf + KEY_SIZE, all->sequences[number]);
    lic_merkle_leaf(all->hasher, lic_slice_of(leaf, sizeof leaf), &hash);
    return lic_merkle_set(all->tree, number, &hash);
}

static lic_status grow(lanes *all)
{
    const lic_allocator *a = all->allocator;
    uint32_t wanted = all->capacity == 0 ? 64 : all->capacity * 2;
    if (all->count < all->capacity) return LIC_OK;
    if (all->key_capacity < wanted) {
        lane_key **keys = a->resize(a->context, all->keys, all->key_capacity * sizeof *keys,
                                    wanted * sizeof *keys);
        if (keys == NULL) return LIC_NO_MEMORY;
        all->keys = keys;
        all->key_capacity = wanted;
    }
    uint64_t *sequences = a->resize(a->context, all->sequences, all->capacity * sizeof *sequences,
                                    wanted * sizeof *sequences);
    if (sequences == NULL) return LIC_NO_MEMORY;
    all->sequences = sequences;
    all->capacity = wanted;
    return LIC_OK;
}

/* Without its leaf. */
static lic_status add(lanes *all, const uint8_t key[KEY_SIZE], uint64_t sequence)
{
    LIC_TRY(grow(all));
    if (all->count == all->made) {
        lane_key *made = lic_arena_take(all->arena, sizeof *made);
        if (made == NULL) return LIC_NO_MEMORY;
        all->keys[all->made++] = made;
    }
    memcpy(all->keys[all->count]->bytes, key, KEY_SIZE);
    all->sequences[all->count] = sequence;
    lic_slice slice = lic_slice_of(all->keys[all->count]->bytes, KEY_SIZE);
    LIC_TRY(lic_index_add(all->index, slice, lic_index_hash(all->index, slice), all->count));
    all->count++;
    return LIC_OK;
}

static lic_status append(lanes *all, const uint8_t key[KEY_SIZE], uint64_t sequence)
{
    LIC_TRY(add(all, key, sequence));
    lic_status status = set_leaf(all, all->count - 1);
    if (status != LIC_OK)
        lic_index_remove(all->index, lic_slice_of(all->keys[--all->count]->bytes, KEY_SIZE));
    return status;
}

lic_status lanes_load(lanes *all, const lic_row_lane *row)
{
    uint8_t key[KEY_SIZE];
    lic_key public;
    memcpy(public.bytes, row->key.bytes, LIC_KEY_SIZE);
    key_bytes(&public, row->lane, key);
    if (row->number != all->count || find(all, key) != LIC_INDEX_NONE) return LIC_CORRUPT;
    LIC_TRY(add(all, key, 0));
    all->written = all->count;
    return LIC_OK;
}

static uint32_t group_size(const lanes *all, uint32_t first)
{
    return all->count - first < GROUP ? all->count - first : GROUP;
}

lic_status lanes_load_sequences(lanes *all, const lic_row_sequences *row)
{
    uint32_t first = (uint32_t)lic_merkle_count(all->tree);
    lic_cursor cursor = lic_cursor_of(row->sequences);
    if (row->first != first || first == all->count ||
        row->sequences.size != group_size(all, first) * sizeof(uint64_t))
        return LIC_CORRUPT;
    for (uint32_t number = first; !lic_cursor_done(&cursor); number++) {
        all->sequences[number] = lic_get_u64(&cursor);
        if (all->sequences[number] == 0) return LIC_CORRUPT;
        LIC_TRY(set_leaf(all, number));
    }
    return LIC_OK;
}

bool lanes_loaded(const lanes *all)
{
    return lic_merkle_count(all->tree) == all->count;
}

uint64_t lanes_sequence(lanes *all, const lic_key *key, uint32_t lane)
{
    uint8_t bytes[KEY_SIZE];
    key_bytes(key, lane, bytes);
    uint32_t number = find(all, bytes);
    return number == LIC_INDEX_NONE ? 0 : all->sequences[number];
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
        all->sequences[number]++;
        lic_status status = set_leaf(all, number);
        if (status != LIC_OK) {
            all->sequences[number]--;
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
        lic_status status;
        if (--all->sequences[number] > 0) {
            status = set_leaf(all, number);
        } else {
            LIC_ASSERT(number == all->count - 1); /* the newest advance made the newest lane */
            lic_index_remove(all->index, lic_slice_of(all->keys[number]->bytes, KEY_SIZE));
            status = lic_merkle_truncate(all->tree, number);
            all->count--;
        }
        LIC_ASSERT(status == LIC_OK);
    }
}

/* -- to the store ----------------------------------------------------------------------------------------- */

static lic_status write_keys(lanes *all, uint32_t from, lic_store *store)
{
    lic_row_lane rows[ROWS_AT_ONCE];
    for (uint32_t number = from; number < all->count;) {
        uint32_t count = 0;
        for (; count < ROWS_AT_ONCE && number < all->count; count++, number++) {
            const uint8_t *key = all->keys[number]->bytes;
            rows[count] = (lic_row_lane){.number = number,
                                         .lane = lic_load_u32(key + LIC_KEY_SIZE)};
            memcpy(rows[count].key.bytes, key, LIC_KEY_SIZE);
        }
        LIC_TRY(lic_store_put_lane_rows(store, rows, count));
    }
    return LIC_OK;
}

static lic_status write_group(const lanes *all, uint32_t group, lic_store *store)
{
    uint8_t bytes[GROUP * sizeof(uint64_t)];
    uint32_t first = group * GROUP, count = group_size(all, first);
    for (uint32_t i = 0; i < count; i++)
        lic_store_u64(bytes + i * sizeof(uint64_t), all->sequences[first + i]);
    const lic_row_sequences row = {.first = first,
                                   .sequences = lic_slice_of(bytes, count * sizeof(uint64_t))};
    return lic_store_put_sequences(store, &row);
}

lic_status lanes_write(lanes *all, lic_store *store)
{
    uint32_t groups = (all->count + GROUP - 1) / GROUP;
    LIC_TRY(write_keys(all, all->written, store));
    if (all->journal_count == 0) return LIC_OK;
    bool *changed = lic_allocate_zero(all->allocator, groups, sizeof *changed);
    if (changed == NULL) return LIC_NO_MEMORY;
    for (uint64_t i = 0; i < all->journal_count; i++) changed[all->journal[i] / GROUP] = true;
    lic_status status = LIC_OK;
    for (uint32_t g = 0; g < groups && status == LIC_OK; g++)
        if (changed[g]) status = write_group(all, g, store);
    lic_release(all->allocator, changed, groups * sizeof *changed);
    return status;
}

lic_status lanes_write_all(lanes *all, lic_store *store)
{
    LIC_TRY(write_keys(all, 0, store));
    for (uint32_t g = 0; g * GROUP < all->count; g++) LIC_TRY(write_group(all, g, store));
    return LIC_OK;
}

void lanes_put(const lanes *all, lic_buffer *target)
{
    lic_put_u32(target, all->count);
    for (uint32_t i = 0; i < all->count; i++) {
        lic_put_bytes(target, all->keys[i]->bytes, KEY_SIZE);
        lic_put_u64(target, all->sequences[i]);
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
    all->written = all->count;
}
