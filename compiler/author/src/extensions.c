/* extensions.c - the host's side of a script's extensions: opens them, passes calls on, and hands
 * what comes back over in batches. What the script sends is hostile: each value is read by the type
 * that the interface says, and lic_plugin_begin checks the rest. */
#include <licet/extensions.h>

#include "extension_link.h"

#include <licet/plugin.h>
#include <stdio.h>
#include <string.h>

enum { EXTENSIONS_MAX = 16 };

typedef struct extension {
    lic_plugin *plugin;  /* NULL: described alone */
    lic_interface *face; /* described alone: owned */
    lic_value_type asks; /* what its callback waits for; NOTHING: none waits */
    bool calling;
    char path[LIC_PLUGIN_PATH]; /* of the interface file */
} extension;

struct lic_extensions {
    const lic_allocator *allocator;
    bool only_describe;
    extension list[EXTENSIONS_MAX];
    size_t count;
};

lic_extensions *lic_extensions_create(bool only_describe, const lic_allocator *allocator)
{
    lic_extensions *made = lic_allocate_zero(allocator, 1, sizeof *made);
    if (made == NULL) return NULL;
    made->allocator = allocator;
    made->only_describe = only_describe;
    return made;
}

void lic_extensions_destroy(lic_extensions *extensions)
{
    if (extensions == NULL) return;
    for (size_t i = 0; i < extensions->count; i++) {
        lic_plugin_close(extensions->list[i].plugin);
        lic_interface_destroy(extensions->list[i].face);
    }
    lic_release(extensions->allocator, extensions, sizeof *extensions);
}

static const lic_interface *face_of(const extension *of)
{
    return of->plugin != NULL ? lic_plugin_interface(of->plugin) : of->face;
}

/* -- finding ----------------------------------------------------------------------------------- */

static bool is_name(lic_slice name)
{
    bool good = name.size > 0 && name.size <= LIC_INTERFACE_NAME;
    for (size_t i = 0; good && i < name.size; i++) {
        uint8_t c = name.data[i];
        good = (c >= 'a' && c <= 'z') || (i > 0 && ((c >= '0' && c <= '9') || c == '_'));
    }
    return good;
}

static extension *find(lic_extensions *all, lic_slice name)
{
    for (size_t i = 0; i < all->count; i++)
        if (lic_slice_equal(face_of(&all->list[i])->name, name)) return &all->list[i];
    return NULL;
}

static lic_status read_interface(lic_extensions *all, const char *path, lic_interface **face,
                                 lic_error *error)
{
    static char text[LIC_INTERFACE_MAX + 1];
    FILE *file = fopen(path, "rbe");
    if (file == NULL)
        return lic_fail(error, LIC_MISSING, "interface", "give the path of an interface file",
                        "cannot read %s", path);
    size_t size = fread(text, 1, sizeof text, file);
    (void)fclose(file);
    return lic_interface_parse(lic_slice_of(text, size), path, all->allocator, face, error);
}

static lic_status add(lic_extensions *all, const char *path, extension **added, lic_error *error)
{
    if (all->count == EXTENSIONS_MAX)
        return lic_fail(error, LIC_TOO_LARGE, "extensions", "use fewer in one run",
                        "a script can use %d extensions", EXTENSIONS_MAX);
    extension *made = &all->list[all->count];
    *made = (extension){0};
    if ((size_t)snprintf(made->path, sizeof made->path, "%s", path) >= sizeof made->path)
        return lic_fail(error, LIC_TOO_LARGE, "path", "give a shorter path", "too long a path");
    LIC_TRY(all->only_describe ? read_interface(all, path, &made->face, error)
                               : lic_plugin_open(path, NULL, all->allocator, &made->plugin, error));
    *added = made;
    all->count++;
    return LIC_OK;
}

/* The path of one of the product's; false when there is none of that name. */
static bool product_path(lic_slice name, char path[LIC_PLUGIN_PATH])
{
    lic_error error;
    if (!is_name(name) || lic_plugin_folder(path, &error) != LIC_OK) return false;
    size_t used = strlen(path);
    int put = snprintf(path + used, LIC_PLUGIN_PATH - used, "/%.*s.interface", (int)name.size,
                       (const char *)name.data);
    if (put < 0 || (size_t)put >= LIC_PLUGIN_PATH - used) return false;
    FILE *file = fopen(path, "rbe");
    if (file != NULL) (void)fclose(file);
    return file != NULL;
}

lic_status lic_extensions_allow(lic_extensions *all, const char *path, lic_error *error)
{
    char product[LIC_PLUGIN_PATH];
    extension *added = NULL;
    LIC_TRY(add(all, path, &added, error));
    lic_slice name = face_of(added)->name;
    if (find(all, name) == added && !product_path(name, product)) return LIC_OK;
    return lic_fail(error, LIC_DENIED, "extension", "give it another name",
                    "%s: there is an extension %s already", path, (const char *)name.data);
}

static lic_status get(lic_extensions *all, lic_slice name, extension **found, lic_error *error)
{
    char path[LIC_PLUGIN_PATH];
    *found = find(all, name);
    if (*found != NULL) return LIC_OK;
    if (product_path(name, path)) return add(all, path, found, error);
    return lic_fail(error, LIC_MISSING, "extension",
                    "licet has ddex_dsr and fx_table; allow another with --extension FILE",
                    "no extension %.*s", is_name(name) ? (int)name.size : 0,
                    (const char *)name.data);
}

/* -- events ------------------------------------------------------------------------------------ */

static void put_values(lic_buffer *target, const lic_value *values, size_t count)
{
    for (size_t i = 0; i < count; i++) lic_value_put(target, &values[i]);
}

static lic_status gather(extension *of, lic_buffer *target, lic_error *error)
{
    while (target->size < LIC_EVENTS_BATCH) {
        lic_plugin_step step;
        lic_status status = lic_plugin_next(of->plugin, &step, error);
        if (status != LIC_OK) of->calling = false;
        if (status != LIC_OK) return status;
        if (step.what == LIC_STEP_RETURN) {
            of->calling = false;
            lic_put_u8(target, LIC_EVENT_DONE);
            put_values(target, step.values, step.count);
            return LIC_OK;
        }
        lic_put_u8(target, LIC_EVENT_CALLBACK);
        lic_put_u16(target, (uint16_t)step.parameter);
        put_values(target, step.values, step.count);
        of->asks = step.kind->result;
        if (of->asks == LIC_VALUE_NOTHING) continue;
        lic_put_u8(target, LIC_EVENT_ASK);
        return LIC_OK;
    }
    lic_put_u8(target, LIC_EVENT_MORE);
    return LIC_OK;
}

static lic_status out_of_turn(lic_error *error)
{
    return lic_fail(error, LIC_MALFORMED, "call",
                    "this is a fault of licet: report it with the script",
                    "a call of an extension that cannot be read");
}

static lic_status begin(extension *of, size_t function, lic_slice bytes, lic_buffer *target,
                        lic_error *error)
{
    const lic_signature *signature = &face_of(of)->functions[function];
    lic_value arguments[LIC_INTERFACE_PARAMETERS];
    lic_cursor from = lic_cursor_of(bytes);
    size_t count = 0;
    for (size_t i = 0; i < signature->count; i++) {
        const lic_parameter *one = &signature->parameters[i];
        if (!one->out && !lic_value_get(&from, one->type, &arguments[count++]))
            return out_of_turn(error);
    }
    if (!lic_cursor_done(&from)) return out_of_turn(error);
    LIC_TRY(lic_plugin_begin(of->plugin, function, arguments, count, error));
    of->calling = true;
    return gather(of, target, error);
}

static lic_status reply(extension *of, lic_slice bytes, lic_buffer *target, lic_error *error)
{
    lic_cursor from = lic_cursor_of(bytes);
    uint8_t what = lic_get_u8(&from);
    lic_value answer;
    bool waits = of->asks != LIC_VALUE_NOTHING;
    if (!of->calling) return out_of_turn(error);
    if (what == LIC_REPLY_ABANDON && lic_cursor_done(&from)) {
        of->calling = false;
        of->asks = LIC_VALUE_NOTHING;
        return lic_plugin_abandon(of->plugin, error);
    }
    if (what == LIC_REPLY_ANSWER && waits && lic_value_get(&from, of->asks, &answer) &&
        lic_cursor_done(&from)) {
        of->asks = LIC_VALUE_NOTHING;
        lic_status status = lic_plugin_answer(of->plugin, &answer, error);
        if (status != LIC_OK) of->calling = false;
        return status == LIC_OK ? gather(of, target, error) : status;
    }
    if (what == LIC_REPLY_GO && !waits && lic_cursor_done(&from)) return gather(of, target, error);
    return out_of_turn(error);
}

/* A process that ended is started again when its extension is asked for again, never by a call. */
static lic_status describe(const lic_extensions *all, extension *of, lic_buffer *target,
                           lic_error *error)
{
    lic_plugin *again = NULL;
    if (of->plugin != NULL && lic_plugin_dead(of->plugin)) {
        LIC_TRY(lic_plugin_open(of->path, NULL, all->allocator, &again, error));
        lic_plugin_close(of->plugin);
        of->plugin = again;
    }
    lic_interface_print(face_of(of), target);
    return LIC_OK;
}

lic_status lic_extensions_call(void *context, lic_slice name, lic_slice function,
                               lic_slice arguments, lic_buffer *target, lic_error *error)
{
    lic_extensions *all = context;
    extension *of = NULL;
    LIC_TRY(get(all, name, &of, error));
    if (function.size == 0) return describe(all, of, target, error);
    if (all->only_describe)
        return lic_fail(error, LIC_DENIED, "extension",
                        "stand_in(\"NAME\", { function = ... }) takes its place here",
                        "extension %.*s: tests call no extension", (int)name.size,
                        (const char *)name.data);
    if (lic_slice_equal(function, lic_slice_text("="))) return reply(of, arguments, target, error);
    size_t index = lic_interface_function(face_of(of), function);
    if (index == SIZE_MAX) return out_of_turn(error);
    return begin(of, index, arguments, target, error);
}
