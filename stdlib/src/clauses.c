/* clauses.c - the clause library as data of the program. clauses.inc is made by the build from
 * stdlib/clauses/. */
#include "embedded.h"

#include <licet/clauses.h>

#define MODULE(name, ...) static const uint8_t file_##name[] = {__VA_ARGS__};
#include "clauses.inc"
#undef MODULE

static const lic_embedded FILES[] = {
#define MODULE(name, ...) {#name, file_##name, sizeof file_##name},
#include "clauses.inc"
#undef MODULE
};

bool lic_clauses_source(lic_slice name, lic_slice *text)
{
    return lic_embedded_find(FILES, LIC_COUNT(FILES), name, text);
}

const char *const *lic_clauses_names(void)
{
    static const char *const names[] = {
#define MODULE(name, ...) #name,
#include "clauses.inc"
#undef MODULE
        NULL};
    return names;
}
