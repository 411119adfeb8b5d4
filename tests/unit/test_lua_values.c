/* Exact values in Lua. Would catch: a float that becomes money, an error without its line or its remedy, a
 * quotient without a rounding, kinds and currencies that mix in silence, a member that is misspelt and nil. */
#include "lua_fixture.h"

static void constructors(void **state)
{
    (void)state;
    script_gives("return tostring(money 'GBP 250000')", "GBP 250,000.00");
    script_gives("return tostring(money('GBP', '1,500.5'))", "GBP 1,500.50");
    script_gives("return tostring(money('GBP', 5)) .. tostring(money('GBP', decimal '0.5'))",
                 "GBP 5.00GBP 0.50");
    script_gives(
        "return rate '52%' .. ' ' .. decimal '0.0012' .. ' ' .. date '2026-01-05' .. ' ' .. "
        "duration '14 days' .. ' ' .. duration(2, 'years') .. ' ' .. count '1,000' .. ' ' .. "
        "count(7) .. ' ' .. decimal(7)",
        "52% 0.0012 2026-01-05 14 days 2 years 1000 7 7");
    script_gives("return tostring(money(money 'GBP 1'))", "GBP 1.00");
    script_fails("money '250000.00'", "test.lua:1: money \"250000.00\": money needs a currency");
    script_gives("return rate '2/6'", "1/3");
    script_gives("return tostring(rate '1/3' + rate '1/3' + rate '1/3' == rate '100%')", "true");
    script_gives("return tostring(rate '33.3333%' < rate '1/3' and rate '1/3' < rate '33.3334%')",
                 "true");
    script_gives("return rate '1/3':round('0.0001', 'half_even')", "33.33%");
    script_gives("return money 'GBP 10.00':divide(rate '1/3', '0.01', 'half_even')", "GBP 30.00");
    script_fails("return money 'GBP 10.00' * rate '1/3'",
                 "that has no last decimal: divide says how it is rounded");
    script_fails("rate '0.52'", "a rate says its unit: 52%");
    script_fails("money(rate '5%')", "money is made from a text, not from rate");
    script_fails("money('GBP', rate '5%')", "wants a decimal, not rate");
    script_fails("money()", "not from nothing");
    script_fails("count '1.5'", "a whole number");
    script_fails("count(-1)", "a whole number");
    script_fails("count '9223372036854775808'", "a whole number");
    script_fails("date(2026)",
                 "date is made from a text, not from an integer: date \"2026-01-05\"");
}

static void floats_are_refused(void **state)
{
    (void)state;
    script_fails("\nmoney(0.1)", "test.lua:2: money is made from a text, not from a float (0.1): "
                                 "money \"GBP 250,000.00\"");
    script_fails("\n\nrate(0.52)", "test.lua:3: rate is made from a text, not from a float (0.52): "
                                   "rate \"52%\"");
    script_fails(
        "\n\nreturn money 'GBP 1' * 0.5",
        "test.lua:3: a float (0.5): floats are not exact; write a text: decimal \"0.0012\"");
    script_fails("return 1.5 + money 'GBP 1'", "floats are not exact");
    script_fails("return money 'GBP 1' < 2.0", "floats are not exact");
    script_fails("return money('GBP', 1.0)", "floats are not exact");
    script_fails("return money 'GBP 1':round(0.01, 'floor')", "floats are not exact");
    script_fails("count(2.0)", "count is made from an integer or a text, not from a float (2.0)");
    script_fails("return money 'GBP 1' + '1'", "a text stands where a number");
    script_fails("return money 'GBP 1' + {}", "a table stands where a number");
}

static void arithmetic(void **state)
{
    (void)state;
    script_gives("return tostring(money 'GBP 0.10' + money 'GBP 0.20' == money 'GBP 0.3')", "true");
    script_gives("return tostring((money 'GBP 1150000' * rate '52%' - money 'GBP 8,000') * 2)",
                 "GBP 1,180,000.00");
    script_gives("return tostring(-money 'GBP 5')", "GBP -5.00");
    script_gives("return tostring(3 * rate '5%')", "15%");
    script_gives("return tostring(date '2026-01-31' + duration '1 day')", "2026-02-01");
    script_gives("return tostring(date '2026-01-31':plus(duration '1 month', 'clip'))",
                 "2026-02-28");
    script_gives("return tostring((date '2026-02-01' - date '2026-01-01'):integer() + 1)", "32");
    script_gives("return tostring(money 'GBP 100':divide(3, '0.01', 'half_even'))", "GBP 33.33");
    script_gives("return tostring(money 'GBP 54000.0054':round('0.01', 'half_even'))",
                 "GBP 54,000.01");
    script_fails("return money 'GBP 1' / 3", "value:divide(divisor, \"0.01\", \"half_even\")");
    script_fails("return money 'GBP 1' % 3", "say how");
    script_fails("return money 'GBP 1' // 3", "say how");
    script_fails("return money 'GBP 1':round('0.01')", "say how to round");
    script_fails("return money 'GBP 1':divide(3, '0.01', 'even')", "say how to round");
    script_fails("return money 'GBP 1' + money 'USD 1'",
                 "GBP 1.00 + USD 1.00: two currencies do not go together");
    script_fails("return money 'GBP 1' + rate '5%'", "GBP 1.00 + 5%: values of two kinds");
    script_fails("return date '2026-01-31' + duration '1 month'", "\"clip\", or \"roll\"");
}

static void comparisons(void **state)
{
    (void)state;
    script_gives("return tostring(money 'GBP 2' > money 'GBP 1.99')", "true");
    script_gives("return tostring(decimal '2' >= 2)", "true");
    script_gives("return tostring(money 'GBP 2' == money 'USD 2')", "false");
    script_gives("return tostring(date '2026-01-01' < date '2026-01-02')", "true");
    script_fails("return money 'GBP 2' < money 'USD 3'", "two currencies");
    script_fails("return money 'GBP 2' < 3", "two kinds");
}

static void members(void **state)
{
    (void)state;
    script_gives("local m = money 'GBP 1500' return m.kind .. m.currency .. m.amount",
                 "moneyGBP1500.00");
    script_gives("local d = date '2026-03-05' return d.year .. '/' .. d.month .. '/' .. d.day",
                 "2026/3/5");
    script_gives("return rate '52%'.amount", "0.52");
    script_gives("local d = duration '3 months' return d.count .. d.unit", "3months");
    script_fails("return money 'GBP 1'.curency",
                 "money has no member `curency`; did you mean `currency`?");
    script_fails("return rate '1%'.currency", "rate has no member `currency`");
    script_fails("money 'GBP 1'.amount = 5", "attempt to index a");
    script_fails("return money 'GBP 1'[1]", "money has no member `1`");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(constructors), cmocka_unit_test(floats_are_refused),
        cmocka_unit_test(arithmetic),   cmocka_unit_test(comparisons),
        cmocka_unit_test(members),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
