/* clauses.h - the clause library: Lua text of stdlib/clauses/, compiled in. Each file makes clauses of one kind
 * from named arguments; compiler/author runs it. Nothing here knows Lua. */
#ifndef LICET_CLAUSES_H
#define LICET_CLAUSES_H

#include <licet/bytes.h>

/* The text of the file NAME.lua; false when there is none. Static storage. */
bool lic_clauses_source(lic_slice name, lic_slice *text);
/* The names, ascending, NULL-terminated. */
const char *const *lic_clauses_names(void);

#endif
