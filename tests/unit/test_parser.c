/* test_parser.c - what is accepted, the shape of trees, and recovery: one run reports many errors and
 * none of them twice. */
#include "parsing.h"

#include "parse/parser.h"

static const char HEAD[] = "licet 1\nagreement X \"X\"\n";

static lic_compilation *parse_lines(const char *lines)
{
    static char text[65536];
    int n = snprintf(text, sizeof text, "%s%s", HEAD, lines);
    assert_true(n > 0 && (size_t)n < sizeof text);
    return parsing_parse_text(text);
}

static const char LIFECYCLE[] = "lifecycle\n initial draft\n final ended, after 9 days\n from "
                                "draft to ended on term.end\nend\n";

/* The codes for some lines of an otherwise complete file. */
static void expect(const char *lines, const char *codes)
{
    char text[16384];
    snprintf(text, sizeof text, "%s%s", LIFECYCLE, lines);
    lic_compilation *c = parse_lines(text);
    parsing_expect_codes(c, codes);
    parsing_close(c);
}

/* The only term's first line's expression. */
static const lic_node *expression_of(lic_compilation *c)
{
    const lic_node *term = lic_child_of(c->tree, LIC_NODE_MONEY_TERM, 0);
    assert_non_null(term);
    return lic_child_of(term, LIC_NODE_AMOUNT, 0)->children[0];
}

static lic_compilation *parse_amount(const char *expression)
{
    char lines[8192];
    snprintf(lines, sizeof lines, "%sfee F\non signature\namount %s\nA pays B\nend\n", LIFECYCLE,
             expression);
    return parse_lines(lines);
}

static void put_shape(const lic_node *node, char *text, size_t size)
{
    size_t used = strlen(text);
    if (node->child_count == 0) {
        snprintf(text + used, size - used, "%.*s", LIC_S(node->name));
        return;
    }
    snprintf(text + used, size - used, "(%.*s", LIC_S(node->name));
    for (uint32_t i = 0; i < node->child_count; i++) {
        strcat(text, " ");
        put_shape(node->children[i], text, size);
    }
    strcat(text, ")");
}

static void expect_shape(const char *expression, const char *shape)
{
    lic_compilation *c = parse_amount(expression);
    parsing_expect_codes(c, "");
    char text[1024] = "";
    put_shape(expression_of(c), text, sizeof text);
    assert_string_equal(text, shape);
    parsing_close(c);
}

/* [lang.expr.1] precedence and association */
static void test_precedence(void **state)
{
    (void)state;
    expect_shape("a + b * c - d", "(- (+ a (* b c)) d)");
    expect_shape("(a + b) * c", "(* (+ a b) c)");
    expect_shape("a / b / c", "(/ (/ a b) c)");
    expect_shape("(a or b and not c = d)", "(or a (and b ( (= c d))))");
    expect_shape("(a except b in c)", "(in (except a b) c)");
    expect_shape("a * b through T for c cumulative in U of w", "(* a ( b T c ( U w)))");
    expect_shape("e.earned of y + z", "(+ ( (earned e) y) z)");
    expect_shape("sum of a where b in c", "(sum a (in b c))");
    expect_shape("greater of (a, b + c)", "(greater a (+ b c))");
}

/* [lang.expr.2] 5% of x binds tighter than * */
static void test_rate_of(void **state)
{
    (void)state;
    lic_compilation *c = parse_amount("5% of a * b");
    const lic_node *product = expression_of(c);
    assert_int_equal(product->kind, LIC_NODE_BINARY);
    assert_int_equal(product->children[0]->kind, LIC_NODE_RATE);
    assert_int_equal(product->children[0]->child_count, 1);
    parsing_close(c);
}

static void expect_parses(const char *path, bool kernel)
{
    lic_buffer text = parsing_read(path);
    lic_compilation *c = parsing_parse(lic_slice_of(text.data, text.size));
    parsing_expect_codes(c, "");
    assert_true(c->was_read);
    assert_int_equal(c->is_kernel, kernel);
    parsing_close(c);
    lic_buffer_free(&text);
}

static void test_agreements_parse(void **state)
{
    (void)state;
    static const char *const PATHS[] = {
        "contracts/streaming/streaming.lic", "contracts/month_of_streams/month_of_streams.lic",
        "tests/unit/parsing/streaming.lic",  "tests/unit/parsing/patent.lic",
        "tests/unit/parsing/sync.lic",       "tests/unit/parsing/month.lic",
        "stdlib/modules/territory.lic"};
    for (size_t i = 0; i < LIC_COUNT(PATHS); i++) expect_parses(PATHS[i], false);
    expect_parses("tests/unit/parsing/kernel.lic", true);
}

/* [lang.line.1] leaders depend on the block; [lang.line.2] names may be leaders elsewhere */
static void test_leaders_are_contextual(void **state)
{
    (void)state;
    expect("schedule S\nrows at most 1\nkey code text 4\ncolumn advance count\ncolumn amount "
           "count\ncolumn line count\nend\n",
           "");
    expect("schedule S\namount 5\nend\n", "P12");
    expect("fee F\non signature\namount GBP 5\nA pays B\nend\n", "");
}

/* [lang.line.3] a missing end is found where something new begins */
static void test_missing_end(void **state)
{
    (void)state;
    expect("fee F\non signature\namount GBP 5\nA pays B\n\nparty C is payee\n", "P13");
    expect("schedule S\nkey code text 4\nreport R\nby A, every month, within 5 days\nlines at most "
           "5, else refuse\nend\n",
           "P13");
    expect("fee F\non signature\namount GBP 5\nA pays B\n", "P13");
    expect("end\n", "P14");
    lic_compilation *c = parse_lines(
        "fee F\non signature\namount GBP 5\nA pays B\n\nparty C is payee\n");
    const lic_diagnostic *d = &c->diagnostics.items[0];
    assert_int_equal(d->primary.span.line, 8);
    assert_int_equal(d->secondary[0].span.line, 3);
    parsing_close(c);
}

/* [lang.line.4] */
static void test_recovery_reports_each_line_once(void **state)
{
    (void)state;
    expect("fee F\non signature\namount * 5\nat least )\nA pays , \nless [x\nend\n",
           "P15 P15 P15 P09");
    expect("scedule S\nkey code text 4\ncolum x count\nend\n", "P12 P12");
    expect("qqqqq zzz\n  one\n  two\nend\nparty C is payee\n", "P12");
    expect("party c is payee\nparty D iss payee\n", "P20 P15");
    expect("fee F\non signature\namount GBP 5\nat leats GBP 6\nA pays B\nEnd\nparty C is payee\n",
           "P12 P12");
    expect("fee F\non signature\namount GBP 5\nA pays B\nEND\nparty C is payee\n", "P12");
    expect("account A GBP, at most\naccount B GBP, att end lapses\n", "P15 P15");
}

/* [lang.lex.12] the specification lists the reserved words, all of them and no others */
static void test_reserved_words(void **state)
{
    (void)state;
    lic_buffer page = parsing_read("docs/spec/language.md");
    lic_put_u8(&page, 0);
    char *list = strstr((char *)page.data, "values: `against");
    assert_non_null(list);
    list = strchr(list, '`') + 1;
    *strchr(list, '`') = '\0';
    size_t count = 0;
    for (char *word = strtok(list, " \n"); word; word = strtok(NULL, " \n"), count++) {
        if (!lic_word_is_reserved(lic_slice_text(word))) fail_msg("`%s` is not reserved", word);
    }
    assert_int_equal(count, lic_reserved_words(NULL));
    lic_buffer_free(&page);
    expect("schedule S\nkey until text 4\nend\nfee F\non signature\namount until\nA pays B\nend\n",
           "P19");
    expect("fee F\non signature\namount until\nA pays B\nend\n", "P15");
}

/* [lang.shape.1] demanded lines; [lang.shape.2] doubled lines */
static void test_shape(void **state)
{
    (void)state;
    expect("fee F\non signature\nA pays B\nend\n", "P18");
    expect("advance F\non signature\namount GBP 5\nA pays B\nend\n", "P18");
    expect("minimum F\non signature\namount GBP 5\nA pays B\nend\n", "P18");
    expect("fee F\non signature\namount GBP 5\namount GBP 6\nA pays B\nend\n", "P17");
    expect("fee F\non signature\nevery year\namount GBP 5\nA pays B\nend\n", "P17");
    expect("report R\nby A, every month, within 5 days\nby B, every month, within 5 days\nend\n",
           "P17");
    expect("split S\non U\nA: 50%\nend\n", "P18");
    expect("money GBP\nmoney USD\n", "P17");
    expect("grant G\nfrom A to B\nof S\nrights r\nterritory world\nduring term\nend\n", "P18");
}

/* [lang.lex.11] nesting is bounded */
static void test_nesting(void **state)
{
    (void)state;
    char deep[2048] = "";
    for (int i = 0; i < 200; i++) strcat(deep, "(");
    lic_compilation *c = parse_amount(deep);
    parsing_expect_codes(c, "P11");
    parsing_close(c);
    deep[0] = '\0';
    for (int i = 0; i < 60; i++) strcat(deep, "(");
    strcat(deep, "a");
    for (int i = 0; i < 60; i++) strcat(deep, ")");
    c = parse_amount(deep);
    parsing_expect_codes(c, "");
    parsing_close(c);
    char nested[8192] = "action A()\nby P\n";
    for (int i = 0; i < 100; i++) strcat(nested, "if a\n");
    for (int i = 0; i < 100; i++) strcat(nested, "end\n");
    strcat(nested, "end\n");
    c = parse_lines(nested);
    assert_true(c->diagnostics.error_count > 0);
    assert_string_equal(c->diagnostics.items[0].code, "P11");
    parsing_close(c);
}

/* [lang.line.5] [lang.line.6] [lang.line.7] */
static void test_headings_branches_and_then(void **state)
{
    (void)state;
    static const struct {
        const char *text, *codes;
    } FILES[] = {{"", "P16"},
                 {"licet 1\n", "P16"},
                 {"licet 2\nagreement X \"X\"\n", "P16"},
                 {"agreement X \"X\"\n", "P16"},
                 {"licet 1\nagreement X\n", "P15"},
                 {"licet 1\nmodule m\n", ""}};
    for (size_t i = 0; i < LIC_COUNT(FILES); i++) {
        lic_compilation *c = parsing_parse_text(FILES[i].text);
        parsing_expect_codes(c, FILES[i].codes);
        parsing_close(c);
    }
    expect("action A()\nby P\nif a\nset B to 1\nelse\nset B to 2\nend\nend\n", "");
    expect("action A()\nby P\nelse\nend\n", "P12");
    lic_compilation *c = parse_lines("lifecycle\ninitial a\nfinal b, after 1 day\nfrom a to b on "
                                     "term.end\nthen set X to 1\nthen cancel Y.open\nend\n");
    parsing_expect_codes(c, "");
    const lic_node *lifecycle = lic_child_of(c->tree, LIC_NODE_LIFECYCLE, 0);
    assert_int_equal(lifecycle->children[3]->children[2]->child_count, 2);
    parsing_close(c);
    c = parse_lines("lifecycle\ninitial a\nfinal b, after 1 day\nthen set X to 1\nend\n");
    parsing_expect_codes(c, "P15");
    parsing_close(c);
}

/* The grammar on the page of the specification is the table that the parser uses. [lang.kernel.2] */
static void test_the_page_has_every_leader(void **state)
{
    (void)state;
    lic_buffer page = parsing_read("docs/spec/language.md");
    lic_put_u8(&page, 0);
    for (size_t i = 0; i < LIC_LEADER_COUNT; i++) {
        char line[512] = "\n    \"";
        for (const char *w = LIC_LEADERS[i].words; *w; w++) {
            size_t used = strlen(line);
            snprintf(line + used, sizeof line - used, *w == ' ' ? "\" \"" : "%c", *w);
        }
        strcat(line, "\" ");
        strcat(line, LIC_LEADERS[i].syntax);
        strcat(line, "\n");
        if (!strstr((const char *)page.data, line))
            fail_msg("docs/spec/language.md lacks:%s", line);
    }
    lic_buffer_free(&page);
}

static void test_every_prefix_of_an_agreement_is_survived(void **state)
{
    (void)state;
    lic_buffer text = parsing_read("tests/unit/parsing/patent.lic");
    for (size_t size = 0; size < text.size; size += 7) {
        lic_compilation *c = parsing_parse(lic_slice_of(text.data, size));
        assert_true(c->diagnostics.error_count > 0);
        parsing_close(c);
    }
    lic_buffer_free(&text);
}

static void test_diagnostics_are_capped(void **state)
{
    (void)state;
    char *text = calloc(1, 1 << 16);
    assert_non_null(text);
    for (int i = 0; i < 2000; i++) strcat(text, "qqqqqq\n");
    lic_compilation *c = parse_lines(text);
    assert_int_equal(c->diagnostics.count, LIC_DIAGNOSTICS_MAX);
    parsing_close(c);
    free(text);
}

/* The parser is given memory for `blocks` arena blocks and must unwind, not crash. */
static void test_out_of_memory_unwinds(void **state)
{
    (void)state;
    lic_buffer text = parsing_read("tests/unit/parsing/patent.lic");
    for (size_t blocks = 1; blocks < 12; blocks++) {
        unit_heap heap = {.left = blocks};
        lic_allocator allocator = unit_allocator(&heap);
        lic_arena *arena = lic_arena_create(&allocator, PARSING_ARENA);
        lic_compilation *c = arena ? lic_arena_take(arena, sizeof *c) : NULL;
        if (c) {
            c->arena = arena;
            c->source = lic_slice_of(text.data, text.size);
            (void)parsing_run(c);
        }
        lic_arena_destroy(arena);
        assert_int_equal(heap.live_bytes, 0);
    }
    lic_buffer_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_precedence),
        cmocka_unit_test(test_rate_of),
        cmocka_unit_test(test_agreements_parse),
        cmocka_unit_test(test_leaders_are_contextual),
        cmocka_unit_test(test_missing_end),
        cmocka_unit_test(test_recovery_reports_each_line_once),
        cmocka_unit_test(test_reserved_words),
        cmocka_unit_test(test_shape),
        cmocka_unit_test(test_headings_branches_and_then),
        cmocka_unit_test(test_the_page_has_every_leader),
        cmocka_unit_test(test_nesting),
        cmocka_unit_test(test_every_prefix_of_an_agreement_is_survived),
        cmocka_unit_test(test_diagnostics_are_capped),
        cmocka_unit_test(test_out_of_memory_unwinds)};
    return cmocka_run_group_tests_name("parser", tests, NULL, NULL);
}
