/* lua_deploy.h - agreements on their way from a script onto the ledger. */
#ifndef LICET_AUTHOR_LUA_DEPLOY_H
#define LICET_AUTHOR_LUA_DEPLOY_H

#include "agreements.h"
#include "lua_world.h"

/* What deploy compiles goes here; borrowed as long as the state lives. Before the first deploy. */
void lic_lua_set_agreements(lua_State *L, lic_agreements *agreements);

#endif
