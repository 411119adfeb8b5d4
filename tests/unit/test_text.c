/* What may stand in a text: would catch a name beside another that looks the same (a blank at an end, an invisible
 * character, another normalisation form), and a name of any script that is refused without need; what steers a terminal and is
 * shown as it is, or what does not and is shown otherwise. */
#include "unit.h"

#include <licet/text.h>

#include <string.h>

static void fit_texts(void **state)
{
    (void)state;
    static const char *const fit[] = {
        "",
        "Owner",
        "Owner of it",
        "~!",
        "\xC3\x96l & S\xC3\xB6hne", /* composed */
        "\xE6\x9D\xB1\xE4\xBA\xAC", /* CJK */
        "a\xC2\xA0z",               /* a blank that does not break, as typography has it */
        "\xF0\x9F\x8E\xB5",         /* outside the first plane */
        "\xEA\xB0\x80",             /* Hangul, composed */
        "\xE0\xA4\x95\xE0\xA4\xBE", /* a vowel sign */
    };
    for (size_t i = 0; i < LIC_COUNT(fit); i++) assert_null(lic_name_unfit(lic_slice_text(fit[i])));
}

static void unfit_texts(void **state)
{
    (void)state;
    static const struct {
        const char *text, *why;
    } unfit[] = {
        {"Own\xE2\x80\x8B"
         "er",
         "invisible"}, /* zero-width space */
        {"Own\xE2\x80\x8D"
         "er",
         "invisible"}, /* zero-width joiner */
        {"Own\xC2\xAD"
         "er",
         "invisible"}, /* soft hyphen */
        {"Own\xEF\xBB\xBF"
         "er",
         "byte order"},
        {"Own\xE2\x80\xAE"
         "er",
         "direction"},
        {"Own\xE2\x80\x8E"
         "er",
         "direction"},
        {"Own\x7F"
         "er",
         "control"},
        {"Own\xC2\x85"
         "er",
         "control"},
        {"Own\ter", "tab"},
        {"Own\xE2\x80\xA8"
         "er",
         "line separator"},
        {"Own\xEE\x80\x80"
         "er",
         "private-use"},
        {"Own\xFF"
         "er",
         "UTF-8"},
        {"e\xCC\x81", "normalisation form C"},
    };
    for (size_t i = 0; i < LIC_COUNT(unfit); i++) {
        lic_slice text = lic_slice_text(unfit[i].text);
        const char *said = lic_text_unfit(text), *of_name = lic_name_unfit(text);
        assert_non_null(said);
        assert_non_null(strstr(said, unfit[i].why));
        assert_string_equal(said, of_name);
    }
}

/* Within source a text may begin with a blank; a name may not. */
static void blanks_at_the_ends(void **state)
{
    (void)state;
    static const char *const ends[][2] = {
        {" Owner", "beginning"},      {"Owner ", "end"},
        {"Owner\xC2\xA0", "end"},     {"\xE3\x80\x80Owner", "beginning"},
        {"Owner\xE2\x80\x89", "end"}, {" ", "beginning"},
    };
    for (size_t i = 0; i < LIC_COUNT(ends); i++) {
        lic_slice text = lic_slice_text(ends[i][0]);
        assert_null(lic_text_unfit(text));
        assert_non_null(strstr(lic_name_unfit(text), ends[i][1]));
    }
}

static void normalised_text(void **state)
{
    (void)state;
    static const char *const texts[] = {"\xC3\xA9", "\xEA\xB0\x80", "\xE0\xA4\x95\xE0\xA4\xBE",
                                        "q\xCC\xA3\xCC\x87"};
    size_t at = 0;
    for (size_t i = 0; i < LIC_COUNT(texts); i++)
        assert_true(lic_unicode_is_nfc(lic_slice_text(texts[i]), &at));
    assert_false(
        lic_unicode_is_nfc(lic_slice_text("xq\xCC\x87\xCC\xA3"), &at)); /* marks out of order */
    assert_int_equal(at, 4);
    assert_false(
        lic_unicode_is_nfc(lic_slice_text("\xE1\x84\x80\xE1\x85\xA1"), &at)); /* Hangul jamo */
}

static void what_steers_is_shown(void **state)
{
    (void)state;
    static const struct {
        const char *text, *shown;
    } cases[] = {
        {"", ""},
        {"Owner of it", "Owner of it"},
        {"\x1b[2Jx", "\\x1b[2Jx"},
        {"a\tb\n", "a\\x09b\\x0a"},
        {"\x7f", "\\x7f"},
        {"\xC2\x9B", "\\x9b"},                    /* a control of the second set */
        {"\xC2\xA0\xC3\xB6", "\xC2\xA0\xC3\xB6"}, /* right above it */
        {"a\xE2\x80\xAEz", "a\\u202ez"},          /* right to left from here on */
        {"\xE2\x81\xA9", "\\u2069"},
        {"\xE2\x80\xA8", "\\u2028"},                              /* a line separator */
        {"\xE0\xA4\x95\xE2\x80\x8D", "\xE0\xA4\x95\xE2\x80\x8D"}, /* a joiner is needed */
        {"\xF0\x9F\x8E\xB5", "\xF0\x9F\x8E\xB5"},
        {"\xFFx\xC3", "\\xffx\\xc3"}, /* no UTF-8, and cut short */
        {"\xC0\x9B", "\\xc0\\x9b"},   /* an overlong form */
    };
    for (size_t i = 0; i < LIC_COUNT(cases); i++) {
        lic_buffer out;
        lic_buffer_init(&out, &lic_allocator_system, 256);
        lic_put_safe(&out, lic_slice_text(cases[i].text));
        assert_int_equal(out.size, strlen(cases[i].shown));
        if (out.size > 0) assert_memory_equal(out.data, cases[i].shown, out.size);
        lic_buffer_free(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fit_texts),
        cmocka_unit_test(unfit_texts),
        cmocka_unit_test(blanks_at_the_ends),
        cmocka_unit_test(normalised_text),
        cmocka_unit_test(what_steers_is_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
