/* lua_values.c - constructors, operators and comparisons of exact values. */
#include "lua_values.h"

#include "lua_parts.h"

#include <string.h>

static const char VALUE_NAME[] = "licet.value";

/* Lua aligns userdata to 8 bytes, a 128-bit number wants 16: values are copied in and out. */
void lic_lua_push_exact(lua_State *L, const lic_exact *value)
{
    memcpy(lua_newuserdatauv(L, sizeof *value, 0), value, sizeof *value);
    luaL_setmetatable(L, VALUE_NAME);
}

bool lic_lua_is_exact(lua_State *L, int index, lic_exact *value)
{
    const void *held = luaL_testudata(L, index, VALUE_NAME);
    if (held != NULL) memcpy(value, held, sizeof *value);
    return held != NULL;
}

const char *lic_lua_describe(lua_State *L, int index)
{
    lic_exact value;
    if (lua_isnoneornil(L, index)) return "nothing";
    if (lic_lua_is_exact(L, index, &value)) return lic_exact_kind_name(value.kind);
    if (lua_isinteger(L, index)) return "an integer";
    if (lua_type(L, index) == LUA_TNUMBER)
        return lua_pushfstring(L, "a float (%s)", lic_lua_text(L, index, NULL));
    if (lua_type(L, index) == LUA_TSTRING) return "a text";
    return lua_pushfstring(L, "a %s", luaL_typename(L, index));
}

LIC_NORETURN void lic_lua_exact_fail(lua_State *L, const char *what, const char *wrong)
{
    (void)luaL_error(L, "%s: %s", what, wrong);
    __builtin_unreachable();
}

lic_exact lic_lua_check_exact(lua_State *L, int index)
{
    lic_exact value = {.kind = LIC_EXACT_COUNT};
    if (lic_lua_is_exact(L, index, &value)) return value;
    if (lua_isinteger(L, index)) {
        value.number = lua_tointeger(L, index);
        return value;
    }
    if (lua_type(L, index) == LUA_TNUMBER)
        lic_lua_exact_fail(L, lic_lua_describe(L, index),
                           "floats are not exact; write a text: decimal \"0.0012\", rate \"52%\", "
                           "money \"GBP 250.00\"");
    luaL_error(L, "%s stands where a number, money, a rate, a date or a duration is wanted",
               lic_lua_describe(L, index));
    return value;
}

/* -- constructors ------------------------------------------------------------------------------------------- */

typedef const char *reader(lic_slice text, lic_exact *value);

/* NAME "text", or NAME(value) of that kind already. */
static int construct(lua_State *L, uint8_t kind, reader *read, const char *example)
{
    lic_exact value;
    const char *name = lic_exact_kind_name(kind);
    if (lic_lua_is_exact(L, 1, &value) && value.kind == kind) {
        lua_settop(L, 1);
        return 1;
    }
    if (lua_type(L, 1) != LUA_TSTRING)
        return luaL_error(L, "%s is made from a text, not from %s: %s", name,
                          lic_lua_describe(L, 1), example);
    const char *wrong = read(lic_lua_slice(L, 1), &value);
    if (wrong != NULL) return luaL_error(L, "%s \"%s\": %s", name, lua_tostring(L, 1), wrong);
    lic_lua_push_exact(L, &value);
    return 1;
}

/* Money in a currency of an amount: money("GBP", 5), money("GBP", decimal "0.5"). */
static int money_of(lua_State *L)
{
    lic_exact value = lic_lua_check_exact(L, 2), code = {0};
    if (value.kind != LIC_EXACT_COUNT && value.kind != LIC_EXACT_DECIMAL)
        return luaL_error(L, "money of an amount wants a decimal, not %s", lic_lua_describe(L, 2));
    size_t size = 0;
    const char *text = luaL_checklstring(L, 1, &size);
    const char *wrong = lic_exact_read_currency(lic_slice_of(text, size), &code);
    if (wrong != NULL) lic_lua_exact_fail(L, text, wrong);
    value.kind = LIC_EXACT_MONEY;
    memcpy(value.currency, code.currency, sizeof value.currency);
    lic_lua_push_exact(L, &value);
    return 1;
}

static int make_money(lua_State *L)
{
    if (lua_gettop(L) > 1 && lua_type(L, 2) != LUA_TSTRING) return money_of(L);
    if (lua_gettop(L) > 1)
        lua_pushfstring(L, "%s %s", luaL_checkstring(L, 1), lua_tostring(L, 2)), lua_replace(L, 1);
    return construct(L, LIC_EXACT_MONEY, lic_exact_read_money, "money \"GBP 250,000.00\"");
}

static int make_rate(lua_State *L)
{
    return construct(L, LIC_EXACT_RATE, lic_exact_read_rate, "rate \"52%\"");
}

static int make_decimal(lua_State *L)
{
    if (!lua_isinteger(L, 1))
        return construct(L, LIC_EXACT_DECIMAL, lic_exact_read_decimal, "decimal \"0.0012\"");
    const lic_exact value = {.kind = LIC_EXACT_DECIMAL, .number = lua_tointeger(L, 1)};
    lic_lua_push_exact(L, &value);
    return 1;
}

static int make_date(lua_State *L)
{
    return construct(L, LIC_EXACT_DATE, lic_exact_read_date, "date \"2026-01-05\"");
}

/* duration "14 days", or duration(14, "days"). */
static int make_duration(lua_State *L)
{
    if (!lua_isinteger(L, 1))
        return construct(L, LIC_EXACT_DURATION, lic_exact_read_duration, "duration \"14 days\"");
    int64_t each = 0;
    size_t size = 0;
    const char *text = luaL_checklstring(L, 2, &size);
    lic_exact value = {.kind = LIC_EXACT_DURATION};
    const char *wrong = lic_exact_read_unit(lic_slice_of(text, size), &value.unit, &each);
    if (wrong != NULL) lic_lua_exact_fail(L, text, wrong);
    value.number = (lic_i128)lua_tointeger(L, 1) * each;
    lic_lua_push_exact(L, &value);
    return 1;
}

/* count "1,000" or count(1000): an integer. */
static int make_count(lua_State *L)
{
    lic_exact value = {0};
    const char *wrong = NULL;
    if (lua_isinteger(L, 1)) value.number = lua_tointeger(L, 1);
    else if (lua_type(L, 1) != LUA_TSTRING)
        return luaL_error(L,
                          "count is made from an integer or a text, not from %s: count \"1,000\"",
                          lic_lua_describe(L, 1));
    else wrong = lic_exact_read_decimal(lic_lua_slice(L, 1), &value);
    if (wrong == NULL && (value.scale != 0 || value.number < 0 || value.number > INT64_MAX))
        wrong = "a count is a whole number from 0 to 9,223,372,036,854,775,807";
    if (wrong != NULL) return luaL_error(L, "count \"%s\": %s", lic_lua_text(L, 1, NULL), wrong);
    lua_pushinteger(L, (lua_Integer)value.number);
    return 1;
}

/* -- operators -------------------------------------------------------------------------------------------------- */

typedef const char *operation(const lic_exact *a, const lic_exact *b, lic_exact *result);

static int operate(lua_State *L, operation *how, const char *sign)
{
    lic_exact a = lic_lua_check_exact(L, 1), b = lic_lua_check_exact(L, 2), result;
    const char *wrong = how(&a, &b, &result);
    if (wrong == NULL) {
        lic_lua_push_exact(L, &result);
        return 1;
    }
    const char *left = lic_lua_text(L, 1, NULL), *right = lic_lua_text(L, 2, NULL);
    return luaL_error(L, "%s %s %s: %s", left, sign, right, wrong);
}

static int add(lua_State *L)
{
    return operate(L, lic_exact_add, "+");
}

static int subtract(lua_State *L)
{
    return operate(L, lic_exact_subtract, "-");
}

static int multiply(lua_State *L)
{
    return operate(L, lic_exact_multiply, "*");
}

static int negate(lua_State *L)
{
    lic_exact a = lic_lua_check_exact(L, 1), result;
    const char *wrong = lic_exact_negate(&a, &result);
    if (wrong != NULL) lic_lua_exact_fail(L, lic_lua_text(L, 1, NULL), wrong);
    lic_lua_push_exact(L, &result);
    return 1;
}

static int refuse_division(lua_State *L)
{
    return luaL_error(L, "a quotient is rounded, so say how: value:divide(divisor, \"0.01\", "
                         "\"half_even\")");
}

static int order_of(lua_State *L)
{
    int order = 0;
    lic_exact a = lic_lua_check_exact(L, 1), b = lic_lua_check_exact(L, 2);
    const char *wrong = lic_exact_compare(&a, &b, &order);
    if (wrong == NULL) return order;
    const char *left = lic_lua_text(L, 1, NULL), *right = lic_lua_text(L, 2, NULL);
    return luaL_error(L, "%s compared with %s: %s", left, right, wrong);
}

static int is_less(lua_State *L)
{
    lua_pushboolean(L, order_of(L) < 0);
    return 1;
}

static int is_at_most(lua_State *L)
{
    lua_pushboolean(L, order_of(L) <= 0);
    return 1;
}

/* Values of two kinds are not equal, as in Lua. */
static int is_equal(lua_State *L)
{
    lic_exact a, b;
    int order = 1;
    bool both = lic_lua_is_exact(L, 1, &a) && lic_lua_is_exact(L, 2, &b);
    lua_pushboolean(L, both && lic_exact_compare(&a, &b, &order) == NULL && order == 0);
    return 1;
}

static int text_of(lua_State *L)
{
    char text[LIC_EXACT_TEXT];
    lic_exact value = lic_lua_check_exact(L, 1);
    lua_pushlstring(L, text, lic_exact_print(&value, text));
    return 1;
}

static int concatenate(lua_State *L)
{
    (void)lic_lua_text(L, 1, NULL);
    (void)lic_lua_text(L, 2, NULL);
    lua_concat(L, 2);
    return 1;
}

void lic_lua_open_values(lua_State *L)
{
    static const luaL_Reg constructors[] = {
        {"money", make_money}, {"rate", make_rate},   {"decimal", make_decimal},
        {"date", make_date},   {"count", make_count}, {"duration", make_duration},
        {NULL, NULL}};
    static const luaL_Reg meta[] = {{"__add", add},
                                    {"__sub", subtract},
                                    {"__mul", multiply},
                                    {"__unm", negate},
                                    {"__div", refuse_division},
                                    {"__idiv", refuse_division},
                                    {"__mod", refuse_division},
                                    {"__lt", is_less},
                                    {"__le", is_at_most},
                                    {"__eq", is_equal},
                                    {"__tostring", text_of},
                                    {"__concat", concatenate},
                                    {"__index", lic_lua_exact_index},
                                    {NULL, NULL}};
    lua_pushglobaltable(L);
    luaL_setfuncs(L, constructors, 0);
    luaL_newmetatable(L, VALUE_NAME);
    luaL_setfuncs(L, meta, 0);
    lua_pushboolean(L, false);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 2);
}
