/* call.c - one call in steps: the arguments are checked against the interface and sent; then each
 * thing that the extension's process sends is checked against it, too, a callback or the end. */
#include "plugin.h"

#include <stdio.h>

/* -- arguments --------------------------------------------------------------------------------- */

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

static lic_status put_call(lic_plugin *plugin, size_t function, const lic_value *arguments,
                           lic_error *error)
{
    const lic_signature *signature = &plugin->face->functions[function];
    lic_buffer *target = &plugin->sending;
    lic_buffer_clear(target);
    size_t mark = message_begin(target, MESSAGE_CALL);
    lic_put_u16(target, (uint16_t)function);
    for (size_t i = 0, n = 0; i < signature->count; i++)
        if (!signature->parameters[i].out) lic_value_put(target, &arguments[n++]);
    message_end(target, mark);
    if (!target->failed) return LIC_OK;
    return misfit(plugin->face, signature, "size", error,
                  "the arguments are larger than a message may be; pass them in parts");
}

/* -- what comes -------------------------------------------------------------------------------- */

/* The call is over, and so is the process. */
static lic_status lose(lic_plugin *plugin, message_outcome outcome, lic_error *error)
{
    lic_slice doing = plugin->calling->name;
    plugin->calling = NULL;
    return plugin_lost(plugin, doing, outcome, error);
}

static lic_status bad_text(const lic_plugin *plugin, lic_slice name, lic_error *error)
{
    char what[160];
    (void)snprintf(what, sizeof what, "%.*s, which the extension hands over, is not UTF-8",
                   (int)name.size, (const char *)name.data);
    return misfit(plugin->face, plugin->calling, "text", error, what);
}

/* A value from the process; false when no writer of that type would have written it. */
static bool take_value(lic_plugin *plugin, const lic_parameter *one, lic_cursor *from,
                       lic_value *value, lic_status *wrong, lic_error *error)
{
    if (!lic_value_get(from, one->type, value)) return false;
    if (one->type == LIC_VALUE_TEXT && !lic_utf8_valid(value->as.bytes) && *wrong == LIC_OK)
        *wrong = bad_text(plugin, one->name, error);
    return true;
}

static lic_status take_callback(lic_plugin *plugin, lic_cursor *from, lic_plugin_step *step,
                                lic_status *wrong, lic_error *error)
{
    size_t index = lic_get_u16(from);
    const lic_signature *calling = plugin->calling;
    if (index >= calling->count || calling->parameters[index].type != LIC_VALUE_CALLBACK)
        return lose(plugin, MESSAGE_TOO_BIG, error);
    const lic_signature *kind = &plugin->face->callbacks[calling->parameters[index].callback];
    for (size_t i = 0; i < kind->count; i++)
        if (!take_value(plugin, &kind->parameters[i], from, &plugin->values[i], wrong, error))
            return lose(plugin, MESSAGE_TOO_BIG, error);
    if (!lic_cursor_done(from)) return lose(plugin, MESSAGE_TOO_BIG, error);
    plugin->waiting = kind->result;
    *step = (lic_plugin_step){LIC_STEP_CALLBACK, index, kind, plugin->values, kind->count};
    return LIC_OK;
}

static lic_status refused(const lic_plugin *plugin, int64_t number, lic_slice failure,
                          lic_error *error)
{
    const lic_interface *face = plugin->face;
    const lic_named_status *known = lic_interface_status(face, number);
    char told[24], code[32] = "failed";
    (void)snprintf(told, sizeof told, "status %lld", (long long)number);
    lic_slice words = failure;
    if (words.size == 0) words = known != NULL ? known->text : lic_slice_text(told);
    if (known != NULL)
        (void)snprintf(code, sizeof code, "%.*s", (int)known->name.size,
                       (const char *)known->name.data);
    return lic_fail(error, LIC_EXTENSION, code, "docs/spec/extensions.md says what each means",
                    "extension %s: %s: %.*s", (const char *)face->name.data,
                    (const char *)plugin->calling->name.data, (int)words.size,
                    (const char *)words.data);
}

static lic_status take_return(lic_plugin *plugin, lic_cursor *from, lic_plugin_step *step,
                              lic_status *wrong, lic_error *error)
{
    const lic_signature *calling = plugin->calling;
    lic_slice failure = {0};
    lic_value result;
    size_t count = 0;
    bool sound = lic_value_get(from, calling->result, &result);
    if (calling->result != LIC_VALUE_NOTHING && calling->result != LIC_VALUE_STATUS)
        plugin->values[count++] = result;
    for (size_t i = 0; sound && i < calling->count; i++) {
        const lic_parameter *one = &calling->parameters[i];
        if (!one->out) continue;
        sound = take_value(plugin, one, from, &plugin->values[count], wrong, error);
        if (lic_slice_equal(one->name, lic_slice_text("failure")) && one->type == LIC_VALUE_TEXT)
            failure = plugin->values[count].as.bytes;
        count++;
    }
    if (!sound || !lic_cursor_done(from)) return lose(plugin, MESSAGE_TOO_BIG, error);
    *step = (lic_plugin_step){LIC_STEP_RETURN, 0, NULL, plugin->values, count};
    lic_status status = LIC_OK;
    if (*wrong == LIC_OK && result.type == LIC_VALUE_STATUS && result.as.integer != 0)
        status = refused(plugin, result.as.integer, failure, error);
    plugin->calling = NULL;
    return status;
}

/* -- steps ------------------------------------------------------------------------------------- */

lic_status lic_plugin_begin(lic_plugin *plugin, size_t function, const lic_value *arguments,
                            size_t count, lic_error *error)
{
    LIC_ASSERT(function < plugin->face->function_count);
    const lic_signature *signature = &plugin->face->functions[function];
    if (plugin->calling != NULL)
        return misfit(plugin->face, signature, "busy", error,
                      "another call of this extension is under way; call when it has returned");
    if (plugin->dead)
        return misfit(plugin->face, signature, "ended", error,
                      "its process has ended; open the extension again");
    LIC_TRY(lic_plugin_check_arguments(plugin->face, function, arguments, count, error));
    LIC_TRY(put_call(plugin, function, arguments, error));
    process_hush(&plugin->process);
    plugin->calling = signature;
    plugin->waiting = LIC_VALUE_NOTHING;
    plugin->patience = plugin->options.call_ms;
    message_outcome outcome = message_send(plugin->process.channel, &plugin->sending,
                                           &plugin->patience);
    return outcome == MESSAGE_GOOD ? LIC_OK : lose(plugin, outcome, error);
}

/* What came, without a look at whether its texts are good: *wrong says that. */
static lic_status take(lic_plugin *plugin, lic_plugin_step *step, lic_status *wrong,
                       lic_error *error)
{
    message_outcome outcome = message_receive(plugin->process.channel, &plugin->incoming,
                                              &plugin->patience);
    if (outcome != MESSAGE_GOOD) return lose(plugin, outcome, error);
    lic_cursor from = lic_cursor_of(lic_slice_of(plugin->incoming.data, plugin->incoming.size));
    switch (lic_get_u8(&from)) {
    case MESSAGE_CALLBACK: return take_callback(plugin, &from, step, wrong, error);
    case MESSAGE_RETURN: return take_return(plugin, &from, step, wrong, error);
    case MESSAGE_FAILED: {
        lic_slice doing = plugin->calling->name;
        plugin->calling = NULL;
        return plugin_take_refusal(plugin, doing, &from, error);
    }
    default: return lose(plugin, MESSAGE_TOO_BIG, error);
    }
}

lic_status lic_plugin_next(lic_plugin *plugin, lic_plugin_step *step, lic_error *error)
{
    LIC_ASSERT(plugin->calling != NULL && plugin->waiting == LIC_VALUE_NOTHING);
    lic_status wrong = LIC_OK;
    LIC_TRY(take(plugin, step, &wrong, error));
    if (wrong == LIC_OK || plugin->calling == NULL) return wrong;
    lic_error lost;
    lic_status status = lic_plugin_abandon(plugin, &lost);
    if (status == LIC_OK) return wrong;
    if (error != NULL) *error = lost;
    return status;
}

static lic_status answer(lic_plugin *plugin, bool failed, const lic_value *result, lic_error *error)
{
    lic_buffer *target = &plugin->sending;
    lic_buffer_clear(target);
    size_t mark = message_begin(target, MESSAGE_ANSWER);
    lic_put_u8(target, failed);
    lic_value_put(target, result);
    message_end(target, mark);
    plugin->waiting = LIC_VALUE_NOTHING;
    message_outcome outcome = target->failed ? MESSAGE_TOO_BIG
                                             : message_send(plugin->process.channel, target,
                                                            &plugin->patience);
    return outcome == MESSAGE_GOOD ? LIC_OK : lose(plugin, outcome, error);
}

lic_status lic_plugin_answer(lic_plugin *plugin, const lic_value *result, lic_error *error)
{
    LIC_ASSERT(plugin->calling != NULL && plugin->waiting == result->type);
    return answer(plugin, false, result, error);
}

lic_status lic_plugin_abandon(lic_plugin *plugin, lic_error *error)
{
    lic_plugin_step step;
    /* Here the time that passes counts, not that waited: callbacks without end are a loop, too. */
    int64_t end = message_now_ms() + plugin->options.call_ms;
    while (plugin->calling != NULL) {
        if (message_now_ms() > end) return lose(plugin, MESSAGE_LATE, error);
        lic_status wrong = LIC_OK, status = LIC_OK;
        lic_error found = {0};
        if (plugin->waiting != LIC_VALUE_NOTHING)
            status = answer(plugin, true, &(lic_value){.type = plugin->waiting}, &found);
        if (status == LIC_OK) status = take(plugin, &step, &wrong, &found);
        if (!plugin->dead) continue; /* whatever else it says, nobody asks any more */
        if (error != NULL) *error = found;
        return status;
    }
    return LIC_OK;
}

/* -- a call with handlers ---------------------------------------------------------------------- */

/* The handler of parameter number `index`. */
static const lic_handler *handler_of(const lic_signature *signature, const lic_value *arguments,
                                     size_t index)
{
    size_t n = 0;
    for (size_t i = 0; i < index; i++) n += !signature->parameters[i].out;
    return arguments[n].as.handler;
}

static lic_status serve(lic_plugin *plugin, const lic_handler *handler, const lic_plugin_step *step,
                        lic_error *error)
{
    lic_value result = {.type = step->kind->result};
    lic_error lost;
    lic_status status = handler->call(handler->context, step->values, step->count, &result, error);
    if (status == LIC_OK && plugin->waiting == LIC_VALUE_NOTHING) return LIC_OK;
    if (status == LIC_OK) return lic_plugin_answer(plugin, &result, error);
    if (lic_plugin_abandon(plugin, &lost) != LIC_OK && error != NULL) *error = lost;
    return plugin->dead ? LIC_EXTENSION : status;
}

lic_status lic_plugin_call(lic_plugin *plugin, size_t function, const lic_value *arguments,
                           size_t count, lic_value *results, lic_error *error)
{
    lic_plugin_step step;
    const lic_signature *signature = &plugin->face->functions[function];
    LIC_TRY(lic_plugin_begin(plugin, function, arguments, count, error));
    for (;;) {
        LIC_TRY(lic_plugin_next(plugin, &step, error));
        if (step.what == LIC_STEP_RETURN) break;
        const lic_handler *handler = handler_of(signature, arguments, step.parameter);
        LIC_TRY(serve(plugin, handler, &step, error));
    }
    for (size_t i = 0; i < step.count; i++) results[i] = step.values[i];
    return LIC_OK;
}
