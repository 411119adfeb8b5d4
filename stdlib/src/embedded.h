/* embedded.h - files that the build made into bytes, found by their names. */
#ifndef LICET_STDLIB_EMBEDDED_H
#define LICET_STDLIB_EMBEDDED_H

#include <licet/bytes.h>

typedef struct lic_embedded {
    const char *name; /* without the folder and the ending */
    const uint8_t *bytes;
    size_t size;
} lic_embedded;

/* The text of the file of that name; false when there is none. */
bool lic_embedded_find(const lic_embedded *files, size_t count, lic_slice name, lic_slice *text);

#endif
