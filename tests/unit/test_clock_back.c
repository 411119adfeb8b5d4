/* The machine's clock goes back: while a ledger with a real clock is open, and while it is closed.
 *
 * Would catch: a block before its predecessor; something that falls due twice; a ledger that cannot be opened and read
 * until the clock has caught up, or whose refusal does not say what is wrong; a replay that knows better. */
#include "client_fixture.h"

enum { HOUR = 3600, DAY = 24 * HOUR };

static int64_t tip_time(const stage *s)
{
    return stage_tip(s->client)->time;
}

static void reopen(stage *s)
{
    lic_client_close(s->client);
    s->client = NULL;
    stage_good(s, lic_client_open(&s->options, &s->client, &s->error));
}

/* Two people on a ledger that was made at noon. */
static void begin(stage *s)
{
    stage_begin_clock(s, "2026-01-10", LIC_CLOCK_REAL);
    stage_good(s, try_register(s, "Owner"));
    s->now += 12 * HOUR;
    stage_good(s, try_register(s, "User"));
}

/* Two minutes are a machine that was set; more is a machine that is wrong, and is told so. */
static void a_block_is_never_before_another(void **state)
{
    (void)state;
    stage s;
    begin(&s);
    int64_t before = tip_time(&s);
    s.now -= 100;
    stage_good(&s, try_register(&s, "Late"));
    assert_int_equal(tip_time(&s), before);
    s.now -= 9 * DAY;
    stage_refused(&s, try_register(&s, "Later"), LIC_REFUSED, "time", "ahead of this machine");
    reopen(&s);
    stage_refused(&s, try_register(&s, "Later"), LIC_REFUSED, "time", "ahead of this machine");
    assert_string_equal(stage_query(&s, s.client, "SELECT count(*) FROM parties"), "3\n");
    s.now = before + 5;
    stage_good(&s, try_register(&s, "Later"));
    assert_int_equal(tip_time(&s), before + 5);
    stage_replays(&s);
    stage_end(&s);
}

/* Entry of GIVEN is due on a day that comes, goes, and comes again. */
static void what_fell_due_falls_due_once(void **state)
{
    (void)state;
    static const char *const given[] = {"Flat", "700.00", "Begins", "2026-02-01", NULL};
    static const char sql[] = "SELECT count(*), max(made), max(due) FROM duties";
    stage s;
    char first[64];
    uint64_t blocks = 0;
    begin(&s);
    stage_good(&s, try_deploy(&s, GIVEN, "Owner", given, NULL));
    stage_good(&s, try_sign(&s, "Given", "Owner", NULL));
    stage_good(&s, try_sign(&s, "Given", "User", NULL));
    s.now += 60 * DAY;
    stage_good(&s, lic_client_sweep(s.client, &blocks, &s.error));
    stage_good(&s, try_pay(&s, "Given", "Owner", "700.00", "EUR", "User"));
    const char *answer = stage_query(&s, s.client, sql);
    assert_true(strlen(answer) < sizeof first);
    memcpy(first, answer, strlen(answer) + 1);
    s.now -= 55 * DAY;
    reopen(&s);
    stage_refused(&s, try_acknowledge(&s, "Given", 1, "Owner"), LIC_REFUSED, "time",
                  "ahead of this machine");
    s.now += 56 * DAY;
    stage_good(&s, lic_client_sweep(s.client, &blocks, &s.error));
    stage_good(&s, try_acknowledge(&s, "Given", 1, "Owner"));
    assert_string_equal(stage_query(&s, s.client, sql), first);
    assert_string_equal(stage_query(&s, s.client, "SELECT state FROM duties"), "paid\n");
    stage_replays(&s);
    stage_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_block_is_never_before_another),
        cmocka_unit_test(what_fell_due_falls_due_once),
    };
    return cmocka_run_group_tests_name("clock back", tests, NULL, NULL);
}
