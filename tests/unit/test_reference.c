/* Catches: a reference table out of order or with a code twice (an index would mean another place), a
 * look-up that misses or takes a wrong form, hashed bytes that are not the table, a lost module. */
#include "unit.h"

#include <licet/reference.h>

#include <stdlib.h>
#include <string.h>

static void territories_ascend(void **state)
{
    (void)state;
    assert_int_equal(lic_territory_count(), 249);
    for (size_t i = 0; i < lic_territory_count(); i++) {
        const char *code = lic_territory_code(i);
        assert_int_equal(strlen(code), 2);
        assert_true(strlen(lic_territory_name(i)) > 0);
        if (i > 0) assert_true(strcmp(lic_territory_code(i - 1), code) < 0);
        uint8_t index;
        assert_true(lic_territory_find(lic_slice_text(code), &index));
        assert_int_equal(index, i);
    }
}

static void other_codes_are_no_territory(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "G", "gb", "GBR", "UK", "ZZ", "AA", "G ", "\xC3\x84"};
    uint8_t index;
    for (size_t i = 0; i < LIC_COUNT(bad); i++)
        assert_false(lic_territory_find(lic_slice_text(bad[i]), &index));
    assert_false(lic_territory_find(lic_slice_of("G\0", 2), &index));
}

static void currencies_have_their_minor_unit(void **state)
{
    (void)state;
    unsigned minor = 9;
    assert_true(lic_currency_find(lic_slice_text("USD"), &minor));
    assert_int_equal(minor, 2);
    assert_true(lic_currency_find(lic_slice_text("JPY"), &minor));
    assert_int_equal(minor, 0);
    assert_true(lic_currency_find(lic_slice_text("KWD"), &minor));
    assert_int_equal(minor, 3);
    for (size_t i = 0; i < lic_currency_count(); i++) {
        assert_true(lic_currency_find(lic_slice_text(lic_currency_code(i)), &minor));
        if (i > 0) assert_true(strcmp(lic_currency_code(i - 1), lic_currency_code(i)) < 0);
    }
    assert_false(lic_currency_find(lic_slice_text("XXX"), &minor));
    assert_false(lic_currency_find(lic_slice_text("usd"), &minor));
    assert_false(lic_currency_find(lic_slice_text("US"), &minor));
    assert_false(lic_currency_find(lic_slice_text("USDX"), &minor));
}

/* An image compiled today names these hashes: the bytes never change under the same name. */
static void reference_bytes_are_the_tables(void **state)
{
    (void)state;
    lic_slice bytes = lic_reference_bytes("territories");
    static const char first[] = "territories\nAD\nAE\nAF\n";
    assert_int_equal(bytes.size, strlen("territories\n") + 3 * lic_territory_count());
    assert_memory_equal(bytes.data, first, sizeof first - 1);
    assert_memory_equal(bytes.data + bytes.size - 3, "ZW\n", 3);

    bytes = lic_reference_bytes("currencies");
    assert_int_equal(bytes.size, strlen("currencies\n") + 6 * lic_currency_count());
    assert_memory_equal(bytes.data, "currencies\nAED 2\n", 17);
    assert_int_equal(lic_reference_bytes("planets").size, 0);
}

static void modules_are_compiled_in(void **state)
{
    (void)state;
    static const char *const names[] = {"territory"};
    for (size_t i = 0; i < LIC_COUNT(names); i++) {
        assert_string_equal(lic_stdlib_module_name(i), names[i]);
        lic_slice text;
        assert_true(lic_stdlib_module(NULL, lic_slice_text(names[i]), &text));
        char start[64] = "licet 1\nmodule ";
        strcat(start, names[i]);
        strcat(start, "\n");
        assert_true(text.size > strlen(start));
        assert_memory_equal(text.data, start, strlen(start));
        assert_int_equal(text.data[text.size - 1], '\n');
    }
    assert_null(lic_stdlib_module_name(LIC_COUNT(names)));
    lic_slice text;
    assert_false(lic_stdlib_module(NULL, lic_slice_text("tax"), &text));
    assert_false(lic_stdlib_module(NULL, lic_slice_text(""), &text));
}

/* Every code in a module's set is a territory, and none stands twice. */
static void module_sets_name_territories(void **state)
{
    (void)state;
    for (size_t i = 0; lic_stdlib_module_name(i) != NULL; i++) {
        lic_slice text;
        assert_true(lic_stdlib_module(NULL, lic_slice_text(lic_stdlib_module_name(i)), &text));
        bool inside = false, seen[LIC_TERRITORIES_MAX] = {false};
        for (size_t at = 0; at < text.size; at++) {
            uint8_t byte = text.data[at], index;
            if (byte == '{') inside = true, memset(seen, 0, sizeof seen);
            if (byte == '}') inside = false;
            if (!inside || byte < 'A' || byte > 'Z') continue;
            assert_true(lic_territory_find(lic_slice_of(text.data + at, 2), &index));
            assert_false(seen[index]);
            seen[index] = true;
            at++;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(territories_ascend),
        cmocka_unit_test(other_codes_are_no_territory),
        cmocka_unit_test(currencies_have_their_minor_unit),
        cmocka_unit_test(reference_bytes_are_the_tables),
        cmocka_unit_test(modules_are_compiled_in),
        cmocka_unit_test(module_sets_name_territories),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
