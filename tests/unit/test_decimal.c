/* Catches: a decimal text that is not the value, a second text for the same value let in, digits lost
 * at the edges of the range. */
#include "unit.h"

#include <licet/number.h>

#include <string.h>

static void expect_print(lic_i128 value, unsigned scale, const char *expected)
{
    char text[LIC_DECIMAL_MAX];
    assert_int_equal(lic_decimal_print(value, scale, text), strlen(expected));
    assert_string_equal(text, expected);
    lic_i128 back;
    assert_ok(lic_decimal_parse(lic_slice_text(text), scale, &back));
    assert_true(back == value);
}

static void prints_all_decimals(void **state)
{
    (void)state;
    expect_print(0, 0, "0");
    expect_print(0, 6, "0.000000");
    expect_print(1200, 6, "0.001200");
    expect_print(-1, 2, "-0.01");
    expect_print(123456, 2, "1234.56");
    expect_print(-1000000, 6, "-1.000000");
    expect_print(UINT64_MAX, 0, "18446744073709551615");
    expect_print((lic_i128)UINT64_MAX + 1, 0, "18446744073709551616");
}

static void the_range_is_whole(void **state)
{
    (void)state;
    expect_print(LIC_I128_MAX, 0, "170141183460469231731687303715884105727");
    expect_print(LIC_I128_MIN, 0, "-170141183460469231731687303715884105728");
    expect_print(LIC_I128_MIN, 6, "-170141183460469231731687303715884.105728");
    expect_print(LIC_I128_MIN, 38, "-1.70141183460469231731687303715884105728");
    expect_print(-5, 38, "-0.00000000000000000000000000000000000005");
}

static void expect_short(lic_i128 value, unsigned scale, unsigned keep, const char *expected)
{
    char text[LIC_DECIMAL_MAX];
    assert_int_equal(lic_decimal_print_short(value, scale, keep, text), strlen(expected));
    assert_string_equal(text, expected);
}

static void short_text_drops_zeros(void **state)
{
    (void)state;
    expect_short(1500000, 6, 2, "1.50");
    expect_short(1500000, 6, 0, "1.5");
    expect_short(2000000, 6, 0, "2");
    expect_short(2000000, 6, 2, "2.00");
    expect_short(1234567, 6, 2, "1.234567");
    expect_short(0, 6, 0, "0");
    expect_short(10, 0, 0, "10");
    expect_short(-100, 2, 0, "-1");
}

static lic_status parse(const char *text, unsigned scale, lic_i128 *value)
{
    return lic_decimal_parse(lic_slice_text(text), scale, value);
}

static void parses_fewer_decimals(void **state)
{
    (void)state;
    lic_i128 value;
    assert_ok(parse("12", 6, &value));
    assert_true(value == 12000000);
    assert_ok(parse("-0.5", 6, &value));
    assert_true(value == -500000);
    assert_ok(parse("0.0", 6, &value));
    assert_true(value == 0);
}

static void other_forms_are_malformed(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",          "-",     ".",     ".5",       "5.",  "+5",   "--5", "00",
        "01",        "-00.1", "1,0",   "1 ",       " 1",  "1e3",  "0x1", "1.2.3",
        "1.0000001", "-0",    "-0.00", "\xD9\xA1", "1\n", "1.-5", "NaN", "1_0",
    };
    lic_i128 value;
    for (size_t i = 0; i < LIC_COUNT(bad); i++)
        assert_int_equal(parse(bad[i], 6, &value), LIC_MALFORMED);
    assert_int_equal(parse("1.0", 0, &value), LIC_MALFORMED);
    assert_int_equal(lic_decimal_parse(lic_slice_of("1\0", 2), 0, &value), LIC_MALFORMED);
}

static void beyond_the_range_overflows(void **state)
{
    (void)state;
    lic_i128 value;
    assert_int_equal(parse("170141183460469231731687303715884105728", 0, &value), LIC_OVERFLOW);
    assert_int_equal(parse("-170141183460469231731687303715884105729", 0, &value), LIC_OVERFLOW);
    assert_int_equal(parse("340282366920938463463374607431768211456", 0, &value), LIC_OVERFLOW);
    assert_int_equal(parse("170141183460469231731687303715885", 6, &value), LIC_OVERFLOW);
    assert_int_equal(parse("9999999999999999999999999999999999999999999999", 0, &value),
                     LIC_OVERFLOW);
}

static void powers(void **state)
{
    (void)state;
    assert_true(lic_power_of_ten(0) == 1);
    assert_true(lic_power_of_ten(6) == 1000000);
    char text[LIC_DECIMAL_MAX];
    lic_decimal_print(lic_power_of_ten(38), 0, text);
    assert_string_equal(text, "100000000000000000000000000000000000000");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prints_all_decimals),
        cmocka_unit_test(the_range_is_whole),
        cmocka_unit_test(short_text_drops_zeros),
        cmocka_unit_test(parses_fewer_decimals),
        cmocka_unit_test(other_forms_are_malformed),
        cmocka_unit_test(beyond_the_range_overflows),
        cmocka_unit_test(powers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
