/* lua_look.c - reading the ledger from a script: queries, what a contract is, its events, and money from rows. */
#include "lua_values.h"
#include "lua_world.h"

#include <licet/history.h>
#include <string.h>

/* -- rows: gathered first, pushed afterwards, so that no error of Lua's crosses the query --------------------------- */

enum { ROWS_MAX_BYTES = 64 << 20 };

typedef struct gathered {
    lic_buffer *bytes;
    uint64_t rows;
    size_t columns;
} gathered;

static lic_status gather(void *context, uint64_t row, size_t count, const char *const *names,
                         const lic_query_value *values)
{
    gathered *g = context;
    (void)row;
    g->columns = count;
    for (size_t i = 0; values == NULL && i < count; i++)
        lic_put_slice(g->bytes, lic_slice_text(names[i]));
    for (size_t i = 0; values != NULL && i < count; i++) {
        lic_put_u8(g->bytes, (uint8_t)values[i].kind);
        if (values[i].kind == LIC_VALUE_INTEGER) lic_put_u64(g->bytes, (uint64_t)values[i].integer);
        else if (values[i].kind != LIC_VALUE_NULL) lic_put_slice(g->bytes, values[i].bytes);
    }
    g->rows += values != NULL;
    return g->bytes->failed ? LIC_TOO_LARGE : LIC_OK;
}

static void push_slice(lua_State *L, lic_slice text)
{
    lua_pushlstring(L, text.size == 0 ? "" : (const char *)text.data, text.size);
}

static void push_value(lua_State *L, lic_cursor *cursor)
{
    uint8_t kind = lic_get_u8(cursor);
    if (kind == LIC_VALUE_NULL) lua_pushnil(L);
    else if (kind == LIC_VALUE_INTEGER) lua_pushinteger(L, (lua_Integer)lic_get_u64(cursor));
    else push_slice(L, lic_get_slice(cursor, ROWS_MAX_BYTES));
}

static void push_rows(lua_State *L, const gathered *g)
{
    lic_cursor cursor = lic_cursor_of(lic_slice_of(g->bytes->data, g->bytes->size));
    lic_slice names[64];
    luaL_checkstack(L, 8, "rows");
    lua_createtable(L, (int)(g->rows < 1000000 ? g->rows : 1000000), 0);
    for (size_t i = 0; i < g->columns && i < LIC_COUNT(names); i++)
        names[i] = lic_get_slice(&cursor, ROWS_MAX_BYTES);
    for (uint64_t row = 1; row <= g->rows; row++) {
        lua_createtable(L, 0, (int)g->columns);
        for (size_t i = 0; i < g->columns; i++) {
            push_slice(L, names[i]);
            push_value(L, &cursor);
            lua_rawset(L, -3);
        }
        lua_rawseti(L, -2, (lua_Integer)row);
    }
}

/* query(sql): a list of rows, each a table by column names; amounts are texts. */
static int query(lua_State *L)
{
    lic_error error = {0};
    const lic_query_limits limits = {.seconds = 3600};
    const char *sql = luaL_checkstring(L, 1);
    gathered g = {.bytes = lic_lua_buffer(L, ROWS_MAX_BYTES)};
    lic_status status = lic_client_query(lic_world_client(lic_lua_present(L)), sql, &limits, gather,
                                         &g, &error);
    if (status == LIC_OK && g.columns > 64) return luaL_error(L, "a query has at most 64 columns");
    if (status != LIC_OK) return lic_lua_refused(L, &error);
    push_rows(L, &g);
    lic_buffer_free(g.bytes);
    return 1;
}

/* -- events ------------------------------------------------------------------------------------------------------------ */

static lic_status gather_event(void *context, const lic_moment *moment, lic_slice name,
                               lic_slice text)
{
    gathered *g = context;
    char date[LIC_DATE_TEXT];
    lic_date_print(moment->today, date);
    lic_put_slice(g->bytes, lic_slice_text(date));
    lic_put_slice(g->bytes, name);
    lic_put_slice(g->bytes, text);
    g->rows++;
    return g->bytes->failed ? LIC_TOO_LARGE : LIC_OK;
}

static int events(lua_State *L)
{
    static const char *const members[] = {"date", "name", "text"};
    lic_error error = {0};
    uint32_t contract = (uint32_t)luaL_checkinteger(L, 1);
    gathered g = {.bytes = lic_lua_buffer(L, ROWS_MAX_BYTES)};
    lic_engine *engine = lic_client_engine(lic_world_client(lic_lua_present(L)));
    if (lic_history_events(engine, contract, gather_event, NULL, &g, &error) != LIC_OK)
        return lic_lua_refused(L, &error);
    lic_cursor cursor = lic_cursor_of(lic_slice_of(g.bytes->data, g.bytes->size));
    lua_createtable(L, (int)g.rows, 0);
    for (uint64_t i = 1; i <= g.rows; i++) {
        lua_createtable(L, 0, 3);
        for (size_t m = 0; m < LIC_COUNT(members); m++) {
            push_slice(L, lic_get_slice(&cursor, ROWS_MAX_BYTES));
            lua_setfield(L, -2, members[m]);
        }
        lua_rawseti(L, -2, (lua_Integer)i);
    }
    lic_buffer_free(g.bytes);
    return 1;
}

/* -- contracts -------------------------------------------------------------------------------------------------------- */

static void set_slice(lua_State *L, const char *name, lic_slice text)
{
    push_slice(L, text);
    lua_setfield(L, -2, name);
}

static int info(lua_State *L)
{
    lic_contract_info about;
    lic_error error = {0};
    char id[LIC_HASH_TEXT], day[LIC_DATE_TEXT];
    if (lic_world_contract(lic_lua_present(L), (uint32_t)luaL_checkinteger(L, 1), &about, &error) !=
        LIC_OK)
        lic_lua_raise(L, &error);
    lic_hash_print(&about.id, id);
    lua_createtable(L, 0, 8);
    set_slice(L, "id", lic_slice_text(id));
    set_slice(L, "name", about.name);
    set_slice(L, "state", about.state_name);
    set_slice(L, "status", lic_slice_text(lic_contract_status_name(about.status)));
    if (about.is_held) {
        lic_date_print(about.held, day);
        set_slice(L, "held", lic_slice_text(day));
    }
    return 1;
}

/* why(contract, payee, period): how it came about, as text. */
static int why(lua_State *L)
{
    lic_error error = {0};
    lic_buffer *text = lic_lua_buffer(L, ROWS_MAX_BYTES);
    lic_slice payee = lic_slice_text(luaL_checkstring(L, 2)),
              period = lic_slice_text(luaL_checkstring(L, 3));
    if (lic_world_why(lic_lua_present(L), (uint32_t)luaL_checkinteger(L, 1), payee, period, text,
                      &error) != LIC_OK)
        return lic_lua_refused(L, &error);
    lua_pushlstring(L, text->size == 0 ? "" : (const char *)text->data, text->size);
    lic_buffer_free(text);
    return 1;
}

static int contracts(lua_State *L)
{
    lua_pushinteger(L, (lua_Integer)lic_engine_contract_count(
                           lic_client_engine(lic_world_client(lic_lua_present(L)))));
    return 1;
}

/* -- values --------------------------------------------------------------------------------------------------------------- */

/* money(units, scale, currency): of a row's columns. */
static int money(lua_State *L)
{
    size_t size = 0;
    const char *units = luaL_checklstring(L, 1, &size);
    lic_exact value = {.kind = LIC_EXACT_MONEY, .scale = 0};
    bool negative = size > 0 && units[0] == '-';
    for (size_t i = negative; i < size; i++) {
        if (units[i] < '0' || units[i] > '9' || size > LIC_EXACT_DIGITS)
            return luaL_error(L, "\"%s\" are no units", units);
        value.number = value.number * 10 + (units[i] - '0');
    }
    if (negative) value.number = -value.number;
    value.scale = (uint8_t)luaL_checkinteger(L, 2);
    const char *currency = luaL_checkstring(L, 3);
    luaL_argcheck(L, strlen(currency) == 3, 3, "not a currency");
    memcpy(value.currency, currency, 4);
    const char *wrong = lic_exact_settle(&value);
    if (wrong != NULL) lic_lua_exact_fail(L, units, wrong);
    lic_lua_push_exact(L, &value);
    return 1;
}

/* read_like(value, text): the text as a value of the same kind. */
static int read_like(lua_State *L)
{
    lic_exact like, value;
    lic_slice text = lic_slice_text(luaL_checkstring(L, 2));
    const char *wrong = "no value can be compared with it";
    if (!lic_lua_is_exact(L, 1, &like)) return luaL_error(L, "not a value");
    if (like.kind == LIC_EXACT_MONEY) wrong = lic_exact_read_money(text, &value);
    if (like.kind == LIC_EXACT_RATE) wrong = lic_exact_read_rate(text, &value);
    if (like.kind == LIC_EXACT_DATE) wrong = lic_exact_read_date(text, &value);
    if (like.kind == LIC_EXACT_DECIMAL) wrong = lic_exact_read_decimal(text, &value);
    if (like.kind == LIC_EXACT_DURATION) wrong = lic_exact_read_duration(text, &value);
    if (wrong != NULL) lic_lua_exact_fail(L, lua_tostring(L, 2), wrong);
    lic_lua_push_exact(L, &value);
    return 1;
}

/* argument(value): as the ledger takes it in an action or fact. */
static int argument(lua_State *L)
{
    if (lua_isboolean(L, 1)) {
        lua_pushstring(L, lua_toboolean(L, 1) ? "yes" : "no");
        return 1;
    }
    if (lua_type(L, 1) == LUA_TNUMBER && !lua_isinteger(L, 1))
        return luaL_error(L, "%s is a float: write the value as a text, such as \"0.5\"",
                          lic_lua_describe(L, 1));
    (void)lic_lua_text(L, 1, NULL);
    return 1;
}

const luaL_Reg lic_lua_look_functions[] = {{"query", query},
                                           {"events", events},
                                           {"info", info},
                                           {"why", why},
                                           {"contracts", contracts},
                                           {"money", money},
                                           {"read_like", read_like},
                                           {"argument", argument},
                                           {NULL, NULL}};
