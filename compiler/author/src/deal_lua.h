/* deal_lua.h - a Lua value becomes a deal: the one way, for sheets in Lua, CSV and JSON. */
#ifndef LICET_AUTHOR_DEAL_LUA_H
#define LICET_AUTHOR_DEAL_LUA_H

#include "deal.h"
#include "lua_state.h"

/* What a sheet has given so far; lies in the child. */
typedef struct lic_deal_sink {
    lic_buffer *target; /* the deals, encoded */
    uint32_t count;
    lic_slice source; /* name of the sheet, for places */
    lic_slice text;   /* its bytes, when it is Lua: lines of members are looked for in them */
    bool nameless;    /* a deal needs no name here: it becomes no file */
} lic_deal_sink;

/* Appends the deal that the table at `index` describes; raises an error with its place when it describes
 * none. place->name is filled in from the table when it is empty. */
void lic_deal_put(lua_State *L, int index, lic_deal_place *place, lic_deal_sink *sink);

/* Raises "PLACE, member: what". */
LIC_NORETURN void lic_deal_fail(lua_State *L, const lic_deal_place *place, const char *member,
                                uint32_t line, const char *help, const char *what);

/* sheet_lines.c: the line of `table.name =` in the table constructor that begins on or behind `line` of a Lua
 * text; 0 when it is not written there. */
uint32_t lic_lua_line_of(lic_slice text, uint32_t line, lic_slice table, lic_slice name);

/* sheet_lua.c, sheet_csv.c, sheet_json.c: all deals of a sheet, its bytes being `text`. Raise on failure. */
void lic_sheet_lua(lua_State *L, lic_deal_sink *sink);
void lic_sheet_csv(lua_State *L, lic_deal_sink *sink);
void lic_sheet_json(lua_State *L, lic_deal_sink *sink);

#endif
