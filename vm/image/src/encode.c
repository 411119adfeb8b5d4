/* encode.c - the canonical bytes of an image: "LICM", the format version, then the parts and arrays
 * of records.def in their order, each array with its count before it. */
#include "internal.h"

#define NONE_OF(m) ((__typeof__(m))~(__typeof__(m))0)

/* An index or none as a number: none is 0. */
static void put_optional(lic_buffer *target, uint64_t index, bool none)
{
    lic_put_varint(target, none ? 0 : index + 1);
}

static void put_type(lic_buffer *target, lic_type type)
{
    const uint8_t bytes[4] = {type.kind, type.currency, type.scale, type.aux};
    lic_put_bytes(target, bytes, sizeof bytes);
}

#define PART(T, noun)                                      \
    static void put_##noun(lic_buffer *target, const T *r) \
    {
#define RECORD(T, array, noun, max) PART(T, noun)
#define END_RECORD }
#define TEXT(m) lic_put_slice(target, r->m);
#define BYTES(m) lic_put_slice(target, r->m);
#define NUM(m) lic_put_varint(target, r->m);
#define INT(m) lic_put_zigzag(target, r->m);
#define WIDE(m) lic_put_zigzag(target, r->m);
#define FLAG(m) lic_put_u8(target, r->m ? 1 : 0);
#define NAME(m, names) lic_put_u8(target, r->m);
#define REF(m, array) lic_put_varint(target, r->m);
#define OPT(m, array) put_optional(target, r->m, r->m == NONE_OF(r->m));
#define SPAN(first, count, array)     \
    lic_put_varint(target, r->first); \
    lic_put_varint(target, r->count);
#define OWN(first, count, array) SPAN(first, count, array)
#define TYPE(m) put_type(target, r->m);
#define NEST(m, noun) put_##noun(target, &r->m);
#define HASH(m) lic_put_bytes(target, r->m.bytes, LIC_HASH_SIZE);
#define SET(m) \
    if (r->type.kind == LIC_KIND_SET) lic_put_bytes(target, r->m, sizeof r->m);
#define CODE(m) lic_put_bytes(target, r->m, 3);
#define GAS(m) lic_put_varint(target, r->m);
#define ITEM_TEXT(array) lic_put_slice(target, *r);
#define ITEM_NUM(array) lic_put_varint(target, *r);
#define INSTRUCTION(array) put_code(target, r);

static void put_code(lic_buffer *target, const lic_instruction *r)
{
    const uint8_t bytes[4] = {r->op, r->a, r->b, r->c};
    lic_put_bytes(target, bytes, sizeof bytes);
    lic_put_u32(target, r->imm);
}

#include "records.def"
#include "undefine_kinds.h"

lic_status lic_image_encode(const lic_image *image, lic_buffer *target)
{
    size_t before = target->size;
    lic_put_bytes(target, LIC_IMAGE_MAGIC, 4);
    lic_put_u8(target, LIC_IMAGE_FORMAT);
    put_header(target, image);
    put_rules(target, &image->rules);
    put_lifecycle(target, &image->lifecycle);
#define PART(T, noun)
#define RECORD(T, array, noun, max)               \
    lic_put_varint(target, image->array##_count); \
    for (uint32_t i = 0; i < image->array##_count; i++) put_##noun(target, &image->array[i]);
#include "empty_kinds.h"
#include "records.def"
#include "undefine_kinds.h"
    if (target->size - before > LIC_IMAGE_MAX) return LIC_TOO_LARGE;
    return target->failed ? LIC_NO_MEMORY : LIC_OK;
}

const char *lic_image_excess(const lic_image *image, uint32_t *max)
{
#define PART(T, noun)
#define RECORD(T, array, noun, most)               \
    if (image->array##_count > (uint32_t)(most)) { \
        *max = most;                               \
        return #array;                             \
    }
#include "empty_kinds.h"
#include "records.def"
#include "undefine_kinds.h"
    return NULL;
}
