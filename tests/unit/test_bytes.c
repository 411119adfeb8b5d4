/* Catches: an encoding with two forms, a reader that runs past the end or accepts what no writer
 * makes, a buffer that grows past its maximum or goes on after a failure, invalid UTF-8 let through. */
#include "unit.h"

#include <licet/leb128.h>
#include <licet/number.h>

#include <string.h>

static lic_buffer fresh(void)
{
    lic_buffer buffer;
    lic_buffer_init(&buffer, &lic_allocator_system, 4096);
    return buffer;
}

static void slices_compare_bytewise(void **state)
{
    (void)state;
    assert_true(lic_slice_equal(lic_slice_text(""), lic_slice_of(NULL, 0)));
    assert_true(lic_slice_equal(lic_slice_text("ab"), lic_slice_of("abc", 2)));
    assert_false(lic_slice_equal(lic_slice_text("ab"), lic_slice_text("ac")));
    assert_int_equal(lic_slice_compare(lic_slice_text("ab"), lic_slice_text("abc")), -1);
    assert_int_equal(lic_slice_compare(lic_slice_text("b"), lic_slice_text("abc")), 1);
    assert_int_equal(lic_slice_compare(lic_slice_text("\xC3"), lic_slice_text("z")), 1);
    assert_int_equal(lic_slice_compare(lic_slice_of(NULL, 0), lic_slice_of(NULL, 0)), 0);
}

static void fixed_widths_are_little_endian(void **state)
{
    (void)state;
    lic_buffer buffer = fresh();
    lic_put_u8(&buffer, 1);
    lic_put_u16(&buffer, 0x0203);
    lic_put_u32(&buffer, 0x04050607);
    lic_put_u64(&buffer, UINT64_C(0x08090A0B0C0D0E0F));
    lic_put_i64(&buffer, -2);
    lic_put_i128(&buffer, -3);
    lic_put_slice(&buffer, lic_slice_text("hi"));
    static const uint8_t expected[] = {
        1,    3,   2,   7,   6,   5,   4,   15,  14,   13,  12,  11,  10,  9,   8,
        0xFE, 255, 255, 255, 255, 255, 255, 255, 0xFD, 255, 255, 255, 255, 255, 255,
        255,  255, 255, 255, 255, 255, 255, 255, 255,  2,   0,   0,   0,   'h', 'i',
    };
    assert_false(buffer.failed);
    assert_int_equal(buffer.size, sizeof expected);
    assert_memory_equal(buffer.data, expected, sizeof expected);

    lic_cursor cursor = lic_cursor_of(lic_slice_of(buffer.data, buffer.size));
    assert_int_equal(lic_get_u8(&cursor), 1);
    assert_int_equal(lic_get_u16(&cursor), 0x0203);
    assert_int_equal(lic_get_u32(&cursor), 0x04050607);
    assert_true(lic_get_u64(&cursor) == UINT64_C(0x08090A0B0C0D0E0F));
    assert_true(lic_get_i64(&cursor) == -2);
    assert_true(lic_get_i128(&cursor) == -3);
    assert_true(lic_slice_equal(lic_get_slice(&cursor, 2), lic_slice_text("hi")));
    assert_true(lic_cursor_done(&cursor));
    lic_buffer_free(&buffer);
}

static void the_end_of_input_is_sticky(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {1, 2, 3};
    lic_cursor cursor = lic_cursor_of(lic_slice_of(bytes, 3));
    assert_int_equal(lic_get_u32(&cursor), 0);
    assert_true(cursor.failed);
    assert_int_equal(lic_get_u8(&cursor), 0);
    assert_int_equal(lic_get_bytes(&cursor, 0).size, 0);
    assert_false(lic_cursor_done(&cursor));

    cursor = lic_cursor_of(lic_slice_of(bytes, 3));
    assert_int_equal(lic_get_u16(&cursor), 0x0201);
    assert_false(lic_cursor_done(&cursor)); /* a byte is left */
    cursor = lic_cursor_of(lic_slice_of(NULL, 0));
    assert_true(lic_cursor_done(&cursor));
}

static void slices_respect_their_maximum(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {3, 0, 0, 0, 'a', 'b', 'c'};
    lic_cursor cursor = lic_cursor_of(lic_slice_of(bytes, sizeof bytes));
    assert_int_equal(lic_get_slice(&cursor, 2).size, 0);
    assert_true(cursor.failed);
    static const uint8_t lying[] = {255, 255, 255, 255, 'a'};
    cursor = lic_cursor_of(lic_slice_of(lying, sizeof lying));
    assert_int_equal(lic_get_slice(&cursor, SIZE_MAX).size, 0);
    assert_true(cursor.failed);
}

static void varint_round_trip(uint64_t value, size_t size)
{
    lic_buffer buffer = fresh();
    lic_put_varint(&buffer, value);
    assert_int_equal(buffer.size, size);
    lic_cursor cursor = lic_cursor_of(lic_slice_of(buffer.data, buffer.size));
    assert_true(lic_get_varint(&cursor) == value);
    assert_true(lic_cursor_done(&cursor));
    lic_buffer_free(&buffer);
}

static void varints(void **state)
{
    (void)state;
    varint_round_trip(0, 1);
    varint_round_trip(127, 1);
    varint_round_trip(128, 2);
    varint_round_trip(16383, 2);
    varint_round_trip(16384, 3);
    varint_round_trip(UINT64_MAX, 10);
}

/* Seven bits a byte, the lowest first, with 0x80 in all but the last. */
static size_t plain_leb128(uint64_t value, uint8_t bytes[10])
{
    size_t size = 0;
    for (; value > 127; value /= 128) bytes[size++] = (uint8_t)(128 + value % 128);
    bytes[size++] = (uint8_t)value;
    return size;
}

/* Alone in a buffer that is full with it, and with bytes behind it, which are not read. */
static void expect_bytes(uint64_t value)
{
    static const uint8_t behind[9] = {0xFF, 0x80, 1, 0, 0xFF, 0xFF, 0x80, 0x80, 0xFF};
    uint8_t wanted[10];
    size_t size = plain_leb128(value, wanted);
    for (size_t spare = 0; spare <= sizeof behind; spare++) {
        lic_buffer buffer = fresh();
        lic_put_varint(&buffer, value);
        assert_int_equal(buffer.size, size);
        assert_memory_equal(buffer.data, wanted, size);
        lic_put_bytes(&buffer, behind, spare);
        lic_cursor cursor = lic_cursor_of(lic_slice_of(buffer.data, buffer.size));
        assert_true(lic_get_varint(&cursor) == value);
        assert_int_equal(cursor.end - cursor.at, spare);
        for (size_t cut = 0; cut < size; cut++) { /* ends in the middle */
            cursor = lic_cursor_of(lic_slice_of(buffer.data, cut));
            (void)lic_get_varint(&cursor);
            assert_true(cursor.failed);
        }
        lic_buffer_free(&buffer);
    }
}

static void every_length_of_varint(void **state)
{
    (void)state;
    for (unsigned bit = 0; bit < 64; bit++) {
        uint64_t power = UINT64_C(1) << bit;
        expect_bytes(power);
        expect_bytes(power - 1);
        expect_bytes(power | 1);
        expect_bytes(UINT64_C(0x9E3779B97F4A7C15) >> bit);
    }
}

/* Zeros behind the number make another form of it. */
static void longer_forms_are_refused(void **state)
{
    (void)state;
    for (unsigned bit = 0; bit < 49; bit += 7) {
        uint8_t bytes[20] = {0};
        size_t size = plain_leb128(UINT64_C(1) << bit, bytes);
        bytes[size - 1] |= 0x80;
        bytes[size] = 0;
        for (size_t shown = size + 1; shown <= sizeof bytes; shown++) {
            lic_cursor cursor = lic_cursor_of(lic_slice_of(bytes, shown));
            (void)lic_get_varint(&cursor);
            assert_true(cursor.failed);
        }
    }
}

static void zigzag_round_trip(lic_i128 value, size_t size)
{
    lic_buffer buffer = fresh();
    lic_put_zigzag(&buffer, value);
    assert_int_equal(buffer.size, size);
    lic_cursor cursor = lic_cursor_of(lic_slice_of(buffer.data, buffer.size));
    assert_true(lic_get_zigzag(&cursor) == value);
    assert_true(lic_cursor_done(&cursor));
    lic_buffer_free(&buffer);
}

/* By the definition. */
static size_t leb128(lic_u128 value, uint8_t bytes[LIC_LEB128_MAX])
{
    size_t size = 0;
    do {
        bytes[size++] = (uint8_t)((value & 0x7F) | (value >= 0x80 ? 0x80 : 0));
        value >>= 7;
    } while (value != 0);
    return size;
}

/* Nothing is written beyond the room, and what is written behind a number is the next one's. */
static void numbers_are_stored_straight(void **state)
{
    (void)state;
    for (unsigned bit = 0; bit < 127; bit++) {
        for (int more = -1; more <= 1; more++) {
            lic_i128 value = (lic_i128)((lic_u128)1 << bit) + more;
            uint8_t expected[LIC_LEB128_MAX], room[LIC_LEB128_MAX + 1];
            room[LIC_LEB128_MAX] = 0x5a;
            size_t size = leb128((lic_u128)value << 1, expected);
            assert_int_equal(lic_store_zigzag(room, value) - room, size);
            assert_memory_equal(room, expected, size);
            size = leb128(((lic_u128)value << 1) - 1, expected);
            if (value > 0) assert_int_equal(lic_store_zigzag(room, -value) - room, size);
            if (value > 0) assert_memory_equal(room, expected, size);
            if (bit > 63) continue;
            size = leb128((uint64_t)value, expected);
            assert_int_equal(lic_store_varint(room, (uint64_t)value) - room, size);
            assert_memory_equal(room, expected, size);
            assert_int_equal(room[LIC_LEB128_MAX], 0x5a);
        }
    }
}

static void zigzags(void **state)
{
    (void)state;
    zigzag_round_trip(0, 1);
    zigzag_round_trip(-1, 1);
    zigzag_round_trip(-64, 1);
    zigzag_round_trip(64, 2);
    zigzag_round_trip(INT64_MIN, 10);
    zigzag_round_trip(LIC_I128_MAX, 19);
    zigzag_round_trip(LIC_I128_MIN, 19);
}

static bool varint_accepts(const char *bytes, size_t size)
{
    lic_cursor cursor = lic_cursor_of(lic_slice_of(bytes, size));
    lic_get_varint(&cursor);
    return lic_cursor_done(&cursor);
}

static void only_the_shortest_varint_is_read(void **state)
{
    (void)state;
    assert_true(varint_accepts("\x80\x01", 2));
    assert_false(varint_accepts("\x80\x00", 2));
    assert_false(varint_accepts("\xFF\x80\x00", 3));
    assert_false(varint_accepts("\x80", 1));
    assert_true(varint_accepts("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01", 10));
    assert_false(varint_accepts("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02", 10));
    assert_false(varint_accepts("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x81\x00", 11));
}

static void zigzag_beyond_128_bits_is_refused(void **state)
{
    (void)state;
    uint8_t bytes[20];
    memset(bytes, 0xFF, sizeof bytes);
    bytes[18] = 0x04;
    lic_cursor cursor = lic_cursor_of(lic_slice_of(bytes, 19));
    assert_true(lic_get_zigzag(&cursor) == 0);
    assert_true(cursor.failed);
    bytes[18] = 0x03;
    cursor = lic_cursor_of(lic_slice_of(bytes, 19));
    assert_true(lic_get_zigzag(&cursor) == LIC_I128_MIN);
    assert_true(lic_cursor_done(&cursor));
}

static void the_maximum_is_sticky(void **state)
{
    (void)state;
    lic_buffer buffer;
    lic_buffer_init(&buffer, &lic_allocator_system, 10);
    lic_put_text(&buffer, "12345678");
    lic_put_u32(&buffer, 0);
    assert_true(buffer.failed);
    assert_int_equal(buffer.size, 8);
    lic_put_u8(&buffer, 0); /* would fit, but comes after a gap */
    assert_int_equal(buffer.size, 8);
    assert_memory_equal(buffer.data, "12345678", 8);
    lic_buffer_clear(&buffer);
    lic_put_text(&buffer, "1234567890");
    assert_false(buffer.failed);
    assert_false(lic_buffer_reserve(&buffer, SIZE_MAX));
    lic_buffer_free(&buffer);
}

static void a_slice_is_put_whole_or_not_at_all(void **state)
{
    (void)state;
    lic_buffer buffer;
    lic_buffer_init(&buffer, &lic_allocator_system, 10);
    lic_put_slice(&buffer, lic_slice_text("1234567"));
    assert_true(buffer.failed);
    assert_int_equal(buffer.size, 0);
    lic_buffer_free(&buffer);
}

static void format_appends(void **state)
{
    (void)state;
    lic_buffer buffer = fresh();
    lic_put_format(&buffer, "%s=%d;", "a", 1);
    lic_put_format(&buffer, "%0100d", 7);
    assert_false(buffer.failed);
    assert_int_equal(buffer.size, 104);
    assert_memory_equal(buffer.data, "a=1;000", 7);
    lic_put_format(&buffer, "%05000d", 7);
    assert_true(buffer.failed);
    assert_int_equal(buffer.size, 104);
    lic_buffer_free(&buffer);
}

static void out_of_memory_keeps_the_contents(void **state)
{
    (void)state;
    unit_heap heap = {.left = 1};
    lic_allocator allocator = unit_allocator(&heap);
    lic_buffer buffer;
    lic_buffer_init(&buffer, &allocator, 4096);
    lic_put_text(&buffer, "kept");
    for (int i = 0; i < 20; i++) lic_put_u64(&buffer, 0);
    assert_true(buffer.failed);
    assert_memory_equal(buffer.data, "kept", 4);
    lic_buffer_free(&buffer);
    assert_int_equal(heap.live_bytes, 0);
}

static bool valid(const char *text)
{
    return lic_utf8_valid(lic_slice_text(text));
}

static void utf8(void **state)
{
    (void)state;
    assert_true(valid(""));
    assert_true(valid("plain text of more than eight bytes"));
    assert_true(valid("Söngur \xE2\x82\xAC \xF0\x9F\x8E\xB5"));
    assert_true(
        valid("\x7F \xC2\x80 \xDF\xBF \xE0\xA0\x80 \xED\x9F\xBF \xEE\x80\x80 \xEF\xBF\xBF"));
    assert_true(valid("\xF0\x90\x80\x80 \xF4\x8F\xBF\xBF"));
    assert_true(lic_utf8_valid(lic_slice_of("a\0b", 3)));
    assert_false(valid("\x80"));     /* a continuation alone */
    assert_false(valid("\xC0\x80")); /* overlong */
    assert_false(valid("\xC1\xBF"));
    assert_false(valid("\xE0\x9F\xBF"));
    assert_false(valid("\xF0\x8F\xBF\xBF"));
    assert_false(valid("\xED\xA0\x80"));     /* a surrogate */
    assert_false(valid("\xF4\x90\x80\x80")); /* above U+10FFFF */
    assert_false(valid("\xF5\x80\x80\x80"));
    assert_false(valid("\xC3")); /* cut */
    assert_false(valid("\xE2\x82"));
    assert_false(valid("\xF0\x9F\x8E"));
    assert_false(valid("long enough prefix \xFF"));
    assert_false(valid("\xC3("));
}

/* Characters are decoded by their bits, and refused by what they come to. */
static bool decodes(const uint8_t *at, size_t size)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    for (size_t i = 0; i < size;) {
        uint8_t lead = at[i];
        size_t length = lead < 0x80             ? 1
                        : (lead & 0xE0) == 0xC0 ? 2
                        : (lead & 0xF0) == 0xE0 ? 3
                        : (lead & 0xF8) == 0xF0 ? 4
                                                : 0;
        if (length == 0 || length > size - i) return false;
        uint32_t c = length == 1 ? lead : lead & (0x7Fu >> length);
        for (size_t k = 1; k < length; k++) {
            if ((at[i + k] & 0xC0) != 0x80) return false;
            c = c << 6 | (at[i + k] & 0x3Fu);
        }
        if (c < least[length] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return false;
        i += length;
    }
    return true;
}

/* All of three bytes, and of four those that can differ, before and behind plain text. */
static void utf8_of_any_bytes(void **state)
{
    (void)state;
    for (uint32_t n = 0; n < 1u << 24; n++) {
        const uint8_t text[3] = {(uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n};
        if (lic_utf8_valid(lic_slice_of(text, 3)) != decodes(text, 3)) fail_msg("%06x", n);
    }
    static const uint8_t ends[] = {0x00, 0x7F, 0x80, 0x8F, 0x90, 0xBF, 0xC0, 0xFF};
    for (uint32_t n = 0; n < 1u << 22; n++) {
        uint8_t text[32];
        size_t from = n & 0xF;
        memset(text, 'x', sizeof text);
        const uint8_t four[4] = {(uint8_t)(0xF0 + (n >> 18)), (uint8_t)(n >> 10), ends[n >> 7 & 7],
                                 ends[n >> 4 & 7]};
        memcpy(text + from, four, sizeof four);
        if (lic_utf8_valid(lic_slice_of(text, sizeof text)) != decodes(text, sizeof text))
            fail_msg("%02x %02x %02x %02x at %zu", four[0], four[1], four[2], four[3], from);
        size_t cut = from + 1 + n % 4;
        if (lic_utf8_valid(lic_slice_of(text, cut)) != decodes(text, cut)) fail_msg("%x, cut", n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slices_compare_bytewise),
        cmocka_unit_test(fixed_widths_are_little_endian),
        cmocka_unit_test(the_end_of_input_is_sticky),
        cmocka_unit_test(slices_respect_their_maximum),
        cmocka_unit_test(varints),
        cmocka_unit_test(every_length_of_varint),
        cmocka_unit_test(longer_forms_are_refused),
        cmocka_unit_test(zigzags),
        cmocka_unit_test(numbers_are_stored_straight),
        cmocka_unit_test(only_the_shortest_varint_is_read),
        cmocka_unit_test(zigzag_beyond_128_bits_is_refused),
        cmocka_unit_test(the_maximum_is_sticky),
        cmocka_unit_test(a_slice_is_put_whole_or_not_at_all),
        cmocka_unit_test(format_appends),
        cmocka_unit_test(out_of_memory_keeps_the_contents),
        cmocka_unit_test(utf8),
        cmocka_unit_test(utf8_of_any_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
