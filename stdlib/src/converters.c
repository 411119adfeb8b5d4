/* converters.c - the converters as data of the program. converters.inc is made by the build from
 * stdlib/converters/. */
#include <licet/converters.h>

#define MODULE(name, ...) static const uint8_t file_##name[] = {__VA_ARGS__};
#include "converters.inc"
#undef MODULE

static const char *const NAMES[] = {
#define MODULE(name, ...) #name,
#include "converters.inc"
#undef MODULE
    NULL};

static const struct {
    const uint8_t *bytes;
    size_t size;
} FILES[] = {
#define MODULE(name, ...) {file_##name, sizeof file_##name},
#include "converters.inc"
#undef MODULE
};

bool lic_converter_source(lic_slice name, lic_slice *text)
{
    for (size_t i = 0; i < LIC_COUNT(FILES); i++) {
        if (!lic_slice_equal(name, lic_slice_text(NAMES[i]))) continue;
        *text = lic_slice_of(FILES[i].bytes, FILES[i].size);
        return true;
    }
    return false;
}

const char *const *lic_converter_names(void)
{
    return NAMES;
}
