/* sheet_lua.c - a sheet in Lua: it calls deal "Name" {...}, or returns a list of deals, or one. */
#include "deal_lua.h"

#include "lua_values.h"

#include <string.h>

static const char SINK[] = "licet.deals";

static lic_deal_sink *sink_of(lua_State *L)
{
    (void)lua_getfield(L, LUA_REGISTRYINDEX, SINK);
    lic_deal_sink *sink = lua_touserdata(L, -1);
    lua_pop(L, 1);
    return sink;
}

/* Upvalue: the name. */
static int put_deal(lua_State *L)
{
    lua_Debug at;
    lic_deal_sink *sink = sink_of(L);
    lic_deal_place place = {.style = LIC_PLACE_LINE, .source = sink->source};
    place.name = lic_lua_slice(L, lua_upvalueindex(1));
    if (lua_getstack(L, 1, &at) != 0 && lua_getinfo(L, "Sl", &at) != 0 && at.currentline > 0) {
        place.number = (uint32_t)at.currentline;
        place.source = lic_slice_text(at.source + (at.source[0] == '@' ? 1 : 0));
    }
    lic_deal_put(L, 1, &place, sink);
    return 0;
}

/* deal "Name" {...} */
static int begin_deal(lua_State *L)
{
    if (lua_type(L, 1) != LUA_TSTRING)
        return luaL_error(L, "deal wants its name, not %s: deal \"Name\" { agreement = ... }",
                          lic_lua_describe(L, 1));
    lua_settop(L, 1);
    lua_pushcclosure(L, put_deal, 1);
    return 1;
}

static void put_item(lua_State *L, lic_deal_sink *sink, uint32_t number)
{
    lic_deal_place place = {.style = LIC_PLACE_ITEM, .source = sink->source, .number = number};
    lic_deal_put(L, -1, &place, sink);
}

/* What the chunk returned: nothing, a deal, or a list of deals. */
static void put_returned(lua_State *L, lic_deal_sink *sink)
{
    if (lua_isnil(L, -1)) return;
    if (!lua_istable(L, -1))
        luaL_error(
            L, "the sheet returned %s: it returns a list of deals, or calls deal \"Name\" {...}",
            lic_lua_describe(L, -1));
    if (lua_getfield(L, -1, "agreement") != LUA_TNIL) {
        lua_pop(L, 1);
        put_item(L, sink, 1);
        return;
    }
    lua_pop(L, 1);
    lua_Unsigned count = lua_rawlen(L, -1);
    for (lua_Integer i = 1; i <= (lua_Integer)count; i++) {
        (void)lua_rawgeti(L, -1, i);
        put_item(L, sink, (uint32_t)i);
        lua_pop(L, 1);
    }
}

void lic_sheet_lua(lua_State *L, lic_deal_sink *sink)
{
    lua_pushlightuserdata(L, sink);
    lua_setfield(L, LUA_REGISTRYINDEX, SINK);
    lua_register(L, "deal", begin_deal);
    lua_pushlstring(L, (const char *)sink->source.data, sink->source.size);
    lic_lua_load(L, lua_tostring(L, -1), sink->text);
    lua_call(L, 0, 1);
    put_returned(L, sink);
}
