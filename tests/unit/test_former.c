/* Superseded extents as differences (runtime/engine/src/former.h). Would catch: a body that is not the one that the block
 * found, going back over many blocks; one that it left, going on; rows of the file by other hands that write beyond a body, or go on for ever; and
 * a chain without a whole body in it. */
#include "unit.h"

#include "former.h"

#include <string.h>

enum { VERSIONS = 400, BODY_MAX = 3000 };

typedef struct history {
    lic_buffer bodies[VERSIONS],
        rows[VERSIONS]; /* rows[i]: what block i found, bodies[i]: what it left */
} history;

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static lic_slice bytes_of(const lic_buffer *buffer)
{
    return lic_slice_of(buffer->data, buffer->size);
}

/* A few bytes, now and then many, now and then another size. */
static void change(lic_buffer *body, uint32_t *state)
{
    if (next_random(state) % 8 == 0) {
        size_t size = next_random(state) % BODY_MAX, before = body->size;
        if (size > before) memset(lic_buffer_extend(body, size - before), 0, size - before);
        body->size = size;
    }
    uint32_t changes = next_random(state) % 16 == 0 ? 2000 : next_random(state) % 9;
    for (uint32_t i = 0; i < changes && body->size > 0; i++)
        body->data[next_random(state) % body->size] = (uint8_t)next_random(state);
}

static void make(history *h, uint32_t seed)
{
    lic_buffer nothing;
    lic_buffer_init(&nothing, &lic_allocator_system, 1);
    for (unsigned i = 0; i < VERSIONS; i++) {
        const lic_buffer *before = i == 0 ? &nothing : &h->bodies[i - 1];
        lic_buffer_init(&h->bodies[i], &lic_allocator_system, BODY_MAX);
        lic_buffer_init(&h->rows[i], &lic_allocator_system, 2 * BODY_MAX);
        lic_put_bytes(&h->bodies[i], before->data, before->size);
        change(&h->bodies[i], &seed);
        lic_former_put(i + 1, 5, 7, bytes_of(before), bytes_of(&h->bodies[i]), &h->rows[i]);
        assert_false(h->bodies[i].failed || h->rows[i].failed);
    }
    lic_buffer_free(&nothing);
}

static void free_history(history *h)
{
    for (unsigned i = 0; i < VERSIONS; i++) {
        lic_buffer_free(&h->bodies[i]);
        lic_buffer_free(&h->rows[i]);
    }
}

/* A row that is not whole leads to what the block left, too. */
static void comes_forwards(const history *h, unsigned i)
{
    lic_buffer body;
    lic_buffer_init(&body, &lic_allocator_system, BODY_MAX);
    lic_put_bytes(&body, h->bodies[i - 1].data, h->bodies[i - 1].size);
    if (lic_former_whole(bytes_of(&h->rows[i]))) {
        if (h->rows[i].size > 0)
            assert_int_equal(lic_former_apply_forwards(bytes_of(&h->rows[i]), &body), LIC_CORRUPT);
    } else {
        assert_ok(lic_former_apply_forwards(bytes_of(&h->rows[i]), &body));
        assert_int_equal(body.size, h->bodies[i].size);
        if (body.size > 0) assert_memory_equal(body.data, h->bodies[i].data, body.size);
    }
    lic_buffer_free(&body);
}

/* From the last body to the first, one block after the other. */
static void all_bodies_come_back(void **state)
{
    (void)state;
    static history h;
    for (uint32_t seed = 1; seed <= 20; seed++) {
        lic_buffer body;
        make(&h, seed);
        lic_buffer_init(&body, &lic_allocator_system, BODY_MAX);
        lic_put_bytes(&body, h.bodies[VERSIONS - 1].data, h.bodies[VERSIONS - 1].size);
        for (unsigned i = VERSIONS - 1; i > 0; i--) {
            assert_ok(lic_former_apply(bytes_of(&h.rows[i]), &body));
            assert_int_equal(body.size, h.bodies[i - 1].size);
            if (body.size > 0) assert_memory_equal(body.data, h.bodies[i - 1].data, body.size);
            comes_forwards(&h, i);
        }
        assert_ok(lic_former_apply(bytes_of(&h.rows[0]), &body));
        assert_int_equal(body.size, 0);
        lic_buffer_free(&body);
        free_history(&h);
    }
}

/* One byte changes in each block: rows are small, and some are whole. */
static void chains_are_short(void **state)
{
    (void)state;
    enum { BLOCKS = 32000, SIZE = 2048 };
    static uint8_t before[SIZE], after[SIZE];
    unsigned whole = 0, chain = 0, longest = 0;
    lic_buffer row;
    lic_buffer_init(&row, &lic_allocator_system, 2 * SIZE);
    memset(before, 7, SIZE);
    memset(after, 7, SIZE);
    after[1000] = 8;
    for (unsigned i = 1; i <= BLOCKS; i++) {
        lic_buffer_clear(&row);
        lic_former_put(2 * i + 1, 4, 0, lic_slice_of(before, SIZE), lic_slice_of(after, SIZE),
                       &row);
        bool is_whole = lic_former_whole(bytes_of(&row));
        assert_int_equal(row.size, is_whole ? SIZE + 1 : 1 + 4 + 4 + 2 + 2 + 1);
        whole += is_whole;
        chain = is_whole ? 0 : chain + 1;
        longest = chain > longest ? chain : longest;
    }
    assert_in_range(whole, BLOCKS / 64, BLOCKS / 16);
    assert_in_range(longest, 1, 1000);
    lic_buffer_free(&row);
}

static void refuse(const char *bytes, size_t size)
{
    lic_buffer body;
    lic_buffer_init(&body, &lic_allocator_system, 64);
    lic_put_text(&body, "0123456789");
    lic_slice row = lic_slice_of((const uint8_t *)bytes, size);
    assert_int_equal(lic_former_apply(row, &body), LIC_CORRUPT);
    assert_int_equal(lic_former_apply_forwards(row, &body), LIC_CORRUPT);
    lic_buffer_free(&body);
}

static void damaged_rows_are_refused(void **state)
{
    (void)state;
#define REFUSE(text) refuse(text, sizeof(text) - 1)
    REFUSE("\2");                                      /* another form */
    REFUSE("\1\12\0\0\0\12\0\0");                      /* a size that is cut */
    REFUSE("\1\0\0\0\1\12\0\0\0");                     /* 16 MiB before */
    REFUSE("\1\12\0\0\0\0\0\0\1");                     /* and after */
    REFUSE("\1\12\0\0\0\12\0\0\0\1");                  /* half a gap */
    REFUSE("\1\12\0\0\0\12\0\0\0\0\0\1\0");            /* a run that is cut */
    REFUSE("\1\12\0\0\0\12\0\0\0\13\0\0\0");           /* a gap that ends behind the body */
    REFUSE("\1\12\0\0\0\12\0\0\0\11\0\2\0xx");         /* a run that does */
    REFUSE("\1\12\0\0\0\12\0\0\0\11\0\1\0x\1\0\1\0x"); /* the second one */
#undef REFUSE
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_bodies_come_back),
        cmocka_unit_test(chains_are_short),
        cmocka_unit_test(damaged_rows_are_refused),
    };
    return cmocka_run_group_tests_name("former", tests, NULL, NULL);
}
