/* converters.h - the product's converters: Lua text of stdlib/converters/, compiled in. Each turns
 * foreign files into the rows of a usage report; compiler/author runs it. Nothing here knows
 * Lua. */
#ifndef LICET_CONVERTERS_H
#define LICET_CONVERTERS_H

#include <licet/bytes.h>

/* The text of the file NAME.lua; false when there is none. Static storage. */
bool lic_converter_source(lic_slice name, lic_slice *text);
/* The names, ascending; NULL behind the last. */
const char *lic_converter_name(size_t index);

#endif
