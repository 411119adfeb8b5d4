/* call.c - one call: the arguments are checked against the interface and sent; callbacks are served
 * until the answer comes; what comes is checked against the interface, too. */
#include "plugin.h"

#include <stdio.h>

typedef struct call {
    lic_plugin *plugin;
    const lic_signature *signature;
    const lic_value *arguments;
    lic_status failed; /* of a callback; the call's result then */
    lic_error *error;
} call;

/* -- arguments -------------------------------------------------------------------------------------- */

static lic_status misfit(const lic_interface *face, const lic_signature *signature,
                         const char *code, lic_error *error, const char *what)
{
    char text[160];
    lic_buffer buffer;
    lic_buffer_init(&buffer, &lic_allocator_system, 64 * 1024);
    lic_signature_print(face, signature, &buffer);
    (void)snprintf(text, sizeof text, "it is %.*s", (int)buffer.size, (const char *)buffer.data);
    lic_buffer_free(&buffer);
    return lic_fail(error, LIC_EXTENSION, code, text, "extension %s: %s: %s",
                    (const char *)face->name.data, (const char *)signature->name.data, what);
}

static size_t argument_count(const lic_signature *signature)
{
    size_t count = 0;
    for (size_t i = 0; i < signature->count; i++) count += !signature->parameters[i].out;
    return count;
}

size_t lic_plugin_result_count(const lic_signature *signature)
{
    bool result = signature->result != LIC_VALUE_NOTHING && signature->result != LIC_VALUE_STATUS;
    return signature->count - argument_count(signature) + result;
}

static lic_status check_argument(const lic_interface *face, const lic_signature *signature,
                                 const lic_parameter *parameter, const lic_value *value,
                                 lic_error *error)
{
    char what[160];
    const char *name = (const char *)parameter->name.data;
    if (value->type != parameter->type) {
        (void)snprintf(what, sizeof what, "%s is %s, not %s", name,
                       lic_value_type_name(parameter->type), lic_value_type_name(value->type));
        return misfit(face, signature, "type", error, what);
    }
    if (value->type == LIC_VALUE_INT32 &&
        (value->as.integer < INT32_MIN || value->as.integer > INT32_MAX)) {
        (void)snprintf(what, sizeof what, "%s is int32 and cannot hold %lld", name,
                       (long long)value->as.integer);
        return misfit(face, signature, "type", error, what);
    }
    if (value->type == LIC_VALUE_TEXT && !lic_utf8_valid(value->as.bytes)) {
        (void)snprintf(what, sizeof what, "%s is text and takes UTF-8 alone", name);
        return misfit(face, signature, "text", error, what);
    }
    return LIC_OK;
}

lic_status lic_plugin_check_arguments(const lic_interface *face, size_t function,
                                      const lic_value *arguments, size_t count, lic_error *error)
{
    LIC_ASSERT(function < face->function_count);
    const lic_signature *signature = &face->functions[function];
    if (count != argument_count(signature)) {
        char what[80];
        (void)snprintf(what, sizeof what, "it takes %zu arguments, not %zu",
                       argument_count(signature), count);
        return misfit(face, signature, "count", error, what);
    }
    for (size_t i = 0, n = 0; i < signature->count; i++) {
        if (signature->parameters[i].out) continue;
        LIC_TRY(check_argument(face, signature, &signature->parameters[i], &arguments[n++], error));
    }
    return LIC_OK;
}

static lic_status put_call(call *of, size_t function)
{
    lic_buffer *target = &of->plugin->sending;
    lic_buffer_clear(target);
    size_t mark = message_begin(target, MESSAGE_CALL);
    lic_put_u16(target, (uint16_t)function);
    for (size_t i = 0, n = 0; i < of->signature->count; i++)
        if (!of->signature->parameters[i].out) message_put_value(target, &of->arguments[n++]);
    message_end(target, mark);
    if (!target->failed) return LIC_OK;
    return misfit(of->plugin->face, of->signature, "size", of->error,
                  "the arguments are larger than a message may be; pass them in parts");
}

/* -- callbacks ---------------------------------------------------------------------------------------- */

/* The handler of parameter number `index`, NULL when it is none. */
static const lic_handler *handler_of(const call *of, size_t index)
{
    if (index >= of->signature->count ||
        of->signature->parameters[index].type != LIC_VALUE_CALLBACK)
        return NULL;
    size_t n = 0;
    for (size_t i = 0; i < index; i++) n += !of->signature->parameters[i].out;
    return of->arguments[n].as.handler;
}

static lic_status bad_text(const call *of, lic_slice name)
{
    char what[160];
    (void)snprintf(what, sizeof what, "%.*s, which the extension hands over, is not UTF-8",
                   (int)name.size, (const char *)name.data);
    return misfit(of->plugin->face, of->signature, "text", of->error, what);
}

static bool take_values(const call *of, const lic_signature *kind, lic_cursor *from,
                        lic_value *values, lic_status *wrong)
{
    for (size_t i = 0; i < kind->count; i++) {
        if (!message_get_value(from, kind->parameters[i].type, &values[i])) return false;
        if (*wrong == LIC_OK && values[i].type == LIC_VALUE_TEXT &&
            !lic_utf8_valid(values[i].as.bytes))
            *wrong = bad_text(of, kind->parameters[i].name);
    }
    return lic_cursor_done(from);
}

static message_outcome answer(call *of, const lic_value *result, uint32_t *patience)
{
    lic_buffer *target = &of->plugin->sending;
    lic_buffer_clear(target);
    size_t mark = message_begin(target, MESSAGE_ANSWER);
    lic_put_u8(target, of->failed != LIC_OK);
    message_put_value(target, result);
    message_end(target, mark);
    if (target->failed) return MESSAGE_TOO_BIG;
    return message_send(of->plugin->process.channel, target, patience);
}

/* Once a callback has failed, no other is run: what the extension still sends is read and dropped. */
static message_outcome serve(call *of, lic_cursor *from, uint32_t *patience)
{
    lic_value values[LIC_INTERFACE_PARAMETERS] = {0};
    size_t index = lic_get_u16(from);
    const lic_handler *handler = handler_of(of, index);
    if (handler == NULL) return MESSAGE_TOO_BIG;
    const lic_signature *kind =
        &of->plugin->face->callbacks[of->signature->parameters[index].callback];
    lic_value result = {.type = kind->result};
    lic_status wrong = of->failed;
    if (!take_values(of, kind, from, values, &wrong)) return MESSAGE_TOO_BIG;
    if (wrong == LIC_OK)
        wrong = handler->call(handler->context, values, kind->count, &result, of->error);
    LIC_ASSERT(wrong != LIC_OK || result.type == kind->result);
    of->failed = wrong;
    if (wrong != LIC_OK) result = (lic_value){.type = kind->result};
    return kind->result == LIC_VALUE_NOTHING ? MESSAGE_GOOD : answer(of, &result, patience);
}

/* -- the answer ---------------------------------------------------------------------------------------- */

static lic_status refused(const call *of, int64_t number, lic_slice failure)
{
    const lic_interface *face = of->plugin->face;
    const lic_named_status *known = lic_interface_status(face, number);
    char told[24];
    (void)snprintf(told, sizeof told, "status %lld", (long long)number);
    lic_slice words = failure;
    if (words.size == 0) words = known != NULL ? known->text : lic_slice_text(told);
    char code[32] = "failed";
    if (known != NULL)
        (void)snprintf(code, sizeof code, "%.*s", (int)known->name.size,
                       (const char *)known->name.data);
    return lic_fail(of->error, LIC_EXTENSION, code, "docs/spec/extensions.md says what each means",
                    "extension %s: %s: %.*s", (const char *)face->name.data,
                    (const char *)of->signature->name.data, (int)words.size,
                    (const char *)words.data);
}

/* False when the frame is not what the interface says. */
static bool take_results(const call *of, lic_cursor *from, lic_value *results, int64_t *status,
                         lic_slice *failure, lic_status *wrong)
{
    size_t count = 0;
    lic_value value;
    if (!message_get_value(from, of->signature->result, &value)) return false;
    if (value.type == LIC_VALUE_STATUS) *status = value.as.integer;
    else if (value.type != LIC_VALUE_NOTHING) results[count++] = value;
    for (size_t i = 0; i < of->signature->count; i++) {
        const lic_parameter *one = &of->signature->parameters[i];
        if (!one->out) continue;
        if (!message_get_value(from, one->type, &results[count])) return false;
        if (one->type == LIC_VALUE_TEXT) {
            if (!lic_utf8_valid(results[count].as.bytes) && *wrong == LIC_OK)
                *wrong = bad_text(of, one->name);
            if (lic_slice_equal(one->name, lic_slice_text("failure")))
                *failure = results[count].as.bytes;
        }
        count++;
    }
    return lic_cursor_done(from);
}

static lic_status finish(call *of, lic_cursor *from, lic_value *results)
{
    int64_t status = 0;
    lic_slice failure = {0};
    lic_status wrong = of->failed;
    if (!take_results(of, from, results, &status, &failure, &wrong))
        return plugin_lost(of->plugin, of->signature->name, MESSAGE_TOO_BIG, of->error);
    if (wrong != LIC_OK) return wrong;
    return status == 0 ? LIC_OK : refused(of, status, failure);
}

static lic_status converse(call *of, lic_value *results)
{
    lic_plugin *plugin = of->plugin;
    uint32_t patience = plugin->options.call_ms;
    message_outcome outcome = message_send(plugin->process.channel, &plugin->sending, &patience);
    while (outcome == MESSAGE_GOOD) {
        outcome = message_receive(plugin->process.channel, &plugin->incoming, &patience);
        if (outcome != MESSAGE_GOOD) break;
        lic_cursor from = lic_cursor_of(lic_slice_of(plugin->incoming.data, plugin->incoming.size));
        uint8_t kind = lic_get_u8(&from);
        if (kind == MESSAGE_RETURN) return finish(of, &from, results);
        if (kind == MESSAGE_FAILED && of->failed == LIC_OK)
            return plugin_take_refusal(plugin, of->signature->name, &from, of->error);
        if (kind == MESSAGE_FAILED) return of->failed;
        outcome = kind == MESSAGE_CALLBACK ? serve(of, &from, &patience) : MESSAGE_TOO_BIG;
    }
    return plugin_lost(plugin, of->signature->name, outcome, of->error);
}

lic_status lic_plugin_call(lic_plugin *plugin, size_t function, const lic_value *arguments,
                           size_t count, lic_value *results, lic_error *error)
{
    LIC_ASSERT(function < plugin->face->function_count);
    call of = {.plugin = plugin,
               .signature = &plugin->face->functions[function],
               .arguments = arguments,
               .error = error};
    if (plugin->busy)
        return misfit(plugin->face, of.signature, "busy", error,
                      "a callback of this extension is running; call when it has returned");
    if (plugin->dead)
        return misfit(plugin->face, of.signature, "ended", error,
                      "its process has ended; open the extension again");
    LIC_TRY(lic_plugin_check_arguments(plugin->face, function, arguments, count, error));
    LIC_TRY(put_call(&of, function));
    process_hush(&plugin->process);
    plugin->busy = true;
    lic_status status = converse(&of, results);
    plugin->busy = false;
    return status;
}
