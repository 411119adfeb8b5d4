/* main.c - licet-extension, started by licet for one extension: takes OPEN, loads, then answers
 * calls until its caller is gone. By hand it prints C prototypes for an interface file, for
 * builds. */
#include "helper.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define PROGRAM "licet-extension"

#if LICET_WATCHED
/* An extension that leaves by exit would be asked for leaks, which a confined process cannot look
 * for. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "detect_leaks=0";
}
#endif

/* _exit, not exit: what the extension registered with atexit is no business of its caller's. */
static LIC_NORETURN void leave(int code)
{
    _exit(code);
}

void helper_flush(helper *of)
{
    if (of->sending.failed) leave(70);
    if (of->sending.size == 0) return;
    if (message_send(MESSAGE_DESCRIPTOR, &of->sending, NULL) != MESSAGE_GOOD) leave(0);
    lic_buffer_clear(&of->sending);
}

static lic_status take_open(helper *to, lic_error *error)
{
    lic_cursor from = lic_cursor_of(lic_slice_of(to->incoming.data, to->incoming.size));
    uint8_t kind = lic_get_u8(&from);
    lic_slice text = lic_get_slice(&from, LIC_PLUGIN_MESSAGE_MAX);
    lic_slice object = lic_get_slice(&from, LIC_PLUGIN_PATH - 1);
    uint64_t memory = lic_get_u64(&from);
    uint32_t cpu = lic_get_u32(&from);
    char path[LIC_PLUGIN_PATH];
    if (kind != MESSAGE_OPEN || !lic_cursor_done(&from) || object.size == 0) leave(64);
    memcpy(path, object.data, object.size);
    path[object.size] = '\0';
    LIC_TRY(
        lic_interface_parse(text, "the interface file", &lic_allocator_system, &to->face, error));
    if (!helper_limit(memory, cpu)) {
        return lic_fail(error, LIC_CONFIGURATION, "limits", "raise this user's hard limits",
                        "the limits of an extension's process cannot be set");
    }
    LIC_TRY(helper_load(to, path, error));
    helper_confine();
    return LIC_OK;
}

/* The loader's messages hold paths, and those hold anything. */
static void put_plain(lic_buffer *target, const char *text)
{
    lic_slice from = lic_slice_text(text);
    bool valid = lic_utf8_valid(from);
    lic_put_u32(target, (uint32_t)from.size);
    for (size_t i = 0; i < from.size; i++) {
        uint8_t byte = from.data[i];
        bool good = byte >= ' ' && byte != 127 && (byte < 128 || valid);
        lic_put_u8(target, good ? byte : (uint8_t)'?');
    }
}

static void answer_open(helper *to, lic_status status, const lic_error *error)
{
    size_t mark = message_begin(&to->sending, status == LIC_OK ? MESSAGE_READY : MESSAGE_FAILED);
    if (status != LIC_OK) {
        bool told = error->text[0] != '\0';
        lic_put_u32(&to->sending, (uint32_t)status);
        put_plain(&to->sending, told ? error->code : lic_status_id(status));
        put_plain(&to->sending, told ? error->text : lic_status_message(status));
        put_plain(&to->sending, error->help);
    }
    message_end(&to->sending, mark);
    helper_flush(to);
}

static LIC_NORETURN void serve(void)
{
    static helper self;
    lic_error error = {0};
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    lic_buffer_init(&self.incoming, &lic_allocator_system, LIC_PLUGIN_MESSAGE_MAX);
    lic_buffer_init(&self.sending, &lic_allocator_system, LIC_PLUGIN_MESSAGE_MAX + 4);
    if (message_receive(MESSAGE_DESCRIPTOR, &self.incoming, NULL) != MESSAGE_GOOD) leave(0);
    lic_status status = take_open(&self, &error);
    answer_open(&self, status, &error);
    if (status != LIC_OK) leave(0);
    for (;;) {
        if (message_receive(MESSAGE_DESCRIPTOR, &self.incoming, NULL) != MESSAGE_GOOD) leave(0);
        lic_cursor from = lic_cursor_of(lic_slice_of(self.incoming.data, self.incoming.size));
        uint8_t kind = lic_get_u8(&from);
        uint16_t function = lic_get_u16(&from);
        if (kind != MESSAGE_CALL || from.failed || function >= self.face->function_count) leave(64);
        helper_call(&self, function, &from);
        helper_flush(&self);
    }
}

/* -- by hand ----------------------------------------------------------------------------------- */

static int print_prototypes(const char *path)
{
    static char text[LIC_INTERFACE_MAX + 1];
    lic_error error = {0};
    lic_interface *face = NULL;
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fprintf(stderr, PROGRAM ": cannot read %s\n", path);
        return 66;
    }
    size_t size = fread(text, 1, sizeof text, file);
    (void)fclose(file);
    lic_status status = lic_interface_parse(lic_slice_of(text, size), path, &lic_allocator_system,
                                            &face, &error);
    if (status != LIC_OK) {
        fprintf(stderr, PROGRAM ": %s\n", error.text);
        return lic_status_exit(status);
    }
    lic_buffer header;
    lic_buffer_init(&header, &lic_allocator_system, (size_t)1 << 20);
    lic_interface_print_header(face, &header);
    bool good = !header.failed && fwrite(header.data, 1, header.size, stdout) == header.size &&
                fflush(stdout) == 0;
    lic_buffer_free(&header);
    lic_interface_destroy(face);
    return good ? 0 : 74;
}

int main(int count, char **arguments)
{
    if (count == 2 && strcmp(arguments[1], "--serve") == 0) serve();
    if (count == 3 && strcmp(arguments[1], "--prototypes") == 0)
        return print_prototypes(arguments[2]);
    fprintf(stderr, "usage: " PROGRAM " --prototypes FILE.interface\n"
                    "licet starts it for each extension; `licet extension` is for people\n");
    return 64;
}
