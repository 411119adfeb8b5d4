/* lua_clause.c - `clause [[ template ]] { values }`: a piece of an agreement as a value. It is read when it is
 * made, so that its mistakes are told with the line of the script that made it. */
#include "lua_clause.h"

#include <licet/clauses.h>
#include <licet/names.h>
#include <stdio.h>
#include <string.h>

static const char CLAUSE_NAME[] = "licet.clause";
enum { TEXT_MAX = 1 << 20, ORIGIN = 1 };

typedef struct held_clause {
    lic_fragment *fragment;
} held_clause;

/* -- mistakes -------------------------------------------------------------------------------------------------- */

LIC_NORETURN void lic_lua_raise_found(lua_State *L, const char *place, const lic_diagnostic *found,
                                      size_t more)
{
    char others[48] = "";
    lic_error error;
    if (more > 0)
        (void)snprintf(others, sizeof others, ", and %zu more mistake%s", more,
                       more > 1 ? "s" : "");
    (void)lic_fail(&error, LIC_MALFORMED, "clause", found->help ? found->help : "",
                   "%s: %s%s%s (%s)%s", place, found->title, found->note_count > 0 ? ": " : "",
                   found->note_count > 0 ? found->notes[0] : "", found->code, others);
    lic_lua_raise(L, &error);
}

static const lic_diagnostic *first_error(const lic_diagnostics *all)
{
    for (size_t i = 0; i < all->count; i++)
        if (all->items[i].level == LIC_ERROR) return &all->items[i];
    return &all->items[0];
}

/* -- making ------------------------------------------------------------------------------------------------------- */

static int free_clause(lua_State *L)
{
    held_clause *held = luaL_checkudata(L, 1, CLAUSE_NAME);
    lic_fragment_destroy(held->fragment);
    held->fragment = NULL;
    return 0;
}

void lic_lua_push_clause(lua_State *L, lic_slice text, int values)
{
    values = values == 0 ? 0 : lua_absindex(L, values);
    held_clause *held = lua_newuserdatauv(L, sizeof *held, 1);
    held->fragment = NULL;
    luaL_setmetatable(L, CLAUSE_NAME);
    lic_arena *arena = lic_lua_arena(L);
    const lic_template template = lic_lua_template(L, text, values, arena);
    held->fragment = lic_fragment_parse(&template, lic_lua_options_of(L)->allocator);
    if (held->fragment == NULL) luaL_error(L, "out of memory");
    const lic_diagnostics *found = lic_fragment_diagnostics(held->fragment);
    if (found->error_count > 0) {
        const lic_diagnostic *first = first_error(found);
        const char *place = lua_pushfstring(L, "line %d of the template",
                                            (int)first->primary.span.line);
        lic_lua_raise_found(L, place, first, found->error_count - 1);
    }
    lic_lua_arena_end(L, -1);
    lua_pop(L, 1);
    lic_lua_where(L);
    lua_setiuservalue(L, -2, ORIGIN);
    /* Lua does not see the fragment's memory: it shall collect as if it did. */
    (void)lua_gc(L, LUA_GCSTEP, (int)(lic_fragment_memory(held->fragment) >> 10) + 1);
}

const lic_fragment *lic_lua_clause_at(lua_State *L, int index)
{
    const held_clause *held = luaL_testudata(L, index, CLAUSE_NAME);
    return held == NULL ? NULL : held->fragment;
}

void lic_lua_clause_origin(lua_State *L, int index)
{
    index = lua_absindex(L, index);
    lic_lua_check_depth(L);
    if (lic_lua_clause_at(L, index) != NULL) {
        lua_setiuservalue(L, index, ORIGIN);
        return;
    }
    size_t count = lua_istable(L, index) ? lua_rawlen(L, index) : 0;
    for (size_t i = 1; i <= count; i++) {
        (void)lua_rawgeti(L, index, (lua_Integer)i);
        lua_pushvalue(L, -2);
        lic_lua_clause_origin(L, -2);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

/* clause [[ template ]]: a function of the values. Upvalue: the text. */
static int fill_clause(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    lic_lua_push_clause(L, lic_lua_slice(L, lua_upvalueindex(1)), 1);
    return 1;
}

/* The table `clause` is called. */
static int make_clause(lua_State *L)
{
    luaL_checktype(L, 2, LUA_TSTRING);
    lua_settop(L, 2);
    lua_pushcclosure(L, fill_clause, 1);
    return 1;
}

/* -- what a clause says ----------------------------------------------------------------------------------------------- */

static int clause_text(lua_State *L)
{
    const held_clause *held = luaL_checkudata(L, 1, CLAUSE_NAME);
    lic_buffer *text = lic_lua_buffer(L, TEXT_MAX);
    if (!lic_fragment_text(held->fragment, text)) luaL_error(L, "the clause is too long");
    lua_pushlstring(L, text->size > 0 ? (const char *)text->data : "", text->size);
    lic_buffer_free(text);
    return 1;
}

static int clause_where(lua_State *L)
{
    (void)luaL_checkudata(L, 1, CLAUSE_NAME);
    (void)lua_getiuservalue(L, 1, ORIGIN);
    return 1;
}

/* -- the library --------------------------------------------------------------------------------------------------------- */

/* clauses.NAME: what the library's file NAME.lua gives, loaded when it is first asked for. Upvalue: those
 * that are loaded. */
static int library_member(lua_State *L)
{
    const char *name = luaL_checkstring(L, 2);
    lic_slice text;
    lua_settop(L, 2);
    if (lua_getfield(L, lua_upvalueindex(1), name) != LUA_TNIL) return 1;
    if (!lic_clauses_source(lic_slice_text(name), &text)) {
        const char *const *names = lic_clauses_names();
        size_t count = 0;
        while (names[count] != NULL) count++;
        const char *near = lic_did_you_mean(lic_slice_text(name), names, count);
        if (near != NULL)
            return luaL_error(L, "the library has no `clauses.%s`; did you mean `%s`?", name, near);
        return luaL_error(
            L, "the library has no `clauses.%s`: docs/spec/clauses.md lists what it has", name);
    }
    lic_lua_load(L, lua_pushfstring(L, "clauses/%s.lua", name), text);
    lua_call(L, 0, 1);
    lua_pushvalue(L, -1);
    lua_setfield(L, lua_upvalueindex(1), name);
    return 1;
}

/* The names of the library, so that `pairs(clauses)` has something to go by. */
static int library_names(lua_State *L)
{
    const char *const *names = lic_clauses_names();
    lua_newtable(L);
    for (lua_Integer i = 1; *names != NULL; names++, i++) {
        lua_pushstring(L, *names);
        lua_rawseti(L, -2, i);
    }
    return 1;
}

static void open_library(lua_State *L)
{
    lua_newtable(L);
    lua_newtable(L);
    lua_newtable(L);
    lua_pushcclosure(L, library_member, 1);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, library_names);
    lua_setfield(L, -2, "__call");
    lua_pushboolean(L, false);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
    lua_setglobal(L, "clauses");
}

static void open_metatable(lua_State *L)
{
    luaL_newmetatable(L, CLAUSE_NAME);
    lua_pushcfunction(L, free_clause);
    lua_setfield(L, -2, "__gc");
    lua_pushcfunction(L, clause_text);
    lua_setfield(L, -2, "__tostring");
    lua_newtable(L);
    lua_pushcfunction(L, clause_text);
    lua_setfield(L, -2, "text");
    lua_pushcfunction(L, clause_where);
    lua_setfield(L, -2, "where");
    lua_setfield(L, -2, "__index");
    lua_pushboolean(L, false);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
}

void lic_lua_open_clauses(lua_State *L)
{
    open_metatable(L);
    lua_newtable(L);
    lic_lua_open_parts(L);
    lua_pushcfunction(L, lic_lua_define);
    lua_setfield(L, -2, "define");
    lua_newtable(L);
    lua_pushcfunction(L, make_clause);
    lua_setfield(L, -2, "__call");
    lua_pushboolean(L, false);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
    lua_setglobal(L, "clause");
    lic_lua_open_agreements(L);
    open_library(L);
}
