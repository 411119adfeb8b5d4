/* test_lua_clauses.c - clauses made and composed in the sandbox. Would catch: a system call that composing needs
 * and the sandbox refuses; clauses that Lua does not see and that pile up; a template that takes the machine.
 * What clauses say is tested in tests/clauses. */
#include "lua_fixture.h"

#include <stdio.h>

static const char SMALL[] =
    "local function small(n)"
    "  return agreement 'Small' 'A small one' {"
    "    clauses.header { money = 'GBP', from = date '2026-01-01', to = date '2026-12-31' },"
    "    clauses.parties { members = { { 'Label', 'licensor', 'signs' }, { 'User', 'licensee', "
    "'signs' } } },"
    "    clause [[fee Setup\n on signature\n amount $sum\n User pays Label, within 30 days\nend]]"
    "      { sum = money 'GBP 5' * n },"
    "    clauses.lifecycle.simple { signers = { 'Label', 'User' }, unsigned = date '2026-03-31' } }"
    " end ";

static void expect(const char *body, const char *wanted)
{
    char text[4096];
    lic_buffer result;
    lic_error error = {0};
    (void)snprintf(text, sizeof text, "%s%s", SMALL, body);
    lic_buffer_init(&result, &lic_allocator_system, 1u << 20);
    lic_status status = script_apart(text, NULL, &result, &error);
    if (status != LIC_OK) fail_msg("%s: %s", error.code, error.text);
    lic_put_u8(&result, 0);
    assert_string_equal((const char *)result.data, wanted);
    lic_buffer_free(&result);
}

static void stops(const char *body)
{
    lic_error error = {0};
    lic_status status = script_apart(body, NULL, NULL, &error);
    bool limit = status == LIC_TIME_LIMIT || status == LIC_TOO_LARGE || status == LIC_MALFORMED;
    if (!limit) fail_msg("%s\n%d %s: %s", body, (int)status, error.code, error.text);
}

static void test_composed_in_the_sandbox(void **state)
{
    (void)state;
    expect("return small(3):text():match('amount  (GBP [%d.]+)')", "GBP 15.00");
    expect("return small(1):image() == small(1):image() and small(1):image() ~= small(2):image()",
           "true");
    expect("local n = 0 for name in small(1):text():gmatch('party (%w+)') do n = n + #name end "
           "return n",
           "9");
}

/* Far more than fits at a time. */
static void test_clauses_are_collected(void **state)
{
    (void)state;
    expect("local made = 0 for i = 1, 20000 do"
           "  local c = clause [[party $name is payee]] { name = 'Payee' .. i } made = made + 1 "
           "end return made",
           "20000");
    expect("for i = 1, 100 do small(i) end return 'all'", "all");
}

static void test_what_takes_too_much_ends(void **state)
{
    (void)state;
    stops("while true do clause [[party X1 is payee]] {} end");
    stops("local kept = {} while true do kept[#kept + 1] = clause [[party X1 is payee]] {} end");
    stops(
        "local e = 'x1' for i = 1, 7 do local v = {} local t = {} for j = 1, 40 do t[j] = '$e' end "
        "e = clause.expression(table.concat(t, ' + ')) { e = e } end "
        "clause [[fee X1\n on signature\n amount $e\nend]] { e = e }");
    stops("clause(('party X1 is payee\\n'):rep(200000)) {}");
    stops("local rows = {} for i = 1, 300000 do rows[i] = clause.lines [[row 1: 2]] {} end "
          "clause [[schedule S1\n $rows\nend]] { rows = rows }");
    stops("local t = {} for i = 1, 5000 do t[i] = clause [[party X1 is payee]] {} end "
          "agreement 'Big' 'x' (t)");
    stops("clause [[law $v]] { v = clause.text(('x'):rep(10000000)) }");
    stops("clause.define('x1', {}, function () while true do end end) {}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_composed_in_the_sandbox),
        cmocka_unit_test(test_clauses_are_collected),
        cmocka_unit_test(test_what_takes_too_much_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
