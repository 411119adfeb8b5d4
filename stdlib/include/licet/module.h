/* module.h - the library modules that `use NAME` brings into an agreement: .lic text, compiled in.
 * A module's text is part of what it is used by, so a changed module is a changed program. */
#ifndef LICET_MODULE_H
#define LICET_MODULE_H

#include <licet/bytes.h>

/* The text of module `name`; false when there is none. Static storage; `context` is not used, it makes
 * this function fit where a module source is asked for. */
bool lic_stdlib_module(void *context, lic_slice name, lic_slice *text);
/* The names, ascending; NULL beyond the last. */
const char *lic_stdlib_module_name(size_t index);

#endif
