/* sheet_json.c - a sheet as JSON: a list of objects with the members that a deal has in Lua. Numbers with a
 * fraction or an exponent are refused, and so is an object with a member twice. The only user of jansson
 * besides deal_file.c. */
#include "deal_lua.h"

#include <jansson.h>
#include <string.h>

enum { DEPTH_MAX = 32 };
static const char HOLDER[] = "licet.json";

typedef struct path {
    const lic_deal_place *place;
    const char *member; /* of the deal: "set.FirstRate" */
} path;

static int free_value(lua_State *L)
{
    json_t **held = luaL_checkudata(L, 1, HOLDER);
    json_decref(*held);
    *held = NULL;
    return 0;
}

/* The document is freed with the stack slot that this leaves behind. */
static json_t **push_holder(lua_State *L)
{
    json_t **held = lua_newuserdatauv(L, sizeof(json_t *), 0);
    *held = NULL;
    if (luaL_newmetatable(L, HOLDER)) {
        lua_pushcfunction(L, free_value);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    return held;
}

static void push_value(lua_State *L, const path *at, json_t *value, int depth);

static void push_object(lua_State *L, const path *at, json_t *object, int depth)
{
    const char *name = NULL;
    json_t *value = NULL;
    lua_newtable(L);
    for (void *i = json_object_iter(object); i != NULL; i = json_object_iter_next(object, i)) {
        name = json_object_iter_key(i);
        value = json_object_iter_value(i);
        path inner = {at->place,
                      at->member[0] == '\0' ? name : lua_pushfstring(L, "%s.%s", at->member, name)};
        push_value(L, &inner, value, depth + 1);
        lua_setfield(L, at->member[0] == '\0' ? -2 : -3, name);
        if (at->member[0] != '\0') lua_pop(L, 1);
    }
}

static void push_array(lua_State *L, const path *at, json_t *array, int depth)
{
    lua_createtable(L, (int)json_array_size(array), 0);
    for (size_t i = 0; i < json_array_size(array); i++) {
        push_value(L, at, json_array_get(array, i), depth + 1);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

static void push_value(lua_State *L, const path *at, json_t *value, int depth)
{
    luaL_checkstack(L, 20, "too many values");
    if (depth > DEPTH_MAX)
        lic_deal_fail(L, at->place, at->member, 0, "", "objects and lists are nested too deeply");
    switch (json_typeof(value)) {
    case JSON_OBJECT: push_object(L, at, value, depth); return;
    case JSON_ARRAY: push_array(L, at, value, depth); return;
    case JSON_STRING:
        lua_pushlstring(L, json_string_value(value), json_string_length(value));
        return;
    case JSON_INTEGER: lua_pushinteger(L, (lua_Integer)json_integer_value(value)); return;
    case JSON_TRUE:
    case JSON_FALSE: lua_pushboolean(L, json_is_true(value)); return;
    case JSON_NULL: lua_pushnil(L); return;
    case JSON_REAL: break;
    }
    lic_deal_fail(L, at->place, at->member, 0,
                  "write it as a text: \"GBP 250.00\", \"52%\", \"0.0012\"",
                  "a number with a fraction or an exponent is not exact");
}

LIC_NORETURN static void fail_text(lua_State *L, const lic_deal_sink *sink, const json_error_t *why)
{
    lic_error error;
    const char *source = lua_pushlstring(L, (const char *)sink->source.data, sink->source.size);
    (void)lic_fail(&error, LIC_MALFORMED, "json",
                   json_error_code(why) == json_error_numeric_overflow
                       ? "write large numbers as texts"
                       : "see RFC 8259: texts and names in double quotes, no comma behind the last",
                   "%s:%d:%d: %s", source, why->line, why->column, why->text);
    lic_lua_raise_placed(L, &error);
}

void lic_sheet_json(lua_State *L, lic_deal_sink *sink)
{
    json_error_t why;
    lic_deal_place place = {.style = LIC_PLACE_ITEM, .source = sink->source};
    json_t **held = push_holder(L);
    json_object_seed(1); /* its order does not depend on it; else it would be read from a device */
    *held = json_loadb((const char *)sink->text.data, sink->text.size, JSON_REJECT_DUPLICATES,
                       &why);
    if (*held == NULL) fail_text(L, sink, &why);
    if (!json_is_array(*held))
        luaL_error(L, "%s: the sheet is no list of deals: [ { \"name\": ... }, ... ]",
                   lua_pushlstring(L, (const char *)sink->source.data, sink->source.size));
    for (size_t i = 0; i < json_array_size(*held); i++) {
        const path at = {&place, ""};
        const json_t *name = json_object_get(json_array_get(*held, i), "name");
        place.number = (uint32_t)i + 1;
        place.name = lic_slice_of(json_string_value(name), json_string_length(name));
        push_value(L, &at, json_array_get(*held, i), 0);
        place.name = lic_slice_of(NULL, 0);
        lic_deal_put(L, -1, &place, sink);
        lua_pop(L, 1);
    }
}
