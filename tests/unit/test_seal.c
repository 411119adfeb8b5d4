/* A block is sealed by one thread or by two: the ledger has the same bytes. All blocks of the second ledger count as large; those of the
 * third are shared with a thread that stays. */
#include "client_fixture.h"

typedef struct history {
    stage s;
    lic_threshold_counts counts;
    lic_buffer bytes;
} history;

/* Reports that settle, with lines that are set aside; payments, whose rows are appended; days on which something falls
 * due; and more blocks than lie between two that are kept whole. */
static void live(stage *s)
{
    static const char *const months[] = {"2026-01", "2026-02", "2026-03"};
    static const char *const days[] = {"2026-03-01", "2026-04-01", "2026-05-01"};
    stage_press(s);
    for (size_t i = 0; i < LIC_COUNT(months); i++) {
        stage_good(s, try_report(s, "Press", "Usage", months[i], "Service", stage_usage));
        for (unsigned n = 0; n < 8; n++)
            stage_good(s, try_pay(s, "Press", "P1", "1.25", "", "Service"));
        stage_good(s, try_clock(s, days[i]));
    }
}

static void run(history *h, unsigned threads, lic_thresholds thresholds)
{
    *h = (history){.counts = {0}};
    stage_init(&h->s, "2026-01-01", &lic_allocator_system);
    h->s.threads = threads;
    h->s.thresholds = thresholds;
    h->s.thresholds.counts = &h->counts;
    stage_open(&h->s, LIC_CLOCK_SIMULATED);
    live(&h->s);
    stage_replays(&h->s);
    lic_client_close(h->s.client);
    h->s.client = NULL;
    lic_buffer_init(&h->bytes, &lic_allocator_system, (size_t)STAGE_MEGABYTES << 20);
    stage_good(&h->s, lic_memory_disk_get(h->s.disk, "stage", &h->bytes, &h->s.error));
}

static void end(history *h)
{
    lic_buffer_free(&h->bytes);
    stage_end(&h->s);
}

static void assert_same(const history *one, const history *two)
{
    assert_int_equal(one->bytes.size, two->bytes.size);
    assert_memory_equal(one->bytes.data, two->bytes.data, one->bytes.size);
}

/* Catches: a superseded extent, a digest, a leaf or a root that differs by who made it; rows in another order. */
static void two_threads_write_what_one_writes(void **state)
{
    (void)state;
    enum { BLOCKS = 24 };
    const lic_thresholds large = {.root_pages = 1}, small = {.share_pages = 1};
    history one, two, shared;
    run(&one, 1, large);
    run(&two, 2, large);
    run(&shared, 2, small);
    assert_int_equal(one.counts.roots + one.counts.shared, 0);
    assert_true(two.counts.roots >= BLOCKS && two.counts.shared == 0);
    assert_true(shared.counts.shared >= BLOCKS && shared.counts.roots == 0);
    assert_same(&one, &two);
    assert_same(&one, &shared);
    end(&one);
    end(&two);
    end(&shared);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(two_threads_write_what_one_writes)};
    return cmocka_run_group_tests_name("seal", tests, NULL, NULL);
}
