/* Catches: a key lost in growth or removal, two keys taken for one (same ends, same length), a
 * duplicate let in, the word 0 forgotten, a failed growth that loses what was there. */
#include "unit.h"

#include <licet/index.h>

#include <stdio.h>
#include <string.h>

enum { KEYS = 20000, KEY_SIZE = 12 };

static const uint64_t SECRET = UINT64_C(0x9E3779B97F4A7C15);

static char *make_keys(void)
{
    char *keys = lic_allocate(&lic_allocator_system, KEYS * KEY_SIZE + 1);
    assert_non_null(keys);
    for (int i = 0; i < KEYS; i++) {
        char key[KEY_SIZE + 1];
        snprintf(key, sizeof key, "GBABC%07d", i);
        memcpy(keys + i * KEY_SIZE, key, KEY_SIZE);
    }
    return keys;
}

static lic_slice key_at(const char *keys, int i)
{
    return lic_slice_of(keys + i * KEY_SIZE, KEY_SIZE);
}

static uint32_t find(const lic_index *index, lic_slice key)
{
    return lic_index_find(index, key, lic_index_hash(index, key));
}

static lic_status add(lic_index *index, lic_slice key, uint32_t value)
{
    return lic_index_add(index, key, lic_index_hash(index, key), value);
}

static void keys_are_found_after_growth(void **state)
{
    (void)state;
    char *keys = make_keys();
    lic_index *index = lic_index_create(&lic_allocator_system, SECRET, 0);
    assert_non_null(index);
    for (int i = 0; i < KEYS; i++) assert_ok(add(index, key_at(keys, i), (uint32_t)i));
    for (int i = 0; i < KEYS; i++) {
        assert_int_equal(find(index, key_at(keys, i)), i);
        assert_int_equal(add(index, key_at(keys, i), 1), LIC_REFUSED);
    }
    assert_int_equal(find(index, lic_slice_text("GBABC0020000")), LIC_INDEX_NONE);
    lic_index_destroy(index);
    lic_release(&lic_allocator_system, keys, KEYS * KEY_SIZE + 1);
}

static void removal_keeps_the_others(void **state)
{
    (void)state;
    char *keys = make_keys();
    lic_index *index = lic_index_create(&lic_allocator_system, SECRET, KEYS);
    for (int i = 0; i < KEYS; i++) assert_ok(add(index, key_at(keys, i), (uint32_t)i));
    for (int i = 0; i < KEYS; i += 3) lic_index_remove(index, key_at(keys, i));
    lic_index_remove(index, lic_slice_text("absent"));
    for (int i = 0; i < KEYS; i++)
        assert_int_equal(find(index, key_at(keys, i)), i % 3 == 0 ? LIC_INDEX_NONE : (uint32_t)i);
    for (int i = 0; i < KEYS; i += 3) assert_ok(add(index, key_at(keys, i), (uint32_t)i));
    for (int i = 0; i < KEYS; i++) assert_int_equal(find(index, key_at(keys, i)), i);
    lic_index_destroy(index);
    lic_release(&lic_allocator_system, keys, KEYS * KEY_SIZE + 1);
}

static void all_lengths_are_distinguished(void **state)
{
    (void)state;
    static const char zeros[40];
    static const char *const texts[] = {"a",
                                        "b",
                                        "ab",
                                        "ba",
                                        "abc",
                                        "acb",
                                        "abcd",
                                        "abcde",
                                        "abdce",
                                        "abcdefg",
                                        "abcdefgh",
                                        "abcdefghi",
                                        "abcdefgi",
                                        "12345678MIDDLE12345678",
                                        "12345678middle12345678"};
    lic_index *index = lic_index_create(&lic_allocator_system, SECRET, 0);
    for (uint32_t i = 0; i < sizeof zeros; i++) assert_ok(add(index, lic_slice_of(zeros, i), i));
    for (uint32_t i = 0; i < LIC_COUNT(texts); i++)
        assert_ok(add(index, lic_slice_text(texts[i]), 100 + i));
    for (uint32_t i = 0; i < sizeof zeros; i++)
        assert_int_equal(find(index, lic_slice_of(zeros, i)), i);
    for (uint32_t i = 0; i < LIC_COUNT(texts); i++)
        assert_int_equal(find(index, lic_slice_text(texts[i])), 100 + i);
    lic_index_destroy(index);
}

static void the_secret_changes_the_hash(void **state)
{
    (void)state;
    lic_index *a = lic_index_create(&lic_allocator_system, 1, 0);
    lic_index *b = lic_index_create(&lic_allocator_system, 2, 0);
    assert_true(lic_index_hash(a, lic_slice_text("x")) != lic_index_hash(b, lic_slice_text("x")));
    lic_index_destroy(a);
    lic_index_destroy(b);
}

static void failed_growth_loses_nothing(void **state)
{
    (void)state;
    char *keys = make_keys();
    unit_heap heap = {.left = 3}; /* the index, its slots, one growth */
    lic_allocator allocator = unit_allocator(&heap);
    lic_index *index = lic_index_create(&allocator, SECRET, 0);
    lic_status status = LIC_OK;
    int count = 0;
    while ((status = add(index, key_at(keys, count), (uint32_t)count)) == LIC_OK) count++;
    assert_int_equal(status, LIC_NO_MEMORY);
    assert_true(count > 16);
    for (int i = 0; i < count; i++) assert_int_equal(find(index, key_at(keys, i)), i);
    assert_int_equal(find(index, key_at(keys, count)), LIC_INDEX_NONE);
    lic_index_destroy(index);
    assert_int_equal(heap.live_bytes, 0);
    heap = (unit_heap){.left = 1};
    assert_null(lic_index_create(&allocator, SECRET, 0));
    assert_int_equal(heap.live_bytes, 0);
    lic_release(&lic_allocator_system, keys, KEYS * KEY_SIZE + 1);
}

static bool added(lic_tuple_set *set, const uint64_t *tuple)
{
    bool result = false;
    assert_ok(lic_tuple_set_add(set, tuple, lic_tuple_set_hash(set, tuple), &result));
    return result;
}

static void tuples_are_added_once(void **state)
{
    (void)state;
    for (unsigned width = 1; width <= 8; width++) {
        lic_tuple_set *set = lic_tuple_set_create(&lic_allocator_system, SECRET, width,
                                                  width * 100);
        assert_non_null(set);
        for (int round = 0; round < 2; round++)
            for (uint64_t i = 0; i < 3000; i++) {
                uint64_t tuple[8] = {0};
                tuple[width - 1] = i;
                assert_int_equal(added(set, tuple), round == 0);
            }
        lic_tuple_set_destroy(set);
    }
}

static void every_word_of_a_tuple_counts(void **state)
{
    (void)state;
    lic_tuple_set *set = lic_tuple_set_create(&lic_allocator_system, SECRET, 3, 0);
    assert_true(added(set, (uint64_t[]){1, 2, 3}));
    assert_true(added(set, (uint64_t[]){2, 1, 3}));
    assert_true(added(set, (uint64_t[]){1, 2, 4}));
    assert_true(added(set, (uint64_t[]){0, 0, 0}));
    assert_false(added(set, (uint64_t[]){0, 0, 0}));
    assert_false(added(set, (uint64_t[]){1, 2, 3}));
    lic_tuple_set_destroy(set);
}

static void large_words(void **state)
{
    (void)state;
    lic_tuple_set *set = lic_tuple_set_create(&lic_allocator_system, SECRET, 1, 10);
    assert_true(added(set, &(uint64_t){0}));
    assert_true(added(set, &(uint64_t){UINT64_MAX}));
    assert_true(added(set, &(uint64_t){1}));
    assert_false(added(set, &(uint64_t){0}));
    assert_false(added(set, &(uint64_t){UINT64_MAX}));
    lic_tuple_set_destroy(set);
}

static void a_set_survives_failed_growth(void **state)
{
    (void)state;
    for (unsigned width = 1; width <= 2; width++) {
        unit_heap heap = {.left = 2};
        lic_allocator allocator = unit_allocator(&heap);
        lic_tuple_set *set = lic_tuple_set_create(&allocator, SECRET, width, 0);
        lic_status status = LIC_OK;
        bool is_new;
        uint64_t tuple[2] = {0, 0};
        while (status == LIC_OK) {
            tuple[0]++;
            status = lic_tuple_set_add(set, tuple, lic_tuple_set_hash(set, tuple), &is_new);
        }
        assert_int_equal(status, LIC_NO_MEMORY);
        for (uint64_t i = 1; i < tuple[0]; i++) assert_false(added(set, (uint64_t[]){i, 0}));
        lic_tuple_set_destroy(set);
        assert_int_equal(heap.live_bytes, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_found_after_growth),
        cmocka_unit_test(removal_keeps_the_others),
        cmocka_unit_test(all_lengths_are_distinguished),
        cmocka_unit_test(the_secret_changes_the_hash),
        cmocka_unit_test(failed_growth_loses_nothing),
        cmocka_unit_test(tuples_are_added_once),
        cmocka_unit_test(every_word_of_a_tuple_counts),
        cmocka_unit_test(large_words),
        cmocka_unit_test(a_set_survives_failed_growth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
