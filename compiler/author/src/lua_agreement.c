/* lua_agreement.c - `agreement "Name" "Title" { clauses }`: clauses are composed and compiled at once. The value
 * is the canonical text, which people read before they sign; an agreement that does not compile is an error
 * that names the clause and its line. */
#include "lua_clause.h"

#include <licet/crypto.h>
#include <string.h>

static const char AGREEMENT_NAME[] = "licet.agreement";
enum { NAME = 1, TEXT = 2, IMAGE = 3, USER_VALUES = 3 };

typedef struct gathered { /* the clauses of an agreement, in order */
    const lic_fragment **fragments;
    size_t count;
    int origins; /* stack index of a table with their origins */
} gathered;

/* -- clauses in lists --------------------------------------------------------------------------------------- */

static size_t count_clauses(lua_State *L, int index)
{
    lic_lua_check_depth(L);
    if (lic_lua_clause_at(L, index) != NULL) return 1;
    if (!lua_istable(L, index))
        luaL_error(L, "an agreement is made of clauses, not of a %s", luaL_typename(L, index));
    size_t count = 0, items = lua_rawlen(L, index);
    for (size_t i = 1; i <= items; i++) {
        (void)lua_rawgeti(L, index, (lua_Integer)i);
        count += count_clauses(L, lua_gettop(L));
        lua_pop(L, 1);
    }
    return count;
}

static void gather(lua_State *L, int index, gathered *g)
{
    const lic_fragment *fragment = lic_lua_clause_at(L, index);
    if (fragment != NULL) {
        g->fragments[g->count++] = fragment;
        (void)lua_getiuservalue(L, index, 1);
        lua_rawseti(L, g->origins, (lua_Integer)g->count);
        return;
    }
    size_t items = lua_rawlen(L, index);
    for (size_t i = 1; i <= items; i++) {
        (void)lua_rawgeti(L, index, (lua_Integer)i);
        gather(L, lua_gettop(L), g);
        lua_pop(L, 1);
    }
}

/* Named keys beside the clauses: `order` alone. */
static lic_order order_of(lua_State *L, int index)
{
    for (lua_pushnil(L); lua_next(L, index) != 0;) {
        bool order = lua_type(L, -2) == LUA_TSTRING && strcmp(lua_tostring(L, -2), "order") == 0;
        if (!order && !lua_isinteger(L, -2))
            luaL_error(L, "an agreement is a list of clauses; `%s` is not known",
                       lic_lua_text(L, -2, NULL));
        lua_pop(L, 1);
    }
    const char *word = lua_getfield(L, index, "order") == LUA_TNIL ? "sections"
                                                                   : lua_tostring(L, -1);
    bool written = word != NULL && strcmp(word, "written") == 0;
    if (!written && (word == NULL || strcmp(word, "sections") != 0))
        luaL_error(L, "order is \"sections\" or \"written\"");
    lua_pop(L, 1);
    return written ? LIC_ORDER_WRITTEN : LIC_ORDER_SECTIONS;
}

/* -- compiling -------------------------------------------------------------------------------------------------- */

static const char *kept_compilation = "licet.compilation";

static int free_compilation(lua_State *L)
{
    lic_compilation **held = luaL_checkudata(L, 1, kept_compilation);
    lic_compilation_destroy(*held);
    *held = NULL;
    return 0;
}

static LIC_NORETURN void raise_mistakes(lua_State *L, const char *name, const gathered *g,
                                        const lic_compilation *c)
{
    const lic_diagnostics *all = lic_compilation_diagnostics(c);
    size_t at = 0;
    while (all->items[at].level != LIC_ERROR && at + 1 < all->count) at++;
    const lic_diagnostic *found = &all->items[at];
    lic_origin_line origin;
    uint32_t line = found->primary.span.line;
    const char *place = lua_pushfstring(L, "agreement %s, line %d", name, (int)line);
    if (lic_compilation_origin(c, line, &origin)) {
        (void)lua_rawgeti(L, g->origins, (lua_Integer)origin.fragment + 1);
        place = lua_pushfstring(L, "%s (%sline %d of the template)", place, lua_tostring(L, -1),
                                (int)origin.line);
    }
    lic_lua_raise_found(L, place, found, all->error_count - 1);
}

/* Leaves name, text and image id on the stack. */
static void compile(lua_State *L, const char *name, const char *title, const gathered *g,
                    lic_order order)
{
    const lic_composition composition = {.name = lic_slice_text(name),
                                         .title = lic_slice_text(title),
                                         .fragments = g->fragments,
                                         .count = g->count,
                                         .order = order};
    lic_compilation **held = lua_newuserdatauv(L, sizeof(*held), 0);
    *held = NULL;
    luaL_setmetatable(L, kept_compilation);
    *held = lic_compile_composition(&composition, NULL, &lic_hasher_native,
                                    lic_lua_options_of(L)->allocator);
    if (*held == NULL) luaL_error(L, "out of memory");
    if (lic_compilation_image(*held) == NULL) raise_mistakes(L, name, g, *held);
    lic_slice text = lic_compilation_source(*held);
    char hex[LIC_HASH_TEXT];
    lic_hash_print(&lic_compilation_image(*held)->id, hex);
    lua_pushstring(L, name);
    lua_pushlstring(L, (const char *)text.data, text.size);
    lua_pushstring(L, hex);
    lic_compilation_destroy(*held);
    *held = NULL;
}

/* Upvalues: name, title. Called with the clauses. */
static int compose(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    gathered g = {.count = 0};
    lic_order order = order_of(L, 1);
    size_t count = count_clauses(L, 1);
    if (count > LIC_FRAGMENTS_MAX)
        luaL_error(L, "an agreement is made of at most %d clauses", (int)LIC_FRAGMENTS_MAX);
    g.fragments = lua_newuserdatauv(L, (count + 1) * sizeof *g.fragments, 0);
    lua_newtable(L);
    g.origins = lua_gettop(L);
    gather(L, 1, &g);
    compile(L, lua_tostring(L, lua_upvalueindex(1)), lua_tostring(L, lua_upvalueindex(2)), &g,
            order);
    (void)lua_newuserdatauv(L, 1, USER_VALUES);
    luaL_setmetatable(L, AGREEMENT_NAME);
    lua_insert(L, -USER_VALUES - 1);
    for (int i = USER_VALUES; i >= 1; i--) lua_setiuservalue(L, -i - 1, i);
    return 1;
}

static int take_title(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TSTRING);
    lua_settop(L, 1);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_pushcclosure(L, compose, 2);
    return 1;
}

/* agreement "Name" "Title" { … } */
static int take_name(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TSTRING);
    lua_settop(L, 1);
    lua_pushcclosure(L, take_title, 1);
    return 1;
}

/* -- what an agreement says ------------------------------------------------------------------------------------------ */

static int member(lua_State *L, int which)
{
    (void)luaL_checkudata(L, 1, AGREEMENT_NAME);
    (void)lua_getiuservalue(L, 1, which);
    return 1;
}

static int agreement_text(lua_State *L)
{
    return member(L, TEXT);
}
static int agreement_name(lua_State *L)
{
    return member(L, NAME);
}
static int agreement_image(lua_State *L)
{
    return member(L, IMAGE);
}

bool lic_lua_is_agreement(lua_State *L, int index, lic_slice *name, lic_slice *text)
{
    index = lua_absindex(L, index);
    if (luaL_testudata(L, index, AGREEMENT_NAME) == NULL) return false;
    (void)lua_getiuservalue(L, index, NAME);
    *name = lic_lua_slice(L, -1);
    (void)lua_getiuservalue(L, index, TEXT);
    *text = lic_lua_slice(L, -1);
    lua_pop(L, 2); /* the value holds them */
    return true;
}

static void close_metatable(lua_State *L)
{
    lua_pushboolean(L, false);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
}

void lic_lua_open_agreements(lua_State *L)
{
    static const luaL_Reg methods[] = {{"text", agreement_text},
                                       {"name", agreement_name},
                                       {"image", agreement_image},
                                       {NULL, NULL}};
    luaL_newmetatable(L, kept_compilation);
    lua_pushcfunction(L, free_compilation);
    lua_setfield(L, -2, "__gc");
    close_metatable(L);
    luaL_newmetatable(L, AGREEMENT_NAME);
    lua_pushcfunction(L, agreement_text);
    lua_setfield(L, -2, "__tostring");
    lua_newtable(L);
    luaL_setfuncs(L, methods, 0);
    lua_setfield(L, -2, "__index");
    close_metatable(L);
    lua_pushcfunction(L, take_name);
    lua_setglobal(L, "agreement");
}
