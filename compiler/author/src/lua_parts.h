/* lua_parts.h - the parts of the environment, each of which lua_library.c puts in its place. */
#ifndef LICET_AUTHOR_LUA_PARTS_H
#define LICET_AUTHOR_LUA_PARTS_H

#include "lua_state.h"

typedef struct lic_lua_random {
    uint64_t state[4];
} lic_lua_random;

struct lic_lua {
    lic_lua_options options;
    lua_State *L;
    uint64_t used;       /* bytes */
    uint64_t steps_left; /* 0: the error was raised */
    unsigned raised;     /* times since then */
    lic_lua_random random;
    lic_error error; /* of the call under way */
};

/* Sets the globals. */
void lic_lua_environment(lua_State *L);

/* lua_order.c: functions of one name in Lua. */
int lic_lua_pairs(lua_State *L);
int lic_lua_next(lua_State *L);
int lic_lua_sort(lua_State *L);

/* lua_random.c */
void lic_lua_random_seed(lic_lua_random *random, uint64_t seed);
int lic_lua_random_call(lua_State *L);

/* lua_project.c */
int lic_lua_print(lua_State *L);
int lic_lua_require(lua_State *L);
int lic_lua_project_read(lua_State *L);
int lic_lua_project_list(lua_State *L);

/* lua_values.c: constructors and metatables of money, rate, decimal, date and duration. */
void lic_lua_open_values(lua_State *L);

#endif
