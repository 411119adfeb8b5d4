/* kill_at.c - kills the process that it is loaded into (LD_PRELOAD) at its n-th call that changes a file: before the call,
 * in the middle of a write, or after it. What a process does between two such calls leaves no trace that outlives it, so
 * that these are all moments at which it can die.
 *
 * LICET_KILL_AT: "N HOW": the call from 1, "before", "half" or "after"; 0: none. The file that LICET_KILL_LIST names gets a
 * line for each call: what it does ("write", "sync", "cut", "remove", "rename"), and the name of its file. */
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_ulong calls;
static unsigned long fatal;
static char how[16];
static FILE *list;

__attribute__((constructor)) static void begin(void)
{
    const char *wanted = getenv("LICET_KILL_AT");
    const char *path = getenv("LICET_KILL_LIST");
    if (wanted != NULL) (void)sscanf(wanted, "%lu %15s", &fatal, how);
    if (path != NULL) list = fopen(path, "w");
}

__attribute__((destructor)) static void end(void)
{
    if (list != NULL) (void)fclose(list);
}

static void die(void)
{
    (void)kill(getpid(), SIGKILL);
    for (;;) (void)pause();
}

/* True: this is the call, and it was not made yet. */
static int fatal_before(const char *what, const char *path)
{
    unsigned long call = atomic_fetch_add(&calls, 1) + 1;
    const char *slash = strrchr(path, '/');
    if (list != NULL) (void)fprintf(list, "%s %s\n", what, slash == NULL ? path : slash + 1);
    if (fatal == 0 || call != fatal) return 0;
    if (strcmp(how, "before") == 0) die();
    return 1;
}

static int fatal_before_file(const char *what, int file)
{
    char link[64], path[PATH_MAX] = "";
    (void)snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t size = list != NULL ? readlink(link, path, sizeof path - 1) : 0;
    path[size > 0 ? size : 0] = '\0';
    return fatal_before(what, path);
}

#define REAL(name, type) \
    static type real;    \
    if (real == NULL) *(void **)(&real) = dlsym(RTLD_NEXT, name)

typedef ssize_t write_at(int, const void *, size_t, off_t);
typedef ssize_t write_on(int, const void *, size_t);
typedef int on_file(int);
typedef int cut(int, off_t);
typedef int on_path(const char *);
typedef int renaming(int, const char *, int, const char *, unsigned);

static ssize_t write_through(write_at *real, int file, const void *bytes, size_t size, off_t offset)
{
    int last = fatal_before_file("write", file);
    if (last && strcmp(how, "half") == 0) size /= 2;
    ssize_t written = size > 0 ? real(file, bytes, size, offset) : 0;
    if (last) die();
    return written;
}

/* Not what goes to people and pipes. */
ssize_t write(int file, const void *bytes, size_t size)
{
    REAL("write", write_on *);
    struct stat about;
    if (fstat(file, &about) != 0 || !S_ISREG(about.st_mode)) return real(file, bytes, size);
    int last = fatal_before_file("write", file);
    if (last && strcmp(how, "half") == 0) size /= 2;
    ssize_t written = size > 0 ? real(file, bytes, size) : 0;
    if (last) die();
    return written;
}

ssize_t pwrite(int file, const void *bytes, size_t size, off_t offset)
{
    REAL("pwrite", write_at *);
    return write_through(real, file, bytes, size, offset);
}

ssize_t pwrite64(int file, const void *bytes, size_t size, off_t offset)
{
    REAL("pwrite64", write_at *);
    return write_through(real, file, bytes, size, offset);
}

static int sync_through(on_file *real, int file)
{
    int last = fatal_before_file("sync", file);
    int result = real(file);
    if (last) die();
    return result;
}

int fsync(int file)
{
    REAL("fsync", on_file *);
    return sync_through(real, file);
}

int fdatasync(int file)
{
    REAL("fdatasync", on_file *);
    return sync_through(real, file);
}

static int cut_through(cut *real, int file, off_t size)
{
    int last = fatal_before_file("cut", file);
    int result = real(file, size);
    if (last) die();
    return result;
}

int ftruncate(int file, off_t size)
{
    REAL("ftruncate", cut *);
    return cut_through(real, file, size);
}

int ftruncate64(int file, off_t size)
{
    REAL("ftruncate64", cut *);
    return cut_through(real, file, size);
}

int unlink(const char *path)
{
    REAL("unlink", on_path *);
    int last = fatal_before("remove", path);
    int result = real(path);
    if (last) die();
    return result;
}

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags)
{
    REAL("renameat2", renaming *);
    int last = fatal_before("rename", to);
    int result = real(from_folder, from, to_folder, to, flags);
    if (last) die();
    return result;
}
