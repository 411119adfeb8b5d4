/* module.c - the library modules as data of the program. modules.inc is made by the build from
 * stdlib/modules/. */
#include "embedded.h"

#include <licet/module.h>

#define MODULE(name, ...) static const uint8_t file_##name[] = {__VA_ARGS__};
#include "modules.inc"
#undef MODULE

static const lic_embedded FILES[] = {
#define MODULE(name, ...) {#name, file_##name, sizeof file_##name},
#include "modules.inc"
#undef MODULE
};

bool lic_stdlib_module(void *context, lic_slice name, lic_slice *text)
{
    (void)context;
    return lic_embedded_find(FILES, LIC_COUNT(FILES), name, text);
}

const char *lic_stdlib_module_name(size_t index)
{
    return index < LIC_COUNT(FILES) ? FILES[index].name : NULL;
}
