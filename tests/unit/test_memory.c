/* Catches: an arena that hands out overlapping, unaligned or dirty blocks, that passes its maximum,
 * that loses a chunk, or that takes an allocator's failure badly; a block of the process heap that loses bytes when it becomes
 * large or small. */
#include "unit.h"

#include <licet/memory.h>

#include <string.h>

static void blocks_are_zeroed_aligned_and_apart(void **state)
{
    (void)state;
    lic_arena *arena = lic_arena_create(&lic_allocator_system, 1 << 20);
    assert_non_null(arena);
    uint8_t *blocks[300];
    for (size_t i = 0; i < LIC_COUNT(blocks); i++) {
        size_t size = (i * 37) % 900;
        blocks[i] = lic_arena_take(arena, size);
        assert_non_null(blocks[i]);
        assert_int_equal((uintptr_t)blocks[i] % 16, 0);
        for (size_t k = 0; k < size; k++) assert_int_equal(blocks[i][k], 0);
        memset(blocks[i], (int)(i % 251) + 1, size);
    }
    for (size_t i = 0; i < LIC_COUNT(blocks); i++)
        for (size_t k = 0; k < (i * 37) % 900; k++) assert_int_equal(blocks[i][k], i % 251 + 1);
    lic_arena_destroy(arena);
}

static void large_requests_leave_the_current_chunk(void **state)
{
    (void)state;
    lic_arena *arena = lic_arena_create(&lic_allocator_system, 10 << 20);
    uint8_t *first = lic_arena_take(arena, 16);
    uint8_t *before = lic_arena_take(arena, 16);
    uint8_t *large = lic_arena_take(arena, 3 << 20);
    uint8_t *after = lic_arena_take(arena, 16);
    assert_non_null(large);
    assert_ptr_equal(after,
                     before + (before - first)); /* a sanitizer may want a gap between them */
    memset(large, 7, 3 << 20);
    assert_int_equal(after[0], 0);
    lic_arena_destroy(arena);
}

static void the_maximum_holds(void **state)
{
    (void)state;
    lic_arena *arena = lic_arena_create(&lic_allocator_system, 1024);
    for (int i = 0; i < 64; i++) assert_non_null(lic_arena_take(arena, 16));
    assert_int_equal(lic_arena_used(arena), 1024);
    assert_null(lic_arena_take(arena, 1));
    assert_null(lic_arena_take(arena, SIZE_MAX));
    assert_null(lic_arena_take(arena, SIZE_MAX - 15));
    assert_int_equal(lic_arena_used(arena), 1024);
    lic_arena_destroy(arena);
}

/* What is taken behind a reset is zeroed and apart as ever, the maximum counts anew, and only one chunk stays. */
static void a_reset_arena_is_as_new(void **state)
{
    (void)state;
    unit_heap heap = {.left = SIZE_MAX};
    lic_allocator allocator = unit_allocator(&heap);
    lic_arena *arena = lic_arena_create(&allocator, 100000);
    lic_arena_reset(arena);
    size_t kept = 0;
    for (int round = 0; round < 5; round++) {
        uint8_t *blocks[90];
        for (size_t i = 0; i < LIC_COUNT(blocks); i++) {
            blocks[i] = lic_arena_take(arena, 1000);
            assert_non_null(blocks[i]);
            for (size_t k = 0; k < 1000; k++) assert_int_equal(blocks[i][k], 0);
            memset(blocks[i], (int)i + 1, 1000);
        }
        for (size_t i = 0; i < LIC_COUNT(blocks); i++)
            for (size_t k = 0; k < 1000; k++) assert_int_equal(blocks[i][k], i + 1);
        lic_arena_reset(arena);
        assert_int_equal(lic_arena_used(arena), 0);
        if (round == 1) kept = heap.live_bytes;
        if (round > 1) assert_int_equal(heap.live_bytes, kept);
    }
    lic_arena_destroy(arena);
    assert_int_equal(heap.live_bytes, 0);
}

static void copies(void **state)
{
    (void)state;
    lic_arena *arena = lic_arena_create(&lic_allocator_system, 1024);
    assert_string_equal(lic_arena_text(arena, "licence", 3), "lic");
    assert_string_equal(lic_arena_text(arena, NULL, 0), "");
    assert_memory_equal(lic_arena_copy(arena, "\x01\x00\x02", 3), "\x01\x00\x02", 3);
    assert_non_null(lic_arena_copy(arena, NULL, 0));
    assert_null(lic_arena_text(arena, "", SIZE_MAX));
    lic_arena_destroy(arena);
}

/* Fails the n-th allocation for every n until the work succeeds; nothing may leak. */
static void every_failure_is_survived(void **state)
{
    (void)state;
    for (size_t n = 0;; n++) {
        unit_heap heap = {.left = n};
        lic_allocator allocator = unit_allocator(&heap);
        lic_arena *arena = lic_arena_create(&allocator, 1 << 20);
        bool complete = arena != NULL;
        for (size_t i = 0; complete && i < 40; i++)
            complete = lic_arena_take(arena, i * 100) != NULL;
        lic_arena_destroy(arena);
        assert_int_equal(heap.live_bytes, 0);
        if (complete) return;
        assert_true(n < 100);
    }
}

static void zeroed_blocks_check_their_size(void **state)
{
    (void)state;
    assert_null(lic_allocate_zero(&lic_allocator_system, SIZE_MAX / 2, 3));
    uint32_t *numbers = lic_allocate_zero(&lic_allocator_system, 5, sizeof *numbers);
    for (size_t i = 0; i < 5; i++) assert_int_equal(numbers[i], 0);
    lic_release(&lic_allocator_system, numbers, 5 * sizeof *numbers);
    lic_release(&lic_allocator_system, NULL, 0);
}

static uint8_t byte_at(size_t i)
{
    return (uint8_t)(i * 31 + (i >> 12));
}

static uint8_t *resized(uint8_t *block, size_t old_size, size_t size)
{
    uint8_t *changed = lic_allocator_system.resize(NULL, block, old_size, size);
    assert_non_null(changed);
    for (size_t i = 0; i < size && i < old_size; i++) assert_int_equal(changed[i], byte_at(i));
    for (size_t i = old_size; i < size; i++) changed[i] = byte_at(i);
    return changed;
}

/* Blocks are small and large: what they hold goes with them over every step between the two, and others stay as they are. */
static void blocks_keep_their_bytes(void **state)
{
    (void)state;
    const size_t MIB = (size_t)1 << 20;
    const size_t sizes[] = {100,     2 * MIB - 1, 2 * MIB,     2 * MIB + 1, 5 * MIB, 33 * MIB,
                            4 * MIB, 4 * MIB - 1, 2 * MIB - 1, 7 * MIB,     1,       3 * MIB};
    uint8_t *blocks[2] = {NULL, NULL};
    size_t size = 0;
    for (size_t n = 0; n < LIC_COUNT(sizes); n++) {
        for (size_t i = 0; i < 2; i++) blocks[i] = resized(blocks[i], size, sizes[n]);
        size = sizes[n];
    }
    for (size_t i = 0; i < 2; i++) {
        blocks[i] = resized(blocks[i], size, size);
        lic_release(&lic_allocator_system, blocks[i], size);
    }
}

static void what_no_machine_has_is_refused(void **state)
{
    (void)state;
    const size_t MIB = (size_t)1 << 20;
    uint8_t *small = resized(NULL, 0, 100), *large = resized(NULL, 0, 3 * MIB);
    for (size_t size = SIZE_MAX; size > SIZE_MAX - 5 * MIB; size -= MIB) {
        if (LICET_WATCHED) break; /* a sanitizer ends a program that asks for so much */
        assert_null(lic_allocate(&lic_allocator_system, size));
        assert_null(lic_allocator_system.resize(NULL, small, 100, size));
        assert_null(lic_allocator_system.resize(NULL, large, 3 * MIB, size));
    }
    small = resized(small, 100, 100);
    large = resized(large, 3 * MIB, 3 * MIB);
    lic_release(&lic_allocator_system, small, 100);
    lic_release(&lic_allocator_system, large, 3 * MIB);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_are_zeroed_aligned_and_apart),
        cmocka_unit_test(large_requests_leave_the_current_chunk),
        cmocka_unit_test(the_maximum_holds),
        cmocka_unit_test(a_reset_arena_is_as_new),
        cmocka_unit_test(copies),
        cmocka_unit_test(every_failure_is_survived),
        cmocka_unit_test(zeroed_blocks_check_their_size),
        cmocka_unit_test(blocks_keep_their_bytes),
        cmocka_unit_test(what_no_machine_has_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
