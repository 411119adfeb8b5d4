/* Formats of a block: header, operators' signatures, salted digests, receipts. */
#include <licet/block.h>

#include <string.h>

#define DOMAIN "licet-block-1"               /* with its NUL */
#define OPERATORS_DOMAIN "licet-operators-1" /* with its NUL */
#define RECEIPT_VERSION 1
#define BLOCK_SIGNATURE_SIZE (1 + LIC_SIGNATURE_SIZE)

/* -- header ------------------------------------------------------------------------------------------ */

static uint8_t *put_hash(uint8_t *at, const lic_hash *hash)
{
    memcpy(at, hash->bytes, LIC_HASH_SIZE);
    return at + LIC_HASH_SIZE;
}

static const uint8_t *get_hash(const uint8_t *at, lic_hash *hash)
{
    memcpy(hash->bytes, at, LIC_HASH_SIZE);
    return at + LIC_HASH_SIZE;
}

void lic_header_encode(const lic_header *header, uint8_t bytes[LIC_HEADER_SIZE])
{
    uint8_t *at = bytes;
    lic_store_u32(at, (uint32_t)LIC_BLOCK_VERSION | (uint32_t)header->engine_version << 16);
    at = put_hash(at + 4, &header->chain);
    lic_store_u64(at, header->height);
    lic_store_u64(at + 8, (uint64_t)header->time);
    at = put_hash(at + 16, &header->previous);
    at = put_hash(at, &header->transaction_root);
    at = put_hash(at, &header->output_root);
    at = put_hash(at, &header->state_root);
    at = put_hash(at, &header->operators);
    lic_store_u32(at, header->transactions);
    lic_store_u32(at + 4, header->outputs);
    lic_store_u64(at + 8, header->gas);
    LIC_ASSERT(at + 16 == bytes + LIC_HEADER_SIZE);
}

lic_status lic_header_decode(lic_slice bytes, lic_header *header, lic_error *error)
{
    if (bytes.size != LIC_HEADER_SIZE)
        return lic_fail(error, LIC_MALFORMED, "header", "restore the ledger from a backup",
                        "a block header has %zu bytes, not %d", bytes.size, LIC_HEADER_SIZE);
    const uint8_t *at = bytes.data;
    unsigned version = (unsigned)at[0] | (unsigned)at[1] << 8;
    if (version != LIC_BLOCK_VERSION)
        return lic_fail(error, LIC_VERSION, "block_version", "use the release that wrote it",
                        "a block has version %u; this release reads %d", version,
                        LIC_BLOCK_VERSION);
    header->engine_version = (uint16_t)(at[2] | at[3] << 8);
    at = get_hash(at + 4, &header->chain);
    header->height = lic_load_u64(at);
    header->time = (int64_t)lic_load_u64(at + 8);
    at = get_hash(at + 16, &header->previous);
    at = get_hash(at, &header->transaction_root);
    at = get_hash(at, &header->output_root);
    at = get_hash(at, &header->state_root);
    at = get_hash(at, &header->operators);
    header->transactions = lic_load_u32(at);
    header->outputs = lic_load_u32(at + 4);
    header->gas = lic_load_u64(at + 8);
    return LIC_OK;
}

void lic_header_hash(const lic_hasher *hasher, const lic_header *header, lic_hash *hash)
{
    uint8_t bytes[LIC_HEADER_SIZE];
    lic_header_encode(header, bytes);
    lic_slice part = lic_slice_of(bytes, sizeof bytes);
    hasher->sha256(&part, 1, hash);
}

/* -- operators ------------------------------------------------------------------------------------------ */

void lic_operators_hash(const lic_hasher *hasher, const lic_key *operators, size_t count,
                        uint8_t quorum, lic_hash *hash)
{
    LIC_ASSERT(count > 0 && count <= LIC_OPERATORS_MAX);
    uint8_t numbers[2] = {quorum, (uint8_t)count};
    lic_slice parts[3] = {lic_slice_of(OPERATORS_DOMAIN, sizeof OPERATORS_DOMAIN),
                          lic_slice_of(numbers, sizeof numbers),
                          lic_slice_of(operators, count * sizeof *operators)};
    hasher->sha256(parts, LIC_COUNT(parts), hash);
}

static lic_slice signed_message(const lic_hash *block,
                                uint8_t message[sizeof DOMAIN + LIC_HASH_SIZE])
{
    memcpy(message, DOMAIN, sizeof DOMAIN);
    memcpy(message + sizeof DOMAIN, block->bytes, LIC_HASH_SIZE);
    return lic_slice_of(message, sizeof DOMAIN + LIC_HASH_SIZE);
}

void lic_block_sign(const lic_hash *block, const lic_keypair *pair, lic_signature *signature)
{
    uint8_t message[sizeof DOMAIN + LIC_HASH_SIZE];
    lic_sign(pair, signed_message(block, message), signature);
}

lic_status lic_block_signatures_encode(const lic_block_signature *signatures, size_t count,
                                       lic_buffer *target)
{
    LIC_ASSERT(count <= LIC_OPERATORS_MAX);
    lic_put_u8(target, (uint8_t)count);
    for (size_t i = 0; i < count; i++) {
        LIC_ASSERT(i == 0 || signatures[i - 1].operator_index < signatures[i].operator_index);
        lic_put_u8(target, signatures[i].operator_index);
        lic_put_bytes(target, signatures[i].signature.bytes, LIC_SIGNATURE_SIZE);
    }
    return target->failed ? LIC_NO_MEMORY : LIC_OK;
}

static lic_status bad_signatures(lic_error *error, lic_status status, const char *why)
{
    return lic_fail(error, status, "block_signature",
                    "restore the ledger from a backup; ask its operators",
                    "the operators' signatures of a block are not good: %s", why);
}

lic_status lic_block_signatures_verify(lic_slice encoded, const lic_hash *block,
                                       const lic_key *operators, size_t operator_count,
                                       uint8_t quorum, lic_error *error)
{
    uint8_t message[sizeof DOMAIN + LIC_HASH_SIZE];
    lic_slice slice = signed_message(block, message);
    lic_cursor cursor = lic_cursor_of(encoded);
    unsigned count = lic_get_u8(&cursor);
    int last = -1;
    for (unsigned i = 0; i < count; i++) {
        unsigned index = lic_get_u8(&cursor);
        lic_slice bytes = lic_get_bytes(&cursor, LIC_SIGNATURE_SIZE);
        if (cursor.failed || index >= operator_count || (int)index <= last)
            return bad_signatures(error, LIC_MALFORMED, "encoding");
        lic_signature signature;
        memcpy(signature.bytes, bytes.data, LIC_SIGNATURE_SIZE);
        if (!lic_verify(&operators[index], slice, &signature))
            return bad_signatures(error, LIC_BAD_SIGNATURE, "one does not verify");
        last = (int)index;
    }
    if (!lic_cursor_done(&cursor)) return bad_signatures(error, LIC_MALFORMED, "encoding");
    if (count < quorum) return bad_signatures(error, LIC_BAD_SIGNATURE, "too few operators signed");
    return LIC_OK;
}

/* -- digests and classes ----------------------------------------------------------------------------------- */

void lic_salted_digest(const lic_hasher *hasher, const uint8_t salt[LIC_SALT_SIZE], lic_slice bytes,
                       lic_hash *digest)
{
    lic_slice parts[2] = {lic_slice_of(salt, LIC_SALT_SIZE), bytes};
    hasher->blake2b(parts, 2, digest);
}

const char *lic_output_class_name(unsigned class)
{
    static const char *const names[LIC_OUTPUT_CLASSES] = {
        "transaction", "receipt", "event", "results", "postings", "statement",
    };
    return class < LIC_OUTPUT_CLASSES ? names[class] : NULL;
}

/* -- receipts ------------------------------------------------------------------------------------------------ */

lic_status lic_receipt_encode(const lic_receipt *receipt, lic_buffer *target)
{
    LIC_ASSERT(receipt->range_count <= LIC_OUTPUT_CLASSES);
    lic_put_u16(target, RECEIPT_VERSION);
    lic_put_bytes(target, receipt->id.bytes, LIC_HASH_SIZE);
    lic_put_u64(target, receipt->height);
    lic_put_u32(target, receipt->position);
    lic_put_u16(target, receipt->kind);
    lic_put_u8(target, receipt->status);
    lic_put_u64(target, receipt->gas);
    lic_put_bytes(target, receipt->contract.bytes, LIC_HASH_SIZE);
    lic_put_u64(target, receipt->number);
    lic_put_u8(target, (uint8_t)receipt->range_count);
    for (uint32_t i = 0; i < receipt->range_count; i++) {
        lic_put_u8(target, receipt->ranges[i].class);
        lic_put_u32(target, receipt->ranges[i].first);
        lic_put_u32(target, receipt->ranges[i].count);
    }
    return target->failed ? LIC_NO_MEMORY : LIC_OK;
}

static void read_hash(lic_cursor *cursor, lic_hash *hash)
{
    lic_slice bytes = lic_get_bytes(cursor, LIC_HASH_SIZE);
    if (bytes.size == LIC_HASH_SIZE) memcpy(hash->bytes, bytes.data, LIC_HASH_SIZE);
}

static bool read_ranges(lic_cursor *cursor, lic_receipt *receipt)
{
    receipt->range_count = lic_get_u8(cursor);
    if (receipt->range_count > LIC_OUTPUT_CLASSES) return false;
    for (uint32_t i = 0; i < receipt->range_count; i++) {
        lic_output_range *range = &receipt->ranges[i];
        range->class = lic_get_u8(cursor);
        range->first = lic_get_u32(cursor);
        range->count = lic_get_u32(cursor);
        if (range->class < LIC_OUTPUT_EVENT || range->class >= LIC_OUTPUT_CLASSES) return false;
        if (range->count == 0 || range->first > LIC_BLOCK_OUTPUTS_MAX - range->count) return false;
        if (i > 0 && range->class <= receipt->ranges[i - 1].class) return false;
    }
    return true;
}

lic_status lic_receipt_decode(lic_slice bytes, lic_receipt *receipt, lic_error *error)
{
    memset(receipt, 0, sizeof *receipt);
    lic_cursor cursor = lic_cursor_of(bytes);
    uint16_t version = lic_get_u16(&cursor);
    read_hash(&cursor, &receipt->id);
    receipt->height = lic_get_u64(&cursor);
    receipt->position = lic_get_u32(&cursor);
    receipt->kind = lic_get_u16(&cursor);
    receipt->status = lic_get_u8(&cursor);
    receipt->gas = lic_get_u64(&cursor);
    read_hash(&cursor, &receipt->contract);
    receipt->number = lic_get_u64(&cursor);
    bool good = read_ranges(&cursor, receipt) && lic_cursor_done(&cursor);
    if (good && version == RECEIPT_VERSION && receipt->status <= LIC_RECEIPT_WAITING) return LIC_OK;
    return lic_fail(error, LIC_MALFORMED, "receipt", "restore the ledger from a backup",
                    "a receipt is not well formed");
}
