/* lua_filling.c - what Lua values fill holes with. A string is a name; money, rates, dates and durations are
 * themselves; an integer is a number; a table is a list. Texts, words of the language, sets, lines and
 * expressions are values that `clause` makes. A float fills nothing. */
#include "lua_clause.h"

#include "lua_values.h"

#include <licet/currency.h>
#include <stdlib.h>
#include <string.h>

#define SCRATCH_MAX ((size_t)64 << 20)

static const char PART_NAME[] = "licet.part", ARENA_NAME[] = "licet.arena";
enum { PAYLOAD = 1, VALUES = 2 }; /* user values of a part */
enum { DEPTH_MAX = 200 };         /* places of the stack: some fifty levels */

/* -- memory ------------------------------------------------------------------------------------------------- */

void lic_lua_arena_end(lua_State *L, int index)
{
    lic_arena **arena = luaL_checkudata(L, index, ARENA_NAME);
    lic_arena_destroy(*arena);
    *arena = NULL;
}

static int free_arena(lua_State *L)
{
    lic_lua_arena_end(L, 1);
    return 0;
}

void lic_lua_check_depth(lua_State *L)
{
    if (lua_gettop(L) > DEPTH_MAX) luaL_error(L, "lists stand too deeply in one another");
    luaL_checkstack(L, 16, "lists stand too deeply in one another");
}

lic_arena *lic_lua_arena(lua_State *L)
{
    lic_arena **held = lua_newuserdatauv(L, sizeof(*held), 0);
    *held = NULL;
    luaL_setmetatable(L, ARENA_NAME);
    *held = lic_arena_create(lic_lua_options_of(L)->allocator, SCRATCH_MAX);
    if (*held == NULL) luaL_error(L, "out of memory");
    return *held;
}

static void *take(lua_State *L, lic_arena *arena, size_t size)
{
    void *block = lic_arena_take(arena, size > 0 ? size : 1);
    if (block == NULL) luaL_error(L, "the values of a clause need too much memory");
    return block;
}

/* -- parts ---------------------------------------------------------------------------------------------------- */

void lic_lua_push_part(lua_State *L, lic_filling_kind kind, int values)
{
    values = values == 0 ? 0 : lua_absindex(L, values);
    uint8_t *held = lua_newuserdatauv(L, 1, 2);
    *held = (uint8_t)kind;
    luaL_setmetatable(L, PART_NAME);
    lua_insert(L, -2);
    lua_setiuservalue(L, -2, PAYLOAD);
    if (values == 0) return;
    lua_pushvalue(L, values);
    lua_setiuservalue(L, -2, VALUES);
}

int lic_lua_part_kind(lua_State *L, int index)
{
    const uint8_t *held = luaL_testudata(L, index, PART_NAME);
    return held == NULL ? -1 : *held;
}

/* -- one value -------------------------------------------------------------------------------------------------- */

static void fill(lua_State *L, int index, lic_arena *arena, lic_filling *filling);

/* At least the decimals of the currency's minor unit, as contracts write it: GBP 250,000.00. */
static void fill_money(const lic_exact *value, lic_filling *filling)
{
    unsigned minor = 2;
    (void)lic_currency_find(lic_slice_text(value->currency), &minor);
    for (; filling->scale < minor; filling->scale++) filling->number *= 10;
}

static void fill_duration(lua_State *L, const lic_exact *value, lic_filling *filling)
{
    static const char *const UNITS[] = {"days", "months", "business_days"};
    bool years = value->unit == LIC_UNIT_MONTHS && value->number % 12 == 0 && value->number > 0;
    if (value->scale != 0) luaL_error(L, "an agreement counts whole days and months");
    filling->number = years ? value->number / 12 : value->number;
    filling->text = lic_slice_text(years ? "years" : UNITS[value->unit]);
}

static void fill_exact(lua_State *L, const lic_exact *value, lic_arena *arena, lic_filling *filling)
{
    static const uint8_t KINDS[] = {LIC_FILLING_NUMBER, LIC_FILLING_NUMBER, LIC_FILLING_RATE,
                                    LIC_FILLING_MONEY,  LIC_FILLING_DATE,   LIC_FILLING_DURATION};
    *filling = (lic_filling){
        .kind = KINDS[value->kind], .number = value->number, .scale = value->scale};
    if (value->kind == LIC_EXACT_DURATION) fill_duration(L, value, filling);
    if (value->divisor != 0) {
        filling->scale = 0;
        if (!lic_exact_fraction(value, &filling->number, &filling->denominator))
            luaL_error(L, "numerator and denominator have at most nine digits");
    }
    if (value->kind != LIC_EXACT_MONEY) return;
    char *currency = take(L, arena, sizeof value->currency);
    memcpy(currency, value->currency, sizeof value->currency);
    filling->text = lic_slice_text(currency);
    fill_money(value, filling);
}

/* A part's template, whose values lie in its second user value. */
static lic_template part_template(lua_State *L, int index, lic_arena *arena)
{
    lic_lua_check_depth(L);
    (void)lua_getiuservalue(L, index, PAYLOAD);
    bool table = lua_getiuservalue(L, index, VALUES) == LUA_TTABLE;
    lic_template template = lic_lua_template(L, lic_lua_slice(L, -2), table ? lua_gettop(L) : 0,
                                             arena);
    lua_pop(L, 2); /* the part holds them */
    return template;
}

/* The items of the table at `index`, each filled. */
static void fill_items(lua_State *L, int index, lic_arena *arena, lic_filling *filling)
{
    size_t count = lua_rawlen(L, index);
    lic_filling *items = take(L, arena, count * sizeof *items);
    for (size_t i = 0; i < count; i++) {
        (void)lua_rawgeti(L, index, (lua_Integer)i + 1);
        fill(L, lua_gettop(L), arena, &items[i]);
        lua_pop(L, 1); /* the table holds it */
    }
    filling->items = items;
    filling->item_count = count;
}

static bool all_lines(lua_State *L, int index)
{
    size_t count = lua_rawlen(L, index);
    bool lines = true;
    for (size_t i = 1; i <= count && lines; i++) {
        (void)lua_rawgeti(L, index, (lua_Integer)i);
        lines = lic_lua_part_kind(L, -1) == LIC_FILLING_LINES;
        lua_pop(L, 1);
    }
    return lines;
}

/* A list of lines is lines, an empty one too; any other is a list of values. */
static void fill_table(lua_State *L, int index, lic_arena *arena, lic_filling *filling)
{
    size_t count = lua_rawlen(L, index), keys = 0;
    for (lua_pushnil(L); lua_next(L, index) != 0; keys++) lua_pop(L, 1);
    if (keys != count)
        luaL_error(L, "a list has no names and no gaps; its items stand one after another");
    if (!all_lines(L, index)) {
        *filling = (lic_filling){.kind = LIC_FILLING_LIST};
        fill_items(L, index, arena, filling);
        return;
    }
    lic_template *templates = take(L, arena, count * sizeof *templates);
    for (size_t i = 0; i < count; i++) {
        (void)lua_rawgeti(L, index, (lua_Integer)i + 1);
        templates[i] = part_template(L, lua_gettop(L), arena);
        lua_pop(L, 1);
    }
    *filling = (lic_filling){
        .kind = LIC_FILLING_LINES, .templates = templates, .template_count = count};
}

static void fill_part(lua_State *L, int index, int kind, lic_arena *arena, lic_filling *filling)
{
    *filling = (lic_filling){.kind = (uint8_t)kind};
    if (kind == LIC_FILLING_NONE) return;
    if (kind == LIC_FILLING_EXPRESSION || kind == LIC_FILLING_LINES) {
        lic_template *template = take(L, arena, sizeof *template);
        *template = part_template(L, index, arena);
        filling->templates = template;
        filling->template_count = 1;
        return;
    }
    if (lua_getiuservalue(L, index, PAYLOAD) == LUA_TTABLE) {
        filling->outside = lua_getiuservalue(L, index, VALUES) == LUA_TBOOLEAN;
        lua_pop(L, 1);
        fill_items(L, lua_gettop(L), arena, filling);
    } else {
        filling->text = lic_lua_slice(L, -1);
    }
    lua_pop(L, 1);
}

static void fill(lua_State *L, int index, lic_arena *arena, lic_filling *filling)
{
    lic_exact exact;
    lic_lua_check_depth(L);
    int kind = lic_lua_part_kind(L, index), type = lua_type(L, index);
    if (kind >= 0) {
        fill_part(L, index, kind, arena, filling);
    } else if (lic_lua_is_exact(L, index, &exact)) {
        fill_exact(L, &exact, arena, filling);
    } else if (type == LUA_TSTRING) {
        *filling = (lic_filling){.kind = LIC_FILLING_NAME, .text = lic_lua_slice(L, index)};
    } else if (lua_isinteger(L, index)) {
        *filling = (lic_filling){.kind = LIC_FILLING_NUMBER, .number = lua_tointeger(L, index)};
    } else if (type == LUA_TTABLE) {
        fill_table(L, index, arena, filling);
    } else if (type == LUA_TNUMBER) {
        luaL_error(L,
                   "%s: floats are not exact; write a text: decimal \"0.0012\", rate \"52%%\", "
                   "money \"GBP 250.00\"",
                   lic_lua_describe(L, index));
    } else {
        luaL_error(
            L,
            "%s can fill no hole: a name, money, a rate, a number, a date, a duration, a list "
            "or what `clause` makes can",
            lic_lua_describe(L, index));
    }
}

/* -- templates ----------------------------------------------------------------------------------------------------- */

static int compare_holes(const void *a, const void *b)
{
    const lic_hole *x = a, *y = b;
    return lic_slice_compare(x->name, y->name);
}

static size_t count_holes(lua_State *L, int values)
{
    size_t count = 0;
    for (lua_pushnil(L); lua_next(L, values) != 0; count++) {
        if (lua_type(L, -2) != LUA_TSTRING)
            luaL_error(L, "the values of a clause have names: clause [[…]] { name = value, … }");
        lua_pop(L, 1);
    }
    return count;
}

lic_template lic_lua_template(lua_State *L, lic_slice text, int values, lic_arena *arena)
{
    lic_template template = {.text = text};
    if (values == 0) return template;
    lic_hole *holes = take(L, arena, count_holes(L, values) * sizeof *holes);
    for (lua_pushnil(L); lua_next(L, values) != 0;) {
        lic_hole *hole = &holes[template.hole_count++];
        hole->name = lic_lua_slice(L, -2);
        fill(L, lua_gettop(L), arena, &hole->filling);
        lua_pop(L, 1);
    }
    if (template.hole_count > 1)
        qsort(holes, template.hole_count, sizeof *holes, compare_holes); /* Lua's order is none */
    template.holes = holes;
    return template;
}

/* -- constructors --------------------------------------------------------------------------------------------------- */

static int make_text(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TSTRING);
    lua_settop(L, 1);
    lic_lua_push_part(L, LIC_FILLING_TEXT, 0);
    return 1;
}

static int make_word(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TSTRING);
    lua_settop(L, 1);
    lic_lua_push_part(L, LIC_FILLING_WORD, 0);
    return 1;
}

static int make_set(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    lic_lua_push_part(L, LIC_FILLING_SET, 0);
    return 1;
}

/* Everywhere but in these. */
static int make_world_except(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_pushboolean(L, true);
    lua_pushvalue(L, 1);
    lic_lua_push_part(L, LIC_FILLING_SET, 2);
    return 1;
}

static void push_copy(lua_State *L, int index)
{
    luaL_checktype(L, index, LUA_TTABLE);
    lua_newtable(L);
    for (lua_pushnil(L); lua_next(L, index) != 0;) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, -4);
    }
}

/* Upvalues: kind, text. Called with the values. */
static int fill_template(lua_State *L)
{
    lic_filling_kind kind = (lic_filling_kind)lua_tointeger(L, lua_upvalueindex(1));
    lua_settop(L, 1);
    push_copy(L, 1);
    lua_pushvalue(L, lua_upvalueindex(2));
    lic_lua_push_part(L, kind, 2);
    return 1;
}

static int make_template(lua_State *L, lic_filling_kind kind)
{
    luaL_checktype(L, 1, LUA_TSTRING);
    lua_pushinteger(L, kind);
    lua_pushvalue(L, 1);
    lua_pushcclosure(L, fill_template, 2);
    return 1;
}

static int make_lines(lua_State *L)
{
    return make_template(L, LIC_FILLING_LINES);
}
static int make_expression(lua_State *L)
{
    return make_template(L, LIC_FILLING_EXPRESSION);
}

void lic_lua_open_parts(lua_State *L)
{
    static const luaL_Reg constructors[] = {
        {"text", make_text},   {"word", make_word},
        {"set", make_set},     {"world_except", make_world_except},
        {"lines", make_lines}, {"expression", make_expression},
        {NULL, NULL}};
    luaL_newmetatable(L, ARENA_NAME);
    lua_pushcfunction(L, free_arena);
    lua_setfield(L, -2, "__gc");
    luaL_newmetatable(L, PART_NAME);
    lua_pushboolean(L, false);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 2);
    luaL_setfuncs(L, constructors, 0);
    lua_pushnil(L);
    lic_lua_push_part(L, LIC_FILLING_NONE, 0);
    lua_setfield(L, -2, "none");
    lua_pushboolean(L, true);
    int outside = lua_gettop(L);
    lua_newtable(L);
    lic_lua_push_part(L, LIC_FILLING_SET, outside);
    lua_setfield(L, outside - 1, "world");
    lua_pop(L, 1);
}
