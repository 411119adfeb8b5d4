/* fuzz_transaction.c - any bytes as a transaction. First byte: 0 the wire form, 1 the abridged form with
 * the chunk that its leaf hash wants not known. What decodes must have one encoding and one id, in both
 * forms, and its signatures must be answered. */
#include <licet/transaction.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static lic_slice contents(const lic_buffer *from)
{
    return lic_slice_of(from->data, from->size);
}

static void read_lists(const lic_transaction *transaction)
{
    lic_texts texts = {0};
    lic_slice text;
    if (transaction->kind == LIC_TX_ACT) texts = transaction->body.act.arguments;
    if (transaction->kind == LIC_TX_DEPLOY) texts = transaction->body.deploy.parameters;
    for (uint32_t i = 0; i < texts.count; i++) LIC_ASSERT(lic_texts_at(&texts, i, &text));
    LIC_ASSERT(!lic_texts_at(&texts, texts.count, &text));
}

/* The abridged form leads back to the same transaction. */
static void expect_same_abridged(const lic_transaction *transaction, lic_buffer *scratch)
{
    static lic_transaction again;
    lic_error error;
    bool lines = transaction->kind == LIC_TX_LINES;
    lic_slice chunk = lines ? transaction->body.lines.chunk : lic_slice_of(NULL, 0);
    lic_buffer_clear(scratch);
    LIC_ASSERT(lic_transaction_abridge(transaction, scratch, &error) == LIC_OK);
    LIC_ASSERT(lic_transaction_decode_abridged(contents(scratch), chunk, &lic_hasher_native, &again,
                                               &error) == LIC_OK);
    LIC_ASSERT(lic_hash_equal(&again.id, &transaction->id));
}

static void check(const lic_transaction *transaction, lic_slice wire)
{
    lic_error error;
    lic_buffer scratch;
    lic_buffer_init(&scratch, &lic_allocator_system, LIC_TRANSACTION_MAX + 65536u);
    LIC_ASSERT(lic_transaction_encode(transaction, &scratch, &error) == LIC_OK);
    LIC_ASSERT(lic_slice_equal(contents(&scratch), wire));
    expect_same_abridged(transaction, &scratch);
    read_lists(transaction);
    lic_status verified = lic_transaction_verify(transaction, &error);
    LIC_ASSERT(verified == LIC_OK || verified == LIC_BAD_SIGNATURE || verified == LIC_BAD_KEY);
    lic_buffer_free(&scratch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static lic_transaction transaction;
    static bool started;
    lic_error error;
    if (!started) LIC_ASSERT(lic_crypto_start(&error) == LIC_OK);
    started = true;
    if (size == 0) return 0;
    lic_slice bytes = lic_slice_of(data + 1, size - 1);
    lic_status status;
    if (data[0] == 0) {
        status = lic_transaction_decode(bytes, &lic_hasher_native, &transaction, &error);
        if (status == LIC_OK) check(&transaction, bytes);
    } else {
        status = lic_transaction_decode_abridged(bytes, lic_slice_of(NULL, 0), &lic_hasher_native,
                                                 &transaction, &error);
    }
    LIC_ASSERT(status == LIC_OK || (error.text[0] != '\0' && error.help[0] != '\0'));
    return 0;
}
