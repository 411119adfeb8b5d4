/* Ids that somebody chose, and many of them. Would catch: a table that forgets its secret, so that ids chosen to fall
 * into one place make each look-up as long as the table; a hash that a secret does not spread; a set of ten million
 * ids, or an index of a million, that takes more memory than its slots, or more than three times that while it grows.
 *
 * Work is counted in probes, and the places come from the tables' own hash: an id costs as many probes as slots are
 * looked at before it finds a free one, and in which order ids come makes no difference to the sum. */
#include "unit.h"

#include <licet/crypto.h>
#include <licet/index.h>

#include <keyed.h>

#include <stdio.h>
#include <string.h>

enum { CHOSEN = 8000, CROWDED = 400, SECRETS = 50, KEY_MAX = 300 };

static const uint64_t known_secret = 0;

typedef struct probes {
    uint64_t sum, longest;
} probes;

static probes count_probes(const uint64_t *hashes, size_t count)
{
    probes result = {0, 0};
    size_t capacity = keyed_capacity(count);
    uint8_t *taken = lic_allocate_zero(&lic_allocator_system, capacity, 1);
    assert_non_null(taken);
    for (size_t i = 0; i < count; i++) {
        uint64_t steps = 1;
        size_t at = keyed_place(hashes[i], capacity);
        for (; taken[at]; steps++)
            if (++at == capacity) at = 0;
        taken[at] = 1;
        result.sum += steps;
        if (steps > result.longest) result.longest = steps;
    }
    lic_release(&lic_allocator_system, taken, capacity);
    return result;
}

/* Under a secret that the choice did not know: two probes an id are expected at this load. */
static void expect_short(const uint64_t *hashes, size_t count)
{
    probes p = count_probes(hashes, count);
    if (p.sum > 3 * count || p.longest > 400)
        fail_msg("%llu probes for %zu ids, the longest %llu", (unsigned long long)p.sum, count,
                 (unsigned long long)p.longest);
}

/* That the choice is bad under the secret that it knew. */
static void expect_long(const uint64_t *hashes, size_t count)
{
    probes p = count_probes(hashes, count);
    assert_true(p.sum > 500 * count);
}

static bool crowded(uint64_t hash)
{
    return hash < UINT64_MAX / CROWDED;
}

/* -- tuples: unique columns of reports and schedules --------------------------------------------------- */

static void fill_tuple(uint64_t *tuple, unsigned width, uint64_t n)
{
    for (unsigned i = 0; i < width; i++) tuple[i] = i == width / 2 ? n : 7;
}

static void chosen_tuples_do_not_collide(void **state)
{
    (void)state;
    static uint64_t chosen[CHOSEN], hashes[CHOSEN];
    for (unsigned width = 1; width <= 3; width += 2) {
        uint64_t tuple[8], n = 0;
        lic_tuple_set *set = lic_tuple_set_create(&lic_allocator_system, known_secret, width, 0);
        for (size_t i = 0; i < CHOSEN; n++) {
            fill_tuple(tuple, width, n);
            hashes[i] = lic_tuple_set_hash(set, tuple);
            chosen[i] = n;
            i += crowded(hashes[i]);
        }
        lic_tuple_set_destroy(set);
        expect_long(hashes, CHOSEN);
        for (uint64_t secret = 1; secret <= SECRETS; secret++) {
            set = lic_tuple_set_create(&lic_allocator_system, secret << (secret % 60), width, 0);
            for (size_t i = 0; i < CHOSEN; i++) {
                fill_tuple(tuple, width, chosen[i]);
                hashes[i] = lic_tuple_set_hash(set, tuple);
            }
            lic_tuple_set_destroy(set);
            expect_short(hashes, CHOSEN);
        }
    }
}

/* -- byte strings: keys of rows ------------------------------------------------------------------------- */

static lic_slice make_key(char key[KEY_MAX], size_t size, uint64_t n)
{
    memset(key, 'x', size);
    char digits[24];
    int count = snprintf(digits, sizeof digits, "%07llu", (unsigned long long)n);
    memcpy(key + size / 2 - 3, digits, (size_t)count);
    return lic_slice_of(key, size);
}

/* Each length takes another way through the hash. */
static void chosen_keys_do_not_collide(void **state)
{
    (void)state;
    static const size_t sizes[] = {8, 12, 16, 40, 200, KEY_MAX};
    static uint64_t chosen[CHOSEN], hashes[CHOSEN];
    char key[KEY_MAX];
    for (size_t s = 0; s < LIC_COUNT(sizes); s++) {
        uint64_t n = 0;
        lic_index *index = lic_index_create(&lic_allocator_system, known_secret, 0);
        for (size_t i = 0; i < CHOSEN; n++) {
            hashes[i] = lic_index_hash(index, make_key(key, sizes[s], n));
            chosen[i] = n;
            i += crowded(hashes[i]);
        }
        lic_index_destroy(index);
        expect_long(hashes, CHOSEN);
        for (uint64_t secret = 1; secret <= 8; secret++) {
            index = lic_index_create(&lic_allocator_system, secret << (secret * 7), 0);
            for (size_t i = 0; i < CHOSEN; i++)
                hashes[i] = lic_index_hash(index, make_key(key, sizes[s], chosen[i]));
            lic_index_destroy(index);
            expect_short(hashes, CHOSEN);
        }
    }
}

/* -- memory --------------------------------------------------------------------------------------------------- */

enum { MANY = 1000000, IDS = 10 * MANY };

/* An allocator that gives so many bytes at a time. */
typedef struct purse {
    size_t used, max;
} purse;

static void *purse_resize(void *context, void *block, size_t old_size, size_t new_size)
{
    purse *p = context;
    if (p->used - old_size + new_size > p->max) return NULL;
    void *result = lic_allocator_system.resize(NULL, block, old_size, new_size);
    if (result != NULL || new_size == 0) p->used = p->used - old_size + new_size;
    return result;
}

static uint64_t next_id(uint64_t *x)
{
    *x = *x * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *x ^ *x >> 29;
}

/* As a report's header announces them: one table, 12 bytes an id; and as they come, old and new table side by side. */
static void ten_million_ids_fit(void **state)
{
    (void)state;
    static const struct {
        size_t ids, expected, bytes_each;
    } ways[] = {{IDS, IDS, 13}, {MANY, 0, 36}};
    for (size_t w = 0; w < LIC_COUNT(ways); w++) {
        purse p = {.max = ways[w].bytes_each * ways[w].ids};
        const lic_allocator allocator = {&p, purse_resize};
        lic_tuple_set *set = lic_tuple_set_create(&allocator, 11, 1, ways[w].expected);
        assert_non_null(set);
        uint64_t x = 1;
        bool added = false;
        for (size_t i = 0; i < ways[w].ids; i++) {
            uint64_t id = next_id(&x);
            assert_ok(lic_tuple_set_add(set, &id, lic_tuple_set_hash(set, &id), &added));
            assert_true(added);
        }
        lic_tuple_set_destroy(set);
        assert_int_equal(p.used, 0);
    }
}

static void a_million_keys_fit(void **state)
{
    (void)state;
    enum { KEY = 12 };
    purse p = {.max = (size_t)49 * MANY};
    const lic_allocator allocator = {&p, purse_resize};
    char *keys = lic_allocate(&lic_allocator_system, (size_t)KEY * MANY);
    lic_index *index = lic_index_create(&allocator, 11, MANY);
    assert_true(keys != NULL && index != NULL);
    uint64_t x = 1;
    for (uint32_t i = 0; i < MANY; i++) {
        uint64_t id = next_id(&x);
        memcpy(keys + (size_t)KEY * i, "ID00", 4);
        memcpy(keys + (size_t)KEY * i + 4, &id, 8);
        lic_slice key = lic_slice_of(keys + (size_t)KEY * i, KEY);
        assert_ok(lic_index_add(index, key, lic_index_hash(index, key), i));
    }
    lic_index_destroy(index);
    lic_release(&lic_allocator_system, keys, (size_t)KEY * MANY);
    assert_int_equal(p.used, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chosen_tuples_do_not_collide),
        cmocka_unit_test(chosen_keys_do_not_collide),
        cmocka_unit_test(ten_million_ids_fit),
        cmocka_unit_test(a_million_keys_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
