/* Lines that are parsed before their report is filed: the report over the same bytes takes them, and settles to the
 * same root as without; nothing else ever does.
 *
 * Would catch: parsed lines of one file that settle another one, because chunks are compared by number, size or content
 * that has changed since; lines that are lost where more is parsed than is kept; a second report that is given what the
 * first has read; a draft whose keys are looked up before they are all there; memory that is used after the state that
 * it belongs to is gone (sanitizers). */
#include "engine_agreements.h"

#include <licet/foresight.h>

/* More than the pieces that may be parsed ahead of a reader without foresight. */
enum { LINES = 40000, CHUNK = 16384 };

#define PRESS_MANY PRESS_BEGIN "  lines   at most 100,000, else set aside\n" PRESS_END

typedef struct usage {
    lic_buffer text;
    lic_cut *cut;
} usage;

/* Line i: `units` plus i modulo 7 of one of the three works. */
static void make(usage *u, unsigned units)
{
    static const char *const works[] = {"DEAAA0000001", "DEAAA0000002", "DEAAA0000003"};
    lic_error error;
    lic_buffer_init(&u->text, &lic_allocator_system, 1u << 24);
    for (unsigned i = 1; i <= LINES; i++)
        lic_put_format(&u->text, "%u\t%s\tfree\t%u\t\tx\n", i, works[i % 3], units + i % 7);
    assert_ok(lic_cut_create(&lic_allocator_system, &lic_hasher_native,
                             lic_slice_of(u->text.data, u->text.size), CHUNK, &u->cut, &error));
}

static void drop(usage *u)
{
    lic_cut_destroy(u->cut);
    lic_buffer_free(&u->text);
}

static lic_status try_file(fixture *f, uint32_t contract, const usage *u, const char *period)
{
    lic_transaction t = fixture_of(f, LIC_TX_REPORT, "Service");
    t.body.report.contract = fixture_contract(f, contract).id;
    t.body.report.period = fixture_date(period);
    const lic_upload_options options = {.bytes = lic_slice_of(u->text.data, u->text.size),
                                        .chunk_bytes = CHUNK,
                                        .cut = u->cut,
                                        .keypair = &f->keys[fixture_party(f, "Service")]};
    return lic_engine_upload(f->engine, &t, &options, &f->outcome, &f->error);
}

/* The root after the file's report, as it is without foresight. */
static lic_hash settled_root(unsigned units)
{
    fixture f;
    usage u;
    uint32_t contract = press_open(&f, PRESS_MANY);
    make(&u, units);
    fixture_register(&f, "Other");
    fixture_good(&f, try_file(&f, contract, &u, "2026-01-01"));
    assert_int_equal(f.outcome.accepted, LINES);
    lic_hash root = fixture_root(&f);
    drop(&u);
    fixture_end(&f);
    return root;
}

static void same_bytes_settle_alike(void **state)
{
    (void)state;
    fixture f;
    usage u;
    lic_hash want = settled_root(10);
    uint32_t contract = press_open(&f, PRESS_MANY);
    make(&u, 10);
    lic_foresight *foresight = lic_foresight_begin(f.engine, contract, 0, u.cut);
    assert_non_null(foresight);
    assert_null(lic_foresight_begin(f.engine, contract, 0, u.cut)); /* one at a time */
    fixture_register(&f, "Other"); /* a block is written meanwhile */
    fixture_good(&f, try_file(&f, contract, &u, "2026-01-01"));
    lic_hash root = fixture_root(&f);
    assert_true(lic_hash_equal(&root, &want));
    lic_foresight_end(foresight);
    drop(&u);
    fixture_end(&f);
}

static void other_bytes_are_parsed_themselves(void **state)
{
    (void)state;
    fixture f;
    usage begun, filed;
    lic_hash want = settled_root(20);
    uint32_t contract = press_open(&f, PRESS_MANY);
    make(&begun, 10);
    make(&filed, 20); /* as many lines, bytes and chunks */
    assert_int_equal(begun.text.size, filed.text.size);
    lic_foresight *foresight = lic_foresight_begin(f.engine, contract, 0, begun.cut);
    assert_non_null(foresight);
    fixture_register(&f, "Other");
    fixture_good(&f, try_file(&f, contract, &filed, "2026-01-01"));
    lic_hash root = fixture_root(&f);
    assert_true(lic_hash_equal(&root, &want));
    lic_foresight_end(foresight);
    drop(&begun);
    drop(&filed);
    fixture_end(&f);
}

/* The second month has the same lines, and they are its own. */
static void taken_once(void **state)
{
    (void)state;
    fixture f;
    usage u;
    uint32_t contract = press_open(&f, PRESS_MANY);
    make(&u, 10);
    lic_foresight *foresight = lic_foresight_begin(f.engine, contract, 0, u.cut);
    assert_non_null(foresight);
    fixture_good(&f, try_file(&f, contract, &u, "2026-01-01"));
    fixture_clock(&f, "2026-03-01");
    fixture_good(&f, try_file(&f, contract, &u, "2026-02-01"));
    assert_int_equal(f.outcome.lines, LINES);
    assert_int_equal(f.outcome.accepted, LINES);
    lic_foresight_end(foresight);
    drop(&u);
    fixture_end(&f);
}

static void not_for_drafts_and_one_thread(void **state)
{
    (void)state;
    fixture f;
    usage u;
    uint32_t contract = press_deploy(&f, PRESS_MANY);
    make(&u, 10);
    press_load(&f, contract);
    assert_null(lic_foresight_begin(f.engine, contract, 0, u.cut));
    assert_null(lic_foresight_begin(f.engine, contract + 1, 0, u.cut));
    fixture_sign(&f, contract, "Label");
    fixture_sign(&f, contract, "Service");
    assert_null(lic_foresight_begin(f.engine, contract, 9, u.cut));
    f.options.threads = 1;
    fixture_reopen(&f);
    assert_null(lic_foresight_begin(f.engine, contract, 0, u.cut));
    drop(&u);
    fixture_end(&f);
}

/* A refused report, a state that is read again, and an engine that is closed first. */
static void ends_in_any_order(void **state)
{
    (void)state;
    fixture f;
    usage u;
    uint32_t contract = press_open(&f, PRESS_MANY);
    make(&u, 10);
    lic_foresight *foresight = lic_foresight_begin(f.engine, contract, 0, u.cut);
    assert_non_null(foresight);
    fixture_refused(&f, try_file(&f, contract, &u, "2026-02-01"), LIC_REFUSED, "order");
    fixture_reopen(&f);
    fixture_good(&f, try_file(&f, contract, &u, "2026-01-01"));
    lic_foresight_end(foresight);
    foresight = lic_foresight_begin(f.engine, contract, 0, u.cut);
    assert_non_null(foresight);
    fixture_end(&f);
    lic_foresight_end(foresight);
    drop(&u);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_bytes_settle_alike),
        cmocka_unit_test(other_bytes_are_parsed_themselves),
        cmocka_unit_test(taken_once),
        cmocka_unit_test(not_for_drafts_and_one_thread),
        cmocka_unit_test(ends_in_any_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
