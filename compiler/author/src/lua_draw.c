/* lua_draw.c - what properties draw from: cells of reports, values of facts and arguments, and what can be done next
 * with a contract. */
#include "draw_text.h"
#include "lua_parts.h"
#include "lua_values.h"
#include "lua_world.h"

#include <string.h>

enum { CELL_MAX = 64 * 1024 };

static lic_contract_info about(lua_State *L, int index)
{
    lic_contract_info info;
    lic_error error = {0};
    if (lic_world_contract(lic_lua_present(L), (uint32_t)luaL_checkinteger(L, index), &info,
                           &error) != LIC_OK)
        lic_lua_raise(L, &error);
    return info;
}

static uint16_t report_at(lua_State *L, const lic_image *image, int index)
{
    uint16_t report = 0;
    lic_error error = {0};
    lic_slice name = lic_slice_text(luaL_checkstring(L, index));
    if (lic_find_report(image, name, &report, &error) != LIC_OK) lic_lua_raise(L, &error);
    return report;
}

static void push_slice(lua_State *L, lic_slice text)
{
    lua_pushlstring(L, text.size == 0 ? "" : (const char *)text.data, text.size);
}

/* columns(contract, report): their names. */
static int columns(lua_State *L)
{
    lic_contract_info info = about(L, 1);
    const lic_report *report = &info.image->reports[report_at(L, info.image, 2)];
    lua_createtable(L, report->column_count, 0);
    for (uint16_t i = 0; i < report->column_count; i++) {
        push_slice(L, info.image->columns[report->first_column + i].name);
        lua_rawseti(L, -2, i + 1);
    }
    return 1;
}

static int draw(lua_State *L, const lic_contract_info *info, const lic_reader *reader,
                uint64_t line, uint64_t number, bool wrong)
{
    lic_error error = {0};
    lic_drawn drawn = {.world = lic_lua_present(L),
                       .contract = info->number,
                       .image = info->image,
                       .number = number * UINT64_C(2654435761) + 12345,
                       .line = line,
                       .wrong = wrong};
    lic_buffer *text = lic_lua_buffer(L, CELL_MAX);
    if (lic_draw_text(&drawn, reader, text, &error) != LIC_OK) lic_lua_raise(L, &error);
    lua_pushlstring(L, text->size == 0 ? "" : (const char *)text->data, text->size);
    lic_buffer_free(text);
    return 1;
}

/* cell(contract, report, column, line, number, wrong) */
static int cell(lua_State *L)
{
    lic_contract_info info = about(L, 1);
    const lic_report *report = &info.image->reports[report_at(L, info.image, 2)];
    lua_Integer column = luaL_checkinteger(L, 3);
    luaL_argcheck(L, column >= 1 && column <= report->column_count, 3, "no such column");
    return draw(L, &info, &info.image->columns[report->first_column + column - 1].reader,
                (uint64_t)luaL_checkinteger(L, 4), (uint64_t)luaL_checkinteger(L, 5),
                lua_toboolean(L, 6));
}

/* value(contract, "fact" | "action", name, index, number) */
static int value(lua_State *L)
{
    lic_contract_info info = about(L, 1);
    const lic_image *image = info.image;
    bool fact = strcmp(luaL_checkstring(L, 2), "fact") == 0;
    lic_slice name = lic_slice_text(luaL_checkstring(L, 3));
    lua_Integer index = luaL_checkinteger(L, 4);
    uint64_t number = (uint64_t)luaL_checkinteger(L, 5);
    for (uint32_t i = 0; fact && i < image->facts_count; i++)
        if (lic_slice_equal(image->facts[i].name, name))
            return draw(L, &info, &image->facts[i].reader, number, number, false);
    for (uint32_t i = 0; !fact && i < image->actions_count; i++) {
        const lic_action *action = &image->actions[i];
        if (!lic_slice_equal(action->name, name)) continue;
        luaL_argcheck(L, index >= 1 && index <= action->argument_count, 4, "no such argument");
        return draw(L, &info, &image->arguments[action->first_argument + index - 1].reader, number,
                    number, false);
    }
    return luaL_error(L, "there is no %s %s", lua_tostring(L, 2), lua_tostring(L, 3));
}

/* steps(least, most, unit): how often the unit fits between them. */
static int steps(lua_State *L)
{
    lic_exact least = lic_lua_check_exact(L, 1), most = lic_lua_check_exact(L, 2),
              unit = lic_lua_check_exact(L, 3);
    lic_exact room, count;
    const lic_exact one = {.kind = LIC_EXACT_COUNT, .number = 1};
    const char *wrong = lic_exact_subtract(&most, &least, &room);
    if (wrong == NULL) wrong = lic_exact_divide(&room, &unit, &one, LIC_FLOOR, &count);
    if (wrong != NULL) lic_lua_exact_fail(L, "amount", wrong);
    lua_pushinteger(L, (lua_Integer)(count.number > INT32_MAX ? INT32_MAX : count.number));
    return 1;
}

/* after(date, days) */
static int after(lua_State *L)
{
    lic_exact date;
    if (!lic_lua_is_exact(L, 1, &date) || date.kind != LIC_EXACT_DATE)
        return luaL_error(L, "not a date");
    date.number += luaL_checkinteger(L, 2);
    lic_lua_push_exact(L, &date);
    return 1;
}

static int seed(lua_State *L)
{
    lic_lua_random_seed(&lic_lua_of(L)->random, (uint64_t)luaL_checkinteger(L, 1));
    return 0;
}

/* -- what can be done next ------------------------------------------------------------------------------------------ */

static void begin_move(lua_State *L, const char *kind, lic_slice name)
{
    lua_createtable(L, 0, 4);
    lua_pushstring(L, kind);
    lua_setfield(L, -2, "kind");
    if (name.size == 0) return;
    push_slice(L, name);
    lua_setfield(L, -2, "name");
}

static void end_move(lua_State *L)
{
    lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
}

/* The period of the report that comes next, filed or not yet due. */
static void add_reports(lua_State *L, const lic_contract_info *info)
{
    for (uint32_t i = 0; i < info->image->reports_count; i++) {
        char period[LIC_PERIOD_TEXT];
        lic_error error = {0};
        lic_engine *engine = lic_client_engine(lic_world_client(lic_lua_present(L)));
        if (lic_engine_next_period(engine, info->number, (uint16_t)i, period, &error) != LIC_OK)
            continue;
        begin_move(L, "report", info->image->reports[i].name);
        lua_pushstring(L, period);
        lua_setfield(L, -2, "period");
        end_move(L);
    }
}

static void add_actions(lua_State *L, const lic_contract_info *info)
{
    const lic_image *image = info->image;
    for (uint32_t i = 0; i < image->actions_count; i++) {
        const lic_action *action = &image->actions[i];
        if ((action->states >> info->state & 1u) == 0) continue;
        begin_move(L, "action", action->name);
        lua_createtable(L, action->argument_count, 0);
        for (uint16_t a = 0; a < action->argument_count; a++) {
            push_slice(L, image->arguments[action->first_argument + a].name);
            lua_rawseti(L, -2, a + 1);
        }
        lua_setfield(L, -2, "arguments");
        end_move(L);
        if (action->notice_field == LIC_NONE16) continue;
        begin_move(L, "notice", action->name);
        end_move(L);
    }
}

/* moves(contract): a list of {kind, name, ...}; days pass in any state. */
static int moves(lua_State *L)
{
    lic_contract_info info = about(L, 1);
    lua_newtable(L);
    begin_move(L, "day", lic_slice_text(""));
    end_move(L);
    if (info.status == LIC_CONTRACT_DRAFT) {
        begin_move(L, "sign", lic_slice_text(""));
        end_move(L);
        return 1;
    }
    if (info.status == LIC_CONTRACT_CLOSED) return 1;
    add_reports(L, &info);
    add_actions(L, &info);
    for (uint32_t i = 0; i < info.image->facts_count; i++) {
        begin_move(L, "fact", info.image->facts[i].name);
        end_move(L);
    }
    begin_move(L, "pay", lic_slice_text(""));
    end_move(L);
    return 1;
}

const luaL_Reg lic_lua_draw_functions[] = {{"columns", columns}, {"cell", cell},   {"value", value},
                                           {"steps", steps},     {"after", after}, {"seed", seed},
                                           {"moves", moves},     {NULL, NULL}};
