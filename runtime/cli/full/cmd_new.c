/* cmd_new.c - licet new: a folder with an agreement that works, to begin with. What is made is what lies in
 * contracts/ of the sources; nothing is asked of a network. */
#include "author.h"
#include "templates.h"

#include <licet/cli_commands.h>
#include <licet/crypto.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = 4096, TEMPLATES_MAX = 64, FILE_MAX = 4 * LIC_SOURCE_MAX };

typedef struct making {
    lic_cli *cli;
    const lic_template_file *agreement; /* the template's main file */
    const char *folder;                 /* to be made */
    bool made_folder;
    lic_compilation *original;    /* of the main file; owns old_name */
    lic_slice old_name, new_name; /* of the agreement; the same when it keeps its name */
} making;

/* -- the list ------------------------------------------------------------------------------------------ */

/* The heading of the template's README. */
static lic_slice title_of(const char *folder)
{
    const lic_template_file *readme = lic_template_find(folder, "README.md");
    if (readme == NULL) return lic_slice_text("");
    const char *text = (const char *)readme->bytes.data;
    const char *end = memchr(text, '\n', readme->bytes.size);
    size_t size = end == NULL ? readme->bytes.size : (size_t)(end - text);
    size_t skip = size > 2 && text[0] == '#' ? 2 : 0;
    return lic_slice_of(text + skip, size - skip);
}

/* Member `files` of a template: paths within it. */
static void put_files(lic_json *json, const char *folder)
{
    lic_json_key(json, "files");
    lic_json_array(json);
    for (size_t n = 0; lic_template_file_at(n) != NULL; n++) {
        const lic_template_file *file = lic_template_file_at(n);
        if (strcmp(file->folder, folder) != 0) continue;
        lic_json_text(json, file->path);
    }
    lic_json_end(json);
}

static lic_status list_templates(lic_cli *cli)
{
    lic_json json;
    lic_json_init(&json, &cli->out);
    if (cli->json) lic_json_array(&json);
    for (size_t n = 0; lic_template_at(n) != NULL; n++) {
        const char *folder = lic_template_at(n)->folder;
        lic_slice title = title_of(folder);
        if (!cli->json) {
            lic_put_format(&cli->out, "%-18s %.*s\n", folder, (int)title.size,
                           (const char *)title.data);
            continue;
        }
        lic_json_object(&json);
        lic_json_put_text(&json, "template", folder);
        lic_json_put_slice(&json, "title", title);
        put_files(&json, folder);
        lic_json_end(&json);
    }
    if (cli->json) {
        lic_json_end(&json);
        lic_put_u8(&cli->out, '\n');
    }
    return LIC_OK;
}

/* -- another name --------------------------------------------------------------------------------------- */

static lic_compilation *compile(const making *m, lic_slice source)
{
    const lic_compile_options options = {.unit_scale = LIC_AUTHOR_UNIT_SCALE};
    return lic_compile(source, &options, &lic_hasher_native, m->cli->allocator);
}

/* The agreement's text under its new name, if that is a name: the compiler says. */
static lic_status rename_agreement(const making *m, const lic_compilation *original,
                                   lic_buffer *text)
{
    if (!lic_compilation_rename(original, m->new_name, text)) return LIC_NO_MEMORY;
    lic_compilation *renamed = compile(m, lic_slice_of(text->data, text->size));
    if (renamed == NULL) return LIC_NO_MEMORY;
    const lic_image *image = lic_compilation_image(renamed);
    bool good = image != NULL && lic_slice_equal(image->name, m->new_name);
    lic_compilation_destroy(renamed);
    if (good) return LIC_OK;
    return lic_cli_usage(
        m->cli,
        "--name: %.*s cannot name an agreement: a capital letter, then small ones, "
        "capitals and digits, such as %.*s",
        (int)m->new_name.size, (const char *)m->new_name.data, (int)m->old_name.size,
        (const char *)m->old_name.data);
}

static bool is_word(uint8_t byte)
{
    return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
           (byte >= '0' && byte <= '9') || byte == '_';
}

/* The text with the new name wherever the old one stands as a whole word. */
static void rename_in_text(const making *m, lic_slice text, lic_buffer *target)
{
    for (size_t at = 0; at < text.size;) {
        size_t size = 0;
        while (at + size < text.size && is_word(text.data[at + size])) size++;
        lic_slice word = lic_slice_of(text.data + at, size > 0 ? size : 1);
        bool named = lic_slice_equal(word, m->old_name);
        lic_slice written = named ? m->new_name : word;
        lic_put_bytes(target, written.data, written.size);
        at += word.size;
    }
}

static bool ends_with(const char *path, const char *ending)
{
    size_t size = strlen(path), length = strlen(ending);
    return size >= length && strcmp(path + size - length, ending) == 0;
}

/* What a file of the new folder holds: an agreement of the template's name gets the new one in its tree, texts
 * that speak of it where they do. */
static lic_status adapt(const making *m, const lic_template_file *file, lic_buffer *target)
{
    bool agreement = ends_with(file->path, ".lic");
    bool speaks = ends_with(file->path, ".md") || ends_with(file->path, ".lua") ||
                  ends_with(file->path, ".sh");
    if (lic_slice_equal(m->old_name, m->new_name) || (!agreement && !speaks)) {
        lic_put_bytes(target, file->bytes.data, file->bytes.size);
        return LIC_OK;
    }
    if (!agreement) {
        rename_in_text(m, file->bytes, target);
        return LIC_OK;
    }
    lic_compilation *original = compile(m, file->bytes);
    const lic_image *image = original == NULL ? NULL : lic_compilation_image(original);
    lic_status status = LIC_OK;
    if (image != NULL && lic_slice_equal(image->name, m->old_name))
        status = rename_agreement(m, original, target);
    else lic_put_bytes(target, file->bytes.data, file->bytes.size);
    if (original != NULL) lic_compilation_destroy(original);
    return status;
}

/* -- files ---------------------------------------------------------------------------------------------- */

static lic_status fail_making(const making *m, const char *path)
{
    bool missing = errno == ENOENT || errno == ENOTDIR;
    return lic_fail(&m->cli->error, LIC_IO, "file",
                    missing ? "make the folder above it first, or choose another place"
                            : "check the folder's permissions and free space",
                    "cannot make %s: %s", path, strerror(errno));
}

/* FOLDER/PATH; false when it is too long. */
static bool join(const making *m, const char *path, char joined[PATH_SIZE])
{
    int size = snprintf(joined, PATH_SIZE, "%s/%s", m->folder, path);
    return size > 0 && size < PATH_SIZE;
}

/* The folders that a file of the template lies in. */
static lic_status make_folders(const making *m, const lic_template_file *file)
{
    char path[PATH_SIZE];
    if (!join(m, file->path, path)) return LIC_TOO_LARGE;
    for (char *slash = path + strlen(m->folder) + 1; (slash = strchr(slash, '/')) != NULL;) {
        *slash = '\0';
        if (mkdir(path, 0777) != 0 && errno != EEXIST) return fail_making(m, path);
        *slash++ = '/';
    }
    return LIC_OK;
}

static lic_status write_file(const making *m, const lic_template_file *file, lic_slice bytes)
{
    char path[PATH_SIZE];
    LIC_TRY(make_folders(m, file));
    if (!join(m, file->path, path)) return LIC_TOO_LARGE;
    int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                          file->executable ? 0777 : 0666);
    if (descriptor < 0) return fail_making(m, path);
    size_t done = 0;
    while (done < bytes.size) {
        ssize_t put = write(descriptor, bytes.data + done, bytes.size - done);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) break;
        done += (size_t)put;
    }
    int saved = errno;
    bool closed = close(descriptor) == 0;
    if (closed && done == bytes.size) return LIC_OK;
    if (done < bytes.size) errno = saved;
    return fail_making(m, path);
}

/* The folder, which must not hold anything yet. */
static lic_status begin_folder(making *m)
{
    m->made_folder = mkdir(m->folder, 0777) == 0;
    if (m->made_folder) return LIC_OK;
    if (errno != EEXIST) return fail_making(m, m->folder);
    DIR *open = opendir(m->folder);
    size_t entries = 0;
    while (open != NULL && entries < 3 && readdir(open) != NULL) entries++;
    if (open != NULL) closedir(open);
    if (open != NULL && entries <= 2) return LIC_OK; /* "." and ".." */
    return lic_fail(&m->cli->error, LIC_REFUSED, "exists",
                    "give the name of a folder that is not there yet, or is empty",
                    open == NULL ? "%s is there, and is no folder" : "%s is there, and not empty",
                    m->folder);
}

/* Takes back what was made: the folder was empty, so all of it is ours. Folders go when they are empty. */
static void undo(const making *m)
{
    char path[PATH_SIZE];
    for (size_t n = 0; lic_template_file_at(n) != NULL; n++) {
        const lic_template_file *file = lic_template_file_at(n);
        if (strcmp(file->folder, m->agreement->folder) != 0 || !join(m, file->path, path)) continue;
        (void)unlink(path);
        for (char *slash = strrchr(path, '/'); slash > path + strlen(m->folder);
             slash = strrchr(path, '/')) {
            *slash = '\0';
            (void)rmdir(path);
        }
    }
    if (m->made_folder) (void)rmdir(m->folder);
}

static lic_status write_files(const making *m)
{
    lic_status status = LIC_OK;
    for (size_t n = 0; status == LIC_OK && lic_template_file_at(n) != NULL; n++) {
        const lic_template_file *file = lic_template_file_at(n);
        if (strcmp(file->folder, m->agreement->folder) != 0) continue;
        lic_buffer text;
        lic_buffer_init(&text, m->cli->allocator, FILE_MAX);
        status = adapt(m, file, &text);
        if (status == LIC_OK && text.failed) status = LIC_NO_MEMORY;
        if (status == LIC_OK) status = write_file(m, file, lic_slice_of(text.data, text.size));
        lic_buffer_free(&text);
    }
    return status;
}

/* -- the command ---------------------------------------------------------------------------------------- */

static lic_status find_template(lic_cli *cli, const char *name, const lic_template_file **found)
{
    const char *names[TEMPLATES_MAX];
    size_t count = 0;
    for (; count < TEMPLATES_MAX && lic_template_at(count) != NULL; count++) {
        names[count] = lic_template_at(count)->folder;
        *found = lic_template_at(count);
        if (strcmp(names[count], name) == 0) return LIC_OK;
    }
    const char *near = lic_nearest(lic_slice_text(name), names, count);
    return lic_fail(&cli->error, LIC_MISSING, "template", "licet new --list shows all templates",
                    "there is no template %s%s%s", name, near == NULL ? "" : "; did you mean ",
                    near == NULL ? "" : near);
}

static void tell(const making *m)
{
    lic_cli *cli = m->cli;
    if (cli->json) {
        lic_json json;
        lic_json_init(&json, &cli->out);
        lic_json_object(&json);
        lic_json_put_text(&json, "template", m->agreement->folder);
        lic_json_put_text(&json, "folder", m->folder);
        lic_json_put_slice(&json, "agreement", m->new_name);
        put_files(&json, m->agreement->folder);
        lic_json_end(&json);
        lic_put_u8(&cli->out, '\n');
    }
    for (size_t n = 0; !cli->json && lic_template_file_at(n) != NULL; n++) {
        const lic_template_file *file = lic_template_file_at(n);
        if (strcmp(file->folder, m->agreement->folder) == 0)
            lic_put_format(&cli->out, "%s/%s\n", m->folder, file->path);
    }
    lic_cli_say(cli, "made %s with the agreement %.*s; begin with %s/README.md", m->folder,
                (int)m->new_name.size, (const char *)m->new_name.data, m->folder);
}

static lic_status make(making *m)
{
    const char *name = lic_cli_value(m->cli, LIC_OPTION_NAME);
    LIC_TRY(lic_crypto_start(&m->cli->error));
    m->original = compile(m, m->agreement->bytes);
    const lic_image *image = m->original == NULL ? NULL : lic_compilation_image(m->original);
    if (image == NULL) return LIC_NO_MEMORY; /* every template compiles: a test sees to it */
    m->old_name = image->name;
    m->new_name = name == NULL ? image->name : lic_slice_text(name);
    LIC_TRY(begin_folder(m));
    lic_status status = write_files(m);
    if (status == LIC_OK) tell(m);
    else undo(m);
    return status;
}

lic_status lic_cmd_new(lic_cli *cli)
{
    if (lic_cli_has(cli, LIC_OPTION_LIST)) {
        if (cli->operand_count > 0) return lic_cli_usage(cli, "--list takes no operands");
        return list_templates(cli);
    }
    if (cli->operand_count == 0)
        return lic_cli_usage(cli, "which template: licet new --list shows them");
    making m = {.cli = cli};
    LIC_TRY(find_template(cli, cli->operands[0], &m.agreement));
    m.folder = cli->operand_count > 1 ? cli->operands[1] : m.agreement->folder;
    lic_status status = make(&m);
    if (m.original != NULL) lic_compilation_destroy(m.original);
    return status;
}
