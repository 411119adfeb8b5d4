/* lua_define.c - `clause.define(name, arguments, body)`: a function that makes clauses from named arguments, as
 * those of the library are. Arguments are checked before the body runs: unknown and missing names are errors, and
 * so is a value of another kind; a string becomes what its argument asks for.
 *
 *     clause.define("advance", { { "amount", "money" }, { "anchor", "anchor", optional = true } },
 *                   function (a) return clause [[ … $amount … ]] { amount = a.amount } end) */
#include "lua_clause.h"
#include "lua_values.h"

#include <licet/names.h>
#include <string.h>

enum { ARGUMENTS_MAX = 64, NAME = 1, SPEC = 2, BODY = 3 };

/* -- kinds ------------------------------------------------------------------------------------------------------ */

typedef struct kind kind;
struct kind {
    const char *name, *shown; /* "money"; what to write, for messages */
    uint32_t exact;           /* bits of lic_exact_kind that are fit; integers are counts */
    int text; /* what a string becomes: lic_filling_kind; LIC_FILLING_NAME: it stays; -1: refused */
    bool table; /* a list is fit */
};

#define BIT(exact) (1u << LIC_EXACT_##exact)
static const kind KINDS[] = {
    {"name", "a name: \"Pool\"", 0, LIC_FILLING_NAME, false},
    {"names", "names: { \"Label\", \"Artist\" }", 0, LIC_FILLING_NAME, true},
    {"anchor", "an anchor: \"4.1\"", 0, LIC_FILLING_NAME, false},
    {"word", "a word of the language: \"clip\"", 0, LIC_FILLING_WORD, false},
    {"words", "words of the language: { \"licensor\", \"signs\" }", 0, LIC_FILLING_WORD, true},
    {"text", "a text: \"England and Wales\"", 0, LIC_FILLING_TEXT, false},
    {"money", "money: money \"GBP 250,000.00\", or an expression: \"AdvanceSum\"", BIT(MONEY),
     LIC_FILLING_EXPRESSION, false},
    {"rate", "a rate: rate \"52%\", or an expression: \"FirstRate\"", BIT(RATE),
     LIC_FILLING_EXPRESSION, false},
    {"date", "a date: date \"2026-01-05\", or an expression: \"term.start\"", BIT(DATE),
     LIC_FILLING_EXPRESSION, false},
    {"value", "a value, or an expression: \"sum of revenue\"",
     BIT(COUNT) | BIT(DECIMAL) | BIT(MONEY) | BIT(RATE) | BIT(DATE), LIC_FILLING_EXPRESSION, false},
    {"condition", "a condition: \"plan = free\"", 0, LIC_FILLING_EXPRESSION, false},
    {"count", "a whole number: 1000", BIT(COUNT), -1, false},
    {"number", "a number: decimal \"0.01\"", BIT(COUNT) | BIT(DECIMAL), -1, false},
    {"duration", "a duration: duration \"30 days\"", BIT(DURATION), LIC_FILLING_DURATION, false},
    {"set", "a set: { \"GB\", \"IE\" }, clause.world, or an expression", 0, LIC_FILLING_EXPRESSION,
     false},
    {"lines", "lines: clause.lines [[…]] {…}, or a list of them", 0, -1, true},
    {"list", "a list", 0, -1, true},
    {"boolean", "true or false", 0, -1, false},
};

static const kind *find_kind(lua_State *L, const char *name)
{
    for (size_t i = 0; i < LIC_COUNT(KINDS); i++)
        if (strcmp(KINDS[i].name, name) == 0) return &KINDS[i];
    luaL_error(L, "clause.define knows no kind of argument called `%s`", name);
    return NULL;
}

static LIC_NORETURN void refuse(lua_State *L, const char *function, const char *argument,
                                const kind *k, int value)
{
    luaL_error(L, "%s: `%s` is %s; this is %s", function, argument, k->shown,
               lic_lua_describe(L, value));
    __builtin_unreachable();
}

/* Replaces the string at `value` by the duration that it says. */
static void read_duration(lua_State *L, const char *function, const char *argument, int value)
{
    lic_exact exact;
    const char *wrong = lic_exact_read_duration(lic_lua_slice(L, value), &exact);
    if (wrong != NULL) luaL_error(L, "%s: `%s`: %s", function, argument, wrong);
    lic_lua_push_exact(L, &exact);
    lua_replace(L, value);
}

static void convert_text(lua_State *L, const kind *k, const char *function, const char *argument,
                         int value)
{
    if (k->text == LIC_FILLING_NAME) return;
    if (k->text == LIC_FILLING_DURATION) {
        read_duration(L, function, argument, value);
        return;
    }
    lua_pushvalue(L, value);
    lic_lua_push_part(L, (lic_filling_kind)k->text, 0);
    lua_replace(L, value);
}

static void convert(lua_State *L, const kind *k, const char *function, const char *argument,
                    int value);

/* Each of a list of strings, in a new list. */
static void convert_list(lua_State *L, const kind *k, const char *function, const char *argument,
                         int value)
{
    size_t count = lua_rawlen(L, value);
    if (k->text < 0) return;
    lua_newtable(L);
    for (size_t i = 1; i <= count; i++) {
        (void)lua_rawgeti(L, value, (lua_Integer)i);
        if (lua_istable(L, -1)) refuse(L, function, argument, k, lua_gettop(L));
        convert(L, k, function, argument, lua_gettop(L));
        lua_rawseti(L, -2, (lua_Integer)i);
    }
    lua_replace(L, value);
}

static bool part_fits(const kind *k, int part)
{
    if (part == LIC_FILLING_NONE) return true;
    if (strcmp(k->name, "lines") == 0) return part == LIC_FILLING_LINES;
    if (strcmp(k->name, "set") == 0)
        return part == LIC_FILLING_SET || part == LIC_FILLING_EXPRESSION;
    return part == k->text;
}

/* The value at `value` becomes what its kind fills holes with. */
static void convert(lua_State *L, const kind *k, const char *function, const char *argument,
                    int value)
{
    lic_exact exact;
    int part = lic_lua_part_kind(L, value), type = lua_type(L, value);
    if (part >= 0) {
        if (!part_fits(k, part)) refuse(L, function, argument, k, value);
    } else if (lic_lua_is_exact(L, value, &exact)) {
        if ((k->exact >> exact.kind & 1) == 0) refuse(L, function, argument, k, value);
    } else if (lua_isinteger(L, value)) {
        if ((k->exact & BIT(COUNT)) == 0) refuse(L, function, argument, k, value);
    } else if (type == LUA_TSTRING && k->text >= 0) {
        convert_text(L, k, function, argument, value);
    } else if (type == LUA_TTABLE && strcmp(k->name, "set") == 0) {
        lua_pushvalue(L, value);
        lic_lua_push_part(L, LIC_FILLING_SET, 0);
        lua_replace(L, value);
    } else if (type == LUA_TTABLE && k->table) {
        convert_list(L, k, function, argument, value);
    } else if (type != LUA_TBOOLEAN || strcmp(k->name, "boolean") != 0) {
        refuse(L, function, argument, k, value);
    }
}

/* -- the arguments of a call -------------------------------------------------------------------------------------- */

/* The first of the given names, in order of bytes, that is no argument; NULL when all are. */
static const char *unknown_name(lua_State *L, const char *const *names, size_t count)
{
    const char *first = NULL;
    for (lua_pushnil(L); lua_next(L, 1) != 0; lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            luaL_error(L, "%s takes named arguments: { %s = … }",
                       lua_tostring(L, lua_upvalueindex(NAME)), count > 0 ? names[0] : "name");
        const char *name = lua_tostring(L, -2);
        bool known = false;
        for (size_t i = 0; i < count && !known; i++) known = strcmp(names[i], name) == 0;
        if (!known && (first == NULL || strcmp(name, first) < 0)) first = name;
    }
    return first;
}

static size_t list_names(lua_State *L, const char *names[ARGUMENTS_MAX])
{
    size_t count = lua_rawlen(L, lua_upvalueindex(SPEC));
    for (size_t i = 0; i < count; i++) {
        (void)lua_rawgeti(L, lua_upvalueindex(SPEC), (lua_Integer)i + 1);
        (void)lua_rawgeti(L, -1, 1);
        names[i] = lua_tostring(L, -1); /* the specification holds it */
        lua_pop(L, 2);
    }
    return count;
}

static void check_names(lua_State *L)
{
    const char *names[ARGUMENTS_MAX];
    size_t count = list_names(L, names);
    const char *unknown = unknown_name(L, names, count);
    if (unknown == NULL) return;
    const char *function = lua_tostring(L, lua_upvalueindex(NAME));
    const char *near = lic_did_you_mean(lic_slice_text(unknown), names, count);
    if (near != NULL)
        luaL_error(L, "%s has no argument `%s`; did you mean `%s`?", function, unknown, near);
    luaL_Buffer list;
    luaL_buffinit(L, &list);
    for (size_t i = 0; i < count; i++) {
        if (i > 0) luaL_addstring(&list, ", ");
        luaL_addstring(&list, names[i]);
    }
    luaL_pushresult(&list);
    luaL_error(L, "%s has no argument `%s`; it has %s", function, unknown, lua_tostring(L, -1));
}

/* An anchor or lines that are not given are left out of the template. */
static bool stays_out(const kind *k)
{
    return strcmp(k->name, "anchor") == 0 || strcmp(k->name, "lines") == 0;
}

/* Pushes the argument of one line of the specification, which is on top and is taken. */
static void push_argument(lua_State *L)
{
    const char *function = lua_tostring(L, lua_upvalueindex(NAME));
    int line = lua_gettop(L);
    (void)lua_rawgeti(L, line, 1);
    (void)lua_rawgeti(L, line, 2);
    const char *name = lua_tostring(L, -2);
    const kind *k = find_kind(L, lua_tostring(L, -1));
    if (lua_getfield(L, 1, name) == LUA_TNIL) {
        lua_pop(L, 1);
        if (lua_getfield(L, line, "default") == LUA_TNIL) {
            (void)lua_getfield(L, line, "optional");
            if (!lua_toboolean(L, -1)) luaL_error(L, "%s needs `%s`: %s", function, name, k->shown);
            lua_pop(L, 1); /* nil is left */
            if (stays_out(k)) lic_lua_push_part(L, LIC_FILLING_NONE, 0);
        }
    }
    if (!lua_isnil(L, -1)) convert(L, k, function, name, lua_gettop(L));
    lua_replace(L, line);
    lua_settop(L, line);
}

/* Pushes a new table with what the body gets. */
static void check_arguments(lua_State *L)
{
    size_t count = lua_rawlen(L, lua_upvalueindex(SPEC));
    check_names(L);
    lua_newtable(L);
    for (size_t i = 1; i <= count; i++) {
        (void)lua_rawgeti(L, lua_upvalueindex(SPEC), (lua_Integer)i);
        (void)lua_rawgeti(L, -1, 1);
        lua_insert(L, -2);
        push_argument(L);
        lua_rawset(L, -3);
    }
}

/* -- calling ---------------------------------------------------------------------------------------------------------- */

/* What the body raised, with the function's name in front; limits go on as they are. */
static LIC_NORETURN void raise_again(lua_State *L, const char *function)
{
    lic_error error;
    const lic_error *ours = lic_lua_error_at(L, -1);
    if (ours != NULL && strcmp(ours->code, "clause") != 0) (void)lua_error(L);
    lic_lua_where(L);
    size_t size = 0;
    const char *where = lua_tolstring(L, -1, &size);
    const char *text = ours != NULL ? ours->text : lic_lua_text(L, -2, NULL);
    if (strncmp(text, where, size) == 0) text += size; /* it is told in front */
    if (ours == NULL) luaL_error(L, "%s: %s", function, text);
    (void)lic_fail(&error, ours->status, ours->code, ours->help, "%s: %s", function, text);
    lic_lua_raise(L, &error);
}

static int call(lua_State *L)
{
    const char *function = lua_tostring(L, lua_upvalueindex(NAME));
    lua_settop(L, 1);
    if (!lua_istable(L, 1)) return luaL_error(L, "%s takes a table of named arguments", function);
    lua_pushvalue(L, lua_upvalueindex(BODY));
    check_arguments(L);
    if (lua_pcall(L, 1, 1, 0) != LUA_OK) raise_again(L, function);
    lic_lua_where(L);
    lua_pushfstring(L, "%s%s, ", lua_tostring(L, -1), function);
    lua_remove(L, -2);
    lic_lua_clause_origin(L, -2);
    return 1;
}

/* -- defining ------------------------------------------------------------------------------------------------------------ */

static void check_spec(lua_State *L)
{
    size_t count = lua_rawlen(L, SPEC);
    if (count > ARGUMENTS_MAX)
        luaL_error(L, "a clause function has at most %d arguments", ARGUMENTS_MAX);
    for (size_t i = 1; i <= count; i++) {
        if (lua_rawgeti(L, SPEC, (lua_Integer)i) != LUA_TTABLE)
            luaL_error(L, "an argument is described by { \"name\", \"kind\" }");
        bool good = lua_rawgeti(L, -1, 1) == LUA_TSTRING && lua_rawgeti(L, -2, 2) == LUA_TSTRING;
        if (!good) luaL_error(L, "an argument is described by { \"name\", \"kind\" }");
        (void)find_kind(L, lua_tostring(L, -1));
        lua_settop(L, BODY);
    }
}

int lic_lua_define(lua_State *L)
{
    luaL_checktype(L, NAME, LUA_TSTRING);
    luaL_checktype(L, SPEC, LUA_TTABLE);
    luaL_checktype(L, BODY, LUA_TFUNCTION);
    lua_settop(L, BODY);
    check_spec(L);
    lua_pushcclosure(L, call, BODY);
    return 1;
}
