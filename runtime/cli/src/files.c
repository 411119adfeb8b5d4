/* files.c - whole files in and out for commands. A result is written beside its place, synced and
 * renamed, so that nobody sees half of it. */
#include <licet/cli.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_STEP = 64 * 1024 };

static lic_status fail_writing(lic_cli *cli, const char *path)
{
    bool missing = errno == ENOENT || errno == ENOTDIR;
    return lic_fail(&cli->error, LIC_IO, "file",
                    missing ? "make the folder first, or choose another place"
                            : "check the folder's permissions and free space",
                    "cannot write %s: %s", path, strerror(errno));
}

static lic_status fail_file(lic_cli *cli, const char *doing, const char *path)
{
    bool missing = errno == ENOENT || errno == ENOTDIR;
    return lic_fail(&cli->error, missing ? LIC_MISSING : LIC_IO, missing ? "missing" : "file",
                    missing ? "give the path of an existing file"
                            : "check the path and its permissions",
                    "cannot %s %s: %s", doing, path, strerror(errno));
}

static lic_status read_all(lic_cli *cli, int descriptor, const char *path, lic_buffer *target)
{
    for (;;) {
        size_t room = target->max - target->size;
        if (room == 0) {
            return lic_fail(&cli->error, LIC_TOO_LARGE, "size", "give a smaller file",
                            "%s is larger than %zu bytes", path, target->max - 1);
        }
        if (room > READ_STEP) room = READ_STEP;
        size_t spare = target->capacity - target->size;
        if (spare > room) room = spare; /* one byte more than the file tells its end */
        if (!lic_buffer_reserve(target, room)) return LIC_NO_MEMORY;
        ssize_t got = read(descriptor, target->data + target->size, room);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return fail_file(cli, "read", path);
        if (got == 0) return LIC_OK;
        target->size += (size_t)got;
    }
}

lic_status lic_file_read(lic_cli *cli, const char *path, lic_buffer *target)
{
    if (strcmp(path, "-") == 0) return read_all(cli, STDIN_FILENO, "standard input", target);
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return fail_file(cli, "open", path);
    /* Room for all of a regular file at once: growing would copy it several times. */
    struct stat about;
    bool sized = fstat(descriptor, &about) == 0 && S_ISREG(about.st_mode) && about.st_size > 0 &&
                 (uintmax_t)about.st_size < target->max - target->size;
    if (sized) (void)lic_buffer_reserve(target, (size_t)about.st_size + 1);
    lic_status status = read_all(cli, descriptor, path, target);
    (void)close(descriptor);
    return status;
}

static bool write_all(int descriptor, lic_slice bytes)
{
    size_t done = 0;
    while (done < bytes.size) {
        ssize_t put = write(descriptor, bytes.data + done, bytes.size - done);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return false;
        done += (size_t)put;
    }
    return true;
}

/* -- a file in the making, beside its place ----------------------------------------------------------------- */

typedef struct lic_output {
    const char *path;
    char *temporary;
    size_t size; /* of that name, with its zero */
    int descriptor;
} lic_output;

static lic_status begin(lic_cli *cli, lic_output *output, const char *path)
{
    *output = (lic_output){.path = path, .size = strlen(path) + sizeof ".XXXXXX"};
    output->temporary = lic_allocate(cli->allocator, output->size);
    if (output->temporary == NULL) return LIC_NO_MEMORY;
    (void)snprintf(output->temporary, output->size, "%s.XXXXXX", path);
    output->descriptor = mkstemp(output->temporary);
    if (output->descriptor >= 0) return LIC_OK;
    lic_status status = fail_writing(cli, path);
    lic_release(cli->allocator, output->temporary, output->size);
    return status;
}

static bool complete(const lic_output *output, bool synced)
{
    struct stat old;
    mode_t mode = stat(output->path, &old) == 0 ? old.st_mode & 0777 : 0644;
    return fchmod(output->descriptor, mode) == 0 && (!synced || fsync(output->descriptor) == 0);
}

/* It takes its place, or goes. */
static lic_status end(lic_cli *cli, lic_output *output, lic_status status, bool synced)
{
    bool good = status == LIC_OK && complete(output, synced);
    int saved = errno;
    if (close(output->descriptor) != 0 && good) good = false;
    else errno = saved;
    good = good && rename(output->temporary, output->path) == 0;
    if (!good && status == LIC_OK) status = fail_writing(cli, output->path);
    if (!good) (void)unlink(output->temporary);
    lic_release(cli->allocator, output->temporary, output->size);
    return status;
}

static lic_status put(lic_cli *cli, const lic_output *output, lic_slice bytes)
{
    return write_all(output->descriptor, bytes) ? LIC_OK : fail_writing(cli, output->path);
}

static lic_status write_file(lic_cli *cli, const char *path, lic_slice bytes, bool synced)
{
    lic_output output;
    LIC_TRY(begin(cli, &output, path));
    return end(cli, &output, put(cli, &output, bytes), synced);
}

lic_status lic_file_write(lic_cli *cli, const char *path, lic_slice bytes)
{
    if (strcmp(path, "-") != 0) return write_file(cli, path, bytes, true);
    lic_put_bytes(&cli->out, bytes.data, bytes.size);
    return lic_cli_flush(cli, true);
}

lic_status lic_file_write_many(lic_cli *cli, const char *path, lic_slice bytes)
{
    return write_file(cli, path, bytes, false);
}

/* -- data that goes to a file as it comes ------------------------------------------------------------------- */

lic_status lic_output_begin(lic_cli *cli, const char *path)
{
    LIC_ASSERT(cli->file == NULL);
    if (strcmp(path, "-") == 0) return LIC_OK;
    lic_output *output = lic_allocate(cli->allocator, sizeof *output);
    if (output == NULL) return LIC_NO_MEMORY;
    lic_status status = begin(cli, output, path);
    if (status == LIC_OK) cli->file = output;
    else lic_release(cli->allocator, output, sizeof *output);
    return status;
}

lic_status lic_output_put(lic_cli *cli, lic_slice bytes)
{
    return put(cli, cli->file, bytes);
}

lic_status lic_output_end(lic_cli *cli, lic_status status)
{
    lic_output *output = cli->file;
    if (output == NULL) return status;
    if (status == LIC_OK) status = lic_cli_flush(cli, true);
    lic_buffer_clear(&cli->out);
    cli->file = NULL;
    status = end(cli, output, status, true);
    lic_release(cli->allocator, output, sizeof *output);
    return status;
}
