/* embedded.c - finding one of the files that the build made into bytes. */
#include "embedded.h"

bool lic_embedded_find(const lic_embedded *files, size_t count, lic_slice name, lic_slice *text)
{
    for (size_t i = 0; i < count; i++) {
        if (!lic_slice_equal(name, lic_slice_text(files[i].name))) continue;
        *text = lic_slice_of(files[i].bytes, files[i].size);
        return true;
    }
    return false;
}
