/* lua_order.c - one order for everything that has none in Lua: pairs and next go through a table's keys
 * by value, and table.sort is stable. Lua's own order of keys depends on addresses and chance. */
#include "lua_parts.h"

#include <stdlib.h>
#include <string.h>

/* A key as the order sees it: numbers, then strings, then false, true. Others have no order. */
typedef struct key {
    uint8_t rank; /* 0 number, 1 string, 2 boolean */
    bool whole;   /* a number that is an integer */
    lua_Integer integer;
    lua_Number number;
    const char *text; /* of a string that the table holds */
    size_t size;
    int index; /* among the keys as Lua gave them */
} key;

static key key_at(lua_State *L, int index)
{
    key k = {0};
    switch (lua_type(L, index)) {
    case LUA_TNUMBER:
        k.whole = lua_isinteger(L, index) != 0;
        if (k.whole) k.integer = lua_tointeger(L, index);
        else k.number = lua_tonumber(L, index);
        return k;
    case LUA_TSTRING:
        k.rank = 1;
        k.text = lua_tolstring(L, index, &k.size);
        return k;
    case LUA_TBOOLEAN:
        k.rank = 2;
        k.integer = lua_toboolean(L, index);
        return k;
    default: break;
    }
    luaL_error(L, "a table with a %s as a key has no order; use numbers or texts as keys",
               luaL_typename(L, index));
    return k;
}

/* An integer against a number that is none (Lua stores whole floats as integers). */
static int compare_mixed(lua_Integer integer, lua_Number number)
{
    lua_Integer below = 0;
    if (number >= -(lua_Number)LUA_MININTEGER) return -1;
    if (number < (lua_Number)LUA_MININTEGER) return 1;
    below = (lua_Integer)number;
    if (number < 0) below--; /* the cast cuts towards zero */
    return integer <= below ? -1 : 1;
}

static int compare_numbers(const key *a, const key *b)
{
    if (a->whole && b->whole) return a->integer < b->integer ? -1 : a->integer > b->integer;
    if (!a->whole && !b->whole) return a->number < b->number ? -1 : a->number > b->number;
    return a->whole ? compare_mixed(a->integer, b->number) : -compare_mixed(b->integer, a->number);
}

static int compare(const void *left, const void *right)
{
    const key *a = left, *b = right;
    if (a->rank != b->rank) return a->rank < b->rank ? -1 : 1;
    if (a->rank == 0) return compare_numbers(a, b);
    if (a->rank == 2) return a->integer < b->integer ? -1 : a->integer > b->integer;
    return lic_slice_compare(lic_slice_of(a->text, a->size), lic_slice_of(b->text, b->size));
}

/* -- pairs ------------------------------------------------------------------------------------------------ */

void lic_lua_push_keys(lua_State *L, int index)
{
    int count = 0, at = 0, table = lua_absindex(L, index);
    luaL_checkstack(L, 8, "too many values");
    for (lua_pushnil(L); lua_next(L, table) != 0; lua_pop(L, 1)) count++;
    key *keys = lua_newuserdatauv(L, (size_t)count * sizeof *keys, 0);
    lua_createtable(L, count, 0); /* as Lua gave them */
    int given = lua_gettop(L);
    for (lua_pushnil(L); lua_next(L, table) != 0; at++) {
        lua_pop(L, 1);
        keys[at] = key_at(L, -1);
        keys[at].index = at + 1;
        lua_pushvalue(L, -1);
        lua_rawseti(L, given, at + 1);
    }
    if (count > 1) qsort(keys, (size_t)count, sizeof *keys, compare);
    lua_createtable(L, count, 0);
    for (int i = 0; i < count; i++) {
        (void)lua_rawgeti(L, given, keys[i].index);
        lua_rawseti(L, -2, i + 1);
    }
    lua_replace(L, given - 1); /* the keys lie in the place of what they were sorted with */
    lua_settop(L, given - 1);
}

/* Goes on to the next key that still has a value. Upvalues: keys in order, position. */
static int step(lua_State *L)
{
    lua_Integer at = lua_tointeger(L, lua_upvalueindex(2));
    for (;;) {
        at++;
        if (lua_rawgeti(L, lua_upvalueindex(1), at) == LUA_TNIL) return 1;
        lua_pushvalue(L, -1);
        if (lua_rawget(L, 1) != LUA_TNIL) break;
        lua_pop(L, 2);
    }
    lua_pushinteger(L, at);
    lua_replace(L, lua_upvalueindex(2));
    return 2;
}

int lic_lua_pairs(lua_State *L)
{
    luaL_checkany(L, 1);
    if (luaL_getmetafield(L, 1, "__pairs") != LUA_TNIL) {
        lua_pushvalue(L, 1);
        lua_call(L, 1, 3);
        return 3;
    }
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    lic_lua_push_keys(L, 1);
    lua_pushinteger(L, 0);
    lua_pushcclosure(L, step, 2);
    lua_pushvalue(L, 1);
    lua_pushnil(L);
    return 3;
}

/* The smallest key above the one given, so that next(t, k) agrees with pairs. */
int lic_lua_next(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 2);
    bool bounded = !lua_isnil(L, 2), found = false;
    key bound = {0}, best = {0};
    if (bounded) bound = key_at(L, 2);
    lua_pushnil(L); /* 3: the best so far */
    for (lua_pushnil(L); lua_next(L, 1) != 0;) {
        lua_pop(L, 1);
        key k = key_at(L, -1);
        if ((bounded && compare(&k, &bound) <= 0) || (found && compare(&k, &best) >= 0)) continue;
        best = k;
        found = true;
        lua_pushvalue(L, -1);
        lua_replace(L, 3);
    }
    lua_settop(L, 3);
    if (!found) return 1;
    lua_pushvalue(L, 3);
    (void)lua_rawget(L, 1);
    return 2;
}

/* -- table.sort -------------------------------------------------------------------------------------------- */

/* Stack: 1 the table, 2 the comparison or nil, 3 the list merged from, 4 the list merged into. */
static bool goes_before(lua_State *L, int left, int right)
{
    if (lua_isnil(L, 2)) return lua_compare(L, left, right, LUA_OPLT) != 0;
    left = lua_absindex(L, left), right = lua_absindex(L, right);
    lua_pushvalue(L, 2);
    lua_pushvalue(L, left);
    lua_pushvalue(L, right);
    lua_call(L, 2, 1);
    bool before = lua_toboolean(L, -1) != 0;
    lua_pop(L, 1);
    return before;
}

/* Merges first..middle-1 and middle..end-1 of list 3 into list 4. */
static void merge(lua_State *L, lua_Integer first, lua_Integer middle, lua_Integer end)
{
    lua_Integer left = first, right = middle;
    for (lua_Integer to = first; to < end; to++) {
        bool take_right = left >= middle;
        if (!take_right && right < end) {
            (void)lua_rawgeti(L, 3, right);
            (void)lua_rawgeti(L, 3, left);
            take_right = goes_before(L, -2, -1); /* only a smaller one overtakes */
            lua_pop(L, 2);
        }
        (void)lua_rawgeti(L, 3, take_right ? right++ : left++);
        lua_rawseti(L, 4, to);
    }
}

static lua_Integer least(lua_Integer a, lua_Integer b)
{
    return a < b ? a : b;
}

int lic_lua_sort(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    if (!lua_isnoneornil(L, 2)) luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_settop(L, 2);
    lua_Integer count = luaL_len(L, 1);
    luaL_argcheck(L, count < INT32_MAX, 1, "too many items");
    lua_createtable(L, (int)count, 0);
    lua_createtable(L, (int)count, 0);
    for (lua_Integer i = 1; i <= count; i++) {
        (void)lua_geti(L, 1, i);
        lua_rawseti(L, 3, i);
    }
    for (lua_Integer width = 1; width < count; width *= 2) {
        for (lua_Integer first = 1; first <= count; first += 2 * width)
            merge(L, first, least(first + width, count + 1), least(first + 2 * width, count + 1));
        lua_insert(L, 3); /* what was merged is merged from next */
    }
    for (lua_Integer i = 1; i <= count; i++) {
        (void)lua_rawgeti(L, 3, i);
        lua_seti(L, 1, i);
    }
    return 0;
}
