/* lua_fixture.h - scripts run in a state of their own, in this process or confined. */
#ifndef LICET_TESTS_LUA_FIXTURE_H
#define LICET_TESTS_LUA_FIXTURE_H

#include "unit.h"

#include "lua_state.h"

#include <licet/project.h>
#include <licet/store.h>
#include <string.h>

#define FIXTURE_MEMORY ((uint64_t)128 << 20)
#define FIXTURE_STEPS UINT64_C(5000000)

typedef struct script {
    const char *text;
    uint64_t seed;
    lic_buffer *result; /* what the chunk returned, as text */
    lic_confined *host;
} script;

static inline int script_program(lua_State *L)
{
    script *self = lua_touserdata(L, 1);
    lic_lua_load(L, "test.lua", lic_slice_text(self->text));
    lua_call(L, 0, 1);
    size_t size = 0;
    const char *text = lic_lua_text(L, -1, &size);
    lic_put_bytes(self->result, text, size);
    return 0;
}

static inline lic_status script_here(script *self, lic_error *error)
{
    const lic_lua_options options = {.host = self->host,
                                     .allocator = &lic_allocator_system,
                                     .memory_bytes = FIXTURE_MEMORY,
                                     .steps = FIXTURE_STEPS,
                                     .seed = self->seed};
    lic_lua *lua = NULL;
    lic_status status = lic_lua_open(&options, &lua, error);
    if (status == LIC_OK) status = lic_lua_run(lua, script_program, self, error);
    lic_lua_close(lua);
    return status;
}

static inline lic_status script_confined(lic_confined *confined, void *context, lic_buffer *result,
                                         lic_error *error)
{
    script self = *(script *)context;
    self.host = confined;
    self.result = result;
    return script_here(&self, error);
}

/* Runs a script confined, with so many seconds of processor time and more of waiting. */
static inline lic_status script_apart_for(uint32_t cpu_seconds, const char *text,
                                          const lic_host_services *services, lic_buffer *result,
                                          lic_error *error)
{
    script self = {.text = text, .seed = 1};
    lic_confine_options options = {
        .allocator = &lic_allocator_system, .clock = &lic_clock_system, .quiet = true};
    lic_confine_limits_init(&options.limits);
    options.limits.cpu_seconds = cpu_seconds;
    options.limits.wall_seconds = 300 + 5 * cpu_seconds; /* a busy machine takes long */
    options.limits.memory_bytes = FIXTURE_MEMORY;
    if (services != NULL) options.services = *services;
    return lic_confine_run(&options, script_confined, &self, result, error);
}

static inline lic_status script_apart(const char *text, const lic_host_services *services,
                                      lic_buffer *result, lic_error *error)
{
    return script_apart_for(20, text, services, result, error);
}

/* The script runs here and returns this text. */
static inline void script_gives(const char *text, const char *wanted)
{
    lic_buffer result;
    lic_error error = {0};
    script self = {.text = text, .seed = 1, .result = &result};
    lic_buffer_init(&result, &lic_allocator_system, 1u << 20);
    if (script_here(&self, &error) != LIC_OK) fail_msg("%s\n%s; %s", text, error.text, error.help);
    lic_put_u8(&result, 0);
    assert_string_equal((const char *)result.data, wanted);
    lic_buffer_free(&result);
}

/* The script fails here with an error that holds these words. */
static inline void script_fails(const char *text, const char *words)
{
    lic_buffer result;
    lic_error error = {0};
    script self = {.text = text, .seed = 1, .result = &result};
    lic_buffer_init(&result, &lic_allocator_system, 1u << 20);
    if (script_here(&self, &error) == LIC_OK) fail_msg("no error: %s", text);
    if (strstr(error.text, words) == NULL) fail_msg("%s\n%s", text, error.text);
    lic_buffer_free(&result);
}

#endif
