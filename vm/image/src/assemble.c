/* assemble.c - the text that lic_image_list writes, back into an image. Two passes over the lines:
 * the first counts records, so that every array is taken once; the second fills them. Labels are
 * resolved and gas is metered at the end. For tests and kernel K, not for what people write. */
#include <licet/listing.h>
#include <string.h>

#include "internal.h"

#define LABELS_MAX 4096

typedef struct token_line {
    lic_slice rest; /* not yet read */
} token_line;

typedef struct label {
    lic_slice name;
    uint32_t pc;
} label;

typedef struct assembler {
    lic_arena *arena;
    lic_image *image;
    lic_error *error;
    uint32_t line;
    label *labels;      /* LABEL lines */
    lic_slice *targets; /* by instruction: the label that it jumps to; empty: none */
    uint32_t label_count;
} assembler;

static lic_status wrong(const assembler *a, const char *what, lic_slice text)
{
    return lic_fail(a->error, LIC_MALFORMED, "listing", "see docs/spec/bytecode.md",
                    "line %u: %s '%.*s'", a->line, what, (int)(text.size < 60 ? text.size : 60),
                    text.size > 0 ? (const char *)text.data : "");
}

/* -- tokens ------------------------------------------------------------------------------------------ */

static bool is_space(uint8_t c)
{
    return c == ' ' || c == '\t' || c == ',' || c == '\r';
}

/* The next token, with its quotes when it has any; empty at the end or before a remark. */
static lic_slice next_token(token_line *line)
{
    lic_slice r = line->rest;
    while (r.size > 0 && is_space(r.data[0])) r.data++, r.size--;
    size_t n = 0;
    bool quoted = false;
    for (; n < r.size; n++) {
        uint8_t c = r.data[n];
        if (quoted && c == '\\' && n + 1 < r.size) {
            n++;
            continue;
        }
        if (c == '"') quoted = !quoted;
        if (!quoted && (is_space(c) || c == ';')) break;
    }
    line->rest = lic_slice_of(r.data + n, r.size - n);
    return lic_slice_of(r.data, n);
}

static bool next_line(lic_slice *text, token_line *line)
{
    if (text->size == 0) return false;
    size_t n = 0;
    while (n < text->size && text->data[n] != '\n') n++;
    line->rest = lic_slice_of(text->data, n);
    size_t used = n < text->size ? n + 1 : n;
    *text = lic_slice_of(text->data + used, text->size - used);
    return true;
}

static bool is(lic_slice token, const char *text)
{
    return lic_slice_equal(token, lic_slice_text(text));
}

/* -- values --------------------------------------------------------------------------------------------- */

static bool read_wide(lic_slice value, lic_i128 *result)
{
    return lic_decimal_parse(value, 0, result) == LIC_OK;
}

static bool read_unsigned(lic_slice value, uint64_t max, uint64_t *result)
{
    lic_i128 number;
    if (is(value, "none")) {
        *result = max;
        return true;
    }
    if (!read_wide(value, &number) || number < 0 || number > (lic_i128)max) return false;
    *result = (uint64_t)number;
    return true;
}

static bool read_signed(lic_slice value, int64_t max, int64_t *result)
{
    lic_i128 number;
    if (!read_wide(value, &number) || number > max || number < -(lic_i128)max - 1) return false;
    *result = (int64_t)number;
    return true;
}

static bool read_text(assembler *a, lic_slice value, lic_slice *result)
{
    if (value.size < 2 || value.data[0] != '"' || value.data[value.size - 1] != '"') return false;
    uint8_t *text = lic_arena_take(a->arena, value.size);
    if (text == NULL) return false;
    size_t size = 0;
    for (size_t i = 1; i + 1 < value.size; i++) {
        uint8_t c = value.data[i];
        if (c == '\\' && i + 2 < value.size) {
            c = value.data[++i];
            if (c == 'n') c = '\n';
        }
        text[size++] = c;
    }
    *result = lic_slice_of(text, size);
    return true;
}

static int hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool read_hex(lic_slice value, uint8_t *bytes, size_t size)
{
    if (value.size != 2 * size) return false;
    for (size_t i = 0; i < size; i++) {
        int high = hex_digit(value.data[2 * i]), low = hex_digit(value.data[2 * i + 1]);
        if (high < 0 || low < 0) return false;
        bytes[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

static bool read_bytes(assembler *a, lic_slice value, lic_slice *result)
{
    uint8_t *bytes = lic_arena_take(a->arena, value.size / 2 + 1);
    *result = lic_slice_of(bytes, value.size / 2);
    return bytes != NULL && read_hex(value, bytes, value.size / 2);
}

static bool read_name(lic_slice value, const char *const *names, uint8_t *result)
{
    for (size_t i = 0; names[i] != NULL; i++) {
        if (!is(value, names[i])) continue;
        *result = (uint8_t)i;
        return true;
    }
    return false;
}

/* The part up to `separator`, which is taken off; the whole when there is none. */
static lic_slice cut(lic_slice *value, char separator)
{
    size_t n = 0;
    while (n < value->size && value->data[n] != (uint8_t)separator) n++;
    lic_slice part = lic_slice_of(value->data, n);
    *value = n < value->size ? lic_slice_of(value->data + n + 1, value->size - n - 1)
                             : lic_slice_of(NULL, 0);
    return part;
}

static bool read_span(lic_slice value, uint64_t *first, uint64_t *count)
{
    lic_slice head = cut(&value, '+');
    return read_unsigned(head, UINT32_MAX, first) && read_unsigned(value, UINT32_MAX, count);
}

static bool read_type(lic_slice value, lic_type *type)
{
    uint64_t part[3] = {0};
    unsigned count = 0;
    *type = lic_type_plain(LIC_KIND_NONE);
    if (!read_name(cut(&value, ':'), lic_kind_names, &type->kind)) return false;
    for (; value.size > 0; count++)
        if (count == 3 || !read_unsigned(cut(&value, ':'), UINT8_MAX, &part[count])) return false;
    bool currency = lic_type_wide(*type) || type->kind == LIC_KIND_PRICE;
    unsigned at = 0;
    if (currency) type->currency = (uint8_t)part[at++];
    if (currency || type->kind == LIC_KIND_RATE) type->scale = (uint8_t)part[at++];
    bool aux = type->kind == LIC_KIND_PRICE || type->kind == LIC_KIND_ROW ||
               type->kind == LIC_KIND_ENUM || type->kind == LIC_KIND_TEXT ||
               type->kind == LIC_KIND_SPAN;
    if (aux) type->aux = (uint8_t)part[at++];
    return count == at;
}

/* Whether the key begins with "member." and what follows it. */
static bool nested(lic_slice key, const char *member, lic_slice *inner)
{
    size_t size = strlen(member);
    if (key.size <= size || memcmp(key.data, member, size) != 0 || key.data[size] != '.')
        return false;
    *inner = lic_slice_of(key.data + size + 1, key.size - size - 1);
    return true;
}

/* -- records ------------------------------------------------------------------------------------------------ */

#define MAX_OF(m) ((uint64_t)(__typeof__(m))~(__typeof__(m))0)
#define SIGNED_MAX(m) ((int64_t)(UINT64_MAX >> (65 - 8 * sizeof(m))))

#define PART(T, noun)                                                          \
    static bool set_##noun(assembler *a, T *r, lic_slice key, lic_slice value) \
    {                                                                          \
        uint64_t n, n2;                                                        \
        int64_t i;                                                             \
        lic_slice inner;                                                       \
        (void)a;                                                               \
        (void)r;                                                               \
        (void)n;                                                               \
        (void)n2;                                                              \
        (void)i;                                                               \
        (void)inner;                                                           \
        (void)key;                                                             \
        (void)value;
#define RECORD(T, array, noun, max) PART(T, noun)
#define END_RECORD \
    return false;  \
    }
#define TEXT(m) \
    if (is(key, #m)) return read_text(a, value, &r->m);
#define BYTES(m) \
    if (is(key, #m)) return read_bytes(a, value, &r->m);
#define NUM(m)       \
    if (is(key, #m)) \
        return read_unsigned(value, MAX_OF(r->m), &n) && (r->m = (__typeof__(r->m))n, true);
#define INT(m)       \
    if (is(key, #m)) \
        return read_signed(value, SIGNED_MAX(r->m), &i) && (r->m = (__typeof__(r->m))i, true);
#define WIDE(m) \
    if (is(key, #m)) return read_wide(value, &r->m);
#define FLAG(m) \
    if (is(key, #m)) return (r->m = is(value, "yes"));
#define NAME(m, names) \
    if (is(key, #m)) return read_name(value, names, &r->m);
#define REF(m, array) NUM(m)
#define OPT(m, array) NUM(m)
#define SPAN(first, count, array)           \
    if (is(key, #first))                    \
        return read_span(value, &n, &n2) && \
               (r->first = (__typeof__(r->first))n, r->count = (__typeof__(r->count))n2, true);
#define OWN(first, count, array)
#define TYPE(m) \
    if (is(key, #m)) return read_type(value, &r->m);
#define NEST(m, noun) \
    if (nested(key, #m, &inner)) return set_##noun(a, &r->m, inner, value);
#define HASH(m) \
    if (is(key, #m)) return read_hex(value, r->m.bytes, LIC_HASH_SIZE);
#define SET(m) \
    if (is(key, #m)) return read_hex(value, r->m, sizeof r->m);
#define CODE(m)                           \
    if (is(key, #m) && value.size == 3) { \
        memcpy(r->m, value.data, 3);      \
        return true;                      \
    }
#define GAS(m)
#define ITEM_TEXT(array) return read_text(a, value, r);
#define ITEM_NUM(array) \
    return read_unsigned(value, MAX_OF(*r), &n) && (*r = (__typeof__(*r))n, true);
#define INSTRUCTION(array)
#include "records.def"
#include "undefine_kinds.h"

/* What a member is when the line does not name it: zero, but for an index that may be missing. */
#define PART(T, noun)                \
    static void default_##noun(T *r) \
    {                                \
        memset(r, 0, sizeof *r);
#define RECORD(T, array, noun, max) PART(T, noun)
#define END_RECORD }
#define TEXT(m)
#define BYTES(m)
#define NUM(m)
#define INT(m)
#define WIDE(m)
#define FLAG(m)
#define NAME(m, names)
#define REF(m, array)
#define OPT(m, array) r->m = (__typeof__(r->m))~(__typeof__(r->m))0;
#define SPAN(first, count, array)
#define OWN(first, count, array)
#define TYPE(m)
#define NEST(m, noun) default_##noun(&r->m);
#define HASH(m)
#define SET(m)
#define CODE(m)
#define GAS(m)
#define ITEM_TEXT(array)
#define ITEM_NUM(array)
#define INSTRUCTION(array)
#include "records.def"
#include "undefine_kinds.h"

/* key=value pairs; a bare value has an empty key. */
#define READ_MEMBERS(a, noun, record, line)                                                      \
    for (lic_slice token_ = next_token(line); token_.size > 0; token_ = next_token(line)) {      \
        lic_slice value_ = token_, key_ = lic_slice_of(NULL, 0);                                 \
        if (token_.data[0] != '"') key_ = cut(&value_, '=');                                     \
        if (value_.data == NULL) value_ = key_, key_ = lic_slice_of(NULL, 0);                    \
        if (!set_##noun(a, record, key_, value_)) return wrong(a, "cannot read " #noun, token_); \
    }

/* -- instructions ---------------------------------------------------------------------------------------------- */

static uint8_t op_named(lic_slice name)
{
    for (unsigned op = 0; op < 256; op++)
        if (lic_op_name((uint8_t)op) != NULL && is(name, lic_op_name((uint8_t)op)))
            return (uint8_t)op;
    return 0;
}

/* A prefix and a number, or "-" for 255. */
static bool read_prefixed(lic_slice token, char prefix, uint64_t max, uint32_t *result)
{
    uint64_t number;
    if (is(token, "-") && prefix == 'r') {
        *result = 255;
        return true;
    }
    if (token.size < 2 || token.data[0] != (uint8_t)prefix ||
        !read_unsigned(lic_slice_of(token.data + 1, token.size - 1), max, &number))
        return false;
    *result = (uint32_t)number;
    return true;
}

static bool read_operand(token_line *line, uint8_t role, uint8_t *result)
{
    uint32_t value;
    if (role == LIC_OPERAND_NONE || role == LIC_OPERAND_GAS) return true;
    if (!read_prefixed(next_token(line), role == LIC_OPERAND_N8 ? '#' : 'r', 255, &value))
        return false;
    *result = (uint8_t)value;
    return true;
}

static bool read_pair(token_line *line, char prefix, uint32_t *imm)
{
    uint32_t low, high;
    if (!read_prefixed(next_token(line), prefix, UINT16_MAX, &low) ||
        !read_prefixed(next_token(line), prefix, UINT16_MAX, &high))
        return false;
    *imm = low | high << 16;
    return true;
}

static bool read_descriptor(token_line *line, bool column, uint32_t *imm)
{
    uint32_t descriptor, row, at = 255;
    if (!read_prefixed(next_token(line), '#', UINT16_MAX, &descriptor) ||
        !read_prefixed(next_token(line), 'r', 255, &row) ||
        (column && !read_prefixed(next_token(line), 'r', 255, &at)))
        return false;
    *imm = row | at << 8 | descriptor << 16;
    return true;
}

static bool read_native(token_line *line, uint32_t *imm)
{
    lic_slice name = next_token(line), subject = next_token(line);
    uint32_t number = 0;
    if (subject.size > 0 && !read_prefixed(subject, '#', UINT16_MAX, &number)) return false;
    for (uint32_t native = 0; native < 256; native++) {
        const char *known = lic_native_name(native);
        if (known == NULL || !is(name, known)) continue;
        *imm = native | number << 16;
        return true;
    }
    return false;
}

static bool read_field(const assembler *a, token_line *line, uint32_t *imm)
{
    uint32_t field;
    if (!read_prefixed(next_token(line), 'f', UINT16_MAX, &field) ||
        field >= a->image->fields_count)
        return false;
    *imm = lic_field_operand(&a->image->fields[field]);
    return true;
}

static bool read_imm(assembler *a, token_line *line, uint8_t role, uint32_t *imm)
{
    switch ((lic_imm)role) {
    case LIC_IMM_NONE: return true;
    case LIC_IMM_K: return read_prefixed(next_token(line), 'k', UINT32_MAX, imm);
    case LIC_IMM_KK: return read_pair(line, 'k', imm);
    case LIC_IMM_FIELD: return read_field(a, line, imm);
    case LIC_IMM_FIELD2: return read_pair(line, 'f', imm);
    case LIC_IMM_TABLE: return read_prefixed(next_token(line), 't', UINT32_MAX, imm);
    case LIC_IMM_TARGET:
        a->targets[a->image->code_count] = next_token(line);
        return a->targets[a->image->code_count].size > 0;
    case LIC_IMM_TIERS: return read_descriptor(line, true, imm);
    case LIC_IMM_SPLIT: return read_descriptor(line, false, imm);
    case LIC_IMM_ACCTS: return read_pair(line, 'a', imm);
    case LIC_IMM_NATIVE: return read_native(line, imm);
    case LIC_IMM_DUTY:
    case LIC_IMM_EVENT:
    case LIC_IMM_TERM:
    case LIC_IMM_STATE:
    case LIC_IMM_REASON:
    case LIC_IMM_N: return read_prefixed(next_token(line), '#', UINT32_MAX, imm);
    }
    return false;
}

static lic_status read_instruction(assembler *a, lic_slice name, token_line *line)
{
    lic_image *image = a->image;
    lic_instruction i = {.op = op_named(name)};
    const lic_op_info *info = lic_op_find(i.op);
    if (info == NULL || image->phases_count == 0)
        return wrong(a, "unknown, or not in a phase:", name);
    if (!read_operand(line, info->a, &i.a) || !read_operand(line, info->b, &i.b) ||
        !read_operand(line, info->c, &i.c) || !read_imm(a, line, info->imm, &i.imm))
        return wrong(a, "wrong operand of", name);
    if (i.op == LIC_OP_LABEL) {
        if (a->label_count == LABELS_MAX) return wrong(a, "too many labels at", name);
        a->labels[a->label_count++] = (label){.name = next_token(line), .pc = image->code_count};
    }
    if (next_token(line).size > 0) return wrong(a, "too many operands of", name);
    image->code[image->code_count++] = i;
    image->phases[image->phases_count - 1].count++;
    return LIC_OK;
}

static lic_status resolve_labels(assembler *a)
{
    for (uint32_t pc = 0; pc < a->image->code_count; pc++) {
        if (a->targets[pc].size == 0) continue;
        uint32_t n = 0;
        while (n < a->label_count && !lic_slice_equal(a->labels[n].name, a->targets[pc])) n++;
        if (n == a->label_count) return wrong(a, "no label", a->targets[pc]);
        a->image->code[pc].imm = a->labels[n].pc;
    }
    return LIC_OK;
}

/* -- entries ------------------------------------------------------------------------------------------------------ */

/* Ranges of entry and phase begin where the arrays end now, and grow as lines follow. */
static lic_status open_record(assembler *a, lic_slice noun)
{
    lic_image *image = a->image;
    if (is(noun, "entry")) {
        image->entries[image->entries_count - 1].first_phase = (uint16_t)image->phases_count;
    } else if (is(noun, "phase")) {
        if (image->entries_count == 0) return wrong(a, "not in an entry:", noun);
        lic_phase *phase = &image->phases[image->phases_count - 1];
        phase->first = image->code_count;
        phase->first_input = (uint16_t)image->inputs_count;
        phase->first_touch = (uint16_t)image->touches_count;
        image->entries[image->entries_count - 1].phase_count++;
    } else if (is(noun, "input") || is(noun, "touch")) {
        if (image->phases_count == 0) return wrong(a, "not in a phase:", noun);
        lic_phase *phase = &image->phases[image->phases_count - 1];
        if (is(noun, "input")) phase->input_count++;
        else phase->touch_count++;
    }
    return LIC_OK;
}

/* "at N" or "at -": the clause of the instructions that follow. */
static lic_status read_origin(assembler *a, token_line *line)
{
    lic_slice token = next_token(line);
    uint64_t clause = LIC_NONE16;
    if (!is(token, "-") && !read_unsigned(token, UINT16_MAX, &clause))
        return wrong(a, "no clause", token);
    a->image->origins[a->image->origins_count++] = (lic_origin){.first = a->image->code_count,
                                                                .clause = (uint16_t)clause};
    return LIC_OK;
}

static lic_status read_line(assembler *a, token_line *line)
{
    lic_image *image = a->image;
    lic_slice noun = next_token(line);
    if (noun.size == 0) return LIC_OK;
    if (is(noun, "at")) return read_origin(a, line);
    if (is(noun, "origin") || is(noun, "instruction"))
        return wrong(a, "has a form of its own:", noun);
    if (is(noun, "header")) {
        READ_MEMBERS(a, header, image, line) return LIC_OK;
    }
    if (is(noun, "rules")) {
        READ_MEMBERS(a, rules, &image->rules, line) return LIC_OK;
    }
    if (is(noun, "lifecycle")) {
        READ_MEMBERS(a, lifecycle, &image->lifecycle, line) return LIC_OK;
    }
#define PART(T, singular)
#define RECORD(T, array, singular, max)                    \
    if (is(noun, #singular)) {                             \
        T *record = &image->array[image->array##_count++]; \
        default_##singular(record);                        \
        LIC_TRY(open_record(a, noun));                     \
        READ_MEMBERS(a, singular, record, line)            \
        return LIC_OK;                                     \
    }
#include "empty_kinds.h"
#include "records.def"
#include "undefine_kinds.h"
    return read_instruction(a, noun, line);
}

/* -- arrays ---------------------------------------------------------------------------------------------------------- */

static lic_status take_arrays(assembler *a, lic_slice text)
{
    lic_image *image = a->image;
    token_line line;
    uint32_t others = 1;
    default_header(image);
    default_rules(&image->rules);
    default_lifecycle(&image->lifecycle);
    while (next_line(&text, &line)) {
        lic_slice noun = next_token(&line);
#define PART(T, singular)
#define RECORD(T, array, singular, max) \
    if (is(noun, #singular)) {          \
        image->array##_count++;         \
        continue;                       \
    }
#include "empty_kinds.h"
#include "records.def"
#include "undefine_kinds.h"
        others++;
    }
    image->origins_count = image->code_count = others;
#define PART(T, singular)
#define RECORD(T, array, singular, max)                                              \
    if (image->array##_count > (max))                                                \
        return wrong(a, "too many lines of", lic_slice_text(#singular));             \
    image->array = lic_arena_take(a->arena, (image->array##_count + 1) * sizeof(T)); \
    if (image->array == NULL) return LIC_NO_MEMORY;                                  \
    image->array##_count = 0;
#include "empty_kinds.h"
#include "records.def"
#include "undefine_kinds.h"
    a->targets = lic_arena_take(a->arena, (others + 1) * sizeof *a->targets);
    a->labels = lic_arena_take(a->arena, LABELS_MAX * sizeof *a->labels);
    return a->targets != NULL && a->labels != NULL ? LIC_OK : LIC_NO_MEMORY;
}

lic_status lic_assemble(lic_slice text, lic_arena *arena, lic_image **image, lic_error *error)
{
    assembler a = {
        .arena = arena, .image = lic_arena_take(arena, sizeof(lic_image)), .error = error};
    if (a.image == NULL) return LIC_NO_MEMORY;
    LIC_TRY(take_arrays(&a, text));
    token_line line;
    while (next_line(&text, &line)) {
        a.line++;
        LIC_TRY(read_line(&a, &line));
    }
    LIC_TRY(resolve_labels(&a));
    LIC_TRY(lic_image_check(a.image, error));
    if (lic_image_meter(a.image) != LIC_OK)
        return lic_fail(error, LIC_MALFORMED, "listing",
                        "split the block by a LABEL, jump forwards",
                        "a block is too dear or a jump has no label ahead");
    *image = a.image;
    return LIC_OK;
}
