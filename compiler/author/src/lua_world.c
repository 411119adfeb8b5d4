/* lua_world.c - what people do on the ledger, one function a call: each answers a value, or nil and what the ledger
 * refused. */
#include "lua_world.h"
#include "lua_values.h"

#include <string.h>

static const char WORLDS[] = "licet.worlds";

lic_worlds *lic_lua_worlds(lua_State *L)
{
    lua_getfield(L, LUA_REGISTRYINDEX, WORLDS);
    lic_worlds *worlds = lua_touserdata(L, -1);
    lua_pop(L, 1);
    LIC_ASSERT(worlds != NULL && worlds->count > 0);
    return worlds;
}

lic_world *lic_lua_present(lua_State *L)
{
    const lic_worlds *worlds = lic_lua_worlds(L);
    return worlds->stack[worlds->count - 1];
}

void lic_worlds_drop(lic_worlds *worlds, size_t count)
{
    while (worlds->count > count) lic_world_destroy(worlds->stack[--worlds->count]);
}

int lic_lua_refused(lua_State *L, const lic_error *error)
{
    lua_settop(L, 0);
    lua_pushnil(L);
    lua_createtable(L, 0, 4);
    lua_pushstring(L, lic_status_id(error->status));
    lua_setfield(L, -2, "status");
    lua_pushstring(L, error->code);
    lua_setfield(L, -2, "code");
    lua_pushstring(L, error->text);
    lua_setfield(L, -2, "text");
    lua_pushstring(L, error->help);
    lua_setfield(L, -2, "help");
    return 2;
}

/* Refusals of the ledger are answers; want of memory and faults are errors of the script's run. */
static int answer(lua_State *L, lic_status status, const lic_error *error, int results)
{
    if (status == LIC_OK) return results;
    if (status == LIC_NO_MEMORY || status == LIC_IO || status == LIC_CORRUPT)
        lic_lua_raise(L, error);
    return lic_lua_refused(L, error);
}

static uint32_t contract_at(lua_State *L, int index)
{
    lua_Integer number = luaL_checkinteger(L, index);
    luaL_argcheck(L, number >= 0 && number < UINT32_MAX, index, "not a contract");
    return (uint32_t)number;
}

static lic_slice text_at(lua_State *L, int index)
{
    (void)luaL_checkstring(L, index);
    return lic_lua_slice(L, index);
}

/* A list of names, which stays in its place on the stack. */
static lic_people people_at(lua_State *L, int index)
{
    lic_people people = {.count = 0};
    luaL_checktype(L, index, LUA_TTABLE);
    lua_Unsigned count = lua_rawlen(L, index);
    if (count > LIC_WORLD_NAMES) luaL_error(L, "at most %d sign together", (int)LIC_WORLD_NAMES);
    for (lua_Unsigned i = 1; i <= count; i++) {
        if (lua_rawgeti(L, index, (lua_Integer)i) != LUA_TSTRING)
            luaL_error(L, "who signs is named by texts");
        people.names[people.count++] = lic_lua_slice(L, -1);
        lua_pop(L, 1); /* the table holds it */
    }
    return people;
}

/* -- time, and worlds on worlds ------------------------------------------------------------------------------ */

static int advance(lua_State *L)
{
    lic_date date = 0;
    lic_error error = {0};
    if (lic_date_parse(text_at(L, 1), &date) != LIC_OK)
        return luaL_error(L, "\"%s\" is not a date of the form 2026-01-31", lua_tostring(L, 1));
    lic_status status = lic_world_advance(lic_lua_present(L), date, &error);
    lua_pushboolean(L, 1);
    return answer(L, status, &error, 1);
}

/* So far that every term and run-off of what is there is over. */
static int advance_far(lua_State *L)
{
    lic_world *world = lic_lua_present(L);
    lic_error error = {0};
    lic_status status = LIC_OK;
    uint32_t count = lic_engine_contract_count(lic_client_engine(lic_world_client(world)));
    if (count > 0)
        status = lic_world_advance(world, lic_world_today(world) + 365 * LIC_WORLD_FAR_YEARS,
                                   &error);
    lua_pushboolean(L, 1);
    return answer(L, status, &error, 1);
}

static int today(lua_State *L)
{
    lic_exact date = {.kind = LIC_EXACT_DATE, .number = lic_world_today(lic_lua_present(L))};
    lic_lua_push_exact(L, &date);
    return 1;
}

static int push(lua_State *L)
{
    lic_worlds *worlds = lic_lua_worlds(L);
    lic_error error = {0};
    if (worlds->count == LIC_WORLD_FORKS) return luaL_error(L, "too many worlds");
    if (lic_world_fork(worlds->stack[worlds->count - 1], &worlds->stack[worlds->count], &error) !=
        LIC_OK)
        lic_lua_raise(L, &error);
    worlds->count++;
    return 0;
}

static int pop(lua_State *L)
{
    lic_worlds *worlds = lic_lua_worlds(L);
    if (worlds->count == 1) return luaL_error(L, "there is no world to end");
    lic_worlds_drop(worlds, worlds->count - 1);
    return 0;
}

static int reset(lua_State *L)
{
    lic_worlds_drop(lic_lua_worlds(L), 1);
    return 0;
}

/* -- what people do ---------------------------------------------------------------------------------------------- */

static int load(lua_State *L)
{
    lic_error error = {0};
    lic_status status = lic_world_load(lic_lua_present(L), contract_at(L, 1), text_at(L, 2),
                                       text_at(L, 3), &error);
    lua_pushboolean(L, 1);
    return answer(L, status, &error, 1);
}

static int sign(lua_State *L)
{
    lic_error error = {0};
    const lic_people people = people_at(L, 2);
    lic_status status = lic_world_sign(lic_lua_present(L), contract_at(L, 1), &people, &error);
    lua_pushboolean(L, 1);
    return answer(L, status, &error, 1);
}

static int file(lua_State *L)
{
    lic_error error = {0};
    lic_client_result result = {0};
    const lic_people people = people_at(L, 5);
    const lic_filing filing = {
        .report = text_at(L, 2), .period = text_at(L, 3), .bytes = text_at(L, 4)};
    lic_status status = lic_world_file(lic_lua_present(L), contract_at(L, 1), &filing, &people,
                                       &result, &error);
    lua_pushinteger(L, (lua_Integer)result.outcome.lines);
    lua_pushinteger(L, (lua_Integer)result.outcome.accepted);
    lua_pushinteger(L, (lua_Integer)result.outcome.rejected);
    return answer(L, status, &error, 3);
}

static int fact(lua_State *L)
{
    lic_error error = {0};
    const lic_people people = people_at(L, 4);
    lic_status status = lic_world_fact(lic_lua_present(L), contract_at(L, 1), text_at(L, 2),
                                       text_at(L, 3), &people, &error);
    lua_pushboolean(L, 1);
    return answer(L, status, &error, 1);
}

/* Names and texts of a table, in order of names; they stay in the table. */
static size_t arguments_at(lua_State *L, int index, lic_named_text *named, size_t most)
{
    size_t count = 0;
    luaL_checktype(L, index, LUA_TTABLE);
    for (lua_pushnil(L); lua_next(L, index) != 0; lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING || lua_type(L, -1) != LUA_TSTRING || count == most)
            luaL_error(L, "arguments are given by name: { name = value }");
        named[count].name = lic_lua_slice(L, -2);
        named[count++].value = lic_lua_slice(L, -1);
    }
    return count;
}

static int act(lua_State *L)
{
    lic_error error = {0};
    lic_client_result result = {0};
    lic_named_text named[LIC_ARGUMENTS_MAX];
    const lic_people people = people_at(L, 4);
    const lic_acting acting = {.action = text_at(L, 2),
                               .notice = lua_toboolean(L, 5),
                               .arguments = named,
                               .argument_count = arguments_at(L, 3, named, LIC_COUNT(named))};
    lic_status status = lic_world_act(lic_lua_present(L), contract_at(L, 1), &acting, &people,
                                      &result, &error);
    lua_pushboolean(L, 1);
    return answer(L, status, &error, 1);
}

/* pay(contract, creditor, amount, names, reference): the amount is money, or a text that says it. */
static int pay(lua_State *L)
{
    lic_error error = {0};
    lic_exact amount;
    char text[LIC_EXACT_TEXT];
    uint32_t payment = 0;
    const lic_people people = people_at(L, 4);
    if (!lic_lua_is_exact(L, 3, &amount)) {
        const char *wrong = lic_exact_read_money(text_at(L, 3), &amount);
        if (wrong != NULL) lic_lua_exact_fail(L, lua_tostring(L, 3), wrong);
    }
    if (amount.kind != LIC_EXACT_MONEY) return luaL_error(L, "what is paid is money");
    size_t size = lic_exact_print_amount(&amount, text);
    const lic_paying paying = {.creditor = text_at(L, 2),
                               .amount = lic_slice_of(text, size),
                               .currency = lic_slice_text(amount.currency),
                               .reference = text_at(L, 5)};
    lic_status status = lic_world_pay(lic_lua_present(L), contract_at(L, 1), &paying, &people,
                                      &payment, &error);
    lua_pushinteger(L, (lua_Integer)payment);
    return answer(L, status, &error, 1);
}

static int acknowledge(lua_State *L)
{
    lic_error error = {0};
    const lic_people people = people_at(L, 3);
    lic_status status = lic_world_acknowledge(lic_lua_present(L), contract_at(L, 1),
                                              contract_at(L, 2), &people, &error);
    lua_pushboolean(L, 1);
    return answer(L, status, &error, 1);
}

static int gas(lua_State *L)
{
    lua_pushinteger(L, (lua_Integer)lic_world_gas(lic_lua_present(L)));
    return 1;
}

/* The place of the scenario's own line, not of the library's. */
static int where(lua_State *L)
{
    lua_Debug about;
    for (int level = 1; lua_getstack(L, level, &about) == 1; level++) {
        (void)lua_getinfo(L, "Sl", &about);
        if (about.currentline < 0 || strcmp(about.short_src, "scenario.lua") == 0) continue;
        lua_pushfstring(L, "%s:%d: ", about.short_src, about.currentline);
        return 1;
    }
    lua_pushliteral(L, "");
    return 1;
}

static const luaL_Reg functions[] = {{"advance", advance},
                                     {"advance_far", advance_far},
                                     {"today", today},
                                     {"push", push},
                                     {"pop", pop},
                                     {"reset", reset},
                                     {"load", load},
                                     {"sign", sign},
                                     {"file", file},
                                     {"fact", fact},
                                     {"act", act},
                                     {"pay", pay},
                                     {"acknowledge", acknowledge},
                                     {"gas", gas},
                                     {"where", where},
                                     {NULL, NULL}};

void lic_lua_push_world(lua_State *L, lic_worlds *worlds)
{
    lua_pushlightuserdata(L, worlds);
    lua_setfield(L, LUA_REGISTRYINDEX, WORLDS);
    lua_createtable(L, 0, 48);
    luaL_setfuncs(L, functions, 0);
    luaL_setfuncs(L, lic_lua_look_functions, 0);
    luaL_setfuncs(L, lic_lua_draw_functions, 0);
    luaL_setfuncs(L, lic_lua_deploy_functions, 0);
}
