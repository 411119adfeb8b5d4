/* Texts to values: canonical forms alone, and the code that each other form gets. */
#include "unit.h"

#include "reader.h"

#include <licet/identifier.h>

#include <string.h>

typedef struct sample {
    const char *text;
    int code; /* LIC_READ_OK, or a lic_line_code */
    int64_t value;
} sample;

static lic_reader reader_of(lic_form form, int64_t max)
{
    return (lic_reader){.form = (uint8_t)form, .set = LIC_NONE16, .max = max};
}

static void check(const lic_reader *reader, const sample *samples, size_t count)
{
    static const lic_image image;
    for (size_t i = 0; i < count; i++) {
        lic_read_value value;
        uint8_t code = lic_read(reader, &image, NULL, lic_slice_text(samples[i].text), &value);
        if (code != samples[i].code || (code == LIC_READ_OK && value.number != samples[i].value))
            fail_msg("\"%s\": code %d, value %lld", samples[i].text, code, (long long)value.number);
    }
}

static void counts(void **state)
{
    (void)state;
    lic_reader reader = reader_of(LIC_FORM_COUNT, 1000000000);
    const sample samples[] = {
        {"0", LIC_READ_OK, 0},
        {"7", LIC_READ_OK, 7},
        {"1000000000", LIC_READ_OK, 1000000000},
        {"1000000001", LIC_LINE_TOO_LARGE, 0},
        {"99999999999999999999999999999999999999999", LIC_LINE_TOO_LARGE, 0},
        {"", LIC_LINE_MALFORMED, 0},
        {"-", LIC_LINE_MALFORMED, 0},
        {"-1", LIC_LINE_NEGATIVE, 0},
        {"-007", LIC_LINE_NEGATIVE, 0},
        {"-1x", LIC_LINE_MALFORMED, 0},
        {"00", LIC_LINE_MALFORMED, 0},
        {"01", LIC_LINE_MALFORMED, 0},
        {"+1", LIC_LINE_MALFORMED, 0},
        {"1.0", LIC_LINE_MALFORMED, 0},
        {" 1", LIC_LINE_MALFORMED, 0},
        {"1,000", LIC_LINE_MALFORMED, 0},
        {"1e3", LIC_LINE_MALFORMED, 0},
        {"0x1", LIC_LINE_MALFORMED, 0},
    };
    check(&reader, samples, LIC_COUNT(samples));
    lic_reader negative = {.form = LIC_FORM_COUNT, .set = LIC_NONE16, .min = -5, .max = 5};
    const sample signed_samples[] = {
        {"-5", LIC_READ_OK, -5},
        {"-6", LIC_LINE_TOO_LARGE, 0},
        {"-0", LIC_LINE_MALFORMED, 0},
        {"5", LIC_READ_OK, 5},
    };
    check(&negative, signed_samples, LIC_COUNT(signed_samples));
}

static void decimals(void **state)
{
    (void)state;
    lic_reader money = {.form = LIC_FORM_EXACT,
                        .unit_scale = 2,
                        .set = LIC_NONE16,
                        .type = lic_type_money(0, 6),
                        .max = INT64_C(100000000) * 1000000};
    const sample samples[] = {
        {"1", LIC_READ_OK, 1000000},
        {"1.5", LIC_READ_OK, 1500000},
        {"1.50", LIC_READ_OK, 1500000},
        {"0.01", LIC_READ_OK, 10000},
        {"1.505", LIC_LINE_MALFORMED, 0},
        {"1.", LIC_LINE_MALFORMED, 0},
        {".5", LIC_LINE_MALFORMED, 0},
        {"-1", LIC_LINE_MALFORMED, 0},
        {"01.5", LIC_LINE_MALFORMED, 0},
        {"100000000", LIC_READ_OK, INT64_C(100000000000000)},
        {"100000000.01", LIC_LINE_TOO_LARGE, 0},
        {"", LIC_LINE_MALFORMED, 0},
        {"1,000.00", LIC_LINE_MALFORMED, 0},
    };
    check(&money, samples, LIC_COUNT(samples));
    lic_reader micro = {.form = LIC_FORM_EXACT,
                        .integer_units = true,
                        .unit_scale = 6,
                        .has_empty = true,
                        .set = LIC_NONE16,
                        .type = lic_type_exact(0, 6),
                        .max = 1000,
                        .empty = 0};
    const sample micros[] = {
        {"", LIC_READ_OK, 0},
        {"1000", LIC_READ_OK, 1000},
        {"1001", LIC_LINE_TOO_LARGE, 0},
        {"1.0", LIC_LINE_MALFORMED, 0},
        {"-1", LIC_LINE_MALFORMED, 0},
    };
    check(&micro, micros, LIC_COUNT(micros));
    lic_reader bps = {.form = LIC_FORM_RATE,
                      .integer_units = true,
                      .unit_scale = 4,
                      .set = LIC_NONE16,
                      .type = lic_type_rate(6),
                      .max = 1000000};
    const sample rates[] = {
        {"10000", LIC_READ_OK, 1000000}, {"1", LIC_READ_OK, 100}, {"10001", LIC_LINE_TOO_LARGE, 0}};
    check(&bps, rates, LIC_COUNT(rates));
}

static void other_forms(void **state)
{
    (void)state;
    lic_reader digits = {.form = LIC_FORM_DIGITS, .width = 4, .set = LIC_NONE16};
    const sample lines[] = {
        {"0", LIC_READ_OK, 0},
        {"1234", LIC_READ_OK, 1234},
        {"12345", LIC_LINE_MALFORMED, 0},
        {"", LIC_LINE_MALFORMED, 0},
        {"01", LIC_LINE_MALFORMED, 0},
        {"1a", LIC_LINE_MALFORMED, 0},
    };
    check(&digits, lines, LIC_COUNT(lines));
    lic_reader date = {
        .form = LIC_FORM_DATE, .set = LIC_NONE16, .min = LIC_DATE_MIN, .max = LIC_DATE_MAX};
    const sample dates[] = {
        {"1970-01-02", LIC_READ_OK, 1},
        {"2026-02-29", LIC_LINE_MALFORMED, 0},
        {"2026-2-1", LIC_LINE_MALFORMED, 0},
    };
    check(&date, dates, LIC_COUNT(dates));
    lic_reader isrc = {.form = LIC_FORM_IDENTIFIER,
                       .width = LIC_IDENTIFIER_ISRC,
                       .set = LIC_NONE16,
                       .type = lic_type_of(LIC_KIND_TEXT, 2)};
    const sample codes[] = {
        {"DEAAA0000001", LIC_READ_OK, 0},
        {"deaaa0000001", LIC_LINE_MALFORMED, 0},
        {"DE-AAA-00-00001", LIC_LINE_MALFORMED, 0},
        {"DEAAA000001", LIC_LINE_MALFORMED, 0},
    };
    check(&isrc, codes, LIC_COUNT(codes));
    lic_reader truth = reader_of(LIC_FORM_BOOL, 1);
    const sample truths[] = {
        {"yes", LIC_READ_OK, 1}, {"no", LIC_READ_OK, 0}, {"YES", LIC_LINE_MALFORMED, 0}};
    check(&truth, truths, LIC_COUNT(truths));
    lic_reader territory = reader_of(LIC_FORM_TERRITORY, 255);
    lic_read_value value;
    static const lic_image image;
    assert_int_equal(lic_read(&territory, &image, NULL, lic_slice_text("DE"), &value), LIC_READ_OK);
    assert_int_equal(lic_read(&territory, &image, NULL, lic_slice_text("de"), &value),
                     LIC_LINE_UNKNOWN);
    lic_reader set = reader_of(LIC_FORM_SET, 0);
    assert_int_equal(lic_read(&set, &image, NULL, lic_slice_text("AT DE"), &value), LIC_READ_OK);
    assert_int_equal(lic_read(&set, &image, NULL, lic_slice_text("DE AT"), &value),
                     LIC_LINE_MALFORMED);
    assert_int_equal(lic_read(&set, &image, NULL, lic_slice_text("AT "), &value),
                     LIC_LINE_MALFORMED);
}

/* What people write beside the canonical form, and what is refused even from them. */
static void lenient(void **state)
{
    (void)state;
    static lic_currency eur = {.code = "EUR", .minor = 2, .unit_scale = 6};
    lic_image image = {.currencies = &eur, .currencies_count = 1};
    lic_reader rate = {.form = LIC_FORM_RATE,
                       .unit_scale = 4,
                       .set = LIC_NONE16,
                       .type = lic_type_rate(4),
                       .max = 10000};
    lic_reader money = {.form = LIC_FORM_EXACT,
                        .unit_scale = 2,
                        .set = LIC_NONE16,
                        .type = lic_type_money(0, 6),
                        .max = INT64_C(10000000) * 1000000};
    const struct {
        const lic_reader *reader;
        const char *text;
        int code;
        int64_t value;
    } cases[] = {
        {&rate, "52%", LIC_READ_OK, 5200},
        {&rate, "52.5%", LIC_READ_OK, 5250},
        {&rate, "0.525", LIC_READ_OK, 5250},
        {&rate, "5%", LIC_READ_OK, 500},
        {&rate, "0.5%", LIC_READ_OK, 50},
        {&rate, "100%", LIC_READ_OK, 10000},
        {&rate, "250 bps", LIC_READ_OK, 250},
        {&rate, "101%", LIC_LINE_TOO_LARGE, 0},
        {&rate, "%", LIC_LINE_MALFORMED, 0},
        {&rate, "0.001%", LIC_LINE_MALFORMED, 0},
        {&rate, "52,5%", LIC_LINE_MALFORMED, 0},
        {&money, "EUR 12.50", LIC_READ_OK, 12500000},
        {&money, "1,234.50", LIC_READ_OK, 1234500000},
        {&money, "1,2345", LIC_LINE_MALFORMED, 0},
        {&money, "12,34.5", LIC_LINE_MALFORMED, 0},
        {&money, "1.500,00", LIC_LINE_MALFORMED, 0},
        {&money, "USD 1", LIC_LINE_MALFORMED, 0},
    };
    for (size_t i = 0; i < LIC_COUNT(cases); i++) {
        lic_read_value value;
        uint8_t code = lic_read_lenient(cases[i].reader, &image, NULL,
                                        lic_slice_text(cases[i].text), &value);
        if (code != cases[i].code || (code == LIC_READ_OK && value.number != cases[i].value))
            fail_msg("\"%s\": code %d, value %lld", cases[i].text, code, (long long)value.number);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts),
        cmocka_unit_test(decimals),
        cmocka_unit_test(other_forms),
        cmocka_unit_test(lenient),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
