/* convert_host.c - the host's side of a conversion: files in parts, extensions, and what comes out,
 * which is checked before anybody sees it. */
#include "convert_work.h"

#include <licet/converters.h>
#include <licet/project.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

enum { FILES_MAX = 10064, TEXT_MAX = 1 << 20 };
#define SCRIPT_MAX ((size_t)1 << 20)
/* A converter may hold a whole report's rows, and works as long as there are rows. */
#define MEMORY ((uint64_t)2 << 30)
enum { CPU_SECONDS = 3600, WALL_SECONDS = 600 };

typedef struct hosting {
    const lic_convert_options *options;
    lic_project *project; /* of a script's folder; NULL for the product's own */
    int *descriptors;     /* of inputs, then files; -1: not opened yet; -2: at its end */
    size_t count;
} hosting;

/* -- files ------------------------------------------------------------------------------------- */

static const char *path_of(const hosting *h, size_t index)
{
    const lic_convert_options *o = h->options;
    return index < o->input_count ? o->inputs[index].path : o->files[index - o->input_count].path;
}

static lic_status cannot_read(const char *path, lic_error *error)
{
    bool missing = errno == ENOENT || errno == ENOTDIR;
    return lic_fail(error, missing ? LIC_MISSING : LIC_IO, "file",
                    missing ? "give the path of an existing file"
                            : "check the path and its permissions",
                    "cannot read %s: %s", path, strerror(errno));
}

/* gzip's two bytes: what is packed is told at once, not as a defect of every line. */
static lic_status check_packed(const char *path, lic_slice part, bool first, lic_error *error)
{
    if (!first || part.size < 2 || part.data[0] != 0x1f || part.data[1] != 0x8b) return LIC_OK;
    return lic_fail(error, LIC_MALFORMED, "packed", "unpack it first: gunzip --keep FILE",
                    "%s is packed with gzip", path);
}

static lic_status read_part(hosting *h, size_t index, lic_buffer *target, lic_error *error)
{
    const char *path = path_of(h, index);
    int *descriptor = &h->descriptors[index];
    bool first = *descriptor == -1;
    if (*descriptor == -2) return LIC_OK;
    if (first) *descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (*descriptor < 0) {
        *descriptor = -1;
        return cannot_read(path, error);
    }
    size_t before = target->size;
    while (target->size - before < LIC_CONVERT_PART_SIZE) {
        size_t room = LIC_CONVERT_PART_SIZE - (target->size - before);
        if (!lic_buffer_reserve(target, room)) return LIC_NO_MEMORY;
        ssize_t got = read(*descriptor, target->data + target->size, room);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return cannot_read(path, error);
        if (got == 0) break;
        target->size += (size_t)got;
    }
    if (target->size - before < LIC_CONVERT_PART_SIZE) {
        (void)close(*descriptor);
        *descriptor = -2;
    }
    return check_packed(path, lic_slice_of(target->data + before, target->size - before), first,
                        error);
}

/* -- requests ---------------------------------------------------------------------------------- */

static lic_status no_request(lic_error *error)
{
    return lic_fail(error, LIC_MALFORMED, "request",
                    "this is a fault of licet: report it with the script",
                    "the converter's process asks for what there is not");
}

static lic_status call(void *context, lic_slice extension, lic_slice function, lic_slice arguments,
                       lic_buffer *target, lic_error *error)
{
    hosting *h = context;
    lic_cursor from = lic_cursor_of(arguments);
    if (extension.size > 0)
        return lic_extensions_call(h->options->extensions, extension, function, arguments, target,
                                   error);
    uint32_t number = lic_get_u32(&from);
    if (!lic_slice_equal(function, lic_slice_text(LIC_CONVERT_PART)) || !lic_cursor_done(&from) ||
        number == 0 || number > h->count)
        return no_request(error);
    return read_part(h, number - 1, target, error);
}

static lic_slice get_text(lic_cursor *from, bool *good)
{
    lic_slice text = lic_get_slice(from, TEXT_MAX);
    *good = *good && lic_utf8_valid(text);
    return text;
}

static lic_status take_defect(hosting *h, lic_cursor *from, bool *good, lic_error *error)
{
    lic_convert_defect d = {.file = get_text(from, good), .line = lic_get_i64(from)};
    d.record = get_text(from, good);
    d.reason = get_text(from, good);
    d.meaning = get_text(from, good);
    d.words = get_text(from, good);
    *good = *good && lic_cursor_done(from);
    return *good ? h->options->sink.defect(h->options->sink.context, &d, error) : LIC_OK;
}

static lic_status take_total(hosting *h, lic_cursor *from, bool *good, lic_error *error)
{
    lic_convert_total t = {.file = get_text(from, good), .line = lic_get_i64(from)};
    t.what = get_text(from, good);
    t.key = get_text(from, good);
    t.stated = get_text(from, good);
    t.found = get_text(from, good);
    t.agrees = lic_get_u8(from) != 0;
    *good = *good && lic_cursor_done(from);
    return *good ? h->options->sink.total(h->options->sink.context, &t, error) : LIC_OK;
}

static lic_status take_sum(hosting *h, lic_cursor *from, bool *good, lic_error *error)
{
    lic_convert_sum s = {.what = get_text(from, good), .key = get_text(from, good)};
    s.value = get_text(from, good);
    s.currency = get_text(from, good);
    *good = *good && lic_cursor_done(from);
    return *good ? h->options->sink.sum(h->options->sink.context, &s, error) : LIC_OK;
}

static lic_status take_columns(hosting *h, lic_cursor *from, bool *good, lic_error *error)
{
    lic_slice names = get_text(from, good);
    *good = *good && lic_cursor_done(from);
    return *good ? h->options->sink.columns(h->options->sink.context, names, error) : LIC_OK;
}

static lic_status take(void *context, lic_slice kind, lic_slice bytes, lic_error *error)
{
    static const struct {
        const char *kind;
        lic_status (*take)(hosting *h, lic_cursor *from, bool *good, lic_error *error);
    } takers[] = {{"columns", take_columns},
                  {"defect", take_defect},
                  {"total", take_total},
                  {"sum", take_sum}};
    hosting *h = context;
    bool good = true;
    if (lic_slice_equal(kind, lic_slice_text("rows"))) {
        if (!lic_utf8_valid(bytes)) return no_request(error);
        return h->options->sink.rows(h->options->sink.context, bytes, error);
    }
    for (size_t i = 0; i < LIC_COUNT(takers); i++) {
        if (!lic_slice_equal(kind, lic_slice_text(takers[i].kind))) continue;
        lic_cursor from = lic_cursor_of(bytes);
        lic_status status = takers[i].take(h, &from, &good, error);
        return good ? status : no_request(error);
    }
    return no_request(error);
}

static lic_status read_file(void *context, lic_slice path, lic_buffer *target, lic_error *error)
{
    hosting *h = context;
    if (h->project != NULL) return lic_project_read(h->project, path, target, error);
    return lic_fail(error, LIC_DENIED, "path", "name the file: --with NAME=FILE",
                    "a converter reads the files that were named, and modules of its own folder");
}

static lic_status list_folder(void *context, lic_slice path, lic_buffer *target, lic_error *error)
{
    hosting *h = context;
    if (h->project != NULL) return lic_project_list(h->project, path, target, error);
    return read_file(context, path, target, error);
}

/* -- a run ------------------------------------------------------------------------------------- */

/* One of the product's, or a file's text into `text`; h->project is the file's folder then. */
static lic_status find_converter(hosting *h, lic_convert_start *start, lic_buffer *text,
                                 lic_error *error)
{
    const lic_convert_options *o = h->options;
    char folder[PATH_MAX];
    if (lic_converter_source(lic_slice_text(o->converter), &start->text)) return LIC_OK;
    const char *last = strrchr(o->converter, '/');
    size_t size = last == NULL ? 1 : (size_t)(last - o->converter) + 1;
    if (last == NULL && strchr(o->converter, '.') == NULL)
        return lic_fail(error, LIC_MISSING, "converter",
                        "licet convert --list shows them; a file of your own ends with .lua",
                        "no converter %s", o->converter);
    if (size >= sizeof folder)
        return lic_fail(error, LIC_TOO_LARGE, "path", "give a shorter path", "too long a path");
    memcpy(folder, last == NULL ? "." : o->converter, size);
    folder[size] = '\0';
    start->shown = last == NULL ? o->converter : last + 1;
    LIC_TRY(lic_project_open(folder, SCRIPT_MAX, o->allocator, &h->project, error));
    LIC_TRY(lic_project_read(h->project, lic_slice_text(start->shown), text, error));
    start->text = lic_slice_of(text->data, text->size);
    return LIC_OK;
}

static lic_status check_files(const hosting *h, lic_error *error)
{
    for (size_t i = 0; i < h->count; i++)
        if (access(path_of(h, i), R_OK) != 0) return cannot_read(path_of(h, i), error);
    return LIC_OK;
}

/* Errors that a script raises have no help of their own. */
static lic_status advise(lic_status status, lic_error *error)
{
    static const char help[] = "docs/spec/converting.md says what a converter takes and does";
    if (error != NULL && error->help[0] == '\0') memcpy(error->help, help, sizeof help);
    return status;
}

static lic_status run(hosting *h, lic_error *error)
{
    lic_buffer text;
    lic_convert_start start = {.options = h->options, .shown = h->options->converter};
    lic_confine_options confine = {.services = {.context = h,
                                                .read = read_file,
                                                .list = list_folder,
                                                .write = take,
                                                .call = call},
                                   .allocator = h->options->allocator,
                                   .clock = h->options->clock,
                                   .quiet = h->options->quiet};
    lic_confine_limits_init(&confine.limits);
    confine.limits.cpu_seconds = CPU_SECONDS;
    confine.limits.wall_seconds = WALL_SECONDS;
    confine.limits.memory_bytes = MEMORY;
    lic_buffer_init(&text, h->options->allocator, SCRIPT_MAX);
    lic_status status = find_converter(h, &start, &text, error);
    if (status == LIC_OK) status = check_files(h, error);
    if (status == LIC_OK)
        status = lic_confine_run(&confine, lic_convert_child, &start, NULL, error);
    lic_buffer_free(&text);
    lic_project_close(h->project);
    return status == LIC_OK ? LIC_OK : advise(status, error);
}

lic_status lic_convert_run(const lic_convert_options *options, lic_error *error)
{
    hosting h = {.options = options, .count = options->input_count + options->file_count};
    if (h.count > FILES_MAX)
        return lic_fail(error, LIC_TOO_LARGE, "files", "convert fewer at once", "too many files");
    h.descriptors = lic_allocate_zero(options->allocator, h.count + 1, sizeof *h.descriptors);
    if (h.descriptors == NULL) return LIC_NO_MEMORY;
    for (size_t i = 0; i < h.count; i++) h.descriptors[i] = -1;
    lic_status status = run(&h, error);
    for (size_t i = 0; i < h.count; i++)
        if (h.descriptors[i] >= 0) (void)close(h.descriptors[i]);
    lic_release(options->allocator, h.descriptors, (h.count + 1) * sizeof *h.descriptors);
    return status;
}
