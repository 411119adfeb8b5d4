/* test_names_list.c - the names of an agreement. Would catch: a declaration that completion does not know,
 * a member without its owner, an agreement with mistakes of which nothing is known. */
#include "unit.h"

#include <licet/crypto.h>
#include <licet/names.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char TEXT[] =
    "licet 1\nagreement Names \"Names\"\n  money      GBP\n  rounding   half_even to 0.01, each "
    "amount\n  term       from 2026-01-01 to 2026-12-31\n\nuse territory\n\n"
    "party Label is licensor, signs\nparty User  is licensee, signs\n\n"
    "account Due GBP for each work in Works, at end written off\n"
    "given Share rate, at most 100%\n\n"
    "schedule Works\n  rows at most 9\n  key    code   isrc\n  column title  ignored\nend\n\n"
    "report Usage\n  by Label, every month, within 20 days of period.end\n"
    "  lines at most 10, else refuse\n  column work in Works\n"
    "  column land territory in Nordics\n  column gross exact GBP, scale 2, at most GBP 100\n  "
    "value half = 50% * gross\nend\n\n"
    "royalty Stream [4]\n  on Usage, for each work in Works\n  amount Share * sum of half\n"
    "  User owes Due of work\nend\n\n"
    "action Warn(days: count, why: text 20)\n  by Label\n  require days > 3\n  emit Warned(days, "
    "why)\nend\n\n"
    "lifecycle\n  initial draft\n  states  active\n  final   ended, after 60 days\n"
    "  from draft to active  when signed by Label, User\n  from draft to ended   on 2026-03-31\n"
    "  from active to ended  on term.end\nend\n";

static lic_compilation *compile(const char *text)
{
    lic_compilation *c = lic_compile(lic_slice_text(text), NULL, &lic_hasher_native,
                                     &lic_allocator_system);
    assert_non_null(c);
    return c;
}

static void expect(const lic_names *names, const char *owner, const char *text, const char *kind,
                   const char *type)
{
    const lic_name *name = lic_names_find(names, lic_slice_text(owner), lic_slice_text(text));
    if (!name) fail_msg("no name %s %s", owner, text);
    if (!lic_slice_equal(name->kind, lic_slice_text(kind)))
        fail_msg("%s is %.*s, not %s", text, (int)name->kind.size, (const char *)name->kind.data,
                 kind);
    if (!lic_slice_equal(name->type, lic_slice_text(type)))
        fail_msg("type of %s is %.*s", text, (int)name->type.size, (const char *)name->type.data);
}

static void test_names(void **state)
{
    (void)state;
    lic_compilation *c = compile(TEXT);
    assert_int_equal(lic_compilation_diagnostics(c)->error_count, 0);
    const lic_names *names = lic_names_create(c, &lic_allocator_system);
    expect(names, "", "Label", "party", "");
    expect(names, "", "Due", "account", "GBP for each work in Works");
    expect(names, "", "Share", "given parameter", "rate");
    expect(names, "", "Works", "schedule", "");
    expect(names, "Works", "code", "column", "isrc");
    expect(names, "Usage", "gross", "column", "exact GBP");
    expect(names, "Usage", "half", "value", "");
    expect(names, "", "Stream", "royalty", "");
    expect(names, "Stream", "earned", "member", "");
    expect(names, "Warn", "days", "parameter", "count");
    expect(names, "", "active", "state", "");
    expect(names, "", "Nordics", "library set", "");
    expect(names, "", "today", "word", "date");
    expect(names, "period", "end", "member", "date");
    const lic_name *label = lic_names_find(names, lic_slice_text(""), lic_slice_text("Label"));
    assert_int_equal(label->span.line, 9);
    const lic_name *nordics = lic_names_find(names, lic_slice_text(""), lic_slice_text("Nordics"));
    assert_int_equal(nordics->span.size, 0);
    assert_null(lic_names_find(names, lic_slice_text("Works"), lic_slice_text("gross")));
    lic_names_destroy(names);
    lic_compilation_destroy(c);
}

/* With a mistake further down, and with nothing that can be read. */
static void test_agreements_with_mistakes(void **state)
{
    (void)state;
    char text[sizeof TEXT + 32];
    (void)snprintf(text, sizeof text, "%s\nfee Nothing\nend\n", TEXT);
    lic_compilation *c = compile(text);
    assert_true(lic_compilation_diagnostics(c)->error_count > 0);
    const lic_names *names = lic_names_create(c, &lic_allocator_system);
    expect(names, "Usage", "gross", "column", "exact GBP");
    lic_names_destroy(names);
    lic_compilation_destroy(c);
    c = compile("\xFF");
    names = lic_names_create(c, &lic_allocator_system);
    expect(names, "", "today", "word", "date");
    lic_names_destroy(names);
    lic_compilation_destroy(c);
}

static void test_leaders(void **state)
{
    (void)state;
    size_t count = 0;
    bool royalty = false, at_least = false;
    const lic_leader_name *leaders = lic_leader_names(&count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(leaders[i].words, "royalty") == 0) royalty = leaders[i].top_level;
        if (strcmp(leaders[i].words, "at least") == 0) at_least = !leaders[i].top_level;
    }
    assert_true(royalty && at_least);
}

static void test_did_you_mean(void **state)
{
    (void)state;
    static const char *const WORDS[] = {"licensor", "licensee", "payee"};
    assert_string_equal(lic_did_you_mean(lic_slice_text("licensr"), WORDS, 3), "licensor");
    assert_null(lic_did_you_mean(lic_slice_text("banana"), WORDS, 3));
}

static void test_memory_runs_out(void **state)
{
    (void)state;
    lic_compilation *c = compile(TEXT);
    const lic_names *names = NULL;
    for (size_t allowed = 0; !names; allowed++) {
        unit_heap heap = {.left = allowed};
        lic_allocator allocator = unit_allocator(&heap);
        names = lic_names_create(c, &allocator);
        if (names) expect(names, "period", "end", "member", "date");
        lic_names_destroy(names);
        assert_int_equal(heap.live_bytes, 0);
    }
    lic_compilation_destroy(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),           cmocka_unit_test(test_agreements_with_mistakes),
        cmocka_unit_test(test_leaders),         cmocka_unit_test(test_did_you_mean),
        cmocka_unit_test(test_memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
