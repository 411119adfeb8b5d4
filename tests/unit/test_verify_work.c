/* Images at the verifier's limits. Would catch: a verifier whose work grows faster than the code, so that an image of
 * the size that a transaction may bring holds a node up; a limit that refuses what it allows, or allows what it
 * refuses. Work is counted in comparisons of types, of which meeting and looking up at labels consist: the pass over
 * code is compiled here with a comparison that counts. */
#include "vm_fixture.h"

#include <flow.h>
#include <verify.h>

static uint64_t comparisons;

static bool counted_type_equal(lic_type a, lic_type b)
{
    comparisons++;
    return lic_type_equal(a, b);
}

#define lic_type_equal counted_type_equal
#include <verify_flow.c>
#undef lic_type_equal

#define CONSTANTS "constant type=count value=0\nconstant type=bool value=1\n"

enum { CODE_MAX = 32768 };

/* The code of the one phase: what a listing cannot be, as large as an image may be. */
typedef struct code {
    lic_instruction at[CODE_MAX];
    uint32_t count;
} code;

static void put(code *c, uint8_t op, uint8_t a, uint8_t b, uint8_t d, uint32_t imm)
{
    assert_true(c->count < CODE_MAX);
    c->at[c->count++] = (lic_instruction){op, a, b, d, imm};
}

/* Branches to as many labels as may be ahead, then the labels. */
static void branch(code *c)
{
    for (unsigned n = 0; n < LIC_PENDING_MAX; n++)
        put(c, LIC_OP_BRANCH, 1, 0, 0, c->count - n + LIC_PENDING_MAX + (LIC_PENDING_MAX - 1 - n));
    for (unsigned n = 0; n < LIC_PENDING_MAX; n++) put(c, LIC_OP_LABEL, 0, 0, 0, 0);
}

/* Jumps to the same label from many places. */
static void gather(code *c)
{
    uint32_t label = c->count + 127;
    while (c->count < label) put(c, LIC_OP_BRANCH, 1, 0, 0, label);
    put(c, LIC_OP_LABEL, 0, 0, 0, 0);
}

/* Straight code that writes what it reads; a label now and then, for gas is counted from one to the next. */
static void compute(code *c)
{
    for (unsigned n = 0; n < 127; n++) put(c, LIC_OP_ADD, 14, 2, 2, 0);
    put(c, LIC_OP_LABEL, 0, 0, 0, 0);
}

/* An image of nothing but one phase of at most `limit` instructions of one shape. Valid until the arena goes. */
static lic_image *make(void (*shape)(code *), uint32_t limit, lic_arena *arena)
{
    static code c;
    lic_image *image;
    lic_error error = {0};
    static const char text[] = VM_PREFACE CONSTANTS VM_ONCE "CONST r1, k1\nCONST r2, k0\nEND\n";
    if (lic_assemble(lic_slice_text(text), arena, &image, &error) != LIC_OK)
        fail_msg("%s", error.text);
    c.count = 0;
    put(&c, LIC_OP_CONST, 1, 0, 0, 1);
    put(&c, LIC_OP_CONST, 2, 0, 0, 0);
    while (c.count + 129 <= limit) shape(&c);
    put(&c, LIC_OP_END, 0, 0, 0, 0);
    image->code = c.at;
    image->code_count = c.count;
    image->phases[0].count = c.count;
    assert_ok(lic_image_meter(image));
    return image;
}

/* What it costs to verify such an image. */
static uint64_t work_of(void (*shape)(code *), uint32_t limit, uint32_t *instructions)
{
    lic_error error = {0};
    lic_arena *arena = lic_arena_create(&lic_allocator_system, 64u << 20);
    const lic_image *image = make(shape, limit, arena);
    comparisons = 0;
    if (lic_image_verify(image, &error) != LIC_OK) fail_msg("%s", error.text);
    *instructions = image->code_count;
    lic_arena_destroy(arena);
    return comparisons;
}

/* Twice the code, twice the work; and never more than a few comparisons a register for an instruction. */
static void work_grows_with_the_code(void **unused)
{
    (void)unused;
    static void (*const shapes[])(code *) = {branch, gather, compute};
    for (size_t s = 0; s < LIC_COUNT(shapes); s++) {
        uint32_t half, whole;
        uint64_t less = work_of(shapes[s], 15700, &half);
        uint64_t more = work_of(shapes[s], 31400, &whole);
        print_message("shape %zu: %u instructions, %llu comparisons; %u, %llu\n", s, half,
                      (unsigned long long)less, whole, (unsigned long long)more);
        assert_true(whole > 31000 && whole < 2 * half + 200);
        assert_true(more <= less * 2 + less / 10);
        assert_true(more <= (uint64_t)whole * (LIC_REGISTERS + 4));
    }
}

/* What ends an image is its size: as many instructions as fit decode and verify, and not one group more. */
static void the_largest_image_is_verified(void **unused)
{
    (void)unused;
    bool fitted = false, refused = false;
    for (uint32_t limit = 30000; limit <= 32700 && !refused; limit += 128) {
        lic_error error = {0};
        lic_buffer bytes;
        lic_image *again;
        lic_arena *arena = lic_arena_create(&lic_allocator_system, 64u << 20);
        lic_buffer_init(&bytes, &lic_allocator_system, 1u << 20);
        lic_status status = lic_image_encode(make(branch, limit, arena), &bytes);
        refused = status != LIC_OK;
        if (refused) {
            assert_int_equal(status, LIC_TOO_LARGE);
        } else {
            lic_slice encoded = lic_slice_of(bytes.data, bytes.size);
            fitted = true;
            assert_true(bytes.size <= LIC_IMAGE_MAX);
            if (lic_image_decode(encoded, &lic_hasher_native, arena, &again, &error) != LIC_OK ||
                lic_image_verify(again, &error) != LIC_OK)
                fail_msg("%s", error.text);
        }
        lic_buffer_free(&bytes);
        lic_arena_destroy(arena);
    }
    assert_true(fitted && refused);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(work_grows_with_the_code),
        cmocka_unit_test(the_largest_image_is_verified),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
