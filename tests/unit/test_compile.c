/* test_compile.c - lic_compile as its callers see it: memory that runs out at any allocation, the hash
 * that parties sign, the stages, another name, and what can't be compiled. */
#include "unit.h"

#include <licet/compile.h>
#include <licet/crypto.h>

#include <string.h>

#define HEAD                                                                                      \
    "licet 1\nagreement Small \"Small\"\n  money      GBP\n  rounding   half_even to 0.01, each " \
    "amount\n"
#define BODY                                                                                      \
    "  term       from 2026-01-01 to 2026-12-31\n\nparty Label  is licensor, signs\n"             \
    "party User   is licensee, signs\n\nfee Setup [1]\n  on      signature\n  amount  GBP 5.00\n" \
    "  User pays Label, within 30 days\nend\n\nlifecycle\n  initial draft\n  states  active\n"    \
    "  final   ended, after 60 days\n  from draft to active  when signed by Label, User\n"        \
    "  from draft to ended   on 2026-03-31\n  from active to ended  on term.end\nend\n"

static lic_compilation *compile_with(const char *source, const lic_allocator *allocator)
{
    return lic_compile(lic_slice_text(source), NULL, &lic_hasher_native, allocator);
}

static lic_compilation *compile(const char *source)
{
    lic_compilation *compilation = compile_with(source, &lic_allocator_system);
    assert_non_null(compilation);
    return compilation;
}

/* Would catch: a pass that holds memory outside the arena, or goes on after a failed allocation. */
static void test_memory_runs_out_at_each_allocation(void **state)
{
    (void)state;
    bool compiled = false;
    size_t refused = 0;
    for (size_t allowed = 0; !compiled; allowed++) {
        unit_heap heap = {.left = allowed};
        lic_allocator allocator = unit_allocator(&heap);
        lic_compilation *compilation = compile_with(HEAD BODY, &allocator);
        if (!compilation) refused++;
        compiled = compilation && lic_compilation_image(compilation);
        if (compilation) assert_true(compiled);
        lic_compilation_destroy(compilation);
        assert_int_equal(heap.live_bytes, 0);
        assert_true(allowed < 10000);
    }
    assert_true(refused > 3);
}

static void expect_hashes(const char *a, const char *b, bool equal)
{
    lic_compilation *first = compile(a), *second = compile(b);
    assert_int_equal(lic_compilation_diagnostics(first)->count, 0);
    assert_int_equal(lic_compilation_diagnostics(second)->count, 0);
    lic_hash x = lic_compilation_source_hash(first), y = lic_compilation_source_hash(second);
    assert_int_equal(lic_hash_equal(&x, &y), equal);
    lic_compilation_destroy(first);
    lic_compilation_destroy(second);
}

/* The signed hash is that of the canonical text: blanks do not change it, words do. */
static void test_source_hash(void **state)
{
    (void)state;
    expect_hashes(HEAD BODY, HEAD "\n\n    " BODY, true);
    expect_hashes(HEAD BODY, HEAD "-- a comment is part of what is signed\n" BODY, false);
    lic_compilation *compilation = compile(HEAD BODY);
    lic_buffer canonical;
    lic_buffer_init(&canonical, &lic_allocator_system, 1u << 20);
    assert_true(lic_compilation_format(compilation, &canonical));
    lic_slice text = lic_slice_of(canonical.data, canonical.size);
    lic_hash expected, found = lic_compilation_source_hash(compilation);
    lic_hasher_native.sha256(&text, 1, &expected);
    assert_true(lic_hash_equal(&expected, &found));
    lic_buffer_free(&canonical);
    lic_compilation_destroy(compilation);
}

static void test_same_bytes_twice(void **state)
{
    (void)state;
    lic_compilation *a = compile(HEAD BODY), *b = compile(HEAD BODY);
    assert_true(lic_compilation_bytes(a).size > 100);
    assert_true(lic_slice_equal(lic_compilation_bytes(a), lic_compilation_bytes(b)));
    lic_compilation_destroy(a);
    lic_compilation_destroy(b);
}

static bool dumps(const lic_compilation *compilation, lic_stage stage)
{
    lic_buffer target;
    lic_buffer_init(&target, &lic_allocator_system, 1u << 22);
    bool done = lic_compilation_dump(compilation, stage, &target);
    if (done) assert_true(target.size > 0);
    lic_buffer_free(&target);
    return done;
}

static void test_stages(void **state)
{
    (void)state;
    lic_compilation *good = compile(HEAD BODY), *bad = compile(HEAD "fee");
    for (int stage = LIC_STAGE_TOKENS; stage <= LIC_STAGE_BYTECODE; stage++) {
        assert_true(dumps(good, (lic_stage)stage));
    }
    assert_true(dumps(bad, LIC_STAGE_TOKENS));
    assert_true(dumps(bad, LIC_STAGE_TREE));
    assert_false(dumps(bad, LIC_STAGE_KERNEL));
    assert_false(dumps(bad, LIC_STAGE_BYTECODE));
    assert_null(lic_compilation_image(bad));
    lic_buffer target;
    lic_buffer_init(&target, &lic_allocator_system, 1u << 20);
    assert_false(lic_compilation_format(bad, &target)); /* what can't be read is never rewritten */
    assert_int_equal(target.size, 0);
    lic_buffer_free(&target);
    lic_compilation_destroy(good);
    lic_compilation_destroy(bad);
}

static void test_modules_are_not_agreements(void **state)
{
    (void)state;
    lic_compilation *compilation = compile("licet 1\nmodule m\nset Alps {AT, CH}\n");
    const lic_diagnostics *all = lic_compilation_diagnostics(compilation);
    assert_int_equal(all->error_count, 1);
    assert_string_equal(all->items[0].code, "P16");
    lic_compilation_destroy(compilation);
}

static bool no_module(void *context, lic_slice name, lic_slice *text)
{
    (void)name;
    *text = lic_slice_text(context);
    return true;
}

/* A broken module is reported at its `use`, with the module's own line. */
static void test_broken_module(void **state)
{
    (void)state;
    char text[] = "licet 1\nmodule m\nset alps {AT, CH}\n";
    lic_compile_options options = {.modules = no_module, .modules_context = text};
    lic_slice source = lic_slice_text(HEAD "use m\n" BODY);
    lic_compilation *compilation = lic_compile(source, &options, &lic_hasher_native,
                                               &lic_allocator_system);
    assert_non_null(compilation);
    const lic_diagnostics *all = lic_compilation_diagnostics(compilation);
    assert_int_equal(all->error_count, 1);
    assert_string_equal(all->items[0].code, "N05");
    assert_int_equal(all->items[0].primary.span.line, 5);
    assert_non_null(strstr(all->items[0].notes[0], "line 3 of the module"));
    lic_compilation_destroy(compilation);
}

/* Would catch: a name changed elsewhere in the text (here the title is the same word), or in the tree that
 * the compilation keeps. */
static void test_another_name(void **state)
{
    (void)state;
    lic_compilation *compilation = compile(HEAD BODY);
    lic_buffer renamed, canonical;
    lic_buffer_init(&renamed, &lic_allocator_system, LIC_SOURCE_MAX);
    lic_buffer_init(&canonical, &lic_allocator_system, LIC_SOURCE_MAX);
    assert_true(lic_compilation_rename(compilation, lic_slice_text("Other"), &renamed));
    assert_true(lic_compilation_format(compilation, &canonical));
    assert_int_equal(renamed.size, canonical.size);
    const char *before = "agreement Small \"Small\"", *after = "agreement Other \"Small\"";
    assert_memory_equal(canonical.data + strlen("licet 1\n"), before, strlen(before));
    assert_memory_equal(renamed.data + strlen("licet 1\n"), after, strlen(after));
    size_t head = strlen("licet 1\n") + strlen(after);
    assert_memory_equal(renamed.data + head, canonical.data + head, canonical.size - head);
    lic_buffer_free(&renamed);
    lic_buffer_free(&canonical);
    lic_compilation_destroy(compilation);
    lic_compilation *bad = compile("nonsense");
    assert_false(lic_compilation_rename(bad, lic_slice_text("Other"), &renamed));
    lic_compilation_destroy(bad);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_memory_runs_out_at_each_allocation),
                                       cmocka_unit_test(test_source_hash),
                                       cmocka_unit_test(test_same_bytes_twice),
                                       cmocka_unit_test(test_stages),
                                       cmocka_unit_test(test_another_name),
                                       cmocka_unit_test(test_modules_are_not_agreements),
                                       cmocka_unit_test(test_broken_module)};
    return cmocka_run_group_tests_name("compile", tests, NULL, NULL);
}
