/* project.c - the folder of a project: a walk from folder to folder, each opened from the one before. */
#include <licet/project.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_STEP = 64 * 1024, NAME_ROOM = 256 };

struct lic_project {
    const lic_allocator *allocator;
    int folder;
    size_t max_file_bytes;
    lic_project_observer observer;
};

lic_status lic_project_open(const char *folder, size_t max_file_bytes,
                            const lic_allocator *allocator, lic_project **project, lic_error *error)
{
    *project = NULL;
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return lic_fail(error, LIC_MISSING, "folder", "give the path of an existing folder",
                        "cannot open the folder %s: %s", folder, strerror(errno));
    lic_project *made = lic_allocate(allocator, sizeof *made);
    if (made == NULL) {
        (void)close(descriptor);
        return lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory");
    }
    *made = (lic_project){
        .allocator = allocator, .folder = descriptor, .max_file_bytes = max_file_bytes};
    *project = made;
    return LIC_OK;
}

void lic_project_close(lic_project *project)
{
    if (project == NULL) return;
    (void)close(project->folder);
    lic_release(project->allocator, project, sizeof *project);
}

void lic_project_observe(lic_project *project, const lic_project_observer *observer)
{
    project->observer = *observer;
}

static void tell_asked(const lic_project *project, lic_slice path)
{
    if (project->observer.asked != NULL) project->observer.asked(project->observer.context, path);
}

/* -- paths ------------------------------------------------------------------------------------------------- */

/* The name that begins `rest`, which is left with what stands behind the slash. */
static lic_slice take_name(lic_slice *rest)
{
    const uint8_t *slash = rest->size == 0 ? NULL : memchr(rest->data, '/', rest->size);
    size_t size = slash == NULL ? rest->size : (size_t)(slash - rest->data);
    lic_slice name = lic_slice_of(rest->data, size);
    size_t used = slash == NULL ? size : size + 1;
    *rest = lic_slice_of(rest->data + used, rest->size - used);
    return name;
}

static bool is_plain(lic_slice name)
{
    if (name.size == 0 || name.size >= NAME_ROOM) return false;
    if (memchr(name.data, '\0', name.size) != NULL) return false;
    return !lic_slice_equal(name, lic_slice_text(".")) &&
           !lic_slice_equal(name, lic_slice_text(".."));
}

bool lic_project_path_valid(lic_slice path)
{
    if (path.size == 0 || path.size > LIC_PROJECT_PATH_MAX) return false;
    if (path.data[path.size - 1] == '/') return false;
    lic_slice rest = path;
    while (rest.size > 0)
        if (!is_plain(take_name(&rest))) return false;
    return true;
}

static lic_status denied(lic_slice path, const char *why, lic_error *error)
{
    return lic_fail(error, LIC_DENIED, "path",
                    "files are read beneath the project's folder: no `..`, no absolute path, no "
                    "symbolic link, regular files alone",
                    "%.*s: %s", (int)(path.size < 200 ? path.size : 200), (const char *)path.data,
                    why);
}

static lic_status failed(lic_slice path, lic_error *error)
{
    bool missing = errno == ENOENT;
    if (errno == ELOOP) return denied(path, "there is a symbolic link on the way", error);
    if (errno == ENOTDIR)
        return denied(path, "there is a symbolic link or a file on the way", error);
    return lic_fail(error, missing ? LIC_MISSING : LIC_IO, missing ? "missing" : "file",
                    missing ? "give a path beneath the project's folder"
                            : "check the file's permissions",
                    "%.*s: %s", (int)path.size, (const char *)path.data, strerror(errno));
}

/* Opens one name in a folder. What is neither file nor folder is not opened at all: opening a device can
 * do something. The look before is repeated on what was opened. */
static int open_name(int folder, lic_slice name, bool wants_folder, bool *special)
{
    char text[NAME_ROOM];
    struct stat about;
    memcpy(text, name.data, name.size);
    text[name.size] = '\0';
    if (fstatat(folder, text, &about, AT_SYMLINK_NOFOLLOW) != 0) return -1;
    *special = !S_ISREG(about.st_mode) && !S_ISDIR(about.st_mode) && !S_ISLNK(about.st_mode);
    if (!wants_folder) *special = *special || S_ISDIR(about.st_mode);
    if (*special) return -1;
    int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    int descriptor = openat(folder, text, wants_folder ? flags | O_DIRECTORY : flags);
    if (descriptor < 0 || fstat(descriptor, &about) != 0) return descriptor;
    *special = wants_folder ? !S_ISDIR(about.st_mode) : !S_ISREG(about.st_mode);
    if (!*special) return descriptor;
    (void)close(descriptor);
    return -1;
}

/* *descriptor = the file or folder at the path, to be closed by the caller. */
static lic_status walk(const lic_project *project, lic_slice path, bool wants_folder,
                       int *descriptor, lic_error *error)
{
    bool special = false;
    int at = fcntl(project->folder, F_DUPFD_CLOEXEC, 0);
    lic_slice rest = path;
    while (at >= 0 && rest.size > 0) {
        lic_slice name = take_name(&rest);
        int next = open_name(at, name, wants_folder || rest.size > 0, &special);
        int saved = errno;
        (void)close(at);
        errno = saved;
        at = next;
    }
    *descriptor = at;
    if (at >= 0) return LIC_OK;
    return special ? denied(path, wants_folder ? "is no folder" : "is no regular file", error)
                   : failed(path, error);
}

/* -- files -------------------------------------------------------------------------------------------------- */

static lic_status read_all(const lic_project *project, int descriptor, lic_slice path,
                           lic_buffer *target, lic_error *error)
{
    size_t total = 0;
    for (;;) {
        uint8_t step[READ_STEP];
        ssize_t got = read(descriptor, step, sizeof step);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return failed(path, error);
        if (got == 0) return LIC_OK;
        total += (size_t)got;
        if (total <= project->max_file_bytes) lic_put_bytes(target, step, (size_t)got);
        if (total > project->max_file_bytes || target->failed)
            return lic_fail(error, LIC_TOO_LARGE, "size", "give a smaller file",
                            "%.*s is larger than the limit of %zu MiB", (int)path.size,
                            (const char *)path.data, project->max_file_bytes >> 20);
    }
}

lic_status lic_project_read(lic_project *project, lic_slice path, lic_buffer *target,
                            lic_error *error)
{
    int descriptor = -1;
    tell_asked(project, path);
    if (!lic_project_path_valid(path)) return denied(path, "is no plain relative path", error);
    LIC_TRY(walk(project, path, false, &descriptor, error));
    lic_status status = read_all(project, descriptor, path, target, error);
    (void)close(descriptor);
    return status;
}

/* -- folders ------------------------------------------------------------------------------------------------- */

static int by_bytes(const void *a, const void *b)
{
    return lic_slice_compare(*(const lic_slice *)a, *(const lic_slice *)b);
}

/* Reads the names as slices one behind the other. */
static lic_status read_names(int folder, lic_slice path, lic_buffer *names, size_t *count,
                             lic_error *error)
{
    DIR *stream = fdopendir(folder);
    if (stream == NULL) {
        (void)close(folder);
        return failed(path, error);
    }
    for (const struct dirent *entry = NULL; (entry = readdir(stream)) != NULL;) {
        if (entry->d_name[0] == '.') continue;
        lic_put_slice(names, lic_slice_text(entry->d_name));
        if (++*count > LIC_PROJECT_NAMES_MAX || names->failed) break;
    }
    (void)closedir(stream);
    if (*count <= LIC_PROJECT_NAMES_MAX && !names->failed) return LIC_OK;
    return lic_fail(error, LIC_TOO_LARGE, "names", "use folders with fewer files",
                    "%.*s holds more than %u names", (int)path.size, (const char *)path.data,
                    LIC_PROJECT_NAMES_MAX);
}

static lic_status put_sorted(const lic_project *project, const lic_buffer *names, size_t count,
                             lic_buffer *target)
{
    lic_slice *list = lic_allocate_zero(project->allocator, count, sizeof *list);
    lic_cursor cursor = lic_cursor_of(lic_slice_of(names->data, names->size));
    if (list == NULL) return LIC_NO_MEMORY;
    for (size_t i = 0; i < count; i++) list[i] = lic_get_slice(&cursor, NAME_ROOM);
    if (count > 1) qsort(list, count, sizeof *list, by_bytes);
    for (size_t i = 0; i < count; i++) lic_put_slice(target, list[i]);
    lic_release(project->allocator, list, count * sizeof *list);
    return LIC_OK;
}

lic_status lic_project_list(lic_project *project, lic_slice path, lic_buffer *target,
                            lic_error *error)
{
    int descriptor = -1;
    lic_buffer names;
    size_t count = 0;
    tell_asked(project, path);
    if (path.size > 0 && !lic_project_path_valid(path))
        return denied(path, "is no plain relative path", error);
    LIC_TRY(walk(project, path, true, &descriptor, error));
    lic_buffer_init(&names, project->allocator, (size_t)LIC_PROJECT_NAMES_MAX * NAME_ROOM);
    lic_status status = read_names(descriptor, path, &names, &count, error);
    if (status == LIC_OK) status = put_sorted(project, &names, count, target);
    lic_buffer_free(&names);
    return status;
}

/* -- as services ------------------------------------------------------------------------------------------------ */

static lic_status serve_read(void *context, lic_slice path, lic_buffer *target, lic_error *error)
{
    return lic_project_read(context, path, target, error);
}

static lic_status serve_list(void *context, lic_slice path, lic_buffer *target, lic_error *error)
{
    return lic_project_list(context, path, target, error);
}

void lic_project_serve(lic_project *project, lic_host_services *services)
{
    services->context = project;
    services->read = serve_read;
    services->list = serve_list;
}
