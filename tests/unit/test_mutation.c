/* test_mutation.c - a mutator as its callers see it: memory that runs out at any allocation, counts, an
 * original that stays as it was. Which mutants there are is told in tests/golden/mutants.lic, that they are
 * what they say in tests/property/mutants.c. */
#include "unit.h"

#include <licet/crypto.h>
#include <licet/mutation.h>

#include <string.h>

static const char SMALL[] =
    "licet 1\nagreement Small \"Small\"\n  money      GBP\n  rounding   half_even to 0.01, each "
    "amount\n  term       from 2026-01-01 to 2026-12-31\n\nparty Label  is licensor, signs\n"
    "party User   is licensee, signs\n\nfee Setup [1]\n  on      signature\n  amount  GBP 5.00\n"
    "  User pays Label, within 30 days\nend\n\nlifecycle\n  initial draft\n  states  active\n"
    "  final   ended, after 60 days\n  from draft to active  when signed by Label, User\n"
    "  from draft to ended   on 2026-03-31\n  from active to ended  on term.end\nend\n";

static lic_compilation *original(void)
{
    lic_compilation *c = lic_compile(lic_slice_text(SMALL), NULL, &lic_hasher_native,
                                     &lic_allocator_system);
    assert_non_null(lic_compilation_image(c));
    return c;
}

static void test_counts(void **state)
{
    (void)state;
    lic_compilation *c = original();
    lic_mutator *m = lic_mutator_create(c, NULL, &lic_hasher_native, &lic_allocator_system);
    uint32_t mutants = 0;
    lic_mutant mutant;
    while (lic_mutator_next(m, &mutant) == LIC_OK) mutants++;
    lic_mutation_count count = lic_mutator_count(m);
    assert_int_equal(count.tried, mutants + count.refused + count.same);
    assert_true(count.total >= count.tried && mutants > 10);
    assert_int_equal(lic_mutator_next(m, &mutant), LIC_MISSING);
    lic_mutator_destroy(m);
    lic_buffer text;
    lic_buffer_init(&text, &lic_allocator_system, 1u << 20);
    assert_true(lic_compilation_format(c, &text));
    assert_int_equal(text.size, strlen(SMALL));
    lic_buffer_free(&text);
    lic_compilation_destroy(c);
}

static void test_kinds_have_names(void **state)
{
    (void)state;
    assert_string_equal(lic_mutation_kind_id(LIC_MUTATION_AMOUNT), "amount");
    assert_string_equal(lic_mutation_kind_id(LIC_MUTATION_DROP), "drop");
}

static void test_memory_runs_out(void **state)
{
    (void)state;
    lic_compilation *c = original();
    bool done = false;
    for (size_t allowed = 0; !done; allowed++) {
        unit_heap heap = {.left = allowed};
        lic_allocator allocator = unit_allocator(&heap);
        lic_mutator *m = lic_mutator_create(c, NULL, &lic_hasher_native, &allocator);
        lic_mutant mutant;
        lic_status status = LIC_NO_MEMORY;
        for (int i = 0; m && i < 3; i++) {
            status = lic_mutator_next(m, &mutant);
            if (status != LIC_OK) break;
        }
        done = status == LIC_OK;
        if (!done) assert_int_equal(status, LIC_NO_MEMORY);
        lic_mutator_destroy(m);
        assert_int_equal(heap.live_bytes, 0);
    }
    lic_compilation_destroy(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_kinds_have_names),
        cmocka_unit_test(test_memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
