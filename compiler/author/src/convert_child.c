/* convert_child.c - the confined process of a converter: a Lua state with extensions, in which
 * lua/convert.lua runs it. */
#include "convert_work.h"
#include "lua_convert.h"
#include "lua_extension.h"

#include <string.h>

/* A report of some million rows; a script that never ends is stopped by the processor's time. */
#define STEPS (UINT64_C(1) << 40)

/* -- what the driver is given ------------------------------------------------------------------ */

static lic_confined *host_of(lua_State *L)
{
    return lic_lua_options_of(L)->host;
}

/* host.part(number): the next part of a file, nil at its end. */
static int next_part(lua_State *L)
{
    lic_error error = {0};
    lic_buffer *arguments = lic_lua_buffer(L, 16),
               *bytes = lic_lua_buffer(L, 2 * LIC_CONVERT_PART_SIZE);
    lic_put_u32(arguments, (uint32_t)luaL_checkinteger(L, 1));
    if (lic_host_call(host_of(L), lic_slice_of(NULL, 0), lic_slice_text(LIC_CONVERT_PART),
                      lic_slice_of(arguments->data, arguments->size), bytes, &error) != LIC_OK)
        lic_lua_raise(L, &error);
    if (bytes->size == 0) lua_pushnil(L);
    else lua_pushlstring(L, (const char *)bytes->data, bytes->size);
    lic_buffer_free(arguments);
    lic_buffer_free(bytes);
    return 1;
}

/* host.give(kind, bytes) */
static int give(lua_State *L)
{
    lic_error error = {0};
    (void)luaL_checkstring(L, 1);
    (void)luaL_checkstring(L, 2);
    if (lic_host_write(host_of(L), lic_lua_slice(L, 1), lic_lua_slice(L, 2), &error) != LIC_OK)
        lic_lua_raise(L, &error);
    return 0;
}

static void push_slice(lua_State *L, lic_slice text)
{
    lua_pushlstring(L, text.size == 0 ? "" : (const char *)text.data, text.size);
}

static void push_inputs(lua_State *L, const lic_convert_options *options)
{
    lua_newtable(L);
    for (size_t i = 0; i < options->input_count; i++) {
        push_slice(L, options->inputs[i].name);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

/* { {name, path}, ... } */
static void push_files(lua_State *L, const lic_convert_options *options)
{
    lua_newtable(L);
    for (size_t i = 0; i < options->file_count; i++) {
        lua_createtable(L, 2, 0);
        push_slice(L, options->files[i].name);
        lua_rawseti(L, -2, 1);
        lua_pushstring(L, options->files[i].path);
        lua_rawseti(L, -2, 2);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

static void push_settings(lua_State *L, const lic_convert_options *options)
{
    lua_newtable(L);
    for (size_t i = 0; i < options->setting_count; i++) {
        push_slice(L, options->settings[i].name);
        push_slice(L, options->settings[i].value);
        lua_rawset(L, -3);
    }
}

/* -- the run ----------------------------------------------------------------------------------- */

/* Leaves the converter, the value that its text returns. */
static void load_converter(lua_State *L, const lic_convert_start *start)
{
    lic_lua_load(L, start->shown, start->text);
    lua_call(L, 0, 1);
    bool good = lua_istable(L, -1);
    if (good) {
        good = lua_getfield(L, -1, "convert") == LUA_TFUNCTION;
        lua_pop(L, 1);
    }
    if (!good)
        luaL_error(L,
                   "%s: a converter returns { settings = {...}, convert = function(run) ... end }",
                   start->shown);
    if (lua_getfield(L, -1, "settings") == LUA_TNIL) {
        lua_newtable(L);
        lua_setfield(L, -3, "settings");
    }
    lua_pop(L, 1);
}

static int program(lua_State *L)
{
    static const luaL_Reg host[] = {{"part", next_part}, {"give", give}, {NULL, NULL}};
    const lic_convert_start *start = lua_touserdata(L, 1);
    lic_lua_open_extensions(L);
    lic_lua_push_convert_driver(L);
    luaL_newlib(L, host);
    load_converter(L, start);
    push_inputs(L, start->options);
    push_files(L, start->options);
    push_settings(L, start->options);
    lua_call(L, 5, 0);
    return 0;
}

lic_status lic_convert_child(lic_confined *confined, void *context, lic_buffer *result,
                             lic_error *error)
{
    lic_lua *lua = NULL;
    size_t modules = 0;
    const lic_lua_module *list = lic_converter_modules(&modules);
    (void)result;
    const lic_lua_options options = {
        .host = confined,
        .allocator = &lic_allocator_system,
        .memory_bytes = lic_confined_limits(confined)->memory_bytes,
        .steps = STEPS,
        .modules = list,
        .module_count = modules,
    };
    LIC_TRY(lic_lua_open(&options, &lua, error));
    return lic_lua_run(lua, program, context, error); /* the process ends: nothing is freed */
}
