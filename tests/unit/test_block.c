/* Formats of a block: header, operators' signatures, receipts, genesis record. Would catch: a field
 * outside the hash, a second encoding of one value, a quorum that is not counted. */
#include "samples.h"

#include <licet/ledger.h>

static lic_header sample_header(void)
{
    return (lic_header){.engine_version = 0x0203,
                        .chain = sample_hash(1),
                        .height = 0x0102030405060708,
                        .time = -2,
                        .previous = sample_hash(2),
                        .transaction_root = sample_hash(3),
                        .output_root = sample_hash(4),
                        .state_root = sample_hash(5),
                        .operators = sample_hash(6),
                        .transactions = 7,
                        .outputs = 8,
                        .gas = 9};
}

/* The layout of the specification, byte by byte. */
static void a_header_has_the_specified_bytes(void **state)
{
    (void)state;
    lic_header header = sample_header(), back;
    uint8_t bytes[LIC_HEADER_SIZE];
    lic_error error;
    lic_header_encode(&header, bytes);
    const uint8_t start[] = {1, 0, 3, 2, 1, 1};
    assert_memory_equal(bytes, start, sizeof start);
    const uint8_t numbers[] = {8,    7,    6,    5,    4,    3,    2,    1, 0xfe,
                               0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2};
    assert_memory_equal(bytes + 36, numbers, sizeof numbers);
    const uint8_t end[] = {6, 7, 0, 0, 0, 8, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0};
    assert_memory_equal(bytes + LIC_HEADER_SIZE - sizeof end, end, sizeof end);
    assert_ok(lic_header_decode(lic_slice_of(bytes, sizeof bytes), &back, &error));
    uint8_t again[LIC_HEADER_SIZE];
    lic_header_encode(&back, again);
    assert_memory_equal(bytes, again, sizeof bytes);
    assert_int_equal(lic_header_decode(lic_slice_of(bytes, sizeof bytes - 1), &back, &error),
                     LIC_MALFORMED);
    bytes[0] = 2;
    assert_int_equal(lic_header_decode(lic_slice_of(bytes, sizeof bytes), &back, &error),
                     LIC_VERSION);
}

static void every_byte_of_a_header_is_hashed(void **state)
{
    (void)state;
    lic_header header = sample_header(), changed;
    uint8_t bytes[LIC_HEADER_SIZE];
    lic_hash hash, other;
    lic_error error;
    lic_header_encode(&header, bytes);
    lic_header_hash(&lic_hasher_native, &header, &hash);
    for (size_t i = 2; i < sizeof bytes; i++) {
        bytes[i] ^= 0x10;
        assert_ok(lic_header_decode(lic_slice_of(bytes, sizeof bytes), &changed, &error));
        lic_header_hash(&lic_hasher_native, &changed, &other);
        assert_false(lic_hash_equal(&hash, &other));
        bytes[i] ^= 0x10;
    }
}

static void operators_must_sign_in_number(void **state)
{
    (void)state;
    lic_keypair pairs[3] = {sample_keypair(1), sample_keypair(2), sample_keypair(3)};
    lic_key keys[3] = {pairs[0].key, pairs[1].key, pairs[2].key};
    lic_hash block = sample_hash(9), other = sample_hash(10);
    lic_block_signature signatures[3];
    lic_error error;
    for (uint8_t i = 0; i < 3; i++) {
        signatures[i].operator_index = i;
        lic_block_sign(&block, &pairs[i], &signatures[i].signature);
    }
    lic_buffer bytes;
    lic_buffer_init(&bytes, &lic_allocator_system, 4096);
    assert_ok(lic_block_signatures_encode(signatures, 2, &bytes));
    lic_slice two = lic_slice_of(bytes.data, bytes.size);
    assert_ok(lic_block_signatures_verify(two, &block, keys, 3, 2, &error));
    assert_int_equal(lic_block_signatures_verify(two, &block, keys, 3, 3, &error),
                     LIC_BAD_SIGNATURE);
    assert_int_equal(lic_block_signatures_verify(two, &other, keys, 3, 2, &error),
                     LIC_BAD_SIGNATURE);
    assert_int_equal(lic_block_signatures_verify(two, &block, keys, 1, 1, &error), LIC_MALFORMED);
    for (size_t i = 0; i < bytes.size; i++) {
        bytes.data[i] ^= 1;
        assert_int_not_equal(lic_block_signatures_verify(two, &block, keys, 3, 2, &error), LIC_OK);
        bytes.data[i] ^= 1;
    }
    memcpy(bytes.data + 66, bytes.data + 1, 65); /* one operator twice */
    assert_int_equal(lic_block_signatures_verify(two, &block, keys, 3, 2, &error), LIC_MALFORMED);
    lic_buffer_free(&bytes);
}

/* A transaction signature is none for a block and the other way round: the domains differ. */
static void domains_are_apart(void **state)
{
    (void)state;
    lic_keypair pair = sample_keypair(1);
    lic_transaction made = sample_transaction(LIC_TX_CLOCK, &pair);
    sample_sign(&made, &pair);
    lic_signature block;
    lic_block_sign(&made.id, &pair, &block);
    lic_error error;
    made.signatures[0].signature = block;
    assert_int_equal(lic_transaction_verify(&made, &error), LIC_BAD_SIGNATURE);
}

static void a_salted_digest_is_blake2b_of_salt_and_bytes(void **state)
{
    (void)state;
    uint8_t joined[LIC_SALT_SIZE + 3] = "0123456789abcdefxyz";
    lic_slice whole = lic_slice_of(joined, sizeof joined);
    lic_hash expected, digest;
    lic_hasher_native.blake2b(&whole, 1, &expected);
    lic_salted_digest(&lic_hasher_native, joined, lic_slice_text("xyz"), &digest);
    assert_memory_equal(&digest, &expected, sizeof digest);
}

/* -- receipts ------------------------------------------------------------------------------------------- */

static void receipts_have_one_encoding(void **state)
{
    (void)state;
    lic_receipt receipt = {.id = sample_hash(1),
                           .height = 77,
                           .position = 3,
                           .kind = LIC_TX_REPORT,
                           .status = LIC_RECEIPT_WAITING,
                           .gas = UINT64_MAX,
                           .contract = sample_hash(2),
                           .number = 5,
                           .range_count = 2,
                           .ranges = {{LIC_OUTPUT_EVENT, 0, 2}, {LIC_OUTPUT_STATEMENT, 9, 1}}};
    lic_receipt back;
    lic_error error;
    lic_buffer bytes, again;
    lic_buffer_init(&bytes, &lic_allocator_system, LIC_RECEIPT_MAX);
    lic_buffer_init(&again, &lic_allocator_system, LIC_RECEIPT_MAX);
    assert_ok(lic_receipt_encode(&receipt, &bytes));
    lic_slice whole = lic_slice_of(bytes.data, bytes.size);
    assert_ok(lic_receipt_decode(whole, &back, &error));
    assert_int_equal(back.ranges[1].first, 9);
    assert_true(back.gas == UINT64_MAX);
    for (size_t i = 0; i < 2 * bytes.size; i++) {
        uint8_t flip = i % 2 == 0 ? 1 : 0x80;
        bytes.data[i / 2] ^= flip;
        if (lic_receipt_decode(whole, &back, &error) == LIC_OK) { /* then it is another receipt */
            lic_buffer_clear(&again);
            assert_ok(lic_receipt_encode(&back, &again));
            assert_true(lic_slice_equal(whole, lic_slice_of(again.data, again.size)));
        }
        bytes.data[i / 2] ^= flip;
    }
    for (size_t size = 0; size < bytes.size; size++)
        assert_int_equal(lic_receipt_decode(lic_slice_of(bytes.data, size), &back, &error),
                         LIC_MALFORMED);
    lic_buffer_free(&bytes);
    lic_buffer_free(&again);
}

/* -- genesis ---------------------------------------------------------------------------------------------- */

static lic_genesis sample_genesis(void)
{
    lic_genesis genesis;
    lic_genesis_init(&genesis);
    genesis.name = lic_slice_text("Test");
    genesis.engine_version = 1;
    genesis.clock = LIC_CLOCK_SIMULATED;
    genesis.time = (int64_t)SAMPLE_DATE * 86400;
    genesis.operator_count = 1;
    genesis.operators[0] = sample_keypair(1).key;
    genesis.currency_count = 2;
    genesis.currencies[0] = (lic_currency_unit){"BHD", 7};
    genesis.currencies[1] = (lic_currency_unit){"JPY", 2};
    return genesis;
}

static lic_status encodes(const lic_genesis *genesis)
{
    lic_buffer bytes;
    lic_error error;
    lic_buffer_init(&bytes, &lic_allocator_system, 8192);
    lic_status status = lic_genesis_encode(genesis, &bytes, &error);
    lic_buffer_free(&bytes);
    return status;
}

static void genesis_comes_back(void **state)
{
    (void)state;
    lic_genesis genesis = sample_genesis(), back;
    lic_buffer bytes, again;
    lic_error error;
    lic_buffer_init(&bytes, &lic_allocator_system, 8192);
    lic_buffer_init(&again, &lic_allocator_system, 8192);
    assert_ok(lic_genesis_encode(&genesis, &bytes, &error));
    lic_slice whole = lic_slice_of(bytes.data, bytes.size);
    assert_ok(lic_genesis_decode(whole, &back, &error));
    assert_ok(lic_genesis_encode(&back, &again, &error));
    assert_true(lic_slice_equal(whole, lic_slice_of(again.data, again.size)));
    assert_int_equal(lic_genesis_unit_scale(&back, "USD"), 6);
    assert_int_equal(lic_genesis_unit_scale(&back, "BHD"), 7);
    assert_memory_equal(&back.limits, &genesis.limits, sizeof back.limits);
    for (size_t i = 0; i < 2 * bytes.size; i++) {
        uint8_t flip = i % 2 == 0 ? 1 : 0x80;
        bytes.data[i / 2] ^= flip;
        if (lic_genesis_decode(whole, &back, &error) == LIC_OK) {
            lic_buffer_clear(&again);
            assert_ok(lic_genesis_encode(&back, &again, &error));
            assert_true(lic_slice_equal(whole, lic_slice_of(again.data, again.size)));
        }
        bytes.data[i / 2] ^= flip;
    }
    for (size_t size = 0; size < bytes.size; size++)
        assert_int_not_equal(lic_genesis_decode(lic_slice_of(bytes.data, size), &back, &error),
                             LIC_OK);
    lic_buffer_free(&bytes);
    lic_buffer_free(&again);
}

static void bad_genesis_is_refused(void **state)
{
    (void)state;
    lic_genesis g = sample_genesis();
    assert_ok(encodes(&g));
#define REFUSED(change)   \
    g = sample_genesis(); \
    change;               \
    assert_int_equal(encodes(&g), LIC_MALFORMED)
    REFUSED(g.name = lic_slice_text(""));
    REFUSED(g.engine_version = 0);
    REFUSED(g.clock = 2);
    REFUSED(g.time++); /* a simulated clock stands at midnight */
    REFUSED(g.unit_scale = 19);
    REFUSED(g.limits.validity_days = 31);
    REFUSED(g.limits.upload_bytes = 0);
    REFUSED(g.quorum = 0);
    REFUSED(g.quorum = 2);
    REFUSED(g.operator_count = 0);
    REFUSED(g.operators[0] = (lic_key){{1}});
    REFUSED(g.currencies[0].code[0] = 'Z');
    REFUSED(g.currencies[0].code[0] = 'b');
    REFUSED(g.operator_count = 2; g.operators[1] = g.operators[0]);
#undef REFUSED
}

static int start(void **state)
{
    (void)state;
    lic_error error;
    return lic_crypto_start(&error) == LIC_OK ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_header_has_the_specified_bytes),
        cmocka_unit_test(every_byte_of_a_header_is_hashed),
        cmocka_unit_test(operators_must_sign_in_number),
        cmocka_unit_test(domains_are_apart),
        cmocka_unit_test(a_salted_digest_is_blake2b_of_salt_and_bytes),
        cmocka_unit_test(receipts_have_one_encoding),
        cmocka_unit_test(genesis_comes_back),
        cmocka_unit_test(bad_genesis_is_refused),
    };
    return cmocka_run_group_tests_name("block", tests, start, NULL);
}
