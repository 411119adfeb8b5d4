/* lua_convert.h - converters in Lua states: the product's as modules for `require`, and, for tests,
 * a conversion without files: `convert(CONVERTER, { inputs, files, set })`. */
#ifndef LICET_AUTHOR_LUA_CONVERT_H
#define LICET_AUTHOR_LUA_CONVERT_H

#include "lua_state.h"

/* The product's converters; *count of them. Static storage. */
const lic_lua_module *lic_converter_modules(size_t *count);

/* Pushes the driver, the function of lua/convert.lua. */
void lic_lua_push_convert_driver(lua_State *L);

/* Sets the globals `extension` and `stand_in`, and `convert` as tests have it. */
void lic_lua_open_convert_here(lua_State *L);

#endif
