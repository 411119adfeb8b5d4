/* lua_values.h - exact values as Lua values: userdata of one metatable. */
#ifndef LICET_AUTHOR_LUA_VALUES_H
#define LICET_AUTHOR_LUA_VALUES_H

#include "exact.h"
#include "lua_state.h"

void lic_lua_push_exact(lua_State *L, const lic_exact *value);
/* True when there is a value of ours at `index`. */
bool lic_lua_is_exact(lua_State *L, int index, lic_exact *value);
/* A value of ours, or an integer as a count. Anything else is an error that says what to write: floats and
 * texts above all. */
lic_exact lic_lua_check_exact(lua_State *L, int index);

/* lua_value_members.c: v.kind, v.amount, v:round(...) ... */
int lic_lua_exact_index(lua_State *L);

/* Raises "WHAT: why"; `wrong` as in exact.h. */
LIC_NORETURN void lic_lua_exact_fail(lua_State *L, const char *what, const char *wrong);
/* "a float (0.52)", for messages. */
const char *lic_lua_describe(lua_State *L, int index);

#endif
