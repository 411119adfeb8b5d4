/* tuple_set.c - which tuples have been seen: the duplicate check over millions of report lines.
 *
 * Width 1 is the hot case: a slot is the word itself, 0 means empty, and the word 0 has a flag of its
 * own. Wider tuples have a tag word before them, the hash with its lowest bit set; 0 means empty. */
#include <licet/index.h>

#include <string.h>

#include "keyed.h"

enum { WIDTH_MAX = 8 };

struct lic_tuple_set {
    const lic_allocator *allocator;
    uint64_t secret;
    uint64_t *words; /* capacity slots of `stride` words */
    size_t capacity, count;
    unsigned width, stride;
    bool has_zero; /* width 1: the tuple {0} is in the set */
};

static size_t bytes_of(const lic_tuple_set *set, size_t capacity)
{
    return capacity * set->stride * sizeof *set->words;
}

lic_tuple_set *lic_tuple_set_create(const lic_allocator *allocator, uint64_t secret, unsigned width,
                                    size_t expected)
{
    LIC_ASSERT(width >= 1 && width <= WIDTH_MAX);
    size_t capacity = keyed_capacity(expected);
    if (capacity == 0) return NULL;
    lic_tuple_set *set = lic_allocate_zero(allocator, 1, sizeof *set);
    if (set == NULL) return NULL;
    set->allocator = allocator;
    set->secret = secret;
    set->width = width;
    set->stride = width == 1 ? 1 : width + 1;
    set->capacity = capacity;
    set->words = lic_allocate_zero(allocator, capacity, set->stride * sizeof *set->words);
    if (set->words == NULL) {
        lic_release(allocator, set, sizeof *set);
        return NULL;
    }
    return set;
}

void lic_tuple_set_destroy(lic_tuple_set *set)
{
    if (set == NULL) return;
    lic_release(set->allocator, set->words, bytes_of(set, set->capacity));
    lic_release(set->allocator, set, sizeof *set);
}

uint64_t lic_tuple_set_hash(const lic_tuple_set *set, const uint64_t *tuple)
{
    if (set->width == 1) return XXH3_64bits_withSeed(tuple, sizeof *tuple, set->secret);
    return XXH3_64bits_withSeed(tuple, set->width * sizeof *tuple, set->secret);
}

void lic_tuple_set_prefetch(const lic_tuple_set *set, uint64_t hash)
{
    LIC_PREFETCH(&set->words[keyed_place(hash, set->capacity) * set->stride], 1);
}

/* The slot of the word, or the empty one where it belongs. The word is not 0. */
static uint64_t *find_word(const lic_tuple_set *set, uint64_t word, uint64_t hash)
{
    const uint64_t *end = set->words + set->capacity;
    uint64_t *at = &set->words[keyed_place(hash, set->capacity)];
    while (*at != 0 && *at != word)
        if (++at == end) at = set->words;
    return at;
}

/* The same for a tuple with its tag. */
static uint64_t *find_tuple(const lic_tuple_set *set, const uint64_t *tuple, uint64_t hash)
{
    size_t size = set->width * sizeof *tuple;
    size_t place = keyed_place(hash, set->capacity);
    for (;;) {
        uint64_t *slot = &set->words[place * set->stride];
        if (slot[0] == 0) return slot;
        if (slot[0] == (hash | 1) && memcmp(slot + 1, tuple, size) == 0) return slot;
        if (++place == set->capacity) place = 0;
    }
}

static void move_all(const lic_tuple_set *from, const lic_tuple_set *to)
{
    for (size_t i = 0; i < from->capacity; i++) {
        const uint64_t *slot = &from->words[i * from->stride];
        if (slot[0] == 0) continue;
        if (from->width == 1) {
            *find_word(to, slot[0], lic_tuple_set_hash(from, slot)) = slot[0];
            continue;
        }
        uint64_t *target = find_tuple(to, slot + 1, lic_tuple_set_hash(from, slot + 1));
        memcpy(target, slot, from->stride * sizeof *slot);
    }
}

static lic_status grow(lic_tuple_set *set)
{
    lic_tuple_set larger = *set;
    larger.capacity = keyed_capacity(set->capacity);
    if (larger.capacity == 0) return LIC_NO_MEMORY;
    larger.words = lic_allocate_zero(set->allocator, larger.capacity,
                                     set->stride * sizeof *set->words);
    if (larger.words == NULL) return LIC_NO_MEMORY;
    move_all(set, &larger);
    lic_release(set->allocator, set->words, bytes_of(set, set->capacity));
    *set = larger;
    return LIC_OK;
}

static lic_status add_tuple(lic_tuple_set *set, const uint64_t *tuple, uint64_t hash, bool *added)
{
    uint64_t *slot = find_tuple(set, tuple, hash);
    *added = slot[0] == 0;
    if (!*added) return LIC_OK;
    if (keyed_full(set->count, set->capacity)) {
        LIC_TRY(grow(set));
        slot = find_tuple(set, tuple, hash);
    }
    slot[0] = hash | 1;
    memcpy(slot + 1, tuple, set->width * sizeof *tuple);
    set->count++;
    return LIC_OK;
}

lic_status lic_tuple_set_add(lic_tuple_set *set, const uint64_t *tuple, uint64_t hash, bool *added)
{
    if (set->width > 1) return add_tuple(set, tuple, hash, added);
    uint64_t word = tuple[0];
    if (word == 0) {
        *added = !set->has_zero;
        set->has_zero = true;
        return LIC_OK;
    }
    uint64_t *slot = find_word(set, word, hash);
    *added = *slot == 0;
    if (!*added) return LIC_OK;
    if (LIC_UNLIKELY(keyed_full(set->count, set->capacity))) {
        LIC_TRY(grow(set));
        slot = find_word(set, word, hash);
    }
    *slot = word;
    set->count++;
    return LIC_OK;
}
