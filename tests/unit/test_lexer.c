/* test_lexer.c - lines to tokens: kinds, values, spans, and what is refused with which code. */
#include "parsing.h"

static const char *const KINDS[] = {
#define TOKEN(name, text) #name,
#include "parse/tokens.def"
#undef TOKEN
};

typedef struct lexed {
    lic_compilation *compilation;
    lic_lexer lexer;
} lexed;

static bool first_line(lexed *l)
{
    if (setjmp(l->compilation->out_of_memory) != 0) return false;
    if (lic_lexer_open(&l->lexer, l->compilation, l->compilation->source))
        lic_lexer_next(&l->lexer);
    return true;
}

static lexed lex_slice(lic_slice text)
{
    lexed l = {.compilation = parsing_open(text)};
    assert_true(first_line(&l));
    return l;
}

static lexed lex(const char *text)
{
    return lex_slice(lic_slice_text(text));
}

/* The kinds of the line's tokens without the end. */
static void expect_kinds(const char *text, const char *kinds)
{
    lexed l = lex(text);
    char found[512] = "";
    for (uint32_t i = 0; i + 1 < l.lexer.count; i++) {
        strcat(found, i > 0 ? " " : "");
        strcat(found, KINDS[l.lexer.tokens[i].kind]);
    }
    assert_string_equal(found, kinds);
    assert_int_equal(l.compilation->diagnostics.count, 0);
    parsing_close(l.compilation);
}

static void expect_refused(const char *text, const char *codes, const char *fix)
{
    lexed l = lex(text);
    parsing_expect_codes(l.compilation, codes);
    const char *offered = l.compilation->diagnostics.items[0].fix;
    if (fix) assert_string_equal(offered ? offered : "(none)", fix);
    parsing_close(l.compilation);
}

/* [lang.lex.3] names, words and codes; [lang.lex.4] signs */
static void test_words(void **state)
{
    (void)state;
    expect_kinds("Label label GB USD EURO aB Ab A", "NAME WORD CODE CODE NAME WORD NAME NAME");
    expect_kinds("make_available w2 Half_Light", "WORD WORD NAME");
    expect_kinds("a, b: (c) {d} e.f",
                 "WORD COMMA WORD COLON LPAREN WORD RPAREN LBRACE WORD RBRACE WORD DOT WORD");
    expect_kinds("+ - * / = < > <= >=", "PLUS MINUS STAR SLASH EQ LT GT LE GE");
}

/* [lang.lex.5] numbers, rates, fractions; [lang.lex.7] dates */
static void test_figures(void **state)
{
    (void)state;
    expect_kinds("5 1,000 1000 1,000,000.00 0.0012 0", "NUMBER NUMBER NUMBER NUMBER NUMBER NUMBER");
    expect_kinds("52% 12.5% 250bps 1/3", "RATE RATE RATE RATE");
    expect_kinds("1 / 3", "NUMBER SLASH NUMBER");
    expect_kinds("2026-01-31 2026 - 1", "DATE NUMBER MINUS NUMBER");
}

static void test_values(void **state)
{
    (void)state;
    lexed l = lex("12.5% 250bps 2/3 1,234.50 1970-01-02");
    const lic_token *t = l.lexer.tokens;
    assert_true(t[0].number == 125 && t[0].scale == 3 && t[0].flags == LIC_FLAG_PERCENT);
    assert_true(t[1].number == 250 && t[1].scale == 4 && t[1].flags == LIC_FLAG_BPS);
    assert_true(t[2].number == 2 && t[2].denominator == 3 && t[2].flags == LIC_FLAG_FRACTION);
    assert_true(t[3].number == 123450 && t[3].scale == 2 && (t[3].flags & LIC_FLAG_GROUPED));
    assert_true(t[4].number == 1);
    parsing_close(l.compilation);
}

/* [lang.lex.6] a wrong group is an error; the decimal comma has its own message */
static void test_wrong_figures(void **state)
{
    (void)state;
    expect_refused("52,5%", "P06", "52.5%");
    expect_refused("1.500,00", "P06", "1,500.00");
    expect_refused("1.500.000", "P06", "1,500,000");
    expect_refused("10,00,000.00", "P05", "1,000,000.00");
    expect_refused("1000,000", "P05", "1,000,000");
    expect_refused("{1,2}", "P06", "1.2");
    expect_refused("007", "P07", NULL);
    expect_refused("30days", "P07", NULL);
    expect_refused("1/0", "P07", NULL);
    expect_refused("1234567890123456789012345678901234567", "P07", NULL);
    expect_refused("0.123456789012345678901", "P07", NULL);
    expect_refused("2026-02-30", "P08", NULL);
    expect_refused("2026-01-011", "P08", NULL);
}

static void test_long_figures_are_exact(void **state)
{
    (void)state;
    lexed l = lex("123456789012345678901234567890123456 0.12345678901234567890");
    char text[LIC_DECIMAL_MAX];
    lic_decimal_print(l.lexer.tokens[0].number, 0, text);
    assert_string_equal(text, "123456789012345678901234567890123456");
    lic_decimal_print(l.lexer.tokens[1].number, l.lexer.tokens[1].scale, text);
    assert_string_equal(text, "0.12345678901234567890");
    parsing_close(l.compilation);
}

/* [lang.lex.8] texts */
static void test_texts(void **state)
{
    (void)state;
    lexed l = lex("\"say \\\"yes\\\" \\\\ no\" \"\" \"Gr\xC3\xBC\xC3\x9F"
                  "e\"");
    assert_int_equal(l.lexer.count, 4);
    assert_true(lic_slice_is(l.lexer.tokens[0].text, "say \"yes\" \\ no"));
    assert_int_equal(l.lexer.tokens[1].text.size, 0);
    assert_int_equal(l.lexer.tokens[1].kind, LIC_TOKEN_STRING);
    assert_true(lic_slice_is(l.lexer.tokens[2].text, "Gr\xC3\xBC\xC3\x9F"
                                                     "e"));
    parsing_close(l.compilation);
    expect_refused("\"open", "P04", "\"");
    expect_refused("\"ends in \\\"", "P04", NULL);
    expect_refused("\"tab \\t\"", "P04", "\\\\t");
}

/* [lang.lex.9] anchors; [lang.lex.10] comments */
static void test_anchors_and_comments(void **state)
{
    (void)state;
    lexed l = lex("end [1.9(b)]   -- why   \n");
    assert_int_equal(l.lexer.count, 3);
    assert_true(lic_slice_is(l.lexer.tokens[1].text, "1.9(b)"));
    assert_true(lic_slice_is(l.lexer.behind, "-- why"));
    parsing_close(l.compilation);
    l = lex("-- one\n\n-- two\nx");
    assert_true(lic_slice_is(l.lexer.before->text, "-- one"));
    assert_true(lic_slice_is(l.lexer.before->next->text, "-- two"));
    assert_true(l.lexer.before->next->blank_before);
    assert_int_equal(l.lexer.line_number, 4);
    parsing_close(l.compilation);
    expect_refused("amount [4.1] 5", "P09", "5  [4.1]");
    expect_refused("amount []", "P09", NULL);
    expect_refused("amount [open", "P09", NULL);
    expect_refused("amount [0123456789012345678901234567890123456789x]", "P09", NULL);
}

static void test_spans(void **state)
{
    (void)state;
    lexed l = lex("\n  amount  GBP 1,000");
    const lic_token *t = &l.lexer.tokens[2];
    assert_int_equal(t->span.line, 2);
    assert_int_equal(t->span.column, 15);
    assert_int_equal(t->span.first, 15);
    assert_int_equal(t->span.size, 5);
    assert_int_equal(l.lexer.indent, 2);
    parsing_close(l.compilation);
}

/* [lang.lex.1] UTF-8; the place is the first byte that belongs to no character */
static void test_encoding(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
        unsigned column;
    } CASES[] = {{"ab\xFF", 3, 3},
                 {"a\xC3", 2, 2},
                 {"\xED\xA0\x80", 3, 1},
                 {"\xC0\x80", 2, 1},
                 {"ab\xF4\x90\x80\x80", 6, 3}};
    for (size_t i = 0; i < LIC_COUNT(CASES); i++) {
        lexed l = lex_slice(lic_slice_of(CASES[i].bytes, CASES[i].size));
        parsing_expect_codes(l.compilation, "P01");
        assert_int_equal(l.compilation->diagnostics.items[0].primary.span.column, CASES[i].column);
        parsing_close(l.compilation);
    }
}

/* [lang.lex.2] characters that may not stand in source */
static void test_unfit_characters(void **state)
{
    (void)state;
    expect_refused("a\tb", "P02", " ");
    expect_refused("\"x\x01y\"", "P02", "");
    expect_refused("\"\xE2\x80\xAE"
                   "abc\"",
                   "P02", "");                           /* right-to-left override */
    expect_refused("-- \xE2\x80\x8B hidden", "P02", ""); /* zero width space, in a comment */
    expect_refused("\xEF\xBB\xBF"
                   "licet",
                   "P02", "");                       /* byte order mark */
    expect_refused("\"e\xCC\x81\"", "P03", NULL);    /* e and combining acute */
    expect_refused("\"\xE2\x84\xAB\"", "P03", NULL); /* angstrom sign */
    expect_refused("a ; b", "P10", NULL);
    expect_refused("50 %", "P10", NULL);
    lexed l = lex_slice(lic_slice_of("a\0b", 3));
    parsing_expect_codes(l.compilation, "P02");
    parsing_close(l.compilation);
    l = lex("a\r\nb\r\n");
    parsing_expect_codes(l.compilation, "P02");
    assert_int_equal(l.lexer.count, 2);
    parsing_close(l.compilation);
}

/* [lang.lex.11] limits */
static void test_limits(void **state)
{
    (void)state;
    char *line = malloc(LIC_LINE_BYTES_MAX + 2);
    assert_non_null(line);
    memset(line, 'a', LIC_LINE_BYTES_MAX + 1);
    lexed l = lex_slice(lic_slice_of(line, LIC_LINE_BYTES_MAX + 1));
    parsing_expect_codes(l.compilation, "P11");
    parsing_close(l.compilation);
    l = lex_slice(lic_slice_of(line, LIC_LINE_BYTES_MAX));
    parsing_expect_codes(l.compilation, "");
    parsing_close(l.compilation);
    memset(line, '+', LIC_LINE_BYTES_MAX);
    l = lex_slice(lic_slice_of(line, LIC_LINE_BYTES_MAX)); /* a token a byte */
    assert_int_equal(l.lexer.count, LIC_LINE_BYTES_MAX + 1);
    parsing_close(l.compilation);
    free(line);
    uint8_t *large = calloc(1, LIC_SOURCE_MAX + 1);
    assert_non_null(large);
    memset(large, '\n', LIC_SOURCE_MAX + 1);
    l = lex_slice(lic_slice_of(large, LIC_SOURCE_MAX + 1));
    parsing_expect_codes(l.compilation, "P11");
    parsing_close(l.compilation);
    free(large);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_words),
                                       cmocka_unit_test(test_figures),
                                       cmocka_unit_test(test_values),
                                       cmocka_unit_test(test_wrong_figures),
                                       cmocka_unit_test(test_long_figures_are_exact),
                                       cmocka_unit_test(test_texts),
                                       cmocka_unit_test(test_anchors_and_comments),
                                       cmocka_unit_test(test_spans),
                                       cmocka_unit_test(test_encoding),
                                       cmocka_unit_test(test_unfit_characters),
                                       cmocka_unit_test(test_limits)};
    return cmocka_run_group_tests_name("lexer", tests, NULL, NULL);
}
