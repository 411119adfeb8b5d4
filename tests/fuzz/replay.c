/* replay.c - runs a fuzz target over the files of its corpus, for builds without libFuzzer. Every file
 * that does not stop the program has passed. */
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include <licet/bytes.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool read_file(const char *path, lic_buffer *bytes)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) return false;
    uint8_t part[4096];
    size_t size;
    while ((size = fread(part, 1, sizeof part, file)) > 0) lic_put_bytes(bytes, part, size);
    bool good = ferror(file) == 0 && !bytes->failed;
    return fclose(file) == 0 && good;
}

int main(int count, char **arguments)
{
    unsigned passed = 0, failed = 0;
    DIR *folder = count == 2 ? opendir(arguments[1]) : NULL;
    if (folder == NULL) {
        fprintf(stderr, "usage: %s CORPUS\n", arguments[0]);
        return 64;
    }
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        char path[4096];
        if (entry->d_name[0] == '.') continue;
        snprintf(path, sizeof path, "%s/%s", arguments[1], entry->d_name);
        lic_buffer bytes;
        lic_buffer_init(&bytes, &lic_allocator_system, 16u << 20);
        if (read_file(path, &bytes)) passed++;
        else failed++;
        (void)LLVMFuzzerTestOneInput(bytes.data, bytes.size);
        lic_buffer_free(&bytes);
    }
    closedir(folder);
    if (passed == 0) failed++;
    printf("%u passed, %u failed\n", passed, failed);
    return failed == 0 ? 0 : 1;
}
