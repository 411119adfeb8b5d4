/* test_generate.c - what code generation promises beside a verified image: the line phase stays short,
 * a value is computed once where that is safe, nothing of a branch is used behind it, chains of rows are
 * declared for prefetching, and roundings and parameters become what they should. */
#include "unit.h"

#include <licet/compile.h>
#include <licet/crypto.h>

#include <string.h>

#define HEAD                                                                       \
    "licet 1\nagreement Example \"An example\"\n  money USD\n"                     \
    "  rounding half_even to 0.01, each amount\n  months clip\n  years calendar\n" \
    "  term from 2026-01-01 to 2027-12-31\n"                                       \
    "party Label is licensor, signs\nparty Service is licensee, signs\n"
#define LIFE                                                                                      \
    "lifecycle\n  initial draft\n  states active\n  final ended, after 60 days\n"                 \
    "  from draft to active when signed by Label, Service\n  from draft to ended on 2026-03-31\n" \
    "  from active to ended on term.end\nend\n"
#define CATALOGUE                                                                              \
    "schedule Cards\n  rows at most 10\n  key id text 5\n"                                     \
    "  column rates marginal tiers of count, USD per count for (free, paid), from 1 to 4, at " \
    "most USD 10\nend\n"                                                                       \
    "schedule Deals\n  rows at most 10\n  key id text 5\n  column card in Cards\n"             \
    "  column share rate, in bps, at most 100%\nend\n"                                         \
    "schedule Works\n  rows at most 10\n  key code isrc\n  column deal in Deals\nend\n"        \
    "account Due USD for each work in Works, at end written off\n"                             \
    "counter Units count for each work in Works, starts 0\n"                                   \
    "report Usage\n  by Service, every month, within 20 days of period.end\n"                  \
    "  lines at most 1,000, else set aside\n  column work in Works\n"                          \
    "  column product one of (free, paid)\n  column units count, at most 1,000\n"              \
    "  column gross exact USD, scale 6, at most USD 1,000\nend\n"

static lic_compilation *compile(const char *source)
{
    lic_compilation *compilation = lic_compile(lic_slice_text(source), NULL, &lic_hasher_native,
                                               &lic_allocator_system);
    assert_non_null(compilation);
    const lic_diagnostics *all = lic_compilation_diagnostics(compilation);
    for (size_t i = 0; i < all->count; i++)
        print_message("%s line %u: %s\n", all->items[i].code, all->items[i].primary.span.line,
                      all->items[i].title);
    assert_int_equal(all->count, 0);
    assert_non_null(lic_compilation_image(compilation));
    return compilation;
}

/* The phase of a kind in the report's entry. */
static const lic_phase *phase_of(const lic_image *image, lic_phase_kind kind)
{
    const lic_entry *entry = &image->entries[lic_image_entry(image, LIC_ENTRY_REPORT, 0)];
    for (uint32_t i = 0; i < entry->phase_count; i++)
        if (image->phases[entry->first_phase + i].kind == kind)
            return &image->phases[entry->first_phase + i];
    fail();
    return NULL;
}

static uint32_t count_ops(const lic_image *image, const lic_phase *phase, lic_op op)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < phase->count; i++) count += image->code[phase->first + i].op == op;
    return count;
}

/* [perf] The line of a streaming month: three look-ups, tiers, two products, the greater of them, two sums. */
static void test_line_is_short(void **state)
{
    (void)state;
    lic_compilation *c = compile(
        HEAD CATALOGUE
        "royalty Streams\n  on Usage, for each work in Works\n"
        "  line by_units = units through work.deal.card.rates for product cumulative in Units of "
        "work\n"
        "  line value = greater of (by_units * work.deal.share, gross * work.deal.share)\n"
        "  amount sum of value\n  Service owes Due of work\nend\n" LIFE);
    const lic_image *image = lic_compilation_image(c);
    const lic_phase *lines = phase_of(image, LIC_PHASE_LINES);
    assert_true(lines->count <= 11);
    assert_int_equal(count_ops(image, lines, LIC_OP_TIER_SUM), 1);
    assert_int_equal(count_ops(image, lines, LIC_OP_LOAD),
                     4); /* deal, card, units before, share: each once */
    assert_int_equal(count_ops(image, lines, LIC_OP_GAIN), 1);
    assert_int_equal(count_ops(image, lines, LIC_OP_GAIN2), 1);
    lic_compilation_destroy(c);
}

static void test_chain_of_rows_is_declared(void **state)
{
    (void)state;
    lic_compilation *c = compile(HEAD CATALOGUE
                                 "royalty Streams\n  on Usage, for each work in Works\n"
                                 "  line value = units through work.deal.card.rates for product "
                                 "cumulative in Units of work\n"
                                 "  amount sum of value\n  Service owes Due of work\nend\n" LIFE);
    const lic_image *image = lic_compilation_image(c);
    const lic_phase *lines = phase_of(image, LIC_PHASE_LINES);
    static const char *const tables[] = {"Works", "Deals", "Cards"};
    assert_int_equal(lines->touch_count, 3);
    for (uint32_t i = 0; i < 3; i++) {
        const lic_touch *touch = &image->touches[lines->first_touch + i];
        assert_true(lic_slice_equal(image->tables[touch->table].name, lic_slice_text(tables[i])));
        assert_int_equal(touch->reg == 255, i > 0);
        assert_int_equal(touch->cells, i == 0);
        assert_int_not_equal(touch->via, LIC_NONE16);
    }
    lic_compilation_destroy(c);
}

/* What is loaded inside `if` is loaded again behind it: the way around did not load it. */
static void test_branches_keep_their_values(void **state)
{
    (void)state;
    lic_compilation *c = compile(HEAD "counter Seen count, from 0 to 9, starts 0\n"
                                      "action Visit(big: count)\n  by Label\n  in active\n"
                                      "  if big > 3\n    require Seen < 5\n  end\n  require Seen < "
                                      "9\n  set Seen to Seen + 1\nend\n" LIFE);
    const lic_image *image = lic_compilation_image(c);
    const lic_entry *entry = &image->entries[lic_image_entry(image, LIC_ENTRY_ACTION, 0)];
    const lic_phase *phase = &image->phases[entry->first_phase];
    assert_int_equal(count_ops(image, phase, LIC_OP_LOAD), 2);
    assert_int_equal(count_ops(image, phase, LIC_OP_RANGE), 1);
    lic_compilation_destroy(c);
}

/* A product that is only rounded is one instruction with a wide intermediate; a divided one carries
 * its divisor to the rounding. */
static void test_roundings(void **state)
{
    (void)state;
    lic_compilation *c = compile(HEAD "report Usage\n  by Service, every month, within 20 days of "
                                      "period.end\n  lines at most 9, else refuse\n"
                                      "  column gross exact USD, scale 6, at most USD 1,000\nend\n"
                                      "royalty Share\n  on Usage\n  amount 1/3 * sum of gross / "
                                      "4\n  at least 2% of sum of gross where gross > USD 1\n"
                                      "  Service pays Label, within 30 days\nend\n" LIFE);
    const lic_image *image = lic_compilation_image(c);
    const lic_phase *once = phase_of(image, LIC_PHASE_ONCE);
    assert_int_equal(count_ops(image, once, LIC_OP_MULDIV_EVEN), 1);
    assert_int_equal(count_ops(image, once, LIC_OP_ROUND_EVEN), 1);
    for (uint32_t i = 0; i < once->count; i++)
        if (image->code[once->first + i].op == LIC_OP_ROUND_EVEN)
            assert_int_not_equal(image->code[once->first + i].c, 255);
    bool twelve = false;
    for (uint32_t i = 0; i < image->constants_count; i++)
        twelve = twelve || (image->constants[i].type.kind == LIC_KIND_COUNT &&
                            image->constants[i].value == 12);
    assert_true(twelve);
    lic_compilation_destroy(c);
}

/* Parameters reach static rows by patches of the same type. */
static void test_patches(void **state)
{
    (void)state;
    lic_compilation *c = compile(
        HEAD
        "given First rate, scale 4, at most 100%\ngiven Half rate, scale 4, at most 100%\ngiven "
        "Rest rate, scale 4, at most 100%\n"
        "account Pool USD\naccount Owed USD for each payee, at end paid out\n"
        "report Usage\n  by Service, every month, within 20 days of period.end\n  lines at most 9, "
        "else refuse\n"
        "  column gross exact USD, scale 6, at most USD 1,000\nend\n"
        "tiers Rates of USD, marginal\n  up to USD 10: First\n  above: 20%\nend\n"
        "royalty Share\n  on Usage\n  amount sum of gross through Rates\n  Service owes Pool\nend\n"
        "split Pool\n  on Usage\n  Label: Half\n  Service: Rest\n  pennies largest remainder, ties "
        "as written\n  into Owed\nend\n" LIFE);
    const lic_image *image = lic_compilation_image(c);
    assert_int_equal(image->patches_count, 3);
    assert_int_equal(image->splits[0].total, 10000);
    assert_int_equal(image->splits[0].unit, 10000);
    const lic_table *tiers = &image->tables[image->tiers[0].table];
    assert_int_equal(tiers->static_rows, 2);
    const uint8_t *second = tiers->static_fixed.data + tiers->fixed_size;
    assert_int_equal((int64_t)lic_load_i128(second + image->fields[image->tiers[0].edge].offset),
                     10000000);
    assert_int_equal((int64_t)lic_load_u64(second + image->fields[image->tiers[0].value].offset),
                     2000);
    lic_compilation_destroy(c);
}

/* Memory that runs out anywhere gives no compilation, and nothing leaks. */
static void test_out_of_memory(void **state)
{
    (void)state;
    const char *source = HEAD CATALOGUE
        "royalty Streams\n  on Usage, for each work in Works\n  line part = units through "
        "work.deal.card.rates for product cumulative in Units of work\n  amount sum of part\n  "
        "Service "
        "owes Due of work\nend\n" LIFE;
    bool done = false;
    for (size_t n = 0; n < 400 && !done; n++) {
        unit_heap heap = {.left = n};
        lic_allocator allocator = {.context = &heap, .resize = unit_resize};
        lic_compilation *c = lic_compile(lic_slice_text(source), NULL, &lic_hasher_native,
                                         &allocator);
        done = c && lic_compilation_image(c);
        if (c) lic_compilation_destroy(c);
        assert_int_equal(heap.live_bytes, 0);
    }
    assert_true(done);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_line_is_short),
        cmocka_unit_test(test_chain_of_rows_is_declared),
        cmocka_unit_test(test_branches_keep_their_values),
        cmocka_unit_test(test_roundings),
        cmocka_unit_test(test_patches),
        cmocka_unit_test(test_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
