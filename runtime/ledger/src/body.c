/* Bodies of transactions: one function a field type, and kinds.def strings them together. */
#include "body.h"

#include <licet/text.h>

#include <string.h>

#define SIGNED_KEY SIGNED_BY_KEY
#define SIGNED_NOBODY SIGNED_BY_NOBODY

const kind_info *kind_of(uint16_t kind)
{
    static const kind_info kinds[] = {
#define KIND(number, name, NAME, id, signers, executed, fields, doc) \
    [number] = {id, doc, SIGNED_##signers, executed},
#include <licet/kinds.def>
#undef KIND
    };
    return kind < LIC_COUNT(kinds) && kinds[kind].name != NULL ? &kinds[kind] : NULL;
}

const char *lic_transaction_kind_name(uint16_t kind)
{
    const kind_info *info = kind_of(kind);
    return info != NULL ? info->name : NULL;
}

const char *lic_transaction_kind_doc(uint16_t kind)
{
    const kind_info *info = kind_of(kind);
    return info != NULL ? info->doc : NULL;
}

bool lic_transaction_kind_executed(uint16_t kind)
{
    const kind_info *info = kind_of(kind);
    return info != NULL && info->executed;
}

/* -- lists ------------------------------------------------------------------------------------------ */

void lic_texts_put(lic_buffer *buffer, lic_slice text)
{
    lic_put_slice(buffer, text);
}

bool lic_texts_at(const lic_texts *texts, uint32_t index, lic_slice *text)
{
    lic_cursor cursor = lic_cursor_of(texts->encoded);
    if (index >= texts->count) return false;
    for (uint32_t i = 0; i <= index; i++) *text = lic_get_slice(&cursor, LIC_TEXT_MAX);
    return !cursor.failed;
}

lic_hash lic_hashes_at(const lic_hashes *hashes, uint32_t index)
{
    LIC_ASSERT(index < hashes->count);
    lic_hash hash;
    memcpy(hash.bytes, hashes->encoded.data + (size_t)index * LIC_HASH_SIZE, LIC_HASH_SIZE);
    return hash;
}

/* NULL when it is as many texts as it says, each of them fit. */
static const char *texts_unfit(const lic_texts *texts)
{
    lic_cursor cursor = lic_cursor_of(texts->encoded);
    for (uint32_t i = 0; i < texts->count; i++) {
        const char *unfit = lic_name_unfit(lic_get_slice(&cursor, LIC_TEXT_MAX));
        if (unfit != NULL) return unfit;
    }
    return lic_cursor_done(&cursor) ? NULL : "a text that is too long";
}

/* -- gathering: one function a field type --------------------------------------------------------------- */

static void gather_raw(gather *to, const void *bytes, size_t size)
{
    LIC_ASSERT(to->used + size <= GATHER_SCRATCH && to->count < GATHER_PARTS);
    uint8_t *at = to->scratch + to->used;
    memcpy(at, bytes, size);
    to->used += size;
    to->size += size;
    lic_slice *last = to->count > 0 ? &to->parts[to->count - 1] : NULL;
    if (last != NULL && last->data + last->size == at) {
        last->size += size;
    } else {
        to->parts[to->count++] = lic_slice_of(at, size);
    }
}

static void gather_slice(gather *to, lic_slice bytes)
{
    LIC_ASSERT(to->count < GATHER_PARTS);
    if (bytes.size == 0) return;
    to->parts[to->count++] = bytes;
    to->size += bytes.size;
}

static void gather_number(gather *to, uint64_t value, size_t size)
{
    uint8_t bytes[8];
    lic_store_u64(bytes, value);
    gather_raw(to, bytes, size);
}

static void bound(gather *to, bool good, const char *name)
{
    if (!good && to->bad == NULL) to->bad = name;
}

/* The same with a reason; NULL is good. */
static void bound_text(gather *to, const char *unfit, const char *name)
{
    if (unfit != NULL && to->bad == NULL) to->why = unfit;
    bound(to, unfit == NULL, name);
}

static void gather_flag(gather *to, bool value, size_t max, const char *name)
{
    (void)max, (void)name;
    gather_number(to, value, 1);
}

static void gather_u8(gather *to, uint8_t value, size_t max, const char *name)
{
    (void)max, (void)name;
    gather_number(to, value, 1);
}

static void gather_u16(gather *to, uint16_t value, size_t max, const char *name)
{
    (void)max, (void)name;
    gather_number(to, value, 2);
}

static void gather_u32(gather *to, uint32_t value, size_t max, const char *name)
{
    (void)max, (void)name;
    gather_number(to, value, 4);
}

static void gather_u64(gather *to, uint64_t value, size_t max, const char *name)
{
    (void)max, (void)name;
    gather_number(to, value, 8);
}

static void gather_date(gather *to, lic_date value, size_t max, const char *name)
{
    (void)max;
    bound(to, lic_date_valid(value), name);
    gather_number(to, (uint32_t)value, 4);
}

static void gather_amount(gather *to, lic_i128 value, size_t max, const char *name)
{
    (void)max, (void)name;
    uint8_t bytes[16];
    lic_store_i128(bytes, value);
    gather_raw(to, bytes, sizeof bytes);
}

static void gather_hash(gather *to, lic_hash value, size_t max, const char *name)
{
    (void)max, (void)name;
    gather_raw(to, value.bytes, LIC_HASH_SIZE);
}

static void gather_key(gather *to, lic_key value, size_t max, const char *name)
{
    (void)max, (void)name;
    gather_raw(to, value.bytes, LIC_KEY_SIZE);
}

static void gather_bytes(gather *to, lic_slice value, size_t max, const char *name)
{
    bound_text(to, value.size <= max ? NULL : "it is too long", name);
    gather_number(to, value.size, 4);
    gather_slice(to, value);
}

static void gather_text(gather *to, lic_slice value, size_t max, const char *name)
{
    bound_text(to, lic_name_unfit(value), name);
    gather_bytes(to, value, max, name);
}

static void gather_chunk(gather *to, lic_slice value, size_t max, const char *name)
{
    bound(to, value.size > 0, name);
    if (!to->abridged) {
        gather_bytes(to, value, max, name);
        return;
    }
    bound(to, value.size <= max, name);
    gather_number(to, value.size, 4);
    gather_raw(to, to->chunk_leaf->bytes, LIC_HASH_SIZE);
}

static void gather_texts(gather *to, lic_texts value, size_t max, const char *name)
{
    bound_text(to, value.count <= max ? texts_unfit(&value) : "there are too many", name);
    gather_number(to, value.count, 2);
    gather_slice(to, value.encoded);
}

static void gather_hashes(gather *to, lic_hashes value, size_t max, const char *name)
{
    bound(to, value.count <= max && value.encoded.size == (size_t)value.count * LIC_HASH_SIZE,
          name);
    gather_number(to, value.count, 2);
    gather_slice(to, value.encoded);
}

#define GATHER_FIELD(type, field, max) gather_##type(to, body->field, max, #field);
#define KIND(number, name, NAME, id, signers, executed, fields, doc)        \
    static void gather_body_##name(const lic_body_##name *body, gather *to) \
    {                                                                       \
        fields(GATHER_FIELD)                                                \
    }
#include <licet/kinds.def>
#undef KIND

void body_gather(const lic_transaction *transaction, gather *to)
{
    switch ((lic_transaction_kind)transaction->kind) {
    case LIC_TX_NONE: break;
#define KIND(number, name, NAME, id, signers, executed, fields, doc) \
    case LIC_TX_##NAME:                                              \
        gather_body_##name(&transaction->body.name, to);             \
        return;
#include <licet/kinds.def>
#undef KIND
    }
    lic_assert_fail(__FILE__, __LINE__, "a kind of kinds.def");
}

/* -- reading: one function a field type --------------------------------------------------------------------- */

typedef struct reader {
    lic_cursor cursor;
    chunk_form form;
    lic_hash *chunk_leaf;
} reader;

static bool read_flag(reader *from, size_t max, bool *value)
{
    (void)max;
    uint8_t byte = lic_get_u8(&from->cursor);
    *value = byte == 1;
    return byte <= 1;
}

static bool read_u8(reader *from, size_t max, uint8_t *value)
{
    (void)max;
    *value = lic_get_u8(&from->cursor);
    return true;
}

static bool read_u16(reader *from, size_t max, uint16_t *value)
{
    (void)max;
    *value = lic_get_u16(&from->cursor);
    return true;
}

static bool read_u32(reader *from, size_t max, uint32_t *value)
{
    (void)max;
    *value = lic_get_u32(&from->cursor);
    return true;
}

static bool read_u64(reader *from, size_t max, uint64_t *value)
{
    (void)max;
    *value = lic_get_u64(&from->cursor);
    return true;
}

static bool read_date(reader *from, size_t max, lic_date *value)
{
    (void)max;
    *value = (lic_date)lic_get_u32(&from->cursor);
    return lic_date_valid(*value);
}

static bool read_amount(reader *from, size_t max, lic_i128 *value)
{
    (void)max;
    *value = lic_get_i128(&from->cursor);
    return true;
}

static bool read_fixed(reader *from, uint8_t *bytes, size_t size)
{
    lic_slice read = lic_get_bytes(&from->cursor, size);
    if (read.size != size) return false;
    memcpy(bytes, read.data, size);
    return true;
}

static bool read_hash(reader *from, size_t max, lic_hash *value)
{
    (void)max;
    return read_fixed(from, value->bytes, LIC_HASH_SIZE);
}

static bool read_key(reader *from, size_t max, lic_key *value)
{
    (void)max;
    return read_fixed(from, value->bytes, LIC_KEY_SIZE);
}

static bool read_bytes(reader *from, size_t max, lic_slice *value)
{
    *value = lic_get_slice(&from->cursor, max);
    return true;
}

static bool read_text(reader *from, size_t max, lic_slice *value)
{
    return read_bytes(from, max, value) && lic_name_unfit(*value) == NULL;
}

static bool read_chunk(reader *from, size_t max, lic_slice *value)
{
    if (from->form == CHUNK_WIRE) return read_bytes(from, max, value) && value->size > 0;
    *value = lic_slice_of(NULL, lic_get_u32(&from->cursor));
    return value->size > 0 && value->size <= max && read_hash(from, 0, from->chunk_leaf);
}

static bool read_texts(reader *from, size_t max, lic_texts *value)
{
    value->count = lic_get_u16(&from->cursor);
    if (value->count > max) return false;
    const uint8_t *start = from->cursor.at;
    for (uint32_t i = 0; i < value->count; i++)
        if (lic_name_unfit(lic_get_slice(&from->cursor, LIC_TEXT_MAX)) != NULL) return false;
    value->encoded = lic_slice_of(start, (size_t)(from->cursor.at - start));
    return true;
}

static bool read_hashes(reader *from, size_t max, lic_hashes *value)
{
    value->count = lic_get_u16(&from->cursor);
    if (value->count > max) return false;
    value->encoded = lic_get_bytes(&from->cursor, (size_t)value->count * LIC_HASH_SIZE);
    return true;
}

#define READ_FIELD(type, field, max)                                    \
    if (!read_##type(from, max, &body->field) || from->cursor.failed) { \
        *bad = #field;                                                  \
        return false;                                                   \
    }
#define KIND(number, name, NAME, id, signers, executed, fields, doc)                    \
    static bool read_body_##name(reader *from, lic_body_##name *body, const char **bad) \
    {                                                                                   \
        fields(READ_FIELD) return true;                                                 \
    }
#include <licet/kinds.def>
#undef KIND

static bool read_body(reader *from, lic_transaction *transaction, const char **bad)
{
    switch ((lic_transaction_kind)transaction->kind) {
    case LIC_TX_NONE: break;
#define KIND(number, name, NAME, id, signers, executed, fields, doc) \
    case LIC_TX_##NAME:                                              \
        return read_body_##name(from, &transaction->body.name, bad);
#include <licet/kinds.def>
#undef KIND
    }
    *bad = "kind";
    return false;
}

bool body_read(lic_slice bytes, chunk_form form, lic_transaction *transaction, const char **bad)
{
    reader from = {lic_cursor_of(bytes), form, &transaction->chunk_leaf};
    if (!read_body(&from, transaction, bad)) return false;
    if (lic_cursor_done(&from.cursor)) return true;
    *bad = "length";
    return false;
}

/* -- rules between fields -------------------------------------------------------------------------------------- */

/* Chunks of at most LIC_CHUNK_MAX bytes and at least one; an empty file has none. */
static const char *upload_rule(uint64_t bytes, uint32_t chunks)
{
    if (chunks > LIC_UPLOAD_CHUNKS_MAX) return "chunks";
    if (chunks > bytes || bytes > (uint64_t)chunks * LIC_CHUNK_MAX) return "bytes";
    return NULL;
}

static const char *register_rule(const lic_transaction *transaction)
{
    static const lic_hash zero;
    const lic_body_registration *body = &transaction->body.registration;
    if (!lic_hash_equal(&transaction->party, &zero)) return "party";
    if (body->name.size == 0) return "name";
    if (!lic_key_equal(&body->key, &transaction->key)) return "key";
    if (lic_key_equal(&body->recovery, &body->key)) return "recovery";
    return body->roles == 0 || body->roles > 7 ? "roles" : NULL;
}

static const char *lines_rule(const lic_transaction *transaction)
{
    static const lic_hash zero;
    if (!lic_hash_equal(&transaction->party, &zero)) return "party";
    if (!lic_key_zero(&transaction->key)) return "key";
    if (transaction->lane != 0) return "lane";
    if (transaction->sequence != 0) return "sequence";
    if (transaction->valid_until != 0) return "valid_until";
    if (transaction->gas_limit != 0) return "gas_limit";
    return transaction->body.lines.index >= LIC_UPLOAD_CHUNKS_MAX ? "index" : NULL;
}

static const char *keys_rule(const lic_body_keys *body)
{
    if (body->roles > 7) return "roles";
    return body->revoke == (body->roles == 0) ? NULL : "roles";
}

const char *body_rule(const lic_transaction *transaction)
{
    switch ((lic_transaction_kind)transaction->kind) {
    case LIC_TX_REGISTER: return register_rule(transaction);
    case LIC_TX_KEYS: return keys_rule(&transaction->body.keys);
    case LIC_TX_LOAD:
        return upload_rule(transaction->body.load.bytes, transaction->body.load.chunks);
    case LIC_TX_REPORT:
        return upload_rule(transaction->body.report.bytes, transaction->body.report.chunks);
    case LIC_TX_LINES: return lines_rule(transaction);
    case LIC_TX_PAY:
        if (transaction->body.pay.currency.size != 3) return "currency";
        return transaction->body.pay.amount <= 0 ? "amount" : NULL;
    case LIC_TX_NONE:
    case LIC_TX_DEPLOY:
    case LIC_TX_SIGN:
    case LIC_TX_FACT:
    case LIC_TX_ACT:
    case LIC_TX_ACKNOWLEDGE:
    case LIC_TX_CLOCK:
    case LIC_TX_AMEND:
    case LIC_TX_UPGRADE: return NULL;
    }
    return NULL;
}
