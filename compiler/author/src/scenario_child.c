/* scenario_child.c - the confined process of a file of scenarios: a Lua state, a ledger in memory, and the work that
 * the host asks for, one piece after the other. */
#include "scenario_child.h"

#include <string.h>

static const char DRIVER[] = "licet.driver";
/* lua/scenario.lua, compiled in. */
#define MODULE(name, ...) static const char library_##name[] = {__VA_ARGS__};
#include "scenario_lua.inc"
#undef MODULE

/* -- Lua: each a program of lic_lua_run ------------------------------------------------------------------------------ */

static int start_program(lua_State *L)
{
    lic_child *c = lua_touserdata(L, 1);
    lic_lua_open_convert_here(L);
    lic_lua_load(L, "scenario.lua", lic_slice_of(library_scenario, sizeof library_scenario));
    lic_lua_push_world(L, &c->worlds);
    lic_lua_set_agreements(L, c->agreements);
    lua_call(L, 1, 1);
    lua_setfield(L, LUA_REGISTRYINDEX, DRIVER);
    if (c->start->file == NULL) return 0;
    lic_buffer *text = lic_lua_buffer(L, (size_t)lic_confined_limits(c->confined)->message_bytes);
    lic_error error = {0};
    if (lic_host_read(c->confined, lic_slice_text(c->start->file), text, &error) != LIC_OK)
        lic_lua_raise(L, &error);
    lic_lua_load(L, c->start->file, lic_slice_of(text->data, text->size));
    lua_call(L, 0, 0);
    return 0;
}

void lic_child_push_driver(lua_State *L, const char *function)
{
    lua_getfield(L, LUA_REGISTRYINDEX, DRIVER);
    lua_getfield(L, -1, function);
    lua_remove(L, -2);
}

void lic_child_tell_text(lic_child *c, lua_State *L, int index)
{
    lic_put_slice(&c->told, lua_isnil(L, index) ? lic_slice_of(NULL, 0) : lic_lua_slice(L, index));
}

lua_Integer lic_child_count(lua_State *L)
{
    lic_child_push_driver(L, "count");
    lua_call(L, 0, 1);
    lua_Integer count = lua_tointeger(L, -1);
    lua_pop(L, 1);
    return count;
}

/* Changes, each with its reason and place, up to one that is empty. */
static void tell_explained(lic_child *c, lua_State *L)
{
    bool more = true;
    for (lua_Integer i = 1; more; i++) {
        lic_child_push_driver(L, "explained");
        lua_pushinteger(L, i);
        lua_call(L, 1, 3);
        more = !lua_isnil(L, -3);
        for (int part = -3; part < 0; part++) lic_child_tell_text(c, L, part);
        lua_pop(L, 3);
    }
}

static int list_program(lua_State *L)
{
    lic_child *c = lua_touserdata(L, 1);
    lua_Integer count = lic_child_count(L);
    lic_put_u32(&c->told, (uint32_t)count);
    for (lua_Integer i = 1; i <= count; i++) {
        lic_child_push_driver(L, "about");
        lua_pushinteger(L, i);
        lua_call(L, 1, 3);
        for (int part = -3; part < 0; part++) lic_child_tell_text(c, L, part);
        lua_pop(L, 3);
    }
    tell_explained(c, L);
    return 0;
}

/* Pushes the lists of draws that the host sent along. */
static void push_regressions(lic_child *c, lua_State *L)
{
    uint32_t lists = lic_get_u32(&c->work);
    lua_newtable(L);
    for (uint32_t i = 1; i <= lists && !c->work.failed; i++) {
        uint32_t count = lic_get_u32(&c->work);
        lua_newtable(L);
        for (uint32_t k = 1; k <= count && !c->work.failed; k++) {
            lua_pushinteger(L, (lua_Integer)lic_get_u64(&c->work));
            lua_rawseti(L, -2, (lua_Integer)k);
        }
        lua_rawseti(L, -2, (lua_Integer)i);
    }
}

/* A member of the failure that lies at `index`. */
static void tell_member(lic_child *c, lua_State *L, int index, const char *first,
                        const char *second)
{
    lua_pushliteral(L, "");
    if (lua_istable(L, index)) {
        (void)lua_getfield(L, index, first);
        if (second != NULL) lua_getfield(L, index, second);
        lua_concat(L, second == NULL ? 2 : 3);
    }
    lic_child_tell_text(c, L, -1);
    lua_pop(L, 1);
}

static void tell_gas(lic_child *c, lua_State *L, int index)
{
    lic_buffer *gas = lic_lua_buffer(L, 1 << 20);
    if (lua_istable(L, index)) {
        for (lua_pushnil(L); lua_next(L, index) != 0; lua_pop(L, 1)) {
            lic_put_slice(gas, lic_lua_slice(L, -2));
            lic_put_u64(gas, (uint64_t)lua_tointeger(L, -1));
        }
    }
    lic_put_slice(&c->told, lic_slice_of(gas->data, gas->size));
    lic_buffer_free(gas);
    lua_pop(L, 1);
}

static void tell_list(lic_child *c, lua_State *L, int index, bool numbers)
{
    lic_buffer *list = lic_lua_buffer(L, 1 << 20);
    lua_Unsigned count = lua_istable(L, index) ? lua_rawlen(L, index) : 0;
    lic_put_u32(list, (uint32_t)count);
    for (lua_Unsigned i = 1; i <= count; i++) {
        lua_rawgeti(L, index, (lua_Integer)i);
        if (numbers) lic_put_u64(list, (uint64_t)lua_tointeger(L, -1));
        else lic_put_slice(list, lic_lua_slice(L, -1));
        lua_pop(L, 1);
    }
    lic_put_slice(&c->told, lic_slice_of(list->data, list->size));
    lic_buffer_free(list);
    lua_pop(L, 1);
}

void lic_child_run(lua_State *L, lua_Integer index, uint64_t seed, uint32_t runs)
{
    /* the list of regressions lies on top */
    lic_child_push_driver(L, "run");
    lua_insert(L, -2);
    lua_pushinteger(L, index);
    lua_insert(L, -2);
    lua_pushinteger(L, (lua_Integer)(seed & INT64_MAX));
    lua_insert(L, -2);
    if (runs == 0) lua_pushnil(L);
    else lua_pushinteger(L, (lua_Integer)runs);
    lua_call(L, 4, 5);
}

static int run_program(lua_State *L)
{
    lic_child *c = lua_touserdata(L, 1);
    uint32_t index = lic_get_u32(&c->work);
    uint64_t seed = lic_get_u64(&c->work);
    uint32_t runs = lic_get_u32(&c->work);
    push_regressions(c, L);
    if (c->work.failed) return luaL_error(L, "the work cannot be read");
    lic_child_run(L, (lua_Integer)index + 1, seed, runs);
    lic_put_u8(&c->told, lua_isnil(L, 2) ? 0 : 1);
    tell_member(c, L, 2, "kind", NULL);
    tell_member(c, L, 2, "place", "text");
    tell_member(c, L, 2, "help", NULL);
    lic_put_u64(&c->told, (uint64_t)lua_tointeger(L, 3));
    tell_gas(c, L, 4);
    tell_list(c, L, 5, true);
    tell_list(c, L, 6, false);
    return 0;
}

/* -- the loop -------------------------------------------------------------------------------------------------------------- */

static lic_status do_work(lic_child *c, lic_scenario_work what, lic_error *error)
{
    lic_lua_refill(c->lua);
    switch (what) {
    case LIC_WORK_LIST: return lic_lua_run(c->lua, list_program, c, error);
    case LIC_WORK_RUN: return lic_lua_run(c->lua, run_program, c, error);
    case LIC_WORK_COVERED:
        if (lic_child_tell_covered(c) == LIC_OK) return LIC_OK;
        return lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory");
    case LIC_WORK_MUTANT: return lic_child_tell_mutant(c, error);
    case LIC_WORK_SIM: return lic_child_tell_what_if(c, error);
    case LIC_WORK_EVAL: return lic_child_tell_eval(c, error);
    case LIC_WORK_QUERY: return lic_child_tell_query(c, error);
    case LIC_WORK_END: return LIC_OK;
    }
    return LIC_OK;
}

static lic_status loop(lic_child *c, lic_error *error)
{
    lic_buffer work;
    lic_status status = LIC_OK;
    lic_buffer_init(&work, &lic_allocator_system, LIC_TOLD_MAX);
    for (;;) {
        lic_buffer_clear(&work);
        lic_slice told = lic_slice_of(c->told.data, c->told.size);
        status = lic_host_next(c->confined, told, &work, error);
        if (status != LIC_OK) break;
        c->work = lic_cursor_of(lic_slice_of(work.data, work.size));
        lic_scenario_work what = (lic_scenario_work)lic_get_u8(&c->work);
        if (what == LIC_WORK_END || c->work.failed) break;
        lic_buffer_clear(&c->told);
        status = do_work(c, what, error);
        if (status == LIC_OK && c->told.failed)
            status = lic_fail(error, LIC_TOO_LARGE, "message", "divide the file of scenarios",
                              "what the scenarios tell is too long");
        if (status != LIC_OK) break;
    }
    lic_buffer_free(&work);
    return status;
}

static lic_status open_child(lic_child *c, lic_error *error)
{
    size_t modules = 0;
    const lic_lua_module *list = lic_converter_modules(&modules);
    const lic_lua_options options = {
        .host = c->confined,
        .allocator = &lic_allocator_system,
        .memory_bytes = lic_confined_limits(c->confined)->memory_bytes,
        .steps = LIC_LUA_STEPS,
        .modules = list,
        .module_count = modules,
    };
    if (c->start->coverage) c->coverage = lic_coverage_create(&lic_allocator_system);
    c->agreements = lic_agreements_create(&lic_allocator_system);
    if (c->agreements == NULL || (c->start->coverage && c->coverage == NULL))
        return lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory");
    c->worlds.override = (lic_world_override){.context = c, .text = lic_child_other_text};
    c->worlds.stack[0] = c->start->world;
    if (c->start->world == NULL)
        LIC_TRY(
            lic_world_create(1, c->coverage, &lic_allocator_system, &c->worlds.stack[0], error));
    c->worlds.count = 1;
    LIC_TRY(lic_lua_open(&options, &c->lua, error));
    return lic_lua_run(c->lua, start_program, c, error);
}

lic_status lic_scenario_child(lic_confined *confined, void *context, lic_buffer *result,
                              lic_error *error)
{
    lic_child *c = lic_allocate_zero(&lic_allocator_system, 1, sizeof *c);
    (void)result;
    if (c == NULL) return lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory");
    c->confined = confined;
    c->start = context;
    lic_buffer_init(&c->told, &lic_allocator_system, LIC_TOLD_MAX);
    lic_status status = open_child(c, error);
    return status == LIC_OK ? loop(c, error) : status; /* the process ends: nothing is freed */
}
