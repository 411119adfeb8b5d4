/* child_what_if.c - a scenario played as a story, with other parameters and further reports. */
#include "scenario_child.h"
#include "sim_parts.h"

enum { SETTINGS_MAX = 64, FILINGS_MAX = 64 };

typedef struct what_if {
    lic_child *child;
    uint32_t index;
    lic_named_text set[SETTINGS_MAX];
    lic_sim_filing filings[FILINGS_MAX];
    uint32_t set_count, filing_count;
} what_if;

static bool read_what_if(lic_child *c, what_if *w)
{
    lic_cursor *work = &c->work;
    w->index = lic_get_u32(work);
    w->set_count = lic_get_u32(work);
    for (uint32_t i = 0; i < w->set_count && i < SETTINGS_MAX; i++) {
        w->set[i].name = lic_get_slice(work, LIC_TOLD_MAX);
        w->set[i].value = lic_get_slice(work, LIC_TOLD_MAX);
    }
    if (w->set_count > SETTINGS_MAX) return false;
    w->filing_count = lic_get_u32(work);
    for (uint32_t i = 0; i < w->filing_count && i < FILINGS_MAX; i++) {
        w->filings[i].report = lic_get_slice(work, LIC_TOLD_MAX);
        w->filings[i].period = lic_get_slice(work, LIC_TOLD_MAX);
        w->filings[i].bytes = lic_get_slice(work, LIC_TOLD_MAX);
    }
    return !work->failed && w->filing_count <= FILINGS_MAX;
}

static int play_program(lua_State *L)
{
    const what_if *w = lua_touserdata(L, 1);
    lic_child_push_driver(L, "play");
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

static lic_status check_bound(const lic_child *c, lic_error *error)
{
    for (size_t i = 0; i < c->worlds.bind_count; i++)
        if ((c->worlds.bound >> i & 1u) == 0)
            return lic_fail(error, LIC_MISSING, "parameter", "name a `given` of the agreement",
                            "no agreement of the story has a parameter %.*s",
                            (int)c->worlds.bind[i].name.size,
                            (const char *)c->worlds.bind[i].name.data);
    return LIC_OK;
}

lic_status lic_child_tell_what_if(lic_child *c, lic_error *error)
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
