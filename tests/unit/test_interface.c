/* Interface files. Would catch: a declaration that is lost or read as another, a mistake that is
 * let through or told at another line, canonical text that is not, C prototypes of another
 * signature, two different interfaces taken for the same, memory that leaks when it runs out. */
#include "unit.h"

#include <licet/interface.h>

#include <stdio.h>
#include <string.h>

static const char *const good =
    "# rates\n"
    "interface 1\n"
    "extension fx 12\n"
    "release  fx_free   # frees\n"
    "status 2 stale \"too old\"\n"
    "status 9 odd \"odd\"\n"
    "callback seen (line int64, raw bytes, pair text) -> bool\n"
    "callback told ()\n"
    "function open (all bytes,\n"
    "    seen callback seen,\n"
    "    table out uint64) -> status\n"
    "\n"
    "function rate \"fx_rate_v2\" (table uint64, day text, rate out text, age out int32) -> int64\n"
    "function size (table uint64, told callback told) -> uint64\r\n"
    "function close ()";

static const char *const canonical =
    "interface 1\n"
    "extension fx 12\n"
    "object \"fx.so\"\n"
    "release fx_free\n"
    "status 2 stale \"too old\"\n"
    "status 9 odd \"odd\"\n"
    "callback seen (line int64, raw bytes, pair text) -> bool\n"
    "callback told ()\n"
    "function open (all bytes, seen callback seen, table out uint64) -> status\n"
    "function rate \"fx_rate_v2\" (table uint64, day text, rate out text, age out int32) -> int64\n"
    "function size (table uint64, told callback told) -> uint64\n"
    "function close ()\n";

static const char *const header =
    "/* Made from the interface file of the extension fx: change that. */\n"
    "#include <licet/extension.h>\n"
    "\n"
    "typedef bool (*fx_seen_callback)(int64_t line_, const uint8_t *raw_, size_t raw_size, "
    "const char *pair_, size_t pair_size);\n"
    "typedef void (*fx_told_callback)(void);\n"
    "LICET_EXPORT int32_t fx_open(const uint8_t *all_, size_t all_size, fx_seen_callback seen_, "
    "uint64_t *table_);\n"
    "LICET_EXPORT int64_t fx_rate_v2(uint64_t table_, const char *day_, size_t day_size, "
    "licet_text *rate_, int32_t *age_);\n"
    "LICET_EXPORT uint64_t fx_size(uint64_t table_, fx_told_callback told_);\n"
    "LICET_EXPORT void fx_close(void);\n"
    "LICET_EXPORT void fx_free(void *data, size_t size);\n";

static lic_interface *parse(const char *text)
{
    lic_interface *face = NULL;
    lic_error error = {0};
    lic_status status = lic_interface_parse(lic_slice_text(text), "t.interface",
                                            &lic_allocator_system, &face, &error);
    if (status != LIC_OK) fail_msg("%s", error.text);
    return face;
}

static void expect_text(const char *wanted, const lic_interface *face,
                        void (*print)(const lic_interface *, lic_buffer *))
{
    lic_buffer text;
    lic_buffer_init(&text, &lic_allocator_system, 1u << 20);
    print(face, &text);
    lic_put_u8(&text, 0);
    assert_false(text.failed);
    assert_string_equal((const char *)text.data, wanted);
    lic_buffer_free(&text);
}

static void reads_what_is_declared(void **state)
{
    (void)state;
    lic_interface *face = parse(good);
    assert_int_equal(face->version, 12);
    assert_true(face->described);
    assert_int_equal(face->function_count, 4);
    assert_int_equal(face->functions[0].parameters[1].callback, 0);
    assert_int_equal(face->functions[2].parameters[1].callback, 1);
    assert_true(face->functions[1].parameters[3].out);
    assert_int_equal(lic_interface_function(face, lic_slice_text("size")), 2);
    assert_true(lic_interface_function(face, lic_slice_text("seen")) == SIZE_MAX);
    assert_string_equal((const char *)lic_interface_status(face, 9)->text.data, "odd");
    assert_null(lic_interface_status(face, 3));
    lic_interface_destroy(face);
}

static void prints_the_same_again(void **state)
{
    (void)state;
    lic_interface *face = parse(good), *again = parse(canonical);
    expect_text(canonical, face, lic_interface_print);
    expect_text(canonical, again, lic_interface_print);
    expect_text(header, face, lic_interface_print_header);
    assert_ok(lic_interface_compare(face, again, NULL));
    lic_interface_destroy(face);
    lic_interface_destroy(again);
}

/* -- mistakes ---------------------------------------------------------------------------------- */

#define BEGIN "interface 1\nextension fx 1\n"

static const struct {
    const char *text, *told;
} mistakes[] = {
    {"", "t.interface:1: this is no interface file"},
    {"extension fx 1\n", ":1: this is no interface file"},
    {"interface 2\n", "an interface file of form 2"},
    {"interface 1", "the end of the line is wanted here"},
    {"interface 1\nfunction f ()\n", "the extension is not named"},
    {BEGIN, "no function is declared"},
    {BEGIN "extension fy 1\n", ":3: the extension is named twice"},
    {"interface 1\nextension Fx 1\n", ":2: a name that cannot be"},
    {"interface 1\nextension fx 0\n", ":2: a number that cannot be"},
    {"interface 1\nextension fx 01\n", ":2: a number that cannot be"},
    {"interface 1\nextension fx 99999999999999999999\n", ":2: a number that cannot be"},
    {"interface 1\nextension fx\n", ":2: the extension's version is wanted here, not the end of"},
    {BEGIN "function f\n", ":3: `(` is wanted here"},
    {BEGIN "function f (\n\n a\n)\n", ":6: a type is wanted here, not )"},
    {BEGIN "function f (a float)\n", ":3: no type of a parameter"},
    {BEGIN "function f (a status)\n", ":3: no type of a parameter"},
    {BEGIN "function f (a int64 b int64)\n", ":3: `,` or `)` is wanted here, not b"},
    {BEGIN "function f (a int64, a text)\n", ":3: a name stands twice"},
    {BEGIN "function f (a callback c)\n", ":3: no callback has this name"},
    {BEGIN "callback c ()\nfunction f (a out callback c)\n", ":4: `out` cannot stand here"},
    {BEGIN "callback c (a out int64)\n", ":3: `out` cannot stand here"},
    {BEGIN "callback c ()\ncallback d (c callback c)\n", ":4: a callback takes no callback"},
    {BEGIN "callback c () -> status\n", ":3: no type of a result"},
    {BEGIN "function f () -> text\n", ":3: no type of a result"},
    {BEGIN "function f () -> callback\n", ":3: no type of a result"},
    {BEGIN "function f () ->\n", ":3: a type is wanted here"},
    {BEGIN "function f () int64\n", ":3: the end of the declaration is wanted here, not int64"},
    {BEGIN "function f ()\nfunction f ()\n", ":4: a name stands twice"},
    {BEGIN "callback f ()\ncallback f ()\n", ":4: a name stands twice"},
    {BEGIN "function f (a out text)\n", "`out text` or `out bytes`, but no `release`"},
    {BEGIN "status 2 a \"a\"\nstatus 2 b \"b\"\n", ":4: a number that does not rise"},
    {BEGIN "status 2 a \"a\"\nstatus 3 a \"b\"\n", ":4: a name stands twice"},
    {BEGIN "status 256 a \"a\"\n", ":3: a number that cannot be"},
    {BEGIN "status 2 a \"\"\n", ":3: a text that cannot be"},
    {BEGIN "status 2 a \"a\n", "what the status means, in quotes is wanted here"},
    {BEGIN "object \"a\"\nobject \"b\"\n", ":4: the object is named twice"},
    {BEGIN "release a\nrelease b\n", ":4: the release stands twice"},
    {BEGIN "frob\n", ":3: extension, object, release"},
    {BEGIN "function f ()\n)\n", ":4: extension, object"},
};

static void tells_what_is_wrong_and_where(void **state)
{
    (void)state;
    for (size_t i = 0; i < LIC_COUNT(mistakes); i++) {
        lic_interface *face = NULL;
        lic_error error = {0};
        lic_status status = lic_interface_parse(lic_slice_text(mistakes[i].text), "t.interface",
                                                &lic_allocator_system, &face, &error);
        if (status == LIC_OK || strstr(error.text, mistakes[i].told) == NULL)
            fail_msg("[%s] says [%s], not [%s]", mistakes[i].text, error.text, mistakes[i].told);
        assert_null(face);
        assert_true(error.help[0] != '\0');
    }
}

static void refuses_too_much(void **state)
{
    (void)state;
    lic_buffer text;
    lic_error error;
    lic_interface *face;
    lic_buffer_init(&text, &lic_allocator_system, 1u << 20);
    lic_put_text(&text, BEGIN "function f (");
    for (unsigned i = 0; i < LIC_INTERFACE_PARAMETERS; i++) lic_put_format(&text, "p%u bool, ", i);
    lic_put_text(&text, "q bool)\n");
    lic_slice all = lic_slice_of(text.data, text.size);
    assert_int_equal(lic_interface_parse(all, "t", &lic_allocator_system, &face, &error),
                     LIC_MALFORMED);
    assert_non_null(strstr(error.text, "too many parameters"));
    lic_buffer_clear(&text);
    lic_put_text(&text, BEGIN);
    for (unsigned i = 0; i <= LIC_INTERFACE_FUNCTIONS; i++)
        lic_put_format(&text, "function f%u ()\n", i);
    all = lic_slice_of(text.data, text.size);
    assert_int_equal(lic_interface_parse(all, "t", &lic_allocator_system, &face, &error),
                     LIC_MALFORMED);
    assert_non_null(strstr(error.text, "t:67: too many functions"));
    lic_buffer_clear(&text);
    while (text.size <= LIC_INTERFACE_MAX) lic_put_u8(&text, '\n');
    all = lic_slice_of(text.data, text.size);
    assert_int_equal(lic_interface_parse(all, "t", &lic_allocator_system, &face, &error),
                     LIC_TOO_LARGE);
    lic_buffer_free(&text);
}

/* -- comparing --------------------------------------------------------------------------------- */

#define BODY "release r\ncallback c (n int64) -> bool\nfunction f (a int64, b out text)\n"

static const struct {
    const char *other, *told;
    lic_status status;
} differences[] = {
    {"interface 1\nextension fy 1\n" BODY, "name: the interface file says fx, the object says fy",
     LIC_MALFORMED},
    {"interface 1\nextension fx 2\n" BODY, "the interface file is version 1, the object version 2",
     LIC_VERSION},
    {BEGIN "release r\ncallback c (n int64) -> bool\nfunction f (a uint64, b out text)\n",
     "function: the interface file says f (a int64, b out text), the object says f (a uint64, b "
     "out "
     "text)",
     LIC_MALFORMED},
    {BEGIN "release r\ncallback c (n int64) -> bool\nfunction f (a int64, b out text) -> status\n",
     "the object says f (a int64, b out text) -> status", LIC_MALFORMED},
    {BEGIN "release r\ncallback c (n int64)\nfunction f (a int64, b out text)\n",
     "callback: the interface file says c (n int64) -> bool, the object says c (n int64)",
     LIC_MALFORMED},
    {BEGIN BODY "function g ()\n",
     "the interface file says nothing of that name, the object says g ()", LIC_MALFORMED},
    {BEGIN "release r\ncallback c (n int64) -> bool\nfunction g (a int64, b out text)\n",
     "says f (a int64, b out text), the object says nothing of that name", LIC_MALFORMED},
    {BEGIN "release s\ncallback c (n int64) -> bool\nfunction f (a int64, b out text)\n",
     "release: the interface file says r, the object says s", LIC_MALFORMED},
    {BEGIN BODY "status 1 a \"a\"\n", "statuses", LIC_MALFORMED},
};

static void shows_both_sides_of_a_difference(void **state)
{
    (void)state;
    lic_interface *file = parse(BEGIN BODY);
    for (size_t i = 0; i < LIC_COUNT(differences); i++) {
        lic_interface *object = parse(differences[i].other);
        lic_error error = {0};
        assert_int_equal(lic_interface_compare(file, object, &error), differences[i].status);
        if (strstr(error.text, differences[i].told) == NULL)
            fail_msg("[%s], not [%s]", error.text, differences[i].told);
        lic_interface_destroy(object);
    }
    lic_interface_destroy(file);
}

static void gives_all_memory_back(void **state)
{
    (void)state;
    for (size_t n = 0; n < 4; n++) {
        unit_heap heap = {.left = n};
        lic_allocator allocator = unit_allocator(&heap);
        lic_interface *face = NULL;
        lic_status status = lic_interface_parse(lic_slice_text(good), "t.interface", &allocator,
                                                &face, NULL);
        assert_true(status == LIC_OK || status == LIC_NO_MEMORY);
        if (n == 0) assert_int_equal(status, LIC_NO_MEMORY);
        lic_interface_destroy(face);
        assert_int_equal(heap.live_bytes, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_is_declared),           cmocka_unit_test(prints_the_same_again),
        cmocka_unit_test(tells_what_is_wrong_and_where),    cmocka_unit_test(refuses_too_much),
        cmocka_unit_test(shows_both_sides_of_a_difference), cmocka_unit_test(gives_all_memory_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
