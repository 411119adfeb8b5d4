/* [lang.diag.3] test_explain.c - the examples of every explain page, compiled: the wrong one gives exactly that
 * code, the right one compiles to an image. */
#include "unit.h"

#include "diagnostics/table.h"

#include <licet/compile.h>
#include <licet/crypto.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static lic_compilation *compile_example(const lic_diagnostic_info *info, const char *example)
{
    lic_buffer source;
    lic_buffer_init(&source, &lic_allocator_system, 1u << 20);
    lic_diagnostic_example(info, example, &source);
    lic_compilation *compilation = lic_compile(lic_slice_of(source.data, source.size), NULL,
                                               &lic_hasher_native, &lic_allocator_system);
    assert_non_null(compilation);
    lic_buffer_free(&source);
    return compilation;
}

static void show(const char *code, const char *which, const lic_compilation *compilation)
{
    const lic_diagnostics *all = lic_compilation_diagnostics(compilation);
    if (all->count == 0) print_message("%s %s: no mistake found\n", code, which);
    for (size_t i = 0; i < all->count; i++) {
        print_message("%s %s: %s at line %u: %s\n", code, which, all->items[i].code,
                      all->items[i].primary.span.line, all->items[i].title);
    }
}

/* Every diagnostic is of the page's code, and there is one. */
static bool wrong_gives_code(const lic_diagnostic_info *info)
{
    lic_compilation *compilation = compile_example(info, info->wrong);
    const lic_diagnostics *all = lic_compilation_diagnostics(compilation);
    bool good = all->count > 0;
    for (size_t i = 0; i < all->count; i++)
        good = good && strcmp(all->items[i].code, info->code) == 0;
    if (!good) show(info->code, "wrong", compilation);
    lic_compilation_destroy(compilation);
    return good;
}

static bool right_compiles(const lic_diagnostic_info *info)
{
    lic_compilation *compilation = compile_example(info, info->right);
    bool good = lic_compilation_diagnostics(compilation)->count == 0 &&
                lic_compilation_image(compilation);
    if (!good) show(info->code, "right", compilation);
    lic_compilation_destroy(compilation);
    return good;
}

static void test_examples(void **state)
{
    (void)state;
    size_t bad = 0, examples = 0;
    for (const char *const *code = lic_diagnostic_codes(); *code; code++) {
        const lic_diagnostic_info *info = lic_diagnostic_find(*code);
        if (!info->frame) continue;
        examples++;
        if (!wrong_gives_code(info)) bad++;
        if (!right_compiles(info)) bad++;
    }
    assert_true(examples > 30);
    assert_int_equal(bad, 0);
}

/* Each code but I01 (see test_diagnostic.c) has a golden program that shows it. */
static void test_every_code_has_a_golden_program(void **state)
{
    (void)state;
    const char *root = getenv("LICET_SOURCE");
    for (const char *const *code = lic_diagnostic_codes(); *code; code++) {
        if (strcmp(*code, "I01") == 0) continue;
        char path[4096], shown[16], text[65536];
        snprintf(path, sizeof path, "%s/tests/golden/%s.lic", root ? root : ".", *code);
        snprintf(shown, sizeof shown, "--| error[%s]", *code);
        FILE *file = fopen(path, "rb");
        if (!file) fail_msg("%s is missing", path);
        size_t size = fread(text, 1, sizeof text - 1, file);
        fclose(file);
        text[size] = '\0';
        const char *at = memchr(text, '\0', size) ? NULL : strstr(text, shown);
        if (!at) fail_msg("%s does not show %s", path, *code);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_examples),
                                       cmocka_unit_test(test_every_code_has_a_golden_program)};
    return cmocka_run_group_tests_name("explain", tests, NULL, NULL);
}
