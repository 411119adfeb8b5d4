/* dev_files.c - the files of a folder as they are at one moment, and in what two moments differ. */
#include "dev.h"

#include <errno.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool ends_with(const char *name, const char *ending)
{
    size_t size = strlen(name), tail = strlen(ending);
    return size > tail && strcmp(name + size - tail, ending) == 0;
}

/* Copies, locks and swap files of editors, and what a run of tests writes itself. */
static bool is_leaving(const char *name)
{
    return name[0] == '.' || name[0] == '#' || ends_with(name, "~") || ends_with(name, ".swp") ||
           ends_with(name, ".tmp") || ends_with(name, ".regressions");
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const lic_dev_file *)a)->path, ((const lic_dev_file *)b)->path);
}

static int64_t nanoseconds(const struct timespec *time)
{
    return (int64_t)time->tv_sec * 1000000000 + time->tv_nsec;
}

static lic_status add(const FTSENT *at, size_t prefix, lic_arena *arena, lic_dev_files *files,
                      lic_error *error)
{
    const struct stat *about = at->fts_statp;
    const char *path = at->fts_path + prefix;
    if (files->count == LIC_DEV_FILES)
        return lic_fail(error, LIC_TOO_LARGE, "files", "give a folder that holds the project alone",
                        "more than %u files", LIC_DEV_FILES);
    char *copy = lic_arena_copy(arena, path, strlen(path) + 1);
    if (copy == NULL) return lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory");
    files->items[files->count++] = (lic_dev_file){.path = copy,
                                                  .size = (uint64_t)about->st_size,
                                                  .inode = about->st_ino,
                                                  .modified = nanoseconds(&about->st_mtim)};
    return LIC_OK;
}

lic_status lic_dev_scan(const char *folder, lic_arena *arena, lic_dev_files *files,
                        lic_error *error)
{
    char *root = lic_arena_copy(arena, folder, strlen(folder) + 1), *roots[2] = {root, NULL};
    files->count = 0;
    files->items = lic_arena_take(arena, LIC_DEV_FILES * sizeof *files->items);
    FTS *tree = root == NULL || files->items == NULL
                    ? NULL
                    : fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    if (tree == NULL) return lic_fail(error, LIC_NO_MEMORY, "memory", "", "out of memory");
    size_t size = strlen(root), prefix = size > 0 && root[size - 1] == '/' ? size : size + 1;
    lic_status status = LIC_OK;
    for (FTSENT *at; status == LIC_OK && (at = fts_read(tree)) != NULL;) {
        bool top = at->fts_level == FTS_ROOTLEVEL;
        if (at->fts_info == FTS_D && !top && at->fts_name[0] == '.')
            (void)fts_set(tree, at, FTS_SKIP);
        else if (top &&
                 (at->fts_info == FTS_NS || at->fts_info == FTS_DNR || at->fts_info == FTS_F))
            status = lic_fail(error, LIC_MISSING, "folder", "give the path of an existing folder",
                              "cannot open the folder %s", folder);
        else if (at->fts_info == FTS_F && !is_leaving(at->fts_name))
            status = add(at, prefix, arena, files, error);
    }
    (void)fts_close(tree);
    if (files->count > 1) qsort(files->items, files->count, sizeof *files->items, by_path);
    return status;
}

/* -- paths ------------------------------------------------------------------------------------------------------- */

bool lic_dev_paths_have(const lic_dev_paths *paths, const char *path)
{
    for (size_t i = 0; i < paths->count; i++)
        if (strcmp(paths->items[i], path) == 0) return true;
    return false;
}

lic_status lic_dev_paths_add(lic_dev_paths *paths, lic_arena *arena, lic_slice path)
{
    char *copy = lic_arena_take(arena, path.size + 1);
    if (copy == NULL) return LIC_NO_MEMORY;
    if (path.size > 0) memcpy(copy, path.data, path.size);
    copy[path.size] = '\0';
    if (lic_dev_paths_have(paths, copy)) return LIC_OK;
    if (paths->count == paths->capacity) {
        size_t capacity = paths->capacity == 0 ? 16 : paths->capacity * 2;
        const char **grown = lic_arena_take(arena, capacity * sizeof *grown);
        if (grown == NULL) return LIC_NO_MEMORY;
        if (paths->count > 0) memcpy(grown, paths->items, paths->count * sizeof *grown);
        paths->items = grown;
        paths->capacity = capacity;
    }
    paths->items[paths->count++] = copy;
    return LIC_OK;
}

static bool same(const lic_dev_file *a, const lic_dev_file *b)
{
    return a->size == b->size && a->inode == b->inode && a->modified == b->modified;
}

lic_status lic_dev_compare(const lic_dev_files *before, const lic_dev_files *now, lic_arena *arena,
                           lic_dev_paths *changed)
{
    size_t a = 0, b = 0;
    while (a < before->count || b < now->count) {
        int order = a == before->count ? 1
                    : b == now->count  ? -1
                                       : by_path(&before->items[a], &now->items[b]);
        const lic_dev_file *file = order <= 0 ? &before->items[a] : &now->items[b];
        bool differs = order != 0 || !same(&before->items[a], &now->items[b]);
        if (differs) LIC_TRY(lic_dev_paths_add(changed, arena, lic_slice_text(file->path)));
        a += order <= 0;
        b += order >= 0;
    }
    return LIC_OK;
}

bool lic_dev_touched(const lic_dev_paths *asked, const lic_dev_paths *changed)
{
    for (size_t i = 0; i < changed->count; i++) {
        const char *path = changed->items[i], *slash = strrchr(path, '/');
        size_t folder = slash == NULL ? 0 : (size_t)(slash - path);
        if (lic_dev_paths_have(asked, path)) return true;
        for (size_t k = 0; k < asked->count; k++)
            if (strlen(asked->items[k]) == folder && strncmp(asked->items[k], path, folder) == 0)
                return true;
    }
    return false;
}
