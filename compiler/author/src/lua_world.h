/* lua_world.h - the ledger in memory as scenarios and the REPL reach it: the table `world` of functions, which
 * lua/scenario.lua wraps for people. */
#ifndef LICET_AUTHOR_LUA_WORLD_H
#define LICET_AUTHOR_LUA_WORLD_H

#include "lua_state.h"
#include <licet/world.h>

/* An agreement in place of the one that a deal names, for trying mutants: NULL leaves it as it is. */
typedef struct lic_world_override {
    void *context;
    /* Canonical text to compile in place of `text`; false: as it is. */
    bool (*text)(void *context, lic_slice text, lic_slice *other);
} lic_world_override;

#define LIC_WORLD_FORKS 8u /* worlds that stand on one another */

/* The worlds of a Lua state: the base, and forks of forks of it, the last of which is the present one. */
typedef struct lic_worlds {
    lic_world *stack[LIC_WORLD_FORKS];
    size_t count; /* at least 1 */
    lic_world_override override;
    const lic_named_text *bind; /* parameters in place of those that deals give */
    size_t bind_count;          /* at most 64 */
    uint64_t bound;             /* bit set: some agreement has it */
} lic_worlds;

/* Pushes the table. `worlds` is borrowed as long as the state lives. */
void lic_lua_push_world(lua_State *L, lic_worlds *worlds);
/* Ends all worlds but the first `count`. */
void lic_worlds_drop(lic_worlds *worlds, size_t count);

/* Pushes nil and {status, code, text, help}: what the ledger refused. Returns 2. */
int lic_lua_refused(lua_State *L, const lic_error *error);
lic_worlds *lic_lua_worlds(lua_State *L);
lic_world *lic_lua_present(lua_State *L);

/* lua_look.c, lua_draw.c, lua_deploy.c: parts of the table, ending with a NULL name. */
extern const luaL_Reg lic_lua_look_functions[], lic_lua_draw_functions[],
    lic_lua_deploy_functions[];

#endif
