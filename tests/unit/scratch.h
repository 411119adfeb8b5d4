/* scratch.h - a folder for one test, removed with everything in it. */
#ifndef LICET_TESTS_SCRATCH_H
#define LICET_TESTS_SCRATCH_H

#include "unit.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct scratch {
    char folder[64];
    char path[320]; /* of the last scratch_path */
} scratch;

static inline const char *scratch_path(scratch *at, const char *name)
{
    (void)snprintf(at->path, sizeof at->path, "%s/%s", at->folder, name);
    return at->path;
}

static inline int scratch_set_up(void **state)
{
    scratch *at = calloc(1, sizeof *at);
    if (at == NULL) return -1;
    (void)snprintf(at->folder, sizeof at->folder, "/tmp/licet-test-XXXXXX");
    *state = at;
    return mkdtemp(at->folder) != NULL ? 0 : -1;
}

static inline int scratch_tear_down(void **state)
{
    scratch *at = *state;
    DIR *folder = opendir(at->folder);
    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;)
        if (entry->d_name[0] != '.') (void)unlink(scratch_path(at, entry->d_name));
    if (folder != NULL) closedir(folder);
    (void)rmdir(at->folder);
    free(at);
    return 0;
}

#define scratch_test(function) \
    cmocka_unit_test_setup_teardown(function, scratch_set_up, scratch_tear_down)

static inline size_t scratch_read(const char *path, uint8_t *bytes, size_t max)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t size = fread(bytes, 1, max, file);
    assert_int_equal(fclose(file), 0);
    return size;
}

static inline void scratch_write(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, 0600), 0);
}

#endif
