/* Exact values. Would catch: a text that is read as another number (grouping, signs, percent), a text that
 * does not read back as the same value, a sum, product or quotient that is not exact or rounded otherwise
 * than asked, currencies and units that mix, and an overflow that passes. */
#include "unit.h"

#include "exact.h"

#include <string.h>

typedef const char *reader(lic_slice text, lic_exact *value);

static lic_exact read_one(reader *read, const char *text)
{
    lic_exact value;
    const char *wrong = read(lic_slice_text(text), &value);
    if (wrong != NULL) fail_msg("%s: %s", text, wrong);
    return value;
}

static lic_exact of(const char *text)
{
    lic_exact value;
    static reader *const readers[] = {lic_exact_read_money, lic_exact_read_rate,
                                      lic_exact_read_date, lic_exact_read_duration,
                                      lic_exact_read_decimal};
    for (size_t i = 0; i < LIC_COUNT(readers); i++)
        if (readers[i](lic_slice_text(text), &value) == NULL) return value;
    fail_msg("%s is no value", text);
    return value;
}

static void is(const lic_exact *value, const char *wanted)
{
    char text[LIC_EXACT_TEXT];
    size_t size = lic_exact_print(value, text);
    assert_string_equal(text, wanted);
    assert_int_equal(size, strlen(wanted));
}

static void reads(reader *read, const char *text, const char *wanted)
{
    lic_exact value = read_one(read, text);
    is(&value, wanted);
    lic_exact again = read_one(read, wanted);
    assert_true(again.number == value.number);
    assert_int_equal(again.scale, value.scale);
}

static void refuses(reader *read, const char *text, const char *words)
{
    lic_exact value;
    const char *wrong = read(lic_slice_text(text), &value);
    if (wrong == NULL || strstr(wrong, words) == NULL)
        fail_msg("%s: %s", text, wrong == NULL ? "accepted" : wrong);
}

static void money_is_read(void **state)
{
    (void)state;
    reads(lic_exact_read_money, "GBP 250,000.00", "GBP 250,000.00");
    reads(lic_exact_read_money, "250000.00 GBP", "GBP 250,000.00");
    reads(lic_exact_read_money, "GBP 1234567", "GBP 1,234,567.00");
    reads(lic_exact_read_money, "GBP 0.0012", "GBP 0.0012");
    reads(lic_exact_read_money, "GBP -12.5", "GBP -12.50");
    reads(lic_exact_read_money, "JPY 1000", "JPY 1,000");
    reads(lic_exact_read_money, "KWD 1.5", "KWD 1.500");
    reads(lic_exact_read_money, "USD 999999999999999999999999999999.999999",
          "USD 999,999,999,999,999,999,999,999,999,999.999999");
    refuses(lic_exact_read_money, "250000.00", "needs a currency");
    refuses(lic_exact_read_money, "GBX 1.00", "ISO 4217");
    refuses(lic_exact_read_money, "gbp 1.00", "ISO 4217");
    refuses(lic_exact_read_money, "GBP", "write a decimal number");
    refuses(lic_exact_read_money, "GBP ", "write a decimal number");
    refuses(lic_exact_read_money, "", "needs a currency");
    refuses(lic_exact_read_money, "GBP 1.500,00", "a comma groups digits");
    refuses(lic_exact_read_money, "GBP 1,50", "a comma groups digits");
    refuses(lic_exact_read_money, "GBP 1,0000", "a comma groups digits");
    refuses(lic_exact_read_money, "GBP 1000,000", "a comma groups digits");
    refuses(lic_exact_read_money, "GBP ,100", "a comma groups digits");
    refuses(lic_exact_read_money, "GBP 1,,000", "a comma groups digits");
    refuses(lic_exact_read_money, "GBP 1,000,", "a comma groups digits");
    refuses(lic_exact_read_money, "GBP 1.000,000", "a comma groups digits");
    refuses(lic_exact_read_money, "GBP 1e5", "write a decimal number");
    refuses(lic_exact_read_money, "GBP 0x5", "write a decimal number");
    refuses(lic_exact_read_money, "GBP .5", "write a decimal number");
    refuses(lic_exact_read_money, "GBP 5.", "write a decimal number");
    refuses(lic_exact_read_money, "GBP 007", "write a decimal number");
    refuses(lic_exact_read_money, "GBP -0", "write a decimal number");
    refuses(lic_exact_read_money, "GBP  5", "write a decimal number");
    refuses(lic_exact_read_money, "GBP nan", "");
    refuses(lic_exact_read_money, "GBP 1000000000000000000000000000000000000", "more digits");
    refuses(lic_exact_read_money, "GBP 0.1234567890123456789012345", "more than 24 decimals");
}

static void rates_are_read(void **state)
{
    (void)state;
    reads(lic_exact_read_rate, "52%", "52%");
    reads(lic_exact_read_rate, "52.50 %", "52.5%");
    reads(lic_exact_read_rate, "100%", "100%");
    reads(lic_exact_read_rate, "0%", "0%");
    reads(lic_exact_read_rate, "5200 bps", "52%");
    reads(lic_exact_read_rate, "1/3", "1/3");
    reads(lic_exact_read_rate, "2/6", "1/3");
    reads(lic_exact_read_rate, "1/30", "1/30");
    reads(lic_exact_read_rate, "3/24", "12.5%");
    reads(lic_exact_read_rate, "0/7", "0%");
    reads(lic_exact_read_rate, "999999998/999999999", "999999998/999999999");
    refuses(lic_exact_read_rate, "1/0", "the second above 0");
    refuses(lic_exact_read_rate, "1/1234567890", "at most nine digits");
    refuses(lic_exact_read_rate, "1/3%", "a fraction is two whole numbers");
    refuses(lic_exact_read_rate, "/3", "a fraction is two whole numbers");
    reads(lic_exact_read_rate, "1bps", "0.01%");
    refuses(lic_exact_read_rate, "0.52", "says its unit");
    refuses(lic_exact_read_rate, "52,5%", "a comma groups digits");
    refuses(lic_exact_read_rate, "%", "says its unit");
    lic_exact rate = read_one(lic_exact_read_rate, "52.5%");
    char text[LIC_EXACT_TEXT];
    (void)lic_exact_print_amount(&rate, text);
    assert_string_equal(text, "0.525");
}

static void dates_and_durations_are_read(void **state)
{
    (void)state;
    reads(lic_exact_read_date, "2026-01-05", "2026-01-05");
    refuses(lic_exact_read_date, "2026-02-29", "a date that exists");
    refuses(lic_exact_read_date, "5.1.2026", "a date that exists");
    reads(lic_exact_read_duration, "14 days", "14 days");
    reads(lic_exact_read_duration, "1 day", "1 day");
    reads(lic_exact_read_duration, "18 months", "18 months");
    reads(lic_exact_read_duration, "24 months", "2 years");
    reads(lic_exact_read_duration, "1 year", "1 year");
    reads(lic_exact_read_duration, "10 business days", "10 business days");
    refuses(lic_exact_read_duration, "2 weeks", "days, months, years or business days");
    refuses(lic_exact_read_duration, "1.5 days", "a whole number");
    refuses(lic_exact_read_duration, "days", "days, months");
    reads(lic_exact_read_decimal, "1,500.0", "1500");
    reads(lic_exact_read_decimal, "-0.0012", "-0.0012");
}

/* -- arithmetic ----------------------------------------------------------------------------------------------- */

typedef const char *operation(const lic_exact *a, const lic_exact *b, lic_exact *result);

static void gives(operation *operate, const char *left, const char *right, const char *wanted)
{
    lic_exact a = of(left), b = of(right), result;
    const char *wrong = operate(&a, &b, &result);
    if (wrong != NULL) fail_msg("%s, %s: %s", left, right, wrong);
    is(&result, wanted);
}

static void fails(operation *operate, const char *left, const char *right, const char *words)
{
    lic_exact a = of(left), b = of(right), result;
    const char *wrong = operate(&a, &b, &result);
    if (wrong == NULL || strstr(wrong, words) == NULL)
        fail_msg("%s, %s: %s", left, right, wrong == NULL ? "accepted" : wrong);
}

static void sums_are_exact(void **state)
{
    (void)state;
    gives(lic_exact_add, "GBP 0.10", "GBP 0.20", "GBP 0.30");
    gives(lic_exact_add, "GBP 250,000.00", "GBP 0.000001", "GBP 250,000.000001");
    gives(lic_exact_subtract, "GBP 1.00", "GBP 1.01", "GBP -0.01");
    gives(lic_exact_add, "52%", "0.5%", "52.5%");
    gives(lic_exact_add, "1/3", "2/3", "100%");
    gives(lic_exact_add, "1/3", "1/7", "10/21");
    gives(lic_exact_add, "1/6", "50%", "2/3");
    gives(lic_exact_add, "2026-01-31", "28 days", "2026-02-28");
    gives(lic_exact_add, "28 days", "2026-01-31", "2026-02-28");
    gives(lic_exact_add, "2026-01-28", "1 month", "2026-02-28");
    gives(lic_exact_subtract, "2026-03-01", "2026-02-01", "28 days");
    gives(lic_exact_subtract, "2024-02-29", "1 day", "2024-02-28");
    fails(lic_exact_add, "2026-01-31", "1 month", "\"clip\", or \"roll\"");
    fails(lic_exact_add, "2026-01-31", "3 business days", "need a calendar");
    fails(lic_exact_add, "2026-01-31", "2026-01-31", "two dates");
    fails(lic_exact_add, "GBP 1", "USD 1", "two currencies");
    fails(lic_exact_add, "GBP 1", "50%", "two kinds");
    fails(lic_exact_add, "GBP 1", "1", "two kinds");
    fails(lic_exact_add, "1 day", "1 month", "no fixed relation");
    fails(lic_exact_add, "9999-12-31", "1 day", "out of range");
    fails(lic_exact_add, "999999999999999999999999999999999999", "1", "more digits");
    fails(lic_exact_add, "999999999999999999999999999999999999", "0.000001", "more digits");
}

static void products_are_exact(void **state)
{
    (void)state;
    gives(lic_exact_multiply, "GBP 1,150,000.00", "52%", "GBP 598,000.00");
    gives(lic_exact_multiply, "GBP 9.00", "1/3", "GBP 3.00");
    gives(lic_exact_multiply, "1/3", "3", "1");
    gives(lic_exact_multiply, "1/3", "1/3", "1/9");
    gives(lic_exact_multiply, "0.0012", "GBP 300,000,000", "GBP 360,000.00");
    gives(lic_exact_multiply, "50%", "50%", "25%");
    gives(lic_exact_multiply, "50%", "3", "1.5");
    gives(lic_exact_multiply, "GBP 999999999999999999999999999999.99", "1",
          "GBP 999,999,999,999,999,999,999,999,999,999.99");
    fails(lic_exact_multiply, "GBP 2", "GBP 3", "a product is");
    fails(lic_exact_multiply, "2026-01-01", "3", "a product is");
    fails(lic_exact_multiply, "2 days", "0.5", "a product is");
    fails(lic_exact_multiply, "1000000000000000000000", "1000000000000000000001", "more digits");
    fails(lic_exact_multiply, "0.0000000000000001", "0.0000000000000001", "more digits");
}

static void rounds(const char *value, const char *unit, lic_rounding mode, const char *wanted)
{
    lic_exact a = of(value), u = of(unit), result;
    const char *wrong = lic_exact_round(&a, &u, mode, &result);
    if (wrong != NULL) fail_msg("%s: %s", value, wrong);
    is(&result, wanted);
}

static void rounding_is_as_asked(void **state)
{
    (void)state;
    rounds("GBP 54,000.0054", "0.01", LIC_HALF_EVEN, "GBP 54,000.01");
    rounds("GBP 0.005", "0.01", LIC_HALF_EVEN, "GBP 0.00");
    rounds("GBP 0.015", "0.01", LIC_HALF_EVEN, "GBP 0.02");
    rounds("GBP 0.005", "0.01", LIC_HALF_UP, "GBP 0.01");
    rounds("GBP -0.005", "0.01", LIC_HALF_UP, "GBP -0.01");
    rounds("GBP -0.001", "0.01", LIC_FLOOR, "GBP -0.01");
    rounds("GBP 0.001", "GBP 0.01", LIC_CEILING, "GBP 0.01");
    rounds("GBP 0.07", "0.05", LIC_HALF_EVEN, "GBP 0.05");
    rounds("123456", "1000", LIC_HALF_EVEN, "123000");
    rounds("33.333%", "0.001", LIC_FLOOR, "33.3%");
    rounds("5", "0.01", LIC_FLOOR, "5");
    lic_exact a = of("GBP 1"), usd = of("USD 0.01"), zero = of("0"), day = of("1 day"), result;
    assert_non_null(lic_exact_round(&a, &usd, LIC_FLOOR, &result));
    assert_non_null(lic_exact_round(&a, &zero, LIC_FLOOR, &result));
    assert_non_null(lic_exact_round(&day, &a, LIC_FLOOR, &result));
}

static void divides(const char *left, const char *right, const char *unit, lic_rounding mode,
                    const char *wanted)
{
    lic_exact a = of(left), b = of(right), u = of(unit), result;
    const char *wrong = lic_exact_divide(&a, &b, &u, mode, &result);
    if (wrong != NULL) fail_msg("%s / %s: %s", left, right, wrong);
    is(&result, wanted);
}

static void quotients_are_rounded_once(void **state)
{
    (void)state;
    divides("GBP 100", "3", "0.01", LIC_HALF_EVEN, "GBP 33.33");
    divides("GBP -100", "3", "0.01", LIC_FLOOR, "GBP -33.34");
    divides("GBP 100", "-3", "0.01", LIC_FLOOR, "GBP -33.34");
    divides("GBP 1", "0.03", "0.01", LIC_HALF_UP, "GBP 33.33");
    divides("GBP 1", "GBP 3", "0.0001", LIC_HALF_UP, "0.3333");
    divides("100%", "3", "0.000001", LIC_HALF_EVEN, "33.3333%");
    divides("GBP 0.000000000000000000000001", "3", "0.01", LIC_CEILING, "GBP 0.01");
    divides("1", "0.000000000000000000000001", "1", LIC_FLOOR, "1000000000000000000000000");
    lic_exact a = of("GBP 1"), zero = of("0"), unit = of("0.01"), usd = of("USD 1"), result;
    assert_non_null(lic_exact_divide(&a, &zero, &unit, LIC_FLOOR, &result));
    assert_non_null(lic_exact_divide(&a, &usd, &unit, LIC_FLOOR, &result));
    assert_non_null(lic_exact_divide(&unit, &a, &unit, LIC_FLOOR, &result));
}

static void months_need_a_rule(void **state)
{
    (void)state;
    lic_exact date = of("2026-01-31"), month = of("1 month"), result;
    assert_null(lic_exact_add_months(&date, &month, false, &result));
    is(&result, "2026-02-28");
    assert_null(lic_exact_add_months(&date, &month, true, &result));
    is(&result, "2026-03-01");
}

static void order_is_of_values(void **state)
{
    (void)state;
    int order = 0;
    lic_exact a = of("GBP 1.10"), b = of("GBP 1.1000"), c = of("GBP 1.100001"), usd = of("USD 1.1");
    assert_null(lic_exact_compare(&a, &b, &order));
    assert_int_equal(order, 0);
    assert_null(lic_exact_compare(&c, &b, &order));
    assert_true(order > 0);
    assert_non_null(lic_exact_compare(&a, &usd, &order));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(money_is_read),
        cmocka_unit_test(rates_are_read),
        cmocka_unit_test(dates_and_durations_are_read),
        cmocka_unit_test(sums_are_exact),
        cmocka_unit_test(products_are_exact),
        cmocka_unit_test(rounding_is_as_asked),
        cmocka_unit_test(quotients_are_rounded_once),
        cmocka_unit_test(months_need_a_rule),
        cmocka_unit_test(order_is_of_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
