/* Catches: a tree that is not RFC 6962's, a kept tree that differs from one built at once after any
 * sequence of appends, replacements and truncations, a path that proves the wrong place. Cases from the
 * field and random ones: tests/property/merkle.py. */
#include "unit.h"

#include <licet/hash.h>

#include <string.h>

#include <nettle/sha2.h>

static void sha256(const lic_slice *parts, size_t count, lic_hash *result)
{
    struct sha256_ctx context;
    sha256_init(&context);
    for (size_t i = 0; i < count; i++) sha256_update(&context, parts[i].size, parts[i].data);
    sha256_digest(&context, LIC_HASH_SIZE, result->bytes);
}

static const lic_hasher hasher = {.sha256 = sha256, .blake2b = NULL};

static lic_hash leaf_of(unsigned number)
{
    uint8_t data[2] = {(uint8_t)number, (uint8_t)(number >> 8)};
    lic_hash hash;
    lic_merkle_leaf(&hasher, lic_slice_of(data, sizeof data), &hash);
    return hash;
}

static void expect_hash(const lic_hash *actual, const char *expected)
{
    char text[LIC_HASH_TEXT];
    lic_hash_print(actual, text);
    assert_string_equal(text, expected);
}

/* The eight leaves and roots that certificate-transparency implementations share. */
static void known_roots(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
        const char *root;
    } steps[] = {
        {"", 0, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
        {"\x00", 1, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"},
        {"\x10", 1, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"},
        {"\x20\x21", 2, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"},
        {"\x30\x31", 2, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"},
        {"\x40\x41\x42\x43", 4, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"},
        {"\x50\x51\x52\x53\x54\x55\x56\x57", 8,
         "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"},
        {"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f", 16,
         "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"},
    };
    lic_hash leaves[LIC_COUNT(steps)], scratch[LIC_COUNT(steps)], root;
    lic_merkle_root(&hasher, scratch, 0, &root);
    expect_hash(&root, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    for (size_t n = 1; n <= LIC_COUNT(steps); n++) {
        lic_merkle_leaf(&hasher, lic_slice_of(steps[n - 1].bytes, steps[n - 1].size),
                        &leaves[n - 1]);
        memcpy(scratch, leaves, sizeof leaves);
        lic_merkle_root(&hasher, scratch, n, &root);
        expect_hash(&root, steps[n - 1].root);
    }
}

enum { MOST = 70 };

static void expect_same_root(lic_merkle *tree, const lic_hash *leaves, size_t count)
{
    lic_hash scratch[MOST], expected, actual;
    assert_int_equal(lic_merkle_count(tree), count);
    if (count > 0) memcpy(scratch, leaves, count * sizeof *scratch);
    lic_merkle_root(&hasher, scratch, count, &expected);
    lic_merkle_tree_root(tree, &actual);
    assert_memory_equal(&actual, &expected, sizeof actual);
}

static void a_kept_tree_follows_its_leaves(void **state)
{
    (void)state;
    lic_merkle *tree = lic_merkle_create(&lic_allocator_system, &hasher);
    lic_hash leaves[MOST];
    size_t count = 0;
    uint32_t random = 12345;
    for (unsigned step = 0; step < 3000; step++) {
        random = random * 1664525 + 1013904223;
        unsigned choice = random >> 24;
        size_t at = count > 0 ? (random >> 8) % count : 0;
        if (choice < 130 && count < MOST) {
            at = count++;
        } else if (choice > 245) {
            assert_ok(lic_merkle_truncate(tree, at));
            count = at;
            expect_same_root(tree, leaves, count);
            continue;
        }
        if (count == 0) continue;
        leaves[at] = leaf_of(step);
        assert_ok(lic_merkle_set(tree, at, &leaves[at]));
        lic_hash back;
        lic_merkle_get(tree, at, &back);
        assert_true(lic_hash_equal(&back, &leaves[at]));
        if (choice % 3 == 0) expect_same_root(tree, leaves, count);
    }
    expect_same_root(tree, leaves, count);
    lic_merkle_destroy(tree);
}

static void every_path_proves_its_leaf_alone(void **state)
{
    (void)state;
    lic_merkle *tree = lic_merkle_create(&lic_allocator_system, &hasher);
    for (unsigned count = 1; count <= 20; count++) {
        lic_hash leaf = leaf_of(count), root, path[LIC_MERKLE_PATH_MAX];
        assert_ok(lic_merkle_set(tree, count - 1, &leaf));
        lic_merkle_tree_root(tree, &root);
        for (unsigned i = 0; i < count; i++) {
            size_t size = lic_merkle_path(tree, i, path);
            leaf = leaf_of(i + 1);
            for (unsigned k = 0; k <= count; k++)
                assert_int_equal(lic_merkle_includes(&hasher, &leaf, k, count, path, size, &root),
                                 k == i);
            if (size > 0)
                assert_false(lic_merkle_includes(&hasher, &leaf, i, count, path, size - 1, &root));
            path[size] = leaf;
            assert_false(lic_merkle_includes(&hasher, &leaf, i, count, path, size + 1, &root));
            lic_hash other = leaf_of(i + 2);
            assert_false(lic_merkle_includes(&hasher, &other, i, count, path, size, &root));
        }
    }
    lic_merkle_destroy(tree);
}

static void huge_counts_end(void **state)
{
    (void)state;
    lic_hash leaf = leaf_of(1), path[LIC_MERKLE_PATH_MAX];
    memset(path, 0, sizeof path);
    assert_false(
        lic_merkle_includes(&hasher, &leaf, 0, UINT64_MAX, path, LIC_MERKLE_PATH_MAX, &leaf));
    assert_false(lic_merkle_includes(&hasher, &leaf, UINT64_MAX, UINT64_MAX, path, 64, &leaf));
    assert_false(lic_merkle_includes(&hasher, &leaf, UINT64_MAX - 1, UINT64_MAX, path, 3, &leaf));
}

static void failed_growth_keeps_the_tree(void **state)
{
    (void)state;
    for (size_t n = 1; n < 30; n++) {
        unit_heap heap = {.left = n};
        lic_allocator allocator = unit_allocator(&heap);
        lic_merkle *tree = lic_merkle_create(&allocator, &hasher);
        lic_hash leaves[MOST];
        size_t count = 0;
        lic_status status = LIC_OK;
        while (status == LIC_OK && count < 20) {
            leaves[count] = leaf_of((unsigned)count);
            status = lic_merkle_set(tree, count, &leaves[count]);
            if (status == LIC_OK) count++;
        }
        if (count < 20) assert_int_equal(status, LIC_NO_MEMORY);
        expect_same_root(tree, leaves, count);
        lic_merkle_destroy(tree);
        assert_int_equal(heap.live_bytes, 0);
    }
}

static void hex(void **state)
{
    (void)state;
    const char *text = "00ff10a0b1c2d3e4f5060708090a0b0c0d0e0f101112131415161718191a1b1c";
    lic_hash hash, untouched = leaf_of(1), before = untouched;
    assert_ok(lic_hash_parse(lic_slice_text(text), &hash));
    expect_hash(&hash, text);
    char bad[LIC_HASH_TEXT];
    static const char letters[] = "AFgG -\n";
    for (size_t i = 0; i < sizeof letters - 1; i++) {
        memcpy(bad, text, sizeof bad);
        bad[i * 9] = letters[i];
        assert_int_equal(lic_hash_parse(lic_slice_text(bad), &untouched), LIC_MALFORMED);
    }
    assert_int_equal(lic_hash_parse(lic_slice_of(text, 63), &untouched), LIC_MALFORMED);
    assert_true(lic_hash_equal(&untouched, &before));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_roots),
        cmocka_unit_test(a_kept_tree_follows_its_leaves),
        cmocka_unit_test(every_path_proves_its_leaf_alone),
        cmocka_unit_test(huge_counts_end),
        cmocka_unit_test(failed_growth_keeps_the_tree),
        cmocka_unit_test(hex),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
