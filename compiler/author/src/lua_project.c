/* lua_project.c - what a script reaches outside itself, all of it through the host: print, require, and
 * the files of the project. */
#include "lua_parts.h"

#include <string.h>

enum { NAME_MAX_BYTES = 200 };
static const char LOADED[] = "licet.loaded";

int lic_lua_print(lua_State *L)
{
    lic_confined *host = lic_lua_options_of(L)->host;
    int count = lua_gettop(L);
    luaL_Buffer line;
    luaL_buffinit(L, &line);
    for (int i = 1; i <= count; i++) {
        if (i > 1) luaL_addchar(&line, '\t');
        (void)lic_lua_text(L, i, NULL);
        luaL_addvalue(&line);
    }
    luaL_addchar(&line, '\n');
    luaL_pushresult(&line);
    if (host != NULL && !lic_confined_say(host, lic_lua_slice(L, -1)))
        return luaL_error(L, "the limit of %I bytes for what is printed is reached",
                          (lua_Integer)lic_confined_limits(host)->talk_bytes);
    return 0;
}

static lic_confined *need_host(lua_State *L)
{
    lic_confined *host = lic_lua_options_of(L)->host;
    if (host == NULL) luaL_error(L, "there are no files here");
    return host;
}

static lic_buffer *room_for_message(lua_State *L, const lic_confined *host)
{
    return lic_lua_buffer(L, (size_t)lic_confined_limits(host)->message_bytes);
}

/* Pushes the text of a file of the project. */
static void push_file(lua_State *L, const char *path)
{
    lic_confined *host = need_host(L);
    lic_error error;
    lic_buffer *bytes = room_for_message(L, host);
    if (lic_host_read(host, lic_slice_text(path), bytes, &error) != LIC_OK)
        lic_lua_raise(L, &error);
    lua_pushlstring(L, bytes->size == 0 ? "" : (const char *)bytes->data, bytes->size);
    lic_buffer_free(bytes);
    lua_remove(L, -2);
}

/* project.read(path): the text of a file. */
int lic_lua_project_read(lua_State *L)
{
    push_file(L, luaL_checkstring(L, 1));
    return 1;
}

/* project.list(path): the names in a folder, in order; without a path, of the project's folder. */
int lic_lua_project_list(lua_State *L)
{
    lic_confined *host = need_host(L);
    const char *path = luaL_optstring(L, 1, "");
    lic_error error;
    lic_buffer *bytes = room_for_message(L, host);
    if (lic_host_list(host, lic_slice_text(path), bytes, &error) != LIC_OK)
        lic_lua_raise(L, &error);
    lic_cursor cursor = lic_cursor_of(lic_slice_of(bytes->data, bytes->size));
    lua_newtable(L);
    for (lua_Integer i = 1; cursor.at < cursor.end && !cursor.failed; i++) {
        lic_slice name = lic_get_slice(&cursor, bytes->size);
        lua_pushlstring(L, (const char *)name.data, name.size);
        lua_rawseti(L, -2, i);
    }
    lic_buffer_free(bytes);
    return 1;
}

/* -- require ------------------------------------------------------------------------------------------------- */

static const lic_lua_module *find_module(lua_State *L, const char *name)
{
    const lic_lua_options *options = lic_lua_options_of(L);
    for (size_t i = 0; i < options->module_count; i++)
        if (strcmp(options->modules[i].name, name) == 0) return &options->modules[i];
    return NULL;
}

/* "terms.uk" is the file terms/uk.lua. */
static const char *push_path(lua_State *L, const char *name)
{
    const char *folder = luaL_gsub(L, name, ".", "/");
    const char *path = lua_pushfstring(L, "%s.lua", folder);
    lua_remove(L, -2);
    return path;
}

static void load_module(lua_State *L, const char *name)
{
    const lic_lua_module *module = find_module(L, name);
    if (module != NULL) {
        lic_lua_load(L, name, module->text);
        return;
    }
    const char *path = push_path(L, name);
    push_file(L, path);
    lic_lua_load(L, path, lic_lua_slice(L, -1));
    lua_replace(L, -3);
    lua_pop(L, 1);
}

static void check_name(lua_State *L, const char *name)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
    size_t size = strlen(name);
    if (size == 0 || size > NAME_MAX_BYTES || strspn(name, allowed) != size || name[0] == '.')
        luaL_error(L,
                   "require \"%s\": a module's name has letters, digits, `_`, `-` and `.`; "
                   "\"terms.uk\" is the file terms/uk.lua",
                   size > NAME_MAX_BYTES ? "…" : name);
}

/* require "NAME": the module's value, the same each time. */
int lic_lua_require(lua_State *L)
{
    const char *name = luaL_checkstring(L, 1);
    check_name(L, name);
    lua_settop(L, 1);
    (void)luaL_getsubtable(L, LUA_REGISTRYINDEX, LOADED); /* 2 */
    if (lua_getfield(L, 2, name) == LUA_TNIL) {
        lua_pop(L, 1);
        lua_pushboolean(L, false); /* under way */
        lua_setfield(L, 2, name);
        load_module(L, name);
        lua_pushvalue(L, 1);
        lua_call(L, 1, 1);
        if (!lua_toboolean(L, -1)) lua_pop(L, 1), lua_pushboolean(L, true);
        lua_pushvalue(L, -1);
        lua_setfield(L, 2, name);
    }
    if (!lua_toboolean(L, -1))
        return luaL_error(L,
                          "require \"%s\": the module is being loaded already: modules may not "
                          "require each other in a circle",
                          name);
    return 1;
}
