/* test_coverage.c - what an engine says of the code that ran. Would catch: code that runs unseen, or is
 * seen without running; a coverage that a second engine, or an image loaded again, begins anew. */
#include "engine_fixture.h"

#include <licet/code_map.h>

static const char STEPS[] = "licet 1\n"
                            "agreement Steps \"Steps\"\n"
                            "  money      GBP\n"
                            "  rounding   half_even to 0.01, each amount\n"
                            "  term       from 2026-01-01 to 2026-12-31\n"
                            "\n"
                            "party Owner is licensor, signs\n"
                            "party User  is licensee, signs\n"
                            "\n"
                            "fact Sales GBP, set by User, never falls, at most GBP 1,000,000\n"
                            "\n"
                            "fee Setup\n"
                            "  on      signature\n"
                            "  amount  GBP 5.00\n" /* 14 */
                            "  User pays Owner, within 30 days\n"
                            "end\n"
                            "\n"
                            "bonus Big\n"
                            "  once    Sales >= GBP 1,000\n" /* 19 */
                            "  amount  GBP 10.00\n"
                            "  User pays Owner, within 30 days\n" /* 21 */
                            "end\n"
                            "\n"
                            "action Check(number: count)\n"
                            "  by       User\n"
                            "  in       active\n"
                            "  require  number < 10\n" /* 27 */
                            "  if number > 3\n"
                            "    User pays Owner GBP 1.00, within 5 days\n" /* 29 */
                            "  else\n"
                            "    User pays Owner GBP 2.00, within 5 days\n" /* 31 */
                            "  end\n"
                            "end\n"
                            "\n"
                            "lifecycle\n"
                            "  initial draft\n"
                            "  states  active\n"
                            "  final   ended, after 60 days\n"
                            "  from draft to active  when signed by Owner, User\n" /* 39 */
                            "  from draft to ended   on 2026-03-31\n"
                            "  from active to ended  on term.end\n"
                            "end\n";

typedef struct world {
    fixture f;
    lic_coverage *coverage;
    lic_compilation *compilation;
    const lic_code_map *map;
    uint32_t contract;
} world;

static bool line_ran(const world *w, uint32_t line)
{
    const lic_hash *id = &lic_compilation_image(w->compilation)->id;
    for (uint32_t pc = 0; pc < w->map->place_count; pc++)
        if (w->map->places[pc].source_line == line && lic_coverage_has(w->coverage, id, pc))
            return true;
    return false;
}

static void expect_lines(const world *w, const uint32_t *ran, const uint32_t *idle)
{
    for (; *ran; ran++)
        if (!line_ran(w, *ran)) fail_msg("line %u did not run", *ran);
    for (; *idle; idle++)
        if (line_ran(w, *idle)) fail_msg("line %u ran", *idle);
}

#define LINES(...) ((const uint32_t[]){__VA_ARGS__, 0})
#define NO_LINES ((const uint32_t[]){0})

static void begin(world *w)
{
    fixture_begin(&w->f, "2026-01-01", LIC_CLOCK_SIMULATED);
    w->coverage = lic_coverage_create(&lic_allocator_system);
    assert_non_null(w->coverage);
    w->f.options.coverage = w->coverage;
    fixture_reopen(&w->f);
    fixture_register(&w->f, "Owner");
    fixture_register(&w->f, "User");
    w->contract = fixture_deploy(&w->f, STEPS, "Owner", NULL);
    w->compilation = fixture_compile(STEPS);
    w->map = lic_code_map_create(w->compilation, &lic_allocator_system);
    assert_non_null(w->map);
}

static void end(world *w)
{
    lic_code_map_destroy(w->map);
    lic_compilation_destroy(w->compilation);
    fixture_end(&w->f);
    lic_coverage_destroy(w->coverage);
}

static void check(world *w, const char *number)
{
    lic_contract_info info = fixture_contract(&w->f, w->contract);
    lic_buffer texts;
    lic_buffer_init(&texts, &lic_allocator_system, 1024);
    lic_texts_put(&texts, lic_slice_text(number));
    lic_transaction t = fixture_of(&w->f, LIC_TX_ACT, "User");
    t.body.act.contract = info.id;
    t.body.act.arguments.count = 1;
    t.body.act.arguments.encoded = lic_slice_of(texts.data, texts.size);
    (void)try_as(&w->f, &t, "User");
    lic_buffer_free(&texts);
}

static void set_sales(world *w, const char *value)
{
    lic_transaction t = fixture_of(&w->f, LIC_TX_FACT, "User");
    t.body.fact.contract = fixture_contract(&w->f, w->contract).id;
    t.body.fact.value = lic_slice_text(value);
    fixture_good(&w->f, try_as(&w->f, &t, "User"));
}

static void test_lines_that_ran(void **state)
{
    (void)state;
    world w;
    begin(&w);
    expect_lines(&w, NO_LINES, LINES(14, 15, 20, 21, 27, 28, 29, 31));
    fixture_sign(&w.f, w.contract, "Owner");
    fixture_sign(&w.f, w.contract, "User");
    expect_lines(&w, LINES(14, 15, 19, 39), LINES(20, 21, 27, 28, 29, 31));
    set_sales(&w, "999.00");
    expect_lines(&w, LINES(19), LINES(20, 21));
    set_sales(&w, "1000.00");
    expect_lines(&w, LINES(20, 21), LINES(27, 28, 29, 31));
    check(&w, "12"); /* refused by `require`: it ran all the same */
    expect_lines(&w, LINES(27), LINES(28, 29, 31));
    fixture_reopen(&w.f);
    check(&w, "5");
    expect_lines(&w, LINES(14, 20, 27, 28, 29), LINES(31));
    check(&w, "2");
    expect_lines(&w, LINES(28, 29, 31), NO_LINES);
    lic_coverage_clear(w.coverage);
    const lic_hash *id = &lic_compilation_image(w.compilation)->id;
    assert_int_equal(lic_coverage_count(w.coverage, id), 0);
    check(&w, "2");
    expect_lines(&w, LINES(27, 31), LINES(14, 20, 29));
    assert_true(lic_coverage_count(w.coverage, id) > 0);
    end(&w);
}

static void test_an_image_that_was_never_loaded(void **state)
{
    (void)state;
    lic_coverage *coverage = lic_coverage_create(&lic_allocator_system);
    const lic_hash id = {{1}};
    assert_false(lic_coverage_has(coverage, &id, 0));
    assert_int_equal(lic_coverage_count(coverage, &id), 0);
    lic_coverage_destroy(coverage);
    lic_coverage_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_that_ran),
        cmocka_unit_test(test_an_image_that_was_never_loaded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
