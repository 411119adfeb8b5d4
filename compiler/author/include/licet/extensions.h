/* extensions.h - the extensions that a script may call, from its host's side.
 *
 * A script asks for an extension by name. What is installed with licet is found by itself; anything
 * else must have been allowed by the person at the command line, because it is code with that
 * person's rights. Each is opened when it is first asked for and runs in a process of its own
 * (<licet/plugin.h>). */
#ifndef LICET_EXTENSIONS_H
#define LICET_EXTENSIONS_H

#include <licet/confine.h>

typedef struct lic_extensions lic_extensions;

/* `only_describe`: functions are not called; what a script can be told is the interface, which is
 * enough for its stand-ins. NULL when memory is out. */
lic_extensions *lic_extensions_create(bool only_describe, const lic_allocator *allocator);
void lic_extensions_destroy(lic_extensions *extensions); /* ends their processes; NULL allowed */

/* Allows the extension of an interface file, under the name that the file gives it; two of one
 * name, or one of the product's, are refused. Fails as lic_plugin_open does. */
lic_status lic_extensions_allow(lic_extensions *extensions, const char *path, lic_error *error);

/* For lic_host_services.call; the context is the lic_extensions. MISSING, code "extension", for a
 * name that is neither installed nor allowed. */
lic_status lic_extensions_call(void *context, lic_slice extension, lic_slice function,
                               lic_slice arguments, lic_buffer *target, lic_error *error);

#endif
