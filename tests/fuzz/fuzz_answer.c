/* Any bytes as what an extension's process sends: the caller takes values of the declared types and
 * UTF-8 alone, and a call ends with a result or an error that names the function. */
#include "plugin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char interface[] =
    "interface 1\nextension e 1\nrelease r\nstatus 1 stale \"old\"\n"
    "callback keep (n int64, name text, raw bytes, small int32, large uint64, yes bool) -> bool\n"
    "callback row (line int64, cells text)\n"
    "function all (keep callback keep, row callback row, a out int64, b out uint64, c out int32, "
    "d out bool, t out text, raw out bytes, failure out text) -> status\n"
    "function plain (row callback row, t out text) -> int64\n";

static void require(bool good, const char *what)
{
    if (good) return;
    fprintf(stderr, "%s\n", what);
    abort();
}

static void check(const lic_value *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        require(values[i].type >= LIC_VALUE_INT64 && values[i].type <= LIC_VALUE_BYTES, "a type");
        if (values[i].type == LIC_VALUE_TEXT) require(lic_utf8_valid(values[i].as.bytes), "UTF-8");
    }
}

static lic_status answer(void *context, const lic_value *values, size_t count, lic_value *result,
                         lic_error *error)
{
    unsigned *left = context;
    check(values, count);
    if (result->type == LIC_VALUE_BOOL) result->as.truth = true;
    return (*left)-- == 0 ? lic_fail(error, LIC_IO, "mine", "help", "no more") : LIC_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static lic_interface *face;
    lic_error error = {0};
    int ends[2];
    if (size < 1 || size > 60000) return 0; /* what a socket holds without a reader */
    if (face == NULL)
        require(lic_interface_parse(lic_slice_text(interface), "e", &lic_allocator_system, &face,
                                    &error) == LIC_OK,
                error.text);
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) return 0;
    bool sent = send(ends[1], data + 1, size - 1, MSG_NOSIGNAL) == (ssize_t)size - 1;
    (void)shutdown(ends[1], SHUT_WR);
    lic_plugin plugin = {.allocator = &lic_allocator_system,
                         .face = face,
                         .process = {.channel = ends[0], .words = -1},
                         .options = {.call_ms = 1000}};
    lic_buffer_init(&plugin.sending, &lic_allocator_system, LIC_PLUGIN_MESSAGE_MAX + 4);
    lic_buffer_init(&plugin.incoming, &lic_allocator_system, LIC_PLUGIN_MESSAGE_MAX);
    unsigned left = data[0] / 2;
    const lic_handler handler = {&left, answer};
    const lic_value handlers[] = {{LIC_VALUE_CALLBACK, {.handler = &handler}},
                                  {LIC_VALUE_CALLBACK, {.handler = &handler}}};
    lic_value results[8];
    size_t function = data[0] % 2;
    lic_status status = !sent ? LIC_IO
                              : lic_plugin_call(&plugin, function, handlers, function == 0 ? 2 : 1,
                                                results, &error);
    if (status == LIC_OK) check(results, lic_plugin_result_count(&face->functions[function]));
    else if (sent) require(error.text[0] != '\0', "no words");
    lic_buffer_free(&plugin.sending);
    lic_buffer_free(&plugin.incoming);
    (void)close(ends[0]);
    (void)close(ends[1]);
    return 0;
}
