/* kernel_main.c - `licet-kernel k N`: kernel K in the VM with the interface of the yardstick (native.c):
 * N passes, then the checksum. With `-v` in front also gas and instructions a line, to stderr. */
#include <licet/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel_k.h"

static bool read_listing(lic_buffer *text)
{
    FILE *file = fopen(LICET_KERNEL_LISTING, "rb");
    if (file == NULL) return false;
    uint8_t part[4096];
    size_t size;
    while ((size = fread(part, 1, sizeof part, file)) > 0) lic_put_bytes(text, part, size);
    bool good = ferror(file) == 0 && !text->failed;
    return fclose(file) == 0 && good;
}

int main(int count, char **arguments)
{
    bool verbose = count > 1 && strcmp(arguments[1], "-v") == 0;
    char **rest = arguments + 1 + (verbose ? 1 : 0);
    if (count - (verbose ? 1 : 0) != 3 || strcmp(rest[0], "k") != 0) {
        fprintf(stderr, "usage: %s [-v] k PASSES\n", arguments[0]);
        return 64;
    }
    lic_buffer text;
    lic_buffer_init(&text, &lic_allocator_system, 1u << 20);
    kernel_run run;
    lic_error error = {.text = ""};
    if (!read_listing(&text)) {
        fprintf(stderr, "cannot read %s\n", LICET_KERNEL_LISTING);
        return 66;
    }
    uint64_t passes = strtoull(rest[1], NULL, 10);
    lic_status status = kernel_k(lic_slice_of(text.data, text.size), &lic_hasher_native, passes,
                                 &run, &error);
    lic_buffer_free(&text);
    if (status != LIC_OK) {
        fprintf(stderr, "%s: %s\n", lic_status_message(status), error.text);
        return 1;
    }
    if (verbose && passes > 0)
        fprintf(stderr, "%u instructions and %.1f gas a line, %.2f postings\n", run.instructions,
                (double)run.gas / 1e5 / (double)passes,
                (double)run.postings / 1e5 / (double)passes);
    printf("%lld\n", (long long)run.checksum);
    return 0;
}
