/* Catches: a leap rule wrong, a month added past its end, a period that loses or repeats a day, a date
 * or period text with two forms. Every day against Python's calendar: tests/property/dates.py. */
#include "unit.h"

#include <licet/date.h>

#include <string.h>

static lic_date date(const char *text)
{
    lic_date parsed;
    assert_ok(lic_date_parse(lic_slice_text(text), &parsed));
    return parsed;
}

static void expect_date(lic_date actual, const char *expected)
{
    char text[LIC_DATE_TEXT];
    lic_date_print(actual, text);
    assert_string_equal(text, expected);
}

static void known_days(void **state)
{
    (void)state;
    assert_int_equal(date("1970-01-01"), 0);
    assert_int_equal(date("0001-01-01"), LIC_DATE_MIN);
    assert_int_equal(date("9999-12-31"), LIC_DATE_MAX);
    assert_int_equal(date("2000-02-29"), 11016);
    assert_int_equal(date("1969-12-31"), -1);
    assert_true(lic_date_valid(LIC_DATE_MAX));
    assert_false(lic_date_valid((int64_t)LIC_DATE_MAX + 1));
    assert_false(lic_date_valid((int64_t)LIC_DATE_MIN - 1));
}

/* Four centuries and the ends: the next day is the next date, and back. */
static void days_follow_each_other(void **state)
{
    (void)state;
    lic_civil before = {0, 0, 0};
    for (lic_date day = date("1799-12-31"); day <= date("2201-01-01"); day++) {
        lic_civil civil = lic_date_civil(day);
        lic_date back;
        assert_true(lic_date_of(civil, &back));
        assert_int_equal(back, day);
        bool next_day = civil.year == before.year && civil.month == before.month &&
                        civil.day == before.day + 1;
        bool next_month = civil.day == 1 &&
                          ((civil.year == before.year && civil.month == before.month + 1) ||
                           (civil.month == 1 && before.month == 12 &&
                            civil.year == before.year + 1));
        if (before.year != 0) assert_true(next_day || next_month);
        before = civil;
    }
}

static void days_that_do_not_exist(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "2026-02-29", "1900-02-29", "2026-04-31", "2026-00-10",  "2026-13-01", "2026-01-00",
        "2026-01-32", "0000-01-01", "2026-1-01",  "26-01-01",    "2026/01/01", "2026-01-01 ",
        "+026-01-01", "2026-01-0a", "",           "10000-01-01", "-001-01-01",
    };
    lic_date parsed;
    for (size_t i = 0; i < LIC_COUNT(bad); i++)
        assert_int_equal(lic_date_parse(lic_slice_text(bad[i]), &parsed), LIC_MALFORMED);
    assert_false(lic_date_of((lic_civil){10000, 1, 1}, &parsed));
}

static void expect_months(const char *from, int64_t months, bool roll, const char *expected)
{
    lic_date result;
    assert_true(lic_date_add_months(date(from), months, roll, &result));
    expect_date(result, expected);
}

static void months(void **state)
{
    (void)state;
    expect_months("2026-01-31", 1, false, "2026-02-28");
    expect_months("2026-01-31", 1, true, "2026-03-01");
    expect_months("2024-01-31", 1, false, "2024-02-29");
    expect_months("2024-02-29", 12, false, "2025-02-28");
    expect_months("2024-02-29", 12, true, "2025-03-01");
    expect_months("2026-03-31", -1, false, "2026-02-28");
    expect_months("2026-10-31", 1, true, "2026-12-01");
    expect_months("2026-01-15", -1, false, "2025-12-15");
    expect_months("2026-05-10", 0, true, "2026-05-10");
    expect_months("0001-01-01", 119987, false, "9999-12-01");
}

static void months_beyond_the_calendar(void **state)
{
    (void)state;
    lic_date result;
    assert_false(lic_date_add_months(LIC_DATE_MAX, 1, false, &result));
    assert_false(lic_date_add_months(LIC_DATE_MIN, -1, false, &result));
    assert_false(lic_date_add_months(0, INT64_MAX, false, &result));
    assert_false(lic_date_add_months(0, INT64_MIN, false, &result));
}

static void expect_period(lic_period_kind kind, const char *anchor, const char *day,
                          const char *first, const char *last, const char *name)
{
    lic_period period = lic_period_of(kind, date(anchor), date(day));
    expect_date(period.first, first);
    expect_date(period.last, last);
    char text[LIC_PERIOD_TEXT];
    lic_period_print(kind, period, text);
    assert_string_equal(text, name);
}

static void calendar_periods(void **state)
{
    (void)state;
    const char *anchor = "0001-01-01";
    expect_period(LIC_MONTH, anchor, "2026-02-10", "2026-02-01", "2026-02-28", "2026-02");
    expect_period(LIC_QUARTER, anchor, "2026-12-31", "2026-10-01", "2026-12-31", "2026-Q4");
    expect_period(LIC_HALF, anchor, "2026-07-01", "2026-07-01", "2026-12-31", "2026-H2");
    expect_period(LIC_YEAR, anchor, "2026-01-01", "2026-01-01", "2026-12-31", "2026");
    expect_period(LIC_YEAR, anchor, "9999-06-01", "9999-01-01", "9999-12-31", "9999");
    expect_period(LIC_MONTH, anchor, "0001-01-31", "0001-01-01", "0001-01-31", "0001-01");
}

static void contract_periods(void **state)
{
    (void)state;
    expect_period(LIC_YEAR, "2026-04-06", "2027-04-05", "2026-04-06", "2027-04-05", "2026");
    expect_period(LIC_QUARTER, "2026-02-15", "2026-05-15", "2026-05-15", "2026-08-14", "2026-Q2");
    expect_period(LIC_YEAR, "2024-02-29", "2025-02-28", "2025-02-28", "2026-02-27", "2025");
    expect_period(LIC_YEAR, "2024-02-29", "2028-02-28", "2027-02-28", "2028-02-28", "2027");
    expect_period(LIC_YEAR, "2026-04-06", "2025-12-31", "2025-04-06", "2026-04-05", "2025");
    /* Anchored on the 31st: short months do not wear it down. */
    expect_period(LIC_MONTH, "2026-01-31", "2026-02-28", "2026-02-28", "2026-03-30", "2026-02");
    expect_period(LIC_MONTH, "2026-01-31", "2026-03-30", "2026-02-28", "2026-03-30", "2026-02");
    expect_period(LIC_MONTH, "2026-01-31", "2026-03-31", "2026-03-31", "2026-04-29", "2026-03");
}

static void periods_follow_without_gap(void **state)
{
    (void)state;
    static const lic_period_kind kinds[] = {LIC_MONTH, LIC_QUARTER, LIC_HALF, LIC_YEAR};
    static const char *const anchors[] = {"0001-01-01", "2024-02-29", "2026-01-31", "2026-08-30"};
    for (size_t k = 0; k < LIC_COUNT(kinds); k++)
        for (size_t a = 0; a < LIC_COUNT(anchors); a++) {
            lic_date anchor = date(anchors[a]);
            lic_period period = lic_period_of(kinds[k], anchor, date("2019-12-31"));
            while (period.first < date("2031-01-01")) {
                for (lic_date day = period.first; day <= period.last; day++) {
                    lic_period same = lic_period_of(kinds[k], anchor, day);
                    assert_int_equal(same.first, period.first);
                    assert_int_equal(same.last, period.last);
                }
                lic_period next = lic_period_next(kinds[k], anchor, period);
                assert_int_equal(next.first, period.last + 1);
                period = next;
            }
        }
}

static void the_last_period_has_no_next(void **state)
{
    (void)state;
    lic_period last = lic_period_of(LIC_YEAR, LIC_DATE_MIN, LIC_DATE_MAX);
    lic_period next = lic_period_next(LIC_YEAR, LIC_DATE_MIN, last);
    assert_int_equal(next.first, LIC_DATE_MAX);
    assert_int_equal(next.last, LIC_DATE_MAX);
}

static void expect_name(const char *text, lic_period_kind kind, const char *first)
{
    lic_period_kind parsed;
    lic_date day;
    assert_ok(lic_period_parse(lic_slice_text(text), &parsed, &day));
    assert_int_equal(parsed, kind);
    expect_date(day, first);
}

static void period_names(void **state)
{
    (void)state;
    expect_name("2026", LIC_YEAR, "2026-01-01");
    expect_name("2026-H2", LIC_HALF, "2026-07-01");
    expect_name("2026-Q1", LIC_QUARTER, "2026-01-01");
    expect_name("2026-Q4", LIC_QUARTER, "2026-10-01");
    expect_name("2026-12", LIC_MONTH, "2026-12-01");
    static const char *const bad[] = {
        "",       "26",      "2026-",    "2026-Q0", "2026-Q5",  "2026-H3", "2026-00", "2026-13",
        "2026-1", "2026-q1", "2026-Q1 ", "0000",    "2026-012", "2026 Q1", "x026",    "2026-9:"};
    lic_period_kind kind;
    lic_date day;
    for (size_t i = 0; i < LIC_COUNT(bad); i++)
        assert_int_equal(lic_period_parse(lic_slice_text(bad[i]), &kind, &day), LIC_MALFORMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_days),
        cmocka_unit_test(days_follow_each_other),
        cmocka_unit_test(days_that_do_not_exist),
        cmocka_unit_test(months),
        cmocka_unit_test(months_beyond_the_calendar),
        cmocka_unit_test(calendar_periods),
        cmocka_unit_test(contract_periods),
        cmocka_unit_test(periods_follow_without_gap),
        cmocka_unit_test(the_last_period_has_no_next),
        cmocka_unit_test(period_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
