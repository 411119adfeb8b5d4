/* Catches: a status without id or message, two statuses with one id or number, an exit code outside
 * sysexits, an error text that runs over its room. */
#include "unit.h"

#include <licet/status.h>

#include <string.h>

static const lic_status all[] = {
#define STATUS(name, number, id, exit, message) LIC_##name,
#include <licet/statuses.def>
#undef STATUS
};

static void ids_are_unique(void **state)
{
    (void)state;
    for (size_t i = 0; i < LIC_COUNT(all); i++)
        for (size_t k = 0; k < i; k++) {
            assert_int_not_equal(all[i], all[k]);
            assert_string_not_equal(lic_status_id(all[i]), lic_status_id(all[k]));
        }
}

static void every_status_is_complete(void **state)
{
    (void)state;
    for (size_t i = 0; i < LIC_COUNT(all); i++) {
        assert_true(strlen(lic_status_id(all[i])) > 0);
        assert_true(strlen(lic_status_message(all[i])) > 0);
        int code = lic_status_exit(all[i]);
        assert_true(code == 0 || code == 1 || (code >= 64 && code <= 78));
        assert_int_equal(code == 0, all[i] == LIC_OK);
    }
}

static void numbers_are_frozen(void **state)
{
    (void)state;
    assert_int_equal(LIC_OK, 0);
    assert_int_equal(LIC_MALFORMED, 4);
    assert_int_equal(LIC_REFUSED, 11);
    assert_int_equal(LIC_CONFIGURATION, 19);
    assert_string_equal(lic_status_id(LIC_TRAPPED), "trapped");
    assert_int_equal(lic_status_exit(LIC_LOCKED), 75);
}

static void error_is_filled(void **state)
{
    (void)state;
    lic_error error;
    lic_status status = lic_fail(&error, LIC_IO, "read", "give a file", "cannot read %s", "x.tsv");
    assert_int_equal(status, LIC_IO);
    assert_int_equal(error.status, LIC_IO);
    assert_string_equal(error.code, "read");
    assert_string_equal(error.help, "give a file");
    assert_string_equal(error.text, "cannot read x.tsv");
}

static void long_texts_are_cut(void **state)
{
    (void)state;
    char text[2000];
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    lic_error error;
    assert_int_equal(lic_fail(&error, LIC_IO, text, text, "%s", text), LIC_IO);
    assert_int_equal(strlen(error.text), sizeof error.text - 1);
    assert_int_equal(strlen(error.code), sizeof error.code - 1);
    assert_int_equal(strlen(error.help), sizeof error.help - 1);
}

static void error_may_be_absent(void **state)
{
    (void)state;
    assert_int_equal(lic_fail(NULL, LIC_DENIED, NULL, NULL, "no"), LIC_DENIED);
}

static lic_status tries(lic_status first, bool *reached)
{
    LIC_TRY(first);
    *reached = true;
    return LIC_OK;
}

static void try_returns_at_once(void **state)
{
    (void)state;
    bool reached = false;
    assert_int_equal(tries(LIC_CORRUPT, &reached), LIC_CORRUPT);
    assert_false(reached);
    assert_ok(tries(LIC_OK, &reached));
    assert_true(reached);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_are_unique),      cmocka_unit_test(every_status_is_complete),
        cmocka_unit_test(numbers_are_frozen),  cmocka_unit_test(error_is_filled),
        cmocka_unit_test(long_texts_are_cut),  cmocka_unit_test(error_may_be_absent),
        cmocka_unit_test(try_returns_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
