/* lua_stand_in.c - Lua functions in the place of an extension, for tests: arguments, callbacks and
 * results are held to the same interface as those of the object. */
#include "lua_extension.h"

/* A callback as the stand-in calls it: with a table of values by name. Upvalues: the held
 * extension, the number of the kind, the script's function, and the words for errors. */
static int call_checked(lua_State *L)
{
    const lic_held_extension *held = lua_touserdata(L, lua_upvalueindex(1));
    const lic_signature *kind = &held->face->callbacks[lua_tointeger(L, lua_upvalueindex(2))];
    const char *where = lua_tostring(L, lua_upvalueindex(4));
    lic_value values[LIC_INTERFACE_PARAMETERS];
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    luaL_checkstack(L, (int)kind->count + 4, NULL); /* texts borrow from the stack */
    for (size_t i = 0; i < kind->count; i++) {
        const char *name = (const char *)kind->parameters[i].name.data;
        const char *what = lua_pushfstring(L, "%s: %s", where, name);
        (void)lua_getfield(L, 1, name);
        values[i] = lic_lua_check_value(L, -1, kind->parameters[i].type, what);
        lua_remove(L, -2);
    }
    if (lua_isnil(L, lua_upvalueindex(3))) return 0;
    lua_pushvalue(L, lua_upvalueindex(3));
    lic_lua_push_callback(L, kind, values, where);
    lua_call(L, 1, 1);
    (void)lic_lua_check_value(L, -1, kind->result, where);
    return kind->result == LIC_VALUE_NOTHING ? 0 : 1;
}

static void wrap_callback(lua_State *L, int at, const lic_held_extension *held,
                          const lic_parameter *one, const char *where)
{
    const lic_signature *kind = &held->face->callbacks[one->callback];
    if (!lua_isnil(L, at) || kind->result != LIC_VALUE_NOTHING)
        (void)lic_lua_check_value(L, at, LIC_VALUE_CALLBACK, where);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_pushinteger(L, (lua_Integer)one->callback);
    lua_pushvalue(L, at);
    lua_pushfstring(L, "%s: callback %s", where, (const char *)kind->name.data);
    lua_pushcclosure(L, call_checked, 4);
    lua_replace(L, at);
}

/* Checks the arguments in their places and puts checked callbacks there; returns how many there
 * are. */
static int check_arguments(lua_State *L, const lic_held_extension *held,
                           const lic_signature *signature, const char *name)
{
    int at = 0;
    for (size_t i = 0; i < signature->count; i++) {
        const lic_parameter *one = &signature->parameters[i];
        if (one->out) continue;
        at++;
        const char *where = lua_pushfstring(L, "%s: %s", name, (const char *)one->name.data);
        if (one->type == LIC_VALUE_CALLBACK) wrap_callback(L, at, held, one, where);
        else (void)lic_lua_check_value(L, at, one->type, where);
        lua_pop(L, 1);
    }
    return at;
}

/* What the stand-in returned, from `first` on: the result if there is one, then the outs. */
static int check_results(lua_State *L, const lic_signature *signature, int first, const char *name)
{
    int at = first;
    const char *where = lua_pushfstring(L, "%s: what stands in for it returns; it", name);
    if (signature->result != LIC_VALUE_NOTHING && signature->result != LIC_VALUE_STATUS)
        (void)lic_lua_check_value(L, at++, signature->result, where);
    for (size_t i = 0; i < signature->count; i++)
        if (signature->parameters[i].out)
            (void)lic_lua_check_value(L, at++, signature->parameters[i].type, where);
    lua_pop(L, 1);
    return at - first;
}

int lic_lua_call_stand_in(lua_State *L)
{
    const lic_held_extension *held = lua_touserdata(L, lua_upvalueindex(1));
    const lic_signature *signature = &held->face->functions[lua_tointeger(L, lua_upvalueindex(2))];
    int given = lua_gettop(L), wanted = 0;
    for (size_t i = 0; i < signature->count; i++) wanted += !signature->parameters[i].out;
    if (given < wanted) lua_settop(L, wanted);
    const char *name = lua_pushfstring(L, "%s.%s", (const char *)held->face->name.data,
                                       (const char *)signature->name.data);
    if (given > wanted) return luaL_error(L, "%s takes %d arguments, not %d", name, wanted, given);
    int count = check_arguments(L, held, signature, name);
    int results = (int)lic_plugin_result_count(signature);
    lua_pushvalue(L, lua_upvalueindex(3));
    for (int i = 1; i <= count; i++) lua_pushvalue(L, i);
    lua_call(L, count, results);
    return check_results(L, signature, lua_gettop(L) - results + 1, name);
}
