/* lua_state.h - a Lua state that is safe to run anybody's text in and gives the same result everywhere.
 * What a script sees is specified in docs/spec/author.md; the functions are in lua_*.c.
 *
 * All use of Lua's API that can fail (nearly all can, for want of memory) happens inside a function that
 * lic_lua_run calls:
 *
 *     static int program(lua_State *L) { struct work *work = lua_touserdata(L, 1); ... return 0; }
 *     status = lic_lua_run(lua, program, &work, &error);
 *
 * Limits: memory by the state's own allocator; instructions by a hook, which raises an error, raises it
 * again every thousand instructions if the script catches it, and at last ends the process. What neither
 * sees (a pattern that backtracks) ends with the process's limits (confine.h). */
#ifndef LICET_AUTHOR_LUA_STATE_H
#define LICET_AUTHOR_LUA_STATE_H

#include <lauxlib.h>
#include <licet/confine.h>
#include <lua.h>

/* A library module in Lua text, which `require "NAME"` loads before it looks for a file. */
typedef struct lic_lua_module {
    const char *name;
    lic_slice text;
} lic_lua_module;

typedef struct lic_lua_options {
    lic_confined *host; /* NULL: no files, and nothing is printed */
    const lic_allocator *allocator;
    uint64_t memory_bytes;
    uint64_t steps;                /* instructions until lic_lua_refill */
    uint64_t seed;                 /* of math.random */
    const lic_lua_module *modules; /* borrowed */
    size_t module_count;
    const luaL_Reg *globals; /* further functions, ends with a NULL name; NULL: none */
} lic_lua_options;

#define LIC_LUA_STEPS UINT64_C(500000000) /* some five seconds; 10,000 deals take a hundredth */

typedef struct lic_lua lic_lua;

/* NO_MEMORY; TOO_LARGE when memory_bytes is too little for the libraries. */
lic_status lic_lua_open(const lic_lua_options *options, lic_lua **lua, lic_error *error);
void lic_lua_close(lic_lua *lua); /* NULL allowed */

/* Calls program(L) with `context` as a light userdata, protected. MALFORMED, code "lua": an error in the
 * script, with its place; TIME_LIMIT, code "step_limit"; TOO_LARGE, code "memory_limit"; or what
 * lic_lua_raise raised. */
lic_status lic_lua_run(lic_lua *lua, lua_CFunction program, void *context, lic_error *error);

/* The budget of instructions is full again: between two pieces of work of one state. */
void lic_lua_refill(lic_lua *lua);
lic_lua *lic_lua_of(lua_State *L);
const lic_lua_options *lic_lua_options_of(lua_State *L);

/* -- inside a program: raise on failure ------------------------------------------------------------------ */

/* Raises a failure of ours as a Lua error, with the place of the Lua code that called in front of it. */
LIC_NORETURN void lic_lua_raise(lua_State *L, const lic_error *error);
/* The same, for an error that says its place itself. */
LIC_NORETURN void lic_lua_raise_placed(lua_State *L, const lic_error *error);
/* What lic_lua_raise raised, when that is the value at `index`; NULL for any other value. */
const lic_error *lic_lua_error_at(lua_State *L, int index);
/* Puts "FILE:LINE: " of the innermost Lua function on the stack; "" when there is none. */
void lic_lua_where(lua_State *L);

/* Loads text (never bytecode) under a name such as "deal.lua" and leaves the function on the stack. */
void lic_lua_load(lua_State *L, const char *name, lic_slice text);

/* Pushes a text of any value: what print shows. Never an address. */
const char *lic_lua_text(lua_State *L, int index, size_t *size);
/* The bytes of the string at `index`, which stays where it is. */
lic_slice lic_lua_slice(lua_State *L, int index);

/* Pushes the list of the keys of the table at `index`, in the order of pairs. */
void lic_lua_push_keys(lua_State *L, int index);

/* A buffer that is freed when the stack slot where it was put is. It lies outside the state's memory cap:
 * its maximum is its own. */
lic_buffer *lic_lua_buffer(lua_State *L, size_t max);

#endif
