/* test_diagnostic.c - collecting and rendering diagnostics. */
#include "parsing.h"

#include "diagnostics/table.h"

static lic_buffer render(const lic_compilation *c, const lic_diagnostic *d, bool colour)
{
    lic_buffer buffer;
    lic_buffer_init(&buffer, &lic_allocator_system, 1u << 20);
    lic_diagnostic_text(d, "x.lic", c->source, colour, &buffer);
    lic_put_u8(&buffer, 0);
    return buffer;
}

static void expect_rendered(const lic_compilation *c, const lic_diagnostic *d, const char *text)
{
    lic_buffer buffer = render(c, d, false);
    assert_string_equal((const char *)buffer.data, text);
    lic_buffer_free(&buffer);
}

static lic_span span_of(const char *source, const char *word)
{
    const char *at = strstr(source, word);
    assert_non_null(at);
    lic_span span = {(uint32_t)(at - source), (uint32_t)strlen(word), 1, 1};
    for (const char *p = source; p < at; p++) {
        span.column++;
        if (*p == '\n') span.line++, span.column = 1;
    }
    return span;
}

static void test_both_places_are_shown(void **state)
{
    (void)state;
    static const char SOURCE[] = "account Pool GBP\n\ncounter Pool count\n";
    lic_compilation *c = parsing_open(lic_slice_text(SOURCE));
    lic_diagnostic *d = lic_diag(c, "N02", (lic_span){26, 4, 3, 9}, "declared again",
                                 "`%s` is declared twice", "Pool");
    lic_diag_place(c, d, span_of(SOURCE, "Pool"), "first %s", "here");
    lic_diag_note(c, d, "a note");
    lic_diag_help(c, d, "choose another name");
    expect_rendered(c, d,
                    "error[N02]: `Pool` is declared twice\n"
                    "  --> x.lic:3:9\n"
                    "   |  1 | account Pool GBP\n"
                    "   |    |         ---- first here\n"
                    "   |  3 | counter Pool count\n"
                    "   |    |         ^^^^ declared again\n"
                    " note: a note\n"
                    " help: choose another name\n"
                    " why:  one name means one thing in the whole file; licet explain N02\n");
    parsing_close(c);
}

/* No text can provoke I01, so that its golden file holds the rendering alone. */
static void test_internal_error(void **state)
{
    (void)state;
    lic_compilation *c = parsing_open(lic_slice_text("licet 1\n"));
    lic_diagnostic *d = lic_diag(c, "I01", (lic_span){0, 0, 1, 1}, NULL,
                                 "the compiler made an image that does not %s", "verify");
    lic_diag_note(c, d, "phase 2, pc 17: register 4 is not written");
    lic_diag_help(c, d, "please report it with the agreement's text");
    lic_buffer golden = parsing_read("tests/golden/I01.txt");
    lic_put_u8(&golden, 0);
    expect_rendered(c, d, (const char *)golden.data);
    lic_buffer_free(&golden);
    parsing_close(c);
}

static void test_colour(void **state)
{
    (void)state;
    lic_compilation *c = parsing_open(lic_slice_text("a b\n"));
    lic_diagnostic *d = lic_diag(c, "P15", (lic_span){2, 1, 1, 3}, NULL, "t");
    lic_buffer plain = render(c, d, false), coloured = render(c, d, true);
    assert_null(strchr((const char *)plain.data, '\033'));
    assert_non_null(strstr((const char *)coloured.data, "\033[1;31merror[P15]"));
    lic_buffer_free(&plain);
    lic_buffer_free(&coloured);
    parsing_close(c);
}

static void test_hostile_source_is_shown_escaped(void **state)
{
    (void)state;
    lic_compilation *c = parsing_open(lic_slice_text("a\x1B[31m b\xFF"
                                                     "c \xE2\x80\xAE d\n"));
    lic_diagnostic *d = lic_diag(c, "P02", (lic_span){7, 1, 1, 8}, NULL, "t");
    expect_rendered(c, d,
                    "error[P02]: t\n"
                    "  --> x.lic:1:8\n"
                    "   |  1 | a\\u{1B}[31m b\\xFFc \\u{202E} d\n"
                    "   |    |             ^\n"
                    " why:  what parties sign must be what they see; licet explain P02\n");
    parsing_close(c);
}

static void test_long_lines_are_cut_around_the_mark(void **state)
{
    (void)state;
    char source[3001];
    memset(source, 'a', 3000);
    source[3000] = '\0';
    memcpy(source + 2000, "HERE", 4);
    lic_compilation *c = parsing_open(lic_slice_text(source));
    lic_diagnostic *d = lic_diag(c, "P15", (lic_span){2000, 4, 1, 2001}, NULL, "t");
    lic_buffer buffer = render(c, d, false);
    assert_true(buffer.size < 500);
    assert_non_null(strstr((const char *)buffer.data, "HERE"));
    const char *line = strstr((const char *)buffer.data, "1 | ");
    const char *mark = strstr((const char *)buffer.data, "^^^^");
    const char *mark_line = mark;
    while (mark_line[-1] != '\n') mark_line--;
    while (line[-1] != '\n') line--;
    assert_int_equal(mark - mark_line, strstr(line, "HERE") - line);
    lic_buffer_free(&buffer);
    parsing_close(c);
}

static void test_mark_at_the_end_of_the_file(void **state)
{
    (void)state;
    lic_compilation *c = parsing_open(lic_slice_text("a\n"));
    lic_diagnostic *d = lic_diag(c, "P13", (lic_span){2, 0, 2, 1}, NULL, "t");
    lic_buffer buffer = render(c, d, false);
    assert_non_null(strstr((const char *)buffer.data, "   |  2 | \n   |    | ^\n"));
    lic_buffer_free(&buffer);
    d->primary.span.first = 4000; /* a span beyond the source is a bug elsewhere, never a crash */
    buffer = render(c, d, false);
    lic_buffer_free(&buffer);
    parsing_close(c);
}

static void test_json(void **state)
{
    (void)state;
    lic_compilation *c = parsing_open(lic_slice_text("a \"b\"\n"));
    lic_diagnostic *d = lic_diag(c, "P15", (lic_span){2, 3, 1, 3}, NULL, "found \"b\" \\ \x01");
    lic_diag_place(c, d, (lic_span){0, 1, 1, 1}, "here");
    lic_diag_note(c, d, "n");
    lic_diag_fix(c, d, (lic_span){2, 3, 1, 3}, "\"c\"");
    lic_buffer buffer;
    lic_buffer_init(&buffer, &lic_allocator_system, 1u << 20);
    lic_diagnostic_json(d, "p/\"x\".lic", &buffer);
    lic_put_u8(&buffer, 0);
    assert_string_equal(
        (const char *)buffer.data,
        "{\"code\":\"P15\",\"level\":\"error\",\"message\":\"found \\\"b\\\" \\\\ "
        "\\u0001\",\"path\":\"p/\\\"x\\\".lic\","
        "\"primary\":{\"first\":2,\"size\":3,\"line\":1,\"column\":3},"
        "\"secondary\":[{\"first\":0,\"size\":1,\"line\":1,\"column\":1,\"text\":\"here\"}],"
        "\"notes\":[\"n\"],\"help\":null,"
        "\"fix\":{\"first\":2,\"size\":3,\"line\":1,\"column\":3,\"text\":\"\\\"c\\\"\"},"
        "\"why\":\"each leader has one grammar\"}");
    lic_buffer_free(&buffer);
    parsing_close(c);
}

/* [lang.diag.1] */
static void test_duplicates_are_dropped_and_order_is_the_source(void **state)
{
    (void)state;
    lic_compilation *c = parsing_open(lic_slice_text("abc def ghi\n"));
    lic_diag(c, "P15", (lic_span){8, 1, 1, 9}, NULL, "third");
    lic_diag(c, "P15", (lic_span){0, 1, 1, 1}, NULL, "first");
    lic_diag(c, "P15", (lic_span){0, 1, 1, 1}, NULL, "first again");
    lic_diag(c, "P12", (lic_span){4, 1, 1, 5}, NULL, "second");
    lic_diag_sort(c);
    assert_int_equal(c->diagnostics.count, 3);
    assert_int_equal(c->diagnostics.error_count, 3);
    assert_string_equal(c->diagnostics.items[0].title, "first");
    assert_string_equal(c->diagnostics.items[1].title, "second");
    assert_string_equal(c->diagnostics.items[2].title, "third");
    parsing_close(c);
}

static void test_secondary_places_and_notes_are_bounded(void **state)
{
    (void)state;
    lic_compilation *c = parsing_open(lic_slice_text("abc\n"));
    lic_diagnostic *d = lic_diag(c, "P15", (lic_span){0, 1, 1, 1}, NULL, "t");
    for (int i = 0; i < 50; i++) {
        lic_diag_place(c, d, (lic_span){1, 1, 1, 2}, "x");
        lic_diag_note(c, d, "n");
    }
    assert_int_equal(d->secondary_count, LIC_LABELS_MAX);
    assert_int_equal(d->note_count, LIC_NOTES_MAX);
    parsing_close(c);
}

static void test_nearest(void **state)
{
    (void)state;
    static const char *const WORDS[] = {"amount", "at", "schedule", "split", "statement"};
    static const struct {
        const char *word, *nearest;
    } CASES[] = {{"amuont", "amount"},
                 {"amoun", "amount"},
                 {"scedule", "schedule"},
                 {"schedules", "schedule"},
                 {"spilt", "split"},
                 {"xyz", NULL},
                 {"", NULL},
                 {"to", NULL},
                 {"a", NULL},
                 {"statment", "statement"}};
    for (size_t i = 0; i < LIC_COUNT(CASES); i++) {
        const char *nearest = lic_nearest(lic_slice_text(CASES[i].word), WORDS, LIC_COUNT(WORDS));
        if (CASES[i].nearest) assert_string_equal(nearest ? nearest : "(none)", CASES[i].nearest);
        else assert_null(nearest);
    }
}

static void test_every_code_has_a_page(void **state)
{
    (void)state;
    size_t count = 0;
    for (const char *const *code = lic_diagnostic_codes(); *code; code++, count++) {
        const char *page = lic_explain(*code);
        assert_non_null(page);
        assert_true(strncmp(page, *code, strlen(*code)) == 0);
        assert_true(strlen(page) > 100);
        assert_true(strlen(lic_diagnostic_find(*code)->why) > 10);
    }
    assert_true(count > 40);
    assert_null(lic_explain("Z99"));
    assert_null(lic_explain(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_both_places_are_shown),
        cmocka_unit_test(test_internal_error),
        cmocka_unit_test(test_colour),
        cmocka_unit_test(test_hostile_source_is_shown_escaped),
        cmocka_unit_test(test_long_lines_are_cut_around_the_mark),
        cmocka_unit_test(test_mark_at_the_end_of_the_file),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_duplicates_are_dropped_and_order_is_the_source),
        cmocka_unit_test(test_secondary_places_and_notes_are_bounded),
        cmocka_unit_test(test_nearest),
        cmocka_unit_test(test_every_code_has_a_page)};
    return cmocka_run_group_tests_name("diagnostic", tests, NULL, NULL);
}
