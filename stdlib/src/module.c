/* module.c - the library modules as data of the program. modules.inc is made by the build from
 * stdlib/modules/. */
#include <licet/module.h>

#define MODULE(name, ...) static const uint8_t module_##name[] = {__VA_ARGS__};
#include "modules.inc"
#undef MODULE

typedef struct module {
    const char *name;
    const uint8_t *bytes;
    size_t size;
} module;

static const module modules[] = {
#define MODULE(name, ...) {#name, module_##name, sizeof module_##name},
#include "modules.inc"
#undef MODULE
};

bool lic_stdlib_module(void *context, lic_slice name, lic_slice *text)
{
    (void)context;
    for (size_t i = 0; i < LIC_COUNT(modules); i++) {
        if (!lic_slice_equal(name, lic_slice_text(modules[i].name))) continue;
        *text = lic_slice_of(modules[i].bytes, modules[i].size);
        return true;
    }
    return false;
}

const char *lic_stdlib_module_name(size_t index)
{
    return index < LIC_COUNT(modules) ? modules[index].name : NULL;
}
