/* Kernel K: the interpreter computes what the yardstick's C computes, line for line: same checksums. */
#include "unit.h"

#include <stdio.h>

#include <licet/crypto.h>

#include "kernel_k.h"

static lic_buffer listing;

static int read_listing(void **unused)
{
    (void)unused;
    lic_buffer_init(&listing, &lic_allocator_system, 1u << 20);
    FILE *file = fopen("tests/bench/kernel_k.lst",
                       "rb"); /* tests run in the root of the checkout */
    if (file == NULL) return -1;
    uint8_t part[4096];
    size_t size;
    while ((size = fread(part, 1, sizeof part, file)) > 0) lic_put_bytes(&listing, part, size);
    return fclose(file);
}

static int free_listing(void **unused)
{
    (void)unused;
    lic_buffer_free(&listing);
    return 0;
}

static void assert_checksum(uint64_t passes, int64_t checksum)
{
    kernel_run run;
    lic_error error = {.text = ""};
    if (kernel_k(lic_slice_of(listing.data, listing.size), &lic_hasher_native, passes, &run,
                 &error) != LIC_OK)
        fail_msg("%s", error.text);
    assert_true(run.checksum == checksum);
    assert_int_equal(run.gas, passes * 100000 * 129); /* no jump: every line costs the same */
}

static void one_pass(void **unused)
{
    (void)unused;
    assert_checksum(1, 163897830202);
}

/* Balances, units and what is still to recoup go on from pass to pass. */
static void three_passes(void **unused)
{
    (void)unused;
    assert_checksum(3, 160448481081);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(one_pass), cmocka_unit_test(three_passes)};
    return cmocka_run_group_tests(tests, read_listing, free_listing);
}
