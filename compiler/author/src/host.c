/* host.c - requests: how the child asks and how the host answers. */
#include "confine.h"

/* -- the child asks ----------------------------------------------------------------------------------------- */

static void begin(lic_confined *confined, lic_message kind)
{
    lic_buffer_clear(&confined->message);
    lic_put_u8(&confined->message, (uint8_t)kind);
}

static lic_status fail_message(const lic_confined *confined, lic_error *error)
{
    return lic_fail(error, LIC_TOO_LARGE, "message", "make what is read or written smaller",
                    "a message is larger than the limit of %llu MiB",
                    (unsigned long long)(confined->limits.message_bytes >> 20));
}

/* Sends the message that was begun and takes the answer; `target` may be NULL. A child whose host is gone
 * has nothing left to do: it ends. */
static lic_status ask(lic_confined *confined, lic_buffer *target, lic_error *error)
{
    const lic_error gone = {.status = LIC_IO, .code = "host", .text = "the host is gone"};
    lic_buffer *message = &confined->message;
    if (message->failed) return fail_message(confined, error);
    if (lic_link_send(&confined->link, lic_slice_of(message->data, message->size)) != LIC_LINK_OK)
        lic_confined_stop(confined, &gone);
    lic_link_result result = lic_link_receive(&confined->link, message);
    if (result != LIC_LINK_OK) lic_confined_stop(confined, &gone);
    lic_cursor cursor = lic_cursor_of(lic_slice_of(message->data, message->size));
    lic_status status = lic_get_error(&cursor, error);
    lic_slice bytes = lic_get_slice(&cursor, SIZE_MAX);
    if (status != LIC_OK || target == NULL) return status;
    lic_put_bytes(target, bytes.data, bytes.size);
    return target->failed ? fail_message(confined, error) : LIC_OK;
}

lic_status lic_host_read(lic_confined *confined, lic_slice path, lic_buffer *target,
                         lic_error *error)
{
    begin(confined, LIC_MESSAGE_READ);
    lic_put_slice(&confined->message, path);
    return ask(confined, target, error);
}

lic_status lic_host_list(lic_confined *confined, lic_slice path, lic_buffer *target,
                         lic_error *error)
{
    begin(confined, LIC_MESSAGE_LIST);
    lic_put_slice(&confined->message, path);
    return ask(confined, target, error);
}

lic_status lic_host_write(lic_confined *confined, lic_slice name, lic_slice bytes, lic_error *error)
{
    begin(confined, LIC_MESSAGE_WRITE);
    lic_put_slice(&confined->message, name);
    lic_put_slice(&confined->message, bytes);
    return ask(confined, NULL, error);
}

lic_status lic_host_call(lic_confined *confined, lic_slice extension, lic_slice function,
                         lic_slice arguments, lic_buffer *target, lic_error *error)
{
    begin(confined, LIC_MESSAGE_CALL);
    lic_put_slice(&confined->message, extension);
    lic_put_slice(&confined->message, function);
    lic_put_slice(&confined->message, arguments);
    return ask(confined, target, error);
}

lic_status lic_host_next(lic_confined *confined, lic_slice told, lic_buffer *target,
                         lic_error *error)
{
    begin(confined, LIC_MESSAGE_NEXT);
    lic_put_slice(&confined->message, told);
    return ask(confined, target, error);
}

/* -- the host answers ------------------------------------------------------------------------------------------ */

static lic_status refuse(const char *what, lic_error *error)
{
    return lic_fail(error, LIC_DENIED, "service", "see which commands allow it",
                    "this command does not %s", what);
}

static lic_status do_read(const lic_host_services *services, lic_cursor *cursor, lic_buffer *target,
                          lic_error *error)
{
    lic_slice path = lic_get_slice(cursor, SIZE_MAX);
    if (cursor->failed) return LIC_OK;
    if (services->read == NULL) return refuse("read files", error);
    return services->read(services->context, path, target, error);
}

static lic_status do_list(const lic_host_services *services, lic_cursor *cursor, lic_buffer *target,
                          lic_error *error)
{
    lic_slice path = lic_get_slice(cursor, SIZE_MAX);
    if (cursor->failed) return LIC_OK;
    if (services->list == NULL) return refuse("list folders", error);
    return services->list(services->context, path, target, error);
}

static lic_status do_write(const lic_host_services *services, lic_cursor *cursor, lic_error *error)
{
    lic_slice name = lic_get_slice(cursor, SIZE_MAX);
    lic_slice bytes = lic_get_slice(cursor, SIZE_MAX);
    if (cursor->failed) return LIC_OK;
    if (services->write == NULL) return refuse("write", error);
    return services->write(services->context, name, bytes, error);
}

static lic_status do_call(const lic_host_services *services, lic_cursor *cursor, lic_buffer *target,
                          lic_error *error)
{
    lic_slice extension = lic_get_slice(cursor, SIZE_MAX);
    lic_slice function = lic_get_slice(cursor, SIZE_MAX);
    lic_slice arguments = lic_get_slice(cursor, SIZE_MAX);
    if (cursor->failed) return LIC_OK;
    if (services->call == NULL) return refuse("use extensions", error);
    return services->call(services->context, extension, function, arguments, target, error);
}

static lic_status do_next(const lic_host_services *services, lic_cursor *cursor, lic_buffer *target,
                          lic_error *error)
{
    lic_slice told = lic_get_slice(cursor, SIZE_MAX);
    if (cursor->failed) return LIC_OK;
    if (services->next == NULL) return refuse("go on", error);
    return services->next(services->context, told, target, error);
}

static lic_status serve(const lic_host_services *services, lic_message kind, lic_cursor *cursor,
                        lic_buffer *target, lic_error *error)
{
    switch (kind) {
    case LIC_MESSAGE_READ: return do_read(services, cursor, target, error);
    case LIC_MESSAGE_LIST: return do_list(services, cursor, target, error);
    case LIC_MESSAGE_WRITE: return do_write(services, cursor, error);
    case LIC_MESSAGE_CALL: return do_call(services, cursor, target, error);
    case LIC_MESSAGE_NEXT: return do_next(services, cursor, target, error);
    case LIC_MESSAGE_DONE: break;
    }
    cursor->failed = true;
    return LIC_OK;
}

bool lic_host_answer(const lic_confine_options *options, lic_message kind, lic_cursor *cursor,
                     lic_buffer *answer)
{
    lic_buffer bytes;
    lic_error error = {0};
    lic_buffer_init(&bytes, options->allocator, (size_t)options->limits.message_bytes);
    lic_status status = serve(&options->services, kind, cursor, &bytes, &error);
    bool sound = lic_cursor_done(cursor);
    if (status == LIC_OK && bytes.failed)
        status = lic_fail(&error, LIC_TOO_LARGE, "message", "make what is read smaller",
                          "the answer is larger than the limit of %llu MiB",
                          (unsigned long long)(options->limits.message_bytes >> 20));
    lic_put_error(answer, status, &error);
    lic_put_slice(answer,
                  status == LIC_OK ? lic_slice_of(bytes.data, bytes.size) : lic_slice_of(NULL, 0));
    lic_buffer_free(&bytes);
    return sound && !answer->failed;
}
