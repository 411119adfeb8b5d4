/* lua_deploy.c - a deal, as a table, becomes a contract on the ledger in memory. */
#include "lua_deploy.h"

#include <string.h>

static const char AGREEMENTS[] = "licet.agreements";

enum { NAMED_MAX = 1024 };

void lic_lua_set_agreements(lua_State *L, lic_agreements *agreements)
{
    lua_pushlightuserdata(L, agreements);
    lua_setfield(L, LUA_REGISTRYINDEX, AGREEMENTS);
}

static lic_agreements *agreements_of(lua_State *L)
{
    lua_getfield(L, LUA_REGISTRYINDEX, AGREEMENTS);
    lic_agreements *all = lua_touserdata(L, -1);
    lua_pop(L, 1);
    LIC_ASSERT(all != NULL);
    return all;
}

static void push_file(lua_State *L, const char *path)
{
    const lic_lua_options *options = lic_lua_options_of(L);
    lic_error error = {0};
    if (options->host == NULL) luaL_error(L, "there are no files here");
    lic_buffer *bytes = lic_lua_buffer(L,
                                       (size_t)lic_confined_limits(options->host)->message_bytes);
    if (lic_host_read(options->host, lic_slice_text(path), bytes, &error) != LIC_OK)
        lic_lua_raise(L, &error);
    lua_pushlstring(L, bytes->size == 0 ? "" : (const char *)bytes->data, bytes->size);
    lic_buffer_free(bytes);
    lua_remove(L, -2);
}

/* read(path): the bytes of a file of the project. */
static int read_file(lua_State *L)
{
    push_file(L, luaL_checkstring(L, 1));
    return 1;
}

/* Pushes the agreement's text (of a file, a text, or whatever prints as one); `name` for messages. */
static void push_agreement(lua_State *L, int deal, const char **name)
{
    lua_getfield(L, deal, "agreement");
    if (lua_isnil(L, -1)) luaL_error(L, "the deal names no agreement: agreement = \"name.lic\"");
    (void)lic_lua_text(L, -1, NULL);
    lua_remove(L, -2);
    *name = lua_tostring(L, -1);
    if (strchr(*name, '\n') != NULL) {
        *name = "agreement";
        return;
    }
    push_file(L, *name); /* the name stays below it on the stack */
}

/* Member `field` of the deal as names and texts; they stay on the stack, in a table of their own. */
static size_t named_texts(lua_State *L, int deal, const char *field,
                          lic_named_text named[NAMED_MAX])
{
    size_t count = 0;
    lua_newtable(L); /* holds the texts */
    int held = lua_gettop(L);
    if (lua_getfield(L, deal, field) == LUA_TNIL) {
        lua_pop(L, 1);
        return 0;
    }
    if (!lua_istable(L, -1)) luaL_error(L, "%s of a deal is a table of names and values", field);
    for (lua_pushnil(L); lua_next(L, -2) != 0; lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING) luaL_error(L, "%s of a deal has names", field);
        if (lua_type(L, -1) == LUA_TNUMBER && !lua_isinteger(L, -1))
            luaL_error(
                L,
                "%s.%s is a float: write it as a text or with a constructor, such as rate \"52%%\"",
                field, lua_tostring(L, -2));
        if (count == NAMED_MAX) luaL_error(L, "%s of a deal has too many names", field);
        named[count].name = lic_lua_slice(L, -2);
        (void)lic_lua_text(L, -1, NULL);
        named[count].value = lic_lua_slice(L, -1);
        lua_rawseti(L, held, (lua_Integer)++count);
    }
    lua_pop(L, 1);
    return count;
}

static lic_slice mutated(lua_State *L, const lic_agreement *agreement)
{
    const lic_world_override *override = &lic_lua_worlds(L)->override;
    lic_slice other = agreement->source;
    if (override->text != NULL) (void) override->text(override->context, agreement->source, &other);
    return other;
}

/* What a what-if binds, for the parameters that the agreement has. */
static size_t bind_others(lua_State *L, const lic_agreement *agreement,
                          lic_named_text named[NAMED_MAX], size_t count)
{
    lic_worlds *worlds = lic_lua_worlds(L);
    const lic_image *image = lic_compilation_image(agreement->compilation);
    for (size_t i = 0; i < worlds->bind_count; i++) {
        for (uint32_t p = 0; p < image->parameters_count && count < NAMED_MAX; p++) {
            if (!lic_slice_equal(image->parameters[p].name, worlds->bind[i].name)) continue;
            named[count++] = worlds->bind[i];
            worlds->bound |= (uint64_t)1 << i;
        }
    }
    return count;
}

/* deploy(deal, names): the contract's number. */
static int deploy(lua_State *L)
{
    lic_named_text parameters[NAMED_MAX], parties[NAMED_MAX];
    const char *name = NULL;
    const lic_agreement *agreement = NULL;
    lic_error error = {0};
    lic_people people = {.count = 0};
    uint32_t contract = 0;
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_checktype(L, 2, LUA_TTABLE);
    for (lua_Unsigned i = 1; i <= lua_rawlen(L, 2) && people.count < LIC_WORLD_NAMES; i++) {
        if (lua_rawgeti(L, 2, (lua_Integer)i) != LUA_TSTRING)
            return luaL_error(L, "who deploys is named by a text");
        people.names[people.count++] = lic_lua_slice(L, -1);
        lua_pop(L, 1);
    }
    push_agreement(L, 1, &name);
    lic_agreements *all = agreements_of(L);
    if (lic_agreements_take(all, lic_slice_text(name), lic_lua_slice(L, -1), &agreement, &error) !=
        LIC_OK)
        lic_lua_raise(L, &error);
    lic_slice source = mutated(L, agreement);
    if (source.data != agreement->source.data &&
        lic_agreements_take(all, lic_slice_text("mutant"), source, &agreement, &error) != LIC_OK)
        lic_lua_raise(L, &error);
    lic_deployment deployment = {.image = lic_compilation_bytes(agreement->compilation),
                                 .source = agreement->source,
                                 .parameters = parameters,
                                 .parties = parties};
    deployment.parameter_count = named_texts(L, 1, "set", parameters);
    deployment.parameter_count = bind_others(L, agreement, parameters, deployment.parameter_count);
    deployment.party_count = named_texts(L, 1, "parties", parties);
    lic_status status = lic_world_deploy(lic_lua_present(L), &deployment, &people, &contract,
                                         &error);
    if (status == LIC_NO_MEMORY) lic_lua_raise(L, &error);
    if (status != LIC_OK) return lic_lua_refused(L, &error);
    lua_pushinteger(L, (lua_Integer)contract);
    return 1;
}

/* schedules(deal): a list of {schedule, source}. Parents before the rows that refer to them is the order of the
 * agreement's tables, not that of a Lua table. */
static int schedules(lua_State *L)
{
    const char *name = NULL;
    const lic_agreement *agreement = NULL;
    lic_error error = {0};
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_newtable(L);
    if (lua_getfield(L, 1, "schedules") == LUA_TNIL) {
        lua_pop(L, 1);
        return 1;
    }
    luaL_checktype(L, 3, LUA_TTABLE);
    push_agreement(L, 1, &name);
    if (lic_agreements_take(agreements_of(L), lic_slice_text(name), lic_lua_slice(L, -1),
                            &agreement, &error) != LIC_OK)
        lic_lua_raise(L, &error);
    const lic_image *image = lic_compilation_image(agreement->compilation);
    for (uint32_t t = 0; t < image->tables_count; t++) {
        lua_pushlstring(L, (const char *)image->tables[t].name.data, image->tables[t].name.size);
        if (lua_gettable(L, 3) == LUA_TNIL) {
            lua_pop(L, 1);
            continue;
        }
        lua_createtable(L, 2, 0);
        lua_insert(L, -2);
        lua_rawseti(L, -2, 2);
        lua_pushlstring(L, (const char *)image->tables[t].name.data, image->tables[t].name.size);
        lua_rawseti(L, -2, 1);
        lua_rawseti(L, 2, (lua_Integer)lua_rawlen(L, 2) + 1);
    }
    for (lua_pushnil(L); lua_next(L, 3) != 0; lua_pop(L, 1)) {
        bool known = false;
        for (uint32_t t = 0; t < image->tables_count; t++)
            known |= lua_type(L, -2) == LUA_TSTRING &&
                     lic_slice_equal(image->tables[t].name, lic_lua_slice(L, -2));
        if (!known) {
            lua_pushvalue(L, -2);
            return luaL_error(L, "the agreement has no schedule %s", lic_lua_text(L, -1, NULL));
        }
    }
    lua_settop(L, 2);
    return 1;
}

const luaL_Reg lic_lua_deploy_functions[] = {
    {"deploy", deploy}, {"schedules", schedules}, {"read", read_file}, {NULL, NULL}};
