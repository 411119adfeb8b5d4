/* Memory runs out at the n-th allocation while a ledger is opened and a report is filed: the answer is an
 * error, nothing leaks, and the ledger is as it was. */
#include "engine_agreements.h"

#include "state.h"

static const char lines[] =
    "1\tDEAAA0000001\tfree\t10\t\tx\n2\tDEAAA0000002\tpaid\t20\t1.5\tx\n3\tbad\n";

/* True when it went well with n allocations. */
static bool try_with(fixture *f, uint32_t contract, size_t n)
{
    unit_heap heap = {.left = n};
    lic_allocator allocator = unit_allocator(&heap);
    lic_engine_options usual = f->options;
    lic_transaction t;
    f->options.allocator = &allocator;
    f->options.threads = n % 2 == 0 ? 2 : 1;
    lic_status status = lic_engine_open(&f->options, &f->engine, &f->error);
    if (status == LIC_OK) {
        t = fixture_of(f, LIC_TX_REPORT, "Service");
        t.body.report.period = fixture_date("2026-01-01");
        lic_contract_info info;
        status = lic_engine_contract(f->engine, contract, &info, &f->error);
        t.body.report.contract = info.id;
        lic_upload_options options = {
            .bytes = lic_slice_text(lines), .chunk_bytes = 40, .keypair = &f->keys[1]};
        if (status == LIC_OK)
            status = lic_engine_upload(f->engine, &t, &options, &f->outcome, &f->error);
        lic_engine_close(f->engine);
    }
    f->engine = NULL;
    f->options = usual;
    if (heap.live_bytes != 0)
        fail_msg("%zu bytes leak when allocation %zu fails", heap.live_bytes, n);
    return status == LIC_OK;
}

static void at_every_allocation(void **state)
{
    (void)state;
    fixture f;
    uint32_t c = press_open(&f, PRESS_ASIDE);
    lic_hash root = fixture_root(&f);
    lic_engine_close(f.engine);
    f.engine = NULL;
    size_t n = 0, failures = 0;
    while (!try_with(&f, c, n)) {
        fixture_good(&f, lic_engine_open(&f.options, &f.engine, &f.error));
        lic_hash after = fixture_root(&f);
        assert_true(lic_hash_equal(&root, &after));
        lic_engine_close(f.engine);
        f.engine = NULL;
        failures++;
        n++;
    }
    assert_true(failures > 150);
    fixture_good(&f, lic_engine_open(&f.options, &f.engine, &f.error));
    assert_int_equal(fixture_contract(&f, c).statements, 3);
    fixture_end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(at_every_allocation)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
