/* scenario_child.h - the confined process of a file of scenarios: what the kinds of its work share. */
#ifndef LICET_AUTHOR_SCENARIO_CHILD_H
#define LICET_AUTHOR_SCENARIO_CHILD_H

#include "lua_convert.h"
#include "lua_deploy.h"
#include "scenario_work.h"

#include <licet/coverage.h>
#include <licet/mutation.h>

enum { LIC_TOLD_MAX = 32 << 20 }; /* what one piece of work answers */

typedef struct lic_child {
    lic_confined *confined;
    const lic_scenario_start *start;
    lic_lua *lua;
    lic_worlds worlds;
    lic_agreements *agreements;
    lic_coverage *coverage;
    lic_buffer told;
    lic_cursor work; /* under way */
    /* mutants of the agreements that scenarios deployed, one after the other */
    lic_mutator *mutator;
    size_t mutated, originals;
    uint32_t ordinal;
    lic_mutant mutant;
    bool trying;
} lic_child;

/* The function of the driver (lua/scenario.lua) that has this name. */
void lic_child_push_driver(lua_State *L, const char *function);
lua_Integer lic_child_count(lua_State *L);
/* Runs scenario `index`, from 1, with the list of regressions that lies on top. Leaves failure, expectations, gas, draws
 * and what was drawn on the stack, at 2 and behind. */
void lic_child_run(lua_State *L, lua_Integer index, uint64_t seed, uint32_t runs);
void lic_child_tell_text(lic_child *c, lua_State *L, int index); /* nil is empty */

/* One kind of work each, whose answer goes into c->told. */
lic_status lic_child_tell_what_if(lic_child *c, lic_error *error);
lic_status lic_child_tell_covered(lic_child *c);
lic_status lic_child_tell_mutant(lic_child *c, lic_error *error);
lic_status lic_child_tell_eval(lic_child *c, lic_error *error);
lic_status lic_child_tell_query(lic_child *c, lic_error *error);

/* lic_world_override: while a mutant is tried it stands in the place of its original. */
bool lic_child_other_text(void *context, lic_slice text, lic_slice *other);

#endif
