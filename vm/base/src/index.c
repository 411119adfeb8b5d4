/* index.c - byte strings to row numbers: open addressing with linear probing.
 *
 * A slot is 32 bytes, half a cache line: both ends of the key lie in it, so that a key of up to 16
 * bytes (an ISRC, a payee's number) is compared without following its pointer, and one prefetch
 * brings in all that a look-up reads. An empty slot has the value LIC_INDEX_NONE. */
#include <licet/index.h>

#include <string.h>

#include "keyed.h"

typedef struct slot {
    uint64_t head, tail; /* first and last 8 bytes, see slot_of */
    const uint8_t *key;
    uint32_t size;
    uint32_t value;
} slot;

struct lic_index {
    const lic_allocator *allocator;
    uint64_t secret;
    void *block; /* that the slots lie in */
    slot *slots;
    size_t capacity, count;
};

enum { CACHE_LINE = 64 };

/* The slot's key fields. Keys of one size that are at most 16 bytes long differ in head or tail
 * exactly when they differ. */
static slot slot_of(lic_slice key)
{
    slot made = {.key = key.data, .size = (uint32_t)key.size, .value = LIC_INDEX_NONE};
    if (key.size >= 8) {
        made.head = lic_load_u64(key.data);
        made.tail = lic_load_u64(key.data + key.size - 8);
    } else if (key.size >= 4) {
        made.head = lic_load_u32(key.data);
        made.tail = lic_load_u32(key.data + key.size - 4);
    } else {
        for (size_t i = 0; i < key.size; i++) made.head = made.head << 8 | key.data[i];
    }
    return made;
}

static bool same_key(const slot *a, const slot *b)
{
    if (a->head != b->head || a->tail != b->tail || a->size != b->size) return false;
    return a->size <= 16 || memcmp(a->key, b->key, a->size) == 0;
}

static size_t block_size(size_t capacity)
{
    return capacity * sizeof(slot) + CACHE_LINE;
}

/* Empty slots, of which none lies in two cache lines. */
static bool slots_create(lic_index *index, size_t capacity)
{
    if (capacity == 0) return false;
    index->block = lic_allocate(index->allocator, block_size(capacity));
    if (index->block == NULL) return false;
    size_t beyond = (uintptr_t)index->block % CACHE_LINE;
    index->slots = (void *)((uint8_t *)index->block + (CACHE_LINE - beyond));
    index->capacity = capacity;
    for (size_t i = 0; i < capacity; i++) index->slots[i] = (slot){.value = LIC_INDEX_NONE};
    return true;
}

lic_index *lic_index_create(const lic_allocator *allocator, uint64_t secret, size_t expected)
{
    lic_index *index = lic_allocate_zero(allocator, 1, sizeof *index);
    if (index == NULL) return NULL;
    index->allocator = allocator;
    index->secret = secret;
    if (!slots_create(index, keyed_capacity(expected))) {
        lic_release(allocator, index, sizeof *index);
        return NULL;
    }
    return index;
}

void lic_index_destroy(lic_index *index)
{
    if (index == NULL) return;
    lic_release(index->allocator, index->block, block_size(index->capacity));
    lic_release(index->allocator, index, sizeof *index);
}

uint64_t lic_index_hash(const lic_index *index, lic_slice key)
{
    return XXH3_64bits_withSeed(key.data, key.size, index->secret);
}

void lic_index_prefetch(const lic_index *index, uint64_t hash)
{
    LIC_PREFETCH(&index->slots[keyed_place(hash, index->capacity)]);
}

/* The slot that holds the key, or the empty one where it belongs. */
static slot *slot_find(const lic_index *index, const slot *wanted, uint64_t hash)
{
    size_t at = keyed_place(hash, index->capacity);
    for (;;) {
        slot *each = &index->slots[at];
        if (each->value == LIC_INDEX_NONE || same_key(each, wanted)) return each;
        if (++at == index->capacity) at = 0;
    }
}

uint32_t lic_index_find(const lic_index *index, lic_slice key, uint64_t hash)
{
    if (key.size > UINT32_MAX) return LIC_INDEX_NONE;
    slot wanted = slot_of(key);
    return slot_find(index, &wanted, hash)->value;
}

static uint64_t slot_hash(const lic_index *index, const slot *of)
{
    return lic_index_hash(index, lic_slice_of(of->key, of->size));
}

static lic_status grow(lic_index *index)
{
    lic_index larger = *index;
    if (!slots_create(&larger, keyed_capacity(index->capacity))) return LIC_NO_MEMORY;
    for (size_t i = 0; i < index->capacity; i++) {
        const slot *each = &index->slots[i];
        if (each->value == LIC_INDEX_NONE) continue;
        *slot_find(&larger, each, slot_hash(index, each)) = *each;
    }
    lic_release(index->allocator, index->block, block_size(index->capacity));
    *index = larger;
    return LIC_OK;
}

lic_status lic_index_add(lic_index *index, lic_slice key, uint64_t hash, uint32_t value)
{
    LIC_ASSERT(value != LIC_INDEX_NONE);
    if (key.size > UINT32_MAX) return LIC_TOO_LARGE;
    slot made = slot_of(key);
    slot *place = slot_find(index, &made, hash);
    if (place->value != LIC_INDEX_NONE) return LIC_REFUSED;
    if (keyed_full(index->count, index->capacity)) {
        LIC_TRY(grow(index));
        place = slot_find(index, &made, hash);
    }
    made.value = value;
    *place = made;
    index->count++;
    return LIC_OK;
}

/* Whether an entry whose search begins at `home` passes `hole` on its way to `at`. */
static bool passes(size_t home, size_t hole, size_t at)
{
    return home <= at ? home <= hole && hole < at : home <= hole || hole < at;
}

void lic_index_remove(lic_index *index, lic_slice key)
{
    if (key.size > UINT32_MAX) return;
    slot wanted = slot_of(key);
    slot *found = slot_find(index, &wanted, lic_index_hash(index, key));
    if (found->value == LIC_INDEX_NONE) return;
    /* Close the gap: later entries of the run move up while their search would have met it. */
    size_t hole = (size_t)(found - index->slots), at = hole;
    for (;;) {
        if (++at == index->capacity) at = 0;
        const slot *each = &index->slots[at];
        if (each->value == LIC_INDEX_NONE) break;
        if (!passes(keyed_place(slot_hash(index, each), index->capacity), hole, at)) continue;
        index->slots[hole] = *each;
        hole = at;
    }
    index->slots[hole] = (slot){.value = LIC_INDEX_NONE};
    index->count--;
}
