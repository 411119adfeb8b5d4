/* What facts and counters held on a date: every value on every day against a plain list, through refused
 * acts and another opening of the ledger; how many steps a search takes; and that a table of earlier
 * values which is not as the engine needs it is refused. */
#include "engine_agreements.h"

#include "work.h"

#include <licet/standard.h>

#define DAYS 250

static const char AGREEMENT[] =
    "licet 1\n"
    "agreement Dated \"Dated\"\n"
    "  law        \"England\"\n"
    "  money      GBP\n"
    "  rounding   half_even to 0.01, each amount\n"
    "  years      calendar\n"
    "  payments   confirmed by payee, oldest first, interest last, excess credited\n"
    "  term       from 2026-01-01 to 2030-12-31\n"
    "party Owner is licensor, signs\n"
    "party User  is licensee, signs\n"
    "fact    Price GBP, from GBP 0 to GBP 1,000, set by Owner [1]\n"
    "counter Level count, from 0 to 1,000,000, starts 7 [2]\n"
    "fee Ground [3]\n"
    "  every   half\n"
    "  amount  Price + Level * GBP 1.00\n"
    "  User pays Owner, within 10 days of period.end\n"
    "end\n"
    "action Move(to_level: count) [4]\n"
    "  by      Owner\n"
    "  in      active\n"
    "  set     Level to to_level\n"
    "  require Level <= 500\n"
    "end\n"
    "lifecycle\n"
    "  initial draft\n"
    "  states  active\n"
    "  final   expired, after 10 days\n"
    "  from draft to active    when signed by Owner, User\n"
    "  from draft to expired   on 2026-12-31\n"
    "  from active to expired  on term.end\n"
    "end\n";

/* What held at the end of each day, and since when: kept as simply as can be. */
typedef struct model {
    int64_t level[DAYS], price[DAYS];
    lic_date level_since[DAYS], price_since[DAYS];
} model;

static uint32_t open_dated(fixture *f)
{
    fixture_begin(f, "2026-01-01", LIC_CLOCK_SIMULATED);
    fixture_register(f, "Owner");
    fixture_register(f, "User");
    uint32_t c = fixture_deploy(f, AGREEMENT, "Owner", NULL);
    fixture_sign(f, c, "Owner");
    fixture_sign(f, c, "User");
    return c;
}

static void move_level(fixture *f, uint32_t c, int64_t level)
{
    char text[24];
    (void)snprintf(text, sizeof text, "%lld", (long long)level);
    lic_status status = try_act(f, c, "Move", text, false, "Owner", NULL);
    if (level <= 500) fixture_good(f, status);
    else assert_int_equal(status, LIC_TRAPPED);
}

static void set_price(fixture *f, uint32_t c, int64_t pounds)
{
    char text[24];
    (void)snprintf(text, sizeof text, "%lld.00", (long long)pounds);
    fixture_good(f, try_fact(f, c, "Price", text, "Owner"));
}

/* Acts of one day: none, one, two of which the last holds, or one that is refused behind its change. */
static void act_on(fixture *f, uint32_t c, model *m, uint32_t day, lic_date today)
{
    uint32_t dice = (day * 2654435761u) >> 24;
    m->level[day] = day == 0 ? 7 : m->level[day - 1];
    m->price[day] = day == 0 ? 0 : m->price[day - 1];
    m->level_since[day] = day == 0 ? 0 : m->level_since[day - 1];
    m->price_since[day] = day == 0 ? 0 : m->price_since[day - 1];
    if (dice % 4 == 1) move_level(f, c, 501 + dice);
    if (dice % 3 != 0) {
        if (dice % 5 == 0) move_level(f, c, 250);
        move_level(f, c, m->level[day] = dice);
        m->level_since[day] = today;
    }
    if (dice % 7 == 2) {
        set_price(f, c, m->price[day] = dice % 90);
        m->price_since[day] = today;
    }
}

static lic_contract *state_of(fixture *f, uint32_t c)
{
    lic_contract *contract = f->engine->contracts[c];
    fixture_good(f, lic_contract_load(f->engine, contract, &f->error));
    return contract;
}

static uint16_t history_of(const lic_contract *contract, const char *field)
{
    for (uint32_t i = 0; i < contract->image->fields_count; i++)
        if (lic_slice_equal(contract->image->fields[i].name, lic_slice_text(field)))
            return lic_image_history(contract->image, (uint16_t)i);
    return LIC_NONE16;
}

static void assert_days(fixture *f, uint32_t c, const model *m)
{
    lic_work work = {.contract = state_of(f, c)};
    uint16_t level = history_of(work.contract, "Level"), price = history_of(work.contract, "Price");
    lic_date first = fixture_date("2026-01-01");
    for (uint32_t day = 0; day < DAYS; day++) {
        const uint64_t arguments[2] = {(uint64_t)(int64_t)(first + (lic_date)day), 0};
        uint64_t value = 0, since = 0;
        lic_i128 wide = 0;
        assert_int_equal(lic_dated_value(&work, level, arguments, &value, &wide), LIC_TRAP_NONE);
        assert_int_equal(lic_dated_value(&work, price, arguments, &since, &wide), LIC_TRAP_NONE);
        assert_int_equal(value, m->level[day]);
        assert_true(wide == (lic_i128)m->price[day] * 1000000);
        assert_ok(lic_dated_since(work.contract->tables, level, arguments, &since));
        assert_int_equal(since, m->level_since[day]);
        assert_ok(lic_dated_since(work.contract->tables, price, arguments, &since));
        assert_int_equal(since, m->price_since[day]);
    }
    const uint64_t before[2] = {(uint64_t)(int64_t)(first - 1), 0}, beyond[2] = {before[0], 1};
    uint64_t value = 0;
    lic_i128 wide = 0;
    assert_int_equal(lic_dated_value(&work, level, before, &value, &wide), LIC_TRAP_NONE);
    assert_int_equal(value, 7); /* what it starts with holds for ever before */
    assert_int_equal(lic_dated_value(&work, level, beyond, &value, &wide), LIC_TRAP_BAD_ROW);
}

/* From the newest change to any other one, by the links alone. */
static void assert_short(const lic_contract *contract, uint16_t history)
{
    uint32_t rows = contract->tables->views[history].row_count, most = 0, bits = 0;
    for (uint32_t n = rows; n != 0; n >>= 1) bits++;
    for (uint32_t wanted = 1; wanted <= rows; wanted++) {
        uint32_t at = rows, steps = 0;
        while (at > wanted) {
            int64_t jump = lic_column_get(contract->tables, history, at - 1, LIC_HISTORY_JUMP_AT);
            at = jump >= (int64_t)wanted
                     ? (uint32_t)jump
                     : (uint32_t)lic_column_get(contract->tables, history, at - 1,
                                                LIC_HISTORY_PREVIOUS_AT);
            steps++;
        }
        assert_int_equal(at, wanted);
        most = steps > most ? steps : most;
    }
    assert_true(rows > 100);
    assert_true(most <= 2 * bits);
}

static void every_day_is_kept(void **state)
{
    (void)state;
    fixture f;
    static model m;
    uint32_t c = open_dated(&f), changes = 0;
    lic_date first = fixture_date("2026-01-01");
    for (uint32_t day = 0; day < DAYS; day++) {
        char text[LIC_DATE_TEXT];
        lic_date_print(first + (lic_date)day, text);
        if (day != 0) fixture_clock(&f, text);
        act_on(&f, c, &m, day, first + (lic_date)day);
        changes += m.level_since[day] == first + (lic_date)day;
    }
    assert_days(&f, c, &m);
    const lic_contract *contract = state_of(&f, c);
    uint16_t level = history_of(contract, "Level");
    assert_int_equal(contract->tables->views[level].row_count, changes); /* one a day */
    assert_short(contract, level);
    lic_hash root = fixture_root(&f);
    fixture_reopen(&f);
    assert_days(&f, c, &m);
    assert_memory_equal(fixture_root(&f).bytes, root.bytes, LIC_HASH_SIZE);
    fixture_end(&f);
}

/* A table of earlier values that the engine could not use is refused with its image. */
static void bad_histories_are_refused(void **state)
{
    (void)state;
    lic_compilation *c = fixture_compile(AGREEMENT);
    lic_image *image = NULL;
    lic_error error = {0};
    lic_arena *arena = lic_arena_create(&lic_allocator_system, (size_t)1 << 26);
    assert_ok(
        lic_image_decode(lic_compilation_bytes(c), &lic_hasher_native, arena, &image, &error));
    assert_ok(lic_image_verify(image, &error));
    uint16_t number = 0;
    while (image->tables[number].kind != LIC_TABLE_KIND_HISTORY) number++;
    lic_table *table = &image->tables[number];
    const lic_table good = *table;
    const lic_table other = image->tables[number + 1];
    assert_int_equal(other.kind, LIC_TABLE_KIND_HISTORY);
#define REFUSED(change)                                                    \
    do {                                                                   \
        change;                                                            \
        assert_int_equal(lic_image_verify(image, &error), LIC_UNVERIFIED); \
        *table = good;                                                     \
    } while (0)
    REFUSED(table->parent_span = LIC_NONE16);
    REFUSED(table->parent_span = image->lifecycle.state_field);
    REFUSED(table->parent_span = other.parent_span);
    REFUSED(table->cell_size = (uint16_t)(table->cell_size + 8));
    REFUSED(table->kind = LIC_TABLE_KIND_SCHEDULE);
    uint16_t head = lic_image_field_at(image, LIC_TABLE_SELF, true,
                                       image->fields[good.parent_span].offset + 16u);
    image->fields[head].role = LIC_ROLE_TALLY; /* bytecode could write it */
    assert_int_equal(lic_image_verify(image, &error), LIC_UNVERIFIED);
    image->fields[head].role = LIC_ROLE_ENGINE;
    assert_ok(lic_image_verify(image, &error));
    lic_arena_destroy(arena);
    lic_compilation_destroy(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_is_kept),
        cmocka_unit_test(bad_histories_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
