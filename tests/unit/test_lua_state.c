/* What a script sees. Would catch: a library function that reaches outside, an address in a text, an order
 * of keys that depends on chance, an unstable sort, random numbers that differ between machines, bytecode
 * that is loaded, a module that is loaded twice, and want of memory that is not survived. */
#include "lua_fixture.h"

/* -- the environment ------------------------------------------------------------------------------------------ */

static void globals_are_these(void **state)
{
    (void)state;
    script_gives(
        "local names = {} for k in pairs(_G) do names[#names + 1] = k end "
        "return table.concat(names, ' ')",
        "_G _VERSION agreement assert clause clauses coroutine count date decimal duration error "
        "getmetatable ipairs "
        "load math money next pairs pcall print project rate rawequal rawget rawlen rawset "
        "require select setmetatable string table tonumber tostring type utf8 xpcall");
    script_gives("local names = {} for k in pairs(math) do names[#names + 1] = k end "
                 "return table.concat(names, ' ')",
                 "abs ceil floor fmod huge max maxinteger min mininteger modf pi random tointeger "
                 "type ult");
    script_gives(
        "return tostring(string.dump) .. tostring(os) .. tostring(io) .. tostring(debug) .. "
        "tostring(package) .. tostring(collectgarbage)",
        "nilnilnilnilnilnil");
}

static void texts_hold_no_addresses(void **state)
{
    (void)state;
    script_gives("return tostring({}) .. tostring(print) .. tostring(coroutine.create(print))",
                 "tablefunctionthread");
    script_gives("return string.format('%s %s %5.2f', {}, print, 1)", "table function  1.00");
    script_gives("return ('%s'):format({})", "table");
    script_gives("local t = setmetatable({}, {__name = 'thing'}) return tostring(t)", "thing");
    script_gives("local t = setmetatable({}, {__name = 5}) return string.format('%s%s', t, t)",
                 "tabletable");
    script_fails("return string.format('%p', {})", "%p is not available");
    script_fails("return ('%-10p'):format({})", "%p is not available");
    script_gives("return string.format('%%p %d', 3)", "%p 3");
    script_gives("local ok, why = pcall(error, {}) return tostring(why)", "table");
    script_fails("error({})", "table");
}

static void keys_come_in_order(void **state)
{
    (void)state;
    script_gives(
        "local t = {b = 1, a = 1, [3] = 1, [1] = 1, [-2] = 1, [2.5] = 1, [true] = 1, B = 1, "
        "[false] = 1, [1 << 62] = 1, [1e300] = 1, [-1e300] = 1, [-0.5] = 1} "
        "local s = {} for k in pairs(t) do s[#s + 1] = tostring(k) end "
        "return table.concat(s, ' ')",
        "-1e+300 -2 -0.5 1 2.5 3 4611686018427387904 1e+300 B a b false true");
    script_gives("local t, s = {x = 1, y = 2, [1] = 3}, '' local k, v = next(t) "
                 "while k do s = s .. k .. v k, v = next(t, k) end return s",
                 "13x1y2");
    script_gives("return tostring(next({}))", "nil");
    script_fails("for k in pairs({[{}] = 1}) do end", "a table as a key has no order");
    script_fails("next({[print] = 1})", "a function as a key has no order");
    script_gives("local t, s = {a = 1, b = 2, c = 3}, '' "
                 "for k in pairs(t) do s = s .. k t.b = nil end return s",
                 "ac");
    script_gives("local t = setmetatable({}, {__pairs = function(t) return function(_, k) "
                 "if not k then return 1, 'x' end end, t end}) "
                 "for k, v in pairs(t) do return k .. v end",
                 "1x");
}

static void sorting_is_stable(void **state)
{
    (void)state;
    script_gives(
        "local t = {} for i = 1, 300 do t[i] = {i % 3, i} end "
        "table.sort(t, function(a, b) return a[1] < b[1] end) "
        "local last for i, v in ipairs(t) do "
        "assert(not last or last[1] < v[1] or (last[1] == v[1] and last[2] < v[2])) last = v "
        "end return #t",
        "300");
    script_gives("local t = {5, 3, 4, 1, 2} table.sort(t) return table.concat(t)", "12345");
    script_gives("local t = {money 'GBP 3', money 'GBP 1'} table.sort(t) return tostring(t[1])",
                 "GBP 1.00");
    script_fails("table.sort({1, 'a'})", "attempt to compare");
}

/* The first numbers of xoshiro256** seeded with SplitMix64(1), worked out in Python. */
static void chance_is_given(void **state)
{
    (void)state;
    script_gives("return math.random(0) .. ' ' .. math.random(0) .. ' ' .. math.random(0)",
                 "-5480124913605472059 -8846382939111011094 -7856363154187860716");
    script_gives(
        "local n = 0 for i = 1, 10000 do local r = math.random(3, 5) assert(r >= 3 and r <= "
        "5) n = n + r end return n > 39500 and n < 40500",
        "true");
    script_fails("math.random()", "would be a fraction");
    script_fails("math.random(3, 2)", "the range is empty");
}

static void loading_takes_text_alone(void **state)
{
    (void)state;
    script_gives("return load('return 1 + 1')()", "2");
    script_gives("local f, why = load('\\27Lua') return why",
                 "attempt to load a binary chunk (mode is 't')");
    script_gives("local f, why = load('\\27Lua', 'x', 'b') return why",
                 "attempt to load a binary chunk (mode is 't')");
    script_gives("local f, why = load('x = ', '=piece') return why",
                 "piece:1: unexpected symbol near <eof>");
    script_gives("return load('return x', 'x', 't', {x = 7})()", "7");
    script_gives("local at = 0 return load(function() at = at + 1 "
                 "return ({'return ', '5'})[at] end)()",
                 "5");
    script_fails("\33Lua", "is bytecode; give Lua text");
}

static void what_depends_on_freeing_is_refused(void **state)
{
    (void)state;
    script_fails("setmetatable({}, {__gc = function() end})", "__gc is not available");
    script_fails("setmetatable({}, {__mode = 'k'})", "__mode is not available");
    script_gives("return type(setmetatable({}, nil))", "table");
    script_fails("setmetatable(1, {})", "bad argument #1 to 'setmetatable'");
    script_fails("setmetatable({}, 1)", "bad argument #2 to 'setmetatable'");
}

static void texts_are_safe_from_each_other(void **state)
{
    (void)state;
    script_gives("return tostring(getmetatable(''))", "false");
    script_fails("getmetatable('').__index = {}", "attempt to index a boolean value");
    script_gives("string.rep = nil string.upper = function() return 'mine' end "
                 "return ('ab'):rep(2):upper()",
                 "ABAB");
}

static void errors_say_where(void **state)
{
    (void)state;
    script_fails("\n\nlocal x = nil + 1",
                 "test.lua:3: attempt to perform arithmetic on a nil value");
    script_fails("\nerror('mine')", "test.lua:2: mine");
    script_fails("x =", "test.lua:1: unexpected symbol near <eof>");
    script_fails("print(setmetatable({}, {__tostring = function() return {} end}))",
                 "'__tostring' must return a text");
    script_fails("project.read('x')", "there are no files here");
}

/* -- files ------------------------------------------------------------------------------------------------------- */

static lic_status serve(void *context, lic_slice path, lic_buffer *target, lic_error *error)
{
    static const char *const files[][2] = {
        {"lib/one.lua", "N = (N or 0) + 1 return {n = N, name = ...}"},
        {"round.lua", "return require 'trip'"},
        {"trip.lua", "return require 'round'"},
        {"broken.lua", "\n\nx = "},
        {"code.lua", "\033Lua"},
        {"plain.txt", "plain\n"},
    };
    (void)context;
    for (size_t i = 0; i < LIC_COUNT(files); i++) {
        if (!lic_slice_equal(path, lic_slice_text(files[i][0]))) continue;
        lic_put_text(target, files[i][1]);
        return LIC_OK;
    }
    return lic_fail(error, LIC_MISSING, "missing", "look elsewhere", "%.*s: no such file",
                    (int)path.size, (const char *)path.data);
}

static lic_status list(void *context, lic_slice path, lic_buffer *target, lic_error *error)
{
    (void)context, (void)error;
    lic_put_slice(target, lic_slice_text("a"));
    lic_put_slice(target, path);
    return LIC_OK;
}

static const lic_host_services services = {.read = serve, .list = list};

static void apart_gives(const char *text, const char *wanted)
{
    lic_buffer result;
    lic_error error = {0};
    lic_buffer_init(&result, &lic_allocator_system, 1u << 20);
    if (script_apart(text, &services, &result, &error) != LIC_OK)
        fail_msg("%s\n%s; %s", text, error.text, error.help);
    lic_put_u8(&result, 0);
    assert_string_equal((const char *)result.data, wanted);
    lic_buffer_free(&result);
}

static void apart_fails(const char *text, const char *words)
{
    lic_error error = {0};
    if (script_apart(text, &services, NULL, &error) == LIC_OK) fail_msg("no error: %s", text);
    if (strstr(error.text, words) == NULL) fail_msg("%s\n%s", text, error.text);
}

static void modules_are_loaded_once(void **state)
{
    (void)state;
    apart_gives("local a, b = require 'lib.one', require 'lib.one' return a.n .. a.name .. "
                "tostring(a == b)",
                "1lib.onetrue");
    apart_fails("require 'round'", "in a circle");
    apart_fails("require 'broken'", "broken.lua:3: unexpected symbol near <eof>");
    apart_fails("require 'code'", "code.lua is bytecode");
    apart_fails("require 'none'", "test.lua:1: none.lua: no such file");
    apart_fails("require '../x'", "a module's name has letters");
    apart_fails("require ''", "a module's name has letters");
}

static void files_come_from_the_host(void **state)
{
    (void)state;
    apart_gives("return project.read 'plain.txt'", "plain\n");
    apart_gives("return table.concat(project.list 'b', ',')", "a,b");
    apart_gives("local ok, why = pcall(project.read, 'none') "
                "return why.code .. ': ' .. tostring(why) .. '; ' .. why.help",
                "missing: test.lua:1: none: no such file; look elsewhere");
}

/* The C library's sort asks the system how much memory there is, the first time. */
static void large_tables_are_sorted_apart(void **state)
{
    (void)state;
    apart_gives("local t, n = {}, 0 for i = 1, 5000 do t['k' .. i] = i end "
                "for k in pairs(t) do n = n + 1 end return n",
                "5000");
}

/* -- want of memory ------------------------------------------------------------------------------------------------- */

static int counts(lua_State *L)
{
    lic_lua_load(L, "m.lua",
                 lic_slice_text("local s = {} for i = 1, 20 do s[i] = money('GBP ' .. i) "
                                "end for k, v in pairs(s) do s[k] = v + v end"));
    lua_call(L, 0, 0);
    return 0;
}

static void want_of_memory_is_survived(void **state)
{
    (void)state;
    bool done = false;
    for (size_t calls = 0; !done; calls += calls < 40 ? 1 : 7) {
        unit_heap heap = {.left = calls};
        lic_allocator allocator = unit_allocator(&heap);
        const lic_lua_options options = {
            .allocator = &allocator, .memory_bytes = FIXTURE_MEMORY, .steps = FIXTURE_STEPS};
        lic_lua *lua = NULL;
        lic_error error = {0};
        lic_status status = lic_lua_open(&options, &lua, &error);
        if (status == LIC_OK) status = lic_lua_run(lua, counts, NULL, &error);
        lic_lua_close(lua);
        assert_int_equal(heap.live_bytes, 0);
        done = status == LIC_OK;
        if (!done) assert_true(status == LIC_TOO_LARGE || status == LIC_NO_MEMORY);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(globals_are_these),
        cmocka_unit_test(texts_hold_no_addresses),
        cmocka_unit_test(keys_come_in_order),
        cmocka_unit_test(sorting_is_stable),
        cmocka_unit_test(chance_is_given),
        cmocka_unit_test(loading_takes_text_alone),
        cmocka_unit_test(what_depends_on_freeing_is_refused),
        cmocka_unit_test(texts_are_safe_from_each_other),
        cmocka_unit_test(errors_say_where),
        cmocka_unit_test(modules_are_loaded_once),
        cmocka_unit_test(files_come_from_the_host),
        cmocka_unit_test(large_tables_are_sorted_apart),
        cmocka_unit_test(want_of_memory_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
