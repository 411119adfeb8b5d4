/* Lines and columns of bytes, in one pass and in two, against a reading byte by byte.
 *
 * Would catch: a separator that is missed or seen twice where blocks of 64 bytes meet, a last line without end,
 * columns that are counted but have no room, a byte above 0x7F that is told of a neighbouring line. */
#include "unit.h"

#include "report/lines.h"

#include <stdlib.h>
#include <string.h>

enum { BYTES = 400, ROOM = 3, ROUNDS = 20000 };

static uint64_t draw(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* Byte by byte: the line that begins at `at`. */
typedef struct plain {
    size_t size, count, starts[BYTES + 1], ends[BYTES + 1];
    size_t first_beyond, end_beyond; /* of its bytes above 0x7F; the same: there are none */
} plain;

static plain plain_line(const uint8_t *bytes, size_t size, size_t at)
{
    plain line = {0};
    size_t end = at;
    line.starts[0] = at;
    for (; end < size && bytes[end] != '\n'; end++) {
        if (bytes[end] > 0x7F) {
            if (line.end_beyond == 0) line.first_beyond = end;
            line.end_beyond = end + 1;
        }
        if (bytes[end] != '\t') continue;
        line.ends[line.count++] = end;
        line.starts[line.count] = end + 1;
    }
    line.ends[line.count++] = end;
    line.size = end - at;
    return line;
}

static void check_columns(const plain *want, const uint8_t *bytes, const lic_slice *columns)
{
    for (size_t i = 0; i < want->count && i < ROOM; i++) {
        assert_int_equal(columns[i].size, want->ends[i] - want->starts[i]);
        if (columns[i].size != 0) assert_ptr_equal(columns[i].data, bytes + want->starts[i]);
    }
}

static void check_all(const uint8_t *bytes, size_t size)
{
    lic_line_scan scan = lic_lines_scan(lic_slice_of(bytes, size));
    lic_line_cursor cursor = lic_lines_of(lic_slice_of(bytes, size));
    lic_slice line, beyond, columns[ROOM];
    size_t at = 0, count = 0;
    bool ascii = false;
    while (lic_lines_take(&scan, &line, columns, ROOM, &count, &beyond)) {
        assert_true(at < size);
        plain want = plain_line(bytes, size, at);
        assert_ptr_equal(line.data, bytes + at);
        assert_int_equal(line.size, want.size);
        assert_int_equal(count, want.count);
        assert_int_equal(beyond.size, want.end_beyond - want.first_beyond);
        if (beyond.size != 0) assert_ptr_equal(beyond.data, bytes + want.first_beyond);
        check_columns(&want, bytes, columns);
        assert_true(lic_lines_next(&cursor, &line));
        assert_int_equal(line.size, want.size);
        assert_int_equal(lic_lines_split(line, columns, ROOM, &ascii), want.count);
        assert_int_equal(ascii, want.end_beyond == 0);
        check_columns(&want, bytes, columns);
        at += want.size + 1;
    }
    assert_true(at == size || at == size + 1);
    assert_false(lic_lines_next(&cursor, &line));
}

static void draws_lines(void **state)
{
    (void)state;
    const char *given = getenv("LICET_SEED");
    uint64_t chance = given != NULL ? strtoull(given, NULL, 10) : 0x9E3779B97F4A7C15u;
    print_message("LICET_SEED=%llu\n", (unsigned long long)chance);
    for (int round = 0; round < ROUNDS; round++) {
        size_t size = draw(&chance) % BYTES;
        uint8_t *bytes = malloc(size == 0 ? 1
                                          : size); /* of this size: a reading beyond it is seen */
        assert_non_null(bytes);
        uint64_t rare = 2 + draw(&chance) % 80;
        for (size_t i = 0; i < size; i++) {
            uint64_t kind = draw(&chance) % rare;
            bytes[i] = kind == 0   ? '\n'
                       : kind == 1 ? '\t'
                       : kind == 2 ? (uint8_t)(0x80 | draw(&chance))
                                   : (uint8_t)(draw(&chance) & 0x7F);
        }
        check_all(bytes, size);
        free(bytes);
    }
}

static void edges(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "", "\n", "\n\n", "a", "a\n", "\t", "a\t", "\t\n", "a\tb\nc\td\te\tf\n\xC3"};
    for (size_t i = 0; i < LIC_COUNT(texts); i++)
        check_all((const uint8_t *)texts[i], strlen(texts[i]));
    uint8_t full[64 * 3];
    memset(full, 'x', sizeof full);
    for (size_t at = 0; at < sizeof full; at++) {
        for (size_t size = at; size <= sizeof full; size++) {
            full[at] = '\n';
            check_all(full, size);
            full[at] = 'x';
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(edges),
        cmocka_unit_test(draws_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
