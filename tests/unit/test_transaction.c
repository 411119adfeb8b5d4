/* Envelopes. Would catch: two encodings of one transaction, a field outside the identity, a signature
 * that holds for other bytes, a limit that is not kept, a kind executed by mistake. */
#include "samples.h"

#include <licet/hash.h>

#define FIRST LIC_TX_REGISTER
#define LAST LIC_TX_CLOCK

static lic_buffer buffer(void)
{
    lic_buffer result;
    lic_buffer_init(&result, &lic_allocator_system, LIC_TRANSACTION_MAX + 65536u);
    return result;
}

static lic_slice contents(const lic_buffer *from)
{
    return lic_slice_of(from->data, from->size);
}

static lic_buffer encode(const lic_transaction *transaction)
{
    lic_buffer wire = buffer();
    lic_error error;
    assert_ok(lic_transaction_encode(transaction, &wire, &error));
    return wire;
}

static void every_kind_comes_back_as_it_went(void **state)
{
    (void)state;
    lic_keypair pair = sample_keypair(1);
    for (int kind = FIRST; kind <= LAST; kind++) {
        lic_error error;
        lic_transaction made = sample_transaction((lic_transaction_kind)kind, &pair), decoded;
        sample_sign(&made, &pair);
        lic_buffer wire = encode(&made), again = buffer(), abridged = buffer();
        assert_ok(lic_transaction_decode(contents(&wire), &lic_hasher_native, &decoded, &error));
        assert_ok(lic_transaction_verify(&decoded, &error));
        assert_memory_equal(&decoded.id, &made.id, sizeof made.id);
        assert_ok(lic_transaction_encode(&decoded, &again, &error));
        assert_true(lic_slice_equal(contents(&wire), contents(&again)));
        /* what a block keeps leads back to the same */
        assert_ok(lic_transaction_abridge(&decoded, &abridged, &error));
        lic_slice chunk = kind == LIC_TX_LINES ? made.body.lines.chunk : lic_slice_of(NULL, 0);
        assert_ok(lic_transaction_decode_abridged(contents(&abridged), chunk, &lic_hasher_native,
                                                  &decoded, &error));
        assert_memory_equal(&decoded.id, &made.id, sizeof made.id);
        lic_buffer_clear(&again);
        assert_ok(lic_transaction_encode(&decoded, &again, &error));
        assert_true(lic_slice_equal(contents(&wire), contents(&again)));
        lic_buffer_free(&wire);
        lic_buffer_free(&again);
        lic_buffer_free(&abridged);
    }
}

/* Values by hand: bodies are read back field by field somewhere, not only as equal bytes. */
static void fields_keep_their_values(void **state)
{
    (void)state;
    lic_keypair pair = sample_keypair(1);
    lic_error error;
    lic_transaction made = sample_transaction(LIC_TX_DEPLOY, &pair), decoded;
    made.lane = 1023;
    made.sequence = INT64_MAX;
    sample_sign(&made, &pair);
    lic_buffer wire = encode(&made);
    assert_ok(lic_transaction_decode(contents(&wire), &lic_hasher_native, &decoded, &error));
    assert_int_equal(decoded.lane, 1023);
    assert_true(decoded.sequence == INT64_MAX);
    assert_int_equal(decoded.valid_until, SAMPLE_DATE + 10);
    assert_int_equal(decoded.body.deploy.parameters.count, 2);
    lic_slice text;
    assert_true(lic_texts_at(&decoded.body.deploy.parameters, 0, &text));
    assert_true(lic_slice_equal(text, lic_slice_text("ab")));
    assert_true(lic_texts_at(&decoded.body.deploy.parameters, 1, &text));
    assert_int_equal(text.size, 0);
    assert_false(lic_texts_at(&decoded.body.deploy.parameters, 2, &text));
    assert_int_equal(lic_hashes_at(&decoded.body.deploy.parties, 0).bytes[2], 3);
    lic_buffer_free(&wire);
    made = sample_transaction(LIC_TX_PAY, &pair);
    sample_sign(&made, &pair);
    wire = encode(&made);
    assert_ok(lic_transaction_decode(contents(&wire), &lic_hasher_native, &decoded, &error));
    assert_true(decoded.body.pay.amount == (lic_i128)1 << 90);
    lic_buffer_free(&wire);
}

/* Each byte of each kind changed in two ways: refused, or another id whose signature does not hold. For
 * LINES, which nobody signs, the id or the proof's root changes. */
static void any_changed_byte_is_noticed(void **state)
{
    (void)state;
    lic_keypair pair = sample_keypair(1);
    for (int kind = FIRST; kind <= LAST; kind++) {
        lic_error error;
        lic_transaction made = sample_transaction((lic_transaction_kind)kind, &pair), decoded;
        sample_sign(&made, &pair);
        lic_buffer wire = encode(&made);
        for (size_t i = 0; i < 2 * wire.size; i++) {
            uint8_t flip = i % 2 == 0 ? 0x01 : 0x80;
            wire.data[i / 2] ^= flip;
            lic_status status = lic_transaction_decode(contents(&wire), &lic_hasher_native,
                                                       &decoded, &error);
            if (status == LIC_OK && kind == LIC_TX_LINES)
                assert_false(lic_hash_equal(&decoded.id, &made.id));
            else if (status == LIC_OK)
                assert_int_not_equal(lic_transaction_verify(&decoded, &error), LIC_OK);
            wire.data[i / 2] ^= flip;
        }
        lic_buffer_free(&wire);
    }
}

static void cut_and_lengthened_bytes_are_malformed(void **state)
{
    (void)state;
    lic_keypair pair = sample_keypair(1);
    for (int kind = FIRST; kind <= LAST; kind++) {
        lic_error error;
        lic_transaction made = sample_transaction((lic_transaction_kind)kind, &pair), decoded;
        sample_sign(&made, &pair);
        lic_buffer wire = encode(&made);
        for (size_t size = 0; size < wire.size; size++) {
            uint8_t *exact = malloc(size + 1); /* so that a sanitizer sees a read beyond */
            assert_non_null(exact);
            memcpy(exact, wire.data, size);
            assert_int_not_equal(lic_transaction_decode(lic_slice_of(exact, size),
                                                        &lic_hasher_native, &decoded, &error),
                                 LIC_OK);
            free(exact);
        }
        lic_put_u8(&wire, 0);
        assert_int_equal(
            lic_transaction_decode(contents(&wire), &lic_hasher_native, &decoded, &error),
            LIC_MALFORMED);
        lic_buffer_free(&wire);
    }
}

static void kinds_without_execution_are_refused_by_number(void **state)
{
    (void)state;
    static const struct {
        uint8_t kind;
        const char *code;
    } cases[] = {{13, "kind_13"}, {14, "kind_14"}, {99, "kind_99"}, {0, "kind_0"}};
    lic_keypair pair = sample_keypair(1);
    lic_transaction made = sample_transaction(LIC_TX_CLOCK, &pair), decoded;
    lic_error error;
    sample_sign(&made, &pair);
    lic_buffer wire = encode(&made);
    for (size_t i = 0; i < LIC_COUNT(cases); i++) {
        wire.data[34] = cases[i].kind;
        assert_int_equal(
            lic_transaction_decode(contents(&wire), &lic_hasher_native, &decoded, &error),
            LIC_UNSUPPORTED);
        assert_string_equal(error.code, cases[i].code);
    }
    lic_buffer_free(&wire);
    made.kind = LIC_TX_AMEND;
    assert_int_equal(lic_transaction_identify(&lic_hasher_native, &made, &error), LIC_UNSUPPORTED);
    assert_string_equal(lic_transaction_kind_name(LIC_TX_REGISTER), "register");
    assert_null(lic_transaction_kind_name(15));
}

/* -- ranges ------------------------------------------------------------------------------------------- */

static lic_status identify(lic_transaction *transaction)
{
    lic_error error;
    return lic_transaction_identify(&lic_hasher_native, transaction, &error);
}

static void fields_out_of_range_are_malformed(void **state)
{
    (void)state;
    lic_keypair pair = sample_keypair(1);
    char longer[LIC_NAME_MAX + 2];
    memset(longer, 'x', sizeof longer);
    longer[sizeof longer - 1] = '\0';
    lic_transaction t;
#define REFUSED(kind, change)                     \
    t = sample_transaction(LIC_TX_##kind, &pair); \
    assert_ok(identify(&t));                      \
    change;                                       \
    assert_int_equal(identify(&t), LIC_MALFORMED)
    REFUSED(REGISTER, t.body.registration.name = lic_slice_text(longer));
    REFUSED(REGISTER, t.body.registration.name = lic_slice_text(""));
    REFUSED(REGISTER, t.body.registration.name = lic_slice_text("a\nb"));
    REFUSED(REGISTER, t.body.registration.name = lic_slice_text("a\x7f"));
    REFUSED(REGISTER, t.body.registration.name = lic_slice_text("a\xff"));
    REFUSED(REGISTER,
            t.body.registration.name = lic_slice_text("a\u202eb")); /* right-to-left override */
    REFUSED(REGISTER, t.body.registration.name = lic_slice_text("a\u2067b"));
    REFUSED(REGISTER, t.body.registration.name = lic_slice_text("a\xc2\x85"));
    REFUSED(REGISTER, t.body.registration.name = lic_slice_text("a "));
    REFUSED(REGISTER, t.body.registration.name = lic_slice_text(" a"));
    REFUSED(REGISTER, t.body.registration.name = lic_slice_text("a\u200bb")); /* zero width */
    REFUSED(REGISTER, t.body.registration.name = lic_slice_text("e\u0301"));  /* not composed */
    REFUSED(FACT, t.body.fact.value = lic_slice_text("2026-01-01 "));
    REFUSED(PAY, t.body.pay.reference = lic_slice_text("invoice\u00ad 7"));
    REFUSED(REGISTER, t.body.registration.key = sample_keypair(2).key);
    REFUSED(REGISTER, t.body.registration.recovery = pair.key);
    REFUSED(REGISTER, t.body.registration.roles = 8);
    REFUSED(REGISTER, t.party = sample_hash(1));
    REFUSED(KEYS, t.body.keys.roles = 0);
    REFUSED(KEYS, t.body.keys.revoke = true);
    REFUSED(LOAD, t.body.load.chunks = 1); /* 300,000 bytes do not fit in one */
    REFUSED(LOAD, t.body.load.chunks = LIC_UPLOAD_CHUNKS_MAX + 1);
    REFUSED(LOAD, t.body.load.bytes = 1); /* two chunks of less than a byte */
    REFUSED(REPORT, t.body.report.bytes = 0);
    REFUSED(REPORT, t.body.report.period = LIC_DATE_MAX + 1);
    REFUSED(LINES, t.body.lines.chunk = lic_slice_text(""));
    REFUSED(LINES, t.body.lines.index = LIC_UPLOAD_CHUNKS_MAX);
    REFUSED(LINES, t.body.lines.proof.count = 2);
    REFUSED(LINES, t.sequence = 1);
    REFUSED(LINES, t.lane = 1);
    REFUSED(LINES, t.gas_limit = 1);
    REFUSED(LINES, t.valid_until = 1);
    REFUSED(LINES, t.key = pair.key);
    REFUSED(LINES, t.party = sample_hash(1));
    REFUSED(ACT, t.body.act.arguments.count = 1);
    REFUSED(PAY, t.body.pay.amount = 0);
    REFUSED(PAY, t.body.pay.amount = -1);
    REFUSED(PAY, t.body.pay.currency = lic_slice_text("US"));
    REFUSED(CLOCK, t.body.clock.date = LIC_DATE_MIN - 1);
    REFUSED(CLOCK, t.sequence = 0);
    REFUSED(CLOCK, t.lane = LIC_LANES_MAX);
    REFUSED(CLOCK, t.valid_until = LIC_DATE_MAX + 1);
#undef REFUSED
}

static void too_large_is_refused_before_it_is_read(void **state)
{
    (void)state;
    lic_transaction decoded;
    lic_error error;
    uint8_t *bytes = calloc(1, LIC_TRANSACTION_MAX + 1);
    assert_non_null(bytes);
    assert_int_equal(lic_transaction_decode(lic_slice_of(bytes, LIC_TRANSACTION_MAX + 1),
                                            &lic_hasher_native, &decoded, &error),
                     LIC_TOO_LARGE);
    free(bytes);
}

static void the_largest_deploy_fits(void **state)
{
    (void)state;
    lic_keypair pair = sample_keypair(1);
    lic_transaction made = sample_transaction(LIC_TX_DEPLOY, &pair), decoded;
    lic_error error;
    uint8_t *image = calloc(1, LIC_DEPLOY_IMAGE_MAX), *source = calloc(1, LIC_DEPLOY_SOURCE_MAX);
    lic_buffer texts = buffer();
    char text[LIC_TEXT_MAX];
    memset(text, 't', sizeof text);
    for (unsigned i = 0; i < LIC_PARAMETERS_MAX; i++)
        lic_texts_put(&texts, lic_slice_of(text, sizeof text));
    made.body.deploy.image = lic_slice_of(image, LIC_DEPLOY_IMAGE_MAX);
    made.body.deploy.source = lic_slice_of(source, LIC_DEPLOY_SOURCE_MAX);
    made.body.deploy.parameters = (lic_texts){LIC_PARAMETERS_MAX, contents(&texts)};
    sample_sign(&made, &pair);
    lic_buffer wire = encode(&made);
    assert_ok(lic_transaction_decode(contents(&wire), &lic_hasher_native, &decoded, &error));
    made.body.deploy.image.size++;
    assert_int_equal(identify(&made), LIC_MALFORMED);
    lic_buffer_free(&wire);
    lic_buffer_free(&texts);
    free(image);
    free(source);
}

/* -- identity and signatures ----------------------------------------------------------------------------- */

/* The rule of the specification, worked apart from the code: SHA-256 of the envelope, with the chunk as
 * length and leaf. */
static void ids_follow_the_specification(void **state)
{
    (void)state;
    lic_keypair pair = sample_keypair(1);
    lic_transaction made = sample_transaction(LIC_TX_FACT, &pair);
    sample_sign(&made, &pair);
    lic_buffer wire = encode(&made);
    lic_slice envelope = lic_slice_of(wire.data, wire.size - 1 - 96);
    lic_hash expected;
    lic_hasher_native.sha256(&envelope, 1, &expected);
    assert_memory_equal(&expected, &made.id, sizeof expected);
    uint8_t message[11 + 32] = "licet-tx-1";
    memcpy(message + 11, made.id.bytes, 32);
    assert_true(lic_verify(&pair.key, lic_slice_of(message, sizeof message),
                           &made.signatures[0].signature));
    lic_buffer_free(&wire);

    made = sample_transaction(LIC_TX_LINES, &pair);
    sample_sign(&made, &pair);
    wire = encode(&made);
    size_t chunk = made.body.lines.chunk.size;
    uint8_t body_size[4];
    lic_store_u32(body_size, (uint32_t)(wire.size - 1 - 128 - chunk + 32));
    static const uint8_t zero = 0;
    lic_slice leaf_parts[2] = {lic_slice_of(&zero, 1), made.body.lines.chunk};
    lic_hash leaf;
    lic_hasher_native.sha256(leaf_parts, 2, &leaf);
    lic_slice parts[4] = {lic_slice_of(wire.data, 124), lic_slice_of(body_size, 4),
                          lic_slice_of(wire.data + 128, wire.size - 1 - 128 - chunk),
                          lic_slice_of(leaf.bytes, 32)};
    lic_hasher_native.sha256(parts, 4, &expected);
    assert_memory_equal(&expected, &made.id, sizeof expected);
    lic_buffer_free(&wire);
}

static void co_signatures_have_one_order(void **state)
{
    (void)state;
    lic_keypair pairs[4] = {sample_keypair(1), sample_keypair(2), sample_keypair(3),
                            sample_keypair(4)};
    lic_transaction one = sample_transaction(LIC_TX_ACT, &pairs[0]), other = one, decoded;
    lic_error error;
    for (size_t i = 0; i < 4; i++) sample_sign(&one, &pairs[i]);
    const size_t order[4] = {0, 3, 1, 2};
    for (size_t i = 0; i < 4; i++) sample_sign(&other, &pairs[order[i]]);
    lic_buffer a = encode(&one), b = encode(&other);
    assert_true(lic_slice_equal(contents(&a), contents(&b)));
    assert_ok(lic_transaction_decode(contents(&a), &lic_hasher_native, &decoded, &error));
    assert_ok(lic_transaction_verify(&decoded, &error));
    assert_int_equal(decoded.signature_count, 4);
    assert_int_equal(lic_transaction_sign(&lic_hasher_native, &one, &pairs[2], &error),
                     LIC_REFUSED);
    /* swapped, doubled, and none */
    size_t first = a.size - 4 * 96;
    uint8_t kept[96];
    memcpy(kept, a.data + first + 96, 96);
    memcpy(a.data + first + 96, a.data + first + 192, 96);
    memcpy(a.data + first + 192, kept, 96);
    assert_int_equal(lic_transaction_decode(contents(&a), &lic_hasher_native, &decoded, &error),
                     LIC_MALFORMED);
    memcpy(a.data + first + 192, a.data + first + 96, 96);
    assert_int_equal(lic_transaction_decode(contents(&a), &lic_hasher_native, &decoded, &error),
                     LIC_MALFORMED);
    a.data[first - 1] = 0;
    assert_int_equal(
        lic_transaction_decode(lic_slice_of(a.data, first), &lic_hasher_native, &decoded, &error),
        LIC_MALFORMED);
    lic_buffer_free(&a);
    lic_buffer_free(&b);
}

static void keys_of_the_wrong_group_do_not_enter(void **state)
{
    (void)state;
    lic_keypair pair = sample_keypair(1);
    lic_error error;
    lic_transaction made = sample_transaction(LIC_TX_KEYS, &pair);
    memset(made.body.keys.key.bytes, 0, 32);
    made.body.keys.key.bytes[0] = 1;
    sample_sign(&made, &pair);
    assert_int_equal(lic_transaction_verify(&made, &error), LIC_BAD_KEY);
    made = sample_transaction(LIC_TX_REGISTER, &pair);
    made.body.registration.recovery = made.body.keys.key;
    made.body.registration.recovery = (lic_key){{1}};
    sample_sign(&made, &pair);
    assert_int_equal(lic_transaction_verify(&made, &error), LIC_BAD_KEY);
}

static void a_stored_chunk_must_be_the_one_named(void **state)
{
    (void)state;
    lic_keypair pair = sample_keypair(1);
    lic_transaction made = sample_transaction(LIC_TX_LINES, &pair), decoded;
    lic_error error;
    sample_sign(&made, &pair);
    lic_buffer abridged = buffer();
    assert_ok(lic_transaction_abridge(&made, &abridged, &error));
    assert_null(
        memmem(abridged.data, abridged.size, "1\ta\n", 4)); /* the chunk itself is not in it */
    assert_int_equal(lic_transaction_decode_abridged(contents(&abridged),
                                                     lic_slice_text("1\ta\n2\tc\n"),
                                                     &lic_hasher_native, &decoded, &error),
                     LIC_DIFFERS);
    assert_int_equal(lic_transaction_decode_abridged(contents(&abridged), lic_slice_text(""),
                                                     &lic_hasher_native, &decoded, &error),
                     LIC_DIFFERS);
    lic_buffer_free(&abridged);
}

/* -- the log ------------------------------------------------------------------------------------------------ */

static void the_log_is_the_tree_of_rfc_6962(void **state)
{
    (void)state;
    enum { COUNT = 130 };
    lic_hash leaves[COUNT], scratch[COUNT], expected, root;
    lic_log log = {.count = 0}, read;
    lic_log_root(&lic_hasher_native, &log, &root);
    lic_merkle_root(&lic_hasher_native, NULL, 0, &expected);
    assert_memory_equal(&root, &expected, sizeof root);
    for (uint32_t i = 0; i < COUNT; i++) {
        uint8_t data[4];
        lic_store_u32(data, i);
        lic_merkle_leaf(&lic_hasher_native, lic_slice_of(data, 4), &leaves[i]);
        lic_log_append(&lic_hasher_native, &log, &leaves[i]);
        memcpy(scratch, leaves, (i + 1) * sizeof leaves[0]);
        lic_merkle_root(&lic_hasher_native, scratch, i + 1, &expected);
        lic_log_root(&lic_hasher_native, &log, &root);
        assert_memory_equal(&root, &expected, sizeof root);
        lic_buffer bytes = buffer();
        lic_log_encode(&log, &bytes);
        lic_cursor cursor = lic_cursor_of(contents(&bytes));
        assert_true(lic_log_decode(&cursor, &read) && lic_cursor_done(&cursor));
        lic_log_root(&lic_hasher_native, &read, &root);
        assert_memory_equal(&root, &expected, sizeof root);
        cursor = lic_cursor_of(lic_slice_of(bytes.data, bytes.size - 1));
        assert_false(lic_log_decode(&cursor, &read));
        lic_buffer_free(&bytes);
    }
}

static const lic_hash *made_up(const void *context, size_t index)
{
    return (const lic_hash *)context + index;
}

/* Whatever stands in the log before, and whoever hashes. */
static void many_at_once_are_one_after_another(void **state)
{
    (void)state;
    enum { MOST = 70000, PLACES = 5 };
    static lic_hash digests[MOST];
    static const size_t counts[] = {0, 1, 255, 256, 257, 4095, 4096, 4352, 5000, 33000, MOST};
    static const size_t before[PLACES] = {0, 1, 255, 256, 700};
    for (uint32_t i = 0; i < MOST; i++) lic_store_u32(digests[i].bytes, i * 2654435761u);
    for (size_t n = 0; n < LIC_COUNT(counts) * PLACES * 2; n++) {
        lic_hash roots[2], leaf;
        lic_log one = {.count = 0}, many;
        const lic_digests of = {made_up, digests, counts[n / 2 / PLACES]};
        for (size_t i = 0; i < before[n / 2 % PLACES]; i++)
            lic_log_append(&lic_hasher_native, &one, &digests[i]);
        many = one;
        for (size_t i = 0; i < of.count; i++) {
            lic_merkle_leaf(&lic_hasher_native, lic_slice_of(digests[i].bytes, LIC_HASH_SIZE),
                            &leaf);
            lic_log_append(&lic_hasher_native, &one, &leaf);
        }
        lic_log_append_digests(&lic_hasher_native, &many, &of, n % 2 != 0);
        assert_int_equal(many.count, one.count);
        lic_log_root(&lic_hasher_native, &one, &roots[0]);
        lic_log_root(&lic_hasher_native, &many, &roots[1]);
        assert_memory_equal(&roots[0], &roots[1], sizeof leaf);
    }
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
        cmocka_unit_test(every_kind_comes_back_as_it_went),
        cmocka_unit_test(fields_keep_their_values),
        cmocka_unit_test(any_changed_byte_is_noticed),
        cmocka_unit_test(cut_and_lengthened_bytes_are_malformed),
        cmocka_unit_test(kinds_without_execution_are_refused_by_number),
        cmocka_unit_test(fields_out_of_range_are_malformed),
        cmocka_unit_test(too_large_is_refused_before_it_is_read),
        cmocka_unit_test(the_largest_deploy_fits),
        cmocka_unit_test(ids_follow_the_specification),
        cmocka_unit_test(co_signatures_have_one_order),
        cmocka_unit_test(keys_of_the_wrong_group_do_not_enter),
        cmocka_unit_test(a_stored_chunk_must_be_the_one_named),
        cmocka_unit_test(the_log_is_the_tree_of_rfc_6962),
        cmocka_unit_test(many_at_once_are_one_after_another),
    };
    return cmocka_run_group_tests_name("transaction", tests, start, NULL);
}
