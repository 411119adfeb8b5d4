/* decode.c - bytes to image. Whatever does not come out of the encoder is refused: numbers in their
 * shortest form only, flags 0 or 1, counts within their limits and no byte left over; then
 * lic_image_check looks at every index. */
#include <string.h>

#include "internal.h"

typedef struct reader {
    lic_cursor cursor;
    const char *defect; /* what the record in hand got wrong; NULL: the bytes ended */
} reader;

static void fail(reader *from, const char *defect)
{
    if (!from->cursor.failed) from->defect = defect;
    from->cursor.failed = true;
}

static uint64_t get_number(reader *from, uint64_t max, const char *member)
{
    uint64_t value = lic_get_varint(&from->cursor);
    if (value <= max) return value;
    fail(from, member);
    return 0;
}

/* none is 0, index i is i + 1; `none` is all ones of the member's width. */
static uint64_t get_optional(reader *from, uint64_t none, const char *member)
{
    uint64_t value = get_number(from, none, member);
    return value == 0 ? none : value - 1;
}

static int64_t get_integer(reader *from, int64_t max, const char *member)
{
    lic_i128 value = lic_get_zigzag(&from->cursor);
    if (value <= max && value >= -(lic_i128)max - 1) return (int64_t)value;
    fail(from, member);
    return 0;
}

static bool get_flag(reader *from, const char *member)
{
    uint8_t value = lic_get_u8(&from->cursor);
    if (value > 1) fail(from, member);
    return value == 1;
}

static uint8_t get_name(reader *from, const char *const *names, const char *member)
{
    uint8_t value = lic_get_u8(&from->cursor);
    if (value < lic_names_count(names)) return value;
    fail(from, member);
    return 0;
}

static lic_type get_type(reader *from)
{
    lic_slice bytes = lic_get_bytes(&from->cursor, 4);
    if (bytes.size != 4) return lic_type_plain(LIC_KIND_NONE);
    return (lic_type){.kind = bytes.data[0],
                      .currency = bytes.data[1],
                      .scale = bytes.data[2],
                      .aux = bytes.data[3]};
}

static void get_raw(reader *from, void *target, size_t size)
{
    lic_slice bytes = lic_get_bytes(&from->cursor, size);
    if (bytes.size == size) memcpy(target, bytes.data, size);
}

static void get_code(reader *from, char code[4])
{
    get_raw(from, code, 3);
    for (int i = 0; i < 3; i++)
        if (code[i] < 'A' || code[i] > 'Z') fail(from, "code");
}

static void get_instruction_bytes(reader *from, lic_instruction *r)
{
    uint8_t bytes[8] = {0};
    get_raw(from, bytes, sizeof bytes);
    *r = (lic_instruction){.op = bytes[0],
                           .a = bytes[1],
                           .b = bytes[2],
                           .c = bytes[3],
                           .imm = lic_load_u32(bytes + 4)};
}

#define WIDTH_MAX(m) ((uint64_t)(__typeof__(m))~(__typeof__(m))0)
#define SIGNED_MAX(m) ((int64_t)(UINT64_MAX >> (65 - 8 * sizeof(m))))

#define PART(T, noun)                          \
    static void get_##noun(reader *from, T *r) \
    {
#define RECORD(T, array, noun, max) PART(T, noun)
#define END_RECORD }
#define TEXT(m) r->m = lic_get_slice(&from->cursor, LIC_IMAGE_MAX);
#define BYTES(m) r->m = lic_get_slice(&from->cursor, LIC_IMAGE_MAX);
#define NUM(m) r->m = (__typeof__(r->m))get_number(from, WIDTH_MAX(r->m), #m);
#define INT(m) r->m = (__typeof__(r->m))get_integer(from, SIGNED_MAX(r->m), #m);
#define WIDE(m) r->m = lic_get_zigzag(&from->cursor);
#define FLAG(m) r->m = get_flag(from, #m);
#define NAME(m, names) r->m = get_name(from, names, #m);
#define REF(m, array) NUM(m)
#define OPT(m, array) r->m = (__typeof__(r->m))get_optional(from, WIDTH_MAX(r->m), #m);
#define SPAN(first, count, array) NUM(first) NUM(count)
#define OWN(first, count, array) NUM(first) NUM(count)
#define TYPE(m) r->m = get_type(from);
#define NEST(m, noun) get_##noun(from, &r->m);
#define HASH(m) get_raw(from, r->m.bytes, LIC_HASH_SIZE);
#define SET(m) \
    if (r->type.kind == LIC_KIND_SET) get_raw(from, r->m, sizeof r->m);
#define CODE(m) get_code(from, r->m);
#define GAS(m) NUM(m)
#define ITEM_TEXT(array) *r = lic_get_slice(&from->cursor, LIC_IMAGE_MAX);
#define ITEM_NUM(array) *r = (__typeof__(*r))get_number(from, WIDTH_MAX(*r), #array);
#define INSTRUCTION(array) get_instruction_bytes(from, r);
#include "records.def"
#include "undefine_kinds.h"

static lic_status malformed(reader *from, lic_error *error, const char *section, uint32_t index)
{
    const char *defect = from->defect != NULL ? from->defect
                                              : "the bytes end early or are not in shortest form";
    return lic_fail(error, LIC_MALFORMED, "image", "compile the agreement again",
                    "image section %s, record %u: %s", section, index, defect);
}

/* Count of an array; memory for it is `size` bytes a record. */
static lic_status get_count(reader *from, lic_arena *arena, const char *section, uint32_t max,
                            size_t size, uint32_t *count, void **records, lic_error *error)
{
    *count = (uint32_t)get_number(from, max, "too many records");
    /* Every record takes at least a byte, so that a small image cannot ask for much memory. */
    if (*count > (size_t)(from->cursor.end - from->cursor.at))
        fail(from, "more records than bytes");
    if (from->cursor.failed) return malformed(from, error, section, 0);
    *records = lic_arena_take(arena, *count > 0 ? *count * size : 1);
    return *records != NULL ? LIC_OK : LIC_NO_MEMORY;
}

static lic_status get_arrays(reader *from, lic_arena *arena, lic_image *image, lic_error *error)
{
    void *records = NULL;
#define PART(T, noun)
#define RECORD(T, array, noun, max)                                                              \
    LIC_TRY(                                                                                     \
        get_count(from, arena, #array, max, sizeof(T), &image->array##_count, &records, error)); \
    image->array = records;                                                                      \
    for (uint32_t i = 0; i < image->array##_count; i++) {                                        \
        get_##noun(from, &image->array[i]);                                                      \
        if (from->cursor.failed) return malformed(from, error, #array, i);                       \
    }
#include "empty_kinds.h"
#include "records.def"
#include "undefine_kinds.h"
    return LIC_OK;
}

static lic_status get_image(reader *from, lic_arena *arena, lic_image *image, lic_error *error)
{
    lic_slice magic = lic_get_bytes(&from->cursor, 4);
    uint8_t format = lic_get_u8(&from->cursor);
    if (from->cursor.failed || !lic_slice_equal(magic, lic_slice_text(LIC_IMAGE_MAGIC)))
        return lic_fail(error, LIC_MALFORMED, "image", "give a file made by licet build",
                        "not a licet image");
    if (format != LIC_IMAGE_FORMAT)
        return lic_fail(error, LIC_VERSION, "image", "use the release that made it",
                        "image format %u, known is %u", format, LIC_IMAGE_FORMAT);
    get_header(from, image);
    get_rules(from, &image->rules);
    get_lifecycle(from, &image->lifecycle);
    if (from->cursor.failed) return malformed(from, error, "header", 0);
    LIC_TRY(get_arrays(from, arena, image, error));
    if (lic_cursor_done(&from->cursor)) return LIC_OK;
    return lic_fail(error, LIC_MALFORMED, "image", "compile the agreement again",
                    "%zu bytes follow the image", (size_t)(from->cursor.end - from->cursor.at));
}

lic_status lic_image_decode(lic_slice bytes, const lic_hasher *hasher, lic_arena *arena,
                            lic_image **image, lic_error *error)
{
    if (bytes.size > LIC_IMAGE_MAX)
        return lic_fail(error, LIC_TOO_LARGE, "image", "split the agreement",
                        "the image has %zu bytes, at most %u are allowed", bytes.size,
                        LIC_IMAGE_MAX);
    lic_image *decoded = lic_arena_take(arena, sizeof *decoded);
    uint8_t *copy = lic_arena_take(arena, bytes.size + 1);
    if (decoded == NULL || copy == NULL) return LIC_NO_MEMORY;
    if (bytes.size > 0) memcpy(copy, bytes.data, bytes.size);
    bytes.data = copy;
    reader from = {.cursor = lic_cursor_of(bytes), .defect = NULL};
    LIC_TRY(get_image(&from, arena, decoded, error));
    LIC_TRY(lic_image_check(decoded, error));
    hasher->sha256(&bytes, 1, &decoded->id);
    *image = decoded;
    return LIC_OK;
}
