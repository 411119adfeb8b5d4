/* Catches: a rounding mode that decides a tie or a sign wrongly, a product cut at 128 bits, a result
 * out of range that does not fail, a split that loses or invents a unit or serves a tie out of order.
 * Random cases against exact arithmetic: tests/property/exact_numbers.py. */
#include "unit.h"

#include <licet/number.h>

#include <string.h>

static const lic_i128 MAX = LIC_I128_MAX;
static const lic_i128 MIN = LIC_I128_MIN;

static void expect_modes(lic_i128 a, int64_t b, lic_i128 d, const lic_i128 expected[4])
{
    for (int mode = LIC_HALF_EVEN; mode <= LIC_CEILING; mode++) {
        lic_i128 result;
        assert_true(lic_muldiv((lic_rounding)mode, a, b, d, &result));
        assert_true(result == expected[mode]);
    }
}

static void every_mode_on_both_sides_of_zero(void **state)
{
    (void)state;
    /*                              half_even half_up floor ceiling */
    expect_modes(5, 1, 2, (lic_i128[]){2, 3, 2, 3});
    expect_modes(7, 1, 2, (lic_i128[]){4, 4, 3, 4});
    expect_modes(-5, 1, 2, (lic_i128[]){-2, -3, -3, -2});
    expect_modes(5, -1, 2, (lic_i128[]){-2, -3, -3, -2});
    expect_modes(-5, -1, 2, (lic_i128[]){2, 3, 2, 3});
    expect_modes(1, 1, 3, (lic_i128[]){0, 0, 0, 1});
    expect_modes(-1, 1, 3, (lic_i128[]){0, 0, -1, 0});
    expect_modes(2, 1, 3, (lic_i128[]){1, 1, 0, 1});
    expect_modes(6, 1, 3, (lic_i128[]){2, 2, 2, 2});
    expect_modes(-6, 1, 3, (lic_i128[]){-2, -2, -2, -2});
    expect_modes(0, 77, 3, (lic_i128[]){0, 0, 0, 0});
    expect_modes(1, 1, 2, (lic_i128[]){0, 1, 0, 1});
    expect_modes(-1, 1, 2, (lic_i128[]){0, -1, -1, 0});
}

static void products_beyond_128_bits_are_exact(void **state)
{
    (void)state;
    lic_i128 result;
    assert_true(lic_muldiv(LIC_FLOOR, MAX, INT64_MAX, INT64_MAX, &result));
    assert_true(result == MAX);
    assert_true(lic_muldiv(LIC_HALF_EVEN, MIN, INT64_MAX, INT64_MAX, &result));
    assert_true(result == MIN);
    assert_true(lic_muldiv(LIC_FLOOR, MAX, INT64_MAX, MAX, &result));
    assert_true(result == INT64_MAX);
    assert_true(lic_muldiv(LIC_FLOOR, MIN, INT64_MIN, MAX, &result));
    assert_true(result == (lic_i128)1 << 63);
    assert_true(lic_muldiv(LIC_CEILING, MIN, INT64_MIN, MAX, &result));
    assert_true(result == ((lic_i128)1 << 63) + 1);
}

static void only_a_result_out_of_range_fails(void **state)
{
    (void)state;
    lic_i128 result;
    assert_false(lic_muldiv(LIC_FLOOR, MAX, 2, 1, &result));
    assert_false(lic_muldiv(LIC_FLOOR, MIN, -1, 1, &result));
    assert_true(lic_muldiv(LIC_FLOOR, MIN, 1, 1, &result));
    assert_true(result == MIN);
    assert_true(lic_muldiv(LIC_FLOOR, (lic_i128)1 << 126, -2, 1, &result));
    assert_true(result == MIN);
    assert_false(lic_muldiv(LIC_FLOOR, (lic_i128)1 << 126, 2, 1, &result));
    /* The exact quotient is MAX + 1/2: whether it is in range is the rounding's doing. */
    assert_true(lic_muldiv(LIC_FLOOR, (lic_i128)1 << 126, INT64_MAX, (lic_i128)1 << 62, &result));
    lic_i128 odd = ((lic_i128)1 << 126) + 1;
    assert_true(lic_muldiv(LIC_FLOOR, odd, 3, 2, &result));
    assert_false(lic_muldiv(LIC_FLOOR, MAX, INT64_MIN, 1, &result));
}

static void the_rounding_itself_can_leave_the_range(void **state)
{
    (void)state;
    /* (2^128 - 1) / 2 = MAX + 1/2, with 2^128 - 1 = 5 * (2^128 - 1) / 5 */
    lic_i128 fifth = (lic_i128)(~(lic_u128)0 / 5), result;
    assert_true(lic_muldiv(LIC_FLOOR, fifth, 5, 2, &result));
    assert_true(result == MAX);
    assert_false(lic_muldiv(LIC_CEILING, fifth, 5, 2, &result));
    assert_false(lic_muldiv(LIC_HALF_UP, fifth, 5, 2, &result));
    assert_false(lic_muldiv(LIC_HALF_EVEN, fifth, 5, 2, &result));
    assert_true(lic_muldiv(LIC_CEILING, -fifth, 5, 2, &result));
    assert_true(result == -MAX);
    assert_true(lic_muldiv(LIC_FLOOR, -fifth, 5, 2, &result));
    assert_true(result == MIN);
}

static void divisors_are_positive(void **state)
{
    (void)state;
    lic_i128 result;
    assert_false(lic_muldiv(LIC_FLOOR, 1, 1, 0, &result));
    assert_false(lic_muldiv(LIC_FLOOR, 1, 1, -1, &result));
}

static void wide_product(void **state)
{
    (void)state;
    lic_i128 result;
    assert_true(lic_mul_i128(MIN, 1, &result));
    assert_true(result == MIN);
    assert_false(lic_mul_i128(MIN, -1, &result));
    assert_true(lic_mul_i128((lic_i128)1 << 64, INT64_MIN, &result));
    assert_true(result == MIN);
    assert_false(lic_mul_i128((lic_i128)1 << 65, INT64_MIN, &result));
    assert_false(lic_mul_i128(-((lic_i128)1 << 64), INT64_MIN, &result));
    assert_true(lic_mul_i128(-7, 6, &result));
    assert_true(result == -42);
    assert_true(lic_mul_i128(MAX, 0, &result));
    assert_true(result == 0);
}

static void checked_sums(void **state)
{
    (void)state;
    int64_t small;
    lic_i128 large;
    assert_false(lic_add_i64(INT64_MAX, 1, &small));
    assert_false(lic_sub_i64(INT64_MIN, 1, &small));
    assert_false(lic_mul_i64(INT64_MIN, -1, &small));
    assert_true(lic_add_i64(INT64_MAX, INT64_MIN, &small));
    assert_int_equal(small, -1);
    assert_false(lic_add_i128(MAX, 1, &large));
    assert_false(lic_sub_i128(MIN, 1, &large));
    assert_true(lic_sub_i128(MIN, MIN, &large));
    assert_true(large == 0);
}

static void expect_split(lic_i128 amount, int64_t unit, size_t count, const int64_t *weights,
                         int64_t total, const int64_t *expected)
{
    lic_i128 parts[LIC_SPLIT_MAX];
    assert_true(lic_split(amount, unit, weights, count, total, parts));
    for (size_t i = 0; i < count; i++) assert_true(parts[i] == expected[i]);
}

static void splits(void **state)
{
    (void)state;
    expect_split(101, 1, 2, (int64_t[]){50, 50}, 100, (int64_t[]){51, 50});
    expect_split(100, 1, 3, (int64_t[]){1, 1, 1}, 3, (int64_t[]){34, 33, 33});
    expect_split(2, 1, 3, (int64_t[]){1, 1, 1}, 3, (int64_t[]){1, 1, 0});
    expect_split(10, 1, 4, (int64_t[]){5000, 3500, 1000, 500}, 10000, (int64_t[]){5, 4, 1, 0});
    expect_split(1, 1, 3, (int64_t[]){0, 0, 7}, 7, (int64_t[]){0, 0, 1});
    expect_split(0, 1, 2, (int64_t[]){1, 2}, 3, (int64_t[]){0, 0});
    expect_split(7, 1, 1, (int64_t[]){1}, 1, (int64_t[]){7});
    /* The largest remainder comes first wherever it stands. */
    expect_split(10, 1, 3, (int64_t[]){5, 1, 1}, 7, (int64_t[]){7, 2, 1});
}

static void splits_in_units(void **state)
{
    (void)state;
    expect_split(100000, 10000, 4, (int64_t[]){50, 35, 10, 5}, 100,
                 (int64_t[]){50000, 40000, 10000, 0});
    expect_split(25, 10, 2, (int64_t[]){1, 1}, 2, (int64_t[]){15, 10});
    expect_split(9, 10, 2, (int64_t[]){1, 2}, 3, (int64_t[]){0, 9});
    expect_split(10, INT64_MAX, 2, (int64_t[]){INT64_MAX - 1, 1}, INT64_MAX, (int64_t[]){10, 0});
}

static void splits_of_the_largest_amount(void **state)
{
    (void)state;
    int64_t weights[LIC_SPLIT_MAX];
    lic_i128 parts[LIC_SPLIT_MAX], sum = 0;
    for (size_t i = 0; i < LIC_SPLIT_MAX; i++) weights[i] = INT64_MAX / LIC_SPLIT_MAX - (int64_t)i;
    int64_t total = 0;
    for (size_t i = 0; i < LIC_SPLIT_MAX; i++) total += weights[i];
    assert_true(lic_split(MAX, 1, weights, LIC_SPLIT_MAX, total, parts));
    for (size_t i = 0; i < LIC_SPLIT_MAX; i++) sum += parts[i];
    assert_true(sum == MAX);
}

static void splits_check_what_they_are_given(void **state)
{
    (void)state;
    lic_i128 parts[LIC_SPLIT_MAX];
    int64_t many[LIC_SPLIT_MAX + 1] = {1};
    assert_false(lic_split(1, 0, (int64_t[]){1}, 1, 1, parts));
    assert_false(lic_split(-1, 1, (int64_t[]){1}, 1, 1, parts));
    assert_false(lic_split(1, 1, (int64_t[]){1}, 0, 1, parts));
    assert_false(lic_split(1, 1, many, LIC_SPLIT_MAX + 1, 1, parts));
    assert_false(lic_split(1, 1, (int64_t[]){0}, 1, 0, parts));
    assert_false(lic_split(1, 1, (int64_t[]){2, -1}, 2, 1, parts));
    assert_false(lic_split(1, 1, (int64_t[]){50, 45}, 2, 100, parts));
    assert_false(lic_split(1, 1, (int64_t[]){INT64_MAX, INT64_MAX, 2}, 3, INT64_MAX, parts));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_mode_on_both_sides_of_zero),
        cmocka_unit_test(products_beyond_128_bits_are_exact),
        cmocka_unit_test(only_a_result_out_of_range_fails),
        cmocka_unit_test(the_rounding_itself_can_leave_the_range),
        cmocka_unit_test(divisors_are_positive),
        cmocka_unit_test(wide_product),
        cmocka_unit_test(checked_sums),
        cmocka_unit_test(splits),
        cmocka_unit_test(splits_in_units),
        cmocka_unit_test(splits_of_the_largest_amount),
        cmocka_unit_test(splits_check_what_they_are_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
