/* sheet_csv.c - a sheet as CSV (RFC 4180, UTF-8): a header, then a deal a row. Columns are deal, agreement,
 * party.NAME, set.NAME and schedule.NAME; an empty cell says nothing. Rows are counted as spreadsheets do:
 * the header is row 1. */
#include "deal_lua.h"

#include <string.h>

enum { COLUMNS_MAX = 1000 };

/* Where a column's cells go: a member of the deal, or of one of its tables. */
typedef struct target {
    const char *table; /* NULL: of the deal itself */
    const char *name;
    const char *header; /* as written */
} target;

typedef struct csv {
    lua_State *L;
    lic_deal_sink *sink;
    size_t at;
    uint32_t row;
    luaL_Buffer cell;
    target columns[COLUMNS_MAX];
    int count;
} csv;

LIC_NORETURN static void fail(csv *c, int column, const char *help, const char *what)
{
    const lic_deal_place place = {
        .style = LIC_PLACE_ROW, .source = c->sink->source, .number = c->row};
    const char *name = "";
    if (column >= 0 && column < c->count) name = c->columns[column].header;
    else if (column >= 0) name = lua_pushfstring(c->L, "%d", column + 1);
    lic_deal_fail(c->L, &place, name, 0, help, what);
}

static int peek(const csv *c)
{
    return c->at < c->sink->text.size ? c->sink->text.data[c->at] : -1;
}

/* A line end, or the end of the file: goes behind it. */
static bool take_end(csv *c)
{
    const uint8_t *data = c->sink->text.data;
    if (peek(c) == -1) return true;
    if (peek(c) == '\r' && c->at + 1 < c->sink->text.size && data[c->at + 1] == '\n') c->at++;
    if (peek(c) != '\n') return false;
    c->at++;
    return true;
}

static void take_quoted(csv *c, int column)
{
    c->at++;
    for (;;) {
        int byte = peek(c);
        if (byte == -1) fail(c, column, "end it with a quote", "a quoted cell does not end");
        c->at++;
        if (byte == '"' && peek(c) != '"') return;
        if (byte == '"') c->at++;
        luaL_addchar(&c->cell, (char)byte);
    }
}

static void take_plain(csv *c, int column)
{
    for (int byte = peek(c); byte != -1 && byte != ',' && byte != '\n' && byte != '\r';
         byte = peek(c)) {
        if (byte == '"')
            fail(c, column, "put the whole cell into quotes, and double those within",
                 "a quote stands within a cell");
        luaL_addchar(&c->cell, (char)byte);
        c->at++;
    }
}

/* Pushes the next cell; true when it is the last of its row. */
static bool take_cell(csv *c, int column)
{
    luaL_buffinit(c->L, &c->cell);
    bool quoted = peek(c) == '"';
    if (quoted) take_quoted(c, column);
    else take_plain(c, column);
    luaL_pushresult(&c->cell);
    if (!lic_utf8_valid(lic_lua_slice(c->L, -1)))
        fail(c, column, "save the sheet as UTF-8", "the cell is not UTF-8");
    if (peek(c) == ',') {
        c->at++;
        return false;
    }
    if (take_end(c)) return true;
    fail(c, column, "a comma or the end of the line follows a cell",
         quoted ? "something follows the quotes" : "a carriage return stands within the row");
}

/* -- the header ---------------------------------------------------------------------------------------------- */

LIC_NORETURN static void fail_header(csv *c, const char *text)
{
    static const char *const known[] = {"agreement", "deal", "party.", "schedule.", "set."};
    const char *point = strchr(text, '.');
    size_t size = point == NULL ? strlen(text) : (size_t)(point - text) + 1;
    const char *nearest = lic_nearest(lic_slice_of(text, size), known, LIC_COUNT(known));
    const char *help = "columns are deal, agreement, party.NAME, set.NAME and schedule.NAME";
    if (nearest != NULL)
        help = lua_pushfstring(c->L, "did you mean `%s%s`?", nearest,
                               point == NULL || nearest[strlen(nearest) - 1] != '.' ? ""
                                                                                    : point + 1);
    fail(c, c->count, help, lua_pushfstring(c->L, "there is no column `%s`", text));
}

/* The text on top, which stays there for its name, as a column. */
static void add_column(csv *c)
{
    static const struct {
        const char *prefix, *table;
    } groups[] = {{"party.", "parties"}, {"set.", "set"}, {"schedule.", "schedules"}};
    const char *text = lua_tostring(c->L, -1);
    target *column = &c->columns[c->count];
    *column = (target){.header = text};
    if (strcmp(text, "deal") == 0) column->name = "name";
    if (strcmp(text, "agreement") == 0) column->name = "agreement";
    for (size_t i = 0; i < LIC_COUNT(groups); i++) {
        size_t size = strlen(groups[i].prefix);
        if (strncmp(text, groups[i].prefix, size) != 0 || text[size] == '\0') continue;
        column->table = groups[i].table;
        column->name = text + size;
    }
    if (column->name == NULL) fail_header(c, text);
    for (int i = 0; i < c->count; i++)
        if (strcmp(c->columns[i].header, text) == 0)
            fail(c, i, "remove one of them", "the column stands twice");
    c->count++;
}

static void read_header(csv *c)
{
    static const uint8_t mark[] = {0xEF, 0xBB, 0xBF}; /* spreadsheets put it in front of UTF-8 */
    if (c->sink->text.size >= 3 && memcmp(c->sink->text.data, mark, 3) == 0) c->at = 3;
    c->row = 1;
    if (peek(c) == -1) fail(c, -1, "begin it with a header", "the sheet is empty");
    luaL_checkstack(c->L, COLUMNS_MAX + 40, "too many columns");
    for (bool last = false; !last;) {
        last = take_cell(c, c->count);
        if (c->count == COLUMNS_MAX) fail(c, -1, "", "there are more than 1000 columns");
        add_column(c);
    }
}

/* -- rows ------------------------------------------------------------------------------------------------------ */

/* Puts the cell on top into the deal's table, which lies below it. */
static void put_cell(csv *c, int column)
{
    lua_State *L = c->L;
    const target *to = &c->columns[column];
    size_t size = 0;
    const char *text = lua_tolstring(L, -1, &size);
    if (memchr(text, '\0', size) != NULL) fail(c, column, "", "a zero byte stands in a cell");
    if (size == 0) {
        lua_pop(L, 1);
        return;
    }
    if (to->table == NULL) {
        lua_setfield(L, -2, to->name);
        return;
    }
    (void)luaL_getsubtable(L, -2, to->table);
    lua_insert(L, -2);
    lua_setfield(L, -2, to->name);
    lua_pop(L, 1);
}

static bool is_blank(const csv *c)
{
    return peek(c) == '\n' || (peek(c) == '\r' && c->at + 1 < c->sink->text.size &&
                               c->sink->text.data[c->at + 1] == '\n');
}

static void read_row(csv *c)
{
    lua_State *L = c->L;
    lic_deal_place place = {.style = LIC_PLACE_ROW, .source = c->sink->source, .number = c->row};
    int column = 0;
    lua_newtable(L);
    for (bool last = false; !last; column++) {
        last = take_cell(c, column);
        if (column == c->count)
            fail(c, -1, "give each row as many cells as the header has",
                 lua_pushfstring(L, "the row has more than %d cells", c->count));
        put_cell(c, column);
    }
    if (column < c->count)
        fail(c, -1, "give each row as many cells as the header has",
             lua_pushfstring(L, "the row has %d cells, the header has %d", column, c->count));
    lic_deal_put(L, -1, &place, c->sink);
    lua_pop(L, 1);
}

void lic_sheet_csv(lua_State *L, lic_deal_sink *sink)
{
    csv *c = lua_newuserdatauv(L, sizeof *c, 0);
    *c = (csv){.L = L, .sink = sink};
    read_header(c);
    while (peek(c) != -1) {
        c->row++;
        if (is_blank(c)) (void)take_end(c);
        else read_row(c);
    }
}
