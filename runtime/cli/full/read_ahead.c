/* read_ahead.c - a file read, cut, hashed and parsed before a command asks for it. */
#include "read_ahead.h"

#include <licet/crypto.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SMALLEST ((off_t)1 << 20) /* what is smaller is read faster than a thread starts */
#define LARGEST ((off_t)1 << 30)  /* memory that is held while other lines run */

struct lic_read_ahead {
    const lic_allocator *allocator;
    char *path, *contract, *report; /* one block, which begins with the path */
    size_t names_size;
    uint32_t chunk_bytes;
    struct stat about; /* of the file when it was opened */
    int descriptor;
    lic_read_file file;
    pthread_t thread;
    pthread_mutex_t mutex; /* of what follows */
    pthread_cond_t changed;
    bool read, good; /* its thread is done with reading and cutting: well */
    bool stop;
};

/* -- the thread ------------------------------------------------------------------------------------------ */

static bool read_file(lic_read_ahead *ahead)
{
    size_t size = (size_t)ahead->about.st_size;
    lic_buffer *bytes = &ahead->file.bytes;
    if (!lic_buffer_reserve(bytes, size + 1)) return false;
    while (bytes->size < size) {
        ssize_t got = read(ahead->descriptor, bytes->data + bytes->size, size - bytes->size);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        bytes->size += (size_t)got;
    }
    return true;
}

static void *work(void *context)
{
    lic_read_ahead *ahead = context;
    lic_read_file *file = &ahead->file;
    lic_error unused;
    bool good = read_file(ahead) &&
                lic_cut_create(ahead->allocator, &lic_hasher_native,
                               lic_slice_of(file->bytes.data, file->bytes.size), ahead->chunk_bytes,
                               &file->cut, &unused) == LIC_OK;
    (void)pthread_mutex_lock(&ahead->mutex);
    ahead->read = true;
    ahead->good = good;
    bool stop = ahead->stop;
    (void)pthread_cond_broadcast(&ahead->changed);
    (void)pthread_mutex_unlock(&ahead->mutex);
    if (good && !stop) lic_cut_help(file->cut);
    return NULL;
}

/* -- which file ------------------------------------------------------------------------------------------ */

/* The value that follows the option among the words, or NULL. */
static const char *value_of(char *const *words, size_t count, const char *option)
{
    size_t size = strlen(option);
    for (size_t i = 0; i < count; i++) {
        if (strncmp(words[i], option, size) != 0) continue;
        if (words[i][size] == '=') return words[i] + size + 1;
        if (words[i][size] == '\0' && i + 1 < count) return words[i + 1];
    }
    return NULL;
}

static bool is_large(const char *path, struct stat *about)
{
    return stat(path, about) == 0 && S_ISREG(about->st_mode) && about->st_size >= SMALLEST &&
           about->st_size <= LARGEST;
}

static const char *file_of(char *const *words, size_t count)
{
    struct stat about;
    const char *threads = value_of(words, count, "--threads");
    if (count == 0 || strcmp(words[0], "report") != 0) return NULL;
    if (threads != NULL && strcmp(threads, "1") == 0) return NULL;
    for (size_t i = 1; i < count; i++)
        if (is_large(words[i], &about)) return words[i];
    return NULL;
}

/* -- beginning and end ----------------------------------------------------------------------------------- */

static void release(lic_read_ahead *ahead)
{
    if (ahead->descriptor >= 0) (void)close(ahead->descriptor);
    lic_read_file_free(&ahead->file);
    lic_release(ahead->allocator, ahead->path, ahead->names_size);
    lic_release(ahead->allocator, ahead, sizeof *ahead);
}

/* The first operands of a report are its contract and its name; where options come first, nothing has these names. */
static bool copy_names(lic_read_ahead *ahead, const char *path, char *const *words, size_t count)
{
    const char *names[3] = {path, count > 1 ? words[1] : "", count > 2 ? words[2] : ""};
    char **copies[3] = {&ahead->path, &ahead->contract, &ahead->report};
    for (size_t i = 0; i < LIC_COUNT(names); i++) ahead->names_size += strlen(names[i]) + 1;
    char *at = lic_allocate(ahead->allocator, ahead->names_size);
    if (at == NULL) return false;
    for (size_t i = 0; i < LIC_COUNT(names); i++) {
        size_t size = strlen(names[i]) + 1;
        *copies[i] = memcpy(at, names[i], size);
        at += size;
    }
    return true;
}

static bool start(lic_read_ahead *ahead)
{
    ahead->descriptor = open(ahead->path, O_RDONLY | O_CLOEXEC);
    if (ahead->descriptor < 0 || fstat(ahead->descriptor, &ahead->about) != 0 ||
        !S_ISREG(ahead->about.st_mode) || ahead->about.st_size > LARGEST)
        return false;
    if (pthread_mutex_init(&ahead->mutex, NULL) != 0) return false;
    if (pthread_cond_init(&ahead->changed, NULL) == 0) {
        if (pthread_create(&ahead->thread, NULL, work, ahead) == 0) return true;
        (void)pthread_cond_destroy(&ahead->changed);
    }
    (void)pthread_mutex_destroy(&ahead->mutex);
    return false;
}

static lic_read_ahead *begin(const lic_allocator *allocator, const char *path, char *const *words,
                             size_t count, uint32_t chunk_bytes)
{
    lic_read_ahead *ahead = lic_allocate_zero(allocator, 1, sizeof *ahead);
    if (ahead == NULL) return NULL;
    ahead->allocator = allocator;
    ahead->descriptor = -1;
    ahead->chunk_bytes = chunk_bytes;
    lic_buffer_init(&ahead->file.bytes, allocator, (size_t)LARGEST + 1);
    if (copy_names(ahead, path, words, count) && start(ahead)) return ahead;
    release(ahead);
    return NULL;
}

lic_read_ahead *lic_read_ahead_begin(const lic_allocator *allocator, char *const *words,
                                     size_t count)
{
    const char *path = file_of(words, count);
    const char *chunk = value_of(words, count, "--chunk");
    if (path == NULL) return NULL;
    return begin(allocator, path, words, count,
                 chunk == NULL ? 0 : (uint32_t)strtoul(chunk, NULL, 10));
}

lic_read_ahead *lic_read_ahead_next(const lic_allocator *allocator, const char *path,
                                    uint32_t chunk_bytes)
{
    struct stat about;
    return is_large(path, &about) ? begin(allocator, path, NULL, 0, chunk_bytes) : NULL;
}

void lic_read_ahead_parse(lic_read_ahead *ahead, lic_client *client)
{
    lic_contract_info info;
    lic_error unused = {0};
    uint16_t report = 0;
    (void)pthread_mutex_lock(&ahead->mutex);
    bool good = ahead->read && ahead->good;
    (void)pthread_mutex_unlock(&ahead->mutex);
    if (!good || ahead->file.foresight != NULL) return;
    if (lic_client_contract(client, lic_slice_text(ahead->contract), &info, &unused) != LIC_OK ||
        lic_find_report(info.image, lic_slice_text(ahead->report), &report, &unused) != LIC_OK)
        return;
    ahead->file.foresight = lic_foresight_begin(lic_client_engine(client), info.number, report,
                                                ahead->file.cut);
}

/* Waits for the bytes, and helps with what is left to hash. */
static bool finish(lic_read_ahead *ahead, bool wanted)
{
    (void)pthread_mutex_lock(&ahead->mutex);
    ahead->stop = !wanted;
    while (!ahead->read) (void)pthread_cond_wait(&ahead->changed, &ahead->mutex);
    bool good = ahead->good;
    (void)pthread_mutex_unlock(&ahead->mutex);
    if (good && wanted) lic_cut_help(ahead->file.cut);
    LIC_ASSERT(pthread_join(ahead->thread, NULL) == 0);
    (void)pthread_cond_destroy(&ahead->changed);
    (void)pthread_mutex_destroy(&ahead->mutex);
    return good;
}

void lic_read_file_free(lic_read_file *file)
{
    lic_foresight_end(file->foresight);
    lic_cut_destroy(file->cut);
    lic_buffer_free(&file->bytes);
    file->foresight = NULL;
    file->cut = NULL;
}

bool lic_read_ahead_is(const lic_read_ahead *ahead, const char *path)
{
    return strcmp(ahead->path, path) == 0;
}

/* The file that lies at the path is the one that was opened, and was not written to since. */
static bool is_same(const lic_read_ahead *ahead)
{
    struct stat now;
    const struct stat *then = &ahead->about;
    return stat(ahead->path, &now) == 0 && now.st_dev == then->st_dev &&
           now.st_ino == then->st_ino && now.st_size == then->st_size &&
           now.st_mtim.tv_sec == then->st_mtim.tv_sec &&
           now.st_mtim.tv_nsec == then->st_mtim.tv_nsec;
}

bool lic_read_ahead_take(lic_read_ahead *ahead, const char *path, lic_read_file *file)
{
    size_t max = file->bytes.max;
    bool fits = lic_read_ahead_is(ahead, path) && (uintmax_t)ahead->about.st_size < max;
    bool good = finish(ahead, fits) && fits && is_same(ahead);
    if (good) {
        *file = ahead->file;
        file->bytes.max = max;
        ahead->file = (lic_read_file){0};
        lic_buffer_init(&ahead->file.bytes, ahead->allocator, 0);
    }
    release(ahead);
    return good;
}

void lic_read_ahead_end(lic_read_ahead *ahead)
{
    if (ahead == NULL) return;
    (void)finish(ahead, false);
    release(ahead);
}
