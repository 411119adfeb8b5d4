/* lua_deploy.c - a deal, as a table, becomes a contract on the ledger in memory. */
#include "lua_deploy.h"

#include "deal_bind.h"
#include "deal_lua.h"
#include "lua_clause.h"

#include <licet/crypto.h>

#include <string.h>

static const char AGREEMENTS[] = "licet.agreements";

enum { NAMED_MAX = 1024, DEAL_MEMORY = 64 << 20 };

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

/* -- reading a deal, as sheets do ---------------------------------------------------------------------------- */

/* The line of the script that deploys: the first one outside of our own text. The name stays on the stack. */
static void find_place(lua_State *L, lic_deal_place *place)
{
    lua_Debug at;
    for (int level = 1; lua_getstack(L, level, &at) != 0; level++) {
        if (lua_getinfo(L, "Sl", &at) == 0 || at.currentline <= 0) continue;
        if (strcmp(at.short_src, "scenario.lua") == 0) continue;
        place->number = (uint32_t)at.currentline;
        break;
    }
    lua_pushstring(L, place->number == 0 ? "deploy" : at.short_src);
    place->source = lic_lua_slice(L, -1);
}

/* A deal that is under way onto the ledger; it lies on the stack. */
typedef struct reading {
    lic_written_deal written;
    lic_arena *arena;
    const lic_agreement *agreement;
    lic_error error;
} reading;

/* Reads the table at 1: leaves values on the stack that what is read borrows from. */
static void take_deal(lua_State *L, reading *r)
{
    lic_deal_place place = {.style = LIC_PLACE_LINE};
    lic_deal_sink sink = {.nameless = true};
    luaL_checktype(L, 1, LUA_TTABLE);
    find_place(L, &place);
    *r = (reading){.arena = lic_lua_arena(L)};
    sink.target = lic_lua_buffer(L, DEAL_MEMORY);
    lic_deal_put(L, 1, &place, &sink);
    lic_cursor cursor = lic_cursor_of(lic_slice_of(sink.target->data, sink.target->size));
    if (sink.target->failed || !lic_deal_decode(&cursor, r->arena, &r->written))
        luaL_error(L, "the deal takes more than the limit of %d MiB", DEAL_MEMORY >> 20);
    lic_slice name = lic_slice_text("agreement"), text = r->written.agreement;
    if (!r->written.is_text) {
        lua_pushlstring(L, (const char *)text.data, text.size);
        name = text;
        push_file(L, lua_tostring(L, -1));
        text = lic_lua_slice(L, -1);
    }
    if (lic_agreements_take(agreements_of(L), name, text, &r->agreement, &r->error) != LIC_OK)
        lic_lua_raise(L, &r->error);
}

static size_t take_texts(lua_State *L, const lic_written_text *texts, size_t count,
                         lic_named_text named[NAMED_MAX])
{
    if (count > NAMED_MAX) luaL_error(L, "a deal has more than %d names", NAMED_MAX);
    for (size_t i = 0; i < count; i++) named[i] = (lic_named_text){texts[i].name, texts[i].text};
    return count;
}

/* -- deploying --------------------------------------------------------------------------------------------------- */

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

static void take_names(lua_State *L, lic_people *people)
{
    luaL_checktype(L, 2, LUA_TTABLE);
    for (lua_Unsigned i = 1; i <= lua_rawlen(L, 2) && people->count < LIC_WORLD_NAMES; i++) {
        if (lua_rawgeti(L, 2, (lua_Integer)i) != LUA_TSTRING)
            luaL_error(L, "who deploys is named by a text");
        people->names[people->count++] = lic_lua_slice(L, -1);
        lua_pop(L, 1);
    }
}

/* deploy(deal, names): the contract's number. */
static int deploy(lua_State *L)
{
    lic_named_text parameters[NAMED_MAX], parties[NAMED_MAX];
    reading r;
    lic_error error = {0};
    lic_people people = {.count = 0};
    uint32_t contract = 0;
    take_names(L, &people);
    take_deal(L, &r);
    const lic_agreement *agreement = r.agreement;
    lic_slice source = mutated(L, agreement);
    if (source.data != agreement->source.data &&
        lic_agreements_take(agreements_of(L), lic_slice_text("mutant"), source, &agreement,
                            &error) != LIC_OK)
        lic_lua_raise(L, &error);
    lic_deployment deployment = {.image = lic_compilation_bytes(agreement->compilation),
                                 .source = agreement->source,
                                 .parameters = parameters,
                                 .parties = parties};
    deployment.parameter_count = take_texts(L, r.written.set, r.written.set_count, parameters);
    deployment.parameter_count = bind_others(L, agreement, parameters, deployment.parameter_count);
    deployment.party_count = take_texts(L, r.written.parties, r.written.party_count, parties);
    lic_status status = lic_world_deploy(lic_lua_present(L), &deployment, &people, &contract,
                                         &error);
    if (status == LIC_NO_MEMORY) lic_lua_raise(L, &error);
    if (status != LIC_OK) return lic_lua_refused(L, &error);
    lua_pushinteger(L, (lua_Integer)contract);
    return 1;
}

/* -- schedules ---------------------------------------------------------------------------------------------------- */

/* The rows of the sheet's list, as a file, into `target`. */
static lic_status put_rows(lua_State *L, reading *r, const lic_written_schedule *written,
                           uint16_t table, lic_buffer *target)
{
    lic_sheet_agreement one = {.shape = lic_compilation_image(r->agreement->compilation)};
    const lic_deal_work work = {.agreement = &one,
                                .written = &r->written,
                                .error = &r->error,
                                .allocator = lic_lua_options_of(L)->allocator,
                                .hasher = &lic_hasher_native,
                                .arena = r->arena};
    LIC_TRY(lic_binding_create(one.shape, work.hasher, work.allocator, &one.binding, &r->error));
    lic_status status = lic_deal_put_rows(&work, written, table, target);
    lic_binding_destroy(one.binding);
    return status;
}

/* Pushes a file's path, or its bytes. */
static void push_source(lua_State *L, reading *r, const lic_written_schedule *written,
                        uint16_t table)
{
    if (written->form != LIC_ROWS_LIST) {
        lua_pushlstring(L, (const char *)written->content.data, written->content.size);
        return;
    }
    lic_buffer *target = lic_lua_buffer(L, DEAL_MEMORY);
    if (put_rows(L, r, written, table, target) != LIC_OK) lic_lua_raise_placed(L, &r->error);
    lua_pushlstring(L, (const char *)target->data, target->size);
    lic_buffer_free(target);
    lua_remove(L, -2);
}

/* schedules(deal): a list of {schedule, path or bytes}, in the order in which they load. */
static int schedules(lua_State *L)
{
    reading r;
    take_deal(L, &r);
    const lic_sheet_agreement one = {.shape = lic_compilation_image(r.agreement->compilation)};
    const lic_deal_work work = {.agreement = &one,
                                .written = &r.written,
                                .error = &r.error,
                                .allocator = lic_lua_options_of(L)->allocator,
                                .arena = r.arena};
    if (lic_deal_check_schedules(&work) != LIC_OK) lic_lua_raise_placed(L, &r.error);
    uint16_t *order = lic_arena_take(r.arena, one.shape->tables_count * sizeof *order);
    size_t count = order == NULL ? 0 : lic_deal_order(&work, order);
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        lic_slice name = one.shape->tables[order[i]].name;
        const lic_written_schedule *written = lic_deal_find_schedule(&work, name);
        LIC_ASSERT(written != NULL);
        lua_createtable(L, 2, 0);
        lua_pushlstring(L, (const char *)name.data, name.size);
        lua_rawseti(L, -2, 1);
        push_source(L, &r, written, order[i]);
        lua_rawseti(L, -2, 2);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

const luaL_Reg lic_lua_deploy_functions[] = {
    {"deploy", deploy}, {"schedules", schedules}, {"read", read_file}, {NULL, NULL}};
