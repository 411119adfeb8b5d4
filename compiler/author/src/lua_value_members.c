/* lua_value_members.c - what stands behind the point and the colon of an exact value. */
#include "lua_values.h"

#include <string.h>

static lic_rounding check_mode(lua_State *L, int index)
{
    static const char *const names[] = {"half_even", "half_up", "floor", "ceiling", NULL};
    const char *name = luaL_optstring(L, index, "");
    for (int i = 0; names[i] != NULL; i++)
        if (strcmp(name, names[i]) == 0) return (lic_rounding)i;
    luaL_error(L, "say how to round: \"half_even\", \"half_up\", \"floor\" or \"ceiling\"");
    return LIC_HALF_EVEN;
}

/* "0.01", a decimal, an integer, or money of the same currency. */
static lic_exact check_unit(lua_State *L, int index)
{
    lic_exact unit;
    if (lua_type(L, index) != LUA_TSTRING) return lic_lua_check_exact(L, index);
    lic_slice text = lic_lua_slice(L, index);
    const char *wrong = lic_exact_read_decimal(text, &unit);
    if (wrong != NULL) lic_lua_exact_fail(L, lua_tostring(L, index), wrong);
    return unit;
}

static int push_result(lua_State *L, const char *what, const char *wrong, const lic_exact *result)
{
    if (wrong != NULL) return luaL_error(L, "%s: %s", what, wrong);
    lic_lua_push_exact(L, result);
    return 1;
}

/* value:round("0.01", "half_even") */
static int round_to(lua_State *L)
{
    lic_exact a = lic_lua_check_exact(L, 1), unit = check_unit(L, 2), result;
    lic_rounding mode = check_mode(L, 3);
    return push_result(L, "round", lic_exact_round(&a, &unit, mode, &result), &result);
}

/* value:divide(divisor, "0.01", "half_even") */
static int divide_by(lua_State *L)
{
    lic_exact a = lic_lua_check_exact(L, 1), b = lic_lua_check_exact(L, 2), result;
    lic_exact unit = check_unit(L, 3);
    lic_rounding mode = check_mode(L, 4);
    return push_result(L, "divide", lic_exact_divide(&a, &b, &unit, mode, &result), &result);
}

/* date:plus(duration, "clip"|"roll") */
static int plus_months(lua_State *L)
{
    lic_exact a = lic_lua_check_exact(L, 1), b = lic_lua_check_exact(L, 2), result;
    const char *rule = luaL_checkstring(L, 3);
    bool roll = strcmp(rule, "roll") == 0;
    if (a.kind != LIC_EXACT_DATE || b.kind != LIC_EXACT_DURATION || b.unit != LIC_UNIT_MONTHS)
        return luaL_error(L, "plus adds a duration of months to a date");
    if (!roll && strcmp(rule, "clip") != 0)
        return luaL_error(L, "say what happens when the day does not exist: \"clip\" or \"roll\"");
    return push_result(L, "plus", lic_exact_add_months(&a, &b, roll, &result), &result);
}

/* value:integer(): a decimal without decimals as an integer. */
static int to_integer(lua_State *L)
{
    lic_exact a = lic_lua_check_exact(L, 1);
    bool number = a.kind == LIC_EXACT_DECIMAL || a.kind == LIC_EXACT_DURATION;
    if (!number || a.scale != 0 || a.number < INT64_MIN || a.number > INT64_MAX)
        return luaL_error(L, "%s is no integer: round it first", lic_lua_text(L, 1, NULL));
    lua_pushinteger(L, (lua_Integer)a.number);
    return 1;
}

/* -- members ------------------------------------------------------------------------------------------------------ */

static int push_civil(lua_State *L, const lic_exact *value, const char *name)
{
    lic_civil civil = lic_date_civil((lic_date)value->number);
    lua_pushinteger(L, name[0] == 'y' ? civil.year : name[0] == 'm' ? civil.month : civil.day);
    return 1;
}

static int push_unit(lua_State *L, const lic_exact *value)
{
    static const char *const units[] = {"days", "months", "business days"};
    lua_pushstring(L, units[value->unit]);
    return 1;
}

static int push_amount(lua_State *L, const lic_exact *value)
{
    char text[LIC_EXACT_TEXT];
    lua_pushlstring(L, text, lic_exact_print_amount(value, text));
    return 1;
}

#define KIND(name) (1u << LIC_EXACT_##name)

static const struct member {
    const char *name;
    unsigned kinds;
    lua_CFunction method; /* NULL: a field */
} MEMBERS[] = {
    {"kind", KIND(MONEY) | KIND(RATE) | KIND(DECIMAL) | KIND(DATE) | KIND(DURATION), NULL},
    {"amount", KIND(MONEY) | KIND(RATE) | KIND(DECIMAL), NULL},
    {"currency", KIND(MONEY), NULL},
    {"year", KIND(DATE), NULL},
    {"month", KIND(DATE), NULL},
    {"day", KIND(DATE), NULL},
    {"unit", KIND(DURATION), NULL},
    {"count", KIND(DURATION), NULL},
    {"round", KIND(MONEY) | KIND(RATE) | KIND(DECIMAL), round_to},
    {"divide", KIND(MONEY) | KIND(RATE) | KIND(DECIMAL), divide_by},
    {"plus", KIND(DATE), plus_months},
    {"integer", KIND(DECIMAL) | KIND(DURATION), to_integer},
};

static int push_field(lua_State *L, const lic_exact *value, const char *name)
{
    if (strcmp(name, "kind") == 0) lua_pushstring(L, lic_exact_kind_name(value->kind));
    else if (strcmp(name, "currency") == 0) lua_pushlstring(L, value->currency, 3);
    else if (strcmp(name, "unit") == 0) return push_unit(L, value);
    else if (strcmp(name, "count") == 0) lua_pushinteger(L, (lua_Integer)value->number);
    else if (strcmp(name, "amount") == 0) return push_amount(L, value);
    else return push_civil(L, value, name);
    return 1;
}

static int no_member(lua_State *L, const lic_exact *value, const char *name)
{
    const char *names[LIC_COUNT(MEMBERS)];
    size_t count = 0;
    for (size_t i = 0; i < LIC_COUNT(MEMBERS); i++)
        if ((MEMBERS[i].kinds >> value->kind & 1u) != 0) names[count++] = MEMBERS[i].name;
    const char *nearest = lic_nearest(lic_slice_text(name), names, count);
    const char *kind = lic_exact_kind_name(value->kind);
    if (nearest == NULL) return luaL_error(L, "%s has no member `%s`", kind, name);
    return luaL_error(L, "%s has no member `%s`; did you mean `%s`?", kind, name, nearest);
}

int lic_lua_exact_index(lua_State *L)
{
    lic_exact value = lic_lua_check_exact(L, 1);
    const char *name = lic_lua_text(L, 2, NULL);
    for (size_t i = 0; i < LIC_COUNT(MEMBERS); i++) {
        bool has = (MEMBERS[i].kinds >> value.kind & 1u) != 0;
        if (!has || strcmp(name, MEMBERS[i].name) != 0) continue;
        if (MEMBERS[i].method == NULL) return push_field(L, &value, name);
        lua_pushcfunction(L, MEMBERS[i].method);
        return 1;
    }
    return no_member(L, &value, name);
}
