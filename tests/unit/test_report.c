/* Reports: judging against a slow judge of its own, totals, what may be filed when, and that neither
 * chunk size nor a refusal leaves a trace. */
#include "engine_agreements.h"

#include "effects.h"
#include "judge.h"

typedef struct seen_report {
    uint64_t lines, accepted, rejected, reasons[16];
    size_t reason_count, rejected_count;
    uint64_t rejected_lines[2048], offsets[2048];
    uint16_t rejected_reasons[2048];
    lic_i128 units, gross, earned, due;
    size_t statements;
} seen_report;

static seen_report seen;

static lic_status remember(void *context, const struct lic_block_effects *effects)
{
    (void)context;
    for (const lic_run_effects *run = effects->runs; run != NULL; run = run->next) {
        seen.statements += run->statement_count;
        for (size_t i = 0; i < run->posting_count; i++) seen.due += run->postings[i].amount;
        if (run->report == NULL) continue;
        const lic_report_outcome *o = run->report;
        seen.lines = o->lines, seen.accepted = o->accepted, seen.rejected = o->rejected;
        seen.reason_count = o->reason_count;
        for (size_t i = 0; i < o->reason_count && i < 16; i++) seen.reasons[i] = o->reasons[i];
        seen.rejected_count = o->line_count;
        for (size_t i = 0; i < o->line_count && i < 2048; i++) {
            seen.rejected_lines[i] = o->lines_rejected[i].line;
            seen.offsets[i] = o->lines_rejected[i].offset;
            seen.rejected_reasons[i] = o->lines_rejected[i].reason;
        }
        seen.units = o->sums[0].value;
        seen.gross = o->sums[1].value;
        seen.earned = run->totals[0].values[1];
    }
    return LIC_OK;
}

static uint64_t next_random(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *seed >> 33;
}

/* A line that is often good, with faults of every kind. */
static size_t make_line(uint64_t *seed, char *text, size_t room)
{
    static const char *const lines[] = {"1", "22", "333", "01", "", "1234567890", "7x", "-4"};
    static const char *const works[] = {"DEAAA0000001",
                                        "DEAAA0000002",
                                        "DEAAA0000003",
                                        "DEAAA0000009",
                                        "deaaa0000001",
                                        "DEAAA000001",
                                        ""};
    static const char *const plans[] = {"free", "paid", "FREE", "", "freee"};
    static const char *const units[] = {"0",
                                        "1",
                                        "500000",
                                        "500001",
                                        "1000000",
                                        "1000001",
                                        "-1",
                                        "-",
                                        "-x",
                                        "",
                                        "007",
                                        "1.0",
                                        "99999999999999999999999999999999999999999"};
    static const char *const gross[] = {"",
                                        "0",
                                        "0.0001",
                                        "12.5",
                                        "100000",
                                        "100000.0001",
                                        "1.23456",
                                        "-1",
                                        ".5",
                                        "5.",
                                        "1,000",
                                        "00.1",
                                        "99999999999999999999999999999999999999999.1"};
    static const char *const notes[] = {"", "note", "\xc3\xa4", "\xff", "\xed\xa0\x80", "a\tb"};
    bool clean = next_random(seed) % 3 != 0;
    char number[24];
    (void)snprintf(number, sizeof number, "%llu", (unsigned long long)(next_random(seed) % 700));
    const char *line = clean || next_random(seed) % 2 != 0
                           ? number
                           : lines[next_random(seed) % LIC_COUNT(lines)];
    int size = snprintf(text, room, "%s\t%s\t%s\t%s\t%s\t%s", line,
                        works[next_random(seed) % (clean ? 3 : LIC_COUNT(works))],
                        plans[next_random(seed) % (clean ? 2 : LIC_COUNT(plans))],
                        units[next_random(seed) % (clean ? 3 : LIC_COUNT(units))],
                        gross[next_random(seed) % (clean ? 5 : LIC_COUNT(gross))],
                        notes[next_random(seed) % (clean ? 3 : LIC_COUNT(notes))]);
    if (!clean && next_random(seed) % 8 == 0) size = size / 2;
    return (size_t)size;
}

/* round half to even of value/10^decimals cents for Press's three works; independent of the engine */
static lic_i128 round_even(lic_i128 value, lic_i128 unit)
{
    lic_i128 q = value / unit, r = value % unit;
    if (2 * r > unit || (2 * r == unit && (q & 1) != 0)) q++;
    return q;
}

static void compare(const char *text, size_t size, uint32_t chunk, uint64_t seed)
{
    static const lic_i128 prices[3] = {100, 333, 1}; /* 10^-4 EUR */
    judge j = {.seen_count = 0};
    uint64_t counts[16] = {0}, accepted = 0, line = 0, rejected = 0;
    lic_i128 sums[3] = {0, 0, 0}, units = 0, gross = 0, earned = 0;
    for (size_t at = 0; at < size;) {
        size_t end = at;
        while (end < size && text[end] != '\n') end++;
        judged_line good = {0};
        enum judged code = judge_line(&j, (const uint8_t *)text + at, end - at, &good);
        line++;
        if (code == JUDGED_GOOD) {
            lic_i128 a = (lic_i128)good.units * prices[good.work] * 2, b = (lic_i128)good.gross;
            sums[good.work] += a > b ? a : b; /* in 10^-4 / 2 EUR */
            units += good.units;
            gross += good.gross;
            accepted++;
        } else {
            if (seen.rejected_lines[rejected] != line || seen.rejected_reasons[rejected] != code ||
                seen.offsets[rejected] != at)
                fail_msg("seed %llu chunk %u line %llu: judge says %d, engine %u at line %llu",
                         (unsigned long long)seed, chunk, (unsigned long long)line, code,
                         seen.rejected_reasons[rejected],
                         (unsigned long long)seen.rejected_lines[rejected]);
            rejected++;
            counts[code]++;
        }
        at = end + 1;
    }
    assert_int_equal(seen.lines, line);
    assert_int_equal(seen.accepted, accepted);
    assert_int_equal(seen.rejected, rejected);
    assert_int_equal(seen.reason_count, JUDGED_GOOD);
    for (size_t i = 0; i < JUDGED_GOOD; i++) assert_int_equal(seen.reasons[i], counts[i]);
    assert_true(seen.units == units && seen.gross == gross);
    for (size_t i = 0; i < 3; i++) /* cents to ledger units */
        earned += round_even(sums[i], 200) * 10000;
    assert_true(seen.earned == earned);
}

static void agrees_with_the_judge(void **state)
{
    (void)state;
    static const uint32_t chunks[] = {0, 300, 1000, 4096};
    for (uint64_t round = 0; round < 12; round++) {
        static char text[1 << 18];
        uint64_t seed = 1000 + round;
        size_t size = 0;
        for (size_t lines = 1 + round * 80; lines > 0; lines--) {
            size += make_line(&seed, text + size, 400);
            text[size++] = '\n';
        }
        if (round % 2 == 1) size--; /* the last line without its end */
        fixture f;
        uint32_t c = press_open(&f, PRESS_ASIDE);
        lic_engine_close(f.engine);
        f.options.sink.apply = remember;
        f.options.threads = 1 + round % 3 % 2; /* the result is the same */
        fixture_good(&f, lic_engine_open(&f.options, &f.engine, &f.error));
        memset(&seen, 0, sizeof seen);
        uint32_t chunk = chunks[round % LIC_COUNT(chunks)];
        fixture_good(
            &f, try_report(&f, c, 0, "Service", "2026-01-01", lic_slice_of(text, size), chunk));
        compare(text, size, chunk, 1000 + round);
        assert_int_equal(seen.statements, 3);
        fixture_end(&f);
    }
}

static void no_lines_at_all(void **state)
{
    (void)state;
    fixture f;
    uint32_t c = press_open(&f, PRESS_ASIDE);
    fixture_report(&f, c, 0, "Service", "2026-01-01", "");
    assert_true(f.outcome.settled);
    assert_int_equal(f.outcome.lines, 0);
    assert_int_equal(fixture_contract(&f, c).statements, 3);
    fixture_end(&f);
}

static const char good_line[] = "1\tDEAAA0000001\tfree\t10\t\tx\n";

static void filed_when_and_by_whom(void **state)
{
    (void)state;
    fixture f;
    uint32_t c = press_open(&f, PRESS_ASIDE);
    lic_slice text = lic_slice_text(good_line);
    lic_hash root = fixture_root(&f);
    fixture_refused(&f, try_report(&f, c, 0, "Label", "2026-01-01", text, 0), LIC_DENIED,
                    "wrong_party");
    fixture_refused(&f, try_report(&f, c, 0, "Service", "2026-02-01", text, 0), LIC_REFUSED,
                    "order");
    fixture_refused(&f, try_report(&f, c, 0, "Service", "2026-01-02", text, 0), LIC_REFUSED,
                    "period");
    fixture_refused(&f, try_report(&f, c, 0, "Service", "2025-12-01", text, 0), LIC_REFUSED,
                    "wrong_period");
    fixture_refused(&f, try_report(&f, c, 0, "Service", "2027-01-01", text, 0), LIC_REFUSED,
                    "wrong_period");
    fixture_refused(&f, try_report(&f, c, 7, "Service", "2026-01-01", text, 0), LIC_REFUSED,
                    "report");
    lic_hash after = fixture_root(&f);
    assert_true(lic_hash_equal(&root, &after));
    fixture_report(&f, c, 0, "Service", "2026-01-01", good_line);
    fixture_refused(&f, try_report(&f, c, 0, "Service", "2026-01-01", text, 0), LIC_REFUSED,
                    "closed_period");
    fixture_refused(&f, try_report(&f, c, 0, "Service", "2026-02-01", text, 0), LIC_REFUSED,
                    "too_early");
    fixture_clock(&f, "2026-02-28"); /* the period's last day */
    fixture_refused(&f, try_report(&f, c, 0, "Service", "2026-02-01", text, 0), LIC_REFUSED,
                    "too_early");
    fixture_clock(&f, "2026-03-01");
    fixture_report(&f, c, 0, "Service", "2026-02-01", good_line);
    fixture_end(&f);
}

/* `else refuse`: a bad last line, and the ledger is as it was. */
static void one_bad_line_refuses(void **state)
{
    (void)state;
    fixture f;
    uint32_t c = press_open(&f, PRESS_REFUSE);
    static const struct {
        const char *line, *says;
    } bad[] = {
        {"2\tDEAAA0000009\tfree\t10\t\tx\n", "column work: unknown"},
        {"1\tDEAAA0000001\tfree\t10\t\tx\n", "duplicate"},
        {"2\tDEAAA0000001\tfree\t600000\t\tx\n", "require"},
        {"2\n", "columns"},
    };
    char text[512];
    for (size_t i = 0; i < LIC_COUNT(bad); i++) {
        lic_hash root = fixture_root(&f);
        uint64_t height = lic_ledger_tip(lic_engine_ledger(f.engine))->height;
        (void)snprintf(text, sizeof text, "%s%s", good_line, bad[i].line);
        fixture_refused(&f, try_report(&f, c, 0, "Service", "2026-01-01", lic_slice_text(text), 40),
                        LIC_REFUSED, "bad_line");
        if (strstr(f.error.text, "line 2") == NULL || strstr(f.error.text, bad[i].says) == NULL)
            fail_msg("\"%s\" does not say %s", f.error.text, bad[i].says);
        lic_hash after = fixture_root(&f);
        assert_true(lic_hash_equal(&root, &after));
        assert_int_equal(lic_ledger_tip(lic_engine_ledger(f.engine))->height, height);
    }
    fixture_report(&f, c, 0, "Service", "2026-01-01", good_line);
    fixture_end(&f);
}

static void a_line_beyond_64_kib(void **state)
{
    (void)state;
    fixture f;
    uint32_t c = press_open(&f, PRESS_ASIDE);
    char *text = malloc(70000);
    assert_non_null(text);
    size_t head = (size_t)snprintf(text, 100, "%s2\tDEAAA0000001\tfree\t10\t\t", good_line);
    memset(text + head, 'x', 66000);
    text[head + 66000] = '\n';
    fixture_refused(
        &f, try_report(&f, c, 0, "Service", "2026-01-01", lic_slice_of(text, head + 66001), 0),
        LIC_TOO_LARGE, "long_line");
    assert_non_null(strstr(f.error.text, "line 2"));
    free(text);
    fixture_end(&f);
}

static const char steps[] =
    "licet 1\n"
    "agreement Steps \"Steps\"\n"
    "  law        \"France\"\n"
    "  money      EUR\n"
    "  rounding   half_up to 0.01, each amount\n"
    "  months     clip\n"
    "  years      calendar\n"
    "  payments   confirmed by payee, oldest first, interest last, excess credited\n"
    "  term       from 2026-01-01 to 2026-12-31\n"
    "party Owner is licensor, signs\n"
    "party User  is licensee, signs\n"
    "tiers Prices of count, marginal\n"
    "  up to 10: EUR 0.10\n"
    "  above: refuse\n"
    "end\n"
    "report Sales [1]\n"
    "  by User, every month, within 10 days of period.end\n"
    "  lines at most 100, else set aside\n"
    "  column line digits 6, unique\n"
    "  column units count, at most 1,000\n"
    "end\n"
    "fee Use [2]\n"
    "  on Sales\n"
    "  line value = units through Prices\n"
    "  amount sum of value\n"
    "  User pays Owner, within 10 days of period.end\n"
    "end\n"
    "lifecycle\n"
    "  initial draft\n"
    "  states  active\n"
    "  final   ended, after 30 days\n"
    "  from draft to active when signed by Owner, User\n"
    "  from draft to ended  on 2026-03-31\n"
    "  from active to ended on term.end\n"
    "end\n";

/* A trap in the last of many lines: the report is refused with line, clause and reason, and the ledger is as it was. */
static void trap_in_the_last_line(void **state)
{
    (void)state;
    fixture f;
    char text[4096];
    size_t at = 0;
    fixture_begin(&f, "2026-01-01", LIC_CLOCK_SIMULATED);
    fixture_register(&f, "Owner");
    fixture_register(&f, "User");
    uint32_t c = fixture_deploy(&f, steps, "Owner", NULL);
    fixture_sign(&f, c, "Owner");
    fixture_sign(&f, c, "User");
    fixture_clock(&f, "2026-02-01");
    for (int i = 0; i < 99; i++) at += (size_t)sprintf(text + at, "%d\t%d\n", i, i % 11);
    (void)sprintf(text + at, "99\t11\n");
    lic_hash root = fixture_root(&f);
    uint64_t height = lic_ledger_tip(lic_engine_ledger(f.engine))->height;
    fixture_refused(&f, try_report(&f, c, 0, "User", "2026-01-01", lic_slice_text(text), 100),
                    LIC_TRAPPED, "tier_refused");
    if (strstr(f.error.text, "line 100") == NULL || strstr(f.error.text, "[2]") == NULL)
        fail_msg("\"%s\" names neither line nor clause", f.error.text);
    lic_hash after = fixture_root(&f);
    assert_true(lic_hash_equal(&root, &after));
    assert_int_equal(lic_ledger_tip(lic_engine_ledger(f.engine))->height, height);
    text[at] = '\0';
    fixture_report(&f, c, 0, "User", "2026-01-01", text);
    fixture_end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_the_judge),  cmocka_unit_test(no_lines_at_all),
        cmocka_unit_test(filed_when_and_by_whom), cmocka_unit_test(one_bad_line_refuses),
        cmocka_unit_test(a_line_beyond_64_kib),   cmocka_unit_test(trap_in_the_last_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
