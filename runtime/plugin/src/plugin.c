/* plugin.c - opens an extension: reads its interface file, starts its process, hands over the text
 * and the object's path; and closes it. */
#include "plugin.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Room enough for the layouts and states of a large report; little enough for a small machine. */
#define MEMORY_DEFAULT (UINT64_C(1) << 30)
#define CPU_DEFAULT 3600u    /* nobody waits longer for a conversion */
#define CALL_DEFAULT 120000u /* a part of a file takes milliseconds; a whole table some seconds */

/* -- finding ----------------------------------------------------------------------------------- */

lic_status lic_plugin_folder(char path[LIC_PLUGIN_PATH], lic_error *error)
{
    ssize_t size = readlink("/proc/self/exe", path, LIC_PLUGIN_PATH - 1);
    if (size > 0) {
        path[size] = '\0';
        char *last = strrchr(path, '/');
        size_t left = LIC_PLUGIN_PATH - (size_t)(last + 1 - path);
        int put = snprintf(last + 1, left, "%s", LICET_PLUGIN_FOLDER);
        if (put > 0 && (size_t)put < left) return LIC_OK;
    }
    return lic_fail(error, LIC_CONFIGURATION, "helper", "mount /proc, or name the helper",
                    "the place of this program's executable is not known");
}

static lic_status find_helper(const lic_plugin_options *options, char helper[LIC_PLUGIN_PATH],
                              lic_error *error)
{
    if (options->helper == NULL) LIC_TRY(lic_plugin_folder(helper, error));
    size_t used = options->helper == NULL ? strlen(helper) : 0;
    int put = snprintf(helper + used, LIC_PLUGIN_PATH - used, "%s",
                       options->helper == NULL ? "/licet-extension" : options->helper);
    if (put > 0 && (size_t)put < LIC_PLUGIN_PATH - used) return LIC_OK;
    return lic_fail(error, LIC_CONFIGURATION, "helper", "install licet under a shorter path",
                    "the path of licet-extension is too long");
}

static lic_status cannot_read(const char *path, lic_error *error)
{
    bool missing = errno == ENOENT || errno == ENOTDIR;
    return lic_fail(error, missing ? LIC_MISSING : LIC_IO, "interface",
                    "give the path of an extension's interface file", "cannot read %s: %s", path,
                    strerror(errno));
}

static lic_status read_file(const char *path, lic_buffer *target, lic_error *error)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return cannot_read(path, error);
    lic_status status = LIC_OK;
    for (;;) {
        uint8_t part[4096];
        ssize_t got = read(descriptor, part, sizeof part);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) status = cannot_read(path, error);
        if (got <= 0) break;
        lic_put_bytes(target, part, (size_t)got);
        if (target->size > LIC_INTERFACE_MAX || target->failed) break;
    }
    (void)close(descriptor);
    return target->failed ? LIC_NO_MEMORY : status;
}

/* The object lies beside the interface file unless its path is absolute. Always with a slash, or
 * the loader would look for it in the system's folders. */
static lic_status object_path(const lic_plugin *plugin, const char *path,
                              char object[LIC_PLUGIN_PATH], lic_error *error)
{
    lic_slice name = plugin->face->object;
    const char *last = strrchr(path, '/');
    int folder = last == NULL ? 0 : (int)(last - path);
    int put = 0;
    if (name.data[0] == '/') put = snprintf(object, LIC_PLUGIN_PATH, "%s", (const char *)name.data);
    else if (last == NULL) put = snprintf(object, LIC_PLUGIN_PATH, "./%s", (const char *)name.data);
    else put = snprintf(object, LIC_PLUGIN_PATH, "%.*s/%s", folder, path, (const char *)name.data);
    if (put > 0 && put < LIC_PLUGIN_PATH) return LIC_OK;
    return lic_fail(error, LIC_TOO_LARGE, "object", "give a shorter path",
                    "the path of %s is too long", (const char *)name.data);
}

/* -- losing ------------------------------------------------------------------------------------ */

static void describe_signal(int number, char text[32])
{
    const char *name = sigabbrev_np(number);
    if (name != NULL) (void)snprintf(text, 32, "SIG%s", name);
    else (void)snprintf(text, 32, "signal %d", number);
}

lic_status plugin_lost(lic_plugin *plugin, lic_slice doing, message_outcome outcome,
                       lic_error *error)
{
    process_ending end;
    char what[96], signal[32];
    const char *code = "crashed", *help = "the extension has a bug: tell its author";
    process_end(&plugin->process, outcome != MESSAGE_CLOSED, &end);
    plugin->dead = true;
    if (outcome == MESSAGE_LATE) {
        code = "hung";
        help = "give it less at a time; if that does not help, it has a loop without end";
        (void)snprintf(what, sizeof what, "no answer within %u ms", plugin->options.call_ms);
    } else if (outcome != MESSAGE_CLOSED) {
        code = "protocol";
        (void)snprintf(what, sizeof what, "its process sent no answer that can be");
    } else if (end.signal == SIGXCPU) {
        code = "exhausted";
        help = "give it less, or open it again";
        (void)snprintf(what, sizeof what, "its process used %u seconds of processor time",
                       plugin->options.cpu_seconds);
    } else if (end.signal != 0) {
        describe_signal(end.signal, signal);
        (void)snprintf(what, sizeof what, "its process was ended by %s", signal);
    } else {
        (void)snprintf(what, sizeof what, "it left its process with exit code %d", end.code);
    }
    return lic_fail(error, LIC_EXTENSION, code, help, "extension %s: %.*s: %s%s%s",
                    (const char *)plugin->face->name.data, (int)doing.size,
                    (const char *)doing.data, what, end.words[0] != '\0' ? "; it said: " : "",
                    end.words);
}

/* -- opening ----------------------------------------------------------------------------------- */

/* What may stand in a message to people. */
static bool is_plain(lic_slice text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] < ' ' || text.data[i] == 127) return false;
    return lic_utf8_valid(text);
}

lic_status plugin_take_refusal(lic_plugin *plugin, lic_slice doing, lic_cursor *from,
                               lic_error *error)
{
    char code[32] = "";
    uint32_t status = lic_get_u32(from);
    lic_slice said_code = lic_get_slice(from, sizeof code - 1);
    lic_slice text = lic_get_slice(from, 511), help = lic_get_slice(from, 255);
    bool known = false;
    for (lic_status s = LIC_NO_MEMORY; s <= LIC_EXTENSION; s++) known = known || status == s;
    if (!lic_cursor_done(from) || !known || text.size == 0 || !is_plain(said_code) ||
        !is_plain(text) || !is_plain(help))
        return plugin_lost(plugin, doing, MESSAGE_TOO_BIG, error);
    if (said_code.size > 0) memcpy(code, said_code.data, said_code.size);
    char advice[256] = "";
    if (help.size > 0) memcpy(advice, help.data, help.size);
    return lic_fail(error, (lic_status)status, code, advice, "%.*s", (int)text.size,
                    (const char *)text.data);
}

static lic_status ask_to_open(lic_plugin *plugin, const char *object, lic_error *error)
{
    uint32_t patience = plugin->options.call_ms;
    lic_buffer text;
    lic_buffer_init(&text, plugin->allocator, 2 * LIC_INTERFACE_MAX);
    lic_interface_print(plugin->face, &text);
    lic_buffer_clear(&plugin->sending);
    size_t mark = message_begin(&plugin->sending, MESSAGE_OPEN);
    lic_put_slice(&plugin->sending, lic_slice_of(text.data, text.size));
    lic_put_slice(&plugin->sending, lic_slice_text(object));
    lic_put_u64(&plugin->sending, plugin->options.memory_bytes);
    lic_put_u32(&plugin->sending, plugin->options.cpu_seconds);
    message_end(&plugin->sending, mark);
    bool failed = plugin->sending.failed || text.failed;
    lic_buffer_free(&text);
    if (failed) return LIC_NO_MEMORY;
    message_outcome outcome = message_send(plugin->process.channel, &plugin->sending, &patience);
    if (outcome == MESSAGE_GOOD)
        outcome = message_receive(plugin->process.channel, &plugin->incoming, &patience);
    if (outcome == MESSAGE_GOOD) {
        lic_cursor from = lic_cursor_of(lic_slice_of(plugin->incoming.data, plugin->incoming.size));
        uint8_t kind = lic_get_u8(&from);
        if (kind == MESSAGE_READY && lic_cursor_done(&from)) return LIC_OK;
        if (kind == MESSAGE_FAILED)
            return plugin_take_refusal(plugin, lic_slice_text("open"), &from, error);
        outcome = MESSAGE_TOO_BIG;
    }
    return plugin_lost(plugin, lic_slice_text("open"), outcome, error);
}

static lic_status open_plugin(lic_plugin *plugin, const char *path, lic_error *error)
{
    char helper[LIC_PLUGIN_PATH], object[LIC_PLUGIN_PATH];
    lic_buffer_clear(&plugin->incoming);
    LIC_TRY(read_file(path, &plugin->incoming, error));
    lic_slice text = lic_slice_of(plugin->incoming.data, plugin->incoming.size);
    LIC_TRY(lic_interface_parse(text, path, plugin->allocator, &plugin->face, error));
    LIC_TRY(find_helper(&plugin->options, helper, error));
    LIC_TRY(object_path(plugin, path, object, error));
    LIC_TRY(process_start(helper, &plugin->process, error));
    return ask_to_open(plugin, object, error);
}

lic_status lic_plugin_open(const char *path, const lic_plugin_options *options,
                           const lic_allocator *allocator, lic_plugin **plugin, lic_error *error)
{
    *plugin = NULL;
    lic_plugin *made = lic_allocate_zero(allocator, 1, sizeof *made);
    if (made == NULL) return LIC_NO_MEMORY;
    made->allocator = allocator;
    made->process = (process){.channel = -1, .words = -1};
    if (options != NULL) made->options = *options;
    if (made->options.memory_bytes == 0) made->options.memory_bytes = MEMORY_DEFAULT;
    if (made->options.cpu_seconds == 0) made->options.cpu_seconds = CPU_DEFAULT;
    if (made->options.call_ms == 0) made->options.call_ms = CALL_DEFAULT;
    lic_buffer_init(&made->sending, allocator, LIC_PLUGIN_MESSAGE_MAX + 4);
    lic_buffer_init(&made->incoming, allocator, LIC_PLUGIN_MESSAGE_MAX);
    lic_status status = open_plugin(made, path, error);
    if (status == LIC_OK) *plugin = made;
    else lic_plugin_close(made);
    return status;
}

void lic_plugin_close(lic_plugin *plugin)
{
    if (plugin == NULL) return;
    process_end(&plugin->process, true, NULL);
    lic_buffer_free(&plugin->sending);
    lic_buffer_free(&plugin->incoming);
    lic_interface_destroy(plugin->face);
    lic_release(plugin->allocator, plugin, sizeof *plugin);
}

const lic_interface *lic_plugin_interface(const lic_plugin *plugin)
{
    return plugin->face;
}

bool lic_plugin_dead(const lic_plugin *plugin)
{
    return plugin->dead;
}
