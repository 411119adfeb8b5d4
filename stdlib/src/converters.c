/* converters.c - the converters as data of the program. converters.inc is made by the build from
 * stdlib/converters/. */
#include "embedded.h"

#include <licet/converters.h>

#define MODULE(name, ...) static const uint8_t file_##name[] = {__VA_ARGS__};
#include "converters.inc"
#undef MODULE

static const lic_embedded FILES[] = {
#define MODULE(name, ...) {#name, file_##name, sizeof file_##name},
#include "converters.inc"
#undef MODULE
};

bool lic_converter_source(lic_slice name, lic_slice *text)
{
    return lic_embedded_find(FILES, LIC_COUNT(FILES), name, text);
}

const char *lic_converter_name(size_t index)
{
    return index < LIC_COUNT(FILES) ? FILES[index].name : NULL;
}
