/* lua_extension.c - `extension "NAME"`: asks the host for the interface, and makes a function of
 * each function; a call goes to the host, and callbacks come back in batches. */
#include "lua_extension.h"

#include "extension_link.h"

#include <string.h>

static const char HELD_NAME[] = "licet.extension", EXTENSIONS[] = "licet.extensions";

/* -- values ------------------------------------------------------------------------------------ */

static LIC_NORETURN void wrong_type(lua_State *L, int index, lic_value_type type, const char *where)
{
    const char *found = lua_isinteger(L, index)               ? "an integer"
                        : lua_type(L, index) == LUA_TNUMBER   ? "a float"
                        : lua_type(L, index) == LUA_TSTRING   ? "a text"
                        : lua_isnoneornil(L, index)           ? "nothing"
                        : lua_type(L, index) == LUA_TFUNCTION ? "a function"
                        : lua_type(L, index) == LUA_TBOOLEAN  ? "true or false"
                                                              : lic_lua_text(L, index, NULL);
    luaL_error(L, "%s is %s, not %s", where, lic_value_type_name(type), found);
    __builtin_unreachable();
}

lic_value lic_lua_check_value(lua_State *L, int index, lic_value_type type, const char *where)
{
    lic_value value = {.type = type};
    bool good = false;
    switch (type) {
    case LIC_VALUE_INT64:
    case LIC_VALUE_INT32:
        good = lua_isinteger(L, index) != 0;
        value.as.integer = lua_tointeger(L, index);
        if (good && type == LIC_VALUE_INT32)
            good = value.as.integer >= INT32_MIN && value.as.integer <= INT32_MAX;
        break;
    case LIC_VALUE_UINT64:
        good = lua_isinteger(L, index) && lua_tointeger(L, index) >= 0;
        value.as.natural = (uint64_t)lua_tointeger(L, index);
        break;
    case LIC_VALUE_BOOL:
        good = lua_isboolean(L, index);
        value.as.truth = lua_toboolean(L, index) != 0;
        break;
    case LIC_VALUE_TEXT:
    case LIC_VALUE_BYTES:
        good = lua_type(L, index) == LUA_TSTRING;
        if (good) value.as.bytes = lic_lua_slice(L, index);
        if (good && type == LIC_VALUE_TEXT && !lic_utf8_valid(value.as.bytes))
            luaL_error(L, "%s is text and takes UTF-8 alone", where);
        break;
    case LIC_VALUE_CALLBACK: good = lua_isfunction(L, index); break;
    case LIC_VALUE_STATUS:
    case LIC_VALUE_NOTHING: good = true; break;
    }
    if (!good) wrong_type(L, index, type, where);
    return value;
}

void lic_lua_push_value(lua_State *L, const lic_value *value, const char *where)
{
    switch (value->type) {
    case LIC_VALUE_INT64:
    case LIC_VALUE_INT32:
    case LIC_VALUE_STATUS: lua_pushinteger(L, value->as.integer); break;
    case LIC_VALUE_UINT64:
        if (value->as.natural > INT64_MAX)
            luaL_error(L, "%s: the extension hands over a uint64 beyond Lua's integers", where);
        lua_pushinteger(L, (lua_Integer)value->as.natural);
        break;
    case LIC_VALUE_BOOL: lua_pushboolean(L, value->as.truth); break;
    case LIC_VALUE_TEXT:
    case LIC_VALUE_BYTES:
        lua_pushlstring(L, value->as.bytes.size == 0 ? "" : (const char *)value->as.bytes.data,
                        value->as.bytes.size);
        break;
    case LIC_VALUE_CALLBACK:
    case LIC_VALUE_NOTHING: lua_pushnil(L); break;
    }
}

void lic_lua_push_callback(lua_State *L, const lic_signature *kind, const lic_value *values,
                           const char *where)
{
    lua_createtable(L, 0, (int)kind->count);
    for (size_t i = 0; i < kind->count; i++) {
        lua_pushlstring(L, (const char *)kind->parameters[i].name.data,
                        kind->parameters[i].name.size);
        lic_lua_push_value(L, &values[i], where);
        lua_rawset(L, -3);
    }
}

/* -- a call ------------------------------------------------------------------------------------ */

typedef struct call {
    lua_State *L;
    lic_confined *host;
    lic_held_extension *held;
    const lic_signature *signature;
    lic_buffer *arguments, *answer; /* on the Lua stack, above the arguments */
    const char *where;              /* "ddex_dsr.feed" */
    lic_status lost;                /* why the host refused, with its error */
    lic_error error;
} call;

static const char *push_where(lua_State *L, const lic_interface *face,
                              const lic_signature *signature)
{
    return lua_pushfstring(L, "%s.%s", (const char *)face->name.data,
                           (const char *)signature->name.data);
}

/* The place of parameter number `index` among Lua's arguments, which have no outs. */
static int argument_of(const lic_signature *signature, size_t index)
{
    int at = 1;
    for (size_t i = 0; i < index; i++) at += !signature->parameters[i].out;
    return at;
}

/* A callback that returns nothing may be left out: nil. */
static bool may_be_absent(const call *of, const lic_parameter *one)
{
    return one->type == LIC_VALUE_CALLBACK &&
           of->held->face->callbacks[one->callback].result == LIC_VALUE_NOTHING;
}

static void put_arguments(call *of)
{
    lua_State *L = of->L;
    for (size_t i = 0; i < of->signature->count; i++) {
        const lic_parameter *one = &of->signature->parameters[i];
        if (one->out) continue;
        int at = argument_of(of->signature, i);
        if (lua_isnil(L, at) && may_be_absent(of, one)) continue;
        const char *where = lua_pushfstring(L, "%s: %s", of->where, (const char *)one->name.data);
        lic_value value = lic_lua_check_value(L, at, one->type, where);
        lic_value_put(of->arguments, &value);
        lua_pop(L, 1);
    }
    if (of->arguments->failed)
        luaL_error(L, "%s: the arguments are larger than a message may be; pass them in parts",
                   of->where);
}

static bool ask(call *of, const char *function, lic_slice arguments)
{
    lic_slice name = of->held->face->name;
    lic_buffer_clear(of->answer);
    of->error = (lic_error){0};
    of->lost = lic_host_call(of->host, name, lic_slice_text(function), arguments, of->answer,
                             &of->error);
    return of->lost == LIC_OK;
}

static bool is_end_of_process(const lic_error *error)
{
    static const char *const codes[] = {"crashed", "hung", "exhausted", "protocol"};
    for (size_t i = 0; i < LIC_COUNT(codes); i++)
        if (strcmp(error->code, codes[i]) == 0) return true;
    return false;
}

static LIC_NORETURN void raise_lost(call *of)
{
    of->held->busy = false;
    of->held->lost = of->held->lost || is_end_of_process(&of->error);
    lic_lua_raise(of->L, &of->error);
}

/* Raises the error on top of the stack after the host was told that the call is not worth going on
 * with. */
static LIC_NORETURN void abandon(call *of)
{
    static const uint8_t reply[] = {LIC_REPLY_ABANDON};
    if (!ask(of, "=", lic_slice_of(reply, sizeof reply)))
        of->held->lost = of->held->lost || is_end_of_process(&of->error);
    of->held->busy = false;
    (void)lua_error(of->L);
    __builtin_unreachable();
}

/* Runs in protected mode: the callback, with a table of its values; leaves its checked result on
 * the stack. */
typedef struct calling_back {
    const call *of;
    const lic_signature *kind;
    const lic_value *values;
} calling_back;

static int call_back(lua_State *L)
{
    const calling_back *c = lua_touserdata(L, 2);
    const char *where = lua_pushfstring(L, "%s: callback %s", c->of->where,
                                        (const char *)c->kind->name.data);
    lua_pushvalue(L, 1);
    lic_lua_push_callback(L, c->kind, c->values, where);
    lua_call(L, 1, 1);
    (void)lic_lua_check_value(L, -1, c->kind->result, where);
    return 1;
}

static bool take_callback(call *of, lic_cursor *from)
{
    lua_State *L = of->L;
    lic_value values[LIC_INTERFACE_PARAMETERS];
    size_t index = lic_get_u16(from);
    if (from->failed || index >= of->signature->count ||
        of->signature->parameters[index].type != LIC_VALUE_CALLBACK)
        return false;
    const lic_signature *kind =
        &of->held->face->callbacks[of->signature->parameters[index].callback];
    for (size_t i = 0; i < kind->count; i++)
        if (!lic_value_get(from, kind->parameters[i].type, &values[i])) return false;
    int at = argument_of(of->signature, index);
    if (lua_isnil(L, at)) return true;
    calling_back c = {of, kind, values};
    lua_pushcfunction(L, call_back);
    lua_pushvalue(L, at);
    lua_pushlightuserdata(L, &c);
    if (lua_pcall(L, 2, 1, 0) != LUA_OK) abandon(of);
    if (kind->result == LIC_VALUE_NOTHING) {
        lua_pop(L, 1);
        return true;
    }
    lic_value answer = lic_lua_check_value(L, -1, kind->result, of->where);
    lic_buffer_clear(of->arguments);
    lic_put_u8(of->arguments, LIC_REPLY_ANSWER);
    lic_value_put(of->arguments, &answer);
    lua_pop(L, 1);
    return true;
}

/* Events until the batch ends; returns how, 0 when it cannot be read. */
static uint8_t take_events(call *of, lic_cursor *from)
{
    for (;;) {
        uint8_t event = lic_get_u8(from);
        if (from->failed) return 0;
        if (event != LIC_EVENT_CALLBACK) return event;
        if (!take_callback(of, from)) return 0;
    }
}

static int push_results(call *of, lic_cursor *from)
{
    int count = 0;
    lic_value value = {0};
    lic_value_type result = of->signature->result;
    luaL_checkstack(of->L, LIC_INTERFACE_PARAMETERS + 1, NULL);
    if (result != LIC_VALUE_NOTHING && result != LIC_VALUE_STATUS &&
        lic_value_get(from, result, &value)) {
        lic_lua_push_value(of->L, &value, of->where);
        count++;
    }
    for (size_t i = 0; i < of->signature->count; i++) {
        const lic_parameter *one = &of->signature->parameters[i];
        if (!one->out || !lic_value_get(from, one->type, &value)) continue;
        lic_lua_push_value(of->L, &value, of->where);
        count++;
    }
    if (!lic_cursor_done(from)) luaL_error(of->L, "%s: the answer cannot be read", of->where);
    return count;
}

static int converse(call *of)
{
    static const uint8_t go[] = {LIC_REPLY_GO};
    lic_slice arguments = lic_slice_of(of->arguments->data, of->arguments->size);
    bool good = ask(of, (const char *)of->signature->name.data, arguments);
    while (good) {
        lic_cursor from = lic_cursor_of(lic_slice_of(of->answer->data, of->answer->size));
        uint8_t how = take_events(of, &from);
        if (how == LIC_EVENT_DONE) {
            of->held->busy = false;
            return push_results(of, &from);
        }
        arguments = lic_slice_of(of->arguments->data, of->arguments->size);
        if (how == LIC_EVENT_MORE) arguments = lic_slice_of(go, sizeof go);
        else if (how != LIC_EVENT_ASK)
            return luaL_error(of->L, "%s: the answer cannot be read", of->where);
        good = ask(of, "=", arguments);
    }
    raise_lost(of);
}

/* Upvalues: the held extension, the number of the function. */
static int call_function(lua_State *L)
{
    lic_held_extension *held = luaL_checkudata(L, lua_upvalueindex(1), HELD_NAME);
    const lic_signature *signature = &held->face->functions[lua_tointeger(L, lua_upvalueindex(2))];
    call of = {.L = L, .host = lic_lua_options_of(L)->host, .held = held, .signature = signature};
    int wanted = argument_of(signature, signature->count) - 1, given = lua_gettop(L);
    if (given < wanted) lua_settop(L, wanted);
    of.where = push_where(L, held->face, signature);
    if (given > wanted)
        return luaL_error(L, "%s takes %d arguments, not %d", of.where, wanted, given);
    if (held->busy) return luaL_error(L, "%s: another call of it is under way", of.where);
    of.arguments = lic_lua_buffer(L, LIC_PLUGIN_MESSAGE_MAX);
    of.answer = lic_lua_buffer(L, (size_t)lic_confined_limits(of.host)->message_bytes);
    put_arguments(&of);
    held->busy = true;
    int results = converse(&of);
    lic_buffer_free(of.arguments);
    lic_buffer_free(of.answer);
    return results;
}

/* -- extension "NAME" -------------------------------------------------------------------------- */

static int free_held(lua_State *L)
{
    lic_held_extension *held = luaL_checkudata(L, 1, HELD_NAME);
    lic_interface_destroy(held->face);
    held->face = NULL;
    return 0;
}

/* Fills the held extension on top with the interface that the host has. */
static void read_interface(lua_State *L, lic_held_extension *held, const char *name)
{
    lic_confined *host = lic_lua_options_of(L)->host;
    lic_error error = {0};
    lic_interface *face = NULL;
    if (host == NULL) luaL_error(L, "there are no extensions here");
    lic_buffer *text = lic_lua_buffer(L, 4 * LIC_INTERFACE_MAX);
    lic_slice nothing = lic_slice_of(NULL, 0);
    lic_status status = lic_host_call(host, lic_slice_text(name), nothing, nothing, text, &error);
    if (status == LIC_OK)
        status = lic_interface_parse(lic_slice_of(text->data, text->size), name,
                                     lic_lua_options_of(L)->allocator, &face, &error);
    if (status != LIC_OK) lic_lua_raise(L, &error);
    lic_interface_destroy(held->face);
    held->face = face;
    held->lost = false;
    lic_buffer_free(text);
    lua_pop(L, 1);
}

/* Pushes a table of functions over the held extension at `index`; `stand_in` is 0 or a table of
 * Lua's. */
static void push_functions(lua_State *L, int index, int stand_in)
{
    const lic_held_extension *held = lua_touserdata(L, index);
    lua_newtable(L);
    for (size_t i = 0; i < held->face->function_count; i++) {
        const char *name = (const char *)held->face->functions[i].name.data;
        lua_pushvalue(L, index);
        lua_pushinteger(L, (lua_Integer)i);
        if (stand_in != 0) {
            if (lua_getfield(L, stand_in, name) != LUA_TFUNCTION)
                luaL_error(L, "stand_in \"%s\": no function %s", held->face->name.data, name);
            lua_pushcclosure(L, lic_lua_call_stand_in, 3);
        } else {
            lua_pushcclosure(L, call_function, 2);
        }
        lua_setfield(L, -2, name);
    }
}

static lic_held_extension *push_held(lua_State *L)
{
    lic_held_extension *held = lua_newuserdatauv(L, sizeof *held, 0);
    *held = (lic_held_extension){0};
    luaL_setmetatable(L, HELD_NAME);
    return held;
}

/* Makes the table of functions, pushes it, and remembers it: name -> {functions, held
 * extension}. */
static int make_extension(lua_State *L, const char *name, int stand_in)
{
    (void)luaL_getsubtable(L, LUA_REGISTRYINDEX, EXTENSIONS);
    lua_newtable(L);
    read_interface(L, push_held(L), name);
    int held = lua_gettop(L);
    push_functions(L, held, stand_in);
    lua_pushvalue(L, held);
    lua_rawseti(L, held - 1, 2);
    lua_pushvalue(L, -1);
    lua_rawseti(L, held - 1, 1);
    lua_pushvalue(L, held - 1);
    lua_setfield(L, held - 2, name);
    return 1;
}

/* extension "NAME": a table of its functions, the same each time. */
static int get_extension(lua_State *L)
{
    const char *name = luaL_checkstring(L, 1);
    lua_settop(L, 1);
    (void)luaL_getsubtable(L, LUA_REGISTRYINDEX, EXTENSIONS); /* 2 */
    if (lua_getfield(L, 2, name) == LUA_TTABLE) {
        (void)lua_rawgeti(L, 3, 2);
        lic_held_extension *held = lua_touserdata(L, -1);
        if (held->lost) read_interface(L, held, name);
        (void)lua_rawgeti(L, 3, 1);
        return 1;
    }
    return make_extension(L, name, 0);
}

/* stand_in(NAME, TABLE): from now on `extension "NAME"` is made of the table's functions. */
static int set_stand_in(lua_State *L)
{
    const char *name = luaL_checkstring(L, 1);
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_settop(L, 2);
    return make_extension(L, name, 2);
}

void lic_lua_open_extensions(lua_State *L)
{
    static const luaL_Reg globals[] = {
        {"extension", get_extension}, {"stand_in", set_stand_in}, {NULL, NULL}};
    luaL_newmetatable(L, HELD_NAME);
    lua_pushcfunction(L, free_held);
    lua_setfield(L, -2, "__gc");
    lua_pushboolean(L, false);
    lua_setfield(L, -2, "__metatable");
    lua_pushglobaltable(L);
    luaL_setfuncs(L, globals, 0);
    lua_pop(L, 2);
}
