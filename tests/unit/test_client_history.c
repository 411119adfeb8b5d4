/* The history of a ledger as calls. Would catch: an event out of order, under another party's or contract's name, a
 * file whose chunks are mixed up or missing, an upload that never took effect, a history that cannot be played again
 * with the same result, or with other parameters, erased contents that are taken for empty ones. */
#include "client_fixture.h"

#include <licet/history.h>

typedef struct record {
    stage *stage;
    char text[8192];
    size_t size, events, stop_at;
    lic_client *target; /* where events are made again; NULL: nowhere */
    const char *contract;
} record;

static void note(record *r, const char *format, ...) LIC_PRINTF(2, 3);
static void note(record *r, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(r->text + r->size, sizeof r->text - r->size, format, arguments);
    va_end(arguments);
    assert_true(size >= 0 && (size_t)size < sizeof r->text - r->size);
    r->size += (size_t)size;
}

#define TEXT(slice) (int)(slice).size, (const char *)(slice).data

/* "2026-02-01 report by Service: Usage = 2026-01, 96 bytes". */
static lic_status write_down(void *context, const lic_client_event *event)
{
    record *r = context;
    char date[LIC_DATE_TEXT];
    lic_date_print(event->date, date);
    note(r, "%s %s by", date, lic_transaction_kind_name(event->kind));
    for (size_t i = 0; i < event->signer_count; i++) note(r, " %.*s", TEXT(event->signers[i]));
    note(r, ": %.*s", TEXT(event->name));
    if (event->value.size > 0) note(r, " = %.*s", TEXT(event->value));
    for (size_t i = 0; i < event->named_count; i++)
        note(r, " %.*s=%.*s", TEXT(event->named[i].name), TEXT(event->named[i].value));
    for (size_t i = 0; i < event->party_count; i++)
        note(r, " %.*s=%.*s", TEXT(event->parties[i].name), TEXT(event->parties[i].value));
    if (event->bytes.size > 0) note(r, ", %zu bytes", event->bytes.size);
    note(r, "%s\n", event->erased ? " erased" : "");
    return ++r->events == r->stop_at ? LIC_TIME_LIMIT : LIC_OK;
}

static const char *history_of(stage *s, const char *contract)
{
    static record r;
    r = (record){.stage = s};
    stage_good(s, lic_client_history(s->client, stage_text(contract), write_down, &r, &s->error));
    return r.text;
}

/* -- what is shown ---------------------------------------------------------------------------------------- */

static void a_contract_s_history(void **state)
{
    (void)state;
    stage s;
    char expected[1024];
    stage_begin(&s, "2026-01-01");
    stage_press(&s);
    const char *const terms[] = {"Flat", "250.00", "Begins", "2026-03-01", NULL};
    const char *const bound[] = {"Owner", "Label", "User", "Service", NULL};
    stage_good(&s, try_deploy(&s, GIVEN, "Label", terms, bound));
    stage_good(&s, try_report(&s, "Press", "Usage", "2026-01", "Service", stage_usage));
    stage_good(&s, try_pay(&s, "Press", "P1", "43.30", "EUR", "Service"));
    (void)snprintf(expected, sizeof expected,
                   "2026-01-01 deploy by Label:  Label=Label Service=Service\n"
                   "2026-01-01 load by Label: Payees, %zu bytes\n"
                   "2026-01-01 load by Label: Works, %zu bytes\n"
                   "2026-01-01 load by Label: Works.holders, %zu bytes\n"
                   "2026-01-01 sign by Label: \n"
                   "2026-01-01 sign by Service: \n"
                   "2026-02-01 report by Service: Usage = 2026-01, %zu bytes\n"
                   "2026-02-01 pay by Service: P1 = 43.300000\n",
                   sizeof PRESS_PAYEES - 1, sizeof PRESS_WORKS - 1, sizeof PRESS_HOLDERS - 1,
                   sizeof stage_usage - 1);
    assert_string_equal(history_of(&s, "Press"), expected);
    assert_string_equal(
        history_of(&s, "Given"),
        "2026-02-01 deploy by Label:  Flat=250.00 Begins=2026-03-01 Owner=Label User=Service\n");
    stage_end(&s);
}

static lic_status write_event(void *context, const lic_moment *moment, lic_slice name,
                              lic_slice text)
{
    note(context, "%llu %.*s: %.*s\n", (unsigned long long)moment->height, TEXT(name), TEXT(text));
    return LIC_OK;
}

static const char *events_of(stage *s, uint32_t contract)
{
    static record r;
    r = (record){.stage = s};
    stage_good(s, lic_history_events(lic_client_engine(s->client), contract, write_event, NULL, &r,
                                     &s->error));
    return r.text;
}

/* A block in which both contracts change: each has what happened to it, once. */
static void one_block_of_two_contracts(void **state)
{
    (void)state;
    stage s;
    stage_begin(&s, "2026-01-01");
    stage_press(&s);
    const char *const terms[] = {"Flat", "250.00", "Begins", "2026-03-01", NULL};
    const char *const bound[] = {"Owner", "Label", "User", "Service", NULL};
    stage_good(&s, try_deploy(&s, GIVEN, "Label", terms, bound));
    stage_good(&s, try_clock(&s, "2028-06-01"));
    assert_string_equal(events_of(&s, 0), "8 state: draft to active\n11 state: active to ended\n");
    assert_string_equal(events_of(&s, 1), "11 state: draft to ended\n");
    stage_end(&s);
}

/* Parties, keys and the clock are events of the ledger alone; a key that is gone still has its owner. */
static void the_ledger_s_history(void **state)
{
    (void)state;
    stage s;
    const char *const cost[] = {"cost", "40000", NULL};
    lic_keypair old = stage_pair("Owner"), fresh = stage_pair("fresh");
    stage_begin(&s, "2026-01-01");
    stage_good(&s, try_register(&s, "User"));
    stage_good(&s, try_register(&s, "Owner"));
    stage_good(&s, try_register(&s, "Auditor"));
    stage_good(&s, try_deploy(&s, STAGES, "Owner", NULL, NULL));
    stage_good(&s, try_sign(&s, "Stages", "Owner", NULL));
    stage_good(&s, try_sign(&s, "Stages", "User", NULL));
    stage_good(&s, try_clock(&s, "2026-01-31"));
    stage_good(&s, try_fact(&s, "Stages", "Opened", "2026-01-31", "Owner"));
    stage_good(&s, try_act(&s, "Stages", "Share", cost, false, "User", "Owner"));
    stage_good(&s, try_act(&s, "Stages", "Inspect", NULL, true, "Auditor", NULL));
    stage_good(&s, try_pay(&s, "Stages", "Owner", "40000", "JPY", "User"));
    stage_good(&s,
               try_acknowledge(&s, "Stages", (uint32_t)s.result.outcome.receipt.number, "Owner"));
    lic_client_call call = stage_by("Owner", NULL);
    stage_good(&s, lic_client_add_key(s.client, &call, stage_text("Owner"), &fresh.key,
                                      LIC_KEY_MAY_SIGN, 0, NULL, &s.error));
    call = stage_by("fresh", NULL);
    stage_good(&s, lic_client_revoke_key(s.client, &call, stage_text("Owner"), &old.key, 0, NULL,
                                         &s.error));
    assert_string_equal(history_of(&s, ""), "2026-01-01 register by User: User\n"
                                            "2026-01-01 register by Owner: Owner\n"
                                            "2026-01-01 register by Auditor: Auditor\n"
                                            "2026-01-01 deploy by Owner:  Owner=Owner User=User "
                                            "Auditor=Auditor\n"
                                            "2026-01-01 sign by Owner: \n"
                                            "2026-01-01 sign by User: \n"
                                            "2026-01-31 clock by :  = 2026-01-31\n"
                                            "2026-01-31 fact by Owner: Opened = 2026-01-31\n"
                                            "2026-01-31 act by User Owner: Share cost=40000\n"
                                            "2026-01-31 act by Auditor: Inspect\n"
                                            "2026-01-31 pay by User: Owner = 40000.000000\n"
                                            "2026-01-31 acknowledge by Owner: \n"
                                            "2026-01-31 keys by Owner: \n"
                                            "2026-01-31 keys by Owner: \n");
    stage_end(&s);
}

static void a_visit_ends_the_walk(void **state)
{
    (void)state;
    stage s;
    record r = {.stop_at = 3};
    stage_begin(&s, "2026-01-01");
    stage_press(&s);
    s.error = (lic_error){.text = "as it was"};
    assert_int_equal(lic_client_history(s.client, stage_text("Press"), write_down, &r, &s.error),
                     LIC_TIME_LIMIT);
    assert_string_equal(s.error.text, "as it was");
    assert_int_equal(r.events, 3);
    stage_refused(&s, lic_client_history(s.client, stage_text("Pres"), write_down, &r, &s.error),
                  LIC_REFUSED, "unknown", "Pres");
    stage_end(&s);
}

/* -- uploads --------------------------------------------------------------------------------------------------- */

enum { WIRES = 8 };

typedef struct wires {
    lic_buffer list[WIRES];
    size_t count;
} wires;

static lic_status take_wire(void *context, lic_slice wire)
{
    wires *w = context;
    assert_true(w->count < WIRES);
    lic_buffer_init(&w->list[w->count], &lic_allocator_system, LIC_TRANSACTION_MAX);
    lic_put_bytes(&w->list[w->count++], wire.data, wire.size);
    return LIC_OK;
}

/* The envelopes of a report: header, then chunks. */
static void make_report(stage *s, const char *period, const char *bytes, wires *w)
{
    lic_client_call call = stage_by("Service", NULL);
    w->count = 0;
    call.divert = take_wire;
    call.divert_context = w;
    call.chunk_bytes = 31; /* a line each */
    const lic_filing filing = {
        .report = stage_text("Usage"), .period = stage_text(period), .bytes = stage_text(bytes)};
    stage_good(s,
               lic_client_report(s->client, &call, stage_text("Press"), &filing, NULL, &s->error));
}

static void submit_wire(stage *s, wires *w, size_t index)
{
    const lic_buffer *wire = &w->list[index];
    stage_good(s, lic_client_submit(s->client, lic_slice_of(wire->data, wire->size), &s->result,
                                    &s->error));
}

static void free_wires(wires *w)
{
    for (size_t i = 0; i < w->count; i++) lic_buffer_free(&w->list[i]);
}

static lic_status check_bytes(void *context, const lic_client_event *event)
{
    if (event->kind != LIC_TX_REPORT) return LIC_OK;
    assert_true(lic_slice_equal(event->bytes, lic_slice_text(stage_usage)));
    assert_true(lic_hash_equal(&event->id, &event->transaction->id));
    ++*(unsigned *)context;
    return LIC_OK;
}

/* Chunks come in backwards and over days, something happens in between, and another upload stays open: the
 * report stands where it was complete, with its bytes in order. */
static void an_upload_stands_where_it_was_complete(void **state)
{
    (void)state;
    stage s;
    wires w, open;
    unsigned reports = 0;
    stage_begin(&s, "2026-01-01");
    stage_press(&s);
    make_report(&s, "2026-01", stage_usage, &w);
    assert_int_equal(w.count, 4);
    submit_wire(&s, &w, 0);
    submit_wire(&s, &w, 3);
    stage_good(&s, try_clock(&s, "2026-02-03"));
    stage_good(&s, try_register(&s, "Owner"));
    submit_wire(&s, &w, 2);
    submit_wire(&s, &w, 1);
    assert_true(s.result.outcome.settled);
    stage_good(&s, try_clock(&s, "2026-03-02"));
    make_report(&s, "2026-02", stage_usage, &open);
    submit_wire(&s, &open, 0);
    submit_wire(&s, &open, 1);
    const char *text = history_of(&s, "Press");
    assert_non_null(strstr(text, "2026-02-03 report by Service: Usage = 2026-01, "));
    assert_null(strstr(text, "Usage = 2026-02"));
    stage_good(&s,
               lic_client_history(s.client, stage_text("Press"), check_bytes, &reports, &s.error));
    assert_int_equal(reports, 1);
    free_wires(&w);
    free_wires(&open);
    stage_end(&s);
}

/* -- again ------------------------------------------------------------------------------------------------------- */

/* The event's own people sign; what is not repeated as it is has been done before. */
static lic_status make_again(void *context, const lic_client_event *event)
{
    record *r = context;
    lic_keypair pairs[LIC_SIGNATURES_MAX];
    if (event->kind == LIC_TX_DEPLOY) return LIC_OK;
    lic_date today = lic_engine_today(lic_client_engine(r->target));
    const lic_client_call nobody = {0};
    if (event->date > today)
        stage_good(r->stage,
                   lic_client_clock(r->target, &nobody, event->date, NULL, &r->stage->error));
    for (size_t i = 0; i < event->signer_count; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "%.*s", TEXT(event->signers[i]));
        pairs[i] = stage_pair(name);
    }
    const lic_client_call call = {.signers = pairs, .signer_count = event->signer_count};
    r->events++;
    return lic_client_repeat(r->target, &call, lic_slice_text(r->contract), event, NULL,
                             &r->stage->error);
}

static void repeat_all(stage *from, stage *to, const char *contract)
{
    record r = {.stage = to, .target = to->client, .contract = contract};
    stage_good(
        to, lic_client_history(from->client, stage_text(contract), make_again, &r, &from->error));
    assert_true(r.events > 0);
}

static void the_same_history_has_the_same_result(void **state)
{
    (void)state;
    stage first, second;
    const char *const owed =
        "SELECT creditor, duty_amount, open_amount, due FROM duties ORDER BY row";
    const char *const balances = "SELECT account, key, amount FROM balances ORDER BY account, row";
    char kept[4096];
    stage_begin(&first, "2026-01-01");
    stage_press(&first);
    stage_good(&first, try_report(&first, "Press", "Usage", "2026-01", "Service", stage_usage));
    stage_good(&first, try_pay(&first, "Press", "P2", "43.30", "EUR", "Service"));
    stage_begin(&second, "2026-01-01");
    stage_good(&second, try_register(&second, "Label"));
    stage_good(&second, try_register(&second, "Service"));
    stage_good(&second, try_deploy(&second, PRESS_ASIDE, "Label", NULL, NULL));
    repeat_all(&first, &second, "Press");
    (void)snprintf(kept, sizeof kept, "%s", stage_query(&first, first.client, owed));
    assert_string_equal(stage_query(&second, second.client, owed), kept);
    assert_non_null(strstr(kept, "P2 43.30 0.00"));
    (void)snprintf(kept, sizeof kept, "%s", stage_query(&first, first.client, balances));
    assert_string_equal(stage_query(&second, second.client, balances), kept);
    stage_end(&second);
    stage_end(&first);
}

static void begin_given(stage *s, const char *flat)
{
    const char *const terms[] = {"Flat", flat, "Begins", "2026-03-01", NULL};
    stage_begin(s, "2026-01-01");
    stage_good(s, try_register(s, "Owner"));
    stage_good(s, try_register(s, "User"));
    stage_good(s, try_deploy(s, GIVEN, "Owner", terms, NULL));
}

static void other_parameters_have_another(void **state)
{
    (void)state;
    stage first, second;
    begin_given(&first, "250.00");
    stage_good(&first, try_sign(&first, "Given", "Owner", NULL));
    stage_good(&first, try_clock(&first, "2026-01-20"));
    stage_good(&first, try_sign(&first, "Given", "User", NULL));
    stage_good(&first, try_pay(&first, "Given", "Owner", "100.00", "", "User"));
    stage_good(&first, try_acknowledge(&first, "Given",
                                       (uint32_t)first.result.outcome.receipt.number, "Owner"));
    begin_given(&second, "300.00");
    repeat_all(&first, &second, "Given");
    const char *const open = "SELECT duty_amount, open_amount, made FROM duties";
    assert_string_equal(stage_query(&first, first.client, open), "250.00 150.00 2026-01-20\n");
    assert_string_equal(stage_query(&second, second.client, open), "300.00 200.00 2026-01-20\n");
    stage_end(&second);
    stage_end(&first);
}

static lic_status repeat_as_it_is(void *context, const lic_client_event *event)
{
    record *r = context;
    lic_client_call call = stage_by("Label", NULL);
    return lic_client_repeat(r->target, &call, lic_slice_text("Press"), event, NULL,
                             &r->stage->error);
}

static void what_is_not_repeated_says_so(void **state)
{
    (void)state;
    stage s;
    lic_error error = {0};
    stage_begin(&s, "2026-01-01");
    stage_press(&s);
    record r = {.stage = &s, .target = s.client};
    assert_int_equal(lic_client_history(s.client, stage_text(""), repeat_as_it_is, &r, &error),
                     LIC_UNSUPPORTED);
    stage_refused(&s, LIC_UNSUPPORTED, LIC_UNSUPPORTED, "kind", "kind register");
    stage_end(&s);
}

/* -- erased contents ----------------------------------------------------------------------------------------------- */

static lic_status find_payment(void *context, const lic_client_event *event)
{
    if (event->kind == LIC_TX_PAY)
        *(uint64_t *)context = LIC_PLACE(event->height, 0, event->position);
    return LIC_OK;
}

static void erased_contents_are_told(void **state)
{
    (void)state;
    stage s;
    lic_store *store = NULL;
    uint64_t place = 0;
    stage_begin(&s, "2026-01-01");
    stage_press(&s);
    stage_good(&s, try_report(&s, "Press", "Usage", "2026-01", "Service", stage_usage));
    stage_good(&s, try_pay(&s, "Press", "P1", "43.30", "EUR", "Service"));
    stage_good(&s,
               lic_client_history(s.client, stage_text("Press"), find_payment, &place, &s.error));
    lic_client_close(s.client);
    const lic_store_options options = {.path = "stage",
                                       .mode = LIC_STORE_WRITE,
                                       .journal = LIC_JOURNAL_ROLLBACK,
                                       .allocator = &lic_allocator_system,
                                       .vfs = lic_memory_disk_vfs(s.disk)};
    stage_good(&s, lic_store_open(&options, &store, &s.error));
    assert_ok(lic_store_begin(store));
    assert_ok(lic_store_erase_payload(store, place));
    assert_ok(lic_store_erase_chunks(store, LIC_CHUNK_SLOT(3, 1), LIC_CHUNK_SLOT(3, 1)));
    assert_ok(lic_store_commit(store));
    lic_store_close(store);
    stage_good(&s, lic_client_open(&s.options, &s.client, &s.error));
    const char *text = history_of(&s, "Press");
    assert_non_null(strstr(text, "2026-02-01 report by:  erased\n"));
    assert_non_null(strstr(text, "2026-02-01 pay by:  erased\n"));
    assert_non_null(strstr(text, "load by Label: Works, "));
    record r = {.stage = &s, .target = s.client, .contract = "Press"};
    assert_int_equal(lic_client_history(s.client, stage_text("Press"), make_again, &r, &s.error),
                     LIC_REFUSED); /* the first of them: the schedule is loaded already */
    stage_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_contract_s_history),
        cmocka_unit_test(one_block_of_two_contracts),
        cmocka_unit_test(the_ledger_s_history),
        cmocka_unit_test(a_visit_ends_the_walk),
        cmocka_unit_test(an_upload_stands_where_it_was_complete),
        cmocka_unit_test(the_same_history_has_the_same_result),
        cmocka_unit_test(other_parameters_have_another),
        cmocka_unit_test(what_is_not_repeated_says_so),
        cmocka_unit_test(erased_contents_are_told),
    };
    return cmocka_run_group_tests_name("client_history", tests, NULL, NULL);
}
