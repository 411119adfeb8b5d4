/* fuzz_sheet.c - any bytes as what a sheet is made of. First byte: 0 a sheet in CSV, 1 in JSON, 2 the text of one in Lua,
 * in which lines are looked for (it is not run), 3 the message that a child sends, 4 a deal file. A sheet that is
 * taken gives deals that the host can decode. */
#include "deal_lua.h"

#include <licet/deal_file.h>

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool decode_all(lic_slice bytes)
{
    lic_arena *arena = lic_arena_create(&lic_allocator_system, (size_t)64 << 20);
    lic_cursor cursor = lic_cursor_of(bytes);
    lic_written_deal deal;
    bool good = true;
    while (good && cursor.at < cursor.end) good = lic_deal_decode(&cursor, arena, &deal);
    lic_arena_destroy(arena);
    return good;
}

static int read_csv(lua_State *L)
{
    lic_sheet_csv(L, lua_touserdata(L, 1));
    return 0;
}

static int read_json(lua_State *L)
{
    lic_sheet_json(L, lua_touserdata(L, 1));
    return 0;
}

static void try_sheet(lic_slice text, lua_CFunction program)
{
    const lic_lua_options options = {.allocator = &lic_allocator_system,
                                     .memory_bytes = (uint64_t)64 << 20,
                                     .steps = UINT64_C(1000000)};
    lic_lua *lua = NULL;
    lic_error error = {0};
    lic_buffer deals;
    lic_buffer_init(&deals, &lic_allocator_system, (size_t)64 << 20);
    lic_deal_sink sink = {.target = &deals, .source = lic_slice_text("s"), .text = text};
    LIC_ASSERT(lic_lua_open(&options, &lua, &error) == LIC_OK);
    lic_status status = lic_lua_run(lua, program, &sink, &error);
    if (status == LIC_OK) LIC_ASSERT(decode_all(lic_slice_of(deals.data, deals.size)));
    else LIC_ASSERT(error.text[0] != '\0' && error.help[0] != '\0');
    lic_lua_close(lua);
    lic_buffer_free(&deals);
}

static void try_lines(lic_slice text)
{
    uint32_t line = text.size == 0 ? 1 : 1 + text.data[0] % 4u;
    uint32_t found = lic_lua_line_of(text, line, lic_slice_text("set"), lic_slice_text("Rate"));
    LIC_ASSERT(found == 0 || found >= line);
}

static void try_file(lic_slice bytes)
{
    lic_deal_file file;
    lic_error error = {0};
    lic_arena *arena = lic_arena_create(&lic_allocator_system, (size_t)64 << 20);
    lic_status status = lic_deal_file_read(bytes, "f", arena, &file, &error);
    if (status == LIC_OK) LIC_ASSERT(lic_project_path_valid(file.agreement));
    else LIC_ASSERT(error.text[0] != '\0');
    lic_arena_destroy(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0 || data[0] > 4) return 0;
    lic_slice bytes = lic_slice_of(data + 1, size - 1);
    switch (data[0]) {
    case 0: try_sheet(bytes, read_csv); break;
    case 1: try_sheet(bytes, read_json); break;
    case 2: try_lines(bytes); break;
    case 3: (void)decode_all(bytes); break;
    default: try_file(bytes); break;
    }
    return 0;
}
