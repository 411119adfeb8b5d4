/* Deals between child, host and file. Would catch: a message of a child that is believed though it is cut or
 * lies about its size, a line that is not the member's, a deal file that is taken though its writer would
 * not have written it, and want of memory on the host's side that is not survived. */
#include "scratch.h"

#include "deal_lua.h"

#include <licet/crypto.h>
#include <licet/deal_file.h>
#include <licet/store.h>

/* -- lines ------------------------------------------------------------------------------------------------- */

static const char SHEET[] = "local x = { FirstRate = 1 }\n"
                            "-- deal \"A\" { set = { FirstRate = 2 } }\n"
                            "deal \"A\" {\n"
                            "  agreement = [[\n"
                            "    set = { FirstRate = 3 }\n"
                            "  ]],\n"
                            "  parties = { FirstRate = \"x\" },\n"
                            "  set = {\n"
                            "    --[==[ FirstRate = 4\n"
                            "    ]==]\n"
                            "    Other = f { FirstRate = 5 }, Third == FirstRate,\n"
                            "    FirstRate = 0.5, ['Quoted name'] = 1,\n"
                            "    [\"Last\"] = 2,\n"
                            "  },\n"
                            "}\n"
                            "deal \"B\" { set = { Late = 1 } }\n";

static uint32_t line_of(uint32_t from, const char *table, const char *name)
{
    return lic_lua_line_of(lic_slice_text(SHEET), from, lic_slice_text(table),
                           lic_slice_text(name));
}

static void members_have_their_line(void **state)
{
    (void)state;
    assert_int_equal(line_of(3, "set", "FirstRate"), 12);
    assert_int_equal(line_of(3, "set", "Last"), 13);
    assert_int_equal(line_of(3, "set", "Quoted name"), 12);
    assert_int_equal(line_of(3, "parties", "FirstRate"), 7);
    assert_int_equal(line_of(3, "", "agreement"), 4);
    assert_int_equal(line_of(16, "set", "Late"), 16);
    assert_int_equal(line_of(3, "set", "Late"), 0);  /* it is the next deal's */
    assert_int_equal(line_of(3, "set", "Third"), 0); /* compared, not assigned */
    assert_int_equal(line_of(3, "set", "None"), 0);
    assert_int_equal(line_of(99, "set", "Late"), 0);
    assert_int_equal(lic_lua_line_of(lic_slice_text("deal 'A' { set = { x"), 1,
                                     lic_slice_text("set"), lic_slice_text("x")),
                     0);
    assert_int_equal(lic_lua_line_of(lic_slice_text("deal 'A' { [[ "), 1, lic_slice_text("set"),
                                     lic_slice_text("x")),
                     0);
}

/* -- messages ------------------------------------------------------------------------------------------------- */

static void put_deal(lic_buffer *target)
{
    lic_put_u8(target, LIC_PLACE_LINE);
    lic_put_slice(target, lic_slice_text("s.lua"));
    lic_put_u32(target, 3);
    lic_put_slice(target, lic_slice_text("Name"));
    lic_put_u8(target, 0);
    lic_put_slice(target, lic_slice_text("a.lic"));
    lic_put_varint(target, 1); /* parties */
    lic_put_slice(target, lic_slice_text("Label"));
    lic_put_slice(target, lic_slice_text("Northlight"));
    lic_put_u32(target, 4);
    lic_put_varint(target, 1); /* set */
    lic_put_slice(target, lic_slice_text("Rate"));
    lic_put_u8(target, LIC_BOUND_TEXT);
    lic_put_slice(target, lic_slice_text("5%"));
    lic_put_u32(target, 5);
    lic_put_varint(target, 2); /* schedules */
    lic_put_slice(target, lic_slice_text("Items"));
    lic_put_u32(target, 6);
    lic_put_u8(target, 1);
    lic_put_varint(target, 1); /* rows */
    lic_put_u8(target, 1);
    lic_put_varint(target, 1); /* cells */
    lic_put_slice(target, lic_slice_text("code"));
    lic_put_u8(target, LIC_BOUND_TEXT);
    lic_put_slice(target, lic_slice_text("A"));
    lic_put_slice(target, lic_slice_text("Works"));
    lic_put_u32(target, 7);
    lic_put_u8(target, 0);
    lic_put_slice(target, lic_slice_text("w.tsv"));
}

static bool decodes(lic_slice bytes, lic_written_deal *deal, lic_arena *arena)
{
    lic_cursor cursor = lic_cursor_of(bytes);
    return lic_deal_decode(&cursor, arena, deal) && lic_cursor_done(&cursor);
}

static void messages_are_checked(void **state)
{
    (void)state;
    lic_buffer bytes;
    lic_written_deal deal;
    lic_arena *arena = lic_arena_create(&lic_allocator_system, 1u << 24);
    lic_buffer_init(&bytes, &lic_allocator_system, 4096);
    put_deal(&bytes);
    assert_true(decodes(lic_slice_of(bytes.data, bytes.size), &deal, arena));
    assert_int_equal(deal.schedule_count, 2);
    assert_int_equal(deal.schedules[0].form, LIC_ROWS_LIST);
    assert_true(lic_slice_equal(deal.schedules[1].content, lic_slice_text("w.tsv")));
    assert_true(lic_slice_equal(deal.parties[0].text, lic_slice_text("Northlight")));
    assert_int_equal(deal.set[0].line, 5);
    for (size_t size = 0; size < bytes.size; size++)
        assert_false(decodes(lic_slice_of(bytes.data, size), &deal, arena));
    for (size_t at = 0; at < bytes.size; at++) { /* any byte may lie */
        uint8_t held = bytes.data[at];
        bytes.data[at] = 0xFF;
        (void)decodes(lic_slice_of(bytes.data, bytes.size), &deal, arena);
        bytes.data[at] = held;
    }
    lic_buffer_free(&bytes);
    lic_arena_destroy(arena);
}

/* -- deal files -------------------------------------------------------------------------------------------------- */

#define HASH "\"0000000000000000000000000000000000000000000000000000000000000000\""
static const char GOOD[] =
    "{\"agreement\":\"A.lic\",\"deal\":\"A\",\"format\":\"licet-deal-1\",\"image\":" HASH
    ",\"parameters\":" HASH
    ",\"parties\":{\"Label\":\"L\",\"Artist\":\"B\"},\"schedules\":{\"R\":{\"file\":"
    "\"r.tsv\",\"hash\":" HASH "}},\"set\":{},\"source\":" HASH "}\n";

static lic_status reads(const char *text, lic_deal_file *file, lic_error *error)
{
    static lic_arena *arena;
    if (arena != NULL) lic_arena_destroy(arena);
    arena = lic_arena_create(&lic_allocator_system, 1u << 24);
    return lic_deal_file_read(lic_slice_text(text), "x.deal", arena, file, error);
}

static void replaced(const char *old, const char *new, lic_status wanted, const char *words)
{
    char text[2048];
    lic_deal_file file;
    lic_error error = {0};
    const char *at = strstr(GOOD, old);
    assert_non_null(at);
    (void)snprintf(text, sizeof text, "%.*s%s%s", (int)(at - GOOD), GOOD, new, at + strlen(old));
    lic_status status = reads(text, &file, &error);
    if (status != wanted || strstr(error.text, words) == NULL)
        fail_msg("%s -> %s: %d %s", old, new, (int)status, error.text);
}

static void deal_files_are_read_strictly(void **state)
{
    (void)state;
    lic_deal_file file;
    lic_error error;
    assert_ok(reads(GOOD, &file, &error));
    assert_int_equal(file.party_count, 2);
    assert_true(lic_slice_equal(file.parties[0].name, lic_slice_text("Artist")));
    assert_true(lic_slice_equal(file.schedules[0].file, lic_slice_text("r.tsv")));
    replaced("\"A.lic\"", "\"../A.lic\"", LIC_MALFORMED, "leads out");
    replaced("\"A.lic\"", "\"/A.lic\"", LIC_MALFORMED, "leads out");
    replaced("\"A.lic\"", "5", LIC_MALFORMED, "is no text");
    replaced("\"r.tsv\"", "\"a/../../r.tsv\"", LIC_MALFORMED, "leads out");
    replaced("\"r.tsv\"", "null", LIC_MALFORMED, "is no text");
    replaced("\"B\"", "5", LIC_MALFORMED, "is no text");
    replaced("\"set\":{}", "\"set\":[]", LIC_MALFORMED, "is no object");
    replaced("\"set\":{},", "", LIC_MALFORMED, "set is missing");
    replaced("\"set\":{}", "\"set\":{},\"more\":\"x\"", LIC_MALFORMED, "more is no member");
    replaced("\"set\":{}", "\"set\":{},\"set\":{}", LIC_MALFORMED, "duplicate");
    replaced("\"file\":", "\"file\":\"x\",\"more\":", LIC_MALFORMED, "file and hash");
    replaced("licet-deal-1", "licet-deal-9", LIC_VERSION, "another format");
    replaced(HASH ",\"parameters\"", "\"0\",\"parameters\"", LIC_MALFORMED, "image is no hash");
    replaced("}\n", "}} more", LIC_MALFORMED, "x.deal:1:");
    assert_int_equal(reads("[]", &file, &error), LIC_MALFORMED);
    assert_int_equal(reads("", &file, &error), LIC_MALFORMED);
}

/* -- want of memory --------------------------------------------------------------------------------------------------- */

static void want_of_memory_is_survived(void **state)
{
    scratch *at = *state;
    static const char sheet[] =
        "deal 'A' { agreement = 'n.lic' } return { { name = 'B', agreement = 'm.lic' } }";
    lic_error error;
    scratch_write(scratch_path(at, "s.lua"), sheet, sizeof sheet - 1);
    scratch_write(scratch_path(at, "n.lic"), "licet 1\n", 8);
    assert_ok(lic_crypto_start(&error));
    for (size_t calls = 0;; calls += calls < 30 ? 1 : 37) {
        unit_heap heap = {.left = calls};
        lic_allocator allocator = unit_allocator(&heap);
        lic_sheet *read = NULL;
        lic_sheet_options options = {.folder = at->folder,
                                     .allocator = &allocator,
                                     .hasher = &lic_hasher_native,
                                     .clock = &lic_clock_system,
                                     .unit_scale = 6};
        lic_confine_limits_init(&options.limits);
        lic_status status = lic_sheet_read(&options, "s.lua", &read, &error);
        size_t kept = 0, count = 0;
        if (status == LIC_OK) (void)lic_sheet_errors(read, &kept, &count);
        lic_sheet_close(read);
        assert_int_equal(heap.live_bytes, 0);
        if (status != LIC_OK) continue;
        assert_int_equal(count, 2); /* one does not compile, one is not there */
        return;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_have_their_line),
        cmocka_unit_test(messages_are_checked),
        cmocka_unit_test(deal_files_are_read_strictly),
        scratch_test(want_of_memory_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
