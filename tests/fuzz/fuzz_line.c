/* Any bytes as a chunk of a report: the engine's first stage gives every line the reason that a slow judge of
 * its own gives (tests/unit/judge.h), and the same values; it reads nothing outside the chunk. */
#include "agreement_texts.h"
#include "judge.h"

#include "reader.h"
#include "report/look_ups.h"

#include <licet/compile.h>
#include <licet/crypto.h>

#include <stdio.h>
#include <stdlib.h>

enum { LINES_MOST = 150 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct rig {
    lic_engine engine;
    lic_contract contract;
    lic_work work;
    lic_intake intake;
    lic_parsed parsed; /* of the input under way: a copy of one of the rooms */
    lic_parsed rooms[2];
    lic_keys batch, waiting;
} rig;

static void require(bool good, const char *what, size_t line)
{
    if (good) return;
    fprintf(stderr, "line %zu: %s\n", line, what);
    abort();
}

static void load_row(lic_tables *tables, const char *table, const char *key)
{
    uint32_t row = 0;
    for (uint16_t t = 0; t < tables->image->tables_count; t++)
        if (lic_slice_equal(tables->image->tables[t].name, lic_slice_text(table)))
            require(lic_table_load_row(tables, t, lic_slice_text(key), &row) == LIC_OK, "row", 0);
}

/* Press with its three works, in memory alone. */
static void build(rig *r)
{
    static const lic_hash id;
    static lic_line_reason reasons[LIC_LINE_REASONS_MAX];
    lic_compile_options options = {.unit_scale = 6};
    lic_error error;
    require(lic_crypto_start(&error) == LIC_OK, "crypto", 0);
    lic_compilation *c = lic_compile(lic_slice_text(PRESS_ASIDE), &options, &lic_hasher_native,
                                     &lic_allocator_system);
    require(c != NULL && lic_compilation_image(c) != NULL, "compile", 0);
    const lic_image *image = lic_compilation_image(c);
    r->engine.allocator = &lic_allocator_system;
    r->engine.rules = lic_rules_of(1);
    r->contract.image = image;
    require(lic_tables_create(&lic_allocator_system, &lic_hasher_native, image, &id, 5,
                              &r->contract.tables) == LIC_OK,
            "tables", 0);
    load_row(r->contract.tables, "Works", "DEAAA0000001");
    load_row(r->contract.tables, "Works", "DEAAA0000002");
    load_row(r->contract.tables, "Works", "DEAAA0000003");
    r->work.engine = &r->engine;
    r->work.contract = &r->contract;
    r->work.arena = lic_arena_create(&lic_allocator_system, 1u << 24);
    size_t count = lic_report_reasons(image, &image->reports[0], reasons, LIC_LINE_REASONS_MAX);
    require(count == JUDGED_GOOD, "reasons", 0);
    require(lic_intake_init(&r->engine, &r->contract, r->work.arena, &image->reports[0], reasons,
                            count, &r->intake) == LIC_OK,
            "intake", 0);
    /* in some: fewer lines than a batch has, so that most inputs are parsed in several pieces */
    for (size_t i = 0; i < LIC_COUNT(r->rooms); i++)
        require(lic_parsed_create(&r->intake, i == 0 ? 7 : LINES_MOST, r->work.arena,
                                  &r->rooms[i]) == LIC_OK,
                "memory", 0);
    require(lic_look_ups_room(&r->intake, LIC_BATCH, r->work.arena, &r->batch) == LIC_OK, "memory",
            0);
    require(lic_look_ups_room(&r->intake, LINES_MOST, r->work.arena, &r->waiting) == LIC_OK,
            "memory", 0);
}

/* `at`: among the lines that were parsed together. */
static void compare(const rig *r, uint32_t number, uint32_t at, lic_slice line)
{
    judge j = {.seen_count = 0};
    judged_line good = {0};
    enum judged expected = judge_line(&j, line.data, line.size, &good);
    if (expected == JUDGED_REQUIRE || expected == JUDGED_GOOD) expected = JUDGED_GOOD;
    uint16_t reason = r->parsed.reasons[at];
    require(reason == (expected == JUDGED_GOOD ? LIC_NONE16 : expected), "the reasons differ",
            number + 1);
    if (expected != JUDGED_GOOD) return;
    const uint64_t *item = r->parsed.items + at * r->intake.slots;
    require(item[r->intake.columns[0].slot] == good.line, "line", number + 1);
    require(item[r->intake.columns[1].slot] == (uint64_t)good.work, "work", number + 1);
    require(item[r->intake.columns[3].slot] == good.units, "units", number + 1);
    require(item[r->intake.columns[4].slot] == good.gross, "gross", number + 1);
}

/* With keys found line by line, or all of them behind the lines. */
static void parse(rig *r, lic_slice chunk, lic_line_scan *scan, bool keys_wait)
{
    lic_intake_lines(&r->intake, chunk, scan, keys_wait ? &r->waiting : &r->batch, keys_wait,
                     &r->parsed);
    lic_look_ups_waiting(&r->intake, &r->parsed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static rig r;
    if (r.engine.allocator == NULL) build(&r);
    if (size > LIC_CHUNK_MAX) return 0;
    uint8_t *copy = malloc(size == 0 ? 1 : size); /* so that reading past the end is seen */
    if (copy == NULL) return 0;
    if (size != 0) memcpy(copy, data, size);
    lic_slice chunk = lic_slice_of(copy, size);
    lic_line_scan scan = lic_lines_scan(chunk);
    r.parsed = r.rooms[size / 2 % 2];
    parse(&r, chunk, &scan, size % 2 == 1);
    uint32_t number = 0, first = 0; /* lines, and those before the ones parsed together */
    for (size_t at = 0; at < size; number++) {
        size_t end = at;
        while (end < size && copy[end] != '\n') end++;
        if (number - first == r.parsed.count && !r.parsed.last) {
            first = number;
            parse(&r, chunk, &scan, size % 2 == 1);
        }
        if (end - at > r.engine.rules->line_max) {
            require(r.parsed.too_long && r.parsed.count == number - first, "a long line",
                    number + 1);
            free(copy);
            return 0;
        }
        require(number - first < r.parsed.count, "a line is missing", number + 1);
        compare(&r, number, number - first, lic_slice_of(copy + at, end - at));
        at = end + 1;
    }
    require(number - first == r.parsed.count && !r.parsed.too_long && r.parsed.last, "lines",
            number);
    free(copy);
    return 0;
}
