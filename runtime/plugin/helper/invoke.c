/* invoke.c - one call through libffi: arguments from the frame into C, results from C into a frame,
 * and, while it runs, callbacks out and their answers in. */
#include "helper.h"

#include <licet/extension.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Callbacks that return nothing wait here, so that a row costs no switch of processes. */
enum { FLUSH_AT = 64 * 1024 };

/* Any value of a parameter as C wants it. */
typedef union slot {
    int64_t int64;
    uint64_t uint64;
    int32_t int32;
    bool truth;
    const void *pointer;
    licet_text text;
    licet_bytes bytes;
} slot;

typedef struct frame {
    slot slots[LIC_INTERFACE_PARAMETERS];   /* arguments, or where outs are written */
    size_t sizes[LIC_INTERFACE_PARAMETERS]; /* of text and bytes */
    void *places[LIC_INTERFACE_PARAMETERS]; /* of outs: points to its slot */
    void *arguments[HELPER_ARGUMENTS];      /* for libffi */
} frame;

static const uint8_t nothing[1];

static bool is_sized(lic_value_type type)
{
    return type == LIC_VALUE_TEXT || type == LIC_VALUE_BYTES;
}

static void set_slot(slot *target, const lic_value *value)
{
    switch (value->type) {
    case LIC_VALUE_INT64: target->int64 = value->as.integer; break;
    case LIC_VALUE_UINT64: target->uint64 = value->as.natural; break;
    case LIC_VALUE_INT32:
    case LIC_VALUE_STATUS: target->int32 = (int32_t)value->as.integer; break;
    case LIC_VALUE_BOOL: target->truth = value->as.truth; break;
    case LIC_VALUE_TEXT:
    case LIC_VALUE_BYTES:
        target->pointer = value->as.bytes.size > 0 ? value->as.bytes.data : nothing;
        break;
    case LIC_VALUE_CALLBACK:
    case LIC_VALUE_NOTHING: break;
    }
}

static bool fill(const lic_signature *signature, const helper_function *function, lic_cursor *from,
                 frame *to)
{
    size_t count = 0;
    for (size_t i = 0; i < signature->count; i++) {
        const lic_parameter *one = &signature->parameters[i];
        lic_value value;
        if (one->out) {
            to->places[i] = &to->slots[i];
            to->arguments[count++] = &to->places[i];
            continue;
        }
        if (!lic_value_get(from, one->type, &value)) return false;
        set_slot(&to->slots[i], &value);
        if (one->type == LIC_VALUE_CALLBACK) to->slots[i].pointer = function->callbacks[i]->code;
        to->arguments[count++] = &to->slots[i];
        to->sizes[i] = value.as.bytes.size;
        if (is_sized(one->type)) to->arguments[count++] = &to->sizes[i];
    }
    return lic_cursor_done(from);
}

/* -- values out -------------------------------------------------------------------------------- */

static lic_value value_of(lic_value_type type, const slot *from)
{
    lic_value value = {.type = type};
    switch (type) {
    case LIC_VALUE_INT64: value.as.integer = from->int64; break;
    case LIC_VALUE_UINT64: value.as.natural = from->uint64; break;
    case LIC_VALUE_INT32:
    case LIC_VALUE_STATUS: value.as.integer = from->int32; break;
    case LIC_VALUE_BOOL: value.as.truth = from->truth; break;
    case LIC_VALUE_TEXT: value.as.bytes = lic_slice_of(from->text.data, from->text.size); break;
    case LIC_VALUE_BYTES: value.as.bytes = lic_slice_of(from->bytes.data, from->bytes.size); break;
    case LIC_VALUE_CALLBACK:
    case LIC_VALUE_NOTHING: break;
    }
    return value;
}

/* Puts a value unless it would make the frame that begins at `mark` too large; a size with no data
 * behind it is taken for nothing. */
static void put_bounded(helper *of, size_t mark, lic_value value)
{
    if (is_sized(value.type)) {
        if (value.as.bytes.data == NULL) value.as.bytes.size = 0;
        size_t used = of->sending.size - mark;
        if (used + 64 > LIC_PLUGIN_MESSAGE_MAX ||
            value.as.bytes.size > LIC_PLUGIN_MESSAGE_MAX - 64 - used) {
            of->too_large = true;
            value.as.bytes.size = 0;
        }
    }
    lic_value_put(&of->sending, &value);
}

static void give_back(const helper *of, const lic_signature *signature, frame *from)
{
    for (size_t i = 0; i < signature->count; i++) {
        const lic_parameter *one = &signature->parameters[i];
        if (!one->out || !is_sized(one->type)) continue;
        slot *of_out = &from->slots[i];
        void *data = one->type == LIC_VALUE_TEXT ? (void *)of_out->text.data : of_out->bytes.data;
        size_t size = one->type == LIC_VALUE_TEXT ? of_out->text.size : of_out->bytes.size;
        if (data != NULL) of->release(data, size);
    }
}

/* libffi widens small results to ffi_arg. */
static lic_value result_of(lic_value_type type, const void *place)
{
    slot value = {0};
    ffi_arg widened;
    memcpy(&value, place, sizeof value.int64);
    memcpy(&widened, place, sizeof widened);
    if (type == LIC_VALUE_INT32 || type == LIC_VALUE_STATUS) value.int32 = (int32_t)widened;
    if (type == LIC_VALUE_BOOL) value.truth = (widened & 0xff) != 0;
    return value_of(type, &value);
}

static void refuse_size(helper *of, const lic_signature *signature, size_t mark)
{
    char text[200];
    (void)snprintf(text, sizeof text, "extension %s: %s: it hands over more than %zu bytes at once",
                   (const char *)of->face->name.data, (const char *)signature->name.data,
                   LIC_PLUGIN_MESSAGE_MAX);
    of->sending.size = mark;
    size_t again = message_begin(&of->sending, MESSAGE_FAILED);
    lic_put_u32(&of->sending, LIC_EXTENSION);
    lic_put_slice(&of->sending, lic_slice_text("size"));
    lic_put_slice(&of->sending, lic_slice_text(text));
    lic_put_slice(&of->sending, lic_slice_text("let it hand over parts"));
    message_end(&of->sending, again);
}

void helper_call(helper *of, size_t index, lic_cursor *from)
{
    const lic_signature *signature = &of->face->functions[index];
    helper_function *function = &of->functions[index];
    frame in;
    union {
        ffi_arg small;
        uint64_t large;
    } result = {0};
    memset(&in, 0, sizeof in);
    of->too_large = false;
    if (!fill(signature, function, from, &in)) _exit(64);
    ffi_call(&function->cif, function->code, &result, in.arguments);
    helper_flush(of);
    size_t mark = message_begin(&of->sending, MESSAGE_RETURN);
    lic_value value = result_of(signature->result, &result);
    lic_value_put(&of->sending, &value);
    for (size_t i = 0; i < signature->count; i++)
        if (signature->parameters[i].out)
            put_bounded(of, mark, value_of(signature->parameters[i].type, &in.slots[i]));
    message_end(&of->sending, mark);
    if (of->too_large) refuse_size(of, signature, mark);
    give_back(of, signature, &in);
}

/* -- callbacks --------------------------------------------------------------------------------- */

static void put_arguments(helper *of, const lic_signature *kind, void **arguments, size_t mark)
{
    size_t at = 0;
    for (size_t i = 0; i < kind->count; i++) {
        lic_value_type type = kind->parameters[i].type;
        slot value = {0};
        if (is_sized(type)) {
            const void *data = *(void *const *)arguments[at];
            size_t size = *(const size_t *)arguments[at + 1];
            put_bounded(of, mark, (lic_value){.type = type, .as.bytes = lic_slice_of(data, size)});
            at += 2;
            continue;
        }
        memcpy(&value, arguments[at++],
               type == LIC_VALUE_BOOL    ? sizeof value.truth
               : type == LIC_VALUE_INT32 ? sizeof value.int32
                                         : sizeof value.int64);
        lic_value made = value_of(type, &value);
        lic_value_put(&of->sending, &made);
    }
}

/* The caller's answer; 0 when it failed. */
static lic_value take_answer(helper *of, lic_value_type type)
{
    lic_buffer reply;
    lic_value value = {0};
    lic_buffer_init(&reply, &lic_allocator_system, 64);
    helper_flush(of);
    if (message_receive(MESSAGE_DESCRIPTOR, &reply, NULL) != MESSAGE_GOOD) _exit(0);
    lic_cursor from = lic_cursor_of(lic_slice_of(reply.data, reply.size));
    uint8_t kind = lic_get_u8(&from);
    bool failed = lic_get_u8(&from) != 0;
    if (kind != MESSAGE_ANSWER || !lic_value_get(&from, type, &value) || !lic_cursor_done(&from))
        _exit(64);
    lic_buffer_free(&reply);
    return failed ? (lic_value){.type = type} : value;
}

void helper_called(ffi_cif *cif, void *result, void **arguments, void *user)
{
    const helper_callback *callback = user;
    helper *of = callback->of;
    lic_value_type type = callback->kind->result;
    (void)cif;
    size_t mark = message_begin(&of->sending, MESSAGE_CALLBACK);
    lic_put_u16(&of->sending, callback->parameter);
    put_arguments(of, callback->kind, arguments, mark);
    message_end(&of->sending, mark);
    if (of->too_large) of->sending.size = mark; /* the call fails; the rest is not worth sending */
    if (type == LIC_VALUE_NOTHING) {
        if (of->sending.size >= FLUSH_AT) helper_flush(of);
        return;
    }
    lic_value value = {.type = type};
    if (!of->too_large) value = take_answer(of, type);
    if (type == LIC_VALUE_INT64) memcpy(result, &value.as.integer, sizeof(int64_t));
    else if (type == LIC_VALUE_UINT64) memcpy(result, &value.as.natural, sizeof(uint64_t));
    else if (type == LIC_VALUE_INT32) *(ffi_sarg *)result = (ffi_sarg)value.as.integer;
    else *(ffi_arg *)result = value.as.truth;
}
