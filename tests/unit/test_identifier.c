/* Catches: a check digit computed wrongly, a form that lets lower case, separators or neighbours in,
 * a number or size that images rely on changed. */
#include "unit.h"

#include <licet/identifier.h>

#include <string.h>

static lic_identifier_fault check(lic_identifier kind, const char *text)
{
    return lic_identifier_check((uint16_t)kind, lic_slice_text(text));
}

static const struct {
    lic_identifier kind;
    const char *text;
} good[] = {
    {LIC_IDENTIFIER_ISRC, "USSM19803037"},
    {LIC_IDENTIFIER_ISWC, "T9109247316"},
    {LIC_IDENTIFIER_ISWC, "T0702472794"},
    {LIC_IDENTIFIER_ISWC, "T0345246801"},
    {LIC_IDENTIFIER_IPI, "00029983244"},
    {LIC_IDENTIFIER_IPI_BASE, "I-001068130-6"},
    {LIC_IDENTIFIER_ISNI, "000000012281955X"},
    {LIC_IDENTIFIER_ISNI, "0000000121032683"},
    {LIC_IDENTIFIER_ISBN, "9780306406157"},
    {LIC_IDENTIFIER_ISBN, "9791090636071"},
    {LIC_IDENTIFIER_EAN, "4006381333931"},
    {LIC_IDENTIFIER_UPC, "036000291452"},
    {LIC_IDENTIFIER_LEI, "5493001KJTIIGC8Y1R12"},
    {LIC_IDENTIFIER_GRID, "A12425GABC1234002M"},
    {LIC_IDENTIFIER_DPID, "PADPIDA2013020802I"},
    {LIC_IDENTIFIER_ISAN, "00000000D07A0090Q00000000X"},
    {LIC_IDENTIFIER_PATENT, "EP1234567B1"},
    {LIC_IDENTIFIER_PATENT, "US10000000"},
    {LIC_IDENTIFIER_PATENT, "USRE47949E"},
    {LIC_IDENTIFIER_PATENT, "WO2019123456A1"},
    {LIC_IDENTIFIER_DESIGN, "0001816070001"},
};

static void good_ones_pass(void **state)
{
    (void)state;
    for (size_t i = 0; i < LIC_COUNT(good); i++) {
        if (check(good[i].kind, good[i].text) != LIC_IDENTIFIER_GOOD)
            fail_msg("%s does not pass", good[i].text);
        assert_true(strlen(good[i].text) <= lic_identifier_size((uint16_t)good[i].kind));
    }
}

static bool has_check(lic_identifier kind)
{
    return kind != LIC_IDENTIFIER_ISRC && kind != LIC_IDENTIFIER_PATENT &&
           kind != LIC_IDENTIFIER_DESIGN;
}

/* ISWC and IPI base weigh a digit by its position modulo 10, so that a five more in an even place goes
 * unseen; that is the standard's. */
static bool catches_every_digit(lic_identifier kind)
{
    return has_check(kind) && kind != LIC_IDENTIFIER_ISWC && kind != LIC_IDENTIFIER_IPI_BASE;
}

/* Any digit changed to any other. */
static void one_wrong_digit_is_caught(void **state)
{
    (void)state;
    for (size_t i = 0; i < LIC_COUNT(good); i++) {
        if (!catches_every_digit(good[i].kind)) continue;
        char text[LIC_IDENTIFIER_TEXT];
        size_t size = strlen(good[i].text);
        memcpy(text, good[i].text, size + 1);
        for (size_t at = 0; at < size; at++) {
            char before = text[at];
            if (before < '0' || before > '9') continue;
            for (text[at] = '0'; text[at] <= '9'; text[at]++)
                if (text[at] != before)
                    assert_int_not_equal(check(good[i].kind, text), LIC_IDENTIFIER_GOOD);
            text[at] = before;
        }
    }
}

static void other_forms_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < LIC_COUNT(good); i++) {
        size_t size = strlen(good[i].text);
        char text[LIC_IDENTIFIER_TEXT + 2];
        uint16_t kind = (uint16_t)good[i].kind;
        memcpy(text, good[i].text, size);
        text[size] = ' ';
        assert_int_equal(lic_identifier_check(kind, lic_slice_of(text, size + 1)),
                         LIC_IDENTIFIER_BAD_FORM);
        text[size] = '\0';
        assert_int_equal(lic_identifier_check(kind, lic_slice_of(text, size + 1)),
                         LIC_IDENTIFIER_BAD_FORM);
        if (has_check(good[i].kind))
            assert_int_equal(lic_identifier_check(kind, lic_slice_of(text, size - 1)),
                             LIC_IDENTIFIER_BAD_FORM);
        text[size / 2] = 'o';
        assert_int_equal(lic_identifier_check(kind, lic_slice_of(text, size)),
                         LIC_IDENTIFIER_BAD_FORM);
        assert_int_equal(lic_identifier_check(kind, lic_slice_of(NULL, 0)),
                         LIC_IDENTIFIER_BAD_FORM);
    }
}

static void known_bad_ones(void **state)
{
    (void)state;
    assert_int_equal(check(LIC_IDENTIFIER_IPI, "00854632549"), LIC_IDENTIFIER_BAD_CHECK);
    assert_int_equal(check(LIC_IDENTIFIER_ISNI, "000000011111955X"), LIC_IDENTIFIER_BAD_CHECK);
    assert_int_equal(check(LIC_IDENTIFIER_GRID, "A12425GABC1234002Q"), LIC_IDENTIFIER_BAD_CHECK);
    assert_int_equal(check(LIC_IDENTIFIER_ISRC, "ussm19803037"), LIC_IDENTIFIER_BAD_FORM);
    assert_int_equal(check(LIC_IDENTIFIER_ISRC, "US-SM1-98-03037"), LIC_IDENTIFIER_BAD_FORM);
    assert_int_equal(check(LIC_IDENTIFIER_ISRC, "U1SM19803037"), LIC_IDENTIFIER_BAD_FORM);
    assert_int_equal(check(LIC_IDENTIFIER_ISRC, "USSM1980303O"), LIC_IDENTIFIER_BAD_FORM);
    assert_int_equal(check(LIC_IDENTIFIER_ISBN, "4006381333931"), LIC_IDENTIFIER_BAD_FORM);
    assert_int_equal(check(LIC_IDENTIFIER_GRID, "B12425GABC1234002M"), LIC_IDENTIFIER_BAD_FORM);
    assert_int_equal(check(LIC_IDENTIFIER_PATENT, "E1234567"), LIC_IDENTIFIER_BAD_FORM);
    assert_int_equal(check(LIC_IDENTIFIER_PATENT, "EP"), LIC_IDENTIFIER_BAD_FORM);
    assert_int_equal(check(LIC_IDENTIFIER_PATENT, "EP1234567B12"), LIC_IDENTIFIER_BAD_FORM);
}

static void separators_are_the_authors(void **state)
{
    (void)state;
    static const struct {
        lic_identifier kind;
        const char *written, *canonical;
    } cases[] = {
        {LIC_IDENTIFIER_ISWC, "T-034.524.680-1", "T0345246801"},
        {LIC_IDENTIFIER_ISRC, "US-SM1-98-03037", "USSM19803037"},
        {LIC_IDENTIFIER_ISBN, "978-0-306-40615-7", "9780306406157"},
        {LIC_IDENTIFIER_ISNI, "0000 0001 2281 955X", "000000012281955X"},
        {LIC_IDENTIFIER_IPI_BASE, "I-001068130-6", "I-001068130-6"},
        {LIC_IDENTIFIER_IPI_BASE, "I0010681306", "I-001068130-6"},
        {LIC_IDENTIFIER_DESIGN, "000181607-0001", "0001816070001"},
        {LIC_IDENTIFIER_ISAN, "0000-0000-D07A-0090-Q-0000-0000-X", "00000000D07A0090Q00000000X"},
    };
    char canonical[LIC_IDENTIFIER_TEXT];
    for (size_t i = 0; i < LIC_COUNT(cases); i++) {
        uint16_t kind = (uint16_t)cases[i].kind;
        lic_slice text = lic_slice_text(cases[i].written);
        assert_int_equal(lic_identifier_canonical(kind, text, canonical), LIC_IDENTIFIER_GOOD);
        assert_string_equal(canonical, cases[i].canonical);
    }
    lic_slice wrong = lic_slice_text("T-034.524.680-2");
    assert_int_equal(lic_identifier_canonical(LIC_IDENTIFIER_ISWC, wrong, canonical),
                     LIC_IDENTIFIER_BAD_CHECK);
    assert_string_equal(canonical, "T0345246802");
    char endless[200];
    memset(endless, '1', sizeof endless);
    for (uint16_t kind = 1; lic_identifier_word(kind) != NULL; kind++)
        assert_int_equal(
            lic_identifier_canonical(kind, lic_slice_of(endless, sizeof endless), canonical),
            LIC_IDENTIFIER_BAD_FORM);
}

static void numbers_are_frozen(void **state)
{
    (void)state;
    static const char *const words[] = {"isrc", "iswc", "ipi",    "ipi_base", "isni",
                                        "isbn", "ean",  "upc",    "lei",      "grid",
                                        "dpid", "isan", "patent", "design"};
    for (uint16_t i = 0; i < LIC_COUNT(words); i++) {
        uint16_t number = 0;
        assert_true(lic_identifier_find(lic_slice_text(words[i]), &number));
        assert_int_equal(number, i + 1);
        assert_string_equal(lic_identifier_word(number), words[i]);
        assert_true(strlen(lic_identifier_form(number)) <= lic_identifier_size(number));
        assert_true(lic_identifier_size(number) < LIC_IDENTIFIER_TEXT);
    }
    uint16_t number;
    assert_false(lic_identifier_find(lic_slice_text("doi"), &number));
    assert_null(lic_identifier_word(0));
    assert_int_equal(lic_identifier_size(99), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_ones_pass),
        cmocka_unit_test(one_wrong_digit_is_caught),
        cmocka_unit_test(other_forms_are_refused),
        cmocka_unit_test(known_bad_ones),
        cmocka_unit_test(separators_are_the_authors),
        cmocka_unit_test(numbers_are_frozen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
