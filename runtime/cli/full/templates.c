/* templates.c - the files of contracts/, as bytes: templates.inc is written while licet is built. */
#include "templates.h"

#include <stdio.h>
#include <string.h>

#define TEMPLATE_FILE(number, folder, path, executable, ...) \
    static const uint8_t bytes_##number[] = {__VA_ARGS__};
#include "templates.inc"
#undef TEMPLATE_FILE

static const lic_template_file files[] = {
#define TEMPLATE_FILE(number, folder, path, executable, ...) \
    {folder, path, executable, {bytes_##number, sizeof bytes_##number}},
#include "templates.inc"
#undef TEMPLATE_FILE
};

const lic_template_file *lic_template_file_at(size_t n)
{
    return n < LIC_COUNT(files) ? &files[n] : NULL;
}

static bool is_main(const lic_template_file *file)
{
    size_t size = strlen(file->folder);
    return strncmp(file->path, file->folder, size) == 0 && strcmp(file->path + size, ".lic") == 0;
}

const lic_template_file *lic_template_at(size_t n)
{
    for (size_t i = 0; i < LIC_COUNT(files); i++)
        if (is_main(&files[i]) && n-- == 0) return &files[i];
    return NULL;
}

const lic_template_file *lic_template_find(const char *folder, const char *path)
{
    for (size_t i = 0; i < LIC_COUNT(files); i++) {
        if (strcmp(files[i].folder, folder) == 0 && strcmp(files[i].path, path) == 0)
            return &files[i];
    }
    return NULL;
}
