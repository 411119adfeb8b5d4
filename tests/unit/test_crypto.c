/* Hashes, signatures and did:key. Would catch: a hash that differs from its standard, a verification
 * that lets malleable or mixed-order signatures through, a did:key with two spellings. */
#include "unit.h"

#include <licet/crypto.h>

#include <stdlib.h>
#include <string.h>

static void from_hex(const char *hex, uint8_t *bytes)
{
    for (size_t i = 0; hex[2 * i] != '\0'; i++) {
        char pair[3] = {hex[2 * i], hex[2 * i + 1], '\0'};
        bytes[i] = (uint8_t)strtoul(pair, NULL, 16);
    }
}

static void the_library_passes_the_vectors(void **state)
{
    (void)state;
    lic_error error;
    assert_int_equal(lic_crypto_start(&error), LIC_OK);
}

/* FIPS 180-4 example of two blocks, RFC 7693-style BLAKE2b-256 of nothing, and cuts in every place. */
static void hashes_are_those_of_their_standards(void **state)
{
    (void)state;
    lic_hash got, cut;
    uint8_t expected[32];
    const char *text = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    lic_slice whole = lic_slice_text(text);
    lic_hasher_native.sha256(&whole, 1, &got);
    from_hex("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1", expected);
    assert_memory_equal(got.bytes, expected, 32);
    for (size_t at = 0; at <= whole.size; at++) {
        lic_slice parts[2] = {lic_slice_of(whole.data, at),
                              lic_slice_of(whole.data + at, whole.size - at)};
        lic_hasher_native.sha256(parts, 2, &cut);
        assert_memory_equal(cut.bytes, expected, 32);
    }
    lic_hasher_native.blake2b(NULL, 0, &got);
    from_hex("0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8", expected);
    assert_memory_equal(got.bytes, expected, 32);
}

/* RFC 8032 section 7.1, tests 1 to 3. */
static void signatures_are_those_of_rfc_8032(void **state)
{
    (void)state;
    static const struct {
        const char *seed, *key, *message, *signature;
    } vectors[] = {
        {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
         "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
         "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701"
         "cf9b46b"
         "d25bf5f0595bbe24655141438e7a100b"},
        {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
         "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
         "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d"
         "0f11d8c"
         "387b2eaeb4302aeeb00d291612bb0c00"},
        {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
         "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
         "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f7609"
         "84dc659"
         "4a7c15e9716ed28dc027beceea1ec40a"},
    };
    for (size_t i = 0; i < LIC_COUNT(vectors); i++) {
        uint8_t seed[32], key[32], message[2], signature[64];
        from_hex(vectors[i].seed, seed);
        from_hex(vectors[i].key, key);
        from_hex(vectors[i].message, message);
        from_hex(vectors[i].signature, signature);
        lic_slice slice = lic_slice_of(message, strlen(vectors[i].message) / 2);
        lic_keypair pair;
        lic_signature made;
        lic_keypair_from_seed(seed, &pair);
        assert_memory_equal(pair.key.bytes, key, 32);
        lic_sign(&pair, slice, &made);
        assert_memory_equal(made.bytes, signature, 64);
        assert_true(lic_verify(&pair.key, slice, &made));
    }
}

static void a_changed_bit_does_not_verify(void **state)
{
    (void)state;
    lic_seeded seeded;
    lic_seeded_init(&seeded, 7);
    lic_random random = lic_seeded_random(&seeded);
    lic_keypair pair;
    lic_keypair_create(&random, &pair);
    uint8_t message[24] = "a statement of account";
    lic_slice slice = lic_slice_of(message, sizeof message);
    lic_signature signature;
    lic_sign(&pair, slice, &signature);
    assert_true(lic_verify(&pair.key, slice, &signature));
    for (size_t bit = 0; bit < 8 * sizeof signature.bytes; bit++) {
        signature.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_false(lic_verify(&pair.key, slice, &signature));
        signature.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    for (size_t bit = 0; bit < 8 * sizeof message; bit++) {
        message[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_false(lic_verify(&pair.key, slice, &signature));
        message[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}

static void keys_of_the_wrong_group_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "ea5ef8400c31ef41e28f22e718b43f66981b29cf645af2a0e223799bedaace47",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000080",
    };
    for (size_t i = 0; i < LIC_COUNT(bad); i++) {
        lic_key key;
        from_hex(bad[i], key.bytes);
        assert_false(lic_key_valid(&key));
    }
}

static void the_seeded_stream_depends_on_its_seed_alone(void **state)
{
    (void)state;
    uint8_t a[100], b[100], c[100];
    lic_seeded one, two, three;
    lic_seeded_init(&one, 42);
    lic_seeded_init(&two, 42);
    lic_seeded_init(&three, 43);
    lic_random r1 = lic_seeded_random(&one), r2 = lic_seeded_random(&two);
    lic_random r3 = lic_seeded_random(&three);
    r1.fill(r1.context, a, sizeof a);
    r2.fill(r2.context, b, sizeof b);
    r3.fill(r3.context, c, sizeof c);
    assert_memory_equal(a, b, sizeof a);
    assert_memory_not_equal(a, c, sizeof a);
    r2.fill(r2.context, b, sizeof b);
    assert_memory_not_equal(a, b, sizeof a);
}

/* Small and large fills take different ways; neither repeats, nor leaves bytes untouched. */
static void the_systems_randomness_does_not_repeat(void **state)
{
    (void)state;
    for (size_t size = 32; size <= 4096; size *= 2) {
        uint8_t a[4096] = {0}, b[4096] = {0}, zero[8] = {0};
        lic_random_system.fill(lic_random_system.context, a, size);
        lic_random_system.fill(lic_random_system.context, b, size);
        for (size_t at = 0; at + 16 <= size; at += 16) {
            assert_memory_not_equal(a + at, b + at, 16);
            assert_memory_not_equal(a + at, zero, 8);
        }
    }
}

static void did_key_goes_both_ways(void **state)
{
    (void)state;
    static const char *const known[] = {
        "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK", /* W3C CCG did:key */
        "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2", /* vc-di-eddsa key pair */
    };
    for (size_t i = 0; i < LIC_COUNT(known); i++) {
        lic_key key;
        lic_error error;
        char text[LIC_DID_TEXT];
        assert_int_equal(lic_did_parse(lic_slice_text(known[i]), &key, &error), LIC_OK);
        lic_did_print(&key, text);
        assert_string_equal(text, known[i]);
    }
    /* RFC 8032 test 1, worked with an independent base58 */
    lic_key key;
    char text[LIC_DID_TEXT];
    from_hex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", key.bytes);
    lic_did_print(&key, text);
    assert_string_equal(text, "did:key:z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw");
}

static void other_spellings_of_a_did_key_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        lic_status status;
    } cases[] = {
        {"", LIC_MALFORMED},
        {"did:key:", LIC_MALFORMED},
        {"did:web:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK", LIC_MALFORMED},
        {"did:key:u6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK", LIC_MALFORMED}, /* base64url */
        {"did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2do", LIC_MALFORMED},  /* 33 bytes */
        {"did:key:z16MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
         LIC_MALFORMED}, /* leading zero */
        {"did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2d0K",
         LIC_MALFORMED}, /* 0: no base58 */
        {"did:key:z6LSbysY2xFMRpGMhb7tFTLMpeuPRaqaWM1yECx2AtzE3KCc", LIC_MALFORMED}, /* X25519 */
        {"did:key:zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz",
         LIC_MALFORMED}, /* over 34 bytes */
        {"did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doL",
         LIC_BAD_KEY}, /* no such point */
    };
    for (size_t i = 0; i < LIC_COUNT(cases); i++) {
        lic_key key;
        lic_error error;
        assert_int_equal(lic_did_parse(lic_slice_text(cases[i].text), &key, &error),
                         cases[i].status);
        assert_true(error.help[0] != '\0');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_library_passes_the_vectors),
        cmocka_unit_test(hashes_are_those_of_their_standards),
        cmocka_unit_test(signatures_are_those_of_rfc_8032),
        cmocka_unit_test(a_changed_bit_does_not_verify),
        cmocka_unit_test(keys_of_the_wrong_group_are_refused),
        cmocka_unit_test(the_seeded_stream_depends_on_its_seed_alone),
        cmocka_unit_test(the_systems_randomness_does_not_repeat),
        cmocka_unit_test(did_key_goes_both_ways),
        cmocka_unit_test(other_spellings_of_a_did_key_are_refused),
    };
    return cmocka_run_group_tests_name("crypto", tests, NULL, NULL);
}
