/* listing.c - an image as text that lic_assemble reads back into the same bytes: one record a line,
 * members that have their default left out, then entries with their phases and code. What follows
 * a semicolon is for people. */
#include <licet/listing.h>

#include "internal.h"

static void put_quoted(lic_buffer *target, lic_slice text)
{
    lic_put_u8(target, '"');
    for (size_t i = 0; i < text.size; i++) {
        uint8_t byte = text.data[i];
        if (byte == '"' || byte == '\\') lic_put_u8(target, '\\');
        if (byte == '\n') lic_put_text(target, "\\n");
        else lic_put_u8(target, byte);
    }
    lic_put_u8(target, '"');
}

/* A name in a remark: on its line whatever it holds. */
static void put_name(lic_buffer *target, lic_slice name)
{
    for (size_t i = 0; i < name.size; i++)
        lic_put_u8(target, name.data[i] == '\n' ? ' ' : name.data[i]);
}

static void put_hex(lic_buffer *target, const uint8_t *bytes, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < size; i++) {
        lic_put_u8(target, (uint8_t)digits[bytes[i] >> 4]);
        lic_put_u8(target, (uint8_t)digits[bytes[i] & 15]);
    }
}

static void put_wide(lic_buffer *target, lic_i128 value)
{
    char text[LIC_DECIMAL_MAX];
    lic_put_bytes(target, text, lic_decimal_print(value, 0, text));
}

/* kind, then the parts that the kind has. */
static void put_type(lic_buffer *target, lic_type t)
{
    lic_put_text(target, lic_kind_names[t.kind <= LIC_KIND_SPAN ? t.kind : 0]);
    bool currency = lic_type_wide(t) || t.kind == LIC_KIND_PRICE;
    bool aux = t.kind == LIC_KIND_PRICE || t.kind == LIC_KIND_ROW || t.kind == LIC_KIND_ENUM ||
               t.kind == LIC_KIND_TEXT || t.kind == LIC_KIND_SPAN;
    if (currency) lic_put_format(target, ":%u", t.currency);
    if (currency || t.kind == LIC_KIND_RATE) lic_put_format(target, ":%u", t.scale);
    if (aux) lic_put_format(target, ":%u", t.aux);
}

/* -- records -------------------------------------------------------------------------------------- */

static void put_key(lic_buffer *target, const char *prefix, const char *member)
{
    lic_put_format(target, " %s%s=", prefix, member);
}

static void put_number(lic_buffer *target, const char *prefix, const char *member, lic_i128 value)
{
    if (value == 0) return;
    put_key(target, prefix, member);
    put_wide(target, value);
}

static void put_index(lic_buffer *target, const char *prefix, const char *member, uint64_t index,
                      bool none)
{
    if (none) return;
    put_key(target, prefix, member);
    put_wide(target, (lic_i128)index);
}

static void put_set(lic_buffer *target, const char *prefix, const char *member, const uint8_t *set)
{
    put_key(target, prefix, member);
    put_hex(target, set, 32);
}

#define NONE_OF(m) ((__typeof__(m))~(__typeof__(m))0)
#define PART(T, noun)                                                           \
    static void list_##noun(lic_buffer *target, const T *r, const char *prefix) \
    {                                                                           \
        (void)r;                                                                \
        (void)prefix;                                                           \
        (void)target;
#define RECORD(T, array, noun, max) PART(T, noun)
#define END_RECORD }
#define TEXT(m)                      \
    if (r->m.size > 0) {             \
        put_key(target, prefix, #m); \
        put_quoted(target, r->m);    \
    }
#define BYTES(m)                               \
    if (r->m.size > 0) {                       \
        put_key(target, prefix, #m);           \
        put_hex(target, r->m.data, r->m.size); \
    }
#define NUM(m) put_number(target, prefix, #m, r->m);
#define INT(m) put_number(target, prefix, #m, r->m);
#define WIDE(m) put_number(target, prefix, #m, r->m);
#define FLAG(m)                      \
    if (r->m) {                      \
        put_key(target, prefix, #m); \
        lic_put_text(target, "yes"); \
    }
#define NAME(m, names)                     \
    if (r->m != 0) {                       \
        put_key(target, prefix, #m);       \
        lic_put_text(target, names[r->m]); \
    }
#define REF(m, array) put_number(target, prefix, #m, r->m);
#define OPT(m, array) put_index(target, prefix, #m, r->m, r->m == NONE_OF(r->m));
#define SPAN(first, count, array)                                                \
    if (r->first != 0 || r->count != 0) {                                        \
        put_key(target, prefix, #first);                                         \
        lic_put_format(target, "%u+%u", (unsigned)r->first, (unsigned)r->count); \
    }
#define OWN(first, count, array)
#define TYPE(m)                       \
    if (r->m.kind != LIC_KIND_NONE) { \
        put_key(target, prefix, #m);  \
        put_type(target, r->m);       \
    }
#define NEST(m, noun) list_##noun(target, &r->m, #m ".");
#define HASH(m)                  \
    put_key(target, prefix, #m); \
    put_hex(target, r->m.bytes, LIC_HASH_SIZE);
#define SET(m) \
    if (r->type.kind == LIC_KIND_SET) put_set(target, prefix, #m, r->m);
#define CODE(m)                  \
    put_key(target, prefix, #m); \
    lic_put_bytes(target, r->m, 3);
#define GAS(m)
#define ITEM_TEXT(array)     \
    lic_put_u8(target, ' '); \
    put_quoted(target, *r);
#define ITEM_NUM(array) lic_put_format(target, " %u", (unsigned)*r);
#define INSTRUCTION(array)
#include "records.def"
#include "undefine_kinds.h"

/* -- instructions ----------------------------------------------------------------------------------- */

static void separate(lic_buffer *target, unsigned *operands)
{
    lic_put_text(target, (*operands)++ == 0 ? " " : ", ");
}

static void put_register(lic_buffer *target, unsigned *operands, uint8_t reg)
{
    separate(target, operands);
    if (reg == 255) lic_put_u8(target, '-');
    else lic_put_format(target, "r%u", reg);
}

static void put_operand(lic_buffer *target, unsigned *operands, uint8_t role, uint8_t value)
{
    if (role == LIC_OPERAND_NONE || role == LIC_OPERAND_GAS) return;
    if (role != LIC_OPERAND_N8) {
        put_register(target, operands, value);
        return;
    }
    separate(target, operands);
    lic_put_format(target, "#%u", value);
}

static void put_indexed(lic_buffer *target, unsigned *operands, const char *prefix, uint32_t index)
{
    separate(target, operands);
    lic_put_format(target, "%s%u", prefix, index);
}

static uint16_t field_of(const lic_image *image, uint32_t imm)
{
    return lic_image_field_at(image, (uint16_t)(imm >> 24), (imm & LIC_FIELD_MUTABLE) != 0,
                              imm & (LIC_FIELD_MUTABLE - 1));
}

static void put_native(lic_buffer *target, unsigned *operands, uint32_t imm)
{
    const char *name = lic_native_name(imm & 0xFFFF);
    separate(target, operands);
    lic_put_text(target, name != NULL ? name : "?");
    if (imm >> 16 != 0) put_indexed(target, operands, "#", imm >> 16);
}

static void put_imm(const lic_image *image, lic_buffer *target, unsigned *operands, uint8_t role,
                    uint32_t imm)
{
    switch ((lic_imm)role) {
    case LIC_IMM_NONE: break;
    case LIC_IMM_K: put_indexed(target, operands, "k", imm); break;
    case LIC_IMM_KK:
        put_indexed(target, operands, "k", imm & 0xFFFF);
        put_indexed(target, operands, "k", imm >> 16);
        break;
    case LIC_IMM_FIELD: put_indexed(target, operands, "f", field_of(image, imm)); break;
    case LIC_IMM_FIELD2:
        put_indexed(target, operands, "f", imm & 0xFFFF);
        put_indexed(target, operands, "f", imm >> 16);
        break;
    case LIC_IMM_TABLE: put_indexed(target, operands, "t", imm); break;
    case LIC_IMM_TARGET: put_indexed(target, operands, "L", imm); break;
    case LIC_IMM_TIERS:
        put_indexed(target, operands, "#", imm >> 16);
        put_register(target, operands, (uint8_t)imm);
        put_register(target, operands, (uint8_t)(imm >> 8));
        break;
    case LIC_IMM_SPLIT:
        put_indexed(target, operands, "#", imm >> 16);
        put_register(target, operands, (uint8_t)imm);
        break;
    case LIC_IMM_ACCTS:
        put_indexed(target, operands, "a", imm & 0xFFFF);
        put_indexed(target, operands, "a", imm >> 16);
        break;
    case LIC_IMM_NATIVE: put_native(target, operands, imm); break;
    case LIC_IMM_DUTY:
    case LIC_IMM_EVENT:
    case LIC_IMM_TERM:
    case LIC_IMM_STATE:
    case LIC_IMM_REASON:
    case LIC_IMM_N: put_indexed(target, operands, "#", imm); break;
    }
}

/* What the imm names, for people. */
static void put_remark(const lic_image *image, lic_buffer *target, const lic_op_info *info,
                       uint32_t imm)
{
    lic_slice name = {NULL, 0};
    switch ((lic_imm)info->imm) {
    case LIC_IMM_FIELD: {
        uint16_t field = field_of(image, imm);
        if (field == LIC_NONE16) return;
        name = image->fields[field].name;
        lic_slice table = image->tables[image->fields[field].table].name;
        lic_put_text(target, "   ; ");
        put_name(target, table);
        lic_put_u8(target, '.');
        put_name(target, name);
        return;
    }
    case LIC_IMM_K:
        if (imm >= image->constants_count || image->constants[imm].type.kind == LIC_KIND_SET)
            return;
        lic_put_text(target, "   ; ");
        put_type(target, image->constants[imm].type);
        lic_put_u8(target, ' ');
        put_wide(target, image->constants[imm].value);
        return;
    case LIC_IMM_TABLE:
        if (imm < image->tables_count) name = image->tables[imm].name;
        break;
    case LIC_IMM_TERM:
        if (imm < image->terms_count) name = image->terms[imm].name;
        break;
    case LIC_IMM_EVENT:
        if (imm < image->events_count) name = image->events[imm].name;
        break;
    case LIC_IMM_REASON:
        if (imm < image->reasons_count) name = image->reasons[imm].text;
        break;
    case LIC_IMM_NONE:
    case LIC_IMM_KK:
    case LIC_IMM_FIELD2:
    case LIC_IMM_TARGET:
    case LIC_IMM_TIERS:
    case LIC_IMM_SPLIT:
    case LIC_IMM_ACCTS:
    case LIC_IMM_NATIVE:
    case LIC_IMM_DUTY:
    case LIC_IMM_STATE:
    case LIC_IMM_N: break;
    }
    if (name.size == 0) return;
    lic_put_text(target, "   ; ");
    put_name(target, name);
}

void lic_instruction_list(const lic_image *image, uint32_t pc, lic_buffer *target)
{
    lic_instruction i = image->code[pc];
    const lic_op_info *info = lic_op_find(i.op);
    unsigned operands = 0;
    if (info == NULL) {
        lic_put_format(target, "?%02x", i.op);
        return;
    }
    lic_put_text(target, info->name);
    put_operand(target, &operands, info->a, i.a);
    put_operand(target, &operands, info->b, i.b);
    put_operand(target, &operands, info->c, i.c);
    put_imm(image, target, &operands, info->imm, i.imm);
    if (i.op == LIC_OP_LABEL) put_indexed(target, &operands, "L", pc);
    if (lic_op_terminates(i.op)) lic_put_format(target, "   ; gas %u", lic_block_gas(i));
    put_remark(image, target, info, i.imm);
}

/* -- entries ------------------------------------------------------------------------------------------ */

static void list_origin_of(const lic_image *image, uint32_t pc, uint32_t *origin,
                           lic_buffer *target)
{
    if (*origin >= image->origins_count || image->origins[*origin].first != pc) return;
    uint16_t clause = image->origins[(*origin)++].clause;
    if (clause == LIC_NONE16) {
        lic_put_text(target, "at -\n");
        return;
    }
    const lic_clause *c = &image->clauses[clause];
    lic_put_format(target, "at %u   ; ", clause);
    put_name(target, c->name);
    lic_put_u8(target, ' ');
    put_name(target, c->label);
    if (c->anchor.size > 0) {
        lic_put_text(target, " [");
        put_name(target, c->anchor);
        lic_put_u8(target, ']');
    }
    lic_put_u8(target, '\n');
}

static void list_phase_code(const lic_image *image, const lic_phase *phase, uint32_t *origin,
                            lic_buffer *target)
{
    for (uint32_t n = 0; n < phase->input_count; n++) {
        lic_put_text(target, "input");
        list_input(target, &image->inputs[phase->first_input + n], "");
        lic_put_u8(target, '\n');
    }
    for (uint32_t n = 0; n < phase->touch_count; n++) {
        lic_put_text(target, "touch");
        list_touch(target, &image->touches[phase->first_touch + n], "");
        lic_put_u8(target, '\n');
    }
    for (uint32_t pc = phase->first; pc < phase->first + phase->count; pc++) {
        list_origin_of(image, pc, origin, target);
        lic_put_text(target, "    ");
        lic_instruction_list(image, pc, target);
        lic_put_u8(target, '\n');
    }
}

static void list_entries(const lic_image *image, lic_buffer *target)
{
    uint32_t origin = 0;
    for (uint32_t e = 0; e < image->entries_count; e++) {
        const lic_entry *entry = &image->entries[e];
        lic_put_text(target, "\nentry");
        list_entry(target, entry, "");
        lic_put_format(target, "   ; %u, gas %llu once, %llu a line\n", e,
                       (unsigned long long)entry->gas_once,
                       (unsigned long long)entry->gas_per_line);
        for (uint32_t p = entry->first_phase; p < (uint32_t)entry->first_phase + entry->phase_count;
             p++) {
            lic_put_text(target, "phase");
            list_phase(target, &image->phases[p], "");
            lic_put_format(target, "   ; %u, gas %u an item\n", p, image->phases[p].gas);
            list_phase_code(image, &image->phases[p], &origin, target);
        }
    }
}

/* Records that list_entries prints. */
static bool is_interleaved(const char *array)
{
    static const char *const names[] = {"inputs",  "touches", "phases",
                                        "entries", "origins", "code"};
    for (size_t i = 0; i < LIC_COUNT(names); i++)
        if (lic_slice_equal(lic_slice_text(array), lic_slice_text(names[i]))) return true;
    return false;
}

void lic_image_list(const lic_image *image, lic_buffer *target)
{
    lic_put_text(target, "header");
    list_header(target, image, "");
    lic_put_text(target, "\nrules");
    list_rules(target, &image->rules, "");
    lic_put_text(target, "\nlifecycle");
    list_lifecycle(target, &image->lifecycle, "");
    lic_put_u8(target, '\n');
#define PART(T, noun)
#define RECORD(T, array, noun, max)                                                  \
    for (uint32_t i = 0; i < image->array##_count && !is_interleaved(#array); i++) { \
        lic_put_text(target, #noun);                                                 \
        list_##noun(target, &image->array[i], "");                                   \
        lic_put_format(target, "   ; %u\n", i);                                      \
    }
#include "empty_kinds.h"
#include "records.def"
#include "undefine_kinds.h"
    list_entries(image, target);
}
