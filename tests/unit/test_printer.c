/* test_printer.c - the canonical text: it parses to the same tree, printing it again changes nothing,
 * and comments, parentheses and empty lines stay. The second half prints random trees. */
#include "parsing.h"

static lic_buffer print_file(const lic_compilation *c)
{
    lic_buffer buffer;
    lic_buffer_init(&buffer, &lic_allocator_system, 16u << 20);
    lic_print(c->tree, &buffer);
    assert_false(buffer.failed);
    return buffer;
}

/* Prints, parses, prints again: same tree, same text. Returns the canonical text. */
static lic_buffer expect_stable(lic_slice source)
{
    lic_compilation *first = parsing_parse(source);
    parsing_expect_codes(first, "");
    lic_buffer once = print_file(first);
    lic_compilation *second = parsing_parse(lic_slice_of(once.data, once.size));
    parsing_expect_codes(second, "");
    if (!lic_tree_equal(first->tree, second->tree))
        fail_msg("another tree from:\n%.*s", (int)once.size, (const char *)once.data);
    lic_buffer twice = print_file(second);
    if (!lic_slice_equal(lic_slice_of(once.data, once.size),
                         lic_slice_of(twice.data, twice.size))) {
        fail_msg("not idempotent:\n%.*s\n--\n%.*s", (int)once.size, (const char *)once.data,
                 (int)twice.size, (const char *)twice.data);
    }
    lic_buffer_free(&twice);
    parsing_close(second);
    parsing_close(first);
    return once;
}

/* [lang.text.1] idempotent, and the same tree */
static void test_agreements(void **state)
{
    (void)state;
    static const char *const PATHS[] = {
        "contracts/streaming/streaming.lic", "contracts/month_of_streams/month_of_streams.lic",
        "tests/unit/parsing/streaming.lic",  "tests/unit/parsing/patent.lic",
        "tests/unit/parsing/sync.lic",       "tests/unit/parsing/month.lic",
        "tests/unit/parsing/kernel.lic",     "stdlib/modules/territory.lic"};
    for (size_t i = 0; i < LIC_COUNT(PATHS); i++) {
        lic_buffer source = parsing_read(PATHS[i]);
        lic_buffer text = expect_stable(lic_slice_of(source.data, source.size));
        lic_buffer_free(&text);
        lic_buffer_free(&source);
    }
}

/* All blanks that the lexer passes over, made different. */
static void test_layout_does_not_depend_on_blanks(void **state)
{
    (void)state;
    lic_buffer source = parsing_read("tests/unit/parsing/patent.lic");
    lic_buffer wide;
    lic_buffer_init(&wide, &lic_allocator_system, 1u << 20);
    bool in_text = false;
    for (size_t i = 0; i < source.size; i++) {
        uint8_t c = source.data[i];
        if (c == '"') in_text = !in_text;
        bool line_start = i == 0 || source.data[i - 1] == '\n';
        if (line_start && c != '\n') lic_put_text(&wide, "     ");
        lic_put_u8(&wide, c);
        if (c == ' ' && !in_text) lic_put_text(&wide, "  ");
    }
    lic_buffer a = expect_stable(lic_slice_of(source.data, source.size));
    lic_buffer b = expect_stable(lic_slice_of(wide.data, wide.size));
    assert_true(lic_slice_equal(lic_slice_of(a.data, a.size), lic_slice_of(b.data, b.size)));
    lic_buffer_free(&a);
    lic_buffer_free(&b);
    lic_buffer_free(&wide);
    lic_buffer_free(&source);
}

static void expect_text(const char *source, const char *canonical)
{
    lic_buffer text = expect_stable(lic_slice_text(source));
    lic_put_u8(&text, 0);
    assert_string_equal((const char *)text.data, canonical);
    lic_buffer_free(&text);
}

/* [lang.text.2] columns; [lang.text.3] anchors; [lang.text.4] comments and empty lines */
static void test_layout(void **state)
{
    (void)state;
    expect_text("-- at the top\nlicet 1 -- one\nagreement X \"X \\\"y\\\"\" -- two\nmoney "
                "GBP\n\n\nlaw \"Z\"\nparty A is licensor,signs\nparty Blue is payee of A\n"
                "account Pool GBP,at end paid out to A [1]\ncounter C count,from 0 to 3\n\n\n\n-- "
                "alone\n\nsplit Pool -- head\non payment\nA:5%\n-- inside\n"
                "Blue:95% [2]\npennies to A\n-- last\nend -- tail\nlifecycle\ninitial draft\nfinal "
                "ended,after 1 days\nfrom draft to ended on term.end [9]\nend\n-- end",
                "-- at the top\n-- two\nlicet 1  -- one\nagreement X \"X \\\"y\\\"\"\n  money      "
                "GBP\n  law        \"Z\"\n\n"
                "party A     is licensor, signs\nparty Blue  is payee of A\n\n"
                "account Pool GBP, at end paid out to A                                      [1]\n"
                "counter C    count, from 0 to 3\n\n-- alone\n\nsplit Pool  -- head\n  on       "
                "payment\n  A:      5%\n  -- inside\n"
                "  Blue:  95%                                                                [2]\n "
                " pennies  to A\n  -- last\nend  -- tail\n\n"
                "lifecycle\n  initial draft\n  final   ended, after 1 day\n"
                "  from draft to ended  on term.end                                          "
                "[9]\nend\n-- end\n");
}

/* [lang.text.7] fixed places come first */
static void test_fixed_places(void **state)
{
    (void)state;
    expect_text(
        "licet 1\nmodule m\nreport R\ncolumn a count\nlines at most 5000, else refuse\nby A, every "
        "month, within 5 days\nend\n"
        "statement S\nto A\nevery month, within 9 days\nend\nschedule T\nkey k text 2\nrows at "
        "most 1000\nend\n",
        "licet 1\nmodule m\n\nreport R\n  by      A, every month, within 5 days\n  lines   at most "
        "5,000, else refuse\n"
        "  column  a  count\nend\n\nstatement S\n  every  month, within 9 days\n  to     A\nend\n\n"
        "schedule T\n  rows  at most 1,000\n  key   k  text 2\nend\n");
}

/* [lang.text.6] */
static void test_numbers(void **state)
{
    (void)state;
    static const char LIFECYCLE[] = "\nlifecycle\n  initial draft\n  final   ended, after 9 days\n "
                                    " from draft to ended  on term.end\nend\n";
    static const struct {
        const char *written, *canonical;
    } CASES[] = {{"GBP 1234567.50", "GBP 1,234,567.50"},
                 {"GBP 1000", "GBP 1,000"},
                 {"2026", "2026"},
                 {"2,026", "2,026"},
                 {"12345", "12,345"},
                 {"10000%", "10,000%"},
                 {"0.50%", "0.50%"},
                 {"25bps", "25bps"},
                 {"1/3", "1/3"},
                 {"a  *  ( b+c )", "a * (b + c)"},
                 {"((a))", "(a)"},
                 {"(a * b) + c", "(a * b) + c"},
                 {"1 days", "1 day"},
                 {"30 business days", "30 business days"},
                 {"{GB,IE}", "{GB, IE}"}};
    for (size_t i = 0; i < LIC_COUNT(CASES); i++) {
        char source[1024], canonical[1024];
        snprintf(source, sizeof source,
                 "licet 1\nagreement X \"X\"\nfee F\non signature\namount %s\nA pays B\nend\n%s",
                 CASES[i].written, LIFECYCLE);
        snprintf(canonical, sizeof canonical,
                 "licet 1\nagreement X \"X\"\n\nfee F\n  on      signature\n  amount  %s\n  A pays "
                 "B\nend\n%s",
                 CASES[i].canonical, LIFECYCLE);
        expect_text(source, canonical);
    }
}

/* -- random trees --------------------------------------------------------------------------------------- */

typedef struct maker {
    lic_compilation *compilation;
    uint64_t seed;
} maker;

static uint32_t draw(maker *m, uint32_t below)
{
    m->seed = m->seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(m->seed >> 33) % below;
}

static lic_node *make(maker *m, lic_node_kind kind, const char *name)
{
    lic_node *node = lic_node_new(m->compilation, kind, (lic_span){0, 0, 1, 1});
    node->name = lic_slice_text(name);
    return node;
}

static lic_node *make_expression(maker *m, unsigned depth);

static lic_node *make_reference(maker *m)
{
    static const char *const NAMES[] = {"a", "units", "Pool", "Running"};
    return make(m, LIC_NODE_NAME_REF, NAMES[draw(m, LIC_COUNT(NAMES))]);
}

static lic_node *make_leaf(maker *m)
{
    lic_node *node;
    switch (draw(m, 7)) {
    case 0:
        node = make(m, LIC_NODE_NUMBER, "");
        node->number = draw(m, 1000);
        return node;
    case 1:
        node = make(m, LIC_NODE_AMOUNT_OF, "GBP");
        node->number = draw(m, 10000000);
        node->scale = 2;
        return node;
    case 2: return make(m, LIC_NODE_CODE, "GB");
    case 3:
        node = make(m, LIC_NODE_DATE, "");
        node->number = draw(m, 30000);
        return node;
    case 4:
        node = make(m, LIC_NODE_RATE, "");
        node->number = draw(m, 100);
        node->scale = 2;
        node->flags = LIC_FLAG_PERCENT;
        return node;
    default: return make_reference(m);
    }
}

static lic_node *make_binary(maker *m, unsigned depth)
{
    static const char *const OPERATORS[] = {"+", "-", "*",  "/",  "except", "otherwise",
                                            "=", "<", ">=", "in", "and",    "or"};
    lic_node *node = make(m, LIC_NODE_BINARY, OPERATORS[draw(m, LIC_COUNT(OPERATORS))]);
    lic_node_add(m->compilation, node, make_expression(m, depth - 1));
    lic_node_add(m->compilation, node, make_expression(m, depth - 1));
    return node;
}

static lic_node *make_fold(maker *m, unsigned depth)
{
    lic_node *node = make(m, LIC_NODE_FOLD, "sum");
    lic_node_add(m->compilation, node, make_expression(m, depth - 1));
    lic_node_add(m->compilation, node,
                 draw(m, 2) ? make_expression(m, depth - 1) : make(m, LIC_NODE_ABSENT, ""));
    return node;
}

static lic_node *make_through(maker *m, unsigned depth)
{
    lic_node *node = make(m, LIC_NODE_THROUGH, "");
    lic_node_add(m->compilation, node, make_expression(m, depth - 1));
    for (int i = 0; i < 3; i++) {
        bool present = i == 0 || draw(m, 2);
        lic_node_add(m->compilation, node,
                     present ? make_expression(m, depth - 1) : make(m, LIC_NODE_ABSENT, ""));
    }
    return node;
}

/* Nodes with one expression inside. */
static lic_node *make_wrapped(maker *m, unsigned depth)
{
    static const struct {
        lic_node_kind kind;
        const char *name;
    } KINDS[] = {
        {LIC_NODE_NOT, ""},           {LIC_NODE_ROUNDED, ""},      {LIC_NODE_BOUNDARY, "completed"},
        {LIC_NODE_CHOOSE, "greater"}, {LIC_NODE_CALL, "add_days"}, {LIC_NODE_SET_OF, ""}};
    size_t i = draw(m, LIC_COUNT(KINDS));
    lic_node *node = make(m, KINDS[i].kind, KINDS[i].name);
    lic_node_add(m->compilation, node, make_expression(m, depth - 1));
    if (KINDS[i].kind == LIC_NODE_NOT) return node;
    if (KINDS[i].kind == LIC_NODE_BOUNDARY || KINDS[i].kind == LIC_NODE_ROUNDED) return node;
    lic_node_add(m->compilation, node, make_expression(m, depth - 1));
    return node;
}

static lic_node *make_of(maker *m, unsigned depth)
{
    lic_node *node;
    if (draw(m, 2)) {
        node = make(m, LIC_NODE_RATE, "");
        node->number = 5, node->scale = 2, node->flags = LIC_FLAG_PERCENT;
    } else {
        node = make(m, LIC_NODE_OF, "");
        lic_node *field = make(m, LIC_NODE_FIELD, "earned");
        lic_node_add(m->compilation, field, make_reference(m));
        lic_node_add(m->compilation, node, field);
    }
    lic_node_add(m->compilation, node, make_expression(m, depth - 1));
    return node;
}

static lic_node *make_expression(maker *m, unsigned depth)
{
    if (depth == 0) return make_leaf(m);
    switch (draw(m, 7)) {
    case 0:
    case 1: return make_binary(m, depth);
    case 2: return make_fold(m, depth);
    case 3: return make_through(m, depth);
    case 4: return make_wrapped(m, depth);
    case 5: return make_of(m, depth);
    default: return make_leaf(m);
    }
}

static void check_random(uint64_t seed)
{
    lic_compilation *own = parsing_open(lic_slice_text(""));
    maker m = {own, seed};
    lic_node *expression = make_expression(&m, 4);
    lic_buffer text;
    lic_buffer_init(&text, &lic_allocator_system, 1u << 20);
    lic_put_text(&text, "licet 1\nagreement X \"X\"\nfee F\nonce ");
    size_t start = text.size;
    lic_print_expression(expression, &text);
    size_t size = text.size - start;
    lic_put_text(&text, "\namount a\nA pays B\nend\nlifecycle\ninitial draft\nfinal ended, after 9 "
                        "days\nfrom draft to ended on term.end\nend\n");
    lic_compilation *c = parsing_parse(lic_slice_of(text.data, text.size));
    const lic_node *term = lic_child_of(c->tree, LIC_NODE_MONEY_TERM, 0);
    bool same = c->diagnostics.count == 0 && term &&
                lic_tree_equal(expression, lic_child_of(term, LIC_NODE_ONCE, 0)->children[0]);
    if (!same)
        fail_msg("seed %llu: %.*s", (unsigned long long)seed, (int)size,
                 (const char *)text.data + start);
    lic_buffer_free(&text);
    parsing_close(c);
    parsing_close(own);
}

/* [lang.text.5] parentheses stand where the grammar needs them */
static void test_random_expressions(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 3000; seed++) check_random(seed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_agreements), cmocka_unit_test(test_layout_does_not_depend_on_blanks),
        cmocka_unit_test(test_layout),     cmocka_unit_test(test_fixed_places),
        cmocka_unit_test(test_numbers),    cmocka_unit_test(test_random_expressions)};
    return cmocka_run_group_tests_name("printer", tests, NULL, NULL);
}
