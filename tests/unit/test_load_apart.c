/* Schedules that two threads load: rows and refusals are those of one thread, wherever in the file a line is wrong. */
#include "engine_agreements.h"

#include "state.h"

/* Eight lines a chunk, so that chunks begin at any of a work's holders. */
enum { WORKS = 40, HOLDERS = 3, LINES = WORKS * HOLDERS, CHUNK = 180, TEXT = 8192 };

typedef enum mistake {
    NONE,
    FIRST_AGAIN, /* an ordinal of 0 */
    PARENT_OF_BEFORE,
    PARENT_OF_NOBODY,
    PAYEE_OF_NOBODY,
    COLUMN_TOO_FEW,
    NO_TEXT,
    SHARE_TOO_LARGE,
    TWICE,
    MISTAKES
} mistake;

typedef struct pair {
    fixture one, two;
    uint32_t contract;
    lic_threshold_counts counts; /* of the second */
} pair;

/* -- files -------------------------------------------------------------------------------------------- */

static const char *holder(mistake wrong, unsigned line, char text[64])
{
    unsigned work = line / HOLDERS, ordinal = line % HOLDERS, payee = 1 + (line + work) % 9;
    const char *share = ordinal == 0 ? "0.4" : "0.3", *end = "\n";
    if (wrong == FIRST_AGAIN) ordinal = 0;
    if (wrong == PARENT_OF_BEFORE) work = work < 2 ? WORKS : work - 2;
    if (wrong == PARENT_OF_NOBODY) work = WORKS;
    if (wrong == PAYEE_OF_NOBODY) payee = 99;
    if (wrong == COLUMN_TOO_FEW) share = "";
    if (wrong == NO_TEXT) end = "\xff\n";
    if (wrong == SHARE_TOO_LARGE) share = "1.5";
    (void)snprintf(text, 64, "DEAAA%07u\t%u\tP%u%s%s%s", work, ordinal, payee,
                   wrong == COLUMN_TOO_FEW ? "" : "\t", share, end);
    return text;
}

static const char *work(mistake wrong, unsigned line, char text[64])
{
    const char *end = wrong == NO_TEXT ? "\xff\n" : "\n";
    unsigned number = wrong == PARENT_OF_BEFORE && line > 0 ? line - 1 : line;
    if (wrong == COLUMN_TOO_FEW) (void)snprintf(text, 64, "DEAAA%07u\n", number);
    else if (wrong == PARENT_OF_NOBODY) (void)snprintf(text, 64, "DEAAA%06u\t1\n", number);
    else if (wrong == SHARE_TOO_LARGE) (void)snprintf(text, 64, "DEAAA%07u\t999999\n", number);
    else (void)snprintf(text, 64, "DEAAA%07u\t%u%s", number, 1 + line, end);
    return text;
}

/* All holders of a work are given to one before it. */
static bool is_wrong(mistake wrong, unsigned lines, unsigned line, unsigned at)
{
    unsigned together = wrong == PARENT_OF_BEFORE && lines == LINES ? HOLDERS : 1;
    return wrong != TWICE && line / together == at / together;
}

/* `lines` lines, of which number `at` is wrong. */
static lic_slice file(const char *(*line)(mistake, unsigned, char *), unsigned lines, mistake wrong,
                      unsigned at, char text[TEXT])
{
    size_t size = 0;
    for (unsigned i = 0; i < lines; i++) {
        char one[64];
        for (unsigned n = wrong == TWICE && i == at ? 2 : 1; n > 0; n--) {
            const char *put = line(is_wrong(wrong, lines, i, at) ? wrong : NONE, i, one);
            assert_true(size + strlen(put) < TEXT);
            memcpy(text + size, put, strlen(put));
            size += strlen(put);
        }
    }
    return lic_slice_of(text, size);
}

static lic_slice payees(char text[TEXT])
{
    size_t size = 0;
    for (unsigned i = 1; i < 10; i++)
        size += (size_t)snprintf(text + size, TEXT - size, "P%u\tName %u\n", i, i);
    return lic_slice_of(text, size);
}

/* -- two ledgers -------------------------------------------------------------------------------------- */

static void begin(pair *p)
{
    char text[TEXT];
    p->counts = (lic_threshold_counts){0};
    p->contract = press_deploy(&p->one, PRESS_ASIDE);
    (void)press_deploy(&p->two, PRESS_ASIDE);
    p->one.options.threads = 1;
    p->two.options.thresholds.counts = &p->counts;
    fixture_reopen(&p->one);
    fixture_reopen(&p->two);
    fixture_good(&p->one, try_load(&p->one, p->contract, "Payees", "Label", payees(text), 40));
    fixture_good(&p->two, try_load(&p->two, p->contract, "Payees", "Label", payees(text), 40));
    assert_int_equal(p->counts.loads, 1);
}

static lic_status load_both(pair *p, const char *name, lic_slice bytes)
{
    lic_status one = try_load(&p->one, p->contract, name, "Label", bytes, CHUNK);
    lic_status two = try_load(&p->two, p->contract, name, "Label", bytes, CHUNK);
    assert_int_equal(one, two);
    if (one != LIC_OK) {
        assert_string_equal(p->one.error.code, p->two.error.code);
        assert_string_equal(p->one.error.text, p->two.error.text);
    }
    lic_hash a = fixture_contract(&p->one, p->contract).rows_root,
             b = fixture_contract(&p->two, p->contract).rows_root;
    assert_true(lic_hash_equal(&a, &b));
    return one;
}

/* Every row's parent, and every parent's span, which no root of the rows holds. */
static void compare_spans(pair *p)
{
    uint16_t works = fixture_table(&p->one, p->contract, "Works");
    uint16_t holders = fixture_table(&p->one, p->contract, "Works.holders");
    const lic_tables *a = p->one.engine->contracts[p->contract]->tables,
                     *b = p->two.engine->contracts[p->contract]->tables;
    uint16_t span = a->image->tables[holders].parent_span;
    for (uint32_t i = 0; i < WORKS; i++)
        assert_memory_equal(lic_field_at(a, span, i), lic_field_at(b, span, i), 8);
    for (uint32_t i = 0; i < LINES; i++)
        assert_int_equal(a->states[holders].parents[i], b->states[holders].parents[i]);
    for (uint32_t i = 0; i < WORKS; i++)
        assert_int_equal(lic_table_find(b, works, lic_table_key(a, works, i)), i);
}

static void end(pair *p)
{
    fixture_end(&p->one);
    fixture_end(&p->two);
}

static void good_files(pair *p, uint64_t loads)
{
    char text[TEXT];
    assert_ok(load_both(p, "Works", file(work, WORKS, NONE, 0, text)));
    assert_ok(load_both(p, "Works.holders", file(holder, LINES, NONE, 0, text)));
    assert_int_equal(p->counts.loads, loads);
    compare_spans(p);
}

static void rows_are_the_same(void **state)
{
    (void)state;
    pair p;
    begin(&p);
    good_files(&p, 3);
    end(&p);
}

/* What is refused leaves nothing behind, and what is loaded after it is what it would have been. */
static void refusals_of_rows_with_keys(void **state)
{
    (void)state;
    pair p;
    char text[TEXT];
    begin(&p);
    for (unsigned wrong = PARENT_OF_BEFORE; wrong < MISTAKES; wrong++)
        for (unsigned at = 1; at < WORKS; at++)
            if (wrong != PAYEE_OF_NOBODY)
                assert_int_equal(
                    load_both(&p, "Works", file(work, WORKS, (mistake)wrong, at, text)),
                    LIC_REFUSED);
    good_files(&p, 3);
    end(&p);
}

static void refusals_of_child_rows(void **state)
{
    (void)state;
    pair p;
    char text[TEXT];
    begin(&p);
    assert_ok(load_both(&p, "Works", file(work, WORKS, NONE, 0, text)));
    for (unsigned wrong = FIRST_AGAIN; wrong < MISTAKES; wrong++)
        for (unsigned at = HOLDERS; at < LINES; at++)
            if (wrong != FIRST_AGAIN || at % HOLDERS != 0)
                assert_int_equal(
                    load_both(&p, "Works.holders", file(holder, LINES, (mistake)wrong, at, text)),
                    LIC_REFUSED);
    uint64_t before = p.counts.loads;
    assert_ok(load_both(&p, "Works.holders", file(holder, LINES, NONE, 0, text)));
    assert_int_equal(p.counts.loads, before + 1);
    compare_spans(&p);
    end(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_the_same),
        cmocka_unit_test(refusals_of_rows_with_keys),
        cmocka_unit_test(refusals_of_child_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
