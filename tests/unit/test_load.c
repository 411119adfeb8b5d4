/* Loading schedules: what is wrong with a file is refused with line and remedy, and leaves nothing. */
#include "engine_agreements.h"

#include "state.h"

typedef struct bad_file {
    const char *table, *text, *code, *says;
} bad_file;

/* Roots of every table: equal before and after a refusal. */
static lic_hash rows_root(fixture *f, uint32_t contract)
{
    return fixture_contract(f, contract).rows_root;
}

static void refuses_and_leaves_nothing(void **state)
{
    (void)state;
    fixture f;
    uint32_t c = press_deploy(&f, PRESS_ASIDE);
    fixture_load(&f, c, "Payees", "Label", PRESS_PAYEES);
    lic_hash empty = rows_root(&f, c), root = fixture_root(&f);
    const bad_file works[] = {
        {"Works", "DEAAA0000001\t100\nDEAAA0000001\t100\n", "duplicate", "line 2"},
        {"Works", "DEAAA0000001\t100\nDEAAA000002\t1\n", "key", "line 2"},
        {"Works", "DEAAA0000001\t100001\n", "value", "price"},
        {"Works", "DEAAA0000001\t-1\n", "value", "line 1"},
        {"Works", "DEAAA0000001\t1.5\n", "value", "line 1"},
        {"Works", "DEAAA0000001\n", "columns", "line 1"},
        {"Works", "DEAAA0000001\t1\t2\n", "columns", "line 1"},
        {"Works", "DEAAA0000001\t1\n\n", "columns", "line 2"},
        {"Works", "DEAAA0000001\t\xff\n", "encoding", "line 1"},
        {"Works.holders", "DEAAA0000001\t0\tP1\t1\n", "unknown", "line 1"},
        {"Payees", PRESS_PAYEES, "loaded", ""},
    };
    for (size_t i = 0; i < LIC_COUNT(works); i++) {
        fixture_refused(&f,
                        try_load(&f, c, works[i].table, "Label", lic_slice_text(works[i].text), 0),
                        LIC_REFUSED, works[i].code);
        if (strstr(f.error.text, works[i].says) == NULL)
            fail_msg("\"%s\" does not say %s", f.error.text, works[i].says);
        assert_true(f.error.help[0] != '\0');
        lic_hash after = rows_root(&f, c), tip = fixture_root(&f);
        assert_true(lic_hash_equal(&after, &empty));
        assert_true(lic_hash_equal(&tip, &root));
    }
    fixture_load(&f, c, "Works", "Label", PRESS_WORKS); /* still possible */
    fixture_end(&f);
}

static void checks_shares(void **state)
{
    (void)state;
    fixture f;
    uint32_t c = press_deploy(&f, PRESS_ASIDE);
    fixture_load(&f, c, "Payees", "Label", PRESS_PAYEES);
    fixture_load(&f, c, "Works", "Label", "DEAAA0000001\t100\nDEAAA0000002\t1\n");
    lic_hash before = rows_root(&f, c);
    const bad_file files[] = {
        {"", "DEAAA0000001\t0\tP1\t0.5\nDEAAA0000001\t1\tP2\t0.4999\nDEAAA0000002\t0\tP1\t1\n",
         "shares", "99.99 %"},
        {"", "DEAAA0000001\t0\tP1\t0.5\nDEAAA0000001\t1\tP2\t0.5001\nDEAAA0000002\t0\tP1\t1\n",
         "shares", "100.01 %"},
        {"", "DEAAA0000001\t0\tP1\t1\n", "rows", "DEAAA0000002"},
        {"", "DEAAA0000001\t0\tP1\t0.5\nDEAAA0000001\t1\tP1\t0.5\nDEAAA0000002\t0\tP1\t1\n",
         "duplicate", "line 2"},
        {"", "DEAAA0000001\t0\tP9\t1\nDEAAA0000002\t0\tP1\t1\n", "unknown", "P9"},
        {"", "DEAAA0000001\t1\tP1\t1\nDEAAA0000002\t0\tP1\t1\n", "ordinal", "line 1"},
        {"", "DEAAA0000001\t0\tP1\t0.5\nDEAAA0000001\t2\tP2\t0.5\nDEAAA0000002\t0\tP1\t1\n",
         "ordinal", "line 2"},
        {"", "DEAAA0000001\t0\tP1\t0.5\nDEAAA0000002\t0\tP1\t1\nDEAAA0000001\t0\tP2\t0.5\n",
         "order", "line 3"},
    };
    for (size_t i = 0; i < LIC_COUNT(files); i++) {
        fixture_refused(&f,
                        try_load(&f, c, "Works.holders", "Label", lic_slice_text(files[i].text), 0),
                        LIC_REFUSED, files[i].code);
        if (strstr(f.error.text, files[i].says) == NULL)
            fail_msg("\"%s\" does not say %s", f.error.text, files[i].says);
        lic_hash after = rows_root(&f, c);
        assert_true(lic_hash_equal(&after, &before));
    }
    fixture_end(&f);
}

/* Rows are in the contract's tables as the file has them, in one chunk or in many, before and after reopening. */
static void chunks_do_not_matter(void **state)
{
    (void)state;
    lic_hash first;
    const uint32_t sizes[] = {0, 16, 21, 40, 100};
    for (size_t i = 0; i < LIC_COUNT(sizes); i++) {
        fixture f;
        uint32_t c = press_deploy(&f, PRESS_ASIDE);
        fixture_good(&f,
                     try_load(&f, c, "Payees", "Label", lic_slice_text(PRESS_PAYEES), sizes[i]));
        fixture_good(&f, try_load(&f, c, "Works", "Label", lic_slice_text(PRESS_WORKS), sizes[i]));
        fixture_good(
            &f, try_load(&f, c, "Works.holders", "Label", lic_slice_text(PRESS_HOLDERS), sizes[i]));
        lic_hash root = rows_root(&f, c);
        if (i == 0) first = root;
        assert_true(lic_hash_equal(&root, &first));
        fixture_reopen(&f);
        root = rows_root(&f, c);
        assert_true(lic_hash_equal(&root, &first));
        uint16_t works = fixture_table(&f, c, "Works");
        uint32_t row = 0;
        fixture_good(&f, lic_engine_find_row(f.engine, c, works, lic_slice_text("DEAAA0000002"),
                                             &row, &f.error));
        assert_int_equal(row, 1);
        fixture_end(&f);
    }
}

static void closed_by_the_first_signature(void **state)
{
    (void)state;
    fixture f;
    uint32_t c = press_deploy(&f, PRESS_ASIDE);
    fixture_refused(&f, try_sign(&f, c, "Label"), LIC_REFUSED, "rows");
    press_load(&f, c);
    fixture_sign(&f, c, "Label");
    fixture_refused(&f, try_load(&f, c, "Works", "Label", lic_slice_text(PRESS_WORKS), 0),
                    LIC_REFUSED, "closed");
    fixture_refused(&f, try_load(&f, c, "Works", "Service", lic_slice_text(PRESS_WORKS), 0),
                    LIC_DENIED, "deployer");
    fixture_end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_and_leaves_nothing),
        cmocka_unit_test(checks_shares),
        cmocka_unit_test(chunks_do_not_matter),
        cmocka_unit_test(closed_by_the_first_signature),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
