/* scenario_child.c - the confined process of a file of scenarios: a Lua state, a ledger in memory, and the work that
 * the host asks for, one piece after the other. */
#include "lua_convert.h"
#include "lua_deploy.h"
#include "scenario_work.h"
#include "sim_parts.h"

#include <licet/coverage.h>
#include <licet/crypto.h>
#include <licet/mutation.h>

#include <string.h>

enum { TOLD_MAX = 32 << 20, MUTANT_RUNS = 10, MISSED_LINES = 20 };

typedef struct child {
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
} child;

static const char DRIVER[] = "licet.driver";
/* lua/scenario.lua, compiled in. */
#define MODULE(name, ...) static const char library_##name[] = {__VA_ARGS__};
#include "scenario_lua.inc"
#undef MODULE

/* -- Lua: each a program of lic_lua_run ------------------------------------------------------------------------------ */

static int start_program(lua_State *L)
{
    child *c = lua_touserdata(L, 1);
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

static void push_driver(lua_State *L, const char *function)
{
    lua_getfield(L, LUA_REGISTRYINDEX, DRIVER);
    lua_getfield(L, -1, function);
    lua_remove(L, -2);
}

static void tell_text(child *c, lua_State *L, int index)
{
    lic_put_slice(&c->told, lua_isnil(L, index) ? lic_slice_of(NULL, 0) : lic_lua_slice(L, index));
}

static lua_Integer scenario_count(lua_State *L)
{
    push_driver(L, "count");
    lua_call(L, 0, 1);
    lua_Integer count = lua_tointeger(L, -1);
    lua_pop(L, 1);
    return count;
}

static int list_program(lua_State *L)
{
    child *c = lua_touserdata(L, 1);
    lua_Integer count = scenario_count(L);
    lic_put_u32(&c->told, (uint32_t)count);
    for (lua_Integer i = 1; i <= count; i++) {
        push_driver(L, "about");
        lua_pushinteger(L, i);
        lua_call(L, 1, 3);
        for (int part = -3; part < 0; part++) tell_text(c, L, part);
        lua_pop(L, 3);
    }
    return 0;
}

/* Pushes the lists of draws that the host sent along. */
static void push_regressions(child *c, lua_State *L)
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
static void tell_member(child *c, lua_State *L, int index, const char *first, const char *second)
{
    lua_pushliteral(L, "");
    if (lua_istable(L, index)) {
        (void)lua_getfield(L, index, first);
        if (second != NULL) lua_getfield(L, index, second);
        lua_concat(L, second == NULL ? 2 : 3);
    }
    tell_text(c, L, -1);
    lua_pop(L, 1);
}

static void tell_gas(child *c, lua_State *L, int index)
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

static void tell_list(child *c, lua_State *L, int index, bool numbers)
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

/* Leaves failure, expectations, gas, draws and what was drawn on the stack, at 2 and behind. */
static void call_run(lua_State *L, lua_Integer index, uint64_t seed, uint32_t runs)
{
    /* the list of regressions lies on top */
    push_driver(L, "run");
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
    child *c = lua_touserdata(L, 1);
    uint32_t index = lic_get_u32(&c->work);
    uint64_t seed = lic_get_u64(&c->work);
    uint32_t runs = lic_get_u32(&c->work);
    push_regressions(c, L);
    if (c->work.failed) return luaL_error(L, "the work cannot be read");
    call_run(L, (lua_Integer)index + 1, seed, runs);
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

/* -- what if ------------------------------------------------------------------------------------------------------------- */

enum { SETTINGS_MAX = 64, FILINGS_MAX = 64 };

typedef struct what_if {
    child *child;
    uint32_t index;
    lic_named_text set[SETTINGS_MAX];
    lic_sim_filing filings[FILINGS_MAX];
    uint32_t set_count, filing_count;
} what_if;

static bool read_what_if(child *c, what_if *w)
{
    lic_cursor *work = &c->work;
    w->index = lic_get_u32(work);
    w->set_count = lic_get_u32(work);
    for (uint32_t i = 0; i < w->set_count && i < SETTINGS_MAX; i++) {
        w->set[i].name = lic_get_slice(work, TOLD_MAX);
        w->set[i].value = lic_get_slice(work, TOLD_MAX);
    }
    if (w->set_count > SETTINGS_MAX) return false;
    w->filing_count = lic_get_u32(work);
    for (uint32_t i = 0; i < w->filing_count && i < FILINGS_MAX; i++) {
        w->filings[i].report = lic_get_slice(work, TOLD_MAX);
        w->filings[i].period = lic_get_slice(work, TOLD_MAX);
        w->filings[i].bytes = lic_get_slice(work, TOLD_MAX);
    }
    return !work->failed && w->filing_count <= FILINGS_MAX;
}

static int play_program(lua_State *L)
{
    const what_if *w = lua_touserdata(L, 1);
    push_driver(L, "play");
    lua_pushinteger(L, (lua_Integer)w->index + 1);
    lua_call(L, 1, 0);
    return 0;
}

/* A report of the first contract that has one of that name. */
static lic_status file_behind(lic_world *world, const lic_sim_filing *filing, lic_error *error)
{
    uint32_t count = lic_engine_contract_count(lic_client_engine(lic_world_client(world)));
    for (uint32_t i = 0; i < count; i++) {
        lic_contract_info info;
        uint16_t report = 0;
        LIC_TRY(lic_world_contract(world, i, &info, error));
        if (lic_find_report(info.image, filing->report, &report, error) == LIC_OK)
            return lic_sim_file(world, i, filing, error);
    }
    return lic_fail(error, LIC_MISSING, "report", "name a report of the agreement",
                    "no agreement of the story has a report %.*s", (int)filing->report.size,
                    (const char *)filing->report.data);
}

static lic_status check_bound(const child *c, lic_error *error)
{
    for (size_t i = 0; i < c->worlds.bind_count; i++)
        if ((c->worlds.bound >> i & 1u) == 0)
            return lic_fail(error, LIC_MISSING, "parameter", "name a `given` of the agreement",
                            "no agreement of the story has a parameter %.*s",
                            (int)c->worlds.bind[i].name.size,
                            (const char *)c->worlds.bind[i].name.data);
    return LIC_OK;
}

static lic_status tell_what_if(child *c, lic_error *error)
{
    what_if *w = lic_allocate_zero(&lic_allocator_system, 1, sizeof *w);
    if (w == NULL) return lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory");
    w->child = c;
    if (!read_what_if(c, w))
        return lic_fail(error, LIC_TOO_LARGE, "settings", "change less at a time",
                        "more than %d parameters or reports", SETTINGS_MAX);
    c->worlds.bind = w->set;
    c->worlds.bind_count = w->set_count;
    c->worlds.bound = 0;
    lic_status status = lic_lua_run(c->lua, play_program, w, error);
    lic_world *world = c->worlds.stack[c->worlds.count - 1];
    if (status == LIC_OK) status = check_bound(c, error);
    for (uint32_t i = 0; status == LIC_OK && i < w->filing_count; i++)
        status = file_behind(world, &w->filings[i], error);
    if (status == LIC_OK)
        status = lic_sim_gather(lic_world_client(world), LIC_SIM_ALL, &c->told, error);
    lic_worlds_drop(&c->worlds, 1);
    c->worlds.bind_count = 0;
    lic_release(&lic_allocator_system, w, sizeof *w);
    return status;
}

/* -- coverage ------------------------------------------------------------------------------------------------------------ */

typedef struct lines {
    uint32_t count, covered;
} lines;

static lic_slice line_of(lic_slice text, uint32_t line)
{
    size_t from = 0;
    for (uint32_t at = 1; at < line && from < text.size; from++)
        if (text.data[from] == '\n') at++;
    size_t to = from;
    while (to < text.size && text.data[to] != '\n') to++;
    return lic_slice_of(text.data + from, to - from);
}

static void tell_clauses(child *c, const lic_agreement *agreement, const lic_code_map *map,
                         const lic_hash *image)
{
    for (uint32_t i = 0; i < map->clause_count; i++) {
        const lic_clause_place *clause = &map->clauses[i];
        uint32_t covered = 0;
        for (uint32_t pc = 0; pc < map->place_count; pc++)
            covered += map->places[pc].clause == i && lic_coverage_has(c->coverage, image, pc);
        lic_put_slice(&c->told, agreement->name);
        lic_put_slice(&c->told, clause->what);
        lic_put_slice(&c->told, clause->name);
        lic_put_slice(&c->told, clause->label);
        lic_put_slice(&c->told, clause->anchor);
        lic_put_u32(&c->told, clause->span.line);
        lic_put_u32(&c->told, clause->code_count);
        lic_put_u32(&c->told, covered);
    }
}

/* A kernel line has run when an instruction of it has. */
static lic_status tell_kernel(child *c, const lic_agreement *agreement, const lic_code_map *map,
                              const lic_hash *image)
{
    uint32_t last = 0, covered = 0, with_code = 0, shown = 0;
    for (uint32_t pc = 0; pc < map->place_count; pc++)
        if (map->places[pc].kernel_line > last) last = map->places[pc].kernel_line;
    uint8_t *seen = lic_allocate_zero(&lic_allocator_system, last + 1u,
                                      1); /* 1: has code, 2: ran */
    if (seen == NULL) return LIC_NO_MEMORY;
    for (uint32_t pc = 0; pc < map->place_count; pc++)
        seen[map->places[pc].kernel_line] |= lic_coverage_has(c->coverage, image, pc) ? 3 : 1;
    lic_buffer missed;
    lic_buffer_init(&missed, &lic_allocator_system, 1 << 20);
    for (uint32_t line = 1; line <= last; line++) {
        with_code += seen[line] != 0;
        covered += seen[line] == 3;
        if (seen[line] != 1 || shown++ >= MISSED_LINES) continue;
        lic_slice text = line_of(map->kernel, line);
        lic_put_format(&missed, "%u: %.*s\n", line, (int)text.size, (const char *)text.data);
    }
    lic_put_slice(&c->told, agreement->name);
    lic_put_u32(&c->told, with_code);
    lic_put_u32(&c->told, covered);
    lic_put_slice(&c->told, lic_slice_of(missed.data, missed.size));
    lic_buffer_free(&missed);
    lic_release(&lic_allocator_system, seen, last + 1u);
    return LIC_OK;
}

static lic_status tell_covered(child *c)
{
    uint32_t clauses = 0;
    size_t count = lic_agreements_count(c->agreements);
    for (size_t i = 0; i < count; i++) {
        const lic_code_map *map = lic_agreements_map(c->agreements, i);
        if (map == NULL) return LIC_NO_MEMORY;
        clauses += map->clause_count;
    }
    lic_put_u32(&c->told, clauses);
    for (size_t i = 0; i < count; i++) {
        const lic_agreement *agreement = lic_agreements_at(c->agreements, i);
        tell_clauses(c, agreement, lic_agreements_map(c->agreements, i),
                     &lic_compilation_image(agreement->compilation)->id);
    }
    lic_put_u32(&c->told, (uint32_t)count);
    for (size_t i = 0; i < count; i++) {
        const lic_agreement *agreement = lic_agreements_at(c->agreements, i);
        LIC_TRY(tell_kernel(c, agreement, lic_agreements_map(c->agreements, i),
                            &lic_compilation_image(agreement->compilation)->id));
    }
    return LIC_OK;
}

/* -- mutants ------------------------------------------------------------------------------------------------------------ */

/* While a mutant is tried it stands in the place of its original. */
static bool other_text(void *context, lic_slice text, lic_slice *other)
{
    const child *c = context;
    if (!c->trying || !lic_slice_equal(text, lic_agreements_at(c->agreements, c->mutated)->source))
        return false;
    *other = c->mutant.text;
    return true;
}

/* The next mutant of this process's share. MISSING: there is none. */
static lic_status next_mutant(child *c, uint32_t share, uint32_t shares)
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
    child *child;
    uint64_t seed;
    bool killed;
    lic_buffer *killer;
} trial;

/* Scenarios in order until one fails. */
static int try_program(lua_State *L)
{
    trial *t = lua_touserdata(L, 1);
    lua_Integer count = scenario_count(L);
    for (lua_Integer i = 1; i <= count && !t->killed; i++) {
        lua_settop(L, 1);
        lua_newtable(L); /* no regressions */
        call_run(L, i, t->seed, MUTANT_RUNS);
        if (lua_isnil(L, 2)) continue;
        t->killed = true;
        push_driver(L, "about");
        lua_pushinteger(L, i);
        lua_call(L, 1, 1);
        lic_slice name = lic_lua_slice(L, -1);
        lic_put_bytes(t->killer, name.data, name.size);
    }
    return 0;
}

static lic_status tell_mutant(child *c, lic_error *error)
{
    uint32_t share = lic_get_u32(&c->work), shares = lic_get_u32(&c->work);
    lic_buffer killer;
    trial t = {.child = c, .seed = lic_get_u64(&c->work), .killer = &killer};
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

/* -- lines of a session -------------------------------------------------------------------------------------------------- */

/* eval(text): kind, text, names separated by line ends. */
static int eval_program(lua_State *L)
{
    child *c = lua_touserdata(L, 1);
    lic_slice text = lic_get_slice(&c->work, TOLD_MAX);
    push_driver(L, "eval");
    lua_pushlstring(L, text.size == 0 ? "" : (const char *)text.data, text.size);
    lua_call(L, 1, 3);
    lic_put_u8(&c->told, (uint8_t)lua_tointeger(L, -3));
    tell_text(c, L, -2);
    tell_text(c, L, -1);
    return 0;
}

/* A line that breaks what wraps it is told like any other mistake. */
static lic_status tell_eval(child *c, lic_error *error)
{
    lic_status status = lic_lua_run(c->lua, eval_program, c, error);
    if (status != LIC_MALFORMED) return status;
    lic_buffer_clear(&c->told);
    lic_put_u8(&c->told, LIC_EVAL_FAILED);
    lic_put_slice(&c->told, lic_slice_text(error->text));
    lic_put_slice(&c->told, lic_slice_of(NULL, 0));
    return LIC_OK;
}

/* -- the loop -------------------------------------------------------------------------------------------------------------- */

static lic_status do_work(child *c, lic_scenario_work what, lic_error *error)
{
    lic_lua_refill(c->lua);
    switch (what) {
    case LIC_WORK_LIST: return lic_lua_run(c->lua, list_program, c, error);
    case LIC_WORK_RUN: return lic_lua_run(c->lua, run_program, c, error);
    case LIC_WORK_COVERED:
        if (tell_covered(c) == LIC_OK) return LIC_OK;
        return lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory");
    case LIC_WORK_MUTANT: return tell_mutant(c, error);
    case LIC_WORK_SIM: return tell_what_if(c, error);
    case LIC_WORK_EVAL: return tell_eval(c, error);
    case LIC_WORK_END: return LIC_OK;
    }
    return LIC_OK;
}

static lic_status loop(child *c, lic_error *error)
{
    lic_buffer work;
    lic_status status = LIC_OK;
    lic_buffer_init(&work, &lic_allocator_system, TOLD_MAX);
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

static lic_status open_child(child *c, lic_error *error)
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
    c->worlds.override = (lic_world_override){.context = c, .text = other_text};
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
    child *c = lic_allocate_zero(&lic_allocator_system, 1, sizeof *c);
    (void)result;
    if (c == NULL) return lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory");
    c->confined = confined;
    c->start = context;
    lic_buffer_init(&c->told, &lic_allocator_system, TOLD_MAX);
    lic_status status = open_child(c, error);
    return status == LIC_OK ? loop(c, error) : status; /* the process ends: nothing is freed */
}
