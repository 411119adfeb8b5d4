/* lua_library.c - the globals of a script: Lua's own libraries without what reaches outside, shows an
 * address, depends on chance or on when memory is freed. Each line of the lists is part of the language
 * that docs/spec/author.md specifies. */
#include "lua_clause.h"
#include "lua_parts.h"

#include <lualib.h>
#include <string.h>

/* What stays; everything else that a library defines goes. */
static const char *const BASE[] = {
    "_G",     "_VERSION", "assert", "error",        "getmetatable", "ipairs",   "load",
    "next",   "pairs",    "pcall",  "print",        "rawequal",     "rawget",   "rawlen",
    "rawset", "require",  "select", "setmetatable", "tonumber",     "tostring", "type",
    "xpcall", "string",   "table",  "math",         "coroutine",    "utf8",     NULL};
static const char *const STRING[] = {"byte",    "char",  "find",   "format", "gmatch",   "gsub",
                                     "len",     "lower", "match",  "pack",   "packsize", "rep",
                                     "reverse", "sub",   "unpack", "upper",  NULL};
/* Without the functions of the C library's floats, which differ between machines. */
static const char *const MATH[] = {"abs",        "ceil", "floor",      "fmod", "huge", "max",
                                   "maxinteger", "min",  "mininteger", "modf", "pi",   "random",
                                   "tointeger",  "type", "ult",        NULL};

static const char WRAPPED[] = "licet.wrapped";

static bool is_listed(const char *name, const char *const *list)
{
    for (; *list != NULL; list++)
        if (strcmp(*list, name) == 0) return true;
    return false;
}

/* Drops from the table on top what is not listed. */
static void keep(lua_State *L, const char *const *list)
{
    for (lua_pushnil(L); lua_next(L, -2) != 0;) {
        lua_pop(L, 1);
        if (lua_type(L, -1) == LUA_TSTRING && is_listed(lua_tostring(L, -1), list)) continue;
        lua_pushvalue(L, -1);
        lua_pushnil(L);
        lua_rawset(L, -4);
    }
}

/* -- functions in the place of Lua's own --------------------------------------------------------------------- */

static int text_of(lua_State *L)
{
    luaL_checkany(L, 1);
    (void)lic_lua_text(L, 1, NULL);
    return 1;
}

/* Upvalue: Lua's load. Text alone, never bytecode. */
static int load_text(lua_State *L)
{
    int count = lua_gettop(L);
    if (count < 3) lua_settop(L, 3);
    if (lua_isnil(L, 2)) lua_pushliteral(L, "=load"), lua_replace(L, 2);
    lua_pushliteral(L, "t");
    lua_replace(L, 3);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    return lua_gettop(L);
}

/* Upvalue: Lua's setmetatable. */
static int set_metatable(lua_State *L)
{
    static const char *const refused[] = {"__gc", "__mode"};
    for (size_t i = 0; i < LIC_COUNT(refused) && lua_istable(L, 2); i++) {
        lua_pushstring(L, refused[i]);
        if (lua_rawget(L, 2) != LUA_TNIL)
            return luaL_error(L, "%s is not available: nothing may depend on when memory is freed",
                              refused[i]);
        lua_pop(L, 1);
    }
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, 1);
    return 1;
}

/* True when a format asks for an address. */
static bool wants_address(const char *format)
{
    for (const char *at = format; (at = strchr(at, '%')) != NULL;) {
        at += 1 + strspn(at + 1, "-+ #0123456789.");
        if (*at == 'p') return true;
        if (*at != '\0') at++;
    }
    return false;
}

/* Upvalue: Lua's string.format. Tables and functions are shown as print shows them. */
static int format(lua_State *L)
{
    if (wants_address(luaL_checkstring(L, 1)))
        return luaL_error(L, "%%p is not available: addresses differ from run to run");
    int count = lua_gettop(L);
    for (int i = 2; i <= count; i++) {
        int type = lua_type(L, i);
        if (type == LUA_TNIL || type == LUA_TBOOLEAN || type == LUA_TNUMBER || type == LUA_TSTRING)
            continue;
        (void)lic_lua_text(L, i, NULL);
        lua_replace(L, i);
    }
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, count, 1);
    return 1;
}

/* -- putting it together -------------------------------------------------------------------------------------- */

static void set_function(lua_State *L, const char *name, lua_CFunction function)
{
    lua_pushcfunction(L, function);
    lua_setfield(L, -2, name);
}

/* Puts `function` in the place of the one of that name, which becomes its upvalue. Lua finds the names of
 * functions for its messages in the table of loaded modules: there the old one is kept. */
static void wrap(lua_State *L, const char *name, lua_CFunction function)
{
    (void)lua_getfield(L, -1, name);
    (void)luaL_getsubtable(L, LUA_REGISTRYINDEX, WRAPPED);
    lua_pushvalue(L, -2);
    lua_setfield(L, -2, name);
    lua_pop(L, 1);
    lua_pushcclosure(L, function, 1);
    lua_setfield(L, -2, name);
}

static void open_libraries(lua_State *L)
{
    static const luaL_Reg libraries[] = {{"_G", luaopen_base},
                                         {LUA_STRLIBNAME, luaopen_string},
                                         {LUA_TABLIBNAME, luaopen_table},
                                         {LUA_MATHLIBNAME, luaopen_math},
                                         {LUA_COLIBNAME, luaopen_coroutine},
                                         {LUA_UTF8LIBNAME, luaopen_utf8}};
    for (size_t i = 0; i < LIC_COUNT(libraries); i++) {
        luaL_requiref(L, libraries[i].name, libraries[i].func, 1);
        lua_pop(L, 1);
    }
}

/* Methods of texts come from a copy that no script reaches, and the metatable is not shown. */
static void close_strings(lua_State *L)
{
    lua_pushliteral(L, "");
    (void)lua_getmetatable(L, -1);
    lua_newtable(L);
    (void)lua_getglobal(L, LUA_STRLIBNAME);
    for (lua_pushnil(L); lua_next(L, -2) != 0;) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, -5);
    }
    lua_pop(L, 1);
    lua_setfield(L, -2, "__index");
    lua_pushboolean(L, false);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 2);
}

static void change_base(lua_State *L)
{
    static const luaL_Reg functions[] = {{"next", lic_lua_next},   {"pairs", lic_lua_pairs},
                                         {"print", lic_lua_print}, {"require", lic_lua_require},
                                         {"tostring", text_of},    {NULL, NULL}};
    lua_pushglobaltable(L);
    luaL_setfuncs(L, functions, 0);
    wrap(L, "load", load_text);
    wrap(L, "setmetatable", set_metatable);
    keep(L, BASE);
    lua_pop(L, 1);
}

static void change_libraries(lua_State *L)
{
    (void)lua_getglobal(L, LUA_STRLIBNAME);
    wrap(L, "format", format);
    keep(L, STRING);
    (void)lua_getglobal(L, LUA_MATHLIBNAME);
    set_function(L, "random", lic_lua_random_call);
    keep(L, MATH);
    (void)lua_getglobal(L, LUA_TABLIBNAME);
    set_function(L, "sort", lic_lua_sort);
    lua_pop(L, 3);
}

void lic_lua_environment(lua_State *L)
{
    const luaL_Reg *more = lic_lua_options_of(L)->globals;
    open_libraries(L);
    change_libraries(L);
    close_strings(L);
    change_base(L);
    lua_pushglobaltable(L);
    lua_newtable(L);
    set_function(L, "read", lic_lua_project_read);
    set_function(L, "list", lic_lua_project_list);
    lua_setfield(L, -2, "project");
    if (more != NULL) luaL_setfuncs(L, more, 0);
    lua_pop(L, 1);
    lic_lua_open_values(L);
    lic_lua_open_clauses(L);
    lua_newtable(L); /* in the place of the libraries as they were */
    (void)luaL_getsubtable(L, LUA_REGISTRYINDEX, WRAPPED);
    lua_setfield(L, -2, "_G");
    lua_setfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
}
