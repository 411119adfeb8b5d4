/* Outputs of runs: what stands in a block says what the run did; cut or damaged bytes are refused. */
#include "engine_agreements.h"

#include "outputs.h"
#include "state.h"

typedef struct sums {
    lic_i128 posted, results, statements;
    size_t postings, rows, rejected, lines, balances;
    uint64_t accepted, reasons;
} sums;

static sums effects_sums;

static lic_status add_effects(void *context, const struct lic_block_effects *effects)
{
    sums *s = context;
    for (const lic_run_effects *run = effects->runs; run != NULL; run = run->next) {
        s->postings += run->posting_count;
        for (size_t i = 0; i < run->posting_count; i++)
            s->posted += run->postings[i].amount * (run->postings[i].to_row + 1);
        s->rows += run->result_count;
        for (size_t i = 0; i < run->result_count; i++)
            s->results += run->results[i].values[1] * (run->results[i].row + 1);
        s->statements += (lic_i128)run->statement_count;
        if (run->report == NULL) continue;
        s->rejected += run->report->line_count;
        s->accepted += run->report->accepted;
        for (size_t i = 0; i < run->report->reason_count; i++)
            s->reasons += run->report->reasons[i] * (i + 1);
    }
    return LIC_OK;
}

typedef struct stored {
    lic_slice bytes[4096];
    uint64_t places[4096];
    size_t count;
    lic_arena *arena;
} stored;

static lic_status keep(void *context, const lic_row_payload *row)
{
    stored *s = context;
    assert_true(s->count < 4096);
    s->places[s->count] = row->place;
    s->bytes[s->count++] = lic_slice_of(lic_arena_copy(s->arena, row->bytes.data, row->bytes.size),
                                        row->bytes.size);
    return LIC_OK;
}

/* Decodes as its class says; true when it was whole. */
static bool decode(unsigned class, lic_slice bytes, lic_arena *arena, sums *s)
{
    lic_run_head head;
    if (class == LIC_OUTPUT_POSTINGS) {
        lic_postings_reader reader;
        lic_posting posting;
        if (!lic_postings_begin(bytes, &head, &reader)) return false;
        for (; lic_postings_next(&reader, &posting); s->postings++)
            s->posted += posting.amount * (posting.to_row + 1);
        return lic_cursor_done(&reader.cursor);
    }
    if (class == LIC_OUTPUT_RESULTS) {
        lic_results_reader reader;
        lic_result_effect result;
        lic_term_total total;
        if (!lic_results_begin(bytes, &head, &reader)) return false;
        for (; lic_results_next(&reader, &result); s->rows++)
            s->results += result.values[1] * (result.row + 1);
        while (lic_totals_next(&reader, &total)) {}
        return lic_cursor_done(&reader.cursor);
    }
    if (class == LIC_OUTPUT_STATEMENT) {
        lic_statement_view view;
        lic_statement_balance balance;
        lic_statement_line line;
        if (lic_statement_decode(bytes, &view) != LIC_OK) return false;
        lic_i128 opening = 0, closing = 0, changed = 0;
        while (lic_statement_next_balance(&view, &balance))
            opening += balance.opening, closing += balance.closing, s->balances++;
        while (lic_statement_next_line(&view, &line)) changed += line.amount, s->lines++;
        assert_true(opening + changed == closing);
        s->statements++;
        return true;
    }
    lic_report_outcome outcome;
    lic_rejected_reader reader;
    lic_rejected_line line;
    if (lic_report_output_read(bytes, arena, &head, &outcome)) {
        s->accepted += outcome.accepted;
        for (size_t i = 0; i < outcome.reason_count; i++)
            s->reasons += outcome.reasons[i] * (i + 1);
        return true;
    }
    if (!lic_rejected_begin(bytes, &head, &reader)) return false;
    while (lic_rejected_next(&reader, &line)) s->rejected++;
    return lic_cursor_done(&reader.cursor);
}

static void say_what_the_run_did(void **state)
{
    (void)state;
    fixture f;
    static stored s;
    char text[60000];
    size_t at = 0;
    uint32_t c = press_open(&f, PRESS_ASIDE);
    lic_engine_close(f.engine);
    memset(&effects_sums, 0, sizeof effects_sums);
    f.options.sink = (lic_effects_sink){&effects_sums, add_effects};
    fixture_good(&f, lic_engine_open(&f.options, &f.engine, &f.error));
    for (int i = 0; i < 900; i++)
        at += (size_t)sprintf(text + at, "%d\tDEAAA000000%d\tfree\t%d\t\tx\n", i, 1 + i % 4, i * 7);
    fixture_report(&f, c, 0, "Service", "2026-01-01", text);
    uint64_t height = f.outcome.receipt.height;
    memset(&s, 0, sizeof s);
    s.arena = lic_arena_create(&lic_allocator_system, 1u << 26);
    assert_ok(lic_store_read_payloads(lic_ledger_store(lic_engine_ledger(f.engine)),
                                      LIC_PLACE(height, LIC_OUTPUT_EVENT, 0),
                                      LIC_PLACE(height + 1, 0, 0) - 1, keep, &s));
    sums read = {0}, ignored = {0};
    for (size_t i = 0; i < s.count; i++) {
        unsigned class = (unsigned)(s.places[i] >> 24 & 15);
        assert_true(decode(class, s.bytes[i], s.arena, &read));
        lic_statement_view view;
        if (class == LIC_OUTPUT_STATEMENT) { /* numbered in the contract's log, which was empty */
            assert_ok(lic_statement_decode(s.bytes[i], &view));
            assert_int_equal(view.number, s.places[i] & (LIC_PLACE_ORDINALS - 1));
        }
        for (size_t cut = 0; cut < s.bytes[i].size && cut < 600; cut++) {
            bool whole = decode(class, lic_slice_of(s.bytes[i].data, cut), s.arena, &ignored);
            /* groups of results carry no count of them: a segment may end behind any */
            assert_true(!whole || class == LIC_OUTPUT_RESULTS);
        }
    }
    const sums *did = &effects_sums;
    assert_true(read.posted == did->posted && read.results == did->results &&
                read.statements == did->statements);
    assert_int_equal(read.postings, did->postings);
    assert_int_equal(read.rows, did->rows);
    assert_int_equal(read.rejected, did->rejected);
    assert_int_equal(read.rejected, 225);
    assert_int_equal(read.accepted, did->accepted);
    assert_int_equal(read.reasons, did->reasons);
    assert_true(read.lines > 0 && read.balances > 0);
    lic_arena_destroy(s.arena);
    fixture_end(&f);
}

/* -- traps, with one thread and with two ------------------------------------------------------------------ */

typedef struct ending {
    lic_status status;
    lic_hash root, block;
    uint64_t gas, statements;
    char text[sizeof((lic_error *)0)->text];
} ending;

enum { PAYEES = 10 };

static uint32_t open_with_many(fixture *f)
{
    char payees[PAYEES * 16];
    size_t at = 0;
    uint32_t c = press_deploy(f, PRESS_ASIDE);
    for (int i = 1; i <= PAYEES; i++)
        at += (size_t)snprintf(payees + at, sizeof payees - at, "P%d\tName\n", i);
    fixture_load(f, c, "Payees", "Label", payees);
    fixture_load(f, c, "Works", "Label", PRESS_WORKS);
    fixture_load(f, c, "Works.holders", "Label", PRESS_HOLDERS);
    fixture_sign(f, c, "Label");
    fixture_sign(f, c, "Service");
    fixture_clock(f, "2026-02-01");
    return c;
}

static ending report_with(unsigned threads)
{
    fixture f;
    uint32_t c = open_with_many(&f);
    f.options.threads = threads;
    f.options.thresholds.rows = 1;
    fixture_reopen(&f);
    ending e = {.status = try_report(&f, c, 0, "Service", "2026-01-01",
                                     lic_slice_text("1\tDEAAA0000001\tfree\t10\t\tx\n"), 0)};
    if (e.status != LIC_OK) memcpy(e.text, f.error.text, sizeof e.text);
    else e.gas = f.outcome.receipt.gas;
    e.root = fixture_root(&f);
    e.block = *lic_ledger_tip_hash(lic_engine_ledger(f.engine));
    e.statements = fixture_contract(&f, c).statements;
    fixture_end(&f);
    return e;
}

/* Gas ends everywhere on the way, so also in each of the statements. */
static void a_trap_comes_at_the_same_place(void **state)
{
    (void)state;
    unsigned traps = 0;
    ending one = {.status = LIC_REFUSED};
    for (fixture_gas = 1800; one.status != LIC_OK; fixture_gas += 50) {
        one = report_with(1);
        ending two = report_with(2);
        assert_int_equal(two.status, one.status);
        assert_string_equal(two.text, one.text);
        assert_int_equal(two.gas, one.gas);
        assert_int_equal(two.statements, one.statements);
        assert_true(lic_hash_equal(&two.root, &one.root) && lic_hash_equal(&two.block, &one.block));
        if (one.status == LIC_TRAPPED) traps++;
    }
    fixture_gas = 0;
    assert_int_equal(one.statements, PAYEES);
    assert_true(traps > 15); /* ten statements take 2000 and more */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(say_what_the_run_did),
                                       cmocka_unit_test(a_trap_comes_at_the_same_place)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
