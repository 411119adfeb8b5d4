/* test_fragment.c - templates, what is filled into their holes, and composing. Would catch: a value
 * that becomes another part of the text than a value; a hole or a value that is passed over in silence;
 * a composed text that is not the text of its parts; memory that is not given back when it runs out. */
#include "unit.h"

#include <licet/crypto.h>
#include <licet/fragment.h>
#include <licet/number.h>

#include <stdio.h>
#include <string.h>

static const lic_filling NOTHING = {.kind = LIC_FILLING_NONE};

static lic_filling name(const char *text)
{
    return (lic_filling){.kind = LIC_FILLING_NAME, .text = lic_slice_text(text)};
}
static lic_filling word(const char *text)
{
    return (lic_filling){.kind = LIC_FILLING_WORD, .text = lic_slice_text(text)};
}
static lic_filling quoted(const char *text)
{
    return (lic_filling){.kind = LIC_FILLING_TEXT, .text = lic_slice_text(text)};
}
static lic_filling money(const char *currency, lic_i128 number, uint8_t scale)
{
    return (lic_filling){.kind = LIC_FILLING_MONEY,
                         .text = lic_slice_text(currency),
                         .number = number,
                         .scale = scale};
}
static lic_filling rate(lic_i128 number, uint8_t scale)
{
    return (lic_filling){.kind = LIC_FILLING_RATE, .number = number, .scale = scale};
}
static lic_filling number(lic_i128 value, uint8_t scale)
{
    return (lic_filling){.kind = LIC_FILLING_NUMBER, .number = value, .scale = scale};
}
static lic_filling days(lic_i128 count, const char *unit)
{
    return (lic_filling){
        .kind = LIC_FILLING_DURATION, .number = count, .text = lic_slice_text(unit)};
}
static lic_filling made_of(lic_filling_kind kind, const lic_template *templates, size_t count)
{
    return (lic_filling){.kind = (uint8_t)kind, .templates = templates, .template_count = count};
}

#define HOLE(hole, value)                                  \
    {                                                      \
        {(const uint8_t *)(hole), sizeof(hole) - 1}, value \
    }

static lic_fragment *parse_with(const char *text, const lic_hole *holes, size_t count)
{
    const lic_template template = {lic_slice_text(text), holes, count};
    lic_fragment *fragment = lic_fragment_parse(&template, &lic_allocator_system);
    assert_non_null(fragment);
    return fragment;
}

/* The fragment as canonical text. */
static void expect_text(const char *text, const lic_hole *holes, size_t count,
                        const char *canonical)
{
    lic_fragment *fragment = parse_with(text, holes, count);
    const lic_diagnostics *found = lic_fragment_diagnostics(fragment);
    if (found->count > 0) fail_msg("%s: %s", found->items[0].code, found->items[0].title);
    lic_buffer target;
    lic_buffer_init(&target, &lic_allocator_system, 1u << 16);
    assert_true(lic_fragment_text(fragment, &target));
    lic_put_u8(&target, 0);
    assert_string_equal((const char *)target.data, canonical);
    lic_buffer_free(&target);
    lic_fragment_destroy(fragment);
}

/* The first mistake, at a line of the template. */
static void expect_error(const char *text, const lic_hole *holes, size_t count, const char *code,
                         uint32_t line, const char *title)
{
    lic_fragment *fragment = parse_with(text, holes, count);
    const lic_diagnostics *found = lic_fragment_diagnostics(fragment);
    assert_true(found->error_count > 0);
    assert_string_equal(found->items[0].code, code);
    assert_int_equal(found->items[0].primary.span.line, line);
    if (!strstr(found->items[0].title, title))
        fail_msg("not `%s`: %s", title, found->items[0].title);
    lic_buffer target;
    lic_buffer_init(&target, &lic_allocator_system, 1u << 16);
    assert_false(lic_fragment_text(fragment, &target));
    lic_buffer_free(&target);
    lic_fragment_destroy(fragment);
}

/* -- what values become ------------------------------------------------------------------------------ */

static void test_every_kind(void **state)
{
    (void)state;
    const lic_filling territories[] = {name("CN"), name("KP")};
    const lic_filling plans[] = {name("premium"), name("family")};
    const lic_filling roles[] = {word("licensor"), word("signs")};
    const lic_hole holes[] = {
        HOLE("law", quoted("a \"quoted\" \\ law")),
        HOLE("currency", name("GBP")),
        HOLE("mode", word("half_even")),
        HOLE("unit", number(1, 2)),
        HOLE("label", name("Label")),
        HOLE("roles", ((lic_filling){.kind = LIC_FILLING_LIST, .items = roles, .item_count = 2})),
        HOLE("until", ((lic_filling){.kind = LIC_FILLING_DATE, .number = 20453})),
        HOLE("sum", money("GBP", 25000000, 2)),
        HOLE("share", rate(525, 3)),
        HOLE("third", ((lic_filling){.kind = LIC_FILLING_RATE, .number = 1, .denominator = 3})),
        HOLE("plans", ((lic_filling){.kind = LIC_FILLING_SET, .items = plans, .item_count = 2})),
        HOLE("where",
             ((lic_filling){
                 .kind = LIC_FILLING_SET, .outside = true, .items = territories, .item_count = 2})),
        HOLE("most", number(100000, 0)),
        HOLE("days", days(10, "business_days")),
        HOLE("months", days(1, "months")),
        HOLE("clause", quoted("4.1 (b)"))};
    expect_text(
        "law $law\nmoney $currency\nrounding $mode to $unit, each amount\n\n"
        "party $label is $roles\naccount Pool $currency [$clause]\n"
        "fact Day date, from 2026-01-01 to $until\n"
        "fee Setup [$clause]\n  on signature\n  amount greater of ($sum, $share * $sum)\n"
        "  at most $third * $sum [$clause]\n  lines where plan in $plans and country in $where\n"
        "  $label pays Other, within $days of signature + $months\nend\n"
        "register Seats\n  rows at most $most\n  key seat count\nend",
        holes, LIC_COUNT(holes),
        "  law        \"a \\\"quoted\\\" \\\\ law\"\n  money      GBP\n"
        "  rounding   half_even to 0.01, each amount\n\n"
        "party Label  is licensor, signs\n\n"
        "account Pool GBP"
        "                                                            [4.1 (b)]\n"
        "fact    Day  date, from 2026-01-01 to 2025-12-31\n\n"
        "fee Setup [4.1 (b)]\n  on       signature\n"
        "  amount   greater of (GBP 250,000.00, 52.5% * GBP 250,000.00)\n"
        "  at most  1/3 * GBP 250,000.00"
        "                                             [4.1 (b)]\n"
        "  lines    where plan in {premium, family} and country in world except {CN, KP}\n"
        "  Label pays Other, within 10 business days of signature + 1 month\nend\n\n"
        "register Seats\n  rows  at most 100,000\n  key   seat  count\nend\n");
}

/* An expression is one operand, whatever stands in it; the printer puts the parentheses. */
static void test_expressions_are_operands(void **state)
{
    (void)state;
    const lic_hole inner[] = {HOLE("plan", name("premium"))};
    const lic_template sum = {lic_slice_text("sum of revenue where plan = $plan"), inner, 1};
    const lic_template difference = {lic_slice_text("a - b"), NULL, 0};
    const lic_hole holes[] = {HOLE("base", made_of(LIC_FILLING_EXPRESSION, &sum, 1)),
                              HOLE("less", made_of(LIC_FILLING_EXPRESSION, &difference, 1))};
    expect_text(
        "fee X\n on signature\n amount 5% * $base\n at least c - $less\n at most $less * 2\n"
        " A pays B\nend",
        holes, 2,
        "fee X\n  on        signature\n  amount    5% * sum of revenue where plan = premium\n"
        "  at least  c - (a - b)\n  at most   (a - b) * 2\n  A pays B\nend\n");
}

static void test_lines(void **state)
{
    (void)state;
    const lic_hole label[] = {HOLE("who", name("Label")), HOLE("part", rate(60, 2)),
                              HOLE("clause", NOTHING)};
    const lic_hole artist[] = {HOLE("who", name("Artist")), HOLE("part", rate(40, 2)),
                               HOLE("clause", quoted("4.3"))};
    const lic_template rows[] = {
        {lic_slice_text("$who: $part [$clause]"), label, 3},
        {lic_slice_text("-- the artist\n$who: $part [$clause]\n"), artist, 3}};
    const lic_hole holes[] = {HOLE("rows", made_of(LIC_FILLING_LINES, rows, 2)),
                              HOLE("more", NOTHING)};
    expect_text(
        "split Pool\n  on Usage\n  -- who gets what\n  $rows\n  $more\n"
        "  pennies largest remainder, ties as written\n  into Owed\nend\n",
        holes, 2,
        "split Pool\n  on       Usage\n  -- who gets what\n  Label:   60%\n"
        "  -- the artist\n"
        "  Artist:  40%                                                              [4.3]\n"
        "  pennies  largest remainder, ties as written\n  into     Owed\nend\n");
}

/* Templates are borrowed while they are read, and no longer. */
static void test_templates_may_go(void **state)
{
    (void)state;
    char outer[] = "fee X\n  on signature\n  amount $v\n  A pays B [4]\nend",
         inner[] = "GBP 1 + bb";
    const lic_template expression = {lic_slice_text(inner), NULL, 0};
    const lic_hole holes[] = {HOLE("v", made_of(LIC_FILLING_EXPRESSION, &expression, 1))};
    lic_fragment *fragment = parse_with(outer, holes, 1);
    memset(outer, '#', sizeof outer - 1);
    memset(inner, '#', sizeof inner - 1);
    lic_buffer text;
    lic_buffer_init(&text, &lic_allocator_system, 1u << 16);
    assert_true(lic_fragment_text(fragment, &text));
    assert_null(memchr(text.data, '#', text.size));
    lic_buffer_free(&text);
    lic_fragment_destroy(fragment);
}

/* Lines that go to fixed places of their block, and steps below a transition. */
static void test_lines_of_a_lifecycle(void **state)
{
    (void)state;
    const lic_template text = {
        lic_slice_text(
            "final ended, after 1 day\nthen cancel Sync.open\nfrom b to c on 2026-01-01"),
        NULL, 0};
    const lic_hole holes[] = {HOLE("lines", made_of(LIC_FILLING_LINES, &text, 1))};
    expect_text("lifecycle\ninitial draft\nfrom a to b after 1 day\n$lines\nend", holes, 1,
                "lifecycle\n  initial draft\n  final   ended, after 1 day\n"
                "  from a to b  after 1 day\n    then cancel Sync.open\n"
                "  from b to c  on 2026-01-01\nend\n");
}

/* -- what values can't become --------------------------------------------------------------------------- */

#define FEE "fee X\n on signature\n amount $v\n A pays B\nend"

static void expect_refused(const char *text, lic_filling value, uint32_t line, const char *title)
{
    const lic_hole holes[] = {{lic_slice_text("v"), value}};
    expect_error(text, holes, 1, "P22", line, title);
}

static void test_nothing_is_injected(void **state)
{
    (void)state;
    static const char *const HOSTILE[] = {
        "x end grant", "x\nend\ngrant Y", "",         "4.1", "x -- y", "x]", "\"x\"", "$w",
        "x.y",         "x of y",          "\xC3\xA4", "x\t", "(x)",    "5%", "_x",    "x y"};
    for (size_t i = 0; i < LIC_COUNT(HOSTILE); i++) {
        expect_refused(FEE, name(HOSTILE[i]), 3, "is no name");
        expect_refused(FEE, word(HOSTILE[i]), 3, "is no word of the language");
    }
    expect_refused("fee X\n $v\nend", word("end"), 2, "is no word of the language");
    expect_refused("fee X\n $v\nend", word("else"), 2, "is no word of the language");
    expect_refused("law $v", quoted("a\nmoney GBP"), 1, "control character");
    expect_refused("law $v", quoted("\xFF"), 1, "UTF-8");
    expect_refused("law $v", quoted("e\xCC\x81"), 1, "normalisation form C");
    expect_refused("account X GBP [$v]", quoted("4] [5"), 1, "no brackets");
    expect_refused("account X GBP [$v]", quoted(" 4"), 1, "1 to 40 bytes");
    expect_refused("account X GBP [$v]", number(4, 0), 1, "1 to 40 bytes");
    expect_refused(FEE, money("GBP", -1, 2), 3, "negative");
    expect_refused(FEE, money("pounds", 1, 2), 3, "no code");
    expect_refused(FEE, rate(-1, 2), 3, "negative");
    expect_refused(FEE, rate(lic_power_of_ten(35), 0), 3, "too many digits");
    expect_refused(FEE, number((lic_i128)1 << 126, 2), 3, "too many digits");
    expect_refused(FEE, number(1, 21), 3, "too many digits");
    expect_refused(FEE, days(3, "weeks"), 3, "a duration counts");
    expect_refused(FEE, (lic_filling){.kind = LIC_FILLING_DATE, .number = 1 << 30}, 3,
                   "no such date");
    expect_refused(FEE, (lic_filling){.kind = LIC_FILLING_LIST}, 3, "the list is empty");
    const lic_filling inner = {.kind = LIC_FILLING_SET};
    expect_refused(FEE, (lic_filling){.kind = LIC_FILLING_SET, .items = &inner, .item_count = 1}, 3,
                   "a list holds names and values alone");
}

/* A chosen name that is spelt like a word of the language is a name all the same. */
static void test_names_are_no_words_of_the_language(void **state)
{
    (void)state;
    static const char *const TEXTS[] = {
        "fee X\n on signature\n amount $v of x\n A pays B\nend", /* a fold */
        "fee X\n on signature\n amount 1\n A $v B\nend",         /* a sentence */
        "fee X\n on $v\n amount 1\n A pays B\nend",              /* a trigger */
        "fee X\n on signature\n $v 1\n A pays B\nend",           /* a leader */
        "fee X\n on signature\n amount 3 $v\n A pays B\nend",    /* a duration */
        "account X $v",                                          /* a type */
        "fact X date, $v 5",                                     /* an attribute */
        "$v Y"};
    static const char *const WORDS[] = {"sum",  "pays", "overdue", "amount",
                                        "days", "rate", "at",      "schedule"};
    for (size_t i = 0; i < LIC_COUNT(TEXTS); i++) {
        const lic_hole holes[] = {{lic_slice_text("v"), name(WORDS[i])}};
        lic_fragment *fragment = parse_with(TEXTS[i], holes, 1);
        assert_true(lic_fragment_diagnostics(fragment)->error_count > 0);
        lic_fragment_destroy(fragment);
    }
    const lic_hole holes[] = {{lic_slice_text("v"), name("days")}};
    expect_text("fee X\n on signature\n let $v = 3\n amount $v * $v\n A pays B\nend", holes, 1,
                "fee X\n  on      signature\n  let     days = 3\n  amount  days * days\n"
                "  A pays B\nend\n");
}

static void expect_lines_refused(const char *lines, const char *title)
{
    const lic_template text = {lic_slice_text(lines), NULL, 0};
    expect_refused("fee X\n on signature\n amount 1\n $v\n A pays B\nend",
                   made_of(LIC_FILLING_LINES, &text, 1), 4, title);
}

static void test_lines_do_not_leave_their_block(void **state)
{
    (void)state;
    expect_lines_refused("at least 1\nend\ngrant Y\nfrom A to B", "`$v` can't be read here");
    expect_lines_refused("grant Y\n from A to B\nend", "`$v` can't be read here");
    expect_lines_refused("if x = 1", "`$v` can't be read here");
    expect_lines_refused("at least", "`$v` can't be read here");
    const lic_template two = {lic_slice_text("1\nat least 2"), NULL, 0};
    expect_refused(FEE, made_of(LIC_FILLING_EXPRESSION, &two, 1), 3, "`$v` can't be read here");
    const lic_template more = {lic_slice_text("1 [4]"), NULL, 0};
    expect_refused(FEE, made_of(LIC_FILLING_EXPRESSION, &more, 1), 3, "`$v` can't be read here");
    const lic_template none = {lic_slice_text(""), NULL, 0};
    expect_refused(FEE, made_of(LIC_FILLING_EXPRESSION, &none, 1), 3, "`$v` can't be read here");
    const lic_hole holes[] = {{lic_slice_text("v"), made_of(LIC_FILLING_LINES, &none, 1)}};
    expect_error(FEE, holes, 1, "P15", 3, "expected a value, found `$v`");
}

static void test_holes_and_values_belong_together(void **state)
{
    (void)state;
    const lic_hole one[] = {HOLE("v", number(1, 0)), HOLE("w", number(2, 0))};
    expect_error(FEE, NULL, 0, "P22", 3, "nothing fills the hole `$v`");
    expect_error(FEE, one, 2, "P22", 1, "the template has no hole for `w`");
    expect_text("-- costs $5\nfee X -- $v\n on signature\n amount $v\n A pays B\nend", one, 1,
                "-- costs $5\nfee X  -- $v\n  on      signature\n  amount  1\n  A pays B\nend\n");
}

/* A template that holds itself, so to speak. */
static void test_templates_nest_to_a_limit(void **state)
{
    (void)state;
    lic_template texts[LIC_TEMPLATES_MAX + 1] = {{lic_slice_text("1"), NULL, 0}};
    lic_hole holes[LIC_TEMPLATES_MAX + 1];
    for (size_t i = 1; i <= LIC_TEMPLATES_MAX; i++) {
        holes[i] = (lic_hole){lic_slice_text("v"),
                              made_of(LIC_FILLING_EXPRESSION, &texts[i - 1], 1)};
        texts[i] = (lic_template){lic_slice_text("1 + $v"), &holes[i], 1};
    }
    const lic_hole fits[] = {
        {lic_slice_text("v"), made_of(LIC_FILLING_EXPRESSION, &texts[LIC_TEMPLATES_MAX - 1], 1)}};
    lic_fragment *fragment = parse_with(FEE, fits, 1);
    assert_int_equal(lic_fragment_diagnostics(fragment)->error_count, 0);
    lic_fragment_destroy(fragment);
    expect_refused(FEE, made_of(LIC_FILLING_EXPRESSION, &texts[LIC_TEMPLATES_MAX], 1), 3,
                   "`$v` can't be read here");
}

/* -- composing --------------------------------------------------------------------------------------------- */

#define HEADER                                                                     \
    "money GBP\nrounding half_even to 0.01, each amount\nterm from 2026-01-01 to " \
    "2026-12-31\n"
#define PARTIES "party Label is licensor, signs\nparty User is licensee, signs\n"
#define SETUP \
    "fee Setup [1]\n  on signature\n  amount GBP 5.00\n  User pays Label, within 30 days\nend\n"
#define LIFE                                                                                    \
    "lifecycle\n  initial draft\n  states active\n  final ended, after 60 days\n  from draft "  \
    "to active when signed by Label, User\n  from draft to ended on 2026-03-31\n  from active " \
    "to ended on term.end\nend\n"

typedef struct parts {
    lic_fragment *fragments[8];
    size_t count;
} parts;

static void add(parts *p, const char *text)
{
    p->fragments[p->count++] = parse_with(text, NULL, 0);
}

static lic_compilation *compose(const parts *p, const char *title, lic_order order,
                                const lic_allocator *allocator)
{
    const lic_composition composition = {.name = lic_slice_text("Small"),
                                         .title = lic_slice_text(title),
                                         .fragments = (const lic_fragment *const *)p->fragments,
                                         .count = p->count,
                                         .order = order};
    return lic_compile_composition(&composition, NULL, &lic_hasher_native, allocator);
}

static void drop(parts *p)
{
    for (size_t i = 0; i < p->count; i++) lic_fragment_destroy(p->fragments[i]);
}

static void expect_source(const lic_compilation *c, const char *text)
{
    lic_slice source = lic_compilation_source(c);
    assert_int_equal(source.size, strlen(text));
    assert_memory_equal(source.data, text, source.size);
}

static void test_sections(void **state)
{
    (void)state;
    parts p = {{NULL}, 0};
    add(&p, "\n" LIFE);
    add(&p, "account Pool GBP, at end written off\n" SETUP "-- the last words\n");
    add(&p, PARTIES "account Other GBP, at end lapses\n");
    add(&p, HEADER "advisory \"Be kind.\" [9]\n");
    lic_compilation *c = compose(&p, "Small", LIC_ORDER_SECTIONS, &lic_allocator_system);
    expect_source(
        c, "licet 1\nagreement Small \"Small\"\n  money      GBP\n"
           "  rounding   half_even to 0.01, each amount\n  term       from 2026-01-01 to "
           "2026-12-31\n\n"
           "party Label  is licensor, signs\nparty User   is licensee, signs\n\n"
           "advisory \"Be kind.\""
           "                                                         [9]\n\n"
           "account Pool  GBP, at end written off\naccount Other GBP, at end lapses\n\n"
           "lifecycle\n  initial draft\n  states  active\n  final   ended, after 60 days\n"
           "  from draft to active  when signed by Label, User\n"
           "  from draft to ended   on 2026-03-31\n  from active to ended  on term.end\nend\n\n"
           "fee Setup [1]\n  on      signature\n  amount  GBP 5.00\n"
           "  User pays Label, within 30 days\nend\n-- the last words\n");
    lic_origin_line origin;
    assert_false(lic_compilation_origin(c, 2, &origin));
    assert_true(lic_compilation_origin(c, 3, &origin));
    assert_int_equal(origin.fragment, 3);
    assert_true(lic_compilation_origin(c, 26, &origin)); /* amount */
    assert_int_equal(origin.fragment, 1);
    assert_int_equal(origin.line, 4);
    assert_true(lic_compilation_origin(c, 13, &origin));
    assert_int_equal(origin.fragment, 2);
    assert_int_equal(origin.line, 3);
    lic_compilation_destroy(c);
    drop(&p);
}

/* What the text compiles to is what the fragments compile to. */
static void test_the_text_is_the_agreement(void **state)
{
    (void)state;
    parts p = {{NULL}, 0};
    add(&p, LIFE);
    add(&p, HEADER PARTIES SETUP);
    lic_compilation *c = compose(&p, "A \"small\" \\ one", LIC_ORDER_SECTIONS,
                                 &lic_allocator_system);
    assert_non_null(lic_compilation_image(c));
    lic_compilation *again = lic_compile(lic_compilation_source(c), NULL, &lic_hasher_native,
                                         &lic_allocator_system);
    assert_non_null(lic_compilation_image(again));
    lic_hash a = lic_compilation_source_hash(c), b = lic_compilation_source_hash(again);
    assert_true(lic_hash_equal(&a, &b));
    assert_true(lic_slice_equal(lic_compilation_bytes(c), lic_compilation_bytes(again)));
    lic_compilation_destroy(again);
    lic_compilation_destroy(c);
    drop(&p);
}

static void expect_first(const lic_compilation *c, const char *code)
{
    const lic_diagnostics *found = lic_compilation_diagnostics(c);
    assert_true(found->error_count > 0);
    assert_string_equal(found->items[0].code, code);
    assert_null(lic_compilation_image(c));
}

static void test_headings_are_no_way_in(void **state)
{
    (void)state;
    parts p = {{NULL}, 0};
    add(&p, HEADER PARTIES SETUP LIFE);
    lic_compilation *c = compose(&p, "a\nparty X is payee", LIC_ORDER_WRITTEN,
                                 &lic_allocator_system);
    expect_first(c, "P02");
    lic_compilation_destroy(c);
    const lic_composition composition = {.name = lic_slice_text("Small \"x\"\nparty Y is payee"),
                                         .title = lic_slice_text("x"),
                                         .fragments = (const lic_fragment *const *)p.fragments,
                                         .count = 1};
    c = lic_compile_composition(&composition, NULL, &lic_hasher_native, &lic_allocator_system);
    expect_first(c, "P20");
    lic_compilation_destroy(c);
    drop(&p);
}

/* Mistakes that the whole agreement alone shows are told in its text. */
static void test_mistakes_of_the_whole(void **state)
{
    (void)state;
    parts p = {{NULL}, 0};
    add(&p, HEADER PARTIES LIFE);
    add(&p, "\n\nfee Setup\n  on signature\n  amount GBP 5.00\n  User pays Lable, within 30 "
            "days\nend\n");
    lic_compilation *c = compose(&p, "Small", LIC_ORDER_SECTIONS, &lic_allocator_system);
    expect_first(c, "N01");
    lic_origin_line origin;
    uint32_t line = lic_compilation_diagnostics(c)->items[0].primary.span.line;
    assert_true(lic_compilation_origin(c, line, &origin));
    assert_int_equal(origin.fragment, 1);
    assert_int_equal(origin.line, 6);
    lic_compilation_destroy(c);
    drop(&p);
}

static void test_memory_runs_out(void **state)
{
    (void)state;
    parts p = {{NULL}, 0};
    add(&p, HEADER PARTIES);
    add(&p, SETUP LIFE "-- end");
    bool done = false;
    for (size_t allowed = 0; !done; allowed++) {
        unit_heap heap = {.left = allowed};
        lic_allocator allocator = unit_allocator(&heap);
        lic_compilation *c = compose(&p, "Small", LIC_ORDER_SECTIONS, &allocator);
        done = c && lic_compilation_image(c);
        if (c) assert_true(done);
        lic_compilation_destroy(c);
        assert_int_equal(heap.live_bytes, 0);
    }
    const lic_hole holes[] = {{lic_slice_text("v"), number(1, 0)}};
    const lic_template text = {lic_slice_text(FEE), holes, 1};
    for (size_t allowed = 0;; allowed++) {
        unit_heap heap = {.left = allowed};
        lic_allocator allocator = unit_allocator(&heap);
        lic_fragment *fragment = lic_fragment_parse(&text, &allocator);
        done = fragment != NULL;
        lic_fragment_destroy(fragment);
        assert_int_equal(heap.live_bytes, 0);
        if (done) break;
    }
    drop(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_kind),
        cmocka_unit_test(test_expressions_are_operands),
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_lines_of_a_lifecycle),
        cmocka_unit_test(test_templates_may_go),
        cmocka_unit_test(test_nothing_is_injected),
        cmocka_unit_test(test_names_are_no_words_of_the_language),
        cmocka_unit_test(test_lines_do_not_leave_their_block),
        cmocka_unit_test(test_holes_and_values_belong_together),
        cmocka_unit_test(test_templates_nest_to_a_limit),
        cmocka_unit_test(test_sections),
        cmocka_unit_test(test_the_text_is_the_agreement),
        cmocka_unit_test(test_headings_are_no_way_in),
        cmocka_unit_test(test_mistakes_of_the_whole),
        cmocka_unit_test(test_memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
