/* Envelopes: encoding, identity, signatures. Bodies are body.c's. */
#include "body.h"

#include <licet/number.h>

#include <string.h>

#define HEAD_SIZE 128u /* the envelope up to and with the body's length */
#define SIGNED_SIZE (LIC_KEY_SIZE + LIC_SIGNATURE_SIZE)
#define DOMAIN "licet-tx-1" /* with its NUL */

static lic_status malformed(lic_error *error, const char *field, const char *why)
{
    if (why != NULL)
        return lic_fail(error, LIC_MALFORMED, "transaction", "write another text",
                        "the transaction is not well formed: %s: %s", field, why);
    return lic_fail(error, LIC_MALFORMED, "transaction",
                    "make the transaction anew with this release",
                    "the transaction is not well formed: %s", field);
}

static lic_status unsupported(lic_error *error, uint16_t kind)
{
    const char *name = lic_transaction_kind_name(kind);
    char code[LIC_DECIMAL_MAX + 5] = "kind_";
    (void)lic_decimal_print(kind, 0, code + 5);
    return lic_fail(error, LIC_UNSUPPORTED, code, "use a kind that this release executes",
                    "transactions of kind %u (%s) are not executed", kind,
                    name != NULL ? name : "unknown");
}

/* -- encoding --------------------------------------------------------------------------------------- */

static void encode_head(const lic_transaction *transaction, size_t body_size,
                        uint8_t head[HEAD_SIZE])
{
    static const uint8_t version[2] = {LIC_TRANSACTION_VERSION, 0};
    memcpy(head, version, 2);
    memcpy(head + 2, transaction->chain.bytes, 32);
    head[34] = (uint8_t)transaction->kind;
    head[35] = (uint8_t)(transaction->kind >> 8);
    memcpy(head + 36, transaction->party.bytes, 32);
    memcpy(head + 68, transaction->key.bytes, 32);
    lic_store_u32(head + 100, transaction->lane);
    lic_store_u64(head + 104, transaction->sequence);
    lic_store_u32(head + 112, (uint32_t)transaction->valid_until);
    lic_store_u64(head + 116, transaction->gas_limit);
    lic_store_u32(head + 124, (uint32_t)body_size);
}

static const char *envelope_rule(const lic_transaction *transaction)
{
    const char *bad = body_rule(transaction);
    if (bad != NULL) return bad;
    if (kind_of(transaction->kind)->signers == SIGNED_BY_NOBODY) return NULL;
    if (transaction->lane >= LIC_LANES_MAX) return "lane";
    if (transaction->sequence == 0 || transaction->sequence > INT64_MAX) return "sequence";
    return lic_date_valid(transaction->valid_until) ? NULL : "valid_until";
}

/* Parts of the body, checked against every range. */
static lic_status gather_checked(const lic_transaction *transaction, bool abridged, gather *body,
                                 lic_error *error)
{
    *body = (gather){.abridged = abridged, .chunk_leaf = &transaction->chunk_leaf};
    if (!lic_transaction_kind_executed(transaction->kind))
        return unsupported(error, transaction->kind);
    body_gather(transaction, body);
    if (body->bad == NULL) body->bad = envelope_rule(transaction);
    return body->bad == NULL ? LIC_OK : malformed(error, body->bad, body->why);
}

static lic_status put_all(const lic_transaction *transaction, bool abridged, lic_buffer *target,
                          lic_error *error)
{
    gather body;
    uint8_t head[HEAD_SIZE];
    LIC_TRY(gather_checked(transaction, abridged, &body, error));
    encode_head(transaction, body.size, head);
    lic_put_bytes(target, head, sizeof head);
    for (size_t i = 0; i < body.count; i++)
        lic_put_bytes(target, body.parts[i].data, body.parts[i].size);
    lic_put_u8(target, (uint8_t)transaction->signature_count);
    for (uint32_t i = 0; i < transaction->signature_count; i++) {
        lic_put_bytes(target, transaction->signatures[i].key.bytes, LIC_KEY_SIZE);
        lic_put_bytes(target, transaction->signatures[i].signature.bytes, LIC_SIGNATURE_SIZE);
    }
    if (!target->failed) return LIC_OK;
    return lic_fail(error, LIC_NO_MEMORY, "transaction", "free memory",
                    "no memory for a transaction");
}

lic_status lic_transaction_encode(const lic_transaction *transaction, lic_buffer *target,
                                  lic_error *error)
{
    return put_all(transaction, false, target, error);
}

lic_status lic_transaction_abridge(const lic_transaction *transaction, lic_buffer *target,
                                   lic_error *error)
{
    return put_all(transaction, true, target, error);
}

lic_status lic_transaction_identify(const lic_hasher *hasher, lic_transaction *transaction,
                                    lic_error *error)
{
    if (transaction->kind == LIC_TX_LINES)
        lic_merkle_leaf(hasher, transaction->body.lines.chunk, &transaction->chunk_leaf);
    return lic_transaction_identify_leaf(hasher, transaction, error);
}

lic_status lic_transaction_identify_leaf(const lic_hasher *hasher, lic_transaction *transaction,
                                         lic_error *error)
{
    gather body;
    LIC_TRY(gather_checked(transaction, true, &body, error));
    uint8_t head[HEAD_SIZE];
    encode_head(transaction, body.size, head);
    lic_slice parts[GATHER_PARTS + 1] = {lic_slice_of(head, sizeof head)};
    memcpy(parts + 1, body.parts, body.count * sizeof body.parts[0]);
    hasher->sha256(parts, body.count + 1, &transaction->id);
    return LIC_OK;
}

/* -- signatures ---------------------------------------------------------------------------------------- */

static lic_slice signed_message(const lic_hash *id, uint8_t message[sizeof DOMAIN + LIC_HASH_SIZE])
{
    memcpy(message, DOMAIN, sizeof DOMAIN);
    memcpy(message + sizeof DOMAIN, id->bytes, LIC_HASH_SIZE);
    return lic_slice_of(message, sizeof DOMAIN + LIC_HASH_SIZE);
}

/* Place of a co-signature: [0] is the envelope's own, the others ascend by key. */
static uint32_t place_of(const lic_transaction *transaction, const lic_key *key)
{
    uint32_t at = 1;
    while (at < transaction->signature_count &&
           memcmp(transaction->signatures[at].key.bytes, key->bytes, LIC_KEY_SIZE) < 0)
        at++;
    return at;
}

lic_status lic_transaction_sign(const lic_hasher *hasher, lic_transaction *transaction,
                                const lic_keypair *pair, lic_error *error)
{
    LIC_ASSERT(transaction->kind != LIC_TX_LINES);
    uint32_t count = transaction->signature_count, at = 0;
    LIC_ASSERT(count > 0 || lic_key_equal(&pair->key, &transaction->key));
    if (count == LIC_SIGNATURES_MAX)
        return lic_fail(error, LIC_TOO_LARGE, "signatures", "sign with fewer keys",
                        "a transaction takes at most %d signatures", LIC_SIGNATURES_MAX);
    for (uint32_t i = 0; i < count; i++) {
        if (lic_key_equal(&transaction->signatures[i].key, &pair->key))
            return lic_fail(error, LIC_REFUSED, "signed", "sign once with each key",
                            "this key has signed the transaction already");
    }
    LIC_TRY(lic_transaction_identify(hasher, transaction, error));
    if (count > 0) at = place_of(transaction, &pair->key);
    memmove(&transaction->signatures[at + 1], &transaction->signatures[at],
            (count - at) * sizeof transaction->signatures[0]);
    uint8_t message[sizeof DOMAIN + LIC_HASH_SIZE];
    transaction->signatures[at].key = pair->key;
    lic_sign(pair, signed_message(&transaction->id, message),
             &transaction->signatures[at].signature);
    transaction->signature_count = count + 1;
    return LIC_OK;
}

static lic_status bad_key(lic_error *error, const char *which)
{
    return lic_fail(error, LIC_BAD_KEY, "key_point", "make another key with licet key new",
                    "the %s is no point of the prime-order group", which);
}

/* Keys that enter the ledger are checked here, once; signatures under them are checked for ever. */
static lic_status verify_new_keys(const lic_transaction *transaction, lic_error *error)
{
    if (transaction->kind == LIC_TX_REGISTER) {
        const lic_body_registration *body = &transaction->body.registration;
        if (!lic_key_valid(&body->key)) return bad_key(error, "new key");
        if (!lic_key_zero(&body->recovery) && !lic_key_valid(&body->recovery))
            return bad_key(error, "recovery key");
    } else if (transaction->kind == LIC_TX_KEYS && !transaction->body.keys.revoke) {
        if (!lic_key_valid(&transaction->body.keys.key)) return bad_key(error, "new key");
    }
    return LIC_OK;
}

lic_status lic_transaction_verify(const lic_transaction *transaction, lic_error *error)
{
    uint8_t message[sizeof DOMAIN + LIC_HASH_SIZE];
    lic_slice slice = signed_message(&transaction->id, message);
    LIC_TRY(verify_new_keys(transaction, error));
    for (uint32_t i = 0; i < transaction->signature_count; i++) {
        const lic_signed *by = &transaction->signatures[i];
        if (lic_verify(&by->key, slice, &by->signature)) continue;
        char did[LIC_DID_TEXT];
        lic_did_print(&by->key, did);
        return lic_fail(error, LIC_BAD_SIGNATURE, "signature",
                        "sign it again; bytes changed after signing, or another key signed",
                        "the signature of %s does not verify", did);
    }
    return LIC_OK;
}

/* -- decoding -------------------------------------------------------------------------------------------- */

/* Fixed part; leaves the cursor at the body. */
static const char *read_head(lic_cursor *cursor, lic_transaction *transaction, size_t *body_size)
{
    lic_slice head = lic_get_bytes(cursor, HEAD_SIZE);
    if (head.size != HEAD_SIZE) return "length";
    const uint8_t *at = head.data;
    if (at[0] != LIC_TRANSACTION_VERSION || at[1] != 0) return "version";
    memcpy(transaction->chain.bytes, at + 2, 32);
    transaction->kind = (uint16_t)(at[34] | at[35] << 8);
    memcpy(transaction->party.bytes, at + 36, 32);
    memcpy(transaction->key.bytes, at + 68, 32);
    transaction->lane = lic_load_u32(at + 100);
    transaction->sequence = lic_load_u64(at + 104);
    transaction->valid_until = (lic_date)lic_load_u32(at + 112);
    transaction->gas_limit = lic_load_u64(at + 116);
    *body_size = lic_load_u32(at + 124);
    return NULL;
}

static bool signatures_in_order(const lic_transaction *transaction)
{
    const lic_signed *signatures = transaction->signatures;
    if (kind_of(transaction->kind)->signers == SIGNED_BY_NOBODY)
        return transaction->signature_count == 0;
    if (transaction->signature_count == 0) return false;
    if (!lic_key_equal(&signatures[0].key, &transaction->key)) return false;
    for (uint32_t i = 1; i < transaction->signature_count; i++) {
        if (lic_key_equal(&signatures[i].key, &transaction->key)) return false;
        if (i > 1 &&
            memcmp(signatures[i - 1].key.bytes, signatures[i].key.bytes, LIC_KEY_SIZE) >= 0)
            return false;
    }
    return true;
}

static const char *read_signatures(lic_cursor *cursor, lic_transaction *transaction)
{
    transaction->signature_count = lic_get_u8(cursor);
    if (transaction->signature_count > LIC_SIGNATURES_MAX) return "signatures";
    for (uint32_t i = 0; i < transaction->signature_count; i++) {
        lic_slice bytes = lic_get_bytes(cursor, SIGNED_SIZE);
        if (bytes.size != SIGNED_SIZE) return "signatures";
        memcpy(transaction->signatures[i].key.bytes, bytes.data, LIC_KEY_SIZE);
        memcpy(transaction->signatures[i].signature.bytes, bytes.data + LIC_KEY_SIZE,
               LIC_SIGNATURE_SIZE);
    }
    if (!lic_cursor_done(cursor)) return "length";
    return signatures_in_order(transaction) ? NULL : "order of signatures";
}

static lic_status decode(lic_slice bytes, chunk_form form, lic_transaction *transaction,
                         lic_error *error)
{
    memset(transaction, 0, sizeof *transaction);
    if (bytes.size > LIC_TRANSACTION_MAX)
        return lic_fail(error, LIC_TOO_LARGE, "transaction", "cut it into smaller ones",
                        "a transaction of %zu bytes is above the limit of %u", bytes.size,
                        LIC_TRANSACTION_MAX);
    lic_cursor cursor = lic_cursor_of(bytes);
    size_t body_size = 0;
    const char *bad = read_head(&cursor, transaction, &body_size);
    if (bad != NULL) return malformed(error, bad, NULL);
    if (!lic_transaction_kind_executed(transaction->kind))
        return unsupported(error, transaction->kind);
    lic_slice body = lic_get_bytes(&cursor, body_size);
    if (cursor.failed) return malformed(error, "length of the body", NULL);
    if (!body_read(body, form, transaction, &bad)) return malformed(error, bad, NULL);
    bad = envelope_rule(transaction);
    if (bad == NULL) bad = read_signatures(&cursor, transaction);
    return bad == NULL ? LIC_OK : malformed(error, bad, NULL);
}

lic_status transaction_decode_stored(lic_slice bytes, lic_transaction *transaction,
                                     lic_error *error)
{
    return decode(bytes, CHUNK_ABRIDGED, transaction, error);
}

lic_status lic_transaction_decode(lic_slice bytes, const lic_hasher *hasher,
                                  lic_transaction *transaction, lic_error *error)
{
    LIC_TRY(decode(bytes, CHUNK_WIRE, transaction, error));
    return lic_transaction_identify(hasher, transaction, error);
}

lic_status lic_transaction_decode_abridged(lic_slice bytes, lic_slice chunk,
                                           const lic_hasher *hasher, lic_transaction *transaction,
                                           lic_error *error)
{
    LIC_TRY(decode(bytes, CHUNK_ABRIDGED, transaction, error));
    if (transaction->kind == LIC_TX_LINES) {
        lic_hash leaf = transaction->chunk_leaf, stored;
        lic_merkle_leaf(hasher, chunk, &stored);
        if (chunk.size != transaction->body.lines.chunk.size || !lic_hash_equal(&leaf, &stored))
            return lic_fail(error, LIC_DIFFERS, "chunk", "restore the ledger from a backup",
                            "the stored chunk is not the one that its transaction names");
        transaction->body.lines.chunk = chunk;
    }
    return lic_transaction_identify(hasher, transaction, error);
}
