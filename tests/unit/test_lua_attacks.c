/* Scripts that mean harm, each in the sandbox. Would catch: a script that runs on, takes what it wants or
 * ends licet, and a limit that stops it without being named. */
#include "lua_fixture.h"

static void stops_within(uint32_t seconds, const char *text, lic_status wanted, const char *code,
                         const char *words)
{
    lic_error error = {0};
    lic_status status = script_apart_for(seconds, text, NULL, NULL, &error);
    if (status != wanted || strcmp(error.code, code) != 0 || strstr(error.text, words) == NULL)
        fail_msg("%s\n%d %s: %s", text, (int)status, error.code, error.text);
}

static void stops(const char *text, lic_status wanted, const char *code, const char *words)
{
    stops_within(20, text, wanted, code, words);
}

static void stops_at_steps(const char *text)
{
    stops(text, LIC_TIME_LIMIT, "step_limit", "the limit of 5 million instructions is reached");
}

static void stops_at_memory(const char *text)
{
    /* Under valgrind collecting that much takes minutes. */
    stops_within(LICET_VALGRIND ? 900 : 20, text, LIC_TOO_LARGE, "memory_limit",
                 "the limit of 128 MiB of memory is reached");
}

/* At whichever of the two comes first on this machine. */
static void stops_in_time(const char *text)
{
    lic_error error = {0};
    assert_int_equal(script_apart_for(1, text, NULL, NULL, &error), LIC_TIME_LIMIT);
}

static void stops_at_cpu(const char *text)
{
    stops_within(1, text, LIC_TIME_LIMIT, "cpu_limit",
                 "the limit of 1 seconds of processor time is reached");
}

static void loops_end(void **state)
{
    (void)state;
    stops_at_steps("while true do end");
    stops_at_steps("::again:: goto again");
    stops_at_steps("local function f() return f() end f()");
    stops_at_steps("for i = 1, math.huge do end");
    stops_at_steps("for k in function() return 1 end do end");
    stops_at_steps("coroutine.wrap(function() while true do end end)()");
    stops_at_steps("setmetatable(_G, {__index = function(t, k) return t[k .. ''] or nil end}) "
                   "while true do local a = tostring(1) end");
    stops_at_steps("load('while true do end')()");
    stops_at_steps("table.sort({1, 2, 3}, function() while true do end end)");
    stops_at_steps("('x'):gsub('.', function() while true do end end)");
    stops_in_time("while true do coroutine.wrap(function() end)() end");
    stops("\nwhile true do end", LIC_TIME_LIMIT, "step_limit", "test.lua:2: the limit");
}

/* pcall may catch the error of the limit, and everything after it ends all the same. */
static void caught_limits_stay(void **state)
{
    (void)state;
    stops_at_steps("while true do pcall(function() while true do end end) end");
    stops_at_steps("local function f() pcall(f) end while true do f() end");
    stops_at_steps("while true do coroutine.resume(coroutine.create(function() while true do end "
                   "end)) end");
    stops_at_steps("local t <close> = setmetatable({}, {__close = function() while true do "
                   "pcall(error) end end}) while true do end");
    stops_at_steps("error(setmetatable({}, {__tostring = function() while true do end end}))");
    stops_at_steps("print(setmetatable({}, {__tostring = function() while true do end end}))");
    stops_at_steps("for k in pairs(setmetatable({}, {__pairs = function() while true do end end})) "
                   "do end");
}

/* What no hook sees: C code, and a handler of errors that the hook raised. */
static void patterns_end(void **state)
{
    (void)state;
    stops_at_cpu("local s = ('a'):rep(30000) s:find(('.-'):rep(8) .. 'b')");
    stops_at_cpu("pcall(string.find, ('a'):rep(30000), ('.-'):rep(8) .. 'b')");
    stops_at_cpu("while true do xpcall(function() while true do end end, "
                 "function() while true do end end) end");
    stops_at_cpu("table.move({}, 1, 1 << 40, 2)");
    stops_at_cpu(
        "while true do local t = {} for i = 1, 5 do t[i] = ('x'):rep(1000000):rep(5) end end");
}

static void memory_ends(void **state)
{
    (void)state;
    stops_at_memory("local t = {} for i = 1, 1e9 do t[i] = {{}, {}, {}, {}} end");
    stops_at_memory("local s = 'x' while true do s = s .. s end");
    stops_at_memory("local s = ('x'):rep(1 << 30)");
    stops_at_memory("local s = string.rep('x', 1 << 10, ('y'):rep(1 << 20))");
    stops_at_memory("local t = {} while true do t = {t, {}, {}, {}, {}, {}, {}} end");
    stops_at_memory("local t = {} for i = 1, 1e7 do t[i] = coroutine.create(print) end");
    stops_at_memory("local t = {} for i = 1, 200 do t[i] = ('x'):rep(1 << 20) .. i end");
    stops_at_memory("return table.concat({('x'):rep(1 << 25), ('x'):rep(1 << 25)})");
    stops("return load(function() return ('x'):rep(1 << 16) end)()", LIC_MALFORMED, "lua",
          "attempt to call a nil value");
    stops("local s = ('x'):rep(1 << 40)", LIC_MALFORMED, "lua", "too large");
    stops("return table.unpack({}, 1, 1e7)", LIC_MALFORMED, "lua", "too many results to unpack");
}

/* Caught, it is the script's own affair; the rest works. */
static void caught_want_of_memory_is_survived(void **state)
{
    (void)state;
    lic_buffer result;
    lic_error error;
    lic_buffer_init(&result, &lic_allocator_system, 100);
    assert_ok(script_apart("local ok = pcall(string.rep, 'x', 1 << 30) return tostring(ok) .. 1",
                           NULL, &result, &error));
    assert_int_equal(result.size, 6);
    assert_memory_equal(result.data, "false1", 6);
    lic_buffer_free(&result);
}

static void recursion_ends(void **state)
{
    (void)state;
    stops("local function f() return 1 + f() end f()", LIC_MALFORMED, "lua", "stack overflow");
    stops("local t = setmetatable({}, {}) getmetatable(t).__index = function(t, k) return t[k] end "
          "return t.x",
          LIC_MALFORMED, "lua", "C stack overflow");
    stops("local function f() local ok, why = pcall(f) error(why, 0) end f()", LIC_MALFORMED, "lua",
          "stack overflow");
    stops("local f f = function(s) return (s:gsub('.', f)) end f('x')", LIC_MALFORMED, "lua",
          "C stack overflow");
    stops("local function f() return coroutine.wrap(f)() end f()", LIC_MALFORMED, "lua",
          "stack overflow");
    stops("load('return ' .. ('('):rep(1000) .. '1' .. (')'):rep(1000))()", LIC_MALFORMED, "lua",
          "attempt to call a nil value");
    stops("return ('x'):find(('('):rep(40))", LIC_MALFORMED, "lua", "too many captures");
    stops("return xpcall(error, function(e) error(e) end) and 1 or error('done')", LIC_MALFORMED,
          "lua", "done");
}

static void handlers_do_not_escape(void **state)
{
    (void)state;
    stops("error()", LIC_MALFORMED, "lua", "nil");
    stops("error(nil)", LIC_MALFORMED, "lua", "nil");
    stops("error(setmetatable({}, {__tostring = function() error('again') end}))", LIC_MALFORMED,
          "lua", "again");
    stops("local t <close> = setmetatable({}, {__close = function() error('closing') end}) "
          "error('first')",
          LIC_MALFORMED, "lua", "closing");
    stops("getmetatable(money 'GBP 1').__add = nil", LIC_MALFORMED, "lua",
          "attempt to index a boolean value");
    stops("local ok, e = pcall(require, '') getmetatable(e).__index = nil", LIC_MALFORMED, "lua",
          "attempt to index a");
    stops("string.dump(print)", LIC_MALFORMED, "lua", "attempt to call a nil value");
    stops("os.execute('true')", LIC_MALFORMED, "lua", "attempt to index a nil value (global 'os')");
}

static void talk_ends(void **state)
{
    (void)state;
    stops("local s = ('x'):rep(100000) while true do print(s) end", LIC_MALFORMED, "lua",
          "the limit of 1048576 bytes for what is printed is reached");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loops_end),
        cmocka_unit_test(caught_limits_stay),
        cmocka_unit_test(patterns_end),
        cmocka_unit_test(memory_ends),
        cmocka_unit_test(caught_want_of_memory_is_survived),
        cmocka_unit_test(recursion_ends),
        cmocka_unit_test(handlers_do_not_escape),
        cmocka_unit_test(talk_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
