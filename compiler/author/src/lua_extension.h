/* lua_extension.h - `extension "NAME"`: a native extension as a Lua value. docs/spec/extensions.md
 * says what a script sees.
 *
 * The functions of an extension are closures over a held extension: its interface, and the Lua
 * table that stands in for it, if one does. Types are checked against the interface here, so that a
 * mistake is told with the script's line, and once more by the host, which believes nothing. */
#ifndef LICET_AUTHOR_LUA_EXTENSION_H
#define LICET_AUTHOR_LUA_EXTENSION_H

#include "lua_state.h"

#include <licet/plugin.h>

typedef struct lic_held_extension {
    lic_interface *face; /* NULL until it is read */
    bool busy;           /* a call is under way */
    bool lost;           /* its process has ended */
} lic_held_extension;

/* Sets the globals `extension` and `stand_in`. */
void lic_lua_open_extensions(lua_State *L);

/* Takes the value at `index` as one of the type; text and bytes borrow from the stack. An error
 * names `where` ("ddex_dsr.feed: part"). */
lic_value lic_lua_check_value(lua_State *L, int index, lic_value_type type, const char *where);
/* Pushes it. A uint64 beyond Lua's integers is an error. */
void lic_lua_push_value(lua_State *L, const lic_value *value, const char *where);
/* Pushes a table of the callback's values by their names. */
void lic_lua_push_callback(lua_State *L, const lic_signature *kind, const lic_value *values,
                           const char *where);

/* The body of a function of an extension that a Lua table stands in for (lua_stand_in.c): upvalues
 * are the held extension, the function's number and the Lua function. */
int lic_lua_call_stand_in(lua_State *L);

#endif
