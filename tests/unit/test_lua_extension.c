/* Extensions from Lua. Would catch: a value that changes on its way between a script and an
 * extension, a callback that is lost, comes twice or in another order, a batch that is cut, an
 * answer that goes astray, a wrong call that is made, a crash that takes the script with it, an
 * extension that nobody allowed, a stand-in that may do what its interface does not say. */
#include "lua_fixture.h"

#include "lua_extension.h"

#include <licet/extensions.h>

static int open_program(lua_State *L)
{
    lic_lua_open_extensions(L);
    return script_program(L);
}

static lic_status run_confined(lic_confined *confined, void *context, lic_buffer *result,
                               lic_error *error)
{
    script self = *(script *)context;
    self.host = confined;
    self.result = result;
    const lic_lua_options options = {.host = confined,
                                     .allocator = &lic_allocator_system,
                                     .memory_bytes = FIXTURE_MEMORY,
                                     .steps = UINT64_C(1) << 32};
    lic_lua *lua = NULL;
    lic_status status = lic_lua_open(&options, &lua, error);
    return status == LIC_OK ? lic_lua_run(lua, open_program, &self, error) : status;
}

/* Runs a script with the extension `trial` allowed, or described alone. */
static lic_status run(const char *text, bool only_describe, lic_buffer *result, lic_error *error)
{
    script self = {.text = text};
    lic_extensions *extensions = lic_extensions_create(only_describe, &lic_allocator_system);
    assert_non_null(extensions);
    assert_ok(lic_extensions_allow(extensions, TRIALS "/trial.interface", error));
    lic_confine_options options = {.services = {.context = extensions, .call = lic_extensions_call},
                                   .allocator = &lic_allocator_system,
                                   .clock = &lic_clock_system,
                                   .quiet = true};
    lic_confine_limits_init(&options.limits);
    options.limits.wall_seconds = 60;
    options.limits.memory_bytes = FIXTURE_MEMORY;
    lic_status status = lic_confine_run(&options, run_confined, &self, result, error);
    lic_extensions_destroy(extensions);
    return status;
}

static void run_gives(const char *text, bool only_describe, const char *wanted)
{
    lic_buffer result;
    lic_error error = {0};
    lic_buffer_init(&result, &lic_allocator_system, 1u << 20);
    if (run(text, only_describe, &result, &error) != LIC_OK) fail_msg("%s\n%s", text, error.text);
    lic_put_u8(&result, 0);
    assert_string_equal((const char *)result.data, wanted);
    lic_buffer_free(&result);
}

static void gives(const char *text, const char *wanted)
{
    run_gives(text, false, wanted);
}

/* The error is shown with its code, when it has one. */
static void fails(const char *text, const char *wanted)
{
    char lines[2048];
    (void)snprintf(lines, sizeof lines,
                   "local trial = extension 'trial' "
                   "local good, why = pcall(function() %s end) assert(not good) "
                   "return (type(why) == 'userdata' and why.code .. ': ' or '') .. tostring(why)",
                   text);
    lic_buffer result;
    lic_error error = {0};
    lic_buffer_init(&result, &lic_allocator_system, 1u << 20);
    if (run(lines, false, &result, &error) != LIC_OK) fail_msg("%s\n%s", text, error.text);
    lic_put_u8(&result, 0);
    if (strstr((const char *)result.data, wanted) == NULL)
        fail_msg("%s\n[%s], not [%s]", text, (const char *)result.data, wanted);
    lic_buffer_free(&result);
}

#define TRIAL "local trial = extension 'trial' "

/* -- calls ------------------------------------------------------------------------------------- */

static void values_come_and_go(void **state)
{
    (void)state;
    gives(TRIAL "return trial.add(-1000, -7, 40, true)", "-966");
    gives(TRIAL "return tostring(trial.opposite(false))", "true");
    gives(TRIAL "return trial.negative()", "-7");
    gives(TRIAL "local a, b = trial.echo('n\\u{e9}', 'x\\0\\xff') return a .. #b .. b:byte(3)",
          "n\xc3\xa9"
          "3255");
    gives(TRIAL "return select('#', trial.refuse(0)) .. select('#', trial.echo('', ''))", "12");
    gives(TRIAL "return tostring(trial == extension 'trial')", "true");
    gives("local names = {} for n in pairs(extension 'trial') do names[#names + 1] = n end "
          "return #names",
          "27");
}

static void callbacks_come_in_order(void **state)
{
    (void)state;
    gives(TRIAL "local seen, last = 0, -1 "
                "trial.rows(5000, 500, function(r) assert(r.line == last + 1 and #r.cells == 500) "
                "last = r.line seen = seen + 1 end) return seen",
          "5000");
    gives(TRIAL "return trial.ask(7, function(k) return k.n % 2 == 0 and k.name == 'n\\u{e9}' end)",
          "4");
    fails("trial.weigh(function() return 5 end)",
          "trial.weigh: callback weigh: the extension hands over a uint64 beyond Lua's integers");
    gives(TRIAL "trial.rows(10, 10, nil) return 'left out'", "left out");
}

static void an_error_in_a_callback_is_the_calls(void **state)
{
    (void)state;
    fails("trial.rows(90000, 10, function(r) if r.line == 3 then error('enough') end end)",
          "enough");
    fails("trial.ask(3, function() error({}) end)", "table");
    fails("trial.ask(3, function() return 1 end)", "callback keep is bool, not an integer");
    fails("trial.rows(3, 1, function() trial.largest() end)", "another call of it is under way");
    gives(TRIAL "pcall(trial.ask, 3, function() error('no') end) "
                "pcall(trial.rows, 70000, 100, function() error('no') end) return trial.negative()",
          "-7");
}

static void wrong_calls_are_not_made(void **state)
{
    (void)state;
    fails("trial.add(1, 2, 3)", "trial.add: d is bool, not nothing");
    fails("trial.add(1, 2, 3, true, 5)", "trial.add takes 4 arguments, not 5");
    fails("trial.add(1.5, 2, 3, true)", "trial.add: a is int64, not a float");
    fails("trial.add(1, 1 << 31, 3, true)", "trial.add: b is int32, not an integer");
    fails("trial.add(1, 1, -3, true)", "trial.add: c is uint64, not an integer");
    fails("trial.echo('\\xff', '')", "trial.echo: words is text and takes UTF-8 alone");
    fails("trial.ask(1, nil)", "trial.ask: keep is callback, not nothing");
    fails("trial.largest()", "a uint64 beyond Lua's integers");
    fails("trial.echo('', ('x'):rep(33 << 20))", "pass them in parts");
    fails("trial.nothing()", "attempt to call a nil value");
}

static void failures_have_codes(void **state)
{
    (void)state;
    fails("trial.refuse(1)", "stale: ");
    fails("trial.refuse(7)", "the rate of 2026-01-05");
    fails("trial.bad_text()", "text: ");
    fails("trial.crash()", "crashed: ");
    fails("trial.leave(9)", "with exit code 9");
    fails("pcall(trial.crash) trial.negative()", "ended: ");
    gives(TRIAL "pcall(trial.crash) extension 'trial' return trial.negative()", "-7");
}

static void nothing_else_is_reached(void **state)
{
    (void)state;
    fails("extension 'nothing'", "extension: ");
    fails("extension '../trial'", "no extension");
    fails("extension ''", "no extension");
    lic_buffer result;
    lic_error error = {0};
    lic_buffer_init(&result, &lic_allocator_system, 1u << 20);
    lic_extensions *twice = lic_extensions_create(false, &lic_allocator_system);
    assert_ok(lic_extensions_allow(twice, TRIALS "/trial.interface", &error));
    assert_int_equal(lic_extensions_allow(twice, TRIALS "/trial.interface", &error), LIC_DENIED);
    lic_extensions_destroy(twice);
    assert_int_equal(script_apart("return type(extension)", NULL, &result, &error), LIC_OK);
    assert_memory_equal(result.data, "nil", 3); /* only where a command offers it */
    lic_buffer_free(&result);
}

/* -- hostile requests: what a script could not send -------------------------------------------- */

static void ask(lic_extensions *all, const char *function, const void *bytes, size_t size,
                lic_status wanted)
{
    lic_buffer answer;
    lic_error error = {0};
    lic_buffer_init(&answer, &lic_allocator_system, 8u << 20);
    assert_int_equal(lic_extensions_call(all, lic_slice_text("trial"), lic_slice_text(function),
                                         lic_slice_of(bytes, size), &answer, &error),
                     wanted);
    lic_buffer_free(&answer);
}

static void nonsense_is_refused(void **state)
{
    (void)state;
    lic_error error;
    lic_extensions *all = lic_extensions_create(false, &lic_allocator_system);
    assert_ok(lic_extensions_allow(all, TRIALS "/trial.interface", &error));
    ask(all, "=", "\0", 1, LIC_MALFORMED);
    ask(all, "nothing", "", 0, LIC_MALFORMED);
    ask(all, "add", "", 0, LIC_MALFORMED);
    ask(all, "opposite", "\2", 1, LIC_MALFORMED);
    ask(all, "opposite", "\1\1", 2, LIC_MALFORMED);
    ask(all, "ask", "\3\0\0\0\0\0\0\0", 8, LIC_OK); /* waits for an answer now */
    ask(all, "=", "\0", 1, LIC_MALFORMED);
    ask(all, "=", "\1\5", 2, LIC_MALFORMED);
    ask(all, "negative", "", 0, LIC_EXTENSION);
    ask(all, "=", "\1\1", 2, LIC_OK);
    ask(all, "=", "\2", 1, LIC_OK);
    ask(all, "negative", "", 0, LIC_OK);
    lic_extensions_destroy(all);
}

/* -- stand-ins --------------------------------------------------------------------------------- */

/* A table with a function for each of trial's, then those of `text`. */
#define STAND_IN "local t = setmetatable({}, {__index = function() return function() end end}) "

static void a_stand_in_takes_the_place(void **state)
{
    (void)state;
    run_gives(STAND_IN
              "function t.add(a, b, c, d) return a + b + c + (d and 1 or 0) end "
              "function t.rows(n, wide, row) for i = 1, n do row {line = i, cells = 'x'} end end "
              "stand_in('trial', t) " TRIAL
              "local sum = 0 trial.rows(4, 1, function(r) sum = sum + r.line end) "
              "return sum + trial.add(1, 2, 3, true)",
              true, "17");
    run_gives(
        STAND_IN
        "function t.ask(n, keep) return keep {n = n, name = 'x'} and 1 or 0 end "
        "stand_in('trial', t) return extension('trial').ask(5, function(k) return k.n == 5 end)",
        true, "1");
}

static void a_stand_in_keeps_to_the_interface(void **state)
{
    (void)state;
    static const struct {
        const char *text, *wanted;
    } cases[] = {
        {"function t.add() return 'x' end stand_in('trial', t) extension('trial').add(1, 2, 3, "
         "true)",
         "trial.add: what stands in for it returns; it is int64, not a text"},
        {"stand_in('trial', t) extension('trial').add(1, 2, 3)",
         "trial.add: d is bool, not nothing"},
        {"function t.rows(n, w, row) row {line = 'x', cells = ''} end stand_in('trial', t) "
         "extension('trial').rows(1, 1, print)",
         "trial.rows: row: callback row: line is int64, not a text"},
        {"stand_in('trial', {})", "stand_in \"trial\": no function add"},
        {"extension('trial').negative()", "tests call no extension"},
    };
    for (size_t i = 0; i < LIC_COUNT(cases); i++) {
        char lines[1024];
        lic_buffer result;
        lic_error error = {0};
        lic_buffer_init(&result, &lic_allocator_system, 1u << 20);
        (void)snprintf(lines, sizeof lines, STAND_IN "%s", cases[i].text);
        assert_true(run(lines, true, &result, &error) != LIC_OK);
        if (strstr(error.text, cases[i].wanted) == NULL)
            fail_msg("[%s], not [%s]", error.text, cases[i].wanted);
        lic_buffer_free(&result);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_come_and_go),
        cmocka_unit_test(callbacks_come_in_order),
        cmocka_unit_test(an_error_in_a_callback_is_the_calls),
        cmocka_unit_test(wrong_calls_are_not_made),
        cmocka_unit_test(failures_have_codes),
        cmocka_unit_test(nothing_else_is_reached),
        cmocka_unit_test(nonsense_is_refused),
        cmocka_unit_test(a_stand_in_takes_the_place),
        cmocka_unit_test(a_stand_in_keeps_to_the_interface),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
