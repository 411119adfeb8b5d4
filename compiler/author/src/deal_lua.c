/* deal_lua.c - reads a deal off a Lua table: what it may hold, and in which form. What the agreement has
 * to say about it is the host's affair (deal_bind.c). */
#include "deal_lua.h"

#include "lua_values.h"

#include <string.h>

/* One deal being read. */
typedef struct reading {
    lua_State *L;
    const lic_deal_place *place;
    lic_deal_sink *sink;
    lic_buffer *target;
} reading;

LIC_NORETURN void lic_deal_fail(lua_State *L, const lic_deal_place *place, const char *member,
                                uint32_t line, const char *help, const char *what)
{
    lic_error error;
    lic_buffer *text = lic_lua_buffer(L, sizeof error.text);
    lic_deal_place_print(place, lic_slice_text(member), line, text);
    lua_pushlstring(L, text->size == 0 ? "" : (const char *)text->data, text->size);
    lic_buffer_free(text);
    if (help[0] == '\0') help = "docs/spec/author.md says what a deal holds";
    (void)lic_fail(&error, LIC_MALFORMED, "deal", help, "%s: %s", lua_tostring(L, -1), what);
    lic_lua_raise_placed(L, &error);
}

/* The line of a member, where it can be found. */
static uint32_t line_of(const reading *r, const char *table, lic_slice name)
{
    bool here = r->place->style == LIC_PLACE_LINE &&
                lic_slice_equal(r->place->source, r->sink->source);
    return here ? lic_lua_line_of(r->sink->text, r->place->number, lic_slice_text(table), name) : 0;
}

LIC_NORETURN static void fail_member(const reading *r, const char *table, lic_slice name,
                                     const char *help, const char *what)
{
    const char *member = table;
    if (name.size != 0)
        member = table[0] == '\0' ? (const char *)name.data
                                  : lua_pushfstring(r->L, "%s.%s", table, (const char *)name.data);
    lic_deal_fail(r->L, r->place, member, line_of(r, table, name), help, what);
}

/* -- values ------------------------------------------------------------------------------------------------- */

static const char float_help[] =
    "write it as a text: money \"GBP 250.00\", rate \"52%\" or decimal \"0.0012\"";

/* Kind and text of the value on top; false when it is none that can be bound. */
static bool put_value(const reading *r)
{
    lua_State *L = r->L;
    lic_exact value;
    char text[LIC_EXACT_TEXT];
    if (lic_lua_is_exact(L, -1, &value)) {
        size_t size = lic_exact_print(&value, text);
        lic_put_u8(r->target, (uint8_t)(LIC_BOUND_EXACT + value.kind));
        lic_put_slice(r->target, lic_slice_of(text, size));
    } else if (lua_type(L, -1) == LUA_TSTRING) {
        lic_put_u8(r->target, LIC_BOUND_TEXT);
        lic_put_slice(r->target, lic_lua_slice(L, -1));
    } else if (lua_isinteger(L, -1)) {
        lic_put_u8(r->target, LIC_BOUND_INTEGER);
        size_t size = 0;
        const char *digits = lic_lua_text(L, -1, &size);
        lic_put_slice(r->target, lic_slice_of(digits, size));
        lua_pop(L, 1);
    } else if (lua_isboolean(L, -1)) {
        lic_put_u8(r->target, LIC_BOUND_BOOLEAN);
        lic_put_slice(r->target, lic_slice_text(lua_toboolean(L, -1) ? "yes" : "no"));
    } else {
        return false;
    }
    return true;
}

LIC_NORETURN static void fail_value(const reading *r, const char *table, lic_slice name)
{
    bool is_float = lua_type(r->L, -1) == LUA_TNUMBER;
    const char *what = lua_pushfstring(r->L, is_float ? "%s is not exact" : "%s is no value",
                                       lic_lua_describe(r->L, -1));
    fail_member(r, table, name,
                is_float ? float_help : "give a text, an integer, or an exact value", what);
}

/* -- tables of names ------------------------------------------------------------------------------------------ */

/* Pushes the member of the deal's table, which is at `index`; true when it is there. */
static bool push_member(const reading *r, int index, const char *name)
{
    if (lua_getfield(r->L, index, name) != LUA_TNIL) return true;
    lua_pop(r->L, 1);
    return false;
}

typedef void put_member(const reading *r, const char *table, lic_slice name);

/* For each entry of the table `name` of the deal at `index`, in order of names: its name and what `put`
 * writes. Absent means none. */
static void put_names(const reading *r, int index, const char *table, put_member *put)
{
    lua_State *L = r->L;
    if (!push_member(r, index, table)) {
        lic_put_varint(r->target, 0);
        return;
    }
    if (!lua_istable(L, -1))
        fail_member(r, table, lic_slice_of(NULL, 0), "write { Name = value, ... }", "is no table");
    int at = lua_gettop(L);
    lic_lua_push_keys(L, at);
    lua_Unsigned count = lua_rawlen(L, at + 1);
    if (count > LIC_DEAL_TEXTS_MAX)
        fail_member(r, table, lic_slice_of(NULL, 0), "", "has more than 4096 entries");
    lic_put_varint(r->target, count);
    for (lua_Integer i = 1; i <= (lua_Integer)count; i++) {
        if (lua_rawgeti(L, at + 1, i) != LUA_TSTRING)
            fail_member(r, table, lic_slice_of(NULL, 0), "write { Name = value, ... }",
                        "has an entry without a name");
        lic_slice name = lic_lua_slice(L, -1);
        lic_put_slice(r->target, name);
        lua_pushvalue(L, -1);
        (void)lua_gettable(L, at);
        put(r, table, name);
        lua_settop(L, at + 1);
    }
    lua_settop(L, at - 1);
}

static void put_party(const reading *r, const char *table, lic_slice name)
{
    if (lua_type(r->L, -1) != LUA_TSTRING)
        fail_member(r, table, name, "give the name that the party is registered under",
                    "is no text");
    lic_put_slice(r->target, lic_lua_slice(r->L, -1));
    lic_put_u32(r->target, line_of(r, table, name));
}

static void put_setting(const reading *r, const char *table, lic_slice name)
{
    if (!put_value(r)) fail_value(r, table, name);
    lic_put_u32(r->target, line_of(r, table, name));
}

/* -- schedules -------------------------------------------------------------------------------------------------- */

LIC_NORETURN static void fail_row(const reading *r, const char *table, lic_slice name,
                                  lua_Integer row, const char *what)
{
    fail_member(
        r, table, name,
        "write each row as { cell, ... } in the order of the file, or { column = cell, ... }",
        lua_pushfstring(r->L, "row %I %s", row, what));
}

/* The row on top: its cells, by position when it is a list, otherwise by name. */
static void put_row(const reading *r, const char *table, lic_slice name, lua_Integer row)
{
    lua_State *L = r->L;
    if (!lua_istable(L, -1)) fail_row(r, table, name, row, "is no table");
    int at = lua_gettop(L);
    lic_lua_push_keys(L, at);
    lua_Unsigned count = lua_rawlen(L, at + 1);
    bool named = lua_rawgeti(L, at + 1, 1) == LUA_TSTRING;
    lua_pop(L, 1);
    if (count == 0 || count > LIC_DEAL_CELLS_MAX)
        fail_row(r, table, name, row, "has no cells, or more than 1000");
    lic_put_u8(r->target, named ? 1 : 0);
    lic_put_varint(r->target, count);
    for (lua_Integer i = 1; i <= (lua_Integer)count; i++) {
        int type = lua_rawgeti(L, at + 1, i);
        if (named && type != LUA_TSTRING) fail_row(r, table, name, row, "mixes both forms");
        if (!named && (!lua_isinteger(L, -1) || lua_tointeger(L, -1) != i))
            fail_row(r, table, name, row, "has a gap, or mixes both forms");
        if (named) lic_put_slice(r->target, lic_lua_slice(L, -1));
        (void)lua_gettable(L, at);
        if (!put_value(r)) {
            const char *what = lua_pushfstring(L, "has %s as a cell", lic_lua_describe(L, -1));
            fail_row(r, table, name, row, what);
        }
        lua_pop(L, 1);
    }
    lua_settop(L, at);
}

/* A file's path; or the text of a file, known by its line ends; or a list of rows. */
static void put_schedule(const reading *r, const char *table, lic_slice name)
{
    lua_State *L = r->L;
    lic_put_u32(r->target, line_of(r, table, name));
    if (lua_type(L, -1) == LUA_TSTRING) {
        lic_slice text = lic_lua_slice(L, -1);
        bool is_text = text.size > 0 && memchr(text.data, '\n', text.size) != NULL;
        lic_put_u8(r->target, is_text ? LIC_ROWS_TEXT : LIC_ROWS_FILE);
        lic_put_slice(r->target, text);
        return;
    }
    lic_put_u8(r->target, LIC_ROWS_LIST);
    if (!lua_istable(L, -1))
        fail_member(r, table, name, "give the path of a file, or a list of rows",
                    "is neither a text nor a list");
    lua_Unsigned rows = lua_rawlen(L, -1);
    if (rows == 0 || rows > LIC_DEAL_ROWS_MAX)
        fail_member(r, table, name, "put many rows into a file", "has no rows, or too many");
    lic_put_varint(r->target, rows);
    for (lua_Integer i = 1; i <= (lua_Integer)rows; i++) {
        (void)lua_rawgeti(L, -1, i);
        put_row(r, table, name, i);
        lua_pop(L, 1);
    }
}

/* -- the deal ----------------------------------------------------------------------------------------------------- */

static void check_keys(const reading *r, int index)
{
    static const char *const known[] = {"agreement", "name", "parties", "schedules", "set"};
    lua_State *L = r->L;
    lic_lua_push_keys(L, index);
    for (lua_Integer i = 1; lua_rawgeti(L, -1, i) != LUA_TNIL; i++) {
        const char *name = lic_lua_text(L, -1, NULL);
        bool found = false;
        for (size_t k = 0; k < LIC_COUNT(known); k++) found |= strcmp(name, known[k]) == 0;
        if (!found) {
            const char *nearest = lic_nearest(lic_slice_text(name), known, LIC_COUNT(known));
            const char *help = nearest == NULL ? "a deal has agreement, parties, set and schedules"
                                               : lua_pushfstring(L, "did you mean `%s`?", nearest);
            lic_deal_fail(L, r->place, "", line_of(r, "", lic_slice_text(name)), help,
                          lua_pushfstring(L, "a deal has no `%s`", name));
        }
        lua_pop(L, 2);
    }
    lua_pop(L, 2);
}

/* The deal's own name, where the place has none: `name = "..."`. */
static void take_name(const reading *r, int index, lic_deal_place *place)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
    lua_State *L = r->L;
    bool has = push_member(r, index, "name");
    if (has && place->name.size != 0)
        lic_deal_fail(L, place, "name", 0, "", "the deal has its name already");
    if (has && lua_type(L, -1) != LUA_TSTRING)
        lic_deal_fail(L, place, "name", 0, "", "a deal's name is a text");
    if (has) place->name = lic_lua_slice(L, -1); /* it stays on the stack */
    lic_slice name = place->name;
    if (name.size == 0 && r->sink->nameless) return;
    if (name.size == 0)
        lic_deal_fail(L, place, "", 0,
                      place->style == LIC_PLACE_ROW
                          ? "fill its column deal"
                          : "name it: deal \"Name\" {...}, or name = \"Name\"",
                      "the deal has no name");
    if (name.size > LIC_DEAL_NAME_MAX || strspn((const char *)name.data, allowed) != name.size ||
        name.data[0] == '.' || name.data[0] == '-')
        lic_deal_fail(L, place, "", 0,
                      "letters, digits, `_`, `-` and `.`, at most 100: it becomes a file's name",
                      "the deal's name cannot be a file's name");
}

/* The agreement: a file's path; or its text, which holds a line end; or a value with a method `text` that
 * gives it (a composed agreement). */
static void put_agreement(const reading *r, int index)
{
    lua_State *L = r->L;
    bool composed = false;
    if (!push_member(r, index, "agreement"))
        lic_deal_fail(L, r->place, "agreement", 0, "name its file: agreement = \"streaming.lic\"",
                      "the deal has no agreement");
    lic_exact number;
    bool is_value = lic_lua_is_exact(L, -1, &number);
    if (!is_value && (lua_istable(L, -1) || lua_type(L, -1) == LUA_TUSERDATA)) {
        composed = lua_getfield(L, -1, "text") == LUA_TFUNCTION;
        lua_insert(L, -2);
        if (composed) lua_call(L, 1, 1);
    }
    if (lua_type(L, -1) != LUA_TSTRING)
        fail_member(r, "", lic_slice_text("agreement"),
                    "give the path of a file, a text with its lines, or a composed agreement",
                    lua_pushfstring(L, "%s is no agreement", lic_lua_describe(L, -1)));
    lic_slice text = lic_lua_slice(L, -1);
    bool is_text = composed || (text.size > 0 && memchr(text.data, '\n', text.size) != NULL);
    lic_put_u8(r->target, is_text ? 1 : 0);
    lic_put_slice(r->target, text);
}

void lic_deal_put(lua_State *L, int index, lic_deal_place *place, lic_deal_sink *sink)
{
    reading r = {.L = L, .place = place, .sink = sink, .target = sink->target};
    luaL_checkstack(L, 40, "too many values");
    index = lua_absindex(L, index);
    int top = lua_gettop(L);
    if (!lua_istable(L, index))
        lic_deal_fail(L, place, "", 0, "write deal \"Name\" { agreement = ..., set = {...} }",
                      "a deal is a table");
    if (++sink->count > LIC_DEALS_MAX)
        lic_deal_fail(L, place, "", 0, "make several sheets", "a sheet has at most 10000 deals");
    take_name(&r, index, place);
    check_keys(&r, index);
    lic_put_u8(r.target, place->style);
    lic_put_slice(r.target, place->source);
    lic_put_u32(r.target, place->number);
    lic_put_slice(r.target, place->name);
    put_agreement(&r, index);
    put_names(&r, index, "parties", put_party);
    put_names(&r, index, "set", put_setting);
    put_names(&r, index, "schedules", put_schedule);
    lua_settop(L, top);
}
