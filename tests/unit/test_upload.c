/* Uploads: chunks in any order, resumed after closing, refused when altered, missing or without proof. */
#include "engine_agreements.h"

#define LINES                             \
    "1\tDEAAA0000001\tfree\t10\t\tx\n"    \
    "2\tDEAAA0000002\tpaid\t20\t1.5\tx\n" \
    "3\tDEAAA0000003\tfree\t30\t\tx\n"    \
    "4\tDEAAA0000001\tpaid\t40\t\tx\n"

#define CHUNKS 4

typedef struct pieces {
    lic_slice text;
    lic_slice chunk[CHUNKS];
    lic_merkle *tree;
    lic_transaction header;
} pieces;

static void cut(pieces *p)
{
    p->text = lic_slice_text(LINES);
    p->tree = lic_merkle_create(&lic_allocator_system, &lic_hasher_native);
    const uint8_t *at = p->text.data, *end = at + p->text.size;
    for (size_t i = 0; i < CHUNKS; i++) {
        const uint8_t *next = (const uint8_t *)memchr(at, '\n', (size_t)(end - at)) + 1;
        p->chunk[i] = lic_slice_of(at, (size_t)(next - at));
        at = next;
        lic_hash leaf;
        lic_merkle_leaf(&lic_hasher_native, p->chunk[i], &leaf);
        assert_ok(lic_merkle_set(p->tree, i, &leaf));
    }
}

static void send_header(fixture *f, pieces *p, uint32_t contract)
{
    p->header = fixture_of(f, LIC_TX_REPORT, "Service");
    p->header.body.report.contract = fixture_contract(f, contract).id;
    p->header.body.report.period = fixture_date("2026-01-01");
    p->header.body.report.bytes = p->text.size;
    p->header.body.report.lines = CHUNKS;
    p->header.body.report.chunks = CHUNKS;
    lic_merkle_tree_root(p->tree, &p->header.body.report.root);
    fixture_good(f, try_as(f, &p->header, "Service"));
}

static lic_status send_chunk(fixture *f, pieces *p, uint32_t index, lic_slice bytes)
{
    static lic_hash path[LIC_MERKLE_PATH_MAX];
    lic_transaction t;
    memset(&t, 0, sizeof t);
    size_t size = lic_merkle_path(p->tree, index, path);
    t.chain = p->header.chain;
    t.kind = LIC_TX_LINES;
    t.body.lines.upload = p->header.id;
    t.body.lines.index = index;
    t.body.lines.proof = (lic_hashes){(uint32_t)size,
                                      lic_slice_of(path[0].bytes, size * LIC_HASH_SIZE)};
    t.body.lines.chunk = bytes;
    assert_ok(lic_transaction_identify(&lic_hasher_native, &t, &f->error));
    return try_send(f, &t, NULL);
}

/* Orders 0123 and 3120 give the same money; the second ledger is closed between the chunks. */
static void any_order_and_resumed(void **state)
{
    (void)state;
    static const uint32_t orders[2][CHUNKS] = {{0, 1, 2, 3}, {3, 1, 2, 0}};
    lic_i128 owed[2];
    for (size_t o = 0; o < 2; o++) {
        fixture f;
        pieces p;
        uint32_t c = press_open(&f, PRESS_ASIDE);
        cut(&p);
        send_header(&f, &p, c);
        for (size_t i = 0; i < CHUNKS; i++) {
            fixture_good(&f, send_chunk(&f, &p, orders[o][i], p.chunk[orders[o][i]]));
            assert_int_equal(f.outcome.settled, i + 1 == CHUNKS);
            if (o == 1) fixture_reopen(&f);
        }
        assert_int_equal(f.outcome.accepted, CHUNKS);
        owed[o] = (lic_i128)fixture_contract(&f, c).statements;
        assert_int_equal(owed[o], 3);
        lic_merkle_destroy(p.tree);
        fixture_end(&f);
    }
}

static void refuses_what_the_root_does_not_name(void **state)
{
    (void)state;
    fixture f;
    pieces p;
    uint32_t c = press_open(&f, PRESS_ASIDE);
    cut(&p);
    send_header(&f, &p, c);
    lic_hash root = fixture_root(&f);
    fixture_refused(&f, send_chunk(&f, &p, 0, p.chunk[1]), LIC_REFUSED, "proof");
    fixture_refused(&f, send_chunk(&f, &p, 0, lic_slice_of(p.chunk[0].data, p.chunk[0].size - 1)),
                    LIC_REFUSED, "proof");
    uint8_t altered[64];
    memcpy(altered, p.chunk[2].data, p.chunk[2].size);
    altered[0] ^= 1;
    fixture_refused(&f, send_chunk(&f, &p, 2, lic_slice_of(altered, p.chunk[2].size)), LIC_REFUSED,
                    "proof");
    fixture_good(&f, send_chunk(&f, &p, 2, p.chunk[2]));
    fixture_good(&f,
                 send_chunk(&f, &p, 2, p.chunk[2])); /* the same bytes: the receipt that it has */
    assert_true(f.outcome.known);
    p.header.id.bytes[0] ^= 1;
    fixture_refused(&f, send_chunk(&f, &p, 1, p.chunk[1]), LIC_REFUSED, "upload");
    lic_hash after = fixture_root(&f);
    assert_true(lic_hash_equal(&root, &after));
    lic_merkle_destroy(p.tree);
    fixture_end(&f);
}

static void expires(void **state)
{
    (void)state;
    fixture f;
    pieces p;
    uint32_t c = press_open(&f, PRESS_ASIDE);
    cut(&p);
    send_header(&f, &p, c);
    fixture_good(&f, send_chunk(&f, &p, 0, p.chunk[0]));
    fixture_clock(&f, "2026-02-09"); /* seven days and one more */
    fixture_refused(&f, send_chunk(&f, &p, 1, p.chunk[1]), LIC_REFUSED, "upload");
    /* the period is still open: the file can be sent again */
    fixture_report(&f, c, 0, "Service", "2026-01-01", LINES);
    assert_true(f.outcome.settled);
    lic_merkle_destroy(p.tree);
    fixture_end(&f);
}

static void headers_that_lie(void **state)
{
    (void)state;
    fixture f;
    pieces p;
    uint32_t c = press_open(&f, PRESS_ASIDE);
    cut(&p);
    send_header(&f, &p, c);
    fixture_clock(&f, "2026-02-02");
    p.header = fixture_of(&f, LIC_TX_REPORT, "Service");
    p.header.body.report.contract = fixture_contract(&f, c).id;
    p.header.body.report.period = fixture_date("2026-01-01");
    p.header.body.report.bytes = p.text.size;
    p.header.body.report.lines = CHUNKS + 1;
    p.header.body.report.chunks = CHUNKS;
    lic_merkle_tree_root(p.tree, &p.header.body.report.root);
    fixture_good(&f, try_as(&f, &p.header, "Service"));
    for (uint32_t i = 0; i + 1 < CHUNKS; i++) fixture_good(&f, send_chunk(&f, &p, i, p.chunk[i]));
    lic_hash root = fixture_root(&f);
    fixture_refused(&f, send_chunk(&f, &p, CHUNKS - 1, p.chunk[CHUNKS - 1]), LIC_REFUSED, "count");
    lic_hash after = fixture_root(&f);
    assert_true(lic_hash_equal(&root, &after));
    lic_transaction t = fixture_of(&f, LIC_TX_REPORT, "Service");
    t.body.report = p.header.body.report;
    t.body.report.chunks = 0;
    fixture_refused(&f, try_as(&f, &t, "Service"), LIC_MALFORMED, "transaction");
    t = fixture_of(&f, LIC_TX_REPORT, "Service");
    t.body.report = p.header.body.report;
    t.body.report.lines = t.body.report.bytes = 2000;
    fixture_refused(&f, try_as(&f, &t, "Service"), LIC_TOO_LARGE, "lines");
    t = fixture_of(&f, LIC_TX_REPORT, "Service");
    t.body.report = p.header.body.report;
    t.gas_limit = 1100;
    fixture_refused(&f, try_as(&f, &t, "Service"), LIC_REFUSED, "gas");
    lic_merkle_destroy(p.tree);
    fixture_end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_order_and_resumed),
        cmocka_unit_test(refuses_what_the_root_does_not_name),
        cmocka_unit_test(expires),
        cmocka_unit_test(headers_that_lie),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
