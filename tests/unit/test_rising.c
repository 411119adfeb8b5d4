/* Lines told apart by a number: however the numbers go, the lines marked are those whose number an earlier good line had, as sorting
 * all of them finds it. */
#include "unit.h"

#include "report/unique.h"

#include <licet/crypto.h>

#include <stdlib.h>
#include <string.h>

enum { LINES = 20000, SLOTS = 2 };

typedef struct told {
    lic_engine engine;
    lic_image image;
    lic_report report;
    lic_column column;
    lic_intake_column columns[1];
    lic_intake intake;
    lic_unique unique;
    lic_parsed parsed;
} told;

static uint16_t uniques[] = {0};
static uint64_t items[LINES * SLOTS];
static uint16_t reasons[LINES], expected[LINES];

static void build(told *t, const lic_allocator *allocator)
{
    memset(t, 0, sizeof *t);
    t->engine.allocator = allocator;
    t->engine.hasher = &lic_hasher_native;
    t->engine.secret = 7;
    t->image.uniques = uniques;
    t->report.unique_count = 1;
    t->column.reader.type.kind = LIC_KIND_COUNT;
    t->columns[0] = (lic_intake_column){.column = &t->column, .slot = 1, .words = 1};
    t->intake = (lic_intake){.allocator = allocator,
                             .report = &t->report,
                             .image = &t->image,
                             .columns = t->columns,
                             .slots = SLOTS};
    t->parsed = (lic_parsed){.count = LINES, .items = items, .reasons = reasons};
}

static lic_status mark(told *t)
{
    static const lic_line_reason duplicate[] = {{.code = LIC_LINE_DUPLICATE}};
    lic_status status = lic_unique_init(&t->unique, &t->engine, &t->intake, duplicate, 1, 100);
    if (status == LIC_OK) status = lic_unique_mark_all(&t->unique, &t->parsed);
    lic_unique_free(&t->unique);
    return status;
}

/* -- what is expected ---------------------------------------------------------------------------------------- */

static int by_number_and_line(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    uint64_t x = items[left * SLOTS + 1], y = items[right * SLOTS + 1];
    if (x != y) return x < y ? -1 : 1;
    return left < right ? -1 : left > right;
}

static void expect(void)
{
    static uint32_t order[LINES];
    uint32_t good = 0;
    for (uint32_t i = 0; i < LINES; i++) {
        expected[i] = reasons[i];
        if (reasons[i] == LIC_NONE16) order[good++] = i;
    }
    qsort(order, good, sizeof *order, by_number_and_line);
    for (uint32_t i = 1; i < good; i++)
        if (items[order[i] * SLOTS + 1] == items[order[i - 1] * SLOTS + 1]) expected[order[i]] = 0;
}

/* -- how numbers go ------------------------------------------------------------------------------------------ */

static uint64_t next_random(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *seed >> 33;
}

static uint64_t number_of(unsigned way, uint64_t line, uint64_t *seed)
{
    uint64_t random = next_random(seed);
    switch (way) {
    case 0: return line * 3;                                              /* they rise */
    case 1: return random % 10 == 0 ? random % (3 * line + 1) : line * 3; /* but for a tenth */
    case 2: return (LINES - line) / 2;                                    /* they fall, in twos */
    case 3: return random % LINES;                                        /* they do neither */
    case 4: return line < LINES / 2 ? line : random % LINES; /* first this, then that */
    default:
        return line % 7 == 0 ? UINT64_MAX - line % 3 : line / 2 * 977; /* the last one at once */
    }
}

static void number_lines(unsigned way, uint64_t seed)
{
    for (uint32_t i = 0; i < LINES; i++) {
        items[i * SLOTS] = i;
        items[i * SLOTS + 1] = number_of(way, i, &seed);
        reasons[i] = next_random(&seed) % 50 == 0 ? 3 : LIC_NONE16;
    }
}

static void marks_what_sorting_finds(void **state)
{
    static told t;
    (void)state;
    for (unsigned way = 0; way < 6; way++) {
        for (uint64_t seed = 1; seed <= 5; seed++) {
            build(&t, &lic_allocator_system);
            number_lines(way, seed);
            expect();
            assert_ok(mark(&t));
            assert_memory_equal(reasons, expected, sizeof reasons);
        }
    }
}

static void no_memory_leaves_nothing(void **state)
{
    static told t;
    (void)state;
    lic_status status = LIC_NO_MEMORY;
    for (size_t left = 0; status != LIC_OK; left++) {
        unit_heap heap = {.left = left};
        lic_allocator allocator = unit_allocator(&heap);
        build(&t, &allocator);
        number_lines(4, 1);
        status = mark(&t);
        assert_true(status == LIC_OK || status == LIC_NO_MEMORY);
        assert_int_equal(heap.live_bytes, 0);
        assert_true(left < 100);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(marks_what_sorting_finds),
        cmocka_unit_test(no_memory_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
