/* child_mutant.c - mutants of the deployed agreements, one after the other, each tried by all scenarios. */
#include "scenario_child.h"

#include <licet/crypto.h>

enum { MUTANT_RUNS = 10 };

bool lic_child_other_text(void *context, lic_slice text, lic_slice *other)
{
    const lic_child *c = context;
    if (!c->trying || !lic_slice_equal(text, lic_agreements_at(c->agreements, c->mutated)->source))
        return false;
    *other = c->mutant.text;
    return true;
}

/* The next mutant of this process's share. MISSING: there is none. */
static lic_status next_mutant(lic_child *c, uint32_t share, uint32_t shares)
{
    const lic_compile_options options = {.unit_scale = 6};
    if (c->originals == 0) c->originals = lic_agreements_count(c->agreements);
    for (;;) {
        if (c->mutator == NULL) {
            if (c->mutated == c->originals) return LIC_MISSING;
            c->mutator = lic_mutator_create(
                lic_agreements_at(c->agreements, c->mutated)->compilation, &options,
                &lic_hasher_native, &lic_allocator_system);
            if (c->mutator == NULL) return LIC_NO_MEMORY;
        }
        lic_status status = lic_mutator_next(c->mutator, &c->mutant);
        if (status == LIC_OK) {
            if (c->ordinal++ % shares == share) return LIC_OK;
        } else if (status == LIC_MISSING) {
            lic_mutator_destroy(c->mutator);
            c->mutator = NULL;
            c->mutated++;
        } else {
            return status;
        }
    }
}

typedef struct trial {
    lic_child *child;
    uint64_t seed;
    uint32_t runs; /* of each property */
    bool killed;
    lic_buffer *killer;
} trial;

/* Scenarios in order until one fails. */
static int try_program(lua_State *L)
{
    trial *t = lua_touserdata(L, 1);
    lua_Integer count = lic_child_count(L);
    for (lua_Integer i = 1; i <= count && !t->killed; i++) {
        lua_settop(L, 1);
        lua_newtable(L); /* no regressions */
        lic_child_run(L, i, t->seed, t->runs);
        if (lua_isnil(L, 2)) continue;
        t->killed = true;
        lic_child_push_driver(L, "about");
        lua_pushinteger(L, i);
        lua_call(L, 1, 1);
        lic_slice name = lic_lua_slice(L, -1);
        lic_put_bytes(t->killer, name.data, name.size);
    }
    return 0;
}

lic_status lic_child_tell_mutant(lic_child *c, lic_error *error)
{
    uint32_t share = lic_get_u32(&c->work), shares = lic_get_u32(&c->work);
    lic_buffer killer;
    trial t = {.child = c, .seed = lic_get_u64(&c->work), .killer = &killer};
    t.runs = lic_get_u32(&c->work);
    if (t.runs == 0) t.runs = MUTANT_RUNS;
    lic_status status = c->work.failed || shares == 0 ? LIC_MALFORMED
                                                      : next_mutant(c, share, shares);
    if (status == LIC_MISSING) {
        lic_put_u8(&c->told, 0);
        return LIC_OK;
    }
    if (status != LIC_OK)
        return lic_fail(error, status, "mutant", "", "mutants cannot be made: %s",
                        lic_status_message(status));
    lic_buffer_init(&killer, &lic_allocator_system, 1 << 16);
    c->trying = true;
    status = lic_lua_run(c->lua, try_program, &t, error);
    c->trying = false;
    lic_worlds_drop(&c->worlds, 1);
    lic_put_u8(&c->told, 1);
    lic_put_slice(&c->told, lic_agreements_at(c->agreements, c->mutated)->name);
    lic_put_slice(&c->told, c->mutant.description);
    lic_put_u32(&c->told, c->ordinal);
    lic_put_u32(&c->told, c->mutant.span.line);
    /* what breaks the scenarios' own run was noticed, too */
    if (status == LIC_MALFORMED) lic_put_slice(&c->told, lic_slice_text("an error"));
    else lic_put_slice(&c->told, lic_slice_of(killer.data, killer.size));
    lic_buffer_free(&killer);
    return status == LIC_MALFORMED ? LIC_OK : status;
}
