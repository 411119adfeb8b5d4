/* lua_convert.c - the texts that a conversion is made of, as modules and functions of a Lua
 * state. */
#include "lua_convert.h"

#include "lua_extension.h"

#include <licet/converters.h>

enum { MODULES_MAX = 32 };

/* lua/convert.lua and lua/convert_here.lua, compiled in. */
#define MODULE(name, ...) static const char library_##name[] = {__VA_ARGS__};
#include "convert_here_lua.inc"
#include "convert_lua.inc"
#undef MODULE

const lic_lua_module *lic_converter_modules(size_t *count)
{
    static lic_lua_module modules[MODULES_MAX];
    *count = 0;
    const char *name = NULL;
    for (size_t i = 0; (name = lic_converter_name(i)) != NULL; i++) {
        LIC_ASSERT(*count < MODULES_MAX);
        modules[*count].name = name;
        (void)lic_converter_source(lic_slice_text(name), &modules[*count].text);
        (*count)++;
    }
    return modules;
}

void lic_lua_push_convert_driver(lua_State *L)
{
    lic_lua_load(L, "convert.lua", lic_slice_of(library_convert, sizeof library_convert));
}

void lic_lua_open_convert_here(lua_State *L)
{
    lic_lua_open_extensions(L);
    lic_lua_load(L, "convert_here.lua",
                 lic_slice_of(library_convert_here, sizeof library_convert_here));
    lic_lua_push_convert_driver(L);
    lua_call(L, 1, 0);
}
