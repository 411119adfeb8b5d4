/* Uploads that are begun and never finished. Would catch: a header of a hundred bytes that takes megabytes, because it
 * names a million chunks; a quota that does not hold, or does not give back what expired; ten thousand open reports
 * that make the next one impossible, or are still there when their day has passed. */
#include "engine_agreements.h"

#include <stdatomic.h>

/* Counts what is live; a thread of the engine takes memory, too. */
typedef struct meter {
    atomic_size_t live;
} meter;

static void *meter_resize(void *context, void *block, size_t old_size, size_t new_size)
{
    meter *m = context;
    void *result = lic_allocator_system.resize(NULL, block, old_size, new_size);
    if (result != NULL || new_size == 0) m->live += new_size - old_size;
    return result;
}

static const char first_chunk[] = "1\tDEAAA0000001\tfree\t10\t\tx\n";

/* The root of so many chunks whose first is `first_chunk`; the hashes beside its way are made up. */
static lic_hash root_of(uint32_t chunks, uint64_t salt, lic_hash path[LIC_PROOF_MAX])
{
    lic_hash at;
    lic_merkle_leaf(&lic_hasher_native, lic_slice_text(first_chunk), &at);
    for (uint32_t level = 0; chunks >> level > 1; level++) {
        lic_hash above;
        memset(&path[level], (int)level, sizeof path[level]);
        lic_store_u64(path[level].bytes, salt);
        lic_merkle_node(&lic_hasher_native, &at, &path[level], &above);
        at = above;
    }
    return at;
}

static lic_transaction header_of(fixture *f, uint32_t contract, uint32_t chunks, uint64_t salt)
{
    lic_hash path[LIC_PROOF_MAX];
    lic_transaction t = fixture_of(f, LIC_TX_REPORT, "Service");
    t.body.report.contract = fixture_contract(f, contract).id;
    t.body.report.period = fixture_date("2026-01-01");
    t.body.report.bytes = (uint64_t)chunks * 40;
    t.body.report.lines = 1000;
    t.body.report.chunks = chunks;
    t.body.report.root = root_of(chunks, salt, path);
    return t;
}

static lic_status try_header(fixture *f, uint32_t contract, uint32_t chunks, uint64_t salt)
{
    lic_transaction t = header_of(f, contract, chunks, salt);
    return try_submit(f, &t, &f->keys[fixture_party(f, "Service")]);
}

static lic_status try_first_chunk(fixture *f, const lic_hash *upload, uint32_t chunks,
                                  uint64_t salt)
{
    lic_hash path[LIC_PROOF_MAX];
    lic_transaction t;
    uint32_t levels = 0;
    memset(&t, 0, sizeof t);
    (void)root_of(chunks, salt, path);
    while (chunks >> levels > 1) levels++;
    t.chain = *lic_ledger_chain(lic_engine_ledger(f->engine));
    t.kind = LIC_TX_LINES;
    t.body.lines.upload = *upload;
    t.body.lines.proof = (lic_hashes){levels,
                                      lic_slice_of(path[0].bytes, (size_t)levels * LIC_HASH_SIZE)};
    t.body.lines.chunk = lic_slice_text(first_chunk);
    assert_ok(lic_transaction_identify(&lic_hasher_native, &t, &f->error));
    return try_submit(f, &t, NULL);
}

/* From here on the engine's memory is counted. */
static void count_memory(fixture *f, meter *m, lic_allocator *allocator)
{
    *m = (meter){0};
    *allocator = (lic_allocator){m, meter_resize};
    f->options.allocator = allocator;
    fixture_reopen(f);
}

/* As many as the quota allows, each of a million chunks; then none, until they have expired. */
static void a_header_takes_no_room_for_what_it_names(void **state)
{
    (void)state;
    enum { QUOTA = 64, CHUNKS = LIC_UPLOAD_CHUNKS_MAX };
    fixture f;
    meter m;
    lic_allocator allocator;
    lic_hash ids[QUOTA];
    fixture_uploads = 0;
    uint32_t c = press_open(&f, PRESS_ASIDE);
    count_memory(&f, &m, &allocator);
    fixture_good(&f, try_header(&f, c, CHUNKS, QUOTA + 1));
    fixture_good(&f, try_commit(&f));
    size_t before = m.live;
    for (uint64_t i = 1; i < QUOTA; i++) {
        fixture_good(&f, try_header(&f, c, CHUNKS, i));
        ids[i] = f.outcome.receipt.id;
        fixture_good(&f, try_commit(&f));
    }
    assert_true(m.live - before < QUOTA * 1024);
    fixture_refused(&f, try_header(&f, c, CHUNKS, QUOTA), LIC_REFUSED, "quota_uploads");
    assert_non_null(strstr(f.error.help, "expire"));
    /* a chunk takes its group's place, and the groups' list */
    before = m.live;
    for (uint64_t i = 1; i < QUOTA; i++) {
        fixture_good(&f, try_first_chunk(&f, &ids[i], CHUNKS, i));
        fixture_good(&f, try_commit(&f));
    }
    assert_true(m.live - before < (size_t)QUOTA * 160 * 1024);
    fixture_reopen(&f);
    fixture_refused(&f, try_header(&f, c, CHUNKS, QUOTA), LIC_REFUSED, "quota_uploads");
    fixture_clock(&f, "2026-02-09");
    fixture_good(&f, try_header(&f, c, CHUNKS, QUOTA));
    fixture_good(&f, try_commit(&f));
    fixture_end(&f);
    assert_int_equal(m.live, 0);
}

/* Where an operator allows them: they are refused one above the limit, are read again, leave the period to be filed,
 * and go. */
static void ten_thousand_open_reports(void **state)
{
    (void)state;
    enum { MANY = 10000, TOGETHER = 1000 };
    fixture f;
    meter m;
    lic_allocator allocator;
    fixture_uploads = MANY;
    uint32_t c = press_open(&f, PRESS_ASIDE);
    fixture_uploads = 0;
    count_memory(&f, &m, &allocator);
    fixture_reopen(&f);
    size_t before = m.live;
    for (uint64_t i = 1; i <= MANY; i++) {
        fixture_good(&f, try_header(&f, c, 1000, i));
        if (i % TOGETHER == 0) fixture_good(&f, try_commit(&f));
    }
    assert_true(m.live - before < (size_t)MANY * 1024);
    fixture_refused(&f, try_header(&f, c, 1000, MANY + 1), LIC_REFUSED, "quota_uploads");
    fixture_reopen(&f);
    assert_true(m.live - before < (size_t)MANY * 1024);
    fixture_refused(&f, try_header(&f, c, 1000, MANY + 1), LIC_REFUSED, "quota_uploads");
    fixture_clock(&f, "2026-02-09");
    assert_true(m.live < before + 1024 * 1024);
    fixture_report(&f, c, 0, "Service", "2026-01-01", first_chunk);
    assert_true(f.outcome.settled);
    fixture_end(&f);
    assert_int_equal(m.live, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_header_takes_no_room_for_what_it_names),
        cmocka_unit_test(ten_thousand_open_reports),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
