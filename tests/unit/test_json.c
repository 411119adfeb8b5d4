/* The JSON writer. Would catch: a missing comma, an unescaped control character or quote, bytes that
 * are not UTF-8 let through, money as a JSON number. */
#include "unit.h"

#include <licet/json.h>

#include <string.h>

static lic_buffer text;
static lic_json json;

static int begin(void **state)
{
    (void)state;
    lic_buffer_init(&text, &lic_allocator_system, 1u << 20);
    lic_json_init(&json, &text);
    return 0;
}

static int finish(void **state)
{
    (void)state;
    lic_buffer_free(&text);
    return 0;
}

static void expect(const char *wanted)
{
    assert_false(text.failed);
    assert_int_equal(text.size, strlen(wanted));
    assert_memory_equal(text.data, wanted, text.size);
}

static void nests_and_separates(void **state)
{
    (void)state;
    lic_json_object(&json);
    lic_json_put_integer(&json, "a", -7);
    lic_json_key(&json, "b");
    lic_json_array(&json);
    lic_json_bool(&json, true);
    lic_json_null(&json);
    lic_json_object(&json);
    lic_json_end(&json);
    lic_json_array(&json);
    lic_json_end(&json);
    lic_json_end(&json);
    lic_json_put_text(&json, "c", NULL);
    lic_json_end(&json);
    expect("{\"a\":-7,\"b\":[true,null,{},[]],\"c\":null}");
}

static void escapes_what_must_be(void **state)
{
    (void)state;
    static const uint8_t bytes[] = "q\"b\\n\nt\tr\r\x01\x7f\xc3\xa9";
    lic_json_slice(&json, lic_slice_of(bytes, sizeof bytes - 1));
    expect("\"q\\\"b\\\\n\\nt\\tr\\r\\u0001\\u007f\xc3\xa9\"");
}

/* Overlong, lone continuation, cut short, surrogate: one replacement a byte. */
static void replaces_what_is_not_utf8(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {0xC0, 0x80, 'a', 0x80, 0xED, 0xA0, 0x80, 0xE2, 0x82};
    lic_json_slice(&json, lic_slice_of(bytes, sizeof bytes));
    expect("\"\\ufffd\\ufffda\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\"");
}

static void money_is_text_beside_its_currency(void **state)
{
    (void)state;
    lic_json_object(&json);
    lic_json_put_money(&json, "net", (lic_i128)-122850000000, 6, 2, "GBP");
    lic_json_key(&json, "large");
    lic_json_decimal(&json, LIC_I128_MAX, 0, 0);
    lic_json_end(&json);
    expect("{\"net\":{\"amount\":\"-122850.00\",\"currency\":\"GBP\"},"
           "\"large\":\"170141183460469231731687303715884105727\"}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nests_and_separates, begin, finish),
        cmocka_unit_test_setup_teardown(escapes_what_must_be, begin, finish),
        cmocka_unit_test_setup_teardown(replaces_what_is_not_utf8, begin, finish),
        cmocka_unit_test_setup_teardown(money_is_text_beside_its_currency, begin, finish),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
