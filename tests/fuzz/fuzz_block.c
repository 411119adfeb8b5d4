/* fuzz_block.c - any bytes as what a block is made of. First byte: 0 header, 1 operators' signatures,
 * 2 receipt, 3 genesis record, 4 log. What decodes must encode to the same bytes. */
#include <licet/ledger.h>

#include <string.h>

#define BYTES_MAX (1u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static lic_status try_header(lic_slice bytes, lic_buffer *again, lic_error *error)
{
    lic_header header;
    uint8_t encoded[LIC_HEADER_SIZE];
    LIC_TRY(lic_header_decode(bytes, &header, error));
    lic_header_encode(&header, encoded);
    lic_put_bytes(again, encoded, sizeof encoded);
    return LIC_OK;
}

static lic_status try_signatures(lic_slice bytes, lic_buffer *again, lic_error *error)
{
    static lic_key operators[3];
    static lic_hash block;
    if (lic_key_zero(&operators[0])) {
        for (uint8_t i = 0; i < 3; i++) {
            lic_keypair pair;
            uint8_t seed[LIC_SECRET_SIZE] = {i};
            lic_keypair_from_seed(seed, &pair);
            operators[i] = pair.key;
        }
    }
    LIC_TRY(lic_block_signatures_verify(bytes, &block, operators, 3, 0, error));
    lic_put_bytes(again, bytes.data, bytes.size);
    return LIC_OK;
}

static lic_status try_receipt(lic_slice bytes, lic_buffer *again, lic_error *error)
{
    lic_receipt receipt;
    LIC_TRY(lic_receipt_decode(bytes, &receipt, error));
    return lic_receipt_encode(&receipt, again);
}

static lic_status try_genesis(lic_slice bytes, lic_buffer *again, lic_error *error)
{
    lic_genesis genesis;
    LIC_TRY(lic_genesis_decode(bytes, &genesis, error));
    return lic_genesis_encode(&genesis, again, error);
}

static lic_status try_log(lic_slice bytes, lic_buffer *again, lic_error *error)
{
    lic_log log;
    lic_hash root;
    lic_cursor cursor = lic_cursor_of(bytes);
    if (!lic_log_decode(&cursor, &log) || !lic_cursor_done(&cursor))
        return lic_fail(error, LIC_MALFORMED, "log", "none", "log");
    lic_log_root(&lic_hasher_native, &log, &root);
    lic_log_encode(&log, again);
    if (log.count < UINT64_MAX) lic_log_append(&lic_hasher_native, &log, &root);
    return LIC_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static lic_status (*const tries[])(lic_slice, lic_buffer *, lic_error *) = {
        try_header, try_signatures, try_receipt, try_genesis, try_log,
    };
    static bool started;
    lic_error error;
    if (!started) LIC_ASSERT(lic_crypto_start(&error) == LIC_OK);
    started = true;
    if (size == 0 || data[0] >= LIC_COUNT(tries)) return 0;
    lic_slice bytes = lic_slice_of(data + 1, size - 1);
    lic_buffer again;
    lic_buffer_init(&again, &lic_allocator_system, BYTES_MAX);
    lic_status status = tries[data[0]](bytes, &again, &error);
    if (status == LIC_OK) LIC_ASSERT(lic_slice_equal(lic_slice_of(again.data, again.size), bytes));
    else LIC_ASSERT(error.text[0] != '\0');
    lic_buffer_free(&again);
    return 0;
}
