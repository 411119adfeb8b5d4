/* lua_state.c - a state with its limits: memory, instructions, and errors that name them. */
#include "lua_parts.h"

#include <stdio.h>
#include <string.h>

enum { HOOK_STEPS = 1000, RAISES_MAX = 100 };
static const char ERROR_NAME[] = "licet.error", BUFFER_NAME[] = "licet.buffer";

lic_lua *lic_lua_of(lua_State *L)
{
    lic_lua *lua = NULL;
    memcpy(&lua, lua_getextraspace(L), sizeof lua);
    return lua;
}

const lic_lua_options *lic_lua_options_of(lua_State *L)
{
    return &lic_lua_of(L)->options;
}

/* -- limits ----------------------------------------------------------------------------------------------- */

static void *resize(void *context, void *block, size_t old_size, size_t new_size)
{
    lic_lua *lua = context;
    const lic_allocator *allocator = lua->options.allocator;
    if (block == NULL) old_size = 0; /* Lua says what it is for, not how large */
    if (new_size == 0) {
        if (block != NULL) lic_release(allocator, block, old_size);
        lua->used -= old_size;
        return NULL;
    }
    bool more = new_size > old_size;
    if (more && new_size - old_size > lua->options.memory_bytes - lua->used) return NULL;
    void *now = allocator->resize(allocator->context, block, old_size, new_size);
    if (now != NULL) lua->used += new_size - old_size;
    return now;
}

static void fail_steps(const lic_lua *lua, lua_State *L, lua_Debug *at, lic_error *error)
{
    char place[LUA_IDSIZE + 16] = "";
    if (lua_getinfo(L, "Sl", at) != 0 && at->currentline > 0)
        (void)snprintf(place, sizeof place, "%s:%d: ", at->short_src, at->currentline);
    (void)lic_fail(error, LIC_TIME_LIMIT, "step_limit", "look for a loop that does not end",
                   "%sthe limit of %llu million instructions is reached", place,
                   (unsigned long long)(lua->options.steps / 1000000));
}

static void push_error(lua_State *L, const lic_error *error)
{
    lic_error *held = lua_newuserdatauv(L, sizeof *held, 0);
    *held = *error;
    luaL_setmetatable(L, ERROR_NAME);
}

/* Called every HOOK_STEPS instructions of each coroutine. A script that catches the error a hundred times
 * would never end: then the process does. */
static void on_count(lua_State *L, lua_Debug *at)
{
    lic_lua *lua = lic_lua_of(L);
    lic_error error;
    if (lua->steps_left > HOOK_STEPS) {
        lua->steps_left -= HOOK_STEPS;
        return;
    }
    lua->steps_left = 0;
    fail_steps(lua, L, at, &error);
    if (++lua->raised > RAISES_MAX && lua->options.host != NULL)
        lic_confined_stop(lua->options.host, &error);
    push_error(L, &error);
    (void)lua_error(L);
}

void lic_lua_refill(lic_lua *lua)
{
    lua->steps_left = lua->options.steps;
    lua->raised = 0;
}

/* -- errors ------------------------------------------------------------------------------------------------ */

static int error_text(lua_State *L)
{
    const lic_error *error = luaL_checkudata(L, 1, ERROR_NAME);
    lua_pushstring(L, error->text);
    return 1;
}

const lic_error *lic_lua_error_at(lua_State *L, int index)
{
    return luaL_testudata(L, index, ERROR_NAME);
}

static int error_member(lua_State *L)
{
    const lic_error *error = luaL_checkudata(L, 1, ERROR_NAME);
    const char *name = luaL_checkstring(L, 2);
    if (strcmp(name, "code") == 0) lua_pushstring(L, error->code);
    else if (strcmp(name, "help") == 0) lua_pushstring(L, error->help);
    else if (strcmp(name, "text") == 0) lua_pushstring(L, error->text);
    else lua_pushnil(L);
    return 1;
}

void lic_lua_where(lua_State *L)
{
    lua_Debug at;
    for (int level = 0; lua_getstack(L, level, &at) != 0; level++) {
        if (lua_getinfo(L, "Sl", &at) == 0 || at.currentline <= 0) continue;
        lua_pushfstring(L, "%s:%d: ", at.short_src, at.currentline);
        return;
    }
    lua_pushliteral(L, "");
}

LIC_NORETURN void lic_lua_raise_placed(lua_State *L, const lic_error *error)
{
    push_error(L, error);
    (void)lua_error(L);
    __builtin_unreachable();
}

LIC_NORETURN void lic_lua_raise(lua_State *L, const lic_error *error)
{
    lic_error placed = *error;
    lic_lua_where(L);
    (void)lic_fail(&placed, error->status, error->code, error->help, "%s%s", lua_tostring(L, -1),
                   error->text);
    lic_lua_raise_placed(L, &placed);
}

/* Lua's own limits are named in the help: its messages have no room for them. */
static const char *help_of(const char *text)
{
    static const struct {
        const char *words, *help;
    } limits[] = {
        {"stack overflow",
         "the limit is 1,000,000 values on Lua's stack, and 200 calls within calls of "
         "C; look for a recursion that does not end"},
        {"string too large", "the limit is 2,147,483,647 bytes of one text"},
        {"too many results", "the limit is 1,000,000 values on Lua's stack"},
        {"too many captures", "the limit is 32 captures of one pattern"},
        {"pattern too complex", "the limit is 200 steps of a pattern within each other"},
    };
    for (size_t i = 0; i < LIC_COUNT(limits); i++)
        if (strstr(text, limits[i].words) != NULL) return limits[i].help;
    return "mend the script; docs/spec/author.md says what scripts can use";
}

/* An error that was passed on many times has its place in front as often. */
static const char *without_repetition(const char *text)
{
    const char *end = strstr(text, ": ");
    size_t size = end == NULL ? 0 : (size_t)(end - text) + 2;
    while (size > 0 && strncmp(text, text + size, size) == 0) text += size;
    return text;
}

/* The message handler: what was raised becomes lua->error while the stack still says where. */
static int take_error(lua_State *L)
{
    lic_lua *lua = lic_lua_of(L);
    const lic_error *ours = luaL_testudata(L, 1, ERROR_NAME);
    if (ours != NULL) {
        lua->error = *ours;
        return 0;
    }
    const char *text = without_repetition(lic_lua_text(L, 1, NULL));
    (void)lic_fail(&lua->error, LIC_MALFORMED, "lua", help_of(text), "%s", text);
    return 0;
}

static lic_status failed(lic_lua *lua, int how, lic_error *error)
{
    if (how == LUA_ERRMEM)
        return lic_fail(error, LIC_TOO_LARGE, "memory_limit",
                        "look for a list or a text that grows without end",
                        "the limit of %llu MiB of memory is reached",
                        (unsigned long long)(lua->options.memory_bytes >> 20));
    if (how == LUA_ERRERR || lua->error.status == LIC_OK)
        return lic_fail(error, LIC_MALFORMED, "lua", "make the handler of errors simpler",
                        "an error in the handling of an error");
    if (error != NULL) *error = lua->error;
    return lua->error.status;
}

lic_status lic_lua_run(lic_lua *lua, lua_CFunction program, void *context, lic_error *error)
{
    lua_State *L = lua->L;
    lua->error = (lic_error){0};
    lua_settop(L, 0);
    lua_pushcfunction(L, take_error);
    lua_pushcfunction(L, program);
    lua_pushlightuserdata(L, context);
    int how = lua_pcall(L, 1, 0, 1);
    lic_status status = how == LUA_OK ? LIC_OK : failed(lua, how, error);
    lua_settop(L, 0);
    return status;
}

/* -- opening ------------------------------------------------------------------------------------------------- */

static int free_buffer(lua_State *L)
{
    lic_buffer_free(luaL_checkudata(L, 1, BUFFER_NAME));
    return 0;
}

lic_buffer *lic_lua_buffer(lua_State *L, size_t max)
{
    lic_buffer *buffer = lua_newuserdatauv(L, sizeof *buffer, 0);
    lic_buffer_init(buffer, lic_lua_options_of(L)->allocator, max);
    luaL_setmetatable(L, BUFFER_NAME);
    return buffer;
}

static int set_up(lua_State *L)
{
    luaL_newmetatable(L, ERROR_NAME);
    lua_pushcfunction(L, error_text);
    lua_setfield(L, -2, "__tostring");
    lua_pushcfunction(L, error_member);
    lua_setfield(L, -2, "__index");
    lua_pushboolean(L, false);
    lua_setfield(L, -2, "__metatable");
    luaL_newmetatable(L, BUFFER_NAME);
    lua_pushcfunction(L, free_buffer);
    lua_setfield(L, -2, "__gc");
    lua_settop(L, 0);
    lic_lua_environment(L);
    return 0;
}

static int give_up(lua_State *L)
{
    (void)L;
    lic_assert_fail(__FILE__, __LINE__, "no Lua error outside lic_lua_run");
}

lic_status lic_lua_open(const lic_lua_options *options, lic_lua **result, lic_error *error)
{
    *result = NULL;
    lic_lua *lua = lic_allocate_zero(options->allocator, 1, sizeof *lua);
    if (lua == NULL) return lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory");
    lua->options = *options;
    lic_lua_random_seed(&lua->random, options->seed);
    lic_lua_refill(lua);
    lua->L = lua_newstate(resize, lua);
    lic_status status = lua->L == NULL ? failed(lua, LUA_ERRMEM, error) : LIC_OK;
    if (status == LIC_OK) {
        memcpy(lua_getextraspace(lua->L), &lua, sizeof(lua));
        (void)lua_atpanic(lua->L, give_up);
        status = lic_lua_run(lua, set_up, NULL, error);
    }
    if (status != LIC_OK) {
        lic_lua_close(lua);
        return status;
    }
    lua_sethook(lua->L, on_count, LUA_MASKCOUNT, HOOK_STEPS);
    *result = lua;
    return LIC_OK;
}

void lic_lua_close(lic_lua *lua)
{
    if (lua == NULL) return;
    if (lua->L != NULL) lua_close(lua->L);
    lic_release(lua->options.allocator, lua, sizeof *lua);
}

/* -- texts ------------------------------------------------------------------------------------------------- */

/* Pushes the metatable's name of a table or userdata, otherwise the type's. */
static void push_name(lua_State *L, int index)
{
    int type = luaL_getmetafield(L, index, "__name");
    if (type == LUA_TSTRING) return;
    if (type != LUA_TNIL) lua_pop(L, 1);
    lua_pushstring(L, luaL_typename(L, index));
}

const char *lic_lua_text(lua_State *L, int index, size_t *size)
{
    int type = lua_type(L, index);
    index = lua_absindex(L, index);
    if (luaL_getmetafield(L, index, "__tostring") != LUA_TNIL) {
        lua_pushvalue(L, index);
        lua_call(L, 1, 1);
        if (lua_type(L, -1) != LUA_TSTRING) luaL_error(L, "'__tostring' must return a text");
    } else if (type == LUA_TSTRING || type == LUA_TNUMBER) {
        lua_pushvalue(L, index);
    } else if (type == LUA_TBOOLEAN) {
        lua_pushstring(L, lua_toboolean(L, index) ? "true" : "false");
    } else {
        push_name(L, index);
    }
    return lua_tolstring(L, -1, size); /* a number becomes its text in place */
}

lic_slice lic_lua_slice(lua_State *L, int index)
{
    size_t size = 0;
    const char *text = lua_tolstring(L, index, &size);
    return lic_slice_of(text, size);
}

void lic_lua_load(lua_State *L, const char *name, lic_slice text)
{
    const char *bytes = text.size == 0 ? "" : (const char *)text.data;
    const char *chunk = lua_pushfstring(L, "@%s", name);
    if (text.size > 0 && bytes[0] == LUA_SIGNATURE[0])
        luaL_error(L, "%s is bytecode; give Lua text", name);
    if (luaL_loadbufferx(L, bytes, text.size, chunk, "t") != LUA_OK) (void)lua_error(L);
    lua_remove(L, -2);
}
