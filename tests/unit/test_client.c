/* A party's side of a ledger. Would catch: an envelope filled in wrongly, a name that means something else, an
 * error without place and remedy, a ledger in memory that comes out differently from one in a file, a fork that
 * touches its original, a query that changes what is written after it, a block left open by a refusal. */
#include "client_fixture.h"

#include <linux/seccomp.h>
#include <malloc.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* -- each thing that a party does ---------------------------------------------------------------------- */

static void a_report_is_settled_and_paid(void **state)
{
    (void)state;
    stage s;
    stage_begin(&s, "2026-01-01");
    stage_press(&s);
    stage_good(&s, try_report(&s, "Press", "Usage", "2026-01", "Service", stage_usage));
    assert_true(s.result.sent && s.result.outcome.settled);
    assert_int_equal(s.result.outcome.lines, 3);
    assert_int_equal(s.result.outcome.accepted, 2);
    assert_int_equal(s.result.outcome.rejected, 1);
    assert_int_equal(s.result.envelopes, 0);
    /* 2,000 * 0.0100 = 20.00, half each; 3,000 * 0.0333 = 99.90 at 33.33, 33.33 and 33.34 % */
    assert_string_equal(
        stage_query(&s, s.client, "SELECT creditor, duty_amount FROM duties ORDER BY row"),
        "P1 43.30\nP2 43.30\nP3 33.30\n");
    assert_string_equal(
        stage_query(&s, s.client, "SELECT code, count FROM report_reasons WHERE count > 0"),
        "columns 1\n");
    /* to a row of a schedule, which has no key to confirm with */
    stage_good(&s, try_pay(&s, "Press", "P1", "43.30", "", "Service"));
    assert_string_equal(
        stage_query(&s, s.client, "SELECT creditor, payment_amount, state FROM payments"),
        "P1 43.30 confirmed\n");
    stage_end(&s);
}

static void facts_actions_notices_and_payments(void **state)
{
    (void)state;
    stage s;
    const char *const reason[] = {"reason", "late", NULL}, *const cost[] = {"cost", "40000", NULL};
    stage_begin(&s, "2026-01-01");
    stage_good(&s, try_register(&s, "Owner"));
    stage_good(&s, try_register(&s, "Someone"));
    stage_good(&s, try_register(&s, "Auditor"));
    const char *const bound[] = {"User", "Someone", NULL};
    stage_good(&s, try_deploy(&s, STAGES, "Owner", NULL, bound));
    stage_good(&s, try_sign(&s, "Stages", "Owner", NULL));
    stage_good(&s, try_sign(&s, "Stages", "Someone", NULL));
    stage_good(&s, try_clock(&s, "2026-01-31"));
    stage_good(&s, try_fact(&s, "Stages", "Opened", "2026-01-31", "Owner"));
    stage_good(&s, try_act(&s, "Stages", "Strike", reason, false, "Owner", NULL));
    stage_good(&s, try_act(&s, "Stages", "Share", cost, false, "Someone", "Owner")); /* both sign */
    stage_good(&s, try_act(&s, "Stages", "Inspect", NULL, true, "Auditor", NULL));
    lic_contract_info info;
    stage_good(&s, lic_client_contract(s.client, stage_text("Stages"), &info, &s.error));
    assert_true(lic_slice_equal(info.state_name, stage_text("warned")));
    assert_string_equal(stage_query(&s, s.client, "SELECT creditor, duty_amount FROM duties"),
                        "Owner 40000\n");
    stage_good(&s, try_pay(&s, "Stages", "Owner", "40000", "JPY", "Someone"));
    uint32_t payment = (uint32_t)s.result.outcome.receipt.number;
    assert_string_equal(stage_query(&s, s.client, "SELECT state FROM payments"), "reported\n");
    stage_good(&s, try_acknowledge(&s, "Stages", payment, "Owner"));
    assert_string_equal(stage_query(&s, s.client, "SELECT state FROM payments"), "confirmed\n");
    stage_end(&s);
}

static void keys_come_and_go(void **state)
{
    (void)state;
    stage s;
    lic_keypair fresh = stage_pair("fresh"), old = stage_pair("Owner");
    lic_party_info info;
    stage_begin(&s, "2026-01-01");
    stage_good(&s, try_register(&s, "Owner"));
    lic_client_call call = stage_by("Owner", NULL);
    stage_good(&s, lic_client_add_key(s.client, &call, stage_text(""), &fresh.key, LIC_KEY_MAY_SIGN,
                                      0, &s.result, &s.error));
    stage_good(&s, lic_client_party_of(s.client, &fresh.key, &info, &s.error));
    assert_true(lic_slice_equal(info.name, stage_text("Owner")));
    call = stage_by("fresh", NULL);
    stage_good(&s, lic_client_revoke_key(s.client, &call, stage_text("Owner"), &old.key, 0, NULL,
                                         &s.error));
    stage_refused(&s, lic_client_party_of(s.client, &old.key, &info, &s.error), LIC_REFUSED, "key",
                  "no registered party");
    call = stage_by("nobody", NULL);
    stage_refused(&s,
                  lic_client_add_key(s.client, &call, stage_text(""), &old.key, LIC_KEY_MAY_SIGN, 0,
                                     NULL, &s.error),
                  LIC_REFUSED, "key", "no registered party");
    stage_refused(
        &s, lic_client_revoke_key(s.client, &call, stage_text("Nemo"), &old.key, 0, NULL, &s.error),
        LIC_REFUSED, "unknown", "Nemo");
    stage_end(&s);
}

/* From a block on, and by a recovery key, which may be the key of another party too. */
static void keys_of_later_blocks_and_recovery(void **state)
{
    (void)state;
    stage s;
    lic_keypair later = stage_pair("later"), trustee = stage_pair("Trustee");
    lic_party_info info;
    stage_begin(&s, "2026-01-01");
    stage_good(&s, try_register(&s, "Trustee"));
    lic_client_call call = stage_by("Ward", NULL);
    stage_good(&s, lic_client_register(s.client, &call, stage_text("Ward"), LIC_KEY_MAY_SIGN,
                                       &trustee.key, &s.result, &s.error));
    const lic_key ward = call.signers[0].key;
    call = stage_by("Trustee", NULL);
    stage_good(
        &s, lic_client_revoke_key(s.client, &call, stage_text("Ward"), &ward, 0, NULL, &s.error));
    stage_refused(
        &s, lic_client_revoke_key(s.client, &call, stage_text("Ward"), &ward, 9, NULL, &s.error),
        LIC_REFUSED, "revoked", "revoked already");
    stage_refused(
        &s,
        lic_client_add_key(s.client, &call, stage_text("Ward"), &later.key, 1, 4, NULL, &s.error),
        LIC_REFUSED, "height", "decided");
    stage_good(&s, lic_client_add_key(s.client, &call, stage_text("Ward"), &later.key,
                                      LIC_KEY_MAY_SIGN, 6, NULL, &s.error)); /* in block 4 */
    assert_int_equal(lic_client_party_of(s.client, &later.key, &info, &s.error), LIC_REFUSED);
    stage_good(&s, try_register(&s, "Owner")); /* block 5 */
    stage_good(&s, lic_client_party_of(s.client, &later.key, &info, &s.error));
    assert_true(lic_slice_equal(info.name, stage_text("Ward")));
    call = stage_by("Owner", NULL);
    stage_refused(
        &s,
        lic_client_revoke_key(s.client, &call, stage_text("Ward"), &later.key, 0, NULL, &s.error),
        LIC_REFUSED, "party", "another party");
    stage_replays(&s);
    stage_end(&s);
}

typedef struct drawer {
    lic_buffer wires[8];
    size_t count;
} drawer;

static lic_status put_in_drawer(void *context, lic_slice wire)
{
    drawer *d = context;
    if (d->count == LIC_COUNT(d->wires)) return LIC_TOO_LARGE;
    lic_buffer *to = &d->wires[d->count++];
    lic_buffer_init(to, &lic_allocator_system, LIC_TRANSACTION_MAX);
    lic_put_bytes(to, wire.data, wire.size);
    return LIC_OK;
}

/* Envelopes are made without a trace, and do the same later as if they had been sent. */
static void envelopes_are_diverted_and_submitted(void **state)
{
    (void)state;
    stage s;
    drawer d = {.count = 0};
    stage_begin(&s, "2026-01-01");
    stage_press(&s);
    uint64_t height = stage_tip(s.client)->height;
    lic_client_call call = stage_by("Service", NULL);
    call.divert = put_in_drawer;
    call.divert_context = &d;
    call.chunk_bytes = 40;
    const lic_filing filing = {.report = stage_text("Usage"),
                               .period = stage_text("2026-01"),
                               .bytes = stage_text(stage_usage)};
    stage_good(
        &s, lic_client_report(s.client, &call, stage_text("Press"), &filing, &s.result, &s.error));
    assert_false(s.result.sent);
    assert_int_equal(s.result.envelopes, d.count);
    assert_true(d.count > 2);
    assert_int_equal(stage_tip(s.client)->height, height);
    lic_hash header = s.result.id;
    for (size_t i = 0; i < d.count; i++) {
        lic_slice wire = lic_slice_of(d.wires[i].data, d.wires[i].size);
        stage_good(&s, lic_client_submit(s.client, wire, &s.result, &s.error));
        assert_true(s.result.sent);
        if (i == 0) assert_true(lic_hash_equal(&s.result.id, &header));
        lic_buffer_free(&d.wires[i]);
    }
    assert_true(s.result.outcome.settled);
    d = (drawer){.count = LIC_COUNT(d.wires)}; /* a drawer that is full answers for itself */
    lic_date day = stage_date("2026-02-02");
    call.valid_until = &day;
    assert_int_equal(lic_client_fact(s.client, &call, stage_text("Press"), stage_text("x"),
                                     stage_text("y"), NULL, &s.error),
                     LIC_MISSING);
    assert_int_equal(lic_client_sign(s.client, &call, stage_text("Press"), NULL, &s.error),
                     LIC_TOO_LARGE);
    stage_end(&s);
}

/* Puts the header and the chunks numbered `first` .. `last` of a file into the ledger, as an interrupted call left them. */
static void send_some(stage *s, const lic_client_call *by, const char *period, const char *text,
                      size_t first, size_t last)
{
    drawer d = {.count = 0};
    lic_client_call call = *by;
    call.divert = put_in_drawer;
    call.divert_context = &d;
    const lic_filing filing = {
        .report = stage_text("Usage"), .period = stage_text(period), .bytes = stage_text(text)};
    stage_good(s,
               lic_client_report(s->client, &call, stage_text("Press"), &filing, NULL, &s->error));
    for (size_t i = 0; i < d.count; i++) {
        lic_slice wire = lic_slice_of(d.wires[i].data, d.wires[i].size);
        if (i == 0 || (i > first && i <= last + 1))
            stage_good(s, lic_client_submit(s->client, wire, &s->result, &s->error));
        lic_buffer_free(&d.wires[i]);
    }
}

/* Of at most 30 bytes. */
static const char three_chunks[] = "1\tDEAAA0000001\tfree\t2000\t\tx\n"
                                   "2\tDEAAA0000002\tpaid\t3000\t\tx\n3\tbad\n";

#define UPLOADS "SELECT state, received, chunks FROM uploads WHERE kind = 'report' ORDER BY number"

/* The same file again goes on where the last time ended, whichever chunks came and whoever sent them; what is
 * overtaken by it waits no longer. */
static void interrupted_uploads_go_on(void **state)
{
    (void)state;
    static const struct {
        size_t first, last;
        const char *before;
        uint32_t resumed;
    } ways[] = {{1, 0, "waiting 0 3\n", 0}, {0, 0, "waiting 1 3\n", 1}, {1, 2, "waiting 2 3\n", 2}};
    for (size_t i = 0; i < LIC_COUNT(ways); i++) {
        stage s;
        stage_begin(&s, "2026-01-01");
        stage_press(&s);
        lic_client_call call = stage_by("Service", NULL);
        call.chunk_bytes = 30;
        send_some(&s, &call, "2026-01", three_chunks, ways[i].first, ways[i].last);
        assert_string_equal(stage_query(&s, s.client, UPLOADS), ways[i].before);
        lic_hash begun = s.result.id;
        uint64_t before = stage_tip(s.client)->height;
        const lic_filing filing = {.report = stage_text("Usage"),
                                   .period = stage_text("2026-01"),
                                   .bytes = stage_text(three_chunks)};
        stage_good(&s, lic_client_report(s.client, &call, stage_text("Press"), &filing, &s.result,
                                         &s.error));
        assert_true(s.result.outcome.settled && s.result.outcome.accepted == 2);
        assert_int_equal(s.result.outcome.resumed, ways[i].resumed);
        if (i == 0) assert_memory_equal(&s.result.id, &begun, LIC_HASH_SIZE);
        assert_int_equal(stage_tip(s.client)->height, before + 1);
        assert_int_equal(stage_tip(s.client)->transactions, 3 - ways[i].resumed);
        assert_string_equal(stage_query(&s, s.client, UPLOADS), "complete 3 3\n");
        stage_replays(&s);
        stage_end(&s);
    }
}

/* Another file, period, size of chunks or party is another upload. */
static void other_uploads_begin_anew(void **state)
{
    (void)state;
    stage s;
    stage_begin(&s, "2026-01-01");
    stage_press(&s);
    lic_client_call call = stage_by("Service", NULL);
    call.chunk_bytes = 30;
    send_some(&s, &call, "2026-01", "1\tbad\n2\tbad\n3\tbad\n4\tbad\n5\tbad\n6\tbad\n", 0, 0);
    send_some(&s, &call, "2026-01", three_chunks, 0, 1);
    assert_string_equal(stage_query(&s, s.client,
                                    "SELECT number - 3, party, subject, period, received, chunks, "
                                    "state, expires FROM uploads WHERE state <> 'complete'"),
                        "0 Service Usage 2026-01 1 2 waiting 2026-02-08\n"
                        "1 Service Usage 2026-01 2 3 waiting 2026-02-08\n");
    stage_good(&s, try_report(&s, "Press", "Usage", "2026-01", "Service", three_chunks));
    assert_int_equal(s.result.outcome.resumed, 0); /* in chunks of 40 bytes */
    assert_string_equal(stage_query(&s, s.client, UPLOADS),
                        "expired 1 2\nexpired 2 3\ncomplete 2 2\n");
    assert_string_equal(stage_query(&s, s.client,
                                    "SELECT count(DISTINCT ended) FROM uploads WHERE ended = "
                                    "(SELECT max(height) FROM reports)"),
                        "1\n");
    stage_replays(&s);
    stage_end(&s);
}

/* Whose process ended before anybody was told sends his report again, and is answered with its receipt; other bytes, and
 * another sender, are not. */
static void a_settled_report_is_known(void **state)
{
    (void)state;
    stage s;
    stage_begin(&s, "2026-01-01");
    stage_press(&s);
    stage_good(&s, try_report(&s, "Press", "Usage", "2026-01", "Service", three_chunks));
    assert_true(s.result.outcome.settled && !s.result.outcome.known);
    lic_hash id = s.result.id;
    uint64_t height = stage_tip(s.client)->height;
    stage_good(&s, try_report(&s, "Press", "Usage", "2026-01", "Service", three_chunks));
    assert_true(s.result.outcome.known);
    assert_true(lic_hash_equal(&id, &s.result.id));
    assert_int_equal(s.result.outcome.receipt.kind, LIC_TX_REPORT);
    assert_int_equal(s.result.outcome.height, height);
    stage_refused(&s, try_report(&s, "Press", "Usage", "2026-01", "Service", stage_usage),
                  LIC_REFUSED, "closed_period", "settled already");
    assert_int_equal(try_report(&s, "Press", "Usage", "2026-01", "Label", three_chunks),
                     LIC_DENIED);
    lic_client_begin(s.client); /* among others that share a block */
    stage_good(&s, try_register(&s, "Late"));
    stage_good(&s, try_report(&s, "Press", "Usage", "2026-01", "Service", three_chunks));
    assert_true(s.result.outcome.known);
    stage_good(&s, try_register(&s, "Later"));
    stage_good(&s, lic_client_commit(s.client, &s.error));
    assert_int_equal(stage_tip(s.client)->height, height + 1);
    stage_replays(&s);
    stage_end(&s);
}

/* A schedule whose last chunk is missing; the row of another one is refused, and nothing is lost. */
static void interrupted_loads_go_on(void **state)
{
    (void)state;
    stage s;
    drawer d = {.count = 0};
    stage_begin(&s, "2026-01-01");
    stage_good(&s, try_register(&s, "Label"));
    stage_good(&s, try_register(&s, "Service"));
    stage_good(&s, try_deploy(&s, PRESS_ASIDE, "Label", NULL, NULL));
    lic_client_call call = stage_by("Label", NULL);
    call.chunk_bytes = 10;
    call.divert = put_in_drawer;
    call.divert_context = &d;
    stage_good(&s, lic_client_load(s.client, &call, stage_text("Press"), stage_text("Payees"),
                                   stage_text(PRESS_PAYEES), NULL, &s.error));
    assert_int_equal(d.count, 4);
    for (size_t i = 0; i < d.count; i++) {
        lic_slice wire = lic_slice_of(d.wires[i].data, d.wires[i].size);
        if (i != 2) stage_good(&s, lic_client_submit(s.client, wire, &s.result, &s.error));
        lic_buffer_free(&d.wires[i]);
    }
    call.divert = NULL;
    assert_int_not_equal(lic_client_load(s.client, &call, stage_text("Press"), stage_text("Payees"),
                                         stage_text("no row\n"), NULL, &s.error),
                         LIC_OK);
    lic_client_begin(s.client); /* beside others, too */
    stage_good(&s, try_register(&s, "Owner"));
    call = stage_by("Label", NULL);
    call.chunk_bytes = 10;
    stage_good(&s, lic_client_load(s.client, &call, stage_text("Press"), stage_text("Payees"),
                                   stage_text(PRESS_PAYEES), &s.result, &s.error));
    stage_good(&s, lic_client_commit(s.client, &s.error));
    assert_int_equal(s.result.outcome.resumed, 2);
    assert_string_equal(stage_query(&s, s.client, "SELECT subject, state, received FROM uploads"),
                        "Payees complete 3\n");
    assert_string_equal(stage_query(&s, s.client, "SELECT count(*) FROM schedule_rows"), "3\n");
    stage_replays(&s);
    stage_end(&s);
}

static void validity_is_as_given_or_a_week(void **state)
{
    (void)state;
    stage s;
    drawer d = {.count = 0};
    lic_transaction t;
    stage_begin(&s, "2026-01-01");
    stage_good(&s, try_register(&s, "Owner"));
    lic_client_call call = stage_by("Owner", NULL);
    lic_date day = stage_date("1970-01-01");
    call.divert = put_in_drawer;
    call.divert_context = &d;
    const lic_key key = stage_pair("fresh").key;
    stage_good(&s, lic_client_add_key(s.client, &call, stage_text(""), &key, 1, 0, NULL, &s.error));
    call.valid_until = &day;
    stage_good(&s, lic_client_add_key(s.client, &call, stage_text(""), &key, 1, 0, NULL, &s.error));
    const char *const expected[] = {"2026-01-08", "1970-01-01"};
    for (size_t i = 0; i < 2; i++) {
        lic_slice wire = lic_slice_of(d.wires[i].data, d.wires[i].size);
        assert_ok(lic_transaction_decode(wire, &lic_hasher_native, &t, &s.error));
        assert_int_equal(t.valid_until, stage_date(expected[i]));
        lic_buffer_free(&d.wires[i]);
    }
    stage_end(&s);
}

/* -- errors ------------------------------------------------------------------------------------------------ */

static void deployments_that_do_not_fit(void **state)
{
    (void)state;
    stage s;
    const char
        *const half[] = {"Flat", "100.00", NULL},
               *const odd[] = {"Flat", "100.00", "Steep", "1", NULL},
               *const both[] = {"Flat", "1.00", "Begins", "2026-03-01", "Flat", "250.00", NULL},
               *const wrong[] = {"Flat", "many", "Begins", "2026-03-01", NULL},
               *const lost[] = {"User", "Nemo", NULL}, *const stray[] = {"Used", "Owner", NULL},
               *const bound[] = {"User", "Someone", NULL};
    stage_begin(&s, "2026-01-01");
    stage_good(&s, try_register(&s, "Owner"));
    stage_good(&s, try_register(&s, "Someone"));
    stage_refused(&s, try_deploy(&s, GIVEN, "Owner", odd, bound), LIC_MALFORMED,
                  "unknown_parameter", "no parameter Steep");
    stage_refused(&s, try_deploy(&s, GIVEN, "Owner", half, bound), LIC_MISSING, "parameter",
                  "Begins has no value");
    stage_refused(&s, try_deploy(&s, GIVEN, "Owner", both, NULL), LIC_MISSING, "party",
                  "called User");
    stage_refused(&s, try_deploy(&s, GIVEN, "Owner", both, lost), LIC_MISSING, "party",
                  "called Nemo, which the party User");
    stage_refused(&s, try_deploy(&s, GIVEN, "Owner", both, stray), LIC_MALFORMED, "unknown_party",
                  "no party Used");
    stage_refused(&s, try_deploy(&s, GIVEN, "Owner", wrong, bound), LIC_MALFORMED, "parameter",
                  "Flat");
    uint64_t height = stage_tip(s.client)->height;
    assert_int_equal(lic_engine_contract_count(lic_client_engine(s.client)), 0);
    stage_good(&s, try_deploy(&s, GIVEN, "Owner", both, bound)); /* the last of two holds */
    assert_int_equal(stage_tip(s.client)->height, height + 1);
    stage_good(&s, try_sign(&s, "Given", "Owner", NULL));
    stage_good(&s, try_sign(&s, "Given", "Someone", NULL));
    assert_string_equal(stage_query(&s, s.client, "SELECT duty_amount, due FROM duties"),
                        "250.00 2026-03-01\n");
    stage_end(&s);
}

static void images_that_are_none(void **state)
{
    (void)state;
    stage s;
    stage_begin(&s, "2026-01-01");
    stage_good(&s, try_register(&s, "Owner"));
    lic_client_call call = stage_by("Owner", NULL);
    lic_deployment deployment = {.image = stage_text("no image"), .source = stage_text("text")};
    stage_refused(&s, lic_client_deploy(s.client, &call, &deployment, NULL, &s.error),
                  LIC_MALFORMED, "image", "cannot be read");
    stage_end(&s);
}

#define TWO                                                \
    "licet 1\n"                                            \
    "agreement Two \"Two currencies\"\n"                   \
    "  law        \"Spain\"\n"                             \
    "  money      EUR\n"                                   \
    "  rounding   half_even to 0.01, each amount\n"        \
    "  term       from 2026-01-01 to 2027-12-31\n"         \
    "party Owner  is licensor, signs\n"                    \
    "party User   is licensee, signs\n"                    \
    "fee Entry\n"                                          \
    "  on      signature\n"                                \
    "  amount  EUR 10.00\n"                                \
    "  User pays Owner, within 10 days\n"                  \
    "end\n"                                                \
    "fee Abroad\n"                                         \
    "  on      signature\n"                                \
    "  amount  USD 10.00\n"                                \
    "  User pays Owner, within 10 days\n"                  \
    "end\n"                                                \
    "lifecycle\n"                                          \
    "  initial draft\n"                                    \
    "  states  active\n"                                   \
    "  final   ended, after 120 days\n"                    \
    "  from draft to active  when signed by Owner, User\n" \
    "  from draft to ended   on 2026-02-28\n"              \
    "  from active to ended  on term.end\n"                \
    "end\n"

static void of_two_currencies_one_is_named(void **state)
{
    (void)state;
    stage s;
    stage_begin(&s, "2026-01-01");
    stage_good(&s, try_register(&s, "Owner"));
    stage_good(&s, try_register(&s, "User"));
    stage_good(&s, try_deploy(&s, TWO, "Owner", NULL, NULL));
    stage_good(&s, try_sign(&s, "Two", "Owner", NULL));
    stage_good(&s, try_sign(&s, "Two", "User", NULL));
    stage_refused(&s, try_pay(&s, "Two", "Owner", "1.00", "", "User"), LIC_MALFORMED, "currencies",
                  "several currencies");
    stage_good(&s, try_pay(&s, "Two", "Owner", "1.00", "USD", "User"));
    assert_string_equal(stage_query(&s, s.client, "SELECT currency, payment_amount FROM payments"),
                        "USD 1.00\n");
    stage_end(&s);
}

static void names_that_mean_nothing(void **state)
{
    (void)state;
    stage s;
    const char *const none[] = {NULL}, *const two[] = {"reason", "a", "other", "b", NULL},
                      *const reason[] = {"reason", "late", NULL};
    stage_begin(&s, "2026-01-01");
    stage_press(&s);
    stage_good(&s, try_register(&s, "Owner"));
    stage_good(&s, try_register(&s, "User"));
    stage_good(&s, try_register(&s, "Auditor"));
    stage_good(&s, try_deploy(&s, STAGES, "Owner", NULL, NULL));
    stage_refused(&s, try_sign(&s, "Pres", "Label", NULL), LIC_REFUSED, "unknown", "Pres");
    stage_refused(&s, try_sign(&s, "Press", "Label", "Service"), LIC_REFUSED, "signers", "2 keys");
    stage_refused(&s, try_sign(&s, "Press", "Nemo", NULL), LIC_REFUSED, "key",
                  "no registered party");
    stage_refused(&s, try_sign(&s, "Press", NULL, NULL), LIC_MISSING, "signer", "nobody signs");
    stage_refused(&s, try_load(&s, "Press", "Holders", "Label", "x\n"), LIC_MISSING, "schedule",
                  "it has: Payees, Works, Works.holders");
    stage_refused(&s, try_report(&s, "Press", "Use", "2026-01", "Service", "x\n"), LIC_MISSING,
                  "report", "no report Use");
    stage_refused(&s, try_report(&s, "Press", "Usage", "2026-Q1", "Service", "x\n"), LIC_REFUSED,
                  "period", "2026-Q1 is not a period that the report Usage");
    stage_refused(&s, try_report(&s, "Press", "Usage", "January", "Service", "x\n"), LIC_MALFORMED,
                  "period", "January");
    stage_refused(&s, try_fact(&s, "Stages", "Closed", "1", "Owner"), LIC_MISSING, "fact",
                  "no fact Closed");
    stage_refused(&s, try_act(&s, "Stages", "Hit", none, false, "Owner", NULL), LIC_REFUSED,
                  "action", "no action Hit");
    stage_refused(&s, try_act(&s, "Stages", "Strike", none, false, "Owner", NULL), LIC_MALFORMED,
                  "argument", "reason is missing");
    stage_refused(&s, try_act(&s, "Stages", "Strike", two, false, "Owner", NULL), LIC_MALFORMED,
                  "argument", "Strike takes 1 arguments");
    stage_refused(&s, try_act(&s, "Stages", "Inspect", reason, true, "Auditor", NULL),
                  LIC_MALFORMED, "argument", "a notice takes no arguments");
    stage_refused(&s, try_pay(&s, "Press", "P9", "1.00", "", "Service"), LIC_MISSING, "creditor",
                  "owes nothing to P9");
    stage_refused(&s, try_pay(&s, "Press", "P1", "1.00", "USD", "Service"), LIC_MALFORMED,
                  "currency", "no amounts in USD");
    stage_refused(&s, try_pay(&s, "Press", "P1", "0", "EUR", "Service"), LIC_MALFORMED, "amount",
                  "0 is not an amount");
    stage_refused(&s, try_pay(&s, "Press", "P1", "1.0000001", "EUR", "Service"), LIC_MALFORMED,
                  "amount", "at most 6 decimals");
    stage_refused(&s, try_clock(&s, "2026-01-31"), LIC_REFUSED, "clock_back",
                  "2026-01-31 lies before");
    stage_end(&s);
}

/* The last day that there is: nothing is valid beyond it. */
static void time_has_an_end(void **state)
{
    (void)state;
    stage s;
    stage_begin(&s, "2026-01-01");
    stage_good(&s, try_register(&s, "Owner"));
    stage_good(&s, try_clock(&s, "9999-12-31"));
    stage_good(&s, try_register(&s, "User"));
    stage_end(&s);
    stage_begin_clock(&s, "2026-01-01", LIC_CLOCK_REAL);
    static const char *const days[] = {"2025-01-01", "2026-01-01", "2027-01-01", "9999-12-31"};
    for (size_t i = 0; i < LIC_COUNT(days); i++)
        stage_refused(&s, try_clock(&s, days[i]), LIC_REFUSED, "clock_real", "clock is real");
    stage_end(&s);
}

/* Amounts in the agreement's rounding unit; a second party of the same looks is none. */
static void what_no_agreement_owes_and_nobody_is_called(void **state)
{
    (void)state;
    stage s;
    stage_begin(&s, "2026-01-01");
    stage_press(&s);
    stage_good(&s, try_report(&s, "Press", "Usage", "2026-01", "Service", stage_usage));
    stage_refused(&s, try_pay(&s, "Press", "P1", "43.295", "", "Service"), LIC_REFUSED, "rounding",
                  "rounds EUR to 0.01: it knows no 43.295");
    stage_good(&s, try_pay(&s, "Press", "P1", "43.29", "", "Service"));
    stage_good(&s, try_pay(&s, "Press", "P1", "0.01", "", "Service"));
    stage_refused(&s, try_register(&s, "Label "), LIC_MALFORMED, "name", "a blank at the end");
    stage_refused(&s, try_register(&s, "La\u200bbel"), LIC_MALFORMED, "name", "an invisible");
    lic_client_call call = stage_by("Service", NULL);
    const lic_paying paying = {.creditor = stage_text("P2"),
                               .amount = stage_text("1.00"),
                               .reference = stage_text("e\u0301")};
    stage_refused(&s, lic_client_pay(s.client, &call, stage_text("Press"), &paying, NULL, &s.error),
                  LIC_MALFORMED, "transaction", "reference: a character that is not in norm");
    stage_end(&s);
}

/* A refusal leaves no open block: the next fork, reader and block find the ledger as it was. */
static void after_a_refusal_nothing_is_open(void **state)
{
    (void)state;
    stage s;
    stage_begin(&s, "2026-01-01");
    stage_press(&s);
    lic_header before = *stage_tip(s.client);
    assert_int_not_equal(try_report(&s, "Press", "Usage", "2026-03", "Service", stage_usage),
                         LIC_OK);
    assert_int_not_equal(try_register(&s, "Label"), LIC_OK);
    assert_int_not_equal(lic_client_submit(s.client, stage_text("junk"), NULL, &s.error), LIC_OK);
    assert_false(lic_engine_in_block(lic_client_engine(s.client)));
    assert_memory_equal(&before.state_root, &stage_tip(s.client)->state_root, LIC_HASH_SIZE);
    assert_int_equal(before.height, stage_tip(s.client)->height);
    stage_good(&s, try_report(&s, "Press", "Usage", "2026-01", "Service", stage_usage));
    stage_end(&s);
}

/* On a real clock a block begins with the timers that are due; a refusal takes them back with it. */
static void due_timers_keep_no_block_open(void **state)
{
    (void)state;
    stage s;
    stage_begin_clock(&s, "2026-01-01", LIC_CLOCK_REAL);
    stage_press_signed(&s);
    lic_header before = *stage_tip(s.client);
    s.now += 200 * 86400; /* the term's reports and statements are overdue */
    assert_int_equal(try_register(&s, "Label"), LIC_REFUSED);
    assert_false(lic_engine_in_block(lic_client_engine(s.client)));
    assert_int_equal(before.height, stage_tip(s.client)->height);
    stage_good(&s, try_register(&s, "Owner"));
    assert_int_equal(before.height + 1, stage_tip(s.client)->height);
    stage_end(&s);
}

/* -- the same ledger, in memory and in a file --------------------------------------------------------------- */

static void play(stage *s, bool looks)
{
    stage_press(s);
    if (looks) (void)stage_query(s, s->client, "SELECT count(*) FROM postings");
    stage_good(s, try_report(s, "Press", "Usage", "2026-01", "Service", stage_usage));
    if (looks) (void)stage_query(s, s->client, "SELECT count(*) FROM usage_lines");
    stage_good(s, try_clock(s, "2026-03-05"));
    stage_good(s, try_pay(s, "Press", "P1", "43.30", "EUR", "Service"));
}

/* The tip of the ledger after the same inputs with the same seed. */
static lic_hash tip_of(lic_client *client)
{
    return *lic_ledger_tip_hash(lic_engine_ledger(lic_client_engine(client)));
}

static void memory_and_files_come_to_the_same_blocks(void **state)
{
    scratch *at = *state;
    stage memory, file, looking;
    stage_begin(&memory, "2026-01-01");
    play(&memory, false);
    lic_hash expected = tip_of(memory.client);
    stage_init(&file, "2026-01-01", &lic_allocator_system);
    stage_good(&file, stage_create(&file, scratch_path(at, "a.licet"), LIC_CLOCK_SIMULATED));
    play(&file, false);
    lic_hash in_file = tip_of(file.client);
    assert_memory_equal(&in_file, &expected, LIC_HASH_SIZE);
    assert_memory_equal(&stage_tip(file.client)->state_root, &stage_tip(memory.client)->state_root,
                        LIC_HASH_SIZE);
    stage_begin(&looking, "2026-01-01"); /* beside the others, and with queries in between */
    play(&looking, true);
    lic_hash looked = tip_of(looking.client);
    assert_memory_equal(&looked, &expected, LIC_HASH_SIZE);
    stage_end(&looking);
    stage_end(&file);
    stage_end(&memory);
}

/* -- forks ------------------------------------------------------------------------------------------------------ */

static lic_client *fork_of(stage *s, lic_client *client, lic_memory_disk *disk, const char *name)
{
    lic_client *fork = NULL;
    const lic_client_options options = {.path = name, .disk = disk};
    stage_good(s, lic_client_fork(client, &options, &fork, &s->error));
    return fork;
}

static void a_fork_goes_its_own_way(void **state)
{
    (void)state;
    stage s;
    const char *const owed = "SELECT count(*) FROM duties";
    stage_begin(&s, "2026-01-01");
    stage_press(&s);
    assert_string_equal(stage_query(&s, s.client, owed), "0\n");
    lic_hash before = tip_of(s.client);
    lic_client *original = s.client;
    s.client = fork_of(&s, original, s.disk, "fork");
    lic_hash forked = tip_of(s.client);
    assert_memory_equal(&forked, &before, LIC_HASH_SIZE);
    stage_good(&s, try_report(&s, "Press", "Usage", "2026-01", "Service", stage_usage));
    assert_string_equal(stage_query(&s, s.client, owed), "3\n");
    assert_string_equal(stage_query(&s, original, owed), "0\n");
    lic_hash after = tip_of(original);
    assert_memory_equal(&after, &before, LIC_HASH_SIZE);
    lic_client *second = fork_of(&s, s.client, s.disk, "second"); /* of the fork */
    assert_string_equal(stage_query(&s, second, owed), "3\n");
    lic_client_close(second);
    lic_client_close(s.client);
    lic_client *taken = NULL;
    const lic_client_options options = {.path = "fork", .disk = s.disk};
    assert_int_equal(lic_client_fork(original, &options, &taken, &s.error), LIC_REFUSED);
    s.client = original;
    stage_good(&s, try_report(&s, "Press", "Usage", "2026-01", "Service", stage_usage));
    stage_end(&s);
}

static void a_file_is_forked_into_memory_and_the_file_stays(void **state)
{
    scratch *at = *state;
    stage s;
    lic_memory_disk *disk = NULL;
    stage_init(&s, "2026-01-01", &lic_allocator_system);
    stage_good(&s, stage_create(&s, scratch_path(at, "a.licet"), LIC_CLOCK_SIMULATED));
    stage_press(&s);
    lic_client *original = s.client;
    stage_good(&s, lic_memory_disk_create(s.allocator, (uint64_t)64 << 20, &disk, &s.error));
    s.client = fork_of(&s, original, disk, "fork");
    stage_good(&s, try_report(&s, "Press", "Usage", "2026-01", "Service", stage_usage));
    assert_string_equal(stage_query(&s, original, "SELECT count(*) FROM duties"), "0\n");
    lic_client_close(s.client);
    s.client = original;
    stage_good(&s, try_report(&s, "Press", "Usage", "2026-01", "Service", stage_usage));
    lic_client_close(original);
    lic_memory_disk_destroy(disk);
}

static void a_reader_reads_and_nothing_else(void **state)
{
    (void)state;
    stage s;
    stage_begin(&s, "2026-01-01");
    stage_press(&s);
    lic_client *writer = s.client;
    lic_client_options options = s.options;
    options.operators = NULL;
    options.operator_count = 0;
    stage_good(&s, lic_client_open(&options, &s.client, &s.error)); /* beside the writer */
    assert_string_equal(stage_query(&s, s.client, "SELECT agreement FROM contracts"), "Press\n");
    stage_refused(&s, try_register(&s, "Owner"), LIC_DENIED, "operator", "reading alone");
    lic_client_close(s.client);
    s.client = writer;
    stage_good(&s, try_register(&s, "Owner"));
    stage_end(&s);
}

/* -- where no system call is allowed ------------------------------------------------------------------------------- */

/* The heap is made large enough, then the kernel kills the process for any call but read, write and exit. */
static void live_without_the_kernel(void)
{
    const size_t enough = (size_t)256 << 20;
    stage s;
    lic_memory_disk *unused = NULL;
    (void)mallopt(M_MMAP_THRESHOLD, INT32_MAX);
    (void)mallopt(M_TRIM_THRESHOLD, INT32_MAX);
    void *heap = lic_allocate(&lic_allocator_system, enough);
    lic_release(&lic_allocator_system, heap, enough);
    assert_ok(lic_crypto_start(NULL)); /* libraries start with system calls */
    assert_ok(lic_memory_disk_create(&lic_allocator_system, (uint64_t)1 << 20, &unused, NULL));
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) != 0) return;
    stage_begin(&s, "2026-01-01");
    play(&s, true);
    lic_client *original = s.client;
    s.client = fork_of(&s, original, s.disk, "fork");
    stage_good(&s, try_clock(&s, "2026-04-01"));
    lic_client_close(original);
    stage_end(&s);
    (void)syscall(SYS_exit, 0);
}

static void in_memory_no_system_call_is_made(void **state)
{
    (void)state;
    int status = 0;
    if (LICET_WATCHED) skip(); /* sanitizers call the kernel themselves */
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        live_without_the_kernel();
        _exit(1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* -- memory -------------------------------------------------------------------------------------------------------- */

/* One call of it is refused, and taken back from the block. */
static lic_status share_a_block(stage *s)
{
    lic_client_begin(s->client);
    LIC_TRY(try_deploy(s, PRESS_ASIDE, "Label", NULL, NULL));
    LIC_TRY(try_load(s, "Press", "Payees", "Label", PRESS_PAYEES));
    lic_status status = try_load(s, "Press", "Works", "Label", "none\n");
    if (status != LIC_REFUSED) return status == LIC_OK ? LIC_CORRUPT : status;
    return lic_client_commit(s->client, &s->error);
}

/* Everything up to a settled report, and a fork, with n allocations. */
static bool try_with(size_t n, bool *leaks)
{
    unit_heap heap = {.left = n};
    lic_allocator allocator = unit_allocator(&heap);
    stage s;
    lic_client *fork = NULL;
    stage_init(&s, "2026-01-01", &allocator);
    lic_status status = lic_memory_disk_create(&allocator, (uint64_t)64 << 20, &s.disk, &s.error);
    if (status == LIC_OK) status = stage_create(&s, "stage", LIC_CLOCK_SIMULATED);
    if (status == LIC_OK) status = try_register(&s, "Label");
    if (status == LIC_OK) status = try_register(&s, "Service");
    if (status == LIC_OK) status = share_a_block(&s);
    const lic_client_options options = {.path = "fork", .disk = s.disk};
    if (status == LIC_OK) status = lic_client_fork(s.client, &options, &fork, &s.error);
    lic_client_close(fork);
    stage_end(&s);
    if (status != LIC_OK && status != LIC_NO_MEMORY)
        fail_msg("allocation %zu: %s %s", n, lic_status_id(status), s.error.text);
    *leaks = heap.live_bytes != 0;
    return status == LIC_OK;
}

static void memory_may_run_out_at_every_allocation(void **state)
{
    (void)state;
    size_t n = 0;
    bool leaks = false;
    /* Every one at first, then each seventh: there are thousands. */
    while (!try_with(n, &leaks)) {
        if (leaks) fail_msg("bytes leak when allocation %zu fails", n);
        n += n < 300 ? 1 : 7;
    }
    assert_false(leaks);
    assert_true(n > 300);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_report_is_settled_and_paid),
        cmocka_unit_test(a_settled_report_is_known),
        cmocka_unit_test(facts_actions_notices_and_payments),
        cmocka_unit_test(keys_come_and_go),
        cmocka_unit_test(keys_of_later_blocks_and_recovery),
        cmocka_unit_test(envelopes_are_diverted_and_submitted),
        cmocka_unit_test(interrupted_uploads_go_on),
        cmocka_unit_test(other_uploads_begin_anew),
        cmocka_unit_test(interrupted_loads_go_on),
        cmocka_unit_test(validity_is_as_given_or_a_week),
        cmocka_unit_test(deployments_that_do_not_fit),
        cmocka_unit_test(images_that_are_none),
        cmocka_unit_test(of_two_currencies_one_is_named),
        cmocka_unit_test(names_that_mean_nothing),
        cmocka_unit_test(time_has_an_end),
        cmocka_unit_test(what_no_agreement_owes_and_nobody_is_called),
        cmocka_unit_test(after_a_refusal_nothing_is_open),
        cmocka_unit_test(due_timers_keep_no_block_open),
        scratch_test(memory_and_files_come_to_the_same_blocks),
        cmocka_unit_test(a_fork_goes_its_own_way),
        scratch_test(a_file_is_forked_into_memory_and_the_file_stays),
        cmocka_unit_test(a_reader_reads_and_nothing_else),
        cmocka_unit_test(in_memory_no_system_call_is_made),
        cmocka_unit_test(memory_may_run_out_at_every_allocation),
    };
    return cmocka_run_group_tests_name("client", tests, NULL, NULL);
}
